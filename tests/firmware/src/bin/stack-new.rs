//! Prints how much stack, in octets, making an inbox in a static cell at run time needs beyond the
//! value, and emptying it in place.

#![no_std]
#![no_main]

use core::{hint::black_box, mem::MaybeUninit};
use firmware::{place::Place, stack};
use oma_dm_notification::inbox::Inbox;
use semihosting::{println, process};

firmware::panics_are_told!();

type Full = Inbox<u32, 2, 512>;

static CELL: Place<MaybeUninit<Full>> = Place::new(MaybeUninit::uninit());

#[inline(never)]
fn make(cell: &mut MaybeUninit<Full>) -> &mut Full {
    cell.write(Full::new())
}

#[inline(never)]
fn empty(inbox: &mut Full) {
    inbox.clear();
}

#[firmware::entry]
fn main() -> ! {
    let cell = CELL.take();
    let new = stack::depth(|| {
        make(black_box(cell));
    });
    let inbox = make(cell);
    let clear = stack::depth(|| empty(black_box(inbox)));
    println!("{} {clear}", new.saturating_sub(size_of::<Full>()));
    process::exit(0)
}
