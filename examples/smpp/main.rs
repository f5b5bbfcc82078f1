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
    /// The number of the handset, international, without +
    #[arg(long, value_name = "DIGITS", value_parser = c_string)]
    to: CString,
    /// The number of the sender, international, without +; without it, the SMSC fills it in
    #[arg(long, value_name = "DIGITS", value_parser = c_string, default_value = "")]
    from: CString,
    /// The SMSC
    #[arg(long, value_name = "HOST:PORT")]
    smsc: Option<String>,
    /// `system_id` at the SMSC, at most 15 octets
    #[arg(long, value_name = "TEXT", value_parser = c_string, default_value = "")]
    system_id: CString,
    /// The password at the SMSC, at most 8 octets
    #[arg(long, value_name = "TEXT", value_parser = c_string, default_value = "")]
    smsc_password: CString,
}

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

fn main() -> ExitCode {
    exit::code(submit(&Arguments::parse()))
}

fn submit(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let package0 = arguments.message.package0()?;
    let push = arguments.message.push(&package0);
    let messages = match arguments.form {
        Form::Tlvs => pdu::parts(&push, arguments.concatenation.reference)?,
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
