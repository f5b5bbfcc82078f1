//! Tests of the library in one process: coverage sees all of them, and they run under an emulator.

mod account;
mod account_model;
mod bearer_cdma;
mod bearer_rp;
mod bearer_tpdu;
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
mod device;
mod device_model;
mod digest;
mod errors;
mod golden;
mod inbox;
mod malformations;
mod obex;
mod obex_model;
mod properties;
mod push;
mod reassembly;
mod session;
mod support;
mod traits;
mod trigger;
mod user_data;
#[path = "../vectors/golden.rs"]
mod vectors;
