//! What survives a power cycle: values as octets that a torn or changed record cannot pass for.
//!
//! ```text
//!  octet 0         1                    length - 4
//!       +---------+---------//---------+---------+---------+---------+---------+
//!       | version | contents           | CRC-32 of all before it, big endian   |
//!       +---------+---------//---------+---------+---------+---------+---------+
//! ```

use crate::error::{DecodeError, DecodeErrorKind, Field};
use crate::read::Reader;
use crate::write;

/// Octets of the CRC.
const CHECK: usize = 4;
/// Octets that a stored value has beside its contents.
pub(crate) const OVERHEAD: usize = 1 + CHECK;

/// Returns the version octet, the contents, which fill what is left, and the check octets.
pub(crate) fn seal<const N: usize>(version: u8, contents: impl Iterator<Item = u8>) -> [u8; N] {
    let mut sealed = [0; N];
    // A loop that asks `octets` for its next one costs 164 octets more of flash.
    let octets = [version].into_iter().chain(contents);
    let mut places = sealed.iter_mut();
    octets.for_each(|octet| *places.next().unwrap_or(&mut 0) = octet);
    let (front, check) = sealed
        .split_at_mut_checked(N.saturating_sub(CHECK))
        .unwrap_or_default();
    write::copy(check, &crc(front).to_be_bytes());
    sealed
}

/// Checks `N` sealed octets and returns a reader of the contents.
pub(crate) fn open<const N: usize>(octets: &[u8], version: u8) -> Result<Reader<'_>, DecodeError> {
    let error = |kind, field, offset| Err(DecodeError::new(kind, field, offset));
    if octets.first().is_some_and(|&first| first != version) {
        return error(DecodeErrorKind::Invalid, Field::StateVersion, 0);
    }
    if octets.len() != N {
        return error(DecodeErrorKind::Length, Field::State, 0);
    }
    let (front, check) = octets.split_last_chunk().unwrap_or((&[], &[0; 4]));
    if crc(front).to_be_bytes() != *check {
        return error(DecodeErrorKind::Invalid, Field::StateCheck, front.len());
    }
    Ok(Reader::new(front.get(1..).unwrap_or_default(), 1))
}

/// CRC-32 as in IEEE 802.3, bit by bit: it finds any one, two or three bits changed in a record of
/// this length.
fn crc(octets: &[u8]) -> u32 {
    !octets.iter().fold(u32::MAX, |crc, &octet| {
        (0..8).fold(crc ^ u32::from(octet), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}
