//! The functions of Terraform, those OpenTofu adds, and those of the AWS provider that take identities apart.
//!
//! Where everything is known, a function gives what Terraform gives. Where something is not, it keeps what can be kept:
//! elements of collections, references inside texts, alternatives. What is claimed always holds; what may not hold is
//! [`Shape::Unknown`] with the references it may be made of.

mod choosing;
mod collection;
mod combine;
mod csv;
mod date;
mod embedded;
mod encoding;
pub mod equality;
mod filesystem;
mod format;
mod hash;
mod identity;
mod json;
mod network;
mod numeric;
mod partial;
mod regex;
mod signature;
mod string;
mod timestamp;
mod yaml;
mod yaml_write;

use crate::files::Files;
use crate::terraform::convert::convert;
use crate::text::Span;
use crate::value::{HopKind, Marks, Reason, ResourceId, Segment, Shape, TypeHint, Unknown, Value, choice};

pub use json::json_text;
pub(super) use partial::opaque;
use signature::{Parameter, Partial, Signature, Taint};

/// What functions see beyond their arguments.
pub struct Context<'a> {
    /// The files of the workspace.
    pub files: &'a dyn Files,
    /// The directory of the root module, where relative paths of files start; empty for the workspace's root.
    pub root: &'a str,
    /// Whether a resource is one of IAM's, so that its ARN reads as theirs do.
    pub of_iam: &'a dyn Fn(ResourceId) -> bool,
}

/// Whether there is a function of this name, which may carry `core::`. Those that need more than values (`try`, `can`,
/// `templatefile`, `templatestring`) are not among them.
pub fn exists(name: &str) -> bool {
    signature::find(plain_name(name)).is_some()
}

/// The names of all functions, in byte order.
pub fn names() -> impl Iterator<Item = &'static str> {
    signature::names()
}

fn plain_name(name: &str) -> &str {
    name.strip_prefix("core::").unwrap_or(name)
}

/// The value of `name(arguments…)`, where `span` is the call. Arguments are as written: conversion to the parameters'
/// types, null checks and the union of marks happen here. A failure is a [`Shape::Error`]; a function that is not known
/// gives an unknown value.
pub fn call(name: &str, arguments: &[Value], span: Span, context: &Context<'_>) -> Value {
    let name = plain_name(name);
    let Some(signature) = signature::find(name) else {
        let unknown = partial::opaque(arguments, TypeHint::Any);
        return with_reason(unknown, Reason::Function(name.into())).at(span);
    };
    let result = choice::lift(arguments, |row| call_known_shapes(signature, row, context));
    if result.span.is_some() {
        // The function handed on something that was written elsewhere.
        return result.via(HopKind::Function(signature.name.into()), span);
    }
    result.at(span)
}

fn with_reason(value: Value, reason: Reason) -> Value {
    match &value.shape {
        Shape::Unknown(unknown) => {
            let shape = Shape::Unknown(Unknown { reason, ..(**unknown).clone() }.into());
            Value { shape, ..value }
        }
        _ => value,
    }
}

fn call_known_shapes(signature: &Signature, arguments: &[Value], context: &Context<'_>) -> Value {
    if let Some(failed) = arguments.iter().find(|argument| matches!(argument.shape, Shape::Error(_))) {
        return failed.clone();
    }
    let required = signature.parameters.len();
    if arguments.len() < required || (signature.variadic.is_none() && arguments.len() > required) {
        let few = if arguments.len() < required { "not enough" } else { "too many" };
        return Value::error(format!("{few} arguments for \"{}\", which takes {required}", signature.name));
    }
    let mut converted = Vec::with_capacity(arguments.len());
    for (index, argument) in arguments.iter().enumerate() {
        let Some(parameter) = signature.parameters.get(index).or(signature.variadic.as_ref()) else { continue };
        match accept(argument, parameter) {
            Ok(value) => converted.push(value),
            Err(failed) => return failed,
        }
    }
    let result = run(signature, &converted, context);
    let mut marks = Marks::default();
    for argument in arguments {
        marks = marks.with(match signature.taint {
            Taint::Deep => partial::deep_marks(argument),
            Taint::Shallow => argument.marks,
            Taint::None => Marks::default(),
        });
    }
    // What a root variable's default is put into, or taken out of, may have other elements with another value.
    let is_collection = matches!(result.shape, Shape::Sequence(..) | Shape::Mapping(..));
    let sampled =
        is_collection && arguments.iter().map(partial::deep_marks).any(|marks| marks.assumed || marks.sampled);
    result.marked(marks).sampled_if(sampled)
}

fn accept(argument: &Value, parameter: &Parameter) -> Result<Value, Value> {
    if argument.is_null() {
        if parameter.nullable {
            return Ok(argument.clone());
        }
        return Err(Value::error(format!(
            "invalid value for \"{}\" parameter: argument must not be null",
            parameter.name
        )));
    }
    let value = convert(argument, &parameter.ty);
    match &value.shape {
        Shape::Error(message) => {
            Err(Value::error(format!("invalid value for \"{}\" parameter: {message}", parameter.name)))
        }
        _ => Ok(value),
    }
}

fn run(signature: &Signature, arguments: &[Value], context: &Context<'_>) -> Value {
    if let Partial::Own = signature.partial {
        return (signature.run)(arguments, context);
    }
    partial::spread(arguments, |row| {
        // An element that fails makes the whole fail, as in Terraform, where it would not have become a value.
        let rendered: Vec<Value> = row.iter().map(render).collect();
        if rendered.iter().all(Value::is_known) {
            return (signature.run)(&rendered, context);
        }
        match signature.partial {
            Partial::Probe(subjects) if regex::can_be_tried(signature.name, &rendered) => {
                partial::probe(&rendered, subjects, signature.returns, context, |known| (signature.run)(known, context))
            }
            Partial::Probe(_) | Partial::Opaque | Partial::Own => partial::opaque(row, signature.returns),
        }
    })
}

/// The same with JSON text rendered and texts in known pieces put together, at any depth of collections.
fn render(value: &Value) -> Value {
    match &value.shape {
        Shape::Json(_) => match json_text(value) {
            Some(text) => Value { shape: Shape::Text(text.into()), ..value.clone() },
            None => value.clone(),
        },
        Shape::Template(_) => match value.as_text() {
            Some(text) => Value { shape: Shape::Text(text.into()), ..value.clone() },
            None => value.clone(),
        },
        Shape::Sequence(kind, items) if items.iter().any(needs_rendering) => {
            let items: Vec<Value> = items.iter().map(render).collect();
            Value { shape: Shape::Sequence(*kind, items.into()), ..value.clone() }
        }
        _ => value.clone(),
    }
}

fn needs_rendering(value: &Value) -> bool {
    matches!(value.shape, Shape::Json(_) | Shape::Template(_) | Shape::Sequence(..))
}

/// Text as Terraform keeps it: in Unicode's normal form C.
fn text(text: impl AsRef<str>) -> Value {
    use unicode_normalization::UnicodeNormalization;
    let text = text.as_ref();
    if text.is_ascii() { Value::text(text) } else { Value::text(text.nfc().collect::<String>()) }
}

/// The known text of an argument that was converted to a string; empty for anything else, which known arguments are not.
fn known(value: &Value) -> std::borrow::Cow<'_, str> {
    match value.as_text() {
        Some(text) => text,
        None => json_text(value).unwrap_or_default().into(),
    }
}

/// Whether the value is text for certain, however much of it is known.
fn is_text(value: &Value) -> bool {
    matches!(value.shape, Shape::Text(_) | Shape::Template(_) | Shape::Json(_))
}

/// The pieces of a text.
fn pieces(value: &Value) -> Vec<Segment> {
    match &value.shape {
        Shape::Template(segments) => segments.to_vec(),
        Shape::Text(text) if value.alias.is_none() => {
            vec![Segment::Literal { text: text.clone(), written: value.written }]
        }
        _ => vec![Segment::Value(value.clone())],
    }
}

/// A value made of one piece of a text.
fn piece(segment: &Segment) -> Value {
    match segment {
        Segment::Literal { text, written } => Value::text(text.clone()).written(*written),
        Segment::Value(value) => value.clone(),
    }
}

/// A whole number that fits, from an argument that was converted to a number.
fn whole(value: &Value, what: &str) -> Result<i64, Value> {
    match &value.shape {
        Shape::Number(number) => number.as_int().ok_or_else(|| {
            Value::error(format!("invalid {what}: value must be a whole number, between {} and {}", i64::MIN, i64::MAX))
        }),
        _ => Err(Value::error(format!("invalid {what}: a number is required"))),
    }
}
