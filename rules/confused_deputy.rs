//! See `confused_deputy.md`.

use std::collections::BTreeMap;

use crate::aws::identity::Identity;
use crate::aws::policy::{Policy, PrincipalKind, Reading, Statement};
use crate::aws::{principals, trust};
use crate::diagnostic::Severity;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::text::Span;
use crate::value::{Formula, ResourceId};

pub(super) static RULE: Rule = Rule {
    id: "confused-deputy",
    severity: Severity::Info,
    group: Group::Trust,
    pedantic: true,
    docs: include_str!("confused_deputy.md"),
    check: Check::Each(&[Identity::Role], check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let linked = ctx.linked;
    for (guard, reading) in linked.trust(id) {
        if let Reading::Document(policy) = reading
            && policy.open.is_empty()
        {
            document(ctx, id, guard, policy);
        }
    }
}

fn document(ctx: &mut Ctx<'_>, id: ResourceId, guard: &Formula, policy: &Policy) {
    let role = ctx.resource(id);
    let allows = |statement: &&Statement| {
        statement.element("Effect").is_some_and(|effect| effect.value.as_text().as_deref() == Some("Allow"))
    };
    // A denial may narrow what is allowed.
    if policy.statements.iter().any(|statement| !allows(&statement)) {
        return;
    }
    // One finding for each service, however many forms of it a look-up by region brings.
    let mut found: BTreeMap<String, (Span, String, &str, Vec<Formula>)> = BTreeMap::new();
    for statement in &policy.statements {
        let unconditional = trust::unconditional(statement);
        let services = statement.principals.iter().flatten();
        for principal in services.filter(|principal| principal.kind == PrincipalKind::Service && principal.item.certain)
        {
            let Some(text) = principal.item.value.as_text() else { continue };
            let Some(plain) = principals::parse(&text).map(|parts| format!("{}.amazonaws.com", parts.service)) else {
                continue;
            };
            // What SAM makes by itself is written nowhere and cannot be changed.
            let written = principal.item.value.span.or(principal.key_span).filter(|span| *span != role.span);
            let (Some(source), Some(place)) = (principals::source(&plain), written) else { continue };
            let guard = Formula::and([statement.guard.clone(), principal.item.guard.clone(), unconditional.clone()]);
            let (.., guards) = found.entry(plain).or_insert((place, text.into_owned(), source, Vec::new()));
            guards.push(guard);
        }
    }
    for (place, text, source, guards) in found.into_values() {
        let draft = ctx
            .about_resource(id, place, format!("{text} may assume {} on behalf of any account", role.declaration))
            .label("no source condition")
            .help(format!(
                "The service can be made to use the role for somebody else who knows its ARN. Add a condition on \
                 aws:SourceAccount, or on aws:SourceArn with {source}."
            ))
            .related(role.span, "the role")
            .under(Formula::and([guard.clone(), Formula::or(guards)]));
        ctx.report(draft);
    }
}
