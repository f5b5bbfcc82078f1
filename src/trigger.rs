//! The trigger: the part of Package #0 that says what the server wants.
//!
//! ```text
//!  octet 0        1        2        3        4        5        6        7
//!       +--------+--------+--------+--------+--------+--------+--------+--------+
//!       |vvvvvvvv|vvuuifff|ffffffff|ffffffff|ffffffff|ssssssss|ssssssss|llllllll|
//!       +--------+--------+--------+--------+--------+--------+--------+--------+
//!       | server-identifier, l octets                | vendor-specific, to the  |
//!       |                                            | end of the message       |
//!       +--------------------------------------------+--------------------------+
//!
//!  v version, 10 bits     u ui-mode, 2 bits         i initiator, 1 bit
//!  f future-use, 27 bits  s sessionid, 16 bits      l length-identifier, 8 bits
//!  All are big endian (OMA §6, §6.1).
//! ```

mod fields;

pub use fields::{FutureUse, Initiator, ServerId, SessionId, SessionIdText, UiMode, Version};

use crate::error::{DecodeError, DecodeErrorKind, EncodeError, Field};
use crate::read::{Octets, Reader};
use crate::write;
use core::fmt;
use core::hash::{Hash, Hasher};

/// Octets of `<trigger-hdr>` before the server-identifier.
const HEADER_LENGTH: usize = 8;

/// `<trigger>` (OMA §6.2.3): Package #0 without its digest. 8 octets, the server-identifier and the
/// vendor-specific octets.
///
/// View and builder in one, borrowing the caller's octets. A received trigger is lossless:
/// [`encode`](Self::encode) gives back what [`parse`](Self::parse) accepted, octet for octet. This
/// type alone promises nothing about authenticity; [`Package0::verify`](crate::Package0::verify)
/// does.
///
/// Two triggers are equal if their fields are equal, whether received or built. They need not
/// encode alike: a built one is held to 1.2.1, so that [`encode`](Self::encode) can refuse it.
///
/// ```
/// use oma_dm_notification::{Initiator, ServerId, SessionId, Trigger, UiMode};
///
/// let server_id = ServerId::new(b"com.mgmtsrv.manage")?;
/// let trigger = Trigger::new(SessionId::new(0x1234)?, server_id)
///     .with_ui_mode(UiMode::Background)
///     .with_initiator(Initiator::Client);
/// let mut buffer = [0; 64];
/// let octets = trigger.encode(&mut buffer)?;
/// // Appendix C.
/// assert_eq!(octets, b"\x02\xD0\0\0\0\x12\x34\x12com.mgmtsrv.manage");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Trigger<'a> {
    /// The octets before the server-identifier, packed as in the picture above.
    header: [u8; HEADER_LENGTH],
    server_id: ServerId<'a>,
    vendor_specific: &'a [u8],
    /// The octets that this was parsed from; `None` once built or changed.
    received: Option<&'a [u8]>,
}

impl<'a> Trigger<'a> {
    /// Makes a trigger as 1.2.1 asks for it: version 1.1, user interaction not specified, initiated
    /// by the server, reserved bits zero, nothing vendor-specific.
    #[must_use]
    pub const fn new(session_id: SessionId, server_id: ServerId<'a>) -> Self {
        let [s0, s1] = session_id.value().to_be_bytes();
        let length = server_id.length_identifier();
        let trigger = Self {
            header: [0, 0, 0, 0, 0, s0, s1, length],
            server_id,
            vendor_specific: &[],
            received: None,
        };
        trigger
            .with_version(Version::V1_1)
            .with_ui_mode(UiMode::NotSpecified)
            .with_initiator(Initiator::Server)
    }

    /// Sets `<version>`, 10 bits. A server that conforms to 1.2.1 keeps 1.1 (OMA §6.2.6).
    #[must_use]
    pub const fn with_version(mut self, version: Version) -> Self {
        let [v0, v1] = (version.value() << 6).to_be_bytes();
        let [first, shared, ..] = &mut self.header;
        *first = v0;
        *shared = *shared & 0b0011_1111 | v1;
        self.changed()
    }

    /// Sets `<ui-mode>`, 2 bits: what the server recommends (OMA §6.2.7).
    #[must_use]
    pub const fn with_ui_mode(mut self, ui_mode: UiMode) -> Self {
        let [_, shared, ..] = &mut self.header;
        *shared = *shared & 0b1100_1111 | ui_mode.bits() << 4;
        self.changed()
    }

    /// Sets `<initiator>`, 1 bit: who caused the management action (OMA §6.2.8).
    #[must_use]
    pub const fn with_initiator(mut self, initiator: Initiator) -> Self {
        let [_, shared, ..] = &mut self.header;
        *shared = *shared & 0b1111_0111 | initiator.bit() << 3;
        self.changed()
    }

    /// Sets `<vendor-specific>`: any octets, as many as the bearer can carry (OMA §6.2.13).
    #[must_use]
    pub const fn with_vendor_specific(mut self, vendor_specific: &'a [u8]) -> Self {
        self.vendor_specific = vendor_specific;
        self.changed()
    }

    /// Forgets the received octets, which the fields no longer match.
    const fn changed(self) -> Self {
        Self {
            received: None,
            ..self
        }
    }

    /// Parses a trigger that fills `octets` to their end (OMA §6.1).
    ///
    /// Every bit pattern is accepted, session id 0 and reserved bits included;
    /// [`conformance`](Self::conformance) tells what departs from 1.2.1.
    ///
    /// # Errors
    ///
    /// [`Truncated`](DecodeErrorKind::Truncated), with the first incomplete field:
    /// [`Version`](Field::Version), [`FutureUse`](Field::FutureUse),
    /// [`SessionId`](Field::SessionId), [`LengthIdentifier`](Field::LengthIdentifier) or
    /// [`ServerIdentifier`](Field::ServerIdentifier).
    pub fn parse(octets: &'a [u8]) -> Result<Self, DecodeError> {
        Self::read(Reader::new(octets, 0))
    }

    /// Reads a trigger from the rest of `reader`.
    pub(crate) fn read(reader: Reader<'a>) -> Result<Self, DecodeError> {
        let octets = reader.rest();
        let truncated = |field, at: usize| {
            let offset = reader.offset().saturating_add(at);
            DecodeError::new(DecodeErrorKind::Truncated, field, offset)
        };
        let Some((header, body)) = octets.split_first_chunk::<HEADER_LENGTH>() else {
            return Err(match octets.len() {
                0 | 1 => truncated(Field::Version, 0),
                2..=4 => truncated(Field::FutureUse, 1),
                5 | 6 => truncated(Field::SessionId, 5),
                _ => truncated(Field::LengthIdentifier, 7),
            });
        };
        let [.., length] = header;
        let Some((server_id, vendor_specific)) = body.split_at_checked(usize::from(*length)) else {
            return Err(truncated(Field::ServerIdentifier, HEADER_LENGTH));
        };
        Ok(Self {
            header: *header,
            server_id: ServerId::from_counted(server_id),
            vendor_specific,
            received: Some(octets),
        })
    }

    /// Writes the trigger to the front of `buffer` and returns what was written.
    ///
    /// A received trigger comes out as it was received, whatever its bits. A built one is held to
    /// 1.2.1.
    ///
    /// # Errors
    ///
    /// In each case nothing has been written:
    /// - [`BufferTooSmall`](EncodeError::BufferTooSmall) with the
    ///   [`encoded_len`](Self::encoded_len);
    /// - [`OutOfRange`](EncodeError::OutOfRange) for [`SessionId`](Field::SessionId) 0 (OMA
    ///   §6.2.10) and for [`FutureUse`](Field::FutureUse) other than zero (OMA §6.2.9). A built
    ///   trigger can only have taken these from a received one.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b mut [u8], EncodeError> {
        if self.received.is_none() {
            self.sendable()?;
        }
        write::pieces(buffer, &self.pieces())
    }

    /// Returns the octets of the trigger, in order.
    pub(crate) const fn pieces(&self) -> [&[u8]; 3] {
        [
            &self.header,
            self.server_id.as_bytes(),
            self.vendor_specific,
        ]
    }

    /// Checks that a sender may use the values of this trigger.
    pub(crate) const fn sendable(&self) -> Result<(), EncodeError> {
        let field = if self.session_id().value() == 0 {
            Field::SessionId
        } else if self.future_use().value() != 0 {
            Field::FutureUse
        } else {
            return Ok(());
        };
        Err(EncodeError::OutOfRange { field })
    }

    /// Returns the length in octets: 8, the server-identifier and the vendor-specific octets.
    #[must_use]
    pub const fn encoded_len(&self) -> usize {
        HEADER_LENGTH
            .saturating_add(self.server_id.as_bytes().len())
            .saturating_add(self.vendor_specific.len())
    }

    /// Returns the octets that this trigger was parsed from; `None` if it was built, or changed
    /// since.
    #[must_use]
    pub const fn received(&self) -> Option<&'a [u8]> {
        self.received
    }

    /// Returns `<version>`, 10 bits (OMA §6.2.6).
    #[must_use]
    pub const fn version(&self) -> Version {
        let [v0, v1, ..] = self.header;
        Version::from_bits(u16::from_be_bytes([v0, v1]) >> 6)
    }

    /// Returns `<ui-mode>`, 2 bits (OMA §6.2.7).
    #[must_use]
    pub const fn ui_mode(&self) -> UiMode {
        let [_, shared, ..] = self.header;
        UiMode::from_bits(shared >> 4)
    }

    /// Returns `<initiator>`, 1 bit (OMA §6.2.8).
    #[must_use]
    pub const fn initiator(&self) -> Initiator {
        let [_, shared, ..] = self.header;
        Initiator::from_bit(shared >> 3)
    }

    /// Returns `<future-use>`, 27 bits (OMA §6.2.9).
    #[must_use]
    pub const fn future_use(&self) -> FutureUse {
        let [_, f0, f1, f2, f3, ..] = self.header;
        FutureUse::from_bits(u32::from_be_bytes([f0, f1, f2, f3]))
    }

    /// Returns `<sessionid>`, 16 bits (OMA §6.2.10).
    #[must_use]
    pub const fn session_id(&self) -> SessionId {
        let [.., s0, s1, _] = self.header;
        SessionId::from_bits(u16::from_be_bytes([s0, s1]))
    }

    /// Returns `<server-identifier>`, 0 to 255 octets (OMA §6.2.12).
    #[must_use]
    pub const fn server_id(&self) -> ServerId<'a> {
        self.server_id
    }

    /// Returns `<vendor-specific>`, the octets after the server-identifier, often none (OMA
    /// §6.2.13).
    #[must_use]
    pub const fn vendor_specific(&self) -> &'a [u8] {
        self.vendor_specific
    }

    /// Returns every departure from 1.2.1, in the order of the fields; none for a trigger that
    /// conforms.
    ///
    /// A departure does not make a message unauthentic: the digest decides that. Deployed servers
    /// send version 1.2.
    ///
    /// ```
    /// use oma_dm_notification::{Departure, Trigger, Version};
    ///
    /// let trigger = Trigger::parse(&[0x03, 0, 0, 0, 0, 0, 0, 0])?;
    /// let departures: Vec<Departure> = trigger.conformance().collect();
    /// let expected = [Departure::Version(Version::V1_2), Departure::SessionId];
    /// assert_eq!(departures, expected);
    /// # Ok::<(), oma_dm_notification::DecodeError>(())
    /// ```
    pub fn conformance(&self) -> impl Iterator<Item = Departure> + use<> {
        let version =
            (self.version() != Version::V1_1).then_some(Departure::Version(self.version()));
        let future_use = (self.future_use() != FutureUse::ZERO)
            .then_some(Departure::FutureUse(self.future_use()));
        let session_id = (self.session_id().value() == 0).then_some(Departure::SessionId);
        [version, future_use, session_id].into_iter().flatten()
    }
}

/// By hand: the derived code for more than five fields keeps a reachable panic.
impl fmt::Debug for Trigger<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trigger")
            .field("version", &self.version())
            .field("ui_mode", &self.ui_mode())
            .field("initiator", &self.initiator())
            .field("future_use", &self.future_use())
            .field("session_id", &self.session_id())
            .field("server_id", &self.server_id)
            .field("vendor_specific", &Octets(self.vendor_specific))
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Trigger<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "Trigger {{ version: {}, ui_mode: {}, initiator: {}, future_use: {}, session_id: {}, \
             server_id: {}, vendor_specific: {=[u8]:02x} }}",
            self.version(),
            self.ui_mode(),
            self.initiator(),
            self.future_use(),
            self.session_id(),
            self.server_id,
            self.vendor_specific
        );
    }
}

/// Received or built: see [`Trigger`].
impl PartialEq for Trigger<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.header == other.header
            && self.server_id == other.server_id
            && self.vendor_specific == other.vendor_specific
    }
}

impl Eq for Trigger<'_> {}

impl Hash for Trigger<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.header, self.server_id, self.vendor_specific).hash(state);
    }
}

/// One way in which a received trigger departs from 1.2.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Departure {
    /// The version is not 1.1 (OMA §6.2.6).
    Version(Version),
    /// Reserved bits are set (OMA §6.2.9).
    FutureUse(FutureUse),
    /// The session id is 0, outside the range 1 to FFFF (OMA §6.2.10).
    SessionId,
}

impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => write!(f, "version is {version}, OMA §6.2.6 demands 1.1"),
            Self::FutureUse(bits) => {
                write!(
                    f,
                    "future-use is 0x{:07X}, OMA §6.2.9 demands 0",
                    bits.value()
                )
            }
            Self::SessionId => f.write_str("sessionid is 0, OMA §6.2.10 demands 1 to FFFF"),
        }
    }
}
