//! `read`: what sms-pdu finds in each SMS-DELIVER, a line of hexadecimal with its service centre.
//! `write NUMBER`: the SMS-SUBMIT that it makes of each user data, as `AT+CMGS` takes it.

use sms_pdu::gsm_encoding::{GsmMessageData, udh::UserDataHeader};
use sms_pdu::pdu::{DeliverPdu, MessageEncoding, PduAddress, SubmitPdu};
use std::{env, error::Error, io};

fn main() -> Result<(), Box<dyn Error>> {
    let number = env::args().nth(2);
    for line in io::stdin().lines() {
        let octets = hex::decode(line?)?;
        match &number {
            None => read(&octets)?,
            Some(number) => write(number, octets)?,
        }
    }
    Ok(())
}

fn read(octets: &[u8]) -> Result<(), Box<dyn Error>> {
    let message = DeliverPdu::try_from(octets).map_err(|error| format!("{error:?}"))?;
    println!("originator {}", message.originating_address);
    println!("encoding {:?}", message.get_message_data().encoding);
    let (header, body) = message
        .user_data
        .split_at(usize::from(message.user_data[0]) + 1);
    let header = UserDataHeader::try_from(&header[1..]).map_err(|error| format!("{error:?}"))?;
    if let Some(segment) = header.get_concatenated_sms_data() {
        println!(
            "segment {:x} {}/{}",
            segment.reference, segment.sequence, segment.parts
        );
    }
    println!("data {} {}", message.user_data_len, hex::encode(body));
    Ok(())
}

fn write(number: &str, octets: Vec<u8>) -> Result<(), Box<dyn Error>> {
    let data = GsmMessageData {
        encoding: MessageEncoding::EightBit,
        udh: true,
        user_data_len: u8::try_from(octets.len())?,
        bytes: octets,
    };
    let recipient: PduAddress = number.parse()?;
    let (octets, length) = SubmitPdu::make_simple_message(recipient, data).as_bytes();
    println!("AT+CMGS={length}\n{}", hex::encode_upper(octets));
    Ok(())
}
