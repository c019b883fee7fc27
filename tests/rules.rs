//! Every example on every page in `rules/` is run: what a page promises is what the rule does.

mod support;

#[path = "support/fence.rs"]
mod fence;
#[path = "support/page.rs"]
mod page;

#[path = "support/kept.rs"]
mod kept;
#[path = "support/long_form.rs"]
mod long_form;
#[path = "support/mend.rs"]
mod mend;

#[cfg(test)]
#[path = "rules/forms.rs"]
mod forms;

use std::path::Path;

use rolecall::diagnostic::Severity;
use rolecall::fix::Level;
use support::{Files, Found, check, differences, names, read};

/// Pages of rules that no text can set off.
const WITHOUT_EXAMPLES: [&str; 1] = ["internal-error"];

/// Pages of rules about something that CloudFormation does not have.
const TERRAFORM_ONLY: [&str; 4] =
    ["exclusive-policy-attachment", "removed-roles-argument", "replacement-name-clash", "unguarded-identity-index"];

/// Pages of rules about something that Terraform does not have.
const CLOUDFORMATION_ONLY: [&str; 1] = ["init-role-not-in-profile"];

/// The rules that have a page, with the page's path and text.
fn pages() -> Result<Vec<(String, String, String)>, String> {
    let mut pages = Vec::new();
    for name in names("rules")? {
        let Some(stem) = name.strip_suffix(".md") else { continue };
        let path = format!("rules/{name}");
        let text = read(&path)?;
        pages.push((stem.replace('_', "-"), path, text));
    }
    Ok(pages)
}

#[test]
fn every_page_has_the_same_parts() {
    let mut wrong = Vec::new();
    let pages = pages().unwrap();
    assert!(pages.len() >= 14, "only {} pages", pages.len());
    for (rule, path, text) in pages {
        let mut outside = true;
        let headings: Vec<&str> = text
            .lines()
            .filter(|line| {
                outside ^= line.starts_with("```");
                outside && line.starts_with('#')
            })
            .collect();
        let title = format!("# {rule}");
        let mut wanted = vec![&*title, "## What", "## Why", "## What to do", "## Examples"];
        if WITHOUT_EXAMPLES.contains(&&*rule) {
            wanted.pop();
        }
        if headings != wanted {
            wrong.push(format!("{path}: its headings are {headings:?}"));
        }
        // `rolecall rules` shows the first line of prose.
        let summary = text.lines().nth(4).unwrap_or("");
        if !summary.ends_with('.') || summary.contains(". ") {
            wrong.push(format!("{path}:5: the first line says in one sentence what the rule finds"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_page_has_bad_and_good_examples_in_both_languages() {
    let mut wrong = Vec::new();
    for (rule, path, text) in pages().unwrap() {
        if WITHOUT_EXAMPLES.contains(&&*rule) {
            continue;
        }
        match page::fences(&text) {
            Err(error) => wrong.push(format!("{path}: {error}")),
            Ok(fences) => {
                for (language, bad) in [("hcl", true), ("hcl", false), ("yaml", true), ("yaml", false), ("json", true)]
                {
                    let without = if language == "hcl" { &CLOUDFORMATION_ONLY[..] } else { &TERRAFORM_ONLY[..] };
                    if without.contains(&&*rule) && (bad || language == "hcl") && language != "json" {
                        continue;
                    }
                    if !fences.iter().any(|fence| fence.bad == bad && fence.language == language) {
                        let kind = if bad { "bad" } else { "good" };
                        wrong.push(format!("{path}: no {kind} example in {language}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_example_does_what_its_page_says() {
    let mut failures = Vec::new();
    for (rule, path, text) in pages().unwrap() {
        match page::fences(&text) {
            Err(error) => failures.push(format!("{path}: {error}")),
            Ok(fences) => {
                let failed = page::failures(&rule, &fences, |files| check(files, true));
                failures.extend(failed.into_iter().map(|(line, failure)| format!("{path}:{line}: {failure}")));
            }
        }
    }
    assert!(failures.is_empty(), "{} failures\n{}\n", failures.len(), failures.join("\n"));
}

/// The files after the fixes that `rule` offers.
fn mended(files: &Files, rule: &str) -> Files {
    mend::until_none_is_left(files, Level::Unsafe, &|finding| finding.rule == rule).files
}

/// What is wrong after the fixes: a finding that was not there before, one that still offers a fix, or as many findings
/// as before.
fn worse(before: &Files, after: &mend::Mended) -> Vec<String> {
    // Rules that run only when they are asked for say what could be better, which a fix need not see to.
    let (old, new) = (check(before, false), check(&after.files, false));
    let count = |all: &[Found], rule: &str| all.iter().filter(|found| found.rule == rule).count();
    let mut failures = Vec::new();
    for found in &new {
        if count(&new, &found.rule) > count(&old, &found.rule) {
            let Found { path, line, rule, message, .. } = found;
            failures.push(format!("after the fix: {path}:{line} {rule}: {message}"));
        }
    }
    if after.applied > 0 && new.len() + 1 > old.len() {
        failures.push(format!("the fixes of {:?} took no finding away", after.rules));
    }
    if !failures.is_empty() {
        let changed = after.files.iter().filter(|(path, text)| before.get(*path) != Some(text));
        failures.extend(changed.map(|(path, text)| format!("{path} is now\n{text}")));
    }
    failures
}

/// `ROLECALL_WRITE_EXPECTED=1 cargo test --test rules` writes what the fixes give into the pages, to be read.
#[test]
fn every_fix_gives_what_its_page_shows() {
    let mut failures = Vec::new();
    for (rule, path, text) in pages().unwrap() {
        let Ok(fences) = page::fences(&text) else { continue };
        if std::env::var_os("ROLECALL_WRITE_EXPECTED").is_some() {
            let written = page::with_fixed(&text, &fences, |files| mended(files, &rule));
            std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path), written).unwrap();
        }
        let failed = page::unmended(&fences, |files| mended(files, &rule));
        failures.extend(failed.into_iter().map(|(line, failure)| format!("{path}:{line}: {failure}")));
    }
    assert!(failures.is_empty(), "{} failures\n{}\n", failures.len(), failures.join("\n"));
}

/// The rules whose code makes fixes show on their pages what these do.
#[test]
fn every_rule_with_fixes_shows_one() {
    let mut shown = Vec::new();
    let mut silent = Vec::new();
    for (rule, path, text) in pages().unwrap() {
        let makes_fixes = read(&path.replace(".md", ".rs")).unwrap().contains("remedy::");
        match page::fences(&text).unwrap().iter().any(page::Fence::is_mended) {
            true => shown.push(rule),
            false if makes_fixes => silent.push(rule),
            false => {}
        }
    }
    assert!(silent.is_empty(), "no page shows the fixes of {silent:?}");
    assert!(shown.len() >= 11, "only {shown:?} show what their fixes give");
}

#[test]
fn every_fix_takes_its_finding_away_and_brings_no_other() {
    let mut failures = Vec::new();
    let mut texts = Vec::new();
    let mut mended = 0;
    for (rule, path, text) in pages().unwrap() {
        let Ok(fences) = page::fences(&text) else { continue };
        for (files, members) in page::workspaces(&fences) {
            let after = mend::until_none_is_left(&files, Level::Unsafe, &|finding| finding.rule == rule);
            if after.applied > 0 {
                mended += 1;
                let line = members.first().map_or(0, |member| member.line());
                kept::keep(&format!("{path}:{line}"), &files, &after.files).unwrap();
                texts.push(kept::name(&after.files));
            }
            let line = members.first().map_or(0, |member| member.line());
            let failed = worse(&files, &after);
            failures.extend(failed.into_iter().map(|failure| format!("{path}:{line}: {failure}")));
        }
    }
    assert!(failures.is_empty(), "{} failures\n{}\n", failures.len(), failures.join("\n"));
    assert!(mended >= 30, "only {mended} examples have a fix");
    let deployed = read("testdata/fixes/deployed.tsv").unwrap();
    let unknown = texts.iter().filter(|name| !deployed.contains(&***name)).count();
    assert!(unknown <= texts.len() / 4, "{unknown} of {} were not deployed; see testdata/fixes/README.md", texts.len());
}

/// A page with every feature of fences. The fake analyzers below know nothing but words.
const PAGE: &str = "# find-me\n\n```text\nfind-me\n```\n\n```hcl bad\na = 1\nb = \"find-me\" # error\n```\n\n\
    ```yaml good\na: 1\n```\n\n```json bad expect=1:5\n[1, \"find-me\"]\n```\n\n\
    ```hcl bad case=two\nx = \"find-me\" // warning\n```\n\n```hcl good case=two file=m/main.tf\ny = 2\n```\n";

/// Finds a word wherever it stands; a warning where the line says so.
fn finds(files: &Files, word: &str) -> Vec<Found> {
    let lines =
        files.iter().flat_map(|(path, text)| text.lines().zip(1..).map(move |(line, number)| (path, line, number)));
    lines
        .filter_map(|(path, line, number)| {
            let column = line.find(word)? + 1;
            let severity = if line.ends_with("warning") { Severity::Warning } else { Severity::Error };
            let (path, message) = (path.clone(), "found".to_owned());
            Some(Found { path, line: number, column, rule: "find-me".to_owned(), severity, message, when: None })
        })
        .collect()
}

#[test]
fn the_harness_tells_missing_from_noisy() {
    let fences = page::fences(PAGE).unwrap();
    let failures = |check: &dyn Fn(&Files) -> Vec<Found>| -> Vec<String> {
        let failures = page::failures("find-me", &fences, check);
        failures.into_iter().map(|(line, text)| format!("{line} {text}")).collect()
    };
    let nothing: [String; 0] = [];
    assert_eq!(failures(&|files| finds(files, "\"find-me")), nothing);
    assert_eq!(failures(&|_| Vec::new()), ["9 missing error", "17 missing finding in column 5", "21 missing warning"]);

    let noisy = failures(&|files| [finds(files, "\"find-me"), finds(files, "y = 2")].concat());
    assert_eq!(noisy, ["25 noisy   error[find-me] in column 1: found"]);

    let elsewhere = failures(&|files| finds(files, "find-me"));
    assert_eq!(elsewhere, ["17 missing finding in column 5", "17 noisy   error[find-me] in column 6: found"]);

    let with = |rule: &str, severity| {
        let change = |mut found: Found| {
            found.rule = rule.to_owned();
            found.severity = severity;
            found
        };
        let changed = |files: &Files| finds(files, "a = 1").into_iter().map(change).collect::<Vec<_>>();
        failures(&|files| [finds(files, "\"find-me"), changed(files)].concat())
    };
    assert_eq!(with("another-rule", Severity::Error), nothing);
    assert_eq!(with("syntax-error", Severity::Error), ["8 noisy   error[syntax-error] in column 1: found"]);

    let all_errors = |files: &Files| -> Vec<Found> {
        let found = finds(files, "\"find-me").into_iter();
        found.map(|found| Found { severity: Severity::Error, ..found }).collect()
    };
    assert_eq!(failures(&all_errors), ["21 missing warning", "21 noisy   error[find-me] in column 5: found"]);
}

#[test]
fn the_harness_rejects_examples_that_say_nothing() {
    for (fence, message) in [
        ("```hcl\n```\n", "an example is bad, good or fixed"),
        ("```hcl bad\na = 1\n```\n", "a bad example says where the finding starts"),
        ("```hcl good\na = 1 # error\n```\n", "a good example has no findings"),
        ("```toml bad expect=1\n```\n", "there is no example language \"toml\""),
        ("```hcl bad expect=x\n```\n", "\"x\" is no place"),
        ("```hcl bad lines=1\n```\n", "\"lines=1\" is not understood"),
    ] {
        assert_eq!(page::fences(fence).err(), Some(format!("line 1: {message}")), "{fence}");
    }
    // The word alone is no mark.
    assert!(page::fences("```yaml good\na: error\nb: \"# errors\"\n```\n").is_ok());
}

#[test]
fn differences_count_what_is_there_twice() {
    let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(differences(&texts(&["a", "b", "b"]), &texts(&["b", "c", "a"])), ["missing b", "noisy   c"]);
    assert!(differences(&texts(&["a", "a"]), &texts(&["a", "a"])).is_empty());
}
