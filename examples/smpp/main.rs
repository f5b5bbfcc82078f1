//! Submits a notification to a short message service centre over SMPP, or prints the PDUs that
//! would.

#[path = "../common/exit.rs"]
mod exit;
#[path = "../common/message.rs"]
mod message;
#[path = "../common/octets.rs"]
mod octets;
mod pdu;
#[path = "../common/short_messages.rs"]
mod short_messages;
mod smsc;

use clap::{Parser, ValueEnum};
use std::ffi::{CString, NulError};
use std::{error::Error, process::ExitCode};

/// Makes the `submit_sm` PDUs of an OMA DM notification (Package #0), concatenated when needed, and
/// sends them to an SMSC; without one, prints them in hexadecimal, one line each.
#[derive(Parser)]
#[command(after_help = EXAMPLE)]
struct Arguments {
    #[command(flatten)]
    message: message::Message,
    #[command(flatten)]
    concatenation: short_messages::Concatenation,
    /// What carries ports and concatenation, and what carries the push
    #[arg(long, value_enum, default_value = "short-message")]
    form: Form,
    /// The data coding scheme: 04 is 8-bit data without a class, F5 is 8-bit data of class 1
    #[arg(long, value_enum, value_name = "HEX", default_value = "04")]
    data_coding: DataCoding,
    /// The service type: WAP on some CDMA networks, where it selects the teleservice; at most 5
    /// octets
    #[arg(
        long,
        value_name = "TEXT",
        value_parser = c_string,
        default_value = "",
        hide_default_value = true
    )]
    service_type: CString,
    /// How long the SMSC tries to deliver: seconds, or a number with s, m, h or d, such as 24h, at
    /// most 31 days; or the 16 characters of SMPP. Without it, the SMSC decides
    #[arg(
        long,
        value_name = "TIME",
        value_parser = validity,
        default_value = "",
        hide_default_value = true
    )]
    validity: CString,
    /// The number of the device, international: +447700900123
    #[arg(long, value_name = "NUMBER", value_parser = number)]
    to: CString,
    /// The number of the sender, international; without it, the SMSC fills it in
    #[arg(
        long,
        value_name = "NUMBER",
        value_parser = number,
        default_value = "",
        hide_default_value = true
    )]
    from: CString,
    /// The SMSC
    #[arg(long, value_name = "HOST:PORT")]
    smsc: Option<String>,
    /// `system_id` at the SMSC, at most 15 octets
    #[arg(
        long,
        value_name = "TEXT",
        value_parser = c_string,
        default_value = "",
        hide_default_value = true
    )]
    system_id: CString,
    /// The password at the SMSC, at most 8 octets
    #[arg(
        long,
        allow_hyphen_values = true,
        value_name = "TEXT",
        value_parser = c_string,
        default_value = "",
        hide_default_value = true
    )]
    smsc_password: CString,
}

const EXAMPLE: &str = "\
Example:
  smpp --server-id com.mgmtsrv.manage --password secret --session 1234 --to +447700900123 \\
      --smsc smsc.example:2775 --system-id dm --smsc-password secret";

/// The three forms in which centres take ports and concatenation.
#[derive(Clone, Copy, ValueEnum)]
enum Form {
    /// The user data header and the push in `short_message`
    ShortMessage,
    /// The user data header and the push in the TLV `message_payload`
    MessagePayload,
    /// The push alone in `short_message`; TLVs for the ports, and `sar_*` for concatenation: the
    /// SMSC makes the header
    Tlvs,
}

#[derive(Clone, Copy, ValueEnum)]
enum DataCoding {
    #[value(name = "04")]
    WithoutClass,
    #[value(name = "F5")]
    Class1,
}

fn c_string(text: &str) -> Result<CString, NulError> {
    CString::new(text)
}

/// Parses an international number, with `+` or without: SMPP has a type of number.
fn number(text: &str) -> Result<CString, NulError> {
    CString::new(text.strip_prefix('+').unwrap_or(text))
}

/// Makes a validity period in the relative form of SMPP, `YYMMDDhhmmss000R` (SMPP 3.4 §7.1.1).
fn validity(text: &str) -> Result<CString, Box<dyn Error + Send + Sync>> {
    if text.is_empty() || text.len() == 16 {
        return Ok(CString::new(text)?);
    }
    let number = text.trim_end_matches(['s', 'm', 'h', 'd']);
    let unit = match text.strip_prefix(number) {
        Some("" | "s") => Some(1),
        Some("m") => Some(60),
        Some("h") => Some(60 * 60),
        Some("d") => Some(24 * 60 * 60),
        _ => None,
    };
    let seconds = unit
        .zip(number.parse().ok())
        .and_then(|(unit, number): (u32, u32)| number.checked_mul(unit))
        .ok_or("a number is needed, and s, m, h or d after it")?;
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    if days > 31 {
        return Err("31 days are the most".into());
    }
    let (hours, minutes, seconds) = (hours % 24, minutes % 60, seconds % 60);
    Ok(CString::new(format!(
        "0000{days:02}{hours:02}{minutes:02}{seconds:02}000R"
    ))?)
}

fn main() -> ExitCode {
    exit::code(submit(&Arguments::parse()))
}

fn submit(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let package0 = arguments.message.package0()?;
    let push = arguments.message.push(&package0);
    let messages = match arguments.form {
        Form::Tlvs => pdu::parts(&push, arguments.concatenation.reference())?,
        Form::ShortMessage | Form::MessagePayload => arguments
            .concatenation
            .short_messages(&push)?
            .into_iter()
            .map(|user_data| pdu::Message {
                octets: user_data,
                segment: None,
            })
            .collect(),
    };
    let commands = messages
        .iter()
        .zip(pdu::FIRST_SUBMISSION..)
        .map(|(message, number)| Ok(pdu::octets(&pdu::submit_sm(arguments, message, number)?)))
        .collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    let Some(address) = &arguments.smsc else {
        for command in commands {
            println!("{}", hex::encode(command));
        }
        return Ok(());
    };
    let mut smsc = smsc::Smsc::bind(address, &arguments.system_id, &arguments.smsc_password)?;
    for (command, number) in commands.iter().zip(pdu::FIRST_SUBMISSION..) {
        println!("submitted: {}", smsc.call(command, number)?);
    }
    smsc.unbind()
}
