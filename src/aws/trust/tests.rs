use std::sync::Arc;

use super::*;
use crate::aws::policy::{PolicyUse, Reading, read};
use crate::aws::slots;
use crate::files::NoFiles;
use crate::graph::Dialect;
use crate::value::{Alternative, AtomId, Entry, MappingKind, Open, Reason, Shape};

const EC2: &str = "ec2.amazonaws.com";
const ASSUME: &str = "sts:AssumeRole";

fn policy_of(value: &Value) -> Policy {
    match read(value, PolicyUse::Trust, &NoFiles).remove(0) {
        (Formula::True, Reading::Document(policy)) => policy,
        other => panic!("{other:?}"),
    }
}

/// A policy with these statements, each written as JSON without its braces.
fn policy(statements: &[&str]) -> Policy {
    let statements: Vec<String> = statements.iter().map(|statement| format!("{{{statement}}}")).collect();
    policy_of(&Value::text(format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))))
}

fn answer(statements: &[&str], service: &str) -> Answer {
    decide_principal(&policy(statements), service).answer().unwrap()
}

const ALLOW_EC2: &str = r#""Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole""#;
const ALLOW_LAMBDA: &str =
    r#""Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole""#;

#[test]
fn decisions_are_those_of_iam() {
    use Answer::*;
    let cases: [(&[&str], Answer); 22] = [
        (&[ALLOW_EC2], Yes),
        (
            &[
                r#""Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com","ec2.amazonaws.com"]},"Action":"sts:AssumeRole""#,
            ],
            Yes,
        ),
        (&[ALLOW_LAMBDA], No),
        (&[ALLOW_LAMBDA, ALLOW_EC2], Yes),
        (&[ALLOW_EC2, r#""Effect":"Deny","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole""#], No),
        (
            &[ALLOW_EC2, r#""Effect":"Deny","NotPrincipal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole""#],
            Yes,
        ),
        (
            &[
                ALLOW_EC2,
                r#""Effect":"Deny","NotPrincipal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole""#,
            ],
            No,
        ),
        (&[r#""Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:*""#], Yes),
        (
            &[
                r#""Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":["sts:TagSession","STS:assumerole"]"#,
            ],
            Yes,
        ),
        (&[r#""Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"NotAction":"sts:TagSession""#], Yes),
        (&[r#""Effect":"Allow","Principal":{"Service":"*"},"Action":"sts:AssumeRole""#], No),
        (&[r#""Effect":"Allow","Principal":{"Service":"EC2.amazonaws.com"},"Action":"sts:AssumeRole""#], No),
        (
            &[
                r#""Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity""#,
            ],
            No,
        ),
        (
            &[
                r#""Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"1"}}"#,
            ],
            No,
        ),
        (
            &[
                r#""Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"1"}}"#,
            ],
            Maybe,
        ),
        (
            &[
                r#""Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{}"#,
            ],
            Yes,
        ),
        (
            &[
                r#""Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole","Resource":"*""#,
            ],
            Yes,
        ),
        (&[r#""Effect":"Allow","Principal":"*","Action":"sts:AssumeRole""#], Maybe),
        (&[r#""Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole""#], Maybe),
        (&[r#""Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole""#], No),
        (
            &[
                ALLOW_EC2,
                r#""Effect":"Deny","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:SecureTransport":"false"}}"#,
            ],
            Maybe,
        ),
        (&[r#""Effect":"Allow","NotPrincipal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole""#], Yes),
    ];
    for (statements, wanted) in cases {
        assert_eq!(answer(statements, EC2), wanted, "{statements:?}");
    }
}

#[test]
fn a_broken_statement_leaves_it_open() {
    for statement in [
        r#""Effect":"allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole""#,
        r#""Effect":"Allow","Principle":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole""#,
        r#""Effect":"Allow","Principal":"ec2.amazonaws.com","Action":"sts:AssumeRole""#,
        r#""Effect":"Allow","Principal":{"service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole""#,
        r#""Effect":"Allow","Principal":{"AWS":"ec2.amazonaws.com"},"Action":"sts:AssumeRole""#,
        r#""Effect":"Allow","Principal":{"Service":"ec2.${AWS::URLSuffix}"},"Action":"sts:AssumeRole""#,
    ] {
        let decision = decide(&policy(&[statement]), EC2, ASSUME);
        assert_eq!(decision.answer(), Some(Answer::Maybe), "{statement}");
        assert!(decision.maybe.iter().any(|(reason, _)| *reason == MaybeReason::Malformed), "{statement}");
    }
}

#[test]
fn a_no_says_what_is_nearest_to_a_yes() {
    let why = |statements: &[&str]| decide(&policy(statements), EC2, ASSUME).why_not.map(|(why, _)| why);
    let other_action =
        r#""Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRoleWithSAML""#;
    let deny = r#""Effect":"Deny","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:*""#;
    let external = r#""Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"1"}}"#;
    assert_eq!(why(&[ALLOW_LAMBDA]), Some(WhyNot::Principal));
    assert_eq!(why(&[ALLOW_LAMBDA, other_action]), Some(WhyNot::Action));
    assert_eq!(why(&[external]), Some(WhyNot::Condition));
    assert_eq!(why(&[ALLOW_EC2, deny]), Some(WhyNot::Denied));
    assert_eq!(why(&[ALLOW_EC2]), None);
}

#[test]
fn services_that_need_more_actions_get_them_from_any_statement() {
    let pods = "pods.eks.amazonaws.com";
    let with = |actions: &str| {
        format!(r#""Effect":"Allow","Principal":{{"Service":"pods.eks.amazonaws.com"}},"Action":{actions}"#)
    };
    assert_eq!(answer(&[&with(r#"["sts:AssumeRole","sts:TagSession"]"#)], pods), Answer::Yes);
    assert_eq!(answer(&[&with(r#""sts:AssumeRole""#), &with(r#""sts:TagSession""#)], pods), Answer::Yes);
    assert_eq!(answer(&[&with(r#""sts:AssumeRole""#)], pods), Answer::No);
}

#[test]
fn some_services_send_an_external_id() {
    let with = |service: &str| {
        format!(
            r#""Effect":"Allow","Principal":{{"Service":"{service}"}},"Action":"sts:AssumeRole","Condition":{{"StringEquals":{{"sts:Externalid":"vmimport"}}}}"#
        )
    };
    assert_eq!(answer(&[&with("vmie.amazonaws.com")], "vmie.amazonaws.com"), Answer::Maybe);
    assert_eq!(answer(&[&with("lambda.amazonaws.com")], "lambda.amazonaws.com"), Answer::No);
}

#[test]
fn web_identities_are_told_apart() {
    let with = |provider: &str| {
        format!(r#""Effect":"Allow","Principal":{{"Federated":"{provider}"}},"Action":"sts:AssumeRoleWithWebIdentity""#)
    };
    let cognito = with("cognito-identity.amazonaws.com");
    let oidc = with("arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AA");
    assert_eq!(answer(&[&cognito], "federated:cognito-identity.amazonaws.com"), Answer::Yes);
    assert_eq!(answer(&[&cognito], "federated:oidc"), Answer::No);
    assert_eq!(answer(&[&oidc], "federated:oidc"), Answer::Yes);
    assert_eq!(answer(&[&oidc], EC2), Answer::No);
    assert_eq!(answer(&[ALLOW_EC2], "federated:oidc"), Answer::No);
}

#[test]
fn a_slot_may_need_all_of_its_principals() {
    let slot = |kind| &slots::slots_of(Dialect::CloudFormation, kind)[0];
    let mwaa = slot("AWS::MWAA::Environment");
    let with = |services: &str| {
        let text = format!(r#""Effect":"Allow","Principal":{{"Service":{services}}},"Action":"sts:AssumeRole""#);
        decide_slot(&policy(&[&text]), mwaa).unwrap().answer().unwrap()
    };
    assert_eq!(with(r#"["airflow.amazonaws.com","airflow-env.amazonaws.com"]"#), Answer::Yes);
    assert_eq!(with(r#""airflow.amazonaws.com""#), Answer::No);
    let machine = slot("AWS::StepFunctions::StateMachine");
    let regional =
        r#""Effect":"Allow","Principal":{"Service":"states.eu-west-1.amazonaws.com"},"Action":"sts:AssumeRole""#;
    assert_eq!(decide_slot(&policy(&[regional]), machine).unwrap().answer(), Some(Answer::Yes));
    assert_eq!(decide_slot(&policy(&[regional]), slot("AWS::IAM::ManagedPolicy")), None);
}

fn object(entries: Vec<(&str, Value)>) -> Value {
    let entry = |(key, value): (&str, Value)| Entry { key: key.into(), key_span: None, value };
    Shape::Mapping(MappingKind::Object, entries.into_iter().map(entry).collect()).into()
}

fn document(services: Value) -> Policy {
    policy_of(&object(vec![(
        "Statement",
        object(vec![
            ("Effect", Value::text("Allow")),
            ("Action", Value::text(ASSUME)),
            ("Principal", object(vec![("Service", services)])),
        ]),
    )]))
}

#[test]
fn alternatives_give_an_answer_each() {
    let atom = Formula::Atom(AtomId(1));
    let services = choice::choose([
        Alternative { guard: atom.clone(), value: Value::text(EC2) },
        Alternative { guard: !atom.clone(), value: Value::text("lambda.amazonaws.com") },
    ]);
    let decision = decide(&document(services.clone()), EC2, ASSUME);
    assert_eq!(decision.outcomes(), [(atom.clone(), Answer::Yes), (!atom, Answer::No)]);
    assert_eq!(decision.answer(), None);
    let either = Value::tuple(vec![services, Value::text(EC2)]);
    assert_eq!(decide(&document(either), EC2, ASSUME).answer(), Some(Answer::Yes));
}

#[test]
fn a_hole_hides_no_other_principal() {
    let unknown = Value::unknown(Reason::Variable("var.services".into()));
    let both = Value::tuple(vec![unknown.clone(), Value::text(EC2)]);
    assert_eq!(decide(&document(both), EC2, ASSUME).answer(), Some(Answer::Yes));
    let decision = decide(&document(unknown), EC2, ASSUME);
    assert_eq!((decision.answer(), decision.maybe[0].0), (Some(Answer::Maybe), MaybeReason::UnknownPrincipal));
}

#[test]
fn elements_that_may_not_exist_leave_it_open() {
    let open = |text: &str| {
        let open = Open { element: Value::text(text), exists: None, keyed: false };
        decide(&document(Shape::Open(Arc::new(open)).into()), EC2, ASSUME).answer()
    };
    assert_eq!(open(EC2), Some(Answer::Maybe));
    assert_eq!(open("lambda.amazonaws.com"), Some(Answer::No));
}

#[test]
fn trusted_services_are_listed_as_written() {
    let policy =
        policy(&[ALLOW_LAMBDA, ALLOW_EC2, r#""Effect":"Deny","Principal":{"Service":"a.amazonaws.com"},"Action":"*""#]);
    let names: Vec<String> = trusted_services(&policy).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["lambda.amazonaws.com", EC2]);
}

#[test]
fn conditions_are_judged_by_what_a_service_sends() {
    use Answer::*;
    let with = |condition: &str| {
        answer(
            &[&format!(
                r#""Effect":"Allow","Principal":{{"Service":"ec2.amazonaws.com"}},"Action":"sts:AssumeRole","Condition":{condition}"#
            )],
            EC2,
        )
    };
    let cases = [
        // A key that no service sends: operators differ in what they make of its absence.
        (r#"{"StringEquals":{"sts:ExternalId":["1","2"]}}"#, No),
        (r#"{"StringLike":{"sts:externalid":"*"}}"#, No),
        (r#"{"StringEqualsIfExists":{"sts:ExternalId":"1"}}"#, Yes),
        (r#"{"StringNotEquals":{"sts:ExternalId":"1"}}"#, Yes),
        (r#"{"ForAllValues:StringEquals":{"sts:ExternalId":"1"}}"#, Yes),
        (r#"{"ForAnyValue:StringEquals":{"sts:ExternalId":"1"}}"#, No),
        (r#"{"ForAnyValue:StringNotEquals":{"sts:ExternalId":"1"}}"#, No),
        (r#"{"Null":{"sts:ExternalId":"true"}}"#, Yes),
        (r#"{"Null":{"sts:ExternalId":false}}"#, No),
        (r#"{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}"#, No),
        (r#"{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}"#, No),
        // One condition that cannot hold is enough, whatever the others are.
        (r#"{"StringEquals":{"aws:SourceAccount":"1","sts:ExternalId":"1"}}"#, No),
        (r#"{"StringEquals":{"aws:SourceAccount":"1"},"Null":{"sts:ExternalId":"true"}}"#, Maybe),
        // Keys that a service may send.
        (r#"{"ArnLike":{"aws:SourceArn":"arn:aws:ec2:*:1:*"}}"#, Maybe),
        (r#"{"Null":{"aws:SourceAccount":"true"}}"#, Maybe),
        (r#"{"StringEqualsIfExists":{"aws:SourceAccount":"1"}}"#, Maybe),
        (r#"{"StringLikeIfExists":{"aws:SourceAccount":"*"}}"#, Yes),
        (r#"{"ForAllValues:StringLike":{"aws:TagKeys":["a","*"]}}"#, Yes),
        (r#"{"StringLike":{"aws:SourceAccount":"*"}}"#, Maybe),
        // Nothing to compare with, and what is no condition.
        (r#"{"StringEquals":{"sts:ExternalId":[]}}"#, Maybe),
        (r#"{"StringEquals":"x"}"#, Maybe),
        (r#"{"StringEquals":{}}"#, Yes),
    ];
    for (condition, wanted) in cases {
        assert_eq!(with(condition), wanted, "{condition}");
    }
}

#[test]
fn a_denial_under_a_condition_that_always_holds_is_one() {
    let deny = |condition: &str| {
        format!(
            r#""Effect":"Deny","Principal":{{"Service":"ec2.amazonaws.com"}},"Action":"sts:AssumeRole","Condition":{condition}"#
        )
    };
    assert_eq!(answer(&[ALLOW_EC2, &deny(r#"{"StringNotEquals":{"sts:ExternalId":"1"}}"#)], EC2), Answer::No);
    assert_eq!(answer(&[ALLOW_EC2, &deny(r#"{"StringEquals":{"sts:ExternalId":"1"}}"#)], EC2), Answer::Yes);
    assert_eq!(answer(&[ALLOW_EC2, &deny(r#"{"StringEquals":{"aws:SourceAccount":"1"}}"#)], EC2), Answer::Maybe);
}

#[test]
fn a_source_in_the_own_account_is_what_uses_the_role() {
    use crate::value::{ResourceId, Segment, Symbol, SymbolKind, Written};
    let symbol = |attribute: &str| {
        Value::symbol(Symbol { resource: ResourceId(0), kind: SymbolKind::Other, attribute: attribute.into() })
    };
    let literal = |text: &str| Segment::Literal { text: text.into(), written: Written::No };
    let arn = |start: &str, end: &str| -> Value {
        let account = Segment::Value(symbol("account_id"));
        Shape::Template(vec![literal(start), account, literal(end)].into()).into()
    };
    let answer = |service: &str, operator: &str, key: &str, value: Value| {
        let object = |entries: Vec<(&str, Value)>| {
            let entry = |(key, value): (&str, Value)| Entry { key: key.into(), key_span: None, value };
            Value::object(entries.into_iter().map(entry).collect())
        };
        let statement = object(vec![
            ("Effect", Value::text("Allow")),
            ("Principal", object(vec![("Service", Value::text(service))])),
            ("Action", Value::text(ASSUME)),
            ("Condition", object(vec![(operator, object(vec![(key, value)]))])),
        ]);
        let document = object(vec![("Version", Value::text("2012-10-17")), ("Statement", statement)]);
        decide_principal(&policy_of(&Shape::Json(Arc::new(document)).into()), service).answer().unwrap()
    };
    let (tasks, build) = ("ecs-tasks.amazonaws.com", "codebuild.amazonaws.com");
    let account = || symbol("account_id");
    for (service, operator, key, value, wanted) in [
        (tasks, "StringEquals", "aws:SourceAccount", account(), Answer::Yes),
        (tasks, "StringEquals", "aws:sourceaccount", Value::tuple(vec![Value::text("1"), account()]), Answer::Yes),
        (
            tasks,
            "StringEquals",
            "aws:SourceAccount",
            Value::unknown(Reason::Variable("AWS::AccountId".into())),
            Answer::Yes,
        ),
        (tasks, "ArnLike", "aws:SourceArn", arn("arn:aws:ecs:*:", ":*"), Answer::Yes),
        (build, "StringLike", "aws:SourceArn", arn("arn:aws:codebuild:*:", ":project/*"), Answer::Yes),
        // Another account, another region, one thing, another service, or one that is not known to say what it acts for.
        (tasks, "StringEquals", "aws:SourceAccount", Value::text("111122223333"), Answer::Maybe),
        (tasks, "StringEquals", "aws:SourceAccount", symbol("id"), Answer::Maybe),
        (tasks, "StringNotEquals", "aws:SourceAccount", account(), Answer::Maybe),
        (tasks, "ArnLike", "aws:SourceArn", arn("arn:aws:ecs:eu-west-1:", ":*"), Answer::Maybe),
        (tasks, "ArnEquals", "aws:SourceArn", arn("arn:aws:ecs:*:", ":cluster/web*1"), Answer::Maybe),
        (build, "StringLike", "aws:SourceArn", arn("arn:aws:s3:*:", ":*"), Answer::Maybe),
        (EC2, "StringEquals", "aws:SourceAccount", account(), Answer::Maybe),
    ] {
        assert_eq!(answer(service, operator, key, value.clone()), wanted, "{service} {operator} {key} {value:?}");
    }
}

#[test]
fn what_narrows_nothing_is_told_from_what_does() {
    let open = |condition: &str| {
        let text =
            format!(r#""Effect":"Allow","Principal":{{"AWS":"*"}},"Action":"sts:AssumeRole","Condition":{condition}"#);
        unconditional(&policy(&[&text]).statements[0]) == Formula::True
    };
    for condition in [
        "{}",
        r#"{"StringLike":{"aws:PrincipalArn":"*"}}"#,
        r#"{"Bool":{"aws:SecureTransport":"true"}}"#,
        r#"{"StringLike":{"sts:ExternalId":"*"}}"#,
        r#"{"StringLikeIfExists":{"aws:PrincipalOrgID":["*"]}}"#,
    ] {
        assert!(open(condition), "{condition}");
    }
    for condition in [
        r#"{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#,
        r#"{"StringLike":{"aws:PrincipalOrgID":"*"}}"#,
        r#"{"StringEquals":{"sts:ExternalId":"secret"}}"#,
        r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}}"#,
        r#"{"StringLike":{"aws:PrincipalArn":"*"},"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}"#,
    ] {
        assert!(!open(condition), "{condition}");
    }
}
