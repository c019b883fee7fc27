//! More services in a trust policy.

use super::{list, statement};
use crate::aws::policy::{Policy, Principal, PrincipalKind, Reading, Statement, action_matches};
use crate::aws::principals;
use crate::diagnostic::{Edit, Fix};
use crate::link::Linked;
use crate::text::Span;
use crate::value::{Formula, ResourceId, Segment, Shape, Value};

/// Adds `services` to those that a trust policy lets in, in the way it is written: a string becomes a list, a list gets
/// more elements. Never safe, for it grants something.
///
/// They go into a statement that lets others in as services assume roles, without a condition. Where there is no such
/// statement, or its services stand somewhere else than in it, they get a statement of their own. `None` where the
/// statements are not written out either.
pub fn let_in(linked: &Linked<'_>, role: ResourceId, policy: &Policy, services: &[&str]) -> Option<Fix> {
    if services.is_empty() || services.iter().any(|service| service.contains(['<', ':'])) {
        return None;
    }
    let beside = || {
        policy.statements.iter().filter(|statement| admits_services(statement)).find_map(|statement| {
            let present = statement.principals.iter().flatten().rev();
            present.filter(|principal| is_plain(principal)).find_map(|principal| {
                let span = principal.item.value.span?;
                let document = linked.files.document(span.source)?;
                let old = document.source_text().get(span.range())?;
                let new: Option<Vec<String>> =
                    services.iter().map(|service| alike(old, &principal.item.value, service)).collect();
                Some((span, list::add_beside(span, &new?, linked.files)?))
            })
        })
    };
    let (place, edits): (Span, Vec<Edit>) = beside().or_else(|| statement::add(linked, policy, services))?;
    let others = sharing(linked, role, place);
    let too = if others.is_empty() { String::new() } else { format!(" ({} too)", others.join(", ")) };
    Some(Fix { title: format!("Let {} assume the role{too}", services.join(" and ")), safe: false, edits })
}

/// The other roles whose trust policy has a statement or a principal at the same place: one document for several of them.
fn sharing(linked: &Linked<'_>, role: ResourceId, place: Span) -> Vec<String> {
    let own = &linked.configuration.resource(role).declaration;
    let holds = |statement: &Statement| {
        let principals = statement.principals.iter().flatten().filter_map(|principal| principal.item.value.span);
        principals.chain(statement.span()).any(|span| span.source == place.source && span.contains(place))
    };
    let mut others: Vec<String> = linked
        .configuration
        .iter()
        .filter(|(id, other)| {
            other.declaration != *own
                && linked.trust(*id).iter().any(|(_, reading)| match reading {
                    Reading::Document(policy) => policy.statements.iter().any(holds),
                    _ => false,
                })
        })
        .map(|(_, other)| other.declaration.to_string())
        .collect();
    others.sort();
    others.dedup();
    others
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
