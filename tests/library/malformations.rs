//! Bad input: named malformations of every layer with the exact error, and every single-octet
//! change of every golden vector on every bearer.

use crate::vectors::{GOLDEN, Golden};
use oma_dm_notification::DecodeErrorKind::{
    Invalid, Length, Missing, NoRoom, NotDm, Overflow, Segment, Truncated,
};
use oma_dm_notification::bearer::Address;
use oma_dm_notification::bearer::cdma::CdmaDelivery;
use oma_dm_notification::bearer::rp::RpData;
use oma_dm_notification::bearer::tpdu::{Deliver, Framing};
use oma_dm_notification::inbox::{Delivery, Inbox, Outcome};
use oma_dm_notification::obex::{Connection, MaximumPacketLength, Receiver, Response};
use oma_dm_notification::wap::reassembly::{self, Reassembled, Reassembler};
use oma_dm_notification::wap::{self, cdma, udh::UserData, wsp::Push};
use oma_dm_notification::{Credentials, DecodeError, DecodeErrorKind, Field, Nonce, Package0};
use std::collections::BTreeMap;
use std::ops::Range;

/// A name, octets in hexadecimal, and what is wrong with them: kind, field, offset.
type Malformation = (&'static str, &'static str, (DecodeErrorKind, Field, usize));

/// Each malformation is refused by exactly its error, wherever else it might go wrong later.
fn assert_each(read: fn(&[u8]) -> Result<(), DecodeError>, malformations: &[Malformation]) {
    for (name, text, expected) in malformations {
        let digits: String = text.split_whitespace().collect();
        let octets = hex::decode(digits).unwrap();
        let error = read(&octets).expect_err(name);
        assert_eq!(
            (error.kind(), error.field(), error.offset()),
            *expected,
            "{name}"
        );
        assert!(error.offset() <= octets.len(), "{name}");
    }
}

#[test]
fn malformed_packages_are_refused() {
    assert_each(
        |octets| Package0::parse(octets).map(|_| ()),
        &[
            ("nothing at all", "", (Truncated, Field::Digest, 0)),
            (
                "digest cut by one",
                "000102030405060708090A0B0C0D0E",
                (Truncated, Field::Digest, 0),
            ),
            (
                "digest alone",
                "000102030405060708090A0B0C0D0E0F",
                (Truncated, Field::Version, 16),
            ),
            (
                "half a version",
                "000102030405060708090A0B0C0D0E0F 02",
                (Truncated, Field::Version, 16),
            ),
            (
                "reserved bits cut",
                "000102030405060708090A0B0C0D0E0F 02D00000",
                (Truncated, Field::FutureUse, 17),
            ),
            (
                "half a session id",
                "000102030405060708090A0B0C0D0E0F 02D000000012",
                (Truncated, Field::SessionId, 21),
            ),
            (
                "no length-identifier",
                "000102030405060708090A0B0C0D0E0F 02D00000001234",
                (Truncated, Field::LengthIdentifier, 23),
            ),
            (
                "server-identifier of one octet missing",
                "000102030405060708090A0B0C0D0E0F 02D0000000123401",
                (Truncated, Field::ServerIdentifier, 24),
            ),
            (
                "server-identifier of 128 octets cut, a length that is negative in a signed octet",
                "000102030405060708090A0B0C0D0E0F 02D0000000123480 6161",
                (Truncated, Field::ServerIdentifier, 24),
            ),
            (
                "length-identifier of 255 and nothing behind it",
                "000102030405060708090A0B0C0D0E0F 02D00000001234FF",
                (Truncated, Field::ServerIdentifier, 24),
            ),
        ],
    );
}

#[test]
fn malformed_short_messages_are_refused() {
    assert_each(
        |octets| wap::open_sms(octets).map(|_| ()),
        &[
            ("nothing at all", "", (Truncated, Field::UserDataHeader, 0)),
            (
                "header of no octets",
                "00 010603C4AF87",
                (Length, Field::UserDataHeader, 0),
            ),
            (
                "header of one octet",
                "01 05 010603C4AF87",
                (Length, Field::UserDataHeader, 0),
            ),
            (
                "header longer than the message",
                "07 05040B84C002",
                (Truncated, Field::UserDataHeader, 0),
            ),
            (
                "header of 255 octets",
                "FF 05040B84C002 010603C4AF87",
                (Truncated, Field::UserDataHeader, 0),
            ),
            (
                "element without a length",
                "07 05040B84C002 05 010603C4AF87",
                (Truncated, Field::InformationElement, 7),
            ),
            (
                "element longer than the header",
                "06 05050B84C002 010603C4AF87",
                (Truncated, Field::InformationElement, 1),
            ),
            (
                "element that would reach into the push",
                "08 05040B84C002 7001 010603C4AF87",
                (Truncated, Field::InformationElement, 7),
            ),
            (
                "no ports",
                "02 7000 010603C4AF87",
                (Missing, Field::DestinationPort, 0),
            ),
            (
                "ports of three octets",
                "05 05030B84C0 010603C4AF87",
                (Missing, Field::DestinationPort, 0),
            ),
            (
                "reserved destination port",
                "06 0504C0000B84 010603C4AF87",
                (Missing, Field::DestinationPort, 0),
            ),
            (
                "8-bit ports",
                "04 0402F0F1 010603C4AF87",
                (NotDm, Field::DestinationPort, 3),
            ),
            (
                "secure push port",
                "06 05040B85C002 010603C4AF87",
                (NotDm, Field::DestinationPort, 3),
            ),
            (
                "ports exchanged",
                "06 0504C0020B84 010603C4AF87",
                (Missing, Field::DestinationPort, 0),
            ),
            (
                "another port behind ours",
                "0C 05040B84C002 050423F0C002 010603C4AF87",
                (NotDm, Field::DestinationPort, 9),
            ),
            (
                "segment of two",
                "0B 05040B84C002 00035A0201 010603C4AF87",
                (Segment, Field::Concatenation, 9),
            ),
            (
                "segment of two with a 16-bit reference",
                "0C 05040B84C002 0804ABCD0202 00",
                (Segment, Field::Concatenation, 9),
            ),
            (
                "no push behind the header",
                "06 05040B84C002",
                (Truncated, Field::TransactionId, 7),
            ),
            (
                "ConnectionMode PDU",
                "06 05040B84C002 0101",
                (NotDm, Field::PduType, 8),
            ),
        ],
    );
}

#[test]
#[allow(clippy::too_many_lines, reason = "it is a table")]
fn malformed_pushes_are_refused() {
    assert_each(
        |octets| wap::open_datagram(wap::udh::PUSH_PORT, octets).map(|_| ()),
        &[
            ("nothing at all", "", (Truncated, Field::TransactionId, 0)),
            ("TID alone", "01", (Truncated, Field::PduType, 1)),
            ("reply", "01 04 03 C4AF87", (NotDm, Field::PduType, 1)),
            ("get", "01 40 03 C4AF87", (NotDm, Field::PduType, 1)),
            (
                "no HeadersLen",
                "01 06",
                (Truncated, Field::HeadersLength, 2),
            ),
            (
                "HeadersLen without end",
                "01 06 8080",
                (Truncated, Field::HeadersLength, 2),
            ),
            (
                "HeadersLen of six octets",
                "01 06 808080808003 C4AF87",
                (Overflow, Field::HeadersLength, 2),
            ),
            (
                "HeadersLen of 33 bits",
                "01 06 9080808003 C4AF87",
                (Overflow, Field::HeadersLength, 2),
            ),
            (
                "HeadersLen of 2^32 - 1",
                "01 06 8FFFFFFF7F C4AF87",
                (Truncated, Field::Headers, 7),
            ),
            (
                "headers cut by one",
                "01 06 03 C4AF",
                (Truncated, Field::Headers, 3),
            ),
            (
                "HeadersLen of 0",
                "01 06 00 C4AF87",
                (Truncated, Field::ContentType, 3),
            ),
            (
                "media type in text without end",
                "01 06 03 616263",
                (Truncated, Field::ContentType, 3),
            ),
            (
                "general form longer than the headers",
                "01 06 03 03C4AF",
                (Truncated, Field::ContentType, 3),
            ),
            (
                "general form without a media type",
                "01 06 03 00AF87",
                (Truncated, Field::ContentType, 3),
            ),
            (
                "length-quote of 33 bits",
                "01 06 07 1F9080808003C4",
                (Overflow, Field::ContentType, 3),
            ),
            (
                "length-quote of four gigabytes",
                "01 06 06 1F8FFFFFFF7F",
                (Truncated, Field::ContentType, 3),
            ),
            (
                "header name 0",
                "01 06 05 C4AF87 0000",
                (Invalid, Field::Header, 6),
            ),
            (
                "header without a value",
                "01 06 02 C4AF",
                (Truncated, Field::Header, 4),
            ),
            (
                "header value longer than the headers",
                "01 06 05 C4AF87 8D05",
                (Truncated, Field::Header, 6),
            ),
            (
                "header name in text without end",
                "01 06 05 C4AF87 5858",
                (Truncated, Field::Header, 6),
            ),
            (
                "shift to a code page that is not named",
                "01 06 04 C4AF87 7F",
                (Truncated, Field::Header, 6),
            ),
            (
                "media type of data synchronisation",
                "01 06 03 CEAF87",
                (NotDm, Field::ContentType, 3),
            ),
            (
                "notification of DM 1.3",
                "01 06 03 D8AF87",
                (NotDm, Field::ContentType, 3),
            ),
            (
                "DM bootstrap",
                "01 06 03 C2AF87",
                (NotDm, Field::ContentType, 3),
            ),
            (
                "media type of another number above 127",
                "01 06 06 03020144AF87",
                (NotDm, Field::ContentType, 3),
            ),
            (
                "no application id",
                "01 06 01 C4",
                (Missing, Field::ApplicationId, 4),
            ),
            (
                "application id behind a shift to page 2",
                "01 06 04 C402AF87",
                (Missing, Field::ApplicationId, 7),
            ),
            (
                "application of MMS",
                "01 06 03 C4AF84",
                (NotDm, Field::ApplicationId, 4),
            ),
            (
                "application of data synchronisation",
                "01 06 03 C4AF85",
                (NotDm, Field::ApplicationId, 4),
            ),
            (
                "application id 263, whose last octet is 7",
                "01 06 05 C4AF020107",
                (NotDm, Field::ApplicationId, 4),
            ),
            (
                "application id without octets",
                "01 06 03 C4AF00",
                (NotDm, Field::ApplicationId, 4),
            ),
            (
                "application id of ours second",
                "01 06 05 C4AF82AF87",
                (NotDm, Field::ApplicationId, 4),
            ),
        ],
    );
}

#[test]
fn malformed_segments_over_cdma_are_refused() {
    assert_each(
        |octets| {
            let segment = cdma::WdpSegment::parse(octets)?;
            cdma::open(segment.payload(), cdma::RepeatedPorts::Absent).map(|_| ())
        },
        &[
            ("nothing at all", "", (Truncated, Field::MessageType, 0)),
            (
                "message type 1",
                "01 01 00 C0020B84",
                (NotDm, Field::MessageType, 0),
            ),
            ("no total", "00", (Truncated, Field::TotalSegments, 1)),
            (
                "total of 0",
                "00 00 00 C0020B84",
                (Invalid, Field::TotalSegments, 1),
            ),
            ("no number", "00 01", (Truncated, Field::SegmentNumber, 2)),
            (
                "number equal to the total",
                "00 01 01 C0020B84",
                (Invalid, Field::SegmentNumber, 2),
            ),
            (
                "half a source port",
                "00 01 00 C0",
                (Truncated, Field::SourcePort, 3),
            ),
            (
                "half a destination port",
                "00 01 00 C0020B",
                (Truncated, Field::DestinationPort, 5),
            ),
            (
                "destination port first",
                "00 01 00 0B84C002 010603C4AF87",
                (NotDm, Field::DestinationPort, 2),
            ),
            (
                "no push behind the ports",
                "00 01 00 C0020B84",
                (Truncated, Field::TransactionId, 4),
            ),
            (
                "ports repeated where that is not expected",
                "00 01 00 C0020B84 C0020B84 010603C4AF87",
                (NotDm, Field::PduType, 5),
            ),
        ],
    );
}

#[test]
fn what_cannot_be_reassembled_is_refused() {
    assert_each(
        |octets| {
            let segment = reassembly::Segment::from_user_data(&UserData::parse(octets)?).unwrap();
            Reassembler::<(), 1, 12>::new()
                .accept(0, (), &segment)
                .map(|_| ())
        },
        &[(
            "more octets than there is room for",
            "0B 05040B84C002 00035A0201 000102030405060708",
            (NoRoom, Field::Segment, 12),
        )],
    );
}

#[test]
fn malformed_obex_packets_are_refused() {
    const REQUESTS: &[Malformation] = &[
        ("nothing at all", "", (Truncated, Field::ObexPacket, 0)),
        ("length cut", "8200", (Truncated, Field::ObexPacket, 0)),
        (
            "length beyond the packet",
            "820004",
            (Truncated, Field::ObexPacket, 0),
        ),
        (
            "length short of the packet",
            "82000300",
            (Length, Field::ObexPacket, 0),
        ),
        (
            "length below that of its own field",
            "820002",
            (Length, Field::ObexPacket, 0),
        ),
        (
            "CONNECT without version",
            "800004 10",
            (Truncated, Field::ObexVersion, 3),
        ),
        (
            "CONNECT with half a maximum packet length",
            "800006 1000 04",
            (Truncated, Field::MaximumPacketLength, 5),
        ),
        (
            "CONNECT with a maximum packet length of 254",
            "800007 1000 00FE",
            (Invalid, Field::MaximumPacketLength, 5),
        ),
        (
            "header without a length",
            "820004 48",
            (Truncated, Field::ObexHeader, 3),
        ),
        (
            "header of length 2",
            "820006 480002",
            (Length, Field::ObexHeader, 3),
        ),
        (
            "header longer than the packet",
            "820006 480004",
            (Truncated, Field::ObexHeader, 3),
        ),
        (
            "header of one octet without it",
            "820004 93",
            (Truncated, Field::ObexHeader, 3),
        ),
        (
            "header of four octets with three",
            "820007 CB000000",
            (Truncated, Field::ObexHeader, 3),
        ),
        (
            "second header malformed",
            "82000B CB00000001 490000",
            (Length, Field::ObexHeader, 8),
        ),
    ];
    assert_each(
        |octets| {
            let mut receiver = Receiver::<64>::new(Connection::Optional);
            let reply = receiver.receive(octets);
            reply.error().map_or(Ok(()), Err)
        },
        REQUESTS,
    );
    assert_each(
        |octets| Response::parse_connect(octets).map(|_| ()),
        &[
            ("nothing at all", "", (Truncated, Field::ObexPacket, 0)),
            (
                "length short of the packet",
                "A00003 1000",
                (Length, Field::ObexPacket, 0),
            ),
            (
                "Success to CONNECT without version",
                "A00003",
                (Truncated, Field::ObexVersion, 3),
            ),
            (
                "maximum packet length of 0",
                "A00007 1000 0000",
                (Invalid, Field::MaximumPacketLength, 5),
            ),
            (
                "ConnectionID cut",
                "A0000A 1000 0400 CB0000",
                (Truncated, Field::ObexHeader, 7),
            ),
        ],
    );
    assert!(MaximumPacketLength::new(254).is_err());
}

/// What became of a message of which one octet was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    /// An error other than one of routing, or an OBEX response other than Success.
    Refused,
    /// Addressed to something other than OMA DM.
    RoutedAway,
    /// One segment of several that never come, or a PUT that goes on.
    NeverWhole,
    /// The digest does not match.
    NotAuthentic,
    /// Authentic: the octet has no meaning.
    Authentic,
}

impl From<DecodeError> for Fate {
    fn from(error: DecodeError) -> Self {
        match error.kind() {
            Segment => Self::NeverWhole,
            _ if error.is_not_for_dm() => Self::RoutedAway,
            _ => Self::Refused,
        }
    }
}

/// Takes octets from a bearer, and says whether what they carry is authentic.
fn fate(body: Result<&[u8], Fate>, golden: &Golden, credentials: &Credentials) -> Fate {
    let verdict = body.and_then(|body| {
        let package0 = Package0::parse(body)?;
        let verdict = package0.verify(credentials, Nonce::new(golden.nonce));
        verdict.map_err(|_| Fate::NotAuthentic)
    });
    verdict.map_or_else(|fate| fate, |_| Fate::Authentic)
}

/// Changes each octet of `octets` to each other value, up to `end`, and counts what `receive` says
/// became of it; if it is authentic, `means_nothing` must know the octet and its new value.
///
/// In debug builds, octets after the longest header, and those that mean nothing, are only changed
/// in one bit: hashing takes its time there.
fn change_each(
    octets: &[u8],
    end: usize,
    counts: &mut BTreeMap<Fate, usize>,
    mut receive: impl FnMut(&[u8]) -> Fate,
    means_nothing: impl Fn(usize, u8) -> bool,
) {
    assert_eq!(receive(octets), Fate::Authentic);
    let mut changed = octets.to_vec();
    let is_tried = |at: usize, value: u8| {
        let all = at < 60 && !means_nothing(at, value) || !cfg!(debug_assertions);
        all || (value ^ octets[at]).is_power_of_two()
    };
    for at in 0..end {
        for value in (0..=u8::MAX).filter(|&value| is_tried(at, value)) {
            if value == octets[at] {
                continue;
            }
            changed[at] = value;
            let fate = receive(&changed);
            *counts.entry(fate).or_default() += 1;
            let expected = means_nothing(at, value);
            assert_eq!(
                fate == Fate::Authentic,
                expected,
                "octet {at} changed to {value:#04X}: {fate:?}"
            );
        }
        changed[at] = octets[at];
    }
}

fn credentials(golden: &Golden) -> Credentials {
    Credentials::from_base64(*golden.credentials).unwrap()
}

/// Says how many changes were tried, and what became of them.
fn report(bearer: &str, counts: &BTreeMap<Fate, usize>) {
    println!(
        "{bearer}: {} changes, {counts:?}",
        counts.values().sum::<usize>()
    );
}

#[test]
fn a_changed_datagram_verifies_only_if_tid_or_push_type_changed() {
    let mut counts = BTreeMap::new();
    for golden in GOLDEN {
        let credentials = credentials(golden);
        let receive = |octets: &[u8]| {
            let push = wap::open_datagram(wap::udh::PUSH_PORT, octets);
            let body = push.as_ref().map(Push::body).map_err(|&error| error.into());
            fate(body, golden, &credentials)
        };
        // Every octet, those of Package #0 included.
        let end = golden.wsp.len();
        change_each(golden.wsp, end, &mut counts, receive, |at, value| {
            at == 0 || (at, value) == (1, 7)
        });
    }
    report("UDP", &counts);
}

#[test]
fn a_changed_short_message_verifies_only_if_originator_port_tid_or_push_type_changed() {
    let mut counts = BTreeMap::new();
    for golden in GOLDEN {
        let [message] = golden.short_messages else {
            continue;
        };
        let credentials = credentials(golden);
        let receive = |octets: &[u8]| {
            let push = wap::open_sms(octets);
            let body = push.as_ref().map(Push::body).map_err(|&error| error.into());
            fate(body, golden, &credentials)
        };
        let end = message.len() - golden.package0.len();
        change_each(message, end, &mut counts, receive, |at, value| {
            matches!(at, 5..=7) || (at, value) == (8, 7)
        });
    }
    report("one short message", &counts);
}

#[test]
fn changed_concatenated_short_messages_verify_only_if_tid_or_push_type_changed() {
    let mut counts = BTreeMap::new();
    let several = GOLDEN
        .iter()
        .filter(|golden| golden.short_messages.len() > 1);
    for golden in several {
        let credentials = credentials(golden);
        for messages in [
            golden.short_messages,
            golden.short_messages_16_bit_reference,
        ] {
            for (changed, message) in messages.iter().enumerate() {
                let receive = |octets: &[u8]| {
                    let mut reassembler = Reassembler::<(), 2, 1024>::new();
                    let mut verdict = Fate::NeverWhole;
                    for (number, unchanged) in messages.iter().enumerate() {
                        let received = if number == changed { octets } else { unchanged };
                        verdict = match reassembled(&mut reassembler, received) {
                            Ok(Some(whole)) => {
                                let push = wap::open_datagram(wap::udh::PUSH_PORT, &whole);
                                let body = push.as_ref().map(Push::body);
                                return fate(
                                    body.map_err(|&error| error.into()),
                                    golden,
                                    &credentials,
                                );
                            }
                            Ok(None) => Fate::NeverWhole,
                            Err(error) => return error.into(),
                        };
                    }
                    verdict
                };
                // The user data header, and in the first one that of WSP.
                let header = usize::from(message[0]) + 1;
                let end = if changed == 0 { header + 6 } else { header };
                change_each(message, end, &mut counts, receive, |at, value| {
                    changed == 0 && (at == header || (at, value) == (header + 1, 7))
                });
            }
        }
    }
    report("several short messages", &counts);
}

/// The whole message, if this was the last of its segments.
fn reassembled(
    reassembler: &mut Reassembler<(), 2, 1024>,
    message: &[u8],
) -> Result<Option<Vec<u8>>, DecodeError> {
    let Some(segment) = reassembly::Segment::from_user_data(&UserData::parse(message)?) else {
        return Ok(None);
    };
    Ok(match reassembler.accept(0, (), &segment)?.outcome {
        Reassembled::Whole { octets } => Some(octets.to_vec()),
        _ => None,
    })
}

#[test]
fn a_changed_cdma_segment_verifies_only_if_source_port_tid_or_push_type_changed() {
    let mut counts = BTreeMap::new();
    for golden in GOLDEN {
        let credentials = credentials(golden);
        let receive = |octets: &[u8]| {
            let segment = match cdma::WdpSegment::parse(octets) {
                Ok(segment) if segment.total() > 1 => return Fate::NeverWhole,
                Ok(segment) => segment,
                Err(error) => return error.into(),
            };
            let push = cdma::open(segment.payload(), cdma::RepeatedPorts::Strip);
            let body = push.as_ref().map(Push::body).map_err(|&error| error.into());
            fate(body, golden, &credentials)
        };
        let end = golden.cdma.len() - golden.package0.len();
        change_each(golden.cdma, end, &mut counts, receive, |at, value| {
            matches!(at, 3 | 4 | 7) || (at, value) == (8, 7)
        });
    }
    report("CDMA", &counts);
}

#[test]
fn a_changed_put_verifies_only_if_case_of_type_length_or_kind_of_body_changed() {
    let mut counts = BTreeMap::new();
    for golden in GOLDEN {
        let credentials = credentials(golden);
        let receive = |octets: &[u8]| {
            let mut receiver = Receiver::<1024>::new(Connection::Required);
            let connect = b"\x80\0\x13\x10\0\x04\0\x46\0\x0CSYNCML-DM";
            assert!(receiver.receive(connect).error().is_none());
            let reply = receiver.receive(octets);
            let body = match reply.code().value() {
                0x90 => Err(Fate::NeverWhole),
                _ => reply.package0().ok_or(Fate::Refused),
            };
            fate(body, golden, &credentials)
        };
        let put = golden.obex_put;
        let end = put.len() - golden.package0.len();
        change_each(put, end, &mut counts, receive, |at, value| match at {
            // Type, in either case.
            11..=45 => value.eq_ignore_ascii_case(&put[at]),
            // The identifier of Length: another header of four octets.
            47 => value >= 0xC0,
            // Its value: not above the room that there is, 1024 octets.
            48..=51 => {
                let mut length: [u8; 4] = put[48..52].try_into().unwrap();
                length[at - 48] = value;
                u32::from_be_bytes(length) <= 1024
            }
            // End-of-Body: Body carries data as well.
            52 => value == 0x48,
            _ => false,
        });
    }
    report("OBEX", &counts);
}

/// What became of a message that an inbox received in these deliveries, in order.
fn fate_of_deliveries(
    deliveries: Vec<Delivery<'_, Address>>,
    golden: &Golden,
    credentials: &Credentials,
) -> Fate {
    let mut inbox = Inbox::<Address, 2, 1024>::new();
    let mut last = Fate::NeverWhole;
    for delivery in deliveries {
        last = match inbox.receive(0, delivery).outcome {
            Outcome::Package0(package0) => {
                return fate(Ok(package0.as_bytes()), golden, credentials);
            }
            Outcome::NotForDm { .. } => Fate::RoutedAway,
            Outcome::Incomplete { .. } | Outcome::RepeatedSegment => Fate::NeverWhole,
            _ => Fate::Refused,
        };
    }
    last
}

/// Octets of which some bits mean nothing: those in these ranges, counted from the most significant
/// bit of the first octet.
struct Meaningless {
    octets: Vec<u8>,
    masks: Vec<u8>,
}

impl Meaningless {
    fn new(octets: &[u8], bits: &[Range<usize>]) -> Self {
        let mut masks = vec![0; octets.len()];
        for bit in bits.iter().cloned().flatten() {
            masks[bit / 8] |= 0x80 >> (bit % 8);
        }
        Self {
            octets: octets.to_vec(),
            masks,
        }
    }

    /// Whether the octet may become this value.
    fn may_become(&self, at: usize, value: u8) -> bool {
        (self.octets[at] ^ value) & !self.masks[at] == 0
    }
}

/// The bits of whole octets.
const fn octets(range: Range<usize>) -> Range<usize> {
    8 * range.start..8 * range.end
}

const ORIGINATOR: &str = "+44770001234";
/// The service centre's address, and an RP-DATA before its TPDU.
const CENTRE: usize = 8;
const RELAY: usize = 12;
/// An SMS-DELIVER before its user data, as far as its layout counts here: the first octet, of the
/// originator's address length and the rest, and behind it.
const ORIGINATOR_LENGTH: usize = 1;
const ORIGINATOR_VALUE: Range<usize> = 2..9;
const SCHEME: usize = 10;
const USER_DATA: usize = 19;

fn delivered(user_data: &[u8]) -> Vec<u8> {
    let mut buffer = [0; 200];
    let deliver = Deliver::new(ORIGINATOR.parse().unwrap(), user_data);
    deliver.encode(&mut buffer).unwrap().to_vec()
}

fn delivered_with_centre(user_data: &[u8]) -> Vec<u8> {
    let mut buffer = [0; 200];
    let deliver = Deliver::new(ORIGINATOR.parse().unwrap(), user_data)
        .with_service_centre("+447785016005".parse().unwrap());
    let octets = deliver.encode_with_service_centre(&mut buffer);
    octets.unwrap().to_vec()
}

fn relayed(user_data: &[u8]) -> Vec<u8> {
    let mut buffer = [0; 250];
    let tpdu = delivered(user_data);
    let data = RpData::to_device(0x2A, "+447785016005".parse().unwrap(), &tpdu);
    data.encode(&mut buffer).unwrap().to_vec()
}

/// The bits that mean nothing in an SMS-DELIVER that starts at octet `start`, before its user data;
/// those of the originator apart.
fn meaningless_in_deliver(start: usize) -> Vec<Range<usize>> {
    let first = 8 * start;
    vec![
        // All but UDHI and the message type.
        first..first + 1,
        first + 2..first + 6,
        // Protocol identifier, time stamp.
        octets(start + 9..start + 10),
        octets(start + 11..start + 18),
    ]
}

/// Whether the data coding scheme in an SMS-DELIVER, or the length of its originator's address, may
/// become this value: 8-bit data, and a twelfth digit, for which there is room.
fn is_as_good(at: usize, value: u8) -> bool {
    match at {
        ORIGINATOR_LENGTH => value == 12,
        SCHEME => [0x04, 0x14, 0x44, 0x54, 0xF4, 0xFC].contains(&(value & 0xFC)),
        _ => false,
    }
}

/// Changes each octet of a golden message of one short message, as it comes from a modem or over
/// IMS, before Package #0. What precedes the TPDU is `before` octets, with these meaningless bits.
fn change_each_deliver(
    name: &str,
    frame: fn(&[u8]) -> Vec<u8>,
    before: usize,
    meaningless_before: &[Range<usize>],
    deliver: for<'a> fn(&'a [u8]) -> Delivery<'a, Address>,
) {
    let mut counts = BTreeMap::new();
    for golden in GOLDEN {
        let [user_data] = golden.short_messages else {
            continue;
        };
        let credentials = credentials(golden);
        let message = frame(user_data);
        let wsp = before + USER_DATA + 7;
        let mut bits = meaningless_in_deliver(before);
        bits.extend_from_slice(meaningless_before);
        bits.extend([
            octets(before + ORIGINATOR_VALUE.start..before + ORIGINATOR_VALUE.end),
            // Originator port, TID, confirmed or not.
            octets(wsp - 2..wsp + 1),
            8 * wsp + 15..8 * wsp + 16,
        ]);
        let meaningless = Meaningless::new(&message, &bits);
        let receive =
            |octets: &[u8]| fate_of_deliveries(vec![deliver(octets)], golden, &credentials);
        let end = message.len() - golden.package0.len();
        change_each(&message, end, &mut counts, receive, |at, value| {
            meaningless.may_become(at, value) || at >= before && is_as_good(at - before, value)
        });
    }
    report(name, &counts);
}

const fn with_centre(octets: &[u8]) -> Delivery<'_, Address> {
    Delivery::Tpdu {
        octets,
        framing: Framing::ServiceCentre,
    }
}

#[test]
fn a_changed_tpdu_verifies_only_if_what_does_not_address_it_changed() {
    change_each_deliver("TPDU", delivered, 0, &[], |octets| Delivery::Tpdu {
        octets,
        framing: Framing::Bare,
    });
}

#[test]
fn a_changed_tpdu_behind_a_service_centre_verifies_likewise_and_if_the_centre_changed() {
    let centre = [octets(1..CENTRE)];
    change_each_deliver(
        "TPDU with service centre",
        delivered_with_centre,
        CENTRE,
        &centre,
        with_centre,
    );
    // By the length that a modem prints.
    change_each_deliver(
        "TPDU with a printed length",
        delivered_with_centre,
        CENTRE,
        &centre,
        |octets| Delivery::Tpdu {
            octets,
            framing: Framing::Length(octets.len() - CENTRE),
        },
    );
}

#[test]
fn a_changed_rp_data_verifies_likewise_and_if_spare_bits_reference_or_centre_changed() {
    let before = [0..5, octets(1..2), octets(3..10)];
    change_each_deliver("RP-DATA", relayed, RELAY, &before, |octets| {
        Delivery::RpData(octets)
    });
}

#[test]
fn changed_segments_in_rp_data_verify_only_if_the_originator_is_still_the_same() {
    let mut counts = BTreeMap::new();
    let several = GOLDEN
        .iter()
        .filter(|golden| golden.short_messages.len() > 1);
    for golden in several {
        let credentials = credentials(golden);
        let messages: Vec<_> = golden
            .short_messages
            .iter()
            .map(|&user_data| relayed(user_data))
            .collect();
        for (changed, message) in messages.iter().enumerate() {
            let mut bits = meaningless_in_deliver(RELAY);
            let originator = RELAY + ORIGINATOR_VALUE.start;
            bits.extend([
                0..5,
                octets(1..2),
                octets(3..10),
                // The extension bit, and the filler after the eleventh digit.
                8 * originator..8 * originator + 1,
                8 * originator + 48..8 * originator + 52,
            ]);
            let meaningless = Meaningless::new(message, &bits);
            let receive = |octets: &[u8]| {
                let received = messages.iter().enumerate().map(|(number, unchanged)| {
                    Delivery::RpData(if number == changed { octets } else { unchanged })
                });
                fate_of_deliveries(received.collect(), golden, &credentials)
            };
            change_each(
                message,
                RELAY + USER_DATA,
                &mut counts,
                receive,
                |at, value| {
                    meaningless.may_become(at, value)
                        || at >= RELAY && is_as_good(at - RELAY, value)
                },
            );
        }
    }
    report("several RP-DATA", &counts);
}

/// Octets of a C.S0015 message: the length of the teleservice, and of the originator's parameter
/// the identifier and the value.
const CDMA_TELESERVICE_LENGTH: usize = 2;
const CDMA_ORIGINATOR_NAME: usize = 5;
const CDMA_ORIGINATOR: Range<usize> = 7..14;

/// Whether a C.S0015 message with this change still has an originator that can be read, or none:
/// digits of 4 bits from 1 to 12, after two modes and their count of 8 bits.
fn is_originator_readable(message: &[u8], at: usize, value: u8) -> bool {
    match at {
        // Its parameter is part of the one before, that of the teleservice.
        CDMA_TELESERVICE_LENGTH => value == 2 + 9,
        // Another parameter, but for the teleservice. The bearer data comes again.
        CDMA_ORIGINATOR_NAME => value != 0,
        _ if CDMA_ORIGINATOR.contains(&at) => {
            let mut message = message.to_vec();
            message[at] = value;
            are_digits(&message[CDMA_ORIGINATOR])
        }
        _ => false,
    }
}

fn are_digits(address: &[u8]) -> bool {
    let bits = address
        .iter()
        .fold(String::new(), |bits, octet| format!("{bits}{octet:08b}"));
    let number = |digits: &str| usize::from_str_radix(digits, 2).unwrap();
    let digits = bits.get(10..10 + 4 * number(&bits[2..10]));
    bits.starts_with('0')
        && digits.is_some_and(|digits| {
            let each = (0..digits.len()).step_by(4);
            each.map(|at| number(&digits[at..at + 4]))
                .all(|digit| (1..=12).contains(&digit))
        })
}

/// The bits that mean nothing in bearer data whose first bit is this, around a golden datagram:
/// identifier, reserved bits, source port, TID, confirmed or not, padding.
fn meaningless_in_bearer_data(start: usize, segment: usize) -> Vec<Range<usize>> {
    let segment_start = start + 8 * 7 + 13;
    let end = segment_start + 8 * segment;
    vec![
        start + 20..start + 36,
        start + 37..start + 40,
        segment_start + 24..segment_start + 40,
        segment_start + 56..segment_start + 64,
        segment_start + 71..segment_start + 72,
        end..end + 3,
    ]
}

/// A golden datagram as one message, and the bits in it that mean nothing; with bearer data within
/// bearer data, those of both.
fn cdma_message(golden: &Golden, nested: bool) -> (Vec<u8>, Vec<Range<usize>>) {
    let mut delivery = CdmaDelivery::new("4477000123".parse().unwrap(), 0x1234, golden.cdma);
    if nested {
        delivery = delivery.nested(0x5678);
    }
    let mut buffer = [0; 300];
    let message = delivery.encode(&mut buffer).unwrap().to_vec();
    let outer = 8 * (CDMA_ORIGINATOR.end + 2);
    if !nested {
        return (
            message,
            meaningless_in_bearer_data(outer, golden.cdma.len()),
        );
    }
    let inner = outer + 8 * 7 + 13;
    let end = 8 * message.len();
    let mut bits = meaningless_in_bearer_data(inner, golden.cdma.len());
    bits.extend([
        outer + 20..outer + 36,
        outer + 37..outer + 40,
        // The type of the inner message.
        inner + 16..inner + 20,
        end - 3..end,
    ]);
    (message, bits)
}

#[test]
fn a_changed_cdma_message_verifies_only_if_what_does_not_address_it_changed() {
    let mut counts = BTreeMap::new();
    let short = GOLDEN.iter().filter(|golden| golden.cdma.len() <= 237);
    // Copying bit by bit takes its time in debug builds.
    for golden in short.step_by(if cfg!(debug_assertions) { 8 } else { 1 }) {
        let credentials = credentials(golden);
        for nested in [false, true] {
            let (message, bits) = cdma_message(golden, nested);
            let meaningless = Meaningless::new(&message, &bits);
            let receive = |octets: &[u8]| {
                let mut buffer = [0; 255];
                let delivery = Delivery::CdmaMessage {
                    octets,
                    repeated_ports: cdma::RepeatedPorts::Absent,
                    buffer: &mut buffer,
                };
                fate_of_deliveries(vec![delivery], golden, &credentials)
            };
            // Every octet, those of Package #0 included.
            let end = message.len();
            change_each(&message, end, &mut counts, receive, |at, value| {
                meaningless.may_become(at, value) || is_originator_readable(&message, at, value)
            });
        }
    }
    report("C.S0015", &counts);
}
