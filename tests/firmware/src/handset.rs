//! The handset, as firmware has it.

use oma_dm_notification::{
    Credentials, Initiator, Nonce, Package0, SessionIdText, UiMode,
    handset::{self, Delivery, Handset, Received},
    obex::Receiver,
    session::DeviceNonces,
    wap,
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
    /// The nonce for the credentials of Pkg #1: 0 is the stored one, 1 is that of the resynchronisation.
    pub candidate: usize,
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
        id: trigger.session_id().text().ok()?,
        ui_mode: trigger.ui_mode(),
        initiator: trigger.initiator(),
        candidate: authentic.candidate(),
    })
}

/// What a handset for every bearer keeps: two messages of 512 octets in segments, for 600 ticks, and eight sessions.
pub type Full = Handset<u64, u8, 2, 512, 600, 8>;

/// From what any bearer but OBEX delivered to a session, with reassembly and admission.
#[inline(never)]
pub fn receive_all(
    handset: &mut Full,
    now: u32,
    delivery: Delivery<'_, u64>,
    account: &Account<'_>,
    nonces: &mut DeviceNonces,
) -> Received<u64, u8> {
    let credentials = Credentials::new(account.server_id, account.password);
    handset.receive(now, delivery, |server_id| {
        (server_id.as_bytes() == account.server_id)
            .then(|| handset::Account::new(1, &credentials, Nonce::new(account.nonce), nonces))
    })
}

/// From one OBEX packet to its response, handed to `send`, and to a session.
#[inline(never)]
pub fn receive_obex(
    receiver: &mut Receiver<512>,
    packet: &[u8],
    handset: &mut Full,
    account: &Account<'_>,
    nonces: &mut DeviceNonces,
    send: impl FnOnce(&[u8]),
) -> Option<Received<u64, u8>> {
    let reply = receiver.receive(packet);
    send(reply.response());
    let delivery = Delivery::Package0(reply.package0()?);
    Some(receive_all(handset, 0, delivery, account, nonces))
}
