//! A session with an SMSC: `bind_transmitter`, what is submitted, `unbind`.

use crate::pdu::{self, TLVS};
use rusmpp_core::command::borrowed::Command;
use rusmpp_core::decode::borrowed::DecodeWithLength;
use rusmpp_core::pdus::borrowed::{BindTransmitter, Pdu};
use rusmpp_core::types::borrowed::COctetString;
use rusmpp_core::values::InterfaceVersion;
use rusmpp_core::{CommandId, CommandStatus};
use std::error::Error;
use std::ffi::CStr;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long an SMSC may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest command taken from an SMSC: far more than any response here has.
const LONGEST_COMMAND: usize = 8192;
/// The sequence number of `bind_transmitter`: the first.
const BIND: u32 = 1;

/// An SMSC that this program is bound to as a transmitter.
pub(crate) struct Smsc {
    stream: TcpStream,
    /// The greatest sequence number used.
    last: u32,
}

impl Smsc {
    /// Connects and binds.
    pub(crate) fn bind(
        address: &str,
        system_id: &CStr,
        password: &CStr,
    ) -> Result<Self, Box<dyn Error>> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let bind = BindTransmitter::builder()
            .system_id(COctetString::new(system_id.to_bytes_with_nul())?)
            .password(COctetString::new(password.to_bytes_with_nul())?)
            .interface_version(InterfaceVersion::Smpp3_4)
            .build();
        let mut smsc = Self { stream, last: 0 };
        smsc.call(&command(BIND, bind.into()), BIND)?;
        Ok(smsc)
    }

    /// Sends a command, waits for its response, and gives the `message_id` of that, if it has one.
    pub(crate) fn call(&mut self, command: &[u8], number: u32) -> Result<String, Box<dyn Error>> {
        self.stream.write_all(command)?;
        self.last = number;
        loop {
            let octets = self.read()?;
            let (received, _) = Command::<TLVS>::decode(&octets, octets.len())
                .map_err(|error| format!("the SMSC sent what is no command: {error:?}"))?;
            if received.id() == CommandId::EnquireLink {
                let alive = self::command(received.sequence_number(), Pdu::EnquireLinkResp);
                self.stream.write_all(&alive)?;
                continue;
            }
            if received.sequence_number() != number {
                return Err(format!("the SMSC sent {:?} in between", received.id()).into());
            }
            if received.status() != CommandStatus::EsmeRok {
                return Err(format!("the SMSC refused: {:?}", received.status()).into());
            }
            return Ok(match received.pdu() {
                Some(Pdu::SubmitSmResp(response)) => response.message_id().as_str().to_owned(),
                _ => String::new(),
            });
        }
    }

    /// Says goodbye.
    pub(crate) fn unbind(mut self) -> Result<(), Box<dyn Error>> {
        let number = self.last + 1;
        self.call(&command(number, Pdu::Unbind), number)?;
        Ok(())
    }

    /// One command, without its length.
    fn read(&mut self) -> Result<Vec<u8>, Box<dyn Error>> {
        let mut length = [0; 4];
        self.stream.read_exact(&mut length)?;
        let length = usize::try_from(u32::from_be_bytes(length))?;
        let body = length
            .checked_sub(4)
            .filter(|_| length <= LONGEST_COMMAND)
            .ok_or("the SMSC sent an impossible length")?;
        let mut octets = vec![0; body];
        self.stream.read_exact(&mut octets)?;
        Ok(octets)
    }
}

fn command(number: u32, body: Pdu<'_, TLVS>) -> Vec<u8> {
    pdu::octets(&Command::<TLVS>::new(CommandStatus::EsmeRok, number, body))
}
