//! Short messages over CDMA: the point-to-point message and its bearer data (3GPP2 C.S0015).
//!
//! ```text
//!  message      00 | parameter ...       parameter     id (1) | length (1) | value
//!    00  teleservice (2)       4100 WAP, 65002 bearer data within bearer data
//!    02  originating address   digit mode 1 bit, number mode 1 bit;
//!                              digit mode 1: type 3 bits;
//!                              digit mode 1, number mode 0: plan 4 bits;
//!                              count 8 bits; digits of 4 or characters of 8 bits
//!    08  bearer data
//!
//!  bearer data  subparameter ...         subparameter  id (1) | length (1) | value
//!    00  message identifier    type 4 bits, identifier 16 bits, header 1 bit, 000
//!    01  user data             encoding 5 bits, count 8 bits, octets
//! ```
//!
//! The octets of the user data start 13 bits into their subparameter, so they must be copied:
//! [`BearerData::copy_user_data`] does, to a buffer of the caller. They are a WDP segment, for
//! [`wap::cdma`](crate::wap::cdma).
//!
//! Some carriers send teleservice 65002: the octets of the user data are themselves bearer data,
//! and the segment and the message identifier are those of the inner one.
//!
//! ```
//! use oma_dm_notification::bearer::cdma::CdmaMessage;
//!
//! let octets = b"\0\0\x02\x10\x04\x02\x07\x02\x91\x1D\xEA\xA8\x48\xC0\
//!     \x08\x16\0\x03\x11\x23\x40\x01\x0F\0\x68\0\x08\x06\0\x10\x5C\x20\x08\x30\
//!     \x1E\x25\x7C\x38";
//! let message = CdmaMessage::parse(octets)?;
//! assert_eq!(message.originator().unwrap().to_string(), "4477000123");
//! assert_eq!(message.bearer_data().message_id(), 0x1234);
//! let mut buffer = [0; 255];
//! let segment = message.bearer_data().copy_user_data(&mut buffer)?;
//! assert_eq!(segment, b"\0\x01\0\xC0\x02\x0B\x84\x01\x06\x03\xC4\xAF\x87");
//! # Ok::<(), oma_dm_notification::DecodeError>(())
//! ```

use super::Address;
use super::address::digit_of;
use crate::error::{DecodeError, DecodeErrorKind, EncodeError, Field};
use crate::read::{Octets, Reader};
use crate::wap::cdma::TELESERVICE;
use crate::write;
use core::fmt;

/// The teleservice identifier of the carriers whose user data is bearer data once more.
pub const NESTED_TELESERVICE: u16 = 65002;

/// `SMS_MSG_TYPE` of a point-to-point message.
const POINT_TO_POINT: u8 = 0;
const PARAMETER_TELESERVICE: u8 = 0x00;
const PARAMETER_ORIGINATING_ADDRESS: u8 = 0x02;
const PARAMETER_BEARER_DATA: u8 = 0x08;
const SUBPARAMETER_MESSAGE_IDENTIFIER: u8 = 0x00;
const SUBPARAMETER_USER_DATA: u8 = 0x01;
/// `MESSAGE_TYPE` of a message that is delivered to a device.
const DELIVER: u8 = 1;
/// `HEADER_IND` in the last octet of the message identifier.
const HEADER_INDICATOR: u8 = 0b0000_1000;
/// `MSG_ENCODING` of octets.
const OCTET: u8 = 0;
/// Octets of bearer data beyond those of the user data: message identifier 5, subparameter 2,
/// encoding and count 2.
const BEARER_DATA_LENGTH: u8 = 9;
/// The most octets of user data that fit a parameter of 255.
const LONGEST_USER_DATA: u8 = 255 - BEARER_DATA_LENGTH;
/// The same, within bearer data within bearer data.
const LONGEST_NESTED_USER_DATA: u8 = LONGEST_USER_DATA - BEARER_DATA_LENGTH;
/// The most octets of an address to send: 17 bits, and 20 characters.
const LONGEST_ADDRESS: usize = 23;

/// A received point-to-point message with WDP (3GPP2 C.S0015 §3.4.2.1).
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CdmaMessage<'a> {
    teleservice: u16,
    originator: Option<Address>,
    bearer_data: BearerData<'a>,
}

impl<'a> CdmaMessage<'a> {
    /// Reads a message with the WAP teleservice, 4100, or the [nested](NESTED_TELESERVICE) one.
    ///
    /// Other parameters are ignored; of a repeated one, the last counts.
    ///
    /// # Errors
    ///
    /// Not for OMA DM:
    /// - [`NotDm`](DecodeErrorKind::NotDm) [`SmsMessageType`](Field::SmsMessageType): not a
    ///   point-to-point message;
    /// - [`Missing`](DecodeErrorKind::Missing) or [`NotDm`](DecodeErrorKind::NotDm)
    ///   [`Teleservice`](Field::Teleservice): none, or another one;
    /// - [`Missing`](DecodeErrorKind::Missing) [`BearerData`](Field::BearerData);
    /// - those of [`BearerData::parse`].
    ///
    /// Malformed:
    /// - [`Truncated`](DecodeErrorKind::Truncated) [`SmsMessageType`](Field::SmsMessageType) or
    ///   [`SmsParameter`](Field::SmsParameter): the octets end early;
    /// - [`Truncated`](DecodeErrorKind::Truncated) [`Teleservice`](Field::Teleservice) or
    ///   [`OriginatingAddress`](Field::OriginatingAddress): the parameter ends early;
    /// - [`Invalid`](DecodeErrorKind::Invalid) [`OriginatingAddress`](Field::OriginatingAddress): a
    ///   digit that is not one, or a character that is not in the GSM 7-bit default alphabet, which
    ///   the [`Address`] keeps;
    /// - [`Length`](DecodeErrorKind::Length) of the
    ///   [`OriginatingAddress`](Field::OriginatingAddress): more than 20 digits or 11 characters;
    /// - those of [`BearerData::parse`].
    pub fn parse(octets: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(octets, 0);
        reader.field(Field::SmsMessageType, |reader| match reader.octet()? {
            POINT_TO_POINT => Ok(()),
            _ => Err(DecodeErrorKind::NotDm),
        })?;
        let [mut teleservice, mut originator, mut bearer_data] = [None; 3];
        while !reader.rest().is_empty() {
            let (identifier, value) = reader.field(Field::SmsParameter, |reader| {
                let [identifier, length] = reader.array()?;
                Ok((identifier, reader.part(length.into())?))
            })?;
            match identifier {
                PARAMETER_TELESERVICE => teleservice = Some(value),
                PARAMETER_ORIGINATING_ADDRESS => originator = Some(value),
                PARAMETER_BEARER_DATA => bearer_data = Some(value),
                _ => {}
            }
        }
        let missing = |field| DecodeError::new(DecodeErrorKind::Missing, field, reader.offset());
        let teleservice = read_teleservice(teleservice.ok_or(missing(Field::Teleservice))?)?;
        let originator = originator.map(read_address).transpose()?;
        let outer = Bits::new(bearer_data.ok_or(missing(Field::BearerData))?);
        let outer = BearerData::read(outer, Some(DELIVER))?;
        Ok(Self {
            teleservice,
            originator,
            bearer_data: match teleservice {
                NESTED_TELESERVICE => outer.nested()?,
                _ => outer,
            },
        })
    }

    /// Returns the teleservice identifier, 16 bits: 4100 or 65002 (3GPP2 C.S0015 §3.4.3.1).
    #[must_use]
    pub const fn teleservice(&self) -> u16 {
        self.teleservice
    }

    /// Returns who sent it, if the message says so (3GPP2 C.S0015 §3.4.3.3).
    #[must_use]
    pub const fn originator(&self) -> Option<Address> {
        self.originator
    }

    /// Returns the bearer data: the inner one of the [nested](NESTED_TELESERVICE) teleservice.
    #[must_use]
    pub const fn bearer_data(&self) -> BearerData<'a> {
        self.bearer_data
    }
}

fn read_teleservice(mut value: Reader<'_>) -> Result<u16, DecodeError> {
    value.field(Field::Teleservice, |reader| {
        match u16::from_be_bytes(reader.array()?) {
            teleservice @ (TELESERVICE | NESTED_TELESERVICE) => Ok(teleservice),
            _ => Err(DecodeErrorKind::NotDm),
        }
    })
}

/// Type of number and numbering plan of an address that states none: unknown, telephone.
const UNKNOWN: (u8, u8) = (0, 1);
const INTERNATIONAL: u8 = 1;
/// The type of number of a name in an [`Address`]; reserved in C.S0015.
const ALPHANUMERIC: u8 = 5;
/// A plus sign and 20 digits.
const LONGEST_NUMBER: usize = 21;
/// The first five bits of an address in digit mode 1.
const DIGIT_MODE: u8 = 0b1_0000;
const NUMBER_MODE: u8 = 0b0_1000;
const NUMBER_TYPE: u8 = 0b0_0111;

fn read_address(value: Reader<'_>) -> Result<Address, DecodeError> {
    Bits::new(value).field(Field::OriginatingAddress, |bits| {
        // Digit mode, number mode, and three bits that are the type in digit mode 1 alone.
        let front = bits.bits(5)?;
        if front & DIGIT_MODE == 0 {
            bits.next = bits.next.saturating_sub(3);
            return read_digits(bits);
        }
        let kind = match (front & NUMBER_MODE, front & NUMBER_TYPE) {
            (0, number_type) => {
                let reserved = number_type == ALPHANUMERIC;
                let number_type = if reserved { UNKNOWN.0 } else { number_type };
                (number_type, bits.bits(4)?)
            }
            _ => UNKNOWN,
        };
        read_characters(bits, kind)
    })
}

/// Digits of 4 bits.
fn read_digits(bits: &mut Bits<'_>) -> Result<Address, DecodeErrorKind> {
    let mut digits = [0; LONGEST_NUMBER];
    let count = bits.bits(8)?.into();
    let digits = digits.get_mut(..count).ok_or(DecodeErrorKind::Length)?;
    for digit in &mut *digits {
        *digit = match bits.bits(4)? {
            number @ 1..=9 => number,
            10 => 0,
            symbol @ (11 | 12) => symbol.saturating_sub(1),
            _ => return Err(DecodeErrorKind::Invalid),
        };
    }
    Address::of_digits(UNKNOWN, digits.iter().copied()).ok_or(DecodeErrorKind::Length)
}

/// Characters of 8 bits: a number if they are digits, with or without a plus sign; otherwise a
/// name.
fn read_characters(bits: &mut Bits<'_>, kind: (u8, u8)) -> Result<Address, DecodeErrorKind> {
    let mut characters = [0; LONGEST_NUMBER];
    let count = bits.bits(8)?.into();
    let characters = characters.get_mut(..count).ok_or(DecodeErrorKind::Length)?;
    for character in &mut *characters {
        *character = bits.bits(8)?;
    }
    let (kind, number) = match &*characters {
        [b'+', number @ ..] => ((INTERNATIONAL, kind.1), number),
        number => (kind, number),
    };
    let digits = number.iter().map(|&character| digit_of(character.into()));
    if digits.clone().all(|digit| digit.is_some()) {
        return Address::of_digits(kind, digits.flatten()).ok_or(DecodeErrorKind::Length);
    }
    let name = characters.iter().map(|&character| character.into());
    Address::of_name(name).map_err(|error| match error.field() {
        Field::AddressLength => DecodeErrorKind::Length,
        _ => DecodeErrorKind::Invalid,
    })
}

/// Received bearer data with octets as user data (3GPP2 C.S0015 §4.5).
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct BearerData<'a> {
    message_id: u16,
    user_data: Bits<'a>,
}

impl<'a> BearerData<'a> {
    /// Reads the bearer data of a message that is delivered to a device.
    ///
    /// Other subparameters are ignored; of a repeated one, the last counts.
    ///
    /// # Errors
    ///
    /// Not for OMA DM:
    /// - [`Missing`](DecodeErrorKind::Missing) [`MessageIdentifier`](Field::MessageIdentifier) or
    ///   [`UserData`](Field::UserData);
    /// - [`NotDm`](DecodeErrorKind::NotDm) [`MessageIdentifier`](Field::MessageIdentifier): not a
    ///   message that is delivered, or one with a user data header;
    /// - [`NotDm`](DecodeErrorKind::NotDm) [`MessageEncoding`](Field::MessageEncoding): the user
    ///   data is not octets.
    ///
    /// Malformed:
    /// - [`Truncated`](DecodeErrorKind::Truncated) [`Subparameter`](Field::Subparameter): the
    ///   octets end early;
    /// - [`Truncated`](DecodeErrorKind::Truncated) [`MessageIdentifier`](Field::MessageIdentifier),
    ///   [`MessageEncoding`](Field::MessageEncoding) or [`UserData`](Field::UserData): the
    ///   subparameter ends early.
    pub fn parse(octets: &'a [u8]) -> Result<Self, DecodeError> {
        Self::read(Bits::new(Reader::new(octets, 0)), Some(DELIVER))
    }

    /// Reads the bearer data that the user data is, with the [nested](NESTED_TELESERVICE)
    /// teleservice.
    ///
    /// Its message may have any type: some carriers send another one than in the outer.
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Self::parse). Offsets count from the first octet of the outer bearer
    /// data: a field starts in the octet that has its first bit.
    pub fn nested(&self) -> Result<Self, DecodeError> {
        Self::read(self.user_data, None)
    }

    /// Reads all that is left in `bits`: a message of type `message_type`, or any.
    fn read(mut bits: Bits<'a>, message_type: Option<u8>) -> Result<Self, DecodeError> {
        let [mut identifier, mut user_data] = [None; 2];
        let mut start = bits.offset();
        while let Ok(subparameter) = bits.bits(8) {
            let truncated = |kind| DecodeError::new(kind, Field::Subparameter, start);
            let value = bits.counted().map_err(truncated)?;
            match subparameter {
                SUBPARAMETER_MESSAGE_IDENTIFIER => identifier = Some(value),
                SUBPARAMETER_USER_DATA => user_data = Some(value),
                _ => {}
            }
            start = bits.offset();
        }
        let missing = |field| DecodeError::new(DecodeErrorKind::Missing, field, start);
        let mut identifier = identifier.ok_or(missing(Field::MessageIdentifier))?;
        let user_data = user_data.ok_or(missing(Field::UserData))?;
        let read_identifier = |value: &mut Bits<'_>| read_message_identifier(value, message_type);
        Ok(Self {
            message_id: identifier.field(Field::MessageIdentifier, read_identifier)?,
            user_data: read_user_data(user_data)?,
        })
    }

    /// Returns the message identifier, 16 bits, which all segments of a datagram share: the
    /// reference under which they are reassembled (3GPP2 C.S0015 §4.5.1).
    #[must_use]
    pub const fn message_id(&self) -> u16 {
        self.message_id
    }

    /// Returns the octets of the user data, 0 to 255.
    #[must_use]
    pub const fn user_data_len(&self) -> usize {
        self.user_data.octets_left()
    }

    /// Returns where the user data starts in what was parsed: the octet that has its first bit.
    /// Each octet of the user data starts one further.
    #[must_use]
    pub const fn user_data_offset(&self) -> usize {
        self.user_data.offset()
    }

    /// Copies the octets of the user data to the front of `buffer`; returns them: a WDP segment,
    /// for [`wap::cdma`](crate::wap::cdma), of at most 255 octets.
    ///
    /// # Errors
    ///
    /// [`NoRoom`](DecodeErrorKind::NoRoom) for the [`UserData`](Field::UserData): `buffer` has
    /// fewer than [`user_data_len`](Self::user_data_len) octets, and is as it was.
    pub fn copy_user_data<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b mut [u8], DecodeError> {
        let start = self.user_data_offset();
        let no_room = DecodeError::new(DecodeErrorKind::NoRoom, Field::UserData, start);
        self.user_data.copy(buffer).ok_or(no_room)
    }
}

/// The message identifier, if its message has this type, if any, and no user data header.
fn read_message_identifier(
    bits: &mut Bits<'_>,
    message_type: Option<u8>,
) -> Result<u16, DecodeErrorKind> {
    let [a, b, c] = [bits.bits(8)?, bits.bits(8)?, bits.bits(8)?];
    let has_header = c & HEADER_INDICATOR != 0;
    if has_header || message_type.is_some_and(|wanted| a >> 4 != wanted) {
        return Err(DecodeErrorKind::NotDm);
    }
    let [_, _, high, low] = (u32::from_be_bytes([0, a, b, c]) >> 4).to_be_bytes();
    Ok(u16::from_be_bytes([high, low]))
}

/// The octets of the user data.
fn read_user_data(mut value: Bits<'_>) -> Result<Bits<'_>, DecodeError> {
    value.field(Field::MessageEncoding, |bits| match bits.bits(5)? {
        OCTET => Ok(()),
        _ => Err(DecodeErrorKind::NotDm),
    })?;
    value.field(Field::UserData, Bits::counted)
}

/// Reads bits from the front, the most significant of an octet first.
#[derive(Clone, Copy)]
struct Bits<'a> {
    octets: &'a [u8],
    /// Where `octets` starts in what the caller passed in.
    start: usize,
    /// The next bit, and the one after the last.
    next: usize,
    end: usize,
}

impl fmt::Debug for Bits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut room = [0; 255];
        Octets(self.copy(&mut room).unwrap_or_default()).fmt(f)
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Bits<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        let mut room = [0; 255];
        let octets = self.copy(&mut room).unwrap_or_default();
        defmt::write!(f, "{=[u8]:02x}", octets);
    }
}

impl<'a> Bits<'a> {
    /// All that is left in `reader`.
    const fn new(reader: Reader<'a>) -> Self {
        let octets = reader.rest();
        Self {
            octets,
            start: reader.offset(),
            next: 0,
            end: octets.len().saturating_mul(8),
        }
    }

    const fn octets_left(&self) -> usize {
        self.end.saturating_sub(self.next) / 8
    }

    const fn offset(&self) -> usize {
        self.start.saturating_add(self.next / 8)
    }

    /// Reads `field` by `read`, as [`Reader::field`].
    fn field<T>(
        &mut self,
        field: Field,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeErrorKind>,
    ) -> Result<T, DecodeError> {
        let start = self.offset();
        read(self).map_err(|kind| DecodeError::new(kind, field, start))
    }

    /// The next `count` bits, at most 8.
    fn bits(&mut self, count: u8) -> Result<u8, DecodeErrorKind> {
        let from = self.advance(count.into())?;
        let mut octets = self.octets.iter().skip(from / 8).copied();
        let pair = [octets.next(), octets.next()].map(Option::unwrap_or_default);
        let within = u32::try_from(from % 8).unwrap_or_default();
        let aligned = u16::from_be_bytes(pair).wrapping_shl(within);
        let [front, _] = aligned.to_be_bytes();
        let behind = u32::from(8_u8.saturating_sub(count));
        Ok(front.checked_shr(behind).unwrap_or_default())
    }

    /// The octets that the next one counts, alone.
    fn counted(&mut self) -> Result<Self, DecodeErrorKind> {
        let count = self.bits(8)?;
        let next = self.advance(usize::from(count).saturating_mul(8))?;
        let end = self.next;
        Ok(Self { next, end, ..*self })
    }

    /// Copies the octets that are left to the front of `buffer`; `None` if they do not fit.
    fn copy(mut self, buffer: &mut [u8]) -> Option<&mut [u8]> {
        let room = buffer.get_mut(..self.octets_left())?;
        for octet in &mut *room {
            *octet = self.bits(8).unwrap_or_default();
        }
        Some(room)
    }

    /// Skips `count` bits; returns where they start.
    const fn advance(&mut self, count: usize) -> Result<usize, DecodeErrorKind> {
        let next = self.next.saturating_add(count);
        if next > self.end {
            return Err(DecodeErrorKind::Truncated);
        }
        Ok(core::mem::replace(&mut self.next, next))
    }
}

/// A point-to-point message to deliver to a device, for servers and tests (3GPP2 C.S0015 §3.4.2.1).
///
/// ```
/// use oma_dm_notification::bearer::cdma::CdmaDelivery;
///
/// let segment = b"\0\x01\0\xC0\x02\x0B\x84\x01\x06\x03\xC4\xAF\x87";
/// let delivery = CdmaDelivery::new("4477000123".parse()?, 0x1234, segment);
/// let mut buffer = [0; 256];
/// let octets = delivery.encode(&mut buffer)?;
/// assert_eq!(octets[..5], *b"\0\0\x02\x10\x04");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CdmaDelivery<'a> {
    originator: Address,
    message_id: u16,
    /// The message identifier of the outer bearer data, if there are two.
    outer_message_id: Option<u16>,
    user_data: &'a [u8],
}

impl<'a> CdmaDelivery<'a> {
    /// Returns a message with the WAP teleservice, 4100: `user_data` is a WDP segment of at most
    /// 246 octets, and all segments of a datagram must have the same `message_id`.
    #[must_use]
    pub const fn new(originator: Address, message_id: u16, user_data: &'a [u8]) -> Self {
        Self {
            originator,
            message_id,
            outer_message_id: None,
            user_data,
        }
    }

    /// Sends it with the [nested](NESTED_TELESERVICE) teleservice, 65002: within bearer data that
    /// has this message identifier. The user data then has at most 237 octets.
    #[must_use]
    pub const fn nested(mut self, outer_message_id: u16) -> Self {
        self.outer_message_id = Some(outer_message_id);
        self
    }

    /// Writes the message to the front of `buffer`; returns what was written: at most 287 octets.
    ///
    /// The originator is written in digits of 4 bits if it is a telephone number of unknown type,
    /// otherwise in characters.
    ///
    /// # Errors
    ///
    /// Nothing has been written:
    /// - [`TooLong`](EncodeError::TooLong) [`UserData`](Field::UserData): more octets than fit;
    /// - [`OutOfRange`](EncodeError::OutOfRange) [`OriginatingAddress`](Field::OriginatingAddress):
    ///   it has a digit other than 0 to 9, `*` and `#`, or a character that is not ASCII;
    /// - [`BufferTooSmall`](EncodeError::BufferTooSmall) with the octets needed.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b mut [u8], EncodeError> {
        let address = AddressParameter::of(&self.originator).ok_or(EncodeError::OutOfRange {
            field: Field::OriginatingAddress,
        })?;
        let limit = match self.outer_message_id {
            None => LONGEST_USER_DATA,
            Some(_) => LONGEST_NESTED_USER_DATA,
        };
        let count = match u8::try_from(self.user_data.len()) {
            Ok(count) if count <= limit => count,
            _ => {
                return Err(EncodeError::TooLong {
                    field: Field::UserData,
                    limit: limit.into(),
                });
            }
        };
        // With the limits above, nothing overflows.
        let inner_length = count.saturating_add(BEARER_DATA_LENGTH);
        let header_of_outer = |message_id| bearer_data_header(message_id, inner_length);
        let outer = self.outer_message_id.map(header_of_outer);
        let (teleservice, outer, length, padding) = match &outer {
            None => (TELESERVICE, [].as_slice(), inner_length, [0].as_slice()),
            Some(outer) => {
                let length = inner_length.saturating_add(BEARER_DATA_LENGTH);
                (
                    NESTED_TELESERVICE,
                    outer.as_slice(),
                    length,
                    [0, 0].as_slice(),
                )
            }
        };
        let [t0, t1] = teleservice.to_be_bytes();
        let out = write::pieces(
            buffer,
            &[
                &[POINT_TO_POINT, PARAMETER_TELESERVICE, 2, t0, t1],
                address.as_slice(),
                &[PARAMETER_BEARER_DATA, length],
                outer,
                &bearer_data_header(self.message_id, count),
                self.user_data,
                padding,
            ],
        )?;
        match out.split_last_mut() {
            Some((_, inner)) if self.outer_message_id.is_some() => {
                shift_user_data(inner, count);
                shift_user_data(out, inner_length);
            }
            _ => shift_user_data(out, count),
        }
        Ok(out)
    }
}

/// The front of bearer data whose user data has `count` octets: the message identifier, and of the
/// subparameter identifier, length and count.
fn bearer_data_header(message_id: u16, count: u8) -> [u8; 8] {
    let value = u32::from(DELIVER) << 20 | u32::from(message_id) << 4;
    let [_, a, b, c] = value.to_be_bytes();
    let length = count.saturating_add(2);
    let [identifier, user_data] = [SUBPARAMETER_MESSAGE_IDENTIFIER, SUBPARAMETER_USER_DATA];
    [identifier, 3, a, b, c, user_data, length, count]
}

/// Shifts a count, `count` octets of user data and one of padding, with which `octets` ends, by 5
/// bits: that is where the encoding stands, 0.
fn shift_user_data(octets: &mut [u8], count: u8) {
    let length = usize::from(count).saturating_add(2);
    let start = octets.len().saturating_sub(length);
    let mut carried = 0;
    for octet in octets.iter_mut().skip(start) {
        let carry = *octet << 3;
        *octet = carried | *octet >> 5;
        carried = carry;
    }
}

/// An originating address to send, as a parameter: identifier, length and value.
struct AddressParameter {
    octets: [u8; 2 + LONGEST_ADDRESS],
    /// At most 193.
    bits: u8,
}

impl AddressParameter {
    /// `None` if the address has a digit or a character that a parameter cannot have.
    fn of(address: &Address) -> Option<Self> {
        let mut parameter = Self {
            octets: [0; 2 + LONGEST_ADDRESS],
            bits: 0,
        };
        parameter.put(8, PARAMETER_ORIGINATING_ADDRESS);
        parameter.put(8, 0);
        let mut characters = address.characters();
        let count = characters
            .clone()
            .fold(0_u8, |count, _| count.saturating_add(1));
        match address.kind() {
            UNKNOWN => parameter.put(2, 0b00),
            (ALPHANUMERIC, _) => parameter.put(5, 0b11_000),
            (number_type, plan) => {
                parameter.put(2, 0b10);
                parameter.put(3, number_type);
                parameter.put(4, plan);
            }
        }
        parameter.put(8, count);
        let encode = match address.kind() {
            UNKNOWN => put_digit,
            (ALPHANUMERIC, _) => put_character,
            _ => put_digit_character,
        };
        characters.try_for_each(|character| encode(&mut parameter, character))?;
        let [_, length, ..] = &mut parameter.octets;
        *length = parameter.bits.div_ceil(8).saturating_sub(2);
        Some(parameter)
    }

    /// Appends the lowest `count` bits of `value`, at most 8.
    fn put(&mut self, count: u8, value: u8) {
        let unused = u32::from(16_u8.saturating_sub(count));
        let within = u32::from(self.bits % 8);
        let bits = u16::from(value).wrapping_shl(unused).wrapping_shr(within);
        let room = self.octets.iter_mut().skip(usize::from(self.bits / 8));
        room.zip(bits.to_be_bytes()).for_each(|(to, of)| *to |= of);
        self.bits = self.bits.saturating_add(count);
    }

    fn as_slice(&self) -> &[u8] {
        let length = usize::from(self.bits.div_ceil(8));
        self.octets.get(..length).unwrap_or_default()
    }
}

/// Appends a digit of 4 bits.
fn put_digit(parameter: &mut AddressParameter, character: char) -> Option<()> {
    let digit = match digit_of(character)? {
        0 => 10,
        digit @ ..=9 => digit,
        symbol => symbol.saturating_add(1),
    };
    parameter.put(4, digit);
    Some(())
}

/// Appends a digit of 8 bits.
fn put_digit_character(parameter: &mut AddressParameter, character: char) -> Option<()> {
    digit_of(character)?;
    put_character(parameter, character)
}

/// Appends an ASCII character of 8 bits.
fn put_character(parameter: &mut AddressParameter, character: char) -> Option<()> {
    let ascii = u8::try_from(character).ok().filter(u8::is_ascii)?;
    parameter.put(8, ascii);
    Some(())
}
