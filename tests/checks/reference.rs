//! The specifications once more, as plainly as can be: by position in a slice, with copies, in no
//! hurry.

use oma_dm_notification::Field;
use std::sync::LazyLock;

/// `floor(2^32 * |sin(i)|)`, which a double holds exactly enough.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "from 0 to 2^32 - 1"
)]
static SINES: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let sines = (1..=64).map(|i| f64::from(i).sin().abs());
    sines.map(|sine| (sine * 4_294_967_296.0) as u32).collect()
});

/// MD5, by RFC 1321.
#[allow(clippy::many_single_char_names, reason = "they are those of RFC 1321")]
pub fn md5(message: &[u8]) -> [u8; 16] {
    const TURNS: [[u32; 4]; 4] = [
        [7, 12, 17, 22],
        [5, 9, 14, 20],
        [4, 11, 16, 23],
        [6, 10, 15, 21],
    ];
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((message.len() as u64 * 8).to_le_bytes());

    let mut state: [u32; 4] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476];
    for block in padded.chunks(64) {
        let words: Vec<u32> = block
            .chunks(4)
            .map(|word| u32::from_le_bytes(word.try_into().unwrap()))
            .collect();
        let [mut a, mut b, mut c, mut d] = state;
        for i in 0..64 {
            let (f, k) = match i / 16 {
                0 => ((b & c) | (!b & d), i),
                1 => ((d & b) | (!d & c), 5 * i + 1),
                2 => (b ^ c ^ d, 3 * i + 5),
                _ => (c ^ (b | !d), 7 * i),
            };
            let sum = a
                .wrapping_add(f)
                .wrapping_add(SINES[i])
                .wrapping_add(words[k % 16]);
            (a, d, c) = (d, c, b);
            b = b.wrapping_add(sum.rotate_left(TURNS[i / 16][i % 4]));
        }
        for (sum, value) in state.iter_mut().zip([a, b, c, d]) {
            *sum = sum.wrapping_add(value);
        }
    }
    state.map(u32::to_le_bytes).concat().try_into().unwrap()
}

/// Base64 of a hash: 24 characters, the last two of them padding.
pub fn b64(hash: [u8; 16]) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let number = u128::from_be_bytes(hash);
    let digits = (0..22).map(|i| {
        let sextet = if i < 21 {
            number >> (122 - 6 * i)
        } else {
            number << 4
        };
        ALPHABET[usize::try_from(sextet & 0x3F).unwrap()]
    });
    digits.chain(*b"==").collect()
}

/// `H(B64(H(server-identifier:password)):nonce:B64(H(trigger)))` (6.2.2).
pub fn digest(server_id: &[u8], password: &[u8], nonce: &[u8], trigger: &[u8]) -> [u8; 16] {
    let credentials = b64(md5(&[server_id, b":", password].concat()));
    md5(&[&credentials, &b":"[..], nonce, b":", &b64(md5(trigger))].concat())
}

/// The fields of a trigger (6.1).
pub struct Fields<'a> {
    pub version: u16,
    pub ui_mode: u8,
    pub initiator: u8,
    pub future_use: u32,
    pub session_id: u16,
    pub server_id: &'a [u8],
    pub vendor_specific: &'a [u8],
}

impl<'a> Fields<'a> {
    /// The fields of a trigger, or the first that is not wholly there, and where it starts.
    pub fn read(octets: &'a [u8]) -> Result<Self, (Field, usize)> {
        let bits: Vec<u32> = octets
            .iter()
            .flat_map(|octet| (0..8).rev().map(move |bit| u32::from(octet >> bit & 1)))
            .collect();
        let mut at = 0;
        let mut number = |field, length: usize| {
            let start = at;
            at += length;
            let digits = bits.get(start..at).ok_or((field, start / 8))?;
            Ok(digits.iter().fold(0, |number, bit| number << 1 | bit))
        };
        let version = number(Field::Version, 10)?;
        let ui_mode = number(Field::FutureUse, 2)?;
        let initiator = number(Field::FutureUse, 1)?;
        let future_use = number(Field::FutureUse, 27)?;
        let session_id = number(Field::SessionId, 16)?;
        let length = number(Field::LengthIdentifier, 8)? as usize;
        if octets.len() < 8 + length {
            return Err((Field::ServerIdentifier, 8));
        }
        Ok(Self {
            version: version.try_into().unwrap(),
            ui_mode: ui_mode.try_into().unwrap(),
            initiator: initiator.try_into().unwrap(),
            future_use,
            session_id: session_id.try_into().unwrap(),
            server_id: &octets[8..8 + length],
            vendor_specific: &octets[8 + length..],
        })
    }

    /// The octets of a trigger.
    pub fn write(&self) -> Vec<u8> {
        let header = u64::from(self.version) << 54
            | u64::from(self.ui_mode) << 52
            | u64::from(self.initiator) << 51
            | u64::from(self.future_use) << 24
            | u64::from(self.session_id) << 8
            | self.server_id.len() as u64;
        [&header.to_be_bytes(), self.server_id, self.vendor_specific].concat()
    }
}

/// The elements of a user data header, identifier and data, and the payload; `None` if the
/// header is malformed (TS 23.040, 9.2.3.24).
pub type Elements<'a> = Vec<(u8, &'a [u8])>;
pub fn user_data(octets: &[u8]) -> Option<(Elements<'_>, &[u8])> {
    let length = usize::from(*octets.first()?);
    let (mut header, payload) = octets[1..].split_at_checked(length)?;
    if length < 2 {
        return None;
    }
    let mut elements = Vec::new();
    while !header.is_empty() {
        let length = usize::from(*header.get(1)?);
        elements.push((header[0], header.get(2..2 + length)?));
        header = &header[2 + length..];
    }
    Some((elements, payload))
}

/// Destination and originator port: 8-bit ones are those below 256.
pub fn ports(elements: &Elements<'_>) -> Option<(u16, u16)> {
    let mut ports = elements.iter().filter_map(|element| match *element {
        (4, &[to @ 240..=255, from]) => Some((to.into(), from.into())),
        (5, &[a @ ..=0xBF, b, c, d]) => {
            Some((u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])))
        }
        _ => None,
    });
    ports.next_back()
}

/// Width and value of the reference, total, number.
pub fn concatenation(elements: &Elements<'_>) -> Option<(u8, u16, u8, u8)> {
    let mut segments = elements.iter().filter_map(|element| match *element {
        (0, &[reference, total, number]) => Some((8, reference.into(), total, number)),
        (8, &[a, b, total, number]) => Some((16, u16::from_be_bytes([a, b]), total, number)),
        _ => None,
    });
    segments.rfind(|&(_, _, total, number)| (1..=total).contains(&number))
}

/// Where the variable-length integer at `at` ends, and what it says (WSP 8.1.2).
fn uintvar(octets: &[u8], at: usize) -> Option<(usize, usize)> {
    let length = 1 + octets
        .iter()
        .skip(at)
        .take_while(|&&octet| octet >= 0x80)
        .count();
    let digits = octets.get(at..at + length)?;
    let value = digits
        .iter()
        .take(6)
        .fold(0, |value: u64, digit| value << 7 | u64::from(digit & 0x7F));
    let fits = length <= 5 && u32::try_from(value).is_ok();
    fits.then_some((at + length, usize::try_from(value).ok()?))
}

/// Where the value at `at` ends (WSP 8.4.1.2).
fn value_end(octets: &[u8], at: usize) -> Option<usize> {
    let end = match *octets.get(at)? {
        length @ 0..31 => at + 1 + usize::from(length),
        31 => {
            let (start, length) = uintvar(octets, at + 1)?;
            start.checked_add(length)?
        }
        32..128 => at + 1 + octets[at..].iter().position(|&octet| octet == 0)?,
        128.. => at + 1,
    };
    (end <= octets.len()).then_some(end)
}

/// Whether a value is this number, in either form, or this text.
fn is(value: &[u8], number: u8, text: &str) -> bool {
    match value {
        [0x80..=0xFF, ..] => value == [0x80 | number],
        [1..=30, octets @ ..] => {
            octets.last() == Some(&number) && octets.iter().rev().skip(1).all(|&octet| octet == 0)
        }
        [32..=127, ..] => {
            // The quote octet is not content (WSP §8.4.2.1).
            let content = value.strip_prefix(b"\x7F").unwrap_or(value);
            content.eq_ignore_ascii_case(&[text.as_bytes(), b"\0"].concat())
        }
        _ => false,
    }
}

/// The body of the push, if it is well formed and for OMA DM (WSP 8.2.4; 7.1.1).
pub fn dm_push(octets: &[u8]) -> Option<&[u8]> {
    let (start, length) = uintvar(octets, 2)?;
    let (headers, body) = octets.split_at_checked(start.checked_add(length)?)?;
    let headers = &headers[start..];
    if !matches!(octets[1], 6 | 7) {
        return None;
    }
    let mut at = value_end(headers, 0)?;
    let media_type = match headers[0] {
        0..31 => &headers[1..at],
        31 => &headers[uintvar(headers, 1)?.0..at],
        _ => &headers[..at],
    };
    let media_type = &media_type[..value_end(media_type, 0)?];
    let mut application = None;
    let mut page = 1;
    while at < headers.len() {
        let name = at;
        at += 1;
        match headers[name] {
            0 => return None,
            1..32 => page = headers[name],
            0x7F => {
                page = *headers.get(at)?;
                at += 1;
            }
            first => {
                let mut ours = (page, first) == (1, 0xAF);
                if first < 0x7F {
                    at = value_end(headers, name)?;
                    ours = headers[name..at].eq_ignore_ascii_case(b"X-Wap-Application-Id\0");
                }
                let end = value_end(headers, at)?;
                if ours && application.is_none() {
                    application = Some(&headers[at..end]);
                }
                at = end;
            }
        }
    }
    let routed = is(media_type, 0x44, "application/vnd.syncml.notification")
        && is(application?, 7, "x-wap-application:syncml.dm");
    routed.then_some(body)
}

/// The headers of an OBEX packet, identifier and value, if they fill it.
pub fn obex_headers(mut octets: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let mut headers = Vec::new();
    while let Some(&id) = octets.first() {
        let (start, end) = match id >> 6 {
            0 | 1 => (
                3,
                u16::from_be_bytes([*octets.get(1)?, *octets.get(2)?]).into(),
            ),
            2 => (1, 2),
            _ => (1, 5),
        };
        headers.push((id, octets.get(start..end)?));
        octets = &octets[end..];
    }
    Some(headers)
}
