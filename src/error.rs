//! What can go wrong, in which field, at which octet.

use core::{error::Error, fmt};

/// Why octets were refused: the kind of fault, the field, and where that field starts.
///
/// It is either a fault of form (the octets are malformed) or one of address (they are well formed, but not for
/// OMA DM); [`is_not_for_dm`](Self::is_not_for_dm) tells which.
///
/// ```
/// use oma_dm_notification::{DecodeErrorKind, Field, Trigger};
///
/// let error = Trigger::parse(&[0x02, 0xD0, 0, 0, 0, 0x12]).unwrap_err();
/// assert_eq!(error.kind(), DecodeErrorKind::Truncated);
/// assert_eq!(error.field(), Field::SessionId);
/// assert_eq!(error.offset(), 5);
/// assert_eq!(error.to_string(), "truncated sessionid at octet 5");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DecodeError {
    kind: DecodeErrorKind,
    field: Field,
    offset: usize,
}

impl DecodeError {
    pub(crate) const fn new(kind: DecodeErrorKind, field: Field, offset: usize) -> Self {
        Self {
            kind,
            field,
            offset,
        }
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> DecodeErrorKind {
        self.kind
    }

    /// The field that is wrong, by the name that its specification gives it.
    #[must_use]
    pub const fn field(&self) -> Field {
        self.field
    }

    /// Where that field starts, or would have to start: an octet offset into what the caller passed in, from 0 up to
    /// and including its length.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Whether the octets are well formed as far as they were read, but addressed to something other than OMA DM by
    /// the rules of 7.1.1: hand them to the next application.
    #[must_use]
    pub const fn is_not_for_dm(&self) -> bool {
        matches!(self.kind, DecodeErrorKind::NotDm | DecodeErrorKind::Missing)
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} at octet {}", self.kind, self.field, self.offset)
    }
}

impl Error for DecodeError {}

/// The kinds of fault that [`DecodeError`] tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The octets end before the field does.
    Truncated,
    /// A length that the field's rule forbids.
    Length,
    /// A variable-length integer that does not fit 32 bits (WSP 8.1.2).
    Overflow,
    /// A value that the field's rule forbids.
    Invalid,
    /// The message is one segment of several: it is to be reassembled first.
    Segment,
    /// The message is whole, not a segment of one: it is not to be reassembled.
    NoSegment,
    /// More octets than the reassembly has room for.
    NoRoom,
    /// Routing (7.1.1): the field by which OMA DM would be addressed is not there.
    Missing,
    /// Routing (7.1.1): the field addresses something other than OMA DM.
    NotDm,
}

impl fmt::Display for DecodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "truncated",
            Self::Length => "impossible length of",
            Self::Overflow => "more than 32 bits in",
            Self::Invalid => "invalid",
            Self::Segment => "one segment of several by its",
            Self::NoSegment => "no segment of several, without",
            Self::NoRoom => "no room for",
            Self::Missing => "not for OMA DM: missing",
            Self::NotDm => "not for OMA DM: foreign",
        })
    }
}

/// A field of the message, displayed by the name that its specification gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Field {
    /// `<digest>`, 6.2.2.
    Digest,
    /// `<version>`, 6.2.6.
    Version,
    /// `<future-use>`, 6.2.9.
    FutureUse,
    /// `<sessionid>`, 6.2.10.
    SessionId,
    /// `<length-identifier>`, 6.2.11.
    LengthIdentifier,
    /// `<server-identifier>`, 6.2.12.
    ServerIdentifier,
    /// `B64(H(server-identifier:password))`, 6.2.2.
    Credentials,
    /// The user data header as a whole, by its length octet UDHL (TS 23.040, 9.2.3.24).
    UserDataHeader,
    /// One information element of the user data header (TS 23.040, 9.2.3.24).
    InformationElement,
    /// The destination port of the datagram (7.1; TS 23.040, 9.2.3.24.4).
    DestinationPort,
    /// The concatenation element (TS 23.040, 9.2.3.24.1 and 9.2.3.24.8).
    Concatenation,
    /// What one segment has of the message (TS 23.040, 9.2.3.24.1; WAP-259, 6.5).
    Segment,
    /// The octets that a sender gives one segment over CDMA (WAP-259, 6.5).
    SegmentLength,
    /// `MSG_TYPE` over CDMA (WAP-259, 6.5).
    MessageType,
    /// `TOTAL_SEGMENTS` over CDMA (WAP-259, 6.5).
    TotalSegments,
    /// `SEGMENT_NUMBER` over CDMA (WAP-259, 6.5).
    SegmentNumber,
    /// The source port of a datagram over CDMA (WAP-259, 6.5).
    SourcePort,
    /// TID, the transaction or push identifier (WSP 8.2.1).
    TransactionId,
    /// The PDU type (WSP 8.2.1).
    PduType,
    /// `HeadersLen` (WSP 8.2.4.1).
    HeadersLength,
    /// The content type and headers, as a whole (WSP 8.2.4.1).
    Headers,
    /// Content-Type (WSP 8.4.2.24).
    ContentType,
    /// One header (WSP 8.4.2.6).
    Header,
    /// X-Wap-Application-Id (WSP 8.4.2.54).
    ApplicationId,
    /// An OBEX packet as a whole, by its length (OBEX 1.3, request and response format).
    ObexPacket,
    /// Version and flags of an OBEX CONNECT (OBEX 1.3, CONNECT).
    ObexVersion,
    /// The maximum packet length (OBEX 1.3, CONNECT).
    MaximumPacketLength,
    /// One header of an OBEX packet (OBEX 1.3, object model).
    ObexHeader,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Digest => "digest",
            Self::Version => "version",
            Self::FutureUse => "future-use",
            Self::SessionId => "sessionid",
            Self::LengthIdentifier => "length-identifier",
            Self::ServerIdentifier => "server-identifier",
            Self::Credentials => "credentials",
            Self::UserDataHeader => "user data header",
            Self::InformationElement => "information element",
            Self::DestinationPort => "destination port",
            Self::Concatenation => "concatenation element",
            Self::Segment => "segment",
            Self::SegmentLength => "segment length",
            Self::MessageType => "message type",
            Self::TotalSegments => "total of segments",
            Self::SegmentNumber => "segment number",
            Self::SourcePort => "source port",
            Self::TransactionId => "TID",
            Self::PduType => "PDU type",
            Self::HeadersLength => "HeadersLen",
            Self::Headers => "headers",
            Self::ContentType => "Content-Type",
            Self::Header => "header",
            Self::ApplicationId => "X-Wap-Application-Id",
            Self::ObexPacket => "OBEX packet",
            Self::ObexVersion => "OBEX version",
            Self::MaximumPacketLength => "maximum packet length",
            Self::ObexHeader => "OBEX header",
        })
    }
}

/// Why nothing was encoded. The output buffer is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum EncodeError {
    /// The output buffer is too small.
    BufferTooSmall {
        /// The octets needed.
        needed: usize,
    },
    /// The field's value lies outside the range that its clause allows a sender.
    OutOfRange {
        /// The field.
        field: Field,
    },
    /// The field has more octets than its clause allows.
    TooLong {
        /// The field.
        field: Field,
        /// The most octets that it may have.
        limit: usize,
    },
    /// The push needs more short messages than the 255 that can be concatenated.
    TooManySegments {
        /// The short messages needed.
        needed: usize,
    },
    /// The extra headers for a push are not well formed (WSP 8.4.2.6).
    Headers(DecodeError),
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BufferTooSmall { needed } => {
                write!(f, "the buffer is too small, {needed} octets are needed")
            }
            Self::OutOfRange { field } => {
                write!(f, "{field} is outside the range that a sender may use")
            }
            Self::TooLong { field, limit } => write!(f, "more than {limit} octets of {field}"),
            Self::TooManySegments { needed } => {
                write!(
                    f,
                    "{needed} short messages are needed, and 255 can be concatenated"
                )
            }
            Self::Headers(error) => write!(f, "extra headers for the push: {error}"),
        }
    }
}

impl Error for EncodeError {}

/// The digest of a message matches under none of the candidate nonces: the message is to be ignored (5.1, step 2).
///
/// It says nothing more, by intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_structs, reason = "it is to say nothing more, ever")]
pub struct NotAuthentic;

impl fmt::Display for NotAuthentic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the digest does not match")
    }
}

impl Error for NotAuthentic {}
