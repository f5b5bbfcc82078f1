//! An inbox against a model that keeps every segment apart in a map.

use super::{Input, reference, within};
use oma_dm_notification::DecodeErrorKind;
use oma_dm_notification::inbox::{Delivery, Inbox, Outcome, Received};
use oma_dm_notification::wap::cdma::RepeatedPorts;
use oma_dm_notification::wap::reassembly::{Displaced, Reason};
use std::collections::{BTreeMap, BTreeSet};

/// Few and small, so that a short input runs out of either.
const SETS: usize = 2;
const OCTETS: usize = 64;
pub(super) const MAX_AGE: u32 = 10;

pub(super) type Small = Inbox<u32, SETS, OCTETS>;
/// Originator, reason and missing segments of a displaced message.
type Given = Option<(u32, Reason, u8)>;

/// What tells messages apart: originator, what the segments have in common, total.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Key {
    originator: u32,
    common: Vec<u8>,
    total: u8,
}

#[derive(Clone)]
pub(super) struct Message {
    key: Key,
    since: u32,
    parts: BTreeMap<u8, Vec<u8>>,
    /// The numbers that came again since it was handed out.
    again: BTreeSet<u8>,
    foreign: bool,
}

/// A segment of one of several, as the model takes it: numbers from 1.
struct Segment {
    key: Key,
    number: u8,
    payload: Vec<u8>,
    /// It names another port.
    foreign: bool,
    /// Every segment of its bearer has a port.
    has_port: bool,
}

/// What is expected of a segment.
#[derive(Debug)]
enum Expected {
    Incomplete { missing: u8, port_known: bool },
    Repeated,
    Whole(Vec<u8>),
    NotForDm,
    NoRoom,
}

impl Message {
    fn new(key: Key, since: u32) -> Self {
        Self {
            key,
            since,
            parts: BTreeMap::new(),
            again: BTreeSet::new(),
            foreign: false,
        }
    }

    fn missing(&self) -> u8 {
        self.key.total - u8::try_from(self.parts.len()).unwrap()
    }

    fn is_unfinished(&self) -> bool {
        !self.foreign && self.missing() > 0
    }

    fn has_expired(&self, now: u32) -> bool {
        now.wrapping_sub(self.since) > MAX_AGE
    }

    /// Octets of its set: those of its segments, and two more for each.
    fn size(&self) -> usize {
        self.parts.values().map(|part| part.len() + 2).sum()
    }

    /// The class in which it gives way, and what is left of the greatest age.
    fn rank(&self, now: u32) -> (u8, u32) {
        let class = if self.has_expired(now) {
            1
        } else if self.foreign {
            2
        } else if self.missing() == 0 {
            3
        } else if self.parts.contains_key(&1) {
            5
        } else {
            4
        };
        (class, u32::MAX - now.wrapping_sub(self.since))
    }

    fn reported(&self, reason: Reason) -> (u32, Reason, u8) {
        (self.key.originator, reason, self.missing())
    }

    /// What is to be reported if another message takes its set, or it begins anew.
    fn given_up(&self, now: u32) -> Given {
        let reason = if self.has_expired(now) {
            Reason::Expired
        } else {
            Reason::GaveWay
        };
        self.is_unfinished().then(|| self.reported(reason))
    }

    /// Takes a segment of its own. The rule: the latest of each number counts; it is handed out
    /// whenever all numbers are there and one is new, or all came again.
    fn take(&mut self, now: u32, segment: &Segment) -> (Expected, Given) {
        let before = self.clone();
        if segment.foreign {
            *self = Self::new(segment.key.clone(), now);
            self.foreign = true;
            let known = before.parts.contains_key(&1);
            let given = known.then(|| before.reported(Reason::Replaced));
            return (Expected::NotForDm, given);
        }
        if self.foreign && segment.number != 1 {
            self.since = now;
            return (Expected::NotForDm, None);
        }
        let number = segment.number;
        let known = before.parts.get(&number);
        if known == Some(&segment.payload) {
            return (self.repeat(now, number), None);
        }
        self.parts.insert(number, segment.payload.clone());
        if self.size() > OCTETS && known.is_some() {
            self.parts.retain(|&other, _| other == number);
        }
        if self.size() > OCTETS || !fits(segment) {
            *self = before;
            return (Expected::NoRoom, None);
        }
        self.again.clear();
        if known.is_some() || self.missing() == 0 || self.foreign {
            self.since = now;
        }
        self.foreign = false;
        let given = known.is_some().then(|| before.reported(Reason::Replaced));
        if self.missing() == 0 {
            return (Expected::Whole(self.whole()), given);
        }
        let expected = Expected::Incomplete {
            missing: self.missing(),
            port_known: segment.has_port || self.parts.contains_key(&1),
        };
        (expected, given)
    }

    fn repeat(&mut self, now: u32, number: u8) -> Expected {
        if self.missing() == 0 {
            self.since = now;
            self.again.insert(number);
            if self.again.len() == usize::from(self.key.total) {
                self.again.clear();
                return Expected::Whole(self.whole());
            }
        }
        Expected::Repeated
    }

    fn whole(&self) -> Vec<u8> {
        self.parts.values().flatten().copied().collect()
    }
}

/// Whether its message fits if all other segments are without octets.
fn fits(segment: &Segment) -> bool {
    segment.payload.len() + 2 * usize::from(segment.key.total) <= OCTETS
}

/// As many messages as there are sets; the first of equal ones gives way.
pub(super) type Model = [Option<Message>; SETS];

fn accept(model: &mut Model, now: u32, segment: &Segment) -> (Expected, Given) {
    let is_own = |set: &Option<Message>| set.as_ref().is_some_and(|own| own.key == segment.key);
    let own = model.iter().position(is_own);
    let rank = |set: &Option<Message>| set.as_ref().map_or((0, 0), |message| message.rank(now));
    let at = own.unwrap_or_else(|| (0..SETS).min_by_key(|&at| rank(&model[at])).unwrap());
    if let (Some(_), Some(message)) = (own, &mut model[at])
        && !message.has_expired(now)
    {
        return message.take(now, segment);
    }
    let old = model[at].as_ref();
    if segment.foreign && old.is_some_and(|old| old.is_unfinished() && !old.has_expired(now)) {
        return (Expected::NotForDm, None);
    }
    if !segment.foreign && !fits(segment) {
        return (Expected::NoRoom, None);
    }
    let given = old.and_then(|old| old.given_up(now));
    let message = model[at].insert(Message::new(segment.key.clone(), now));
    let (expected, _) = message.take(now, segment);
    (expected, given)
}

/// Each octet starts an operation: time passes, messages are asked for that have expired, or a
/// delivery comes.
pub fn inbox(octets: &[u8]) {
    let mut input = Input(octets);
    // From where time soon wraps, or from 0.
    let mut now = if input.octet() & 1 == 0 {
        0
    } else {
        u32::MAX - 7
    };
    let mut inbox = Small::new();
    inbox.set_max_age(MAX_AGE);
    let mut model = Model::default();
    while !input.is_empty() {
        match input.octet() {
            ticks @ 0x00..0x10 => now = now.wrapping_add(ticks.into()),
            0x10..0x20 => expire(&mut inbox, &mut model, now),
            0x20..0x80 => short_message(&mut input, &mut inbox, &mut model, now),
            0x80..0xE0 => over_cdma(&mut input, &mut inbox, &mut model, now),
            port @ 0xE0..0xF0 => {
                let destination_port = 2948 + u16::from(port & 1);
                let payload = input.counted();
                let delivery = Delivery::Datagram {
                    destination_port,
                    payload,
                };
                let ours = (destination_port == 2948).then_some(payload);
                let received = inbox.receive(now, delivery);
                within_delivery(&received, payload);
                check_alone(&received, ours);
            }
            0xF0.. => {
                let octets = input.counted();
                let received = inbox.receive(now, Delivery::Package0(octets));
                check_package0(&received.outcome, octets);
            }
        }
    }
    // However much came: after `MAX_AGE` nothing is held.
    now = now.wrapping_add(MAX_AGE + 1);
    expire(&mut inbox, &mut model, now);
    assert!(model.iter().all(Option::is_none));
}

fn given(displaced: Option<Displaced<u32>>) -> Given {
    displaced.map(|displaced| {
        (
            displaced.key.originator,
            displaced.reason,
            displaced.missing,
        )
    })
}

/// Messages that have expired are given up, those that were unfinished are reported once each.
pub(super) fn expire(inbox: &mut Small, model: &mut Model, now: u32) {
    for set in model {
        let Some(message) = set.take_if(|message| message.has_expired(now)) else {
            continue;
        };
        if let expected @ Some(_) = message.given_up(now) {
            assert_eq!(given(inbox.expire(now)), expected);
        }
    }
    assert_eq!(inbox.expire(now), None);
}

/// A short message: originator, which elements it has, reference, total, number, and its payload.
fn short_message(input: &mut Input<'_>, inbox: &mut Small, model: &mut Model, now: u32) {
    let shape = input.octet();
    let (originator, total, number) = (shape & 1, input.octet(), input.octet());
    let reference = input.octet();
    let mut elements = vec![];
    if shape & 2 != 0 {
        elements.extend([5, 4, 0x0B, 0x84 | shape >> 6 & 1, 0xC0, shape >> 7]);
    }
    // An 8-bit reference, a 16-bit one, or neither.
    match shape & 0xC {
        0 => elements.extend([8, 4, 0, reference, total, number]),
        4 => elements.extend([0x70, 0]),
        _ => elements.extend([0, 3, reference, total, number]),
    }
    // A stray octet at the end.
    elements.extend((shape & 0x20 != 0).then_some(0));
    let length = u8::try_from(elements.len()).unwrap();
    let user_data = [&[length], &elements[..], input.counted()].concat();

    let received = inbox.receive(
        now,
        Delivery::ShortMessage {
            originator: originator.into(),
            user_data: &user_data,
        },
    );
    within_delivery(&received, &user_data);
    check_user_data(model, now, originator.into(), &user_data, &received);
}

/// What is received of TP-User-Data is what the reference and the model say.
pub(super) fn check_user_data(
    model: &mut Model,
    now: u32,
    originator: u32,
    user_data: &[u8],
    received: &Received<'_, u32>,
) {
    let Some((parsed, payload)) = reference::user_data(user_data) else {
        assert!(matches!(
            received.outcome,
            Outcome::NotForDm { octets: None, .. }
        ));
        return;
    };
    let ours = reference::ports(&parsed).filter(|&(destination, _)| destination == 2948);
    let segment = reference::concatenation(&parsed).filter(|&(_, _, total, _)| total > 1);
    let (Some((_, port)), Some((width, reference, total, number))) = (ours, segment) else {
        check_alone(received, ours.map(|_| payload));
        return;
    };
    let common = [reference.to_be_bytes(), port.to_be_bytes()].concat();
    let segment = Segment {
        key: Key {
            originator,
            common: [vec![width], common].concat(),
            total,
        },
        number,
        payload: payload.to_vec(),
        foreign: false,
        has_port: true,
    };
    check_segment(model, now, &segment, received, 0);
}

/// A segment over CDMA: originator, message identifier, total, number, and its payload, ports
/// included.
fn over_cdma(input: &mut Input<'_>, inbox: &mut Small, model: &mut Model, now: u32) {
    let shape = input.octet();
    let (total, number) = (input.octet(), input.octet());
    let payload = input.counted();
    let octets = [&[0, total, number], payload].concat();
    let (originator, message_id) = (shape & 1, shape >> 1);
    let received = inbox.receive(
        now,
        Delivery::Cdma {
            originator: originator.into(),
            message_id: message_id.into(),
            segment: &octets,
            repeated_ports: RepeatedPorts::Absent,
        },
    );
    within_delivery(&received, &octets);
    let (originator, message_id) = (originator.into(), message_id.into());
    check_wdp(model, now, originator, message_id, &octets, &received);
}

/// What is received of a segment over CDMA is what the model says.
pub(super) fn check_wdp(
    model: &mut Model,
    now: u32,
    originator: u32,
    message_id: u16,
    octets: &[u8],
    received: &Received<'_, u32>,
) {
    let (total, number, payload) = match *octets {
        [1..=u8::MAX, ..] => return check_alone(received, None),
        [0, total, number, ref payload @ ..]
            if number < total && (number > 0 || payload.len() >= 4) =>
        {
            (total, number, payload)
        }
        _ => return assert!(matches!(received.outcome, Outcome::Malformed(_))),
    };
    let is_first = number == 0;
    let foreign = is_first && payload[2..4] != [0x0B, 0x84];
    if total == 1 {
        check_alone(received, (!foreign).then(|| &payload[4..]));
        return;
    }
    let segment = Segment {
        key: Key {
            originator,
            common: message_id.to_be_bytes().to_vec(),
            total,
        },
        number: number + 1,
        payload: payload.to_vec(),
        foreign,
        has_port: false,
    };
    check_segment(model, now, &segment, received, 4);
}

/// An error's place lies within what was delivered, or within what was put together, which is at
/// most a set.
pub(super) fn within_delivery(received: &Received<'_, u32>, octets: &[u8]) {
    match received.outcome {
        Outcome::NotForDm {
            error,
            octets: Some(whole),
            ..
        } => within(error, whole),
        Outcome::NotForDm { error, .. } | Outcome::NoRoom(error) => within(error, octets),
        Outcome::Malformed(error) => assert!(error.offset() <= octets.len().max(OCTETS)),
        _ => {}
    }
}

/// What is received of a segment is what the model says; of a whole, the octets after `before` are
/// the push.
fn check_segment(
    model: &mut Model,
    now: u32,
    segment: &Segment,
    received: &Received<'_, u32>,
    before: usize,
) {
    let (expected, displaced) = accept(model, now, segment);
    assert_eq!(given(received.displaced), displaced);
    match (&received.outcome, expected) {
        (
            Outcome::Incomplete {
                missing,
                port_known,
                ..
            },
            Expected::Incomplete {
                missing: expected,
                port_known: is_known,
            },
        ) => assert_eq!((*missing, *port_known), (expected, is_known)),
        (outcome, Expected::Whole(whole)) => check_push(outcome, &whole[before..], true),
        (Outcome::RepeatedSegment, Expected::Repeated)
        | (Outcome::NotForDm { octets: None, .. }, Expected::NotForDm) => {}
        (Outcome::NoRoom(error), Expected::NoRoom) => {
            assert_eq!(error.kind(), DecodeErrorKind::NoRoom);
        }
        (outcome, expected) => panic!("{outcome:?}, not {expected:?}"),
    }
}

/// What is received of a delivery that is no segment: the push to port 2948 in it, or nothing for
/// OMA DM.
pub(super) fn check_alone(received: &Received<'_, u32>, push: Option<&[u8]>) {
    assert_eq!(received.displaced, None);
    match (push, &received.outcome) {
        (Some(push), outcome) => check_push(outcome, push, false),
        (None, Outcome::NotForDm { octets: None, .. }) => {}
        (None, outcome) => panic!("{outcome:?}"),
    }
}

/// The push is routed as the reference routes it.
fn check_push(outcome: &Outcome<'_>, push: &[u8], from_segments: bool) {
    match (reference::dm_push(push), outcome) {
        (Some(body), outcome) => check_package0(outcome, body),
        (None, Outcome::NotForDm { octets, .. }) => {
            assert_eq!(*octets, from_segments.then_some(push));
        }
        (None, Outcome::Malformed(_)) => {}
        (None, outcome) => panic!("{outcome:?}"),
    }
}

/// The octets of a Package #0, as far as the reference can read them.
pub(super) fn check_package0(outcome: &Outcome<'_>, octets: &[u8]) {
    let trigger = octets.get(16..).map(reference::Fields::read);
    match (outcome, trigger) {
        (Outcome::Package0(package0), Some(Ok(_))) => assert_eq!(package0.as_bytes(), octets),
        (Outcome::Malformed(_), None | Some(Err(_))) => {}
        (outcome, _) => panic!("{outcome:?}"),
    }
}
