//! The pipeline: texts in, one report out. The command line, the editor and the tests all come through here.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::source::Sources;
use crate::text::{SourceId, Span};

/// What the caller decides, apart from the texts.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Values of root variables and template parameters: name and text, as `--var` gives them.
    pub variables: Vec<(String, String)>,
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

/// Whether an identity chain works.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Verdict {
    /// Every link is there.
    Holds,
    /// A link is wrong or missing, at least in some deployment.
    Broken,
    /// Something needed to tell is not known.
    Undecided,
}

impl Verdict {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::Broken => "broken",
            Verdict::Undecided => "undecided",
        }
    }
}

/// One link of a chain: what stands there and where.
#[derive(Clone, PartialEq, Debug)]
pub struct ChainLink {
    /// What it is, as words: `aws_instance.web takes an instance profile`, `aws_iam_role.app`, `trusts lambda.amazonaws.com`.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// The way from a slot of a resource to the trust policy of the role behind it.
#[derive(Clone, PartialEq, Debug)]
pub struct Chain {
    /// Address of the resource that takes the role or profile.
    pub resource: Arc<str>,
    /// Path of the slot in the resource, such as `iam_instance_profile`.
    pub slot: Arc<str>,
    /// Does it work?
    pub verdict: Verdict,
    /// Why not, or what is missing to tell; empty when it holds.
    pub why: String,
    /// Under which condition, as words to put behind "when".
    pub when: Option<String>,
    /// The links, from the slot on.
    pub links: Vec<ChainLink>,
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
    sources: Sources,
    settings: Settings,
}

impl Workspace {
    /// An empty workspace.
    pub fn new(settings: Settings) -> Self {
        Workspace { sources: Sources::new(), settings }
    }

    /// The settings it was made with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Sets the text of a file. The path uses `/`.
    pub fn set(&mut self, path: &str, text: impl Into<Arc<str>>) -> SourceId {
        self.sources.set(path, text)
    }

    /// Says that there is no such file, or that it cannot be read as text.
    pub fn set_absent(&mut self, path: &str) {
        let _ = path;
    }

    /// Says which files (paths, not names) are directly in a directory; an empty list when it does not exist.
    pub fn set_directory(&mut self, path: &str, files: Vec<String>) {
        let _ = (path, files);
    }

    /// The texts.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// What the last [`Workspace::check`] asked for and did not find. Empty when its report is complete.
    pub fn wants(&self) -> Vec<Want> {
        Vec::new()
    }

    /// Analyses all texts.
    pub fn check(&mut self) -> Report {
        Report::default()
    }
}
