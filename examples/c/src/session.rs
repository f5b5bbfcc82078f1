//! A session: its id, and the nonces for the credentials of its messages
//!
//! Of a device from oma_dm_account_receive, of a server from oma_dm_device_session. Plain octets:
//! store them as they are. A session that ended is all zeros, and no function takes it any more.
//! Names in capitals are events, OMA_DM_EVENT_.., for oma_dm_account_note and oma_dm_device_note.
//!
//!        device                                                 server
//!           |  Pkg #0                                              |
//!           |<-----------------------------------------------------|  oma_dm_device_notify
//!     oma_dm_account_receive                                       |
//!           |  Pkg #1, credentials under client_nonce              |
//!           |----------------------------------------------------->|  oma_dm_device_session
//!           |  Pkg #2, under server_nonce; a new client nonce      |
//!           |<-----------------------------------------------------|  CLIENT_NONCE_RENEWED
//!     CLIENT_NONCE_RENEWED                                         |
//!     SERVER_NONCE_OFFERED                                         |
//!           |  Pkg #3, under client_nonce; a new server nonce      |
//!           |----------------------------------------------------->|  SERVER_NONCE_RENEWED
//!           |  Pkg #4, under the nonce that Pkg #3 offered         |
//!           |<-----------------------------------------------------|
//!     SERVER_NONCE_RENEWED                                         |

use crate::error::{oma_dm_error, oma_dm_kind};
use crate::memory::{self, Checked, Found};
use oma_dm_notification::session::{MatchedNonce, Session};
use oma_dm_notification::{Credentials, Nonce, NonceChoice};

/// A session as octets, to be stored as they are.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct oma_dm_session {
    /// They have check octets: what was torn or changed is an error.
    pub octets: [u8; 9],
}

/// A nonce: the one that is stored, or four zero octets (OMA 5.1).
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum oma_dm_nonce {
    /// The nonce that is stored.
    Stored = 0,
    /// The nonce that this device offered in Pkg #3 and no Pkg #4 has confirmed: the server has it,
    /// so store it as the agreed one.
    Offered = 1,
    /// The nonce 0x00000000: the other end has lost the stored one.
    Resync = 2,
}

/// What a session is.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct oma_dm_session_facts {
    /// OMA_DM_KIND_NONE, or why the octets are no session. Then nothing else counts.
    pub error: oma_dm_error,
    /// The session id, 1 to 0xFFFF.
    pub session_id: u16,
    /// The text for SessionID of its messages: 1 to 4 hexadecimal digits and a zero octet.
    pub session_id_text: [core::ffi::c_char; 5],
    /// The nonce that its notification was authentic under.
    pub nonce: oma_dm_nonce,
    /// The nonce for the credentials of the client's messages, Pkg #1 and Pkg #3: stored or resync.
    pub client_nonce: oma_dm_nonce,
    /// The nonce for the credentials of the server's messages, Pkg #2 and, if Pkg #3 offered none,
    /// Pkg #4: stored or resync.
    pub server_nonce: oma_dm_nonce,
    /// Whether Pkg #3 has offered a server nonce that Pkg #4 has not confirmed: Pkg #4 is under it.
    pub offered: bool,
    /// Whether a nonce was renewed: the session took place, whatever is said of it.
    pub took_place: bool,
}

/// Returns what a session is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_session_read(
    session: *const oma_dm_session,
) -> oma_dm_session_facts {
    let mut facts = oma_dm_session_facts {
        error: oma_dm_error::NONE,
        session_id: 0,
        session_id_text: [0; 5],
        nonce: oma_dm_nonce::Stored,
        client_nonce: oma_dm_nonce::Stored,
        server_nonce: oma_dm_nonce::Stored,
        offered: false,
        took_place: false,
    };
    // SAFETY: the caller keeps the header's rules of memory.
    match unsafe { read(session) } {
        Ok(session) => {
            facts.session_id = session.session_id().value();
            write_text(session.session_id(), &mut facts.session_id_text);
            facts.nonce = session.nonce().into();
            facts.client_nonce = session.client_nonce().into();
            facts.server_nonce = session.server_nonce().into();
            facts.offered = session.is_server_nonce_offered();
            facts.took_place = session.took_place();
        }
        Err(error) => facts.error = error,
    }
    facts
}

/// What happened in a session, as bits: oma_dm_account_note and oma_dm_device_note take one or
/// several.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum oma_dm_event {
    /// Pkg #2 has renewed the client nonce, and it is stored (OMA 5.1, step 4). From here on the
    /// session took place.
    ClientNonceRenewed = 1,
    /// Of a device alone: Pkg #3 goes out with a Chal, and its nonce is stored as the offered one
    /// (OMA 5.1, step 5). Store the record before Pkg #3 goes out, or the server may have a nonce
    /// that the device has not.
    ServerNonceOffered = 2,
    /// Of a device: Pkg #4 has confirmed the nonce that Pkg #3 offered, and it is the agreed one
    /// now. What completed under the one before is forgotten. Of a server: Pkg #3 has brought a
    /// Chal, and its nonce is the stored one now. Store the record before Pkg #4 goes out.
    ServerNonceRenewed = 4,
    /// The secret has been replaced (OMA 5.1, step 6); of a server: the device has acknowledged
    /// that. All sessions under the old one are forgotten.
    SecretReplaced = 8,
    /// The session took place, and has ended. Of a device: its message starts no other. It has no
    /// effect if the session began under an older secret.
    Completed = 16,
    /// The session did not take place, and has ended. Of a device: its message may start it again.
    /// Of a server: its notification stays out. If a nonce was renewed in it, it took place.
    Failed = 32,
}

/// Bits of [`oma_dm_event`].
#[derive(Clone, Copy)]
pub(crate) struct Events(u8);

impl Events {
    const ENDS: u8 = oma_dm_event::Completed as u8 | oma_dm_event::Failed as u8;

    /// A session has one end.
    pub(crate) fn new(bits: u8) -> Found<Self> {
        if bits >= Self::ENDS {
            return Err(oma_dm_kind::UnknownValue);
        }
        Ok(Self(bits))
    }

    pub(crate) fn has(self, event: oma_dm_event) -> bool {
        self.0 & event as u8 != 0
    }
}

/// Tells a session, and the state that it is of, what happened in it. Needs no session if none of
/// that is of one.
///
/// # Safety
///
/// As [`memory::read`] and [`memory::write`].
pub(crate) unsafe fn note<S>(
    session: *mut oma_dm_session,
    events: Events,
    state: &mut S,
    server_nonce_renewed: fn(&mut S, &mut Session),
    completed: fn(&mut S, Session),
    failed: fn(&mut S, Session),
) -> Checked<()> {
    if events.0 & !(oma_dm_event::SecretReplaced as u8) == 0 {
        return Ok(());
    }
    // SAFETY: the caller vouches for it.
    let mut value = unsafe { read(session) }?;
    if events.has(oma_dm_event::ClientNonceRenewed) {
        value.client_nonce_renewed();
    }
    if events.has(oma_dm_event::ServerNonceOffered) {
        value.server_nonce_offered();
    }
    if events.has(oma_dm_event::ServerNonceRenewed) {
        server_nonce_renewed(state, &mut value);
    }
    let mut octets = [0; Session::LENGTH];
    if events.has(oma_dm_event::Completed) {
        completed(state, value);
    } else if events.has(oma_dm_event::Failed) {
        failed(state, value);
    } else {
        octets = value.to_bytes();
    }
    // SAFETY: as above.
    unsafe { memory::write(session, oma_dm_session { octets }) };
    Ok(())
}

/// H(name:password), to be stored in the place of the password: MD5, and a secret.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct oma_dm_secret {
    /// The hash.
    pub hash: [u8; 16],
}

/// Computes the hash of a name and a password, either of any octets. The name is the
/// server-identifier, or in a session the name by which the server knows the client.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_secret_new(
    name: *const u8,
    name_size: usize,
    password: *const u8,
    password_size: usize,
    secret: *mut oma_dm_secret,
) -> oma_dm_error {
    // SAFETY: the caller keeps the header's rules of memory.
    let octets = unsafe {
        memory::check(secret).and_then(|()| {
            let name = memory::octets(name, name_size)?;
            Ok((name, memory::octets(password, password_size)?))
        })
    };
    let written = octets.map(|(name, password)| {
        let hash = Credentials::new(name, password).to_hash();
        // SAFETY: as above.
        unsafe { memory::write(secret, oma_dm_secret { hash }) };
    });
    written.into()
}

/// Computes the credential of a session's message, the 24 characters B64(H(B64(secret):nonce)) of
/// syncml:auth-md5, and writes them to credential, without a zero octet at their end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_session_credential(
    secret: *const oma_dm_secret,
    nonce: *const u8,
    nonce_size: usize,
    credential: *mut core::ffi::c_char,
) -> oma_dm_error {
    let computed = || -> Checked<()> {
        // SAFETY: the caller keeps the header's rules of memory.
        let (secret, nonce) =
            unsafe { (memory::read(secret)?, memory::octets(nonce, nonce_size)?) };
        // SAFETY: as above, with 24 octets.
        let room = unsafe { memory::buffer(credential.cast(), 24, &[nonce]) }?;
        let computed = Credentials::from_hash(secret.hash).session_credential(Nonce::new(nonce));
        for (to, octet) in room.iter_mut().zip(computed) {
            *to = octet;
        }
        Ok(())
    };
    computed().into()
}

/// Reads a session.
///
/// # Safety
///
/// As [`memory::read`].
pub(crate) unsafe fn read(session: *const oma_dm_session) -> Checked<Session> {
    // SAFETY: the caller vouches for it: a session is as many octets.
    let octets = unsafe { memory::octets(session.cast(), Session::LENGTH) }?;
    Ok(Session::from_bytes(octets)?)
}

/// Writes a session to where one has been read.
///
/// # Safety
///
/// As [`memory::write`].
pub(crate) unsafe fn write(session: *mut oma_dm_session, value: &Session) {
    let octets = value.to_bytes();
    // SAFETY: the caller vouches for it.
    unsafe { memory::write(session, oma_dm_session { octets }) };
}

/// Writes the text of a session id over zeros.
pub(crate) fn write_text(
    id: oma_dm_notification::SessionId,
    characters: &mut [core::ffi::c_char; 5],
) {
    if let Some(text) = id.to_text() {
        for (to, &digit) in characters.iter_mut().zip(text.as_bytes()) {
            *to = core::ffi::c_char::from_ne_bytes([digit]);
        }
    }
}

impl From<MatchedNonce> for oma_dm_nonce {
    fn from(nonce: MatchedNonce) -> Self {
        match nonce {
            MatchedNonce::Offered => Self::Offered,
            MatchedNonce::Resync => Self::Resync,
            _ => Self::Stored,
        }
    }
}

impl From<NonceChoice> for oma_dm_nonce {
    fn from(nonce: NonceChoice) -> Self {
        match nonce {
            NonceChoice::Stored => Self::Stored,
            NonceChoice::Resync => Self::Resync,
        }
    }
}
