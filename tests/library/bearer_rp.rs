//! The short message relay layer, both ways (TS 24.011).

#![allow(
    clippy::shadow_unrelated,
    reason = "the cases of a test have the same names, one after the other"
)]

use crate::bearer_tpdu::{CENTRE, DELIVER, SUBMIT, address, assert_too_small, refusal};
use crate::checks;
use hex_literal::hex;
use oma_dm_notification::bearer::rp::{
    Cause, Direction, RpAck, RpData, RpError, RpMessage, memory_available,
};
use oma_dm_notification::wap;
use oma_dm_notification::{DecodeErrorKind, EncodeError, Field};
use proptest::{collection::vec, prelude::*};

/// RP-DATA with the SMS-DELIVER, as a network sends it.
fn to_device() -> Vec<u8> {
    [&hex!("01 2A")[..], &CENTRE, &hex!("00 4A"), &DELIVER].concat()
}

/// RP-DATA with the SMS-SUBMIT, as a device sends it.
fn to_network() -> Vec<u8> {
    [&hex!("00 2A 00")[..], &CENTRE, &hex!("44"), &SUBMIT].concat()
}

#[test]
fn data_to_a_device_says_its_fields() {
    let octets = to_device();
    let data = RpData::parse(&octets).unwrap();
    assert_eq!(data.direction(), Direction::ToDevice);
    assert_eq!(data.reference(), 0x2A);
    assert_eq!(data.originator(), Some(address("+447785016005")));
    assert_eq!(data.destination(), None);
    assert_eq!(data.service_centre(), data.originator());
    assert_eq!(data.tpdu(), DELIVER);
    assert_eq!(data.tpdu_offset(), 12);
    let deliver = data.deliver().unwrap();
    assert_eq!(deliver.originator().to_string(), "+44770001234");
    assert_eq!(deliver.service_centre(), data.originator());
    assert_eq!(deliver.user_data_offset(), 31);
    assert_eq!(wap::open_sms(deliver.user_data()).unwrap().body().len(), 42);
    let foreign = Some((DecodeErrorKind::NotDm, Field::RpMessageType, 0));
    assert_eq!(refusal(data.submit()), foreign);
}

#[test]
fn data_to_a_network_says_its_fields() {
    let octets = to_network();
    let Ok(RpMessage::Data(data)) = RpMessage::parse(&octets) else {
        panic!("RP-DATA");
    };
    assert_eq!(data.direction(), Direction::ToNetwork);
    assert_eq!(data.reference(), 0x2A);
    assert_eq!(data.originator(), None);
    assert_eq!(data.destination(), Some(address("+447785016005")));
    assert_eq!(data.service_centre(), data.destination());
    assert_eq!(data.tpdu_offset(), 12);
    let submit = data.submit().unwrap();
    assert_eq!(submit.destination().to_string(), "+447700900123");
    assert_eq!(submit.service_centre(), data.destination());
    assert_eq!(submit.user_data_offset(), 25);
    let foreign = Some((DecodeErrorKind::NotDm, Field::RpMessageType, 0));
    assert_eq!(refusal(data.deliver()), foreign);
    assert_eq!(
        refusal(RpData::parse(&octets)),
        foreign,
        "a device does not receive it"
    );
}

#[test]
fn data_is_written_to_the_octet() {
    let centre = address("+447785016005");
    let mut buffer = [0; 261];
    let data = RpData::to_device(0x2A, centre, &DELIVER);
    assert_eq!(data.encode(&mut buffer).unwrap(), to_device());
    assert_eq!(
        data.deliver().unwrap().user_data_offset(),
        19,
        "within the TPDU"
    );
    let data = RpData::to_network(0x2A, centre, &SUBMIT);
    assert_eq!(data.encode(&mut buffer).unwrap(), to_network());
    assert_eq!(data.direction(), Direction::ToNetwork);
    for length in 0..86 {
        assert_too_small(
            RpData::to_device(0, centre, &DELIVER).encode(&mut buffer[..length]),
            86,
        );
    }
}

#[test]
fn data_has_233_octets_of_tpdu_at_most() {
    let longest = address("+01234567890123456789");
    let mut buffer = [0xEE; 300];
    for octets in [234, 256, 1000] {
        let tpdu = vec![0; octets];
        for data in [
            RpData::to_device(0, longest, &tpdu),
            RpData::to_network(0, longest, &tpdu),
        ] {
            let field = Field::RpUserData;
            assert!(matches!(
                data.encode(&mut buffer),
                Err(EncodeError::TooLong { field: of, limit: 233, .. }) if of == field
            ));
        }
    }
    assert_eq!(buffer, [0xEE; 300]);
    let tpdu = [7; 233];
    let octets = RpData::to_device(0, longest, &tpdu)
        .encode(&mut buffer)
        .unwrap();
    assert_eq!(octets.len(), 249);
    assert_eq!(RpData::parse(octets).unwrap().tpdu(), tpdu);
    for length in 234..=255 {
        let octets = [&hex!("01 00 00 00")[..], &[length], &[0; 255]].concat();
        let expected = Some((DecodeErrorKind::Length, Field::RpUserData, 4));
        assert_eq!(refusal(RpData::parse(&octets)), expected);
    }
}

#[test]
fn both_addresses_are_read_whatever_the_direction() {
    let octets = hex!("09 FF 02 81 F1 02 91 32 00");
    let data = RpData::parse(&octets).unwrap();
    assert_eq!(data.originator(), Some(address("1")));
    assert_eq!(data.destination(), Some(address("+23")));
    assert_eq!(data.service_centre(), Some(address("1")));
    assert_eq!(data.tpdu(), b"");
    let mut buffer = [0; 9];
    let again = data.encode(&mut buffer).unwrap();
    assert_eq!(
        again,
        hex!("01 FF 02 81 F1 02 91 32 00"),
        "without the spare bits"
    );
    let cut = Some((DecodeErrorKind::Truncated, Field::TpMessageType, 9));
    assert_eq!(refusal(data.deliver()), cut);
}

#[test]
fn every_prefix_of_data_is_truncated_in_the_field_where_it_ends() {
    let device = [
        (0, Field::RpMessageType),
        (1, Field::RpMessageReference),
        (2, Field::RpOriginatorAddress),
        (10, Field::RpDestinationAddress),
        (11, Field::RpUserData),
    ];
    let octets = to_device();
    for length in 0..octets.len() {
        let (start, field) = *device.iter().rfind(|(start, _)| *start <= length).unwrap();
        let expected = Some((DecodeErrorKind::Truncated, field, start));
        assert_eq!(refusal(RpData::parse(&octets[..length])), expected);
        assert_eq!(refusal(RpMessage::parse(&octets[..length])), expected);
    }
    let network = [
        (0, Field::RpMessageType),
        (1, Field::RpMessageReference),
        (2, Field::RpOriginatorAddress),
        (3, Field::RpDestinationAddress),
        (11, Field::RpUserData),
    ];
    let octets = to_network();
    for length in 0..octets.len() {
        let (start, field) = *network.iter().rfind(|(start, _)| *start <= length).unwrap();
        let expected = Some((DecodeErrorKind::Truncated, field, start));
        assert_eq!(refusal(RpMessage::parse(&octets[..length])), expected);
    }
}

#[test]
fn an_error_in_the_tpdu_counts_from_the_first_octet_of_the_message() {
    let mut octets = to_device();
    octets[11] -= 1;
    let cut = Some((DecodeErrorKind::Truncated, Field::TpUserData, 31));
    let data = RpData::parse(&octets).unwrap();
    assert_eq!(data.reference(), 0x2A, "it can be answered");
    assert_eq!(refusal(data.deliver()), cut);
}

#[test]
fn an_address_of_more_than_eleven_octets_is_refused() {
    for length in 12..=255 {
        let octets = [&hex!("01 00")[..], &[length], &[0x91; 255]].concat();
        let expected = Some((DecodeErrorKind::Length, Field::RpOriginatorAddress, 2));
        assert_eq!(refusal(RpData::parse(&octets)), expected);
        let octets = [&hex!("01 00 00")[..], &[length], &[0x91; 255]].concat();
        let expected = Some((DecodeErrorKind::Length, Field::RpDestinationAddress, 3));
        assert_eq!(refusal(RpData::parse(&octets)), expected);
    }
}

/// A public RP-DATA begins so, with an SMS-STATUS-REPORT of 92 octets; the numbers are others.
#[test]
fn a_status_report_is_not_for_dm() {
    let centre = hex!("09 91 44 77 58 10 06 50 10 32");
    let report = [&hex!("06 08 0D 91 44 77 00 09 10 32 F4")[..], &[0; 81]].concat();
    let octets = [&hex!("01 08")[..], &centre, &hex!("00 5C"), &report].concat();
    let data = RpData::parse(&octets).unwrap();
    assert_eq!(data.reference(), 8);
    assert_eq!(data.originator().unwrap().to_string(), "+4477850160050123");
    assert_eq!(data.tpdu().len(), 92);
    let error = data.deliver().unwrap_err();
    assert!(error.is_not_for_dm());
    assert_eq!(
        error.to_string(),
        "not for OMA DM: foreign TP-Message-Type-Indicator at octet 14"
    );
}

#[test]
fn a_message_that_carries_none_to_the_device_is_not_for_dm() {
    for first in (0..=255).filter(|first| first & 7 != 1) {
        let mut octets = to_device();
        octets[0] = first;
        let error = RpData::parse(&octets).unwrap_err();
        assert!(error.is_not_for_dm(), "{first:02X}");
        assert_eq!(
            error.to_string(),
            "not for OMA DM: foreign RP-Message type at octet 0"
        );
    }
}

#[test]
fn every_first_octet_says_type_and_direction_in_three_bits() {
    for first in 0..=255_u8 {
        let octets = [&[first], &hex!("2A 01 16 00 00 00 00")[..]].concat();
        let message = RpMessage::parse(&octets);
        let expected = if first & 1 == 1 {
            Direction::ToDevice
        } else {
            Direction::ToNetwork
        };
        match (first & 7, message) {
            (0 | 1, Ok(RpMessage::Data(data))) => assert_eq!(data.direction(), expected),
            (2 | 3, Ok(RpMessage::Ack(ack))) => assert_eq!(ack.direction(), expected),
            (4 | 5, Ok(RpMessage::Error(error))) => assert_eq!(error.direction(), expected),
            (6, Ok(RpMessage::MemoryAvailable { reference, .. })) => assert_eq!(reference, 0x2A),
            (7, message) => {
                let foreign = Some((DecodeErrorKind::NotDm, Field::RpMessageType, 0));
                assert_eq!(refusal(message), foreign);
            }
            (_, message) => panic!("{first:02X}: {message:?}"),
        }
    }
}

/// An answer as octets: reference, the direction, its TPDU.
type Ack = (u8, Direction, Option<&'static [u8]>);

const ACKS: [(&[u8], Ack); 4] = [
    (
        &hex!("02 2A 41 02 00 00"),
        (0x2A, Direction::ToNetwork, Some(&hex!("00 00"))),
    ),
    (
        &hex!("03 00 41 01 05"),
        (0, Direction::ToDevice, Some(&hex!("05"))),
    ),
    (&hex!("03 FF"), (0xFF, Direction::ToDevice, None)),
    (&hex!("02 01 41 00"), (1, Direction::ToNetwork, Some(b""))),
];

#[test]
fn an_ack_says_its_fields_and_is_written_as_it_was() {
    for (octets, (reference, direction, tpdu)) in ACKS {
        let Ok(RpMessage::Ack(ack)) = RpMessage::parse(octets) else {
            panic!("RP-ACK");
        };
        assert_eq!(
            (ack.reference(), ack.direction(), ack.tpdu()),
            (reference, direction, tpdu)
        );
        let mut buffer = [0; 6];
        assert_eq!(ack.encode(&mut buffer).unwrap(), octets);
        for length in 0..octets.len() {
            assert_too_small(ack.encode(&mut buffer[..length]), octets.len());
        }
    }
}

#[test]
fn a_device_acknowledges_a_delivery_with_a_report() {
    let mut buffer = [0; 6];
    let ack = RpAck::of_delivery(0x2A);
    assert_eq!(ack.encode(&mut buffer).unwrap(), hex!("02 2A 41 02 00 00"));
    assert_eq!(ack.direction(), Direction::ToNetwork);
}

type Refused = (u8, Direction, u8, Option<u8>, Option<&'static [u8]>);

const ERRORS: [(&[u8], Refused); 4] = [
    (
        &hex!("04 2A 01 16"),
        (0x2A, Direction::ToNetwork, 22, None, None),
    ),
    (
        &hex!("05 01 02 6F 99"),
        (1, Direction::ToDevice, 111, Some(0x99), None),
    ),
    (
        &hex!("05 02 01 00 41 02 01 00"),
        (2, Direction::ToDevice, 0, None, Some(&hex!("01 00"))),
    ),
    (
        &hex!("04 03 02 7F 01 41 01 00"),
        (3, Direction::ToNetwork, 127, Some(1), Some(&hex!("00"))),
    ),
];

#[test]
fn an_error_says_its_fields_and_is_written_as_it_was() {
    for (octets, (reference, direction, cause, diagnostic, tpdu)) in ERRORS {
        let Ok(RpMessage::Error(error)) = RpMessage::parse(octets) else {
            panic!("RP-ERROR");
        };
        assert_eq!(
            (error.reference(), error.direction()),
            (reference, direction)
        );
        assert_eq!(
            (error.cause(), error.diagnostic()),
            (Cause::new(cause), diagnostic)
        );
        assert_eq!(error.tpdu(), tpdu);
        let mut buffer = [0; 8];
        assert_eq!(error.encode(&mut buffer).unwrap(), octets);
        for length in 0..octets.len() {
            assert_too_small(error.encode(&mut buffer[..length]), octets.len());
        }
    }
}

#[test]
fn a_device_says_why_it_does_not_take_a_delivery() {
    let mut buffer = [0; 4];
    let error = RpError::of_delivery(0x2A, Cause::MEMORY_CAPACITY_EXCEEDED);
    assert_eq!(error.encode(&mut buffer).unwrap(), hex!("04 2A 01 16"));
    assert_eq!(error.direction(), Direction::ToNetwork);
    assert_eq!((error.diagnostic(), error.tpdu()), (None, None));
    assert_eq!(memory_available(0x2B), hex!("06 2B"));
}

#[test]
fn a_cause_has_seven_bits_and_a_name() {
    for value in 0..=255 {
        assert_eq!(Cause::new(value).value(), value & 0x7F);
    }
    let names = [
        (
            22,
            Cause::MEMORY_CAPACITY_EXCEEDED,
            "memory capacity exceeded",
        ),
        (81, Cause::INVALID_REFERENCE, "invalid reference"),
        (
            95,
            Cause::SEMANTICALLY_INCORRECT,
            "semantically incorrect message",
        ),
        (
            96,
            Cause::INVALID_MANDATORY_INFORMATION,
            "invalid mandatory information",
        ),
        (
            97,
            Cause::MESSAGE_TYPE_NOT_IMPLEMENTED,
            "message type not implemented",
        ),
        (
            98,
            Cause::NOT_COMPATIBLE_WITH_STATE,
            "message not compatible with state",
        ),
        (
            99,
            Cause::ELEMENT_NOT_IMPLEMENTED,
            "information element not implemented",
        ),
        (111, Cause::PROTOCOL_ERROR, "protocol error"),
        (27, Cause::new(27), "cause 27"),
    ];
    for (value, cause, name) in names {
        assert_eq!((cause.value(), cause.to_string().as_str()), (value, name));
    }
    let octets = hex!("05 00 01 96");
    let Ok(RpMessage::Error(error)) = RpMessage::parse(&octets) else {
        panic!("RP-ERROR");
    };
    assert_eq!(
        error.cause(),
        Cause::MEMORY_CAPACITY_EXCEEDED,
        "the extension bit set"
    );
}

#[test]
fn answers_that_are_cut_or_of_another_length_are_refused() {
    let refused = [
        (
            &hex!("02")[..],
            (DecodeErrorKind::Truncated, Field::RpMessageReference, 1),
        ),
        (
            &hex!("06"),
            (DecodeErrorKind::Truncated, Field::RpMessageReference, 1),
        ),
        (
            &hex!("04"),
            (DecodeErrorKind::Truncated, Field::RpMessageReference, 1),
        ),
        (
            &hex!("02 2A 41"),
            (DecodeErrorKind::Truncated, Field::RpUserData, 2),
        ),
        (
            &hex!("02 2A 41 02 00"),
            (DecodeErrorKind::Truncated, Field::RpUserData, 2),
        ),
        (
            &hex!("02 2A 41 EA"),
            (DecodeErrorKind::Length, Field::RpUserData, 2),
        ),
        (
            &hex!("04 2A"),
            (DecodeErrorKind::Truncated, Field::RpCause, 2),
        ),
        (
            &hex!("04 2A 01"),
            (DecodeErrorKind::Truncated, Field::RpCause, 2),
        ),
        (
            &hex!("04 2A 02 16"),
            (DecodeErrorKind::Truncated, Field::RpCause, 2),
        ),
        (
            &hex!("04 2A 00 16"),
            (DecodeErrorKind::Length, Field::RpCause, 2),
        ),
        (
            &hex!("04 2A 01 16 41"),
            (DecodeErrorKind::Truncated, Field::RpUserData, 4),
        ),
        (
            &hex!("04 2A 01 16 41 01"),
            (DecodeErrorKind::Truncated, Field::RpUserData, 4),
        ),
    ];
    for (octets, expected) in refused {
        assert_eq!(
            refusal(RpMessage::parse(octets)),
            Some(expected),
            "{octets:02X?}"
        );
    }
    assert!(refusal(RpMessage::parse(&[])).is_some());
    let other = hex!("02 2A 42 02 00 00");
    let Ok(RpMessage::Ack(ack)) = RpMessage::parse(&other) else {
        panic!("RP-ACK");
    };
    assert_eq!(
        ack.tpdu(),
        None,
        "an element that is not RP-User Data is ignored"
    );
}

proptest! {
    #[test]
    fn whatever_looks_like_a_relay_message_is_read_as_a_second_implementation_reads_it(
        first in any::<u8>(),
        reference in any::<u8>(),
        elements in vec(vec(any::<u8>(), 0..13), 0..4),
        tagged in any::<bool>(),
        tail in vec(any::<u8>(), 0..10),
    ) {
        let mut octets = vec![first & 0x87, reference];
        for element in elements {
            if tagged && element.len() > 2 {
                octets.push(0x41);
            }
            octets.push(u8::try_from(element.len()).unwrap());
            octets.extend(element);
        }
        octets.extend(tail);
        checks::rp(&octets);
    }

    #[test]
    fn a_delivery_in_a_relay_message_is_read_again(
        reference in any::<u8>(),
        centre in "\\+[0-9]{1,20}",
        change in 0..DELIVER.len(),
        value in any::<u8>(),
    ) {
        let mut deliver = DELIVER;
        deliver[change] = value;
        let mut buffer = [0; 300];
        let octets = RpData::to_device(reference, address(&centre), &deliver).encode(&mut buffer).unwrap();
        let data = RpData::parse(octets).unwrap();
        prop_assert_eq!(data.reference(), reference);
        prop_assert_eq!(data.service_centre(), Some(address(&centre)));
        prop_assert_eq!(data.tpdu(), deliver);
        checks::rp(octets);
    }
}
