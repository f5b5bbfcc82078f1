//! `verify` takes a time that tells nothing of a wrong digest: counted in instructions, under
//! callgrind.
//!
//! The comparison is the library's own, `Digest::matches` in `src/digest.rs`: a loop over all 16
//! octets that gathers their differences, within `black_box`.
//!
//! The test runs itself once more under `valgrind --tool=callgrind`, which dumps the count of each
//! call. Optimised code is what matters: `cargo test --release --test programs constant_time`. It
//! runs in debug as well.

use oma_dm_notification::{Credentials, Nonce, Package0, ServerId, SessionId, Trigger};
use std::process::Command;
use std::{env, fs, hint::black_box, path::PathBuf};

/// If this variable is set, the test fails without valgrind; if not, it says that it did not run.
const REQUIRED: &str = "CONSTANT_TIME_REQUIRED";
/// Tells the test that it is the one under valgrind.
const MEASURED: &str = "CONSTANT_TIME_MEASURED";

/// Its name in callgrind.
const FUNCTION: &str = "programs::constant_time::measured_verify";

/// The one function whose instructions are counted, those of `verify` included.
#[inline(never)]
fn measured_verify(
    package0: &Package0<'_>,
    credentials: &Credentials,
    nonces: &[Nonce<'_>],
) -> bool {
    package0.verify_any(credentials, nonces).is_ok()
}

/// What is done to the digest: nothing, then what makes it fail, in many places.
fn cases() -> Vec<(String, [u8; 16])> {
    let mut cases = vec![(String::from("no octet"), [0; 16])];
    for octet in 0..16 {
        for bit in 0..8 {
            let mut change = [0; 16];
            change[octet] = 1 << bit;
            cases.push((format!("bit {bit} of octet {octet}"), change));
        }
    }
    let mut ends = [0; 16];
    (ends[0], ends[15]) = (0xFF, 0xFF);
    cases.push((String::from("first and last octet"), ends));
    cases.push((String::from("every octet"), [0xFF; 16]));
    cases
}

/// Verifies each case, with the stored nonce as the only candidate, and then with the nonce 0 as
/// the second.
fn verify_every_case() {
    let credentials = Credentials::new(b"com.mgmtsrv.manage", b"password");
    let id = ServerId::new(b"com.mgmtsrv.manage").unwrap();
    let trigger = Trigger::new(SessionId::new(0x1234).unwrap(), id);
    let stored = Nonce::new(b"stored nonce");
    let mut signed = [0; 16 + 8 + 18];
    let message = trigger.sign(&credentials, stored).unwrap();
    message.encode(&mut signed).unwrap();
    for candidates in [&[stored][..], &[stored, Nonce::RESYNC]] {
        for (name, change) in cases() {
            let mut octets = signed;
            for (octet, difference) in octets.iter_mut().zip(change) {
                *octet ^= difference;
            }
            let package0 = Package0::parse(&octets).unwrap();
            let verdict =
                measured_verify(black_box(&package0), &credentials, black_box(candidates));
            assert_eq!(verdict, change == [0; 16], "{name}");
        }
    }
}

/// The instructions of each call of `measured_verify`, in order.
fn counts() -> Vec<u64> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("constant_time");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let output = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--toggle-collect={FUNCTION}"))
        .arg(format!("--dump-after={FUNCTION}"))
        .arg(format!(
            "--callgrind-out-file={}",
            folder.join("out").display()
        ))
        .arg(env::current_exe().unwrap())
        .args([
            "--exact",
            "constant_time::failing_verifications_take_equally_many_instructions",
        ])
        .env(MEASURED, "1")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let count = |number: usize| {
        let dump = fs::read_to_string(folder.join(format!("out.{number}"))).unwrap();
        let totals = dump.lines().find_map(|line| line.strip_prefix("totals: "));
        totals.unwrap().trim().parse().unwrap()
    };
    (1..=2 * cases().len()).map(count).collect()
}

#[test]
fn failing_verifications_take_equally_many_instructions() {
    if env::var_os(MEASURED).is_some() {
        return verify_every_case();
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        assert!(env::var_os(REQUIRED).is_none(), "valgrind is not installed");
        eprintln!("SKIPPED: constant time has not been tested, for want of valgrind");
        return;
    }
    let cases = cases();
    for (candidates, counts) in counts().chunks(cases.len()).enumerate() {
        let [passing, failing, ..] = counts else {
            panic!("no counts")
        };
        assert!(*failing > 1000, "hashes are counted as well: {failing}");
        for ((name, _), count) in cases.iter().zip(counts).skip(1) {
            assert_eq!(count, failing, "{name} differs");
        }
        println!(
            "constant time: {} failing cases of {} candidates take {failing} instructions each, the one that passes {passing}",
            cases.len() - 1,
            candidates + 1
        );
    }
}
