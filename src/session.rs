//! What section 5 and 6.2.10 ask of each end: one session per session id, and the nonces through a resynchronisation.
//!
//! ```text
//!            device                                                        server
//!              |   Pkg #0, under the stored nonce or, where that is lost, under 0   |
//!              |<-------------------------------------------------------------------|  ServerNonces::resynchronise
//!   DeviceNonces::verify, SessionLog::admit, DeviceNonces::session_started          |
//!              |   Pkg #1, credentials under the same                               |
//!              |------------------------------------------------------------------->|
//!              |   Pkg #2, credentials under the same, and a new client nonce       |
//!              |<-------------------------------------------------------------------|  client_nonce_renewed
//!   client_nonce_renewed                                                            |
//!              |   Pkg #3, and a new server nonce                                   |
//!              |------------------------------------------------------------------->|  server_nonce_renewed
//!   server_nonce_renewed                                                            |
//!              |   Pkg #4; the server may replace its secret                        |  secret_replaced
//!              |<-------------------------------------------------------------------|
//!   secret_replaced
//! ```
//!
//! Two nonces are in play: the *client nonce*, under which the client's messages are authenticated and which the
//! server's `Chal` renews, and the *server nonce*, for the server's messages and notifications, which the client's
//! `Chal` renews. Both ends store both; [`Nonces`] says when to use the nonce 0 in the place of either.

use crate::digest::{Credentials, Nonce, NonceChoice};
use crate::error::NotAuthentic;
use crate::package0::{Authentic, Package0};
use crate::trigger::SessionId;
use heapless::Deque;

/// The sessions that notifications have started: "if client receives the same Session ID several times it is enough for
/// a client to initiate only one management session" (6.2.10).
///
/// It remembers the last `N` sessions, each as the caller's key for the server and the session id; session ids of
/// different servers are different sessions. A session falls out when `N` others have been admitted after it, and then
/// would be admitted again: choose `N` so that it outlasts the repetitions of a server and the validity of a nonce.
/// Only what is authentic should reach the log; then nobody but the servers can make anything fall out of it.
///
/// ```
/// use oma_dm_notification::{SessionId, session::SessionLog};
///
/// let mut sessions = SessionLog::<&str, 8>::new();
/// let session_id = SessionId::new(0x1234)?;
/// assert!(sessions.admit("server", session_id));
/// assert!(!sessions.admit("server", session_id)); // the same message, received again
/// assert!(sessions.admit("other server", session_id));
/// # Ok::<(), oma_dm_notification::ValueError>(())
/// ```
#[derive(Clone, Debug)]
pub struct SessionLog<K, const N: usize>(Deque<(K, SessionId), N>);

impl<K: Eq, const N: usize> SessionLog<K, N> {
    /// A log without sessions. With `N` = 0, which would admit a session every time, this does not compile:
    ///
    /// ```compile_fail,E0080
    /// let sessions = oma_dm_notification::session::SessionLog::<u8, 0>::new();
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        const { assert!(N > 0, "a session log has room for one session at the least") };
        Self(Deque::new())
    }

    /// Whether this session is to be started: it was not in the log, and has been added. The oldest one falls out where
    /// there are `N`.
    #[must_use]
    pub fn admit(&mut self, server: K, session_id: SessionId) -> bool {
        let session = (server, session_id);
        let new = self.0.iter().all(|known| *known != session);
        if new {
            if self.0.is_full() {
                self.0.pop_front();
            }
            // There is room now.
            let _ = self.0.push_back(session);
        }
        new
    }
}

impl<K: Eq, const N: usize> Default for SessionLog<K, N> {
    fn default() -> Self {
        Self::new()
    }
}

/// Which nonce each end's messages are authenticated under, as one end sees it through a resynchronisation (5.1).
///
/// It is the part that [`DeviceNonces`] and [`ServerNonces`] have in common: two bits to store with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Nonces {
    client: NonceChoice,
    server: NonceChoice,
}

impl Nonces {
    /// Both nonces are the agreed ones, or both are 0.
    const fn both(choice: NonceChoice) -> Self {
        Self {
            client: choice,
            server: choice,
        }
    }

    /// For the credentials in the client's messages: Pkg #1, Pkg #3 (5.1, steps 3 and 4).
    #[must_use]
    pub const fn client(&self) -> NonceChoice {
        self.client
    }

    /// For the credentials in the server's messages: Pkg #2, Pkg #4 (5.1, step 5), and at the server for its next
    /// notification.
    #[must_use]
    pub const fn server(&self) -> NonceChoice {
        self.server
    }
}

/// Whether a device accepts notifications under the nonce 0 (5.1): the application's policy.
///
/// The specification says SHOULD. But a notification under the nonce 0 can be replayed for as long as the server's
/// secret stays the same, so deployed clients ship with it forbidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Resynchronisation {
    /// Never.
    Forbidden,
    /// Once; then not before the server has issued a new client nonce, or has replaced its secret.
    Once,
    /// Always: for servers that replace their secret after each resynchronisation (5.1, step 6).
    Allowed,
}

/// The nonces of one server's account at the device.
///
/// ```
/// use oma_dm_notification::session::{DeviceNonces, Resynchronisation};
/// use oma_dm_notification::{Credentials, Nonce, NonceChoice, Package0};
/// # use oma_dm_notification::{ServerId, SessionId, Trigger};
///
/// # let credentials = Credentials::new(b"id", b"password");
/// # let trigger = Trigger::new(SessionId::new(1)?, ServerId::new(b"id")?);
/// # let mut buffer = [0; 32];
/// # let octets = trigger.sign(&credentials, Nonce::RESYNC)?.encode(&mut buffer)?;
/// let mut nonces = DeviceNonces::new(Resynchronisation::Once);
/// let authentic = nonces.verify(&Package0::parse(octets)?, &credentials, Nonce::new(b"stored"))?;
/// nonces.session_started(&authentic);
/// assert_eq!(nonces.current().client(), NonceChoice::Resync); // for the credentials in Pkg #1
///
/// nonces.client_nonce_renewed(); // the `Chal` in Pkg #2, whose nonce is now stored
/// assert_eq!(nonces.current().client(), NonceChoice::Stored);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DeviceNonces {
    nonces: Nonces,
    policy: Resynchronisation,
    /// A message under the nonce 0 has been accepted since the server last issued a nonce or changed its secret.
    spent: bool,
}

impl DeviceNonces {
    /// Both nonces are the stored ones, or none yet.
    #[must_use]
    pub const fn new(policy: Resynchronisation) -> Self {
        Self {
            nonces: Nonces::both(NonceChoice::Stored),
            policy,
            spent: false,
        }
    }

    /// Pkg #0 has come: [verifies](Package0::verify) it under `stored`, the server nonce, and then under the nonce 0
    /// if the policy has it so (5.1, steps 1 and 2). Nothing changes until the session is
    /// [started](Self::session_started).
    ///
    /// # Errors
    ///
    /// [`NotAuthentic`] where it is to be ignored.
    pub fn verify<'a>(
        &self,
        package0: &Package0<'a>,
        credentials: &Credentials,
        stored: Nonce<'_>,
    ) -> Result<Authentic<'a>, NotAuthentic> {
        let allowed = match self.policy {
            Resynchronisation::Forbidden => false,
            Resynchronisation::Once => !self.spent,
            Resynchronisation::Allowed => true,
        };
        if allowed {
            package0.verify_or_resync(credentials, stored)
        } else {
            package0.verify(credentials, stored)
        }
    }

    /// The session of the notification that [`verify`](Self::verify) found authentic starts: both ends' messages are
    /// authenticated under the nonce that it matched, the [current](Self::current) one from now on (5.1, step 3).
    ///
    /// Not to be called for a notification that starts no session, such as a repeated one: a session that is under way
    /// has nonces of its own.
    pub fn session_started(&mut self, authentic: &Authentic<'_>) {
        self.spent |= authentic.nonce() == NonceChoice::Resync;
        self.nonces = Nonces::both(authentic.nonce());
    }

    /// Which nonces the credentials of the session are based on.
    #[must_use]
    pub const fn current(&self) -> Nonces {
        self.nonces
    }

    /// The server's `Chal` has come, Pkg #2: its nonce is to be stored as the client nonce (5.1, step 4).
    pub const fn client_nonce_renewed(&mut self) {
        self.nonces.client = NonceChoice::Stored;
        self.spent = false;
    }

    /// The device's `Chal` has been sent, Pkg #3, and accepted: its nonce is to be stored as the server nonce (5.1,
    /// step 5).
    pub const fn server_nonce_renewed(&mut self) {
        self.nonces.server = NonceChoice::Stored;
    }

    /// The server has replaced its secret: new [`Credentials`] are to be stored (5.1, step 6). What was recorded
    /// before is worth nothing now.
    pub const fn secret_replaced(&mut self) {
        self.spent = false;
    }
}

/// The nonces of one device at the server.
///
/// ```
/// use oma_dm_notification::{NonceChoice, session::ServerNonces};
///
/// let mut nonces = ServerNonces::new();
/// nonces.resynchronise(); // the nonces are lost, or the device does not react
/// assert_eq!(nonces.current().server(), NonceChoice::Resync); // for the notification
///
/// // Pkg #1 is authentic under the nonce 0; Pkg #2 issues a client nonce, Pkg #3 brings a server nonce.
/// nonces.client_nonce_renewed();
/// nonces.server_nonce_renewed();
/// assert_eq!(nonces.current().server(), NonceChoice::Stored);
/// assert!(nonces.should_replace_secret()); // the notification can be replayed until then
/// nonces.secret_replaced();
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ServerNonces {
    nonces: Nonces,
    /// A notification under the nonce 0 has been sent under the present secret.
    exposed: bool,
}

impl ServerNonces {
    /// Both nonces are the stored ones, or none yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            nonces: Nonces::both(NonceChoice::Stored),
            exposed: false,
        }
    }

    /// The nonces are lost, or the device does not react to notifications: the next one goes out under the nonce 0, and
    /// so does the session, until each nonce is renewed (5.1). A device need not support it: "servers can not expect
    /// all clients to" (5.1).
    pub const fn resynchronise(&mut self) {
        self.nonces = Nonces::both(NonceChoice::Resync);
        self.exposed = true;
    }

    /// Which nonces the next notification and the credentials of the session are based on.
    #[must_use]
    pub const fn current(&self) -> Nonces {
        self.nonces
    }

    /// Pkg #1 was authentic, and the server's `Chal` goes out in Pkg #2: its nonce is to be stored as the client nonce
    /// (5.1, step 4).
    pub const fn client_nonce_renewed(&mut self) {
        self.nonces.client = NonceChoice::Stored;
    }

    /// The client's `Chal` has come, Pkg #3: its nonce is to be stored as the server nonce (5.1, step 5).
    pub const fn server_nonce_renewed(&mut self) {
        self.nonces.server = NonceChoice::Stored;
    }

    /// Whether the secret should be replaced, in this session or the next: a notification under the nonce 0 has been
    /// signed with it, and stays authentic for as long as it lasts (5.1, step 6).
    #[must_use]
    pub const fn should_replace_secret(&self) -> bool {
        self.exposed
    }

    /// The secret has been replaced, here and in the device's account: new [`Credentials`] are to be stored (5.1,
    /// step 6).
    pub const fn secret_replaced(&mut self) {
        self.exposed = false;
    }
}

impl Default for ServerNonces {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(feature = "defmt")]
impl<K: defmt::Format, const N: usize> defmt::Format for SessionLog<K, N> {
    fn format(&self, f: defmt::Formatter<'_>) {
        for (server, session_id) in &self.0 {
            defmt::write!(f, "{}:{} ", server, session_id);
        }
    }
}
