//! See `malformed_policy.md`.

use crate::aws::identity::{self, Identity};
use crate::aws::policy::{self, PolicyUse, Problem, Reading};
use crate::diagnostic::Severity;
use crate::graph::{Attribute, Dialect, Mode};
use crate::remedy;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::text::Span;
use crate::value::{Formula, ResourceId, Segment, Shape, Value, choice};

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
    leading_space(ctx, id, attribute, value);
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

/// The first release of the AWS provider that takes white space before a policy (hashicorp/terraform-provider-aws#36597).
const TRIMS: [u32; 3] = [5, 43, 0];

/// White space before the text of a policy, which providers before [`TRIMS`] refuse.
fn leading_space(ctx: &mut Ctx<'_>, id: ResourceId, attribute: &Attribute, value: &Value) {
    let resource = ctx.resource(id);
    let is_old = ctx.linked.configuration.provider.below.is_some_and(|below| below <= TRIMS);
    if resource.dialect != Dialect::Terraform || !is_old {
        return;
    }
    for alternative in choice::alternatives(value) {
        let text = match &alternative.value.shape {
            Shape::Text(text) => text,
            Shape::Template(segments) => match segments.first() {
                Some(Segment::Literal { text, .. }) => text,
                _ => continue,
            },
            _ => continue,
        };
        if !text.starts_with([' ', '\t', '\n', '\r']) || text.trim().is_empty() || alternative.value.marks.assumed {
            continue;
        }
        let problem = Problem {
            span: alternative.value.span,
            message: "white space stands before the policy".to_string(),
            help: "The version of the AWS provider that is asked for here answers \"contains an invalid JSON policy: leading \
                   space characters are not allowed\". Begin with the brace, or write the heredoc with <<-"
                .to_string(),
            certain: true,
            lenient: false,
            guard: Formula::True,
            meant: None,
        };
        report(ctx, id, attribute, value, &alternative.guard, problem);
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
        .help(sentence(problem.help))
        .fix(problem.meant.and_then(|meant| remedy::mean(ctx.linked, &meant)))
        .under(Formula::and([guard.clone(), problem.guard]));
    if problem.lenient {
        draft = draft.severity(Severity::Warning);
    }
    if place.source != attribute.key_span.source || !near(place, attribute.key_span) {
        draft = draft.related(attribute.key_span, format!("it is the {} of {}", attribute.name, resource.declaration));
    }
    ctx.report(draft);
}

/// With the full stop that the words of a problem have not.
fn sentence(words: String) -> String {
    if words.ends_with('.') { words } else { words + "." }
}

/// Whether a place is so near behind an attribute's name that nobody needs to be told where it belongs.
fn near(place: Span, key: Span) -> bool {
    place.start >= key.start && place.start - key.start < 600
}
