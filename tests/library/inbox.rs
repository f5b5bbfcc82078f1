//! The inbox: every delivery, every outcome, and the scenarios R1 to R6 of reassembly that its
//! users rely on.

use std::collections::BTreeMap;

use crate::vectors::GOLDEN;
use oma_dm_notification::inbox::{Delivery, Inbox, Outcome, Received};
use oma_dm_notification::wap::cdma::{CdmaSegments, RepeatedPorts};
use oma_dm_notification::wap::reassembly::{Displaced, MessageKey, Reason};
use oma_dm_notification::wap::sms::ShortMessages;
use oma_dm_notification::wap::udh::Reference;
use oma_dm_notification::wap::wsp::DmPush;
use oma_dm_notification::{
    Credentials, DecodeError, DecodeErrorKind, Field, Nonce, Package0, ServerId, SessionId, Trigger,
};
use proptest::prelude::*;

const ORIGINATOR: u32 = 44_770;
const NONCE: Nonce<'static> = Nonce::new(b"nonce");

/// An error, by its parts.
type Error = (DecodeErrorKind, Field, usize);

/// What came of a delivery, without borrowing the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Told {
    Package0(Vec<u8>),
    NotForDm(Error, Option<Vec<u8>>),
    /// How many segments are missing, and whether the port is known.
    Incomplete(u8, bool),
    RepeatedSegment,
    Malformed(Error),
    NoRoom(Error),
}

/// Originator, reason and missing segments of a displaced message.
type Given = Option<(u32, Reason, u8)>;

const fn parts(error: DecodeError) -> Error {
    (error.kind(), error.field(), error.offset())
}

fn told(outcome: Outcome<'_>) -> Told {
    match outcome {
        Outcome::Package0(package0) => Told::Package0(package0.as_bytes().to_vec()),
        Outcome::NotForDm { error, octets, .. } => {
            assert!(octets.is_none_or(|octets| error.offset() <= octets.len()));
            Told::NotForDm(parts(error), octets.map(<[u8]>::to_vec))
        }
        Outcome::Incomplete {
            missing,
            port_known,
            ..
        } => Told::Incomplete(missing, port_known),
        Outcome::RepeatedSegment => Told::RepeatedSegment,
        Outcome::Malformed(error) => Told::Malformed(parts(error)),
        Outcome::NoRoom(error) => Told::NoRoom(parts(error)),
        other => panic!("{other:?}"),
    }
}

fn given(displaced: Option<Displaced<u32>>) -> Given {
    displaced.map(|displaced| {
        (
            displaced.key.originator,
            displaced.reason,
            displaced.missing,
        )
    })
}

struct Device<const SETS: usize, const OCTETS: usize>(Inbox<u32, SETS, OCTETS>);

impl<const SETS: usize, const OCTETS: usize> Device<SETS, OCTETS> {
    const fn new() -> Self {
        let mut inbox = Inbox::new();
        inbox.set_max_age(600);
        Self(inbox)
    }

    fn receive_at(&mut self, now: u32, delivery: Delivery<'_, u32>) -> (Told, Given) {
        let Received {
            outcome, displaced, ..
        } = self.0.receive(now, delivery);
        (told(outcome), given(displaced))
    }

    /// What came of a delivery that displaces nothing.
    #[track_caller]
    fn receive(&mut self, delivery: Delivery<'_, u32>) -> Told {
        let (told, displaced) = self.receive_at(0, delivery);
        assert_eq!(displaced, None);
        told
    }

    /// What came of a delivery that displaces a message of which segments were `missing`, and why.
    #[track_caller]
    fn displace(&mut self, delivery: Delivery<'_, u32>, missing: u8, reason: Reason) -> Told {
        let (told, displaced) = self.receive_at(0, delivery);
        assert_eq!(displaced, Some((ORIGINATOR, reason, missing)));
        told
    }
}

/// Two messages of 512 octets, as in small firmware.
type Small = Device<2, 512>;

const fn sms(user_data: &[u8]) -> Delivery<'_, u32> {
    Delivery::ShortMessage {
        originator: ORIGINATOR,
        user_data,
    }
}

const fn cdma(message_id: u16, segment: &[u8]) -> Delivery<'_, u32> {
    Delivery::Cdma {
        originator: ORIGINATOR,
        message_id,
        segment,
        repeated_ports: RepeatedPorts::Absent,
    }
}

const fn datagram(destination_port: u16, payload: &[u8]) -> Delivery<'_, u32> {
    Delivery::Datagram {
        destination_port,
        payload,
    }
}

fn credentials() -> Credentials {
    Credentials::new(b"server", b"password")
}

/// A signed Package #0 for a session, with vendor-specific octets that tell it from others.
fn package0(session: u16, octets: usize) -> Vec<u8> {
    let vendor_specific: Vec<_> = (0..octets)
        .map(|octet| session.to_be_bytes()[1].wrapping_add(octet.to_le_bytes()[0]))
        .collect();
    let session_id = SessionId::new(session).unwrap();
    let trigger = Trigger::new(session_id, ServerId::new(b"server").unwrap())
        .with_vendor_specific(&vendor_specific);
    let signed = trigger.sign(&credentials(), NONCE).unwrap();
    let mut buffer = [0; 1024];
    signed.encode(&mut buffer).unwrap().to_vec()
}

fn is_authentic(octets: &[u8]) -> bool {
    let package0 = Package0::parse(octets).unwrap();
    package0.verify(&credentials(), NONCE).is_ok()
}

/// TP-User-Data of the short messages that carry a Package #0 under a reference.
fn short_messages(package0: &[u8], reference: u8) -> Vec<Vec<u8>> {
    let push = DmPush::relay(1, package0);
    let messages = ShortMessages::new(push, 0xC002, Reference::Eight(reference)).unwrap();
    messages
        .map(|message| message.encode(&mut [0; 140]).unwrap().to_vec())
        .collect()
}

/// The segments over CDMA that carry a Package #0.
fn segments(package0: &[u8], longest: usize) -> Vec<Vec<u8>> {
    let segments = CdmaSegments::new(DmPush::relay(1, package0), 0xC002, longest).unwrap();
    segments
        .map(|segment| segment.encode(&mut [0; 255]).unwrap().to_vec())
        .collect()
}

/// A Package #0 of just two short messages, and those.
fn of_two(session: u16) -> (Vec<u8>, [Vec<u8>; 2]) {
    let package0 = package0(session, 180);
    let messages = short_messages(&package0, 7);
    (package0, messages.try_into().unwrap())
}

/// TP-User-Data of a segment whose header is these elements.
fn user_data(elements: &[u8], payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(elements.len()).unwrap();
    [&[length], elements, payload].concat()
}

// The scenarios

#[test]
fn r1_a_late_duplicate_does_not_put_later_messages_out_of_step() {
    let (a, [a1, a2]) = of_two(0xA);
    let (b, [b1, b2]) = of_two(0xB);
    let mut device = Small::new();
    assert_eq!(device.receive(sms(&a1)), Told::Incomplete(1, true));
    assert_eq!(device.receive(sms(&a2)), Told::Package0(a));
    assert_eq!(device.receive(sms(&a2)), Told::RepeatedSegment);
    let Told::Package0(mixture) = device.displace(sms(&b1), 0, Reason::Replaced) else {
        panic!()
    };
    assert!(!is_authentic(&mixture));
    let whole = device.displace(sms(&b2), 0, Reason::Replaced);
    assert_eq!(whole, Told::Package0(b.clone()));
    assert!(is_authentic(&b));
}

#[test]
fn r1b_a_message_that_comes_again_as_a_whole_is_handed_out_again() {
    let package0 = package0(0xA, 300);
    let messages = short_messages(&package0, 7);
    assert_eq!(messages.len(), 3);
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let mut device = Small::new();
        let [x, y, z] = order;
        let sms = |place: usize| sms(&messages[place]);
        assert_eq!(device.receive(sms(x)), Told::Incomplete(2, true));
        assert_eq!(device.receive(sms(y)), Told::Incomplete(1, true));
        assert_eq!(device.receive(sms(z)), Told::Package0(package0.clone()));
        for again in [[x, y, z], [z, y, x], [y, z, x]] {
            assert_eq!(device.receive(sms(again[0])), Told::RepeatedSegment);
            assert_eq!(device.receive(sms(again[1])), Told::RepeatedSegment);
            assert_eq!(device.receive(sms(again[0])), Told::RepeatedSegment);
            assert_eq!(
                device.receive(sms(again[2])),
                Told::Package0(package0.clone())
            );
        }
    }
}

#[test]
fn r2_a_message_after_one_that_lost_a_segment_is_whole() {
    let (_, [a1, _]) = of_two(0xA);
    let (b, [b1, b2]) = of_two(0xB);
    let mut device = Small::new();
    assert_eq!(device.receive(sms(&a1)), Told::Incomplete(1, true));
    let replaced = device.displace(sms(&b1), 1, Reason::Replaced);
    assert_eq!(replaced, Told::Incomplete(1, true));
    assert_eq!(device.receive(sms(&b2)), Told::Package0(b));
}

#[test]
fn r2_a_message_after_one_that_lost_a_segment_is_whole_if_its_last_segment_comes_first() {
    let (_, [a1, _]) = of_two(0xA);
    let (b, [b1, b2]) = of_two(0xB);
    let mut device = Small::new();
    assert_eq!(device.receive(sms(&a1)), Told::Incomplete(1, true));
    let Told::Package0(mixture) = device.receive(sms(&b2)) else {
        panic!()
    };
    assert!(!is_authentic(&mixture));
    let whole = device.displace(sms(&b1), 0, Reason::Replaced);
    assert_eq!(whole, Told::Package0(b));
}

/// A push for a browser: a service indication, 0x2E, for the application 2, wml.ua.
fn foreign_push() -> Vec<u8> {
    [&b"\x01\x06\x03\xAE\xAF\x82"[..], &[b'x'; 200]].concat()
}

/// What is told of [`foreign_push`] when it was put together.
fn foreign() -> Told {
    let error = (DecodeErrorKind::NotDm, Field::ContentType, 3);
    Told::NotForDm(error, Some(foreign_push()))
}

#[test]
fn r3_a_foreign_push_in_segments_is_handed_to_the_next_application() {
    let push = foreign_push();
    let (part, rest) = push.split_at(128);
    let ports = b"\x05\x04\x0B\x84\xC0\x02\x00\x03\x07\x02";
    let first = user_data(&[ports, &[1][..]].concat(), part);
    let second = user_data(&[ports, &[2][..]].concat(), rest);
    for [one, other] in [[&first, &second], [&second, &first]] {
        let mut device = Small::new();
        assert_eq!(device.receive(sms(one)), Told::Incomplete(1, true));
        assert_eq!(device.receive(sms(other)), foreign());
        assert_eq!(device.receive(sms(other)), Told::RepeatedSegment);
        assert_eq!(device.receive(sms(one)), foreign());
    }
}

#[test]
fn r3_over_cdma_a_foreign_push_is_handed_on_without_the_ports() {
    let push = foreign_push();
    let (part, rest) = push.split_at(100);
    let first = [&b"\0\x02\0\xC0\x02\x0B\x84"[..], part].concat();
    let second = [&b"\0\x02\x01"[..], rest].concat();
    let mut device = Small::new();
    assert_eq!(device.receive(cdma(1, &second)), Told::Incomplete(1, false));
    assert_eq!(device.receive(cdma(1, &first)), foreign());
}

#[test]
fn r4_over_cdma_the_first_segment_says_whose_the_others_are() {
    let foreign_first = b"\0\x03\0\xC0\x02\x0B\x85x";
    let (second, third) = (b"\0\x03\x01y", b"\0\x03\x02z");
    let not_for_dm = |offset| {
        Told::NotForDm(
            (DecodeErrorKind::NotDm, Field::DestinationPort, offset),
            None,
        )
    };
    let mut device = Small::new();
    assert_eq!(device.receive(cdma(1, second)), Told::Incomplete(2, false));
    assert_eq!(device.receive(cdma(1, foreign_first)), not_for_dm(5));
    for again in [&second[..], third, second] {
        assert_eq!(device.receive(cdma(1, again)), not_for_dm(3));
    }
    assert_eq!(device.receive(cdma(1, foreign_first)), not_for_dm(5));
    // Another identifier, another total or another originator is another message.
    assert_eq!(device.receive(cdma(2, second)), Told::Incomplete(2, false));
    // The second set is taken now, so what is foreign is remembered instead of what was.
    assert_eq!(device.receive(cdma(3, foreign_first)), not_for_dm(5));
    assert_eq!(device.receive(cdma(3, third)), not_for_dm(3));
    // A first segment of ours makes its message ours.
    let ours = b"\0\x03\0\xC0\x02\x0B\x84x";
    assert_eq!(device.receive(cdma(3, ours)), Told::Incomplete(2, true));
    assert_eq!(device.receive(cdma(3, third)), Told::Incomplete(1, true));
    // No set is free: it is foreign all the same, and nothing gives way for remembering that.
    assert_eq!(device.receive(cdma(4, foreign_first)), not_for_dm(5));
    let gave_way = device.displace(cdma(4, third), 2, Reason::GaveWay);
    assert_eq!(gave_way, Told::Incomplete(2, false));
}

#[test]
fn r4_what_was_known_to_be_ours_is_displaced_by_a_foreign_first_segment() {
    let mut device = Small::new();
    let ours = b"\0\x03\0\xC0\x02\x0B\x84x";
    assert_eq!(device.receive(cdma(1, ours)), Told::Incomplete(2, true));
    assert_eq!(
        device.receive(cdma(1, b"\0\x03\x01y")),
        Told::Incomplete(1, true)
    );
    let foreign = device.displace(cdma(1, b"\0\x03\0\xC0\x02\x0B\x85x"), 1, Reason::Replaced);
    let error = (DecodeErrorKind::NotDm, Field::DestinationPort, 5);
    assert_eq!(foreign, Told::NotForDm(error, None));
}

#[test]
fn r4_what_is_foreign_is_forgotten_after_the_maximum_age() {
    let mut device = Small::new();
    let foreign_first = b"\0\x02\0\xC0\x02\x0B\x85x";
    assert!(matches!(
        device.receive(cdma(1, foreign_first)),
        Told::NotForDm(..)
    ));
    let (told, _) = device.receive_at(600, cdma(1, b"\0\x02\x01y"));
    assert!(matches!(told, Told::NotForDm(..)));
    assert_eq!(device.0.expire(1201), None);
    let answer = device.receive_at(1201, cdma(1, b"\0\x02\x01y"));
    assert_eq!(answer, (Told::Incomplete(1, false), None));
}

#[test]
fn r5_segments_for_other_ports_take_no_set() {
    let (b, [b1, b2]) = of_two(0xB);
    let mut device = Device::<1, 512>::new();
    assert_eq!(device.receive(sms(&b1)), Told::Incomplete(1, true));
    let concatenation = [[0x00, 3, 9, 2, 1], [0x00, 3, 9, 2, 2]];
    for (ports, kind, offset) in [
        (&b"\x05\x04\x0B\x85\xC0\x02"[..], DecodeErrorKind::NotDm, 3),
        (b"\x04\x02\xF5\xF5", DecodeErrorKind::NotDm, 3),
        (
            b"\x05\x04\x0B\x84\xC0\x02\x04\x02\xF5\xF5",
            DecodeErrorKind::NotDm,
            9,
        ),
        (b"\x70\x00", DecodeErrorKind::Missing, 0),
    ] {
        for order in [[0, 1], [1, 0]] {
            for number in order {
                let elements = [ports, &concatenation[number]].concat();
                let octets = user_data(&elements, b"part");
                let error = (kind, Field::DestinationPort, offset);
                assert_eq!(device.receive(sms(&octets)), Told::NotForDm(error, None));
            }
        }
    }
    assert_eq!(device.receive(sms(&b2)), Told::Package0(b));
}

#[test]
fn r6_a_malformed_user_data_header_and_text_are_for_somebody_else() {
    use DecodeErrorKind::{Length, Truncated};
    let (b, [b1, b2]) = of_two(0xB);
    let mut device = Device::<1, 512>::new();
    assert_eq!(device.receive(sms(&b1)), Told::Incomplete(1, true));
    for (octets, kind, field, offset) in [
        (&b""[..], Truncated, Field::UserDataHeader, 0),
        (b"\x00text", Length, Field::UserDataHeader, 0),
        (b"\x01\x05payload", Length, Field::UserDataHeader, 0),
        (
            b"text without a header, to be read by a human",
            Truncated,
            Field::UserDataHeader,
            0,
        ),
        (
            b"\x06\x05\x04\x0B\x84\xC0",
            Truncated,
            Field::UserDataHeader,
            0,
        ),
        (
            b"\x07\x05\x04\x0B\x84\xC0\x02\x00payload",
            Truncated,
            Field::InformationElement,
            7,
        ),
        (
            b"\x0A\x05\x04\x0B\x84\xC0\x02\x00\x03\x07\x02\x02part",
            Truncated,
            Field::InformationElement,
            7,
        ),
    ] {
        let expected = Told::NotForDm((kind, field, offset), None);
        assert_eq!(device.receive(sms(octets)), expected, "{octets:02X?}");
    }
    assert_eq!(device.receive(sms(&b2)), Told::Package0(b));
}

// Every bearer

#[test]
fn golden_messages_are_received_by_every_bearer() {
    let mut device = Device::<1, 2048>::new();
    for golden in GOLDEN {
        let whole = Told::Package0(golden.package0.to_vec());
        assert_eq!(device.receive(Delivery::Package0(golden.package0)), whole);
        assert_eq!(device.receive(datagram(2948, golden.wsp)), whole);
        assert_eq!(device.receive(cdma(1, golden.cdma)), whole);
        for messages in [
            golden.short_messages,
            golden.short_messages_16_bit_reference,
        ] {
            device.0.clear();
            let total = u8::try_from(messages.len()).unwrap();
            for (missing, message) in (0..total).rev().zip(messages.iter()) {
                let told = device.receive(sms(message));
                match missing {
                    0 => assert_eq!(told, whole, "{}", golden.name),
                    _ => assert_eq!(told, Told::Incomplete(missing, true)),
                }
            }
        }
        device.0.clear();
        let segments = segments(golden.package0, 50);
        let total = u8::try_from(segments.len()).unwrap();
        // From the last to the first, which has the ports.
        for (missing, segment) in (0..total).rev().zip(segments.iter().rev()) {
            let told = device.receive(cdma(1, segment));
            match missing {
                0 => assert_eq!(told, whole, "{}", golden.name),
                _ => assert_eq!(told, Told::Incomplete(missing, false)),
            }
        }
    }
}

#[test]
fn ports_that_a_carrier_repeats_are_stripped_from_what_one_or_several_segments_carry() {
    let push = GOLDEN[0].wsp;
    let expected = Told::Package0(GOLDEN[0].package0.to_vec());
    let ports = b"\xC0\x02\x0B\x84";
    let alone = [&b"\0\x01\0"[..], ports, ports, push].concat();
    let first = [&b"\0\x02\0"[..], ports, ports, &push[..20]].concat();
    let second = [&b"\0\x02\x01"[..], &push[20..]].concat();
    let strip = |segment| Delivery::Cdma {
        originator: ORIGINATOR,
        message_id: 1,
        segment,
        repeated_ports: RepeatedPorts::Strip,
    };
    let mut device = Small::new();
    assert_eq!(device.receive(strip(&alone)), expected);
    assert_eq!(device.receive(strip(&first)), Told::Incomplete(1, true));
    assert_eq!(device.receive(strip(&second)), expected);
}

#[test]
fn each_layer_of_a_message_that_is_malformed_says_where() {
    use DecodeErrorKind::{Invalid, Missing, NotDm, Truncated};
    let mut device = Small::new();
    let malformed = |kind, field, offset| Told::Malformed((kind, field, offset));
    let foreign = |kind, field, offset| Told::NotForDm((kind, field, offset), None);
    let whole = GOLDEN[0].short_messages[0];
    for (delivery, expected) in [
        (
            Delivery::Package0(b"short"),
            malformed(Truncated, Field::Digest, 0),
        ),
        (
            Delivery::Package0(&GOLDEN[0].package0[..20]),
            malformed(Truncated, Field::FutureUse, 17),
        ),
        (
            datagram(2949, b"\x01\x06\x03"),
            foreign(NotDm, Field::DestinationPort, 0),
        ),
        (
            datagram(2948, b"\x01\x07"),
            malformed(Truncated, Field::HeadersLength, 2),
        ),
        (
            datagram(2948, b"\x01\x04\0"),
            foreign(NotDm, Field::PduType, 1),
        ),
        (
            datagram(2948, b"\x01\x06\x01\xC4"),
            foreign(Missing, Field::ApplicationId, 4),
        ),
        (sms(&whole[..12]), malformed(Truncated, Field::Headers, 10)),
        (sms(&whole[..30]), malformed(Truncated, Field::Version, 29)),
        (cdma(1, b""), malformed(Truncated, Field::MessageType, 0)),
        (
            cdma(1, b"\x01\x01\0\xC0\x02\x0B\x84"),
            foreign(NotDm, Field::MessageType, 0),
        ),
        (
            cdma(1, b"\0\0\0"),
            malformed(Invalid, Field::TotalSegments, 1),
        ),
        (
            cdma(1, b"\0\x02\x02"),
            malformed(Invalid, Field::SegmentNumber, 2),
        ),
        (
            cdma(1, b"\0\x01\0\xC0\x02\x0B\x85x"),
            foreign(NotDm, Field::DestinationPort, 5),
        ),
        (
            cdma(1, b"\0\x01\0\xC0\x02\x0B\x84\x01\x06"),
            malformed(Truncated, Field::HeadersLength, 9),
        ),
    ] {
        let delivered = format!("{delivery:?}");
        assert_eq!(device.receive(delivery), expected, "{delivered}");
    }
}

#[test]
fn offsets_count_in_the_wsp_pdu_if_a_message_was_put_together() {
    let mut device = Small::new();
    let elements = |number| [b"\x05\x04\x0B\x84\xC0\x02\x00\x03\x07\x02", &[number][..]].concat();
    device.receive(sms(&user_data(&elements(1), b"\x01\x06\x03\xC4\xAF")));
    let told = device.receive(sms(&user_data(&elements(2), b"\x87short")));
    let expected = Told::Malformed((DecodeErrorKind::Truncated, Field::Digest, 6));
    assert_eq!(told, expected);
    device.receive(cdma(1, b"\0\x02\0\xC0\x02\x0B\x84\x01\x06\x03\xC4\xAF"));
    assert_eq!(device.receive(cdma(1, b"\0\x02\x01\x87short")), expected);
}

#[test]
fn a_message_larger_than_a_set_has_no_room_and_says_so() {
    let mut device = Small::new();
    let messages = short_messages(&package0(1, 500), 7);
    assert_eq!(messages.len(), 5);
    for (missing, message) in [4, 3, 2].into_iter().zip(&messages) {
        assert_eq!(
            device.receive(sms(message)),
            Told::Incomplete(missing, true)
        );
    }
    let no_room = |offset| Told::NoRoom((DecodeErrorKind::NoRoom, Field::Segment, offset));
    assert_eq!(device.receive(sms(&messages[3])), no_room(12));
    assert_eq!(device.receive(sms(&messages[2])), Told::RepeatedSegment);
    let segment = [&b"\0\xFF\x01"[..], &[0; 9]].concat();
    assert_eq!(device.receive(cdma(1, &segment)), no_room(3));
    let mut none = Device::<0, 512>::new();
    assert_eq!(none.receive(cdma(1, &segment)), no_room(3));
    let foreign = none.receive(cdma(1, b"\0\x02\0\xC0\x02\x0B\x85x"));
    assert!(matches!(foreign, Told::NotForDm(..)));
}

// What users do with it

#[test]
fn what_is_displaced_says_which_message_and_why() {
    let (_, [a1, _]) = of_two(0xA);
    let mut device = Device::<1, 512>::new();
    assert_eq!(device.receive(sms(&a1)), Told::Incomplete(1, true));
    let received = device.0.receive(3, cdma(0x1001, b"\0\x03\x01y"));
    let shown = received.to_string();
    assert_eq!(
        shown,
        "incomplete: 2 missing; displaced: 8-bit reference 7 with 1 of 2 segments missing: \
         gave way to another message"
    );
    let expired = device.0.expire(604).unwrap();
    assert_eq!((expired.missing, expired.reason), (2, Reason::Expired));
    let message = expired.key.message;
    assert!(matches!(
        message,
        MessageKey::Cdma {
            message_id: 0x1001,
            ..
        }
    ));
    assert_eq!(
        expired.to_string(),
        "CDMA message identifier 4097 with 2 of 3 segments missing: expired"
    );
    assert_eq!(device.0.expire(604), None);
}

#[test]
fn every_outcome_has_its_words() {
    let mut inbox = Inbox::<u32, 1, 64>::default();
    let mut words = |delivery| inbox.receive(0, delivery).to_string();
    for (delivery, expected) in [
        (
            Delivery::Package0(GOLDEN[0].package0),
            "Package #0 of 42 octets",
        ),
        (
            datagram(1, b""),
            "not for OMA DM: foreign destination port at octet 0",
        ),
        (
            Delivery::Package0(b""),
            "malformed: truncated digest at octet 0",
        ),
        (cdma(1, b"\0\x02\x01x"), "incomplete: 1 missing"),
        (cdma(1, b"\0\x02\x01x"), "repeated segment"),
        (cdma(1, b"\0\xFF\x01x"), "no room for segment at octet 3"),
    ] {
        assert_eq!(words(delivery), expected);
    }
    let shown = format!("{inbox:?}");
    assert!(shown.starts_with("Inbox([Taken"), "{shown}");
}

#[test]
fn an_inbox_lies_in_a_static_takes_1072_octets_and_is_emptied_in_place() {
    static INBOX: std::sync::Mutex<Inbox<u32, 2, 512>> = std::sync::Mutex::new(Inbox::new());
    assert_eq!(size_of::<Inbox<u32, 2, 512>>(), 1072);
    assert_eq!(size_of::<Inbox<[u8; 4], 2, 512>>(), 1072);
    let (a, [a1, a2]) = of_two(0xA);
    let mut inbox = INBOX.lock().unwrap();
    assert!(matches!(
        inbox.receive(0, sms(&a1)).outcome,
        Outcome::Incomplete { .. }
    ));
    inbox.clear();
    assert!(matches!(
        inbox.receive(0, sms(&a2)).outcome,
        Outcome::Incomplete { .. }
    ));
    let outcome = inbox.receive(0, sms(&a1)).outcome;
    assert_eq!(outcome, Outcome::Package0(Package0::parse(&a).unwrap()));
    drop(inbox);
}

/// An asynchronous look-up, which may run on another thread.
async fn look_up(server_id: &[u8]) -> Option<Credentials> {
    core::future::ready(()).await;
    (server_id == b"server").then(credentials)
}

/// The two steps of a device in a task: what the first gives is held across the look-up.
async fn receive(inbox: &mut Inbox<u32, 2, 512>, user_data: &[u8]) -> Option<u16> {
    let Outcome::Package0(package0) = inbox.receive(0, sms(user_data)).outcome else {
        return None;
    };
    let credentials = look_up(package0.unverified().server_id().as_bytes()).await?;
    let authentic = package0.verify(&credentials, NONCE).ok()?;
    Some(authentic.trigger().session_id().value())
}

#[test]
fn what_is_handed_out_is_held_across_an_await_and_is_send() {
    fn run<F: Future<Output = Option<u16>> + Send>(task: F) -> Option<u16> {
        let mut task = core::pin::pin!(task);
        let mut context = core::task::Context::from_waker(core::task::Waker::noop());
        match task.as_mut().poll(&mut context) {
            core::task::Poll::Ready(session) => session,
            core::task::Poll::Pending => panic!("it waits for nothing"),
        }
    }
    let (_, [a1, a2]) = of_two(0xA);
    let mut inbox = Inbox::new();
    assert_eq!(run(receive(&mut inbox, &a1)), None);
    assert_eq!(run(receive(&mut inbox, &a2)), Some(0xA));
}

#[test]
fn every_public_type_is_send_and_sync() {
    fn check<T: Send + Sync>() {}
    check::<Inbox<u32, 2, 512>>();
    check::<Delivery<'_, u32>>();
    check::<Received<'_, u32>>();
    check::<Outcome<'_>>();
    check::<Displaced<u32>>();
}

// Properties

/// A segment over CDMA of one of few messages, so that they meet.
#[derive(Clone, Debug)]
struct Segment {
    message_id: u16,
    total: u8,
    number: u8,
    port: u16,
    payload: Vec<u8>,
}

impl Segment {
    fn octets(&self) -> Vec<u8> {
        let header = vec![0, self.total, self.number];
        let ports = match self.number {
            0 => [0xC002_u16.to_be_bytes(), self.port.to_be_bytes()].concat(),
            _ => vec![],
        };
        [header, ports, self.payload.clone()].concat()
    }
}

fn segment() -> impl Strategy<Value = Segment> {
    let port = prop_oneof![3 => Just(2948_u16), 1 => Just(2949)];
    let payload = prop::collection::vec(0..2_u8, 0..4);
    (0..2_u16, 2..4_u8, any::<u8>(), port, payload).prop_map(
        |(message_id, total, number, port, payload)| Segment {
            message_id,
            total,
            number: number % total,
            port,
            payload,
        },
    )
}

/// What is held of one message over CDMA, if there are always sets enough.
#[derive(Default)]
struct Message {
    parts: BTreeMap<u8, Vec<u8>>,
    again: Vec<u8>,
    foreign: bool,
}

impl Message {
    fn receive(&mut self, segment: &Segment) -> (Option<Told>, Option<u8>) {
        let number = segment.number;
        let missing = usize::from(segment.total) - self.parts.len();
        let displaced = u8::try_from(missing).ok();
        if number == 0 && segment.port != 2948 {
            let displaced = displaced.filter(|_| self.parts.contains_key(&0));
            *self = Self {
                foreign: true,
                ..Self::default()
            };
            let error = (DecodeErrorKind::NotDm, Field::DestinationPort, 5);
            return (Some(Told::NotForDm(error, None)), displaced);
        }
        if self.foreign && number != 0 {
            let error = (DecodeErrorKind::NotDm, Field::DestinationPort, 3);
            return (Some(Told::NotForDm(error, None)), None);
        }
        self.foreign = false;
        let old = self.parts.insert(number, segment.payload.clone());
        if old.as_ref() == Some(&segment.payload) {
            if missing > 0 {
                return (Some(Told::RepeatedSegment), None);
            }
            self.again.retain(|&other| other != number);
            self.again.push(number);
            if self.again.len() < usize::from(segment.total) {
                return (Some(Told::RepeatedSegment), None);
            }
            self.again.clear();
            return (None, None);
        }
        let displaced = displaced.filter(|_| old.is_some());
        let left = usize::from(segment.total) - self.parts.len();
        if left == 0 {
            self.again.clear();
            return (None, displaced);
        }
        let left = u8::try_from(left).unwrap();
        let told = Told::Incomplete(left, self.parts.contains_key(&0));
        (Some(told), displaced)
    }

    /// What the device says of the whole: its octets are never those of a push.
    fn whole(&self) -> Vec<u8> {
        self.parts.values().flatten().copied().collect()
    }
}

proptest! {
    #[test]
    fn any_sequence_of_segments_over_cdma_does_what_a_map_would(
        sequence in prop::collection::vec(segment(), 1..60),
    ) {
        let mut device = Device::<4, 64>::new();
        let mut model: BTreeMap<(u16, u8), Message> = BTreeMap::new();
        for segment in sequence {
            let message = model.entry((segment.message_id, segment.total)).or_default();
            let (told, displaced) = device.receive_at(0, cdma(segment.message_id, &segment.octets()));
            let (expected, missing) = message.receive(&segment);
            let expected_displaced = missing.map(|missing| (ORIGINATOR, Reason::Replaced, missing));
            prop_assert_eq!(displaced, expected_displaced);
            // The whole, as a datagram of its own.
            let expected = expected.unwrap_or_else(|| {
                match device.receive(datagram(2948, &message.whole())) {
                    Told::NotForDm(error, None) => Told::NotForDm(error, Some(message.whole())),
                    other => other,
                }
            });
            prop_assert_eq!(told, expected);
        }
    }

    #[test]
    fn no_octets_make_it_panic_and_offsets_lie_within_what_was_delivered(
        octets in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let mut device = Device::<2, 32>::new();
        for delivery in [
            Delivery::Package0(&octets),
            datagram(2948, &octets),
            sms(&octets),
            cdma(1, &octets),
        ] {
            match device.receive(delivery) {
                Told::NotForDm((.., offset), _) | Told::Malformed((.., offset)) | Told::NoRoom((.., offset)) => {
                    prop_assert!(offset <= octets.len());
                }
                _ => {}
            }
        }
    }
}

/// T1 to T10 of the octets that modems hand over, dissected by tshark: Appendix C in each.
mod from_the_modem {
    use super::*;
    use oma_dm_notification::DecodeErrorKind::{Length, Missing, NoRoom, NotDm, Truncated};
    use oma_dm_notification::bearer::Address;
    use oma_dm_notification::bearer::tpdu::{Deliver, Framing};

    const DELIVER: &str = "440b914477001032f400f562112200000000370605040b84c002010603c4af87e4000751\
        d15da7d8b5fc1fbce45ee71502d0000000123412636f6d2e6d676d747372762e6d616e616765";
    const SUBMIT: &str = "41000c914477000910320004370605040b84c002010603c4af87e4000751d15da7d8b5fc1f\
        bce45ee71502d0000000123412636f6d2e6d676d747372762e6d616e616765";
    const BEARER_DATA: &str = "0003112340013901b800080600105c2008301e257c3f20003a8e8aed3ec5afe0fde722f7\
        38a8168000000091a0931b7b69736b3b6ba39b93b1736b0b730b3b28";
    const NESTED: &str = "000002fdea020702911deaa848c008490003100010014202000018ab6b0009c80dc0004030\
        0082e1004180f12be1f90001d4745769f62d7f07ef3917b9c540b4000000048d0498dbdb4b9b59db5d1cdc9d8b9b\
        585b9859d940";

    fn octets(hexadecimal: &[&str]) -> Vec<u8> {
        hex::decode(hexadecimal.concat()).unwrap()
    }

    const fn cdma_message<'a>(octets: &'a [u8], buffer: &'a mut [u8]) -> Delivery<'a, Address> {
        Delivery::CdmaMessage {
            octets,
            repeated_ports: RepeatedPorts::Absent,
            buffer,
        }
    }

    const fn tpdu(octets: &[u8], framing: Framing) -> Delivery<'_, Address> {
        Delivery::Tpdu { octets, framing }
    }

    #[track_caller]
    fn is_appendix_c(delivery: Delivery<'_, Address>) {
        let mut inbox = Inbox::<Address, 1, 64>::new();
        match inbox.receive(0, delivery).outcome {
            Outcome::Package0(package0) => {
                let server_id = package0.unverified().server_id();
                assert_eq!(server_id.as_str(), Some("com.mgmtsrv.manage"));
                assert_eq!(package0.unverified().session_id().value(), 0x1234);
            }
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn error(delivery: Delivery<'_, Address>) -> DecodeError {
        match Inbox::<Address, 1, 64>::new().receive(0, delivery).outcome {
            Outcome::NotForDm {
                error,
                octets: None,
                ..
            } => {
                assert!(error.is_not_for_dm());
                error
            }
            Outcome::Malformed(error) | Outcome::NoRoom(error) => error,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_form_gives_package0() {
        let with_centre = octets(&["0791447758100650", DELIVER]);
        is_appendix_c(tpdu(&octets(&[DELIVER]), Framing::Bare));
        is_appendix_c(tpdu(&octets(&["00", DELIVER]), Framing::ServiceCentre));
        is_appendix_c(tpdu(&with_centre, Framing::ServiceCentre));
        is_appendix_c(tpdu(&with_centre, Framing::Length(74)));
        is_appendix_c(tpdu(&octets(&[DELIVER]), Framing::Length(74)));
        let rp_data = octets(&["012a0791447758100650004a", DELIVER]);
        is_appendix_c(Delivery::RpData(&rp_data));
        let message = octets(&["0000021004020702911deaa848c00840", BEARER_DATA]);
        is_appendix_c(cdma_message(&message, &mut [0; 55]));
        is_appendix_c(cdma_message(&octets(&[NESTED]), &mut [0; 255]));
    }

    #[test]
    fn segments_meet_under_the_address_in_their_tpdus() {
        let segments = golden_segments();
        let mut inbox = Inbox::<Address, 2, 512>::new();
        let mut is_whole = |sender: &str, segment: &[u8]| {
            let mut buffer = [0; 200];
            let deliver = Deliver::new(sender.parse().unwrap(), segment);
            let octets = deliver.encode(&mut buffer).unwrap();
            let received = inbox.receive(0, tpdu(octets, Framing::Bare));
            matches!(received.outcome, Outcome::Package0(_))
        };
        assert!(!is_whole("+447700900123", segments[0]));
        assert!(!is_whole("+447700900124", segments[1]), "another sender");
        assert!(is_whole("+447700900123", segments[1]));
    }

    /// A golden message of two short messages.
    fn golden_segments() -> &'static [&'static [u8]] {
        let mut golden = GOLDEN.iter();
        let two = golden.find(|golden| golden.short_messages.len() == 2);
        two.unwrap().short_messages
    }

    #[test]
    fn an_error_counts_from_the_first_octet_that_the_modem_handed_over() {
        let cut = octets(&["0791447758100650", &DELIVER[..DELIVER.len() - 2]]);
        let cut = error(tpdu(&cut, Framing::ServiceCentre));
        assert_eq!((cut.kind(), cut.offset()), (Truncated, 27));
        // The media type, within the TPDU within the RP-DATA.
        let foreign = DELIVER.replace("03c4af87", "03aeaf87");
        let rp_data = octets(&["012a0791447758100650004a", &foreign]);
        let error = error(Delivery::RpData(&rp_data));
        let media_type = (NotDm, Field::ContentType, 12 + 19 + 7 + 3);
        let found = (error.kind(), error.field(), error.offset());
        assert_eq!(found, media_type);
    }

    #[test]
    fn messages_that_cannot_be_for_dm_are_somebody_elses() {
        let status_report = octets(&["06", &DELIVER[2..]]);
        let without_header = octets(&["04", &DELIVER[2..]]);
        for (message, kind) in [
            (octets(&[SUBMIT]), NotDm),
            (status_report, NotDm),
            (without_header, Missing),
        ] {
            assert_eq!(error(tpdu(&message, Framing::Bare)).kind(), kind);
        }
        assert_eq!(error(Delivery::RpData(&octets(&["032a"]))).kind(), NotDm);
        let wrong_length = error(tpdu(&octets(&[DELIVER]), Framing::Length(75)));
        assert_eq!(wrong_length.kind(), Length);
    }

    #[test]
    fn user_data_over_cdma_that_has_no_room_is_told_and_leaves_the_buffer() {
        let message = octets(&["0000021004020702911deaa848c00840", BEARER_DATA]);
        let mut buffer = [0xEE; 54];
        let found = error(cdma_message(&message, &mut buffer));
        assert_eq!((found.kind(), found.field()), (NoRoom, Field::UserData));
        assert_eq!(buffer, [0xEE; 54]);
    }
}
