//! What evaluation may ask of the texts around it. The workspace answers; nothing here touches a disk.

use std::ops::Range;
use std::sync::Arc;

use crate::syntax::{Document, Node, NodeId};
use crate::text::{SourceId, Span};
use crate::value::Written;

/// The answer to a question for a file.
#[derive(Clone, Debug)]
pub enum File {
    /// Here is its text.
    Text(SourceId, Arc<str>),
    /// There is no such file, it is not text, it is too large, or it lies outside the analysed tree.
    Absent,
    /// Not known yet. The question is noted, and evaluation is run again when it is answered.
    Pending,
}

/// Texts and parsed documents of a workspace. Paths use `/` and are normalised: no `.` or `..` inside.
pub trait Files {
    /// The text at `path`.
    fn file(&self, path: &str) -> File;

    /// The paths of the files directly in the directory `path` (empty for the workspace's root), in byte order of their
    /// names; `None` while that is not known yet, an empty list when there is no such directory.
    fn directory(&self, path: &str) -> Option<Vec<Arc<str>>>;

    /// The parsed document of a text, if its language is one that is parsed.
    fn document(&self, source: SourceId) -> Option<Arc<Document>>;

    /// The whole text read as one template (`templatefile`), whatever its path; `None` where templates are not read.
    fn template(&self, _source: SourceId) -> Option<Arc<Document>> {
        None
    }

    /// The path of a source.
    fn path(&self, source: SourceId) -> Arc<str>;

    /// Says that what is evaluated is made of the module in a directory too, for those who keep account of it.
    fn needs_module(&self, _directory: &str) {}

    /// Says that what is evaluated depends on all templates of the run, which are not asked for one by one.
    fn needs_templates(&self) {}

    /// Where bytes `range` of a text that is `written` somewhere stand.
    fn place(&self, written: Written, range: Range<usize>) -> Option<Span> {
        match written {
            Written::No => None,
            Written::Verbatim(span) => {
                let at = |offset: usize| (span.start as usize + offset).min(span.end as usize) as u32;
                Some(Span::new(span.source, at(range.start), at(range.end)))
            }
            Written::Node(source, node) => text_place(self.document(source)?.as_ref(), node, range),
            Written::Template(source, node) => text_place(self.template(source)?.as_ref(), node, range),
        }
    }
}

/// Where bytes `range` of a string node's text stand.
fn text_place(document: &Document, node: NodeId, range: Range<usize>) -> Option<Span> {
    match document.node(node) {
        Node::String(text) => Some(document.text_span(text, range)),
        _ => None,
    }
}

/// No files at all, for what stands by itself.
#[derive(Clone, Copy, Debug)]
pub struct NoFiles;

impl Files for NoFiles {
    fn file(&self, _: &str) -> File {
        File::Absent
    }

    fn directory(&self, _: &str) -> Option<Vec<Arc<str>>> {
        Some(Vec::new())
    }

    fn document(&self, _: SourceId) -> Option<Arc<Document>> {
        None
    }

    fn path(&self, _: SourceId) -> Arc<str> {
        "".into()
    }
}
