//! The trigger's header, bit by bit, and what its fields allow (6.2.3 to 6.2.13).

use super::support::Refused;
use crate::support::{INITIATORS, UI_MODES};
use bitvec::prelude::{BitSlice, Msb0};
use bitvec::{field::BitField, view::BitView};
use oma_dm_notification::{
    Departure, Field, FutureUse, Initiator, ServerId, SessionId, Trigger, UiMode, Version,
};

/// Asserts every field of a header without server-identifier against what bitvec, the independent
/// oracle, reads.
#[track_caller]
fn assert_fields(header: [u8; 8]) {
    let octets: Vec<u8> = [header.as_slice(), &[0xAA; 255]].concat();
    let trigger = Trigger::parse(&octets).unwrap();
    let bits: &BitSlice<u8, Msb0> = header.view_bits();
    assert_eq!(
        trigger.version().value(),
        bits[..10].load_be::<u16>(),
        "version of {header:02X?}"
    );
    let ui_mode = UI_MODES[bits[10..12].load_be::<usize>()];
    assert_eq!(trigger.ui_mode(), ui_mode, "ui-mode of {header:02X?}");
    let initiator = INITIATORS[usize::from(bits[12])];
    assert_eq!(trigger.initiator(), initiator, "initiator of {header:02X?}");
    let future_use = bits[13..40].load_be::<u32>();
    assert_eq!(
        trigger.future_use().value(),
        future_use,
        "future-use of {header:02X?}"
    );
    let session_id = bits[40..56].load_be::<u16>();
    assert_eq!(
        trigger.session_id().value(),
        session_id,
        "sessionid of {header:02X?}"
    );
    let length = bits[56..].load_be::<u8>();
    assert_eq!(
        trigger.server_id().length_identifier(),
        length,
        "length of {header:02X?}"
    );
    assert_eq!(trigger.server_id().as_bytes().len(), usize::from(length));
    assert_eq!(trigger.vendor_specific().len(), 255 - usize::from(length));
}

fn trigger() -> Trigger<'static> {
    Trigger::new(SessionId::new(1).unwrap(), ServerId::new(b"s").unwrap())
}

fn encode(trigger: &Trigger<'_>) -> Vec<u8> {
    trigger.encode(&mut [0; 300]).unwrap().to_vec()
}

#[test]
fn clause_6_1_every_bit_of_the_header_belongs_to_its_field() {
    assert_fields([0; 8]);
    assert_fields([0xFF; 8]);
    for bit in 0..64 {
        assert_fields((1_u64 << bit).to_be_bytes());
        assert_fields((!(1_u64 << bit)).to_be_bytes());
    }
}

#[test]
fn every_version_is_read_and_written_in_the_ten_highest_bits() {
    for value in 0..=1023_u16 {
        let [high, low] = (value << 6).to_be_bytes();
        assert_fields([high, low, 0, 0, 0, 0, 0, 0]);
        let encoded = encode(&trigger().with_version(Version::new(value).unwrap()));
        assert_eq!(encoded[..2], [high, low | 0b1000], "version {value}");
    }
}

#[test]
fn every_session_id_is_read_and_written_big_endian() {
    for value in 1..=u16::MAX {
        let [high, low] = value.to_be_bytes();
        assert_fields([0, 0, 0, 0, 0, high, low, 0]);
        let trigger = Trigger::new(SessionId::new(value).unwrap(), ServerId::new(b"").unwrap());
        assert_eq!(encode(&trigger), [2, 0xC8, 0, 0, 0, high, low, 0]);
    }
}

#[test]
fn each_ui_mode_and_initiator_is_written_in_its_own_bits() {
    for (ui_mode, bits) in UI_MODES.into_iter().zip([0x00, 0x10, 0x20, 0x30]) {
        for (initiator, bit) in INITIATORS.into_iter().zip([0x00, 0x08]) {
            let trigger = trigger().with_ui_mode(ui_mode).with_initiator(initiator);
            assert_eq!(encode(&trigger)[..2], [0x02, 0xC0 | bits | bit]);
        }
    }
}

#[test]
fn each_length_of_server_identifier_is_written_up_to_255() {
    for length in 0..=255_u8 {
        let octets = vec![0xFE; usize::from(length)];
        let server_id = ServerId::new(&octets).unwrap();
        let encoded = encode(&Trigger::new(SessionId::new(1).unwrap(), server_id));
        assert_eq!(encoded[7], length);
        assert_eq!(encoded[8..], octets);
    }
    let error = ServerId::new(&[0; 256]).unwrap_err();
    assert_eq!(error.field(), Field::LengthIdentifier);
    assert_eq!(error.value(), 256);
}

#[test]
fn a_new_trigger_is_what_1_2_1_asks_for() {
    let trigger = trigger();
    assert_eq!(trigger.version(), Version::V1_1);
    assert_eq!(trigger.ui_mode(), UiMode::NotSpecified);
    assert_eq!(trigger.initiator(), Initiator::Server);
    assert_eq!(trigger.future_use(), FutureUse::ZERO);
    assert_eq!(trigger.vendor_specific(), b"");
    assert_eq!(trigger.conformance().next(), None);
    assert_eq!(trigger.received(), None);
}

#[test]
fn a_trigger_can_be_built_in_a_constant() {
    const TRIGGER: Trigger<'static> = {
        let (Ok(session_id), Ok(server_id)) = (SessionId::new(0xBEEF), ServerId::new(b"id")) else {
            panic!("both are in range");
        };
        Trigger::new(session_id, server_id)
            .with_version(Version::V1_0)
            .with_ui_mode(UiMode::Informative)
            .with_initiator(Initiator::Client)
            .with_vendor_specific(b"v")
    };
    assert_eq!(encode(&TRIGGER), b"\x02\xA0\0\0\0\xBE\xEF\x02idv");
}

#[test]
fn session_id_0_is_read_but_neither_built_nor_sent_nor_mapped_to_text() {
    let error = SessionId::new(0).unwrap_err();
    assert_eq!((error.field(), error.value()), (Field::SessionId, 0));

    let received = Trigger::parse(&[2, 0xC8, 0, 0, 0, 0, 0, 0]).unwrap();
    assert_eq!(received.session_id().value(), 0);
    assert_eq!(received.session_id().to_text(), None);

    let mut buffer = [0xEE; 16];
    let built = Trigger::new(received.session_id(), received.server_id());
    let field = Field::SessionId;
    assert_eq!(
        built.encode(&mut buffer).unwrap_err(),
        Refused::OutOfRange { field }
    );
    assert_eq!(buffer, [0xEE; 16]);
}

#[test]
fn reserved_bits_are_kept_as_received_but_not_sent_in_what_was_made_of_it() {
    let octets = [2, 0xC8, 0, 0, 1, 0, 7, 0];
    let received = Trigger::parse(&octets).unwrap();
    assert_eq!(encode(&received), octets);

    let mut buffer = [0xEE; 16];
    let changes = [
        received.with_version(Version::V1_1),
        received.with_ui_mode(UiMode::NotSpecified),
        received.with_initiator(Initiator::Server),
        received.with_vendor_specific(b""),
    ];
    for changed in changes {
        assert_eq!(changed, received, "the fields are the same");
        assert_eq!(changed.received(), None);
        let field = Field::FutureUse;
        assert_eq!(
            changed.encode(&mut buffer).unwrap_err(),
            Refused::OutOfRange { field }
        );
        assert_eq!(buffer, [0xEE; 16]);
    }
}

#[test]
fn a_buffer_that_is_too_small_is_told_what_is_needed_and_left_alone() {
    let trigger = trigger().with_vendor_specific(b"vendor");
    for length in 0..15 {
        let mut buffer = vec![0xEE; length];
        let error = trigger.encode(&mut buffer).unwrap_err();
        assert_eq!(error, Refused::BufferTooSmall { needed: 15 });
        assert_eq!(buffer, vec![0xEE; length]);
    }
    let mut exact = [0xEE; 15];
    assert_eq!(trigger.encode(&mut exact).unwrap().len(), 15);
    let mut larger = [0xEE; 16];
    trigger.encode(&mut larger).unwrap();
    assert_eq!(larger[15], 0xEE, "nothing is written behind the trigger");
}

#[test]
fn triggers_differ_when_any_field_does() {
    let this = trigger().with_vendor_specific(b"v");
    let other_server = Trigger::new(this.session_id(), ServerId::new(b"t").unwrap());
    for other in [
        this.with_version(Version::V1_2),
        this.with_ui_mode(UiMode::Background),
        this.with_initiator(Initiator::Client),
        this.with_vendor_specific(b"w"),
        other_server.with_vendor_specific(b"v"),
        Trigger::new(SessionId::new(2).unwrap(), this.server_id()).with_vendor_specific(b"v"),
    ] {
        assert_ne!(this, other);
    }
}

#[test]
fn every_departure_from_1_2_1_is_named_in_the_order_of_the_fields() {
    let all = Trigger::parse(&[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0]).unwrap();
    let departures: Vec<Departure> = all.conformance().collect();
    let texts: Vec<String> = departures.iter().map(Departure::to_string).collect();
    assert_eq!(
        departures,
        [
            Departure::Version(Version::MAX),
            Departure::FutureUse(all.future_use()),
            Departure::SessionId,
        ]
    );
    assert_eq!(
        texts,
        [
            "version is 102.3, OMA §6.2.6 demands 1.1",
            "future-use is 0x7FFFFFF, OMA §6.2.9 demands 0",
            "sessionid is 0, OMA §6.2.10 demands 1 to FFFF",
        ]
    );
}

#[test]
fn each_departure_from_1_2_1_is_named_alone() {
    for (octets, name) in [
        ([0x03, 0x00, 0, 0, 0, 0, 1, 0], "version"),
        ([0x02, 0xC0, 0, 0, 1, 0, 1, 0], "future-use"),
        ([0x02, 0xC4, 0, 0, 0, 0, 1, 0], "future-use"),
        ([0x02, 0xC0, 0, 0, 0, 0, 0, 0], "sessionid"),
    ] {
        let trigger = Trigger::parse(&octets).unwrap();
        let texts: Vec<String> = trigger.conformance().map(|it| it.to_string()).collect();
        assert_eq!(texts.len(), 1, "{texts:?}");
        assert!(texts[0].starts_with(name), "{texts:?}");
    }
}

#[test]
fn a_version_is_displayed_as_its_tenth() {
    for (value, text) in [
        (0, "0.0"),
        (9, "0.9"),
        (10, "1.0"),
        (11, "1.1"),
        (1023, "102.3"),
    ] {
        assert_eq!(Version::new(value).unwrap().to_string(), text);
    }
    let versions = [Version::V1_0, Version::V1_1, Version::V1_2, Version::MAX];
    assert_eq!(versions.map(Version::value), [10, 11, 12, 1023]);
    let error = Version::new(1024).unwrap_err();
    assert_eq!((error.field(), error.value()), (Field::Version, 1024));
}

#[test]
fn clause_6_2_10_every_session_id_has_the_text_of_its_number() {
    for (value, text) in [(1, "1"), (0xAF, "AF"), (0x1234, "1234"), (0xFFFF, "FFFF")] {
        assert_eq!(
            SessionId::new(value).unwrap().to_text().unwrap().as_str(),
            text
        );
    }
    for value in 1..=u16::MAX {
        let text = SessionId::new(value).unwrap().to_text().unwrap();
        let expected = format!("{value:X}");
        assert_eq!(text.as_str(), expected);
        assert_eq!(text.as_bytes(), expected.as_bytes());
        assert_eq!(text.to_string(), expected);
    }
}

#[test]
fn a_server_identifier_is_text_only_where_it_is_ascii() {
    assert_eq!(ServerId::new(b"com.x").unwrap().as_str(), Some("com.x"));
    assert_eq!(ServerId::new(b"").unwrap().as_str(), Some(""));
    assert_eq!(ServerId::new("ü".as_bytes()).unwrap().as_str(), None);
    assert_eq!(ServerId::new(b"\xFF").unwrap().as_str(), None);
    assert_eq!(
        format!("{:?}", ServerId::new(b"a\xFF").unwrap()),
        r#"ServerId("a\xff")"#
    );
}

#[test]
fn a_trigger_is_printed_by_the_names_of_its_fields() {
    let trigger = Trigger::parse(b"\x02\xF8\0\0\x01\x12\x34\x02idv").unwrap();
    assert_eq!(
        format!("{trigger:?}"),
        "Trigger { version: Version(11), ui_mode: UserInteraction, initiator: Server, future_use: FutureUse(1), \
         session_id: SessionId(4660), server_id: ServerId(\"id\"), vendor_specific: [76] }"
    );
}
