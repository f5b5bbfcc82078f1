//! WDP over CDMA, both ways (WAP-259, 6.5).

use super::support::Refused;
use crate::support::PORTS;
use crate::vectors::GOLDEN;
use hex_literal::hex;
use oma_dm_notification::wap::cdma::{self, CdmaSegments, RepeatedPorts, WdpSegment};
use oma_dm_notification::wap::reassembly::{MessageKey, Reassembled, Reassembler, Segment};
use oma_dm_notification::wap::{self, udh::Ports, wsp::DmPush};
use oma_dm_notification::{DecodeErrorKind, Field};
use proptest::prelude::*;

/// The WSP push of a short Package #0 after source port 0xC002 and destination port 2948.
const DATAGRAM: [u8; 19] = *b"\xC0\x02\x0B\x84\x01\x06\x03\xC4\xAF\x87package 0";
const BOTH: [RepeatedPorts; 2] = [RepeatedPorts::Absent, RepeatedPorts::Strip];

fn encode_all(segments: CdmaSegments<'_>) -> Vec<Vec<u8>> {
    segments
        .map(|segment| segment.encode(&mut [0; 256]).unwrap().to_vec())
        .collect()
}

#[track_caller]
fn assert_refused(octets: &[u8], kind: DecodeErrorKind, field: Field, offset: usize) {
    let error = WdpSegment::parse(octets).unwrap_err();
    assert_eq!(
        (error.kind(), error.field(), error.offset()),
        (kind, field, offset),
        "{}",
        hex::encode(octets)
    );
}

#[track_caller]
fn assert_not_opened(
    octets: &[u8],
    repeated: RepeatedPorts,
    kind: DecodeErrorKind,
    field: Field,
    offset: usize,
) {
    let error = cdma::open(octets, repeated).unwrap_err();
    assert_eq!(
        (error.kind(), error.field(), error.offset()),
        (kind, field, offset),
        "{}",
        hex::encode(octets)
    );
}

#[test]
fn the_wap_teleservice_is_4100() {
    assert_eq!(cdma::TELESERVICE, 0x1004);
}

#[test]
fn golden_pushes_become_the_golden_segments() {
    for golden in GOLDEN {
        let push = DmPush::relay(1, golden.package0);
        let mut segments = CdmaSegments::new(push, 0xC002, usize::MAX).unwrap();
        let mut buffer = [0; 1024];
        let segment = segments.next().unwrap();
        let octets = segment.encode(&mut buffer).unwrap();
        assert_eq!(octets, golden.cdma, "{}", golden.name);
        assert!(segments.next().is_none());
    }
}

#[test]
fn golden_segments_are_opened() {
    for golden in GOLDEN {
        let segment = WdpSegment::parse(golden.cdma).unwrap();
        assert_eq!((segment.total(), segment.number()), (1, 0));
        assert_eq!(segment.ports(), Some(PORTS));
        assert_eq!(segment.payload()[4..], *golden.wsp);
        for repeated in BOTH {
            let push = cdma::open(segment.payload(), repeated).unwrap();
            assert_eq!(push.body(), golden.package0, "{}", golden.name);
            assert_eq!(push.tid(), 1);
        }
    }
}

#[test]
fn only_the_first_segment_has_ports_and_the_source_port_comes_first() {
    let push = DmPush::relay(0x77, b"package 0");
    let segments = CdmaSegments::new(push, 0x1234, 11).unwrap();
    let expected = [
        &hex!("00 03 00 1234 0B84 77 06 03 C4")[..],
        &hex!("00 03 01 AF 87 70 61 63 6B 61 67"),
        &hex!("00 03 02 65 20 30"),
    ];
    assert_eq!(encode_all(segments), expected);
}

#[test]
fn each_segment_has_its_number_and_total_and_the_first_has_the_ports() {
    let first = WdpSegment::parse(&hex!("00 03 00 1234 0B84 77 06")).unwrap();
    assert_eq!((first.total(), first.number()), (3, 0));
    let ports = Ports::Sixteen {
        destination: 2948,
        originator: 0x1234,
    };
    assert_eq!(first.ports(), Some(ports));
    assert_eq!(first.payload(), hex!("1234 0B84 77 06"));
    let second = WdpSegment::parse(&hex!("00 03 01 03 C4")).unwrap();
    assert_eq!((second.total(), second.number()), (3, 1));
    assert_eq!(second.ports(), None);
    assert_eq!(second.payload(), hex!("03 C4"));
    let last = WdpSegment::parse(&hex!("00 FF FE")).unwrap();
    assert_eq!((last.total(), last.number()), (255, 254));
    assert!(last.payload().is_empty());
}

#[test]
fn a_segment_to_be_reassembled_is_counted_from_1() {
    let segment = WdpSegment::parse(&hex!("00 FF FE 03 C4")).unwrap();
    let segment = Segment::from_wdp(&segment, 0xFEDC).unwrap();
    assert_eq!((segment.total(), segment.number()), (255, 255));
    assert_eq!(segment.payload(), hex!("03 C4"));
    assert!(matches!(
        segment.message(),
        MessageKey::Cdma {
            message_id: 0xFEDC,
            ..
        }
    ));
}

#[test]
fn a_message_type_other_than_0_is_refused() {
    for message_type in 1..=255 {
        let octets = [message_type, 1, 0, 0xC0, 2, 0x0B, 0x84];
        assert_refused(&octets, DecodeErrorKind::NotDm, Field::MessageType, 0);
    }
}

#[test]
fn a_total_of_0_is_refused() {
    for number in 0..=255 {
        let octets = [0, 0, number, 0xC0, 2, 0x0B, 0x84];
        assert_refused(&octets, DecodeErrorKind::Invalid, Field::TotalSegments, 1);
    }
}

#[test]
fn a_segment_number_at_or_above_the_total_is_refused() {
    for total in 1..=255 {
        for number in 0..=255 {
            let octets = [0, total, number, 0xC0, 2, 0x0B, 0x84];
            if number < total {
                assert_eq!(WdpSegment::parse(&octets).unwrap().number(), number);
            } else {
                assert_refused(&octets, DecodeErrorKind::Invalid, Field::SegmentNumber, 2);
            }
        }
    }
}

#[test]
fn every_truncation_of_a_segment_names_the_field_that_is_cut() {
    use Field::{DestinationPort, MessageType, SegmentNumber, SourcePort, TotalSegments};
    let first = hex!("00 02 00 C002 0B84 01");
    for (length, (field, offset)) in [
        (MessageType, 0),
        (TotalSegments, 1),
        (SegmentNumber, 2),
        (SourcePort, 3),
        (SourcePort, 3),
        (DestinationPort, 5),
        (DestinationPort, 5),
    ]
    .into_iter()
    .enumerate()
    {
        let cut = &first[..length];
        assert_refused(cut, DecodeErrorKind::Truncated, field, offset);
    }
    for length in 7..=first.len() {
        assert!(WdpSegment::parse(&first[..length]).is_ok());
    }
    let other = hex!("00 02 01 AF");
    assert_refused(&other[..2], DecodeErrorKind::Truncated, SegmentNumber, 2);
    assert!(WdpSegment::parse(&other[..3]).is_ok());
}

#[test]
fn every_truncation_of_a_datagram_names_the_field_that_is_cut() {
    for length in 0..DATAGRAM.len() {
        let cut = &DATAGRAM[..length];
        let (field, offset) = match length {
            0 | 1 => (Field::SourcePort, 0),
            2 | 3 => (Field::DestinationPort, 2),
            4 => (Field::TransactionId, 4),
            5 => (Field::PduType, 5),
            6 => (Field::HeadersLength, 6),
            7..=9 => (Field::Headers, 7),
            _ => {
                assert_eq!(
                    cdma::open(cut, BOTH[0]).unwrap().body(),
                    &DATAGRAM[10..length]
                );
                continue;
            }
        };
        for repeated in BOTH {
            assert_not_opened(cut, repeated, DecodeErrorKind::Truncated, field, offset);
        }
    }
}

#[test]
fn only_port_2948_is_for_oma_dm() {
    let mut octets = DATAGRAM;
    for port in (0..=u16::MAX).filter(|&port| port != wap::udh::PUSH_PORT) {
        octets[2..4].copy_from_slice(&port.to_be_bytes());
        let error = cdma::open(&octets, RepeatedPorts::Strip).unwrap_err();
        assert!(error.is_not_for_dm());
        assert_eq!((error.field(), error.offset()), (Field::DestinationPort, 2));
    }
}

#[test]
fn a_push_for_another_application_is_not_opened() {
    let mut octets = DATAGRAM;
    octets[7] = 0xC5;
    assert_not_opened(
        &octets,
        BOTH[0],
        DecodeErrorKind::NotDm,
        Field::ContentType,
        7,
    );
    octets = DATAGRAM;
    octets[9] = 0x88;
    assert_not_opened(
        &octets,
        BOTH[0],
        DecodeErrorKind::NotDm,
        Field::ApplicationId,
        8,
    );
}

#[test]
fn repeated_ports_are_dropped_on_request_alone() {
    let repeated = [&DATAGRAM[..4], &DATAGRAM].concat();
    let push = cdma::open(&repeated, RepeatedPorts::Strip).unwrap();
    assert_eq!(push.body(), b"package 0");
    // Taken as a WSP PDU, they are one of type 2.
    assert_not_opened(
        &repeated,
        RepeatedPorts::Absent,
        DecodeErrorKind::NotDm,
        Field::PduType,
        5,
    );
}

#[test]
fn repeated_ports_are_stripped_once_and_if_they_differ_only_before_a_push_for_dm() {
    let foreign = DecodeErrorKind::NotDm;
    let thrice = [&DATAGRAM[..4], &DATAGRAM[..4], &DATAGRAM].concat();
    assert_not_opened(&thrice, RepeatedPorts::Strip, foreign, Field::PduType, 9);
    for changed in 4..8 {
        let mut octets = [&DATAGRAM[..4], &DATAGRAM].concat();
        octets[changed] ^= 0x10;
        let push = cdma::open(&octets, RepeatedPorts::Strip).unwrap();
        assert_eq!(push.body(), b"package 0");
        let application = octets.len() - b"package 0".len() - 1;
        octets[application] = 0x85;
        let error = cdma::open(&octets, RepeatedPorts::Strip).unwrap_err();
        assert!(error.offset() < 8, "{error}");
    }
    // Nothing but the ports again, cut short or not.
    let twice = [&DATAGRAM[..4], &DATAGRAM[..4]].concat();
    let truncated = DecodeErrorKind::Truncated;
    let tid = Field::TransactionId;
    assert_not_opened(&twice, RepeatedPorts::Strip, truncated, tid, 8);
    assert_not_opened(
        &twice[..7],
        RepeatedPorts::Strip,
        foreign,
        Field::PduType,
        5,
    );
}

#[test]
fn a_push_whose_tid_and_type_equal_the_source_port_is_opened_with_either_option() {
    for (tid, source) in [(0x01, 0x0106_u16), (0x0B, 0x0B06)] {
        let push = DmPush::relay(tid, b"package 0");
        let segments = encode_all(CdmaSegments::new(push, source, 140).unwrap());
        let segment = WdpSegment::parse(&segments[0]).unwrap();
        for repeated in BOTH {
            let opened = cdma::open(segment.payload(), repeated).unwrap();
            assert_eq!(opened.body(), b"package 0");
        }
    }
}

#[test]
fn clause_7_1_wdp_and_wsp_headers_of_a_segment_over_cdma_never_exceed_48_octets() {
    let mut extra = [0x83; 36];
    let over = DmPush::relay(1, b"").with_headers(&extra).unwrap();
    assert_eq!(
        CdmaSegments::new(over, 1, 140).unwrap_err(),
        Refused::TooLong {
            field: Field::Headers,
            limit: 48
        }
    );
    extra[0] = 0x01;
    let just = DmPush::relay(1, b"").with_headers(&extra[..35]).unwrap();
    assert_eq!(CdmaSegments::new(just, 1, 140).unwrap().len(), 1);
}

#[test]
fn a_segment_length_without_room_for_the_ports_is_refused() {
    let push = DmPush::relay(1, b"");
    for longest in 0..7 {
        let error = CdmaSegments::new(push, 0xC002, longest).unwrap_err();
        let field = Field::SegmentLength;
        assert_eq!(error, Refused::OutOfRange { field });
        assert_eq!(
            error.to_string(),
            "segment length is outside the range that a sender may use"
        );
    }
    let segments = CdmaSegments::new(push, 0xC002, 7).unwrap();
    let expected = [
        &hex!("00 03 00 C002 0B84")[..],
        &hex!("00 03 01 01 06 03 C4"),
        &hex!("00 03 02 AF 87"),
    ];
    assert_eq!(encode_all(segments), expected);
}

#[test]
fn there_are_255_segments_at_most() {
    let package0 = vec![0xEE; 256 * 137];
    for longest in [7, 8, 100, 140] {
        let most = 255 * (longest - 3) - 4 - 6;
        let push = DmPush::relay(1, &package0[..most]);
        let segments = encode_all(CdmaSegments::new(push, 1, longest).unwrap());
        assert_eq!(segments.len(), 255);
        assert!(segments.iter().all(|segment| segment.len() == longest));
        assert_eq!(segments[254][..3], [0, 255, 254]);
        let over = DmPush::relay(1, &package0[..=most]);
        assert_eq!(
            CdmaSegments::new(over, 1, longest).unwrap_err(),
            Refused::TooManySegments { needed: 256 }
        );
    }
}

#[test]
fn a_buffer_that_is_too_small_is_left_as_it_was_and_told_what_is_needed() {
    let push = DmPush::relay(1, &[0xEE; 30]);
    let segments = CdmaSegments::new(push, 1, 25).unwrap();
    for (segment, needed) in segments.zip([25, 21]) {
        for length in 0..needed {
            let mut buffer = vec![0x55; length];
            let error = segment.encode(&mut buffer).unwrap_err();
            assert_eq!(error, Refused::BufferTooSmall { needed });
            assert_eq!(buffer, vec![0x55; length]);
        }
        let mut buffer = [0x55; 30];
        assert_eq!(segment.encode(&mut buffer).unwrap().len(), needed);
        assert!(buffer[needed..].iter().all(|&octet| octet == 0x55));
    }
}

#[test]
fn the_iterator_knows_its_length_and_stays_at_its_end() {
    let longest = [0; 255 * 4 - 10];
    for (package0, total) in [(&longest[..], 255), (&longest[..2], 3)] {
        let mut segments = CdmaSegments::new(DmPush::relay(1, package0), 1, 7).unwrap();
        for left in (1..=total).rev() {
            assert_eq!(segments.size_hint(), (left, Some(left)));
            assert_eq!(segments.clone().count(), left);
            assert!(segments.next().is_some());
        }
        for _ in 0..3 {
            assert_eq!(segments.len(), 0);
            assert!(segments.next().is_none());
        }
    }
}

#[test]
fn each_error_says_what_is_wrong() {
    for (octets, text) in [
        (
            &hex!("01 01 00")[..],
            "not for OMA DM: foreign message type at octet 0",
        ),
        (&hex!("00 00 00"), "invalid total of segments at octet 1"),
        (&hex!("00 01 01"), "invalid segment number at octet 2"),
        (&hex!("00 01 00 C0"), "truncated source port at octet 3"),
        (
            &hex!("00 01 00 C002 0B"),
            "truncated destination port at octet 5",
        ),
    ] {
        assert_eq!(WdpSegment::parse(octets).unwrap_err().to_string(), text);
    }
}

proptest! {
    #[test]
    fn segments_of_any_length_reassemble_in_any_order(
        package0 in prop::collection::vec(any::<u8>(), 0..400),
        longest in 7_usize..=140,
        order in any::<u64>(),
        source in any::<u16>(),
        message_id in any::<u16>(),
    ) {
        let push = DmPush::relay(1, &package0);
        let mut segments = encode_all(CdmaSegments::new(push, source, longest).unwrap());
        prop_assert!(segments.iter().all(|segment| segment.len() <= longest));
        // Any order will do: sorted by a hash of octets and seed.
        segments.sort_by_key(|segment| {
            segment.iter().fold(order, |hash, &octet| (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01B3))
        });
        let mut reassembler = Reassembler::<(), 1, 1024>::new();
        for (missing, received) in (0..segments.len()).rev().zip(&segments) {
            let segment = WdpSegment::parse(received).unwrap();
            let Some(segment) = Segment::from_wdp(&segment, message_id) else { break };
            match reassembler.accept(0, (), &segment).unwrap().outcome {
                Reassembled::Whole { octets } => {
                    prop_assert_eq!(missing, 0);
                    prop_assert_eq!(&octets[..2], source.to_be_bytes());
                    let opened = cdma::open(octets, RepeatedPorts::Absent).unwrap();
                    prop_assert_eq!(opened.body(), &package0);
                }
                outcome => {
                    let missing = u8::try_from(missing).unwrap();
                    let is_incomplete = matches!(outcome, Reassembled::Incomplete { missing: left, .. } if left == missing);
                    prop_assert!(is_incomplete);
                }
            }
        }
    }

    #[test]
    fn arbitrary_octets_are_read_or_refused_within_their_length(
        octets in prop::collection::vec(prop_oneof![any::<u8>(), 0_u8..4], 0..40),
    ) {
        if let Err(error) = WdpSegment::parse(&octets) {
            prop_assert!(error.offset() <= octets.len());
        }
        for repeated in BOTH {
            if let Err(error) = cdma::open(&octets, repeated) {
                prop_assert!(error.offset() <= octets.len());
            }
        }
    }
}
