//! The PDUs.

use crate::short_messages::ORIGINATOR_PORT;
use crate::{Arguments, DataCoding, Form, message};
use oma_dm_notification::EncodeError;
use oma_dm_notification::wap::sms::ShortMessages;
use oma_dm_notification::wap::udh::{PUSH_PORT, Reference};
use oma_dm_notification::wap::wsp::DmPush;
use rusmpp_core::CommandStatus;
use rusmpp_core::command::borrowed::Command;
use rusmpp_core::encode::{Encode, Length};
use rusmpp_core::pdus::borrowed::SubmitSm;
use rusmpp_core::tlvs::borrowed::MessageSubmissionRequestTlvValue as Tlv;
use rusmpp_core::types::borrowed::{
    AnyOctetString, COctetString, EmptyOrFullCOctetString, OctetString,
};
use rusmpp_core::values::borrowed::{MessagePayload, ServiceType};
use rusmpp_core::values::{self, EsmClass, Npi, Ton};
use std::error::Error;

/// The most TLVs that a PDU here has: ports, and `sar_*`.
pub(crate) const TLVS: usize = 5;
/// The sequence number of the first `submit_sm`: that of `bind_transmitter` is 1.
pub(crate) const FIRST_SUBMISSION: u32 = 2;
/// Of the 140 octets of a short message, what ports and a 16-bit reference leave: a centre may make
/// either of `sar_*`.
const LONGEST_PART: usize = 127;

/// `esm_class` if the user data has a header, else 0. Not `EsmClass::default()`,
/// whose bits are not 0.
const UDHI: u8 = 0x40;

/// What one `submit_sm` carries.
pub(crate) struct Message {
    pub(crate) octets: Vec<u8>,
    /// For several, if TLVs carry it: the reference, the total and the number, counted
    /// from 1.
    pub(crate) segment: Option<(u16, u8, u8)>,
}

/// The push in parts for TLVs.
pub(crate) fn parts(push: &DmPush<'_>, reference: Reference) -> Result<Vec<Message>, EncodeError> {
    let reference = match reference {
        Reference::Eight(reference) => reference.into(),
        Reference::Sixteen(reference) => reference,
    };
    // The library knows how many short messages it takes, and whether they can be sent.
    let total = ShortMessages::new(*push, ORIGINATOR_PORT, Reference::Sixteen(reference))?.len();
    let datagram = message::datagram(push)?;
    if total == 1 {
        return Ok(vec![Message {
            octets: datagram,
            segment: None,
        }]);
    }
    let total = u8::try_from(total).unwrap_or(u8::MAX);
    Ok(datagram
        .chunks(LONGEST_PART)
        .zip(1..=total)
        .map(|(part, number)| Message {
            octets: part.to_vec(),
            segment: Some((reference, total, number)),
        })
        .collect())
}

/// The command of one `submit_sm`.
pub(crate) fn submit_sm<'a>(
    arguments: &'a Arguments,
    message: &'a Message,
    number: u32,
) -> Result<Command<'a, TLVS>, Box<dyn Error>> {
    let (esm_class, short_message, tlvs) = match arguments.form {
        Form::ShortMessage => (UDHI, message.octets.as_slice(), Vec::new()),
        Form::MessagePayload => {
            let payload = MessagePayload::new(AnyOctetString::new(&message.octets));
            (UDHI, [].as_slice(), vec![Tlv::MessagePayload(payload)])
        }
        Form::Tlvs => {
            let mut tlvs = vec![Tlv::SourcePort(ORIGINATOR_PORT), Tlv::DestPort(PUSH_PORT)];
            if let Some((reference, total, segment)) = message.segment {
                tlvs.extend([
                    Tlv::SarMsgRefNum(reference),
                    Tlv::SarTotalSegments(total),
                    Tlv::SarSegmentSeqnum(segment),
                ]);
            }
            (0, message.octets.as_slice(), tlvs)
        }
    };
    let from = COctetString::new(arguments.from.as_bytes_with_nul())?;
    let to = COctetString::new(arguments.to.as_bytes_with_nul())?;
    let (source_ton, source_npi) = if arguments.from.is_empty() {
        (Ton::Unknown, Npi::Unknown)
    } else {
        (Ton::International, Npi::Isdn)
    };
    let service_type = COctetString::new(arguments.service_type.as_bytes_with_nul())?;
    let validity = EmptyOrFullCOctetString::new(arguments.validity.as_bytes_with_nul())?;
    let mut submit_sm = SubmitSm::<TLVS>::builder()
        .service_type(ServiceType::new(service_type))
        .validity_period(validity)
        .source_addr_ton(source_ton)
        .source_addr_npi(source_npi)
        .source_addr(from)
        .dest_addr_ton(Ton::International)
        .dest_addr_npi(Npi::Isdn)
        .destination_addr(to)
        .esm_class(EsmClass::from(esm_class))
        .data_coding(values::DataCoding::from(match arguments.data_coding {
            DataCoding::WithoutClass => 0x04,
            DataCoding::Class1 => 0xF5,
        }))
        .short_message(OctetString::new(short_message)?)
        .build();
    for tlv in tlvs {
        submit_sm.push_tlv(tlv).map_err(|_| "too many TLVs")?;
    }
    Ok(Command::new(CommandStatus::EsmeRok, number, submit_sm))
}

/// The octets of a command, with its length first.
pub(crate) fn octets<const N: usize>(command: &Command<'_, N>) -> Vec<u8> {
    let mut octets = vec![0; 4 + command.length()];
    let length = u32::try_from(octets.len()).unwrap_or(u32::MAX);
    octets[..4].copy_from_slice(&length.to_be_bytes());
    command.encode(&mut octets[4..]);
    octets
}
