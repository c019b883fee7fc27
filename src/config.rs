//! `.rolecall.yaml`: from its text to a [`Config`], or to a diagnostic that points at the key or value that is wrong.

mod read;
mod selection;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

pub use read::parse;
pub use selection::{Choices, Selection};

use crate::catalogue::Selector;
use crate::diagnostic::Severity;

/// The name of the file.
pub const FILE_NAME: &str = ".rolecall.yaml";

/// Most bytes of the file. The YAML reader takes time in the square of its nesting, and nobody configures this much.
pub const MAX_BYTES: usize = 64 << 10;

/// From which severity on findings make the exit code 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailOn {
    /// From this severity on.
    From(Severity),
    /// Never.
    Never,
}

impl FailOn {
    /// The words for it, in the order in which they are offered.
    pub const WORDS: [&str; 4] = ["error", "warning", "info", "never"];

    /// Reads one of [`FailOn::WORDS`].
    pub fn parse(text: &str) -> Option<FailOn> {
        match text {
            "never" => Some(FailOn::Never),
            _ => severity(text).map(FailOn::From),
        }
    }

    /// Whether a finding of `severity` counts.
    pub fn counts(self, severity: Severity) -> bool {
        match self {
            FailOn::From(least) => severity >= least,
            FailOn::Never => false,
        }
    }
}

/// The severity named by its lower-case word.
pub fn severity(text: &str) -> Option<Severity> {
    [Severity::Error, Severity::Warning, Severity::Info].into_iter().find(|severity| severity.as_str() == text)
}

/// What a configuration file says. Paths and patterns are relative to the file's directory.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Config {
    /// The rules that run; `None` leaves the default.
    pub select: Option<Vec<Selector>>,
    /// The rules that do not.
    pub ignore: Vec<Selector>,
    /// Rules whose findings have another severity.
    pub severity: Vec<(&'static str, Severity)>,
    /// Files and directories that are not looked at, as patterns in the manner of ignore files.
    pub exclude: Vec<String>,
    /// What holds for some paths only, in the order of the file.
    pub per_path: Vec<PathOverride>,
    /// From which severity on the exit code is 1.
    pub fail_on: Option<FailOn>,
    /// Variable files.
    pub var_files: Vec<String>,
    /// The file of the findings that are known already and not shown.
    pub baseline: Option<String>,
    /// Local directories for module sources: source as written in a call, directory.
    pub modules: Vec<(String, String)>,
}

/// What holds for the files that match a pattern.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct PathOverride {
    /// The pattern, in the manner of ignore files.
    pub pattern: String,
    /// Rules that do not run there.
    pub ignore: Vec<Selector>,
    /// Rules whose findings have another severity there.
    pub severity: Vec<(&'static str, Severity)>,
}

/// A matcher for patterns in the manner of ignore files; its paths are relative to the directory the patterns are meant
/// in. The error says which pattern cannot be read, and why.
pub fn patterns<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Result<Gitignore, String> {
    let mut builder = GitignoreBuilder::new("");
    for pattern in patterns {
        builder.add_line(None, pattern).map_err(|error| format!("`{pattern}` is not a pattern: {error}"))?;
    }
    builder.build().map_err(|error| error.to_string())
}
