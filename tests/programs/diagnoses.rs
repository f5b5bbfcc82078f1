//! What `inspect` says of messages that are not whole, not authentic, or not for OMA DM: it shows
//! what it saw, and names what would help.
#![allow(
    clippy::shadow_unrelated,
    reason = "one command follows the other under one name"
)]

use crate::support::{APPENDIX_C, compose, inspect, inspect_all, inspect_table};
use serde_json::json;

const SERVER: [&str; 6] = [
    "--server-id",
    "x",
    "--password",
    "password",
    "--session",
    "1",
];

fn message() -> String {
    hex::encode(APPENDIX_C)
}

/// Returns a message of server `x`.
fn composed(arguments: &[&str]) -> String {
    compose(&[&SERVER[..], arguments].concat()).concat()
}

/// Returns the diagnoses of a message that is not authentic.
#[track_caller]
fn diagnoses(arguments: &[&str]) -> serde_json::Value {
    let password = ["--password", "password", "--no-resync"];
    let (status, mut object) = inspect(&[&password[..], arguments].concat(), "");
    assert_eq!((status, &object["authentic"]), (1, &json!(false)));
    let (_, lines, _) = inspect_table(&[&password[..], arguments].concat(), "");
    let at = lines
        .iter()
        .position(|line| line == "Not authentic: the digest does not match.")
        .unwrap();
    let diagnoses = object["diagnoses"].take();
    for (line, diagnosis) in lines[at + 1..]
        .iter()
        .zip(diagnoses.as_array().into_iter().flatten())
    {
        assert_eq!(line, diagnosis);
    }
    diagnoses
}

/// Segments of a message of 300 vendor-specific octets.
fn segments(reference: &str) -> Vec<String> {
    let vendor = "5a".repeat(300);
    let arguments = ["--vendor", &vendor, "--reference", reference];
    compose(&[&SERVER[..], &arguments].concat())
}

#[test]
fn a_nonce_that_matches_otherwise_is_named() {
    let message = composed(&["--nonce-text", "12345678901234567890"]);
    assert_eq!(
        diagnoses(&["--nonce", "12345678901234567890", &message]),
        json!(["The nonce would match as text."])
    );
    let message = composed(&["--nonce-base64", "abcd1234"]);
    for form in ["--nonce", "--nonce-text"] {
        assert_eq!(
            diagnoses(&[form, "abcd1234", &message]),
            json!(["The nonce would match as Base64."])
        );
    }
    let message = composed(&["--nonce", "abcd1234"]);
    for form in ["--nonce-base64", "--nonce-text"] {
        assert_eq!(
            diagnoses(&[form, "abcd1234", &message]),
            json!(["The nonce would match as hexadecimal."])
        );
    }
    let message = composed(&[]);
    assert_eq!(
        diagnoses(&["--nonce", "abcd1234", &message]),
        json!(["The digest would match with an empty nonce."])
    );
    let message = composed(&["--resync"]);
    assert_eq!(
        diagnoses(&["--nonce", "abcd1234", &message]),
        json!(["The digest would match under the nonce 0."])
    );
    let message = composed(&["--nonce", "01"]);
    assert_eq!(diagnoses(&["--nonce", "02", &message]), json!(null));
}

#[test]
fn a_nonce_is_taken_in_the_form_that_its_argument_says() {
    for (form, text, hexadecimal) in [
        ("--nonce", "6e6f6e6365", "6e6f6e6365"),
        ("--nonce", "6e:6f:6e:63:65", "6e6f6e6365"),
        ("--nonce-base64", "bm9uY2U=", "6e6f6e6365"),
        ("--nonce-base64", "bm9uY2U", "6e6f6e6365"),
        ("--nonce-text", "nonce", "6e6f6e6365"),
        ("--nonce-text", "-x", "2d78"),
    ] {
        let message = composed(&["--nonce", hexadecimal]);
        assert_eq!(composed(&[form, text]), message);
        let password = ["--password", "password", "--no-resync"];
        let (status, object) = inspect(&[&password[..], &[form, text, &message]].concat(), "");
        assert_eq!(
            (status, &object["nonce"]),
            (0, &json!("stored")),
            "{form} {text}"
        );
    }
    let (_, _, errors) = inspect_table(&["--nonce", "bm9uY2U=", "06"], "");
    assert_eq!(
        errors[0],
        "error: invalid value 'bm9uY2U=' for '--nonce <HEX>': position 2: 'm' is not a \
         hexadecimal digit; a nonce in Base64 is for --nonce-base64, text for --nonce-text"
    );
    let (_, _, errors) = inspect_table(&["--nonce-base64", "bm9uY2U!", "06"], "");
    assert!(errors[0].contains("not Base64: "), "{errors:?}");
}

#[test]
fn passwords_and_server_identifiers_may_begin_with_a_hyphen() {
    let id = ["--server-id", "-x", "--password", "-y", "--session", "1"];
    let message = compose(&id).concat();
    assert_eq!(
        compose(&["--server-id=-x", "--password=-y", "--session=1"]).concat(),
        message
    );
    for password in [&["--password", "-y"][..], &["--password=-y"]] {
        let (status, object) = inspect(&[password, &[&message]].concat(), "");
        assert_eq!((status, &object["authentic"]), (0, &json!(true)));
        assert_eq!(object["server_id"], hex::encode("-x"));
    }
}

#[test]
fn stored_credentials_take_the_place_of_the_password() {
    for credentials in [
        "5efaf3e021ef4ddd768940d2336cfddf",
        "5EFAF3E021EF4DDD768940D2336CFDDF",
        "Xvrz4CHvTd12iUDSM2z93w==",
    ] {
        let arguments = [
            "--credentials",
            credentials,
            "--nonce",
            "00000000",
            &message(),
        ];
        let (status, object) = inspect(&arguments, "");
        assert_eq!((status, &object["authentic"]), (0, &json!(true)));
        let appendix_c = [
            "--server-id=com.mgmtsrv.manage",
            "--credentials",
            credentials,
            "--session=1234",
            "--nonce=00000000",
            "--ui-mode=background",
            "--initiator=client",
        ];
        assert_eq!(compose(&appendix_c), [message()]);
    }
    for wrong in ["5efa", "Xvrz4CHvTd12iUDSM2z9", "password"] {
        let (status, lines, errors) = inspect_table(&["--credentials", wrong, &message()], "");
        assert_eq!((status, lines.len()), (2, 0));
        assert!(
            errors[0].ends_with("is 32 hexadecimal digits, or 24 characters of Base64"),
            "{errors:?}"
        );
    }
    let both = [
        "--credentials",
        "Xvrz4CHvTd12iUDSM2z93w==",
        "--password",
        "password",
    ];
    assert_eq!(inspect_table(&both, "").0, 2);
}

#[test]
fn two_messages_pasted_as_one_are_told() {
    assert_eq!(
        diagnoses(&[&message().repeat(2)]),
        json!(["The vendor-specific octets look like another message (sms)."])
    );
}

#[test]
fn a_concatenation_element_that_is_ignored_is_told() {
    for (element, why) in [
        ("0003010001", "its total is 0"),
        ("0003010200", "its number is 0"),
        ("0003010203", "its number is 3 of 2"),
        ("0804 0001 0000", "its total is 0"),
    ] {
        let element = element.replace(' ', "");
        let header = format!("0504 0b84 c002 {element}").replace(' ', "");
        let length = header.len() / 2;
        let message = format!("{length:02x}{header}{}", &message()[14..]);
        assert_eq!(
            diagnoses(&[&message]),
            json!([
                "The digest would match under the nonce 0.",
                format!("The concatenation element was ignored: {why}.")
            ])
        );
        let (_, lines, _) = inspect_table(&[&message], "");
        let row = format!("information element    concatenation, ignored: {why}");
        assert!(
            lines.iter().any(|line| line.ends_with(&row)),
            "{}",
            lines.join("\n")
        );
    }
}

#[test]
fn the_layers_that_were_read_are_shown_before_the_error() {
    let mms = "0605040b8423f0010603beaf8482858102";
    let (status, lines, errors) = inspect_table(&[mms], "");
    assert_eq!(status, 2);
    assert_eq!(
        lines,
        [
            "WDP: user data header",
            "  06                       UDHL                   6 octets",
            "  05                       information element    16-bit ports",
            "  04                       IEDL                   4 octets",
            "  0B 84                    destination port       2948",
            "  23 F0                    originator port        9200",
            "",
            "WSP: push",
            "  01                       TID                    1",
            "  06                       PDU type               push",
            "  03                       HeadersLen             3 octets",
            "  BE                       Content-Type           application/vnd.wap.mms-message",
            "  AF 84                    X-Wap-Application-Id   x-wap-application:mms.ua",
            "",
        ]
    );
    assert_eq!(
        errors,
        [
            "error: not for OMA DM: foreign Content-Type at octet 10",
            "     0  06 05 04 0B 84 23 F0 01 06 03 BE AF 84 82 85 81",
            "                                      ^^",
            "    16  02",
        ]
    );
}

#[test]
fn repeated_ports_over_cdma_are_suggested() {
    let segment = format!("000100c0020b84c0020b84{}", &message()[14..]);
    let (status, object) = inspect(&["--bearer", "cdma", &segment], "");
    assert_eq!(status, 2);
    assert_eq!(
        object["error"]["hint"],
        "the ports are repeated: try --repeated-ports"
    );
    let (_, _, errors) = inspect_table(&[&segment], "");
    assert_eq!(
        errors.last().unwrap(),
        "hint: the ports are repeated: try --repeated-ports"
    );
    let (status, object) = inspect(
        &["--repeated-ports", "--password", "password", &segment],
        "",
    );
    assert_eq!((status, &object["bearer"]), (0, &json!("cdma")));
}

#[test]
fn the_same_message_twice_is_two_messages() {
    let message = message();
    let lines = format!("{message}\n{message}\n");
    let password = ["--password", "password"];
    for (arguments, input) in [(vec![message.as_str(); 2], ""), (vec!["-"], lines.as_str())] {
        let arguments = [&password[..], &arguments].concat();
        let (status, objects, errors) = inspect_all(&arguments, input);
        assert_eq!((status, objects.len(), errors.as_str()), (0, 2, ""));
        assert_eq!(objects[0], objects[1]);
    }
    let (_, lines, _) = inspect_table(&[&message, &message], "");
    assert_eq!(lines[0], "Message 1 of 2");
    assert!(lines.iter().any(|line| line == "Message 2 of 2"));
}

#[test]
fn segments_of_one_message_are_put_together_from_lines_and_arguments() {
    let lines = segments("2a");
    let [first, second, third] = lines.as_slice() else {
        panic!("{lines:?}");
    };
    let password = ["--password", "password"];
    let arguments = [&password[..], &[third, first, second]].concat();
    let (status, object) = inspect(&arguments, "");
    assert_eq!((status, &object["segments"]), (0, &json!(3)));
    assert_eq!(object["repeated_segments"], json!(null));
    let (_, again) = inspect(&["--password", "password", "-"], &lines.join("\n"));
    assert_eq!(again, object);
}

#[test]
fn a_repeated_segment_is_counted_in_its_message() {
    let lines = segments("2a");
    let twice = [lines.clone(), lines].concat().join("\n");
    let (status, object) = inspect(&["--password", "password", "-"], &twice);
    assert_eq!((status, &object["segments"]), (0, &json!(6)));
    assert_eq!(object["repeated_segments"], 3);
    let (_, lines, _) = inspect_table(&["--password", "password", "-"], &twice);
    assert!(lines.iter().any(|line| line == "3 segments came again."));
    assert!(
        lines
            .iter()
            .any(|line| line.ends_with("75 octets, repeated")),
        "{lines:?}"
    );
}

#[test]
fn an_incomplete_message_is_one_error() {
    let lines = segments("2a");
    let [first, second, _] = lines.as_slice() else {
        panic!("{lines:?}");
    };
    for (arguments, message) in [
        (vec![first], "2 segments are missing"),
        (vec![second], "2 segments are missing"),
        (vec![first, second], "1 segment is missing"),
        (vec![first, first, second], "1 segment is missing"),
    ] {
        let arguments: Vec<&str> = arguments.into_iter().map(String::as_str).collect();
        let (status, objects, errors) = inspect_all(&arguments, "");
        assert_eq!((status, objects.len()), (2, 1));
        assert_eq!(objects[0]["error"]["kind"], "incomplete");
        assert_eq!(objects[0]["error"]["message"], message);
        assert!(errors.contains(message), "{errors}");
    }
}

#[test]
fn segments_of_different_messages_are_not_mixed() {
    let (one, other) = (segments("2a"), segments("2b"));
    let (status, objects, errors) = inspect_all(&[&one[0], &other[1]], "");
    assert_eq!((status, objects.len()), (2, 2));
    assert_eq!(errors.matches("2 segments are missing").count(), 2);
    // Under the same reference, after the first message was whole.
    let vendor = "a5".repeat(300);
    let arguments = ["--vendor", &vendor, "--reference", "2a"];
    let later = compose(&[&SERVER[..], &arguments].concat());
    let all = [one, later, other].concat().join("\n");
    let (status, objects, _) = inspect_all(&["--password", "password", "-"], &all);
    assert_eq!((status, objects.len()), (0, 3));
    assert_eq!(objects[1]["vendor_specific"], vendor);
}

#[test]
fn the_first_segment_of_a_foreign_push_is_told_as_such() {
    let segment = "0b05040b8423f000032a0201010603beaf848284";
    let (status, object) = inspect(&[segment], "");
    assert_eq!((status, &object["error"]["kind"]), (2, &json!("not-dm")));
    assert_eq!(object["error"]["field"], "Content-Type");
}

#[test]
fn each_line_fails_by_its_own_number_and_octet_and_the_worst_is_the_status() {
    let good = message();
    let foreign = good.replacen("0b84", "0b85", 1);
    let cut = &good[..80];
    let input = format!("{good}\n\n{foreign}\n{cut}\n{good}\n");
    let (status, objects, errors) = inspect_all(&["--password", "password", "-"], &input);
    assert_eq!((status, objects.len()), (2, 4));
    assert_eq!(objects[0]["authentic"], true);
    assert_eq!(objects[1]["error"]["line"], 3);
    assert_eq!(objects[1]["error"]["offset"], 3);
    assert_eq!(objects[2]["error"]["line"], 4);
    assert_eq!(objects[2]["error"]["offset"], 37);
    assert_eq!(objects[3]["authentic"], true);
    for line in [
        "error: line 3: not for OMA DM: foreign destination port at octet 3",
        "error: line 4: truncated server-identifier at octet 37",
    ] {
        assert!(errors.contains(line), "{errors}");
    }
    let (status, _, _) = inspect_all(&["--password", "wrong", "--no-resync", &good, &good], "");
    assert_eq!(status, 1);
}

#[test]
fn arguments_are_never_joined() {
    let message = message();
    let (head, tail) = message.split_at(30);
    let (status, objects, _) = inspect_all(&[head, tail], "");
    assert_eq!((status, objects.len()), (2, 2));
    assert_eq!(objects[0]["error"]["argument"], 1);
    assert_eq!(objects[1]["error"]["argument"], 2);
}

#[test]
fn obex_packets_are_one_exchange_in_the_lines_of_a_paste_and_in_all_arguments_if_it_is_named() {
    let packets = compose(&[&SERVER[..], &["--bearer", "obex"]].concat());
    let password = ["--password", "password"];
    let (status, object) = inspect(&["--password", "password", "-"], &packets.join("\n"));
    assert_eq!((status, &object["bearer"]), (0, &json!("obex")));
    let arguments: Vec<&str> = packets.iter().map(String::as_str).collect();
    let named = [&password[..], &["--bearer", "obex"], &arguments].concat();
    assert_eq!(inspect(&named, ""), (status, object));
}

#[test]
fn segments_over_cdma_are_found_next_to_the_first() {
    let vendor = "5a".repeat(300);
    let arguments = ["--vendor", &vendor, "--bearer", "cdma"];
    let mut lines = compose(&[&SERVER[..], &arguments].concat());
    lines.reverse();
    let (status, object) = inspect(&["--password", "password", "-"], &lines.join("\n"));
    assert_eq!((status, &object["bearer"]), (0, &json!("cdma")));
    assert_eq!(object["segments"], 3);
    let (status, object) = inspect(&[&lines[0]], "");
    assert_eq!(
        (status, &object["error"]["kind"]),
        (2, &json!("incomplete"))
    );
}
