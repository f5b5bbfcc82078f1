//! Counts the instructions of each step that `benches/` measures, and of its limit, on RISC-V:
//! `NAME COUNT limit COUNT`.

#![no_std]
#![no_main]

#[path = "../../../../benches/cases.rs"]
mod cases;

use cases::{CASES, Inputs};
use core::hint::black_box;
use riscv::register::minstret;
use semihosting::{println, process};

firmware::panics_are_told!();

#[firmware::entry]
fn main() -> ! {
    let inputs = Inputs::new();
    let none = count(|_| {}, &inputs);
    for case in CASES {
        let (run, limit) = (count(case.run, &inputs), count(case.limit, &inputs));
        println!("{} {} limit {}", case.name, run - none, limit - none);
    }
    process::exit(0)
}

#[inline(never)]
fn count(run: fn(&Inputs), inputs: &Inputs) -> usize {
    let before = minstret::read();
    black_box(run)(inputs);
    minstret::read() - before
}
