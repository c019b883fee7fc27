//! See `undeclared_instance_profile.md`.

use crate::aws::identity::Identity;
use crate::diagnostic::Severity;
use crate::graph::{Dialect, Mode};
use crate::link::{Means, SameName, SlotUse};
use crate::remedy;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::Formula;

pub(super) static RULE: Rule = Rule {
    id: "undeclared-instance-profile",
    severity: Severity::Error,
    group: Group::Chain,
    pedantic: false,
    docs: include_str!("undeclared_instance_profile.md"),
    check: Check::Use(check),
};

fn check(ctx: &mut Ctx<'_>, index: usize, slot_use: &SlotUse) {
    let Means::Name(name) = &slot_use.means else { return };
    if !slot_use.slot.wants.takes_profile() || ctx.linked.configuration.broken {
        return;
    }
    let user = ctx.resource(slot_use.resource);
    // The name alone proves nothing, the profile may live elsewhere; a role of that name says what was meant.
    let Some(role) = ctx.linked.named(name, Identity::Role, &user.scope) else { return };
    let role_resource = ctx.resource(role);
    if role_resource.mode != Mode::Managed {
        return;
    }
    let mut profiles = ctx.linked.configuration.iter().filter(|(id, profile)| {
        ctx.linked.identity(*id) == Some(Identity::InstanceProfile) && profile.scope == user.scope
    });
    // A profile whose name is not known may be the one.
    if profiles.any(|(id, _)| ctx.linked.may_be_named(id, name) != SameName::No) {
        return;
    }
    let message =
        format!("no instance profile named {name:?} is declared; {} of that name is a role", role_resource.declaration);
    let how = match user.dialect {
        Dialect::Terraform => format!(
            "Add resource \"aws_iam_instance_profile\" \"{}\" {{ role = {}.name }} and use its name here.",
            role_resource.name, role_resource.address
        ),
        Dialect::CloudFormation => format!(
            "Add a resource of Type AWS::IAM::InstanceProfile with Roles: [!Ref {}] and refer to it here.",
            role_resource.name
        ),
    };
    let draft = ctx
        .about_use(index, slot_use.primary_span(), message)
        .label("only a role has this name")
        .help(format!(
            "The console makes an instance profile with the role's name when it makes a role for EC2; code does not. {how}"
        ))
        .related(role_resource.span, "the role")
        .fix(remedy::make_profile(ctx.linked, role, Some(slot_use)))
        .under(Formula::and([slot_use.guard.clone(), role_resource.exists.clone()]));
    ctx.report(draft);
}
