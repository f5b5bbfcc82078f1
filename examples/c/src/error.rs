//! Errors: kind, field, offset

#[cfg(feature = "words")]
use crate::memory;
use oma_dm_notification::{DecodeError, DecodeErrorKind, EncodeError, Field, ValueError};

/// What kind of error it is.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum oma_dm_kind {
    /// No error.
    None = 0,

    /// The octets end before the field does. This and the next seven are of received octets: number
    /// is the offset.
    Truncated = 1,
    /// A length that the field's rule forbids.
    Length = 2,
    /// A variable-length integer that does not fit 32 bits (WSP 8.1.2).
    Overflow = 3,
    /// A value that the field's rule forbids.
    Invalid = 4,
    /// The message is one segment of several, which must be put together first.
    Segment = 5,
    /// The inbox, or the buffer, has no room for the octets.
    NoRoom = 6,
    /// The field that would address OMA DM is missing: the message is another application's.
    Missing = 7,
    /// The field addresses another application.
    NotDm = 8,

    /// The buffer is too small: number says how many octets are needed. This and the next three are
    /// of values to send. Nothing has been written.
    BufferTooSmall = 16,
    /// The value lies outside the range that a sender may use; number is the value, if it is known.
    OutOfRange = 17,
    /// The field has more octets than the number that it may have.
    TooLong = 18,
    /// The push needs that number of segments, and 255 is the most.
    TooManySegments = 19,
    /// There is no segment or packet with this index.
    NoSuchIndex = 20,

    /// A pointer is NULL, and its size is not 0. This and the following are mistakes in the
    /// calling program. Nothing has been changed.
    NullPointer = 32,
    /// A pointer to something other than octets is misaligned.
    Misaligned = 33,
    /// The memory is smaller than the library needs, or larger than any object in C.
    ShortMemory = 34,
    /// The memory has not been initialised by the function for it.
    Uninitialised = 35,
    /// Memory that is written to overlaps with octets that are read.
    Overlap = 36,
    /// A value that its enumeration does not have.
    UnknownValue = 37,
}

/// Which field is wrong, by the name that its specification gives it. Numbers are never given to
/// another field; later versions may add some.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum oma_dm_field {
    /// None: the error is not of a field.
    None = 0,
    /// <digest> (OMA 6.2.2).
    Digest = 1,
    /// <version> (OMA 6.2.6).
    Version = 2,
    /// <future-use> (OMA 6.2.9).
    FutureUse = 3,
    /// <sessionid> (OMA 6.2.10).
    SessionId = 4,
    /// <length-identifier> (OMA 6.2.11).
    LengthIdentifier = 5,
    /// <server-identifier> (OMA 6.2.12).
    ServerIdentifier = 6,
    /// B64(H(server-identifier:password)) (OMA 6.2.2).
    Credentials = 7,
    /// The user data header as a whole, by its length octet UDHL (TS 23.040 9.2.3.24).
    UserDataHeader = 8,
    /// One information element of the user data header (TS 23.040 9.2.3.24).
    InformationElement = 9,
    /// The destination port of the datagram (OMA 7.1; TS 23.040 9.2.3.24.4).
    DestinationPort = 10,
    /// The concatenation element (TS 23.040 9.2.3.24.1 and 9.2.3.24.8).
    Concatenation = 11,
    /// The part of the message that one segment carries (TS 23.040 9.2.3.24.1; WAP-259 6.5).
    Segment = 12,
    /// The octets that a sender gives one segment over CDMA (WAP-259 6.5).
    SegmentLength = 13,
    /// MSG_TYPE over CDMA (WAP-259 6.5).
    MessageType = 14,
    /// TOTAL_SEGMENTS over CDMA (WAP-259 6.5).
    TotalSegments = 15,
    /// SEGMENT_NUMBER over CDMA (WAP-259 6.5).
    SegmentNumber = 16,
    /// The source port of a datagram over CDMA (WAP-259 6.5).
    SourcePort = 17,
    /// A UDP datagram as a whole (OMA 7.1).
    Datagram = 18,
    /// TID, the transaction or push identifier (WSP 8.2.1).
    TransactionId = 19,
    /// The PDU type (WSP 8.2.1).
    PduType = 20,
    /// HeadersLen (WSP 8.2.4.1).
    HeadersLength = 21,
    /// Content-Type and the headers, as a whole (WSP 8.2.4.1).
    Headers = 22,
    /// Content-Type (WSP 8.4.2.24).
    ContentType = 23,
    /// One header (WSP 8.4.2.6).
    Header = 24,
    /// X-Wap-Application-Id (WSP 8.4.2.54).
    ApplicationId = 25,
    /// A TPDU as a whole, by the length that an AT command states (TS 27.005 3.1, <length>).
    Tpdu = 26,
    /// The address of the service centre before a TPDU (TS 27.005 3.1, TS 24.011 8.2.5).
    ServiceCentreAddress = 27,
    /// TP-Message-Type-Indicator (TS 23.040 9.2.3.1).
    TpMessageType = 28,
    /// TP-User-Data-Header-Indicator (TS 23.040 9.2.3.23).
    TpUserDataHeaderIndicator = 29,
    /// TP-Message-Reference (TS 23.040 9.2.3.6).
    TpMessageReference = 30,
    /// TP-Originating-Address (TS 23.040 9.2.3.7).
    TpOriginatingAddress = 31,
    /// TP-Destination-Address (TS 23.040 9.2.3.8).
    TpDestinationAddress = 32,
    /// TP-Protocol-Identifier (TS 23.040 9.2.3.9).
    TpProtocolIdentifier = 33,
    /// TP-Data-Coding-Scheme (TS 23.040 9.2.3.10, TS 23.038 4).
    TpDataCodingScheme = 34,
    /// TP-Service-Centre-Time-Stamp (TS 23.040 9.2.3.11).
    TpTimeStamp = 35,
    /// TP-Validity-Period (TS 23.040 9.2.3.12).
    TpValidityPeriod = 36,
    /// TP-User-Data-Length (TS 23.040 9.2.3.16).
    TpUserDataLength = 37,
    /// TP-User-Data (TS 23.040 9.2.3.24).
    TpUserData = 38,
    /// RP-Message type (TS 24.011 8.2.2).
    RpMessageType = 39,
    /// RP-Message Reference (TS 24.011 8.2.3).
    RpMessageReference = 40,
    /// RP-Originator Address (TS 24.011 8.2.5.1).
    RpOriginatorAddress = 41,
    /// RP-Destination Address (TS 24.011 8.2.5.2).
    RpDestinationAddress = 42,
    /// RP-User Data (TS 24.011 8.2.5.3).
    RpUserData = 43,
    /// RP-Cause (TS 24.011 8.2.5.4).
    RpCause = 44,
    /// SMS_MSG_TYPE (3GPP2 C.S0015 3.4).
    SmsMessageType = 45,
    /// A parameter of an SMS message as a whole (3GPP2 C.S0015 3.4.3).
    SmsParameter = 46,
    /// Teleservice Identifier (3GPP2 C.S0015 3.4.3.1).
    Teleservice = 47,
    /// Originating Address (3GPP2 C.S0015 3.4.3.3).
    OriginatingAddress = 48,
    /// Bearer Data (3GPP2 C.S0015 3.4.3.7).
    BearerData = 49,
    /// A subparameter of Bearer Data as a whole (3GPP2 C.S0015 4.5).
    Subparameter = 50,
    /// Message Identifier (3GPP2 C.S0015 4.5.1).
    MessageIdentifier = 51,
    /// MSG_ENCODING of the User Data (3GPP2 C.S0015 4.5.2).
    MessageEncoding = 52,
    /// User Data (3GPP2 C.S0015 4.5.2).
    UserData = 53,
    /// The number of digits or characters of an address (TS 23.040 9.1.2.5).
    AddressLength = 54,
    /// One character of an address, by its Unicode number (TS 23.038 6.2.1).
    AddressCharacter = 55,
    /// An OBEX packet as a whole, by its length (OBEX 1.3, request and response format).
    ObexPacket = 56,
    /// Version and flags of an OBEX CONNECT (OBEX 1.3, CONNECT).
    ObexVersion = 57,
    /// The maximum packet length (OBEX 1.3, CONNECT).
    MaximumPacketLength = 58,
    /// One header of an OBEX packet (OBEX 1.3, object model).
    ObexHeader = 59,
    /// The version octet of a stored value, such as AccountState::to_bytes gives.
    StateVersion = 60,
    /// The contents of a stored value.
    State = 61,
    /// The check octets of a stored value.
    StateCheck = 62,
    /// A field that this header has no number for yet.
    Other = 255,
}

/// The fields, the one with number 1 first.
const FIELDS: &[Field] = &[
    Field::Digest,
    Field::Version,
    Field::FutureUse,
    Field::SessionId,
    Field::LengthIdentifier,
    Field::ServerIdentifier,
    Field::Credentials,
    Field::UserDataHeader,
    Field::InformationElement,
    Field::DestinationPort,
    Field::Concatenation,
    Field::Segment,
    Field::SegmentLength,
    Field::MessageType,
    Field::TotalSegments,
    Field::SegmentNumber,
    Field::SourcePort,
    Field::Datagram,
    Field::TransactionId,
    Field::PduType,
    Field::HeadersLength,
    Field::Headers,
    Field::ContentType,
    Field::Header,
    Field::ApplicationId,
    Field::Tpdu,
    Field::ServiceCentreAddress,
    Field::TpMessageType,
    Field::TpUserDataHeaderIndicator,
    Field::TpMessageReference,
    Field::TpOriginatingAddress,
    Field::TpDestinationAddress,
    Field::TpProtocolIdentifier,
    Field::TpDataCodingScheme,
    Field::TpTimeStamp,
    Field::TpValidityPeriod,
    Field::TpUserDataLength,
    Field::TpUserData,
    Field::RpMessageType,
    Field::RpMessageReference,
    Field::RpOriginatorAddress,
    Field::RpDestinationAddress,
    Field::RpUserData,
    Field::RpCause,
    Field::SmsMessageType,
    Field::SmsParameter,
    Field::Teleservice,
    Field::OriginatingAddress,
    Field::BearerData,
    Field::Subparameter,
    Field::MessageIdentifier,
    Field::MessageEncoding,
    Field::UserData,
    Field::AddressLength,
    Field::AddressCharacter,
    Field::ObexPacket,
    Field::ObexVersion,
    Field::MaximumPacketLength,
    Field::ObexHeader,
    Field::StateVersion,
    Field::State,
    Field::StateCheck,
];

/// An error. All zeros if there is none.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct oma_dm_error {
    /// An oma_dm_kind: what is wrong. OMA_DM_KIND_NONE, 0, if nothing is.
    pub kind: u8,
    /// An oma_dm_field: where.
    pub field: u8,
    /// Of received octets the offset: where that field starts, or would have to start, counted in
    /// octets from the first one that was passed. Of a message that was put together from segments,
    /// from the first of its WSP PDU. Of values to send what the kind says, and otherwise 0.
    pub number: usize,
}

impl oma_dm_error {
    /// No error.
    pub(crate) const NONE: Self = Self {
        kind: oma_dm_kind::None as u8,
        field: oma_dm_field::None as u8,
        number: 0,
    };

    fn sending(kind: oma_dm_kind, field: Option<Field>, number: usize) -> Self {
        Self {
            kind: kind as u8,
            field: field.map_or(oma_dm_field::None as u8, number_of),
            number,
        }
    }
}

impl From<oma_dm_kind> for oma_dm_error {
    fn from(kind: oma_dm_kind) -> Self {
        Self {
            kind: kind as u8,
            ..Self::NONE
        }
    }
}

impl<E: Into<Self>> From<Result<(), E>> for oma_dm_error {
    fn from(result: Result<(), E>) -> Self {
        result.err().map_or(Self::NONE, Into::into)
    }
}

impl From<DecodeError> for oma_dm_error {
    // Inlined where it is used, it costs 72 octets of flash more.
    #[inline(never)]
    fn from(error: DecodeError) -> Self {
        let kind = match error.kind() {
            DecodeErrorKind::Truncated => oma_dm_kind::Truncated,
            DecodeErrorKind::Length => oma_dm_kind::Length,
            DecodeErrorKind::Overflow => oma_dm_kind::Overflow,
            DecodeErrorKind::Segment => oma_dm_kind::Segment,
            DecodeErrorKind::NoRoom => oma_dm_kind::NoRoom,
            DecodeErrorKind::Missing => oma_dm_kind::Missing,
            DecodeErrorKind::NotDm => oma_dm_kind::NotDm,
            _ => oma_dm_kind::Invalid,
        };
        Self {
            kind: kind as u8,
            field: number_of(error.field()),
            number: error.offset(),
        }
    }
}

impl From<EncodeError> for oma_dm_error {
    fn from(error: EncodeError) -> Self {
        match error {
            EncodeError::BufferTooSmall { needed, .. } => {
                Self::sending(oma_dm_kind::BufferTooSmall, None, needed)
            }
            EncodeError::OutOfRange { field, .. } => {
                Self::sending(oma_dm_kind::OutOfRange, Some(field), 0)
            }
            EncodeError::TooLong { field, limit, .. } => {
                Self::sending(oma_dm_kind::TooLong, Some(field), limit)
            }
            EncodeError::TooManySegments { needed, .. } => {
                Self::sending(oma_dm_kind::TooManySegments, None, needed)
            }
            EncodeError::Headers { error, .. } => error.into(),
            _ => Self::sending(oma_dm_kind::OutOfRange, None, 0),
        }
    }
}

impl From<ValueError> for oma_dm_error {
    fn from(error: ValueError) -> Self {
        Self::sending(oma_dm_kind::OutOfRange, Some(error.field()), error.value())
    }
}

/// Returns the number of a field in the header: at present its place in the library, and one.
const fn number_of(field: Field) -> u8 {
    (field as u8).saturating_add(1)
}

/// A look-up in the table costs 0.1 KB of flash. It is needed once this does not hold.
const _: () = {
    let mut fields = FIELDS;
    let mut number = 1;
    while let [field, rest @ ..] = fields {
        assert!(number_of(*field) == number);
        (fields, number) = (rest, number.saturating_add(1));
    }
};

/// Words an error, such as "truncated sessionid at octet 5".
///
/// Writes at most size octets to buffer, a zero octet at the end of them, and cuts off what does
/// not fit. Returns how many characters there are in all, without the zero octet. Words the empty
/// text for no error. NULL for buffer only counts.
#[cfg(feature = "words")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_error_words(
    error: oma_dm_error,
    buffer: *mut core::ffi::c_char,
    size: usize,
) -> usize {
    // SAFETY: the caller keeps the header's rules of memory.
    let room = unsafe { memory::buffer(buffer.cast(), size, &[]) }.unwrap_or_default();
    words::write(error, room)
}

#[cfg(feature = "words")]
mod words {
    use super::{FIELDS, oma_dm_error, oma_dm_field, oma_dm_kind};
    use core::fmt::{self, Write};
    use oma_dm_notification::DecodeErrorKind;

    /// Writes what fits before a zero octet, and counts all.
    struct Words<'b> {
        room: &'b mut [u8],
        length: usize,
    }

    impl Write for Words<'_> {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            let last = self.room.len().saturating_sub(1);
            for &octet in text.as_bytes() {
                if self.length < last
                    && let Some(place) = self.room.get_mut(self.length)
                {
                    *place = octet;
                }
                self.length = self.length.saturating_add(1);
            }
            Ok(())
        }
    }

    pub(super) fn write(error: oma_dm_error, room: &mut [u8]) -> usize {
        let mut words = Words { room, length: 0 };
        // Nothing that is written to fails.
        let _ = words_of(error, &mut words);
        let last = words.room.len().saturating_sub(1);
        if let Some(end) = words.room.get_mut(words.length.min(last)) {
            *end = 0;
        }
        words.length
    }

    fn words_of(error: oma_dm_error, words: &mut Words<'_>) -> fmt::Result {
        let number = error.number;
        if let Some(kind) = received(error.kind) {
            write!(words, "{kind} ")?;
            field(error.field, words)?;
            return write!(words, " at octet {number}");
        }
        if error.kind == oma_dm_kind::OutOfRange as u8 {
            field(error.field, words)?;
            return match number {
                0 => words.write_str(" is outside the range that a sender may use"),
                value => write!(words, " cannot be {value}"),
            };
        }
        if error.kind == oma_dm_kind::TooLong as u8 {
            write!(words, "more than {number} octets of ")?;
            return field(error.field, words);
        }
        if error.kind == oma_dm_kind::BufferTooSmall as u8 {
            return write!(words, "the buffer is too small, {number} octets are needed");
        }
        if error.kind == oma_dm_kind::TooManySegments as u8 {
            return write!(words, "{number} segments are needed, and 255 is the most");
        }
        words.write_str(plain(error.kind))
    }

    fn received(kind: u8) -> Option<DecodeErrorKind> {
        [
            (oma_dm_kind::Truncated, DecodeErrorKind::Truncated),
            (oma_dm_kind::Length, DecodeErrorKind::Length),
            (oma_dm_kind::Overflow, DecodeErrorKind::Overflow),
            (oma_dm_kind::Invalid, DecodeErrorKind::Invalid),
            (oma_dm_kind::Segment, DecodeErrorKind::Segment),
            (oma_dm_kind::NoRoom, DecodeErrorKind::NoRoom),
            (oma_dm_kind::Missing, DecodeErrorKind::Missing),
            (oma_dm_kind::NotDm, DecodeErrorKind::NotDm),
        ]
        .into_iter()
        .find_map(|(number, of)| (number as u8 == kind).then_some(of))
    }

    fn plain(kind: u8) -> &'static str {
        [
            (oma_dm_kind::None, ""),
            (
                oma_dm_kind::NoSuchIndex,
                "there is no segment with this index",
            ),
            (oma_dm_kind::NullPointer, "a pointer is NULL"),
            (oma_dm_kind::Misaligned, "a pointer is misaligned"),
            (
                oma_dm_kind::ShortMemory,
                "the memory has not the size that it must have",
            ),
            (oma_dm_kind::Uninitialised, "the memory is not initialised"),
            (
                oma_dm_kind::Overlap,
                "the memory overlaps with what is read",
            ),
            (
                oma_dm_kind::UnknownValue,
                "the enumeration does not have this value",
            ),
        ]
        .into_iter()
        .find_map(|(number, words)| (number as u8 == kind).then_some(words))
        .unwrap_or("unknown error")
    }

    fn field(number: u8, words: &mut Words<'_>) -> fmt::Result {
        let place = usize::from(number).checked_sub(1);
        match place.and_then(|place| FIELDS.get(place)) {
            Some(field) => write!(words, "{field}"),
            None if number == oma_dm_field::None as u8 => words.write_str("message"),
            None => write!(words, "field {number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every field of the library has a number, in the order of its declaration at present.
    #[test]
    fn every_field_has_the_number_that_the_header_gives_it() {
        let source = include_str!("../../../src/error.rs");
        let (_, fields) = source.split_once("pub enum Field {").unwrap();
        let (fields, _) = fields.split_once("\n}").unwrap();
        let names: Vec<_> = fields
            .lines()
            .filter_map(|line| line.trim().strip_suffix(','))
            .filter(|line| !line.starts_with("//"))
            .collect();
        assert_eq!(names.len(), FIELDS.len());

        let header = include_str!("error.rs");
        for (field, number) in FIELDS.iter().zip(1..) {
            assert!(names.contains(&format!("{field:?}").as_str()), "{field:?}");
            assert_eq!(usize::from(number_of(*field)), number);
            assert!(
                header.contains(&format!("    {field:?} = {number},\n")),
                "{field:?}"
            );
        }
    }

    #[test]
    #[cfg(feature = "words")]
    fn errors_have_the_words_of_the_library() {
        let mut room = [0xAA; 80];
        for length in 0..24 {
            let error = oma_dm_notification::Package0::parse(&[0; 23][..length.min(23)]);
            let Err(error) = error else { continue };
            let expected = error.to_string();
            let length = words::write(error.into(), &mut room);
            assert_eq!(length, expected.len());
            assert_eq!(room[..length], *expected.as_bytes());
            assert_eq!(room[length], 0);
        }
    }

    #[test]
    #[cfg(feature = "words")]
    fn words_are_cut_to_the_buffer() {
        let error = oma_dm_error::from(oma_dm_kind::Misaligned);
        let mut room = [0xAA; 6];
        assert_eq!(words::write(error, &mut room[..5]), 23);
        assert_eq!(room, *b"a po\0\xAA");
        assert_eq!(words::write(error, &mut []), 23);
    }
}
