//! One view of a body for native syntax and JSON: attributes and blocks, whichever way they are written.

use crate::syntax::{Document, Node, NodeId};

/// Something in a body.
#[derive(Clone, Copy, Debug)]
pub enum Item<'d> {
    /// `name = value`; in JSON every member, because only a schema could tell an attribute from a block there.
    Attribute {
        /// A [`Node::String`].
        name: NodeId,
        /// The expression.
        value: NodeId,
    },
    /// A nested block.
    Block {
        /// Its type, a [`Node::String`].
        kind: NodeId,
        /// Its labels.
        labels: &'d [NodeId],
        /// What is between its braces.
        body: NodeId,
    },
}

/// What a body holds, in order. In JSON, `"//"` is a comment.
pub fn items<'d>(document: &'d Document, body: NodeId) -> impl Iterator<Item = Item<'d>> {
    let children = match document.node(body) {
        Node::Body(children) | Node::Mapping(children) => document.children(children),
        _ => &[],
    };
    children.iter().filter_map(|child| match document.node(*child) {
        Node::Attribute { name, value } => Some(Item::Attribute { name, value }),
        Node::Entry { key, value } => {
            (document.string(key) != Some("//")).then_some(Item::Attribute { name: key, value })
        }
        Node::Block(parts) => match document.children(parts) {
            [kind, labels @ .., body] => Some(Item::Block { kind: *kind, labels, body: *body }),
            _ => None,
        },
        _ => None,
    })
}

/// The expression of the attribute `name` in a body; the first if it is written twice.
pub fn attribute(document: &Document, body: NodeId, name: &str) -> Option<NodeId> {
    items(document, body).find_map(|item| match item {
        Item::Attribute { name: key, value } if document.string(key) == Some(name) => Some(value),
        _ => None,
    })
}

/// What the first block of a type in a body says under `name`: where the name is written, and the expression.
pub fn in_block(document: &Document, body: NodeId, kind: &str, name: &str) -> Option<(NodeId, NodeId)> {
    let inner = items(document, body).find_map(|item| match item {
        Item::Block { kind: key, body, .. } | Item::Attribute { name: key, value: body } => {
            (document.string(key) == Some(kind)).then_some(body)
        }
    })?;
    items(document, inner).find_map(|item| match item {
        Item::Attribute { name: key, value } if document.string(key) == Some(name) => Some((key, value)),
        _ => None,
    })
}

/// A top-level block: `resource "type" "name" { … }`.
#[derive(Debug)]
pub struct TopLevel<'d> {
    /// `resource`, `variable`, `locals` …
    pub kind: &'d str,
    /// Where the kind is written.
    pub kind_node: NodeId,
    /// Its labels, each a [`Node::String`].
    pub labels: Vec<NodeId>,
    /// What is between its braces.
    pub body: NodeId,
}

/// How many labels a top-level block has; `None` for one that is not part of the language.
fn label_count(kind: &str) -> Option<usize> {
    match kind {
        "resource" | "data" | "ephemeral" => Some(2),
        "variable" | "output" | "module" | "provider" | "check" => Some(1),
        "locals" | "terraform" | "moved" | "import" | "removed" => Some(0),
        _ => None,
    }
}

/// The top-level blocks of a document, in order.
pub fn top_level(document: &Document) -> Vec<TopLevel<'_>> {
    let mut found = Vec::new();
    match document.node(document.root()) {
        Node::Body(_) => {
            for item in items(document, document.root()) {
                if let Item::Block { kind, labels, body } = item
                    && let Some(name) = document.string(kind)
                {
                    found.push(TopLevel { kind: name, kind_node: kind, labels: labels.to_vec(), body });
                }
            }
        }
        Node::Mapping(_) => json_top_level(document, document.root(), &mut found),
        Node::Sequence(items) => {
            document.children(items).iter().for_each(|item| json_top_level(document, *item, &mut found));
        }
        _ => {}
    }
    found
}

fn json_top_level<'d>(document: &'d Document, root: NodeId, found: &mut Vec<TopLevel<'d>>) {
    for (key, value) in document.entries(root) {
        if let Some(kind) = document.string(key)
            && let Some(labels) = label_count(kind)
        {
            json_blocks(document, (kind, key), labels, value, &mut Vec::new(), found);
        }
    }
}

/// Labels nest as keys; where a block is wanted there may be one object or a list of them.
fn json_blocks<'d>(
    document: &'d Document,
    kind: (&'d str, NodeId),
    labels_left: usize,
    node: NodeId,
    labels: &mut Vec<NodeId>,
    found: &mut Vec<TopLevel<'d>>,
) {
    if let Node::Sequence(elements) = document.node(node) {
        for element in document.children(elements) {
            if !matches!(document.node(*element), Node::Sequence(_)) {
                json_blocks(document, kind, labels_left, *element, labels, found);
            }
        }
        return;
    }
    if labels_left == 0 {
        if matches!(document.node(node), Node::Mapping(_)) {
            found.push(TopLevel { kind: kind.0, kind_node: kind.1, labels: labels.clone(), body: node });
        }
        return;
    }
    for (key, value) in document.entries(node) {
        if document.string(key) != Some("//") {
            labels.push(key);
            json_blocks(document, kind, labels_left - 1, value, labels, found);
            labels.pop();
        }
    }
}
