//! The traits that users expect of every public type (the Rust API Guidelines, C-COMMON-TRAITS,
//! C-SEND-SYNC).

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
