//! Lines and hexadecimal, as they come over a UART.

use crate::uart::Uart;

/// Reads a line, without its end. Of a longer one than there is room for, the front is kept.
pub fn line(uart: &mut Uart, room: &mut [u8]) -> usize {
    let mut length = 0;
    loop {
        match uart.receive() {
            b'\n' => return length,
            b'\r' => {}
            octet => {
                if let Some(place) = room.get_mut(length) {
                    *place = octet;
                    length += 1;
                }
            }
        }
    }
}

/// Reads octets of two hexadecimal digits each; `None` if they are not, or do not fit.
#[must_use]
pub fn octets(text: &str, room: &mut [u8]) -> Option<usize> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let room = room.get_mut(..pairs.len())?;
    for (place, &[high, low]) in room.iter_mut().zip(pairs) {
        let digit = |digit: u8| char::from(digit).to_digit(16);
        *place = u8::try_from(digit(high)? << 4 | digit(low)?).ok()?;
    }
    Some(pairs.len())
}

/// Writes octets in hexadecimal; `None` if there is no room.
#[must_use]
pub fn hexadecimal<'r>(octets: &[u8], room: &'r mut [u8]) -> Option<&'r str> {
    let room = room.get_mut(..2 * octets.len())?;
    for (pair, octet) in room.chunks_exact_mut(2).zip(octets) {
        for (place, digit) in pair.iter_mut().zip([octet >> 4, octet & 0xF]) {
            *place = b"0123456789abcdef"[usize::from(digit)];
        }
    }
    core::str::from_utf8(room).ok()
}
