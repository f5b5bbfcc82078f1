//! Hexadecimal as people paste it: one message, in whatever way a tool or a program wrote it.

use std::fmt;

/// Why a text is not hexadecimal, and at which character, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HexError {
    position: usize,
    problem: String,
}

impl HexError {
    /// Makes the error of a character; `index` counts from 0.
    fn new(index: usize, problem: impl Into<String>) -> Self {
        Self {
            position: index + 1,
            problem: problem.into(),
        }
    }
}

impl HexError {
    /// Returns the error in a text that has `count` more characters before.
    pub(crate) fn after(self, count: usize) -> Self {
        Self {
            position: self.position + count,
            ..self
        }
    }
}

impl fmt::Display for HexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "position {}: {}", self.position, self.problem)
    }
}

impl std::error::Error for HexError {}

/// Reads the octets of a text: pairs of hexadecimal digits, or a list of decimal numbers.
pub(crate) fn octets(text: &str) -> Result<Vec<u8>, HexError> {
    if is_decimal(text) {
        decimal(text)
    } else {
        hexadecimal(text)
    }
}

/// Reads pairs of hexadecimal digits.
///
/// Blanks, commas, colons, dashes, semicolons, brackets, quotes, `0x`, `\x` and `%` separate groups
/// of digits; each group has an even number of them.
pub(crate) fn hexadecimal(text: &str) -> Result<Vec<u8>, HexError> {
    let characters: Vec<char> = text.chars().collect();
    let mut digits = String::new();
    // Where the group of digits began that is being read.
    let mut group: Option<usize> = None;
    let mut index = 0;
    while let Some(&character) = characters.get(index) {
        let next = characters.get(index + 1).copied();
        let is_prefix = matches!((character, next), ('0', Some('x' | 'X')))
            && group.is_none_or(|start| (index - start).is_multiple_of(2));
        let skipped = match (character, next) {
            _ if is_prefix => 2,
            ('\\', Some('x' | 'X' | 'r' | 'n' | 't')) => 2,
            // The literals of Python.
            ('b' | 'B', Some('\'' | '"')) if group.is_none() => 2,
            _ if separates(character) => 1,
            _ if character.is_ascii_hexdigit() => {
                group.get_or_insert(index);
                digits.push(character);
                index += 1;
                continue;
            }
            _ => {
                let problem = format!("{character:?} is not a hexadecimal digit");
                return Err(HexError::new(index, problem));
            }
        };
        check_group(group.take(), index)?;
        index += skipped;
    }
    check_group(group, index)?;
    // Every character is a digit, and each group is even.
    hex::decode(&digits).map_err(|error| HexError::new(0, error.to_string()))
}

/// Checks that a group of digits from `start` to `end` is one of whole octets.
fn check_group(start: Option<usize>, end: usize) -> Result<(), HexError> {
    let start = start.unwrap_or(end);
    match end - start {
        count if count.is_multiple_of(2) => Ok(()),
        1 => Err(HexError::new(start, "a single digit; an octet has two")),
        count => Err(HexError::new(
            start,
            format!("a group of {count} digits; octets have two each"),
        )),
    }
}

fn separates(character: char) -> bool {
    character.is_whitespace() || ",;:-%\\[](){}<>\"'\u{1A}".contains(character)
}

/// Returns whether a text is a list of decimal numbers: an item is below 0, above 99, or one digit.
pub(crate) fn is_decimal(text: &str) -> bool {
    let items: Vec<&str> = items(text).map(|(_, item)| item).collect();
    let number = |item: &&str| item.parse::<i32>().ok().filter(|_| item.len() <= 4);
    text.contains(',')
        && items.iter().all(|item| {
            let digits = item.strip_prefix('-').unwrap_or(item);
            (1..=3).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
        })
        && items.iter().any(|item| {
            item.len() == 1 || number(item).is_some_and(|number| !(0..=99).contains(&number))
        })
}

/// Reads a list of decimal numbers, -128 to 255.
pub(crate) fn decimal(text: &str) -> Result<Vec<u8>, HexError> {
    items(text)
        .map(|(index, item)| {
            let number: i16 = item.parse().unwrap_or(i16::MAX);
            let octet = u8::try_from(number).ok();
            // What Java has signed.
            let signed = i8::try_from(number).ok().map(i8::cast_unsigned);
            octet
                .or(signed)
                .ok_or_else(|| HexError::new(index, format!("{item} is not an octet, -128 to 255")))
        })
        .collect()
}

/// Returns the items of a list, each with the index of its first character.
fn items(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let separates = |character: char| separates(character) && character != '-';
    let mut index = 0;
    text.split(separates).filter_map(move |item| {
        let start = index;
        index += item.chars().count() + 1;
        (!item.is_empty()).then_some((start, item))
    })
}
