//! Composes a notification, signs it, and prints what the bearer is to carry: one line of hexadecimal per short message
//! or datagram.

#[path = "common/arguments.rs"]
mod arguments;
#[path = "common/exit.rs"]
mod exit;
#[path = "common/message.rs"]
mod message;
#[path = "common/octets.rs"]
mod octets;
#[path = "common/short_messages.rs"]
mod short_messages;

use arguments::Bearer;
use clap::Parser;
use oma_dm_notification::EncodeError;
use std::process::ExitCode;

/// Composes an OMA DM notification (Package #0), one line of hexadecimal per short message or datagram.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    message: message::Message,
    /// What carries the notification
    #[arg(long, value_enum, default_value = "sms")]
    bearer: Bearer,
    #[command(flatten)]
    concatenation: short_messages::Concatenation,
}

fn main() -> ExitCode {
    exit::code(compose(&Arguments::parse()).map(|lines| {
        for line in lines {
            println!("{}", hex::encode(line));
        }
    }))
}

fn compose(arguments: &Arguments) -> Result<Vec<Vec<u8>>, EncodeError> {
    let package0 = arguments.message.package0()?;
    let push = arguments.message.push(&package0);
    match arguments.bearer {
        Bearer::Package0 => Ok(vec![package0]),
        Bearer::Udp => Ok(vec![message::datagram(&push)?]),
        Bearer::Sms => arguments.concatenation.short_messages(&push),
    }
}
