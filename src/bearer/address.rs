//! Addresses of short messages: telephone numbers and names (TS 23.040 §9.1.2.5, TS 24.011 §8.2.5).
//!
//! ```text
//!           octet 0        1           2                       7             0
//!                +--------+-----------+-----//-----+          +---+-----+-----+
//!  TP-address    | digits | TON / NPI | semi-octets|   TON /  | 1 | TON | NPI |
//!                +--------+-----------+-----//-----+   NPI:   +---+-----+-----+
//!                +--------+-----------+-----//-----+              6   4 3   0
//!  RP-address    | octets | TON / NPI | semi-octets|
//!                +--------+-----------+-----//-----+   digits counts semi-octets,
//!                                                      octets those that follow
//! ```

use crate::error::{DecodeErrorKind, Field, ValueError};
use crate::read::Reader;
use crate::write;
use core::fmt::{self, Write as _};
use core::str::FromStr;

/// The most octets of semi-octets that an address has (TS 23.040 §9.1.2.5).
const OCTETS: usize = 10;
/// The most digits: two in each octet.
const DIGITS: u8 = 20;
/// The most characters of a name: seven bits each.
const CHARACTERS: usize = 11;
/// Bit 7 of the octet with TON and NPI, which is always set.
const EXTENSION: u8 = 0x80;
/// TON 000, NPI 0001: a telephone number of unknown type.
const UNKNOWN: u8 = 0x01;
/// TON 001, NPI 0001: an international telephone number.
const INTERNATIONAL: u8 = 0x11;
/// TON 101, NPI 0000: a name in the GSM 7-bit default alphabet.
const ALPHANUMERIC: u8 = 0x50;
/// The bits of TON.
const TYPE_OF_NUMBER: u8 = 0x70;
/// The semi-octet that fills the last octet of an odd number of digits.
const FILLER: u8 = 0x0F;

/// The address of a sender, a recipient or a service centre: up to 20 digits, or a name of up to 11
/// characters.
///
/// Its [`Display`](fmt::Display) is what a person writes: `+447700900123` if the number is
/// international, otherwise the digits alone, and a name as text. A line break in a name is printed
/// as a space. [`FromStr`] reads the same.
///
/// It has 12 octets. The unused bits of its last octet do not count, so equal numbers are equal
/// keys.
///
/// ```
/// use oma_dm_notification::bearer::Address;
///
/// let sender: Address = "+447700900123".parse()?;
/// assert_eq!(sender.type_of_address(), 145);
/// assert_eq!(sender.to_string(), "+447700900123");
/// assert_eq!("Operator".parse::<Address>()?.to_string(), "Operator");
/// # Ok::<(), oma_dm_notification::ValueError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Address {
    /// TON and NPI, 7 bits.
    kind: u8,
    /// The semi-octets in use, 0 to 20.
    length: u8,
    value: [u8; OCTETS],
}

impl Address {
    const fn new(kind: u8) -> Self {
        Self {
            kind,
            length: 0,
            value: [0; OCTETS],
        }
    }

    /// Returns type of number and numbering plan with bit 7 set, 128 to 255: 145 for an
    /// international telephone number, 129 for a telephone number of unknown type, 208 for a name
    /// (TS 23.040 §9.1.2.5).
    ///
    /// AT commands print it as `<tooa>`, `<toda>` and `<tosca>` (TS 27.005 §3.1).
    #[must_use]
    pub const fn type_of_address(&self) -> u8 {
        self.kind | EXTENSION
    }

    /// Returns whether it has neither digits nor characters.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Reads a TP-address: its length counts semi-octets, 0 to 20 (TS 23.040 §9.1.2.5).
    pub(super) fn read_tp(reader: &mut Reader<'_>) -> Result<Self, DecodeErrorKind> {
        let length = reader.octet()?;
        if length > DIGITS {
            return Err(DecodeErrorKind::Length);
        }
        let kind = reader.octet()?;
        let octets = reader.take(usize::from(length.div_ceil(2)))?;
        Ok(Self::of_octets(kind, length, octets))
    }

    /// Reads an RP-address: its length counts the octets that follow, 0 to 11 (TS 24.011 §8.2.5.1).
    pub(super) fn read_rp(reader: &mut Reader<'_>) -> Result<Option<Self>, DecodeErrorKind> {
        let length = usize::from(reader.octet()?);
        if length > OCTETS.saturating_add(1) {
            return Err(DecodeErrorKind::Length);
        }
        let Some((&kind, octets)) = reader.take(length)?.split_first() else {
            return Ok(None);
        };
        // At most 20.
        let digits = u8::try_from(octets.len().saturating_mul(2)).unwrap_or(DIGITS);
        Ok(Some(Self::of_octets(kind, digits, octets)))
    }

    /// An address of the first `length` semi-octets of `octets`, which are at most [`OCTETS`]. A
    /// filler ends a number.
    fn of_octets(kind: u8, length: u8, octets: &[u8]) -> Self {
        let mut address = Self::new(kind & !EXTENSION);
        address.length = length;
        write::copy(&mut address.value, octets);
        let mut bits = if address.is_alphanumeric() {
            u32::from(address.name_length()).saturating_mul(7)
        } else {
            let until_filler = address.semi_octets().take_while(|&digit| digit != FILLER);
            address.length = u8::try_from(until_filler.count()).unwrap_or(DIGITS);
            u32::from(address.length).saturating_mul(4)
        };
        for octet in &mut address.value {
            let unused = 8_u32.saturating_sub(bits);
            *octet &= u8::MAX.checked_shr(unused).unwrap_or(0);
            bits = bits.saturating_sub(8);
        }
        address
    }

    fn semi_octets(&self) -> impl Iterator<Item = u8> + Clone {
        let halves = |octet: &u8| [octet & 0x0F, octet >> 4];
        let all = self.value.iter().flat_map(halves);
        all.take(usize::from(self.length))
    }

    /// Whether the type of number is "alphanumeric": the value is a name.
    const fn is_alphanumeric(self) -> bool {
        self.kind & TYPE_OF_NUMBER == ALPHANUMERIC
    }

    /// The whole characters that the semi-octets of a name hold: 0 to 11.
    const fn name_length(self) -> u8 {
        self.length.saturating_mul(4) / 7
    }

    /// Type of number, 3 bits, and numbering plan, 4 bits.
    pub(super) const fn kind(self) -> (u8, u8) {
        ((self.kind & TYPE_OF_NUMBER) >> 4, self.kind & 0x0F)
    }

    /// The address as a TP-address.
    pub(super) fn to_tp(self) -> Octets {
        Octets::new(&self, self.length)
    }

    /// The address as an RP-address; without one, an octet 00.
    pub(super) fn to_rp(address: Option<Self>) -> Octets {
        match address {
            Some(address) => Octets::new(&address, address.length.div_ceil(2).saturating_add(1)),
            None => Octets::NONE,
        }
    }

    /// The digits of a number, or the characters of a name.
    pub(super) fn characters(&self) -> impl Iterator<Item = char> + Clone {
        let (digits, septets) = if self.is_alphanumeric() {
            (0, self.name_length())
        } else {
            (self.length, 0)
        };
        let digits = self.semi_octets().take(digits.into());
        digits.filter_map(digit).chain(self.name(septets))
    }

    fn name(&self, septets: u8) -> impl Iterator<Item = char> + Clone {
        let mut escaped = false;
        (0..septets).filter_map(move |index| {
            let septet = self.septet(index.into());
            let extended = escaped;
            escaped = septet == ESCAPE && !extended;
            match extension(septet) {
                _ if escaped => None,
                Some(character) if extended => Some(character),
                _ => Some(basic(septet)),
            }
        })
    }

    /// The septet with this index: bits 7 times the index and up, the least significant first.
    fn septet(&self, index: usize) -> u8 {
        let (octet, bit) = septet_position(index);
        let at = |place| self.value.get(place).copied().unwrap_or(0);
        let pair = u16::from_be_bytes([at(octet.saturating_add(1)), at(octet)]);
        let [_, low] = pair.checked_shr(bit).unwrap_or(0).to_be_bytes();
        low & 0x7F
    }

    /// A number of type of number and numbering plan `kind` with these semi-octets; `None` if there
    /// are more than 20.
    pub(super) fn of_digits(kind: (u8, u8), digits: impl Iterator<Item = u8>) -> Option<Self> {
        let (ton, npi) = kind;
        let mut address = Self::new(((ton << 4) & TYPE_OF_NUMBER) | npi & 0x0F);
        for digit in digits {
            let octet = address.value.get_mut(usize::from(address.length / 2))?;
            *octet |= match address.length % 2 {
                0 => digit,
                _ => digit << 4,
            };
            address.length = address.length.saturating_add(1);
        }
        Some(address)
    }

    /// A name of these characters.
    ///
    /// # Errors
    ///
    /// The character that the GSM 7-bit default alphabet does not have, or the number of septets if
    /// there are more than 11.
    pub(super) fn of_name(characters: impl Iterator<Item = char>) -> Result<Self, ValueError> {
        let mut address = Self::new(ALPHANUMERIC);
        let mut septets: usize = 0;
        for character in characters {
            let (escape, septet) = septet_of(character).ok_or(ValueError::new(
                Field::AddressCharacter,
                usize::try_from(u32::from(character)).unwrap_or(usize::MAX),
            ))?;
            if escape {
                address.put_septet(septets, ESCAPE);
                septets = septets.saturating_add(1);
            }
            address.put_septet(septets, septet);
            septets = septets.saturating_add(1);
        }
        if septets > CHARACTERS {
            return Err(ValueError::new(Field::AddressLength, septets));
        }
        // At most 11 septets, which fill 20 semi-octets.
        let bits = septets.saturating_mul(7);
        address.length = u8::try_from(bits.div_ceil(4)).unwrap_or(DIGITS);
        Ok(address)
    }

    /// Writes a septet where no bit has been set; beyond the last octet it is dropped.
    fn put_septet(&mut self, index: usize, septet: u8) {
        let (octet, bit) = septet_position(index);
        let shifted = u16::from(septet).checked_shl(bit).unwrap_or(0);
        let [high, low] = shifted.to_be_bytes();
        let room = self.value.iter_mut().skip(octet);
        room.zip([low, high]).for_each(|(to, bits)| *to |= bits);
    }
}

/// The 32-bit FNV-1a hash of the address: a key that takes 4 octets. Two addresses share it once in
/// 2³² pairs.
impl From<Address> for u32 {
    fn from(address: Address) -> Self {
        let octets = [address.kind, address.length]
            .into_iter()
            .chain(address.value);
        octets.fold(0x811C_9DC5, |hash: Self, octet| {
            (hash ^ Self::from(octet)).wrapping_mul(0x0100_0193)
        })
    }
}

/// An address as its octets, its length first.
pub(super) struct Octets {
    octets: [u8; OCTETS + 2],
    length: usize,
}

impl Octets {
    /// An octet 00.
    const NONE: Self = Self {
        octets: [0; OCTETS + 2],
        length: 1,
    };

    fn new(address: &Address, length: u8) -> Self {
        let mut value = address.value;
        if address.length % 2 == 1
            && !address.is_alphanumeric()
            && let Some(last) = value.get_mut(usize::from(address.length / 2))
        {
            *last |= FILLER << 4;
        }
        let mut octets = [0; OCTETS + 2];
        let header = [length, address.type_of_address()];
        write::fill(&mut octets, [header.as_slice(), &value].into_iter());
        Self {
            octets,
            length: usize::from(address.length.div_ceil(2)).saturating_add(2),
        }
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        self.octets.get(..self.length).unwrap_or_default()
    }
}

/// The octet in which a septet starts, and the bit.
fn septet_position(index: usize) -> (usize, u32) {
    let bit = index.saturating_mul(7);
    let [.., within] = (bit % 8).to_be_bytes();
    (bit / 8, u32::from(within))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let international = self.kind & TYPE_OF_NUMBER == INTERNATIONAL & TYPE_OF_NUMBER;
        let plus = (international && !self.is_empty()).then_some('+');
        let mut characters = plus.into_iter().chain(self.characters());
        characters.try_for_each(|character| match character {
            '\n' | '\r' | '\u{C}' => f.write_char(' '),
            other => f.write_char(other),
        })
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({}, {self})", self.type_of_address())
    }
}

impl FromStr for Address {
    type Err = ValueError;

    /// Reads a number or a name: `+` and digits are an international number, digits alone a number
    /// of unknown type, anything else a name. The digits are 0 to 9, `*` and `#`.
    ///
    /// # Errors
    ///
    /// - [`AddressLength`](Field::AddressLength): no digits, more than 20, or a name of more than
    ///   11 characters, of which `^`, `{`, `}`, `\`, `[`, `~`, `]`, `|` and `€` count twice;
    /// - [`AddressCharacter`](Field::AddressCharacter), its Unicode number: not a digit after `+`,
    ///   or not in the GSM 7-bit default alphabet (TS 23.038 §6.2.1).
    fn from_str(text: &str) -> Result<Self, ValueError> {
        let digits = text.strip_prefix('+').unwrap_or(text);
        let foreign = digits
            .chars()
            .find(|&character| digit_of(character).is_none());
        let international = digits.len() < text.len();
        let kind = match (foreign, international) {
            (None, true) => INTERNATIONAL,
            (None, false) => UNKNOWN,
            (Some(_), false) => return Self::of_name(text.chars()),
            (Some(character), true) => {
                let number = usize::try_from(u32::from(character)).unwrap_or(usize::MAX);
                return Err(ValueError::new(Field::AddressCharacter, number));
            }
        };
        let count = digits.len();
        Self::of_digits((kind >> 4, kind), digits.chars().filter_map(digit_of))
            .filter(|address| !address.is_empty())
            .ok_or(ValueError::new(Field::AddressLength, count))
    }
}

/// The characters of the semi-octets 0 to 14 (TS 24.008 §10.5.4.7).
const DIGIT_CHARACTERS: [u8; 15] = *b"0123456789*#abc";

/// The character of a semi-octet; the filler has none.
fn digit(semi_octet: u8) -> Option<char> {
    DIGIT_CHARACTERS
        .get(usize::from(semi_octet))
        .copied()
        .map(char::from)
}

/// The semi-octet of a character that [`FromStr`] takes for a digit.
pub(super) fn digit_of(character: char) -> Option<u8> {
    match character {
        '*' => Some(10),
        '#' => Some(11),
        other => other
            .to_digit(10)
            .and_then(|digit| u8::try_from(digit).ok()),
    }
}

/// The septet by which the next one is of the extension table.
const ESCAPE: u8 = 0x1B;

/// GSM 7-bit default alphabet (TS 23.038 §6.2.1); the escape is a space, as a phone without
/// extensions prints it.
const BASIC: [char; 128] = [
    '@', '£', '$', '¥', 'è', 'é', 'ù', 'ì', 'ò', 'Ç', '\n', 'Ø', 'ø', '\r', 'Å', 'å', //
    'Δ', '_', 'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ', 'Σ', 'Θ', 'Ξ', ' ', 'Æ', 'æ', 'ß', 'É', //
    ' ', '!', '"', '#', '¤', '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/', //
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?', //
    '¡', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', //
    'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'Ä', 'Ö', 'Ñ', 'Ü', '§', //
    '¿', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', //
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 'ä', 'ö', 'ñ', 'ü', 'à',
];

/// The extension table of that alphabet (TS 23.038 §6.2.1.1).
const EXTENSIONS: [(u8, char); 10] = [
    (0x0A, '\u{C}'),
    (0x14, '^'),
    (0x28, '{'),
    (0x29, '}'),
    (0x2F, '\\'),
    (0x3C, '['),
    (0x3D, '~'),
    (0x3E, ']'),
    (0x40, '|'),
    (0x65, '€'),
];

fn basic(septet: u8) -> char {
    BASIC.get(usize::from(septet)).copied().unwrap_or(' ')
}

fn extension(septet: u8) -> Option<char> {
    let entry = EXTENSIONS.iter().find(|(of, _)| *of == septet);
    entry.map(|&(_, character)| character)
}

/// The septet of a character, and whether an escape precedes it.
fn septet_of(character: char) -> Option<(bool, u8)> {
    if let Some(&(septet, _)) = EXTENSIONS.iter().find(|(_, of)| *of == character) {
        return Some((true, septet));
    }
    let index = BASIC.iter().rposition(|&of| of == character)?;
    u8::try_from(index).ok().map(|septet| (false, septet))
}
