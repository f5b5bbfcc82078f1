//! The connectionless push of WSP (WAP-230) and its header fields.
//!
//! ```text
//!  octet 0     1          2                                            n
//!       +-----+----------+------------+--------------+-------//-------+----//----+
//!       | TID | PDU type | HeadersLen | Content-Type | headers        | data     |      8.2.1, 8.2.4.1
//!       +-----+----------+------------+--------------+-------//-------+----//----+
//!                         1 to 5 octets  \_____ HeadersLen octets ____/
//! ```

use super::{APPLICATION, MEDIA_TYPE};
use crate::error::{DecodeError, DecodeErrorKind, Field};
use crate::read::{self, Reader, Split};
use core::fmt;

/// PDU type of a push: the one that is sent (8.2.4.1).
pub(super) const PDU_TYPE_PUSH: u8 = 0x06;
/// PDU type of a confirmed push: received as a push is, since deployed gateways send it (8.2.4.1).
const PDU_TYPE_CONFIRMED_PUSH: u8 = 0x07;

/// The code page that well-known header names stand in unless the headers say otherwise (8.4.2.6).
const DEFAULT_PAGE: u8 = 1;
/// Well-known name of X-Wap-Application-Id in the default code page (Table 39).
pub(super) const APPLICATION_ID: u8 = 0x2F;

/// A WSP push as received: 4 octets or more.
///
/// Its shape is checked, wherever it is addressed to: [`open_sms`](super::open_sms) and
/// [`open_datagram`](super::open_datagram) route it.
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
    /// Reads a push, which fills `octets` to their end.
    ///
    /// # Errors
    ///
    /// - [`Truncated`](DecodeErrorKind::Truncated) [`TransactionId`](Field::TransactionId),
    ///   [`PduType`](Field::PduType), [`HeadersLength`](Field::HeadersLength) or [`Headers`](Field::Headers): the
    ///   octets end too early;
    /// - [`NotDm`](DecodeErrorKind::NotDm) [`PduType`](Field::PduType): it is no push (8.2.4.1);
    /// - [`Overflow`](DecodeErrorKind::Overflow) in [`HeadersLength`](Field::HeadersLength): more than 32 bits (8.1.2);
    /// - [`Truncated`](DecodeErrorKind::Truncated) or [`Overflow`](DecodeErrorKind::Overflow) in
    ///   [`ContentType`](Field::ContentType) or a [`Header`](Field::Header): it does not end within the headers;
    /// - [`Invalid`](DecodeErrorKind::Invalid) [`Header`](Field::Header): a name octet of 0 (8.4.1.1).
    pub fn parse(octets: &'a [u8]) -> Result<Self, DecodeError> {
        Self::read(Reader::new(octets, 0)).map(|(push, _)| push)
    }

    /// Reads a push from all that is left in `reader`, and whether it is for OMA DM by its media type and application id
    /// (7.1.1).
    #[inline(always)]
    pub(super) fn read(
        mut reader: Reader<'a>,
    ) -> Result<(Self, Result<(), DecodeError>), DecodeError> {
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
            // Where there are several, the first one counts.
            if application_id.is_none() && header.is_application_id() {
                application_id = Some((header.value.names(APPLICATION), header.offset));
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

    /// TID, 8 bits: chosen by the sender, without meaning to the receiver of a push (8.2.1).
    #[must_use]
    pub const fn tid(&self) -> u8 {
        self.tid
    }

    /// Whether the PDU type is that of a confirmed push, 0x07, not that of a push, 0x06. For routing, both are alike.
    #[must_use]
    pub const fn is_confirmed(&self) -> bool {
        self.confirmed
    }

    /// The media type in Content-Type, without parameters: a registered number or text (8.4.2.24).
    #[must_use]
    pub fn content_type(&self) -> Value<'a> {
        let none = Value {
            first: 0,
            octets: &[],
        };
        // It has been read before, so that there is one.
        read_content_type(&mut { self.start }).unwrap_or(none)
    }

    /// Content-Type as it was received, with its parameters, without a name.
    #[must_use]
    pub fn content_type_octets(&self) -> &'a [u8] {
        self.headers.since(&self.start)
    }

    /// The headers after Content-Type, in order.
    #[must_use]
    pub const fn headers(&self) -> Headers<'a> {
        Headers::new(self.headers)
    }

    /// The first X-Wap-Application-Id: a registered number or a URI (8.4.2.54).
    #[must_use]
    pub fn application_id(&self) -> Option<Value<'a>> {
        let mut headers = self.headers();
        let header = headers.find(Header::is_application_id)?;
        Some(header.value)
    }

    /// What is pushed: for OMA DM, Package #0.
    #[must_use]
    pub const fn body(&self) -> &'a [u8] {
        self.body.rest()
    }

    /// [`body`](Self::body), with its place.
    pub(crate) const fn body_reader(&self) -> Reader<'a> {
        self.body
    }
}

/// Field by field: what is derived for more than five fields compares two lengths, and could panic.
impl fmt::Debug for Push<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Push")
            .field("tid", &self.tid)
            .field("confirmed", &self.confirmed)
            .field("content_type", &self.content_type())
            .field("application_id", &self.application_id())
            .field("headers", &self.headers.rest())
            .field("body", &self.body())
            .finish()
    }
}

/// `Content-type-value = Constrained-media | Content-general-form` (8.4.2.24); of the general form, the media type
/// without its parameters.
#[inline]
fn read_content_type<'a>(reader: &mut Reader<'a>) -> Result<Value<'a>, DecodeErrorKind> {
    let value = Value::read(reader)?;
    match value.counted() {
        Some(general) => Value::read(&mut Reader::new(general, 0)),
        None => Ok(value),
    }
}

/// The headers of a push: an iterator over them (8.4.2.6).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Headers<'a> {
    reader: Reader<'a>,
    page: u8,
}

impl<'a> Headers<'a> {
    pub(super) const fn new(reader: Reader<'a>) -> Self {
        Self {
            reader,
            page: DEFAULT_PAGE,
        }
    }

    /// `Header = Message-header | Shift-sequence` (8.4.2.6): the next message header, `None` at the end.
    #[inline(always)]
    pub(super) fn read(&mut self) -> Result<Option<Header<'a>>, DecodeError> {
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

/// One header of a push: its name, its value, and the octets of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Header<'a> {
    page: u8,
    first: u8,
    /// Where it is a text.
    name: &'a [u8],
    value: Value<'a>,
    octets: &'a [u8],
    offset: usize,
}

impl<'a> Header<'a> {
    /// A message header, or `None` for a shift to another code `page` (8.4.1.1, 8.4.2.6). Its `first` octet, at `start`,
    /// has been read.
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
            offset: start.offset(),
        }))
    }

    /// The name.
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

    /// Whether this is X-Wap-Application-Id (8.4.2.54).
    #[inline]
    fn is_application_id(&self) -> bool {
        match self.first {
            number @ 0x80.. => number & 0x7F == APPLICATION_ID && self.page == DEFAULT_PAGE,
            _ => is_text(self.name, "X-Wap-Application-Id"),
        }
    }

    /// The value.
    #[must_use]
    pub const fn value(&self) -> Value<'a> {
        self.value
    }

    /// Name and value as they were received.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.octets
    }
}

/// `Field-name` of a header (8.4.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// A name in text, which is compared without regard to ASCII case.
    Text(&'a [u8]),
}

/// A field value, whose first octet tells what it is and where it ends (8.4.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    /// `Integer-value = Short-integer | Long-integer` (8.4.2.3): the number, leading zeros allowed; `None` where the
    /// value is no integer, or one above 32 bits.
    #[must_use]
    pub fn integer(&self) -> Option<u32> {
        match self.first {
            short @ 0x80.. => Some(u32::from(short & 0x7F)),
            1..=30 => long_integer(self.octets),
            _ => None,
        }
    }

    /// `Text-string`, first octet 32 to 127: the text, without the zero octet that ends it; `None` for another value.
    #[must_use]
    pub const fn text(&self) -> Option<&'a [u8]> {
        match self.first {
            32..=0x7F => Some(self.octets),
            _ => None,
        }
    }

    /// What a `Value-length` or `Short-length` counts, first octet 0 to 31: a structure, or a `Long-integer`; `None` for
    /// another value.
    #[must_use]
    pub const fn counted(&self) -> Option<&'a [u8]> {
        match self.first {
            0..=31 => Some(self.octets),
            _ => None,
        }
    }

    /// Whether this is the registered `number`, or the `text` that it stands for, without regard to ASCII case.
    #[inline]
    fn names(&self, (number, text): (u8, &str)) -> bool {
        match self.first {
            short @ 0x80.. => short & 0x7F == number,
            32..=0x7F => is_text(self.octets, text),
            1..=30 => long_integer(self.octets) == Some(u32::from(number)),
            _ => false,
        }
    }
}

/// What a value of more than one octet has behind its length, or before the zero octet that ends it; and what follows.
#[cold]
fn split_long_value(octets: &[u8]) -> Split<'_, &[u8]> {
    match octets {
        &[length @ 0..=30, ref rest @ ..] => rest.split_at_checked(usize::from(length)),
        [31, rest @ ..] => {
            let (length, rest) = read::split_uintvar(rest)?;
            rest.split_at_checked(length)
        }
        text => return read::split_text(text),
    }
    .ok_or(DecodeErrorKind::Truncated)
}

/// `Long-integer` (8.4.2.1) behind its length; `None` above 32 bits.
#[cold]
fn long_integer(octets: &[u8]) -> Option<u32> {
    octets.iter().try_fold(0, |number: u32, &octet| {
        Some(number.checked_mul(1 << 8)? | u32::from(octet))
    })
}

/// Whether these are the octets of `text`, without regard to ASCII case.
#[cold]
fn is_text(octets: &[u8], text: &str) -> bool {
    octets.eq_ignore_ascii_case(text.as_bytes())
}
