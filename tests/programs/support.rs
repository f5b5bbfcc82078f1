//! The examples as programs.

use hex_literal::hex;
use serde_json::Value;
use std::io::Write;
use std::process::{Command, Output, Stdio};

/// Appendix C as a short message: password `password`, nonce four zero octets.
pub(crate) const APPENDIX_C: [u8; 55] = hex!(
    "0605040b84c002010603c4af87e4000751d15da7d8b5fc1fbce45ee715"
    "02d0000000123412636f6d2e6d676d747372762e6d616e616765"
);

/// Makes the command of an example, which `cargo test` builds beside the tests.
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

/// Runs an example with arguments and standard input.
pub(crate) fn run(name: &str, arguments: &[&str], input: &str) -> Output {
    let mut child = example(name)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read its input may be gone by now.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// Returns standard output of `compose`, a line each.
#[track_caller]
pub(crate) fn compose(arguments: &[&str]) -> Vec<String> {
    let output = run("compose", arguments, "");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// Returns the exit status of `inspect --json`, and its only object.
#[track_caller]
pub(crate) fn inspect(arguments: &[&str], input: &str) -> (i32, Value) {
    let (status, mut objects, errors) = inspect_all(arguments, input);
    assert_eq!(objects.len(), 1, "{errors}");
    (status, objects.remove(0))
}

/// Returns the exit status of `inspect --json`, its objects, and its errors.
#[track_caller]
pub(crate) fn inspect_all(arguments: &[&str], input: &str) -> (i32, Vec<Value>, String) {
    let output = run("inspect", &[&["--json"], arguments].concat(), input);
    let errors = String::from_utf8(output.stderr).unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let objects = text.lines().map(|line| serde_json::from_str(line).unwrap());
    (output.status.code().unwrap(), objects.collect(), errors)
}

/// Returns the exit status of `inspect`, the lines of its table, and those of its errors.
#[track_caller]
pub(crate) fn inspect_table(arguments: &[&str], input: &str) -> (i32, Vec<String>, Vec<String>) {
    let output = run("inspect", arguments, input);
    let lines = |octets: Vec<u8>| -> Vec<String> {
        let text = String::from_utf8(octets).unwrap();
        text.lines().map(str::to_owned).collect()
    };
    (
        output.status.code().unwrap(),
        lines(output.stdout),
        lines(output.stderr),
    )
}
