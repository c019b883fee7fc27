//! The findings that a project's baseline knows: they are not shown, as on the command line.

use std::path::{Path, PathBuf};

use crate::baseline::{Baseline, MAX_BYTES};
use crate::diagnostic::Diagnostic;
use crate::load;
use crate::paths;
use crate::source::Sources;

/// The baseline of a project.
pub(super) struct Known {
    /// The file, absolute.
    pub path: PathBuf,
    /// What it says, or why nothing can be taken from it, as a sentence.
    read: Result<Baseline, String>,
}

impl Known {
    /// Reads the file at `path`, which is absolute.
    pub fn read(path: PathBuf) -> Known {
        let shown = path.display();
        let read = match load::read(&path, MAX_BYTES) {
            Ok(text) => Baseline::parse(&text.text).map_err(|error| format!("cannot use {shown}: {error}")),
            Err(failure) => Err(failure.say(&shown.to_string())),
        };
        Known { path, read }
    }

    /// Why nothing is known, if it cannot be read.
    pub fn trouble(&self) -> Option<&str> {
        self.read.as_ref().err().map(String::as_str)
    }

    /// Takes what is known out of findings in sources whose paths begin at `root`.
    pub fn take(&self, root: &Path, findings: &mut Vec<Diagnostic>, sources: &Sources) {
        let Ok(baseline) = &self.read else { return };
        let directory = self.path.parent().unwrap_or(root);
        let name = |source: &str| paths::name(directory, &paths::normalise(&root.join(source)));
        baseline.take(findings, sources, &name);
    }
}
