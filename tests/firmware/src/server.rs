//! The server, as firmware that notifies others has it.

use crate::handset::Account;
use oma_dm_notification::{
    Credentials, EncodeError, Initiator, Nonce, ServerId, SessionId, Trigger, UiMode,
    wap::{sms::ShortMessages, udh::Reference, wsp::DmPush},
};

/// Signs a notification and hands each short message of it to `send`.
#[inline(never)]
pub fn send_sms(
    session_id: u16,
    account: &Account<'_>,
    mut send: impl FnMut(&[u8]),
) -> Result<(), EncodeError> {
    let trigger = Trigger::new(
        SessionId::new(session_id)?,
        ServerId::new(account.server_id)?,
    )
    .with_ui_mode(UiMode::Informative)
    .with_initiator(Initiator::Server);
    let credentials = Credentials::new(account.server_id, account.password);
    let signed = trigger.sign(&credentials, Nonce::new(account.nonce))?;
    for message in ShortMessages::new(DmPush::new(1, &signed), 0xC002, Reference::Eight(0x5A))? {
        send(message.encode(&mut [0; 140])?);
    }
    Ok(())
}
