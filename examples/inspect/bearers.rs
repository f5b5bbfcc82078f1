//! From what each bearer delivered to Package #0, keeping what the layers said on the way.

use crate::Arguments;
use crate::arguments::Bearer;
use crate::layers::{Failure, Layer, Message, Row};
use crate::rows;
use oma_dm_notification::obex::{Receiver, ResponseCode, Target};
use oma_dm_notification::wap::concat::{Outcome, Reassembler, Segment};
use oma_dm_notification::wap::{self, Push, UserData, cdma};
use oma_dm_notification::{DecodeError, DecodeErrorKind};

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

/// Several parts are segments where each of them says so, and else the pieces of one message.
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
        Segment::from_user_data(&UserData::parse(part)?)
    })?;
    datagram(vec![("WDP: short messages", layer)], parts.len(), pdu)
}

fn datagram(layers: Vec<Layer>, segments: usize, octets: Vec<u8>) -> Result<Message, Failure> {
    let places = Places { opened: 0, pdu: 0 };
    pushed(layers, segments, octets, places, |octets| {
        wap::open_datagram(wap::PORT, octets)
    })
}

fn cdma_segments(
    parts: &[Vec<u8>],
    repeated_ports: cdma::RepeatedPorts,
) -> Result<Message, Failure> {
    let parts = segments_or_whole(parts, |part| {
        cdma::Segment::parse(part).is_ok_and(|segment| segment.total() > 1)
    });
    let (layer, whole) = reassemble(&parts, |part| {
        cdma::Segment::parse(part).map(|segment| segment.of_message(0))
    })?;
    // Of one segment everything is shown where it stands in the segment.
    let (octets, opened) = match parts.as_slice() {
        [segment] => (segment.clone(), segment.len() - whole.len()),
        _ => (whole.clone(), 0),
    };
    let repeated =
        repeated_ports == cdma::RepeatedPorts::Dropped && whole.get(4..8) == whole.get(..4);
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

/// The whole of the message of which these are the segments, and a row for each of them.
fn reassemble(
    parts: &[Vec<u8>],
    segment_of: fn(&[u8]) -> Result<Segment<'_>, DecodeError>,
) -> Result<(Vec<Row>, Vec<u8>), Failure> {
    let mut reassembler = Box::new(Reassembler::<(), 1, LARGEST, { u32::MAX }>::new());
    let mut rows = Vec::new();
    let mut whole = None;
    let mut missing = 0;
    for part in parts {
        let failure = |error| Failure::new(error, part, 0);
        let segment = segment_of(part).map_err(failure)?;
        let header = part.len() - segment.payload().len();
        rows.push(rows::segment(&part[..header], &segment));
        let accepted = reassembler.accept(0, (), &segment).map_err(failure)?;
        let stray = accepted.displaced.is_some();
        match accepted.outcome {
            Outcome::Complete { octets, .. } => whole = Some(octets.to_vec()),
            Outcome::Incomplete { missing: left } if !stray => missing = left,
            Outcome::Duplicate => {}
            Outcome::Conflicting | Outcome::Incomplete { .. } => {
                let message = "a segment is not of the same message as the one before it";
                return Err(Failure::of(
                    "Conflicting",
                    "segment",
                    message.to_owned(),
                    part,
                    0,
                ));
            }
        }
    }
    let incomplete = || {
        let message = format!("{missing} segments are missing");
        let octets = parts.last().map(Vec::as_slice).unwrap_or_default();
        Failure::of("Incomplete", "segment", message, octets, 0)
    };
    Ok((rows, whole.ok_or_else(incomplete)?))
}

/// Where in the octets of a message something stands.
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

/// The Package #0 that the request packets of an exchange PUT. Responses among them are passed over: another device has
/// given them, and has chosen the `ConnectionID`.
fn obex(exchange: &[u8]) -> Result<Message, Failure> {
    let mut device = Box::new(Receiver::<LARGEST>::new(Target::Optional));
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
        let mut connected = Receiver::<0>::new(Target::Required);
        let reply = match opcode {
            0x80 => connected.receive(packet),
            _ => device.receive(packet),
        };
        if let Some(fault) = reply.fault() {
            return Err(Failure::new(fault, exchange, offset));
        }
        let code = reply.code();
        if ![ResponseCode::SUCCESS, ResponseCode::CONTINUE].contains(&code) {
            let message = format!("the request is answered with 0x{:02X}", code.value());
            let kind = format!("Refused0x{:02X}", code.value());
            return Err(Failure::of(&kind, "OBEX packet", message, exchange, offset));
        }
        layer.push(rows::obex(packet, code));
        put = put.or(reply.package0().map(<[u8]>::to_vec));
    }
    let incomplete = || {
        let message = "there is no final PUT".to_owned();
        let end = exchange.len();
        Failure::of("Incomplete", "OBEX packet", message, exchange, end)
    };
    Ok(Message {
        segments: layer.len(),
        layers: vec![("OBEX", layer)],
        octets: put.ok_or_else(incomplete)?,
        start: 0,
    })
}
