//! The device's side: from the octets of a short message to the session id. Copy from here.

use hex_literal::hex;
use oma_dm_notification::{Credentials, Nonce, Package0, wap};
use std::error::Error;

/// TP-User-Data of a short message: Appendix C, under the nonce 0.
const USER_DATA: [u8; 55] = hex!(
    "06 05 04 0B 84 C0 02  01 06 03 C4 AF 87  E4 00 07 51 D1 5D A7 D8 B5 FC 1F BC E4 5E E7 15"
    "02 D0 00 00 00 12 34 12 63 6F 6D 2E 6D 67 6D 74 73 72 76 2E 6D 61 6E 61 67 65"
);

fn main() -> Result<(), Box<dyn Error>> {
    let push = wap::open_sms(&USER_DATA)?;
    let package0 = Package0::parse(push.body())?;

    // Nothing is trusted yet: the server-identifier finds the account, and no more.
    let server_id = package0.unverified().server_id();
    if server_id.as_bytes() != b"com.mgmtsrv.manage" {
        return Err(format!("no account for {server_id}").into());
    }
    let credentials = Credentials::new(server_id.as_bytes(), b"password");
    let stored = Nonce::new(b"0123456789abcdef");

    let authentic = package0.verify_or_resync(&credentials, stored)?;
    let trigger = authentic.trigger();
    let session_id = trigger.session_id().to_text().ok_or("session id 0")?;
    println!(
        "start session {session_id} under the {} nonce",
        authentic.nonce()
    );
    println!(
        "user interaction: {}, initiated by the {}",
        trigger.ui_mode(),
        trigger.initiator()
    );
    Ok(())
}
