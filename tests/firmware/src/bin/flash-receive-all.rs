//! The handset that receives by every bearer, with reassembly, one account's state, and storing and
//! restoring of that. No panic is reachable, or it does not link.

#![no_std]
#![no_main]

use core::hint::black_box;
use firmware::handset::{self, Account, Handset};
use oma_dm_notification::{
    inbox::Delivery,
    obex::{Connection, Receiver},
    session::Session,
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
    handset.restore(octets, |session| {
        black_box(session);
    });
    let message_id = black_box(1);
    let destination_port = black_box(2948);
    let now = black_box(0);
    handset.expire(now);
    // As a driver of each bearer has it: the bearer is known, its octets are not.
    let short_message = Delivery::ShortMessage {
        originator,
        user_data: octets,
    };
    let received = handset.receive(now, short_message, &account, store);
    end(handset, received);
    let cdma = Delivery::Cdma {
        originator,
        message_id,
        segment: octets,
        repeated_ports: RepeatedPorts::Strip,
    };
    let received = handset.receive(now, cdma, &account, store);
    end(handset, received);
    let datagram = Delivery::Datagram {
        destination_port,
        payload: octets,
    };
    let received = handset.receive(now, datagram, &account, store);
    end(handset, received);
    let package0 = receiver.receive(octets).package0().unwrap_or_default();
    let obex = Delivery::Package0(package0);
    let received = handset.receive(now, obex, &account, store);
    end(handset, received);
    loop {}
}

/// What a session tells the state, to its end.
#[inline(never)]
fn end(handset: &mut Handset, received: Option<(Session, handset::Session)>) {
    let Some((mut session, start)) = received else {
        return;
    };
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

fn store(octets: &[u8]) {
    black_box(octets);
}
