//! Conditions that cannot be decided, as text that is the same for the same condition, and what they hang on.

use std::sync::Arc;

use super::Evaluator;
use super::substitution::{Part, parts};
use crate::syntax::{Node, NodeId};

/// Most nodes that are written out for one text. Conditions that differ only beyond are told apart by their place.
const MAX_NODES: usize = 500;

struct Writer {
    text: String,
    mentions: Vec<Arc<str>>,
    conditions: Vec<Arc<str>>,
    left: usize,
}

impl Writer {
    fn mention(&mut self, name: &str) {
        if !self.mentions.iter().any(|known| **known == *name) {
            self.mentions.push(name.into());
        }
    }
}

impl Evaluator<'_> {
    /// The text of a condition, and the parameters that it mentions, through named conditions too.
    pub(super) fn canonical(&self, node: NodeId) -> (String, Vec<Arc<str>>) {
        let mut writer = Writer { text: String::new(), mentions: Vec::new(), conditions: Vec::new(), left: MAX_NODES };
        self.write(node, &mut writer);
        if writer.left == 0 {
            let span = self.document.span(node);
            writer.text = format!("{}… at {}..{}", writer.text, span.start, span.end);
        }
        // The definitions of named conditions add mentions, but not text: their names tell them apart.
        let text = std::mem::take(&mut writer.text);
        let mut seen = 0;
        while let Some(name) = writer.conditions.get(seen).cloned() {
            seen += 1;
            if let Some((definition, _)) = self.conditions.get(&name).map(|named| named.definition()) {
                self.write(definition, &mut writer);
            }
        }
        let mentions = writer.mentions.iter().flat_map(|name| self.subjects_behind(name)).collect();
        (text + &self.stack.owner, mentions)
    }

    fn write(&self, node: NodeId, to: &mut Writer) {
        let document = self.document;
        let Some(left) = to.left.checked_sub(1) else { return };
        to.left = left;
        if let Some((function, argument)) = self.call(node) {
            match (function, self.scalar(argument)) {
                ("Ref", Some(name)) => {
                    to.mention(&name);
                    to.text.push_str(&name);
                    return;
                }
                ("Condition", Some(name)) => to.conditions.push((*name).into()),
                ("Sub", _) => {
                    let text = document.elements(argument).first().copied().unwrap_or(argument);
                    for part in parts(&self.scalar(text).unwrap_or_default()) {
                        if let Part::Name { name, .. } = part {
                            to.mention(name);
                        }
                    }
                }
                _ => {}
            }
            to.text.push_str(function);
            to.text.push('(');
            self.write(argument, to);
            to.text.push(')');
            return;
        }
        match document.node(node) {
            Node::Sequence(children) => {
                for (index, child) in document.children(children).iter().enumerate() {
                    if index > 0 {
                        to.text.push_str(", ");
                    }
                    self.write(*child, to);
                }
            }
            Node::Mapping(_) => {
                to.text.push('{');
                for (index, (key, value)) in document.entries(node).enumerate() {
                    if index > 0 {
                        to.text.push_str(", ");
                    }
                    let key = self.key_text(key);
                    if let ("Condition", Some(name)) = (&*key, self.scalar(value)) {
                        to.conditions.push((*name).into());
                    }
                    to.text.push_str(&key);
                    to.text.push_str(": ");
                    self.write(value, to);
                }
                to.text.push('}');
            }
            _ => match self.scalar(node) {
                Some(text) => to.text.push_str(&super::equality::quoted(&text)),
                None => to.text.push_str("null"),
            },
        }
    }
}
