//! Composes a notification, signs it, and prints what the bearer must carry: one line of
//! hexadecimal per short message, datagram or packet.

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
use oma_dm_notification::obex::{Connect, Disconnect, MaximumPacketLength, Put};
use oma_dm_notification::wap::cdma::CdmaSegments;
use oma_dm_notification::wap::wsp::DmPush;
use short_messages::ORIGINATOR_PORT;
use std::{error::Error, process::ExitCode};

/// Composes an OMA DM notification (Package #0), one line of hexadecimal per short message,
/// datagram or packet.
#[derive(Parser)]
#[command(name = "compose")]
struct Arguments {
    #[command(flatten)]
    message: message::Message,
    /// What carries the notification
    #[arg(long, value_enum, default_value = "sms")]
    bearer: Bearer,
    #[command(flatten)]
    concatenation: short_messages::Concatenation,
    /// The most octets of one OBEX packet, 255 to 65535
    #[arg(long, value_name = "N", value_parser = maximum_packet_length, default_value = "1024")]
    max_packet: MaximumPacketLength,
}

/// Octets that one short message has room for over CDMA.
const LONGEST_SEGMENT: usize = 140;

fn maximum_packet_length(text: &str) -> Result<MaximumPacketLength, Box<dyn Error + Send + Sync>> {
    Ok(MaximumPacketLength::new(text.parse()?)?)
}

fn main() -> ExitCode {
    exit::code(compose(&Arguments::parse()).map(|lines| {
        for line in lines {
            println!("{}", hex::encode(line));
        }
    }))
}

fn compose(arguments: &Arguments) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let package0 = arguments.message.package0()?;
    let push = arguments.message.push(&package0);
    match arguments.bearer {
        Bearer::Package0 => Ok(vec![package0]),
        Bearer::Udp => Ok(vec![message::datagram(&push)?]),
        Bearer::Sms => Ok(arguments.concatenation.short_messages(&push)?),
        Bearer::Cdma => segments(&push),
        Bearer::Obex => exchange(&package0, arguments.max_packet),
    }
}

/// The user data of each short message over CDMA.
fn segments(push: &DmPush<'_>) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    CdmaSegments::new(*push, ORIGINATOR_PORT, LONGEST_SEGMENT)?
        .map(|segment| Ok(segment.encode(&mut [0; LONGEST_SEGMENT])?.to_vec()))
        .collect()
}

/// The requests of a whole exchange with a device that gives its first connection the
/// `ConnectionID` 1.
fn exchange(
    package0: &[u8],
    max_packet: MaximumPacketLength,
) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let connection_id = Some(1);
    let mut buffer = vec![0; usize::from(max_packet.value())];
    let mut packets = vec![Connect::new(max_packet).encode(&mut buffer)?.to_vec()];
    let put = Put::relay(package0, connection_id).with_maximum_packet_length(max_packet);
    for packet in put.packets() {
        packets.push(packet.encode(&mut buffer)?.to_vec());
    }
    packets.push(Disconnect::new(connection_id).encode(&mut buffer)?.to_vec());
    Ok(packets)
}
