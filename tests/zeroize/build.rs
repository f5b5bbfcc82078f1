//! Hands the linker the memory of the micro:bit.

use std::{env, fs, path::Path};

fn main() {
    let memory = "../firmware/memory/thumbv6m-none-eabi.x";
    let directory = env::var("OUT_DIR").unwrap();
    fs::copy(memory, Path::new(&directory).join("memory.x")).unwrap();
    println!("cargo:rustc-link-search={directory}");
    println!("cargo:rerun-if-changed={memory}");
}
