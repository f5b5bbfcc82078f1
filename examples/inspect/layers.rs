//! What a bearer delivered, layer by layer, and why it is no DM notification.

use oma_dm_notification::{DecodeError, Package0};
use std::fmt;

/// One line of the table: octets, what they are, what they say.
pub(crate) struct Row {
    pub(crate) octets: Vec<u8>,
    pub(crate) meaning: String,
    pub(crate) value: String,
}

impl Row {
    pub(crate) fn new(octets: &[u8], meaning: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            octets: octets.to_vec(),
            meaning: meaning.into(),
            value: value.into(),
        }
    }
}

/// A title, and the rows of the layer.
pub(crate) type Layer = (&'static str, Vec<Row>);

/// A notification that was opened.
pub(crate) struct Message {
    /// The layers around Package #0, outermost first.
    pub(crate) layers: Vec<Layer>,
    /// How many short messages, segments, datagrams or packets were read.
    pub(crate) segments: usize,
    /// Everything that holds Package #0, which is at its end.
    pub(crate) octets: Vec<u8>,
    /// Where Package #0 starts in it.
    pub(crate) start: usize,
}

impl Message {
    pub(crate) fn package0(&self) -> Result<Package0<'_>, Failure> {
        Package0::parse(&self.octets[self.start..])
            .map_err(|error| Failure::new(error, &self.octets, self.start))
    }
}

/// Why octets are no DM notification, and where.
pub(crate) struct Failure {
    pub(crate) kind: String,
    pub(crate) field: String,
    /// The octet that the failure is about, counted from the first of `octets`.
    pub(crate) offset: usize,
    pub(crate) message: String,
    octets: Vec<u8>,
}

impl Failure {
    /// An error of the library in the `octets` from `start` on.
    pub(crate) fn new(error: DecodeError, octets: &[u8], start: usize) -> Self {
        let (kind, field, offset) = (error.kind(), error.field(), start + error.offset());
        Self {
            kind: kebab_case(&format!("{kind:?}")),
            field: field.to_string(),
            offset,
            message: format!("{kind} {field} at octet {offset}"),
            octets: octets.to_vec(),
        }
    }

    /// Something that is not wrong with any one octet of the message that starts at `offset` in
    /// `octets`.
    pub(crate) fn of(
        kind: &str,
        field: &str,
        message: String,
        octets: &[u8],
        offset: usize,
    ) -> Self {
        Self {
            kind: kind.to_owned(),
            field: field.to_owned(),
            offset,
            message,
            octets: octets.to_vec(),
        }
    }
}

/// Puts the name of a variant into lower case, with hyphens between the words.
fn kebab_case(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

impl fmt::Display for Failure {
    /// The message, then the octets in lines of sixteen with the one marked.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        // One place more than there are octets: what is missing is marked after the last one.
        for first in (0..=self.octets.len()).step_by(16) {
            let rest = &self.octets[first..];
            write!(f, "\n{first:6}  {}", spaced(&rest[..rest.len().min(16)]))?;
            if (first..first + 16).contains(&self.offset) {
                write!(f, "\n{:1$}^^", "", 8 + 3 * (self.offset - first))?;
            }
        }
        Ok(())
    }
}

/// Octets in upper-case hexadecimal, as the specification prints them.
pub(crate) fn spaced(octets: &[u8]) -> String {
    let digits: Vec<String> = octets.iter().map(|octet| format!("{octet:02X}")).collect();
    digits.join(" ")
}
