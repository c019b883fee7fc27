//! What a role may do: which policies reach it, on which ways, and what their statements allow.

use crate::aws::arn::{self, ArnKind};
use crate::aws::identity::{self, Identity};
use crate::aws::items::{Item, items};
use crate::aws::policy::{self, Policy, PolicyUse, Reading, Statement, action_matches};
use crate::aws::principals::Answer;
use crate::aws::trust::Decision;
use crate::graph::{Attribute, Mode, Resource};
use crate::link::{Linked, SlotUse};
use crate::text::Span;
use crate::value::{Formula, ResourceId, Shape, Value, choice};

/// What a policy says.
#[derive(Clone, Debug)]
pub enum Content {
    /// A policy that AWS owns, by its name.
    Aws(String),
    /// A document.
    Document(Policy),
}

/// A policy that reaches a role.
#[derive(Clone, Debug)]
pub struct Reach {
    /// What attaches it: the role itself, an attachment, or the policy.
    pub by: ResourceId,
    /// What it says.
    pub content: Content,
    /// The value or attribute that it comes from.
    pub span: Span,
    /// Under which condition it reaches the role, besides that the role exists.
    pub guard: Formula,
}

/// The policies that are known to reach a role: inline, attached by itself, or by something declared beside it.
pub fn reaching(linked: &Linked<'_>, role: ResourceId) -> Vec<Reach> {
    let mut found = Vec::new();
    attached(linked, role, &Formula::True, &mut found);
    documents(linked, role, &Formula::True, &mut found);
    for (_, slot_use) in linked.users_of(role) {
        let by = slot_use.resource;
        let resource = linked.configuration.resource(by);
        let guard = Formula::and([resource.exists.clone(), slot_use.guard.clone()]);
        match linked.identity(by) {
            Some(Identity::PolicyAttachment) => attached(linked, by, &guard, &mut found),
            Some(Identity::RolePolicy | Identity::ManagedPolicy) => documents(linked, by, &guard, &mut found),
            _ => {}
        }
    }
    found
}

/// The policies of a resource's own documents, a role's inline ones among them.
pub fn documents_of(linked: &Linked<'_>, id: ResourceId) -> Vec<Reach> {
    let mut found = Vec::new();
    documents(linked, id, &Formula::True, &mut found);
    found
}

fn documents(linked: &Linked<'_>, id: ResourceId, guard: &Formula, found: &mut Vec<Reach>) {
    let resource = linked.configuration.resource(id);
    let Some(names) = identity::names(resource.dialect, &resource.kind) else { return };
    let mut read = |attribute: &Attribute, value: &Value, under: &Formula| {
        for (own, reading) in policy::read(value, PolicyUse::Identity, linked.files) {
            let Reading::Document(policy) = reading else { continue };
            let guard = Formula::and([guard.clone(), under.clone(), own]);
            let span = value.span.unwrap_or(attribute.key_span);
            found.push(Reach { by: id, content: Content::Document(policy), span, guard });
        }
    };
    if let Some(attribute) = names.policy.and_then(|name| resource.attribute(name)) {
        read(attribute, &attribute.value, &Formula::True);
    }
    if let Some(inline) = names.inline
        && let Some(attribute) = resource.attribute(inline.attribute)
    {
        for item in items(&attribute.value).iter().filter(|item| item.certain) {
            if let Some(value) = item.value.get(inline.policy) {
                read(attribute, &value.clone().within(&item.value), &item.guard);
            }
        }
    }
}

fn attached(linked: &Linked<'_>, id: ResourceId, guard: &Formula, found: &mut Vec<Reach>) {
    let resource = linked.configuration.resource(id);
    let Some(names) = identity::names(resource.dialect, &resource.kind) else { return };
    for attribute in names.policy_arns.iter().filter_map(|name| resource.attribute(name)) {
        for item in items(&attribute.value).into_iter().filter(|item| item.certain) {
            let span = item.value.span.unwrap_or(attribute.key_span);
            for (own, content) in managed(linked, &item.value, resource) {
                let guard = Formula::and([guard.clone(), item.guard.clone(), own]);
                found.push(Reach { by: id, content, span, guard });
            }
        }
    }
}

/// What a managed policy says that a value names by its ARN, for a resource that uses it; nothing when that is not known.
pub fn managed(linked: &Linked<'_>, value: &Value, user: &Resource) -> Vec<(Formula, Content)> {
    let declared = |id: ResourceId| -> Vec<(Formula, Content)> {
        let policy = linked.configuration.resource(id);
        if linked.identity(id) != Some(Identity::ManagedPolicy) {
            return Vec::new();
        }
        if policy.mode == Mode::Data {
            let name = linked.name_of(id).and_then(Value::as_text).map(|name| name.into_owned());
            let by_arn = || policy.value("arn").and_then(aws_owned);
            return name.or_else(by_arn).map(|name| (Formula::True, Content::Aws(name))).into_iter().collect();
        }
        let documents = documents_of(linked, id).into_iter();
        documents.map(|reach| (Formula::and([policy.exists.clone(), reach.guard]), reach.content)).collect()
    };
    if let Some(symbol) = value.as_symbol() {
        return declared(symbol.resource);
    }
    if let Some(name) = aws_owned(value) {
        return vec![(Formula::True, Content::Aws(name))];
    }
    let Some(arn) = arn::of_value(value).filter(|arn| arn.kind == ArnKind::Policy) else { return Vec::new() };
    let named = || linked.named(arn.name.text.as_deref()?, Identity::ManagedPolicy, &user.scope);
    // An account that is written out may be another one.
    let elsewhere = arn.account.text.as_deref().is_some_and(|account| !account.is_empty());
    let id = arn.constructed().map(|symbol| symbol.resource).or_else(|| if elsewhere { None } else { named() });
    id.map(declared).unwrap_or_default()
}

/// The name of the policy that AWS owns, if the value is the ARN of one.
pub fn aws_owned(value: &Value) -> Option<String> {
    let arn = arn::of_value(value).filter(|arn| arn.kind == ArnKind::Policy)?;
    if arn.account.text.as_deref() == Some("aws") { arn.name.text } else { None }
}

/// A way on which instances get a role.
#[derive(Clone, Debug)]
pub struct Carrier {
    /// The instance profile, or what hands the role to the instances that it starts.
    pub resource: ResourceId,
    /// The value that names the role.
    pub span: Span,
    /// Under which condition.
    pub guard: Formula,
}

/// What a role may do, where instances have it.
pub struct Carried {
    /// What hands the role to instances, or the first that does.
    pub by: Carrier,
    /// Under which condition something does, and no permissions boundary takes anything from it.
    pub guard: Formula,
    /// Its policies.
    pub reaching: Vec<Reach>,
}

/// What a role may do on instances; `None` where it never gets there, or is not made here.
pub fn carried(linked: &Linked<'_>, role: ResourceId) -> Option<Carried> {
    if linked.configuration.resource(role).mode != Mode::Managed {
        return None;
    }
    let carriers = carriers(linked, role);
    let reached = Formula::or(carriers.iter().map(|carrier| carrier.guard.clone()));
    let guard = Formula::and([reached, unbounded(linked, role)]);
    let by = carriers.into_iter().next().filter(|_| guard != Formula::False)?;
    Some(Carried { by, guard, reaching: reaching(linked, role) })
}

/// How instances get a role: through an instance profile, or through what starts them and is given the role itself.
fn carriers(linked: &Linked<'_>, role: ResourceId) -> Vec<Carrier> {
    linked
        .users_of(role)
        .filter(|(_, slot_use)| !refused(linked, role, slot_use))
        .filter(|(_, slot_use)| match linked.identity(slot_use.resource) {
            Some(identity) => identity == Identity::InstanceProfile,
            // An enclave's certificate is not fetched with the instance's own role.
            None => {
                slot_use.slot.principals.contains(&"ec2.amazonaws.com")
                    && !slot_use.slot.resource_type.contains("EnclaveCertificate")
            }
        })
        .map(|(_, slot_use)| {
            let exists = linked.configuration.resource(slot_use.resource).exists.clone();
            let guard = Formula::and([exists, slot_use.guard.clone()]);
            Carrier { resource: slot_use.resource, span: slot_use.value_span(), guard }
        })
        .collect()
}

/// Whether the role's trust policy keeps the instances from acting as it, so that it is of no use to them.
fn refused(linked: &Linked<'_>, role: ResourceId, slot_use: &SlotUse) -> bool {
    let decisions = linked.decisions(role, slot_use.slot);
    let is_no = |decision: &Decision| decision.outcomes().iter().all(|(_, answer)| *answer == Answer::No);
    !decisions.is_empty() && decisions.iter().all(|decision| decision.as_ref().is_some_and(is_no))
}

/// Under which condition no permissions boundary takes anything from a role. A boundary that is not known may take
/// everything.
pub fn unbounded(linked: &Linked<'_>, role: ResourceId) -> Formula {
    let resource = linked.configuration.resource(role);
    let attribute = identity::names(resource.dialect, &resource.kind).and_then(|names| names.boundary);
    let Some(value) = attribute.and_then(|name| resource.value(name)) else { return Formula::True };
    let open = choice::alternatives(value).into_iter().map(|alternative| {
        let free = match alternative.value.as_text().as_deref() {
            Some("") => Formula::True,
            _ if alternative.value.is_null() => Formula::True,
            _ => {
                let contents = managed(linked, &alternative.value, resource).into_iter();
                let everything = contents.filter(|(_, content)| match content {
                    Content::Aws(name) => name == "AdministratorAccess",
                    Content::Document(policy) => {
                        policy.statements.len() == 1 && grants(policy).iter().any(|grant| grant.covers("*:*"))
                    }
                });
                Formula::or(everything.map(|(guard, _)| guard))
            }
        };
        Formula::and([alternative.guard, free])
    });
    Formula::or(open)
}

/// Actions that a statement allows on every resource and without a condition.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Which.
    pub actions: Actions,
    /// Where they are written.
    pub span: Option<Span>,
    /// Under which condition.
    pub guard: Formula,
}

/// Which actions.
#[derive(Clone, Debug)]
pub enum Actions {
    /// Those that match this pattern.
    Matching(String),
    /// All but those that match these patterns.
    AllBut(Vec<String>),
}

impl Grant {
    /// Whether all actions of the pattern are among them: `iam:*`, or `*:*` for everything. Says no when in doubt.
    pub fn covers(&self, wanted: &str) -> bool {
        let everything = |pattern: &str| matches!(pattern, "*" | "*:*");
        match &self.actions {
            Actions::Matching(pattern) => everything(pattern) || pattern.eq_ignore_ascii_case(wanted),
            Actions::AllBut(patterns) => {
                let service = wanted.split(':').next().unwrap_or(wanted);
                let touches = |pattern: &String| {
                    let own = pattern.split(':').next().unwrap_or(pattern);
                    own.contains(['*', '?']) || service == "*" || own.eq_ignore_ascii_case(service)
                };
                !patterns.iter().any(touches)
            }
        }
    }
}

/// What a policy allows on every resource and without a condition, statement by statement.
pub fn grants(policy: &Policy) -> Vec<Grant> {
    let mut found = Vec::new();
    for statement in policy.statements.iter().filter(|statement| statement.certain && has_effect(statement, "Allow")) {
        let everything = certain(&statement.resources).filter(|item| item.value.as_text().as_deref() == Some("*"));
        let everywhere = Formula::or(everything.map(|item| item.guard.clone()));
        let guard = Formula::and([statement.guard.clone(), everywhere, unconditional(statement)]);
        if guard == Formula::False {
            continue;
        }
        for item in certain(&statement.actions) {
            let Some(pattern) = item.value.as_text() else { continue };
            let guard = Formula::and([guard.clone(), item.guard.clone()]);
            let span = item.value.span.or(statement.span());
            found.push(Grant { actions: Actions::Matching(pattern.into_owned()), span, guard });
        }
        if let Some(excluded) = &statement.not_actions {
            // One exception that is not known may be any.
            let patterns: Option<Vec<String>> =
                excluded.iter().map(|item| item.value.as_text().map(|text| text.into_owned())).collect();
            let span = statement.element("NotAction").and_then(|entry| entry.key_span).or(statement.span());
            found.extend(patterns.map(|patterns| Grant { actions: Actions::AllBut(patterns), span, guard }));
        }
    }
    found
}

fn certain(items: &Option<Vec<Item>>) -> impl Iterator<Item = &Item> {
    items.iter().flatten().filter(|item| item.certain)
}

/// Whether a statement's effect is the one named, for certain.
pub fn has_effect(statement: &Statement, effect: &str) -> bool {
    statement.element("Effect").is_some_and(|entry| entry.value.as_text().as_deref() == Some(effect))
}

/// Under which condition a statement has no `Condition`.
pub fn unconditional(statement: &Statement) -> Formula {
    let Some(entry) = statement.element("Condition") else { return Formula::True };
    let none = choice::alternatives(&entry.value).into_iter().filter(|alternative| match &alternative.value.shape {
        Shape::Null => true,
        Shape::Mapping(_, operators) => operators.is_empty(),
        _ => false,
    });
    Formula::or(none.map(|alternative| alternative.guard))
}

/// Whether some statement of a policy may deny an action, on every resource or on those of its own service.
pub fn may_deny(policy: &Policy, action: &str) -> bool {
    let service = action.split(':').next().unwrap_or(action);
    policy.statements.iter().any(|statement| {
        let denies = !has_effect(statement, "Allow");
        let matches = |item: &Item| item.value.as_text().is_none_or(|pattern| action_matches(&pattern, action));
        let listed = statement.actions.iter().flatten().any(matches);
        let elsewhere = |item: &Item| {
            let arn = item.value.as_text().and_then(|text| arn::of_text(&text));
            arn.is_some_and(|arn| arn.service.text.is_some_and(|own| own != service && own != "*"))
        };
        let here = statement.resources.as_ref().is_none_or(|items| !items.iter().all(elsewhere));
        denies && (listed || statement.not_actions.is_some()) && here
    })
}
