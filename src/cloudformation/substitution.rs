//! `Fn::Sub`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::Evaluator;
use super::strings::joined;
use crate::syntax::{Node, NodeId, Text};
use crate::text::Span;
use crate::value::{Reason, TypeHint, Value, Written};

/// A part of the text of `Fn::Sub`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Part<'t> {
    /// Characters as they stand.
    Literal(&'t str, Range<usize>),
    /// `${!Name}`, which stands for `${Name}`; the characters inside.
    Escaped(&'t str),
    /// `${Name}`: the name without spaces around it, and where it and the whole part stand.
    Name {
        /// The name.
        name: &'t str,
        /// The bytes of the name.
        at: Range<usize>,
        /// The bytes of the whole part, braces included.
        whole: Range<usize>,
    },
}

/// The parts of a text, in order; ranges are bytes of the text. A `${` without an end is literal.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut from = 0;
    let mut literal = 0;
    while let Some(start) = text[from..].find("${").map(|at| from + at) {
        let Some(end) = text[start..].find('}').map(|at| start + at) else { break };
        let inside = &text[start + 2..end];
        // The service looks for the innermost: in `${A${B}` the first two characters are literal.
        if let Some(inner) = inside.rfind("${") {
            from = start + 2 + inner;
            continue;
        }
        if literal < start {
            parts.push(Part::Literal(&text[literal..start], literal..start));
        }
        match inside.strip_prefix('!') {
            Some(escaped) => parts.push(Part::Escaped(escaped)),
            None => {
                let name = inside.trim();
                let at = start + 2 + (inside.len() - inside.trim_start().len());
                parts.push(Part::Name { name, at: at..at + name.len(), whole: start..end + 1 });
            }
        }
        (from, literal) = (end + 1, end + 1);
    }
    if literal < text.len() {
        parts.push(Part::Literal(&text[literal..], literal..text.len()));
    }
    parts
}

impl Evaluator<'_> {
    /// `Fn::Sub` of a string, or of a string and a mapping of names to values.
    pub(super) fn substitute(&mut self, argument: NodeId, call: NodeId) -> Value {
        let document = self.document;
        let span = document.span(call);
        let (text, names) = match document.elements(argument) {
            [text, names] => (*text, Some(*names)),
            [text] => (*text, None),
            _ => (argument, None),
        };
        let Node::String(place) = document.node(text) else {
            if let Some(plain) = self.scalar(text) {
                return Value::text(&*plain).at(span);
            }
            // The text must be a literal; whatever stands here instead may still hold references.
            let value = self.value(text);
            return self.derived([&value], TypeHint::String).at(span);
        };
        let written = document.text(place);
        let raw = self.in_scope(written);
        if !raw.contains("${") {
            let changed = matches!(raw, Cow::Owned(_));
            let from = if changed { Written::No } else { Written::Node(document.source(), text) };
            return super::strings::plain(&raw, from, span);
        }
        // Text in which a loop identifier was replaced no longer stands anywhere.
        let place = matches!(raw, Cow::Borrowed(_)).then_some(place);
        let mut given: HashMap<std::sync::Arc<str>, Value> = HashMap::new();
        for entry in names.map(|names| self.expandable(names)).unwrap_or_default() {
            let value = self.within(&entry.scope, |evaluator| evaluator.value(entry.value));
            given.insert(entry.key, value);
        }
        let mut pieces = Vec::new();
        for part in parts(&raw) {
            match part {
                Part::Literal(text, range) => self.literal_lines(text, range.start, place, &mut pieces),
                Part::Escaped(inside) => pieces.push(Value::text(format!("${{{inside}}}"))),
                Part::Name { name, at, whole } => {
                    let find = |range| place.map_or(span, |place| document.text_span(place, range));
                    let value = match given.get(name) {
                        Some(value) => value.clone(),
                        None => self.named_value(name, find(whole), find(at)),
                    };
                    pieces.push(value);
                }
            }
        }
        let value = joined(document, &pieces);
        if value.span.is_some() { value } else { value.at(span) }
    }

    /// `${Name}` or `${Name.Attribute}`.
    fn named_value(&mut self, name: &str, span: Span, at: Span) -> Value {
        if name.is_empty() {
            return Value::unknown(Reason::Failed("there is no name inside `${}`".into())).at(span);
        }
        match name.split_once('.') {
            Some((resource, attribute)) if !self.is_parameter(name) => {
                self.get_attribute(resource, attribute, span, at)
            }
            _ => self.reference(name, span, at),
        }
    }

    /// Adds literal text line by line: a line of a block scalar stands in the source as it reads, although the block as a
    /// whole, with its indentation, does not.
    fn literal_lines(&self, text: &str, offset: usize, place: Option<Text>, into: &mut Vec<Value>) {
        let document = self.document;
        let Some(place) = place else {
            into.push(Value::text(text));
            return;
        };
        let mut at = offset;
        for line in text.split_inclusive('\n') {
            let span = document.text_span(place, at..at + line.len());
            let verbatim = document.source_text().get(span.range()) == Some(line);
            let written = if verbatim { Written::Verbatim(span) } else { Written::No };
            into.push(Value::text(line).at(span).written(written));
            at += line.len();
        }
    }
}
