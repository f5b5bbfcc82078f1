//! The examples `inspect` and `compose` as their users meet them: arguments, output, exit status.
#![allow(
    clippy::shadow_unrelated,
    reason = "one command follows the other under one name"
)]

use crate::support::{APPENDIX_C, compose, inspect, run};
use hex_literal::hex;
use serde_json::{Value, json};

fn error_of(arguments: &[&str]) -> (i32, Value) {
    let (status, mut object) = inspect(arguments, "");
    (status, object["error"].take())
}

#[test]
fn without_arguments_inspect_shows_appendix_c_and_finds_it_authentic() {
    let output = run("inspect", &[], "");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    for line in [
        "  0B 84                    destination port       2948",
        "  C4                       Content-Type           application/vnd.syncml.notification",
        "  AF 87                    X-Wap-Application-Id   x-wap-application:syncml.dm",
        "  02 D0 00 00 00           version                0000001011, 1.1",
        "                           ui-mode                01, background",
        "                           initiator              0, client (the end user)",
        "  12 34                    sessionid              1234",
        "  12                       length-identifier      18",
        "  63 6F 6D 2E 6D 67 6D 74  server-identifier      com.mgmtsrv.manage",
        "Authentic under the stored nonce.",
        "Conforms to 1.2.1.",
    ] {
        assert!(
            text.lines().any(|it| it == line),
            "no line {line:?} in\n{text}"
        );
    }
}

#[test]
fn json_has_every_field_of_the_message() {
    let message = hex::encode(APPENDIX_C);
    let arguments = ["--password", "password", "--nonce", "00000000", &message];
    let (status, object) = inspect(&arguments, "");
    assert_eq!(status, 0);
    assert_eq!(
        object,
        json!({
            "version": 11,
            "ui_mode": "background",
            "initiator": "client",
            "future_use": 0,
            "session_id": 0x1234,
            "session_id_text": "1234",
            "server_id": hex::encode("com.mgmtsrv.manage"),
            "vendor_specific": "",
            "digest": "e4000751d15da7d8b5fc1fbce45ee715",
            "authentic": true,
            "nonce": "stored",
            "conformance": [],
            "segments": 1,
            "originator": null,
            "service_centre": null,
            "bearer": "sms",
            "also": [],
        })
    );
}

#[test]
fn the_verdict_is_the_exit_status_and_names_the_nonce() {
    let message = hex::encode(APPENDIX_C);
    for (arguments, status, authentic, nonce) in [
        (
            ["--password", "password", "--nonce", "00000000"].as_slice(),
            0,
            json!(true),
            json!("stored"),
        ),
        (
            &["--password", "password", "--nonce", "AB CD"],
            0,
            json!(true),
            json!("resync"),
        ),
        (&["--password", "password"], 0, json!(true), json!("resync")),
        (
            &["--password", "password", "--no-resync"],
            1,
            json!(false),
            json!(null),
        ),
        (&["--password", "wrong"], 1, json!(false), json!(null)),
        (&[], 1, json!(null), json!(null)),
    ] {
        let (found, object) = inspect(&[arguments, &[&message]].concat(), "");
        assert_eq!(
            (found, &object["authentic"], &object["nonce"]),
            (status, &authentic, &nonce)
        );
    }
}

#[test]
fn departures_and_a_session_id_without_text_are_listed() {
    let package0 = format!("{}030000000100000161", "00".repeat(16));
    let (status, object) = inspect(&["--bearer", "package0", &package0], "");
    assert_eq!(status, 1);
    assert_eq!(object["session_id_text"], json!(null));
    let departures = [
        "version is 1.2, OMA §6.2.6 demands 1.1",
        "future-use is 0x0000001, OMA §6.2.9 demands 0",
        "sessionid is 0, OMA §6.2.10 demands 1 to FFFF",
    ];
    assert_eq!(object["conformance"], json!(departures));
}

#[test]
fn white_space_and_wrapped_lines_make_one_message() {
    let message = hex::encode_upper(APPENDIX_C);
    let (head, tail) = message.split_at(30);
    let spaced = format!(" {head}\n\t{tail} ");
    let wrapped = format!("{head}\n\n{tail}\n");
    for (argument, input) in [(spaced.as_str(), ""), ("-", wrapped.as_str())] {
        let (status, object) = inspect(&["--password", "password", argument], input);
        assert_eq!((status, &object["session_id"]), (0, &json!(0x1234)));
        assert_eq!(object["joined_lines"], 2);
    }
}

#[test]
fn what_is_not_for_dm_or_malformed_has_status_2_and_is_marked() {
    let mut foreign = APPENDIX_C;
    foreign[4] ^= 1;
    let foreign = hex::encode(foreign);
    let (status, error) = error_of(&[&foreign]);
    assert_eq!(status, 2);
    assert_eq!(
        error,
        json!({
            "kind": "not-dm",
            "field": "destination port",
            "offset": 3,
            "message": "not for OMA DM: foreign destination port at octet 3",
        })
    );
    let output = run("inspect", &[&foreign], "");
    assert_eq!(output.status.code(), Some(2));
    let shown = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(
        lines[0],
        "error: not for OMA DM: foreign destination port at octet 3"
    );
    assert_eq!(
        lines[1],
        "     0  06 05 04 0B 85 C0 02 01 06 03 C4 AF 87 E4 00 07"
    );
    assert_eq!(lines[2], "                 ^^");
}

#[test]
fn offsets_count_from_the_first_octet_of_the_message_through_all_layers() {
    let cut = hex::encode(&APPENDIX_C[..40]);
    let (status, error) = error_of(&[&cut]);
    assert_eq!(
        (status, &error["kind"], &error["offset"]),
        (2, &json!("truncated"), &json!(37))
    );
    assert_eq!(error["field"], "server-identifier");
    let cdma = hex::encode([&hex!("000100c0020b84"), &APPENDIX_C[7..40]].concat());
    let (status, error) = error_of(&["--bearer", "cdma", &cdma]);
    assert_eq!(
        (status, &error["field"], &error["offset"]),
        (2, &json!("server-identifier"), &json!(37))
    );
}

#[test]
fn what_is_not_hexadecimal_or_not_an_argument_has_status_2() {
    for arguments in [
        ["0x06"].as_slice(),
        &["060"],
        &["--nonce", "00", "--nonce-text", "a", "06"],
        &["--bearer", "pigeon"],
        &["--bearer", "udp"],
    ] {
        let output = run("inspect", arguments, "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty());
    }
}

const SERVER: [&str; 6] = [
    "--server-id",
    "com.mgmtsrv.manage",
    "--password",
    "password",
    "--session",
    "1234",
];

#[test]
fn compose_makes_appendix_c_on_every_bearer() {
    let rest = [
        "--nonce",
        "00000000",
        "--ui-mode",
        "background",
        "--initiator",
        "client",
    ];
    let message = hex::encode(APPENDIX_C);
    let (_, pdu) = message.split_at(14);
    let (_, package0) = pdu.split_at(12);
    let cdma = format!("000100c0020b84{pdu}");
    let media_type = hex::encode("application/vnd.syncml.notification");
    let put = format!("820061cb00000001420027{media_type}00c30000002a49002d{package0}");
    let connect = "8000131000040046000c53594e434d4c2d444d";
    for (bearer, expected) in [
        ("sms", vec![message.as_str()]),
        ("udp", vec![pdu]),
        ("package0", vec![package0]),
        ("cdma", vec![&cdma]),
        ("obex", vec![connect, &put, "810008cb00000001"]),
    ] {
        let lines = compose(&[&SERVER[..], &rest, &["--bearer", bearer]].concat());
        assert_eq!(lines, expected, "{bearer}");
    }
}

#[test]
fn compose_takes_tid_vendor_reference_and_defaults() {
    let vendor = "ab".repeat(130);
    let lines = compose(
        &[
            &SERVER[..],
            &["--tid", "255", "--reference", "00", "--vendor", &vendor],
        ]
        .concat(),
    );
    assert!(
        lines[0].starts_with("0b05040b84c0020003000201ff0603c4af87"),
        "{lines:?}"
    );
    let lines = compose(&[&SERVER[..], &["--vendor", &vendor, "--reference", "ABCD"]].concat());
    assert!(
        lines[1].starts_with("0c05040b84c0020804abcd0202"),
        "{lines:?}"
    );
    let (_, object) = inspect(&["--password", "password", "-"], &lines.join("\n"));
    assert_eq!(object["ui_mode"], "not-specified");
    assert_eq!(object["initiator"], "server");
    assert_eq!(object["vendor_specific"], vendor);
    assert_eq!(
        (&object["nonce"], &object["segments"]),
        (&json!("stored"), &json!(2))
    );
}

#[test]
fn compose_refuses_what_may_not_be_sent() {
    let id = ["--server-id", "x", "--password", "p", "--session"];
    let long = "ab".repeat(40_000);
    let many = ["1", "--vendor", &long];
    let server_id = "x".repeat(256);
    let long_id = [
        "--server-id",
        &server_id,
        "--password",
        "p",
        "--session",
        "1",
    ];
    for arguments in [
        [&id[..], &["0"]].concat(),
        [&id[..], &["10000"]].concat(),
        [&id[..], &many].concat(),
        [&id[..], &["1", "--reference", "ABC"]].concat(),
        [&id[..], &["1", "--bearer", "obex", "--max-packet", "254"]].concat(),
        long_id.to_vec(),
    ] {
        let output = run("compose", &arguments, "");
        assert_eq!(
            (output.status.code(), output.stdout.as_slice()),
            (Some(2), b"".as_slice())
        );
        assert!(!output.stderr.is_empty());
    }
}

#[test]
fn segments_are_read_in_any_order_on_every_bearer_that_has_them() {
    let vendor = "5a".repeat(15_000);
    let vendor = ["--vendor", &vendor];
    for bearer in ["sms", "cdma"] {
        let mut lines = compose(&[&SERVER[..], &vendor, &["--bearer", bearer]].concat());
        assert!(lines.len() > 100);
        lines.reverse();
        lines.swap(3, 77);
        lines.push(lines[5].clone());
        let arguments = ["--bearer", bearer, "--password", "password", "-"];
        let (status, object) = inspect(&arguments, &lines.join("\n"));
        assert_eq!(
            (status, &object["segments"]),
            (0, &json!(lines.len())),
            "{bearer}"
        );
    }
    let mut lines = compose(&[&SERVER[..], &vendor, &["--bearer", "obex"]].concat());
    // Responses of the device, as a recorder would have them, are passed over.
    lines.insert(
        1,
        "a0001810000400cb000000014a000c53594e434d4c2d444d".to_owned(),
    );
    lines.insert(3, "900003".to_owned());
    let arguments = ["--bearer", "obex", "--password", "password", "-"];
    let (status, object) = inspect(&arguments, &lines.join("\n"));
    assert_eq!((status, &object["segments"]), (0, &json!(lines.len() - 2)));
}

#[test]
fn repeated_ports_over_cdma_are_dropped_when_they_are_expected() {
    let segment = hex::encode([&hex!("000100c0020b84c0020b84"), &APPENDIX_C[7..]].concat());
    let arguments = ["--bearer", "cdma", "--password", "password", &segment];
    let (status, object) = inspect(&[&arguments[..], &["--repeated-ports"]].concat(), "");
    assert_eq!((status, &object["authentic"]), (0, &json!(true)));
    assert_eq!(inspect(&arguments, "").0, 2);
}

#[test]
fn a_refused_obex_exchange_says_how_it_is_answered() {
    let connect = "8000151000040046000e53594e434d4c2d53594e43";
    let (status, error) = error_of(&["--bearer", "obex", connect]);
    assert_eq!(
        (status, &error["message"]),
        (
            2,
            &json!("the request is answered with 0xC4 Not Found: Target is \"SYNCML-SYNC\"")
        )
    );
    let (status, error) = error_of(&["--bearer", "obex", "820005"]);
    assert_eq!(
        (status, &error["message"]),
        (2, &json!("truncated OBEX packet at octet 0"))
    );
    let (status, error) = error_of(&["--bearer", "obex", "810003"]);
    assert_eq!(
        (status, &error["message"]),
        (2, &json!("there is no final PUT"))
    );
}
