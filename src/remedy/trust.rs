//! One more service in a trust policy.

use super::list;
use crate::aws::policy::{Policy, Principal, PrincipalKind, Statement, action_matches};
use crate::aws::principals;
use crate::diagnostic::Fix;
use crate::link::Linked;
use crate::value::{Formula, Segment, Shape, Value};

/// Adds `service` to the services that a trust policy lets in, in the way it is written: a string becomes a list, a list
/// gets one more element. Never safe, for it grants something.
///
/// The service goes into a statement that lets others in as services assume roles, without a condition. `None` where there
/// is no such statement, or its services stand somewhere else than in it.
pub fn let_in(linked: &Linked<'_>, policy: &Policy, service: &str) -> Option<Fix> {
    if service.contains('<') || service.contains(':') {
        return None;
    }
    let edits = policy.statements.iter().filter(|statement| admits_services(statement)).find_map(|statement| {
        let services = statement.principals.iter().flatten().rev();
        services.filter(|principal| is_plain(principal)).find_map(|principal| {
            let span = principal.item.value.span?;
            let document = linked.files.document(span.source)?;
            let old = document.source_text().get(span.range())?;
            list::add_beside(span, &alike(old, &principal.item.value, service)?, linked.files)
        })
    })?;
    Some(Fix { title: format!("Let {service} assume the role"), safe: false, edits })
}

/// Whether a statement lets services in for certain and on no condition, with the action that services use.
fn admits_services(statement: &Statement) -> bool {
    let text = |name: &str| statement.element(name).and_then(|entry| entry.value.as_text());
    let allows = text("Effect").as_deref() == Some("Allow");
    let acts = statement
        .actions
        .iter()
        .flatten()
        .any(|item| item.value.as_text().is_some_and(|pattern| action_matches(&pattern, "sts:AssumeRole")));
    statement.certain && allows && acts && statement.element("Condition").is_none() && statement.not_actions.is_none()
}

fn is_plain(principal: &Principal) -> bool {
    principal.kind == PrincipalKind::Service
        && principal.item.certain
        && principal.item.guard == Formula::True
        && !principal.item.value.marks.assumed
}

/// The source of another service, written as `old` writes the service `value`: with its quotes, its partition, its
/// reference for the suffix.
fn alike(old: &str, value: &Value, service: &str) -> Option<String> {
    let label = principals::parse(service)?.service;
    if let Some(text) = value.as_text() {
        let suffix = principals::parse(&text)?.suffix;
        let new = if service.ends_with(".amazonaws.com") { format!("{label}{suffix}") } else { service.to_string() };
        return (old.matches(&*text).count() == 1).then(|| old.replace(&*text, &new));
    }
    let Shape::Template(segments) = &value.shape else { return None };
    let Some(Segment::Literal { text, .. }) = segments.first() else { return None };
    let prefix = text.strip_suffix('.').filter(|prefix| !prefix.is_empty())?;
    let dotted = format!("{prefix}.");
    (old.matches(&dotted).count() == 1).then(|| old.replace(&dotted, &format!("{label}.")))
}
