//! The texts of a workspace with their parsed documents, and what was asked for in vain.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Want;
use crate::diagnostic::Diagnostic;
use crate::files::{File, Files};
use crate::source::Sources;
use crate::syntax::{self, Document, Language};
use crate::text::SourceId;

/// A parsed text with what is wrong with it.
#[derive(Clone)]
pub(super) struct Parsed {
    pub document: Arc<Document>,
    pub diagnostics: Arc<[Diagnostic]>,
}

/// Texts by path, with a cache of what is made of each alone.
#[derive(Default)]
pub(super) struct Texts {
    sources: Sources,
    directories: BTreeMap<Arc<str>, Vec<Arc<str>>>,
    absent: HashSet<Arc<str>>,
    /// Paths whose text was set and not taken back.
    present: BTreeSet<Arc<str>>,
    // Locks, because a workspace may be looked at from several threads; each is held only for a look-up.
    parsed: Mutex<HashMap<SourceId, Parsed>>,
    templates: Mutex<HashMap<SourceId, Arc<Document>>>,
    wants: Mutex<BTreeSet<Want>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is guarded is a cache: after a panic elsewhere it is still a cache.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Texts {
    pub fn set(&mut self, path: &str, text: Arc<str>) -> SourceId {
        let id = self.sources.set(path, text);
        let path = self.sources.path(id).clone();
        self.absent.remove(&path);
        self.present.insert(path);
        lock(&self.parsed).remove(&id);
        lock(&self.templates).remove(&id);
        id
    }

    pub fn set_absent(&mut self, path: &str) {
        self.present.remove(path);
        self.absent.insert(path.into());
    }

    pub fn set_directory(&mut self, path: &str, files: Vec<String>) {
        let mut files: Vec<Arc<str>> = files.into_iter().map(Into::into).collect();
        files.sort();
        self.directories.insert(path.into(), files);
    }

    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    pub fn wants(&self) -> Vec<Want> {
        lock(&self.wants).iter().cloned().collect()
    }

    pub fn forget_wants(&self) {
        lock(&self.wants).clear();
    }

    /// The paths that have a text, in byte order.
    pub fn paths(&self) -> impl Iterator<Item = &Arc<str>> {
        self.present.iter()
    }

    /// The parsed document of a path's text with its diagnostics; `None` if its language is none that is parsed.
    pub fn parsed(&self, source: SourceId) -> Option<Parsed> {
        if let Some(known) = lock(&self.parsed).get(&source) {
            return Some(known.clone());
        }
        let text = self.sources.text(source);
        let language = language(self.sources.path(source), text)?;
        let (document, diagnostics) = syntax::parse(source, text, language);
        let parsed = Parsed { document: Arc::new(document), diagnostics: diagnostics.into() };
        lock(&self.parsed).insert(source, parsed.clone());
        Some(parsed)
    }
}

/// The language of a text, by its path and, where a name leaves it open, by its first character; `None` when it is none
/// that is parsed.
pub fn language(path: &str, text: &str) -> Option<Language> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if ends(&[".tf.json", ".tofu.json", ".tfvars.json"]) {
        return Some(Language::TerraformJson);
    }
    if ends(&[".tf", ".tofu", ".tfvars"]) {
        return Some(Language::Hcl);
    }
    // A template may have any of these endings in either language.
    if ends(&[".json", ".yaml", ".yml", ".template"]) {
        let is_json = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
        return Some(if is_json { Language::Json } else { Language::Yaml });
    }
    None
}

impl Files for Texts {
    fn file(&self, path: &str) -> File {
        match self.sources.id(path).filter(|_| self.present.contains(path)) {
            Some(id) => File::Text(id, self.sources.text(id).clone()),
            None if self.absent.contains(path) => File::Absent,
            None => {
                lock(&self.wants).insert(Want::File(path.into()));
                File::Pending
            }
        }
    }

    fn directory(&self, path: &str) -> Option<Vec<Arc<str>>> {
        let known = self.directories.get(path).cloned();
        if known.is_none() {
            lock(&self.wants).insert(Want::Directory(path.into()));
        }
        known
    }

    fn document(&self, source: SourceId) -> Option<Arc<Document>> {
        if let Some(template) = lock(&self.templates).get(&source) {
            return Some(template.clone());
        }
        self.parsed(source).map(|parsed| parsed.document)
    }

    fn template(&self, source: SourceId) -> Option<Arc<Document>> {
        if let Some(known) = lock(&self.templates).get(&source) {
            return Some(known.clone());
        }
        let document = Arc::new(syntax::parse_template(source, self.sources.text(source)).0);
        lock(&self.templates).insert(source, document.clone());
        Some(document)
    }

    fn path(&self, source: SourceId) -> Arc<str> {
        self.sources.path(source).clone()
    }
}
