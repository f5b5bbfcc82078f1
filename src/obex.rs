//! Package #0 over OBEX (OMA §7.2): the body of a PUT, by `IrOBEX` 1.3 and its binding for
//! `SyncML`, SYNCOBEX. There is no WSP.
//!
//! ```text
//!  octet 0        1               3
//!       +--------+---------------+-----------//-----------+
//!       | opcode | packet length | headers                |
//!       +--------+---------------+-----------//-----------+
//!                                +---------+-------+----------------+----//----+
//!       CONNECT, and responses   | version | flags | maximum packet | headers  |
//!       to it                    |  0x10   | 0x00  | length (2)     |          |
//!                                +---------+-------+----------------+----//----+
//!  The packet length counts all octets, big endian. Bit 7 of the opcode ends the
//!  request.
//!
//!  header 00xxxxxx, 01xxxxxx   id (1), length (2, counts all octets of the
//!                              header), text or octets
//!         10xxxxxx             id (1), value (1)
//!         11xxxxxx             id (1), value (4, big endian)
//!
//!  server                                                            device
//!    CONNECT 80   Target SYNCML-DM                              -->
//!                                     <--  A0  ConnectionID, Who SYNCML-DM
//!    PUT     02   ConnectionID, Type, Length, Body              -->
//!                                     <--  90  Continue, as often as it takes
//!    PUT     82   End-of-Body                                   -->
//!                                     <--  A0  Success: this is Package #0
//!    DISCONNECT 81   ConnectionID                               -->
//!                                     <--  A0
//! ```
//!
//! The device is the OBEX server: a [`Receiver`] answers one request packet after the other. The DM
//! server is the OBEX client: [`Connect`], [`Put`] and [`Disconnect`] make its packets,
//! [`Response`] reads the answers. Neither does any input or output: the caller cuts a stream into
//! packets by their length, octets 1 and 2.

mod packet;
mod receiver;
mod sender;

pub use packet::{MaximumPacketLength, ResponseCode};
pub use receiver::{Connection, Receiver, Reply};
pub use sender::{Connect, Disconnect, Put, PutPacket, PutPackets, Response};
