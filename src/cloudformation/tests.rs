//! What the tests of evaluation share: templates as text, and values as short text.
//!
//! `'x'` is known text (`'x'?` if a parameter's default, `'x'=Role` if the name of `Role`), `Role` and `Role.Arn` are
//! references, `<Env>` is unknown, a template reads as its pieces with `{…}` around those that are values, and
//! `(Env="prod": 'a' | !Env="prod": 'b')` is a choice.

mod absences;
mod conditions;
mod includes;
mod intrinsics;
mod references;
mod robustness;
mod sam;

use crate::files::NoFiles;
use crate::graph::{Configuration, Dialect};
use crate::source::Sources;
use crate::syntax::{Language, parse};
use crate::value::guard::AtomKind;
use crate::value::{Formula, Reason, Segment, Shape, Value};

/// An evaluated template with its text.
pub(super) struct Evaluated {
    pub sources: Sources,
    pub configuration: Configuration,
}

const PROPERTIES: &[&str] = &[
    "Value",
    "Role",
    "Roles",
    "RoleName",
    "Path",
    "AssumeRolePolicyDocument",
    "ManagedPolicyArns",
    "Policies",
    "IamInstanceProfile",
];

pub(super) fn evaluate_with(text: &str, language: Language, given: &[(&str, &str)]) -> Evaluated {
    let mut sources = Sources::new();
    let source = sources.set("template.yaml", text);
    let (document, _) = parse(source, sources.text(source), language);
    let given: Vec<_> = given.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect();
    let interest = |_: Dialect, kind: &str| (kind != "AWS::S3::Bucket").then_some(PROPERTIES);
    let configuration = super::evaluate(&document, "template.yaml", &given, &NoFiles, &interest);
    Evaluated { sources, configuration }
}

pub(super) fn evaluate(text: &str) -> Evaluated {
    evaluate_with(text, Language::Yaml, &[])
}

impl Evaluated {
    /// A property of a resource as short text; `unset` if it is not set.
    pub(super) fn property(&self, resource: &str, name: &str) -> String {
        let resource = self.configuration.resources.iter().find(|known| &*known.name == resource);
        resource.and_then(|resource| resource.value(name)).map_or("unset".into(), |value| self.show(value))
    }

    /// When a resource exists.
    pub(super) fn exists(&self, resource: &str) -> String {
        let resource = self.configuration.resources.iter().find(|known| &*known.name == resource);
        resource.map_or("undeclared".into(), |resource| self.show_formula(&resource.exists))
    }

    /// The findings, as rule, text and message.
    pub(super) fn findings(&self) -> Vec<String> {
        let show = |one: &crate::diagnostic::Diagnostic| {
            format!("{} at {:?}: {}", one.rule, self.sources.slice(one.span), one.message)
        };
        self.configuration.diagnostics.iter().map(show).collect()
    }

    pub(super) fn show_formula(&self, formula: &Formula) -> String {
        let all = |parts: &[Formula], by: &str| {
            format!("({})", parts.iter().map(|part| self.show_formula(part)).collect::<Vec<_>>().join(by))
        };
        match formula {
            Formula::True => "always".into(),
            Formula::False => "never".into(),
            Formula::Not(inner) => format!("!{}", self.show_formula(inner)),
            Formula::And(parts) => all(parts, " & "),
            Formula::Or(parts) => all(parts, " or "),
            Formula::Atom(atom) => match &self.configuration.atoms.get(*atom).kind {
                AtomKind::Equals { subject, literal } => format!("{subject}={literal}"),
                AtomKind::Truth { subject } => subject.to_string(),
                AtomKind::Same { one, other } => format!("{one}={other}"),
                AtomKind::Opaque { text } => format!("[{text}]"),
            },
        }
    }

    pub(super) fn show(&self, value: &Value) -> String {
        let name = |resource: crate::value::ResourceId| self.configuration.resource(resource).name.clone();
        let list = |items: &[Value]| items.iter().map(|item| self.show(item)).collect::<Vec<_>>().join(", ");
        match &value.shape {
            Shape::Null => "null".into(),
            Shape::Bool(value) => value.to_string(),
            Shape::Number(number) => number.to_string(),
            Shape::Text(text) => {
                let assumed = if value.marks.assumed { "?" } else { "" };
                let alias = value.alias.as_ref().map(|symbol| format!("={}", name(symbol.resource)));
                format!("'{text}'{assumed}{}", alias.unwrap_or_default())
            }
            Shape::Template(segments) => segments
                .iter()
                .map(|segment| match segment {
                    Segment::Literal { text, .. } => text.to_string(),
                    Segment::Value(value) => format!("{{{}}}", self.show(value)),
                })
                .collect(),
            Shape::Json(value) => format!("json({})", self.show(value)),
            Shape::Sequence(_, items) => format!("[{}]", list(items)),
            Shape::Mapping(_, entries) => {
                let entry = |entry: &crate::value::Entry| format!("{}: {}", entry.key, self.show(&entry.value));
                format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
            Shape::Symbol(symbol) if symbol.attribute.is_empty() => name(symbol.resource).to_string(),
            Shape::Symbol(symbol) => format!("{}.{}", name(symbol.resource), symbol.attribute),
            Shape::Choice(all) => {
                let show = |one: &crate::value::Alternative| {
                    format!("{}: {}", self.show_formula(&one.guard), self.show(&one.value))
                };
                format!("({})", all.iter().map(show).collect::<Vec<_>>().join(" | "))
            }
            Shape::Unknown(unknown) => {
                let reason = match &unknown.reason {
                    Reason::Variable(name) => name.to_string(),
                    other => other.to_string(),
                };
                let may: Vec<_> = unknown
                    .may
                    .iter()
                    .map(|symbol| format!(" {}.{}", name(symbol.resource), symbol.attribute))
                    .collect();
                format!("<{reason}{}>", may.concat())
            }
            Shape::Error(message) => format!("error({message})"),
            Shape::Resource(_) | Shape::Open(_) => "unexpected".into(),
        }
    }
}

/// Declarations that the tables of expressions refer to.
const PRELUDE: &str = r#"
Parameters:
  Env: { Type: String, AllowedValues: [dev, test, prod], Default: dev }
  Name: { Type: String }
  Suffix: { Type: String, Default: "-x" }
  Count: { Type: Number, Default: 1.50 }
  Flag: { Type: String, Default: true }
  List: { Type: CommaDelimitedList, Default: "a, b ,c" }
  Open: { Type: "List<AWS::EC2::Subnet::Id>" }
  Latest: { Type: "AWS::SSM::Parameter::Value<String>", Default: /ami }
  Long: { Type: String, MinLength: 1, Default: web }
Mappings:
  Map:
    dev: { Service: lambda.amazonaws.com, 1: one, Many: [x, y] }
    test: { Service: ec2.amazonaws.com }
    prod: { Service: ec2.amazonaws.com }
  Regions:
    us-east-1: { Arm: "1", Intel: "2" }
    eu-west-1: { Arm: "3" }
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsDev: !Equals [!Ref Env, dev]
  HasName: !Not [!Equals [!Ref Name, ""]]
Resources:
  Role: { Type: AWS::IAM::Role }
  Deep: { Type: AWS::IAM::Role, Properties: { Path: /a/b/ } }
  Named: { Type: AWS::IAM::Role, Properties: { RoleName: web } }
  Profile: { Type: AWS::IAM::InstanceProfile }
  Policy: { Type: AWS::IAM::ManagedPolicy }
  Bucket: { Type: AWS::S3::Bucket }
  Nested: { Type: AWS::CloudFormation::Stack }
  Custom: { Type: Custom::Thing }
  Thing:
    Type: AWS::EC2::Instance
    Properties:
      Value: "#;

/// What an expression comes to, written behind `Value: ` in a block mapping.
pub(super) fn value_of(expression: &str) -> (String, Vec<String>) {
    let evaluated = evaluate(&format!("{PRELUDE}{expression}\n"));
    (evaluated.property("Thing", "Value"), evaluated.findings())
}

/// Checks a table of expressions and what they come to, without findings.
pub(super) fn check(table: &[(&str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(expression, expected)| {
            let (value, findings) = value_of(expression);
            let right = value == *expected && findings.is_empty();
            (!right).then(|| format!("{expression}\n  is       {value}\n  expected {expected}\n  {findings:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
