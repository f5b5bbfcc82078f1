//! What a device remembers of a server, through power cycles.
//!
//! [`AccountState`] decides which notification starts a session: each session once, whoever sends
//! its message again (OMA §6.2.10), and under the nonce 0 as the policy permits (OMA §5.1). It is
//! plain data of 42 octets, one for each account.
//!
//! ```
//! use oma_dm_notification::account::{
//!     Account, AccountState, Decision, ResyncPolicy,
//! };
//! use oma_dm_notification::{Credentials, Nonce, Package0};
//! # let octets = *b"\xe4\x00\x07\x51\xd1\x5d\xa7\xd8\xb5\xfc\x1f\xbc\xe4\x5e\xe7\x15\
//! #     \x02\xd0\0\0\0\x12\x34\x12com.mgmtsrv.manage";
//!
//! // After start-up, from the record that was stored last:
//! # let stored = AccountState::new().to_bytes();
//! let restored = AccountState::from_bytes(&stored);
//! let mut state = restored.unwrap_or(AccountState::lost());
//! for session in state.power_cycled() {
//!     // It was interrupted: `state.resume(&session, policy)` takes it up again.
//! }
//!
//! // A notification has come. Its server-identifier finds the account.
//! let package0 = Package0::parse(&octets)?;
//! let credentials = Credentials::new(b"com.mgmtsrv.manage", b"password");
//! let agreed = Nonce::new(b"agreed");
//! let account = Account::new(&credentials, agreed, ResyncPolicy::Limited);
//! match state.receive(&package0, &account) {
//!     Decision::Start { session, notification } => {
//!         assert_eq!(notification.session_id_text().as_str(), "1234");
//!         // 1. Store the record. 2. Acknowledge the short message.
//!         // 3. Connect to the server. If it does not answer:
//!         state.failed(session);
//!         // 4. Store the record.
//!     }
//!     Decision::Repeated { under_way, .. } => {
//!         println!("started before, under way: {under_way}");
//!     }
//!     Decision::Ignored(reason) => println!("{reason}"),
//!     _ => {}
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it holds
//!
//! A session is one session id and kind of nonce: the stored one or the nonce 0. The state holds
//! - the last 8 sessions that completed under the stored nonce. They are forgotten when Pkg #4 has
//!   [confirmed](AccountState::server_nonce_renewed) another nonce, under which nothing recorded
//!   earlier is authentic;
//! - the last 4 that completed under the nonce 0. They are kept until the secret is
//!   [replaced](AccountState::secret_replaced);
//! - up to 4 of each kind that are under way; of more, the oldest is forgotten.
//!
//! A session that [failed](AccountState::failed) is forgotten, and its message starts it again. So
//! is one that a power cycle interrupted: [`power_cycled`](AccountState::power_cycled) lists it
//! once.
//!
//! An id that completed under the agreed nonce is a repeated one under the offered nonce too, until
//! Pkg #4 confirms it. A server that draws its ids at random does not notice.
//!
//! # When to store, when to acknowledge
//!
//! Keep state, nonces and secret of an account in **one record**, in two copies that are written
//! alternately and numbered. Write it, if its octets differ from those stored, before anything else
//! is done:
//! - after [`Start`](Decision::Start), to be able to resume the session;
//! - after [`completed`](AccountState::completed) and [`failed`](AccountState::failed);
//! - after a nonce is offered or renewed, and after the secret is replaced.
//!
//! Acknowledge the short message after the record of its `Start` is stored, or at once if there is
//! nothing to store. If power fails
//! - before that record is stored, the network delivers the message again, and it starts the
//!   session;
//! - before the acknowledgement, the session is listed as interrupted, and the message comes again;
//! - before `completed` or `failed` is stored, the session is listed as interrupted;
//! - after Pkg #3 and before its offer is stored, the server may have a nonce that the device has
//!   not: so store the offer before Pkg #3 goes out;
//! - after Pkg #4 and before the renewed nonce is stored, the nonce is still the offered one: the
//!   next notification is authentic under it;
//! - while the record is written, the other copy holds what was stored before.
//!
//! # What the application owes
//!
//! - **Completed**: a message of the server was authenticated, or the server answered, even with a
//!   refusal. A session that asks for a reboot is completed before it.
//! - **Failed**: no message of the server was authenticated and it answered nothing. There was no
//!   connection, or a time-out.
//! - **Offered nonce**: if a notification is authentic under it
//!   ([`Offered`](MatchedNonce::Offered)), make it the agreed one, in the record that is stored
//!   next. Drop it when Pkg #2 of a session is authentic under the agreed one. A notification under
//!   the agreed one does not suffice: it may be an old one. If the next session offers a nonce
//!   while one is unconfirmed, offer that one again.
//! - **One session at a time**: two sessions of one account overwrite each other's stored nonces.
//!   Queue the second.
//! - **Retries**: limit them. A message whose session failed can be replayed until one took place.
//! - **Secret**: under the nonce 0 the server's credential can be replayed as well. Such a session
//!   needs transport security, and the secret must be replaced in it.
//!
//! # What cannot be had
//!
//! - A cut between a session's completion and its storing starts that session once more.
//! - More than 8 sessions under one stored nonce: the oldest would start again. Renew the nonce in
//!   each session.
//! - Five sessions of one kind under way: the oldest would start again.
//! - After a lost record, messages under the stored nonce start again until that nonce is replaced.

use crate::digest::{Credentials, Nonce};
use crate::error::{DecodeError, DecodeErrorKind, Field};
use crate::package0::Package0;
use crate::read::Reader;
use crate::session::{MatchedNonce, Session};
use crate::stored;
use crate::trigger::{FutureUse, Initiator, SessionId, SessionIdText, Trigger, UiMode, Version};
use core::{fmt, mem};

/// Sessions of a kind that are under way at a time.
const UNDER_WAY: usize = 4;
/// Completed sessions that are remembered under the stored nonce.
const STORED: usize = 8;
/// Completed sessions that are remembered under the nonce 0: `R` of the scenarios.
const RESYNC: usize = 4;

/// Whether a device accepts notifications under the nonce 0 (OMA §5.1): the application's policy.
///
/// OMA says SHOULD. But such a notification can be replayed as long as the server's secret lasts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_enums, reason = "no, some, all")]
pub enum ResyncPolicy {
    /// None.
    Forbidden,
    /// At most 4 sessions under the nonce 0 complete under one secret. The default.
    #[default]
    Limited,
    /// Any number, of which the last 4 are remembered: for servers that replace their secret in
    /// each such session (OMA §5.1, step 6). A recorded message that fell out starts its session
    /// again.
    Allowed,
}

/// Displays `forbidden`, `limited` or `allowed`.
impl fmt::Display for ResyncPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Forbidden => "forbidden",
            Self::Limited => "limited",
            Self::Allowed => "allowed",
        })
    }
}

/// A server's account at the device, as the caller has stored it.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Account<'s> {
    credentials: &'s Credentials,
    agreed: Nonce<'s>,
    offered: Option<Nonce<'s>>,
    policy: ResyncPolicy,
}

impl<'s> Account<'s> {
    /// Returns an account of the server's credentials, the agreed server nonce, which is
    /// [`Nonce::NONE`] if there is none yet, and the policy.
    #[must_use]
    pub const fn new(
        credentials: &'s Credentials,
        agreed: Nonce<'s>,
        policy: ResyncPolicy,
    ) -> Self {
        Self {
            credentials,
            agreed,
            offered: None,
            policy,
        }
    }

    /// Adds the server nonce that Pkg #3 offered, if Pkg #4 has not confirmed it.
    #[must_use]
    pub const fn with_offered(mut self, offered: Option<Nonce<'s>>) -> Self {
        self.offered = offered;
        self
    }

    /// Returns the nonce under which a message is authentic: the agreed one, the offered one, the
    /// nonce 0, in this order.
    fn matched(&self, package0: &Package0<'_>) -> Option<MatchedNonce> {
        let (candidates, nonces) = match self.offered {
            Some(offered) => (
                &[self.agreed, offered, Nonce::RESYNC][..],
                &[MatchedNonce::Stored, MatchedNonce::Offered][..],
            ),
            None => (
                &[self.agreed, Nonce::RESYNC][..],
                &[MatchedNonce::Stored][..],
            ),
        };
        let at = package0.find(self.credentials, candidates)?;
        let is_zero = candidates
            .get(at)
            .is_some_and(|nonce| nonce.as_bytes() == Nonce::RESYNC.as_bytes());
        match nonces.get(at) {
            Some(&nonce) if !is_zero => Some(nonce),
            _ => Some(MatchedNonce::Resync),
        }
    }
}

/// An authentic notification: what the server asks of the session, and the nonce that matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Notification<'a> {
    trigger: Trigger<'a>,
    text: SessionIdText,
    nonce: MatchedNonce,
}

impl<'a> Notification<'a> {
    /// Returns the whole trigger.
    #[must_use]
    pub const fn trigger(&self) -> &Trigger<'a> {
        &self.trigger
    }

    /// Returns `<sessionid>`, 16 bits, 1 to FFFF (OMA §6.2.10).
    #[must_use]
    pub const fn session_id(&self) -> SessionId {
        self.trigger.session_id()
    }

    /// Returns the text for the `SessionID` of the session's messages, one to four hexadecimal
    /// digits (OMA §6.2.10).
    #[must_use]
    pub const fn session_id_text(&self) -> SessionIdText {
        self.text
    }

    /// Returns `<ui-mode>`, 2 bits: what the server recommends towards the user (OMA §6.2.7).
    #[must_use]
    pub const fn ui_mode(&self) -> UiMode {
        self.trigger.ui_mode()
    }

    /// Returns `<initiator>`, 1 bit: who caused the management action (OMA §6.2.8).
    #[must_use]
    pub const fn initiator(&self) -> Initiator {
        self.trigger.initiator()
    }

    /// Returns `<version>`, 10 bits (OMA §6.2.6).
    #[must_use]
    pub const fn version(&self) -> Version {
        self.trigger.version()
    }

    /// Returns `<future-use>`, 27 bits (OMA §6.2.9).
    #[must_use]
    pub const fn future_use(&self) -> FutureUse {
        self.trigger.future_use()
    }

    /// Returns `<vendor-specific>`, often no octets (OMA §6.2.13).
    #[must_use]
    pub const fn vendor_specific(&self) -> &'a [u8] {
        self.trigger.vendor_specific()
    }

    /// Returns the nonce that the notification was authentic under.
    #[must_use]
    pub const fn nonce(&self) -> MatchedNonce {
        self.nonce
    }
}

/// What a notification leads to.
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Decision<'a> {
    /// Start a session. Store the record first.
    Start {
        /// The session's id and nonces.
        session: Session,
        /// What the server asks of it.
        notification: Notification<'a>,
    },
    /// The message's session was started before (OMA §6.2.10): start none. The state is as it was.
    Repeated {
        /// What the server asked of it.
        notification: Notification<'a>,
        /// Whether neither `completed` nor `failed` was said of the session.
        under_way: bool,
    },
    /// Start no session. The state is as it was.
    Ignored(Ignored),
}

/// Why a notification is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Ignored {
    /// The session id is 0, and no session has that id (OMA §6.2.10).
    NoSession,
    /// The digest matches under none of the candidate nonces (OMA §5.1, step 2).
    NotAuthentic,
    /// It is authentic under the nonce 0, which the policy forbids.
    ResyncForbidden,
    /// It is authentic under the nonce 0, and the policy permits no more such sessions before the
    /// secret is replaced.
    ResyncExhausted,
}

impl fmt::Display for Ignored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSession => "the sessionid is 0",
            Self::NotAuthentic => "the digest does not match",
            Self::ResyncForbidden => "the nonce 0 is forbidden",
            Self::ResyncExhausted => {
                "no more sessions under the nonce 0 before the secret is replaced"
            }
        })
    }
}

/// What a device remembers of one server: plain data, all zeros when new.
///
/// The [module](self) says when to store it and what the application owes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AccountState {
    stored: Sessions<STORED>,
    resync: Sessions<RESYNC>,
    generation: u8,
    lost: bool,
}

impl AccountState {
    /// The length in octets of [`to_bytes`](Self::to_bytes): 47.
    pub const LENGTH: usize =
        stored::OVERHEAD.saturating_add(2 * (STORED + RESYNC + 2 * UNDER_WAY) + 2);

    /// The sessions that [`Limited`](ResyncPolicy::Limited) lets complete under the nonce 0 and one
    /// secret: 4.
    pub const RESYNC_SESSIONS: usize = RESYNC;

    /// The version octet of [`to_bytes`](Self::to_bytes).
    const VERSION: u8 = 0x11;

    /// Returns the state of a new account: no session was started.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            stored: Sessions::NONE,
            resync: Sessions::NONE,
            generation: 0,
            lost: false,
        }
    }

    /// Returns the state to go on with after the record was lost.
    ///
    /// Under [`Limited`](ResyncPolicy::Limited) no session starts under the nonce 0 until the
    /// secret is replaced. Under [`Allowed`](ResyncPolicy::Allowed), and under the stored nonce if
    /// the caller has that still, whatever was recorded starts its session once more.
    #[must_use]
    pub const fn lost() -> Self {
        Self {
            lost: true,
            ..Self::new()
        }
    }

    /// Decides what a notification leads to: whether it is authentic, and whether its session
    /// starts. Changes the state for [`Start`](Decision::Start) alone.
    ///
    /// `account` is that of the message's server-identifier. The candidate nonces are tried in
    /// order: the agreed one, the offered one, the nonce 0. A stored nonce of four zero octets is
    /// the nonce 0. The nonce 0 is tried under every policy, so that
    /// [`ResyncForbidden`](Ignored::ResyncForbidden) tells it from a wrong digest. `H(trigger)` is
    /// computed once.
    pub fn receive<'a>(&mut self, package0: &Package0<'a>, account: &Account<'_>) -> Decision<'a> {
        let trigger = *package0.unverified();
        let id = trigger.session_id();
        let Some(text) = id.to_text() else {
            return Decision::Ignored(Ignored::NoSession);
        };
        let Some(nonce) = account.matched(package0) else {
            return Decision::Ignored(Ignored::NotAuthentic);
        };
        if (nonce, account.policy) == (MatchedNonce::Resync, ResyncPolicy::Forbidden) {
            return Decision::Ignored(Ignored::ResyncForbidden);
        }
        let notification = Notification {
            trigger,
            text,
            nonce,
        };
        if let Some(under_way) = self.find(id, nonce) {
            return Decision::Repeated {
                notification,
                under_way,
            };
        }
        if !self.start(id, nonce, account.policy) {
            return Decision::Ignored(Ignored::ResyncExhausted);
        }
        Decision::Start {
            session: Session::new(id, self.generation, nonce),
            notification,
        }
    }

    /// Returns whether a session that was started is under way; `None` if it is not remembered.
    fn find(&self, id: SessionId, nonce: MatchedNonce) -> Option<bool> {
        match nonce {
            MatchedNonce::Resync => self.resync.find(id),
            MatchedNonce::Stored | MatchedNonce::Offered => self.stored.find(id),
        }
    }

    /// Notes that a session is under way; returns `false` if the policy has no room for it.
    fn start(&mut self, id: SessionId, nonce: MatchedNonce, policy: ResyncPolicy) -> bool {
        if nonce != MatchedNonce::Resync {
            push(&mut self.stored.under_way, id);
            return true;
        }
        let room = match policy {
            ResyncPolicy::Forbidden => false,
            ResyncPolicy::Limited => !self.lost && self.resync.count() < RESYNC,
            ResyncPolicy::Allowed => true,
        };
        if room {
            push(&mut self.resync.under_way, id);
        }
        room
    }

    /// Notes that the session took place: its message starts no other.
    ///
    /// There is no effect if the session began under an older secret.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "a session ends once: it is consumed"
    )]
    pub fn completed(&mut self, session: Session) {
        self.end(&session, true);
    }

    /// Notes that the session did not take place: its message may start it again.
    ///
    /// If a nonce was renewed in it, the session took place: this is [`completed`](Self::completed)
    /// then. There is no effect if the session began under an older secret.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "a session ends once: it is consumed"
    )]
    pub fn failed(&mut self, session: Session) {
        self.end(&session, session.took_place());
    }

    fn end(&mut self, session: &Session, took_place: bool) {
        let id = session.session_id();
        if session.generation() != self.generation {
            return;
        }
        if session.nonce() == MatchedNonce::Resync {
            self.resync.end(id, took_place);
        } else {
            // Once the nonce is replaced, the session's message is not authentic any more.
            let replaced = session.is_server_nonce_renewed();
            self.stored.end(id, took_place && !replaced);
        }
    }

    /// Notes that Pkg #4 has confirmed the nonce that the session's Pkg #3 offered: it is the
    /// agreed server nonce now, and the sessions that completed under the one before are forgotten
    /// (OMA §5.1, step 5).
    pub const fn server_nonce_renewed(&mut self, session: &mut Session) {
        session.renew_server_nonce();
        self.stored.completed = [0; STORED];
    }

    /// Notes that the server has replaced its secret (OMA §5.1, step 6): all sessions are
    /// forgotten, since no message signed with the old secret is authentic.
    ///
    /// What is said later of a session that began before has no effect.
    pub const fn secret_replaced(&mut self) {
        *self = Self {
            generation: self.generation.wrapping_add(1),
            ..Self::new()
        };
    }

    /// Returns the sessions that were under way, and forgets them. Call it once after start-up.
    ///
    /// Each can be taken up again with [`resume`](Self::resume). One that is not takes no place
    /// among the sessions that [`Limited`](ResyncPolicy::Limited) permits, and its message starts
    /// it again.
    pub const fn power_cycled(&mut self) -> Interrupted {
        Interrupted {
            stored: mem::replace(&mut self.stored.under_way, [0; UNDER_WAY]),
            resync: mem::replace(&mut self.resync.under_way, [0; UNDER_WAY]),
            generation: self.generation,
        }
    }

    /// Takes up a session that was interrupted: it is under way again. Store the record, then
    /// connect.
    ///
    /// `session` is one that [`power_cycled`](Self::power_cycled) listed, with the nonces that it
    /// began with, or one that the caller stored itself and [restored](Session::from_bytes).
    ///
    /// Returns `false`, and the state is as it was, if the session began under an older secret, if
    /// it was completed or started again since, or if it is under the nonce 0 and the policy has no
    /// room.
    #[must_use]
    pub fn resume(&mut self, session: &Session, policy: ResyncPolicy) -> bool {
        let (id, nonce) = (session.session_id(), session.nonce());
        session.generation() == self.generation
            && self.find(id, nonce).is_none()
            && self.start(id, nonce, policy)
    }

    /// Returns the state as 47 octets, lossless.
    ///
    /// ```text
    ///  octet  0  version (1)
    ///         1  ids completed under the stored nonce (8 x 2)
    ///        17  ids under way under the stored nonce (4 x 2)
    ///        25  ids completed under the nonce 0 (4 x 2)
    ///        33  ids under way under the nonce 0 (4 x 2)
    ///        41  generation of the secret (1)
    ///        42  whether a record was lost (1)
    ///        43  CRC-32 of octets 0 to 42 (4)
    ///  ids: 16 bits each, big endian, the oldest first, then zeros
    /// ```
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::LENGTH] {
        let lists: [&[u16]; 4] = [
            &self.stored.completed,
            &self.stored.under_way,
            &self.resync.completed,
            &self.resync.under_way,
        ];
        let ids = lists.into_iter().flatten();
        let contents = ids.flat_map(|id| id.to_be_bytes());
        let end = [self.generation, u8::from(self.lost)];
        stored::seal(Self::VERSION, contents.chain(end))
    }

    /// Restores a state from [`to_bytes`](Self::to_bytes). After start-up, call
    /// [`power_cycled`](Self::power_cycled) as well.
    ///
    /// # Errors
    ///
    /// After each of them, [`lost`](Self::lost) is the state to go on with, unless the other copy
    /// of the record can be restored:
    /// - [`Invalid`](DecodeErrorKind::Invalid) [`StateVersion`](Field::StateVersion) for other
    ///   octets than an account's state, or those of another version of this library;
    /// - [`Length`](DecodeErrorKind::Length) of [`State`](Field::State) unless there are 47 octets;
    /// - [`Invalid`](DecodeErrorKind::Invalid) [`StateCheck`](Field::StateCheck) if an octet
    ///   changed or was not written;
    /// - [`Invalid`](DecodeErrorKind::Invalid) [`State`](Field::State), with the offset of the list
    ///   or the octet, for what no state can be.
    pub fn from_bytes(octets: &[u8]) -> Result<Self, DecodeError> {
        let mut state = Self::new();
        state.read(octets)?;
        Ok(state)
    }

    // In place: put together from parts, a state costs 136 octets of flash more.
    #[inline(never)]
    fn read(&mut self, octets: &[u8]) -> Result<(), DecodeError> {
        let mut reader = stored::open::<{ Self::LENGTH }>(octets, Self::VERSION)?;
        self.stored.read(&mut reader)?;
        self.resync.read(&mut reader)?;
        self.generation = reader.octet().unwrap_or_default();
        self.lost = reader.field(Field::State, |reader| {
            match reader.octet().unwrap_or_default() {
                0 => Ok(false),
                1 => Ok(true),
                _ => Err(DecodeErrorKind::Invalid),
            }
        })?;
        Ok(())
    }
}

impl Default for AccountState {
    fn default() -> Self {
        Self::new()
    }
}

/// The sessions that a power cycle interrupted, each with the nonces that it began with: first
/// those under the stored nonce, of each kind the oldest first.
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[must_use = "a session that is not resumed is forgotten"]
pub struct Interrupted {
    stored: Ids<UNDER_WAY>,
    resync: Ids<UNDER_WAY>,
    generation: u8,
}

impl Iterator for Interrupted {
    type Item = Session;

    fn next(&mut self) -> Option<Session> {
        let (id, nonce) = match pop(&mut self.stored) {
            Some(id) => (id, MatchedNonce::Stored),
            None => (pop(&mut self.resync)?, MatchedNonce::Resync),
        };
        Some(Session::new(id, self.generation, nonce))
    }
}

/// The sessions of one kind of nonce. No id is in both lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
struct Sessions<const N: usize> {
    completed: Ids<N>,
    under_way: Ids<UNDER_WAY>,
}

/// Up to `N` session ids, the oldest first, then zeros.
type Ids<const N: usize> = [u16; N];

impl<const N: usize> Sessions<N> {
    const NONE: Self = Self {
        completed: [0; N],
        under_way: [0; UNDER_WAY],
    };

    /// Returns whether the session is under way; `None` if it is not known.
    fn find(&self, id: SessionId) -> Option<bool> {
        let under_way = self.under_way.contains(&id.value());
        (under_way || self.completed.contains(&id.value())).then_some(under_way)
    }

    /// Returns how many there are, completed and under way.
    fn count(&self) -> usize {
        let ids = self.completed.iter().chain(&self.under_way);
        ids.filter(|&&id| id != 0).count()
    }

    /// Ends a session, and remembers it if it completed.
    fn end(&mut self, id: SessionId, completed: bool) {
        remove(&mut self.under_way, id);
        if completed && !self.completed.contains(&id.value()) {
            push(&mut self.completed, id);
        }
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        read(reader, &mut self.completed, &[])?;
        read(reader, &mut self.under_way, &self.completed)
    }
}

// These take lists of any length, so that firmware has each of them once: 256 octets of flash less.

/// Adds an id that is not in the list; the oldest one gives way if there is no room.
fn push(ids: &mut [u16], id: SessionId) {
    if !ids.contains(&0) {
        pop(ids);
    }
    let room = ids.iter_mut().find(|room| **room == 0);
    *room.unwrap_or(&mut 0) = id.value();
}

/// Removes the oldest id.
fn pop(ids: &mut [u16]) -> Option<SessionId> {
    let oldest = ids.first().and_then(|&id| SessionId::new(id).ok())?;
    remove(ids, oldest);
    Some(oldest)
}

fn remove(ids: &mut [u16], id: SessionId) {
    if ids.contains(&id.value()) {
        // Each of those after it moves one to the front.
        let mut moved = 0;
        for place in ids.iter_mut().rev() {
            let before = mem::replace(place, moved);
            if before == id.value() {
                break;
            }
            moved = before;
        }
    }
}

/// Reads ids: none after a zero, none twice, none of the others.
fn read(reader: &mut Reader<'_>, ids: &mut [u16], others: &[u16]) -> Result<(), DecodeError> {
    reader.field(Field::State, |reader| {
        for place in ids.iter_mut() {
            *place = u16::from_be_bytes(reader.array().unwrap_or_default());
        }
        let mut rest = &*ids;
        while let Some((id, later)) = rest.split_first() {
            let is_wrong = match id {
                0 => later.iter().any(|&other| other != 0),
                _ => later.contains(id) || others.contains(id),
            };
            if is_wrong {
                return Err(DecodeErrorKind::Invalid);
            }
            rest = later;
        }
        Ok(())
    })
}
