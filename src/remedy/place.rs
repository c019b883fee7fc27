//! A node of a parsed text, found by the bytes it covers, with the lines around it.

use std::sync::Arc;

use crate::files::Files;
use crate::syntax::{Document, Language, Node, NodeId};
use crate::text::Span;

/// A node that is to be changed.
#[derive(Clone)]
pub(super) struct Place {
    /// The text it is in.
    pub document: Arc<Document>,
    /// The node.
    pub node: NodeId,
}

impl Place {
    /// The outermost expression or value that covers exactly `span`. `None` for what stands inside a string: JSON text in
    /// a heredoc has no nodes.
    pub fn at(span: Span, files: &dyn Files) -> Option<Place> {
        let document = files.document(span.source)?;
        let is_value = |id: &NodeId| !matches!(document.node(*id), Node::Entry { .. } | Node::Attribute { .. });
        let node = document.ids().filter(|id| document.span(*id) == span).filter(is_value).last()?;
        Some(Place { document, node })
    }

    /// What the node is.
    pub fn kind(&self) -> Node {
        self.document.node(self.node)
    }

    /// The bytes it covers.
    pub fn span(&self) -> Span {
        self.document.span(self.node)
    }

    /// Its source.
    pub fn slice(&self) -> &str {
        self.document.source_slice(self.node)
    }

    /// The node that holds it.
    pub fn parent(&self) -> Option<Place> {
        let node = parent(&self.document, self.node)?;
        Some(Place { document: self.document.clone(), node })
    }

    /// Whether the text is HCL, in either of its notations.
    pub fn is_terraform(&self) -> bool {
        matches!(self.document.language(), Language::Hcl | Language::TerraformJson)
    }
}

/// The node that holds `node`. Children are made before their parents, so it is the first later one around it.
pub(super) fn parent(document: &Document, node: NodeId) -> Option<NodeId> {
    let span = document.span(node);
    document.ids().skip_while(|id| *id <= node).find(|id| document.span(*id).contains(span))
}

/// The byte at which the line of the byte `at` begins.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

/// The byte at which the line of the byte `at` ends, before its line end and the spaces in front of that.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    let line = rest.find('\n').map_or(rest, |newline| &rest[..newline]);
    at + line.trim_end().len()
}

/// What stands before the byte `at` on its line.
pub(super) fn before_on_line(text: &str, at: usize) -> &str {
    text.get(line_start(text, at)..at).unwrap_or("")
}

/// The spaces and tabs that the line of the byte `at` begins with.
pub(super) fn indentation(text: &str, at: usize) -> &str {
    let line = text.get(line_start(text, at)..).unwrap_or("");
    let content = line.trim_start_matches([' ', '\t']);
    &line[..line.len() - content.len()]
}

/// Whether nothing but spaces stands before the byte `at` on its line.
pub(super) fn begins_line(text: &str, at: usize) -> bool {
    before_on_line(text, at).chars().all(char::is_whitespace)
}
