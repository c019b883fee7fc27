//! The pipeline: texts in, one report out. The command line, the editor and the tests all come through here.

mod analysis;
mod texts;

use std::sync::Arc;

pub use crate::chain::{Chain, ChainLink, Verdict};
use crate::diagnostic::Diagnostic;
use crate::files::Files;
use crate::source::Sources;
use crate::text::SourceId;
use texts::Texts;
pub use texts::language;

/// What the caller decides, apart from the texts.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Values of root variables and template parameters: name and text, as `--var` gives them.
    pub variables: Vec<(String, String)>,
    /// Values of root variables from the environment (`TF_VAR_name`), by name without the prefix.
    pub environment: Vec<(String, String)>,
    /// Paths of variable files, in the order given.
    pub variable_files: Vec<String>,
    /// Local directories for module sources: source as written in a call, directory.
    pub modules: Vec<(String, String)>,
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
    /// The identity chains, sorted by place.
    pub chains: Vec<Chain>,
    /// Counts.
    pub summary: Summary,
    /// Notes for people that are not findings, such as a module that is not at hand.
    pub notes: Vec<String>,
}

/// All texts of a project, and what was made of them so far.
#[derive(Default)]
pub struct Workspace {
    settings: Settings,
    texts: Texts,
}

impl Workspace {
    /// An empty workspace.
    pub fn new(settings: Settings) -> Self {
        Workspace { settings, texts: Texts::default() }
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

    /// Says which files (paths, not names) are directly in a directory; an empty list when it does not exist.
    pub fn set_directory(&mut self, path: &str, files: Vec<String>) {
        self.texts.set_directory(path, files);
    }

    /// The texts.
    pub fn sources(&self) -> &Sources {
        self.texts.sources()
    }

    /// The texts and their parsed documents as evaluation sees them.
    pub fn files(&self) -> &dyn Files {
        &self.texts
    }

    /// What the last [`Workspace::check`] asked for and did not find. Empty when its report is complete.
    pub fn wants(&self) -> Vec<Want> {
        self.texts.wants()
    }

    /// Analyses all texts.
    pub fn check(&mut self) -> Report {
        // Evaluation follows references to any depth that a configuration has, so it gets a stack of its own.
        std::thread::scope(|scope| {
            let worker = std::thread::Builder::new()
                .name("check".into())
                .stack_size(STACK_BYTES)
                .spawn_scoped(scope, || analysis::analyse(&self.texts, &self.settings));
            match worker.map(|worker| worker.join()) {
                Ok(Ok(report)) => report,
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
                Err(_) => Report::default(),
            }
        })
    }
}

/// Enough for the deepest evaluation that is followed; it is taken from the system only as far as it is used.
const STACK_BYTES: usize = 512 << 20;
