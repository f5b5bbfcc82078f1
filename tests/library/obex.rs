//! OBEX (7.2): what the device answers to every packet, and what a sender makes of Package #0.
#![allow(
    clippy::shadow_unrelated,
    reason = "packets and replies follow each other under one name"
)]

use super::support::Refused;
use crate::support::{counted, number, packet};
use crate::vectors::GOLDEN;
use hex_literal::hex;
use oma_dm_notification::obex::{
    Connect, Connection, Disconnect, MaximumPacketLength, Put, Receiver, Reply, Response,
    ResponseCode,
};
use oma_dm_notification::{DecodeError, DecodeErrorKind, EncodeError, Field};
use proptest::prelude::*;

/// V7: a CONNECT to the DM client, maximum packet length 1024.
const CONNECT: &[u8] = &hex!("8000131000040046000c53594e434d4c2d444d");
/// The Success to it, with `ConnectionID` 1.
const CONNECTED: &[u8] = &hex!("a000181000 0400 cb00000001 4a000c53594e434d4c2d444d");
/// V8: Appendix C in one final PUT over connection 1.
const PUT: &[u8] = &hex!(
    "820061cb000000014200276170706c69636174696f6e2f766e642e73796e636d6c2e6e6f74696669636174696f6e00"
    "c30000002a49002de4000751d15da7d8b5fc1fbce45ee71502d0000000123412636f6d2e6d676d747372762e6d616e616765"
);
/// Where the headers of `PUT` start, and where it ends.
const PUT_HEADERS: [usize; 5] = [3, 8, 47, 52, 97];
const DISCONNECT: &[u8] = &hex!("810008cb00000001");
const ABORT: &[u8] = &hex!("ff0003");
const TYPE: &[u8] = b"application/vnd.syncml.notification\0";

/// The first of the vectors, Appendix C.
fn package0() -> &'static [u8] {
    GOLDEN[0].package0
}

fn id(value: u32) -> Vec<u8> {
    number(0xCB, value)
}

fn media_type() -> Vec<u8> {
    counted(0x42, TYPE)
}

fn body(octets: &[u8]) -> Vec<u8> {
    counted(0x48, octets)
}

fn connect_to(target: &[u8]) -> Vec<u8> {
    let header = counted(0x46, target);
    let length = u8::try_from(header.len() + 7).unwrap();
    [&[0x80, 0, length, 0x10, 0, 0x04, 0], &header[..]].concat()
}

/// A receiver that requires a CONNECT and has had one.
fn connected() -> Receiver<512> {
    let mut receiver = Receiver::new(Connection::Required);
    assert_eq!(receiver.receive(CONNECT).response(), CONNECTED);
    receiver
}

/// The packet's length octets changed to the length that it has.
fn with_true_length(packet: &[u8]) -> Vec<u8> {
    let mut packet = packet.to_vec();
    let length = u16::try_from(packet.len()).unwrap();
    packet[1..3].copy_from_slice(&length.to_be_bytes());
    packet
}

#[track_caller]
fn assert_fault(fault: Option<DecodeError>, kind: DecodeErrorKind, field: Field, offset: usize) {
    let fault = fault.expect("a fault");
    assert_eq!(
        (fault.kind(), fault.field(), fault.offset()),
        (kind, field, offset)
    );
}

/// Refused with this code alone: three octets, no Package #0, no error.
#[track_caller]
fn assert_refused(reply: &Reply<'_>, code: u8) {
    assert_eq!(reply.code().value(), code);
    assert_eq!(reply.response(), [code, 0, 3]);
    assert_eq!(reply.package0(), None);
    assert_eq!(reply.error(), None);
}

/// Nothing is left of the PUT before: its continuation is answered as a first packet would be, for
/// want of its headers.
#[track_caller]
fn assert_nothing_kept(receiver: &mut Receiver<512>) {
    let last = packet(0x82, &[id(1), body(b"rest")]);
    assert_refused(&receiver.receive(&last), 0xCF);
}

/// The connection is as it was: a PUT over it is accepted.
#[track_caller]
fn assert_still_connected(receiver: &mut Receiver<512>) {
    assert_eq!(receiver.receive(PUT).package0(), Some(package0()));
}

/// Starts a PUT that is not finished.
#[track_caller]
fn begin(receiver: &mut Receiver<512>) {
    let first = packet(0x02, &[id(1), media_type(), body(b"begun")]);
    let reply = receiver.receive(&first);
    assert_eq!(reply.response(), hex!("900003"));
    assert_eq!(reply.code(), ResponseCode::CONTINUE);
    assert_eq!(reply.package0(), None);
    assert_eq!(reply.error(), None);
}

mod receiving {
    use super::*;

    #[test]
    fn a_receiver_can_stand_in_a_constant() {
        const LENGTH: MaximumPacketLength = match MaximumPacketLength::new(0x1234) {
            Ok(length) => length,
            Err(_) => MaximumPacketLength::MINIMUM,
        };
        const RECEIVER: Receiver<64> = Receiver::new(Connection::Required);
        let mut receiver = RECEIVER;
        receiver.set_maximum_packet_length(LENGTH);
        let expected = hex!("a000181000 1234 cb00000001 4a000c53594e434d4c2d444d");
        assert_eq!(receiver.receive(CONNECT).response(), expected);
        assert_eq!(format!("{receiver:?}"), "Receiver(..)");
    }

    #[test]
    fn golden_connect_and_put_give_a_connection_and_package0() {
        let mut receiver = Receiver::<42>::new(Connection::Required);
        let reply = receiver.receive(CONNECT);
        assert_eq!(reply.response(), CONNECTED);
        assert_eq!(reply.code(), ResponseCode::SUCCESS);
        assert_eq!((reply.package0(), reply.error()), (None, None));
        let reply = receiver.receive(PUT);
        assert_eq!(reply.response(), hex!("a00003"));
        assert_eq!(reply.code(), ResponseCode::SUCCESS);
        assert_eq!((reply.package0(), reply.error()), (Some(package0()), None));
        let reply = receiver.receive(DISCONNECT);
        assert_eq!(reply.response(), hex!("a00003"));
        assert_eq!((reply.package0(), reply.error()), (None, None));
        assert_refused(&receiver.receive(PUT), 0xC3);
    }

    #[test]
    fn every_golden_put_gives_its_package0() {
        let mut receiver = connected();
        for golden in GOLDEN {
            let reply = receiver.receive(golden.obex_put);
            assert_eq!(reply.package0(), Some(golden.package0), "{}", golden.name);
        }
    }

    #[test]
    fn headers_are_read_in_any_order_among_unknown_ones_of_all_four_forms() {
        let text = counted(0x01, b"\0n\0a\0m\0e\0\0");
        let octets = counted(0x4C, b"\x46\x00\x03");
        let one = vec![0x97, 0xCB];
        let four = number(0xC0, 0x4900_0400);
        let headers = [
            id(1),
            media_type(),
            number(0xC3, 4),
            body(b"ab"),
            counted(0x49, b"cd"),
        ];
        let unknown = [text, octets, one, four];
        let mut receiver = connected();
        for order in 0..120 {
            let mut left: Vec<_> = headers.to_vec();
            let mut choice = order;
            let mut out = Vec::new();
            for (n, unknown) in (1..=5).rev().zip(unknown.iter().cycle().skip(order)) {
                out.push(left.remove(choice % n));
                out.push(unknown.clone());
                choice /= n;
            }
            let swapped =
                out.iter().position(|h| h[0] == 0x49) < out.iter().position(|h| h[0] == 0x48);
            let expected: &[u8] = if swapped { b"cdab" } else { b"abcd" };
            let reply = receiver.receive(&packet(0x82, &out));
            assert_eq!(reply.package0(), Some(expected), "order {order}");
        }
    }

    #[test]
    fn target_is_read_anywhere_in_connect() {
        let target = counted(0x46, b"SYNCML-DM");
        let others = [
            counted(0x01, b""),
            vec![0x93, 1],
            number(0xC0, 1),
            counted(0x4D, b"x"),
        ];
        for place in 0..=others.len() {
            let mut headers = others.to_vec();
            headers.insert(place, target.clone());
            let octets = [&hex!("800000 1000 0400")[..], &headers.concat()].concat();
            let reply = Receiver::<1>::new(Connection::Required)
                .receive(&with_true_length(&octets))
                .response()
                .to_vec();
            assert_eq!(reply, CONNECTED, "place {place}");
        }
    }

    #[test]
    fn a_put_in_three_packets_cut_anywhere_gives_package0() {
        let mut receiver = connected();
        let all = package0();
        for second in 0..=all.len() {
            for third in second..=all.len() {
                let first = packet(0x02, &[id(1), media_type(), body(&all[..second])]);
                let middle = packet(0x02, &[body(&all[second..third])]);
                let last = packet(0x82, &[counted(0x49, &all[third..])]);
                assert_eq!(receiver.receive(&first).response(), hex!("900003"));
                assert_eq!(receiver.receive(&middle).response(), hex!("900003"));
                let reply = receiver.receive(&last);
                assert_eq!(reply.package0(), Some(all), "cut at {second} and {third}");
            }
        }
    }

    #[test]
    fn first_and_last_packet_need_no_body_of_their_own() {
        let mut receiver = connected();
        for headers in [
            &[id(1), media_type()][..],
            &[media_type(), number(0xC3, 3), id(1)],
        ] {
            assert_eq!(
                receiver.receive(&packet(0x02, headers)).code(),
                ResponseCode::CONTINUE
            );
            let second = packet(0x02, &[id(1), media_type(), counted(0x49, b"abc")]);
            assert_eq!(receiver.receive(&second).code(), ResponseCode::CONTINUE);
            let reply = receiver.receive(&hex!("820003"));
            assert_eq!(reply.package0(), Some(&b"abc"[..]));
        }
    }

    #[test]
    fn type_is_compared_without_case_and_final_zero_octet() {
        let mut receiver = connected();
        for name in [
            &b"application/vnd.syncml.notification"[..],
            b"APPLICATION/VND.SyncML.Notification\0",
        ] {
            let put = packet(0x82, &[id(1), counted(0x42, name), body(b"x")]);
            assert_eq!(receiver.receive(&put).package0(), Some(&b"x"[..]));
        }
        for name in [
            &b""[..],
            b"\0",
            b"application/vnd.syncml.notification\0\0",
            b"application/vnd.syncml.notificatio\0",
            b"application/vnd.syncml.ds.notification\0",
            b"application/vnd.syncml.dm+wbxml\0",
        ] {
            let put = packet(0x82, &[id(1), counted(0x42, name), body(b"x")]);
            assert_refused(&receiver.receive(&put), 0xCF);
        }
    }

    #[test]
    fn the_length_header_need_not_match_the_body() {
        let mut receiver = connected();
        for length in [0, 1, 3, 512] {
            let put = packet(
                0x82,
                &[id(1), media_type(), number(0xC3, length), body(b"ab")],
            );
            assert_eq!(
                receiver.receive(&put).package0(),
                Some(&b"ab"[..]),
                "{length}"
            );
        }
        for length in [513, u32::MAX] {
            let put = packet(
                0x82,
                &[id(1), media_type(), number(0xC3, length), body(b"ab")],
            );
            assert_refused(&receiver.receive(&put), 0xCD);
        }
    }

    #[test]
    fn a_body_fills_the_buffer_and_is_refused_with_one_octet_more() {
        let mut receiver = connected();
        let (full, over) = ([7; 512], [7; 513]);
        let put = |octets: &[u8]| packet(0x82, &[id(1), media_type(), body(octets)]);
        assert_eq!(receiver.receive(&put(&full)).package0(), Some(&full[..]));
        assert_refused(&receiver.receive(&put(&over)), 0xCD);
        begin(&mut receiver);
        let rest = packet(0x82, &[body(&full[..507])]);
        assert_eq!(
            receiver.receive(&rest).package0().map(<[u8]>::len),
            Some(512)
        );
        begin(&mut receiver);
        let rest = packet(0x02, &[body(&full[..500]), counted(0x49, &full[..8])]);
        assert_refused(&receiver.receive(&rest), 0xCD);
        assert_nothing_kept(&mut receiver);
    }

    #[test]
    fn a_final_put_without_a_body_is_a_bad_request_without_a_fault() {
        let mut receiver = connected();
        for headers in [
            &[id(1), media_type()][..],
            &[id(1), media_type(), counted(0x49, b"")],
            &[id(1), media_type(), body(b""), counted(0x49, b"")],
        ] {
            assert_refused(&receiver.receive(&packet(0x82, headers)), 0xC0);
            assert_nothing_kept(&mut receiver);
        }
        let first = packet(0x02, &[id(1), media_type(), body(b"")]);
        assert_eq!(receiver.receive(&first).code(), ResponseCode::CONTINUE);
        assert_refused(&receiver.receive(&hex!("820003")), 0xC0);
        assert_nothing_kept(&mut receiver);
    }

    #[test]
    fn of_several_headers_with_one_id_the_first_counts() {
        let mut receiver = connected();
        let good = [id(1), media_type(), number(0xC3, 1), body(b"x")];
        let bad = [id(2), counted(0x42, b"text/plain"), number(0xC3, 9999)];
        let put = packet(0x82, &[&good[..], &bad].concat());
        assert_eq!(receiver.receive(&put).package0(), Some(&b"x"[..]));
        let put = packet(0x82, &[vec![id(2)], good.to_vec()].concat());
        assert_refused(&receiver.receive(&put), 0xD3);
        let ours_first = hex!("80001f 1000 0400 46000c53594e434d4c2d444d 46000c53594e434d4c2d4453");
        assert_eq!(receiver.receive(&ours_first).response()[0], 0xA0);
        let ours_last = hex!("80001f 1000 0400 46000c53594e434d4c2d4453 46000c53594e434d4c2d444d");
        assert_eq!(receiver.receive(&ours_last).response()[0], 0xC4);
    }
}

mod refusing {
    use super::*;

    /// Every packet that is refused over connection 1, and the code.
    fn refused() -> Vec<(&'static str, Vec<u8>, u8)> {
        let wrong_type = counted(0x42, b"text/x-vcard\0");
        vec![
            ("GET", packet(0x03, &[]), 0xD1),
            ("GET, final", packet(0x83, &[id(1), media_type()]), 0xD1),
            (
                "SETPATH with its two octets",
                hex!("8500050200").to_vec(),
                0xD1,
            ),
            ("SESSION", packet(0x87, &[]), 0xD1),
            ("CONNECT without its final bit", packet(0x00, &[]), 0xD1),
            ("reserved opcode", packet(0x04, &[id(1)]), 0xD1),
            (
                "PUT with another ConnectionID",
                packet(0x02, &[id(2), media_type(), body(b"x")]),
                0xD3,
            ),
            (
                "PUT with ConnectionID 0",
                packet(0x82, &[id(0), media_type(), body(b"x")]),
                0xD3,
            ),
            (
                "PUT with an upper half of ConnectionID",
                packet(0x82, &[id(0x1_0001), media_type(), body(b"x")]),
                0xD3,
            ),
            (
                "PUT with another Target",
                packet(
                    0x82,
                    &[
                        id(1),
                        counted(0x46, b"SYNCML-SYNC"),
                        media_type(),
                        body(b"x"),
                    ],
                ),
                0xC4,
            ),
            (
                "PUT with another Type",
                packet(0x02, &[id(1), wrong_type, body(b"x")]),
                0xCF,
            ),
            (
                "PUT with a Length above the buffer",
                packet(0x02, &[id(1), media_type(), number(0xC3, 513)]),
                0xCD,
            ),
            (
                "PUT with a body above the buffer",
                packet(0x02, &[id(1), media_type(), body(&[0; 513])]),
                0xCD,
            ),
            (
                "DISCONNECT of another connection",
                packet(0x81, &[id(2)]),
                0xD3,
            ),
        ]
    }

    #[test]
    fn each_refusal_has_its_code() {
        for (name, octets, code) in refused() {
            println!("{name}");
            assert_refused(&connected().receive(&octets), code);
        }
    }

    #[test]
    fn each_refusal_drops_the_put_and_leaves_the_connection() {
        for (name, octets, code) in refused() {
            println!("{name}");
            let mut receiver = connected();
            begin(&mut receiver);
            assert_refused(&receiver.receive(&octets), code);
            assert_nothing_kept(&mut receiver);
            assert_still_connected(&mut receiver);
        }
    }

    #[test]
    fn the_first_packet_of_a_put_needs_connection_id_and_type() {
        let mut receiver = connected();
        for opcode in [0x02, 0x82] {
            let put = packet(opcode, &[media_type(), body(b"x")]);
            assert_refused(&receiver.receive(&put), 0xD3);
            let put = packet(opcode, &[id(1), body(b"x")]);
            assert_refused(&receiver.receive(&put), 0xCF);
        }
    }

    #[test]
    fn a_header_that_a_continuation_repeats_must_be_the_same() {
        for (header, code) in [
            (id(2), 0xD3),
            (counted(0x42, b"text/plain\0"), 0xCF),
            (counted(0x46, b"SYNCML-D"), 0xC4),
            (number(0xC3, 600), 0xCD),
        ] {
            let mut receiver = connected();
            begin(&mut receiver);
            assert_refused(
                &receiver.receive(&packet(0x82, &[header, body(b"x")])),
                code,
            );
            assert_nothing_kept(&mut receiver);
        }
        let mut receiver = connected();
        begin(&mut receiver);
        let same = [
            id(1),
            media_type(),
            counted(0x46, b"SYNCML-DM"),
            number(0xC3, 6),
            body(b"x"),
        ];
        let reply = receiver.receive(&packet(0x82, &same));
        assert_eq!(reply.package0(), Some(&b"begunx"[..]));
    }

    #[test]
    fn of_several_reasons_to_refuse_the_first_of_the_documented_order_is_answered() {
        let all = [
            id(2),
            counted(0x46, b"x"),
            counted(0x42, b"x"),
            number(0xC3, 999),
            body(&[0; 600]),
        ];
        let mut receiver = connected();
        let put = |from: usize, before: &[Vec<u8>]| packet(0x82, &[before, &all[from..]].concat());
        assert_refused(
            &Receiver::<9>::new(Connection::Required).receive(&put(0, &[])),
            0xC3,
        );
        assert_refused(&receiver.receive(&put(0, &[])), 0xD3);
        assert_refused(&receiver.receive(&put(1, &[id(1)])), 0xC4);
        assert_refused(&receiver.receive(&put(2, &[id(1)])), 0xCF);
        assert_refused(&receiver.receive(&put(3, &[id(1), media_type()])), 0xCD);
        let malformed = packet(0x82, &[put(0, &[])[3..].to_vec(), vec![0x48]]);
        assert_eq!(receiver.receive(&malformed).response(), hex!("c00003"));
    }

    #[test]
    fn a_put_without_the_connect_that_is_required_is_forbidden() {
        let mut receiver = Receiver::<512>::new(Connection::Required);
        assert_refused(&receiver.receive(PUT), 0xC3);
        let put = packet(
            0x02,
            &[counted(0x46, b"SYNCML-DM"), media_type(), body(b"x")],
        );
        assert_refused(&receiver.receive(&put), 0xC3);
        assert_eq!(receiver.receive(CONNECT).response(), CONNECTED);
        assert_nothing_kept(&mut receiver);
        assert_still_connected(&mut receiver);
    }

    #[test]
    fn a_connect_elsewhere_is_not_found_and_leaves_the_connection() {
        let no_target = hex!("800007 1000 0400").to_vec();
        for octets in [
            connect_to(b"SYNCML-SYNC"),
            connect_to(b"SYNCML-DM\0"),
            connect_to(b"SYNCML-D"),
            connect_to(b"syncml-dm"),
            connect_to(b""),
            no_target,
        ] {
            let mut receiver = Receiver::<512>::new(Connection::Required);
            let reply = receiver.receive(&octets);
            assert_eq!(reply.response(), hex!("c40007 1000 0400"));
            assert_eq!(reply.code(), ResponseCode::NOT_FOUND);
            assert_eq!((reply.package0(), reply.error()), (None, None));
            assert_refused(&receiver.receive(PUT), 0xC3);

            let mut receiver = connected();
            begin(&mut receiver);
            assert_eq!(
                receiver.receive(&octets).response(),
                hex!("c40007 1000 0400")
            );
            assert_nothing_kept(&mut receiver);
            assert_still_connected(&mut receiver);
        }
    }
}

mod connecting {
    use super::*;

    #[test]
    fn a_new_connect_resets_and_outdates_the_connection_id() {
        let mut receiver = connected();
        begin(&mut receiver);
        let reply = receiver.receive(CONNECT).response().to_vec();
        assert_eq!(
            reply,
            hex!("a000181000 0400 cb00000002 4a000c53594e434d4c2d444d")
        );
        assert_refused(&receiver.receive(PUT), 0xD3);
        let rest = packet(0x82, &[id(2), body(b"rest")]);
        assert_refused(&receiver.receive(&rest), 0xCF);
        let put = packet(0x82, &[id(2), media_type(), body(b"x")]);
        assert_eq!(receiver.receive(&put).package0(), Some(&b"x"[..]));
    }

    #[test]
    fn connection_ids_start_again_after_65535() {
        let mut receiver = Receiver::<8>::new(Connection::Required);
        for expected in (1..=0xFFFF).chain([0, 1]) {
            let reply = receiver.receive(CONNECT);
            let response = Response::parse_connect(reply.response()).unwrap();
            assert_eq!(response.connection_id(), Some(expected));
        }
    }

    #[test]
    fn disconnect_ends_the_connection_with_or_without_its_id() {
        for octets in [DISCONNECT, &hex!("810003")] {
            let mut receiver = connected();
            begin(&mut receiver);
            assert_eq!(receiver.receive(octets).response(), hex!("a00003"));
            assert_refused(&receiver.receive(PUT), 0xC3);
            // There is nothing left to disconnect, which is what was asked for.
            assert_eq!(receiver.receive(octets).response(), hex!("a00003"));
            receiver.receive(CONNECT);
            let rest = packet(0x82, &[id(2), body(b"rest")]);
            assert_refused(&receiver.receive(&rest), 0xCF);
        }
    }

    #[test]
    fn abort_drops_the_put_and_leaves_the_connection() {
        for octets in [ABORT, &hex!("ff0008cb00000001"), &hex!("ff0008cb00000009")] {
            let mut receiver = connected();
            begin(&mut receiver);
            let reply = receiver.receive(octets);
            assert_eq!(reply.response(), hex!("a00003"));
            assert_eq!((reply.package0(), reply.error()), (None, None));
            assert_nothing_kept(&mut receiver);
            assert_still_connected(&mut receiver);
        }
    }

    #[test]
    fn reset_drops_the_put_and_the_connection() {
        let mut receiver = connected();
        begin(&mut receiver);
        receiver.reset();
        assert_refused(&receiver.receive(PUT), 0xC3);

        let mut receiver = Receiver::<8>::new(Connection::Optional);
        receiver.receive(&packet(0x02, &[media_type(), body(b"a")]));
        receiver.reset();
        assert_refused(&receiver.receive(&packet(0x82, &[body(b"b")])), 0xCF);
    }

    #[test]
    fn if_connect_is_optional_a_put_of_the_type_is_accepted_without_one() {
        let mut receiver = Receiver::<512>::new(Connection::Optional);
        assert_eq!(receiver.receive(PUT).package0(), Some(package0()));
        let target = counted(0x46, b"SYNCML-DM");
        let put = packet(0x82, &[target, media_type(), body(b"x")]);
        assert_eq!(receiver.receive(&put).package0(), Some(&b"x"[..]));
        let put = packet(0x82, &[counted(0x46, b"other"), media_type(), body(b"x")]);
        assert_refused(&receiver.receive(&put), 0xC4);
        assert_refused(&receiver.receive(&packet(0x82, &[body(b"x")])), 0xCF);
    }

    #[test]
    fn if_connect_is_optional_a_connection_id_is_still_checked() {
        let mut receiver = Receiver::<512>::new(Connection::Optional);
        assert_eq!(receiver.receive(CONNECT).response(), CONNECTED);
        let without_id = packet(0x82, &[media_type(), body(b"x")]);
        assert_refused(&receiver.receive(&without_id), 0xD3);
        assert_still_connected(&mut receiver);
        let elsewhere = receiver
            .receive(&connect_to(b"SYNCML-SYNC"))
            .response()
            .to_vec();
        assert_eq!(elsewhere, hex!("c40007 1000 0400"));
        // Without a Connection there is neither ConnectionID nor Who, and the connection is over.
        let reply = receiver.receive(&hex!("800007 1000 0400"));
        assert_eq!(reply.response(), hex!("a00007 1000 0400"));
        assert_eq!(reply.code(), ResponseCode::SUCCESS);
        assert_eq!(receiver.receive(&without_id).package0(), Some(&b"x"[..]));
    }
}

mod malformed {
    use super::*;
    use DecodeErrorKind::{Invalid, Length, Truncated};

    /// Malformed: 0xC0 with this error; the PUT before is dropped, the connection stays.
    #[track_caller]
    fn assert_malformed(octets: &[u8], kind: DecodeErrorKind, field: Field, offset: usize) {
        let mut receiver = connected();
        begin(&mut receiver);
        let reply = receiver.receive(octets);
        assert_fault(reply.error(), kind, field, offset);
        assert_eq!(reply.code(), ResponseCode::BAD_REQUEST);
        assert_eq!(reply.package0(), None);
        let expected: &[u8] = match octets.first() {
            Some(0x80) => &hex!("c00007 1000 0400"),
            _ => &hex!("c00003"),
        };
        assert_eq!(reply.response(), expected);
        assert_nothing_kept(&mut receiver);
        assert_still_connected(&mut receiver);
    }

    #[test]
    fn a_packet_cut_short_of_its_length_is_truncated() {
        for octets in [CONNECT, PUT, DISCONNECT, ABORT, &packet(0x83, &[id(1)])] {
            for length in 0..octets.len() {
                assert_malformed(&octets[..length], Truncated, Field::ObexPacket, 0);
            }
        }
    }

    #[test]
    fn a_packet_longer_than_its_length_is_of_impossible_length() {
        for octets in [CONNECT, PUT, DISCONNECT, ABORT, &packet(0x83, &[])] {
            assert_malformed(&[octets, &[0]].concat(), Length, Field::ObexPacket, 0);
        }
        for length in 0..3 {
            assert_malformed(&[0x82, 0, length], Length, Field::ObexPacket, 0);
        }
    }

    #[test]
    fn a_connect_cut_anywhere_says_which_field_is_truncated() {
        for length in 3..CONNECT.len() {
            let octets = with_true_length(&CONNECT[..length]);
            match length {
                3..5 => assert_malformed(&octets, Truncated, Field::ObexVersion, 3),
                5..7 => assert_malformed(&octets, Truncated, Field::MaximumPacketLength, 5),
                7 => assert_eq!(
                    connected().receive(&octets).response(),
                    hex!("c40007 1000 0400")
                ),
                _ => assert_malformed(&octets, Truncated, Field::ObexHeader, 7),
            }
        }
    }

    #[test]
    fn a_put_cut_anywhere_says_which_header_is_truncated() {
        for length in 3..PUT.len() {
            let octets = with_true_length(&PUT[..length]);
            let start = PUT_HEADERS
                .into_iter()
                .rfind(|&start| start <= length)
                .unwrap();
            if start == length {
                assert_eq!(connected().receive(&octets).error(), None, "at {length}");
            } else {
                assert_malformed(&octets, Truncated, Field::ObexHeader, start);
            }
        }
    }

    #[test]
    fn a_header_of_each_form_cut_anywhere_is_truncated() {
        for opcode in [0x81, 0x82, 0x02, 0xFF] {
            for header in [
                counted(0x01, b"\0\0"),
                counted(0x4E, b"x"),
                vec![0x93, 0],
                number(0xC0, 0),
            ] {
                for length in 1..header.len() {
                    let octets = packet(opcode, &[id(1), header[..length].to_vec()]);
                    assert_malformed(&octets, Truncated, Field::ObexHeader, 8);
                }
            }
        }
    }

    #[test]
    fn a_header_shorter_than_its_own_head_is_of_impossible_length() {
        for length in 0..3 {
            for header in [0x01, 0x42, 0x48, 0x49, 0x7F] {
                let octets = packet(0x82, &[id(1), vec![header, 0, length], body(b"x")]);
                assert_malformed(&octets, Length, Field::ObexHeader, 8);
            }
        }
    }

    #[test]
    fn a_maximum_packet_length_below_255_is_invalid() {
        let mut octets = CONNECT.to_vec();
        for length in [0u16, 254] {
            octets[5..7].copy_from_slice(&length.to_be_bytes());
            assert_malformed(&octets, Invalid, Field::MaximumPacketLength, 5);
        }
        octets[5..7].copy_from_slice(&255u16.to_be_bytes());
        assert_eq!(
            Receiver::<1>::new(Connection::Required)
                .receive(&octets)
                .response(),
            CONNECTED
        );
    }

    #[test]
    fn each_error_reads_as_a_sentence() {
        let fault = |octets: &[u8]| connected().receive(octets).error().unwrap().to_string();
        assert_eq!(fault(&[]), "truncated OBEX packet at octet 0");
        assert_eq!(
            fault(&hex!("82000300")),
            "impossible length of OBEX packet at octet 0"
        );
        assert_eq!(fault(&hex!("800003")), "truncated OBEX version at octet 3");
        assert_eq!(
            fault(&hex!("8000051000")),
            "truncated maximum packet length at octet 5"
        );
        assert_eq!(
            fault(&hex!("800007100000fe")),
            "invalid maximum packet length at octet 5"
        );
        assert_eq!(fault(&hex!("82000493")), "truncated OBEX header at octet 3");
        assert_eq!(
            fault(&hex!("820006420002")),
            "impossible length of OBEX header at octet 3"
        );
        assert_eq!(
            MaximumPacketLength::new(0).unwrap_err().to_string(),
            "maximum packet length cannot be 0"
        );
    }
}

mod sending {
    use super::*;

    fn length(octets: u16) -> MaximumPacketLength {
        MaximumPacketLength::new(octets).unwrap()
    }

    #[test]
    fn a_maximum_packet_length_is_255_at_least() {
        let error = MaximumPacketLength::new(254).unwrap_err();
        assert_eq!(error.field(), Field::MaximumPacketLength);
        assert_eq!(error.value(), 254);
        assert_eq!(
            MaximumPacketLength::new(255),
            Ok(MaximumPacketLength::MINIMUM)
        );
        assert_eq!(
            MaximumPacketLength::new(1024),
            Ok(MaximumPacketLength::DEFAULT)
        );
        assert_eq!(length(0xFFFF).value(), 0xFFFF);
    }

    #[test]
    fn connect_is_v7() {
        let mut buffer = [0; 20];
        let connect = Connect::new(MaximumPacketLength::DEFAULT);
        assert_eq!(connect.encode(&mut buffer).unwrap(), CONNECT);
        let connect = Connect::new(length(0xABCD));
        let expected = hex!("8000131000abcd46000c53594e434d4c2d444d");
        assert_eq!(connect.encode(&mut buffer).unwrap(), expected);
    }

    #[test]
    fn disconnect_names_the_connection_where_there_is_one() {
        let mut buffer = [0; 8];
        let packet = Disconnect::new(Some(0x0102_0304)).encode(&mut buffer);
        assert_eq!(packet.unwrap(), hex!("810008cb01020304"));
        let packet = Disconnect::new(None).encode(&mut buffer);
        assert_eq!(packet.unwrap(), hex!("810003"));
    }

    #[test]
    fn every_golden_package0_is_its_golden_put() {
        for golden in GOLDEN {
            let put = Put::relay(golden.package0, Some(1))
                .with_maximum_packet_length(MaximumPacketLength::DEFAULT);
            let [packet] = put.packets().collect::<Vec<_>>()[..] else {
                panic!("{} is one packet", golden.name);
            };
            let mut buffer = [0; 1024];
            assert_eq!(
                packet.encode(&mut buffer).unwrap(),
                golden.obex_put,
                "{}",
                golden.name
            );
            assert_eq!(packet.encoded_len(), golden.obex_put.len());
            assert_eq!(packet.expected(), ResponseCode::SUCCESS);
        }
    }

    /// The packets of a PUT, as octets, with the code that each waits for.
    fn packets(put: Put<'_>) -> Vec<(Vec<u8>, u8)> {
        put.packets()
            .map(|packet| {
                let mut buffer = vec![0; packet.encoded_len()];
                let octets = packet.encode(&mut buffer).unwrap().to_vec();
                (octets, packet.expected().value())
            })
            .collect()
    }

    #[test]
    fn a_put_without_a_connection_has_no_connection_id() {
        let expected = packet(0x82, &[media_type(), number(0xC3, 2), counted(0x49, b"ab")]);
        assert_eq!(packets(Put::relay(b"ab", None)), [(expected, 0xA0)]);
    }

    #[test]
    fn what_does_not_fit_goes_into_further_packets_with_a_body_alone() {
        let octets: Vec<u8> = (0..=255).cycle().take(500).collect();
        let first = |all: &[u8], part: usize| {
            let length = u32::try_from(all.len()).unwrap();
            packet(
                0x02,
                &[
                    id(9),
                    media_type(),
                    number(0xC3, length),
                    body(&all[..part]),
                ],
            )
        };
        let expected = [
            (first(&octets, 200), 0x90),
            (packet(0x02, &[body(&octets[200..449])]), 0x90),
            (packet(0x82, &[counted(0x49, &octets[449..])]), 0xA0),
        ];
        assert_eq!(packets(Put::relay(&octets, Some(9))), expected);
        assert_eq!(expected.map(|(packet, _)| packet.len()), [255, 255, 57]);
    }

    #[test]
    fn packets_are_filled_to_the_last_octet() {
        let octets = [0; 800];
        let lengths = |package0: usize, connection_id: Option<u32>, maximum: u16| {
            let put = Put::relay(&octets[..package0], connection_id)
                .with_maximum_packet_length(length(maximum));
            packets(put)
                .iter()
                .map(|(packet, _)| packet.len())
                .collect::<Vec<_>>()
        };
        assert_eq!(lengths(0, Some(1), 255), [55]);
        assert_eq!(lengths(200, Some(1), 255), [255]);
        assert_eq!(lengths(201, Some(1), 255), [255, 7]);
        assert_eq!(lengths(205, None, 255), [255]);
        assert_eq!(lengths(206, None, 255), [255, 7]);
        assert_eq!(lengths(449, Some(1), 255), [255, 255]);
        assert_eq!(lengths(450, Some(1), 255), [255, 255, 7]);
        assert_eq!(lengths(201, Some(1), 256), [256]);
        assert_eq!(lengths(800, Some(1), 0xFFFF), [855]);
    }

    #[test]
    fn no_packet_follows_the_last() {
        let put = Put::relay(b"x", None);
        let mut packets = put.packets();
        assert!(packets.next().is_some());
        assert!(packets.next().is_none());
        assert!(packets.next().is_none());
    }

    #[test]
    fn a_buffer_too_small_by_one_octet_is_left_as_it_was() {
        let check = |needed: usize, encode: &dyn Fn(&mut [u8]) -> Option<EncodeError>| {
            let mut buffer = vec![0xEE; needed];
            assert_eq!(encode(&mut buffer), None);
            buffer.fill(0xEE);
            let error = encode(&mut buffer[1..]);
            assert_eq!(error.unwrap(), Refused::BufferTooSmall { needed });
            assert_eq!(buffer, vec![0xEE; needed]);
        };
        check(19, &|buffer| {
            Connect::new(MaximumPacketLength::MINIMUM)
                .encode(buffer)
                .err()
        });
        check(8, &|buffer| Disconnect::new(Some(1)).encode(buffer).err());
        check(3, &|buffer| Disconnect::new(None).encode(buffer).err());
        let put = Put::relay(package0(), Some(1));
        check(97, &|buffer| {
            put.packets().next().unwrap().encode(buffer).err()
        });
    }
}

mod responses {
    use super::*;
    use DecodeErrorKind::{Invalid, Length, Truncated};

    #[test]
    fn the_success_to_connect_says_connection_id_who_and_maximum_packet_length() {
        let response = Response::parse_connect(CONNECTED).unwrap();
        assert_eq!(response.code(), ResponseCode::SUCCESS);
        assert_eq!(response.connection_id(), Some(1));
        assert_eq!(response.who(), Some(&b"SYNCML-DM"[..]));
        assert_eq!(
            response.maximum_packet_length(),
            MaximumPacketLength::DEFAULT
        );
        let twice = Response::parse(&hex!("a0000b 4a000478 4a000479")).unwrap();
        assert_eq!(twice.who(), Some(&b"x"[..]), "the first of several counts");
        let bare = Response::parse_connect(&hex!("a000071000ffff")).unwrap();
        assert_eq!((bare.connection_id(), bare.who()), (None, None));
        assert_eq!(bare.maximum_packet_length().value(), 0xFFFF);
    }

    #[test]
    fn only_the_code_is_read_of_a_refused_connect() {
        for octets in [
            &hex!("c40003")[..],
            &hex!("c4000710000000"),
            &hex!("c4000c10000400cb00000001"),
            &hex!("c4000401"),
        ] {
            let response = Response::parse_connect(octets).unwrap();
            assert_eq!(response.code(), ResponseCode::NOT_FOUND);
            assert_eq!((response.connection_id(), response.who()), (None, None));
            assert_eq!(
                response.maximum_packet_length(),
                MaximumPacketLength::MINIMUM
            );
        }
    }

    #[test]
    fn another_response_is_its_code_and_headers() {
        let response = Response::parse(&hex!("900008cb01020304")).unwrap();
        assert_eq!(response.code(), ResponseCode::CONTINUE);
        assert_eq!(response.connection_id(), Some(0x0102_0304));
        assert_eq!(response.who(), None);
        assert_eq!(
            response.maximum_packet_length(),
            MaximumPacketLength::MINIMUM
        );
        assert_eq!(
            Response::parse(&hex!("e10003")).unwrap().code().value(),
            0xE1
        );
    }

    #[test]
    fn a_response_cut_anywhere_says_what_is_truncated() {
        for length in 0..CONNECTED.len() {
            let cut = &CONNECTED[..length];
            let error = Response::parse_connect(cut).err();
            assert_fault(error, Truncated, Field::ObexPacket, 0);
            assert_fault(Response::parse(cut).err(), Truncated, Field::ObexPacket, 0);
            if length < 3 {
                continue;
            }
            let error = Response::parse_connect(&with_true_length(cut)).err();
            match length {
                3..5 => assert_fault(error, Truncated, Field::ObexVersion, 3),
                5..7 => assert_fault(error, Truncated, Field::MaximumPacketLength, 5),
                7 | 12 => assert_eq!(error, None),
                8..12 => assert_fault(error, Truncated, Field::ObexHeader, 7),
                _ => assert_fault(error, Truncated, Field::ObexHeader, 12),
            }
        }
    }

    #[test]
    fn a_malformed_response_says_where() {
        let error = Response::parse(&hex!("a0000300")).err();
        assert_fault(error, Length, Field::ObexPacket, 0);
        let error = Response::parse(&hex!("a00004cb")).err();
        assert_fault(error, Truncated, Field::ObexHeader, 3);
        let error = Response::parse(&hex!("a0000b cb00000001 4a0002")).err();
        assert_fault(error, Length, Field::ObexHeader, 8);
        let error = Response::parse_connect(&hex!("a00007100000fe")).err();
        assert_fault(error, Invalid, Field::MaximumPacketLength, 5);
    }

    #[test]
    fn the_codes_have_the_values_of_the_standard() {
        let codes = [
            ResponseCode::CONTINUE,
            ResponseCode::SUCCESS,
            ResponseCode::BAD_REQUEST,
            ResponseCode::FORBIDDEN,
            ResponseCode::NOT_FOUND,
            ResponseCode::ENTITY_TOO_LARGE,
            ResponseCode::UNSUPPORTED_MEDIA_TYPE,
            ResponseCode::NOT_IMPLEMENTED,
            ResponseCode::SERVICE_UNAVAILABLE,
        ];
        let values = codes.map(ResponseCode::value);
        assert_eq!(values, hex!("90 a0 c0 c3 c4 cd cf d1 d3"));
    }
}

/// One whole session: CONNECT, PUT, DISCONNECT, with every response read. Gives what the receiver
/// took for Package #0, and the packets that it took.
fn session<const OCTETS: usize>(
    receiver: &mut Receiver<OCTETS>,
    package0: &[u8],
) -> (Option<Vec<u8>>, usize) {
    let mut buffer = [0; 1024];
    let connect = Connect::new(MaximumPacketLength::MINIMUM);
    let reply = receiver.receive(connect.encode(&mut buffer).unwrap());
    let response = Response::parse_connect(reply.response()).unwrap();
    assert_eq!(response.code(), ResponseCode::SUCCESS);
    let connection_id = response.connection_id();
    let limit = response.maximum_packet_length();
    let put = Put::relay(package0, connection_id).with_maximum_packet_length(limit);
    let (mut taken, mut packets) = (None, 0);
    for packet in put.packets() {
        let octets = packet.encode(&mut buffer).unwrap();
        assert!(octets.len() <= usize::from(limit.value()));
        let answer = receiver.receive(octets);
        let response_to_put = Response::parse(answer.response()).unwrap();
        assert_eq!(response_to_put.code(), packet.expected());
        assert_eq!(taken, None, "Package #0 comes with the last packet");
        taken = answer.package0().map(<[u8]>::to_vec);
        packets += 1;
    }
    let disconnect = Disconnect::new(connection_id);
    let reply = receiver.receive(disconnect.encode(&mut buffer).unwrap());
    assert_eq!(
        Response::parse(reply.response()).unwrap().code(),
        ResponseCode::SUCCESS
    );
    (taken, packets)
}

#[test]
fn every_golden_message_goes_from_sender_to_receiver_in_small_packets() {
    let small = MaximumPacketLength::MINIMUM;
    let mut receiver = Receiver::<512>::new(Connection::Required);
    receiver.set_maximum_packet_length(small);
    for golden in GOLDEN {
        let (taken, packets) = session(&mut receiver, golden.package0);
        assert_eq!(taken.as_deref(), Some(golden.package0), "{}", golden.name);
        let further = golden.package0.len().saturating_sub(200).div_ceil(249);
        assert_eq!(packets, 1 + further, "{}", golden.name);
    }
}

proptest! {
    #[test]
    fn what_is_sent_is_received_whatever_the_maximum_packet_length(
        octets in proptest::collection::vec(any::<u8>(), 1..2000),
        maximum in 255u16..=1024,
    ) {
        let maximum = MaximumPacketLength::new(maximum).unwrap();
        let mut receiver = Receiver::<2000>::new(Connection::Required);
        receiver.set_maximum_packet_length(maximum);
        let (taken, _) = session(&mut receiver, &octets);
        prop_assert_eq!(taken, Some(octets));
    }

    #[test]
    fn no_octets_make_either_end_panic(octets in proptest::collection::vec(any::<u8>(), 0..64)) {
        let lengths = with_true_length(&[&[0; 3][..], &octets].concat())[1..3].to_vec();
        for opcode in [0x80, 0x02, 0x82, 0x81, 0xFF, 0x83, 0xA0] {
            let framed = [&[opcode], &lengths[..], &octets].concat();
            for octets in [&octets, &framed] {
                let mut receiver = connected();
                begin(&mut receiver);
                let reply = receiver.receive(octets);
                prop_assert!([3, 7, 24].contains(&reply.response().len()));
                prop_assert!(reply.error().is_none_or(|fault| fault.offset() <= octets.len()));
                for parse in [Response::parse, Response::parse_connect] {
                    let error = parse(octets).err();
                    prop_assert!(error.is_none_or(|error| error.offset() <= octets.len()));
                }
            }
        }
    }
}
