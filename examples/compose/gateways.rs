//! The fields of a request to a gateway over HTTP, for one binary short message.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::ValueEnum;
use oma_dm_notification::wap::udh::UserData;
use serde_json::json;
use std::error::Error;
use std::fmt::Write;

/// A gateway that takes binary short messages over HTTP.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Gateway {
    /// Sinch REST: `type`, `udh` and `body` of a batch, as JSON
    Sinch,
    /// Infobip: `binary` of a message, as JSON
    Infobip,
    /// Kannel sendsms: `udh`, `text` and `coding`, as a query
    Kannel,
}

impl Gateway {
    /// Makes the fields for one short message, in one line.
    pub(crate) fn fields(self, user_data: &[u8]) -> Result<String, Box<dyn Error>> {
        let body = UserData::parse(user_data)?.payload();
        let header = user_data.strip_suffix(body).unwrap_or(user_data);
        Ok(match self {
            Self::Sinch => json!({
                "type": "mt_binary",
                "udh": hex::encode(header),
                "body": STANDARD.encode(body),
            })
            .to_string(),
            Self::Infobip => json!({
                "binary": {
                    "hex": hex::encode(user_data),
                    "dataCoding": 4,
                    // The user data begins with a header.
                    "esmClass": 64,
                },
            })
            .to_string(),
            Self::Kannel => format!("udh={}&text={}&coding=1", percent(header), percent(body)),
        })
    }
}

/// Writes octets in percent-encoding, each of them.
fn percent(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut text, octet| {
        // A String takes all that is written.
        let _ = write!(text, "%{octet:02X}");
        text
    })
}
