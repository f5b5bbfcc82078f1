//! OMA-TS-DM_Notification-V1_2_1, sentence by sentence: a test for each that asks something of a
//! library, named by its clause. The table in tests/README.md lists them all, and what is the
//! application's duty.

use super::support::{Refused, signed};
use hex_literal::hex;
use oma_dm_notification::account::{
    Account, AccountState, Decision, Ignored, Notification, ResyncPolicy,
};
use oma_dm_notification::inbox::{Delivery, Inbox, Outcome};
use oma_dm_notification::obex::{Connect, Connection, MaximumPacketLength, Put, Receiver};
use oma_dm_notification::session::{DeviceState, MatchedNonce, Session};
use oma_dm_notification::wap::{self, sms::ShortMessages, udh::Reference, wsp::DmPush};
use oma_dm_notification::{
    Credentials, DecodeErrorKind, Departure, EncodeError, Field, Initiator, Nonce, NonceChoice,
    NotAuthentic, Package0, ServerId, SessionId, Trigger, UiMode, Version,
};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const SERVER_ID: &[u8] = b"com.mgmtsrv.manage";
/// The header of the trigger in Appendix C, without the length-identifier.
const HEADER: [u8; 7] = hex!("02 D0 00 00 00 12 34");
/// Digests of the trigger of Appendix C for the password `password`, computed apart from this
/// library.
const DIGEST_UNDER_0: [u8; 16] = hex!("e4000751d15da7d8b5fc1fbce45ee715");
const DIGEST_UNDER_NONCE: [u8; 16] = hex!("68c6a5f6d458873c08d563789c1c67f7");
const DIGEST_UNDER_STORED: [u8; 16] = hex!("e6fba44f856d9a3cb63ec122e87ace2d");
/// The user data header and the WSP header of Appendix C.
const UDH: [u8; 7] = hex!("06 05 04 0B 84 C0 02");
const WSP_HEADER: [u8; 6] = hex!("01 06 03 C4 AF 87");

fn credentials() -> Credentials {
    Credentials::new(SERVER_ID, b"password")
}

/// The trigger of Appendix C, built.
fn trigger() -> Trigger<'static> {
    Trigger::new(
        SessionId::new(0x1234).unwrap(),
        ServerId::new(SERVER_ID).unwrap(),
    )
    .with_ui_mode(UiMode::Background)
    .with_initiator(Initiator::Client)
}

/// Package #0 of Appendix C, in octets, under a digest.
fn octets(digest: [u8; 16]) -> Vec<u8> {
    [&digest[..], &HEADER, &[18], SERVER_ID].concat()
}

fn encoded(trigger: &Trigger<'_>, nonce: Nonce<'_>) -> Vec<u8> {
    signed(trigger, &credentials(), nonce)
}

/// What the account of Appendix C decides on a Package #0.
fn decided<'a>(state: &mut AccountState, package0: &'a [u8], agreed: &[u8]) -> Decision<'a> {
    let package0 = Package0::parse(package0).unwrap();
    assert_eq!(package0.unverified().server_id().as_bytes(), SERVER_ID);
    let credentials = credentials();
    let account = Account::new(&credentials, Nonce::new(agreed), ResyncPolicy::Limited);
    state.receive(&package0, &account)
}

/// What a new account says of a Package #0 that it ignores.
#[track_caller]
fn ignored(package0: &[u8], agreed: &[u8]) -> Ignored {
    let mut state = AccountState::new();
    let decision = decided(&mut state, package0, agreed);
    assert_eq!(state, AccountState::new());
    match decision {
        Decision::Ignored(reason) => reason,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn started<'a>(
    state: &mut AccountState,
    package0: &'a [u8],
    agreed: &[u8],
) -> (Session, Notification<'a>) {
    match decided(state, package0, agreed) {
        Decision::Start {
            session,
            notification,
        } => (session, notification),
        other => panic!("{other:?}"),
    }
}

/// The session that a device starts under the nonce 0, and that of the server which has sent for
/// it.
fn resynchronising() -> (AccountState, Session, DeviceState, Session) {
    let mut device = AccountState::new();
    let message = octets(DIGEST_UNDER_0);
    let (at_device, _) = started(&mut device, &message, b"stored");
    let mut server = DeviceState::lost();
    let sent = server.notify(SessionId::new(0x1234).unwrap());
    assert_eq!(sent.nonce, NonceChoice::Resync);
    let at_server = server.session(sent.session_id);
    (device, at_device, server, at_server)
}

fn datagram(push: &DmPush<'_>) -> Result<Vec<u8>, EncodeError> {
    Ok(push.encode(&mut [0; 400])?.to_vec())
}

fn short_messages(push: &DmPush<'_>) -> Result<Vec<Vec<u8>>, EncodeError> {
    ShortMessages::new(*push, 0xC002, Reference::Eight(0x5A))?
        .map(|message| Ok(message.encode(&mut [0; 140])?.to_vec()))
        .collect()
}

/// "The server MUST also send a digest": what is sent begins with one.
#[test]
fn clause_5_the_server_sends_a_digest() {
    assert_eq!(encoded(&trigger(), Nonce::RESYNC)[..16], DIGEST_UNDER_0);
    assert_eq!(
        encoded(&trigger(), Nonce::new(b"Nonce"))[..16],
        DIGEST_UNDER_NONCE
    );
}

/// "... that is included to prevent any Denial of Service ... attacks": without the right one,
/// nothing starts.
#[test]
fn clause_5_without_the_right_digest_no_session_starts() {
    for bit in 0..128 {
        let mut forged = octets(DIGEST_UNDER_0);
        forged[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(ignored(&forged, b""), Ignored::NotAuthentic);
    }
}

/// "... the client SHOULD re-verify the digest using the special nonce value, 0x00000000": four
/// zero octets.
#[test]
fn clause_5_1_the_digest_is_verified_again_under_the_nonce_0x00000000() {
    let octets = octets(DIGEST_UNDER_0);
    let package0 = Package0::parse(&octets).unwrap();
    let stored = Nonce::new(b"stored");
    assert!(package0.verify(&credentials(), stored).is_err());
    let authentic = package0.verify_or_resync(&credentials(), stored).unwrap();
    assert_eq!(authentic.nonce(), NonceChoice::Resync);
    assert_eq!(Nonce::RESYNC.as_bytes(), [0, 0, 0, 0]);
    let (session, _) = started(&mut AccountState::new(), &octets, b"stored");
    assert_eq!(session.nonce(), MatchedNonce::Resync);
}

/// Step 2: "otherwise notification message is ignored and no session is initiated".
#[test]
fn clause_5_1_what_matches_under_neither_nonce_is_ignored() {
    let octets = octets(DIGEST_UNDER_NONCE);
    let package0 = Package0::parse(&octets).unwrap();
    let verified = package0.verify_or_resync(&credentials(), Nonce::new(b"stored"));
    assert_eq!(verified.map(|_| ()), Err(NotAuthentic));
    assert_eq!(ignored(&octets, b"stored"), Ignored::NotAuthentic);
}

/// Step 3: the session's credentials are "based on nonce value 0x00000000" where that is what
/// matched.
#[test]
fn clause_5_1_credentials_of_pkg_1_are_based_on_the_nonce_that_matched() {
    let client = Credentials::new(b"client", b"secret");
    for (digest, stored, credential) in [
        (DIGEST_UNDER_0, b"stored", b"lTulErYVvJu+xL2WTnad3g=="),
        (DIGEST_UNDER_STORED, b"stored", b"1RdQFtjVvlgu6VgN1t9stQ=="),
    ] {
        let octets = octets(digest);
        let (session, _) = started(&mut AccountState::new(), &octets, stored);
        let nonce = session.client_nonce().resolve(Nonce::new(stored));
        assert_eq!(&client.session_credential(nonce), credential);
    }
}

/// Step 4: a `Chal` in Pkg #2 updates "the client nonce on the device"; until then it is 0 at both
/// ends.
#[test]
fn clause_5_1_pkg_2_renews_the_client_nonce() {
    let (_, at_device, _, at_server) = resynchronising();
    for mut session in [at_device, at_server] {
        assert_eq!(session.client_nonce(), NonceChoice::Resync);
        session.client_nonce_renewed();
        assert_eq!(session.client_nonce(), NonceChoice::Stored);
        assert_eq!(session.server_nonce(), NonceChoice::Resync, "not yet");
    }
}

/// Step 5: a `Chal` in Pkg #3 updates "the server nonce on the server used by the client to
/// authenticate messages from the server (including notification messages)".
#[test]
fn clause_5_1_pkg_3_renews_the_server_nonce_for_notifications_as_well() {
    let (mut device, mut at_device, mut server, mut at_server) = resynchronising();
    server.server_nonce_renewed(&mut at_server);
    assert_eq!(at_server.server_nonce(), NonceChoice::Stored);
    device.server_nonce_renewed(&mut at_device);
    assert_eq!(at_device.server_nonce(), NonceChoice::Stored);
    server.completed(at_server);
    let next = server.notify(SessionId::new(1).unwrap());
    let nonce = next.nonce.resolve(Nonce::new(b"Nonce"));
    assert_eq!(encoded(&trigger(), nonce), octets(DIGEST_UNDER_NONCE));
}

/// Step 6: "If desired, server replaces the server `AuthSecret` ... to further protect against
/// repeated attacks".
#[test]
fn clause_5_1_the_server_is_told_to_replace_its_secret_which_ends_replays() {
    let mut server = DeviceState::new();
    server.notify(SessionId::new(1).unwrap());
    assert!(!server.should_replace_secret());
    server.unanswered();
    server.notify(SessionId::new(2).unwrap());
    assert!(server.should_replace_secret());
    server.secret_replaced();
    assert!(!server.should_replace_secret());

    let recorded = octets(DIGEST_UNDER_0);
    let replaced = Credentials::new(SERVER_ID, b"another password");
    let package0 = Package0::parse(&recorded).unwrap();
    assert!(package0.verify_or_resync(&replaced, Nonce::NONE).is_err());
}

/// "The MIME type ... is application/vnd.syncml.notification and the Content-Type code for that is
/// 0x44".
#[test]
fn clause_6_the_media_type_is_application_vnd_syncml_notification_or_0x44() {
    let text = b"\x01\x06\x26application/vnd.syncml.notification\0\xAF\x87body";
    let code = b"\x01\x06\x03\xC4\xAF\x87body";
    for payload in [&text[..], code] {
        assert_eq!(wap::open_datagram(2948, payload).unwrap().body(), b"body");
    }
    let synchronisation = b"\x01\x06\x03\xCE\xAF\x87body";
    let error = wap::open_datagram(2948, synchronisation).unwrap_err();
    assert_eq!(error.field(), Field::ContentType);
}

/// "Byte order ... is Big Endian (Network order)".
#[test]
fn clause_6_byte_order_is_big_endian() {
    let trigger = Trigger::parse(&hex!("02 C0 00 00 01 12 34 00")).unwrap();
    assert_eq!(trigger.version().value(), 0x00B);
    assert_eq!(trigger.future_use().value(), 0x000_0001);
    assert_eq!(trigger.session_id().value(), 0x1234);
}

/// "The order and the size of the fields MUST be same as specified in the following syntax": on
/// receipt.
#[test]
fn clause_6_1_fields_are_read_in_this_order_and_size() {
    let of_digest = Package0::parse(&[0xAA; 24]);
    assert_eq!(of_digest.unwrap_err().field(), Field::ServerIdentifier);
    let octets = [&[0xAA; 16][..], &hex!("FFC0 0000 0000 00 00")].concat();
    let package0 = Package0::parse(&octets).unwrap();
    assert_eq!(package0.digest().as_bytes(), &[0xAA; 16]);

    // All bits of one field are set, and of no other: version, ui-mode, initiator, future-use,
    // sessionid.
    for (header, expected) in [
        (
            hex!("FFC0 0000 0000 00 00"),
            (1023, UiMode::NotSpecified, Initiator::Client, 0, 0),
        ),
        (
            hex!("0030 0000 0000 00 00"),
            (0, UiMode::UserInteraction, Initiator::Client, 0, 0),
        ),
        (
            hex!("0008 0000 0000 00 00"),
            (0, UiMode::NotSpecified, Initiator::Server, 0, 0),
        ),
        (
            hex!("0007 FFFF FF00 00 00"),
            (0, UiMode::NotSpecified, Initiator::Client, 0x7FF_FFFF, 0),
        ),
        (
            hex!("0000 0000 00FF FF 00"),
            (0, UiMode::NotSpecified, Initiator::Client, 0, 0xFFFF),
        ),
    ] {
        let trigger = Trigger::parse(&header).unwrap();
        let found = (
            trigger.version().value(),
            trigger.ui_mode(),
            trigger.initiator(),
            trigger.future_use().value(),
            trigger.session_id().value(),
        );
        assert_eq!(found, expected);
    }
    let trigger = Trigger::parse(b"\0\0\0\0\0\0\0\x02idvendor").unwrap();
    assert_eq!(trigger.server_id().as_bytes(), b"id");
    assert_eq!(trigger.vendor_specific(), b"vendor");
}

/// "The order and the size of the fields MUST be same as specified in the following syntax": when
/// sent.
#[test]
fn clause_6_1_fields_are_written_in_this_order_and_size() {
    let trigger = Trigger::new(
        SessionId::new(0xFFFF).unwrap(),
        ServerId::new(b"id").unwrap(),
    )
    .with_version(Version::MAX)
    .with_ui_mode(UiMode::UserInteraction)
    .with_initiator(Initiator::Server)
    .with_vendor_specific(b"vendor");
    let octets = encoded(&trigger, Nonce::NONE);
    assert_eq!(octets[16..], *b"\xFF\xF8\0\0\0\xFF\xFF\x02idvendor");
    let trigger = trigger.with_version(Version::new(0).unwrap());
    assert_eq!(encoded(&trigger, Nonce::NONE)[16..18], hex!("00 38"));
}

/// "Digest = H(B64(H(server-identifier:password)):nonce:B64(H(trigger)))".
#[test]
fn clause_6_2_2_the_digest_is_computed_by_this_formula() {
    for (nonce, digest) in [
        (&[0; 4][..], DIGEST_UNDER_0),
        (b"", hex!("c020240ffc2a0ee6684526c94080748e")),
        (b"Nonce", DIGEST_UNDER_NONCE),
        (
            &hex!("000102030405060708090a0b0c0d0e0f"),
            hex!("ead795a54241018fdf52e20bffad0933"),
        ),
    ] {
        let nonce = Nonce::new(nonce);
        assert_eq!(encoded(&trigger(), nonce), octets(digest));
        let octets = octets(digest);
        let package0 = Package0::parse(&octets).unwrap();
        assert!(package0.verify(&credentials(), nonce).is_ok());
    }
}

/// "Length of MD5 Digest is 128 bits."
#[test]
fn clause_6_2_2_the_digest_has_128_bits() {
    let error = Package0::parse(&[0; 15]).unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (DecodeErrorKind::Truncated, Field::Digest)
    );
    assert_eq!(
        Package0::parse(&[0; 16]).unwrap_err().field(),
        Field::Version
    );
    let signed = trigger().sign(&credentials(), Nonce::NONE).unwrap();
    assert_eq!(signed.encoded_len(), 16 + 8 + 18);
}

/// The trigger "is container for the trigger-hdr and trigger-body fields": the digest is over both.
#[test]
fn clause_6_2_3_the_trigger_is_header_and_body_and_the_digest_covers_both() {
    let octets = encoded(&trigger().with_vendor_specific(b"vendor"), Nonce::NONE);
    assert_eq!(octets[42..], *b"vendor");
    for octet in [16, 20, 22, 47] {
        let mut changed = octets.clone();
        changed[octet] ^= 1;
        let package0 = Package0::parse(&changed).unwrap();
        assert!(
            package0.verify(&credentials(), Nonce::NONE).is_err(),
            "{octet}"
        );
    }
}

/// "DEC (version)/10 ... the biggest possible version is '102.3' and the version '1.0' is specified
/// as '0000001010'".
#[test]
fn clause_6_2_6_the_version_is_a_tenth_of_ten_bits() {
    for (header, text) in [
        (hex!("FFC0 0000 0000 01 00"), "102.3"),
        (hex!("0280 0000 0000 01 00"), "1.0"),
        (hex!("02C0 0000 0000 01 00"), "1.1"),
    ] {
        assert_eq!(Trigger::parse(&header).unwrap().version().to_string(), text);
    }
}

/// "Notification messages conforming to this version of the specification MUST have <version> ...
/// '0000001011'".
#[test]
fn clause_6_2_6_version_is_0000001011_in_what_conforms() {
    let [first, second, ..] = encoded(&trigger(), Nonce::NONE)[16..] else {
        panic!()
    };
    assert_eq!((first, second >> 6), (0b0000_0010, 0b11));
    assert_eq!(trigger().conformance().next(), None);
    let other = trigger().with_version(Version::V1_2);
    let departures: Vec<_> = other.conformance().collect();
    assert_eq!(departures, [Departure::Version(Version::V1_2)]);
}

/// The four values of `<ui-mode>`, in two bits.
#[test]
fn clause_6_2_7_the_user_interaction_modes_are_00_01_10_and_11() {
    for (ui_mode, octet) in [
        (UiMode::NotSpecified, 0b1100_0000),
        (UiMode::Background, 0b1101_0000),
        (UiMode::Informative, 0b1110_0000),
        (UiMode::UserInteraction, 0b1111_0000),
    ] {
        let trigger = trigger().with_ui_mode(ui_mode);
        assert_eq!(encoded(&trigger, Nonce::NONE)[17], octet);
        let header = [2, octet, 0, 0, 0, 0, 1, 0];
        assert_eq!(Trigger::parse(&header).unwrap().ui_mode(), ui_mode);
    }
}

/// "A client SHOULD follow this recommendation": it is told.
#[test]
fn clause_6_2_7_the_application_is_told_what_the_server_recommends() {
    assert_eq!(
        started(&mut AccountState::new(), &octets(DIGEST_UNDER_0), b"")
            .1
            .ui_mode(),
        UiMode::Background
    );
}

/// The two values of `<initiator>`, in one bit.
#[test]
fn clause_6_2_8_the_initiators_are_0_and_1() {
    for (initiator, octet) in [
        (Initiator::Client, 0b1101_0000),
        (Initiator::Server, 0b1101_1000),
    ] {
        let trigger = trigger().with_initiator(initiator);
        assert_eq!(encoded(&trigger, Nonce::NONE)[17], octet);
        let header = [2, octet, 0, 0, 0, 0, 1, 0];
        assert_eq!(Trigger::parse(&header).unwrap().initiator(), initiator);
    }
}

/// "A client SHOULD follow this recommendation": it is told.
#[test]
fn clause_6_2_8_the_application_is_told_who_initiated_the_action() {
    assert_eq!(
        started(&mut AccountState::new(), &octets(DIGEST_UNDER_0), b"")
            .1
            .initiator(),
        Initiator::Client
    );
}

/// "The reserved space is 27 bits long and the bit value for bits not yet in use MUST be "0"".
#[test]
fn clause_6_2_9_the_27_reserved_bits_are_0_in_what_is_sent() {
    let octets = encoded(&trigger(), Nonce::NONE);
    assert_eq!(octets[17] & 0b111, 0);
    assert_eq!(octets[18..21], [0, 0, 0]);

    // They can be received, and are named; but they are not sent on.
    for header in [hex!("02C4 0000 0000 01 00"), hex!("02C0 0000 0100 01 00")] {
        let received = Trigger::parse(&header).unwrap();
        let departures: Vec<_> = received.conformance().collect();
        assert_eq!(departures, [Departure::FutureUse(received.future_use())]);
        let refused = received.sign(&credentials(), Nonce::NONE).unwrap_err();
        let field = Field::FutureUse;
        assert_eq!(refused, Refused::OutOfRange { field });
    }
}

/// "... the Client MUST use this Session ID when it connects": it is given, as its element is to
/// have it.
#[test]
fn clause_6_2_10_the_client_is_given_the_session_id_to_connect_with() {
    let octets = octets(DIGEST_UNDER_0);
    let (session, notification) = started(&mut AccountState::new(), &octets, b"");
    assert_eq!(notification.session_id_text().as_str(), "1234");
    assert_eq!(session.session_id().value(), 0x1234);
}

/// "If the server triggers the same management session several times, it is RECOMMENDED that the
/// same Session ID be used": until its session took place, the server is given the same id again,
/// whatever id it has drawn since.
#[test]
fn clause_6_2_10_the_same_session_triggered_again_has_the_same_session_id() {
    let mut server = DeviceState::new();
    let [first, drawn, other] = [1, 2, 3].map(|id| SessionId::new(id).unwrap());
    assert_eq!(server.notify(first).session_id, first);
    let again = server.notify(drawn);
    assert_eq!((again.session_id, again.repeated), (first, true));
    let session = server.session(first);
    server.completed(session);
    let next = server.notify(other);
    assert_eq!((next.session_id, next.repeated), (other, false));
}

/// "If client receives the same Session ID several times it is enough for a client to initiate only
/// one".
#[test]
fn clause_6_2_10_the_same_session_id_starts_one_session() {
    let octets = octets(DIGEST_UNDER_NONCE);
    let mut state = AccountState::new();
    let repeated = |known: &mut AccountState| match decided(known, &octets, b"Nonce") {
        Decision::Repeated { under_way, .. } => under_way,
        other => panic!("{other:?}"),
    };
    let (session, _) = started(&mut state, &octets, b"Nonce");
    assert!(repeated(&mut state), "under way");
    state.completed(session);
    assert!(!repeated(&mut state), "completed");
    // Only an authentic one counts: a forged message starts nothing, and is no repetition.
    let mut forged = octets.clone();
    forged[0] ^= 1;
    let reason = decided(&mut state, &forged, b"Nonce");
    assert_eq!(reason, Decision::Ignored(Ignored::NotAuthentic));
}

/// "... in the unsigned hexadecimal range of 1 through FFFF, SHALL be mapped to a string of
/// hexadecimal digits ... upper-case ... between one and four characters in length".
#[test]
fn clause_6_2_10_the_session_id_is_mapped_to_one_to_four_upper_case_digits() {
    for (value, text) in [
        (0x0001, "1"),
        (0x000A, "A"),
        (0x009F, "9F"),
        (0x0BCD, "BCD"),
        (0xEF01, "EF01"),
        (0xFFFF, "FFFF"),
    ] {
        assert_eq!(
            SessionId::new(value).unwrap().to_text().unwrap().as_str(),
            text
        );
    }
}

/// "Leading zeros MUST NOT be included."
#[test]
fn clause_6_2_10_leading_zeros_are_not_included() {
    for value in 1..=u16::MAX {
        let text = SessionId::new(value).unwrap().to_text().unwrap();
        assert!(!text.as_str().starts_with('0'), "{text}");
        assert_eq!(u16::from_str_radix(text.as_str(), 16), Ok(value));
    }
}

/// "... in the unsigned hexadecimal range of 1 through FFFF": 0 is outside it.
#[test]
fn clause_6_2_10_session_id_0_is_not_sent_and_starts_no_session() {
    let error = SessionId::new(0).unwrap_err();
    assert_eq!((error.field(), error.value()), (Field::SessionId, 0));
    let mut octets = octets(DIGEST_UNDER_0);
    octets[21..23].fill(0);
    assert_eq!(ignored(&octets, b""), Ignored::NoSession);
}

/// "Length of the server-identifier = DEC (length-identifier)": 0 to 255.
#[test]
fn clause_6_2_11_the_length_identifier_counts_the_server_identifier() {
    for (length, octet) in [(0, 0x00), (1, 0x01), (18, 0x12), (128, 0x80), (255, 0xFF)] {
        let server_id = vec![b'x'; length];
        let trigger = Trigger::new(
            SessionId::new(1).unwrap(),
            ServerId::new(&server_id).unwrap(),
        );
        assert_eq!(encoded(&trigger, Nonce::NONE)[23], octet);
    }
    let error = ServerId::new(&[0; 256]).unwrap_err();
    assert_eq!(
        (error.field(), error.value()),
        (Field::LengthIdentifier, 256)
    );
}

/// "Length of <server-identifier> is specified in the <length-identifier> field": fewer octets are
/// no message.
#[test]
fn clause_6_2_12_the_server_identifier_is_as_long_as_the_length_identifier_says() {
    let octets = b"\x02\xC8\0\0\0\0\x01\x80";
    let whole = [&octets[..], &[b'x'; 128]].concat();
    let trigger = Trigger::parse(&whole).unwrap();
    assert_eq!(trigger.server_id().as_bytes(), [b'x'; 128]);
    let error = Trigger::parse(&whole[..135]).unwrap_err();
    assert_eq!(error.to_string(), "truncated server-identifier at octet 8");
}

/// "This field follows the <server-identifier> field and the remainder of the Trigger Message size
/// can be packed".
#[test]
fn clause_6_2_13_vendor_specific_information_is_the_remainder() {
    let trigger = trigger().with_vendor_specific(&[0xFF, 0x00, 0x80]);
    let octets = encoded(&trigger, Nonce::NONE);
    assert_eq!(octets[24..42], *SERVER_ID);
    assert_eq!(octets[42..], [0xFF, 0x00, 0x80]);
    let package0 = Package0::parse(&octets).unwrap();
    assert_eq!(package0.unverified().vendor_specific(), [0xFF, 0x00, 0x80]);
    assert!(package0.unverified().conformance().next().is_none());
}

/// "... the non-secure connectionless WSP session service is utilized": a push is what is sent, and
/// not over WTLS.
#[test]
fn clause_7_1_a_push_of_the_non_secure_connectionless_service_is_sent() {
    let octets = datagram(&DmPush::relay(0x2A, b"body")).unwrap();
    assert_eq!(octets[..2], [0x2A, 0x06], "TID, and the type of a push");
    let secure = wap::open_datagram(2949, &octets).unwrap_err();
    assert_eq!(secure.field(), Field::DestinationPort);
}

/// "The Content-Type code 0x44 MUST be used instead of the textual representation".
#[test]
fn clause_7_1_content_type_is_sent_as_the_code_0x44() {
    let octets = datagram(&DmPush::relay(1, b"body")).unwrap();
    assert_eq!(octets[3], 0x80 | 0x44);
}

/// "The application-id code 0x07 MUST be used instead of the textual representation".
#[test]
fn clause_7_1_application_id_is_sent_as_the_code_0x07() {
    let octets = datagram(&DmPush::relay(1, b"body")).unwrap();
    assert_eq!(octets[4..6], [0xAF, 0x80 | 0x07], "X-WAP-Application-ID");
}

/// "The following rules MUST be adhered to as well as the order of the WSP headers".
#[test]
fn clause_7_1_content_type_comes_first_application_id_next_and_others_after() {
    let push = DmPush::relay(1, b"body");
    assert_eq!(datagram(&push).unwrap(), b"\x01\x06\x03\xC4\xAF\x87body");
    let push = push.with_headers(&[0xB4, 0x84]).unwrap(); // Push-Flag
    assert_eq!(
        datagram(&push).unwrap(),
        b"\x01\x06\x05\xC4\xAF\x87\xB4\x84body"
    );
}

/// "... it must be ensured that the total length of the WDP and WSP headers never exceeds 48
/// bytes".
#[test]
fn clause_7_1_wdp_and_wsp_headers_never_exceed_48_bytes() {
    let field = Field::Headers;
    let too_long = Refused::TooLong { field, limit: 48 };
    let even = [0xB4, 0x84].repeat(18);
    let odd = [&hex!("8D 01 1E")[..], &[0xB4, 0x84].repeat(16)].concat();
    let push = |extra_headers| {
        DmPush::relay(1, b"body")
            .with_headers(extra_headers)
            .unwrap()
    };
    // UDP: 8 and 6 octets, and 34 of others.
    assert_eq!(datagram(&push(&even[..34])).unwrap()[2], 3 + 34);
    assert_eq!(datagram(&push(&odd)).unwrap_err(), too_long);
    // A short message: 7 and 6 octets, and 35 of others.
    assert_eq!(short_messages(&push(&odd)).unwrap()[0][9], 3 + 35);
    assert_eq!(short_messages(&push(&even)).unwrap_err(), too_long);
}

/// "The push message is sent to the default non-secure connectionless push port (2948)".
#[test]
fn clause_7_1_the_push_is_sent_to_port_2948() {
    assert_eq!(wap::udh::PUSH_PORT, 2948);
    let messages = short_messages(&DmPush::relay(1, b"body")).unwrap();
    assert_eq!(messages[0][..5], hex!("06 05 04 0B84"));
}

/// "The message payload has been designed to fit into a single short message": 127 octets of it do.
#[test]
fn clause_7_1_one_short_message_holds_127_octets_of_package0() {
    let [message] = &short_messages(&DmPush::relay(1, &[0xEE; 127])).unwrap()[..] else {
        panic!()
    };
    assert_eq!(*message, [&UDH[..], &WSP_HEADER, &[0xEE; 127]].concat());
    assert_eq!(message.len(), 140);
}

/// "If the WAP Push message does not fit into a single SMS message the concatenated messages MUST
/// be used."
#[test]
fn clause_7_1_what_does_not_fit_one_short_message_is_concatenated() {
    let messages = short_messages(&DmPush::relay(1, &[0xEE; 128])).unwrap();
    let first = hex!("0B 0504 0B84 C002 0003 5A 02 01");
    let second = hex!("0B 0504 0B84 C002 0003 5A 02 02");
    let [a, b] = &messages[..] else { panic!() };
    assert_eq!(*a, [&first[..], &WSP_HEADER, &[0xEE; 122]].concat());
    assert_eq!(*b, [&second[..], &[0xEE; 6]].concat());
}

/// "... the device MUST examine if the message has been sent to the WAP push port (2948) and if the
/// Application-ID and the MIME type are one assigned to the OMA DM Notification Initiation
/// Package".
#[test]
fn clause_7_1_1_port_application_id_and_media_type_are_examined() {
    for (user_data, field) in [
        (
            hex!("06 0504 0B85 C002  01 06 03 C4 AF 87"),
            Field::DestinationPort,
        ),
        (
            hex!("06 0504 0B84 C002  01 06 03 C4 AF 85"),
            Field::ApplicationId,
        ),
        (
            hex!("06 0504 0B84 C002  01 06 03 C4 B4 87"),
            Field::ApplicationId,
        ),
        (
            hex!("06 0504 0B84 C002  01 06 03 AE AF 87"),
            Field::ContentType,
        ),
    ] {
        let error = wap::open_sms(&user_data).unwrap_err();
        assert_eq!(error.field(), field);
        assert!(error.is_not_for_dm());
    }
}

/// "If this information is correct then the message MUST be routed to the OMA Device Management
/// application."
#[test]
fn clause_7_1_1_what_has_all_three_is_routed_to_dm() {
    let user_data = [&UDH[..], &WSP_HEADER, b"body"].concat();
    assert_eq!(wap::open_sms(&user_data).unwrap().body(), b"body");
    assert_eq!(
        wap::open_datagram(2948, &user_data[7..]).unwrap().body(),
        b"body"
    );
}

/// "... is done inside the PUT command of the OBEX protocol ... in the same way as sending the DM
/// messages over OBEX".
#[test]
fn clause_7_2_package0_is_the_body_of_an_obex_put_to_the_dm_client() {
    let connect = b"\x80\0\x13\x10\0\x04\0\x46\0\x0CSYNCML-DM";
    let put = [
        &b"\x82\0\x61\xCB\0\0\0\x01\x42\0\x27application/vnd.syncml.notification\0"[..],
        b"\xC3\0\0\0\x2A\x49\0\x2D",
        &octets(DIGEST_UNDER_0),
    ]
    .concat();
    let mut buffer = [0; 255];
    let connect_sent = Connect::new(MaximumPacketLength::DEFAULT);
    assert_eq!(connect_sent.encode(&mut buffer).unwrap(), connect);
    let package0 = octets(DIGEST_UNDER_0);
    let packets: Vec<_> = Put::relay(&package0, Some(1)).packets().collect();
    assert_eq!(packets.len(), 1);
    assert_eq!(packets[0].encode(&mut buffer).unwrap(), put);

    let mut receiver = Receiver::<64>::new(Connection::Required);
    receiver.receive(connect);
    assert_eq!(receiver.receive(&put).package0(), Some(&package0[..]));
}

/// SCR-DM-NOTI-C-001: "Support of Server-Alerted Management Session": a short message starts it.
#[test]
fn appendix_b_scr_dm_noti_c_001_a_client_starts_a_server_alerted_session() {
    let user_data = [&UDH[..], &WSP_HEADER, &octets(DIGEST_UNDER_NONCE)].concat();
    let mut inbox = Inbox::<u32, 1, 512>::new();
    let delivery = Delivery::ShortMessage {
        originator: 1,
        user_data: &user_data,
    };
    let Outcome::Package0(package0) = inbox.receive(0, delivery).outcome else {
        panic!("it is for OMA DM")
    };
    let mut state = AccountState::new();
    let (session, notification) = started(&mut state, package0.as_bytes(), b"Nonce");
    assert_eq!(notification.session_id_text().as_str(), "1234");
    assert_eq!(session.nonce(), MatchedNonce::Stored);
}

/// SCR-DM-NOTI-C-002: "Receiving Notification message".
#[test]
fn appendix_b_scr_dm_noti_c_002_a_client_receives_the_notification() {
    let octets = octets(DIGEST_UNDER_NONCE);
    let package0 = Package0::parse(&octets).unwrap();
    let authentic = package0
        .verify(&credentials(), Nonce::new(b"Nonce"))
        .unwrap();
    assert_eq!(authentic.trigger(), &trigger());
}

/// SCR-DM-NOTI-C-003: "Nonce Synchronisation", at the client.
#[test]
fn appendix_b_scr_dm_noti_c_003_a_client_synchronises_its_nonces() {
    let mut state = AccountState::new();
    let octets = octets(DIGEST_UNDER_0);
    let (mut session, _) = started(&mut state, &octets, b"lost");
    assert_eq!(session.client_nonce(), NonceChoice::Resync);
    assert_eq!(session.server_nonce(), NonceChoice::Resync);
    session.client_nonce_renewed();
    session.server_nonce_offered();
    state.server_nonce_renewed(&mut session);
    assert_eq!(session.client_nonce(), NonceChoice::Stored);
    assert_eq!(session.server_nonce(), NonceChoice::Stored);
}

/// SCR-DM-NOTI-S-001: "Support of Server-Alerted Management Session": the short message that
/// alerts.
#[test]
fn appendix_b_scr_dm_noti_s_001_a_server_alerts_the_client() {
    let package0 = encoded(&trigger(), Nonce::new(b"Nonce"));
    let messages = short_messages(&DmPush::relay(1, &package0)).unwrap();
    let expected = [&UDH[..], &WSP_HEADER, &octets(DIGEST_UNDER_NONCE)].concat();
    assert_eq!(messages, [expected]);
}

/// SCR-DM-NOTI-S-002: "Sending of Notification message".
#[test]
fn appendix_b_scr_dm_noti_s_002_a_server_sends_the_notification() {
    let octets = octets(DIGEST_UNDER_NONCE);
    assert_eq!(encoded(&trigger(), Nonce::new(b"Nonce")), octets);
}

/// SCR-DM-NOTI-S-003: "<version> field value is the binary value '0000001011'".
#[test]
fn appendix_b_scr_dm_noti_s_003_a_server_sends_version_0000001011() {
    let octets = encoded(&trigger(), Nonce::NONE);
    assert_eq!(
        u16::from_be_bytes([octets[16], octets[17]]) >> 6,
        0b00_0000_1011
    );
}

/// SCR-DM-NOTI-S-004: "Nonce Synchronisation", at the server.
#[test]
fn appendix_b_scr_dm_noti_s_004_a_server_synchronises_its_nonces() {
    let id = SessionId::new(0x1234).unwrap();
    let notification = |state: &mut DeviceState| {
        let nonce = state.notify(id).nonce.resolve(Nonce::new(b"Nonce"));
        encoded(&trigger(), nonce)
    };
    assert_eq!(
        notification(&mut DeviceState::new()),
        octets(DIGEST_UNDER_NONCE)
    );
    let mut server = DeviceState::lost();
    assert_eq!(notification(&mut server), octets(DIGEST_UNDER_0));
    let mut session = server.session(id);
    session.client_nonce_renewed();
    server.server_nonce_renewed(&mut session);
    server.completed(session);
    assert_eq!(notification(&mut server), octets(DIGEST_UNDER_NONCE));
}

/// The example, octet for octet, its digest apart. Its 32 zeros for `<future-use>` are a misprint:
/// its own octets and 6.1 have 27.
#[test]
fn appendix_c_the_example_is_what_is_sent_and_received() {
    let sent = encoded(&trigger(), Nonce::RESYNC);
    let messages = short_messages(&DmPush::relay(1, &sent)).unwrap();
    let example = [
        &hex!("06 05 04 0B 84 C0 02 01 06 03 C4 AF 87")[..],
        &DIGEST_UNDER_0,
        &hex!("02 D0 00 00 00 12 34 12"),
        &hex!("63 6F 6D 2E 6D 67 6D 74 73 72 76 2E 6D 61 6E 61 67 65"),
    ]
    .concat();
    assert_eq!(messages, [example.as_slice()]);

    let push = wap::open_sms(&example).unwrap();
    let package0 = Package0::parse(push.body()).unwrap();
    let found = package0.unverified();
    assert_eq!(found.version().to_string(), "1.1");
    assert_eq!(found.ui_mode(), UiMode::Background);
    assert_eq!(found.initiator(), Initiator::Client);
    assert_eq!(found.future_use().value(), 0);
    assert_eq!(found.session_id().value(), 0x1234);
    assert_eq!(found.server_id().as_str(), Some("com.mgmtsrv.manage"));
}

/// The rows of the table: clause, what it asks, and the tests or whose duty it is.
fn table() -> Vec<[&'static str; 3]> {
    let (_, section) = include_str!("../README.md")
        .split_once("\n## Conformance\n")
        .unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with('|'));
    rows.skip(2)
        .map(|row| {
            let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
            cells
                .try_into()
                .unwrap_or_else(|_| panic!("three cells: {row}"))
        })
        .collect()
}

fn is_of_a_clause(name: &str) -> bool {
    name.starts_with("clause_") || name.starts_with("appendix_")
}

/// The names of tests in a cell.
fn tests_in(cell: &str) -> impl Iterator<Item = &str> {
    let code = cell.split('`').skip(1).step_by(2);
    code.filter(|code| is_of_a_clause(code))
}

/// The names of all tests of clauses beside this file.
fn tests_of_clauses() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/library");
    for entry in fs::read_dir(folder).unwrap() {
        let source = fs::read_to_string(entry.unwrap().path()).unwrap();
        let tests = source.split("#[test]\nfn ").skip(1);
        let tests = tests.filter_map(|test| test.split_once('(').map(|(name, _)| name));
        for name in tests.filter(|name| is_of_a_clause(name)) {
            assert!(names.insert(name.to_owned()), "twice: {name}");
        }
    }
    names
}

#[test]
fn the_table_lists_every_test_of_a_clause_and_no_other() {
    let tests = tests_of_clauses();
    assert!(tests.len() > 40);
    let table = table();
    let listed: Vec<_> = table
        .iter()
        .flat_map(|[_, _, cell]| tests_in(cell))
        .collect();
    let set: BTreeSet<_> = listed.iter().map(|&name| name.to_owned()).collect();
    let unlisted: Vec<_> = tests.difference(&set).collect();
    let unknown: Vec<_> = set.difference(&tests).collect();
    assert!(unlisted.is_empty(), "add to the table: {unlisted:?}");
    assert!(unknown.is_empty(), "no such tests: {unknown:?}");
    assert_eq!(listed.len(), tests.len(), "each in one row");
}

#[test]
fn the_table_names_tests_by_their_clause_or_says_whose_duty_it_is() {
    for [clause, demand, cell] in table() {
        assert!(!demand.is_empty(), "{clause}");
        assert!(
            cell.contains("application's duty: ") || tests_in(cell).next().is_some(),
            "{demand}"
        );
        let lowered = clause.to_lowercase().replace(['.', ' ', '-'], "_");
        let prefix = match lowered.strip_prefix("appendix_") {
            Some(_) => lowered,
            None => format!("clause_{lowered}"),
        };
        for test in tests_in(cell) {
            let rest = test
                .strip_prefix(&prefix)
                .unwrap_or_else(|| panic!("{clause}: {test}"));
            let more = rest
                .trim_start_matches('_')
                .starts_with(|next: char| next.is_ascii_digit());
            // `clause_5_1_...` is not of clause 5.
            assert!(prefix.starts_with("appendix") || !more, "{clause}: {test}");
        }
    }
}
