//! Identity chains: from a slot of a resource to the trust policy of the role behind it, each with its verdict.

use std::collections::HashMap;
use std::sync::Arc;

use crate::aws::arn::ArnKind;
use crate::aws::identity::{self, Identity};
use crate::aws::policy::{Policy, Reading};
use crate::aws::principals::Answer;
use crate::aws::trust::{self, Decision, MaybeReason};
use crate::diagnostic::Severity;
use crate::graph::{Dialect, Mode, Resource};
use crate::link::{Linked, Means, SlotUse};
use crate::rule::{Finding, Subject};
use crate::text::Span;
use crate::value::{Formula, Reason, ResourceId, Satisfiable, Value};
use crate::whence::{self, Missing};

/// Whether an identity chain works.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Verdict {
    /// Every link is there.
    Holds,
    /// A link is wrong or missing, at least in some deployment.
    Broken,
    /// Something needed to tell is not known.
    Undecided,
}

impl Verdict {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::Broken => "broken",
            Verdict::Undecided => "undecided",
        }
    }
}

/// One link of a chain: what stands there and where.
#[derive(Clone, PartialEq, Debug)]
pub struct ChainLink {
    /// What it is, as words: `aws_instance.web takes an instance profile`, `aws_iam_role.app`, `trusts lambda.amazonaws.com`.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// The way from a slot of a resource to the trust policy of the role behind it.
#[derive(Clone, PartialEq, Debug)]
pub struct Chain {
    /// Address of the resource that takes the role or profile.
    pub resource: Arc<str>,
    /// Path of the slot in the resource, such as `iam_instance_profile`.
    pub slot: Arc<str>,
    /// Does it work?
    pub verdict: Verdict,
    /// Why not, or what is missing to tell; empty when it holds.
    pub why: String,
    /// Under which condition, as words to put behind "when".
    pub when: Option<String>,
    /// What would decide it, for an undecided chain.
    pub missing: Option<Missing>,
    /// The links, from the slot on.
    pub links: Vec<ChainLink>,
}

/// What is known of a chain while it is followed.
struct Trail {
    links: Vec<ChainLink>,
    subjects: Vec<Subject>,
    /// Why it cannot be told whether it holds, and what would decide it.
    open: Option<(String, Option<Missing>)>,
}

impl Trail {
    fn link(&mut self, text: impl Into<String>, span: Span) {
        self.links.push(ChainLink { text: text.into(), span });
    }

    fn open(&mut self, why: impl Into<String>, missing: Option<Missing>) {
        self.open.get_or_insert((why.into(), missing));
    }
}

/// The chains of a unit, sorted by their first place. A profile that nothing here uses is the beginning of a chain of
/// its own; attachments of policies are none.
pub fn chains(linked: &Linked<'_>, findings: &[Finding]) -> Vec<Chain> {
    let mut by_subject: HashMap<Subject, Vec<&Finding>> = HashMap::new();
    for finding in findings.iter().filter(|finding| finding.diagnostic.severity == Severity::Error) {
        by_subject.entry(finding.subject).or_default().push(finding);
    }
    let mut chains = Vec::new();
    for (index, slot_use) in linked.uses.iter().enumerate() {
        let starts = match linked.identity(slot_use.resource) {
            None => true,
            Some(Identity::InstanceProfile) => linked.users_of(slot_use.resource).next().is_none(),
            Some(_) => false,
        };
        let resource = linked.configuration.resource(slot_use.resource);
        let possible =
            linked.configuration.atoms.satisfiable(&Formula::and([resource.exists.clone(), slot_use.guard.clone()]));
        let starts = starts && !linked.configuration.is_foreign(slot_use.resource);
        if starts && possible != Satisfiable::No && !cannot_be(slot_use) {
            chains.push(chain(linked, index, slot_use, resource, &by_subject));
        }
    }
    chains
}

fn chain(
    linked: &Linked<'_>,
    index: usize,
    slot_use: &SlotUse,
    resource: &Resource,
    findings: &HashMap<Subject, Vec<&Finding>>,
) -> Chain {
    let mut trail = Trail { links: Vec::new(), subjects: Vec::new(), open: None };
    let what = if slot_use.slot.wants.takes_profile() { "an instance profile" } else { "a role" };
    trail.link(format!("{} takes {what}", resource.address), slot_use.value_span());
    follow_use(linked, index, slot_use, &Formula::True, &mut trail);
    let broken = trail.subjects.iter().find_map(|subject| findings.get(subject).and_then(|found| found.first()));
    let (verdict, why, when, missing) = match (broken, trail.open) {
        (Some(finding), _) => {
            let diagnostic = &finding.diagnostic;
            (Verdict::Broken, diagnostic.message.clone(), diagnostic.when.clone(), None)
        }
        (None, Some((why, missing))) => (Verdict::Undecided, why, None, missing),
        (None, None) => (Verdict::Holds, String::new(), None, None),
    };
    Chain {
        resource: resource.address.clone(),
        slot: slot_use.slot.path_text.into(),
        verdict,
        why,
        when,
        missing,
        links: trail.links,
    }
}

/// Whether what stands in the slot fails in some scenarios only: no configuration that can be planned is in one of those.
fn cannot_be(slot_use: &SlotUse) -> bool {
    matches!(slot_use.means, Means::Open(Reason::Failed(_))) && slot_use.guard != Formula::True
}

/// Follows what stands in a slot, in the scenarios in which `context` holds.
fn follow_use(linked: &Linked<'_>, index: usize, slot_use: &SlotUse, context: &Formula, trail: &mut Trail) {
    trail.subjects.push(Subject::Use(index));
    let user = linked.configuration.resource(slot_use.resource);
    let context = Formula::and([context.clone(), user.exists.clone(), slot_use.guard.clone()]);
    match &slot_use.means {
        Means::Identity { resource, identity, .. } => {
            let target = linked.configuration.resource(*resource);
            trail.subjects.push(Subject::Resource(*resource));
            trail.link(target.address.to_string(), target.span);
            if target.mode == Mode::Data {
                let reason = Reason::LookUp(target.address.clone());
                let missing = whence::missing_in_slot(linked, slot_use, &reason);
                trail.open(reason.to_string(), missing);
                return;
            }
            match identity {
                Identity::InstanceProfile => follow_profile(linked, *resource, target, &context, trail),
                Identity::Role => follow_role(linked, *resource, target, slot_use, &context, trail),
                // AWS owns the trust policy of a service-linked role.
                Identity::ServiceLinkedRole => {}
                _ => trail.open(format!("{} is neither a role nor an instance profile", target.address), None),
            }
        }
        Means::Empty => trail.link("nothing: the text is empty", slot_use.value_span()),
        Means::Other(resource) => {
            let target = linked.configuration.resource(*resource);
            trail.link(target.address.to_string(), target.span);
            let attribute = slot_use.value.as_symbol().map(|symbol| &*symbol.attribute).unwrap_or_default();
            let reason = match target.mode {
                Mode::Data => Reason::LookUp(target.address.clone()),
                Mode::Managed if attribute.is_empty() => Reason::AfterApply(target.address.clone()),
                Mode::Managed => Reason::AfterApply(format!("{}.{attribute}", target.address).into()),
            };
            trail.open(reason.to_string(), whence::missing_in_slot(linked, slot_use, &reason));
        }
        Means::Name(name) => {
            let what = if slot_use.slot.wants.takes_profile() { "instance profile" } else { "role" };
            elsewhere(slot_use, format!("no {what} named {name:?} is declared here"), trail);
        }
        Means::Arn(arn) => {
            let what = match arn.kind {
                ArnKind::InstanceProfile => "instance profile",
                _ => "role",
            };
            let named = arn.name.text.as_ref().map(|name| format!(" named {name:?}")).unwrap_or_default();
            elsewhere(slot_use, format!("no {what}{named} is declared here that the ARN could be of"), trail);
        }
        Means::Open(reason) => {
            let user = linked.configuration.resource(slot_use.resource);
            let why = match reason {
                Reason::Variable(name) if user.dialect == Dialect::CloudFormation && !name.contains("::") => {
                    format!("the parameter {reason}")
                }
                _ => reason.to_string(),
            };
            trail.open(why, whence::missing_in_slot(linked, slot_use, reason));
        }
    }
}

/// A name or ARN of something that is not declared here, and may well exist.
fn elsewhere(slot_use: &SlotUse, why: String, trail: &mut Trail) {
    let text = "only the account, or the code that makes it, can tell what it trusts".to_string();
    trail.open(why, Some(Missing { text, span: slot_use.primary_span() }));
}

fn follow_profile(linked: &Linked<'_>, id: ResourceId, profile: &Resource, context: &Formula, trail: &mut Trail) {
    let mut any = false;
    for (index, slot_use) in linked.uses_of(id).filter(|(_, slot_use)| !cannot_be(slot_use)) {
        let together = Formula::and([context.clone(), slot_use.guard.clone()]);
        if linked.configuration.atoms.satisfiable(&together) != Satisfiable::No {
            any = true;
            follow_use(linked, index, slot_use, context, trail);
        }
    }
    if !any {
        trail.open(format!("which role {} holds is not known", profile.address), None);
    }
}

fn follow_role(
    linked: &Linked<'_>,
    id: ResourceId,
    role: &Resource,
    slot_use: &SlotUse,
    context: &Formula,
    trail: &mut Trail,
) {
    let trust =
        identity::names(role.dialect, &role.kind).and_then(|names| names.trust).and_then(|name| role.attribute(name));
    let trust_span = trust.map_or(role.span, |attribute| attribute.key_span);
    let decisions = linked.decisions(id, slot_use.slot);
    let context = Formula::and([context.clone(), role.exists.clone()]);
    let possible = |formula: &Formula| linked.configuration.atoms.satisfiable(formula) != Satisfiable::No;
    let mut any = false;
    for ((guard, reading), decision) in linked.trust(id).iter().zip(decisions.iter()) {
        let together = Formula::and([context.clone(), guard.clone()]);
        // A policy that fails in some scenarios is none of those that can be planned.
        let fails = matches!(reading, Reading::Opaque(Reason::Failed(_))) && *guard != Formula::True;
        if fails || !possible(&together) {
            continue;
        }
        any = true;
        match reading {
            Reading::Document(policy) => {
                for (service, span) in trust::trusted_services(policy) {
                    trail.link(format!("trusts {service}"), span.unwrap_or(trust_span));
                }
                let Some(decision) = decision else { continue };
                let undecided = decision.outcomes().into_iter().find(|(outcome, answer)| {
                    *answer == Answer::Maybe && possible(&Formula::and([together.clone(), outcome.clone()]))
                });
                if undecided.is_some() {
                    let (why, missing) = undecided_trust(linked, role, slot_use, policy, decision);
                    trail.open(why, missing);
                }
            }
            Reading::Opaque(reason) => {
                let value = trust.map(|attribute| attribute.value.clone()).unwrap_or_else(Value::null);
                let missing = whence::missing(linked, role, &value, reason);
                trail.open(format!("the trust policy of {} is not known: {reason}", role.address), missing);
            }
            Reading::Absent => trail.open(format!("the trust policy of {} is not set", role.address), None),
            Reading::Broken(_) => trail.open(format!("the trust policy of {} is broken", role.address), None),
        }
    }
    if !any {
        trail.open(format!("what the trust policy of {} is when it is used here, is not known", role.address), None);
    }
}

/// Why it is not decided whether a trust policy lets the service of a slot in, and what would decide it.
fn undecided_trust(
    linked: &Linked<'_>,
    role: &Resource,
    slot_use: &SlotUse,
    policy: &Policy,
    decision: &Decision,
) -> (String, Option<Missing>) {
    let slot = slot_use.slot;
    let services = slot.principals.join(if slot.all_principals { " and " } else { " or " });
    let role_address = &role.address;
    let Some((reason, span)) = decision.maybe.first() else {
        return (format!("whether {role_address} lets {services} in is not decided"), None);
    };
    let here = |text: &str| span.map(|span| Missing { text: text.to_string(), span });
    let at_span = |value: &&Value| value.span == *span;
    match reason {
        MaybeReason::Condition => {
            (format!("{role_address} lets {services} in, but on a condition"), here("this condition decides it"))
        }
        MaybeReason::UnknownPrincipal => {
            let principals = policy.statements.iter().flat_map(|statement| statement.principals.iter().flatten());
            let found = principals.map(|principal| &principal.item.value).find(at_span);
            let missing = found.and_then(|value| whence::missing_in(linked, role, value));
            (
                format!("whether {role_address} lets {services} in depends on a principal that is not known"),
                missing.or_else(|| here("this principal decides it")),
            )
        }
        MaybeReason::UnknownStatement => {
            let found = policy.open.iter().map(|item| &item.value).find(at_span);
            let missing = found.and_then(|value| whence::missing_in(linked, role, value));
            (
                format!("whether {role_address} lets {services} in depends on a statement that is not known"),
                missing.or_else(|| here("this statement decides it")),
            )
        }
        _ => {
            (format!("whether {role_address} lets {services} in is not decided: {reason}"), here("it is decided here"))
        }
    }
}
