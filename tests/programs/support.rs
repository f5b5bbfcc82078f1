//! The examples as programs.

use std::process::Command;

/// An example, which `cargo test` builds beside the tests.
pub(crate) fn example(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().unwrap().parent().unwrap();
    let program = profile.join(format!("examples/{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.exists(),
        "run `cargo build --examples` before a single test"
    );
    Command::new(program)
}
