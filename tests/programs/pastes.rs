//! What `inspect` takes for hexadecimal: each spelling by itself, and each error with its position.
#![allow(
    clippy::shadow_unrelated,
    reason = "one command follows the other under one name"
)]

use crate::support::{APPENDIX_C, inspect, inspect_all, inspect_table};
use serde_json::json;

const PASSWORD: [&str; 2] = ["--password", "password"];

/// Writes Appendix C, each octet written by `octet`, with `between` between two.
fn spelled(octet: impl Fn(u8) -> String, between: &str) -> String {
    let octets: Vec<String> = APPENDIX_C.iter().map(|&it| octet(it)).collect();
    octets.join(between)
}

fn two_digits(octet: u8) -> String {
    format!("{octet:02x}")
}

/// Asserts that `inspect` reads Appendix C from each of these.
#[track_caller]
fn assert_read(spellings: &[String]) {
    for spelling in spellings {
        let (status, object) = inspect(&[&PASSWORD[..], &["-"]].concat(), spelling);
        assert_eq!(
            (status, &object["authentic"]),
            (0, &json!(true)),
            "{spelling}"
        );
        assert_eq!(object["session_id"], 0x1234, "{spelling}");
    }
}

/// Asserts what `inspect` says of a text that is not hexadecimal.
#[track_caller]
fn assert_refused(text: &str, message: &str) {
    let (status, objects, errors) = inspect_all(&[text], "");
    assert_eq!(status, 2);
    assert_eq!(
        objects,
        [json!({
            "error": {
                "kind": "not-hexadecimal",
                "field": "HEX",
                "offset": 0,
                "message": message,
            },
            "bearer": null,
            "also": [],
        })]
    );
    assert_eq!(errors, format!("error: {message}\n"));
}

/// Writes Appendix C in lines of `width` octets, each with its offset, as `line` writes it.
fn dump(width: usize, line: impl Fn(usize, &[u8]) -> String) -> String {
    let lines: Vec<String> = APPENDIX_C
        .chunks(width)
        .enumerate()
        .map(|(number, octets)| line(number * width, octets))
        .collect();
    lines.join("\n")
}

/// Returns the text column of a dump.
fn text(octets: &[u8]) -> String {
    let printable = |octet: u8| {
        if octet.is_ascii_graphic() {
            octet
        } else {
            b'.'
        }
    };
    octets
        .iter()
        .map(|&octet| char::from(printable(octet)))
        .collect()
}

fn grouped(octets: &[u8], size: usize) -> String {
    let groups: Vec<String> = octets.chunks(size).map(hex::encode).collect();
    groups.join(" ")
}

#[test]
fn octets_apart_in_any_way_are_read() {
    assert_read(&[
        spelled(two_digits, ""),
        spelled(two_digits, "").to_uppercase(),
        spelled(two_digits, " "),
        spelled(two_digits, "\t"),
        spelled(two_digits, ":"),
        spelled(two_digits, "-"),
        spelled(two_digits, ","),
        spelled(two_digits, ", "),
        spelled(two_digits, ";"),
        spelled(two_digits, "\r"),
    ]);
}

#[test]
fn prefixes_of_octets_are_read() {
    assert_read(&[
        spelled(|octet| format!("0x{octet:02x}"), ","),
        spelled(|octet| format!("0X{octet:02X}"), " "),
        spelled(|octet| format!("0x{octet:02x}"), ""),
        spelled(|octet| format!("\\x{octet:02x}"), ""),
        spelled(|octet| format!("%{octet:02X}"), ""),
        format!("0x{}", spelled(two_digits, "")),
        format!("b'{}'", spelled(|octet| format!("\\x{octet:02x}"), "")),
    ]);
}

#[test]
fn brackets_braces_and_quotes_are_passed_over() {
    assert_read(&[
        format!("[{}]", spelled(two_digits, ", ")),
        format!("{{{}}};", spelled(|octet| format!("0x{octet:02x}"), ", ")),
        format!("({})", spelled(two_digits, " ")),
        format!("<{}>", spelled(two_digits, "")),
        format!("\"{}\"", spelled(two_digits, "")),
        format!("'{}'", spelled(two_digits, "")),
    ]);
}

#[test]
fn arrays_of_programs_are_read_without_what_is_around_them() {
    let hexadecimal = spelled(|octet| format!("0x{octet:02x}"), ", ");
    let decimal = spelled(|octet| octet.to_string(), ", ");
    let wrapped = hexadecimal.replace("0x02, 0x01", "0x02,\n  0x01");
    assert_read(&[
        format!("unsigned char pdu[] = {{{hexadecimal}}};"),
        format!("byte[] pdu = {{ {decimal} }};"),
        // `xxd -i`.
        format!("unsigned char pdu[] = {{\n  {wrapped}\n}};\nunsigned int pdu_len = 55;\n"),
    ]);
    assert_refused(
        "char a[] = {0x06, 0xzz};",
        "position 21: 'z' is not a hexadecimal digit",
    );
    let (_, objects, errors) = inspect_all(&["-"], "char a[] = {\n 0x06,\n 0x0q };\nint b = 1;");
    assert_eq!(
        (objects.len(), &objects[0]["error"]["line"]),
        (1, &json!(3))
    );
    assert_eq!(
        errors,
        "error: line 3: position 5: 'q' is not a hexadecimal digit\n"
    );
}

#[test]
fn groups_of_any_even_length_are_read() {
    for size in 2..10 {
        assert_read(&[
            grouped(&APPENDIX_C, size),
            grouped(&APPENDIX_C, size).replace(' ', ":"),
        ]);
    }
}

#[test]
fn decimal_lists_are_read_signed_or_not() {
    let signed = |octet: u8| octet.cast_signed().to_string();
    assert_read(&[
        spelled(|octet| octet.to_string(), ","),
        spelled(|octet| octet.to_string(), ", "),
        format!("[{}]", spelled(|octet| octet.to_string(), ", ")),
        format!("{{{}}};", spelled(signed, ", ")),
        spelled(signed, ","),
        // Wrapped: no line is a message by itself.
        spelled(|octet| octet.to_string(), ",\n"),
    ]);
}

#[test]
fn a_list_is_decimal_if_an_item_cannot_be_two_hexadecimal_digits() {
    // Two octets are no message: the error shows them.
    let octets_of = |list: &str| {
        let (_, _, errors) = inspect_table(&["--bearer", "sms", list], "");
        errors[1]
            .trim_start()
            .trim_start_matches('0')
            .trim_start()
            .to_owned()
    };
    for (list, octets) in [
        ("10,20", "10 20"),
        ("10,2", "0A 02"),
        ("1,20", "01 14"),
        ("10,100", "0A 64"),
        ("10,-1", "0A FF"),
        ("-128,255,0", "80 FF 00"),
        ("0a,1f", "0A 1F"),
    ] {
        assert_eq!(octets_of(&format!(" {list}")), octets, "{list}");
    }
}

#[test]
fn what_modems_print_around_a_pdu_is_passed_over() {
    let pdu = spelled(two_digits, "");
    assert_read(&[
        format!("> {pdu}"),
        format!("> {pdu}\u{1A}"),
        format!("{pdu}^Z"),
        format!("{pdu} OK"),
        format!("{pdu}\r\n\r\nOK\r\n"),
        format!("AT\r\nOK\r\n{pdu}\r\n"),
        format!("{pdu}\\r\\n"),
    ]);
}

#[test]
fn dumps_with_offsets_are_read_without_their_text() {
    let classic = |octets: &[u8]| {
        let (first, second) = octets.split_at(octets.len().min(8));
        format!("{}  {}", grouped(first, 1), grouped(second, 1))
    };
    let xxd = |width: usize, size: usize| {
        dump(width, |offset, octets| {
            let digits = grouped(octets, size);
            let column = width * 2 + width.div_ceil(size) - 1;
            format!("{offset:08x}: {digits:column$}  {}", text(octets))
        })
    };
    assert_read(&[
        xxd(16, 2),
        xxd(8, 2),
        xxd(32, 1),
        // `hexdump -C`.
        format!(
            "{}\n00000037",
            dump(16, |offset, octets| format!(
                "{offset:08x}  {:48}  |{}|",
                classic(octets),
                text(octets)
            ))
        ),
        // `od -t x1`, whose offsets are octal.
        format!(
            "{}\n0000067",
            dump(16, |offset, octets| format!(
                "{offset:07o} {}",
                grouped(octets, 1)
            ))
        ),
        // `od -A x -t x1z`.
        dump(16, |offset, octets| {
            format!("{offset:06x} {:47}  >{}<", grouped(octets, 1), text(octets))
        }),
        // Wireshark.
        dump(16, |offset, octets| {
            format!("{offset:04x}  {:47}   {}", grouped(octets, 1), text(octets))
        }),
        dump(16, |offset, octets| {
            format!("{offset:04x}   {}", classic(octets))
        }),
    ]);
}

#[test]
fn a_dump_says_that_its_lines_were_joined_and_two_dumps_are_two_messages() {
    let xxd = dump(16, |offset, octets| {
        format!("{offset:08x}: {}", grouped(octets, 2))
    });
    let (_, object) = inspect(&[&xxd], "");
    assert_eq!(object["joined_lines"], 4);
    let (_, lines, _) = inspect_table(&[&xxd], "");
    assert_eq!(lines[0], "4 lines were joined.");
    let (_, objects, _) = inspect_all(&["-"], &format!("{xxd}\n{xxd}\n"));
    assert_eq!(objects.len(), 2);
    assert_eq!(objects[0], objects[1]);
}

#[test]
fn lines_that_hexdump_squeezes_are_repeated() {
    let mut octets = APPENDIX_C[..48].to_vec();
    octets.extend([0xAA; 64]);
    let line = |at: usize| format!("{at:08x}  {}\n", grouped(&octets[at..at + 16], 1));
    let squeezed = [
        line(0),
        line(16),
        line(32),
        line(48),
        "*\n".to_owned(),
        "00000070\n".to_owned(),
    ];
    let (_, object) = inspect(&["-"], &squeezed.concat());
    // 7 octets of the server-identifier came too early for its length.
    assert_eq!(object["vendor_specific"], "aa".repeat(57));
}

#[test]
fn octet_strings_of_kannels_logs_are_read() {
    let before = "2026-11-26 10:00:00 [77] [6] DEBUG:";
    let data = dump(16, |_, octets| {
        format!(
            "{before}   data: {:47}   {}",
            grouped(octets, 1),
            text(octets)
        )
    });
    assert_read(&[format!(
        "{before} Octet string at 0x81a5d40:\n{before}   len:  55\n{before}   size: 56\n\
         {before}   immutable: 0\n{data}\n{before} Octet string dump ends.\n"
    )]);
    // Among the other fields of a PDU, without the beginning of each line.
    let data = data.replace(&format!("{before} "), "");
    assert_read(&[format!(
        "SMPP PDU 0x81c0 dump:\n  type_name: submit_sm\n  command_id: 4 = 0x00000004\n  \
         short_message:\n   Octet string at 0x81a5d40:\n     len:  55\n{data}\n   Octet string \
         dump ends.\nSMPP PDU dump ends.\n"
    )]);
}

#[test]
fn errors_count_characters_of_what_was_typed() {
    assert_refused("060z", "position 4: 'z' is not a hexadecimal digit");
    assert_refused("06 0504 x", "position 9: 'x' is not a hexadecimal digit");
    assert_refused("  06é", "position 5: 'é' is not a hexadecimal digit");
    assert_refused("> 06g", "position 5: 'g' is not a hexadecimal digit");
    assert_refused("0:0", "position 1: a single digit; an octet has two");
    assert_refused("06 5", "position 4: a single digit; an octet has two");
    assert_refused("0x6", "position 3: a single digit; an octet has two");
    assert_refused(
        "060",
        "position 1: a group of 3 digits; octets have two each",
    );
    assert_refused(
        "06 05040",
        "position 4: a group of 5 digits; octets have two each",
    );
    assert_refused("6,5,256", "position 5: 256 is not an octet, -128 to 255");
    assert_refused(
        "6, 5, -129",
        "position 7: -129 is not an octet, -128 to 255",
    );
    assert_refused("", "there are no octets");
    assert_refused("OK", "there are no octets");
    assert_refused("+CMT: ,74", "there are no octets");
}

#[test]
fn octets_that_a_shell_took_apart_are_one_message() {
    let whole = hex::encode(APPENDIX_C);
    for digits in [2, 4] {
        let groups = whole.as_bytes().chunks(digits).map(str::from_utf8);
        let groups: Vec<_> = groups.map(Result::unwrap).collect();
        let (status, objects, errors) = inspect_all(&groups, "");
        assert_eq!((status, objects.len(), &errors[..]), (1, 1, ""));
        assert_eq!(objects[0], inspect_all(&[&whole], "").1[0]);
    }
    let (_, objects, _) = inspect_all(&["06", "05zz"], "");
    assert_eq!(objects.len(), 2);
}

#[test]
fn an_error_names_its_line_and_its_argument() {
    let message = hex::encode(APPENDIX_C);
    let (status, objects, errors) = inspect_all(&["-"], &format!("{message}\n0605zz\n"));
    assert_eq!((status, objects.len()), (2, 2));
    assert_eq!(objects[1]["error"]["line"], 2);
    assert_eq!(
        errors,
        "error: line 2: position 5: 'z' is not a hexadecimal digit\n"
    );
    let (status, objects, errors) = inspect_all(&[&message, "zz"], "");
    assert_eq!((status, objects.len()), (2, 2));
    assert_eq!(objects[1]["error"]["argument"], 2);
    assert_eq!(
        errors,
        "error: HEX 2: position 1: 'z' is not a hexadecimal digit\n"
    );
}
