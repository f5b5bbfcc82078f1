//! What each layer says, in rows of the table.

use super::layers::{Layer, Rows, View, count_of};
use super::names;
use oma_dm_notification::Package0;
use oma_dm_notification::wap::cdma::WdpSegment;
use oma_dm_notification::wap::udh::{InformationElement, UserData};
use oma_dm_notification::wap::wsp::{Header, HeaderName, Push, Value};

/// Shows UDHL and the information elements, as Appendix C breaks them down.
pub(crate) fn user_data(view: &View, user_data: &UserData<'_>) -> Layer {
    let mut rows = Rows::new(view);
    let header = view.bytes().len() - user_data.payload().len() - 1;
    rows.field(1, "UDHL", count_of(header, "octet"));
    for element in user_data.elements() {
        let (name, fields) = fields_of(&element);
        rows.field(1, "information element", name);
        rows.field(1, "IEDL", count_of(element.data().len(), "octet"));
        for (length, field) in fields {
            rows.number(*length, *field);
        }
        if fields.is_empty() && !element.data().is_empty() {
            let value = count_of(element.data().len(), "octet");
            rows.field(element.data().len(), "data", value);
        }
    }
    rows.layer("WDP: user data header")
}

/// Returns the name of an information element, and lengths and names of the numbers in its data.
fn fields_of(element: &InformationElement<'_>) -> (String, &'static [(usize, &'static str)]) {
    let (name, fields): (&str, &[(usize, &str)]) =
        match (element.identifier(), element.data().len()) {
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
            (identifier, _) => return (format!("0x{identifier:02X}, not used here"), &[]),
        };
    let ignored = ignored(element).map(|why| format!("{name}, ignored: {why}"));
    (ignored.unwrap_or_else(|| name.to_owned()), fields)
}

/// Returns why a concatenation element is ignored, if it is (TS 23.040 §9.2.3.24.1).
pub(crate) fn ignored(element: &InformationElement<'_>) -> Option<String> {
    let ((0x00, &[_, total, number]) | (0x08, &[_, _, total, number])) =
        (element.identifier(), element.data())
    else {
        return None;
    };
    match (total, number) {
        (0, _) => Some("its total is 0".to_owned()),
        (_, 0) => Some("its number is 0".to_owned()),
        _ if number > total => Some(format!("its number is {number} of {total}")),
        _ => None,
    }
}

/// Shows the WDP header of a segment over CDMA, without ports.
pub(crate) fn wdp(view: &View, segment: &WdpSegment<'_>) -> Layer {
    let mut rows = Rows::new(view);
    rows.field(1, "MSG_TYPE", "0, WDP");
    rows.field(1, "TOTAL_SEGMENTS", segment.total().to_string());
    rows.field(1, "SEGMENT_NUMBER", segment.number().to_string());
    rows.layer("WDP: segment over CDMA")
}

/// Shows source and destination port over CDMA, `count` times.
pub(crate) fn cdma_ports(view: &View, count: usize) -> Layer {
    let mut rows = Rows::new(view);
    for _ in 0..count {
        rows.number(2, "source port");
        rows.number(2, "destination port");
    }
    rows.layer("WDP: ports")
}

/// Shows the header of a push, Content-Type and all others.
pub(crate) fn push(view: &View, push: &Push<'_>) -> Layer {
    let mut rows = Rows::new(view);
    rows.number(1, "TID");
    let kind = if push.is_confirmed() {
        "confirmed push"
    } else {
        "push"
    };
    rows.field(1, "PDU type", kind);
    let pdu = view.bytes();
    let length_octets = 1 + pdu
        .get(2..)
        .unwrap_or_default()
        .iter()
        .take_while(|&&octet| octet >= 0x80)
        .count();
    let headers_length = pdu.len() - push.body().len() - 2 - length_octets;
    rows.field(
        length_octets,
        "HeadersLen",
        count_of(headers_length, "octet"),
    );
    let content_type = push.content_type_octets();
    let media_type = value(push.content_type(), names::media_type);
    rows.field(content_type.len(), "Content-Type", media_type);
    for (name, text) in parameters(content_type) {
        rows.more(name, text);
    }
    for header in push.headers() {
        let start = view.part(header.as_bytes()).range.start;
        let shift = rows.until(start);
        if shift > 0 {
            let page = rows.peek(shift).last().copied().unwrap_or_default();
            rows.field(shift, "shift", format!("to code page {page}"));
        }
        let (name, text) = header_text(&header);
        rows.field(header.as_bytes().len(), name, text);
    }
    rows.layer("WSP: push")
}

/// Returns the name and the value of a header.
fn header_text(header: &Header<'_>) -> (String, String) {
    let HeaderName::WellKnown { page, number } = header.name() else {
        let HeaderName::Text(name) = header.name() else {
            return ("header".to_owned(), value(header.value(), |_| None));
        };
        let is_application = name.eq_ignore_ascii_case(b"X-Wap-Application-Id");
        let names = if is_application {
            names::application
        } else {
            |_| None
        };
        return (
            name.escape_ascii().to_string(),
            value(header.value(), names),
        );
    };
    let number = u32::from(number);
    match (page, names::header(number)) {
        (1, Some(name)) => {
            let text = match number {
                0x2F => value(header.value(), names::application),
                0x11 => value(header.value(), names::media_type),
                0x12 | 0x14 | 0x1D | 0x3F => date(header.value()),
                0x34 => push_flag(header.value()),
                _ => value(header.value(), |_| None),
            };
            (name.to_owned(), text)
        }
        _ => (
            format!("0x{number:02X} of code page {page}"),
            value(header.value(), |_| None),
        ),
    }
}

/// Writes a field value: the name of its number, the number, text, or how many octets it has.
fn value(value: Value<'_>, name: fn(u32) -> Option<&'static str>) -> String {
    match (value.integer(), value.text(), value.counted()) {
        (Some(number), ..) => match name(number) {
            Some(name) => name.to_owned(),
            None => number.to_string(),
        },
        (None, Some(text), _) => text.escape_ascii().to_string(),
        (None, None, Some(octets)) => count_of(octets.len(), "octet"),
        (None, None, None) => String::new(),
    }
}

/// Writes seconds since 1970 (WSP §8.4.2.3).
fn date(of: Value<'_>) -> String {
    match of.integer() {
        Some(seconds) => format!("{seconds} seconds since 1970"),
        None => value(of, |_| None),
    }
}

/// Writes the bits of Push-Flag (WSP §8.4.2.55).
fn push_flag(of: Value<'_>) -> String {
    let Some(bits) = of.integer() else {
        return value(of, |_| None);
    };
    let names: Vec<&str> = [
        (1, "initiator URI is authenticated"),
        (2, "content is trusted"),
        (4, "last push message"),
    ]
    .into_iter()
    .filter_map(|(bit, name)| (bits & bit != 0).then_some(name))
    .collect();
    if names.is_empty() {
        return bits.to_string();
    }
    format!("{bits}, {}", names.join(", "))
}

/// Reads the parameters of a Content-Type in general form (WSP §8.4.2.24, §8.4.2.4).
fn parameters(content_type: &[u8]) -> Vec<(String, String)> {
    let mut rest = match content_type {
        [0x1F, rest @ ..] => {
            let length_octets = 1 + rest.iter().take_while(|&&octet| octet >= 0x80).count();
            rest.get(length_octets..).unwrap_or_default()
        }
        [0..=30, rest @ ..] => rest,
        _ => return Vec::new(),
    };
    let mut parameters = Vec::new();
    if take_value(&mut rest).is_none() {
        return parameters;
    }
    while !rest.is_empty() {
        let Some((name, number)) = take_value(&mut rest) else {
            break;
        };
        let name = number.map_or(name, |number| {
            names::parameter(number).map_or_else(|| format!("0x{number:02X}"), str::to_owned)
        });
        let Some((value, code)) = take_value(&mut rest) else {
            parameters.push((format!("parameter {name}"), "cut off".to_owned()));
            break;
        };
        let value = match (name.as_str(), code) {
            ("charset", Some(106)) => "utf-8".to_owned(),
            ("charset", Some(3)) => "us-ascii".to_owned(),
            ("charset", Some(4)) => "iso-8859-1".to_owned(),
            _ => value,
        };
        parameters.push((format!("parameter {name}"), value));
    }
    parameters
}

/// Takes one value off the front: its text, and its number if it is one (WSP §8.4.1.2).
fn take_value(rest: &mut &[u8]) -> Option<(String, Option<u32>)> {
    let (&first, after) = rest.split_first()?;
    match first {
        0x80.. => {
            *rest = after;
            let number = u32::from(first & 0x7F);
            Some((number.to_string(), Some(number)))
        }
        0x20..=0x7F => {
            let end = rest.iter().position(|&octet| octet == 0)?;
            let (text, end) = rest.split_at(end);
            *rest = end.get(1..)?;
            let text = text.strip_prefix(b"\x7F").unwrap_or(text);
            let text = text.strip_prefix(b"\"").unwrap_or(text);
            Some((text.escape_ascii().to_string(), None))
        }
        _ => {
            let (octets, after) = after.split_at_checked(first.into())?;
            *rest = after;
            let number = octets
                .iter()
                .fold(0_u32, |number, &octet| number << 8 | u32::from(octet));
            let number = (octets.len() <= 4).then_some(number);
            let text = number.map_or_else(|| count_of(octets.len(), "octet"), |it| it.to_string());
            Some((text, number))
        }
    }
}

/// Shows the fields of Package #0.
pub(crate) fn package0(view: &View, package0: &Package0<'_>) -> Layer {
    let trigger = package0.unverified();
    let server_id = trigger.server_id();
    let initiator = match u8::from(trigger.initiator()) {
        0 => format!("0, {} (the end user)", trigger.initiator()),
        bit => format!("{bit}, {}", trigger.initiator()),
    };
    let session_id = trigger
        .session_id()
        .to_text()
        .map_or("0, which no session can have".to_owned(), |text| {
            text.to_string()
        });
    let mut rows = Rows::new(view);
    rows.field(16, "digest", "16 octets");
    let version = trigger.version();
    rows.field(5, "version", format!("{:010b}, {version}", version.value()));
    let ui_mode = trigger.ui_mode();
    rows.more("ui-mode", format!("{:02b}, {ui_mode}", u8::from(ui_mode)));
    rows.more("initiator", initiator);
    let future_use = trigger.future_use().value();
    rows.more("future-use", format!("0x{future_use:07X}"));
    rows.field(2, "sessionid", session_id);
    rows.number(1, "length-identifier");
    rows.field(
        server_id.as_bytes().len(),
        "server-identifier",
        server_id.to_string(),
    );
    let vendor_specific = trigger.vendor_specific().len();
    if vendor_specific > 0 {
        rows.field(
            vendor_specific,
            "vendor-specific",
            count_of(vendor_specific, "octet"),
        );
    }
    rows.layer("Package #0")
}
