//! Package #0: `<trigger-message> ::= <digest><trigger>` (6.1).
//!
//! ```text
//!  octet 0                    16
//!       +---------//---------+-----------//------------+
//!       | digest, 16 octets  | trigger, 8 octets or more|
//!       +---------//---------+-----------//------------+
//! ```

use crate::digest::{self, Credentials, Digest, HASH_LENGTH, Nonce, SignedTrigger};
use crate::error::{DecodeError, EncodeError, Field, NotAuthentic};
use crate::read::Reader;
use crate::trigger::Trigger;
use crate::write;

/// A received Package #0, `<trigger-message>` (6.2.1): 16 octets of digest, then the trigger. 24 octets or more.
///
/// Nothing in it is to be trusted before [`verify`](Self::verify) says so.
///
/// ```
/// use oma_dm_notification::{Credentials, Nonce, Package0};
///
/// # let octets = *b"\xe4\x00\x07\x51\xd1\x5d\xa7\xd8\xb5\xfc\x1f\xbc\xe4\x5e\xe7\x15\x02\xd0\0\0\0\x12\x34\x12com.mgmtsrv.manage";
/// let package0 = Package0::parse(&octets)?;
/// // The server-identifier finds the account, whose credentials say whether the message is authentic.
/// assert_eq!(package0.unverified().server_id().as_str(), Some("com.mgmtsrv.manage"));
/// let credentials = Credentials::new(b"com.mgmtsrv.manage", b"password");
///
/// let authentic = package0.verify(&credentials, &[Nonce::new(b"stored nonce"), Nonce::RESYNC])?;
/// assert_eq!(authentic.trigger().session_id().value(), 0x1234);
/// assert_eq!(authentic.candidate(), 1); // the server has lost the nonce: 5.1
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Package0<'a> {
    octets: &'a [u8],
    digest: &'a [u8; HASH_LENGTH],
    trigger: Trigger<'a>,
}

impl<'a> Package0<'a> {
    /// The media type of Package #0 (6), which WAP push codes as 0x44 (7.1), and OBEX has in Type (7.2).
    pub const MEDIA_TYPE: &'static str = "application/vnd.syncml.notification";

    /// Reads a Package #0, which fills `octets` to their end.
    ///
    /// # Errors
    ///
    /// [`Truncated`](crate::DecodeErrorKind::Truncated) with [`Digest`](Field::Digest), or with a field of the
    /// [trigger](Trigger::parse).
    pub fn parse(octets: &'a [u8]) -> Result<Self, DecodeError> {
        Self::read(Reader::new(octets, 0))
    }

    /// Reads a Package #0 from all that is left in `reader`.
    pub(crate) fn read(mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        let octets = reader.rest();
        let digest = reader.field(Field::Digest, Reader::chunk)?;
        Ok(Self {
            octets,
            digest,
            trigger: Trigger::read(reader)?,
        })
    }

    /// The octets as they were received.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.octets
    }

    /// `<digest>`, 128 bits (6.2.2).
    #[must_use]
    pub const fn digest(&self) -> Digest {
        Digest::new(*self.digest)
    }

    /// The trigger, of which nothing is known but that somebody sent it: for its server-identifier, by which the
    /// account is found, and for diagnosis.
    #[must_use]
    pub const fn unverified(&self) -> &Trigger<'a> {
        &self.trigger
    }

    /// Whether the digest is that of these credentials under one of the candidate nonces, tried in order (5.1, 6.2.2).
    ///
    /// `H(trigger)` is computed once, over the octets as received; each candidate tried costs one outer hash. Digests
    /// are compared in constant time. [`Nonce::NONE`] is the candidate where no nonce has been agreed yet.
    ///
    /// # Errors
    ///
    /// [`NotAuthentic`] where none matches, or none is given: the message is to be ignored (5.1, step 2).
    #[inline]
    pub fn verify<'n>(
        &self,
        credentials: &Credentials,
        candidates: &[Nonce<'n>],
    ) -> Result<Authentic<'a, 'n>, NotAuthentic> {
        let trigger = self.trigger.received();
        digest::find(self.digest, trigger, credentials, candidates)
            .and_then(|candidate| {
                candidates.get(candidate).map(|&nonce| Authentic {
                    trigger: self.trigger,
                    candidate,
                    nonce,
                })
            })
            .ok_or(NotAuthentic)
    }

    /// [`verify`](Self::verify) with the candidates of 5.1: the stored nonce, then [`Nonce::RESYNC`].
    ///
    /// A message under the nonce 0 stays authentic for ever: whoever has recorded one can send it again until the
    /// server's secret changes. Use this only where the server changes it after a resynchronisation (5.1, step 6), and
    /// pass the stored nonce alone to [`verify`](Self::verify) where it does not.
    ///
    /// # Errors
    ///
    /// [`NotAuthentic`] where neither matches.
    pub fn verify_or_resync<'n>(
        &self,
        credentials: &Credentials,
        stored: Nonce<'n>,
    ) -> Result<Authentic<'a, 'n>, NotAuthentic> {
        self.verify(credentials, &[stored, Nonce::RESYNC])
    }

    /// Signs `trigger` and writes the whole Package #0 to the front of `buffer`; returns what was written.
    ///
    /// `credentials` are those of the trigger's server-identifier (6.2.2).
    ///
    /// # Errors
    ///
    /// In each case nothing has been written:
    /// - [`BufferTooSmall`](EncodeError::BufferTooSmall) with the [`encoded_len`](Self::encoded_len);
    /// - [`OutOfRange`](EncodeError::OutOfRange) for [`SessionId`](Field::SessionId) 0 (6.2.10) and for
    ///   [`FutureUse`](Field::FutureUse) other than zero (6.2.9).
    pub fn encode<'b>(
        trigger: &Trigger<'_>,
        credentials: &Credentials,
        nonce: Nonce<'_>,
        buffer: &'b mut [u8],
    ) -> Result<&'b mut [u8], EncodeError> {
        trigger.sendable()?;
        let [header, server_id, vendor_specific] = trigger.pieces();
        let signed = SignedTrigger::new(&[header, server_id, vendor_specific]);
        let digest = Digest::compute(credentials, nonce, &signed);
        write::pieces(
            buffer,
            &[digest.as_bytes(), header, server_id, vendor_specific],
        )
    }

    /// The length in octets of the Package #0 for `trigger`: 16 more than the trigger's.
    #[must_use]
    pub const fn encoded_len(trigger: &Trigger<'_>) -> usize {
        HASH_LENGTH.saturating_add(trigger.encoded_len())
    }
}

/// What [`Package0::verify`] gives for a message whose digest matches: the trigger, now to be trusted as far as MD5 and
/// the secrecy of the credentials go, and the nonce that it matched under.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Authentic<'a, 'n> {
    trigger: Trigger<'a>,
    candidate: usize,
    nonce: Nonce<'n>,
}

impl<'a, 'n> Authentic<'a, 'n> {
    /// The trigger.
    #[must_use]
    pub const fn trigger(&self) -> &Trigger<'a> {
        &self.trigger
    }

    /// Which candidate matched: its place in the list given to [`Package0::verify`], counted from 0.
    #[must_use]
    pub const fn candidate(&self) -> usize {
        self.candidate
    }

    /// The nonce that matched, on which the client's credential for Pkg #1 is to be based (5.1, step 3).
    #[must_use]
    pub const fn nonce(&self) -> Nonce<'n> {
        self.nonce
    }
}
