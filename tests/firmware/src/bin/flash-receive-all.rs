//! The handset that receives by every bearer, with reassembly, one account's state, and storing and
//! restoring of that. No panic is reachable, or it does not link.

#![no_std]
#![no_main]

use core::hint::black_box;
use firmware::handset::{Account, Handset};
use oma_dm_notification::{
    inbox::Delivery,
    obex::{Connection, Receiver},
    wap::cdma::RepeatedPorts,
};
use panic_never as _;
use static_cell::ConstStaticCell;

/// What the caller places: all zeros when new, so it lies in `.bss` and costs no flash.
static HANDSET: ConstStaticCell<Handset> = ConstStaticCell::new(Handset::new());
static RECEIVER: ConstStaticCell<Receiver<512>> =
    ConstStaticCell::new(Receiver::new(Connection::Required));

#[firmware::entry]
fn main() -> ! {
    let (Some(handset), Some(receiver)) = (HANDSET.try_take(), RECEIVER.try_take()) else {
        loop {}
    };
    let account = black_box(Account::default());
    let octets = black_box(&[][..]);
    let originator = black_box(1);
    let store = |octets: &[u8]| {
        black_box(octets);
    };
    handset.restore(octets, |session| {
        black_box(session);
    });
    let package0 = receiver.receive(octets).package0().unwrap_or_default();
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
        Delivery::Package0(package0),
    ]) {
        let received = handset.receive(black_box(0), delivery, &account, store);
        if let Some((mut session, start)) = received {
            black_box(start);
            if black_box(true) {
                session.client_nonce_renewed();
                session.server_nonce_offered();
                handset.state.server_nonce_renewed(&mut session);
                black_box((session.client_nonce(), session.server_nonce()));
            }
            if black_box(true) {
                handset.state.secret_replaced();
            }
            handset.end(session, black_box(true), store);
        }
    }
    loop {}
}
