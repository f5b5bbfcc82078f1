//! The device: an OBEX server that accepts only a Package #0.

use super::packet::{
    self, ABORT, CONNECT, CONNECTION_ID, DISCONNECT, DM_CLIENT, Headers, MEDIA_TYPE,
    MaximumPacketLength, PUT, PUT_FINAL, ResponseCode, VERSION_AND_FLAGS, WHO,
};
use crate::error::DecodeError;
#[cfg(doc)]
use crate::error::{DecodeErrorKind, Field};
use crate::write;
use core::fmt;
use heapless::Vec;

/// Octets of a response in general: code and packet length.
const RESPONSE_LENGTH: u8 = 3;
/// Octets of a response to CONNECT without a connection to the DM client: the fields of CONNECT
/// too.
const CONNECT_RESPONSE_LENGTH: u8 = 7;
/// Octets of the longest response, Success to CONNECT: `ConnectionID` and Who too.
const CONNECTED_LENGTH: u8 = 24;

/// Whether a PUT needs a connection to `SYNCML-DM`, made by a CONNECT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_enums, reason = "it is required or it is not")]
pub enum Connection {
    /// It does, as SYNCOBEX demands: for a transport that other OBEX services share.
    #[default]
    Required,
    /// It does not, and a CONNECT without Target is accepted: for a transport dedicated to this
    /// receiver, or one whose CONNECT another component has answered.
    Optional,
}

/// The device's end of OBEX: takes request packets, answers each, and collects a Package #0 of at
/// most `OCTETS` octets.
///
/// It keeps one connection and one PUT. A refused packet, or any request but a PUT, interrupts the
/// PUT and drops its octets. A new receiver is all zeros, so that a `static` lies in `.bss`.
///
/// ```
/// use oma_dm_notification::obex::{Connection, Receiver};
///
/// let mut receiver = Receiver::<512>::new(Connection::Required);
/// let connect = b"\x80\0\x13\x10\0\x04\0\x46\0\x0CSYNCML-DM";
/// let reply = receiver.receive(connect);
/// let success = b"\xA0\0\x18\x10\0\x04\0\xCB\0\0\0\x01\x4A\0\x0CSYNCML-DM";
/// assert_eq!(reply.response(), success);
///
/// let put = b"\x82\0\x3B\xCB\0\0\0\x01\
///     \x42\0\x27application/vnd.syncml.notification\0\
///     \x49\0\x0Cpackage 0";
/// let reply = receiver.receive(put);
/// assert_eq!(reply.response(), b"\xA0\0\x03");
/// // For `Package0::parse`, and `verify`.
/// assert_eq!(reply.package0(), Some(&b"package 0"[..]));
/// ```
pub struct Receiver<const OCTETS: usize> {
    connection: Connection,
    /// `None` for the default, so that a new receiver is all zeros.
    maximum_packet_length: Option<MaximumPacketLength>,
    /// That of the last connection, which may have ended. It never becomes 0xFFFFFFFF, which OBEX
    /// reserves.
    connection_id: u16,
    connected: bool,
    /// Whether the last packet was accepted, part of a PUT, and not its last.
    continued: bool,
    body: Vec<u8, OCTETS>,
}

impl<const OCTETS: usize> Receiver<OCTETS> {
    /// Makes a receiver without a connection, with a maximum packet length of
    /// [1024](MaximumPacketLength::DEFAULT) octets.
    #[must_use]
    pub const fn new(connection: Connection) -> Self {
        Self {
            connection,
            maximum_packet_length: None,
            connection_id: 0,
            connected: false,
            continued: false,
            body: Vec::new(),
        }
    }

    /// Sets the maximum packet length that the response to CONNECT states: the longest packet that
    /// the transport can hand over whole. A longer one is read all the same.
    pub const fn set_maximum_packet_length(&mut self, octets: MaximumPacketLength) {
        self.maximum_packet_length = Some(octets);
    }

    /// Ends the connection and drops the octets of an interrupted PUT: the transport has been
    /// closed.
    pub const fn reset(&mut self) {
        self.connected = false;
        self.continued = false;
    }

    /// Takes one whole request packet and returns the response to send, with the Package #0 if this
    /// was the last packet of its PUT.
    ///
    /// | request | answer |
    /// |---|---|
    /// | malformed | 0xC0 Bad Request, and the [`error`](Reply::error) |
    /// | CONNECT, foreign Target, or none if [required](Connection::Required) | 0xC4 Not Found |
    /// | CONNECT | 0xA0 Success, replacing an earlier connection |
    /// | PUT without a connection if it is required | 0xC3 Forbidden |
    /// | PUT, foreign `ConnectionID`, or none in its first packet | 0xD3 Service Unavailable |
    /// | PUT, foreign Target | 0xC4 Not Found |
    /// | PUT, foreign Type, or none in its first packet | 0xCF Unsupported Media Type |
    /// | PUT, Length or body above `OCTETS` | 0xCD Entity Too Large |
    /// | PUT, not final | 0x90 Continue |
    /// | PUT, final, without a body | 0xC0 Bad Request, without an error |
    /// | PUT, final | 0xA0 Success, and the Package #0 |
    /// | DISCONNECT, foreign `ConnectionID` | 0xD3 Service Unavailable |
    /// | DISCONNECT, ABORT | 0xA0 Success |
    /// | any other | 0xD1 Not Implemented |
    ///
    /// A Target is foreign unless it is `SYNCML-DM`, a Type unless it is that of Package #0, a
    /// `ConnectionID` unless it is that of the connection, if there is one. A refusal leaves an
    /// earlier connection as it was. Success to a CONNECT with a Target has `ConnectionID` and Who.
    ///
    /// The first line that fits counts. Type is compared in any ASCII case, with or without the
    /// zero octet at its end. A Length up to `OCTETS` is not compared with the body: in OBEX it is
    /// a hint, and the digest finds missing octets.
    ///
    /// A request is malformed, by its `error`, if
    /// - [`ObexPacket`](Field::ObexPacket) is [`Truncated`](DecodeErrorKind::Truncated): fewer than
    ///   3 octets, or fewer than the packet length says; or of impossible
    ///   [`Length`](DecodeErrorKind::Length): more octets than it says;
    /// - [`ObexVersion`](Field::ObexVersion) is `Truncated`: a CONNECT ends within version and
    ///   flags;
    /// - [`MaximumPacketLength`](Field::MaximumPacketLength) is `Truncated`, or
    ///   [`Invalid`](DecodeErrorKind::Invalid): below 255;
    /// - an [`ObexHeader`](Field::ObexHeader) is `Truncated`: it does not end within the packet; or
    ///   of impossible `Length`: below 3.
    pub fn receive(&mut self, packet: &[u8]) -> Reply<'_> {
        let continued = core::mem::take(&mut self.continued);
        let (code, error) = match parse(packet) {
            Ok((opcode, headers)) => (self.answer(opcode, &headers, continued), None),
            Err(error) => (ResponseCode::BAD_REQUEST, Some(error)),
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
            error,
        }
    }

    /// Makes the longest response; every response is a prefix of it. Refusals of a CONNECT have its
    /// fields too, because clients look for them there.
    fn response(&self, code: ResponseCode, length: u8) -> [u8; CONNECTED_LENGTH as usize] {
        let mut octets = [0; CONNECTED_LENGTH as usize];
        let maximum_packet_length = self.maximum_packet_length.unwrap_or_default();
        // The pieces have as many octets.
        let _ = write::pieces(
            &mut octets,
            &[
                &[code.value(), 0, length],
                &VERSION_AND_FLAGS,
                &maximum_packet_length.value().to_be_bytes(),
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
        if target.map_or(self.connection == Connection::Required, is_foreign_target) {
            return ResponseCode::NOT_FOUND;
        }
        // Without a Target there is no ConnectionID either, and so no connection.
        self.connected = target.is_some();
        // Another number each time, so that packets of an earlier connection are recognised.
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

    /// Returns why a packet of a PUT is refused, judged by its headers. Later packets need not
    /// repeat the headers of the first.
    fn refusal(&self, headers: &Headers<'_>, continued: bool) -> Option<ResponseCode> {
        let length = headers.length.unwrap_or_default();
        if !self.connected && self.connection == Connection::Required {
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

    /// Returns whether there is a connection and this is not its `ConnectionID`. If it is
    /// `optional`, none is accepted.
    fn is_foreign(&self, connection_id: Option<u32>, optional: bool) -> bool {
        let ours = u32::from(self.connection_id);
        self.connected && connection_id.map_or(!optional, |theirs| theirs != ours)
    }
}

/// Reads a request: its opcode, and its headers if the answer depends on them.
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
    error: Option<DecodeError>,
}

impl<'a> Reply<'a> {
    /// Returns the response packet to send: 24 octets for a connection made, 7 for any other
    /// CONNECT, else 3.
    #[must_use]
    pub fn response(&self) -> &[u8] {
        let length = usize::from(self.length);
        self.octets.get(..length).unwrap_or_default()
    }

    /// Returns the code of the response: see [`Receiver::receive`].
    #[must_use]
    pub const fn code(&self) -> ResponseCode {
        self.code
    }

    /// Returns the body of the PUT whose last packet this was: 1 to `OCTETS` octets, for
    /// [`Package0::parse`](crate::Package0::parse). `None` for every other packet.
    #[must_use]
    pub const fn package0(&self) -> Option<&'a [u8]> {
        self.package0
    }

    /// Returns how the request is malformed; `None` if it is not. The offset counts from the first
    /// octet of the request packet.
    #[must_use]
    pub const fn error(&self) -> Option<DecodeError> {
        self.error
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
