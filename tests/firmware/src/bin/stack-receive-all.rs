//! Prints the deepest stack, in octets, of the handset with inbox and state: of a delivery with its
//! decision and storing, and of restoring it.

#![no_std]
#![no_main]

#[path = "../../../vectors/golden.rs"]
mod golden;

use firmware::{
    handset::{Account, Handset},
    stack,
};
use golden::GOLDEN;
use oma_dm_notification::{account::AccountState, inbox::Delivery, wap::cdma::RepeatedPorts};
use semihosting::{println, process};
use static_cell::ConstStaticCell;

firmware::panics_are_told!();

static HANDSET: ConstStaticCell<Handset> = ConstStaticCell::new(Handset::new());

#[firmware::entry]
fn main() -> ! {
    let handset = HANDSET.take();
    let stored = AccountState::new().to_bytes();
    let restore = stack::depth(|| handset.restore(&stored, drop));
    let mut receive = 0;
    for golden in GOLDEN {
        let account = Account {
            server_id: golden.server_id,
            password: golden.password,
            nonce: golden.nonce,
        };
        let mut deliver = |delivery| {
            receive = receive.max(stack::depth(|| {
                let received = handset.receive(0, delivery, &account, |_| {});
                if let Some((session, _)) = received {
                    handset.end(session, false, |_| {});
                }
            }));
        };
        for user_data in golden.short_messages {
            deliver(Delivery::ShortMessage {
                originator: 1,
                user_data,
            });
        }
        deliver(Delivery::Cdma {
            originator: 1,
            message_id: 1,
            segment: golden.cdma,
            repeated_ports: RepeatedPorts::Strip,
        });
    }
    println!("{receive} {restore}");
    process::exit(0)
}
