//! Examples after their fixes.

use rolecall::diagnostic::Diagnostic;
use rolecall::fix::{self, Level};
use rolecall::workspace::Workspace;

use super::support::{Files, analyse};

/// How often fixes are applied before that has to end: one may only be possible after another.
const ROUNDS: usize = 8;

/// An example after its fixes.
pub struct Mended {
    pub files: Files,
    /// For how many findings a fix was applied.
    pub applied: usize,
    /// The rules of these findings, and where they were.
    pub rules: Vec<(String, String)>,
}

/// The files after all fixes of a level that `wanted` takes, until none is left.
pub fn until_none_is_left(files: &Files, level: Level, wanted: &dyn Fn(&Diagnostic) -> bool) -> Mended {
    let mut mended = Mended { files: files.clone(), applied: 0, rules: Vec::new() };
    for _ in 0..ROUNDS {
        let (workspace, report) = analyse(&mended.files);
        let wanted: Vec<Diagnostic> = report.diagnostics.into_iter().filter(|finding| wanted(finding)).collect();
        let (files, applied) = apply(&mended.files, &workspace, &wanted, level);
        if applied == 0 {
            return mended;
        }
        let place = |finding: &Diagnostic| {
            let start = workspace.sources().start(finding.span);
            format!("{}:{}", workspace.sources().path(finding.span.source), start.line)
        };
        let fixable = wanted.iter().filter(|finding| !finding.fixes.is_empty());
        mended.rules.extend(fixable.map(|finding| (finding.rule.to_owned(), place(finding))));
        mended.files = files;
        mended.applied += applied;
    }
    unreachable!("after {ROUNDS} rounds there is still something to fix: {:?}", mended.rules)
}

/// The files after one application of the fixes of `findings`, and for how many of these that was.
pub fn apply(files: &Files, workspace: &Workspace, findings: &[Diagnostic], level: Level) -> (Files, usize) {
    let sources = workspace.sources();
    let fixed = fix::apply(findings, sources, level, &|path| files.contains_key(path));
    let mut files = files.clone();
    for (source, text) in &fixed.texts {
        files.insert(sources.path(*source).to_string(), text.to_string());
    }
    (files, fixed.applied)
}
