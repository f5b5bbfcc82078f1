//! WAP push: how Package #0 travels in a short message or a datagram (OMA §7.1, §7.1.1).
//!
//! ```text
//!  short message:  user data header, port 2948 | WSP push | Package #0
//!  datagram:       UDP header, port 2948       | WSP push | Package #0
//!  CDMA:           WDP header, port 2948       | WSP push | Package #0
//! ```
//!
//! To receive, [`open_sms`], [`open_datagram`] and [`cdma::open`] follow the layers from the left
//! and route by OMA §7.1.1. They accept every form that the layers allow. [`reassembly`] puts
//! segments together first.
//!
//! To send, [`wsp::DmPush`] makes the one form of push that OMA §7.1 asks for. [`sms`] cuts it into
//! short messages, [`cdma`] into segments.

pub mod cdma;
pub mod reassembly;
pub mod sms;
pub mod udh;
pub mod wsp;

use crate::error::{DecodeError, DecodeErrorKind, Field};
use crate::read::Reader;
use udh::{PUSH_PORT, UserData};
use wsp::Push;

/// Opens the push in one short message if it is for OMA DM: port 2948, media type and application
/// id (OMA §7.1.1).
///
/// `user_data` is TP-User-Data with TP-UDHI set and 8-bit data. The [body](Push::body) of the
/// returned push is Package #0.
///
/// # Errors
///
/// In the order of the layers:
/// - those of [`UserData::parse`];
/// - [`Missing`](DecodeErrorKind::Missing) or foreign ([`NotDm`](DecodeErrorKind::NotDm))
///   [`DestinationPort`](Field::DestinationPort);
/// - [`Segment`](DecodeErrorKind::Segment): the message is one of several, by its
///   [`Concatenation`](Field::Concatenation) element. Reassemble it, and use [`open_datagram`];
/// - those of [`open_datagram`].
#[inline(always)]
pub fn open_sms(user_data: &[u8]) -> Result<Push<'_>, DecodeError> {
    wsp::open(find_push(&UserData::parse(user_data)?)?)
}

/// Returns the WSP PDU of user data that has the whole of it, addressed to port 2948.
#[inline(always)]
pub(crate) fn find_push<'a>(user_data: &UserData<'a>) -> Result<Reader<'a>, DecodeError> {
    user_data.check_port()?;
    if let Some(offset) = user_data.segment_offset() {
        return Err(DecodeError::new(
            DecodeErrorKind::Segment,
            Field::Concatenation,
            offset,
        ));
    }
    Ok(user_data.payload_reader())
}

/// Opens the push in the payload of one datagram if it is for OMA DM: port 2948, media type and
/// application id (OMA §7.1.1).
///
/// The datagram may have come by UDP, or from reassembled short messages. The [body](Push::body) of
/// the returned push is Package #0.
///
/// # Errors
///
/// - foreign ([`NotDm`](DecodeErrorKind::NotDm)) [`DestinationPort`](Field::DestinationPort), at
///   offset 0;
/// - those of [`Push::parse`], one of which says that it is not a push;
/// - foreign ([`NotDm`](DecodeErrorKind::NotDm)) [`ContentType`](Field::ContentType);
/// - [`Missing`](DecodeErrorKind::Missing) or foreign ([`NotDm`](DecodeErrorKind::NotDm))
///   [`ApplicationId`](Field::ApplicationId).
pub fn open_datagram(destination_port: u16, payload: &[u8]) -> Result<Push<'_>, DecodeError> {
    check_port(destination_port)?;
    wsp::open(Reader::new(payload, 0))
}

/// Checks that the destination of a datagram is the push port.
pub(crate) const fn check_port(destination_port: u16) -> Result<(), DecodeError> {
    if destination_port == PUSH_PORT {
        return Ok(());
    }
    Err(DecodeError::new(
        DecodeErrorKind::NotDm,
        Field::DestinationPort,
        0,
    ))
}
