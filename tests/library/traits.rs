//! The traits that users expect of every public type (the Rust API Guidelines, C-COMMON-TRAITS,
//! C-SEND-SYNC).

use crate::support::{INITIATORS, Refused, UI_MODES, ends_with_the_writer, signed};
use oma_dm_notification::account::{
    Account, AccountState, Decision, Ignored, Interrupted, Notification, ResyncPolicy,
};
use oma_dm_notification::bearer::Address;
use oma_dm_notification::bearer::cdma::{BearerData, CdmaDelivery, CdmaMessage};
use oma_dm_notification::bearer::rp::{Cause, Direction, RpAck, RpData, RpError, RpMessage};
use oma_dm_notification::bearer::tpdu::{Deliver, Framing, Submit, Tpdu, Validity};
use oma_dm_notification::inbox::{self, Delivery, Inbox};
use oma_dm_notification::obex::{
    Connect, Connection, Disconnect, MaximumPacketLength, Put, PutPacket, PutPackets, Receiver,
    Reply, Response, ResponseCode,
};
use oma_dm_notification::session::{DeviceState, MatchedNonce, Notify, Session};
use oma_dm_notification::wap::cdma::{CdmaSegment, CdmaSegments, RepeatedPorts, WdpSegment};
use oma_dm_notification::wap::reassembly::{
    self, Accepted, Displaced, MessageKey, Reason, Reassembled, Reassembler, Segment,
};
use oma_dm_notification::wap::sms::{ShortMessage, ShortMessages};
use oma_dm_notification::wap::udh::{
    Concatenation, InformationElement, InformationElements, Ports, Reference, UserData,
};
use oma_dm_notification::wap::wsp::{DmPush, Header, HeaderName, Headers, Push, Value};
use oma_dm_notification::{
    Authentic, AuthenticAmong, Credentials, DecodeError, DecodeErrorKind, Departure, Digest,
    EncodeError, Field, FutureUse, Initiator, Nonce, NonceChoice, NotAuthentic, Package0, ServerId,
    SessionId, SessionIdText, Signed, Trigger, UiMode, ValueError, Version,
};
use std::fmt::{Debug, Display, LowerHex, UpperHex};
use std::hash::Hash;
use std::path::Path;
use std::{collections::BTreeSet, fs};

/// Goes from thread to thread, and into a log.
const fn shared<T: Send + Sync + Unpin + Debug>() {}
/// Is compared, copied, and a key of a map.
const fn value<T: Copy + Eq + Hash>() {}
const fn error<T: std::error::Error + Copy + Eq>() {}
const fn displayed<T: Display>() {}
const fn ordered<T: Ord>() {}
const fn default<T: Default>() {}
const fn hexadecimal<T: UpperHex + LowerHex>() {}
const fn number<T: TryFrom<u16> + Into<u16>>() {}

#[test]
fn every_public_type_is_send_and_sync_and_has_debug() {
    shared::<Authentic<'_>>();
    shared::<AuthenticAmong<'_>>();
    shared::<Credentials>();
    shared::<DecodeError>();
    shared::<DecodeErrorKind>();
    shared::<Departure>();
    shared::<Digest>();
    shared::<EncodeError>();
    shared::<Field>();
    shared::<FutureUse>();
    shared::<Initiator>();
    shared::<Nonce<'_>>();
    shared::<NonceChoice>();
    shared::<NotAuthentic>();
    shared::<Package0<'_>>();
    shared::<ServerId<'_>>();
    shared::<SessionId>();
    shared::<SessionIdText>();
    shared::<Signed<'_>>();
    shared::<Trigger<'_>>();
    shared::<UiMode>();
    shared::<ValueError>();
    shared::<Version>();

    shared::<Concatenation>();
    shared::<InformationElement<'_>>();
    shared::<InformationElements<'_>>();
    shared::<Ports>();
    shared::<Reference>();
    shared::<UserData<'_>>();

    shared::<DmPush<'_>>();
    shared::<Header<'_>>();
    shared::<HeaderName<'_>>();
    shared::<Headers<'_>>();
    shared::<Push<'_>>();
    shared::<Value<'_>>();

    shared::<ShortMessage<'_>>();
    shared::<ShortMessages<'_>>();

    shared::<CdmaSegment<'_>>();
    shared::<CdmaSegments<'_>>();
    shared::<RepeatedPorts>();
    shared::<WdpSegment<'_>>();

    shared::<Accepted<'_, u32>>();
    shared::<Displaced<u32>>();
    shared::<MessageKey>();
    shared::<Reason>();
    shared::<Reassembler<u32, 2, 512>>();
    shared::<Segment<'_>>();
    shared::<reassembly::Key<u32>>();
    shared::<Reassembled<'_>>();

    shared::<Delivery<'_, u32>>();
    shared::<Inbox<u32, 2, 512>>();
    shared::<inbox::Outcome<'_>>();
    shared::<inbox::Received<'_, u32>>();

    shared::<Address>();
    shared::<BearerData<'_>>();
    shared::<Cause>();
    shared::<CdmaDelivery<'_>>();
    shared::<CdmaMessage<'_>>();
    shared::<Deliver<'_>>();
    shared::<Direction>();
    shared::<Framing>();
    shared::<RpAck<'_>>();
    shared::<RpData<'_>>();
    shared::<RpError<'_>>();
    shared::<RpMessage<'_>>();
    shared::<Submit<'_>>();
    shared::<Tpdu<'_>>();
    shared::<Validity>();

    shared::<Connect>();
    shared::<Connection>();
    shared::<Disconnect>();
    shared::<MaximumPacketLength>();
    shared::<Put<'_>>();
    shared::<PutPacket<'_>>();
    shared::<PutPackets<'_>>();
    shared::<Receiver<512>>();
    shared::<Reply<'_>>();
    shared::<Response<'_>>();
    shared::<ResponseCode>();

    shared::<DeviceState>();
    shared::<MatchedNonce>();
    shared::<Notify>();
    shared::<Session>();

    shared::<Account<'_>>();
    shared::<AccountState>();
    shared::<Decision<'_>>();
    shared::<Ignored>();
    shared::<Interrupted>();
    shared::<Notification<'_>>();
    shared::<ResyncPolicy>();
}

/// Names of `pub struct` and `pub enum` in the files of a folder and below it.
fn public_types(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            public_types(&path, names);
            continue;
        }
        for line in fs::read_to_string(path).unwrap().lines() {
            let item = line.strip_prefix("pub struct ");
            if let Some(item) = item.or_else(|| line.strip_prefix("pub enum ")) {
                let end = item.find(|next: char| !next.is_alphanumeric());
                names.insert(item[..end.unwrap_or(item.len())].to_owned());
            }
        }
    }
}

#[test]
fn the_list_above_names_every_public_type_of_src() {
    let mut names = BTreeSet::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    public_types(&folder, &mut names);
    assert!(names.len() > 40);
    let listed: BTreeSet<_> = include_str!("traits.rs")
        .lines()
        .filter_map(|line| line.trim().strip_prefix("shared::<"))
        .map(|item| item.rsplit("::").next().unwrap_or(item))
        .map(|item| item.split(['<', '>']).next().unwrap_or(item))
        .map(str::to_owned)
        .collect();
    let missing: Vec<_> = names.difference(&listed).collect();
    assert!(missing.is_empty(), "add to this file: {missing:?}");
}

#[test]
fn values_that_are_not_secret_are_copied_compared_and_hashed() {
    value::<AccountState>();
    value::<Address>();
    value::<Authentic<'_>>();
    value::<Cause>();
    value::<Concatenation>();
    value::<Connection>();
    value::<Departure>();
    value::<DeviceState>();
    value::<Direction>();
    value::<Framing>();
    value::<FutureUse>();
    value::<Header<'_>>();
    value::<HeaderName<'_>>();
    value::<InformationElement<'_>>();
    value::<Ignored>();
    value::<Initiator>();
    value::<MatchedNonce>();
    value::<MaximumPacketLength>();
    value::<NonceChoice>();
    value::<Notification<'_>>();
    value::<Notify>();
    value::<Package0<'_>>();
    value::<Ports>();
    value::<Reference>();
    value::<RepeatedPorts>();
    value::<Response<'_>>();
    value::<ResponseCode>();
    value::<ResyncPolicy>();
    value::<ServerId<'_>>();
    value::<SessionId>();
    value::<SessionIdText>();
    value::<Trigger<'_>>();
    value::<UiMode>();
    value::<Validity>();
    value::<Value<'_>>();
    value::<Version>();
}

#[test]
fn errors_are_errors_without_std() {
    error::<DecodeError>();
    error::<EncodeError>();
    error::<NotAuthentic>();
    error::<ValueError>();
}

#[test]
fn what_a_log_names_is_displayed() {
    displayed::<Address>();
    displayed::<Cause>();
    displayed::<DecodeErrorKind>();
    displayed::<Departure>();
    displayed::<Field>();
    displayed::<Ignored>();
    displayed::<Initiator>();
    displayed::<MatchedNonce>();
    displayed::<NonceChoice>();
    displayed::<ResponseCode>();
    displayed::<ResyncPolicy>();
    displayed::<ServerId<'_>>();
    displayed::<SessionId>();
    displayed::<SessionIdText>();
    displayed::<UiMode>();
    displayed::<Version>();
}

#[test]
fn numbers_are_ordered_and_converted() {
    ordered::<Address>();
    ordered::<Cause>();
    ordered::<MaximumPacketLength>();
    ordered::<SessionId>();
    ordered::<Version>();
    number::<MaximumPacketLength>();
    number::<SessionId>();
    number::<Version>();
    hexadecimal::<ResponseCode>();
    hexadecimal::<SessionId>();
    default::<AccountState>();
    default::<Address>();
    default::<Connection>();
    default::<DeviceState>();
    default::<MaximumPacketLength>();
    default::<RepeatedPorts>();
    default::<ResyncPolicy>();
    default::<UiMode>();
    default::<Validity>();
}

/// Both ways between a number and its type, and the error outside its range.
#[test]
fn numbers_become_their_types_within_their_ranges() {
    assert_eq!(Version::try_from(1023).map(u16::from), Ok(1023));
    assert_eq!(SessionId::try_from(0x1234).map(u16::from), Ok(0x1234));
    let longest = MaximumPacketLength::try_from(u16::MAX).map(u16::from);
    assert_eq!(longest, Ok(u16::MAX));
    for (error, field, value, text) in [
        (
            Version::try_from(1024).unwrap_err(),
            Field::Version,
            1024,
            "version cannot be 1024",
        ),
        (
            SessionId::try_from(0).unwrap_err(),
            Field::SessionId,
            0,
            "sessionid cannot be 0",
        ),
        (
            MaximumPacketLength::try_from(254).unwrap_err(),
            Field::MaximumPacketLength,
            254,
            "maximum packet length cannot be 254",
        ),
    ] {
        assert_eq!((error.field(), error.value()), (field, value));
        assert_eq!(error.to_string(), text);
        assert_eq!(EncodeError::from(error), Refused::OutOfRange { field });
    }
    assert_eq!(UI_MODES.map(u8::from), [0, 1, 2, 3]);
    assert_eq!(INITIATORS.map(u8::from), [0, 1]);
    let trigger = Trigger::parse(&[0, 7, 0xFF, 0xFF, 0xFF, 0, 1, 0]).unwrap();
    assert_eq!(u32::from(trigger.future_use()), 0x07FF_FFFF);
    assert_eq!(u8::from(ResponseCode::SUCCESS), 0xA0);
}

#[test]
fn octets_and_text_become_a_server_id_of_at_most_255_octets() {
    let from_text = ServerId::try_from("com.mgmtsrv.manage").unwrap();
    let from_octets = ServerId::try_from(&b"com.mgmtsrv.manage"[..]).unwrap();
    assert_eq!(from_text, from_octets);
    assert_eq!(from_text.as_ref(), b"com.mgmtsrv.manage");
    assert_eq!(from_text.to_string(), "com.mgmtsrv.manage");
    let error = ServerId::try_from("x".repeat(256).as_str()).unwrap_err();
    assert_eq!(error.value(), 256);
    let text = SessionId::new(0xAB).unwrap().to_text().unwrap();
    assert_eq!(AsRef::<str>::as_ref(&text), "AB");
    assert_eq!(AsRef::<[u8]>::as_ref(&text), b"AB");
}

#[test]
fn fields_are_displayed_by_the_words_of_the_specification() {
    assert_eq!(
        UI_MODES.map(|mode| mode.to_string()),
        [
            "not-specified",
            "background",
            "informative",
            "user-interaction"
        ]
    );
    assert_eq!(
        INITIATORS.map(|initiator| initiator.to_string()),
        ["client", "server"]
    );
    assert_eq!(
        [NonceChoice::Stored, NonceChoice::Resync].map(|choice| choice.to_string()),
        ["stored", "resync"]
    );
    let id = SessionId::new(0x00AB).unwrap();
    assert_eq!(format!("{id} {id:X} {id:04x} {id:#X}"), "AB AB 00ab 0xAB");
}

/// The names are those of OBEX, section 3.2.1.
#[test]
fn response_codes_are_displayed_with_their_names() {
    for (code, text) in [
        (0x90, "0x90 Continue"),
        (0xA0, "0xA0 Success"),
        (0xC0, "0xC0 Bad Request"),
        (0xC1, "0xC1 Unauthorized"),
        (0xC3, "0xC3 Forbidden"),
        (0xC4, "0xC4 Not Found"),
        (0xCD, "0xCD Entity Too Large"),
        (0xCF, "0xCF Unsupported Media Type"),
        (0xD0, "0xD0 Internal Server Error"),
        (0xD1, "0xD1 Not Implemented"),
        (0xD3, "0xD3 Service Unavailable"),
        (0xE0, "0xE0"),
    ] {
        let octets = [code, 0, 3];
        let response = Response::parse(&octets).unwrap();
        assert_eq!(response.code().to_string(), text);
        assert_eq!(format!("{:X}", response.code()), text[2..4]);
        let lower = text[2..4].to_lowercase();
        assert_eq!(format!("{:x}", response.code()), lower);
    }
}

/// Octets are shown once, and no cursor or offset.
#[test]
fn debug_shows_octets_as_hexadecimal() {
    let trigger = Trigger::new(
        SessionId::new(0x1234).unwrap(),
        ServerId::new(b"com.mgmtsrv.manage").unwrap(),
    )
    .with_ui_mode(UiMode::Background)
    .with_initiator(Initiator::Client);
    let credentials = Credentials::new(b"com.mgmtsrv.manage", b"password");
    let octets = signed(&trigger, &credentials, Nonce::RESYNC);
    let package0 = Package0::parse(&octets).unwrap();
    let digest = "Digest([e4000751d15da7d8b5fc1fbce45ee715])";
    assert_eq!(format!("{:?}", package0.digest()), digest);
    assert_eq!(package0.digest().as_ref(), &octets[..16]);
    assert_eq!(
        format!("{package0:?}"),
        format!("Package0 {{ digest: {digest}, unverified: {trigger:?} }}")
    );
    let text = trigger.session_id().to_text().unwrap();
    assert_eq!(format!("{text:?}"), "SessionIdText(1234)");

    let user_data = UserData::parse(b"\x04\x24\x02\xAB\xCD").unwrap();
    let element = user_data.elements().next().unwrap();
    assert_eq!(
        format!("{element:?}"),
        "InformationElement { identifier: 36, data: [abcd] }"
    );

    let push = DmPush::relay(1, b"\xAA").with_headers(b"\x8D\x02\x01\x02");
    let push = push.unwrap();
    let shown = format!("{push:?}");
    assert!(shown.starts_with("DmPush { tid: 1, extra_headers: [8d020102], package0: [[aa]"));
    let headers = b"\x01\x06\x0B\xC4\x8D\x02\x01\x02\xB0a\x22\0\x8F\x00";
    let received = Push::parse(headers).unwrap();
    let values: Vec<_> = received
        .headers()
        .map(|header| format!("{:?}", header.value()))
        .collect();
    assert_eq!(values, ["Value(258)", "Value(\"a\\\"\")", "Value([])"]);
    let header = received.headers().next().unwrap();
    assert_eq!(
        format!("{header:?}"),
        "Header { name: WellKnown { page: 1, number: 13 }, value: Value(258) }"
    );
}

#[test]
fn printing_ends_where_the_writer_fails() {
    let server_id = ServerId::new(b"a\xFF").unwrap();
    ends_with_the_writer(format_args!("{server_id} {server_id:?}"));
    let push = b"\x01\x06\x2C\xC4\xAF\x87\xB0a\xFF\0\x8D\x02\x01\x02X-Other\0b\0\x8E\0";
    let length = u8::try_from(push.len() - 3).unwrap();
    let push = [&push[..2], &[length], &push[3..]].concat();
    let headers: Vec<_> = Push::parse(&push).unwrap().headers().collect();
    assert_eq!(headers.len(), 5);
    ends_with_the_writer(format_args!("{headers:?}"));
    let user_data = UserData::parse(b"\x03\x70\x01\xFFbody").unwrap();
    let elements: Vec<_> = user_data.elements().collect();
    ends_with_the_writer(format_args!("{user_data:?} {elements:?}"));
    let mut inbox = Inbox::<u32, 1, 64>::new();
    let segment = |reference| Delivery::ShortMessage {
        originator: 1,
        user_data: match reference {
            8 => b"\x0B\x05\x04\x0B\x84\xC0\x02\0\x03\x01\x02\x01",
            16 => b"\x0C\x05\x04\x0B\x84\xC0\x02\x08\x04\x01\x01\x02\x01",
            _ => panic!("8 or 16"),
        },
    };
    inbox.receive(0, segment(8));
    let received = inbox.receive(1, segment(16));
    ends_with_the_writer(format_args!("{received}"));
    assert!(received.to_string().contains("8-bit reference 1"));
    let cdma = Delivery::Cdma {
        originator: 1,
        message_id: 7,
        segment: b"\0\x02\0\xC0\x02\x0B\x84",
        repeated_ports: RepeatedPorts::Absent,
    };
    let after_sms = inbox.receive(1, cdma).to_string();
    assert!(after_sms.contains("16-bit reference 257"), "{after_sms}");
    let after_cdma = inbox.receive(1, segment(8)).to_string();
    assert!(
        after_cdma.contains("CDMA message identifier 7"),
        "{after_cdma}"
    );
}

#[test]
fn what_is_signed_or_found_among_candidates_shows_its_trigger() {
    let server_id = ServerId::new(b"s").unwrap();
    let trigger = Trigger::new(SessionId::new(1).unwrap(), server_id);
    let credentials = Credentials::new(b"s", b"secret");
    let message = trigger.sign(&credentials, Nonce::NONE).unwrap();
    assert_eq!(message.trigger(), &trigger);
    let mut buffer = [0; 64];
    let octets = message.encode(&mut buffer).unwrap();
    let package0 = Package0::parse(octets).unwrap();
    let among = package0.verify_any(&credentials, &[Nonce::RESYNC, Nonce::NONE]);
    let among = among.unwrap();
    assert_eq!((among.trigger(), among.candidate()), (&trigger, 1));

    // A PUT of what is signed has the octets of one that is relayed.
    let mut put = [0; 255];
    let mut relayed = [0; 255];
    let of_signed = Put::new(&message, Some(1)).packets().next().unwrap();
    let of_octets = Put::relay(octets, Some(1)).packets().next().unwrap();
    assert_eq!(of_signed.encode(&mut put), of_octets.encode(&mut relayed));
}

#[test]
fn the_key_of_4_octets_differs_where_addresses_do() {
    let addresses = ["+447700900123", "+447700900124", "447700900123", "Operator"];
    let addresses = addresses.map(|text| text.parse::<Address>().unwrap());
    let keys: BTreeSet<u32> = addresses.iter().map(|&key| key.into()).collect();
    assert_eq!(keys.len(), addresses.len());
}
