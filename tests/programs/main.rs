//! Tests that start programs: the examples, and this binary itself under valgrind.

mod any_paste;
mod commands;
mod constant_time;
mod diagnoses;
mod examples;
mod layers;
mod pap;
mod pastes;
mod replay;
mod support;
mod tools;
