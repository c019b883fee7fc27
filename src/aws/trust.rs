//! Whether a trust policy lets a service assume the role.
//!
//! The logic is three-valued, and under conditions: a [`Truth`] holds in some scenarios, fails in others, and is open in
//! the rest. Statements are put together as IAM does: something has to allow, and nothing may deny.

mod condition;

use std::fmt;

pub use condition::unconditional;

use super::items::Item;
use super::policy::{Policy, Principal, PrincipalKind, Statement, action_matches};
use super::principals::{self, Answer};
use super::slots::Slot;
use crate::text::Span;
use crate::value::{Entry, Formula, Segment, Shape, Value, choice};

/// When something holds, and when it does not. Where neither is so, it is open.
#[derive(Clone, PartialEq, Debug)]
pub struct Truth {
    /// It holds then.
    pub yes: Formula,
    /// It does not hold then. Never at the same time as `yes`.
    pub no: Formula,
}

impl Truth {
    const YES: Truth = Truth { yes: Formula::True, no: Formula::False };
    const NO: Truth = Truth { yes: Formula::False, no: Formula::True };
    const OPEN: Truth = Truth { yes: Formula::False, no: Formula::False };

    fn and(self, other: Truth) -> Truth {
        Truth { yes: Formula::and([self.yes, other.yes]), no: Formula::or([self.no, other.no]) }
    }

    fn or(self, other: Truth) -> Truth {
        !(!self).and(!other)
    }

    /// The same for something that is there under `guard` only, and for certain then or not.
    fn under(self, guard: &Formula, certain: bool) -> Truth {
        let yes = if certain { Formula::and([guard.clone(), self.yes]) } else { Formula::False };
        Truth { yes, no: Formula::or([!guard.clone(), self.no]) }
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        Truth { yes: self.no, no: self.yes }
    }
}

impl From<Answer> for Truth {
    fn from(answer: Answer) -> Truth {
        match answer {
            Answer::Yes => Truth::YES,
            Answer::No => Truth::NO,
            Answer::Maybe => Truth::OPEN,
        }
    }
}

/// Why the answer is no.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum WhyNot {
    /// No statement that allows names the service.
    Principal,
    /// A statement names the service and allows other actions only.
    Action,
    /// A statement allows it on a condition that a service never fulfils.
    Condition,
    /// A statement denies it.
    Denied,
}

/// Why the answer is open.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum MaybeReason {
    /// A principal is not known.
    UnknownPrincipal,
    /// An action is not known.
    UnknownAction,
    /// The effect of a statement is not known.
    UnknownEffect,
    /// A whole statement is not known.
    UnknownStatement,
    /// It is allowed on a condition.
    Condition,
    /// It is denied on a condition.
    ConditionalDenial,
    /// Anyone may assume the role; whether that counts for services is not documented.
    Wildcard,
    /// A regional form of the service is named for which there is no documentation.
    RegionalForm,
    /// The statement is broken, which is reported on its own.
    Malformed,
    /// Elements of a collection of unknown length name it, if there are any.
    UnknownLength,
}

impl fmt::Display for MaybeReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            MaybeReason::UnknownPrincipal => "a principal is not known",
            MaybeReason::UnknownAction => "an action is not known",
            MaybeReason::UnknownEffect => "the effect of a statement is not known",
            MaybeReason::UnknownStatement => "a statement is not known",
            MaybeReason::Condition => "it is allowed on a condition",
            MaybeReason::ConditionalDenial => "it may be denied on a condition",
            MaybeReason::Wildcard => "anyone is trusted, and whether that means services is not documented",
            MaybeReason::RegionalForm => "the service is named in a regional form that is not documented",
            MaybeReason::Malformed => "the trust policy is broken",
            MaybeReason::UnknownLength => "how many principals there are is not known",
        })
    }
}

/// Whether a service may assume a role.
#[derive(Clone, PartialEq, Debug)]
pub struct Decision {
    /// When it may and when it may not.
    pub truth: Truth,
    /// The principals that let it in, or may.
    pub trusted: Vec<Span>,
    /// Why it may not, in the scenarios in which it may not; the nearest miss, and where it is.
    pub why_not: Option<(WhyNot, Option<Span>)>,
    /// Why it is open, in the scenarios in which it is open, and where.
    pub maybe: Vec<(MaybeReason, Option<Span>)>,
}

impl Decision {
    /// The answer in each scenario: at most one entry for each answer, with the condition under which it is the one.
    pub fn outcomes(&self) -> Vec<(Formula, Answer)> {
        let Truth { yes, no } = &self.truth;
        let open = Formula::and([!yes.clone(), !no.clone()]);
        let all = [(yes.clone(), Answer::Yes), (no.clone(), Answer::No), (open, Answer::Maybe)];
        all.into_iter().filter(|(guard, _)| *guard != Formula::False).collect()
    }

    /// The answer, if it is the same in every scenario.
    pub fn answer(&self) -> Option<Answer> {
        match &self.outcomes()[..] {
            [(Formula::True, answer)] => Some(*answer),
            _ => None,
        }
    }
}

/// Whether `policy` lets `service` perform `action` (`sts:AssumeRole`) on its role. The service is a host name, which
/// may hold `<region>`, or `federated:oidc` or `federated:cognito-identity.amazonaws.com` for web identities.
pub fn decide(policy: &Policy, service: &str, action: &str) -> Decision {
    let mut notes = Notes::default();
    let mut allowed = Truth::NO;
    let mut denied = Truth::NO;
    let mut miss: Option<(WhyNot, Option<Span>)> = None;
    for statement in &policy.statements {
        let (allows, denies) = effect(statement, &mut notes);
        let mut own = Notes::default();
        let principal = principal_truth(statement, service, &mut own);
        let acts = action_truth(statement, action, &mut own);
        let condition = condition::truth(statement, service, denies.yes != Formula::False, &mut own);
        let there = Truth::YES.under(&statement.guard, statement.certain);
        let names = principal.clone().and(there);
        let applies = names.clone().and(acts.clone()).and(condition.clone());
        let allow = allows.clone().and(applies.clone());
        let deny = denies.clone().and(applies.clone());
        if applies.no != Formula::True {
            if allows.no != Formula::True {
                notes.trusted.append(&mut own.trusted);
            }
            notes.maybe.append(&mut own.maybe);
        }
        if deny.yes != Formula::False {
            miss = miss.max(Some((WhyNot::Denied, statement.span())));
        } else if allows.no != Formula::True && names.no != Formula::True {
            if acts.no != Formula::False {
                let span = statement.element("Action").or(statement.element("NotAction"));
                let span = span.and_then(|entry| entry.value.span.or(entry.key_span)).or(statement.span());
                miss = miss.max(Some((WhyNot::Action, span)));
            } else if condition.no != Formula::False {
                let span = statement.element("Condition").and_then(|entry| entry.key_span).or(statement.span());
                miss = miss.max(Some((WhyNot::Condition, span)));
            }
        }
        allowed = allowed.or(allow);
        denied = denied.or(deny);
    }
    for item in &policy.open {
        notes.maybe.push((MaybeReason::UnknownStatement, item.value.span));
        let open = Truth::OPEN.under(&item.guard, item.certain);
        allowed = allowed.or(open.clone());
        denied = denied.or(open);
    }
    for item in &policy.misfits {
        notes.maybe.push((MaybeReason::Malformed, item.value.span));
        allowed = allowed.or(Truth::OPEN.under(&item.guard, item.certain));
    }
    let stray = |entry: &&Entry| !["Version", "Id", "Statement"].contains(&&*entry.key) && !entry.value.is_null();
    if let Some(entry) = policy.body.as_mapping().unwrap_or_default().iter().find(stray) {
        // A document with stray elements is reported as broken, or is made by a transform; what it comes to is open.
        let made = entry.key.starts_with("Fn::") || entry.key.contains("${");
        let reason = if made { MaybeReason::UnknownStatement } else { MaybeReason::Malformed };
        notes.maybe.push((reason, entry.key_span));
        allowed = allowed.or(Truth::OPEN);
    }
    finish(allowed.and(!denied), notes, miss)
}

/// Whether `policy` lets in what stands behind `slot`: any of its principals, or all of them where all are needed, each
/// with every action that it needs. `None` when the table names no principal.
pub fn decide_slot(policy: &Policy, slot: &Slot) -> Option<Decision> {
    let mut decisions = slot.principals.iter().map(|principal| decide_principal(policy, principal));
    let first = decisions.next()?;
    Some(decisions.fold(first, |before, next| {
        let truth = match slot.all_principals {
            true => before.truth.and(next.truth),
            false => before.truth.or(next.truth),
        };
        let mut notes = Notes { trusted: before.trusted, maybe: before.maybe };
        notes.trusted.extend(next.trusted);
        notes.maybe.extend(next.maybe);
        finish(truth, notes, before.why_not.max(next.why_not))
    }))
}

/// The actions that a principal of a slot needs.
pub fn actions_for(principal: &str) -> &'static [&'static str] {
    match principal.starts_with(FEDERATED) {
        true => &["sts:AssumeRoleWithWebIdentity"],
        false => principals::actions_needed(principal),
    }
}

/// Whether `policy` lets in one principal of a slot, with every action that it needs.
pub fn decide_principal(policy: &Policy, principal: &str) -> Decision {
    let mut decisions = actions_for(principal).iter().map(|action| decide(policy, principal, action));
    let Some(first) = decisions.next() else { return finish(Truth::OPEN, Notes::default(), None) };
    decisions.fold(first, |before, next| {
        let mut notes = Notes { trusted: before.trusted, maybe: before.maybe };
        notes.trusted.extend(next.trusted);
        notes.maybe.extend(next.maybe);
        finish(before.truth.and(next.truth), notes, before.why_not.max(next.why_not))
    })
}

fn finish(truth: Truth, mut notes: Notes, miss: Option<(WhyNot, Option<Span>)>) -> Decision {
    notes.trusted.sort_unstable();
    notes.trusted.dedup();
    notes.maybe.sort_unstable();
    notes.maybe.dedup();
    let why_not = (truth.no != Formula::False).then(|| miss.unwrap_or((WhyNot::Principal, None)));
    let open = Formula::and([!truth.yes.clone(), !truth.no.clone()]) != Formula::False;
    let maybe = if open { notes.maybe } else { Vec::new() };
    let trusted = if truth.no == Formula::True { Vec::new() } else { notes.trusted };
    Decision { truth, trusted, why_not, maybe }
}

/// The services that a statement which allows names, as written and where, in order. Parts that are not known read `…`.
pub fn trusted_services(policy: &Policy) -> Vec<(String, Option<Span>)> {
    let allows = |statement: &&Statement| {
        let effect = statement.element("Effect").map(|entry| choice::alternatives(&entry.value)).unwrap_or_default();
        effect.iter().any(|alternative| alternative.value.as_text().as_deref() == Some("Allow"))
    };
    let statements = policy.statements.iter().filter(allows);
    let principals = statements.flat_map(|statement| statement.principals.iter().flatten());
    principals
        .filter(|principal| principal.kind == PrincipalKind::Service)
        .map(|principal| (readable(&principal.item.value), principal.item.value.span))
        .collect()
}

/// The services that may assume the role, if nobody else may, whatever the conditions and as far as is known; `None` if
/// there are other principals, or something is not known.
pub fn only_services(policy: &Policy) -> Option<Vec<String>> {
    if !policy.open.is_empty() || !policy.misfits.is_empty() {
        return None;
    }
    let mut services = Vec::new();
    for statement in &policy.statements {
        let effect = statement.element("Effect")?.value.as_text()?.into_owned();
        if effect != "Allow" || !statement.certain || statement.not_principals.is_some() {
            return None;
        }
        for principal in statement.principals.as_ref()? {
            if principal.kind != PrincipalKind::Service || !principal.item.certain {
                return None;
            }
            services.push(readable(&principal.item.value));
        }
    }
    Some(services)
}

fn readable(value: &Value) -> String {
    match &value.shape {
        Shape::Template(segments) => segments
            .iter()
            .map(|segment| match segment {
                Segment::Literal { text, .. } => text.to_string(),
                Segment::Value(value) => readable(value),
            })
            .collect(),
        _ => value.as_text().map_or_else(|| "\u{2026}".to_string(), |text| text.into_owned()),
    }
}

const FEDERATED: &str = "federated:";

/// What is collected on the way to a decision.
#[derive(Default)]
struct Notes {
    trusted: Vec<Span>,
    maybe: Vec<(MaybeReason, Option<Span>)>,
}

/// Whether the statement allows, and whether it denies.
fn effect(statement: &Statement, notes: &mut Notes) -> (Truth, Truth) {
    let Some(entry) = statement.element("Effect") else {
        notes.maybe.push((MaybeReason::Malformed, statement.span()));
        return (Truth::OPEN, Truth::NO);
    };
    let (mut allows, mut denies) = (Truth::NO, Truth::NO);
    for alternative in choice::alternatives(&entry.value) {
        let (allow, deny) = match alternative.value.as_text().as_deref() {
            Some("Allow") => (Truth::YES, Truth::NO),
            Some("Deny") => (Truth::NO, Truth::YES),
            Some(_) => {
                notes.maybe.push((MaybeReason::Malformed, alternative.value.span));
                (Truth::OPEN, Truth::NO)
            }
            None => {
                notes.maybe.push((MaybeReason::UnknownEffect, alternative.value.span));
                (Truth::OPEN, Truth::OPEN)
            }
        };
        allows = allows.or(allow.under(&alternative.guard, true));
        denies = denies.or(deny.under(&alternative.guard, true));
    }
    (allows, denies)
}

fn principal_truth(statement: &Statement, service: &str, notes: &mut Notes) -> Truth {
    match (&statement.principals, &statement.not_principals) {
        (Some(principals), _) => any_covers(principals, service, notes),
        (None, Some(principals)) => {
            // Whoever is named there is not trusted.
            let mut named = Notes::default();
            let truth = !any_covers(principals, service, &mut named);
            notes.maybe.append(&mut named.maybe);
            truth
        }
        (None, None) => {
            notes.maybe.push((MaybeReason::Malformed, statement.span()));
            Truth::OPEN
        }
    }
}

fn any_covers(principals: &[Principal], service: &str, notes: &mut Notes) -> Truth {
    let mut truth = Truth::NO;
    for principal in principals {
        let Item { guard, certain, value } = &principal.item;
        let (covers, reason) = covers(principal, service);
        if covers == Answer::No {
            continue;
        }
        notes.trusted.extend(value.span);
        if covers == Answer::Maybe {
            notes.maybe.push((reason, value.span));
        } else if !certain {
            notes.maybe.push((MaybeReason::UnknownLength, value.span));
        }
        truth = truth.or(Truth::from(covers).under(guard, *certain));
    }
    truth
}

/// Whether one principal is the service, and why it may be if that is open.
fn covers(principal: &Principal, service: &str) -> (Answer, MaybeReason) {
    let value = &principal.item.value;
    let text = value.as_text();
    let unknown = (Answer::Maybe, MaybeReason::UnknownPrincipal);
    match principal.kind {
        PrincipalKind::Anyone => (Answer::Maybe, MaybeReason::Wildcard),
        PrincipalKind::Unknown => unknown,
        PrincipalKind::Misplaced => (Answer::Maybe, MaybeReason::Malformed),
        PrincipalKind::Aws if text.as_deref() == Some("*") => (Answer::Maybe, MaybeReason::Wildcard),
        // A service in the wrong place is reported as that.
        PrincipalKind::Aws if text.as_deref().is_some_and(principals::is_host) => {
            (Answer::Maybe, MaybeReason::Malformed)
        }
        PrincipalKind::Federated => match service.strip_prefix(FEDERATED) {
            Some(identity) => (federated(value, identity), MaybeReason::UnknownPrincipal),
            None => (Answer::No, MaybeReason::UnknownPrincipal),
        },
        PrincipalKind::Aws | PrincipalKind::CanonicalUser => (Answer::No, MaybeReason::UnknownPrincipal),
        PrincipalKind::Service if service.starts_with(FEDERATED) => (Answer::No, MaybeReason::UnknownPrincipal),
        PrincipalKind::Service => {
            let answer = principals::same_service_value(value, service);
            let reason = match text {
                Some(text) if text.contains("${") => MaybeReason::Malformed,
                Some(_) => MaybeReason::RegionalForm,
                None => MaybeReason::UnknownPrincipal,
            };
            (answer, reason)
        }
    }
}

/// Whether a federated principal is of the kind a slot wants.
fn federated(value: &Value, wanted: &str) -> Answer {
    // In GovCloud the identity pools have another name.
    const COGNITO: [&str; 2] = ["cognito-identity.amazonaws.com", "cognito-identity-us-gov.amazonaws.com"];
    let Some(text) = value.as_text() else { return Answer::Maybe };
    let matches = match wanted {
        "oidc" => !COGNITO.contains(&&*text) && !text.contains(":saml-provider/"),
        _ => COGNITO.contains(&&*text),
    };
    if matches { Answer::Yes } else { Answer::No }
}

fn action_truth(statement: &Statement, action: &str, notes: &mut Notes) -> Truth {
    match (&statement.actions, &statement.not_actions) {
        (Some(actions), _) => any_matches(actions, action, notes),
        (None, Some(actions)) => !any_matches(actions, action, notes),
        (None, None) => {
            notes.maybe.push((MaybeReason::Malformed, statement.span()));
            Truth::OPEN
        }
    }
}

fn any_matches(actions: &[Item], action: &str, notes: &mut Notes) -> Truth {
    let mut truth = Truth::NO;
    for Item { guard, certain, value } in actions {
        let matches = match value.as_text() {
            Some(text) => Truth::from(if action_matches(&text, action) { Answer::Yes } else { Answer::No }),
            None => Truth::OPEN,
        };
        if matches != Truth::NO && (matches == Truth::OPEN || !certain) {
            notes.maybe.push((MaybeReason::UnknownAction, value.span));
        }
        truth = truth.or(matches.under(guard, *certain));
    }
    truth
}

#[cfg(test)]
mod tests;
