//! The entries of a mapping that are meant: those of `Fn::ForEach` of the language extensions are written once and meant
//! many times, those of an include (`AWS::Include`) are written in another text.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Evaluator, Scope, first_reason};
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
    /// The entries of a mapping with its loops and includes written out. Those of a loop over something unknown, which is
    /// noted as a gap, are left out.
    pub(super) fn expandable(&mut self, mapping: NodeId) -> Vec<Expanded<'a>> {
        self.expanded(mapping).0
    }

    /// As [`Evaluator::expandable`], with the reason why entries are left out, if some are.
    pub(super) fn expanded(&mut self, mapping: NodeId) -> (Vec<Expanded<'a>>, Option<Reason>) {
        let mut entries = Vec::new();
        let why_less = self.expand(mapping, &mut entries);
        (entries, why_less)
    }

    fn expand(&mut self, mapping: NodeId, into: &mut Vec<Expanded<'a>>) -> Option<Reason> {
        if !self.enter(mapping) {
            return Some(Reason::TooMany);
        }
        let document = self.document;
        let mut why_less = None;
        for (key_node, value) in document.entries(mapping) {
            let is_loop = document.string(key_node).is_some_and(|key| key.starts_with("Fn::ForEach::"));
            if is_loop {
                let loop_less = self.expand_loop(key_node, value, into);
                why_less = why_less.or(loop_less);
            } else if document.string(key_node) == Some("Fn::Transform")
                && let Some(included) = self.included_text(value)
            {
                let included_less =
                    self.within(&included, |evaluator| evaluator.expand(included.document.root(), into));
                why_less = why_less.or(included_less);
            } else {
                into.push(Expanded { key: self.key_text(key_node), key_node, value, scope: self.scope() });
            }
        }
        self.leave();
        why_less
    }

    /// Adds the entries of a loop; gives the reason why some are left out, if they are.
    fn expand_loop(&mut self, key: NodeId, value: NodeId, into: &mut Vec<Expanded<'a>>) -> Option<Reason> {
        let document = self.document;
        let span = document.span(key);
        let rows = match document.elements(value) {
            [identifier, collection, body] if matches!(document.node(*body), Node::Mapping(_)) => document
                .string(*identifier)
                .map(|identifier| self.collection(*collection).map(|items| (identifier, items, *body))),
            _ => None,
        };
        let malformed = || Reason::Failed("Fn::ForEach takes an identifier, a list and what is made for each".into());
        let (identifier, items, body) = match rows.unwrap_or_else(|| Err(malformed())) {
            Ok(rows) => rows,
            Err(reason) => {
                self.gap(span, reason.clone());
                return Some(reason);
            }
        };
        let mut why_less = None;
        for item in items {
            if into.len() > MAX_ENTRIES {
                self.gap(span, Reason::TooMany);
                return Some(Reason::TooMany);
            }
            let loops = self.loops.iter().cloned().chain([(Arc::from(identifier), item)]).collect();
            let scope = Scope { document, loops };
            let item_less = self.within(&scope, |evaluator| evaluator.expand(body, into));
            why_less = why_less.or(item_less);
        }
        why_less
    }

    /// What a loop goes over, or why that is not decided. A default of a parameter decides nothing: which declarations
    /// there are would hang on it.
    fn collection(&mut self, node: NodeId) -> Result<Vec<Arc<str>>, Reason> {
        let value = self.with_symbolic(true, |evaluator| evaluator.value(node));
        let document = self.document;
        let text = |item| super::strings::textual(document, item).as_text().map(Arc::from);
        let known = value.as_sequence().and_then(|items| items.iter().map(text).collect());
        known.ok_or_else(|| {
            let items = value.as_sequence().unwrap_or_default();
            let reason = std::iter::once(&value).chain(items).find_map(first_reason);
            match reason {
                Some(Reason::Variable(name)) => Reason::DependsOn(name),
                Some(reason) => reason,
                None => Reason::Failed("Fn::ForEach goes over a list of texts".into()),
            }
        })
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
