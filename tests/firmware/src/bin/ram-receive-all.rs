//! What a device keeps in RAM to receive by every bearer, in statics: `size` tells how much of it
//! there is, and that all of it lies in `.bss`. No panic is reachable, or it does not link.

#![no_std]
#![no_main]

use core::hint::black_box;
use firmware::place::Place;
use oma_dm_notification::{
    inbox::{Delivery, Inbox},
    wap::cdma::RepeatedPorts,
};
use panic_never as _;

static INBOX: Place<Inbox<u32, 2, 512>> = Place::new(Inbox::new());

#[firmware::entry]
fn main() -> ! {
    let inbox = INBOX.take();
    inbox.set_max_age(black_box(600));
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
        Delivery::Package0(octets),
    ]) {
        black_box(inbox.receive(black_box(0), delivery));
    }
    black_box(inbox.expire(black_box(0)));
    inbox.clear();
    loop {}
}
