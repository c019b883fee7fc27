//! See `wildcard_trust.md`.

use crate::aws::identity::Identity;
use crate::aws::policy::{Policy, Principal, PrincipalKind, Reading, Statement, action_matches};
use crate::aws::trust;
use crate::diagnostic::Severity;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::text::Span;
use crate::value::{Formula, ResourceId};

pub(super) static RULE: Rule = Rule {
    id: "wildcard-trust",
    severity: Severity::Error,
    group: Group::Trust,
    pedantic: false,
    docs: include_str!("wildcard_trust.md"),
    check: Check::Each(&[Identity::Role], check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let linked = ctx.linked;
    for (guard, reading) in linked.trust(id) {
        let Reading::Document(policy) = reading else { continue };
        // What is denied to whom, or not known, may keep everyone out whom the rest lets in.
        if policy.open.is_empty() && policy.misfits.is_empty() && !policy.statements.iter().any(may_deny) {
            document(ctx, id, guard, policy);
        }
    }
}

fn may_deny(statement: &Statement) -> bool {
    statement.element("Effect").is_none_or(|effect| effect.value.as_text().as_deref() != Some("Allow"))
}

fn document(ctx: &mut Ctx<'_>, id: ResourceId, guard: &Formula, policy: &Policy) {
    let resource = ctx.resource(id);
    for statement in policy.statements.iter().filter(|statement| lets_assume(statement) && statement.certain) {
        let unconditional = trust::unconditional(statement);
        if unconditional == Formula::False {
            continue;
        }
        for (span, message, here) in wide(statement) {
            let place = span.or(statement.span()).unwrap_or(resource.span);
            let draft = ctx
                .about_resource(id, place, format!("{message} may assume {}", resource.declaration))
                .label("anyone in any account")
                .help(
                    "Whoever knows the role's ARN can act as it, from any AWS account. Name the accounts, roles or services \
                     that need it, or narrow it with a condition such as aws:PrincipalOrgID.",
                )
                .related(resource.span, "the role")
                .under(Formula::and([guard.clone(), statement.guard.clone(), here, unconditional.clone()]));
            ctx.report(draft);
        }
    }
    for statement in policy.statements.iter().filter(|statement| statement.certain) {
        if let Some((provider, principal)) = open_provider(statement) {
            let place = principal.item.value.span.or(principal.key_span).or(statement.span()).unwrap_or(resource.span);
            let draft = ctx
                .about_resource(id, place, format!("anyone with an account at {provider} may assume {}", resource.declaration))
                .label("whose identities are not narrowed")
                .help(format!(
                    "Every job of every user of {provider} gets a token from this provider, and chooses its audience itself. \
                     Add a condition on {provider}:sub that names your repositories."
                ))
                .related(resource.span, "the role")
                .under(Formula::and([guard.clone(), statement.guard.clone(), principal.item.guard.clone()]));
            ctx.report(draft);
        }
    }
}

/// Identity providers that give a token to any of their users, with an audience that the user chooses. From the
/// documentation of GitHub Actions and GitLab CI/CD about AWS.
const OPEN_PROVIDERS: [&str; 2] = ["token.actions.githubusercontent.com", "gitlab.com"];

/// The open provider whose identities a statement lets in without a condition on who they are.
fn open_provider(statement: &Statement) -> Option<(&'static str, &Principal)> {
    let covers = |item: &crate::aws::items::Item| {
        item.value.as_text().is_some_and(|text| action_matches(&text, "sts:AssumeRoleWithWebIdentity"))
    };
    if !statement.actions.iter().flatten().any(covers) {
        return None;
    }
    let condition = match statement.element("Condition") {
        None => &[][..],
        Some(entry) => entry.value.as_mapping()?,
    };
    let mut keys = Vec::new();
    for operator in condition {
        keys.extend(operator.value.as_mapping()?);
    }
    let principal = statement
        .principals
        .as_ref()?
        .iter()
        .find(|principal| principal.kind == PrincipalKind::Federated && principal.item.certain)?;
    let text = principal.item.value.as_text().unwrap_or_default();
    let provider = OPEN_PROVIDERS.into_iter().find(|provider| {
        let claim =
            |key: &str| key.to_ascii_lowercase().strip_prefix(provider).is_some_and(|rest| rest.starts_with(':'));
        text.ends_with(&format!(":oidc-provider/{provider}")) || keys.iter().any(|entry| claim(&entry.key))
    })?;
    // Whatever else is asked for may narrow it.
    let audience = format!("{provider}:aud");
    keys.iter().all(|entry| entry.key.eq_ignore_ascii_case(&audience)).then_some((provider, principal))
}

/// Whether the statement is about assuming the role for certain.
fn lets_assume(statement: &Statement) -> bool {
    let covers = |actions: &Option<Vec<crate::aws::items::Item>>| {
        actions.iter().flatten().any(|item| {
            let text = item.value.as_text();
            text.is_some_and(|text| action_matches(&text, "sts:AssumeRole"))
        })
    };
    match (&statement.actions, &statement.not_actions) {
        (Some(_), _) => covers(&statement.actions),
        (None, Some(actions)) => {
            actions.iter().all(|item| item.value.as_text().is_some()) && !covers(&statement.not_actions)
        }
        (None, None) => false,
    }
}

/// The principals that are everyone: where they stand, who they are in words, and under which condition.
fn wide(statement: &Statement) -> Vec<(Option<Span>, &'static str, Formula)> {
    let anyone = |principal: &&Principal| {
        principal.item.certain
            && match principal.kind {
                PrincipalKind::Anyone => true,
                PrincipalKind::Aws => principal.item.value.as_text().as_deref() == Some("*"),
                _ => false,
            }
    };
    let everyone = statement.principals.iter().flatten().filter(anyone);
    let mut found: Vec<_> = everyone
        .map(|principal| (principal.item.value.span.or(principal.key_span), "anyone", principal.item.guard.clone()))
        .collect();
    if statement.principals.is_none() && statement.not_principals.is_some() {
        let entry = statement.element("NotPrincipal");
        found.push((entry.and_then(|entry| entry.key_span), "everyone who is not named here", Formula::True));
    }
    found
}
