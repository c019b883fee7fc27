//! Values that depend on conditions, and functions over them.

use std::sync::Arc;

use super::guard::Formula;
use super::{Marks, Reason, Segment, Shape, Symbol, Unknown, Value};

/// One of several values, with the condition under which it is the one.
#[derive(Clone, PartialEq, Debug)]
pub struct Alternative {
    /// When.
    pub guard: Formula,
    /// What.
    pub value: Value,
}

/// Most alternatives a value may have; beyond, it becomes unknown and keeps only the references it may hold.
pub const MAX_ALTERNATIVES: usize = 64;

/// A value from alternatives: nested choices are flattened, alternatives that cannot hold are dropped, equal values are
/// merged, and a single one is that value itself.
pub fn choose(alternatives: impl IntoIterator<Item = Alternative>) -> Value {
    let mut flat: Vec<Alternative> = Vec::new();
    for alternative in alternatives {
        match &alternative.value.shape {
            Shape::Choice(inner) => {
                for nested in inner.iter() {
                    let guard = Formula::and([alternative.guard.clone(), nested.guard.clone()]);
                    let value = nested.value.clone().within(&alternative.value);
                    add(&mut flat, Alternative { guard, value });
                }
            }
            _ => add(&mut flat, alternative),
        }
    }
    match flat.len() {
        0 => Value::error("no alternative is possible"),
        1 => flat.remove(0).value,
        count if count > MAX_ALTERNATIVES => too_many(flat.iter().map(|alternative| &alternative.value)),
        _ => Shape::Choice(flat.into()).into(),
    }
}

fn add(flat: &mut Vec<Alternative>, new: Alternative) {
    if new.guard == Formula::False {
        return;
    }
    // Only small values are compared: merging is a convenience, and equality of large ones costs more than it saves.
    let same = flat.iter_mut().find(|old| is_small(&old.value) && old.value == new.value);
    match same {
        Some(old) => old.guard = Formula::or([old.guard.clone(), new.guard]),
        None => flat.push(new),
    }
}

fn is_small(value: &Value) -> bool {
    !matches!(value.shape, Shape::Sequence(..) | Shape::Mapping(..) | Shape::Json(_) | Shape::Template(_))
}

/// Unknown because there are too many alternatives; the references in `values` are kept.
pub fn too_many<'a>(values: impl IntoIterator<Item = &'a Value>) -> Value {
    let mut may = Vec::new();
    let mut marks = Marks::default();
    for value in values {
        marks = marks.with(value.marks);
        collect_symbols(value, &mut may);
    }
    may.dedup();
    let unknown = Unknown { may: may.into(), ..Unknown::new(Reason::TooMany) };
    Value::from(Shape::Unknown(Arc::new(unknown))).marked(marks)
}

/// Unknown because of something among `values`: the reason is that of the first unknown one, at any depth, and the
/// references they hold are kept.
pub fn unknown_among<'a>(values: impl IntoIterator<Item = &'a Value> + Clone) -> Value {
    let reason = values.clone().into_iter().find_map(first_reason);
    let overflow = too_many(values);
    match (reason, &overflow.shape) {
        (Some(reason), Shape::Unknown(unknown)) => {
            let unknown = Unknown { reason, ..(**unknown).clone() };
            Value { shape: Shape::Unknown(Arc::new(unknown)), ..overflow }
        }
        _ => overflow,
    }
}

/// Why a value is not known as a whole, if it is not.
pub fn first_reason(value: &Value) -> Option<Reason> {
    match &value.shape {
        Shape::Unknown(unknown) => Some(unknown.reason.clone()),
        Shape::Error(failure) => Some(Reason::Failed(failure.message.clone())),
        Shape::Symbol(symbol) => Some(Reason::AfterApply(symbol.attribute.clone())),
        Shape::Template(segments) => segments.iter().find_map(|segment| match segment {
            Segment::Value(value) => first_reason(value),
            Segment::Literal { .. } => None,
        }),
        Shape::Json(value) => first_reason(value),
        Shape::Sequence(_, items) => items.iter().find_map(first_reason),
        Shape::Mapping(_, entries) => entries.iter().find_map(|entry| first_reason(&entry.value)),
        Shape::Open(open) => first_reason(&open.element),
        Shape::Choice(alternatives) => alternatives.iter().find_map(|alternative| first_reason(&alternative.value)),
        _ => None,
    }
}

/// Adds every attribute that `value` refers to, at any depth.
pub fn collect_symbols(value: &Value, into: &mut Vec<Symbol>) {
    into.extend(value.as_symbol().cloned());
    match &value.shape {
        Shape::Template(segments) => {
            for segment in segments.iter() {
                if let Segment::Value(value) = segment {
                    collect_symbols(value, into);
                }
            }
        }
        Shape::Json(value) => collect_symbols(value, into),
        Shape::Sequence(_, items) => items.iter().for_each(|item| collect_symbols(item, into)),
        Shape::Mapping(_, entries) => entries.iter().for_each(|entry| collect_symbols(&entry.value, into)),
        Shape::Open(open) => collect_symbols(&open.element, into),
        Shape::Choice(alternatives) => {
            alternatives.iter().for_each(|alternative| collect_symbols(&alternative.value, into))
        }
        Shape::Unknown(unknown) => into.extend(unknown.may.iter().cloned()),
        _ => {}
    }
}

/// The alternatives of a value: itself when it is not a choice.
pub fn alternatives(value: &Value) -> Vec<Alternative> {
    match &value.shape {
        Shape::Choice(alternatives) => alternatives
            .iter()
            .map(|alternative| Alternative {
                guard: alternative.guard.clone(),
                value: alternative.value.clone().within(value),
            })
            .collect(),
        _ => vec![Alternative { guard: Formula::True, value: value.clone() }],
    }
}

/// Applies `function` to values that may be choices, for every combination that is not contradictory in itself.
/// Only choices at the top of an argument are spread; those inside collections stay where they are.
pub fn lift(arguments: &[Value], mut function: impl FnMut(&[Value]) -> Value) -> Value {
    if !arguments.iter().any(|argument| matches!(argument.shape, Shape::Choice(_))) {
        return function(arguments);
    }
    let mut rows: Vec<(Formula, Vec<Value>)> = vec![(Formula::True, Vec::with_capacity(arguments.len()))];
    for argument in arguments {
        let mut next = Vec::with_capacity(rows.len());
        for (guard, row) in &rows {
            for alternative in alternatives(argument) {
                let guard = Formula::and([guard.clone(), alternative.guard]);
                if guard != Formula::False {
                    let mut row = row.clone();
                    row.push(alternative.value);
                    next.push((guard, row));
                }
            }
        }
        if next.len() > MAX_ALTERNATIVES {
            return too_many(arguments);
        }
        rows = next;
    }
    choose(rows.into_iter().map(|(guard, row)| Alternative { guard, value: function(&row) }))
}
