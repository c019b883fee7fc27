//! Functions over one collection.

use super::choosing::unordered;
use super::equality::{equals, make_set, not_null, remove_repeats};
use super::string::characters;
use super::{Context, json_text, known, partial, whole};
use crate::terraform::convert::{convert, unify_types};
use crate::terraform::types::{Type, type_of};
use crate::value::{Entry, MappingKind, Number, Open, SequenceKind, Shape, TypeHint, Value, concatenate};

/// Whether no two of `items` can be equal.
pub(super) fn all_different(items: &[Value]) -> bool {
    items.len() < 2
        || items.iter().all(Value::is_known)
        || (items.len() <= 64
            && items
                .iter()
                .enumerate()
                .all(|(index, item)| items.iter().skip(index + 1).all(|other| equals(item, other) == Some(false))))
}

pub(super) fn length(arguments: &[Value], _: &Context<'_>) -> Value {
    let [value] = arguments else { return super::signature::wrong_count() };
    let count = |count: usize| Value::int(count as i64);
    match &value.shape {
        Shape::Sequence(SequenceKind::Set, items) if !all_different(items) => {
            partial::opaque(arguments, TypeHint::Number)
        }
        Shape::Sequence(_, items) => count(items.len()),
        Shape::Mapping(_, entries) => count(entries.len()),
        Shape::Bool(_) | Shape::Number(_) => {
            Value::error("argument must be a string, a collection type, or a structural type")
        }
        _ => match value.as_text().map(std::borrow::Cow::into_owned).or_else(|| json_text(value)) {
            Some(text) => count(characters(&text).count()),
            None => partial::opaque(arguments, TypeHint::Number),
        },
    }
}

pub(super) fn keys(arguments: &[Value], _: &Context<'_>) -> Value {
    let [map] = arguments else { return super::signature::wrong_count() };
    match &map.shape {
        Shape::Mapping(kind, entries) => {
            let mut entries: Vec<&Entry> = entries.iter().collect();
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            let keys = entries
                .into_iter()
                .map(|entry| Value { span: entry.key_span, ..Value::text(entry.key.clone()) })
                .collect();
            if *kind == MappingKind::Map { Value::list(keys) } else { Value::tuple(keys) }
        }
        Shape::Open(open) if open.keyed => {
            let element = partial::opaque(&[Value { shape: Shape::Null, ..map.clone() }], TypeHint::String);
            Shape::Open(Open { element, exists: open.exists, keyed: false }.into()).into()
        }
        Shape::Unknown(_) | Shape::Symbol(_) | Shape::Resource(_) => partial::opaque(arguments, TypeHint::Sequence),
        _ => Value::error("must have map or object type"),
    }
}

pub(super) fn values(arguments: &[Value], _: &Context<'_>) -> Value {
    let [map] = arguments else { return super::signature::wrong_count() };
    match &map.shape {
        Shape::Mapping(kind, entries) => {
            let mut entries: Vec<&Entry> = entries.iter().collect();
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            let values = entries.into_iter().map(|entry| entry.value.clone()).collect();
            if *kind == MappingKind::Map { Value::list(values) } else { Value::tuple(values) }
        }
        Shape::Open(open) if open.keyed => Shape::Open(Open { keyed: false, ..(**open).clone() }.into()).into(),
        Shape::Unknown(_) | Shape::Symbol(_) | Shape::Resource(_) => partial::opaque(arguments, TypeHint::Sequence),
        _ => Value::error("values() requires a map as the first argument"),
    }
}

pub(super) fn contains(arguments: &[Value], _: &Context<'_>) -> Value {
    partial::spread(arguments, |arguments| {
        let [list, value] = arguments else { return super::signature::wrong_count() };
        match &list.shape {
            Shape::Sequence(_, items) => {
                let mut undecided = false;
                for item in items.iter() {
                    match equals(item, value) {
                        Some(true) => return Value::bool(true),
                        Some(false) => {}
                        None => undecided = true,
                    }
                }
                if undecided { partial::opaque(arguments, TypeHint::Bool) } else { Value::bool(false) }
            }
            Shape::Open(open) if !open.keyed => partial::opaque(arguments, TypeHint::Bool),
            Shape::Unknown(_) | Shape::Symbol(_) => partial::opaque(arguments, TypeHint::Bool),
            _ => Value::error("argument must be list, tuple, or set"),
        }
    })
}

pub(super) fn index(arguments: &[Value], _: &Context<'_>) -> Value {
    partial::spread(arguments, |arguments| {
        let [list, value] = arguments else { return super::signature::wrong_count() };
        match &list.shape {
            Shape::Sequence(SequenceKind::Set, _) if !unordered(list) => {
                Value::error("argument must be a list or tuple")
            }
            Shape::Sequence(_, items) if items.is_empty() => Value::error("cannot search an empty list"),
            Shape::Sequence(_, items) if !unordered(list) => {
                for (index, item) in items.iter().enumerate() {
                    match equals(item, value) {
                        Some(true) => return Value::int(index as i64),
                        Some(false) => {}
                        None => return partial::opaque(arguments, TypeHint::Number),
                    }
                }
                Value::error("item not found")
            }
            Shape::Sequence(..) | Shape::Open(_) | Shape::Unknown(_) | Shape::Symbol(_) => {
                partial::opaque(arguments, TypeHint::Number)
            }
            _ => Value::error("argument must be a list or tuple"),
        }
    })
}

/// What a function does with a list that is not known as a list: open ones and unknown ones stay as they are.
fn not_a_list(list: &Value, arguments: &[Value]) -> Value {
    match &list.shape {
        Shape::Open(_) => list.clone(),
        _ => partial::opaque(arguments, TypeHint::Sequence),
    }
}

pub(super) fn compact(arguments: &[Value], _: &Context<'_>) -> Value {
    partial::spread(arguments, |arguments| {
        let [list] = arguments else { return super::signature::wrong_count() };
        let Shape::Sequence(kind, items) = &list.shape else { return not_a_list(list, arguments) };
        let dropped = |item: &Value| item.is_null() || item.as_text().is_some_and(|text| text.is_empty());
        let kept: Vec<Value> = items.iter().filter(|item| !dropped(item)).cloned().collect();
        Shape::Sequence(*kind, kept.into()).into()
    })
}

pub(super) fn distinct(arguments: &[Value], _: &Context<'_>) -> Value {
    partial::spread(arguments, |arguments| {
        let [list] = arguments else { return super::signature::wrong_count() };
        let Shape::Sequence(kind, items) = &list.shape else { return not_a_list(list, arguments) };
        let mut items = items.to_vec();
        remove_repeats(&mut items);
        Shape::Sequence(*kind, items.into()).into()
    })
}

pub(super) fn reverse(arguments: &[Value], _: &Context<'_>) -> Value {
    let [list] = arguments else { return super::signature::wrong_count() };
    match &list.shape {
        Shape::Sequence(kind, items) => {
            let items: Vec<Value> = items.iter().rev().cloned().collect();
            let kind = if *kind == SequenceKind::Set && !unordered(list) { SequenceKind::List } else { *kind };
            Shape::Sequence(kind, items.into()).into()
        }
        Shape::Open(open) if !open.keyed => list.clone(),
        Shape::Unknown(_) | Shape::Symbol(_) => partial::opaque(arguments, TypeHint::Sequence),
        _ => Value::error(format!("can only reverse list or tuple values, not {}", type_of(list))),
    }
}

pub(super) fn slice(arguments: &[Value], _: &Context<'_>) -> Value {
    let [list, start, end] = arguments else { return super::signature::wrong_count() };
    match &list.shape {
        _ if unordered(list) => partial::opaque(arguments, TypeHint::Sequence),
        Shape::Sequence(SequenceKind::Set, _) => Value::error(
            "cannot slice a set, because its elements do not have indices; explicitly convert to a list if the ordering of the result is not important",
        ),
        Shape::Sequence(kind, items) => {
            if !start.is_known() || !end.is_known() {
                return partial::opaque(arguments, TypeHint::Sequence);
            }
            let (start, end) = match (whole(start, "start index"), whole(end, "end index")) {
                (Ok(start), Ok(end)) => (start, end),
                (Err(failed), _) | (_, Err(failed)) => return failed,
            };
            if start < 0 || end < 0 {
                return Value::error("start index and end index must not be less than zero");
            }
            if start > end {
                return Value::error("start index must not be greater than end index");
            }
            match items.get(start as usize..end as usize) {
                Some(items) => Shape::Sequence(*kind, items.into()).into(),
                None => Value::error("end index must not be greater than the length of the list"),
            }
        }
        Shape::Open(_) | Shape::Unknown(_) | Shape::Symbol(_) => partial::opaque(arguments, TypeHint::Sequence),
        _ => Value::error("must be a list or tuple value"),
    }
}

/// Text of which not everything is known has no place in an order: such a list is kept as one without order.
pub(super) fn sort(arguments: &[Value], _: &Context<'_>) -> Value {
    partial::spread(arguments, |arguments| {
        let [list] = arguments else { return super::signature::wrong_count() };
        let Shape::Sequence(_, items) = &list.shape else { return not_a_list(list, arguments) };
        if let Some(index) = items.iter().position(Value::is_null) {
            return Value::error(format!("given list element {index} is null; a null string cannot be sorted"));
        }
        let mut items = items.to_vec();
        if items.len() > 1 && !items.iter().all(Value::is_known) {
            return Shape::Sequence(SequenceKind::Set, items.into()).into();
        }
        items.sort_by(|a, b| known(a).cmp(&known(b)));
        Value::list(items)
    })
}

pub(super) fn join(arguments: &[Value], _: &Context<'_>) -> Value {
    let [separator, lists @ ..] = arguments else { return super::signature::wrong_count() };
    if lists.is_empty() {
        return Value::error("at least one list is required");
    }
    if let [only] = lists
        && let Shape::Open(open) = &only.shape
        && (not_null(&open.element) || matches!(open.element.shape, Shape::Unknown(_) | Shape::Symbol(_)))
        && let Some(joined) = super::choosing::if_exists(open, open.element.clone(), Value::text(""))
    {
        return joined;
    }
    partial::spread(arguments, |arguments| {
        let [separator_, lists @ ..] = arguments else { return separator.clone() };
        let mut parts: Vec<Value> = Vec::new();
        let mut size = 0;
        for list in lists {
            match &list.shape {
                Shape::Sequence(_, items) if !unordered(list) => {
                    for item in items.iter() {
                        if item.is_null() {
                            return Value::error("an element is null; cannot concatenate null values");
                        }
                        if !parts.is_empty() {
                            parts.push(separator_.clone());
                        }
                        size += item.as_text().map_or(0, |text| text.len());
                        parts.push(item.clone());
                    }
                }
                _ => return partial::opaque(arguments, TypeHint::String),
            }
        }
        size += parts.len() / 2 * separator_.as_text().map_or(0, |text| text.len());
        if size > super::string::MAX_TEXT {
            return partial::opaque(arguments, TypeHint::String);
        }
        if parts.is_empty() { Value::text("") } else { concatenate(parts) }
    })
}

/// Truth of all or any of a list: `decides` is the element that settles it.
fn truth(arguments: &[Value], decides: bool) -> Value {
    partial::spread(arguments, |arguments| {
        let [list] = arguments else { return super::signature::wrong_count() };
        let Shape::Sequence(_, items) = &list.shape else { return partial::opaque(arguments, TypeHint::Bool) };
        let mut undecided = false;
        for item in items.iter() {
            match item.shape {
                // Null counts as false.
                Shape::Null if !decides => return Value::bool(false),
                Shape::Null => {}
                Shape::Bool(value) if value == decides => return Value::bool(decides),
                Shape::Bool(_) => {}
                _ => undecided = true,
            }
        }
        if undecided { partial::opaque(arguments, TypeHint::Bool) } else { Value::bool(!decides) }
    })
}

pub(super) fn alltrue(arguments: &[Value], _: &Context<'_>) -> Value {
    truth(arguments, false)
}

pub(super) fn anytrue(arguments: &[Value], _: &Context<'_>) -> Value {
    truth(arguments, true)
}

pub(super) fn sum(arguments: &[Value], _: &Context<'_>) -> Value {
    let [list] = arguments else { return super::signature::wrong_count() };
    let Some(items) = list.as_sequence() else { return Value::error("cannot sum noniterable") };
    if items.is_empty() {
        return Value::error("cannot sum an empty list");
    }
    let mut sum = Number::from(0);
    for item in items {
        match convert(item, &Type::Number).shape {
            Shape::Number(number) => sum = sum.add(&number),
            _ => return Value::error("argument must be list, set, or tuple of number values"),
        }
    }
    Value::number(sum)
}

pub(super) fn chunklist(arguments: &[Value], _: &Context<'_>) -> Value {
    let [list, size] = arguments else { return super::signature::wrong_count() };
    let (Shape::Sequence(_, items), Shape::Number(_)) = (&list.shape, &size.shape) else {
        return partial::opaque(arguments, TypeHint::Sequence);
    };
    if unordered(list) {
        return partial::opaque(arguments, TypeHint::Sequence);
    }
    match whole(size, "size") {
        Ok(size) if size < 0 => Value::error("the size argument must be positive"),
        Ok(_) if items.is_empty() => Value::list(Vec::new()),
        Ok(0) => Value::list(vec![list.clone()]),
        Ok(size) => Value::list(items.chunks(size as usize).map(|chunk| Value::list(chunk.to_vec())).collect()),
        Err(failed) => failed,
    }
}

pub(super) fn transpose(arguments: &[Value], _: &Context<'_>) -> Value {
    let [map] = arguments else { return super::signature::wrong_count() };
    let Some(entries) = map.as_mapping() else { return partial::opaque(arguments, TypeHint::Mapping) };
    let mut turned: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for entry in entries {
        let Some(items) = entry.value.as_sequence() else { return Value::error("input must not contain null list") };
        for item in items {
            if item.is_null() {
                return Value::error("input list must not contain null string");
            }
            turned.entry(known(item).into_owned()).or_default().push(entry.key.to_string());
        }
    }
    let entries: Vec<Entry> = turned
        .into_iter()
        .map(|(key, mut values)| {
            values.sort();
            let values = values.into_iter().map(Value::text).collect();
            Entry { key: key.into(), key_span: None, value: Value::list(values) }
        })
        .collect();
    Shape::Mapping(MappingKind::Map, entries.into()).into()
}

/// The function `list` of Terraform 0.11.
pub(super) fn list(arguments: &[Value], _: &Context<'_>) -> Value {
    let tuple = Value::tuple(arguments.to_vec());
    let types: Vec<Type> = arguments.iter().map(type_of).collect();
    if unify_types(&types).is_some() { convert(&tuple, &Type::list(Type::Any)) } else { tuple }
}

/// The function `map` of Terraform 0.11: keys and values in turn.
pub(super) fn map(arguments: &[Value], _: &Context<'_>) -> Value {
    let mut entries: Vec<Entry> = Vec::new();
    for pair in arguments.chunks(2) {
        let [key, value] = pair else { return Value::error("map takes keys and values in turn") };
        let key = convert(key, &Type::String);
        if !key.is_known() || key.is_null() {
            return partial::opaque(arguments, TypeHint::Mapping);
        }
        let entry = Entry { key: (&*known(&key)).into(), key_span: key.span, value: value.clone() };
        entries.retain(|other| other.key != entry.key);
        entries.push(entry);
    }
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    let object = Value::object(entries);
    let converted = convert(&object, &Type::map(Type::Any));
    if matches!(converted.shape, Shape::Error(_)) { object } else { converted }
}

/// The arguments as sets of one type; an error if there is none.
fn sets(arguments: &[Value]) -> Result<Vec<Vec<Value>>, Value> {
    let element = |value: &Value| match type_of(value) {
        Type::Set(element) => *element,
        _ => Type::Any,
    };
    let types: Vec<Type> = arguments.iter().map(element).collect();
    let Some(ty) = unify_types(&types) else {
        return Err(Value::error("given sets must all have compatible element types"));
    };
    let mut sets = Vec::with_capacity(arguments.len());
    for argument in arguments {
        let converted = convert(argument, &Type::set(ty.clone()));
        match converted.shape {
            Shape::Sequence(_, items) => sets.push(items.to_vec()),
            _ => return Err(partial::opaque(arguments, TypeHint::Sequence)),
        }
    }
    Ok(sets)
}

fn set(mut items: Vec<Value>) -> Value {
    make_set(&mut items);
    Shape::Sequence(SequenceKind::Set, items.into()).into()
}

pub(super) fn setunion(arguments: &[Value], _: &Context<'_>) -> Value {
    partial::spread(arguments, |arguments| match sets(arguments) {
        Ok(sets) => set(sets.concat()),
        Err(otherwise) => otherwise,
    })
}

/// Keeps the elements of the first set for which being in each other set is `wanted`.
fn filter(arguments: &[Value], wanted: bool) -> Value {
    partial::spread(arguments, |arguments| {
        let sets = match sets(arguments) {
            Ok(sets) => sets,
            Err(otherwise) => return otherwise,
        };
        let Some((first, others)) = sets.split_first() else { return super::signature::wrong_count() };
        let mut kept = Vec::new();
        for item in first {
            let mut keep = true;
            for other in others {
                let answers: Vec<Option<bool>> = other.iter().map(|member| equals(item, member)).collect();
                let within = answers.contains(&Some(true));
                if !within && answers.contains(&None) {
                    return partial::opaque(arguments, TypeHint::Sequence);
                }
                keep &= within == wanted;
            }
            if keep {
                kept.push(item.clone());
            }
        }
        set(kept)
    })
}

pub(super) fn setintersection(arguments: &[Value], _: &Context<'_>) -> Value {
    filter(arguments, true)
}

pub(super) fn setsubtract(arguments: &[Value], _: &Context<'_>) -> Value {
    filter(arguments, false)
}
