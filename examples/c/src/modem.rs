//! What modems hand over, with the layers below the user data
//!
//! These read the address of the originator themselves. A message without a user data header, or
//! that is not 8-bit data, is OMA_DM_OUTCOME_NOT_FOR_DM: hand it to the next application.
//!
//! A device acknowledges what it receives, whatever it is: with AT+CSMS=1 by AT+CNMA, over IMS by
//! oma_dm_answer_rp. Otherwise the network delivers it again.

use crate::error::{oma_dm_error, oma_dm_kind};
use crate::inbox::{self, oma_dm_inbox, oma_dm_received, ports, receive};
use crate::memory::{self, Checked};
use oma_dm_notification::bearer::rp::{Cause, RpAck, RpData, RpError};
use oma_dm_notification::bearer::tpdu::Framing;
use oma_dm_notification::inbox::Delivery;

/// What precedes a TPDU.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum oma_dm_framing {
    /// Nothing: the QMI transfer route, a simulator.
    Bare = 0,
    /// The address of the service centre, or an octet 00 in its place: RIL, MBIM, QMI raw read.
    ServiceCentre = 1,
    /// As a modem printed it behind +CMT, +CMGR or +CMGL, with a length that counts the TPDU alone:
    /// some modems print the service centre, others do not.
    Length = 2,
}

/// Takes an SMS-DELIVER (TS 23.040 9.2.2.1). framing is an oma_dm_framing, and length what the
/// modem printed for OMA_DM_FRAMING_LENGTH.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_receive_tpdu(
    inbox: *mut oma_dm_inbox,
    now: u32,
    framing: u8,
    length: usize,
    tpdu: *const u8,
    size: usize,
) -> oma_dm_received {
    const BARE: u8 = oma_dm_framing::Bare as u8;
    const SERVICE_CENTRE: u8 = oma_dm_framing::ServiceCentre as u8;
    const LENGTH: u8 = oma_dm_framing::Length as u8;
    let framing = match framing {
        BARE => Framing::Bare,
        SERVICE_CENTRE => Framing::ServiceCentre,
        LENGTH => Framing::Length(length),
        _ => return oma_dm_received::misuse(oma_dm_kind::UnknownValue),
    };
    // SAFETY: the caller keeps the header's rules of memory.
    unsafe {
        receive(inbox, now, tpdu, size, |octets| Delivery::Tpdu {
            octets,
            framing,
        })
    }
}

/// Takes an RP-DATA to the device: the body of a SIP MESSAGE of type application/vnd.3gpp.sms (TS
/// 24.341 5.3.2). Answer 200 OK at once, and then by oma_dm_answer_rp.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_receive_rp(
    inbox: *mut oma_dm_inbox,
    now: u32,
    rp_data: *const u8,
    size: usize,
) -> oma_dm_received {
    // SAFETY: the caller keeps the header's rules of memory.
    unsafe { receive(inbox, now, rp_data, size, Delivery::RpData) }
}

/// Takes a point-to-point message as CDMA modems hand it over (3GPP2 C.S0015 3.4.2.1).
///
/// Its user data is not aligned to octets: it is copied to buffer, where room 255 suffices, and
/// where the octets of the outcome lie.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_receive_cdma_message(
    inbox: *mut oma_dm_inbox,
    now: u32,
    repeated_ports: bool,
    message: *const u8,
    size: usize,
    buffer: *mut u8,
    room: usize,
) -> oma_dm_received {
    let found = || {
        // SAFETY: the caller keeps the header's rules of memory.
        unsafe {
            let octets = memory::octets(message, size)?;
            let buffer = memory::buffer(buffer, room, &[octets])?;
            Ok((inbox::at(inbox, &[octets, buffer])?, octets, buffer))
        }
    };
    match found() {
        Ok((inbox, octets, buffer)) => {
            let delivery = Delivery::CdmaMessage {
                octets,
                repeated_ports: ports(repeated_ports),
                buffer,
            };
            inbox.receive(now, delivery).into()
        }
        Err(error) => oma_dm_received::misuse(error),
    }
}

/// What the device owes for an RP-DATA.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct oma_dm_rp_answer {
    /// OMA_DM_KIND_NONE, or why it is not an RP-DATA to the device. Then there is no answer.
    pub error: oma_dm_error,
    /// The answer: send its first size octets.
    pub octets: [u8; 6],
    /// 4 to 6; 0 if there is none.
    pub size: u8,
}

/// Returns the answer to an RP-DATA, whether that was for OMA DM or not.
///
/// With cause 0, RP-ACK: the message was taken. Otherwise RP-ERROR with that cause, 1 to 127, such
/// as 22 if there is no memory (TS 24.011 8.2.5.4).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_answer_rp(
    rp_data: *const u8,
    size: usize,
    cause: u8,
) -> oma_dm_rp_answer {
    let mut answer = oma_dm_rp_answer {
        error: oma_dm_error::NONE,
        octets: [0; 6],
        size: 0,
    };
    // SAFETY: the caller keeps the header's rules of memory.
    if let Err(error) = unsafe { write_answer(rp_data, size, cause, &mut answer) } {
        answer.error = error;
    }
    answer
}

/// # Safety
///
/// As [`memory::octets`].
unsafe fn write_answer(
    rp_data: *const u8,
    size: usize,
    cause: u8,
    answer: &mut oma_dm_rp_answer,
) -> Checked<()> {
    // SAFETY: the caller vouches for it.
    let rp_data = unsafe { memory::octets(rp_data, size) }?;
    let reference = RpData::parse(rp_data)?.reference();
    let written = match cause {
        0 => RpAck::of_delivery(reference).encode(&mut answer.octets),
        cause => RpError::of_delivery(reference, Cause::new(cause)).encode(&mut answer.octets),
    };
    answer.size = written.map_or(0, |octets| u8::try_from(octets.len()).unwrap_or_default());
    Ok(())
}
