//! WAP push: how Package #0 travels in a short message or a datagram (7.1).
//!
//! ```text
//!  short message:  user data header (ports 2948)  |  WSP push (0x44, application id 0x07)  |  Package #0
//!  datagram:       UDP header (port 2948)         |  WSP push (0x44, application id 0x07)  |  Package #0
//! ```
//!
//! On receipt, [`open_sms`] and [`open_datagram`] follow the layers from the left and route by 7.1.1; they accept every
//! form that the layers allow. To send, [`DmPush`] makes the one form that 7.1 asks for.

pub mod cdma;
pub mod concat;
mod udh;
mod wsp;

pub use udh::{Concatenation, Element, Elements, Ports, Reference, UserData};
pub use wsp::{Header, HeaderName, Headers, Push, Value};

use crate::error::{DecodeError, DecodeErrorKind, EncodeError, Field};
use crate::package0::Package0;
use crate::read::Reader;
use crate::write;

/// The default non-secure connectionless push port (7.1).
pub const PORT: u16 = 2948;
/// The media type of Package #0: its registered number, and its name (6, 7.1).
const MEDIA_TYPE: (u8, &str) = (0x44, Package0::MEDIA_TYPE);
/// The application id of the OMA DM user agent: its registered number, and its URI (7.1).
const APPLICATION: (u8, &str) = (0x07, "x-wap-application:syncml.dm");

/// Opens the push in one short message, if it is for OMA DM: port 2948, media type and application id (7.1.1).
///
/// `user_data` is TP-User-Data with TP-UDHI set and 8-bit data. The [body](Push::body) of what is returned is Package #0.
///
/// # Errors
///
/// In the order of the layers:
/// - those of [`UserData::parse`];
/// - [`Missing`](DecodeErrorKind::Missing) or foreign ([`NotDm`](DecodeErrorKind::NotDm))
///   [`DestinationPort`](Field::DestinationPort);
/// - [`Segment`](DecodeErrorKind::Segment): the message is one of several, by its
///   [`Concatenation`](Field::Concatenation) element; reassemble it and use [`open_datagram`];
/// - those of [`open_datagram`].
#[inline(always)]
pub fn open_sms(user_data: &[u8]) -> Result<Push<'_>, DecodeError> {
    open_user_data(&UserData::parse(user_data)?)
}

/// [`open_sms`] for user data that has been read.
#[inline(always)]
pub(crate) fn open_user_data<'a>(user_data: &UserData<'a>) -> Result<Push<'a>, DecodeError> {
    match user_data.ports {
        Some((ports, _)) if ports.is_for_dm() => {}
        Some((_, offset)) => {
            return Err(DecodeError::new(
                DecodeErrorKind::NotDm,
                Field::DestinationPort,
                offset,
            ));
        }
        None => {
            return Err(DecodeError::new(
                DecodeErrorKind::Missing,
                Field::DestinationPort,
                0,
            ));
        }
    }
    match user_data.concatenation {
        Some((segment, offset)) if segment.total() > 1 => Err(DecodeError::new(
            DecodeErrorKind::Segment,
            Field::Concatenation,
            offset,
        )),
        _ => open_push(user_data.payload_reader()),
    }
}

/// Opens the push in the payload of one datagram, if it is for OMA DM: port 2948, media type and application id (7.1.1).
///
/// The datagram may have come by UDP, or from reassembled short messages. The [body](Push::body) of what is returned is
/// Package #0.
///
/// # Errors
///
/// - foreign ([`NotDm`](DecodeErrorKind::NotDm)) [`DestinationPort`](Field::DestinationPort), at offset 0;
/// - those of [`Push::parse`], that it is no push included;
/// - foreign ([`NotDm`](DecodeErrorKind::NotDm)) [`ContentType`](Field::ContentType);
/// - [`Missing`](DecodeErrorKind::Missing) or foreign ([`NotDm`](DecodeErrorKind::NotDm))
///   [`ApplicationId`](Field::ApplicationId).
pub fn open_datagram(destination_port: u16, payload: &[u8]) -> Result<Push<'_>, DecodeError> {
    if destination_port != PORT {
        return Err(DecodeError::new(
            DecodeErrorKind::NotDm,
            Field::DestinationPort,
            0,
        ));
    }
    open_push(Reader::new(payload, 0))
}

/// The push in all that is left in `reader`, if it is for OMA DM by its media type and application id.
#[inline]
fn open_push(reader: Reader<'_>) -> Result<Push<'_>, DecodeError> {
    let (push, routed) = Push::read(reader)?;
    routed.map(|()| push)
}

/// The most octets that WDP and WSP headers may have together (7.1).
const HEADERS_LIMIT: usize = 48;
/// Octets of the UDP header, which is what WDP's header is over IP.
const UDP_HEADER_LENGTH: usize = 8;
/// Octets of the WSP header of 7.1 without extra headers.
const WSP_HEADER_LENGTH: usize = 6;

/// A push to send: Package #0 behind the WSP header of 7.1, `TID 06 03 C4 AF 87`.
///
/// ```
/// use oma_dm_notification::wap::DmPush;
///
/// let mut buffer = [0; 32];
/// assert_eq!(DmPush::new(1, b"package 0").encode(&mut buffer)?, b"\x01\x06\x03\xC4\xAF\x87package 0");
/// # Ok::<(), oma_dm_notification::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DmPush<'a> {
    tid: u8,
    extra_headers: &'a [u8],
    package0: &'a [u8],
}

impl<'a> DmPush<'a> {
    /// The push of these octets of a [`Package0`], under a TID, 8 bits, of the caller's choice.
    #[must_use]
    pub const fn new(tid: u8, package0: &'a [u8]) -> Self {
        Self {
            tid,
            extra_headers: &[],
            package0,
        }
    }

    /// With more WSP headers, after X-Wap-Application-Id: those that the client is known to put to use (7.1).
    ///
    /// # Errors
    ///
    /// [`Headers`](EncodeError::Headers) where they are not well formed (WSP 8.4.2.6). Their length is checked when the
    /// push is encoded, with the header of the bearer.
    pub fn with_headers(self, extra_headers: &'a [u8]) -> Result<Self, EncodeError> {
        let mut walk = Headers::new(Reader::new(extra_headers, 0));
        while walk.read().map_err(EncodeError::Headers)?.is_some() {}
        Ok(Self {
            extra_headers,
            ..self
        })
    }

    /// The length in octets: 6, the extra headers, and Package #0.
    #[must_use]
    pub const fn encoded_len(&self) -> usize {
        WSP_HEADER_LENGTH
            .saturating_add(self.extra_headers.len())
            .saturating_add(self.package0.len())
    }

    /// Writes the payload of a datagram to UDP port [2948](PORT) to the front of `buffer`; returns what was written.
    ///
    /// # Errors
    ///
    /// In each case nothing has been written:
    /// - [`BufferTooSmall`](EncodeError::BufferTooSmall) with the [`encoded_len`](Self::encoded_len);
    /// - [`TooLong`](EncodeError::TooLong) [`Headers`](Field::Headers): UDP and WSP headers exceed 48 octets (7.1).
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b mut [u8], EncodeError> {
        self.check_headers(UDP_HEADER_LENGTH)?;
        write::pieces(buffer, &self.pieces(&self.header()))
    }

    /// The short messages that carry the push, one or several concatenated: see [`mod@concat`].
    ///
    /// `originator_port` is the sender's choice; `reference` tells concatenated messages of one sender apart, and is
    /// not used where a single short message suffices.
    ///
    /// # Errors
    ///
    /// - [`TooLong`](EncodeError::TooLong) [`Headers`](Field::Headers): user data header and WSP header exceed 48
    ///   octets (7.1);
    /// - [`TooManySegments`](EncodeError::TooManySegments): more than 255 short messages would be needed.
    pub fn short_messages(
        &self,
        originator_port: u16,
        reference: Reference,
    ) -> Result<concat::ShortMessages<'a>, EncodeError> {
        concat::ShortMessages::new(*self, originator_port, reference)
    }

    /// The segments that carry the push over CDMA, one or several: see [`cdma`].
    ///
    /// `source_port` is the sender's choice; `longest` is how many octets the bearer has room for in one segment, its
    /// WDP header included: 7 or more.
    ///
    /// # Errors
    ///
    /// - [`TooLong`](EncodeError::TooLong) [`Headers`](Field::Headers): the WDP header of the first segment and the WSP
    ///   header exceed 48 octets (7.1);
    /// - [`OutOfRange`](EncodeError::OutOfRange) [`SegmentLength`](Field::SegmentLength): `longest` is less than the 7
    ///   octets of the WDP header of the first segment;
    /// - [`TooManySegments`](EncodeError::TooManySegments): more than 255 segments would be needed.
    pub fn cdma_segments(
        &self,
        source_port: u16,
        longest: usize,
    ) -> Result<cdma::SegmentsToSend<'a>, EncodeError> {
        cdma::SegmentsToSend::new(*self, source_port, longest)
    }

    /// 7.1: "the total length of the WDP and WSP headers never exceeds 48 bytes".
    const fn check_headers(&self, wdp_header: usize) -> Result<(), EncodeError> {
        let length = wdp_header
            .saturating_add(WSP_HEADER_LENGTH)
            .saturating_add(self.extra_headers.len());
        if length > HEADERS_LIMIT {
            return Err(EncodeError::TooLong {
                field: Field::Headers,
                limit: HEADERS_LIMIT,
            });
        }
        Ok(())
    }

    /// Everything before the extra headers, in the order that 7.1 demands: media type, then application id, in codes.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "`check_headers` has been called"
    )]
    const fn header(&self) -> [u8; WSP_HEADER_LENGTH] {
        let (media_type, _) = MEDIA_TYPE;
        let (application, _) = APPLICATION;
        [
            self.tid,
            wsp::PDU_TYPE_PUSH,
            (self.extra_headers.len() as u8).wrapping_add(3),
            0x80 | media_type,
            0x80 | wsp::APPLICATION_ID,
            0x80 | application,
        ]
    }

    /// The octets of the push, in order, around its [`header`](Self::header).
    const fn pieces<'p>(&'p self, header: &'p [u8; WSP_HEADER_LENGTH]) -> [&'p [u8]; 3] {
        [header, self.extra_headers, self.package0]
    }
}
