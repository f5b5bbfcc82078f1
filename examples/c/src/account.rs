//! A device's second step: the account
//!
//! Decides which notification starts a session: each session once, whoever sends its message again
//! (OMA 6.2.10), and under the nonce 0 as the policy permits (OMA 5.1).
//!
//! An account's state is plain octets. Keep state, nonces and secret in one record, in two copies
//! that you write alternately, and write it, if its octets differ from those stored, before
//! anything else:
//!   - after OMA_DM_DECISION_START, with the session, to be able to resume it;
//!   - after oma_dm_account_note.
//! Acknowledge the short message after the record of its start is stored, or at once if there is
//! nothing to store.
//!
//! What you owe the account:
//!   - Completed: a message of the server was authenticated, or it answered, even with a refusal. A
//!     session that asks for a reboot is completed before it.
//!   - Failed: nothing of the server was authenticated and it answered nothing. Limit the retries:
//!     a message whose session failed starts it again.
//!   - One session of an account at a time: two overwrite each other's stored nonces. Queue the
//!     second.
//!   - Under the nonce 0 the server's credential can be replayed: such a session needs transport
//!     security, and the secret must be replaced in it.

use crate::error::{oma_dm_error, oma_dm_kind};
use crate::memory::{self, Checked};
use crate::octets::oma_dm_octets;
use crate::session::{self, Events, oma_dm_event, oma_dm_nonce, oma_dm_secret, oma_dm_session};
use oma_dm_notification::account::{Account, AccountState, Decision, Ignored, ResyncPolicy};
use oma_dm_notification::session::MatchedNonce;
use oma_dm_notification::{Credentials, Nonce, Package0, Trigger};

/// What a device remembers of one server, as octets, to be stored as they are.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct oma_dm_account_state {
    /// They have check octets: what was torn or changed is an error.
    pub octets: [u8; 47],
}

/// Whether a device takes notifications under the nonce 0.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum oma_dm_policy {
    /// At most 4 sessions under the nonce 0 complete under one secret: the one to choose.
    Limited = 0,
    /// None.
    Forbidden = 1,
    /// Any number, of which the last 4 are remembered: for servers that replace their secret in
    /// each such session (OMA 5.1, step 6).
    Allowed = 2,
}

/// A server's account, as you have stored it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct oma_dm_account {
    /// The server's secret: of oma_dm_secret_new.
    pub secret: oma_dm_secret,
    /// An oma_dm_policy.
    pub policy: u8,
    /// The agreed server nonce, as it is after Base64 decoding; {NULL, 0} if there is none yet.
    pub agreed: oma_dm_octets,
    /// The server nonce that Pkg #3 offered and Pkg #4 has not confirmed; {NULL, 0} if there is
    /// none.
    pub offered: oma_dm_octets,
}

/// What a notification leads to.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum oma_dm_decision {
    /// Nothing was decided: error says why. An error of kind OMA_DM_KIND_INVALID or _LENGTH of a
    /// field OMA_DM_FIELD_STATE.. says that the state is not one: see oma_dm_account_check.
    Undecided = 0,
    /// Start the session. Store the record first.
    Start = 1,
    /// The session was started before, and completed: start none.
    Repeated = 2,
    /// The session was started before, and neither completed nor failed: start none.
    UnderWay = 3,
    /// The session id is 0, which no session has.
    NoSession = 4,
    /// The digest matches under none of the nonces: ignore the message (OMA 5.1, step 2).
    NotAuthentic = 5,
    /// It is authentic under the nonce 0, which the policy forbids.
    ResyncForbidden = 6,
    /// It is authentic under the nonce 0, and the policy permits no more such sessions before the
    /// secret is replaced.
    ResyncExhausted = 7,
}

/// What an authentic notification asks of the session.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct oma_dm_request {
    /// The session id, 1 to 0xFFFF (OMA 6.2.10).
    pub session_id: u16,
    /// The text for SessionID of the session's messages: 1 to 4 hexadecimal digits and a zero
    /// octet.
    pub session_id_text: [core::ffi::c_char; 5],
    /// An oma_dm_ui_mode: what the server recommends towards the user (OMA 6.2.7).
    pub ui_mode: u8,
    /// An oma_dm_initiator: who caused the management action (OMA 6.2.8).
    pub initiator: u8,
    /// The nonce that it is authentic under. If that is the offered one, store it as the agreed
    /// one.
    pub nonce: oma_dm_nonce,
    /// The version, 10 bits: 11 for 1.1 (OMA 6.2.6).
    pub version: u16,
    /// The reserved bits, 27 of them (OMA 6.2.9).
    pub future_use: u32,
    /// The vendor-specific octets, often none, within the Package #0 (OMA 6.2.13).
    pub vendor_specific: oma_dm_octets,
}

/// What oma_dm_account_receive decided.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct oma_dm_decided {
    /// What the notification leads to.
    pub decision: oma_dm_decision,
    /// For OMA_DM_DECISION_UNDECIDED.
    pub error: oma_dm_error,
    /// For START: the session, to be stored with the state. Otherwise zeros.
    pub session: oma_dm_session,
    /// For START, REPEATED and UNDER_WAY. Otherwise zeros.
    pub request: oma_dm_request,
}

/// Returns the state of a new account: no session was started.
#[unsafe(no_mangle)]
pub extern "C" fn oma_dm_account_new() -> oma_dm_account_state {
    AccountState::new().into()
}

/// Returns the state to go on with after the record was lost.
///
/// Under OMA_DM_POLICY_LIMITED no session starts under the nonce 0 until the secret is replaced.
#[unsafe(no_mangle)]
pub extern "C" fn oma_dm_account_lost() -> oma_dm_account_state {
    AccountState::lost().into()
}

/// Says whether the octets are a state: call it after start-up with what was stored. After an error
/// take the other copy of the record, or oma_dm_account_lost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_account_check(state: *const oma_dm_account_state) -> oma_dm_error {
    // SAFETY: the caller keeps the header's rules of memory.
    unsafe { read(state, &mut AccountState::new()) }.into()
}

/// Decides what a Package #0 leads to. Changes the state for OMA_DM_DECISION_START alone.
///
/// account is that of the message's server-identifier. The nonces are tried in order: the agreed
/// one, the offered one, and four zero octets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_account_receive(
    state: *mut oma_dm_account_state,
    account: *const oma_dm_account,
    package0: *const u8,
    size: usize,
) -> oma_dm_decided {
    let mut answer = oma_dm_decided::UNDECIDED;
    // SAFETY: the caller keeps the header's rules of memory.
    if let Err(error) = unsafe { decide(state, account, package0, size, &mut answer) } {
        answer.error = error;
    }
    answer
}

/// # Safety
///
/// As [`memory::read`], [`memory::write`] and [`memory::octets`], also of what `account` refers to.
// Inlined, it builds the answer in parts and copies them: 48 octets of flash more.
#[inline(never)]
unsafe fn decide(
    state: *mut oma_dm_account_state,
    account: *const oma_dm_account,
    package0: *const u8,
    size: usize,
    answer: &mut oma_dm_decided,
) -> Checked<()> {
    // SAFETY: the caller vouches for it.
    let (account, package0, agreed, offered) = unsafe {
        let account = memory::read(account)?;
        (
            account,
            memory::octets(package0, size)?,
            memory::octets(account.agreed.octets, account.agreed.size)?,
            memory::octets(account.offered.octets, account.offered.size)?,
        )
    };
    let mut known = AccountState::new();
    // SAFETY: as above.
    unsafe { read(state, &mut known) }?;
    let package0 = Package0::parse(package0)?;
    let credentials = Credentials::from_hash(account.secret.hash);
    let offered = (!offered.is_empty()).then_some(Nonce::new(offered));
    let account = Account::new(&credentials, Nonce::new(agreed), policy(account.policy)?)
        .with_offered(offered);
    let nonce = match known.receive(&package0, &account) {
        Decision::Start {
            session,
            notification,
            ..
        } => {
            answer.decision = oma_dm_decision::Start;
            answer.session.octets = session.to_bytes();
            // SAFETY: as above.
            unsafe { write(state, &known) };
            notification.nonce()
        }
        Decision::Repeated {
            notification,
            under_way,
            ..
        } => {
            answer.decision = if under_way {
                oma_dm_decision::UnderWay
            } else {
                oma_dm_decision::Repeated
            };
            notification.nonce()
        }
        Decision::Ignored(ignored) => {
            answer.decision = ignored.into();
            return Ok(());
        }
        _ => return Ok(()),
    };
    answer.request = request(package0.unverified(), nonce);
    Ok(())
}

/// Notes what happened in a session: bits of oma_dm_event. Store the record afterwards.
///
/// A session that completed or failed has ended, and its octets are zeros. session may be NULL for
/// OMA_DM_EVENT_SECRET_REPLACED alone.
///
/// Errors: OMA_DM_KIND_UNKNOWN_VALUE also if both ends are among them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_account_note(
    state: *mut oma_dm_account_state,
    session: *mut oma_dm_session,
    events: u8,
) -> oma_dm_error {
    let note = || -> Checked<()> {
        let events = Events::new(events)?;
        let mut known = AccountState::new();
        // SAFETY: the caller keeps the header's rules of memory.
        unsafe { read(state, &mut known) }?;
        if events.has(oma_dm_event::SecretReplaced) {
            known.secret_replaced();
        }
        // SAFETY: as above.
        unsafe {
            session::note(
                session,
                events,
                &mut known,
                AccountState::server_nonce_renewed,
                AccountState::completed,
                AccountState::failed,
            )?;
            write(state, &known);
        }
        Ok(())
    };
    note().into()
}

/// What oma_dm_account_restart found.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct oma_dm_restarted {
    /// OMA_DM_KIND_NONE, or why the octets were no state: it is that of oma_dm_account_lost now.
    pub error: oma_dm_error,
    /// Whether the session is under way again. Store the record, then connect.
    pub resumed: bool,
}

/// Restarts an account after a power cycle, with the session that was stored beside it: call it
/// once after start-up. policy is an oma_dm_policy.
///
/// It does what oma_dm_account_check, oma_dm_account_lost, oma_dm_account_power_cycled and
/// oma_dm_account_resume do, for a device that has at most one session of an account under way.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_account_restart(
    state: *mut oma_dm_account_state,
    session: *const oma_dm_session,
    policy: u8,
) -> oma_dm_restarted {
    let mut answer = oma_dm_restarted {
        error: oma_dm_error::NONE,
        resumed: false,
    };
    // SAFETY: the caller keeps the header's rules of memory.
    if let Err(error) = unsafe { restart(state, session, policy, &mut answer) } {
        answer.error = error;
    }
    answer
}

/// # Safety
///
/// As [`memory::read`] and [`memory::write`].
unsafe fn restart(
    state: *mut oma_dm_account_state,
    session: *const oma_dm_session,
    policy: u8,
    answer: &mut oma_dm_restarted,
) -> Checked<()> {
    let policy = self::policy(policy)?;
    memory::check(session)?;
    memory::check(state)?;
    let mut known = AccountState::new();
    // SAFETY: the caller vouches for it.
    if let Err(error) = unsafe { read(state, &mut known) } {
        answer.error = error;
        known = AccountState::lost();
    }
    let interrupted = known.power_cycled().next().is_some();
    // SAFETY: as above.
    if let (true, Ok(session)) = (interrupted, unsafe { session::read(session) }) {
        answer.resumed = known.resume(&session, policy);
    }
    // SAFETY: as above.
    unsafe { write(state, &known) };
    Ok(())
}

/// The sessions that a power cycle interrupted.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct oma_dm_interrupted {
    /// OMA_DM_KIND_NONE, or why the octets are no state.
    pub error: oma_dm_error,
    /// How many there are: 0 to 8.
    pub count: u8,
    /// They, with the nonces that they began with: those under the stored nonce first, of each kind
    /// the oldest first.
    pub sessions: [oma_dm_session; 8],
}

/// Returns the sessions that were under way, and forgets them: call it once after start-up, if you
/// do not call oma_dm_account_restart.
///
/// oma_dm_account_resume takes one up again. One that is not taken up can be started by its
/// message.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_account_power_cycled(
    state: *mut oma_dm_account_state,
) -> oma_dm_interrupted {
    let mut interrupted = oma_dm_interrupted {
        error: oma_dm_error::NONE,
        count: 0,
        sessions: [oma_dm_session { octets: [0; 9] }; 8],
    };
    let mut known = AccountState::new();
    // SAFETY: the caller keeps the header's rules of memory.
    match unsafe { read(state, &mut known) } {
        Ok(()) => {
            for (to, session) in interrupted.sessions.iter_mut().zip(known.power_cycled()) {
                to.octets = session.to_bytes();
                interrupted.count = interrupted.count.saturating_add(1);
            }
            // SAFETY: as above.
            unsafe { write(state, &known) };
        }
        Err(error) => interrupted.error = error,
    }
    interrupted
}

/// Takes up a session that was interrupted: it is under way again. Store the record, then connect.
/// policy is an oma_dm_policy.
///
/// Writes false to resumed, and leaves the state as it was, if the session began under an older
/// secret, if it was completed or started again since, or if the policy has no room for it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_account_resume(
    state: *mut oma_dm_account_state,
    session: *const oma_dm_session,
    policy: u8,
    resumed: *mut bool,
) -> oma_dm_error {
    let resume = || -> Checked<()> {
        memory::check(resumed)?;
        let mut known = AccountState::new();
        // SAFETY: the caller keeps the header's rules of memory.
        let session = unsafe {
            read(state, &mut known)?;
            session::read(session)?
        };
        let is_resumed = known.resume(&session, self::policy(policy)?);
        // SAFETY: as above.
        unsafe {
            memory::write(resumed, is_resumed);
            write(state, &known);
        }
        Ok(())
    };
    resume().into()
}

/// Reads a state into `known`: returned, it would be copied at each step.
///
/// # Safety
///
/// As [`memory::read`].
unsafe fn read(state: *const oma_dm_account_state, known: &mut AccountState) -> Checked<()> {
    // SAFETY: the caller vouches for it: a state is as many octets.
    let octets = unsafe { memory::octets(state.cast(), AccountState::LENGTH) }?;
    *known = AccountState::from_bytes(octets)?;
    Ok(())
}

/// Writes a state to where one has been read.
///
/// # Safety
///
/// As [`memory::write`].
unsafe fn write(state: *mut oma_dm_account_state, known: &AccountState) {
    let octets = known.to_bytes();
    // SAFETY: the caller vouches for it.
    unsafe { memory::write(state, oma_dm_account_state { octets }) };
}

fn policy(number: u8) -> Checked<ResyncPolicy> {
    const LIMITED: u8 = oma_dm_policy::Limited as u8;
    const FORBIDDEN: u8 = oma_dm_policy::Forbidden as u8;
    const ALLOWED: u8 = oma_dm_policy::Allowed as u8;
    match number {
        LIMITED => Ok(ResyncPolicy::Limited),
        FORBIDDEN => Ok(ResyncPolicy::Forbidden),
        ALLOWED => Ok(ResyncPolicy::Allowed),
        _ => Err(oma_dm_kind::UnknownValue.into()),
    }
}

impl From<AccountState> for oma_dm_account_state {
    fn from(state: AccountState) -> Self {
        Self {
            octets: state.to_bytes(),
        }
    }
}

impl oma_dm_decided {
    const UNDECIDED: Self = Self {
        decision: oma_dm_decision::Undecided,
        error: oma_dm_error::NONE,
        session: oma_dm_session { octets: [0; 9] },
        request: oma_dm_request {
            session_id: 0,
            session_id_text: [0; 5],
            ui_mode: 0,
            initiator: 0,
            nonce: oma_dm_nonce::Stored,
            version: 0,
            future_use: 0,
            vendor_specific: oma_dm_octets::NONE,
        },
    };
}

/// What an authentic notification asks for.
fn request(trigger: &Trigger<'_>, nonce: MatchedNonce) -> oma_dm_request {
    let mut request = oma_dm_request {
        session_id: trigger.session_id().value(),
        session_id_text: [0; 5],
        ui_mode: trigger.ui_mode().into(),
        initiator: trigger.initiator().into(),
        nonce: nonce.into(),
        version: trigger.version().value(),
        future_use: trigger.future_use().value(),
        vendor_specific: trigger.vendor_specific().into(),
    };
    session::write_text(trigger.session_id(), &mut request.session_id_text);
    request
}

impl From<Ignored> for oma_dm_decision {
    fn from(ignored: Ignored) -> Self {
        match ignored {
            Ignored::NoSession => Self::NoSession,
            Ignored::ResyncForbidden => Self::ResyncForbidden,
            Ignored::ResyncExhausted => Self::ResyncExhausted,
            _ => Self::NotAuthentic,
        }
    }
}
