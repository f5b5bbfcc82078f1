//! Receiving segments: what belongs together, what is handed out when, what gives way (OMA §7.1;
//! TS 23.040 §9.2.3.24.1, §9.2.3.24.8), and what an attacker can and cannot do to it.

use std::collections::{BTreeMap, BTreeSet};

use crate::vectors::GOLDEN;
use oma_dm_notification::wap::reassembly::{
    Accepted, Displaced, MessageKey, Reason, Reassembled, Reassembler, Segment,
};
use oma_dm_notification::wap::udh::{Reference, UserData};
use oma_dm_notification::{DecodeError, DecodeErrorKind, Field};
use proptest::prelude::*;

/// TP-User-Data with the ports 2948 and 0xC002 and an 8-bit reference; the payload starts at octet
/// 12.
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
    Repeated,
    Whole(Vec<u8>),
    NoRoom,
}

/// Originator, reason and missing segments of a displaced message.
type Given = Option<(u32, Reason, u8)>;

fn given(displaced: Option<Displaced<u32>>) -> Given {
    displaced.map(|displaced| {
        let Displaced {
            key,
            missing,
            reason,
            ..
        } = displaced;
        (key.originator, reason, missing)
    })
}

fn told(accepted: Result<Accepted<'_, u32>, DecodeError>) -> (Told, Given) {
    let Accepted {
        outcome, displaced, ..
    } = match accepted {
        Ok(accepted) => accepted,
        Err(error) => {
            assert_eq!(error.kind(), DecodeErrorKind::NoRoom);
            assert_eq!((error.field(), error.offset()), (Field::Segment, 12));
            return (Told::NoRoom, None);
        }
    };
    let told = match outcome {
        Reassembled::Incomplete {
            missing,
            port_known,
        } => {
            assert!(port_known, "every short message has its port");
            Told::Incomplete(missing)
        }
        Reassembled::Repeated => Told::Repeated,
        Reassembled::Whole { octets } => Told::Whole(octets.to_vec()),
        Reassembled::NotForDm => panic!("its port is 2948"),
    };
    (told, given(displaced))
}

/// Hands over TP-User-Data of a segment to port 2948.
fn feed<const SETS: usize, const OCTETS: usize>(
    reassembler: &mut Reassembler<u32, SETS, OCTETS>,
    now: u32,
    originator: u32,
    octets: &[u8],
) -> (Told, Given) {
    let user_data = UserData::parse(octets).unwrap();
    let segment = Segment::from_user_data(&user_data).unwrap();
    told(reassembler.accept(now, originator, &segment))
}

fn whole(octets: &[u8]) -> Told {
    Told::Whole(octets.to_vec())
}

const fn incomplete(missing: u8) -> (Told, Given) {
    (Told::Incomplete(missing), None)
}

fn reassembler<const SETS: usize, const OCTETS: usize>(
    max_age: u32,
) -> Reassembler<u32, SETS, OCTETS> {
    let mut reassembler = Reassembler::new();
    reassembler.set_max_age(max_age);
    reassembler
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
    let mut reassembler = reassembler::<1, 4096>(0);
    for golden in GOLDEN {
        for messages in [
            golden.short_messages,
            golden.short_messages_16_bit_reference,
        ] {
            let [_, _, ..] = messages else { continue };
            let backwards: Vec<_> = messages.iter().rev().collect();
            for order in [messages.iter().collect(), backwards] {
                reassembler.clear();
                let total = u8::try_from(messages.len()).unwrap();
                for (missing, octets) in (0..total).rev().zip(order) {
                    let expected = match missing {
                        0 => (whole(golden.wsp), None),
                        _ => incomplete(missing),
                    };
                    let user_data = UserData::parse(octets).unwrap();
                    let segment = Segment::from_user_data(&user_data).unwrap();
                    assert_eq!(told(reassembler.accept(0, 0, &segment)), expected);
                }
            }
        }
    }
}

#[test]
fn up_to_five_segments_of_any_length_are_whole_in_every_order() {
    let parts: [&[u8]; 5] = [b"first", b"", b"3", b"the fourth", b"5"];
    for total in 2..=5 {
        let message = parts[..total].concat();
        let orders = permutations(total);
        assert_eq!(orders.len(), (1..=total).product());
        for order in orders {
            let mut reassembler = reassembler::<1, 64>(0);
            for (missing, &place) in (0..total).rev().zip(&order) {
                let [total, number, missing] =
                    [total, place + 1, missing].map(|value| u8::try_from(value).unwrap());
                let octets = user_data(7, total, number, parts[place]);
                let expected = match missing {
                    0 => (whole(&message), None),
                    _ => incomplete(missing),
                };
                assert_eq!(feed(&mut reassembler, 0, 0, &octets), expected, "{order:?}");
            }
        }
    }
}

#[test]
fn a_set_of_512_octets_is_filled_exactly_and_an_octet_more_has_no_room() {
    // 4 segments: 8 octets of index, and 504 of the message.
    for (last, fits) in [(120, true), (121, false)] {
        for order in permutations(4) {
            let mut reassembler = reassembler::<1, 512>(0);
            let parts = [[1; 128].to_vec(), vec![2; 128], vec![3; 128], vec![4; last]];
            let mut answers = order.iter().map(|&place| {
                let number = u8::try_from(place).unwrap() + 1;
                let octets = user_data(7, 4, number, &parts[place]);
                feed(&mut reassembler, 0, 0, &octets)
            });
            for missing in [3, 2, 1] {
                assert_eq!(answers.next(), Some(incomplete(missing)));
            }
            let expected = if fits {
                whole(&parts.concat())
            } else {
                Told::NoRoom
            };
            assert_eq!(answers.next(), Some((expected, None)));
        }
    }
}

#[test]
fn a_message_of_255_full_segments_fills_its_set_in_the_best_and_in_the_worst_order() {
    const FULL: usize = 255 * (255 + 2);
    let parts: Vec<_> = (1..=255_u8).map(|number| vec![number; 255]).collect();
    let ascending = 1..=255_u8;
    let orders: [Vec<u8>; 2] = [ascending.clone().collect(), ascending.rev().collect()];
    for order in orders {
        let mut reassembler = reassembler::<1, FULL>(0);
        for (missing, number) in (0..255).rev().zip(order) {
            let octets = user_data(7, 255, number, &parts[usize::from(number) - 1]);
            let expected = match missing {
                0 => (whole(&parts.concat()), None),
                _ => incomplete(missing),
            };
            assert_eq!(feed(&mut reassembler, 0, 0, &octets), expected);
        }
    }
}

#[test]
fn segments_without_octets_take_the_room_of_their_numbers() {
    let mut reassembler = reassembler::<1, 510>(0);
    for number in 1..=254 {
        let octets = user_data(7, 255, number, b"");
        assert_eq!(
            feed(&mut reassembler, 0, 0, &octets),
            incomplete(255 - number)
        );
    }
    let too_long = user_data(7, 255, 255, b"x");
    let answer = feed(&mut reassembler, 0, 0, &too_long);
    assert_eq!(answer, (Told::NoRoom, None));
    let last = user_data(7, 255, 255, b"");
    assert_eq!(feed(&mut reassembler, 0, 0, &last), (whole(b""), None));
    // All come again, one of them twice.
    for number in [3, 255, 3].into_iter().chain(1..=253).rev() {
        let octets = user_data(7, 255, number, b"");
        let repeated = (Told::Repeated, None);
        assert_eq!(feed(&mut reassembler, 0, 0, &octets), repeated, "{number}");
    }
    let octets = user_data(7, 255, 254, b"");
    assert_eq!(feed(&mut reassembler, 0, 0, &octets), (whole(b""), None));
}

// The latest of each number counts

/// A message under one reference, of as many segments as it has octets.
fn segments(parts: &[&[u8]]) -> Vec<Vec<u8>> {
    let total = u8::try_from(parts.len()).unwrap();
    let numbered = (1..=total).zip(parts);
    numbered
        .map(|(number, part)| user_data(7, total, number, part))
        .collect()
}

/// The later message is whole in every order in which, at some moment, the latest of each number is
/// its. Of the earlier one, any segments may be lost.
#[test]
fn of_two_messages_under_one_reference_the_later_one_is_never_lost() {
    let earlier = segments(&[b"a", b"bb", b"ccc"]);
    let later = segments(&[b"DDDD", b"E", b"FF"]);
    for lost in 0..8_u8 {
        let came = (0..3).filter(|place| lost & (1 << place) == 0);
        let mut all: Vec<_> = came.map(|place| (place, &earlier[place], false)).collect();
        all.extend((0..3).map(|place| (place, &later[place], true)));
        let mut is_whole = 0;
        for order in permutations(all.len()) {
            let mut reassembler = reassembler::<1, 64>(600);
            let mut latest = [false; 3];
            let (mut expected, mut handed_out) = (false, false);
            for (place, octets, is_later) in order.iter().map(|&at| all[at]) {
                latest[place] = is_later;
                expected |= latest == [true; 3];
                handed_out |= feed(&mut reassembler, 0, 0, octets).0 == whole(b"DDDDEFF");
            }
            assert_eq!(handed_out, expected, "{order:?}");
            is_whole += usize::from(expected);
        }
        // Of 720 orders, if none is lost; of the 6 of its own, if all are.
        match lost {
            0 => assert_eq!(is_whole, 288),
            7 => assert_eq!(is_whole, 6),
            _ => assert!(is_whole > 6),
        }
    }
}

#[test]
fn a_later_message_that_does_not_fit_beside_the_earlier_one_is_whole_all_the_same() {
    let earlier = segments(&[b"1", &[2; 60], &[3; 60]]);
    let later = segments(&[&[4; 60], b"5", &[6; 60]]);
    let mut reassembler = reassembler::<1, 128>(600);
    assert_eq!(feed(&mut reassembler, 0, 0, &earlier[1]), incomplete(2));
    assert_eq!(feed(&mut reassembler, 0, 0, &earlier[2]), incomplete(1));
    // It is not known to be of another message, since its number is new.
    assert_eq!(
        feed(&mut reassembler, 0, 0, &later[0]),
        (Told::NoRoom, None)
    );
    assert_eq!(
        feed(&mut reassembler, 0, 0, &earlier[0]).0,
        whole(&[&[1; 0][..], b"1", &[2; 60], &[3; 60]].concat())
    );
    let replaced = |missing| Some((0, Reason::Replaced, missing));
    let expected = (Told::Incomplete(2), replaced(0));
    assert_eq!(feed(&mut reassembler, 0, 0, &later[0]), expected);
    assert_eq!(feed(&mut reassembler, 0, 0, &later[2]), incomplete(1));
    let message = [&[4; 60][..], b"5", &[6; 60]].concat();
    assert_eq!(
        feed(&mut reassembler, 0, 0, &later[1]),
        (whole(&message), None)
    );
}

#[test]
fn a_segment_that_differs_replaces_the_held_one_whichever_is_longer() {
    let parts: [&[u8]; 4] = [b"", b"x", b"four", b"a longer one"];
    for place in 0..3 {
        for (old, new) in parts.iter().flat_map(|old| parts.map(|new| (*old, new))) {
            let mut message: [&[u8]; 3] = [b"first", b"second", b"third"];
            message[place] = old;
            let mut reassembler = reassembler::<1, 64>(600);
            for octets in &segments(&message)[..2] {
                feed(&mut reassembler, 0, 0, octets);
            }
            let is_held = place < 2;
            let answer = {
                message[place] = new;
                feed(&mut reassembler, 0, 0, &segments(&message)[place])
            };
            let expected = match (is_held, old == new) {
                (true, true) => (Told::Repeated, None),
                (true, false) => (Told::Incomplete(1), Some((0, Reason::Replaced, 1))),
                (false, _) => (whole(&message.concat()), None),
            };
            assert_eq!(answer, expected);
            if is_held {
                let last = feed(&mut reassembler, 0, 0, &segments(&message)[2]);
                assert_eq!(last, (whole(&message.concat()), None));
            }
        }
    }
}

#[test]
fn a_whole_message_is_handed_out_again_when_all_have_come_again_in_any_order() {
    let message = segments(&[b"one", b"two", b"three"]);
    for order in permutations(3) {
        let mut reassembler = reassembler::<1, 64>(600);
        for octets in &message {
            feed(&mut reassembler, 0, 0, octets);
        }
        // Twice, and one of them twice in between.
        for _ in 0..2 {
            let repeated = [order[0], order[1], order[0]];
            for place in repeated {
                let answer = feed(&mut reassembler, 0, 0, &message[place]);
                assert_eq!(answer, (Told::Repeated, None));
            }
            let last = feed(&mut reassembler, 0, 0, &message[order[2]]);
            assert_eq!(last, (whole(b"onetwothree"), None));
        }
    }
}

#[test]
fn a_message_of_which_one_segment_is_lost_is_never_whole() {
    let message = segments(&[b"one", b"two", b"three", b"four"]);
    for lost in 0..4 {
        let mut reassembler = reassembler::<1, 64>(600);
        for _ in 0..3 {
            for (_, octets) in message
                .iter()
                .enumerate()
                .filter(|&(place, _)| place != lost)
            {
                let (told, displaced) = feed(&mut reassembler, 0, 0, octets);
                assert!(matches!(told, Told::Incomplete(_) | Told::Repeated));
                assert_eq!(displaced, None);
            }
        }
    }
}

// What belongs together

#[test]
fn originator_reference_its_width_originator_port_and_total_tell_messages_apart() {
    let base = user_data(7, 2, 1, b"a");
    let mut other_reference = base.clone();
    other_reference[9] = 8;
    let mut other_port = base.clone();
    other_port[6] = 3;
    let mut other_total = base.clone();
    other_total[10] = 3;
    let wide = b"\x0C\x05\x04\x0B\x84\xC0\x02\x08\x04\0\x07\x02\x01a".to_vec();
    let mut reassembler = reassembler::<6, 8>(600);
    for (originator, octets) in [
        (0, &base),
        (1, &base),
        (0, &other_reference),
        (0, &other_port),
        (0, &other_total),
        (0, &wide),
    ] {
        let missing = octets[octets.len() - 3] - 1;
        assert_eq!(
            feed(&mut reassembler, 0, originator, octets),
            incomplete(missing)
        );
    }
    let mut last = base;
    last[11] = 2;
    assert_eq!(feed(&mut reassembler, 0, 0, &last), (whole(b"aa"), None));
}

#[test]
fn a_segment_is_read_from_the_last_elements_wherever_they_are() {
    let octets =
        b"\x12\x00\x03\x01\x02\x01\x70\x00\x05\x04\x0B\x84\x23\xF0\x00\x03\x5A\x03\x02payload";
    let user_data = UserData::parse(octets).unwrap();
    let segment = Segment::from_user_data(&user_data).unwrap();
    assert_eq!((segment.total(), segment.number()), (3, 2));
    assert_eq!(segment.payload(), b"payload");
    let MessageKey::Sms {
        reference,
        originator_port,
        ..
    } = segment.message()
    else {
        panic!("{segment:?}")
    };
    assert_eq!(
        (reference, originator_port),
        (Reference::Eight(0x5A), 0x23F0)
    );
    assert_eq!(segment.message().to_string(), "8-bit reference 90");
}

#[test]
fn what_is_whole_by_itself_or_is_not_for_port_2948_is_not_a_segment() {
    let ours = "05040B84C002";
    for (elements, is_segment) in [
        (format!("{ours}0003070201"), true),
        (format!("0804000702 01{ours}").replace(' ', ""), true),
        (ours.to_owned(), false),
        (format!("{ours}0003070101"), false),
        (format!("{ours}0003070001"), false),
        (format!("{ours}0003070200"), false),
        (format!("{ours}0003070203"), false),
        (format!("{ours}00020702"), false),
        ("0003070201".to_owned(), false),
        ("05040B85C0020003070201".to_owned(), false),
        ("0402F0F00003070201".to_owned(), false),
        (format!("{ours}0402F0F00003070201"), false),
    ] {
        let elements = hex::decode(&elements).unwrap();
        let length = u8::try_from(elements.len()).unwrap();
        let octets = [&[length], &elements[..], b"payload"].concat();
        let user_data = UserData::parse(&octets).unwrap();
        let segment = Segment::from_user_data(&user_data);
        assert_eq!(segment.is_some(), is_segment, "{elements:02X?}");
    }
}

// What has no room

#[test]
fn a_segment_without_room_changes_nothing() {
    let mut reassembler = reassembler::<1, 16>(600);
    let message = segments(&[b"12345", b"678", b"90"]);
    assert_eq!(feed(&mut reassembler, 0, 0, &message[0]), incomplete(2));
    assert_eq!(feed(&mut reassembler, 0, 0, &message[1]), incomplete(1));
    let mut reaches = |octets: &[u8]| feed(&mut reassembler, 0, 0, octets);
    // The last may have 2 octets; no message of 7 segments, or of 3 with 11 octets in one, fits at
    // all.
    assert_eq!(reaches(&user_data(7, 3, 3, b"xyz")), (Told::NoRoom, None));
    assert_eq!(reaches(&user_data(7, 3, 1, &[0; 11])), (Told::NoRoom, None));
    assert_eq!(reaches(&user_data(8, 9, 1, b"")), (Told::NoRoom, None));
    assert_eq!(reaches(&user_data(8, 3, 1, &[0; 11])), (Told::NoRoom, None));
    assert_eq!(reaches(&message[2]), (whole(b"1234567890"), None));
}

#[test]
fn a_segment_has_255_octets_at_most() {
    let mut reassembler = reassembler::<1, 1024>(600);
    let too_long = user_data(7, 2, 1, &[0; 256]);
    let answer = feed(&mut reassembler, 0, 0, &too_long);
    assert_eq!(answer, (Told::NoRoom, None));
    let longest = user_data(7, 2, 1, &[0; 255]);
    assert_eq!(feed(&mut reassembler, 0, 0, &longest), incomplete(1));
}

#[test]
fn without_sets_there_is_no_room() {
    let mut reassembler = reassembler::<0, 1024>(600);
    let answer = feed(&mut reassembler, 0, 0, &user_data(7, 2, 1, b"a"));
    assert_eq!(answer, (Told::NoRoom, None));
    assert_eq!(reassembler.expire(1), None);
}

// Time

#[test]
fn a_message_has_its_ticks_from_its_first_segment_wherever_the_count_starts() {
    let message = segments(&[b"1", b"2", b"3"]);
    for start in [0, 1, u32::MAX - 100, u32::MAX - 50, u32::MAX] {
        let mut reassembler = reassembler::<1, 16>(100);
        let at = |ticks| start.wrapping_add(ticks);
        assert_eq!(feed(&mut reassembler, at(0), 0, &message[0]), incomplete(2));
        assert_eq!(
            feed(&mut reassembler, at(60), 0, &message[1]),
            incomplete(1)
        );
        assert_eq!(reassembler.expire(at(100)), None);
        let answer = feed(&mut reassembler, at(100), 0, &message[2]);
        assert_eq!(answer, (whole(b"123"), None));

        reassembler.clear();
        assert_eq!(feed(&mut reassembler, at(0), 0, &message[0]), incomplete(2));
        assert_eq!(
            feed(&mut reassembler, at(60), 0, &message[1]),
            incomplete(1)
        );
        let expired = Some((0, Reason::Expired, 1));
        let begins_anew = feed(&mut reassembler, at(101), 0, &message[2]);
        assert_eq!(begins_anew, (Told::Incomplete(2), expired));
        assert_eq!(
            given(reassembler.expire(at(202))),
            Some((0, Reason::Expired, 2))
        );
        assert_eq!(reassembler.expire(at(202)), None);
    }
}

#[test]
fn a_replaced_segment_gives_the_later_message_its_ticks() {
    let earlier = segments(&[b"a", b"b"]);
    let later = segments(&[b"C", b"D"]);
    let mut reassembler = reassembler::<1, 16>(100);
    assert_eq!(feed(&mut reassembler, 0, 0, &earlier[0]), incomplete(1));
    let replaced = Some((0, Reason::Replaced, 1));
    let answer = feed(&mut reassembler, 90, 0, &later[0]);
    assert_eq!(answer, (Told::Incomplete(1), replaced));
    assert_eq!(
        feed(&mut reassembler, 190, 0, &later[1]),
        (whole(b"CD"), None)
    );
}

#[test]
fn a_whole_message_is_remembered_for_its_ticks_after_its_last_segment() {
    let message = segments(&[b"a", b"b"]);
    let mut reassembler = reassembler::<1, 16>(100);
    assert_eq!(feed(&mut reassembler, 0, 0, &message[0]), incomplete(1));
    assert_eq!(
        feed(&mut reassembler, 90, 0, &message[1]),
        (whole(b"ab"), None)
    );
    assert_eq!(
        feed(&mut reassembler, 190, 0, &message[1]),
        (Told::Repeated, None)
    );
    assert_eq!(
        feed(&mut reassembler, 290, 0, &message[0]),
        (whole(b"ab"), None)
    );
    // Then it is forgotten, which is nothing to report.
    assert_eq!(reassembler.expire(391), None);
    assert_eq!(feed(&mut reassembler, 391, 0, &message[1]), incomplete(1));
}

#[test]
fn when_new_nothing_expires_and_with_a_maximum_age_of_0_nothing_outlives_its_tick() {
    let octets = user_data(7, 2, 1, b"part");
    let mut patient = Reassembler::<u32, 1, 8>::default();
    assert_eq!(feed(&mut patient, 1, 0, &octets), incomplete(1));
    assert_eq!(patient.expire(0), None);
    let mut hasty = reassembler::<1, 8>(0);
    assert_eq!(feed(&mut hasty, 1, 0, &octets), incomplete(1));
    assert_eq!(hasty.expire(1), None);
    assert_eq!(given(hasty.expire(2)), Some((0, Reason::Expired, 1)));
}

#[test]
fn messages_that_have_expired_are_reported_once_each() {
    let mut reassembler = reassembler::<4, 8>(100);
    for sender in 0..3 {
        let octets = user_data(7, 2, 1, b"part");
        assert_eq!(
            feed(&mut reassembler, 10 * sender, sender, &octets),
            incomplete(1)
        );
    }
    assert_eq!(reassembler.expire(100), None);
    let mut expire = |now| given(reassembler.expire(now));
    assert_eq!(expire(101), Some((0, Reason::Expired, 1)));
    assert_eq!(expire(101), None);
    let mut last = [expire(121), expire(121)];
    last.sort_by_key(|given| given.map(|(sender, ..)| sender));
    assert_eq!(
        last,
        [1, 2].map(|sender| Some((sender, Reason::Expired, 1)))
    );
    assert_eq!(expire(121), None);
}

// Which set gives way

#[test]
fn sets_give_way_in_the_order_empty_expired_whole_without_first_segment_with_it() {
    let mut reassembler = reassembler::<5, 8>(100);
    let (first, second) = (user_data(7, 2, 1, b"a"), user_data(7, 2, 2, b"b"));
    // Sender 1 has expired at 101, 2 is whole, 3 and 4 lack the first segment, 5 the second.
    assert_eq!(feed(&mut reassembler, 0, 1, &first), incomplete(1));
    assert_eq!(feed(&mut reassembler, 10, 2, &first), incomplete(1));
    assert_eq!(feed(&mut reassembler, 12, 2, &second), (whole(b"ab"), None));
    assert_eq!(feed(&mut reassembler, 14, 4, &second), incomplete(1));
    assert_eq!(feed(&mut reassembler, 15, 3, &second), incomplete(1));
    // The fifth set is empty.
    assert_eq!(feed(&mut reassembler, 11, 5, &first), incomplete(1));
    for (sender, gave_way) in [
        (6, Some((1, Reason::Expired, 1))),
        (7, None),
        (8, Some((4, Reason::GaveWay, 1))),
        (9, Some((3, Reason::GaveWay, 1))),
        (10, Some((5, Reason::GaveWay, 1))),
        (11, Some((6, Reason::GaveWay, 1))),
    ] {
        let answer = feed(&mut reassembler, 101 + sender - 6, sender, &first);
        let expected = (Told::Incomplete(1), gave_way);
        assert_eq!(answer, expected, "{sender}");
        // The maximum age is of no account from here on.
        reassembler.set_max_age(u32::MAX);
    }
}

#[test]
fn the_oldest_of_a_class_gives_way_wherever_the_count_starts() {
    for start in [0, u32::MAX - 25, u32::MAX - 15, u32::MAX] {
        let mut reassembler = reassembler::<3, 8>(100);
        let octets = user_data(7, 2, 1, b"a");
        for (age, sender) in [(20, 2), (0, 0), (10, 1)] {
            let now = start.wrapping_add(age);
            assert_eq!(feed(&mut reassembler, now, sender, &octets), incomplete(1));
        }
        for (age, sender) in [(30, 0), (31, 1), (32, 2)] {
            let now = start.wrapping_add(age);
            let expected = (Told::Incomplete(1), Some((sender, Reason::GaveWay, 1)));
            assert_eq!(feed(&mut reassembler, now, sender + 3, &octets), expected);
        }
    }
}

#[test]
fn a_message_is_found_in_its_own_set_before_any_other_gives_way() {
    // The own set is the youngest, or has expired; others are empty, whole or older.
    let (first, second) = (user_data(7, 2, 1, b"a"), user_data(7, 2, 2, b"b"));
    let mut reassembler = reassembler::<3, 8>(100);
    feed(&mut reassembler, 0, 1, &first);
    feed(&mut reassembler, 0, 1, &second);
    feed(&mut reassembler, 5, 2, &second);
    assert_eq!(feed(&mut reassembler, 5, 2, &first), (whole(b"ab"), None));
    feed(&mut reassembler, 6, 3, &first);
    assert_eq!(feed(&mut reassembler, 7, 3, &second), (whole(b"ab"), None));
    feed(&mut reassembler, 8, 4, &second);
    let expired = (Told::Incomplete(1), Some((4, Reason::Expired, 1)));
    assert_eq!(feed(&mut reassembler, 200, 4, &second), expired);
    assert_eq!(reassembler.expire(200), None);
}

// What the firmware does with it

#[test]
fn a_set_takes_21_octets_beyond_its_own_and_the_rest_4_to_the_next_multiple() {
    const fn size<K, const SETS: usize>() -> usize {
        size_of::<Reassembler<K, SETS, 512>>()
    }
    let octets = |sets: usize| (sets * (512 + 21) + 4).next_multiple_of(4);
    assert_eq!(size::<u32, 1>(), octets(1));
    assert_eq!(size::<u32, 2>(), octets(2));
    assert_eq!(size::<[u8; 4], 2>(), octets(2));
    assert_eq!(size::<u32, 64>(), octets(64));
    assert_eq!(size::<u16, 1>(), octets(1));
}

#[test]
fn it_lies_in_a_static_and_is_shown_without_octets() {
    static REASSEMBLER: std::sync::Mutex<Reassembler<u32, 2, 8>> =
        std::sync::Mutex::new(Reassembler::new());
    let mut reassembler = REASSEMBLER.lock().unwrap();
    assert_eq!(format!("{reassembler:?}"), "[Empty, Empty]");
    let octets = user_data(7, 2, 1, b"a");
    assert_eq!(feed(&mut reassembler, 5, 3, &octets), incomplete(1));
    let shown = format!("{reassembler:?}");
    for part in ["originator: 3", "Eight(7)", "since: 5", "Empty"] {
        assert!(shown.contains(part), "{shown}");
    }
    reassembler.clear();
    assert_eq!(format!("{reassembler:?}"), "[Empty, Empty]");
}

#[test]
fn what_happens_is_told_in_words() {
    let mut reassembler = reassembler::<1, 8>(100);
    let octets = user_data(7, 2, 1, b"a");
    let user_data = UserData::parse(&octets).unwrap();
    let segment = Segment::from_user_data(&user_data).unwrap();
    let shown = format!("{segment:?}");
    assert!(shown.contains("[61]"), "{shown}");
    let mut accept = |originator| {
        let accepted = reassembler.accept(0, originator, &segment).unwrap();
        let displaced = accepted.displaced.map(|displaced| displaced.to_string());
        (accepted.outcome.to_string(), displaced)
    };
    assert_eq!(accept(1).0, "incomplete: 1 missing");
    assert_eq!(accept(1).0, "repeated segment");
    let displaced = accept(2).1.unwrap();
    let expected = "8-bit reference 7 with 1 of 2 segments missing: gave way to another message";
    assert_eq!(displaced, expected);
    assert_eq!(Reason::Expired.to_string(), "expired");
    assert_eq!(
        Reason::Replaced.to_string(),
        "replaced by a segment that differs"
    );
    assert_eq!(Reassembled::NotForDm.to_string(), "not for OMA DM");
    let whole = Reassembled::Whole { octets: b"ab" };
    assert_eq!(whole.to_string(), "whole message of 2 octets");
}

// What an attacker can and cannot do

#[test]
fn an_attacker_who_fills_the_sets_pushes_out_the_oldest_and_it_is_reported() {
    let mut reassembler = reassembler::<4, 600>(100);
    let genuine = segments(&[b"a", b"b"]);
    assert_eq!(feed(&mut reassembler, 0, 1, &genuine[0]), incomplete(1));
    for reference in 0..3 {
        let octets = user_data(reference, 255, 1, b"x");
        assert_eq!(feed(&mut reassembler, 1, 666, &octets), incomplete(254));
    }
    let octets = user_data(3, 255, 1, b"x");
    let gave_way = Some((1, Reason::GaveWay, 1));
    let expected = (Told::Incomplete(254), gave_way);
    assert_eq!(feed(&mut reassembler, 1, 666, &octets), expected);
    // The notification is sent again, and now an older one gives way to it.
    let older = Some((666, Reason::GaveWay, 254));
    let answer = feed(&mut reassembler, 2, 1, &genuine[0]);
    assert_eq!(answer, (Told::Incomplete(1), older));
    assert_eq!(
        feed(&mut reassembler, 3, 1, &genuine[1]),
        (whole(b"ab"), None)
    );
}

#[test]
fn an_attacker_cannot_keep_an_unfinished_message_by_sending_more_of_it() {
    let mut reassembler = reassembler::<1, 600>(100);
    for number in 1..=101_u8 {
        let octets = user_data(1, 255, number, b"x");
        let now = u32::from(number) - 1;
        assert_eq!(
            feed(&mut reassembler, now, 666, &octets),
            incomplete(255 - number)
        );
        assert_eq!(
            feed(&mut reassembler, now, 666, &octets),
            (Told::Repeated, None)
        );
    }
    assert_eq!(
        given(reassembler.expire(101)),
        Some((666, Reason::Expired, 154))
    );
}

#[test]
fn an_attacker_who_spoofs_a_segment_is_reported_and_blocks_no_reference() {
    let mut reassembler = reassembler::<1, 64>(100);
    let genuine = segments(&[b"a", b"b"]);
    let spoofed = segments(&[b"x", b"y"]);
    let replaced = |missing| Some((0, Reason::Replaced, missing));
    assert_eq!(feed(&mut reassembler, 0, 0, &spoofed[0]), incomplete(1));
    let answer = feed(&mut reassembler, 0, 0, &genuine[0]);
    assert_eq!(answer, (Told::Incomplete(1), replaced(1)));
    assert_eq!(
        feed(&mut reassembler, 0, 0, &spoofed[1]),
        (whole(b"ay"), None)
    );
    assert_eq!(
        feed(&mut reassembler, 0, 0, &genuine[1]),
        (whole(b"ab"), replaced(0))
    );
}

// Properties

/// A message cut anywhere, and an order of its segments.
fn cut_message() -> impl Strategy<Value = (Vec<Vec<u8>>, Vec<usize>)> {
    let part = prop::collection::vec(any::<u8>(), 0..=40);
    prop::collection::vec(part, 2..=40).prop_flat_map(|parts| {
        let order: Vec<usize> = (0..parts.len()).collect();
        (Just(parts), Just(order).prop_shuffle())
    })
}

/// Originator, reference and total.
type ModelKey = (u32, u8, u8);

/// What came of one message, by a clock that does not wrap.
#[derive(Clone, Debug)]
struct Held {
    since: u64,
    parts: BTreeMap<u8, Vec<u8>>,
    again: BTreeSet<u8>,
}

const SETS: usize = 3;
const OCTETS: usize = 24;
const MAX_AGE: u32 = 10;

/// What a [`Reassembler`] is: as many maps as there are sets. The first of equal ones gives way.
#[derive(Default)]
struct Model([Option<(ModelKey, Held)>; SETS]);

impl Held {
    fn missing(&self, key: ModelKey) -> u8 {
        key.2 - u8::try_from(self.parts.len()).unwrap()
    }

    fn has_expired(&self, now: u64) -> bool {
        now - self.since > u64::from(MAX_AGE)
    }

    /// Octets of its set: those of its segments, and two more for each.
    fn size(&self) -> usize {
        self.parts.values().map(|part| part.len() + 2).sum()
    }

    /// The class in which it gives way, and what is left of the greatest age.
    fn rank(&self, key: ModelKey, now: u64) -> (u8, u64) {
        let class = match self.missing(key) {
            _ if self.has_expired(now) => 1,
            0 => 2,
            _ if !self.parts.contains_key(&1) => 3,
            _ => 4,
        };
        (class, self.since)
    }

    /// What is reported if it is given up for another message, or begins anew.
    fn given_up(&self, key: ModelKey, now: u64) -> Given {
        let reason = if self.has_expired(now) {
            Reason::Expired
        } else {
            Reason::GaveWay
        };
        let missing = self.missing(key);
        (missing != 0).then_some((key.0, reason, missing))
    }

    /// Takes a segment of its own.
    fn take(&mut self, now: u64, key: ModelKey, number: u8, part: &[u8]) -> (Told, Given) {
        let before = self.clone();
        let old = self.parts.insert(number, part.to_vec());
        if old.as_deref() == Some(part) {
            if self.missing(key) != 0 {
                return (Told::Repeated, None);
            }
            self.since = now;
            self.again.insert(number);
            if self.again.len() < usize::from(key.2) {
                return (Told::Repeated, None);
            }
        }
        self.again.clear();
        let replaces = old.is_some_and(|old| old != part);
        if replaces && self.size() > OCTETS {
            self.parts.retain(|&other, _| other == number);
        }
        if self.size() > OCTETS || !fits(key, part) {
            *self = before;
            return (Told::NoRoom, None);
        }
        if replaces || self.missing(key) == 0 {
            self.since = now;
        }
        let told = match self.missing(key) {
            0 => Told::Whole(self.parts.values().flatten().copied().collect()),
            missing => Told::Incomplete(missing),
        };
        let displaced = (key.0, Reason::Replaced, before.missing(key));
        (told, replaces.then_some(displaced))
    }
}

/// Whether its message fits if all other segments are without octets.
fn fits(key: ModelKey, part: &[u8]) -> bool {
    part.len() + 2 * usize::from(key.2) <= OCTETS
}

impl Model {
    /// Answers as a [`Reassembler`] must.
    fn accept(&mut self, now: u64, key: ModelKey, number: u8, part: &[u8]) -> (Told, Given) {
        let is_own = |set: &Option<(ModelKey, Held)>| set.as_ref().is_some_and(|own| own.0 == key);
        let own = self.0.iter_mut().find(|set| is_own(set));
        if let Some((_, held)) = own
            .and_then(Option::as_mut)
            .filter(|own| !own.1.has_expired(now))
        {
            return held.take(now, key, number, part);
        }
        if !fits(key, part) {
            return (Told::NoRoom, None);
        }
        let rank = |set: &Option<(ModelKey, Held)>| match set {
            _ if is_own(set) => (0, 0),
            None => (1, 0),
            Some((other, held)) => {
                let (class, since) = held.rank(*other, now);
                (class + 1, since)
            }
        };
        let set = self.0.iter_mut().min_by_key(|set| rank(set)).unwrap();
        let displaced = set
            .as_ref()
            .and_then(|(other, held)| held.given_up(*other, now));
        let empty = Held {
            since: now,
            parts: BTreeMap::new(),
            again: BTreeSet::new(),
        };
        let (_, held) = set.insert((key, empty));
        (held.take(now, key, number, part).0, displaced)
    }

    /// What is reported of the messages that have expired.
    fn expire(&mut self, now: u64) -> Vec<(u32, Reason, u8)> {
        let sets = self.0.iter_mut();
        let expired = sets.filter_map(|set| set.take_if(|(_, held)| held.has_expired(now)));
        expired
            .filter_map(|(key, held)| held.given_up(key, now))
            .collect()
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
    let key = (0..3_u32, 0..2_u8, 2..=4_u8);
    let part = prop::collection::vec(0..2_u8, 0..=9);
    let part = prop_oneof![
        4 => prop::collection::vec(0..2_u8, 0..=2),
        4 => part,
        1 => Just(vec![0; OCTETS - 4]),
        1 => Just(vec![0; OCTETS + 1]),
    ];
    let accept = (key, any::<u8>(), part).prop_map(|(key, number, part)| Operation::Accept {
        key,
        number: number % key.2 + 1,
        part,
    });
    prop_oneof![
        12 => accept,
        2 => (0..5_u64).prop_map(Operation::Pass),
        1 => (9..13_u64).prop_map(Operation::Pass),
        1 => Just(Operation::Expire),
    ]
}

proptest! {
    #[test]
    fn reassembly_of_any_split_in_any_order_is_the_identity((parts, order) in cut_message()) {
        let total = u8::try_from(parts.len()).unwrap();
        let mut reassembler = reassembler::<1, 1680>(0);
        for (missing, &place) in (0..total).rev().zip(&order) {
            let number = u8::try_from(place).unwrap() + 1;
            let octets = user_data(7, total, number, &parts[place]);
            let told = match missing {
                0 => whole(&parts.concat()),
                _ => Told::Incomplete(missing),
            };
            prop_assert_eq!(feed(&mut reassembler, 0, 0, &octets), (told, None));
        }
    }

    #[test]
    fn any_sequence_of_operations_does_what_a_map_would(
        start in prop_oneof![Just(0), u32::MAX - 60..=u32::MAX, any::<u32>()],
        operations in prop::collection::vec(operation(), 1..120),
    ) {
        let mut reassembler = reassembler::<SETS, OCTETS>(MAX_AGE);
        let mut model = Model::default();
        let mut now = 0_u64;
        let tick = |ticks: u64| start.wrapping_add(u32::try_from(ticks).unwrap());
        for operation in operations {
            match operation {
                Operation::Accept { key, number, part } => {
                    let octets = user_data(key.1, key.2, number, &part);
                    let answer = feed(&mut reassembler, tick(now), key.0, &octets);
                    let expected = model.accept(now, key, number, &part);
                    prop_assert_eq!(answer, expected);
                }
                Operation::Pass(ticks) => now += ticks,
                Operation::Expire => {
                    let expire = || given(reassembler.expire(tick(now)));
                    let answer: Vec<_> = core::iter::from_fn(expire).collect();
                    prop_assert_eq!(answer, model.expire(now));
                }
            }
        }
    }

    #[test]
    fn arbitrary_segments_do_not_disturb_a_message_that_they_do_not_belong_to(
        foreign in prop::collection::vec(
            (1..4_u32, any::<u8>(), prop::collection::vec(any::<u8>(), 0..30)),
            0..6,
        ),
    ) {
        let mut reassembler = reassembler::<8, 16>(100);
        let genuine = segments(&[b"a", b"b"]);
        feed(&mut reassembler, 0, 0, &genuine[0]);
        for (originator, number, octets) in foreign {
            let octets = user_data(0, 3, number % 3 + 1, &octets);
            let (_, displaced) = feed(&mut reassembler, 1, originator, &octets);
            prop_assert!(displaced.is_none_or(|(other, ..)| other == originator));
        }
        prop_assert_eq!(feed(&mut reassembler, 2, 0, &genuine[1]), (whole(b"ab"), None));
    }
}
