//! The library for C. `include/oma_dm_notification.h` is generated from these modules, in this
//! order, and says what a caller must know; the comments here are that text.

#![cfg_attr(not(test), no_std)]
#![cfg_attr(
    not(test),
    deny(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic
    )
)]
#![allow(
    non_camel_case_types,
    reason = "types have the names that C programs use"
)]
#![cfg_attr(
    not(all(feature = "receive", feature = "send", feature = "bearer")),
    allow(dead_code, reason = "a group that is left out leaves helpers unused")
)]

mod memory;

pub mod error;

pub mod octets;

#[cfg(feature = "receive")]
pub mod inbox;

#[cfg(all(feature = "receive", feature = "bearer"))]
pub mod modem;

#[cfg(all(feature = "receive", feature = "obex"))]
pub mod obex;

pub mod session;

#[cfg(feature = "receive")]
pub mod account;

#[cfg(feature = "send")]
pub mod device;

#[cfg(feature = "send")]
pub mod compose;

#[cfg(all(feature = "send", feature = "bearer"))]
pub mod submit;

#[cfg(all(feature = "send", feature = "obex"))]
pub mod put;

/// A panic that could be reached would be an undefined symbol: the image would not link. Without
/// optimisation the compiler does not see that none can be.
#[cfg(all(not(test), not(debug_assertions)))]
use panic_never as _;

#[cfg(all(not(test), debug_assertions))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
