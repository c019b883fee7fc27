//! Input that no one means.

use std::time::{Duration, Instant};

use super::{evaluate, evaluate_with};
use crate::syntax::Language;
use crate::value::Reason;

#[test]
fn sections_of_the_wrong_shape_are_nothing() {
    for text in [
        "",
        "x",
        "[]",
        "Resources: x",
        "Resources: [a]",
        "Resources: { A: b }",
        "Resources: { A: { Type: [] } }",
        "Resources: { A: { Type: AWS::IAM::Role, Properties: x, Condition: [] } }",
        "Parameters: { A: b }",
        "Parameters: x\nConditions: [x]\nMappings: 1\nRules: x\nTransform: {}\nGlobals: []",
        "Conditions: { A: x, B: !Not x, C: !And [], D: {} }",
        "Rules: { A: { Assertions: [{ Assert: [] }] } }",
        "Resources: { Fn::ForEach::A: x, Fn::ForEach::B: [x, [1, [2]], {}], Fn::ForEach::C: [x, [], y] }",
    ] {
        evaluate(text);
    }
}

#[test]
fn the_last_of_two_resources_counts() {
    let text = r#"{"Resources": {"A": {"Type": "AWS::S3::Bucket"}, "A": {"Type": "AWS::IAM::Role"}}}"#;
    let evaluated = evaluate_with(text, Language::Json, &[]);
    let kinds: Vec<_> = evaluated.configuration.resources.iter().map(|one| &*one.kind).collect();
    assert_eq!(kinds, ["AWS::IAM::Role"]);
}

#[test]
fn aliases_that_multiply_end() {
    let mut text = String::from("Metadata:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let before = format!("*a{}", level - 1);
        text.push_str(&format!("  a{level}: &a{level} [{}]\n", [&*before; 10].join(", ")));
    }
    text.push_str("Resources:\n  A: { Type: AWS::IAM::Role, Properties: { Value: *a11 } }\n");
    let start = Instant::now();
    let evaluated = evaluate(&text);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    // A reader may refuse such aliases; if it does not, the evaluator must.
    let too_many = evaluated.configuration.gaps.iter().any(|gap| gap.reason == Reason::TooMany);
    assert!(too_many || evaluated.property("A", "Value").len() < 1_000_000);
}

#[test]
fn long_chains_of_conditions_end() {
    let mut text = String::from("Conditions:\n");
    for index in 0..5_000 {
        text.push_str(&format!("  C{index}: !Not [!Condition C{}]\n", index + 1));
    }
    text.push_str("  C5000: !Equals [!Ref AWS::Region, x]\nResources:\n  A: { Type: AWS::IAM::Role, Condition: C0 }\n");
    let evaluated = evaluate(&text);
    assert_eq!(evaluated.findings(), Vec::<String>::new());
    assert!(evaluated.configuration.gaps.iter().any(|gap| gap.reason == Reason::TooMany));
}

#[test]
fn conditions_that_double_end() {
    let mut text = String::from("Conditions:\n  C0: !Equals [!Ref AWS::Region, r]\n");
    for index in 1..80 {
        let (before, own) = (index - 1, format!("!Equals [!Ref AWS::StackName, s{index}]"));
        text.push_str(&format!(
            "  C{index}: !Or [!And [!Condition C{before}, !Not [{own}]], !And [!Not [!Condition C{before}], {own}]]\n"
        ));
    }
    text.push_str("Resources:\n  A: { Type: AWS::IAM::Role, Condition: C79, Properties: { Path: !If [C79, a, b] } }\n");
    let start = Instant::now();
    evaluate(&text);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn deep_nesting_ends() {
    let open = "[".repeat(190);
    let close = "]".repeat(190);
    evaluate(&format!("Resources: {{ A: {{ Type: AWS::IAM::Role, Properties: {{ Value: {open}x{close} }} }} }}"));
    let (calls, ends) = ("{\"Fn::Sub\": [\"${X}\", {\"X\": ".repeat(60), "}]}".repeat(60));
    let text = format!(
        r#"{{"Resources": {{"A": {{"Type": "AWS::IAM::Role", "Properties": {{"Value": {calls}"x"{ends}}}}}}}}}"#
    );
    evaluate_with(&text, Language::Json, &[]);
}

#[test]
fn names_of_resources_in_a_circle_end() {
    let mut text = String::from("Resources:\n");
    for index in 0..400 {
        let next = (index + 1) % 400;
        text.push_str(&format!("  R{index}: {{ Type: AWS::IAM::Role, Properties: {{ RoleName: !Ref R{next} }} }}\n"));
    }
    let evaluated = evaluate(&text);
    assert!(
        evaluated.findings().iter().all(|finding| finding.starts_with("circular-reference")),
        "{:?}",
        evaluated.findings()
    );
}

#[test]
fn loops_in_loops_end() {
    let items: Vec<String> = (0..100).map(|item| item.to_string()).collect();
    let items = items.join(", ");
    let text = format!(
        "Resources:\n  Fn::ForEach::A:\n    - A\n    - [{items}]\n    - Fn::ForEach::B:\n        - B\n        - [{items}]\n        - \
         Fn::ForEach::C: [C, [{items}], {{ 'R${{A}}x${{B}}x${{C}}': {{ Type: AWS::IAM::Role }} }}]\n"
    );
    let evaluated = evaluate(&text);
    assert!(evaluated.configuration.gaps.iter().any(|gap| gap.reason == Reason::TooMany));
}
