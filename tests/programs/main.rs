//! Tests that start programs: the examples, and this binary itself under valgrind.

mod commands;
mod constant_time;
mod examples;
mod pap;
mod replay;
mod support;
