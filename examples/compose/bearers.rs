//! What each bearer must carry.

use crate::short_messages::{ORIGINATOR_PORT, random};
use crate::{Arguments, Bearer, message};
use oma_dm_notification::bearer::Address;
use oma_dm_notification::bearer::cdma::{CdmaDelivery, NESTED_TELESERVICE};
use oma_dm_notification::bearer::rp::RpData;
use oma_dm_notification::bearer::tpdu::{Deliver, Submit};
use oma_dm_notification::obex::{Connect, Disconnect, MaximumPacketLength, Put};
use oma_dm_notification::wap::cdma::CdmaSegments;
use oma_dm_notification::wap::wsp::DmPush;
use std::error::Error;

type Lines = Result<Vec<String>, Box<dyn Error>>;

/// More octets than any message of a bearer has here.
const LARGEST: usize = 300;

/// Makes the lines to print.
pub(crate) fn lines(arguments: &Arguments) -> Lines {
    let package0 = arguments.message.package0()?;
    let push = arguments.message.push(&package0);
    let short_messages = || arguments.concatenation.short_messages(&push);
    match (arguments.bearer, arguments.gateway) {
        (Bearer::Sms, Some(gateway)) => {
            let messages = short_messages()?;
            messages
                .iter()
                .map(|user_data| gateway.fields(user_data))
                .collect()
        }
        (Bearer::Sms, None) => Ok(in_hexadecimal(short_messages()?)),
        (Bearer::Submit, _) => submit(arguments, &short_messages()?),
        (Bearer::Deliver, _) => deliver(arguments, &short_messages()?),
        (Bearer::Rp, _) => rp(arguments, &short_messages()?),
        (Bearer::Cdma, _) => Ok(in_hexadecimal(segments(arguments, &push)?)),
        (Bearer::CdmaMessage, _) => cdma_messages(arguments, &segments(arguments, &push)?),
        (Bearer::Udp, _) => Ok(in_hexadecimal(vec![message::datagram(&push)?])),
        (Bearer::Obex, _) => exchange(&package0, arguments.max_packet.unwrap_or_default()),
        (Bearer::Package0, _) => Ok(in_hexadecimal(vec![package0])),
    }
}

fn in_hexadecimal(messages: Vec<Vec<u8>>) -> Vec<String> {
    messages.into_iter().map(hex::encode).collect()
}

/// Makes what a modem takes: the TPDUs, or an AT command and a PDU for each.
fn submit(arguments: &Arguments, short_messages: &[Vec<u8>]) -> Lines {
    let to = arguments.to.unwrap_or_default();
    let mut lines = Vec::new();
    for user_data in short_messages {
        let submit = Submit::new(to, user_data);
        let mut buffer = [0; LARGEST];
        if arguments.at {
            lines.push(format!("AT+CMGS={}", submit.encoded_len()));
            lines.push(hex::encode(submit.encode_with_service_centre(&mut buffer)?));
        } else {
            lines.push(hex::encode(submit.encode(&mut buffer)?));
        }
    }
    Ok(lines)
}

/// Makes what a device's modem hands over: the service centre's address first, if there is one.
fn deliver(arguments: &Arguments, short_messages: &[Vec<u8>]) -> Lines {
    let from = arguments.from.unwrap_or_default();
    short_messages
        .iter()
        .map(|user_data| {
            let deliver = Deliver::new(from, user_data);
            let mut buffer = [0; LARGEST];
            Ok(hex::encode(match arguments.service_centre {
                Some(centre) => deliver
                    .with_service_centre(centre)
                    .encode_with_service_centre(&mut buffer)?,
                None => deliver.encode(&mut buffer)?,
            }))
        })
        .collect()
}

/// Makes RP-DATA to a device, each with its own reference.
fn rp(arguments: &Arguments, short_messages: &[Vec<u8>]) -> Lines {
    let from = arguments.from.unwrap_or_default();
    let centre = arguments.service_centre.unwrap_or_default();
    (0..=u8::MAX)
        .zip(short_messages)
        .map(|(reference, user_data)| {
            let mut tpdu = [0; LARGEST];
            let tpdu = Deliver::new(from, user_data).encode(&mut tpdu)?;
            let mut buffer = [0; LARGEST];
            let data = RpData::to_device(reference, centre, tpdu);
            Ok(hex::encode(data.encode(&mut buffer)?))
        })
        .collect()
}

/// Makes the user data of each short message over CDMA.
fn segments(arguments: &Arguments, push: &DmPush<'_>) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let longest = arguments.segment_length.map_or(140, usize::from);
    CdmaSegments::new(*push, ORIGINATOR_PORT, longest)?
        .map(|segment| Ok(segment.encode(&mut [0; LARGEST])?.to_vec()))
        .collect()
}

/// Makes point-to-point messages, all with the identifier of the one datagram.
fn cdma_messages(arguments: &Arguments, segments: &[Vec<u8>]) -> Lines {
    let from: Address = arguments.from.unwrap_or_default();
    let [high, low, ..] = random();
    let message_id = arguments
        .message_id
        .unwrap_or(u16::from_be_bytes([high, low]));
    (1..)
        .zip(segments)
        .map(|(number, segment)| {
            let delivery = CdmaDelivery::new(from, message_id, segment);
            let delivery = match arguments.teleservice {
                Some(NESTED_TELESERVICE) => delivery.nested(number),
                _ => delivery,
            };
            Ok(hex::encode(delivery.encode(&mut [0; LARGEST])?))
        })
        .collect()
}

/// Makes the requests of a whole exchange with a device that gives its first connection the
/// `ConnectionID` 1.
fn exchange(package0: &[u8], max_packet: MaximumPacketLength) -> Lines {
    let connection_id = Some(1);
    let mut buffer = vec![0; usize::from(max_packet.value())];
    let mut lines = vec![hex::encode(Connect::new(max_packet).encode(&mut buffer)?)];
    let put = Put::relay(package0, connection_id).with_maximum_packet_length(max_packet);
    for packet in put.packets() {
        lines.push(hex::encode(packet.encode(&mut buffer)?));
    }
    lines.push(hex::encode(
        Disconnect::new(connection_id).encode(&mut buffer)?,
    ));
    Ok(lines)
}
