//! Times, for people: `cargo bench`. Figures to quote are counted in instructions, which do not
//! vary: `benches/instructions` runs this program too, under callgrind.

mod cases;
mod worst;

use cases::{CASES, Case, Inputs};
use std::fmt;

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

fn main() {
    let is_given = |option| std::env::args().any(|argument| argument == option);
    if is_given("--once") {
        once();
    } else if is_given("--worst") {
        worst();
    } else {
        divan::main();
    }
}

/// Each case once and then its limit, in order; callgrind counts what is called by way of
/// `counted`.
fn once() {
    let inputs = Inputs::new();
    for case in CASES {
        println!("{case}");
        counted(case.run, &inputs);
        counted(case.limit, &inputs);
    }
}

/// Each attack once; callgrind counts what is called by way of `attacked`.
fn worst() {
    for mut attack in worst::attacks() {
        println!("{} {} {}", attack.layer, attack.octets, attack.name);
        attacked(&mut attack.run);
    }
}

#[inline(never)]
fn attacked(run: &mut dyn FnMut()) {
    run();
    std::hint::black_box(());
}

#[inline(never)]
fn counted(run: fn(&Inputs), inputs: &Inputs) {
    run(inputs);
    // Or the call would be a jump, which is not seen to return.
    std::hint::black_box(());
}

/// A campaign: one trigger, signed for each account and cut into short messages. Divan prints the
/// messages a second, on one core.
mod campaign {
    use divan::counter::ItemsCount;
    use md5::block_api::compress;
    use oma_dm_notification::wap::{sms::ShortMessages, udh::Reference, wsp::DmPush};
    use oma_dm_notification::{Credentials, Nonce, ServerId, SessionId, Trigger};
    use std::hint::black_box;

    const ACCOUNTS: u32 = 1000;

    #[divan::bench]
    fn messages(bencher: divan::Bencher<'_, '_>) {
        let accounts: Vec<(Credentials, [u8; 16])> = (0..ACCOUNTS)
            .map(|account| {
                let secret = account.to_be_bytes();
                let nonce = u128::from(account).to_be_bytes();
                (Credentials::new(b"com.mgmtsrv.manage", &secret), nonce)
            })
            .collect();
        let server_id = ServerId::new(b"com.mgmtsrv.manage").unwrap();
        let trigger = Trigger::new(SessionId::new(0x1234).unwrap(), server_id);
        bencher.counter(ItemsCount::new(ACCOUNTS)).bench(|| {
            for (credentials, nonce) in &accounts {
                let signed = trigger.sign(credentials, Nonce::new(nonce)).unwrap();
                let push = DmPush::new(1, &signed);
                for message in ShortMessages::new(push, 0xC002, Reference::Eight(1)).unwrap() {
                    black_box(message.encode(&mut [0; 140]).unwrap());
                }
            }
        });
    }

    /// The compressions alone: one for `H(trigger)`, two for the outer hash.
    #[divan::bench(args = [3, 2])]
    fn limit(bencher: divan::Bencher<'_, '_>, blocks: usize) {
        let octets = vec![[0x55; 64]; blocks];
        bencher.counter(ItemsCount::new(ACCOUNTS)).bench(|| {
            for _ in 0..ACCOUNTS {
                let mut state = black_box([0; 4]);
                compress(&mut state, black_box(&octets));
                black_box(state);
            }
        });
    }
}

#[divan::bench(args = CASES)]
fn step(bencher: divan::Bencher<'_, '_>, case: &Case) {
    let inputs = Inputs::new();
    bencher.bench(|| (case.run)(&inputs));
}

#[divan::bench(args = CASES)]
fn limit(bencher: divan::Bencher<'_, '_>, case: &Case) {
    let inputs = Inputs::new();
    bencher.bench(|| (case.limit)(&inputs));
}
