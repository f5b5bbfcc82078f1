//! The handset, as firmware has it.

use oma_dm_notification::{
    Credentials, Initiator, Nonce, NonceChoice, Package0, SessionIdText, UiMode,
    account::{self, AccountState, Decision, ResyncPolicy},
    bearer::tpdu::{Deliver, Framing},
    inbox::{Delivery, Inbox, Outcome},
    session, wap,
};

/// What handset and server know of each other.
#[derive(Default)]
pub struct Account<'a> {
    pub server_id: &'a [u8],
    pub password: &'a [u8],
    pub nonce: &'a [u8],
}

/// What the management session is started with.
pub struct Session {
    pub id: SessionIdText,
    pub ui_mode: UiMode,
    pub initiator: Initiator,
    /// The nonce for the credentials of Pkg #1.
    pub nonce: NonceChoice,
}

/// From one short message to a session, without memory: the least that a handset can have.
#[inline(never)]
pub fn receive_sms(user_data: &[u8], account: &Account<'_>) -> Option<Session> {
    let package0 = Package0::parse(wap::open_sms(user_data).ok()?.body()).ok()?;
    if package0.unverified().server_id().as_bytes() != account.server_id {
        return None;
    }
    let credentials = Credentials::new(account.server_id, account.password);
    let authentic = package0
        .verify_or_resync(&credentials, Nonce::new(account.nonce))
        .ok()?;
    let trigger = authentic.trigger();
    Some(Session {
        id: trigger.session_id().to_text()?,
        ui_mode: trigger.ui_mode(),
        initiator: trigger.initiator(),
        nonce: authentic.nonce(),
    })
}

/// From what `+CMT: ,LENGTH` prints of one short message to a session.
#[inline(never)]
pub fn receive_tpdu(tpdu: &[u8], length: usize, account: &Account<'_>) -> Option<Session> {
    let deliver = Deliver::parse(tpdu, Framing::Length(length)).ok()?;
    receive_sms(deliver.user_data(), account)
}

/// All that a handset with one account keeps in RAM. Originators are keys of 4 octets.
pub struct Handset {
    pub inbox: Inbox<u32, 2, 512>,
    pub state: AccountState,
}

impl Handset {
    #[must_use]
    pub const fn new() -> Self {
        Self {
            inbox: Inbox::new(),
            state: AccountState::new(),
        }
    }

    /// Forgets everything, in place.
    #[inline(never)]
    pub fn clear(&mut self) {
        self.inbox.clear();
        self.state = AccountState::new();
    }

    /// After start-up: from the octets that were stored last.
    #[inline(never)]
    pub fn restore(&mut self, stored: &[u8], mut interrupted: impl FnMut(session::Session)) {
        self.inbox.set_max_age(600);
        self.state = AccountState::from_bytes(stored).unwrap_or(AccountState::lost());
        self.state.power_cycled().for_each(&mut interrupted);
    }

    /// From one delivery of any bearer to a session. The state is stored before.
    // What is inlined with a known bearer has the code of that one alone.
    #[inline(always)]
    pub fn receive(
        &mut self,
        now: u32,
        delivery: Delivery<'_, u32>,
        account: &Account<'_>,
        store: impl FnOnce(&[u8]),
    ) -> Option<(session::Session, Session)> {
        let outcome = self.inbox.receive(now, delivery).outcome;
        decide(&mut self.state, outcome, account, store)
    }

    /// Gives up what has expired.
    #[inline(never)]
    pub fn expire(&mut self, now: u32) {
        while self.inbox.expire(now).is_some() {}
    }

    /// The session is over.
    #[inline(never)]
    pub fn end(&mut self, session: session::Session, took_place: bool, store: impl FnOnce(&[u8])) {
        if took_place {
            self.state.completed(session);
        } else {
            self.state.failed(session);
        }
        store(&self.state.to_bytes());
    }
}

/// From what came of a delivery to a session.
#[inline(never)]
fn decide(
    state: &mut AccountState,
    outcome: Outcome<'_>,
    account: &Account<'_>,
    store: impl FnOnce(&[u8]),
) -> Option<(session::Session, Session)> {
    let Outcome::Package0(package0) = outcome else {
        return None;
    };
    if package0.unverified().server_id().as_bytes() != account.server_id {
        return None;
    }
    let credentials = Credentials::new(account.server_id, account.password);
    let nonce = Nonce::new(account.nonce);
    let account = account::Account::new(&credentials, nonce, ResyncPolicy::Limited);
    let Decision::Start {
        session,
        notification,
    } = state.receive(&package0, &account)
    else {
        return None;
    };
    store(&state.to_bytes());
    let start = Session {
        id: notification.session_id_text(),
        ui_mode: notification.ui_mode(),
        initiator: notification.initiator(),
        nonce: session.client_nonce(),
    };
    Some((session, start))
}

impl Default for Handset {
    fn default() -> Self {
        Self::new()
    }
}
