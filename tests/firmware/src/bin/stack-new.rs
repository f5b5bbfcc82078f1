//! Prints the octets of stack that it takes to make a handset's inbox and state in a static cell,
//! of a constant or at run time, whichever is more; and to empty them in place.

#![no_std]
#![no_main]

use core::hint::black_box;
use firmware::{handset::Handset, stack};
use semihosting::{println, process};
use static_cell::{ConstStaticCell, StaticCell};

firmware::panics_are_told!();

static CONST: ConstStaticCell<Handset> = ConstStaticCell::new(Handset::new());
static AT_RUN_TIME: StaticCell<Handset> = StaticCell::new();

#[firmware::entry]
fn main() -> ! {
    let constant = stack::depth(|| black_box(CONST.take()));
    let mut placed = None;
    let at_run_time = stack::depth(|| placed = Some(AT_RUN_TIME.init_with(Handset::new)));
    let handset = black_box(placed.unwrap());
    let empty = stack::depth(|| handset.clear());
    let new = constant.max(at_run_time);
    println!("{new} {empty}");
    process::exit(0)
}
