//! A device and the messages that reach it, for the tests of what it remembers.

use oma_dm_notification::account::{
    Account, AccountState, Decision, Ignored, Notification, ResyncPolicy,
};
use oma_dm_notification::session::Session;
use oma_dm_notification::{Credentials, Nonce, Package0, ServerId, SessionId, Trigger};

pub(crate) const SERVER_ID: &[u8] = b"com.mgmtsrv.manage";
pub(crate) const AGREED: &[u8] = b"agreed";
pub(crate) const RENEWED: &[u8] = b"renewed";
pub(crate) const ZERO: &[u8] = &[0; 4];

/// Package #0 with this session id, signed with this secret under this nonce.
pub(crate) fn signed(id: u16, secret: &[u8], nonce: &[u8]) -> Vec<u8> {
    let id = SessionId::new(id).unwrap();
    let trigger = Trigger::new(id, ServerId::new(SERVER_ID).unwrap());
    let credentials = Credentials::new(SERVER_ID, secret);
    let mut buffer = [0; 64];
    let signed = trigger.sign(&credentials, Nonce::new(nonce)).unwrap();
    signed.encode(&mut buffer).unwrap().to_vec()
}

/// Package #0 signed with the secret that a device has first.
pub(crate) fn message(id: u16, nonce: &[u8]) -> Vec<u8> {
    signed(id, b"secret", nonce)
}

/// A device's record of one account.
pub(crate) struct Device {
    pub(crate) state: AccountState,
    pub(crate) credentials: Credentials,
    pub(crate) agreed: Vec<u8>,
    pub(crate) offered: Option<Vec<u8>>,
    pub(crate) policy: ResyncPolicy,
}

impl Device {
    pub(crate) fn new(policy: ResyncPolicy) -> Self {
        Self {
            state: AccountState::new(),
            credentials: Credentials::new(SERVER_ID, b"secret"),
            agreed: AGREED.to_vec(),
            offered: None,
            policy,
        }
    }

    /// Whatever comes of it, the state is as it was unless a session starts.
    #[track_caller]
    pub(crate) fn receive<'a>(&mut self, octets: &'a [u8]) -> Decision<'a> {
        let package0 = Package0::parse(octets).unwrap();
        let offered = self.offered.as_deref().map(Nonce::new);
        let agreed = Nonce::new(&self.agreed);
        let account = Account::new(&self.credentials, agreed, self.policy).with_offered(offered);
        let before = self.state;
        let decision = self.state.receive(&package0, &account);
        let starts = matches!(decision, Decision::Start { .. });
        assert_eq!(starts, self.state != before);
        decision
    }

    #[track_caller]
    pub(crate) fn started<'a>(&mut self, octets: &'a [u8]) -> (Session, Notification<'a>) {
        match self.receive(octets) {
            Decision::Start {
                session,
                notification,
            } => (session, notification),
            other => panic!("no start: {other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn start(&mut self, octets: &[u8]) -> Session {
        self.started(octets).0
    }

    /// The message is a repeated one; returns whether its session is under way.
    #[track_caller]
    pub(crate) fn repeated(&mut self, octets: &[u8]) -> bool {
        match self.receive(octets) {
            Decision::Repeated { under_way, .. } => under_way,
            other => panic!("not repeated: {other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn ignored(&mut self, octets: &[u8]) -> Ignored {
        match self.receive(octets) {
            Decision::Ignored(reason) => reason,
            other => panic!("not ignored: {other:?}"),
        }
    }

    /// A session that starts and completes.
    #[track_caller]
    pub(crate) fn complete(&mut self, octets: &[u8]) {
        let session = self.start(octets);
        self.state.completed(session);
    }

    /// Power fails after the state was stored; returns what was interrupted.
    pub(crate) fn power_cycle(&mut self) -> Vec<Session> {
        self.state = AccountState::from_bytes(&self.state.to_bytes()).unwrap();
        let interrupted = self.state.power_cycled().collect();
        assert_eq!(self.state.power_cycled().count(), 0, "it is listed once");
        interrupted
    }

    /// Pkg #4 confirms a server nonce.
    pub(crate) fn renew(&mut self, session: &mut Session, nonce: &[u8]) {
        session.server_nonce_offered();
        self.state.server_nonce_renewed(session);
        self.agreed = nonce.to_vec();
        self.offered = None;
    }

    pub(crate) fn replace_secret(&mut self, secret: &[u8]) {
        self.credentials = Credentials::new(SERVER_ID, secret);
        self.state.secret_replaced();
    }
}

/// CRC-32, by table, as another would write it.
pub(crate) fn crc32(octets: &[u8]) -> u32 {
    let table: Vec<u32> = (0..256_u32)
        .map(|octet| {
            let mut entry = octet.reverse_bits();
            for _ in 0..8 {
                let carry = entry & 0x8000_0000 != 0;
                entry = entry << 1 ^ if carry { 0x04C1_1DB7 } else { 0 };
            }
            entry.reverse_bits()
        })
        .collect();
    let mut crc = !0_u32;
    for &octet in octets {
        crc = crc >> 8 ^ table[usize::from(crc.to_le_bytes()[0] ^ octet)];
    }
    !crc
}

/// The octets with check octets that are right.
pub(crate) fn sealed(contents: &[u8]) -> Vec<u8> {
    [contents, &crc32(contents).to_be_bytes()].concat()
}
