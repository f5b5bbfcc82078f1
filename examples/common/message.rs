//! A notification from the command line.

#[path = "secret.rs"]
mod secret;

use crate::octets::Octets;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use oma_dm_notification::wap::wsp::DmPush;
use oma_dm_notification::{
    Credentials, EncodeError, Initiator, Nonce, ServerId, SessionId, Trigger, UiMode,
};
use std::error::Error;
use std::fmt::Display;

/// What a server says in a notification, and what it signs it with.
#[derive(Args)]
pub(crate) struct Message {
    /// The server-identifier, at most 255 octets
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    server_id: String,
    /// The server's password; this or --credentials is needed
    #[arg(
        long,
        value_name = "TEXT",
        allow_hyphen_values = true,
        required_unless_present = "credentials",
        conflicts_with = "credentials"
    )]
    password: Option<String>,
    /// Instead of the password, its hash: H(server-identifier:password)
    #[arg(long, value_name = "HEX|BASE64", value_parser = secret::credentials)]
    credentials: Option<Credentials>,
    #[command(flatten)]
    nonce: secret::NonceArguments,
    /// Sign under the nonce 00000000 instead of the server nonce (OMA §5.1)
    #[arg(long)]
    resync: bool,
    /// The session id, 1 to FFFF
    #[arg(long, value_name = "HEX", value_parser = session_id)]
    session: SessionId,
    /// How the device should involve the user
    #[arg(long, value_name = "MODE", value_parser = named(UI_MODES), default_value = "not-specified")]
    ui_mode: UiMode,
    /// Who caused the management action
    #[arg(long, value_name = "INITIATOR", value_parser = named(INITIATORS), default_value = "server")]
    initiator: Initiator,
    /// Vendor-specific octets
    #[arg(
        long,
        value_name = "HEX",
        default_value = "",
        hide_default_value = true
    )]
    vendor: Octets,
    /// The TID of the push
    #[arg(long, value_name = "N", default_value = "1")]
    tid: u8,
}

const UI_MODES: &[UiMode] = &[
    UiMode::NotSpecified,
    UiMode::Background,
    UiMode::Informative,
    UiMode::UserInteraction,
];
const INITIATORS: &[Initiator] = &[Initiator::Client, Initiator::Server];

/// Parses one of several values by its name, which is its `Display`.
fn named<T: Copy + Display + Send + Sync>(
    values: &'static [T],
) -> impl TypedValueParser<Value = T> {
    let names = values.iter().map(ToString::to_string);
    PossibleValuesParser::new(names).try_map(|name| {
        let mut values = values.iter().copied();
        values
            .find(|value| value.to_string() == name)
            .ok_or("unknown name")
    })
}

fn session_id(text: &str) -> Result<SessionId, Box<dyn Error + Send + Sync>> {
    let id = u16::from_str_radix(text, 16);
    let id = id.map_err(|_| "a session id has 1 to 4 hexadecimal digits")?;
    Ok(SessionId::new(id)?)
}

impl Message {
    /// Makes Package #0, signed.
    pub(crate) fn package0(&self) -> Result<Vec<u8>, Box<dyn Error>> {
        let server_id = ServerId::new(self.server_id.as_bytes())?;
        let trigger = Trigger::new(self.session, server_id)
            .with_ui_mode(self.ui_mode)
            .with_initiator(self.initiator)
            .with_vendor_specific(&self.vendor.0);
        let password = self.password.as_deref().unwrap_or_default();
        let credentials = match &self.credentials {
            Some(credentials) => credentials.clone(),
            None => Credentials::new(server_id.as_bytes(), password.as_bytes()),
        };
        let nonce = if self.resync {
            Nonce::RESYNC
        } else {
            Nonce::new(self.nonce.octets())
        };
        let signed = trigger.sign(&credentials, nonce)?;
        let mut package0 = vec![0; signed.encoded_len()];
        signed.encode(&mut package0)?;
        Ok(package0)
    }

    /// Makes the push of a Package #0.
    pub(crate) const fn push<'a>(&self, package0: &'a [u8]) -> DmPush<'a> {
        DmPush::relay(self.tid, package0)
    }
}

/// Encodes the push as a bearer of datagrams carries it.
pub(crate) fn datagram(push: &DmPush<'_>) -> Result<Vec<u8>, EncodeError> {
    let mut datagram = vec![0; push.encoded_len()];
    push.encode(&mut datagram)?;
    Ok(datagram)
}
