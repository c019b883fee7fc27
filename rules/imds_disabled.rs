//! See `imds_disabled.md`.

use crate::aws::compute;
use crate::aws::slots;
use crate::diagnostic::Severity;
use crate::graph::Resource;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::text::Span;
use crate::value::{Formula, ResourceId};

pub(super) static RULE: Rule = Rule {
    id: "imds-disabled",
    severity: Severity::Error,
    group: Group::Credentials,
    pedantic: false,
    docs: include_str!("imds_disabled.md"),
    check: Check::Managed(check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let resource = ctx.resource(id);
    // Where the profile and the switch stand in one resource.
    let profiles = profiles(ctx, id);
    for (span, guard) in disabled(ctx, resource) {
        for (profile, carried) in &profiles {
            report(ctx, id, span, *profile, &[guard.clone(), carried.clone()]);
        }
    }
    // What a machine says itself goes before what its launch template says.
    let own_switch = says_anything(ctx, resource);
    for launch in ctx.linked.launches(id) {
        let Some(template) = launch.template else { continue };
        let declared = ctx.resource(template);
        let both = |guard: &Formula, carried: &Formula| {
            [launch.guard.clone(), declared.exists.clone(), guard.clone(), carried.clone()]
        };
        for (span, guard) in disabled(ctx, resource) {
            for (profile, carried) in self::profiles(ctx, template) {
                report(ctx, id, span, profile, &both(&guard, &carried));
            }
        }
        if own_switch {
            continue;
        }
        for (span, guard) in disabled(ctx, declared) {
            for (profile, carried) in &profiles {
                report(ctx, id, span, *profile, &both(&guard, carried));
            }
        }
    }
}

fn report(ctx: &mut Ctx<'_>, id: ResourceId, span: Span, profile: Span, under: &[Formula]) {
    let message = format!(
        "{} has an instance profile, and the metadata service that hands out its credentials is off",
        ctx.resource(id).declaration
    );
    let draft = ctx
        .about_resource(id, span, message)
        .label("switches the metadata service off")
        .help(
            "What runs on the instance finds no credentials: it asks the metadata service for those of the profile's role. \
             Leave the service on and require session tokens, or take the profile away.",
        )
        .related(profile, "the instance profile")
        .under(Formula::and(under.iter().cloned()));
    ctx.report_once(draft);
}

/// The instance profiles that a resource is given: where, and under which condition.
fn profiles(ctx: &Ctx<'_>, id: ResourceId) -> Vec<(Span, Formula)> {
    let given = ctx.linked.uses_of(id).filter(|(_, one)| one.slot.wants.takes_profile());
    // What comes out as nothing, or only may be something, is no profile that lacks its credentials.
    let is_one =
        given.filter(|(_, one)| !one.value.is_opaque() && one.value.as_text().is_none_or(|text| !text.is_empty()));
    is_one.map(|(_, one)| (one.value_span(), one.guard.clone())).collect()
}

/// Where a resource switches the metadata service off, and under which condition.
fn disabled(ctx: &Ctx<'_>, resource: &Resource) -> Vec<(Span, Formula)> {
    let path = compute::of(resource.dialect, &resource.kind).and_then(|compute| compute.metadata_endpoint.as_ref());
    let found = path.map(|path| slots::find_path(path, resource, ctx.linked.files)).unwrap_or_default();
    let off =
        found.into_iter().filter(|one| one.value.as_text().as_deref() == Some("disabled") && !one.value.marks.assumed);
    off.map(|one| (one.value.span.unwrap_or(one.key_span), one.guard)).collect()
}

fn says_anything(ctx: &Ctx<'_>, resource: &Resource) -> bool {
    let path = compute::of(resource.dialect, &resource.kind).and_then(|compute| compute.metadata_endpoint.as_ref());
    path.is_some_and(|path| !slots::find_path(path, resource, ctx.linked.files).is_empty())
}
