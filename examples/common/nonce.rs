//! Nonces and credentials, in the forms in which people have them.

use super::hexadecimal;
use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use oma_dm_notification::Credentials;

/// Base64 with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a nonce is typed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NonceForm {
    Hexadecimal,
    Base64,
    Text,
}

impl NonceForm {
    /// Returns the octets of a nonce that is typed in this form.
    pub(crate) fn octets(self, text: &str) -> Result<Vec<u8>, String> {
        match self {
            Self::Hexadecimal => hexadecimal::hexadecimal(text).map_err(|error| error.to_string()),
            Self::Base64 => BASE64
                .decode(text.trim())
                .map_err(|error| format!("not Base64: {error}")),
            Self::Text => Ok(text.as_bytes().to_vec()),
        }
    }
}

/// Reads `H(server-identifier:password)`, which a device stores in place of the password: 32
/// hexadecimal digits, or 24 characters of Base64.
pub(crate) fn credentials(text: &str) -> Result<Credentials, String> {
    let text = text.trim();
    let hash = hex::decode(text).ok().or_else(|| BASE64.decode(text).ok());
    let hash: Option<[u8; 16]> = hash.and_then(|hash| hash.try_into().ok());
    hash.map(Credentials::from_hash).ok_or_else(|| {
        "H(server-identifier:password) is 32 hexadecimal digits, or 24 characters of Base64"
            .to_owned()
    })
}
