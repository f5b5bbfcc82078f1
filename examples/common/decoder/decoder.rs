//! From what people paste to what it says: pure functions, without input and output, for the
//! command line and for a page in a browser.

mod foreign;
#[path = "../hexadecimal.rs"]
pub(crate) mod hexadecimal;
mod json;
mod layers;
mod messages;
mod names;
#[path = "../nonce.rs"]
pub(crate) mod nonce;
mod obex;
mod paste;
mod readings;
mod rows;
mod smpp;
pub(crate) mod table;
mod verdict;

pub(crate) use layers::{Bearer, Failure, Layer, View};
pub(crate) use verdict::{Key, Secret, Verdict};

use serde_json::Value;

/// How to read what was pasted.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// The outermost layer; without it, the decoder finds it.
    pub(crate) bearer: Option<Bearer>,
    /// What to verify with; without it, nothing is verified.
    pub(crate) secret: Option<Secret>,
    /// Whether the ports over CDMA are sent twice.
    pub(crate) repeated_ports: bool,
}

/// One message: what it says, or why it is none.
#[derive(Debug)]
pub(crate) struct Message {
    /// Where it was pasted.
    pub(crate) place: Place,
    /// The outermost layer, as far as one was found.
    pub(crate) bearer: Option<Bearer>,
    /// What else it can be read as.
    pub(crate) also: Vec<Bearer>,
    /// The layers that were read, from the outermost.
    pub(crate) layers: Vec<Layer>,
    pub(crate) originator: Option<String>,
    pub(crate) service_centre: Option<String>,
    /// How many short messages, segments, datagrams or packets were read.
    pub(crate) segments: usize,
    /// How many of them had come before.
    pub(crate) repeated_segments: usize,
    pub(crate) content: Result<Notification, Failure>,
}

/// Package #0, and whether it is authentic.
#[derive(Debug)]
pub(crate) struct Notification {
    /// The octets of Package #0.
    pub(crate) package0: View,
    pub(crate) verdict: Verdict,
    /// What is odd about a message that is not authentic.
    pub(crate) diagnoses: Vec<String>,
}

/// Where in the input a message begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The paste, counted from 1, if there are several.
    pub(crate) paste: Option<usize>,
    /// The line, counted from 1, if the paste has several messages.
    pub(crate) line: Option<usize>,
    /// How many lines were joined, if there were several.
    pub(crate) joined: Option<usize>,
}

/// Decodes pastes: each line of each is a message or a segment of one, unless lines must be joined.
pub(crate) fn decode(pastes: &[String], options: &Options) -> Vec<Message> {
    messages::read(pastes, options)
}

impl Message {
    /// Returns the exit status of a program that shows it: 0 authentic, 1 not authentic or not
    /// verified, 2 not a DM notification.
    pub(crate) const fn status(&self) -> u8 {
        match &self.content {
            Ok(notification) => match notification.verdict {
                Verdict::Stored | Verdict::Resync => 0,
                Verdict::NotAuthentic | Verdict::Unverified => 1,
            },
            Err(_) => 2,
        }
    }

    /// Makes one JSON object.
    pub(crate) fn json(&self) -> Value {
        json::message(self)
    }

    /// Writes the layers as the table of Appendix C, and the verdict; nothing if no layer was read.
    pub(crate) fn table(&self) -> String {
        table::message(self)
    }

    /// Writes why it is not a DM notification, with the octets; `None` if it is one.
    pub(crate) fn error(&self) -> Option<String> {
        let failure = self.content.as_ref().err()?;
        Some(table::failure(&self.place, failure))
    }
}

impl Failure {
    /// Makes the error of a paste that holds no octets.
    fn of_paste(message: &str) -> Self {
        Self {
            kind: "not-hexadecimal".to_owned(),
            field: "HEX".to_owned(),
            offset: 0,
            message: message.to_owned(),
            octets: [].into(),
            hint: None,
        }
    }
}
