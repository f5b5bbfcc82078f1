//! A forward-only cursor that cannot leave its octets.

use crate::error::DecodeErrorKind::{self, Truncated};
use crate::error::{DecodeError, Field};

/// What was taken from the front, and the rest.
pub(crate) type Split<'a, T> = Result<(T, &'a [u8]), DecodeErrorKind>;

/// Reads from the front and knows how far it has come, counted from what the caller of the library passed in.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    /// Where `rest` ends, in what the caller passed in: it stays, so that nothing is to be counted on the way.
    end: usize,
}

impl<'a> Reader<'a> {
    /// A reader of octets whose first one stands at `offset` in what the caller passed in.
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

    /// The octets read since `start`, an earlier state of this reader.
    #[inline]
    pub(crate) fn since(&self, start: &Self) -> &'a [u8] {
        let length = start.rest.len().saturating_sub(self.rest.len());
        start.rest.get(..length).unwrap_or_default()
    }

    /// Reads `field` by `read`; a fault is one of that field, and stands where the field starts.
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

    /// A reader of the next `length` octets alone.
    #[inline]
    pub(crate) fn part(&mut self, length: usize) -> Result<Self, DecodeErrorKind> {
        self.take(length).map(|rest| Self {
            rest,
            end: self.offset(),
        })
    }

    /// Reads what `split` takes from the front: a function of octets alone, so that a call of it, where it is rare, does
    /// not keep this reader out of registers where it is not called.
    #[inline]
    pub(crate) fn split<T>(
        &mut self,
        split: fn(&'a [u8]) -> Split<'a, T>,
    ) -> Result<T, DecodeErrorKind> {
        let (head, rest) = split(self.rest)?;
        self.rest = rest;
        Ok(head)
    }

    /// What stands before the next zero octet, which is read as well.
    #[inline]
    pub(crate) fn text(&mut self) -> Result<&'a [u8], DecodeErrorKind> {
        self.split(split_text)
    }

    /// Variable-length unsigned integer: seven bits an octet, the most significant first, the top bit set on all
    /// octets but the last; at most 32 bits, so at most five octets (WSP 8.1.2).
    #[inline]
    pub(crate) fn uintvar(&mut self) -> Result<usize, DecodeErrorKind> {
        match self.rest {
            // Nearly all of them.
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
            // Where an address has 16 bits, a greater length is one that no input can meet.
            return Ok((usize::try_from(value).unwrap_or(usize::MAX), reader.rest()));
        }
    }
    Err(DecodeErrorKind::Overflow)
}
