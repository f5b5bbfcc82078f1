//! The whole of what a device decides, from what its bearers hand over to the session: an inbox and
//! two accounts against their models, and what lies between against second implementations.

use super::account::{Day, Step, Under};
use super::inbox::{self, MAX_AGE, Model, Small};
use super::tpdu::{ModelAddress, Wrong, count, wrong};
use super::{Input, cdma_message, rp, tpdu};
use oma_dm_notification::bearer::cdma::CdmaDelivery;
use oma_dm_notification::bearer::rp::RpData;
use oma_dm_notification::bearer::tpdu::{Deliver, Framing};
use oma_dm_notification::{
    DecodeErrorKind as Kind,
    account::ResyncPolicy,
    bearer::Address,
    inbox::{Delivery, Outcome, Received},
    wap::cdma::RepeatedPorts,
};

/// Steps of a life, at most.
const STEPS: usize = 200;
/// Deliveries that the attacker keeps, at most.
const RECORDED: usize = 64;

const SERVERS: [&[u8]; 2] = [b"a", b"b"];
const CENTRE: &str = "+447785016005";

/// The octets as the life of a device: see [`life`].
pub fn device(octets: &[u8]) {
    life(octets);
}

/// The octets as the life of a device: policies and nonces, then some for each step. Returns how
/// many sessions started.
pub fn life(octets: &[u8]) -> usize {
    let mut input = Input(octets);
    let shape = input.octet();
    let policies = [
        ResyncPolicy::Limited,
        ResyncPolicy::Allowed,
        ResyncPolicy::Forbidden,
    ];
    let mut account = |at: usize| {
        let policy = policies[usize::from(shape >> (2 * at) & 3) % 3];
        Day::new(SERVERS[at], policy, input.octet().into())
    };
    let accounts = [account(0), account(1)];
    let mut device = Device {
        // From where time soon wraps, or from 0.
        now: if shape & 0x80 == 0 { 0 } else { u32::MAX - 7 },
        inbox: emptied(),
        model: Model::default(),
        accounts,
        recorded: Vec::new(),
    };
    for _ in 0..STEPS {
        if input.is_empty() {
            break;
        }
        device.step(&mut input);
    }
    device.accounts.iter().map(Day::starts).sum()
}

fn emptied() -> Small {
    let mut inbox = Small::new();
    inbox.set_max_age(MAX_AGE);
    inbox
}

/// What hands a delivery over.
#[derive(Clone, Copy)]
enum Bearer {
    Tpdu(Framing),
    Relay,
    CdmaMessage,
    /// With the key of the originator.
    UserData(u32),
    /// With the key of the originator and the message identifier.
    Wdp(u32, u16),
    Datagram,
    Package0,
}

#[derive(Clone)]
struct Recorded {
    /// Which message it is a segment of.
    message: usize,
    bearer: Bearer,
    octets: Vec<u8>,
}

struct Device {
    now: u32,
    inbox: Small,
    model: Model,
    accounts: [Day; 2],
    recorded: Vec<Recorded>,
}

impl Device {
    fn step(&mut self, input: &mut Input<'_>) {
        match input.octet() {
            ticks @ 0x00..0x10 => self.now = self.now.wrapping_add(ticks.into()),
            0x10..0x18 => inbox::expire(&mut self.inbox, &mut self.model, self.now),
            which @ 0x18..0x60 => self.send(which, input),
            0x60..0x88 => {
                if let Some(at) = self.choose(input) {
                    let recorded = self.recorded[at].clone();
                    self.deliver(&recorded);
                }
            }
            0x88..0xA8 => {
                if let Some(at) = self.choose(input) {
                    self.deliver_all(self.recorded[at].message);
                }
            }
            0xA8..0xC8 => {
                if let Some(at) = self.choose(input) {
                    let mut recorded = self.recorded[at].clone();
                    let octet = usize::from(input.octet()) % recorded.octets.len();
                    recorded.octets[octet] ^= input.octet();
                    self.deliver(&recorded);
                }
            }
            0xC8..0xD0 => {
                self.inbox = emptied();
                self.model = Model::default();
                let resume = input.octet();
                for (at, account) in self.accounts.iter_mut().enumerate() {
                    account.step(Step::Cut {
                        stored: resume >> (6 + at) & 1 == 0,
                        resume: resume >> (3 * at) & 7,
                    });
                }
            }
            which @ 0xD0.. => self.accounts[usize::from(which & 1)].step(Step::read(input)),
        }
    }

    fn choose(&self, input: &mut Input<'_>) -> Option<usize> {
        let choice = usize::from(input.octet());
        (!self.recorded.is_empty()).then(|| choice % self.recorded.len())
    }

    /// A server sends a message, in one piece or up to four: the attacker keeps it. It arrives, or
    /// it does not yet.
    fn send(&mut self, which: u8, input: &mut Input<'_>) {
        let (shape, id, reference) = (input.octet(), input.octet(), input.octet() & 7);
        let nonce = match shape >> 2 & 7 {
            0..4 => Under::Agreed,
            4 => Under::Offered,
            5 | 6 => Under::Zero,
            _ => Under::Wrong,
        };
        let account = &self.accounts[usize::from(shape & 1)];
        let package0 = account.sign(u16::from(id % 24) + 1, nonce).octets;
        // The application id of OMA DM, or of data synchronisation.
        let application = 0x87 - (u8::from(id >= 0xF0) << 1);
        let push = [&[1, 6, 3, 0xC4, 0xAF, application], &package0[..]].concat();
        let originator = ["+44770001234", "4477000123"][usize::from(shape >> 1 & 1)];
        let total = usize::from(shape >> 6) + 1;
        let message = self.recorded.last().map_or(0, |last| last.message + 1);
        let deliveries = match which % 8 {
            0 if total == 1 => vec![(Bearer::Package0, package0)],
            0 => vec![(Bearer::Datagram, push)],
            kind @ 1..=4 => short_messages(&push, total, reference, which >= 0x40)
                .iter()
                .map(|user_data| over_sms(kind, originator, user_data))
                .collect(),
            kind => segments(&push, total)
                .iter()
                .map(|segment| over_cdma(kind, originator, reference.into(), segment))
                .collect(),
        };
        self.recorded
            .extend(deliveries.into_iter().map(|(bearer, octets)| Recorded {
                message,
                bearer,
                octets,
            }));
        let kept = self.recorded.len().saturating_sub(RECORDED);
        self.recorded.drain(..kept);
        if shape & 0x20 == 0 {
            self.deliver_all(message);
        }
    }

    fn deliver_all(&mut self, message: usize) {
        let all = self.recorded.iter().filter(|of| of.message == message);
        for recorded in all.cloned().collect::<Vec<_>>() {
            self.deliver(&recorded);
        }
    }

    /// Hands the octets over, and checks what comes of them as far as to the session.
    fn deliver(&mut self, recorded: &Recorded) {
        let (now, octets) = (self.now, &recorded.octets[..]);
        let mut buffer = [0; 255];
        let delivery = match recorded.bearer {
            Bearer::Tpdu(framing) => Delivery::Tpdu { octets, framing },
            Bearer::Relay => Delivery::RpData(octets),
            Bearer::CdmaMessage => Delivery::CdmaMessage {
                octets,
                repeated_ports: RepeatedPorts::Absent,
                buffer: &mut buffer,
            },
            Bearer::UserData(originator) => Delivery::ShortMessage {
                originator,
                user_data: octets,
            },
            Bearer::Wdp(originator, message_id) => Delivery::Cdma {
                originator,
                message_id,
                segment: octets,
                repeated_ports: RepeatedPorts::Absent,
            },
            Bearer::Datagram => Delivery::Datagram {
                destination_port: 2948,
                payload: octets,
            },
            Bearer::Package0 => Delivery::Package0(octets),
        };
        let received = self.inbox.receive(now, delivery);
        inbox::within_delivery(&received, octets);
        check(&mut self.model, now, recorded.bearer, octets, &received);
        let Outcome::Package0(package0) = received.outcome else {
            return;
        };
        let server_id = package0.unverified().server_id().as_bytes();
        if let Some(at) = SERVERS.iter().position(|&server| server == server_id) {
            self.accounts[at].receive_package0(package0.as_bytes());
        }
    }
}

/// What is received is what second implementations read, and what the model says of it.
fn check(model: &mut Model, now: u32, bearer: Bearer, octets: &[u8], received: &Received<'_, u32>) {
    let delivered = match bearer {
        Bearer::Tpdu(framing) => tpdu::delivered(octets, framing),
        Bearer::Relay => rp::to_device(octets).and_then(|(tpdu, start)| {
            tpdu::delivered(tpdu, Framing::Bare)
                .map_err(|(kind, field, at)| (kind, field, start + at))
        }),
        Bearer::CdmaMessage => {
            return match cdma_message::received(octets) {
                Ok((originator, message_id, segment)) => {
                    let originator = ModelAddress::telephone(originator.as_deref()).key();
                    inbox::check_wdp(model, now, originator, message_id, &segment, received);
                }
                Err(error) => check_refusal(received, error),
            };
        }
        Bearer::UserData(originator) => {
            return inbox::check_user_data(model, now, originator, octets, received);
        }
        Bearer::Wdp(originator, message_id) => {
            return inbox::check_wdp(model, now, originator, message_id, octets, received);
        }
        Bearer::Datagram => return inbox::check_alone(received, Some(octets)),
        Bearer::Package0 => return inbox::check_package0(&received.outcome, octets),
    };
    match delivered {
        Ok((originator, user_data)) => {
            inbox::check_user_data(model, now, originator.key(), user_data, received);
        }
        Err(error) => check_refusal(received, error),
    }
}

/// The layers before the user data are wrong in this way.
fn check_refusal(received: &Received<'_, u32>, expected: Wrong) {
    assert_eq!(received.displaced, None);
    let foreign = matches!(expected.0, Kind::NotDm | Kind::Missing);
    let error = match received.outcome {
        Outcome::NotForDm {
            error,
            octets: None,
            ..
        } if foreign => error,
        Outcome::Malformed(error) if !foreign => error,
        outcome => panic!("{outcome:?}, not {expected:?}"),
    };
    assert_eq!(wrong(&error), expected);
}

/// So many parts of about the same length.
fn split(octets: &[u8], total: usize) -> impl Iterator<Item = &[u8]> {
    octets.chunks(octets.len().div_ceil(total))
}

/// TP-User-Data of each short message.
fn short_messages(push: &[u8], total: usize, reference: u8, wide: bool) -> Vec<Vec<u8>> {
    let total_octet = count(total);
    split(push, total)
        .zip(1..)
        .map(|(part, number)| {
            let concatenation = match (total, wide) {
                (1, _) => vec![],
                (_, false) => vec![0, 3, reference, total_octet, number],
                (_, true) => vec![8, 4, 0, reference, total_octet, number],
            };
            let ports = [5, 4, 0x0B, 0x84, 0xC0, 2];
            let length = count(ports.len() + concatenation.len());
            [&[length], &ports[..], &concatenation, part].concat()
        })
        .collect()
}

/// Segments of WDP over CDMA.
fn segments(push: &[u8], total: usize) -> Vec<Vec<u8>> {
    let datagram = [&[0xC0, 2, 0x0B, 0x84], push].concat();
    split(&datagram, total)
        .zip(0..)
        .map(|(part, number)| [&[0, count(total), number], part].concat())
        .collect()
}

fn over_sms(kind: u8, originator: &str, user_data: &[u8]) -> (Bearer, Vec<u8>) {
    let originator: Address = originator.parse().unwrap();
    let centre = CENTRE.parse().unwrap();
    let deliver = Deliver::new(originator, user_data).with_service_centre(centre);
    let mut room = [0; 200];
    let tpdu = deliver.encode(&mut room).unwrap().to_vec();
    let mut buffer = [0; 220];
    match kind {
        1 => (Bearer::Tpdu(Framing::Bare), tpdu),
        2 => {
            let octets = deliver.encode_with_service_centre(&mut buffer).unwrap();
            // As a modem prints it, or RIL.
            let framing = if user_data.len().is_multiple_of(2) {
                Framing::Length(tpdu.len())
            } else {
                Framing::ServiceCentre
            };
            (Bearer::Tpdu(framing), octets.to_vec())
        }
        3 => {
            let data = RpData::to_device(1, centre, &tpdu);
            (Bearer::Relay, data.encode(&mut buffer).unwrap().to_vec())
        }
        _ => (Bearer::UserData(originator.into()), user_data.to_vec()),
    }
}

fn over_cdma(kind: u8, originator: &str, message_id: u16, segment: &[u8]) -> (Bearer, Vec<u8>) {
    // In digits of 4 bits: the model knows no other kind.
    let originator: Address = originator.trim_start_matches('+').parse().unwrap();
    let delivery = CdmaDelivery::new(originator, message_id, segment);
    let delivery = match kind {
        5 => delivery,
        6 => delivery.nested(7),
        _ => return (Bearer::Wdp(originator.into(), message_id), segment.to_vec()),
    };
    let mut buffer = [0; 300];
    let octets = delivery.encode(&mut buffer).unwrap();
    (Bearer::CdmaMessage, octets.to_vec())
}
