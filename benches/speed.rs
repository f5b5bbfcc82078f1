//! Times, for people: `cargo bench`. Figures to quote are counted in instructions, which do not
//! vary: `benches/instructions` runs this program too, under callgrind.

mod cases;

use cases::{CASES, Case, Inputs};
use std::fmt;

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

fn main() {
    if std::env::args().any(|argument| argument == "--once") {
        once();
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

#[inline(never)]
fn counted(run: fn(&Inputs), inputs: &Inputs) {
    run(inputs);
    // Or the call would be a jump, which is not seen to return.
    std::hint::black_box(());
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
