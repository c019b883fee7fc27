//! One more service in a trust policy.

use super::list;
use super::reference::respelt;
use crate::aws::policy::{Policy, Principal, PrincipalKind, Reading, Statement, action_matches};
use crate::aws::principals;
use crate::diagnostic::{Edit, Fix};
use crate::link::Linked;
use crate::text::Span;
use crate::value::{Formula, ResourceId, Segment, Shape, Value};

/// Adds `service` to the services that a trust policy lets in, in the way it is written: a string becomes a list, a list
/// gets one more element. Never safe, for it grants something.
///
/// The service goes into a statement that lets others in as services assume roles, without a condition. `None` where there
/// is no such statement, or its services stand somewhere else than in it.
pub fn let_in(linked: &Linked<'_>, role: ResourceId, policy: &Policy, service: &str) -> Option<Fix> {
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
    let others = sharing(linked, role, &edits);
    let too = if others.is_empty() { String::new() } else { format!(" ({} too)", others.join(", ")) };
    Some(Fix { title: format!("Let {service} assume the role{too}"), safe: false, edits })
}

/// The other roles whose trust policy has its services at the same place: one document for several of them.
fn sharing(linked: &Linked<'_>, role: ResourceId, edits: &[Edit]) -> Vec<String> {
    let own = &linked.configuration.resource(role).declaration;
    let touches = |span: Span| edits.iter().any(|edit| edit.span.source == span.source && span.contains(edit.span));
    let mut others: Vec<String> = linked
        .configuration
        .iter()
        .filter(|(id, other)| {
            other.declaration != *own
                && linked.trust(*id).iter().any(|(_, reading)| match reading {
                    Reading::Document(policy) => policy.statements.iter().filter_map(Statement::span).any(touches),
                    _ => false,
                })
        })
        .map(|(_, other)| other.declaration.to_string())
        .collect();
    others.sort();
    others.dedup();
    others
}

/// Writes `new` in place of a text that a policy has as it reads: a service or an action that does not exist, or is not
/// the one it takes. Safe, for such a text does nothing.
pub fn respell(linked: &Linked<'_>, value: &Value, new: &str) -> Option<Fix> {
    if value.marks.assumed {
        return None;
    }
    let edit = respelt(value.span?, &value.as_text()?, new, linked.files)?;
    Some(Fix { title: format!("Write {new}"), safe: true, edits: vec![edit] })
}

/// Allows one more action in a statement, in the way its actions are written. Not safe, for it grants something.
pub fn allow_too(linked: &Linked<'_>, statement: &Statement, action: &str) -> Option<Fix> {
    let edits = statement.actions.iter().flatten().rev().find_map(|item| {
        let (span, text) = (item.value.span?, item.value.as_text()?);
        let document = linked.files.document(span.source)?;
        let old = document.source_text().get(span.range())?;
        let once = old.matches(&*text).count() == 1 && !item.value.marks.assumed;
        once.then(|| list::add_beside(span, &old.replace(&*text, action), linked.files)).flatten()
    })?;
    Some(Fix { title: format!("Allow {action} too"), safe: false, edits })
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
