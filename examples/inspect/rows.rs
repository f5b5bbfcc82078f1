//! What each part of a message says, in rows of the table.

use crate::layers::Row;
use oma_dm_notification::obex::ResponseCode;
use oma_dm_notification::wap::udh::UserData;
use oma_dm_notification::wap::wsp::{HeaderName, Push, Value};

/// UDHL and the information elements, as Appendix C breaks them down.
pub(crate) fn user_data(user_data: &UserData<'_>) -> Vec<Row> {
    let elements: Vec<_> = user_data.elements().collect();
    let length: usize = elements
        .iter()
        .map(|element| 2 + element.data().len())
        .sum();
    let mut rows = vec![Row::new(&octet(length), "UDHL", format!("{length} octets"))];
    for element in elements {
        let (name, parts) = parts_of(element.identifier(), element.data());
        rows.push(Row::new(
            &[element.identifier()],
            "information element",
            name,
        ));
        let data = element.data();
        rows.push(Row::new(
            &octet(data.len()),
            "IEDL",
            format!("{} octets", data.len()),
        ));
        rows.extend(parts);
    }
    rows
}

/// A length that one octet counts.
fn octet(length: usize) -> [u8; 1] {
    [u8::try_from(length).expect("it was counted by one octet")]
}

/// The name of an information element, and what its data consists of.
fn parts_of(identifier: u8, data: &[u8]) -> (String, Vec<Row>) {
    let (name, fields): (&str, &[(usize, &str)]) = match (identifier, data.len()) {
        (0x05, 4) => (
            "16-bit ports",
            &[(2, "destination port"), (2, "originator port")],
        ),
        (0x04, 2) => (
            "8-bit ports",
            &[(1, "destination port"), (1, "originator port")],
        ),
        (0x00, 3) => (
            "concatenation",
            &[(1, "reference"), (1, "total"), (1, "number")],
        ),
        (0x08, 4) => (
            "concatenation",
            &[(2, "reference"), (1, "total"), (1, "number")],
        ),
        (_, 0) => ("without data", &[]),
        (_, length) => {
            let name = format!("0x{identifier:02X}, not used here");
            return (
                name,
                vec![Row::new(data, "data", format!("{length} octets"))],
            );
        }
    };
    (name.to_owned(), numbers(data, fields))
}

/// Big-endian numbers, one after the other: how many octets, and what it is.
fn numbers(mut octets: &[u8], fields: &[(usize, &str)]) -> Vec<Row> {
    let mut rows = Vec::new();
    for (length, name) in fields {
        let (field, rest) = octets.split_at(*length);
        let number = field
            .iter()
            .fold(0_u32, |number, &octet| number << 8 | u32::from(octet));
        rows.push(Row::new(field, *name, number.to_string()));
        octets = rest;
    }
    rows
}

/// One segment of several, by its header.
pub(crate) fn segment(header: &[u8], number: u8, total: u8, payload: &[u8]) -> Row {
    let meaning = format!("segment {number} of {total}");
    Row::new(header, meaning, format!("{} octets", payload.len()))
}

/// Source and destination port over CDMA, and again if they are repeated.
pub(crate) fn cdma_ports(octets: &[u8]) -> Vec<Row> {
    let names = [(2, "source port"), (2, "destination port")];
    octets
        .chunks_exact(4)
        .flat_map(|ports| numbers(ports, &names))
        .collect()
}

/// One request packet, and how it is answered.
pub(crate) fn obex(packet: &[u8], code: ResponseCode) -> Row {
    let meaning = match packet.first() {
        Some(0x80) => "CONNECT",
        Some(0x02) => "PUT",
        Some(0x82) => "PUT, final",
        Some(0x81) => "DISCONNECT",
        _ => "ABORT",
    };
    Row::new(
        packet,
        meaning,
        format!("answered with 0x{:02X}", code.value()),
    )
}

/// The header of a push, Content-Type and all others.
pub(crate) fn push(pdu: &[u8], push: &Push<'_>) -> Vec<Row> {
    let kind = if push.is_confirmed() {
        "confirmed push"
    } else {
        "push"
    };
    let length_octets = 1 + pdu[2..].iter().take_while(|&&octet| octet >= 0x80).count();
    let (fixed, rest) = pdu.split_at(2 + length_octets);
    let length = rest.len() - push.body().len();
    let media_type = value(
        push.content_type(),
        0x44,
        "application/vnd.syncml.notification",
    );
    let mut rows = vec![
        Row::new(&fixed[..1], "TID", push.tid().to_string()),
        Row::new(&fixed[1..2], "PDU type", kind),
        Row::new(&fixed[2..], "HeadersLen", format!("{length} octets")),
        Row::new(push.content_type_octets(), "Content-Type", media_type),
    ];
    for header in push.headers() {
        let (name, text) = match header.name() {
            HeaderName::WellKnown {
                page: 1,
                number: 0x2F,
            } => (
                "X-Wap-Application-Id".to_owned(),
                value(header.value(), 7, "x-wap-application:syncml.dm"),
            ),
            HeaderName::WellKnown { page, number } => (
                format!("0x{number:02X} of code page {page}"),
                value(header.value(), u32::MAX, ""),
            ),
            HeaderName::Text(name) => (
                name.escape_ascii().to_string(),
                value(header.value(), u32::MAX, ""),
            ),
        };
        rows.push(Row::new(header.as_bytes(), name, text));
    }
    rows
}

/// A field value: the `name` of its number, another number, text, or how many octets
/// it has.
fn value(value: Value<'_>, number: u32, name: &str) -> String {
    match (value.integer(), value.text()) {
        (Some(code), _) if code == number => name.to_owned(),
        (Some(other), _) => other.to_string(),
        (None, Some(text)) => text.escape_ascii().to_string(),
        (None, None) => format!("{} octets", value.counted().unwrap_or_default().len()),
    }
}
