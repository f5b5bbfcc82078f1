//! From what each bearer delivered to Package #0, keeping what the layers said on the way.

use crate::Arguments;
use crate::arguments::Bearer;
use crate::layers::{Failure, Layer, Message, Row};
use crate::rows;
use oma_dm_notification::obex::{Connection, Receiver, ResponseCode};
use oma_dm_notification::wap;
use oma_dm_notification::wap::cdma::{self, RepeatedPorts, WdpSegment};
use oma_dm_notification::wap::reassembly::Segment;
use oma_dm_notification::wap::udh::{PUSH_PORT, UserData};
use oma_dm_notification::wap::wsp::Push;
use oma_dm_notification::{DecodeError, DecodeErrorKind};
use std::collections::BTreeMap;

/// Octets that the largest message has: 255 segments of 255.
const LARGEST: usize = 255 * 255;

/// Opens what the bearer delivered in one or more `parts`.
pub(crate) fn open(arguments: &Arguments, parts: &[Vec<u8>]) -> Result<Message, Failure> {
    match arguments.bearer {
        Bearer::Sms => short_messages(parts),
        Bearer::Udp => datagram(Vec::new(), 1, parts.concat()),
        Bearer::Cdma => cdma_segments(parts, arguments.repeated_ports()),
        Bearer::Obex => obex(&parts.concat()),
        Bearer::Package0 => Ok(Message {
            layers: Vec::new(),
            segments: 1,
            octets: parts.concat(),
            start: 0,
        }),
    }
}

/// Several parts are segments if each of them says so, and else the pieces of one message.
fn segments_or_whole(parts: &[Vec<u8>], is_segment: fn(&[u8]) -> bool) -> Vec<Vec<u8>> {
    if parts.len() > 1 && parts.iter().all(|part| is_segment(part)) {
        parts.to_vec()
    } else {
        vec![parts.concat()]
    }
}

fn short_messages(parts: &[Vec<u8>]) -> Result<Message, Failure> {
    let parts = segments_or_whole(parts, |part| {
        wap::open_sms(part).is_err_and(|error| error.kind() == DecodeErrorKind::Segment)
    });
    if let [octets] = parts.as_slice() {
        let user_data = UserData::parse(octets).map_err(|error| Failure::new(error, octets, 0))?;
        let layers = vec![("WDP: user data header", rows::user_data(&user_data))];
        let pdu = octets.len() - user_data.payload().len();
        let places = Places { opened: 0, pdu };
        return pushed(layers, 1, octets.clone(), places, wap::open_sms);
    }
    let (layer, pdu) = reassemble(&parts, |part| {
        Ok(Segment::from_user_data(&UserData::parse(part)?))
    })?;
    datagram(vec![("WDP: short messages", layer)], parts.len(), pdu)
}

fn datagram(layers: Vec<Layer>, segments: usize, octets: Vec<u8>) -> Result<Message, Failure> {
    let places = Places { opened: 0, pdu: 0 };
    pushed(layers, segments, octets, places, |octets| {
        wap::open_datagram(PUSH_PORT, octets)
    })
}

fn cdma_segments(parts: &[Vec<u8>], repeated_ports: RepeatedPorts) -> Result<Message, Failure> {
    let parts = segments_or_whole(parts, |part| {
        WdpSegment::parse(part).is_ok_and(|segment| segment.total() > 1)
    });
    let (layer, whole) = match parts.as_slice() {
        [part] => unsegmented(part)?,
        _ => reassemble(&parts, |part| {
            Ok(Segment::from_wdp(&WdpSegment::parse(part)?, 0))
        })?,
    };
    // Everything of one segment is shown at its offset in the segment.
    let (octets, opened) = match parts.as_slice() {
        [segment] => (segment.clone(), segment.len() - whole.len()),
        _ => (whole.clone(), 0),
    };
    let repeated = repeated_ports == RepeatedPorts::Strip && whole.get(4..8) == whole.get(..4);
    let pdu = opened + if repeated { 8 } else { 4 };
    let mut layers = vec![("WDP: segments over CDMA", layer)];
    if let Some(ports) = whole.get(..pdu - opened) {
        layers.push(("WDP: ports", rows::cdma_ports(ports)));
    }
    pushed(
        layers,
        parts.len(),
        octets,
        Places { opened, pdu },
        |octets| cdma::open(octets, repeated_ports),
    )
}

/// A message over CDMA in one segment, and a row for it.
fn unsegmented(part: &[u8]) -> Result<(Vec<Row>, Vec<u8>), Failure> {
    let segment = WdpSegment::parse(part).map_err(|error| Failure::new(error, part, 0))?;
    if segment.total() > 1 {
        let message = format!("{} segments are missing", segment.total() - 1);
        return Err(Failure::of("incomplete", "segment", message, part, 0));
    }
    let header = &part[..part.len() - segment.payload().len()];
    let row = rows::segment(header, 1, 1, segment.payload());
    Ok((vec![row], segment.payload().to_vec()))
}

/// The whole of the message of which these are the segments, and a row for each of them.
fn reassemble(
    parts: &[Vec<u8>],
    segment_of: fn(&[u8]) -> Result<Option<Segment<'_>>, DecodeError>,
) -> Result<(Vec<Row>, Vec<u8>), Failure> {
    let mut rows = Vec::new();
    let mut found: BTreeMap<u8, &[u8]> = BTreeMap::new();
    let mut first = None;
    for part in parts {
        let segment = segment_of(part).map_err(|error| Failure::new(error, part, 0))?;
        let segment = segment.expect("each part is a segment");
        let header = part.len() - segment.payload().len();
        rows.push(rows::segment(
            &part[..header],
            segment.number(),
            segment.total(),
            segment.payload(),
        ));
        let message = *first.get_or_insert((segment.message(), segment.total()));
        let known = *found.entry(segment.number()).or_insert(segment.payload());
        if message != (segment.message(), segment.total()) || known != segment.payload() {
            let stray = "a segment is not of the same message as the one before it".to_owned();
            return Err(Failure::of("conflicting", "segment", stray, part, 0));
        }
    }
    let total = first.map_or(0, |(_, total)| usize::from(total));
    if found.len() < total {
        let message = format!("{} segments are missing", total - found.len());
        let octets = parts.last().map(Vec::as_slice).unwrap_or_default();
        return Err(Failure::of("incomplete", "segment", message, octets, 0));
    }
    let payloads: Vec<&[u8]> = found.into_values().collect();
    Ok((rows, payloads.concat()))
}

/// A part of a message's octets, by its offset.
#[derive(Clone, Copy)]
struct Places {
    /// What the library's function opens.
    opened: usize,
    /// The WSP PDU.
    pdu: usize,
}

/// The message in a push, which `open` opens.
fn pushed(
    mut layers: Vec<Layer>,
    segments: usize,
    octets: Vec<u8>,
    places: Places,
    open: impl Fn(&[u8]) -> Result<Push<'_>, DecodeError>,
) -> Result<Message, Failure> {
    let push = open(&octets[places.opened..])
        .map_err(|error| Failure::new(error, &octets, places.opened))?;
    layers.push(("WSP: push", rows::push(&octets[places.pdu..], &push)));
    let start = octets.len() - push.body().len();
    Ok(Message {
        layers,
        segments,
        octets,
        start,
    })
}

/// The Package #0 that the request packets of an exchange PUT. Responses among them are passed
/// over: another device has given them, and has chosen the `ConnectionID`.
fn obex(exchange: &[u8]) -> Result<Message, Failure> {
    let mut device = Box::new(Receiver::<LARGEST>::new(Connection::Optional));
    let mut rest = exchange;
    let mut layer = Vec::new();
    let mut put = None;
    while let &[opcode, ..] = rest {
        let length = match *rest {
            [_, high, low, ..] => usize::from(u16::from_be_bytes([high, low])).max(3),
            _ => rest.len(),
        };
        let offset = exchange.len() - rest.len();
        let (packet, behind) = rest.split_at(length.min(rest.len()));
        rest = behind;
        if (0x90..0xF0).contains(&opcode) {
            continue;
        }
        let mut connected = Receiver::<0>::new(Connection::Required);
        let reply = match opcode {
            0x80 => connected.receive(packet),
            _ => device.receive(packet),
        };
        if let Some(error) = reply.error() {
            return Err(Failure::new(error, exchange, offset));
        }
        let code = reply.code();
        if ![ResponseCode::SUCCESS, ResponseCode::CONTINUE].contains(&code) {
            let message = format!("the request is answered with 0x{:02X}", code.value());
            let kind = format!("refused-0x{:02X}", code.value());
            return Err(Failure::of(&kind, "OBEX packet", message, exchange, offset));
        }
        layer.push(rows::obex(packet, code));
        put = put.or(reply.package0().map(<[u8]>::to_vec));
    }
    let incomplete = || {
        let message = "there is no final PUT".to_owned();
        let end = exchange.len();
        Failure::of("incomplete", "OBEX packet", message, exchange, end)
    };
    Ok(Message {
        segments: layer.len(),
        layers: vec![("OBEX", layer)],
        octets: put.ok_or_else(incomplete)?,
        start: 0,
    })
}
