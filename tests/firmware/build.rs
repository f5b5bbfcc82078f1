//! Hands the linker the memory of the machine that is built for.

use std::{env, fs, path::Path};

fn main() {
    let target = env::var("TARGET").unwrap();
    let directory = env::var("OUT_DIR").unwrap();
    let memory = format!("memory/{target}.x");
    fs::copy(&memory, Path::new(&directory).join("memory.x")).unwrap();
    println!("cargo:rustc-link-search={directory}");
    println!("cargo:rerun-if-changed={memory}");
}
