//! Composes a notification, signs it, and prints what the bearer is to carry: one line of hexadecimal per short message
//! or datagram.

#[path = "common/arguments.rs"]
mod arguments;

use arguments::{Bearer, Octets};
use clap::{Parser, ValueEnum};
use oma_dm_notification::wap::{DmPush, Reference};
use oma_dm_notification::{
    Credentials, EncodeError, Initiator, Nonce, Package0, ServerId, SessionId, Trigger, UiMode,
};
use std::{error::Error, process::ExitCode};

/// Composes an OMA DM notification (Package #0), one line of hexadecimal per short message or datagram.
#[derive(Parser)]
struct Arguments {
    /// The server-identifier, at most 255 octets
    #[arg(long, value_name = "TEXT")]
    server_id: String,
    /// The server's password
    #[arg(long, value_name = "TEXT")]
    password: String,
    /// The client's nonce, after Base64 decoding; none where no nonce has been agreed yet
    #[arg(long, value_name = "HEX", default_value = "")]
    nonce: Octets,
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
    /// What carries the notification
    #[arg(long, value_enum, default_value = "sms")]
    bearer: Bearer,
    /// The reference of concatenated short messages: 2 digits for 8 bits, 4 for 16
    #[arg(long, value_name = "HEX", value_parser = reference, default_value = "00")]
    reference: Reference,
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

/// The originator port of Appendix C; any other would do.
const ORIGINATOR_PORT: u16 = 0xC002;

fn session_id(text: &str) -> Result<SessionId, Box<dyn Error + Send + Sync>> {
    Ok(SessionId::new(u16::from_str_radix(text, 16)?)?)
}

fn reference(text: &str) -> Result<Reference, Box<dyn Error + Send + Sync>> {
    match *text.parse::<Octets>()?.0 {
        [reference] => Ok(Reference::Eight(reference)),
        [high, low] => Ok(Reference::Sixteen(u16::from_be_bytes([high, low]))),
        _ => Err("2 or 4 digits are needed".into()),
    }
}

fn main() -> ExitCode {
    match compose(&Arguments::parse()) {
        Ok(lines) => {
            for line in lines {
                println!("{}", hex::encode(line));
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn compose(arguments: &Arguments) -> Result<Vec<Vec<u8>>, EncodeError> {
    let server_id = ServerId::new(arguments.server_id.as_bytes())?;
    let trigger = Trigger::new(arguments.session, server_id)
        .with_ui_mode(match arguments.ui_mode {
            Mode::NotSpecified => UiMode::NotSpecified,
            Mode::Background => UiMode::Background,
            Mode::Informative => UiMode::Informative,
            Mode::UserInteraction => UiMode::UserInteraction,
        })
        .with_initiator(match arguments.initiator {
            By::Client => Initiator::Client,
            By::Server => Initiator::Server,
        })
        .with_vendor_specific(&arguments.vendor.0);
    let credentials = Credentials::new(server_id.as_bytes(), arguments.password.as_bytes());
    let nonce = Nonce::new(&arguments.nonce.0);
    let mut package0 = vec![0; Package0::encoded_len(&trigger)];
    Package0::encode(&trigger, &credentials, nonce, &mut package0)?;

    let push = DmPush::new(arguments.tid, &package0);
    match arguments.bearer {
        Bearer::Package0 => Ok(vec![package0]),
        Bearer::Udp => {
            let mut datagram = vec![0; push.encoded_len()];
            push.encode(&mut datagram)?;
            Ok(vec![datagram])
        }
        Bearer::Sms => push
            .short_messages(ORIGINATOR_PORT, arguments.reference)?
            .map(|message| Ok(message.encode(&mut [0; 140])?.to_vec()))
            .collect(),
    }
}
