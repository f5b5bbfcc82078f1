//! Tests of the library in one process: coverage sees all of them, and they run under an emulator.

mod cdma;
#[allow(
    unreachable_pub,
    clippy::shadow_unrelated,
    clippy::unwrap_in_result,
    clippy::missing_const_for_fn,
    reason = "it is a module here, and the library of the fuzz targets, whose lints it has"
)]
#[path = "../checks/lib.rs"]
mod checks;
mod concatenation;
mod conformance;
mod corpus;
mod digest;
mod errors;
mod golden;
mod handset;
mod malformations;
mod obex;
mod obex_model;
mod properties;
mod push;
mod reassembly;
mod resynchronisation;
mod support;
mod trigger;
mod user_data;
#[path = "../vectors/golden.rs"]
mod vectors;
