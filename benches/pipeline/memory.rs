//! Peak memory of one check, by a process of its own: a peak never falls, so nothing else may come before it.

use std::process::Command;

use crate::stages::workspace;
use crate::tree::Tree;

/// Asks this program for the peak of one tree, whose path follows.
pub const FLAG: &str = "--peak-of-one-check";

/// Checks the tree once and prints the peak, in kilobytes; nothing where the system does not tell.
pub fn report(tree: &Tree) {
    let texts = tree.files.iter().map(|(path, text)| (path.clone(), text.as_str().into())).collect::<Vec<_>>();
    let before = resident();
    let report = workspace(&texts, &[]).check();
    if let (Some(peak), Some(before)) = (status("VmHWM:"), before) {
        println!("{}", peak - before.min(peak));
    }
    drop(report);
}

/// The peak in bytes that a check of the tree at `path` adds to the texts themselves; `None` where it cannot be told.
pub fn peak(path: &str) -> Option<u64> {
    let program = std::env::current_exe().ok()?;
    let output = Command::new(program).args([FLAG, path]).output().ok()?;
    let kilobytes: u64 = String::from_utf8(output.stdout).ok()?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

fn resident() -> Option<u64> {
    status("VmRSS:")
}

/// A line of what Linux says of this process, in kilobytes.
fn status(name: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
