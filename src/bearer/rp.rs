//! The short message relay layer: what SMS over IMS and SMS over NAS carry (TS 24.011 §7.3, §8.2).
//!
//! ```text
//!  to device  to network
//!  01         00          RP-DATA   MR | originator | destination | len | TPDU
//!  03         02          RP-ACK    MR, then 41 | len | TPDU or nothing
//!  05         04          RP-ERROR  MR | len | cause, diagnostic; then likewise
//!             06          RP-SMMA   MR
//!
//!  address    octets (1) | TON/NPI (1) | semi-octets (0 to 10), or an octet 00
//! ```
//!
//! RP-DATA has the service centre's address: as originator to a device, as destination to the
//! network. The other address is empty.
//!
//! Over IMS each is the body of a SIP MESSAGE with the type `application/vnd.3gpp.sms` (TS 24.341
//! §5.3.2). For an RP-DATA the device owes:
//!
//! 1. at once, a 200 OK without a body, which says that SIP delivered it and nothing more;
//! 2. then a SIP MESSAGE of its own to the IP-SM-GW, whose address is in the received
//!    P-Asserted-Identity. It carries [`RpAck::of_delivery`] as soon as the message is stored or
//!    handled, whether it was for OMA DM or not, and [`RpError::of_delivery`] if it could not be
//!    taken. Without either, the network delivers it again.
//!
//! A device whose memory was full, and which answered so with [`Cause::MEMORY_CAPACITY_EXCEEDED`],
//! sends [`RP-SMMA`](memory_available) when there is room again.
//!
//! ```
//! use oma_dm_notification::bearer::rp::{RpAck, RpData};
//!
//! let octets = b"\x01\x2A\x07\x91\x44\x77\x58\x10\x06\x50\0\x20\
//!     \x44\x0B\x91\x44\x77\x00\x10\x32\xF4\0\xF5\x62\x11\x22\0\0\0\0\x0D\
//!     \x06\x05\x04\x0B\x84\xC0\x02\x01\x06\x03\xC4\xAF\x87";
//! let data = RpData::parse(octets)?;
//! assert_eq!(data.service_centre().unwrap().to_string(), "+447785016005");
//! assert_eq!(data.deliver()?.originator().to_string(), "+44770001234");
//!
//! let mut buffer = [0; 6];
//! let answer = RpAck::of_delivery(data.reference()).encode(&mut buffer)?;
//! assert_eq!(answer, b"\x02\x2A\x41\x02\0\0");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::Address;
use super::tpdu::{Deliver, Submit};
use crate::error::{DecodeError, DecodeErrorKind, EncodeError, Field};
use crate::read::Reader;
use crate::write;
use core::fmt;

/// The bits of the first octet that say the type (TS 24.011 §8.2.2); the others are spare.
const MESSAGE_TYPE: u8 = 0b0000_0111;
/// The bit of the type that says the direction.
const TO_DEVICE: u8 = 0b0000_0001;
const DATA: u8 = 0b000;
const ACK: u8 = 0b010;
const ERROR: u8 = 0b100;
const MEMORY_AVAILABLE: u8 = 0b110;
/// The identifier of RP-User Data where it is optional (TS 24.011 §8.2.5.3).
const USER_DATA: u8 = 0x41;
/// The most octets of RP-User Data in RP-DATA (TS 24.011 §7.3.1).
const LONGEST_USER_DATA: u8 = 233;
/// The bits of a cause in its octet; bit 7 is an extension bit (TS 24.011 §8.2.5.4).
const CAUSE: u8 = 0x7F;
/// SMS-DELIVER-REPORT without parameters: first octet, TP-PI (TS 23.040 §9.2.2.1a).
const DELIVER_REPORT: [u8; 2] = [0, 0];

/// Which way a message of the relay layer goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_enums, reason = "there are two ends")]
pub enum Direction {
    /// From the network to the device.
    ToDevice,
    /// From the device to the network.
    ToNetwork,
}

impl Direction {
    const fn of(first: u8) -> Self {
        match first & TO_DEVICE {
            0 => Self::ToNetwork,
            _ => Self::ToDevice,
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::ToNetwork => 0,
            Self::ToDevice => TO_DEVICE,
        }
    }
}

/// A message of the relay layer (TS 24.011 §7.3).
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RpMessage<'a> {
    /// RP-DATA: a short message.
    Data(RpData<'a>),
    /// RP-ACK: a short message was taken.
    Ack(RpAck<'a>),
    /// RP-ERROR: a short message was not taken.
    Error(RpError<'a>),
    /// RP-SMMA: the device has memory again.
    #[non_exhaustive]
    MemoryAvailable {
        /// RP-Message Reference.
        reference: u8,
    },
}

impl<'a> RpMessage<'a> {
    /// Reads a message of any type in either direction.
    ///
    /// Octets after its last element are ignored, and so are the spare bits of the type.
    ///
    /// # Errors
    ///
    /// - [`NotDm`](DecodeErrorKind::NotDm) [`RpMessageType`](Field::RpMessageType): the reserved
    ///   type;
    /// - [`Length`](DecodeErrorKind::Length) of the
    ///   [`RpOriginatorAddress`](Field::RpOriginatorAddress) or the
    ///   [`RpDestinationAddress`](Field::RpDestinationAddress): more than 11 octets;
    /// - [`Length`](DecodeErrorKind::Length) of the [`RpUserData`](Field::RpUserData): more than
    ///   233 octets;
    /// - [`Length`](DecodeErrorKind::Length) of the [`RpCause`](Field::RpCause): 0 octets;
    /// - [`Truncated`](DecodeErrorKind::Truncated): the octets end before the field does.
    pub fn parse(octets: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(octets, 0);
        let first = reader.field(Field::RpMessageType, Reader::octet)?;
        let direction = Direction::of(first);
        match first & MESSAGE_TYPE & !TO_DEVICE {
            DATA => RpData::read(direction, reader).map(Self::Data),
            ACK => RpAck::read(direction, reader).map(Self::Ack),
            ERROR => RpError::read(direction, reader).map(Self::Error),
            _ if direction == Direction::ToNetwork => Ok(Self::MemoryAvailable {
                reference: read_reference(&mut reader)?,
            }),
            _ => Err(NOT_DATA),
        }
    }
}

/// The error for a type that carries no short message to a device.
const NOT_DATA: DecodeError = DecodeError::new(DecodeErrorKind::NotDm, Field::RpMessageType, 0);

/// Returns RP-SMMA, by which a device says that it has memory again (TS 24.011 §7.3.2).
#[must_use]
pub const fn memory_available(reference: u8) -> [u8; 2] {
    [MEMORY_AVAILABLE, reference]
}

fn read_reference(reader: &mut Reader<'_>) -> Result<u8, DecodeError> {
    reader.field(Field::RpMessageReference, Reader::octet)
}

/// RP-DATA: a short message on its way (TS 24.011 §7.3.1).
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RpData<'a> {
    direction: Direction,
    reference: u8,
    originator: Option<Address>,
    destination: Option<Address>,
    user_data: Reader<'a>,
}

impl<'a> RpData<'a> {
    /// Returns an RP-DATA as a network sends it to a device: `tpdu` is an SMS-DELIVER of at most
    /// 233 octets.
    #[must_use]
    pub const fn to_device(reference: u8, service_centre: Address, tpdu: &'a [u8]) -> Self {
        Self {
            direction: Direction::ToDevice,
            reference,
            originator: Some(service_centre),
            destination: None,
            user_data: Reader::new(tpdu, 0),
        }
    }

    /// Returns an RP-DATA as a device sends it: `tpdu` is an SMS-SUBMIT of at most 233 octets.
    #[must_use]
    pub const fn to_network(reference: u8, service_centre: Address, tpdu: &'a [u8]) -> Self {
        Self {
            direction: Direction::ToNetwork,
            reference,
            originator: None,
            destination: Some(service_centre),
            user_data: Reader::new(tpdu, 0),
        }
    }

    /// Reads an RP-DATA that a device received.
    ///
    /// It does not look into the TPDU, so that its [reference](Self::reference) is there for the
    /// answer even if the TPDU is malformed: [`deliver`](Self::deliver) does.
    ///
    /// # Errors
    ///
    /// - [`NotDm`](DecodeErrorKind::NotDm) [`RpMessageType`](Field::RpMessageType): any other
    ///   message, or an RP-DATA to the network, which carries no short message to the device;
    /// - those of [`RpMessage::parse`].
    pub fn parse(octets: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(octets, 0);
        let first = reader.field(Field::RpMessageType, Reader::octet)?;
        match first & MESSAGE_TYPE {
            TO_DEVICE => Self::read(Direction::ToDevice, reader),
            _ => Err(NOT_DATA),
        }
    }

    fn read(direction: Direction, mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        Ok(Self {
            direction,
            reference: read_reference(&mut reader)?,
            originator: reader.field(Field::RpOriginatorAddress, Address::read_rp)?,
            destination: reader.field(Field::RpDestinationAddress, Address::read_rp)?,
            user_data: reader.field(Field::RpUserData, read_user_data)?,
        })
    }

    /// Returns which way it goes.
    #[must_use]
    pub const fn direction(&self) -> Direction {
        self.direction
    }

    /// Returns RP-Message Reference, 8 bits, which the answer must repeat (TS 24.011 §8.2.3).
    #[must_use]
    pub const fn reference(&self) -> u8 {
        self.reference
    }

    /// Returns RP-Originator Address, which only a message to the device has (TS 24.011 §8.2.5.1).
    #[must_use]
    pub const fn originator(&self) -> Option<Address> {
        self.originator
    }

    /// Returns RP-Destination Address, which only a message to the network has (TS 24.011
    /// §8.2.5.2).
    #[must_use]
    pub const fn destination(&self) -> Option<Address> {
        self.destination
    }

    /// Returns the service centre's address: the originator's of a message to the device, the
    /// destination's of one to the network.
    #[must_use]
    pub const fn service_centre(&self) -> Option<Address> {
        match self.direction {
            Direction::ToDevice => self.originator,
            Direction::ToNetwork => self.destination,
        }
    }

    /// Returns the TPDU: RP-User Data, 0 to 233 octets (TS 24.011 §8.2.5.3).
    #[must_use]
    pub const fn tpdu(&self) -> &'a [u8] {
        self.user_data.rest()
    }

    /// Returns where the TPDU starts in what was parsed.
    #[must_use]
    pub const fn tpdu_offset(&self) -> usize {
        self.user_data.offset()
    }

    /// Reads the TPDU as an SMS-DELIVER. Its [service centre](Deliver::service_centre) is that of
    /// this message, and its offsets count from the first octet of this message.
    ///
    /// # Errors
    ///
    /// - [`NotDm`](DecodeErrorKind::NotDm) [`RpMessageType`](Field::RpMessageType): it goes to the
    ///   network;
    /// - those of [`Deliver::parse`].
    pub fn deliver(&self) -> Result<Deliver<'a>, DecodeError> {
        match self.direction {
            Direction::ToDevice => Deliver::read(self.service_centre(), self.user_data),
            Direction::ToNetwork => Err(NOT_DATA),
        }
    }

    /// Reads the TPDU as an SMS-SUBMIT, likewise.
    ///
    /// # Errors
    ///
    /// - [`NotDm`](DecodeErrorKind::NotDm) [`RpMessageType`](Field::RpMessageType): it goes to the
    ///   device;
    /// - those of [`Submit::parse`].
    pub fn submit(&self) -> Result<Submit<'a>, DecodeError> {
        match self.direction {
            Direction::ToNetwork => Submit::read(self.service_centre(), self.user_data),
            Direction::ToDevice => Err(NOT_DATA),
        }
    }

    /// Writes the RP-DATA to the front of `buffer`; returns what was written: at most 249 octets.
    ///
    /// # Errors
    ///
    /// Nothing has been written:
    /// - [`TooLong`](EncodeError::TooLong) [`RpUserData`](Field::RpUserData): more than 233 octets;
    /// - [`BufferTooSmall`](EncodeError::BufferTooSmall) with the octets needed.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b mut [u8], EncodeError> {
        write::pieces(
            buffer,
            &[
                &[DATA | self.direction.bit(), self.reference],
                Address::to_rp(self.originator).as_slice(),
                Address::to_rp(self.destination).as_slice(),
                &[user_data_length(self.user_data.rest())?],
                self.user_data.rest(),
            ],
        )
    }
}

/// RP-ACK: the answer to an RP-DATA that was taken, or to an RP-SMMA (TS 24.011 §7.3.3).
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RpAck<'a> {
    direction: Direction,
    reference: u8,
    user_data: Option<Reader<'a>>,
}

impl<'a> RpAck<'a> {
    /// Returns what a device answers to an RP-DATA with this reference: with an SMS-DELIVER-REPORT
    /// without parameters.
    #[must_use]
    pub const fn of_delivery(reference: u8) -> Self {
        Self {
            direction: Direction::ToNetwork,
            reference,
            user_data: Some(Reader::new(&DELIVER_REPORT, 0)),
        }
    }

    fn read(direction: Direction, mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        Ok(Self {
            direction,
            reference: read_reference(&mut reader)?,
            user_data: read_optional_user_data(&mut reader)?,
        })
    }

    /// Returns which way it goes.
    #[must_use]
    pub const fn direction(&self) -> Direction {
        self.direction
    }

    /// Returns RP-Message Reference, 8 bits: that of the message it answers.
    #[must_use]
    pub const fn reference(&self) -> u8 {
        self.reference
    }

    /// Returns the TPDU, if there is one: SMS-DELIVER-REPORT to the network, SMS-SUBMIT-REPORT to
    /// the device.
    #[must_use]
    pub fn tpdu(&self) -> Option<&'a [u8]> {
        self.user_data.map(|reader| reader.rest())
    }

    /// Writes the RP-ACK to the front of `buffer`; returns what was written: at most 237 octets,
    /// and 6 for [`of_delivery`](Self::of_delivery).
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`](EncodeError::BufferTooSmall) with the octets needed; nothing has been
    /// written.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b mut [u8], EncodeError> {
        let before = [ACK | self.direction.bit(), self.reference];
        answer(buffer, &before, self.user_data)
    }
}

/// RP-ERROR: the answer to an RP-DATA that was not taken, or to an RP-SMMA (TS 24.011 §7.3.4).
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RpError<'a> {
    direction: Direction,
    reference: u8,
    cause: Cause,
    diagnostic: Option<u8>,
    user_data: Option<Reader<'a>>,
}

impl<'a> RpError<'a> {
    /// Returns what a device answers to an RP-DATA with this reference that it could not take.
    #[must_use]
    pub const fn of_delivery(reference: u8, cause: Cause) -> Self {
        Self {
            direction: Direction::ToNetwork,
            reference,
            cause,
            diagnostic: None,
            user_data: None,
        }
    }

    fn read(direction: Direction, mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        let reference = read_reference(&mut reader)?;
        let (cause, diagnostic) = reader.field(Field::RpCause, |reader| {
            let length = usize::from(reader.octet()?);
            match reader.take(length)? {
                [] => Err(DecodeErrorKind::Length),
                [cause, rest @ ..] => Ok((Cause::new(*cause), rest.first().copied())),
            }
        })?;
        Ok(Self {
            direction,
            reference,
            cause,
            diagnostic,
            user_data: read_optional_user_data(&mut reader)?,
        })
    }

    /// Returns which way it goes.
    #[must_use]
    pub const fn direction(&self) -> Direction {
        self.direction
    }

    /// Returns RP-Message Reference, 8 bits: that of the message it answers.
    #[must_use]
    pub const fn reference(&self) -> u8 {
        self.reference
    }

    /// Returns RP-Cause: why the message was not taken.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        self.cause
    }

    /// Returns the diagnostic of the cause, 8 bits, if there is one.
    #[must_use]
    pub const fn diagnostic(&self) -> Option<u8> {
        self.diagnostic
    }

    /// Returns the TPDU, if there is one: SMS-DELIVER-REPORT to the network, SMS-SUBMIT-REPORT to
    /// the device.
    #[must_use]
    pub fn tpdu(&self) -> Option<&'a [u8]> {
        self.user_data.map(|reader| reader.rest())
    }

    /// Writes the RP-ERROR to the front of `buffer`; returns what was written: at most 240 octets,
    /// and 4 for [`of_delivery`](Self::of_delivery).
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`](EncodeError::BufferTooSmall) with the octets needed; nothing has been
    /// written.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b mut [u8], EncodeError> {
        let first = ERROR | self.direction.bit();
        let cause = self.cause.value();
        match self.diagnostic {
            None => answer(buffer, &[first, self.reference, 1, cause], self.user_data),
            Some(diagnostic) => {
                let before = [first, self.reference, 2, cause, diagnostic];
                answer(buffer, &before, self.user_data)
            }
        }
    }
}

/// RP-Cause, 7 bits: why a short message was not taken (TS 24.011 §8.2.5.4). The constants are
/// those of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Cause(u8);

impl Cause {
    /// There is no room to store the message: the network delivers it again after
    /// [`memory_available`].
    pub const MEMORY_CAPACITY_EXCEEDED: Self = Self(22);
    /// The reference is not one that can be used.
    pub const INVALID_REFERENCE: Self = Self(81);
    /// The contents contradict each other.
    pub const SEMANTICALLY_INCORRECT: Self = Self(95);
    /// A field that must be there is missing or malformed.
    pub const INVALID_MANDATORY_INFORMATION: Self = Self(96);
    /// The message type does not exist, or is not supported.
    pub const MESSAGE_TYPE_NOT_IMPLEMENTED: Self = Self(97);
    /// The message does not fit the state of the protocol.
    pub const NOT_COMPATIBLE_WITH_STATE: Self = Self(98);
    /// An information element does not exist, or is not supported.
    pub const ELEMENT_NOT_IMPLEMENTED: Self = Self(99);
    /// Any other error of the protocol.
    pub const PROTOCOL_ERROR: Self = Self(111);

    /// Returns the cause with this number, of which bit 7 is dropped.
    #[must_use]
    pub const fn new(value: u8) -> Self {
        Self(value & CAUSE)
    }

    /// Returns its number, 0 to 127.
    #[must_use]
    pub const fn value(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self {
            Self::MEMORY_CAPACITY_EXCEEDED => "memory capacity exceeded",
            Self::INVALID_REFERENCE => "invalid reference",
            Self::SEMANTICALLY_INCORRECT => "semantically incorrect message",
            Self::INVALID_MANDATORY_INFORMATION => "invalid mandatory information",
            Self::MESSAGE_TYPE_NOT_IMPLEMENTED => "message type not implemented",
            Self::NOT_COMPATIBLE_WITH_STATE => "message not compatible with state",
            Self::ELEMENT_NOT_IMPLEMENTED => "information element not implemented",
            Self::PROTOCOL_ERROR => "protocol error",
            Self(value) => return write!(f, "cause {value}"),
        })
    }
}

/// RP-User Data after its length, 0 to 233.
fn read_user_data<'a>(reader: &mut Reader<'a>) -> Result<Reader<'a>, DecodeErrorKind> {
    match reader.octet()? {
        length @ ..=LONGEST_USER_DATA => reader.part(length.into()),
        _ => Err(DecodeErrorKind::Length),
    }
}

/// RP-User Data after its identifier, if that follows.
fn read_optional_user_data<'a>(reader: &mut Reader<'a>) -> Result<Option<Reader<'a>>, DecodeError> {
    reader.field(Field::RpUserData, |reader| match reader.octet() {
        Ok(USER_DATA) => read_user_data(reader).map(Some),
        _ => Ok(None),
    })
}

fn user_data_length(tpdu: &[u8]) -> Result<u8, EncodeError> {
    match u8::try_from(tpdu.len()) {
        Ok(length @ ..=LONGEST_USER_DATA) => Ok(length),
        _ => Err(EncodeError::TooLong {
            field: Field::RpUserData,
            limit: LONGEST_USER_DATA.into(),
        }),
    }
}

/// Writes the octets before the optional RP-User Data, and that.
fn answer<'b>(
    buffer: &'b mut [u8],
    before: &[u8],
    user_data: Option<Reader<'_>>,
) -> Result<&'b mut [u8], EncodeError> {
    match user_data.map(|reader| reader.rest()) {
        Some(tpdu) => {
            // At most 233: it is of this library, or was read.
            let length = u8::try_from(tpdu.len()).unwrap_or(LONGEST_USER_DATA);
            write::pieces(buffer, &[before, &[USER_DATA, length], tpdu])
        }
        None => write::pieces(buffer, &[before]),
    }
}
