//! A push cut into short messages (OMA §7.1; TS 23.040 §9.2.3.24.1, §9.2.3.24.8): one if it fits,
//! else up to 255 concatenated ones.
//!
//! ```text
//!  one short message   user data header, 7 octets  | push, up to 133 octets
//!  8-bit reference     user data header, 12 octets | part of it, up to 128
//!  16-bit reference    user data header, 13 octets | part of it, up to 127
//! ```
//!
//! ```
//! use oma_dm_notification::wap::{sms::ShortMessages, udh::Reference, wsp::DmPush};
//!
//! let push = DmPush::relay(1, b"package 0");
//! let mut buffer = [0; 140];
//! for message in ShortMessages::new(push, 0xC002, Reference::Eight(0x5A))? {
//!     // To be sent with TP-UDHI set and an 8-bit data coding scheme.
//!     let user_data = message.encode(&mut buffer)?;
//! #   assert_eq!(user_data, b"\x06\x05\x04\x0B\x84\xC0\x02\x01\x06\x03\xC4\xAF\x87package 0");
//! }
//! # Ok::<(), oma_dm_notification::EncodeError>(())
//! ```

use super::udh::{self, Concatenation, Reference};
use super::wsp::DmPush;
use crate::error::EncodeError;
use crate::write;

/// Octets of TP-User-Data in one short message (TS 23.040 §9.2.3.24).
const USER_DATA_LENGTH: usize = 140;

/// The short messages that carry one push: an iterator over them.
///
/// The push is not copied. Each [`ShortMessage`] is cut out of it when it is encoded.
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
    /// Cuts a push into short messages.
    ///
    /// `originator_port`, 16 bits, is the sender's choice. `reference` tells concatenated messages
    /// of one sender apart; it is not used if a single short message suffices.
    ///
    /// # Errors
    ///
    /// - [`TooLong`](EncodeError::TooLong) [`Headers`](crate::Field::Headers): user data header and
    ///   WSP header exceed 48 octets (OMA §7.1);
    /// - [`TooManySegments`](EncodeError::TooManySegments): more than 255 short messages are
    ///   needed.
    pub fn new(
        push: DmPush<'a>,
        originator_port: u16,
        reference: Reference,
    ) -> Result<Self, EncodeError> {
        let length = push.encoded_len();
        let needed = match length.div_ceil(room(reference, 1)) {
            0 | 1 => 1,
            several => length.div_ceil(room(reference, several)),
        };
        push.check_headers(udh::header_length(reference, needed))?;
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

/// Returns how many octets of the push each of `total` short messages has room for.
const fn room(reference: Reference, total: usize) -> usize {
    USER_DATA_LENGTH.saturating_sub(udh::header_length(reference, total))
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
    /// The most octets that [`encode`](Self::encode) writes: 140.
    pub const MAX_LENGTH: usize = USER_DATA_LENGTH;

    /// Writes TP-User-Data to the front of `buffer` and returns what was written: at most 140
    /// octets. Send it with TP-UDHI set and an 8-bit data coding scheme.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`](EncodeError::BufferTooSmall) with the octets needed. Nothing has been
    /// written.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b mut [u8], EncodeError> {
        let (reference, total) = (self.segment.reference(), self.segment.total().into());
        let header = udh::header(self.originator_port, self.segment);
        let header = header
            .get(..udh::header_length(reference, total))
            .unwrap_or_default();
        let room = room(reference, total);
        let before = room.saturating_mul(usize::from(self.segment.number()).saturating_sub(1));
        let wsp = self.push.header();
        let part = write::window(self.push.pieces(&wsp), before, room);
        write::groups(buffer, &[&[header], &part])
    }
}
