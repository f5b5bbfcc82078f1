//! From what the bearer delivered to Package #0, keeping what each layer said on the way.

use crate::arguments::Bearer;
use oma_dm_notification::wap::{self, HeaderName, Ports, Push, UserData, Value};
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

/// A notification that was opened.
pub(crate) struct Message {
    /// The layers around Package #0, outermost first: a title, and its rows.
    pub(crate) layers: Vec<(&'static str, Vec<Row>)>,
    /// How many short messages, segments or datagrams it came in.
    pub(crate) segments: usize,
    /// Everything that holds Package #0, which is at its end.
    octets: Vec<u8>,
    /// Where Package #0 starts in it.
    start: usize,
}

impl Message {
    pub(crate) fn package0(&self) -> Result<Package0<'_>, Failure> {
        Package0::parse(&self.octets[self.start..])
            .map_err(|error| Failure::new(error, &self.octets, self.start))
    }
}

/// Why octets are no DM notification, and where.
pub(crate) struct Failure {
    pub(crate) error: DecodeError,
    /// The octet that the error is about, counted from the first of `octets`.
    pub(crate) offset: usize,
    octets: Vec<u8>,
}

impl Failure {
    /// An error in what stands from `start` on in `octets`.
    fn new(error: DecodeError, octets: &[u8], start: usize) -> Self {
        Self {
            error,
            offset: start + error.offset(),
            octets: octets.to_vec(),
        }
    }

    /// The error in words, with the offset into all of the octets.
    pub(crate) fn message(&self) -> String {
        format!(
            "{} {} at octet {}",
            self.error.kind(),
            self.error.field(),
            self.offset
        )
    }
}

impl fmt::Display for Failure {
    /// The message, then the octets in lines of sixteen with the one marked.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message())?;
        for (number, line) in self.octets.chunks(16).enumerate() {
            let first = 16 * number;
            write!(f, "\n{first:6}  {}", spaced(line))?;
            let last_line = first + line.len() == self.octets.len();
            if (first..first + line.len()).contains(&self.offset)
                || (last_line && self.offset >= first)
            {
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

/// Opens what `bearer` delivered in one or more `parts`.
pub(crate) fn open(bearer: Bearer, parts: &[Vec<u8>]) -> Result<Message, Failure> {
    let octets = parts.concat();
    let failure = |error| Failure::new(error, &octets, 0);
    let (layers, start) = match bearer {
        Bearer::Sms => short_message(&octets).map_err(failure)?,
        Bearer::Udp => datagram(&octets).map_err(failure)?,
        Bearer::Package0 => (Vec::new(), 0),
    };
    Ok(Message {
        layers,
        segments: 1,
        octets,
        start,
    })
}

type Layers = Vec<(&'static str, Vec<Row>)>;

fn short_message(octets: &[u8]) -> Result<(Layers, usize), DecodeError> {
    let push = wap::open_sms(octets)?;
    let user_data = UserData::parse(octets)?;
    let pdu = user_data.payload();
    let layers = vec![
        ("WDP: user data header", user_data_rows(octets, &user_data)),
        ("WSP: push", push_rows(pdu, &push)),
    ];
    Ok((layers, octets.len() - push.body().len()))
}

fn datagram(octets: &[u8]) -> Result<(Layers, usize), DecodeError> {
    let push = wap::open_datagram(wap::PORT, octets)?;
    let layers = vec![("WSP: push", push_rows(octets, &push))];
    Ok((layers, octets.len() - push.body().len()))
}

fn user_data_rows(octets: &[u8], user_data: &UserData<'_>) -> Vec<Row> {
    let mut rows = vec![Row::new(
        &octets[..1],
        "UDHL",
        format!("{} octets", octets[0]),
    )];
    for element in user_data.elements() {
        let identifier = element.identifier();
        let length = u8::try_from(element.data().len()).expect("IEDL is one octet");
        let whole = [&[identifier, length], element.data()].concat();
        let value = match identifier {
            0x05 => "16-bit application ports".to_owned(),
            0x04 => "8-bit application ports".to_owned(),
            0x00 | 0x08 => "concatenation".to_owned(),
            _ => format!("identifier 0x{identifier:02X}, not used here"),
        };
        rows.push(Row::new(&whole, "information element", value));
    }
    if let Some(Ports::Sixteen {
        destination,
        originator,
    }) = user_data.ports()
    {
        rows.push(Row::new(&[], "destination port", destination.to_string()));
        rows.push(Row::new(&[], "originator port", originator.to_string()));
    }
    rows
}

fn push_rows(pdu: &[u8], push: &Push<'_>) -> Vec<Row> {
    let confirmed = if push.is_confirmed() {
        "confirmed push"
    } else {
        "push"
    };
    let headers: usize = pdu.len() - push.body().len();
    let length_octets = 1 + pdu[2..].iter().take_while(|&&octet| octet >= 0x80).count();
    let length = headers - 2 - length_octets;
    let mut rows = vec![
        Row::new(&pdu[..1], "TID", push.tid().to_string()),
        Row::new(&pdu[1..2], "PDU type", confirmed),
        Row::new(
            &pdu[2..2 + length_octets],
            "HeadersLen",
            format!("{length} octets"),
        ),
        Row::new(
            push.content_type_octets(),
            "Content-Type",
            value_text(
                push.content_type(),
                &[(0x44, "application/vnd.syncml.notification")],
            ),
        ),
    ];
    for header in push.headers() {
        let (name, known): (String, &[(u32, &str)]) = match header.name() {
            HeaderName::WellKnown {
                page: 1,
                number: 0x2F,
            } => (
                "X-Wap-Application-Id".to_owned(),
                &[(7, "x-wap-application:syncml.dm")],
            ),
            HeaderName::WellKnown {
                page: 1,
                number: 0x34,
            } => ("Push-Flag".to_owned(), &[]),
            HeaderName::WellKnown {
                page: 1,
                number: 0x0D,
            } => ("Content-Length".to_owned(), &[]),
            HeaderName::WellKnown { page, number } => {
                (format!("header 0x{number:02X} of code page {page}"), &[])
            }
            HeaderName::Text(name) => (name.escape_ascii().to_string(), &[]),
        };
        rows.push(Row::new(
            header.as_bytes(),
            name,
            value_text(header.value(), known),
        ));
    }
    rows
}

/// A field value: the name of its number, the number, its text, or how many octets it has.
fn value_text(value: Value<'_>, known: &[(u32, &str)]) -> String {
    match (value.integer(), value) {
        (Some(number), _) => known
            .iter()
            .find(|(code, _)| *code == number)
            .map_or_else(|| number.to_string(), |(_, name)| (*name).to_owned()),
        (None, Value::Text(text)) => text.escape_ascii().to_string(),
        (None, Value::Octets(octets) | Value::Quoted(octets)) => format!("{} octets", octets.len()),
        (None, Value::Short(_)) => unreachable!("a short integer is an integer"),
    }
}
