//! Where Terraform does not find what it is asked for, against `unresolved-reference`, line by line.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use super::support::{self, check, names, read};
use super::tree::tree;

const ROOT: &str = "testdata/terraform/failing";

/// Asks the oracle for the places of Terraform's errors, and writes them down.
fn record(oracle: &OsStr, case: &str) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(ROOT).join(case);
    let answer = Command::new(oracle).arg("plan").arg(&directory).output().unwrap();
    let errors = String::from_utf8_lossy(&answer.stderr);
    let is_place = |line: &&str| line.starts_with("  ") && line.contains(".tf");
    let places: BTreeSet<&str> = errors.lines().filter(is_place).map(str::trim).collect();
    assert!(!places.is_empty(), "{case}: {errors}");
    let text: String = places.iter().map(|place| format!("{place}\n")).collect();
    std::fs::write(directory.join("expected.txt"), text).unwrap();
}

#[test]
fn what_terraform_does_not_find_is_an_unresolved_reference() {
    let oracle = std::env::var_os("ROLECALL_ORACLE");
    let (mut failures, mut compared) = (Vec::new(), 0);
    for case in names(ROOT).unwrap().into_iter().filter(|name| !name.contains('.')) {
        if let Some(oracle) = &oracle {
            record(oracle, &case);
        }
        let text = read(&format!("{ROOT}/{case}/expected.txt")).unwrap();
        let expected: Vec<String> = text.lines().map(str::to_owned).collect();
        let found = check(&tree(&format!("{ROOT}/{case}")).unwrap(), false);
        let places: BTreeSet<String> = found
            .iter()
            .filter(|found| found.rule == "unresolved-reference")
            .map(|found| format!("{}:{}", found.path, found.line))
            .collect();
        compared += expected.len();
        let places: Vec<String> = places.into_iter().collect();
        failures.extend(support::differences(&expected, &places).into_iter().map(|one| format!("{case}: {one}")));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(compared >= 20, "only {compared} places are compared");
}
