//! A clock of the micro:bit: TIMER0 (nRF51 reference manual, chapter 18), 31,250 ticks a second.

use core::ptr;

const TIMER: usize = 0x4000_8000;
const START: usize = 0x000;
const CAPTURE: usize = 0x040;
const WIDTH: usize = 0x508;
const PRESCALER: usize = 0x510;
const CAPTURED: usize = 0x540;

pub const TICKS_A_SECOND: u32 = 31_250;

/// The one clock: there must be no second value.
pub struct Clock(());

impl Clock {
    #[must_use]
    pub fn start() -> Self {
        // 32 bits; 16 MHz divided by 2⁹.
        write(WIDTH, 3);
        write(PRESCALER, 9);
        write(START, 1);
        Self(())
    }

    /// Returns the ticks since the start. They wrap at 2³², as those of the inbox may.
    pub fn now(&mut self) -> u32 {
        write(CAPTURE, 1);
        // SAFETY: a register of the timer, which no one else uses.
        unsafe { ptr::read_volatile((TIMER + CAPTURED) as *const u32) }
    }
}

fn write(register: usize, value: u32) {
    // SAFETY: a register of the timer, which no one else uses.
    unsafe { ptr::write_volatile((TIMER + register) as *mut u32, value) }
}
