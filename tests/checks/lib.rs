//! What must hold for any octets: the body of every fuzz target, and of the replay of the
//! corpus under `cargo test` (`tests/library/corpus.rs`), which includes this file.
//!
//! A check panics if the library is wrong. Each holds the library against [`reference`], a
//! second implementation of the specifications that shares nothing with it, or against a model of
//! what it has to remember.

mod account;
mod cdma;
mod cdma_message;
mod compose;
mod device;
mod inbox;
mod obex;
mod package0;
mod push;
mod reference;
mod rp;
mod tpdu;

pub use account::{account, day};
pub use cdma::cdma;
pub use cdma_message::cdma_message;
pub use compose::compose;
pub use device::{device, life};
pub use inbox::inbox;
pub use obex::obex;
pub use package0::package0;
pub use push::{datagram, short_message};
pub use rp::rp;
pub use tpdu::tpdu;

use oma_dm_notification::DecodeError;

/// An error's place lies within what was handed in, its end included.
#[track_caller]
fn within(error: DecodeError, octets: &[u8]) {
    let length = octets.len();
    assert!(error.offset() <= length, "{error} of {length}");
}

/// Choices, taken from the front of a fuzzer's octets: zero if there are no more.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn octet(&mut self) -> u8 {
        let (octet, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *octet
    }

    fn word(&mut self) -> u16 {
        u16::from_be_bytes([self.octet(), self.octet()])
    }

    /// As many octets, or what there is of them.
    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// Octets after an octet that counts them.
    fn counted(&mut self) -> &'a [u8] {
        let length = self.octet();
        self.take(length.into())
    }
}
