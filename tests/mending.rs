//! Mistakes in every way they may be written, and the text that their fixes make of it. Each directory of
//! `testdata/fixes` holds the files `before`, and those that the safe fixes change (`safe`) or all fixes (`unsafe`); with
//! neither there is no fix. `ROLECALL_WRITE_EXPECTED=1 cargo test --test mending` writes what the fixes make, to be read.

mod support;

#[path = "support/kept.rs"]
mod kept;
#[path = "support/mend.rs"]
mod mend;
#[path = "support/tree.rs"]
mod tree;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rolecall::fix::Level;
use support::{Files, check, differences, names, read};
use tree::tree;

const ROOT: &str = "testdata/fixes";

/// The files of one of the directories of a case; none where it is not there.
fn part(directory: &str) -> Result<Files, String> {
    let is_there = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory).exists();
    if is_there { tree(directory) } else { Ok(Files::new()) }
}

/// The directories of cases.
fn cases() -> Result<Vec<String>, String> {
    Ok(names(ROOT)?.into_iter().filter(|name| !name.contains('.')).collect())
}

/// The files that the fixes of a level make another than before.
fn changed(before: &Files, level: Level) -> Files {
    let mended = mend::until_none_is_left(before, level, &|_| true);
    assert_eq!(mended.applied == 0, mended.rules.is_empty());
    let mut after = mended.files;
    after.retain(|path, text| before.get(path) != Some(text));
    after
}

/// One line for each line of each file.
fn lines(files: &Files) -> Vec<String> {
    files.iter().flat_map(|(path, text)| text.lines().map(move |line| format!("{path}: {line}"))).collect()
}

/// Says what differs between two sets of files.
fn compared(what: &str, expected: &Files, made: &Files) -> Option<String> {
    let differences = differences(&lines(expected), &lines(made));
    (expected != made).then(|| format!("{what}:\n{}", differences.join("\n")))
}

/// The same files with the lines of Windows, and its mark in front.
fn windows(files: &Files) -> Files {
    let crlf = |text: &String| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    files.iter().map(|(path, text)| (path.clone(), crlf(text))).collect()
}

const NOTE: &str = " # noted";

/// The same files with a comment behind every line that may have one.
fn noted(files: &Files) -> Files {
    let note = |(path, text): (&String, &String)| {
        let takes_comments = !path.ends_with(".json") && !text.contains("<<");
        let noted = |line: &str| format!("{line}{}\n", if line.is_empty() { "" } else { NOTE });
        let text = if takes_comments { text.lines().map(noted).collect() } else { text.clone() };
        (path.clone(), text)
    };
    files.iter().map(note).collect()
}

fn without_notes(files: &Files) -> Files {
    files.iter().map(|(path, text)| (path.clone(), text.replace(NOTE, ""))).collect()
}

/// How many comments of [`noted`] there are.
fn notes(files: &Files) -> usize {
    files.values().map(|text| text.matches(NOTE).count()).sum()
}

#[test]
fn line_ends_and_comments_stay() {
    let mut failures = Vec::new();
    for case in cases().unwrap() {
        let before = part(&format!("{ROOT}/{case}/before")).unwrap();
        if before.values().any(|text| text.contains('\r')) {
            continue;
        }
        let after = changed(&before, Level::Unsafe);
        let in_windows = changed(&windows(&before), Level::Unsafe);
        failures.extend(compared(&format!("{case}, with the lines of Windows"), &windows(&after), &in_windows));
        let of_noted = changed(&noted(&before), Level::Unsafe);
        let stripped = without_notes(&of_noted);
        failures.extend(compared(&format!("{case}, with comments"), &after, &stripped));
        let changed_before = noted(&before).into_iter().filter(|(path, _)| of_noted.contains_key(path)).collect();
        if notes(&changed_before) != notes(&of_noted) {
            failures.push(format!("{case}: a comment is gone:\n{of_noted:#?}"));
        }
    }
    assert!(failures.is_empty(), "{} failures\n{}\n", failures.len(), failures.join("\n"));
}

#[test]
fn fixes_are_written_as_the_text_around_them() {
    let mut failures = Vec::new();
    let mut texts = Vec::new();
    let cases = cases().unwrap();
    assert!(cases.len() >= 45, "only {} cases", cases.len());
    for case in cases {
        let before = part(&format!("{ROOT}/{case}/before")).unwrap();
        let found = check(&before, false);
        if found.is_empty() {
            failures.push(format!("{case}: nothing is found"));
        }
        let safe = changed(&before, Level::Safe);
        let all = changed(&before, Level::Unsafe);
        let rest = if all == safe { Files::new() } else { all };
        for (name, made) in [("safe", &safe), ("unsafe", &rest)] {
            let directory = format!("{ROOT}/{case}/{name}");
            if std::env::var_os("ROLECALL_WRITE_EXPECTED").is_some() {
                let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(&directory);
                let _ = fs::remove_dir_all(&root);
                for (path, text) in made {
                    let path = root.join(path);
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(path, text).unwrap();
                }
            }
            let expected = part(&directory).unwrap();
            failures.extend(compared(&format!("{directory} is not what the fixes make"), &expected, made));
            let mut after = before.clone();
            after.extend(made.clone());
            if !made.is_empty() {
                kept::keep(&directory, &before, &after).unwrap();
                texts.push((directory.clone(), kept::name(&after)));
            }
            let left = check(&after, false);
            if !made.is_empty() && name == "unsafe" && !left.is_empty() {
                failures.push(format!("{directory}: there is still {left:#?}"));
            }
            if !made.is_empty() && left.len() >= found.len() {
                failures.push(format!("{directory}: there is no less than before: {left:#?}"));
            }
        }
    }
    assert!(failures.is_empty(), "{} failures\n{}\n", failures.len(), failures.join("\n"));
    let deployed = deployed().unwrap();
    let unknown: Vec<&String> =
        texts.iter().filter(|(_, name)| !deployed.contains_key(name)).map(|(directory, _)| directory).collect();
    assert!(unknown.is_empty(), "these were not deployed; see {ROOT}/README.md: {unknown:?}");
}

/// What came of deploying each mended configuration, by its checksum: where it is from, and the failures.
fn deployed() -> Result<BTreeMap<String, (String, String)>, String> {
    let row = |line: &str| {
        let mut columns = line.split('\t').map(str::to_owned);
        Some((columns.next()?, (columns.next()?, columns.nth(1)?)))
    };
    Ok(read(&format!("{ROOT}/deployed.tsv"))?.lines().skip(1).filter_map(row).collect())
}

/// What does not deploy after its fixes for another reason than what they mend: a part of the failure, and the reason.
const NOT_FOR_THE_FIX: &[(&str, &str)] = &[
    ("Instance profile company-baseline not found", "it is made elsewhere"),
    ("Instance profile made-elsewhere not found", "it is made elsewhere"),
    ("Instance profile agent not found", "it is made elsewhere"),
    ("Role operators not found", "it is made elsewhere"),
    ("Role ci-runner not found", "it is made elsewhere"),
    ("Role batch not found", "it is made elsewhere"),
    ("Role app not found", "it is made elsewhere"),
    ("role/crawler not found", "an ARN with an account that may be another one is not mended"),
    ("role/batch not found", "the mistake is suppressed"),
    ("role/web not found", "the mistake is suppressed"),
    ("terraform init failed", "the oracle does not have the provider"),
    ("cannot be assumed by Lambda", "the role is made elsewhere"),
    ("AWSBatchServiceRole", "the simulation has no roles of AWS's own"),
    ("'NoneType' object has no attribute", "the simulation fails by itself"),
    ("Instance profile iam_instance_profile-", "the oracle's provider makes up a profile where none is given"),
];

#[test]
fn what_is_mended_deploys() {
    let mut wrong = Vec::new();
    let deployed = deployed().unwrap();
    for (from, failures) in deployed.values() {
        let known = NOT_FOR_THE_FIX.iter().any(|(part, _)| failures.contains(part));
        if failures != "well" && !known {
            wrong.push(format!("{from}: {failures}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let well = deployed.values().filter(|(_, failures)| failures == "well").count();
    assert!(well >= 200, "only {well} of {} deploy", deployed.len());
    let gone = |(part, _): &&(&str, &str)| !deployed.values().any(|(_, failures)| failures.contains(part));
    let gone: Vec<_> = NOT_FOR_THE_FIX.iter().filter(gone).collect();
    assert!(gone.is_empty(), "these do not fail any more: {gone:?}");
}
