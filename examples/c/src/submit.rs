//! SMS-SUBMIT, for a server with a modem

use crate::error::oma_dm_kind;
use crate::memory::{self, Checked};
use crate::octets::{oma_dm_octets, oma_dm_written, written};
use oma_dm_notification::bearer::Address;
use oma_dm_notification::bearer::tpdu::{Submit, Validity};

/// A short message to send with a modem.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct oma_dm_submit {
    /// Whom it is for, as characters without a zero octet: "+" and digits, digits alone, or a name.
    pub destination: oma_dm_octets,
    /// The service centre likewise; {NULL, 0} for that of the SIM, which is usual.
    pub service_centre: oma_dm_octets,
    /// TP-User-Data: of oma_dm_write_sms.
    pub user_data: oma_dm_octets,
    /// TP-Message-Reference; most modems replace it by their own.
    pub reference: u8,
    /// Whether a relative validity period is sent, and that: TS 23.040 9.2.3.12.1.
    pub has_validity: u8,
    /// The relative validity period: 167 is one day.
    pub validity: u8,
    /// Whether a status report is wanted.
    pub status_report: u8,
}

/// Writes the service centre's address and an SMS-SUBMIT with them: what AT+CMGS takes, in
/// hexadecimal, at most 176 octets. The number that AT+CMGS= is told is written to length, if that
/// is not NULL: the octets after the service centre's address.
///
/// Errors: OMA_DM_KIND_OUT_OF_RANGE of the address length or an address character;
/// OMA_DM_KIND_TOO_LONG of TP-User-Data.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oma_dm_write_submit(
    submit: *const oma_dm_submit,
    length: *mut usize,
    buffer: *mut u8,
    size: usize,
) -> oma_dm_written {
    let write = || -> Checked<oma_dm_written> {
        // SAFETY: the caller keeps the header's rules of memory, also of what `submit` points to.
        let (options, destination, centre, user_data, buffer) = unsafe {
            let options = memory::read(submit)?;
            let [destination, centre, user_data] = [
                options.destination,
                options.service_centre,
                options.user_data,
            ]
            .map(|part| memory::octets(part.octets, part.size));
            let [destination, centre, user_data] = [destination?, centre?, user_data?];
            let buffer = memory::buffer(buffer, size, &[destination, centre, user_data])?;
            (options, destination, centre, user_data, buffer)
        };
        if !length.is_null() {
            memory::check(length)?;
        }
        let mut submit = Submit::new(address(destination)?, user_data)
            .with_reference(options.reference)
            .with_status_report(options.status_report != 0);
        if !centre.is_empty() {
            submit = submit.with_service_centre(address(centre)?);
        }
        if options.has_validity != 0 {
            submit = submit.with_validity(Validity::Relative(options.validity));
        }
        let written = written(1, submit.encode_with_service_centre(buffer))?;
        if !length.is_null() {
            // SAFETY: it has been checked.
            unsafe { memory::write(length, submit.encoded_len()) };
        }
        Ok(written)
    };
    write().into()
}

fn address(characters: &[u8]) -> Checked<Address> {
    let text = core::str::from_utf8(characters).map_err(|_| oma_dm_kind::UnknownValue)?;
    Ok(text.parse::<Address>()?)
}
