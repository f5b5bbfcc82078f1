//! An RTIC application: the modem's interrupt queues messages, a software task decides on them.

#![no_std]
#![no_main]

use panic_halt as _;

#[rtic::app(device = lm3s6965, dispatchers = [GPIOA])]
mod app {
    use heapless::spsc::{Consumer, Producer, Queue};
    use oma_dm_notification::inbox::{Delivery, Inbox, Outcome};
    use runtimes::{Record, ShortMessage};

    #[shared]
    struct Shared {}

    #[local]
    struct Local {
        inbox: &'static mut Inbox<u32, 2, 512>,
        record: Record,
        queued: Consumer<'static, ShortMessage>,
        queue: Producer<'static, ShortMessage>,
    }

    #[init(local = [
        place: Inbox<u32, 2, 512> = Inbox::new(),
        messages: Queue<ShortMessage, 3> = Queue::new(),
    ])]
    fn init(context: init::Context) -> (Shared, Local) {
        let (queue, queued) = context.local.messages.split();
        let inbox = context.local.place;
        inbox.set_max_age(600);
        let local = Local {
            inbox,
            record: Record::load(),
            queued,
            queue,
        };
        (Shared {}, local)
    }

    /// The modem has a short message.
    #[task(binds = UART0, local = [queue])]
    fn modem(context: modem::Context) {
        let message = ShortMessage {
            originator: 1,
            length: 0,
            user_data: [0; 140],
        };
        // If there is no room, it is not acknowledged, and the network delivers it again.
        if context.local.queue.enqueue(message).is_ok() {
            let _ = notifications::spawn();
        }
    }

    #[task(local = [inbox, record, queued])]
    async fn notifications(context: notifications::Context) {
        let notifications::LocalResources {
            inbox,
            record,
            queued,
            ..
        } = context.local;
        while let Some(message) = queued.dequeue() {
            let delivery = Delivery::ShortMessage {
                originator: message.originator,
                user_data: message.user_data(),
            };
            if let Outcome::Package0(package0) = inbox.receive(0, delivery).outcome
                && let Some(session) = record.decide(&package0)
            {
                record.state.failed(session);
                record.store();
            }
        }
    }
}
