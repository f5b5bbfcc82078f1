//! A handset's firmware to start from: Cortex-M0, 16 KiB of RAM, an AT modem at the UART.
//!
//! ```text
//!  modem --- lines --- Inbox --- account by server-identifier -- AccountState
//!    ^                                                               |
//!    +----- AT+CNMA, once the record is in flash --------------------+-- session
//! ```
//!
//! Copy it, and replace what is emulated here: `uart`, `clock` and `flash`, and `announce`, which
//! is where a management session would run. `./modem` plays the modem, also badly.

#![no_std]
#![no_main]

use core::ffi::CStr;
use firmware::{
    clock::{Clock, TICKS_A_SECOND},
    entry,
    flash::Flash,
    record::{self, Record},
    text,
    uart::Uart,
};
use oma_dm_notification::{
    Credentials, Package0,
    account::{Decision, ResyncPolicy},
    bearer::{Address, tpdu::Framing},
    inbox::{Delivery, Inbox, Outcome},
    session::{MatchedNonce, Session},
};
use semihosting::println;
use static_cell::ConstStaticCell;

firmware::panics_are_told!();

/// Messages in segments: two at a time, of three short messages each. In a static cell of a
/// constant it lies in `.bss`: no flash, no initialisation, and no copy of it ever on the stack.
/// The key is the originator's whole address, so that nobody else replaces its segments.
static INBOX: ConstStaticCell<Inbox<Address, 2, 512>> = ConstStaticCell::new(Inbox::new());

/// The longest line: a TPDU of 164 octets behind a service centre's address of 12, in hexadecimal.
static LINE: ConstStaticCell<[u8; 2 * PDU]> = ConstStaticCell::new([0; 2 * PDU]);
const PDU: usize = 176;

/// What a message in segments has to become whole: an hour. Networks try again for longer than
/// that, but a half message must not hold its place for a day.
const MAX_AGE: u32 = 3600 * TICKS_A_SECOND;

/// The servers that this device knows, and the two copies of each one's record.
const ACCOUNTS: [(&[u8], [&CStr; 2]); 2] = [
    (b"com.mgmtsrv.manage", [c"manage-0", c"manage-1"]),
    (b"com.mgmtsrv.backup", [c"backup-0", c"backup-1"]),
];

/// How the modem is made to hand over short messages, in this order.
const SET_UP: [&[u8]; 4] = [
    // Without an echo no line of ours comes back.
    b"ATE0\r",
    // TS 27.005 §3.2.1: phase 2+, so that we acknowledge each message, and do so after storing.
    b"AT+CSMS=1\r",
    // §3.2.3: PDU mode. Text mode would not show the user data header.
    b"AT+CMGF=0\r",
    // §3.4.1: each message comes as +CMT. One that is kept on the SIM would have to be fetched.
    b"AT+CNMI=2,2,0,0,0\r",
];

#[entry]
fn main() -> ! {
    let mut device = Device {
        uart: Uart::start(),
        clock: Clock::start(),
        inbox: INBOX.take(),
        set_up: 0,
        length: None,
    };
    device.inbox.set_max_age(MAX_AGE);
    // Before anything is received: what the power cut interrupted.
    for (server_id, copies) in ACCOUNTS {
        if let Some(mut account) = Account::load(server_id, copies) {
            account.resume();
        }
    }
    device.uart.send(SET_UP[0]);
    let line = LINE.take();
    loop {
        let length = text::line(&mut device.uart, line);
        device.line(&line[..length]);
    }
}

struct Device {
    uart: Uart,
    clock: Clock,
    inbox: &'static mut Inbox<Address, 2, 512>,
    /// The command of [`SET_UP`] that was sent last; all of them if it is their number.
    set_up: usize,
    /// The length in the +CMT line, if the next line of hexadecimal is its PDU.
    length: Option<usize>,
}

impl Device {
    fn line(&mut self, line: &[u8]) {
        match line {
            b"OK" => self.set_up_next(),
            // A modem that does not know a command has to do without.
            b"ERROR" | [b'+', b'C', b'M', b'E' | b'S', b' ', b'E', ..] => self.set_up_next(),
            // It has started again, and forgotten all that it was told.
            b"RDY" | b"^SYSSTART" => {
                self.set_up = 0;
                self.length = None;
                self.uart.send(SET_UP[0]);
            }
            line if line.starts_with(b"+CMT:") => self.length = length_of(line),
            // Any other result code, the echo of a command, an empty line: none of ours. They come
            // between +CMT and its PDU as well, from modems that have no other time for them.
            [b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F', ..] if !line.starts_with(b"AT") => {
                if let Some(length) = self.length.take() {
                    let is_received = self.pdu(line, length);
                    // §3.4.4: 1 acknowledges it; 2 has the network send it again.
                    let answer: &[u8] = if is_received {
                        b"AT+CNMA=1\r"
                    } else {
                        b"AT+CNMA=2\r"
                    };
                    self.uart.send(answer);
                }
            }
            _ => {}
        }
    }

    fn set_up_next(&mut self) {
        if let Some(next) = SET_UP.get(self.set_up + 1) {
            self.uart.send(next);
        }
        self.set_up = (self.set_up + 1).min(SET_UP.len());
    }

    /// Returns whether nothing of the message would be lost if the network forgot it now.
    fn pdu(&mut self, line: &[u8], length: usize) -> bool {
        let now = self.clock.now();
        while let Some(displaced) = self.inbox.expire(now) {
            println!("given up: {displaced}");
        }
        let mut octets = [0; PDU];
        let Some(octets) = core::str::from_utf8(line)
            .ok()
            .and_then(|line| text::octets(line, &mut octets))
            .and_then(|length| octets.get(..length))
        else {
            // The line lost octets on its way.
            return false;
        };
        // Either the address of the service centre precedes the TPDU, or nothing does.
        let address = octets.first().map_or(0, |&length| 1 + usize::from(length));
        if octets.len() != length && octets.len() != address + length {
            return false;
        }
        let framing = Framing::Length(length);
        let received = self.inbox.receive(now, Delivery::Tpdu { octets, framing });
        if let Some(displaced) = received.displaced {
            println!("given up: {displaced}");
        }
        match received.outcome {
            Outcome::Package0(package0) => notified(&package0),
            // Segments are kept in RAM alone. If power fails, the message is lost, as a short
            // message may be: its server sends it again. Without acknowledgement the modem stops.
            Outcome::Incomplete { missing, .. } => println!("{missing} missing"),
            // Another application's: here it would be handed over, and acknowledged by that.
            Outcome::NotForDm { .. } => println!("not for DM"),
            // To have it sent again would not help.
            outcome => println!("{outcome}"),
        }
        true
    }
}

/// The length that follows the last comma: `+CMT: [ALPHA],LENGTH`.
fn length_of(line: &[u8]) -> Option<usize> {
    let line = core::str::from_utf8(line).ok()?;
    line.rsplit(',').next()?.trim().parse().ok()
}

/// A notification has come; nothing of it is authentic yet.
fn notified(package0: &Package0<'_>) {
    let server_id = package0.unverified().server_id();
    let known = ACCOUNTS
        .iter()
        .find(|(known, _)| *known == server_id.as_bytes());
    let Some(&(server_id, copies)) = known else {
        return println!("unknown server");
    };
    // From flash at each message, since they are rare: no RAM for accounts that wait.
    match Account::load(server_id, copies) {
        Some(mut account) => account.receive(package0),
        None => println!("no record of the server"),
    }
}

/// One server's account, while it is looked at.
struct Account {
    server_id: &'static [u8],
    flash: Flash<{ record::LENGTH }>,
    record: Record,
}

impl Account {
    fn load(server_id: &'static [u8], copies: [&'static CStr; 2]) -> Option<Self> {
        let flash = Flash::load(copies)?;
        let record = Record::from_bytes(flash.record())?;
        Some(Self {
            server_id,
            flash,
            record,
        })
    }

    /// If the octets differ from those in flash, writes them over the older copy.
    fn store(&mut self) {
        self.flash.store(&self.record.to_bytes());
    }

    fn receive(&mut self, package0: &Package0<'_>) {
        let Ok(credentials) = Credentials::from_base64(self.record.secret) else {
            return println!("no secret");
        };
        let (agreed, offered) = (self.record.agreed, self.record.offered);
        let account = Record::account(&credentials, &agreed, &offered);
        match self.record.state.receive(package0, &account) {
            Decision::Start {
                session,
                notification,
            } => {
                // The server has the nonce that Pkg #3 offered.
                if session.nonce() == MatchedNonce::Offered {
                    self.record.promote();
                }
                // Before the acknowledgement. If power fails first, the message comes again; if it
                // fails later, the session is listed as interrupted.
                self.store();
                println!(
                    "session {} {}",
                    notification.session_id_text(),
                    notification.ui_mode()
                );
                self.announce(session);
            }
            Decision::Repeated { .. } => println!("repeated"),
            Decision::Ignored(reason) => println!("{reason}"),
            _ => {}
        }
    }

    /// Takes up what a power cut interrupted.
    fn resume(&mut self) {
        for session in self.record.state.power_cycled() {
            if self.record.state.resume(&session, ResyncPolicy::Limited) {
                println!("session {:X} resumed", session.session_id().value());
                self.announce(session);
            }
        }
        self.store();
    }

    /// Here a DM client would connect, by the nonces of the session, and renew them. A server that
    /// answered makes the session complete; one that could not be reached, failed.
    fn announce(&mut self, session: Session) {
        println!(
            "to {}: nonces {} and {}",
            core::str::from_utf8(self.server_id).unwrap_or_default(),
            session.client_nonce(),
            session.server_nonce()
        );
        self.record.state.completed(session);
        self.store();
    }
}
