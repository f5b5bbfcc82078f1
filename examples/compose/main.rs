//! Composes a notification, signs it, and prints what the bearer must carry: one line of
//! hexadecimal per short message, datagram or packet.

mod bearers;
#[path = "../common/exit.rs"]
mod exit;
mod gateways;
#[path = "../common/message.rs"]
mod message;
#[path = "../common/octets.rs"]
mod octets;
#[path = "../common/short_messages.rs"]
mod short_messages;

use clap::{CommandFactory, Parser, ValueEnum, error::ErrorKind};
use gateways::Gateway;
use oma_dm_notification::bearer::Address;
use oma_dm_notification::obex::MaximumPacketLength;
use std::error::Error;
use std::process::ExitCode;

/// Composes an OMA DM notification (Package #0), signs it, and prints it in hexadecimal.
///
/// One line for each short message, datagram or packet. `inspect` reads what this prints.
#[derive(Parser)]
#[command(name = "compose", after_help = EXAMPLES)]
struct Arguments {
    #[command(flatten)]
    message: message::Message,
    /// What carries the notification
    #[arg(long, value_enum, default_value = "sms")]
    bearer: Bearer,
    #[command(flatten)]
    concatenation: short_messages::Concatenation,
    /// Print the fields of an HTTP request that has this gateway send each short message
    #[arg(long = "as", value_enum, value_name = "GATEWAY")]
    gateway: Option<Gateway>,
    /// submit: the number of the device, +447700900123
    #[arg(long, value_name = "NUMBER", required_if_eq("bearer", "submit"))]
    to: Option<Address>,
    /// submit: print what a modem takes, AT+CMGS and the PDU in two lines for each short message
    #[arg(long)]
    at: bool,
    /// deliver, rp, cdma-message: who sent it, +447700900123 or a name
    #[arg(
        long,
        value_name = "NUMBER",
        required_if_eq_any([("bearer", "deliver"), ("bearer", "rp"), ("bearer", "cdma-message")])
    )]
    from: Option<Address>,
    /// deliver, rp: the number of the service centre
    #[arg(long, value_name = "NUMBER")]
    service_centre: Option<Address>,
    /// cdma-message: the message identifier, 4 digits; another one in each run unless it is given
    #[arg(long, value_name = "HEX", value_parser = message_id)]
    message_id: Option<u16>,
    /// cdma-message: 4100, or 65002 for bearer data within bearer data [default: 4100]
    #[arg(long, value_name = "N", value_parser = teleservice)]
    teleservice: Option<u16>,
    /// cdma, cdma-message: the most octets of one segment; networks differ [default: 140]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(7..))]
    segment_length: Option<u8>,
    /// obex: the most octets of one packet, 255 to 65535 [default: 1024]
    #[arg(long, value_name = "N", value_parser = maximum_packet_length)]
    max_packet: Option<MaximumPacketLength>,
}

const EXAMPLES: &str = "\
Examples:
  compose --server-id com.mgmtsrv.manage --password secret --session 1234
      the user data of one short message
  compose --server-id com.mgmtsrv.manage --password secret --session 1234 \\
      --bearer submit --to +447700900123 --at
      what to type to a modem";

/// How Package #0 travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Bearer {
    /// Short messages: TP-User-Data with its user data header
    Sms,
    /// SMS-SUBMIT: what a server's modem takes
    Submit,
    /// SMS-DELIVER: what a device's modem hands over
    Deliver,
    /// RP-DATA to a device: SMS over IMS
    Rp,
    /// WDP segments: user data of the WAP teleservice over CDMA
    Cdma,
    /// Point-to-point messages over CDMA (3GPP2 C.S0015)
    CdmaMessage,
    /// The payload of a UDP datagram to port 2948
    Udp,
    /// The request packets of an OBEX exchange
    Obex,
    /// No bearer: Package #0 itself
    Package0,
}

fn maximum_packet_length(text: &str) -> Result<MaximumPacketLength, Box<dyn Error + Send + Sync>> {
    Ok(MaximumPacketLength::new(text.parse()?)?)
}

fn message_id(text: &str) -> Result<u16, &'static str> {
    u16::from_str_radix(text, 16).map_err(|_| "a message identifier has 1 to 4 hexadecimal digits")
}

fn teleservice(text: &str) -> Result<u16, Box<dyn Error + Send + Sync>> {
    match text.parse()? {
        teleservice @ (4100 | 65002) => Ok(teleservice),
        _ => Err("4100 or 65002".into()),
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    arguments.check();
    exit::code(bearers::lines(&arguments).map(|lines| {
        for line in lines {
            println!("{line}");
        }
    }))
}

impl Arguments {
    /// Refuses arguments that the bearer has no use for, as clap refuses arguments: status 2.
    fn check(&self) {
        use Bearer::{Cdma, CdmaMessage, Deliver, Obex, Rp, Sms, Submit};
        let given: [(bool, &str, &[Bearer]); 9] = [
            (self.gateway.is_some(), "--as", &[Sms]),
            (self.to.is_some(), "--to", &[Submit]),
            (self.at, "--at", &[Submit]),
            (self.from.is_some(), "--from", &[Deliver, Rp, CdmaMessage]),
            (
                self.service_centre.is_some(),
                "--service-centre",
                &[Deliver, Rp],
            ),
            (self.message_id.is_some(), "--message-id", &[CdmaMessage]),
            (self.teleservice.is_some(), "--teleservice", &[CdmaMessage]),
            (
                self.segment_length.is_some(),
                "--segment-length",
                &[Cdma, CdmaMessage],
            ),
            (self.max_packet.is_some(), "--max-packet", &[Obex]),
        ];
        for (is_given, name, bearers) in given {
            if is_given && !bearers.contains(&self.bearer) {
                let names: Vec<String> = bearers
                    .iter()
                    .filter_map(|bearer| Some(bearer.to_possible_value()?.get_name().to_owned()))
                    .collect();
                let problem = format!("{name} is for --bearer {}", names.join(" or "));
                Self::command()
                    .error(ErrorKind::ArgumentConflict, problem)
                    .exit();
            }
        }
    }
}
