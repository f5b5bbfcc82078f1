//! The golden vectors, decoded and encoded, each apart, and cut off at every octet.

use crate::support::{INITIATORS, UI_MODES};
use crate::vectors::{GOLDEN, Golden};
use oma_dm_notification::wap::sms::ShortMessages;
use oma_dm_notification::wap::{self, udh::Reference, wsp::DmPush};
use oma_dm_notification::{
    Credentials, DecodeError, DecodeErrorKind, Field, Nonce, NonceChoice, NotAuthentic, Package0,
    ServerId, SessionId, Trigger, Version,
};
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

/// Vectors that a sender may send: without session id 0 and reserved bits.
fn sendable() -> impl Iterator<Item = &'static Golden> {
    let conforms = |golden: &&Golden| golden.session_id != 0 && golden.future_use == 0;
    GOLDEN.iter().filter(conforms)
}

/// The trigger of a vector, built from its fields.
fn built(golden: &Golden) -> Trigger<'_> {
    let session_id = SessionId::new(golden.session_id).unwrap();
    Trigger::new(session_id, ServerId::new(golden.server_id).unwrap())
        .with_version(Version::new(golden.version).unwrap())
        .with_ui_mode(UI_MODES[usize::from(golden.ui_mode)])
        .with_initiator(INITIATORS[usize::from(golden.initiator)])
        .with_vendor_specific(golden.vendor_specific)
}

#[track_caller]
fn assert_error<T: std::fmt::Debug>(
    result: Result<T, DecodeError>,
    (kind, field, offset): (DecodeErrorKind, Field, usize),
    context: &str,
) {
    let error = result.expect_err(context);
    let found = (error.kind(), error.field(), error.offset());
    assert_eq!(found, (kind, field, offset), "{context}");
}

#[test]
fn there_are_sixty_vectors_of_which_forty_may_be_sent() {
    assert_eq!(GOLDEN.len(), 60);
    assert_eq!(sendable().count(), 40);
}

#[test]
fn clause_6_1_every_field_of_the_golden_vectors_is_read() {
    for golden in GOLDEN {
        let trigger = Trigger::parse(golden.trigger).unwrap();
        let name = golden.name;
        assert_eq!(trigger.version().value(), golden.version, "{name}");
        assert_eq!(
            trigger.ui_mode(),
            UI_MODES[usize::from(golden.ui_mode)],
            "{name}"
        );
        assert_eq!(
            trigger.initiator(),
            INITIATORS[usize::from(golden.initiator)],
            "{name}"
        );
        assert_eq!(trigger.future_use().value(), golden.future_use, "{name}");
        assert_eq!(trigger.session_id().value(), golden.session_id, "{name}");
        assert_eq!(trigger.server_id().as_bytes(), golden.server_id, "{name}");
        assert_eq!(trigger.vendor_specific(), golden.vendor_specific, "{name}");
        assert_eq!(trigger.received(), Some(golden.trigger), "{name}");
    }
}

#[test]
fn clause_6_1_every_field_of_the_golden_vectors_is_written() {
    for golden in sendable() {
        let mut buffer = [0xEE; 700];
        let trigger = built(golden);
        assert_eq!(
            trigger.encoded_len(),
            golden.trigger.len(),
            "{}",
            golden.name
        );
        assert_eq!(
            trigger.encode(&mut buffer).unwrap(),
            golden.trigger,
            "{}",
            golden.name
        );
    }
}

#[test]
fn a_received_trigger_encodes_to_what_was_received_whatever_its_bits() {
    for golden in GOLDEN {
        let trigger = Trigger::parse(golden.trigger).unwrap();
        let mut buffer = [0; 700];
        assert_eq!(
            trigger.encode(&mut buffer).unwrap(),
            golden.trigger,
            "{}",
            golden.name
        );
    }
}

#[test]
fn a_built_trigger_equals_the_received_one_that_has_its_fields() {
    for golden in sendable() {
        assert_eq!(
            built(golden),
            Trigger::parse(golden.trigger).unwrap(),
            "{}",
            golden.name
        );
    }
}

#[test]
fn equal_triggers_have_one_hash_and_different_ones_have_different_hashes() {
    let of =
        |trigger: &Trigger<'_>| BuildHasherDefault::<DefaultHasher>::default().hash_one(trigger);
    let mut known = HashMap::new();
    for golden in sendable() {
        let received = Trigger::parse(golden.trigger).unwrap();
        let hash = of(&received);
        assert_eq!(hash, of(&built(golden)), "{}", golden.name);
        let first = *known.entry(hash).or_insert(received);
        assert_eq!(first, received, "{}", golden.name);
    }
}

#[test]
fn package0_opens_into_digest_and_trigger() {
    for golden in GOLDEN {
        let package0 = Package0::parse(golden.package0).unwrap();
        assert_eq!(
            package0.digest().as_bytes(),
            golden.digest,
            "{}",
            golden.name
        );
        assert_eq!(
            package0.unverified().received(),
            Some(golden.trigger),
            "{}",
            golden.name
        );
        assert_eq!(package0.as_bytes(), golden.package0, "{}", golden.name);
    }
}

#[test]
fn clause_6_2_2_every_golden_message_is_authentic_under_its_password_and_nonce() {
    for golden in GOLDEN {
        let package0 = Package0::parse(golden.package0).unwrap();
        let nonce = Nonce::new(golden.nonce);
        for credentials in [
            Credentials::new(golden.server_id, golden.password),
            Credentials::from_base64(*golden.credentials).unwrap(),
        ] {
            let authentic = package0.verify(&credentials, nonce).expect(golden.name);
            let expected = match golden.nonce {
                [0, 0, 0, 0] => NonceChoice::Resync,
                _ => NonceChoice::Stored,
            };
            assert_eq!(authentic.nonce(), expected, "{}", golden.name);
            assert_eq!(
                authentic.trigger(),
                package0.unverified(),
                "{}",
                golden.name
            );
        }
    }
}

#[test]
fn no_message_is_authentic_under_another_password_or_nonce() {
    for golden in GOLDEN {
        let package0 = Package0::parse(golden.package0).unwrap();
        let right = Credentials::new(golden.server_id, golden.password);
        let wrong = Credentials::new(golden.server_id, &[golden.password, b"x"].concat());
        let other_nonce = [golden.nonce, b"x"].concat();
        for (credentials, nonce) in [(&wrong, golden.nonce), (&right, &other_nonce)] {
            let verdict = package0.verify(credentials, Nonce::new(nonce));
            assert_eq!(verdict.unwrap_err(), NotAuthentic, "{}", golden.name);
        }
    }
}

#[test]
fn signing_gives_the_octets_of_the_independent_implementation() {
    for golden in sendable() {
        let mut buffer = [0xEE; 700];
        let trigger = built(golden);
        let credentials = Credentials::new(golden.server_id, golden.password);
        let nonce = Nonce::new(golden.nonce);
        let signed = trigger.sign(&credentials, nonce).unwrap();
        let octets = signed.encode(&mut buffer).unwrap();
        assert_eq!(octets, golden.package0, "{}", golden.name);
        assert_eq!(
            signed.encoded_len(),
            golden.package0.len(),
            "{}",
            golden.name
        );
        assert_eq!(signed.digest().as_bytes(), golden.digest, "{}", golden.name);
    }
}

#[test]
fn a_udp_datagram_opens_into_package0() {
    for golden in GOLDEN {
        let push = wap::open_datagram(2948, golden.wsp).unwrap();
        assert_eq!(push.body(), golden.package0, "{}", golden.name);
        assert_eq!(push.tid(), 1, "{}", golden.name);
        assert!(!push.is_confirmed(), "{}", golden.name);
    }
}

#[test]
fn clause_7_1_the_golden_datagrams_are_sent() {
    for golden in GOLDEN {
        let mut buffer = [0xEE; 700];
        let push = DmPush::relay(1, golden.package0);
        assert_eq!(push.encoded_len(), golden.wsp.len(), "{}", golden.name);
        assert_eq!(
            push.encode(&mut buffer).unwrap(),
            golden.wsp,
            "{}",
            golden.name
        );
    }
}

#[test]
fn one_short_message_opens_into_package0_and_a_segment_is_refused_as_one() {
    for golden in GOLDEN {
        if let [message] = golden.short_messages {
            let push = wap::open_sms(message).unwrap();
            assert_eq!(push.body(), golden.package0, "{}", golden.name);
            continue;
        }
        let (eight, sixteen) = (
            golden.short_messages,
            golden.short_messages_16_bit_reference,
        );
        for message in eight.iter().chain(sixteen) {
            let error = (DecodeErrorKind::Segment, Field::Concatenation, 9);
            assert_error(wap::open_sms(message), error, golden.name);
        }
    }
}

#[test]
fn clause_7_1_the_golden_short_messages_are_sent() {
    for golden in GOLDEN {
        for (reference, expected) in [
            (Reference::Eight(0x5A), golden.short_messages),
            (
                Reference::Sixteen(0xABCD),
                golden.short_messages_16_bit_reference,
            ),
        ] {
            let push = DmPush::relay(1, golden.package0);
            let messages = ShortMessages::new(push, 0xC002, reference).unwrap();
            let encoded: Vec<Vec<u8>> = messages
                .map(|message| message.encode(&mut [0; 140]).unwrap().to_vec())
                .collect();
            assert_eq!(encoded, expected, "{}", golden.name);
        }
    }
}

#[test]
fn package0_cut_off_anywhere_names_the_field_that_is_not_whole() {
    for golden in GOLDEN {
        let whole = 24 + golden.server_id.len();
        for length in 0..golden.package0.len() {
            let (field, offset) = match length {
                0..16 => (Field::Digest, 0),
                16..18 => (Field::Version, 16),
                18..21 => (Field::FutureUse, 17),
                21..23 => (Field::SessionId, 21),
                23 => (Field::LengthIdentifier, 23),
                _ if length < whole => (Field::ServerIdentifier, 24),
                _ => {
                    // What the vendor adds has no length of its own.
                    let package0 = Package0::parse(&golden.package0[..length]).unwrap();
                    assert_eq!(
                        package0.unverified().vendor_specific().len(),
                        length - whole
                    );
                    continue;
                }
            };
            let context = format!("{} cut to {length}", golden.name);
            let error = (DecodeErrorKind::Truncated, field, offset);
            assert_error(Package0::parse(&golden.package0[..length]), error, &context);
            if offset >= 16 {
                let trigger = Trigger::parse(&golden.trigger[..length - 16]);
                let inner = (DecodeErrorKind::Truncated, field, offset - 16);
                assert_error(trigger, inner, &context);
            }
        }
    }
}

#[test]
fn a_push_cut_off_anywhere_names_the_field_that_is_not_whole() {
    for golden in GOLDEN {
        let [message] = golden.short_messages else {
            continue;
        };
        for length in 0..message.len() {
            let (field, offset) = match length {
                0..7 => (Field::UserDataHeader, 0),
                7 => (Field::TransactionId, 7),
                8 => (Field::PduType, 8),
                9 => (Field::HeadersLength, 9),
                10..13 => (Field::Headers, 10),
                _ => {
                    let push = wap::open_sms(&message[..length]).unwrap();
                    assert_eq!(push.body(), &golden.package0[..length - 13]);
                    continue;
                }
            };
            let context = format!("{} cut to {length}", golden.name);
            let error = (DecodeErrorKind::Truncated, field, offset);
            assert_error(wap::open_sms(&message[..length]), error, &context);
            if offset >= 7 {
                let datagram = wap::open_datagram(2948, &golden.wsp[..length - 7]);
                let inner = (DecodeErrorKind::Truncated, field, offset - 7);
                assert_error(datagram, inner, &context);
            }
        }
    }
}
