//! A reassembler against a model that keeps every segment apart in a map.

use super::Input;
use oma_dm_notification::wap::reassembly::{
    Displaced, MessageKey, Outcome, Reason, Reassembler, Segment,
};
use oma_dm_notification::wap::{cdma, udh::UserData};
use oma_dm_notification::{DecodeErrorKind, Field};
use std::collections::BTreeMap;

/// Few and small, so that a short input runs out of either.
const SETS: usize = 2;
const OCTETS: usize = 32;
const MAX_AGE: u32 = 10;

/// What tells messages apart: originator, what the segments have in common, total.
type Key = (u8, Vec<u8>, u8);

struct Message {
    key: Key,
    /// What the library calls it, for its reports.
    name: MessageKey,
    since: u32,
    parts: BTreeMap<u8, Vec<u8>>,
}

impl Message {
    fn missing(&self) -> usize {
        usize::from(self.key.2) - self.parts.len()
    }

    /// Whether this is the message that is reported.
    fn is(&self, displaced: &Displaced<u8>) -> bool {
        let key = displaced.key;
        usize::from(displaced.missing) == self.missing()
            && (key.originator, key.message, key.total) == (self.key.0, self.name, self.key.2)
    }

    fn is_too_old(&self, now: u32) -> bool {
        now.wrapping_sub(self.since) > MAX_AGE
    }
}

/// Each octet starts an operation: time passes, what is too old is given up, or a segment comes.
pub fn reassembly(octets: &[u8]) {
    let mut input = Input(octets);
    // From where time soon wraps, or from 0.
    let mut now = if input.octet() & 1 == 0 {
        0
    } else {
        u32::MAX - 7
    };
    let mut reassembler = Reassembler::<u8, SETS, OCTETS, MAX_AGE>::new();
    let mut model = Vec::new();
    while !input.is_empty() {
        match input.octet() {
            ticks @ 0x00..0x10 => now = now.wrapping_add(ticks.into()),
            0x10..0x20 => {
                expire(&mut reassembler, &mut model, now);
            }
            0x20..0x80 => short_message(&mut input, &mut reassembler, &mut model, now),
            0x80.. => over_cdma(&mut input, &mut reassembler, &mut model, now),
        }
        assert!(model.len() <= SETS);
    }
    // However much came: after `MAX_AGE` nothing is held.
    now = now.wrapping_add(MAX_AGE + 1);
    expire(&mut reassembler, &mut model, now);
    assert!(model.is_empty());
}

type Small = Reassembler<u8, SETS, OCTETS, MAX_AGE>;

/// What is too old is given up, each once, and nothing else.
fn expire(reassembler: &mut Small, model: &mut Vec<Message>, now: u32) {
    while let Some(displaced) = reassembler.expire(now) {
        let held = |message: &Message| message.is_too_old(now) && message.is(&displaced);
        let at = model.iter().position(held);
        model.remove(at.expect("it was not held, or not too old"));
        assert_eq!(displaced.reason, Reason::Expired);
    }
    assert!(!model.iter().any(|message| message.is_too_old(now)));
}

/// A short message: originator, which elements it has, reference, total, number, and its payload.
fn short_message(
    input: &mut Input<'_>,
    reassembler: &mut Small,
    model: &mut Vec<Message>,
    now: u32,
) {
    let shape = input.octet();
    let (originator, total, number) = (shape & 1, input.octet(), input.octet());
    let reference = input.octet();
    let mut header = vec![0];
    if shape & 2 != 0 {
        header.extend([5, 4, 0x0B, 0x84, 0xC0, shape >> 7]);
    }
    // An 8-bit reference, a 16-bit one, or neither.
    match shape & 0xC {
        0 => header.extend([8, 4, 0, reference, total, number]),
        4 => header.extend([0x70, 0]),
        _ => header.extend([0, 3, reference, total, number]),
    }
    header[0] = u8::try_from(header.len() - 1).unwrap();
    let payload = input.counted();
    let octets = [&header, payload].concat();
    let user_data = UserData::parse(&octets).unwrap();
    let Some(segment) = Segment::from_user_data(&user_data) else {
        assert!(shape & 0xC == 4 || number == 0 || number > total || total == 1);
        return;
    };
    assert_eq!((segment.total(), segment.number()), (total, number));
    assert_eq!(segment.payload(), payload);
    // Segments belong together where all but their number and their payload is equal.
    header.pop();
    accept(
        reassembler,
        model,
        now,
        &(originator, header, total),
        &segment,
    );
}

/// A segment over CDMA: originator, message identifier, total, number, and its payload.
fn over_cdma(input: &mut Input<'_>, reassembler: &mut Small, model: &mut Vec<Message>, now: u32) {
    let shape = input.octet();
    let (total, number) = (input.octet(), input.octet());
    let payload = input.counted();
    let octets = [&[0, total, number], payload].concat();
    let Ok(segment) = cdma::WdpSegment::parse(&octets) else {
        assert!(number >= total || number == 0 && payload.len() < 4);
        return;
    };
    let message_id = shape >> 1;
    let Some(segment) = Segment::from_wdp(&segment, message_id.into()) else {
        return;
    };
    let key = (shape & 1, vec![message_id], total);
    accept(reassembler, model, now, &key, &segment);
}

/// What the reassembler does with a segment is what the model does with it.
fn accept(
    reassembler: &mut Small,
    model: &mut Vec<Message>,
    now: u32,
    key: &Key,
    segment: &Segment<'_>,
) {
    let (originator, total, number) = (key.0, key.2, segment.number());
    let payload = segment.payload();
    let own = model.iter().position(|message| message.key == *key);
    let current = own.filter(|&own| !model[own].is_too_old(now));
    let held = current.map_or(0, |own| model[own].parts.values().map(Vec::len).sum());
    let known = current.and_then(|own| model[own].parts.get(&number));

    let accepted = reassembler.accept(now, originator, segment);
    // A message of more octets than there is room for: nothing has changed.
    if payload.len() > OCTETS || known.is_none() && held + payload.len() > OCTETS {
        let error = accepted.unwrap_err();
        assert_eq!(
            (error.kind(), error.field()),
            (DecodeErrorKind::NoRoom, Field::Segment)
        );
        return;
    }
    let accepted = accepted.unwrap();
    if let Some(known) = known {
        assert!(accepted.displaced.is_none());
        let expected = if known == payload {
            Outcome::Duplicate
        } else {
            Outcome::Conflicting
        };
        assert_eq!(accepted.outcome, expected);
        return;
    }
    if current.is_none() {
        let gives_way = own.or_else(|| {
            let oldest = model
                .iter()
                .map(|message| now.wrapping_sub(message.since))
                .max();
            // Which of equally old ones is not specified: the one that is reported.
            model.iter().position(|message| {
                Some(now.wrapping_sub(message.since)) == oldest
                    && accepted
                        .displaced
                        .is_some_and(|displaced| message.is(&displaced))
            })
        });
        let gives_way = gives_way.filter(|_| own.is_some() || model.len() == SETS);
        assert_eq!(accepted.displaced.is_some(), gives_way.is_some());
        if let (Some(at), Some(displaced)) = (gives_way, accepted.displaced) {
            assert!(model[at].is(&displaced));
            let message = model.remove(at);
            let reason = if message.is_too_old(now) {
                Reason::Expired
            } else {
                Reason::GaveWay
            };
            assert_eq!(displaced.reason, reason);
        }
        model.push(Message {
            key: key.clone(),
            name: segment.message(),
            since: now,
            parts: BTreeMap::new(),
        });
    }
    let at = model
        .iter()
        .position(|message| message.key == *key)
        .unwrap();
    model[at].parts.insert(number, payload.to_vec());
    match (accepted.outcome, model[at].missing()) {
        (Outcome::Complete { octets, .. }, 0) => {
            let message = model.remove(at);
            let whole: Vec<u8> = message.parts.into_values().flatten().collect();
            assert_eq!(octets, whole);
        }
        (outcome, missing) => {
            let missing = u8::try_from(missing).unwrap();
            assert_eq!(outcome, Outcome::Incomplete { missing }, "of {total}");
        }
    }
}
