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

use crate::error::oma_dm_error;
use crate::memory::{self, Checked};
use crate::session::{self, oma_dm_nonce, oma_dm_session};
use oma_dm_notification::SessionId;
use oma_dm_notification::session::{DeviceState, Session};

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
    unsafe { change(state, DeviceState::unanswered) }
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

/// Notes that Pkg #3 has brought a Chal: its nonce is now the stored server nonce (OMA 5.1, step
/// 5). Store it before Pkg #4 goes out.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_device_server_nonce_renewed(
    state: *mut oma_dm_device_state,
    session: *mut oma_dm_session,
) -> oma_dm_error {
    // SAFETY: the caller keeps the header's rules of memory.
    unsafe {
        change_both(state, session, |state, mut session| {
            state.server_nonce_renewed(&mut session);
            Some(session)
        })
    }
}

/// Notes that the session took place: its Pkg #1 was authentic and Pkg #2 has gone out. The session
/// has ended, and its octets are zeros.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_device_completed(
    state: *mut oma_dm_device_state,
    session: *mut oma_dm_session,
) -> oma_dm_error {
    // SAFETY: the caller keeps the header's rules of memory.
    unsafe {
        change_both(state, session, |state, session| {
            state.completed(session);
            None
        })
    }
}

/// Notes that the session did not take place: its Pkg #1 was not authentic, or Pkg #2 did not go
/// out. The session has ended, and its octets are zeros. Its notification stays out.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_device_failed(
    state: *mut oma_dm_device_state,
    session: *mut oma_dm_session,
) -> oma_dm_error {
    // SAFETY: the caller keeps the header's rules of memory.
    unsafe {
        change_both(state, session, |state, session| {
            state.failed(session);
            None
        })
    }
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

/// Notes that the device has acknowledged a new secret.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_device_secret_replaced(
    state: *mut oma_dm_device_state,
) -> oma_dm_error {
    // SAFETY: the caller keeps the header's rules of memory.
    unsafe { change(state, DeviceState::secret_replaced) }
}

/// # Safety
///
/// As [`memory::read`].
unsafe fn read(state: *const oma_dm_device_state) -> Checked<DeviceState> {
    // SAFETY: the caller vouches for it: a state is as many octets.
    let octets = unsafe { memory::octets(state.cast(), DeviceState::LENGTH) }?;
    Ok(DeviceState::from_bytes(octets)?)
}

/// # Safety
///
/// As [`memory::read`] and [`memory::write`].
unsafe fn change(state: *mut oma_dm_device_state, change: fn(&mut DeviceState)) -> oma_dm_error {
    // SAFETY: the caller vouches for it.
    let changed = unsafe { read(state) }.map(|mut known| {
        change(&mut known);
        // SAFETY: as above.
        unsafe { memory::write(state, known.into()) };
    });
    changed.into()
}

/// Changes a state and a session of it, which has ended if `change` returns none.
///
/// # Safety
///
/// As [`memory::octets`] and [`memory::write`].
unsafe fn change_both(
    state: *mut oma_dm_device_state,
    session: *mut oma_dm_session,
    change: fn(&mut DeviceState, Session) -> Option<Session>,
) -> oma_dm_error {
    let changed = || -> Checked<()> {
        // SAFETY: the caller vouches for it.
        let mut known = unsafe { read(state) }?;
        // SAFETY: as above.
        let value = unsafe { session::read(session) }?;
        let octets =
            change(&mut known, value).map_or([0; Session::LENGTH], |value| value.to_bytes());
        // SAFETY: as above.
        unsafe {
            memory::write(session, oma_dm_session { octets });
            memory::write(state, known.into());
        }
        Ok(())
    };
    changed().into()
}

impl From<DeviceState> for oma_dm_device_state {
    fn from(state: DeviceState) -> Self {
        Self {
            octets: state.to_bytes(),
        }
    }
}
