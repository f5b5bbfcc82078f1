//! A notification as the table of Appendix C: octets, meaning, value.

use crate::Verdict;
use crate::layers::{Message, Row, spaced};
use oma_dm_notification::{Initiator, Package0};

/// Octets in one line of the table.
const LINE: usize = 8;

pub(crate) fn notification(message: &Message, package0: &Package0<'_>, verdict: Verdict) -> String {
    let mut lines = Vec::new();
    for (title, rows) in &message.layers {
        lines.extend(layer(title, rows));
    }
    lines.extend(layer("Package #0", &package0_rows(package0)));
    lines.push(verdict_text(verdict).to_owned());
    let departures: Vec<_> = package0.unverified().conformance().collect();
    if departures.is_empty() {
        lines.push("Conforms to 1.2.1.".to_owned());
    }
    for departure in departures {
        lines.push(format!("Departs from 1.2.1: {departure}."));
    }
    lines.join("\n")
}

fn layer(title: &str, rows: &[Row]) -> Vec<String> {
    let mut lines = vec![title.to_owned()];
    for row in rows {
        let mut octets = row.octets.chunks(LINE).map(spaced);
        let first = octets.next().unwrap_or_default();
        lines.push(format!("  {first:24} {:22} {}", row.meaning, row.value));
        lines.extend(octets.map(|more| format!("  {more}")));
    }
    lines.push(String::new());
    lines
}

fn package0_rows(package0: &Package0<'_>) -> Vec<Row> {
    let trigger = package0.unverified();
    let octets = trigger.received().expect("it was received");
    let server_id = trigger.server_id();
    let ui_mode = format!("{:02b}, {}", u8::from(trigger.ui_mode()), trigger.ui_mode());
    let initiator = trigger.initiator();
    let initiator = match initiator {
        Initiator::Client => format!("0, {initiator} (the end user)"),
        Initiator::Server => format!("1, {initiator}"),
    };
    let session_id = trigger
        .session_id()
        .to_text()
        .map_or("0, which no session can have".to_owned(), |text| {
            text.to_string()
        });
    let digest = package0.digest();
    let mut rows = vec![
        Row::new(digest.as_bytes(), "digest", "16 octets"),
        Row::new(
            &octets[..5],
            "version",
            format!("{:010b}, {}", trigger.version().value(), trigger.version()),
        ),
        Row::new(&[], "ui-mode", ui_mode),
        Row::new(&[], "initiator", initiator),
        Row::new(
            &[],
            "future-use",
            format!("0x{:07X}", trigger.future_use().value()),
        ),
        Row::new(&octets[5..7], "sessionid", session_id),
        Row::new(
            &octets[7..8],
            "length-identifier",
            server_id.length_identifier().to_string(),
        ),
        Row::new(
            server_id.as_bytes(),
            "server-identifier",
            server_id.as_bytes().escape_ascii().to_string(),
        ),
    ];
    let vendor_specific = trigger.vendor_specific();
    if !vendor_specific.is_empty() {
        let value = format!("{} octets", vendor_specific.len());
        rows.push(Row::new(vendor_specific, "vendor-specific", value));
    }
    rows
}

const fn verdict_text(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Unverified => "Nothing was verified: there was no password.",
        Verdict::NotAuthentic => "Not authentic: the digest does not match.",
        Verdict::Stored => "Authentic under the stored nonce.",
        Verdict::Resync => "Authentic under the nonce 00000000: resynchronisation, 5.1.",
    }
}
