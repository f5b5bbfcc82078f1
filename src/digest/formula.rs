//! `H` and `B64`, of which the formula of 6.2.2 is made.

use crate::write;
use md5::block_api::compress;

/// Octets of an MD5 hash, and so of `<digest>`.
pub(crate) const HASH_LENGTH: usize = 16;
/// Octets of a hash in Base64: 22 digits and two of padding.
pub(super) const BASE64_LENGTH: usize = 24;

/// Octets of a block, the unit in which MD5 takes a message.
const BLOCK: usize = 64;
/// Octets of padding at the least: one that ends the message, and its length in bits (RFC 1321, 3.1 and 3.2).
const PADDING: usize = 1 + 8;

/// `H` over pieces, one after the other.
#[inline(always)]
pub(super) fn h(pieces: &[&[u8]]) -> [u8; HASH_LENGTH] {
    let mut message = Message::new();
    for piece in pieces {
        message.append(piece);
    }
    message.hash()
}

/// A message on its way through `H`, MD5 (RFC 1321). The function that compresses blocks is that of `md-5`; they are
/// filled here, two at a time, since the outer message of 6.2.2 seldom has more.
struct Message {
    state: [u32; 4],
    /// What has not been compressed yet fills less than the first two, and its padding may need the third.
    blocks: [[u8; BLOCK]; 3],
    length: usize,
}

impl Message {
    #[inline]
    const fn new() -> Self {
        Self {
            state: [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476],
            blocks: [[0; BLOCK]; 3],
            length: 0,
        }
    }

    #[inline]
    fn append(&mut self, piece: &[u8]) {
        match self.room().split_at_mut_checked(piece.len()) {
            Some((to, [_, ..])) => {
                write::copy(to, piece);
                self.length = self.length.wrapping_add(piece.len());
            }
            _ => self.append_in_parts(piece),
        }
    }

    /// What is free of the first two blocks: one octet at the least.
    #[inline]
    fn room(&mut self) -> &mut [u8] {
        let [full @ .., _] = &mut self.blocks;
        let filled = self.length % (2 * BLOCK);
        full.as_flattened_mut()
            .get_mut(filled..)
            .unwrap_or_default()
    }

    /// Appends a piece that fills the first two blocks, and compresses them as often as it does.
    #[cold]
    fn append_in_parts(&mut self, mut piece: &[u8]) {
        loop {
            let room = self.room();
            let Some((part, rest)) = piece.split_at_checked(room.len()) else {
                return self.append(piece);
            };
            write::copy(room, part);
            let [full @ .., _] = &self.blocks;
            compress(&mut self.state, full);
            self.blocks = [[0; BLOCK]; 3];
            self.length = self.length.wrapping_add(part.len());
            piece = rest;
        }
    }

    /// Pads the message to whole blocks, and compresses those (RFC 1321, 3.1 to 3.5). Thereby it is spent.
    #[inline]
    #[allow(
        clippy::little_endian_bytes,
        reason = "MD5 is little-endian (RFC 1321, 2)"
    )]
    fn hash(&mut self) -> [u8; HASH_LENGTH] {
        let filled = self.length % (2 * BLOCK);
        let end = self.blocks.as_flattened_mut().get_mut(filled);
        *end.unwrap_or(&mut 0) = 0x80;
        let last = filled.wrapping_add(PADDING - 1) / BLOCK;
        let blocks = self.blocks.get_mut(..=last).unwrap_or_default();
        let length = blocks.last_mut().and_then(|block| block.last_chunk_mut());
        *length.unwrap_or(&mut [0; 8]) = (self.length as u64).wrapping_mul(8).to_le_bytes();
        compress(&mut self.state, blocks);
        let mut hash = [0; HASH_LENGTH];
        for (octets, word) in hash.as_chunks_mut().0.iter_mut().zip(self.state) {
            *octets = word.to_le_bytes();
        }
        hash
    }
}

/// The message holds a password, or what is as good as one.
#[cfg(feature = "zeroize")]
impl Drop for Message {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.blocks);
        zeroize::Zeroize::zeroize(&mut self.state);
    }
}

/// The digits of Base64 (RFC 4648, Table 1) in one line of the usual cache, where there is one: which of two lines a
/// digit stands in would show in the time, and the hash may be a secret.
#[repr(align(64))]
struct Digits([u8; 64]);

static DIGITS: Digits =
    Digits(*b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

/// `B64` of a hash (RFC 4648, 4), with its two octets of padding.
#[inline]
pub(super) fn b64(hash: [u8; HASH_LENGTH]) -> [u8; BASE64_LENGTH] {
    let mut bits = u128::from_be_bytes(hash);
    let mut text = [b'='; BASE64_LENGTH];
    let [digits @ .., _, _] = &mut text;
    for digit in digits {
        // The six bits at the top; the last digit has two, and four zeros.
        *digit = DIGITS
            .0
            .get((bits >> 122) as usize)
            .copied()
            .unwrap_or_default();
        bits <<= 6;
    }
    text
}
