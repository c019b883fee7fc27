//! A report with all that readers outside the working directory need to place it.

use std::path::{Path, PathBuf};

use super::printable;
use crate::catalogue::RuleInfo;
use crate::diagnostic::Diagnostic;
use crate::paths;
use crate::source::Sources;
use crate::text::{ColumnUnit, Span};
use crate::workspace::Report;

/// What a run found, for the formats that other programs read.
#[derive(Clone, Copy)]
pub struct Outcome<'a> {
    /// The findings and counts.
    pub report: &'a Report,
    /// The texts they are in.
    pub sources: &'a Sources,
    /// All rules there are.
    pub rules: &'a [RuleInfo],
    /// The repository.
    pub root: &'a Root,
}

impl Outcome<'_> {
    /// The path of a span's file from the root of the repository.
    pub(super) fn path(&self, span: Span) -> String {
        self.root.path(self.sources.path(span.source))
    }

    /// What is known of a rule.
    pub(super) fn rule(&self, id: &str) -> Option<&RuleInfo> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The part of a span that is on its first line.
    pub(super) fn region(&self, span: Span, unit: ColumnUnit) -> Region {
        let source = self.sources.get(span.source);
        let (text, lines) = (source.text(), source.lines());
        let (line, column) = lines.line_column(text, span.start, unit);
        let content = lines.line_range(line, text);
        let written = text.get(content.clone()).unwrap_or("").trim_end_matches(['\n', '\r']);
        let line_end = (content.start + written.len()) as u32;
        let (_, end) = lines.line_column(text, span.end.clamp(span.start.min(line_end), line_end), unit);
        Region { line: line + 1, column: column + 1, end_column: end.max(column) + 1 }
    }

    /// A name for each of `findings`, all different, that stays the same when lines come and go and wherever in the
    /// repository the command is run.
    pub(super) fn names<'f>(&self, findings: impl Iterator<Item = &'f Diagnostic>) -> Vec<String> {
        let mut seen = std::collections::HashMap::new();
        let name = |finding: &Diagnostic| {
            let name = finding.fingerprint_in(&self.path(finding.span), self.sources);
            let times = seen.entry(name.clone()).and_modify(|times| *times += 1).or_insert(1u32);
            if *times == 1 { name } else { format!("{name}-{times}") }
        };
        findings.map(name).collect()
    }
}

/// A place on one line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Region {
    /// The line, from 1.
    pub(super) line: u32,
    /// The first column, from 1.
    pub(super) column: u32,
    /// The column behind the last one, from 1.
    pub(super) end_column: u32,
}

/// The message of a finding with its condition, as one sentence without a full stop, harmless to terminals.
pub(super) fn sentence(finding: &Diagnostic) -> String {
    let when = finding.when.as_deref().map(|when| format!(" (when {when})")).unwrap_or_default();
    printable(&format!("{}{when}", finding.message)).into_owned()
}

/// Where the repository begins.
pub struct Root {
    working_directory: PathBuf,
    root: PathBuf,
    real: fn(&Path) -> PathBuf,
}

impl Root {
    /// The repository at `root`; both directories are absolute and without links. `real` gives a path without links, as
    /// far as there is something.
    pub fn new(working_directory: PathBuf, root: PathBuf, real: fn(&Path) -> PathBuf) -> Root {
        Root { working_directory, root, real }
    }

    /// The path of the source called `name` from the root, `/` between its parts. What lies outside begins with `..`.
    pub fn path(&self, name: &str) -> String {
        let path = paths::normalise(&self.working_directory.join(name));
        let real = (self.real)(&path);
        // A link that leads out of the repository is at least itself in it.
        let path = if real.starts_with(&self.root) { real } else { path };
        paths::name(&self.root, &path)
    }

    /// The working directory.
    pub fn working_directory(&self) -> &Path {
        &self.working_directory
    }

    /// Where the working directory is in the repository; empty at its root.
    pub fn here(&self) -> String {
        paths::name(&self.root, &self.working_directory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_begin_at_the_root() {
        let same = |path: &Path| path.to_owned();
        let root = Root::new("/r/envs".into(), "/r".into(), same);
        assert_eq!(root.path("main.tf"), "envs/main.tf");
        assert_eq!(root.path("../modules/a/main.tf"), "modules/a/main.tf");
        assert_eq!(root.path("../../other/x.tf"), "../other/x.tf");
        assert_eq!(root.here(), "envs");
        let linked = Root::new("/r".into(), "/r".into(), |path| {
            if path.ends_with("link.tf") { "/r/real/a.tf".into() } else { "/elsewhere/b.tf".into() }
        });
        assert_eq!(linked.path("link.tf"), "real/a.tf");
        assert_eq!(linked.path("out.tf"), "out.tf");
    }
}
