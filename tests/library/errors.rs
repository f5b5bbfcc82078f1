//! What errors say: each message once, as a person reads it.

use oma_dm_notification::account::AccountState;
use oma_dm_notification::wap::cdma::CdmaSegments;
use oma_dm_notification::wap::sms::ShortMessages;
use oma_dm_notification::wap::{
    self,
    udh::{Reference, UserData},
    wsp::DmPush,
};
use oma_dm_notification::{
    Credentials, DecodeErrorKind, EncodeError, Field, NotAuthentic, Package0, ServerId, SessionId,
    Trigger, Version,
};
use std::error::Error;

/// The text of the error, which every error type is.
fn text<T>(result: Result<T, impl Error>) -> String {
    result.err().expect("an error").to_string()
}

#[test]
fn decode_errors_name_kind_field_and_octet() {
    let mut changed = AccountState::new().to_bytes();
    changed[1] = 1;
    for (text, expected) in [
        (
            text(Package0::parse(&[0; 15])),
            "truncated digest at octet 0",
        ),
        (text(Trigger::parse(&[0])), "truncated version at octet 0"),
        (
            text(Trigger::parse(&[0; 4])),
            "truncated future-use at octet 1",
        ),
        (
            text(Package0::parse(&[0; 22])),
            "truncated sessionid at octet 21",
        ),
        (
            text(Package0::parse(&[0; 23])),
            "truncated length-identifier at octet 23",
        ),
        (
            text(Package0::parse(&[1; 24])),
            "truncated server-identifier at octet 24",
        ),
        (
            text(Credentials::from_base64([0; 24])),
            "invalid credentials at octet 0",
        ),
        (
            text(UserData::parse(&[])),
            "truncated user data header at octet 0",
        ),
        (
            text(UserData::parse(&[1, 1])),
            "impossible length of user data header at octet 0",
        ),
        (
            text(UserData::parse(&[2, 5, 1])),
            "truncated information element at octet 1",
        ),
        (
            text(wap::open_sms(&[2, 0x70, 0])),
            "not for OMA DM: missing destination port at octet 0",
        ),
        (
            text(wap::open_sms(b"\x06\x05\x04\x0B\x85\xC0\x02")),
            "not for OMA DM: foreign destination port at octet 3",
        ),
        (
            text(wap::open_sms(
                b"\x0B\x05\x04\x0B\x84\xC0\x02\0\x03\x5A\x02\x01",
            )),
            "one segment of several by its concatenation element at octet 9",
        ),
        (
            text(wap::open_datagram(2948, &[])),
            "truncated TID at octet 0",
        ),
        (
            text(wap::open_datagram(2948, &[1, 5])),
            "not for OMA DM: foreign PDU type at octet 1",
        ),
        (
            text(wap::open_datagram(2948, b"\x01\x06\xFF\xFF\xFF\xFF\x7F")),
            "more than 32 bits in HeadersLen at octet 2",
        ),
        (
            text(wap::open_datagram(2948, &[1, 6, 1])),
            "truncated headers at octet 3",
        ),
        (
            text(wap::open_datagram(2948, &[1, 6, 0])),
            "truncated Content-Type at octet 3",
        ),
        (
            text(wap::open_datagram(2948, &[1, 6, 2, 0xC4, 0])),
            "invalid header at octet 4",
        ),
        (
            text(wap::open_datagram(2948, &[1, 6, 1, 0xC4])),
            "not for OMA DM: missing X-Wap-Application-Id at octet 4",
        ),
        (
            text(AccountState::from_bytes(&[0])),
            "invalid version of the stored state at octet 0",
        ),
        (
            text(AccountState::from_bytes(&[])),
            "impossible length of stored state at octet 0",
        ),
        (
            text(AccountState::from_bytes(&changed)),
            "invalid check octets of the stored state at octet 43",
        ),
    ] {
        assert_eq!(text, expected);
    }
}

#[test]
fn fields_of_the_bearers_have_the_names_of_their_specifications() {
    for (field, expected) in [
        (Field::Tpdu, "TPDU"),
        (Field::ServiceCentreAddress, "service centre address"),
        (Field::TpMessageType, "TP-Message-Type-Indicator"),
        (
            Field::TpUserDataHeaderIndicator,
            "TP-User-Data-Header-Indicator",
        ),
        (Field::TpMessageReference, "TP-Message-Reference"),
        (Field::TpOriginatingAddress, "TP-Originating-Address"),
        (Field::TpDestinationAddress, "TP-Destination-Address"),
        (Field::TpProtocolIdentifier, "TP-Protocol-Identifier"),
        (Field::TpDataCodingScheme, "TP-Data-Coding-Scheme"),
        (Field::TpTimeStamp, "TP-Service-Centre-Time-Stamp"),
        (Field::TpValidityPeriod, "TP-Validity-Period"),
        (Field::TpUserDataLength, "TP-User-Data-Length"),
        (Field::TpUserData, "TP-User-Data"),
        (Field::RpMessageType, "RP-Message type"),
        (Field::RpMessageReference, "RP-Message Reference"),
        (Field::RpOriginatorAddress, "RP-Originator Address"),
        (Field::RpDestinationAddress, "RP-Destination Address"),
        (Field::RpUserData, "RP-User Data"),
        (Field::RpCause, "RP-Cause"),
        (Field::SmsMessageType, "SMS_MSG_TYPE"),
        (Field::SmsParameter, "SMS parameter"),
        (Field::Teleservice, "Teleservice Identifier"),
        (Field::OriginatingAddress, "Originating Address"),
        (Field::BearerData, "Bearer Data"),
        (Field::Subparameter, "subparameter"),
        (Field::MessageIdentifier, "Message Identifier"),
        (Field::MessageEncoding, "MSG_ENCODING"),
        (Field::UserData, "User Data"),
        (Field::AddressLength, "address length"),
        (Field::AddressCharacter, "address character"),
    ] {
        assert_eq!(field.to_string(), expected);
    }
}

#[test]
fn encode_errors_say_what_is_needed_or_allowed() {
    let trigger = Trigger::new(SessionId::new(1).unwrap(), ServerId::new(b"").unwrap());
    let long = vec![0; 40_000];
    let datagram = vec![0; 65_502];
    let headers = [0x83; 36];
    let too_long = DmPush::relay(1, b"").with_headers(&headers).unwrap();
    let too_long = CdmaSegments::new(too_long, 1, 140);
    let messages = ShortMessages::new(DmPush::relay(1, &long), 0, Reference::Eight(0));
    for (text, expected) in [
        (
            text(trigger.encode(&mut [])),
            "the buffer is too small, 8 octets are needed",
        ),
        (text(too_long), "more than 48 octets of headers"),
        (
            text(DmPush::relay(1, &datagram).encode(&mut [])),
            "more than 65507 octets of datagram",
        ),
        (text(SessionId::new(0)), "sessionid cannot be 0"),
        (text(Version::new(1024)), "version cannot be 1024"),
        (
            text(ServerId::new(&[0; 256])),
            "length-identifier cannot be 256",
        ),
        (
            text(messages),
            "313 segments are needed, and 255 is the most",
        ),
        (
            text(DmPush::relay(1, b"").with_headers(&[0x80])),
            "extra headers for the push: truncated header at octet 0",
        ),
    ] {
        assert_eq!(text, expected);
    }
}

#[test]
fn a_failed_verification_says_nothing_more() {
    assert_eq!(NotAuthentic.to_string(), "the digest does not match");
}

#[test]
fn malformed_octets_and_foreign_messages_are_told_apart() {
    let malformed = wap::open_datagram(2948, &[]).unwrap_err();
    assert_eq!(malformed.kind(), DecodeErrorKind::Truncated);
    assert!(!malformed.is_not_for_dm());
    let segment = wap::open_sms(b"\x0B\x05\x04\x0B\x84\xC0\x02\0\x03\x5A\x02\x01").unwrap_err();
    assert!(!segment.is_not_for_dm());
    let foreign = wap::open_datagram(2949, &[]).unwrap_err();
    assert!(foreign.is_not_for_dm());
    let missing = wap::open_datagram(2948, &[1, 6, 1, 0xC4]).unwrap_err();
    assert_eq!(
        (missing.kind(), missing.field()),
        (DecodeErrorKind::Missing, Field::ApplicationId)
    );
    assert!(missing.is_not_for_dm());
}

#[test]
fn errors_are_small_and_can_be_copied() {
    const fn copied<T: Copy + Send + Sync + 'static>() {}
    copied::<oma_dm_notification::DecodeError>();
    copied::<EncodeError>();
    assert!(size_of::<oma_dm_notification::DecodeError>() <= 2 * size_of::<usize>());
}
