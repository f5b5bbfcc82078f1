//! The device: an OBEX server that takes a Package #0 and nothing else.

use super::packet::{
    self, ABORT, CONNECT, CONNECTION_ID, DISCONNECT, DM_CLIENT, Headers, MEDIA_TYPE, PUT,
    PUT_FINAL, VERSION_AND_FLAGS, WHO,
};
use super::{MaximumPacketLength, ResponseCode};
use crate::error::DecodeError;
#[cfg(doc)]
use crate::error::{DecodeErrorKind, Field};
use crate::write;
use core::fmt;
use heapless::Vec;

/// Octets of a response in general: code and packet length.
const RESPONSE_LENGTH: u8 = 3;
/// Octets of a response to CONNECT that makes no connection to the DM client: the fields of CONNECT as well.
const CONNECT_RESPONSE_LENGTH: u8 = 7;
/// Octets of the longest response, Success to CONNECT: `ConnectionID` and Who as well.
const CONNECTED_LENGTH: u8 = 24;

/// Whether a PUT has to be preceded by a CONNECT to `SYNCML-DM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_enums, reason = "it is required or it is not")]
pub enum Target {
    /// It has to, as SYNCOBEX has it: for a transport that other OBEX services share.
    Required,
    /// It need not, and a CONNECT without Target is accepted: for a transport that leads here alone, or one whose
    /// CONNECT has been answered elsewhere.
    Optional,
}

/// The device's end of OBEX: takes request packets, answers each, and collects a Package #0 of at most `OCTETS` octets.
///
/// It keeps one connection and one PUT. Whatever interrupts a PUT drops what was collected of it: a packet that is
/// refused, or any but a PUT.
///
/// ```
/// use oma_dm_notification::obex::{Receiver, Target};
///
/// let mut receiver = Receiver::<512>::new(Target::Required);
/// let reply = receiver.receive(b"\x80\0\x13\x10\0\x04\0\x46\0\x0CSYNCML-DM");
/// assert_eq!(reply.response(), b"\xA0\0\x18\x10\0\x04\0\xCB\0\0\0\x01\x4A\0\x0CSYNCML-DM");
///
/// let put = b"\x82\0\x3B\xCB\0\0\0\x01\x42\0\x27application/vnd.syncml.notification\0\x49\0\x0Cpackage 0";
/// let reply = receiver.receive(put);
/// assert_eq!(reply.response(), b"\xA0\0\x03");
/// assert_eq!(reply.package0(), Some(&b"package 0"[..])); // to `Package0::parse`, and `verify`
/// ```
pub struct Receiver<const OCTETS: usize> {
    target: Target,
    maximum_packet_length: MaximumPacketLength,
    /// That of the last connection, whether or not it is still there. It never is 0xFFFFFFFF, which OBEX reserves.
    connection_id: u16,
    connected: bool,
    /// Whether the last packet was of a PUT, accepted, and not its last.
    continued: bool,
    body: Vec<u8, OCTETS>,
}

impl<const OCTETS: usize> Receiver<OCTETS> {
    /// A receiver without a connection, with a maximum packet length of [1024](MaximumPacketLength::DEFAULT) octets.
    #[must_use]
    pub const fn new(target: Target) -> Self {
        Self {
            target,
            maximum_packet_length: MaximumPacketLength::DEFAULT,
            connection_id: 0,
            connected: false,
            continued: false,
            body: Vec::new(),
        }
    }

    /// With another maximum packet length to state in the response to CONNECT: the longest packet that the transport
    /// can hand over whole. A longer one is read all the same.
    #[must_use]
    pub const fn with_maximum_packet_length(mut self, octets: MaximumPacketLength) -> Self {
        self.maximum_packet_length = octets;
        self
    }

    /// The transport has been closed: ends the connection, and drops what was collected.
    pub const fn reset(&mut self) {
        self.connected = false;
        self.continued = false;
    }

    /// Takes one whole request packet, and gives the response to send, with the Package #0 where this was the last
    /// packet of its PUT.
    ///
    /// | request | answer |
    /// |---|---|
    /// | malformed | 0xC0 Bad Request, and the [`fault`](Reply::fault) |
    /// | CONNECT with another Target than `SYNCML-DM`, or with none where it is [required](Target::Required) | 0xC4 Not Found; a connection that there is stays |
    /// | CONNECT | 0xA0 Success, in place of any connection that there was; `ConnectionID` and Who where there is a Target |
    /// | PUT without a connection where it is required | 0xC3 Forbidden |
    /// | PUT over a connection, with another `ConnectionID`, or with none in its first packet | 0xD3 Service Unavailable |
    /// | PUT with another Target than `SYNCML-DM` | 0xC4 Not Found |
    /// | PUT with another Type than that of Package #0, or with none in its first packet | 0xCF Unsupported Media Type |
    /// | PUT with a Length or a body above `OCTETS` | 0xCD Entity Too Large |
    /// | PUT, not final | 0x90 Continue |
    /// | PUT, final, without a body | 0xC0 Bad Request, without a fault |
    /// | PUT, final | 0xA0 Success, and the Package #0 |
    /// | DISCONNECT over a connection, with another `ConnectionID` | 0xD3 Service Unavailable; the connection stays |
    /// | DISCONNECT, ABORT | 0xA0 Success |
    /// | anything else | 0xD1 Not Implemented |
    ///
    /// The first line that fits counts. Type is compared without regard to ASCII case and to the zero octet at its
    /// end. A Length that `OCTETS` has room for is not compared with the body: OBEX gives it for a warning of what is
    /// to come, and the digest finds what is missing.
    ///
    /// A request is malformed, by its `fault`, where
    /// - [`ObexPacket`](Field::ObexPacket) is [`Truncated`](DecodeErrorKind::Truncated): fewer than 3 octets, or
    ///   fewer than the packet length says; or of impossible [`Length`](DecodeErrorKind::Length): more octets
    ///   than it says;
    /// - [`ObexVersion`](Field::ObexVersion) is `Truncated`: a CONNECT ends before version and flags do;
    /// - [`MaximumPacketLength`](Field::MaximumPacketLength) is `Truncated`, or
    ///   [`Invalid`](DecodeErrorKind::Invalid): below 255;
    /// - an [`ObexHeader`](Field::ObexHeader) is `Truncated`: it does not end within the packet; or of impossible
    ///   `Length`: below 3.
    pub fn receive(&mut self, packet: &[u8]) -> Reply<'_> {
        let continued = core::mem::take(&mut self.continued);
        let (code, fault) = match parse(packet) {
            Ok((opcode, headers)) => (self.answer(opcode, &headers, continued), None),
            Err(fault) => (ResponseCode::BAD_REQUEST, Some(fault)),
        };
        let (length, package0) = match (packet.first(), code) {
            (Some(&CONNECT), ResponseCode::SUCCESS) if self.connected => (CONNECTED_LENGTH, None),
            (Some(&CONNECT), _) => (CONNECT_RESPONSE_LENGTH, None),
            (Some(&PUT_FINAL), ResponseCode::SUCCESS) => {
                (RESPONSE_LENGTH, Some(self.body.as_slice()))
            }
            _ => (RESPONSE_LENGTH, None),
        };
        Reply {
            octets: self.response(code, length),
            length,
            code,
            package0,
            fault,
        }
    }

    /// The longest response, of which every other is the front: other codes to CONNECT have its fields as well, since
    /// clients are known to look for them there.
    fn response(&self, code: ResponseCode, length: u8) -> [u8; CONNECTED_LENGTH as usize] {
        let mut octets = [0; CONNECTED_LENGTH as usize];
        // The pieces have as many octets.
        let _ = write::pieces(
            &mut octets,
            &[
                &[code.value(), 0, length],
                &VERSION_AND_FLAGS,
                &self.maximum_packet_length.value().to_be_bytes(),
                &[CONNECTION_ID],
                &u32::from(self.connection_id).to_be_bytes(),
                &[WHO, 0, 12],
                DM_CLIENT,
            ],
        );
        octets
    }

    fn answer(&mut self, opcode: u8, headers: &Headers<'_>, continued: bool) -> ResponseCode {
        match opcode {
            CONNECT => self.connect(headers.target),
            PUT => self.put(headers, continued, false),
            PUT_FINAL => self.put(headers, continued, true),
            DISCONNECT => self.disconnect(headers.connection_id),
            ABORT => ResponseCode::SUCCESS,
            _ => ResponseCode::NOT_IMPLEMENTED,
        }
    }

    fn connect(&mut self, target: Option<&[u8]>) -> ResponseCode {
        if target.map_or(self.target == Target::Required, is_foreign_target) {
            return ResponseCode::NOT_FOUND;
        }
        // Without a Target there is no ConnectionID either: it is as if there were no connection.
        self.connected = target.is_some();
        // Another number each time, so that a packet of an earlier connection is known for one.
        self.connection_id = self.connection_id.wrapping_add(1);
        ResponseCode::SUCCESS
    }

    fn disconnect(&mut self, connection_id: Option<u32>) -> ResponseCode {
        if self.is_foreign(connection_id, true) {
            return ResponseCode::SERVICE_UNAVAILABLE;
        }
        self.connected = false;
        ResponseCode::SUCCESS
    }

    fn put(&mut self, headers: &Headers<'_>, continued: bool, last: bool) -> ResponseCode {
        if let Some(refusal) = self.refusal(headers, continued) {
            return refusal;
        }
        if !continued {
            self.body.clear();
        }
        for part in headers.bodies() {
            if self.body.extend_from_slice(part).is_err() {
                return ResponseCode::ENTITY_TOO_LARGE;
            }
        }
        self.continued = !last;
        match (last, self.body.is_empty()) {
            (false, _) => ResponseCode::CONTINUE,
            (true, false) => ResponseCode::SUCCESS,
            (true, true) => ResponseCode::BAD_REQUEST,
        }
    }

    /// Why a packet of a PUT is refused for what it is about. What the first packet has said need not be said again.
    fn refusal(&self, headers: &Headers<'_>, continued: bool) -> Option<ResponseCode> {
        let length = headers.length.unwrap_or_default();
        if !self.connected && self.target == Target::Required {
            Some(ResponseCode::FORBIDDEN)
        } else if self.is_foreign(headers.connection_id, continued) {
            Some(ResponseCode::SERVICE_UNAVAILABLE)
        } else if headers.target.is_some_and(is_foreign_target) {
            Some(ResponseCode::NOT_FOUND)
        } else if headers.media_type.map_or(!continued, is_foreign_type) {
            Some(ResponseCode::UNSUPPORTED_MEDIA_TYPE)
        } else if usize::try_from(length).unwrap_or(usize::MAX) > OCTETS {
            Some(ResponseCode::ENTITY_TOO_LARGE)
        } else {
            None
        }
    }

    /// Whether there is a connection that this is not the `ConnectionID` of; having none is as good where that is
    /// `optional`.
    fn is_foreign(&self, connection_id: Option<u32>, optional: bool) -> bool {
        let ours = u32::from(self.connection_id);
        self.connected && connection_id.map_or(!optional, |theirs| theirs != ours)
    }
}

/// Reads a request: its opcode, and its headers where it is a request that is answered by them.
fn parse(packet: &[u8]) -> Result<(u8, Headers<'_>), DecodeError> {
    let (opcode, mut reader) = packet::open(packet)?;
    let headers = match opcode {
        CONNECT => {
            packet::connect_fields(&mut reader)?;
            Headers::read(reader)?
        }
        PUT | PUT_FINAL | DISCONNECT | ABORT => Headers::read(reader)?,
        _ => Headers::default(),
    };
    Ok((opcode, headers))
}

fn is_foreign_target(target: &[u8]) -> bool {
    target != DM_CLIENT
}

fn is_foreign_type(media_type: &[u8]) -> bool {
    let name = media_type.strip_suffix(b"\0").unwrap_or(media_type);
    !name.eq_ignore_ascii_case(MEDIA_TYPE)
}

/// The answer to one request packet.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Reply<'a> {
    octets: [u8; CONNECTED_LENGTH as usize],
    length: u8,
    code: ResponseCode,
    package0: Option<&'a [u8]>,
    fault: Option<DecodeError>,
}

impl<'a> Reply<'a> {
    /// The response packet to send: 24 octets for a connection made, 7 for any other CONNECT, else 3.
    #[must_use]
    pub fn response(&self) -> &[u8] {
        let length = usize::from(self.length);
        self.octets.get(..length).unwrap_or_default()
    }

    /// The code of the response: see [`Receiver::receive`].
    #[must_use]
    pub const fn code(&self) -> ResponseCode {
        self.code
    }

    /// The body of the PUT that this packet was the last of: 1 to `OCTETS` octets, for
    /// [`Package0::parse`](crate::Package0::parse). `None` for every other packet.
    #[must_use]
    pub const fn package0(&self) -> Option<&'a [u8]> {
        self.package0
    }

    /// What was malformed about the request; `None` where nothing was. The offset is one into the request packet.
    #[must_use]
    pub const fn fault(&self) -> Option<DecodeError> {
        self.fault
    }
}

impl<const OCTETS: usize> fmt::Debug for Receiver<OCTETS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receiver(..)")
    }
}

#[cfg(feature = "defmt")]
impl<const OCTETS: usize> defmt::Format for Receiver<OCTETS> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Receiver(..)");
    }
}
