//! What several modules of tests need.

use oma_dm_notification::wap::Ports;
use oma_dm_notification::{Initiator, UiMode};

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
