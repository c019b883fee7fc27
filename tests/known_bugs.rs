//! Real failures from public issue threads, each as a small case of its own, and shapes that look wrong and are right.
//!
//! A folder of `testdata/known-bugs` is one case: `P1-role-reference` is the entry P1 of the catalogue of known bugs. Its
//! `expected.txt` holds the place and the rule of every finding; entries with N are no bugs and have none. Entries without
//! a case are in `left-out.tsv`, with the reason.

mod support;

#[path = "support/tree.rs"]
mod tree;

use std::collections::BTreeSet;

use support::{Files, check, differences, names, read};
use tree::tree;

const ROOT: &str = "testdata/known-bugs";

/// How many entries each group of the catalogue has: instance profiles, their roles, trust, documents, order, grants, and
/// deliberate non-bugs.
const ENTRIES: [(char, usize); 7] = [('P', 26), ('L', 6), ('T', 16), ('D', 17), ('O', 10), ('G', 4), ('N', 18)];

fn cases() -> Result<Vec<String>, String> {
    Ok(names(ROOT)?.into_iter().filter(|name| !name.contains('.')).collect())
}

fn entry(case: &str) -> &str {
    case.split('-').next().unwrap_or(case)
}

/// The files of a case, each language a workspace of its own.
fn workspaces(case: &str) -> Result<Vec<Files>, String> {
    let files = tree(&format!("{ROOT}/{case}"))?;
    let (terraform, templates): (Files, Files) = files.into_iter().partition(|(path, _)| path.contains(".tf"));
    Ok([terraform, templates].into_iter().filter(|files| !files.is_empty()).collect())
}

#[test]
fn every_known_bug_is_found_and_nothing_else() {
    let mut failures = Vec::new();
    for case in cases().unwrap() {
        let text = read(&format!("{ROOT}/{case}/expected.txt")).unwrap();
        let expected: Vec<String> = text.lines().map(str::to_owned).collect();
        assert_eq!(expected.is_empty(), entry(&case).starts_with('N'), "{case}");
        // Rules that run only when they are asked for count where the case is about them.
        let asked_for = |rule: &str| expected.iter().any(|line| line.ends_with(&format!(" {rule}")));
        let by_default = |rule: &str| rolecall::rules::find(rule).is_none_or(|rule| !rule.pedantic);
        let found: Vec<String> = workspaces(&case)
            .unwrap()
            .iter()
            .flat_map(|files| check(files, true))
            .filter(|found| by_default(&found.rule) || asked_for(&found.rule))
            .map(|found| format!("{}:{} {}", found.path, found.line, found.rule))
            .collect();
        failures.extend(differences(&expected, &found).into_iter().map(|text| format!("{case}: {text}")));
    }
    assert!(failures.is_empty(), "{} failures\n{}\n", failures.len(), failures.join("\n"));
}

#[test]
fn every_entry_has_a_case_or_a_reason() {
    let left_out = read(&format!("{ROOT}/left-out.tsv")).unwrap();
    let reasons: BTreeSet<&str> = left_out.lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
    let cases = cases().unwrap();
    let covered: BTreeSet<&str> = cases.iter().map(|case| entry(case)).collect();
    let both: Vec<_> = reasons.intersection(&covered).collect();
    assert!(both.is_empty(), "{both:?} have a case; take them out of left-out.tsv");
    let all = ENTRIES.iter().flat_map(|(group, count)| (1..=*count).map(move |number| format!("{group}{number}")));
    let open: Vec<String> = all.filter(|id| !covered.contains(id.as_str()) && !reasons.contains(id.as_str())).collect();
    assert!(open.is_empty(), "{open:?} have neither a case nor a reason");
}
