//! From pastes to messages: which reading counts, and which segments belong together.

use super::layers::{Bearer, Failure, Layer, Row, View, count_of};
use super::paste::{self, Entry};
use super::readings::{self, Content, Context, Part, Reading, Trail};
use super::verdict::{self, Verdict};
use super::{Message, Notification, Options, Place, obex, rows};
use oma_dm_notification::{Package0, Version};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The most segments that a message over CDMA has, unless something else says that it is one.
const LIKELY_SEGMENTS: u8 = 32;

/// One entry of a paste, and how it was read.
struct Found {
    place: Place,
    reading: Result<Reading, Failure>,
    /// What else it can be read as.
    also: Vec<Bearer>,
}

/// Reads pastes.
pub(crate) fn read(pastes: &[String], options: &Options) -> Vec<Message> {
    let mut found = Vec::new();
    for (number, text) in (1..).zip(pastes) {
        let paste = (pastes.len() > 1).then_some(number);
        found.extend(paste_found(text, paste, options));
    }
    if options.bearer == Some(Bearer::Obex) {
        found = as_one_exchange(found);
    }
    if options.bearer.is_none() {
        adopt_segments(&mut found);
    }
    assemble(found, options)
}

/// Returns the outermost bearer as which octets can be read as a DM notification.
pub(crate) fn outermost(octets: &[u8]) -> Option<Bearer> {
    Bearer::ALL
        .into_iter()
        .find(|bearer| is_named(&readings::read(*bearer, octets, Context::default())))
}

/// Reads the entries of one paste.
fn paste_found(text: &str, paste: Option<usize>, options: &Options) -> Vec<Found> {
    let entries = paste::entries(text);
    let place = |entry: &Entry| Place {
        paste,
        line: (entries.len() > 1 || entry.lines > 1 && entry.octets.is_err()).then_some(entry.line),
        joined: (entry.lines > 1).then_some(entry.lines),
    };
    let all: Vec<Found> = entries
        .iter()
        .map(|entry| found(entry, place(entry), options))
        .collect();
    let whole_paste = |lines| Place {
        paste,
        line: None,
        joined: (lines > 1).then_some(lines),
    };
    if all.is_empty() {
        return vec![Found {
            place: whole_paste(0),
            reading: Err(Failure::of_paste("there are no octets")),
            also: Vec::new(),
        }];
    }
    if let Some(reading) = exchange(&entries, options) {
        return vec![Found {
            place: whole_paste(0),
            reading: Ok(reading),
            also: Vec::new(),
        }];
    }
    let joined = paste::joined(text, &entries)
        .filter(|_| !all.first().is_some_and(counts))
        .map(|entry| found(&entry, whole_paste(entry.lines), options))
        .filter(counts);
    joined.map_or(all, |joined| vec![joined])
}

/// Reads the lines of a paste as the packets of an OBEX exchange, if they are that.
fn exchange(entries: &[Entry], options: &Options) -> Option<Reading> {
    if options.bearer.is_some() || entries.len() < 2 {
        return None;
    }
    let octets: Result<Vec<_>, _> = entries.iter().map(|it| it.octets.as_deref()).collect();
    let octets = octets.ok()?.concat();
    obex::puts_package0(&octets).then(|| readings::read(Bearer::Obex, &octets, Context::default()))
}

/// Reads all entries as the packets of one OBEX exchange, unless one is not hexadecimal.
fn as_one_exchange(found: Vec<Found>) -> Vec<Found> {
    let octets: Result<Vec<_>, _> = found
        .iter()
        .map(|found| found.reading.as_ref().map(|reading| &*reading.octets))
        .collect();
    let Ok(octets) = octets else {
        return found
            .into_iter()
            .filter(|found| found.reading.is_err())
            .collect();
    };
    vec![Found {
        place: Place::default(),
        reading: Ok(readings::read(
            Bearer::Obex,
            &octets.concat(),
            Context::default(),
        )),
        also: Vec::new(),
    }]
}

/// Reads one entry.
fn found(entry: &Entry, place: Place, options: &Options) -> Found {
    let context = Context {
        at_length: entry.at_length,
        repeated_ports: options.repeated_ports,
    };
    let (reading, also) = match (&entry.octets, options.bearer) {
        (Err(error), _) => (Err(Failure::of_paste(&error.to_string())), Vec::new()),
        (Ok(octets), _) if octets.is_empty() => {
            (Err(Failure::of_paste("there are no octets")), Vec::new())
        }
        (Ok(octets), Some(bearer)) => (Ok(readings::read(bearer, octets, context)), Vec::new()),
        (Ok(octets), None) => {
            let (reading, also) = choose(octets, context, options);
            (Ok(reading), also)
        }
    };
    Found {
        place,
        reading,
        also,
    }
}

/// Chooses the reading that counts, and names what else counts.
///
/// A reading counts if the layers that it passed name a DM notification. A bare Package #0, which
/// nothing names, counts if no other reading does, and if it looks like one. If none counts, the
/// error is that of the reading that got furthest, the outermost of equals.
fn choose(octets: &[u8], context: Context, options: &Options) -> (Reading, Vec<Bearer>) {
    let mut readings: Vec<Reading> = Bearer::ALL
        .into_iter()
        .map(|bearer| readings::read(bearer, octets, context))
        .collect();
    let also: Vec<Bearer> = readings
        .iter()
        .filter(|reading| is_named(reading))
        .skip(1)
        .map(|reading| reading.bearer)
        .collect();
    if let Some(outermost) = readings.iter().position(is_named) {
        return (readings.swap_remove(outermost), also);
    }
    let recognised = readings
        .iter()
        .any(|reading| !reading.trail.layers.is_empty());
    let chosen = readings
        .iter()
        .position(|reading| is_authentic(reading, options) || !recognised && is_plausible(reading))
        .unwrap_or_else(|| furthest(&readings));
    (readings.swap_remove(chosen), also)
}

/// Returns whether the layers of a reading name a DM notification.
fn is_named(reading: &Reading) -> bool {
    match &reading.content {
        Ok(Content::Package0(_)) => reading.bearer != Bearer::Package0,
        // The first segment over CDMA has the ports, and the others name nothing.
        Ok(Content::Segment(part)) => reading.bearer != Bearer::Cdma || part.number == 1,
        Err(_) => false,
    }
}

/// Returns whether a reading is of a Package #0 in a known version.
fn is_plausible(reading: &Reading) -> bool {
    reading.bearer == Bearer::Package0
        && reading.content.is_ok()
        && has_known_version(&reading.octets)
}

/// Returns whether the octets, as a Package #0, are of a known version.
fn has_known_version(octets: &[u8]) -> bool {
    let Some(&[high, low]) = octets.get(16..18) else {
        return false;
    };
    let version = u16::from_be_bytes([high, low]) >> 6;
    (Version::V1_0.value()..=Version::V1_2.value()).contains(&version)
}

fn is_authentic(reading: &Reading, options: &Options) -> bool {
    package0s(reading).iter().any(|view| {
        let (verdict, _) = verdict::of(view, options.secret.as_ref());
        matches!(verdict, Verdict::Stored | Verdict::Resync)
    })
}

fn package0s(reading: &Reading) -> &[View] {
    match &reading.content {
        Ok(Content::Package0(views)) => views,
        _ => &[],
    }
}

/// Returns the reading that passed the most layers, then the most octets; the outermost of equals.
fn furthest(readings: &[Reading]) -> usize {
    (0..readings.len())
        .rev()
        .max_by_key(|&index| readings.get(index).and_then(progress))
        .unwrap_or_default()
}

/// Returns how far a reading got: the layers that it passed, then the octet of its error.
fn progress(reading: &Reading) -> Option<(usize, usize)> {
    let layers = reading.trail.layers.len();
    match (&reading.content, reading.bearer, &*reading.octets) {
        (Ok(Content::Package0(_)), ..) => None,
        (Err(_), Bearer::Package0, octets) if !has_known_version(octets) => None,
        // The header of a segment says little: many octets look like one.
        (Ok(Content::Segment(part)), ..) if part.total > LIKELY_SEGMENTS => Some((0, 3)),
        (Ok(Content::Segment(_)), ..) => Some((1, 3)),
        (Err(failure), Bearer::Cdma, _) if layers < 2 => Some((0, failure.offset)),
        // Identifiers and lengths can be read into any octets.
        (Err(_), Bearer::CdmaMessage, octets)
            if layers == 0 && !octets.starts_with(&[0, 0, 2]) && !octets.starts_with(&[0, 3]) =>
        {
            Some((0, 0))
        }
        // All parameters were read, and the teleservice is another one.
        (Err(failure), Bearer::CdmaMessage, octets)
            if failure.is_not_for_dm() && octets.starts_with(&[0, 0, 2]) =>
        {
            Some((1, failure.offset))
        }
        (Err(failure), Bearer::Obex, octets) if obex::begins(octets) => {
            Some((layers.max(1), failure.offset))
        }
        (Err(failure), ..) => Some((layers, failure.offset)),
    }
}

fn counts(found: &Found) -> bool {
    found
        .reading
        .as_ref()
        .is_ok_and(|reading| reading.content.is_ok())
}

/// Segments over CDMA after the first name nothing: they are read as segments of the message whose
/// first segment was pasted with them.
fn adopt_segments(found: &mut [Found]) {
    let part_of = |reading: &Reading| match &reading.content {
        Ok(Content::Segment(part)) if reading.bearer == Bearer::Cdma => {
            Some((part.key.clone(), part.total))
        }
        _ => None,
    };
    let firsts: Vec<_> = found
        .iter()
        .filter_map(|found| part_of(found.reading.as_ref().ok()?))
        .collect();
    for entry in found {
        let Ok(reading) = &mut entry.reading else {
            continue;
        };
        let segment = readings::read(Bearer::Cdma, &reading.octets, Context::default());
        if !is_named(reading) && part_of(&segment).is_some_and(|part| firsts.contains(&part)) {
            *reading = segment;
        }
    }
}

/// The segments of one message, in the order in which they came.
struct Group {
    place: Place,
    bearer: Bearer,
    also: Vec<Bearer>,
    /// What the layers said of the first.
    trail: Trail,
    parts: Vec<Part>,
    repeated: usize,
}

/// A message, or the segments of one.
enum Slot {
    Messages(Vec<Message>),
    Group(Group),
}

/// Puts segments together, in the order in which each message began.
fn assemble(found: Vec<Found>, options: &Options) -> Vec<Message> {
    let mut slots = Vec::new();
    for Found {
        place,
        reading,
        also,
    } in found
    {
        match reading {
            Err(failure) => slots.push(Slot::Messages(vec![failed(place, failure)])),
            Ok(Reading {
                content: Ok(Content::Segment(part)),
                trail,
                bearer,
                ..
            }) => {
                if let Some(part) = add_to_group(&mut slots, part) {
                    slots.push(Slot::Group(Group {
                        place,
                        bearer,
                        also,
                        trail,
                        parts: vec![part],
                        repeated: 0,
                    }));
                }
            }
            Ok(reading) => {
                let segments = requests(&reading).unwrap_or(1);
                let messages = messages_of(place, reading, &also, options, (segments, 0));
                slots.push(Slot::Messages(messages));
            }
        }
    }
    slots
        .into_iter()
        .flat_map(|slot| match slot {
            Slot::Messages(messages) => messages,
            Slot::Group(group) => group.messages(options),
        })
        .collect()
}

/// Adds a segment to the latest message that lacks it or has the same; gives it back if there is
/// none.
fn add_to_group(slots: &mut [Slot], part: Part) -> Option<Part> {
    for slot in slots.iter_mut().rev() {
        let Slot::Group(group) = slot else { continue };
        let is_of_group = |other: &Part| other.key == part.key && other.total == part.total;
        if !group.parts.first().is_some_and(is_of_group) {
            continue;
        }
        let held = group.parts.iter().find(|held| held.number == part.number);
        match held.map(|held| held.payload.bytes() == part.payload.bytes()) {
            Some(false) => continue,
            Some(true) => group.repeated += 1,
            None => {}
        }
        group.parts.push(part);
        return None;
    }
    Some(part)
}

impl Group {
    fn messages(mut self, options: &Options) -> Vec<Message> {
        let by_number: BTreeMap<u8, &Part> = self
            .parts
            .iter()
            .rev()
            .map(|part| (part.number, part))
            .collect();
        let Some(&first) = by_number.values().next() else {
            return Vec::new();
        };
        let missing = usize::from(first.total).saturating_sub(by_number.len());
        let payloads: Vec<&[u8]> = by_number
            .values()
            .map(|part| part.payload.bytes())
            .collect();
        let whole = View::whole(&payloads.concat());
        let context = Context {
            repeated_ports: options.repeated_ports,
            ..Context::default()
        };
        self.trail.layers.push(self.layer());
        let layers = self.trail.layers.len();
        let outcome = if first.is_cdma {
            readings::cdma_datagram(&whole, context, &mut self.trail)
        } else {
            readings::push(&whole, &mut self.trail)
        };
        let is_foreign = |failure: &Failure| first.number == 1 && failure.is_not_for_dm();
        let outcome = match outcome {
            outcome if missing == 0 => outcome,
            // The first segment tells as much.
            Err(failure) if is_foreign(&failure) => Err(failure),
            _ => {
                self.trail.layers.truncate(layers);
                let are = if missing == 1 { "is" } else { "are" };
                let message = format!("{} {are} missing", count_of(missing, "segment"));
                let view = &first.payload;
                let failure = Failure::plain("incomplete", "segment", message, view, 0);
                Err(Failure {
                    octets: Rc::new([]),
                    ..failure
                })
            }
        };
        let segments = (self.parts.len(), self.repeated);
        let reading = Reading {
            bearer: self.bearer,
            octets: whole.octets,
            trail: self.trail,
            content: outcome.and_then(readings::checked),
        };
        messages_of(self.place, reading, &self.also, options, segments)
    }

    /// Makes a row for each segment, in the order in which they came.
    fn layer(&self) -> Layer {
        let mut octets = Vec::new();
        let mut rows: Vec<Row> = Vec::new();
        let mut title = "WDP: short messages";
        for part in &self.parts {
            if part.is_cdma {
                title = "WDP: segments over CDMA";
            }
            let start = octets.len();
            octets.extend_from_slice(part.header.bytes());
            let meaning = format!("segment {} of {}", part.number, part.total);
            let repeated = rows.iter().any(|row| row.meaning == meaning);
            let value = count_of(part.payload.bytes().len(), "octet");
            rows.push(Row {
                range: start..octets.len(),
                value: if repeated {
                    format!("{value}, repeated")
                } else {
                    value
                },
                meaning,
            });
        }
        Layer {
            title: title.to_owned(),
            octets: octets.into(),
            rows,
        }
    }
}

/// Returns how many requests an OBEX exchange has.
fn requests(reading: &Reading) -> Option<usize> {
    if reading.bearer != Bearer::Obex {
        return None;
    }
    let rows = reading.trail.layers.iter().flat_map(|layer| &layer.rows);
    Some(rows.filter(|row| row.meaning != "response").count())
}

const fn failed(place: Place, failure: Failure) -> Message {
    Message {
        place,
        bearer: None,
        also: Vec::new(),
        layers: Vec::new(),
        originator: None,
        service_centre: None,
        segments: 0,
        repeated_segments: 0,
        content: Err(failure),
    }
}

/// Makes the messages of a reading: several if several were put over OBEX.
fn messages_of(
    place: Place,
    reading: Reading,
    also: &[Bearer],
    options: &Options,
    (segments, repeated_segments): (usize, usize),
) -> Vec<Message> {
    let contents: Vec<Result<View, Failure>> = match reading.content {
        Ok(Content::Package0(views)) => views.into_iter().map(Ok).collect(),
        Ok(Content::Segment(_)) => Vec::new(),
        Err(failure) => vec![Err(failure)],
    };
    let trail = reading.trail;
    let message = |content: Result<View, Failure>| {
        let mut layers = trail.layers.clone();
        let content = content.map(|package0| {
            if let Ok(parsed) = Package0::parse(package0.bytes()) {
                layers.push(rows::package0(&package0, &parsed));
            }
            let (verdict, mut diagnoses) = verdict::of(&package0, options.secret.as_ref());
            if verdict == Verdict::NotAuthentic {
                diagnoses.extend(trail.oddities.iter().cloned());
            }
            Notification {
                package0,
                verdict,
                diagnoses,
            }
        });
        Message {
            place,
            bearer: Some(reading.bearer),
            also: also.to_vec(),
            layers,
            originator: trail.originator.clone().filter(|from| !from.is_empty()),
            service_centre: trail
                .service_centre
                .clone()
                .filter(|centre| !centre.is_empty()),
            segments,
            repeated_segments,
            content,
        }
    };
    contents.into_iter().map(message).collect()
}
