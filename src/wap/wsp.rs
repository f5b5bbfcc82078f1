//! The connectionless push of WSP (WAP-230), received and to send, and its header fields.
//!
//! ```text
//!  octet 0     1          2                                            n
//!       +-----+----------+------------+--------------+-------//-------+----//----+
//!       | TID | PDU type | HeadersLen | Content-Type | headers        | data     |
//!       +-----+----------+------------+--------------+-------//-------+----//----+
//!                         1 to 5 octets \_____ HeadersLen octets ____/
//!
//!  as sent  TID | 06 | 03 + extra headers | C4 | AF 87, extra headers | Package #0
//! ```
//!
//! Layout: WSP §8.2.1 and §8.2.4.1.

use crate::error::{DecodeError, DecodeErrorKind, EncodeError, Field};
use crate::package0::{Package0, Signed};
use crate::read::{self, Octets, Reader, Split};
use crate::write;
use core::fmt;

/// The media type of Package #0: its registered number and its name (OMA §6, §7.1).
const MEDIA_TYPE: (u8, &str) = (0x44, Package0::MEDIA_TYPE);
/// The application id of the OMA DM user agent: its registered number and its URI (OMA §7.1).
const APPLICATION: (u8, &str) = (0x07, "x-wap-application:syncml.dm");

/// The most octets that WDP and WSP headers may have together (OMA §7.1).
const HEADERS_LIMIT: usize = 48;
/// Octets of the UDP header, which is the WDP header over IP.
const UDP_HEADER_LENGTH: usize = 8;
/// The most octets that a UDP datagram carries over IPv4: 65535 less the headers of IP and UDP.
const MAX_DATAGRAM_LENGTH: usize = 65_507;
/// Octets of the WSP header without extra headers.
const WSP_HEADER_LENGTH: usize = 6;

/// PDU type of a push, the one to send (WSP §8.2.4.1).
const PDU_TYPE_PUSH: u8 = 0x06;
/// PDU type of a confirmed push, received like a push because deployed gateways send it (WSP
/// §8.2.4.1).
const PDU_TYPE_CONFIRMED_PUSH: u8 = 0x07;

/// The code page of well-known header names unless the headers shift to another (WSP §8.4.2.6).
const DEFAULT_PAGE: u8 = 1;
/// Content-Type as a header name: its number in the default code page, and its text (WSP Table 39).
const CONTENT_TYPE: (u8, &str) = (0x11, "Content-Type");
/// X-Wap-Application-Id likewise.
const APPLICATION_ID: (u8, &str) = (0x2F, "X-Wap-Application-Id");

/// A received WSP push: 4 octets or more.
///
/// Its form is checked, not its address: [`open_sms`](crate::wap::open_sms) and
/// [`open_datagram`](crate::wap::open_datagram) route it.
#[derive(Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Push<'a> {
    tid: u8,
    confirmed: bool,
    /// Content-Type and all headers.
    start: Reader<'a>,
    /// The headers after Content-Type.
    headers: Reader<'a>,
    body: Reader<'a>,
}

impl<'a> Push<'a> {
    /// Parses a push that fills `octets` to their end.
    ///
    /// # Errors
    ///
    /// - [`Truncated`](DecodeErrorKind::Truncated) [`TransactionId`](Field::TransactionId),
    ///   [`PduType`](Field::PduType), [`HeadersLength`](Field::HeadersLength) or
    ///   [`Headers`](Field::Headers): the octets end too early;
    /// - [`NotDm`](DecodeErrorKind::NotDm) [`PduType`](Field::PduType): it is not a push (WSP
    ///   §8.2.4.1);
    /// - [`Overflow`](DecodeErrorKind::Overflow) in [`HeadersLength`](Field::HeadersLength): more
    ///   than 32 bits (WSP §8.1.2);
    /// - [`Truncated`](DecodeErrorKind::Truncated) or [`Overflow`](DecodeErrorKind::Overflow) in
    ///   [`ContentType`](Field::ContentType) or a [`Header`](Field::Header): it does not end within
    ///   the headers;
    /// - [`Invalid`](DecodeErrorKind::Invalid) [`Header`](Field::Header): a name octet of 0 (WSP
    ///   §8.4.1.1).
    pub fn parse(octets: &'a [u8]) -> Result<Self, DecodeError> {
        Self::read(Reader::new(octets, 0)).map(|(push, _)| push)
    }

    /// Reads a push from the rest of `reader`, and whether its media type and application id are
    /// those of OMA DM (OMA §7.1.1).
    #[inline(always)]
    fn read(mut reader: Reader<'a>) -> Result<(Self, Result<(), DecodeError>), DecodeError> {
        let tid = reader.field(Field::TransactionId, Reader::octet)?;
        let confirmed = reader.field(Field::PduType, |reader| match reader.octet()? {
            PDU_TYPE_PUSH => Ok(false),
            PDU_TYPE_CONFIRMED_PUSH => Ok(true),
            _ => Err(DecodeErrorKind::NotDm),
        })?;
        let length = reader.field(Field::HeadersLength, Reader::uintvar)?;
        let start = reader.field(Field::Headers, |reader| reader.part(length))?;
        let mut headers = start;
        let content_type = headers.field(Field::ContentType, read_content_type)?;
        let is_package0 = content_type.names(MEDIA_TYPE);
        let mut walk = Headers::new(headers);
        let mut application_id = None;
        while let Some(header) = walk.read()? {
            // Of several, the first one counts.
            if application_id.is_none() && header.is_named(APPLICATION_ID) {
                let offset = walk.reader.offset().wrapping_sub(header.octets.len());
                application_id = Some((header.value.names(APPLICATION), offset));
            }
        }
        let push = Self {
            tid,
            confirmed,
            start,
            headers,
            body: reader,
        };
        let (kind, field, offset) = match application_id {
            Some((true, _)) if is_package0 => return Ok((push, Ok(()))),
            _ if !is_package0 => (DecodeErrorKind::NotDm, Field::ContentType, start.offset()),
            Some((_, offset)) => (DecodeErrorKind::NotDm, Field::ApplicationId, offset),
            None => {
                let offset = reader.offset();
                (DecodeErrorKind::Missing, Field::ApplicationId, offset)
            }
        };
        Ok((push, Err(DecodeError::new(kind, field, offset))))
    }

    /// Returns TID, 8 bits: the sender's choice, without meaning to the receiver of a push (WSP
    /// §8.2.1).
    #[must_use]
    pub const fn tid(&self) -> u8 {
        self.tid
    }

    /// Returns whether the PDU type is that of a confirmed push, 0x07, instead of 0x06. Routing
    /// treats both alike.
    #[must_use]
    pub const fn is_confirmed(&self) -> bool {
        self.confirmed
    }

    /// Returns the media type in Content-Type, without parameters: a registered number or text (WSP
    /// §8.4.2.24).
    #[must_use]
    pub fn content_type(&self) -> Value<'a> {
        let none = Value {
            first: 0,
            octets: &[],
        };
        // `read` has read it before.
        read_content_type(&mut { self.start }).unwrap_or(none)
    }

    /// Returns Content-Type as received, with its parameters. It has no name octet.
    #[must_use]
    pub fn content_type_octets(&self) -> &'a [u8] {
        self.headers.since(&self.start)
    }

    /// Returns the headers after Content-Type, in order.
    #[must_use]
    pub const fn headers(&self) -> Headers<'a> {
        Headers::new(self.headers)
    }

    /// Returns the first X-Wap-Application-Id: a registered number or a URI (WSP §8.4.2.54).
    #[must_use]
    pub fn application_id(&self) -> Option<Value<'a>> {
        let mut headers = self.headers();
        let header = headers.find(|header| header.is_named(APPLICATION_ID))?;
        Some(header.value)
    }

    /// Returns the octets that are pushed: for OMA DM, Package #0.
    #[must_use]
    pub const fn body(&self) -> &'a [u8] {
        self.body.rest()
    }

    /// [`body`](Self::body), with its offset.
    pub(crate) const fn body_reader(&self) -> Reader<'a> {
        self.body
    }
}

/// Opens the push in the rest of `reader` if its media type and application id are those of OMA DM.
#[inline(always)]
pub(crate) fn open(reader: Reader<'_>) -> Result<Push<'_>, DecodeError> {
    let (push, routed) = Push::read(reader)?;
    routed.map(|()| push)
}

/// [`open`] for all but the shortest way: firmware has this once. Each other copy of it costs 1,100
/// octets of flash.
#[inline(never)]
pub(crate) fn open_apart(reader: Reader<'_>) -> Result<Push<'_>, DecodeError> {
    open(reader)
}

/// By hand: the derived code for more than five fields keeps a reachable panic.
impl fmt::Debug for Push<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Push")
            .field("tid", &self.tid)
            .field("confirmed", &self.confirmed)
            .field("content_type", &self.content_type())
            .field("application_id", &self.application_id())
            .field("headers", &self.headers)
            .field("body", &self.body)
            .finish()
    }
}

/// `Content-type-value = Constrained-media | Content-general-form` (WSP §8.4.2.24): the media type
/// alone, without the parameters of the general form.
// Saves 30 instructions to callers that use `?`.
#[inline(always)]
fn read_content_type<'a>(reader: &mut Reader<'a>) -> Result<Value<'a>, DecodeErrorKind> {
    let value = Value::read(reader)?;
    match value.counted() {
        Some(general) => Value::read(&mut Reader::new(general, 0)),
        None => Ok(value),
    }
}

/// The headers of a push: an iterator over them (WSP §8.4.2.6).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Headers<'a> {
    reader: Reader<'a>,
    page: u8,
}

impl<'a> Headers<'a> {
    const fn new(reader: Reader<'a>) -> Self {
        Self {
            reader,
            page: DEFAULT_PAGE,
        }
    }

    /// `Header = Message-header | Shift-sequence` (WSP §8.4.2.6): reads up to and including the
    /// next message header; `None` at the end.
    #[inline(always)]
    fn read(&mut self) -> Result<Option<Header<'a>>, DecodeError> {
        loop {
            let start = self.reader;
            let Ok(first) = self.reader.octet() else {
                return Ok(None);
            };
            let header = Header::read(start, first, &mut self.reader, &mut self.page)
                .map_err(|kind| DecodeError::new(kind, Field::Header, start.offset()))?;
            if header.is_some() {
                return Ok(header);
            }
        }
    }
}

impl<'a> Iterator for Headers<'a> {
    type Item = Header<'a>;

    fn next(&mut self) -> Option<Header<'a>> {
        self.read().ok().flatten()
    }
}

impl core::iter::FusedIterator for Headers<'_> {}

/// One header of a push: its name, its value, and the octets of both.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Header<'a> {
    page: u8,
    first: u8,
    /// The name if it is a text.
    name: &'a [u8],
    value: Value<'a>,
    octets: &'a [u8],
}

impl<'a> Header<'a> {
    /// Reads a message header, or a shift to another code `page`, which gives `None` (WSP §8.4.1.1,
    /// §8.4.2.6). Its `first` octet, at `start`, has been read.
    #[inline(always)]
    fn read(
        start: Reader<'a>,
        first: u8,
        reader: &mut Reader<'a>,
        page: &mut u8,
    ) -> Result<Option<Self>, DecodeErrorKind> {
        let name = match first {
            0 => return Err(DecodeErrorKind::Invalid),
            short_cut @ 0x01..=0x1F => {
                *page = short_cut;
                return Ok(None);
            }
            0x7F => {
                *page = reader.octet()?;
                return Ok(None);
            }
            0x80.. => &[],
            0x20..=0x7E => {
                *reader = start;
                reader.text()?
            }
        };
        let value = Value::read(reader)?;
        Ok(Some(Self {
            page: *page,
            first,
            name,
            value,
            octets: reader.since(&start),
        }))
    }

    /// Returns the name.
    #[must_use]
    pub const fn name(&self) -> HeaderName<'a> {
        match self.first {
            number @ 0x80.. => HeaderName::WellKnown {
                page: self.page,
                number: number & 0x7F,
            },
            _ => HeaderName::Text(self.name),
        }
    }

    /// Returns whether this is the name: the number in the default code page, or the text on any
    /// page.
    #[inline(always)]
    fn is_named(&self, (well_known, text): (u8, &str)) -> bool {
        match self.first {
            number @ 0x80.. => number & 0x7F == well_known && self.page == DEFAULT_PAGE,
            _ => is_text(self.name, text),
        }
    }

    /// Returns the value.
    #[must_use]
    pub const fn value(&self) -> Value<'a> {
        self.value
    }

    /// Returns name and value as received.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.octets
    }
}

impl fmt::Debug for Header<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Header")
            .field("name", &self.name())
            .field("value", &self.value)
            .finish()
    }
}

/// `Field-name` of a header (WSP §8.4.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_enums, reason = "WSP has these two forms")]
pub enum HeaderName<'a> {
    /// A registered number, 0 to 127, in a code page.
    WellKnown {
        /// The code page: 1 unless the headers shift to another.
        page: u8,
        /// The number, as in Table 39 for page 1.
        number: u8,
    },
    /// A name in text. Its ASCII case has no meaning.
    Text(&'a [u8]),
}

/// A field value. Its first octet tells its form and where it ends (WSP §8.4.1.2).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Value<'a> {
    first: u8,
    octets: &'a [u8],
}

impl<'a> Value<'a> {
    #[inline(always)]
    fn read(reader: &mut Reader<'a>) -> Result<Self, DecodeErrorKind> {
        let start = *reader;
        let first = reader.octet()?;
        let octets = if first < 0x80 {
            *reader = start;
            reader.split(split_long_value)?
        } else {
            &[]
        };
        Ok(Self { first, octets })
    }

    /// Returns the number of an `Integer-value = Short-integer | Long-integer` (WSP §8.4.2.3),
    /// leading zeros allowed. `None` if the value is not an integer, or has more than 32 bits.
    #[must_use]
    pub fn integer(&self) -> Option<u32> {
        match self.first {
            short @ 0x80.. => Some(u32::from(short & 0x7F)),
            1..=30 => long_integer(self.octets),
            _ => None,
        }
    }

    /// Returns the text of a `Text-string`, first octet 32 to 127, without the quote octet 127
    /// before it and the zero octet after it (WSP §8.4.2.1). `None` for another value.
    #[must_use]
    pub const fn text(&self) -> Option<&'a [u8]> {
        match self.first {
            32..=0x7F => Some(self.octets),
            _ => None,
        }
    }

    /// Returns the octets that a `Value-length` or `Short-length` counts, first octet 0 to 31: a
    /// structure, or a `Long-integer` (WSP §8.4.2.1, §8.4.2.2). `None` for another value.
    #[must_use]
    pub const fn counted(&self) -> Option<&'a [u8]> {
        match self.first {
            0..=31 => Some(self.octets),
            _ => None,
        }
    }

    /// Returns whether this is the registered `number`, or the `text` that it stands for in any
    /// ASCII case.
    #[inline(always)]
    fn names(&self, (number, text): (u8, &str)) -> bool {
        match self.first {
            short @ 0x80.. => short & 0x7F == number,
            32..=0x7F => is_text(self.octets, text),
            1..=30 => long_integer(self.octets) == Some(u32::from(number)),
            _ => false,
        }
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.integer(), self.text()) {
            (Some(integer), _) => write!(f, "Value({integer})"),
            (_, Some(text)) => {
                f.write_str("Value(\"")?;
                // One by one: the compiler cannot see that all of them at once do not panic.
                for octet in text {
                    write!(f, "{}", octet.escape_ascii())?;
                }
                f.write_str("\")")
            }
            _ => write!(f, "Value({:?})", Octets(self.octets)),
        }
    }
}

/// Splits a value of more than one octet: its content, and the octets after it. The content follows
/// a length, or precedes a zero octet.
#[cold]
fn split_long_value(octets: &[u8]) -> Split<'_, &[u8]> {
    match octets {
        &[length @ 0..=30, ref rest @ ..] => rest.split_at_checked(usize::from(length)),
        [31, rest @ ..] => {
            let (length, rest) = read::split_uintvar(rest)?;
            rest.split_at_checked(length)
        }
        // The quote octet is not content (WSP §8.4.2.1).
        [0x7F, text @ ..] | text => return read::split_text(text),
    }
    .ok_or(DecodeErrorKind::Truncated)
}

/// Returns the number of a `Long-integer` without its length; `None` above 32 bits (WSP §8.4.2.1).
#[cold]
fn long_integer(octets: &[u8]) -> Option<u32> {
    octets.iter().try_fold(0, |number: u32, &octet| {
        Some(number.checked_mul(1 << 8)? | u32::from(octet))
    })
}

/// Returns whether these are the octets of `text`, in any ASCII case.
#[cold]
fn is_text(octets: &[u8], text: &str) -> bool {
    octets.eq_ignore_ascii_case(text.as_bytes())
}

/// A push to send: Package #0 after the WSP header of OMA §7.1, `TID 06 03 C4 AF 87`.
///
/// [`encode`](Self::encode) writes the payload of a UDP datagram. For short messages and CDMA, give
/// it to [`ShortMessages`](crate::wap::sms::ShortMessages) or
/// [`CdmaSegments`](crate::wap::cdma::CdmaSegments).
///
/// ```
/// use oma_dm_notification::wap::wsp::DmPush;
///
/// let mut buffer = [0; 32];
/// let datagram = DmPush::relay(1, b"package 0").encode(&mut buffer)?;
/// assert_eq!(datagram, b"\x01\x06\x03\xC4\xAF\x87package 0");
/// # Ok::<(), oma_dm_notification::EncodeError>(())
/// ```
#[derive(Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DmPush<'a> {
    tid: u8,
    extra_headers: &'a [u8],
    /// Package #0, in pieces.
    package0: [&'a [u8]; 4],
}

impl<'a> DmPush<'a> {
    /// Makes the push of a signed Package #0. TID, 8 bits, is the sender's choice.
    #[must_use]
    pub const fn new(tid: u8, signed: &'a Signed<'_>) -> Self {
        Self {
            tid,
            extra_headers: &[],
            package0: signed.pieces(),
        }
    }

    /// Makes the push of a Package #0 that another party has signed, octet for octet.
    #[must_use]
    pub const fn relay(tid: u8, package0: &'a [u8]) -> Self {
        Self {
            tid,
            extra_headers: &[],
            package0: [package0, &[], &[], &[]],
        }
    }

    /// Adds WSP headers after X-Wap-Application-Id. Add only headers that the client is known to
    /// use (OMA §7.1).
    ///
    /// Their length is checked when the push is encoded, together with the header of the bearer.
    ///
    /// # Errors
    ///
    /// [`Headers`](EncodeError::Headers):
    /// - they are malformed, as [`Push::parse`] would say it (WSP §8.4.2.6);
    /// - [`Invalid`](DecodeErrorKind::Invalid) [`ContentType`](Field::ContentType) or
    ///   [`ApplicationId`](Field::ApplicationId): the push has that header already.
    pub fn with_headers(self, extra_headers: &'a [u8]) -> Result<Self, EncodeError> {
        check_extra_headers(extra_headers).map_err(|error| EncodeError::Headers { error })?;
        Ok(Self {
            extra_headers,
            ..self
        })
    }

    /// Returns the length in octets: 6, the extra headers, and Package #0.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        WSP_HEADER_LENGTH
            .saturating_add(self.extra_headers.len())
            .saturating_add(write::length(&self.package0))
    }

    /// Writes the payload of a datagram to UDP port 2948 to the front of `buffer` and returns what
    /// was written.
    ///
    /// # Errors
    ///
    /// In each case nothing has been written:
    /// - [`BufferTooSmall`](EncodeError::BufferTooSmall) with the
    ///   [`encoded_len`](Self::encoded_len);
    /// - [`TooLong`](EncodeError::TooLong) [`Headers`](Field::Headers): UDP and WSP headers exceed
    ///   48 octets (OMA §7.1);
    /// - [`TooLong`](EncodeError::TooLong) [`Datagram`](Field::Datagram): more than the 65,507
    ///   octets that UDP carries.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b mut [u8], EncodeError> {
        self.check_headers(UDP_HEADER_LENGTH)?;
        if self.encoded_len() > MAX_DATAGRAM_LENGTH {
            return Err(EncodeError::TooLong {
                field: Field::Datagram,
                limit: MAX_DATAGRAM_LENGTH,
            });
        }
        write::pieces(buffer, &self.pieces(&self.header()))
    }

    /// OMA §7.1: "the total length of the WDP and WSP headers never exceeds 48 bytes".
    pub(crate) const fn check_headers(&self, wdp_header: usize) -> Result<(), EncodeError> {
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

    /// Returns the octets before the extra headers, in codes and in the order that OMA §7.1
    /// demands: media type, then application id.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "`check_headers` has been called"
    )]
    pub(crate) const fn header(&self) -> [u8; WSP_HEADER_LENGTH] {
        let (media_type, _) = MEDIA_TYPE;
        let (application_id, _) = APPLICATION_ID;
        let (application, _) = APPLICATION;
        [
            self.tid,
            PDU_TYPE_PUSH,
            (self.extra_headers.len() as u8).wrapping_add(3),
            0x80 | media_type,
            0x80 | application_id,
            0x80 | application,
        ]
    }

    /// Returns the octets of the push, in order, after its [`header`](Self::header).
    pub(crate) const fn pieces<'p>(&'p self, header: &'p [u8; WSP_HEADER_LENGTH]) -> [&'p [u8]; 6] {
        let [a, b, c, d] = self.package0;
        [header, self.extra_headers, a, b, c, d]
    }
}

/// Checks that headers are well-formed, and are none that the push has already.
fn check_extra_headers(extra_headers: &[u8]) -> Result<(), DecodeError> {
    let mut walk = Headers::new(Reader::new(extra_headers, 0));
    while let Some(header) = walk.read()? {
        let field = if header.is_named(CONTENT_TYPE) {
            Field::ContentType
        } else if header.is_named(APPLICATION_ID) {
            Field::ApplicationId
        } else {
            continue;
        };
        let offset = walk.reader.offset().wrapping_sub(header.octets.len());
        return Err(DecodeError::new(DecodeErrorKind::Invalid, field, offset));
    }
    Ok(())
}

impl fmt::Debug for DmPush<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DmPush")
            .field("tid", &self.tid)
            .field("extra_headers", &Octets(self.extra_headers))
            .field("package0", &self.package0.map(Octets))
            .finish()
    }
}
