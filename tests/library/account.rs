//! What a device remembers of a server: the scenarios S1 to S18 by number, and the stored form.

use crate::device::{AGREED, Device, RENEWED, SERVER_ID, ZERO, crc32, message, sealed, signed};
use base64::{Engine, prelude::BASE64_STANDARD};
use md5::{Digest, Md5};
use oma_dm_notification::account::{Account, AccountState, Decision, Ignored, ResyncPolicy};
use oma_dm_notification::session::{MatchedNonce, Session};
use oma_dm_notification::{
    Credentials, DecodeErrorKind, Field, Initiator, Nonce, NonceChoice, Package0, ServerId,
    SessionId, Trigger, UiMode, Version,
};
use proptest::{collection::vec, prelude::*};

use ResyncPolicy::{Allowed, Forbidden, Limited};

const POLICIES: [ResyncPolicy; 3] = [Forbidden, Limited, Allowed];

#[test]
fn s1_a_completed_session_starts_once_through_power_cycles() {
    let mut device = Device::new(Forbidden);
    let octets = message(1, AGREED);
    device.complete(&octets);
    assert!(!device.repeated(&octets));
    assert!(device.power_cycle().is_empty());
    assert!(!device.repeated(&octets));
}

#[test]
fn s1b_a_renewed_server_nonce_makes_what_was_recorded_worthless() {
    let mut device = Device::new(Forbidden);
    let octets = message(1, AGREED);
    let mut session = device.start(&octets);
    device.renew(&mut session, RENEWED);
    device.state.completed(session);
    assert_eq!(device.ignored(&octets), Ignored::NotAuthentic);
    device.start(&message(1, RENEWED));
}

#[test]
fn s1b_the_ids_under_the_nonce_before_are_forgotten_when_pkg_4_confirms_and_no_earlier() {
    let mut device = Device::new(Forbidden);
    let (first, second) = (message(1, AGREED), message(2, AGREED));
    device.complete(&first);
    let mut session = device.start(&second);
    session.client_nonce_renewed();
    assert!(!device.repeated(&first), "Pkg #2");
    session.server_nonce_offered();
    device.offered = Some(RENEWED.to_vec());
    assert!(!device.repeated(&first), "Pkg #3");
    device.renew(&mut session, RENEWED);
    let again = device.start(&message(1, RENEWED));
    device.state.failed(again);
    assert!(
        device.repeated(&message(2, RENEWED)),
        "the session itself is under way"
    );
    device.state.completed(session);
    device.start(&message(2, RENEWED));
}

#[test]
fn s2_a_failed_session_starts_again() {
    for nonce in [AGREED, ZERO] {
        let mut device = Device::new(Limited);
        let octets = message(1, nonce);
        let session = device.start(&octets);
        device.state.failed(session);
        assert_eq!(device.state, AccountState::new(), "it is forgotten");
        device.start(&octets);
    }
}

#[test]
fn s2b_a_session_whose_nonces_were_renewed_took_place_whatever_is_said() {
    let mut device = Device::new(Limited);
    let octets = message(1, ZERO);
    let mut session = device.start(&octets);
    assert!(!session.took_place());
    session.client_nonce_renewed();
    device.renew(&mut session, RENEWED);
    assert!(session.took_place());
    device.state.failed(session);
    assert!(!device.repeated(&octets));

    let other = message(2, ZERO);
    let mut second = device.start(&other);
    second.client_nonce_renewed();
    device.state.failed(second);
    assert!(!device.repeated(&other), "one of the two is enough");
}

#[test]
fn s3_an_interrupted_session_is_listed_once_and_starts_again() {
    for (nonce, matched) in [(AGREED, MatchedNonce::Stored), (ZERO, MatchedNonce::Resync)] {
        let mut device = Device::new(Limited);
        let octets = message(1, nonce);
        device.start(&octets);
        let interrupted = device.power_cycle();
        assert_eq!(interrupted.len(), 1);
        assert_eq!(interrupted[0].session_id().value(), 1);
        assert_eq!(interrupted[0].nonce(), matched);
        assert!(device.power_cycle().is_empty());
        device.start(&octets);
    }
}

#[test]
fn s3_restoring_alone_interrupts_nothing() {
    let mut device = Device::new(Limited);
    let octets = message(1, AGREED);
    let session = device.start(&octets);
    device.state = AccountState::from_bytes(&device.state.to_bytes()).unwrap();
    assert!(device.repeated(&octets), "it is under way");
    device.state.completed(session);
    assert!(!device.repeated(&octets));
}

#[test]
fn s3_a_resumed_session_is_under_way_again() {
    for nonce in [AGREED, ZERO] {
        let mut device = Device::new(Limited);
        let octets = message(1, nonce);
        device.start(&octets);
        let before = device.state;
        let session = device.power_cycle().remove(0);
        assert!(device.state.resume(&session, Limited));
        assert_eq!(device.state, before);
        assert!(device.repeated(&octets));
        assert!(!device.state.resume(&session, Limited), "once");
        device.state.completed(session);
        assert!(!device.repeated(&octets));
    }
}

#[test]
fn s3_a_session_is_not_resumed_when_it_has_started_again_or_the_secret_was_replaced() {
    let mut device = Device::new(Limited);
    let octets = message(1, ZERO);
    device.start(&octets);
    let session = device.power_cycle().remove(0);
    let again = device.start(&octets);
    assert!(!device.state.resume(&session, Limited), "it is under way");
    device.state.completed(again);
    assert!(!device.state.resume(&session, Limited), "it has completed");
    device.replace_secret(b"other");
    assert!(!device.state.resume(&session, Limited));
    assert_eq!(device.power_cycle(), []);
}

#[test]
fn s3_what_was_interrupted_takes_no_place_and_what_is_resumed_does() {
    let mut device = Device::new(Limited);
    for id in 1..=4 {
        device.start(&message(id, ZERO));
    }
    let interrupted = device.power_cycle();
    assert_eq!(interrupted.len(), 4);
    for id in 11..=13 {
        device.complete(&message(id, ZERO));
    }
    assert!(!device.state.resume(&interrupted[0], Forbidden));
    assert!(device.state.resume(&interrupted[0], Limited));
    assert!(!device.state.resume(&interrupted[1], Limited));
    assert!(device.state.resume(&interrupted[1], Allowed));
}

#[test]
fn s3_the_interrupted_are_listed_by_kind_and_age() {
    let mut device = Device::new(Allowed);
    for (id, nonce) in [(1, ZERO), (2, AGREED), (3, ZERO), (4, AGREED)] {
        device.start(&message(id, nonce));
    }
    let interrupted = device.power_cycle().into_iter();
    let listed: Vec<_> = interrupted
        .map(|session| (session.session_id().value(), session.nonce()))
        .collect();
    let (stored, resync) = (MatchedNonce::Stored, MatchedNonce::Resync);
    assert_eq!(listed, [(2, stored), (4, stored), (1, resync), (3, resync)]);
}

#[test]
fn s4_a_session_that_is_under_way_is_not_started_again() {
    for nonce in [AGREED, ZERO] {
        let mut device = Device::new(Limited);
        let octets = message(1, nonce);
        device.start(&octets);
        assert!(device.repeated(&octets));
    }
}

#[test]
fn s5_an_id_under_the_stored_nonce_and_one_under_the_nonce_0_are_two_sessions() {
    for (first, second) in [(AGREED, ZERO), (ZERO, AGREED)] {
        for end in [
            |state: &mut AccountState, session| state.completed(session),
            |state: &mut AccountState, session| state.failed(session),
            |_: &mut AccountState, _: Session| {},
        ] {
            let mut device = Device::new(Limited);
            let session = device.start(&message(7, first));
            end(&mut device.state, session);
            let other = device.start(&message(7, second));
            device.state.completed(other);
            assert!(!device.repeated(&message(7, second)));
        }
    }
}

#[test]
fn s6_a_session_under_the_nonce_0_is_remembered_until_the_secret_is_replaced() {
    for policy in [Limited, Allowed] {
        let mut device = Device::new(policy);
        let octets = message(1, ZERO);
        let mut session = device.start(&octets);
        session.client_nonce_renewed();
        device.renew(&mut session, b"nonce 0");
        device.state.completed(session);
        for round in 1..=20_u16 {
            assert!(!device.repeated(&octets));
            device.power_cycle();
            assert!(!device.repeated(&octets));
            let nonce = device.agreed.clone();
            let mut other = device.start(&message(round, &nonce));
            other.client_nonce_renewed();
            assert!(!device.repeated(&octets));
            device.renew(&mut other, format!("nonce {round}").as_bytes());
            device.state.completed(other);
        }
        device.replace_secret(b"other");
        assert_eq!(device.ignored(&octets), Ignored::NotAuthentic);
        device.start(&signed(1, b"other", ZERO));
    }
}

#[test]
fn s6_allowed_remembers_the_last_four() {
    let mut device = Device::new(Allowed);
    for id in 1..=5 {
        device.complete(&message(id, ZERO));
    }
    for id in 2..=5 {
        assert!(!device.repeated(&message(id, ZERO)));
    }
    device.start(&message(1, ZERO));
}

#[test]
fn s7_three_recorded_messages_start_three_sessions() {
    let recorded = [1, 2, 3].map(|id| message(id, ZERO));
    for policy in [Limited, Allowed] {
        let mut device = Device::new(policy);
        let mut starts = 0;
        for replay in 0..30_usize {
            match device.receive(&recorded[replay * 7 / 2 % 3]) {
                Decision::Start { session, .. } => {
                    starts += 1;
                    device.state.completed(session);
                }
                decision => assert!(matches!(decision, Decision::Repeated { .. })),
            }
        }
        assert_eq!(starts, 3);
    }
}

#[test]
fn s8_limited_lets_four_sessions_under_the_nonce_0_complete_under_one_secret() {
    assert_eq!(AccountState::RESYNC_SESSIONS, 4);
    for under_way in 0..=4 {
        let mut device = Device::new(Limited);
        let mut running = Vec::new();
        for id in 1..=4 {
            let session = device.start(&message(id, ZERO));
            if id <= under_way {
                running.push(session);
            } else {
                device.state.completed(session);
            }
        }
        let one_more = message(5, ZERO);
        assert_eq!(device.ignored(&one_more), Ignored::ResyncExhausted);
        device.complete(&message(5, AGREED));
        for id in 1..=4 {
            assert_eq!(device.repeated(&message(id, ZERO)), id <= under_way);
        }
        for session in running {
            device.state.completed(session);
            assert_eq!(device.ignored(&one_more), Ignored::ResyncExhausted);
        }
        device.replace_secret(b"other");
        device.start(&signed(5, b"other", ZERO));
    }
}

#[test]
fn s9_sessions_that_fail_use_up_nothing() {
    let mut device = Device::new(Limited);
    for id in (1..=20).chain([3; 20]) {
        let session = device.start(&message(id, ZERO));
        device.state.failed(session);
    }
    assert_eq!(device.state, AccountState::new());
}

#[test]
fn s10_a_message_under_the_nonce_0_leaves_the_session_under_way_as_it_is() {
    let mut device = Device::new(Limited);
    let session = device.start(&message(5, AGREED));
    let before = session.to_bytes();
    let other = device.start(&message(1, ZERO));
    assert_eq!(other.client_nonce(), NonceChoice::Resync);
    assert_eq!(other.server_nonce(), NonceChoice::Resync);
    assert_eq!(session.client_nonce(), NonceChoice::Stored);
    assert_eq!(session.server_nonce(), NonceChoice::Stored);
    assert_eq!(session.to_bytes(), before);
    assert!(device.repeated(&message(5, AGREED)));
}

#[test]
fn s11_a_recorded_message_leaves_a_resynchronising_session_as_it_is() {
    let mut device = Device::new(Limited);
    let session = device.start(&message(1, ZERO));
    let before = session.to_bytes();
    let other = device.start(&message(5, AGREED));
    assert_eq!(other.client_nonce(), NonceChoice::Stored);
    assert_eq!(session.client_nonce(), NonceChoice::Resync);
    assert_eq!(session.server_nonce(), NonceChoice::Resync);
    assert_eq!(session.to_bytes(), before);
    assert!(device.repeated(&message(1, ZERO)));
}

#[test]
fn s12_the_forbidden_nonce_0_is_told_from_a_wrong_digest_and_nothing_is_remembered() {
    let mut device = Device::new(Forbidden);
    let mut octets = message(1, ZERO);
    assert_eq!(device.ignored(&octets), Ignored::ResyncForbidden);
    octets[0] ^= 1;
    assert_eq!(device.ignored(&octets), Ignored::NotAuthentic);
    assert_eq!(device.state, AccountState::new());
}

#[test]
fn s12_a_stored_nonce_of_four_zero_octets_is_the_nonce_0() {
    let octets = message(1, ZERO);
    for offered in [None, Some(b"offered".to_vec()), Some(ZERO.to_vec())] {
        for agreed in [ZERO, AGREED] {
            let mut device = Device::new(Forbidden);
            device.agreed = agreed.to_vec();
            device.offered.clone_from(&offered);
            assert_eq!(device.ignored(&octets), Ignored::ResyncForbidden);
            device.policy = Limited;
            let session = device.start(&octets);
            assert_eq!(session.nonce(), MatchedNonce::Resync);
            assert_eq!(session.client_nonce(), NonceChoice::Resync);
        }
    }
    for other in [&[0; 3][..], &[0; 5], &[]] {
        let mut device = Device::new(Forbidden);
        device.agreed = other.to_vec();
        device.start(&message(1, other));
    }
}

#[test]
fn s13_what_is_not_authentic_changes_nothing() {
    for policy in POLICIES {
        let mut device = Device::new(policy);
        device.offered = Some(b"offered".to_vec());
        device.complete(&message(1, AGREED));
        let before = device.state;
        for octets in [message(2, AGREED), message(1, AGREED), message(1, ZERO)] {
            for bit in 0..8 * octets.len() {
                let mut forged = octets.clone();
                forged[bit / 8] ^= 1 << (bit % 8);
                let Ok(package0) = Package0::parse(&forged) else {
                    continue;
                };
                let offered = Some(Nonce::new(b"offered"));
                let account = Account::new(&device.credentials, Nonce::new(AGREED), policy)
                    .with_offered(offered);
                let decision = device.state.receive(&package0, &account);
                let no_session = package0.unverified().session_id().value() == 0;
                let reason = if no_session {
                    Ignored::NoSession
                } else {
                    Ignored::NotAuthentic
                };
                assert_eq!(decision, Decision::Ignored(reason));
            }
        }
        let foreign = signed(2, b"another secret", AGREED);
        assert_eq!(device.ignored(&foreign), Ignored::NotAuthentic);
        assert_eq!(device.state, before);
    }
}

#[test]
fn s13_an_authentic_message_with_the_id_0_starts_no_session() {
    // Made by hand, for no server can send it: MD5 and Base64 of independent tools.
    let mut octets = message(1, AGREED);
    octets[16 + 6] = 0;
    let digest = digest(&octets[16..]);
    octets[..16].copy_from_slice(&digest);
    let package0 = Package0::parse(&octets).unwrap();
    let credentials = Credentials::new(SERVER_ID, b"secret");
    assert!(package0.verify(&credentials, Nonce::new(AGREED)).is_ok());
    let mut device = Device::new(Allowed);
    assert_eq!(device.ignored(&octets), Ignored::NoSession);
}

/// The digest of OMA §6.2.2 for the secret and nonce that a device has first.
fn digest(trigger: &[u8]) -> [u8; 16] {
    let b64 = |octets: &[u8]| {
        let mut text = [0; 24];
        let hash = Md5::digest(octets);
        BASE64_STANDARD.encode_slice(hash, &mut text).unwrap();
        text
    };
    let account = b64(&[SERVER_ID, b":secret"].concat());
    let text = [&account, &b":"[..], AGREED, b":", &b64(trigger)].concat();
    Md5::digest(text).into()
}

#[test]
fn s14_a_completed_session_falls_out_when_the_ninth_completes() {
    let mut device = Device::new(Limited);
    device.complete(&message(100, ZERO));
    for id in 1..=8 {
        device.complete(&message(id, AGREED));
    }
    for id in 9..30 {
        let session = device.start(&message(id, AGREED));
        device.state.failed(session);
    }
    let session = device.start(&message(9, AGREED));
    for id in 1..=8 {
        assert!(!device.repeated(&message(id, AGREED)), "{id}");
    }
    device.state.completed(session);
    for id in 2..=9 {
        assert!(!device.repeated(&message(id, AGREED)), "{id}");
    }
    device.start(&message(1, AGREED));
    assert!(!device.repeated(&message(100, ZERO)));
}

#[test]
fn s14_of_five_under_way_the_oldest_is_forgotten_and_can_complete() {
    for (nonce, policy) in [(AGREED, Forbidden), (ZERO, Allowed)] {
        let mut device = Device::new(policy);
        let mut sessions: Vec<_> = (1..=5)
            .map(|id| device.start(&message(id, nonce)))
            .collect();
        for id in 2..=5 {
            assert!(device.repeated(&message(id, nonce)));
        }
        device.state.completed(sessions.remove(0));
        assert!(!device.repeated(&message(1, nonce)));
        let kept: Vec<_> = device.power_cycle();
        assert_eq!(kept, sessions);
    }
}

#[test]
fn s14_a_session_that_completes_twice_takes_one_place() {
    for (nonce, policy) in [(AGREED, Forbidden), (ZERO, Allowed)] {
        let mut device = Device::new(policy);
        let mut sessions: Vec<_> = (1..=5)
            .map(|id| device.start(&message(id, nonce)))
            .collect();
        // Forgotten, so that it starts once more.
        let again = device.start(&message(1, nonce));
        device.state.completed(sessions.remove(0));
        let before = device.state;
        device.state.completed(again);
        assert_eq!(device.state, before);
        assert!(device.power_cycle().len() >= 3);
    }
}

#[test]
fn s15_what_arrives_for_one_account_leaves_another_as_it_is() {
    let mut devices = [Device::new(Limited), Device::new(Limited)];
    devices[1].credentials = Credentials::new(SERVER_ID, b"other");
    let before = devices[1].state;
    for nonce in [AGREED, ZERO] {
        let octets = message(1, nonce);
        devices[0].complete(&octets);
        assert_eq!(devices[1].ignored(&octets), Ignored::NotAuthentic);
        assert_eq!(devices[1].state, before);
    }
}

/// A state with something in every list.
fn full() -> AccountState {
    let mut device = Device::new(Allowed);
    device.state.secret_replaced();
    for nonce in [AGREED, ZERO] {
        for id in 0x0101..=0x0109 {
            device.complete(&message(id, nonce));
        }
        for id in 0x0201..=0x0203 {
            device.start(&message(id, nonce));
        }
    }
    device.state
}

#[test]
fn s16_a_state_is_these_octets() {
    assert_eq!(
        crc32(b"123456789"),
        0xCBF4_3926,
        "the check value of CRC-32"
    );
    let mut expected = vec![0x11];
    for id in 0x0102..=0x0109_u16 {
        expected.extend(id.to_be_bytes());
    }
    expected.extend([2, 1, 2, 2, 2, 3, 0, 0]);
    expected.extend([1, 6, 1, 7, 1, 8, 1, 9]);
    expected.extend([2, 1, 2, 2, 2, 3, 0, 0]);
    expected.extend([1, 0]);
    assert_eq!(full().to_bytes().to_vec(), sealed(&expected));
    assert_eq!(AccountState::LENGTH, 47);

    let lost = [&[0x11][..], &[0; 41], &[1]].concat();
    assert_eq!(AccountState::lost().to_bytes().to_vec(), sealed(&lost));
    assert_eq!(
        AccountState::from_bytes(&sealed(&lost)),
        Ok(AccountState::lost())
    );
    assert_eq!(AccountState::from_bytes(&sealed(&expected)), Ok(full()));
}

#[test]
fn s16_a_state_takes_42_octets_and_is_all_zeros_when_new() {
    assert_eq!(size_of::<AccountState>(), 42);
    let new = [&[0x11][..], &[0; 42]].concat();
    assert_eq!(AccountState::new().to_bytes().to_vec(), sealed(&new));
    assert_eq!(AccountState::default(), AccountState::new());
}

/// The kind, field and offset of the error.
#[track_caller]
fn refused(octets: &[u8]) -> (DecodeErrorKind, Field, usize) {
    let error = AccountState::from_bytes(octets).unwrap_err();
    (error.kind(), error.field(), error.offset())
}

#[test]
fn s16_other_lengths_and_versions_are_refused() {
    let octets = full().to_bytes();
    let length = (DecodeErrorKind::Length, Field::State, 0);
    for end in 0..octets.len() {
        assert_eq!(refused(&octets[..end]), length);
    }
    assert_eq!(refused(&[&octets[..], &[0]].concat()), length);
    for version in (0..=255).filter(|&version| version != 0x11) {
        let mut other = octets;
        other[0] = version;
        let error = (DecodeErrorKind::Invalid, Field::StateVersion, 0);
        assert_eq!(refused(&other), error);
        assert_eq!(refused(&sealed(&other[..43])), error);
    }
    for erased in [0x00, 0xFF] {
        AccountState::from_bytes(&[erased; 47]).unwrap_err();
    }
}

#[test]
fn s16_any_bit_that_changed_is_noticed() {
    for state in [AccountState::new(), AccountState::lost(), full()] {
        let octets = state.to_bytes();
        for bit in 0..8 * octets.len() {
            let mut changed = octets;
            changed[bit / 8] ^= 1 << (bit % 8);
            let error = match bit / 8 {
                0 => (DecodeErrorKind::Invalid, Field::StateVersion, 0),
                _ => (DecodeErrorKind::Invalid, Field::StateCheck, 43),
            };
            assert_eq!(refused(&changed), error, "bit {bit}");
        }
    }
}

#[test]
fn s16_impossible_contents_are_refused_even_with_the_right_check_octets() {
    let at = |offset| (DecodeErrorKind::Invalid, Field::State, offset);
    let new = [&[0x11][..], &[0; 42]].concat();
    let changed = |changes: &[(usize, u8)]| {
        let mut octets = new.clone();
        for &(offset, octet) in changes {
            octets[offset] = octet;
        }
        sealed(&octets)
    };
    for (list, places) in [(1, 8), (17, 4), (25, 4), (33, 4)] {
        AccountState::from_bytes(&changed(&[(list, 1)])).unwrap();
        for place in 1..places {
            let after_a_zero = changed(&[(list + 2 * place, 1)]);
            assert_eq!(refused(&after_a_zero), at(list));
        }
        let twice = changed(&[(list + 1, 5), (list + 3, 6), (list + 5, 5)]);
        assert_eq!(refused(&twice), at(list));
    }
    for (completed, under_way) in [(1, 17), (25, 33)] {
        let both = changed(&[(completed + 1, 5), (under_way + 1, 5)]);
        assert_eq!(refused(&both), at(under_way));
    }
    AccountState::from_bytes(&changed(&[(1, 5), (25, 5)])).unwrap();
    AccountState::from_bytes(&changed(&[(41, 255)])).unwrap();
    for lost in 2..=255 {
        assert_eq!(refused(&changed(&[(42, lost)])), at(42));
    }
}

/// A state after some sessions.
fn state_after(steps: &[(u16, bool, u8)]) -> AccountState {
    let mut device = Device::new(Allowed);
    for &(id, resync, end) in steps {
        let octets = message(id, if resync { ZERO } else { AGREED });
        if let Decision::Start { session, .. } = device.receive(&octets) {
            match end {
                0 => device.state.completed(session),
                1 => device.state.failed(session),
                _ => {}
            }
        }
    }
    device.state
}

proptest! {
    #[test]
    fn s16_a_state_survives_its_octets_and_no_torn_write_passes_for_one(
        old in vec((1_u16.., any::<bool>(), 0_u8..3), 0..40),
        new in vec((1_u16.., any::<bool>(), 0_u8..3), 0..40),
    ) {
        let (old, new) = (state_after(&old), state_after(&new));
        prop_assert_eq!(AccountState::from_bytes(&old.to_bytes()), Ok(old));
        let (old, new) = (old.to_bytes(), new.to_bytes());
        for end in 0..=new.len() {
            let onto_old = [&new[..end], &old[end..]].concat();
            let onto_erased = [&new[..end], &vec![0xFF; old.len() - end][..]].concat();
            for torn in [onto_old, onto_erased] {
                let whole = torn == old || torn == new;
                prop_assert_eq!(AccountState::from_bytes(&torn).is_ok(), whole);
            }
        }
    }

    #[test]
    fn s16_whatever_is_restored_has_just_these_octets(
        ids in vec(vec(1_u16..0x1000, 0..=8), 4),
        generation in any::<u8>(),
        lost in 0_u8..3,
    ) {
        let mut contents = vec![0x11];
        for (list, places) in ids.iter().zip([8, 4, 4, 4]) {
            let mut list = list.clone();
            list.resize(places, 0);
            contents.extend(list.iter().flat_map(|id| id.to_be_bytes()));
        }
        let octets = sealed(&[&contents[..], &[generation, lost]].concat());
        match AccountState::from_bytes(&octets) {
            Ok(state) => prop_assert_eq!(state.to_bytes().to_vec(), octets),
            Err(error) => prop_assert_eq!(error.field(), Field::State),
        }
    }
}

#[test]
fn s16_after_a_lost_record_limited_is_exhausted_until_the_secret_is_replaced() {
    let mut device = Device::new(Limited);
    device.state = AccountState::lost();
    assert_eq!(device.ignored(&message(1, ZERO)), Ignored::ResyncExhausted);
    device.power_cycle();
    assert_eq!(device.ignored(&message(1, ZERO)), Ignored::ResyncExhausted);
    device.start(&message(1, AGREED));
    device.policy = Allowed;
    device.start(&message(2, ZERO));
    device.policy = Limited;
    device.replace_secret(b"other");
    device.start(&signed(1, b"other", ZERO));
}

#[test]
fn s17_an_offered_nonce_is_a_candidate_and_start_says_so() {
    let offered = b"offered";
    for (nonce, matched) in [
        (AGREED, MatchedNonce::Stored),
        (offered, MatchedNonce::Offered),
    ] {
        let mut device = Device::new(Forbidden);
        let mut first = device.start(&message(1, AGREED));
        first.client_nonce_renewed();
        first.server_nonce_offered();
        assert!(first.is_server_nonce_offered());
        device.offered = Some(offered.to_vec());
        device.state.completed(first);

        let octets = message(2, nonce);
        let (session, notification) = device.started(&octets);
        assert_eq!(session.nonce(), matched);
        assert_eq!(notification.nonce(), matched);
        assert_eq!(session.client_nonce(), NonceChoice::Stored);
        assert_eq!(session.server_nonce(), NonceChoice::Stored);

        // Promoted: it is the agreed one from here on, and the session's id is remembered.
        device.agreed = nonce.to_vec();
        device.offered = None;
        assert!(device.repeated(&octets));
        device.state.completed(session);
        assert!(!device.repeated(&octets));
    }
}

#[test]
fn s17_without_an_offer_its_nonce_is_no_candidate() {
    let mut device = Device::new(Allowed);
    let octets = message(1, b"offered");
    assert_eq!(device.ignored(&octets), Ignored::NotAuthentic);
    device.offered = Some(b"offered".to_vec());
    device.start(&octets);
}

#[test]
fn s18_what_is_said_of_a_session_that_outlived_its_secret_has_no_effect() {
    for nonce in [AGREED, ZERO] {
        let mut device = Device::new(Limited);
        let sessions = [1, 2].map(|id| device.start(&message(id, nonce)));
        device.replace_secret(b"other");
        let current = [1, 2].map(|id| device.start(&signed(id, b"other", nonce)));
        let before = device.state;
        let [completed, failed] = sessions;
        device.state.completed(completed);
        device.state.failed(failed);
        assert_eq!(device.state, before);
        for session in current {
            device.state.completed(session);
        }
        assert!(!device.repeated(&signed(1, b"other", nonce)));
    }
}

#[test]
fn s18_a_session_that_outlived_255_secrets_has_no_effect_either() {
    let mut device = Device::new(Limited);
    let session = device.start(&message(1, AGREED));
    for _ in 0..255 {
        device.state.secret_replaced();
    }
    let before = device.state;
    device.state.completed(session);
    assert_eq!(device.state, before);
}

#[test]
fn start_and_repeated_carry_what_the_trigger_says() {
    let trigger = Trigger::new(
        SessionId::new(0xAF).unwrap(),
        ServerId::new(SERVER_ID).unwrap(),
    )
    .with_version(Version::V1_2)
    .with_ui_mode(UiMode::Informative)
    .with_initiator(Initiator::Client)
    .with_vendor_specific(b"vendor");
    let mut device = Device::new(Limited);
    let mut buffer = [0; 64];
    let signed = trigger
        .sign(&device.credentials, Nonce::new(AGREED))
        .unwrap();
    let octets = signed.encode(&mut buffer).unwrap();
    let (session, started) = device.started(octets);
    assert_eq!(session.session_id(), started.session_id());
    let Decision::Repeated { notification, .. } = device.receive(octets) else {
        panic!()
    };
    for says in [started, notification] {
        assert_eq!(says.session_id().value(), 0xAF);
        assert_eq!(says.session_id_text().as_str(), "AF");
        assert_eq!(says.ui_mode(), UiMode::Informative);
        assert_eq!(says.initiator(), Initiator::Client);
        assert_eq!(says.version(), Version::V1_2);
        assert_eq!(says.future_use().value(), 0);
        assert_eq!(says.vendor_specific(), b"vendor");
        assert_eq!(says.trigger(), &trigger);
        assert_eq!(says.nonce(), MatchedNonce::Stored);
    }
}

#[test]
fn reasons_nonces_and_policies_are_displayed_so() {
    let reasons = [
        (Ignored::NoSession, "the sessionid is 0"),
        (Ignored::NotAuthentic, "the digest does not match"),
        (Ignored::ResyncForbidden, "the nonce 0 is forbidden"),
        (
            Ignored::ResyncExhausted,
            "no more sessions under the nonce 0 before the secret is replaced",
        ),
    ];
    for (reason, text) in reasons {
        assert_eq!(reason.to_string(), text);
    }
    for (nonce, text) in [
        (MatchedNonce::Stored, "stored"),
        (MatchedNonce::Offered, "offered"),
        (MatchedNonce::Resync, "resync"),
    ] {
        assert_eq!(nonce.to_string(), text);
    }
    let policies = POLICIES.map(|policy| policy.to_string());
    assert_eq!(policies, ["forbidden", "limited", "allowed"]);
}
