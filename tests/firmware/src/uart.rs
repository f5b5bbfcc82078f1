//! The UART of the micro:bit (nRF51 reference manual, chapter 29), polled.

use core::ptr;

const UART: usize = 0x4000_2000;
const START_RECEIVER: usize = 0x000;
const START_TRANSMITTER: usize = 0x008;
const RECEIVED: usize = 0x108;
const TRANSMITTED: usize = 0x11C;
const ENABLE: usize = 0x500;
const RECEIVE: usize = 0x518;
const TRANSMIT: usize = 0x51C;

/// The one UART: there must be no second value.
pub struct Uart(());

impl Uart {
    /// Starts both directions.
    #[must_use]
    pub fn start() -> Self {
        write(ENABLE, 4);
        write(START_TRANSMITTER, 1);
        write(START_RECEIVER, 1);
        Self(())
    }

    /// Waits for an octet.
    pub fn receive(&mut self) -> u8 {
        while read(RECEIVED) == 0 {}
        write(RECEIVED, 0);
        // The upper octets of the register are 0.
        read(RECEIVE) as u8
    }

    pub fn send(&mut self, octets: &[u8]) {
        for &octet in octets {
            write(TRANSMITTED, 0);
            write(TRANSMIT, octet.into());
            while read(TRANSMITTED) == 0 {}
        }
    }
}

impl core::fmt::Write for Uart {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        self.send(text.as_bytes());
        Ok(())
    }
}

fn read(register: usize) -> u32 {
    // SAFETY: a register of the UART, which no one else uses.
    unsafe { ptr::read_volatile((UART + register) as *const u32) }
}

fn write(register: usize, value: u32) {
    // SAFETY: a register of the UART, which no one else uses.
    unsafe { ptr::write_volatile((UART + register) as *mut u32, value) }
}
