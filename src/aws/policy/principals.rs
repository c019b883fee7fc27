//! What IAM rejects in the principals of a statement.

use super::problems::Report;
use super::read::{GLUED_HELP, glued_element, glued_message, is_open_key};
use super::{New, Principal, PrincipalKind, Statement};
use crate::aws::identity::is_placeholder;
use crate::aws::{arn, principals};
use crate::value::{Entry, Formula, Shape, Value, choice};

const TYPES: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];

pub(super) fn check(statement: &Statement, report: &mut Report) {
    for name in ["Principal", "NotPrincipal"] {
        let Some(entry) = statement.element(name) else { continue };
        for alternative in choice::alternatives(&entry.value) {
            whole(name, entry, &alternative.value, &alternative.guard, report);
        }
    }
    let all = statement.principals.iter().chain(&statement.not_principals).flatten();
    for principal in all.filter(|principal| principal.item.certain) {
        single(principal, report);
        if may_be_services(statement, principal) {
            report.meant(principal.key_span, "AWS", New::Text("Service".to_string()), true);
        }
    }
}

/// The element as a whole: its form, its types, and whether there is anyone in it.
fn whole(name: &str, entry: &Entry, value: &Value, guard: &Formula, report: &mut Report) {
    let span = value.span.or(entry.key_span);
    let nobody = "IAM rejects a statement without principals; name one, or leave the statement out";
    match &value.shape {
        Shape::Text(text) if &**text != "*" && !text.contains("${") => {
            if let Some(kind) = glued_element(text, &TYPES) {
                report.add_under(guard.clone(), span, glued_message(kind), GLUED_HELP);
                return;
            }
            let kind = kind_of(text);
            let help = format!("Only \"*\" may stand alone; write `\"{name}\": {{ \"{kind}\": \"{text}\" }}`");
            report.add_under(guard.clone(), span, format!("the principal `{text}` has no type"), help);
            report.meant(value.span, text, New::Behind(kind), kind == "Service" || arn::of_text(text).is_some());
        }
        Shape::Sequence(_, items) if items.is_empty() => {
            let message = format!("`{name}` is empty");
            let add = if value.marks.assumed { Report::add_possible } else { Report::add_under };
            add(report, guard.clone(), span, message, nobody);
        }
        Shape::Sequence(_, items) if items.iter().all(|item| !item.is_opaque()) => {
            let help = "Write an object with the type as key: `{ \"Service\": [ … ] }`; lists go inside it";
            report.add_under(guard.clone(), span, format!("`{name}` is a list"), help);
        }
        Shape::Mapping(_, entries) => {
            for entry in entries.iter().filter(|entry| !TYPES.contains(&&*entry.key) && !is_open_key(&entry.key)) {
                unknown_type(entry, entries, guard, report);
            }
            let counts: Vec<Option<bool>> = entries.iter().map(|entry| is_empty(&entry.value)).collect();
            if counts.iter().all(|empty| *empty == Some(true)) {
                let assumed = value.marks.assumed || entries.iter().any(|entry| entry.value.marks.assumed);
                let message = format!("the statement has no principals: `{name}` is empty");
                let add = if assumed { Report::add_possible } else { Report::add_under };
                add(report, guard.clone(), span, message, nobody);
            }
        }
        _ => {}
    }
}

/// Whether there is no principal in it; `None` when that is not known.
fn is_empty(value: &Value) -> Option<bool> {
    match &value.shape {
        Shape::Null => Some(true),
        Shape::Sequence(_, items) => Some(items.is_empty()),
        Shape::Choice(_) | Shape::Unknown(_) | Shape::Error(_) | Shape::Open(_) => None,
        _ => Some(false),
    }
}

/// The type of a principal that is written without one.
fn kind_of(text: &str) -> &'static str {
    if principals::is_host(text) {
        "Service"
    } else if text.ends_with(".com") || text.contains(":oidc-provider/") || text.contains(":saml-provider/") {
        "Federated"
    } else {
        "AWS"
    }
}

fn unknown_type(entry: &Entry, beside: &[Entry], guard: &Formula, report: &mut Report) {
    let key = &*entry.key;
    // Terraform's policy document data source writes anyone of type "*" this way.
    if key == "*" || entry.value.is_null() {
        return;
    }
    let span = entry.key_span.or(entry.value.span);
    if let Some(kind) = glued_element(key, &TYPES) {
        report.add_under(guard.clone(), span, glued_message(kind), GLUED_HELP);
        return;
    }
    let lower = key.to_ascii_lowercase();
    let near = TYPES.iter().find(|kind| {
        let allowed = if kind.len() > 5 { 2 } else { 0 };
        principals::distance(&kind.to_ascii_lowercase(), &lower) <= allowed
    });
    let help = match near {
        Some(kind) if kind.eq_ignore_ascii_case(key) => {
            format!("IAM compares it letter by letter, capitals included; write `{kind}`")
        }
        Some(kind) => format!("Write `{kind}`"),
        None => "A principal is of type `AWS`, `Service`, `Federated` or `CanonicalUser`".to_string(),
    };
    report.add_under(guard.clone(), span, format!("there is no principal type `{key}`"), help);
    if let Some(kind) = near.filter(|kind| !beside.iter().any(|other| *other.key == ***kind)) {
        report.meant(entry.key_span, key, New::Text((*kind).to_string()), true);
    }
}

/// Whether what stands under `AWS` with this principal is nothing but services, and nothing stands under `Service`.
fn may_be_services(statement: &Statement, principal: &Principal) -> bool {
    let is_service = |other: &Principal| other.item.value.as_text().is_some_and(|text| principals::is_host(&text));
    let mut all = statement.principals.iter().chain(&statement.not_principals).flatten();
    principal.kind == PrincipalKind::Aws
        && principal.key_span.is_some()
        && all.all(|other| match other.kind {
            PrincipalKind::Aws => is_service(other),
            kind => kind != PrincipalKind::Service,
        })
}

fn single(principal: &Principal, report: &mut Report) {
    let Principal { kind, item, key_span } = principal;
    let span = item.value.span.or(*key_span);
    let mut add = |message: String, help: &str| report.add_under(item.guard.clone(), span, message, help);
    if *kind == PrincipalKind::Misplaced || *kind == PrincipalKind::Unknown {
        return;
    }
    if let Shape::Mapping(..) | Shape::Bool(_) = item.value.shape {
        add("this principal is not text".into(), "Write the service's host name, the ARN or the account as text");
        return;
    }
    let Some(text) = item.value.as_text() else { return };
    let text = &*text;
    if text.contains("${") || is_placeholder(text) {
        return;
    }
    if text.is_empty() {
        add("this principal is empty".into(), "Name who may assume the role, or remove it");
        return;
    }
    match kind {
        PrincipalKind::Aws if principals::is_host(text) => add(
            format!("`{text}` is a service and stands under `AWS`"),
            "`AWS` is for accounts, users and roles; put services under `Service`",
        ),
        PrincipalKind::Aws if !is_aws(text) => add(
            format!("`{text}` is no account, user or role"),
            "Under `AWS` IAM wants an account's twelve digits, an ARN, or \"*\"",
        ),
        PrincipalKind::Aws if text.contains('*') && text != "*" && arn::of_text(text).is_some() => add(
            format!("the principal `{text}` has a wildcard in it"),
            "IAM replaces no wildcards in principals: name each one, or allow the account and narrow it with a \
             condition on `aws:PrincipalArn`",
        ),
        PrincipalKind::Service if arn::of_text(text).is_some() => add(
            format!("`{text}` is an ARN and stands under `Service`"),
            "`Service` is for host names such as `ec2.amazonaws.com`; put ARNs under `AWS`",
        ),
        PrincipalKind::Federated if !text.contains(['.', ':', '*']) => add(
            format!("`{text}` is no identity provider"),
            "IAM wants a domain name or the ARN of an OIDC or SAML provider",
        ),
        _ => {}
    }
}

/// Whether the text can stand under `AWS`: anyone, an account, an ARN, or the unique id of a user or role that is gone.
fn is_aws(text: &str) -> bool {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let unique_id = text.starts_with('A') && text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    text == "*" || digits || unique_id || text.contains(':')
}
