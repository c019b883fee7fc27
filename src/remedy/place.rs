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
        let is_value = |id: &NodeId| match document.node(*id) {
            Node::Entry { .. } | Node::Attribute { .. } => false,
            // A block sequence that is no further in than its key begins behind its first dash, as its element does.
            Node::Sequence(_) => {
                document.language() != Language::Yaml || document.source_slice(*id).starts_with(['[', '-'])
            }
            _ => true,
        };
        let node = document.covering(span).filter(is_value).last()?;
        Some(Place { document, node })
    }

    /// The `Sub` whose text is nothing but the variable at `span`, `${Name}`: it stands for the value of that.
    pub fn substituted(span: Span, files: &dyn Files) -> Option<Place> {
        let document = files.document(span.source)?;
        let slice = document.source_text().get(span.range())?;
        let is_it = |id: &NodeId| {
            let inner = document.string(*id).and_then(|text| text.strip_prefix("${")?.strip_suffix('}'));
            document.span(*id).contains(span)
                && inner.is_some_and(|name| slice == name || slice == format!("${{{name}}}"))
        };
        let text = document.ids().find(is_it)?;
        let outer = parent(&document, text)?;
        let node = match document.node(outer) {
            Node::Tagged { tag, .. } if document.string(tag) == Some("Sub") => outer,
            Node::Entry { key, .. } if document.string(key) == Some("Fn::Sub") => parent(&document, outer)?,
            _ => return None,
        };
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

    /// Whether an element that is put beside this one reaches whatever takes this one: on the way up to the argument there
    /// are only lists, objects and functions that keep all elements.
    pub fn is_taken_whole(&self) -> bool {
        const KEEPING: [&str; 10] =
            ["jsonencode", "concat", "flatten", "tolist", "toset", "distinct", "compact", "setunion", "sort", "merge"];
        let (document, mut inner) = (&*self.document, self.node);
        while let Some(outer) = parent(document, inner) {
            match document.node(outer) {
                Node::Call { parts, .. } => {
                    let name = document.children(parts).first().and_then(|name| document.string(*name));
                    if !name.is_some_and(|name| KEEPING.contains(&name)) {
                        return false;
                    }
                }
                Node::Block(parts) => {
                    let kind = document.children(parts).first().and_then(|kind| document.string(*kind));
                    return kind != Some("content");
                }
                Node::Template(parts) if document.children(parts).len() > 1 => return false,
                Node::Attribute { .. } | Node::Body(_) => {}
                Node::Sequence(_) | Node::Mapping(_) | Node::Entry { .. } | Node::Tagged { .. } => {}
                Node::Parentheses(_) | Node::Interpolation(_) | Node::Template(_) => {}
                _ => return false,
            }
            inner = outer;
        }
        true
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
