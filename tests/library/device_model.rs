//! Lives of a device, from what its bearers hand over to the session, against a model of the whole.

use crate::checks;
use proptest::{collection::vec, prelude::*};
use std::{fs, path::Path};

/// The fuzz target's corpus: how many sessions start in each life.
const LIVES: [(&str, usize); 24] = [
    ("another-application", 0),
    ("completed-and-replayed-after-a-power-cycle", 1),
    ("every-bearer-alone", 9),
    ("every-bearer-in-four-segments", 7),
    ("failed-and-replayed", 2),
    ("filler-of-the-originator-changed", 1),
    ("forged-segment-gives-way-to-the-genuine", 1),
    ("half-a-message-lost-to-a-power-cycle", 1),
    ("interrupted-and-not-resumed", 2),
    ("interrupted-and-resumed", 1),
    ("length-of-the-service-centre-changed", 0),
    ("more-messages-than-sets", 1),
    ("nonce-0-allowed-forgets-the-fifth", 6),
    ("nonce-0-exhausted-until-the-secret-is-replaced", 5),
    ("nonce-0-forbidden-to-one-of-two-servers", 1),
    ("offered-nonce-before-pkg-4", 2),
    ("power-fails-before-the-start-is-stored", 2),
    ("relayed-to-the-network", 0),
    ("segment-from-another-originator", 1),
    ("spare-bits-of-the-relay-layer", 1),
    ("teleservice-changed", 0),
    ("too-old-while-time-wraps", 1),
    ("two-servers-under-one-reference", 2),
    ("wrong-nonce", 0),
];

#[test]
fn in_each_life_of_the_corpus_as_many_sessions_start_as_its_name_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/device");
    if !folder.exists() {
        return println!("SKIPPED: the published package does not contain the corpus");
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), LIVES.len());
    for (name, starts) in LIVES {
        let octets = fs::read(folder.join(name)).unwrap();
        assert_eq!(checks::life(&octets), starts, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn in_60_lives_of_200_steps_the_device_decides_as_the_models_do(
        octets in vec(any::<u8>(), 3 + 4 * 200),
    ) {
        checks::life(&octets);
    }
}
