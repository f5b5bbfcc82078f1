//! The handset that receives by one short message, and nothing else. No panic is reachable, or it
//! does not link.

#![no_std]
#![no_main]

use core::hint::black_box;
use firmware::handset::{self, Account};
use panic_never as _;

#[firmware::entry]
fn main() -> ! {
    let (user_data, account) = black_box((&[][..], Account::default()));
    black_box(handset::receive_sms(user_data, &account));
    loop {}
}
