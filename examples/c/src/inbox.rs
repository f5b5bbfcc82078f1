//! A device's first step: the inbox
//!
//! Takes what a bearer delivered, puts segments together, and hands out what is for OMA DM. Nothing
//! that it hands out is authentic yet: the account decides.
//!
//! A device with two SIMs has two inboxes.
//!
//! Originators are told apart by a number of your choice, such as an index into your table of
//! addresses, or a hash of the address. Where the library reads the address it takes a hash of 32
//! bits. Two originators with one number can replace each other's segments.
//!
//! Who can send short messages can fill the inbox, and can make a segment give way to one that
//! differs: each costs a notification, as a lost short message does, and is reported as displaced.

use crate::error::{oma_dm_error, oma_dm_kind};
use crate::memory::{self, Marked};
use crate::octets::oma_dm_octets;
use oma_dm_notification::inbox::{Delivery, Inbox, Outcome, Received};
use oma_dm_notification::wap::cdma::RepeatedPorts;
use oma_dm_notification::wap::reassembly::{Displaced, MessageKey, Reason};
use oma_dm_notification::wap::udh::Reference;
use oma_dm_notification::{DecodeError, Package0};

const SETS: usize = memory::configured(option_env!("OMA_DM_INBOX_SETS"), 2);
const OCTETS: usize = memory::configured(option_env!("OMA_DM_INBOX_OCTETS"), 512);

/// What the header calls oma_dm_inbox.
#[allow(
    dead_code,
    reason = "its memory is the header's: here there are pointers to it alone"
)]
pub struct oma_dm_inbox(Marked<Inbox<u32, SETS, OCTETS>>);

/// The header gives it enough memory, aligned as it must be.
const _: () = {
    let words = 2 + SETS * (6 + OCTETS.div_ceil(4));
    assert!(size_of::<oma_dm_inbox>() <= words * size_of::<u32>());
    assert!(align_of::<oma_dm_inbox>() <= align_of::<u32>());
};

/// What came of a delivery.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum oma_dm_outcome {
    /// Nothing was done: error says which mistake the calling program makes.
    Misuse = 0,
    /// octets is a Package #0, and server_id its server-identifier: look up the account, and pass
    /// octets to oma_dm_account_receive.
    Package0 = 1,
    /// It is a segment, kept until missing others have come.
    Incomplete = 2,
    /// It is a segment that had come before, with the same octets.
    RepeatedSegment = 3,
    /// It is addressed to another application (OMA 7.1.1), or carries no readable address: error
    /// says why. octets is the WSP PDU for that application if it was put together from segments,
    /// and otherwise {NULL, 0}: then the delivery itself is for that application.
    NotForDm = 4,
    /// It is addressed to OMA DM as far as it was read, and malformed: error says how.
    Malformed = 5,
    /// It is a segment of a message that has no room in the inbox. Nothing has changed.
    NoRoom = 6,
}

/// Why segments that were held have been given up.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum oma_dm_reason {
    /// None have.
    None = 0,
    /// Their message was not whole within its time.
    Expired = 1,
    /// All sets were taken, and a segment of another message came.
    GaveWay = 2,
    /// A segment came that differs from the held one with its number.
    Replaced = 3,
}

/// A message of which segments have been given up.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct oma_dm_displaced {
    /// Why. OMA_DM_REASON_NONE if no segments have been given up.
    pub reason: oma_dm_reason,
    /// How many of its segments were missing then.
    pub missing: u8,
    /// How many it has.
    pub total: u8,
    /// Its reference, 8 or 16 bits; over CDMA its message identifier.
    pub reference: u16,
    /// The number that you gave its originator. If the library read its address, a hash of that.
    pub originator: u32,
}

/// What the inbox says of a delivery. octets and server_id lie in the delivery, or in the inbox if
/// they were put together from segments: they are there until the delivery's memory is used for
/// something else, or the inbox takes another delivery.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct oma_dm_received {
    /// What came of the delivery.
    pub outcome: oma_dm_outcome,
    /// For OMA_DM_OUTCOME_INCOMPLETE: how many segments are missing, 1 to 254.
    pub missing: u8,
    /// For OMA_DM_OUTCOME_INCOMPLETE: whether it is known to be for port 2948. It always is, but
    /// over CDMA, where only the first segment names a port. Keep a copy of the others if another
    /// application listens on that bearer.
    pub port_known: bool,
    /// For the last three outcomes, and for misuse.
    pub error: oma_dm_error,
    /// The octets, by the outcome.
    pub octets: oma_dm_octets,
    /// For OMA_DM_OUTCOME_PACKAGE0: the server-identifier, 0 to 255 octets. Not authentic: use it
    /// to find the account, or to log.
    pub server_id: oma_dm_octets,
    /// The message of which segments were given up for this delivery, if any.
    pub displaced: oma_dm_displaced,
}

/// Initialises an inbox in size octets of memory: sizeof(oma_dm_inbox) or more. Call it once,
/// before any other function takes the inbox, and again to give up all segments.
///
/// A message in segments has max_age ticks to become whole; UINT32_MAX is for ever. You pass now,
/// in ticks of a length that you choose, with each delivery. It may wrap.
///
/// Errors: OMA_DM_KIND_SHORT_MEMORY also if the library was built for a larger inbox than this
/// header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_inbox_init(
    inbox: *mut oma_dm_inbox,
    size: usize,
    max_age: u32,
) -> oma_dm_error {
    // SAFETY: the caller keeps the header's rules of memory.
    let placed = unsafe { Marked::place(marked(inbox), size, const { Inbox::new() }) };
    let aged = placed.map(|inbox| inbox.set_max_age(max_age));
    aged.into()
}

/// Gives up one message that has expired, and says which: call it until the reason is
/// OMA_DM_REASON_NONE, as it is for an inbox that is NULL or not initialised.
///
/// Without it messages expire too, when their memory is needed. Call it if you want to log them, or
/// if now wraps, once in that time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_inbox_expire(
    inbox: *mut oma_dm_inbox,
    now: u32,
) -> oma_dm_displaced {
    // SAFETY: the caller keeps the header's rules of memory.
    let inbox = unsafe { Marked::at(marked(inbox), &[]) };
    let expired = inbox.ok().and_then(|inbox| inbox.expire(now));
    expired.map_or(oma_dm_displaced::NONE, Into::into)
}

/// Takes one short message: user_data is its TP-User-Data with a user data header (TP-UDHI set), 3
/// to 140 octets.
///
/// Only 8-bit data can be a notification: hand text to its application without asking here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_receive_sms(
    inbox: *mut oma_dm_inbox,
    now: u32,
    originator: u32,
    user_data: *const u8,
    size: usize,
) -> oma_dm_received {
    // SAFETY: the caller keeps the header's rules of memory.
    unsafe {
        receive(inbox, now, user_data, size, |user_data| {
            Delivery::ShortMessage {
                originator,
                user_data,
            }
        })
    }
}

/// Takes the user data of one short message of the WAP teleservice over CDMA: a WDP segment
/// (WAP-259 6.5). message_id is the message identifier of the bearer data.
///
/// repeated_ports says that this carrier repeats the ports before the WSP PDU: they are skipped.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_receive_cdma(
    inbox: *mut oma_dm_inbox,
    now: u32,
    originator: u32,
    message_id: u16,
    repeated_ports: bool,
    segment: *const u8,
    size: usize,
) -> oma_dm_received {
    // SAFETY: the caller keeps the header's rules of memory.
    unsafe {
        receive(inbox, now, segment, size, |segment| Delivery::Cdma {
            originator,
            message_id,
            segment,
            repeated_ports: ports(repeated_ports),
        })
    }
}

/// Takes the payload of one UDP datagram to destination_port.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_receive_datagram(
    inbox: *mut oma_dm_inbox,
    destination_port: u16,
    payload: *const u8,
    size: usize,
) -> oma_dm_received {
    // SAFETY: the caller keeps the header's rules of memory.
    unsafe {
        receive(inbox, 0, payload, size, |payload| Delivery::Datagram {
            destination_port,
            payload,
        })
    }
}

/// Takes a Package #0 without any bearer: as oma_dm_obex_receive hands it out, or one that you
/// stored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_receive_package0(
    inbox: *mut oma_dm_inbox,
    package0: *const u8,
    size: usize,
) -> oma_dm_received {
    // SAFETY: the caller keeps the header's rules of memory.
    unsafe {
        receive(inbox, 0, package0, size, |package0| {
            Delivery::Package0(package0)
        })
    }
}

fn marked(inbox: *mut oma_dm_inbox) -> *mut Marked<Inbox<u32, SETS, OCTETS>> {
    // The mark is the first thing in it.
    inbox.cast()
}

pub(crate) fn ports(repeated: bool) -> RepeatedPorts {
    if repeated {
        RepeatedPorts::Strip
    } else {
        RepeatedPorts::Absent
    }
}

/// Finds the inbox, and lets it take what `delivery` makes of the octets.
///
/// # Safety
///
/// As [`memory::octets`] and [`Marked::at`].
pub(crate) unsafe fn receive<'a>(
    inbox: *mut oma_dm_inbox,
    now: u32,
    octets: *const u8,
    size: usize,
    delivery: impl FnOnce(&'a [u8]) -> Delivery<'a, u32>,
) -> oma_dm_received {
    // SAFETY: the caller vouches for both.
    match unsafe { found(inbox, octets, size) } {
        Ok((inbox, octets)) => inbox.receive(now, delivery(octets)).into(),
        Err(error) => oma_dm_received::misuse(error),
    }
}

/// # Safety
///
/// As [`receive`].
unsafe fn found<'a>(
    inbox: *mut oma_dm_inbox,
    octets: *const u8,
    size: usize,
) -> Result<(&'a mut Inbox<u32, SETS, OCTETS>, &'a [u8]), oma_dm_kind> {
    // SAFETY: the caller vouches for both.
    unsafe {
        let octets = memory::octets(octets, size)?;
        Ok((at(inbox, &[octets])?, octets))
    }
}

/// # Safety
///
/// As [`Marked::at`].
pub(crate) unsafe fn at<'a>(
    inbox: *mut oma_dm_inbox,
    inputs: &[&[u8]],
) -> Result<&'a mut Inbox<u32, SETS, OCTETS>, oma_dm_kind> {
    // SAFETY: the caller vouches for it.
    unsafe { Marked::at(marked(inbox), inputs) }
}

impl oma_dm_received {
    fn new(outcome: oma_dm_outcome) -> Self {
        Self {
            outcome,
            missing: 0,
            port_known: false,
            error: oma_dm_error::NONE,
            octets: oma_dm_octets::NONE,
            server_id: oma_dm_octets::NONE,
            displaced: oma_dm_displaced::NONE,
        }
    }

    // Each function that receives has it: inlined, it costs 136 octets of flash more.
    #[inline(never)]
    pub(crate) fn misuse(mistake: oma_dm_kind) -> Self {
        Self {
            error: mistake.into(),
            ..Self::new(oma_dm_outcome::Misuse)
        }
    }

    fn fail(&mut self, outcome: oma_dm_outcome, error: DecodeError) {
        self.outcome = outcome;
        self.error = error.into();
    }
}

impl From<Received<'_, u32>> for oma_dm_received {
    fn from(received: Received<'_, u32>) -> Self {
        let mut answer = Self::new(oma_dm_outcome::Misuse);
        match received.outcome {
            Outcome::Package0(package0) => {
                answer.outcome = oma_dm_outcome::Package0;
                answer.octets = package0.as_bytes().into();
                answer.server_id = server_id(&package0);
            }
            Outcome::Incomplete {
                missing,
                port_known,
                ..
            } => {
                answer.outcome = oma_dm_outcome::Incomplete;
                answer.missing = missing;
                answer.port_known = port_known;
            }
            Outcome::RepeatedSegment => answer.outcome = oma_dm_outcome::RepeatedSegment,
            Outcome::NotForDm { error, octets, .. } => {
                answer.fail(oma_dm_outcome::NotForDm, error);
                answer.octets = octets.map_or(oma_dm_octets::NONE, Into::into);
            }
            Outcome::Malformed(error) => answer.fail(oma_dm_outcome::Malformed, error),
            Outcome::NoRoom(error) => answer.fail(oma_dm_outcome::NoRoom, error),
            _ => answer.error = oma_dm_kind::UnknownValue.into(),
        }
        if let Some(displaced) = received.displaced {
            answer.displaced = displaced.into();
        }
        answer
    }
}

fn server_id(package0: &Package0<'_>) -> oma_dm_octets {
    package0.unverified().server_id().as_bytes().into()
}

impl oma_dm_displaced {
    const NONE: Self = Self {
        reason: oma_dm_reason::None,
        missing: 0,
        total: 0,
        reference: 0,
        originator: 0,
    };
}

impl From<Displaced<u32>> for oma_dm_displaced {
    fn from(displaced: Displaced<u32>) -> Self {
        Self {
            reason: match displaced.reason {
                Reason::Expired => oma_dm_reason::Expired,
                Reason::GaveWay => oma_dm_reason::GaveWay,
                _ => oma_dm_reason::Replaced,
            },
            missing: displaced.missing,
            total: displaced.key.total,
            reference: match displaced.key.message {
                MessageKey::Sms {
                    reference: Reference::Eight(reference),
                    ..
                } => reference.into(),
                MessageKey::Sms {
                    reference: Reference::Sixteen(reference),
                    ..
                } => reference,
                MessageKey::Cdma { message_id, .. } => message_id,
                _ => 0,
            },
            originator: displaced.key.originator,
        }
    }
}
