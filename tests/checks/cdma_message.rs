//! Short messages over CDMA from whatever octets.

use super::tpdu::{Wrong, count as as_octet, wrong};
use super::within;
use oma_dm_notification::bearer::cdma::{BearerData, CdmaDelivery, CdmaMessage};
use oma_dm_notification::{DecodeErrorKind as Kind, Field};

/// The octets as a point-to-point message and as bearer data, against a second implementation that
/// reads text of bits; and what is read is written again.
pub fn cdma_message(octets: &[u8]) {
    let bits = bits(octets);
    let data = BearerData::parse(octets);
    if let Err(error) = data {
        within(error, octets);
    }
    let found = data.map(contents).map_err(|error| wrong(&error));
    assert_eq!(found, bearer_data(&bits, 0, Some(1)).map(|(data, _)| data));
    if let Ok(data) = data {
        let nested = data.nested().map(contents).map_err(|error| wrong(&error));
        let (_, at) = bearer_data(&bits, 0, Some(1)).unwrap();
        let end = at + 8 * data.user_data_len();
        assert_eq!(
            nested,
            bearer_data(&bits[..end], at, None).map(|(data, _)| data)
        );
    }

    let message = CdmaMessage::parse(octets);
    if let Err(error) = message {
        within(error, octets);
    }
    let found = message.map(|message| {
        let originator = message.originator().map(|address| address.to_string());
        (
            message.teleservice(),
            originator,
            contents(message.bearer_data()),
        )
    });
    assert_eq!(found.map_err(|error| wrong(&error)), model(&bits));
    if let Ok(message) = message {
        written_again(&message);
    }
}

fn bits(octets: &[u8]) -> String {
    let of_octet = |octet: &u8| {
        (0..8)
            .rev()
            .map(|bit| octet >> bit & 1)
            .map(|bit| (b'0' + bit).into())
            .collect::<Vec<char>>()
    };
    octets.iter().flat_map(of_octet).collect()
}

/// The originator as text, the message identifier and the user data of a message.
pub(crate) fn received(octets: &[u8]) -> Result<(Option<String>, u16, Vec<u8>), Wrong> {
    let (_, originator, (message_id, _, user_data)) = model(&bits(octets))?;
    Ok((originator, message_id, user_data))
}

type Contents = (u16, usize, Vec<u8>);

fn contents(data: BearerData<'_>) -> Contents {
    let mut buffer = [0xEE; 255];
    let copied = data.copy_user_data(&mut buffer).unwrap().to_vec();
    assert_eq!(copied.len(), data.user_data_len());
    assert!(buffer[copied.len()..].iter().all(|&octet| octet == 0xEE));
    (data.message_id(), data.user_data_offset(), copied)
}

fn word(number: usize) -> u16 {
    u16::try_from(number).unwrap()
}

fn number(bits: &str) -> usize {
    usize::from_str_radix(bits, 2).unwrap()
}

/// Message identifier, where the octets start, and they; and at which bit they start.
fn bearer_data(
    bits: &str,
    mut at: usize,
    wanted: Option<usize>,
) -> Result<(Contents, usize), Wrong> {
    let (mut identifier, mut user_data) = (None, None);
    while at < bits.len() {
        let truncated = (Kind::Truncated, Field::Subparameter, at / 8);
        let header = bits.get(at..at + 16).ok_or(truncated)?;
        let end = at + 16 + 8 * number(&header[8..]);
        let value = bits.get(at + 16..end).ok_or(truncated)?;
        match number(&header[..8]) {
            0 => identifier = Some((value, at + 16)),
            1 => user_data = Some((value, at + 16)),
            _ => {}
        }
        at = end;
    }
    let missing = |field| (Kind::Missing, field, at / 8);
    let (identifier, at_identifier) = identifier.ok_or(missing(Field::MessageIdentifier))?;
    let (user_data, at_user_data) = user_data.ok_or(missing(Field::UserData))?;
    let of_identifier = |kind| (kind, Field::MessageIdentifier, at_identifier / 8);
    let Some(fields) = identifier.get(..21) else {
        return Err(of_identifier(Kind::Truncated));
    };
    if fields.ends_with('1') || wanted.is_some_and(|wanted| number(&fields[..4]) != wanted) {
        return Err(of_identifier(Kind::NotDm));
    }
    let of_encoding = |kind| (kind, Field::MessageEncoding, at_user_data / 8);
    match user_data.get(..5) {
        None => return Err(of_encoding(Kind::Truncated)),
        Some("00000") => {}
        Some(_) => return Err(of_encoding(Kind::NotDm)),
    }
    let truncated = (Kind::Truncated, Field::UserData, (at_user_data + 5) / 8);
    let count = number(user_data.get(5..13).ok_or(truncated)?);
    let octets = user_data.get(13..13 + 8 * count).ok_or(truncated)?;
    let octets = (0..count)
        .map(|octet| as_octet(number(&octets[8 * octet..8 * octet + 8])))
        .collect();
    let start = at_user_data + 13;
    Ok(((word(number(&fields[4..20])), start / 8, octets), start))
}

fn model(bits: &str) -> Result<(u16, Option<String>, Contents), Wrong> {
    match bits.get(..8) {
        None => return Err((Kind::Truncated, Field::SmsMessageType, 0)),
        Some("00000000") => {}
        Some(_) => return Err((Kind::NotDm, Field::SmsMessageType, 0)),
    }
    let (mut teleservice, mut address, mut data, mut at) = (None, None, None, 8);
    while at < bits.len() {
        let truncated = (Kind::Truncated, Field::SmsParameter, at / 8);
        let header = bits.get(at..at + 16).ok_or(truncated)?;
        let end = at + 16 + 8 * number(&header[8..]);
        let value = bits.get(at + 16..end).ok_or(truncated)?;
        match number(&header[..8]) {
            0 => teleservice = Some((value, at / 8 + 2)),
            2 => address = Some((value, at / 8 + 2)),
            8 => data = Some((at + 16, end)),
            _ => {}
        }
        at = end;
    }
    let (value, start) = teleservice.ok_or((Kind::Missing, Field::Teleservice, at / 8))?;
    let teleservice = match value.get(..16).map(number) {
        None => return Err((Kind::Truncated, Field::Teleservice, start)),
        Some(teleservice @ (4100 | 65002)) => word(teleservice),
        Some(_) => return Err((Kind::NotDm, Field::Teleservice, start)),
    };
    let originator = match address {
        Some((value, start)) => {
            Some(originator(value).map_err(|kind| (kind, Field::OriginatingAddress, start))?)
        }
        None => None,
    };
    let (start, end) = data.ok_or((Kind::Missing, Field::BearerData, at / 8))?;
    let (outer, start) = bearer_data(&bits[..end], start, Some(1))?;
    if teleservice == 4100 {
        return Ok((teleservice, originator, outer));
    }
    let end = start + 8 * outer.2.len();
    let (inner, _) = bearer_data(&bits[..end], start, None)?;
    Ok((teleservice, originator, inner))
}

/// What a name may have, but for the characters that count twice.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅå_ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
    ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// The address as text.
fn originator(bits: &str) -> Result<String, Kind> {
    let field = |from: usize, count: usize| {
        bits.get(from..from + count)
            .map(number)
            .ok_or(Kind::Truncated)
    };
    let (digit_mode, number_mode) = (field(0, 1)?, field(1, 1)?);
    if digit_mode == 0 {
        let count = field(2, 8)?;
        if count > 21 {
            return Err(Kind::Length);
        }
        let digit = |index| match field(10 + 4 * index, 4)? {
            0 | 13.. => Err(Kind::Invalid),
            digit => Ok(char::from(b"?1234567890*#"[digit])),
        };
        let text = (0..count).map(digit).collect::<Result<String, _>>()?;
        return if count > 20 {
            Err(Kind::Length)
        } else {
            Ok(text)
        };
    }
    let number_type = field(2, 3)?;
    let at = if number_mode == 1 { 5 } else { 9 };
    if number_mode == 0 {
        field(5, 4)?;
    }
    let count = field(at, 8)?;
    if count > 21 {
        return Err(Kind::Length);
    }
    let character = |index| field(at + 8 + 8 * index, 8).map(|octet| char::from(as_octet(octet)));
    let text = (0..count).map(character).collect::<Result<String, _>>()?;
    let digits = text.strip_prefix('+').unwrap_or(&text);
    if digits.chars().all(|digit| "0123456789*#".contains(digit)) {
        let plus = text.starts_with('+') || (number_mode == 0 && number_type == 1);
        let plus = if plus && !digits.is_empty() { "+" } else { "" };
        return if digits.len() > 20 {
            Err(Kind::Length)
        } else {
            Ok(plus.to_owned() + digits)
        };
    }
    let mut septets = 0;
    for character in text.chars() {
        septets += match character {
            '^' | '{' | '}' | '\\' | '[' | '~' | ']' | '|' | '\u{C}' => 2,
            _ if BASIC.contains(character) => 1,
            _ => return Err(Kind::Invalid),
        };
    }
    match septets {
        12.. => Err(Kind::Length),
        _ => Ok(text.replace(['\n', '\r', '\u{C}'], " ")),
    }
}

/// A message with the same contents is read as them.
fn written_again(message: &CdmaMessage<'_>) {
    let (message_id, _, user_data) = contents(message.bearer_data());
    let originator = message.originator().unwrap_or_default();
    let mut delivery = CdmaDelivery::new(originator, message_id, &user_data);
    let nested = message.teleservice() == 65002;
    if nested {
        delivery = delivery.nested(!message_id);
    }
    let mut buffer = [0; 300];
    let Ok(octets) = delivery.encode(&mut buffer) else {
        let ascii = originator.to_string().is_ascii();
        return assert!(!ascii || user_data.len() > if nested { 237 } else { 246 });
    };
    let again = CdmaMessage::parse(octets).unwrap();
    assert_eq!(again.teleservice(), message.teleservice());
    assert_eq!(
        again.originator().unwrap().to_string(),
        originator.to_string()
    );
    let (id, _, octets) = contents(again.bearer_data());
    assert_eq!((id, octets), (message_id, user_data));
}
