//! The server's side: from trigger to short messages. Copy from here.

use oma_dm_notification::wap::sms::{ShortMessage, ShortMessages};
use oma_dm_notification::wap::udh::Reference;
use oma_dm_notification::wap::wsp::DmPush;
use oma_dm_notification::{Credentials, Nonce, ServerId, SessionId, Trigger, UiMode};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    // What the server knows of the device: its account, and the nonce that the device gave last.
    let server_id = ServerId::new(b"com.mgmtsrv.manage")?;
    let credentials = Credentials::new(server_id.as_bytes(), b"password");
    let nonce = Nonce::new(b"0123456789abcdef");

    let session_id = SessionId::new(0x1234)?;
    let trigger = Trigger::new(session_id, server_id).with_ui_mode(UiMode::Background);
    let signed = trigger.sign(&credentials, nonce)?;
    let push = DmPush::new(1, &signed);

    // Give each message to one device a reference of its own.
    for message in ShortMessages::new(push, 0xC002, Reference::Eight(0x5A))? {
        // Submit with TP-UDHI set and data coding scheme 04, 8-bit data.
        let mut buffer = [0; ShortMessage::MAX_LENGTH];
        println!("{}", hex::encode(message.encode(&mut buffer)?));
    }
    Ok(())
}
