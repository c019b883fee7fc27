//! See `instance_without_profile.md`.

use crate::aws::compute::{self, ComputeRole};
use crate::aws::slots;
use crate::diagnostic::Severity;
use crate::graph::{Mode, Resource};
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::{Formula, ResourceId, Shape, choice};

pub(super) static RULE: Rule = Rule {
    id: "instance-without-profile",
    severity: Severity::Info,
    group: Group::Credentials,
    pedantic: true,
    docs: include_str!("instance_without_profile.md"),
    check: Check::Managed(check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let resource = ctx.resource(id);
    let takes_profile = slots::is_compute(resource.dialect, &resource.kind);
    let is_machine = compute::of(resource.dialect, &resource.kind)
        .is_some_and(|compute| compute.role == ComputeRole::Machines && takes_profile);
    if !is_machine || ctx.linked.configuration.broken {
        return;
    }
    let mut without = bare(ctx, id, resource);
    let mut templates = Vec::new();
    for launch in ctx.linked.launches(id) {
        // What is not declared here may carry a profile.
        let Some(template) = launch.template else {
            without = Formula::and([without, !launch.guard]);
            continue;
        };
        let declared = ctx.resource(template);
        let own = if declared.mode == Mode::Managed { bare(ctx, template, declared) } else { Formula::False };
        without = Formula::and([without, Formula::or([!launch.guard, own])]);
        templates.push(declared.span);
    }
    if without == Formula::False {
        return;
    }
    let mut draft = ctx
        .about_resource(id, resource.span, format!("{} has no instance profile", resource.declaration))
        .label("no identity")
        .help(
            "What runs on it has no AWS identity of its own, so calls to AWS, Session Manager included, need keys from \
             elsewhere. Give it an instance profile if it talks to AWS.",
        )
        .under(without);
    for span in templates {
        draft = draft.related(span, "its launch template has none either");
    }
    ctx.report(draft);
}

/// Under which condition a resource is given no profile, as far as is known.
fn bare(ctx: &Ctx<'_>, id: ResourceId, resource: &Resource) -> Formula {
    let given =
        ctx.linked.uses_of(id).filter(|(_, slot_use)| slot_use.slot.wants.takes_profile()).filter(|(_, slot_use)| {
            // An empty default of a variable says nothing of what it will be given.
            !matches!(&slot_use.value.shape, Shape::Text(text) if text.is_empty() && !slot_use.value.marks.assumed)
        });
    let given = Formula::or(given.map(|(_, slot_use)| slot_use.guard.clone()));
    let assumed = slots::slots_of(resource.dialect, &resource.kind).iter().any(|slot| {
        let attribute = slot.path.attribute().and_then(|name| resource.attribute(name));
        attribute.is_some_and(|attribute| {
            let mut values = choice::alternatives(&attribute.value).into_iter();
            values.any(|alternative| alternative.value.is_null() && alternative.value.marks.assumed)
        })
    });
    if assumed { Formula::False } else { !given }
}
