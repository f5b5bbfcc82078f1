//! The nonce and the credentials of a message, from the command line.

use crate::octets::nonce::{self, NonceForm};
use clap::Args;
use oma_dm_notification::Credentials;

/// The stored nonce, in one of three forms.
#[derive(Args, Debug)]
#[group(multiple = false)]
pub(crate) struct NonceArguments {
    /// The server nonce in hexadecimal. Give no nonce if none has been agreed yet
    #[arg(long, value_name = "HEX", value_parser = hexadecimal_nonce)]
    nonce: Option<Typed>,
    /// The server nonce in Base64, as a DM tree and a Chal element have it
    #[arg(long, value_name = "TEXT", value_parser = |text: &str| typed(text, NonceForm::Base64))]
    nonce_base64: Option<Typed>,
    /// The server nonce as text
    #[arg(
        long,
        value_name = "TEXT",
        value_parser = |text: &str| typed(text, NonceForm::Text),
        allow_hyphen_values = true
    )]
    nonce_text: Option<Typed>,
}

/// A nonce that was typed.
#[derive(Clone, Debug)]
#[allow(dead_code, reason = "the text is for a diagnosis of `inspect`")]
pub(crate) struct Typed {
    pub(crate) text: String,
    pub(crate) octets: Vec<u8>,
}

impl NonceArguments {
    /// Returns the nonce that was typed, if one was.
    pub(crate) fn typed(&self) -> Option<&Typed> {
        let forms = [&self.nonce, &self.nonce_base64, &self.nonce_text];
        forms.into_iter().flatten().next()
    }

    /// Returns the octets of the nonce; none if no nonce was typed.
    pub(crate) fn octets(&self) -> &[u8] {
        self.typed().map(|typed| &*typed.octets).unwrap_or_default()
    }
}

fn typed(text: &str, form: NonceForm) -> Result<Typed, String> {
    Ok(Typed {
        text: text.to_owned(),
        octets: form.octets(text)?,
    })
}

fn hexadecimal_nonce(text: &str) -> Result<Typed, String> {
    typed(text, NonceForm::Hexadecimal).map_err(|error| {
        format!("{error}; a nonce in Base64 is for --nonce-base64, text for --nonce-text")
    })
}

/// Parses stored credentials.
pub(crate) fn credentials(text: &str) -> Result<Credentials, String> {
    nonce::credentials(text)
}
