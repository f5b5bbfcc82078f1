//! What the command lines of the examples have in common.

use clap::ValueEnum;
use std::str::FromStr;

/// How Package #0 travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bearer {
    /// Short messages: TP-User-Data with its user data header.
    Sms,
    /// The payload of a UDP datagram to port 2948.
    Udp,
    /// No bearer: Package #0 itself.
    Package0,
}

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
