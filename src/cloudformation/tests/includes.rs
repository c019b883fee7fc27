//! Texts that a template includes.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Evaluated, PROPERTIES};
use crate::files::{File, Files};
use crate::graph::Dialect;
use crate::source::Sources;
use crate::syntax::{Document, Language, parse};
use crate::text::SourceId;
use crate::value::Reason;

/// Files by path.
struct Folder {
    texts: HashMap<&'static str, (SourceId, Arc<str>)>,
    documents: HashMap<SourceId, Arc<Document>>,
}

impl Files for Folder {
    fn file(&self, path: &str) -> File {
        self.texts.get(path).map_or(File::Absent, |(source, text)| File::Text(*source, text.clone()))
    }

    fn directory(&self, _: &str) -> Option<Vec<Arc<str>>> {
        Some(Vec::new())
    }

    fn document(&self, source: SourceId) -> Option<Arc<Document>> {
        self.documents.get(&source).cloned()
    }

    fn path(&self, source: SourceId) -> Arc<str> {
        let path = self.texts.iter().find(|(_, (known, _))| *known == source);
        path.map_or("app/template.yaml".into(), |(path, _)| (*path).into())
    }
}

/// Evaluates `app/template.yaml` among other files.
fn evaluate(template: &str, others: &[(&'static str, &str)]) -> Evaluated {
    let mut sources = Sources::new();
    let mut folder = Folder { texts: HashMap::new(), documents: HashMap::new() };
    for (path, text) in others {
        let source = sources.set(path, *text);
        let language = if path.ends_with(".json") { Language::Json } else { Language::Yaml };
        folder.texts.insert(path, (source, sources.text(source).clone()));
        folder.documents.insert(source, Arc::new(parse(source, sources.text(source), language).0));
    }
    let source = sources.set("app/template.yaml", template);
    let (document, _) = parse(source, sources.text(source), Language::Yaml);
    let interest = |_: Dialect, _: &str| Some(PROPERTIES);
    let configuration = crate::cloudformation::evaluate(&document, "app/template.yaml", &[], &folder, &interest);
    Evaluated { sources, configuration }
}

#[test]
fn a_value_is_included() {
    let template = "
Resources:
  Role: { Type: AWS::IAM::Role }
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Value:
        Fn::Transform: { Name: AWS::Include, Parameters: { Location: ./api/open.json } }
  Other:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Value: !Transform { Name: AWS::Include, Parameters: { Location: ../shared/part.yaml } }
";
    let others = [
        ("app/api/open.json", r#"{"credentials": {"Fn::GetAtt": ["Role", "Arn"]}, "other": {"Ref": "Nobody"}}"#),
        ("shared/part.yaml", "- !Ref Role\n- 1.50\n"),
    ];
    let evaluated = evaluate(template, &others);
    assert_eq!(
        evaluated.property("Api", "Value"),
        "{credentials: Role.Arn, other: <the expression fails: Nobody is not declared>}"
    );
    assert_eq!(evaluated.property("Other", "Value"), "[Role, 1.5]");
    assert_eq!(
        evaluated.findings(),
        [
            "unresolved-reference at \"Nobody\": `Nobody` is neither a parameter nor a resource of this template; declare \
          it, or correct the name"
        ]
    );
    // The role is needed where the text is included.
    assert!(evaluated.configuration.mentions["Role"].contains("AWS::ApiGateway::RestApi"));
}

#[test]
fn entries_are_included_beside_others() {
    let template = "
Conditions:
  Fn::Transform: { Name: AWS::Include, Parameters: { Location: conditions.yaml } }
Mappings:
  Fn::Transform: { Name: AWS::Include, Parameters: { Location: maps.yaml } }
Resources:
  Thing:
    Type: AWS::EC2::Instance
    Condition: Never
    Properties:
      Value: !FindInMap [Names, a, role]
      Fn::Transform: { Name: AWS::Include, Parameters: { Location: more.yaml } }
  Fn::Transform: { Name: AWS::Include, Parameters: { Location: roles.yaml } }
";
    let others = [
        ("app/conditions.yaml", "Never: !Equals [a, b]\n"),
        ("app/maps.yaml", "Names: { a: { role: web } }\n"),
        ("app/more.yaml", "Role: !GetAtt Web.Arn\n"),
        ("app/roles.yaml", "Web: { Type: AWS::IAM::Role, Properties: { Path: /web/ } }\n"),
    ];
    let evaluated = evaluate(template, &others);
    assert_eq!(evaluated.findings(), Vec::<String>::new());
    assert_eq!(evaluated.exists("Thing"), "never");
    assert_eq!(evaluated.property("Thing", "Value"), "'web'");
    assert_eq!(evaluated.property("Thing", "Role"), "Web.Arn");
    assert_eq!(evaluated.property("Web", "Path"), "'/web/'");
}

#[test]
fn whole_sections_are_included() {
    let template = "
Transform:
  - AWS::LanguageExtensions
  - { Name: AWS::Include, Parameters: { Location: maps.yaml } }
Resources:
  Thing: { Type: AWS::EC2::Instance, Properties: { Value: !FindInMap [Names, a, role] } }
";
    let evaluated = evaluate(template, &[("app/maps.yaml", "Mappings: { Names: { a: { role: web } } }\n")]);
    assert_eq!((evaluated.property("Thing", "Value").as_str(), evaluated.findings().len()), ("'web'", 0));
}

#[test]
fn what_is_not_at_hand_is_unknown() {
    for (location, reason) in [
        ("s3://bucket/roles.yaml", "<the file s3://bucket/roles.yaml is not at hand>"),
        ("nowhere.yaml", "<the file nowhere.yaml is not at hand>"),
        ("!Sub '${Bucket}/roles.yaml'", "<the transform AWS::Include rewrites this part>"),
    ] {
        let template = format!(
            "
Resources:
  Thing:
    Type: AWS::EC2::Instance
    Properties:
      Value: {{ Fn::Transform: {{ Name: AWS::Include, Parameters: {{ Location: {location} }} }} }}
"
        );
        let evaluated = evaluate(&template, &[]);
        assert_eq!(evaluated.property("Thing", "Value"), reason);
        assert_eq!(evaluated.configuration.gaps.len(), 1);
    }
}

#[test]
fn texts_that_include_themselves_end() {
    let template = "
Resources:
  Thing:
    Type: AWS::EC2::Instance
    Properties:
      Value: !Transform { Name: AWS::Include, Parameters: { Location: self.yaml } }
";
    let again = "again: !Transform { Name: AWS::Include, Parameters: { Location: self.yaml } }\n";
    let evaluated = evaluate(template, &[("app/self.yaml", again)]);
    assert!(evaluated.property("Thing", "Value").starts_with("{again: {again: "));
    assert_eq!(evaluated.configuration.gaps[0].reason, Reason::TooMany);
}
