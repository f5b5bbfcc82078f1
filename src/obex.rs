//! Package #0 over OBEX (7.2): the body of a PUT, by `IrOBEX` 1.3 and its binding for `SyncML`, SYNCOBEX. Without WSP.
//!
//! ```text
//!  octet 0        1               3
//!       +--------+---------------+-----------//-----------+
//!       | opcode | packet length | headers                |     packet length counts all octets, big endian;
//!       +--------+---------------+-----------//-----------+     bit 7 of the opcode ends the request
//!                                +---------+-------+----------------+----//----+
//!       CONNECT, and responses   | version | flags | maximum packet | headers  |
//!       to it:                   |  0x10   | 0x00  | length (2)     |          |
//!                                +---------+-------+----------------+----//----+
//!
//!  header 00xxxxxx, 01xxxxxx   id (1), length (2, counts all octets of the header), text or octets
//!         10xxxxxx             id (1), value (1)
//!         11xxxxxx             id (1), value (4, big endian)
//!
//!  server                                                            device
//!    CONNECT 80   Target SYNCML-DM                              -->
//!                                                               <--  A0  ConnectionID, Who SYNCML-DM
//!    PUT     02   ConnectionID, Type, Length, Body              -->
//!                                                               <--  90  Continue, as often as it takes
//!    PUT     82   End-of-Body                                   -->
//!                                                               <--  A0  Success: this is Package #0
//!    DISCONNECT 81   ConnectionID                               -->
//!                                                               <--  A0
//! ```
//!
//! The device is the OBEX server: a [`Receiver`] answers one request packet after the other. The DM server is the OBEX
//! client: [`Connect`], [`Put`] and [`Disconnect`] make its packets, [`Response`] reads what comes back. Neither does
//! any input or output: whoever reads a stream cuts it into packets by their length, octets 1 and 2.

mod packet;
mod receiver;
mod sender;

pub use receiver::{Receiver, Reply, Target};
pub use sender::{Connect, Disconnect, Put, PutPacket, PutPackets, Response};

use crate::error::{EncodeError, Field};

/// A maximum packet length: the octets of the longest packet that one end takes, 16 bits, 255 to 65535 (OBEX 1.3,
/// CONNECT).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct MaximumPacketLength(u16);

impl MaximumPacketLength {
    /// 255: the least that there may be, and what holds where none has been stated.
    pub const MINIMUM: Self = Self(255);
    /// 1024: what this library states unless told otherwise.
    pub const DEFAULT: Self = Self(1024);

    /// A maximum packet length of this many octets.
    ///
    /// # Errors
    ///
    /// [`OutOfRange`](EncodeError::OutOfRange) [`MaximumPacketLength`](Field::MaximumPacketLength) below 255.
    pub const fn new(octets: u16) -> Result<Self, EncodeError> {
        if octets < Self::MINIMUM.0 {
            return Err(EncodeError::OutOfRange {
                field: Field::MaximumPacketLength,
            });
        }
        Ok(Self(octets))
    }

    /// The octets, 255 to 65535.
    #[must_use]
    pub const fn value(self) -> u16 {
        self.0
    }
}

/// The response code of a packet, 8 bits, final bit included (OBEX 1.3, response codes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ResponseCode(u8);

impl ResponseCode {
    /// 0x90: go on with the next packet of the PUT.
    pub const CONTINUE: Self = Self(0x90);
    /// 0xA0: the request is done.
    pub const SUCCESS: Self = Self(0xA0);
    /// 0xC0: the packet is malformed, or the PUT has no body.
    pub const BAD_REQUEST: Self = Self(0xC0);
    /// 0xC3: a PUT without the CONNECT that is required before it.
    pub const FORBIDDEN: Self = Self(0xC3);
    /// 0xC4: the Target is not here.
    pub const NOT_FOUND: Self = Self(0xC4);
    /// 0xCD: the body is larger than the device can take.
    pub const ENTITY_TOO_LARGE: Self = Self(0xCD);
    /// 0xCF: the Type is not that of Package #0.
    pub const UNSUPPORTED_MEDIA_TYPE: Self = Self(0xCF);
    /// 0xD1: the request is none of CONNECT, PUT, DISCONNECT and ABORT.
    pub const NOT_IMPLEMENTED: Self = Self(0xD1);
    /// 0xD3: the `ConnectionID` is not that of the connection.
    pub const SERVICE_UNAVAILABLE: Self = Self(0xD3);

    /// The octet: one of the constants, or any other that a peer has sent.
    #[must_use]
    pub const fn value(self) -> u8 {
        self.0
    }
}
