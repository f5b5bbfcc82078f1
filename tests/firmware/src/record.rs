//! One account as a device stores it: state, secret, nonces and sessions in one record, so that a
//! power cut leaves them as they belong together.
//!
//! ```text
//!  octet 0       47       71        88        105         123
//!       +---//--+---//---+---//----+---//----+----//-----+
//!       | state | secret | agreed  | offered | 2 sessions|
//!       +---//--+---//---+---//----+---//----+----//-----+
//! ```
//! A nonce is its length and 16 octets, of which the length is 255 if there is none. A session that
//! is not there is zeros.

use oma_dm_notification::{
    Credentials, Nonce,
    account::{self, AccountState, ResyncPolicy},
    session::{MatchedNonce, Session},
};

pub const LENGTH: usize = 47 + 24 + 17 + 17 + 2 * Session::LENGTH;
const NONE: u8 = 255;

pub struct Record {
    pub state: AccountState,
    /// `B64(H(server-identifier:password))`.
    pub secret: [u8; 24],
    pub agreed: StoredNonce,
    pub offered: StoredNonce,
    pub sessions: [Option<Session>; 2],
}

/// A server nonce of at most 16 octets, or none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct StoredNonce {
    length: u8,
    octets: [u8; 16],
}

impl StoredNonce {
    pub const NONE: Self = Self {
        length: NONE,
        octets: [0; 16],
    };

    /// Returns `None` if there are more than 16 octets.
    #[must_use]
    pub fn new(octets: &[u8]) -> Option<Self> {
        let mut nonce = Self {
            length: u8::try_from(octets.len()).ok()?,
            octets: [0; 16],
        };
        nonce
            .octets
            .get_mut(..octets.len())?
            .copy_from_slice(octets);
        Some(nonce)
    }

    #[must_use]
    pub fn get(&self) -> Option<&[u8]> {
        self.octets.get(..self.length.into())
    }
}

impl Record {
    /// Returns `None` if it is not a record: the other copy, or a new secret, is needed then.
    #[must_use]
    pub fn from_bytes(octets: &[u8; LENGTH]) -> Option<Self> {
        let (state, rest) = octets.split_first_chunk::<47>()?;
        let (secret, rest) = rest.split_first_chunk()?;
        let ([agreed, agreed_octets @ ..], rest) = rest.split_first_chunk::<17>()?;
        let ([offered, offered_octets @ ..], rest) = rest.split_first_chunk::<17>()?;
        let (first, second) = rest.split_at_checked(Session::LENGTH)?;
        Some(Self {
            state: AccountState::from_bytes(state).ok()?,
            secret: *secret,
            agreed: StoredNonce {
                length: *agreed,
                octets: *agreed_octets,
            },
            offered: StoredNonce {
                length: *offered,
                octets: *offered_octets,
            },
            sessions: [first, second].map(|octets| Session::from_bytes(octets).ok()),
        })
    }

    #[must_use]
    pub fn to_bytes(&self) -> [u8; LENGTH] {
        let none = [0; Session::LENGTH];
        let [first, second] = self
            .sessions
            .each_ref()
            .map(|session| session.as_ref().map_or(none, Session::to_bytes));
        let mut octets = [0; LENGTH];
        let mut rest = &mut octets[..];
        for part in [
            &self.state.to_bytes()[..],
            &self.secret,
            &[self.agreed.length],
            &self.agreed.octets,
            &[self.offered.length],
            &self.offered.octets,
            &first,
            &second,
        ] {
            let (place, behind) = rest.split_at_mut(part.len());
            place.copy_from_slice(part);
            rest = behind;
        }
        octets
    }

    /// Returns the account for [`AccountState::receive`], apart from the state.
    pub fn account<'s>(
        credentials: &'s Credentials,
        agreed: &'s StoredNonce,
        offered: &'s StoredNonce,
    ) -> account::Account<'s> {
        let agreed = agreed.get().map_or(Nonce::NONE, Nonce::new);
        account::Account::new(credentials, agreed, ResyncPolicy::Limited)
            .with_offered(offered.get().map(Nonce::new))
    }

    /// The server has the nonce that Pkg #3 offered: it is the agreed one.
    pub fn promote(&mut self) {
        if self.offered != StoredNonce::NONE {
            self.agreed = self.offered;
            self.offered = StoredNonce::NONE;
        }
    }

    /// The place of a session of this id and kind of nonce.
    pub fn session(&mut self, id: u16, resync: bool) -> Option<&mut Option<Session>> {
        let mut places = self.sessions.iter_mut();
        places.find(|place| {
            place
                .as_ref()
                .is_some_and(|session| is(session, id, resync))
        })
    }

    /// Keeps a session in a free place.
    pub fn keep(&mut self, session: Session) {
        if let Some(place) = self.sessions.iter_mut().find(|place| place.is_none()) {
            *place = Some(session);
        }
    }
}

/// Whether it is the session of this id and kind of nonce.
#[must_use]
pub fn is(session: &Session, id: u16, resync: bool) -> bool {
    session.session_id().value() == id && (session.nonce() == MatchedNonce::Resync) == resync
}
