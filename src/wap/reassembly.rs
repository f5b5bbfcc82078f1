//! Reassembly: segments in, whole messages out.

use core::fmt;
use core::mem;
use core::num::NonZeroU16;

use super::cdma::WdpSegment;
use super::udh::{Ports, Reference, UserData};
use crate::error::{DecodeError, DecodeErrorKind, Field};
use crate::read::Reader;
use crate::write;

/// What the segments of one message say of it, beside the total that they share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum MessageKey {
    /// Concatenated short messages (TS 23.040, 9.2.3.24.1 and 9.2.3.24.8).
    #[non_exhaustive]
    Sms {
        /// The reference, 8 or 16 bits: the same number in the other width is another reference.
        reference: Reference,
        /// The application ports, which every segment has.
        ports: Option<Ports>,
    },
    /// Segments of a WDP datagram over CDMA (WAP-259, 6.5), which have ports in the first one alone.
    #[non_exhaustive]
    Cdma {
        /// The message identifier of the layer below, 16 bits.
        message_id: u16,
    },
}

/// What tells the messages in a [`Reassembler`] apart: segments belong together where all of this is equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Key<K> {
    /// The caller's key of the originator.
    pub originator: K,
    /// What the segments say of their message.
    pub message: MessageKey,
    /// The segments that the message has, 1 to 255.
    pub total: u8,
}

/// One segment of a message, of either bearer: input of a [`Reassembler`].
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Segment<'a> {
    message: MessageKey,
    total: u8,
    number: u8,
    octets: Reader<'a>,
}

impl<'a> Segment<'a> {
    /// Returns the segment that one short message carries, by its
    /// [`concatenation`](UserData::concatenation) element and its [`ports`](UserData::ports). `None`
    /// if the message is whole.
    #[must_use]
    pub const fn from_user_data(user_data: &UserData<'a>) -> Option<Self> {
        match user_data.concatenation() {
            Some(segment) if segment.total() > 1 => Some(Self {
                message: MessageKey::Sms {
                    reference: segment.reference(),
                    ports: user_data.ports(),
                },
                total: segment.total(),
                number: segment.number(),
                octets: user_data.payload_reader(),
            }),
            _ => None,
        }
    }

    /// Returns the segment that one short message over CDMA carries, under the message identifier of
    /// the layer below, 16 bits. `None` if the datagram is whole.
    #[must_use]
    pub const fn from_wdp(segment: &WdpSegment<'a>, message_id: u16) -> Option<Self> {
        if segment.total() < 2 {
            return None;
        }
        Some(Self {
            message: MessageKey::Cdma { message_id },
            total: segment.total(),
            // It is less than the total, and cannot wrap.
            number: segment.number().wrapping_add(1),
            octets: segment.payload_reader(),
        })
    }

    /// What it says of the message that it belongs to.
    #[must_use]
    pub const fn message(&self) -> MessageKey {
        self.message
    }

    /// The segments that the message has, 1 to 255.
    #[must_use]
    pub const fn total(&self) -> u8 {
        self.total
    }

    /// The number of this segment, 1 to the total. CDMA's numbers, which start from 0, are counted from 1 here.
    #[must_use]
    pub const fn number(&self) -> u8 {
        self.number
    }

    /// Its part of the message.
    #[must_use]
    pub const fn payload(&self) -> &'a [u8] {
        self.octets.rest()
    }
}

/// What a [`Reassembler`] did with a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Accepted<'a, K> {
    /// What became of the segment.
    pub outcome: Outcome<'a>,
    /// The message that was given up for it, if any.
    pub displaced: Option<Displaced<K>>,
}

/// What became of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(
    clippy::exhaustive_enums,
    reason = "a caller is to deal with each of them"
)]
pub enum Outcome<'a> {
    /// It is kept; others are still to come.
    Incomplete {
        /// How many others: 1 to 254.
        missing: u8,
    },
    /// It was there already, with the same octets: nothing changed.
    Duplicate,
    /// It was there already, with other octets: those that came first are kept, nothing changed.
    Conflicting,
    /// It was the last one: the message is whole, and its set is free again.
    Complete {
        /// The application ports; `None` where a short message has none, and always for CDMA.
        ports: Option<Ports>,
        /// The parts in order. Of short messages the WSP PDU, for [`open_datagram`](crate::wap::open_datagram); of
        /// CDMA the ports and the WSP PDU, for [`cdma::open`](crate::wap::cdma::open).
        octets: &'a [u8],
    },
}

/// A message that was given up before it was whole: each is reported once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Displaced<K> {
    /// Which message.
    pub key: Key<K>,
    /// How many of its segments had not come: 1 to 254.
    pub missing: u8,
    /// Why.
    pub reason: Reason,
}

/// Why a message was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Reason {
    /// Its first segment came more than `MAX_AGE` ticks ago.
    Expired,
    /// All sets were taken, it was the oldest, and a segment of another message came.
    GaveWay,
}

/// Puts up to `SETS` messages of up to `OCTETS` octets together at a time, for originators that the caller tells apart
/// by keys of type `K`. A message has `MAX_AGE` ticks, from its first segment, to come in full.
///
/// There is one value for both bearers, which their segments share without ever meeting. It takes
/// `SETS` × (`OCTETS` + about 800 + the size of `K`) + `OCTETS` octets of memory, all zero when [`new`](Self::new), so
/// that a `static` costs no flash: which is why `MAX_AGE` is no argument of it.
///
/// Time is the caller's: `now` is a count of ticks of any length, which may start anywhere and wraps from 2³² − 1 to 0.
/// A message that nobody asks for in 2³² ticks looks young again; [`expire`](Self::expire) is the way to ask.
///
/// ```
/// use oma_dm_notification::wap::concat::{Outcome, Reassembler, Segment};
/// use oma_dm_notification::wap::{self, Ports, UserData};
/// # use oma_dm_notification::wap::{DmPush, Reference};
/// # let push = DmPush::new(1, &[0; 200]);
/// # let (mut first, mut second) = ([0; 140], [0; 140]);
/// # let mut messages = push.short_messages(0xC002, Reference::Eight(0x5A))?;
/// # let first = messages.next().unwrap().encode(&mut first)?;
/// # let second = messages.next().unwrap().encode(&mut second)?;
///
/// // Two messages at a time, of 512 octets, within 600 ticks: say, seconds.
/// let mut reassembler = Reassembler::<u64, 2, 512, 600>::new();
///
/// for (now, user_data) in [(7, second), (9, first)] {
///     let segment = Segment::from_user_data(&UserData::parse(user_data)?)?;
///     match reassembler.accept(now, 44_770_001_234, &segment)?.outcome {
///         Outcome::Complete { ports: Some(Ports::Sixteen { destination, .. }), octets } => {
///             let push = wap::open_datagram(destination, octets)?;
///             assert_eq!(push.body(), [0; 200]);
///         }
///         outcome => assert_eq!(outcome, Outcome::Incomplete { missing: 1 }),
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Reassembler<K, const SETS: usize, const OCTETS: usize, const MAX_AGE: u32> {
    sets: [Set<K, OCTETS>; SETS],
    whole: [u8; OCTETS],
}

impl<K: Copy + Eq, const SETS: usize, const OCTETS: usize, const MAX_AGE: u32>
    Reassembler<K, SETS, OCTETS, MAX_AGE>
{
    /// A reassembler with all sets free.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            sets: [const { Set::new() }; SETS],
            whole: [0; OCTETS],
        }
    }

    /// Takes one segment, received from `originator` at the tick `now`.
    ///
    /// Where its message is not in a set yet, or has been there for more than `MAX_AGE` ticks, it takes a free set, or
    /// else that of the oldest message; which of equally old ones is not specified. At most one message gives way to a
    /// segment. Others that are too old stay where they are until they are asked for by [`expire`](Self::expire),
    /// another segment comes for them, or their set is needed.
    ///
    /// # Errors
    ///
    /// [`NoRoom`](DecodeErrorKind::NoRoom) for the [`Segment`](Field::Segment): it has more than 255 octets, or its
    /// message more than `OCTETS`, as far as it has come; or `SETS` is 0. The offset is that of the segment's part of
    /// the message. Nothing has changed.
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
        let no_room = DecodeError::new(
            DecodeErrorKind::NoRoom,
            Field::Segment,
            segment.octets.offset(),
        );
        let octets = segment.payload();
        let length = match u8::try_from(octets.len()) {
            Ok(length) if octets.len() <= OCTETS => length,
            _ => return Err(no_room),
        };
        let (set, displaced) = Self::set_for(&mut self.sets, key, now).ok_or(no_room)?;
        let outcome = match set.segment(segment.number) {
            Some(held) if held == octets => Outcome::Duplicate,
            Some(_) => Outcome::Conflicting,
            None => {
                set.keep(segment.number, length, octets).ok_or(no_room)?;
                match set.missing {
                    0 => Outcome::Complete {
                        ports: key.message.ports(),
                        octets: set.complete(key.total, &mut self.whole),
                    },
                    missing => Outcome::Incomplete { missing },
                }
            }
        };
        Ok(Accepted { outcome, displaced })
    }

    /// The message's own set, or else a free one, or else the oldest, and what it held of another message or of one
    /// that is too old; `None` where there are no sets.
    fn set_for(
        sets: &mut [Set<K, OCTETS>],
        key: Key<K>,
        now: u32,
    ) -> Option<(&mut Set<K, OCTETS>, Option<Displaced<K>>)> {
        let rank = |set: &&mut Set<K, OCTETS>| (set.holds(&key), set.is_free(), set.age(now));
        let set = sets.iter_mut().max_by_key(rank)?;
        let reason = if set.age(now) > MAX_AGE {
            Reason::Expired
        } else if set.holds(&key) {
            return Some((set, None));
        } else {
            Reason::GaveWay
        };
        let displaced = set.release(reason);
        set.begin(key, now);
        Some((set, displaced))
    }

    /// Gives up one message that is too old at the tick `now`, and returns which; `None` where there is none.
    ///
    /// ```
    /// # use oma_dm_notification::wap::concat::Reassembler;
    /// # let mut reassembler = Reassembler::<u64, 2, 512, 600>::new();
    /// # let now = 0;
    /// while let Some(displaced) = reassembler.expire(now) {
    ///     println!("{} segments from {} did not come", displaced.missing, displaced.key.originator);
    /// }
    /// ```
    pub fn expire(&mut self, now: u32) -> Option<Displaced<K>> {
        let mut sets = self.sets.iter_mut();
        let set = sets.find(|set| set.age(now) > MAX_AGE)?;
        set.release(Reason::Expired)
    }
}

impl<K: Copy + Eq, const SETS: usize, const OCTETS: usize, const MAX_AGE: u32> Default
    for Reassembler<K, SETS, OCTETS, MAX_AGE>
{
    fn default() -> Self {
        Self::new()
    }
}

/// The messages in the sets, not their octets.
impl<K: fmt::Debug, const SETS: usize, const OCTETS: usize, const MAX_AGE: u32> fmt::Debug
    for Reassembler<K, SETS, OCTETS, MAX_AGE>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.sets.iter().map(|set| &set.state))
            .finish()
    }
}

/// The messages in the sets, not their octets.
#[cfg(feature = "defmt")]
impl<K: defmt::Format, const SETS: usize, const OCTETS: usize, const MAX_AGE: u32> defmt::Format
    for Reassembler<K, SETS, OCTETS, MAX_AGE>
{
    fn format(&self, f: defmt::Formatter<'_>) {
        for set in &self.sets {
            defmt::write!(f, "{} ", set.state);
        }
    }
}

impl MessageKey {
    const fn ports(self) -> Option<Ports> {
        match self {
            Self::Sms { ports, .. } => ports,
            Self::Cdma { .. } => None,
        }
    }
}

/// Numbers are octets, so that an index of this length has a place for each of them, and no look-up can fail.
const NUMBERS: usize = 256;

/// The segments of one message: their octets in the order in which they came, and an index of them by number.
struct Set<K, const OCTETS: usize> {
    state: State<K>,
    /// How many segments have not come.
    missing: u8,
    /// Octets that have come: at most 255 segments of 255 octets.
    length: u16,
    /// Where each segment starts in `octets`, counted from 1; `None` where it has not come.
    starts: [Option<NonZeroU16>; NUMBERS],
    lengths: [u8; NUMBERS],
    octets: [u8; OCTETS],
}

// The representation makes a free set all zeros: without it, the compiler says `Free` by some other octet.
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)]
enum State<K> {
    Free = 0,
    Taken { key: Key<K>, since: u32 },
}

impl<K, const OCTETS: usize> Set<K, OCTETS> {
    const fn new() -> Self {
        Self {
            state: State::Free,
            missing: 0,
            length: 0,
            starts: [None; NUMBERS],
            lengths: [0; NUMBERS],
            octets: [0; OCTETS],
        }
    }
}

impl<K: Copy + Eq, const OCTETS: usize> Set<K, OCTETS> {
    const fn is_free(&self) -> bool {
        matches!(self.state, State::Free)
    }

    fn holds(&self, wanted: &Key<K>) -> bool {
        matches!(&self.state, State::Taken { key, .. } if key == wanted)
    }

    /// Ticks since the first segment came. Others do not count: nobody can keep a set for ever.
    const fn age(&self, now: u32) -> u32 {
        match self.state {
            State::Free => 0,
            State::Taken { since, .. } => now.wrapping_sub(since),
        }
    }

    /// Frees the set; what it held, if anything, is displaced.
    const fn release(&mut self, reason: Reason) -> Option<Displaced<K>> {
        match mem::replace(&mut self.state, State::Free) {
            State::Free => None,
            State::Taken { key, .. } => Some(Displaced {
                key,
                missing: self.missing,
                reason,
            }),
        }
    }

    const fn begin(&mut self, key: Key<K>, now: u32) {
        self.missing = key.total;
        self.length = 0;
        self.starts = [None; NUMBERS];
        self.state = State::Taken { key, since: now };
    }

    /// The octets of segment `number`, if it has come.
    fn segment(&self, number: u8) -> Option<&[u8]> {
        let number = usize::from(number);
        let start = self.starts.get(number).copied().flatten()?;
        let start = usize::from(start.get().wrapping_sub(1));
        let length = usize::from(self.lengths.get(number).copied().unwrap_or_default());
        self.octets.get(start..start.saturating_add(length))
    }

    /// Keeps the `octets` of segment `number`, which has not come before; `None` where they do not fit.
    fn keep(&mut self, number: u8, length: u8, octets: &[u8]) -> Option<()> {
        let number = usize::from(number);
        let start = usize::from(self.length);
        let (Some(start_of), Some(length_of), Some(room)) = (
            self.starts.get_mut(number),
            self.lengths.get_mut(number),
            self.octets
                .get_mut(start..start.saturating_add(octets.len())),
        ) else {
            return None;
        };
        *start_of = Some(NonZeroU16::MIN.saturating_add(self.length));
        *length_of = length;
        write::copy(room, octets);
        self.length = self.length.saturating_add(u16::from(length));
        self.missing = self.missing.saturating_sub(1);
        Some(())
    }

    /// Copies the segments to the front of `whole`, in order, and frees the set.
    fn complete<'a>(&mut self, total: u8, whole: &'a mut [u8; OCTETS]) -> &'a [u8] {
        self.state = State::Free;
        let segments = (1..=total).filter_map(|number| self.segment(number));
        write::fill(whole, segments);
        whole.get(..usize::from(self.length)).unwrap_or_default()
    }
}
