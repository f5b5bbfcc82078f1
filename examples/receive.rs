//! The device's side: from what a modem prints to the session id. Copy from here.

use hex_literal::hex;
use oma_dm_notification::account::{Account, AccountState, Decision, ResyncPolicy};
use oma_dm_notification::bearer::{Address, tpdu::Framing};
use oma_dm_notification::inbox::{Delivery, Inbox, Outcome};
use oma_dm_notification::{Credentials, Nonce};

/// The PDU after `+CMT: ,74`: Appendix C, under the nonce 0.
const PDU: [u8; 82] = hex!(
    "0791447758100650 440B914477001032F400F56211220000000037 0605040B84C002 010603C4AF87"
    "E4000751D15DA7D8B5FC1FBCE45EE715 02D0000000123412636F6D2E6D676D747372762E6D616E616765"
);

fn main() {
    // Both live as long as the device runs; the state is stored, and restored after a power cycle.
    let mut inbox = Inbox::<Address, 2, 512>::new();
    let mut state = AccountState::new();

    let (octets, framing) = (&PDU[..], Framing::Length(74));
    let outcome = inbox.receive(0, Delivery::Tpdu { octets, framing }).outcome;
    let Outcome::Package0(package0) = outcome else {
        return println!("{outcome}");
    };
    // Nothing is trusted yet: the server-identifier finds the account, and no more.
    let server_id = package0.unverified().server_id();
    if server_id.as_bytes() != b"com.mgmtsrv.manage" {
        return println!("no account for {server_id}");
    }
    let credentials = Credentials::new(server_id.as_bytes(), b"password");
    let account = Account::new(&credentials, Nonce::new(b"agreed"), ResyncPolicy::Limited);
    match state.receive(&package0, &account) {
        // Store the state, acknowledge the short message, then connect.
        Decision::Start { notification, .. } => {
            println!("start session {}", notification.session_id_text());
        }
        decision => println!("{decision:?}"),
    }
}
