//! OBEX: a receiver against a model, and an exchange with it.

use super::{Input, reference, within};
use oma_dm_notification::obex::{
    Connect, Connection, Disconnect, MaximumPacketLength, Put, Receiver, Response,
};

/// Small, so that a short input overflows it.
const OCTETS: usize = 64;

/// What a receiver has to remember.
struct Model {
    required: bool,
    connection_id: u16,
    connected: bool,
    put: Option<Vec<u8>>,
}

/// The octets as packets, each after an octet that counts it: every answer is that of the model.
/// An octet of 255 is no length, but the transport being closed. In between, and at last, a whole
/// exchange delivers what was left.
pub fn obex(octets: &[u8]) {
    let mut input = Input(octets);
    let required = input.octet() & 1 == 0;
    let target = if required {
        Connection::Required
    } else {
        Connection::Optional
    };
    let mut receiver = Receiver::<OCTETS>::new(target);
    let mut model = Model {
        required,
        connection_id: 0,
        connected: false,
        put: None,
    };
    while !input.is_empty() {
        let packet = match input.octet() {
            255 => {
                receiver.reset();
                (model.connected, model.put) = (false, None);
                continue;
            }
            254 => {
                exchange(&mut receiver, &mut input);
                model.connection_id = model.connection_id.wrapping_add(1);
                (model.connected, model.put) = (false, None);
                continue;
            }
            length => input.take(length.into()),
        };
        for response in [Response::parse(packet), Response::parse_connect(packet)] {
            match response {
                Ok(response) => assert_eq!(response.code().value(), packet[0]),
                Err(error) => within(error, packet),
            }
        }
        let (code, package0) = model.answer(packet);
        let reply = receiver.receive(packet);
        assert_eq!(reply.code().value(), code);
        assert_eq!(reply.package0(), package0.as_deref());
        if let Some(fault) = reply.error() {
            within(fault, packet);
            assert_eq!(code, 0xC0);
        }
        response(reply.response(), packet, &model, code);
    }
}

/// The response is a packet of its length, with the fields of CONNECT if it answers one.
fn response(octets: &[u8], request: &[u8], model: &Model, code: u8) {
    assert_eq!(
        (octets[0], octets[1], usize::from(octets[2])),
        (code, 0, octets.len())
    );
    let parsed = if request.first() == Some(&0x80) {
        assert_eq!(octets[3..7], [0x10, 0, 4, 0]);
        Response::parse_connect(octets).unwrap()
    } else {
        assert_eq!(octets.len(), 3);
        Response::parse(octets).unwrap()
    };
    let connected = octets.len() == 24;
    assert!(connected || octets.len() <= 7);
    assert_eq!(
        parsed.connection_id(),
        connected.then(|| model.connection_id.into())
    );
    assert_eq!(parsed.who(), connected.then_some(&b"SYNCML-DM"[..]));
}

impl Model {
    /// The response code to a request packet, and Package #0.
    fn answer(&mut self, packet: &[u8]) -> (u8, Option<Vec<u8>>) {
        let put = self.put.take();
        let whole = |packet: &[u8]| {
            Some(packet.len())
                == packet
                    .get(1..3)
                    .map(|length| usize::from(length[0]) << 8 | usize::from(length[1]))
        };
        if !whole(packet) {
            return (0xC0, None);
        }
        let headers = match packet[0] {
            0x80 => packet
                .get(7..)
                .filter(|_| (packet[5], packet[6]) >= (0, 255))
                .and_then(reference::obex_headers),
            0x02 | 0x82 | 0x81 | 0xFF => reference::obex_headers(&packet[3..]),
            _ => return (0xD1, None),
        };
        let Some(headers) = headers else {
            return (0xC0, None);
        };
        let first = |id| {
            headers
                .iter()
                .find(|header| header.0 == id)
                .map(|header| header.1)
        };
        let ours = |target: &[u8]| target == b"SYNCML-DM";
        let our_id = u32::from(self.connection_id).to_be_bytes();
        let another_id = self.connected && first(0xCB).is_some_and(|id| id != our_id);
        match packet[0] {
            0x80 if !first(0x46).map_or(!self.required, ours) => (0xC4, None),
            0x80 => {
                self.connection_id = self.connection_id.wrapping_add(1);
                self.connected = first(0x46).is_some();
                (0xA0, None)
            }
            0xFF => (0xA0, None),
            0x81 if another_id => (0xD3, None),
            0x81 => {
                self.connected = false;
                (0xA0, None)
            }
            opcode => {
                let begins = put.is_none();
                if self.required && !self.connected {
                    return (0xC3, None);
                }
                if another_id || begins && self.connected && first(0xCB).is_none() {
                    return (0xD3, None);
                }
                if !first(0x46).is_none_or(ours) {
                    return (0xC4, None);
                }
                if !first(0x42).map_or(!begins, is_our_type) {
                    return (0xCF, None);
                }
                let bodies = headers
                    .iter()
                    .filter(|header| matches!(header.0, 0x48 | 0x49));
                let mut body = put.unwrap_or_default();
                body.extend(bodies.flat_map(|header| header.1));
                let announced = first(0xC3).unwrap_or_default();
                if announced > &[0, 0, 0, 64] || body.len() > OCTETS {
                    return (0xCD, None);
                }
                match opcode {
                    0x02 => {
                        self.put = Some(body);
                        (0x90, None)
                    }
                    _ if body.is_empty() => (0xC0, None),
                    _ => (0xA0, Some(body)),
                }
            }
        }
    }
}

fn is_our_type(octets: &[u8]) -> bool {
    let octets = octets.to_ascii_lowercase();
    matches!(
        octets.as_slice(),
        b"application/vnd.syncml.notification" | b"application/vnd.syncml.notification\0"
    )
}

/// CONNECT, PUT of some octets in packets of some length, DISCONNECT: they arrive.
fn exchange(receiver: &mut Receiver<OCTETS>, input: &mut Input<'_>) {
    let length = MaximumPacketLength::new(input.word().max(255)).unwrap();
    let octets = match input.counted() {
        [] => b"package 0",
        octets => &octets[..octets.len().min(OCTETS)],
    };
    let mut buffer = vec![0; length.value().into()];

    let request = Connect::new(length).encode(&mut buffer).unwrap();
    let response = receiver.receive(request).response().to_vec();
    let connection = Response::parse_connect(&response).unwrap();
    assert_eq!(connection.code().value(), 0xA0);
    let put = Put::relay(octets, connection.connection_id())
        .with_maximum_packet_length(length.min(connection.maximum_packet_length()));
    let mut arrived: Vec<u8> = Vec::new();
    let mut packets = 0;
    for packet in put.packets() {
        let sent = packet.encode(&mut buffer).unwrap();
        assert_eq!(sent.len(), packet.encoded_len());
        let reply = receiver.receive(sent);
        assert_eq!(reply.code(), packet.expected());
        arrived.extend(reply.package0().unwrap_or_default());
        packets += 1;
    }
    assert_eq!(arrived, octets);
    assert!(packets <= 1 + octets.len());
    let disconnect = Disconnect::new(connection.connection_id());
    let reply = receiver.receive(disconnect.encode(&mut buffer).unwrap());
    assert_eq!(reply.response(), [0xA0, 0, 3]);
}
