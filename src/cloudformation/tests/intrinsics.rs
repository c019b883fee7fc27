//! Values of expressions.

use super::{check, evaluate, evaluate_with, value_of};
use crate::syntax::Language;

#[test]
fn scalars_keep_what_is_written() {
    check(&[
        ("2012-10-17", "'2012-10-17'"),
        ("012345670123", "'012345670123'"),
        ("\"true\"", "'true'"),
        ("true", "true"),
        ("1.50", "1.5"),
        ("[1, a, null]", "[1, 'a', null]"),
        ("{ Ref: Name, Other: 1 }", "{Ref: 'Name', Other: 1}"),
        ("{ Condition: IsProd }", "{Condition: 'IsProd'}"),
        ("!Join [\",\", [1.50, true, x]]", "'1.50,true,x'"),
    ]);
}

#[test]
fn parameters_have_their_values() {
    check(&[
        ("!Ref Env", "(Env=\"dev\": 'dev' | Env=\"test\": 'test' | Env=\"prod\": 'prod')"),
        ("!Ref Name", "<Name>"),
        ("{ Ref: Count }", "'1.50'?"),
        ("!Ref Flag", "'true'?"),
        ("!Ref List", "['a', 'b', 'c']"),
        ("!Ref Open", "<Open>"),
        ("!Ref Latest", "<Latest is looked up in the account>"),
        ("!Ref AWS::Region", "<AWS::Region>"),
        ("!Ref AWS::NoValue", "null"),
    ]);
}

#[test]
fn given_parameters_are_known() {
    let text = "
Parameters:
  Env: { Type: String, Default: dev }
  List: { Type: CommaDelimitedList }
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsHome: !Equals [!Ref AWS::Region, eu-west-1]
Resources:
  Thing:
    Type: AWS::EC2::Instance
    Condition: IsProd
    Properties:
      Value: [!Ref Env, !Select [1, !Ref List], !If [IsProd, yes it is, no], !If [IsHome, home, away]]
";
    let given = [("Env", "prod"), ("List", "a, b"), ("AWS::Region", "eu-west-1")];
    let evaluated = evaluate_with(text, Language::Yaml, &given);
    assert_eq!(evaluated.property("Thing", "Value"), "['prod', 'b', 'yes it is', 'home']");
    assert_eq!(evaluated.exists("Thing"), "always");
}

#[test]
fn values_that_must_not_be_shown_are_marked() {
    let text = "
Parameters:
  Open: { Type: String, Default: x }
  Key: { Type: String, NoEcho: true, Default: y }
Resources:
  Thing: { Type: AWS::EC2::Instance, Properties: { Value: !Ref Open, Path: !Sub 'a ${Key}', RoleName: !Ref Key } }
";
    let marked = |given: &[(&str, &str)]| {
        let evaluated = evaluate_with(text, Language::Yaml, given);
        let marks = evaluated.configuration.resources[0].attributes.iter().map(|one| one.value.marks.sensitive);
        marks.collect::<Vec<_>>()
    };
    assert_eq!(marked(&[]), [false, true, true]);
    assert_eq!(marked(&[("Key", "z")]), [false, true, true]);
}

#[test]
fn substitution_keeps_its_pieces() {
    check(&[
        ("!Sub plain", "'plain'"),
        ("!Sub \"${Env}\"", "(Env=\"dev\": 'dev' | Env=\"test\": 'test' | Env=\"prod\": 'prod')"),
        ("!Sub \"${Env}${Suffix}\"", "(Env=\"dev\": 'dev-x'? | Env=\"test\": 'test-x'? | Env=\"prod\": 'prod-x'?)"),
        ("!Sub \"${ Role }\"", "Role"),
        ("!Sub \"${Role.Arn}\"", "Role.Arn"),
        ("!Sub \"arn:${AWS::Partition}:iam::1:role/${Role}\"", "arn:{<AWS::Partition>}:iam::1:role/{Role}"),
        ("!Sub \"${!Env} and ${ !x\"", "'${Env} and ${ !x'"),
        (
            "!Sub [\"${A}-${Env}\", { A: !Ref Name }]",
            "(Env=\"dev\": {<Name>}-dev | Env=\"test\": {<Name>}-test | Env=\"prod\": {<Name>}-prod)",
        ),
        ("!Sub [\"${Env}\", { Env: own }]", "'own'"),
        ("!Sub \"${Count}\"", "'1.50'?"),
        (
            "!Sub \"$${Env} $ {Env} ${\"",
            "(Env=\"dev\": '$dev $ {Env} ${' | Env=\"test\": '$test $ {Env} ${' | Env=\"prod\": '$prod $ {Env} ${')",
        ),
        ("!Sub \"x${List}\"", "x{<the expression fails: a list or mapping is put into a string>}"),
        ("\n        Fn::Sub: \"role/${Named}\"", "role/{'web'=Named}"),
        ("!Sub \"${Nested.Outputs.Role}\"", "<the source of Nested is not at hand>"),
    ]);
}

#[test]
fn joins_splits_and_selects() {
    check(&[
        ("!Join [\"\", [a, !Ref Name, b]]", "a{<Name>}b"),
        ("!Join [\"-\", !Ref List]", "'a-b-c'?"),
        ("!Join [\",\", !Ref Open]", "<it depends on Open>"),
        ("!Join [\"\", []]", "''"),
        ("!Join [\"\", [!GetAtt Role.Arn]]", "Role.Arn"),
        ("!Join [\"/\", [a, !If [IsProd, p, d]]]", "(Env=\"prod\": 'a/p' | !Env=\"prod\": 'a/d')"),
        ("!Select [1, [a, b]]", "'b'"),
        ("!Select [\"1\", !Split [\"/\", a/b/c]]", "'b'"),
        ("!Select [5, [a]]", "error(there is no element 5 in a list of 1)"),
        ("!Select [5, !Ref List]", "<List>"),
        ("!Select [0, !Ref Open]", "<it depends on Open>"),
        ("!Split [\"/\", !Sub \"a/${AWS::Region}/b\"]", "['a', <AWS::Region>, 'b']"),
        ("!Split [\"/\", !Sub \"a/${Name}/b\"]", "<it depends on Name>"),
        ("!Select [1, !Split [\"/\", !GetAtt Role.Arn]]", "Role"),
        ("!Select [1, !Split [\"/\", !GetAtt Deep.Arn]]", "'a'"),
        ("!Select [3, !Split [\"/\", !GetAtt Deep.Arn]]", "Deep"),
        ("!Select [5, !Split [\":\", !GetAtt Named.Arn]]", "role/{'web'=Named}"),
    ]);
}

#[test]
fn maps_are_looked_up_by_every_possible_key() {
    check(&[
        ("!FindInMap [Map, test, Service]", "'ec2.amazonaws.com'"),
        ("!FindInMap [Map, dev, 1]", "'one'"),
        ("!FindInMap [Map, dev, Many]", "['x', 'y']"),
        ("!FindInMap [Map, dev, None]", "error(the map has no such key)"),
        (
            "!FindInMap [Map, !Ref Env, Service]",
            "(Env=\"dev\": 'lambda.amazonaws.com' | Env=\"test\": 'ec2.amazonaws.com' | Env=\"prod\": 'ec2.amazonaws.com')",
        ),
        (
            "!FindInMap [Regions, !Ref AWS::Region, Arm]",
            "(AWS::Region=\"us-east-1\": '1' | AWS::Region=\"eu-west-1\": '3' | \
             !(AWS::Region=\"us-east-1\" or AWS::Region=\"eu-west-1\"): error(the map has no such key))",
        ),
        (
            "\n        Fn::FindInMap: [Regions, !Ref AWS::Region, Intel, { DefaultValue: !Ref Role }]",
            "(AWS::Region=\"us-east-1\": '2' | !AWS::Region=\"us-east-1\": Role)",
        ),
        ("\n        Fn::FindInMap: [None, a, b, { DefaultValue: d }]", "'d'"),
    ]);
}

#[test]
fn absent_elements_are_removed() {
    check(&[
        ("[a, !Ref AWS::NoValue, b]", "['a', 'b']"),
        ("!If [IsProd, !Ref AWS::NoValue, x]", "(Env=\"prod\": null | !Env=\"prod\": 'x')"),
        ("[a, !If [IsProd, b, !Ref AWS::NoValue]]", "(Env=\"prod\": ['a', 'b'] | !Env=\"prod\": ['a'])"),
        // One condition twice gives two lists, not four.
        (
            "[!If [IsProd, a, !Ref AWS::NoValue], !If [IsProd, !Ref AWS::NoValue, b]]",
            "(Env=\"prod\": ['a'] | !Env=\"prod\": ['b'])",
        ),
        ("[!If [IsProd, a, b]]", "[(Env=\"prod\": 'a' | !Env=\"prod\": 'b')]"),
        ("!If [IsProd, !If [IsDev, a, b], c]", "(Env=\"prod\": 'b' | !Env=\"prod\": 'c')"),
    ]);
}

#[test]
fn a_default_is_no_value_where_it_is_excluded() {
    let text = "
Parameters:
  RoleArn: { Type: String, Default: '' }
  Roles: { Type: CommaDelimitedList, Default: '' }
Conditions:
  HasRole: !Not [!Equals [!Ref RoleArn, '']]
  HasRoles: !Not [!Equals [!Join ['', !Ref Roles], '']]
Resources:
  Thing:
    Type: AWS::EC2::Instance
    Properties:
      Role: !If [HasRole, !Ref RoleArn, none]
      Roles: !If [HasRoles, !Ref Roles, none]
      Value: !Ref RoleArn
  Other: { Type: AWS::IAM::Role, Condition: HasRole, Properties: { RoleName: !Ref RoleArn } }
";
    let evaluated = evaluate(text);
    assert_eq!(evaluated.property("Thing", "Role"), "(!RoleArn=\"\": <RoleArn> | RoleArn=\"\": 'none')");
    assert_eq!(evaluated.property("Thing", "Roles"), "(!Roles=\"\": <Roles> | Roles=\"\": 'none')");
    assert_eq!(evaluated.property("Thing", "Value"), "''?");
    assert_eq!(evaluated.property("Other", "RoleName"), "<RoleArn>");
}

#[test]
fn other_functions() {
    check(&[
        ("!Base64 text", "'text'"),
        ("\n        Fn::Base64: !Sub \"echo ${Role}\"", "echo {Role}"),
        ("\n        Fn::Length: [a, b]", "2"),
        ("\n        Fn::Length: !Ref Open", "<it depends on Open>"),
        ("\n        Fn::ToJsonString: { A: !Ref Role }", "json({A: Role})"),
        ("!GetAZs \"\"", "<Fn::GetAZs is looked up in the account>"),
        ("!ImportValue shared-role", "<shared-role is exported by another stack>"),
        ("\n        Fn::ImportValue: !Sub \"${Name}-role\"", "<${Name}-role is exported by another stack>"),
        ("\n        Fn::GetStackOutput: { StackName: s, OutputName: o }", "<s.o is exported by another stack>"),
        ("!Transform { Name: Macro, Parameters: { A: !Ref Role } }", "<the transform Macro rewrites this part Role.>"),
        ("!Nope [!GetAtt Role.Arn]", "<Fn::Nope() is not a known function Role.Arn>"),
        ("!Rain::Embed x", "<the transform Rain::Embed rewrites this part>"),
        ("!Equals [!Ref Env, prod]", "(Env=\"prod\": true | !Env=\"prod\": false)"),
        ("\"{{resolve:ssm:role}}\"", "<resolve:ssm:role is looked up in the account>"),
        ("\"a{{resolve:ssm:role}}b\"", "a{<resolve:ssm:role is looked up in the account>}b"),
        ("!Sub \"{{resolve:ssm:${Name}}}!\"", "{<resolve:ssm:${} is looked up in the account>}!"),
    ]);
}

#[test]
fn loops_are_written_out() {
    let text = "
Transform: AWS::LanguageExtensions
Parameters:
  Names: { Type: CommaDelimitedList, Default: 'a,b' }
Resources:
  Fn::ForEach::Roles:
    - Key
    - [web-1, api]
    - Role&{Key}:
        Type: AWS::IAM::Role
        Properties:
          RoleName: !Sub '${Key}-${AWS::Region}'
          Value: ['${Key}', !Ref Key]
          Fn::ForEach::Inner:
            - Name
            - [Path]
            - '${Name}': '/${Key}/'
  Thing: { Type: AWS::EC2::Instance, Properties: { Value: [!GetAtt Roleweb1.Arn, !GetAtt Roleapi.Arn] } }
";
    let evaluated = evaluate(text);
    assert_eq!(evaluated.property("Roleweb1", "RoleName"), "web-1-{<AWS::Region>}");
    assert_eq!(evaluated.property("Roleapi", "Value"), "['api', 'api']");
    assert_eq!(evaluated.property("Roleapi", "Path"), "'/api/'");
    assert_eq!(evaluated.property("Thing", "Value"), "[Roleweb1.Arn, Roleapi.Arn]");
    assert_eq!(evaluated.findings(), Vec::<String>::new());

    // Over a list that only has a default it is not decided which resources there are.
    let open = text.replace("[web-1, api]", "!Ref Names");
    let evaluated = evaluate(&open);
    assert_eq!(evaluated.findings(), Vec::<String>::new());
    assert_eq!(evaluated.configuration.gaps.len(), 1);
    // Which is said, so that nobody takes the resources for seen.
    let said = ("template.yaml".into(), "what a loop makes depends on Names".to_owned());
    assert_eq!(evaluated.configuration.unfinished, [said]);
    let given = evaluate_with(&open, Language::Yaml, &[("Names", "x,y")]);
    assert_eq!(given.property("Roley", "Path"), "'/y/'");
}

#[test]
fn text_knows_where_it_stands() {
    use crate::value::{Segment, Shape, Written};
    let text = "
Resources:
  Role: { Type: AWS::IAM::Role }
  Thing:
    Type: AWS::EC2::Instance
    Properties:
      Value: !Sub |
        first line
        role ${Role} ${ Role.Arn }!
";
    let evaluated = evaluate(text);
    let thing = evaluated.configuration.resources.iter().find(|one| &*one.name == "Thing").unwrap();
    let Shape::Template(segments) = &thing.value("Value").unwrap().shape else { panic!("{:?}", thing.attributes) };
    let places: Vec<&str> = segments
        .iter()
        .map(|segment| match segment {
            Segment::Literal { written: Written::Verbatim(span), .. } => evaluated.sources.slice(*span),
            Segment::Literal { .. } => "nowhere",
            Segment::Value(value) => evaluated.sources.slice(value.span.unwrap()),
        })
        .collect();
    assert_eq!(places, ["first line\n", "role ", "${Role}", " ", "${ Role.Arn }", "!\n"]);
}

#[test]
fn long_form_and_json_mean_the_same() {
    let text = r#"{"Resources": {"Role": {"Type": "AWS::IAM::Role"}, "Thing": {"Type": "AWS::EC2::Instance",
        "Properties": {"Value": [{"Ref": "Role"}, {"Fn::GetAtt": ["Role", "Arn"]}, {"Fn::GetAtt": "Role.Arn"},
        {"Fn::Join": ["", ["a", {"Fn::Sub": "${Role}"}]]}, {"Fn::If": "broken"}]}}}}"#;
    let evaluated = evaluate_with(text, Language::Json, &[]);
    let expected = "[Role, Role.Arn, Role.Arn, a{Role}, error(Fn::If takes a condition and two values)]";
    assert_eq!(evaluated.property("Thing", "Value"), expected);
}

#[test]
fn too_many_combinations_keep_the_text_around_them() {
    let names: Vec<String> = (0..8).map(|index| format!("P{index}")).collect();
    let mut text = String::from("Parameters:\n");
    names.iter().for_each(|name| text.push_str(&format!("  {name}: {{ Type: String, Default: x }}\n")));
    text.push_str("Conditions:\n");
    names.iter().for_each(|name| text.push_str(&format!("  Is{name}: !Equals [!Ref {name}, y]\n")));
    text.push_str("Resources:\n  Role: { Type: AWS::IAM::Role }\n  Thing:\n    Type: AWS::EC2::Instance\n");
    text.push_str("    Properties:\n      Value: !Join\n        - ''\n        - - begin\n");
    names.iter().for_each(|name| text.push_str(&format!("          - !If [Is{name}, !Ref Role, b]\n")));
    let shown = evaluate(&text).property("Thing", "Value");
    assert!(shown.starts_with("begin{<there are too many possibilities to follow Role.>}"), "{shown}");
}

#[test]
fn broken_calls_are_no_findings() {
    for expression in
        ["!Join x", "!Select []", "!Sub {a: b}", "!FindInMap [a]", "!GetAtt [Role]", "!If [IsProd, a]", "!Split"]
    {
        assert_eq!(value_of(expression).1, Vec::<String>::new(), "{expression}");
    }
}
