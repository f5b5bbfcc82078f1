//! A device whose power is cut: it keeps its record in flash, and does what it is told over the
//! UART, a line at a time. `./power-cuts` tells it, cuts the power and looks at the flash.
//!
//! | line | answer |
//! |---|---|
//! | `sms HEX`: TP-User-Data | `start`, `repeated`, `ignored`, `incomplete` and more |
//! | `resume KIND ID`: one that was listed as interrupted | `resumed` or `refused` |
//! | `client KIND ID NONCE`: Pkg #2 was authentic under `agreed`, `offered` or `zero` | `ok` |
//! | `offer KIND ID HEX`: Pkg #3 is about to go out | `offered HEX` |
//! | `server KIND ID`: Pkg #4 has confirmed | `ok` |
//! | `completed KIND ID`, `failed KIND ID` | `ok` |
//! | `secret BASE64`: the server has replaced it | `ok` |
//!
//! An answer follows the storing of the record. KIND is `stored` or `resync`, ID hexadecimal.

#![no_std]
#![no_main]

use core::fmt::Write;
use firmware::{
    entry,
    flash::Flash,
    record::{self, Record, StoredNonce},
    text,
    uart::Uart,
};
use oma_dm_notification::{
    Credentials,
    account::{AccountState, Decision, ResyncPolicy},
    inbox::{Delivery, Inbox, Outcome},
    session::{MatchedNonce, Session},
};
use static_cell::ConstStaticCell;

firmware::panics_are_told!();

static INBOX: ConstStaticCell<Inbox<u32, 2, 512>> = ConstStaticCell::new(Inbox::new());

#[entry]
fn main() -> ! {
    let mut uart = Uart::start();
    let Some((flash, mut record)) =
        Flash::load([c"copy-0", c"copy-1"]).and_then(|flash: Flash<{ record::LENGTH }>| {
            let record = Record::from_bytes(flash.record())?;
            Some((flash, record))
        })
    else {
        let _ = writeln!(uart, "lost");
        loop {}
    };
    let kept = core::mem::take(&mut record.sessions);
    let mut interrupted = [const { None }; 8];
    for (place, listed) in interrupted.iter_mut().zip(record.state.power_cycled()) {
        // What was stored of the session knows how far it came.
        let (id, resync) = (listed.session_id().value(), kind(&listed) == "resync");
        let stored = kept
            .iter()
            .flatten()
            .find(|kept| record::is(kept, id, resync));
        let stored = stored.and_then(|kept| Session::from_bytes(&kept.to_bytes()).ok());
        let _ = writeln!(uart, "interrupted {} {id:x}", kind(&listed));
        *place = Some(stored.unwrap_or(listed));
    }
    let _ = writeln!(uart, "ready {}", flash.sequence());
    let mut device = Device {
        uart,
        flash,
        record,
        interrupted,
        inbox: INBOX.take(),
    };
    let mut line = [0; 400];
    loop {
        let length = text::line(&mut device.uart, &mut line);
        let line = core::str::from_utf8(&line[..length]).unwrap_or_default();
        if device.obey(line).is_none() {
            let _ = writeln!(device.uart, "what?");
        }
    }
}

struct Device {
    uart: Uart,
    flash: Flash<{ record::LENGTH }>,
    record: Record,
    interrupted: [Option<Session>; 8],
    inbox: &'static mut Inbox<u32, 2, 512>,
}

impl Device {
    fn obey(&mut self, line: &str) -> Option<()> {
        let mut words = line.split(' ');
        let command = words.next()?;
        match command {
            "sms" => return self.sms(words.next()?),
            "secret" => {
                self.record.secret = words.next()?.as_bytes().try_into().ok()?;
                self.record.state.secret_replaced();
                return self.answer(format_args!("ok"));
            }
            _ => {}
        }
        let resync = words.next()? == "resync";
        let id = u16::from_str_radix(words.next()?, 16).ok()?;
        if command == "resume" {
            return self.resume(id, resync);
        }
        let place = self.record.session(id, resync)?;
        match command {
            "client" => {
                place.as_mut()?.client_nonce_renewed();
                match words.next()? {
                    "agreed" => self.record.offered = StoredNonce::NONE,
                    "offered" => self.record.promote(),
                    _ => {}
                }
            }
            "offer" => {
                place.as_mut()?.server_nonce_offered();
                // One that is not confirmed is offered again: the server may have it.
                if self.record.offered == StoredNonce::NONE {
                    let mut octets = [0; 16];
                    let length = text::octets(words.next()?, &mut octets)?;
                    self.record.offered = StoredNonce::new(&octets[..length])?;
                }
                let offered = self.record.offered;
                let mut text = [0; 32];
                let text = text::hexadecimal(offered.get()?, &mut text)?;
                return self.answer(format_args!("offered {text}"));
            }
            "server" => {
                let mut session = place.take()?;
                self.record.state.server_nonce_renewed(&mut session);
                self.record.keep(session);
                self.record.promote();
            }
            "completed" => {
                let session = place.take()?;
                self.record.state.completed(session);
            }
            "failed" => {
                let session = place.take()?;
                self.record.state.failed(session);
            }
            _ => return None,
        }
        self.answer(format_args!("ok"))
    }

    /// One short message. It is acknowledged by the answer, after the record is stored.
    fn sms(&mut self, hexadecimal: &str) -> Option<()> {
        let mut octets = [0; 140];
        let length = text::octets(hexadecimal, &mut octets)?;
        let delivery = Delivery::ShortMessage {
            originator: 1,
            user_data: &octets[..length],
        };
        let package0 = match self.inbox.receive(0, delivery).outcome {
            Outcome::Package0(package0) => package0,
            outcome => return writeln!(self.uart, "{outcome}").ok(),
        };
        let credentials = Credentials::from_base64(self.record.secret).ok()?;
        let Record {
            state,
            agreed,
            offered,
            ..
        } = &mut self.record;
        let account = Record::account(&credentials, agreed, offered);
        match state.receive(&package0, &account) {
            Decision::Start { session, .. } => {
                let (kind, id) = (session.nonce(), session.session_id());
                if kind == MatchedNonce::Offered {
                    self.record.promote();
                }
                self.record.keep(session);
                self.answer(format_args!("start {kind} {:x}", id.value()))
            }
            Decision::Repeated {
                notification,
                under_way,
            } => {
                let id = notification.session_id().value();
                let how = if under_way { "under-way" } else { "completed" };
                writeln!(self.uart, "repeated {} {id:x} {how}", notification.nonce()).ok()
            }
            Decision::Ignored(reason) => writeln!(self.uart, "ignored: {reason}").ok(),
            _ => None,
        }
    }

    fn resume(&mut self, id: u16, resync: bool) -> Option<()> {
        let is = |place: &&mut Option<Session>| {
            place
                .as_ref()
                .is_some_and(|session| record::is(session, id, resync))
        };
        let session = self.interrupted.iter_mut().find(is)?.take()?;
        let state: &mut AccountState = &mut self.record.state;
        if state.resume(&session, ResyncPolicy::Limited) {
            self.record.keep(session);
            self.answer(format_args!("resumed"))
        } else {
            self.answer(format_args!("refused"))
        }
    }

    /// Answers when the record is stored.
    fn answer(&mut self, text: core::fmt::Arguments<'_>) -> Option<()> {
        self.flash.store(&self.record.to_bytes());
        writeln!(self.uart, "{text}").ok()
    }
}

fn kind(session: &Session) -> &'static str {
    match session.nonce() {
        MatchedNonce::Resync => "resync",
        _ => "stored",
    }
}
