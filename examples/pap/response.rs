//! The answer of a gateway: `push-response`, or `badmessage-response`.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use std::error::Error;
use std::fmt::{self, Display, Formatter};

/// The most characters of a gateway's own words that are printed: it may repeat the whole request.
const LONGEST_QUOTATION: usize = 100;

/// What became of a push, so far as the gateway knows.
pub(crate) struct Answer {
    code: u16,
    /// The gateway's own words.
    description: Option<String>,
    /// The part of the request that the gateway could not read.
    fragment: Option<String>,
}

/// Returns the answer that a document gives.
pub(crate) fn read(document: &str) -> Result<Answer, Box<dyn Error>> {
    let mut reader = Reader::from_str(document);
    loop {
        match reader.read_event()? {
            Event::Start(element) | Event::Empty(element)
                if matches!(
                    element.name().as_ref(),
                    "response-result" | "badmessage-response"
                ) =>
            {
                return Ok(Answer {
                    code: attribute(&element, "code")?.ok_or("no code")?.parse()?,
                    description: attribute(&element, "desc")?,
                    fragment: attribute(&element, "bad-message-fragment")?,
                });
            }
            Event::Eof => return Err("neither push-response nor badmessage-response".into()),
            _ => {}
        }
    }
}

/// Returns the value of an attribute, if the element has it and it is not empty.
fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, Box<dyn Error>> {
    let Some(attribute) = element.try_get_attribute(name)? else {
        return Ok(None);
    };
    let value = attribute.normalized_value(XmlVersion::Implicit1_0)?;
    Ok(Some(value.into_owned()).filter(|value| !value.is_empty()))
}

impl Answer {
    pub(crate) const fn is_accepted(&self) -> bool {
        matches!(self.code, 1000..=1999)
    }
}

impl Display for Answer {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_accepted() {
            "accepted"
        } else {
            "refused"
        };
        write!(f, "{verdict}: {} {}", self.code, meaning(self.code))?;
        if let Some(description) = &self.description {
            write!(f, "; the gateway says {}", Quotation(description))?;
        }
        if let Some(fragment) = &self.fragment {
            write!(f, "; it could not read {}", Quotation(fragment))?;
        }
        Ok(())
    }
}

/// The gateway's words on one line, cut off if there are many.
struct Quotation<'a>(&'a str);

impl Display for Quotation<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(LONGEST_QUOTATION) {
            Some((end, _)) => write!(f, "{:?}...", &self.0[..end]),
            None => write!(f, "{:?}", self.0),
        }
    }
}

/// Returns what a status code means (PAP §9.13, §9.14).
const fn meaning(code: u16) -> &'static str {
    match code {
        1000 => "OK",
        1001 => "accepted for processing",
        2000 => "bad request",
        2001 => "forbidden",
        2002 => "address error: not a client that this gateway can address",
        2003 => "address not found",
        2004 => "push id not found",
        2005 => "capabilities mismatch",
        2006 => "required capabilities not supported",
        2007 => "duplicate push id",
        3000 => "internal server error",
        3001 => "not implemented",
        3002 => "version not supported",
        3003 => "not possible",
        3004 => "capability matching not supported",
        3005 => "multiple addresses not supported",
        3006 => "transformation failure",
        3007 => "specified delivery method not possible",
        3008 => "capabilities not available",
        3009 => "required network not available",
        3010 => "required bearer not available",
        4000 => "service failure: the push may be submitted again",
        4001 => "service unavailable",
        _ => match code / 1000 {
            1 => "success",
            2 => "the gateway finds an error in the request",
            3 => "the gateway cannot do this",
            4 => "the service of the gateway failed",
            5 => "the device aborted the push",
            _ => "a code of no known kind",
        },
    }
}
