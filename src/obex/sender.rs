//! The DM server: an OBEX client that puts a Package #0 to a device.

use super::packet::{
    self, BODY, CONNECT, CONNECTION_ID, DISCONNECT, DM_CLIENT, END_OF_BODY, Headers, LENGTH,
    MEDIA_TYPE, MaximumPacketLength, PUT, PUT_FINAL, ResponseCode, TARGET, TYPE, VERSION_AND_FLAGS,
};
use crate::error::{DecodeError, EncodeError};
#[cfg(doc)]
use crate::error::{DecodeErrorKind, Field};
use crate::package0::Signed;
use crate::write;
use core::iter::FusedIterator;

/// Octets of opcode and packet length.
const PACKET_HEAD_LENGTH: usize = 3;
/// Octets of id and length before the data of Body and End-of-Body.
const BODY_HEAD_LENGTH: usize = 3;
/// Octets of the `ConnectionID` header.
const CONNECTION_ID_LENGTH: usize = 5;
/// Octets of the Type and Length headers.
const OBJECT_LENGTH: usize = 39 + 5;

/// The CONNECT to a device's DM client: 19 octets.
///
/// ```
/// use oma_dm_notification::obex::{Connect, MaximumPacketLength};
///
/// let mut buffer = [0; 19];
/// let packet = Connect::new(MaximumPacketLength::DEFAULT).encode(&mut buffer)?;
/// assert_eq!(packet, b"\x80\0\x13\x10\0\x04\0\x46\0\x0CSYNCML-DM");
/// # Ok::<(), oma_dm_notification::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Connect {
    maximum_packet_length: MaximumPacketLength,
}

impl Connect {
    /// Makes a CONNECT that states the longest response that the sender takes. A
    /// [`Receiver`](crate::obex::Receiver) sends at most 24 octets.
    #[must_use]
    pub const fn new(maximum_packet_length: MaximumPacketLength) -> Self {
        Self {
            maximum_packet_length,
        }
    }

    /// Writes the packet to the front of `buffer` and returns what was written.
    /// [`Response::parse_connect`] reads the answer.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`](EncodeError::BufferTooSmall) below 19 octets. Nothing has been written.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b mut [u8], EncodeError> {
        write::pieces(
            buffer,
            &[
                &[CONNECT, 0, 19],
                &VERSION_AND_FLAGS,
                &self.maximum_packet_length.value().to_be_bytes(),
                &[TARGET, 0, 12],
                DM_CLIENT,
            ],
        )
    }
}

/// The DISCONNECT that ends a connection: 8 octets, or 3 without a `ConnectionID`.
///
/// ```
/// use oma_dm_notification::obex::Disconnect;
///
/// let mut buffer = [0; 8];
/// let packet = Disconnect::new(Some(1)).encode(&mut buffer)?;
/// assert_eq!(packet, b"\x81\0\x08\xCB\0\0\0\x01");
/// # Ok::<(), oma_dm_notification::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Disconnect {
    connection_id: Option<[u8; CONNECTION_ID_LENGTH]>,
}

impl Disconnect {
    /// Makes a DISCONNECT of the connection with the `ConnectionID`, 32 bits, that the
    /// [response](Response::connection_id) to CONNECT gave.
    #[must_use]
    pub const fn new(connection_id: Option<u32>) -> Self {
        Self {
            connection_id: connection_id_header(connection_id),
        }
    }

    /// Writes the packet to the front of `buffer` and returns what was written. [`Response::parse`]
    /// reads the answer.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`](EncodeError::BufferTooSmall) with the octets needed. Nothing has been
    /// written.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b mut [u8], EncodeError> {
        let connection_id = self.connection_id.as_slice().as_flattened();
        let length = connection_id.len().saturating_add(PACKET_HEAD_LENGTH);
        let [high, low] = counted(length);
        write::pieces(buffer, &[&[DISCONNECT, high, low], connection_id])
    }
}

/// The PUT of a Package #0, in as many packets as the device's maximum packet length requires.
///
/// ```text
///  first  02 or 82 | length | CB ConnectionID | 42 Type | C3 Length | 48/49 Body
///  others 02 or 82 | length |                                         48/49 Body
///
///  02 and 48 Body if more packets follow; 82 and 49 End-of-Body in the last.
///  Of 255 octets, the first has room for 200 of Package #0, each other for 249.
/// ```
///
/// ```
/// use oma_dm_notification::obex::{Put, Response, ResponseCode};
///
/// // The device's answer to CONNECT.
/// let answer = b"\xA0\0\x18\x10\0\x04\0\xCB\0\0\0\x01\x4A\0\x0CSYNCML-DM";
/// let response = Response::parse_connect(answer)?;
/// assert_eq!(response.code(), ResponseCode::SUCCESS);
///
/// let put = Put::relay(b"package 0", response.connection_id())
///     .with_maximum_packet_length(response.maximum_packet_length());
/// let mut buffer = [0; 255];
/// for packet in put.packets() {
///     let octets = packet.encode(&mut buffer)?;
/// #   assert_eq!(octets.len(), 0x40);
///     // Send them, and continue when the response has this code:
///     assert_eq!(packet.expected(), ResponseCode::SUCCESS);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Put<'a> {
    /// Package #0, in pieces.
    package0: [&'a [u8]; 4],
    connection_id: Option<[u8; CONNECTION_ID_LENGTH]>,
    maximum_packet_length: MaximumPacketLength,
}

impl<'a> Put<'a> {
    /// Makes the PUT of a signed Package #0, over the connection with the `ConnectionID`, 32 bits,
    /// that the [response](Response::connection_id) to CONNECT gave; `None` if it gave none.
    ///
    /// Its packets have at most [255](MaximumPacketLength::MINIMUM) octets, which every device
    /// takes.
    #[must_use]
    pub const fn new(signed: &'a Signed<'_>, connection_id: Option<u32>) -> Self {
        Self::of(signed.pieces(), connection_id)
    }

    /// Makes the PUT of a Package #0 that another party has signed, octet for octet. See
    /// [`new`](Self::new).
    #[must_use]
    pub const fn relay(package0: &'a [u8], connection_id: Option<u32>) -> Self {
        Self::of([package0, &[], &[], &[]], connection_id)
    }

    const fn of(package0: [&'a [u8]; 4], connection_id: Option<u32>) -> Self {
        Self {
            package0,
            connection_id: connection_id_header(connection_id),
            maximum_packet_length: MaximumPacketLength::MINIMUM,
        }
    }

    /// Makes packets as long as the device takes them, by its
    /// [response](Response::maximum_packet_length) to CONNECT.
    #[must_use]
    pub const fn with_maximum_packet_length(self, octets: MaximumPacketLength) -> Self {
        Self {
            maximum_packet_length: octets,
            ..self
        }
    }

    /// Returns the packets, in order: at least one, and all but the last as long as allowed.
    #[must_use]
    pub const fn packets(&self) -> PutPackets<'a> {
        PutPackets {
            put: *self,
            sent: Some(0),
        }
    }
}

/// The packets of one PUT: an iterator over them, made by [`Put::packets`].
///
/// Package #0 is not copied. Each [`PutPacket`] is cut out of it when it is encoded.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PutPackets<'a> {
    put: Put<'a>,
    /// The octets of Package #0 in the packets so far; `None` after the last packet.
    sent: Option<usize>,
}

impl<'a> Iterator for PutPackets<'a> {
    type Item = PutPacket<'a>;

    fn next(&mut self) -> Option<PutPacket<'a>> {
        let start = self.sent?;
        let room = usize::from(self.put.maximum_packet_length.value())
            .saturating_sub(self.put.overhead(start));
        let left = write::length(&self.put.package0).saturating_sub(start);
        let length = room.min(left);
        self.sent = (length < left).then_some(start.saturating_add(length));
        Some(PutPacket {
            put: self.put,
            start,
            length,
            last: self.sent.is_none(),
        })
    }
}

impl FusedIterator for PutPackets<'_> {}

impl Put<'_> {
    /// Returns the octets of a packet that are not of Package #0, if so many of those have been
    /// `sent`.
    const fn overhead(&self, sent: usize) -> usize {
        let head = PACKET_HEAD_LENGTH.saturating_add(BODY_HEAD_LENGTH);
        if sent > 0 {
            return head;
        }
        head.saturating_add(OBJECT_LENGTH)
            .saturating_add(self.connection_id.as_slice().as_flattened().len())
    }
}

/// One packet of a PUT.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PutPacket<'a> {
    put: Put<'a>,
    /// Which octets of Package #0 it carries.
    start: usize,
    length: usize,
    last: bool,
}

impl PutPacket<'_> {
    /// Returns the length in octets, at most the maximum packet length.
    #[must_use]
    pub const fn encoded_len(&self) -> usize {
        self.put.overhead(self.start).saturating_add(self.length)
    }

    /// Returns the response code that accepts this packet: 0x90 Continue, and 0xA0 Success for the
    /// last packet. After any other code the device has dropped the PUT: do not send more of it.
    #[must_use]
    pub const fn expected(&self) -> ResponseCode {
        if self.last {
            ResponseCode::SUCCESS
        } else {
            ResponseCode::CONTINUE
        }
    }

    /// Writes the packet to the front of `buffer` and returns what was written. [`Response::parse`]
    /// reads the answer.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`](EncodeError::BufferTooSmall) with the [`encoded_len`](Self::encoded_len).
    /// Nothing has been written.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b mut [u8], EncodeError> {
        let (opcode, body) = if self.last {
            (PUT_FINAL, END_OF_BODY)
        } else {
            (PUT, BODY)
        };
        let [p0, p1] = counted(self.encoded_len());
        let [b0, b1] = counted(self.length.saturating_add(BODY_HEAD_LENGTH));
        let length = write::length(&self.put.package0);
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        let [l0, l1, l2, l3] = length.to_be_bytes();
        let connection_id = self.put.connection_id.as_slice().as_flattened();
        let object: [&[u8]; 4] = [
            connection_id,
            &[TYPE, 0, 39],
            MEDIA_TYPE,
            &[0, LENGTH, l0, l1, l2, l3],
        ];
        // Only the first packet has them.
        let object = if self.start == 0 { &object[..] } else { &[] };
        let (packet, body) = ([opcode, p0, p1], [body, b0, b1]);
        let part = write::window(self.put.package0, self.start, self.length);
        write::groups(buffer, &[&[&packet], object, &[&body], &part])
    }
}

const fn connection_id_header(value: Option<u32>) -> Option<[u8; CONNECTION_ID_LENGTH]> {
    match value {
        Some(value) => {
            let [a, b, c, d] = value.to_be_bytes();
            Some([CONNECTION_ID, a, b, c, d])
        }
        None => None,
    }
}

/// Returns a length of at most 65535 octets in two octets.
fn counted(length: usize) -> [u8; 2] {
    u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes()
}

/// A response packet from the device.
///
/// ```
/// use oma_dm_notification::obex::{Response, ResponseCode};
///
/// let response = Response::parse(b"\xCF\0\x03")?;
/// assert_eq!(response.code(), ResponseCode::UNSUPPORTED_MEDIA_TYPE);
/// # Ok::<(), oma_dm_notification::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Response<'a> {
    code: ResponseCode,
    connection_id: Option<u32>,
    who: Option<&'a [u8]>,
    maximum_packet_length: MaximumPacketLength,
}

impl<'a> Response<'a> {
    /// Parses the response to a PUT or a DISCONNECT, which fills `octets` to their end: 3 octets or
    /// more.
    ///
    /// # Errors
    ///
    /// - [`Truncated`](DecodeErrorKind::Truncated) [`ObexPacket`](Field::ObexPacket): fewer than 3
    ///   octets, or fewer than the packet length says;
    /// - [`Length`](DecodeErrorKind::Length) of the [`ObexPacket`](Field::ObexPacket): more octets
    ///   than the packet length says;
    /// - [`Truncated`](DecodeErrorKind::Truncated) [`ObexHeader`](Field::ObexHeader): it does not
    ///   end within the packet;
    /// - [`Length`](DecodeErrorKind::Length) of an [`ObexHeader`](Field::ObexHeader): below 3.
    pub fn parse(octets: &'a [u8]) -> Result<Self, DecodeError> {
        let (code, reader) = packet::open(octets)?;
        Ok(Self::new(
            code,
            Headers::read(reader)?,
            MaximumPacketLength::MINIMUM,
        ))
    }

    /// Parses the response to a CONNECT, which fills `octets` to their end: 7 octets or more for
    /// Success.
    ///
    /// Of any other response only the code is read, because devices differ in the rest.
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Self::parse), and
    /// - [`Truncated`](DecodeErrorKind::Truncated) [`ObexVersion`](Field::ObexVersion) or
    ///   [`MaximumPacketLength`](Field::MaximumPacketLength): the packet ends before them;
    /// - [`Invalid`](DecodeErrorKind::Invalid) [`MaximumPacketLength`](Field::MaximumPacketLength):
    ///   below 255.
    pub fn parse_connect(octets: &'a [u8]) -> Result<Self, DecodeError> {
        let (code, mut reader) = packet::open(octets)?;
        if code != ResponseCode::SUCCESS.value() {
            return Ok(Self::new(
                code,
                Headers::default(),
                MaximumPacketLength::MINIMUM,
            ));
        }
        let maximum_packet_length = packet::connect_fields(&mut reader)?;
        Ok(Self::new(
            code,
            Headers::read(reader)?,
            maximum_packet_length,
        ))
    }

    const fn new(
        code: u8,
        headers: Headers<'a>,
        maximum_packet_length: MaximumPacketLength,
    ) -> Self {
        Self {
            code: ResponseCode(code),
            connection_id: headers.connection_id,
            who: headers.who,
            maximum_packet_length,
        }
    }

    /// Returns the response code, 8 bits.
    #[must_use]
    pub const fn code(&self) -> ResponseCode {
        self.code
    }

    /// Returns `ConnectionID`, 32 bits, of the connection that a CONNECT has made. `None` if there
    /// is none.
    #[must_use]
    pub const fn connection_id(&self) -> Option<u32> {
        self.connection_id
    }

    /// Returns who has answered: `SYNCML-DM` for a DM client. `None` if the header is missing, as
    /// after a CONNECT that the device did not connect to its Target.
    #[must_use]
    pub const fn who(&self) -> Option<&'a [u8]> {
        self.who
    }

    /// Returns the maximum packet length that the device has stated in its Success to CONNECT, 255
    /// to 65535 octets; [255](MaximumPacketLength::MINIMUM) for any other response.
    #[must_use]
    pub const fn maximum_packet_length(&self) -> MaximumPacketLength {
        self.maximum_packet_length
    }
}
