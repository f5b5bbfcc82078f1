//! The application around the library: accounts, their records, and the sessions that are under
//! way.

use oma_dm_notification::account::{Account, AccountState, Decision, ResyncPolicy};
use oma_dm_notification::session::{MatchedNonce, Session};
use oma_dm_notification::{Credentials, Nonce, Package0};

/// A server's account, and all that the device remembers of the server: one record in flash.
pub(crate) struct Record {
    server_id: Vec<u8>,
    credentials: Credentials,
    policy: ResyncPolicy,
    /// The agreed server nonce; no octets if there is none yet.
    server_nonce: Vec<u8>,
    /// The server nonce that Pkg #3 offered and no Pkg #4 has confirmed.
    offered: Option<Vec<u8>>,
    client_nonce: Vec<u8>,
    state: AccountState,
}

impl Record {
    pub(crate) fn new(
        server_id: &[u8],
        credentials: Credentials,
        nonce: Vec<u8>,
        policy: ResyncPolicy,
    ) -> Self {
        Self {
            server_id: server_id.into(),
            credentials,
            policy,
            server_nonce: nonce,
            offered: None,
            client_nonce: Vec::new(),
            state: AccountState::new(),
        }
    }

    /// Verifies a notification and decides on it.
    fn receive<'a>(&mut self, package0: &Package0<'a>) -> Decision<'a> {
        let agreed = Nonce::new(&self.server_nonce);
        let offered = self.offered.as_deref().map(Nonce::new);
        let account = Account::new(&self.credentials, agreed, self.policy).with_offered(offered);
        let decision = self.state.receive(package0, &account);
        if let Decision::Start { notification, .. } = &decision
            && notification.nonce() == MatchedNonce::Offered
        {
            // The server has the nonce: Pkg #4 was lost, or its power failed.
            self.server_nonce = self.offered.take().unwrap_or_default();
        }
        decision
    }
}

/// All accounts, and the sessions that are under way. What a power cycle loses is in `running`
/// alone.
#[derive(Default)]
pub(crate) struct Device {
    records: Vec<Record>,
    /// The server-identifier and the session, in the order of their start.
    running: Vec<(Vec<u8>, Session)>,
}

impl Device {
    /// Adds an account, in place of one with the same server-identifier.
    pub(crate) fn add(&mut self, record: Record) {
        self.records
            .retain(|other| other.server_id != record.server_id);
        self.records.push(record);
    }

    /// Decides on a notification; `None` if there is no account for its server-identifier.
    ///
    /// The session that it starts is kept here, so the decision is told by `tell`.
    pub(crate) fn receive<T>(
        &mut self,
        package0: &Package0<'_>,
        tell: impl FnOnce(&Decision<'_>) -> T,
    ) -> Option<T> {
        let server_id = package0.unverified().server_id().as_bytes();
        let decision = self.record(server_id)?.receive(package0);
        let told = tell(&decision);
        if let Decision::Start { session, .. } = decision {
            self.running.push((server_id.to_vec(), session));
        }
        Some(told)
    }

    /// Notes that a session took place, or that it did not.
    pub(crate) fn ended(&mut self, server_id: &[u8], session_id: u16, took_place: bool) {
        let Some(at) = self.latest(server_id, session_id) else {
            return;
        };
        let (_, session) = self.running.remove(at);
        if let Some(record) = self.record(server_id) {
            if took_place {
                record.state.completed(session);
            } else {
                record.state.failed(session);
            }
        }
    }

    /// Notes a step of a session: it is told to the session and to the server's record.
    pub(crate) fn step(
        &mut self,
        server_id: &[u8],
        session_id: u16,
        step: impl FnOnce(&mut Session, &mut Record),
    ) {
        let at = self.latest(server_id, session_id);
        let Self { records, running } = self;
        let session = at.and_then(|at| running.get_mut(at));
        let record = records
            .iter_mut()
            .find(|record| record.server_id == server_id);
        if let (Some((_, session)), Some(record)) = (session, record) {
            step(session, record);
        }
    }

    /// Replaces the secret of an account.
    pub(crate) fn secret_replaced(&mut self, server_id: &[u8], password: &[u8]) {
        if let Some(record) = self.record(server_id) {
            record.credentials = Credentials::new(server_id, password);
            record.state.secret_replaced();
        }
    }

    /// Loses all RAM, and restores the records as they were stored.
    pub(crate) fn power_cycled(&mut self) {
        self.running.clear();
        for record in &mut self.records {
            let stored = record.state.to_bytes();
            let restored = AccountState::from_bytes(&stored);
            record.state = restored.unwrap_or(AccountState::lost());
            // A device would offer its application to resume these; here their messages start them
            // again.
            record.state.power_cycled().for_each(drop);
        }
    }

    /// Returns the latest session with this id that is under way.
    pub(crate) fn session(&self, server_id: &[u8], session_id: u16) -> Option<&Session> {
        let at = self.latest(server_id, session_id)?;
        self.running.get(at).map(|(_, session)| session)
    }

    fn latest(&self, server_id: &[u8], session_id: u16) -> Option<usize> {
        self.running.iter().rposition(|(server, session)| {
            server == server_id && session.session_id().value() == session_id
        })
    }

    fn record(&mut self, server_id: &[u8]) -> Option<&mut Record> {
        let mut records = self.records.iter_mut();
        records.find(|record| record.server_id == server_id)
    }
}

/// The steps of a session that renew its nonces (OMA §5.1). Each is stored with the record.
impl Record {
    /// Pkg #2 has brought a client nonce.
    pub(crate) fn client_nonce_renewed(&mut self, session: &mut Session, nonce: Vec<u8>) {
        session.client_nonce_renewed();
        self.client_nonce = nonce;
    }

    /// Pkg #3 has gone out with a server nonce.
    pub(crate) fn server_nonce_offered(&mut self, session: &mut Session, nonce: Vec<u8>) {
        session.server_nonce_offered();
        self.offered = Some(nonce);
    }

    /// Pkg #4 has confirmed a server nonce.
    pub(crate) fn server_nonce_renewed(&mut self, session: &mut Session, nonce: Vec<u8>) {
        self.state.server_nonce_renewed(session);
        self.server_nonce = nonce;
        self.offered = None;
    }
}
