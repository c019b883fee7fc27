//! Equality as Terraform has it, with "cannot be told" as a third answer, and the order of sets.

use std::cmp::Ordering;

use crate::value::{MappingKind, SequenceKind, Shape, Symbol, SymbolKind, TypeHint, Unknown, Value};

/// Whether `a == b`: types and values must be the same, so `1` and `"1"` differ. `None` where it depends on something
/// that is not known.
pub fn equals(a: &Value, b: &Value) -> Option<bool> {
    if let (Shape::Choice(_), _) | (_, Shape::Choice(_)) = (&a.shape, &b.shape) {
        return choices(a, b);
    }
    match (&a.shape, &b.shape) {
        (Shape::Null, Shape::Null) => Some(true),
        (Shape::Null, _) => not_null(b).then_some(false),
        (_, Shape::Null) => not_null(a).then_some(false),
        (Shape::Bool(a), Shape::Bool(b)) => Some(a == b),
        (Shape::Number(a), Shape::Number(b)) => Some(a.partial_cmp(b) == Some(Ordering::Equal)),
        (Shape::Symbol(x), Shape::Symbol(y)) if x == y => Some(true),
        (Shape::Resource(x), Shape::Resource(y)) if x == y => Some(true),
        (Shape::Json(x), Shape::Json(y)) if x == y && x.is_known() => Some(true),
        (Shape::Unknown(unknown), _) => unknown_and(unknown, b),
        (_, Shape::Unknown(unknown)) => unknown_and(unknown, a),
        _ if text_like(a) && text_like(b) => texts(a, b),
        (Shape::Sequence(kind, a), Shape::Sequence(other, b)) => {
            if kind != other {
                // Lists of another kind have another type, even when both are empty.
                return Some(false);
            }
            if *kind == SequenceKind::Set && !(a.iter().all(Value::is_known) && b.iter().all(Value::is_known)) {
                return None;
            }
            if a.len() != b.len() {
                return Some(false);
            }
            all(a.iter().zip(b.iter()).map(|(a, b)| equals(a, b)))
        }
        (Shape::Mapping(kind, a), Shape::Mapping(other, b)) => {
            if kind != other || a.len() != b.len() {
                return Some(false);
            }
            all(a.iter().map(|entry| match b.iter().find(|other| other.key == entry.key) {
                Some(other) => equals(&entry.value, &other.value),
                None => Some(false),
            }))
        }
        (Shape::Symbol(symbol), Shape::Text(text)) | (Shape::Text(text), Shape::Symbol(symbol))
            if symbol.kind == SymbolKind::Other =>
        {
            (text.is_empty() && is_set(symbol)).then_some(false)
        }
        (Shape::Symbol(symbol), _) | (_, Shape::Symbol(symbol)) if symbol.kind == SymbolKind::Other => None,
        (Shape::Open(_) | Shape::Resource(_) | Shape::Error(_), _) => None,
        (_, Shape::Open(_) | Shape::Resource(_) | Shape::Error(_)) => None,
        _ => Some(false),
    }
}

/// Whether all hold; one that does not is enough to say no.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut undecided = false;
    for part in parts {
        match part {
            Some(false) => return Some(false),
            Some(true) => {}
            None => undecided = true,
        }
    }
    (!undecided).then_some(true)
}

fn choices(a: &Value, b: &Value) -> Option<bool> {
    let alternatives = |value: &Value| -> Vec<Value> {
        match &value.shape {
            Shape::Choice(alternatives) => alternatives.iter().map(|alternative| alternative.value.clone()).collect(),
            _ => vec![value.clone()],
        }
    };
    let mut agreed = None;
    for a in alternatives(a) {
        for b in alternatives(b) {
            let equal = equals(&a, &b)?;
            if *agreed.get_or_insert(equal) != equal {
                return None;
            }
        }
    }
    agreed
}

/// Whether a value cannot be null: everything that is known, and a resource's identity.
pub(super) fn not_null(value: &Value) -> bool {
    match &value.shape {
        Shape::Null | Shape::Error(_) => false,
        Shape::Unknown(unknown) => unknown.not_null,
        Shape::Symbol(symbol) => is_set(symbol),
        Shape::Choice(alternatives) => alternatives.iter().all(|alternative| not_null(&alternative.value)),
        _ => true,
    }
}

/// Whether an attribute always has a value: every resource has an id, and what has an ARN has one.
fn is_set(symbol: &Symbol) -> bool {
    symbol.kind != SymbolKind::Other || matches!(&*symbol.attribute, "id" | "arn")
}

/// Whether a value is text that cannot be empty.
pub(super) fn not_empty(value: &Value) -> bool {
    match &value.shape {
        Shape::Text(text) => !text.is_empty(),
        Shape::Template(segments) => segments.iter().any(|segment| match segment {
            crate::value::Segment::Literal { text, .. } => !text.is_empty(),
            crate::value::Segment::Value(piece) => not_empty(piece),
        }),
        Shape::Symbol(symbol) => is_set(symbol),
        Shape::Unknown(unknown) => unknown.prefix.as_ref().is_some_and(|prefix| !prefix.is_empty()),
        Shape::Json(_) => true,
        Shape::Choice(alternatives) => alternatives.iter().all(|alternative| not_empty(&alternative.value)),
        _ => false,
    }
}

fn unknown_and(unknown: &Unknown, other: &Value) -> Option<bool> {
    let certain = match &other.shape {
        Shape::Bool(_) => TypeHint::Bool,
        Shape::Number(_) => TypeHint::Number,
        Shape::Text(_) | Shape::Template(_) | Shape::Json(_) => TypeHint::String,
        Shape::Sequence(..) => TypeHint::Sequence,
        Shape::Mapping(..) => TypeHint::Mapping,
        _ => return None,
    };
    // An unknown value of another type can only be equal if both are null, which the other is not.
    if unknown.hint != TypeHint::Any && unknown.hint != certain {
        return Some(false);
    }
    match (&unknown.prefix, other.as_text()) {
        (Some(prefix), Some(text)) if !text.starts_with(&**prefix) => Some(false),
        _ => None,
    }
}

fn text_like(value: &Value) -> bool {
    match &value.shape {
        Shape::Text(_) | Shape::Template(_) | Shape::Json(_) => true,
        Shape::Symbol(symbol) => symbol.kind != SymbolKind::Other,
        _ => false,
    }
}

fn texts(a: &Value, b: &Value) -> Option<bool> {
    let text = |value: &Value| match value.as_text() {
        Some(text) => Some(text.into_owned()),
        None => super::json_text(value),
    };
    match (text(a), text(b)) {
        (Some(a), Some(b)) => return Some(a == b),
        (Some(known), None) => return ends_differ(&known, b).then_some(false),
        (None, Some(known)) => return ends_differ(&known, a).then_some(false),
        (None, None) => {}
    }
    let pieces = |value: &Value| -> Vec<Value> { super::pieces(value).iter().map(super::piece).collect() };
    let (a, b) = (pieces(a), pieces(b));
    let same = a.len() == b.len()
        && a.iter().zip(&b).all(|(a, b)| match (&a.shape, &b.shape) {
            (Shape::Text(a), Shape::Text(b)) => a == b,
            (Shape::Symbol(a), Shape::Symbol(b)) => a == b,
            _ => false,
        });
    same.then_some(true)
}

/// Whether a text that is known in part cannot be `known`, because it begins or ends otherwise.
fn ends_differ(known: &str, partial: &Value) -> bool {
    if let Shape::Symbol(symbol) = &partial.shape {
        return match symbol.kind {
            SymbolKind::Arn => !known.starts_with("arn:"),
            SymbolKind::Name | SymbolKind::UniqueId => known.is_empty() || known.contains([':', '/']),
            SymbolKind::Other => false,
        };
    }
    let pieces = super::pieces(partial);
    let literal = |segment: Option<&crate::value::Segment>| match segment {
        Some(crate::value::Segment::Literal { text, .. }) => Some(text.clone()),
        _ => None,
    };
    let begins = literal(pieces.first()).is_none_or(|text| known.starts_with(&*text));
    let ends = literal(pieces.last()).is_none_or(|text| known.ends_with(&*text));
    let fixed: usize = pieces.iter().filter_map(|piece| literal(Some(piece))).map(|text| text.len()).sum();
    !begins || !ends || known.len() < fixed
}

/// Removes what is there twice and puts the rest in Terraform's order, if all is known; else in the order given.
pub(in super::super) fn make_set(items: &mut Vec<Value>) {
    remove_repeats(items);
    if items.iter().all(Value::is_known) {
        items.sort_by(set_order);
    }
}

/// Keeps the first of those that are equal for certain.
pub(super) fn remove_repeats(items: &mut Vec<Value>) {
    // Texts are most of what is ever put into sets, and there may be many of them.
    let mut texts = std::collections::HashSet::new();
    let mut kept: Vec<Value> = Vec::with_capacity(items.len());
    for item in items.drain(..) {
        let repeated = match &item.shape {
            Shape::Text(text) => !texts.insert(text.clone()),
            _ => kept.iter().any(|other| equals(other, &item) == Some(true)),
        };
        if !repeated {
            kept.push(item);
        }
    }
    *items = kept;
}

fn set_order(a: &Value, b: &Value) -> Ordering {
    match (&a.shape, &b.shape) {
        (Shape::Null, Shape::Null) => Ordering::Equal,
        (Shape::Null, _) => Ordering::Greater,
        (_, Shape::Null) => Ordering::Less,
        (Shape::Bool(a), Shape::Bool(b)) => a.cmp(b),
        (Shape::Number(a), Shape::Number(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
        _ if super::is_text(a) && super::is_text(b) => super::known(a).cmp(&super::known(b)),
        _ => {
            let key = |value: &Value| {
                let mut key = String::new();
                write_key(value, &mut key);
                key
            };
            key(a).cmp(&key(b))
        }
    }
}

/// The text by which Terraform orders elements that are not primitive.
fn write_key(value: &Value, key: &mut String) {
    match &value.shape {
        Shape::Null => key.push('~'),
        Shape::Bool(value) => key.push(if *value { 'T' } else { 'F' }),
        Shape::Number(number) => key.push_str(&number.to_general(Some(10))),
        Shape::Sequence(kind, items) => {
            let (open, close) = if *kind == SequenceKind::Tuple { ('<', '>') } else { ('[', ']') };
            key.push(open);
            for item in items.iter() {
                write_key(item, key);
                key.push(';');
            }
            key.push(close);
        }
        Shape::Mapping(kind, entries) => {
            let object = *kind == MappingKind::Object;
            key.push(if object { '<' } else { '{' });
            for entry in entries.iter() {
                if !object {
                    key.push_str(&format!("{:?}:", entry.key));
                }
                write_key(&entry.value, key);
                key.push(';');
            }
            key.push(if object { '>' } else { '}' });
        }
        _ if super::is_text(value) => key.push_str(&format!("{:?}", super::known(value))),
        _ => key.push('?'),
    }
}
