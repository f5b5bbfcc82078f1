//! Octets on the command line.

#[path = "hexadecimal.rs"]
#[allow(dead_code, reason = "decimal lists are for `inspect`")]
pub(crate) mod hexadecimal;
#[path = "nonce.rs"]
#[allow(dead_code, reason = "not every example has a nonce")]
pub(crate) mod nonce;

use hexadecimal::HexError;
use std::str::FromStr;

/// Octets in hexadecimal, as people write it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Octets(pub(crate) Vec<u8>);

impl FromStr for Octets {
    type Err = HexError;

    fn from_str(text: &str) -> Result<Self, HexError> {
        hexadecimal::hexadecimal(text).map(Self)
    }
}
