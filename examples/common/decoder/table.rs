//! A message as the table of Appendix C: octets, meaning, value.

use super::layers::{Failure, Layer, spaced};
use super::verdict::Verdict;
use super::{Message, Notification, Place};
use oma_dm_notification::Package0;

/// Octets in one line of the table.
const LINE: usize = 8;

/// Writes the layers of a message, and the verdict; nothing if nothing was read.
pub(crate) fn message(message: &Message) -> String {
    let mut lines = Vec::new();
    if let Some(joined) = message.place.joined {
        lines.push(format!("{joined} lines were joined."));
        lines.push(String::new());
    }
    for layer in &message.layers {
        lines.extend(layer_lines(layer));
    }
    if message.content.is_err() && message.layers.is_empty() {
        return String::new();
    }
    lines.extend(remarks(message));
    lines.join("\n")
}

/// Writes what there is to say of a message beside its layers, verdict first; nothing of what is
/// none.
pub(crate) fn remarks(message: &Message) -> Vec<String> {
    let Ok(notification) = &message.content else {
        return Vec::new();
    };
    let mut lines = verdict(notification);
    if message.repeated_segments > 0 {
        let repeated = super::layers::count_of(message.repeated_segments, "segment");
        lines.push(format!("{repeated} came again."));
    }
    let also: Vec<&str> = message.also.iter().map(|bearer| bearer.name()).collect();
    if !also.is_empty() {
        lines.push(format!("It could also be read as {}.", also.join(", ")));
    }
    lines
}

fn layer_lines(layer: &Layer) -> Vec<String> {
    let mut lines = vec![layer.title.clone()];
    for row in &layer.rows {
        let mut octets = layer.octets_of(row).chunks(LINE).map(spaced);
        let first = octets.next().unwrap_or_default();
        let line = format!("  {first:24} {:22} {}", row.meaning, row.value);
        lines.push(line.trim_end().to_owned());
        lines.extend(octets.map(|more| format!("  {more}")));
    }
    lines.push(String::new());
    lines
}

fn verdict(notification: &Notification) -> Vec<String> {
    let mut lines = vec![text(notification.verdict).to_owned()];
    lines.extend(notification.diagnoses.iter().cloned());
    let Ok(package0) = Package0::parse(notification.package0.bytes()) else {
        return lines;
    };
    let mut departures = package0.unverified().conformance().peekable();
    if departures.peek().is_none() {
        lines.push("Conforms to 1.2.1.".to_owned());
    }
    lines.extend(departures.map(|departure| format!("Departs from 1.2.1: {departure}.")));
    lines
}

const fn text(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Unverified => "Nothing was verified: there was no password.",
        Verdict::NotAuthentic => "Not authentic: the digest does not match.",
        Verdict::Stored => "Authentic under the stored nonce.",
        Verdict::Resync => "Authentic under the nonce 00000000: resynchronisation, OMA §5.1.",
    }
}

/// Writes the message of an error, then the octets in lines of sixteen with the one marked.
pub(crate) fn failure(place: &Place, failure: &Failure) -> String {
    let paste = place.paste.map(|number| format!("HEX {number}: "));
    let line = place.line.map(|number| format!("line {number}: "));
    let front = [paste, line].map(Option::unwrap_or_default).concat();
    let mut lines = vec![format!("error: {front}{}", failure.message)];
    let octets = &failure.octets;
    // One place more than there are octets: what is missing is marked after the last one.
    let last = if octets.is_empty() {
        0
    } else {
        octets.len() + 1
    };
    for first in (0..last).step_by(16) {
        let end = octets.len().min(first + 16);
        lines.push(format!("{first:6}  {}", spaced(&octets[first..end])));
        if (first..first + 16).contains(&failure.offset) {
            lines.push(format!("{:1$}^^", "", 8 + 3 * (failure.offset - first)));
        }
    }
    lines.extend(failure.hint.iter().map(|hint| format!("hint: {hint}")));
    lines.join("\n")
}
