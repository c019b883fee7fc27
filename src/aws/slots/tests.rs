use std::sync::Arc;

use super::*;
use crate::files::NoFiles;
use crate::graph::{Attribute, Mode, Resource};
use crate::text::{SourceId, Span};
use crate::value::{Alternative, AtomId, Entry, Formula, Open, Reason, Shape, Value, Written, choice, json};

const SPAN: Span = Span { source: SourceId(0), start: 0, end: 0 };

fn entry(key: &str, value: Value) -> Entry {
    Entry { key: key.into(), key_span: None, value }
}

fn resource(slot: &Slot, value: Value) -> Resource {
    let kind = slot.resource_type.replace('*', "x");
    let name = slot.path.attribute().unwrap();
    Resource {
        dialect: slot.dialect,
        mode: Mode::Managed,
        kind: kind.into(),
        name: "x".into(),
        address: "x".into(),
        declaration: "x".into(),
        span: SPAN,
        exists: Formula::True,
        scope: "".into(),
        region: None,
        attributes: vec![Attribute { name: name.into(), key_span: SPAN, block: false, value }],
    }
}

/// What stands where `steps` begin, with `value` where they end.
fn build(steps: &[Step], value: Value, lists: bool) -> Value {
    let Some((step, rest)) = steps.split_first() else {
        return if lists { Value::list(vec![value]) } else { value };
    };
    let below = build(rest, value, lists);
    let wrap = |name: String, more: Vec<Entry>| {
        let mut entries = more;
        entries.push(entry(&name, below.clone()));
        let object = Value::object(entries);
        if lists { Value::list(vec![object]) } else { object }
    };
    match step {
        Step::Name(name) => wrap((*name).into(), vec![entry("another", Value::text("noise"))]),
        Step::Suffix(suffix) => wrap(format!("a{suffix}"), Vec::new()),
        Step::Any => wrap("any".into(), Vec::new()),
        Step::Descend => wrap("deep".into(), Vec::new()),
        Step::Select(pairs) => {
            let with = |value: &Value| {
                let mut entries: Vec<Entry> = value.as_mapping().unwrap().to_vec();
                entries.extend(pairs.iter().map(|(name, text)| entry(name, Value::text(*text))));
                Value::object(entries)
            };
            match below.as_sequence() {
                Some(items) => Value::list(items.iter().map(with).collect()),
                None => with(&below),
            }
        }
        Step::Decode(_) => match json::encode(&below) {
            Some(text) if !lists => Value::text(text),
            _ => Shape::Json(Arc::new(below)).into(),
        },
    }
}

#[test]
fn every_row_is_read_and_reachable() {
    let rows = TEXT.lines().skip(1).count();
    assert_eq!(rows, 1202);
    assert_eq!(all().count(), rows);
    for slot in all() {
        let kind = slot.resource_type.replace('*', "x");
        assert!(slots_of(slot.dialect, &kind).contains(slot), "{slot:?}");
        let wanted = interest(slot.dialect, &kind).unwrap();
        assert!(wanted.contains(&slot.path.attribute().unwrap()), "{slot:?}");
        for lists in [false, true] {
            let resource = resource(slot, build(slot.path.inner(), Value::text("marker"), lists));
            let found: Vec<_> = find(slot, &resource, &NoFiles)
                .iter()
                .map(|found| (found.value.as_text().map(|text| text.into_owned()), found.guard.clone()))
                .collect();
            assert_eq!(found, [(Some("marker".into()), Formula::True)], "{slot:?}, lists: {lists}");
        }
    }
}

#[test]
fn no_two_rows_of_a_type_are_the_same_place() {
    for slot in all() {
        let same = slots_of(slot.dialect, slot.resource_type).iter().filter(|other| other.path == slot.path).count();
        assert_eq!(same, 1, "{slot:?}");
    }
}

#[test]
fn a_name_is_not_taken_for_an_arn() {
    let slot = |kind: &str| &slots_of(Dialect::Terraform, kind)[0];
    let instance = slot("aws_instance").wants;
    assert!(instance.takes_profile() && instance.accepts_name() && !instance.accepts_arn());
    assert!(slot("aws_launch_configuration").wants.accepts_arn());
    assert!(is_compute(Dialect::Terraform, "aws_opsworks_php_app_layer"));
    assert!(is_compute(Dialect::CloudFormation, "AWS::EC2::LaunchTemplate"));
    assert!(!is_compute(Dialect::CloudFormation, "AWS::Lambda::Function"));
    assert!(interest(Dialect::Terraform, "aws_s3_object").is_none());
}

fn template_slot(name: &str) -> &'static Slot {
    slots_of(Dialect::Terraform, "aws_launch_template").iter().find(|slot| slot.path_text == name).unwrap()
}

#[test]
fn alternatives_and_open_blocks_are_found_under_their_conditions() {
    let atom = Formula::Atom(AtomId(7));
    let slot = template_slot("iam_instance_profile.name");
    let name = choice::choose([
        Alternative { guard: atom.clone(), value: Value::text("a") },
        Alternative { guard: !atom.clone(), value: Value::null() },
    ]);
    let block = Value::object(vec![entry("name", name)]);
    let found = find(slot, &resource(slot, Value::list(vec![block.clone()])), &NoFiles);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].guard, atom);
    let open = Shape::Open(Arc::new(Open { element: block, exists: Some(AtomId(8)), keyed: false }));
    let found = find(slot, &resource(slot, open.into()), &NoFiles);
    assert_eq!(found[0].guard, Formula::and([Formula::Atom(AtomId(8)), atom]));
}

#[test]
fn what_is_not_known_on_the_way_stands_in_the_slot() {
    let slot = template_slot("iam_instance_profile.name");
    let unknown = Value::unknown(Reason::Variable("var.profile".into()));
    assert_eq!(find(slot, &resource(slot, unknown.clone()), &NoFiles)[0].value, unknown);
}

#[test]
fn a_string_in_place_of_a_block_is_misplaced() {
    let slot = template_slot("iam_instance_profile.name");
    let resource = resource(slot, Value::text("web"));
    assert_eq!(find(slot, &resource, &NoFiles), []);
    assert_eq!(misplaced(slot, &resource, &NoFiles)[0].value, Value::text("web"));
}

#[test]
fn a_value_that_doubles_forty_times_ends() {
    let slot = template_slot("iam_instance_profile.name");
    let mut value = Value::object(vec![entry("name", Value::text("x"))]);
    for _ in 0..40 {
        value = Value::tuple(vec![value.clone(), value]);
    }
    assert!(find(slot, &resource(slot, value), &NoFiles).last().unwrap().value.is_opaque());
}

#[test]
fn a_value_inside_encoded_text_keeps_its_place() {
    let slots = slots_of(Dialect::Terraform, "aws_batch_job_definition");
    let slot = slots.iter().find(|slot| slot.path_text == "container_properties(json).jobRoleArn").unwrap();
    let text = r#"{"image": "x", "jobRoleArn": "job"}"#;
    let value = Value::text(text).written(Written::Verbatim(Span::new(SourceId(0), 40, 40 + text.len() as u32)));
    let found = find(slot, &resource(slot, value), &NoFiles);
    let at = |span: Span| &text[span.start as usize - 40..span.end as usize - 40];
    assert_eq!((at(found[0].key_span), at(found[0].value.span.unwrap())), (r#""jobRoleArn""#, r#""job""#));
}
