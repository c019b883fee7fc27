//! See `missing_service_trust.md`.

use crate::aws::edge;
use crate::aws::identity::{self, Identity};
use crate::aws::policy::{Policy, PrincipalKind, Reading};
use crate::aws::principals::{self, Answer};
use crate::aws::slots::SlotConfidence;
use crate::aws::trust::{self, WhyNot};
use crate::diagnostic::Severity;
use crate::graph::Mode;
use crate::link::SlotUse;
use crate::remedy;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::text::Span;
use crate::value::{Formula, ResourceId};

pub(super) static RULE: Rule = Rule {
    id: "missing-service-trust",
    severity: Severity::Error,
    group: Group::Trust,
    pedantic: false,
    docs: include_str!("missing_service_trust.md"),
    check: Check::Use(check),
};

fn check(ctx: &mut Ctx<'_>, index: usize, slot_use: &SlotUse) {
    let slot = slot_use.slot;
    if slot.wants.takes_profile() || slot.confidence == SlotConfidence::Inferred {
        return;
    }
    let Some(role_id) = slot_use.target(Identity::Role) else { return };
    let role = ctx.resource(role_id);
    if role.mode != Mode::Managed {
        return;
    }
    let decisions = ctx.linked.decisions(role_id, slot);
    for ((guard, reading), decision) in ctx.linked.trust(role_id).iter().zip(decisions.iter()) {
        let Reading::Document(policy) = reading else { continue };
        let Some(decision) = decision else { return };
        let no = Formula::and([guard.clone(), decision.truth.no.clone()]);
        if no == Formula::False {
            at_edge(ctx, index, slot_use, role_id, guard, policy);
            in_another_region(ctx, index, slot_use, role_id, guard, policy);
            continue;
        }
        // The wrong action and a misspelt service are told where they stand in the trust policy, by rules of their own.
        let misspelt = trust::trusted_services(policy).iter().any(|(written, _)| {
            principals::suggest(written).is_some_and(|meant| {
                slot.principals.iter().any(|wanted| principals::same_service(&meant, wanted) != Answer::No)
            })
        });
        if misspelt || matches!(decision.why_not, Some((WhyNot::Action, _))) {
            continue;
        }
        let wanted = services(&slot.principals, slot.all_principals);
        let user = ctx.resource(slot_use.resource);
        let carried = ctx.linked.identity(slot_use.resource) == Some(Identity::InstanceProfile);
        let reason = decision.why_not.map(|(reason, _)| reason);
        let message = match reason {
            Some(WhyNot::Denied) => {
                format!("{} denies {wanted}, which has to assume it for {}", role.declaration, user.declaration)
            }
            _ => format!("{} cannot be assumed by {wanted}", role.declaration),
        };
        let consequence = match carried {
            true => {
                "An instance with this instance profile starts, but gets no credentials: the role's trust policy has to let \
                 EC2 in."
                    .to_string()
            }
            false => format!("{} acts as this role, so the role's trust policy has to let it in.", user.declaration),
        };
        let how = match reason {
            Some(WhyNot::Condition) => "Take out the condition, which a service never fulfils.".to_string(),
            Some(WhyNot::Denied) => "Take the service out of the statement with Effect Deny.".to_string(),
            _ => format!("Add {wanted} to the services in its trust policy, or use a role that is made for it."),
        };
        let mut draft = ctx
            .about_use(index, slot_use.primary_span(), message)
            .label(format!("used by {wanted}"))
            .help(format!("{consequence} {how}"))
            .under(Formula::and([slot_use.guard.clone(), role.exists.clone(), no]));
        if reason.is_none_or(|reason| reason == WhyNot::Principal) {
            let missing: Vec<&str> = match slot.all_principals {
                true => slot.principals.iter().copied().filter(|service| !lets_in(policy, service)).collect(),
                false => {
                    slot.principals.iter().copied().find(|service| !service.contains(['<', ':'])).into_iter().collect()
                }
            };
            draft = draft.fix(remedy::let_in(ctx.linked, role_id, policy, &missing));
        }
        let trusted = trust::trusted_services(policy);
        if let Some((_, Some(span))) = decision.why_not.filter(|(reason, _)| *reason != WhyNot::Principal) {
            draft = draft.related(span, "here");
        }
        for (service, span) in trusted.iter().take(4) {
            if let Some(span) = span {
                draft = draft.related(*span, format!("it trusts {service}"));
            }
        }
        if trusted.is_empty() {
            let trust = identity::names(role.dialect, &role.kind).and_then(|names| names.trust);
            let attribute = trust.and_then(|name| role.attribute(name));
            draft = draft.related(
                attribute.map_or(role.span, |attribute| attribute.key_span),
                "its trust policy names no service",
            );
        }
        draft = draft.related(role.span, "the role");
        ctx.report(draft);
    }
}

/// A function that CloudFront runs at its edges has to let in a second service, which the distribution looks for.
fn at_edge(ctx: &mut Ctx<'_>, index: usize, slot_use: &SlotUse, role_id: ResourceId, guard: &Formula, policy: &Policy) {
    let linked = ctx.linked;
    let Some(user) = linked.edge_uses(slot_use.resource).first() else { return };
    let decision = trust::decide_principal(policy, edge::SERVICE);
    if !slot_use.slot.principals.contains(&"lambda.amazonaws.com") || decision.truth.no == Formula::False {
        return;
    }
    let is_absent = matches!(decision.why_not, Some((WhyNot::Principal, _)));
    let fix = is_absent.then(|| remedy::let_in(linked, role_id, policy, &[edge::SERVICE])).flatten();
    let (role, function) = (ctx.resource(role_id), ctx.resource(slot_use.resource));
    let distribution = ctx.resource(user.distribution);
    let message = format!("{} cannot be assumed by {}", role.declaration, edge::SERVICE);
    let draft = ctx
        .about_use(index, slot_use.primary_span(), message)
        .severity(Severity::Warning)
        .label("also used at CloudFront's edges")
        .help(format!(
            "{} runs at the edges of {}, and CloudFront refuses a function whose role does not let in both \
             lambda.amazonaws.com and {}. Add it to the services in the trust policy.",
            function.declaration,
            distribution.declaration,
            edge::SERVICE
        ))
        .related(user.span, "the distribution names the function here")
        .related(role.span, "the role")
        .fix(fix)
        .under(Formula::and([
            slot_use.guard.clone(),
            role.exists.clone(),
            guard.clone(),
            decision.truth.no.clone(),
            user.guard.clone(),
            distribution.exists.clone(),
        ]));
    ctx.report(draft);
}

/// Step Functions assumes a role as itself or as itself in its own region, so that a role which lets in only what it is in
/// another region is of no use (lumigo-io/lumigo-CLI#83). Of other services this is not known.
fn in_another_region(
    ctx: &mut Ctx<'_>,
    index: usize,
    slot_use: &SlotUse,
    role_id: ResourceId,
    guard: &Formula,
    policy: &Policy,
) {
    const SERVICE: &str = "states.amazonaws.com";
    let (role, user) = (ctx.resource(role_id), ctx.resource(slot_use.resource));
    let Some(region) = user.region.as_deref().filter(|_| slot_use.slot.principals.contains(&SERVICE)) else { return };
    let Some(elsewhere) = elsewhere(policy, SERVICE, region) else { return };
    let wanted = format!("states.{region}.amazonaws.com");
    let message = format!("{} lets Step Functions in for another region than {region}", role.declaration);
    let mut draft = ctx
        .about_use(index, slot_use.primary_span(), message)
        .severity(Severity::Warning)
        .label(format!("used in {region}"))
        .help(format!(
            "{} is made in {region}, where Step Functions assumes roles as {SERVICE} or {wanted} and as nothing else. Write \
             {SERVICE}, which is right in every region.",
            user.declaration
        ))
        .under(Formula::and([slot_use.guard.clone(), role.exists.clone(), guard.clone()]));
    for (service, span) in elsewhere {
        if let Some(span) = span {
            draft = draft.related(span, format!("it trusts {service}"));
        }
    }
    ctx.report(draft.related(role.span, "the role"));
}

/// The forms in which a policy lets `service` in, if all of them are for regions other than `region`; `None` if one is not,
/// or is not known.
fn elsewhere(policy: &Policy, service: &str, region: &str) -> Option<Vec<(String, Option<Span>)>> {
    let principals = policy.statements.iter().flat_map(|statement| statement.principals.iter().flatten());
    let mut found = Vec::new();
    for principal in principals.filter(|principal| principal.kind == PrincipalKind::Service) {
        let value = &principal.item.value;
        if principals::same_service_value(value, service) == Answer::No {
            continue;
        }
        let text = value.as_text()?;
        let written =
            principals::parse(&text)?.region.filter(|written| *written != region && principals::is_region(written));
        written.filter(|_| principal.item.certain)?;
        found.push((text.into_owned(), value.span));
    }
    (!found.is_empty()).then_some(found)
}

/// Whether a service may assume the role, or may for all that is known.
fn lets_in(policy: &Policy, service: &str) -> bool {
    trust::decide_principal(policy, service).truth.no == Formula::False
}

/// The services of a slot as words: `a`, `a or b`, `a and b`.
fn services(principals: &[&str], all: bool) -> String {
    let named: Vec<String> = principals
        .iter()
        .map(|principal| match principal.strip_prefix("federated:") {
            Some("oidc") => "a web identity provider".to_string(),
            Some(provider) => provider.to_string(),
            None => (*principal).to_string(),
        })
        .collect();
    named.join(if all { " and " } else { " or " })
}
