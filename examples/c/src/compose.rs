//! Sending: from the trigger to what a bearer takes
//!
//! Compose the Package #0 first, into a buffer of yours. Each bearer then takes its octets: a
//! datagram as a whole, short messages and CDMA segment by segment, from index 0 until
//! written.total of them have been written.

use crate::error::oma_dm_kind;
use crate::memory::{self, Checked};
use crate::octets::{oma_dm_octets, oma_dm_written, written};
use crate::session::oma_dm_secret;
use oma_dm_notification::wap::cdma::CdmaSegments;
use oma_dm_notification::wap::sms::ShortMessages;
use oma_dm_notification::wap::udh::Reference;
use oma_dm_notification::wap::wsp::DmPush;
use oma_dm_notification::{
    Credentials, Initiator, Nonce, ServerId, SessionId, Trigger, UiMode, Version,
};

/// What the server recommends towards the user (OMA 6.2.7).
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum oma_dm_ui_mode {
    /// Nothing.
    NotSpecified = 0,
    /// To do it in the background.
    Background = 1,
    /// To inform the user.
    Informative = 2,
    /// To ask the user first.
    UserInteraction = 3,
}

/// Who caused the management action (OMA 6.2.8).
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum oma_dm_initiator {
    /// The client.
    Client = 0,
    /// The server.
    Server = 1,
}

/// What a notification says.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct oma_dm_trigger {
    /// The session id, 1 to 0xFFFF: of oma_dm_device_notify.
    pub session_id: u16,
    /// The version, 10 bits; 0 is for 11, version 1.1, which a server that conforms to 1.2.1 sends.
    pub version: u16,
    /// An oma_dm_ui_mode.
    pub ui_mode: u8,
    /// An oma_dm_initiator.
    pub initiator: u8,
    /// The server-identifier, 0 to 255 octets.
    pub server_id: oma_dm_octets,
    /// Vendor-specific octets, as many as the bearer can carry; usually {NULL, 0}.
    pub vendor_specific: oma_dm_octets,
}

/// Writes a Package #0: the trigger, and its digest under the secret and the nonce (OMA 6.2.2).
///
/// Under OMA_DM_NONCE_RESYNC the nonce is four zero octets.
///
/// Errors: OMA_DM_KIND_OUT_OF_RANGE of the session id if it is 0, of the version if it is more than
/// 10 bits, of the length-identifier if the server-identifier is longer than 255 octets;
/// OMA_DM_KIND_UNKNOWN_VALUE of the ui-mode or the initiator.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_compose(
    trigger: *const oma_dm_trigger,
    secret: *const oma_dm_secret,
    nonce: *const u8,
    nonce_size: usize,
    buffer: *mut u8,
    size: usize,
) -> oma_dm_written {
    let compose = || -> Checked<oma_dm_written> {
        // SAFETY: the caller keeps the header's rules of memory, also of what `trigger` points to.
        let (trigger, secret, nonce, server_id, vendor_specific) = unsafe {
            let trigger = memory::read(trigger)?;
            (
                trigger,
                memory::read(secret)?,
                memory::octets(nonce, nonce_size)?,
                memory::octets(trigger.server_id.octets, trigger.server_id.size)?,
                memory::octets(trigger.vendor_specific.octets, trigger.vendor_specific.size)?,
            )
        };
        // SAFETY: as above.
        let buffer = unsafe { memory::buffer(buffer, size, &[nonce, server_id, vendor_specific]) }?;
        let credentials = Credentials::from_hash(secret.hash);
        let signed = Trigger::new(
            SessionId::new(trigger.session_id)?,
            ServerId::new(server_id)?,
        )
        .with_version(version(trigger.version)?)
        .with_ui_mode(ui_mode(trigger.ui_mode)?)
        .with_initiator(initiator(trigger.initiator)?)
        .with_vendor_specific(vendor_specific)
        .sign(&credentials, Nonce::new(nonce))?;
        written(1, signed.encode(buffer))
    };
    compose().into()
}

/// A WAP push of a Package #0 (OMA 7.1).
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct oma_dm_push {
    /// TID, of your choice.
    pub tid: u8,
    /// The Package #0.
    pub package0: oma_dm_octets,
    /// WSP headers after X-Wap-Application-Id that the device is known to use; usually {NULL, 0}.
    pub extra_headers: oma_dm_octets,
}

/// Writes the payload of a datagram to UDP port 2948.
///
/// Errors: those of received octets for malformed extra headers, whose offset counts from the first
/// of them; OMA_DM_KIND_TOO_LONG of the headers if they exceed 48 octets with those of the bearer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_write_datagram(
    push: *const oma_dm_push,
    buffer: *mut u8,
    size: usize,
) -> oma_dm_written {
    let write = || -> Checked<oma_dm_written> {
        // SAFETY: the caller keeps the header's rules of memory.
        let (push, buffer) = unsafe { push_and_buffer(push, buffer, size) }?;
        written(1, push.encode(buffer))
    };
    write().into()
}

/// How a push is sent by short messages.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct oma_dm_sms {
    /// The port that it is sent from, of your choice.
    pub originator_port: u16,
    /// The reference, if there are several: another one for each message to a device.
    pub reference: u16,
    /// The width of the reference: 8 or 16 bits.
    pub reference_bits: u8,
}

/// Writes TP-User-Data of one of the short messages that carry the push: at most 140 octets. Send
/// it with TP-UDHI set and 8-bit data, or see oma_dm_write_submit.
///
/// Errors: those of oma_dm_write_datagram, OMA_DM_KIND_TOO_MANY_SEGMENTS,
/// OMA_DM_KIND_NO_SUCH_INDEX; OMA_DM_KIND_UNKNOWN_VALUE for a reference that has not the width.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_write_sms(
    push: *const oma_dm_push,
    sms: *const oma_dm_sms,
    index: usize,
    buffer: *mut u8,
    size: usize,
) -> oma_dm_written {
    let write = || -> Checked<oma_dm_written> {
        // SAFETY: the caller keeps the header's rules of memory.
        let (sms, (push, buffer)) =
            unsafe { (memory::read(sms)?, push_and_buffer(push, buffer, size)?) };
        let reference = match (sms.reference_bits, u8::try_from(sms.reference)) {
            (8, Ok(reference)) => Reference::Eight(reference),
            (16, _) => Reference::Sixteen(sms.reference),
            _ => return Err(oma_dm_kind::UnknownValue.into()),
        };
        let mut messages = ShortMessages::new(push, sms.originator_port, reference)?;
        let total = messages.len();
        let message = messages.nth(index).ok_or(oma_dm_kind::NoSuchIndex)?;
        written(total, message.encode(buffer))
    };
    write().into()
}

/// Writes one of the WDP segments that carry the push over CDMA, each the user data of a short
/// message of the WAP teleservice (WAP-259 6.5). longest is how many octets the bearer has room
/// for, 7 or more: 140 is usual.
///
/// Errors: those of oma_dm_write_sms; OMA_DM_KIND_OUT_OF_RANGE of the segment length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_write_cdma(
    push: *const oma_dm_push,
    source_port: u16,
    longest: usize,
    index: usize,
    buffer: *mut u8,
    size: usize,
) -> oma_dm_written {
    let write = || -> Checked<oma_dm_written> {
        // SAFETY: the caller keeps the header's rules of memory.
        let (push, buffer) = unsafe { push_and_buffer(push, buffer, size) }?;
        let mut segments = CdmaSegments::new(push, source_port, longest)?;
        let total = segments.len();
        let segment = segments.nth(index).ok_or(oma_dm_kind::NoSuchIndex)?;
        written(total, segment.encode(buffer))
    };
    write().into()
}

/// # Safety
///
/// As [`memory::octets`] and [`memory::buffer`].
unsafe fn push_and_buffer<'a>(
    push: *const oma_dm_push,
    buffer: *mut u8,
    size: usize,
) -> Checked<(DmPush<'a>, &'a mut [u8])> {
    // SAFETY: the caller vouches for it.
    unsafe {
        let push = memory::read(push)?;
        let package0 = memory::octets(push.package0.octets, push.package0.size)?;
        let headers = memory::octets(push.extra_headers.octets, push.extra_headers.size)?;
        let buffer = memory::buffer(buffer, size, &[package0, headers])?;
        let push = DmPush::relay(push.tid, package0).with_headers(headers)?;
        Ok((push, buffer))
    }
}

fn version(number: u16) -> Checked<Version> {
    match number {
        0 => Ok(Version::V1_1),
        number => Ok(Version::new(number)?),
    }
}

fn ui_mode(number: u8) -> Checked<UiMode> {
    [
        UiMode::NotSpecified,
        UiMode::Background,
        UiMode::Informative,
        UiMode::UserInteraction,
    ]
    .into_iter()
    .find(|&mode| u8::from(mode) == number)
    .ok_or(oma_dm_kind::UnknownValue.into())
}

fn initiator(number: u8) -> Checked<Initiator> {
    [Initiator::Client, Initiator::Server]
        .into_iter()
        .find(|&initiator| u8::from(initiator) == number)
        .ok_or(oma_dm_kind::UnknownValue.into())
}
