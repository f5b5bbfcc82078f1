//! Sending over short messages: one, or several concatenated (7.1; TS 23.040, 9.2.3.24.1 and
//! 9.2.3.24.8).

use super::support::Refused;
use crate::vectors::GOLDEN;
use hex_literal::hex;
use oma_dm_notification::Field;
use oma_dm_notification::wap::sms::ShortMessages;
use oma_dm_notification::wap::{
    udh::{Concatenation, Ports, Reference, UserData},
    wsp::DmPush,
};

const REFERENCES: [(Reference, usize); 2] = [
    (Reference::Eight(0x5A), 128),
    (Reference::Sixteen(0xABCD), 127),
];
/// Octets of the WSP header `TID 06 03 C4 AF 87`.
const WSP_HEADER: usize = 6;

fn encode_all(messages: ShortMessages<'_>) -> Vec<Vec<u8>> {
    messages
        .map(|message| message.encode(&mut [0; 140]).unwrap().to_vec())
        .collect()
}

#[test]
fn golden_pushes_become_the_golden_short_messages() {
    for golden in GOLDEN {
        let push = DmPush::relay(1, golden.package0);
        for (reference, expected) in [
            (Reference::Eight(0x5A), golden.short_messages),
            (
                Reference::Sixteen(0xABCD),
                golden.short_messages_16_bit_reference,
            ),
        ] {
            let messages = ShortMessages::new(push, 0xC002, reference).unwrap();
            assert_eq!(encode_all(messages), expected, "{}", golden.name);
        }
    }
}

#[test]
fn golden_short_messages_have_their_ports_and_segment_numbers() {
    for golden in GOLDEN {
        for (reference, messages) in [
            (Reference::Eight(0x5A), golden.short_messages),
            (
                Reference::Sixteen(0xABCD),
                golden.short_messages_16_bit_reference,
            ),
        ] {
            let total = u8::try_from(messages.len()).unwrap();
            let mut wsp: Vec<u8> = Vec::new();
            for (number, octets) in (1..).zip(messages) {
                let user_data = UserData::parse(octets).unwrap();
                let ports = Ports::Sixteen {
                    destination: 2948,
                    originator: 0xC002,
                };
                assert_eq!(user_data.ports(), Some(ports), "{}", golden.name);
                let segment = Concatenation::new(reference, total, number);
                let segment = segment.filter(|_| total > 1);
                assert_eq!(user_data.concatenation(), segment, "{}", golden.name);
                wsp.extend(user_data.payload());
            }
            assert_eq!(wsp, golden.wsp, "{}", golden.name);
        }
    }
}

#[test]
fn the_ports_element_comes_first_then_the_concatenation_element() {
    let push = DmPush::relay(0x77, &[0xEE; 128]);
    for (reference, first, second) in [
        (
            Reference::Eight(0xFE),
            &hex!("0B 0504 0B84 1234 0003 FE 02 01 77 06 03 C4 AF 87")[..],
            &hex!("0B 0504 0B84 1234 0003 FE 02 02 EEEEEEEEEEEE")[..],
        ),
        (
            Reference::Sixteen(0xFEDC),
            &hex!("0C 0504 0B84 1234 0804 FEDC 02 01 77 06 03 C4 AF 87"),
            &hex!("0C 0504 0B84 1234 0804 FEDC 02 02 EEEEEEEEEEEEEE"),
        ),
    ] {
        let messages = encode_all(ShortMessages::new(push, 0x1234, reference).unwrap());
        assert_eq!(messages.len(), 2);
        assert_eq!(messages[0][..first.len()], *first);
        assert_eq!(messages[1], second);
    }
}

#[test]
fn a_push_of_133_octets_is_one_short_message_without_a_concatenation_element() {
    for (reference, _) in REFERENCES {
        let package0 = [0xEE; 134 - WSP_HEADER];
        let just = DmPush::relay(1, &package0[1..]);
        let messages = encode_all(ShortMessages::new(just, 2948, reference).unwrap());
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0].len(), 140);
        assert_eq!(messages[0][..8], hex!("06 0504 0B84 0B84 01"));
        let over = DmPush::relay(1, &package0);
        assert_eq!(ShortMessages::new(over, 2948, reference).unwrap().len(), 2);
    }
}

#[test]
fn every_short_message_but_the_last_is_full_at_every_multiple_of_its_room() {
    for (reference, room) in REFERENCES {
        for total in 2..=255 {
            for (length, expected) in [
                (total * room - 1, total),
                (total * room, total),
                (total * room + 1, total + 1),
            ] {
                let package0 = vec![0xEE; length - WSP_HEADER];
                let push = DmPush::relay(1, &package0);
                match ShortMessages::new(push, 2948, reference) {
                    Ok(messages) => assert_eq!(messages.len(), expected),
                    Err(error) => {
                        assert_eq!(error, Refused::TooManySegments { needed: 256 });
                        assert_eq!(length, 255 * room + 1);
                    }
                }
            }
        }
    }
}

#[test]
fn a_push_of_255_segments_is_cut_without_loss() {
    for (reference, room) in REFERENCES {
        let package0: Vec<u8> = (0..=250).cycle().take(255 * room - WSP_HEADER).collect();
        let push = DmPush::relay(9, &package0);
        let mut wsp = vec![0; push.encoded_len()];
        push.encode(&mut wsp).unwrap();
        let messages = encode_all(ShortMessages::new(push, 2948, reference).unwrap());
        assert!(messages.iter().all(|message| message.len() == 140));
        let payloads: Vec<u8> = messages
            .iter()
            .flat_map(|message| UserData::parse(message).unwrap().payload())
            .copied()
            .collect();
        assert_eq!(payloads, wsp);
    }
}

#[test]
fn more_than_255_segments_are_an_error_that_says_so() {
    for (reference, room) in REFERENCES {
        let package0 = vec![0; 255 * room - WSP_HEADER + 1];
        let push = DmPush::relay(1, &package0);
        let error = ShortMessages::new(push, 2948, reference).unwrap_err();
        assert_eq!(error, Refused::TooManySegments { needed: 256 });
        assert_eq!(
            error.to_string(),
            "256 segments are needed, and 255 is the most"
        );
    }
}

#[test]
fn clause_7_1_wdp_and_wsp_headers_of_a_short_message_never_exceed_48_octets() {
    let too_long = Refused::TooLong {
        field: Field::Headers,
        limit: 48,
    };
    let eight = Reference::Eight(0);
    let sixteen = Reference::Sixteen(0);
    for (reference, header, package0_length) in [
        (eight, 7, 20),
        (sixteen, 7, 20),
        (eight, 12, 133),
        (sixteen, 13, 133),
    ] {
        let package0 = vec![0; package0_length];
        // A header of well-known name and short value has two octets, one of a shift is one more.
        let mut extra = [0x83; 48];
        let most = 48 - header - WSP_HEADER;
        extra[0] = if most.is_multiple_of(2) { 0x83 } else { 0x01 };
        let push = DmPush::relay(1, &package0);
        let just = push.with_headers(&extra[..most]).unwrap();
        assert!(ShortMessages::new(just, 1, reference).is_ok());
        extra[0] = if most.is_multiple_of(2) { 0x01 } else { 0x83 };
        let over = push.with_headers(&extra[..=most]).unwrap();
        assert_eq!(
            ShortMessages::new(over, 1, reference).unwrap_err(),
            too_long
        );
    }
}

#[test]
fn extra_headers_are_carried_wherever_the_cut_falls() {
    let extra = hex!("83 84 85 86");
    for length in 110..150_u8 {
        let package0: Vec<u8> = (0..length).collect();
        let push = DmPush::relay(1, &package0).with_headers(&extra).unwrap();
        let mut wsp = [0; 200];
        let wsp = push.encode(&mut wsp).unwrap();
        for (reference, _) in REFERENCES {
            let messages = encode_all(ShortMessages::new(push, 1, reference).unwrap());
            let payloads = messages
                .iter()
                .flat_map(|message| UserData::parse(message).unwrap().payload());
            assert!(payloads.eq(&*wsp));
        }
    }
}

#[test]
fn a_buffer_that_is_too_small_is_left_as_it_was_and_told_what_is_needed() {
    let push = DmPush::relay(1, &[0xEE; 150]);
    let messages = ShortMessages::new(push, 1, Reference::Sixteen(1)).unwrap();
    for (message, needed) in messages.zip([140, 13 + 29]) {
        for length in 0..needed {
            let mut buffer = vec![0x55; length];
            let error = message.encode(&mut buffer).unwrap_err();
            assert_eq!(error, Refused::BufferTooSmall { needed });
            assert_eq!(buffer, vec![0x55; length]);
        }
        let mut buffer = [0x55; 150];
        assert_eq!(message.encode(&mut buffer).unwrap().len(), needed);
        assert!(buffer[needed..].iter().all(|&octet| octet == 0x55));
    }
}

#[test]
fn the_iterator_knows_its_length_and_stays_at_its_end() {
    let longest = vec![0; 255 * 128 - WSP_HEADER];
    for (package0, total) in [(&longest[..], 255), (&longest[..300], 3), (&[], 1)] {
        let push = DmPush::relay(1, package0);
        let mut messages = ShortMessages::new(push, 1, Reference::Eight(1)).unwrap();
        for left in (1..=total).rev() {
            assert_eq!(messages.size_hint(), (left, Some(left)));
            assert_eq!(messages.clone().count(), left);
            assert!(messages.next().is_some());
        }
        for _ in 0..3 {
            assert_eq!(messages.len(), 0);
            assert!(messages.next().is_none());
        }
    }
}

#[test]
fn every_reference_is_written_in_its_own_width() {
    let push = DmPush::relay(1, &[0; 200]);
    for reference in [0, 1, 0xFE, 0xFF] {
        let messages = ShortMessages::new(push, 1, Reference::Eight(reference)).unwrap();
        for message in encode_all(messages) {
            assert_eq!(message[9], reference);
        }
    }
    for reference in [0, 0xFF, 0x100, 0xFFFF] {
        let messages = ShortMessages::new(push, 1, Reference::Sixteen(reference)).unwrap();
        for message in encode_all(messages) {
            assert_eq!(message[9..11], reference.to_be_bytes());
        }
    }
}
