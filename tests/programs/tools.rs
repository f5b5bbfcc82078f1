//! What `compose`, `smpp` and `obex` print, and that `inspect` reads it.
#![allow(
    clippy::shadow_unrelated,
    reason = "one command follows the other under one name"
)]

use crate::support::{APPENDIX_C, compose, inspect, run};
use serde_json::{Value, json};

/// Appendix C.
const MESSAGE: [&str; 7] = [
    "--server-id=com.mgmtsrv.manage",
    "--password=password",
    "--session=1234",
    "--nonce=00000000",
    "--ui-mode=background",
    "--initiator=client",
    "--reference=00",
];
const USER_DATA: &str = "0605040b84c002010603c4af87e4000751d15da7d8b5fc1fbce45ee715\
    02d0000000123412636f6d2e6d676d747372762e6d616e616765";

/// Runs `compose` for Appendix C.
#[track_caller]
fn composed(arguments: &[&str]) -> Vec<String> {
    compose(&[&MESSAGE[..], arguments].concat())
}

/// Returns the first line of the error that `compose` ends with.
#[track_caller]
fn refused(arguments: &[&str]) -> String {
    let output = run("compose", &[&MESSAGE[..], arguments].concat(), "");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    let errors = String::from_utf8(output.stderr).unwrap();
    errors.lines().next().unwrap().to_owned()
}

/// Asserts that `inspect` finds an authentic message in these lines, in two segments.
#[track_caller]
fn assert_authentic(lines: &[String], bearer: &str) -> Value {
    let secret = ["--password", "password", "--nonce", "00000000"];
    let (status, object) = inspect(&[&secret[..], &["-"]].concat(), &lines.join("\n"));
    assert_eq!((status, &object["authentic"]), (0, &json!(true)));
    assert_eq!(
        (&object["bearer"], &object["segments"]),
        (&json!(bearer), &json!(2))
    );
    object
}

/// Makes a message of two short messages.
fn long() -> String {
    format!("--vendor={}", "5a".repeat(150))
}

#[test]
fn compose_prints_what_a_servers_modem_takes() {
    let tpdu = format!("41000c91447700091032000437{USER_DATA}");
    let to = ["--bearer", "submit", "--to", "+447700900123"];
    assert_eq!(composed(&to), [tpdu.as_str()]);
    let with_command = composed(&[&to[..], &["--at"]].concat());
    assert_eq!(with_command, ["AT+CMGS=68", &format!("00{tpdu}")]);
    let lines = composed(&[&to[..], &["--at", &long()]].concat());
    assert_eq!(lines[0], "AT+CMGS=153");
    assert_eq!((lines.len(), lines[1].len()), (4, 2 * 154));
    assert_authentic(&lines, "tpdu");
}

#[test]
fn compose_prints_what_a_devices_modem_hands_over() {
    let tpdu = format!("440b914477001032f4000400000000000000 37{USER_DATA}").replace(' ', "");
    let from = ["--from", "+44770001234"];
    let centre = ["--service-centre", "+447785016005"];
    let deliver = [&["--bearer", "deliver"][..], &from].concat();
    assert_eq!(composed(&deliver), [tpdu.as_str()]);
    let with_centre = [&deliver[..], &centre].concat();
    assert_eq!(composed(&with_centre), [format!("0791447758100650{tpdu}")]);
    let rp = [&["--bearer", "rp"][..], &from, &centre].concat();
    assert_eq!(composed(&rp), [format!("01000791447758100650004a{tpdu}")]);

    let object = assert_authentic(&composed(&[&with_centre[..], &[&long()]].concat()), "tpdu");
    assert_eq!(object["originator"], "+44770001234");
    assert_eq!(object["service_centre"], "+447785016005");
    let object = assert_authentic(&composed(&[&rp[..], &[&long()]].concat()), "rp");
    assert_eq!(object["service_centre"], "+447785016005");
    let without = composed(&["--bearer", "rp", "--from", "Operator", &long()]);
    let object = assert_authentic(&without, "rp");
    assert_eq!(object["originator"], "Operator");
    assert_eq!(object["service_centre"], json!(null));
}

#[test]
fn compose_prints_messages_over_cdma() {
    let from = ["--bearer", "cdma-message", "--from", "4477000123"];
    let wap = composed(&[&from[..], &["--message-id", "1234"]].concat());
    assert_eq!(
        wap,
        [
            "0000021004020702911deaa848c008400003112340013901b800080600105c2008301e257c3f20003a8e8a\
          ed3ec5afe0fde722f738a8168000000091a0931b7b69736b3b6ba39b93b1736b0b730b3b28"
        ]
    );
    let nested = ["--message-id", "56D6", "--teleservice", "65002"];
    assert_eq!(
        composed(&[&from[..], &nested].concat()),
        [
            "000002fdea020702911deaa848c008490003100010014202000018ab6b0009c80dc00040300082e1004180\
          f12be1f90001d4745769f62d7f07ef3917b9c540b4000000048d0498dbdb4b9b59db5d1cdc9d8b9b585b98\
          59d940"
        ]
    );
    let object = assert_authentic(&composed(&[&from[..], &[&long()]].concat()), "cdma-message");
    assert_eq!(object["originator"], "4477000123");
    let lines = composed(&[&from[..], &nested, &[&long()]].concat());
    assert_authentic(&lines, "cdma-message");
}

#[test]
fn compose_makes_segments_as_long_as_a_network_takes() {
    for (length, octets) in [("113", 113), ("140", 140)] {
        let arguments = ["--bearer", "cdma", "--segment-length", length, &long()];
        let lines = composed(&arguments);
        assert_eq!(lines[0].len(), 2 * octets);
        assert_authentic(&lines, "cdma");
    }
    assert_eq!(composed(&["--bearer", "cdma", &long()])[0].len(), 2 * 140);
    let error = refused(&["--bearer", "cdma", "--segment-length", "6"]);
    assert!(error.contains("6 is not in 7..=255"), "{error}");
}

#[test]
fn compose_prints_the_fields_that_gateways_take() {
    let (header, body) = USER_DATA.split_at(14);
    let body_in_base64 = "AQYDxK+H5AAHUdFdp9i1/B+85F7nFQLQAAAAEjQSY29tLm1nbXRzcnYubWFuYWdl";
    let fields =
        |gateway| -> Value { serde_json::from_str(&composed(&["--as", gateway])[0]).unwrap() };
    assert_eq!(
        fields("sinch"),
        json!({"type": "mt_binary", "udh": header, "body": body_in_base64})
    );
    assert_eq!(
        fields("infobip"),
        json!({"binary": {"hex": USER_DATA, "dataCoding": 4, "esmClass": 64}})
    );
    let percent = |digits: &str| {
        let octets = hex::decode(digits).unwrap();
        let encoded: Vec<String> = octets.iter().map(|octet| format!("%{octet:02X}")).collect();
        encoded.concat()
    };
    assert_eq!(
        composed(&["--as", "kannel"]),
        [format!(
            "udh={}&text={}&coding=1",
            percent(header),
            percent(body)
        )]
    );
    assert_eq!(composed(&["--as", "sinch", &long()]).len(), 2);
}

#[test]
fn compose_refuses_arguments_that_its_bearer_has_no_use_for() {
    for (arguments, error) in [
        (
            ["--to", "+44"].as_slice(),
            "error: --to is for --bearer submit",
        ),
        (&["--at"], "error: --at is for --bearer submit"),
        (
            &["--from", "+44"],
            "error: --from is for --bearer deliver or rp or cdma-message",
        ),
        (
            &["--service-centre", "+44"],
            "error: --service-centre is for --bearer deliver or rp",
        ),
        (
            &["--message-id", "1"],
            "error: --message-id is for --bearer cdma-message",
        ),
        (
            &["--teleservice", "4100"],
            "error: --teleservice is for --bearer cdma-message",
        ),
        (
            &["--segment-length", "113"],
            "error: --segment-length is for --bearer cdma or cdma-message",
        ),
        (
            &["--max-packet", "255"],
            "error: --max-packet is for --bearer obex",
        ),
        (
            &["--as", "sinch", "--bearer", "udp"],
            "error: --as is for --bearer sms",
        ),
        (
            &["--bearer", "submit"],
            "error: the following required arguments were not provided:",
        ),
        (
            &["--bearer", "rp"],
            "error: the following required arguments were not provided:",
        ),
    ] {
        assert_eq!(refused(arguments), error);
    }
    assert_eq!(
        refused(&["--bearer", "submit", "--to", "+44x"]),
        "error: invalid value '+44x' for '--to <NUMBER>': address character cannot be 120"
    );
    assert_eq!(
        refused(&[
            "--bearer",
            "cdma-message",
            "--from",
            "1",
            "--teleservice",
            "4098"
        ]),
        "error: invalid value '4098' for '--teleservice <N>': 4100 or 65002"
    );
}

#[test]
fn references_and_message_identifiers_differ_from_run_to_run() {
    let references = |program: &str, arguments: &[&str]| {
        let message = ["--server-id=x", "--password=p", "--session=1"];
        let vendor = long();
        let all = [&message[..], arguments, &[&vendor]].concat();
        let outputs = (0..8).map(|_| run(program, &all, "").stdout);
        let mut outputs: Vec<_> = outputs.collect();
        outputs.sort();
        outputs.dedup();
        outputs.len()
    };
    // That eight of 256 are equal is less likely than that the machine breaks.
    assert!(references("compose", &[]) > 1);
    assert!(references("smpp", &["--to", "447700900123"]) > 1);
    assert!(references("smpp", &["--to", "447700900123", "--form", "tlvs"]) > 1);
    assert!(references("compose", &["--bearer", "cdma-message", "--from", "1"]) > 1);
    assert_eq!(references("compose", &["--reference", "2a"]), 1);
    let first = compose(&[&MESSAGE[..6], &["--reference", "2a", &long()]].concat()).remove(0);
    assert!(first.starts_with("0b05040b84c00200032a0201"), "{first}");
}

/// Runs `smpp` for Appendix C.
#[track_caller]
fn smpp(arguments: &[&str]) -> Vec<String> {
    let output = run(
        "smpp",
        &[&MESSAGE[..], &["--to=447700900123"], arguments].concat(),
        "",
    );
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn smpp_takes_a_service_type_and_a_validity() {
    let service_type = hex::encode("WAP\0");
    let line = smpp(&["--service-type", "WAP"]).remove(0);
    assert_eq!(line[32..40], service_type);
    for (validity, field) in [
        ("90", "000000000130000R"),
        ("90s", "000000000130000R"),
        ("5m", "000000000500000R"),
        ("24h", "000001000000000R"),
        ("31d", "000031000000000R"),
        ("000002000000000R", "000002000000000R"),
    ] {
        let line = smpp(&["--validity", validity]).remove(0);
        assert!(
            line.contains(&hex::encode(format!("{field}\0"))),
            "{validity}"
        );
    }
    for wrong in ["32d", "24x", "h", "-1"] {
        let arguments = [&MESSAGE[..], &["--to=1", "--validity", wrong]].concat();
        assert_eq!(
            run("smpp", &arguments, "").status.code(),
            Some(2),
            "{wrong}"
        );
    }
}

#[test]
fn inspect_reads_what_smpp_prints() {
    for form in ["short-message", "message-payload", "tlvs"] {
        let lines = smpp(&["--form", form, "--from=4477", "--service-type=WAP", &long()]);
        let object = assert_authentic(&lines, "smpp");
        assert_eq!(object["originator"], "+4477", "{form}");
    }
    let message = hex::encode(APPENDIX_C);
    assert!(smpp(&[])[0].ends_with(&message));
    assert_eq!(smpp(&["--from", "+4477"]), smpp(&["--from", "4477"]));
}

#[test]
fn obex_and_compose_name_the_longest_packet_alike() {
    let package0 = &USER_DATA[26..];
    let output = run("obex", &["packets", "--max-packet", "255", package0], "");
    let packets = String::from_utf8(output.stdout).unwrap();
    let composed = composed(&["--bearer", "obex", "--max-packet", "255"]);
    // The maximum packet length of the server itself is in the CONNECT.
    assert_eq!(packets.lines().skip(1).collect::<Vec<_>>(), composed[1..]);
}

#[test]
fn the_handset_says_what_it_needs() {
    for (arguments, error) in [
        (
            &["--nonce", "00"][..],
            "error: --server-id, or --replay, is needed\n",
        ),
        (
            &["--server-id", "x"],
            "error: --password or --credentials is needed\n",
        ),
    ] {
        let output = run("handset", arguments, "");
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(String::from_utf8(output.stderr).unwrap(), error);
    }
}

#[test]
fn the_help_of_every_program_names_what_it_takes() {
    for (program, names) in [
        (
            "inspect",
            [
                "--nonce-base64",
                "--nonce-text",
                "--credentials",
                "cdma-message",
                "Examples:",
            ],
        ),
        (
            "compose",
            [
                "--nonce-base64",
                "--as <GATEWAY>",
                "--segment-length",
                "--at",
                "Examples:",
            ],
        ),
        (
            "smpp",
            [
                "--nonce-base64",
                "--nonce-text",
                "--credentials",
                "--service-type",
                "--validity",
            ],
        ),
        (
            "server",
            [
                "--nonce-base64",
                "--nonce-text",
                "--credentials",
                "--repeat",
                "--to",
            ],
        ),
        (
            "handset",
            [
                "--nonce-base64",
                "--nonce-text",
                "--credentials",
                "--replay",
                "--resync",
            ],
        ),
    ] {
        let output = run(program, &["--help"], "");
        let help = String::from_utf8(output.stdout).unwrap();
        for name in names {
            assert!(help.contains(name), "no {name} in\n{help}");
        }
    }
}

#[test]
fn the_examples_to_copy_run_and_stay_short() {
    let output = run("receive", &[], "");
    assert_eq!(output.stdout, b"start session 1234\n");
    let output = run("send", &[], "");
    let sent = String::from_utf8(output.stdout).unwrap();
    let arguments = [
        "--password",
        "password",
        "--nonce-text",
        "0123456789abcdef",
        &sent,
    ];
    let (status, object) = inspect(&arguments, "");
    assert_eq!((status, &object["nonce"]), (0, &json!("stored")));
    for example in [
        include_str!("../../examples/receive.rs"),
        include_str!("../../examples/send.rs"),
    ] {
        assert!(example.lines().count() < 40);
    }
}
