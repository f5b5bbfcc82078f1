//! OMA Device Management 1.2.1 notifications ("Package #0") for both ends: a server composes and
//! signs them, a device receives, routes and authenticates them and starts each session once.
//!
//! The library is `no_std`, needs no allocator, contains no `unsafe` code, and no input makes it
//! panic. It does no input or output: the caller hands in octets and gets values.
//!
//! # On the device
//!
//! Two calls lead from a modem's octets to a session, with the caller's look-up of the account
//! between them:
//!
//! ```
//! use oma_dm_notification::account::{
//!     Account, AccountState, Decision, ResyncPolicy,
//! };
//! use oma_dm_notification::inbox::{Delivery, Inbox, Outcome};
//! use oma_dm_notification::{Credentials, Nonce};
//!
//! # let user_data = b"\x06\x05\x04\x0b\x84\xc0\x02\x01\x06\x03\xc4\xaf\x87\
//! #     \xe4\x00\x07\x51\xd1\x5d\xa7\xd8\xb5\xfc\x1f\xbc\xe4\x5e\xe7\x15\
//! #     \x02\xd0\0\0\0\x12\x34\x12com.mgmtsrv.manage";
//! # let (now, mut state) = (0, AccountState::new());
//! // Two messages in segments at a time, of 512 octets each, kept for 600 ticks.
//! let mut inbox = Inbox::<u32, 2, 512>::new();
//! inbox.set_max_age(600);
//!
//! // 1. From what the modem delivered to a Package #0, not yet authenticated.
//! let delivery = Delivery::ShortMessage { originator: 1, user_data };
//! let Outcome::Package0(package0) = inbox.receive(now, delivery).outcome else {
//!     return Ok(()); // another application's, incomplete, repeated or malformed
//! };
//!
//! // 2. Its server-identifier finds the account; the account's state decides.
//! let server_id = package0.unverified().server_id();
//! assert_eq!(server_id.as_str(), Some("com.mgmtsrv.manage"));
//! let credentials = Credentials::new(server_id.as_bytes(), b"password");
//! let agreed = Nonce::new(b"the agreed nonce");
//! let account = Account::new(&credentials, agreed, ResyncPolicy::Limited);
//! let decision = state.receive(&package0, &account);
//! if let Decision::Start { session, notification } = decision {
//!     // Store the state, acknowledge the short message, then connect.
//!     assert_eq!(notification.session_id_text().as_str(), "1234");
//!     // The credentials of Pkg #1 are based on this nonce.
//!     println!("{}", session.client_nonce());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! In the order in which a message meets them:
//! - [`bearer`] reads what lies below TP-User-Data: TPDU, RP-DATA, C.S0015 messages;
//! - [`wap`] opens user data headers and WSP pushes, puts segments together, and routes by OMA
//!   §7.1.1; [`obex`] takes the body of an OBEX PUT (OMA §7.2);
//! - [`inbox`] does both for every bearer: **start here**;
//! - [`Package0`] is the received message, [`Trigger`] its fields: [`Version`], [`UiMode`],
//!   [`Initiator`], [`FutureUse`], [`SessionId`], [`ServerId`];
//! - [`Credentials`] and [`Nonce`] verify its [`Digest`] (OMA §6.2.2);
//! - [`account`] remembers what a server has started, through power cycles (OMA §5.1, §6.2.10). Its
//!   page says when to store and when to acknowledge;
//! - [`session`] tells the nonces of Pkg #1 to #4 (OMA §5.1).
//!
//! The page [`in_firmware`] says what to place, store and acknowledge, and shows a bare loop and an
//! `async` task.
//!
//! # On the server
//!
//! ```
//! use oma_dm_notification::wap::{sms::ShortMessages, udh::Reference, wsp::DmPush};
//! use oma_dm_notification::{
//!     Credentials, Nonce, ServerId, SessionId, Trigger, UiMode,
//! };
//!
//! let server_id = ServerId::new(b"com.mgmtsrv.manage")?;
//! let trigger = Trigger::new(SessionId::new(0x1234)?, server_id)
//!     .with_ui_mode(UiMode::Background);
//! let credentials = Credentials::new(server_id.as_bytes(), b"password");
//! let signed = trigger.sign(&credentials, Nonce::new(b"the device's nonce"))?;
//!
//! let mut buffer = [0; 140];
//! let push = DmPush::new(1, &signed);
//! for message in ShortMessages::new(push, 0xC002, Reference::Eight(0x5A))? {
//!     // To be sent with TP-UDHI set and an 8-bit data coding scheme.
//!     let user_data = message.encode(&mut buffer)?;
//!     assert_eq!(user_data[..7], *b"\x06\x05\x04\x0b\x84\xc0\x02");
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - [`Trigger`] is built from its fields and signed; [`Signed`] is the Package #0 to send;
//! - [`wap::wsp::DmPush`] is its push: as a UDP datagram, as [short messages](wap::sms) or as [CDMA
//!   segments](wap::cdma); [`obex`] puts it to a device nearby;
//! - [`bearer`] writes the TPDU around a short message;
//! - [`session::DeviceState`] remembers what is out, and when to resynchronise (OMA §5.1).
//!
//! # Errors
//!
//! [`DecodeError`] names the kind of error, the field by its specification's name, and the octet at
//! which the field starts. [`EncodeError`] says what a sender may not send; [`ValueError`] what a
//! field cannot be. Whatever fails leaves buffers and state as they were.
//!
//! # What it does not do
//!
//! The DM session itself (Pkg #1 and later), SMS below the RP layer, the secure push port 2949, and
//! the notifications of DM 1.3, DM 2.0 and Data Synchronization, which have other formats.
//!
//! # Features
//!
//! | feature | what it adds | leave it off |
//! |---|---|---|
//! | (none) | the whole library | |
//! | `defmt` | `defmt::Format` on every public type; secrets print as `..` | without defmt |
//! | `zeroize` | wipes secrets, as [`Credentials`] says | if nobody can read the memory |

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
pub mod bearer;
mod digest;
mod error;
pub mod inbox;
#[cfg(any(doc, doctest))]
#[doc = include_str!("in_firmware.md")]
pub mod in_firmware {}
pub mod obex;
mod package0;
mod read;
pub mod session;
mod stored;
mod trigger;
pub mod wap;
mod write;

/// The code of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use digest::{Credentials, Digest, Nonce, NonceChoice};
pub use error::{DecodeError, DecodeErrorKind, EncodeError, Field, NotAuthentic, ValueError};
pub use package0::{Authentic, AuthenticAmong, Package0, Signed};
pub use trigger::{
    Departure, FutureUse, Initiator, ServerId, SessionId, SessionIdText, Trigger, UiMode, Version,
};
