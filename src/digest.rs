//! The digest of OMA §6.2.2, and the secrets that it is made of.
//!
//! ```text
//!  H( B64(H(server-identifier:password)) : nonce : B64(H(trigger)) )
//!     \_________ Credentials __________/   Nonce   \_ TriggerHash _/
//!
//!  H: MD5, 16 octets        B64: Base64 of these, 24 octets, padding included
//! ```

use crate::error::{DecodeError, DecodeErrorKind, Field};
use crate::read::Octets;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use core::{fmt, hint::black_box};
use md5::{Digest as _, Md5};

/// Octets of an MD5 hash, and so of `<digest>`.
pub(crate) const HASH_LENGTH: usize = 16;
/// Octets of a hash in Base64: 22 digits and two of padding.
const BASE64_LENGTH: usize = 24;

/// Hashes pieces, one after the other.
// Saves 115 of 3002 instructions of `receive-sms`, and costs 152 octets of flash.
#[inline(always)]
fn h(pieces: &[&[u8]]) -> [u8; HASH_LENGTH] {
    let mut hasher = Md5::new();
    for piece in pieces {
        hasher.update(piece);
    }
    hasher.finalize().into()
}

/// Runs `work`, which handles secrets.
#[cfg(not(feature = "zeroize"))]
#[inline(always)]
pub(crate) fn wiping<T>(work: impl FnOnce() -> T) -> T {
    work()
}

/// Runs `work`, which handles secrets, then wipes the stack that it has used: compiled code leaves
/// copies there that no value owns.
#[cfg(feature = "zeroize")]
#[inline(always)]
pub(crate) fn wiping<T>(work: impl FnOnce() -> T) -> T {
    /// Words of stack. The deepest `work` needs 158 on Cortex-M0 and 92 on x86-64.
    const WORDS: usize = 192;

    // Neither is inlined, so that both frames start at the same place.
    #[inline(never)]
    fn apart<T>(work: impl FnOnce() -> T) -> T {
        work()
    }
    #[inline(never)]
    fn wipe() {
        zeroize::Zeroize::zeroize(&mut [0usize; WORDS]);
    }

    let result = apart(work);
    wipe();
    result
}

/// Encodes a hash in Base64.
fn b64(hash: &[u8; HASH_LENGTH]) -> [u8; BASE64_LENGTH] {
    // The padding is there: the function that adds it keeps a reachable panic.
    let mut text = [b'='; BASE64_LENGTH];
    // The text has more than the 22 octets that 16 need.
    let _ = STANDARD_NO_PAD.encode_slice(hash, &mut text);
    text
}

/// `<digest>`, 128 bits: `H(B64(H(server-identifier:password)):nonce:B64(H(trigger)))` (OMA
/// §6.2.2).
///
/// It has no `PartialEq`: [`Package0::verify`](crate::Package0::verify) compares in constant time.
#[derive(Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Digest([u8; HASH_LENGTH]);

impl Digest {
    pub(crate) const fn new(octets: [u8; HASH_LENGTH]) -> Self {
        Self(octets)
    }

    pub(crate) fn compute(
        credentials: &Credentials,
        nonce: Nonce<'_>,
        trigger: &TriggerHash,
    ) -> Self {
        Self(h(&[&credentials.0, b":", nonce.0, b":", &trigger.0]))
    }

    /// Returns the 16 octets.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; HASH_LENGTH] {
        &self.0
    }

    /// Compares in a time that does not depend on whether or where the two differ: every octet is
    /// looked at, and `black_box` keeps the compiler from stopping early.
    fn matches(&self, other: &[u8; HASH_LENGTH]) -> bool {
        let differences = self.0.iter().zip(other).map(|(a, b)| a ^ b);
        black_box(differences.fold(0, |all, difference| all | difference)) == 0
    }
}

impl AsRef<[u8]> for Digest {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({:?})", Octets(&self.0))
    }
}

/// Returns the place of the first candidate under which `digest` is that of the trigger. They are
/// tried in order.
///
/// The expensive part of every verification, kept out of line so that its callers can be inlined.
#[inline(never)]
pub(crate) fn find(
    digest: &[u8; HASH_LENGTH],
    trigger: &[u8],
    credentials: &Credentials,
    candidates: &[Nonce<'_>],
) -> Option<usize> {
    wiping(|| {
        let trigger = TriggerHash::new(&[trigger]);
        candidates
            .iter()
            .position(|&nonce| Digest::compute(credentials, nonce, &trigger).matches(digest))
    })
}

/// `B64(H(trigger))`, 24 octets, computed once for all candidate nonces.
pub(crate) struct TriggerHash([u8; BASE64_LENGTH]);

impl TriggerHash {
    /// Hashes the trigger's octets as received, or as they will be sent, in pieces.
    pub(crate) fn new(trigger: &[&[u8]]) -> Self {
        Self(b64(&h(trigger)))
    }
}

/// `B64(H(server-identifier:password))`, 24 octets: the part of a server's account that the digest
/// needs (OMA §6.2.2).
///
/// A device can store this, or the hash, instead of the password. It is as secret as the password:
/// it has no `Debug` of its value and no `PartialEq`.
///
/// # With the feature `zeroize`
///
/// Credentials are wiped when dropped. These operations leave no password, hash, Base64, nonce or
/// padded block on the stack that they used, nor the right digest of a forged message:
/// - [`new`](Self::new), [`from_hash`](Self::from_hash), `clone`, [`as_base64`](Self::as_base64),
///   [`to_hash`](Self::to_hash), [`session_credential`](Self::session_credential);
/// - [`Trigger::sign`](crate::Trigger::sign);
/// - [`Package0::verify`](crate::Package0::verify),
///   [`verify_or_resync`](crate::Package0::verify_or_resync),
///   [`verify_any`](crate::Package0::verify_any);
/// - [`AccountState::receive`](crate::account::AccountState::receive).
///
/// A test scans that stack, on x86-64 and on Cortex-M0 at `opt-level` "z", "s" and 3.
/// [`from_base64`](Self::from_base64) is not among them. The caller must wipe its own copies, those
/// that a move leaves and what was returned. What an interrupt saves is not wiped.
#[derive(Clone)]
#[allow(
    missing_copy_implementations,
    reason = "a secret must not be copied unseen"
)]
pub struct Credentials([u8; BASE64_LENGTH]);

impl Credentials {
    /// Computes the credentials of a server-identifier and a password, each of any length. Zero
    /// octets and colons stand for themselves.
    ///
    /// A user name and a password give the credentials of a DM session in the same way: see
    /// [`session_credential`](Self::session_credential).
    #[must_use]
    // Inlined, its buffers would stay on the stack below those of the verification that follows.
    #[inline(never)]
    pub fn new(server_id: &[u8], password: &[u8]) -> Self {
        wiping(|| Self(b64(&h(&[server_id, b":", password]))))
    }

    /// Makes the credentials of the 16 octets `H(server-identifier:password)`.
    #[must_use]
    #[cfg_attr(
        not(feature = "zeroize"),
        allow(unused_mut, reason = "mutable so that it can be wiped")
    )]
    pub fn from_hash(mut hash: [u8; HASH_LENGTH]) -> Self {
        let credentials = wiping(|| Self(b64(&hash)));
        #[cfg(feature = "zeroize")]
        zeroize::Zeroize::zeroize(&mut hash);
        credentials
    }

    /// Makes the credentials of the 24 octets `B64(H(server-identifier:password))`.
    ///
    /// With the feature `zeroize` a constant can hold the result, but cannot take the credentials
    /// out of it: they have a `Drop`, which constants do not run (error E0493). This function wipes
    /// neither `text` nor the stack, since it is `const`.
    ///
    /// # Errors
    ///
    /// [`Invalid`](DecodeErrorKind::Invalid) [`Credentials`](Field::Credentials), at offset 0,
    /// unless they are the Base64 of 16 octets with its two octets of padding (RFC 4648 §4).
    pub const fn from_base64(text: [u8; BASE64_LENGTH]) -> Result<Self, DecodeError> {
        match from_b64(&text) {
            Some(_) => Ok(Self(text)),
            None => Err(DecodeError::new(
                DecodeErrorKind::Invalid,
                Field::Credentials,
                0,
            )),
        }
    }

    /// Returns the 24 octets `B64(H(server-identifier:password))`, to be stored as a secret.
    #[must_use]
    pub const fn as_base64(&self) -> &[u8; BASE64_LENGTH] {
        &self.0
    }

    /// Returns the 16 octets `H(server-identifier:password)`, to be stored as a secret.
    #[must_use]
    pub fn to_hash(&self) -> [u8; HASH_LENGTH] {
        // Every constructor leaves Base64 here.
        wiping(|| from_b64(&self.0).unwrap_or_default())
    }

    /// Computes the credential of a DM session, `B64(H(B64(H(name:password)):nonce))`, 24 octets,
    /// as `syncml:auth-md5` has it in `Cred`.
    ///
    /// OMA §5.1, step 3, asks for it under the nonce that the notification matched. `self` is then
    /// made of the name and password by which the server knows the client, which may differ from
    /// those of the notification.
    ///
    /// ```
    /// use oma_dm_notification::{Credentials, Nonce};
    ///
    /// let client = Credentials::new(b"Bruce2", b"OhBehave");
    /// let credential = client.session_credential(Nonce::new(b"Nonce"));
    /// assert_eq!(&credential, b"Zz6EivR3yeaaENcRN6lpAQ==");
    /// ```
    #[must_use]
    pub fn session_credential(&self, nonce: Nonce<'_>) -> [u8; BASE64_LENGTH] {
        wiping(|| b64(&h(&[&self.0, b":", nonce.0])))
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

/// Decodes the Base64 of a hash; `None` unless it is exactly that (RFC 4648 §4).
///
/// By hand, because the decoder of `base64` is not `const` and keeps a reachable panic.
const fn from_b64(text: &[u8; BASE64_LENGTH]) -> Option<[u8; HASH_LENGTH]> {
    let [digits @ .., b'=', b'='] = text else {
        return None;
    };
    let mut bits: u128 = 0;
    let mut rest: &[u8] = digits;
    while let &[digit, ref after @ ..] = rest {
        let value = match digit {
            b'A'..=b'Z' => digit.wrapping_sub(b'A'),
            b'a'..=b'z' => digit.wrapping_sub(b'a' - 26),
            b'0'..=b'9' => digit.wrapping_add(52 - b'0'),
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = match after {
            // The last digit has two bits of the hash; the other four must be zero.
            [] if value & 0b1111 != 0 => return None,
            [] => bits << 2 | (value >> 4) as u128,
            _ => bits << 6 | value as u128,
        };
        rest = after;
    }
    Some(bits.to_be_bytes())
}

/// A nonce: octets, any number of them, as they are after Base64 decoding of `NextNonce` or
/// `AAuthData`.
///
/// Zero octets and colons stand for themselves. It has no `Debug` of its value and no `PartialEq`,
/// because it helps to forge.
#[derive(Clone, Copy)]
pub struct Nonce<'a>(&'a [u8]);

impl<'a> Nonce<'a> {
    /// The nonce 0x00000000 of the resynchronisation: four zero octets (OMA §5.1).
    pub const RESYNC: Self = Self(&[0; 4]);

    /// No nonce has been agreed yet: no octets.
    pub const NONE: Self = Self(&[]);

    /// Makes the nonce of these octets.
    #[must_use]
    pub const fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// Returns the octets.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.0
    }

    /// Returns which nonce this is: four zero octets are the nonce 0, however they were stored.
    pub(crate) fn choice(&self) -> NonceChoice {
        if self.0 == Self::RESYNC.0 {
            NonceChoice::Resync
        } else {
            NonceChoice::Stored
        }
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

/// The agreed nonce, or 0x00000000 in its place (OMA §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_enums, reason = "OMA §5.1 knows these two")]
pub enum NonceChoice {
    /// The nonce that the other end's last `Chal` gave; none if there has not been one.
    Stored,
    /// Four zero octets.
    Resync,
}

impl NonceChoice {
    /// Returns the nonce of this choice.
    #[must_use]
    pub const fn resolve(self, stored: Nonce<'_>) -> Nonce<'_> {
        match self {
            Self::Stored => stored,
            Self::Resync => Nonce::RESYNC,
        }
    }
}

/// `stored` or `resync`.
impl fmt::Display for NonceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stored => "stored",
            Self::Resync => "resync",
        })
    }
}
