//! Receiving concatenated short messages: what belongs together, in which order, for how long (TS 23.040, 9.2.3.24.1
//! and 9.2.3.24.8), and what an attacker can and cannot do to it.

use std::collections::{BTreeMap, HashMap};

use crate::support::PORTS;
use crate::vectors::GOLDEN;
use hex_literal::hex;
use oma_dm_notification::wap::reassembly::{
    Accepted, Displaced, Outcome, Reason, Reassembler, Segment,
};
use oma_dm_notification::wap::{cdma, self, udh::{Ports, UserData}};
use oma_dm_notification::{Credentials, DecodeError, DecodeErrorKind, Field, Nonce, Package0};
use proptest::prelude::*;

/// TP-User-Data with the ports 2948 and 0xC002 and an 8-bit reference; the payload starts at octet 12.
fn user_data(reference: u8, total: u8, number: u8, payload: &[u8]) -> Vec<u8> {
    let header = [
        0x0B, 0x05, 4, 0x0B, 0x84, 0xC0, 0x02, 0x00, 3, reference, total, number,
    ];
    [&header, payload].concat()
}

/// What is told of a segment, without borrowing the reassembler.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Told {
    Incomplete(u8),
    Duplicate,
    Conflicting,
    Complete(Vec<u8>),
}

impl From<Outcome<'_>> for Told {
    fn from(outcome: Outcome<'_>) -> Self {
        match outcome {
            Outcome::Incomplete { missing } => Self::Incomplete(missing),
            Outcome::Duplicate => Self::Duplicate,
            Outcome::Conflicting => Self::Conflicting,
            Outcome::Complete { octets, .. } => Self::Complete(octets.to_vec()),
        }
    }
}

/// Originator, reason and missing segments of a displaced message.
type Given = Option<(u32, Reason, u8)>;

fn given(displaced: Option<Displaced<u32>>) -> Given {
    displaced.map(|displaced| {
        (
            displaced.key.originator,
            displaced.reason,
            displaced.missing,
        )
    })
}

type Answer = Result<(Told, Given), DecodeError>;

/// Hands over TP-User-Data.
fn feed<const SETS: usize, const OCTETS: usize, const MAX_AGE: u32>(
    reassembler: &mut Reassembler<u32, SETS, OCTETS, MAX_AGE>,
    now: u32,
    originator: u32,
    octets: &[u8],
) -> Answer {
    let segment = Segment::from_user_data(&UserData::parse(octets)?)?;
    let Accepted {
        outcome, displaced, ..
    } = reassembler.accept(now, originator, &segment)?;
    Ok((outcome.into(), given(displaced)))
}

#[track_caller]
fn assert_told<const SETS: usize, const OCTETS: usize, const MAX_AGE: u32>(
    reassembler: &mut Reassembler<u32, SETS, OCTETS, MAX_AGE>,
    (now, originator): (u32, u32),
    octets: &[u8],
    told: Told,
    displaced: Given,
) {
    assert_eq!(
        feed(reassembler, now, originator, octets),
        Ok((told, displaced))
    );
}

#[track_caller]
fn assert_no_room(answer: Answer, offset: usize) {
    let error = answer.unwrap_err();
    assert_eq!(error.kind(), DecodeErrorKind::NoRoom);
    assert_eq!((error.field(), error.offset()), (Field::Segment, offset));
}

fn whole(octets: &[u8]) -> Told {
    Told::Complete(octets.to_vec())
}

/// All orders of the numbers below `length`.
fn permutations(length: usize) -> Vec<Vec<usize>> {
    let Some(last) = length.checked_sub(1) else {
        return vec![vec![]];
    };
    let insert_at = |order: &[usize], place: usize| {
        let mut order = order.to_vec();
        order.insert(place, last);
        order
    };
    permutations(last)
        .iter()
        .flat_map(|order| (0..length).map(move |place| insert_at(order, place)))
        .collect()
}

// What is received in full

#[test]
fn golden_short_messages_reassemble_to_the_golden_push_in_either_direction() {
    let mut reassembler = Reassembler::<u32, 1, 2048, 0>::new();
    for golden in GOLDEN {
        for messages in [
            golden.short_messages,
            golden.short_messages_16_bit_reference,
        ] {
            let [_, _, ..] = messages else { continue };
            let backwards: Vec<_> = messages.iter().rev().collect();
            for order in [messages.iter().collect(), backwards] {
                let total = u8::try_from(messages.len()).unwrap();
                for (missing, octets) in (0..total).rev().zip(order) {
                    let told = match missing {
                        0 => whole(golden.wsp),
                        _ => Told::Incomplete(missing),
                    };
                    assert_told(&mut reassembler, (0, 0), octets, told, None);
                }
            }
        }
        let push = wap::open_datagram(2948, golden.wsp).unwrap();
        assert_eq!(push.body(), golden.package0);
    }
}

#[test]
fn up_to_five_segments_of_any_length_are_whole_in_every_order() {
    let parts: [&[u8]; 5] = [b"first ", b"", b"th", b"e fourth is long", b"."];
    let mut reassembler = Reassembler::<u32, 1, 25, 0>::new();
    for total in 1..=5_u8 {
        let expected = parts[..usize::from(total)].concat();
        for order in permutations(usize::from(total)) {
            for (missing, &place) in (0..total).rev().zip(&order) {
                let number = u8::try_from(place).unwrap() + 1;
                let octets = user_data(7, total, number, parts[place]);
                let told = match missing {
                    0 => whole(&expected),
                    _ => Told::Incomplete(missing),
                };
                assert_told(&mut reassembler, (0, 0), &octets, told, None);
            }
        }
    }
}

#[test]
fn there_are_120_orders_of_five() {
    let orders = permutations(5);
    let distinct: std::collections::HashSet<_> = orders.iter().collect();
    assert_eq!((orders.len(), distinct.len()), (120, 120));
}

#[test]
fn a_message_of_255_full_segments_is_whole_and_as_long_as_the_set() {
    let mut reassembler = Box::new(Reassembler::<u32, 1, { 255 * 128 }, 0>::new());
    let payload: Vec<u8> = (0..=250).cycle().take(255 * 128).collect();
    for number in (1..=255_u8).rev() {
        let part = payload.chunks(128).nth(usize::from(number) - 1).unwrap();
        let told = match number {
            1 => whole(&payload),
            _ => Told::Incomplete(number - 1),
        };
        let octets = user_data(7, 255, number, part);
        assert_told(&mut reassembler, (0, 0), &octets, told, None);
    }
}

#[test]
fn segments_may_have_255_octets_each_and_fill_sixteen_bits_of_length() {
    let mut reassembler = Box::new(Reassembler::<u32, 1, { 255 * 255 }, 0>::new());
    let mut expected = Vec::new();
    for number in 1..=255_u8 {
        let part = [number; 255];
        expected.extend(part);
        let told = match number {
            255 => whole(&expected),
            _ => Told::Incomplete(255 - number),
        };
        let octets = user_data(7, 255, number, &part);
        assert_told(&mut reassembler, (0, 0), &octets, told, None);
    }
}

#[test]
fn a_message_of_one_segment_is_whole_at_once() {
    let mut reassembler = Reassembler::<u32, 1, 8, 0>::new();
    let octets = user_data(7, 1, 1, b"whole");
    assert_told(&mut reassembler, (0, 0), &octets, whole(b"whole"), None);
    assert_told(&mut reassembler, (0, 0), &octets, whole(b"whole"), None);
}

#[test]
fn a_message_of_empty_segments_is_empty() {
    let mut reassembler = Reassembler::<u32, 1, 0, 0>::new();
    let [first, second] = [1, 2].map(|number| user_data(7, 2, number, b""));
    assert_told(&mut reassembler, (0, 0), &first, Told::Incomplete(1), None);
    assert_told(&mut reassembler, (0, 0), &first, Told::Duplicate, None);
    assert_told(&mut reassembler, (0, 0), &second, whole(b""), None);
}

#[test]
fn a_whole_message_frees_its_set() {
    let mut reassembler = Reassembler::<u32, 1, 4, 9>::new();
    for reference in 0..=255 {
        let [first, second] = [1, 2].map(|number| user_data(reference, 2, number, &[number; 2]));
        assert_told(&mut reassembler, (0, 0), &second, Told::Incomplete(1), None);
        let told = whole(&[1, 1, 2, 2]);
        assert_told(&mut reassembler, (0, 0), &first, told, None);
    }
    assert_eq!(reassembler.expire(u32::MAX), None);
}

#[test]
fn a_reference_that_wrapped_begins_anew_once_its_message_was_whole() {
    let mut reassembler = Reassembler::<u32, 1, 4, 9>::new();
    for payload in [b"ab", b"cd"] {
        let first = user_data(0, 2, 1, &payload[..1]);
        let second = user_data(0, 2, 2, &payload[1..]);
        assert_told(&mut reassembler, (0, 0), &first, Told::Incomplete(1), None);
        assert_told(&mut reassembler, (0, 0), &second, whole(payload), None);
    }
}

// What comes twice, or not at all

#[test]
fn an_identical_duplicate_is_ignored_wherever_it_comes() {
    let parts = [1, 2, 3].map(|number| user_data(7, 3, number, &[number; 2]));
    for again in 0..2 {
        let mut reassembler = Reassembler::<u32, 2, 6, 9>::new();
        assert_told(
            &mut reassembler,
            (0, 0),
            &parts[0],
            Told::Incomplete(2),
            None,
        );
        assert_told(&mut reassembler, (0, 0), &parts[0], Told::Duplicate, None);
        assert_told(
            &mut reassembler,
            (0, 0),
            &parts[1],
            Told::Incomplete(1),
            None,
        );
        for _ in 0..300 {
            assert_told(
                &mut reassembler,
                (0, 0),
                &parts[again],
                Told::Duplicate,
                None,
            );
        }
        let told = whole(&[1, 1, 2, 2, 3, 3]);
        assert_told(&mut reassembler, (0, 0), &parts[2], told, None);
    }
}

#[test]
fn of_conflicting_duplicates_the_first_is_kept_and_the_other_reported() {
    let first = user_data(7, 2, 1, b"first");
    for other in [&b"other"[..], b"firs", b"first ", b"", &[0; 12]] {
        let mut reassembler = Reassembler::<u32, 1, 12, 9>::new();
        assert_told(&mut reassembler, (0, 0), &first, Told::Incomplete(1), None);
        let other = user_data(7, 2, 1, other);
        assert_told(&mut reassembler, (0, 0), &other, Told::Conflicting, None);
        let second = user_data(7, 2, 2, b" kept");
        assert_told(
            &mut reassembler,
            (0, 0),
            &second,
            whole(b"first kept"),
            None,
        );
    }
}

#[test]
fn a_message_of_which_one_segment_is_lost_is_never_whole() {
    for lost in 1..=4 {
        let mut reassembler = Reassembler::<u32, 1, 8, 9>::new();
        let mut missing = 4;
        for number in (1..=4).filter(|&number| number != lost) {
            missing -= 1;
            let octets = user_data(7, 4, number, &[number; 2]);
            assert_told(
                &mut reassembler,
                (0, 0),
                &octets,
                Told::Incomplete(missing),
                None,
            );
        }
        let given = given(reassembler.expire(10));
        assert_eq!(given, Some((0, Reason::Expired, 1)));
        assert_eq!(reassembler.expire(10), None);
    }
}

// What belongs together

#[test]
fn segments_of_interleaved_senders_with_one_reference_do_not_mix() {
    let mut reassembler = Reassembler::<u32, 3, 6, 9>::new();
    for number in 1..=3_u8 {
        for sender in [5, 1, 9_u8] {
            let octets = user_data(7, 3, number, &[sender, number]);
            let told = match number {
                3 => whole(&[sender, 1, sender, 2, sender, 3]),
                _ => Told::Incomplete(3 - number),
            };
            assert_told(
                &mut reassembler,
                (0, u32::from(sender)),
                &octets,
                told,
                None,
            );
        }
    }
}

#[test]
fn originator_reference_width_total_ports_and_bearer_tell_messages_apart() {
    let short_messages = [
        &hex!("0B 0504 0B84 C002 0003 05 02 01")[..],
        // Another reference, another width, another total.
        &hex!("0B 0504 0B84 C002 0003 06 02 01"),
        &hex!("0C 0504 0B84 C002 0804 0005 02 01"),
        &hex!("0B 0504 0B84 C002 0003 05 03 01"),
        // Another destination port, another originator port, 8-bit ports, none.
        &hex!("0B 0504 0B85 C002 0003 05 02 01"),
        &hex!("0B 0504 0B84 C003 0003 05 02 01"),
        &hex!("09 0402 F5F6 0003 05 02 01"),
        &hex!("05 0003 05 02 01"),
    ];
    let segments = short_messages
        .map(|octets| Segment::from_user_data(&UserData::parse(octets).unwrap()).unwrap());
    let over_cdma = cdma::WdpSegment::parse(&hex!("00 02 00 C002 0B84")).unwrap();
    let segments = [&segments[..], &[5, 6].map(|id| over_cdma.of_message(id))].concat();

    let mut reassembler = Reassembler::<u32, 20, 8, 9>::new();
    for originator in [1, 2] {
        for segment in &segments {
            let missing = segment.total() - 1;
            let accepted = reassembler.accept(0, originator, segment).unwrap();
            assert_eq!(accepted.outcome, Outcome::Incomplete { missing });
            assert_eq!(accepted.displaced, None);
        }
    }
    for originator in [1, 2] {
        for segment in &segments {
            let accepted = reassembler.accept(0, originator, segment).unwrap();
            assert_eq!(accepted.outcome, Outcome::Duplicate);
        }
    }
    let mut keys = Vec::new();
    while let Some(displaced) = reassembler.expire(10) {
        let key = displaced.key;
        assert_eq!(displaced.missing, key.total - 1);
        keys.push((key.originator, key.message, key.total));
    }
    let expected = [1, 2].map(|originator| {
        segments
            .iter()
            .map(move |segment| (originator, segment.message(), segment.total()))
    });
    let expected: Vec<_> = expected.into_iter().flatten().collect();
    assert_eq!(keys.len(), expected.len());
    assert!(expected.iter().all(|key| keys.contains(key)));
}

#[test]
fn the_ports_of_a_whole_message_are_told() {
    let mut reassembler = Reassembler::<u32, 1, 8, 9>::new();
    let eight = Ports::Eight {
        destination: 0xF5,
        originator: 0xF6,
    };
    for (octets, expected) in [
        (&hex!("0B 0504 0B84 C002 0003 05 01 01")[..], Some(PORTS)),
        (&hex!("09 0402 F5F6 0003 05 01 01"), Some(eight)),
        (&hex!("05 0003 05 01 01"), None),
    ] {
        let segment = Segment::from_user_data(&UserData::parse(octets).unwrap()).unwrap();
        let accepted = reassembler.accept(0, 0, &segment).unwrap();
        let ports = expected;
        assert_eq!(accepted.outcome, Outcome::Complete { ports, octets: &[] });
    }
}

// What is a segment

#[test]
fn a_segment_is_read_from_the_last_concatenation_element_wherever_it_stands() {
    for (octets, total, number) in [
        (&hex!("0B 0003 05 02 01 0504 0B84 C002 AA")[..], 2, 1),
        (
            &hex!("10 7003 010203 0003 05 02 01 0504 0B84 C002 AA"),
            2,
            1,
        ),
        (&hex!("0A 0003 05 02 01 0003 05 03 02 AA"), 3, 2),
        (&hex!("0B 0003 05 02 01 0804 0005 FF FF AA"), 255, 255),
        // One that makes no sense is ignored.
        (&hex!("0A 0003 05 02 01 0003 05 02 03 AA"), 2, 1),
    ] {
        let user_data = UserData::parse(octets).unwrap();
        let segment = Segment::from_user_data(&user_data).unwrap();
        assert_eq!((segment.total(), segment.number()), (total, number));
        assert_eq!(segment.payload(), [0xAA]);
    }
}

#[test]
fn a_total_of_0_or_a_number_outside_1_to_the_total_makes_no_segment() {
    for (total, number) in [
        (0, 0),
        (0, 1),
        (2, 0),
        (2, 3),
        (255, 0),
        (254, 255),
        (0, 255),
    ] {
        let eight = user_data(7, total, number, b"\x01\x06\x03\xC4\xAF\x87");
        let mut sixteen = hex!("0C 0504 0B84 C002 0804 0005 0000 010603C4AF87");
        sixteen[11..13].copy_from_slice(&[total, number]);
        for octets in [&eight[..], &sixteen] {
            let parsed = UserData::parse(octets).unwrap();
            let error = Segment::from_user_data(&parsed).unwrap_err();
            assert_eq!(error.kind(), DecodeErrorKind::Invalid);
            assert_eq!((error.field(), error.offset()), (Field::Concatenation, 9));
            assert_eq!(
                error.to_string(),
                "invalid concatenation element at octet 9"
            );
            // The element is ignored, and the message is one for itself (9.2.3.24.1).
            assert!(wap::open_sms(octets).is_ok());
        }
    }
}

#[test]
fn without_a_concatenation_element_of_its_length_it_is_no_segment() {
    for octets in [
        &hex!("06 0504 0B84 C002 AA")[..],
        &hex!("0A 0504 0B84 C002 0002 05 02"),
        &hex!("0C 0504 0B84 C002 0004 05 02 01 00"),
        &hex!("0B 0504 0B84 C002 0803 05 02 01"),
        &hex!("0D 0504 0B84 C002 0805 0005 02 01 00"),
        &hex!("0B 0504 0B84 C002 0103 05 02 01"),
    ] {
        let parsed = UserData::parse(octets).unwrap();
        let error = Segment::from_user_data(&parsed).unwrap_err();
        assert_eq!(error.kind(), DecodeErrorKind::NoSegment);
        assert_eq!((error.field(), error.offset()), (Field::Concatenation, 0));
        assert!(!error.is_not_for_dm());
        assert_eq!(
            error.to_string(),
            "no segment of several, without concatenation element at octet 0"
        );
    }
}

#[test]
fn every_truncation_of_a_segment_is_an_error_within_its_header_and_a_shorter_part_behind_it() {
    let octets = user_data(7, 2, 1, b"part");
    let mut reassembler = Reassembler::<u32, 16, 8, 9>::new();
    for length in 0..=octets.len() {
        let answer = feed(
            &mut reassembler,
            0,
            length.try_into().unwrap(),
            &octets[..length],
        );
        if length < 12 {
            let error = answer.unwrap_err();
            assert_eq!(error.kind(), DecodeErrorKind::Truncated);
            assert_eq!((error.field(), error.offset()), (Field::UserDataHeader, 0));
        } else {
            assert_eq!(answer, Ok((Told::Incomplete(1), None)));
        }
    }
}

// What there is room for

#[test]
fn a_segment_too_long_for_its_set_is_an_error_and_the_message_is_as_it_was() {
    let mut reassembler = Reassembler::<u32, 1, 10, 9>::new();
    let first = user_data(7, 2, 1, &[1; 6]);
    assert_told(&mut reassembler, (0, 0), &first, Told::Incomplete(1), None);
    for length in 5..=12 {
        let second = user_data(7, 2, 2, &vec![2; length]);
        assert_no_room(feed(&mut reassembler, 0, 0, &second), 12);
        assert_told(&mut reassembler, (0, 0), &first, Told::Duplicate, None);
    }
    let second = user_data(7, 2, 2, &[2; 4]);
    let told = whole(&[1, 1, 1, 1, 1, 1, 2, 2, 2, 2]);
    assert_told(&mut reassembler, (0, 0), &second, told, None);
}

#[test]
fn a_segment_that_no_set_has_room_for_displaces_nothing() {
    let mut reassembler = Reassembler::<u32, 1, 10, 9>::new();
    let held = user_data(7, 2, 1, &[1; 10]);
    assert_told(&mut reassembler, (0, 0), &held, Told::Incomplete(1), None);
    let too_long = user_data(8, 2, 1, &[1; 11]);
    for now in [0, 10] {
        let answer = feed(&mut reassembler, now, 0, &too_long);
        let text = answer.clone().unwrap_err().to_string();
        assert_eq!(text, "no room for segment at octet 12");
        assert_no_room(answer, 12);
    }
    assert_told(&mut reassembler, (9, 0), &held, Told::Duplicate, None);
}

#[test]
fn a_segment_has_255_octets_at_most() {
    let mut reassembler = Reassembler::<u32, 1, 600, 9>::new();
    let over = user_data(7, 2, 1, &[1; 256]);
    assert_no_room(feed(&mut reassembler, 0, 0, &over), 12);
    let just = user_data(7, 2, 1, &[1; 255]);
    assert_told(&mut reassembler, (0, 0), &just, Told::Incomplete(1), None);
}

#[test]
fn the_offset_of_a_segment_without_room_is_that_of_its_part() {
    let mut reassembler = Reassembler::<u32, 1, 0, 9>::new();
    let octets = hex!("05 0003 05 02 01 AA");
    assert_no_room(feed(&mut reassembler, 0, 0, &octets), 6);
    let segment = cdma::WdpSegment::parse(&hex!("00 02 01 AA")).unwrap();
    let error = reassembler
        .accept(0, 0, &segment.of_message(1))
        .unwrap_err();
    assert_eq!((error.kind(), error.offset()), (DecodeErrorKind::NoRoom, 3));
}

#[test]
fn a_reassembler_without_sets_has_no_room() {
    let mut reassembler = Reassembler::<u32, 0, 100, 9>::new();
    let octets = user_data(7, 2, 1, b"part");
    assert_no_room(feed(&mut reassembler, 0, 0, &octets), 12);
    assert_eq!(reassembler.expire(100), None);
}

// How long it is kept

#[test]
fn a_message_has_max_age_ticks_from_its_first_segment_wherever_the_count_starts() {
    for start in [0, 1000, u32::MAX - 100, u32::MAX - 99, u32::MAX] {
        let [first, second, third] = [1, 2, 3].map(|number| user_data(7, 3, number, &[number]));
        let mut reassembler = Reassembler::<u32, 2, 8, 100>::new();
        let at = |age: u32| (start.wrapping_add(age), 0);
        // At 100 it still is young enough,
        assert_told(&mut reassembler, at(0), &first, Told::Incomplete(2), None);
        assert_eq!(reassembler.expire(at(100).0), None);
        assert_told(&mut reassembler, at(99), &second, Told::Incomplete(1), None);
        assert_told(&mut reassembler, at(100), &third, whole(&[1, 2, 3]), None);
        // at 101 too old, however recent its second segment: the third begins anew.
        assert_told(&mut reassembler, at(0), &first, Told::Incomplete(2), None);
        assert_told(
            &mut reassembler,
            at(100),
            &second,
            Told::Incomplete(1),
            None,
        );
        let expired = Some((0, Reason::Expired, 1));
        let told = Told::Incomplete(2);
        assert_told(&mut reassembler, at(101), &third, told, expired);
        assert_told(&mut reassembler, at(201), &first, Told::Incomplete(1), None);
        assert_told(&mut reassembler, at(201), &second, whole(&[1, 2, 3]), None);
    }
}

#[test]
fn messages_that_are_too_old_are_reported_once_each() {
    let mut reassembler = Reassembler::<u32, 4, 8, 100>::new();
    for sender in 0..3 {
        let octets = user_data(7, 3, 1, b"part");
        assert_told(
            &mut reassembler,
            (10 * sender, sender),
            &octets,
            Told::Incomplete(2),
            None,
        );
    }
    assert_eq!(reassembler.expire(100), None);
    assert_eq!(
        given(reassembler.expire(101)),
        Some((0, Reason::Expired, 2))
    );
    assert_eq!(reassembler.expire(101), None);
    let mut last = [(); 2].map(|()| given(reassembler.expire(121)));
    last.sort_by_key(|given| given.map(|(sender, ..)| sender));
    let expected = [1, 2].map(|sender| Some((sender, Reason::Expired, 2)));
    assert_eq!(last, expected);
    assert_eq!(reassembler.expire(121), None);
}

#[test]
fn with_the_greatest_max_age_nothing_expires_and_with_0_nothing_outlives_its_tick() {
    let octets = user_data(7, 2, 1, b"part");
    let mut patient = Reassembler::<u32, 1, 8, { u32::MAX }>::new();
    assert_told(&mut patient, (1, 0), &octets, Told::Incomplete(1), None);
    assert_eq!(patient.expire(0), None);
    let mut hasty = Reassembler::<u32, 1, 8, 0>::new();
    assert_told(&mut hasty, (1, 0), &octets, Told::Incomplete(1), None);
    assert_eq!(hasty.expire(1), None);
    assert_eq!(given(hasty.expire(2)), Some((0, Reason::Expired, 1)));
}

#[test]
fn where_all_sets_are_taken_the_oldest_gives_way_wherever_the_count_starts() {
    for start in [0, u32::MAX - 25, u32::MAX - 15, u32::MAX] {
        let mut reassembler = Reassembler::<u32, 3, 8, 100>::new();
        let first = user_data(7, 2, 1, b"a");
        // Not the order of the sets: sender 2 is the oldest, then 0, then 1.
        for (age, sender) in [(0, 9), (10, 0), (20, 1)] {
            let at = (start.wrapping_add(age), sender);
            assert_told(&mut reassembler, at, &first, Told::Incomplete(1), None);
        }
        let now = start.wrapping_add(30);
        let second = user_data(7, 2, 2, b"b");
        assert_told(&mut reassembler, (now, 9), &second, whole(b"ab"), None);
        assert_told(
            &mut reassembler,
            (now, 2),
            &first,
            Told::Incomplete(1),
            None,
        );
        for (sender, oldest) in [(3, 0), (4, 1), (5, 2)] {
            let gave_way = Some((oldest, Reason::GaveWay, 1));
            let at = (now.wrapping_add(sender), sender);
            assert_told(&mut reassembler, at, &first, Told::Incomplete(1), gave_way);
        }
    }
}

#[test]
fn a_message_that_is_too_old_anyway_has_expired_where_its_set_is_needed() {
    let mut reassembler = Reassembler::<u32, 2, 8, 100>::new();
    let octets = user_data(7, 2, 1, b"a");
    assert_told(&mut reassembler, (0, 0), &octets, Told::Incomplete(1), None);
    assert_told(&mut reassembler, (1, 1), &octets, Told::Incomplete(1), None);
    let expired = Some((0, Reason::Expired, 1));
    assert_told(
        &mut reassembler,
        (101, 2),
        &octets,
        Told::Incomplete(1),
        expired,
    );
    let gave_way = Some((1, Reason::GaveWay, 1));
    assert_told(
        &mut reassembler,
        (101, 3),
        &octets,
        Told::Incomplete(1),
        gave_way,
    );
}

#[test]
fn a_free_set_is_taken_before_one_that_is_too_old() {
    let mut reassembler = Reassembler::<u32, 2, 8, 100>::new();
    let octets = user_data(7, 2, 1, b"a");
    assert_told(&mut reassembler, (0, 0), &octets, Told::Incomplete(1), None);
    assert_told(
        &mut reassembler,
        (500, 1),
        &octets,
        Told::Incomplete(1),
        None,
    );
    assert_eq!(
        given(reassembler.expire(500)),
        Some((0, Reason::Expired, 1))
    );
}

#[test]
fn of_two_messages_too_old_the_one_that_a_segment_comes_for_is_given_up() {
    let mut reassembler = Reassembler::<u32, 2, 8, 100>::new();
    let octets = user_data(7, 2, 1, b"a");
    assert_told(&mut reassembler, (0, 0), &octets, Told::Incomplete(1), None);
    assert_told(&mut reassembler, (1, 1), &octets, Told::Incomplete(1), None);
    let expired = Some((1, Reason::Expired, 1));
    assert_told(
        &mut reassembler,
        (500, 1),
        &octets,
        Told::Incomplete(1),
        expired,
    );
    assert_eq!(
        given(reassembler.expire(500)),
        Some((0, Reason::Expired, 1))
    );
    assert_eq!(reassembler.expire(500), None);
}

// What the firmware does with it

#[test]
fn it_lies_in_a_static_and_is_shown_without_octets() {
    static REASSEMBLER: std::sync::Mutex<Reassembler<u32, 2, 8, 100>> =
        std::sync::Mutex::new(Reassembler::new());
    let mut reassembler = REASSEMBLER.lock().unwrap();
    assert_eq!(format!("{reassembler:?}"), "[Free, Free]");
    let octets = user_data(7, 2, 1, b"a");
    assert_told(&mut reassembler, (5, 3), &octets, Told::Incomplete(1), None);
    let shown = format!("{reassembler:?}");
    assert!(
        shown.contains("originator: 3") && shown.contains("Eight(7)"),
        "{shown}"
    );
    assert!(
        shown.contains("since: 5") && shown.contains("Free"),
        "{shown}"
    );
    assert_eq!(
        format!("{:?}", Reassembler::<u32, 1, 8, 0>::default()),
        "[Free]"
    );
}

// What an attacker can and cannot do

#[test]
fn an_attacker_who_fills_the_sets_pushes_out_the_oldest_and_it_is_reported() {
    let mut reassembler = Reassembler::<u32, 4, 8, 100>::new();
    let genuine = user_data(1, 2, 1, b"a");
    assert_told(
        &mut reassembler,
        (0, 1),
        &genuine,
        Told::Incomplete(1),
        None,
    );
    for reference in 0..3 {
        let octets = user_data(reference, 255, 1, b"x");
        assert_told(
            &mut reassembler,
            (1, 666),
            &octets,
            Told::Incomplete(254),
            None,
        );
    }
    let octets = user_data(3, 255, 1, b"x");
    let gave_way = Some((1, Reason::GaveWay, 1));
    assert_told(
        &mut reassembler,
        (1, 666),
        &octets,
        Told::Incomplete(254),
        gave_way,
    );
    // The notification is sent again, and now an older one gives way to it.
    let accepted = feed(&mut reassembler, 2, 1, &genuine).unwrap();
    assert_eq!(accepted.1, Some((666, Reason::GaveWay, 254)));
    let second = user_data(1, 2, 2, b"b");
    assert_told(&mut reassembler, (3, 1), &second, whole(b"ab"), None);
}

#[test]
fn an_attacker_cannot_keep_a_set_by_sending_more_to_it() {
    let mut reassembler = Reassembler::<u32, 1, 255, 100>::new();
    for number in 1..=101_u8 {
        let octets = user_data(1, 255, number, b"x");
        let now = u32::from(number) - 1;
        assert_told(
            &mut reassembler,
            (now, 666),
            &octets,
            Told::Incomplete(255 - number),
            None,
        );
    }
    assert_eq!(
        given(reassembler.expire(101)),
        Some((666, Reason::Expired, 154))
    );
}

#[test]
fn an_attacker_who_spoofs_a_segment_has_the_whole_fail_at_its_digest() {
    let golden = GOLDEN
        .iter()
        .find(|golden| golden.short_messages.len() == 2)
        .unwrap();
    let mut spoofed = golden.short_messages[1].to_vec();
    *spoofed.last_mut().unwrap() ^= 1;
    let mut reassembler = Reassembler::<u32, 1, 1024, 100>::new();
    assert_told(
        &mut reassembler,
        (0, 1),
        &spoofed,
        Told::Incomplete(1),
        None,
    );
    assert_told(
        &mut reassembler,
        (0, 1),
        golden.short_messages[1],
        Told::Conflicting,
        None,
    );
    let (told, _) = feed(&mut reassembler, 0, 1, golden.short_messages[0]).unwrap();
    let Told::Complete(octets) = told else {
        panic!("{told:?}")
    };
    let push = wap::open_datagram(2948, &octets).unwrap();
    let package0 = Package0::parse(push.body()).unwrap();
    let credentials = Credentials::new(golden.server_id, golden.password);
    let nonces = [Nonce::new(golden.nonce), Nonce::RESYNC];
    assert!(package0.verify(&credentials, &nonces).is_err());
}

#[test]
fn an_attacker_cannot_replace_what_is_held_nor_touch_another_message() {
    let mut reassembler = Reassembler::<u32, 2, 8, 100>::new();
    let first = user_data(1, 2, 1, b"a");
    assert_told(&mut reassembler, (0, 1), &first, Told::Incomplete(1), None);
    // Under the spoofed originator and reference,
    let replaced = user_data(1, 2, 1, b"x");
    assert_told(&mut reassembler, (0, 1), &replaced, Told::Conflicting, None);
    let too_long = user_data(1, 2, 2, &[b'x'; 8]);
    assert_no_room(feed(&mut reassembler, 0, 1, &too_long), 12);
    // another total, or another originator.
    let other_total = user_data(1, 3, 2, b"x");
    assert_told(
        &mut reassembler,
        (0, 1),
        &other_total,
        Told::Incomplete(2),
        None,
    );
    let second = user_data(1, 2, 2, b"b");
    assert_told(&mut reassembler, (0, 1), &second, whole(b"ab"), None);
}

// Properties

/// A message cut anywhere, and an order of its segments.
fn cut_message() -> impl Strategy<Value = (Vec<Vec<u8>>, Vec<usize>)> {
    let part = prop::collection::vec(any::<u8>(), 0..=40);
    prop::collection::vec(part, 1..=40).prop_flat_map(|parts| {
        let order: Vec<usize> = (0..parts.len()).collect();
        (Just(parts), Just(order).prop_shuffle())
    })
}

/// Originator, reference and total.
type ModelKey = (u32, u8, u8);
/// When the first segment came, by a clock that does not wrap, and all that came, by number.
type ModelSet = (u64, BTreeMap<u8, Vec<u8>>);

/// What a [`Reassembler`] is: a map.
#[derive(Default)]
struct Model {
    held: HashMap<ModelKey, ModelSet>,
}

const SETS: usize = 3;
const OCTETS: usize = 24;
const MAX_AGE: u32 = 10;

impl Model {
    /// Checks that `given` is one that may be given up for another, and gives it up.
    fn give_up(&mut self, now: u64, key: ModelKey, given: Given) {
        let age = |since: u64| now - since;
        let own = self.held.get(&key).map(|(since, _)| age(*since));
        let expected_age = match own {
            Some(own) if own > u64::from(MAX_AGE) => Some(own),
            Some(_) => None,
            None if self.held.len() < SETS => None,
            None => self.held.values().map(|(since, _)| age(*since)).max(),
        };
        let Some((originator, reason, missing)) = given else {
            assert_eq!(expected_age, None);
            return;
        };
        let expired = expected_age > Some(u64::from(MAX_AGE));
        assert_eq!(reason == Reason::Expired, expired);
        let candidate = self
            .held
            .iter()
            .find(|((sender, _, total), (since, parts))| {
                *sender == originator
                    && Some(age(*since)) == expected_age
                    && usize::from(*total) - parts.len() == usize::from(missing)
            });
        let gone = *candidate.expect("what is given up was held").0;
        assert!(own.is_none() || gone == key);
        self.held.remove(&gone);
    }

    fn accept(&mut self, now: u64, key: ModelKey, number: u8, part: &[u8], answer: &Answer) {
        let fresh = |since: u64| now - since <= u64::from(MAX_AGE);
        let joins = self.held.get(&key).filter(|(since, _)| fresh(*since));
        let used = joins.map_or(0, |(_, parts)| parts.values().map(Vec::len).sum());
        let held = joins.and_then(|(_, parts)| parts.get(&number));
        if part.len() > OCTETS || held.is_none() && used + part.len() > OCTETS {
            let kind = answer.as_ref().map_err(DecodeError::kind).map(|_| ());
            assert_eq!(kind, Err(DecodeErrorKind::NoRoom));
            return;
        }
        let (told, given) = answer.clone().unwrap();
        if let Some(held) = held {
            let expected = if held == part {
                Told::Duplicate
            } else {
                Told::Conflicting
            };
            assert_eq!((told, given), (expected, None));
            return;
        }
        self.give_up(now, key, given);
        let (_, parts) = self.held.entry(key).or_insert((now, BTreeMap::new()));
        parts.insert(number, part.to_vec());
        let missing = key.2 - u8::try_from(parts.len()).unwrap();
        if missing > 0 {
            assert_eq!(told, Told::Incomplete(missing));
        } else {
            let octets: Vec<u8> = parts.values().flatten().copied().collect();
            assert_eq!(told, Told::Complete(octets));
            self.held.remove(&key);
        }
    }
}

#[derive(Clone, Debug)]
enum Operation {
    Accept {
        key: ModelKey,
        number: u8,
        part: Vec<u8>,
    },
    Pass(u64),
    Expire,
}

fn operation() -> impl Strategy<Value = Operation> {
    // The originator says reference and total as well, so that a displaced message is told from all others.
    let key = (0..3_u32, 0..2_u8, 1..=4_u8).prop_map(|(sender, reference, total)| {
        let originator = sender * 100 + u32::from(reference) * 10 + u32::from(total);
        (originator, reference, total)
    });
    let part = prop::collection::vec(0..2_u8, 0..=9);
    let part = prop_oneof![9 => part, 1 => Just(vec![0; OCTETS]), 1 => Just(vec![0; OCTETS + 1])];
    let accept = (key, any::<u8>(), part).prop_map(|(key, number, part)| Operation::Accept {
        key,
        number: number % key.2 + 1,
        part,
    });
    prop_oneof![
        8 => accept,
        2 => (0..5_u64).prop_map(Operation::Pass),
        1 => (9..13_u64).prop_map(Operation::Pass),
        1 => Just(Operation::Expire),
    ]
}

proptest! {
    #[test]
    fn reassembly_of_any_split_in_any_order_is_the_identity((parts, order) in cut_message()) {
        let total = u8::try_from(parts.len()).unwrap();
        let mut reassembler = Reassembler::<u32, 1, 1600, 0>::new();
        for (missing, &place) in (0..total).rev().zip(&order) {
            let number = u8::try_from(place).unwrap() + 1;
            let octets = user_data(7, total, number, &parts[place]);
            let told = match missing {
                0 => whole(&parts.concat()),
                _ => Told::Incomplete(missing),
            };
            prop_assert_eq!(feed(&mut reassembler, 0, 0, &octets), Ok((told, None)));
        }
    }

    #[test]
    fn any_sequence_of_operations_does_what_a_map_would(
        start in prop_oneof![Just(0), u32::MAX - 60..=u32::MAX, any::<u32>()],
        operations in prop::collection::vec(operation(), 1..80),
    ) {
        let mut reassembler = Reassembler::<u32, SETS, OCTETS, MAX_AGE>::new();
        let mut model = Model::default();
        let mut now = 0_u64;
        let tick = |ticks: u64| start.wrapping_add(u32::try_from(ticks).unwrap());
        for operation in operations {
            match operation {
                Operation::Accept { key, number, part } => {
                    let octets = user_data(key.1, key.2, number, &part);
                    let answer = feed(&mut reassembler, tick(now), key.0, &octets);
                    model.accept(now, key, number, &part, &answer);
                }
                Operation::Pass(ticks) => now += ticks,
                Operation::Expire => {
                    while let Some(displaced) = reassembler.expire(tick(now)) {
                        prop_assert_eq!(displaced.reason, Reason::Expired);
                        let originator = displaced.key.originator;
                        let of_it = |key: &ModelKey| key.0 == originator;
                        let key = *model.held.keys().find(|key| of_it(key)).unwrap();
                        let (since, parts) = model.held.remove(&key).unwrap();
                        prop_assert!(now - since > u64::from(MAX_AGE));
                        prop_assert_eq!(usize::from(displaced.missing), usize::from(key.2) - parts.len());
                    }
                    let young = |since: u64| now - since <= u64::from(MAX_AGE);
                    prop_assert!(model.held.values().all(|(since, _)| young(*since)));
                }
            }
        }
        // Whatever is left is reported, once.
        let end = tick(now + u64::from(MAX_AGE) + 1);
        let left = core::iter::from_fn(|| reassembler.expire(end)).count();
        prop_assert_eq!(left, model.held.len());
    }

    #[test]
    fn arbitrary_segments_do_not_disturb_a_message_that_they_do_not_belong_to(
        foreign in prop::collection::vec(
            (1..4_u32, any::<u8>(), prop::collection::vec(any::<u8>(), 0..30), any::<bool>()),
            0..6,
        ),
    ) {
        let mut reassembler = Reassembler::<u32, 8, 16, 100>::new();
        let first = user_data(1, 2, 1, b"a");
        assert_told(&mut reassembler, (0, 0), &first, Told::Incomplete(1), None);
        for (originator, number, octets, has_header) in foreign {
            let octets = if has_header { user_data(1, 255, number, &octets) } else { octets };
            if let Ok((_, displaced)) = feed(&mut reassembler, 1, originator, &octets) {
                prop_assert_eq!(displaced, None);
            }
        }
        let second = user_data(1, 2, 2, b"b");
        assert_told(&mut reassembler, (2, 0), &second, whole(b"ab"), None);
    }
}
