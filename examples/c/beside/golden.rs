//! Prints the golden messages of `tests/vectors` as a table for `programs/check.c`.

#[path = "../../../tests/vectors/golden.rs"]
mod golden;

use golden::GOLDEN;

/// Prints an array, and returns what refers to it.
fn octets(name: &str, octets: &[u8]) -> String {
    if octets.is_empty() {
        return "{NULL, 0}".to_owned();
    }
    let list: Vec<_> = octets.iter().map(u8::to_string).collect();
    println!(
        "static const uint8_t {name}[{}] = {{{}}};",
        octets.len(),
        list.join(",")
    );
    format!("{{{name}, {}}}", octets.len())
}

/// Prints an array of arrays, and returns what refers to it.
fn list(name: &str, list: &[&[u8]]) -> String {
    let parts = list.iter().zip(0..);
    let parts: Vec<_> = parts
        .map(|(part, place)| octets(&format!("{name}_{place}"), part))
        .collect();
    println!(
        "static const oma_dm_octets {name}[{}] = {{{}}};",
        list.len(),
        parts.join(", ")
    );
    format!("{name}, {}", list.len())
}

fn main() {
    let mut rows = Vec::new();
    for (golden, number) in GOLDEN.iter().zip(0..) {
        let name = |what: &str| format!("golden_{number}_{what}");
        rows.push(format!(
            "    {{\"{}\", {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}},",
            golden.name,
            golden.version,
            golden.ui_mode,
            golden.initiator,
            golden.future_use,
            golden.session_id,
            octets(&name("server_id"), golden.server_id),
            octets(&name("vendor_specific"), golden.vendor_specific),
            octets(&name("password"), golden.password),
            octets(&name("nonce"), golden.nonce),
            octets(&name("package0"), golden.package0),
            octets(&name("wsp"), golden.wsp),
            list(&name("sms"), golden.short_messages),
            list(&name("sms_16"), golden.short_messages_16_bit_reference),
            octets(&name("cdma"), golden.cdma),
            octets(&name("obex_put"), golden.obex_put),
        ));
    }
    println!(
        "static const struct golden golden[{}] = {{\n{}\n}};",
        rows.len(),
        rows.join("\n")
    );
}
