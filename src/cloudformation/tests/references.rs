//! What names stand for, and names that stand for nothing.

use super::{check, evaluate, value_of};
use crate::value::{HopKind, Reason, Shape, SymbolKind, Value};

#[test]
fn references_are_symbols() {
    check(&[
        ("!Ref Role", "Role"),
        ("!GetAtt Role.Arn", "Role.Arn"),
        ("!GetAtt [Role, Arn]", "Role.Arn"),
        ("!GetAtt Role.RoleId", "Role.RoleId"),
        ("!Ref Named", "'web'=Named"),
        ("!GetAtt Named.Arn", "Named.Arn"),
        ("!Ref Policy", "Policy"),
        ("!Ref Bucket", "Bucket"),
        ("!GetAtt Bucket.DomainName", "Bucket.DomainName"),
        ("!GetAtt Nested.Outputs.RoleArn", "<the source of Nested is not at hand>"),
        ("!GetAtt Custom.Anything", "<Custom.Anything is known only after creation>"),
        ("!Ref Custom", "<Custom is known only after creation>"),
    ]);
}

#[test]
fn symbols_know_what_they_are_to_iam() {
    let text = "
Resources:
  Role: { Type: AWS::IAM::Role }
  Profile: { Type: AWS::IAM::InstanceProfile }
  Policy: { Type: AWS::IAM::ManagedPolicy }
  Linked: { Type: AWS::IAM::ServiceLinkedRole }
  Thing:
    Type: AWS::EC2::Instance
    Properties:
      Value: [!Ref Role, !GetAtt Role.Arn, !GetAtt Role.RoleId, !Ref Profile, !Ref Policy, !Ref Linked, !Ref Thing]
";
    let evaluated = evaluate(text);
    let thing = evaluated.configuration.resources.iter().find(|one| &*one.name == "Thing").unwrap();
    let kinds: Vec<_> =
        thing.value("Value").unwrap().as_sequence().unwrap().iter().map(|one| one.as_symbol().unwrap().kind).collect();
    use SymbolKind::{Arn, Name, Other, UniqueId};
    assert_eq!(kinds, [Name, Arn, UniqueId, Name, Arn, Name, Other]);
}

#[test]
fn a_name_shows_the_way_it_came() {
    let text = "
Parameters:
  Name: { Type: String, Default: web }
Resources:
  Role: { Type: AWS::IAM::Role, Properties: { RoleName: !Ref Name } }
  Profile: { Type: AWS::IAM::InstanceProfile, Properties: { Roles: [!Ref Role] } }
";
    let evaluated = evaluate(text);
    let profile = &evaluated.configuration.resources[1];
    let role = &profile.value("Roles").unwrap().as_sequence().unwrap()[0];
    assert_eq!(evaluated.sources.slice(role.span.unwrap()), "!Ref Role");
    let way: Vec<_> =
        role.path.as_ref().unwrap().steps().map(|hop| (hop.kind.clone(), evaluated.sources.slice(hop.span))).collect();
    let expected = [(HopKind::Attribute("RoleName".into()), "!Ref Name"), (HopKind::Default("Name".into()), "web")];
    assert_eq!(way, expected);
}

#[test]
fn a_name_that_is_not_known_is_the_reference() {
    let text = "
Parameters:
  Given: { Type: String }
  Env: { Type: String, AllowedValues: [a, b] }
Conditions:
  IsA: !Equals [!Ref Env, a]
Resources:
  A: { Type: AWS::IAM::Role, Properties: { RoleName: !Ref Given } }
  B: { Type: AWS::IAM::Role, Properties: { RoleName: !Sub 'x-${AWS::Region}' } }
  C: { Type: AWS::IAM::Role, Properties: { RoleName: !If [IsA, c, !Ref AWS::NoValue] } }
  D: { Type: AWS::IAM::Role, Properties: { RoleName: !Ref D } }
  Thing: { Type: AWS::EC2::Instance, Properties: { Value: [!Ref A, !Ref B, !Ref C] } }
";
    let evaluated = evaluate(text);
    assert_eq!(evaluated.property("Thing", "Value"), "[A, B, (Env=\"a\": 'c'=C | !Env=\"a\": C)]");
    assert_eq!(
        evaluated.findings(),
        ["circular-reference at \"!Ref D\": the name of `D` depends on itself; write a name that does not refer to it"]
    );
}

#[test]
fn unknown_names_are_found_at_the_name() {
    let table = [
        (
            "!Ref Rol",
            "unresolved-reference at \"Rol\": `Rol` is neither a parameter nor a resource of this template; did you mean `Role`?",
        ),
        (
            "!GetAtt Missing.Arn",
            "unresolved-reference at \"Missing\": `Missing` is neither a parameter nor a resource of this template; declare it, or correct the name",
        ),
        (
            "!Sub \"x ${Missing.Arn} y\"",
            "unresolved-reference at \"Missing.Arn\": `Missing` is neither a parameter nor a resource of this template; declare it, or correct the name",
        ),
        (
            "!GetAtt Role.RoleName",
            "unresolved-reference at \"!GetAtt Role.RoleName\": AWS::IAM::Role has no attribute `RoleName`; it has `Arn` and `RoleId`, and `Ref` gives the name",
        ),
        (
            "!GetAtt Profile.Roles",
            "unresolved-reference at \"!GetAtt Profile.Roles\": AWS::IAM::InstanceProfile has no attribute `Roles`; it has `Arn`, and `Ref` gives the name",
        ),
        (
            "!GetAtt Role",
            "unresolved-reference at \"Role\": `Role` names no attribute; write `Role.Arn` or another attribute",
        ),
        (
            "!FindInMap [Mop, a, b]",
            "unresolved-reference at \"Mop\": `Mop` is not a mapping of this template; did you mean `Map`?",
        ),
    ];
    for (expression, finding) in table {
        assert_eq!(value_of(expression).1, [finding], "{expression}");
    }
}

#[test]
fn names_that_may_come_from_elsewhere_are_not_reported() {
    let body = "Resources:\n  Thing: { Type: AWS::EC2::Instance, Properties: { Value: !Ref Elsewhere } }\n";
    assert_eq!(evaluate(body).findings().len(), 1);
    let openings = [
        "Transform: MyMacro\n",
        "Transform: [AWS::Serverless-2016-10-31, { Name: AWS::Include, Parameters: { Location: s3://x } }]\n",
        "Fn::Transform: { Name: AWS::Include }\n",
        "Modules: { M: { Source: ./m } }\n",
        "Metadata: { A: !Rain::Embed x }\n",
        "Description: ${self:service}\n",
        "Parameters: { Fn::Transform: { Name: AWS::Include } }\n",
    ];
    for opening in openings {
        assert_eq!(evaluate(&format!("{opening}{body}")).findings(), Vec::<String>::new(), "{opening}");
    }
    let more = ["  Fn::Transform: { Name: AWS::Include }\n", "  Else: { Type: 'My::Own::Thing::MODULE' }\n"];
    for resource in more {
        assert_eq!(evaluate(&format!("{body}{resource}")).findings(), Vec::<String>::new(), "{resource}");
    }
    assert_eq!(evaluate(&format!("Transform: AWS::LanguageExtensions\n{body}")).findings().len(), 1);
}

#[test]
fn what_a_module_makes_is_not_known() {
    let text = "
Resources:
  Web: { Type: Acme::Identity::Profile::MODULE, Properties: { Name: web } }
  Whole: { Type: AWS::EC2::Instance, Properties: { Value: [!Ref WebProfile, !Ref Web.Profile, !GetAtt Web.Role.Arn] } }
  Other: { Type: AWS::EC2::Instance, Properties: { Value: !Ref Wep } }
";
    let evaluated = evaluate(text);
    assert_eq!(evaluated.findings().len(), 1, "only `Wep` is nothing of the module: {:?}", evaluated.findings());
    let whole = evaluated.configuration.resources.iter().find(|one| &*one.name == "Whole").unwrap();
    for item in whole.value("Value").and_then(Value::as_sequence).unwrap() {
        let Shape::Unknown(unknown) = &item.shape else { panic!("{item:?}") };
        assert_eq!(unknown.reason, Reason::ModuleNotFound("Web".into()), "{item:?}");
    }
}

#[test]
fn resources_are_listed_with_what_they_are() {
    let text = "
Conditions: { C: !Equals [!Ref AWS::Region, us-east-1] }
Resources:
  Stack: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: ./child.yaml } }
  Bucket: { Type: AWS::S3::Bucket, Condition: C, Properties: { Value: [] } }
  Unused: { Type: AWS::S3::Bucket }
  Role: { Type: AWS::IAM::Role, Condition: C, Properties: { Value: !Ref Bucket, Ignored: x, Path: / } }
";
    let evaluated = evaluate(text);
    let configuration = &evaluated.configuration;
    assert_eq!(configuration.declared, 4);
    let listed: Vec<_> = configuration.resources.iter().map(|one| (&*one.name, one.attributes.len())).collect();
    assert_eq!(listed, [("Stack", 0), ("Role", 2), ("Bucket", 0)]);
    assert_eq!(evaluated.exists("Role"), "AWS::Region=\"us-east-1\"");
    assert_eq!(evaluated.exists("Bucket"), evaluated.exists("Role"));
    let role = &configuration.resources[1];
    assert_eq!(evaluated.sources.slice(role.span), "Role");
    assert_eq!(evaluated.sources.slice(role.attributes[0].key_span), "Value");
    let call = &configuration.module_calls[0];
    assert_eq!((&*call.address, &*call.source, call.loaded), ("Stack", "./child.yaml", false));
    let Shape::Symbol(_) = role.attributes[0].value.shape else { panic!("{role:?}") };
}

#[test]
fn attributes_that_are_properties_are_what_is_set() {
    let text = "
Resources:
  Role: { Type: AWS::IAM::Role }
  Nodes:
    Type: AWS::EKS::Nodegroup
    Properties: { NodeRole: !GetAtt Role.Arn, Scaling: { Size: 2 }, Labels: !GetAtt Nodes.Labels }
  Linked: { Type: AWS::IAM::ServiceLinkedRole }
  Thing:
    Type: AWS::EC2::Instance
    Properties:
      Value: [!GetAtt Nodes.NodeRole, !GetAtt Nodes.Scaling.Size, !GetAtt Nodes.ClusterName, !GetAtt Nodes.Labels, !GetAtt Linked.RoleName]
";
    let evaluated = evaluate(text);
    assert_eq!(
        evaluated.property("Thing", "Value"),
        "[Role.Arn, Nodes.Scaling.Size, Nodes.ClusterName, Nodes.Labels, Linked.RoleName]"
    );
    assert_eq!(evaluated.findings(), ["circular-reference at \"Nodes\": Nodes refers to itself"]);
    let evaluated = evaluate(&text.replace("Linked.RoleName", "Linked.Arn"));
    assert_eq!(
        evaluated.findings()[..1],
        ["unresolved-reference at \"!GetAtt Linked.Arn\": AWS::IAM::ServiceLinkedRole has no attribute `Arn`; it has \
          `RoleName`, and `Ref` gives the name"]
    );
}

#[test]
fn dependencies_are_told_with_their_places() {
    let text = "
Conditions: { C: !Equals [!Ref AWS::Region, a] }
Resources:
  Role: { Type: AWS::IAM::Role }
  Thing:
    Type: AWS::EC2::Instance
    DependsOn: Role
    Properties: { Value: !If [C, !Sub 'x${Role.Arn}', b], Other: { 'Fn::ForEach::X': [N, [Ro], { '${N}': !Ref '${N}le' }] } }
";
    let evaluated = evaluate(text);
    let found: Vec<String> = evaluated
        .configuration
        .dependencies
        .iter()
        .map(|one| format!("{} {} {} {}", one.from, one.to, evaluated.sources.slice(one.span), one.conditional))
        .collect();
    assert_eq!(found, ["Thing Role Role false", "Thing Role Role true", "Thing Role ${N}le false"]);
    assert_eq!(evaluated.findings(), Vec::<String>::new());
    assert_eq!(evaluated.configuration.conditions.len(), 1);
}
