//! What a root module or a template was made of: which files were read for it, and which were looked for in vain.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::texts::{Texts, language};
use crate::files::{File, Files};
use crate::graph::Dialect;
use crate::syntax::{Document, Language};
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
    /// Whether it looks into all other templates, for what they export.
    pub imports: bool,
}

impl Unit {
    /// Whether a change of the file at `path`, its deletion included, may change what is found in this unit. Which files
    /// of a module's directory belong to it, the caller knows.
    pub fn needs(&self, path: &str) -> bool {
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let template = || matches!(language(path, ""), Some(Language::Yaml | Language::Json));
        self.files.contains(path) || self.modules.contains(directory) || self.imports && template()
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

    /// The account, closed, with the directories of which the names were asked for.
    pub(super) fn close(self, dialect: Dialect, path: Arc<str>) -> (Unit, BTreeSet<Arc<str>>) {
        let noted = |paths: Mutex<BTreeSet<Arc<str>>>| paths.into_inner().unwrap_or_else(PoisonError::into_inner);
        let imports = self.imports.into_inner();
        let unit = Unit { dialect, path, files: noted(self.files), modules: noted(self.modules), imports };
        (unit, noted(self.listed))
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
