//! The caller's memory: the one place where pointers become references.
//!
//! What can be checked is: NULL, alignment, sizes, overlap. What cannot be is the contract of every
//! function here, and of every function of the header: where `size` octets are promised there are
//! that many, and no other thread writes to them during the call.

use crate::error::{oma_dm_error, oma_dm_kind};

/// What a function returns before it is put into the caller's words.
pub(crate) type Checked<T> = Result<T, oma_dm_error>;

/// What a check of memory returns: only the kind of mistake, which is an octet.
pub(crate) type Found<T> = Result<T, oma_dm_kind>;

/// Returns the octets at `start`; NULL is as good as any if there are none.
///
/// # Safety
///
/// `start` is NULL or has `size` octets, which nobody changes for `'a`.
pub(crate) unsafe fn octets<'a>(start: *const u8, size: usize) -> Found<&'a [u8]> {
    if size == 0 {
        return Ok(&[]);
    }
    check(start)?;
    sized(size)?;
    // SAFETY: `start` is not NULL, `size` is no more than a slice may have, and the caller of this
    // function vouches for the rest.
    Ok(unsafe { core::slice::from_raw_parts(start, size) })
}

/// Returns the octets at `start`, to be written to; none of `inputs` may lie in them.
///
/// # Safety
///
/// As [`octets`], and nobody else reads or changes them for `'a`.
pub(crate) unsafe fn buffer<'a>(
    start: *mut u8,
    size: usize,
    inputs: &[&[u8]],
) -> Found<&'a mut [u8]> {
    if size == 0 {
        return Ok(&mut []);
    }
    check(start)?;
    sized(size)?;
    apart(start, size, inputs)?;
    // SAFETY: as in `octets`; `inputs`, the only references of the call, lie elsewhere.
    Ok(unsafe { core::slice::from_raw_parts_mut(start, size) })
}

/// Reads the value at `place`: a copy, so that it does not matter what else lies there.
///
/// # Safety
///
/// `place` is NULL or has a `T`, which nobody changes during the call.
pub(crate) unsafe fn read<T: Copy>(place: *const T) -> Found<T> {
    check(place)?;
    // SAFETY: `place` is neither NULL nor misaligned, and the caller vouches for the rest.
    Ok(unsafe { place.read() })
}

/// Writes a value to `place`.
///
/// # Safety
///
/// `place` has been [checked](check) in this call, and may be written to.
pub(crate) unsafe fn write<T: Copy>(place: *mut T, value: T) {
    // SAFETY: the caller vouches for it.
    unsafe { place.write(value) }
}

/// A value that lives in the caller's memory, behind a mark that says it is there.
#[repr(C)]
#[cfg(feature = "receive")]
pub(crate) struct Marked<T> {
    mark: u32,
    value: T,
}

#[cfg(feature = "receive")]
impl<T> Marked<T> {
    /// Depends on the size, so that one kind of memory does not pass for another.
    #[allow(clippy::cast_possible_truncation, reason = "only a part is needed")]
    const MARK: u32 = 0x4F4D_0000 | size_of::<T>() as u32 & 0xFFFF;

    /// Places `value` in `size` octets of the caller's memory, and returns it.
    ///
    /// # Safety
    ///
    /// `place` is NULL or has `size` octets, which nobody else uses.
    pub(crate) unsafe fn place<'a>(place: *mut Self, size: usize, value: T) -> Found<&'a mut T> {
        check(place)?;
        if size < size_of::<Self>() {
            return Err(oma_dm_kind::ShortMemory);
        }
        // SAFETY: the memory is aligned and large enough, and the caller vouches for the rest.
        // Nothing is dropped, whatever was there.
        unsafe {
            (&raw mut (*place).mark).write(Self::MARK);
            (&raw mut (*place).value).write(value);
            Ok(&mut (*place).value)
        }
    }

    /// Returns the value that was placed at `place`; none of `inputs` may lie in it.
    ///
    /// # Safety
    ///
    /// `place` is NULL or has 4 octets at the least; if it has the mark, [`place`](Self::place) was
    /// called for it. Nobody else uses it for `'a`.
    pub(crate) unsafe fn at<'a>(place: *mut Self, inputs: &[&[u8]]) -> Found<&'a mut T> {
        check(place)?;
        // SAFETY: the memory is aligned, and the caller vouches for the 4 octets of the mark.
        unsafe { is_marked(place.cast(), Self::MARK, size_of::<Self>(), inputs) }?;
        // SAFETY: the mark says that a value was placed here, `inputs` lie elsewhere, and the
        // caller vouches for the rest.
        Ok(unsafe { &mut (*place).value })
    }
}

/// Refuses memory without the mark, and memory of `size` octets in which one of `inputs` lies.
///
/// # Safety
///
/// `place` is aligned and has 4 octets.
#[cfg(feature = "receive")]
unsafe fn is_marked(place: *const u32, mark: u32, size: usize, inputs: &[&[u8]]) -> Found<()> {
    // SAFETY: the caller vouches for it.
    if unsafe { place.read() } != mark {
        return Err(oma_dm_kind::Uninitialised);
    }
    apart(place.cast(), size, inputs)
}

/// Refuses NULL and a misaligned pointer.
pub(crate) fn check<T>(pointer: *const T) -> Found<()> {
    aligned(pointer.addr(), align_of::<T>())
}

fn aligned(address: usize, alignment: usize) -> Found<()> {
    if address == 0 {
        Err(oma_dm_kind::NullPointer)
    } else if address & alignment.wrapping_sub(1) == 0 {
        Ok(())
    } else {
        Err(oma_dm_kind::Misaligned)
    }
}

/// Refuses a size that no object in C has.
fn sized(size: usize) -> Found<()> {
    if isize::try_from(size).is_err() {
        return Err(oma_dm_kind::ShortMemory);
    }
    Ok(())
}

/// Refuses memory to write to in which one of `inputs` lies.
fn apart(start: *const u8, size: usize, inputs: &[&[u8]]) -> Found<()> {
    let start = start.addr();
    let end = start.saturating_add(size);
    for input in inputs {
        let input_start = input.as_ptr().addr();
        let input_end = input_start.saturating_add(input.len());
        if input_start < end && start < input_end {
            return Err(oma_dm_kind::Overlap);
        }
    }
    Ok(())
}

/// Returns the number that an environment variable sets at build time.
#[cfg(feature = "receive")]
#[allow(clippy::panic, reason = "the build stops")]
pub(crate) const fn configured(text: Option<&str>, default: usize) -> usize {
    match text {
        None => default,
        Some(text) => match usize::from_str_radix(text, 10) {
            Ok(number) => number,
            Err(_) => panic!("OMA_DM_INBOX_SETS, OMA_DM_INBOX_OCTETS and the like are numbers"),
        },
    }
}
