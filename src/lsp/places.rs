//! From places in sources to places as the client counts them, and to the URIs it knows.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::documents::Documents;
use super::lines::Lines;
use super::project::Project;
use super::protocol::{Location, Position, Range};
use super::uri;
use crate::text::{ColumnUnit, SourceId, Span};

/// A folder that the client has open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Folder {
    /// The URI, as the client writes it.
    pub uri: String,
    /// The path as the client writes it.
    pub shown: PathBuf,
    /// The path without links.
    pub real: PathBuf,
}

impl Folder {
    /// The folder of a URI, if that is a path.
    pub fn new(uri: &str) -> Option<Folder> {
        let shown = uri::to_path(uri)?;
        let shown = crate::paths::normalise(&shown);
        let real = shown.canonicalize().unwrap_or_else(|_| shown.clone());
        Some(Folder { uri: uri.to_owned(), shown, real })
    }
}

/// The path of a URI, with the directory's links followed and the file's own name kept: a linked file is a part of the
/// directory it is linked into.
pub(super) fn resolve(uri: &str) -> Option<PathBuf> {
    let path = crate::paths::normalise(&uri::to_path(uri)?);
    let (directory, name) = (path.parent()?, path.file_name()?);
    // The nearest directory that is there; the rest may be made later.
    let there = directory.ancestors().find_map(|up| Some((up, up.canonicalize().ok()?)));
    let directory = match there {
        Some((up, real)) => real.join(directory.strip_prefix(up).ok()?),
        None => directory.to_owned(),
    };
    Some(directory.join(name))
}

/// Translates places.
pub(super) struct Places<'a> {
    pub documents: &'a Documents,
    pub folders: &'a [Folder],
    pub unit: ColumnUnit,
}

impl<'a> Places<'a> {
    /// The URI under which the client knows a path, or would open it.
    pub fn uri(&self, path: &Path) -> String {
        if let Some(document) = self.documents.get(&path.to_owned()) {
            return document.uri.clone();
        }
        let nearest = self.folders.iter().filter(|folder| path.starts_with(&folder.real));
        let nearest = nearest.max_by_key(|folder| folder.real.components().count());
        match nearest.and_then(|folder| Some(folder.shown.join(path.strip_prefix(&folder.real).ok()?))) {
            Some(shown) => uri::of_path(&shown),
            None => uri::of_path(path),
        }
    }

    /// The lines of a source.
    pub fn lines<'t>(&self, project: &'t Project, source: SourceId) -> Lines<'t> {
        let text = project.workspace().sources().text(source);
        let open = self.documents.get(&project.path(source)).is_some();
        Lines::new(text, self.unit, !open)
    }

    /// The byte at a position of a source.
    pub fn offset(&self, project: &Project, source: SourceId, position: Position) -> u32 {
        self.lines(project, source).offset(position)
    }

    /// Translates many spans, each source's lines being counted once.
    pub fn many<'p>(&'p self, project: &'p Project) -> Many<'p> {
        Many { places: self, project, known: HashMap::new() }
    }
}

/// A translation of many spans of one project.
pub(super) struct Many<'a> {
    places: &'a Places<'a>,
    project: &'a Project,
    known: HashMap<SourceId, (String, Lines<'a>)>,
}

impl Many<'_> {
    /// The place of a span.
    pub fn location(&mut self, span: Span) -> Location {
        let (places, project) = (self.places, self.project);
        let make = || (places.uri(&project.path(span.source)), places.lines(project, span.source));
        let (uri, lines) = self.known.entry(span.source).or_insert_with(make);
        Location { uri: uri.clone(), range: lines.range(span.start, span.end) }
    }

    /// The range of a span in its source.
    pub fn range(&mut self, span: Span) -> Range {
        self.location(span).range
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_in_the_way_is_followed_and_a_linked_file_keeps_its_name() {
        let root = std::env::temp_dir().canonicalize().unwrap();
        let missing = uri::of_path(&root.join("no such directory/x.tf"));
        assert_eq!(resolve(&missing), Some(root.join("no such directory/x.tf")));
        assert_eq!(resolve(&uri::of_path(&root.join("a/../x.tf"))), Some(root.join("x.tf")));
        assert_eq!(resolve("untitled:x"), None);
    }
}
