//! A forward-only cursor that cannot leave its octets.

use crate::error::DecodeErrorKind::{self, Truncated};
use crate::error::{DecodeError, Field};
use core::fmt;

/// The value read from the front, and the octets after it.
pub(crate) type Split<'a, T> = Result<(T, &'a [u8]), DecodeErrorKind>;

/// Reads from the front and knows its offset in the octets of the library's caller.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    /// The end offset; constant while reading.
    end: usize,
}

/// The octets, without the cursor: it says nothing about the message.
impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Octets(self.rest).fmt(f)
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Reader<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "{=[u8]:02x}", self.rest);
    }
}

/// Octets that `Debug` shows in hexadecimal.
pub(crate) struct Octets<'a>(pub(crate) &'a [u8]);

impl fmt::Debug for Octets<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for octet in self.0 {
            write!(f, "{octet:02x}")?;
        }
        f.write_str("]")
    }
}

impl<'a> Reader<'a> {
    /// Makes a reader of octets whose first one has this offset in the caller's octets.
    #[inline]
    pub(crate) const fn new(rest: &'a [u8], offset: usize) -> Self {
        Self {
            rest,
            end: offset.wrapping_add(rest.len()),
        }
    }

    #[inline]
    pub(crate) const fn offset(&self) -> usize {
        self.end.wrapping_sub(self.rest.len())
    }

    #[inline]
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Returns the octets read since `start`, an earlier state of this reader.
    #[inline]
    pub(crate) fn since(&self, start: &Self) -> &'a [u8] {
        let length = start.rest.len().saturating_sub(self.rest.len());
        start.rest.get(..length).unwrap_or_default()
    }

    /// Reads `field` by `read`. An error is one of that field, at the offset where it starts.
    #[inline]
    pub(crate) fn field<T>(
        &mut self,
        field: Field,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeErrorKind>,
    ) -> Result<T, DecodeError> {
        let start = self.offset();
        read(self).map_err(|kind| DecodeError::new(kind, field, start))
    }

    #[inline]
    pub(crate) fn chunk<const N: usize>(&mut self) -> Result<&'a [u8; N], DecodeErrorKind> {
        let (head, rest) = self.rest.split_first_chunk().ok_or(Truncated)?;
        self.rest = rest;
        Ok(head)
    }

    #[inline]
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeErrorKind> {
        self.chunk().copied()
    }

    #[inline]
    pub(crate) fn octet(&mut self) -> Result<u8, DecodeErrorKind> {
        self.array().map(|[octet]| octet)
    }

    #[inline]
    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], DecodeErrorKind> {
        let (head, rest) = self.rest.split_at_checked(length).ok_or(Truncated)?;
        self.rest = rest;
        Ok(head)
    }

    /// Returns a reader of the next `length` octets alone.
    #[inline]
    pub(crate) fn part(&mut self, length: usize) -> Result<Self, DecodeErrorKind> {
        self.take(length).map(|rest| Self {
            rest,
            end: self.offset(),
        })
    }

    /// Reads what `split` takes from the front. `split` sees octets alone, so that a rare call of
    /// it does not keep this reader out of registers.
    #[inline]
    pub(crate) fn split<T>(
        &mut self,
        split: fn(&'a [u8]) -> Split<'a, T>,
    ) -> Result<T, DecodeErrorKind> {
        let (head, rest) = split(self.rest)?;
        self.rest = rest;
        Ok(head)
    }

    /// Reads up to and including the next zero octet; returns the octets before it.
    #[inline]
    pub(crate) fn text(&mut self) -> Result<&'a [u8], DecodeErrorKind> {
        self.split(split_text)
    }

    /// Reads a variable-length unsigned integer of at most 32 bits (WSP §8.1.2): seven bits an
    /// octet, most significant first, the top bit set on all octets but the last.
    #[inline(always)]
    pub(crate) fn uintvar(&mut self) -> Result<usize, DecodeErrorKind> {
        match self.rest {
            // Nearly all of them have one octet.
            &[octet @ 0..0x80, ref rest @ ..] => {
                self.rest = rest;
                Ok(usize::from(octet))
            }
            _ => self.split(split_uintvar),
        }
    }
}

#[cold]
pub(crate) fn split_text(octets: &[u8]) -> Split<'_, &[u8]> {
    let end = octets.iter().position(|&octet| octet == 0);
    let (text, rest) = octets
        .split_at_checked(end.ok_or(Truncated)?)
        .unwrap_or_default();
    Ok((text, rest.get(1..).unwrap_or_default()))
}

#[cold]
pub(crate) fn split_uintvar(octets: &[u8]) -> Split<'_, usize> {
    let mut reader = Reader::new(octets, 0);
    let mut value: u32 = 0;
    for _ in 0..5 {
        let octet = reader.octet()?;
        let shifted = value.checked_mul(1 << 7).ok_or(DecodeErrorKind::Overflow)?;
        value = shifted | u32::from(octet & 0x7F);
        if octet < 0x80 {
            // On a 16-bit machine no input is that long.
            return Ok((usize::try_from(value).unwrap_or(usize::MAX), reader.rest()));
        }
    }
    Err(DecodeErrorKind::Overflow)
}
