//! What the three programs share: a modem, a record in flash, and the decision between them.

#![no_std]

use oma_dm_notification::account::{Account, AccountState, Decision, ResyncPolicy};
use oma_dm_notification::session::Session;
use oma_dm_notification::{Credentials, Nonce, Package0};

/// A short message as the modem's driver hands it over.
#[derive(Clone, Copy)]
pub struct ShortMessage {
    pub originator: u32,
    pub length: u8,
    pub user_data: [u8; 140],
}

impl ShortMessage {
    pub fn user_data(&self) -> &[u8] {
        self.user_data.get(..usize::from(self.length)).unwrap_or(&[])
    }
}

/// What the device keeps of its one server, in one record with two copies in flash.
pub struct Record {
    pub state: AccountState,
    pub credentials: Credentials,
    pub nonce: [u8; 16],
}

impl Record {
    /// Reads the newer valid copy. After start-up, what was under way is offered to be resumed.
    pub fn load() -> Self {
        // Here it would come from flash.
        let mut state = AccountState::lost();
        for _interrupted in state.power_cycled() {}
        Self {
            state,
            credentials: Credentials::new(b"com.mgmtsrv.manage", b"password"),
            nonce: [0x55; 16],
        }
    }

    /// Writes the older copy, if its octets differ from those stored last.
    pub fn store(&self) {
        core::hint::black_box(self.state.to_bytes());
    }

    /// The second step: from the unverified message to a session, if there is one to start.
    pub fn decide(&mut self, package0: &Package0<'_>) -> Option<Session> {
        if package0.unverified().server_id().as_bytes() != b"com.mgmtsrv.manage" {
            return None;
        }
        let nonce = Nonce::new(&self.nonce);
        let account = Account::new(&self.credentials, nonce, ResyncPolicy::Limited);
        match self.state.receive(package0, &account) {
            Decision::Start { session, .. } => {
                self.store();
                Some(session)
            }
            _ => None,
        }
    }
}
