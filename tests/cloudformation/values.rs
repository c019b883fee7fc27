//! Values of templates against what a simulated deployment made of them; see `testdata/cloudformation/values/README.md`.

use std::collections::HashMap;
use std::path::Path;

use rolecall::cloudformation::evaluate;
use rolecall::files::NoFiles;
use rolecall::graph::{Configuration, Dialect, Resource};
use rolecall::source::Sources;
use rolecall::syntax::{Document, Language, Node, NodeId, parse};
use rolecall::value::guard::AtomKind;
use rolecall::value::{Formula, HopKind, Reason, ResourceId, Segment, Shape, SymbolKind, TypeHint, Value};

/// What a value comes to in a scenario.
#[derive(Clone, PartialEq, Debug)]
enum Plain {
    /// Not set.
    Null,
    /// Text, also for numbers and booleans.
    Text(String),
    List(Vec<Plain>),
    Map(Vec<(String, Plain)>),
    /// Cannot be told without the scenario's parameters; equal to anything.
    Any,
}

/// One scenario of one template.
struct World<'a> {
    parameters: HashMap<String, String>,
    /// Whether defaults of parameters may differ from what was given.
    overridden: bool,
    configuration: &'a Configuration,
    physical: HashMap<String, (String, String)>,
}

impl World<'_> {
    fn holds(&self, formula: &Formula) -> bool {
        match formula {
            Formula::True => true,
            Formula::False => false,
            Formula::Not(inner) => !self.holds(inner),
            Formula::And(parts) => parts.iter().all(|part| self.holds(part)),
            Formula::Or(parts) => parts.iter().any(|part| self.holds(part)),
            Formula::Atom(atom) => match &self.configuration.atoms.get(*atom).kind {
                AtomKind::Equals { subject, literal } => format!("\"{}\"", self.parameters[&**subject]) == **literal,
                other => panic!("{other:?} is not decided"),
            },
        }
    }

    fn resource(&self, id: ResourceId) -> (&Resource, &str, &str) {
        let resource = self.configuration.resource(id);
        let (name, path) = &self.physical[&*resource.name];
        (resource, name, path)
    }

    fn plain(&self, value: &Value) -> Plain {
        if value.marks.assumed && self.overridden && !matches!(value.shape, Shape::Choice(_)) {
            return Plain::Any;
        }
        let encoded = value
            .path
            .as_ref()
            .is_some_and(|path| path.steps().any(|hop| hop.kind == HopKind::Function("Fn::Base64".into())));
        match self.shape(value) {
            Plain::Text(text) if encoded => Plain::Text(base64(text.as_bytes())),
            other => other,
        }
    }

    fn shape(&self, value: &Value) -> Plain {
        match &value.shape {
            Shape::Null => Plain::Null,
            Shape::Bool(value) => Plain::Text(value.to_string()),
            Shape::Number(number) => Plain::Text(number.to_string()),
            Shape::Text(text) => Plain::Text(text.to_string()),
            Shape::Template(segments) => {
                let mut whole = String::new();
                for segment in segments.iter() {
                    match segment {
                        Segment::Literal { text, .. } => whole.push_str(text),
                        Segment::Value(value) => match self.plain(value) {
                            Plain::Text(text) => whole.push_str(&text),
                            _ => return Plain::Any,
                        },
                    }
                }
                Plain::Text(whole)
            }
            Shape::Sequence(_, items) => Plain::List(items.iter().map(|item| self.plain(item)).collect()),
            Shape::Mapping(_, entries) => Plain::Map(
                entries
                    .iter()
                    .map(|entry| (entry.key.to_string(), self.plain(&entry.value)))
                    .filter(|(_, value)| *value != Plain::Null)
                    .collect(),
            ),
            Shape::Choice(all) => {
                let holding: Vec<_> = all.iter().filter(|one| self.holds(&one.guard)).collect();
                assert_eq!(holding.len(), 1, "exactly one alternative holds");
                self.plain(&holding[0].value)
            }
            Shape::Symbol(symbol) => {
                let (resource, name, path) = self.resource(symbol.resource);
                Plain::Text(match (symbol.kind, &*resource.kind) {
                    (SymbolKind::Arn, "AWS::IAM::Role") => format!("arn:aws:iam::123456789012:role{path}{name}"),
                    (SymbolKind::Arn, "AWS::IAM::InstanceProfile") => {
                        format!("arn:aws:iam::123456789012:instance-profile{path}{name}")
                    }
                    _ => name.to_owned(),
                })
            }
            Shape::Unknown(unknown) => match &unknown.reason {
                Reason::Variable(name) if unknown.hint == TypeHint::String => {
                    Plain::Text(self.parameters[&**name].clone())
                }
                _ => Plain::Any,
            },
            other => panic!("{other:?} in a template that deploys"),
        }
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            match digit <= chunk.len() {
                true => text.push(DIGITS[(bits >> (18 - 6 * digit) & 63) as usize] as char),
                false => text.push('='),
            }
        }
    }
    text
}

/// A recorded value. The simulation leaves a `null` where an element of a list is removed.
fn recorded(document: &Document, node: NodeId) -> Plain {
    match document.node(node) {
        Node::Null => Plain::Null,
        Node::Bool(value) => Plain::Text(value.to_string()),
        Node::Number(text) | Node::String(text) => Plain::Text(document.text(text).to_owned()),
        Node::Sequence(_) => {
            let items = document.elements(node).iter().map(|item| recorded(document, *item));
            Plain::List(items.filter(|item| *item != Plain::Null).collect())
        }
        _ => Plain::Map(
            document
                .entries(node)
                .map(|(key, value)| (document.string(key).unwrap().to_owned(), recorded(document, value)))
                .collect(),
        ),
    }
}

fn same(value: &Plain, expected: &Plain) -> bool {
    match (value, expected) {
        (Plain::Any, _) => true,
        (Plain::List(value), Plain::List(expected)) => {
            value.len() == expected.len() && value.iter().zip(expected).all(|(value, expected)| same(value, expected))
        }
        (Plain::Map(value), Plain::Map(expected)) => {
            let find = |key: &String| expected.iter().find(|(known, _)| known == key);
            value.len() == expected.len()
                && value.iter().all(|(key, value)| find(key).is_some_and(|(_, expected)| same(value, expected)))
        }
        _ => value == expected,
    }
}

const INTEREST: &[(&str, &[&str])] = &[
    ("AWS::IAM::Role", &["RoleName", "Path", "AssumeRolePolicyDocument", "ManagedPolicyArns", "Description"]),
    ("AWS::IAM::InstanceProfile", &["InstanceProfileName", "Roles"]),
    ("AWS::IAM::ManagedPolicy", &["Roles", "PolicyDocument"]),
    ("AWS::EC2::Instance", &["ImageId", "InstanceType", "IamInstanceProfile"]),
    ("AWS::EC2::LaunchTemplate", &["LaunchTemplateData"]),
    ("AWS::Serverless::Function", &["Role"]),
    ("AWS::Serverless::StateMachine", &["Role"]),
];

/// Compares one template in all its scenarios; returns how many properties were compared.
fn compare(template: &Path) -> usize {
    let mut sources = Sources::new();
    let id = sources.set("template.yaml", std::fs::read_to_string(template).unwrap());
    let expected = sources.set("expected.json", std::fs::read_to_string(template.with_extension("json")).unwrap());
    let (document, problems) = parse(id, sources.text(id), Language::Yaml);
    assert!(problems.is_empty(), "{problems:?}");
    let (expected, problems) = parse(expected, sources.text(expected), Language::Json);
    assert!(problems.is_empty(), "{problems:?}");
    let interest = |_: Dialect, kind: &str| INTEREST.iter().find(|(known, _)| *known == kind).map(|(_, names)| *names);
    let mut compared = 0;
    for scenario in expected.elements(expected.root()) {
        let text = |node: NodeId| expected.string(node).unwrap().to_owned();
        let given: Vec<(String, String)> = expected
            .entries(expected.get(*scenario, "parameters").unwrap())
            .map(|(name, value)| (text(name), text(value)))
            .collect();
        for known in [&given[..], &[]] {
            let configuration = evaluate(&document, "template.yaml", known, &NoFiles, &interest);
            assert_eq!(configuration.diagnostics, []);
            let mut world = World {
                parameters: pseudo_parameters(),
                overridden: known.len() < given.len(),
                configuration: &configuration,
                physical: HashMap::new(),
            };
            let defaults = document.get(document.root(), "Parameters").unwrap();
            for (name, body) in document.entries(defaults) {
                if let Some(default) = document.get(body, "Default") {
                    let name = document.string(name).unwrap().to_owned();
                    world.parameters.insert(name, document.string(default).unwrap().to_owned());
                }
            }
            world.parameters.extend(given.iter().cloned());
            let resources = expected.elements(expected.get(*scenario, "resources").unwrap());
            for resource in resources {
                let properties = expected.get(*resource, "properties").unwrap();
                let path = expected.get(properties, "Path").map_or("/".to_owned(), text);
                if let Some(name) = expected.get(*resource, "physical_id") {
                    world.physical.insert(text(expected.get(*resource, "logical_id").unwrap()), (text(name), path));
                }
            }
            for resource in resources {
                compared += compare_resource(&world, &expected, *resource);
            }
        }
    }
    compared
}

fn compare_resource(world: &World<'_>, expected: &Document, entry: NodeId) -> usize {
    let name = expected.string(expected.get(entry, "logical_id").unwrap()).unwrap();
    let resource = world.configuration.resources.iter().find(|resource| &*resource.name == name);
    let resource = resource.unwrap_or_else(|| panic!("{name} is not among the resources"));
    let created = expected.string(expected.get(entry, "result").unwrap()) != Some("not created");
    assert_eq!(world.holds(&resource.exists), created, "whether {name} exists");
    if !created {
        return 0;
    }
    let properties = expected.get(entry, "properties").unwrap();
    let (_, names) = INTEREST.iter().find(|(kind, _)| **kind == *resource.kind).unwrap();
    for property in *names {
        let renamed = if &*resource.kind == "AWS::Serverless::StateMachine" { "RoleArn" } else { property };
        let recorded = expected.get(properties, renamed).map_or(Plain::Null, |node| recorded(expected, node));
        // The transform writes an empty list where there is nothing to attach.
        let recorded = if recorded == Plain::List(Vec::new()) { Plain::Null } else { recorded };
        let value = resource.value(property).map_or(Plain::Null, |value| world.plain(value));
        assert!(same(&value, &recorded), "{name}.{property}\n is       {value:?}\n recorded {recorded:?}");
    }
    names.len()
}

fn pseudo_parameters() -> HashMap<String, String> {
    let known = [
        ("AWS::AccountId", "123456789012"),
        ("AWS::Partition", "aws"),
        ("AWS::Region", "us-east-1"),
        ("AWS::StackName", "oracle"),
        ("AWS::URLSuffix", "amazonaws.com"),
    ];
    known.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect()
}

#[test]
fn values_are_those_of_a_deployment() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cloudformation/values");
    let mut templates: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    templates.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    templates.sort();
    let compared: usize = templates.iter().map(|template| compare(template)).sum();
    assert!(templates.len() >= 3 && compared > 150, "{compared} properties of {} templates", templates.len());
}
