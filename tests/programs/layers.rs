//! Every layer that `inspect` reads: found by itself, shown with its octets, and told apart from
//! others.
#![allow(
    clippy::shadow_unrelated,
    reason = "one command follows the other under one name"
)]

use crate::support::{APPENDIX_C, inspect, inspect_all, inspect_table};
use serde_json::{Value, json};

/// An SMS-DELIVER with Appendix C.
const DELIVER: &str = "440b914477001032f400f562112200000000370605040b84c002010603c4af87\
    e4000751d15da7d8b5fc1fbce45ee71502d0000000123412636f6d2e6d676d747372762e6d616e616765";
/// An SMS-SUBMIT with it.
const SUBMIT: &str = "41000c914477000910320004370605040b84c002010603c4af87\
    e4000751d15da7d8b5fc1fbce45ee71502d0000000123412636f6d2e6d676d747372762e6d616e616765";
/// The address of a service centre.
const CENTRE: &str = "0791447758100650";
/// Bearer data with Appendix C over CDMA.
const BEARER_DATA: &str = "0003112340013901b800080600105c2008301e257c3f20003a8e8aed3ec5afe0\
    fde722f738a8168000000091a0931b7b69736b3b6ba39b93b1736b0b730b3b28";
/// A point-to-point message of teleservice 65002.
const NESTED: &str = "000002fdea020702911deaa848c008490003100010014202000018ab6b0009c80dc000\
    40300082e1004180f12be1f90001d4745769f62d7f07ef3917b9c540b4000000048d0498dbdb4b9b59db5d1cdc9d\
    8b9b585b9859d940";
/// `submit_sm` from +4477 to +447700900123, up to `esm_class`.
const SUBMIT_SM: &str = "0000006800000004000000000000000200010134343737000101343437373030393030\
    31323300";

fn message() -> String {
    hex::encode(APPENDIX_C)
}

fn point_to_point() -> String {
    format!("0000021004020702911deaa848c00840{BEARER_DATA}")
}

fn submit_sm() -> String {
    format!("{SUBMIT_SM}40000000000000040037{}", message())
}

/// Asserts that `inspect` finds the bearer by itself, and reads the same if it is told.
#[track_caller]
fn assert_found(octets: &str, bearer: &str, originator: &Value, service_centre: &Value) {
    let password = ["--password", "password", "--nonce", "00000000"];
    let (status, object) = inspect(&[&password[..], &[octets]].concat(), "");
    assert_eq!(status, 0);
    assert_eq!(object["bearer"], bearer);
    assert_eq!(object["also"], json!([]));
    assert_eq!(object["session_id"], 0x1234);
    assert_eq!(&object["originator"], originator);
    assert_eq!(&object["service_centre"], service_centre);
    let named = inspect(&[&password[..], &["--bearer", bearer, octets]].concat(), "");
    assert_eq!(named, (status, object));
}

/// Asserts the error that `inspect` has for octets, and the bearer as which it read them.
#[track_caller]
fn assert_error(octets: &str, bearer: &str, message: &str) {
    let (status, object) = inspect(&[octets], "");
    assert_eq!(status, 2);
    let shown = (&object["bearer"], &object["error"]["message"]);
    assert_eq!(shown, (&json!(bearer), &json!(message)));
}

/// Asserts the lines of one layer.
#[track_caller]
fn assert_layer(arguments: &[&str], title: &str, expected: &[&str]) {
    let (_, lines, _) = inspect_table(arguments, "");
    let layer: Vec<&str> = lines
        .iter()
        .skip_while(|line| *line != title)
        .skip(1)
        .take_while(|line| !line.is_empty())
        .map(String::as_str)
        .collect();
    assert_eq!(layer, expected, "{title} in\n{}", lines.join("\n"));
}

#[test]
fn every_bearer_is_found_by_itself() {
    let (none, from) = (Value::Null, json!("+44770001234"));
    let centre = json!("+447785016005");
    let pdu = &message()[14..];
    assert_found(&submit_sm(), "smpp", &json!("+4477"), &none);
    assert_found(DELIVER, "tpdu", &from, &none);
    assert_found(&format!("00{DELIVER}"), "tpdu", &from, &none);
    assert_found(&format!("{CENTRE}{DELIVER}"), "tpdu", &from, &centre);
    assert_found(SUBMIT, "tpdu", &none, &none);
    assert_found(&format!("00{SUBMIT}"), "tpdu", &none, &none);
    assert_found(&format!("012a{CENTRE}004a{DELIVER}"), "rp", &from, &centre);
    assert_found(&format!("002a00{CENTRE}44{SUBMIT}"), "rp", &none, &centre);
    let cdma_from = json!("4477000123");
    assert_found(&point_to_point(), "cdma-message", &cdma_from, &none);
    assert_found(NESTED, "cdma-message", &cdma_from, &none);
    assert_found(BEARER_DATA, "cdma-message", &none, &none);
    assert_found(&format!("000100c0020b84{pdu}"), "cdma", &none, &none);
    assert_found(&message(), "sms", &none, &none);
    assert_found(pdu, "udp", &none, &none);
    assert_found(&pdu[12..], "package0", &none, &none);
    let media_type = hex::encode("application/vnd.syncml.notification");
    let put = format!("82005acb00000001420027{media_type}0049002d{}", &pdu[12..]);
    let put = put.replacen("82005a", "82005c", 1);
    assert_found(&put, "obex", &none, &none);
}

#[test]
fn nested_bearer_data_without_its_teleservice_is_found() {
    let bearer_data = &NESTED[32..];
    let (status, object) = inspect(&["--password", "password", bearer_data], "");
    assert_eq!((status, &object["bearer"]), (0, &json!("cdma-message")));
}

#[test]
fn what_modems_print_is_read_by_its_length() {
    let pdu = format!("{CENTRE}{DELIVER}");
    for paste in [
        format!("+CMT: ,74\r\n{pdu}\r\n"),
        format!("+CMT: \"Alice, Bob\",74\n{pdu}"),
        format!("\r\n+CMT: ,74\r\n{DELIVER}\r\n"),
        format!("+CMT: ,74 {pdu}"),
        format!("+CMT: ,74\\r\\n{pdu}\\r\\n"),
        format!("AT+CMGR=1\r\n+CMGR: 0,,74\r\n{pdu}\r\n\r\nOK\r\n"),
        format!("AT+CMGL=4\r\n+CMGL: 1,0,,74\r\n{pdu}\r\n\r\nOK\r\n"),
        format!("AT+CMGS=68\r\n> 00{SUBMIT}\u{1A}\r\n+CMGS: 12\r\n\r\nOK\r\n"),
        format!("at+cmgs=68\n00{SUBMIT}"),
        // Wrapped by a terminal.
        format!("+CMT: ,74\n{}\n{}\n", &pdu[..80], &pdu[80..]),
    ] {
        let (status, object) = inspect(&["--password", "password", "-"], &paste);
        assert_eq!((status, &object["bearer"]), (0, &json!("tpdu")), "{paste}");
    }
    let two = format!("+CMGL: 1,0,,74\r\n{pdu}\r\n+CMGL: 2,0,,74\r\n{pdu}\r\n\r\nOK\r\n");
    let (status, objects, _) = inspect_all(&["--password", "password", "-"], &two);
    assert_eq!((status, objects.len()), (0, 2));
    assert_error(
        &format!("+CMT: ,73\n{pdu}"),
        "tpdu",
        "impossible length of TPDU at octet 0",
    );
}

#[test]
fn several_readings_are_decided_by_the_outermost_and_the_others_are_named() {
    // An SMS-DELIVER, whose first octet also counts a user data header, and a push follows that.
    let inner = &message()[14..];
    let octets = format!(
        "4402010900040000000020330053{}{}{}78{}0504 0b84c002 {inner}",
        "0605040b84c002",
        "010603c4af87",
        format_args!("{}02d000000012340{}", "ee".repeat(16), 1),
        "55".repeat(11),
    );
    let octets: String = octets.split_whitespace().collect();
    let udl = octets.len() / 2 - 14;
    let octets = format!("{}{udl:02x}{}", &octets[..26], &octets[28..]);
    let (status, object) = inspect(&["--password", "password", &octets], "");
    assert_eq!((status, &object["bearer"]), (1, &json!("tpdu")));
    assert_eq!(object["also"], json!(["sms"]));
    let (_, lines, _) = inspect_table(&[&octets], "");
    assert_eq!(lines.last().unwrap(), "It could also be read as sms.");
    let (status, object) = inspect(&["--password", "password", "--bearer", "sms", &octets], "");
    assert_eq!((status, &object["bearer"]), (0, &json!("sms")));
}

#[test]
fn a_named_bearer_overrules() {
    let (status, object) = inspect(&["--bearer", "sms", DELIVER], "");
    assert_eq!((status, &object["bearer"]), (2, &json!("sms")));
    assert_eq!(
        object["error"]["message"],
        "truncated information element at octet 1"
    );
}

#[test]
fn somebody_elses_messages_are_named_with_the_reason() {
    let text = "0b911346610089f60000208062917314080cc8f71d14969741f977fd07";
    let no_header = "not for OMA DM: missing TP-User-Data-Header-Indicator at octet";
    assert_error(&format!("04{text}"), "tpdu", &format!("{no_header} 0"));
    let centre = "07911326040000f0";
    assert_error(
        &format!("{centre}04{text}"),
        "tpdu",
        &format!("{no_header} 8"),
    );
    let text = "0b916407281553f800000ae8329bfd4697d9ec37";
    assert_error(&format!("000100{text}"), "tpdu", &format!("{no_header} 1"));
    let report = "06d60b911326880736f4111011719551401110117195714000";
    assert_error(
        &format!("{centre}{report}"),
        "tpdu",
        "not for OMA DM: foreign TP-Message-Type-Indicator at octet 8",
    );
    assert_error(
        &format!("0108{centre}0019{report}"),
        "rp",
        "not for OMA DM: foreign TP-Message-Type-Indicator at octet 12",
    );
    assert_error(
        "022a41020000",
        "rp",
        "not for OMA DM: foreign RP-Message type at octet 0",
    );
    assert_error(
        "010603beaf848c82984e4f4b35436900",
        "udp",
        "not for OMA DM: foreign Content-Type at octet 3",
    );
    assert_error(
        "0605040b8423f0010603aeaf82b4858101",
        "sms",
        "not for OMA DM: foreign Content-Type at octet 10",
    );
    assert_error(
        &message().replacen("0b84", "0b85", 1),
        "sms",
        "not for OMA DM: foreign destination port at octet 3",
    );
    let cdma = format!("000100c0020b85{}", &message()[14..]);
    assert_error(
        &cdma,
        "cdma",
        "not for OMA DM: foreign destination port at octet 5",
    );
    assert_error(
        "0000021002020702a123456789060601fc08080003168d30010106",
        "cdma-message",
        "not for OMA DM: foreign Teleservice Identifier at octet 3",
    );
    assert_error(
        "00000010000000150000000000000063",
        "smpp",
        "not for OMA DM: foreign command_id at octet 4",
    );
}

#[test]
fn the_error_is_that_of_the_reading_that_got_furthest() {
    assert_error(
        &format!("{CENTRE}{}", &DELIVER[..80]),
        "tpdu",
        "truncated TP-User-Data at octet 27",
    );
    assert_error(&SUBMIT_SM[..40], "smpp", "truncated SMPP PDU at octet 20");
    assert_error(
        &message()[..80],
        "sms",
        "truncated server-identifier at octet 37",
    );
    assert_error(
        &message()[14..80],
        "udp",
        "truncated server-identifier at octet 30",
    );
    assert_error(
        &message()[26..80],
        "package0",
        "truncated server-identifier at octet 24",
    );
    assert_error(
        "82005ccb000000014200276170706c",
        "obex",
        "truncated OBEX packet at octet 0",
    );
}

#[test]
fn a_bare_package0_of_any_version_is_read_if_it_is_authentic_or_named() {
    let other =
        format!("{}f300000000000100000161", "00".repeat(14)).replace("f3000000", "0000f300");
    assert_eq!(inspect(&[&other], "").0, 2);
    let (status, object) = inspect(&["--bearer", "package0", &other], "");
    assert_eq!((status, &object["bearer"]), (1, &json!("package0")));
}

#[test]
fn smpp_is_shown_field_by_field() {
    let octets = submit_sm();
    assert_layer(
        &[&octets],
        "SMPP: header",
        &[
            "  00 00 00 68              command_length         104",
            "  00 00 00 04              command_id             0x00000004, submit_sm",
            "  00 00 00 00              command_status         0",
            "  00 00 00 02              sequence_number        2",
        ],
    );
    assert_layer(
        &[&octets],
        "SMPP: submit_sm",
        &[
            "  00                       service_type",
            "  01 01 34 34 37 37 00     source_addr            +4477",
            "  01 01 34 34 37 37 30 30  destination_addr       +447700900123",
            "  39 30 30 31 32 33 00",
            "  40                       esm_class              0x40",
            "  00                       protocol_id            0x00",
            "  00                       priority_flag          0x00",
            "  00                       schedule_delivery_time",
            "  00                       validity_period",
            "  00                       registered_delivery    0x00",
            "  00                       replace_if_present_flag 0x00",
            "  04                       data_coding            0x04",
            "  00                       sm_default_msg_id      0x00",
            "  37                       sm_length              55 octets",
        ],
    );
}

#[test]
fn rp_data_and_tpdus_are_shown_field_by_field() {
    assert_layer(
        &[&format!("012a{CENTRE}004a{DELIVER}")],
        "RP: RP-DATA",
        &[
            "  01                       RP-Message type        RP-DATA, network to device",
            "  2A                       RP-Message Reference   42",
            "  07 91 44 77 58 10 06 50  RP-Originator Address  +447785016005",
            "  00                       RP-Destination Address none",
            "  4A                       RP-User Data           74 octets",
        ],
    );
    let with_centre = format!("{CENTRE}{DELIVER}ffff");
    assert_layer(
        &[&with_centre],
        "Service centre address",
        &["  07 91 44 77 58 10 06 50  service centre         +447785016005"],
    );
    assert_layer(
        &[&with_centre],
        "TPDU: SMS-DELIVER",
        &[
            "  44                       first octet            SMS-DELIVER, user data header, no \
             more messages are waiting",
            "  0B 91 44 77 00 10 32 F4  TP-OA                  +44770001234",
            "  00                       TP-PID                 0x00",
            "  F5                       TP-DCS                 0xF5, 8-bit data",
            "  62 11 22 00 00 00 00     TP-SCTS                2026-11-22 00:00:00 +00:00",
            "  37                       TP-UDL                 55 octets",
            "  FF FF                    after TP-UD            2 octets, ignored",
        ],
    );
    let valid_a_day = SUBMIT
        .replacen("4100", "5100", 1)
        .replacen("000437", "0004a737", 1);
    assert_layer(
        &[&valid_a_day],
        "TPDU: SMS-SUBMIT",
        &[
            "  51                       first octet            SMS-SUBMIT, user data header",
            "  00                       TP-MR                  0",
            "  0C 91 44 77 00 09 10 32  TP-DA                  +447700900123",
            "  00                       TP-PID                 0x00",
            "  04                       TP-DCS                 0x04, 8-bit data",
            "  A7                       TP-VP                  1440 minutes",
            "  37                       TP-UDL                 55 octets",
        ],
    );
}

#[test]
fn time_stamps_are_shown_in_their_zone() {
    // 3 hours and 30 minutes before UTC: 14 quarters, and the sign in bit 3.
    let octets = DELIVER
        .replacen("62112200000000", "6211224150504A", 1)
        .replacen("4A37", "4937", 1);
    let (_, lines, _) = inspect_table(&[&octets], "");
    let line = lines.iter().find(|line| line.contains("TP-SCTS")).unwrap();
    assert!(line.ends_with("2026-11-22 14:05:05 -03:30"), "{line}");
}

#[test]
fn messages_over_cdma_are_shown_field_by_field() {
    let (_, lines, _) = inspect_table(&[&point_to_point()], "");
    assert_eq!(
        lines[..4],
        [
            "CDMA: point-to-point message",
            "  00                       SMS_MSG_TYPE           0, point-to-point",
            "  00 02 10 04              Teleservice Identifier 4100, WAP",
            "  02 07 02 91 1D EA A8 48  Originating Address    4477000123",
        ]
    );
    assert_layer(
        &[NESTED],
        "WDP: segment over CDMA",
        &[
            "  00                       MSG_TYPE               0, WDP",
            "  01                       TOTAL_SEGMENTS         1",
            "  00                       SEGMENT_NUMBER         0",
        ],
    );
    assert_layer(
        &[NESTED],
        "WDP: ports",
        &[
            "  C0 02                    source port            49154",
            "  0B 84                    destination port       2948",
        ],
    );
    let (_, lines, _) = inspect_table(&[BEARER_DATA], "");
    assert_eq!(
        lines[..2],
        [
            "CDMA: bearer data",
            "  00 03 11 23 40           Message Identifier     1234",
        ]
    );
}

#[test]
fn headers_and_parameters_of_a_push_are_shown_by_name() {
    // Content-Type in general form with charset and a text parameter, a date, a name in text, a
    // shift to another code page and back.
    let content_type = "08c481ea78003d7900".to_owned();
    let rest = "8d9eb4849204 69c4a000 7f02 a081 01 af87 582d596f7500 686900".replace(' ', "");
    let headers = content_type + &rest;
    let pdu = format!("0106{:02x}{headers}{}", headers.len() / 2, &message()[26..]);
    assert_layer(
        &[&pdu],
        "WSP: push",
        &[
            "  01                       TID                    1",
            "  06                       PDU type               push",
            "  23                       HeadersLen             35 octets",
            "  08 C4 81 EA 78 00 3D 79  Content-Type           application/vnd.syncml.notification",
            "  00",
            "                           parameter charset      utf-8",
            "                           parameter x            =y",
            "  8D 9E                    Content-Length         30",
            "  B4 84                    Push-Flag              4, last push message",
            "  92 04 69 C4 A0 00        Date                   1774493696 seconds since 1970",
            "  7F 02                    shift                  to code page 2",
            "  A0 81                    0x20 of code page 2    1",
            "  01                       shift                  to code page 1",
            "  AF 87                    X-Wap-Application-Id   x-wap-application:syncml.dm",
            "  58 2D 59 6F 75 00 68 69  X-You                  hi",
            "  00",
        ],
    );
}

#[test]
fn obex_requests_and_responses_are_shown_by_name() {
    let connect = "8000131000040046000c53594e434d4c2d444d";
    let connected = "a0001810000400cb000000014a000c53594e434d4c2d444d";
    let package0 = &message()[26..];
    let media_type = hex::encode("application/vnd.syncml.notification");
    let put = format!("82005ccb00000001420027{media_type}0049002d{package0}");
    let (status, lines, _) = inspect_table(
        &[
            "--bearer",
            "obex",
            connect,
            connected,
            &put,
            "a00003",
            "810008cb00000001",
            "a00003",
        ],
        "",
    );
    assert_eq!(status, 1);
    for line in [
        "  80 00 13 10 00 04 00 46  CONNECT                answered with 0xA0 Success",
        "  A0 00 18 10 00 04 00 CB  response               0xA0 Success",
        "  82 00 5C CB 00 00 00 01  PUT, final             answered with 0xA0 Success",
        "  81 00 08 CB 00 00 00 01  DISCONNECT             answered with 0xA0 Success",
    ] {
        assert!(
            lines.iter().any(|it| it == line),
            "no {line} in\n{}",
            lines.join("\n")
        );
    }
}

#[test]
fn a_refused_put_names_the_header_that_caused_it() {
    let body = format!("49002d{}", &message()[26..]);
    let put = |headers: &str| {
        let headers = format!("{headers}{body}");
        format!("82{:04x}{headers}", headers.len() / 2 + 3)
    };
    let foreign = put("42000d746578742f706c61696e");
    let refused = "the request is answered with";
    let (_, object) = inspect(&["--bearer", "obex", &foreign], "");
    assert_eq!(
        object["error"],
        json!({
            "kind": "refused-0xCF",
            "field": "Type",
            "offset": 6,
            "message": format!("{refused} 0xCF Unsupported Media Type: Type is \"text/plain\""),
        })
    );
    let (_, object) = inspect(&["--bearer", "obex", &put("")], "");
    let message = format!("{refused} 0xCF Unsupported Media Type: there is no Type");
    assert_eq!(object["error"]["message"], message);
}
