//! Short messages over CDMA, both ways (3GPP2 C.S0015).

#![allow(
    clippy::shadow_unrelated,
    reason = "the cases of a test have the same names, one after the other"
)]

use crate::bearer_tpdu::{address, assert_too_small, refusal};
use crate::checks;
use bitvec::{field::BitField, prelude::Msb0, vec::BitVec};
use hex_literal::hex;
use oma_dm_notification::bearer::cdma::{
    BearerData, CdmaDelivery, CdmaMessage, NESTED_TELESERVICE,
};
use oma_dm_notification::wap;
use oma_dm_notification::wap::cdma::{RepeatedPorts, WdpSegment};
use oma_dm_notification::{DecodeErrorKind, EncodeError, Field};
use proptest::{collection::vec, prelude::*, sample::select};

/// WDP segment of Appendix C's message.
const SEGMENT: [u8; 55] = hex!(
    "00 01 00 C0 02 0B 84 01 06 03 C4 AF 87
     E4 00 07 51 D1 5D A7 D8 B5 FC 1F BC E4 5E E7 15
     02 D0 00 00 00 12 34 12 63 6F 6D 2E 6D 67 6D 74 73 72 76 2E 6D 61 6E 61 67 65"
);
/// Bearer data with it.
const BEARER_DATA: [u8; 64] = hex!(
    "0003112340013901B800080600105C2008301E257C3F20003A8E8AED3EC5AFE0FDE722F738A8168000000091A0931B7B
     69736B3B6BA39B93B1736B0B730B3B28"
);
/// What precedes it in a message: teleservice, originator 4477000123, length of the bearer data.
const HEADER: [u8; 16] = hex!("00 00 02 10 04 02 07 02 91 1D EA A8 48 C0 08 40");
/// The same with the nested teleservice.
const NESTED: [u8; 89] = hex!(
    "000002FDEA020702911DEAA848C008490003100010014202000018AB6B0009C80DC00040300082E1004180F12BE1F900
     01D4745769F62D7F07EF3917B9C540B4000000048D0498DBDB4B9B59DB5D1CDC9D8B9B585B9859D940"
);

fn message() -> Vec<u8> {
    [&HEADER[..], &BEARER_DATA].concat()
}

fn copied(data: BearerData<'_>) -> Vec<u8> {
    let mut buffer = [0; 255];
    data.copy_user_data(&mut buffer).unwrap().to_vec()
}

/// Bits as an independent builder lays them: each a value and its width.
fn bits(fields: &[(u32, usize)]) -> Vec<u8> {
    let mut bits = BitVec::<u8, Msb0>::new();
    for &(value, width) in fields {
        let start = bits.len();
        bits.resize(start + width, false);
        bits[start..].store_be(value);
    }
    bits.into_vec()
}

fn counted(identifier: u8, value: &[u8]) -> Vec<u8> {
    [&[identifier, u8::try_from(value.len()).unwrap()], value].concat()
}

/// Bearer data by that builder.
fn bearer_data(message_type: u32, message_id: u16, user_data: &[u8]) -> Vec<u8> {
    let identifier = bits(&[(message_type, 4), (message_id.into(), 16), (0, 4)]);
    let mut fields = vec![(0, 5), (u32::try_from(user_data.len()).unwrap(), 8)];
    fields.extend(user_data.iter().map(|&octet| (u32::from(octet), 8)));
    [counted(0, &identifier), counted(1, &bits(&fields))].concat()
}

#[test]
fn bearer_data_says_its_fields() {
    let data = BearerData::parse(&BEARER_DATA).unwrap();
    assert_eq!(data.message_id(), 0x1234);
    assert_eq!(data.user_data_len(), 55);
    assert_eq!(data.user_data_offset(), 8);
    assert_eq!(copied(data), SEGMENT);
    let segment = WdpSegment::parse(&SEGMENT).unwrap();
    let push = wap::cdma::open(segment.payload(), RepeatedPorts::Absent).unwrap();
    assert_eq!(push.body().len(), 42);
}

#[test]
fn a_message_says_its_fields() {
    let octets = message();
    let message = CdmaMessage::parse(&octets).unwrap();
    assert_eq!(message.teleservice(), 4100);
    assert_eq!(message.originator().unwrap().to_string(), "4477000123");
    assert_eq!(message.originator(), Some(address("4477000123")));
    let data = message.bearer_data();
    assert_eq!((data.message_id(), data.user_data_offset()), (0x1234, 24));
    assert_eq!(copied(data), SEGMENT);
}

#[test]
fn a_nested_message_says_the_fields_of_the_inner_one() {
    let message = CdmaMessage::parse(&NESTED).unwrap();
    assert_eq!((message.teleservice(), NESTED_TELESERVICE), (65002, 65002));
    assert_eq!(message.originator(), Some(address("4477000123")));
    let data = message.bearer_data();
    assert_eq!(data.message_id(), 0x56D6);
    assert_eq!(data.user_data_len(), 55);
    assert_eq!(data.user_data_offset(), 33);
    assert_eq!(copied(data), SEGMENT);
    let outer = BearerData::parse(&NESTED[16..]).unwrap();
    assert_eq!((outer.message_id(), outer.user_data_len()), (1, 64));
    let inner = outer.nested().unwrap();
    assert_eq!((inner.message_id(), inner.user_data_offset()), (0x56D6, 17));
    assert_eq!(copied(inner), SEGMENT);
}

#[test]
fn a_message_is_written_to_the_octet() {
    let mut buffer = [0; 100];
    let delivery = CdmaDelivery::new(address("4477000123"), 0x1234, &SEGMENT);
    assert_eq!(delivery.encode(&mut buffer).unwrap(), message());
    let delivery = CdmaDelivery::new(address("4477000123"), 0x56D6, &SEGMENT).nested(1);
    assert_eq!(delivery.encode(&mut buffer).unwrap(), NESTED);
    let mut room = [0xEE; 89];
    for length in 0..89 {
        assert_too_small(delivery.encode(&mut room[..length]), 89);
    }
    assert_eq!(room, [0xEE; 89]);
}

#[test]
fn the_longest_messages_fill_their_parameter() {
    let user_data: Vec<u8> = (0..=255).collect();
    let mut buffer = [0xEE; 300];
    let longest = address("+01234567890123456789");
    for (nested, limit) in [(false, 246), (true, 237)] {
        let delivery = |octets| {
            let delivery = CdmaDelivery::new(longest, 0xFFFF, &user_data[..octets]);
            if nested {
                delivery.nested(0xFFFF)
            } else {
                delivery
            }
        };
        for octets in limit + 1..=user_data.len() {
            let field = Field::UserData;
            assert!(matches!(
                delivery(octets).encode(&mut buffer),
                Err(EncodeError::TooLong { field: of, limit: at_most, .. }) if of == field && at_most == limit
            ));
        }
        assert_eq!(buffer, [0xEE; 300]);
        let octets = delivery(limit).encode(&mut buffer).unwrap();
        assert_eq!(octets.len(), 287);
        let message = CdmaMessage::parse(octets).unwrap();
        assert_eq!(copied(message.bearer_data()), user_data[..limit]);
        assert_eq!(message.bearer_data().message_id(), 0xFFFF);
        buffer = [0xEE; 300];
    }
    let huge = [0; 1000];
    assert!(
        CdmaDelivery::new(longest, 0, &huge)
            .encode(&mut buffer)
            .is_err()
    );
}

#[test]
fn user_data_without_room_leaves_the_buffer_as_it_was() {
    let data = BearerData::parse(&BEARER_DATA).unwrap();
    let mut buffer = [0xEE; 54];
    for length in 0..=54 {
        let expected = Some((DecodeErrorKind::NoRoom, Field::UserData, 8));
        assert_eq!(
            refusal(data.copy_user_data(&mut buffer[..length])),
            expected
        );
    }
    assert_eq!(buffer, [0xEE; 54]);
    let mut buffer = [0xEE; 56];
    assert_eq!(data.copy_user_data(&mut buffer).unwrap(), SEGMENT);
    assert_eq!(buffer[55], 0xEE);
}

#[test]
fn every_prefix_of_bearer_data_is_refused_with_its_error() {
    for length in 0..BEARER_DATA.len() {
        let expected = match length {
            0 => (DecodeErrorKind::Missing, Field::MessageIdentifier, 0),
            1..5 => (DecodeErrorKind::Truncated, Field::Subparameter, 0),
            5 => (DecodeErrorKind::Missing, Field::UserData, 5),
            _ => (DecodeErrorKind::Truncated, Field::Subparameter, 5),
        };
        assert_eq!(
            refusal(BearerData::parse(&BEARER_DATA[..length])),
            Some(expected)
        );
    }
}

#[test]
fn every_prefix_of_a_message_is_refused_with_its_error() {
    for octets in [message(), NESTED.to_vec()] {
        for length in 0..octets.len() {
            let expected = match length {
                0 => (DecodeErrorKind::Truncated, Field::SmsMessageType, 0),
                1 => (DecodeErrorKind::Missing, Field::Teleservice, 1),
                2..5 => (DecodeErrorKind::Truncated, Field::SmsParameter, 1),
                5 | 14 => (DecodeErrorKind::Missing, Field::BearerData, length),
                6..14 => (DecodeErrorKind::Truncated, Field::SmsParameter, 5),
                _ => (DecodeErrorKind::Truncated, Field::SmsParameter, 14),
            };
            assert_eq!(
                refusal(CdmaMessage::parse(&octets[..length])),
                Some(expected)
            );
        }
    }
}

/// The message with another value of a parameter.
fn with_parameters(parameters: &[Vec<u8>]) -> Vec<u8> {
    [&[vec![0]], parameters].concat().concat()
}

#[test]
fn parameters_that_end_early_are_refused_with_their_error() {
    let teleservice = counted(0, &hex!("10 04"));
    let data = counted(8, &BEARER_DATA);
    for length in 0..2 {
        let octets = with_parameters(&[counted(0, &hex!("10 04")[..length]), data.clone()]);
        let expected = Some((DecodeErrorKind::Truncated, Field::Teleservice, 3));
        assert_eq!(refusal(CdmaMessage::parse(&octets)), expected);
    }
    for length in 0..7 {
        let address = counted(2, &hex!("02 91 1D EA A8 48 C0")[..length]);
        let octets = with_parameters(&[teleservice.clone(), address, data.clone()]);
        let expected = Some((DecodeErrorKind::Truncated, Field::OriginatingAddress, 7));
        assert_eq!(refusal(CdmaMessage::parse(&octets)), expected);
    }
    let characters = hex!("88 81 A1 B0 C0");
    for length in 0..characters.len() {
        let address = counted(2, &characters[..length]);
        let octets = with_parameters(&[teleservice.clone(), address, data.clone()]);
        let expected = Some((DecodeErrorKind::Truncated, Field::OriginatingAddress, 7));
        assert_eq!(refusal(CdmaMessage::parse(&octets)), expected, "{length}");
    }
}

#[test]
fn subparameters_that_end_early_are_refused_with_their_error() {
    let identifier = counted(0, &hex!("11 23 40"));
    let user_data = counted(1, &hex!("00 12 0B 17 C8"));
    let whole = [identifier.clone(), user_data.clone()].concat();
    assert_eq!(copied(BearerData::parse(&whole).unwrap()), hex!("41 62"));
    for length in 0..3 {
        let octets = [counted(0, &hex!("11 23 40")[..length]), user_data.clone()].concat();
        let expected = Some((DecodeErrorKind::Truncated, Field::MessageIdentifier, 2));
        assert_eq!(refusal(BearerData::parse(&octets)), expected);
    }
    for length in 0..4 {
        let octets = [
            identifier.clone(),
            counted(1, &hex!("00 12 0B 17 C8")[..length]),
        ]
        .concat();
        let field = if length == 0 {
            Field::MessageEncoding
        } else {
            Field::UserData
        };
        let expected = Some((DecodeErrorKind::Truncated, field, 7));
        assert_eq!(refusal(BearerData::parse(&octets)), expected, "{length}");
    }
}

#[test]
fn of_a_repeated_parameter_the_last_counts_and_others_are_ignored() {
    let teleservice = counted(0, &hex!("10 02"));
    let first = bearer_data(2, 1, b"first");
    let second = bearer_data(1, 2, b"second");
    let octets = with_parameters(&[
        counted(6, &hex!("FC")),
        teleservice,
        counted(8, &first),
        counted(2, &hex!("02 91 1D EA A8 48 C0")),
        counted(0xFF, &[]),
        counted(2, &hex!("00 44 40")),
        counted(8, &second),
        counted(0, &hex!("10 04 FF")),
    ]);
    let message = CdmaMessage::parse(&octets).unwrap();
    assert_eq!(message.originator(), Some(address("1")));
    assert_eq!(copied(message.bearer_data()), b"second");
    let octets = [&counted(3, b"stamp!")[..], &first, &hex!("FF 00"), &second].concat();
    let data = BearerData::parse(&octets).unwrap();
    assert_eq!((data.message_id(), copied(data)), (2, b"second".to_vec()));
}

#[test]
fn a_message_need_not_say_who_sent_it() {
    let octets = with_parameters(&[counted(0, &hex!("10 04")), counted(8, &BEARER_DATA)]);
    let message = CdmaMessage::parse(&octets).unwrap();
    assert_eq!(message.originator(), None);
}

#[test]
fn any_other_message_type_or_teleservice_is_not_for_dm() {
    for first in 1..=255 {
        let mut octets = message();
        octets[0] = first;
        let expected = Some((DecodeErrorKind::NotDm, Field::SmsMessageType, 0));
        assert_eq!(refusal(CdmaMessage::parse(&octets)), expected);
    }
    for teleservice in 0..=0xFFFF_u16 {
        let mut octets = message();
        octets[3..5].copy_from_slice(&teleservice.to_be_bytes());
        let expected = match teleservice {
            4100 => None,
            // Its user data is no bearer data.
            65002 => Some((DecodeErrorKind::Truncated, Field::Subparameter, 77)),
            _ => Some((DecodeErrorKind::NotDm, Field::Teleservice, 3)),
        };
        let found = refusal(CdmaMessage::parse(&octets));
        assert_eq!(
            found.map(|(kind, field, _)| (kind, field)),
            expected.map(|(kind, field, _)| (kind, field))
        );
    }
}

#[test]
fn every_message_identifier_is_read_bit_by_bit() {
    for message_type in 0..16_u32 {
        for has_header in [0, 1] {
            let identifier = bits(&[(message_type, 4), (0xABCD, 16), (has_header, 1), (7, 3)]);
            let octets = [counted(0, &identifier), counted(1, &hex!("00 08 00"))].concat();
            let data = BearerData::parse(&octets);
            if (message_type, has_header) == (1, 0) {
                assert_eq!(data.unwrap().message_id(), 0xABCD);
            } else {
                let foreign = Some((DecodeErrorKind::NotDm, Field::MessageIdentifier, 2));
                assert_eq!(refusal(data), foreign);
            }
        }
    }
}

#[test]
fn user_data_in_any_other_encoding_is_not_for_dm() {
    for encoding in 0..32 {
        let user_data = bits(&[(encoding, 5), (1, 8), (0x41, 8), (0, 3)]);
        let octets = [counted(0, &hex!("10 00 00")), counted(1, &user_data)].concat();
        let foreign =
            (encoding != 0).then_some((DecodeErrorKind::NotDm, Field::MessageEncoding, 7));
        assert_eq!(refusal(BearerData::parse(&octets)), foreign);
    }
}

/// A public message, text with teleservice 4098; the originator is another.
#[test]
fn text_is_not_for_dm() {
    let octets = hex!(
        "00 00 02 10 02 02 07 02 95 56 86 AA AA 80 06 01 FC 08 15
         00 03 16 8D 30 01 06 10 24 18 30 60 80 03 06 10 10 04 04 48 47"
    );
    let error = CdmaMessage::parse(&octets).unwrap_err();
    assert!(error.is_not_for_dm());
    assert_eq!(
        error.to_string(),
        "not for OMA DM: foreign Teleservice Identifier at octet 3"
    );
    let error = BearerData::parse(&octets[19..]).unwrap_err();
    assert!(error.is_not_for_dm());
    assert_eq!(
        error.to_string(),
        "not for OMA DM: foreign MSG_ENCODING at octet 7"
    );
}

const MMS: &[u8] = b"application/vnd.wap.mms-message\0";

/// A message with the nested teleservice around this bearer data.
fn nested(inner: &[u8]) -> Vec<u8> {
    with_parameters(&[
        counted(0, &hex!("FD EA")),
        counted(8, &bearer_data(1, 7, inner)),
    ])
}

/// Two public ones begin so, found in a test and in the field; what follows is others'.
#[test]
fn a_nested_notification_of_a_multimedia_message_is_not_for_dm() {
    let mut segment = [
        &hex!("00 01 00 23 F0 0B 84 D6 06 24")[..],
        MMS,
        &hex!("AF 84 B4 84"),
    ]
    .concat();
    segment.resize(127, 0x2E);
    let inner = bearer_data(1, 0x56D6, &segment);
    assert_eq!(
        inner[..22],
        hex!("00 03 15 6D 60 01 81 03 F8 00 08 01 1F 80 5C 26 B0 31 23 0B 83 83")
    );
    let octets = nested(&inner);
    let message = CdmaMessage::parse(&octets).unwrap();
    assert_eq!(message.bearer_data().message_id(), 0x56D6);
    assert_eq!(copied(message.bearer_data()), segment);
    let error = wap::cdma::open(&segment[3..], RepeatedPorts::Absent).unwrap_err();
    assert!(error.is_not_for_dm());
    assert_eq!(error.field(), Field::ContentType);

    let mut segment = [
        &hex!("00 02 00 23 F0 0B 84 01 06 27")[..],
        MMS,
        &hex!("AF 84 8D 01 85 B4 84"),
    ]
    .concat();
    segment.resize(121, 0x2E);
    let inner = bearer_data(6, 0x00C3, &segment);
    assert_eq!(
        inner[..22],
        hex!("00 03 60 0C 30 01 7B 03 C8 00 10 01 1F 80 5C 20 08 31 3B 0B 83 83")
    );
    let octets = nested(&inner);
    let message = CdmaMessage::parse(&octets).unwrap();
    assert_eq!(
        message.bearer_data().message_id(),
        0x00C3,
        "of another type than the outer"
    );
    assert_eq!(copied(message.bearer_data()), segment);
    let parsed = WdpSegment::parse(&segment).unwrap();
    assert_eq!((parsed.total(), parsed.number()), (2, 0));
}

#[test]
fn an_error_in_nested_bearer_data_counts_from_the_first_octet_of_the_message() {
    let octets = nested(&bearer_data(1, 2, b"segment")[..13]);
    let error = CdmaMessage::parse(&octets).unwrap_err();
    // 1 of the type, 4 of the teleservice, 2; of the outer 5, 2 and 13 bits; 5 of the inner.
    assert_eq!(
        refusal::<()>(Err(error)),
        Some((DecodeErrorKind::Truncated, Field::Subparameter, 20))
    );
    let octets = nested(&counted(1, b"\0\0\0"));
    let error = CdmaMessage::parse(&octets).unwrap_err();
    assert_eq!(
        refusal::<()>(Err(error)),
        Some((DecodeErrorKind::Missing, Field::MessageIdentifier, 20))
    );
}

/// Text, and the originating address as a parameter's value.
const ADDRESSES: [(&str, &[u8]); 8] = [
    ("4477000123", &hex!("02 91 1D EA A8 48 C0")),
    ("*10#", &hex!("01 2C 6B 00")),
    ("", &hex!("00 00")),
    (
        "+447700900123",
        &hex!("88 86 1A 1A 1B 9B 98 18 1C 98 18 18 99 19 80"),
    ),
    ("Operator", &hex!("C0 42 7B 83 2B 93 0B A3 7B 90")),
    (
        "a@b.example",
        &hex!("C0 5B 0A 03 11 73 2B C3 0B 6B 83 63 28"),
    ),
    (
        "01234567890123456789",
        &hex!("05 28 48 D1 59 E2 68 48 D1 59 E2 40"),
    ),
    ("Å", &hex!("C0 0E 28")),
];

fn parsed_originator(value: &[u8]) -> Result<String, (DecodeErrorKind, Field, usize)> {
    let octets = with_parameters(&[
        counted(0, &hex!("10 04")),
        counted(2, value),
        counted(8, &BEARER_DATA),
    ]);
    let message = CdmaMessage::parse(&octets);
    let text = message.map(|message| message.originator().unwrap().to_string());
    text.map_err(|error| (error.kind(), error.field(), error.offset()))
}

#[test]
fn an_originator_is_read_in_digits_and_in_characters() {
    for (text, value) in ADDRESSES {
        assert_eq!(parsed_originator(value).as_deref(), Ok(text));
    }
}

#[test]
fn an_originator_is_written_in_digits_or_in_characters() {
    for (text, value) in ADDRESSES
        .into_iter()
        .filter(|(text, _)| !text.is_empty() && text.is_ascii())
    {
        let mut buffer = [0; 300];
        let octets = CdmaDelivery::new(address(text), 0, b"")
            .encode(&mut buffer)
            .unwrap();
        assert_eq!(octets[5..7 + value.len()], counted(2, value), "{text}");
    }
}

/// An address in characters: number mode, type, plan, text.
fn in_characters(number_mode: u32, number_type: u32, plan: u32, text: &[u8]) -> Vec<u8> {
    let mut fields = vec![(1, 1), (number_mode, 1), (number_type, 3)];
    if number_mode == 0 {
        fields.push((plan, 4));
    }
    fields.push((u32::try_from(text.len()).unwrap(), 8));
    fields.extend(text.iter().map(|&character| (u32::from(character), 8)));
    bits(&fields)
}

#[test]
fn an_originator_in_characters_has_the_type_that_it_says() {
    for number_type in 0..8 {
        for plan in 0..16 {
            let expected = if number_type == 1 { "+123" } else { "123" };
            let value = in_characters(0, number_type, plan, b"123");
            assert_eq!(parsed_originator(&value).as_deref(), Ok(expected));
            let octets = with_parameters(&[
                counted(0, &hex!("10 04")),
                counted(2, &value),
                counted(8, &BEARER_DATA),
            ]);
            let originator = CdmaMessage::parse(&octets).unwrap().originator().unwrap();
            let number_type = if number_type == 5 { 0 } else { number_type };
            let kind = 0x80 | number_type << 4 | plan;
            assert_eq!(u32::from(originator.type_of_address()), kind);
            let mut buffer = [0; 100];
            let written = CdmaDelivery::new(originator, 0x1234, &SEGMENT)
                .encode(&mut buffer)
                .unwrap();
            let again = CdmaMessage::parse(written).unwrap();
            assert_eq!(again.originator(), Some(originator));
        }
        let value = in_characters(1, number_type, 0, b"123");
        assert_eq!(parsed_originator(&value).as_deref(), Ok("123"));
        let value = in_characters(0, number_type, 1, b"+123");
        assert_eq!(parsed_originator(&value).as_deref(), Ok("+123"));
    }
}

#[test]
fn an_originator_that_no_key_can_hold_is_refused() {
    let refused = |kind| Err((kind, Field::OriginatingAddress, 7));
    for digit in [0, 13, 14, 15] {
        let value = bits(&[(0, 2), (1, 8), (digit, 4)]);
        assert_eq!(parsed_originator(&value), refused(DecodeErrorKind::Invalid));
    }
    for count in 21..=255 {
        let digits = (0..count).map(|_| (1, 4));
        let value = bits(
            &[(0, 2), (count, 8)]
                .into_iter()
                .chain(digits)
                .collect::<Vec<_>>(),
        );
        assert_eq!(
            parsed_originator(&value),
            refused(DecodeErrorKind::Length),
            "{count}"
        );
    }
    let long = [
        &b"twelve chars"[..],
        b"[[[[[[",
        b"012345678901234567890",
        b"+012345678901234567890",
        b"someone@example.example",
    ];
    for text in long {
        let value = in_characters(0, 1, 1, text);
        assert_eq!(parsed_originator(&value), refused(DecodeErrorKind::Length));
    }
    for character in [0x00, 0x09, 0x60, 0x7F, 0x80, 0xFF] {
        let value = in_characters(1, 0, 0, &[b'a', character]);
        assert_eq!(
            parsed_originator(&value),
            refused(DecodeErrorKind::Invalid),
            "{character:02X}"
        );
    }
    let value = in_characters(0, 1, 1, b"+01234567890123456789");
    assert_eq!(
        parsed_originator(&value).as_deref(),
        Ok("+01234567890123456789")
    );
}

#[test]
fn an_originator_that_no_parameter_can_hold_is_not_written() {
    let letters = oma_dm_notification::bearer::tpdu::Deliver::parse(
        &hex!("44 02 91 C1 00 04 00 00 00 00 00 00 00 00"),
        oma_dm_notification::bearer::tpdu::Framing::Bare,
    );
    let with_letter = letters.unwrap().originator();
    assert_eq!(with_letter.to_string(), "+1a");
    let unknown = oma_dm_notification::bearer::tpdu::Deliver::parse(
        &hex!("44 02 81 C1 00 04 00 00 00 00 00 00 00 00"),
        oma_dm_notification::bearer::tpdu::Framing::Bare,
    );
    let unknown = unknown.unwrap().originator();
    let mut buffer = [0xEE; 100];
    for originator in [
        with_letter,
        unknown,
        address("Δ"),
        address("Å"),
        address("€"),
    ] {
        let field = Field::OriginatingAddress;
        assert!(matches!(
            CdmaDelivery::new(originator, 0, &SEGMENT).encode(&mut buffer),
            Err(EncodeError::OutOfRange { field: of, .. }) if of == field
        ));
    }
    assert_eq!(buffer, [0xEE; 100]);
}

#[test]
fn messages_are_shown_with_their_octets() {
    let octets = bearer_data(1, 2, b"\x01\xAB");
    let data = BearerData::parse(&octets).unwrap();
    assert_eq!(
        format!("{data:?}"),
        "BearerData { message_id: 2, user_data: [01ab] }"
    );
}

proptest! {
    #[test]
    fn bearer_data_is_read_as_an_independent_builder_lays_it(
        message_id in any::<u16>(),
        user_data in vec(any::<u8>(), 0..240),
        inner_type in 0..16_u32,
    ) {
        let octets = bearer_data(1, message_id, &user_data);
        let data = BearerData::parse(&octets).unwrap();
        prop_assert_eq!((data.message_id(), copied(data)), (message_id, user_data.clone()));
        let inner = bearer_data(inner_type, message_id, &user_data);
        if inner.len() <= 237 {
            let octets = nested(&inner);
            let data = CdmaMessage::parse(&octets).unwrap().bearer_data();
            prop_assert_eq!((data.message_id(), copied(data)), (message_id, user_data));
            checks::cdma_message(&octets);
        }
    }

    #[test]
    fn a_message_is_written_as_an_independent_builder_lays_it(
        message_id in any::<u16>(),
        outer in any::<u16>(),
        user_data in vec(any::<u8>(), 0..230),
    ) {
        let sender = counted(2, &hex!("00 44"));
        let mut buffer = [0; 300];
        let delivery = CdmaDelivery::new(address("1"), message_id, &user_data);
        let data = bearer_data(1, message_id, &user_data);
        let expected = with_parameters(&[counted(0, &hex!("10 04")), sender.clone(), counted(8, &data)]);
        prop_assert_eq!(&*delivery.encode(&mut buffer).unwrap(), expected);
        let data = bearer_data(1, outer, &data);
        let expected = with_parameters(&[counted(0, &hex!("FD EA")), sender, counted(8, &data)]);
        prop_assert_eq!(&*delivery.nested(outer).encode(&mut buffer).unwrap(), expected);
    }

    #[test]
    fn whatever_looks_like_a_message_is_read_as_a_second_implementation_reads_it(
        teleservice in select(vec![&hex!("10 04")[..], &hex!("FD EA"), &hex!("10 02"), &hex!("10")]),
        originator in vec(any::<u8>(), 0..14),
        identifier in prop_oneof![Just(hex!("10 00 00").to_vec()), vec(any::<u8>(), 0..4)],
        user_data in prop_oneof![
            vec(any::<u8>(), 0..40).prop_map(|octets| bearer_data(1, 1, &octets)[5..].to_vec()),
            vec(any::<u8>(), 0..40).prop_map(|value| counted(1, &value)),
            vec(any::<u8>(), 0..40).prop_map(|octets| bearer_data(1, 1, &bearer_data(3, 2, &octets))[5..].to_vec()),
        ],
        with_originator in any::<bool>(),
        digits in any::<bool>(),
    ) {
        let mut originator = originator;
        if let Some(first) = originator.first_mut() {
            *first = if digits { *first & 0x03 } else { *first | 0x80 };
        }
        let data = [counted(0, &identifier), user_data].concat();
        let mut parameters = vec![counted(0, teleservice), counted(8, &data)];
        if with_originator {
            parameters.insert(1, counted(2, &originator));
        }
        checks::cdma_message(&with_parameters(&parameters));
    }
}
