//! A tree of files in memory, as evaluation asks for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rolecall::files::{File, Files};
use rolecall::syntax::{self, Document, Language};
use rolecall::text::SourceId;

/// A path, its text, and its document if its language is one that is parsed.
type Source = (Arc<str>, Arc<str>, Option<Arc<Document>>);

/// Files by path; paths are relative to the root of the tree and use `/`.
pub struct Memory {
    sources: Vec<Source>,
    index: BTreeMap<Arc<str>, usize>,
}

impl Memory {
    pub fn new<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Memory {
        let mut memory = Memory { sources: Vec::new(), index: BTreeMap::new() };
        for (path, text) in files {
            let (path, text): (Arc<str>, Arc<str>) = (path.into(), text.into());
            let source = SourceId(memory.sources.len() as u32);
            let language = match &*path {
                path if [".tf", ".tofu", ".tfvars"].iter().any(|end| path.ends_with(end)) => Some(Language::Hcl),
                path if path.ends_with(".tf.json") || path.ends_with(".tfvars.json") => Some(Language::TerraformJson),
                path if path.ends_with(".json") => Some(Language::Json),
                _ => None,
            };
            let document = language.map(|language| Arc::new(syntax::parse(source, &text, language).0));
            memory.index.insert(path.clone(), memory.sources.len());
            memory.sources.push((path, text, document));
        }
        memory
    }

    fn source(&self, source: SourceId) -> Option<&Source> {
        self.sources.get(source.0 as usize)
    }
}

impl Files for Memory {
    fn file(&self, path: &str) -> File {
        match self.index.get(path) {
            Some(index) => File::Text(SourceId(*index as u32), self.sources[*index].1.clone()),
            None => File::Absent,
        }
    }

    fn directory(&self, path: &str) -> Option<Vec<Arc<str>>> {
        let inside = |file: &&Arc<str>| file.rsplit_once('/').map_or("", |(directory, _)| directory) == path;
        Some(self.index.keys().filter(inside).cloned().collect())
    }

    fn document(&self, source: SourceId) -> Option<Arc<Document>> {
        self.source(source)?.2.clone()
    }

    fn template(&self, source: SourceId) -> Option<Arc<Document>> {
        Some(Arc::new(syntax::parse_template(source, &self.source(source)?.1).0))
    }

    fn path(&self, source: SourceId) -> Arc<str> {
        self.source(source).map_or_else(|| "".into(), |(path, ..)| path.clone())
    }
}
