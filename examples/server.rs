//! A DM server that notifies: signs a notification and sends it over UDP. `handset` is its other
//! end.

#[path = "common/exit.rs"]
mod exit;
#[path = "common/message.rs"]
mod message;
#[path = "common/octets.rs"]
mod octets;

use clap::Parser;
use std::error::Error;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::process::ExitCode;

/// Sends an OMA DM notification (Package #0) in a UDP datagram.
#[derive(Parser)]
struct Arguments {
    /// Where the device listens: at port 2948, unless it is a test
    #[arg(long, value_name = "ADDRESS:PORT")]
    to: SocketAddr,
    #[command(flatten)]
    message: message::Message,
    /// How often the same datagram is sent
    #[arg(long, value_name = "N", default_value = "1")]
    repeat: usize,
}

fn main() -> ExitCode {
    exit::code(notify(&Arguments::parse()))
}

fn notify(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let package0 = arguments.message.package0()?;
    let datagram = message::datagram(&arguments.message.push(&package0))?;
    let from: SocketAddr = match arguments.to {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(from)?;
    for _ in 0..arguments.repeat {
        let sent = socket.send_to(&datagram, arguments.to)?;
        println!("sent {sent} octets to {}", arguments.to);
    }
    Ok(())
}
