//! The library, built for a core that `heapless` needs a feature for.

#![no_std]

pub use oma_dm_notification::*;
