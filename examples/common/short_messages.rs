//! A push as short messages.

use crate::octets::Octets;
use clap::Args;
use oma_dm_notification::EncodeError;
use oma_dm_notification::wap::sms::{ShortMessage, ShortMessages};
use oma_dm_notification::wap::udh::Reference;
use oma_dm_notification::wap::wsp::DmPush;
use std::hash::{BuildHasher, RandomState};

/// The originator port of Appendix C; any other would do.
pub(crate) const ORIGINATOR_PORT: u16 = 0xC002;

/// How a push that is too long for one short message is concatenated.
#[derive(Args)]
pub(crate) struct Concatenation {
    /// The reference of concatenated short messages: 2 digits for 8 bits, 4 for 16; another one in
    /// each run unless it is given
    #[arg(
        long,
        value_name = "HEX",
        value_parser = reference,
        default_value_t = Shown(Reference::Eight(random()[0])),
        hide_default_value = true
    )]
    reference: Shown,
}

/// A reference, in hexadecimal.
#[derive(Clone, Copy)]
struct Shown(Reference);

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Reference::Eight(reference) => write!(f, "{reference:02X}"),
            Reference::Sixteen(reference) => write!(f, "{reference:04X}"),
        }
    }
}

fn reference(text: &str) -> Result<Shown, Box<dyn std::error::Error + Send + Sync>> {
    match *text.parse::<Octets>()?.0 {
        [reference] => Ok(Shown(Reference::Eight(reference))),
        [high, low] => Ok(Shown(Reference::Sixteen(u16::from_be_bytes([high, low])))),
        _ => Err("2 or 4 digits are needed".into()),
    }
}

/// Returns octets that differ from run to run. They guard no secret.
pub(crate) fn random() -> [u8; 8] {
    RandomState::new().hash_one(0).to_be_bytes()
}

impl Concatenation {
    /// Returns the reference.
    pub(crate) const fn reference(&self) -> Reference {
        self.reference.0
    }

    /// Makes TP-User-Data of each short message.
    pub(crate) fn short_messages(&self, push: &DmPush<'_>) -> Result<Vec<Vec<u8>>, EncodeError> {
        ShortMessages::new(*push, ORIGINATOR_PORT, self.reference())?
            .map(|message| Ok(message.encode(&mut [0; ShortMessage::MAX_LENGTH])?.to_vec()))
            .collect()
    }
}
