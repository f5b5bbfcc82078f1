//! The device of `programs/device.c` and `programs/flash.c` in Rust, linked in the same way: what
//! it costs in flash is what the library for C is measured by. With the feature `obex` it receives
//! by every bearer, without by short messages alone.

#![cfg_attr(target_os = "none", no_std)]
#![allow(static_mut_refs, reason = "the program has one thread")]

use core::sync::atomic::{Ordering, compiler_fence};
use oma_dm_notification::account::{Account, AccountState, Decision, Ignored, ResyncPolicy};
use oma_dm_notification::inbox::{Delivery, Inbox, Outcome, Received};
#[cfg(feature = "obex")]
use oma_dm_notification::obex::{Connection, Receiver};
use oma_dm_notification::session::Session;
#[cfg(feature = "obex")]
use oma_dm_notification::wap::cdma::RepeatedPorts;
use oma_dm_notification::wap::reassembly::Displaced;
use oma_dm_notification::{Credentials, DecodeError, Initiator, Nonce, NonceChoice, UiMode};
#[cfg(target_os = "none")]
use panic_never as _;

/// The number that the modem gives an originator.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Sender(u32);

impl From<oma_dm_notification::bearer::Address> for Sender {
    fn from(_: oma_dm_notification::bearer::Address) -> Self {
        Self(0)
    }
}

/// What is stored of a server, in one record.
#[derive(Clone, Copy)]
#[repr(C)]
struct Record {
    state: [u8; AccountState::LENGTH],
    session: [u8; Session::LENGTH],
    secret: [u8; 16],
    /// 0 is limited, 1 is forbidden, anything else is allowed.
    policy: u8,
    agreed: [u8; 16],
    agreed_size: u8,
    offered: [u8; 16],
    offered_size: u8,
    server_id: [u8; 32],
    server_id_size: u8,
}

impl Record {
    fn policy(&self) -> ResyncPolicy {
        match self.policy {
            0 => ResyncPolicy::Limited,
            1 => ResyncPolicy::Forbidden,
            _ => ResyncPolicy::Allowed,
        }
    }
}

/// The modem's registers and the flash: the program cannot know what is in them.
#[repr(C)]
struct Machine {
    now: u32,
    sender: u32,
    size: usize,
    octets: [u8; 256],
    number: u16,
    bearer: u8,
    done: u8,
    decision: u8,
    id: u8,
    ui_mode: u8,
    initiator: u8,
    kind: u8,
    field: u8,
    offset: usize,
    displaced: u32,
    missing: u8,
    response: [u8; 24],
    response_size: usize,
    stored: Record,
}

unsafe extern "C" {
    static mut machine: Machine;
}

const TOOK_PLACE: u8 = 1;
const CLIENT_NONCE_RENEWED: u8 = 2;
const SERVER_NONCE_OFFERED: u8 = 4;
const SERVER_NONCE_RENEWED: u8 = 8;
const SECRET_REPLACED: u8 = 16;

/// Reads a register.
macro_rules! register {
    ($field:ident) => {
        // SAFETY: the program has one thread, and nothing refers into a register.
        unsafe { (&raw const machine.$field).read() }
    };
}

/// Writes a register.
macro_rules! set {
    ($field:ident, $value:expr) => {
        // SAFETY: the program has one thread, and nothing refers into a register.
        unsafe { (&raw mut machine.$field).write($value) }
    };
}

fn store(record: &Record) {
    set!(stored, *record);
}

/// The numbers of kind and field are those of this version of the library.
fn report(error: DecodeError) {
    set!(kind, error.kind() as u8);
    set!(field, error.field() as u8);
    set!(offset, error.offset());
}

fn report_displaced(displaced: &Displaced<Sender>) {
    set!(displaced, displaced.key.originator.0);
    set!(missing, displaced.missing);
}

fn announce(ui_mode: UiMode, initiator: Initiator) {
    set!(ui_mode, ui_mode.into());
    set!(initiator, initiator.into());
}

fn manage(session_id: &[u8], client_nonce: NonceChoice) -> u8 {
    let digit = session_id.first().copied().unwrap_or_default();
    let resync = u8::from(client_nonce == NonceChoice::Resync);
    set!(id, digit.wrapping_add(resync));
    register!(done)
}

static mut INBOX: Inbox<Sender, 2, 512> = Inbox::new();
#[cfg(feature = "obex")]
static mut OBEX: Receiver<512> = Receiver::new(Connection::Required);

struct Device {
    state: AccountState,
    record: Record,
}

impl Device {
    fn start(record: Record) -> Self {
        let mut state = AccountState::from_bytes(&record.state).unwrap_or_else(|error| {
            report(error);
            AccountState::lost()
        });
        let interrupted = state.power_cycled().count();
        let mut device = Self { state, record };
        let session = Session::from_bytes(&record.session);
        if let (1, Ok(session)) = (interrupted, session)
            && device.state.resume(&session, record.policy())
        {
            device.store();
            device.run(session);
        }
        device
    }

    fn store(&mut self) {
        self.record.state = self.state.to_bytes();
        store(&self.record);
    }

    /// Takes what the inbox said of a delivery, and says what came of it.
    fn take(&mut self, received: &Received<'_, Sender>) -> u8 {
        if let Some(displaced) = &received.displaced {
            report_displaced(displaced);
        }
        let package0 = match received.outcome {
            Outcome::Package0(package0) => package0,
            Outcome::NotForDm { error, .. }
            | Outcome::Malformed(error)
            | Outcome::NoRoom(error) => {
                report(error);
                return 0;
            }
            _ => return 0,
        };
        let record = &self.record;
        let server_id = record.server_id.get(..record.server_id_size.into());
        if server_id != Some(package0.unverified().server_id().as_bytes()) {
            return 0;
        }
        let agreed = record.agreed.get(..record.agreed_size.into());
        let agreed = Nonce::new(agreed.unwrap_or_default());
        let offered = record.offered.get(..record.offered_size.into());
        let offered = offered.filter(|octets| !octets.is_empty()).map(Nonce::new);
        let credentials = Credentials::from_hash(record.secret);
        let account = Account::new(&credentials, agreed, record.policy()).with_offered(offered);
        match self.state.receive(&package0, &account) {
            Decision::Start {
                session,
                notification,
                ..
            } => {
                self.record.session = session.to_bytes();
                self.store();
                announce(notification.ui_mode(), notification.initiator());
                self.run(session);
                1
            }
            Decision::Repeated {
                under_way: false, ..
            } => 2,
            Decision::Repeated { .. } => 3,
            Decision::Ignored(Ignored::NoSession) => 4,
            Decision::Ignored(Ignored::NotAuthentic) => 5,
            Decision::Ignored(Ignored::ResyncForbidden) => 6,
            Decision::Ignored(_) => 7,
            _ => 0,
        }
    }

    /// Runs a session, which is under way.
    #[inline(never)]
    fn run(&mut self, mut session: Session) {
        let Some(id) = session.session_id().to_text() else {
            return;
        };
        let done = manage(id.as_bytes(), session.client_nonce());
        if done & CLIENT_NONCE_RENEWED != 0 {
            session.client_nonce_renewed();
        }
        if done & SERVER_NONCE_OFFERED != 0 {
            session.server_nonce_offered();
        }
        if done & SERVER_NONCE_RENEWED != 0 {
            self.state.server_nonce_renewed(&mut session);
        }
        if done & SECRET_REPLACED != 0 {
            self.state.secret_replaced();
        }
        if done & TOOK_PLACE != 0 {
            self.state.completed(session);
        } else {
            self.state.failed(session);
        }
        self.record.session = [0; Session::LENGTH];
        self.store();
    }
}

/// The next delivery.
fn delivery(octets: &[u8]) -> Delivery<'_, Sender> {
    let originator = Sender(register!(sender));
    match register!(bearer) {
        #[cfg(feature = "obex")]
        1 => Delivery::Cdma {
            originator,
            message_id: register!(number),
            segment: octets,
            repeated_ports: RepeatedPorts::Strip,
        },
        #[cfg(feature = "obex")]
        2 => Delivery::Datagram {
            destination_port: register!(number),
            payload: octets,
        },
        #[cfg(feature = "obex")]
        3 => {
            let receiver = &raw mut OBEX;
            // SAFETY: the program has one thread, and this is the one reference to it.
            let receiver = unsafe { &mut *receiver };
            let reply = receiver.receive(octets);
            let response = reply.response();
            // SAFETY: likewise.
            let registers = unsafe { &mut machine.response };
            for (to, octet) in registers.iter_mut().zip(response) {
                *to = *octet;
            }
            set!(response_size, response.len());
            Delivery::Package0(reply.package0().unwrap_or_default())
        }
        _ => Delivery::ShortMessage {
            originator,
            user_data: octets,
        },
    }
}

/// What programs/start.c calls.
#[unsafe(no_mangle)]
extern "C" fn main() -> i32 {
    let inbox = &raw mut INBOX;
    // SAFETY: the program has one thread, and this is the one reference to it.
    let inbox = unsafe { &mut *inbox };
    inbox.set_max_age(600);
    let mut device = Device::start(register!(stored));
    loop {
        // SAFETY: nothing writes to it while this refers to it.
        let octets = unsafe { &machine.octets };
        let octets = octets.get(..register!(size)).unwrap_or_default();
        let decision = device.take(&inbox.receive(register!(now), delivery(octets)));
        set!(decision, decision);
        compiler_fence(Ordering::SeqCst);
    }
}
