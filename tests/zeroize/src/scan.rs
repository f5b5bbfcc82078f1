//! What is left of secrets on the stack below the caller.

use core::{hint::black_box, ptr};

/// Octets of stack that are scanned: more than anything here needs.
const DEPTH: usize = 4096;
const WORDS: usize = DEPTH / size_of::<u32>();
const PAINT: u32 = 0xA5C3_5A3C;
/// So many octets of a secret in a row are found: a register that was saved.
const WINDOW: usize = size_of::<u32>();

pub struct Secret {
    pub name: &'static str,
    pub octets: &'static [u8],
}

/// Overwrites the stack below the caller's frame.
#[inline(never)]
fn paint() {
    black_box(&mut [PAINT; WORDS]);
}

/// The stack that `run` has used, and what it left there.
pub struct DeadStack([u32; WORDS]);

impl DeadStack {
    pub const fn new() -> Self {
        Self([0; WORDS])
    }

    /// Runs `run` on painted stack, and keeps what lies there afterwards.
    #[inline(never)]
    pub fn after(&mut self, run: &dyn Fn()) {
        let mut mark = PAINT;
        let top = &raw mut mark;
        let bottom = top.wrapping_byte_sub(DEPTH);
        paint();
        // Not inlined: its frame must lie below the mark.
        black_box(run)();
        let mut word = bottom;
        for kept in &mut self.0 {
            // SAFETY: what was painted, and the frame of this function up to its mark. No function
            // is called before all of it is read.
            *kept = unsafe { ptr::read_volatile(word) };
            word = word.wrapping_add(1);
        }
    }

    /// Returns whether the stack was written to down to its end.
    pub fn is_full(&self) -> bool {
        self.0.first() != Some(&PAINT)
    }

    /// Returns whether `WINDOW` octets in a row of the secret lie there, in either order.
    #[inline(never)]
    pub fn holds(&self, secret: &[u8]) -> bool {
        let octets = || self.0.iter().flat_map(|word| word.to_ne_bytes());
        secret.windows(WINDOW).any(|window| {
            let forward = u32::from_be_bytes(window.try_into().unwrap());
            let mut last = 0u32;
            octets().any(|octet| {
                last = last << 8 | u32::from(octet);
                last == forward || last.swap_bytes() == forward
            })
        })
    }
}
