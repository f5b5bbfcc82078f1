//! Octets on the command line.

use std::str::FromStr;

/// Octets in hexadecimal; white space does not matter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Octets(pub(crate) Vec<u8>);

impl FromStr for Octets {
    type Err = hex::FromHexError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: String = text.split_whitespace().collect();
        hex::decode(digits).map(Self)
    }
}
