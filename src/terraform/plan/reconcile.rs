//! What was evaluated from the configuration, set right by what the plan or state says.

use std::collections::HashSet;
use std::sync::Arc;

use super::record::{Instance, Record};
use super::values::{self, Places, Step};
use crate::graph::{Configuration, Dialect, Interest, Mode, Resource};
use crate::value::{Entry, Formula, Segment, Shape, Value, choice};

/// Says of every resource of the unit whether it is there, and puts in what the record knows and evaluation does not.
/// Gives the addresses of what was found in both.
pub fn reconcile(configuration: &mut Configuration, record: &Record<'_>, interest: Interest<'_>) -> HashSet<Arc<str>> {
    let mut found = HashSet::new();
    for resource in &mut configuration.resources {
        let instances = instances(record, resource);
        found.extend(instances.iter().map(|instance| instance.address.clone()));
        let Some(first) = instances.first() else {
            // A data source that is evaluated here, or that has not been read yet, is no matter of the record.
            if resource.mode == Mode::Managed {
                resource.exists = Formula::False;
            }
            continue;
        };
        resource.exists = Formula::True;
        for attribute in &mut resource.attributes {
            let name = attribute.name.clone();
            if let Some(planned) = values::attribute(record.document, first, &name, &Unasked(first)) {
                attribute.value = merged(&attribute.value, &planned);
            }
        }
    }
    // What evaluation has no interest in is not missing either.
    let of_no_interest = |instance: &&Instance| interest(Dialect::Terraform, &instance.kind).is_none();
    found.extend(record.instances.iter().filter(of_no_interest).map(|instance| instance.address.clone()));
    found
}

/// The instances that a resource of the unit stands for: one, or all of a set whose keys evaluation does not know.
fn instances<'r>(record: &'r Record<'_>, resource: &Resource) -> Vec<&'r Instance> {
    match resource.address.contains("[*]") {
        false => record.get(&resource.address).into_iter().collect(),
        true => record.instances.iter().filter(|instance| stands_for(&resource.address, &instance.address)).collect(),
    }
}

/// Whether `address` is `pattern` with some key in place of each `[*]`.
fn stands_for(pattern: &str, address: &str) -> bool {
    let mut rest = address;
    let mut pieces = pattern.split("[*]");
    match pieces.next().and_then(|first| rest.strip_prefix(first)) {
        Some(behind) => rest = behind,
        None => return false,
    }
    for piece in pieces {
        let Some(end) = rest.starts_with('[').then(|| rest.find(']')).flatten() else { return false };
        match rest[end + 1..].strip_prefix(piece) {
            Some(behind) => rest = behind,
            None => return false,
        }
    }
    rest.is_empty()
}

/// The record on its own.
struct Unasked<'i>(&'i Instance);

impl<'d> Places<'d> for Unasked<'_> {
    fn unknown(&self, path: &[Step<'d>]) -> Value {
        Value::unknown(values::after_apply(self.0, path))
    }

    fn text(&self, _: &[Step<'d>], value: Value) -> Value {
        value
    }
}

/// A value as it was evaluated, except where the record knows it and evaluation does not, or says otherwise.
fn merged(evaluated: &Value, planned: &Value) -> Value {
    let in_place = |shape: &Shape| Value {
        shape: shape.clone(),
        span: evaluated.span,
        path: evaluated.path.clone(),
        ..Value::from(Shape::Null)
    };
    match (&evaluated.shape, &planned.shape) {
        (_, Shape::Unknown(_)) => evaluated.clone(),
        (Shape::Mapping(kind, entries), Shape::Mapping(..)) => {
            let merge = |entry: &Entry| match planned.get(&entry.key) {
                Some(planned) => Entry { value: merged(&entry.value, planned), ..entry.clone() },
                None => entry.clone(),
            };
            Value { shape: Shape::Mapping(*kind, entries.iter().map(merge).collect()), ..evaluated.clone() }
        }
        (Shape::Sequence(kind, items), Shape::Sequence(_, others)) if items.len() == 1 && others.len() == 1 => {
            let items = items.iter().zip(others.iter()).map(|(item, other)| merged(item, other)).collect();
            Value { shape: Shape::Sequence(*kind, items), ..evaluated.clone() }
        }
        // Sets are in another order in a record, and providers fill in the parts of blocks.
        (Shape::Sequence(_, items), Shape::Sequence(_, others))
            if items.len() == others.len() && !items.iter().any(is_open) =>
        {
            evaluated.clone()
        }
        _ if !planned.is_known() => evaluated.clone(),
        (Shape::Choice(_), _) => choice::alternatives(evaluated)
            .into_iter()
            .find(|alternative| says(&alternative.value, planned))
            .map_or_else(|| in_place(&planned.shape), |alternative| alternative.value),
        _ if says(evaluated, planned) => evaluated.clone(),
        _ => in_place(&planned.shape),
    }
}

/// Whether an evaluated value is what the record has: the same, or a reference, which says more.
fn says(evaluated: &Value, planned: &Value) -> bool {
    match &evaluated.shape {
        Shape::Symbol(_) | Shape::Resource(_) => !planned.is_null(),
        Shape::Json(inner) => !is_open(inner) && !planned.is_null(),
        Shape::Template(segments) if evaluated.as_text().is_none() => {
            let open = |segment: &Segment| match segment {
                Segment::Value(value) => is_open(value),
                Segment::Literal { .. } => false,
            };
            !planned.is_null() && !segments.iter().any(open)
        }
        Shape::Null => planned.is_null(),
        Shape::Bool(value) => planned.as_bool().is_none_or(|planned| planned == *value),
        Shape::Number(_) => !planned.is_null(),
        _ => match (evaluated.as_text(), planned.as_text()) {
            (Some(one), Some(other)) => one == other,
            (None, _) => !is_open(evaluated) && !planned.is_null(),
            (Some(_), None) => !planned.is_null(),
        },
    }
}

/// Whether something in a value is not decided. References are.
fn is_open(value: &Value) -> bool {
    match &value.shape {
        Shape::Unknown(_) | Shape::Error(_) | Shape::Choice(_) | Shape::Open(_) => true,
        Shape::Sequence(_, items) => items.iter().any(is_open),
        Shape::Mapping(_, entries) => entries.iter().any(|entry| is_open(&entry.value)),
        Shape::Json(inner) => is_open(inner),
        Shape::Template(segments) => segments.iter().any(|segment| match segment {
            Segment::Value(value) => is_open(value),
            Segment::Literal { .. } => false,
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_key() {
        assert!(stands_for("aws_iam_role.r[*]", r#"aws_iam_role.r["a"]"#));
        assert!(stands_for("module.m[*].aws_iam_role.r[*]", "module.m[0].aws_iam_role.r[1]"));
        assert!(!stands_for("aws_iam_role.r[*]", "aws_iam_role.r"));
        assert!(!stands_for("aws_iam_role.r[*]", "aws_iam_role.r[0].x"));
        assert!(!stands_for("aws_iam_role.r[*]", "aws_iam_role.s[0]"));
    }

    #[test]
    fn the_record_decides_what_evaluation_leaves_open() {
        let guard = |text: &str| Value::text(text);
        let known = guard("app");
        let unknown = Value::unknown(crate::value::Reason::Broken);
        assert_eq!(merged(&unknown, &known).as_text().as_deref(), Some("app"));
        assert_eq!(merged(&known, &unknown).as_text().as_deref(), Some("app"));
        assert_eq!(merged(&guard("old"), &known).as_text().as_deref(), Some("app"));
        let blocks =
            |value: Value| Value::tuple(vec![Value::object(vec![Entry { key: "name".into(), key_span: None, value }])]);
        let merged = merged(&blocks(unknown), &blocks(known));
        assert_eq!(merged.as_sequence().and_then(|items| items[0].get("name")?.as_text()).as_deref(), Some("app"));
    }
}
