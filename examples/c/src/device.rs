//! A server's step: what it remembers of a device
//!
//! Decides the session id and the nonce of each notification. Plain octets: store them with the
//! device's nonces and secrets in one record, before a message goes out that the record does not
//! know.
//!   - Notify: draw an id at random, call oma_dm_device_notify, store, compose, send. A counter
//!     would fall back when a record is restored, and give one id to two sessions.
//!   - No answer: call oma_dm_device_unanswered. The next notification is under the other nonce.
//!   - Nonce 0: one message is out at a time. Store its octets, and repeat those until its session
//!     took place.
//!   - Pkg #1: call oma_dm_device_session with its session id, and check its credentials under
//!     client_nonce. A Pkg #2 may be lost: accept the client nonce that it gave and the one before
//!     it.
//!   - Secret: in the first session under the nonce 0, replace it. Until the device has
//!     acknowledged that, it may have either: send each notification signed with both.

use crate::error::{oma_dm_error, oma_dm_kind};
use crate::memory::{self, Checked};
use crate::session::{self, Events, oma_dm_event, oma_dm_nonce, oma_dm_session};
use oma_dm_notification::SessionId;
use oma_dm_notification::session::DeviceState;

/// What a server remembers of one device, as octets, to be stored as they are.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct oma_dm_device_state {
    /// They have check octets: what was torn or changed is an error.
    pub octets: [u8; 11],
}

/// The next notification for a device.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct oma_dm_notify {
    /// OMA_DM_KIND_NONE, or why nothing was decided.
    pub error: oma_dm_error,
    /// The session id to compose it with, 1 to 0xFFFF.
    pub session_id: u16,
    /// The nonce to compose it under: stored or resync.
    pub nonce: oma_dm_nonce,
    /// Whether this id has gone out under this nonce, and its session has not taken place. Under
    /// the nonce 0, send the same octets again.
    pub repeated: bool,
}

/// Returns the state of a device that no notification has gone to.
#[unsafe(no_mangle)]
pub extern "C" fn oma_dm_device_new() -> oma_dm_device_state {
    DeviceState::new().into()
}

/// Returns the state of a device whose record is lost, its nonces included.
#[unsafe(no_mangle)]
pub extern "C" fn oma_dm_device_lost() -> oma_dm_device_state {
    DeviceState::lost().into()
}

/// Says whether the octets are a state: call it with what was stored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_device_check(state: *const oma_dm_device_state) -> oma_dm_error {
    // SAFETY: the caller keeps the header's rules of memory.
    unsafe { read(state) }.map(|_| ()).into()
}

/// Decides what the next notification is. fresh is a session id that you drew at random, 1 to
/// 0xFFFF.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_device_notify(
    state: *mut oma_dm_device_state,
    fresh: u16,
) -> oma_dm_notify {
    let notify = || -> Checked<oma_dm_notify> {
        // SAFETY: the caller keeps the header's rules of memory.
        let mut known = unsafe { read(state) }?;
        let notify = known.notify(SessionId::new(fresh)?);
        // SAFETY: as above.
        unsafe { memory::write(state, known.into()) };
        Ok(oma_dm_notify {
            error: oma_dm_error::NONE,
            session_id: notify.session_id.value(),
            nonce: notify.nonce.into(),
            repeated: notify.repeated,
        })
    };
    notify().unwrap_or_else(|error| oma_dm_notify {
        error,
        session_id: 0,
        nonce: oma_dm_nonce::Stored,
        repeated: false,
    })
}

/// Notes that the device did not answer the notification in time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_device_unanswered(state: *mut oma_dm_device_state) -> oma_dm_error {
    // SAFETY: the caller keeps the header's rules of memory.
    let noted = unsafe { read(state) }.map(|mut known| {
        known.unanswered();
        // SAFETY: as above.
        unsafe { memory::write(state, known.into()) };
    });
    noted.into()
}

/// Writes the session of a Pkg #1 with this session id, 1 to 0xFFFF, by which its credentials are
/// checked.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_device_session(
    state: *const oma_dm_device_state,
    session_id: u16,
    session: *mut oma_dm_session,
) -> oma_dm_error {
    let found = || -> Checked<()> {
        memory::check(session)?;
        // SAFETY: the caller keeps the header's rules of memory.
        let known = unsafe { read(state) }?;
        let value = known.session(SessionId::new(session_id)?);
        // SAFETY: as above.
        unsafe { session::write(session, &value) };
        Ok(())
    };
    found().into()
}

/// Notes what happened in a session: bits of oma_dm_event, other than
/// OMA_DM_EVENT_SERVER_NONCE_OFFERED. Store the state afterwards. Completed is a session whose Pkg
/// #1 was authentic and whose Pkg #2 has gone out; failed is any other.
///
/// A session that completed or failed has ended, and its octets are zeros. session may be NULL for
/// OMA_DM_EVENT_SECRET_REPLACED alone.
///
/// Errors: OMA_DM_KIND_UNKNOWN_VALUE also if both ends are among them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_device_note(
    state: *mut oma_dm_device_state,
    session: *mut oma_dm_session,
    events: u8,
) -> oma_dm_error {
    let note = || -> Checked<()> {
        let events = Events::new(events)?;
        if events.has(oma_dm_event::ServerNonceOffered) {
            return Err(oma_dm_kind::UnknownValue.into());
        }
        // SAFETY: the caller keeps the header's rules of memory.
        let mut known = unsafe { read(state) }?;
        if events.has(oma_dm_event::SecretReplaced) {
            known.secret_replaced();
        }
        // SAFETY: as above.
        unsafe {
            session::note(
                session,
                events,
                &mut known,
                DeviceState::server_nonce_renewed,
                DeviceState::completed,
                DeviceState::failed,
            )?;
            memory::write(state, known.into());
        }
        Ok(())
    };
    note().into()
}

/// Says whether the secret should be replaced: a notification under the nonce 0 was signed with it
/// (OMA 5.1, step 6). True also if the state is not one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_device_should_replace_secret(
    state: *const oma_dm_device_state,
) -> bool {
    // SAFETY: the caller keeps the header's rules of memory.
    unsafe { read(state) }.map_or(true, |known| known.should_replace_secret())
}

/// # Safety
///
/// As [`memory::read`].
unsafe fn read(state: *const oma_dm_device_state) -> Checked<DeviceState> {
    // SAFETY: the caller vouches for it: a state is as many octets.
    let octets = unsafe { memory::octets(state.cast(), DeviceState::LENGTH) }?;
    Ok(DeviceState::from_bytes(octets)?)
}

impl From<DeviceState> for oma_dm_device_state {
    fn from(state: DeviceState) -> Self {
        Self {
            octets: state.to_bytes(),
        }
    }
}
