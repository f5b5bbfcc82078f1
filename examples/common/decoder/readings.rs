//! From the octets of one entry to Package #0 or to a segment, as one bearer has them.

use super::layers::{Bearer, Failure, Layer, Rows, View, count_of};
use super::{foreign, obex, rows, smpp};
use oma_dm_notification::bearer::cdma::{BearerData, CdmaMessage, NESTED_TELESERVICE};
use oma_dm_notification::bearer::rp::{Direction, RpData, RpMessage};
use oma_dm_notification::bearer::tpdu::{Deliver, Framing, Submit, Tpdu, Validity};
use oma_dm_notification::wap::cdma::{self, RepeatedPorts, WdpSegment};
use oma_dm_notification::wap::reassembly::Segment;
use oma_dm_notification::wap::udh::{PUSH_PORT, UserData};
use oma_dm_notification::wap::wsp::Push;
use oma_dm_notification::{DecodeError, DecodeErrorKind, Field, Package0, wap};
use std::rc::Rc;

/// What was read of one entry, as one bearer.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) bearer: Bearer,
    /// What was read.
    pub(crate) octets: Rc<[u8]>,
    pub(crate) trail: Trail,
    pub(crate) content: Result<Content, Failure>,
}

/// What the layers said on the way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trail {
    /// From the outermost.
    pub(crate) layers: Vec<Layer>,
    pub(crate) originator: Option<String>,
    pub(crate) service_centre: Option<String>,
    /// What is odd, but not an error.
    pub(crate) oddities: Vec<String>,
}

/// What an entry carries.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// Package #0, alone or several over OBEX. Its octets reach to the end of the view.
    Package0(Vec<View>),
    /// One segment of a push.
    Segment(Part),
}

/// One segment of a push.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// What all segments of a message have in common.
    pub(crate) key: String,
    pub(crate) total: u8,
    /// Counted from 1.
    pub(crate) number: u8,
    /// The octets of the header that says so, and what it carries.
    pub(crate) header: View,
    pub(crate) payload: View,
    /// Whether the whole begins with the ports of WDP over CDMA.
    pub(crate) is_cdma: bool,
}

/// What a reading depends on besides the octets.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Context {
    /// The length of the TPDU that an AT command states.
    pub(crate) at_length: Option<usize>,
    pub(crate) repeated_ports: bool,
}

type Outcome = Result<Content, Failure>;

/// Reads octets as one bearer.
pub(crate) fn read(bearer: Bearer, octets: &[u8], context: Context) -> Reading {
    let view = View::whole(octets);
    let mut trail = Trail::default();
    let outcome = match bearer {
        Bearer::Smpp => smpp::read(&view, &mut trail),
        Bearer::Rp => rp(&view, &mut trail),
        Bearer::Tpdu => tpdu(&view, context, &mut trail),
        Bearer::CdmaMessage => cdma_message(&view, context, &mut trail),
        Bearer::Cdma => wdp(&view, 0, context, &mut trail),
        Bearer::Sms => user_data(&view, &mut trail),
        Bearer::Obex => obex::read(&view, &mut trail),
        Bearer::Udp => push(&view, &mut trail),
        Bearer::Package0 => Ok(Content::Package0(vec![view.clone()])),
    };
    Reading {
        bearer,
        octets: view.octets,
        trail,
        content: outcome.and_then(checked),
    }
}

/// Checks that what is said to be Package #0 can be read.
pub(crate) fn checked(content: Content) -> Outcome {
    if let Content::Package0(views) = &content {
        for view in views {
            Package0::parse(view.bytes()).map_err(|error| Failure::new(error, view))?;
        }
    }
    Ok(content)
}

/// Reads TP-User-Data with its header.
pub(crate) fn user_data(view: &View, trail: &mut Trail) -> Outcome {
    let octets = view.bytes();
    let failure = |error| Failure::new(error, view);
    let user_data = UserData::parse(octets).map_err(failure)?;
    trail.layers.push(rows::user_data(view, &user_data));
    for element in user_data.elements() {
        if let Some(why) = rows::ignored(&element) {
            let oddity = format!("The concatenation element was ignored: {why}.");
            trail.oddities.push(oddity);
        }
    }
    let payload = view.part(user_data.payload());
    match (wap::open_sms(octets), Segment::from_user_data(&user_data)) {
        (Err(error), Some(segment)) if error.kind() == DecodeErrorKind::Segment => {
            Ok(Content::Segment(Part {
                key: format!("{:?} {:?}", trail.originator, segment.message()),
                total: segment.total(),
                number: segment.number(),
                header: header_before(view, &payload),
                payload,
                is_cdma: false,
            }))
        }
        (Err(error), _) if is_of_header(error) => Err(failure(error)),
        _ => push(&payload, trail),
    }
}

/// Returns whether the user data header is to blame, and not the push after it.
const fn is_of_header(error: DecodeError) -> bool {
    matches!(
        error.field(),
        Field::DestinationPort
            | Field::Concatenation
            | Field::UserDataHeader
            | Field::InformationElement
    )
}

fn header_before(view: &View, payload: &View) -> View {
    View {
        octets: view.octets.clone(),
        range: view.range.start..payload.range.start,
    }
}

/// Reads a WSP PDU, which has come to the push port.
pub(crate) fn push(view: &View, trail: &mut Trail) -> Outcome {
    let octets = view.bytes();
    let failure = |error| Failure::new(error, view);
    let push = Push::parse(octets).map_err(failure)?;
    trail.layers.push(rows::push(view, &push));
    wap::open_datagram(PUSH_PORT, octets).map_err(failure)?;
    Ok(Content::Package0(vec![view.part(push.body())]))
}

/// Reads a WDP segment over CDMA, of the message with this identifier.
fn wdp(view: &View, message_id: u16, context: Context, trail: &mut Trail) -> Outcome {
    let failure = |error| Failure::new(error, view);
    let segment = WdpSegment::parse(view.bytes()).map_err(failure)?;
    trail.layers.push(rows::wdp(view, &segment));
    let payload = view.part(segment.payload());
    if segment.number() == 0 {
        check_cdma_port(&payload)?;
    }
    let Some(part) = Segment::from_wdp(&segment, message_id) else {
        return cdma_datagram(&payload, context, trail);
    };
    Ok(Content::Segment(Part {
        key: format!("{:?} {:?}", trail.originator, part.message()),
        total: part.total(),
        number: part.number(),
        header: header_before(view, &payload),
        payload,
        is_cdma: true,
    }))
}

/// Checks the ports with which a datagram over CDMA begins.
fn check_cdma_port(view: &View) -> Result<(), Failure> {
    match cdma::open(view.bytes(), RepeatedPorts::Absent) {
        Err(error) if matches!(error.field(), Field::SourcePort | Field::DestinationPort) => {
            Err(Failure::new(error, view))
        }
        _ => Ok(()),
    }
}

/// Ports and WSP PDU over CDMA.
pub(crate) fn cdma_datagram(view: &View, context: Context, trail: &mut Trail) -> Outcome {
    let octets = view.bytes();
    let open = |repeated| cdma::open(octets, repeated);
    let repeated = context.repeated_ports && octets.get(4..8) == octets.get(..4);
    trail
        .layers
        .push(rows::cdma_ports(view, if repeated { 2 } else { 1 }));
    check_cdma_port(view)?;
    let would_help = !context.repeated_ports
        && open(RepeatedPorts::Absent).is_err()
        && open(RepeatedPorts::Strip).is_ok();
    let hint = would_help.then_some("the ports are repeated: try --repeated-ports");
    let pdu = view.from(if repeated { 8 } else { 4 });
    push(&pdu, trail).map_err(|failure| match hint {
        Some(hint) => failure.with_hint(hint),
        None => failure,
    })
}

/// Reads the RP layer around a TPDU.
fn rp(view: &View, trail: &mut Trail) -> Outcome {
    let failure = |error| Failure::new(error, view);
    let data = match RpMessage::parse(view.bytes()).map_err(failure)? {
        RpMessage::Data(data) => data,
        other => {
            trail.layers.extend(rp_answer(view, &other));
            let what = "not for OMA DM: foreign";
            return Err(Failure::at(view, 0, "not-dm", "RP-Message type", what));
        }
    };
    let tpdu = view.part(data.tpdu());
    trail.service_centre = data.service_centre().map(|centre| centre.to_string());
    trail.layers.push(rp_layer(view, &data));
    let read = match data.direction() {
        Direction::ToDevice => data.deliver().map(Tpdu::Deliver),
        Direction::ToNetwork => data.submit().map(Tpdu::Submit),
    };
    let read = read.map_err(failure)?;
    tpdu_read(&tpdu, &read, trail)
}

/// Makes the layer of an RP message that carries no short message, if its octets are all of it.
fn rp_answer(view: &View, message: &RpMessage<'_>) -> Option<Layer> {
    let (name, is_whole) = match (message, view.bytes()) {
        (RpMessage::Ack(_), [_, _] | [_, _, 0x41, ..]) => ("RP-ACK", true),
        (RpMessage::Error(_), octets) => ("RP-ERROR", octets.len() > 3),
        (RpMessage::MemoryAvailable { .. }, [_, _]) => ("RP-SMMA", true),
        _ => ("RP message", false),
    };
    let mut rows = Rows::new(view);
    rows.field(1, "RP-Message type", name);
    rows.number(1, "RP-Message Reference");
    // The five spare bits are 0, or it is something else.
    let has_type = view.bytes().first().is_some_and(|&first| first < 8);
    (is_whole && has_type).then(|| rows.layer(format!("RP: {name}")))
}

fn rp_layer(view: &View, data: &RpData<'_>) -> Layer {
    let mut rows = Rows::new(view);
    let direction = match data.direction() {
        Direction::ToDevice => "RP-DATA, network to device",
        Direction::ToNetwork => "RP-DATA, device to network",
    };
    rows.field(1, "RP-Message type", direction);
    rows.number(1, "RP-Message Reference");
    for (name, address) in [
        ("RP-Originator Address", data.originator()),
        ("RP-Destination Address", data.destination()),
    ] {
        let length = 1 + usize::from(rows.peek(1).first().copied().unwrap_or_default());
        let text = address.map_or_else(|| "none".to_owned(), |address| address.to_string());
        rows.field(length, name, text);
    }
    rows.field(1, "RP-User Data", count_of(data.tpdu().len(), "octet"));
    rows.layer("RP: RP-DATA")
}

/// Reads a TPDU with or without the service centre's address.
fn tpdu(view: &View, context: Context, trail: &mut Trail) -> Outcome {
    let octets = view.bytes();
    let framings: &[Framing] = match context.at_length {
        Some(length) => &[Framing::Length(length)],
        None => &[Framing::Bare, Framing::ServiceCentre],
    };
    let centre = 1 + octets.first().map_or(0, |&length| usize::from(length));
    let readings: Vec<_> = framings
        .iter()
        .filter(|framing| **framing != Framing::ServiceCentre || may_begin_with_centre(octets))
        .map(|framing| {
            let start = match *framing {
                Framing::Bare => 0,
                Framing::Length(length) if length == octets.len() => 0,
                _ => centre,
            };
            (start, Tpdu::parse(octets, *framing))
        })
        .collect();
    let mut read = readings
        .iter()
        .filter_map(|(start, read)| Some((*start, read.as_ref().ok()?)));
    let exact = read.clone().find(|(_, tpdu)| trailing(tpdu).is_empty());
    if let Some((start, tpdu)) = exact.or_else(|| read.next()) {
        trail.service_centre = service_centre(tpdu);
        if start > 0 {
            trail.layers.push(centre_layer(view, start, trail));
        }
        return tpdu_read(&view.from(start), tpdu, trail);
    }
    // Somebody else's short message, if its lengths fit.
    for (start, outcome) in &readings {
        let tpdu = view.from(*start);
        if let Err(error) = outcome
            && let Some(layer) = foreign::layer(&tpdu)
        {
            if *start > 0 {
                trail.layers.push(centre_layer(view, *start, trail));
            }
            trail.layers.push(layer);
            return Err(Failure::new(*error, view));
        }
    }
    // Of errors at the same octet, that of the reading without an address.
    let errors = readings
        .into_iter()
        .filter_map(|(_, outcome)| outcome.err());
    let furthest = errors.rev().max_by_key(DecodeError::offset);
    let what = "TP-Message-Type-Indicator";
    Err(furthest.map_or_else(
        || Failure::at(view, 0, "truncated", what, "truncated"),
        |error| Failure::new(error, view),
    ))
}

/// Returns whether a service centre's address can come first: none, or one with its type.
fn may_begin_with_centre(octets: &[u8]) -> bool {
    octets.first() == Some(&0) || octets.get(1).is_some_and(|kind| *kind >= 0x80)
}

const fn trailing<'a>(tpdu: &Tpdu<'a>) -> &'a [u8] {
    match tpdu {
        Tpdu::Deliver(deliver) => deliver.trailing(),
        Tpdu::Submit(submit) => submit.trailing(),
        _ => &[],
    }
}

fn service_centre(tpdu: &Tpdu<'_>) -> Option<String> {
    let centre = match tpdu {
        Tpdu::Deliver(deliver) => deliver.service_centre(),
        Tpdu::Submit(submit) => submit.service_centre(),
        _ => None,
    };
    centre.map(|centre| centre.to_string())
}

fn centre_layer(view: &View, length: usize, trail: &Trail) -> Layer {
    let mut rows = Rows::new(view);
    let text = match (&trail.service_centre, length) {
        (Some(centre), _) => centre.clone(),
        (None, 1) => "none".to_owned(),
        (None, _) => count_of(length, "octet"),
    };
    rows.field(length, "service centre", text);
    rows.layer("Service centre address")
}

/// Shows a TPDU, and reads its user data.
fn tpdu_read(view: &View, tpdu: &Tpdu<'_>, trail: &mut Trail) -> Outcome {
    let (layer, octets) = match tpdu {
        Tpdu::Deliver(deliver) => {
            trail.originator = Some(deliver.originator().to_string());
            (deliver_layer(view, deliver), deliver.user_data())
        }
        Tpdu::Submit(submit) => (submit_layer(view, submit), submit.user_data()),
        _ => return Ok(Content::Package0(Vec::new())),
    };
    trail.layers.push(layer);
    user_data(&view.part(octets), trail)
}

fn deliver_layer(view: &View, deliver: &Deliver<'_>) -> Layer {
    let mut rows = Rows::new(view);
    let waiting = if deliver.more_messages() {
        "more messages are waiting"
    } else {
        "no more messages are waiting"
    };
    rows.field(
        1,
        "first octet",
        format!("SMS-DELIVER, user data header, {waiting}"),
    );
    let address = address_length(&rows);
    rows.field(address, "TP-OA", deliver.originator().to_string());
    protocol_and_coding(&mut rows, deliver.protocol_identifier());
    rows.field(7, "TP-SCTS", time_stamp(deliver.time_stamp()));
    rows.field(1, "TP-UDL", count_of(deliver.user_data().len(), "octet"));
    after_user_data(
        rows,
        deliver.user_data(),
        deliver.trailing(),
        "TPDU: SMS-DELIVER",
    )
}

fn submit_layer(view: &View, submit: &Submit<'_>) -> Layer {
    let mut rows = Rows::new(view);
    rows.field(1, "first octet", "SMS-SUBMIT, user data header");
    rows.number(1, "TP-MR");
    let address = address_length(&rows);
    rows.field(address, "TP-DA", submit.destination().to_string());
    protocol_and_coding(&mut rows, submit.protocol_identifier());
    match submit.validity() {
        Validity::Relative(_) => {
            let minutes = submit.validity().relative_minutes().unwrap_or_default();
            rows.field(1, "TP-VP", format!("{minutes} minutes"));
        }
        Validity::Absolute(octets) => rows.field(7, "TP-VP", time_stamp(octets)),
        Validity::Enhanced(_) => rows.field(7, "TP-VP", "enhanced format"),
        Validity::Absent => {}
    }
    rows.field(1, "TP-UDL", count_of(submit.user_data().len(), "octet"));
    after_user_data(
        rows,
        submit.user_data(),
        submit.trailing(),
        "TPDU: SMS-SUBMIT",
    )
}

/// Returns the octets of a TP-address, whose length counts semi-octets.
fn address_length(rows: &Rows) -> usize {
    let digits = rows.peek(1).first().copied().unwrap_or_default();
    2 + usize::from(digits.div_ceil(2))
}

fn protocol_and_coding(rows: &mut Rows, protocol_identifier: u8) {
    let text = match protocol_identifier {
        0x40 => "0x40, short message type 0".to_owned(),
        other => format!("0x{other:02X}"),
    };
    rows.field(1, "TP-PID", text);
    let coding = rows.peek(1).first().copied().unwrap_or_default();
    rows.field(1, "TP-DCS", format!("0x{coding:02X}, 8-bit data"));
}

fn after_user_data(mut rows: Rows, user_data: &[u8], trailing: &[u8], title: &str) -> Layer {
    let octets = count_of(trailing.len(), "octet");
    rows.skip(user_data.len());
    if !trailing.is_empty() {
        rows.field(trailing.len(), "after TP-UD", format!("{octets}, ignored"));
    }
    rows.layer(title)
}

/// Writes seven octets of swapped digits (TS 23.040 §9.2.3.11).
fn time_stamp(octets: [u8; 7]) -> String {
    let [year, month, day, hour, minute, second, zone] = octets.map(|octet| octet.rotate_left(4));
    let octet = zone & 0x7F;
    let quarters = u32::from(octet >> 4) * 10 + u32::from(octet & 0xF);
    // Bit 3 before the semi-octets were swapped.
    let sign = if zone & 0x80 == 0 { '+' } else { '-' };
    format!(
        "20{year:02X}-{month:02X}-{day:02X} {hour:02X}:{minute:02X}:{second:02X} {sign}{:02}:{:02}",
        quarters / 4,
        quarters % 4 * 15
    )
}

/// Reads a C.S0015 message, or its bearer data alone.
fn cdma_message(view: &View, context: Context, trail: &mut Trail) -> Outcome {
    let octets = view.bytes();
    let failure = |error| Failure::new(error, view);
    match (CdmaMessage::parse(octets), BearerData::parse(octets)) {
        (Ok(message), _) => {
            trail.originator = message.originator().map(|from| from.to_string());
            trail.layers.push(message_layer(view, &message));
            bearer_data(&message.bearer_data(), context, trail)
        }
        (Err(_), Ok(data)) => {
            trail.layers.push(bearer_data_layer(view, &data));
            let outer = bearer_data(&data, context, &mut trail.clone());
            match data.nested() {
                Ok(inner) if outer.is_err() => bearer_data(&inner, context, trail),
                _ => bearer_data(&data, context, trail),
            }
        }
        // Bearer data begins with its message identifier, three octets.
        (Err(_), Err(of_data)) if octets.starts_with(&[0, 3]) => Err(failure(of_data)),
        (Err(of_message), Err(_)) => Err(failure(of_message)),
    }
}

/// Reads the WDP segment in bearer data, whose octets do not lie on octets of the message.
fn bearer_data(data: &BearerData<'_>, context: Context, trail: &mut Trail) -> Outcome {
    let mut buffer = [0; 255];
    let segment = data.copy_user_data(&mut buffer);
    let segment = segment.map_or_else(|_| Vec::new(), |octets| octets.to_vec());
    let view = View::whole(&segment);
    wdp(&view, data.message_id(), context, trail)
}

fn message_layer(view: &View, message: &CdmaMessage<'_>) -> Layer {
    let mut rows = Rows::new(view);
    rows.field(1, "SMS_MSG_TYPE", "0, point-to-point");
    while let &[identifier, length] = rows.peek(2) {
        let data = message.bearer_data();
        let (name, value) = match identifier {
            0x00 => ("Teleservice Identifier", teleservice(message.teleservice())),
            0x02 => (
                "Originating Address",
                message
                    .originator()
                    .map_or_else(String::new, |from| from.to_string()),
            ),
            0x04 => ("Destination Address", count_of(length.into(), "octet")),
            0x06 => ("Bearer Reply Option", count_of(length.into(), "octet")),
            0x08 => (
                "Bearer Data",
                format!(
                    "message identifier {:04X}, {} of user data",
                    data.message_id(),
                    count_of(data.user_data_len(), "octet")
                ),
            ),
            _ => ("parameter", format!("0x{identifier:02X}")),
        };
        rows.field(2 + usize::from(length), name, value);
    }
    rows.layer("CDMA: point-to-point message")
}

fn teleservice(teleservice: u16) -> String {
    match teleservice {
        NESTED_TELESERVICE => format!("{teleservice}, bearer data within bearer data"),
        _ => format!("{teleservice}, WAP"),
    }
}

fn bearer_data_layer(view: &View, data: &BearerData<'_>) -> Layer {
    let mut rows = Rows::new(view);
    while let &[identifier, length] = rows.peek(2) {
        let (name, value) = match identifier {
            0x00 => ("Message Identifier", format!("{:04X}", data.message_id())),
            0x01 => ("User Data", count_of(data.user_data_len(), "octet")),
            _ => ("subparameter", format!("0x{identifier:02X}")),
        };
        rows.field(2 + usize::from(length), name, value);
    }
    rows.layer("CDMA: bearer data")
}
