//! What outlives a power cut: two copies of a record, written alternately.
//!
//! ```text
//!  octet 0            4                      4 + N
//!       +------------+----------//----------+------------+
//!       | sequence   | record               | CRC-32     |
//!       +------------+----------//----------+------------+
//! ```
//!
//! The flash is emulated by two files of the host, through semihosting. A page takes 16 octets, so
//! a cut can leave a copy torn between any two pages. It never touches the other copy.

use core::ffi::CStr;
use crc::{CRC_32_ISO_HDLC, Crc};
use semihosting::{
    fs::File,
    io::{Read, Write},
};

const PAGE: usize = 16;
const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// A record of `N` octets, in copies of these names.
pub struct Flash<const N: usize> {
    copies: [&'static CStr; 2],
    sequence: u32,
    record: [u8; N],
}

impl<const N: usize> Flash<N> {
    /// Returns the later one of the copies that are whole; `None` if there is none.
    pub fn load(copies: [&'static CStr; 2]) -> Option<Self> {
        let both = copies.map(|name| Self::copy(copies, name));
        both.into_iter().flatten().max_by_key(|copy| copy.sequence)
    }

    pub const fn sequence(&self) -> u32 {
        self.sequence
    }

    pub const fn record(&self) -> &[u8; N] {
        &self.record
    }

    /// Writes the record over the older copy. One that has not changed does not wear the flash.
    pub fn store(&mut self, record: &[u8; N]) {
        if self.record == *record {
            return;
        }
        self.sequence += 1;
        self.record = *record;
        let mut file = File::create(self.copies[self.sequence as usize % 2]).unwrap();
        let mut crc = CRC.digest();
        for part in [&self.sequence.to_be_bytes()[..], record] {
            crc.update(part);
            write(&mut file, part);
        }
        write(&mut file, &crc.finalize().to_be_bytes());
    }

    fn copy(copies: [&'static CStr; 2], name: &CStr) -> Option<Self> {
        let mut file = File::open(name).ok()?;
        let (mut sequence, mut record, mut check) = ([0; 4], [0; N], [0; 4]);
        read(&mut file, &mut sequence)?;
        read(&mut file, &mut record)?;
        read(&mut file, &mut check)?;
        let mut crc = CRC.digest();
        crc.update(&sequence);
        crc.update(&record);
        (crc.finalize() == u32::from_be_bytes(check)).then_some(Self {
            copies,
            sequence: u32::from_be_bytes(sequence),
            record,
        })
    }
}

fn write(file: &mut File, octets: &[u8]) {
    for page in octets.chunks(PAGE) {
        file.write_all(page).unwrap();
    }
}

/// Fills the octets; `None` if the file has not as many.
fn read(file: &mut File, octets: &mut [u8]) -> Option<()> {
    let mut length = 0;
    while length < octets.len() {
        match file.read(&mut octets[length..]).ok()? {
            0 => return None,
            more => length += more,
        }
    }
    Some(())
}
