//! The digest of 6.2.2, and the secrets that it is made of.
//!
//! ```text
//! H(B64(H(server-identifier:password)) : nonce : B64(H(trigger)))        H = MD5, 16 octets
//!   |________ Credentials ___________|   Nonce   |_ SignedTrigger _|     B64 = Base64 of those, 24 octets
//! ```

use crate::error::{DecodeError, DecodeErrorKind, Field};
use crate::write;
use core::{fmt, hint::black_box};
use md5::block_api::compress;

/// Octets of an MD5 hash, and so of `<digest>`.
pub(crate) const HASH_LENGTH: usize = 16;

/// Octets of a hash in Base64: 22 that carry it and two of padding.
const BASE64_LENGTH: usize = 24;

/// `H` over pieces, one after the other.
fn h(pieces: &[&[u8]]) -> [u8; HASH_LENGTH] {
    let mut md5 = Md5::new();
    for piece in pieces {
        md5.update(piece);
    }
    md5.finish()
}

/// Octets of a block of MD5.
const BLOCK_LENGTH: usize = 64;
/// Octets that are gathered before they are compressed.
const GATHERED_LENGTH: usize = 2 * BLOCK_LENGTH;

/// MD5 (RFC 1321) around its compression function. The crate's own way to gather octets takes more flash and more
/// instructions than is needed where nearly all that is hashed fits in two blocks.
struct Md5 {
    state: [u32; 4],
    /// Two blocks to gather in, and one that padding alone reaches. What is not filled is zero.
    blocks: [[u8; BLOCK_LENGTH]; 3],
    filled: usize,
    /// Octets that were compressed before those.
    before: u64,
}

impl Md5 {
    const fn new() -> Self {
        Self {
            state: [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476],
            blocks: [[0; BLOCK_LENGTH]; 3],
            filled: 0,
            before: 0,
        }
    }

    #[inline]
    fn update(&mut self, mut octets: &[u8]) {
        loop {
            let gathered = self.blocks.as_flattened_mut();
            let room = gathered
                .get_mut(self.filled..GATHERED_LENGTH)
                .unwrap_or_default();
            let length = room.len();
            write::copy(room, octets);
            let Some((_, rest)) = octets.split_at_checked(length) else {
                self.filled = self.filled.wrapping_add(octets.len());
                return;
            };
            self.compress(2);
            self.blocks = [[0; BLOCK_LENGTH]; 3];
            self.filled = 0;
            self.before = self.before.wrapping_add(GATHERED_LENGTH as u64);
            octets = rest;
        }
    }

    /// Pads to a multiple of 64 octets: one bit, zeros, and the length in bits.
    #[allow(clippy::little_endian_bytes, reason = "so is MD5")]
    #[inline]
    fn finish(&mut self) -> [u8; HASH_LENGTH] {
        if let Some(end) = self.blocks.as_flattened_mut().get_mut(self.filled) {
            *end = 0x80;
        }
        let bits = self.before.wrapping_add(self.filled as u64).wrapping_mul(8);
        let last = self.filled.wrapping_add(8) / BLOCK_LENGTH;
        if let Some(length) = self
            .blocks
            .get_mut(last)
            .and_then(|block| block.last_chunk_mut())
        {
            *length = bits.to_le_bytes();
        }
        self.compress(last.wrapping_add(1));
        let [a, b, c, d] = self.state;
        let (a, b, c, d) = (u128::from(a), u128::from(b), u128::from(c), u128::from(d));
        (a | b << 32 | c << 64 | d << 96).to_le_bytes()
    }

    fn compress(&mut self, blocks: usize) {
        compress(
            &mut self.state,
            self.blocks.get(..blocks).unwrap_or_default(),
        );
    }
}

/// What was hashed may be secret.
#[cfg(feature = "zeroize")]
impl Drop for Md5 {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.state);
        zeroize::Zeroize::zeroize(&mut self.blocks);
    }
}

/// `B64` of a hash. An encoder for any length and alphabet takes 0.3 KB more flash, most of it tables, and twice as many
/// instructions.
fn b64(hash: [u8; HASH_LENGTH]) -> [u8; BASE64_LENGTH] {
    let [groups @ .., last] = hash;
    let mut text = [b'='; BASE64_LENGTH];
    let (whole, _) = groups.as_chunks();
    let (quartets, _) = text.as_chunks_mut();
    for (&[a, b, c], quartet) in whole.iter().zip(quartets) {
        *quartet = [a >> 2, a << 4 | b >> 4, b << 2 | c >> 6, c].map(base64_digit);
    }
    if let Some([a, b, _, _]) = text.last_chunk_mut() {
        [*a, *b] = [last >> 2, last << 4].map(base64_digit);
    }
    text
}

/// The Base64 digit of the six lowest bits.
#[inline]
fn base64_digit(bits: u8) -> u8 {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    DIGITS
        .get(usize::from(bits & 0x3F))
        .copied()
        .unwrap_or_default()
}

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

    pub(crate) fn compute(
        credentials: &Credentials,
        nonce: Nonce<'_>,
        trigger: &SignedTrigger,
    ) -> Self {
        let mut md5 = Md5::new();
        md5.update(&credentials.0);
        md5.update(b":");
        md5.update(nonce.0);
        md5.update(b":");
        md5.update(&trigger.0);
        Self(md5.finish())
    }

    /// The 16 octets.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; HASH_LENGTH] {
        &self.0
    }

    /// Compares in a time that does not depend on where, or whether, the two differ: all octets are looked at, and
    /// the compiler is kept from knowing when the outcome is settled.
    pub(crate) fn matches(&self, other: &Self) -> bool {
        let pairs = self.0.iter().zip(other.0);
        let difference = pairs.fold(0, |difference, (a, b)| difference | (a ^ b));
        black_box(difference) == 0
    }
}

/// `B64(H(trigger))`, computed once for all candidate nonces.
pub(crate) struct SignedTrigger([u8; BASE64_LENGTH]);

impl SignedTrigger {
    /// Of the trigger's octets as they were received, or as they will be sent, in pieces.
    pub(crate) fn new(trigger: &[&[u8]]) -> Self {
        Self(b64(h(trigger)))
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
