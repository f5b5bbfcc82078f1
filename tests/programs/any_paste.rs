//! The decoder of `inspect` itself, in this process: no paste makes it panic, and the ranges of its
//! rows lie within their octets.

#[path = "../../examples/common/decoder/decoder.rs"]
#[allow(dead_code, reason = "the program prints more of it")]
mod decoder;

use crate::support::APPENDIX_C;
use decoder::{Bearer, Key, Options, Secret};
use hex_literal::hex;
use proptest::prelude::*;

/// A message of each kind that other octets are made of.
const MESSAGES: [&[u8]; 6] = [
    &APPENDIX_C,
    &hex!(
        "0791447758100650440b914477001032f400f562112200000000370605040b84c002010603c4af87e4000751"
        "d15da7d8b5fc1fbce45ee71502d0000000123412636f6d2e6d676d747372762e6d616e616765"
    ),
    &hex!(
        "002a0007914477581006501941000c914477000910320004370605040b84c002010603c4af87e4000751d15d"
    ),
    &hex!(
        "0000021004020702911deaa848c008400003112340013901b800080600105c2008301e257c3f20003a8e8aed"
        "3ec5afe0fde722f738a8168000000091a0931b7b69736b3b6ba39b93b1736b0b730b3b28"
    ),
    &hex!(
        "0000006800000004000000000000000200010134343737000101343437373030393030313233004000000000"
        "00000400370605040b84c002010603c4af87e4000751d15da7d8b5fc1fbce45ee71502d0000000123412636f"
        "6d2e6d676d747372762e6d616e616765"
    ),
    &hex!("8000131000040046000c53594e434d4c2d444d820009cb00000001"),
];

/// Reads a paste, and all that is printed of it.
fn read(paste: &str, bearer: Option<Bearer>) {
    let options = Options {
        bearer,
        secret: Some(Secret {
            key: Key::Password(b"password".to_vec()),
            nonce: vec![1],
            typed: Some("01".to_owned()),
            resync: false,
        }),
        repeated_ports: paste.len().is_multiple_of(2),
    };
    for message in decoder::decode(&[paste.to_owned()], &options) {
        for layer in &message.layers {
            for row in &layer.rows {
                assert!(row.range.start <= row.range.end && row.range.end <= layer.octets.len());
            }
        }
        assert!(message.status() <= 2);
        assert_eq!(message.error().is_some(), message.status() == 2);
        message.json();
        message.table();
    }
}

/// Reads octets by themselves and as each bearer.
fn read_octets(octets: &[u8]) {
    let paste = hex::encode(octets);
    read(&paste, None);
    for bearer in Bearer::ALL {
        read(&paste, Some(bearer));
    }
}

#[test]
fn every_truncation_is_read_without_a_panic() {
    for message in MESSAGES {
        for length in 0..message.len() {
            read_octets(&message[..length]);
        }
    }
}

proptest! {
    #[test]
    fn any_octets_are_read_without_a_panic(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        read_octets(&octets);
    }

    #[test]
    fn changed_messages_are_read_without_a_panic(
        message in prop::sample::select(&MESSAGES[..]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut octets = message.to_vec();
        for (index, value) in changes {
            let at = index.index(octets.len());
            octets[at] = value;
        }
        read_octets(&octets);
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in "(\\PC|[0-9a-fx:>+%\\\\, \r\n*-]){0,120}") {
        read(&text, None);
    }

    #[test]
    fn any_lines_of_a_modem_or_a_dump_are_read_without_a_panic(
        lines in prop::collection::vec(
            "(\\+CMT: ,[0-9]{0,3}|AT\\+CMGS=[0-9]{0,3}|OK|\\*|0000[0-9a-f]{2,4}:?  ?)([0-9a-f]{2} ?){0,20}",
            0..6,
        ),
    ) {
        read(&lines.join("\n"), None);
    }
}
