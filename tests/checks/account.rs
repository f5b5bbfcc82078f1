//! A day of a device, step by step, beside a model that keeps all that happened.

use super::{Input, reference};
use oma_dm_notification::account::{Account, AccountState, Decision, Ignored, ResyncPolicy};
use oma_dm_notification::session::{MatchedNonce, Session};
use oma_dm_notification::{
    Credentials, Nonce, NonceChoice, Package0, ServerId, SessionId, Trigger,
};
use std::collections::BTreeMap;

const SERVER_ID: &[u8] = b"server";

/// Steps of a day, at most.
const STEPS: usize = 400;

/// The octets as a day: see [`day`].
pub fn account(octets: &[u8]) {
    day(octets);
}

/// The octets as a day: the policy, the first nonce, then two or three for each step. Returns how
/// many sessions started.
pub fn day(octets: &[u8]) -> usize {
    let mut input = Input(octets);
    let policy = match input.octet() {
        0..0x40 => ResyncPolicy::Forbidden,
        0x40..0xC0 => ResyncPolicy::Limited,
        0xC0.. => ResyncPolicy::Allowed,
    };
    let mut day = Day::new(SERVER_ID, policy, input.octet().into());
    for _ in 0..STEPS {
        if input.is_empty() {
            break;
        }
        day.step(Step::read(&mut input));
    }
    day.starts()
}

/// A nonce by number; number 0 is the nonce 0.
pub(super) type Number = u32;

/// What happens. Numbers choose among what there is, modulo how many there are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// The server sends a message, which the attacker records.
    Send {
        id: u16,
        nonce: Under,
    },
    /// The attacker sends a recorded message again.
    Replay(usize),
    /// The attacker changes one bit of a recorded message.
    Forge {
        message: usize,
        bit: usize,
    },
    Completed(usize),
    Failed(usize),
    /// The session's Pkg #2 has brought a client nonce.
    ClientRenewed(usize),
    /// The session's Pkg #3 has gone out with a server nonce.
    Offered(usize),
    /// The session's Pkg #4 has confirmed it.
    ServerRenewed(usize),
    SecretReplaced,
    /// Power fails before or after the last step was stored; some sessions are resumed.
    Cut {
        stored: bool,
        resume: u8,
    },
    /// Both copies of the record are lost.
    Lost,
}

impl Step {
    /// Reads a step: an octet that says which, one that chooses, and for some another.
    pub(super) fn read(input: &mut Input<'_>) -> Self {
        let (which, choice) = (input.octet(), input.octet());
        let at = usize::from(choice);
        match which {
            0..0x48 => Self::Send {
                // Few ids, so that they meet.
                id: u16::from(choice) % 24 + 1,
                nonce: match which % 8 {
                    0..3 => Under::Agreed,
                    3 => Under::Offered,
                    4..7 => Under::Zero,
                    _ => Under::Wrong,
                },
            },
            0x48..0x88 => Self::Replay(at),
            0x88..0x90 => Self::Forge {
                message: at,
                bit: input.octet().into(),
            },
            0x90..0xB4 => Self::Completed(at),
            0xB4..0xD0 => Self::Failed(at),
            0xD0..0xDA => Self::ClientRenewed(at),
            0xDA..0xE4 => Self::Offered(at),
            0xE4..0xEC => Self::ServerRenewed(at),
            0xEC..0xF0 => Self::SecretReplaced,
            0xF0..0xFE => Self::Cut {
                stored: choice & 1 == 0,
                resume: input.octet(),
            },
            0xFE.. => Self::Lost,
        }
    }
}

/// The nonce of a message to send.
#[derive(Clone, Copy, Debug)]
pub(super) enum Under {
    Agreed,
    Offered,
    Zero,
    Wrong,
}

/// A message that was sent: its id, and the secret and nonce that it was signed with.
#[derive(Clone)]
pub(super) struct Sent {
    id: u16,
    secret: u32,
    nonce: Number,
    pub(super) octets: Vec<u8>,
}

/// A session that runs, and what the model knows of it.
struct Running {
    session: Session,
    begun: Begun,
}

#[derive(Clone, Copy, PartialEq)]
struct Begun {
    id: u16,
    resync: bool,
    secret: u32,
    client: bool,
    server: bool,
}

/// The sessions of one kind.
#[derive(Clone, Default)]
struct Kind {
    /// Every one that completed, the latest last.
    completed: Vec<u16>,
    /// The latest four that neither completed nor failed.
    under_way: Vec<u16>,
}

impl Kind {
    fn remembered(&self, limit: usize) -> &[u16] {
        &self.completed[self.completed.len().saturating_sub(limit)..]
    }

    fn begin(&mut self, id: u16) {
        self.under_way.push(id);
        if self.under_way.len() > 4 {
            self.under_way.remove(0);
        }
    }
}

/// What is stored: of the library its octets, of the model all of it.
#[derive(Clone)]
struct Record {
    octets: Vec<u8>,
    agreed: Number,
    offered: Option<Number>,
    secret: u32,
    /// By whether it is the nonce 0.
    kinds: [Kind; 2],
    lost: bool,
}

pub(super) struct Day {
    server_id: &'static [u8],
    policy: ResyncPolicy,
    state: AccountState,
    /// By the number of the secret: those of the last one.
    credentials: (u32, Credentials),
    /// What is in RAM; its octets are the last that were stored.
    now: Record,
    /// What was stored before the last step.
    before: Record,
    running: Vec<Running>,
    sent: Vec<Sent>,
    fresh: Number,
    /// How often each message's session started and completed without a loss of power or record.
    completed: BTreeMap<(u32, u16), u32>,
    /// Sessions started, in all.
    starts: usize,
}

fn secret(server_id: &[u8], number: u32) -> Credentials {
    Credentials::new(server_id, &number.to_be_bytes())
}

impl Day {
    /// A day that begins with this agreed nonce.
    pub(super) fn new(server_id: &'static [u8], policy: ResyncPolicy, agreed: Number) -> Self {
        let state = AccountState::new();
        let now = Record {
            octets: state.to_bytes().to_vec(),
            agreed,
            offered: None,
            secret: 0,
            kinds: [Kind::default(), Kind::default()],
            lost: false,
        };
        Self {
            server_id,
            policy,
            state,
            credentials: (0, secret(server_id, 0)),
            before: now.clone(),
            now,
            running: Vec::new(),
            sent: Vec::new(),
            fresh: 100,
            completed: BTreeMap::new(),
            starts: 0,
        }
    }

    /// Takes one step, and checks what can be seen from outside.
    pub(super) fn step(&mut self, step: Step) {
        let stored = self.now.clone();
        self.take(step);
        if self.credentials.0 != self.now.secret {
            self.credentials = (self.now.secret, secret(self.server_id, self.now.secret));
        }
        if !matches!(step, Step::Cut { .. }) {
            self.before = stored;
        }
        self.store();
    }

    /// Takes a Package #0, whoever made it, and checks likewise.
    pub(super) fn receive_package0(&mut self, octets: &[u8]) {
        let stored = self.now.clone();
        if let Some(sent) = self.authenticated(octets) {
            self.deliver(&sent);
        } else {
            let decision = self.receive(octets);
            assert_eq!(decision, Decision::Ignored(Ignored::NoSession));
        }
        self.before = stored;
        self.store();
    }

    /// What the octets would be as a message of the server, by the digest of the reference; `None`
    /// if their session id is 0.
    fn authenticated(&self, octets: &[u8]) -> Option<Sent> {
        let (digest, trigger) = octets.split_at(16);
        let id = reference::Fields::read(trigger).unwrap().session_id;
        let secret = self.now.secret;
        let candidates = [Some(self.now.agreed), self.now.offered, Some(0)];
        let nonce = candidates.into_iter().flatten().find(|nonce| {
            let (password, nonce) = (secret.to_be_bytes(), nonce.to_be_bytes());
            reference::digest(self.server_id, &password, &nonce, trigger) == *digest
        });
        (id > 0).then(|| Sent {
            id,
            // Of no secret if it is not authentic.
            secret: if nonce.is_some() { secret } else { u32::MAX },
            nonce: nonce.unwrap_or_default(),
            octets: octets.to_vec(),
        })
    }

    /// How many sessions started.
    pub(super) const fn starts(&self) -> usize {
        self.starts
    }

    fn store(&mut self) {
        self.now.octets = self.state.to_bytes().to_vec();
        // Of what is begun and never ended, little is kept.
        if self.running.len() > 10 {
            self.running.remove(0);
        }
        self.look();
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Send { id, nonce } => self.send(id, nonce),
            Step::Replay(at) => {
                if let Some(sent) = choose(&self.sent, at).cloned() {
                    self.deliver(&sent);
                }
            }
            Step::Forge { message, bit } => self.forge(message, bit),
            Step::Completed(at) => self.end(at, true),
            Step::Failed(at) => self.end(at, false),
            Step::ClientRenewed(at) => {
                if let Some(running) = choose_mut(&mut self.running, at) {
                    running.session.client_nonce_renewed();
                    running.begun.client = true;
                }
            }
            Step::Offered(at) => {
                let fresh = self.fresh();
                if let Some(running) = choose_mut(&mut self.running, at) {
                    running.session.server_nonce_offered();
                    self.now.offered.get_or_insert(fresh);
                }
            }
            Step::ServerRenewed(at) => {
                if let (Some(running), Some(offered)) =
                    (choose_mut(&mut self.running, at), self.now.offered)
                {
                    self.state.server_nonce_renewed(&mut running.session);
                    running.begun.server = true;
                    self.now.agreed = offered;
                    self.now.offered = None;
                    self.now.kinds[0].completed.clear();
                }
            }
            Step::SecretReplaced => {
                self.state.secret_replaced();
                self.now.secret += 1;
                self.now.kinds = [Kind::default(), Kind::default()];
                self.now.lost = false;
            }
            Step::Cut { stored, resume } => self.cut(stored, resume),
            Step::Lost => {
                self.state = AccountState::lost();
                self.running.clear();
                self.now.kinds = [Kind::default(), Kind::default()];
                self.now.lost = true;
                // The generation began anew: no session of before may be left.
                self.completed.clear();
            }
        }
    }

    fn fresh(&mut self) -> Number {
        self.fresh += 1;
        self.fresh
    }

    /// What holds after every step.
    fn look(&self) {
        assert_eq!(AccountState::from_bytes(&self.now.octets), Ok(self.state));
        for Running { session, begun } in &self.running {
            assert_eq!(session.session_id().value(), begun.id);
            let choice = |renewed: bool| {
                if begun.resync && !renewed {
                    NonceChoice::Resync
                } else {
                    NonceChoice::Stored
                }
            };
            assert_eq!(session.client_nonce(), choice(begun.client));
            assert_eq!(session.server_nonce(), choice(begun.server));
            assert_eq!(session.took_place(), begun.client || begun.server);
            assert_eq!(
                Session::from_bytes(&session.to_bytes()).as_ref(),
                Ok(session)
            );
        }
        let under_this_secret = |&&(number, _): &&(u32, u16)| number == self.now.secret;
        let completed = self.completed.keys().filter(under_this_secret).count();
        assert!(self.policy == ResyncPolicy::Allowed || completed <= 4);
    }

    fn send(&mut self, id: u16, nonce: Under) {
        let sent = self.sign(id, nonce);
        self.sent.push(sent.clone());
        self.deliver(&sent);
    }

    /// A message of the server.
    pub(super) fn sign(&self, id: u16, nonce: Under) -> Sent {
        let nonce = match nonce {
            Under::Agreed => self.now.agreed,
            Under::Offered => self.now.offered.unwrap_or(self.now.agreed),
            Under::Zero => 0,
            Under::Wrong => 1,
        };
        let trigger = Trigger::new(
            SessionId::new(id).unwrap(),
            ServerId::new(self.server_id).unwrap(),
        );
        let mut buffer = [0; 64];
        let octets = trigger
            .sign(&self.credentials.1, Nonce::new(&nonce.to_be_bytes()))
            .unwrap();
        Sent {
            id,
            secret: self.now.secret,
            nonce,
            octets: octets.encode(&mut buffer).unwrap().to_vec(),
        }
    }

    fn receive<'a>(&mut self, octets: &'a [u8]) -> Decision<'a> {
        let agreed = self.now.agreed.to_be_bytes();
        let offered = self.now.offered.map(Number::to_be_bytes);
        let account = Account::new(&self.credentials.1, Nonce::new(&agreed), self.policy)
            .with_offered(offered.as_ref().map(|offered| Nonce::new(offered)));
        self.state
            .receive(&Package0::parse(octets).unwrap(), &account)
    }

    /// What the model expects of a message: the nonce that matches, and whether it is under way if
    /// it is a repeated one.
    fn expected(&self, sent: &Sent) -> Result<(MatchedNonce, Option<bool>), Ignored> {
        let now = &self.now;
        let authentic = sent.secret == now.secret;
        let nonce = if authentic && sent.nonce == 0 {
            MatchedNonce::Resync
        } else if authentic && sent.nonce == now.agreed {
            MatchedNonce::Stored
        } else if authentic && Some(sent.nonce) == now.offered {
            MatchedNonce::Offered
        } else {
            return Err(Ignored::NotAuthentic);
        };
        let [stored, resync] = &now.kinds;
        let is_resync = nonce == MatchedNonce::Resync;
        if is_resync && self.policy == ResyncPolicy::Forbidden {
            return Err(Ignored::ResyncForbidden);
        }
        let (kind, limit) = if is_resync { (resync, 4) } else { (stored, 8) };
        if kind.under_way.contains(&sent.id) {
            return Ok((nonce, Some(true)));
        }
        if kind.remembered(limit).contains(&sent.id) {
            return Ok((nonce, Some(false)));
        }
        let used = kind.remembered(limit).len() + kind.under_way.len();
        if is_resync && self.policy == ResyncPolicy::Limited && (now.lost || used >= 4) {
            return Err(Ignored::ResyncExhausted);
        }
        Ok((nonce, None))
    }

    fn deliver(&mut self, sent: &Sent) {
        let expected = self.expected(sent);
        let before = self.state;
        let decision = self.receive(&sent.octets);
        match (decision, expected) {
            (
                Decision::Start {
                    session,
                    notification,
                },
                Ok((nonce, None)),
            ) => {
                assert_eq!(notification.session_id().value(), sent.id);
                assert_eq!((notification.nonce(), session.nonce()), (nonce, nonce));
                self.started(sent, session, nonce);
            }
            (
                Decision::Repeated {
                    notification,
                    under_way,
                },
                Ok((nonce, Some(expected))),
            ) => {
                assert_eq!((notification.nonce(), under_way), (nonce, expected));
                assert_eq!(self.state, before);
            }
            (Decision::Ignored(reason), Err(expected)) => {
                assert_eq!(reason, expected);
                assert_eq!(self.state, before);
            }
            (decision, expected) => panic!("{decision:?}, but {expected:?} was expected"),
        }
    }

    fn started(&mut self, sent: &Sent, session: Session, nonce: MatchedNonce) {
        let resync = nonce == MatchedNonce::Resync;
        let known = self.completed.contains_key(&(sent.secret, sent.id));
        let limited = self.policy == ResyncPolicy::Limited;
        assert!(!(resync && limited && known), "it started twice");
        self.starts += 1;
        self.now.kinds[usize::from(resync)].begin(sent.id);
        if nonce == MatchedNonce::Offered {
            // The server has it: it is promoted.
            self.now.agreed = sent.nonce;
            self.now.offered = None;
        }
        self.running.push(Running {
            session,
            begun: Begun {
                id: sent.id,
                resync,
                secret: sent.secret,
                client: false,
                server: false,
            },
        });
    }

    fn forge(&mut self, message: usize, bit: usize) {
        let Some(sent) = choose(&self.sent, message) else {
            return;
        };
        let mut octets = sent.octets.clone();
        // Not in the length-identifier, without which it is no Package #0.
        let bit = bit % (8 * 23);
        octets[bit / 8] ^= 1 << (bit % 8);
        let before = self.state;
        let reason = match self.receive(&octets) {
            Decision::Ignored(reason) => reason,
            decision => panic!("forged: {decision:?}"),
        };
        let id = u16::from_be_bytes([octets[21], octets[22]]);
        let expected = match id {
            0 => Ignored::NoSession,
            _ => Ignored::NotAuthentic,
        };
        assert_eq!(reason, expected);
        assert_eq!(self.state, before);
    }

    fn end(&mut self, at: usize, completed: bool) {
        if self.running.is_empty() {
            return;
        }
        let at = at % self.running.len();
        let Running { session, begun } = self.running.remove(at);
        if completed {
            self.state.completed(session);
        } else {
            self.state.failed(session);
        }
        if begun.secret != self.now.secret {
            return;
        }
        let kind = &mut self.now.kinds[usize::from(begun.resync)];
        kind.under_way.retain(|&id| id != begun.id);
        let took_place = completed || begun.client || begun.server;
        if took_place && (begun.resync || !begun.server) {
            let limit = if begun.resync { 4 } else { 8 };
            if !kind.remembered(limit).contains(&begun.id) {
                kind.completed.push(begun.id);
            }
        }
        if took_place && begun.resync {
            *self.completed.entry((begun.secret, begun.id)).or_default() += 1;
        }
    }

    fn cut(&mut self, stored: bool, resume: u8) {
        if !stored {
            self.now = self.before.clone();
            // What the last step completed may be lost.
            let kept = self.now.kinds[1].completed.clone();
            let secret = self.now.secret;
            self.completed
                .retain(|&(number, id), _| number < secret || kept.contains(&id));
        }
        self.running.clear();
        self.state = AccountState::from_bytes(&self.now.octets).unwrap();
        let interrupted: Vec<_> = self.state.power_cycled().collect();
        let kinds = &mut self.now.kinds;
        let mut expected = Vec::new();
        for (kind, nonce) in kinds
            .iter_mut()
            .zip([MatchedNonce::Stored, MatchedNonce::Resync])
        {
            expected.extend(kind.under_way.drain(..).map(|id| (id, nonce)));
        }
        let listed: Vec<_> = interrupted
            .iter()
            .map(|session| (session.session_id().value(), session.nonce()))
            .collect();
        assert_eq!(listed, expected);
        for (at, session) in interrupted.into_iter().enumerate() {
            if resume >> at & 1 == 0 {
                continue;
            }
            // At once after the cut there is room for each: they had their places before it.
            assert!(self.state.resume(&session, self.policy));
            let begun = Begun {
                id: session.session_id().value(),
                resync: session.nonce() == MatchedNonce::Resync,
                secret: self.now.secret,
                client: false,
                server: false,
            };
            self.now.kinds[usize::from(begun.resync)].begin(begun.id);
            self.running.push(Running { session, begun });
        }
        // Stored once more: a cut right after this one finds the same.
        self.before = self.now.clone();
        self.before.octets = self.state.to_bytes().to_vec();
    }
}

fn choose<T>(of: &[T], at: usize) -> Option<&T> {
    of.get(at % of.len().max(1))
}

fn choose_mut<T>(of: &mut [T], at: usize) -> Option<&mut T> {
    let length = of.len().max(1);
    of.get_mut(at % length)
}
