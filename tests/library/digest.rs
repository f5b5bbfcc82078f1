//! The digest of 6.2.2 and the credentials of 5.1, against published and independently computed
//! values.

use super::support::{Refused, signed};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hex_literal::hex;
use md5::{Digest as _, Md5};
use oma_dm_notification::{
    Credentials, DecodeErrorKind, Field, Nonce, NonceChoice, NotAuthentic, Package0, ServerId,
    SessionId, Trigger, UiMode,
};

/// `H` and `B64` as the packages have them whole: the oracle of the formula.
fn h(octets: &[u8]) -> [u8; 16] {
    Md5::digest(octets).into()
}

fn b64(hash: [u8; 16]) -> [u8; 24] {
    let mut text = [0; 24];
    assert_eq!(STANDARD.encode_slice(hash, &mut text), Ok(24));
    text
}

/// Appendix C without its digest.
const TRIGGER: [u8; 26] = hex!("02d0000000123412636f6d2e6d676d747372762e6d616e616765");
/// `H("com.mgmtsrv.manage:password")`.
const HASH: [u8; 16] = hex!("5efaf3e021ef4ddd768940d2336cfddf");
/// `B64(H("com.mgmtsrv.manage:password"))`.
const BASE64: [u8; 24] = *b"Xvrz4CHvTd12iUDSM2z93w==";

/// Digests of Appendix C: password, nonce, digest. The first was recomputed with OpenSSL.
const DIGESTS: [(&[u8], &[u8], [u8; 16]); 5] = [
    (
        b"password",
        &[0; 4],
        hex!("e4000751d15da7d8b5fc1fbce45ee715"),
    ),
    (b"password", b"", hex!("c020240ffc2a0ee6684526c94080748e")),
    (
        b"password",
        b"Nonce",
        hex!("68c6a5f6d458873c08d563789c1c67f7"),
    ),
    (
        b"password",
        &hex!("000102030405060708090a0b0c0d0e0f"),
        hex!("ead795a54241018fdf52e20bffad0933"),
    ),
    (b"secret", &[0; 4], hex!("4e94c58c36a8c50aabcdbe0c296b2ba7")),
];

/// What the wrong readings of "0x00000000" would give: its text, its Base64 undecoded, one zero
/// octet, sixteen.
const WRONG_RESYNC: [[u8; 16]; 4] = [
    hex!("9a4d2e3149cdfb3cfe1ad9d9b35023ba"),
    hex!("d0c0a5d066869ce3c309389b956bb570"),
    hex!("0c4ebdb1228c96ff5875eb9937376b69"),
    hex!("c0e7db56ffcdb9e51664ad193eb42f03"),
];

fn credentials(password: &[u8]) -> Credentials {
    Credentials::new(b"com.mgmtsrv.manage", password)
}

fn message(digest: [u8; 16]) -> Vec<u8> {
    [digest.as_slice(), &TRIGGER].concat()
}

/// Which candidate the message with this digest is authentic under.
fn verify(digest: [u8; 16], credentials: &Credentials, candidates: &[Nonce<'_>]) -> Option<usize> {
    let octets = message(digest);
    let package0 = Package0::parse(&octets).ok()?;
    let authentic = package0.verify_any(credentials, candidates).ok()?;
    Some(authentic.candidate())
}

#[test]
fn appendix_c_the_digest_is_the_independent_one_for_each_password_and_nonce() {
    for (password, nonce, digest) in DIGESTS {
        let nonce = Nonce::new(nonce);
        assert_eq!(verify(digest, &credentials(password), &[nonce]), Some(0));

        let trigger = Trigger::parse(&TRIGGER).unwrap();
        let octets = signed(&trigger, &credentials(password), nonce);
        assert_eq!(octets, message(digest));
    }
}

#[test]
fn without_a_nonce_the_formula_has_two_adjacent_colons() {
    let (_, _, digest) = DIGESTS[1];
    assert_eq!(
        verify(digest, &credentials(b"password"), &[Nonce::NONE]),
        Some(0)
    );
}

#[test]
fn clause_5_1_the_resynchronisation_nonce_is_four_zero_octets_and_nothing_else() {
    assert_eq!(Nonce::RESYNC.as_bytes(), [0; 4]);
    let credentials = credentials(b"password");
    let (_, _, digest) = DIGESTS[0];
    assert_eq!(verify(digest, &credentials, &[Nonce::RESYNC]), Some(0));
    for wrong in WRONG_RESYNC {
        assert_eq!(verify(wrong, &credentials, &[Nonce::RESYNC]), None);
    }
}

#[test]
fn credentials_are_the_same_from_password_hash_and_base64() {
    let (_, _, digest) = DIGESTS[0];
    for credentials in [
        credentials(b"password"),
        Credentials::from_hash(HASH),
        Credentials::from_base64(BASE64).unwrap(),
        Credentials::from_base64(BASE64).unwrap().clone(),
    ] {
        assert_eq!(verify(digest, &credentials, &[Nonce::RESYNC]), Some(0));
    }
}

#[test]
fn credentials_that_are_not_the_base64_of_a_hash_are_refused() {
    for text in [
        b"Xvrz4CHvTd12iUDSM2z93x==",  // bits set after the last octet
        b"Xvrz4CHvTd12iUDSM2z93w=A",  // padding inside
        b"Xvrz4CHvTd12iUDSM2z93wA=",  // 17 octets
        b"Xvrz4CHvTd12iUDSM2z93wAA",  // 18 octets
        b"Xvrz4CHvTd12iUDSM2z93===",  // too much padding
        b"Xvrz4CHvTd12iUDSM2z9!w==",  // an octet outside the alphabet
        b"Xvrz4CHvTd12iUDSM2z9_w==",  // the alphabet for URLs
        b"Xvrz4CHvTd12iUDSM2z9\nw==", // a line break
    ] {
        let error = Credentials::from_base64(*text).unwrap_err();
        assert_eq!(
            error.kind(),
            DecodeErrorKind::Invalid,
            "{}",
            text.escape_ascii()
        );
        assert_eq!((error.field(), error.offset()), (Field::Credentials, 0));
    }
}

#[test]
fn candidates_are_tried_in_order_and_the_first_match_is_reported() {
    let (_, stored, digest) = DIGESTS[2];
    let stored = Nonce::new(stored);
    let other = Nonce::new(b"other");
    let credentials = credentials(b"password");
    for (candidates, expected) in [
        ([stored, other, Nonce::RESYNC].as_slice(), Some(0)),
        (&[other, stored, Nonce::RESYNC], Some(1)),
        (&[other, Nonce::RESYNC, stored, stored], Some(2)),
        (&[other, Nonce::RESYNC], None),
        (&[], None),
    ] {
        assert_eq!(verify(digest, &credentials, candidates), expected);
    }
}

#[test]
fn resynchronisation_tries_the_stored_nonce_then_four_zero_octets() {
    for (index, expected) in [(2, NonceChoice::Stored), (0, NonceChoice::Resync)] {
        let (_, _, digest) = DIGESTS[index];
        let octets = message(digest);
        let package0 = Package0::parse(&octets).unwrap();
        let stored = Nonce::new(b"Nonce");
        let authentic = package0
            .verify_or_resync(&credentials(b"password"), stored)
            .unwrap();
        assert_eq!(authentic.nonce(), expected);
    }
    let octets = message([0; 16]);
    let package0 = Package0::parse(&octets).unwrap();
    let verdict = package0.verify_or_resync(&credentials(b"password"), Nonce::NONE);
    assert_eq!(verdict.unwrap_err(), NotAuthentic);
}

#[test]
fn clause_5_1_a_stored_nonce_of_four_zero_octets_is_the_nonce_0() {
    let (_, _, digest) = DIGESTS[0];
    let octets = message(digest);
    let package0 = Package0::parse(&octets).unwrap();
    let credentials = credentials(b"password");
    for stored in [Nonce::RESYNC, Nonce::new(&[0; 4])] {
        let verified = package0.verify(&credentials, stored).unwrap();
        let resynced = package0.verify_or_resync(&credentials, stored).unwrap();
        assert_eq!(verified.nonce(), NonceChoice::Resync);
        assert_eq!(resynced.nonce(), NonceChoice::Resync);
    }
    assert!(package0.verify(&credentials, Nonce::new(&[0; 5])).is_err());
}

#[test]
fn a_nonce_choice_resolves_to_the_stored_nonce_or_to_the_nonce_0() {
    let stored = Nonce::new(b"Nonce");
    assert_eq!(NonceChoice::Stored.resolve(stored).as_bytes(), b"Nonce");
    assert_eq!(NonceChoice::Resync.resolve(stored).as_bytes(), [0; 4]);
}

#[test]
fn credentials_are_read_out_as_they_were_made() {
    let constant = const { Credentials::from_base64(BASE64) };
    for credentials in [
        constant.unwrap(),
        credentials(b"password"),
        Credentials::from_hash(HASH),
    ] {
        assert_eq!(credentials.to_hash(), HASH);
        assert_eq!(credentials.as_base64(), &BASE64);
    }
    for seed in 0..500_u16 {
        let hash = h(&seed.to_be_bytes());
        let credentials = Credentials::from_base64(b64(hash)).unwrap();
        assert_eq!(credentials.to_hash(), hash);
    }
}

#[test]
fn any_one_bit_flipped_anywhere_fails_verification() {
    let (password, nonce, digest) = DIGESTS[3];
    let credentials = credentials(password);
    let whole = message(digest);
    for bit in 0..8 * whole.len() {
        let mut octets = whole.clone();
        octets[bit / 8] ^= 1 << (bit % 8);
        // A length that counts more than there is does not even parse.
        let verdict = Package0::parse(&octets)
            .map(|package0| package0.verify(&credentials, Nonce::new(nonce)).is_ok());
        assert_ne!(verdict, Ok(true), "bit {bit}");
    }
}

#[test]
fn clause_5_1_the_session_credential_is_the_published_one() {
    let client = Credentials::new(b"Bruce2", b"OhBehave");
    let credential = client.session_credential(Nonce::new(b"Nonce"));
    assert_eq!(&credential, b"Zz6EivR3yeaaENcRN6lpAQ==");
}

#[test]
fn signing_refuses_what_may_not_be_sent_and_writes_nothing() {
    let credentials = credentials(b"password");
    let mut buffer = [0xEE; 64];
    for (octets, field) in [
        ([2, 0xC8, 0, 0, 0, 0, 0, 0], Field::SessionId),
        ([2, 0xC8, 0, 0, 1, 0, 1, 0], Field::FutureUse),
    ] {
        let received = Trigger::parse(&octets).unwrap();
        for trigger in [received, received.with_ui_mode(UiMode::Background)] {
            let error = trigger.sign(&credentials, Nonce::NONE).unwrap_err();
            assert_eq!(error, Refused::OutOfRange { field });
        }
    }
    let trigger = Trigger::new(SessionId::new(1).unwrap(), ServerId::new(b"s").unwrap());
    let signed = trigger.sign(&credentials, Nonce::NONE).unwrap();
    let error = signed.encode(&mut buffer[..24]).unwrap_err();
    assert_eq!(error, Refused::BufferTooSmall { needed: 25 });
    assert_eq!(buffer, [0xEE; 64]);
}

#[test]
fn no_secret_is_printed() {
    let credentials = credentials(b"password");
    let nonce = Nonce::new(b"Nonce");
    let octets = message(DIGESTS[2].2);
    let package0 = Package0::parse(&octets).unwrap();
    let authentic = package0.verify(&credentials, nonce).unwrap();
    assert_eq!(
        format!("{credentials:?} {nonce:?}"),
        "Credentials(..) Nonce(..)"
    );
    assert!(format!("{authentic:?}").ends_with("nonce: Stored }"));
}

#[cfg(feature = "zeroize")]
#[test]
fn credentials_are_wiped_when_dropped() {
    const fn wiped<T: zeroize::ZeroizeOnDrop>() {}
    wiped::<Credentials>();
}

#[test]
fn a_digest_whose_differences_cancel_out_is_refused() {
    let (password, nonce, digest) = DIGESTS[0];
    for first in 0..16 {
        for second in 0..first {
            for difference in [0x01, 0x80, 0xFF] {
                let mut wrong = digest;
                wrong[first] ^= difference;
                wrong[second] ^= difference;
                let verdict = verify(wrong, &credentials(password), &[Nonce::new(nonce)]);
                assert_eq!(verdict, None, "octets {first} and {second}");
            }
        }
    }
    assert_eq!(
        verify(
            digest.map(|octet| !octet),
            &credentials(password),
            &[Nonce::new(nonce)]
        ),
        None
    );
}

#[test]
fn clause_6_2_2_the_formula_holds_for_every_length_around_the_blocks_of_md5() {
    let octets: Vec<u8> = (0..=u8::MAX).cycle().take(1200).collect();
    let id = ServerId::new(b"id").unwrap();
    // Server-identifier, nonce and vendor specific octets grow in turn; each passes every place in
    // two blocks.
    for length in (0..400).chain([511, 512, 513, 1023, 1024, 1025]) {
        for (password, nonce, vendor_specific) in [(length, 0, 0), (3, length, 0), (3, 16, length)]
        {
            let password = &octets[..password];
            let nonce = &octets[1..][..nonce];
            let trigger = Trigger::new(SessionId::new(1).unwrap(), id)
                .with_vendor_specific(&octets[2..][..vendor_specific]);
            let mut buffer = [0; 1200];
            let trigger_octets = trigger.encode(&mut buffer).unwrap().to_vec();
            let outer = [
                &b64(h(&[b"id:", password].concat())),
                b":".as_slice(),
                nonce,
                b":",
                &b64(h(&trigger_octets)),
            ]
            .concat();

            let credentials = Credentials::new(b"id", password);
            let nonce = Nonce::new(nonce);
            let message = signed(&trigger, &credentials, nonce);
            assert_eq!(message[..16], h(&outer), "{length}");
            let package0 = Package0::parse(&message).unwrap();
            assert!(package0.verify(&credentials, nonce).is_ok(), "{length}");
        }
    }
}

#[test]
fn a_session_credential_is_the_base64_of_any_hash() {
    for seed in 0..500_u16 {
        let hash = h(&seed.to_be_bytes());
        let nonce = seed.to_le_bytes();
        let expected = b64(h(&[&b64(hash), b":".as_slice(), &nonce].concat()));
        let credentials = Credentials::from_hash(hash);
        assert_eq!(credentials.session_credential(Nonce::new(&nonce)), expected);
    }
}

/// MD5 counts the bits of a message: 8191 octets are the most that fit into 16 bits. The digests
/// are those of Python's hashlib.
#[test]
fn clause_6_2_2_the_formula_holds_for_passwords_nonces_and_triggers_of_any_length() {
    for (length, of_password, of_nonce, of_trigger) in [
        (
            8191,
            hex!("d078b182778b0ded8548aeeca2425a35"),
            hex!("58db53f5fcb60f5215b60b3818f7e634"),
            hex!("85ff945a49f408702d9a5c3dc3eca11a"),
        ),
        (
            8192,
            hex!("f37f09b7ed3d568e197c3ebd67caad4a"),
            hex!("34ec9f1ebdece743633c5486ceb15288"),
            hex!("89599736f30127a84bd5169c221565c7"),
        ),
        (
            65_536,
            hex!("de636aa7afe62261dadb0339685c5c1e"),
            hex!("85ba6ad9ec01f7434c581c620fe9f92d"),
            hex!("7484592083d11c13ca92b69717c2f3ab"),
        ),
    ] {
        let long: Vec<u8> = (0..=255_u8)
            .map(|at| at.wrapping_mul(7).wrapping_add(3))
            .cycle()
            .take(length)
            .collect();
        for (password, nonce, vendor_specific, digest) in [
            (&long[..], &b""[..], &b""[..], of_password),
            (b"password", &long, b"", of_nonce),
            (b"password", b"", &long, of_trigger),
        ] {
            let octets = [&digest[..], &TRIGGER, vendor_specific].concat();
            let package0 = Package0::parse(&octets).unwrap();
            let verified = package0.verify(&credentials(password), Nonce::new(nonce));
            assert!(verified.is_ok(), "{length}: {digest:02X?}");
        }
    }
}
