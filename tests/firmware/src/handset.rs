//! The handset, as firmware has it.

use oma_dm_notification::{
    Credentials, Initiator, Nonce, NonceChoice, Package0, SessionIdText, UiMode, wap,
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

/// From one short message to a session.
#[inline(never)]
pub fn receive_sms(user_data: &[u8], account: &Account<'_>) -> Option<Session> {
    package0(wap::open_sms(user_data).ok()?.body(), account)
}

/// From Package #0, whatever bore it, to a session.
pub fn package0(octets: &[u8], account: &Account<'_>) -> Option<Session> {
    let package0 = Package0::parse(octets).ok()?;
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
