//! OBEX, a device's end
//!
//! Answers one request packet after the other and collects the Package #0 of a PUT (OMA 7.2). Cut
//! the stream into packets by their length, octets 1 and 2, big endian.

use crate::error::oma_dm_error;
use crate::memory::{self, Checked, Marked};
use crate::octets::oma_dm_octets;
use oma_dm_notification::obex::{Connection, MaximumPacketLength, Receiver};

const OCTETS: usize = memory::configured(option_env!("OMA_DM_OBEX_OCTETS"), 512);

/// What the header calls oma_dm_obex.
#[allow(
    dead_code,
    reason = "its memory is the header's: here there are pointers to it alone"
)]
pub struct oma_dm_obex(Marked<Receiver<OCTETS>>);

/// The header gives it enough memory, aligned as it must be.
const _: () = {
    let words = 6 + OCTETS.div_ceil(size_of::<usize>());
    assert!(size_of::<oma_dm_obex>() <= words * size_of::<usize>());
    assert!(align_of::<oma_dm_obex>() <= align_of::<usize>());
};

/// The answer to one request packet.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct oma_dm_obex_reply {
    /// How the request is malformed, which the response tells the peer; or OMA_DM_KIND_NONE. Of a
    /// mistake in the calling program there is no response.
    pub error: oma_dm_error,
    /// The response packet: send its first response_size octets.
    pub response: [u8; 24],
    /// 3, 7 or 24; 0 if there is no response.
    pub response_size: u8,
    /// Its code, such as 0xA0 for success.
    pub code: u8,
    /// The Package #0, for oma_dm_receive_package0, if this was the last packet of its PUT;
    /// otherwise {NULL, 0}. It is in the memory of the receiver, until that takes another packet.
    pub package0: oma_dm_octets,
}

/// Initialises a receiver in size octets of memory, sizeof(oma_dm_obex) or more: call it once,
/// before any other function takes the receiver, and again whenever the transport was closed.
///
/// required says whether a PUT needs a connection to SYNCML-DM, as SYNCOBEX demands: say true for a
/// transport that other OBEX services share. maximum_packet_length is the longest packet that the
/// transport can hand over whole, 255 to 65535; 0 is for 1024.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_obex_init(
    obex: *mut oma_dm_obex,
    size: usize,
    required: bool,
    maximum_packet_length: u16,
) -> oma_dm_error {
    let init = || -> Checked<()> {
        let longest = longest(maximum_packet_length)?;
        let connection = if required {
            Connection::Required
        } else {
            Connection::Optional
        };
        let obex: *mut Marked<Receiver<OCTETS>> = obex.cast();
        // SAFETY: the caller keeps the header's rules of memory.
        let receiver = unsafe { Marked::place(obex, size, Receiver::new(connection)) }?;
        receiver.set_maximum_packet_length(longest);
        Ok(())
    };
    init().into()
}

/// Takes one whole request packet, and returns the response to send.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_obex_receive(
    obex: *mut oma_dm_obex,
    packet: *const u8,
    size: usize,
) -> oma_dm_obex_reply {
    let obex: *mut Marked<Receiver<OCTETS>> = obex.cast();
    let mut answer = oma_dm_obex_reply {
        error: oma_dm_error::NONE,
        response: [0; 24],
        response_size: 0,
        code: 0,
        package0: oma_dm_octets::NONE,
    };
    // SAFETY: the caller keeps the header's rules of memory.
    let taken = unsafe {
        memory::octets(packet, size).and_then(|packet| Ok((packet, Marked::at(obex, &[packet])?)))
    };
    match taken {
        Ok((packet, receiver)) => {
            let reply = receiver.receive(packet);
            let response = reply.response();
            for (to, &octet) in answer.response.iter_mut().zip(response) {
                *to = octet;
            }
            answer.response_size = u8::try_from(response.len()).unwrap_or_default();
            answer.code = reply.code().value();
            answer.package0 = reply.package0().map_or(oma_dm_octets::NONE, Into::into);
            answer.error = reply.error().map_or(oma_dm_error::NONE, Into::into);
        }
        Err(mistake) => answer.error = mistake.into(),
    }
    answer
}

pub(crate) fn longest(maximum_packet_length: u16) -> Checked<MaximumPacketLength> {
    match maximum_packet_length {
        0 => Ok(MaximumPacketLength::DEFAULT),
        octets => Ok(MaximumPacketLength::new(octets)?),
    }
}
