//! The parts that requests and responses share: packet length, response code, the fields of
//! CONNECT, headers.

use crate::error::DecodeErrorKind::{self, Invalid, Length, Truncated};
use crate::error::{DecodeError, Field, ValueError};
use crate::package0::Package0;
use crate::read::Reader;
use core::{cmp::Ordering, fmt, iter};

pub(super) const CONNECT: u8 = 0x80;
pub(super) const DISCONNECT: u8 = 0x81;
pub(super) const PUT: u8 = 0x02;
pub(super) const PUT_FINAL: u8 = 0x82;
pub(super) const ABORT: u8 = 0xFF;

pub(super) const TYPE: u8 = 0x42;
pub(super) const TARGET: u8 = 0x46;
pub(super) const BODY: u8 = 0x48;
pub(super) const END_OF_BODY: u8 = 0x49;
pub(super) const WHO: u8 = 0x4A;
pub(super) const LENGTH: u8 = 0xC3;
pub(super) const CONNECTION_ID: u8 = 0xCB;

/// Version 1.0 of the protocol, and no flags (OBEX 1.3, CONNECT).
pub(super) const VERSION_AND_FLAGS: [u8; 2] = [0x10, 0x00];
/// The value of Target and Who for the DM client (SYNCOBEX).
pub(super) const DM_CLIENT: &[u8; 9] = b"SYNCML-DM";
/// The value of Type for Package #0 (OMA §6), without the zero octet at its end (OBEX 1.3, Type).
pub(super) const MEDIA_TYPE: &[u8] = Package0::MEDIA_TYPE.as_bytes();

/// A maximum packet length: the octets of the longest packet that one end takes, 16 bits, 255 to
/// 65535 (OBEX 1.3, CONNECT).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct MaximumPacketLength(u16);

impl MaximumPacketLength {
    /// 255: the least allowed, and the one that holds if none has been stated.
    pub const MINIMUM: Self = Self(255);
    /// 1024: the one that this library states unless told otherwise.
    pub const DEFAULT: Self = Self(1024);

    /// Makes a maximum packet length of this many octets.
    ///
    /// # Errors
    ///
    /// [`ValueError`] below 255.
    pub const fn new(octets: u16) -> Result<Self, ValueError> {
        if octets < Self::MINIMUM.0 {
            return Err(ValueError::new(Field::MaximumPacketLength, octets as usize));
        }
        Ok(Self(octets))
    }

    /// Returns the octets, 255 to 65535.
    #[must_use]
    pub const fn value(self) -> u16 {
        self.0
    }
}

/// [1024](MaximumPacketLength::DEFAULT) octets.
impl Default for MaximumPacketLength {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl TryFrom<u16> for MaximumPacketLength {
    type Error = ValueError;

    fn try_from(octets: u16) -> Result<Self, ValueError> {
        Self::new(octets)
    }
}

impl From<MaximumPacketLength> for u16 {
    fn from(length: MaximumPacketLength) -> Self {
        length.0
    }
}

/// The response code of a packet, 8 bits, final bit included (OBEX 1.3, response codes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ResponseCode(pub(super) u8);

impl ResponseCode {
    /// 0x90: go on with the next packet of the PUT.
    pub const CONTINUE: Self = Self(0x90);
    /// 0xA0: the request is done.
    pub const SUCCESS: Self = Self(0xA0);
    /// 0xC0: the packet is malformed, or the PUT has no body.
    pub const BAD_REQUEST: Self = Self(0xC0);
    /// 0xC3: a PUT without the CONNECT that must precede it.
    pub const FORBIDDEN: Self = Self(0xC3);
    /// 0xC4: the Target is not here.
    pub const NOT_FOUND: Self = Self(0xC4);
    /// 0xCD: the body is larger than the device can take.
    pub const ENTITY_TOO_LARGE: Self = Self(0xCD);
    /// 0xCF: the Type is not that of Package #0.
    pub const UNSUPPORTED_MEDIA_TYPE: Self = Self(0xCF);
    /// 0xD1: the request is not CONNECT, PUT, DISCONNECT or ABORT.
    pub const NOT_IMPLEMENTED: Self = Self(0xD1);
    /// 0xD3: the `ConnectionID` is not that of the connection.
    pub const SERVICE_UNAVAILABLE: Self = Self(0xD3);

    /// Returns the octet: one of the constants, or any other that a peer has sent.
    #[must_use]
    pub const fn value(self) -> u8 {
        self.0
    }
}

impl From<ResponseCode> for u8 {
    fn from(code: ResponseCode) -> Self {
        code.0
    }
}

/// The octet and its name: `0xCF Unsupported Media Type`.
impl fmt::Display for ResponseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match *self {
            Self::CONTINUE => "Continue",
            Self::SUCCESS => "Success",
            Self::BAD_REQUEST => "Bad Request",
            Self(0xC1) => "Unauthorized",
            Self::FORBIDDEN => "Forbidden",
            Self::NOT_FOUND => "Not Found",
            Self::ENTITY_TOO_LARGE => "Entity Too Large",
            Self::UNSUPPORTED_MEDIA_TYPE => "Unsupported Media Type",
            Self(0xD0) => "Internal Server Error",
            Self::NOT_IMPLEMENTED => "Not Implemented",
            Self::SERVICE_UNAVAILABLE => "Service Unavailable",
            Self(code) => return write!(f, "0x{code:02X}"),
        };
        write!(f, "0x{:02X} {name}", self.0)
    }
}

impl fmt::UpperHex for ResponseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::UpperHex::fmt(&self.0, f)
    }
}

impl fmt::LowerHex for ResponseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::LowerHex::fmt(&self.0, f)
    }
}

/// Opens a packet: its first octet, opcode or response code, and a reader of the octets after the
/// packet length.
pub(super) fn open(octets: &[u8]) -> Result<(u8, Reader<'_>), DecodeError> {
    Reader::new(octets, 0).field(Field::ObexPacket, |reader| {
        let [code, high, low] = reader.array()?;
        let length = usize::from(u16::from_be_bytes([high, low]));
        match length.cmp(&octets.len()) {
            Ordering::Greater => Err(Truncated),
            Ordering::Less => Err(Length),
            Ordering::Equal => Ok((code, *reader)),
        }
    })
}

/// Reads the fields that a CONNECT and the Success to it have before their headers.
///
/// Version and flags are skipped: nothing here depends on them.
pub(super) fn connect_fields(reader: &mut Reader<'_>) -> Result<MaximumPacketLength, DecodeError> {
    reader.field(Field::ObexVersion, Reader::array::<2>)?;
    reader.field(Field::MaximumPacketLength, |reader| {
        let octets = u16::from_be_bytes(reader.array()?);
        MaximumPacketLength::new(octets).map_err(|_| Invalid)
    })
}

/// The headers of one packet that have a meaning here, in any order. Of several with the same id
/// the first counts.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct Headers<'a> {
    pub(super) connection_id: Option<u32>,
    pub(super) length: Option<u32>,
    pub(super) media_type: Option<&'a [u8]>,
    pub(super) target: Option<&'a [u8]>,
    pub(super) who: Option<&'a [u8]>,
    octets: &'a [u8],
}

impl<'a> Headers<'a> {
    /// Reads headers to the end of the packet.
    pub(super) fn read(mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        let mut headers = Self {
            octets: reader.rest(),
            ..Self::default()
        };
        while !reader.rest().is_empty() {
            match reader.field(Field::ObexHeader, Header::read)? {
                Header::ConnectionId(value) => _ = headers.connection_id.get_or_insert(value),
                Header::Length(value) => _ = headers.length.get_or_insert(value),
                Header::Type(value) => _ = headers.media_type.get_or_insert(value),
                Header::Target(value) => _ = headers.target.get_or_insert(value),
                Header::Who(value) => _ = headers.who.get_or_insert(value),
                Header::Body(_) | Header::Other => {}
            }
        }
        Ok(headers)
    }

    /// Returns the parts of the body in this packet, in order.
    pub(super) fn bodies(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut reader = Reader::new(self.octets, 0);
        iter::from_fn(move || Header::read(&mut reader).ok()).filter_map(|header| match header {
            Header::Body(part) => Some(part),
            _ => None,
        })
    }
}

/// One header.
enum Header<'a> {
    ConnectionId(u32),
    Length(u32),
    Type(&'a [u8]),
    Target(&'a [u8]),
    Who(&'a [u8]),
    /// Body or End-of-Body: both carry data. The final bit of the opcode ends the PUT.
    Body(&'a [u8]),
    Other,
}

impl<'a> Header<'a> {
    /// Reads a header. Its two top bits tell where it ends.
    fn read(reader: &mut Reader<'a>) -> Result<Self, DecodeErrorKind> {
        Ok(match reader.octet()? {
            id @ 0x00..=0x7F => Self::counted(id, reader)?,
            0x80..=0xBF => {
                reader.octet()?;
                Self::Other
            }
            id @ 0xC0..=0xFF => {
                let value = u32::from_be_bytes(reader.array()?);
                match id {
                    CONNECTION_ID => Self::ConnectionId(value),
                    LENGTH => Self::Length(value),
                    _ => Self::Other,
                }
            }
        })
    }

    /// Reads the rest of a header with a length, which counts the octets of id and length too.
    fn counted(id: u8, reader: &mut Reader<'a>) -> Result<Self, DecodeErrorKind> {
        let length = u16::from_be_bytes(reader.array()?);
        let value = reader.take(usize::from(length.checked_sub(3).ok_or(Length)?))?;
        Ok(match id {
            TYPE => Self::Type(value),
            TARGET => Self::Target(value),
            WHO => Self::Who(value),
            BODY | END_OF_BODY => Self::Body(value),
            _ => Self::Other,
        })
    }
}
