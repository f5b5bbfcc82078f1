//! Concatenated short messages (7.1; TS 23.040, 9.2.3.24.1 and 9.2.3.24.8): what is too long for one travels in up to
//! 255.
//!
//! ```text
//!  one short message:   06 | 05 04 destination originator |                                     push, up to 133 octets
//!  8-bit reference:     0B | 05 04 destination originator | 00 03 reference total number | part of it, up to 128 octets
//!  16-bit reference:    0C | 05 04 destination originator | 08 04 reference total number | part of it, up to 127 octets
//! ```
//!
//! [`DmPush::short_messages`] cuts a push into such messages; a [`Reassembler`] puts them together again, and segments
//! over CDMA as well.
//!
//! # What an attacker can do
//!
//! Nothing in a short message is authentic, its originator included. Who can send short messages can:
//!
//! - fill the sets: as many segments of different messages as there are sets push out a message of which some are still
//!   to come. It is reported as [displaced](Displaced); more sets make it more expensive, `MAX_AGE` ends it;
//! - spoof: under the originator, the reference, the total and the ports of a message to come, a segment of their own
//!   that arrives first is kept, and the genuine one is reported as [conflicting](Outcome::Conflicting), or finds no
//!   room. The whole then fails at its digest ([`Package0::verify`](crate::Package0::verify)); or it never is whole, and
//!   expires.
//!
//! Either way a notification is lost, as any short message may be, and its sender sends it again. They cannot:
//!
//! - alter a segment that is held, or put their own in its place;
//! - touch a message under any other key, except that the oldest gives way where all sets are taken;
//! - keep a set for longer than `MAX_AGE`: age counts from the first segment;
//! - make the reassembler panic, allocate, or work longer than a segment's octets, the number of sets and, at the end,
//!   the copy of the whole message take;
//! - have anything authenticated: that is the digest's work, and comes after.

mod reassembler;

pub use reassembler::{
    Accepted, Displaced, Key, MessageKey, Outcome, Reason, Reassembler, Segment,
};

use super::udh::{
    Concatenation, IEI_CONCATENATION_8, IEI_CONCATENATION_16, IEI_PORTS_16, Reference,
};
use super::{DmPush, PORT};
use crate::error::EncodeError;
use crate::write;

/// Octets of TP-User-Data that one short message has room for (TS 23.040).
const USER_DATA_LENGTH: usize = 140;
/// Octets of the user data header with ports alone: UDHL, and the ports element.
const PORTS_LENGTH: usize = 7;

impl Reference {
    /// Octets of the concatenation element with this reference.
    const fn element_length(self) -> usize {
        match self {
            Self::Eight(_) => 5,
            Self::Sixteen(_) => 6,
        }
    }
}

/// The short messages that carry one push: an iterator over them, made by [`DmPush::short_messages`].
///
/// The push is not copied: each [`ShortMessage`] is cut out of it when it is encoded.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ShortMessages<'a> {
    push: DmPush<'a>,
    originator_port: u16,
    reference: Reference,
    total: u8,
    sent: u8,
}

impl<'a> ShortMessages<'a> {
    pub(super) fn new(
        push: DmPush<'a>,
        originator_port: u16,
        reference: Reference,
    ) -> Result<Self, EncodeError> {
        let length = push.encoded_len();
        let mut header = PORTS_LENGTH;
        let mut needed = 1;
        if length > USER_DATA_LENGTH.saturating_sub(header) {
            header = header.saturating_add(reference.element_length());
            needed = length.div_ceil(USER_DATA_LENGTH.saturating_sub(header));
        }
        push.check_headers(header)?;
        let Ok(total) = u8::try_from(needed) else {
            return Err(EncodeError::TooManySegments { needed });
        };
        Ok(Self {
            push,
            originator_port,
            reference,
            total,
            sent: 0,
        })
    }
}

impl<'a> Iterator for ShortMessages<'a> {
    type Item = ShortMessage<'a>;

    fn next(&mut self) -> Option<ShortMessage<'a>> {
        let number = self.sent.checked_add(1)?;
        let segment = Concatenation::new(self.reference, self.total, number)?;
        self.sent = number;
        Some(ShortMessage {
            push: self.push,
            originator_port: self.originator_port,
            segment,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::from(self.total.saturating_sub(self.sent));
        (left, Some(left))
    }
}

impl ExactSizeIterator for ShortMessages<'_> {}
impl core::iter::FusedIterator for ShortMessages<'_> {}

/// One short message to send.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ShortMessage<'a> {
    push: DmPush<'a>,
    originator_port: u16,
    segment: Concatenation,
}

impl ShortMessage<'_> {
    /// Writes TP-User-Data, to be sent with TP-UDHI set and an 8-bit data coding scheme, to the front of `buffer`;
    /// returns what was written: at most 140 octets.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`](EncodeError::BufferTooSmall) with the octets needed; nothing has been written.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b mut [u8], EncodeError> {
        let [d0, d1] = PORT.to_be_bytes();
        let [o0, o1] = self.originator_port.to_be_bytes();
        let ports = [IEI_PORTS_16, 4, d0, d1, o0, o1];
        let (total, number) = (self.segment.total(), self.segment.number());
        let (udhl, concatenation): (u8, &[u8]) = match self.segment.reference() {
            _ if total == 1 => (0x06, &[]),
            Reference::Eight(reference) => {
                (0x0B, &[IEI_CONCATENATION_8, 3, reference, total, number])
            }
            Reference::Sixteen(reference) => {
                let [r0, r1] = reference.to_be_bytes();
                (0x0C, &[IEI_CONCATENATION_16, 4, r0, r1, total, number])
            }
        };
        let header_length = usize::from(udhl).saturating_add(1);
        let capacity = USER_DATA_LENGTH.saturating_sub(header_length);
        let before = capacity.saturating_mul(usize::from(number).saturating_sub(1));
        let header = self.push.header();
        let [a, b, c] = write::window(self.push.pieces(&header), before, capacity);
        write::pieces(buffer, &[&[udhl], &ports, concatenation, a, b, c])
    }
}
