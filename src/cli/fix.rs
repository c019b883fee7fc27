//! `check --fix`, `--unsafe-fixes` and `--diff`: fixes are applied in memory, over and over until none is left, and then
//! written or shown.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use clap::Args;
use similar::TextDiff;

use super::baseline;
use super::output::write_file;
use super::project::Project;
use super::{Io, Problem};
use crate::fix::{self, Level};
use crate::render::printable;

/// Whether findings are mended, and which.
#[derive(Args, Debug)]
pub(super) struct Fixing {
    /// Mend what can be mended safely, and report the rest; with `-` print the mended text
    #[arg(long)]
    fix: bool,
    /// Mend also where a person should look at it: what grants something, or makes something new
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show what would be mended as a unified diff instead of the findings, and change nothing
    #[arg(long)]
    diff: bool,
}

impl Fixing {
    /// Which fixes are to be applied; `None` if none are.
    pub(super) fn level(&self) -> Option<Level> {
        match (self.fix || self.diff, self.unsafe_fixes) {
            (_, true) => Some(Level::Unsafe),
            (true, false) => Some(Level::Safe),
            (false, false) => None,
        }
    }

    /// Whether they are only shown.
    pub(super) fn only_shows(&self) -> bool {
        self.diff
    }
}

/// How often fixes are applied at most. One may be possible only after another; more than a few in a row are a mistake in
/// a rule.
const MAX_ROUNDS: usize = 16;

/// A text before and after.
struct Change {
    before: Arc<str>,
    after: Arc<str>,
}

/// What was mended, in memory.
#[derive(Default)]
pub(super) struct Mended {
    changes: BTreeMap<Arc<str>, Change>,
    findings: usize,
    kept: BTreeSet<Arc<str>>,
}

/// Applies the fixes of the project's findings until none is left, but not of those that are known to a baseline, as they
/// are not shown either. The project's texts and report are those after it.
pub(super) fn mend(project: &mut Project, level: Level, known: Option<&baseline::Named>) -> Mended {
    let mut mended = Mended::default();
    for _ in 0..MAX_ROUNDS {
        let sources = project.workspace.sources();
        let writable: BTreeSet<Arc<str>> =
            sources.ids().map(|id| sources.path(id).clone()).filter(|path| project.loader.may_change(path)).collect();
        let may_change = |path: &str| writable.contains(path);
        let mut findings = project.report.diagnostics.clone();
        if let Some(known) = known {
            known.take(&mut findings, sources);
        }
        let fixed = fix::apply(&findings, sources, level, &may_change);
        mended.findings += fixed.applied;
        mended.kept.extend(fixed.kept);
        let texts: Vec<_> = fixed
            .texts
            .into_iter()
            .map(|(source, text)| (sources.path(source).clone(), sources.text(source).clone(), text))
            .collect();
        if texts.is_empty() {
            break;
        }
        for (path, before, after) in texts {
            project.workspace.set(&path, after.clone());
            let change = mended.changes.entry(path).or_insert(Change { before, after: after.clone() });
            change.after = after;
        }
        project.again();
    }
    mended.changes.retain(|_, change| change.before != change.after);
    mended
}

impl Mended {
    /// Takes everything back: the project's texts are those before, and so is its report after the next analysis.
    pub(super) fn undo(&self, project: &mut Project) {
        for (path, change) in &self.changes {
            project.workspace.set(path, change.before.clone());
        }
    }

    /// The changes as one unified diff, empty when there are none.
    pub(super) fn diff(&self) -> String {
        let mut out = String::new();
        for (path, change) in &self.changes {
            let diff = TextDiff::from_lines(&*change.before, &*change.after);
            // Without a tab behind it, `patch` takes a name to end at its first space.
            let end = if path.contains(' ') { "\t" } else { "" };
            let (old, new) = (format!("a/{path}{end}"), format!("b/{path}{end}"));
            // Writing to a string cannot fail.
            let _ = write!(out, "{}", diff.unified_diff().context_radius(3).header(&old, &new));
        }
        out
    }

    /// Writes the changed files. The text that came from standard input is given back instead, changed or not.
    ///
    /// A file whose text is not what was analysed any more, or was no UTF-8, is not written, nor any after it.
    pub(super) fn write(&self, project: &Project, io: &mut Io<'_>) -> Result<Option<Arc<str>>, Problem> {
        let given = project.loader.given();
        for (path, change) in self.changes.iter().filter(|(path, _)| Some(&***path) != given.as_deref()) {
            let on_disk = std::fs::read(io.working_directory.join(&**path)).unwrap_or_default();
            if on_disk != change.before.as_bytes() {
                let why = "it is not the text that was analysed, or it is not UTF-8";
                return Err(format!("{} was not changed: {why}", printable(path)).into());
            }
            write_file(&io.working_directory, path.as_ref().as_ref(), &change.after)?;
        }
        Ok(given.and_then(|path| {
            let sources = project.workspace.sources();
            Some(sources.text(sources.id(&path)?).clone())
        }))
    }

    /// What was done, as lines for people.
    pub(super) fn summary(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for path in &self.kept {
            lines.push(format!("note: {path} could be mended too, but lies outside the named paths or is ignored"));
        }
        let (findings, files) = (self.findings, self.changes.len());
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        if findings > 0 {
            lines.push(format!("mended {findings} finding{} in {files} file{}", plural(findings), plural(files)));
        }
        lines
    }
}
