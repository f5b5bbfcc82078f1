//! `handset --replay`: a device's day, from commands to decisions.

use crate::support::example;
use oma_dm_notification::wap::sms::ShortMessages;
use oma_dm_notification::wap::udh::Reference;
use oma_dm_notification::wap::wsp::DmPush;
use oma_dm_notification::{Credentials, Nonce, ServerId, SessionId, Trigger};
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Output, Stdio};

const AGREED: &[u8] = &[1, 2];

/// Runs the commands.
fn replay(commands: &str) -> Output {
    let mut program = example("handset")
        .args(["--replay", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = program.stdin.take().unwrap();
    input.write_all(commands.as_bytes()).unwrap();
    drop(input);
    program.wait_with_output().unwrap()
}

/// What is told of each delivery.
#[track_caller]
fn told(commands: &[String]) -> Vec<Value> {
    let output = replay(&commands.join("\n"));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The outcomes, or the reasons why a delivery was ignored, and the nonces, in a word each.
#[track_caller]
fn outcomes(commands: &[String]) -> Vec<String> {
    let told = told(commands).into_iter().map(|told| {
        let outcome = told["reason"].as_str().or(told["outcome"].as_str());
        let nonce = told["nonce"].as_str();
        let words = [outcome, nonce].into_iter().flatten();
        words.collect::<Vec<_>>().join(" ")
    });
    told.collect()
}

/// Package #0 of the server `s` with this session id.
fn package0(id: u16, secret: &[u8], nonce: &[u8]) -> Vec<u8> {
    let server_id = ServerId::new(b"s").unwrap();
    let trigger = Trigger::new(SessionId::new(id).unwrap(), server_id);
    let credentials = Credentials::new(b"s", secret);
    let signed = trigger.sign(&credentials, Nonce::new(nonce)).unwrap();
    let mut octets = vec![0; signed.encoded_len()];
    signed.encode(&mut octets).unwrap();
    octets
}

/// The command that delivers it.
fn message(id: u16, nonce: &[u8]) -> String {
    format!("package0 {}", hex::encode(package0(id, b"secret", nonce)))
}

fn account(policy: &str) -> String {
    format!("account s secret 0102 {policy}")
}

/// The commands that deliver a long message in short messages.
fn segments(reference: u8) -> Vec<String> {
    let octets = [package0(1, b"secret", AGREED), vec![0x55; 200]].concat();
    let push = DmPush::relay(1, &octets);
    let messages = ShortMessages::new(push, 0xC002, Reference::Eight(reference)).unwrap();
    let deliveries = messages.map(|message| {
        let mut buffer = [0; 140];
        format!(
            "sms +44 {}",
            hex::encode(message.encode(&mut buffer).unwrap())
        )
    });
    deliveries.collect()
}

#[test]
fn a_start_tells_all_that_the_notification_says() {
    let commands = [account("forbidden"), message(0x1A, AGREED)];
    let expected = json!({
        "outcome": "start", "server_id": "73", "session": "1A", "nonce": "stored",
        "ui_mode": "not-specified", "initiator": "server", "version": 11, "vendor_specific": "",
    });
    assert_eq!(told(&commands), [expected]);
}

#[test]
fn a_repetition_tells_whether_the_session_is_under_way_and_a_power_cycle_keeps_what_completed() {
    let commands = [
        account("limited"),
        message(1, AGREED),
        message(1, AGREED),
        "completed s 1".to_owned(),
        message(1, AGREED),
        "power-cycle".to_owned(),
        message(1, AGREED),
    ];
    let told = told(&commands);
    assert_eq!(told[0]["outcome"], "start");
    for (repeated, under_way) in told[1..].iter().zip([true, false, false]) {
        assert_eq!(repeated["outcome"], "repeated");
        assert_eq!(repeated["under_way"], under_way);
    }
}

#[test]
fn a_session_that_failed_or_was_interrupted_starts_again() {
    let failed = [
        account(""),
        message(1, AGREED),
        "failed s 1".to_owned(),
        message(1, AGREED),
        "power-cycle".to_owned(),
        message(1, AGREED),
        // None is under way with that id: nothing happens.
        "completed s 2".to_owned(),
        "completed other 1".to_owned(),
        message(1, AGREED),
    ];
    let start = "start stored";
    assert_eq!(outcomes(&failed), [start, start, start, "repeated stored"]);
}

#[test]
fn the_nonces_of_a_session_follow_the_packages_of_5_1() {
    let commands = [
        account("allowed"),
        message(7, &[0; 4]),
        "nonces s 7".to_owned(),
        "client-nonce s 7 0A".to_owned(),
        "nonces s 7".to_owned(),
        "offered s 7 0B".to_owned(),
        "nonces s 7".to_owned(),
        "server-nonce s 7 0B".to_owned(),
        "nonces s 7".to_owned(),
        "completed s 7".to_owned(),
        "nonces s 7".to_owned(),
        message(8, AGREED),
        message(8, &[0x0B]),
    ];
    let told = told(&commands);
    let nonces = |client: &str, server: &str| json!({ "client": client, "server": server });
    assert_eq!(told[1], nonces("resync", "resync"));
    assert_eq!(told[2], nonces("stored", "resync"));
    assert_eq!(told[3], nonces("stored", "resync"));
    assert_eq!(told[4], nonces("stored", "stored"));
    assert_eq!(told[5], json!({}), "it is not under way");
    assert_eq!(told[6]["reason"], "not-authentic");
    assert_eq!(told[7]["nonce"], "stored");
}

#[test]
fn an_offered_nonce_that_a_notification_confirms_becomes_the_agreed_one() {
    let commands = [
        account("forbidden"),
        message(1, AGREED),
        "client-nonce s 1 0A".to_owned(),
        "offered s 1 0B".to_owned(),
        "power-cycle".to_owned(),
        message(2, AGREED),
        message(3, &[0x0B]),
        message(4, AGREED),
        message(5, &[0x0B]),
    ];
    let expected = [
        "start stored",
        "start stored",
        "start offered",
        "not-authentic",
        "start stored",
    ];
    assert_eq!(outcomes(&commands), expected);
}

#[test]
fn the_policy_on_the_nonce_0_holds_through_power_cycles_until_the_secret_is_replaced() {
    let mut commands = vec![account("limited")];
    for id in 1..=4 {
        commands.extend([message(id, &[0; 4]), format!("completed s {id}")]);
    }
    commands.extend([
        "power-cycle".to_owned(),
        message(5, &[0; 4]),
        message(5, AGREED),
        message(1, &[0; 4]),
        "secret s other".to_owned(),
        message(1, &[0; 4]),
        format!("package0 {}", hex::encode(package0(6, b"other", &[0; 4]))),
    ]);
    let expected = [
        "start resync",
        "start resync",
        "start resync",
        "start resync",
        "resync-exhausted",
        "start stored",
        "repeated resync",
        "not-authentic",
        "start resync",
    ];
    assert_eq!(outcomes(&commands), expected);
    let forbidden = [account("forbidden"), message(1, &[0; 4])];
    assert_eq!(outcomes(&forbidden), ["resync-forbidden"]);
}

#[test]
fn segments_are_kept_for_600_ticks_and_what_gives_way_is_told() {
    let late = segments(1);
    let commands = [
        account(""),
        late[0].clone(),
        late[0].clone(),
        "at 601".to_owned(),
        late[1].clone(),
        late[0].clone(),
    ];
    let told = told(&commands);
    assert_eq!(told[0], json!({ "outcome": "incomplete", "missing": 1 }));
    assert_eq!(told[1], json!({ "outcome": "repeated-segment" }));
    let displaced = json!({ "originator": "+44", "missing": 1 });
    let expired = json!({ "outcome": "incomplete", "missing": 1, "displaced": displaced });
    assert_eq!(told[2], expired);
    assert_eq!(told[3]["reason"], "not-authentic", "octets were appended");
}

#[test]
fn whatever_starts_nothing_is_told_with_its_reason() {
    let unknown = hex::encode(package0(1, b"secret", AGREED));
    let no_session = format!("package0 {}02C8000000000001{}", "00".repeat(16), "73");
    let commands = [
        format!("package0 {unknown}"),
        account(""),
        no_session,
        "package0 -".to_owned(),
        "udp 2948 0106".to_owned(),
        "udp 2949 -".to_owned(),
        "sms a 06".to_owned(),
        "cdma a 0001 000101".to_owned(),
        "# a comment".to_owned(),
        String::new(),
    ];
    let told = told(&commands);
    assert_eq!(
        told[0],
        json!({ "outcome": "ignored", "reason": "unknown-server" })
    );
    assert_eq!(
        told[1],
        json!({ "outcome": "ignored", "reason": "no-session" })
    );
    let error = |kind: &str, field: &str, offset: usize, message: &str| {
        let error = json!({
            "kind": kind, "field": field, "offset": offset, "message": message,
        });
        json!({ "outcome": "ignored", "reason": "malformed", "error": error })
    };
    assert_eq!(
        told[2],
        error("truncated", "digest", 0, "truncated digest at octet 0")
    );
    let no_length = "truncated HeadersLen at octet 2";
    assert_eq!(told[3], error("truncated", "HeadersLen", 2, no_length));
    assert_eq!(told[4], json!({ "outcome": "not-for-dm" }));
    assert_eq!(told[5], json!({ "outcome": "not-for-dm" }));
    let no_number = "invalid segment number at octet 2";
    assert_eq!(told[6], error("invalid", "segment number", 2, no_number));
    assert_eq!(told.len(), 7);
}

#[test]
fn a_bad_line_ends_the_replay_with_its_number() {
    for (line, message) in [
        ("sleep 1", "unknown command sleep"),
        ("at soon", "TICK soon: invalid digit found in string"),
        ("account s", "PASSWORD is missing"),
        ("account s p 01 sometimes", "unknown policy sometimes"),
        (
            "package0 0",
            "HEX: position 1: a single digit; an octet has two",
        ),
        (
            "completed s 10000",
            "SESSION 10000: number too large to fit in target type",
        ),
        ("power-cycle now", "now is more than the command takes"),
    ] {
        let output = replay(&format!("# first\nudp 1 00\n{line}\nudp 1 00\n"));
        assert_eq!(output.status.code(), Some(2), "{line}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(error, format!("line 3: {message}\n"), "{line}");
        assert_eq!(output.stdout, b"{\"outcome\":\"not-for-dm\"}\n", "{line}");
    }
}

/// Appendix C as a modem hands it over, dissected by tshark: SMS-DELIVER, RP-DATA, C.S0015.
#[test]
fn what_a_modem_hands_over_is_taken_as_it_is() {
    let deliver = "440b914477001032f400f562112200000000370605040b84c002010603c4af87e4000751d15da7d8\
        b5fc1fbce45ee71502d0000000123412636f6d2e6d676d747372762e6d616e616765";
    let bearer_data = "0003112340013901b800080600105c2008301e257c3f20003a8e8aed3ec5afe0fde722f738a8\
        168000000091a0931b7b69736b3b6ba39b93b1736b0b730b3b28";
    let commands = [
        "account com.mgmtsrv.manage password - allowed".to_owned(),
        format!("tpdu {deliver}"),
        format!("tpdu 00{deliver}"),
        format!("tpdu 0791447758100650{deliver}"),
        format!("cmt 74 0791447758100650{deliver}"),
        format!("rp 012a0791447758100650004a{deliver}"),
        format!("cdma-message 0000021004020702911deaa848c00840{bearer_data}"),
        format!("cmt 75 {deliver}"),
        "rp 032a".to_owned(),
        format!("tpdu 06{}", &deliver[2..]),
    ];
    let told = told(&commands);
    assert_eq!(told[0]["outcome"], "start");
    for repeated in &told[1..6] {
        assert_eq!(repeated["outcome"], "repeated");
        assert_eq!(repeated["session"], "1234");
    }
    assert_eq!(
        told[6]["error"]["message"],
        "impossible length of TPDU at octet 0"
    );
    assert_eq!(told[7], json!({ "outcome": "not-for-dm" }));
    assert_eq!(told[8], json!({ "outcome": "not-for-dm" }));
}
