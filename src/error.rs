//! Errors: what is wrong, in which field, at which octet.

use core::{error::Error, fmt};

/// Why octets were refused: the kind of error, the field, and the octet at which that field starts.
///
/// Either the octets are malformed, or they are well-formed and meant for another application.
/// [`is_not_for_dm`](Self::is_not_for_dm) tells which.
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

    /// Returns what is wrong.
    #[must_use]
    pub const fn kind(&self) -> DecodeErrorKind {
        self.kind
    }

    /// Returns the field that is wrong, by the name that its specification gives it.
    #[must_use]
    pub const fn field(&self) -> Field {
        self.field
    }

    /// Returns where that field starts, or would have to start: an octet offset into the caller's
    /// octets, from 0 up to and including their length.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Returns whether the octets are well-formed as far as they were read, but meant for another
    /// application (OMA §7.1.1). Hand them to that application.
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

/// The kinds of error that [`DecodeError`] tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The octets end before the field does.
    Truncated,
    /// A length that the field's rule forbids.
    Length,
    /// A variable-length integer that does not fit 32 bits (WSP §8.1.2).
    Overflow,
    /// A value that the field's rule forbids.
    Invalid,
    /// The message is one segment of several, which must be reassembled first.
    Segment,
    /// The reassembly has no room for the octets.
    NoRoom,
    /// Routing: the field that would address OMA DM is missing (OMA §7.1.1).
    Missing,
    /// Routing: the field addresses another application (OMA §7.1.1).
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
            Self::NoRoom => "no room for",
            Self::Missing => "not for OMA DM: missing",
            Self::NotDm => "not for OMA DM: foreign",
        })
    }
}

/// A field of a message, displayed by the name that its specification gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Field {
    /// `<digest>` (OMA §6.2.2).
    Digest,
    /// `<version>` (OMA §6.2.6).
    Version,
    /// `<future-use>` (OMA §6.2.9).
    FutureUse,
    /// `<sessionid>` (OMA §6.2.10).
    SessionId,
    /// `<length-identifier>` (OMA §6.2.11).
    LengthIdentifier,
    /// `<server-identifier>` (OMA §6.2.12).
    ServerIdentifier,
    /// `B64(H(server-identifier:password))` (OMA §6.2.2).
    Credentials,
    /// The user data header as a whole, by its length octet UDHL (TS 23.040 §9.2.3.24).
    UserDataHeader,
    /// One information element of the user data header (TS 23.040 §9.2.3.24).
    InformationElement,
    /// The destination port of the datagram (OMA §7.1; TS 23.040 §9.2.3.24.4).
    DestinationPort,
    /// The concatenation element (TS 23.040 §9.2.3.24.1 and §9.2.3.24.8).
    Concatenation,
    /// The part of the message that one segment carries (TS 23.040 §9.2.3.24.1; WAP-259 §6.5).
    Segment,
    /// The octets that a sender gives one segment over CDMA (WAP-259 §6.5).
    SegmentLength,
    /// `MSG_TYPE` over CDMA (WAP-259 §6.5).
    MessageType,
    /// `TOTAL_SEGMENTS` over CDMA (WAP-259 §6.5).
    TotalSegments,
    /// `SEGMENT_NUMBER` over CDMA (WAP-259 §6.5).
    SegmentNumber,
    /// The source port of a datagram over CDMA (WAP-259 §6.5).
    SourcePort,
    /// A UDP datagram as a whole (OMA §7.1).
    Datagram,
    /// TID, the transaction or push identifier (WSP §8.2.1).
    TransactionId,
    /// The PDU type (WSP §8.2.1).
    PduType,
    /// `HeadersLen` (WSP §8.2.4.1).
    HeadersLength,
    /// Content-Type and the headers, as a whole (WSP §8.2.4.1).
    Headers,
    /// Content-Type (WSP §8.4.2.24).
    ContentType,
    /// One header (WSP §8.4.2.6).
    Header,
    /// X-Wap-Application-Id (WSP §8.4.2.54).
    ApplicationId,
    /// A TPDU as a whole, by the length that an AT command states (TS 27.005 §3.1, `<length>`).
    Tpdu,
    /// The address of the service centre before a TPDU (TS 27.005 §3.1, TS 24.011 §8.2.5).
    ServiceCentreAddress,
    /// TP-Message-Type-Indicator (TS 23.040 §9.2.3.1).
    TpMessageType,
    /// TP-User-Data-Header-Indicator (TS 23.040 §9.2.3.23).
    TpUserDataHeaderIndicator,
    /// TP-Message-Reference (TS 23.040 §9.2.3.6).
    TpMessageReference,
    /// TP-Originating-Address (TS 23.040 §9.2.3.7).
    TpOriginatingAddress,
    /// TP-Destination-Address (TS 23.040 §9.2.3.8).
    TpDestinationAddress,
    /// TP-Protocol-Identifier (TS 23.040 §9.2.3.9).
    TpProtocolIdentifier,
    /// TP-Data-Coding-Scheme (TS 23.040 §9.2.3.10, TS 23.038 §4).
    TpDataCodingScheme,
    /// TP-Service-Centre-Time-Stamp (TS 23.040 §9.2.3.11).
    TpTimeStamp,
    /// TP-Validity-Period (TS 23.040 §9.2.3.12).
    TpValidityPeriod,
    /// TP-User-Data-Length (TS 23.040 §9.2.3.16).
    TpUserDataLength,
    /// TP-User-Data (TS 23.040 §9.2.3.24).
    TpUserData,
    /// RP-Message type (TS 24.011 §8.2.2).
    RpMessageType,
    /// RP-Message Reference (TS 24.011 §8.2.3).
    RpMessageReference,
    /// RP-Originator Address (TS 24.011 §8.2.5.1).
    RpOriginatorAddress,
    /// RP-Destination Address (TS 24.011 §8.2.5.2).
    RpDestinationAddress,
    /// RP-User Data (TS 24.011 §8.2.5.3).
    RpUserData,
    /// RP-Cause (TS 24.011 §8.2.5.4).
    RpCause,
    /// `SMS_MSG_TYPE` (3GPP2 C.S0015 §3.4).
    SmsMessageType,
    /// A parameter of an SMS message as a whole (3GPP2 C.S0015 §3.4.3).
    SmsParameter,
    /// Teleservice Identifier (3GPP2 C.S0015 §3.4.3.1).
    Teleservice,
    /// Originating Address (3GPP2 C.S0015 §3.4.3.3).
    OriginatingAddress,
    /// Bearer Data (3GPP2 C.S0015 §3.4.3.7).
    BearerData,
    /// A subparameter of Bearer Data as a whole (3GPP2 C.S0015 §4.5).
    Subparameter,
    /// Message Identifier (3GPP2 C.S0015 §4.5.1).
    MessageIdentifier,
    /// `MSG_ENCODING` of the User Data (3GPP2 C.S0015 §4.5.2).
    MessageEncoding,
    /// User Data (3GPP2 C.S0015 §4.5.2).
    UserData,
    /// The number of digits or characters of an address (TS 23.040 §9.1.2.5).
    AddressLength,
    /// One character of an address, by its Unicode number (TS 23.038 §6.2.1).
    AddressCharacter,
    /// An OBEX packet as a whole, by its length (OBEX 1.3, request and response format).
    ObexPacket,
    /// Version and flags of an OBEX CONNECT (OBEX 1.3, CONNECT).
    ObexVersion,
    /// The maximum packet length (OBEX 1.3, CONNECT).
    MaximumPacketLength,
    /// One header of an OBEX packet (OBEX 1.3, object model).
    ObexHeader,
    /// The version octet of a stored value, such as `AccountState::to_bytes` gives.
    StateVersion,
    /// The contents of a stored value.
    State,
    /// The check octets of a stored value.
    StateCheck,
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
            Self::Datagram => "datagram",
            Self::TransactionId => "TID",
            Self::PduType => "PDU type",
            Self::HeadersLength => "HeadersLen",
            Self::Headers => "headers",
            Self::ContentType => "Content-Type",
            Self::Header => "header",
            Self::ApplicationId => "X-Wap-Application-Id",
            Self::Tpdu => "TPDU",
            Self::ServiceCentreAddress => "service centre address",
            Self::TpMessageType => "TP-Message-Type-Indicator",
            Self::TpUserDataHeaderIndicator => "TP-User-Data-Header-Indicator",
            Self::TpMessageReference => "TP-Message-Reference",
            Self::TpOriginatingAddress => "TP-Originating-Address",
            Self::TpDestinationAddress => "TP-Destination-Address",
            Self::TpProtocolIdentifier => "TP-Protocol-Identifier",
            Self::TpDataCodingScheme => "TP-Data-Coding-Scheme",
            Self::TpTimeStamp => "TP-Service-Centre-Time-Stamp",
            Self::TpValidityPeriod => "TP-Validity-Period",
            Self::TpUserDataLength => "TP-User-Data-Length",
            Self::TpUserData => "TP-User-Data",
            Self::RpMessageType => "RP-Message type",
            Self::RpMessageReference => "RP-Message Reference",
            Self::RpOriginatorAddress => "RP-Originator Address",
            Self::RpDestinationAddress => "RP-Destination Address",
            Self::RpUserData => "RP-User Data",
            Self::RpCause => "RP-Cause",
            Self::SmsMessageType => "SMS_MSG_TYPE",
            Self::SmsParameter => "SMS parameter",
            Self::Teleservice => "Teleservice Identifier",
            Self::OriginatingAddress => "Originating Address",
            Self::BearerData => "Bearer Data",
            Self::Subparameter => "subparameter",
            Self::MessageIdentifier => "Message Identifier",
            Self::MessageEncoding => "MSG_ENCODING",
            Self::UserData => "User Data",
            Self::AddressLength => "address length",
            Self::AddressCharacter => "address character",
            Self::ObexPacket => "OBEX packet",
            Self::ObexVersion => "OBEX version",
            Self::MaximumPacketLength => "maximum packet length",
            Self::ObexHeader => "OBEX header",
            Self::StateVersion => "version of the stored state",
            Self::State => "stored state",
            Self::StateCheck => "check octets of the stored state",
        })
    }
}

/// Why nothing was encoded. The output buffer is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum EncodeError {
    /// The output buffer is too small.
    #[non_exhaustive]
    BufferTooSmall {
        /// The octets needed.
        needed: usize,
    },
    /// The field's value lies outside the range that its clause allows a sender.
    #[non_exhaustive]
    OutOfRange {
        /// The field.
        field: Field,
    },
    /// The field has more octets than its clause allows.
    #[non_exhaustive]
    TooLong {
        /// The field.
        field: Field,
        /// The most octets that it may have.
        limit: usize,
    },
    /// The push needs more short messages than the 255 that can be concatenated.
    #[non_exhaustive]
    TooManySegments {
        /// The short messages needed.
        needed: usize,
    },
    /// The extra headers for a push are malformed, or repeat a header that the push has already.
    #[non_exhaustive]
    Headers {
        /// The error in them. The offset counts from their first octet.
        error: DecodeError,
    },
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
                write!(f, "{needed} segments are needed, and 255 is the most")
            }
            Self::Headers { error } => write!(f, "extra headers for the push: {error}"),
        }
    }
}

impl Error for EncodeError {}

/// A value that a field cannot have: the one error of all constructors.
///
/// ```
/// use oma_dm_notification::{Field, SessionId};
///
/// let error = SessionId::new(0).unwrap_err();
/// assert_eq!((error.field(), error.value()), (Field::SessionId, 0));
/// assert_eq!(error.to_string(), "sessionid cannot be 0");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ValueError {
    field: Field,
    value: usize,
}

impl ValueError {
    pub(crate) const fn new(field: Field, value: usize) -> Self {
        Self { field, value }
    }

    /// Returns the field.
    #[must_use]
    pub const fn field(&self) -> Field {
        self.field
    }

    /// Returns the value that the field cannot have.
    #[must_use]
    pub const fn value(&self) -> usize {
        self.value
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be {}", self.field, self.value)
    }
}

impl Error for ValueError {}

/// A value out of range, for callers that make and encode a message in one function.
impl From<ValueError> for EncodeError {
    fn from(error: ValueError) -> Self {
        Self::OutOfRange { field: error.field }
    }
}

/// The digest of a message matches under none of the nonces: the message must be ignored (OMA §5.1,
/// step 2).
///
/// It says nothing more, so that it tells an attacker nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_structs, reason = "it must never say more")]
pub struct NotAuthentic;

impl fmt::Display for NotAuthentic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the digest does not match")
    }
}

impl Error for NotAuthentic {}
