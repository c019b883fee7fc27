//! `Ref` and `Fn::GetAtt` of every type that a slot may be filled from, against the schemas; see
//! `testdata/cloudformation/attributes/README.md`.

use std::collections::BTreeSet;

use rolecall::aws::slots;
use rolecall::cloudformation::evaluate;
use rolecall::files::NoFiles;
use rolecall::graph::{Configuration, Dialect};
use rolecall::syntax::{Language, parse};
use rolecall::text::SourceId;
use rolecall::value::{Shape, SymbolKind, Value};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/cloudformation/attributes");

/// What is recorded of a type.
struct Recorded {
    kind: String,
    /// What `Ref` gives; `None` where the schemas do not have the type.
    identifier: Option<Vec<String>>,
    /// Each with what it is of IAM's, if it is known to be something.
    attributes: Vec<(String, String)>,
    not_readable: Vec<String>,
}

fn recorded() -> Vec<Recorded> {
    let text = std::fs::read_to_string(format!("{FOLDER}/recorded.tsv")).unwrap();
    let names = |cell: &str| cell.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [kind, identifier, attributes, properties] = cells[..] else { panic!("{line}") };
        let attribute = |text: String| match text.split_once('=') {
            Some((name, form)) => (name.to_owned(), form.to_owned()),
            None => (text, String::new()),
        };
        Recorded {
            kind: kind.to_owned(),
            identifier: (identifier != "-").then(|| names(identifier)),
            attributes: names(attributes).into_iter().map(attribute).collect(),
            not_readable: names(properties),
        }
    };
    text.lines().skip(1).map(row).collect()
}

/// Evaluates a template in which `expressions` are roles of functions, called `F0` and so on.
fn evaluated(resources: &str, expressions: &[String]) -> Configuration {
    let functions: String = expressions
        .iter()
        .enumerate()
        .map(|(number, value)| {
            format!("  F{number}: {{ Type: AWS::Lambda::Function, Properties: {{ Role: {value} }} }}\n")
        })
        .collect();
    let text = format!("Resources:\n{resources}{functions}");
    let (document, problems) = parse(SourceId(0), &text.as_str().into(), Language::Yaml);
    assert_eq!(problems, [], "{text}");
    let interest = |_: Dialect, kind: &str| (kind == "AWS::Lambda::Function").then_some(&["Role"][..]);
    evaluate(&document, "template.yaml", &[], &NoFiles, &interest)
}

fn role(configuration: &Configuration, number: usize) -> &Value {
    let name = format!("F{number}");
    configuration.resources.iter().find(|resource| *resource.name == *name).unwrap().value("Role").unwrap()
}

#[test]
fn what_can_be_read_is_read_and_what_cannot_is_told() {
    let recorded = recorded();
    let known: BTreeSet<&str> = recorded.iter().map(|one| one.kind.as_str()).collect();
    let missing: Vec<&str> = slots::all()
        .filter(|slot| slot.dialect == Dialect::CloudFormation && !slot.resource_type.contains('*'))
        .map(|slot| slot.resource_type)
        .filter(|kind| !kind.starts_with("AWS::Serverless::") && !known.contains(kind))
        .collect();
    assert!(missing.is_empty(), "not recorded: {missing:?}");
    let (mut read, mut told) = (0, 0);
    let mut wrong = Vec::new();
    for one in recorded.iter().filter(|one| one.identifier.is_some()) {
        let names = one.attributes.iter().map(|(name, _)| name).chain(&one.not_readable);
        let expressions: Vec<String> = names.map(|name| format!("!GetAtt T.{name}")).collect();
        let configuration = evaluated(&format!("  T: {{ Type: {} }}\n", one.kind), &expressions);
        let said: BTreeSet<&str> =
            configuration.diagnostics.iter().filter_map(|found| found.resource.as_deref()).collect();
        for (number, expression) in expressions.iter().enumerate() {
            let is_readable = number < one.attributes.len();
            let is_told = said.contains(format!("F{number}").as_str());
            read += usize::from(is_readable);
            told += usize::from(is_told);
            if is_readable == is_told {
                wrong.push(format!("{}: {expression} told: {is_told}", one.kind));
            }
        }
    }
    assert!(read > 1900 && told > 3700, "{read} {told}");
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), read + told, wrong.join("\n"));
}

#[test]
fn references_to_identities_give_what_they_are() {
    for one in recorded().iter().filter(|one| one.kind.starts_with("AWS::IAM::")) {
        let mut expressions = vec!["!Ref T".to_owned()];
        expressions.extend(one.attributes.iter().map(|(name, _)| format!("!GetAtt T.{name}")));
        let configuration = evaluated(&format!("  T: {{ Type: {} }}\n", one.kind), &expressions);
        let kind = |number| role(&configuration, number).as_symbol().map(|symbol| symbol.kind);
        // Of an identity the name and the ARN are told apart; what refers to nothing that acts is of no concern.
        let acts = ["Role", "InstanceProfile", "User", "Group", "ServiceLinkedRole"];
        let acts = acts.iter().any(|name| one.kind.ends_with(&format!("::{name}")));
        let expected = match one.identifier.as_deref().unwrap() {
            [name] if name.ends_with("Arn") => SymbolKind::Arn,
            [name] if acts && name.ends_with("Name") => SymbolKind::Name,
            _ => SymbolKind::Other,
        };
        assert_eq!(kind(0), Some(expected), "Ref of {}", one.kind);
        for (number, (name, _)) in one.attributes.iter().enumerate() {
            let expected = match name.as_str() {
                name if name.ends_with("Arn") => SymbolKind::Arn,
                "RoleId" | "PolicyId" => SymbolKind::UniqueId,
                "RoleName" => SymbolKind::Name,
                _ => SymbolKind::Other,
            };
            assert_eq!(kind(number + 1), Some(expected), "{} of {}", name, one.kind);
        }
    }
}

#[test]
fn attributes_that_are_roles_pass_them_on() {
    let (mut passed, mut made) = (0, 0);
    for one in recorded().iter().filter(|one| !one.kind.starts_with("AWS::IAM::")) {
        for (name, form) in one.attributes.iter().filter(|(_, form)| form.starts_with("AWS::IAM::Role")) {
            let nested =
                name.split('.').rev().fold("!GetAtt R.Arn".to_owned(), |value, key| format!("{{ {key}: {value} }}"));
            let set = format!("  R: {{ Type: AWS::IAM::Role }}\n  T: {{ Type: {}, Properties: {nested} }}\n", one.kind);
            let configuration = evaluated(&set, &[format!("!GetAtt T.{name}")]);
            assert_eq!(configuration.diagnostics, [], "{}.{name}", one.kind);
            let value = role(&configuration, 0);
            if form.ends_with("made") {
                made += 1;
                continue;
            }
            passed += 1;
            let symbol = value.as_symbol().unwrap_or_else(|| panic!("{}.{name}: {:?}", one.kind, value.shape));
            let role = configuration.resource(symbol.resource);
            assert_eq!((&*role.name, symbol.kind), ("R", SymbolKind::Arn), "{}.{name}", one.kind);
        }
    }
    assert!(passed >= 10 && made >= 3, "{passed} {made}");
}

#[test]
fn other_sources_pass_on_what_they_hold_and_are_unknown_otherwise() {
    let resources = "  R: { Type: AWS::IAM::Role }
  Parameter: { Type: AWS::SSM::Parameter, Properties: { Type: String, Value: !GetAtt R.Arn } }
  Custom: { Type: Custom::Lookup, Properties: { ServiceToken: x } }
  Stack: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: 'https://bucket/x.yaml' } }
  Module: { Type: 'Initech::IAM::Role::MODULE' }
  Third: { Type: Initech::IAM::Role }
";
    let expressions = [
        ("!GetAtt Parameter.Value", "R"),
        ("!GetAtt Custom.Arn", ""),
        ("!Ref Custom", ""),
        ("!GetAtt Stack.Outputs.RoleArn", ""),
        ("!GetAtt Module.Role.Arn", ""),
        ("!GetAtt ModuleRole.Arn", ""),
        ("!GetAtt Third.Arn", ""),
        ("!ImportValue role", ""),
        ("'{{resolve:ssm:/role}}'", ""),
        ("!Sub '{{resolve:ssm:${Parameter}}}'", ""),
    ];
    let written: Vec<String> = expressions.iter().map(|(expression, _)| (*expression).to_owned()).collect();
    let configuration = evaluated(resources, &written);
    assert_eq!(configuration.diagnostics, []);
    for (number, (expression, expected)) in expressions.iter().enumerate() {
        let value = role(&configuration, number);
        match value.as_symbol() {
            Some(symbol) => assert_eq!(&*configuration.resource(symbol.resource).name, *expected, "{expression}"),
            None => {
                assert!(expected.is_empty(), "{expression}: {:?}", value.shape);
                let is_open = matches!(value.shape, Shape::Unknown(_) | Shape::Template(_));
                assert!(is_open, "{expression}: {:?}", value.shape);
            }
        }
    }
}
