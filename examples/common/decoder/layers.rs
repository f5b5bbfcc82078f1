//! What was read, layer by layer, and why it went no further.

use oma_dm_notification::{DecodeError, DecodeErrorKind};
use std::ops::Range;
use std::rc::Rc;

/// How Package #0 travelled, by the outermost layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bearer {
    Smpp,
    Rp,
    Tpdu,
    CdmaMessage,
    Cdma,
    Sms,
    Obex,
    Udp,
    Package0,
}

impl Bearer {
    /// All of them, from the outermost.
    pub(crate) const ALL: [Self; 9] = [
        Self::Smpp,
        Self::Rp,
        Self::Tpdu,
        Self::CdmaMessage,
        Self::Cdma,
        Self::Sms,
        Self::Obex,
        Self::Udp,
        Self::Package0,
    ];

    /// Returns the name on the command line and in JSON.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Smpp => "smpp",
            Self::Rp => "rp",
            Self::Tpdu => "tpdu",
            Self::CdmaMessage => "cdma-message",
            Self::Cdma => "cdma",
            Self::Sms => "sms",
            Self::Obex => "obex",
            Self::Udp => "udp",
            Self::Package0 => "package0",
        }
    }
}

/// A part of some octets: what a layer hands to the one above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct View {
    /// The octets that offsets count in.
    pub(crate) octets: Rc<[u8]>,
    pub(crate) range: Range<usize>,
}

impl View {
    /// Makes a view of all octets.
    pub(crate) fn whole(octets: &[u8]) -> Self {
        Self {
            octets: octets.into(),
            range: 0..octets.len(),
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.octets.get(self.range.clone()).unwrap_or_default()
    }

    /// Returns the part of it that is `part`, which was borrowed from [`bytes`](Self::bytes).
    pub(crate) fn part(&self, part: &[u8]) -> Self {
        let start = part.as_ptr().addr() - self.octets.as_ptr().addr();
        Self {
            octets: Rc::clone(&self.octets),
            range: start..start + part.len(),
        }
    }

    /// Returns what follows its first `count` octets.
    pub(crate) fn from(&self, count: usize) -> Self {
        Self {
            octets: Rc::clone(&self.octets),
            range: (self.range.start + count).min(self.range.end)..self.range.end,
        }
    }
}

/// One line of the table: which octets of its layer, what they are, what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Empty if it says more of the octets of the row before.
    pub(crate) range: Range<usize>,
    pub(crate) meaning: String,
    pub(crate) value: String,
}

/// One layer: a title, the octets that ranges count in, and rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layer {
    pub(crate) title: String,
    pub(crate) octets: Rc<[u8]>,
    pub(crate) rows: Vec<Row>,
}

impl Layer {
    pub(crate) fn octets_of(&self, row: &Row) -> &[u8] {
        self.octets.get(row.range.clone()).unwrap_or_default()
    }
}

/// Rows for fields that follow one another.
pub(crate) struct Rows {
    octets: Rc<[u8]>,
    at: usize,
    done: Vec<Row>,
}

impl Rows {
    /// Begins rows for the octets of `view`, from its first.
    pub(crate) fn new(view: &View) -> Self {
        Self {
            octets: Rc::clone(&view.octets),
            at: view.range.start,
            done: Vec::new(),
        }
    }

    /// Adds the next field, `length` octets.
    pub(crate) fn field(
        &mut self,
        length: usize,
        meaning: impl Into<String>,
        value: impl Into<String>,
    ) {
        let end = (self.at + length).min(self.octets.len());
        self.done.push(Row {
            range: self.at..end,
            meaning: meaning.into(),
            value: value.into(),
        });
        self.at = end;
    }

    /// Adds the next field, a number of `length` octets.
    pub(crate) fn number(&mut self, length: usize, meaning: impl Into<String>) {
        let octets = self.peek(length);
        let number = octets
            .iter()
            .fold(0_u64, |number, &octet| number << 8 | u64::from(octet));
        self.field(length, meaning, number.to_string());
    }

    /// Adds what else the octets of the last field say.
    pub(crate) fn more(&mut self, meaning: impl Into<String>, value: impl Into<String>) {
        self.field(0, meaning, value);
    }

    /// Returns the next `length` octets.
    pub(crate) fn peek(&self, length: usize) -> &[u8] {
        let end = (self.at + length).min(self.octets.len());
        self.octets.get(self.at..end).unwrap_or_default()
    }

    /// Returns the next octet, counted from the first of all.
    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    /// Passes over octets that another layer shows.
    pub(crate) const fn skip(&mut self, length: usize) {
        self.at += length;
    }

    /// Returns how many octets there are up to another one, counted from the first of all.
    pub(crate) const fn until(&self, at: usize) -> usize {
        at.saturating_sub(self.at)
    }

    pub(crate) fn layer(self, title: impl Into<String>) -> Layer {
        Layer {
            title: title.into(),
            octets: self.octets,
            rows: self.done,
        }
    }
}

/// Why octets are not a DM notification: the error, and its octet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The kind of error, in lower case with hyphens.
    pub(crate) kind: String,
    /// The field that is wrong, by the name that its specification gives it.
    pub(crate) field: String,
    /// The octet that it is about, counted from the first of `octets`.
    pub(crate) offset: usize,
    pub(crate) message: String,
    /// The octets that are shown with it; none if there is nothing to show.
    pub(crate) octets: Rc<[u8]>,
    /// What would help.
    pub(crate) hint: Option<String>,
}

impl Failure {
    /// Makes an error of the library in `view`.
    pub(crate) fn new(error: DecodeError, view: &View) -> Self {
        let (kind, field) = (error.kind(), error.field());
        let offset = view.range.start + error.offset();
        Self {
            kind: kind_name(kind),
            field: field.to_string(),
            offset,
            message: format!("{kind} {field} at octet {offset}"),
            octets: Rc::clone(&view.octets),
            hint: None,
        }
    }

    /// Makes an error that the library does not know, at an octet of `view`, from its first.
    pub(crate) fn at(view: &View, at: usize, kind: &str, field: &str, what: &str) -> Self {
        let offset = view.range.start + at;
        Self {
            message: format!("{what} {field} at octet {offset}"),
            ..Self::plain(kind, field, String::new(), view, offset)
        }
    }

    /// Makes an error with a message of its own.
    pub(crate) fn plain(
        kind: &str,
        field: &str,
        message: String,
        view: &View,
        offset: usize,
    ) -> Self {
        Self {
            kind: kind.to_owned(),
            field: field.to_owned(),
            offset,
            message,
            octets: Rc::clone(&view.octets),
            hint: None,
        }
    }

    pub(crate) fn with_hint(self, hint: &str) -> Self {
        Self {
            hint: Some(hint.to_owned()),
            ..self
        }
    }

    pub(crate) fn is_not_for_dm(&self) -> bool {
        matches!(self.kind.as_str(), "not-dm" | "missing")
    }
}

/// Returns the name of a kind in JSON: that of the variant, in lower case with hyphens.
fn kind_name(kind: DecodeErrorKind) -> String {
    let mut name = String::new();
    for letter in format!("{kind:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

/// Writes octets in upper-case hexadecimal, as the specification prints them.
pub(crate) fn spaced(octets: &[u8]) -> String {
    let digits: Vec<String> = octets.iter().map(|octet| format!("{octet:02X}")).collect();
    digits.join(" ")
}

/// Writes a number and its noun: `1 octet`, `2 octets`.
pub(crate) fn count_of(count: usize, what: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {what}{ending}")
}
