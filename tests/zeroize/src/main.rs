//! Runs every operation that handles a secret, and scans the stack that it has used for what is
//! left of that. Prints a line an operation, and fails if one that is promised to be clean is not.

#![cfg_attr(target_os = "none", no_std, no_main)]

mod scan;

use core::hint::black_box;
use oma_dm_notification::account::{Account, AccountState, ResyncPolicy};
use oma_dm_notification::{Credentials, Nonce, Package0, ServerId, SessionId, Trigger};
use scan::{DeadStack, Secret};
#[cfg(target_os = "none")]
use semihosting::{println, process};
#[cfg(not(target_os = "none"))]
use std::process;

static SERVER_ID: &[u8] = b"scanned";
static PASSWORD: &[u8] = b"V9#kq7Lr2!xTz0Wm";
/// `H(SERVER_ID:PASSWORD)`, by Python's `hashlib`.
static HASH: [u8; 16] = *b"\xae\x35\x23\x74\xb5\x80\x4d\x40\xc2\xa7\xa9\xd2\xd8\x0d\x43\x4a";
static BASE64: [u8; 24] = *b"rjUjdLWATUDCp6nS2A1DSg==";
static NONCE: &[u8] = b"n0nCe~4f-Th3-d4y";

/// A padded block holds the password or the Base64, and the nonce.
static SECRETS: [Secret; 4] = [
    Secret {
        name: "password",
        octets: PASSWORD,
    },
    Secret {
        name: "hash",
        octets: &HASH,
    },
    Secret {
        name: "Base64",
        octets: &BASE64,
    },
    Secret {
        name: "nonce",
        octets: NONCE,
    },
];

/// Scans after operations, and counts.
struct Scanner {
    stack: DeadStack,
    clean: usize,
    faults: usize,
}

impl Scanner {
    /// Runs an operation and prints what it leaves.
    fn left(&mut self, name: &str, digest: &[u8], run: &dyn Fn()) -> usize {
        self.stack.after(run);
        assert!(
            !self.stack.is_full(),
            "{name} needs more stack than is scanned"
        );
        let digest = [("digest", digest)];
        let secrets = SECRETS.iter().map(|secret| (secret.name, secret.octets));
        let left = secrets
            .chain(digest)
            .filter(|(_, octets)| self.stack.holds(octets));
        left.inspect(|(secret, _)| println!("{name} leaves {secret}"))
            .count()
    }

    fn promised(&mut self, name: &str, run: &dyn Fn()) {
        self.forged(name, &[], run);
    }

    /// Of a forged message the digest is secret as well.
    fn forged(&mut self, name: &str, digest: &[u8], run: &dyn Fn()) {
        match self.left(name, digest, run) {
            0 => self.clean += 1,
            _ => self.faults += 1,
        }
    }
}

fn main() {
    let scanner = &mut Scanner {
        stack: DeadStack::new(),
        clean: 0,
        faults: 0,
    };

    // The scan finds all of what an operation leaves.
    let left = scanner.left("control", &[], &|| {
        let copies = (*black_box(&HASH), *black_box(&BASE64));
        black_box(&copies);
        let password: [u8; 16] = black_box(PASSWORD).try_into().unwrap();
        black_box(&password);
        let mut nonce: [u8; 16] = black_box(NONCE).try_into().unwrap();
        nonce.reverse();
        black_box(&nonce);
    });
    assert_eq!(left, SECRETS.len());

    scanner.promised("Credentials::new", &|| {
        black_box(&Credentials::new(black_box(SERVER_ID), black_box(PASSWORD)));
    });
    scanner.promised("Credentials::from_hash", &|| {
        black_box(&Credentials::from_hash(*black_box(&HASH)));
    });
    scanner.left("not promised: Credentials::from_base64", &[], &|| {
        black_box(&Credentials::from_base64(*black_box(&BASE64)));
    });
    scanner.promised("Credentials::new of more than a block", &|| {
        black_box(&Credentials::new(
            black_box(&[b'x'; 100]),
            black_box(PASSWORD),
        ));
    });
    let credentials = &Credentials::new(SERVER_ID, PASSWORD);
    scanner.promised("Credentials::clone", &|| {
        black_box(&black_box(credentials).clone());
    });
    scanner.promised("Credentials::to_hash", &|| {
        let mut hash = black_box(credentials).to_hash();
        black_box(&hash);
        hash.fill(0);
        black_box(&hash);
    });
    scanner.promised("Credentials::as_base64", &|| {
        black_box(black_box(credentials).as_base64());
    });
    let nonce = Nonce::new(NONCE);
    scanner.promised("Credentials::session_credential", &|| {
        black_box(&black_box(credentials).session_credential(black_box(nonce)));
    });
    let server_id = ServerId::new(SERVER_ID).unwrap();
    let trigger = &Trigger::new(SessionId::new(1).unwrap(), server_id);
    scanner.promised("Trigger::sign", &|| {
        black_box(black_box(trigger).sign(black_box(credentials), black_box(nonce))).ok();
    });

    let mut authentic = [0; 31];
    let signed = trigger.sign(credentials, nonce).unwrap();
    signed.encode(&mut authentic).unwrap();
    let mut forged = authentic;
    forged[0] ^= 0xFF;
    let digest = signed.digest();
    let digest = &digest.as_bytes()[1..];
    let offered = Nonce::new(b"another nonce");
    for (octets, digest) in [(&authentic, &[][..]), (&forged, digest)] {
        let package0 = &Package0::parse(octets).unwrap();
        let is_authentic = digest.is_empty();
        scanner.forged("Package0::verify", digest, &|| {
            let verdict = black_box(package0).verify(black_box(credentials), black_box(nonce));
            assert_eq!(verdict.is_ok(), is_authentic);
        });
        scanner.forged("Package0::verify_or_resync", digest, &|| {
            let verdict =
                black_box(package0).verify_or_resync(black_box(credentials), black_box(nonce));
            assert_eq!(verdict.is_ok(), is_authentic);
        });
        scanner.forged("Package0::verify_any", digest, &|| {
            let verdict = black_box(package0).verify_any(black_box(credentials), &[offered, nonce]);
            assert_eq!(verdict.is_ok(), is_authentic);
        });
        scanner.forged("AccountState::receive", digest, &|| {
            let account = Account::new(credentials, nonce, ResyncPolicy::Limited);
            let decision = AccountState::new().receive(black_box(package0), black_box(&account));
            black_box(&decision);
        });
    }
    println!("{} scans clean", scanner.clean);
    process::exit(i32::from(scanner.faults > 0));
}

#[cfg(target_os = "none")]
#[cortex_m_rt::entry]
fn start() -> ! {
    main();
    process::exit(0)
}

#[cfg(target_os = "none")]
#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    println!("{info}");
    process::exit(101)
}
