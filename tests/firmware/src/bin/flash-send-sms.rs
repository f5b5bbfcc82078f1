//! The server that sends by short messages, and nothing else. No panic is reachable, or it does not
//! link.

#![no_std]
#![no_main]

use core::hint::black_box;
use firmware::{handset::Account, server};
use panic_never as _;

#[firmware::entry]
fn main() -> ! {
    let (session_id, account) = black_box((1, Account::default()));
    let sent = server::send_sms(session_id, &account, |user_data| {
        black_box(user_data);
    });
    let _ = black_box(sent);
    loop {}
}
