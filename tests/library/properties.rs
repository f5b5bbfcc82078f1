//! Properties of any octets: nothing panics, what is accepted encodes to itself, and nothing
//! forged verifies.

use super::support::signed;
use bitvec::{field::BitField, prelude::Msb0, view::BitView};
use oma_dm_notification::wap::sms::ShortMessages;
use oma_dm_notification::wap::{
    self,
    udh::{Reference, UserData},
    wsp::{DmPush, Push},
};
use oma_dm_notification::{
    Credentials, DecodeError, Initiator, Nonce, Package0, ServerId, SessionId, Trigger, UiMode,
};
use proptest::{collection::vec, prelude::*, sample::select};

/// An error's place lies within what was handed in.
fn within(error: DecodeError, octets: &[u8]) -> Result<(), TestCaseError> {
    prop_assert!(error.offset() <= octets.len(), "{error}");
    Ok(())
}

/// Octets that look like a push more often than chance would have it.
fn push_like() -> impl Strategy<Value = Vec<u8>> {
    let telling = select(vec![
        0x00, 0x01, 0x02, 0x03, 0x1E, 0x1F, 0x20, 0x7F, 0x80, 0x84, 0x87, 0xAF, 0xB0, 0xC4, 0xFF,
    ]);
    let headers = vec(prop_oneof![telling, any::<u8>()], 0..40);
    (any::<u8>(), select(vec![6, 7]), any::<u8>(), headers).prop_map(
        |(tid, pdu_type, length, headers)| {
            let length = length % 48;
            [&[tid, pdu_type, length], headers.as_slice()].concat()
        },
    )
}

prop_compose! {
    fn trigger()(
        (session_id, ui_mode, initiator) in (
            1..=u16::MAX,
            select(vec![
                UiMode::NotSpecified,
                UiMode::Background,
                UiMode::Informative,
                UiMode::UserInteraction,
            ]),
            select(vec![Initiator::Client, Initiator::Server]),
        ),
        server_id in vec(any::<u8>(), 0..=255),
        vendor_specific in vec(any::<u8>(), 0..200),
    ) -> (SessionId, UiMode, Initiator, Vec<u8>, Vec<u8>) {
        (SessionId::new(session_id).unwrap(), ui_mode, initiator, server_id, vendor_specific)
    }
}

proptest! {
    #[test]
    fn an_accepted_trigger_encodes_to_itself(octets in vec(any::<u8>(), 0..300)) {
        match Trigger::parse(&octets) {
            Ok(trigger) => {
                let mut buffer = [0; 300];
                prop_assert_eq!(trigger.encode(&mut buffer).unwrap(), octets.as_slice());
                prop_assert_eq!(trigger.encoded_len(), octets.len());
            }
            Err(error) => within(error, &octets)?,
        }
    }

    #[test]
    fn a_header_is_read_as_bitvec_reads_it(header: [u8; 8], body in vec(any::<u8>(), 255)) {
        let octets = [header.as_slice(), &body].concat();
        let trigger = Trigger::parse(&octets).unwrap();
        let bits = header.view_bits::<Msb0>();
        prop_assert_eq!(trigger.version().value(), bits[..10].load_be::<u16>());
        prop_assert_eq!(trigger.ui_mode() as u8, bits[10..12].load_be::<u8>());
        prop_assert_eq!(trigger.initiator() as u8, u8::from(bits[12]));
        prop_assert_eq!(trigger.future_use().value(), bits[13..40].load_be::<u32>());
        prop_assert_eq!(trigger.session_id().value(), bits[40..56].load_be::<u16>());
        let (server_id, vendor_specific) = body.split_at(bits[56..].load_be());
        prop_assert_eq!(trigger.server_id().as_bytes(), server_id);
        prop_assert_eq!(trigger.vendor_specific(), vendor_specific);
    }

    #[test]
    fn no_octets_make_a_reader_panic(octets in vec(any::<u8>(), 0..200), port: u16) {
        let credentials = Credentials::new(b"server", b"password");
        match Package0::parse(&octets) {
            Ok(package0) => {
                let forged = package0.verify_or_resync(&credentials, Nonce::NONE);
                prop_assert!(forged.is_err());
                prop_assert_eq!(package0.as_bytes(), octets.as_slice());
            }
            Err(error) => within(error, &octets)?,
        }
        for error in [
            UserData::parse(&octets).err(),
            wap::open_sms(&octets).err(),
            wap::open_datagram(port, &octets).err(),
            wap::open_datagram(2948, &octets).err(),
        ] {
            error.map_or(Ok(()), |error| within(error, &octets))?;
        }
    }

    #[test]
    fn the_parts_of_a_push_are_the_octets_it_came_in(octets in push_like()) {
        match Push::parse(&octets) {
            Ok(push) => {
                let mut rest = &octets[3..octets.len() - push.body().len()];
                rest = rest.strip_prefix(push.content_type_octets()).unwrap();
                for header in push.headers() {
                    // Between headers there are only shifts to other code pages.
                    while !rest.starts_with(header.as_bytes()) {
                        let shift = if rest[0] == 0x7F { 2 } else { 1 };
                        prop_assert!(rest[0] < 0x20 || rest[0] == 0x7F);
                        rest = &rest[shift..];
                    }
                    rest = &rest[header.as_bytes().len()..];
                }
            }
            Err(error) => within(error, &octets)?,
        }
    }

    #[test]
    fn what_a_server_signs_a_handset_finds_authentic_on_every_bearer(
        (session_id, ui_mode, initiator, server_id, vendor_specific) in trigger(),
        password in vec(any::<u8>(), 0..80),
        nonce in vec(any::<u8>(), 0..80),
        tid: u8,
        originator_port: u16,
    ) {
        let trigger = Trigger::new(session_id, ServerId::new(&server_id).unwrap())
            .with_ui_mode(ui_mode)
            .with_initiator(initiator)
            .with_vendor_specific(&vendor_specific);
        let credentials = Credentials::new(&server_id, &password);
        let nonce = Nonce::new(&nonce);
        let sent = &signed(&trigger, &credentials, nonce)[..];

        let mut datagram = [0; 510];
        let push = DmPush::relay(tid, sent);
        let datagram = push.encode(&mut datagram).unwrap();
        let received = wap::open_datagram(2948, datagram).unwrap();
        prop_assert_eq!(received.body(), sent);

        let mut messages = ShortMessages::new(push, originator_port, Reference::Eight(7)).unwrap();
        if messages.len() == 1 {
            let mut message = [0; 140];
            let message = messages.next().unwrap().encode(&mut message).unwrap();
            prop_assert_eq!(wap::open_sms(message).unwrap().body(), sent);
        }

        let package0 = Package0::parse(received.body()).unwrap();
        let authentic = package0.verify(&credentials, nonce).unwrap();
        prop_assert_eq!(authentic.trigger(), &trigger);
        prop_assert_eq!(authentic.trigger().conformance().count(), 0);
    }

    #[test]
    fn a_changed_octet_fails_verification(
        server_id in vec(any::<u8>(), 0..60),
        vendor_specific in vec(any::<u8>(), 0..60),
        at: prop::sample::Index,
        change in 1..=u8::MAX,
    ) {
        let id = ServerId::new(&server_id).unwrap();
        let trigger = Trigger::new(SessionId::new(1).unwrap(), id)
            .with_vendor_specific(&vendor_specific);
        let credentials = Credentials::new(&server_id, b"password");
        let mut octets = signed(&trigger, &credentials, Nonce::RESYNC);
        let at = at.index(octets.len());
        octets[at] ^= change;
        if let Ok(package0) = Package0::parse(&octets) {
            prop_assert!(package0.verify(&credentials, Nonce::RESYNC).is_err());
        }
    }
}
