//! How deep the stack gets, by painting what lies below it.

use core::{hint::black_box, ptr};

/// Octets that are painted: more than anything here needs, less than there are.
const PAINTED: usize = 8 * 1024;
const PAINT: u32 = 0xA5C3_5A3C;

/// The octets of stack that `run` needs below its caller's.
#[inline(never)]
pub fn depth<T>(run: impl FnOnce() -> T) -> usize {
    let mut mark = PAINT;
    let top = &raw mut mark;
    let bottom = top.wrapping_byte_sub(PAINTED);
    // The frame of this function lies around the mark: nothing of it may be painted over.
    let painted = top.wrapping_byte_sub(FRAME);
    let mut word = bottom;
    while word < painted {
        // SAFETY: below the frame of this function there is nothing but stack that is not in use.
        unsafe { ptr::write_volatile(word, PAINT) };
        word = word.wrapping_add(1);
    }
    black_box(run());
    let mut deepest = bottom;
    // SAFETY: what has been painted, and the mark at the latest, which is another's no more.
    while unsafe { ptr::read_volatile(deepest) } == PAINT && deepest < top {
        deepest = deepest.wrapping_add(1);
    }
    (top as usize) - (deepest as usize)
}

/// Octets that the frame of [`depth`] itself may reach below its mark; they count, so the figure
/// errs upwards.
const FRAME: usize = 64;
