//! Package #0: `<trigger-message> ::= <digest><trigger>` (OMA §6.1), received and to send.
//!
//! ```text
//!  octet 0                    16
//!       +----------//---------+----------------//----------------+
//!       | digest, 16 octets   | trigger, 8 octets or more        |
//!       +----------//---------+----------------//----------------+
//! ```

use crate::digest::{self, Credentials, Digest, HASH_LENGTH, Nonce, NonceChoice, TriggerHash};
use crate::error::{DecodeError, EncodeError, Field, NotAuthentic};
use crate::read::Reader;
use crate::trigger::Trigger;
use crate::write;
use core::fmt;

/// A received Package #0, `<trigger-message>` (OMA §6.2.1): 16 octets of digest, then the trigger.
/// 24 octets or more.
///
/// Trust nothing in it before [`verify`](Self::verify) or
/// [`verify_or_resync`](Self::verify_or_resync) has returned its trigger.
///
/// ```
/// use oma_dm_notification::{Credentials, Nonce, NonceChoice, Package0};
///
/// # let octets = *b"\xe4\x00\x07\x51\xd1\x5d\xa7\xd8\xb5\xfc\x1f\xbc\xe4\x5e\xe7\x15\
/// #     \x02\xd0\0\0\0\x12\x34\x12com.mgmtsrv.manage";
/// let package0 = Package0::parse(&octets)?;
/// // The server-identifier finds the account.
/// let server_id = package0.unverified().server_id();
/// assert_eq!(server_id.as_str(), Some("com.mgmtsrv.manage"));
/// let credentials = Credentials::new(b"com.mgmtsrv.manage", b"password");
///
/// let stored = Nonce::new(b"stored nonce");
/// let authentic = package0.verify_or_resync(&credentials, stored)?;
/// assert_eq!(authentic.trigger().session_id().value(), 0x1234);
/// // The server has lost the nonce.
/// assert_eq!(authentic.nonce(), NonceChoice::Resync);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Package0<'a> {
    digest: &'a [u8; HASH_LENGTH],
    trigger: Trigger<'a>,
    octets: &'a [u8],
}

impl<'a> Package0<'a> {
    /// The media type of Package #0 (OMA §6). A WAP push has it as the code 0x44 (OMA §7.1), an
    /// OBEX PUT in Type (OMA §7.2).
    pub const MEDIA_TYPE: &'static str = "application/vnd.syncml.notification";

    /// Parses a Package #0 that fills `octets` to their end.
    ///
    /// # Errors
    ///
    /// [`Truncated`](crate::DecodeErrorKind::Truncated) with [`Digest`](Field::Digest), or with a
    /// field of the [trigger](Trigger::parse).
    pub fn parse(octets: &'a [u8]) -> Result<Self, DecodeError> {
        Self::read(Reader::new(octets, 0))
    }

    /// Reads a Package #0 from the rest of `reader`.
    pub(crate) fn read(mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        let octets = reader.rest();
        let digest = reader.field(Field::Digest, Reader::chunk)?;
        Ok(Self {
            digest,
            trigger: Trigger::read(reader)?,
            octets,
        })
    }

    /// Returns the octets as received.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.octets
    }

    /// Returns `<digest>`, 128 bits (OMA §6.2.2).
    #[must_use]
    pub const fn digest(&self) -> Digest {
        Digest::new(*self.digest)
    }

    /// Returns the trigger, not yet authenticated: use it to find the account or to log, and trust
    /// nothing else.
    #[must_use]
    pub const fn unverified(&self) -> &Trigger<'a> {
        &self.trigger
    }

    /// Verifies the digest under the stored nonce (OMA §6.2.2). [`Nonce::NONE`] stands for a nonce
    /// that has not been agreed yet.
    ///
    /// The digest is computed over the octets as received and compared in constant time. A stored
    /// nonce of four zero octets is the nonce 0, and the result says so.
    ///
    /// # Errors
    ///
    /// [`NotAuthentic`]: the message must be ignored (OMA §5.1, step 2).
    #[inline]
    pub fn verify(
        &self,
        credentials: &Credentials,
        stored: Nonce<'_>,
    ) -> Result<Authentic<'a>, NotAuthentic> {
        let authentic = self.verify_any(credentials, &[stored])?;
        Ok(authentic.under(stored.choice()))
    }

    /// Verifies the digest under the stored nonce, then under the nonce 0 (OMA §5.1).
    ///
    /// A message under the nonce 0 stays authentic until the server's secret changes: whoever has
    /// recorded one can send it again. Use this only if the server changes its secret after a
    /// resynchronisation (OMA §5.1, step 6); use [`verify`](Self::verify) if it does not.
    ///
    /// # Errors
    ///
    /// [`NotAuthentic`]: neither matches, and the message must be ignored (OMA §5.1, step 2).
    #[inline]
    pub fn verify_or_resync(
        &self,
        credentials: &Credentials,
        stored: Nonce<'_>,
    ) -> Result<Authentic<'a>, NotAuthentic> {
        let authentic = self.verify_any(credentials, &[stored, Nonce::RESYNC])?;
        Ok(authentic.under(match authentic.candidate() {
            0 => stored.choice(),
            _ => NonceChoice::Resync,
        }))
    }

    /// Verifies the digest under any of the candidate nonces, tried in order: for diagnosis, and
    /// for clients with candidates of their own.
    ///
    /// `H(trigger)` is computed once; each candidate costs one outer hash. The result says which
    /// candidate matched, not whether that was the nonce 0. The state of an
    /// [account](crate::account) does not take it.
    ///
    /// # Errors
    ///
    /// [`NotAuthentic`]: none matches, or there are no candidates.
    #[inline]
    pub fn verify_any(
        &self,
        credentials: &Credentials,
        candidates: &[Nonce<'_>],
    ) -> Result<AuthenticAmong<'a>, NotAuthentic> {
        let candidate = self.find(credentials, candidates);
        Ok(AuthenticAmong {
            trigger: self.trigger,
            candidate: candidate.ok_or(NotAuthentic)?,
        })
    }

    /// Returns the place of the first candidate under which the digest matches.
    #[inline]
    pub(crate) fn find(
        &self,
        credentials: &Credentials,
        candidates: &[Nonce<'_>],
    ) -> Option<usize> {
        let trigger = self.trigger.received().unwrap_or_default();
        digest::find(self.digest, trigger, credentials, candidates)
    }
}

impl fmt::Debug for Package0<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Package0")
            .field("digest", &self.digest())
            .field("unverified", &self.trigger)
            .finish()
    }
}

/// An authentic trigger, and the nonce under which it is authentic: the result of
/// [`Package0::verify`] and [`Package0::verify_or_resync`].
///
/// Trust it as far as MD5 and the secrecy of the credentials go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Authentic<'a> {
    trigger: Trigger<'a>,
    nonce: NonceChoice,
}

impl<'a> Authentic<'a> {
    /// Returns the trigger.
    #[must_use]
    pub const fn trigger(&self) -> &Trigger<'a> {
        &self.trigger
    }

    /// Returns the nonce that matched. The client's credential for Pkg #1 must be based on the
    /// client nonce of the same choice (OMA §5.1, step 3).
    #[must_use]
    pub const fn nonce(&self) -> NonceChoice {
        self.nonce
    }
}

/// An authentic trigger, and which of several candidates matched: the result of
/// [`Package0::verify_any`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AuthenticAmong<'a> {
    trigger: Trigger<'a>,
    candidate: usize,
}

impl<'a> AuthenticAmong<'a> {
    /// Returns the trigger.
    #[must_use]
    pub const fn trigger(&self) -> &Trigger<'a> {
        &self.trigger
    }

    /// Returns the place of the candidate that matched, counted from 0.
    #[must_use]
    pub const fn candidate(&self) -> usize {
        self.candidate
    }

    const fn under(&self, nonce: NonceChoice) -> Authentic<'a> {
        Authentic {
            trigger: self.trigger,
            nonce,
        }
    }
}

/// A Package #0 to send: a trigger and its digest, made by [`Trigger::sign`].
///
/// ```
/// use oma_dm_notification::{Credentials, Nonce, ServerId, SessionId, Trigger};
///
/// let server_id = ServerId::new(b"com.mgmtsrv.manage")?;
/// let trigger = Trigger::new(SessionId::new(0x1234)?, server_id);
/// let credentials = Credentials::new(b"com.mgmtsrv.manage", b"password");
/// let signed = trigger.sign(&credentials, Nonce::RESYNC)?;
///
/// let mut buffer = [0; 64];
/// let package0 = signed.encode(&mut buffer)?;
/// assert_eq!(package0[..16], signed.digest().as_bytes()[..]);
/// assert_eq!(package0[16..21], *b"\x02\xC8\0\0\0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Signed<'a> {
    digest: Digest,
    trigger: Trigger<'a>,
}

impl<'a> Trigger<'a> {
    /// Signs the trigger: computes the digest under these credentials and this nonce (OMA §6.2.2).
    ///
    /// `credentials` are those of the trigger's server-identifier. `nonce` is the device's server
    /// nonce, or [`Nonce::RESYNC`] for a resynchronisation (OMA §5.1).
    ///
    /// # Errors
    ///
    /// [`OutOfRange`](EncodeError::OutOfRange) for [`SessionId`](Field::SessionId) 0 (OMA §6.2.10)
    /// and for [`FutureUse`](Field::FutureUse) other than zero (OMA §6.2.9). A received trigger is
    /// refused as well: what is signed is sent.
    ///
    /// ```
    /// use oma_dm_notification::{Credentials, Nonce, ServerId, SessionId, Trigger};
    ///
    /// let server_id = ServerId::new(b"com.mgmtsrv.manage")?;
    /// let trigger = Trigger::new(SessionId::new(0x1234)?, server_id);
    /// let credentials = Credentials::new(server_id.as_bytes(), b"password");
    /// let signed = trigger.sign(&credentials, Nonce::new(b"0123456789abcdef"))?;
    /// assert_eq!(signed.encoded_len(), 16 + 8 + 18);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sign(
        &self,
        credentials: &Credentials,
        nonce: Nonce<'_>,
    ) -> Result<Signed<'a>, EncodeError> {
        self.sendable()?;
        let digest = digest::wiping(|| {
            let hash = TriggerHash::new(&self.pieces());
            Digest::compute(credentials, nonce, &hash)
        });
        Ok(Signed {
            digest,
            trigger: *self,
        })
    }
}

impl<'a> Signed<'a> {
    /// Returns `<digest>`, 128 bits (OMA §6.2.2).
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// Returns the trigger.
    #[must_use]
    pub const fn trigger(&self) -> &Trigger<'a> {
        &self.trigger
    }

    /// Writes the Package #0 to the front of `buffer` and returns what was written.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`](EncodeError::BufferTooSmall) with the [`encoded_len`](Self::encoded_len).
    /// Nothing has been written.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b mut [u8], EncodeError> {
        write::pieces(buffer, &self.pieces())
    }

    /// Returns the length in octets: 16 more than the trigger's.
    #[must_use]
    pub const fn encoded_len(&self) -> usize {
        HASH_LENGTH.saturating_add(self.trigger.encoded_len())
    }

    /// Returns the octets, in order.
    pub(crate) const fn pieces(&self) -> [&[u8]; 4] {
        let [header, server_id, vendor_specific] = self.trigger.pieces();
        [self.digest.as_bytes(), header, server_id, vendor_specific]
    }
}
