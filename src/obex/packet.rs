//! What requests and responses have in common: packet length, the fields of CONNECT, headers.

use super::MaximumPacketLength;
use crate::error::DecodeErrorKind::{self, Invalid, Length, Truncated};
use crate::error::{DecodeError, Field};
use crate::package0::Package0;
use crate::read::Reader;
use core::{cmp::Ordering, iter};

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

/// Version 1.0 of the protocol, and no flags: what OBEX 1.3 states in a CONNECT.
pub(super) const VERSION_AND_FLAGS: [u8; 2] = [0x10, 0x00];
/// The value of Target and Who for the DM client (SYNCOBEX).
pub(super) const DM_CLIENT: &[u8; 9] = b"SYNCML-DM";
/// The value of Type for Package #0 (6), without the zero octet that a sender ends it with (OBEX 1.3, Type).
pub(super) const MEDIA_TYPE: &[u8] = Package0::MEDIA_TYPE.as_bytes();

/// Opens a packet: its first octet, opcode or response code, and a reader of what follows the packet length.
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

/// Reads what a CONNECT and the Success to it have before their headers.
///
/// Version and flags are read over: nothing here depends on them.
pub(super) fn connect_fields(reader: &mut Reader<'_>) -> Result<MaximumPacketLength, DecodeError> {
    reader.field(Field::ObexVersion, Reader::array::<2>)?;
    reader.field(Field::MaximumPacketLength, |reader| {
        let octets = u16::from_be_bytes(reader.array()?);
        MaximumPacketLength::new(octets).map_err(|_| Invalid)
    })
}

/// The headers of one packet that mean something here. Of several with the same id the first counts; they may stand in
/// any order.
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

    /// The parts of the body in this packet, in order.
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
    /// Body or End-of-Body: both carry data, and it is the final bit of the opcode that ends the PUT.
    Body(&'a [u8]),
    Other,
}

impl<'a> Header<'a> {
    /// Reads a header, whose two top bits tell where it ends.
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

    /// The rest of a header with a length, which counts the octets of id and length as well.
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
