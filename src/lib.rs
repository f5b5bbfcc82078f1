#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![allow(
    clippy::inline_always,
    reason = "each is needed for a bar of `benches/instructions` or of `tests/firmware/run`"
)]
#![cfg_attr(
    not(test),
    deny(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::todo,
        clippy::unimplemented,
        clippy::string_slice,
        clippy::std_instead_of_core,
        clippy::alloc_instead_of_core,
        clippy::host_endian_bytes,
        clippy::little_endian_bytes
    )
)]

pub mod account;
mod digest;
mod error;
pub mod inbox;
pub mod obex;
mod package0;
mod read;
pub mod session;
mod stored;
mod trigger;
pub mod wap;
mod write;

pub use digest::{Credentials, Digest, Nonce, NonceChoice};
pub use error::{DecodeError, DecodeErrorKind, EncodeError, Field, NotAuthentic, ValueError};
pub use package0::{Authentic, AuthenticAmong, Package0, Signed};
pub use trigger::{
    Departure, FutureUse, Initiator, ServerId, SessionId, SessionIdText, Trigger, UiMode, Version,
};
