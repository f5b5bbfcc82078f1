//! A push from any octets: in a short message, and in a datagram.

use super::{reference, within};
use oma_dm_notification::wap::{
    self,
    udh::{Ports, Reference, UserData},
    wsp::{DmPush, Push},
};
use oma_dm_notification::{DecodeErrorKind, Field, Package0};

/// The octets as TP-User-Data: header and payload as the reference reads them, and routed by 7.1.1
/// as it routes them.
pub fn short_message(octets: &[u8]) {
    let opened = wap::open_sms(octets);
    if let Err(error) = opened {
        within(error, octets);
    }
    let reference = reference::user_data(octets);
    let user_data = match UserData::parse(octets) {
        Ok(user_data) => user_data,
        Err(error) => {
            within(error, octets);
            assert!(reference.is_none());
            assert_eq!(opened.err(), Some(error));
            return;
        }
    };
    let (elements, payload) = reference.expect("the header makes no sense");
    assert_eq!(user_data.payload(), payload);
    let found: Vec<_> = user_data
        .elements()
        .map(|element| (element.identifier(), element.data()))
        .collect();
    assert_eq!(found, elements);

    let ports = reference::ports(&elements);
    let found = user_data.ports().map(|ports| match ports {
        Ports::Eight {
            destination,
            originator,
        } => (destination.into(), originator.into()),
        Ports::Sixteen {
            destination,
            originator,
        } => (destination, originator),
    });
    assert_eq!(found, ports);
    let segment = reference::concatenation(&elements);
    let found = user_data.concatenation().map(|segment| {
        let (width, reference) = match segment.reference() {
            Reference::Eight(reference) => (8, reference.into()),
            Reference::Sixteen(reference) => (16, reference),
        };
        (width, reference, segment.total(), segment.number())
    });
    assert_eq!(found, segment);

    let ours = ports.is_some_and(|(destination, _)| destination == 2948);
    let whole = segment.is_none_or(|(_, _, total, _)| total == 1);
    let body = reference::dm_push(payload).filter(|_| ours && whole);
    assert_eq!(opened.as_ref().ok().map(Push::body), body);
    match opened {
        Ok(push) => assert_eq!(push.tid(), payload[0]),
        Err(error) if !ours => assert_eq!(error.field(), Field::DestinationPort),
        Err(error) if !whole => assert_eq!(error.kind(), DecodeErrorKind::Segment),
        Err(error) => {
            // The same error as in the datagram, as much further on as the user data header is
            // long.
            let inner = wap::open_datagram(2948, payload).unwrap_err();
            assert_eq!((inner.kind(), inner.field()), (error.kind(), error.field()));
            assert_eq!(
                error.offset() - inner.offset(),
                octets.len() - payload.len()
            );
        }
    }
}

/// The octets as the payload of a datagram: the parts of a push are the octets that it came in, in
/// order; it is routed as the reference routes it; and what is for OMA DM is sent on in the form of
/// 7.1.
pub fn datagram(octets: &[u8]) {
    let opened = wap::open_datagram(2948, octets);
    let body = reference::dm_push(octets);
    assert_eq!(opened.as_ref().ok().map(Push::body), body);
    assert!(wap::open_datagram(2949, octets).is_err());
    if let Err(error) = opened {
        within(error, octets);
    }
    match Push::parse(octets) {
        Ok(push) => parts(&push, octets),
        Err(error) => {
            within(error, octets);
            assert_eq!(opened.err(), Some(error));
        }
    }
    let Ok(push) = opened else { return };
    let mut buffer = vec![0; octets.len() + 6];
    let sent = DmPush::relay(push.tid(), push.body())
        .encode(&mut buffer)
        .unwrap();
    assert_eq!(sent[..6], [push.tid(), 6, 3, 0xC4, 0xAF, 0x87]);
    let received = wap::open_datagram(2948, sent).unwrap();
    assert_eq!(received.body(), push.body());
    assert!(!received.is_confirmed());
    if let Err(error) = Package0::parse(push.body()) {
        within(error, push.body());
    }
}

/// TID, type, length, Content-Type, headers with nothing but shifts of the code page between them,
/// body.
fn parts(push: &Push<'_>, octets: &[u8]) {
    assert_eq!(push.tid(), octets[0]);
    assert_eq!(push.is_confirmed(), octets[1] == 7);
    let length = octets[2..]
        .iter()
        .take_while(|&&octet| octet >= 0x80)
        .count()
        + 1;
    let mut rest = octets[2 + length..]
        .strip_prefix(push.content_type_octets())
        .unwrap();
    let mut first_application_id = None;
    let mut count = 0;
    for header in push.headers() {
        while !rest.starts_with(header.as_bytes()) {
            assert!(matches!(rest[0], 0x01..0x20 | 0x7F));
            rest = &rest[1 + usize::from(rest[0] == 0x7F)..];
        }
        rest = &rest[header.as_bytes().len()..];
        count += 1;
        if matches!(
            header.name(),
            wap::wsp::HeaderName::WellKnown {
                page: 1,
                number: 0x2F
            }
        ) {
            first_application_id = first_application_id.or(Some(header.value()));
        }
    }
    assert!(count <= octets.len(), "the work is bounded by the octets");
    assert!(rest.ends_with(push.body()));
    if let (Some(first), Some(found)) = (first_application_id, push.application_id()) {
        // A name in text may precede it.
        let named =
            |header: &wap::wsp::Header<'_>| matches!(header.name(), wap::wsp::HeaderName::Text(_));
        assert!(first == found || push.headers().any(|header| named(&header)));
    }
}
