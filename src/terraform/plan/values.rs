//! JSON of a plan or state as values.

use std::sync::Arc;

use super::record::{self, Instance};
use crate::syntax::{Document, Node, NodeId};
use crate::value::{Entry, Marks, Number, Reason, Shape, Unknown, Value, Written};

/// A step into a value: a key, or a position from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step<'d> {
    /// A key of a mapping.
    Key(&'d str),
    /// A position in a sequence.
    Index(usize),
}

/// What the reader of values asks about single places.
pub trait Places<'d> {
    /// What stands where the plan knows nothing.
    fn unknown(&self, path: &[Step<'d>]) -> Value;

    /// A known text, with the reference it comes from where there is one.
    fn text(&self, path: &[Step<'d>], value: Value) -> Value;
}

/// Nothing is asked: what is not known is unknown.
struct Alone<'i>(&'i Instance);

impl<'d> Places<'d> for Alone<'_> {
    fn unknown(&self, path: &[Step<'d>]) -> Value {
        Value::unknown(after_apply(self.0, path))
    }

    fn text(&self, _: &[Step<'d>], value: Value) -> Value {
        value
    }
}

/// The reason for a value that only the apply will tell.
pub fn after_apply(instance: &Instance, path: &[Step<'_>]) -> Reason {
    let name = match path.first() {
        Some(Step::Key(name)) => format!("{}.{name}", instance.address),
        _ => instance.address.to_string(),
    };
    Reason::AfterApply(name.into())
}

/// A value as it is written, all of it known.
pub fn written(document: &Document, node: NodeId) -> Value {
    Reader { document, places: None }.value(&mut Vec::new(), Some(node), None, None)
}

/// The object of an instance's attributes that stands at `node`.
pub fn of(document: &Document, instance: &Instance, node: NodeId) -> Value {
    let alone = Alone(instance);
    let reader = Reader { document, places: Some(&alone) };
    reader.value(&mut Vec::new(), Some(node), instance.unknown, instance.sensitive)
}

/// One attribute of an instance; `None` when it is neither known nor said to be unknown.
pub fn attribute<'d>(
    document: &'d Document,
    instance: &Instance,
    name: &'d str,
    places: &dyn Places<'d>,
) -> Option<Value> {
    let part = |node: Option<NodeId>| node.and_then(|node| document.get(node, name));
    let (known, unknown) = (part(instance.values), part(instance.unknown));
    if known.is_none() && unknown.is_none() {
        return None;
    }
    let reader = Reader { document, places: Some(places) };
    Some(reader.value(&mut vec![Step::Key(name)], known, unknown, part(instance.sensitive)))
}

struct Reader<'d, 'p> {
    document: &'d Document,
    places: Option<&'p dyn Places<'d>>,
}

impl<'d> Reader<'d, '_> {
    /// The value at `known`, with what `unknown` and `sensitive`, which mirror it, say of its parts.
    fn value(
        &self,
        path: &mut Vec<Step<'d>>,
        known: Option<NodeId>,
        unknown: Option<NodeId>,
        sensitive: Option<NodeId>,
    ) -> Value {
        let document = self.document;
        let marks = Marks { sensitive: record::is_true(document, sensitive), ..Marks::default() };
        if record::is_true(document, unknown) {
            let span = known.or(unknown).map(|node| document.span(node));
            let value = match self.places {
                Some(places) => places.unknown(path),
                None => Value::from(Shape::Unknown(Arc::new(Unknown::new(Reason::Broken)))),
            };
            return Value { span, ..value }.marked(marks);
        }
        let Some(node) = known.or(unknown) else { return Value::null() };
        let part = |of: Option<NodeId>, index: usize| {
            of.filter(|of| matches!(document.node(*of), Node::Sequence(_)))
                .and_then(|of| document.elements(of).get(index).copied())
        };
        let value = match document.node(node) {
            Node::Null => Value::null(),
            Node::Bool(value) => Value::bool(value),
            Node::Number(text) => {
                let text = document.text(text);
                Number::parse(text).map_or_else(|| Value::text(text), Value::number)
            }
            Node::String(text) => {
                let value = Value::text(document.text(text)).written(Written::Node(document.source(), node));
                let value = value.at(document.span(node));
                match self.places {
                    Some(places) => places.text(path, value),
                    None => value,
                }
            }
            Node::Sequence(_) => {
                let length = document.elements(node).len();
                let item = |index: usize| {
                    path.push(Step::Index(index));
                    let known = known.and_then(|node| part(Some(node), index));
                    let item = self.value(path, known, part(unknown, index), part(sensitive, index));
                    path.pop();
                    item
                };
                Value::tuple((0..length).map(item).collect())
            }
            Node::Mapping(_) => self.mapping(path, known, unknown, sensitive),
            _ => Value::unknown(Reason::Broken),
        };
        let span = value.span.or(Some(document.span(node)));
        Value { span, ..value }.marked(marks)
    }

    fn mapping(
        &self,
        path: &mut Vec<Step<'d>>,
        known: Option<NodeId>,
        unknown: Option<NodeId>,
        sensitive: Option<NodeId>,
    ) -> Value {
        let document = self.document;
        let part = |of: Option<NodeId>, key: &str| of.and_then(|of| document.get(of, key));
        let mut entries: Vec<Entry> = Vec::new();
        // An unknown value is missing among the known ones.
        for node in [known, unknown].into_iter().flatten() {
            for (key_node, _) in document.entries(node) {
                let Some(key) = document.string(key_node) else { continue };
                if entries.iter().any(|entry| &*entry.key == key) {
                    continue;
                }
                path.push(Step::Key(key));
                let value = self.value(path, part(known, key), part(unknown, key), part(sensitive, key));
                path.pop();
                entries.push(Entry { key: key.into(), key_span: Some(document.span(key_node)), value });
            }
        }
        Value::object(entries)
    }
}
