//! The user data header of a short message (TS 23.040, 9.2.3.24): a list of information elements.
//!
//! ```text
//!  octet 0      1                                          1 + UDHL
//!       +------+------+------+--//--+------+------+--//--+------//------+
//!       | UDHL | IEI  | IEDL | data | IEI  | IEDL | data |   payload    |     UDHL counts the octets of all elements,
//!       +------+------+------+--//--+------+------+--//--+------//------+     IEDL those of one element's data
//!
//!  IEI 05, IEDL 4   destination port (2), originator port (2)
//!  IEI 04, IEDL 2   destination port (1), originator port (1)
//!  IEI 00, IEDL 3   reference (1), total (1), number (1)
//!  IEI 08, IEDL 4   reference (2), total (1), number (1)
//! ```

use super::PORT;
use crate::error::{DecodeError, DecodeErrorKind, Field};
use crate::read::Reader;

/// IEI of the 16-bit application port addressing element (9.2.3.24.4).
pub(super) const IEI_PORTS_16: u8 = 0x05;
/// IEI of the 8-bit application port addressing element (9.2.3.24.3).
const IEI_PORTS_8: u8 = 0x04;
/// IEI of the concatenation element with an 8-bit reference (9.2.3.24.1).
pub(super) const IEI_CONCATENATION_8: u8 = 0x00;
/// IEI of the concatenation element with a 16-bit reference (9.2.3.24.8).
pub(super) const IEI_CONCATENATION_16: u8 = 0x08;

/// The greatest application port that TS 23.040 has a use for; what lies above is reserved (9.2.3.24.4).
const LAST_PORT_16: u16 = 49_151;
/// The least 8-bit application port; what lies below is reserved (9.2.3.24.3).
const FIRST_PORT_8: u8 = 240;

/// TP-User-Data of a short message with a user data header (TP-UDHI set) and 8-bit data: 3 to 140 octets.
///
/// ```
/// use oma_dm_notification::wap::{Ports, UserData};
///
/// let user_data = UserData::parse(b"\x06\x05\x04\x0B\x84\xC0\x02 payload")?;
/// assert_eq!(user_data.ports(), Some(Ports::Sixteen { destination: 2948, originator: 0xC002 }));
/// assert_eq!(user_data.payload(), b" payload");
/// # Ok::<(), oma_dm_notification::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct UserData<'a> {
    header: Reader<'a>,
    payload: Reader<'a>,
    /// What the last element that has any says, and where its data starts.
    pub(super) ports: Option<(Ports, usize)>,
    pub(super) concatenation: Option<(Concatenation, usize)>,
}

impl<'a> UserData<'a> {
    /// Reads the user data header; the rest is the payload.
    ///
    /// # Errors
    ///
    /// By 9.2.3.24 a header that makes no sense is ignored as a whole, so that the message has no port and is no push.
    /// These errors say what makes no sense of it:
    /// - [`Truncated`](DecodeErrorKind::Truncated) [`UserDataHeader`](Field::UserDataHeader): UDHL counts more octets
    ///   than there are;
    /// - [`Length`](DecodeErrorKind::Length) of the [`UserDataHeader`](Field::UserDataHeader): UDHL counts fewer than
    ///   the 2 octets of the shortest element;
    /// - [`Truncated`](DecodeErrorKind::Truncated) [`InformationElement`](Field::InformationElement): the last element
    ///   does not end where the header does.
    #[inline(always)]
    pub fn parse(octets: &'a [u8]) -> Result<Self, DecodeError> {
        let mut payload = Reader::new(octets, 0);
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
            let element = header.field(Field::InformationElement, Element::read)?;
            let at = element.data_offset;
            if let Some(ports) = Ports::of(&element) {
                parsed.ports = Some((ports, at));
            } else if let Some(segment) = Concatenation::of(&element) {
                parsed.concatenation = Some((segment, at));
            }
        }
        Ok(parsed)
    }

    /// The information elements, in order, those that mean nothing here included.
    #[must_use]
    pub const fn elements(&self) -> Elements<'a> {
        Elements(self.header)
    }

    /// What follows the user data header.
    #[must_use]
    pub const fn payload(&self) -> &'a [u8] {
        self.payload.rest()
    }

    /// [`payload`](Self::payload), with its place.
    pub(super) const fn payload_reader(&self) -> Reader<'a> {
        self.payload
    }

    /// The application ports: those of the last element that has any (9.2.3.24.3, 9.2.3.24.4).
    ///
    /// An element of another length than its own, or with a reserved destination port, is ignored. A reserved
    /// originator port is not: Appendix C itself has one.
    #[must_use]
    pub const fn ports(&self) -> Option<Ports> {
        match self.ports {
            Some((ports, _)) => Some(ports),
            None => None,
        }
    }

    /// Which segment of a concatenated message this is: by the last element that says so (9.2.3.24.1, 9.2.3.24.8).
    ///
    /// An element of another length than its own is ignored, and so is one with a total or a number of 0, or a number
    /// above the total: then the message is not a segment.
    #[must_use]
    pub const fn concatenation(&self) -> Option<Concatenation> {
        match self.concatenation {
            Some((segment, _)) => Some(segment),
            None => None,
        }
    }
}

/// The information elements of a user data header.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Elements<'a>(Reader<'a>);

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        Element::read(&mut self.0).ok()
    }
}

/// One information element: IEI, IEDL, and as many octets of data as IEDL says, 0 to 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Element<'a> {
    identifier: u8,
    data: &'a [u8],
    pub(super) data_offset: usize,
}

impl<'a> Element<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, DecodeErrorKind> {
        let [identifier, length] = reader.array()?;
        Ok(Self {
            identifier,
            data_offset: reader.offset(),
            data: reader.take(usize::from(length))?,
        })
    }

    /// IEI, 8 bits: what the element is.
    #[must_use]
    pub const fn identifier(&self) -> u8 {
        self.identifier
    }

    /// The data, 0 to 255 octets.
    #[must_use]
    pub const fn data(&self) -> &'a [u8] {
        self.data
    }
}

/// Application ports (9.2.3.24.3, 9.2.3.24.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_enums, reason = "TS 23.040 has these two elements")]
pub enum Ports {
    /// 8-bit ports, 240 to 255; none of them is OMA DM's.
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
    fn of(element: &Element<'_>) -> Option<Self> {
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

    /// Whether the destination is OMA DM's (7.1.1).
    #[inline]
    pub(crate) const fn is_for_dm(self) -> bool {
        matches!(
            self,
            Self::Sixteen {
                destination: PORT,
                ..
            }
        )
    }
}

/// The reference that all segments of a concatenated message share, of one of two widths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_enums, reason = "TS 23.040 has these two elements")]
pub enum Reference {
    /// 8 bits (9.2.3.24.1).
    Eight(u8),
    /// 16 bits (9.2.3.24.8).
    Sixteen(u16),
}

/// Which segment of which concatenated message (9.2.3.24.1, 9.2.3.24.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Concatenation {
    reference: Reference,
    total: u8,
    number: u8,
}

impl Concatenation {
    /// Segment `number`, counted from 1, of the `total` that the message with this reference has; `None` unless
    /// 1 ≤ `number` ≤ `total`.
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

    fn of(element: &Element<'_>) -> Option<Self> {
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

    /// The reference of the message, 8 or 16 bits.
    #[must_use]
    pub const fn reference(&self) -> Reference {
        self.reference
    }

    /// The segments that the message has, 1 to 255.
    #[must_use]
    pub const fn total(&self) -> u8 {
        self.total
    }

    /// The number of this segment, 1 to the total.
    #[must_use]
    pub const fn number(&self) -> u8 {
        self.number
    }
}
