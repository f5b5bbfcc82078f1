//! The nonces of one session (OMA §5.1), and what a server remembers of a device.
//!
//! Two nonces are in play. The *client nonce* authenticates the client's messages; the server's
//! `Chal` renews it. The *server nonce* authenticates the server's messages and notifications; the
//! client's `Chal` renews it. Both ends store both.
//!
//! ```text
//!  device                                                             server
//!    |                                             DeviceState::notify   |
//!    |<-- Pkg #0, under the stored nonce or the nonce 0 -----------------|
//!    |    AccountState::receive                                          |
//!    |--- Pkg #1, credentials under client_nonce() --------------------->|
//!    |                      DeviceState::session, client_nonce_renewed   |
//!    |<-- Pkg #2, under server_nonce(); a new client nonce --------------|
//!    |    client_nonce_renewed, server_nonce_offered                     |
//!    |--- Pkg #3, under client_nonce(); a new server nonce ------------->|
//!    |                                            server_nonce_renewed   |
//!    |<-- Pkg #4, under the nonce that Pkg #3 offered -------------------|
//!    |    server_nonce_renewed                                           |
//! ```
//!
//! [`Session`] is the value of one session, for both ends. [`DeviceState`] is the server's state of
//! one device; the device's state of one server is [`AccountState`](crate::account::AccountState).

use crate::digest::NonceChoice;
use crate::error::{DecodeError, DecodeErrorKind, Field};
use crate::read::Reader;
use crate::stored;
use crate::trigger::SessionId;
use core::fmt;

/// The nonce under which a notification was authentic at the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum MatchedNonce {
    /// The agreed server nonce.
    Stored,
    /// The server nonce that Pkg #3 offered and no Pkg #4 has confirmed: the server has it, so make
    /// it the agreed one.
    Offered,
    /// The nonce 0x00000000 (OMA §5.1, step 2).
    Resync,
}

impl MatchedNonce {
    /// Returns what the credentials of Pkg #1 and Pkg #2 are based on (OMA §5.1, steps 3 to 5).
    ///
    /// [`Offered`](Self::Offered) gives [`Stored`](NonceChoice::Stored): the offered nonce is the
    /// stored one by then.
    #[must_use]
    pub const fn choice(self) -> NonceChoice {
        match self {
            Self::Stored | Self::Offered => NonceChoice::Stored,
            Self::Resync => NonceChoice::Resync,
        }
    }
}

/// Displays `stored`, `offered` or `resync`.
impl fmt::Display for MatchedNonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stored => "stored",
            Self::Offered => "offered",
            Self::Resync => "resync",
        })
    }
}

/// The client nonce was renewed, Pkg #2.
const CLIENT_RENEWED: u8 = 1;
/// A server nonce was offered, Pkg #3.
const OFFERED: u8 = 2;
/// The server nonce was renewed: Pkg #4 at the device, Pkg #3 at the server.
const SERVER_RENEWED: u8 = 4;

/// One session: its id, and the nonces for the credentials of its messages.
///
/// The device has it from [`AccountState::receive`](crate::account::AccountState::receive), the
/// server from [`DeviceState::session`]. Nothing that arrives later changes it. It is not `Clone`:
/// `completed` and `failed` consume it, so that each session ends once.
///
/// It can be stored, or kept by a C caller, as [`to_bytes`](Self::to_bytes). It carries the
/// generation of the secret that it began under: what is said of a session that outlived its secret
/// has no effect.
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(
    missing_copy_implementations,
    reason = "a session ends once: completed and failed consume it"
)]
pub struct Session {
    id: SessionId,
    generation: u8,
    nonce: MatchedNonce,
    progress: u8,
}

impl Session {
    /// The length in octets of [`to_bytes`](Self::to_bytes): 9.
    pub const LENGTH: usize = stored::OVERHEAD.saturating_add(4);

    /// The version octet of [`to_bytes`](Self::to_bytes).
    const VERSION: u8 = 0x21;

    pub(crate) const fn new(id: SessionId, generation: u8, nonce: MatchedNonce) -> Self {
        Self {
            id,
            generation,
            nonce,
            progress: 0,
        }
    }

    /// Returns the session id, 16 bits, 1 to FFFF: `SessionID` of the session's messages (OMA
    /// §6.2.10).
    #[must_use]
    pub const fn session_id(&self) -> SessionId {
        self.id
    }

    /// Returns the nonce that the session's notification was authentic under.
    #[must_use]
    pub const fn nonce(&self) -> MatchedNonce {
        self.nonce
    }

    /// Returns the nonce for the credentials of the client's messages, Pkg #1 and Pkg #3 (OMA §5.1,
    /// steps 3 and 4).
    #[must_use]
    pub const fn client_nonce(&self) -> NonceChoice {
        self.choice(CLIENT_RENEWED)
    }

    /// Returns the nonce for the credentials of the server's messages, Pkg #2 and, if Pkg #3
    /// offered no nonce, Pkg #4 (OMA §5.1, step 5).
    ///
    /// A Pkg #4 after an [offer](Self::is_server_nonce_offered) is under the offered nonce.
    #[must_use]
    pub const fn server_nonce(&self) -> NonceChoice {
        self.choice(SERVER_RENEWED)
    }

    /// Returns whether Pkg #3 has offered a server nonce that Pkg #4 has not confirmed yet.
    #[must_use]
    pub const fn is_server_nonce_offered(&self) -> bool {
        self.progress & (OFFERED | SERVER_RENEWED) == OFFERED
    }

    /// Notes that the client nonce was renewed: the nonce in Pkg #2's `Chal` is now the stored one
    /// (OMA §5.1, step 4).
    ///
    /// From here on the session took place, whatever is said of it.
    pub const fn client_nonce_renewed(&mut self) {
        self.progress |= CLIENT_RENEWED;
    }

    /// Notes that Pkg #3 has gone out with a `Chal`: its nonce is now stored as the offered server
    /// nonce (OMA §5.1, step 5).
    pub const fn server_nonce_offered(&mut self) {
        self.progress |= OFFERED;
    }

    /// Notes that the server nonce was renewed; the ends' states call it.
    pub(crate) const fn renew_server_nonce(&mut self) {
        self.progress |= SERVER_RENEWED;
    }

    /// Returns whether a nonce was renewed, which proves that the session took place.
    #[must_use]
    pub const fn took_place(&self) -> bool {
        self.progress & (CLIENT_RENEWED | SERVER_RENEWED) != 0
    }

    pub(crate) const fn is_server_nonce_renewed(&self) -> bool {
        self.progress & SERVER_RENEWED != 0
    }

    pub(crate) const fn generation(&self) -> u8 {
        self.generation
    }

    const fn choice(&self, renewed: u8) -> NonceChoice {
        if self.progress & renewed == 0 {
            self.nonce.choice()
        } else {
            NonceChoice::Stored
        }
    }

    /// Returns the session as 9 octets, lossless.
    ///
    /// Two sessions restored from the same octets are the same session: of what is said of them,
    /// the first `completed` counts.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::LENGTH] {
        let [i0, i1] = self.id.value().to_be_bytes();
        let nonce = match self.nonce {
            MatchedNonce::Stored => 0,
            MatchedNonce::Offered => 1,
            MatchedNonce::Resync => 2,
        };
        let contents = [i0, i1, self.generation, nonce << 4 | self.progress];
        stored::seal(Self::VERSION, contents.into_iter())
    }

    /// Restores a session from [`to_bytes`](Self::to_bytes).
    ///
    /// # Errors
    ///
    /// - [`Invalid`](DecodeErrorKind::Invalid) [`StateVersion`](Field::StateVersion) for other
    ///   octets than a session's, or those of another version of this library;
    /// - [`Length`](DecodeErrorKind::Length) of [`State`](Field::State) unless there are 9 octets;
    /// - [`Invalid`](DecodeErrorKind::Invalid) [`StateCheck`](Field::StateCheck) if an octet
    ///   changed;
    /// - [`Invalid`](DecodeErrorKind::Invalid) [`State`](Field::State) for what no session can be.
    pub fn from_bytes(octets: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = stored::open::<{ Self::LENGTH }>(octets, Self::VERSION)?;
        reader.field(Field::State, Self::read)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeErrorKind> {
        let [i0, i1, generation, flags] = reader.array().unwrap_or_default();
        let nonce = match flags >> 4 {
            0 => MatchedNonce::Stored,
            1 => MatchedNonce::Offered,
            2 => MatchedNonce::Resync,
            _ => return Err(DecodeErrorKind::Invalid),
        };
        let progress = flags & 0xF;
        if progress > CLIENT_RENEWED | OFFERED | SERVER_RENEWED {
            return Err(DecodeErrorKind::Invalid);
        }
        Ok(Self {
            id: read_id(u16::from_be_bytes([i0, i1]))?,
            generation,
            nonce,
            progress,
        })
    }
}

fn read_id(value: u16) -> Result<SessionId, DecodeErrorKind> {
    SessionId::new(value).map_err(|_| DecodeErrorKind::Invalid)
}

/// A notification for a server to send, as [`DeviceState::notify`] decided it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Notify {
    /// The session id of its trigger, 16 bits, 1 to FFFF (OMA §6.2.10).
    pub session_id: SessionId,
    /// The nonce to sign it under (OMA §5.1).
    pub nonce: NonceChoice,
    /// Whether this id has gone out under this nonce before, and its session has not taken place.
    ///
    /// Under the nonce 0, send the same octets again. Another trigger under the same id would be
    /// one more message to replay.
    pub repeated: bool,
}

/// What a server remembers of one device: plain data, to be stored with the device's nonces.
///
/// **Rules.** Store state, nonces and secrets in one record, before a message goes out that the
/// record does not know.
/// - *Notify*: draw an id at random, call [`notify`](Self::notify), store, sign, send. A counter
///   would fall back when a record is restored, and give one id to two sessions.
/// - *No answer*: call [`unanswered`](Self::unanswered). The next notification is under the other
///   nonce, since either end may have lost the stored one, and the device may forbid the nonce 0.
/// - *Nonce 0*: one message is out at a time. Store its octets and repeat those until its session
///   took place. Each other message under the nonce 0 is one more that can be replayed.
/// - *Pkg #1*: call [`session`](Self::session) with its session id, and check the credentials under
///   [`client_nonce`](Session::client_nonce). A Pkg #2 may be lost: accept both the client nonce it
///   gave and the one before it.
/// - *Secret*: in the first session under the nonce 0, replace it
///   ([`should_replace_secret`](Self::should_replace_secret); OMA §5.1, step 6). Until the device
///   has acknowledged that, it may have either secret: send each notification signed with both.
///
/// ```
/// use oma_dm_notification::{NonceChoice, SessionId};
/// use oma_dm_notification::session::DeviceState;
///
/// let mut device = DeviceState::new();
/// let first = device.notify(SessionId::new(0x1D07)?); // drawn at random
/// assert_eq!(first.nonce, NonceChoice::Stored);
///
/// device.unanswered();
/// let second = device.notify(SessionId::new(0x92C4)?);
/// assert_eq!(second.nonce, NonceChoice::Resync);
///
/// let mut session = device.session(second.session_id); // Pkg #1 has come
/// assert_eq!(session.client_nonce(), NonceChoice::Resync);
/// session.client_nonce_renewed(); // Pkg #2
/// device.server_nonce_renewed(&mut session); // Pkg #3
/// assert_eq!(session.server_nonce(), NonceChoice::Stored); // for Pkg #4
/// assert!(device.should_replace_secret());
/// device.completed(session);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DeviceState {
    out: Out,
    next: NonceChoice,
    nonce_lost: bool,
    exposed: bool,
    generation: u8,
}

/// The session ids of the notifications that are out, one for each nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
struct Out {
    stored: Option<SessionId>,
    resync: Option<SessionId>,
}

impl DeviceState {
    /// The length in octets of [`to_bytes`](Self::to_bytes): 11.
    pub const LENGTH: usize = stored::OVERHEAD.saturating_add(6);

    /// The version octet of [`to_bytes`](Self::to_bytes).
    const VERSION: u8 = 0x31;

    /// Returns the state of a device that no notification has gone to.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            out: Out {
                stored: None,
                resync: None,
            },
            next: NonceChoice::Stored,
            nonce_lost: false,
            exposed: false,
            generation: 0,
        }
    }

    /// Returns the state of a device whose record is lost, its nonces included.
    ///
    /// Every notification is under the nonce 0 until a session has renewed the server nonce. The
    /// secret should be replaced, since nothing is known of earlier messages.
    #[must_use]
    pub const fn lost() -> Self {
        Self {
            next: NonceChoice::Resync,
            nonce_lost: true,
            exposed: true,
            ..Self::new()
        }
    }

    /// Decides what the next notification is: its session id and the nonce to sign it under.
    ///
    /// `fresh` is an id that the caller drew at random. It is not taken if a notification under
    /// that nonce is out, which must be repeated; and it is changed in its lowest bits if it is
    /// the id that is out under the other nonce, so that the id in Pkg #1 tells the nonce.
    pub fn notify(&mut self, fresh: SessionId) -> Notify {
        let nonce = self.next;
        let (own, other) = match nonce {
            NonceChoice::Stored => (&mut self.out.stored, self.out.resync),
            NonceChoice::Resync => (&mut self.out.resync, self.out.stored),
        };
        let repeated = own.is_some();
        let session_id = own.unwrap_or_else(|| apart(fresh, other));
        *own = Some(session_id);
        self.exposed |= nonce == NonceChoice::Resync;
        Notify {
            session_id,
            nonce,
            repeated,
        }
    }

    /// Notes that the device did not answer the notification in time: the next one is under the
    /// other nonce, the nonce 0 after the stored one and the stored one after the nonce 0.
    pub const fn unanswered(&mut self) {
        self.next = match self.next {
            NonceChoice::Resync if !self.nonce_lost => NonceChoice::Stored,
            _ => NonceChoice::Resync,
        };
    }

    /// Returns the session of a Pkg #1 with this session id, by which its credentials are checked.
    ///
    /// It is under the nonce 0 if that is how the id has gone out and its session has not taken
    /// place; under the stored nonces otherwise, as is a session that the device began itself.
    #[must_use]
    pub fn session(&self, session_id: SessionId) -> Session {
        let nonce = if self.out.resync == Some(session_id) {
            MatchedNonce::Resync
        } else {
            MatchedNonce::Stored
        };
        Session::new(session_id, self.generation, nonce)
    }

    /// Notes that Pkg #3 has brought a `Chal`: its nonce is now the stored server nonce (OMA §5.1,
    /// step 5).
    ///
    /// Store it before Pkg #4 goes out.
    pub const fn server_nonce_renewed(&mut self, session: &mut Session) {
        session.renew_server_nonce();
        self.nonce_lost = false;
        self.next = NonceChoice::Stored;
    }

    /// Notes that the session took place: its Pkg #1 was authentic and Pkg #2 has gone out. The
    /// next notification has a new id.
    ///
    /// Whatever follows, the device may have completed the session and would call its message a
    /// repeated one.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "a session ends once: it is consumed"
    )]
    pub fn completed(&mut self, session: Session) {
        if session.generation != self.generation {
            return;
        }
        for out in [&mut self.out.stored, &mut self.out.resync] {
            if *out == Some(session.id) {
                *out = None;
            }
        }
        if !self.nonce_lost {
            self.next = NonceChoice::Stored;
        }
    }

    /// Notes that the session did not take place: its Pkg #1 was not authentic, or Pkg #2 did not
    /// go out. Its notification stays out.
    ///
    /// A session whose nonces were renewed took place: this is [`completed`](Self::completed) then.
    pub fn failed(&mut self, session: Session) {
        if session.took_place() {
            self.completed(session);
        }
    }

    /// Returns whether the secret should be replaced, in this session or the next: a notification
    /// under the nonce 0 was signed with it and stays authentic as long as the secret lasts (OMA
    /// §5.1, step 6).
    #[must_use]
    pub const fn should_replace_secret(&self) -> bool {
        self.exposed
    }

    /// Notes that the device has acknowledged a new secret: no notification is out under it yet.
    pub const fn secret_replaced(&mut self) {
        *self = Self {
            next: self.next,
            nonce_lost: self.nonce_lost,
            generation: self.generation.wrapping_add(1),
            ..Self::new()
        };
    }

    /// Returns the state as 11 octets, lossless.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::LENGTH] {
        let [s0, s1] = self.out.stored.map_or(0, SessionId::value).to_be_bytes();
        let [r0, r1] = self.out.resync.map_or(0, SessionId::value).to_be_bytes();
        let resync = u8::from(self.next == NonceChoice::Resync);
        let flags = u8::from(self.exposed) << 2 | u8::from(self.nonce_lost) << 1 | resync;
        let contents = [s0, s1, r0, r1, self.generation, flags];
        stored::seal(Self::VERSION, contents.into_iter())
    }

    /// Restores a state from [`to_bytes`](Self::to_bytes).
    ///
    /// # Errors
    ///
    /// After each of them, [`lost`](Self::lost) is the state to go on with:
    /// - [`Invalid`](DecodeErrorKind::Invalid) [`StateVersion`](Field::StateVersion) for other
    ///   octets than a device's state, or those of another version of this library;
    /// - [`Length`](DecodeErrorKind::Length) of [`State`](Field::State) unless there are 11 octets;
    /// - [`Invalid`](DecodeErrorKind::Invalid) [`StateCheck`](Field::StateCheck) if an octet
    ///   changed or was not written;
    /// - [`Invalid`](DecodeErrorKind::Invalid) [`State`](Field::State) for what no state can be.
    pub fn from_bytes(octets: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = stored::open::<{ Self::LENGTH }>(octets, Self::VERSION)?;
        reader.field(Field::State, Self::read)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeErrorKind> {
        let [s0, s1, r0, r1, generation, flags] = reader.array().unwrap_or_default();
        let out = Out {
            stored: SessionId::new(u16::from_be_bytes([s0, s1])).ok(),
            resync: SessionId::new(u16::from_be_bytes([r0, r1])).ok(),
        };
        let (exposed, nonce_lost) = (flags & 4 != 0, flags & 2 != 0);
        let next = match flags & 1 {
            0 => NonceChoice::Stored,
            _ => NonceChoice::Resync,
        };
        let same_id = out.stored.is_some() && out.stored == out.resync;
        let unexposed = out.resync.is_some() && !exposed;
        let lost = nonce_lost && next == NonceChoice::Stored;
        if flags > 7 || same_id || unexposed || lost {
            return Err(DecodeErrorKind::Invalid);
        }
        Ok(Self {
            out,
            next,
            nonce_lost,
            exposed,
            generation,
        })
    }
}

impl Default for DeviceState {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns `fresh`, or if it is `other`, an id next to it.
fn apart(fresh: SessionId, other: Option<SessionId>) -> SessionId {
    [0, 1, 2]
        .into_iter()
        .filter_map(|bit| SessionId::new(fresh.value() ^ bit).ok())
        .find(|&id| Some(id) != other)
        .unwrap_or(fresh)
}
