//! The texts of a workspace with their parsed documents, when each changed, and what was asked for in vain.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Want;
use crate::diagnostic::Diagnostic;
use crate::files::{File, Files};
use crate::paths::directory;
use crate::source::Sources;
use crate::suppress::{self, Said};
use crate::syntax::{self, Document, Language};
use crate::text::SourceId;

/// The number of a change, from 1; a later change has a higher one.
pub(super) type Revision = u64;

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
    /// Paths whose text was set and not taken back.
    present: BTreeSet<Arc<str>>,
    /// When each path, present or known to be absent, changed last.
    changed: HashMap<Arc<str>, Revision>,
    /// When the names in a directory, or a file directly in it, changed last.
    directory_changed: HashMap<Arc<str>, Revision>,
    /// When the names in a directory changed last.
    names_changed: HashMap<Arc<str>, Revision>,
    /// Directories in which something changed since [`Texts::take_touched`].
    touched: BTreeSet<Arc<str>>,
    revision: Revision,
    // Locks, because a workspace may be looked at from several threads; each is held only for a look-up.
    parsed: Mutex<HashMap<SourceId, Parsed>>,
    templates: Mutex<HashMap<SourceId, Arc<Document>>>,
    not_cloudformation: Mutex<HashSet<SourceId>>,
    suppressions: Mutex<HashMap<SourceId, Arc<Said>>>,
    /// What the rules about texts found in each.
    found: Mutex<HashMap<SourceId, Arc<[Diagnostic]>>>,
    wants: Mutex<BTreeSet<Want>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is guarded is a cache: after a panic elsewhere it is still a cache.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Texts {
    pub fn set(&mut self, path: &str, text: Arc<str>) -> SourceId {
        if self.present.contains(path)
            && let Some(id) = self.sources.id(path)
            && **self.sources.text(id) == *text
        {
            return id;
        }
        let id = self.sources.set(path, text);
        let path = self.sources.path(id).clone();
        self.note_change(&path);
        self.present.insert(path);
        lock(&self.parsed).remove(&id);
        lock(&self.templates).remove(&id);
        lock(&self.not_cloudformation).remove(&id);
        lock(&self.suppressions).remove(&id);
        lock(&self.found).remove(&id);
        id
    }

    pub fn set_absent(&mut self, path: &str) {
        if self.present.remove(path) || !self.changed.contains_key(path) {
            self.note_change(&path.into());
        }
    }

    /// Makes a path one of which nothing is known.
    pub fn forget(&mut self, path: &str) {
        if self.present.remove(path) | self.changed.contains_key(path) {
            self.note_change(&path.into());
            self.changed.remove(path);
        }
    }

    /// Everything that was said, by [`Texts::set`], [`Texts::set_absent`] and [`Texts::set_directory`].
    pub fn known(&self) -> Vec<Want> {
        let files = self.changed.keys().cloned().map(Want::File);
        let mut known: Vec<Want> = files.chain(self.directories.keys().cloned().map(Want::Directory)).collect();
        known.sort();
        known
    }

    pub fn set_directory(&mut self, path: &str, files: Vec<String>) {
        let mut files: Vec<Arc<str>> = files.into_iter().map(Into::into).collect();
        files.sort();
        let path: Arc<str> = path.into();
        if self.directories.get(&path) != Some(&files) {
            self.revision += 1;
            self.directory_changed.insert(path.clone(), self.revision);
            self.names_changed.insert(path.clone(), self.revision);
            self.touched.insert(path.clone());
            self.directories.insert(path, files);
        }
    }

    fn note_change(&mut self, path: &Arc<str>) {
        self.revision += 1;
        self.changed.insert(path.clone(), self.revision);
        let directory: Arc<str> = directory(path).into();
        self.directory_changed.insert(directory.clone(), self.revision);
        self.touched.insert(directory);
    }

    /// Whether something was said of the file at `path` itself.
    pub fn knows(&self, path: &str) -> bool {
        self.changed.contains_key(path)
    }

    /// When a path changed last; `None` while it is not known what is there.
    pub fn file_revision(&self, path: &str) -> Option<Revision> {
        let unlisted = || self.names_changed.get(directory(path)).filter(|_| self.is_unlisted(path));
        self.changed.get(path).or_else(unlisted).copied()
    }

    /// Whether the names in the directory of `path` are known, and it is not among them: then there is no such file, which
    /// needs not be asked for by itself.
    fn is_unlisted(&self, path: &str) -> bool {
        let listed = |files: &Vec<Arc<str>>| files.binary_search_by(|file| (**file).cmp(path)).is_ok();
        self.directories.get(directory(path)).is_some_and(|files| !listed(files))
    }

    /// When the names in a directory, or one of its files, changed last; `None` while the names are not known.
    pub fn directory_revision(&self, path: &str) -> Option<Revision> {
        self.directories.get(path).and_then(|_| self.directory_changed.get(path)).copied()
    }

    /// The directories in which something changed since this was asked last.
    pub fn take_touched(&mut self) -> BTreeSet<Arc<str>> {
        std::mem::take(&mut self.touched)
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
        let path = self.sources.path(source);
        let language = language(path, text)?;
        // A name that says JSON means it.
        let (document, diagnostics) = match language == Language::Json && !path.ends_with(".json") {
            true => syntax::parse_json_or_yaml(source, text),
            false => syntax::parse(source, text, language),
        };
        let parsed = Parsed { document: Arc::new(document), diagnostics: diagnostics.into() };
        lock(&self.parsed).insert(source, parsed.clone());
        Some(parsed)
    }

    /// The parsed document of a path's text with its diagnostics, if that is a CloudFormation template.
    pub fn cloudformation(&self, path: &str, source: SourceId) -> Option<Parsed> {
        if lock(&self.not_cloudformation).contains(&source) {
            return None;
        }
        let text = self.sources.text(source);
        let may_be = matches!(language(path, text), Some(Language::Yaml | Language::Json))
            && syntax::recognise::cloudformation_text(path, text);
        let parsed = if may_be { self.parsed(source) } else { None };
        let found = parsed.filter(|parsed| syntax::recognise::is_cloudformation(&parsed.document));
        if found.is_none() {
            lock(&self.not_cloudformation).insert(source);
        }
        found
    }

    /// Whether a text that is no template would be one without the further documents in it.
    pub fn is_followed_template(&self, source: SourceId) -> bool {
        // What may be a template has been parsed to see that it is none.
        let parsed = lock(&self.parsed).get(&source).cloned();
        parsed.is_some_and(|parsed| syntax::recognise::is_followed_template(&parsed.document))
    }

    /// The parsed document of a text that is analysed for itself: a Terraform file or a template. Others are only read
    /// by such, like a policy in a file of its own.
    pub fn configuration(&self, source: SourceId) -> Option<Arc<Document>> {
        let path = self.sources.path(source);
        let parsed = match language(path, self.sources.text(source))? {
            Language::Hcl | Language::TerraformJson => self.parsed(source),
            Language::Yaml | Language::Json => self.cloudformation(path, source),
        };
        Some(parsed?.document)
    }

    /// What `find` finds in a text alone; it is asked only once for a text.
    pub fn found(&self, source: SourceId, find: impl FnOnce() -> Vec<Diagnostic>) -> Arc<[Diagnostic]> {
        if let Some(known) = lock(&self.found).get(&source) {
            return known.clone();
        }
        let found: Arc<[Diagnostic]> = find().into();
        lock(&self.found).insert(source, found.clone());
        found
    }

    /// The suppressions in such a text, with its document.
    pub fn suppressions(&self, source: SourceId) -> Option<(Arc<Document>, Arc<Said>)> {
        let document = self.configuration(source)?;
        if let Some(known) = lock(&self.suppressions).get(&source) {
            return Some((document, known.clone()));
        }
        let said = Arc::new(suppress::find(&document));
        lock(&self.suppressions).insert(source, said.clone());
        Some((document, said))
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
            None if self.changed.contains_key(path) || self.is_unlisted(path) => File::Absent,
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
