//! The examples as programs: what they print and what they send, and that they end.

use crate::support::example;
use hex_literal::hex;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::process::{Child, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

/// How long a program may take for anything.
const PATIENCE: Duration = Duration::from_secs(20);

/// The message of Appendix C, for every program that makes one.
const APPENDIX_C: &[&str] = &[
    "--server-id=com.mgmtsrv.manage",
    "--password=password",
    "--session=1234",
    "--ui-mode=background",
    "--initiator=client",
];

/// The lines of a program that has succeeded.
#[track_caller]
fn lines(output: &Output) -> Vec<String> {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// The handset, listening; killed when dropped.
struct Handset {
    program: Child,
    lines: Receiver<String>,
    address: String,
}

impl Handset {
    /// Its account is that of Appendix C, its nonce `000102`.
    fn start(arguments: &[&str]) -> Self {
        Self::start_with(&["--password=password", "--nonce=000102"], arguments)
    }

    /// Its account is that of Appendix C, its secret and its nonce as the arguments have them.
    fn start_with(secret: &[&str], arguments: &[&str]) -> Self {
        let mut program = example("handset")
            .args(["--port=0", "--server-id=com.mgmtsrv.manage"])
            .args(secret)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(program.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in output.lines() {
                if sender.send(line.unwrap()).is_err() {
                    break;
                }
            }
        });
        let first = lines.recv_timeout(PATIENCE).unwrap();
        let address = first.strip_prefix("listening on ").unwrap().to_owned();
        Self {
            program,
            lines,
            address,
        }
    }

    /// What it says next, without the address that the datagram came from.
    #[track_caller]
    fn decision(&self) -> String {
        let line = self.lines.recv_timeout(PATIENCE).unwrap();
        let (_, decision) = line.split_once(": ").unwrap();
        decision.to_owned()
    }

    /// What it decides on the message of Appendix C, signed as the arguments say.
    #[track_caller]
    fn decision_on(&self, arguments: &[&str]) -> String {
        let to = format!("--to={}", self.address);
        let output = example("server")
            .args(APPENDIX_C)
            .arg(to)
            .args(arguments)
            .output();
        let sent = lines(&output.unwrap());
        assert_eq!(sent[0], format!("sent 48 octets to {}", self.address));
        self.decision()
    }

    /// What it decides on any octets.
    #[track_caller]
    fn decision_on_octets(&self, octets: &[u8]) -> String {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.send_to(octets, &self.address).unwrap();
        self.decision()
    }
}

impl Drop for Handset {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

const START: &str =
    "start session 1234 under the stored nonce, ui-mode background, initiator client";
const RESYNC: &str =
    "start session 1234 under the resync nonce, ui-mode background, initiator client";
const REPEATED: &str = "repeated: session 1234 is under way";

#[test]
fn with_the_right_nonce_the_handset_starts_the_session_under_it() {
    let handset = Handset::start(&[]);
    assert_eq!(handset.decision_on(&["--nonce=000102"]), START);
}

#[test]
fn the_handset_takes_stored_credentials_and_a_nonce_in_any_form() {
    let credentials = "--credentials=Xvrz4CHvTd12iUDSM2z93w==";
    for (nonce, sent) in [
        ("--nonce-base64=AAEC", "--nonce=000102"),
        ("--nonce-text=-a", "--nonce=2d61"),
    ] {
        let handset = Handset::start_with(&[credentials, nonce], &[]);
        assert_eq!(handset.decision_on(&[sent]), START);
    }
}

#[test]
fn with_a_wrong_nonce_the_handset_waits_for_the_resynchronisation() {
    let handset = Handset::start(&[]);
    assert_eq!(
        handset.decision_on(&["--nonce=03"]),
        "ignored: the digest does not match"
    );
    assert_eq!(handset.decision_on(&["--resync"]), RESYNC);
    assert_eq!(handset.decision_on(&["--resync"]), REPEATED);
}

#[test]
fn a_handset_that_forbids_the_resynchronisation_ignores_it() {
    let handset = Handset::start(&["--resync=forbidden"]);
    assert_eq!(
        handset.decision_on(&["--resync"]),
        "ignored: the nonce 0 is forbidden"
    );
}

#[test]
fn the_same_message_sent_twice_starts_one_session() {
    let handset = Handset::start(&["--resync=allowed"]);
    assert_eq!(
        handset.decision_on(&["--nonce=000102", "--repeat=2"]),
        START
    );
    assert_eq!(handset.decision(), REPEATED);
    // The same id under the nonce 0 is another session.
    assert_eq!(handset.decision_on(&["--resync"]), RESYNC);
}

#[test]
fn what_is_forged_unknown_malformed_or_for_others_starts_nothing() {
    let handset = Handset::start(&[]);
    let push = b"\x01\x06\x03\xC4\xAF\x87";
    let forged = [
        push,
        &[0xEE; 16][..],
        b"\x02\xD0\0\0\0\x12\x34\x12com.mgmtsrv.manage",
    ]
    .concat();
    let unknown = [push, &[0xEE; 16][..], b"\x02\xD0\0\0\0\x12\x34\x05other"].concat();
    let no_session = [
        push,
        &[0xEE; 16][..],
        b"\x02\xD0\0\0\0\0\0\x12com.mgmtsrv.manage",
    ]
    .concat();
    for (octets, decision) in [
        (&forged[..], "ignored: the digest does not match"),
        (&unknown, "ignored: unknown server"),
        (&no_session, "ignored: the sessionid is 0"),
        (
            &forged[..40],
            "ignored: truncated server-identifier at octet 30",
        ),
        (
            b"\x01\x06\x03\xAE\xAF\x82",
            "not for OMA DM: foreign Content-Type at octet 3",
        ),
        (b"", "ignored: truncated TID at octet 0"),
    ] {
        assert_eq!(handset.decision_on_octets(octets), decision);
    }
    assert_eq!(
        handset.decision_on(&["--nonce=000102"]),
        START,
        "none of it is in the way"
    );
}

#[test]
fn the_handset_ends_after_as_many_datagrams_as_it_is_told() {
    let mut handset = Handset::start(&["--count=2"]);
    for _ in 0..2 {
        handset.decision_on_octets(b"");
    }
    let end = handset.lines.recv_timeout(PATIENCE);
    assert_eq!(
        end,
        Err(mpsc::RecvTimeoutError::Disconnected),
        "no more lines"
    );
    assert!(handset.program.wait().unwrap().success());
}

/// What `smpp` prints for Appendix C under the nonce 00000000, the digest of which is known.
fn smpp(arguments: &[&str]) -> Vec<Vec<u8>> {
    let output = example("smpp")
        .args(APPENDIX_C)
        .args(["--resync", "--to=447700012345"])
        .args(arguments)
        .output();
    let decode = |line: &String| hex::decode(line).unwrap();
    lines(&output.unwrap()).iter().map(decode).collect()
}

/// `submit_sm` up to `esm_class`: sequence number 2, no service type, no source, and the
/// destination +447700012345.
fn beginning(length: u32, number: u32) -> Vec<u8> {
    let length = length.to_be_bytes();
    let number = number.to_be_bytes();
    let addresses = b"\0\0\0\0\x01\x01447700012345\0";
    [&length[..], &[0, 0, 0, 4, 0, 0, 0, 0], &number, addresses].concat()
}

/// From `esm_class` to `sm_length`; `data_coding` is 04.
const fn middle(esm_class: u8, sm_length: u8) -> [u8; 10] {
    [esm_class, 0, 0, 0, 0, 0, 0, 0x04, 0, sm_length]
}

const UDH: [u8; 7] = hex!("06 05 04 0B 84 C0 02");
const PUSH: [u8; 48] = hex!(
    "01 06 03 C4 AF 87 E4 00 07 51 D1 5D A7 D8 B5 FC 1F BC E4 5E E7 15"
    "02 D0 00 00 00 12 34 12 63 6F 6D 2E 6D 67 6D 74 73 72 76 2E 6D 61 6E 61 67 65"
);

#[test]
fn smpp_puts_user_data_header_and_push_into_the_short_message() {
    let expected = [&beginning(100, 2)[..], &middle(0x40, 55), &UDH, &PUSH].concat();
    assert_eq!(smpp(&[]), [expected.as_slice()]);
    assert_eq!(smpp(&["--form=short-message"]), [expected]);
}

#[test]
fn smpp_puts_user_data_header_and_push_into_the_message_payload() {
    let tag_and_length = hex!("0424 0037");
    let expected = [
        &beginning(104, 2)[..],
        &middle(0x40, 0),
        &tag_and_length,
        &UDH,
        &PUSH,
    ]
    .concat();
    assert_eq!(smpp(&["--form=message-payload"]), [expected]);
}

#[test]
fn smpp_puts_the_push_into_the_short_message_and_the_ports_into_tlvs() {
    let ports = hex!("020A 0002 C002  020B 0002 0B84");
    let expected = [&beginning(105, 2)[..], &middle(0x00, 48), &PUSH, &ports].concat();
    assert_eq!(smpp(&["--form=tlvs"]), [expected]);
}

#[test]
fn smpp_sends_data_of_class_1_and_from_a_number_where_it_is_told_to() {
    let [command] = &smpp(&["--data-coding=F5", "--from=4477"])[..] else {
        panic!()
    };
    // TON and NPI international and ISDN, the number, and the destination as ever.
    assert_eq!(command[17..39], *b"\x01\x014477\0\x01\x01447700012345\0");
    assert_eq!(command[39..49], hex!("40 00 00 00 00 00 00 F5 00 37"));
}

/// 150 octets of vendor specific information make a push of 198: two short messages.
fn long(arguments: &[&str]) -> Vec<Vec<u8>> {
    let vendor = format!("--vendor={}", "55".repeat(150));
    smpp(&[&[vendor.as_str()], arguments].concat())
}

#[test]
fn smpp_concatenates_by_the_user_data_header() {
    let [first, second] = &long(&["--reference=5A"])[..] else {
        panic!()
    };
    assert_eq!(first[44..45], [140]);
    assert_eq!(first[45..57], hex!("0B 05 04 0B84 C002  00 03 5A 02 01"));
    assert_eq!(first[57..63], hex!("01 06 03 C4 AF 87"));
    assert_eq!(
        second[..45],
        [&beginning(127, 3)[..], &middle(0x40, 82)].concat()
    );
    assert_eq!(second[45..57], hex!("0B 05 04 0B84 C002  00 03 5A 02 02"));
    assert_eq!(second[57..], [0x55; 70]);
}

#[test]
fn smpp_concatenates_by_the_user_data_header_in_the_message_payload() {
    let [first, second] = &long(&["--reference=ABCD", "--form=message-payload"])[..] else {
        panic!()
    };
    assert_eq!(
        first[44..62],
        hex!("00  0424 008C  0C 05 04 0B84 C002  08 04 ABCD 02 01")
    );
    assert_eq!(
        second[44..62],
        hex!("00  0424 0054  0C 05 04 0B84 C002  08 04 ABCD 02 02")
    );
    assert_eq!(second[62..], [0x55; 71]);
}

#[test]
fn smpp_concatenates_by_tlvs() {
    let [first, second] = &long(&["--reference=5A", "--form=tlvs"])[..] else {
        panic!()
    };
    let ports = hex!("020A 0002 C002  020B 0002 0B84");
    let sar = |number| {
        [
            &hex!("020C 0002 005A  020E 0001 02  020F 0001")[..],
            &[number],
        ]
        .concat()
    };
    assert_eq!(
        first[..51],
        [&beginning(200, 2)[..], &middle(0, 127), &PUSH[..6]].concat()
    );
    assert_eq!(first[45 + 127..], [&ports[..], &sar(1)].concat());
    assert_eq!(
        second[..45],
        [&beginning(144, 3)[..], &middle(0, 71)].concat()
    );
    assert_eq!(second[45..45 + 71], [0x55; 71]);
    assert_eq!(second[45 + 71..], [&ports[..], &sar(2)].concat());
}

/// One command from `smpp`, its length included.
fn read(stream: &mut TcpStream) -> Vec<u8> {
    let mut octets = vec![0; 4];
    stream.read_exact(&mut octets).unwrap();
    let length = u32::from_be_bytes(octets[..].try_into().unwrap());
    octets.resize(length.try_into().unwrap(), 0);
    stream.read_exact(&mut octets[4..]).unwrap();
    octets
}

/// An SMSC for one connection: it takes what each entry says, and answers with its octets.
fn smsc(exchange: Vec<(Vec<u8>, Vec<u8>)>) -> (String, thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("--smsc={}", listener.local_addr().unwrap());
    let smsc = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        for (expected, answer) in exchange {
            assert_eq!(hex::encode(read(&mut stream)), hex::encode(expected));
            stream.write_all(&answer).unwrap();
        }
    });
    (address, smsc)
}

/// `bind_transmitter` as system `dm`, password `secret`, version 3.4, and its response.
fn bind(status: u8) -> (Vec<u8>, Vec<u8>) {
    let bind = hex!("0000001F 00000002 00000000 00000001  646D00 73656372657400 00 34 00 00 00");
    let response = [
        &hex!("00000011 80000002 000000")[..],
        &[status],
        &hex!("00000001 00"),
    ];
    (bind.to_vec(), response.concat())
}

#[test]
fn smpp_binds_submits_and_unbinds() {
    let submit = [&beginning(100, 2)[..], &middle(0x40, 55), &UDH, &PUSH].concat();
    let enquire_link = hex!("00000010 00000015 00000000 00000063");
    let alive = hex!("00000010 80000015 00000000 00000063");
    let submitted = hex!("00000013 80000004 00000000 00000002 343200");
    let (address, smsc) = smsc(vec![
        bind(0),
        (submit, enquire_link.to_vec()),
        (alive.to_vec(), submitted.to_vec()),
        (
            hex!("00000010 00000006 00000000 00000003").to_vec(),
            hex!("00000010 80000006 00000000 00000003").to_vec(),
        ),
    ]);
    let output = example("smpp")
        .args(APPENDIX_C)
        .args(["--resync", "--to=447700012345", &address])
        .args(["--system-id=dm", "--smsc-password=secret"])
        .output();
    assert_eq!(lines(&output.unwrap()), ["submitted: 42"]);
    smsc.join().unwrap();
}

#[test]
fn smpp_says_why_the_smsc_refuses() {
    let (address, smsc) = smsc(vec![bind(0x0E)]);
    let output = example("smpp")
        .args(APPENDIX_C)
        .args(["--resync", "--to=447700012345", &address])
        .args(["--system-id=dm", "--smsc-password=secret"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(error, "error: the SMSC refused: EsmeRinvpaswd\n");
    smsc.join().unwrap();
}
