//! Correct configurations, each with one of the mistakes that the rules describe, put in at every place where it fits.
//! Every mistake has to be found, and nothing else than its consequences; and what the fixes make of it has to be clean,
//! and otherwise the text as it was.
//!
//! `ROLECALL_MUTATE=DIRECTORY cargo test --test mutation -- --nocapture` does the same with every directory of Terraform
//! files and every template below that directory, and prints what was missed and what came on top.

mod support;

#[path = "support/fence.rs"]
mod fence;
#[path = "support/kept.rs"]
mod kept;
#[path = "mutation/layout.rs"]
mod layout;
#[path = "support/mend.rs"]
mod mend;
#[path = "mutation/mistakes.rs"]
mod mistakes;
#[path = "mutation/model.rs"]
mod model;
#[path = "support/tree.rs"]
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fence::raw;
use mistakes::Mutant;
use rolecall::fix::Level;
use support::{Files, Found, check, differences, names, read};
use tree::tree;

/// What came of one kind of mistake.
#[derive(Default)]
struct Tally {
    injected: usize,
    missed: Vec<String>,
    /// For how many there was a fix.
    mended: usize,
    /// For how many the fixes give the text as it was before the mistake.
    restored: usize,
    /// After the fixes there is still something that was not there before the mistake.
    unmended: Vec<String>,
    /// The fixes change what they need not.
    disturbed: Vec<String>,
    extra: Vec<String>,
}

/// Puts every mistake into a configuration, and adds what came of it.
fn examine(from: &str, files: &Files, tallies: &mut BTreeMap<&'static str, Tally>) {
    let before = check(files, false);
    for mutant in mistakes::all(files) {
        let after = check(&mutant.files, false);
        let tally = tallies.entry(mutant.mistake).or_default();
        tally.injected += 1;
        let new: Vec<&Found> = new_ones(&before, &after);
        if !new.iter().any(|found| mutant.expected.contains(&&*found.rule)) {
            tally.missed.push(told(from, &mutant, None));
        }
        let fixed =
            mend::until_none_is_left(&mutant.files, Level::Unsafe, &|finding| mutant.expected.contains(&finding.rule));
        if fixed.applied > 0 {
            tally.mended += 1;
            let left = check(&fixed.files, false);
            let place = || fixed.rules.iter().map(|(rule, place)| format!("{rule} at {place}")).collect::<Vec<_>>();
            let told = |found: &&Found| format!("{}, for {:?}", told(from, &mutant, Some(found)), place());
            let consequence = |found: &&&Found| mutant.allowed.contains(&&*found.rule);
            tally.unmended.extend(new_ones(&before, &left).iter().filter(|found| !consequence(found)).map(told));
            if fixed.files == *files {
                tally.restored += 1;
            } else {
                kept::keep(&format!("{from} {}, {}", mutant.place, mutant.mistake), &mutant.files, &fixed.files)
                    .unwrap_or_else(|error| unreachable!("the fixed text cannot be kept: {error}"));
            }
            tally.disturbed.extend(layout::disturbed(&mutant.files, &fixed.files).map(|line| {
                let place = self::told(from, &mutant, None);
                format!("{place}: {line}")
            }));
        }
        let known =
            |found: &&&Found| !mutant.expected.contains(&&*found.rule) && !mutant.allowed.contains(&&*found.rule);
        tally.extra.extend(new.iter().filter(known).map(|found| told(from, &mutant, Some(found))));
    }
}

/// A finding for each that is there more often than before.
fn new_ones<'f>(before: &[Found], after: &'f [Found]) -> Vec<&'f Found> {
    let rules = |found: &[Found]| found.iter().map(|found| found.rule.clone()).collect::<Vec<_>>();
    let more = differences(&rules(before), &rules(after));
    let named = more.iter().filter_map(|line| line.strip_prefix("noisy")).map(str::trim);
    named.filter_map(|rule| after.iter().rfind(|found| found.rule == rule)).collect()
}

fn told(from: &str, mutant: &Mutant, found: Option<&Found>) -> String {
    let found = found.map(|found| format!(": {}:{} {}: {}", found.path, found.line, found.rule, found.message));
    let text = format!("{from} {}{}", mutant.place, found.unwrap_or_default());
    if std::env::var_os("ROLECALL_MUTATE_SHOW").is_some() {
        let changed: String = mutant.files.values().map(|text| format!("\n{text}")).collect();
        return text + &changed;
    }
    text
}

fn report(tallies: &BTreeMap<&'static str, Tally>) -> String {
    let mut out =
        String::from("mistake: injected, detected, missed, extra, with a fix, as before after it, not mended by it\n");
    for (mistake, tally) in tallies {
        let (injected, missed) = (tally.injected, tally.missed.len());
        let (extra, unmended) = (tally.extra.len(), tally.unmended.len());
        let detected = injected - missed;
        out.push_str(&format!(
            "{mistake}: {injected} {detected} {missed} {extra} {} {} {unmended}\n",
            tally.mended, tally.restored
        ));
        tally.missed.iter().for_each(|text| out.push_str(&format!("  missed {text}\n")));
        tally.extra.iter().for_each(|text| out.push_str(&format!("  extra  {text}\n")));
        tally.unmended.iter().for_each(|text| out.push_str(&format!("  left   {text}\n")));
        tally.disturbed.iter().for_each(|text| out.push_str(&format!("  disturbed {text}\n")));
    }
    out
}

/// The good examples of a page; those of one case belong together.
fn good_examples(page: &str, text: &str) -> Vec<(String, Files)> {
    let mut cases: BTreeMap<String, Files> = BTreeMap::new();
    for fence in raw(text).iter().filter(|fence| !fence.words.contains(&"fixed")) {
        let given = |name: &str| fence.words.iter().find_map(|word| word.strip_prefix(name));
        let path = match fence.language {
            "hcl" => "main.tf",
            "yaml" => "template.yaml",
            _ => "template.json",
        };
        let case =
            given("case=").map_or_else(|| format!("rules/{page}:{}", fence.line), |case| format!("{page} {case}"));
        let lines = fence.lines.iter().map(|line| format!("{line}\n")).collect();
        cases.entry(case).or_default().insert(given("file=").unwrap_or(path).to_owned(), lines);
    }
    cases.into_iter().collect()
}

/// Correct configurations of the repository: good examples of the pages, mended twins.
fn correct() -> Result<Vec<(String, Files)>, String> {
    let mut all = Vec::new();
    for page in names("rules")?.iter().filter(|name| name.ends_with(".md")) {
        all.extend(good_examples(page, &read(&format!("rules/{page}"))?));
    }
    for name in names("testdata/hidden/terraform")?.iter().filter(|name| name.ends_with("-mended")) {
        let root = format!("testdata/hidden/terraform/{name}");
        let files = tree(&root)?;
        all.push((root, files));
    }
    for name in names("testdata/hidden/cloudformation")? {
        let path = format!("testdata/hidden/cloudformation/{name}");
        if name.contains("-mended.") && !name.ends_with(".txt") {
            all.push((path.clone(), Files::from([(name, read(&path)?)])));
        }
    }
    for name in names("testdata/twins")? {
        for part in ["terraform", "cloudformation"] {
            let root = format!("testdata/twins/{name}/{part}");
            let files = tree(&root)?;
            all.push((root, files));
        }
    }
    all.retain(|(_, files)| check(files, false).is_empty());
    Ok(all)
}

#[test]
fn every_mistake_is_found_and_nothing_else() {
    let mut tallies = BTreeMap::new();
    let configurations = correct().unwrap();
    for (from, files) in &configurations {
        examine(from, files, &mut tallies);
    }
    let report = report(&tallies);
    let injected: usize = tallies.values().map(|tally| tally.injected).sum();
    println!("{} correct configurations, {injected} mistakes\n{report}", configurations.len());
    assert!(configurations.len() >= 60 && injected >= 500, "{report}");
    let found = |tally: &Tally| tally.missed.is_empty() && tally.extra.is_empty();
    assert!(tallies.values().all(found), "{report}");
    let mended = |tally: &Tally| tally.unmended.is_empty() && tally.disturbed.is_empty();
    assert!(tallies.values().all(mended), "{report}");
    let with_a_fix: usize = tallies.values().map(|tally| tally.mended).sum();
    assert!(with_a_fix >= 900, "only {with_a_fix} mistakes have a fix\n{report}");
}

/// Every directory with Terraform files, and every template, each alone.
fn outside(directory: &Path, found: &mut Vec<(String, Files)>) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mut module = Files::new();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !name.starts_with('.') {
            outside(&path, found);
        } else if let Ok(text) = fs::read_to_string(&path) {
            if name.ends_with(".tf") {
                module.insert(name, text);
            } else if [".yaml", ".yml", ".json", ".template"].iter().any(|end| name.ends_with(end))
                && text.contains("AWS::IAM::")
                && text.contains("Resources")
            {
                found.push((path.display().to_string(), Files::from([(name, text)])));
            }
        }
    }
    if module.values().any(|text| text.contains("aws_iam_role")) {
        found.push((directory.display().to_string(), module));
    }
}

#[test]
fn mistakes_in_other_configurations_are_found() {
    let Some(directory) = std::env::var_os("ROLECALL_MUTATE") else { return };
    let mut configurations = Vec::new();
    outside(Path::new(&directory), &mut configurations);
    let mut tallies = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (from, files) in &configurations {
        if seen.insert(files) {
            examine(from, files, &mut tallies);
        }
    }
    println!("{} configurations\n{}", configurations.len(), report(&tallies));
}
