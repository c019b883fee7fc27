//! Functions that pick a value out of others and hand it on as it is.

use super::equality::{equals, not_empty, not_null};
use super::{Context, known, partial, whole};
use crate::terraform::convert::{convert, unify_types};
use crate::terraform::types::{Type, type_of};
use crate::value::choice::{self, Alternative};
use crate::value::{Formula, MappingKind, Open, SequenceKind, Shape, TypeHint, Value};

/// What an open collection gives for one of its elements: the element where there is one, `otherwise` where there is none.
pub(super) fn if_exists(open: &Open, element: Value, otherwise: Value) -> Option<Value> {
    let exists = Formula::Atom(open.exists?);
    Some(choice::choose([
        Alternative { guard: exists.clone(), value: element },
        Alternative { guard: !exists, value: otherwise },
    ]))
}

/// Whether the order of a sequence is not known.
pub(super) fn unordered(value: &Value) -> bool {
    match &value.shape {
        Shape::Sequence(SequenceKind::Set, items) => items.len() > 1 && !value.is_known(),
        _ => false,
    }
}

pub(super) fn element(arguments: &[Value], _: &Context<'_>) -> Value {
    let [list, index] = arguments else { return super::signature::wrong_count() };
    match &list.shape {
        _ if unordered(list) => partial::opaque(arguments, TypeHint::Any),
        Shape::Sequence(SequenceKind::Set, _) => Value::error("cannot read elements from a set"),
        Shape::Sequence(_, items) if items.is_empty() => Value::error("cannot use element function with an empty list"),
        Shape::Sequence(_, items) => {
            if !matches!(index.shape, Shape::Number(_)) {
                return the_same_or(items, || partial::opaque(arguments, TypeHint::Any));
            }
            match whole(index, "index") {
                Ok(index) if index < 0 => Value::error("cannot use element function with a negative index"),
                Ok(index) => items.get(index as usize % items.len()).cloned().unwrap_or_else(Value::null),
                Err(failed) => failed,
            }
        }
        Shape::Open(open) if !open.keyed => {
            let empty = Value::error("cannot use element function with an empty list");
            if_exists(open, open.element.clone(), empty).unwrap_or_else(|| open.element.clone())
        }
        Shape::Unknown(_) | Shape::Symbol(_) => partial::opaque(arguments, TypeHint::Any),
        _ => Value::error(format!("cannot read elements from {}", type_of(list))),
    }
}

/// The one value that all of `items` are, or `otherwise`.
fn the_same_or(items: &[Value], otherwise: impl FnOnce() -> Value) -> Value {
    match items.split_first() {
        Some((first, others)) if others.iter().all(|other| equals(first, other) == Some(true)) => first.clone(),
        _ => otherwise(),
    }
}

pub(super) fn lookup(arguments: &[Value], _: &Context<'_>) -> Value {
    let (map, key, default) = match arguments {
        [map, key] => (map, key, None),
        [map, key, default] => (map, key, Some(default)),
        _ => return Value::error(format!("lookup() takes two or three arguments, got {}", arguments.len())),
    };
    match &map.shape {
        Shape::Mapping(kind, entries) => {
            let element = match kind {
                MappingKind::Map => {
                    let types: Vec<Type> = entries.iter().map(|entry| type_of(&entry.value)).collect();
                    unify_types(&types).unwrap_or(Type::Any)
                }
                MappingKind::Object => Type::Any,
            };
            let default = default.map(|default| convert(default, &element));
            if let Some(Value { shape: Shape::Error(_), .. }) = &default {
                return Value::error("the default value must have the same type as the map elements");
            }
            if !key.is_known() {
                let mut candidates: Vec<Value> = entries.iter().map(|entry| entry.value.clone()).collect();
                candidates.extend(default);
                return the_same_or(&candidates, || partial::opaque(arguments, element.hint()));
            }
            let key = known(key);
            match (entries.iter().find(|entry| *entry.key == *key), default) {
                (Some(entry), _) => entry.value.clone(),
                (None, Some(default)) => default,
                (None, None) if *kind == MappingKind::Object => {
                    Value::error(format!("the given object has no attribute \"{key}\""))
                }
                (None, None) => Value::error(format!("lookup failed to find key \"{key}\"")),
            }
        }
        Shape::Open(open) if open.keyed => {
            let mut candidates = vec![open.element.clone()];
            candidates.extend(default.cloned());
            the_same_or(&candidates, || partial::opaque(arguments, TypeHint::Any))
        }
        Shape::Unknown(_) | Shape::Symbol(_) | Shape::Resource(_) => partial::opaque(arguments, TypeHint::Any),
        _ => Value::error("lookup() requires a map as the first argument"),
    }
}

pub(super) fn coalesce(arguments: &[Value], _: &Context<'_>) -> Value {
    let types: Vec<Type> = arguments.iter().map(type_of).collect();
    let Some(ty) = unify_types(&types) else { return Value::error("all arguments must have the same type") };
    for (index, argument) in arguments.iter().enumerate() {
        let value = convert(argument, &ty);
        if value.is_null() {
            continue;
        }
        let may_be_text = matches!(ty, Type::String | Type::Any);
        let empty = may_be_text && value.as_text().is_some_and(|text| text.is_empty());
        if empty {
            continue;
        }
        let certain = matches!(value.shape, Shape::Error(_))
            || (not_null(&value) && (!may_be_text || !value_is_text(&value) || not_empty(&value)));
        if certain {
            return value;
        }
        return partial::opaque(arguments.get(index..).unwrap_or(arguments), ty.hint());
    }
    Value::error("no non-null, non-empty-string arguments")
}

fn value_is_text(value: &Value) -> bool {
    match &value.shape {
        Shape::Unknown(unknown) => matches!(unknown.hint, TypeHint::Any | TypeHint::String),
        Shape::Symbol(_) => true,
        _ => super::is_text(value),
    }
}

pub(super) fn coalescelist(arguments: &[Value], context: &Context<'_>) -> Value {
    if arguments.is_empty() {
        return Value::error("at least one argument is required");
    }
    for (index, argument) in arguments.iter().enumerate() {
        let rest = arguments.get(index..).unwrap_or(arguments);
        match &argument.shape {
            Shape::Null => {}
            Shape::Sequence(SequenceKind::Set, _) => {
                return Value::error("coalescelist arguments must be lists or tuples");
            }
            Shape::Sequence(_, items) if items.is_empty() => {}
            Shape::Sequence(..) => return argument.clone(),
            Shape::Open(open) if !open.keyed => {
                let others = || match rest.split_first() {
                    Some((_, others)) if !others.is_empty() => coalescelist(others, context),
                    _ => Value::error("no non-null arguments"),
                };
                return if_exists(open, argument.clone(), others())
                    .unwrap_or_else(|| partial::opaque(rest, TypeHint::Sequence));
            }
            Shape::Unknown(_) | Shape::Symbol(_) => return partial::opaque(rest, TypeHint::Sequence),
            _ => return Value::error("coalescelist arguments must be lists or tuples"),
        }
    }
    Value::error("no non-null arguments")
}

pub(super) fn one(arguments: &[Value], _: &Context<'_>) -> Value {
    let [list] = arguments else { return super::signature::wrong_count() };
    match &list.shape {
        Shape::Sequence(_, items) if items.is_empty() => Value::null(),
        Shape::Sequence(kind, items) => match &items[..] {
            [only] => only.clone(),
            _ if *kind == SequenceKind::Set && !super::collection::all_different(items) => {
                partial::opaque(arguments, TypeHint::Any)
            }
            _ => Value::error("must be a list, set, or tuple value with either zero or one elements"),
        },
        Shape::Open(open) if !open.keyed => if_exists(open, open.element.clone(), Value::null())
            .unwrap_or_else(|| partial::opaque(arguments, TypeHint::Any)),
        Shape::Unknown(_) | Shape::Symbol(_) => partial::opaque(arguments, TypeHint::Any),
        _ => Value::error("must be a list, set, or tuple value with either zero or one elements"),
    }
}
