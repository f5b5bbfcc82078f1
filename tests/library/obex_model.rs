//! OBEX (7.2): the receiver against a model of it, over random sequences of packets.
//!
//! The model works on what a packet means, never on its octets, and says what the answer has to be.

use crate::support::{counted, number, packet};
use oma_dm_notification::obex::{Connection, Receiver};
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;

/// Small, so that bodies overflow it.
const OCTETS: usize = 16;

/// A request, by what it means.
#[derive(Clone, Debug)]
enum Step {
    Connect(Option<Name>),
    Put(Part),
    Disconnect(Option<Id>),
    Abort,
    /// A well-formed request with another opcode.
    Other(u8),
    /// One of the others with its last octet missing.
    Malformed(Box<Self>),
    /// The transport is closed: no packet at all.
    Reset,
}

/// One packet of a PUT.
#[derive(Clone, Debug)]
struct Part {
    last: bool,
    id: Option<Id>,
    target: Option<Name>,
    media_type: Option<Name>,
    length: Option<u32>,
    bodies: Vec<(bool, Vec<u8>)>,
    /// Where to start among the headers, so that they come in different orders; bodies keep theirs.
    rotation: usize,
    /// Headers that mean nothing, between the others.
    noise: bool,
}

/// A Connection or a Type.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Name {
    Ours,
    Another,
}

/// A `ConnectionID`.
#[derive(Clone, Copy, Debug)]
enum Id {
    /// That of the last connection, whether or not it is still there.
    Last,
    Another,
}

/// What the receiver has to keep in mind, and nothing else.
#[derive(Debug)]
struct Model {
    required: bool,
    connections: u32,
    connected: bool,
    put: Option<Vec<u8>>,
}

/// What it has to answer: the code, whether a connection was made, and Package #0.
type Answer = (u8, bool, Option<Vec<u8>>);

impl Model {
    fn step(&mut self, step: &Step) -> Answer {
        let put = self.put.take();
        let code = match step {
            Step::Put(part) => return self.put(part, put),
            Step::Connect(Some(Name::Ours)) => {
                self.connections += 1;
                self.connected = true;
                return (0xA0, true, None);
            }
            Step::Connect(None) if !self.required => {
                self.connections += 1;
                self.connected = false;
                0xA0
            }
            Step::Connect(_) => 0xC4,
            Step::Disconnect(Some(Id::Another)) if self.connected => 0xD3,
            Step::Disconnect(_) | Step::Reset => {
                self.connected = false;
                0xA0
            }
            Step::Abort => 0xA0,
            Step::Other(_) => 0xD1,
            Step::Malformed(_) => 0xC0,
        };
        (code, false, None)
    }

    fn put(&mut self, part: &Part, put: Option<Vec<u8>>) -> Answer {
        let refused = |code| (code, false, None);
        let first = put.is_none();
        if self.required && !self.connected {
            return refused(0xC3);
        }
        match part.id {
            Some(Id::Another) if self.connected => return refused(0xD3),
            None if self.connected && first => return refused(0xD3),
            _ => {}
        }
        if part.target == Some(Name::Another) {
            return refused(0xC4);
        }
        match part.media_type {
            Some(Name::Another) => return refused(0xCF),
            None if first => return refused(0xCF),
            _ => {}
        }
        let mut octets = put.unwrap_or_default();
        octets.extend(part.bodies.iter().flat_map(|(_, part)| part));
        if part.length > Some(16) || octets.len() > OCTETS {
            return refused(0xCD);
        }
        if !part.last {
            self.put = Some(octets);
            return refused(0x90);
        }
        if octets.is_empty() {
            return refused(0xC0);
        }
        (0xA0, false, Some(octets))
    }

    /// The response packet for an answer.
    fn response(&self, step: &Step, (code, connected, _): &Answer) -> Vec<u8> {
        let connect = match step {
            Step::Malformed(step) => matches!(**step, Step::Connect(_)),
            step => matches!(step, Step::Connect(_)),
        };
        match (connect, connected) {
            (false, _) => vec![*code, 0, 3],
            (true, false) => vec![*code, 0, 7, 0x10, 0, 4, 0],
            (true, true) => [
                &[*code, 0, 24, 0x10, 0, 4, 0, 0xCB][..],
                &self.connections.to_be_bytes(),
                b"\x4A\0\x0CSYNCML-DM",
            ]
            .concat(),
        }
    }

    /// The octets of a request; none for a reset.
    fn octets(&self, step: &Step) -> Vec<u8> {
        match step {
            Step::Connect(target) => {
                let target = target.map(|name| counted(0x46, target_value(name)));
                packet(0x80, &[vec![0x10, 0, 4, 0], target.unwrap_or_default()])
            }
            Step::Put(part) => packet(if part.last { 0x82 } else { 0x02 }, &self.headers(part)),
            Step::Disconnect(id) => packet(0x81, &[self.id(*id)]),
            Step::Abort => packet(0xFF, &[]),
            Step::Other(opcode) => packet(*opcode, &[vec![1, 2, 3]]),
            Step::Malformed(step) => {
                let mut octets = self.octets(step);
                octets.pop();
                octets
            }
            Step::Reset => Vec::new(),
        }
    }

    fn headers(&self, part: &Part) -> Vec<Vec<u8>> {
        let bodies = part
            .bodies
            .iter()
            .map(|(end, octets)| counted(0x48 + u8::from(*end), octets));
        let mut headers = vec![
            self.id(part.id),
            part.target
                .map_or(Vec::new(), |name| counted(0x46, target_value(name))),
            part.media_type
                .map_or(Vec::new(), |name| counted(0x42, type_value(name))),
            part.length
                .map_or(Vec::new(), |length| number(0xC3, length)),
            bodies.collect::<Vec<_>>().concat(),
        ];
        headers.rotate_left(part.rotation);
        if part.noise {
            headers.insert(1, counted(0x01, b"\0x\0\0"));
            headers.insert(3, [&[0x93, 0x48][..], &number(0xC4, 0)].concat());
        }
        headers
    }

    fn id(&self, id: Option<Id>) -> Vec<u8> {
        match id {
            Some(Id::Last) => number(0xCB, self.connections),
            Some(Id::Another) => number(0xCB, self.connections + 1),
            None => Vec::new(),
        }
    }
}

const fn target_value(name: Name) -> &'static [u8] {
    match name {
        Name::Ours => b"SYNCML-DM",
        Name::Another => b"SYNCML-SYNC",
    }
}

const fn type_value(name: Name) -> &'static [u8] {
    match name {
        Name::Ours => b"application/vnd.syncml.notification\0",
        Name::Another => b"application/vnd.syncml.ds.notification\0",
    }
}

fn name() -> impl Strategy<Value = Name> {
    prop_oneof![9 => Just(Name::Ours), 1 => Just(Name::Another)]
}

fn id() -> impl Strategy<Value = Id> {
    prop_oneof![12 => Just(Id::Last), 1 => Just(Id::Another)]
}

fn part() -> impl Strategy<Value = Part> {
    (
        any::<bool>(),
        weighted(0.8, id()),
        weighted(0.1, name()),
        weighted(0.8, name()),
        weighted(0.3, 0u32..20),
        vec((any::<bool>(), vec(any::<u8>(), 0..6)), 0..3),
        0usize..5,
        any::<bool>(),
    )
        .prop_map(
            |(last, id, target, media_type, length, bodies, rotation, noise)| Part {
                last,
                id,
                target,
                media_type,
                length,
                bodies,
                rotation,
                noise,
            },
        )
}

fn step() -> impl Strategy<Value = Step> {
    let well_formed = prop_oneof![
        4 => weighted(0.8, name()).prop_map(Step::Connect),
        20 => part().prop_map(Step::Put),
        1 => of(id()).prop_map(Step::Disconnect),
        1 => Just(Step::Abort),
        1 => prop_oneof![Just(0x00), Just(0x03), Just(0x83), Just(0x85), Just(0x87)]
            .prop_map(Step::Other),
    ];
    prop_oneof![
        20 => well_formed.clone(),
        1 => well_formed.prop_map(|step| Step::Malformed(Box::new(step))),
        1 => Just(Step::Reset),
    ]
}

proptest! {
    #[test]
    fn the_receiver_answers_every_sequence_as_the_model_does(
        required in any::<bool>(),
        steps in vec(step(), 1..40),
    ) {
        let target = if required { Connection::Required } else { Connection::Optional };
        let mut receiver = Receiver::<OCTETS>::new(target);
        let mut model = Model { required, connections: 0, connected: false, put: None };
        for step in &steps {
            let octets = model.octets(step);
            let answer = model.step(step);
            if matches!(step, Step::Reset) {
                receiver.reset();
                continue;
            }
            let reply = receiver.receive(&octets);
            prop_assert_eq!(reply.response(), model.response(step, &answer), "{:?}", step);
            prop_assert_eq!(reply.code().value(), answer.0);
            prop_assert_eq!(reply.package0(), answer.2.as_deref());
            prop_assert_eq!(reply.error().is_some(), matches!(step, Step::Malformed(_)));
        }
    }
}
