//! How fast the pipeline is, stage by stage, and how its parsers compare with others: `cargo bench --bench pipeline`
//! measures a generated tree and `testdata`, `cargo bench --bench pipeline -- PATH…` the directories named instead of
//! the latter.
//!
//! Every number is the median of several rounds in which everything that is compared takes its turn, in processor time,
//! so that what else the machine does disturbs all alike. It prints and asserts nothing.

mod clock;
mod keystroke;
mod memory;
mod parsers;
mod stages;
mod tree;

use std::path::Path;

use stages::Stages;
use tree::Tree;

/// As much as the command line gives its analysis.
const STACK_BYTES: usize = 512 << 20;

fn main() {
    // Cargo itself passes `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [flag, path] = &arguments[..]
        && flag == memory::FLAG
    {
        memory::report(&tree(path));
        return;
    }
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata").to_string();
    let named = if arguments.is_empty() { vec![default] } else { arguments };
    for path in std::iter::once(tree::GENERATED.to_string()).chain(named) {
        let tree = tree(&path);
        let worker = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || print(&tree, &path));
        if worker.map(|worker| worker.join()).is_err() {
            eprintln!("there is no memory for the stack of the analysis");
        }
    }
}

fn tree(path: &str) -> Tree {
    if path == tree::GENERATED { tree::generated() } else { tree::on_disk(Path::new(path)) }
}

fn print(tree: &Tree, path: &str) {
    let stages = Stages::new(tree);
    let bytes = stages.bytes();
    println!("{}: {} files, {bytes} bytes, {} units", tree.name, stages.files(), stages.units());
    let times = stages.measure();
    for (name, seconds) in &times.by_stage {
        println!("  {name:<24}{:>10.2} ms{:>10.1} MB/s", seconds * 1e3, bytes as f64 / seconds / 1e6);
    }
    println!("  {:<24}{:>10.2} times the parsing", "whole check", times.whole_to_parse);
    let typed = keystroke::measure(&mut stages.fresh(), &stages.texts);
    println!(
        "  {:<24}{:>10.2} ms, at most {:.2} ms: {} units; the first check takes {:.0} times that",
        "check after a keystroke",
        typed.seconds * 1e3,
        typed.worst * 1e3,
        typed.units,
        typed.first_to_seconds,
    );
    if let Some(peak) = memory::peak(path) {
        println!("  {:<24}{:>10.1} times the input", "peak memory", peak as f64 / bytes as f64);
    }
    for (name, bytes, ratio) in parsers::compare(&stages.texts) {
        println!("  {name:<24}{ratio:>10.2} times its time ({bytes} bytes)");
    }
    println!();
}
