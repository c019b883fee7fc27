//! Strings put together from pieces.

use super::unknown;
use crate::syntax::{Document, Node};
use crate::text::Span;
use crate::value::choice::{collect_symbols, lift, too_many};
use crate::value::{Reason, Segment, Shape, TypeHint, Unknown, Value, Written, concatenate};

/// What a dynamic reference begins with; it ends with `}}`.
const DYNAMIC: &str = "{{resolve:";

/// The value as it goes into a string: numbers as they are written, booleans as `true` and `false`. What cannot go into
/// one is unknown or an error. Choices are spread before.
pub(super) fn textual(document: &Document, value: &Value) -> Value {
    let text = match &value.shape {
        Shape::Number(number) => match value.written {
            Written::Node(source, node) if source == document.source() => match document.node(node) {
                Node::Number(text) => document.text(text).to_owned(),
                _ => number.to_string(),
            },
            _ => number.to_string(),
        },
        Shape::Bool(value) => value.to_string(),
        Shape::Null => return Value { shape: Value::error("a null is put into a string").shape, ..value.clone() },
        Shape::Sequence(..) | Shape::Mapping(..) | Shape::Open(_) | Shape::Resource(_) | Shape::Choice(_) => {
            let mut may = Vec::new();
            collect_symbols(value, &mut may);
            let reason = Reason::Failed("a list or mapping is put into a string".into());
            let unknown = Unknown { hint: TypeHint::String, not_null: true, may: may.into(), ..Unknown::new(reason) };
            return Value { shape: Shape::Unknown(unknown.into()), ..value.clone() };
        }
        _ => return value.clone(),
    };
    Value { shape: Shape::Text(text.into()), written: Written::No, ..value.clone() }
}

/// One string from pieces of any shape, each of which may be a choice. Where the choices combine to too many strings, each
/// becomes an unknown piece that keeps its references, so that the text around it stays.
pub(super) fn joined(document: &Document, pieces: &[Value]) -> Value {
    let join = |row: &[Value]| {
        let row: Vec<Value> = row.iter().map(|piece| textual(document, piece)).collect();
        concatenate(with_dynamic_references(row))
    };
    let value = lift(pieces, join);
    let is_too_many = matches!(&value.shape, Shape::Unknown(unknown) if unknown.reason == Reason::TooMany);
    if !is_too_many || pieces.len() == 1 {
        return value;
    }
    let blurred = |piece: &Value| match &piece.shape {
        Shape::Choice(all) => too_many(all.iter().map(|alternative| &alternative.value)),
        _ => piece.clone(),
    };
    join(&pieces.iter().map(blurred).collect::<Vec<_>>())
}

/// Plain text, in which a dynamic reference is an unknown piece.
pub(super) fn plain(text: &str, written: Written, span: Span) -> Value {
    let whole = Value::text(text).at(span).written(written);
    if !text.contains(DYNAMIC) {
        return whole;
    }
    concatenate(with_dynamic_references(vec![whole])).at(span)
}

/// Replaces everything from `{{resolve:` to `}}` by an unknown, also where the reference is itself made of pieces.
fn with_dynamic_references(pieces: Vec<Value>) -> Vec<Value> {
    let starts = |piece: &Value| match &piece.shape {
        Shape::Text(text) => text.contains(DYNAMIC),
        Shape::Template(segments) => {
            segments.iter().any(|segment| matches!(segment, Segment::Literal { text, .. } if text.contains(DYNAMIC)))
        }
        _ => false,
    };
    if !pieces.iter().any(starts) {
        return pieces;
    }
    let mut flat: Vec<Value> = Vec::new();
    for piece in pieces {
        match &piece.shape {
            Shape::Template(segments) => flat.extend(segments.iter().map(|segment| match segment {
                Segment::Literal { text, written } => Value::text(text.clone()).written(*written),
                Segment::Value(value) => value.clone(),
            })),
            _ => flat.push(piece),
        }
    }
    let mut result: Vec<Value> = Vec::new();
    // The reference that is being read, while one is.
    let mut open: Option<String> = None;
    for piece in flat {
        let Shape::Text(text) = &piece.shape else {
            match &mut open {
                Some(name) => name.push_str("${}"),
                None => result.push(piece),
            }
            continue;
        };
        let mut rest: &str = text;
        let mut whole = true;
        while !rest.is_empty() {
            match &mut open {
                Some(name) => match rest.find("}}") {
                    Some(end) => {
                        name.push_str(&rest[..end]);
                        result.push(unknown(Reason::LookUp(std::mem::take(name).into()), TypeHint::String));
                        open = None;
                        (rest, whole) = (&rest[end + 2..], false);
                    }
                    None => {
                        name.push_str(rest);
                        (rest, whole) = ("", false);
                    }
                },
                None => {
                    let start = rest.find(DYNAMIC);
                    let before = &rest[..start.unwrap_or(rest.len())];
                    if whole && start.is_none() {
                        result.push(piece.clone());
                    } else if !before.is_empty() {
                        result.push(Value::text(before).marked(piece.marks));
                    }
                    let Some(start) = start else { break };
                    open = Some(DYNAMIC.trim_start_matches('{').to_owned());
                    (rest, whole) = (&rest[start + DYNAMIC.len()..], false);
                }
            }
        }
    }
    // Without an end it is no reference, but text that the service rejects.
    if let Some(name) = open {
        result.push(unknown(Reason::LookUp(name.into()), TypeHint::String));
    }
    result
}
