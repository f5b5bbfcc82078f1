//! The fuzzers' checks on stable: of the curated corpus, of the golden vectors, and of every octet
//! of both changed.

use crate::checks;
use crate::vectors::GOLDEN;
use std::{fs, path::Path};

type Check = fn(&[u8]);

const CHECKS: [(&str, Check); 12] = [
    ("account", checks::account),
    ("package0", checks::package0),
    ("short_message", checks::short_message),
    ("datagram", checks::datagram),
    ("cdma", checks::cdma),
    ("device", checks::device),
    ("inbox", checks::inbox),
    ("obex", checks::obex),
    ("compose", checks::compose),
    ("tpdu", checks::tpdu),
    ("rp", checks::rp),
    ("cdma_message", checks::cdma_message),
];

/// The files of a target's corpus, by name.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

/// Checks the octets, each prefix of them, and them with one octet changed in turn; returns how
/// often it checked.
fn around(check: Check, octets: &[u8]) -> usize {
    check(octets);
    let mut octets = octets.to_vec();
    for at in 0..octets.len() {
        check(&octets[..at]);
        for change in [0x01, 0x80] {
            octets[at] ^= change;
            check(&octets);
            octets[at] ^= change;
        }
    }
    1 + 3 * octets.len()
}

#[test]
fn every_check_holds_for_the_corpus_and_for_inputs_near_it() {
    if !Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").exists() {
        return println!("SKIPPED: the published package does not contain the corpus");
    }
    let mut count = 0;
    for (target, check) in CHECKS {
        let files = corpus(target);
        assert!(files.len() > 3, "{target} has a corpus");
        for (name, octets) in files {
            println!("{target}/{name}");
            count += around(check, &octets);
        }
    }
    println!("{count} inputs checked");
}

#[test]
fn every_check_holds_for_every_golden_vector_on_every_bearer() {
    for golden in GOLDEN {
        println!("{}", golden.name);
        checks::package0(golden.package0);
        checks::datagram(golden.wsp);
        checks::cdma(golden.cdma);
        for message in golden
            .short_messages
            .iter()
            .chain(golden.short_messages_16_bit_reference)
        {
            checks::short_message(message);
        }
    }
}
