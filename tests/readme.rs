//! What the documentation says of the program is so: the table of rules, the commands and options it names, and its
//! links.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The README and the pages in `docs`, with their texts.
fn pages() -> Vec<(PathBuf, String)> {
    let docs = fs::read_dir(root().join("docs")).into_iter().flatten().flatten().map(|entry| entry.path());
    let pages = docs.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let mut all: Vec<PathBuf> = pages.chain([root().join("README.md")]).collect();
    all.sort();
    all.into_iter().map(|path| (path.clone(), fs::read_to_string(&path).unwrap_or_default())).collect()
}

#[test]
fn the_table_of_rules_is_the_list_of_rules() {
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    let table: BTreeSet<&str> = text.lines().filter(|line| line.starts_with("| `")).collect();
    let line = |rule: &&rolecall::rule::Rule| {
        let pedantic = if rule.pedantic { ", pedantic" } else { "" };
        format!("| `{}` | {} | {}{pedantic} |", rule.id, rule.severity.as_str(), rule.group.as_str())
    };
    let rules: Vec<String> = rolecall::rules::ALL.iter().map(line).collect();
    let missing: Vec<&String> = rules.iter().filter(|line| !table.contains(line.as_str())).collect();
    assert!(missing.is_empty(), "add to the table of rules in README.md, which is sorted by id:\n{missing:#?}");
    let gone: Vec<&&str> = table.iter().filter(|line| !rules.iter().any(|rule| rule == *line)).collect();
    assert!(gone.is_empty(), "take out of the table of rules in README.md:\n{gone:#?}");
}

/// Every `rolecall COMMAND --option` of the pages is one that the program has.
#[test]
fn the_commands_of_the_pages_are_there() {
    let help = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_rolecall")).args(arguments).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let commands = help(&["--help"]);
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (path, text) in pages() {
        for (at, _) in text.match_indices("rolecall ") {
            let line = text[at..].lines().next().unwrap_or("");
            let line = line.split(['`', '#', '|', '>', ';', '\'']).next().unwrap_or("");
            let mut words = line.split_whitespace().skip(1);
            let Some(command) = words.next().filter(|word| {
                ["check", "trace", "graph", "explain", "rules", "init", "completions", "man", "lsp"].contains(word)
            }) else {
                continue;
            };
            seen += 1;
            if !commands.contains(&format!("  {command} ")) {
                wrong.push(format!("{}: {line}: there is no command {command}", path.display()));
                continue;
            }
            let text = help(&[command, "--help"]);
            let options = words.filter(|word| word.starts_with("--") && word.len() > 2);
            for option in options.map(|option| option.split('=').next().unwrap_or(option)) {
                if !text.contains(option) {
                    wrong.push(format!("{}: {line}: there is no option {option}", path.display()));
                }
            }
        }
    }
    assert!(seen > 20, "only {seen} commands were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Commands that serve or wait, or need what a test has not.
const NOT_RUN: [&str; 3] = ["rolecall lsp", "--watch", "--hook"];

/// Every line of a fence that is a command of ours is run, in a copy of the demo. It must be a usage that the program
/// takes; of what comes behind a pipe or `>`, other tests know.
#[test]
fn the_commands_of_the_pages_run() {
    let here = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    let _ = fs::remove_dir_all(&here);
    let demo = here.join("testdata/demo");
    copy(&root().join("testdata/demo"), &demo);
    copy(&root().join("testdata/demo"), &here.join("envs/prod"));
    fs::copy(root().join("testdata/demo/search.yaml"), here.join("stack.yaml")).unwrap();
    fs::copy(root().join("testdata/plans/all-right/plan.json"), here.join("plan.json")).unwrap();
    let mut wrong = Vec::new();
    let mut ran = 0;
    for (path, text) in pages() {
        let lines = text.split("```").skip(1).step_by(2).flat_map(str::lines);
        for line in lines.map(str::trim).filter(|line| line.starts_with("rolecall ")) {
            let command = line.split(['#', '|', '>']).next().unwrap_or("");
            if NOT_RUN.iter().any(|not| command.contains(not)) {
                continue;
            }
            ran += 1;
            let mut process = Command::new(env!("CARGO_BIN_EXE_rolecall"));
            let output = process.current_dir(&here).args(command.split_whitespace().skip(1)).output().unwrap();
            if output.status.code().is_none_or(|code| code > 1) {
                let said = String::from_utf8_lossy(&output.stderr);
                wrong.push(format!("{}: {command}: {said}", path.display()));
            }
        }
    }
    assert!(ran > 15, "only {ran} commands were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn copy(from: &Path, to: &Path) {
    assert!(fs::create_dir_all(to).is_ok(), "{} cannot be made", to.display());
    for entry in fs::read_dir(from).into_iter().flatten().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() { copy(&entry.path(), &target) } else { drop(fs::copy(entry.path(), target)) }
    }
}

/// What the pages say that the demo gives, it gives.
#[test]
fn the_outputs_of_the_pages_are_those_of_the_program() {
    let text = fs::read_to_string(root().join("docs/terminal.md")).unwrap();
    let shown: Vec<&str> = text.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(shown.len(), 3);
    for (format, shown) in ["full", "concise", "plain"].iter().zip(shown) {
        let mut process = Command::new(env!("CARGO_BIN_EXE_rolecall"));
        process.current_dir(root()).args(["check", "testdata/demo", "--isolated", "--format", format]);
        let output = process.env("LC_ALL", "C.UTF-8").output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.starts_with(shown), "docs/terminal.md: {format} begins with\n{text}");
    }
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut wrong = Vec::new();
    for (path, text) in pages() {
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split(')').next().unwrap_or("").split('#').next().unwrap_or("");
            let here = path.parent().unwrap_or(root());
            if !target.is_empty() && !target.contains("://") && !here.join(target).exists() {
                wrong.push(format!("{}: {target}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "links that lead nowhere:\n{}", wrong.join("\n"));
}
