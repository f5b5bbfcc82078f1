//! OBEX, a server's end
//!
//! CONNECT, the packets of one PUT, DISCONNECT. After each packet read the response; after any code
//! but the expected one send no more of the PUT.

use crate::error::{oma_dm_error, oma_dm_kind};
use crate::memory::{self, Checked};
use crate::octets::{oma_dm_written, written};
use oma_dm_notification::DecodeError;
use oma_dm_notification::obex::{Connect, Disconnect, MaximumPacketLength, Put, Response};

/// A connection to a device, as its response to CONNECT has it. All zeros if there was no CONNECT.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct oma_dm_obex_connection {
    /// OMA_DM_KIND_NONE, or how the response is malformed.
    pub error: oma_dm_error,
    /// The code of the response: 0xA0 is success, 0x90 says to go on.
    pub code: u8,
    /// Whether there is a ConnectionID: 0 or 1.
    pub has_connection_id: u8,
    /// The ConnectionID.
    pub connection_id: u32,
    /// The longest packet that the device takes; 0 is for 255, which every device takes.
    pub maximum_packet_length: u16,
}

/// Writes a CONNECT to a device's DM client: 19 octets. maximum_packet_length is the longest
/// response that you take, 255 to 65535; 0 is for 1024.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_write_obex_connect(
    maximum_packet_length: u16,
    buffer: *mut u8,
    size: usize,
) -> oma_dm_written {
    let write = || -> Checked<oma_dm_written> {
        let longest = longest(maximum_packet_length, MaximumPacketLength::DEFAULT)?;
        // SAFETY: the caller keeps the header's rules of memory.
        let buffer = unsafe { memory::buffer(buffer, size, &[]) }?;
        written(1, Connect::new(longest).encode(buffer))
    };
    write().into()
}

/// Reads the response to a CONNECT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_read_obex_connected(
    response: *const u8,
    size: usize,
) -> oma_dm_obex_connection {
    // SAFETY: the caller keeps the header's rules of memory.
    match unsafe { memory::octets(response, size) } {
        Ok(octets) => Response::parse_connect(octets).into(),
        Err(mistake) => oma_dm_obex_connection::failed(mistake.into()),
    }
}

/// Reads the response to a packet of a PUT, or to a DISCONNECT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_read_obex_response(
    response: *const u8,
    size: usize,
) -> oma_dm_obex_connection {
    // SAFETY: the caller keeps the header's rules of memory.
    match unsafe { memory::octets(response, size) } {
        Ok(octets) => Response::parse(octets).into(),
        Err(mistake) => oma_dm_obex_connection::failed(mistake.into()),
    }
}

/// Writes one of the packets of the PUT of a Package #0. The last one, with index total - 1,
/// expects the response code 0xA0, the others 0x90.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_write_obex_put(
    connection: *const oma_dm_obex_connection,
    package0: *const u8,
    package0_size: usize,
    index: usize,
    buffer: *mut u8,
    size: usize,
) -> oma_dm_written {
    let write = || -> Checked<oma_dm_written> {
        // SAFETY: the caller keeps the header's rules of memory.
        let (connection, package0, buffer) = unsafe {
            let package0 = memory::octets(package0, package0_size)?;
            let buffer = memory::buffer(buffer, size, &[package0])?;
            (memory::read(connection)?, package0, buffer)
        };
        let longest = longest(
            connection.maximum_packet_length,
            MaximumPacketLength::MINIMUM,
        )?;
        let put = Put::relay(package0, connection.id()).with_maximum_packet_length(longest);
        let packet = put.packets().nth(index).ok_or(oma_dm_kind::NoSuchIndex)?;
        written(put.packets().count(), packet.encode(buffer))
    };
    write().into()
}

/// Writes the DISCONNECT that ends the connection: 8 octets, or 3 without a ConnectionID.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_write_obex_disconnect(
    connection: *const oma_dm_obex_connection,
    buffer: *mut u8,
    size: usize,
) -> oma_dm_written {
    let write = || -> Checked<oma_dm_written> {
        // SAFETY: the caller keeps the header's rules of memory.
        let (connection, buffer) = unsafe {
            (
                memory::read(connection)?,
                memory::buffer(buffer, size, &[])?,
            )
        };
        written(1, Disconnect::new(connection.id()).encode(buffer))
    };
    write().into()
}

fn longest(octets: u16, default: MaximumPacketLength) -> Checked<MaximumPacketLength> {
    match octets {
        0 => Ok(default),
        octets => Ok(MaximumPacketLength::new(octets)?),
    }
}

impl oma_dm_obex_connection {
    fn id(&self) -> Option<u32> {
        (self.has_connection_id != 0).then_some(self.connection_id)
    }

    fn failed(error: oma_dm_error) -> Self {
        Self {
            error,
            code: 0,
            has_connection_id: 0,
            connection_id: 0,
            maximum_packet_length: 0,
        }
    }
}

impl From<Result<Response<'_>, DecodeError>> for oma_dm_obex_connection {
    fn from(response: Result<Response<'_>, DecodeError>) -> Self {
        let response = match response {
            Ok(response) => response,
            Err(error) => return Self::failed(error.into()),
        };
        Self {
            error: oma_dm_error::NONE,
            code: response.code().value(),
            has_connection_id: response.connection_id().is_some().into(),
            connection_id: response.connection_id().unwrap_or_default(),
            maximum_packet_length: response.maximum_packet_length().value(),
        }
    }
}
