//! A workspace that lives through many changes says after each what a fresh one says of the same texts, and evaluates
//! only what the change concerns.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use rolecall::render::{self, Beside};
use rolecall::workspace::{Report, Settings, Want, Workspace};

/// Texts by path; paths are relative to the tree and use `/`.
type Files = BTreeMap<String, String>;

/// Trees of modules and templates that refer to each other in many ways.
const TREES: [&str; 4] =
    ["testdata/demo", "testdata/hidden/terraform", "testdata/hidden/cloudformation", "testdata/twins"];

/// The files of a tree.
fn collect(tree: &str) -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(tree);
    let mut files = Files::new();
    let mut directories = vec![root.clone()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                directories.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                let name = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                files.insert(name, text);
            }
        }
    }
    files
}

/// The directory of a path; empty for the root.
fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

fn inside(files: &Files, wanted: &str) -> Vec<String> {
    files.keys().filter(|path| directory(path) == wanted).cloned().collect()
}

fn fill(workspace: &mut Workspace, files: &Files) {
    for (path, text) in files {
        workspace.set(path, text.as_str());
    }
    let directories: BTreeSet<&str> = files.keys().map(|path| directory(path)).collect();
    for directory in directories {
        workspace.set_directory(directory, inside(files, directory));
    }
}

/// Checks until nothing is asked any more, and gives the report with the number of units that were evaluated.
fn check(workspace: &mut Workspace, files: &Files) -> (Report, usize) {
    let mut evaluated = 0;
    loop {
        let report = workspace.check();
        evaluated += workspace.effort().evaluated;
        let wants = workspace.wants();
        if wants.is_empty() {
            return (report, evaluated);
        }
        for want in wants {
            match want {
                Want::File(path) => match files.get(&*path) {
                    Some(text) => drop(workspace.set(&path, text.as_str())),
                    None => workspace.set_absent(&path),
                },
                Want::Directory(path) => workspace.set_directory(&path, inside(files, &path)),
            }
        }
    }
}

fn shown(workspace: &Workspace, report: &Report) -> String {
    let findings = render::json::report(report, workspace.sources(), Beside { undecided: true, silenced: true });
    findings + &render::json::chains(report.chains.iter(), workspace.sources())
}

fn fresh(files: &Files) -> String {
    let mut workspace = Workspace::new(Settings::default());
    fill(&mut workspace, files);
    let (report, _) = check(&mut workspace, files);
    shown(&workspace, &report)
}

/// What somebody may do to a text.
fn edits(text: &str) -> Vec<String> {
    let half = (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    vec![text[..half].to_owned(), text.replace("role", "rule"), text.replace("Role", "Rule"), format!("\n{text}")]
}

#[test]
fn after_every_change_the_answer_is_that_of_a_fresh_workspace() {
    let mut wrong = Vec::new();
    let mut changes = 0;
    for tree in TREES {
        let mut files = collect(tree);
        let mut living = Workspace::new(Settings::default());
        fill(&mut living, &files);
        check(&mut living, &files);
        // A few files, spread over the tree, meet every kind of dependency and keep this quick.
        let changed: Vec<&String> = files.keys().filter(|path| !path.ends_with(".txt")).collect();
        let paths: Vec<String> =
            changed.iter().step_by(changed.len().div_ceil(4)).map(|path| path.to_string()).collect();
        for path in paths {
            let original = files[&path].clone();
            for text in edits(&original).into_iter().chain([original]) {
                living.set(&path, text.as_str());
                files.insert(path.clone(), text);
                let (report, _) = check(&mut living, &files);
                changes += 1;
                if shown(&living, &report) != fresh(&files) {
                    wrong.push(format!("{tree}: {path}, change {changes}"));
                }
            }
            let original = files.remove(&path).unwrap_or_default();
            living.set_absent(&path);
            let directory = directory(&path);
            living.set_directory(directory, inside(&files, directory));
            let (report, _) = check(&mut living, &files);
            if shown(&living, &report) != fresh(&files) {
                wrong.push(format!("{tree}: without {path}"));
            }
            living.set(&path, original.as_str());
            files.insert(path.clone(), original);
            living.set_directory(directory, inside(&files, directory));
            check(&mut living, &files);
        }
    }
    assert!(changes > 60, "only {changes} changes");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_file_that_a_directory_does_not_have_is_not_asked_for() {
    let main = "resource \"aws_iam_role\" \"a\" {\n  name = \"a\"\n  assume_role_policy = \
                file(\"${path.module}/trust.json\")\n}\n";
    let mut workspace = Workspace::new(Settings::default());
    workspace.set("main.tf", main);
    workspace.set_directory("", vec!["main.tf".to_owned()]);
    workspace.check();
    assert!(workspace.wants().is_empty(), "{:?}", workspace.wants());
    // Beside it something comes that nobody waits for, then what was missing.
    workspace.set_directory("", vec!["main.tf".to_owned(), "trust.json".to_owned()]);
    workspace.check();
    assert_eq!(workspace.wants(), [Want::File("trust.json".into())]);
    workspace.set("trust.json", "{\"Statement\": [{\"Effect\": \"Allow\", \"Resource\": \"*\"}]}");
    let report = workspace.check();
    assert_eq!(workspace.effort().evaluated, 1);
    assert!(report.diagnostics.iter().any(|finding| finding.rule == "malformed-policy"), "{:?}", report.diagnostics);
}

#[test]
fn a_change_evaluates_only_what_it_concerns() {
    let mut files = Files::new();
    for root in ["a", "b", "c"] {
        let text =
            format!("module \"m\" {{\n  source = \"../modules/{}\"\n}}\n", if root == "c" { "other" } else { "m" });
        files.insert(format!("{root}/main.tf"), text);
    }
    for module in ["m", "other"] {
        files.insert(format!("modules/{module}/main.tf"), "resource \"aws_iam_role\" \"r\" {}\n".to_owned());
    }
    files.insert("stack.yaml".to_owned(), "Resources:\n  R:\n    Type: AWS::IAM::Role\n".to_owned());
    let mut workspace = Workspace::new(Settings::default());
    fill(&mut workspace, &files);
    check(&mut workspace, &files);
    assert_eq!(workspace.effort().units, 4, "three root modules and a template");

    let mut after = |path: &str, text: &str| {
        let text: Arc<str> = text.into();
        workspace.set(path, text);
        check(&mut workspace, &files).1
    };
    assert_eq!(after("a/main.tf", &format!("{}\n", files["a/main.tf"])), 1, "only the root module itself");
    assert_eq!(after("modules/m/main.tf", "resource \"aws_iam_role\" \"s\" {}\n"), 2, "both that call the module");
    assert_eq!(after("stack.yaml", "Resources:\n  S:\n    Type: AWS::IAM::Role\n"), 1, "only the template");
    assert_eq!(after("stack.yaml", "Resources:\n  S:\n    Type: AWS::IAM::Role\n"), 0, "the same text is no change");
}

#[test]
fn a_check_that_nobody_waits_for_ends_and_the_next_one_is_whole() {
    let files = collect("testdata/demo");
    let mut workspace = Workspace::new(Settings::default());
    fill(&mut workspace, &files);
    assert!(workspace.check_unless(&|| true).is_none());
    let (report, _) = check(&mut workspace, &files);
    assert_eq!(shown(&workspace, &report), fresh(&files));
}
