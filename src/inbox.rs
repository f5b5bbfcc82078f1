//! The inbox, the device's first step: from what a bearer delivered to a [`Package0`] whose
//! server-identifier finds the account.
//!
//! ```text
//!  short message -- user data header --+
//!  CDMA segment --- WDP header --------+-- reassembly --+
//!  datagram ---- port ----------------------------------+-- WSP push --+
//!  Package #0 of an OBEX PUT -----------------------------------------+-- Package0
//! ```
//!
//! [`Inbox::receive`] takes a [`Delivery`] and says what came of it. The caller then looks the
//! account up, from flash and asynchronously if need be, and hands the [`Package0`] to the second
//! step, the account's state. The inbox knows no account, no secret and no session.
//!
//! ```
//! use oma_dm_notification::inbox::{Delivery, Inbox, Outcome};
//!
//! # let payload = b"\x01\x06\x03\xC4\xAF\x87\xe4\x00\x07\x51\xd1\x5d\xa7\xd8\xb5\xfc\
//! #     \x1f\xbc\xe4\x5e\xe7\x15\x02\xd0\0\0\0\x12\x34\x12com.mgmtsrv.manage";
//! // Originators by a key of 4 octets, two messages at a time, of 512 octets each.
//! let mut inbox = Inbox::<u32, 2, 512>::new();
//! inbox.set_max_age(600);
//!
//! let now = 0;
//! let delivery = Delivery::Datagram { destination_port: 2948, payload };
//! let received = inbox.receive(now, delivery);
//! if let Outcome::Package0(package0) = received.outcome {
//!     let server_id = package0.unverified().server_id();
//!     assert_eq!(server_id.as_str(), Some("com.mgmtsrv.manage"));
//! }
//! ```
//!
//! # Several receivers
//!
//! A message that is [`NotForDm`](Outcome::NotForDm) belongs to the next application. If it came in
//! segments, the inbox kept them and hands out the whole. Over CDMA the first segment alone says
//! where a message goes: segments that came before it were [`Incomplete`](Outcome::Incomplete) with
//! `port_known: false`. Keep a copy of such a segment if another application listens on that
//! bearer.
//!
//! # What an attacker can do
//!
//! Nothing that an inbox hands out is authentic. What spoofed segments can do is told in
//! [`reassembly`](crate::wap::reassembly): displace held segments, which is reported, and make a
//! mixture of two messages. The digest refuses a mixture that is for OMA DM. A foreign push has no
//! digest to refuse it: the next application must check what it is given.
//!
//! The originator's key must tell apart who can send, because two originators under one key can
//! replace each other's segments. An [`Address`] does. Its 32-bit hash takes 8 octets of RAM less
//! and can collide. A device with two SIMs has an inbox for each, or parses the message itself and
//! delivers [`ShortMessage`](Delivery::ShortMessage) under a key of address and SIM.
//!
//! # What the RAM costs
//!
//! | | octets |
//! |---|---|
//! | an inbox, besides its sets | 4 |
//! | each set, with a key of 4 octets | 21 and `OCTETS` |
//! | `Inbox::<u32, 2, 512>` | 1,072 |
//!
//! A message of *n* segments takes 2 *n* octets of its set beside its own: 512 hold three short
//! messages full of octets, 384, and 6. All octets are zero when [`new`](Inbox::new), so an inbox
//! in a `static` lies in `.bss`. Keep it there as it is: an `Option<Inbox>` lies in `.data`, since
//! its `None` is not zero. [`clear`](Inbox::clear) empties an inbox in place.

use core::fmt;

use crate::bearer::Address;
use crate::bearer::cdma::CdmaMessage;
use crate::bearer::rp::RpData;
use crate::bearer::tpdu::{Deliver, Framing};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::package0::Package0;
use crate::read::Reader;
use crate::wap::cdma::{self, RepeatedPorts, WdpSegment};
use crate::wap::reassembly::{Displaced, Reassembled, Reassembler, Segment};
use crate::wap::udh::UserData;
use crate::wap::{self, wsp};

/// What a bearer delivered. `K` is the caller's key of the originator, such as its [`Address`].
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Delivery<'a, K> {
    /// A TPDU, as AT modems, RIL, MBIM and QMI hand it over: an SMS-DELIVER.
    Tpdu {
        /// The TPDU, with the service centre's address before it or without.
        octets: &'a [u8],
        /// What precedes it.
        framing: Framing,
    },
    /// An RP-DATA to the device, as SMS over IMS hands it over.
    RpData(&'a [u8]),
    /// A point-to-point message of C.S0015, as CDMA modems hand it over.
    CdmaMessage {
        /// The message.
        octets: &'a [u8],
        /// Whether this carrier repeats the ports.
        repeated_ports: RepeatedPorts,
        /// Room for the user data, which is not aligned to octets in the message: 255 octets
        /// suffice for every message.
        buffer: &'a mut [u8],
    },
    /// The user data of one short message with a user data header (TP-UDHI set) and 8-bit data.
    ShortMessage {
        /// Who sent it.
        originator: K,
        /// TP-User-Data, 3 to 140 octets.
        user_data: &'a [u8],
    },
    /// One short message of the WAP [teleservice](cdma::TELESERVICE) over CDMA.
    Cdma {
        /// Who sent it.
        originator: K,
        /// The message identifier of the layer below, 16 bits.
        message_id: u16,
        /// The user data: one segment.
        segment: &'a [u8],
        /// Whether this carrier repeats the ports.
        repeated_ports: RepeatedPorts,
    },
    /// One UDP datagram.
    Datagram {
        /// The port that it was sent to, 16 bits.
        destination_port: u16,
        /// Its payload.
        payload: &'a [u8],
    },
    /// Package #0 itself, as the OBEX [receiver](crate::obex::Receiver) hands it over (OMA §7.2).
    Package0(&'a [u8]),
}

/// What [`Inbox::receive`] says of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Received<'a, K> {
    /// What came of the delivery.
    pub outcome: Outcome<'a>,
    /// The message of which segments were given up for it, if any.
    pub displaced: Option<Displaced<K>>,
}

/// What came of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Outcome<'a> {
    /// It is a Package #0, or the last segment of one that it lacked. It is not verified: see
    /// [`Package0::unverified`].
    Package0(Package0<'a>),
    /// It is addressed to another application (OMA §7.1.1), or carries no readable address.
    #[non_exhaustive]
    NotForDm {
        /// Why.
        error: DecodeError,
        /// The WSP PDU for the next application if it was put together from segments; `None` if the
        /// delivery itself is for the next application.
        octets: Option<&'a [u8]>,
    },
    /// It is a segment, kept until the others have come.
    #[non_exhaustive]
    Incomplete {
        /// How many are missing: 1 to 254.
        missing: u8,
        /// Whether it is known to be addressed to port 2948: always with short messages; over CDMA,
        /// once the first segment has come.
        port_known: bool,
    },
    /// It is a segment that had come before, with the same octets.
    RepeatedSegment,
    /// It is addressed to OMA DM, as far as it was read, and its octets are malformed.
    Malformed(DecodeError),
    /// It is a segment of a message that has no room in a set, or user data that has no room in the
    /// caller's buffer: nothing has changed.
    NoRoom(DecodeError),
}

impl fmt::Display for Outcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Package0(package0) => {
                write!(f, "Package #0 of {} octets", package0.as_bytes().len())
            }
            Self::NotForDm { error, .. } | Self::NoRoom(error) => error.fmt(f),
            Self::Incomplete { missing, .. } => write!(f, "incomplete: {missing} missing"),
            Self::RepeatedSegment => f.write_str("repeated segment"),
            Self::Malformed(error) => write!(f, "malformed: {error}"),
        }
    }
}

impl<K> fmt::Display for Received<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.outcome.fmt(f)?;
        match &self.displaced {
            Some(displaced) => write!(f, "; displaced: {displaced}"),
            None => Ok(()),
        }
    }
}

impl From<DecodeError> for Outcome<'_> {
    fn from(error: DecodeError) -> Self {
        match error.kind() {
            DecodeErrorKind::NoRoom => Self::NoRoom(error),
            _ if error.is_not_for_dm() => Self::NotForDm {
                error,
                octets: None,
            },
            _ => Self::Malformed(error),
        }
    }
}

/// Receives deliveries of every bearer: the segments of up to `SETS` messages are held at a time,
/// each in `OCTETS` octets, under the caller's keys `K` of their originators.
///
/// See the [module](self) for what it costs, and [`Reassembler`] for what fits and what gives way.
pub struct Inbox<K, const SETS: usize, const OCTETS: usize> {
    reassembler: Reassembler<K, SETS, OCTETS>,
}

impl<K, const SETS: usize, const OCTETS: usize> Inbox<K, SETS, OCTETS> {
    /// Returns an inbox that holds no segments, in which messages do not expire.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            reassembler: Reassembler::new(),
        }
    }

    /// Gives up all segments, in place and without a report. The maximum age stays.
    pub fn clear(&mut self) {
        self.reassembler.clear();
    }

    /// Sets the ticks that a message in segments has to become whole: see
    /// [`Reassembler::set_max_age`].
    pub const fn set_max_age(&mut self, ticks: u32) {
        self.reassembler.set_max_age(ticks);
    }
}

impl<K: Copy + Eq + From<Address>, const SETS: usize, const OCTETS: usize> Inbox<K, SETS, OCTETS> {
    /// Takes what a bearer delivered at the tick `now`, and says what came of it.
    ///
    /// The outcome borrows from the delivery, or from the inbox if it was put together from
    /// segments. So the next delivery has to wait until the outcome is dropped, across an `.await`
    /// as well.
    ///
    /// Offsets in errors count from the first octet delivered. If the message was put together from
    /// segments, they count from the first octet of its WSP PDU.
    // A caller that names a bearer pays for no other: 5,900 octets of flash less.
    #[inline(always)]
    pub fn receive<'a>(&'a mut self, now: u32, delivery: Delivery<'a, K>) -> Received<'a, K> {
        match delivery {
            Delivery::Tpdu { octets, framing } => {
                self.deliver(now, Deliver::parse(octets, framing))
            }
            Delivery::RpData(octets) => {
                let deliver = RpData::parse(octets).and_then(|data| data.deliver());
                self.deliver(now, deliver)
            }
            Delivery::CdmaMessage {
                octets,
                repeated_ports,
                buffer,
            } => self.cdma_message(now, octets, repeated_ports, buffer),
            Delivery::ShortMessage {
                originator,
                user_data,
            } => self.short_message(now, originator, Reader::new(user_data, 0)),
            Delivery::Cdma {
                originator,
                message_id,
                segment,
                repeated_ports,
            } => {
                let reader = Reader::new(segment, 0);
                self.cdma(now, originator, message_id, reader, repeated_ports)
            }
            Delivery::Datagram {
                destination_port,
                payload,
            } => {
                let wsp = wap::check_port(destination_port).map(|()| Reader::new(payload, 0));
                alone(open(wsp))
            }
            Delivery::Package0(octets) => alone(read(Reader::new(octets, 0))),
        }
    }

    /// Gives up one message that has expired at the tick `now`, and returns which; `None` if there
    /// is none. See [`Reassembler::expire`].
    pub fn expire(&mut self, now: u32) -> Option<Displaced<K>> {
        self.reassembler.expire(now)
    }

    /// An SMS-DELIVER.
    fn deliver<'a>(
        &'a mut self,
        now: u32,
        deliver: Result<Deliver<'a>, DecodeError>,
    ) -> Received<'a, K> {
        match deliver {
            Ok(deliver) => {
                let originator = deliver.originator().into();
                let user_data = Reader::new(deliver.user_data(), deliver.user_data_offset());
                self.short_message(now, originator, user_data)
            }
            Err(error) => alone(error.into()),
        }
    }

    /// A point-to-point message of C.S0015.
    fn cdma_message<'a>(
        &'a mut self,
        now: u32,
        octets: &[u8],
        repeated_ports: RepeatedPorts,
        buffer: &'a mut [u8],
    ) -> Received<'a, K> {
        let copied = CdmaMessage::parse(octets).and_then(|message| {
            let data = message.bearer_data();
            Ok((message.originator(), data, data.copy_user_data(buffer)?))
        });
        match copied {
            Ok((originator, data, segment)) => {
                let originator = originator.unwrap_or_default().into();
                let segment = Reader::new(segment, data.user_data_offset());
                self.cdma(now, originator, data.message_id(), segment, repeated_ports)
            }
            Err(error) => alone(error.into()),
        }
    }

    /// TP-User-Data.
    fn short_message<'a>(
        &'a mut self,
        now: u32,
        originator: K,
        user_data: Reader<'a>,
    ) -> Received<'a, K> {
        let user_data = match UserData::read(user_data) {
            Ok(user_data) => user_data,
            // TS 23.040 §9.2.3.24: such a header is ignored, so the message has no port.
            Err(error) => {
                return alone(Outcome::NotForDm {
                    error,
                    octets: None,
                });
            }
        };
        match Segment::from_user_data(&user_data) {
            Some(segment) => self.segment(now, originator, &segment, None),
            None => alone(open(wap::find_push(&user_data))),
        }
    }

    /// The user data of a short message of the WAP teleservice.
    fn cdma<'a>(
        &'a mut self,
        now: u32,
        originator: K,
        message_id: u16,
        segment: Reader<'a>,
        repeated_ports: RepeatedPorts,
    ) -> Received<'a, K> {
        let segment = match WdpSegment::read(segment) {
            Ok(segment) => segment,
            Err(error) => return alone(error.into()),
        };
        match Segment::from_wdp(&segment, message_id) {
            Some(segment) => self.segment(now, originator, &segment, Some(repeated_ports)),
            None => alone(open(cdma::strip_ports(
                segment.payload_reader(),
                repeated_ports,
            ))),
        }
    }

    /// One segment of several. `repeated_ports`: over CDMA alone, where ports precede the WSP PDU.
    fn segment<'a>(
        &'a mut self,
        now: u32,
        originator: K,
        segment: &Segment<'_>,
        repeated_ports: Option<RepeatedPorts>,
    ) -> Received<'a, K> {
        let accepted = match self.reassembler.accept(now, originator, segment) {
            Ok(accepted) => accepted,
            Err(error) => return alone(error.into()),
        };
        let outcome = match accepted.outcome {
            Reassembled::Incomplete {
                missing,
                port_known,
            } => Outcome::Incomplete {
                missing,
                port_known,
            },
            Reassembled::Repeated => Outcome::RepeatedSegment,
            Reassembled::NotForDm => Outcome::NotForDm {
                error: segment.foreign_port(),
                octets: None,
            },
            Reassembled::Whole { octets } => {
                let whole = Reader::new(octets, 0);
                open_whole(match repeated_ports {
                    Some(repeated_ports) => cdma::strip_ports(whole, repeated_ports),
                    None => Ok(whole),
                })
            }
        };
        Received {
            outcome,
            displaced: accepted.displaced,
        }
    }
}

impl<K, const SETS: usize, const OCTETS: usize> Default for Inbox<K, SETS, OCTETS> {
    fn default() -> Self {
        Self::new()
    }
}

/// The messages of which segments are held, not their octets.
impl<K: fmt::Debug, const SETS: usize, const OCTETS: usize> fmt::Debug for Inbox<K, SETS, OCTETS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Inbox").field(&self.reassembler).finish()
    }
}

/// The messages of which segments are held, not their octets.
#[cfg(feature = "defmt")]
impl<K: defmt::Format, const SETS: usize, const OCTETS: usize> defmt::Format
    for Inbox<K, SETS, OCTETS>
{
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Inbox({})", self.reassembler);
    }
}

/// An outcome that displaced nothing.
const fn alone<K: Copy>(outcome: Outcome<'_>) -> Received<'_, K> {
    Received {
        outcome,
        displaced: None,
    }
}

/// Opens a WSP PDU, if there is one.
fn open(wsp: Result<Reader<'_>, DecodeError>) -> Outcome<'_> {
    match wsp.and_then(wsp::open_apart) {
        Ok(push) => read(push.body_reader()),
        Err(error) => error.into(),
    }
}

/// [`open`] of the WSP PDU that was put together from segments. Offsets count from its first octet.
fn open_whole(wsp: Result<Reader<'_>, DecodeError>) -> Outcome<'_> {
    let octets = wsp.map(|wsp| wsp.rest());
    match open(octets.map(|octets| Reader::new(octets, 0))) {
        Outcome::NotForDm { error, .. } => Outcome::NotForDm {
            error,
            octets: octets.ok(),
        },
        outcome => outcome,
    }
}

fn read(octets: Reader<'_>) -> Outcome<'_> {
    match Package0::read(octets) {
        Ok(package0) => Outcome::Package0(package0),
        Err(error) => error.into(),
    }
}
