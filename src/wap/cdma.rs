//! WDP over CDMA (WAP-259 §6.5): a push in short messages of the WAP [teleservice](TELESERVICE),
//! received and to send.
//!
//! ```text
//!  octet 0          1                2                3             5
//!       +----------+----------------+----------------+-------------+-----------+
//!       | MSG_TYPE | TOTAL_SEGMENTS | SEGMENT_NUMBER | SOURCE_PORT | DEST_PORT |
//!       | 0        | 1 to 255       | 0              | WSP PDU from octet 7    |
//!       +----------+----------------+----------------+-------------------------+
//!       | 0        | 1 to 255       | from 1         | more of the WSP PDU     |
//!       +----------+----------------+----------------+-------------------------+
//! ```
//!
//! The first segment alone has ports. The source port precedes the destination port, the reverse of
//! the user data header.
//!
//! ```
//! use oma_dm_notification::wap::cdma::{self, RepeatedPorts, WdpSegment};
//!
//! # let octets = b"\0\x01\0\xC0\x02\x0B\x84\x01\x06\x03\xC4\xAF\x87package 0";
//! let segment = WdpSegment::parse(octets)?;
//! assert_eq!(segment.total(), 1); // several would be reassembled first
//! let push = cdma::open(segment.payload(), RepeatedPorts::Absent)?;
//! assert_eq!(push.body(), b"package 0");
//! # Ok::<(), oma_dm_notification::DecodeError>(())
//! ```

use super::udh::{PUSH_PORT, Ports};
use super::wsp::{self, DmPush, Push};
use crate::error::{DecodeError, DecodeErrorKind, EncodeError, Field};
use crate::read::Reader;
use crate::write;

/// The teleservice identifier of WAP, 16 bits (3GPP2 C.S0015 §3.4.3.1).
pub const TELESERVICE: u16 = 4100;
/// `MSG_TYPE` of WDP.
const MESSAGE_TYPE: u8 = 0;
/// Octets of the WDP header in every segment.
const HEADER_LENGTH: usize = 3;
/// Octets of the ports in the first segment.
const PORTS_LENGTH: usize = 4;

/// A received segment of a datagram: 3 octets or more, 7 or more if it is the first.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct WdpSegment<'a> {
    total: u8,
    number: u8,
    ports: Option<Ports>,
    payload: Reader<'a>,
}

impl<'a> WdpSegment<'a> {
    /// Parses the user data of one short message of the WAP [teleservice](TELESERVICE).
    ///
    /// # Errors
    ///
    /// - [`Truncated`](DecodeErrorKind::Truncated) [`MessageType`](Field::MessageType),
    ///   [`TotalSegments`](Field::TotalSegments), [`SegmentNumber`](Field::SegmentNumber) or, in
    ///   the first segment, [`SourcePort`](Field::SourcePort) or
    ///   [`DestinationPort`](Field::DestinationPort): the octets end too early;
    /// - [`NotDm`](DecodeErrorKind::NotDm) [`MessageType`](Field::MessageType): not 0, so it is not
    ///   WDP;
    /// - [`Invalid`](DecodeErrorKind::Invalid) [`TotalSegments`](Field::TotalSegments): 0;
    /// - [`Invalid`](DecodeErrorKind::Invalid) [`SegmentNumber`](Field::SegmentNumber): not below
    ///   the total.
    pub fn parse(octets: &'a [u8]) -> Result<Self, DecodeError> {
        Self::read(Reader::new(octets, 0))
    }

    /// [`parse`](Self::parse) for the rest of `reader`.
    pub(crate) fn read(mut reader: Reader<'a>) -> Result<Self, DecodeError> {
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

    /// Returns `TOTAL_SEGMENTS`, 8 bits: how many segments the datagram has, 1 to 255.
    #[must_use]
    pub const fn total(&self) -> u8 {
        self.total
    }

    /// Returns `SEGMENT_NUMBER`, 8 bits: the number of this segment, 0 to the total less 1.
    #[must_use]
    pub const fn number(&self) -> u8 {
        self.number
    }

    /// Returns `SOURCE_PORT`, as [originator](Ports::Sixteen::originator), and `DESTINATION_PORT`,
    /// 16 bits each. `None` except in the first segment.
    #[must_use]
    pub const fn ports(&self) -> Option<Ports> {
        self.ports
    }

    /// Returns the octets after the number: in the first segment the ports, then part of the WSP
    /// PDU. If the total is 1, they are for [`open`].
    #[must_use]
    pub const fn payload(&self) -> &'a [u8] {
        self.payload.rest()
    }

    /// [`payload`](Self::payload), with its offset.
    pub(crate) const fn payload_reader(&self) -> Reader<'a> {
        self.payload
    }
}

/// Reads source port and destination port.
fn read_ports(reader: &mut Reader<'_>) -> Result<(u16, u16), DecodeError> {
    let source = reader.field(Field::SourcePort, Reader::array)?;
    let destination = reader.field(Field::DestinationPort, Reader::array)?;
    Ok((u16::from_be_bytes(source), u16::from_be_bytes(destination)))
}

/// How [`open`] treats ports that are followed by ports again: some carriers send OMA DM pushes in
/// that way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_enums, reason = "it is a yes or a no")]
pub enum RepeatedPorts {
    /// The carrier does not repeat them: they are the start of the WSP PDU (WAP-259 §6.5).
    #[default]
    Absent,
    /// The carrier repeats them: they are stripped if they are equal, or if the push after them,
    /// and not before, is for OMA DM. AOSP does not compare them. No push for OMA DM is misread:
    /// one that begins with equal ports would have the media type 4.
    Strip,
}

/// Opens the push in a datagram over CDMA if it is for OMA DM: port 2948, media type and
/// application id (OMA §7.1.1).
///
/// `octets` are source port and destination port, 16 bits each, and the WSP PDU: the
/// [payload](WdpSegment::payload) of a single segment, or the reassembled payloads of several. The
/// [body](Push::body) of the returned push is Package #0.
///
/// # Errors
///
/// - [`Truncated`](DecodeErrorKind::Truncated) [`SourcePort`](Field::SourcePort) or
///   [`DestinationPort`](Field::DestinationPort): the octets end too early;
/// - foreign ([`NotDm`](DecodeErrorKind::NotDm)) [`DestinationPort`](Field::DestinationPort);
/// - those of [`open_datagram`](crate::wap::open_datagram).
pub fn open(octets: &[u8], repeated_ports: RepeatedPorts) -> Result<Push<'_>, DecodeError> {
    read(Reader::new(octets, 0), repeated_ports)
}

/// [`open`] for the rest of `reader`.
pub(crate) fn read(
    reader: Reader<'_>,
    repeated_ports: RepeatedPorts,
) -> Result<Push<'_>, DecodeError> {
    wsp::open_apart(strip_ports(reader, repeated_ports)?)
}

/// Reads the ports, which must be OMA DM's; the WSP PDU is what follows.
pub(crate) fn strip_ports(
    mut reader: Reader<'_>,
    repeated_ports: RepeatedPorts,
) -> Result<Reader<'_>, DecodeError> {
    let offset = reader.offset().saturating_add(2);
    let ports = read_ports(&mut reader)?;
    if ports.1 != PUSH_PORT {
        return Err(DecodeError::new(
            DecodeErrorKind::NotDm,
            Field::DestinationPort,
            offset,
        ));
    }
    let mut after = reader;
    if repeated_ports == RepeatedPorts::Strip
        && let Ok(again) = read_ports(&mut after)
        && (again == ports || wsp::open_apart(reader).is_err() && wsp::open_apart(after).is_ok())
    {
        reader = after;
    }
    Ok(reader)
}

/// The segments that carry one push: an iterator over them.
///
/// The push is not copied. Each [`CdmaSegment`] is cut out of it when it is encoded.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CdmaSegments<'a> {
    push: DmPush<'a>,
    source_port: u16,
    /// Octets after the header in each segment but the last.
    capacity: usize,
    total: u8,
    sent: u8,
}

impl<'a> CdmaSegments<'a> {
    /// Cuts a push into segments.
    ///
    /// `source_port`, 16 bits, is the sender's choice. `longest` is how many octets the bearer has
    /// room for in one segment, its WDP header included: 7 or more. Networks differ: 140 is usual,
    /// one gateway takes at most 113.
    ///
    /// # Errors
    ///
    /// - [`TooLong`](EncodeError::TooLong) [`Headers`](Field::Headers): the WDP header of the first
    ///   segment and the WSP header exceed 48 octets (OMA §7.1);
    /// - [`OutOfRange`](EncodeError::OutOfRange) [`SegmentLength`](Field::SegmentLength): `longest`
    ///   is less than the 7 octets of the WDP header of the first segment;
    /// - [`TooManySegments`](EncodeError::TooManySegments): more than 255 segments are needed.
    pub fn new(push: DmPush<'a>, source_port: u16, longest: usize) -> Result<Self, EncodeError> {
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

impl<'a> Iterator for CdmaSegments<'a> {
    type Item = CdmaSegment<'a>;

    fn next(&mut self) -> Option<CdmaSegment<'a>> {
        let number = self.sent;
        if number == self.total {
            return None;
        }
        self.sent = number.saturating_add(1);
        Some(CdmaSegment {
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

impl ExactSizeIterator for CdmaSegments<'_> {}
impl core::iter::FusedIterator for CdmaSegments<'_> {}

/// One segment to send.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CdmaSegment<'a> {
    push: DmPush<'a>,
    source_port: u16,
    capacity: usize,
    total: u8,
    number: u8,
}

impl CdmaSegment<'_> {
    /// Writes the user data of one short message of the WAP [teleservice](TELESERVICE) to the front
    /// of `buffer` and returns what was written: at most the `longest` of [`CdmaSegments::new`].
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`](EncodeError::BufferTooSmall) with the octets needed. Nothing has been
    /// written.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b mut [u8], EncodeError> {
        let [s0, s1] = self.source_port.to_be_bytes();
        let [d0, d1] = PUSH_PORT.to_be_bytes();
        let ports = [s0, s1, d0, d1];
        // The ports count as octets of the datagram, before those of the push.
        let before = self.capacity.saturating_mul(usize::from(self.number));
        let (ports, capacity) = match self.number {
            0 => (&ports[..], self.capacity.saturating_sub(PORTS_LENGTH)),
            _ => (&[][..], self.capacity),
        };
        let wsp = self.push.header();
        let skip = before.saturating_sub(PORTS_LENGTH);
        let part = write::window(self.push.pieces(&wsp), skip, capacity);
        let header = [MESSAGE_TYPE, self.total, self.number];
        write::groups(buffer, &[&[&header, ports], &part])
    }
}
