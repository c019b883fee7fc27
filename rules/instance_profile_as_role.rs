//! See `instance_profile_as_role.md`.

use crate::aws::arn::ArnKind;
use crate::aws::identity::Identity;
use crate::diagnostic::Severity;
use crate::link::{Means, SlotUse};
use crate::remedy;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::{Formula, ResourceId};

pub(super) static RULE: Rule = Rule {
    id: "instance-profile-as-role",
    severity: Severity::Error,
    group: Group::Chain,
    pedantic: false,
    docs: include_str!("instance_profile_as_role.md"),
    check: Check::Use(check),
};

fn check(ctx: &mut Ctx<'_>, index: usize, slot_use: &SlotUse) {
    if slot_use.slot.wants.takes_profile() {
        return;
    }
    let what = &ctx.resource(slot_use.resource).declaration;
    match &slot_use.means {
        Means::Identity { resource, identity: Identity::InstanceProfile, form, .. } => {
            let profile = ctx.resource(*resource);
            let message = format!("{what} takes a role here, but {} is an instance profile", profile.declaration);
            let draft = ctx
                .about_use(index, slot_use.primary_span(), message)
                .label("this is an instance profile")
                .help(match role_in(ctx, *resource) {
                    Some(role) => format!(
                        "An instance profile is only the container that carries a role into an instance. Refer to the role \
                         in it, {}.",
                        ctx.resource(role).address
                    ),
                    None => "An instance profile is only the container that carries a role into an instance. Refer to the \
                             role itself."
                        .to_string(),
                })
                .related(profile.span, "the instance profile")
                .under(Formula::and([slot_use.guard.clone(), profile.exists.clone()]));
            let form = slot_use.slot.wants.form_like(*form);
            let draft = match role_in(ctx, *resource) {
                Some(role) => draft
                    .related(ctx.resource(role).span, "the role in it")
                    .fix(remedy::refer(ctx.linked, slot_use, role, form)),
                None => draft,
            };
            ctx.report(draft);
        }
        Means::Arn(arn) if arn.kind == ArnKind::InstanceProfile => {
            let message = format!("{what} takes a role here, but this is the ARN of an instance profile");
            let draft = ctx
                .about_use(index, slot_use.primary_span(), message)
                .label("the ARN of an instance profile")
                .help("The ARN of a role has :role/ in it. Name the role that the instance profile holds.")
                .under(slot_use.guard.clone());
            ctx.report(draft);
        }
        _ => {}
    }
}

fn role_in(ctx: &Ctx<'_>, profile: ResourceId) -> Option<ResourceId> {
    ctx.linked.uses_of(profile).find_map(|(_, slot_use)| slot_use.target(Identity::Role))
}
