//! A static that is handed out once, as firmware has it from a crate such as `static_cell`.

use core::cell::{Cell, UnsafeCell};

/// Room for one value, for a machine of one core on which nothing interrupts.
pub struct Place<T> {
    value: UnsafeCell<T>,
    taken: Cell<bool>,
}

// SAFETY: nothing runs beside the program.
unsafe impl<T> Sync for Place<T> {}

impl<T> Place<T> {
    pub const fn new(value: T) -> Self {
        Self {
            value: UnsafeCell::new(value),
            taken: Cell::new(false),
        }
    }

    /// The value; the program ends here if it has been taken before.
    #[allow(clippy::mut_from_ref, reason = "there is one reference, by `taken`")]
    pub fn take(&self) -> &mut T {
        while self.taken.replace(true) {}
        // SAFETY: it is not taken twice.
        unsafe { &mut *self.value.get() }
    }
}
