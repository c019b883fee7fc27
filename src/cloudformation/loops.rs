//! The entries of a mapping that are meant: those of `Fn::ForEach` of the language extensions are written once and meant
//! many times, those of an include (`AWS::Include`) are written in another text.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Evaluator, Scope};
use crate::syntax::{Node, NodeId};
use crate::text::Span;
use crate::value::Reason;

/// An entry of a mapping after its loops and includes are written out.
#[derive(Clone)]
pub(super) struct Expanded<'a> {
    /// The key with loop identifiers replaced.
    pub key: Arc<str>,
    /// Where the key is written.
    pub key_node: NodeId,
    /// The value, to be evaluated in `scope`.
    pub value: NodeId,
    /// Where key and value are written.
    pub scope: Scope<'a>,
}

impl Expanded<'_> {
    /// Where the key is written.
    pub fn key_span(&self) -> Span {
        self.scope.document.span(self.key_node)
    }

    /// Where the value is written.
    pub fn value_span(&self) -> Span {
        self.scope.document.span(self.value)
    }
}

/// Most entries that the loops of one mapping are written out to.
const MAX_ENTRIES: usize = 10_000;

impl<'a> Evaluator<'a> {
    /// The entries of a mapping with its loops and includes written out; `None` when one of them goes over something unknown, which
    /// is noted as a gap.
    pub(super) fn expanded(&mut self, mapping: NodeId) -> Option<Vec<Expanded<'a>>> {
        let mut entries = Vec::new();
        self.expand(mapping, &mut entries).then_some(entries)
    }

    /// As [`Evaluator::expanded`], leaving out the loops over something unknown.
    pub(super) fn expandable(&mut self, mapping: NodeId) -> Vec<Expanded<'a>> {
        let mut entries = Vec::new();
        self.expand(mapping, &mut entries);
        entries
    }

    fn expand(&mut self, mapping: NodeId, into: &mut Vec<Expanded<'a>>) -> bool {
        if !self.enter(mapping) {
            return false;
        }
        let document = self.document;
        let mut complete = true;
        for (key_node, value) in document.entries(mapping) {
            let is_loop = document.string(key_node).is_some_and(|key| key.starts_with("Fn::ForEach::"));
            if is_loop {
                complete &= self.expand_loop(key_node, value, into);
            } else if document.string(key_node) == Some("Fn::Transform")
                && let Some(included) = self.included_text(value)
            {
                complete &= self.within(&included, |evaluator| evaluator.expand(included.document.root(), into));
            } else {
                into.push(Expanded { key: self.key_text(key_node), key_node, value, scope: self.scope() });
            }
        }
        self.leave();
        complete
    }

    fn expand_loop(&mut self, key: NodeId, value: NodeId, into: &mut Vec<Expanded<'a>>) -> bool {
        let document = self.document;
        let span = document.span(key);
        let rows = match document.elements(value) {
            [identifier, collection, body] if matches!(document.node(*body), Node::Mapping(_)) => document
                .string(*identifier)
                .and_then(|identifier| Some((identifier, self.collection(*collection)?, *body))),
            _ => None,
        };
        let Some((identifier, items, body)) = rows else {
            self.gap(span, Reason::Function("Fn::ForEach".into()));
            return false;
        };
        let mut complete = true;
        for item in items {
            if into.len() > MAX_ENTRIES {
                self.gap(span, Reason::TooMany);
                return false;
            }
            let loops = self.loops.iter().cloned().chain([(Arc::from(identifier), item)]).collect();
            let scope = Scope { document, loops };
            complete &= self.within(&scope, |evaluator| evaluator.expand(body, into));
        }
        complete
    }

    /// What a loop goes over, if that is decided. A default of a parameter decides nothing: which declarations there are
    /// would hang on it.
    fn collection(&mut self, node: NodeId) -> Option<Vec<Arc<str>>> {
        let value = self.with_symbolic(true, |evaluator| evaluator.value(node));
        let document = self.document;
        let items = value.as_sequence()?.iter();
        items.map(|item| super::strings::textual(document, item).as_text().map(Arc::from)).collect()
    }

    /// `text` with every `${identifier}` and `&{identifier}` of the loops around it replaced. `&{identifier}` gives the
    /// value without what is not a letter or digit.
    pub(super) fn in_scope<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        for (identifier, value) in self.loops.iter().rev() {
            let plain = format!("${{{identifier}}}");
            if text.contains(&plain) {
                text = text.replace(&plain, value).into();
            }
            let stripped = format!("&{{{identifier}}}");
            if text.contains(&stripped) {
                let letters: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
                text = text.replace(&stripped, &letters).into();
            }
        }
        text
    }

    /// The value of a loop identifier.
    pub(super) fn loop_value(&self, name: &str) -> Option<Arc<str>> {
        self.loops.iter().rev().find(|(identifier, _)| &**identifier == name).map(|(_, value)| value.clone())
    }

    /// The text of a string node with loop identifiers replaced, and of a number or boolean as it is written; `None` for
    /// anything else.
    pub(super) fn scalar(&self, node: NodeId) -> Option<Cow<'a, str>> {
        match self.document.node(node) {
            Node::String(text) => Some(self.in_scope(self.document.text(text))),
            Node::Number(text) => Some(self.document.text(text).into()),
            Node::Bool(value) => Some(if value { "true" } else { "false" }.into()),
            _ => None,
        }
    }
}
