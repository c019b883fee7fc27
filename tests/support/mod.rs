//! From the texts of an example to what is found in them, and the difference from what is expected.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use rolecall::diagnostic::Severity;
use rolecall::workspace::{Report, Settings, Want, Workspace};

/// The path and the text of each file of an example. Paths are relative to its root and use `/`.
pub type Files = BTreeMap<String, String>;

/// How often evaluation may ask for more files. Each round answers everything that was asked, and examples are shallow.
const ROUNDS: usize = 16;

/// A finding, as far as examples say anything about it. The order is by place.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Found {
    pub path: String,
    /// Line of the primary span's first byte, from 1.
    pub line: usize,
    /// Column of the primary span's first byte in characters, from 1.
    pub column: usize,
    pub rule: String,
    pub severity: Severity,
    pub message: String,
    /// Under which condition it holds, if not always.
    pub when: Option<String>,
}

/// The analysed workspace of an example with its report. Files that are asked for and not there are absent.
pub fn analyse(files: &Files) -> (Workspace, Report) {
    let mut workspace = Workspace::new(Settings::default());
    for (path, text) in files {
        workspace.set(path, text.as_str());
    }
    let directories: BTreeSet<&str> = files.keys().map(|path| directory(path)).collect();
    for directory in directories {
        workspace.set_directory(directory, inside(files, directory));
    }
    let mut report = workspace.check();
    for _ in 0..ROUNDS {
        let wants = workspace.wants();
        if wants.is_empty() {
            break;
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
        report = workspace.check();
    }
    let wants = workspace.wants();
    assert!(wants.is_empty(), "after {ROUNDS} rounds evaluation still asks for {wants:?}");
    (workspace, report)
}

/// What is found in an example, sorted; with `pedantic` also by the rules that run only when they are asked for.
pub fn check(files: &Files, pedantic: bool) -> Vec<Found> {
    let (workspace, report) = analyse(files);
    let sources = workspace.sources();
    let by_default = |rule: &str| rolecall::rules::find(rule).is_none_or(|rule| !rule.pedantic);
    let shown = report.diagnostics.iter().filter(|diagnostic| pedantic || by_default(diagnostic.rule));
    let mut found: Vec<Found> = shown
        .map(|diagnostic| {
            let start = sources.start(diagnostic.span);
            Found {
                path: sources.path(diagnostic.span.source).to_string(),
                line: start.line as usize,
                column: start.column as usize,
                rule: diagnostic.rule.to_owned(),
                severity: diagnostic.severity,
                message: diagnostic.message.clone(),
                when: diagnostic.when.clone(),
            }
        })
        .collect();
    found.sort();
    found
}

/// The directory of a path; empty for the root.
fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

fn inside(files: &Files, wanted: &str) -> Vec<String> {
    files.keys().filter(|path| directory(path) == wanted).cloned().collect()
}

/// What is expected and not found, and what is found and not expected, one line each.
pub fn differences(expected: &[String], found: &[String]) -> Vec<String> {
    let mut unexpected = found.to_vec();
    let mut missing = Vec::new();
    for wanted in expected {
        match unexpected.iter().position(|one| one == wanted) {
            Some(at) => drop(unexpected.remove(at)),
            None => missing.push(format!("missing {wanted}")),
        }
    }
    let noisy = unexpected.into_iter().map(|one| format!("noisy   {one}"));
    missing.into_iter().chain(noisy).collect()
}

/// The names in a directory of the repository, sorted.
pub fn names(path: &str) -> Result<Vec<String>, String> {
    let failed = |error: std::io::Error| format!("{path}: {error}");
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).map_err(failed)?;
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// The text of a file of the repository.
pub fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).map_err(|error| format!("{path}: {error}"))
}
