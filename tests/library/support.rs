//! What several modules of tests need.

use oma_dm_notification::wap::udh::Ports;
use oma_dm_notification::{
    Credentials, DecodeError, EncodeError, Field, Initiator, Nonce, Trigger, UiMode,
};
use std::fmt;

/// By their number on the wire.
pub(crate) const UI_MODES: [UiMode; 4] = [
    UiMode::NotSpecified,
    UiMode::Background,
    UiMode::Informative,
    UiMode::UserInteraction,
];
/// By their bit on the wire.
pub(crate) const INITIATORS: [Initiator; 2] = [Initiator::Client, Initiator::Server];
/// The ports of the golden vectors.
pub(crate) const PORTS: Ports = Ports::Sixteen {
    destination: 2948,
    originator: 0xC002,
};

/// An OBEX packet of these headers.
pub(crate) fn packet(opcode: u8, headers: &[Vec<u8>]) -> Vec<u8> {
    let headers = headers.concat();
    let length = u16::try_from(headers.len() + 3).unwrap().to_be_bytes();
    [&[opcode], &length[..], &headers].concat()
}

/// An OBEX header of text or octets.
pub(crate) fn counted(id: u8, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len() + 3).unwrap().to_be_bytes();
    [&[id], &length[..], value].concat()
}

/// An OBEX header of four octets.
pub(crate) fn number(id: u8, value: u32) -> Vec<u8> {
    [&[id], &value.to_be_bytes()[..]].concat()
}

/// What an [`EncodeError`] says. Unlike it, a test can make one to compare with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    BufferTooSmall { needed: usize },
    OutOfRange { field: Field },
    TooLong { field: Field, limit: usize },
    TooManySegments { needed: usize },
    Headers { error: DecodeError },
}

impl From<EncodeError> for Refused {
    fn from(error: EncodeError) -> Self {
        match error {
            EncodeError::BufferTooSmall { needed, .. } => Self::BufferTooSmall { needed },
            EncodeError::OutOfRange { field, .. } => Self::OutOfRange { field },
            EncodeError::TooLong { field, limit, .. } => Self::TooLong { field, limit },
            EncodeError::TooManySegments { needed, .. } => Self::TooManySegments { needed },
            EncodeError::Headers { error, .. } => Self::Headers { error },
            error => panic!("no test knows this error yet: {error}"),
        }
    }
}

impl PartialEq<Refused> for EncodeError {
    fn eq(&self, other: &Refused) -> bool {
        let refused = Refused::from(*self);
        refused == *other
    }
}

/// A Package #0, signed and encoded.
pub(crate) fn signed(
    trigger: &Trigger<'_>,
    credentials: &Credentials,
    nonce: Nonce<'_>,
) -> Vec<u8> {
    let signed = trigger.sign(credentials, nonce).unwrap();
    let mut octets = vec![0; signed.encoded_len()];
    signed.encode(&mut octets).unwrap();
    octets
}

/// A writer that has room for so many octets.
struct Short(usize);

impl fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.checked_sub(text.len()).ok_or(fmt::Error)?;
        Ok(())
    }
}

/// Asserts that printing ends where the writer fails, wherever that is.
#[track_caller]
pub(crate) fn ends_with_the_writer(text: fmt::Arguments<'_>) {
    let length = text.to_string().len();
    for room in 0..length {
        assert!(fmt::write(&mut Short(room), text).is_err(), "{room}");
    }
    assert!(fmt::write(&mut Short(length), text).is_ok());
}
