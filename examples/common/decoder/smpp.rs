//! SMPP PDUs that carry a short message: `submit_sm`, `deliver_sm`, `data_sm` (SMPP 3.4 §4).
//!
//! Read here, octet by octet, since each row and each error names the octets that it is about.

use super::layers::{Failure, Rows, View, count_of};
use super::readings::{self, Content, Part, Trail};

/// Octets of the header: length, id, status, sequence number.
const HEADER: usize = 16;
/// The bit of `esm_class` that says that the user data begins with a header.
const UDHI: u8 = 0x40;

const SOURCE_PORT: u16 = 0x020A;
const DESTINATION_PORT: u16 = 0x020B;
const SAR_REFERENCE: u16 = 0x020C;
const SAR_TOTAL: u16 = 0x020E;
const SAR_NUMBER: u16 = 0x020F;
const MESSAGE_PAYLOAD: u16 = 0x0424;

/// Reads a PDU.
pub(crate) fn read(view: &View, trail: &mut Trail) -> Result<Content, Failure> {
    let command = header(view, trail)?;
    let mut fields = Fields {
        view,
        at: HEADER,
        rows: Rows::new(&view.from(HEADER)),
    };
    let message = fields.message(command, trail);
    let layer = fields.rows.layer(format!("SMPP: {}", name(command)));
    if !layer.rows.is_empty() {
        trail.layers.push(layer);
    }
    message?.content(view, trail)
}

const fn name(command: u32) -> &'static str {
    match command {
        0x0000_0004 => "submit_sm",
        0x0000_0005 => "deliver_sm",
        0x0000_0103 => "data_sm",
        0x0000_0001 => "bind_receiver",
        0x0000_0002 => "bind_transmitter",
        0x0000_0006 => "unbind",
        0x0000_0009 => "bind_transceiver",
        0x0000_0015 => "enquire_link",
        0x0000_0021 => "submit_multi",
        0x8000_0000.. => "a response",
        _ => "another command",
    }
}

/// Reads the header; returns the command id.
fn header(view: &View, trail: &mut Trail) -> Result<u32, Failure> {
    let octets = view.bytes();
    let number = |at: usize| {
        let octets = octets.get(at..at + 4)?;
        Some(
            octets
                .iter()
                .fold(0_u32, |number, &octet| number << 8 | u32::from(octet)),
        )
    };
    let (Some(length), Some(command), Some(_)) = (number(0), number(4), number(12)) else {
        return Err(Failure::at(
            view,
            0,
            "truncated",
            "command_length",
            "truncated",
        ));
    };
    let is_known = command & 0x7FFF_FFFF <= 0x0112 && command & 0x7FFF_FFFF != 0;
    if !is_known || !(16..=65_536).contains(&length) {
        return Err(Failure::at(
            view,
            0,
            "length",
            "command_length",
            "impossible length of",
        ));
    }
    let mut rows = Rows::new(view);
    rows.number(4, "command_length");
    rows.field(
        4,
        "command_id",
        format!("0x{command:08X}, {}", name(command)),
    );
    rows.number(4, "command_status");
    rows.number(4, "sequence_number");
    trail.layers.push(rows.layer("SMPP: header"));
    let stated = usize::try_from(length).unwrap_or(usize::MAX);
    match stated {
        _ if stated > octets.len() => Err(Failure::at(
            view,
            octets.len(),
            "truncated",
            "SMPP PDU",
            "truncated",
        )),
        _ if stated < octets.len() => Err(Failure::at(
            view,
            stated,
            "length",
            "SMPP PDU",
            "impossible length of",
        )),
        _ if !matches!(command, 4 | 5 | 0x0103) => Err(Failure::at(
            view,
            4,
            "not-dm",
            "command_id",
            "not for OMA DM: foreign",
        )),
        _ => Ok(command),
    }
}

/// What a PDU says of the short message that it carries.
struct Message {
    has_header: bool,
    payload: View,
    destination_port: Option<(u16, usize)>,
    sar: [Option<u16>; 3],
}

impl Message {
    fn content(self, view: &View, trail: &mut Trail) -> Result<Content, Failure> {
        if self.has_header {
            return readings::user_data(&self.payload, trail);
        }
        match self.destination_port {
            Some((oma_dm_notification::wap::udh::PUSH_PORT, _)) => {}
            Some((_, at)) => {
                let what = "not for OMA DM: foreign";
                return Err(Failure::at(view, at, "not-dm", "destination port", what));
            }
            None => {
                let what = "not for OMA DM: missing";
                let at = self.payload.range.start - view.range.start;
                return Err(Failure::at(view, at, "missing", "destination port", what));
            }
        }
        let [reference, total, number] = self.sar;
        let octet = |tlv: Option<u16>| u8::try_from(tlv?).ok();
        match (octet(total), octet(number)) {
            (Some(total @ 2..), Some(number @ 1..)) if number <= total => {
                let payload = self.payload;
                Ok(Content::Segment(Part {
                    key: format!("{:?} sar {reference:?}", trail.originator),
                    total,
                    number,
                    header: View {
                        octets: payload.octets.clone(),
                        range: payload.range.start..payload.range.start,
                    },
                    payload,
                    is_cdma: false,
                }))
            }
            (None | Some(1), _) => readings::push(&self.payload, trail),
            _ => {
                let oddity = "The sar_* TLVs were ignored: no such segment.";
                trail.oddities.push(oddity.to_owned());
                readings::push(&self.payload, trail)
            }
        }
    }
}

/// The fields after the header.
struct Fields<'v> {
    view: &'v View,
    /// The next octet, counted from the first of the PDU.
    at: usize,
    rows: Rows,
}

impl Fields<'_> {
    fn take(&mut self, length: usize, field: &str) -> Result<Vec<u8>, Failure> {
        let Some(octets) = self.view.bytes().get(self.at..self.at + length) else {
            return Err(Failure::at(
                self.view,
                self.at,
                "truncated",
                field,
                "truncated",
            ));
        };
        self.at += length;
        Ok(octets.to_vec())
    }

    fn octet(&mut self, field: &str) -> Result<u8, Failure> {
        Ok(self.take(1, field)?.first().copied().unwrap_or_default())
    }

    /// Reads an octet, and adds its row.
    fn shown(&mut self, field: &str) -> Result<u8, Failure> {
        let octet = self.octet(field)?;
        self.rows.field(1, field, format!("0x{octet:02X}"));
        Ok(octet)
    }

    /// Reads text that a zero octet ends.
    fn text(&mut self, field: &str) -> Result<String, Failure> {
        let rest = self.view.bytes().get(self.at..).unwrap_or_default();
        let Some(length) = rest.iter().position(|&octet| octet == 0) else {
            return Err(Failure::at(
                self.view,
                self.at,
                "truncated",
                field,
                "truncated",
            ));
        };
        let octets = self.take(length + 1, field)?;
        let text = octets.get(..length).unwrap_or_default();
        Ok(text.escape_ascii().to_string())
    }

    fn shown_text(&mut self, field: &str) -> Result<(), Failure> {
        let text = self.text(field)?;
        let length = self.at - (self.rows.at() - self.view.range.start);
        self.rows.field(length, field, text);
        Ok(())
    }

    /// Reads TON, NPI and address, as a person writes it: `+` if it is international.
    fn address(&mut self, field: &str) -> Result<Option<String>, Failure> {
        let ton = self.octet(field)?;
        self.octet(field)?;
        let digits = self.text(field)?;
        let sign = if ton == 1 && !digits.starts_with('+') {
            "+"
        } else {
            ""
        };
        let text = (!digits.is_empty()).then(|| format!("{sign}{digits}"));
        let length = self.at - (self.rows.at() - self.view.range.start);
        let shown = text.clone().unwrap_or_else(|| "none".to_owned());
        self.rows.field(length, field, shown);
        Ok(text)
    }

    fn message(&mut self, command: u32, trail: &mut Trail) -> Result<Message, Failure> {
        let is_data_sm = command == 0x0103;
        self.shown_text("service_type")?;
        trail.originator = self.address("source_addr")?;
        self.address("destination_addr")?;
        let esm_class = self.shown("esm_class")?;
        let mut payload = None;
        if is_data_sm {
            self.shown("registered_delivery")?;
            self.shown("data_coding")?;
        } else {
            self.shown("protocol_id")?;
            self.shown("priority_flag")?;
            self.shown_text("schedule_delivery_time")?;
            self.shown_text("validity_period")?;
            self.shown("registered_delivery")?;
            self.shown("replace_if_present_flag")?;
            self.shown("data_coding")?;
            self.shown("sm_default_msg_id")?;
            let length = self.octet("sm_length")?;
            self.rows
                .field(1, "sm_length", count_of(length.into(), "octet"));
            let start = self.at;
            self.take(length.into(), "short_message")?;
            self.rows.skip(length.into());
            payload = Some(self.range(start));
        }
        let mut message = Message {
            has_header: esm_class & UDHI != 0,
            payload: payload.unwrap_or_else(|| self.range(self.at)),
            destination_port: None,
            sar: [None; 3],
        };
        while self.at < self.view.bytes().len() {
            self.tlv(&mut message)?;
        }
        Ok(message)
    }

    /// Returns the octets from `start` to the next one.
    fn range(&self, start: usize) -> View {
        View {
            octets: self.view.octets.clone(),
            range: self.view.range.start + start..self.view.range.start + self.at,
        }
    }

    fn tlv(&mut self, message: &mut Message) -> Result<(), Failure> {
        let number = |octets: &[u8]| {
            octets
                .iter()
                .fold(0_u16, |number, &octet| number << 8 | u16::from(octet))
        };
        let tag = number(&self.take(2, "TLV")?);
        let length = usize::from(number(&self.take(2, "TLV")?));
        let start = self.at;
        let value = self.take(length, "TLV")?;
        let (name, text) = match tag {
            SOURCE_PORT => ("source_port", number(&value).to_string()),
            DESTINATION_PORT => ("destination_port", number(&value).to_string()),
            SAR_REFERENCE => ("sar_msg_ref_num", number(&value).to_string()),
            SAR_TOTAL => ("sar_total_segments", number(&value).to_string()),
            SAR_NUMBER => ("sar_segment_seqnum", number(&value).to_string()),
            MESSAGE_PAYLOAD => ("message_payload", count_of(length, "octet")),
            _ => ("TLV", format!("0x{tag:04X}, not used here")),
        };
        match tag {
            DESTINATION_PORT => message.destination_port = Some((number(&value), start)),
            SAR_REFERENCE => message.sar[0] = Some(number(&value)),
            SAR_TOTAL => message.sar[1] = Some(number(&value)),
            SAR_NUMBER => message.sar[2] = Some(number(&value)),
            MESSAGE_PAYLOAD => {
                message.payload = self.range(start);
                self.rows.field(4, name, text);
                self.rows.skip(length);
                return Ok(());
            }
            _ => {}
        }
        self.rows.field(4 + length, name, text);
        Ok(())
    }
}
