//! Reads a notification as a bearer delivers it, shows it layer by layer, and says whether it is
//! authentic.
//!
//! Without arguments: the message of Appendix C. Exit status: 0 authentic, 1 not authentic or not
//! verified, 2 not a DM notification or malformed; of several messages, the worst.

#[path = "../common/decoder/decoder.rs"]
mod decoder;
/// What `secret` takes from the module of this name in other examples.
mod octets {
    pub(crate) use crate::decoder::nonce;
}
#[path = "../common/secret.rs"]
mod secret;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{CommandFactory, Parser, error::ErrorKind};
use decoder::{Bearer, Key, Message, Options, Secret};
use oma_dm_notification::Credentials;
use std::io::{Read, Write};
use std::process::ExitCode;

/// Appendix C as a short message, with the digest for the password `password` and the nonce
/// 00000000.
const APPENDIX_C: &str = "
    06 05 04 0B 84 C0 02  01 06 03 C4 AF 87  E4 00 07 51 D1 5D A7 D8 B5 FC 1F BC E4 5E E7 15
    02 D0 00 00 00 12 34 12 63 6F 6D 2E 6D 67 6D 74 73 72 76 2E 6D 61 6E 61 67 65";

/// Reads OMA DM notifications (Package #0), shows them layer by layer, and says whether they are
/// authentic.
///
/// Without HEX, it shows the example of the specification, Appendix C. Exit status: 0 authentic, 1
/// not authentic or not verified, 2 not a DM notification, malformed or incomplete; of several
/// messages, the worst.
#[derive(Parser)]
#[command(name = "inspect", after_help = EXAMPLES)]
struct Arguments {
    /// How the octets arrived
    #[arg(long, value_name = "BEARER", value_parser = bearer(), default_value = "auto")]
    bearer: BearerArgument,
    /// The server's password; without it nothing is verified
    #[arg(
        long,
        value_name = "TEXT",
        allow_hyphen_values = true,
        conflicts_with = "credentials"
    )]
    password: Option<String>,
    /// Instead of the password, its hash as a device stores it: H(server-identifier:password)
    #[arg(long, value_name = "HEX|BASE64", value_parser = secret::credentials)]
    credentials: Option<Credentials>,
    #[command(flatten)]
    nonce: secret::NonceArguments,
    /// Do not accept the nonce 00000000 instead of the stored one (OMA §5.1)
    #[arg(long)]
    no_resync: bool,
    /// The carrier repeats the ports of segments over CDMA
    #[arg(long)]
    repeated_ports: bool,
    /// Print one JSON object for each message, a line each
    #[arg(long)]
    json: bool,
    /// What was received, pasted as a tool or a log printed it; `-` reads standard input. Each line
    /// is a message, or a segment of one, in any order
    #[arg(value_name = "HEX")]
    hex: Vec<String>,
}

const EXAMPLES: &str = "\
Examples:
  inspect 0605040b84c00201...                  a short message, by its user data
  inspect \"$(cat log)\" --password secret       what a modem printed: +CMT, then the PDU
  inspect --bearer obex - < packets.txt        an OBEX exchange, a packet a line";

/// `auto`, or a bearer by its name.
#[derive(Clone, Copy)]
struct BearerArgument(Option<Bearer>);

fn bearer() -> impl TypedValueParser<Value = BearerArgument> {
    let help = |bearer| match bearer {
        Bearer::Smpp => "SMPP PDU: submit_sm, deliver_sm or data_sm",
        Bearer::Rp => "RP-DATA: SMS over IMS",
        Bearer::Tpdu => "SMS-DELIVER or SMS-SUBMIT, with or without the service centre's address",
        Bearer::CdmaMessage => "C.S0015 point-to-point message over CDMA, or its bearer data",
        Bearer::Cdma => "WDP segment: user data of the WAP teleservice over CDMA",
        Bearer::Sms => "TP-User-Data with its user data header",
        Bearer::Obex => "request packets of an OBEX exchange",
        Bearer::Udp => "WSP PDU: payload of a datagram to port 2948",
        Bearer::Package0 => "Package #0 itself",
    };
    let auto = PossibleValue::new("auto").help("the outermost layer that leads to a notification");
    let named = Bearer::ALL.map(|bearer| PossibleValue::new(bearer.name()).help(help(bearer)));
    let values = std::iter::once(auto).chain(named);
    PossibleValuesParser::new(values).map(|name| {
        let mut all = Bearer::ALL.into_iter();
        BearerArgument(all.find(|bearer| bearer.name() == name))
    })
}

fn main() -> ExitCode {
    let mut arguments = Arguments::parse();
    let mut options = arguments.options();
    if arguments.hex.is_empty() {
        arguments.appendix_c(&mut options);
    }
    let pastes = arguments.pastes().unwrap_or_else(|error| usage(&error));
    let messages = decoder::decode(&pastes, &options);
    for (number, message) in (1..).zip(&messages) {
        if arguments.json {
            say(&message.json().to_string());
        } else {
            show(message, number, messages.len());
        }
        if let Some(error) = message.error() {
            eprintln!("{error}");
        }
    }
    ExitCode::from(messages.iter().map(Message::status).max().unwrap_or(2))
}

/// Prints the table of one message of several.
fn show(message: &Message, number: usize, count: usize) {
    let table = message.table();
    if table.is_empty() {
        return;
    }
    if number > 1 {
        say("");
    }
    if count > 1 {
        say(&format!("Message {number} of {count}\n"));
    }
    say(&table);
}

impl Arguments {
    fn options(&self) -> Options {
        let key = match (&self.password, &self.credentials) {
            (Some(password), _) => Some(Key::Password(password.as_bytes().to_vec())),
            (None, Some(credentials)) => Some(Key::Credentials(credentials.clone())),
            (None, None) => None,
        };
        let typed = self.nonce.typed();
        Options {
            bearer: self.bearer.0,
            secret: key.map(|key| Secret {
                key,
                nonce: self.nonce.octets().to_vec(),
                typed: typed.map(|typed| typed.text.clone()),
                resync: !self.no_resync,
            }),
            repeated_ports: self.repeated_ports,
        }
    }

    /// Takes the example of the specification, for want of a message.
    fn appendix_c(&mut self, options: &mut Options) {
        if !matches!(self.bearer.0, None | Some(Bearer::Sms)) {
            usage("Appendix C is a short message; give HEX for another bearer");
        }
        self.hex.push(APPENDIX_C.to_owned());
        options.secret.get_or_insert_with(|| Secret {
            key: Key::Password(b"password".to_vec()),
            nonce: vec![0; 4],
            typed: None,
            resync: !self.no_resync,
        });
    }

    /// Reads what was pasted: each HEX, and standard input. A shell takes octets apart that stand
    /// between no quotes: they are one message, since no message is so short.
    fn pastes(&self) -> Result<Vec<String>, String> {
        let is_group = |hex: &String| hex.len() <= 4 && hex.bytes().all(|c| c.is_ascii_hexdigit());
        if self.hex.iter().all(is_group) {
            return Ok(vec![self.hex.join(" ")]);
        }
        self.hex
            .iter()
            .map(|hex| {
                if hex != "-" {
                    return Ok(hex.clone());
                }
                let mut input = Vec::new();
                std::io::stdin()
                    .read_to_end(&mut input)
                    .map_err(|error| format!("standard input: {error}"))?;
                Ok(String::from_utf8_lossy(&input).into_owned())
            })
            .collect()
    }
}

/// Prints a line or several. If nobody reads them to their end, the exit status says it all.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Ends the program as it ends for arguments that clap refuses: status 2.
fn usage(error: &str) -> ! {
    Arguments::command()
        .error(ErrorKind::ValueValidation, error)
        .exit()
}
