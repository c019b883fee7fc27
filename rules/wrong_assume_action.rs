//! See `wrong_assume_action.md`.

use std::collections::BTreeSet;

use crate::aws::identity::Identity;
use crate::aws::items::Item;
use crate::aws::policy::{Policy, Principal, PrincipalKind, Reading, Statement, action_matches};
use crate::aws::principals::{self, Answer};
use crate::aws::slots::{Slot, SlotConfidence};
use crate::aws::trust::{self, WhyNot};
use crate::diagnostic::{Fix, Severity};
use crate::graph::Configuration;
use crate::link::Linked;
use crate::remedy;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::text::Span;
use crate::value::{Formula, HopKind, ResourceId, Segment, Shape, Value};

pub(super) static RULE: Rule = Rule {
    id: "wrong-assume-action",
    severity: Severity::Error,
    group: Group::Trust,
    pedantic: false,
    docs: include_str!("wrong_assume_action.md"),
    check: Check::Each(&[Identity::Role], check),
};

const ASSUME: &str = "sts:AssumeRole";
const WEB_IDENTITY: &str = "sts:AssumeRoleWithWebIdentity";
const SAML: &str = "sts:AssumeRoleWithSAML";

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let linked = ctx.linked;
    let mut reported = BTreeSet::new();
    for (guard, reading) in linked.trust(id) {
        if let Reading::Document(policy) = reading
            && policy.open.is_empty()
        {
            for statement in policy.statements.iter().filter(|statement| allows(statement)) {
                reported.extend(mismatch(ctx, id, guard, policy, statement));
            }
        }
    }
    users(ctx, id, &reported);
}

/// A principal that a statement lets in with an action that is not its own, and that no statement lets in otherwise.
struct Mismatch<'p> {
    principal: &'p Principal,
    needed: &'static str,
    action: &'p Item,
    written: &'static str,
    /// Whether there is no other way to read what was meant.
    clear: bool,
}

impl<'p> Mismatch<'p> {
    fn find(configuration: &Configuration, policy: &'p Policy, statement: &'p Statement) -> Option<Mismatch<'p>> {
        let actions = statement.actions.as_ref()?;
        let known = actions.iter().all(|item| item.certain && item.value.as_text().is_some());
        if !known || !statement.certain {
            return None;
        }
        let principals: Vec<(&Principal, &'static str)> = statement
            .principals
            .iter()
            .flatten()
            .filter_map(|principal| Some((principal, needed(principal, configuration)?)))
            .collect();
        let mut left_out = principals
            .iter()
            .filter(|(principal, needed)| !lets_in(statement, needed) && !elsewhere(policy, principal, needed));
        let (principal, needed) = *left_out.next()?;
        // Of the actions that assume a role in one particular way, one that is right for another principal is not wrong.
        let mut misplaced = actions
            .iter()
            .filter_map(|item| Some((item, way(&item.value.as_text()?)?)))
            .filter(|(_, way)| !principals.iter().any(|(_, needed)| needed == way));
        let (action, written) = misplaced.next()?;
        // Web identities that are let in on no condition are everybody's.
        let limited = principal.kind == PrincipalKind::Service || statement.element("Condition").is_some();
        let clear = limited && misplaced.next().is_none() && left_out.all(|(_, other)| *other == needed);
        Some(Mismatch { principal, needed, action, written, clear })
    }
}

fn mismatch(
    ctx: &mut Ctx<'_>,
    id: ResourceId,
    guard: &Formula,
    policy: &Policy,
    statement: &Statement,
) -> Option<Span> {
    let Mismatch { principal, needed, action, written, clear } =
        Mismatch::find(ctx.linked.configuration, policy, statement)?;
    let role = ctx.resource(id);
    let place = action.value.span.or(statement.element("Action").and_then(|entry| entry.key_span));
    let place = place.or(statement.span()).unwrap_or(role.span);
    let who = match principal.kind {
        PrincipalKind::Service => "a service",
        PrincipalKind::Aws => "an account, user or role",
        _ if needed == SAML => "a SAML provider's identity",
        _ => "a web identity",
    };
    let draft = ctx
        .about_resource(id, place, format!("{who} assumes a role with {needed}, not with {written}"))
        .label("lets nobody in")
        .help(format!("IAM takes the policy, and every attempt to assume the role is denied. Write {needed}."))
        .related(principal.item.value.span.or(principal.key_span).unwrap_or(place), "who is to be let in")
        .related(role.span, "the role")
        .fix(respelt(ctx.linked, action, needed, clear))
        .under(Formula::and([
            guard.clone(),
            statement.guard.clone(),
            principal.item.guard.clone(),
            action.guard.clone(),
        ]));
    ctx.report(draft);
    Some(place)
}

/// The action written as it is needed. Not where a statement has it from the same place that needs it as it is.
fn respelt(linked: &Linked<'_>, action: &Item, needed: &str, clear: bool) -> Option<Fix> {
    let place = action.value.span?;
    let has_it = |item: &Item| item.value.span == Some(place);
    let wrong_too = |policy: &Policy| {
        let concerned = policy.statements.iter().filter(|other| other.actions.iter().flatten().any(has_it));
        concerned.into_iter().all(|other| {
            let found = Mismatch::find(linked.configuration, policy, other);
            found.is_some_and(|found| found.needed == needed && has_it(found.action))
        })
    };
    let mut policies = linked.configuration.iter().flat_map(|(id, _)| linked.trust(id));
    let everywhere = policies.all(|(_, reading)| match reading {
        Reading::Document(policy) => wrong_too(policy),
        _ => true,
    });
    // Who else has it from a local, a variable or a module is not known here.
    let is_local = action
        .value
        .path
        .iter()
        .flat_map(|path| path.steps())
        .all(|hop| matches!(hop.kind, HopKind::Function(_) | HopKind::Attribute(_)));
    everywhere.then(|| remedy::respell(linked, &action.value, needed, clear && is_local)).flatten()
}

fn allows(statement: &Statement) -> bool {
    statement.element("Effect").is_some_and(|effect| effect.value.as_text().as_deref() == Some("Allow"))
}

/// The action as IAM writes it, if it is one of the three that assume a role.
fn way(action: &str) -> Option<&'static str> {
    [ASSUME, WEB_IDENTITY, SAML].into_iter().find(|known| known.eq_ignore_ascii_case(action))
}

/// The action with which a principal assumes a role; `None` when it is not known what it is.
fn needed(principal: &Principal, configuration: &Configuration) -> Option<&'static str> {
    if !principal.item.certain {
        return None;
    }
    match principal.kind {
        PrincipalKind::Service | PrincipalKind::Aws => Some(ASSUME),
        PrincipalKind::Federated => provider(&principal.item.value, configuration),
        _ => None,
    }
}

/// What a federated principal is: by its ARN, by the resource it refers to, or by being a host name.
fn provider(value: &Value, configuration: &Configuration) -> Option<&'static str> {
    if let Some(symbol) = value.as_symbol() {
        return match &*configuration.resource(symbol.resource).kind {
            "aws_iam_openid_connect_provider" | "AWS::IAM::OIDCProvider" => Some(WEB_IDENTITY),
            "aws_iam_saml_provider" | "AWS::IAM::SAMLProvider" => Some(SAML),
            _ => None,
        };
    }
    let known: String = match &value.shape {
        Shape::Template(segments) => segments
            .iter()
            .map(|segment| match segment {
                Segment::Literal { text, .. } => text.to_string(),
                Segment::Value(value) => value.as_text().map_or("\u{0}".to_string(), |text| text.into_owned()),
            })
            .collect(),
        _ => value.as_text()?.into_owned(),
    };
    if known.contains(":saml-provider/") {
        return Some(SAML);
    }
    let is_host = !known.contains(['\u{0}', ':', '/', '*', '$']) && known.contains('.');
    (known.contains(":oidc-provider/") || is_host).then_some(WEB_IDENTITY)
}

fn lets_in(statement: &Statement, needed: &str) -> bool {
    let matches = |item: &Item| item.value.as_text().is_none_or(|text| action_matches(&text, needed));
    match (&statement.actions, &statement.not_actions) {
        (Some(actions), _) => actions.iter().any(matches),
        _ => true,
    }
}

/// Whether another statement lets the principal in with the action it needs.
fn elsewhere(policy: &Policy, principal: &Principal, needed: &str) -> bool {
    let same = |other: &Principal| {
        other.kind == principal.kind
            && (other.item.value.shape == principal.item.value.shape || other.item.value.as_text().is_none())
    };
    policy.statements.iter().filter(|statement| allows(statement)).any(|statement| {
        let named = statement.principals.as_ref().is_none_or(|principals| principals.iter().any(same));
        named && lets_in(statement, needed)
    })
}

/// What the users of the role need besides: EKS Pod Identity tags the sessions that it makes.
fn users(ctx: &mut Ctx<'_>, id: ResourceId, reported: &BTreeSet<Span>) {
    let linked = ctx.linked;
    for (_, slot_use) in linked.users_of(id) {
        let slot = slot_use.slot;
        if slot.wants.takes_profile() || slot.confidence == SlotConfidence::Inferred {
            continue;
        }
        let decisions = linked.decisions(id, slot);
        for ((guard, reading), decision) in linked.trust(id).iter().zip(decisions.iter()) {
            let (Reading::Document(policy), Some(decision)) = (reading, decision) else { continue };
            let Some((WhyNot::Action, span)) = decision.why_not else { continue };
            let (role, user) = (ctx.resource(id), ctx.resource(slot_use.resource));
            let place = span.unwrap_or(role.span);
            let is_told = reported.iter().any(|told| told.source == place.source && place.contains(*told))
                || policy.statements.iter().any(has_no_service);
            let Some((principal, missing)) = missing(policy, slot).filter(|_| !is_told) else {
                continue;
            };
            // Where other services' actions stand the statement is not meant for this, and is reported as malformed.
            let is_meant = |statement: &&Statement| names(statement, principal) && has_only_sts(statement);
            let statement = policy.statements.iter().find(is_meant);
            let fix = statement.and_then(|statement| remedy::allow_too(linked, statement, &missing));
            let (principal, missing) = (readable(principal), missing.join(" and "));
            let draft = ctx
                .about_resource(id, place, format!("{principal} needs {missing} to assume {}", role.declaration))
                .label("not enough")
                .help(format!(
                    "{} acts as this role through {principal}, which is let in here, but only for other actions. Add {missing}.",
                    user.declaration
                ))
                .related(slot_use.value_span(), format!("{} uses the role", user.declaration))
                .related(role.span, "the role")
                .fix(fix)
                .under(Formula::and([
                    guard.clone(),
                    decision.truth.no.clone(),
                    slot_use.guard.clone(),
                    user.exists.clone(),
                ]));
            ctx.report(draft);
        }
    }
}

/// The first principal of a slot that is let in for some actions, with those that are missing.
fn missing(policy: &Policy, slot: &Slot) -> Option<(&'static str, Vec<&'static str>)> {
    slot.principals.iter().find_map(|principal| {
        let refused = |action: &&&str| {
            let decision = trust::decide(policy, principal, action);
            matches!(decision.why_not, Some((WhyNot::Action, _)))
        };
        let needed = trust::actions_for(principal);
        let missing: Vec<&'static str> = needed.iter().filter(refused).copied().collect();
        (!missing.is_empty()).then_some((*principal, missing))
    })
}

/// Whether an action is written without the service it is of, which is reported as malformed.
fn has_no_service(statement: &Statement) -> bool {
    let alone = |item: &Item| item.value.as_text().is_some_and(|text| !text.contains(':') && text != "*");
    statement.actions.iter().flatten().any(alone)
}

fn has_only_sts(statement: &Statement) -> bool {
    let of_sts = |item: &Item| item.value.as_text().is_some_and(|text| text.to_ascii_lowercase().starts_with("sts:"));
    statement.actions.iter().flatten().all(of_sts)
}

/// Whether a statement that allows names the service for certain.
fn names(statement: &Statement, service: &str) -> bool {
    let is_it = |principal: &Principal| {
        principal.kind == PrincipalKind::Service
            && principals::same_service_value(&principal.item.value, service) == Answer::Yes
    };
    allows(statement) && statement.certain && statement.principals.iter().flatten().any(is_it)
}

fn readable(principal: &'static str) -> &'static str {
    match principal.strip_prefix("federated:") {
        Some("oidc") => "a web identity",
        Some(provider) => provider,
        None if principals::parse(principal).is_some() => principal,
        None => "the service",
    }
}
