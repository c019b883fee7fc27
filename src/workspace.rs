//! The pipeline: texts in, one report out. The command line, the editor and the tests all come through here.

mod analysis;
mod cache;
mod plans;
mod side_by_side;
mod templates;
#[cfg(test)]
mod tests;
mod texts;
mod unit;

use std::sync::{Arc, Mutex, PoisonError};

pub use crate::chain::{Chain, ChainLink, Verdict};
use crate::diagnostic::{Diagnostic, Edit};
use crate::files::Files;
pub use crate::jump::Jump;
use crate::picture::Picture;
use crate::source::Sources;
use crate::suppress;
pub use crate::suppress::Suppressed;
pub use crate::terraform::VariableFile;
use crate::text::SourceId;
use cache::Cache;
use texts::Texts;
pub use texts::language;
pub use unit::Unit;

/// What the caller decides, apart from the texts.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Values of root variables and template parameters: name and text, as `--var` gives them.
    pub variables: Vec<(String, String)>,
    /// Values of root variables from the environment (`TF_VAR_name`), by name without the prefix.
    pub environment: Vec<(String, String)>,
    /// Paths of variable files, in the order given.
    pub variable_files: Vec<VariableFile>,
    /// Local directories for module sources, and local paths for locations of nested templates: as written in the call, path.
    pub modules: Vec<(String, String)>,
    /// On how many threads units are evaluated at the same time; 0 is taken for 1. Results do not depend on it.
    pub jobs: usize,
    /// Whether the report has the graphs.
    pub pictures: bool,
}

/// Something evaluation asked for that the workspace does not have.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Want {
    /// The text of a file: answer with [`Workspace::set`] or [`Workspace::set_absent`].
    File(Arc<str>),
    /// The names in a directory: answer with [`Workspace::set_directory`].
    Directory(Arc<str>),
}

/// Counts over a report.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Summary {
    /// Files that were analysed.
    pub files: usize,
    /// Resources and data sources that are declared in them.
    pub resources: usize,
    /// Identity chains.
    pub chains: usize,
}

/// What a check gives.
#[derive(Debug, Default)]
pub struct Report {
    /// The findings, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// The findings that suppressions in the texts hide, sorted by the place of the finding.
    pub suppressed: Vec<Suppressed>,
    /// The findings that a baseline knows already, sorted. A workspace has no baseline; its caller may.
    pub known: Vec<Diagnostic>,
    /// The identity chains, sorted by place.
    pub chains: Vec<Chain>,
    /// Counts.
    pub summary: Summary,
    /// Notes for people that are not findings, such as a module that is not at hand.
    pub notes: Vec<String>,
    /// The root modules, then the templates, each in byte order.
    pub units: Vec<Unit>,
    /// The graph of each unit, if they were asked for.
    pub pictures: Vec<Picture>,
}

/// How much work a check was.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Effort {
    /// Root modules and templates there are.
    pub units: usize,
    /// Those that were evaluated anew, because something they depend on changed.
    pub evaluated: usize,
}

/// All texts of a project, and what was made of them so far: a later [`Workspace::check`] does again only what depends on
/// a text that changed.
#[derive(Default)]
pub struct Workspace {
    settings: Settings,
    texts: Texts,
    cache: Cache,
    effort: Effort,
}

impl Workspace {
    /// An empty workspace.
    pub fn new(settings: Settings) -> Self {
        Workspace { settings, ..Workspace::default() }
    }

    /// The settings it was made with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Sets the text of a file. The path uses `/` and holds no `.` or `..` but leading ones.
    pub fn set(&mut self, path: &str, text: impl Into<Arc<str>>) -> SourceId {
        self.texts.set(path, text.into())
    }

    /// Says that there is no such file, or that it cannot be read as text.
    pub fn set_absent(&mut self, path: &str) {
        self.texts.set_absent(path);
    }

    /// Says which files (paths, not names) are directly in a directory; an empty list when it does not exist. A file that
    /// is not among them and has no text is taken to be absent, without being asked for.
    pub fn set_directory(&mut self, path: &str, files: Vec<String>) {
        self.texts.set_directory(path, files);
    }

    /// Takes back what was said of a file. If something needs it, that is asked for again.
    pub fn forget(&mut self, path: &str) {
        self.texts.forget(path);
    }

    /// Whether this path was given a text, or said to have none.
    pub fn knows(&self, path: &str) -> bool {
        self.texts.knows(path)
    }

    /// All files and directories of which something was said, whether they are there or not.
    pub fn known(&self) -> Vec<Want> {
        self.texts.known()
    }

    /// Where values lead, in all units.
    pub fn jumps(&self) -> impl Iterator<Item = Jump> {
        self.cache.jumps()
    }

    /// The texts.
    pub fn sources(&self) -> &Sources {
        self.texts.sources()
    }

    /// The texts and their parsed documents as evaluation sees them.
    pub fn files(&self) -> &dyn Files {
        &self.texts
    }

    /// The edit that adds a suppression of a finding, for `reason`, where it belongs: at the finding, or where the text
    /// is read that it stands in. `None` when none of its texts can hold one.
    pub fn suppression(&self, diagnostic: &Diagnostic, reason: &str) -> Option<Edit> {
        let places = std::iter::once(diagnostic.span).chain(diagnostic.related.iter().map(|label| label.span));
        places.into_iter().find_map(|place| {
            let document = self.texts.configuration(place.source)?;
            suppress::edit(&document, place, diagnostic.rule, reason)
        })
    }

    /// What the last [`Workspace::check`] asked for and did not find. Empty when its report is complete.
    pub fn wants(&self) -> Vec<Want> {
        self.texts.wants()
    }

    /// How much of the last check that came to its end was done anew.
    pub fn effort(&self) -> Effort {
        self.effort
    }

    /// Analyses all texts.
    pub fn check(&mut self) -> Report {
        self.check_unless(&|| false).unwrap_or_default()
    }

    /// Analyses all texts, but gives up with `None` when `stop`, which is asked between two units, says that nobody waits
    /// for the report any more. What was done until then is kept for the next time.
    pub fn check_unless(&mut self, stop: &(dyn Fn() -> bool + Sync)) -> Option<Report> {
        let touched = self.texts.take_touched();
        // What is kept goes into the other thread and comes back; after a panic there it is lost, and made again.
        let cache = Mutex::new(std::mem::take(&mut self.cache));
        // Reading, too, goes as deep as a text nests, so it gets the same stack.
        let report = side_by_side::map(1, 1, |_| {
            let mut cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
            cache.begin(&touched);
            analysis::analyse(&self.texts, &self.settings, &mut cache, stop)
        });
        self.cache = cache.into_inner().unwrap_or_else(PoisonError::into_inner);
        let report = report.into_iter().next().flatten()?;
        self.effort = Effort { units: report.units.len(), evaluated: self.cache.evaluated };
        Some(report)
    }
}
