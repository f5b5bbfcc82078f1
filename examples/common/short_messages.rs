//! A push as short messages.

use crate::octets::Octets;
use clap::Args;
use oma_dm_notification::EncodeError;
use oma_dm_notification::wap::sms::{ShortMessage, ShortMessages};
use oma_dm_notification::wap::udh::Reference;
use oma_dm_notification::wap::wsp::DmPush;

/// The originator port of Appendix C; any other would do.
pub(crate) const ORIGINATOR_PORT: u16 = 0xC002;

/// How a push that is too long for one short message is concatenated.
#[derive(Args)]
pub(crate) struct Concatenation {
    /// The reference of concatenated short messages: 2 digits for 8 bits, 4 for 16
    #[arg(long, value_name = "HEX", value_parser = reference, default_value = "00")]
    pub(crate) reference: Reference,
}

fn reference(text: &str) -> Result<Reference, Box<dyn std::error::Error + Send + Sync>> {
    match *text.parse::<Octets>()?.0 {
        [reference] => Ok(Reference::Eight(reference)),
        [high, low] => Ok(Reference::Sixteen(u16::from_be_bytes([high, low]))),
        _ => Err("2 or 4 digits are needed".into()),
    }
}

impl Concatenation {
    /// TP-User-Data of each short message.
    pub(crate) fn short_messages(&self, push: &DmPush<'_>) -> Result<Vec<Vec<u8>>, EncodeError> {
        ShortMessages::new(*push, ORIGINATOR_PORT, self.reference)?
            .map(|message| Ok(message.encode(&mut [0; ShortMessage::MAX_LENGTH])?.to_vec()))
            .collect()
    }
}
