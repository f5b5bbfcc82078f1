//! What modems hand over and take: the layers below TP-User-Data and below WDP over CDMA.
//!
//! | what the modem or the network hands over | read with |
//! |---|---|
//! | `+CMT`, `+CMGR`, `+CMGL` in PDU mode | [`Deliver`](tpdu::Deliver), [`Framing::Length`] |
//! | RIL `newSms`, MBIM, QMI raw read | [`Deliver`](tpdu::Deliver), [`Framing::ServiceCentre`] |
//! | QMI transfer route, a simulator | [`Deliver`](tpdu::Deliver), [`Framing::Bare`] |
//! | SMS over IMS, SMS over NAS | [`RpData`](rp::RpData) |
//! | a C.S0015 message of a CDMA modem | [`CdmaMessage`](cdma::CdmaMessage) |
//! | RIL `newCdmaSms`: teleservice and bearer data apart | [`BearerData`](cdma::BearerData) |
//! | `Data` of `ModemManager`, without its user data header | [`wap::open_datagram`] |
//!
//! Each gives the user data, where it starts in the caller's octets, and the originator as an
//! [`Address`]: a small key for the reassembly. A message that cannot be a push for OMA DM is
//! refused with an error that [is not for DM](crate::DecodeError::is_not_for_dm): it belongs to
//! another application.
//!
//! [`Framing::Length`]: tpdu::Framing::Length
//! [`Framing::ServiceCentre`]: tpdu::Framing::ServiceCentre
//! [`Framing::Bare`]: tpdu::Framing::Bare
//! [`wap::open_datagram`]: crate::wap::open_datagram

mod address;
pub mod cdma;
pub mod rp;
pub mod tpdu;

pub use address::Address;
