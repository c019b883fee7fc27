//! Conversion between types and the search for a common type, by the rules of Terraform's type system (zclconf/go-cty).

use std::sync::Arc;

use super::functions::equality;
use super::functions::json_text;
use super::types::{ObjectAttribute, Type, type_of};
use crate::value::choice::{self, Alternative};
use crate::value::{Entry, MappingKind, Number, Open, SequenceKind, Shape, SymbolKind, TypeHint, Unknown, Value};

/// The value as a `ty`. Text that stays the same keeps where it was written and what it refers to. Null, unknown values
/// and references whose type is not known pass; a choice is converted alternative by alternative; what cannot be
/// converted is a [`Shape::Error`].
pub fn convert(value: &Value, ty: &Type) -> Value {
    match &value.shape {
        Shape::Choice(_) => each_alternative(value, |alternative| convert(alternative, ty)),
        Shape::Null | Shape::Error(_) => value.clone(),
        Shape::Unknown(unknown) => {
            if unknown.hint != TypeHint::Any || *ty == Type::Any {
                return value.clone();
            }
            let hinted = Unknown { hint: ty.hint(), ..(**unknown).clone() };
            with_shape(value, Shape::Unknown(Arc::new(hinted)))
        }
        _ => match ty {
            Type::Any => value.clone(),
            Type::String => string(value),
            Type::Number => number(value),
            Type::Bool => boolean(value),
            Type::List(element) => sequence(value, element, SequenceKind::List),
            Type::Set(element) => sequence(value, element, SequenceKind::Set),
            Type::Map(element) => map(value, element),
            Type::Tuple(elements) => tuple(value, elements),
            Type::Object(attributes) => object(value, attributes),
        },
    }
}

/// As a string, for an interpolation: null and collections are errors.
pub fn to_string(value: &Value) -> Value {
    match &value.shape {
        Shape::Null => Value::error("the expression result is null; a null value cannot be put into a string template"),
        Shape::Choice(_) => each_alternative(value, to_string),
        _ => convert(value, &Type::String),
    }
}

/// As a number.
pub fn to_number(value: &Value) -> Value {
    convert(value, &Type::Number)
}

/// As a boolean.
pub fn to_bool(value: &Value) -> Value {
    convert(value, &Type::Bool)
}

/// The values converted to the one type that fits all; `None` if there is none.
pub fn unify(values: &[Value]) -> Option<Vec<Value>> {
    let types: Vec<Type> = values.iter().map(type_of).collect();
    let ty = unify_types(&types)?;
    Some(values.iter().map(|value| convert(value, &ty)).collect())
}

fn each_alternative(value: &Value, mut function: impl FnMut(&Value) -> Value) -> Value {
    choice::choose(
        choice::alternatives(value)
            .into_iter()
            .map(|alternative| Alternative { guard: alternative.guard, value: function(&alternative.value) }),
    )
}

/// The same value in another shape: it was written where it was written, but not in these characters.
fn with_shape(value: &Value, shape: Shape) -> Value {
    Value {
        shape,
        span: value.span,
        written: crate::value::Written::No,
        alias: None,
        path: value.path.clone(),
        marks: value.marks,
    }
}

fn mismatch(ty: impl std::fmt::Display) -> Value {
    Value::error(format!("{ty} required"))
}

fn string(value: &Value) -> Value {
    match &value.shape {
        Shape::Bool(value_) => with_shape(value, Shape::Text(if *value_ { "true" } else { "false" }.into())),
        Shape::Number(number) => with_shape(value, Shape::Text(number.to_string().into())),
        Shape::Sequence(..) | Shape::Mapping(..) | Shape::Open(_) | Shape::Resource(_) => mismatch(Type::String),
        _ => value.clone(),
    }
}

/// Text that is known, also when it is the text of known JSON.
fn known_text(value: &Value) -> Option<String> {
    match value.as_text() {
        Some(text) => Some(text.into_owned()),
        None => json_text(value),
    }
}

fn number(value: &Value) -> Value {
    match &value.shape {
        Shape::Number(_) => value.clone(),
        Shape::Symbol(symbol) if symbol.kind == SymbolKind::Other => value.clone(),
        Shape::Text(_) | Shape::Template(_) | Shape::Json(_) | Shape::Symbol(_) => match known_text(value) {
            Some(text) => match Number::parse(&text) {
                Some(number) => with_shape(value, Shape::Number(number)),
                None => Value::error("a number is required"),
            },
            None => super::functions::opaque(std::slice::from_ref(value), TypeHint::Number),
        },
        _ => mismatch(Type::Number),
    }
}

fn boolean(value: &Value) -> Value {
    match &value.shape {
        Shape::Bool(_) => value.clone(),
        Shape::Symbol(symbol) if symbol.kind == SymbolKind::Other => value.clone(),
        Shape::Text(_) | Shape::Template(_) | Shape::Json(_) | Shape::Symbol(_) => match known_text(value) {
            Some(text) => match &*text {
                "true" | "1" => with_shape(value, Shape::Bool(true)),
                "false" | "0" => with_shape(value, Shape::Bool(false)),
                "True" | "TRUE" => Value::error("a bool is required; to convert from string, use lowercase \"true\""),
                "False" | "FALSE" => {
                    Value::error("a bool is required; to convert from string, use lowercase \"false\"")
                }
                _ => Value::error("a bool is required"),
            },
            None => super::functions::opaque(std::slice::from_ref(value), TypeHint::Bool),
        },
        _ => mismatch(Type::Bool),
    }
}

/// The first failure among `items`, so that a collection with a failed element is itself failed.
fn failure<'a>(mut items: impl Iterator<Item = &'a Value>) -> Option<Value> {
    items.find(|item| matches!(item.shape, Shape::Error(_))).cloned()
}

fn sequence(value: &Value, element: &Type, kind: SequenceKind) -> Value {
    match &value.shape {
        Shape::Sequence(had, items) => {
            let unified;
            let element = match element {
                Type::Any if !(*had == kind && kind == SequenceKind::List) => {
                    let types: Vec<Type> = items.iter().map(type_of).collect();
                    match unify_types(&types) {
                        Some(ty) => {
                            unified = ty;
                            &unified
                        }
                        None => return Value::error("all elements must have the same type"),
                    }
                }
                _ => element,
            };
            let mut converted: Vec<Value> = Vec::with_capacity(items.len());
            for (item, before) in items.iter().map(|item| (convert(item, element), item)) {
                if matches!(item.shape, Shape::Error(_)) && !matches!(before.shape, Shape::Error(_)) {
                    return item;
                }
                converted.push(item);
            }
            if kind == SequenceKind::Set {
                equality::make_set(&mut converted);
            }
            Value {
                written: crate::value::Written::No,
                alias: None,
                ..with_shape(value, Shape::Sequence(kind, converted.into()))
            }
        }
        Shape::Open(open) => open_elements(value, open, element, false),
        Shape::Symbol(symbol) if symbol.kind == SymbolKind::Other => value.clone(),
        _ => mismatch(if kind == SequenceKind::Set { Type::set(element.clone()) } else { Type::list(element.clone()) }),
    }
}

fn open_elements(value: &Value, open: &Open, element: &Type, keyed: bool) -> Value {
    let converted = convert(&open.element, element);
    if matches!(converted.shape, Shape::Error(_)) {
        return converted;
    }
    with_shape(value, Shape::Open(Arc::new(Open { element: converted, exists: open.exists, keyed })))
}

fn map(value: &Value, element: &Type) -> Value {
    match &value.shape {
        Shape::Mapping(had, entries) => {
            let unified;
            let element = match element {
                Type::Any if *had == MappingKind::Object => {
                    let types: Vec<Type> = entries.iter().map(|entry| type_of(&entry.value)).collect();
                    match unify_types(&types) {
                        Some(ty) => {
                            unified = ty;
                            &unified
                        }
                        None => return Value::error("all map elements must have the same type"),
                    }
                }
                _ => element,
            };
            let converted: Vec<Entry> =
                entries.iter().map(|entry| Entry { value: convert(&entry.value, element), ..entry.clone() }).collect();
            let failed = |(after, before): &(&Entry, &Entry)| {
                matches!(after.value.shape, Shape::Error(_)) && !matches!(before.value.shape, Shape::Error(_))
            };
            if let Some((entry, _)) = converted.iter().zip(entries.iter()).find(failed) {
                return entry.value.clone();
            }
            with_shape(value, Shape::Mapping(MappingKind::Map, converted.into()))
        }
        Shape::Open(open) if open.keyed => open_elements(value, open, element, true),
        Shape::Resource(_) => value.clone(),
        Shape::Symbol(symbol) if symbol.kind == SymbolKind::Other => value.clone(),
        _ => mismatch(Type::map(element.clone())),
    }
}

fn tuple(value: &Value, elements: &[Type]) -> Value {
    match &value.shape {
        Shape::Sequence(SequenceKind::Tuple, items) if items.len() == elements.len() => {
            let converted: Vec<Value> = items.iter().zip(elements).map(|(item, ty)| convert(item, ty)).collect();
            if let Some(failed) = failure(converted.iter()) {
                return failed;
            }
            with_shape(value, Shape::Sequence(SequenceKind::Tuple, converted.into()))
        }
        Shape::Sequence(SequenceKind::Tuple, items) => {
            Value::error(format!("tuple of {} elements required, but this one has {}", elements.len(), items.len()))
        }
        Shape::Open(open) if !open.keyed => value.clone(),
        Shape::Symbol(symbol) if symbol.kind == SymbolKind::Other => value.clone(),
        _ => mismatch("tuple"),
    }
}

fn object(value: &Value, attributes: &[ObjectAttribute]) -> Value {
    let entries = match &value.shape {
        Shape::Mapping(_, entries) => entries,
        Shape::Open(open) if open.keyed => return value.clone(),
        Shape::Resource(_) => return value.clone(),
        Shape::Symbol(symbol) if symbol.kind == SymbolKind::Other => return value.clone(),
        _ => return mismatch("object"),
    };
    let mut converted: Vec<Entry> = Vec::with_capacity(attributes.len());
    for attribute in attributes {
        let entry = entries.iter().find(|entry| *entry.key == *attribute.name);
        let attribute_value = match entry {
            Some(entry) => attribute_or_default(&entry.value, attribute),
            None if attribute.optional => attribute_or_default(&Value::null(), attribute),
            None => return Value::error(format!("attribute \"{}\" is required", attribute.name)),
        };
        if let Shape::Error(message) = &attribute_value.shape
            && !entry.is_some_and(|entry| matches!(entry.value.shape, Shape::Error(_)))
        {
            return Value::error(format!("attribute \"{}\": {message}", attribute.name));
        }
        converted.push(Entry {
            key: attribute.name.as_str().into(),
            key_span: entry.and_then(|entry| entry.key_span),
            value: attribute_value,
        });
    }
    converted.sort_by(|a, b| a.key.cmp(&b.key));
    with_shape(value, Shape::Mapping(MappingKind::Object, converted.into()))
}

/// The default applies to an attribute that is left out and to one that is null.
fn attribute_or_default(value: &Value, attribute: &ObjectAttribute) -> Value {
    match (&value.shape, &attribute.default) {
        (Shape::Null, Some(default)) => convert(default, &attribute.ty),
        (Shape::Choice(_), _) => each_alternative(value, |alternative| attribute_or_default(alternative, attribute)),
        _ => convert(value, &attribute.ty),
    }
}

/// The one type that values of all `types` can be converted to; `None` if there is none. [`Type::Any`] fits everything:
/// it says nothing about its value.
pub fn unify_types(types: &[Type]) -> Option<Type> {
    let types: Vec<&Type> = types.iter().filter(|ty| **ty != Type::Any).collect();
    let Some(first) = types.first() else { return Some(Type::Any) };
    if types.iter().all(|ty| ty == first) {
        return Some((*first).clone());
    }
    let count = |is: fn(&Type) -> bool| types.iter().filter(|ty| is(ty)).count();
    let maps = count(|ty| matches!(ty, Type::Map(_)));
    let lists = count(|ty| matches!(ty, Type::List(_)));
    let sets = count(|ty| matches!(ty, Type::Set(_)));
    let objects = count(|ty| matches!(ty, Type::Object(_)));
    let tuples = count(|ty| matches!(ty, Type::Tuple(_)));
    let all = types.len();
    if maps > 0 && maps + objects == all {
        return Some(Type::map(unify_types(&inner(&types))?));
    }
    if lists > 0 && lists + tuples == all {
        return Some(Type::list(unify_types(&inner(&types))?));
    }
    if sets == all {
        return Some(Type::set(unify_types(&inner(&types))?));
    }
    if objects == all {
        return unify_objects(&types);
    }
    if tuples == all {
        return unify_tuples(&types);
    }
    if objects > 0 && tuples > 0 {
        return None;
    }
    let mut candidates = types.clone();
    candidates.sort_by_key(|ty| generality(ty));
    candidates.into_iter().find(|want| types.iter().all(|ty| converts(ty, want))).cloned()
}

/// The more general type first: what more types convert to without loss.
fn generality(ty: &Type) -> u8 {
    match ty {
        Type::String | Type::List(_) | Type::Map(_) => 0,
        Type::Set(_) | Type::Object(_) => 1,
        _ => 2,
    }
}

/// The types of everything inside the given collections.
fn inner(types: &[&Type]) -> Vec<Type> {
    let mut inner = Vec::new();
    for ty in types {
        match ty {
            Type::List(element) | Type::Set(element) | Type::Map(element) => inner.push((**element).clone()),
            Type::Tuple(elements) => inner.extend(elements.iter().cloned()),
            Type::Object(attributes) => inner.extend(attributes.iter().map(|attribute| attribute.ty.clone())),
            _ => {}
        }
    }
    inner
}

fn unify_objects(types: &[&Type]) -> Option<Type> {
    let objects: Vec<&[ObjectAttribute]> = types
        .iter()
        .map(|ty| match ty {
            Type::Object(attributes) => &attributes[..],
            _ => &[],
        })
        .collect();
    let names = |attributes: &[ObjectAttribute]| -> Vec<String> {
        let mut names: Vec<String> = attributes.iter().map(|attribute| attribute.name.clone()).collect();
        names.sort();
        names
    };
    let first = names(objects.first()?);
    if objects.iter().any(|attributes| names(attributes) != first) {
        return Some(Type::map(unify_types(&inner(types))?));
    }
    let mut unified = Vec::with_capacity(first.len());
    for name in first {
        let across: Vec<Type> = objects
            .iter()
            .filter_map(|attributes| attributes.iter().find(|attribute| attribute.name == name))
            .map(|attribute| attribute.ty.clone())
            .collect();
        unified.push(ObjectAttribute { name, ty: unify_types(&across)?, optional: false, default: None });
    }
    Some(Type::Object(unified))
}

fn unify_tuples(types: &[&Type]) -> Option<Type> {
    let tuples: Vec<&[Type]> = types
        .iter()
        .map(|ty| match ty {
            Type::Tuple(elements) => &elements[..],
            _ => &[],
        })
        .collect();
    let length = tuples.first()?.len();
    if tuples.iter().any(|elements| elements.len() != length) {
        return Some(Type::list(unify_types(&inner(types))?));
    }
    let across = |index: usize| -> Vec<Type> { tuples.iter().filter_map(|tuple| tuple.get(index)).cloned().collect() };
    (0..length).map(|index| unify_types(&across(index))).collect::<Option<Vec<Type>>>().map(Type::Tuple)
}

/// Whether some values of `from` can be converted to `to`.
fn converts(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (_, Type::Any) | (Type::Any, _) => true,
        (from, to) if from == to => true,
        (Type::Number | Type::Bool, Type::String) | (Type::String, Type::Number | Type::Bool) => true,
        (Type::List(from) | Type::Set(from), Type::List(to) | Type::Set(to)) => converts(from, to),
        (Type::Map(from), Type::Map(to)) => converts(from, to),
        (Type::Tuple(from), Type::List(to) | Type::Set(to)) => from.iter().all(|from| converts(from, to)),
        (Type::Tuple(from), Type::Tuple(to)) => {
            from.len() == to.len() && from.iter().zip(to).all(|(from, to)| converts(from, to))
        }
        (Type::Object(from), Type::Map(to)) => from.iter().all(|attribute| converts(&attribute.ty, to)),
        (Type::Map(from), Type::Object(to)) => to.iter().all(|attribute| converts(from, &attribute.ty)),
        (Type::Object(from), Type::Object(to)) => {
            to.iter().all(|want| match from.iter().find(|attribute| attribute.name == want.name) {
                Some(attribute) => converts(&attribute.ty, &want.ty),
                None => want.optional,
            })
        }
        _ => false,
    }
}
