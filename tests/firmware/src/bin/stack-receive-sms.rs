//! Prints the deepest stack, in octets, of the handset that receives by one short message.

#![no_std]
#![no_main]

#[path = "../../../vectors/golden.rs"]
mod golden;

use firmware::{handset, stack};
use golden::GOLDEN;
use semihosting::{println, process};

firmware::panics_are_told!();

#[firmware::entry]
fn main() -> ! {
    // Every message, authentic under the second candidate or under none: the longest way through.
    let deepest = GOLDEN.iter().filter_map(|golden| {
        let [user_data] = golden.short_messages else {
            return None;
        };
        let account = handset::Account {
            server_id: golden.server_id,
            password: golden.password,
            nonce: b"not the nonce",
        };
        Some(stack::depth(|| handset::receive_sms(user_data, &account)))
    });
    println!("{}", deepest.max().unwrap());
    process::exit(0)
}
