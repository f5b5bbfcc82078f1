//! TPDUs that carry no push: text and status reports, told from other octets by their lengths.

use super::layers::{Layer, Rows, View, count_of};

/// TP-Message-Type-Indicator, the two lowest bits of the first octet.
const DELIVER: u8 = 0;
const SUBMIT: u8 = 1;
const STATUS_REPORT: u8 = 2;

/// Makes the layer of a TPDU whose lengths fit its octets; `None` if they do not.
pub(crate) fn layer(view: &View) -> Option<Layer> {
    let first = *view.bytes().first()?;
    let message_type = first & 3;
    let name = match message_type {
        DELIVER => "SMS-DELIVER",
        SUBMIT => "SMS-SUBMIT",
        STATUS_REPORT => "SMS-STATUS-REPORT",
        _ => return None,
    };
    let header = if first & 0x40 == 0 {
        "no user data header"
    } else {
        "user data header"
    };
    let mut rows = Rows::new(view);
    rows.field(1, "first octet", format!("{name}, {header}"));
    if message_type != DELIVER {
        rows.number(1, "TP-MR");
    }
    let &[digits @ ..=20, 0x80..=0xFF] = rows.peek(2) else {
        return None;
    };
    let address = count_of(digits.into(), "semi-octet");
    rows.field(2 + usize::from(digits.div_ceil(2)), "address", address);
    let fits = if message_type == STATUS_REPORT {
        rows.field(7, "TP-SCTS", "");
        rows.field(7, "TP-DT", "");
        let is_whole = rows.peek(1).len() == 1;
        rows.field(1, "TP-ST", "");
        is_whole
    } else {
        rows.field(1, "TP-PID", "");
        let &[coding] = rows.peek(1) else { return None };
        rows.field(1, "TP-DCS", format!("0x{coding:02X}"));
        match (message_type, first & 0x18) {
            (DELIVER, _) => rows.field(7, "TP-SCTS", ""),
            (_, 0x00) => {}
            (_, 0x10) => rows.field(1, "TP-VP", ""),
            _ => rows.field(7, "TP-VP", ""),
        }
        let &[length] = rows.peek(1) else { return None };
        rows.field(1, "TP-UDL", length.to_string());
        let octets = usize::from(length);
        let rest = rows.until(view.range.end);
        rest == octets || rest == (octets * 7).div_ceil(8)
    };
    fits.then(|| rows.layer(format!("TPDU: {name}")))
}
