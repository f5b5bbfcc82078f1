//! The user data header of a short message (TS 23.040 §9.2.3.24): a list of information elements.
//!
//! ```text
//!  octet 0      1                                         1 + UDHL
//!       +------+------+------+--//--+------+------+--//--+------//------+
//!       | UDHL | IEI  | IEDL | data | IEI  | IEDL | data |   payload    |
//!       +------+------+------+--//--+------+------+--//--+------//------+
//!  UDHL counts the octets of all elements, IEDL those of one element's data.
//!
//!  IEI 05, IEDL 4   destination port (2), originator port (2)
//!  IEI 04, IEDL 2   destination port (1), originator port (1)
//!  IEI 00, IEDL 3   reference (1), total (1), number (1)
//!  IEI 08, IEDL 4   reference (2), total (1), number (1)
//! ```

use crate::error::{DecodeError, DecodeErrorKind, Field};
use crate::read::{Octets, Reader};
use core::fmt;

/// The default non-secure connectionless push port (OMA §7.1).
pub const PUSH_PORT: u16 = 2948;

/// IEI of the 16-bit application port addressing element (TS 23.040 §9.2.3.24.4).
const IEI_PORTS_16: u8 = 0x05;
/// IEI of the 8-bit application port addressing element (TS 23.040 §9.2.3.24.3).
const IEI_PORTS_8: u8 = 0x04;
/// IEI of the concatenation element with an 8-bit reference (TS 23.040 §9.2.3.24.1).
const IEI_CONCATENATION_8: u8 = 0x00;
/// IEI of the concatenation element with a 16-bit reference (TS 23.040 §9.2.3.24.8).
const IEI_CONCATENATION_16: u8 = 0x08;

/// The greatest application port in use; greater ones are reserved (TS 23.040 §9.2.3.24.4).
const LAST_PORT_16: u16 = 49_151;
/// The least 8-bit application port; lesser ones are reserved (TS 23.040 §9.2.3.24.3).
const FIRST_PORT_8: u8 = 240;

/// TP-User-Data of a short message with a user data header (TP-UDHI set) and 8-bit data: 3 to 140
/// octets.
///
/// ```
/// use oma_dm_notification::wap::udh::{Ports, UserData};
///
/// let user_data = UserData::parse(b"\x06\x05\x04\x0B\x84\xC0\x02 payload")?;
/// let ports = Ports::Sixteen { destination: 2948, originator: 0xC002 };
/// assert_eq!(user_data.ports(), Some(ports));
/// assert_eq!(user_data.payload(), b" payload");
/// # Ok::<(), oma_dm_notification::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct UserData<'a> {
    header: Reader<'a>,
    payload: Reader<'a>,
    /// What the last such element says, and where its data starts.
    ports: Option<(Ports, usize)>,
    concatenation: Option<(Concatenation, usize)>,
}

impl<'a> UserData<'a> {
    /// Parses the user data header; the rest of `octets` is the payload.
    ///
    /// # Errors
    ///
    /// A malformed header must be ignored as a whole (TS 23.040 §9.2.3.24). The message then has no
    /// port and is not a push:
    /// - [`Truncated`](DecodeErrorKind::Truncated) [`UserDataHeader`](Field::UserDataHeader): UDHL
    ///   counts more octets than there are;
    /// - [`Length`](DecodeErrorKind::Length) of the [`UserDataHeader`](Field::UserDataHeader): UDHL
    ///   counts fewer than the 2 octets of the shortest element;
    /// - [`Truncated`](DecodeErrorKind::Truncated)
    ///   [`InformationElement`](Field::InformationElement): the last element does not end with the
    ///   header.
    #[inline(always)]
    pub fn parse(octets: &'a [u8]) -> Result<Self, DecodeError> {
        Self::read(Reader::new(octets, 0))
    }

    /// [`parse`](Self::parse) for the rest of `reader`.
    #[inline]
    pub(crate) fn read(mut payload: Reader<'a>) -> Result<Self, DecodeError> {
        let mut header =
            payload.field(Field::UserDataHeader, |reader| match reader.octet()? {
                0 | 1 => Err(DecodeErrorKind::Length),
                length => reader.part(usize::from(length)),
            })?;
        let mut parsed = Self {
            header,
            payload,
            ports: None,
            concatenation: None,
        };
        while !header.rest().is_empty() {
            let element = header.field(Field::InformationElement, InformationElement::read)?;
            // Where the data was: IEDL octets before the reader.
            let at = header.offset().wrapping_sub(element.data.len());
            if let Some(ports) = Ports::of(&element) {
                parsed.ports = Some((ports, at));
            } else if let Some(segment) = Concatenation::of(&element) {
                parsed.concatenation = Some((segment, at));
            }
        }
        Ok(parsed)
    }

    /// Returns the information elements, in order, unknown ones included.
    #[must_use]
    pub const fn elements(&self) -> InformationElements<'a> {
        InformationElements(self.header)
    }

    /// Returns the octets after the user data header.
    #[must_use]
    pub const fn payload(&self) -> &'a [u8] {
        self.payload.rest()
    }

    /// [`payload`](Self::payload), with its offset.
    pub(crate) const fn payload_reader(&self) -> Reader<'a> {
        self.payload
    }

    /// Returns the application ports, by the last element that has any (TS 23.040 §9.2.3.24.3,
    /// §9.2.3.24.4).
    ///
    /// An element of a wrong length, or with a reserved destination port, is ignored. A reserved
    /// originator port is accepted, because OMA Appendix C has one.
    #[must_use]
    pub const fn ports(&self) -> Option<Ports> {
        match self.ports {
            Some((ports, _)) => Some(ports),
            None => None,
        }
    }

    /// Returns which segment of a concatenated message this is, by the last element that says so
    /// (TS 23.040 §9.2.3.24.1, §9.2.3.24.8).
    ///
    /// An element of a wrong length is ignored. So is one with a total or a number of 0, or a
    /// number above the total: the message is then not a segment.
    #[must_use]
    pub const fn concatenation(&self) -> Option<Concatenation> {
        match self.concatenation {
            Some((segment, _)) => Some(segment),
            None => None,
        }
    }

    /// Checks that the destination is the push port (OMA §7.1.1).
    #[inline]
    pub(crate) const fn check_port(&self) -> Result<(), DecodeError> {
        let (kind, offset) = match self.ports {
            Some((ports, _)) if ports.is_push() => return Ok(()),
            Some((_, offset)) => (DecodeErrorKind::NotDm, offset),
            // At the length octet, which precedes the header.
            None => (
                DecodeErrorKind::Missing,
                self.header.offset().wrapping_sub(1),
            ),
        };
        Err(DecodeError::new(kind, Field::DestinationPort, offset))
    }

    /// Returns where the data of the concatenation element starts, if the message is one segment of
    /// several.
    #[inline]
    pub(crate) const fn segment_offset(&self) -> Option<usize> {
        match self.concatenation {
            Some((segment, offset)) if segment.total > 1 => Some(offset),
            _ => None,
        }
    }
}

/// The information elements of a user data header: an iterator over them.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct InformationElements<'a>(Reader<'a>);

impl<'a> Iterator for InformationElements<'a> {
    type Item = InformationElement<'a>;

    fn next(&mut self) -> Option<InformationElement<'a>> {
        InformationElement::read(&mut self.0).ok()
    }
}

impl core::iter::FusedIterator for InformationElements<'_> {}

/// One information element: IEI, IEDL, and as many octets of data as IEDL says, 0 to 255 (TS 23.040
/// §9.2.3.24).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct InformationElement<'a> {
    identifier: u8,
    data: &'a [u8],
}

impl<'a> InformationElement<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, DecodeErrorKind> {
        let [identifier, length] = reader.array()?;
        Ok(Self {
            identifier,
            data: reader.take(usize::from(length))?,
        })
    }

    /// Returns IEI, 8 bits: what the element is.
    #[must_use]
    pub const fn identifier(&self) -> u8 {
        self.identifier
    }

    /// Returns the data, 0 to 255 octets.
    #[must_use]
    pub const fn data(&self) -> &'a [u8] {
        self.data
    }
}

impl fmt::Debug for InformationElement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InformationElement")
            .field("identifier", &self.identifier)
            .field("data", &Octets(self.data))
            .finish()
    }
}

/// Application ports (TS 23.040 §9.2.3.24.3, §9.2.3.24.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_enums, reason = "TS 23.040 has these two elements")]
pub enum Ports {
    /// 8-bit ports, 240 to 255. None of them is the push port.
    Eight {
        /// The receiving application.
        destination: u8,
        /// The sending application, reserved numbers included.
        originator: u8,
    },
    /// 16-bit ports, 0 to 49151.
    Sixteen {
        /// The receiving application.
        destination: u16,
        /// The sending application, reserved numbers included.
        originator: u16,
    },
}

impl Ports {
    fn of(element: &InformationElement<'_>) -> Option<Self> {
        let (ports, reserved) = match (element.identifier, element.data) {
            (IEI_PORTS_8, &[destination, originator]) => (
                Self::Eight {
                    destination,
                    originator,
                },
                destination < FIRST_PORT_8,
            ),
            (IEI_PORTS_16, &[d, e, o, p]) => {
                let destination = u16::from_be_bytes([d, e]);
                let originator = u16::from_be_bytes([o, p]);
                (
                    Self::Sixteen {
                        destination,
                        originator,
                    },
                    destination > LAST_PORT_16,
                )
            }
            _ => return None,
        };
        (!reserved).then_some(ports)
    }

    /// Returns whether the destination is the push port (OMA §7.1.1).
    #[inline]
    pub(crate) const fn is_push(self) -> bool {
        matches!(
            self,
            Self::Sixteen {
                destination: PUSH_PORT,
                ..
            }
        )
    }
}

/// The reference that all segments of a concatenated message share, in one of two widths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_enums, reason = "TS 23.040 has these two elements")]
pub enum Reference {
    /// 8 bits (TS 23.040 §9.2.3.24.1).
    Eight(u8),
    /// 16 bits (TS 23.040 §9.2.3.24.8).
    Sixteen(u16),
}

/// Which segment of which concatenated message (TS 23.040 §9.2.3.24.1, §9.2.3.24.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Concatenation {
    reference: Reference,
    total: u8,
    number: u8,
}

impl Concatenation {
    /// Makes segment `number`, counted from 1, of the `total` of the message with this reference.
    /// `None` unless 1 ≤ `number` ≤ `total`.
    #[must_use]
    pub const fn new(reference: Reference, total: u8, number: u8) -> Option<Self> {
        if number == 0 || number > total {
            return None;
        }
        Some(Self {
            reference,
            total,
            number,
        })
    }

    fn of(element: &InformationElement<'_>) -> Option<Self> {
        match (element.identifier, element.data) {
            (IEI_CONCATENATION_8, &[reference, total, number]) => {
                Self::new(Reference::Eight(reference), total, number)
            }
            (IEI_CONCATENATION_16, &[a, b, total, number]) => Self::new(
                Reference::Sixteen(u16::from_be_bytes([a, b])),
                total,
                number,
            ),
            _ => None,
        }
    }

    /// Returns the reference of the message, 8 or 16 bits.
    #[must_use]
    pub const fn reference(&self) -> Reference {
        self.reference
    }

    /// Returns how many segments the message has, 1 to 255.
    #[must_use]
    pub const fn total(&self) -> u8 {
        self.total
    }

    /// Returns the number of this segment, 1 to the total.
    #[must_use]
    pub const fn number(&self) -> u8 {
        self.number
    }
}

/// Octets of the longest [`header`].
const MAX_HEADER_LENGTH: usize = 13;

/// Returns the octets of the [`header`] of each of `total` messages with this reference.
pub(crate) const fn header_length(reference: Reference, total: usize) -> usize {
    match (total, reference) {
        (..=1, _) => 7,
        (_, Reference::Eight(_)) => 12,
        (_, Reference::Sixteen(_)) => 13,
    }
}

/// Makes the user data header of a push to send: ports, then the concatenation element if the
/// message is one of several. Deployed senders use this order. Its [length](header_length) tells
/// how many of the octets count.
///
/// ```text
///  one message        06 | 05 04 destination originator
///  8-bit reference    0B | 05 04 destination originator | 00 03 ref total number
///  16-bit reference   0C | 05 04 destination originator | 08 04 ref total number
/// ```
pub(crate) const fn header(
    originator_port: u16,
    segment: Concatenation,
) -> [u8; MAX_HEADER_LENGTH] {
    const PORTS: u8 = IEI_PORTS_16;
    let [d0, d1] = PUSH_PORT.to_be_bytes();
    let [o0, o1] = originator_port.to_be_bytes();
    let (total, number) = (segment.total, segment.number);
    match segment.reference {
        _ if total == 1 => [0x06, PORTS, 4, d0, d1, o0, o1, 0, 0, 0, 0, 0, 0],
        Reference::Eight(reference) => [
            0x0B,
            PORTS,
            4,
            d0,
            d1,
            o0,
            o1,
            IEI_CONCATENATION_8,
            3,
            reference,
            total,
            number,
            0,
        ],
        Reference::Sixteen(reference) => {
            let [r0, r1] = reference.to_be_bytes();
            [
                0x0C,
                PORTS,
                4,
                d0,
                d1,
                o0,
                o1,
                IEI_CONCATENATION_16,
                4,
                r0,
                r1,
                total,
                number,
            ]
        }
    }
}
