//! See `malformed_policy.md`.

use crate::aws::identity::{self, Identity};
use crate::aws::policy::{self, PolicyUse, Problem, Reading};
use crate::diagnostic::Severity;
use crate::graph::{Attribute, Mode};
use crate::rule::{Check, Ctx, Group, Rule};
use crate::text::Span;
use crate::value::{Formula, ResourceId, Value, choice};

pub(super) static RULE: Rule = Rule {
    id: "malformed-policy",
    severity: Severity::Error,
    group: Group::Policy,
    pedantic: false,
    docs: include_str!("malformed_policy.md"),
    check: Check::Each(&[Identity::Role, Identity::ManagedPolicy, Identity::RolePolicy, Identity::OtherPolicy], check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let resource = ctx.resource(id);
    let Some(names) = identity::names(resource.dialect, &resource.kind) else { return };
    if resource.mode != Mode::Managed {
        return;
    }
    if let Some(attribute) = names.trust.and_then(|name| resource.attribute(name)) {
        document(ctx, id, attribute, &attribute.value, PolicyUse::Trust);
    }
    if let Some(attribute) = names.policy.and_then(|name| resource.attribute(name)) {
        document(ctx, id, attribute, &attribute.value, PolicyUse::Identity);
    }
    if let Some(inline) = names.inline
        && let Some(attribute) = resource.attribute(inline.attribute)
    {
        for item in crate::aws::items::items(&attribute.value) {
            if let Some(value) = item.value.get(inline.policy) {
                document(ctx, id, attribute, &value.clone().within(&item.value), PolicyUse::Identity);
            }
        }
    }
}

fn document(ctx: &mut Ctx<'_>, id: ResourceId, attribute: &Attribute, value: &Value, purpose: PolicyUse) {
    for (guard, reading) in policy::read(value, purpose, ctx.linked.files) {
        let problems = match reading {
            Reading::Document(policy) => policy::problems(&policy),
            // What follows the first mistake in a text that does not parse is mostly its consequence.
            Reading::Broken(problems) => problems.into_iter().take(1).collect(),
            Reading::Opaque(_) | Reading::Absent => continue,
        };
        for problem in problems.into_iter().filter(|problem| problem.certain) {
            report(ctx, id, attribute, value, &guard, problem);
        }
    }
}

fn report(ctx: &mut Ctx<'_>, id: ResourceId, attribute: &Attribute, value: &Value, guard: &Formula, problem: Problem) {
    let fallback = || -> Span {
        let spans = choice::alternatives(value).into_iter().filter_map(|alternative| alternative.value.span);
        value.span.or_else(|| spans.into_iter().next()).unwrap_or(attribute.key_span)
    };
    let place = problem.span.unwrap_or_else(fallback);
    let resource = ctx.resource(id);
    let mut draft = ctx
        .about_resource(id, place, problem.message)
        .help(problem.help)
        .under(Formula::and([guard.clone(), problem.guard]));
    if place.source != attribute.key_span.source || !near(place, attribute.key_span) {
        draft = draft.related(attribute.key_span, format!("it is the {} of {}", attribute.name, resource.declaration));
    }
    ctx.report(draft);
}

/// Whether a place is so near behind an attribute's name that nobody needs to be told where it belongs.
fn near(place: Span, key: Span) -> bool {
    place.start >= key.start && place.start - key.start < 600
}
