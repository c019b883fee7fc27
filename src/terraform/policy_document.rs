//! `data "aws_iam_policy_document"`: the document its blocks describe, as the AWS provider puts it together, but kept as
//! a structure, so that one unknown identifier hides nothing else.

use std::sync::Arc;

use super::convert;
use super::evaluator::Evaluator;
use super::types::Type;
use crate::text::Span;
use crate::value::choice;
use crate::value::{Entry, Reason, ResourceId, Segment, SequenceKind, Shape, Symbol, SymbolKind, Value};

/// An attribute of the data source.
pub(super) fn attribute(evaluator: &mut Evaluator<'_>, id: ResourceId, name: &str) -> Value {
    match name {
        "json" | "minified_json" => {
            let span = evaluator.out.resource(id).span;
            let document = document(evaluator, id, span);
            choice::lift(&[document], |values| match &values[0].shape {
                Shape::Mapping(..) => Value::from(Shape::Json(Arc::new(values[0].clone()))).at(span),
                _ => values[0].clone(),
            })
        }
        _ => match evaluator.configured(id, name) {
            Some(value) if !value.is_null() => value,
            _ => Value::symbol(Symbol { resource: id, kind: SymbolKind::Other, attribute: name.into() }),
        },
    }
}

/// A policy as far as merging goes.
#[derive(Default)]
struct Policy {
    version: Option<Value>,
    id: Option<Value>,
    statements: Vec<Statement>,
}

/// A statement with the `Sid` that decides what it replaces.
#[derive(Clone)]
struct Statement {
    sid: Option<String>,
    value: Value,
}

/// The arguments that make up the document, in the order they are merged.
const PARTS: [&str; 5] =
    ["source_json", "source_policy_documents", "statement", "override_json", "override_policy_documents"];

fn document(evaluator: &mut Evaluator<'_>, id: ResourceId, span: Span) -> Value {
    let mut configured = |name: &str| evaluator.configured(id, name).filter(|value| !value.is_null());
    let version = configured("version").unwrap_or_else(|| Value::text("2012-10-17").at(span));
    let policy_id = configured("policy_id").filter(|id| id.as_text().is_none_or(|text| !text.is_empty()));
    let parts = PARTS.map(|name| configured(name).unwrap_or_else(Value::null));
    let parts = parts.map(super::expression::spread_elements);
    choice::lift(&parts, |parts| {
        let mut merged = Policy::default();
        for (name, part) in PARTS.iter().zip(parts) {
            if *name == "statement" {
                let statements = own_statements(part);
                merge(&mut merged, Policy { version: Some(version.clone()), id: policy_id.clone(), statements });
            } else {
                for policy in documents(part) {
                    merge(&mut merged, read(evaluator, &policy));
                }
            }
        }
        let statements: Vec<Value> = merged.statements.into_iter().map(|statement| statement.value).collect();
        let mut entries: Vec<Entry> = merged.version.map(|value| plain("Version", value)).into_iter().collect();
        entries.extend(merged.id.map(|value| plain("Id", value)));
        if !statements.is_empty() {
            entries.push(plain("Statement", Value::tuple(statements).at(span)));
        }
        Value::object(entries).at(span)
    })
}

/// The policies of an argument that is one document or a list of them.
fn documents(value: &Value) -> Vec<Value> {
    let skip = |value: &Value| value.is_null() || value.as_text().is_some_and(|text| text.is_empty());
    match &value.shape {
        // That a variable has no documents by default says nothing of those it will be given.
        Shape::Sequence(_, items) if items.is_empty() && value.marks.assumed => vec![choice::unknown_among([value])],
        Shape::Sequence(_, items) => items.iter().filter(|item| !skip(item)).cloned().collect(),
        _ if skip(value) => Vec::new(),
        _ => vec![value.clone()],
    }
}

/// A document that was given as text. One that cannot be read is one unknown statement.
fn read(evaluator: &Evaluator<'_>, policy: &Value) -> Policy {
    let decoded = match &policy.shape {
        Shape::Json(value) => (**value).clone(),
        Shape::Text(_) | Shape::Template(_) => crate::value::json::decode(policy, evaluator.files).value,
        _ => choice::unknown_among([policy]),
    };
    let set = |name: &str| {
        let value = decoded.get(name).filter(|value| !value.is_null());
        value.filter(|value| value.as_text().is_none_or(|text| !text.is_empty())).cloned()
    };
    let statements = match decoded.get("Statement") {
        Some(value) => match &value.shape {
            Shape::Sequence(_, items) => items.iter().map(|item| with_sid(item.clone())).collect(),
            Shape::Mapping(..) => vec![with_sid(value.clone())],
            _ => vec![Statement { sid: None, value: value.clone() }],
        },
        None => vec![Statement { sid: None, value: choice::unknown_among([&decoded]) }],
    };
    Policy { version: set("Version"), id: set("Id"), statements }
}

fn with_sid(value: Value) -> Statement {
    let sid = value.get("Sid").and_then(Value::as_text).map(|sid| sid.into_owned()).filter(|sid| !sid.is_empty());
    Statement { sid, value }
}

/// A statement with a `Sid` that is there already replaces that one; any other is appended. The later id and the greater
/// version win.
fn merge(merged: &mut Policy, new: Policy) {
    for statement in new.statements {
        let same = merged.statements.iter_mut().find(|old| old.sid.is_some() && old.sid == statement.sid);
        match same {
            Some(old) => *old = statement,
            None => merged.statements.push(statement),
        }
    }
    merged.id = new.id.or(merged.id.take());
    merged.version = match (merged.version.take(), new.version) {
        (Some(old), Some(new)) => match (old.as_text(), new.as_text()) {
            (Some(old_text), Some(new_text)) if old_text >= new_text => Some(old),
            _ => Some(new),
        },
        (old, new) => new.or(old),
    };
}

/// The statements of `statement` blocks.
fn own_statements(blocks: &Value) -> Vec<Statement> {
    match &blocks.shape {
        Shape::Sequence(_, items) => items.iter().flat_map(own_statements).collect(),
        Shape::Mapping(..) => vec![own_statement(blocks)],
        Shape::Null => Vec::new(),
        Shape::Open(open) => {
            // Any number of statements of this form, perhaps none: whether they apply is not known.
            let mut statements = own_statements(&open.element);
            for statement in &mut statements {
                statement.value = choice::unknown_among([&statement.value]);
            }
            statements
        }
        // A choice among the items of a sequence: as one item that is a choice of lists of statements.
        Shape::Choice(_) => {
            let value = choice::lift(std::slice::from_ref(blocks), |values| {
                Value::tuple(own_statements(&values[0]).into_iter().map(|statement| statement.value).collect())
            });
            vec![Statement { sid: None, value }]
        }
        _ => vec![Statement { sid: None, value: choice::unknown_among([blocks]) }],
    }
}

fn plain(key: &str, value: Value) -> Entry {
    Entry { key: key.into(), key_span: None, value }
}

/// The nested blocks whose presence decides which elements a statement has.
const NESTED: [&str; 3] = ["principals", "not_principals", "condition"];

fn own_statement(block: &Value) -> Statement {
    let nested = NESTED.map(|name| block.get(name).cloned().unwrap_or_else(Value::null));
    let value = choice::lift(&nested, |nested| statement_with(block, nested));
    match &value.shape {
        Shape::Mapping(..) => with_sid(value),
        _ => Statement { sid: None, value },
    }
}

fn statement_with(block: &Value, nested: &[Value]) -> Value {
    let span = block.span;
    let mut entries: Vec<Entry> = Vec::new();
    let mut add =
        |key: &str, value: Value, key_span: Option<Span>| entries.push(Entry { key: key.into(), key_span, value });
    let key_span = |name: &str| {
        let entry = block.as_mapping().and_then(|entries| entries.iter().find(|entry| &*entry.key == name));
        entry.and_then(|entry| entry.key_span)
    };
    let set = |name: &str| block.get(name).filter(|value| !value.is_null());
    if let Some(sid) = set("sid").filter(|sid| sid.as_text().is_none_or(|text| !text.is_empty())) {
        add("Sid", sid.clone(), key_span("sid"));
    }
    match set("effect") {
        Some(effect) => add("Effect", effect.clone(), key_span("effect")),
        None => add("Effect", Value { span, ..Value::text("Allow") }, span),
    }
    for (name, key) in [
        ("actions", "Action"),
        ("not_actions", "NotAction"),
        ("resources", "Resource"),
        ("not_resources", "NotResource"),
    ] {
        // That a variable is empty or null by default says nothing of what it will be given.
        let open = block.get(name).filter(|value| (value.is_null() || is_empty(value)) && value.marks.assumed);
        if let Some(value) = open {
            add(key, choice::unknown_among([value]), key_span(name));
        } else if let Some(value) = set(name).filter(|value| !is_empty(value)) {
            let value = if name.ends_with("resources") { with_variables(value) } else { value.clone() };
            add(key, alone_or_listed(&as_set(&value)), key_span(name));
        }
    }
    for ((name, key), value) in NESTED.iter().zip(["Principal", "NotPrincipal", "Condition"]).zip(nested) {
        if value.is_null() || is_empty(value) {
            continue;
        }
        let element = if *name == "condition" { conditions(value) } else { principals(value) };
        add(key, element, key_span(name));
    }
    Value { span, ..Value::object(entries) }
}

fn is_empty(value: &Value) -> bool {
    value.as_sequence().is_some_and(<[Value]>::is_empty)
}

/// What stands for a type of principals that is not known: like a key that holds a part that is not.
const OPEN_TYPE: &str = "${type}";

/// `principals` blocks as a principal element: `"*"`, or types with their identifiers.
fn principals(blocks: &Value) -> Value {
    choice::lift(std::slice::from_ref(blocks), |values| {
        let Some(items) = blocks_of(&values[0]) else { return choice::unknown_among(values) };
        let mut types: Vec<Entry> = Vec::new();
        for item in items {
            let element = match &item.shape {
                Shape::Open(open) => &open.element,
                _ => item,
            };
            let (kind, identifiers) = (element.get("type"), element.get("identifiers"));
            // Blocks of an unknown type hide none of the others.
            let kind = kind.and_then(Value::as_text).unwrap_or(OPEN_TYPE.into());
            let identifiers = identifiers.cloned().unwrap_or_else(|| Value::unknown(Reason::Broken));
            let identifiers = as_set(&with_variables(&identifiers));
            let identifiers = match &item.shape {
                Shape::Open(_) => Value::tuple(vec![choice::unknown_among([&identifiers])]),
                _ => identifiers,
            };
            if &*kind == "*" && items.len() == 1 && element_texts(&identifiers) == Some(vec!["*".to_string()]) {
                return Value { span: identifiers.span.or(item.span), ..Value::text("*") };
            }
            match types.iter_mut().find(|entry| *entry.key == *kind) {
                Some(entry) => entry.value = joined(&entry.value, &identifiers),
                None => {
                    let key_span = element.get("type").and_then(|kind| kind.span);
                    types.push(Entry { key: kind.into(), key_span, value: identifiers });
                }
            }
        }
        for entry in &mut types {
            entry.value = alone_or_listed(&entry.value);
        }
        Value { span: values[0].span, ..Value::object(types) }
    })
}

/// The blocks of one type; in JSON a single one may stand without a list.
fn blocks_of(value: &Value) -> Option<&[Value]> {
    match &value.shape {
        Shape::Mapping(..) => Some(std::slice::from_ref(value)),
        _ => value.as_sequence(),
    }
}

/// The value as an argument of this type holds it, if it can be converted.
fn converted(value: &Value, ty: &Type) -> Value {
    let converted = convert::convert(value, ty);
    if matches!(converted.shape, Shape::Error(_)) { value.clone() } else { converted }
}

/// A set as the provider writes it: descending by bytes.
fn as_set(value: &Value) -> Value {
    let set = converted(value, &Type::set(Type::String));
    match &set.shape {
        Shape::Sequence(_, items) => {
            let mut items = items.to_vec();
            if items.iter().all(|item| item.as_text().is_some()) {
                items.sort_by(|a, b| b.as_text().cmp(&a.as_text()));
            }
            Value { shape: Shape::Sequence(SequenceKind::Tuple, items.into()), ..set }
        }
        _ => set,
    }
}

/// A list of one is written as its element.
fn alone_or_listed(value: &Value) -> Value {
    match value.as_sequence() {
        Some([only]) if !matches!(only.shape, Shape::Open(_)) => only.clone().within(value),
        _ => value.clone(),
    }
}

/// `&{` stands for `${`, which Terraform would take for its own. Both are as long, so that places stay what they are.
fn with_variables(value: &Value) -> Value {
    let replaced = |text: &str| -> Arc<str> { text.replace("&{", "${").into() };
    let shape = match &value.shape {
        Shape::Text(text) if text.contains("&{") => Shape::Text(replaced(text)),
        Shape::Template(segments) => Shape::Template(
            segments
                .iter()
                .map(|segment| match segment {
                    Segment::Literal { text, written } => Segment::Literal { text: replaced(text), written: *written },
                    Segment::Value(_) => segment.clone(),
                })
                .collect(),
        ),
        Shape::Sequence(kind, items) => Shape::Sequence(*kind, items.iter().map(with_variables).collect()),
        _ => return value.clone(),
    };
    Value { shape, ..value.clone() }
}

fn element_texts(value: &Value) -> Option<Vec<String>> {
    value.as_sequence()?.iter().map(|item| item.as_text().map(|text| text.into_owned())).collect()
}

/// Two lists of identifiers as one.
fn joined(one: &Value, other: &Value) -> Value {
    choice::lift(&[one.clone(), other.clone()], |values| {
        let items: Vec<Value> = values
            .iter()
            .flat_map(|value| match &value.shape {
                Shape::Sequence(_, items) => items.to_vec(),
                _ => vec![value.clone()],
            })
            .collect();
        Value { span: values[0].span, ..Value::tuple(items) }
    })
}

/// `condition` blocks as a condition element: operator, then key, then values.
fn conditions(blocks: &Value) -> Value {
    choice::lift(std::slice::from_ref(blocks), |values| {
        let Some(items) = blocks_of(&values[0]) else { return choice::unknown_among(values) };
        let mut tests: Vec<(String, Vec<Entry>)> = Vec::new();
        for item in items {
            let text = |name: &str| item.get(name).and_then(Value::as_text).map(|text| text.into_owned());
            let (Some(test), Some(variable)) = (text("test"), text("variable")) else {
                return choice::unknown_among(items);
            };
            let wanted = item.get("values").cloned().unwrap_or_else(|| Value::unknown(Reason::Broken));
            let wanted = with_variables(&converted(&wanted, &Type::list(Type::String)));
            let position = tests.iter().position(|(known, _)| *known == test).unwrap_or_else(|| {
                tests.push((test, Vec::new()));
                tests.len() - 1
            });
            let keys = &mut tests[position].1;
            match keys.iter_mut().find(|entry| *entry.key == *variable) {
                Some(entry) => entry.value = joined(&entry.value, &wanted),
                None => keys.push(plain(&variable, wanted)),
            }
        }
        for entry in tests.iter_mut().flat_map(|(_, keys)| keys) {
            entry.value = alone_or_listed(&entry.value);
        }
        Value::object(tests.into_iter().map(|(test, keys)| plain(&test, Value::object(keys))).collect())
    })
}
