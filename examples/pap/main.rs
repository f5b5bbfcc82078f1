//! A DM server as a push initiator (OMA §7.1): composes and signs a notification, and submits it to
//! a push proxy gateway by the Push Access Protocol (PAP).

mod address;
#[path = "../common/exit.rs"]
mod exit;
#[path = "../common/message.rs"]
#[allow(dead_code, reason = "the gateway makes the push of the content")]
mod message;
#[path = "../common/octets.rs"]
mod octets;
mod request;
mod response;

use address::Recipient;
use clap::{Parser, ValueEnum};
use std::io::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{error::Error, process::ExitCode};
use ureq::Agent;
use ureq::http::{Request, Uri};

/// How long a gateway may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// The most octets that are read of an answer.
const LONGEST_ANSWER: u64 = 1 << 16;

/// Submits an OMA DM notification (Package #0) to a push proxy gateway, which sends it to the
/// device.
///
/// The gateway is asked by the Push Access Protocol (PAP) over HTTP, and its answer is told in
/// words with its code. Exit status: 0 accepted, 1 refused, 2 bad arguments or no usable answer.
#[derive(Parser)]
#[command(name = "pap", mut_arg("tid", |tid| tid.hide(true)), after_help = EXAMPLE)]
struct Arguments {
    /// The push proxy gateway, http://[USER:PASSWORD@]HOST[:PORT]/PATH; the user and the password
    /// are sent as HTTP Basic credentials
    #[arg(long, value_name = "URL", value_parser = gateway)]
    ppg: Uri,
    /// The device: a number in international form (+447700900123), an IPv4 address, or a whole PAP
    /// address (WAPPUSH=...)
    #[arg(long, value_name = "ADDRESS")]
    to: Recipient,
    #[command(flatten)]
    message: message::Message,
    /// The id of this push, which no other may have; without it, one is made of the time
    #[arg(long, value_name = "TEXT", default_value_t = push_id(), hide_default_value = true)]
    push_id: String,
    /// The network that must carry the push, as WDP names it: GSM, "IS-95 CDMA", ...
    #[arg(long, value_name = "NAME")]
    network: Option<String>,
    /// The bearer that must carry the push, as WDP names it: SMS, CSD, GPRS, ...
    #[arg(long, value_name = "NAME")]
    bearer: Option<String>,
    /// The version of PAP that the request declares
    #[arg(long, value_enum, value_name = "VERSION", default_value = "2.0")]
    pap: Version,
    /// Print the request, without the credentials, instead of sending it
    #[arg(long)]
    print: bool,
}

const EXAMPLE: &str = "\
Example:
  pap --ppg http://127.0.0.1:8080/pap --to +447700900123 \\
    --server-id com.mgmtsrv.manage --password password --session 1234";

#[derive(Clone, Copy, ValueEnum)]
enum Version {
    #[value(name = "1.0")]
    V1_0,
    #[value(name = "2.0")]
    V2_0,
    #[value(name = "2.1")]
    V2_1,
}

fn gateway(text: &str) -> Result<Uri, Box<dyn Error + Send + Sync>> {
    let uri: Uri = text.parse()?;
    match (uri.scheme_str(), uri.host()) {
        (Some("http"), Some(_)) => Ok(uri),
        _ => Err("it must begin with http:// and name a host".into()),
    }
}

/// Makes an id that no other push has.
fn push_id() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    format!("dm-{:x}", now.unwrap_or_default().as_nanos())
}

fn main() -> ExitCode {
    pap(&Arguments::parse()).unwrap_or_else(|error| exit::code(Err(error)))
}

fn pap(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let package0 = arguments.message.package0()?;
    let request = request::push(arguments, &package0)?;
    if arguments.print {
        std::io::stdout().write_all(&request::octets(&request))?;
        return Ok(ExitCode::SUCCESS);
    }
    submit(request)
}

/// Sends the request, and tells the answer.
fn submit(request: Request<Vec<u8>>) -> Result<ExitCode, Box<dyn Error>> {
    // Nothing but what `request` says: what is printed is what is sent.
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .user_agent("")
        .accept("")
        .build()
        .into();
    let mut response = agent.run(request).map_err(|error| no_answer(&error))?;
    let body = response.body_mut().with_config().limit(LONGEST_ANSWER);
    let octets = body.read_to_vec().map_err(|error| no_answer(&error))?;
    match response::read(&String::from_utf8_lossy(&octets)) {
        Ok(answer) => {
            println!("{answer}");
            Ok(if answer.is_accepted() {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(1)
            })
        }
        Err(_) if !response.status().is_success() => {
            println!("refused: HTTP {}", response.status());
            Ok(ExitCode::from(1))
        }
        Err(error) => Err(format!("the answer of the gateway is not PAP: {error}").into()),
    }
}

fn no_answer(error: &ureq::Error) -> String {
    format!("no answer of the gateway: {error}")
}
