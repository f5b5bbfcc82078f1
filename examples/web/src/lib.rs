//! The decoder of `inspect` for a page: a request goes in as JSON, an answer comes out as JSON.
//!
//! Text crosses the border octet by octet, so that neither side handles a pointer of the other:
//! [`put`] each octet of the request, [`run`], then [`get`] each octet of the answer.

mod answer;
#[allow(dead_code, reason = "`inspect` has an exit status as well")]
#[path = "../../common/decoder/decoder.rs"]
mod decoder;
mod request;

use std::cell::RefCell;

thread_local! {
    static REQUEST: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static ANSWER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Appends an octet to the request.
#[allow(
    unsafe_code,
    reason = "only the name is exported; no other symbol has it"
)]
#[unsafe(no_mangle)]
pub extern "C" fn put(octet: u8) {
    REQUEST.with_borrow_mut(|request| request.push(octet));
}

/// Answers the request, empties it, and returns the length of the answer.
#[allow(
    unsafe_code,
    reason = "only the name is exported; no other symbol has it"
)]
#[unsafe(no_mangle)]
pub extern "C" fn run() -> usize {
    let request = REQUEST.take();
    let answer = answer::to(&String::from_utf8_lossy(&request)).into_bytes();
    let length = answer.len();
    ANSWER.set(answer);
    length
}

/// Returns an octet of the answer; 0 after its end.
#[allow(
    unsafe_code,
    reason = "only the name is exported; no other symbol has it"
)]
#[unsafe(no_mangle)]
pub extern "C" fn get(index: usize) -> u8 {
    ANSWER.with_borrow(|answer| answer.get(index).copied().unwrap_or_default())
}
