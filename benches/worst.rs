//! The most work that one delivery can force, by layer. Each layer has many candidates, and
//! `benches/instructions` takes the worst of them.

use oma_dm_notification::account::{Account, AccountState, ResyncPolicy};
use oma_dm_notification::bearer::{Address, cdma::CdmaDelivery, cdma::CdmaMessage};
use oma_dm_notification::bearer::{rp::RpData, tpdu::Deliver, tpdu::Framing};
use oma_dm_notification::inbox::{Delivery, Inbox};
use oma_dm_notification::obex::{Connection, Receiver};
use oma_dm_notification::wap::cdma::{self, RepeatedPorts};
use oma_dm_notification::wap::{reassembly::Reassembler, reassembly::Segment, udh::UserData};
use oma_dm_notification::{Credentials, Nonce, Package0};
use std::hint::black_box;

/// One delivery of an attacker.
pub(crate) struct Attack {
    pub(crate) layer: &'static str,
    pub(crate) name: String,
    /// What it costs the attacker, in octets.
    pub(crate) octets: usize,
    /// Receives it. What has to come before has come.
    pub(crate) run: Box<dyn FnMut()>,
}

/// Octets of a short message. One with fewer counts as many: its sender pays for it, and the
/// network carries it, as a whole.
const SHORT_MESSAGE: usize = 140;
/// Octets of a UDP datagram's payload, as Ethernet carries it, and of the headers of IP and UDP.
const DATAGRAM: usize = 1400;
const IP_AND_UDP: usize = 28;
/// Octets that a set of an inbox has, and the longest PUT of a receiver.
const SET: usize = 512;
/// Octets of an OBEX packet.
const PACKET: usize = 1024;

/// A Package #0 without server-identifier, forged.
const PACKAGE0: [u8; 24] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0xD0, 0, 0, 0, 0x12, 0x34, 0,
];

/// WSP headers, and pieces of headers, that are repeated. A search through 6,600 of up to four
/// octets found none worse than the first, whose value is a length of 0.
const HEADERS: [&[u8]; 12] = [
    &[0x81, 0x00],
    &[0x05],
    &[0x7F, 0x05],
    &[0x81, 0x81],
    &[0x81, 0x1F, 0x00],
    &[0x81, 0x1F, 0x80, 0x80, 0x80, 0x00],
    &[0x81, b'a', 0],
    &[b'a', 0, 0x81],
    &[b'a', 0, 0x00],
    &[b'a', 0, b'a', 0],
    b"X-Wap-Application-IX\0\x81",
    b"content-typX\0\x81",
];

pub(crate) fn attacks() -> Vec<Attack> {
    let mut attacks = Vec::new();
    short_messages(&mut attacks);
    datagrams(&mut attacks);
    packages(&mut attacks);
    tpdus(&mut attacks);
    cdma_messages(&mut attacks);
    wdp(&mut attacks);
    inbox(&mut attacks);
    cdma_inbox(&mut attacks);
    obex(&mut attacks);
    decisions(&mut attacks);
    attacks
}

/// Adds an attack by a short message of these octets, or of more.
fn add_short(
    attacks: &mut Vec<Attack>,
    layer: &'static str,
    name: &str,
    octets: Vec<u8>,
    mut run: impl FnMut(&[u8]) + 'static,
) {
    attacks.push(Attack {
        layer,
        name: format!("{name}, {} octets", octets.len()),
        octets: octets.len().max(SHORT_MESSAGE),
        run: Box::new(move || run(black_box(&octets))),
    });
}

/// `octets` octets of a piece, again and again, then of `filler`.
fn repeated(piece: &[u8], octets: usize, filler: u8) -> Vec<u8> {
    let mut all = piece.repeat(octets / piece.len());
    all.resize(octets, filler);
    all
}

/// The low octet of a number: the whole of it, where it has one.
const fn low(number: usize) -> u8 {
    number.to_le_bytes()[0]
}

/// A number in two octets, as WSP has it.
const fn uintvar(number: usize) -> [u8; 2] {
    [0x80 | low(number >> 7), low(number) & 0x7F]
}

/// A push of `octets` octets, nearly all of them headers. The application comes last, and forces
/// each name to be compared.
fn push(header: &[u8], octets: usize) -> Vec<u8> {
    let length = octets - 4 - PACKAGE0.len();
    let [a, b] = uintvar(length);
    let mut push = vec![1, 6, a, b, 0xC4];
    // A shift to the default code page fills up, and goes back there.
    push.extend(repeated(header, length - 4, 1));
    push.extend([1, 0xAF, 0x87]);
    push.extend(PACKAGE0);
    push
}

/// A push which is another one from its fifth octet on, so that repeated ports are looked for in
/// vain: both are walked through, and one of them again.
fn push_in_push(header: &[u8], octets: usize) -> Vec<u8> {
    let length = octets - 4 - PACKAGE0.len();
    let ([a, b], [c, d]) = (uintvar(length), uintvar(length - 4));
    // Outer: a foreign Content-Type, a shift, and a header: the value of `c` is a length of 0, or a
    // text up to the zero octet. Inner: TID, PDU type, HeadersLen, and a Content-Type.
    let mut push = vec![1, 6, a, b, 0x81, 6, c, d];
    match d {
        0 => push.push(0xC4),
        _ => push.extend([b'a', 0]),
    }
    // Both go on at the same octet.
    push.extend([0x81, 0x81, 1, 1]);
    push.extend(repeated(header, 4 + length - 3 - push.len(), 1));
    push.extend([1, 0xAF, 0x87]);
    push.extend(PACKAGE0);
    push
}

/// User data headers and WSP headers, in one short message.
fn short_messages(attacks: &mut Vec<Attack>) {
    let mut add = |name: &str, octets| {
        let mut inbox = Inbox::<u32, 2, SET>::new();
        add_short(attacks, "short-message", name, octets, move |octets| {
            let delivery = Delivery::ShortMessage {
                originator: 1,
                user_data: octets,
            };
            black_box(inbox.receive(0, delivery));
        });
    };
    let ports = [5, 4, 0x0B, 0x84, 0xC0, 2];
    for element in [
        &[0x70, 0][..],
        &[4, 2, 0xF0, 0xF0],
        &[4, 2, 0, 0],
        &[5, 4, 0x0B, 0x84, 0xC0, 2],
        &[0, 3, 1, 1, 1],
        &[8, 4, 0, 1, 1, 1],
        &[0, 3, 1, 1, 2],
    ] {
        for wsp in [4 + 4 + PACKAGE0.len(), 80] {
            let elements = (SHORT_MESSAGE - 1 - ports.len() - wsp) / element.len() * element.len();
            let mut octets = vec![low(elements + ports.len())];
            octets.extend(repeated(element, elements, 0));
            octets.extend(ports);
            octets.extend(push(&[5], wsp));
            add(&format!("elements {element:02x?}"), octets);
        }
    }
    for header in HEADERS {
        let mut octets = vec![6];
        octets.extend(ports);
        octets.extend(push(header, SHORT_MESSAGE - 7));
        add(&format!("headers {header:02x?}"), octets);
    }
}

/// WSP headers in a datagram, long and short.
fn datagrams(attacks: &mut Vec<Attack>) {
    let mut payloads = vec![("nothing".into(), vec![])];
    for octets in [36, DATAGRAM] {
        payloads.extend(HEADERS.map(|header| {
            let name = format!("headers {header:02x?}");
            (name, push(header, octets))
        }));
    }
    for (name, payload) in payloads {
        let mut inbox = Inbox::<u32, 2, SET>::new();
        attacks.push(Attack {
            layer: "datagram",
            name: format!("{name}, {} octets", payload.len()),
            octets: payload.len() + IP_AND_UDP,
            run: Box::new(move || {
                let delivery = Delivery::Datagram {
                    destination_port: 2948,
                    payload: black_box(&payload),
                };
                black_box(inbox.receive(0, delivery));
            }),
        });
    }
}

/// Package #0 itself, which has a fixed cost: it counts as the shortest.
fn packages(attacks: &mut Vec<Attack>) {
    for length in 0..=PACKAGE0.len() {
        attacks.push(Attack {
            layer: "package0",
            name: format!("{length} octets"),
            octets: PACKAGE0.len(),
            run: Box::new(move || {
                black_box(Package0::parse(black_box(&PACKAGE0[..length]))).ok();
            }),
        });
    }
}

/// Addresses of all lengths, before the longest user data.
fn tpdus(attacks: &mut Vec<Attack>) {
    for text in [
        "",
        "1",
        "+4477",
        "+12345678901234567890",
        "A",
        "ABCDEFGHIJK",
    ] {
        let name = format!("addresses {text:?}");
        let address = text.parse::<Address>().unwrap_or_default();
        let sent = Deliver::new(address, &[0x55; SHORT_MESSAGE]).with_service_centre(address);
        let mut buffer = [0; 256];
        let tpdu = sent
            .encode_with_service_centre(&mut buffer)
            .unwrap()
            .to_vec();
        let framing = Framing::Length(sent.encoded_len());
        add_short(attacks, "tpdu", &name, tpdu, move |octets| {
            let received = Deliver::parse(octets, framing);
            black_box(received.map(|deliver| u32::from(deliver.originator()))).ok();
        });
        let bare = sent.encode(&mut buffer).unwrap().to_vec();
        let rp_data = RpData::to_device(1, address, &bare);
        let rp_data = rp_data.encode(&mut buffer).unwrap().to_vec();
        add_short(attacks, "rp-data", &name, rp_data, |octets| {
            let received = RpData::parse(octets).and_then(|data| data.deliver());
            black_box(received.map(|deliver| u32::from(deliver.originator()))).ok();
        });
    }
}

/// Parameters and subparameters, and user data that must be shifted.
fn cdma_messages(attacks: &mut Vec<Attack>) {
    let mut add = |name: String, octets| {
        add_short(attacks, "cdma-message", &name, octets, |octets| {
            let mut buffer = [0; 255];
            let copied = CdmaMessage::parse(octets).and_then(|message| {
                black_box(message.originator().map(u32::from));
                message
                    .bearer_data()
                    .copy_user_data(&mut buffer)
                    .map(|_| ())
            });
            black_box(copied).ok();
        });
    };
    for text in [
        "+12345678901234567890",
        "12345678901234567890",
        "ABCDEFGHIJK",
    ] {
        let address = text.parse().unwrap();
        let user_data = [0x55; 246];
        let encode = |delivery: CdmaDelivery<'_>| {
            let mut buffer = [0; 512];
            delivery.encode(&mut buffer).unwrap().to_vec()
        };
        add(
            format!("plain {text}"),
            encode(CdmaDelivery::new(address, 1, &user_data)),
        );
        for length in (0..=237).step_by(20) {
            let delivery = CdmaDelivery::new(address, 1, &user_data[..length]);
            add(format!("nested {text}"), encode(delivery.nested(1)));
        }
        for inner in [0, 60, 120, 180, 228] {
            for subparameter in [&[7, 0][..], &[0, 0], &[1, 0], &[7, 1, 0]] {
                let inner_data = bearer_data(subparameter, 246 - 9 - inner, inner);
                let mut message = encode(CdmaDelivery::new(address, 1, &inner_data));
                // The teleservice of bearer data within bearer data.
                message[3..5].copy_from_slice(&65002_u16.to_be_bytes());
                add(format!("subparameters {subparameter:02x?} {text}"), message);
            }
        }
    }
}

/// Bearer data with `octets` octets of other subparameters, and user data of `length` octets.
fn bearer_data(subparameter: &[u8], octets: usize, length: usize) -> Vec<u8> {
    let mut data = subparameter.repeat(octets / subparameter.len());
    data.extend([0, 3, 0x10, 0, 0x10, 1, low(length + 2)]);
    // Encoding in five bits, then the count: all zeros but the count.
    data.extend([low(length >> 5), low(length << 3)]);
    data.resize(data.len() + length, 0);
    data
}

/// One segment which is a whole message, opened with and without repeated ports.
fn wdp(attacks: &mut Vec<Attack>) {
    for header in HEADERS {
        for push in [push, push_in_push] {
            let mut octets = vec![0, 0x10, 0x0B, 0x84];
            octets.extend(push(header, SHORT_MESSAGE - 7));
            add_short(
                attacks,
                "wdp",
                &format!("headers {header:02x?}"),
                octets,
                |octets| {
                    black_box(cdma::open(octets, RepeatedPorts::Strip)).ok();
                },
            );
        }
    }
}

/// A message cut into `parts`, the first of `first` octets, the others alike.
fn cut(message: &[u8], first: usize, parts: usize) -> Vec<&[u8]> {
    let (first, others) = message.split_at(first);
    let mut cut = vec![first];
    let each = others.len().div_ceil(parts - 1).max(1);
    cut.extend(others.chunks(each));
    cut
}

/// TP-User-Data of a segment.
fn segment(reference: u16, total: usize, number: usize, octets: &[u8]) -> Vec<u8> {
    let mut user_data = vec![12, 5, 4, 0x0B, 0x84, 0xC0, 2, 8, 4];
    user_data.extend(reference.to_be_bytes());
    user_data.extend([low(total), low(number)]);
    user_data.extend(octets);
    user_data
}

/// Adds the delivery of `last` to a reassembler, and to an inbox, that received `before`.
fn add_segments<const SETS: usize>(
    attacks: &mut Vec<Attack>,
    [reassembly, inbox]: [&'static str; 2],
    name: &str,
    before: &[Vec<u8>],
    last: &[u8],
) {
    let mut reassembler = Box::new(Reassembler::<u32, SETS, SET>::new());
    let mut accept = move |user_data: &[u8]| {
        let user_data = UserData::parse(user_data).unwrap();
        let segment = Segment::from_user_data(&user_data).unwrap();
        black_box(reassembler.accept(0, 1, &segment)).unwrap();
    };
    for user_data in before {
        accept(user_data);
    }
    add_short(attacks, reassembly, name, last.to_vec(), accept);

    let mut all = Box::new(Inbox::<u32, SETS, SET>::new());
    let mut receive = move |user_data: &[u8]| {
        let delivery = Delivery::ShortMessage {
            originator: 1,
            user_data,
        };
        black_box(all.receive(0, delivery));
    };
    for user_data in before {
        receive(user_data);
    }
    add_short(attacks, inbox, name, last.to_vec(), receive);
}

/// The most octets that a segment has after its header of 13.
const SEGMENT: usize = SHORT_MESSAGE - 13;

fn inbox(attacks: &mut Vec<Attack>) {
    inbox_of_sets::<2>(attacks, ["reassembly-2", "inbox-2"]);
    inbox_of_sets::<64>(attacks, ["reassembly-64", "inbox-64"]);
}

fn inbox_of_sets<const SETS: usize>(attacks: &mut Vec<Attack>, layers: [&'static str; 2]) {
    // References with the same low octet: the message of each set must be compared.
    let references = (1..SETS).map(|reference| u16::from(low(reference)) << 8);
    let others: Vec<_> = references.map(|other| segment(other, 2, 1, &[1])).collect();
    let mut add = |name: &str, before: &[Vec<u8>], last: &[u8]| {
        let before = [&others, before].concat();
        add_segments::<SETS>(attacks, layers, name, &before, last);
    };
    // Ever new references, which displace.
    for octets in [0, 1, SEGMENT] {
        let last = segment(0xFF00, 2, 1, &vec![3; octets]);
        add("displaces", &[segment(0, 2, 1, &[2])], &last);
    }
    for header in &HEADERS[..4] {
        for parts in [4, 5, 6, 8, 16, 32, 64, 128, 200] {
            for first in [40, SEGMENT] {
                replaces(&mut add, header, parts, first);
            }
        }
    }
    for parts in (14..=254).step_by(24) {
        shifts(&mut add, parts);
    }
}

/// Takes the name of an attack on an inbox, the segments that come before, and the last one.
type Add<'a> = dyn FnMut(&str, &[Vec<u8>], &[u8]) + 'a;

/// A whole message of headers in `parts` segments, the first one of `first` octets. Completed, or
/// replaced in that one, it is read all over.
fn replaces(add: &mut Add<'_>, header: &[u8], parts: usize, first: usize) {
    let octets = SET - 2 * parts;
    if octets < first + 40 || (octets - first).div_ceil(parts - 1) > SEGMENT {
        return;
    }
    let (message, shorter) = (push(header, octets), push(header, octets - header.len()));
    let cut = cut(&message, first, parts);
    let numbered = |(at, part): (usize, &&[u8])| segment(0, cut.len(), at + 1, part);
    let mut before: Vec<_> = cut.iter().enumerate().map(numbered).collect();
    let of = format!("of {parts}, headers {header:02x?}");
    add(&format!("completes {of}"), &before[1..], &before[0]);
    // One header less: all others move.
    let last = segment(0, cut.len(), 1, &shorter[..first - header.len()]);
    add(&format!("replaces {of}"), &before, &last);
    before.reverse();
    add(&format!("replaces the last to come {of}"), &before, &last);
}

/// A message that stays unfinished. Its first segment grows and shrinks by one octet, so that the
/// others move.
fn shifts(add: &mut Add<'_>, held: usize) {
    let total = held + 1;
    let octets = SET - 2 * total - 1;
    let others = vec![0x55; octets.min((held - 1) * SEGMENT)];
    let each = others.len().div_ceil(held - 1).max(1);
    let mut chunks = others.chunks(each);
    let mut part = |number| segment(0, total, number, chunks.next().unwrap_or_default());
    let mut before: Vec<_> = (2..=held).map(&mut part).collect();
    for (was, is) in [(0, 1), (1, 0)] {
        let (first, last) = (&vec![1; was], &vec![1; is]);
        before.push(segment(0, total, 1, first));
        add(
            &format!("shifts {held} by {was} to {is}"),
            &before,
            &segment(0, total, 1, last),
        );
        before.pop();
        before.insert(0, segment(0, total, 1, first));
        add(
            &format!("shifts {held} after 1 by {was} to {is}"),
            &before,
            &segment(0, total, 1, last),
        );
        before.remove(0);
        // A new one before all others.
        add(
            &format!("inserts before {held} {is}"),
            &before,
            &segment(0, total, 1, last),
        );
    }
}

/// The same over CDMA, where the ports may be repeated.
fn cdma_inbox(attacks: &mut Vec<Attack>) {
    for header in &HEADERS[..4] {
        for parts in [4, 5, 6, 8, 16, 32, 64, 128] {
            for first in [40, 130] {
                let octets = SET - 2 * parts;
                if octets < first + 64 || (octets - first).div_ceil(parts - 1) > SHORT_MESSAGE - 3 {
                    continue;
                }
                cdma_replacement(attacks, push, header, parts, first);
                cdma_replacement(attacks, push_in_push, header, parts, first);
            }
        }
    }
}

fn cdma_replacement(
    attacks: &mut Vec<Attack>,
    push: fn(&[u8], usize) -> Vec<u8>,
    header: &[u8],
    parts: usize,
    first: usize,
) {
    let datagram = |octets| [vec![0, 0x10, 0x0B, 0x84], push(header, octets - 4)].concat();
    let octets = SET - 2 * parts;
    let (message, shorter) = (datagram(octets), datagram(octets - header.len()));
    let cut = cut(&message, first, parts);
    let numbered = |number, part: &[u8]| [&[0, low(cut.len()), number], part].concat();
    let mut inbox = Box::new(Inbox::<u32, 2, SET>::new());
    let mut receive = move |segment: &[u8]| {
        let delivery = Delivery::Cdma {
            originator: 1,
            message_id: 1,
            segment,
            repeated_ports: RepeatedPorts::Strip,
        };
        black_box(inbox.receive(0, delivery));
    };
    for (number, part) in (0..).zip(&cut) {
        receive(&numbered(number, part));
    }
    let last = numbered(0, &shorter[..first - header.len()]);
    let name = format!("replaces 1 of {parts}, headers {header:02x?}");
    add_short(attacks, "inbox-2-cdma", &name, last, receive);
}

/// Headers of a packet in the middle of a PUT, and the shortest packets.
fn obex(attacks: &mut Vec<Attack>) {
    let mut add = |layer, name: String, packet: Vec<u8>| {
        let mut receiver = Box::new(Receiver::<SET>::new(Connection::Optional));
        let mut first = vec![0x02, 0, 41, 0x42, 0, 38];
        first.extend(Package0::MEDIA_TYPE.as_bytes());
        first[2] = low(first.len());
        first[5] = first[2] - 3;
        black_box(receiver.receive(&first));
        attacks.push(Attack {
            layer,
            name: format!("{name}, {} octets", packet.len()),
            octets: packet.len(),
            run: Box::new(move || {
                black_box(receiver.receive(black_box(&packet)));
            }),
        });
    };
    for header in [
        &[0x80, 0][..],
        &[0x01, 0, 3],
        &[0x42, 0, 3],
        &[0x46, 0, 3],
        &[0x48, 0, 3],
        &[0x48, 0, 4, 0],
        &[0x48, 0, 5, 0, 0],
        &[0x49, 0, 3],
        &[0x4A, 0, 3],
        &[0xC0, 0, 0, 0, 0],
        &[0xC3, 0, 0, 0, 0],
        &[0xCB, 0, 0, 0, 0],
    ] {
        for opcode in [0x02, 0x82] {
            let headers = header.repeat((PACKET - 3) / header.len());
            let [.., a, b] = (3 + headers.len()).to_be_bytes();
            let packet = [vec![opcode, a, b], headers].concat();
            add(
                "obex",
                format!("{opcode:02x}, headers {header:02x?}"),
                packet,
            );
        }
    }
    // A packet without headers has a fixed cost, that of its response.
    for opcode in [0x02, 0x82, 0x81, 0xFF, 0x03] {
        let packet = vec![opcode, 0, 3];
        add("obex-shortest", format!("{opcode:02x}, no headers"), packet);
    }
}

/// Forged messages, which no nonce of three fits: as long as a datagram, a short message or a set
/// of the inbox permits.
fn decisions(attacks: &mut Vec<Attack>) {
    let from_a_set = SET - 2 * 4 - 6;
    for (layer, octets, paid) in [
        (
            "decision-datagram",
            PACKAGE0.len(),
            PACKAGE0.len() + 6 + IP_AND_UDP,
        ),
        ("decision-datagram", DATAGRAM - 6, DATAGRAM + IP_AND_UDP),
        ("decision-sms", PACKAGE0.len(), SHORT_MESSAGE),
        ("decision-sms", SHORT_MESSAGE - 13, SHORT_MESSAGE),
        ("decision-inbox-2", from_a_set, SHORT_MESSAGE),
    ] {
        let mut message = PACKAGE0.to_vec();
        message.resize(octets, 0x55);
        let credentials = Credentials::new(b"", b"password");
        let mut state = AccountState::new();
        attacks.push(Attack {
            layer,
            name: format!("{octets} octets"),
            octets: paid,
            run: Box::new(move || {
                let package0 = Package0::parse(black_box(&message)).unwrap();
                let agreed = Nonce::new(b"0123456789abcdef");
                let account = Account::new(&credentials, agreed, ResyncPolicy::Limited);
                let account = account.with_offered(Some(Nonce::new(b"0123456789ABCDEF")));
                black_box(state.receive(&package0, &account));
            }),
        });
    }
}
