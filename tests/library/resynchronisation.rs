//! The message sequence of section 5.1 between two ends, down every branch.

use oma_dm_notification::session::{
    DeviceNonces, NonceChoice, Nonces, Resynchronisation, ServerNonces, SessionLog,
};
use oma_dm_notification::{Credentials, Nonce, Package0, ServerId, SessionId, Trigger};

const SERVER_ID: &[u8] = b"com.mgmtsrv.manage";

/// What one end has stored of the account that it shares with the other.
struct Account {
    client_credentials: Credentials,
    server_credentials: Credentials,
    client_nonce: Vec<u8>,
    server_nonce: Vec<u8>,
}

impl Account {
    fn new() -> Self {
        Self {
            client_credentials: Credentials::new(b"client", b"client secret"),
            server_credentials: Credentials::new(SERVER_ID, b"server secret"),
            client_nonce: b"client nonce 0".to_vec(),
            server_nonce: b"server nonce 0".to_vec(),
        }
    }

    /// The credential in a client's message, by the nonces of this end.
    fn client_credential(&self, nonces: Nonces) -> [u8; 24] {
        let nonce = nonces.client().of(Nonce::new(&self.client_nonce));
        self.client_credentials.session_credential(nonce)
    }

    /// The credential in a server's message, by the nonces of this end.
    fn server_credential(&self, nonces: Nonces) -> [u8; 24] {
        let nonce = nonces.server().of(Nonce::new(&self.server_nonce));
        self.server_credentials.session_credential(nonce)
    }
}

struct Device {
    account: Account,
    nonces: DeviceNonces,
    sessions: SessionLog<(), 4>,
}

struct Server {
    account: Account,
    nonces: ServerNonces,
}

fn ends(policy: Resynchronisation) -> (Device, Server) {
    let device = Device {
        account: Account::new(),
        nonces: DeviceNonces::new(policy),
        sessions: SessionLog::new(),
    };
    let server = Server {
        account: Account::new(),
        nonces: ServerNonces::new(),
    };
    (device, server)
}

impl Server {
    /// Pkg #0.
    fn notify(&self, session_id: u16) -> Vec<u8> {
        let session_id = SessionId::new(session_id).unwrap();
        let trigger = Trigger::new(session_id, ServerId::new(SERVER_ID).unwrap());
        let stored = Nonce::new(&self.account.server_nonce);
        let nonce = self.nonces.current().server().of(stored);
        let mut buffer = [0; 64];
        let credentials = &self.account.server_credentials;
        Package0::encode(&trigger, credentials, nonce, &mut buffer)
            .unwrap()
            .to_vec()
    }
}

impl Device {
    /// What a notification leads to: the nonce that it matched and whether it starts a session; `None` if ignored.
    fn receive(&mut self, octets: &[u8]) -> Option<(NonceChoice, bool)> {
        let package0 = Package0::parse(octets).unwrap();
        let stored = Nonce::new(&self.account.server_nonce);
        let credentials = &self.account.server_credentials;
        let authentic = self.nonces.verify(&package0, credentials, stored).ok()?;
        let choice = [NonceChoice::Stored, NonceChoice::Resync][authentic.candidate()];
        let session_id = authentic.trigger().session_id();
        let admitted = self.sessions.admit((), session_id);
        if admitted {
            self.nonces.session_started(&authentic);
            assert_eq!(self.nonces.current().client(), choice, "5.1, step 3");
            assert_eq!(self.nonces.current().server(), choice, "5.1, step 5");
        }
        Some((choice, admitted))
    }
}

/// A client's message is authentic: both ends make the same credential of it.
#[track_caller]
fn assert_client_authentic(device: &Device, server: &Server, message: &str) {
    let sent = device.account.client_credential(device.nonces.current());
    let expected = server.account.client_credential(server.nonces.current());
    assert_eq!(sent, expected, "{message}");
}

/// A server's message is authentic: both ends make the same credential of it.
#[track_caller]
fn assert_server_authentic(device: &Device, server: &Server, message: &str) {
    let sent = server.account.server_credential(server.nonces.current());
    let expected = device.account.server_credential(device.nonces.current());
    assert_eq!(sent, expected, "{message}");
}

/// Pkg #1 to Pkg #4: each end authenticates the other, and each nonce is renewed.
fn session(device: &mut Device, server: &mut Server, number: u8) {
    assert_client_authentic(device, server, "Pkg #1: 5.1, step 4");
    assert_server_authentic(device, server, "Pkg #2: 5.1, step 5");
    for account in [&mut device.account, &mut server.account] {
        account.client_nonce = [b"client nonce ".as_slice(), &[number]].concat();
    }
    server.nonces.client_nonce_renewed();
    device.nonces.client_nonce_renewed();

    assert_client_authentic(device, server, "Pkg #3, under the renewed client nonce");
    for account in [&mut device.account, &mut server.account] {
        account.server_nonce = [b"server nonce ".as_slice(), &[number]].concat();
    }
    device.nonces.server_nonce_renewed();
    server.nonces.server_nonce_renewed();

    assert_server_authentic(device, server, "Pkg #4, under the renewed server nonce");
    assert_eq!(device.nonces.current().server(), NonceChoice::Stored);
    assert_eq!(server.nonces.current().server(), NonceChoice::Stored);
}

/// Pkg #4: the server replaces its secret.
fn replace_secret(device: &mut Device, server: &mut Server) {
    for account in [&mut device.account, &mut server.account] {
        account.server_credentials = Credentials::new(SERVER_ID, b"new server secret");
    }
    server.nonces.secret_replaced();
    device.nonces.secret_replaced();
}

const STORED: Option<(NonceChoice, bool)> = Some((NonceChoice::Stored, true));
const RESYNC: Option<(NonceChoice, bool)> = Some((NonceChoice::Resync, true));

#[test]
fn with_the_right_nonce_a_session_starts_under_it() {
    let (mut device, mut server) = ends(Resynchronisation::Forbidden);
    assert_eq!(device.receive(&server.notify(1)), STORED);
    session(&mut device, &mut server, 1);
    assert_eq!(device.receive(&server.notify(2)), STORED);
    assert!(!server.nonces.should_replace_secret());
}

#[test]
fn the_same_session_id_starts_one_session() {
    let (mut device, server) = ends(Resynchronisation::Forbidden);
    let message = server.notify(1);
    assert_eq!(device.receive(&message), STORED);
    assert_eq!(device.receive(&message), Some((NonceChoice::Stored, false)));
    assert_eq!(device.receive(&server.notify(2)), STORED);
    assert_eq!(device.receive(&message), Some((NonceChoice::Stored, false)));
}

#[test]
fn with_a_stale_nonce_a_message_is_ignored_and_the_server_resynchronises() {
    let (mut device, mut server) = ends(Resynchronisation::Allowed);
    server.account.server_nonce = b"lost".to_vec();
    server.account.client_nonce = b"lost".to_vec();
    assert_eq!(device.receive(&server.notify(1)), None);

    server.nonces.resynchronise();
    assert_eq!(device.receive(&server.notify(1)), RESYNC);
    session(&mut device, &mut server, 1);
    assert!(server.nonces.should_replace_secret(), "5.1, step 6");
    replace_secret(&mut device, &mut server);
    assert!(!server.nonces.should_replace_secret());
    assert_eq!(device.receive(&server.notify(2)), STORED);
}

#[test]
fn a_device_that_forbids_resynchronisation_ignores_the_nonce_0() {
    let (mut device, mut server) = ends(Resynchronisation::Forbidden);
    server.nonces.resynchronise();
    assert_eq!(device.receive(&server.notify(1)), None);
    assert_eq!(
        device.nonces,
        DeviceNonces::new(Resynchronisation::Forbidden)
    );
}

#[test]
fn a_forged_digest_is_ignored_and_changes_nothing() {
    for policy in [
        Resynchronisation::Forbidden,
        Resynchronisation::Once,
        Resynchronisation::Allowed,
    ] {
        let (mut device, server) = ends(policy);
        let mut forged = server.notify(1);
        forged[0] ^= 1;
        assert_eq!(device.receive(&forged), None);
        assert_eq!(device.nonces, DeviceNonces::new(policy));
        assert_eq!(
            device.receive(&server.notify(1)),
            STORED,
            "and the session is not spent"
        );
    }
}

#[test]
fn a_message_under_the_nonce_0_is_replayed_until_the_secret_is_replaced() {
    let (mut device, mut server) = ends(Resynchronisation::Allowed);
    server.nonces.resynchronise();
    let recorded = server.notify(1);
    assert_eq!(device.receive(&recorded), RESYNC);
    session(&mut device, &mut server, 1);

    // The session log is a bound, not a defence: it forgets.
    device.sessions = SessionLog::new();
    assert_eq!(
        device.receive(&recorded),
        RESYNC,
        "before the secret is replaced"
    );
    replace_secret(&mut device, &mut server);
    device.sessions = SessionLog::new();
    assert_eq!(
        device.receive(&recorded),
        None,
        "after the secret is replaced"
    );
}

#[test]
fn a_replay_does_not_disturb_the_session_that_is_under_way() {
    let (mut device, mut server) = ends(Resynchronisation::Allowed);
    server.nonces.resynchronise();
    let recorded = server.notify(1);
    assert_eq!(device.receive(&recorded), RESYNC);
    device.nonces.client_nonce_renewed();
    let under_way = device.nonces;
    assert_eq!(
        device.receive(&recorded),
        Some((NonceChoice::Resync, false))
    );
    assert_eq!(device.nonces, under_way);
}

#[test]
fn once_accepts_the_nonce_0_once_until_the_server_has_issued_a_nonce() {
    let (mut device, mut server) = ends(Resynchronisation::Once);
    server.nonces.resynchronise();
    let recorded = server.notify(1);
    assert_eq!(device.receive(&recorded), RESYNC);
    assert_eq!(
        device.receive(&recorded),
        None,
        "the session has not been held"
    );
    assert_eq!(device.receive(&server.notify(2)), None);
    session(&mut device, &mut server, 1);
    server.nonces.resynchronise();
    assert_eq!(
        device.receive(&server.notify(3)),
        RESYNC,
        "the server has lost it again"
    );
}

#[test]
fn once_accepts_the_nonce_0_again_when_the_secret_is_replaced() {
    let (mut device, mut server) = ends(Resynchronisation::Once);
    server.nonces.resynchronise();
    assert_eq!(device.receive(&server.notify(1)), RESYNC);
    assert_eq!(device.receive(&server.notify(2)), None);
    replace_secret(&mut device, &mut server);
    server.nonces.resynchronise();
    assert_eq!(device.receive(&server.notify(3)), RESYNC);
}

#[test]
fn a_message_under_the_stored_nonce_does_not_give_back_what_once_has_spent() {
    let (mut device, mut server) = ends(Resynchronisation::Once);
    let stored = server.notify(2);
    server.nonces.resynchronise();
    assert_eq!(device.receive(&server.notify(1)), RESYNC);
    assert_eq!(device.receive(&stored), STORED);
    assert_eq!(device.receive(&server.notify(3)), None);
}

#[test]
fn a_session_broken_off_after_pkg_2_goes_on_under_the_nonces_that_each_end_has() {
    let (mut device, mut server) = ends(Resynchronisation::Allowed);
    server.nonces.resynchronise();
    assert_eq!(device.receive(&server.notify(1)), RESYNC);
    server.nonces.client_nonce_renewed();
    device.nonces.client_nonce_renewed();
    for nonces in [server.nonces.current(), device.nonces.current()] {
        assert_eq!(nonces.client(), NonceChoice::Stored);
        assert_eq!(nonces.server(), NonceChoice::Resync);
    }
    assert_eq!(
        device.receive(&server.notify(2)),
        RESYNC,
        "the server nonce is still 0"
    );
}

#[test]
fn the_log_forgets_the_oldest_session_when_it_is_full() {
    let mut sessions = SessionLog::<u8, 2>::default();
    let id = |value| SessionId::new(value).unwrap();
    assert!(sessions.admit(1, id(1)));
    assert!(sessions.admit(1, id(2)));
    assert!(
        !sessions.admit(1, id(1)),
        "a repetition makes it no younger"
    );
    assert!(sessions.admit(2, id(1)), "another server's session");
    assert!(!sessions.admit(1, id(2)));
    assert!(sessions.admit(1, id(1)), "it had fallen out");
    assert!(!sessions.admit(2, id(1)));
    assert!(
        sessions.admit(1, id(2)),
        "it fell out for the last one admitted"
    );
}

#[test]
fn the_resynchronisation_choice_is_four_zero_octets() {
    let stored = Nonce::new(b"stored");
    assert_eq!(NonceChoice::Stored.of(stored).as_bytes(), b"stored");
    assert_eq!(NonceChoice::Resync.of(stored).as_bytes(), [0; 4]);
    assert_eq!(ServerNonces::default(), ServerNonces::new());
}
