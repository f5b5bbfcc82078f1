//! Nothing: what start-up costs, to be taken from the other sizes.

#![no_std]
#![no_main]

use panic_never as _;

#[firmware::entry]
fn main() -> ! {
    loop {}
}
