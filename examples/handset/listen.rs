//! Datagrams in, decisions out.

#[path = "../common/secret.rs"]
mod secret;

use crate::device::{Device, Record};
use clap::{Args, ValueEnum};
use oma_dm_notification::Credentials;
use oma_dm_notification::account::{Decision, Notification, ResyncPolicy};
use oma_dm_notification::inbox::{Delivery, Inbox, Outcome};
use oma_dm_notification::wap::udh::PUSH_PORT;
use std::io::{self, Write};
use std::net::{Ipv4Addr, UdpSocket};

#[derive(Args)]
pub(crate) struct Listen {
    /// The server-identifier of the one account
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    server_id: Option<String>,
    /// The server's password; this or --credentials is needed
    #[arg(
        long,
        value_name = "TEXT",
        allow_hyphen_values = true,
        conflicts_with = "credentials"
    )]
    password: Option<String>,
    /// Instead of the password, its hash: H(server-identifier:password)
    #[arg(long, value_name = "HEX|BASE64", value_parser = secret::credentials)]
    credentials: Option<Credentials>,
    /// The port to listen on. WAP push is sent to 2948; for tests, any other stands in for it. 0: a
    /// free one, which the first line tells
    #[arg(long, default_value_t = PUSH_PORT)]
    port: u16,
    #[command(flatten)]
    nonce: secret::NonceArguments,
    /// Whether a notification under the nonce 00000000 is accepted in place of the stored one (OMA
    /// §5.1)
    #[arg(long, value_enum, default_value = "limited")]
    resync: Resync,
    /// End after as many datagrams
    #[arg(long, value_name = "N")]
    count: Option<usize>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Resync {
    /// Never
    Forbidden,
    /// In 4 sessions at most, until the secret is replaced
    Limited,
    /// Always
    Allowed,
}

pub(crate) fn run(arguments: &Listen) -> io::Result<()> {
    let policy = match arguments.resync {
        Resync::Forbidden => ResyncPolicy::Forbidden,
        Resync::Limited => ResyncPolicy::Limited,
        Resync::Allowed => ResyncPolicy::Allowed,
    };
    let password = arguments.password.as_ref();
    let Some(server_id) = arguments.server_id.as_deref().map(str::as_bytes) else {
        return Err(io::Error::other("--server-id, or --replay, is needed"));
    };
    let credentials = match (password, &arguments.credentials) {
        (Some(password), _) => Credentials::new(server_id, password.as_bytes()),
        (None, Some(credentials)) => credentials.clone(),
        (None, None) => return Err(io::Error::other("--password or --credentials is needed")),
    };
    let nonce = arguments.nonce.octets().to_vec();
    let mut device = Device::default();
    device.add(Record::new(server_id, credentials, nonce, policy));
    // No segments come by UDP: there is no room for them.
    let mut inbox = Inbox::<u32, 0, 0>::new();

    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, arguments.port))?;
    say(&format!("listening on {}", socket.local_addr()?))?;
    // The longest payload that UDP has: no datagram is cut short.
    let mut buffer = vec![0; 65_507];
    for _ in 0..arguments.count.unwrap_or(usize::MAX) {
        let (length, from) = socket.recv_from(&mut buffer)?;
        let delivery = Delivery::Datagram {
            // The socket receives at its own port alone, which stands in for this one.
            destination_port: PUSH_PORT,
            payload: &buffer[..length],
        };
        let decision = match inbox.receive(0, delivery).outcome {
            Outcome::Package0(package0) => device
                .receive(&package0, decision)
                .unwrap_or_else(|| "ignored: unknown server".to_owned()),
            Outcome::Malformed(error) => format!("ignored: {error}"),
            outcome => outcome.to_string(),
        };
        say(&format!("{from}: {decision}"))?;
    }
    Ok(())
}

/// Prints a line at once: a program may read it.
fn say(line: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()
}

fn decision(decision: &Decision<'_>) -> String {
    match decision {
        Decision::Start { notification, .. } => format!("start {}", about(notification)),
        Decision::Repeated {
            notification,
            under_way,
        } => {
            let what = if *under_way { "under way" } else { "completed" };
            format!(
                "repeated: session {} is {what}",
                notification.session_id_text()
            )
        }
        Decision::Ignored(reason) => format!("ignored: {reason}"),
        other => format!("{other:?}"),
    }
}

fn about(notification: &Notification<'_>) -> String {
    format!(
        "session {} under the {} nonce, ui-mode {}, initiator {}",
        notification.session_id_text(),
        notification.nonce(),
        notification.ui_mode(),
        notification.initiator(),
    )
}
