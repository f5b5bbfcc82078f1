//! A handset: it waits for notifications over UDP and prints what it decides on each, or it replays
//! a day from a file.
//!
//! It goes as far as the decision. The session itself, Pkg #1 and on, is not held.

#[path = "../common/decode_error.rs"]
mod decode_error;
mod device;
#[path = "../common/exit.rs"]
mod exit;
mod listen;
#[path = "../common/octets.rs"]
mod octets;
mod replay;

use clap::Parser;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader};
use std::process::ExitCode;

/// Prints what a handset decides on OMA DM notifications (Package #0)
///
/// It listens on the loopback address, and prints a line for each datagram. Or it replays a day
/// from a file, and prints a JSON object for each delivery.
#[derive(Parser)]
#[command(after_help = REPLAY)]
struct Arguments {
    /// Replay the commands in this file; `-`: standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = LISTEN)]
    replay: Option<OsString>,
    #[command(flatten)]
    listen: listen::Listen,
}

/// What a replay has no use for.
const LISTEN: [&str; 9] = [
    "server_id",
    "password",
    "credentials",
    "nonce",
    "nonce_base64",
    "nonce_text",
    "port",
    "resync",
    "count",
];

const REPLAY: &str = "\
Commands of a replay, one a line, words apart by blanks; `#` begins a comment line:
  account SERVER-ID PASSWORD NONCE [POLICY]   an account; NONCE in HEX, or `-` for none; POLICY is
                                              forbidden, limited or allowed
  at TICK                                     the time, in seconds
  tpdu HEX                                    a TPDU, with the service centre's address or without
  cmt LENGTH HEX                              a TPDU, as `+CMT: ,LENGTH` has it
  rp HEX                                      RP-DATA, as SMS over IMS has it
  cdma-message HEX                            a point-to-point message of C.S0015
  sms ORIGINATOR HEX                          TP-User-Data with its header
  cdma ORIGINATOR MESSAGE-ID HEX              a WDP segment; MESSAGE-ID in 4 hexadecimal digits
  udp PORT HEX                                a datagram
  package0 HEX                                Package #0 itself
  completed|failed SERVER-ID SESSION          the session took place, or did not; SESSION in HEX
  client-nonce SERVER-ID SESSION HEX          Pkg #2 has renewed the client nonce
  offered SERVER-ID SESSION HEX               Pkg #3 has gone out with this server nonce
  server-nonce SERVER-ID SESSION HEX          Pkg #4 has confirmed this server nonce
  nonces SERVER-ID SESSION                    print the nonces of the session's credentials
  secret SERVER-ID PASSWORD                   the server has replaced its secret
  power-cycle                                 all RAM is lost; what was stored is restored";

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match &arguments.replay {
        // Its errors name a line of the file.
        Some(file) => replay(file).map_or_else(
            |error| {
                eprintln!("{error}");
                ExitCode::from(2)
            },
            |()| ExitCode::SUCCESS,
        ),
        None => exit::code(listen::run(&arguments.listen)),
    }
}

fn replay(file: &OsString) -> io::Result<()> {
    let mut output = io::stdout().lock();
    if file == "-" {
        replay::run(io::stdin().lock(), &mut output)
    } else {
        replay::run(BufReader::new(File::open(file)?), &mut output)
    }
}
