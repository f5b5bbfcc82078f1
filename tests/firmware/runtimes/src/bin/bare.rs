//! A bare loop.

#![no_std]
#![no_main]

use oma_dm_notification::inbox::{Delivery, Inbox, Outcome};
use lm3s6965 as _;
use panic_halt as _;
use runtimes::{Record, ShortMessage};

fn modem_poll() -> Option<ShortMessage> {
    core::hint::black_box(None)
}

fn modem_acknowledge() {}

fn ticks() -> u32 {
    core::hint::black_box(0)
}

#[cortex_m_rt::entry]
fn main() -> ! {
    let inbox = cortex_m::singleton!(: Inbox<u32, 2, 512> = Inbox::new());
    let Some(inbox) = inbox else { loop {} };
    inbox.set_max_age(600);
    let mut record = Record::load();
    loop {
        let Some(message) = modem_poll() else {
            cortex_m::asm::wfi();
            continue;
        };
        let delivery = Delivery::ShortMessage {
            originator: message.originator,
            user_data: message.user_data(),
        };
        let received = inbox.receive(ticks(), delivery);
        if let Outcome::Package0(package0) = received.outcome
            && let Some(session) = record.decide(&package0)
        {
            // The session would be held here. It did not take place: there is no network.
            record.state.failed(session);
            record.store();
        }
        // After storing: if power fails before, the network delivers the message again.
        modem_acknowledge();
    }
}
