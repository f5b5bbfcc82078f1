//! The example `pap` as its users meet it: the request that it makes, what it says of each answer
//! of a gateway, and its exit status.

use crate::support::example;
use hex_literal::hex;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Output;
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long a program may take for anything.
const PATIENCE: Duration = Duration::from_secs(20);

/// Appendix C: password `password`, nonce four zero octets.
const APPENDIX_C: [u8; 42] =
    hex!("e4000751d15da7d8b5fc1fbce45ee71502d0000000123412636f6d2e6d676d747372762e6d616e616765");

/// Runs `pap` for the message of Appendix C.
fn pap(arguments: &[&str]) -> Output {
    example("pap")
        .args(["--server-id=com.mgmtsrv.manage", "--password=password"])
        .args(["--nonce=00000000", "--session=1234"])
        .args(["--ui-mode=background", "--initiator=client"])
        .args(arguments)
        .output()
        .unwrap()
}

/// The request that `pap` prints.
#[track_caller]
fn printed(arguments: &[&str]) -> Vec<u8> {
    let output = pap(&[&["--print", "--push-id=1"], arguments].concat());
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    output.stdout
}

/// The control document of the request that `pap` prints.
#[track_caller]
fn control(arguments: &[&str]) -> String {
    let request = printed(arguments);
    let text = String::from_utf8_lossy(&request);
    let document = text.split("\r\n\r\n").nth(2).unwrap();
    let (document, _) = document.split_once("\r\n--").unwrap();
    document.to_owned()
}

/// The exit status, standard output and standard error, without the end of the line.
fn said(output: &Output) -> (Option<i32>, &str, &str) {
    let text = |octets| str::from_utf8(octets).unwrap().trim_end();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

/// A gateway that gives one client an answer, and tells what the client sent.
fn gateway(answer: &[u8]) -> (String, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let answer = answer.to_vec();
    let received = thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let request = read_request(&mut client);
        client.write_all(&answer).unwrap();
        request
    });
    (host, received)
}

/// A head and as many octets as its content-length says.
fn read_request(client: &mut TcpStream) -> Vec<u8> {
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut octet = [0];
        client.read_exact(&mut octet).unwrap();
        request.push(octet[0]);
    }
    let head = str::from_utf8(&request).unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.unwrap().parse().unwrap()];
    client.read_exact(&mut body).unwrap();
    request.extend(body);
    request
}

/// What `pap` does when the gateway answers with this status and body.
fn answered(status: &str, body: &str) -> Output {
    let length = body.len();
    let (host, _) =
        gateway(format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}").as_bytes());
    pap(&[&format!("--ppg=http://{host}/pap"), "--to=+447700900123"])
}

/// A `push-response` with this code.
fn push_response(code: u16) -> String {
    format!(
        r#"<?xml version="1.0"?>
<!DOCTYPE pap PUBLIC "-//WAPFORUM//DTD PAP 2.0//EN" "http://www.wapforum.org/DTD/pap_2.0.dtd">
<pap>
  <push-response push-id="1" sender-name="a gateway" reply-time="2026-11-22T12:00:00Z">
    <progress-note stage="received" time="2026-11-22T12:00:00Z"/>
    <response-result code="{code}"/>
  </push-response>
</pap>"#
    )
}

#[test]
fn the_request_is_a_multipart_body_of_the_control_document_and_package_0() {
    let body = [
        b"--part-0\r\n\
        Content-Type: application/xml\r\n\
        \r\n\
        <?xml version=\"1.0\"?>\n\
        <!DOCTYPE pap PUBLIC \"-//WAPFORUM//DTD PAP 2.0//EN\" \
        \"http://www.wapforum.org/DTD/pap_2.0.dtd\">\n\
        <pap>\n  \
          <push-message push-id=\"1\">\n    \
            <address address-value=\"WAPPUSH=+447700900123/TYPE=PLMN@ppg.example\"/>\n    \
            <quality-of-service delivery-method=\"unconfirmed\"/>\n  \
          </push-message>\n\
        </pap>\r\n\
        --part-0\r\n\
        Content-Type: application/vnd.syncml.notification\r\n\
        X-Wap-Application-Id: x-wap-application:syncml.dm\r\n\
        \r\n"
            .as_slice(),
        &APPENDIX_C,
        b"\r\n--part-0--\r\n",
    ]
    .concat();
    let head = b"POST /pap?user=a HTTP/1.1\r\n\
        host: ppg.example:8080\r\n\
        content-type: multipart/related; boundary=part-0; type=\"application/xml\"\r\n\
        content-length: 522\r\n\
        \r\n";
    let request = printed(&[
        "--ppg=http://ppg.example:8080/pap?user=a",
        "--to=+447700900123",
    ]);
    assert_eq!(
        String::from_utf8_lossy(&request),
        String::from_utf8_lossy(&[head, body.as_slice()].concat())
    );
    assert_eq!(request, [head, body.as_slice()].concat());
}

#[test]
fn what_is_sent_is_what_is_printed_with_the_credentials_of_the_address() {
    for (credentials, header) in [
        ("", ""),
        ("user:secret@", "authorization: Basic dXNlcjpzZWNyZXQ=\r\n"),
    ] {
        let body = push_response(1001);
        let (host, received) = gateway(
            format!(
                "HTTP/1.1 202 Accepted\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )
            .as_bytes(),
        );
        let ppg = format!("--ppg=http://{credentials}{host}/push");
        let arguments = [ppg.as_str(), "--to=127.0.0.1", "--push-id=1"];
        assert_eq!(said(&pap(&arguments)).0, Some(0));
        let first = "POST /push HTTP/1.1\r\n";
        let printed = printed(&arguments[..2]);
        assert!(printed.starts_with(first.as_bytes()));
        assert_eq!(
            received.join().unwrap(),
            [first.as_bytes(), header.as_bytes(), &printed[first.len()..]].concat()
        );
    }
}

#[test]
fn each_version_of_pap_has_its_document_type() {
    for (version, document_type) in [
        (
            "1.0",
            r#"pap PUBLIC "-//WAPFORUM//DTD PAP 1.0//EN" "http://www.wapforum.org/DTD/pap_1.0.dtd""#,
        ),
        (
            "2.0",
            r#"pap PUBLIC "-//WAPFORUM//DTD PAP 2.0//EN" "http://www.wapforum.org/DTD/pap_2.0.dtd""#,
        ),
        (
            "2.1",
            concat!(
                r#"pap PUBLIC "-//WAPFORUM//DTD PAP 2.1//EN" "#,
                r#""http://www.openmobilealliance.org/tech/DTD/pap_2.1.dtd""#
            ),
        ),
    ] {
        let document = control(&["--ppg=http://ppg.example/", "--to=+1", "--pap", version]);
        let second = document.lines().nth(1).unwrap();
        assert_eq!(second, format!("<!DOCTYPE {document_type}>"));
    }
}

#[test]
fn a_device_is_addressed_by_number_ipv4_address_or_in_full() {
    for (to, address) in [
        (
            "+447700900123",
            "WAPPUSH=+447700900123/TYPE=PLMN@ppg.example",
        ),
        ("192.0.2.1", "WAPPUSH=192.0.2.1/TYPE=IPv4@ppg.example"),
        (
            "WAPPUSH=a%40b/TYPE=USER@other.example",
            "WAPPUSH=a%40b/TYPE=USER@other.example",
        ),
        ("WAPPUSH=\"<&>'", "WAPPUSH=&quot;&lt;&amp;&gt;&apos;"),
    ] {
        let document = control(&["--ppg=http://user:secret@ppg.example:8080/", "--to", to]);
        let line = format!("    <address address-value=\"{address}\"/>");
        assert!(document.lines().any(|it| it == line), "{document}");
    }
}

#[test]
fn a_network_and_a_bearer_that_are_named_are_required() {
    let ppg = "--ppg=http://ppg.example/";
    for (arguments, attributes) in [
        (
            ["--network=GSM", "--bearer=SMS"].as_slice(),
            r#" network="GSM" network-required="true" bearer="SMS" bearer-required="true""#,
        ),
        (
            &["--bearer=GUTS/R-Data"],
            r#" bearer="GUTS/R-Data" bearer-required="true""#,
        ),
    ] {
        let document = control(&[&[ppg, "--to=+1"], arguments].concat());
        let line = format!("    <quality-of-service delivery-method=\"unconfirmed\"{attributes}/>");
        assert!(document.lines().any(|it| it == line), "{document}");
    }
}

#[test]
fn the_boundary_occurs_neither_in_the_content_nor_in_the_control_document() {
    let vendor = format!("--vendor={}", hex::encode("--part-0--part-2"));
    let request = printed(&[
        "--ppg=http://ppg.example/",
        "--to=WAPPUSH=part-1/TYPE=USER@ppg.example",
        &vendor,
    ]);
    let text = String::from_utf8_lossy(&request);
    assert!(text.contains("content-type: multipart/related; boundary=part-3; "));
    assert_eq!(text.matches("\r\n--part-3\r\n").count(), 2);
    assert!(text.ends_with("--part-0--part-2\r\n--part-3--\r\n"));
}

#[test]
fn two_pushes_have_two_ids() {
    let arguments = ["--ppg=http://ppg.example/", "--to=+1", "--print"];
    assert_ne!(pap(&arguments).stdout, pap(&arguments).stdout);
}

#[test]
fn every_status_code_is_told_in_words() {
    for (code, status, words) in [
        (1000, 0, "accepted: 1000 OK"),
        (1001, 0, "accepted: 1001 accepted for processing"),
        (1002, 0, "accepted: 1002 success"),
        (2000, 1, "refused: 2000 bad request"),
        (2001, 1, "refused: 2001 forbidden"),
        (
            2002,
            1,
            "refused: 2002 address error: not a client that this gateway can address",
        ),
        (2003, 1, "refused: 2003 address not found"),
        (2004, 1, "refused: 2004 push id not found"),
        (2005, 1, "refused: 2005 capabilities mismatch"),
        (2006, 1, "refused: 2006 required capabilities not supported"),
        (2007, 1, "refused: 2007 duplicate push id"),
        (
            2999,
            1,
            "refused: 2999 the gateway finds an error in the request",
        ),
        (3000, 1, "refused: 3000 internal server error"),
        (3001, 1, "refused: 3001 not implemented"),
        (3002, 1, "refused: 3002 version not supported"),
        (3003, 1, "refused: 3003 not possible"),
        (3004, 1, "refused: 3004 capability matching not supported"),
        (3005, 1, "refused: 3005 multiple addresses not supported"),
        (3006, 1, "refused: 3006 transformation failure"),
        (
            3007,
            1,
            "refused: 3007 specified delivery method not possible",
        ),
        (3008, 1, "refused: 3008 capabilities not available"),
        (3009, 1, "refused: 3009 required network not available"),
        (3010, 1, "refused: 3010 required bearer not available"),
        (3999, 1, "refused: 3999 the gateway cannot do this"),
        (
            4000,
            1,
            "refused: 4000 service failure: the push may be submitted again",
        ),
        (4001, 1, "refused: 4001 service unavailable"),
        (4999, 1, "refused: 4999 the service of the gateway failed"),
        (5028, 1, "refused: 5028 the device aborted the push"),
        (999, 1, "refused: 999 a code of no known kind"),
        (6000, 1, "refused: 6000 a code of no known kind"),
    ] {
        let output = answered("202 Accepted", &push_response(code));
        assert_eq!(said(&output), (Some(status), words, ""));
    }
}

#[test]
fn the_gateway_s_own_words_are_repeated() {
    // As Kannel 1.4.5 answers.
    let accepted = concat!(
        r#"<?xml version="1.0"?><!DOCTYPE pap PUBLIC "-//WAPFORUM//DTD PAP 1.0//EN""#,
        r#" "http://www.wapforum.org/DTD/pap_1.0.dtd"><pap><push-response push-id="1""#,
        r#" sender-name="vm; WAP/1.3 (Kannel/1.4.5)" reply-time="2026-11-26T09:34:40Z""#,
        r#" sender-address="/push"><response-result code ="1001""#,
        r#" desc="The request has been accepted for processing"></response-result>"#,
        r"</push-response></pap>"
    );
    assert_eq!(
        said(&answered("202 Accepted", accepted)),
        (
            Some(0),
            "accepted: 1001 accepted for processing; the gateway says \
            \"The request has been accepted for processing\"",
            ""
        )
    );
    let refused = r#"<?xml version="1.0"?>
<pap>
  <badmessage-response code="2000" desc="Not understood due to malformed syntax"
    bad-message-fragment="&lt;?xml version=&quot;1.0&quot;?&gt;"/>
</pap>"#;
    assert_eq!(
        said(&answered("202 Accepted", refused)),
        (
            Some(1),
            "refused: 2000 bad request; the gateway says \
            \"Not understood due to malformed syntax\"; \
            it could not read \"<?xml version=\\\"1.0\\\"?>\"",
            ""
        )
    );
}

#[test]
fn words_that_are_empty_are_left_out_and_long_ones_are_cut_off() {
    let long = "\u{e9}".repeat(101);
    for (fragment, words) in [
        (String::new(), String::new()),
        (
            "\u{e9}".repeat(100),
            format!("; it could not read \"{}\"", "\u{e9}".repeat(100)),
        ),
        (
            long,
            format!("; it could not read \"{}\"...", "\u{e9}".repeat(100)),
        ),
    ] {
        let document = format!(
            "<pap><badmessage-response code='3002' desc='' bad-message-fragment='{fragment}'/></pap>"
        );
        let expected = format!("refused: 3002 version not supported{words}");
        let output = answered("202 Accepted", &document);
        assert_eq!(said(&output), (Some(1), expected.as_str(), ""));
    }
}

#[test]
fn pap_counts_whatever_the_status_of_http() {
    for (status, code, exit) in [("200 OK", 2001, 1), ("400 Bad Request", 1001, 0)] {
        let output = answered(status, &push_response(code));
        assert_eq!(said(&output).0, Some(exit));
    }
}

#[test]
fn without_pap_the_status_of_http_is_the_refusal() {
    for (status, words) in [
        ("401 Unauthorized", "refused: HTTP 401 Unauthorized"),
        ("404 Not Found", "refused: HTTP 404 Not Found"),
        (
            "307 Temporary Redirect",
            "refused: HTTP 307 Temporary Redirect",
        ),
        (
            "503 Service Unavailable",
            "refused: HTTP 503 Service Unavailable",
        ),
    ] {
        for body in ["", "<html><body>no</body></html>"] {
            let output = answered(status, body);
            assert_eq!(said(&output), (Some(1), words, ""));
        }
    }
}

#[test]
fn an_answer_that_is_not_pap_is_an_error() {
    for (body, error) in [
        ("", "neither push-response nor badmessage-response"),
        (
            "<pap><push-response push-id='1'/></pap>",
            "neither push-response nor badmessage-response",
        ),
        (
            "<pap><push-response push-id='1'><response-result/></push-response></pap>",
            "no code",
        ),
        (
            "<pap><badmessage-response code='many'/></pap>",
            "invalid digit found in string",
        ),
        (
            "<pap><badmessage-response code='65536'/></pap>",
            "number too large to fit in target type",
        ),
    ] {
        let expected = format!("error: the answer of the gateway is not PAP: {error}");
        let output = answered("200 OK", body);
        assert_eq!(said(&output), (Some(2), "", expected.as_str()));
    }
    // The library words these.
    for body in [
        "<pap",
        "<pap></push>",
        "<a><response-result code='&x;'/></a>",
    ] {
        let output = answered("200 OK", body);
        let (status, stdout, stderr) = said(&output);
        assert_eq!((status, stdout), (Some(2), ""));
        assert!(stderr.starts_with("error: the answer of the gateway is not PAP: "));
    }
}

#[test]
fn without_an_answer_the_status_is_2() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = listener.local_addr().unwrap().to_string();
    drop(listener);
    let (silent, _) = gateway(b"");
    for host in [closed, silent] {
        let output = pap(&[&format!("--ppg=http://{host}/"), "--to=+1"]);
        let (status, stdout, stderr) = said(&output);
        assert_eq!((status, stdout), (Some(2), ""));
        assert!(
            stderr.starts_with("error: no answer of the gateway: "),
            "{stderr}"
        );
    }
}

#[test]
fn arguments_that_are_wrong_are_named() {
    let gateway = "--ppg=http://ppg.example/";
    for (arguments, error) in [
        (
            [gateway, "--to=447700900123"],
            "error: invalid value '447700900123' for '--to <ADDRESS>': \
            it is not +DIGITS, an IPv4 address or WAPPUSH=...",
        ),
        (
            [gateway, "--to=+1234567890123456"],
            "error: invalid value '+1234567890123456' for '--to <ADDRESS>': \
            it is not +DIGITS, an IPv4 address or WAPPUSH=...",
        ),
        (
            ["--ppg=https://ppg.example/", "--to=+1"],
            "error: invalid value 'https://ppg.example/' for '--ppg <URL>': \
            it must begin with http:// and name a host",
        ),
        (
            ["--ppg=/pap", "--to=+1"],
            "error: invalid value '/pap' for '--ppg <URL>': \
            it must begin with http:// and name a host",
        ),
    ] {
        let output = pap(&arguments);
        let (status, stdout, stderr) = said(&output);
        assert_eq!((status, stdout), (Some(2), ""));
        assert_eq!(stderr.lines().next(), Some(error));
    }
}

#[test]
fn help_says_what_the_program_does_and_how_it_ends() {
    let output = example("pap").arg("--help").output().unwrap();
    let (status, help, _) = said(&output);
    assert_eq!(status, Some(0));
    for words in [
        "to a push proxy gateway, which sends it to the device",
        "Exit status: 0 accepted, 1 refused, 2 bad arguments or no usable answer.",
        "pap --ppg http://127.0.0.1:8080/pap --to +447700900123",
    ] {
        assert!(help.contains(words), "no {words:?} in\n{help}");
    }
    assert!(!help.contains("--tid"));
}
