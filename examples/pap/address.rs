//! The device, as PAP addresses it.

use std::net::Ipv4Addr;
use std::str::FromStr;

/// Where the push goes.
#[derive(Clone)]
pub(crate) enum Recipient {
    /// A number in international form, `+` in front.
    Number(String),
    Ipv4(Ipv4Addr),
    /// A whole PAP address.
    Address(String),
}

impl FromStr for Recipient {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with("WAPPUSH=") {
            return Ok(Self::Address(text.to_owned()));
        }
        if let Ok(address) = text.parse() {
            return Ok(Self::Ipv4(address));
        }
        match text.strip_prefix('+') {
            Some(digits) if is_number(digits) => Ok(Self::Number(text.to_owned())),
            _ => Err("it is not +DIGITS, an IPv4 address or WAPPUSH=..."),
        }
    }
}

/// E.164 allows 15 digits.
fn is_number(digits: &str) -> bool {
    matches!(digits.len(), 1..=15) && digits.bytes().all(|digit| digit.is_ascii_digit())
}

impl Recipient {
    /// Returns the `address-value`; a client is addressed at a gateway.
    pub(crate) fn at(&self, gateway: &str) -> String {
        match self {
            Self::Number(number) => format!("WAPPUSH={number}/TYPE=PLMN@{gateway}"),
            Self::Ipv4(address) => format!("WAPPUSH={address}/TYPE=IPv4@{gateway}"),
            Self::Address(address) => address.clone(),
        }
    }
}
