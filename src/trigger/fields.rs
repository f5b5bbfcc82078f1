//! The fields of the trigger's header, each as wide as its clause says.

use crate::error::{Field, ValueError};
use core::fmt;

/// `<version>`, 10 bits, 0 to 1023: ten times the version, displayed as `1.1` or `102.3` (OMA
/// §6.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Version(u16);

impl Version {
    /// 10: the version of 1.1.2, the predecessor of this specification.
    pub const V1_0: Self = Self(10);
    /// 11: the version of 1.2.1.
    pub const V1_1: Self = Self(11);
    /// 12: the version that some deployed servers send.
    pub const V1_2: Self = Self(12);
    /// 1023: the greatest, displayed as `102.3`.
    pub const MAX: Self = Self(0x3FF);

    /// Makes the version whose tenfold is `value`.
    ///
    /// # Errors
    ///
    /// [`ValueError`] above 1023.
    pub const fn new(value: u16) -> Result<Self, ValueError> {
        if value > Self::MAX.0 {
            return Err(ValueError::new(Field::Version, value as usize));
        }
        Ok(Self(value))
    }

    pub(super) const fn from_bits(bits: u16) -> Self {
        Self(bits & Self::MAX.0)
    }

    /// Returns the ten bits: ten times the version.
    #[must_use]
    pub const fn value(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for Version {
    type Error = ValueError;

    fn try_from(value: u16) -> Result<Self, ValueError> {
        Self::new(value)
    }
}

impl From<Version> for u16 {
    fn from(version: Version) -> Self {
        version.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

/// `<ui-mode>`, 2 bits: what the server recommends for the user (OMA §6.2.7). A client SHOULD
/// follow it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(
    clippy::exhaustive_enums,
    reason = "every pattern of the two bits has a name"
)]
pub enum UiMode {
    /// `00`: no recommendation.
    #[default]
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

impl From<UiMode> for u8 {
    fn from(ui_mode: UiMode) -> Self {
        ui_mode.bits()
    }
}

/// By the names of the ABNF (OMA §6.1): `not-specified`, `background`, `informative`,
/// `user-interaction`.
impl fmt::Display for UiMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSpecified => "not-specified",
            Self::Background => "background",
            Self::Informative => "informative",
            Self::UserInteraction => "user-interaction",
        })
    }
}

/// `<initiator>`, 1 bit: who caused the management action (OMA §6.2.8). A client SHOULD follow it.
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

impl From<Initiator> for u8 {
    fn from(initiator: Initiator) -> Self {
        initiator.bit()
    }
}

/// By the names of the ABNF (OMA §6.1): `client`, `server`.
impl fmt::Display for Initiator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Client => "client",
            Self::Server => "server",
        })
    }
}

/// `<future-use>`, 27 bits, reserved: zero in a built trigger, kept as received in a received one
/// (OMA §6.2.9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FutureUse(u32);

impl FutureUse {
    /// All 27 bits zero, as OMA §6.2.9 demands.
    pub const ZERO: Self = Self(0);

    /// The 27 lowest bits count.
    pub(super) const fn from_bits(bits: u32) -> Self {
        Self(bits & 0x07FF_FFFF)
    }

    /// Returns the 27 bits, as a number from 0 to 7FFFFFF hexadecimal.
    #[must_use]
    pub const fn value(self) -> u32 {
        self.0
    }
}

impl From<FutureUse> for u32 {
    fn from(future_use: FutureUse) -> Self {
        future_use.0
    }
}

/// `<sessionid>`, 16 bits: the DM session that the client must start (OMA §6.2.10).
///
/// 1 to FFFF hexadecimal. A received one may be 0, which has no [text](Self::to_text) and cannot
/// start a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SessionId(u16);

impl SessionId {
    /// Makes a session id to send.
    ///
    /// # Errors
    ///
    /// [`ValueError`] for 0.
    pub const fn new(value: u16) -> Result<Self, ValueError> {
        if value == 0 {
            return Err(ValueError::new(Field::SessionId, 0));
        }
        Ok(Self(value))
    }

    pub(super) const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// Returns the 16 bits, as a number.
    #[must_use]
    pub const fn value(self) -> u16 {
        self.0
    }

    /// Makes the text for the `SessionID` element of the DM messages: one to four upper-case
    /// hexadecimal digits without leading zeros. `None` for 0, to which the mapping does not apply.
    ///
    /// ```
    /// # use oma_dm_notification::SessionId;
    /// assert_eq!(SessionId::new(0x00AF)?.to_text().unwrap().as_str(), "AF");
    /// # Ok::<(), oma_dm_notification::ValueError>(())
    /// ```
    #[must_use]
    pub const fn to_text(self) -> Option<SessionIdText> {
        match self.0 {
            0 => None,
            value => Some(SessionIdText::new(value)),
        }
    }
}

impl TryFrom<u16> for SessionId {
    type Error = ValueError;

    fn try_from(value: u16) -> Result<Self, ValueError> {
        Self::new(value)
    }
}

impl From<SessionId> for u16 {
    fn from(session_id: SessionId) -> Self {
        session_id.0
    }
}

/// As the `SessionID` element has it (OMA §6.2.10); `0` for a received 0.
impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::UpperHex::fmt(&self.0, f)
    }
}

impl fmt::UpperHex for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::UpperHex::fmt(&self.0, f)
    }
}

impl fmt::LowerHex for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::LowerHex::fmt(&self.0, f)
    }
}

/// The text of a [`SessionId`]: one to four of `0` to `9` and `A` to `F` (OMA §6.2.10).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
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

    /// Returns the digits in ASCII, 1 to 4 octets.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.digits
            .get(usize::from(self.leading_zeros)..)
            .unwrap_or_default()
    }

    /// Returns the digits as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

impl AsRef<str> for SessionIdText {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<[u8]> for SessionIdText {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl fmt::Display for SessionIdText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SessionIdText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionIdText({self})")
    }
}

/// Returns the hexadecimal digit of a value below 16.
const fn digit(nibble: u8) -> u8 {
    match nibble {
        0..=9 => b'0'.wrapping_add(nibble),
        _ => (b'A' - 10).wrapping_add(nibble),
    }
}

/// `<server-identifier>`, 0 to 255 octets, counted by `<length-identifier>`, 8 bits (OMA §6.2.11,
/// §6.2.12).
///
/// Octets, not text: the ABNF says `CHAR`, but any octets can arrive.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ServerId<'a>(&'a [u8]);

impl<'a> ServerId<'a> {
    /// The most octets that the length-identifier can count.
    pub const MAX_LENGTH: usize = 255;

    /// Makes the server-identifier of these octets.
    ///
    /// # Errors
    ///
    /// [`ValueError`] with their number, as [`LengthIdentifier`](Field::LengthIdentifier), above
    /// 255.
    pub const fn new(octets: &'a [u8]) -> Result<Self, ValueError> {
        if octets.len() > Self::MAX_LENGTH {
            return Err(ValueError::new(Field::LengthIdentifier, octets.len()));
        }
        Ok(Self(octets))
    }

    /// As many octets as a received length-identifier counted.
    pub(super) const fn from_counted(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// Returns the octets.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.0
    }

    /// Returns the identifier as text; `None` if it holds octets outside ASCII.
    #[must_use]
    pub const fn as_str(&self) -> Option<&'a str> {
        match core::str::from_utf8(self.0) {
            Ok(text) if text.is_ascii() => Some(text),
            _ => None,
        }
    }

    /// Returns `<length-identifier>`, 8 bits: the number of octets (OMA §6.2.11).
    #[must_use]
    #[allow(
        clippy::cast_possible_truncation,
        reason = "never more than 255 octets"
    )]
    pub const fn length_identifier(&self) -> u8 {
        self.0.len() as u8
    }
}

impl<'a> TryFrom<&'a [u8]> for ServerId<'a> {
    type Error = ValueError;

    fn try_from(octets: &'a [u8]) -> Result<Self, ValueError> {
        Self::new(octets)
    }
}

impl<'a> TryFrom<&'a str> for ServerId<'a> {
    type Error = ValueError;

    fn try_from(text: &'a str) -> Result<Self, ValueError> {
        Self::new(text.as_bytes())
    }
}

impl AsRef<[u8]> for ServerId<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0
    }
}

/// In ASCII, with `\x..` for any other octet.
impl fmt::Display for ServerId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // One by one: the compiler cannot see that all of them at once do not panic.
        for octet in self.0 {
            write!(f, "{}", octet.escape_ascii())?;
        }
        Ok(())
    }
}

impl fmt::Debug for ServerId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerId(\"{self}\")")
    }
}
