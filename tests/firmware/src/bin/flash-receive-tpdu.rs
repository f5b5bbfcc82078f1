//! The handset that receives what an AT modem prints, one short message at a time, and nothing
//! else. No panic is reachable, or it does not link.

#![no_std]
#![no_main]

use core::hint::black_box;
use firmware::handset::{self, Account};
use panic_never as _;

#[firmware::entry]
fn main() -> ! {
    let (tpdu, length, account) = black_box((&[][..], 0, Account::default()));
    black_box(handset::receive_tpdu(tpdu, length, &account));
    loop {}
}
