//! Octets

use crate::error::oma_dm_error;
use crate::memory::Checked;
use oma_dm_notification::EncodeError;

/// Octets in the caller's memory: a reference, not a copy. {NULL, 0} is no octets.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct oma_dm_octets {
    /// The first of them.
    pub octets: *const u8,
    /// How many there are.
    pub size: usize,
}

impl oma_dm_octets {
    /// No octets.
    pub(crate) const NONE: Self = Self {
        octets: core::ptr::null(),
        size: 0,
    };
}

impl From<&[u8]> for oma_dm_octets {
    fn from(octets: &[u8]) -> Self {
        Self {
            octets: octets.as_ptr(),
            size: octets.len(),
        }
    }
}

/// What was written to a buffer.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct oma_dm_written {
    /// OMA_DM_KIND_NONE, or why nothing was written.
    pub error: oma_dm_error,
    /// How many octets were written, from the front of the buffer.
    pub size: usize,
    /// How many segments or packets there are in all: 1 for what is not in segments.
    pub total: usize,
}

pub(crate) fn written(
    total: usize,
    octets: Result<&mut [u8], EncodeError>,
) -> Checked<oma_dm_written> {
    Ok(oma_dm_written {
        error: oma_dm_error::NONE,
        size: octets?.len(),
        total,
    })
}

impl From<Checked<Self>> for oma_dm_written {
    fn from(written: Checked<Self>) -> Self {
        written.unwrap_or_else(|error| Self {
            error,
            size: 0,
            total: 0,
        })
    }
}
