//! Output: every encoded structure is a list of pieces, one after the other.

use crate::error::EncodeError;

/// Copies `pieces` to the front of `buffer` and returns what was written. Writes nothing if they do
/// not fit.
pub(crate) fn pieces<'b>(
    buffer: &'b mut [u8],
    pieces: &[&[u8]],
) -> Result<&'b mut [u8], EncodeError> {
    groups(buffer, &[pieces])
}

/// [`pieces`] in groups, one after the other.
pub(crate) fn groups<'b>(
    buffer: &'b mut [u8],
    groups: &[&[&[u8]]],
) -> Result<&'b mut [u8], EncodeError> {
    let pieces = || groups.iter().copied().flatten().copied();
    let needed = pieces().fold(0, |needed: usize, piece| needed.saturating_add(piece.len()));
    let out = buffer
        .get_mut(..needed)
        .ok_or(EncodeError::BufferTooSmall { needed })?;
    fill(out, pieces());
    Ok(out)
}

/// Copies `pieces` to the front of `out`, which has room for them.
pub(crate) fn fill<'p>(mut out: &'p mut [u8], pieces: impl Iterator<Item = &'p [u8]>) {
    for piece in pieces {
        let (to, rest) = out.split_at_mut_checked(piece.len()).unwrap_or_default();
        copy(to, piece);
        out = rest;
    }
}

/// Copies octets to a place of the same length; `copy_from_slice` could panic if it is not inlined.
#[inline]
pub(crate) fn copy(room: &mut [u8], octets: &[u8]) {
    for (to, &octet) in room.iter_mut().zip(octets) {
        *to = octet;
    }
}

/// Returns the octets that `pieces` have together.
pub(crate) fn length(pieces: &[&[u8]]) -> usize {
    pieces
        .iter()
        .fold(0, |length: usize, piece| length.saturating_add(piece.len()))
}

/// Cuts `take` octets out of `pieces`, or as many as there are, after the first `skip` of them.
pub(crate) fn window<const N: usize>(
    pieces: [&[u8]; N],
    mut skip: usize,
    mut take: usize,
) -> [&[u8]; N] {
    pieces.map(|piece| {
        let start = skip.min(piece.len());
        let rest = piece.get(start..).unwrap_or_default();
        let part = rest.get(..take).unwrap_or(rest);
        skip = skip.saturating_sub(start);
        take = take.saturating_sub(part.len());
        part
    })
}
