//! What a paste consists of: lines of hexadecimal, dumps with offsets, AT commands, Kannel's logs.

use super::hexadecimal::{self, HexError};

/// The octets of one message, or of one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The number of its first line in the paste, counted from 1.
    pub(crate) line: usize,
    /// How many lines were joined.
    pub(crate) lines: usize,
    pub(crate) octets: Result<Vec<u8>, HexError>,
    /// The octets of the TPDU, as an AT command or a modem states them.
    pub(crate) at_length: Option<usize>,
    /// Whether it is a line of hexadecimal alone, which may be a part of a longer message.
    is_plain: bool,
}

impl Entry {
    const fn new(line: usize, lines: usize, octets: Result<Vec<u8>, HexError>) -> Self {
        Self {
            line,
            lines,
            octets,
            at_length: None,
            is_plain: false,
        }
    }
}

/// Takes a paste apart.
pub(crate) fn entries(text: &str) -> Vec<Entry> {
    let lines: Vec<Line<'_>> = (1..).zip(text.lines()).map(Line::new).collect();
    let is_decimal = hexadecimal::is_decimal(text);
    let is_log = lines.iter().any(|line| line.data_of_log().is_some());
    let mut entries = Vec::new();
    let mut rest = lines.as_slice();
    while let [first, others @ ..] = rest {
        let (entry, taken) = kannel(rest)
            // The other lines of a log hold no octets.
            .or_else(|| is_log.then_some((None, 1)))
            .or_else(|| array(rest))
            .or_else(|| dump(rest))
            .or_else(|| at_command(rest))
            .unwrap_or_else(|| (first.plain(is_decimal), 1));
        entries.extend(entry);
        rest = others.get(taken - 1..).unwrap_or_default();
    }
    entries
}

/// Joins the lines of a paste that is nothing but plain hexadecimal, in several lines.
pub(crate) fn joined(text: &str, entries: &[Entry]) -> Option<Entry> {
    let [first, _, ..] = entries else {
        return None;
    };
    if !entries.iter().all(|entry| entry.is_plain) {
        return None;
    }
    let lines: Vec<&str> = text.lines().map(without_chatter).collect();
    // An octet may have been wrapped as well.
    let octets = hexadecimal::octets(&lines.join("\n"))
        .or_else(|_| hexadecimal::hexadecimal(&lines.concat()))
        .ok()?;
    Some(Entry::new(first.line, entries.len(), Ok(octets)))
}

/// One line, by its number.
#[derive(Clone, Copy)]
struct Line<'a> {
    number: usize,
    text: &'a str,
}

/// An entry, unless the lines hold none, and how many lines were read.
type Taken = (Option<Entry>, usize);

impl<'a> Line<'a> {
    const fn new((number, text): (usize, &'a str)) -> Self {
        Self { number, text }
    }

    /// Returns the octets of a line `data: 06 05 ..` in a log of Kannel.
    fn data_of_log(self) -> Option<Vec<u8>> {
        let (_, data) = self.text.split_once("data: ")?;
        Some(dump_octets(data, 16)).filter(|octets| !octets.is_empty())
    }

    /// Reads a line that is one message; `None` if it holds no octets at all.
    fn plain(self, is_decimal: bool) -> Option<Entry> {
        let text = without_chatter(self.text);
        if text.trim().is_empty() || is_chatter(text) {
            return None;
        }
        let octets = if is_decimal {
            hexadecimal::decimal(text)
        } else {
            hexadecimal::octets(text)
        };
        // Positions count what was cut off before.
        let cut =
            self.text.chars().count() - self.text.trim_start_matches(is_prompt).chars().count();
        let octets = octets.map_err(|error| error.after(cut));
        let mut entry = Entry::new(self.number, 1, octets);
        entry.is_plain = true;
        Some(entry)
    }
}

const fn is_prompt(character: char) -> bool {
    character == '>' || character.is_whitespace()
}

/// Cuts the prompt of a modem off a line, and its `OK` and Ctrl-Z.
fn without_chatter(line: &str) -> &str {
    let line = line.trim_start_matches(is_prompt).trim_end();
    let line = line.strip_suffix("^Z").unwrap_or(line).trim_end();
    match line.strip_suffix("OK") {
        Some(front) if front.is_empty() || front.ends_with(separates_ok) => front,
        _ => line,
    }
}

const fn separates_ok(character: char) -> bool {
    character.is_whitespace() || matches!(character, 'n' | 'r')
}

/// Returns whether a line is a modem's, or for a modem, and holds no octets.
fn is_chatter(line: &str) -> bool {
    let upper = line.trim().to_ascii_uppercase();
    matches!(upper.as_str(), "AT" | "OK" | "ERROR" | "RING")
        || ["AT+", "AT&", "AT^", "+C", "^"]
            .iter()
            .any(|start| upper.starts_with(start))
}

/// Reads `+CMT`, `+CMGR`, `+CMGL`, `AT+CMGS` or `AT+CMGW` in PDU mode, and the PDU after it.
fn at_command(lines: &[Line<'_>]) -> Option<Taken> {
    let [first, others @ ..] = lines else {
        return None;
    };
    let header = first.text.trim_start_matches(is_prompt);
    let parameters = ["+CMT:", "+CMGR:", "+CMGL:", "AT+CMGS=", "AT+CMGW="]
        .iter()
        .find_map(|command| {
            let (start, rest) = header.split_at_checked(command.len())?;
            start.eq_ignore_ascii_case(command).then_some(rest)
        })?;
    let (length, inline) = length_and_rest(parameters)?;
    let mut text = without_chatter(inline).to_owned();
    let mut line = first.number;
    let mut taken = 1;
    for other in others {
        let complete =
            hexadecimal::hexadecimal(&text).is_ok_and(|octets| is_of_length(&octets, length));
        let more = without_chatter(other.text);
        if complete || !text.is_empty() && is_chatter(more) || is_header(more) {
            break;
        }
        taken += 1;
        if is_chatter(more) || more.trim().is_empty() {
            continue;
        }
        if text.is_empty() {
            line = other.number;
        }
        text.push_str(more);
    }
    let mut entry = Entry::new(line, 1, hexadecimal::hexadecimal(&text));
    entry.at_length = Some(length);
    Some((Some(entry), taken))
}

fn is_header(line: &str) -> bool {
    line.trim_start_matches(is_prompt).starts_with("+CM")
}

/// Returns whether octets are a TPDU of this length, with a service centre's address or without.
fn is_of_length(octets: &[u8], length: usize) -> bool {
    let with_centre = octets
        .first()
        .map(|&centre| 1 + usize::from(centre) + length);
    octets.len() == length || with_centre == Some(octets.len())
}

/// Reads the length, which is the last parameter, and what follows it on the same line.
fn length_and_rest(parameters: &str) -> Option<(usize, &str)> {
    let last = parameters.rsplit(',').next().unwrap_or(parameters);
    let last = last.trim_start();
    let digits = last.len()
        - last
            .trim_start_matches(|digit: char| digit.is_ascii_digit())
            .len();
    let (length, rest) = last.split_at_checked(digits)?;
    Some((length.parse().ok()?, rest))
}

/// Reads the lines `data: 06 05 ..` of an octet string in Kannel's logs, if a line begins one.
fn kannel(lines: &[Line<'_>]) -> Option<Taken> {
    let data: Vec<Vec<u8>> = lines.iter().map_while(|line| line.data_of_log()).collect();
    let first = lines.first()?;
    if data.is_empty() {
        return None;
    }
    let entry = Entry::new(first.number, data.len(), Ok(data.concat()));
    Some((Some(entry), data.len()))
}

/// Reads an array of a program, as `xxd -i` prints it: what is between `= {` and `}`. Other
/// assignments are passed over.
fn array(lines: &[Line<'_>]) -> Option<Taken> {
    let first = lines.first()?;
    let (before, inner) = match first.text.split_once('{') {
        Some((before, inner)) if before.trim_end().ends_with('=') => (before, inner),
        _ => {
            let text = first.text.trim_end();
            let is_assignment = text.contains('=') && text.ends_with(';');
            return is_assignment.then_some((None, 1));
        }
    };
    let mut parts = vec![inner];
    parts.extend(lines.iter().skip(1).map(|line| line.text));
    let end = parts.iter().position(|part| part.contains('}'))?;
    parts.truncate(end + 1);
    if let Some(last) = parts.last_mut() {
        *last = last.split('}').next().unwrap_or_default();
    }
    let is_decimal = hexadecimal::is_decimal(&parts.join("\n"));
    let mut entry = Entry::new(first.number, parts.len(), Ok(Vec::new()));
    for (number, part) in (0..).zip(&parts) {
        let octets = if is_decimal {
            hexadecimal::decimal(part)
        } else {
            hexadecimal::hexadecimal(part)
        };
        match (octets, &mut entry.octets) {
            (Ok(more), Ok(octets)) => octets.extend(more),
            (Err(error), octets) => {
                let cut = if number == 0 {
                    before.chars().count() + 1
                } else {
                    0
                };
                *octets = Err(error.after(cut));
                entry.line += number;
                break;
            }
            (Ok(_), Err(_)) => {}
        }
    }
    Some((Some(entry), parts.len()))
}

/// Reads lines that begin with offsets, as `xxd`, `hexdump -C`, `od` and Wireshark print them.
fn dump(lines: &[Line<'_>]) -> Option<Taken> {
    let first = lines.first()?;
    let (_, radices) = begins_dump(first.text)?;
    radices
        .into_iter()
        .filter_map(|radix| dump_in(lines, radix))
        .max_by_key(|(octets, _)| octets.len())
        .map(|(octets, taken)| (Some(Entry::new(first.number, taken, Ok(octets))), taken))
}

/// Returns the text after the offset with which a dump begins, and the radices of that offset.
fn begins_dump(line: &str) -> Option<(&str, Vec<u32>)> {
    let (offset, rest) = offset_column(line)?;
    let group = rest.split_whitespace().next()?;
    let is_zero = offset.bytes().all(|digit| digit == b'0');
    let has_colon = rest.starts_with(':');
    let apart = rest.starts_with("  ") || rest.starts_with('\t');
    let shorter = group.len() == 2 && offset.len() > 2;
    (has_colon || is_zero && (apart || shorter)).then_some((rest, vec![10, 8, 16]))
}

/// Splits off an offset of four digits or more, and what follows it.
fn offset_column(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let digits = line.len()
        - line
            .trim_start_matches(|digit: char| digit.is_ascii_hexdigit())
            .len();
    let (offset, rest) = line.split_at_checked(digits)?;
    let ends = rest.is_empty() || rest.starts_with([':', ' ', '\t']);
    ((4..=8).contains(&digits) && ends).then_some((offset, rest))
}

/// Reads the octets of a dump whose offsets have this radix, and how many lines it has.
fn dump_in<'a>(lines: &[Line<'a>], radix: u32) -> Option<(Vec<u8>, usize)> {
    let value = |line: &Line<'a>| -> Option<(usize, &'a str)> {
        let (offset, rest) = offset_column(line.text)?;
        Some((usize::from_str_radix(offset, radix).ok()?, rest))
    };
    let (base, _) = value(lines.first()?)?;
    let mut octets: Vec<u8> = Vec::new();
    let mut width = None;
    let mut previous: Vec<u8> = Vec::new();
    let mut taken = 0;
    let mut squeezed = false;
    for (index, line) in lines.iter().enumerate() {
        // hexdump leaves out lines that repeat the one before.
        if line.text.trim() == "*" && !previous.is_empty() {
            squeezed = true;
            taken = index + 1;
            continue;
        }
        let Some((offset, rest)) = value(line) else {
            break;
        };
        while squeezed && base + octets.len() < offset {
            octets.extend_from_slice(&previous);
        }
        squeezed = false;
        if offset != base + octets.len() {
            break;
        }
        let next = lines.get(index + 1).and_then(value);
        let until_next = next.and_then(|(next, _)| next.checked_sub(offset));
        let until_next = until_next.filter(|count| (1..=64).contains(count));
        let most = until_next.or(width).unwrap_or(64);
        width = width.or(until_next);
        previous = dump_octets(rest.trim_start_matches(':'), most);
        octets.extend_from_slice(&previous);
        taken = index + 1;
        if previous.is_empty() {
            break;
        }
    }
    (!octets.is_empty()).then_some((octets, taken))
}

/// Reads the octets of a line of a dump, without its text column: at most `most`.
fn dump_octets(line: &str, most: usize) -> Vec<u8> {
    let line = line.trim_start();
    let mut octets = Vec::new();
    let mut blanks = 0;
    for group in line.split([' ', '\t']) {
        if group.is_empty() {
            blanks += 1;
            continue;
        }
        // Two blanks may stand in the middle of sixteen octets; anywhere else text follows.
        let text_follows = blanks > 1 || blanks == 1 && octets.len() != 8;
        let Ok(more) = hex::decode(group) else { break };
        if text_follows && !octets.is_empty() || octets.len() + more.len() > most {
            break;
        }
        blanks = 0;
        octets.extend(more);
    }
    octets
}
