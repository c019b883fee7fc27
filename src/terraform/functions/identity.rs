//! The functions of the AWS provider, and those that only mark values.

use super::{Context, known, partial};
use crate::terraform::convert::to_string;
use crate::value::{Entry, Marks, Shape, TypeHint, Value, concatenate};

/// The parts of an ARN, in the order they are written.
const PARTS: [&str; 5] = ["partition", "service", "region", "account_id", "resource"];

fn split(arn: &str) -> Option<[&str; 5]> {
    let mut parts = arn.splitn(6, ':');
    if parts.next() != Some("arn") {
        return None;
    }
    let mut next = || parts.next();
    Some([next()?, next()?, next()?, next()?, next()?])
}

fn entries(values: impl IntoIterator<Item = Value>) -> Value {
    let mut entries: Vec<Entry> =
        PARTS.into_iter().zip(values).map(|(name, value)| Entry { key: name.into(), key_span: None, value }).collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    Value::object(entries)
}

pub(super) fn arn_parse(arguments: &[Value], context: &Context<'_>) -> Value {
    let [arn] = arguments else { return super::signature::wrong_count() };
    if arn.is_known() {
        return match split(&known(arn)) {
            Some(parts) => entries(parts.into_iter().map(super::text)),
            None => Value::error(format!("\"{}\" is not an ARN", known(arn))),
        };
    }
    // Part by part, so that what is in front of an unknown piece stays known.
    let part = |index: usize| {
        partial::probe(std::slice::from_ref(arn), &[0], TypeHint::String, context, |known_arn| {
            let text = known_arn.first().map(known).unwrap_or_default();
            let part = split(&text).and_then(|parts| parts.get(index).copied());
            part.map_or_else(|| Value::error("not an ARN"), super::text)
        })
    };
    entries((0..PARTS.len()).map(part))
}

pub(super) fn arn_build(arguments: &[Value], _: &Context<'_>) -> Value {
    let mut pieces = vec![Value::text("arn")];
    for argument in arguments {
        pieces.push(Value::text(":"));
        pieces.push(to_string(argument));
    }
    concatenate(pieces)
}

pub(super) fn trim_iam_role_path(arguments: &[Value], _: &Context<'_>) -> Value {
    let [argument] = arguments else { return super::signature::wrong_count() };
    let arn = known(argument);
    let Some([partition, service, region, account, resource]) = split(&arn) else {
        return Value::error(format!("\"{arn}\" is not an ARN"));
    };
    if service != "iam" || !region.is_empty() || !resource.starts_with("role/") {
        return Value::error(format!("\"{arn}\" is not the ARN of an IAM role"));
    }
    let name = resource.rsplit('/').next().unwrap_or("");
    super::string::unchanged_or(argument, &format!("arn:{partition}:iam::{account}:role/{name}"))
}

pub(super) fn sensitive(arguments: &[Value], _: &Context<'_>) -> Value {
    let [value] = arguments else { return super::signature::wrong_count() };
    value.clone().marked(Marks { sensitive: true, ..Marks::default() })
}

pub(super) fn nonsensitive(arguments: &[Value], _: &Context<'_>) -> Value {
    let [value] = arguments else { return super::signature::wrong_count() };
    let marks = Marks { sensitive: false, ..value.marks };
    Value { marks, ..value.clone() }
}

pub(super) fn issensitive(arguments: &[Value], _: &Context<'_>) -> Value {
    let [value] = arguments else { return super::signature::wrong_count() };
    match value.shape {
        Shape::Unknown(_) if !value.marks.sensitive => partial::opaque(arguments, TypeHint::Bool),
        _ => Value::bool(value.marks.sensitive),
    }
}

/// The value with null in place of everything in it that is ephemeral.
pub(super) fn ephemeralasnull(arguments: &[Value], _: &Context<'_>) -> Value {
    arguments.first().map_or_else(super::signature::wrong_count, without_ephemeral)
}

fn without_ephemeral(value: &Value) -> Value {
    if value.marks.ephemeral {
        return Value::null().marked(Marks { ephemeral: false, ..value.marks });
    }
    let shape = match &value.shape {
        Shape::Sequence(kind, items) => Shape::Sequence(*kind, items.iter().map(without_ephemeral).collect()),
        Shape::Mapping(kind, entries) => {
            let without = |entry: &Entry| Entry { value: without_ephemeral(&entry.value), ..entry.clone() };
            Shape::Mapping(*kind, entries.iter().map(without).collect())
        }
        _ => return value.clone(),
    };
    Value { shape, ..value.clone() }
}
