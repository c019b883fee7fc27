//! What the binary prints for the demo and for trees under `testdata/`, kept as files in `testdata/golden`.
//! Rewrite them with `ROLECALL_WRITE_EXPECTED=1 cargo test --test golden`, and read the difference.

use std::fs;
use std::path::Path;
use std::process::Command;

/// The trees, and the arguments of each run with the name its output is kept under.
const RUNS: [(&str, &[&str], &str); 6] = [
    ("demo", &["check", "--format", "full"], "demo-full.txt"),
    ("demo", &["check", "--format", "concise"], "demo-concise.txt"),
    ("demo", &["check", "--format", "json"], "demo.json"),
    ("demo", &["trace"], "demo-trace.txt"),
    ("hidden", &["check", "--format", "concise"], "hidden-concise.txt"),
    ("twins", &["trace"], "twins-trace.txt"),
];

fn output(tree: &str, arguments: &[&str]) -> String {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(tree);
    let run = Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .args(arguments)
        .args(["--color", "never"])
        .current_dir(directory)
        .env_clear()
        .output();
    match run {
        Ok(output) => String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n"),
        Err(error) => format!("the binary did not run: {error}"),
    }
}

#[test]
fn outputs_are_as_they_were() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join("golden");
    let mut different = Vec::new();
    for (tree, arguments, name) in RUNS {
        let now = output(tree, arguments);
        let path = golden.join(name);
        if std::env::var_os("ROLECALL_WRITE_EXPECTED").is_some() {
            fs::create_dir_all(&golden).unwrap();
            fs::write(&path, &now).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if now != expected {
            let line = now.lines().zip(expected.lines()).position(|(now, expected)| now != expected);
            different.push(format!("{name}, first in line {}", line.map_or(0, |line| line + 1)));
        }
    }
    assert!(different.is_empty(), "these outputs changed: {different:?}");
}
