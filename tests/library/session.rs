//! Both ends through OMA §5.1: whatever packet is lost, what each says of it, and what it costs.

use crate::device::{SERVER_ID, crc32, sealed};
use oma_dm_notification::account::{Account, AccountState, Decision, ResyncPolicy};
use oma_dm_notification::session::{DeviceState, MatchedNonce, Notify, Session};
use oma_dm_notification::{
    Credentials, DecodeError, DecodeErrorKind, Field, Nonce, NonceChoice, Package0, ServerId,
    SessionId, Trigger,
};

use ResyncPolicy::{Allowed, Forbidden, Limited};

fn id(value: u16) -> SessionId {
    SessionId::new(value).unwrap()
}

/// Numbers that look random, and are the same each time.
struct Random(u64);

impl Random {
    const fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 16
    }

    fn id(&mut self) -> SessionId {
        id(u16::try_from(self.next() % 0xFFFF).unwrap() + 1)
    }

    fn octets(&mut self) -> Vec<u8> {
        self.next().to_be_bytes().to_vec()
    }
}

/// What a device stores of the server.
struct Device {
    state: AccountState,
    policy: ResyncPolicy,
    /// Its own, for Pkg #1 and Pkg #3.
    client: Credentials,
    /// The server's.
    credentials: Credentials,
    client_nonce: Vec<u8>,
    agreed: Vec<u8>,
    offered: Option<Vec<u8>>,
    /// Whether it takes the offered nonce for a candidate, as the design has it.
    remembers_offers: bool,
}

/// What a server stores of the device.
struct Server {
    state: DeviceState,
    client: Credentials,
    credentials: Credentials,
    /// Those that the device has or has not replaced them by.
    replacing: Option<Credentials>,
    /// The one before the last Pkg #2, until a message under the other has come.
    client_nonce: Vec<u8>,
    /// The one that Pkg #2 gave.
    given: Option<Vec<u8>>,
    agreed: Vec<u8>,
    /// The message under the nonce 0 that is out, in each signature.
    out: Vec<Vec<u8>>,
}

/// The two ends, and the network between them.
struct Ends {
    device: Device,
    server: Server,
    random: Random,
}

/// How far an attempt came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reached {
    /// The device ignored the notification, or called it a repeated one.
    Nothing,
    /// The packet with this number was lost.
    Lost(u8),
    /// Pkg #4 and its answer came.
    All,
}

impl Ends {
    fn new(policy: ResyncPolicy, seed: u64) -> Self {
        let server_nonce = b"server nonce".to_vec();
        let client_nonce = b"client nonce".to_vec();
        let client = Credentials::new(b"client", b"client secret");
        let credentials = Credentials::new(SERVER_ID, b"server secret");
        Self {
            device: Device {
                state: AccountState::new(),
                policy,
                client: client.clone(),
                credentials: credentials.clone(),
                client_nonce: client_nonce.clone(),
                agreed: server_nonce.clone(),
                offered: None,
                remembers_offers: true,
            },
            server: Server {
                state: DeviceState::new(),
                client,
                credentials,
                replacing: None,
                client_nonce,
                given: None,
                agreed: server_nonce,
                out: Vec::new(),
            },
            random: Random(seed),
        }
    }

    /// The server tries to have a session; `lost` says which packet is.
    #[track_caller]
    fn attempt(&mut self, mut lost: impl FnMut(&mut Random, u8) -> bool) -> Reached {
        self.store();
        let notify = self.server.state.notify(self.random.id());
        let messages = self.server.sign(notify);
        if lost(&mut self.random, 0) {
            self.server.state.unanswered();
            return Reached::Lost(0);
        }
        let started = messages
            .iter()
            .find_map(|message| self.device.start(message));
        let Some(session) = started else {
            self.server.state.unanswered();
            return Reached::Nothing;
        };
        assert_eq!(session.nonce().choice(), notify.nonce);
        assert_eq!(session.session_id(), notify.session_id);
        self.session(session, &mut lost)
    }

    /// Pkg #1 to Pkg #5.
    #[track_caller]
    fn session(
        &mut self,
        mut device_session: Session,
        lost: &mut impl FnMut(&mut Random, u8) -> bool,
    ) -> Reached {
        let Self {
            device,
            server,
            random,
        } = self;

        let pkg1 = device.credential(&device_session);
        if lost(random, 1) {
            device.state.failed(device_session);
            server.state.unanswered();
            return Reached::Lost(1);
        }
        let mut session = server.state.session(device_session.session_id());
        assert!(
            server.authenticates(&session, pkg1),
            "Pkg #1: OMA §5.1, step 4"
        );

        let pkg2 = server.credentials(&session);
        let given = server.given.get_or_insert_with(|| random.octets()).clone();
        session.client_nonce_renewed();
        server.state.completed(server_copy(&session));
        if lost(random, 2) {
            device.state.failed(device_session);
            return Reached::Lost(2);
        }
        assert!(
            device.authenticates(&device_session, &pkg2),
            "Pkg #2: OMA §5.1, step 5"
        );
        device.client_nonce = given;
        device_session.client_nonce_renewed();
        if device_session.nonce() == MatchedNonce::Stored {
            // The server has the agreed one, so it has not got what was offered.
            device.offered = None;
        }

        let pkg3 = device.credential(&device_session);
        let offered = device
            .offered
            .get_or_insert_with(|| random.octets())
            .clone();
        device_session.server_nonce_offered();
        if lost(random, 3) {
            device.state.completed(device_session);
            return Reached::Lost(3);
        }
        assert!(
            server.authenticates(&session, pkg3),
            "Pkg #3, under the renewed client nonce"
        );
        server.agreed = offered.clone();
        server.state.server_nonce_renewed(&mut session);

        let pkg4 = server.credentials(&session);
        if server.state.should_replace_secret() {
            let fresh = Credentials::new(SERVER_ID, &random.octets());
            server.replacing.get_or_insert(fresh);
        }
        let replaced = server.replacing.clone();
        if lost(random, 4) {
            device.state.completed(device_session);
            return Reached::Lost(4);
        }
        let expected = device.credentials.session_credential(Nonce::new(&offered));
        assert!(
            pkg4.contains(&expected),
            "Pkg #4, under the offered server nonce"
        );
        device.agreed = offered;
        device.offered = None;
        device.state.server_nonce_renewed(&mut device_session);
        assert_eq!(device_session.server_nonce(), NonceChoice::Stored);
        if let Some(secret) = replaced {
            device.credentials = secret;
            device.state.secret_replaced();
        }
        device.state.completed(device_session);

        if lost(random, 5) {
            return Reached::Lost(5);
        }
        if let Some(secret) = server.replacing.take() {
            server.credentials = secret;
            server.state.secret_replaced();
        }
        Reached::All
    }

    /// Power fails at both ends, after everything was stored.
    fn store(&mut self) {
        self.device.state = AccountState::from_bytes(&self.device.state.to_bytes()).unwrap();
        assert_eq!(self.device.state.power_cycled().count(), 0);
        self.server.state = DeviceState::from_bytes(&self.server.state.to_bytes()).unwrap();
    }

    /// The server tries until it has had a session to the end, at most four times; nothing is lost.
    #[track_caller]
    fn recovers(&mut self) -> bool {
        (0..4).any(|_| self.attempt(|_, _| false) == Reached::All)
    }
}

/// The server's record of a session, as it stores it.
fn server_copy(session: &Session) -> Session {
    Session::from_bytes(&session.to_bytes()).unwrap()
}

impl Device {
    /// The session that the message starts, if any; an offered nonce that it is under is promoted.
    fn start(&mut self, message: &[u8]) -> Option<Session> {
        let offered = self.offered.as_deref().filter(|_| self.remembers_offers);
        let account = Account::new(&self.credentials, Nonce::new(&self.agreed), self.policy)
            .with_offered(offered.map(Nonce::new));
        let package0 = Package0::parse(message).unwrap();
        let Decision::Start { session, .. } = self.state.receive(&package0, &account) else {
            return None;
        };
        if session.nonce() == MatchedNonce::Offered {
            self.agreed = self.offered.take()?;
        }
        Some(session)
    }

    /// For Pkg #1 and Pkg #3.
    fn credential(&self, session: &Session) -> [u8; 24] {
        let nonce = session
            .client_nonce()
            .resolve(Nonce::new(&self.client_nonce));
        self.client.session_credential(nonce)
    }

    /// Pkg #2, in one of the signatures that the server has tried.
    fn authenticates(&self, session: &Session, credentials: &[[u8; 24]]) -> bool {
        let nonce = session.server_nonce().resolve(Nonce::new(&self.agreed));
        credentials.contains(&self.credentials.session_credential(nonce))
    }
}

impl Server {
    /// The message in each signature: under the nonce 0, octet for octet what is out.
    fn sign(&mut self, notify: Notify) -> Vec<Vec<u8>> {
        if notify.nonce == NonceChoice::Resync && notify.repeated && self.replacing.is_none() {
            return self.out.clone();
        }
        let trigger = Trigger::new(notify.session_id, ServerId::new(SERVER_ID).unwrap());
        let nonce = notify.nonce.resolve(Nonce::new(&self.agreed));
        let messages: Vec<_> = [Some(&self.credentials), self.replacing.as_ref()]
            .into_iter()
            .flatten()
            .map(|credentials| {
                let signed = trigger.sign(credentials, nonce).unwrap();
                signed.encode(&mut [0; 64]).unwrap().to_vec()
            })
            .collect();
        if notify.nonce == NonceChoice::Resync {
            self.out.clone_from(&messages);
        }
        messages
    }

    /// For Pkg #2 and Pkg #4, in each signature.
    fn credentials(&self, session: &Session) -> Vec<[u8; 24]> {
        let nonce = session.server_nonce().resolve(Nonce::new(&self.agreed));
        [Some(&self.credentials), self.replacing.as_ref()]
            .into_iter()
            .flatten()
            .map(|credentials| credentials.session_credential(nonce))
            .collect()
    }

    /// Pkg #1 or Pkg #3: under the nonce that Pkg #2 gave, or, if that may be lost, the one before.
    fn authenticates(&mut self, session: &Session, credential: [u8; 24]) -> bool {
        let is_under = |nonce| self.client.session_credential(nonce) == credential;
        if session.client_nonce() == NonceChoice::Resync {
            return is_under(Nonce::RESYNC);
        }
        let given = self.given.as_deref().map(Nonce::new);
        if given.is_some_and(is_under) {
            self.client_nonce = self.given.take().unwrap();
            return true;
        }
        is_under(Nonce::new(&self.client_nonce))
    }
}

/// The packet with this number is lost, once; none for 6.
fn losing(number: u8) -> impl FnMut(&mut Random, u8) -> bool {
    move |_, packet| packet == number
}

#[test]
fn with_the_right_nonce_each_end_authenticates_the_other_and_both_nonces_are_renewed() {
    for policy in [Forbidden, Limited, Allowed] {
        let mut ends = Ends::new(policy, 1);
        let (server_nonce, client_nonce) =
            (ends.device.agreed.clone(), ends.device.client_nonce.clone());
        assert_eq!(ends.attempt(|_, _| false), Reached::All);
        assert_ne!(ends.device.agreed, server_nonce);
        assert_ne!(ends.device.client_nonce, client_nonce);
        assert_eq!(ends.device.agreed, ends.server.agreed);
        assert_eq!(ends.device.client_nonce, ends.server.client_nonce);
        assert!(!ends.server.state.should_replace_secret());
        assert_eq!(ends.attempt(|_, _| false), Reached::All);
    }
}

#[test]
fn after_its_record_is_lost_a_server_resynchronises_and_replaces_its_secret() {
    for policy in [Limited, Allowed] {
        let mut ends = Ends::new(policy, 2);
        let before = ends.server.credentials.as_base64().to_owned();
        ends.server.state = DeviceState::lost();
        ends.server.agreed = b"lost".to_vec();
        ends.server.client_nonce = b"lost".to_vec();
        assert_eq!(ends.attempt(|_, _| false), Reached::All);
        assert_ne!(ends.server.credentials.as_base64(), &before);
        assert!(!ends.server.state.should_replace_secret());
        assert_eq!(ends.device.agreed, ends.server.agreed);
        assert_eq!(ends.device.client_nonce, ends.server.client_nonce);
        assert_eq!(ends.attempt(|_, _| false), Reached::All);
    }
}

#[test]
fn a_device_that_forbids_the_nonce_0_leaves_the_server_that_lost_its_record_alone() {
    let mut ends = Ends::new(Forbidden, 3);
    ends.server.state = DeviceState::lost();
    ends.server.agreed = b"lost".to_vec();
    assert!(!ends.recovers());
    assert_eq!(ends.device.state, AccountState::new());
}

#[test]
fn without_an_answer_a_server_takes_the_nonce_0_and_the_stored_one_alternately() {
    let mut ends = Ends::new(Forbidden, 4);
    let messages: Vec<_> = (0..4)
        .map(|_| {
            let notify = ends.server.state.notify(ends.random.id());
            ends.server.state.unanswered();
            (notify, ends.server.sign(notify))
        })
        .collect();
    let nonces: Vec<_> = messages.iter().map(|(notify, _)| notify.nonce).collect();
    let (stored, resync) = (NonceChoice::Stored, NonceChoice::Resync);
    assert_eq!(nonces, [stored, resync, stored, resync]);
    let repeated: Vec<_> = messages.iter().map(|(notify, _)| notify.repeated).collect();
    assert_eq!(repeated, [false, false, true, true]);
    assert_eq!(messages[0].1, messages[2].1, "octet for octet");
    assert_eq!(messages[1].1, messages[3].1, "octet for octet");
    assert_ne!(messages[0].0.session_id, messages[1].0.session_id);
}

#[test]
fn whichever_packets_of_three_attempts_are_lost_the_next_ones_come_through() {
    for policy in [Forbidden, Limited, Allowed] {
        for losses in 0..343_u16 {
            let [first, second, third] =
                [losses / 49, losses / 7 % 7, losses % 7].map(|loss| u8::try_from(loss).unwrap());
            let mut ends = Ends::new(policy, 5);
            let reached = [first, second, third].map(|loss| ends.attempt(losing(loss)));
            assert!(ends.recovers(), "{policy:?}, {reached:?}");
        }
    }
}

#[test]
fn a_server_that_lost_its_record_comes_through_whichever_packets_are_lost() {
    for policy in [Limited, Allowed] {
        for losses in 0..343_u16 {
            let [first, second, third] =
                [losses / 49, losses / 7 % 7, losses % 7].map(|loss| u8::try_from(loss).unwrap());
            let mut ends = Ends::new(policy, 6);
            ends.server.state = DeviceState::lost();
            ends.server.agreed = b"lost".to_vec();
            ends.server.client_nonce = b"lost".to_vec();
            let reached = [first, second, third].map(|loss| ends.attempt(losing(loss)));
            assert!(ends.recovers(), "{policy:?}, {reached:?}");
        }
    }
}

/// How many of 200 devices get no session any more after so many attempts of which one packet in
/// five is lost.
fn locked_out(policy: ResyncPolicy, remembers_offers: bool) -> usize {
    (1..=200)
        .filter(|&seed: &u64| {
            let mut ends = Ends::new(policy, seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
            ends.device.remembers_offers = remembers_offers;
            for _ in 0..30 {
                ends.attempt(|random, _| random.next() % 5 == 0);
            }
            !ends.recovers()
        })
        .count()
}

#[test]
fn where_one_packet_in_five_is_lost_nobody_is_locked_out() {
    for policy in [Forbidden, Limited, Allowed] {
        let locked = locked_out(policy, true);
        println!("{policy:?}: {locked} of 200 locked out");
        assert_eq!(locked, 0);
    }
}

#[test]
fn without_the_offered_nonce_most_devices_that_forbid_the_nonce_0_are_locked_out() {
    let locked = locked_out(Forbidden, false);
    println!("{locked} of 200 locked out");
    assert!(locked > 150, "the simulation would find nothing: {locked}");
}

#[test]
fn a_session_under_the_stored_nonces_stays_under_them() {
    let mut session = DeviceState::new().session(id(5));
    assert_eq!(session.session_id(), id(5));
    assert_eq!(session.nonce(), MatchedNonce::Stored);
    for _ in 0..2 {
        assert_eq!(session.client_nonce(), NonceChoice::Stored);
        assert_eq!(session.server_nonce(), NonceChoice::Stored);
        session.client_nonce_renewed();
        session.server_nonce_offered();
        DeviceState::new().server_nonce_renewed(&mut session);
    }
}

#[test]
fn a_session_under_the_nonce_0_takes_each_nonce_when_it_is_renewed() {
    let mut state = DeviceState::lost();
    let notify = state.notify(id(5));
    let mut session = state.session(notify.session_id);
    let nonces = |of: &Session| (of.client_nonce(), of.server_nonce());
    let (stored, resync) = (NonceChoice::Stored, NonceChoice::Resync);
    assert_eq!(nonces(&session), (resync, resync));
    assert!(!session.took_place());
    session.client_nonce_renewed();
    assert_eq!(nonces(&session), (stored, resync));
    assert!(session.took_place());
    assert!(!session.is_server_nonce_offered());
    session.server_nonce_offered();
    assert_eq!(nonces(&session), (stored, resync));
    assert!(session.is_server_nonce_offered());
    state.server_nonce_renewed(&mut session);
    assert_eq!(nonces(&session), (stored, stored));
    assert!(!session.is_server_nonce_offered());

    let mut other = state.session(notify.session_id);
    other.server_nonce_offered();
    assert!(!other.took_place(), "an offer alone proves nothing");
    state.server_nonce_renewed(&mut other);
    assert!(other.took_place());
}

#[test]
fn a_message_under_the_nonce_0_stays_out_until_its_session_took_place() {
    let mut state = DeviceState::lost();
    let first = state.notify(id(1));
    assert_eq!((first.session_id, first.repeated), (id(1), false));
    let again = state.notify(id(2));
    assert_eq!((again.session_id, again.repeated), (id(1), true));

    let refused = state.session(id(1));
    state.failed(refused);
    assert_eq!(state.notify(id(2)).session_id, id(1));

    let mut session = state.session(id(1));
    session.client_nonce_renewed();
    state.failed(session);
    let next = state.notify(id(2));
    assert_eq!(
        (next.session_id, next.repeated),
        (id(2), false),
        "it took place"
    );
    assert_eq!(
        next.nonce,
        NonceChoice::Resync,
        "the server nonce is lost still"
    );
    assert_eq!(state.session(id(1)).nonce(), MatchedNonce::Stored);
    assert_eq!(state.session(id(2)).nonce(), MatchedNonce::Resync);
}

#[test]
fn after_a_session_that_took_place_the_stored_nonce_is_next() {
    let mut state = DeviceState::new();
    let stored = state.notify(id(1));
    assert!(!state.should_replace_secret());
    state.unanswered();
    let resync = state.notify(id(2));
    assert!(state.should_replace_secret());
    state.completed(state.session(resync.session_id));
    let next = state.notify(id(3));
    assert_eq!(next.nonce, NonceChoice::Stored);
    assert_eq!(next.session_id, stored.session_id, "that one is out still");
    assert!(next.repeated);
    state.completed(state.session(next.session_id));
    assert_eq!(state.notify(id(4)).session_id, id(4));
    assert!(state.should_replace_secret(), "until it is replaced");
}

#[test]
fn a_renewed_server_nonce_is_the_next_one_even_after_a_lost_record() {
    let mut state = DeviceState::lost();
    state.unanswered();
    assert_eq!(state.notify(id(1)).nonce, NonceChoice::Resync);
    let mut session = state.session(id(1));
    state.server_nonce_renewed(&mut session);
    assert_eq!(state.notify(id(2)).nonce, NonceChoice::Stored);
    state.unanswered();
    assert_eq!(state.notify(id(3)).nonce, NonceChoice::Resync);
    state.unanswered();
    assert_eq!(state.notify(id(4)).nonce, NonceChoice::Stored);
}

#[test]
fn a_replaced_secret_ends_what_is_out() {
    let mut state = DeviceState::lost();
    state.notify(id(1));
    let (completed, failed) = (state.session(id(1)), state.session(id(1)));
    state.secret_replaced();
    assert!(!state.should_replace_secret());
    assert_eq!(state.session(id(1)).nonce(), MatchedNonce::Stored);
    let next = state.notify(id(1));
    assert_eq!((next.repeated, next.nonce), (false, NonceChoice::Resync));
    state.unanswered();
    let again = state.notify(id(1));
    assert_eq!(
        again.nonce,
        NonceChoice::Resync,
        "the server nonce is lost still"
    );
    let before = state;
    state.completed(completed);
    state.failed(failed);
    assert_eq!(state, before, "they began under the older secret");
}

#[test]
fn the_ids_under_the_two_nonces_differ() {
    for (drawn, expected) in [(1, 3), (2, 3), (3, 2), (0x1234, 0x1235)] {
        let mut state = DeviceState::new();
        state.notify(id(drawn));
        state.unanswered();
        let second = state.notify(id(drawn)).session_id;
        assert_eq!(second, id(expected));
        assert_eq!(state.session(second).nonce(), MatchedNonce::Resync);
        assert_eq!(state.session(id(drawn)).nonce(), MatchedNonce::Stored);
    }
}

/// A session under the nonce 0 with all that can happen to it but Pkg #4.
fn session() -> Session {
    let mut state = DeviceState::new();
    for _ in 0..7 {
        state.secret_replaced();
    }
    state.unanswered();
    state.notify(id(0x1234));
    let mut session = state.session(id(0x1234));
    session.client_nonce_renewed();
    session.server_nonce_offered();
    session
}

#[test]
fn a_session_is_these_octets() {
    let expected = sealed(&[0x21, 0x12, 0x34, 7, 0x23]);
    assert_eq!(session().to_bytes().to_vec(), expected);
    assert_eq!(Session::from_bytes(&expected), Ok(session()));
    let new = sealed(&[0x21, 0, 5, 0, 0]);
    assert_eq!(DeviceState::new().session(id(5)).to_bytes().to_vec(), new);
    assert_eq!(Session::LENGTH, 9);
    // Under the offered nonce, with all three bits.
    let offered = sealed(&[0x21, 0, 5, 0, 0x17]);
    let session = Session::from_bytes(&offered).unwrap();
    assert_eq!(session.nonce(), MatchedNonce::Offered);
    assert!(session.took_place());
    assert_eq!(session.to_bytes().to_vec(), offered);
}

#[test]
fn a_devices_state_is_these_octets() {
    let mut state = DeviceState::new();
    assert_eq!(state.to_bytes().to_vec(), sealed(&[0x31, 0, 0, 0, 0, 0, 0]));
    state.secret_replaced();
    state.notify(id(0x0102));
    state.unanswered();
    state.notify(id(0x0304));
    let expected = sealed(&[0x31, 1, 2, 3, 4, 1, 5]);
    assert_eq!(state.to_bytes().to_vec(), expected);
    assert_eq!(DeviceState::from_bytes(&expected), Ok(state));
    let lost = sealed(&[0x31, 0, 0, 0, 0, 0, 7]);
    assert_eq!(DeviceState::lost().to_bytes().to_vec(), lost);
    assert_eq!(DeviceState::from_bytes(&lost), Ok(DeviceState::lost()));
    assert_eq!(DeviceState::LENGTH, 11);
    assert_eq!(DeviceState::default(), DeviceState::new());
}

type Restore = fn(&[u8]) -> Result<(), DecodeError>;

#[test]
fn any_bit_that_changed_is_noticed_in_a_session_and_in_a_devices_state() {
    let (session, state) = (session().to_bytes(), DeviceState::lost().to_bytes());
    let sessions = |octets: &[u8]| Session::from_bytes(octets).map(drop);
    let states = |octets: &[u8]| DeviceState::from_bytes(octets).map(drop);
    let both: [(&[u8], Restore); 2] = [(&session, sessions), (&state, states)];
    for (octets, restore) in both {
        assert_eq!(restore(octets), Ok(()));
        for end in 0..octets.len() {
            let error = restore(&octets[..end]).unwrap_err();
            assert_eq!(
                (error.kind(), error.field()),
                (DecodeErrorKind::Length, Field::State)
            );
        }
        restore(&[octets, &[0]].concat()).unwrap_err();
        for bit in 0..8 * octets.len() {
            let mut changed = octets.to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);
            let error = restore(&changed).unwrap_err();
            let (field, offset) = match bit / 8 {
                0 => (Field::StateVersion, 0),
                _ => (Field::StateCheck, octets.len() - 4),
            };
            assert_eq!(
                (error.kind(), error.field(), error.offset()),
                (DecodeErrorKind::Invalid, field, offset)
            );
        }
    }
}

#[test]
fn impossible_sessions_and_states_are_refused_even_with_the_right_check_octets() {
    for contents in [
        [0x21, 0, 0, 0, 0],
        [0x21, 0, 1, 0, 0x08],
        [0x21, 0, 1, 0, 0x30],
    ] {
        let error = Session::from_bytes(&sealed(&contents)).unwrap_err();
        assert_eq!(
            (error.kind(), error.field(), error.offset()),
            (DecodeErrorKind::Invalid, Field::State, 1)
        );
    }
    for contents in [
        [0x31, 0, 1, 0, 1, 0, 4],
        [0x31, 0, 0, 0, 1, 0, 0],
        [0x31, 0, 0, 0, 0, 0, 2],
        [0x31, 0, 0, 0, 0, 0, 8],
    ] {
        let error = DeviceState::from_bytes(&sealed(&contents)).unwrap_err();
        assert_eq!(
            (error.kind(), error.field(), error.offset()),
            (DecodeErrorKind::Invalid, Field::State, 1)
        );
    }
    DeviceState::from_bytes(&sealed(&[0x31, 0, 1, 0, 2, 9, 4])).unwrap();
    assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
}

#[test]
fn a_session_is_not_restored_as_a_state_nor_the_other_way_round() {
    let account = AccountState::new().to_bytes();
    let device = DeviceState::new().to_bytes();
    for octets in [&account[..], &device[..]] {
        let error = Session::from_bytes(octets).unwrap_err();
        assert_eq!(error.field(), Field::StateVersion);
    }
    let error = DeviceState::from_bytes(&account).unwrap_err();
    assert_eq!(
        error.to_string(),
        "invalid version of the stored state at octet 0"
    );
}
