//! A handset in one value: from what a bearer delivered to "start this session", by the parts of this library alone.
//!
//! It adds no rule of its own. Whoever needs another order, or has no room for a part, calls the parts:
//! [`Inbox`], [`DeviceNonces`], [`SessionLog`].

use crate::digest::{Credentials, Nonce, NonceChoice};
use crate::error::{DecodeError, NotAuthentic};
use crate::inbox::{self, Inbox};
use crate::package0::Package0;
use crate::session::{DeviceNonces, SessionLog};
use crate::trigger::{Initiator, ServerId, SessionId, SessionIdText, UiMode};
use crate::wap::reassembly::Displaced;

pub use crate::inbox::Delivery;

/// The account of the server that a notification names, as the caller has stored it. `S` is the caller's key for it.
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Account<'s, S> {
    server: S,
    credentials: &'s Credentials,
    server_nonce: Nonce<'s>,
    nonces: &'s mut DeviceNonces,
}

impl<'s, S> Account<'s, S> {
    /// An account: the server's credentials, its stored nonce, and the state of the account's nonces.
    #[must_use]
    pub const fn new(
        server: S,
        credentials: &'s Credentials,
        server_nonce: Nonce<'s>,
        nonces: &'s mut DeviceNonces,
    ) -> Self {
        Self {
            server,
            credentials,
            server_nonce,
            nonces,
        }
    }
}

/// What came of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Outcome<S> {
    /// It is addressed to another application (7.1.1).
    NotForDm(DecodeError),
    /// It is a segment, kept until the others have come.
    Incomplete {
        /// How many are missing: 1 to 254.
        missing: u8,
    },
    /// It is ignored: no session is started.
    Ignored(Ignored),
    /// It is authentic, but its session has been started before (6.2.10).
    Duplicate {
        /// The server.
        server: S,
        /// The session.
        session_id: SessionId,
    },
    /// A session with the server is to be started.
    Start(Start<S>),
}

/// Why a delivery is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Ignored {
    /// Its octets make no sense, or it is a segment of what has no room.
    Malformed(DecodeError),
    /// A segment that had come before.
    RepeatedSegment,
    /// There is no account for its server-identifier.
    UnknownServer,
    /// Its session id is 0, to which no session belongs (6.2.10).
    NoSession,
    /// Its digest matches under no nonce that is allowed (5.1, step 2).
    NotAuthentic,
}

/// The session that a notification asks for, and how (6.2.7 to 6.2.10, 5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Start<S> {
    /// The server to connect to.
    pub server: S,
    /// `SessionID` of the session's messages (6.2.10).
    pub session_id: SessionIdText,
    /// What the server recommends towards the user (6.2.7).
    pub ui_mode: UiMode,
    /// Who caused the management action (6.2.8).
    pub initiator: Initiator,
    /// The nonce on which the credentials of the session are based (5.1, step 3).
    pub nonce: NonceChoice,
}

/// What [`Handset::receive`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Received<K, S> {
    /// What came of the delivery.
    pub outcome: Outcome<S>,
    /// The message of which segments were held, and which was given up for this one.
    pub displaced: Option<Displaced<K>>,
}

/// A handset: reassembly of segments, and the log of sessions.
///
/// The parameters are those of [`Inbox`] and [`SessionLog`]: keys for originators (`K`) and servers (`S`), messages
/// held at a time, octets of each, the ticks that they have, and sessions remembered.
///
/// ```
/// use oma_dm_notification::handset::{Account, Delivery, Handset, Outcome};
/// use oma_dm_notification::session::{DeviceNonces, Resynchronisation};
/// use oma_dm_notification::{Credentials, Nonce};
///
/// # let payload = b"\x01\x06\x03\xC4\xAF\x87\xe4\x00\x07\x51\xd1\x5d\xa7\xd8\xb5\xfc\x1f\xbc\xe4\x5e\xe7\x15\x02\xd0\0\0\0\x12\x34\x12com.mgmtsrv.manage";
/// let credentials = Credentials::new(b"com.mgmtsrv.manage", b"password");
/// let mut nonces = DeviceNonces::new(Resynchronisation::Allowed);
///
/// let mut handset = Handset::<u64, u8, 2, 512, 600, 8>::new();
/// let delivery = Delivery::Datagram { destination_port: 2948, payload };
/// let received = handset.receive(0, delivery, |server_id| match server_id.as_bytes() {
///     b"com.mgmtsrv.manage" => Some(Account::new(1, &credentials, Nonce::NONE, &mut nonces)),
///     _ => None,
/// });
/// let Outcome::Start(session) = received.outcome else { panic!() };
/// assert_eq!(session.session_id.as_str(), "1234");
/// ```
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Handset<
    K,
    S,
    const SETS: usize,
    const OCTETS: usize,
    const MAX_AGE: u32,
    const SESSIONS: usize,
> {
    inbox: Inbox<K, SETS, OCTETS>,
    sessions: SessionLog<S, SESSIONS>,
}

impl<
    K: Copy + Eq,
    S: Copy + Eq,
    const SETS: usize,
    const OCTETS: usize,
    const MAX_AGE: u32,
    const SESSIONS: usize,
> Handset<K, S, SETS, OCTETS, MAX_AGE, SESSIONS>
{
    /// A handset that holds no segments and remembers no sessions.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            inbox: Inbox::new(),
            sessions: SessionLog::new(),
        }
    }

    /// Takes what a bearer delivered at the tick `now`, and says what is to be done.
    ///
    /// `find` looks up the account of a server-identifier. Where the outcome is [`Start`](Outcome::Start), the account's
    /// nonces have been told that the session starts; in every other case they are as they were. Offsets in errors count
    /// from the first octet delivered, or of what was reassembled: the WSP PDU, over CDMA with the ports before it.
    pub fn receive<'s>(
        &mut self,
        now: u32,
        delivery: Delivery<'_, K>,
        find: impl FnOnce(ServerId<'_>) -> Option<Account<'s, S>>,
    ) -> Received<K, S>
    where
        S: 's,
    {
        self.inbox.set_max_age(MAX_AGE);
        let received = self.inbox.receive(now, delivery);
        let displaced = received.displaced;
        let outcome = match received.outcome {
            inbox::Outcome::Package0(package0) => decide(&mut self.sessions, &package0, find)
                .map_or_else(|Stop(outcome)| outcome, Outcome::Start),
            inbox::Outcome::NotForDm { error, .. } => Outcome::NotForDm(error),
            inbox::Outcome::Incomplete { missing, .. } => Outcome::Incomplete { missing },
            inbox::Outcome::RepeatedSegment => Outcome::Ignored(Ignored::RepeatedSegment),
            inbox::Outcome::Malformed(error) | inbox::Outcome::NoRoom(error) => {
                Outcome::Ignored(Ignored::Malformed(error))
            }
        };
        Received { outcome, displaced }
    }

    /// Gives up one message that is too old at the tick `now`, and returns which; `None` where there is none.
    pub fn expire(&mut self, now: u32) -> Option<Displaced<K>> {
        self.inbox.set_max_age(MAX_AGE);
        self.inbox.expire(now)
    }
}

impl<
    K: Copy + Eq,
    S: Copy + Eq,
    const SETS: usize,
    const OCTETS: usize,
    const MAX_AGE: u32,
    const SESSIONS: usize,
> Default for Handset<K, S, SETS, OCTETS, MAX_AGE, SESSIONS>
{
    fn default() -> Self {
        Self::new()
    }
}

/// An outcome other than the start of a session: what ends the way through the parts.
struct Stop<S>(Outcome<S>);

/// From Package #0 to the session that it starts.
fn decide<'s, S: Copy + Eq, const SESSIONS: usize>(
    sessions: &mut SessionLog<S, SESSIONS>,
    package0: &Package0<'_>,
    find: impl FnOnce(ServerId<'_>) -> Option<Account<'s, S>>,
) -> Result<Start<S>, Stop<S>> {
    let ignored = |reason| Stop(Outcome::Ignored(reason));
    let trigger = package0.unverified();
    let session_id = trigger.session_id();
    let text = session_id.to_text().ok_or(ignored(Ignored::NoSession))?;
    let account = find(trigger.server_id()).ok_or(ignored(Ignored::UnknownServer))?;
    let authentic = account
        .nonces
        .verify(package0, account.credentials, account.server_nonce)
        .map_err(|NotAuthentic| ignored(Ignored::NotAuthentic))?;
    if !sessions.admit(account.server, session_id) {
        return Err(Stop(Outcome::Duplicate {
            server: account.server,
            session_id,
        }));
    }
    account.nonces.session_started(&authentic);
    Ok(Start {
        server: account.server,
        session_id: text,
        ui_mode: trigger.ui_mode(),
        initiator: trigger.initiator(),
        nonce: account.nonces.current().client(),
    })
}
