//! A handset in one value: from what a bearer delivered to "start this session", by the parts of this library alone.
//!
//! It adds no rule of its own. Whoever needs another order, or has no room for a part, calls the parts:
//! [`wap::open_sms`], [`concat::Reassembler`], [`wap::cdma`], [`wap::open_datagram`], [`Package0`], [`DeviceNonces`],
//! [`SessionLog`].

use crate::digest::{Credentials, Nonce, NonceChoice};
use crate::error::{DecodeError, NotAuthentic};
use crate::package0::Package0;
use crate::read::Reader;
use crate::session::{DeviceNonces, SessionLog};
use crate::trigger::{Initiator, ServerId, SessionId, SessionIdText, UiMode};
use crate::wap::reassembly::{self as concat, Displaced, Reassembler};
use crate::wap::udh::{self, Ports, UserData};
use crate::wap::{self, cdma};

/// What a bearer delivered. `K` is the caller's key for who sent it, such as the originating address.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Delivery<'a, K> {
    /// One short message with a user data header (TP-UDHI set) and 8-bit data.
    ShortMessage {
        /// Who sent it.
        originator: K,
        /// TP-User-Data, 3 to 140 octets.
        user_data: &'a [u8],
    },
    /// One short message of the WAP [teleservice](cdma::TELESERVICE) over CDMA.
    Cdma {
        /// Who sent it.
        originator: K,
        /// The message identifier of the layer below, 16 bits.
        message_id: u16,
        /// The user data: one segment.
        segment: &'a [u8],
        /// Whether this carrier repeats the ports.
        repeated_ports: cdma::RepeatedPorts,
    },
    /// One UDP datagram.
    Datagram {
        /// The port it was sent to, 16 bits.
        destination_port: u16,
        /// Its payload.
        payload: &'a [u8],
    },
    /// Package #0 itself, as the OBEX [receiver](crate::obex::Receiver) hands it over (7.2).
    Package0(&'a [u8]),
}

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
    /// A segment that differs from the one with its number that had come before.
    ConflictingSegment,
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
/// The parameters are those of [`Reassembler`] and [`SessionLog`]: keys for originators (`K`) and servers (`S`), messages
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
    reassembler: Reassembler<K, SETS, OCTETS, MAX_AGE>,
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
            reassembler: Reassembler::new(),
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
        let Self {
            reassembler,
            sessions,
        } = self;
        let mut displaced = None;
        let gave_way = &mut displaced;
        let opened = open(delivery, move |originator, segment| {
            let accepted = reassembler.accept(now, originator, segment)?;
            *gave_way = accepted.displaced;
            Err(Stop(match accepted.outcome {
                concat::Outcome::Complete { octets, .. } => return Ok(octets),
                concat::Outcome::Incomplete { missing } => Outcome::Incomplete { missing },
                concat::Outcome::Duplicate => Outcome::Ignored(Ignored::RepeatedSegment),
                concat::Outcome::Conflicting => Outcome::Ignored(Ignored::ConflictingSegment),
            }))
        });
        let outcome = opened
            .and_then(|body| decide(sessions, &Package0::read(body)?, find))
            .map_or_else(|Stop(outcome)| outcome, Outcome::Start);
        Received { outcome, displaced }
    }

    /// Gives up one message that is too old at the tick `now`, and returns which; `None` where there is none.
    pub fn expire(&mut self, now: u32) -> Option<Displaced<K>> {
        self.reassembler.expire(now)
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

impl<S> From<DecodeError> for Stop<S> {
    fn from(error: DecodeError) -> Self {
        Self(if error.is_not_for_dm() {
            Outcome::NotForDm(error)
        } else {
            Outcome::Ignored(Ignored::Malformed(error))
        })
    }
}

/// From what the bearer delivered to the octets of Package #0. `hold` takes a segment, and gives the whole message where
/// that was the last one.
fn open<'a, K, S>(
    delivery: Delivery<'a, K>,
    hold: impl FnOnce(K, &concat::Segment<'_>) -> Result<&'a [u8], Stop<S>>,
) -> Result<Reader<'a>, Stop<S>> {
    let push = match delivery {
        Delivery::Package0(octets) => return Ok(Reader::new(octets, 0)),
        Delivery::Datagram {
            destination_port,
            payload,
        } => wap::open_datagram(destination_port, payload)?,
        Delivery::ShortMessage {
            originator,
            user_data,
        } => {
            let user_data = UserData::parse(user_data)?;
            match concat::Segment::from_user_data(&user_data) {
                Some(segment) if user_data.ports().is_some_and(Ports::is_push) => {
                    wap::open_datagram(udh::PUSH_PORT, hold(originator, &segment)?)?
                }
                _ => wap::open_user_data(&user_data)?,
            }
        }
        Delivery::Cdma {
            originator,
            message_id,
            segment: octets,
            repeated_ports,
        } => {
            let wdp = cdma::WdpSegment::parse(octets)?;
            let segment = concat::Segment::from_wdp(&wdp, message_id);
            let datagram = match (segment, wdp.ports()) {
                (None, _) => wdp.payload_reader(),
                // The first segment says where the datagram goes: elsewhere, it is to take no room.
                (_, Some(ports)) if !ports.is_push() => wdp.payload_reader(),
                (Some(segment), _) => Reader::new(hold(originator, &segment)?, 0),
            };
            cdma::read(datagram, repeated_ports)?
        }
    };
    Ok(push.body_reader())
}

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
