//! A handset that waits for notifications over UDP, and prints what it decides on each. `server` is its other end.
//!
//! It goes as far as the decision: the session itself, Pkg #1 and on, which would renew its nonces, is not held.

#[path = "common/exit.rs"]
mod exit;
#[path = "common/octets.rs"]
mod octets;

use clap::{Parser, ValueEnum};
use octets::Octets;
use oma_dm_notification::handset::{Account, Delivery, Handset, Ignored, Outcome};
use oma_dm_notification::session::{DeviceNonces, Resynchronisation};
use oma_dm_notification::wap::udh::PUSH_PORT;
use oma_dm_notification::{Credentials, Initiator, Nonce, NonceChoice, UiMode};
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::process::ExitCode;

/// Listens for OMA DM notifications (Package #0) on the loopback address, and prints a line for each decision.
#[derive(Parser)]
struct Arguments {
    /// The port to listen on. WAP push is sent to 2948; any other stands in for it here, for tests. 0: a free one, which
    /// the first line tells
    #[arg(long, default_value_t = PUSH_PORT)]
    port: u16,
    /// The server-identifier of the one account
    #[arg(long, value_name = "TEXT")]
    server_id: String,
    /// The server's password
    #[arg(long, value_name = "TEXT")]
    password: String,
    /// The stored server nonce, after Base64 decoding; none where no nonce has been agreed yet
    #[arg(long, value_name = "HEX", default_value = "")]
    nonce: Octets,
    /// Whether a notification under the nonce 00000000 is accepted in place of the stored one (5.1)
    #[arg(long, value_enum, default_value = "once")]
    resync: Resync,
    /// Ends after as many datagrams
    #[arg(long, value_name = "N")]
    count: Option<usize>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Resync {
    Forbidden,
    Once,
    Allowed,
}

/// No segments come by UDP, so that next to no room is kept for them; sixteen sessions are remembered.
type UdpHandset = Handset<SocketAddr, (), 0, 0, 0, 16>;

fn main() -> ExitCode {
    exit::code(listen(&Arguments::parse()))
}

fn listen(arguments: &Arguments) -> io::Result<()> {
    let server_id = arguments.server_id.as_bytes();
    let credentials = Credentials::new(server_id, arguments.password.as_bytes());
    let stored = Nonce::new(&arguments.nonce.0);
    let mut nonces = DeviceNonces::new(match arguments.resync {
        Resync::Forbidden => Resynchronisation::Forbidden,
        Resync::Once => Resynchronisation::Once,
        Resync::Allowed => Resynchronisation::Allowed,
    });
    let mut handset = UdpHandset::new();

    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, arguments.port))?;
    say(&format!("listening on {}", socket.local_addr()?))?;
    // The longest payload that UDP has: no datagram is cut short.
    let mut buffer = vec![0; 65_507];
    for _ in 0..arguments.count.unwrap_or(usize::MAX) {
        let (length, from) = socket.recv_from(&mut buffer)?;
        let delivery = Delivery::Datagram {
            // The socket takes nothing that was sent to another port than its own, which stands for this one.
            destination_port: PUSH_PORT,
            payload: &buffer[..length],
        };
        let received = handset.receive(0, delivery, |named| {
            (named.as_bytes() == server_id)
                .then(|| Account::new((), &credentials, stored, &mut nonces))
        });
        say(&format!("{from}: {}", decision(&received.outcome)))?;
    }
    Ok(())
}

/// A line, at once: whoever reads it may be a program.
fn say(line: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()
}

fn decision(outcome: &Outcome<()>) -> String {
    match outcome {
        Outcome::Start(start) => format!(
            "start session {} under {}, {}, initiated by {}",
            start.session_id,
            match start.nonce {
                NonceChoice::Stored => "the stored nonce",
                NonceChoice::Resync => "the nonce 00000000",
            },
            match start.ui_mode {
                UiMode::NotSpecified => "user interaction not specified",
                UiMode::Background => "in the background",
                UiMode::Informative => "informing the user",
                UiMode::UserInteraction => "asking the user",
            },
            match start.initiator {
                Initiator::Client => "the user",
                Initiator::Server => "the server",
            },
        ),
        Outcome::Duplicate { session_id, .. } => {
            format!("duplicate of session {:X}", session_id.value())
        }
        Outcome::NotForDm(error) => error.to_string(),
        Outcome::Ignored(Ignored::Malformed(error)) => format!("ignored: {error}"),
        Outcome::Ignored(Ignored::UnknownServer) => "ignored: unknown server".to_owned(),
        Outcome::Ignored(Ignored::NoSession) => "ignored: session id 0".to_owned(),
        Outcome::Ignored(Ignored::NotAuthentic) => "ignored: not authentic".to_owned(),
        // Segments do not come by UDP.
        other => format!("{other:?}"),
    }
}
