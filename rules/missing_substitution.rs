//! See `missing_substitution.md`.

use crate::aws::identity::{self, Identity};
use crate::aws::items::items;
use crate::aws::policy::{self, Policy, PolicyUse, Reading};
use crate::diagnostic::{Fix, Severity};
use crate::graph::{Dialect, Resource};
use crate::link::SlotUse;
use crate::remedy;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::text::Span;
use crate::value::{Formula, ResourceId, Segment, Shape, SymbolKind, Value, choice};

pub(super) static RULE: Rule = Rule {
    id: "missing-substitution",
    severity: Severity::Error,
    group: Group::Policy,
    pedantic: false,
    docs: include_str!("missing_substitution.md"),
    check: Check::Managed(check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let linked = ctx.linked;
    for (index, slot_use) in linked.uses_of(id) {
        // The name of something that is declared here is told where it is given.
        if slot_use.value.as_symbol().is_some() {
            continue;
        }
        let Some(found) = left_over(ctx, id, &slot_use.value, false) else { continue };
        let draft = ctx
            .about_use(index, slot_use.primary_span(), message(&found))
            .label("text, not its value")
            .help(help(ctx.resource(id)))
            .fix(mended(ctx, slot_use))
            .under(slot_use.guard.clone());
        ctx.report(draft);
    }
    let resource = ctx.resource(id);
    let Some(names) = identity::names(resource.dialect, &resource.kind) else { return };
    let is_named = matches!(linked.identity(id), Some(Identity::Role | Identity::InstanceProfile));
    let own = [names.name, names.name_prefix, names.path].into_iter().flatten();
    for attribute in own.filter(|_| is_named).filter_map(|name| resource.attribute(name)) {
        for alternative in choice::alternatives(&attribute.value) {
            text(ctx, id, &alternative.value, &alternative.guard, attribute.key_span, false);
        }
    }
    let documents = [(names.trust, PolicyUse::Trust), (names.policy, PolicyUse::Identity)];
    for (name, purpose) in documents {
        if let Some(attribute) = name.and_then(|name| resource.attribute(name)) {
            document(ctx, id, &attribute.value, purpose, attribute.key_span);
        }
    }
    if let Some(inline) = names.inline
        && let Some(attribute) = resource.attribute(inline.attribute)
    {
        for item in items(&attribute.value) {
            if let Some(value) = item.value.get(inline.policy) {
                document(ctx, id, value, PolicyUse::Identity, attribute.key_span);
            }
        }
    }
}

fn document(ctx: &mut Ctx<'_>, id: ResourceId, value: &Value, purpose: PolicyUse, key_span: Span) {
    for (guard, reading) in policy::read(value, purpose, ctx.linked.files) {
        if let Reading::Document(policy) = reading {
            statements(ctx, id, &policy, &guard, key_span);
        }
    }
}

fn statements(ctx: &mut Ctx<'_>, id: ResourceId, policy: &Policy, guard: &Formula, key_span: Span) {
    for statement in &policy.statements {
        let place = statement.span().unwrap_or(key_span);
        let guard = Formula::and([guard.clone(), statement.guard.clone()]);
        let principals = statement.principals.iter().chain(&statement.not_principals).flatten();
        let lists = [&statement.actions, &statement.not_actions, &statement.resources, &statement.not_resources];
        let all = principals.map(|principal| &principal.item).chain(lists.into_iter().flatten().flatten());
        for item in all {
            let guard = Formula::and([guard.clone(), item.guard.clone()]);
            text(ctx, id, &item.value, &guard, place, true);
        }
        let operators = statement.element("Condition").and_then(|entry| entry.value.as_mapping()).unwrap_or_default();
        for key in operators.iter().flat_map(|operator| operator.value.as_mapping().unwrap_or_default()) {
            for item in items(&key.value) {
                let guard = Formula::and([guard.clone(), item.guard.clone()]);
                text(ctx, id, &item.value, &guard, place, true);
            }
        }
    }
}

fn text(ctx: &mut Ctx<'_>, id: ResourceId, value: &Value, guard: &Formula, place: Span, in_policy: bool) {
    let Some(found) = left_over(ctx, id, value, in_policy) else { return };
    let draft = ctx
        .about_resource(id, value.span.unwrap_or(place), message(&found))
        .label("text, not its value")
        .help(help(ctx.resource(id)))
        .fix(substituted(ctx, id, value, in_policy))
        .under(guard.clone());
    ctx.report(draft);
}

/// A reference where the text is the variable of a role or profile and nothing else, in the form that the slot takes.
fn mended(ctx: &Ctx<'_>, slot_use: &SlotUse) -> Option<Fix> {
    let linked = ctx.linked;
    let text = slot_use.value.as_text()?;
    let user = ctx.resource(slot_use.resource);
    let name = text.strip_prefix("${").and_then(|text| text.strip_suffix('}')).unwrap_or("");
    let is_named = |resource: &Resource| *resource.name == *name && resource.home() == user.home();
    let Some((target, _)) = linked.configuration.iter().find(|(_, resource)| is_named(resource)) else {
        return substituted(ctx, slot_use.resource, &slot_use.value, false);
    };
    let wants = slot_use.slot.wants;
    let wanted = if wants.takes_profile() { Identity::InstanceProfile } else { Identity::Role };
    let form = if wants.accepts_name() { SymbolKind::Name } else { SymbolKind::Arn };
    let fits = user.dialect == Dialect::CloudFormation && linked.identity(target) == Some(wanted);
    fits.then(|| remedy::refer(linked, slot_use, target, form)).flatten()
}

/// The text with its names replaced, if all of them are CloudFormation's to replace.
fn substituted(ctx: &Ctx<'_>, id: ResourceId, value: &Value, in_policy: bool) -> Option<Fix> {
    let text = value.as_text()?;
    let resource = ctx.resource(id);
    let mut names = text.split("${").skip(1).map(|behind| behind.split_once('}').map(|(name, _)| name));
    let all = names.all(|name| name.is_some_and(|name| is_left_over(ctx, resource, name, in_policy)));
    (all && resource.dialect == Dialect::CloudFormation).then(|| remedy::substitute(ctx.linked, value)).flatten()
}

/// What stands between `${` and `}` in the text and should have been replaced, for certain.
fn left_over(ctx: &Ctx<'_>, id: ResourceId, value: &Value, in_policy: bool) -> Option<String> {
    let resource = ctx.resource(id);
    let in_text = |text: &str| {
        let mut rest = text;
        while let Some((_, behind)) = rest.split_once("${") {
            let (name, after) = behind.split_once('}')?;
            if is_left_over(ctx, resource, name.trim(), in_policy) {
                return Some(format!("${{{name}}}"));
            }
            rest = after;
        }
        None
    };
    match &value.shape {
        // What stands beside values that are not known, such as those that API Gateway fills in.
        Shape::Template(segments) => segments.iter().find_map(|segment| match segment {
            Segment::Literal { text, .. } => in_text(text),
            Segment::Value(_) => None,
        }),
        _ => in_text(&value.as_text()?),
    }
}

fn is_left_over(ctx: &Ctx<'_>, resource: &Resource, name: &str, in_policy: bool) -> bool {
    // API Gateway replaces these in the role of an integration, on each call.
    if name.starts_with("stageVariables.") {
        return false;
    }
    match resource.dialect {
        Dialect::CloudFormation => {
            let first = name.split('.').next().unwrap_or(name);
            name.starts_with("AWS::") || ctx.linked.configuration.names.contains(first)
        }
        // IAM has variables of its own: `${aws:username}`, `${s3:prefix}`, `${*}`.
        Dialect::Terraform => !in_policy || !(name.contains(':') || ["*", "?", "$"].contains(&name)),
    }
}

fn message(found: &str) -> String {
    format!("`{found}` is left as text here")
}

fn help(resource: &Resource) -> String {
    match resource.dialect {
        Dialect::CloudFormation => {
            "CloudFormation replaces names only inside Fn::Sub; AWS is given the braces. Write !Sub before the text."
        }
        Dialect::Terraform => {
            "Nothing replaces it: Terraform does so in its own files and in templatefile(…), not where `$${` is written or \
             in a file that is read with file(…). AWS is given the braces."
        }
    }
    .to_string()
}
