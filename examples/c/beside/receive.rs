//! The device of `programs/device.c` and `programs/flash.c` in Rust, linked in the same way: what
//! it costs in flash is what the library for C is measured by. With the features `bearer` and
//! `obex` it receives by every bearer, without by short messages alone.

#![cfg_attr(target_os = "none", no_std)]
#![allow(static_mut_refs, reason = "the program has one thread")]

use core::sync::atomic::{Ordering, compiler_fence};
use oma_dm_notification::account::{
    Account, AccountState, Decision, Ignored, Notification, ResyncPolicy,
};
#[cfg(feature = "bearer")]
use oma_dm_notification::bearer::{
    rp::{Cause, RpAck, RpData, RpError},
    tpdu::Framing,
};
use oma_dm_notification::inbox::{Delivery, Inbox, Outcome, Received};
#[cfg(feature = "obex")]
use oma_dm_notification::obex::{Connection, Receiver, Reply};
use oma_dm_notification::session::{MatchedNonce, Session};
#[cfg(feature = "bearer")]
use oma_dm_notification::wap::cdma::RepeatedPorts;
use oma_dm_notification::wap::reassembly::{Displaced, MessageKey, Reason};
use oma_dm_notification::wap::udh::Reference;
use oma_dm_notification::{Credentials, DecodeError, Nonce, NonceChoice, SessionId};
#[cfg(target_os = "none")]
use panic_never as _;

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

/// The modem's registers, the log and the flash: the program cannot know what is in them.
#[repr(C)]
struct Machine {
    now: u32,
    sender: u32,
    size: usize,
    octets: [u8; 256],
    room: [u8; 256],
    length: usize,
    number: u16,
    bearer: u8,
    framing: u8,
    done: u8,
    decision: u8,
    error: LoggedError,
    received: LoggedReceived,
    request: LoggedRequest,
    session: LoggedSession,
    reply: LoggedReply,
    answer: LoggedAnswer,
    stored: Record,
}

#[derive(Clone, Copy, Default)]
#[repr(C)]
struct LoggedError {
    kind: u8,
    field: u8,
    offset: usize,
}

#[derive(Clone, Copy)]
#[repr(C)]
struct LoggedOctets(*const u8, usize);

#[derive(Clone, Copy)]
#[repr(C)]
struct LoggedReceived {
    outcome: u8,
    missing: u8,
    port_known: bool,
    error: LoggedError,
    octets: LoggedOctets,
    server_id: LoggedOctets,
    displaced: LoggedDisplaced,
}

#[derive(Clone, Copy, Default)]
#[repr(C)]
struct LoggedDisplaced {
    reason: u8,
    missing: u8,
    total: u8,
    reference: u16,
    originator: u32,
}

#[derive(Clone, Copy)]
#[repr(C)]
struct LoggedRequest {
    session_id: u16,
    session_id_text: [u8; 5],
    ui_mode: u8,
    initiator: u8,
    nonce: u8,
    version: u16,
    future_use: u32,
    vendor_specific: LoggedOctets,
}

#[derive(Clone, Copy)]
#[repr(C)]
struct LoggedSession {
    session_id: u16,
    session_id_text: [u8; 5],
    nonce: u8,
    client_nonce: u8,
    server_nonce: u8,
    offered: bool,
    took_place: bool,
}

#[derive(Clone, Copy)]
#[repr(C)]
struct LoggedReply {
    error: LoggedError,
    response: [u8; 24],
    response_size: u8,
    code: u8,
    package0: LoggedOctets,
}

#[derive(Clone, Copy)]
#[repr(C)]
struct LoggedAnswer {
    error: LoggedError,
    octets: [u8; 6],
    size: u8,
}

unsafe extern "C" {
    static mut machine: Machine;
}

#[cfg(feature = "bearer")]
const RP: u8 = 4;
/// TS 24.011 8.2.5.4.
#[cfg(feature = "bearer")]
const NO_MEMORY: Cause = Cause::new(22);

const CLIENT_NONCE_RENEWED: u8 = 1;
const SERVER_NONCE_OFFERED: u8 = 2;
const SERVER_NONCE_RENEWED: u8 = 4;
const SECRET_REPLACED: u8 = 8;
const COMPLETED: u8 = 16;

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
impl From<DecodeError> for LoggedError {
    fn from(error: DecodeError) -> Self {
        Self {
            kind: error.kind() as u8,
            field: error.field() as u8,
            offset: error.offset(),
        }
    }
}

impl From<&[u8]> for LoggedOctets {
    fn from(octets: &[u8]) -> Self {
        Self(octets.as_ptr(), octets.len())
    }
}

impl LoggedOctets {
    const NONE: Self = Self(core::ptr::null(), 0);
}

impl From<Displaced<u32>> for LoggedDisplaced {
    fn from(displaced: Displaced<u32>) -> Self {
        Self {
            reason: match displaced.reason {
                Reason::Expired => 1,
                Reason::GaveWay => 2,
                _ => 3,
            },
            missing: displaced.missing,
            total: displaced.key.total,
            reference: match displaced.key.message {
                MessageKey::Sms {
                    reference: Reference::Eight(reference),
                    ..
                } => reference.into(),
                MessageKey::Sms {
                    reference: Reference::Sixteen(reference),
                    ..
                } => reference,
                MessageKey::Cdma { message_id, .. } => message_id,
                _ => 0,
            },
            originator: displaced.key.originator,
        }
    }
}

fn note(received: &Received<'_, u32>) {
    let mut log = LoggedReceived {
        outcome: 0,
        missing: 0,
        port_known: false,
        error: LoggedError::default(),
        octets: LoggedOctets::NONE,
        server_id: LoggedOctets::NONE,
        displaced: received.displaced.map(Into::into).unwrap_or_default(),
    };
    match received.outcome {
        Outcome::Package0(package0) => {
            log.outcome = 1;
            log.octets = package0.as_bytes().into();
            log.server_id = package0.unverified().server_id().as_bytes().into();
        }
        Outcome::Incomplete {
            missing,
            port_known,
            ..
        } => {
            log.outcome = 2;
            log.missing = missing;
            log.port_known = port_known;
        }
        Outcome::RepeatedSegment => log.outcome = 3,
        Outcome::NotForDm { error, octets, .. } => {
            log.outcome = 4;
            log.error = error.into();
            log.octets = octets.map_or(LoggedOctets::NONE, Into::into);
        }
        Outcome::Malformed(error) => {
            log.outcome = 5;
            log.error = error.into();
        }
        Outcome::NoRoom(error) => {
            log.outcome = 6;
            log.error = error.into();
        }
        _ => {}
    }
    set!(received, log);
}

fn announce(notification: &Notification<'_>) {
    set!(
        request,
        LoggedRequest {
            session_id: notification.session_id().value(),
            session_id_text: text(notification.session_id()),
            ui_mode: notification.ui_mode().into(),
            initiator: notification.initiator().into(),
            nonce: matched(notification.nonce()),
            version: notification.version().value(),
            future_use: notification.future_use().value(),
            vendor_specific: notification.vendor_specific().into(),
        }
    );
}

fn manage(session: &Session) -> u8 {
    set!(
        session,
        LoggedSession {
            session_id: session.session_id().value(),
            session_id_text: text(session.session_id()),
            nonce: matched(session.nonce()),
            client_nonce: chosen(session.client_nonce()),
            server_nonce: chosen(session.server_nonce()),
            offered: session.is_server_nonce_offered(),
            took_place: session.took_place(),
        }
    );
    register!(done)
}

fn text(id: SessionId) -> [u8; 5] {
    let mut text = [0; 5];
    if let Some(digits) = id.to_text() {
        for (to, digit) in text.iter_mut().zip(digits.as_bytes()) {
            *to = *digit;
        }
    }
    text
}

fn matched(nonce: MatchedNonce) -> u8 {
    match nonce {
        MatchedNonce::Offered => 1,
        MatchedNonce::Resync => 2,
        _ => 0,
    }
}

fn chosen(nonce: NonceChoice) -> u8 {
    match nonce {
        NonceChoice::Stored => 0,
        NonceChoice::Resync => 2,
    }
}

static mut INBOX: Inbox<u32, 2, 512> = Inbox::new();
#[cfg(feature = "obex")]
static mut OBEX: Receiver<512> = Receiver::new(Connection::Required);

struct Device {
    state: AccountState,
    record: Record,
}

impl Device {
    fn start(record: Record) -> Self {
        let mut state = AccountState::from_bytes(&record.state).unwrap_or_else(|error| {
            set!(error, error.into());
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
    fn take(&mut self, received: &Received<'_, u32>) -> u8 {
        note(received);
        let Outcome::Package0(package0) = received.outcome else {
            return 0;
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
                announce(&notification);
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
        let done = manage(&session);
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
        if done & COMPLETED != 0 {
            self.state.completed(session);
        } else {
            self.state.failed(session);
        }
        self.record.session = [0; Session::LENGTH];
        self.store();
    }
}

/// The next delivery.
fn delivery(octets: &[u8]) -> Delivery<'_, u32> {
    let originator = register!(sender);
    match register!(bearer) {
        #[cfg(feature = "bearer")]
        1 => Delivery::Cdma {
            originator,
            message_id: register!(number),
            segment: octets,
            repeated_ports: RepeatedPorts::Strip,
        },
        #[cfg(feature = "bearer")]
        2 => Delivery::Datagram {
            destination_port: register!(number),
            payload: octets,
        },
        #[cfg(feature = "bearer")]
        3 => Delivery::Tpdu {
            octets,
            framing: match register!(framing) {
                0 => Framing::Bare,
                1 => Framing::ServiceCentre,
                _ => Framing::Length(register!(length)),
            },
        },
        #[cfg(feature = "bearer")]
        RP => Delivery::RpData(octets),
        #[cfg(feature = "bearer")]
        5 => Delivery::CdmaMessage {
            octets,
            repeated_ports: RepeatedPorts::Strip,
            // SAFETY: the program has one thread, and this is the one reference to it.
            buffer: unsafe { &mut machine.room },
        },
        #[cfg(feature = "obex")]
        6 => {
            let receiver = &raw mut OBEX;
            // SAFETY: the program has one thread, and this is the one reference to it.
            let receiver = unsafe { &mut *receiver };
            let reply = receiver.receive(octets);
            note_reply(&reply);
            Delivery::Package0(reply.package0().unwrap_or_default())
        }
        _ => Delivery::ShortMessage {
            originator,
            user_data: octets,
        },
    }
}

/// Over IMS the device acknowledges by itself.
#[cfg(feature = "bearer")]
fn answer(rp_data: &[u8], is_full: bool) {
    let mut answer = LoggedAnswer {
        error: LoggedError::default(),
        octets: [0; 6],
        size: 0,
    };
    match RpData::parse(rp_data) {
        Ok(data) => {
            let written = if is_full {
                RpError::of_delivery(data.reference(), NO_MEMORY).encode(&mut answer.octets)
            } else {
                RpAck::of_delivery(data.reference()).encode(&mut answer.octets)
            };
            answer.size =
                written.map_or(0, |octets| u8::try_from(octets.len()).unwrap_or_default());
        }
        Err(error) => answer.error = error.into(),
    }
    set!(answer, answer);
}

#[cfg(feature = "obex")]
fn note_reply(reply: &Reply<'_>) {
    let mut log = LoggedReply {
        error: reply.error().map(Into::into).unwrap_or_default(),
        response: [0; 24],
        response_size: u8::try_from(reply.response().len()).unwrap_or_default(),
        code: reply.code().value(),
        package0: reply.package0().map_or(LoggedOctets::NONE, Into::into),
    };
    for (to, octet) in log.response.iter_mut().zip(reply.response()) {
        *to = *octet;
    }
    set!(reply, log);
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
        let received = inbox.receive(register!(now), delivery(octets));
        #[cfg(feature = "bearer")]
        if register!(bearer) == RP {
            answer(octets, matches!(received.outcome, Outcome::NoRoom(_)));
        }
        let decision = device.take(&received);
        set!(decision, decision);
        compiler_fence(Ordering::SeqCst);
    }
}
