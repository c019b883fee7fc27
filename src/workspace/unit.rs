//! What a root module or a template was made of: which files were read for it, and which were looked for in vain.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::texts::Texts;
use crate::files::{File, Files};
use crate::graph::Dialect;
use crate::paths::directory;
use crate::syntax::Document;
use crate::text::SourceId;

/// A root module with everything it calls, or a template: what is evaluated as one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unit {
    /// The language.
    pub dialect: Dialect,
    /// The directory of the root module (empty for the working directory), or the path of the template.
    pub path: Arc<str>,
    /// Files that were asked for one by one, whether they are there or not.
    pub files: BTreeSet<Arc<str>>,
    /// Directories of the modules it is made of, whether they are there or not.
    pub modules: BTreeSet<Arc<str>>,
    /// Directories of which it asked for the names, those of its modules among them.
    pub listed: BTreeSet<Arc<str>>,
    /// Whether it looks into all other templates, for what they export. The ones it takes something from are in `files`.
    pub imports: bool,
}

impl Unit {
    /// Whether the file at `path` is one that it was made of. Which files of a module's directory belong to it, the caller
    /// knows.
    pub fn holds(&self, path: &str) -> bool {
        self.files.contains(path) || self.modules.contains(directory(path))
    }

    /// Whether it asked for the names in the directory of the file at `path`, for something else than its modules.
    pub fn lists_beside(&self, path: &str) -> bool {
        let directory = directory(path);
        self.listed.contains(directory) && !self.modules.contains(directory)
    }
}

/// The texts, and an account of what is asked of them.
pub(super) struct Account<'a> {
    texts: &'a Texts,
    // Locks, because `Files` is shared; nobody else waits for them.
    files: Mutex<BTreeSet<Arc<str>>>,
    modules: Mutex<BTreeSet<Arc<str>>>,
    listed: Mutex<BTreeSet<Arc<str>>>,
    imports: AtomicBool,
}

impl<'a> Account<'a> {
    pub(super) fn new(texts: &'a Texts) -> Account<'a> {
        Account {
            texts,
            files: Mutex::default(),
            modules: Mutex::default(),
            listed: Mutex::default(),
            imports: AtomicBool::new(false),
        }
    }

    /// The account, closed.
    pub(super) fn close(self, dialect: Dialect, path: Arc<str>) -> Unit {
        let noted = |paths: Mutex<BTreeSet<Arc<str>>>| paths.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (files, modules, listed) = (noted(self.files), noted(self.modules), noted(self.listed));
        Unit { dialect, path, files, modules, listed, imports: self.imports.into_inner() }
    }
}

fn note(paths: &Mutex<BTreeSet<Arc<str>>>, path: &str) {
    paths.lock().unwrap_or_else(PoisonError::into_inner).insert(path.into());
}

impl Files for Account<'_> {
    fn file(&self, path: &str) -> File {
        note(&self.files, path);
        self.texts.file(path)
    }

    fn directory(&self, path: &str) -> Option<Vec<Arc<str>>> {
        note(&self.listed, path);
        self.texts.directory(path)
    }

    fn document(&self, source: SourceId) -> Option<Arc<Document>> {
        self.texts.document(source)
    }

    fn template(&self, source: SourceId) -> Option<Arc<Document>> {
        self.texts.template(source)
    }

    fn path(&self, source: SourceId) -> Arc<str> {
        self.texts.path(source)
    }

    fn needs_module(&self, directory: &str) {
        note(&self.modules, directory);
    }

    fn needs_templates(&self) {
        self.imports.store(true, Ordering::Relaxed);
    }
}
