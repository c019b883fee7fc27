//! Every row of the slot table is reachable from text: for each row a configuration is written that puts a role or a
//! profile there, and the slot has to be found in it.

#[path = "support/memory.rs"]
mod memory;

use std::collections::BTreeSet;

use memory::Memory;
use rolecall::aws::slots::{self, Slot, Step};
use rolecall::graph::{Configuration, Dialect};
use rolecall::link::{Linked, Means};
use rolecall::syntax::{self, Language};
use rolecall::text::SourceId;

/// What stands in the slot, and how: nested JSON-like data that either language can write.
enum Data {
    Value,
    Entry(String, Box<Data>),
    /// The entries that select this mapping, then the way on.
    Selected(Vec<(String, String)>, Box<Data>),
    Encoded(Box<Data>),
}

fn data(steps: &[Step]) -> Data {
    let Some((first, rest)) = steps.split_first() else { return Data::Value };
    match first {
        Step::Name(name) => Data::Entry((*name).to_string(), Box::new(data(rest))),
        Step::Suffix(suffix) => Data::Entry(format!("some{suffix}"), Box::new(data(rest))),
        Step::Any => Data::Entry("any".to_string(), Box::new(data(rest))),
        Step::Descend => {
            Data::Entry("outer".to_string(), Box::new(Data::Entry("inner".to_string(), Box::new(data(rest)))))
        }
        Step::Select(pairs) => {
            let pairs = pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
            Data::Selected(pairs, Box::new(data(rest)))
        }
        Step::Decode(_) => Data::Encoded(Box::new(data(rest))),
    }
}

/// As an HCL expression.
fn expression(data: &Data, value: &str) -> String {
    match data {
        Data::Value => value.to_string(),
        Data::Entry(name, inner) => format!("{{ \"{name}\" = {} }}", expression(inner, value)),
        Data::Selected(pairs, inner) => {
            let own: String = pairs.iter().map(|(key, text)| format!("\"{key}\" = \"{text}\", ")).collect();
            let inner = expression(inner, value);
            format!("{{ {own}{}", inner.trim_start_matches('{'))
        }
        // JSON is YAML, and what holds a reference can be written as JSON only.
        Data::Encoded(inner) => format!("jsonencode({})", expression(inner, value)),
    }
}

/// As the attributes and nested blocks of an HCL body.
fn body(name: &str, data: &Data, value: &str) -> String {
    match data {
        Data::Entry(inner_name, inner) => format!("{name} {{\n{}}}\n", body(inner_name, inner, value)),
        Data::Selected(pairs, inner) => {
            let own: String = pairs.iter().map(|(key, text)| format!("{key} = \"{text}\"\n")).collect();
            match &**inner {
                Data::Entry(inner_name, inner) => format!("{name} {{\n{own}{}}}\n", body(inner_name, inner, value)),
                _ => format!("{name} = {value}\n"),
            }
        }
        _ => format!("{name} = {}\n", expression(data, value)),
    }
}

/// As YAML in flow style, which nests without counting spaces.
fn flow(data: &Data, value: &str) -> String {
    match data {
        Data::Value => value.to_string(),
        Data::Entry(name, inner) => format!("{{ \"{name}\": {} }}", flow(inner, value)),
        Data::Selected(pairs, inner) => {
            let own: String = pairs.iter().map(|(key, text)| format!("\"{key}\": \"{text}\", ")).collect();
            let inner = flow(inner, value);
            format!("[{{ {own}{}]", inner.trim_start_matches('{'))
        }
        // Encoded text is put together by substitution; a reference inside is written `${…}`.
        Data::Encoded(inner) => {
            let name = value.trim_start_matches("!GetAtt ").trim_start_matches("!Ref ");
            let text = flow(inner, &format!("\"${{{name}}}\"")).replace('"', "\\\"");
            format!("!Sub \"{text}\"")
        }
    }
}

const TERRAFORM: &str = r#"
resource "aws_iam_role" "the_role" {
  assume_role_policy = "{}"
}
resource "aws_iam_instance_profile" "the_profile" {
  role = aws_iam_role.the_role.name
}
"#;

const CLOUDFORMATION: &str = "
Resources:
  TheRole: { Type: 'AWS::IAM::Role', Properties: {} }
  TheProfile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [!Ref TheRole] } }
";

fn written(slot: &Slot) -> (&'static str, String) {
    let kind = slot.resource_type.replace('*', "custom");
    let attribute = slot.path.attribute().unwrap_or_default();
    let data = data(slot.path.inner());
    let (profile, name) = (slot.wants.takes_profile(), !slot.wants.accepts_arn());
    match slot.dialect {
        Dialect::Terraform => {
            let target = if profile { "aws_iam_instance_profile.the_profile" } else { "aws_iam_role.the_role" };
            let value = format!("{target}.{}", if name { "name" } else { "arn" });
            let body = body(attribute, &data, &value);
            ("main.tf", format!("{TERRAFORM}resource \"{kind}\" \"the_user\" {{\n{body}}}\n"))
        }
        Dialect::CloudFormation => {
            let target = if profile { "TheProfile" } else { "TheRole" };
            let value = if name { format!("!Ref {target}") } else { format!("!GetAtt {target}.Arn") };
            let property = flow(&data, &value);
            let text = format!(
                "{CLOUDFORMATION}  TheUser:\n    Type: {kind}\n    Properties:\n      {attribute}: {property}\n"
            );
            ("template.yaml", text)
        }
    }
}

fn evaluated(path: &str, text: &str, files: &Memory) -> Option<Configuration> {
    let interest = |dialect: Dialect, kind: &str| slots::interest(dialect, kind);
    if path.ends_with(".tf") {
        let library = rolecall::terraform::Library::default();
        return rolecall::terraform::evaluate("", Default::default(), &library, files, &interest);
    }
    let document = syntax::parse(SourceId(0), &text.into(), Language::Yaml).0;
    Some(rolecall::cloudformation::evaluate(&document, path, &[], files, &interest))
}

#[test]
fn every_row_finds_its_slot_in_text() {
    let mut missing: Vec<String> = Vec::new();
    let mut seen: BTreeSet<(String, &str)> = BTreeSet::new();
    for slot in slots::all() {
        seen.insert((slot.resource_type.to_string(), slot.path_text));
        let (path, text) = written(slot);
        let files = Memory::new([(path, text.as_str())]);
        let Some(configuration) = evaluated(path, &text, &files) else {
            missing.push(format!("{} {}: nothing was evaluated", slot.resource_type, slot.path_text));
            continue;
        };
        let linked = Linked::new(&configuration, &files);
        let found = linked
            .uses
            .iter()
            .any(|slot_use| slot_use.slot == slot && matches!(slot_use.means, Means::Identity { .. }));
        if !found {
            missing.push(format!("{} {}:\n{text}", slot.resource_type, slot.path_text));
        }
    }
    let shown: Vec<&str> = missing.iter().map(String::as_str).take(5).collect();
    assert!(missing.is_empty(), "{} rows are not reached:\n{}", missing.len(), shown.join("\n"));
    assert!(seen.len() > 1_000, "the table has only {} rows", seen.len());
}
