//! What is kept from one check to the next, and for how long it holds.
//!
//! There are two layers: what is made of a file or a module alone, and what is made of a unit. A unit's findings hold as
//! long as nothing changed of what its evaluation asked for, which is in its account. So a keystroke parses one file, and
//! evaluates the units that this file is a part of.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::templates::Sight;
use super::texts::{Revision, Texts};
use super::unit::Unit;
use super::{Chain, Jump};
use crate::diagnostic::Diagnostic;
use crate::graph::Dialect;
use crate::picture::Picture;
use crate::terraform::Library;

/// What one unit adds to the report.
pub(super) struct Part {
    pub unit: Unit,
    pub picture: Option<Picture>,
    pub diagnostics: Vec<Diagnostic>,
    pub chains: Vec<Chain>,
    pub notes: Vec<String>,
    /// Modules and templates that are not whole, each with the reason.
    pub unfinished: Vec<(Arc<str>, String)>,
    pub resources: usize,
    pub jumps: Vec<Jump>,
}

/// When what a unit depends on had changed last; `None` where that was not known.
struct Stamps {
    files: Vec<(Arc<str>, Option<Revision>)>,
    directories: Vec<(Arc<str>, Option<Revision>)>,
    /// Where it looks into the other templates, when any of them had changed last.
    templates: Option<Revision>,
}

/// Names a unit: its language, and its root module's directory or the template's path.
pub(super) type Key = (Dialect, Arc<str>);

/// Everything that is kept.
#[derive(Default)]
pub(super) struct Cache {
    /// The Terraform modules, as declared.
    pub library: Library,
    parts: HashMap<Key, (Arc<Part>, Stamps)>,
    /// All templates, as they were at the last check.
    templates: Vec<Sight>,
    /// How often that changed.
    templates_revision: Revision,
    /// How many units were made anew since [`Cache::begin`].
    pub evaluated: usize,
}

impl Cache {
    /// A check begins, after changes in these directories.
    pub fn begin(&mut self, touched: &BTreeSet<Arc<str>>) {
        self.library.forget(touched);
        self.evaluated = 0;
    }

    /// Says what the templates are now.
    pub fn note_templates(&mut self, templates: Vec<Sight>) {
        if self.templates != templates {
            self.templates = templates;
            self.templates_revision += 1;
        }
    }

    /// What is kept of a unit, if it still holds.
    pub fn part(&self, key: &Key, texts: &Texts) -> Option<Arc<Part>> {
        let (part, stamps) = self.parts.get(key)?;
        let templates = stamps.templates.is_none_or(|then| then == self.templates_revision);
        (templates && stamps.hold(texts)).then(|| part.clone())
    }

    /// Keeps what was made of a unit just now.
    pub fn keep(&mut self, key: Key, part: &Arc<Part>, texts: &Texts) {
        self.evaluated += 1;
        let file = |path: &Arc<str>| (path.clone(), texts.file_revision(path));
        let directory = |path: &Arc<str>| (path.clone(), texts.directory_revision(path));
        let stamps = Stamps {
            files: part.unit.files.iter().map(file).collect(),
            directories: part.unit.modules.union(&part.unit.listed).map(directory).collect(),
            templates: part.unit.imports.then_some(self.templates_revision),
        };
        self.parts.insert(key, (part.clone(), stamps));
    }

    /// Where values lead, in all units that are kept.
    pub fn jumps(&self) -> impl Iterator<Item = Jump> {
        self.parts.values().flat_map(|(part, _)| part.jumps.iter().copied())
    }

    /// Drops the units that are not among `units` any more.
    pub fn retain(&mut self, units: &[Key]) {
        let units: std::collections::HashSet<&Key> = units.iter().collect();
        self.parts.retain(|key, _| units.contains(key));
    }
}

impl Stamps {
    /// Whether nothing changed since. What was not known is always asked for again, so that somebody may answer.
    fn hold(&self, texts: &Texts) -> bool {
        let same = |then: Option<Revision>, now: Option<Revision>| then.is_some() && then == now;
        self.files.iter().all(|(path, then)| same(*then, texts.file_revision(path)))
            && self.directories.iter().all(|(path, then)| same(*then, texts.directory_revision(path)))
    }
}
