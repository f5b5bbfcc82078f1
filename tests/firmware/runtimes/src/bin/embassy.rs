//! Two embassy tasks: the modem's driver, and the device's two steps. The account is loaded
//! asynchronously between them.

#![no_std]
#![no_main]

use embassy_executor::{Executor, Spawner};
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::channel::Channel;
use oma_dm_notification::inbox::{Delivery, Inbox, Outcome};
use lm3s6965 as _;
use panic_halt as _;
use runtimes::{Record, ShortMessage};

static MESSAGES: Channel<CriticalSectionRawMutex, ShortMessage, 2> = Channel::new();

/// Flash is read asynchronously.
async fn load() -> Record {
    embassy_futures().await;
    Record::load()
}

async fn embassy_futures() {
    core::future::ready(()).await;
}

#[embassy_executor::task]
async fn notifications(inbox: &'static mut Inbox<u32, 2, 512>) {
    inbox.set_max_age(600);
    loop {
        let message = MESSAGES.receive().await;
        let delivery = Delivery::ShortMessage {
            originator: message.originator,
            user_data: message.user_data(),
        };
        let received = inbox.receive(0, delivery);
        if let Outcome::Package0(package0) = received.outcome {
            // The message borrows from the inbox, or from `message`, across this await.
            let mut record = load().await;
            if let Some(session) = record.decide(&package0) {
                record.state.failed(session);
                record.store();
            }
        }
    }
}

#[embassy_executor::task]
async fn modem() {
    loop {
        let message = ShortMessage {
            originator: 1,
            length: 0,
            user_data: [0; 140],
        };
        MESSAGES.send(message).await;
    }
}

#[cortex_m_rt::entry]
fn main() -> ! {
    let executor = cortex_m::singleton!(: Executor = Executor::new());
    let inbox = cortex_m::singleton!(: Inbox<u32, 2, 512> = Inbox::new());
    let (Some(executor), Some(inbox)) = (executor, inbox) else {
        loop {}
    };
    executor.run(|spawner: Spawner| {
        if let (Ok(notifications), Ok(modem)) = (notifications(inbox), modem()) {
            spawner.spawn(notifications);
            spawner.spawn(modem);
        }
    })
}
