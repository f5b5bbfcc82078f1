//! The outcome of a program that checks the library against the golden messages.

use core::fmt::Debug;
use semihosting::{println, process};

/// Counts what does not agree, and tells it where it happens.
#[derive(Default)]
pub struct Report {
    message: &'static str,
    messages: usize,
    faults: usize,
}

impl Report {
    /// What is compared from here on belongs to this message.
    pub fn message(&mut self, name: &'static str) {
        self.message = name;
        self.messages += 1;
    }

    pub fn equal<T: Debug + PartialEq>(&mut self, what: &str, is: T, expected: T) {
        if is != expected {
            self.faults += 1;
            println!("{}: {what} is {is:?}, not {expected:?}", self.message);
        }
    }

    /// Ends the program: `60 ok`, or with a failure.
    pub fn end(self) -> ! {
        if self.faults == 0 {
            println!("{} ok", self.messages);
            process::exit(0);
        }
        println!("{} messages, {} faults", self.messages, self.faults);
        process::exit(1)
    }
}
