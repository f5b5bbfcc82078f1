//! TPDUs: short messages as modems hand them over and take them (TS 23.040 §9.2.2, TS 27.005 §3.1).
//!
//! ```text
//!  SC address   octets (1) | TON/NPI (1) | semi-octets (0 to 10), or an octet 00
//!
//!  SMS-DELIVER  first | OA  | PID | DCS | SCTS | UDL | UD
//!               1       2..   1     1     7      1     0 to 140
//!  SMS-SUBMIT   first | MR  | DA  | PID | DCS  | VP  | UDL | UD
//!               1       1     2..   1     1      0,1,7  1   0 to 140
//!
//!  first   7      6      5      4     3     2     1     0
//!  DELIVER | RP   | UDHI | SRI  |  -  | LP  | MMS | 0     0  |
//!  SUBMIT  | RP   | UDHI | SRR  |    VPF    | RD  | 0     1  |
//! ```
//!
//! A short message for OMA DM has a user data header (UDHI) and 8-bit data. A TPDU without is
//! another application's, as are SMS-STATUS-REPORT and the reserved type.
//!
//! A device acknowledges what it receives: with `AT+CSMS=1` the host owes the modem `AT+CNMA`, or
//! the modem repeats the message, and stops delivering in the end.
//!
//! ```
//! use oma_dm_notification::bearer::tpdu::{Deliver, Framing, Submit};
//!
//! // What a modem printed after `+CMT: ,32`, in octets.
//! let octets = b"\x07\x91\x44\x77\x58\x10\x06\x50\
//!     \x44\x0B\x91\x44\x77\x00\x10\x32\xF4\0\xF5\x62\x11\x22\0\0\0\0\x0D\
//!     \x06\x05\x04\x0B\x84\xC0\x02\x01\x06\x03\xC4\xAF\x87";
//! let deliver = Deliver::parse(octets, Framing::Length(32))?;
//! assert_eq!(deliver.originator().to_string(), "+44770001234");
//! assert_eq!(deliver.service_centre().unwrap().to_string(), "+447785016005");
//! assert_eq!(deliver.user_data(), &octets[27..]);
//!
//! // What a modem takes: `AT+CMGS=26`, then the octets in hexadecimal.
//! let submit = Submit::new("+447700900123".parse()?, deliver.user_data());
//! let mut buffer = [0; 176];
//! let octets = submit.encode_with_service_centre(&mut buffer)?;
//! assert_eq!(octets.len(), 1 + 26);
//! assert_eq!(submit.encoded_len(), 26);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::Address;
use crate::error::{DecodeError, DecodeErrorKind, EncodeError, Field};
use crate::read::{Octets, Reader};
use crate::write;
use core::fmt;

/// TP-MTI, bits 1 and 0.
const MESSAGE_TYPE: u8 = 0b0000_0011;
const DELIVER: u8 = 0b00;
const SUBMIT: u8 = 0b01;
/// TP-MMS, bit 2: no more messages are waiting.
const NO_MORE_MESSAGES: u8 = 0b0000_0100;
/// TP-RD, bit 2.
const REJECT_DUPLICATES: u8 = 0b0000_0100;
/// TP-LP, bit 3.
const LOOP_PREVENTION: u8 = 0b0000_1000;
/// TP-VPF, bits 4 and 3.
const VALIDITY_FORMAT: u8 = 0b0001_1000;
const ENHANCED: u8 = 0b0000_1000;
const RELATIVE: u8 = 0b0001_0000;
const ABSOLUTE: u8 = 0b0001_1000;
/// TP-SRI or TP-SRR, bit 5.
const STATUS_REPORT: u8 = 0b0010_0000;
/// TP-UDHI, bit 6.
const USER_DATA_HEADER: u8 = 0b0100_0000;
/// TP-RP, bit 7.
const REPLY_PATH: u8 = 0b1000_0000;
/// The most octets of TP-User-Data.
const LONGEST_USER_DATA: u8 = 140;
/// 8-bit data without message class.
const EIGHT_BIT: u8 = 0x04;

/// Returns whether a TP-Data-Coding-Scheme, 8 bits, says that the user data is 8-bit data,
/// uncompressed (TS 23.038 §4).
#[must_use]
pub const fn is_eight_bit(data_coding_scheme: u8) -> bool {
    // Coding groups 00xx and 01xx with alphabet 01, or 1111 with bit 2.
    data_coding_scheme & 0b1010_1100 == 0b0000_0100
        || data_coding_scheme & 0b1111_0100 == 0b1111_0100
}

/// What precedes a TPDU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Framing {
    /// Nothing: the octets begin with the TPDU.
    Bare,
    /// The address of the service centre, or an octet 00 in its place (TS 27.005 §3.1).
    ServiceCentre,
    /// As a modem printed it: `<length>` of `+CMT`, `+CMGR` or `+CMGL` counts the octets of the
    /// TPDU alone. If the octets are as many, nothing precedes the TPDU, which is how some modems
    /// print it (TS 27.005 §3.1).
    Length(usize),
}

/// A TPDU in either direction that can carry a push.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Tpdu<'a> {
    /// To a device.
    Deliver(Deliver<'a>),
    /// From a device or a server's modem.
    Submit(Submit<'a>),
}

impl<'a> Tpdu<'a> {
    /// Reads an SMS-DELIVER or an SMS-SUBMIT, whichever its first octet says.
    ///
    /// A device reads [`Deliver`] instead: to it an SMS-SUBMIT, from the memory of a modem, is not
    /// for OMA DM.
    ///
    /// # Errors
    ///
    /// Those of [`Deliver::parse`] or of [`Submit::parse`].
    pub fn parse(octets: &'a [u8], framing: Framing) -> Result<Self, DecodeError> {
        let (service_centre, reader) = unframe(octets, framing)?;
        match reader.rest().first() {
            Some(first) if first & MESSAGE_TYPE == SUBMIT => {
                Submit::read(service_centre, reader).map(Self::Submit)
            }
            _ => Deliver::read(service_centre, reader).map(Self::Deliver),
        }
    }
}

/// SMS-DELIVER: what the network delivers to a device (TS 23.040 §9.2.2.1).
#[derive(Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Deliver<'a> {
    service_centre: Option<Address>,
    first: u8,
    originator: Address,
    protocol_identifier: u8,
    data_coding_scheme: u8,
    time_stamp: [u8; 7],
    user_data: Reader<'a>,
    trailing: &'a [u8],
}

impl<'a> Deliver<'a> {
    /// Returns an SMS-DELIVER as a network sends it: user data header, 8-bit data (0x04), no more
    /// messages waiting, protocol identifier 0, a time stamp of zeros.
    ///
    /// `user_data` is TP-User-Data, header included: 0 to 140 octets.
    #[must_use]
    pub const fn new(originator: Address, user_data: &'a [u8]) -> Self {
        Self {
            service_centre: None,
            first: DELIVER | NO_MORE_MESSAGES | USER_DATA_HEADER,
            originator,
            protocol_identifier: 0,
            data_coding_scheme: EIGHT_BIT,
            time_stamp: [0; 7],
            user_data: Reader::new(user_data, 0),
            trailing: &[],
        }
    }

    /// Sets the address of the service centre, which
    /// [`encode_with_service_centre`](Self::encode_with_service_centre) writes.
    #[must_use]
    pub const fn with_service_centre(mut self, service_centre: Address) -> Self {
        self.service_centre = Some(service_centre);
        self
    }

    /// Sets TP-Protocol-Identifier, 8 bits (TS 23.040 §9.2.3.9).
    #[must_use]
    pub const fn with_protocol_identifier(mut self, protocol_identifier: u8) -> Self {
        self.protocol_identifier = protocol_identifier;
        self
    }

    /// Sets TP-Data-Coding-Scheme, 8 bits, which must be one of [8-bit data](is_eight_bit) (TS
    /// 23.040 §9.2.3.10).
    #[must_use]
    pub const fn with_data_coding_scheme(mut self, data_coding_scheme: u8) -> Self {
        self.data_coding_scheme = data_coding_scheme;
        self
    }

    /// Sets TP-Service-Centre-Time-Stamp, in its [7 octets](Self::time_stamp) (TS 23.040
    /// §9.2.3.11).
    #[must_use]
    pub const fn with_time_stamp(mut self, time_stamp: [u8; 7]) -> Self {
        self.time_stamp = time_stamp;
        self
    }

    /// Reads an SMS-DELIVER with user data header and 8-bit data, and the service centre's address
    /// before it, if any.
    ///
    /// Octets after the user data are ignored.
    ///
    /// # Errors
    ///
    /// Not for OMA DM:
    /// - [`NotDm`](DecodeErrorKind::NotDm) [`TpMessageType`](Field::TpMessageType): an
    ///   SMS-STATUS-REPORT, an SMS-SUBMIT, or the reserved type;
    /// - [`Missing`](DecodeErrorKind::Missing)
    ///   [`TpUserDataHeaderIndicator`](Field::TpUserDataHeaderIndicator): it has no user data
    ///   header, hence no port;
    /// - [`NotDm`](DecodeErrorKind::NotDm) [`TpDataCodingScheme`](Field::TpDataCodingScheme): its
    ///   data is not 8-bit data.
    ///
    /// Malformed:
    /// - [`Length`](DecodeErrorKind::Length) of the [`Tpdu`](Field::Tpdu): neither with nor without
    ///   a service centre's address do the octets have the length that the modem printed;
    /// - [`Length`](DecodeErrorKind::Length) of the
    ///   [`ServiceCentreAddress`](Field::ServiceCentreAddress), more than 11 octets, or of the
    ///   [`TpOriginatingAddress`](Field::TpOriginatingAddress), more than 20 digits;
    /// - [`Length`](DecodeErrorKind::Length): the [`TpUserDataLength`](Field::TpUserDataLength) is
    ///   more than 140 octets;
    /// - [`Truncated`](DecodeErrorKind::Truncated): the octets end before the field does.
    pub fn parse(octets: &'a [u8], framing: Framing) -> Result<Self, DecodeError> {
        let (service_centre, reader) = unframe(octets, framing)?;
        Self::read(service_centre, reader)
    }

    /// [`parse`](Self::parse) of all that is left in `reader`.
    pub(super) fn read(
        service_centre: Option<Address>,
        mut reader: Reader<'a>,
    ) -> Result<Self, DecodeError> {
        let first = read_first(&mut reader, DELIVER)?;
        let originator = reader.field(Field::TpOriginatingAddress, Address::read_tp)?;
        let protocol_identifier = reader.field(Field::TpProtocolIdentifier, Reader::octet)?;
        let data_coding_scheme = read_data_coding_scheme(&mut reader)?;
        let time_stamp = reader.field(Field::TpTimeStamp, Reader::array)?;
        let user_data = read_user_data(&mut reader)?;
        Ok(Self {
            service_centre,
            first,
            originator,
            protocol_identifier,
            data_coding_scheme,
            time_stamp,
            user_data,
            trailing: reader.rest(),
        })
    }

    /// Returns the service centre's address that precedes the TPDU: `None` if there is none or it
    /// is empty.
    #[must_use]
    pub const fn service_centre(&self) -> Option<Address> {
        self.service_centre
    }

    /// Returns whether more messages are waiting in the service centre: TP-MMS 0 (TS 23.040
    /// §9.2.3.2).
    #[must_use]
    pub const fn more_messages(&self) -> bool {
        self.first & NO_MORE_MESSAGES == 0
    }

    /// Returns whether the message was forwarded or made by an application of the network: TP-LP
    /// (TS 23.040 §9.2.3.28).
    #[must_use]
    pub const fn loop_prevention(&self) -> bool {
        self.first & LOOP_PREVENTION != 0
    }

    /// Returns whether the sender gets a status report: TP-SRI (TS 23.040 §9.2.3.4).
    #[must_use]
    pub const fn status_report_indication(&self) -> bool {
        self.first & STATUS_REPORT != 0
    }

    /// Returns whether a reply takes the same way: TP-RP (TS 23.040 §9.2.3.17).
    #[must_use]
    pub const fn reply_path(&self) -> bool {
        self.first & REPLY_PATH != 0
    }

    /// Returns TP-Originating-Address: who sent it (TS 23.040 §9.2.3.7).
    #[must_use]
    pub const fn originator(&self) -> Address {
        self.originator
    }

    /// Returns TP-Protocol-Identifier, 8 bits (TS 23.040 §9.2.3.9).
    ///
    /// Networks send other values than 0 with pushes. 0x40 is "short message type 0", which a
    /// device acknowledges and discards: that is left to the caller.
    #[must_use]
    pub const fn protocol_identifier(&self) -> u8 {
        self.protocol_identifier
    }

    /// Returns TP-Data-Coding-Scheme, 8 bits: [8-bit data](is_eight_bit) (TS 23.040 §9.2.3.10).
    #[must_use]
    pub const fn data_coding_scheme(&self) -> u8 {
        self.data_coding_scheme
    }

    /// Returns TP-Service-Centre-Time-Stamp as received: year, month, day, hour, minute, second,
    /// and time zone in quarters of an hour; in each octet the tens stand in the low half, and bit
    /// 3 of the last is the sign (TS 23.040 §9.2.3.11).
    #[must_use]
    pub const fn time_stamp(&self) -> [u8; 7] {
        self.time_stamp
    }

    /// Returns TP-User-Data, its header included, 0 to 140 octets: for
    /// [`wap::open_sms`](crate::wap::open_sms).
    #[must_use]
    pub const fn user_data(&self) -> &'a [u8] {
        self.user_data.rest()
    }

    /// Returns where the user data starts in what was parsed.
    #[must_use]
    pub const fn user_data_offset(&self) -> usize {
        self.user_data.offset()
    }

    /// Returns the octets after the user data, which mean nothing.
    #[must_use]
    pub const fn trailing(&self) -> &'a [u8] {
        self.trailing
    }

    /// Returns the octets of the TPDU, without the service centre's address: what `+CMT` prints as
    /// `<length>`.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        self.parts().encoded_len()
    }

    /// Writes the TPDU to the front of `buffer`, without the service centre's address; returns what
    /// was written: at most 163 octets.
    ///
    /// # Errors
    ///
    /// Nothing has been written:
    /// - [`TooLong`](EncodeError::TooLong) [`TpUserData`](Field::TpUserData): more than 140 octets;
    /// - [`OutOfRange`](EncodeError::OutOfRange) [`TpDataCodingScheme`](Field::TpDataCodingScheme):
    ///   not one of 8-bit data;
    /// - [`BufferTooSmall`](EncodeError::BufferTooSmall) with the octets needed.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b mut [u8], EncodeError> {
        self.parts().encode(&[], buffer)
    }

    /// Writes the service centre's address, or an octet 00 without one, and the TPDU to the front
    /// of `buffer`; returns what was written: at most 175 octets. Modems print it so.
    ///
    /// # Errors
    ///
    /// Those of [`encode`](Self::encode); nothing has been written.
    pub fn encode_with_service_centre<'b>(
        &self,
        buffer: &'b mut [u8],
    ) -> Result<&'b mut [u8], EncodeError> {
        let service_centre = Address::to_rp(self.service_centre);
        self.parts().encode(service_centre.as_slice(), buffer)
    }

    const fn parts(&self) -> Parts<'_> {
        Parts {
            before: core::slice::from_ref(&self.first),
            address: self.originator,
            scheme: [self.protocol_identifier, self.data_coding_scheme],
            time: &self.time_stamp,
            user_data: self.user_data.rest(),
        }
    }
}

impl fmt::Debug for Deliver<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deliver")
            .field("service_centre", &self.service_centre)
            .field("first", &self.first)
            .field("originator", &self.originator)
            .field("protocol_identifier", &self.protocol_identifier)
            .field("data_coding_scheme", &self.data_coding_scheme)
            .field("time_stamp", &self.time_stamp)
            .field("user_data", &self.user_data)
            .field("trailing", &Octets(self.trailing))
            .finish()
    }
}

/// SMS-SUBMIT: what a modem sends for a server (TS 23.040 §9.2.2.2).
#[derive(Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Submit<'a> {
    service_centre: Option<Address>,
    /// The first octet and TP-MR.
    before: [u8; 2],
    destination: Address,
    protocol_identifier: u8,
    data_coding_scheme: u8,
    validity: Validity,
    user_data: Reader<'a>,
    trailing: &'a [u8],
}

impl<'a> Submit<'a> {
    /// Returns an SMS-SUBMIT: user data header, 8-bit data (0x04), message reference and protocol
    /// identifier 0, no validity period, no status report.
    ///
    /// `user_data` is TP-User-Data, header included: 0 to 140 octets, such as those of a
    /// [`ShortMessage`](crate::wap::sms::ShortMessage).
    #[must_use]
    pub const fn new(destination: Address, user_data: &'a [u8]) -> Self {
        Self {
            service_centre: None,
            before: [SUBMIT | USER_DATA_HEADER, 0],
            destination,
            protocol_identifier: 0,
            data_coding_scheme: EIGHT_BIT,
            validity: Validity::Absent,
            user_data: Reader::new(user_data, 0),
            trailing: &[],
        }
    }

    /// Sets the address of the service centre, which
    /// [`encode_with_service_centre`](Self::encode_with_service_centre) writes. Without one, the
    /// modem takes that of its SIM.
    #[must_use]
    pub const fn with_service_centre(mut self, service_centre: Address) -> Self {
        self.service_centre = Some(service_centre);
        self
    }

    /// Sets TP-Message-Reference, 8 bits, which most modems replace by their own (TS 23.040
    /// §9.2.3.6).
    #[must_use]
    pub const fn with_reference(mut self, reference: u8) -> Self {
        let [first, _] = self.before;
        self.before = [first, reference];
        self
    }

    /// Sets TP-Protocol-Identifier, 8 bits (TS 23.040 §9.2.3.9).
    #[must_use]
    pub const fn with_protocol_identifier(mut self, protocol_identifier: u8) -> Self {
        self.protocol_identifier = protocol_identifier;
        self
    }

    /// Sets TP-Data-Coding-Scheme, 8 bits, which must be one of [8-bit data](is_eight_bit) (TS
    /// 23.040 §9.2.3.10).
    #[must_use]
    pub const fn with_data_coding_scheme(mut self, data_coding_scheme: u8) -> Self {
        self.data_coding_scheme = data_coding_scheme;
        self
    }

    /// Sets TP-Validity-Period and its format (TS 23.040 §9.2.3.12).
    #[must_use]
    pub const fn with_validity(mut self, validity: Validity) -> Self {
        let [first, reference] = self.before;
        self.before = [first & !VALIDITY_FORMAT | validity.format(), reference];
        self.validity = validity;
        self
    }

    /// Sets whether a status report is wanted: TP-SRR (TS 23.040 §9.2.3.5).
    #[must_use]
    pub const fn with_status_report(mut self, wanted: bool) -> Self {
        let [first, reference] = self.before;
        let bit = if wanted { STATUS_REPORT } else { 0 };
        self.before = [first & !STATUS_REPORT | bit, reference];
        self
    }

    /// Reads an SMS-SUBMIT with user data header and 8-bit data, and the service centre's address
    /// before it, if any.
    ///
    /// Octets after the user data are ignored.
    ///
    /// # Errors
    ///
    /// Those of [`Deliver::parse`], of the fields that an SMS-SUBMIT has: also truncated
    /// [`TpMessageReference`](Field::TpMessageReference) and
    /// [`TpValidityPeriod`](Field::TpValidityPeriod), and
    /// [`TpDestinationAddress`](Field::TpDestinationAddress) for the originating address.
    pub fn parse(octets: &'a [u8], framing: Framing) -> Result<Self, DecodeError> {
        let (service_centre, reader) = unframe(octets, framing)?;
        Self::read(service_centre, reader)
    }

    /// [`parse`](Self::parse) of all that is left in `reader`.
    pub(super) fn read(
        service_centre: Option<Address>,
        mut reader: Reader<'a>,
    ) -> Result<Self, DecodeError> {
        let first = read_first(&mut reader, SUBMIT)?;
        let reference = reader.field(Field::TpMessageReference, Reader::octet)?;
        let destination = reader.field(Field::TpDestinationAddress, Address::read_tp)?;
        let protocol_identifier = reader.field(Field::TpProtocolIdentifier, Reader::octet)?;
        let data_coding_scheme = read_data_coding_scheme(&mut reader)?;
        let validity = reader.field(Field::TpValidityPeriod, |reader| {
            Ok(match first & VALIDITY_FORMAT {
                RELATIVE => Validity::Relative(reader.octet()?),
                ENHANCED => Validity::Enhanced(reader.array()?),
                ABSOLUTE => Validity::Absolute(reader.array()?),
                _ => Validity::Absent,
            })
        })?;
        let user_data = read_user_data(&mut reader)?;
        Ok(Self {
            service_centre,
            before: [first, reference],
            destination,
            protocol_identifier,
            data_coding_scheme,
            validity,
            user_data,
            trailing: reader.rest(),
        })
    }

    /// Returns the service centre's address that precedes the TPDU: `None` if there is none or it
    /// is empty.
    #[must_use]
    pub const fn service_centre(&self) -> Option<Address> {
        self.service_centre
    }

    const fn first(&self) -> u8 {
        let [first, _] = self.before;
        first
    }

    /// Returns whether the service centre refuses a message with the reference of an earlier one:
    /// TP-RD (TS 23.040 §9.2.3.25).
    #[must_use]
    pub const fn reject_duplicates(&self) -> bool {
        self.first() & REJECT_DUPLICATES != 0
    }

    /// Returns whether a status report is wanted: TP-SRR (TS 23.040 §9.2.3.5).
    #[must_use]
    pub const fn status_report(&self) -> bool {
        self.first() & STATUS_REPORT != 0
    }

    /// Returns whether a reply takes the same way: TP-RP (TS 23.040 §9.2.3.17).
    #[must_use]
    pub const fn reply_path(&self) -> bool {
        self.first() & REPLY_PATH != 0
    }

    /// Returns TP-Message-Reference, 8 bits (TS 23.040 §9.2.3.6).
    #[must_use]
    pub const fn reference(&self) -> u8 {
        let [_, reference] = self.before;
        reference
    }

    /// Returns TP-Destination-Address: who it is for (TS 23.040 §9.2.3.8).
    #[must_use]
    pub const fn destination(&self) -> Address {
        self.destination
    }

    /// Returns TP-Protocol-Identifier, 8 bits (TS 23.040 §9.2.3.9).
    #[must_use]
    pub const fn protocol_identifier(&self) -> u8 {
        self.protocol_identifier
    }

    /// Returns TP-Data-Coding-Scheme, 8 bits: [8-bit data](is_eight_bit) (TS 23.040 §9.2.3.10).
    #[must_use]
    pub const fn data_coding_scheme(&self) -> u8 {
        self.data_coding_scheme
    }

    /// Returns TP-Validity-Period in its format (TS 23.040 §9.2.3.12).
    #[must_use]
    pub const fn validity(&self) -> Validity {
        self.validity
    }

    /// Returns TP-User-Data, its header included, 0 to 140 octets: for
    /// [`wap::open_sms`](crate::wap::open_sms).
    #[must_use]
    pub const fn user_data(&self) -> &'a [u8] {
        self.user_data.rest()
    }

    /// Returns where the user data starts in what was parsed.
    #[must_use]
    pub const fn user_data_offset(&self) -> usize {
        self.user_data.offset()
    }

    /// Returns the octets after the user data, which mean nothing.
    #[must_use]
    pub const fn trailing(&self) -> &'a [u8] {
        self.trailing
    }

    /// Returns the octets of the TPDU, without the service centre's address: what `AT+CMGS=` is
    /// told.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        self.parts().encoded_len()
    }

    /// Writes the TPDU to the front of `buffer`, without the service centre's address; returns what
    /// was written: at most 164 octets.
    ///
    /// # Errors
    ///
    /// Nothing has been written:
    /// - [`TooLong`](EncodeError::TooLong) [`TpUserData`](Field::TpUserData): more than 140 octets;
    /// - [`OutOfRange`](EncodeError::OutOfRange) [`TpDataCodingScheme`](Field::TpDataCodingScheme):
    ///   not one of 8-bit data;
    /// - [`BufferTooSmall`](EncodeError::BufferTooSmall) with the octets needed.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b mut [u8], EncodeError> {
        self.parts().encode(&[], buffer)
    }

    /// Writes the service centre's address, or an octet 00 without one, and the TPDU to the front
    /// of `buffer`; returns what was written: at most 176 octets. `AT+CMGS` takes it so, in
    /// hexadecimal.
    ///
    /// # Errors
    ///
    /// Those of [`encode`](Self::encode); nothing has been written.
    pub fn encode_with_service_centre<'b>(
        &self,
        buffer: &'b mut [u8],
    ) -> Result<&'b mut [u8], EncodeError> {
        let service_centre = Address::to_rp(self.service_centre);
        self.parts().encode(service_centre.as_slice(), buffer)
    }

    const fn parts(&self) -> Parts<'_> {
        Parts {
            before: &self.before,
            address: self.destination,
            scheme: [self.protocol_identifier, self.data_coding_scheme],
            time: self.validity.octets(),
            user_data: self.user_data.rest(),
        }
    }
}

impl fmt::Debug for Submit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submit")
            .field("service_centre", &self.service_centre)
            .field("before", &self.before)
            .field("destination", &self.destination)
            .field("protocol_identifier", &self.protocol_identifier)
            .field("data_coding_scheme", &self.data_coding_scheme)
            .field("validity", &self.validity)
            .field("user_data", &self.user_data)
            .field("trailing", &Octets(self.trailing))
            .finish()
    }
}

/// How long the service centre keeps an SMS-SUBMIT: TP-Validity-Period, in the format that TP-VPF
/// says (TS 23.040 §9.2.3.3, §9.2.3.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_enums, reason = "TP-VPF has two bits")]
pub enum Validity {
    /// As long as the service centre likes.
    #[default]
    Absent,
    /// One octet, which [stands for minutes](Self::relative_minutes).
    Relative(u8),
    /// Seven octets: a functionality indicator and what it says (TS 23.040 §9.2.3.12.3).
    Enhanced([u8; 7]),
    /// A point in time, in the form of the [time stamp](Deliver::time_stamp).
    Absolute([u8; 7]),
}

impl Validity {
    /// Returns the minutes of a relative validity period, 5 to 635040; `None` if it has another
    /// format (TS 23.040 §9.2.3.12.1).
    #[must_use]
    pub const fn relative_minutes(self) -> Option<u32> {
        let Self::Relative(octet) = self else {
            return None;
        };
        let (less, unit, plus) = match octet {
            0..=143 => (0, 5, 5),
            144..=167 => (143, 30, 12 * 60),
            168..=196 => (166, 24 * 60, 0),
            197.. => (192, 7 * 24 * 60, 0),
        };
        let units = octet.saturating_sub(less) as u32;
        Some(units.saturating_mul(unit).saturating_add(plus))
    }

    /// The bits of TP-VPF.
    const fn format(self) -> u8 {
        match self {
            Self::Absent => 0,
            Self::Relative(_) => RELATIVE,
            Self::Enhanced(_) => ENHANCED,
            Self::Absolute(_) => ABSOLUTE,
        }
    }

    const fn octets(&self) -> &[u8] {
        match self {
            Self::Absent => &[],
            Self::Relative(octet) => core::slice::from_ref(octet),
            Self::Enhanced(octets) | Self::Absolute(octets) => octets,
        }
    }
}

/// What an SMS-DELIVER and an SMS-SUBMIT have in this order.
struct Parts<'p> {
    before: &'p [u8],
    address: Address,
    /// Protocol identifier and data coding scheme.
    scheme: [u8; 2],
    time: &'p [u8],
    user_data: &'p [u8],
}

impl Parts<'_> {
    fn encoded_len(&self) -> usize {
        let address = self.address.to_tp();
        let scheme_and_length = [0; 3];
        write::length(&[
            self.before,
            address.as_slice(),
            &scheme_and_length,
            self.time,
            self.user_data,
        ])
    }

    fn encode<'b>(
        &self,
        service_centre: &[u8],
        buffer: &'b mut [u8],
    ) -> Result<&'b mut [u8], EncodeError> {
        let [_, data_coding_scheme] = self.scheme;
        if !is_eight_bit(data_coding_scheme) {
            return Err(EncodeError::OutOfRange {
                field: Field::TpDataCodingScheme,
            });
        }
        let Ok(length @ ..=LONGEST_USER_DATA) = u8::try_from(self.user_data.len()) else {
            return Err(EncodeError::TooLong {
                field: Field::TpUserData,
                limit: LONGEST_USER_DATA.into(),
            });
        };
        write::pieces(
            buffer,
            &[
                service_centre,
                self.before,
                self.address.to_tp().as_slice(),
                &self.scheme,
                self.time,
                &[length],
                self.user_data,
            ],
        )
    }
}

/// The service centre's address, if any, and the TPDU.
fn unframe(octets: &[u8], framing: Framing) -> Result<(Option<Address>, Reader<'_>), DecodeError> {
    let mut reader = Reader::new(octets, 0);
    let preceded = match framing {
        Framing::Bare => false,
        Framing::ServiceCentre => true,
        Framing::Length(length) if length == octets.len() => false,
        Framing::Length(length) => {
            let centre = octets.first().map_or(0, |&octet| usize::from(octet));
            let octets_of_both = centre.saturating_add(1).saturating_add(length);
            if octets_of_both != octets.len() {
                return Err(DecodeError::new(DecodeErrorKind::Length, Field::Tpdu, 0));
            }
            true
        }
    };
    let service_centre = if preceded {
        reader.field(Field::ServiceCentreAddress, Address::read_rp)?
    } else {
        None
    };
    Ok((service_centre, reader))
}

/// The first octet, if it is of a message of this type with a user data header.
fn read_first(reader: &mut Reader<'_>, message_type: u8) -> Result<u8, DecodeError> {
    let start = reader.offset();
    let first = reader.field(Field::TpMessageType, |reader| match reader.octet()? {
        first if first & MESSAGE_TYPE == message_type => Ok(first),
        _ => Err(DecodeErrorKind::NotDm),
    })?;
    if first & USER_DATA_HEADER == 0 {
        return Err(DecodeError::new(
            DecodeErrorKind::Missing,
            Field::TpUserDataHeaderIndicator,
            start,
        ));
    }
    Ok(first)
}

fn read_data_coding_scheme(reader: &mut Reader<'_>) -> Result<u8, DecodeError> {
    reader.field(Field::TpDataCodingScheme, |reader| {
        match reader.octet()? {
            scheme if is_eight_bit(scheme) => Ok(scheme),
            _ => Err(DecodeErrorKind::NotDm),
        }
    })
}

/// TP-User-Data, by its length: octets, as it is 8-bit data.
fn read_user_data<'a>(reader: &mut Reader<'a>) -> Result<Reader<'a>, DecodeError> {
    let length = reader.field(Field::TpUserDataLength, |reader| match reader.octet()? {
        length @ ..=LONGEST_USER_DATA => Ok(length),
        _ => Err(DecodeErrorKind::Length),
    })?;
    reader.field(Field::TpUserData, |reader| reader.part(length.into()))
}
