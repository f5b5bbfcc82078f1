//! Reassembly: segments in, whole messages out (OMA §7.1; TS 23.040 §9.2.3.24.1, §9.2.3.24.8;
//! WAP-259 §6.5).
//!
//! The rule, for the segments of one message: the latest of each number counts. A message is handed
//! out whenever all numbers are there and one is new, or all have come again.
//!
//! A reference is 8 or 16 bits, so another message comes under it sooner or later, perhaps while
//! segments of an earlier one are still held. By this rule the later message is never lost, if each
//! set has room for both. A mixture of both may be handed out before it is whole: the digest
//! refuses that.
//!
//! # Memory
//!
//! ```text
//!  a set of OCTETS octets:
//!  0                                                                    OCTETS
//!  +-----------+-----------+-----------+--------------+---+---+---+---+---+---+
//!  | segment 1 | segment 2 | segment 4 |     free     | n | l | n | l | n | l |
//!  +-----------+-----------+-----------+--------------+---+---+---+---+---+---+
//!   octets in the order of their numbers      number and length of each segment
//! ```
//!
//! So a message fits if its octets and 2 more for each of its segments are at most `OCTETS`. When
//! the last segment comes, the message lies in order already: nothing is copied, and no second
//! buffer is needed.
//!
//! # What an attacker can do
//!
//! Nothing in a short message is authentic, its originator included. Who can send short messages
//! can:
//!
//! - fill the sets. Segments of as many messages as there are sets push out a message of which some
//!   segments are missing. It is reported as [`Displaced`]; more sets make it more expensive;
//! - spoof a segment. Under the originator, reference, total and port of another message, it takes
//!   the place of the genuine segment, which is reported as displaced as well. The whole then fails
//!   at its digest ([`Package0::verify`](crate::Package0::verify)), until the genuine segment comes
//!   again;
//! - mix two messages for another application than OMA DM. A foreign push has no digest to refuse a
//!   mixture: the next application must check what it is given;
//! - over CDMA, declare a message foreign. Later segments under its identifier are not for OMA DM,
//!   until a first segment for port 2948 comes or the memory of it expires.
//!
//! Each of these costs a notification, as the loss of a short message does, and its sender sends it
//! again. They cannot:
//!
//! - block a reference. The latest segment counts, so the next genuine message is whole when it has
//!   come;
//! - touch a message under another key, unless all sets are taken: see [`Reassembler`] for the
//!   order in which they give way;
//! - make the reassembler panic, allocate, or work longer than the octets of a set, the number of
//!   its segments and the number of sets take;
//! - have anything authenticated: that is the digest's work, and comes afterwards.

use core::cell::Cell;
use core::cmp::Ordering;
use core::fmt;
use core::ops::Range;

use super::cdma::WdpSegment;
use super::udh::{PUSH_PORT, Ports, Reference, UserData};
use crate::error::{DecodeError, DecodeErrorKind, Field};
use crate::read::Reader;
use crate::write;

/// Octets before the destination port of a datagram over CDMA.
const SOURCE_PORT_LENGTH: usize = 2;

/// The facts that all segments of one message share, beside the total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum MessageKey {
    /// Concatenated short messages to port 2948 (TS 23.040 §9.2.3.24.1, §9.2.3.24.8).
    #[non_exhaustive]
    Sms {
        /// The reference, 8 or 16 bits: the same number in the other width is another reference.
        reference: Reference,
        /// The originator port, 16 bits, which every segment has.
        originator_port: u16,
    },
    /// Segments of a WDP datagram over CDMA (WAP-259 §6.5), of which the first one alone has ports.
    #[non_exhaustive]
    Cdma {
        /// The message identifier of the layer below, 16 bits.
        message_id: u16,
    },
}

impl MessageKey {
    /// An octet in which most messages differ, to find the set of one among 64 in fewer
    /// instructions.
    const fn mark(self) -> u8 {
        let [_, low] = match self {
            Self::Sms { reference, .. } => match reference {
                Reference::Eight(reference) => [0, reference],
                Reference::Sixteen(reference) => reference.to_be_bytes(),
            },
            Self::Cdma { message_id } => message_id.to_be_bytes(),
        };
        low
    }
}

impl fmt::Display for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sms { reference, .. } => match reference {
                Reference::Eight(reference) => write!(f, "8-bit reference {reference}"),
                Reference::Sixteen(reference) => write!(f, "16-bit reference {reference}"),
            },
            Self::Cdma { message_id } => write!(f, "CDMA message identifier {message_id}"),
        }
    }
}

/// What tells the messages in a [`Reassembler`] apart: segments of one message agree in all of
/// this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Key<K> {
    /// The caller's key of the originator.
    pub originator: K,
    /// The facts that the segments share.
    pub message: MessageKey,
    /// How many segments the message has: 1 to 255.
    pub total: u8,
}

/// One segment of a message, of either bearer: the input of a [`Reassembler`].
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Segment<'a> {
    message: MessageKey,
    total: u8,
    number: u8,
    /// It names another port than 2948: the first segment of a datagram over CDMA, which may.
    foreign: bool,
    octets: Reader<'a>,
}

impl<'a> Segment<'a> {
    /// Returns the segment that one short message carries, by its
    /// [`concatenation`](UserData::concatenation) and its [`ports`](UserData::ports).
    ///
    /// Returns `None` if the short message is not a segment, is the only one of its message (a
    /// total of 1), or is not addressed to port 2948. [`open_sms`](super::open_sms) opens such a
    /// message, or says where it belongs.
    #[must_use]
    pub fn from_user_data(user_data: &UserData<'a>) -> Option<Self> {
        let concatenation = user_data.concatenation()?;
        let Ports::Sixteen {
            destination: PUSH_PORT,
            originator,
        } = user_data.ports()?
        else {
            return None;
        };
        (concatenation.total() > 1).then_some(Self {
            message: MessageKey::Sms {
                reference: concatenation.reference(),
                originator_port: originator,
            },
            total: concatenation.total(),
            number: concatenation.number(),
            foreign: false,
            octets: user_data.payload_reader(),
        })
    }

    /// Returns the segment that one short message over CDMA carries, under the message identifier
    /// of the layer below, 16 bits.
    ///
    /// Returns `None` if it is the only one of its datagram, for [`cdma::open`](super::cdma::open).
    #[must_use]
    pub fn from_wdp(segment: &WdpSegment<'a>, message_id: u16) -> Option<Self> {
        (segment.total() > 1).then_some(Self {
            message: MessageKey::Cdma { message_id },
            total: segment.total(),
            // It is less than the total, and cannot wrap.
            number: segment.number().wrapping_add(1),
            foreign: segment.ports().is_some_and(|ports| !ports.is_push()),
            octets: segment.payload_reader(),
        })
    }

    /// Returns what it says of the message that it belongs to.
    #[must_use]
    pub const fn message(&self) -> MessageKey {
        self.message
    }

    const fn is_over_cdma(&self) -> bool {
        matches!(self.message, MessageKey::Cdma { .. })
    }

    /// Returns how many segments the message has: 1 to 255.
    #[must_use]
    pub const fn total(&self) -> u8 {
        self.total
    }

    /// Returns the number of this segment: 1 to the total. CDMA's numbers, which start from 0, are
    /// counted from 1 here.
    #[must_use]
    pub const fn number(&self) -> u8 {
        self.number
    }

    /// Returns its part of the message.
    #[must_use]
    pub const fn payload(&self) -> &'a [u8] {
        self.octets.rest()
    }

    /// Whether a set of `room` octets can hold its message, if all others are without octets.
    fn fits(&self, room: usize) -> bool {
        let length = self.payload().len();
        let entries = usize::from(self.total).saturating_mul(ENTRY_LENGTH);
        u8::try_from(length).is_ok() && length.saturating_add(entries) <= room
    }

    /// The error of a segment over CDMA whose datagram is addressed to another port: where its
    /// destination port is, or where the ports would be.
    pub(crate) const fn foreign_port(&self) -> DecodeError {
        let before = if self.foreign { SOURCE_PORT_LENGTH } else { 0 };
        let offset = self.octets.offset().saturating_add(before);
        DecodeError::new(DecodeErrorKind::NotDm, Field::DestinationPort, offset)
    }

    /// Returns the error of a segment that finds no set.
    const fn without_room<'s, K: Copy>(&self) -> Result<Accepted<'s, K>, DecodeError> {
        if self.foreign {
            return Ok(Accepted::NOT_FOR_DM);
        }
        let offset = self.octets.offset();
        Err(DecodeError::new(
            DecodeErrorKind::NoRoom,
            Field::Segment,
            offset,
        ))
    }
}

/// The result of [`Reassembler::accept`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Accepted<'a, K> {
    /// What became of the segment.
    pub outcome: Reassembled<'a>,
    /// The message of which segments were given up for it, if any.
    pub displaced: Option<Displaced<K>>,
}

impl<K> Accepted<'_, K> {
    /// A foreign segment, which changes nothing.
    const NOT_FOR_DM: Self = Self {
        outcome: Reassembled::NotForDm,
        displaced: None,
    };
}

/// What became of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(
    clippy::exhaustive_enums,
    reason = "a caller must deal with each of them"
)]
pub enum Reassembled<'a> {
    /// It is kept; other segments of its message are missing.
    Incomplete {
        /// How many others: 1 to 254.
        missing: u8,
        /// Whether a segment that names port 2948 is held: always with short messages; over CDMA,
        /// once the first segment has come.
        port_known: bool,
    },
    /// It was held already, with the same octets: nothing changed.
    Repeated,
    /// All segments of its message are there.
    Whole {
        /// The parts in order. Of short messages the WSP PDU, for
        /// [`open_datagram`](super::open_datagram); over CDMA the ports and the WSP PDU, for
        /// [`cdma::open`](super::cdma::open).
        octets: &'a [u8],
    },
    /// Its message is addressed to another port, by its first segment: nothing is kept of it.
    NotForDm,
}

impl fmt::Display for Reassembled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incomplete { missing, .. } => write!(f, "incomplete: {missing} missing"),
            Self::Repeated => f.write_str("repeated segment"),
            Self::Whole { octets } => write!(f, "whole message of {} octets", octets.len()),
            Self::NotForDm => f.write_str("not for OMA DM"),
        }
    }
}

/// A message of which held segments were given up. Each of them is reported once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Displaced<K> {
    /// Which message.
    pub key: Key<K>,
    /// How many of its segments were missing then: 0 to 254, and 0 only if [`Reason::Replaced`].
    pub missing: u8,
    /// Why.
    pub reason: Reason,
}

impl<K> fmt::Display for Displaced<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            key: Key { message, total, .. },
            missing,
            reason,
        } = self;
        write!(
            f,
            "{message} with {missing} of {total} segments missing: {reason}"
        )
    }
}

/// Why held segments were given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Reason {
    /// The message was not whole within its [time](Reassembler::set_max_age).
    Expired,
    /// All sets were taken, and a segment of another message came.
    GaveWay,
    /// A segment came that differs from the held one with its number. Only that number was given
    /// up, unless the new segment did not fit beside the others, or is addressed to another
    /// application.
    Replaced,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "expired",
            Self::GaveWay => "gave way to another message",
            Self::Replaced => "replaced by a segment that differs",
        })
    }
}

/// Puts up to `SETS` messages to port 2948 together at a time, for originators that the caller
/// tells apart by keys of type `K`.
///
/// A message fits if its octets and 2 more for each of its segments are at most `OCTETS`. Short
/// messages and segments over CDMA share the sets and never meet.
///
/// # Which set a message takes
///
/// Its own, if there is one. Otherwise sets give way in this order, the oldest first in each line:
/// 1. those that are empty;
/// 2. those whose message has expired;
/// 3. those that only remember that a message is foreign (over CDMA);
/// 4. those whose message was whole, which are kept to recognise repeated segments;
/// 5. those without the first segment of their message;
/// 6. those with it.
///
/// # Memory
///
/// It takes 4 octets, and for each set `OCTETS` and 20 more with a key of 4 octets. All of it is
/// zero when [`new`](Self::new), so that a `static` lies in `.bss` and costs no flash. An
/// `Option<Reassembler>` is another matter: its `None` is not zero. Use [`clear`](Self::clear) to
/// empty a reassembler in place.
///
/// # Time
///
/// `now` is a count of ticks of any length, which may start anywhere and wraps from 2³² − 1 to 0. A
/// message that nobody asks for in 2³² ticks looks young again, so call [`expire`](Self::expire)
/// more often than that.
///
/// ```
/// use oma_dm_notification::wap::reassembly::{Reassembled, Reassembler, Segment};
/// use oma_dm_notification::wap::{self, udh::UserData};
/// # use oma_dm_notification::wap::{sms::ShortMessages, udh::Reference, wsp::DmPush};
/// # let push = DmPush::relay(1, &[0; 200]);
/// # let (mut first, mut second) = ([0; 140], [0; 140]);
/// # let mut messages = ShortMessages::new(push, 0xC002, Reference::Eight(0x5A))?;
/// # let first = messages.next().unwrap().encode(&mut first)?;
/// # let second = messages.next().unwrap().encode(&mut second)?;
///
/// // Two messages at a time, of 512 octets, within 600 ticks: say, seconds.
/// let mut reassembler = Reassembler::<u64, 2, 512>::new();
/// reassembler.set_max_age(600);
///
/// for (now, user_data) in [(7, second), (9, first)] {
///     let user_data = UserData::parse(user_data)?;
///     let Some(segment) = Segment::from_user_data(&user_data) else { continue };
///     match reassembler.accept(now, 44_770_001_234, &segment)?.outcome {
///         Reassembled::Whole { octets } => {
///             assert_eq!(wap::open_datagram(2948, octets)?.body(), [0; 200]);
///         }
///         outcome => assert_eq!(outcome.to_string(), "incomplete: 1 missing"),
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Reassembler<K, const SETS: usize, const OCTETS: usize> {
    /// Ticks that a message has less than 2³² − 1, so that zero is a value for it.
    max_age_complement: u32,
    sets: [Set<K, OCTETS>; SETS],
    /// The [`MessageKey::mark`] of the message in each set, side by side: a search for a message
    /// looks at few sets.
    marks: [u8; SETS],
}

impl<K, const SETS: usize, const OCTETS: usize> Reassembler<K, SETS, OCTETS> {
    /// Returns a reassembler with all sets empty, in which messages do not expire.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            max_age_complement: 0,
            sets: [Set::EMPTY; SETS],
            marks: [0; SETS],
        }
    }

    /// Gives up all messages, in place and without a report. The maximum age stays.
    pub fn clear(&mut self) {
        for set in &mut self.sets {
            set.state = State::Empty;
        }
    }

    /// Sets the ticks that a message has to become whole, 0 to 2³² − 1. With 2³² − 1, as it is when
    /// new, none expires.
    ///
    /// They count from its first segment, and begin again when a segment replaces another, since
    /// then a later message has begun under the same reference. What is kept to recognise repeated
    /// and foreign segments expires as many ticks after the last of them.
    pub const fn set_max_age(&mut self, ticks: u32) {
        self.max_age_complement = !ticks;
    }

    const fn max_age(&self) -> u32 {
        !self.max_age_complement
    }
}

impl<K: Copy + Eq, const SETS: usize, const OCTETS: usize> Reassembler<K, SETS, OCTETS> {
    /// Takes one segment, received from `originator` at the tick `now`.
    ///
    /// The first segment of a datagram over CDMA may name another port than 2948. Then its set, or
    /// else one that holds no unfinished message, remembers that, so that later segments of the
    /// datagram are recognised as [`NotForDm`](Reassembled::NotForDm).
    ///
    /// # Errors
    ///
    /// [`NoRoom`](DecodeErrorKind::NoRoom) for the [`Segment`](Field::Segment): it has more than
    /// 255 octets, or its message does not fit into `OCTETS`, as far as it has come; or `SETS` is
    /// 0. The offset is that of the segment's part of the message. Nothing has changed.
    pub fn accept(
        &mut self,
        now: u32,
        originator: K,
        segment: &Segment<'_>,
    ) -> Result<Accepted<'_, K>, DecodeError> {
        let key = Key {
            originator,
            message: segment.message,
            total: segment.total,
        };
        let max_age = self.max_age();
        let mark = key.message.mark();
        let mut marked = self.marks.iter().zip(&self.sets);
        let own = marked.position(|(&other, set)| other == mark && set.holds(&key));
        let chosen = own.or_else(|| self.weakest(now)).unwrap_or_default();
        let Some(set) = self.sets.get_mut(chosen) else {
            // There are no sets.
            return segment.without_room();
        };
        let reason = if set.age(now) > max_age {
            Reason::Expired
        } else if own.is_some() {
            return set.accept(now, segment);
        } else {
            Reason::GaveWay
        };
        let may_give_way = if segment.foreign {
            reason == Reason::Expired || !set.is_unfinished()
        } else {
            segment.fits(OCTETS)
        };
        if !may_give_way {
            return segment.without_room();
        }
        let displaced = set.release(reason);
        set.begin(key, now);
        *self.marks.get_mut(chosen).unwrap_or(&mut 0) = mark;
        let accepted = set.accept(now, segment);
        accepted.map(|accepted| Accepted {
            displaced,
            ..accepted
        })
    }

    /// The set that gives way first; `None` if there are no sets.
    fn weakest(&self, now: u32) -> Option<usize> {
        let max_age = self.max_age();
        let ranks = self.sets.iter().map(|set| set.rank(now, max_age));
        let (at, _) = ranks.enumerate().min_by_key(|&(_, rank)| rank)?;
        Some(at)
    }

    /// Gives up one unfinished message that has expired at the tick `now`, and returns which;
    /// `None` if there is none.
    ///
    /// What is kept of other messages, to recognise repeated and foreign segments, expires
    /// unreported.
    ///
    /// ```
    /// # use oma_dm_notification::wap::reassembly::Reassembler;
    /// # let mut reassembler = Reassembler::<u64, 2, 512>::new();
    /// # let now = 0;
    /// while let Some(displaced) = reassembler.expire(now) {
    ///     println!("{}: {displaced}", displaced.key.originator);
    /// }
    /// ```
    pub fn expire(&mut self, now: u32) -> Option<Displaced<K>> {
        let max_age = self.max_age();
        let expired = |set: &&mut Set<K, OCTETS>| set.age(now) > max_age;
        let mut expired = self.sets.iter_mut().filter(expired);
        expired.find_map(|set| set.release(Reason::Expired))
    }
}

impl<K, const SETS: usize, const OCTETS: usize> Default for Reassembler<K, SETS, OCTETS> {
    fn default() -> Self {
        Self::new()
    }
}

/// The messages in the sets, not their octets.
impl<K: fmt::Debug, const SETS: usize, const OCTETS: usize> fmt::Debug
    for Reassembler<K, SETS, OCTETS>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.sets.iter().map(|set| &set.state))
            .finish()
    }
}

/// The messages in the sets, not their octets.
#[cfg(feature = "defmt")]
impl<K: defmt::Format, const SETS: usize, const OCTETS: usize> defmt::Format
    for Reassembler<K, SETS, OCTETS>
{
    fn format(&self, f: defmt::Formatter<'_>) {
        for set in &self.sets {
            defmt::write!(f, "{} ", set.state);
        }
    }
}

/// The segments of one message, and what is known of it.
struct Set<K, const OCTETS: usize> {
    state: State<K>,
    /// The octets of the segments from the front, the entries of the index from the back.
    memory: [u8; OCTETS],
}

// The representation makes an empty set all zeros: otherwise the compiler tells `Empty` by another
// octet. It also keeps the order of the fields: 20 octets with a key of 4.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)]
enum State<K> {
    Empty = 0,
    Taken {
        parts: Parts,
        message: MessageKey,
        /// From when its age counts.
        since: u32,
        originator: K,
    },
}

impl<K, const OCTETS: usize> Set<K, OCTETS> {
    const EMPTY: Self = Self {
        state: State::Empty,
        memory: [0; OCTETS],
    };
}

impl<K: Copy + Eq, const OCTETS: usize> Set<K, OCTETS> {
    /// Whether this is the set of this message.
    #[inline]
    fn holds(&self, key: &Key<K>) -> bool {
        matches!(&self.state, State::Taken { parts, message, originator, .. }
            if parts.total == key.total && *message == key.message && *originator == key.originator)
    }

    const fn age(&self, now: u32) -> u32 {
        match self.state {
            State::Empty => 0,
            State::Taken { since, .. } => now.wrapping_sub(since),
        }
    }

    /// The set with the least rank gives way: its class, then how young its message is.
    #[inline]
    const fn rank(&self, now: u32, max_age: u32) -> u64 {
        let State::Taken { parts, since, .. } = &self.state else {
            return Class::Empty as u64;
        };
        let age = now.wrapping_sub(*since);
        let class = if age > max_age {
            Class::Expired
        } else {
            parts.class
        };
        ((class as u64) << 32) | (!age as u64)
    }

    const fn is_unfinished(&self) -> bool {
        matches!(self.state, State::Taken { parts, .. } if parts.is_unfinished())
    }

    /// The report of an unfinished message, or of one that is replaced, as given up.
    const fn displaced(&self, reason: Reason) -> Option<Displaced<K>> {
        match self.state {
            State::Taken {
                parts,
                message,
                originator,
                ..
            } if parts.is_unfinished() || matches!(reason, Reason::Replaced) => Some(Displaced {
                key: Key {
                    originator,
                    message,
                    total: parts.total,
                },
                missing: parts.missing(),
                reason,
            }),
            _ => None,
        }
    }

    /// Empties the set; an unfinished message is displaced.
    const fn release(&mut self, reason: Reason) -> Option<Displaced<K>> {
        let displaced = self.displaced(reason);
        self.state = State::Empty;
        displaced
    }

    const fn begin(&mut self, key: Key<K>, now: u32) {
        self.state = State::Taken {
            parts: Parts::new(key.total),
            message: key.message,
            since: now,
            originator: key.originator,
        };
    }

    /// Takes a segment of the message that the set holds.
    fn accept(&mut self, now: u32, segment: &Segment<'_>) -> Result<Accepted<'_, K>, DecodeError> {
        let replaced = self.displaced(Reason::Replaced);
        let was_unfinished = self.is_unfinished();
        if let State::Taken { parts, since, .. } = &mut self.state
            && let Some(Taken { outcome, replaces }) = parts.take(&mut self.memory, segment)
        {
            if replaces || !was_unfinished || !parts.is_unfinished() {
                *since = now;
            }
            return Ok(Accepted {
                outcome,
                displaced: replaced.filter(|_| replaces),
            });
        }
        segment.without_room()
    }
}

/// How many segments of a message are held, in the memory that belongs to them.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
struct Parts {
    /// Segments that the message has.
    total: u8,
    /// Segments that are held; 0 if it is foreign.
    held: u8,
    /// Of a whole message, the segments that have come again since it was handed out: their entries
    /// are the first of the index.
    again: u8,
    class: Class,
}

/// The content of a set, in the order in which sets give way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)]
enum Class {
    Empty,
    Expired,
    /// No segment, of a message whose first segment names another port.
    Foreign,
    Whole,
    WithoutFirst,
    WithFirst,
}

/// What became of a segment in its set.
struct Taken<'m> {
    outcome: Reassembled<'m>,
    /// Whether held octets were given up for it.
    replaces: bool,
}

impl Taken<'_> {
    const fn without_change(outcome: Reassembled<'_>) -> Taken<'_> {
        Taken {
            outcome,
            replaces: false,
        }
    }
}

impl Parts {
    const fn new(total: u8) -> Self {
        Self {
            total,
            held: 0,
            again: 0,
            class: Class::WithoutFirst,
        }
    }

    const fn missing(self) -> u8 {
        self.total.saturating_sub(self.held)
    }

    const fn has_first(self) -> bool {
        matches!(self.class, Class::Whole | Class::WithFirst)
    }

    const fn is_unfinished(self) -> bool {
        self.held != 0 && self.held != self.total
    }

    /// Takes a segment; `None` if it finds no room.
    fn take<'m>(&mut self, memory: &'m mut [u8], segment: &Segment<'_>) -> Option<Taken<'m>> {
        if segment.foreign {
            // Segments before the first were not known to be for OMA DM: they are not reported.
            let replaces = self.has_first();
            *self = Self {
                class: Class::Foreign,
                ..Self::new(self.total)
            };
            return Some(Taken {
                outcome: Reassembled::NotForDm,
                replaces,
            });
        }
        if self.class == Class::Foreign && segment.number != 1 {
            return Some(Taken::without_change(Reassembled::NotForDm));
        }
        let place = Place::find(memory, self.held, segment.number);
        let is_held = place.entry < self.held;
        if is_held && memory.get(place.range()) == Some(segment.payload()) {
            return Some(Taken::without_change(self.repeat(memory, &place)));
        }
        let outcome = self.keep(memory, segment, place)?;
        Some(Taken {
            outcome,
            replaces: is_held,
        })
    }

    /// The segment at `place` has come again.
    fn repeat<'m>(&mut self, memory: &'m mut [u8], place: &Place) -> Reassembled<'m> {
        if self.missing() != 0 {
            return Reassembled::Repeated;
        }
        if place.entry >= self.again {
            swap_entries(memory, place.entry, self.again);
            self.again = self.again.saturating_add(1);
        }
        if self.again < self.total {
            return Reassembled::Repeated;
        }
        self.hand_out(memory, place.end)
    }

    /// Keeps a segment; `None` if it finds no room.
    fn keep<'m>(
        &mut self,
        memory: &'m mut [u8],
        segment: &Segment<'_>,
        mut place: Place,
    ) -> Option<Reassembled<'m>> {
        let octets = segment.payload();
        if !segment.fits(memory.len()) {
            return None;
        }
        if !place.has_room(self.held, octets, memory) {
            if place.entry == self.held {
                return None;
            }
            // It replaces one, so the others are of an earlier message, and the later one may fit.
            *self = Self::new(self.total);
            place = Place::default();
        }
        let end = place.put(memory, segment.number, octets);
        self.held = self.held.max(place.entry.saturating_add(1));
        let has_first = self.has_first() || segment.number == 1;
        self.class = match self.missing() {
            0 => Class::Whole,
            _ if has_first => Class::WithFirst,
            _ => Class::WithoutFirst,
        };
        Some(match self.missing() {
            0 => self.hand_out(memory, end),
            missing => Reassembled::Incomplete {
                missing,
                port_known: has_first || !segment.is_over_cdma(),
            },
        })
    }

    fn hand_out<'m>(&mut self, memory: &'m [u8], end: usize) -> Reassembled<'m> {
        self.again = 0;
        Reassembled::Whole {
            octets: memory.get(..end).unwrap_or_default(),
        }
    }
}

/// Octets of an entry of the index: the number and the length of a segment.
const ENTRY_LENGTH: usize = 2;

/// Where a segment lies in the memory of its set, or would lie.
#[derive(Clone, Copy, Default)]
struct Place {
    /// Where its octets start.
    start: usize,
    /// How many they are: 0 if it is not held.
    length: usize,
    /// Where the octets of all segments end.
    end: usize,
    /// Which entry it has, counted from the back of the memory; the first free one if it is not
    /// held.
    entry: u8,
}

impl Place {
    /// The place of segment `number`, of which `held` others may be in `memory`.
    fn find(memory: &[u8], held: u8, number: u8) -> Self {
        let mut place = Self {
            entry: held,
            ..Self::default()
        };
        let (_, entries) = memory.as_rchunks();
        for (entry, &[other, length]) in (0..held).zip(entries.iter().rev()) {
            let length = usize::from(length);
            place.end = place.end.saturating_add(length);
            match other.cmp(&number) {
                Ordering::Less => place.start = place.start.saturating_add(length),
                Ordering::Equal => (place.entry, place.length) = (entry, length),
                Ordering::Greater => {}
            }
        }
        place
    }

    const fn range(&self) -> Range<usize> {
        self.start..self.start.saturating_add(self.length)
    }

    /// Where the octets of all segments end if it has `length`.
    const fn end_with(&self, length: usize) -> usize {
        self.end.saturating_sub(self.length).saturating_add(length)
    }

    /// Whether there is room for `octets` here, beside the other segments of `held`.
    fn has_room(&self, held: u8, octets: &[u8], memory: &[u8]) -> bool {
        let entries = usize::from(held.max(self.entry.saturating_add(1)));
        let index = entries.saturating_mul(ENTRY_LENGTH);
        self.end_with(octets.len()).saturating_add(index) <= memory.len()
    }

    /// Writes a segment for which there is room; returns where the octets of all segments end now.
    fn put(&self, memory: &mut [u8], number: u8, octets: &[u8]) -> usize {
        let behind = self.range().end;
        let new_behind = self.start.saturating_add(octets.len());
        shift(memory, behind, new_behind, self.end.saturating_sub(behind));
        let room = memory.get_mut(self.start..new_behind);
        write::copy(room.unwrap_or_default(), octets);
        let length = u8::try_from(octets.len()).unwrap_or(u8::MAX);
        set_entry(memory, self.entry, [number, length]);
        self.end_with(octets.len())
    }
}

/// Moves `length` octets, as far as they are there, to where they may overlap themselves.
fn shift(memory: &mut [u8], from: usize, to: usize, length: usize) {
    let cells = Cell::from_mut(memory).as_slice_of_cells();
    let cells_from = |start: usize| {
        let cells = cells.get(start..start.saturating_add(length));
        cells.unwrap_or_default().iter()
    };
    let pairs = cells_from(from).zip(cells_from(to));
    let copy = |(octet, place): (&Cell<u8>, &Cell<u8>)| place.set(octet.get());
    if from < to {
        pairs.rev().for_each(copy);
    } else {
        pairs.for_each(copy);
    }
}

fn entry(memory: &[u8], entry: u8) -> [u8; ENTRY_LENGTH] {
    let (_, entries) = memory.as_rchunks();
    let entry = entries.iter().nth_back(entry.into());
    entry.copied().unwrap_or_default()
}

fn set_entry(memory: &mut [u8], entry: u8, [number, length]: [u8; ENTRY_LENGTH]) {
    let (_, entries) = memory.as_rchunks_mut();
    let entry = entries.iter_mut().nth_back(entry.into());
    *entry.unwrap_or(&mut [0; ENTRY_LENGTH]) = [number, length];
}

fn swap_entries(memory: &mut [u8], a: u8, b: u8) {
    let (entry_a, entry_b) = (entry(memory, a), entry(memory, b));
    set_entry(memory, a, entry_b);
    set_entry(memory, b, entry_a);
}
