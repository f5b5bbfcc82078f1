//! The handset that receives by every bearer, with reassembly, admission and resynchronisation. No
//! panic is reachable, or it does not link.

#![no_std]
#![no_main]

use core::hint::black_box;
use firmware::handset::{self, Account, Full};
use oma_dm_notification::{
    handset::Delivery,
    obex::{Receiver, Target},
    session::{DeviceNonces, Resynchronisation},
    wap::cdma::RepeatedPorts,
};
use panic_never as _;

#[firmware::entry]
fn main() -> ! {
    // What the caller places: here it is on the stack.
    let mut full = Full::new();
    let mut receiver = Receiver::new(Connection::Required);
    let mut nonces = DeviceNonces::new(Resynchronisation::Once);
    let account = black_box(Account::default());
    let octets = black_box(&[][..]);
    let originator = black_box(1);
    for delivery in black_box([
        Delivery::ShortMessage {
            originator,
            user_data: octets,
        },
        Delivery::Cdma {
            originator,
            message_id: 1,
            segment: octets,
            repeated_ports: RepeatedPorts::Strip,
        },
        Delivery::Datagram {
            destination_port: 2948,
            payload: octets,
        },
    ]) {
        let now = black_box(0);
        let received = handset::receive_all(&mut full, now, delivery, &account, &mut nonces);
        black_box(received);
        black_box(full.expire(now));
    }
    black_box(handset::receive_obex(
        &mut receiver,
        octets,
        &mut full,
        &account,
        &mut nonces,
        |response| {
            black_box(response);
        },
    ));
    loop {}
}
