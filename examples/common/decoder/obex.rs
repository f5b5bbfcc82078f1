//! The packets of an OBEX exchange.

use super::layers::{Failure, Rows, View, count_of};
use super::readings::{Content, Trail};
use oma_dm_notification::obex::{Connection, Receiver, Response, ResponseCode};
use oma_dm_notification::{DecodeError, Field, Package0};

/// The most octets of a Package #0 over OBEX that are collected.
const LARGEST: usize = 1 << 16;

/// Reads the requests of an exchange. Responses among them are passed over: another device has
/// given them, and has chosen the `ConnectionID`.
pub(crate) fn read(view: &View, trail: &mut Trail) -> Result<Content, Failure> {
    let mut device = Box::new(Receiver::<LARGEST>::new(Connection::Optional));
    let mut rows = Rows::new(view);
    let mut put = Vec::new();
    let mut rest = view.bytes();
    let mut outcome = Ok(());
    while let &[opcode, ..] = rest {
        let (packet, after) = rest.split_at(packet_length(rest));
        rest = after;
        let at = view.part(packet);
        if (0x90..0xF0).contains(&opcode) {
            if let Err(error) = check_length(packet) {
                outcome = Err(Failure::new(error, &at));
                break;
            }
            rows.field(packet.len(), "response", response(packet));
            continue;
        }
        let mut connected = Receiver::<0>::new(Connection::Required);
        let reply = match opcode {
            0x80 => connected.receive(packet),
            _ => device.receive(packet),
        };
        if let Some(error) = reply.error() {
            outcome = Err(Failure::new(error, &at));
            break;
        }
        let code = reply.code();
        rows.field(
            packet.len(),
            request(opcode),
            format!("answered with {code}"),
        );
        if ![ResponseCode::SUCCESS, ResponseCode::CONTINUE].contains(&code) {
            outcome = Err(refused(&at, opcode, packet, code));
            break;
        }
        put.extend(reply.package0().map(View::whole));
    }
    let layer = rows.layer("OBEX");
    // A response and an error after it: other octets look like that.
    let has_request = layer.rows.iter().any(|row| row.meaning != "response");
    if has_request || outcome.is_ok() && !layer.rows.is_empty() {
        trail.layers.push(layer);
    }
    outcome?;
    if put.is_empty() {
        let message = "there is no final PUT".to_owned();
        let end = view.range.end;
        return Err(Failure::plain(
            "incomplete",
            "OBEX packet",
            message,
            view,
            end,
        ));
    }
    Ok(Content::Package0(put))
}

/// Returns the octets of the first packet, as it states them, or all that there are.
fn packet_length(octets: &[u8]) -> usize {
    let stated = match *octets {
        [_, high, low, ..] => usize::from(u16::from_be_bytes([high, low])).max(3),
        _ => octets.len(),
    };
    stated.min(octets.len())
}

const fn request(opcode: u8) -> &'static str {
    match opcode {
        0x80 => "CONNECT",
        0x02 => "PUT",
        0x82 => "PUT, final",
        0x81 => "DISCONNECT",
        0xFF => "ABORT",
        0x03 | 0x83 => "GET",
        0x85 => "SETPATH",
        _ => "another request",
    }
}

/// Checks that a response is as long as it says.
fn check_length(packet: &[u8]) -> Result<(), DecodeError> {
    match Response::parse(packet) {
        Err(error) if error.field() == Field::ObexPacket => Err(error),
        _ => Ok(()),
    }
}

/// Returns the code of a response, by its name.
fn response(packet: &[u8]) -> String {
    // The response to a CONNECT has more fields before its headers.
    let parsed = Response::parse_connect(packet).or_else(|_| Response::parse(packet));
    match (parsed, packet.first()) {
        (Ok(response), _) => response.code().to_string(),
        (Err(_), Some(code)) => format!("0x{code:02X}"),
        (Err(_), None) => String::new(),
    }
}

/// Makes the error of a request that the device refuses, with the header that caused it.
fn refused(view: &View, opcode: u8, packet: &[u8], code: ResponseCode) -> Failure {
    let headers = headers(packet, if opcode == 0x80 { 7 } else { 3 });
    let header = |id: u8| headers.iter().find(|(known, _)| *known == id);
    let (name, id) = match code {
        ResponseCode::NOT_FOUND => ("Target", 0x46),
        ResponseCode::UNSUPPORTED_MEDIA_TYPE => ("Type", 0x42),
        ResponseCode::SERVICE_UNAVAILABLE => ("ConnectionID", 0xCB),
        ResponseCode::ENTITY_TOO_LARGE => ("Length", 0xC3),
        ResponseCode::BAD_REQUEST => ("Body", 0x49),
        _ => ("OBEX packet", 0),
    };
    let (message, at) = match (header(id), id) {
        (_, 0) => (
            format!("the request is answered with {code}"),
            view.range.start,
        ),
        (Some((_, value)), _) => (
            format!(
                "the request is answered with {code}: {name} is {}",
                text(name, value)
            ),
            view.part(value).range.start,
        ),
        (None, _) => (
            format!("the request is answered with {code}: there is no {name}"),
            view.range.start,
        ),
    };
    let kind = format!("refused-0x{code:02X}");
    Failure::plain(&kind, name, message, view, at)
}

fn text(name: &str, value: &[u8]) -> String {
    match name {
        "Target" | "Type" => {
            let value = value.strip_suffix(b"\0").unwrap_or(value);
            format!("\"{}\"", value.escape_ascii())
        }
        "Body" => count_of(value.len(), "octet"),
        _ => value
            .iter()
            .fold(0_u32, |number, &octet| number << 8 | u32::from(octet))
            .to_string(),
    }
}

/// Returns the headers of a packet from `start` on, as far as they are well-formed: id and value.
fn headers(packet: &[u8], start: usize) -> Vec<(u8, &[u8])> {
    let mut rest = packet.get(start..).unwrap_or_default();
    let mut headers = Vec::new();
    while let &[id, ref after @ ..] = rest {
        let (skip, length) = match (id >> 6, after) {
            (0 | 1, &[high, low, ..]) => (
                2,
                usize::from(u16::from_be_bytes([high, low])).saturating_sub(3),
            ),
            (2, _) => (0, 1),
            (3, _) => (0, 4),
            _ => break,
        };
        let Some((value, others)) = after
            .get(skip..)
            .and_then(|after| after.split_at_checked(length))
        else {
            break;
        };
        headers.push((id, value));
        rest = others;
    }
    headers
}

/// Returns whether octets begin as a request does: with opcode, length, and a header that it has.
pub(crate) fn begins(octets: &[u8]) -> bool {
    match *octets {
        // The version comes first.
        [0x80, _, _, 0x10, ..] => true,
        // ConnectionID, Type, Length, Body, End of Body, Name.
        [0x02 | 0x81 | 0x82, _, _, header, ..] => {
            matches!(header, 0xCB | 0x42 | 0xC3 | 0x48 | 0x49 | 0x01)
        }
        _ => false,
    }
}

/// Returns whether octets are the requests of an exchange in which a Package #0 was put.
pub(crate) fn puts_package0(octets: &[u8]) -> bool {
    let content = read(&View::whole(octets), &mut Trail::default());
    matches!(content, Ok(Content::Package0(put))
        if put.iter().all(|view| Package0::parse(view.bytes()).is_ok()))
}
