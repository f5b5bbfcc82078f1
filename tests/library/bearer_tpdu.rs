//! TPDUs, both ways, and addresses (TS 23.040, TS 27.005).

#![allow(
    clippy::shadow_unrelated,
    reason = "the cases of a test have the same names, one after the other"
)]

use crate::checks;
use bitvec::{field::BitField, prelude::Msb0, view::BitView};
use hex_literal::hex;
use oma_dm_notification::bearer::Address;
use oma_dm_notification::bearer::tpdu::{Deliver, Framing, Submit, Tpdu, Validity, is_eight_bit};
use oma_dm_notification::wap;
use oma_dm_notification::{DecodeError, DecodeErrorKind, EncodeError, Field, ValueError};
use proptest::{collection::vec, prelude::*, sample::select};
use std::collections::BTreeSet;

/// SMS-DELIVER of Appendix C's message.
pub(crate) const DELIVER: [u8; 74] = hex!(
    "44 0B 91 44 77 00 10 32 F4 00 F5 62 11 22 00 00 00 00 37
     06 05 04 0B 84 C0 02 01 06 03 C4 AF 87
     E4 00 07 51 D1 5D A7 D8 B5 FC 1F BC E4 5E E7 15
     02 D0 00 00 00 12 34 12 63 6F 6D 2E 6D 67 6D 74 73 72 76 2E 6D 61 6E 61 67 65"
);
/// SMS-SUBMIT of the same.
pub(crate) const SUBMIT: [u8; 68] = hex!(
    "41 00 0C 91 44 77 00 09 10 32 00 04 37
     06 05 04 0B 84 C0 02 01 06 03 C4 AF 87
     E4 00 07 51 D1 5D A7 D8 B5 FC 1F BC E4 5E E7 15
     02 D0 00 00 00 12 34 12 63 6F 6D 2E 6D 67 6D 74 73 72 76 2E 6D 61 6E 61 67 65"
);
/// The service centre's address that may precede them.
pub(crate) const CENTRE: [u8; 8] = hex!("07 91 44 77 58 10 06 50");
/// Octets of the user data of both.
const USER_DATA: usize = 55;

pub(crate) fn address(text: &str) -> Address {
    text.parse().unwrap()
}

/// The same with other octets in the place of one.
fn with(octets: &[u8], at: usize, value: u8) -> Vec<u8> {
    let mut changed = octets.to_vec();
    changed[at] = value;
    changed
}

type Refusal = (DecodeErrorKind, Field, usize);

pub(crate) fn refusal<T>(result: Result<T, DecodeError>) -> Option<Refusal> {
    let error = result.err()?;
    Some((error.kind(), error.field(), error.offset()))
}

fn deliver_refusal(octets: &[u8]) -> Option<Refusal> {
    refusal(Deliver::parse(octets, Framing::Bare))
}

fn submit_refusal(octets: &[u8]) -> Option<Refusal> {
    refusal(Submit::parse(octets, Framing::Bare))
}

/// An SMS-DELIVER from this TP-address.
fn from(address: &[u8]) -> Vec<u8> {
    [&DELIVER[..1], address, &DELIVER[9..]].concat()
}

fn originator(address: &[u8]) -> Address {
    let octets = from(address);
    Deliver::parse(&octets, Framing::Bare).unwrap().originator()
}

#[test]
fn a_deliver_says_its_fields() {
    let deliver = Deliver::parse(&DELIVER, Framing::Bare).unwrap();
    assert_eq!(deliver.service_centre(), None);
    assert_eq!(deliver.originator(), address("+44770001234"));
    assert_eq!(deliver.originator().to_string(), "+44770001234");
    assert_eq!(deliver.protocol_identifier(), 0);
    assert_eq!(deliver.data_coding_scheme(), 0xF5);
    assert_eq!(deliver.time_stamp(), hex!("62 11 22 00 00 00 00"));
    assert_eq!(deliver.user_data(), &DELIVER[19..]);
    assert_eq!(deliver.user_data_offset(), 19);
    assert_eq!(deliver.trailing(), b"");
    assert!(!deliver.more_messages());
    let push = wap::open_sms(deliver.user_data()).unwrap();
    assert_eq!(push.body().len(), 42);
}

#[test]
fn a_deliver_is_written_to_the_octet() {
    let deliver = Deliver::new(address("+44770001234"), &DELIVER[19..])
        .with_data_coding_scheme(0xF5)
        .with_time_stamp(hex!("62 11 22 00 00 00 00"));
    let mut buffer = [0; 176];
    assert_eq!(deliver.encode(&mut buffer).unwrap(), DELIVER);
    assert_eq!(deliver.encoded_len(), 74);
    let octets = deliver.encode_with_service_centre(&mut buffer).unwrap();
    assert_eq!(octets, [&[0], &DELIVER[..]].concat());
    let deliver = deliver.with_service_centre(address("+447785016005"));
    let octets = deliver.encode_with_service_centre(&mut buffer).unwrap();
    assert_eq!(octets, [&CENTRE[..], &DELIVER].concat());
    assert_eq!(deliver.encoded_len(), 74);
    let deliver = deliver.with_protocol_identifier(0x3B);
    assert_eq!(deliver.encode(&mut buffer).unwrap()[9], 0x3B);
}

#[test]
fn a_deliver_is_written_without_class_or_time_unless_told() {
    let mut buffer = [0; 40];
    let deliver = Deliver::new(address("12"), b"\x06\x05\x04\x0B\x84\xC0\x02");
    let octets = deliver.encode(&mut buffer).unwrap();
    let expected = hex!("44 02 81 21 00 04 00 00 00 00 00 00 00 07 06 05 04 0B 84 C0 02");
    assert_eq!(octets, expected);
}

#[test]
fn a_submit_says_its_fields() {
    let submit = Submit::parse(&SUBMIT, Framing::Bare).unwrap();
    assert_eq!(submit.service_centre(), None);
    assert_eq!(submit.reference(), 0);
    assert_eq!(submit.destination(), address("+447700900123"));
    assert_eq!(submit.protocol_identifier(), 0);
    assert_eq!(submit.data_coding_scheme(), 0x04);
    assert_eq!(submit.validity(), Validity::Absent);
    assert_eq!(submit.user_data(), &SUBMIT[13..]);
    assert_eq!(submit.user_data_offset(), 13);
    assert_eq!(submit.trailing(), b"");
}

#[test]
fn a_submit_is_written_to_the_octet() {
    let submit = Submit::new(address("+447700900123"), &SUBMIT[13..]);
    let mut buffer = [0; 176];
    assert_eq!(submit.encode(&mut buffer).unwrap(), SUBMIT);
    assert_eq!(submit.encoded_len(), 68, "AT+CMGS=68");
    let octets = submit.encode_with_service_centre(&mut buffer).unwrap();
    assert_eq!(octets, [&[0], &SUBMIT[..]].concat());
    let octets = submit
        .with_service_centre(address("+447785016005"))
        .encode_with_service_centre(&mut buffer)
        .unwrap();
    assert_eq!(octets, [&CENTRE[..], &SUBMIT].concat());
    let submit = submit
        .with_reference(0x9A)
        .with_protocol_identifier(0x3B)
        .with_data_coding_scheme(0xF5)
        .with_status_report(true);
    let octets = submit.encode(&mut buffer).unwrap();
    assert_eq!(octets[..13], hex!("61 9A 0C 91 44 77 00 09 10 32 3B F5 37"));
    let octets = submit
        .with_status_report(false)
        .encode(&mut buffer)
        .unwrap();
    assert_eq!(octets[0], 0x41);
}

/// A validity period, the first octet of a message with it, and its octets.
const VALIDITIES: [(Validity, u8, &[u8]); 4] = [
    (Validity::Absent, 0x41, b""),
    (Validity::Relative(0xA7), 0x51, &hex!("A7")),
    (
        Validity::Enhanced([1, 2, 3, 4, 5, 6, 7]),
        0x49,
        &hex!("01 02 03 04 05 06 07"),
    ),
    (
        Validity::Absolute([9, 8, 7, 6, 5, 4, 3]),
        0x59,
        &hex!("09 08 07 06 05 04 03"),
    ),
];

#[test]
fn a_validity_period_is_read_in_every_format() {
    for (validity, first, octets) in VALIDITIES {
        let octets = [&[first], &SUBMIT[1..12], octets, &SUBMIT[12..]].concat();
        let submit = Submit::parse(&octets, Framing::Bare).unwrap();
        assert_eq!(submit.validity(), validity);
        assert_eq!(submit.user_data(), &SUBMIT[13..]);
    }
}

#[test]
fn a_validity_period_is_written_in_every_format() {
    for (validity, first, octets) in VALIDITIES {
        let expected = [&[first], &SUBMIT[1..12], octets, &SUBMIT[12..]].concat();
        let submit = Submit::new(address("+447700900123"), &SUBMIT[13..])
            .with_validity(Validity::Absolute([0; 7]))
            .with_validity(validity);
        let mut buffer = [0; 100];
        assert_eq!(submit.encode(&mut buffer).unwrap(), expected);
        assert_eq!(submit.encoded_len(), expected.len());
    }
    assert_eq!(Validity::default(), Validity::Absent);
}

#[test]
fn a_relative_validity_period_is_from_five_minutes_to_sixty_three_weeks() {
    let minutes = |octet| Validity::Relative(octet).relative_minutes().unwrap();
    let known = [
        (0, 5),
        (143, 12 * 60),
        (144, 12 * 60 + 30),
        (0xA7, 24 * 60),
        (168, 2 * 24 * 60),
        (196, 30 * 24 * 60),
        (197, 5 * 7 * 24 * 60),
        (255, 63 * 7 * 24 * 60),
    ];
    for (octet, expected) in known {
        assert_eq!(minutes(octet), expected, "{octet}");
    }
    for octet in 1..=255 {
        assert!(minutes(octet) > minutes(octet - 1), "{octet}");
    }
    for validity in [
        Validity::Absent,
        Validity::Enhanced([0; 7]),
        Validity::Absolute([0; 7]),
    ] {
        assert_eq!(validity.relative_minutes(), None);
    }
}

#[test]
fn a_printed_length_tells_whether_a_service_centre_precedes_the_message() {
    let with_centre = [&CENTRE[..], &DELIVER].concat();
    let deliver = Deliver::parse(&with_centre, Framing::Length(74)).unwrap();
    assert_eq!(
        deliver.service_centre().unwrap().to_string(),
        "+447785016005"
    );
    assert_eq!(deliver.user_data_offset(), 27);
    assert_eq!(deliver.user_data(), &DELIVER[19..]);

    let without = Deliver::parse(&DELIVER, Framing::Length(74)).unwrap();
    assert_eq!(without.service_centre(), None);
    assert_eq!(without.user_data_offset(), 19);

    let empty = [&[0], &DELIVER[..]].concat();
    let deliver = Deliver::parse(&empty, Framing::Length(74)).unwrap();
    assert_eq!(deliver.service_centre(), None);
    assert_eq!(deliver.user_data_offset(), 20);

    let foreign = Some((DecodeErrorKind::Length, Field::Tpdu, 0));
    for length in [0, 1, 73, 75, 81, 83, usize::MAX] {
        let deliver = Deliver::parse(&with_centre, Framing::Length(length));
        assert_eq!(refusal(deliver), foreign, "{length}");
        let submit = Submit::parse(&with_centre, Framing::Length(length));
        assert_eq!(refusal(submit), foreign, "{length}");
        let either = Tpdu::parse(&with_centre, Framing::Length(length));
        assert_eq!(refusal(either), foreign, "{length}");
    }
    assert_eq!(refusal(Deliver::parse(&[], Framing::Length(1))), foreign);
    let cut = Some((DecodeErrorKind::Truncated, Field::TpMessageType, 0));
    assert_eq!(refusal(Deliver::parse(&[], Framing::Length(0))), cut);
}

#[test]
fn a_service_centre_has_eleven_octets_at_most() {
    let centre_refusal = |octets: &[u8]| refusal(Deliver::parse(octets, Framing::ServiceCentre));
    let of_centre = |kind| Some((kind, Field::ServiceCentreAddress, 0));
    assert_eq!(centre_refusal(&[]), of_centre(DecodeErrorKind::Truncated));
    assert_eq!(
        centre_refusal(&[12; 20]),
        of_centre(DecodeErrorKind::Length)
    );
    assert_eq!(
        centre_refusal(&[11; 11]),
        of_centre(DecodeErrorKind::Truncated)
    );
    for length in 0..CENTRE.len() {
        assert_eq!(
            centre_refusal(&CENTRE[..length]),
            of_centre(DecodeErrorKind::Truncated)
        );
    }
    let longest = hex!("0B 91 10 32 54 76 98 10 32 54 76 98");
    let octets = [&longest[..], &DELIVER].concat();
    let deliver = Deliver::parse(&octets, Framing::ServiceCentre).unwrap();
    let centre = deliver.service_centre().unwrap();
    assert_eq!(centre.to_string(), "+01234567890123456789");
    let mut buffer = [0; 176];
    assert_eq!(
        deliver.encode_with_service_centre(&mut buffer).unwrap(),
        octets
    );
}

#[test]
fn a_service_centre_without_digits_is_not_an_absent_one() {
    let octets = [&hex!("01 91")[..], &DELIVER].concat();
    let deliver = Deliver::parse(&octets, Framing::ServiceCentre).unwrap();
    let centre = deliver.service_centre().unwrap();
    assert!(centre.is_empty());
    assert_eq!(
        (centre.to_string().as_str(), centre.type_of_address()),
        ("", 145)
    );
    let mut buffer = [0; 176];
    assert_eq!(
        deliver.encode_with_service_centre(&mut buffer).unwrap(),
        octets
    );
}

#[test]
fn either_message_is_read_as_what_it_says() {
    assert!(matches!(
        Tpdu::parse(&DELIVER, Framing::Bare),
        Ok(Tpdu::Deliver(_))
    ));
    assert!(matches!(
        Tpdu::parse(&SUBMIT, Framing::Bare),
        Ok(Tpdu::Submit(_))
    ));
    let octets = [&CENTRE[..], &SUBMIT].concat();
    let Ok(Tpdu::Submit(submit)) = Tpdu::parse(&octets, Framing::ServiceCentre) else {
        panic!("a submit");
    };
    assert_eq!(submit.service_centre(), Some(address("+447785016005")));
    assert_eq!(submit.user_data_offset(), 21);
    let cut = Some((DecodeErrorKind::Truncated, Field::TpMessageType, 0));
    assert_eq!(refusal(Tpdu::parse(&[], Framing::Bare)), cut);
    let cut = Some((DecodeErrorKind::Truncated, Field::TpMessageReference, 1));
    assert_eq!(refusal(Tpdu::parse(&SUBMIT[..1], Framing::Bare)), cut);
    let foreign = Some((DecodeErrorKind::NotDm, Field::TpMessageType, 0));
    assert_eq!(refusal(Tpdu::parse(&[0x46], Framing::Bare)), foreign);
}

#[test]
fn every_prefix_of_a_deliver_is_truncated_in_the_field_where_it_ends() {
    let starts = [
        (0, Field::TpMessageType),
        (1, Field::TpOriginatingAddress),
        (9, Field::TpProtocolIdentifier),
        (10, Field::TpDataCodingScheme),
        (11, Field::TpTimeStamp),
        (18, Field::TpUserDataLength),
        (19, Field::TpUserData),
    ];
    for length in 0..DELIVER.len() {
        let (start, field) = *starts.iter().rfind(|(start, _)| *start <= length).unwrap();
        let expected = Some((DecodeErrorKind::Truncated, field, start));
        assert_eq!(deliver_refusal(&DELIVER[..length]), expected, "{length}");
        let octets = [&CENTRE[..], &DELIVER[..length]].concat();
        let expected = Some((DecodeErrorKind::Truncated, field, start + 8));
        assert_eq!(
            refusal(Deliver::parse(&octets, Framing::ServiceCentre)),
            expected
        );
    }
}

#[test]
fn every_prefix_of_a_submit_is_truncated_in_the_field_where_it_ends() {
    for (_, first, period) in VALIDITIES {
        let octets = [&[first], &SUBMIT[1..12], period, &SUBMIT[12..]].concat();
        let starts = [
            (0, Field::TpMessageType),
            (1, Field::TpMessageReference),
            (2, Field::TpDestinationAddress),
            (10, Field::TpProtocolIdentifier),
            (11, Field::TpDataCodingScheme),
            (12, Field::TpValidityPeriod),
            (12 + period.len(), Field::TpUserDataLength),
            (13 + period.len(), Field::TpUserData),
        ];
        for length in 0..octets.len() {
            let (start, field) = *starts.iter().rfind(|(start, _)| *start <= length).unwrap();
            let expected = Some((DecodeErrorKind::Truncated, field, start));
            assert_eq!(submit_refusal(&octets[..length]), expected, "{length}");
        }
    }
}

#[test]
fn octets_behind_the_user_data_are_ignored_and_shown() {
    let octets = [&DELIVER[..], b"more"].concat();
    let deliver = Deliver::parse(&octets, Framing::Bare).unwrap();
    assert_eq!(deliver.user_data(), &DELIVER[19..]);
    assert_eq!(deliver.trailing(), b"more");
    let mut buffer = [0; 176];
    assert_eq!(deliver.encode(&mut buffer).unwrap(), DELIVER);
    let octets = [&SUBMIT[..], b"more"].concat();
    let submit = Submit::parse(&octets, Framing::Bare).unwrap();
    assert_eq!(submit.trailing(), b"more");
    assert_eq!(submit.encode(&mut buffer).unwrap(), SUBMIT);
}

#[test]
fn user_data_has_140_octets_at_most() {
    let of_length = |length: u8, octets: usize| {
        [&with(&DELIVER[..19], 18, length)[..], &vec![7; octets]].concat()
    };
    let octets = of_length(140, 140);
    let deliver = Deliver::parse(&octets, Framing::Bare).unwrap();
    assert_eq!(deliver.user_data(), [7; 140]);
    assert!(
        Deliver::parse(&of_length(0, 0), Framing::Bare)
            .unwrap()
            .user_data()
            .is_empty()
    );
    for length in 141..=255 {
        let expected = Some((DecodeErrorKind::Length, Field::TpUserDataLength, 18));
        assert_eq!(deliver_refusal(&of_length(length, length.into())), expected);
        assert_eq!(deliver_refusal(&of_length(length, 3)), expected);
    }
    let short = Some((DecodeErrorKind::Truncated, Field::TpUserData, 19));
    assert_eq!(deliver_refusal(&of_length(140, 139)), short);
}

#[test]
fn every_first_octet_is_read_bit_by_bit() {
    for first in 0..=255_u8 {
        let bits = first.view_bits::<Msb0>();
        let message_type: u8 = bits[6..8].load_be();
        let octets = with(&DELIVER, 0, first);
        let deliver = Deliver::parse(&octets, Framing::Bare);
        let submit = Submit::parse(&with(&SUBMIT, 0, first), Framing::Bare).map(|submit| {
            [
                submit.reply_path(),
                submit.status_report(),
                submit.reject_duplicates(),
            ]
        });
        if message_type != 0 {
            let foreign = Some((DecodeErrorKind::NotDm, Field::TpMessageType, 0));
            assert_eq!(refusal(deliver), foreign);
        } else if !bits[1] {
            let text = Some((
                DecodeErrorKind::Missing,
                Field::TpUserDataHeaderIndicator,
                0,
            ));
            assert_eq!(refusal(deliver), text);
            assert!(deliver.unwrap_err().is_not_for_dm());
        } else {
            let deliver = deliver.unwrap();
            assert_eq!(deliver.reply_path(), bits[0]);
            assert_eq!(deliver.status_report_indication(), bits[2]);
            assert_eq!(deliver.loop_prevention(), bits[4]);
            assert_eq!(deliver.more_messages(), !bits[5]);
            let mut buffer = [0; 176];
            assert_eq!(deliver.encode(&mut buffer).unwrap(), octets);
        }
        if message_type != 1 {
            let foreign = Some((DecodeErrorKind::NotDm, Field::TpMessageType, 0));
            assert_eq!(refusal(submit), foreign);
        } else if !bits[1] {
            let text = Some((
                DecodeErrorKind::Missing,
                Field::TpUserDataHeaderIndicator,
                0,
            ));
            assert_eq!(refusal(submit), text);
        } else if !bits[3] && !bits[4] {
            assert_eq!(submit, Ok([bits[0], bits[2], bits[5]]));
        }
    }
}

#[test]
fn the_bits_of_a_submit_are_written_as_they_are_read() {
    for first in (0..=255).filter(|first| first & 0x43 == 0x41) {
        let period = [0, 7, 1, 7][usize::from(first >> 3 & 3)];
        let octets = [&[first], &SUBMIT[1..12], &vec![0; period], &SUBMIT[12..]].concat();
        let submit = Submit::parse(&octets, Framing::Bare).unwrap();
        let mut buffer = [0; 176];
        assert_eq!(submit.encode(&mut buffer).unwrap(), octets);
        let bits = first.view_bits::<Msb0>();
        assert_eq!(submit.status_report(), bits[2]);
    }
}

/// Whether it is uncompressed 8-bit data, by the coding groups of TS 23.038 §4.
fn is_eight_bit_by_group(scheme: u8) -> bool {
    let bits = scheme.view_bits::<Msb0>();
    match (bits[0], bits[1], bits[2], bits[3]) {
        // General data coding, and automatic deletion: bit 5 compressed, bits 3 and 2 alphabet.
        (false, _, compressed, _) => !compressed && !bits[4] && bits[5],
        // Data coding and message class: bit 3 reserved, bit 2 8-bit.
        (true, true, true, true) => bits[5],
        // Reserved groups, and message waiting.
        _ => false,
    }
}

#[test]
fn every_data_coding_scheme_is_8_bit_data_or_not_for_dm() {
    let mut eight_bit = BTreeSet::new();
    for scheme in 0..=255 {
        let expected = is_eight_bit_by_group(scheme);
        assert_eq!(is_eight_bit(scheme), expected, "{scheme:02X}");
        let foreign =
            (!expected).then_some((DecodeErrorKind::NotDm, Field::TpDataCodingScheme, 10));
        assert_eq!(
            deliver_refusal(&with(&DELIVER, 10, scheme)),
            foreign,
            "{scheme:02X}"
        );
        let foreign =
            (!expected).then_some((DecodeErrorKind::NotDm, Field::TpDataCodingScheme, 11));
        assert_eq!(
            submit_refusal(&with(&SUBMIT, 11, scheme)),
            foreign,
            "{scheme:02X}"
        );
        let deliver = Deliver::new(address("1"), b"").with_data_coding_scheme(scheme);
        let mut buffer = [0xEE; 20];
        match deliver.encode(&mut buffer) {
            Ok(_) => assert!(eight_bit.insert(scheme) && expected),
            Err(error) => {
                let field = Field::TpDataCodingScheme;
                assert!(matches!(error, EncodeError::OutOfRange { field: of, .. } if of == field));
                assert!(!expected && buffer == [0xEE; 20]);
            }
        }
    }
    let fours = |first: u8| first..first + 4;
    let known = [0x04, 0x14, 0x44, 0x54, 0xF4]
        .into_iter()
        .flat_map(fours)
        .chain(0xFC..=0xFF);
    assert_eq!(eight_bit, known.collect());
}

#[test]
fn too_much_user_data_is_not_written() {
    let user_data = [0; 141];
    let mut buffer = [0xEE; 200];
    let deliver = Deliver::new(address("1"), &user_data);
    let submit = Submit::new(address("1"), &user_data);
    for written in [
        deliver.encode(&mut buffer),
        deliver.encode_with_service_centre(&mut [0xEE; 200]),
        submit.encode(&mut [0xEE; 200]),
        submit.encode_with_service_centre(&mut [0xEE; 200]),
    ] {
        let field = Field::TpUserData;
        assert!(
            matches!(written, Err(EncodeError::TooLong { field: of, limit: 140, .. }) if of == field)
        );
    }
    assert_eq!(buffer, [0xEE; 200]);
    let huge = [0; 300];
    assert!(
        Deliver::new(address("1"), &huge)
            .encode(&mut buffer)
            .is_err()
    );
}

#[test]
fn the_longest_messages_have_the_octets_that_the_documentation_says() {
    let longest = address("+01234567890123456789");
    let user_data = [0; 140];
    let mut buffer = [0; 176];
    let deliver = Deliver::new(longest, &user_data).with_service_centre(longest);
    assert_eq!(deliver.encode(&mut buffer).unwrap().len(), 163);
    assert_eq!(
        deliver
            .encode_with_service_centre(&mut buffer)
            .unwrap()
            .len(),
        175
    );
    let submit = Submit::new(longest, &user_data)
        .with_service_centre(longest)
        .with_validity(Validity::Absolute([0; 7]));
    assert_eq!(submit.encode(&mut buffer).unwrap().len(), 164);
    assert_eq!(
        submit
            .encode_with_service_centre(&mut buffer)
            .unwrap()
            .len(),
        176
    );
}

#[test]
fn a_buffer_that_is_too_small_is_left_as_it_was() {
    let deliver = Deliver::parse(&DELIVER, Framing::Bare).unwrap();
    let submit = Submit::parse(&SUBMIT, Framing::Bare).unwrap();
    let mut room = [0xEE; 74];
    for length in 0..68 {
        let room = &mut room[..length];
        assert_too_small(deliver.encode(room), 74);
        assert_too_small(deliver.encode_with_service_centre(room), 75);
        assert_too_small(submit.encode(room), 68);
        assert_too_small(submit.encode_with_service_centre(room), 69);
    }
    assert_eq!(room, [0xEE; 74]);
}

#[track_caller]
#[allow(clippy::needless_pass_by_value, reason = "it is what `encode` returns")]
pub(crate) fn assert_too_small(written: Result<&mut [u8], EncodeError>, octets: usize) {
    assert!(
        matches!(written, Err(EncodeError::BufferTooSmall { needed, .. }) if needed == octets),
        "{written:?}"
    );
}

#[test]
fn an_address_counts_digits_and_is_filled_to_whole_octets() {
    assert_eq!(
        originator(&hex!("0B 91 44 77 00 10 32 F4")),
        address("+44770001234")
    );
    assert_eq!(
        originator(&hex!("0C 91 44 77 00 09 10 32")),
        address("+447700900123")
    );
    assert_eq!(originator(&hex!("01 81 F7")), address("7"));
    assert_eq!(originator(&hex!("05 81 BA DC FE")).to_string(), "*#abc");
    assert_eq!(originator(&hex!("00 91")).to_string(), "");
    let longest = hex!("14 91 10 32 54 76 98 10 32 54 76 98");
    assert_eq!(originator(&longest).to_string(), "+01234567890123456789");
    for length in 21..=255 {
        let octets = from(&[&[length, 0x91], &[0; 128][..]].concat());
        let expected = Some((DecodeErrorKind::Length, Field::TpOriginatingAddress, 1));
        assert_eq!(deliver_refusal(&octets), expected);
        let octets = [&hex!("41 00")[..], &[length, 0x91], &[0; 128]].concat();
        let expected = Some((DecodeErrorKind::Length, Field::TpDestinationAddress, 2));
        assert_eq!(submit_refusal(&octets), expected);
    }
}

#[test]
fn what_means_nothing_in_an_address_makes_no_other_key() {
    let plain = originator(&hex!("03 81 21 F3"));
    assert_eq!(originator(&hex!("03 81 21 03")), plain, "another filler");
    assert_eq!(originator(&hex!("03 01 21 F3")), plain, "no extension bit");
    assert_eq!(
        originator(&hex!("04 81 21 F3")),
        plain,
        "the filler counted"
    );
    assert_eq!(
        originator(&hex!("06 81 21 F3 54")),
        plain,
        "digits behind a filler"
    );
    assert_ne!(originator(&hex!("03 91 21 F3")), plain, "another type");
    assert_ne!(originator(&hex!("04 81 21 03")), plain, "another digit");
    assert_eq!(
        originator(&hex!("0D D0 CD A7 33 D8 05 82 F1")),
        originator(&hex!("0D D0 CD A7 33 D8 05 82 01"))
    );
    let keys = BTreeSet::from([plain, address("321"), address("123"), address("+123")]);
    assert_eq!(keys.len(), 3);
    assert_eq!(size_of::<Address>(), 12);
}

#[test]
fn a_key_of_four_octets_is_the_fnv_1a_hash_of_kind_length_and_digits() {
    // Computed apart, over 11 0B 44 77 00 10 32 04, 01 0A 44 77 00 10 32, and 00, each filled to 12
    // octets by zeros.
    assert_eq!(u32::from(address("+44770001234")), 0x5501_CE9A);
    assert_eq!(u32::from(address("4477000123")), 0x61C6_0D7D);
    assert_eq!(u32::from(Address::default()), 0xE23C_62B5);
}

#[test]
fn only_an_international_number_has_a_plus_sign() {
    for number_type in 0..8 {
        let text = originator(&[3, 0x81 | number_type << 4, 0x21, 0xF3]).to_string();
        match number_type {
            1 => assert_eq!(text, "+123"),
            5 => assert_eq!(text, "!"),
            _ => assert_eq!(text, "123"),
        }
    }
}

/// Names, and their TP-addresses.
const NAMES: [(&str, &[u8]); 9] = [
    ("Operator", &hex!("0E D0 4F 78 59 1E A6 BF E5")),
    ("design@home", &hex!("14 D0 E4 F2 3C 7D 76 03 D0 EF 76 19")),
    ("_@", &hex!("04 D0 11 00")),
    ("7", &hex!("02 D0 37")),
    ("@", &hex!("02 D0 00")),
    ("€", &hex!("04 D0 9B 32")),
    ("[]", &hex!("07 D0 1B DE C6 07")),
    ("ÄÖÑÜ§¿à", &hex!("0D D0 5B 6E D7 FB 05 FF 01")),
    ("ΔΦΓΛΩ", &hex!("09 D0 10 C9 84 52 01")),
];

#[test]
fn a_name_is_read_in_the_7_bit_alphabet() {
    for (text, octets) in NAMES {
        assert_eq!(
            originator(octets).to_string(),
            text,
            "{}",
            hex::encode(octets)
        );
    }
}

#[test]
fn a_name_is_written_in_the_7_bit_alphabet() {
    for (text, octets) in NAMES.into_iter().filter(|(text, _)| *text != "7") {
        let mut buffer = [0; 40];
        let deliver = Deliver::new(address(text), b"");
        let written = deliver.encode(&mut buffer).unwrap();
        assert_eq!(written[1..=octets.len()], *octets, "{text}");
    }
}

#[test]
fn a_name_prints_nothing_that_is_not_there() {
    // 13 semi-octets hold 7 characters and 3 bits.
    let octets = hex!("0D D0 4F 78 59 1E A6 BF 01");
    assert_eq!(originator(&octets).to_string(), "Operato");
    assert_eq!(
        originator(&hex!("02 D0 1B")).to_string(),
        "",
        "an escape alone"
    );
    assert_eq!(
        originator(&hex!("04 D0 9B 20")).to_string(),
        "A",
        "an extension that is none"
    );
    assert_eq!(
        originator(&hex!("04 D0 9B 0D")).to_string(),
        " ",
        "an escape escaped"
    );
    assert_eq!(
        originator(&hex!("04 D0 8A 06")).to_string(),
        "  ",
        "line feed and return"
    );
    assert_eq!(
        originator(&hex!("04 D0 1B 05")).to_string(),
        " ",
        "form feed"
    );
    assert_eq!(originator(&hex!("00 D0")).to_string(), "");
    assert_eq!(originator(&hex!("01 D0 01")).to_string(), "");
}

#[test]
fn text_that_is_not_an_address_is_refused() {
    let refused = |text: &str| {
        let error: ValueError = text.parse::<Address>().unwrap_err();
        (error.field(), error.value())
    };
    assert_eq!(refused(""), (Field::AddressLength, 0));
    assert_eq!(refused("+"), (Field::AddressLength, 0));
    assert_eq!(
        refused("+012345678901234567890"),
        (Field::AddressLength, 21)
    );
    assert_eq!(refused("012345678901234567890"), (Field::AddressLength, 21));
    assert_eq!(refused("twelve chars"), (Field::AddressLength, 12));
    assert_eq!(refused("€€€€€€"), (Field::AddressLength, 12));
    assert_eq!(refused(&"a".repeat(1000)), (Field::AddressLength, 1000));
    assert_eq!(refused("+44 77"), (Field::AddressCharacter, 0x20));
    assert_eq!(refused("+44a"), (Field::AddressCharacter, 0x61));
    assert_eq!(refused("naïve"), (Field::AddressCharacter, 0xEF));
    let error = "`".parse::<Address>().unwrap_err();
    assert_eq!(error.to_string(), "address character cannot be 96");
    let error = "".parse::<Address>().unwrap_err();
    assert_eq!(error.to_string(), "address length cannot be 0");
    assert_eq!(address("eleven char").to_string(), "eleven char");
    assert_eq!(address("01234567890123456789").to_string().len(), 20);
    assert_eq!(address("*100#").type_of_address(), 129);
    assert_eq!(address("abc").type_of_address(), 208);
}

#[test]
fn an_address_is_shown_as_a_person_writes_it() {
    assert_eq!(
        format!("{:?}", address("+447700900123")),
        "Address(145, +447700900123)"
    );
    assert_eq!(format!("{:?}", Address::default()), "Address(128, )");
    assert!(Address::default().is_empty() && !address("1").is_empty());
}

#[test]
fn messages_are_shown_with_their_octets() {
    let user_data = [0x06, 0x05];
    let deliver = Deliver::new(address("12"), &user_data);
    assert_eq!(
        format!("{deliver:?}"),
        "Deliver { service_centre: None, first: 68, originator: Address(129, 12), \
         protocol_identifier: 0, data_coding_scheme: 4, time_stamp: [0, 0, 0, 0, 0, 0, 0], \
         user_data: [0605], trailing: [] }"
    );
    let submit = Submit::new(address("12"), &user_data);
    assert_eq!(
        format!("{submit:?}"),
        "Submit { service_centre: None, before: [65, 0], destination: Address(129, 12), \
         protocol_identifier: 0, data_coding_scheme: 4, validity: Absent, user_data: [0605], \
         trailing: [] }"
    );
}

/// A public MMS notification in two short messages; the numbers are others.
const MMS_NOTIFICATION: [&[u8]; 2] = [
    &hex!(
        "0791447758100650440A8111110301003BF56080207130138A8C0B05040B8423F000032A02010106
         276170706C69636174696F6E2F766E642E7761702E6D6D732D6D65737361676500AF848D0185B484
         8C8298524E453955304A6D713551414142666C414141414D7741414236514141414141008D908918
         802B31353535303130303030302F545950453D504C4D4E008A808E022B918805810306977F836874
         74703A2F2F31"
    ),
    &hex!(
        "0791447758100650440A8111110301003BF56080207130238A3B0B05040B8423F000032A02023932
         2E302E322E313A303038302F524E453955304A6D713551414142666C414141414D77414142365141
         4141414100"
    ),
];

#[test]
fn a_notification_of_a_multimedia_message_is_not_for_dm() {
    let mut whole = Vec::new();
    for (octets, (length, number)) in MMS_NOTIFICATION.into_iter().zip([(140, 1), (59, 2)]) {
        let deliver = Deliver::parse(octets, Framing::ServiceCentre).unwrap();
        assert_eq!(deliver.service_centre(), Some(address("+447785016005")));
        assert_eq!(deliver.originator(), address("1111301000"));
        assert_eq!(
            deliver.protocol_identifier(),
            0x3B,
            "other than 0, and not refused"
        );
        assert_eq!(deliver.user_data().len(), length);
        assert!(!deliver.more_messages());
        let user_data = wap::udh::UserData::parse(deliver.user_data()).unwrap();
        let segment = user_data.concatenation().unwrap();
        assert_eq!((segment.total(), segment.number()), (2, number));
        let ports = wap::udh::Ports::Sixteen {
            destination: 2948,
            originator: 9200,
        };
        assert_eq!(user_data.ports(), Some(ports));
        whole.extend(user_data.payload());
    }
    let error = wap::open_datagram(2948, &whole).unwrap_err();
    assert!(error.is_not_for_dm());
    assert_eq!(
        error.to_string(),
        "not for OMA DM: foreign Content-Type at octet 3"
    );
}

/// Service Indication, one of one, as it is given to `AT+CMGS=119`; number and text are others.
const SERVICE_INDICATION: [u8; 120] = hex!(
    "0041000B916407710406F500046A0B05040B8423F0000301010101060601AEAF82B4850205040045
         C60C0370656F706C652E6578616D706C652F7E782F70726F6A2F696E64782E706870000801035768
         6174277320796F7572206F70696E696F6E3F204A6F696E206F7572207375727665792E2E2E000101"
);

#[test]
fn a_service_indication_of_one_short_message_is_not_for_dm() {
    let submit = Submit::parse(&SERVICE_INDICATION, Framing::Length(119)).unwrap();
    assert_eq!(submit.service_centre(), None);
    assert_eq!(submit.destination().to_string(), "+46701740605");
    assert_eq!(submit.user_data().len(), 106);
    assert_eq!(submit.encoded_len(), 119);
    let error = wap::open_sms(submit.user_data()).unwrap_err();
    assert!(error.is_not_for_dm());
    assert_eq!(
        error.to_string(),
        "not for OMA DM: foreign Content-Type at octet 15"
    );
    let deliver = Deliver::parse(&SERVICE_INDICATION, Framing::Length(119));
    assert_eq!(
        refusal(deliver),
        Some((DecodeErrorKind::NotDm, Field::TpMessageType, 1))
    );
}

#[test]
fn text_is_not_for_dm() {
    let text = hex!("04 0B 91 44 77 00 10 32 F4 00 00 62 11 22 00 00 00 00 04 D4 F2 9C 0E");
    let error = Deliver::parse(&text, Framing::Bare).unwrap_err();
    assert!(error.is_not_for_dm());
    assert_eq!(
        error.to_string(),
        "not for OMA DM: missing TP-User-Data-Header-Indicator at octet 0"
    );
    let concatenated = with(&text, 0, 0x44);
    let error = Deliver::parse(&concatenated, Framing::Bare).unwrap_err();
    assert!(error.is_not_for_dm());
    assert_eq!(
        error.to_string(),
        "not for OMA DM: foreign TP-Data-Coding-Scheme at octet 10"
    );
}

/// Crate `sms-pdu` 1.1.0 agrees on the layout of the messages above, and differs in these points.
#[test]
fn another_library_differs_where_the_specification_is_on_our_side() {
    // It takes 0xF4 to 0xF7 for 7-bit text: in group 1111 of TS 23.038 §4, bit 2 says 8-bit data.
    assert!(is_eight_bit(0xF5));
    // It takes the groups 01xx for reserved: they are 00xx with automatic deletion.
    assert!(is_eight_bit(0x44));
    // It reads TP-RP in bit 6, which is TP-UDHI.
    assert!(
        !Deliver::parse(&DELIVER, Framing::Bare)
            .unwrap()
            .reply_path()
    );
    // It takes all that is left for the user data, whatever TP-User-Data-Length says.
    let octets = [&DELIVER[..], b"more"].concat();
    assert_eq!(
        Deliver::parse(&octets, Framing::Bare)
            .unwrap()
            .user_data()
            .len(),
        USER_DATA
    );
    // It takes a segment 0 of 0: TS 23.040 §9.2.3.24.1 ignores that element.
    let user_data = wap::udh::UserData::parse(&hex!("05 00 03 5A 00 00")).unwrap();
    assert_eq!(user_data.concatenation(), None);
    // It prints the digits * and # as 10 and 11.
    assert_eq!(originator(&hex!("02 81 BA")).to_string(), "*#");
}

/// Octets that are often a message.
fn tpdu_like() -> impl Strategy<Value = Vec<u8>> {
    let framing = prop_oneof![Just(0), Just(1), 2..100_u8];
    let centre = prop_oneof![
        Just(vec![]),
        Just(vec![0]),
        Just(CENTRE.to_vec()),
        vec(any::<u8>(), 1..12)
    ];
    let first = prop_oneof![
        any::<u8>(),
        any::<u8>().prop_map(|first| first & 0xBC | 0x40),
        any::<u8>().prop_map(|first| first & 0xBC | 0x41)
    ];
    let kind = select(vec![0x81, 0x91, 0xD0, 0xA1, 0x11]);
    let tp_address =
        (0..=21_u8, kind, vec(any::<u8>(), 10)).prop_map(|(length, kind, mut value)| {
            value.truncate(usize::from(length).div_ceil(2));
            [&[length, kind], &value[..]].concat()
        });
    let scheme = prop_oneof![any::<u8>(), select(vec![0x04, 0xF5, 0x15])];
    let rest = (
        any::<u8>(),
        scheme,
        vec(any::<u8>(), 0..=7),
        0..=142_u8,
        vec(any::<u8>(), 0..150),
    );
    (framing, centre, first, any::<bool>(), tp_address, rest).prop_map(
        |(framing, centre, first, counted, address, (protocol, scheme, time, length, mut data))| {
            if counted {
                data.resize(length.into(), 0x2E);
            }
            let reference = if first & 3 == 1 { &[9][..] } else { &[] };
            let fields = [&[protocol, scheme], &time[..], &[length], &data].concat();
            [
                &[framing],
                &centre[..],
                &[first],
                reference,
                &address,
                &fields,
            ]
            .concat()
        },
    )
}

proptest! {
    #[test]
    fn whatever_looks_like_a_message_is_read_as_a_second_implementation_reads_it(octets in tpdu_like()) {
        checks::tpdu(&octets);
    }

    #[test]
    fn an_address_as_text_is_read_again(text in "[0-9*#]{1,20}|\\+[0-9*#]{1,20}|[A-Za-zÄÖÑÜäöñüàΔ !&]{1,11}") {
        prop_assert_eq!(address(&text).to_string(), text);
    }

    #[test]
    fn whatever_is_written_is_read_again(
        from in "\\+[0-9]{1,20}",
        protocol in any::<u8>(),
        scheme in select(vec![0x04_u8, 0x15, 0xF5, 0xFF]),
        stamp in any::<[u8; 7]>(),
        user_data in vec(any::<u8>(), 0..=140),
    ) {
        let deliver = Deliver::new(address(&from), &user_data)
            .with_service_centre(address("+447785016005"))
            .with_protocol_identifier(protocol)
            .with_data_coding_scheme(scheme)
            .with_time_stamp(stamp);
        let mut buffer = [0; 176];
        let octets = deliver.encode_with_service_centre(&mut buffer).unwrap();
        for framing in [Framing::ServiceCentre, Framing::Length(deliver.encoded_len())] {
            let again = Deliver::parse(octets, framing).unwrap();
            prop_assert_eq!(again.originator().to_string(), from.as_str());
            prop_assert_eq!(again.protocol_identifier(), protocol);
            prop_assert_eq!(again.data_coding_scheme(), scheme);
            prop_assert_eq!(again.time_stamp(), stamp);
            prop_assert_eq!(again.user_data(), &user_data);
            prop_assert_eq!(again.service_centre(), Some(address("+447785016005")));
        }
    }
}
