use std::sync::Arc;

use super::*;
use crate::files::NoFiles;
use crate::text::SourceId;
use crate::value::{Alternative, AtomId, Shape, Written, choice, concatenate};

/// A file that holds nothing but `text`.
fn file(text: &str) -> Value {
    Value::text(text).written(Written::Verbatim(Span::new(SourceId(0), 0, text.len() as u32)))
}

fn all_problems(value: &Value, purpose: PolicyUse) -> Vec<Problem> {
    read(value, purpose, &NoFiles)
        .into_iter()
        .flat_map(|(_, reading)| match reading {
            Reading::Document(policy) => problems(&policy),
            Reading::Broken(problems) => problems,
            Reading::Opaque(_) | Reading::Absent => Vec::new(),
        })
        .collect()
}

/// What is wrong with a text, each with the text at its place.
fn wrong(text: &str, purpose: PolicyUse) -> Vec<(String, String)> {
    all_problems(&file(text), purpose)
        .into_iter()
        .map(|problem| {
            let place = problem.span.and_then(|span| text.get(span.range())).unwrap_or("nowhere");
            (problem.message, place.to_string())
        })
        .collect()
}

fn trust(statement: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": [{{{statement}}}]}}"#)
}

const EFFECT: &str = r#""Effect": "Allow""#;
const ACTION: &str = r#""Action": "sts:AssumeRole""#;
const PRINCIPAL: &str = r#""Principal": {"Service": "ec2.amazonaws.com"}"#;

#[test]
fn what_iam_accepts_is_no_problem() {
    let mut texts = vec![
        format!(r#"{{"Statement": {{{EFFECT}, {ACTION}, {PRINCIPAL}}}}}"#),
        format!(r#"{{"Version": "2008-10-17", "Id": "x", "Statement": [{{{EFFECT}, {ACTION}, {PRINCIPAL}}}]}}"#),
    ];
    for statement in [
        r#""Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*""#,
        r#""Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}"#,
        r#""Effect": "Allow", "Action": ["sts:AssumeRole", "STS:tagsession"], "Principal": {"AWS": "111122223333"}"#,
        r#""Effect": "Allow", "Action": "sts:*", "Principal": {"AWS": "AROAABCDEFGHIJKLMNOPQ"}"#,
        r#""Effect": "Allow", "Action": "*", "Principal": {"AWS": ["arn:aws:iam::111122223333:root"]}"#,
        r#""Effect": "Deny", "NotAction": "sts:AssumeRole", "NotPrincipal": {"Service": "a.amazonaws.com"}"#,
        r#""Sid": "", "Effect": "Allow", "Action": "sts:AssumeRoleWithSAML", "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/p"}, "Condition": {"StringEquals": {"SAML:aud": "x"}}"#,
        r#""Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": {"Federated": "accounts.google.com"}"#,
        r#""Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "${account}", "Service": []}"#,
    ] {
        texts.push(trust(statement));
    }
    for text in texts {
        assert_eq!(wrong(&text, PolicyUse::Trust), [], "{text}");
    }
    let identity = trust(r#""Effect": "Allow", "Action": "s3:*", "Resource": "*""#);
    assert_eq!(wrong(&identity, PolicyUse::Identity), []);
}

/// A statement, and the message and the place of the one thing that is wrong with it.
#[test]
fn what_iam_rejects_in_a_trust_policy_is_named_and_placed() {
    let cases = [
        (
            r#""Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}, "Resource": "*""#,
            "a trust policy has no `Resource`",
            r#""Resource""#,
        ),
        (
            r#""Effect": "Allow", "Action": "s3:GetObject", "Principal": {"Service": "ec2.amazonaws.com"}"#,
            "a trust policy is about assuming the role, not about `s3:GetObject`",
            r#""s3:GetObject""#,
        ),
        (
            r#""Effect": "Allow", "Action": "AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}"#,
            "the action `AssumeRole` names no service",
            r#""AssumeRole""#,
        ),
        (
            r#""Effect": "allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}"#,
            "there is no effect `allow`",
            r#""allow""#,
        ),
        (
            r#""effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}"#,
            "`effect` is written `Effect`",
            r#""effect""#,
        ),
        (
            r#""Effect": "Allow", "Action": "sts:AssumeRole", "Principle": {"Service": "ec2.amazonaws.com"}"#,
            "`Principle` is not an element of a statement, `Principal` is",
            r#""Principle""#,
        ),
        (
            r#""Effect": "Allow", "Actions": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}"#,
            "`Actions` is not an element of a statement, `Action` is",
            r#""Actions""#,
        ),
        (
            r#""Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "ec2.amazonaws.com""#,
            "the principal `ec2.amazonaws.com` has no type",
            r#""ec2.amazonaws.com""#,
        ),
        (
            r#""Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"service": "ec2.amazonaws.com"}"#,
            "there is no principal type `service`",
            r#""service""#,
        ),
        (
            r#""Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Services": "ec2.amazonaws.com"}"#,
            "there is no principal type `Services`",
            r#""Services""#,
        ),
        (
            r#""Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "ec2.amazonaws.com"}"#,
            "`ec2.amazonaws.com` is a service and stands under `AWS`",
            r#""ec2.amazonaws.com""#,
        ),
        (
            r#""Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "my-role"}"#,
            "`my-role` is no account, user or role",
            r#""my-role""#,
        ),
        (
            r#""Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::111122223333:role/*"}"#,
            "the principal `arn:aws:iam::111122223333:role/*` has a wildcard in it",
            r#""arn:aws:iam::111122223333:role/*""#,
        ),
        (
            r#""Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": []}"#,
            "the statement has no principals: `Principal` is empty",
            r#"{"AWS": []}"#,
        ),
        (
            r#""Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Federated": ""}"#,
            "this principal is empty",
            r#""""#,
        ),
        (
            r#""Effect": "Allow", "Action": "sts:AssumeRole""#,
            "the statement has no `Principal`",
            r#"{"Effect": "Allow", "Action": "sts:AssumeRole"}"#,
        ),
        (
            r#""Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}"#,
            "the statement has no `Effect`",
            r#"{"Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}"#,
        ),
        (
            r#""Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}"#,
            "the statement has no `Action`",
            r#"{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}}"#,
        ),
        (
            r#""Effect:Allow": null, "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}"#,
            "there is no space after the colon of `Effect`",
            r#""Effect:Allow""#,
        ),
        (
            r#""Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "Service:ec2.amazonaws.com""#,
            "there is no space after the colon of `Service`",
            r#""Service:ec2.amazonaws.com""#,
        ),
        (
            r#""Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}, "Condition": "x""#,
            "this `Condition` is not an object",
            r#""x""#,
        ),
    ];
    for (statement, message, place) in cases {
        assert_eq!(wrong(&trust(statement), PolicyUse::Trust), [(message.into(), place.into())], "{statement}");
    }
}

#[test]
fn what_is_wrong_with_a_document_as_a_whole_is_named() {
    let statement = format!("{EFFECT}, {ACTION}, {PRINCIPAL}");
    let cases = [
        (
            format!(r#"{{"Version": "2012-10-17T00:00:00Z", "Statement": [{{{statement}}}]}}"#),
            "there is no policy version `2012-10-17T00:00:00Z`",
            r#""2012-10-17T00:00:00Z""#.to_string(),
        ),
        (r#"{"Version": "2012-10-17"}"#.into(), "the policy has no `Statement`", r#"{"Version": "2012-10-17"}"#.into()),
        (
            r#"{"Version": "2012-10-17", "Statement": []}"#.into(),
            "the policy has no statement: `Statement` is empty",
            "[]".into(),
        ),
        (
            format!(r#"{{"Version": "2012-10-17", "Statements": [{{{statement}}}]}}"#),
            "`Statements` is not an element of a policy document, `Statement` is",
            r#""Statements""#.into(),
        ),
        (
            format!(r#"{{"Statement": [{{{statement}}}], "Comment": ""}}"#),
            "`Comment` is not an element of a policy document",
            r#""Comment""#.into(),
        ),
        (
            format!(r#"[{{"Statement": [{{{statement}}}]}}]"#),
            "the policy is a list and not an object",
            format!(r#"[{{"Statement": [{{{statement}}}]}}]"#),
        ),
        (
            r#""{\"Version\": \"2012-10-17\"}""#.into(),
            "the policy is encoded as JSON twice",
            r#""{\"Version\": \"2012-10-17\"}""#.into(),
        ),
        (
            r#"{"Version": "2012-10-17", "Statement": ["Effect:Allow"]}"#.into(),
            "there is no space after the colon of `Effect`",
            r#""Effect:Allow""#.into(),
        ),
        (
            format!(r#"{{"Statement": {{{statement}}}, "Version": "2012-10-17"}}"#),
            "`Version` comes after a `Statement` that is a single object",
            r#""Version""#.into(),
        ),
        (
            r#"{“Version”: "2012-10-17"}"#.into(),
            "the policy is not valid JSON: curly quotes (“ ”) are not quotes in JSON; write straight ones (\")",
            "“".into(),
        ),
        ("Version:'2012-10-17'".into(), "there is no space after the colon of `Version`", "nowhere".into()),
        ("  \n".into(), "the policy is empty", "nowhere".into()),
    ];
    for (text, message, place) in cases {
        assert_eq!(wrong(&text, PolicyUse::Trust), [(message.to_string(), place)], "{text}");
    }
}

#[test]
fn broken_json_is_placed_inside_the_text() {
    let text = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",}]}"#;
    let found = all_problems(&file(text), PolicyUse::Trust);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].message.starts_with("the policy is not valid JSON"));
    let at = found[0].span.unwrap().start as usize;
    assert!((58..=60).contains(&at), "{found:?}");
}

#[test]
fn a_principal_beside_its_statement_is_reported_there() {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{{{EFFECT}, {ACTION}}}], {PRINCIPAL}}}"#);
    let found = wrong(&text, PolicyUse::Trust);
    assert!(
        found.contains(&("`Principal` stands beside `Statement` and not inside it".into(), r#""Principal""#.into()))
    );
}

#[test]
fn a_permissions_policy_has_a_resource_and_no_principal() {
    let text = trust(&format!("{EFFECT}, {ACTION}, {PRINCIPAL}"));
    let messages: Vec<String> = wrong(&text, PolicyUse::Identity).into_iter().map(|(message, _)| message).collect();
    // A trust policy in its place is told once.
    assert_eq!(messages, ["a permissions policy has no `Principal`"]);
    let text = trust(&format!("{EFFECT}, {ACTION}"));
    let messages: Vec<String> = wrong(&text, PolicyUse::Identity).into_iter().map(|(message, _)| message).collect();
    assert_eq!(messages, ["the statement has no `Resource`"]);
}

#[test]
fn unknown_parts_are_no_problem() {
    let unknown = || Value::unknown(crate::value::Reason::Variable("var.x".into()));
    let hole = |before: &str, after: &str| concatenate(vec![Value::text(before), unknown(), Value::text(after)]);
    for value in [
        unknown(),
        hole(r#"{"Version": "2012-10-17", "Statement": ["#, "]}"),
        hole(
            r#"{"Version": ""#,
            r#"", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}}"#,
        ),
        hole(r#"{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": [ "*" "#, "]}}]}"),
        hole(r#"{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"#, r#": "x"}}]}"#),
    ] {
        assert_eq!(all_problems(&value, PolicyUse::Trust), [], "{value:?}");
    }
}

#[test]
fn a_default_makes_no_certain_problem() {
    let mut empty = Value::list(vec![]);
    empty.marks.assumed = true;
    let entry = |key: &str, value: Value| Entry { key: key.into(), key_span: None, value };
    let statement = Value::object(vec![
        entry("Effect", Value::text("Allow")),
        entry("Action", Value::text("sts:AssumeRole")),
        entry("Principal", Value::object(vec![entry("AWS", empty)])),
    ]);
    let found = all_problems(&Value::object(vec![entry("Statement", statement)]), PolicyUse::Trust);
    assert_eq!(found.len(), 1);
    assert!(!found[0].certain);
}

#[test]
fn a_problem_of_one_alternative_carries_its_condition() {
    let atom = Formula::Atom(AtomId(4));
    let entry = |key: &str, value: Value| Entry { key: key.into(), key_span: None, value };
    let resource = choice::choose([
        Alternative { guard: atom.clone(), value: Value::text("*") },
        Alternative { guard: !atom.clone(), value: Value::null() },
    ]);
    let statement = Value::object(vec![
        entry("Effect", Value::text("Allow")),
        entry("Action", Value::text("sts:AssumeRole")),
        entry("Principal", Value::text("*")),
        entry("Resource", resource),
    ]);
    let document = Value::object(vec![entry("Statement", Value::tuple(vec![statement]))]);
    let found = all_problems(&Shape::Json(Arc::new(document)).into(), PolicyUse::Trust);
    assert_eq!(found.iter().map(|problem| problem.guard.clone()).collect::<Vec<_>>(), [atom]);
}

#[test]
fn actions_match_as_iam_matches_them() {
    let cases = [
        ("sts:AssumeRole", true),
        ("STS:assumerole", true),
        ("sts:*", true),
        ("*", true),
        ("sts:Assume*", true),
        ("sts:AssumeRol?", true),
        ("s*:*e", true),
        ("sts:AssumeRole?", false),
        ("sts:AssumeRoleWithSAML", false),
        ("sts:*x", false),
        ("", false),
    ];
    for (pattern, matches) in cases {
        assert_eq!(action_matches(pattern, "sts:AssumeRole"), matches, "{pattern}");
    }
}
