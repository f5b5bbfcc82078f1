//! The WSP push in all its forms, and routing by media type and application id (7.1.1).

use super::support::Refused;
use hex_literal::hex;
use oma_dm_notification::wap::sms::ShortMessages;
use oma_dm_notification::wap::{
    self,
    udh::Reference,
    wsp::{DmPush, HeaderName, Push},
};
use oma_dm_notification::{DecodeErrorKind, EncodeError, Field};

const MEDIA_TYPE: &str = "application/vnd.syncml.notification";
const APPLICATION: &str = "x-wap-application:syncml.dm";

/// A push PDU: Content-Type and headers in pieces, after a length of one octet, and a body.
fn pdu(headers: &[&[u8]], body: &[u8]) -> Vec<u8> {
    let headers = headers.concat();
    let length = u8::try_from(headers.len()).unwrap();
    assert!(length < 0x80);
    [&[1, 6, length], headers.as_slice(), body].concat()
}

#[track_caller]
fn accepted(octets: &[u8]) {
    let body = b"package 0";
    let datagram = [octets, body].concat();
    match wap::open_datagram(2948, &datagram) {
        Ok(push) => assert_eq!(push.body(), body, "{octets:02X?}"),
        Err(error) => panic!("{octets:02X?}: {error}"),
    }
}

/// Where and why a PDU without body is refused.
#[track_caller]
fn refusal(octets: &[u8]) -> (DecodeErrorKind, Field, usize) {
    let error = wap::open_datagram(2948, octets).map(|_| ()).unwrap_err();
    (error.kind(), error.field(), error.offset())
}

const FOREIGN_MEDIA_TYPE: (DecodeErrorKind, Field, usize) =
    (DecodeErrorKind::NotDm, Field::ContentType, 3);
const FOREIGN_APPLICATION: (DecodeErrorKind, Field, usize) =
    (DecodeErrorKind::NotDm, Field::ApplicationId, 4);

#[test]
fn every_form_in_which_a_dm_push_is_received_is_accepted() {
    accepted(&hex!("01 06 03 C4 AF 87"));
    accepted(&hex!("01 06 07 C4 B4 84 8D 9E AF 87")); // Push-Flag and Content-Length before
    accepted(&hex!("01 06 04 C4 AF 01 07")); // application id as long integer
    accepted(&hex!("01 06 05 C4 AF 02 00 07")); // not the shortest one
    accepted(&hex!("01 06 04 01 C4 AF 87")); // general form without parameters
    accepted(&hex!("01 06 05 02 01 44 AF 87")); // media type as long integer
    accepted(&hex!("01 06 05 1F 01 C4 AF 87")); // length quote
    accepted(&hex!("01 06 04 C4 01 AF 87")); // shift to page 1 in one octet
    accepted(&hex!("01 06 05 C4 7F 01 AF 87")); // and in two
    accepted(&hex!("01 06 80 03 C4 AF 87")); // HeadersLen not the shortest
    accepted(&hex!("01 06 80 80 80 80 03 C4 AF 87")); // in five octets
    accepted(&hex!("01 07 03 C4 AF 87")); // confirmed push
    accepted(&pdu(&[b"\xC4\xAF", APPLICATION.as_bytes(), b"\0"], b""));
    accepted(&pdu(&[MEDIA_TYPE.as_bytes(), b"\0\xAF\x87"], b""));
    let text = [b"\xC4X-Wap-Application-Id\0", APPLICATION.as_bytes(), b"\0"];
    accepted(&pdu(&text, b""));
}

#[test]
fn the_general_form_of_content_type_may_carry_parameters_of_any_kind() {
    accepted(&pdu(&[&hex!("03 C4 81 EA AF 87")], b"")); // charset=utf-8
    accepted(&pdu(&[&hex!("05 02 00 44 80 AF AF 87")], b"")); // long integer, then a parameter
    accepted(&pdu(&[&hex!("07 C4 85 61 62 63 64 00 AF 87")], b"")); // name=abcd
    accepted(&pdu(&[&hex!("06 C4 61 00 62 63 00 AF 87")], b"")); // untyped a=bc
    let media_type = [MEDIA_TYPE.as_bytes(), b"\0"].concat();
    let general: [&[u8]; 4] = [
        &[31, 39],
        media_type.as_slice(),
        &hex!("81 EA 80"),
        &hex!("AF 87"),
    ];
    accepted(&pdu(&general, b""));
}

#[test]
fn text_is_compared_without_regard_to_ascii_case() {
    let upper = |text: &str| text.to_ascii_uppercase().into_bytes();
    accepted(&pdu(&[&upper(MEDIA_TYPE), b"\0\xAF\x87"], b""));
    accepted(&pdu(&[b"\xC4\xAF", &upper(APPLICATION), b"\0"], b""));
    accepted(&pdu(&[b"\xC4x-wap-application-ID\0\x87"], b""));
    accepted(&pdu(&[b"\xC4X-WAP-APPLICATION-ID\0\x01\x07"], b""));
}

#[test]
fn another_media_type_is_not_for_dm() {
    for headers in [
        hex!("CE AF 85").as_slice(),         // DS notification
        &hex!("CE AF 87"),                   // DS media type, DM application
        &hex!("BE AF 84"),                   // MMS
        &hex!("AE B4 84"),                   // service indication
        &hex!("D8 AF 87"),                   // the notification of 1.3
        &hex!("02 01 45 AF 87"),             // as long integer
        &hex!("03 02 44 00 AF 87"),          // 0x4400
        &hex!("03 02 01 44 AF 87"),          // 0x0144
        &hex!("06 05 01 00 00 00 44 AF 87"), // above 32 bits
        &hex!("01 00 AF 87"),                // a media type of no octets
        &hex!("03 1F 01 44 AF 87"),          // a length quote for an integer
        b"application/vnd.syncml.notificatio\0\xAF\x87",
        b"application/vnd.syncml.notification2\0\xAF\x87",
        b"application/vnd.syncml.ds.notification\0\xAF\x87",
    ] {
        assert_eq!(
            refusal(&pdu(&[headers], b"")),
            FOREIGN_MEDIA_TYPE,
            "{headers:02X?}"
        );
    }
}

#[test]
fn another_application_is_not_for_dm() {
    for headers in [
        hex!("C4 AF 85").as_slice(), // the application of DS
        &hex!("C4 AF 9A"),           // LwM2M
        &hex!("C4 AF 82"),           // the browser
        &hex!("C4 AF 00"),           // no value
        &hex!("C4 AF 01 00"),
        &hex!("C4 AF 02 07 00"),          // 0x0700
        &hex!("C4 AF 02 01 07"),          // 0x0107
        &hex!("C4 AF 05 01 00 00 00 07"), // above 32 bits
        &hex!("C4 AF 1F 01 07"),          // a length quote for an integer
        b"\xC4\xAFx-wap-application:syncml.dms\0",
        b"\xC4\xAFx-wap-application:syncml.d\0",
        b"\xC4\xAFx-wap-application:push.syncml\0",
        b"\xC4\xAF\x7F\x7Fx-wap-application:syncml.dm\0", // one quote is no content, two are
        &hex!("C4 AF 85 AF 87"),                          // the first one counts
    ] {
        assert_eq!(
            refusal(&pdu(&[headers], b"")),
            FOREIGN_APPLICATION,
            "{headers:02X?}"
        );
    }
    accepted(&hex!("01 06 05 C4 AF 87 AF 85"));
}

#[test]
fn the_quote_octet_before_a_text_is_not_content_by_wsp_8_4_2_1() {
    accepted(&pdu(&[b"\xC4\xAF\x7Fx-wap-application:syncml.dm\0"], b""));
    accepted(&pdu(
        &[b"\x7Fapplication/vnd.syncml.notification\0\xAF\x87"],
        b"",
    ));
    let octets = pdu(&[&hex!("C4 B0 7F E4 E5 00 AF 87")], b"");
    let push = Push::parse(&octets).unwrap();
    let value = push.headers().next().unwrap().value();
    assert_eq!(value.text(), Some(&hex!("E4 E5")[..]));
}

#[test]
fn extra_headers_that_the_push_has_already_are_refused() {
    for (headers, field, offset) in [
        (&hex!("AF 87")[..], Field::ApplicationId, 0),
        (&hex!("B4 84 AF 01 07"), Field::ApplicationId, 2),
        (b"x-wap-application-id\0a\0", Field::ApplicationId, 0),
        // On any code page, a text is a name.
        (
            b"\x7F\x02X-WAP-APPLICATION-ID\0a\0",
            Field::ApplicationId,
            2,
        ),
        (&hex!("91 C4"), Field::ContentType, 0),
        (b"\xB4\x84Content-Type\0a\0", Field::ContentType, 2),
    ] {
        let error = DmPush::relay(1, b"").with_headers(headers).unwrap_err();
        let EncodeError::Headers { error, .. } = error else {
            panic!("{error:?}");
        };
        assert_eq!(error.kind(), DecodeErrorKind::Invalid);
        assert_eq!(
            (error.field(), error.offset()),
            (field, offset),
            "{headers:02X?}"
        );
    }
    // Their numbers on another code page are other headers.
    assert!(
        DmPush::relay(1, b"")
            .with_headers(&hex!("02 AF 87 91 C4"))
            .is_ok()
    );
}

#[test]
fn a_datagram_longer_than_udp_carries_is_refused() {
    let package0 = vec![0; 65_507 - 6 + 1];
    let mut buffer = vec![0xEE; 65_508];
    let push = DmPush::relay(1, &package0);
    let (field, limit) = (Field::Datagram, 65_507);
    assert_eq!(
        push.encode(&mut buffer).unwrap_err(),
        Refused::TooLong { field, limit }
    );
    assert!(buffer.iter().all(|&octet| octet == 0xEE));
    let longest = DmPush::relay(1, &package0[1..]);
    assert_eq!(longest.encode(&mut buffer).unwrap().len(), 65_507);
}

#[test]
fn without_application_id_a_push_is_not_for_dm() {
    for headers in [
        hex!("C4").as_slice(),
        &hex!("C4 B4 84"),
        &hex!("C4 02 AF 87"),       // 0x2F of page 2 is something else
        &hex!("C4 7F 00 AF 87"),    // and so it is of page 0
        &hex!("C4 01 02"),          // shifts alone
        &hex!("C4 B0 AF 81 80"),    // AF as a value
        &hex!("C4 8D 02 AF 87"),    // inside a long integer
        &hex!("C4 8D 1F 02 AF 87"), // inside a quoted value
        b"\xC4\xB0a\xAF\x87\0",     // inside a URI
        b"\xC4X-Other\0\xAF",       // the value of another header
        b"\xC4X-Wap-Application-I\0\x87",
        &hex!("03 C4 AF 87"), // parameters of Content-Type
    ] {
        let octets = pdu(&[headers], &hex!("AF 87"));
        let missing = (
            DecodeErrorKind::Missing,
            Field::ApplicationId,
            3 + headers.len(),
        );
        assert_eq!(refusal(&octets), missing, "{headers:02X?}");
    }
}

#[test]
fn a_shift_to_page_1_and_back_changes_nothing() {
    accepted(&hex!("01 06 08 C4 02 AF 80 01 AF 87 01"));
    accepted(&hex!("01 06 0A C4 7F 02 AF 80 7F 01 AF 87 02"));
}

#[test]
fn another_port_is_not_for_dm() {
    for port in [0, 2947, 2949, 9200] {
        let error = wap::open_datagram(port, &hex!("01 06 03 C4 AF 87")).unwrap_err();
        assert_eq!(error.kind(), DecodeErrorKind::NotDm, "port {port}");
        assert_eq!((error.field(), error.offset()), (Field::DestinationPort, 0));
    }
}

#[test]
fn another_pdu_is_not_a_push() {
    for pdu_type in (0..=0xFF).filter(|pdu_type| ![6, 7].contains(pdu_type)) {
        let expected = (DecodeErrorKind::NotDm, Field::PduType, 1);
        assert_eq!(refusal(&[1, pdu_type, 3, 0xC4, 0xAF, 0x87]), expected);
    }
}

#[test]
fn headers_that_do_not_end_within_their_length_are_malformed() {
    let truncated = |field, offset| (DecodeErrorKind::Truncated, field, offset);
    let body = [0; 40];
    for (headers, field, offset) in [
        (hex!("").as_slice(), Field::ContentType, 3),
        (&hex!("02 C4"), Field::ContentType, 3), // value length beyond the headers
        (&hex!("1F"), Field::ContentType, 3),    // length quote without length
        (&hex!("1F 81"), Field::ContentType, 3), // length that does not end
        (&hex!("1F 01"), Field::ContentType, 3), // quoted length beyond the headers
        (&hex!("00"), Field::ContentType, 3),    // general form without media type
        (&hex!("01 01"), Field::ContentType, 3), // media type beyond the general form
        (&hex!("01 61"), Field::ContentType, 3), // text without end in it
        (b"application", Field::ContentType, 3), // text without end
        (&hex!("C4 AF"), Field::Header, 4),      // no value
        (&hex!("C4 AF 02 07"), Field::Header, 4), // long integer beyond the headers
        (&hex!("C4 AF 87 B0 61"), Field::Header, 6), // text without end
        (&hex!("C4 AF 87 B0 1F 05 01"), Field::Header, 6),
        (&hex!("C4 AF 87 61 62"), Field::Header, 6), // name without end
        (&hex!("C4 AF 87 61 00"), Field::Header, 6), // name without value
        (&hex!("C4 AF 87 7F"), Field::Header, 6),    // shift without page
    ] {
        let found = refusal(&pdu(&[headers], &body));
        assert_eq!(found, truncated(field, offset), "{headers:02X?}");
    }
}

#[test]
fn a_header_without_name_is_malformed() {
    let expected = (DecodeErrorKind::Invalid, Field::Header, 6);
    assert_eq!(refusal(&hex!("01 06 05 C4 AF 87 00 80")), expected);
}

#[test]
fn headers_length_has_at_most_32_bits_and_must_be_there() {
    use DecodeErrorKind::{Overflow, Truncated};
    for (octets, kind, field, offset) in [
        (
            hex!("01 06 90 80 80 80 00").as_slice(),
            Overflow,
            Field::HeadersLength,
            2,
        ), // 2^32
        (
            &hex!("01 06 FF FF FF FF 7F"),
            Overflow,
            Field::HeadersLength,
            2,
        ),
        (
            &hex!("01 06 80 80 80 80 80 03 C4 AF 87"),
            Overflow,
            Field::HeadersLength,
            2,
        ), // 6 octets
        (
            &hex!("01 06 8F FF FF FF 7F C4 AF 87"),
            Truncated,
            Field::Headers,
            7,
        ), // 2^32 - 1
        (&hex!("01 06 04 C4 AF 87"), Truncated, Field::Headers, 3),
        (&hex!("01 06 83"), Truncated, Field::HeadersLength, 2),
        (
            &hex!("01 06 0A C4 AF 87 B0 1F 90 80 80 80 00"),
            Overflow,
            Field::Header,
            6,
        ),
        (
            &hex!("01 06 06 1F 90 80 80 80 00"),
            Overflow,
            Field::ContentType,
            3,
        ),
    ] {
        assert_eq!(refusal(octets), (kind, field, offset), "{octets:02X?}");
    }
}

#[test]
fn headers_longer_than_127_octets_are_read() {
    let filler = [b"X-Filler\0", [b'a'; 200].as_slice(), b"\0"].concat();
    let headers = [b"\xC4", filler.as_slice(), b"\xAF\x87"].concat();
    assert_eq!(headers.len(), 213);
    accepted(&[b"\x01\x06\x81\x55", headers.as_slice()].concat());
}

#[test]
fn a_push_shows_what_it_was_made_of() {
    let headers = b"\x02\xC4\x80\xB4\x84\x02\x85\x01\x2A\x01X-A\0text\0\x8D\x1F\x01\x05";
    let octets = pdu(&[headers], b"body");
    let push = Push::parse(&octets).unwrap();
    assert_eq!(
        (push.tid(), push.is_confirmed(), push.body()),
        (1, false, b"body".as_slice())
    );
    assert_eq!(push.content_type().integer(), Some(0x44));
    assert_eq!(push.content_type_octets(), hex!("02 C4 80"));
    assert_eq!(push.application_id(), None);
    let [flag, paged, text, quoted] = push.headers().collect::<Vec<_>>()[..] else {
        panic!("{push:?}");
    };
    let known = |page, number| HeaderName::WellKnown { page, number };
    assert_eq!(
        (flag.name(), flag.as_bytes()),
        (known(1, 0x34), hex!("B4 84").as_slice())
    );
    assert_eq!(
        (
            flag.value().integer(),
            flag.value().text(),
            flag.value().counted()
        ),
        (Some(4), None, None)
    );
    assert_eq!(
        (paged.name(), paged.as_bytes()),
        (known(2, 5), hex!("85 01 2A").as_slice())
    );
    assert_eq!(
        (paged.value().integer(), paged.value().counted()),
        (Some(42), Some(&[42][..]))
    );
    assert_eq!(
        (text.name(), text.as_bytes()),
        (HeaderName::Text(b"X-A"), b"X-A\0text\0".as_slice())
    );
    assert_eq!(
        (text.value().text(), text.value().integer()),
        (Some(b"text".as_slice()), None)
    );
    assert_eq!(text.value().counted(), None);
    assert_eq!(
        (quoted.value().counted(), quoted.value().integer()),
        (Some(&[5][..]), None)
    );
    assert_eq!(quoted.value().text(), None);

    let confirmed = Push::parse(&hex!("FF 07 03 C4 AF 87")).unwrap();
    assert_eq!((confirmed.tid(), confirmed.is_confirmed()), (0xFF, true));
    assert_eq!(
        confirmed.application_id().and_then(|id| id.integer()),
        Some(7)
    );
    assert_eq!(confirmed.headers().count(), 1);
}

#[test]
fn an_integer_value_is_read_up_to_32_bits() {
    for (value, number) in [
        (hex!("80").as_slice(), Some(0)),
        (&hex!("FF"), Some(0x7F)),
        (&hex!("01 80"), Some(0x80)),
        (&hex!("02 01 02"), Some(0x0102)),
        (&hex!("04 FF FF FF FF"), Some(u32::MAX)),
        (&hex!("06 00 00 FF FF FF FF"), Some(u32::MAX)),
        (&hex!("05 01 00 00 00 00"), None),
        (&hex!("00"), None),
        (b"7\0", None),
        (&hex!("1F 01 07"), None),
    ] {
        let octets = pdu(&[b"\xC4\xAF", value], b"");
        let push = Push::parse(&octets).unwrap();
        assert_eq!(
            push.application_id().unwrap().integer(),
            number,
            "{value:02X?}"
        );
    }
    let longest = pdu(&[b"\xC4\xAF\x1E", &[0; 29], b"\x07"], b"");
    assert_eq!(
        Push::parse(&longest)
            .unwrap()
            .application_id()
            .unwrap()
            .integer(),
        Some(7)
    );
}

#[test]
fn what_is_sent_has_the_callers_tid_and_extra_headers_after_the_application_id() {
    let extra = hex!("B4 84 8D 01 2A");
    let push = DmPush::relay(0xA5, b"body").with_headers(&extra).unwrap();
    let mut buffer = [0xEE; 16];
    assert_eq!(
        push.encode(&mut buffer).unwrap(),
        b"\xA5\x06\x08\xC4\xAF\x87\xB4\x84\x8D\x01\x2Abody"
    );
    assert_eq!(push.encoded_len(), 15);
    assert_eq!(buffer[15], 0xEE);
    let mut message = [0; 140];
    let message = ShortMessages::new(push, 9200, Reference::Eight(0))
        .unwrap()
        .next()
        .unwrap()
        .encode(&mut message)
        .unwrap();
    assert_eq!(
        message,
        b"\x06\x05\x04\x0B\x84\x23\xF0\xA5\x06\x08\xC4\xAF\x87\xB4\x84\x8D\x01\x2Abody"
    );
}

#[test]
fn extra_headers_that_are_malformed_are_not_sent() {
    let error = DmPush::relay(1, b"")
        .with_headers(&hex!("B4 84 8D"))
        .unwrap_err();
    let EncodeError::Headers { error: inner, .. } = error else {
        panic!("{error:?}");
    };
    assert_eq!(inner.kind(), DecodeErrorKind::Truncated);
    assert_eq!((inner.field(), inner.offset()), (Field::Header, 2));
}

#[test]
fn clause_7_1_wdp_and_wsp_headers_of_a_datagram_never_exceed_48_octets() {
    let too_long = || Refused::TooLong {
        field: Field::Headers,
        limit: 48,
    };
    let filler = |length: usize| [b"X\0", vec![b'a'; length - 3].as_slice(), b"\0"].concat();
    // WSP takes 6; UDP takes 8, ports 7, ports with an 8-bit reference 12, with a 16-bit one 13.
    for (most, length, reference) in [
        (35, 0, Reference::Eight(0)),
        (30, 100, Reference::Eight(0)),
        (29, 100, Reference::Sixteen(0)),
    ] {
        let body = vec![0; length];
        for (extra, expected) in [(most, None), (most + 1, Some(too_long()))] {
            let headers = filler(extra);
            let push = DmPush::relay(1, &body).with_headers(&headers).unwrap();
            let error = ShortMessages::new(push, 0, reference)
                .err()
                .map(Refused::from);
            assert_eq!(error, expected, "{extra} octets");
        }
    }
    let mut buffer = [0xEE; 64];
    for (extra, expected) in [(35, Err(too_long())), (34, Ok(40))] {
        let headers = filler(extra);
        let push = DmPush::relay(1, b"").with_headers(&headers).unwrap();
        let written = push
            .encode(&mut buffer)
            .map(|octets| octets.len())
            .map_err(Refused::from);
        assert_eq!(written, expected);
        assert_eq!(buffer == [0xEE; 64], written.is_err());
    }
}

#[test]
fn a_buffer_that_is_too_small_is_told_what_is_needed_and_left_alone() {
    let push = DmPush::relay(1, b"body");
    let mut buffer = [0xEE; 9];
    let mut messages = ShortMessages::new(push, 0, Reference::Eight(0)).unwrap();
    for (error, needed) in [
        (push.encode(&mut buffer).unwrap_err(), 10),
        (
            messages.next().unwrap().encode(&mut buffer).unwrap_err(),
            17,
        ),
    ] {
        assert_eq!(error, Refused::BufferTooSmall { needed });
    }
    assert_eq!(buffer, [0xEE; 9]);
}

#[test]
fn a_push_is_printed_field_by_field() {
    let octets = hex!("01 06 05 C4 AF87 8D82 5A5A");
    // HeadersLen is 5: the headers end before the body.
    let push = Push::parse(&octets).unwrap();
    assert_eq!(
        format!("{push:?}"),
        "Push { tid: 1, confirmed: false, content_type: Value(68), application_id: Some(Value(7)), \
         headers: [af878d82], body: [5a5a] }"
    );
}

/// Only numbers have code pages (WSP §8.4.2.6).
#[test]
fn a_textual_application_id_counts_on_every_page() {
    accepted(&pdu(&[b"\xC4\x02X-Wap-Application-Id\0\x87"], b""));
    accepted(&pdu(&[b"\xC4\x7F\x05x-wap-application-id\0\x87"], b""));
    let foreign = pdu(&[b"\xC4\x02X-Wap-Application-Id\0\x85"], b"");
    assert_eq!(
        refusal(&foreign),
        (DecodeErrorKind::NotDm, Field::ApplicationId, 5)
    );
}
