//! The digest of 6.2.2, and the secrets that it is made of.
//!
//! ```text
//! H(B64(H(server-identifier:password)) : nonce : B64(H(trigger)))        H = MD5, 16 octets
//!   |________ Credentials ___________|   Nonce   |_ SignedTrigger _|     B64 = Base64 of those, 24 octets
//! ```

mod formula;

use crate::error::{DecodeError, DecodeErrorKind, Field};
use core::{fmt, hint::black_box};
use formula::{BASE64_LENGTH, b64, h};

pub(crate) use formula::HASH_LENGTH;

/// `<digest>`, 128 bits: `H(B64(H(server-identifier:password)):nonce:B64(H(trigger)))` (6.2.2).
///
/// Without `PartialEq`, by intent: [`Package0::verify`](crate::Package0::verify) compares in constant time.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Digest([u8; HASH_LENGTH]);

impl Digest {
    pub(crate) const fn new(octets: [u8; HASH_LENGTH]) -> Self {
        Self(octets)
    }

    #[inline]
    pub(crate) fn compute(
        credentials: &Credentials,
        nonce: Nonce<'_>,
        trigger: &SignedTrigger,
    ) -> Self {
        Self(h(&[&credentials.0, b":", nonce.0, &trigger.0]))
    }

    /// The 16 octets.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; HASH_LENGTH] {
        &self.0
    }

    /// Compares in a time that does not depend on where, or whether, the two differ: all octets are looked at, and
    /// the compiler is kept from knowing when the outcome is settled.
    pub(crate) fn matches(&self, other: &[u8; HASH_LENGTH]) -> bool {
        let (ours, _) = self.0.as_chunks();
        let (theirs, _) = other.as_chunks();
        let difference = ours.iter().zip(theirs).fold(0, |difference, (&a, &b)| {
            difference | (u64::from_be_bytes(a) ^ u64::from_be_bytes(b))
        });
        black_box(difference) == 0
    }
}

/// The place of the first candidate under which `digest` is that of the trigger; they are tried in order.
///
/// All that `verify` does but for what it returns, so that a caller of that inlines the rest and copies nothing.
#[inline(never)]
pub(crate) fn find(
    digest: &[u8; HASH_LENGTH],
    trigger: &[u8],
    credentials: &Credentials,
    candidates: &[Nonce<'_>],
) -> Option<usize> {
    let signed = SignedTrigger::new(&[trigger]);
    candidates
        .iter()
        .position(|&nonce| Digest::compute(credentials, nonce, &signed).matches(digest))
}

/// `:B64(H(trigger))`, computed once for all candidate nonces.
pub(crate) struct SignedTrigger([u8; 1 + BASE64_LENGTH]);

impl SignedTrigger {
    /// Of the trigger's octets as they were received, or as they will be sent, in pieces.
    #[inline(always)]
    pub(crate) fn new(trigger: &[&[u8]]) -> Self {
        let mut signed = [b':'; 1 + BASE64_LENGTH];
        let [_, text @ ..] = &mut signed;
        *text = b64(h(trigger));
        Self(signed)
    }
}

/// `B64(H(server-identifier:password))`, 24 octets: all that the digest needs to know of a server's account (6.2.2).
///
/// A device can store this, or the hash, in place of the password. It is as secret as the password: there is no
/// `Debug` of its value and no `PartialEq`, and with the feature `zeroize` it is wiped when dropped.
#[derive(Clone)]
#[allow(
    missing_copy_implementations,
    reason = "a secret is not to be multiplied unseen"
)]
pub struct Credentials([u8; BASE64_LENGTH]);

impl Credentials {
    /// Of a server-identifier and a password, each of any length; zero octets and colons stand for themselves.
    ///
    /// The same formula, of a user name and a password, gives the credentials of a DM session: see
    /// [`session_credential`](Self::session_credential).
    #[must_use]
    // Inlined, its blocks would stay on the stack below those of the verification that follows.
    #[inline(never)]
    pub fn new(server_id: &[u8], password: &[u8]) -> Self {
        Self::from_hash(h(&[server_id, b":", password]))
    }

    /// Of the 16 octets `H(server-identifier:password)`.
    #[must_use]
    #[cfg_attr(
        not(feature = "zeroize"),
        allow(unused_mut, reason = "mutable to be wiped")
    )]
    pub fn from_hash(mut hash: [u8; HASH_LENGTH]) -> Self {
        let credentials = Self(b64(hash));
        #[cfg(feature = "zeroize")]
        zeroize::Zeroize::zeroize(&mut hash);
        credentials
    }

    /// Of the 24 octets `B64(H(server-identifier:password))`.
    ///
    /// # Errors
    ///
    /// [`Invalid`](DecodeErrorKind::Invalid) [`Credentials`](Field::Credentials), at offset 0, where they are not the
    /// Base64 of 16 octets with its two octets of padding.
    pub fn from_base64(text: [u8; BASE64_LENGTH]) -> Result<Self, DecodeError> {
        let [digits @ .., last, first_padding, second_padding] = &text;
        let digits_only = digits
            .iter()
            .all(|digit| digit.is_ascii_alphanumeric() || matches!(digit, b'+' | b'/'));
        // The last digit carries two bits of the hash; the other four are zero.
        if digits_only
            && matches!(last, b'A' | b'Q' | b'g' | b'w')
            && (first_padding, second_padding) == (&b'=', &b'=')
        {
            return Ok(Self(text));
        }
        Err(DecodeError::new(
            DecodeErrorKind::Invalid,
            Field::Credentials,
            0,
        ))
    }

    /// The credential of a DM session, `B64(H(B64(H(name:password)):nonce))`, as `syncml:auth-md5` has it in `Cred`.
    ///
    /// Step 3 of 5.1 asks for it under the nonce that the notification matched. `self` is then made of the name and
    /// password by which the client is known to the server, which need not be those of the notification.
    ///
    /// ```
    /// use oma_dm_notification::{Credentials, Nonce};
    ///
    /// let client = Credentials::new(b"Bruce2", b"OhBehave");
    /// assert_eq!(&client.session_credential(Nonce::new(b"Nonce")), b"Zz6EivR3yeaaENcRN6lpAQ==");
    /// ```
    #[must_use]
    pub fn session_credential(&self, nonce: Nonce<'_>) -> [u8; BASE64_LENGTH] {
        b64(h(&[&self.0, b":", nonce.0]))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(..)")
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Credentials {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Credentials(..)");
    }
}

#[cfg(feature = "zeroize")]
impl Drop for Credentials {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

#[cfg(feature = "zeroize")]
impl zeroize::ZeroizeOnDrop for Credentials {}

/// A nonce: octets, any number of them, as they are after Base64 decoding of `NextNonce` or `AAuthData`.
///
/// Zero octets and colons stand for themselves. Without `Debug` of its value and `PartialEq`, as it helps to forge.
#[derive(Clone, Copy)]
pub struct Nonce<'a>(&'a [u8]);

impl<'a> Nonce<'a> {
    /// The nonce 0x00000000 of the resynchronisation: four zero octets (5.1).
    pub const RESYNC: Self = Self(&[0; 4]);

    /// No nonce has been agreed yet: no octets.
    pub const NONE: Self = Self(&[]);

    /// The nonce of these octets.
    #[must_use]
    pub const fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// The octets.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.0
    }
}

impl fmt::Debug for Nonce<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonce(..)")
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Nonce<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Nonce(..)");
    }
}
