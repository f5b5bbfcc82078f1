//! The header is what the modules under `src` say.
//!
//! `HEADER=write cargo test --test header` writes it.

use std::fmt::Write as _;
use std::{env, fs};

const DIRECTORY: &str = env!("CARGO_MANIFEST_DIR");
const WIDTH: usize = 100;

/// The modules, in the order in which a reader needs them.
fn modules() -> impl Iterator<Item = String> {
    let library = include_str!("../src/lib.rs").lines();
    let public = library.filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    public.map(str::to_owned)
}

/// The comment at the head of a module, its first line as a title.
fn comment(source: &str) -> String {
    let mut lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    let title = lines.next().unwrap();
    let rule = "=".repeat(title.trim().len());
    let text = lines.fold(String::new(), |mut text, line| {
        writeln!(text, " *{line}").unwrap();
        text
    });
    format!("/*\n *{title}\n * {rule}\n{text} */\n\n")
}

/// What cbindgen makes of a module, in plainer words.
fn declarations(module: &str) -> String {
    let path = format!("{DIRECTORY}/src/{module}.rs");
    let source = fs::read_to_string(&path).unwrap();
    let config = cbindgen::Config::from_file(format!("{DIRECTORY}/cbindgen.toml"));
    let bindings = cbindgen::Builder::new()
        .with_config(config.unwrap())
        .with_src(&path)
        .generate()
        .unwrap();
    let mut generated = Vec::new();
    bindings.write(&mut generated);
    let generated = plain_enums(&String::from_utf8(generated).unwrap());
    comment(&source) + plain_comments(&generated).trim()
}

/// An enumeration is of octets whatever the compiler's options say, in C and in C++.
fn plain_enums(generated: &str) -> String {
    let mut plain = String::new();
    let mut lines = generated.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(name) = line.strip_prefix("enum ") else {
            writeln!(plain, "{line}").unwrap();
            continue;
        };
        let name = name.trim_end_matches([' ', '{']);
        writeln!(plain, "typedef uint8_t {name};\nenum {{").unwrap();
        let values = lines
            .by_ref()
            .skip_while(|line| line.starts_with(['#', ' ']) && !line.starts_with("  /"));
        for value in values.take_while(|line| *line != "};") {
            writeln!(plain, "{value}").unwrap();
        }
        plain += "};\n";
        while lines.next_if(|line| line.starts_with(['#', 't'])).is_some() {}
    }
    plain
}

/// A comment of one line is on one line.
fn plain_comments(generated: &str) -> String {
    let lines: Vec<_> = generated.lines().collect();
    let mut plain = String::new();
    let mut rest = lines.as_slice();
    while let [line, after @ ..] = rest {
        let indent = &line[..line.len() - line.trim_start().len()];
        match after {
            [text, end, others @ ..]
                if line.trim() == "/**" && end.trim() == "*/" && text.len() < WIDTH - 4 =>
            {
                writeln!(
                    plain,
                    "{indent}/* {} */",
                    text.trim().trim_start_matches("* ")
                )
                .unwrap();
                rest = others;
            }
            _ => {
                writeln!(plain, "{}", line.replace("/**", "/*").trim_end()).unwrap();
                rest = after;
            }
        }
    }
    plain
}

fn header() -> String {
    let mut header = include_str!("../src/guide.h").to_owned();
    header += "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
    for module in modules() {
        header += &declarations(&module);
        header += "\n\n";
    }
    header + "#ifdef __cplusplus\n}\n#endif\n\n#endif\n"
}

#[test]
fn the_header_is_what_the_modules_say() {
    let path = format!("{DIRECTORY}/include/oma_dm_notification.h");
    let header = header();
    if env::var_os("HEADER").is_some() {
        fs::write(&path, &header).unwrap();
    }
    let is = fs::read_to_string(&path).unwrap();
    assert!(is == header, "HEADER=write cargo test --test header");
}

#[test]
fn no_line_of_the_header_is_wider_than_it_may_be() {
    for line in header().lines() {
        assert!(line.len() <= WIDTH, "{line}");
    }
}

/// The linker would miss nothing, but a reader would.
#[test]
fn every_exported_function_is_in_the_header() {
    let header = header();
    for module in modules() {
        let source = fs::read_to_string(format!("{DIRECTORY}/src/{module}.rs")).unwrap();
        for line in source.lines() {
            if let Some((_, name)) = line.split_once("extern \"C\" fn ") {
                let name = name.split('(').next().unwrap();
                assert!(header.contains(&format!("{name}(")), "{name}");
            }
        }
    }
}
