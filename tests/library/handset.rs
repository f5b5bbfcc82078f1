//! The handset: every delivery, every outcome, and what it leaves as it was.

use crate::support::{INITIATORS, UI_MODES};
use crate::vectors::{GOLDEN, Golden};
use hex_literal::hex;
use oma_dm_notification::handset::{Account, Delivery, Handset, Ignored, Outcome, Received, Start};
use oma_dm_notification::session::{DeviceNonces, NonceChoice, Resynchronisation};
use oma_dm_notification::wap::cdma::RepeatedPorts;
use oma_dm_notification::wap::concat::{MessageKey, Reason};
use oma_dm_notification::{Credentials, DecodeError, DecodeErrorKind, Field, Nonce, SessionId};

/// The originator of what is delivered, unless a test needs two.
const ORIGINATOR: u8 = 1;
/// The key of the one account.
const SERVER: u16 = 7;
/// Ticks that segments wait for each other.
const MAX_AGE: u32 = 600;

/// A handset with the account of one golden message.
struct Device<const SETS: usize, const OCTETS: usize> {
    handset: Handset<u8, u16, SETS, OCTETS, MAX_AGE, 4>,
    server_id: &'static [u8],
    credentials: Credentials,
    stored: Vec<u8>,
    nonces: DeviceNonces,
}

impl<const SETS: usize, const OCTETS: usize> Device<SETS, OCTETS> {
    fn of(golden: &Golden) -> Self {
        Self {
            handset: Handset::new(),
            server_id: golden.server_id,
            credentials: Credentials::from_base64(*golden.credentials).unwrap(),
            stored: golden.nonce.to_vec(),
            nonces: DeviceNonces::new(Resynchronisation::Allowed),
        }
    }

    /// Whatever comes of it, the nonces are as they were unless a session starts.
    #[track_caller]
    fn receive_at(&mut self, now: u32, delivery: Delivery<'_, u8>) -> Received<u8, u16> {
        let before = self.nonces;
        let received = self.handset.receive(now, delivery, |server_id| {
            (server_id.as_bytes() == self.server_id).then(|| {
                let stored = Nonce::new(&self.stored);
                Account::new(SERVER, &self.credentials, stored, &mut self.nonces)
            })
        });
        if !matches!(received.outcome, Outcome::Start(_)) {
            assert_eq!(self.nonces, before);
        }
        received
    }

    /// The outcome of what displaces nothing.
    #[track_caller]
    fn receive(&mut self, delivery: Delivery<'_, u8>) -> Outcome<u16> {
        let received = self.receive_at(0, delivery);
        assert_eq!(received.displaced, None);
        received.outcome
    }

    #[track_caller]
    fn start(&mut self, delivery: Delivery<'_, u8>) -> Start<u16> {
        started(self.receive(delivery))
    }
}

type LargeDevice = Device<2, 2048>;

#[track_caller]
fn started(outcome: Outcome<u16>) -> Start<u16> {
    match outcome {
        Outcome::Start(start) => start,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn assert_error(error: DecodeError, expected: (DecodeErrorKind, Field, usize)) {
    assert_eq!((error.kind(), error.field(), error.offset()), expected);
}

#[track_caller]
fn assert_malformed(outcome: Outcome<u16>, expected: (DecodeErrorKind, Field, usize)) {
    match outcome {
        Outcome::Ignored(Ignored::Malformed(error)) => assert_error(error, expected),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn assert_not_for_dm(outcome: Outcome<u16>, expected: (DecodeErrorKind, Field, usize)) {
    match outcome {
        Outcome::NotForDm(error) => assert_error(error, expected),
        other => panic!("{other:?}"),
    }
}

fn appendix_c() -> &'static Golden {
    &GOLDEN[0]
}

/// A message of two short messages, or of more.
fn concatenated() -> impl Iterator<Item = &'static Golden> {
    let sessions = GOLDEN.iter().filter(|golden| golden.session_id != 0);
    sessions.filter(|golden| golden.short_messages.len() > 1)
}

const fn package0(octets: &[u8]) -> Delivery<'_, u8> {
    Delivery::Package0(octets)
}

const fn datagram(payload: &[u8]) -> Delivery<'_, u8> {
    Delivery::Datagram {
        destination_port: 2948,
        payload,
    }
}

const fn sms(user_data: &[u8]) -> Delivery<'_, u8> {
    sms_from(ORIGINATOR, user_data)
}

const fn sms_from(originator: u8, user_data: &[u8]) -> Delivery<'_, u8> {
    Delivery::ShortMessage {
        originator,
        user_data,
    }
}

const fn cdma(segment: &[u8]) -> Delivery<'_, u8> {
    Delivery::Cdma {
        originator: ORIGINATOR,
        message_id: 0x1001,
        segment,
        repeated_ports: RepeatedPorts::NotExpected,
    }
}

/// The CDMA segments of a golden message, cut at `length` octets.
fn cdma_segments(golden: &Golden, length: usize) -> Vec<Vec<u8>> {
    // Message type, total and number of the single segment go; its ports stay.
    let parts: Vec<&[u8]> = golden.cdma[3..].chunks(length).collect();
    let total = u8::try_from(parts.len()).unwrap();
    let segment = |(number, part): (u8, &&[u8])| [&[0, total, number], *part].concat();
    (0..).zip(&parts).map(segment).collect()
}

#[track_caller]
fn assert_starts(start: Start<u16>, golden: &Golden) {
    let name = golden.name;
    assert_eq!(start.server, SERVER, "{name}");
    let text = format!("{:X}", golden.session_id);
    assert_eq!(start.session_id.as_str(), text, "{name}");
    assert_eq!(
        start.ui_mode,
        UI_MODES[usize::from(golden.ui_mode)],
        "{name}"
    );
    let initiator = INITIATORS[usize::from(golden.initiator)];
    assert_eq!(start.initiator, initiator, "{name}");
    assert_eq!(start.nonce, NonceChoice::Stored, "{name}");
}

#[test]
fn a_message_delivered_whole_starts_its_session_whatever_the_bearer() {
    for golden in GOLDEN.iter().filter(|golden| golden.session_id != 0) {
        let mut deliveries = vec![package0(golden.package0), datagram(golden.wsp)];
        deliveries.push(cdma(golden.cdma));
        if let [user_data] = golden.short_messages {
            deliveries.push(sms(user_data));
        }
        for delivery in deliveries {
            assert_starts(LargeDevice::of(golden).start(delivery), golden);
        }
    }
}

/// Delivers all but the last, which are incomplete, and then the last.
#[track_caller]
fn assert_starts_with_the_last(golden: &Golden, deliveries: &[Delivery<'_, u8>]) {
    let mut device = LargeDevice::of(golden);
    let mut missing = deliveries.len();
    for &delivery in deliveries {
        missing -= 1;
        let outcome = device.receive(delivery);
        match u8::try_from(missing).unwrap() {
            0 => assert_starts(started(outcome), golden),
            missing => assert_eq!(outcome, Outcome::Incomplete { missing }, "{}", golden.name),
        }
    }
}

#[test]
fn concatenated_short_messages_start_their_session_with_the_last_in_any_order() {
    assert!(concatenated().count() > 10);
    for golden in concatenated() {
        for messages in [
            golden.short_messages,
            golden.short_messages_16_bit_reference,
        ] {
            let mut deliveries: Vec<_> = messages.iter().map(|user_data| sms(user_data)).collect();
            assert_starts_in_any_order(golden, &mut deliveries);
        }
    }
}

/// In order, backwards, and from the middle on.
#[track_caller]
fn assert_starts_in_any_order(golden: &Golden, deliveries: &mut [Delivery<'_, u8>]) {
    assert_starts_with_the_last(golden, deliveries);
    deliveries.reverse();
    assert_starts_with_the_last(golden, deliveries);
    deliveries.rotate_left(deliveries.len() / 2);
    assert_starts_with_the_last(golden, deliveries);
}

#[test]
fn segments_over_cdma_start_their_session_with_the_last_in_any_order() {
    for golden in GOLDEN.iter().filter(|golden| golden.session_id != 0) {
        let segments = cdma_segments(golden, 30);
        assert!(segments.len() > 1);
        let mut deliveries: Vec<_> = segments.iter().map(|segment| cdma(segment)).collect();
        assert_starts_in_any_order(golden, &mut deliveries);
    }
}

#[test]
fn ports_that_a_carrier_repeats_are_dropped_where_that_is_expected() {
    let golden = appendix_c();
    let (header, push) = golden.cdma.split_at(7);
    let segment = [header, &header[3..], push].concat();
    let delivery = |repeated_ports| Delivery::Cdma {
        originator: ORIGINATOR,
        message_id: 1,
        segment: &segment,
        repeated_ports,
    };
    let mut device = LargeDevice::of(golden);
    let outcome = device.receive(delivery(RepeatedPorts::NotExpected));
    assert_not_for_dm(outcome, (DecodeErrorKind::NotDm, Field::PduType, 8));
    assert_starts(device.start(delivery(RepeatedPorts::Dropped)), golden);
}

#[test]
fn a_session_starts_once_whatever_the_bearer() {
    let golden = appendix_c();
    let mut device = LargeDevice::of(golden);
    assert_starts(device.start(sms(golden.short_messages[0])), golden);
    for delivery in [
        sms(golden.short_messages[0]),
        datagram(golden.wsp),
        cdma(golden.cdma),
        package0(golden.package0),
    ] {
        let duplicate = Outcome::Duplicate {
            server: SERVER,
            session_id: SessionId::new(0x1234).unwrap(),
        };
        assert_eq!(device.receive(delivery), duplicate);
    }
}

#[test]
fn a_duplicate_does_not_disturb_the_nonces_of_the_session_under_way() {
    let golden = appendix_c(); // signed under the nonce 0
    let mut device = LargeDevice::of(golden);
    device.stored = b"another".to_vec();
    assert_eq!(
        device.start(datagram(golden.wsp)).nonce,
        NonceChoice::Resync
    );
    assert_eq!(device.nonces.current().client(), NonceChoice::Resync);

    device.nonces.client_nonce_renewed();
    // `receive` holds the nonces to what they were.
    let outcome = device.receive(datagram(golden.wsp));
    assert!(matches!(outcome, Outcome::Duplicate { .. }));
    assert_eq!(device.nonces.current().client(), NonceChoice::Stored);
    assert_eq!(device.nonces.current().server(), NonceChoice::Resync);
}

#[test]
fn under_which_nonce_a_session_starts_is_as_the_policy_allows() {
    let golden = appendix_c(); // signed under the nonce 0
    for (policy, allowed) in [
        (Resynchronisation::Forbidden, false),
        (Resynchronisation::Once, true),
        (Resynchronisation::Allowed, true),
    ] {
        let mut device = LargeDevice::of(golden);
        device.stored = b"another".to_vec();
        device.nonces = DeviceNonces::new(policy);
        let outcome = device.receive(datagram(golden.wsp));
        if allowed {
            assert_eq!(started(outcome).nonce, NonceChoice::Resync);
        } else {
            assert_eq!(outcome, Outcome::Ignored(Ignored::NotAuthentic));
        }
    }
}

#[test]
fn what_is_cut_off_is_ignored_with_the_field_and_the_octet_of_what_was_delivered() {
    use Field::{Digest, FutureUse, LengthIdentifier, ServerIdentifier, SessionId, Version};
    let golden = appendix_c();
    for (lengths, field, at) in [
        (0..16, Digest, 0),
        (16..18, Version, 16),
        (18..21, FutureUse, 17),
        (21..23, SessionId, 21),
        (23..24, LengthIdentifier, 23),
        (24..42, ServerIdentifier, 24),
    ] {
        for length in lengths {
            for (delivery, before) in [
                (package0(&golden.package0[..length]), 0),
                (datagram(&golden.wsp[..6 + length]), 6),
                (sms(&golden.short_messages[0][..13 + length]), 13),
                (cdma(&golden.cdma[..13 + length]), 13),
            ] {
                let outcome = LargeDevice::of(golden).receive(delivery);
                assert_malformed(outcome, (DecodeErrorKind::Truncated, field, before + at));
            }
        }
    }
}

#[test]
fn what_is_malformed_below_package0_is_ignored_with_the_octet_of_what_was_delivered() {
    use DecodeErrorKind::{Invalid, Length, Overflow, Truncated};
    for (delivery, expected) in [
        (sms(&[]), (Truncated, Field::UserDataHeader, 0)),
        (sms(&hex!("00")), (Length, Field::UserDataHeader, 0)),
        (
            sms(&hex!("06 05 04 0B84")),
            (Truncated, Field::UserDataHeader, 0),
        ),
        (
            sms(&hex!("03 05 04 0B")),
            (Truncated, Field::InformationElement, 1),
        ),
        (
            sms(&hex!("06 0504 0B84 C002 01")),
            (Truncated, Field::PduType, 8),
        ),
        (
            sms(&hex!("06 0504 0B84 C002 01 06 8FFFFFFFFF01")),
            (Overflow, Field::HeadersLength, 9),
        ),
        (
            sms(&hex!("06 0504 0B84 C002 01 06 04 C4 AF87")),
            (Truncated, Field::Headers, 10),
        ),
        (cdma(&[]), (Truncated, Field::MessageType, 0)),
        (cdma(&hex!("00 00")), (Invalid, Field::TotalSegments, 1)),
        (cdma(&hex!("00 01 01")), (Invalid, Field::SegmentNumber, 2)),
        (
            cdma(&hex!("00 01 00 C002 0B")),
            (Truncated, Field::DestinationPort, 5),
        ),
        (
            cdma(&hex!("00 01 00 C002 0B84 01 06 03 C4 00 87")),
            (Invalid, Field::Header, 11),
        ),
        (
            datagram(&hex!("01 06 02 C4 AF")),
            (Truncated, Field::Header, 4),
        ),
    ] {
        assert_malformed(LargeDevice::of(appendix_c()).receive(delivery), expected);
    }
}

#[test]
fn in_what_was_reassembled_octets_are_counted_from_its_start() {
    let truncated = (DecodeErrorKind::Truncated, Field::Digest, 6);
    let mut device = LargeDevice::of(appendix_c());
    let first = hex!("0B 0504 0B84 C002 0003 5A 02 01  01 06 03");
    let second = hex!("0B 0504 0B84 C002 0003 5A 02 02  C4 AF 87  EE");
    assert_eq!(
        device.receive(sms(&first)),
        Outcome::Incomplete { missing: 1 }
    );
    assert_malformed(device.receive(sms(&second)), truncated);

    let unpushed = hex!("0B 0504 0B84 C002 0003 5B 02 02  C4 AF");
    device.receive(sms(&hex!("0B 0504 0B84 C002 0003 5B 02 01  01 06 03")));
    let headers = (DecodeErrorKind::Truncated, Field::Headers, 3);
    assert_malformed(device.receive(sms(&unpushed)), headers);
}

/// Over CDMA the ports come first.
#[test]
fn in_what_was_reassembled_over_cdma_octets_are_counted_from_its_ports() {
    let mut device = LargeDevice::of(appendix_c());
    let truncated = (DecodeErrorKind::Truncated, Field::Digest, 10);
    let first = hex!("00 02 00  C002 0B84  01 06 03");
    let second = hex!("00 02 01  C4 AF 87  EE");
    assert_eq!(
        device.receive(cdma(&first)),
        Outcome::Incomplete { missing: 1 }
    );
    assert_malformed(device.receive(cdma(&second)), truncated);
}

#[test]
fn what_is_addressed_elsewhere_is_not_for_dm_on_every_bearer() {
    use DecodeErrorKind::{Missing, NotDm};
    let appendix_c = appendix_c();
    let elsewhere = Delivery::Datagram {
        destination_port: 2949,
        payload: appendix_c.wsp,
    };
    for (delivery, expected) in [
        (elsewhere, (NotDm, Field::DestinationPort, 0)),
        (datagram(&hex!("01 40 00")), (NotDm, Field::PduType, 1)),
        (
            datagram(&hex!("01 06 03 AE AF 87")),
            (NotDm, Field::ContentType, 3),
        ),
        (
            datagram(&hex!("01 06 03 C4 AF 82")),
            (NotDm, Field::ApplicationId, 4),
        ),
        (
            datagram(&hex!("01 06 01 C4")),
            (Missing, Field::ApplicationId, 4),
        ),
        (
            sms(&hex!("06 0504 23F0 C002 01 06 03 C4 AF 87")),
            (NotDm, Field::DestinationPort, 3),
        ),
        (
            sms(&hex!("04 0402 F5 F5 01 06 03 C4 AF 87")),
            (NotDm, Field::DestinationPort, 3),
        ),
        (
            sms(&hex!("02 7000 01 06 03 C4 AF 87")),
            (Missing, Field::DestinationPort, 0),
        ),
        (
            sms(&hex!("06 0504 0B84 C002 01 06 03 AE AF 87")),
            (NotDm, Field::ContentType, 10),
        ),
        (cdma(&hex!("03 01 00")), (NotDm, Field::MessageType, 0)),
        (
            cdma(&hex!("00 01 00 C002 23F0 01 06")),
            (NotDm, Field::DestinationPort, 5),
        ),
        (
            cdma(&hex!("00 01 00 C002 0B84 01 06 03 C4 AF 82")),
            (NotDm, Field::ApplicationId, 11),
        ),
    ] {
        assert_not_for_dm(LargeDevice::of(appendix_c).receive(delivery), expected);
    }
}

#[test]
fn a_segment_addressed_elsewhere_takes_no_room() {
    use DecodeErrorKind::{Missing, NotDm};
    let golden = concatenated().next().unwrap();
    let (first, rest) = golden.short_messages.split_first().unwrap();
    let mut device = Device::<1, 2048>::of(golden);
    device.receive(sms(first));
    // With room for one message alone, any segment held would displace it.
    for (segment, expected) in [
        (
            sms(&hex!("0B 0504 23F0 C002 0003 01 02 01 EE")),
            (NotDm, Field::DestinationPort, 3),
        ),
        (
            sms(&hex!("0B 0003 01 02 01 0504 0B85 C002 EE")),
            (NotDm, Field::DestinationPort, 8),
        ),
        (
            sms(&hex!("09 0402 F5 F5 0003 01 02 01 EE")),
            (NotDm, Field::DestinationPort, 3),
        ),
        (
            sms(&hex!("05 0003 01 02 01 EE")),
            (Missing, Field::DestinationPort, 0),
        ),
        (
            cdma(&hex!("00 02 00 C002 23F0 EE")),
            (NotDm, Field::DestinationPort, 5),
        ),
    ] {
        assert_not_for_dm(device.receive(segment), expected);
    }
    let outcome = rest
        .iter()
        .map(|user_data| device.receive(sms(user_data)))
        .last();
    assert_starts(started(outcome.unwrap()), golden);
}

#[test]
fn a_server_without_account_is_unknown() {
    let golden = appendix_c();
    let mut device = LargeDevice::of(golden);
    device.server_id = b"com.mgmtsrv.manag";
    let outcome = device.receive(datagram(golden.wsp));
    assert_eq!(outcome, Outcome::Ignored(Ignored::UnknownServer));
}

#[test]
fn session_id_0_starts_nothing_and_asks_for_no_account() {
    let golden = GOLDEN.iter().find(|golden| golden.session_id == 0).unwrap();
    let mut handset = Handset::<u8, u16, 0, 0, 0, 1>::default();
    let received = handset.receive(0, package0(golden.package0), |_| unreachable!());
    assert_eq!(received.outcome, Outcome::Ignored(Ignored::NoSession));
}

#[test]
fn what_is_forged_is_not_authentic_and_does_not_spend_the_session() {
    let golden = appendix_c();
    let mut device = LargeDevice::of(golden);
    for octet in 0..golden.package0.len() {
        let mut forged = golden.package0.to_vec();
        forged[octet] ^= 0x01;
        let outcome = device.receive(package0(&forged));
        match octet {
            // The length-identifier now counts one octet more than there is.
            23 => {
                let truncated = (DecodeErrorKind::Truncated, Field::ServerIdentifier, 24);
                assert_malformed(outcome, truncated);
            }
            24.. => assert_eq!(outcome, Outcome::Ignored(Ignored::UnknownServer)),
            _ => assert_eq!(outcome, Outcome::Ignored(Ignored::NotAuthentic)),
        }
    }
    assert_starts(device.start(package0(golden.package0)), golden);
}

#[test]
fn repeated_and_conflicting_segments_are_ignored_and_change_nothing() {
    let golden = concatenated().next().unwrap();
    let (last, first) = golden.short_messages.split_last().unwrap();
    let mut device = LargeDevice::of(golden);
    for user_data in first {
        device.receive(sms(user_data));
        let mut other = user_data.to_vec();
        other[12] ^= 0xFF;
        let repeated = device.receive(sms(user_data));
        assert_eq!(repeated, Outcome::Ignored(Ignored::RepeatedSegment));
        let conflicting = device.receive(sms(&other));
        assert_eq!(conflicting, Outcome::Ignored(Ignored::ConflictingSegment));
    }
    assert_starts(device.start(sms(last)), golden);
}

#[test]
fn a_segment_that_there_is_no_room_for_is_ignored() {
    let no_room = |offset| (DecodeErrorKind::NoRoom, Field::Segment, offset);
    let golden = concatenated().next().unwrap();
    let user_data = golden.short_messages[0];
    let segments = cdma_segments(golden, 100);
    let mut device = Device::<1, 99>::of(golden);
    assert_malformed(device.receive(sms(user_data)), no_room(12));
    assert_malformed(device.receive(cdma(&segments[0])), no_room(3));
    let mut without_sets = Device::<0, 2048>::of(golden);
    assert_malformed(without_sets.receive(sms(user_data)), no_room(12));
}

#[test]
fn a_message_that_gives_way_to_another_is_reported_with_what_was_missing() {
    let golden = concatenated().next().unwrap();
    let first = golden.short_messages[0];
    let total = u8::try_from(golden.short_messages.len()).unwrap();
    let mut device = Device::<1, 2048>::of(golden);
    device.receive(sms_from(1, first));

    let received = device.receive_at(5, sms_from(2, first));
    assert_eq!(received.outcome, Outcome::Incomplete { missing: total - 1 });
    let displaced = received.displaced.unwrap();
    assert_eq!(displaced.key.originator, 1);
    assert!(matches!(displaced.key.message, MessageKey::Sms { .. }));
    assert_eq!(displaced.key.total, total);
    assert_eq!(displaced.missing, total - 1);
    assert_eq!(displaced.reason, Reason::GaveWay);
}

#[test]
fn what_comes_whole_needs_no_room() {
    let golden = appendix_c();
    let mut device = Device::<1, 2048>::of(golden);
    device.receive(sms(concatenated().next().unwrap().short_messages[0]));
    assert_starts(device.start(cdma(golden.cdma)), golden);
    // One segment of one is whole as well.
    let mut other = Device::<1, 2048>::of(golden);
    other.receive(sms(concatenated().next().unwrap().short_messages[0]));
    let only_segment = [&hex!("0B 0504 0B84C002 0003 5A0101"), golden.wsp].concat();
    assert_starts(other.start(sms(&only_segment)), golden);
    for mut handset in [device.handset, other.handset] {
        let waiting = handset.expire(MAX_AGE + 1);
        assert!(waiting.is_some(), "it is still held");
    }
}

#[test]
fn what_is_too_old_is_given_up_when_asked_for_or_when_a_segment_comes() {
    let golden = concatenated().next().unwrap();
    let (last, first) = golden.short_messages.split_last().unwrap();
    let mut device = LargeDevice::of(golden);
    for user_data in first {
        device.receive(sms(user_data));
    }
    assert_eq!(device.handset.expire(MAX_AGE), None);
    let displaced = device.handset.expire(MAX_AGE + 1).unwrap();
    assert_eq!((displaced.missing, displaced.reason), (1, Reason::Expired));
    assert_eq!(device.handset.expire(MAX_AGE + 1), None, "reported once");

    for user_data in first {
        device.receive(sms(user_data));
    }
    let received = device.receive_at(MAX_AGE + 1, sms(last));
    assert_eq!(received.displaced.unwrap().reason, Reason::Expired);
    assert!(matches!(received.outcome, Outcome::Incomplete { .. }));
}

#[test]
fn a_handset_remembers_as_many_sessions_as_it_has_room_for() {
    let [a, b] = [&GOLDEN[0], &GOLDEN[2]];
    let accounts = [a, b].map(|golden| {
        let credentials = Credentials::from_base64(*golden.credentials).unwrap();
        (golden, credentials)
    });
    let mut nonces = DeviceNonces::new(Resynchronisation::Forbidden);
    let mut handset = Handset::<u8, &[u8], 0, 0, 0, 1>::new();
    let mut starts = |golden: &Golden| {
        let received = handset.receive(0, package0(golden.package0), |server_id| {
            let mut accounts = accounts.iter();
            let (account, credentials) =
                accounts.find(|(account, _)| account.server_id == server_id.as_bytes())?;
            let stored = Nonce::new(account.nonce);
            Some(Account::new(
                account.server_id,
                credentials,
                stored,
                &mut nonces,
            ))
        });
        matches!(received.outcome, Outcome::Start(_))
    };
    assert!(starts(a));
    assert!(!starts(a));
    assert!(starts(b));
    assert!(starts(a), "it had fallen out");
}
