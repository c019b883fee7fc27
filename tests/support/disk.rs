//! A tree of files on the disk, as evaluation asks for it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use rolecall::files::{File, Files};
use rolecall::syntax::{self, Document, Language};
use rolecall::text::SourceId;

/// A path, its text, and its document if its language is one that is parsed.
type Source = (Arc<str>, Arc<str>, Option<Arc<Document>>);

/// Files below a directory, read when they are first asked for.
pub struct Disk {
    top: PathBuf,
    /// Texts that stand in for what is on the disk.
    laid_over: HashMap<String, String>,
    sources: RefCell<Vec<Source>>,
    index: RefCell<HashMap<String, Option<SourceId>>>,
}

impl Disk {
    pub fn new(top: PathBuf) -> Disk {
        Disk { top, laid_over: HashMap::new(), sources: RefCell::default(), index: RefCell::default() }
    }

    /// Lays a text over the file at `path`, whether there is one or not.
    pub fn lay_over(&mut self, path: String, text: String) {
        self.laid_over.insert(path, text);
    }

    /// The text at `path`, if there is one.
    pub fn text(&self, path: &str) -> Option<String> {
        match self.laid_over.get(path) {
            Some(text) => Some(text.clone()),
            None => std::fs::read_to_string(self.top.join(path)).ok(),
        }
    }

    fn add(&self, path: &str, text: String) -> SourceId {
        let mut sources = self.sources.borrow_mut();
        let (path, text): (Arc<str>, Arc<str>) = (path.into(), text.into());
        let source = SourceId(sources.len() as u32);
        let ends = |ends: &[&str]| ends.iter().any(|end| path.ends_with(end));
        let language = if ends(&[".tf", ".tofu", ".tfvars"]) {
            Some(Language::Hcl)
        } else if ends(&[".tf.json", ".tofu.json", ".tfvars.json"]) {
            Some(Language::TerraformJson)
        } else if ends(&[".json"]) {
            Some(Language::Json)
        } else {
            None
        };
        let document = language.map(|language| Arc::new(syntax::parse(source, &text, language).0));
        sources.push((path, text, document));
        source
    }
}

impl Files for Disk {
    fn file(&self, path: &str) -> File {
        let known = self.index.borrow().get(path).copied();
        let source = known.unwrap_or_else(|| {
            let source = self.text(path).map(|text| self.add(path, text));
            self.index.borrow_mut().insert(path.to_string(), source);
            source
        });
        match source {
            Some(source) => File::Text(source, self.sources.borrow()[source.0 as usize].1.clone()),
            None => File::Absent,
        }
    }

    fn directory(&self, path: &str) -> Option<Vec<Arc<str>>> {
        let inside = |name: &str| if path.is_empty() { name.to_string() } else { format!("{path}/{name}") };
        let entries = std::fs::read_dir(self.top.join(path)).into_iter().flatten().flatten();
        let files = entries.filter(|entry| entry.path().is_file());
        let mut found: Vec<Arc<str>> = files.map(|entry| inside(&entry.file_name().to_string_lossy()).into()).collect();
        for laid in self.laid_over.keys().filter(|file| file.rsplit_once('/').map_or("", |(up, _)| up) == path) {
            found.push(laid.as_str().into());
        }
        found.sort();
        found.dedup();
        Some(found)
    }

    fn document(&self, source: SourceId) -> Option<Arc<Document>> {
        self.sources.borrow().get(source.0 as usize)?.2.clone()
    }

    fn template(&self, source: SourceId) -> Option<Arc<Document>> {
        let text = self.sources.borrow().get(source.0 as usize)?.1.clone();
        Some(Arc::new(syntax::parse_template(source, &text).0))
    }

    fn path(&self, source: SourceId) -> Arc<str> {
        self.sources.borrow().get(source.0 as usize).map_or_else(|| "".into(), |(path, ..)| path.clone())
    }
}
