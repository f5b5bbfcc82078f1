//! WDP over CDMA (WAP-259, 6.5): how a push travels in short messages of the WAP [teleservice](TELESERVICE).
//!
//! ```text
//!  octet 0          1                2                3             5                  7
//!       +----------+----------------+----------------+-------------+------------------+----//----+
//!       | MSG_TYPE | TOTAL_SEGMENTS | SEGMENT_NUMBER | SOURCE_PORT | DESTINATION_PORT | WSP PDU  |     first segment
//!       +----------+----------------+----------------+-------------+------------------+----//----+
//!       | 0        | 1 to 255       | from 0         | more of the WSP PDU        //             |     other segments
//!       +----------+----------------+----------------+----------------------------//-------------+
//! ```
//!
//! The source port stands before the destination port: the reverse of the user data header's.
//!
//! ```
//! use oma_dm_notification::wap::cdma::{self, RepeatedPorts};
//!
//! let segment = cdma::Segment::parse(b"\0\x01\0\xC0\x02\x0B\x84\x01\x06\x03\xC4\xAF\x87package 0")?;
//! // Of several, each is for a `Reassembler`, as `segment.of_message(message_id)`, and the whole for `open`.
//! assert_eq!(segment.total(), 1);
//! let push = cdma::open(segment.payload(), RepeatedPorts::NotExpected)?;
//! assert_eq!(push.body(), b"package 0");
//! # Ok::<(), oma_dm_notification::DecodeError>(())
//! ```

use super::udh::Ports;
use super::wsp::Push;
use super::{DmPush, PORT, concat, open_push};
use crate::error::{DecodeError, DecodeErrorKind, EncodeError, Field};
use crate::read::Reader;
use crate::write;

/// The teleservice identifier of WAP, 16 bits: what carries WDP (3GPP2 C.S0015).
pub const TELESERVICE: u16 = 4100;
/// `MSG_TYPE` of WDP.
const MESSAGE_TYPE: u8 = 0;
/// Octets of the WDP header in every segment.
const HEADER_LENGTH: usize = 3;
/// Octets of the ports in the first segment.
const PORTS_LENGTH: usize = 4;

/// One segment as received: 3 octets or more, 7 or more if it is the first.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Segment<'a> {
    total: u8,
    number: u8,
    ports: Option<Ports>,
    payload: Reader<'a>,
}

impl<'a> Segment<'a> {
    /// Reads the user data of one short message of the WAP [teleservice](TELESERVICE).
    ///
    /// # Errors
    ///
    /// - [`Truncated`](DecodeErrorKind::Truncated) [`MessageType`](Field::MessageType),
    ///   [`TotalSegments`](Field::TotalSegments), [`SegmentNumber`](Field::SegmentNumber) or, in the first segment,
    ///   [`SourcePort`](Field::SourcePort) or [`DestinationPort`](Field::DestinationPort): the octets end too early;
    /// - [`NotDm`](DecodeErrorKind::NotDm) [`MessageType`](Field::MessageType): other than 0, it is no WDP;
    /// - [`Invalid`](DecodeErrorKind::Invalid) [`TotalSegments`](Field::TotalSegments): 0;
    /// - [`Invalid`](DecodeErrorKind::Invalid) [`SegmentNumber`](Field::SegmentNumber): not below the total.
    pub fn parse(octets: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(octets, 0);
        reader.field(Field::MessageType, |reader| match reader.octet()? {
            MESSAGE_TYPE => Ok(()),
            _ => Err(DecodeErrorKind::NotDm),
        })?;
        let total = reader.field(Field::TotalSegments, |reader| match reader.octet()? {
            0 => Err(DecodeErrorKind::Invalid),
            total => Ok(total),
        })?;
        let number = reader.field(Field::SegmentNumber, |reader| match reader.octet()? {
            number if number < total => Ok(number),
            _ => Err(DecodeErrorKind::Invalid),
        })?;
        let payload = reader;
        let ports = match number {
            0 => Some(read_ports(&mut reader)?),
            _ => None,
        };
        Ok(Self {
            total,
            number,
            ports: ports.map(|(source, destination)| Ports::Sixteen {
                destination,
                originator: source,
            }),
            payload,
        })
    }

    /// `TOTAL_SEGMENTS`, 8 bits: the segments that the datagram has, 1 to 255.
    #[must_use]
    pub const fn total(&self) -> u8 {
        self.total
    }

    /// `SEGMENT_NUMBER`, 8 bits: the number of this segment, 0 to the total less 1.
    #[must_use]
    pub const fn number(&self) -> u8 {
        self.number
    }

    /// `SOURCE_PORT`, as [originator](Ports::Sixteen::originator), and `DESTINATION_PORT`, 16 bits each: in the first
    /// segment alone.
    #[must_use]
    pub const fn ports(&self) -> Option<Ports> {
        self.ports
    }

    /// What follows the number: in the first segment the ports, then part of the WSP PDU. Where the total is 1, this is
    /// for [`open`].
    #[must_use]
    pub const fn payload(&self) -> &'a [u8] {
        self.payload.rest()
    }

    /// [`payload`](Self::payload), with its place.
    pub(crate) const fn payload_reader(&self) -> Reader<'a> {
        self.payload
    }

    /// The segment as a [`Reassembler`](concat::Reassembler) takes it: under the message identifier of the layer below,
    /// 16 bits, which all segments of a datagram share.
    #[must_use]
    pub const fn of_message(&self, message_id: u16) -> concat::Segment<'a> {
        // It is less than the total, and cannot wrap.
        let number = self.number.wrapping_add(1);
        concat::Segment::of_cdma(message_id, self.total, number, self.payload)
    }
}

/// Source port and destination port.
fn read_ports(reader: &mut Reader<'_>) -> Result<(u16, u16), DecodeError> {
    let source = reader.field(Field::SourcePort, Reader::array)?;
    let destination = reader.field(Field::DestinationPort, Reader::array)?;
    Ok((u16::from_be_bytes(source), u16::from_be_bytes(destination)))
}

/// What [`open`] does where the ports are followed by the same ports again, which is how some carriers send OMA DM
/// pushes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_enums, reason = "it is a yes or a no")]
pub enum RepeatedPorts {
    /// Takes them for the start of the WSP PDU, as WAP-259 has it.
    NotExpected,
    /// Drops them. No push for OMA DM is misread thereby: it would have to have the media type 4.
    Dropped,
}

/// Opens the push in a datagram over CDMA, if it is for OMA DM: port 2948, media type and application id (7.1.1).
///
/// `octets` are source port and destination port, 16 bits each, and the WSP PDU: the
/// [payload](Segment::payload) of a single segment, or the whole of
/// [several](concat::Outcome::Complete). The [body](Push::body) of what is returned is Package #0.
///
/// # Errors
///
/// - [`Truncated`](DecodeErrorKind::Truncated) [`SourcePort`](Field::SourcePort) or
///   [`DestinationPort`](Field::DestinationPort): the octets end too early;
/// - foreign ([`NotDm`](DecodeErrorKind::NotDm)) [`DestinationPort`](Field::DestinationPort);
/// - those of [`open_datagram`](super::open_datagram).
pub fn open(octets: &[u8], repeated_ports: RepeatedPorts) -> Result<Push<'_>, DecodeError> {
    read(Reader::new(octets, 0), repeated_ports)
}

/// [`open`] of all that is left in `reader`.
pub(crate) fn read(
    mut reader: Reader<'_>,
    repeated_ports: RepeatedPorts,
) -> Result<Push<'_>, DecodeError> {
    let offset = reader.offset().saturating_add(2);
    let ports = read_ports(&mut reader)?;
    if ports.1 != PORT {
        return Err(DecodeError::new(
            DecodeErrorKind::NotDm,
            Field::DestinationPort,
            offset,
        ));
    }
    let mut behind = reader;
    if repeated_ports == RepeatedPorts::Dropped && read_ports(&mut behind) == Ok(ports) {
        reader = behind;
    }
    open_push(reader)
}

/// The segments that carry one push: an iterator over them, made by [`DmPush::cdma_segments`].
///
/// The push is not copied: each [`SegmentToSend`] is cut out of it when it is encoded.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SegmentsToSend<'a> {
    push: DmPush<'a>,
    source_port: u16,
    /// Octets that each segment but the last has behind its header.
    capacity: usize,
    total: u8,
    sent: u8,
}

impl<'a> SegmentsToSend<'a> {
    pub(super) fn new(
        push: DmPush<'a>,
        source_port: u16,
        longest: usize,
    ) -> Result<Self, EncodeError> {
        push.check_headers(HEADER_LENGTH.saturating_add(PORTS_LENGTH))?;
        let capacity = longest.saturating_sub(HEADER_LENGTH);
        if capacity < PORTS_LENGTH {
            return Err(EncodeError::OutOfRange {
                field: Field::SegmentLength,
            });
        }
        let needed = push
            .encoded_len()
            .saturating_add(PORTS_LENGTH)
            .div_ceil(capacity);
        let Ok(total) = u8::try_from(needed) else {
            return Err(EncodeError::TooManySegments { needed });
        };
        Ok(Self {
            push,
            source_port,
            capacity,
            total,
            sent: 0,
        })
    }
}

impl<'a> Iterator for SegmentsToSend<'a> {
    type Item = SegmentToSend<'a>;

    fn next(&mut self) -> Option<SegmentToSend<'a>> {
        let number = self.sent;
        if number == self.total {
            return None;
        }
        self.sent = number.saturating_add(1);
        Some(SegmentToSend {
            push: self.push,
            source_port: self.source_port,
            capacity: self.capacity,
            total: self.total,
            number,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::from(self.total.saturating_sub(self.sent));
        (left, Some(left))
    }
}

impl ExactSizeIterator for SegmentsToSend<'_> {}
impl core::iter::FusedIterator for SegmentsToSend<'_> {}

/// One segment to send.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SegmentToSend<'a> {
    push: DmPush<'a>,
    source_port: u16,
    capacity: usize,
    total: u8,
    number: u8,
}

impl SegmentToSend<'_> {
    /// Writes the user data of one short message of the WAP [teleservice](TELESERVICE) to the front of `buffer`;
    /// returns what was written: at most as many octets as [`DmPush::cdma_segments`] was told.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`](EncodeError::BufferTooSmall) with the octets needed; nothing has been written.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b mut [u8], EncodeError> {
        let [s0, s1] = self.source_port.to_be_bytes();
        let [d0, d1] = PORT.to_be_bytes();
        let ports = [s0, s1, d0, d1];
        let header = self.push.header();
        let [a, b, c] = self.push.pieces(&header);
        let before = self.capacity.saturating_mul(usize::from(self.number));
        let [a, b, c, d] = write::window([&ports, a, b, c], before, self.capacity);
        write::pieces(
            buffer,
            &[&[MESSAGE_TYPE, self.total, self.number], a, b, c, d],
        )
    }
}
