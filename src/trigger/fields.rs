//! The fields of the trigger's header, each as wide as its clause says.

use crate::error::{EncodeError, Field};
use core::fmt;

/// `<version>`, 10 bits, 0 to 1023: ten times the version, displayed as `1.1` or `102.3` (6.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Version(u16);

impl Version {
    /// 10: what 1.1.2 of this specification, the predecessor, demanded.
    pub const V1_0: Self = Self(10);
    /// 11: what 1.2.1 demands.
    pub const V1_1: Self = Self(11);
    /// 12: what some deployed servers send.
    pub const V1_2: Self = Self(12);
    /// 1023: the greatest, displayed as `102.3`.
    pub const MAX: Self = Self(0x3FF);

    /// The version whose ten-fold is `value`.
    ///
    /// # Errors
    ///
    /// [`OutOfRange`](EncodeError::OutOfRange) above 1023.
    pub const fn new(value: u16) -> Result<Self, EncodeError> {
        if value > Self::MAX.0 {
            return Err(EncodeError::OutOfRange {
                field: Field::Version,
            });
        }
        Ok(Self(value))
    }

    pub(super) const fn from_bits(bits: u16) -> Self {
        Self(bits & Self::MAX.0)
    }

    /// The ten bits: ten times the version.
    #[must_use]
    pub const fn value(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

/// `<ui-mode>`, 2 bits: what the server recommends towards the user (6.2.7). A client SHOULD follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(
    clippy::exhaustive_enums,
    reason = "every pattern of the two bits has a name"
)]
pub enum UiMode {
    /// `00`: no recommendation.
    NotSpecified,
    /// `01`: a background event.
    Background,
    /// `10`: an informative notification or a beep.
    Informative,
    /// `11`: ask the user to accept the session before it takes place.
    UserInteraction,
}

impl UiMode {
    /// The two lowest bits decide.
    pub(super) const fn from_bits(bits: u8) -> Self {
        match bits & 0b11 {
            0b00 => Self::NotSpecified,
            0b01 => Self::Background,
            0b10 => Self::Informative,
            _ => Self::UserInteraction,
        }
    }

    pub(super) const fn bits(self) -> u8 {
        match self {
            Self::NotSpecified => 0b00,
            Self::Background => 0b01,
            Self::Informative => 0b10,
            Self::UserInteraction => 0b11,
        }
    }
}

/// `<initiator>`, 1 bit: who caused the management action (6.2.8). A client SHOULD follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(
    clippy::exhaustive_enums,
    reason = "both values of the bit have a name"
)]
pub enum Initiator {
    /// `0`: the end user.
    Client,
    /// `1`: the server, that is the operator or enterprise.
    Server,
}

impl Initiator {
    /// The lowest bit decides.
    pub(super) const fn from_bit(bit: u8) -> Self {
        match bit & 1 {
            0 => Self::Client,
            _ => Self::Server,
        }
    }

    pub(super) const fn bit(self) -> u8 {
        match self {
            Self::Client => 0,
            Self::Server => 1,
        }
    }
}

/// `<future-use>`, 27 bits, reserved: zero in what is built, kept as it is in what was received (6.2.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FutureUse(u32);

impl FutureUse {
    /// All 27 bits zero, as 6.2.9 demands.
    pub const ZERO: Self = Self(0);

    /// The 27 lowest bits.
    pub(super) const fn from_bits(bits: u32) -> Self {
        Self(bits & 0x07FF_FFFF)
    }

    /// The 27 bits, as a number from 0 to 7FFFFFF hexadecimal.
    #[must_use]
    pub const fn value(self) -> u32 {
        self.0
    }
}

/// `<sessionid>`, 16 bits: the DM session that the client is to start (6.2.10).
///
/// 1 to FFFF hexadecimal. A received one may be 0, which has no [text](Self::text) and cannot start a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SessionId(u16);

impl SessionId {
    /// The session id `value`, to be sent.
    ///
    /// # Errors
    ///
    /// [`OutOfRange`](EncodeError::OutOfRange) for 0.
    pub const fn new(value: u16) -> Result<Self, EncodeError> {
        if value == 0 {
            return Err(EncodeError::OutOfRange {
                field: Field::SessionId,
            });
        }
        Ok(Self(value))
    }

    pub(super) const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// The 16 bits, as a number.
    #[must_use]
    pub const fn value(self) -> u16 {
        self.0
    }

    /// The text for the `SessionID` element of the DM message: one to four upper-case hexadecimal digits without
    /// leading zeros.
    ///
    /// ```
    /// # use oma_dm_notification::SessionId;
    /// assert_eq!(SessionId::new(0x00AF)?.text()?.as_str(), "AF");
    /// # Ok::<(), oma_dm_notification::EncodeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`OutOfRange`](EncodeError::OutOfRange) for 0, to which the mapping does not apply.
    pub const fn text(self) -> Result<SessionIdText, EncodeError> {
        match Self::new(self.0) {
            Ok(_) => Ok(SessionIdText::new(self.0)),
            Err(error) => Err(error),
        }
    }
}

/// The text of a [`SessionId`]: one to four of `0` to `9` and `A` to `F` (6.2.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SessionIdText {
    digits: [u8; 4],
    leading_zeros: u8,
}

impl SessionIdText {
    const fn new(value: u16) -> Self {
        let [high, low] = value.to_be_bytes();
        Self {
            digits: [
                digit(high >> 4),
                digit(high & 0xF),
                digit(low >> 4),
                digit(low & 0xF),
            ],
            leading_zeros: match value {
                0x1000.. => 0,
                0x100..=0xFFF => 1,
                0x10..=0xFF => 2,
                _ => 3,
            },
        }
    }

    /// The digits in ASCII.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.digits
            .get(usize::from(self.leading_zeros)..)
            .unwrap_or_default()
    }

    /// The digits as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

impl fmt::Display for SessionIdText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The hexadecimal digit of a value below 16.
const fn digit(nibble: u8) -> u8 {
    match nibble {
        0..=9 => b'0'.wrapping_add(nibble),
        _ => (b'A' - 10).wrapping_add(nibble),
    }
}

/// `<server-identifier>`, 0 to 255 octets, which `<length-identifier>`, 8 bits, counts (6.2.11, 6.2.12).
///
/// Octets, not text: the ABNF's `CHAR` is what senders mean, not what arrives.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ServerId<'a>(&'a [u8]);

impl<'a> ServerId<'a> {
    /// The most octets that the length-identifier can count.
    pub const MAX_LENGTH: usize = 255;

    /// The server-identifier of these octets.
    ///
    /// # Errors
    ///
    /// [`TooLong`](EncodeError::TooLong) above 255 octets.
    pub const fn new(octets: &'a [u8]) -> Result<Self, EncodeError> {
        if octets.len() > Self::MAX_LENGTH {
            return Err(EncodeError::TooLong {
                field: Field::ServerIdentifier,
                limit: Self::MAX_LENGTH,
            });
        }
        Ok(Self(octets))
    }

    /// As many octets as a received length-identifier counted.
    pub(super) const fn from_counted(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// The octets.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.0
    }

    /// The identifier as text; `None` where it holds octets outside ASCII.
    #[must_use]
    pub const fn as_str(&self) -> Option<&'a str> {
        match core::str::from_utf8(self.0) {
            Ok(text) if text.is_ascii() => Some(text),
            _ => None,
        }
    }

    /// `<length-identifier>`, 8 bits: the number of octets (6.2.11).
    #[must_use]
    #[allow(
        clippy::cast_possible_truncation,
        reason = "never more than 255 octets"
    )]
    pub const fn length_identifier(&self) -> u8 {
        self.0.len() as u8
    }
}

impl fmt::Debug for ServerId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerId(\"")?;
        // One by one: the compiler cannot see that all of them at once do not panic.
        for octet in self.0 {
            write!(f, "{}", octet.escape_ascii())?;
        }
        f.write_str("\")")
    }
}
