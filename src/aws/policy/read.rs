//! From a value to a policy document.

use super::{Policy, PolicyUse, Principal, PrincipalKind, Problem, Reading, Statement};
use crate::aws::items::{Item, items};
use crate::files::Files;
use crate::value::{Formula, Reason, Shape, Value, choice, embedded, json};

/// Reads a value as a policy document: JSON text, a value to be written as JSON, or a document written as an object.
/// Gives one reading for each alternative of a choice, with its condition.
pub fn read(value: &Value, purpose: PolicyUse, files: &dyn Files) -> Vec<(Formula, Reading)> {
    let mut readings = Vec::new();
    for alternative in choice::alternatives(value) {
        match &alternative.value.shape {
            Shape::Text(_) | Shape::Template(_) | Shape::Json(_) => {
                let decoded = json::decode(&alternative.value, files);
                let from_text = !matches!(alternative.value.shape, Shape::Json(_));
                if !decoded.problems.is_empty() {
                    readings.push((alternative.guard, not_json(&alternative.value, decoded.problems)));
                    continue;
                }
                for inner in choice::alternatives(&decoded.value) {
                    let guard = Formula::and([alternative.guard.clone(), inner.guard]);
                    readings.push((guard, decoded_document(&inner.value, purpose, from_text, files)));
                }
            }
            _ => readings.push((alternative.guard, document(&alternative.value, purpose, false))),
        }
    }
    readings.retain(|(guard, _)| *guard != Formula::False);
    readings
}

fn broken(value: &Value, message: impl Into<String>, help: impl Into<String>) -> Reading {
    let (message, help) = (message.into(), help.into());
    // What only a default says is not what is deployed for certain.
    let certain = !value.marks.assumed;
    Reading::Broken(vec![Problem {
        span: value.span,
        message,
        help,
        certain,
        lenient: false,
        guard: Formula::True,
        meant: None,
    }])
}

fn not_json(value: &Value, problems: Vec<embedded::Problem>) -> Reading {
    let known = value.as_text();
    let text = known.as_deref().unwrap_or_default().trim();
    if known.is_some() && text.is_empty() {
        if value.marks.assumed {
            return Reading::Opaque(Reason::Failed("the policy is empty by default".into()));
        }
        return broken(value, "the policy is empty", "IAM wants a JSON object with `Version` and `Statement` here");
    }
    if let Some(element) = glued_element(text, &["Version", "Statement", "Id"]) {
        return glued(value, element);
    }
    if !text.starts_with(['{', '[', '"']) && value.as_text().is_some() {
        let help = "A policy document is a JSON object; in a YAML template it can also be written as a mapping";
        return broken(value, "the policy is text that is not JSON", help);
    }
    let problems = problems.into_iter().map(|problem| Problem {
        span: problem.span.or(value.span),
        message: format!("the policy is not valid JSON: {}", problem.message),
        help: "IAM rejects a policy document that does not parse; mend it here".into(),
        certain: !value.marks.assumed,
        lenient: false,
        guard: Formula::True,
        meant: None,
    });
    Reading::Broken(problems.collect())
}

/// The element that a text begins with when the space after its colon is missing in YAML, so that key and value became
/// one text: `Effect:Allow`.
pub(super) fn glued_element<'a>(text: &str, elements: &[&'a str]) -> Option<&'a str> {
    elements
        .iter()
        .copied()
        .find(|element| text.strip_prefix(element).is_some_and(|rest| rest.starts_with(':') && !rest.starts_with("::")))
}

fn glued(value: &Value, element: &str) -> Reading {
    broken(value, glued_message(element), GLUED_HELP)
}

pub(super) const GLUED_HELP: &str =
    "Without a space YAML reads the key and its value as one piece of text; put a space after the colon";

pub(super) fn glued_message(element: &str) -> String {
    format!("there is no space after the colon of `{element}`")
}

fn decoded_document(value: &Value, purpose: PolicyUse, from_text: bool, files: &dyn Files) -> Reading {
    if !matches!(value.shape, Shape::Text(_) | Shape::Template(_) | Shape::Json(_)) {
        return document(value, purpose, from_text);
    }
    let twice = json::looks_like_json(value) && json::decode(value, files).problems.is_empty();
    if twice {
        let help = "It is JSON inside a JSON string; leave out one `jsonencode`, or the quotes around the document";
        return broken(value, "the policy is encoded as JSON twice", help);
    }
    if !matches!(value.shape, Shape::Text(_)) {
        return Reading::Opaque(Reason::Broken);
    }
    broken(value, "the policy is a string and not an object", "IAM wants a JSON object with `Version` and `Statement`")
}

fn document(value: &Value, purpose: PolicyUse, from_text: bool) -> Reading {
    match &value.shape {
        Shape::Null => Reading::Absent,
        Shape::Mapping(..) => Reading::Document(policy(value, purpose, from_text)),
        Shape::Unknown(unknown) => Reading::Opaque(unknown.reason.clone()),
        Shape::Error(failure) => Reading::Opaque(Reason::Failed(failure.message.clone())),
        Shape::Symbol(symbol) => Reading::Opaque(Reason::AfterApply(symbol.attribute.clone())),
        Shape::Sequence(..) => {
            let help = "IAM wants one JSON object with `Version` and `Statement`; take the brackets away";
            broken(value, "the policy is a list and not an object", help)
        }
        Shape::Bool(_) | Shape::Number(_) => {
            broken(value, "the policy is not an object", "IAM wants a JSON object with `Version` and `Statement`")
        }
        _ => Reading::Opaque(Reason::DependsOn("a value that is not known".into())),
    }
}

fn policy(body: &Value, purpose: PolicyUse, from_text: bool) -> Policy {
    let mut policy = Policy {
        purpose,
        body: body.clone(),
        from_text,
        statements: Vec::new(),
        open: Vec::new(),
        misfits: Vec::new(),
    };
    let found = policy.element("Statement").map(|entry| items(&entry.value)).unwrap_or_default();
    for item in found {
        match &item.value.shape {
            Shape::Mapping(_, entries) if entries.iter().any(|entry| is_open_key(&entry.key)) => policy.open.push(item),
            Shape::Mapping(..) => policy.statements.push(statement(item)),
            Shape::Unknown(_) | Shape::Error(_) | Shape::Symbol(_) | Shape::Resource(_) => policy.open.push(item),
            // What is put together from unknown parts may come out as anything.
            Shape::Template(_) => policy.open.push(item),
            _ => policy.misfits.push(item),
        }
    }
    policy
}

/// Whether a key stands for something that is computed at deployment, or holds a part that is not known.
pub(super) fn is_open_key(key: &str) -> bool {
    key.starts_with("Fn::") || key.contains("${")
}

fn statement(item: Item) -> Statement {
    let list = |name: &str| super::element(&item.value, name).map(|entry| items(&entry.value));
    let who = |name: &str| super::element(&item.value, name).map(|entry| principals(&entry.value));
    Statement {
        guard: item.guard.clone(),
        certain: item.certain,
        principals: who("Principal"),
        not_principals: who("NotPrincipal"),
        actions: list("Action"),
        not_actions: list("NotAction"),
        resources: list("Resource"),
        not_resources: list("NotResource"),
        body: item.value,
    }
}

fn principals(value: &Value) -> Vec<Principal> {
    let mut found = Vec::new();
    for item in items(value) {
        let Shape::Mapping(_, entries) = &item.value.shape else {
            let kind = match &item.value.shape {
                Shape::Text(text) if &**text == "*" => PrincipalKind::Anyone,
                Shape::Text(text) if text.contains("${") => PrincipalKind::Unknown,
                Shape::Text(_) | Shape::Bool(_) | Shape::Number(_) | Shape::Json(_) => PrincipalKind::Misplaced,
                Shape::Template(_) if item.value.as_text().is_some() => PrincipalKind::Misplaced,
                _ => PrincipalKind::Unknown,
            };
            found.push(Principal { kind, item, key_span: None });
            continue;
        };
        for entry in entries.iter() {
            let kind = match &*entry.key {
                "AWS" => PrincipalKind::Aws,
                "Service" => PrincipalKind::Service,
                "Federated" => PrincipalKind::Federated,
                "CanonicalUser" => PrincipalKind::CanonicalUser,
                key if is_open_key(key) => PrincipalKind::Unknown,
                _ => PrincipalKind::Misplaced,
            };
            found.extend(items(&entry.value).into_iter().map(|inner| Principal {
                kind,
                item: Item {
                    guard: Formula::and([item.guard.clone(), inner.guard]),
                    certain: item.certain && inner.certain,
                    value: inner.value,
                },
                key_span: entry.key_span,
            }));
        }
    }
    found
}
