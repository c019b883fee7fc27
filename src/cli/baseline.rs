//! `--baseline` and `--write-baseline`.

use std::path::{Path, PathBuf};

use super::arguments::Check;
use super::output::write_file;
use super::project::Project;
use super::{Io, Problem};
use crate::baseline::{Baseline, Entry, MAX_BYTES};
use crate::diagnostic::Diagnostic;
use crate::load;
use crate::paths;
use crate::render::printable;
use crate::source::Sources;

/// Most stale entries that are listed one by one.
const LISTED: usize = 20;

/// The baseline that was named, and what its paths are relative to.
pub(super) struct Named {
    /// `None` where it is yet to be written.
    old: Option<Baseline>,
    /// The file, absolute.
    file: PathBuf,
    directory: PathBuf,
    here: PathBuf,
    /// Its path from the working directory.
    shown: String,
}

/// Reads the baseline of the project, if there is one: the one that `--baseline` names, or the configuration.
pub(super) fn read(project: &Project, check: &Check, io: &Io<'_>) -> Result<Option<Named>, Problem> {
    let here = io.working_directory.clone();
    let Some(file) = project.baseline.clone() else {
        if check.write_baseline {
            return Err("--write-baseline needs a file: --baseline FILE, or `baseline` in .rolecall.yaml"
                .to_owned()
                .into());
        }
        return Ok(None);
    };
    let directory = file.parent().unwrap_or(&here).to_owned();
    let shown = printable(&paths::name(&here, &file)).into_owned();
    let old = match load::read(&file, MAX_BYTES) {
        Ok(text) => Some(Baseline::parse(&text.text).map_err(|error| format!("cannot use {shown}: {error}"))?),
        Err(failure) if check.write_baseline && failure.is_absence() => None,
        Err(failure) if failure.is_absence() => {
            return Err(format!("{}; --write-baseline makes it", failure.say(&shown)).into());
        }
        Err(failure) => return Err(failure.say(&shown).into()),
    };
    Ok(Some(Named { old, file, directory, here, shown }))
}

impl Named {
    fn name(&self, source: &str) -> String {
        paths::name(&self.directory, &paths::normalise(&self.here.join(source)))
    }

    /// Takes the findings that it knows out of `diagnostics`.
    pub(super) fn take(&self, diagnostics: &mut Vec<Diagnostic>, sources: &Sources) {
        if let Some(old) = &self.old {
            old.take(diagnostics, sources, &|source| self.name(source));
        }
    }
}

/// Takes the findings that the baseline knows out of the report, says which of its entries are stale, and writes it anew
/// if that was asked for.
pub(super) fn apply(
    named: &Named,
    project: &mut Project,
    check: &Check,
    quiet: u8,
    io: &mut Io<'_>,
) -> Result<(), Problem> {
    let Named { old, file, directory, here, shown } = named;
    let name = |source: &str| named.name(source);
    let today = Baseline::of(&project.report.diagnostics, project.workspace.sources(), &name);
    let judged = judged(project, old.as_ref(), directory, here);
    let judged = |entry: &Entry| judged.contains(entry);
    let baseline = match (old, check.write_baseline) {
        (None, _) => today.clone(),
        (Some(old), true) if check.force => old.replaced(&today, &judged),
        (Some(old), true) => old.shrunk(&today, &judged),
        (Some(old), false) => old.clone(),
    };
    let stale = old.as_ref().map(|old| old.stale(&today, &judged)).unwrap_or_default();
    if check.write_baseline {
        write_file(here, file, &baseline.to_text())?;
        if quiet == 0 {
            let gone: usize = stale.iter().map(|entry| entry.count).sum();
            let gone = if gone > 0 { format!("; {gone} of the old ones are gone") } else { String::new() };
            let count = baseline.len();
            io.say(&format!("note: {shown} knows {count} finding{} now{gone}", if count == 1 { "" } else { "s" }));
        }
    } else if quiet < 2 {
        report_stale(&stale, shown, io);
    }
    let sources = project.workspace.sources();
    project.report.known = baseline.take(&mut project.report.diagnostics, sources, &name);
    Ok(())
}

/// The entries of a baseline that this run could have found: their file was looked at or is gone, and their rule runs.
fn judged(project: &mut Project, baseline: Option<&Baseline>, directory: &Path, here: &Path) -> Vec<Entry> {
    let entries = baseline.map(Baseline::entries).unwrap_or_default();
    let of = |entry: &&Entry| {
        let source = paths::name(here, &paths::normalise(&directory.join(&entry.file)));
        project.judges(&entry.rule, &source)
    };
    entries.iter().filter(of).cloned().collect()
}

fn report_stale(stale: &[Entry], shown: &str, io: &mut Io<'_>) {
    if stale.is_empty() {
        return;
    }
    let count: usize = stale.iter().map(|entry| entry.count).sum();
    let (noun, verb) = if count == 1 { ("finding", "is") } else { ("findings", "are") };
    io.say(&format!("note: {count} {noun} of {shown} {verb} gone; --write-baseline takes them out:"));
    for entry in stale.iter().take(LISTED) {
        let resource = entry.resource.as_deref().map(|resource| format!(" ({resource})")).unwrap_or_default();
        let times = if entry.count > 1 { format!(", {} times", entry.count) } else { String::new() };
        io.say(&printable(&format!("  {}: {}{resource}{times}", entry.file, entry.rule)));
    }
    if stale.len() > LISTED {
        io.say(&format!("  and {} more", stale.len() - LISTED));
    }
}
