//! The library, built for a core without atomics.

#![no_std]

pub use oma_dm_notification::*;
