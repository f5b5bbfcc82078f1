//! Reads a notification as a bearer delivers it, shows it layer by layer, and says whether it is
//! authentic.
//!
//! Without arguments: the message of Appendix C. Exit status: 0 authentic, 1 not authentic or not
//! verified, 2 not a DM notification or malformed.

#[path = "../common/arguments.rs"]
mod arguments;
mod bearers;
mod json;
mod layers;
#[path = "../common/octets.rs"]
mod octets;
mod rows;
mod table;

use arguments::Bearer;
use clap::{CommandFactory, Parser, error::ErrorKind};
use layers::{Failure, Message};
use octets::Octets;
use oma_dm_notification::wap::cdma::RepeatedPorts;
use oma_dm_notification::{Credentials, Nonce, Package0};
use std::io::{Read, Write};
use std::process::ExitCode;

/// Appendix C as a short message, with the digest for the password `password` and the nonce
/// 00000000.
const APPENDIX_C: &str = "
    06 05 04 0B 84 C0 02  01 06 03 C4 AF 87  E4 00 07 51 D1 5D A7 D8 B5 FC 1F BC E4 5E E7 15
    02 D0 00 00 00 12 34 12 63 6F 6D 2E 6D 67 6D 74 73 72 76 2E 6D 61 6E 61 67 65";

/// Reads an OMA DM notification (Package #0) and says whether it is authentic.
#[derive(Parser)]
#[command(name = "inspect")]
struct Arguments {
    /// How the octets arrived
    #[arg(long, value_enum, default_value = "sms")]
    bearer: Bearer,
    /// The server's password; without it nothing is verified
    #[arg(long, value_name = "TEXT")]
    password: Option<String>,
    /// The stored nonce, after Base64 decoding; none if no nonce has been agreed yet
    #[arg(long, value_name = "HEX")]
    nonce: Option<Octets>,
    /// Do not accept the nonce 00000000 in place of the stored one (5.1)
    #[arg(long)]
    no_resync: bool,
    /// The carrier repeats the ports of CDMA segments
    #[arg(long)]
    repeated_ports: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// The message; `-` reads standard input. Several, or several lines: the segments of one
    /// message, in any order, or the packets of one OBEX exchange; otherwise the pieces of one
    /// message
    #[arg(value_name = "HEX")]
    hex: Vec<String>,
}

/// Which candidate nonce a message is authentic under.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// There was no password to verify it with.
    Unverified,
    NotAuthentic,
    Stored,
    Resync,
}

fn main() -> ExitCode {
    let mut arguments = Arguments::parse();
    if arguments.hex.is_empty() {
        arguments.appendix_c();
    }
    let octets = arguments.message().unwrap_or_else(|error| usage(&error));
    match bearers::open(&arguments, &octets).and_then(|message| report(&arguments, &message)) {
        Ok(Verdict::Stored | Verdict::Resync) => ExitCode::SUCCESS,
        Ok(Verdict::NotAuthentic | Verdict::Unverified) => ExitCode::from(1),
        Err(failure) => {
            if arguments.json {
                say(&json::failure(&failure).to_string());
            }
            eprintln!("{failure}");
            ExitCode::from(2)
        }
    }
}

impl Arguments {
    /// Stands in for what was not said: the example of the specification.
    fn appendix_c(&mut self) {
        if self.bearer != Bearer::Sms {
            usage("Appendix C is a short message; give HEX for another bearer");
        }
        self.hex.push(APPENDIX_C.to_owned());
        self.password.get_or_insert_with(|| "password".to_owned());
        self.nonce.get_or_insert_with(|| Octets(vec![0; 4]));
    }

    /// The octets of every HEX, those of standard input line by line.
    fn message(&self) -> Result<Vec<Vec<u8>>, String> {
        let mut lines = Vec::new();
        for hex in &self.hex {
            if hex == "-" {
                let mut input = String::new();
                std::io::stdin()
                    .read_to_string(&mut input)
                    .map_err(|error| format!("standard input: {error}"))?;
                lines.extend(
                    input
                        .lines()
                        .filter(|line| !line.trim().is_empty())
                        .map(str::to_owned),
                );
            } else {
                lines.push(hex.clone());
            }
        }
        lines
            .iter()
            .map(|line| match line.parse() {
                Ok(Octets(octets)) => Ok(octets),
                Err(error) => Err(format!("{line:?} is not hexadecimal: {error}")),
            })
            .collect()
    }

    const fn repeated_ports(&self) -> RepeatedPorts {
        if self.repeated_ports {
            RepeatedPorts::Strip
        } else {
            RepeatedPorts::Absent
        }
    }

    fn verify(&self, package0: &Package0<'_>) -> Verdict {
        let Some(password) = &self.password else {
            return Verdict::Unverified;
        };
        let server_id = package0.unverified().server_id();
        let credentials = Credentials::new(server_id.as_bytes(), password.as_bytes());
        let stored = self
            .nonce
            .as_ref()
            .map_or(Nonce::NONE, |nonce| Nonce::new(&nonce.0));
        let candidates = [stored, Nonce::RESYNC];
        let candidates = &candidates[..if self.no_resync { 1 } else { 2 }];
        let authentic = package0.verify_any(&credentials, candidates);
        match authentic.map(|authentic| authentic.candidate()) {
            Ok(0) => Verdict::Stored,
            Ok(_) => Verdict::Resync,
            Err(_) => Verdict::NotAuthentic,
        }
    }
}

fn report(arguments: &Arguments, message: &Message) -> Result<Verdict, Failure> {
    let package0 = message.package0()?;
    let verdict = arguments.verify(&package0);
    say(&if arguments.json {
        json::notification(message, &package0, verdict).to_string()
    } else {
        table::notification(message, &package0, verdict)
    });
    Ok(verdict)
}

/// Prints a line or several. It is not an error if nobody reads them to their end: the exit status
/// says it all.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Ends the program as for arguments that clap refuses: status 2.
fn usage(error: &str) -> ! {
    Arguments::command()
        .error(ErrorKind::ValueValidation, error)
        .exit()
}
