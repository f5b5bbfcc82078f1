//! WDP over CDMA from any octets.

use super::{reference, within};
use oma_dm_notification::wap::cdma::{self, CdmaSegments, RepeatedPorts, WdpSegment};
use oma_dm_notification::wap::{
    udh::Ports,
    wsp::{DmPush, Push},
};
use oma_dm_notification::{DecodeErrorKind, Field};

/// The octets as one segment: its fields are its octets; a whole datagram is routed as the
/// reference routes it, with and without repeated ports, and is sent on in segments of every length
/// in the form of 7.1.
pub fn cdma(octets: &[u8]) {
    let segment = match WdpSegment::parse(octets) {
        Ok(segment) => segment,
        Err(error) => {
            let expected = match octets {
                [] => (DecodeErrorKind::Truncated, Field::MessageType, 0),
                [1..=255, ..] => (DecodeErrorKind::NotDm, Field::MessageType, 0),
                [_] => (DecodeErrorKind::Truncated, Field::TotalSegments, 1),
                [_, 0, ..] => (DecodeErrorKind::Invalid, Field::TotalSegments, 1),
                [_, _] => (DecodeErrorKind::Truncated, Field::SegmentNumber, 2),
                [_, total, number, ..] if number >= total => {
                    (DecodeErrorKind::Invalid, Field::SegmentNumber, 2)
                }
                [_, _, _] | [_, _, _, _] => (DecodeErrorKind::Truncated, Field::SourcePort, 3),
                _ => (DecodeErrorKind::Truncated, Field::DestinationPort, 5),
            };
            assert_eq!((error.kind(), error.field(), error.offset()), expected);
            return;
        }
    };
    let mut again = vec![0, segment.total(), segment.number()];
    again.extend(segment.payload());
    assert_eq!(again, octets);
    assert!(segment.number() < segment.total());
    let ports = (segment.number() == 0).then(|| Ports::Sixteen {
        originator: u16::from_be_bytes([octets[3], octets[4]]),
        destination: u16::from_be_bytes([octets[5], octets[6]]),
    });
    assert_eq!(segment.ports(), ports);

    let datagram = segment.payload();
    for repeated in [RepeatedPorts::Absent, RepeatedPorts::Strip] {
        let opened = cdma::open(datagram, repeated);
        if let Err(error) = opened {
            within(error, datagram);
        }
        let to_us = datagram.get(2..4) == Some(&[0x0B, 0x84]);
        if !to_us {
            let field = opened.as_ref().unwrap_err().field();
            let of_a_port = [Field::SourcePort, Field::DestinationPort].contains(&field);
            assert!(of_a_port);
            continue;
        }
        let pdu = &datagram[4..];
        let body = match (repeated, pdu.split_at_checked(4)) {
            (RepeatedPorts::Strip, Some((again, after))) if *again == datagram[..4] => {
                reference::dm_push(after)
            }
            (RepeatedPorts::Strip, Some((_, after))) => {
                reference::dm_push(pdu).or_else(|| reference::dm_push(after))
            }
            _ => reference::dm_push(pdu),
        };
        assert_eq!(opened.as_ref().ok().map(Push::body), body);
        if let Ok(push) = opened {
            let longest = usize::from(segment.total()) + 6;
            sent_on(&push, longest);
        }
    }
}

/// In segments of at most so many octets, whose parts make up the one of 7.1.
fn sent_on(push: &Push<'_>, longest: usize) {
    let source = 0xC002;
    let push_again = DmPush::relay(push.tid(), push.body());
    let Ok(segments) = CdmaSegments::new(push_again, source, longest) else {
        let needed = (push.body().len() + 10).div_ceil(longest - 3);
        assert!(needed > 255);
        return;
    };
    let total = segments.len();
    let mut datagram = Vec::new();
    for (number, segment) in segments.enumerate() {
        let mut buffer = vec![0; longest];
        let octets = segment.encode(&mut buffer).unwrap();
        let parsed = WdpSegment::parse(octets).unwrap();
        assert_eq!(usize::from(parsed.total()), total);
        assert_eq!(usize::from(parsed.number()), number);
        assert!(octets.len() == longest || number + 1 == total);
        datagram.extend(parsed.payload());
    }
    assert_eq!(datagram[..4], [0xC0, 0x02, 0x0B, 0x84]);
    assert_eq!(datagram[4..10], [push.tid(), 6, 3, 0xC4, 0xAF, 0x87]);
    let received = cdma::open(&datagram, RepeatedPorts::Absent).unwrap();
    assert_eq!(received.body(), push.body());
}
