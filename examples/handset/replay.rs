//! A day of a device, from a file: one command a line, one JSON object for each delivery.

use crate::decode_error;
use crate::device::{Device, Record};
use crate::octets::Octets;
use oma_dm_notification::Credentials;
use oma_dm_notification::account::{Decision, Notification, ResyncPolicy};
use oma_dm_notification::bearer::Address;
use oma_dm_notification::bearer::tpdu::{Deliver, Framing};
use oma_dm_notification::inbox::{Delivery, Inbox, Outcome, Received};
use oma_dm_notification::wap::cdma::RepeatedPorts;
use serde_json::{Value, json};
use std::error::Error;
use std::io::{self, BufRead, Write};

/// The ticks, here seconds, that a message in segments has to become whole.
const MAX_AGE: u32 = 600;

/// Runs the commands, and prints what comes of each delivery.
///
/// # Errors
///
/// The number of the first bad line, counted from 1, and what is wrong with it.
pub(crate) fn run(commands: impl BufRead, output: &mut impl Write) -> io::Result<()> {
    let mut day = Day::new();
    for (number, line) in (1..).zip(commands.lines()) {
        let told = day
            .command(&line?)
            .map_err(|error| io::Error::other(format!("line {number}: {error}")))?;
        if let Some(told) = told {
            writeln!(output, "{told}")?;
            output.flush()?;
        }
    }
    Ok(())
}

struct Day {
    now: u32,
    inbox: Box<Inbox<Originator, 2, 512>>,
    /// The words that name originators.
    words: Vec<String>,
    device: Device,
}

/// An originator: the address that the message has, or the place of a command's word among all.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Originator {
    Address(Address),
    Word(usize),
}

impl From<Address> for Originator {
    fn from(address: Address) -> Self {
        Self::Address(address)
    }
}

/// The words of a line, of which each command takes its own.
struct Words<'l>(std::str::SplitWhitespace<'l>);

impl<'l> Words<'l> {
    fn next(&mut self, name: &str) -> Result<&'l str, Box<dyn Error>> {
        self.0
            .next()
            .ok_or_else(|| format!("{name} is missing").into())
    }

    /// Octets in hexadecimal; `-` for none.
    fn octets(&mut self, name: &str) -> Result<Vec<u8>, Box<dyn Error>> {
        match self.next(name)? {
            "-" => Ok(Vec::new()),
            text => Ok(text
                .parse::<Octets>()
                .map_err(|error| format!("{name}: {error}"))?
                .0),
        }
    }

    fn number<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, std::num::ParseIntError>,
    ) -> Result<T, Box<dyn Error>> {
        let text = self.next(name)?;
        Ok(parse(text).map_err(|error| format!("{name} {text}: {error}"))?)
    }

    /// A server-identifier and a session id.
    fn session(&mut self) -> Result<(&'l [u8], u16), Box<dyn Error>> {
        let server_id = self.next("SERVER-ID")?.as_bytes();
        let session_id = self.number("SESSION", |text| u16::from_str_radix(text, 16))?;
        Ok((server_id, session_id))
    }

    fn end(&mut self) -> Result<(), Box<dyn Error>> {
        match self.0.next() {
            Some(word) => Err(format!("{word} is more than the command takes").into()),
            None => Ok(()),
        }
    }
}

impl Day {
    fn new() -> Self {
        let mut inbox = Box::new(Inbox::new());
        inbox.set_max_age(MAX_AGE);
        Self {
            now: 0,
            inbox,
            words: Vec::new(),
            device: Device::default(),
        }
    }

    /// Runs one line; a delivery or `nonces` has something to tell.
    fn command(&mut self, line: &str) -> Result<Option<Value>, Box<dyn Error>> {
        let mut words = Words(line.split_whitespace());
        let Some(command) = words.0.next().filter(|word| !word.starts_with('#')) else {
            return Ok(None);
        };
        let told = match command {
            "tpdu" | "cmt" | "rp" | "cdma-message" | "sms" | "cdma" | "udp" | "package0" => {
                Some(self.delivery(command, &mut words)?)
            }
            "nonces" => Some(self.nonces(&mut words)?),
            _ => {
                self.event(command, &mut words)?;
                None
            }
        };
        Ok(told)
    }

    /// A command that tells nothing.
    fn event(&mut self, command: &str, words: &mut Words<'_>) -> Result<(), Box<dyn Error>> {
        match command {
            "at" => {
                let now = words.number("TICK", str::parse)?;
                words.end()?;
                self.now = now;
            }
            "account" => {
                let (server_id, password) = (words.next("SERVER-ID")?, words.next("PASSWORD")?);
                let nonce = words.octets("NONCE")?;
                let policy = policy(words.0.next())?;
                words.end()?;
                let server_id = server_id.as_bytes();
                let credentials = Credentials::new(server_id, password.as_bytes());
                self.device
                    .add(Record::new(server_id, credentials, nonce, policy));
            }
            "secret" => {
                let (server_id, password) = (words.next("SERVER-ID")?, words.next("PASSWORD")?);
                words.end()?;
                self.device
                    .secret_replaced(server_id.as_bytes(), password.as_bytes());
            }
            "completed" | "failed" => {
                let (server_id, session_id) = words.session()?;
                words.end()?;
                self.device
                    .ended(server_id, session_id, command == "completed");
            }
            "client-nonce" | "offered" | "server-nonce" => {
                let (server_id, session_id) = words.session()?;
                let nonce = words.octets("HEX")?;
                words.end()?;
                self.device
                    .step(server_id, session_id, |session, record| match command {
                        "client-nonce" => record.client_nonce_renewed(session, nonce),
                        "offered" => record.server_nonce_offered(session, nonce),
                        _ => record.server_nonce_renewed(session, nonce),
                    });
            }
            "power-cycle" => {
                words.end()?;
                self.inbox.clear();
                self.device.power_cycled();
            }
            unknown => return Err(format!("unknown command {unknown}").into()),
        }
        Ok(())
    }

    fn delivery(&mut self, command: &str, words: &mut Words<'_>) -> Result<Value, Box<dyn Error>> {
        let octets;
        let mut buffer = [0; 255];
        let delivery = match command {
            "tpdu" => {
                octets = words.octets("HEX")?;
                Delivery::Tpdu {
                    octets: &octets,
                    framing: framing(&octets),
                }
            }
            "cmt" => {
                let length = words.number("LENGTH", str::parse)?;
                octets = words.octets("HEX")?;
                Delivery::Tpdu {
                    octets: &octets,
                    framing: Framing::Length(length),
                }
            }
            "rp" => {
                octets = words.octets("HEX")?;
                Delivery::RpData(&octets)
            }
            "cdma-message" => {
                octets = words.octets("HEX")?;
                Delivery::CdmaMessage {
                    octets: &octets,
                    repeated_ports: RepeatedPorts::Strip,
                    buffer: &mut buffer,
                }
            }
            "sms" => {
                let originator = self.originator(words.next("ORIGINATOR")?);
                octets = words.octets("HEX")?;
                Delivery::ShortMessage {
                    originator,
                    user_data: &octets,
                }
            }
            "cdma" => {
                let originator = self.originator(words.next("ORIGINATOR")?);
                let message_id =
                    words.number("MESSAGE-ID", |text| u16::from_str_radix(text, 16))?;
                octets = words.octets("HEX")?;
                Delivery::Cdma {
                    originator,
                    message_id,
                    segment: &octets,
                    repeated_ports: RepeatedPorts::Strip,
                }
            }
            "udp" => {
                let destination_port = words.number("PORT", str::parse)?;
                octets = words.octets("HEX")?;
                Delivery::Datagram {
                    destination_port,
                    payload: &octets,
                }
            }
            _ => {
                octets = words.octets("HEX")?;
                Delivery::Package0(&octets)
            }
        };
        words.end()?;
        let received = self.inbox.receive(self.now, delivery);
        Ok(told(&received, &mut self.device, &self.words))
    }

    fn nonces(&self, words: &mut Words<'_>) -> Result<Value, Box<dyn Error>> {
        let (server_id, session_id) = words.session()?;
        words.end()?;
        Ok(match self.device.session(server_id, session_id) {
            Some(session) => json!({
                "client": session.client_nonce().to_string(),
                "server": session.server_nonce().to_string(),
            }),
            None => json!({}),
        })
    }

    fn originator(&mut self, word: &str) -> Originator {
        let known = self.words.iter().position(|known| known == word);
        Originator::Word(known.unwrap_or_else(|| {
            self.words.push(word.to_owned());
            self.words.len() - 1
        }))
    }
}

/// Returns what precedes a TPDU of unknown length: the reading, without a service centre's address
/// or with one, that is valid and ends with its user data; without first.
fn framing(octets: &[u8]) -> Framing {
    let whole = |framing: &Framing| {
        let deliver = Deliver::parse(octets, *framing);
        deliver.is_ok_and(|deliver| deliver.trailing().is_empty())
    };
    let readings = [Framing::Bare, Framing::ServiceCentre];
    readings.into_iter().find(whole).unwrap_or(Framing::Bare)
}

fn policy(word: Option<&str>) -> Result<ResyncPolicy, Box<dyn Error>> {
    match word {
        Some("forbidden") => Ok(ResyncPolicy::Forbidden),
        None | Some("limited") => Ok(ResyncPolicy::Limited),
        Some("allowed") => Ok(ResyncPolicy::Allowed),
        Some(word) => Err(format!("unknown policy {word}").into()),
    }
}

/// Decides on a delivery, and tells it as JSON.
fn told(received: &Received<'_, Originator>, device: &mut Device, words: &[String]) -> Value {
    let mut told = match &received.outcome {
        Outcome::Package0(package0) => device
            .receive(package0, decision)
            .unwrap_or_else(|| ignored("unknown-server")),
        Outcome::NotForDm { octets, .. } => {
            let mut told = json!({ "outcome": "not-for-dm" });
            if let Some(octets) = octets {
                told["octets"] = hex::encode(octets).into();
            }
            told
        }
        Outcome::Incomplete { missing, .. } => {
            json!({ "outcome": "incomplete", "missing": missing })
        }
        Outcome::RepeatedSegment => json!({ "outcome": "repeated-segment" }),
        Outcome::Malformed(error) => {
            let mut told = ignored("malformed");
            told["error"] = decode_error::json(error);
            told
        }
        Outcome::NoRoom(_) => ignored("no-room"),
        other => unreachable!("an outcome that this program does not know: {other}"),
    };
    if let Some(displaced) = &received.displaced {
        told["displaced"] = json!({
            "originator": match displaced.key.originator {
                Originator::Address(address) => address.to_string(),
                Originator::Word(at) => words[at].clone(),
            },
            "missing": displaced.missing,
        });
    }
    told
}

fn decision(decision: &Decision<'_>) -> Value {
    match decision {
        Decision::Start { notification, .. } => about("start", notification),
        Decision::Repeated {
            notification,
            under_way,
        } => {
            let mut told = about("repeated", notification);
            told["under_way"] = (*under_way).into();
            told
        }
        Decision::Ignored(reason) => ignored(&decode_error::name(reason)),
        other => unreachable!("a decision that this program does not know: {other:?}"),
    }
}

fn about(outcome: &str, notification: &Notification<'_>) -> Value {
    json!({
        "outcome": outcome,
        "server_id": hex::encode(notification.trigger().server_id()),
        "session": notification.session_id_text().as_str(),
        "nonce": notification.nonce().to_string(),
        "ui_mode": notification.ui_mode().to_string(),
        "initiator": notification.initiator().to_string(),
        "version": notification.version().value(),
        "vendor_specific": hex::encode(notification.vendor_specific()),
    })
}

fn ignored(reason: &str) -> Value {
    json!({ "outcome": "ignored", "reason": reason })
}
