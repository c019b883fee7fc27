//! Functions that put collections together.

use std::sync::Arc;

use super::choosing::unordered;
use super::equality::{equals, make_set};
use super::{Context, known, partial};
use crate::terraform::convert::{as_common, has_unknown_type, unify_types};
use crate::terraform::types::{Type, type_of};
use crate::value::choice::{self, Alternative};
use crate::value::{AtomId, Entry, Formula, MappingKind, Open, SequenceKind, Shape, SymbolKind, TypeHint, Value};

/// Most elements that a function makes.
const MAX_ELEMENTS: usize = 1 << 16;

/// A stretch of a sequence that is being put together.
enum Part {
    Items(Vec<Value>),
    Open(Arc<Open>),
}

/// One sequence of all parts. Where an open collection may be empty, both cases are kept apart by the condition it has;
/// without one, the whole is open, and its element is any of the parts'.
fn splice(parts: Vec<Part>, kind: SequenceKind) -> Value {
    let opens: Vec<&Arc<Open>> = parts
        .iter()
        .filter_map(|part| match part {
            Part::Open(open) => Some(open),
            Part::Items(_) => None,
        })
        .collect();
    let has_items = parts.iter().any(|part| matches!(part, Part::Items(items) if !items.is_empty()));
    if let ([only], false) = (&opens[..], has_items) {
        return Shape::Open((*only).clone()).into();
    }
    let mut atoms: Vec<AtomId> = opens.iter().filter_map(|open| open.exists).collect();
    atoms.sort();
    atoms.dedup();
    if opens.iter().any(|open| open.exists.is_none()) || atoms.len() > 4 {
        let mut elements: Vec<Value> = Vec::new();
        for part in &parts {
            match part {
                Part::Items(items) => elements.extend(items.iter().cloned()),
                Part::Open(open) => elements.push(open.element.clone()),
            }
        }
        let same = elements.windows(2).all(|pair| matches!(pair, [a, b] if equals(a, b) == Some(true)));
        let element = match elements.first() {
            Some(first) if same => first.clone(),
            _ => partial::opaque(&elements, TypeHint::Any),
        };
        return Shape::Open(Open { element, exists: None, keyed: false }.into()).into();
    }
    let mut alternatives = Vec::new();
    for case in 0..1usize << atoms.len() {
        let holds = |atom: AtomId| atoms.iter().position(|other| *other == atom).is_some_and(|at| case >> at & 1 == 1);
        let guard = Formula::and(atoms.iter().map(|atom| {
            let formula = Formula::Atom(*atom);
            if holds(*atom) { formula } else { !formula }
        }));
        let mut items: Vec<Value> = Vec::new();
        for part in &parts {
            match part {
                Part::Items(known) => items.extend(known.iter().cloned()),
                Part::Open(open) if open.exists.is_some_and(holds) => items.push(open.element.clone()),
                Part::Open(_) => {}
            }
        }
        alternatives.push(Alternative { guard, value: Shape::Sequence(kind, items.into()).into() });
    }
    choice::choose(alternatives)
}

pub(super) fn concat(arguments: &[Value], _: &Context<'_>) -> Value {
    if arguments.is_empty() {
        return Value::error("at least one argument is required");
    }
    let list = |value: &Value| matches!(value.shape, Shape::Sequence(SequenceKind::List, _));
    let mut converted = None;
    let mut kind = SequenceKind::Tuple;
    if arguments.iter().all(list) {
        let types: Vec<Type> = arguments.iter().map(type_of).collect();
        if let Some(ty) = unify_types(&types) {
            kind = SequenceKind::List;
            converted = Some(arguments.iter().map(|argument| as_common(argument, &ty)).collect::<Vec<_>>());
        }
    }
    let mut parts = Vec::with_capacity(arguments.len());
    let mut out_of_order = false;
    for argument in converted.as_deref().unwrap_or(arguments) {
        out_of_order |= unordered(argument);
        match &argument.shape {
            Shape::Sequence(SequenceKind::Set, _) if !unordered(argument) => {
                return Value::error(format!("all arguments must be lists or tuples; got {}", type_of(argument)));
            }
            Shape::Sequence(_, items) => parts.push(Part::Items(items.to_vec())),
            Shape::Open(open) if !open.keyed => parts.push(Part::Open(open.clone())),
            Shape::Unknown(unknown) if matches!(unknown.hint, TypeHint::Any | TypeHint::Sequence) => {
                parts.push(Part::Open(unknown_elements(argument)));
            }
            Shape::Symbol(symbol) if symbol.kind == SymbolKind::Other => {
                parts.push(Part::Open(unknown_elements(argument)));
            }
            Shape::Resource(_) => parts.push(Part::Open(unknown_elements(argument))),
            _ => return Value::error(format!("all arguments must be lists or tuples; got {}", type_of(argument))),
        }
    }
    splice(parts, if out_of_order { SequenceKind::Set } else { kind })
}

/// An unknown collection as one of unknown length.
fn unknown_elements(value: &Value) -> Arc<Open> {
    let element = partial::opaque(std::slice::from_ref(value), TypeHint::Any);
    Arc::new(Open { element, exists: None, keyed: false })
}

pub(super) fn flatten(arguments: &[Value], _: &Context<'_>) -> Value {
    partial::spread(arguments, |arguments| {
        let [list] = arguments else { return super::signature::wrong_count() };
        let mut parts = Vec::new();
        let mut out_of_order = false;
        match &list.shape {
            Shape::Sequence(..) | Shape::Open(_) => flatten_into(list, &mut parts, &mut out_of_order),
            Shape::Unknown(_) | Shape::Symbol(_) => return partial::opaque(arguments, TypeHint::Sequence),
            _ => return Value::error("can only flatten lists, sets and tuples"),
        }
        splice(parts, if out_of_order { SequenceKind::Set } else { SequenceKind::Tuple })
    })
}

/// Whether something that is not known may be a list itself.
fn may_be_list(value: &Value) -> bool {
    match &value.shape {
        Shape::Unknown(unknown) => matches!(unknown.hint, TypeHint::Any | TypeHint::Sequence),
        Shape::Symbol(symbol) if symbol.kind == SymbolKind::Other => {
            let last = symbol.attribute.rsplit('.').next().unwrap_or("");
            !matches!(last, "id" | "arn" | "name")
        }
        _ => false,
    }
}

fn flatten_into(value: &Value, parts: &mut Vec<Part>, out_of_order: &mut bool) {
    *out_of_order |= unordered(value);
    match &value.shape {
        Shape::Sequence(_, items) => items.iter().for_each(|item| flatten_into(item, parts, out_of_order)),
        Shape::Open(open) if !open.keyed => {
            // What is in the element of an open collection is in the collection.
            let mut inner = Vec::new();
            flatten_into(&open.element, &mut inner, out_of_order);
            let element = match &inner[..] {
                [Part::Items(items)] if items.len() == 1 => items.first().cloned(),
                [Part::Open(inner)] => Some(inner.element.clone()),
                _ => None,
            };
            let whole = std::slice::from_ref(&open.element);
            let element = element.unwrap_or_else(|| partial::opaque(whole, TypeHint::Any));
            let exists =
                if matches!(open.element.shape, Shape::Sequence(..) | Shape::Open(_)) { None } else { open.exists };
            parts.push(Part::Open(Arc::new(Open { element, exists, keyed: false })));
        }
        _ if may_be_list(value) => {
            let element = partial::opaque(std::slice::from_ref(value), TypeHint::Any);
            parts.push(Part::Open(Arc::new(Open { element, exists: None, keyed: false })));
        }
        _ => match parts.last_mut() {
            Some(Part::Items(items)) => items.push(value.clone()),
            _ => parts.push(Part::Items(vec![value.clone()])),
        },
    }
}

pub(super) fn merge(arguments: &[Value], _: &Context<'_>) -> Value {
    let mut merged: std::collections::BTreeMap<Arc<str>, Entry> = std::collections::BTreeMap::new();
    let mut types: Vec<Type> = Vec::new();
    let mut all_maps = true;
    let mut opens: Vec<&Arc<Open>> = Vec::new();
    for argument in arguments {
        match &argument.shape {
            Shape::Null => {}
            Shape::Mapping(kind, entries) => {
                all_maps &= *kind == MappingKind::Map;
                types.push(type_of(argument));
                merged.extend(entries.iter().map(|entry| (entry.key.clone(), entry.clone())));
            }
            Shape::Open(open) if open.keyed => opens.push(open),
            Shape::Unknown(_) | Shape::Symbol(_) | Shape::Resource(_) => {
                return partial::opaque(arguments, TypeHint::Mapping);
            }
            _ => return Value::error(format!("arguments must be maps or objects, got \"{}\"", type_of(argument))),
        }
    }
    if let ([only], true) = (&opens[..], merged.is_empty()) {
        return Shape::Open((*only).clone()).into();
    }
    if !opens.is_empty() {
        let mut elements: Vec<Value> = opens.iter().map(|open| open.element.clone()).collect();
        elements.extend(merged.into_values().map(|entry| entry.value));
        let element = partial::opaque(&elements, TypeHint::Any);
        return Shape::Open(Open { element, exists: None, keyed: true }.into()).into();
    }
    let entries: Vec<Entry> = merged.into_values().collect();
    // Maps of one type stay a map; anything else is an object, which holds values of any types.
    let one_type = types.windows(2).all(|pair| match pair {
        [Type::Map(a), Type::Map(b)] => a == b || **a == Type::Any || **b == Type::Any,
        _ => false,
    });
    let kind = if all_maps && one_type && !types.is_empty() { MappingKind::Map } else { MappingKind::Object };
    Shape::Mapping(kind, entries.into()).into()
}

pub(super) fn zipmap(arguments: &[Value], _: &Context<'_>) -> Value {
    let [keys, values] = arguments else { return super::signature::wrong_count() };
    if let (Shape::Open(_), Shape::Open(open)) = (&keys.shape, &values.shape) {
        return Shape::Open(Open { keyed: true, ..(**open).clone() }.into()).into();
    }
    let kind = match &values.shape {
        Shape::Sequence(SequenceKind::Tuple, _) => MappingKind::Object,
        Shape::Sequence(SequenceKind::List, _) => MappingKind::Map,
        Shape::Open(_) | Shape::Unknown(_) | Shape::Symbol(_) => return partial::opaque(arguments, TypeHint::Mapping),
        _ if unordered(values) => return partial::opaque(arguments, TypeHint::Mapping),
        _ => return Value::error("values argument must be a list or tuple value"),
    };
    let (Some(keys), Some(values)) = (keys.as_sequence().filter(|_| keys.is_known()), values.as_sequence()) else {
        return partial::opaque(arguments, TypeHint::Mapping);
    };
    if keys.len() != values.len() {
        return Value::error(format!(
            "number of keys ({}) does not match number of values ({})",
            keys.len(),
            values.len()
        ));
    }
    let mut entries: std::collections::BTreeMap<String, Entry> = std::collections::BTreeMap::new();
    for (index, (key, value)) in keys.iter().zip(values).enumerate() {
        if key.is_null() {
            return Value::error(format!("keys list has null value at index {index}"));
        }
        let name = known(key).into_owned();
        let entry = Entry { key: name.as_str().into(), key_span: key.span, value: value.clone() };
        entries.insert(name, entry);
    }
    let entries: Vec<Entry> = entries.into_values().collect();
    Shape::Mapping(kind, entries.into()).into()
}

pub(super) fn setproduct(arguments: &[Value], _: &Context<'_>) -> Value {
    if arguments.len() < 2 {
        return Value::error("at least two arguments are required");
    }
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    let mut ordered = true;
    for argument in arguments {
        let Shape::Sequence(kind, items) = &argument.shape else {
            return match &argument.shape {
                Shape::Open(_) | Shape::Unknown(_) | Shape::Symbol(_) => partial::opaque(arguments, TypeHint::Sequence),
                _ => Value::error("a set or a list is required"),
            };
        };
        ordered &= *kind != SequenceKind::Set;
        let types: Vec<Type> = items.iter().map(type_of).collect();
        let ty = match unify_types(&types) {
            Some(ty) => ty,
            None if items.iter().any(has_unknown_type) => Type::Any,
            None => return Value::error("all elements must be of the same type"),
        };
        let items: Vec<Value> = items.iter().map(|item| as_common(item, &ty)).collect();
        if rows.len().saturating_mul(items.len()) > MAX_ELEMENTS {
            return partial::opaque(arguments, TypeHint::Sequence);
        }
        rows = rows
            .iter()
            .flat_map(|row| items.iter().map(move |item| row.iter().cloned().chain([item.clone()]).collect()))
            .collect();
    }
    let mut tuples: Vec<Value> = rows.into_iter().map(Value::tuple).collect();
    if ordered {
        return Value::list(tuples);
    }
    make_set(&mut tuples);
    Shape::Sequence(SequenceKind::Set, tuples.into()).into()
}

pub(super) fn matchkeys(arguments: &[Value], _: &Context<'_>) -> Value {
    partial::spread(arguments, |arguments| {
        let [values, keys, wanted] = arguments else { return super::signature::wrong_count() };
        let (Some(items), Some(keys_), Some(_)) = (values.as_sequence(), keys.as_sequence(), wanted.as_sequence())
        else {
            return partial::opaque(arguments, TypeHint::Sequence);
        };
        if items.len() != keys_.len() {
            return Value::error("length of keys and values should be equal");
        }
        let Some(ty) = unify_types(&[type_of(keys), type_of(wanted)]) else {
            return Value::error("keys and searchset must be of the same type");
        };
        let (keys, wanted) = (as_common(keys, &ty), as_common(wanted, &ty));
        let (Some(keys), Some(wanted)) = (keys.as_sequence(), wanted.as_sequence()) else {
            return partial::opaque(arguments, TypeHint::Sequence);
        };
        let mut kept = Vec::new();
        for (item, key) in items.iter().zip(keys) {
            let answers: Vec<Option<bool>> = wanted.iter().map(|other| equals(key, other)).collect();
            if answers.contains(&Some(true)) {
                kept.push(item.clone());
            } else if answers.contains(&None) {
                return partial::opaque(arguments, TypeHint::Sequence);
            }
        }
        Value::list(kept)
    })
}
