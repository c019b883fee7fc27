//! See `imdsv1_enabled.md`.

use crate::aws::compute;
use crate::aws::slots::{self, Found, Path};
use crate::diagnostic::Severity;
use crate::graph::Resource;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::{Formula, ResourceId};

pub(super) static RULE: Rule = Rule {
    id: "imdsv1-enabled",
    severity: Severity::Warning,
    group: Group::Credentials,
    pedantic: true,
    docs: include_str!("imdsv1_enabled.md"),
    check: Check::Managed(check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let resource = ctx.resource(id);
    let Some(compute) = compute::of(resource.dialect, &resource.kind) else { return };
    let (Some(tokens), Some(endpoint)) = (&compute.metadata_tokens, &compute.metadata_endpoint) else { return };
    let profiles: Vec<_> = ctx
        .linked
        .uses_of(id)
        .filter(|(_, one)| one.slot.wants.takes_profile() && !one.value.is_opaque())
        .filter(|(_, one)| one.value.as_text().is_none_or(|text| !text.is_empty()))
        .map(|(_, one)| (one.value_span(), one.guard.clone()))
        .collect();
    let Some((profile, _)) = profiles.first().cloned() else { return };
    let carried = Formula::or(profiles.into_iter().map(|(_, guard)| guard));
    // Without the service there are no tokens to require. What is not known may require them.
    let off =
        Formula::or(at(ctx, endpoint, resource).into_iter().filter(|one| !is(one, "enabled")).map(|one| one.guard));
    let said = at(ctx, tokens, resource);
    let optional = said.iter().find(|one| is(one, "optional"));
    let without = Formula::and(said.iter().filter(|one| !is(one, "optional")).map(|one| !one.guard.clone()));
    // What a launch template says holds where the machine says nothing itself.
    let by_template = Formula::and(ctx.linked.launches(id).into_iter().map(|launch| match launch.template {
        Some(template) => {
            let declared = ctx.resource(template);
            let path =
                compute::of(declared.dialect, &declared.kind).and_then(|compute| compute.metadata_tokens.as_ref());
            let said = path.map(|path| at(ctx, path, declared)).unwrap_or_default();
            let required = said.iter().filter(|one| !is(one, "optional")).map(|one| one.guard.clone());
            !Formula::and([launch.guard, Formula::or(required)])
        }
        None => !launch.guard,
    }));
    let (span, label, rest) = match optional {
        Some(one) => (one.value.span.unwrap_or(one.key_span), "a session token is optional", one.guard.clone()),
        None => (resource.span, "no session token is required", by_template),
    };
    let message = format!("{} hands out its role's credentials without a session token", resource.declaration);
    let draft = ctx
        .about_resource(id, span, message)
        .label(label)
        .help(
            "The first version of the metadata service answers every simple request, also one that a web application on \
             the instance is tricked into. Require session tokens (IMDSv2): set the metadata option for HTTP tokens to \
             \"required\".",
        )
        .related(profile, "the instance profile")
        .under(Formula::and([carried, !off, without, rest]));
    ctx.report_once(draft);
}

fn at(ctx: &Ctx<'_>, path: &Path, resource: &Resource) -> Vec<Found> {
    slots::find_path(path, resource, ctx.linked.files)
}

fn is(found: &Found, text: &str) -> bool {
    found.value.as_text().as_deref() == Some(text)
}
