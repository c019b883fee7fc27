//! See `init_role_not_in_profile.md`.

use crate::aws::identity::Identity;
use crate::aws::init;
use crate::diagnostic::Severity;
use crate::link::{Linked, SameName, SlotUse};
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::{Formula, ResourceId};

pub(super) static RULE: Rule = Rule {
    id: "init-role-not-in-profile",
    severity: Severity::Warning,
    group: Group::Chain,
    pedantic: false,
    docs: include_str!("init_role_not_in_profile.md"),
    check: Check::Managed(check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let resource = ctx.resource(id);
    let named = init::roles(resource);
    if named.is_empty() {
        return;
    }
    for (reach, profile_use) in profiles(ctx.linked, id) {
        let Some(profile) = profile_use.target(Identity::InstanceProfile) else { continue };
        for (_, role_use) in ctx.linked.uses_of(profile) {
            let Some(held) = role_use.target(Identity::Role) else { continue };
            for (guard, role) in &named {
                if ctx.linked.means_role(role, held) != SameName::No {
                    continue;
                }
                let (held, profile) = (ctx.resource(held), ctx.resource(profile));
                let draft = ctx
                    .about_resource(
                        id,
                        role.span.unwrap_or(resource.span),
                        format!("cfn-init is to use another role than {}, which {} holds", held.name, profile.name),
                    )
                    .label("not the role in the instance profile")
                    .help(format!(
                        "An instance gets credentials of the role in its instance profile and of no other, so what cfn-init \
                         fetches with this one is refused. Write !Ref {}.",
                        held.name
                    ))
                    .related(profile_use.value_span(), "the instance profile")
                    .related(role_use.value_span(), "the role in it")
                    .under(Formula::and([
                        guard.clone(),
                        reach.clone(),
                        profile_use.guard.clone(),
                        profile.exists.clone(),
                        role_use.guard.clone(),
                        held.exists.clone(),
                    ]));
                ctx.report(draft);
            }
        }
    }
}

/// The instance profiles of the machines that a resource is, or starts by a launch template or configuration.
fn profiles<'l>(linked: &'l Linked<'_>, id: ResourceId) -> Vec<(Formula, &'l SlotUse)> {
    let mut launched = vec![(Formula::True, id)];
    for launch in linked.launches(id) {
        if let Some(template) = launch.template {
            let exists = linked.configuration.resource(template).exists.clone();
            launched.push((Formula::and([launch.guard, exists]), template));
        }
    }
    let slots = |(guard, id): (Formula, ResourceId)| linked.uses_of(id).map(move |(_, used)| (guard.clone(), used));
    launched.into_iter().flat_map(slots).filter(|(_, used)| used.slot.wants.takes_profile()).collect()
}
