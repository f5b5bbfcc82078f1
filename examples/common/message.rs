//! A notification from the command line.

use crate::octets::Octets;
use clap::{Args, ValueEnum};
use oma_dm_notification::wap::DmPush;
use oma_dm_notification::{
    Credentials, EncodeError, Initiator, Nonce, Package0, ServerId, SessionId, Trigger, UiMode,
};
use std::error::Error;

/// What a server says in a notification, and what it signs it with.
#[derive(Args)]
pub(crate) struct Message {
    /// The server-identifier, at most 255 octets
    #[arg(long, value_name = "TEXT")]
    server_id: String,
    /// The server's password
    #[arg(long, value_name = "TEXT")]
    password: String,
    /// The server nonce, after Base64 decoding; none where no nonce has been agreed yet
    #[arg(long, value_name = "HEX", default_value = "")]
    nonce: Octets,
    /// Sign under the nonce 00000000 in place of the server nonce (5.1)
    #[arg(long)]
    resync: bool,
    /// The session id, 1 to FFFF
    #[arg(long, value_name = "HEX", value_parser = session_id)]
    session: SessionId,
    /// What the server recommends towards the user
    #[arg(long, value_enum, value_name = "MODE", default_value = "not-specified")]
    ui_mode: Mode,
    /// Who caused the management action
    #[arg(long, value_enum, value_name = "INITIATOR", default_value = "server")]
    initiator: By,
    /// Vendor specific information
    #[arg(long, value_name = "HEX", default_value = "")]
    vendor: Octets,
    /// The TID of the push
    #[arg(long, value_name = "N", default_value = "1")]
    tid: u8,
}

#[derive(Clone, Copy, ValueEnum)]
enum Mode {
    NotSpecified,
    Background,
    Informative,
    UserInteraction,
}

#[derive(Clone, Copy, ValueEnum)]
enum By {
    Client,
    Server,
}

fn session_id(text: &str) -> Result<SessionId, Box<dyn Error + Send + Sync>> {
    Ok(SessionId::new(u16::from_str_radix(text, 16)?)?)
}

impl Message {
    /// Package #0, signed.
    pub(crate) fn package0(&self) -> Result<Vec<u8>, EncodeError> {
        let server_id = ServerId::new(self.server_id.as_bytes())?;
        let trigger = Trigger::new(self.session, server_id)
            .with_ui_mode(match self.ui_mode {
                Mode::NotSpecified => UiMode::NotSpecified,
                Mode::Background => UiMode::Background,
                Mode::Informative => UiMode::Informative,
                Mode::UserInteraction => UiMode::UserInteraction,
            })
            .with_initiator(match self.initiator {
                By::Client => Initiator::Client,
                By::Server => Initiator::Server,
            })
            .with_vendor_specific(&self.vendor.0);
        let credentials = Credentials::new(server_id.as_bytes(), self.password.as_bytes());
        let nonce = if self.resync {
            Nonce::RESYNC
        } else {
            Nonce::new(&self.nonce.0)
        };
        let mut package0 = vec![0; Package0::encoded_len(&trigger)];
        Package0::encode(&trigger, &credentials, nonce, &mut package0)?;
        Ok(package0)
    }

    /// The push of a Package #0.
    pub(crate) const fn push<'a>(&self, package0: &'a [u8]) -> DmPush<'a> {
        DmPush::new(self.tid, package0)
    }
}

/// The push as a bearer of datagrams carries it.
pub(crate) fn datagram(push: &DmPush<'_>) -> Result<Vec<u8>, EncodeError> {
    let mut datagram = vec![0; push.encoded_len()];
    push.encode(&mut datagram)?;
    Ok(datagram)
}
