//! What YAML 1.2 allows and CloudFormation's loaders, which read YAML 1.1 into mappings with text for keys, refuse.

use super::super::{Document, Node, NodeId};

/// The tags of YAML 1.1 itself, without the `!!` before them.
const CORE_TAGS: [&str; 13] =
    ["str", "int", "float", "bool", "null", "map", "seq", "set", "omap", "pairs", "binary", "timestamp", "merge"];

/// What is wrong with a key, which stands in braces or not.
pub(super) fn key(document: &Document, key: NodeId, in_braces: bool) -> Option<&'static str> {
    let written = document.source_slice(key);
    let behind = document.source_text().get(document.span(key).end as usize..).unwrap_or("");
    let is_quoted = written.ends_with(['"', '\'']);
    match document.node(key) {
        Node::Mapping(_) | Node::Sequence(_) => Some("a key must be text, and this is a collection"),
        Node::Tagged { .. } => Some("a key must be text, and this is a function"),
        Node::Null => Some("a key must be text, and here is none"),
        _ if written.trim_end().contains(['\n', '\r']) => Some("a key must stand on one line"),
        Node::String(_) if !in_braces && is_quoted && is_glued(behind) => Some("a space is missing behind the colon"),
        _ => None,
    }
}

/// Whether a colon follows that has no space behind it.
fn is_glued(behind: &str) -> bool {
    behind.strip_prefix(':').is_some_and(|rest| rest.starts_with(|next: char| !next.is_whitespace()))
}

/// What is wrong with a value under `<<`.
pub(super) fn merge(document: &Document, value: NodeId) -> Option<&'static str> {
    let is_mapping = |node: &NodeId| matches!(document.node(*node), Node::Mapping(_) | Node::Missing);
    let is_fine = match document.node(value) {
        Node::Sequence(_) => document.elements(value).iter().all(is_mapping),
        _ => is_mapping(&value),
    };
    (!is_fine).then_some("only a mapping, or a list of mappings, can be merged with `<<`")
}

/// Whether there is nothing but blanks, and a tab among them, before the block that starts on this byte.
pub(super) fn is_indented_with_tab(text: &str, start: u32) -> bool {
    let before = text.get(..start as usize).unwrap_or("");
    let line = before.rsplit(['\n', '\r']).next().unwrap_or("");
    line.contains('\t') && line.trim_start_matches([' ', '\t']).is_empty()
}

/// Whether a tag, as it is written, is to be one of YAML's own and is none.
pub(super) fn is_unknown_tag(written: &str) -> bool {
    written.strip_prefix("!!").is_some_and(|name| !CORE_TAGS.contains(&name))
}
