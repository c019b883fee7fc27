//! See `role_as_instance_profile.md`.

use crate::aws::arn::ArnKind;
use crate::aws::identity::Identity;
use crate::aws::slots::Wants;
use crate::diagnostic::Severity;
use crate::link::{Means, SlotUse};
use crate::remedy;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::{Formula, ResourceId};

pub(super) static RULE: Rule = Rule {
    id: "role-as-instance-profile",
    severity: Severity::Error,
    group: Group::Chain,
    pedantic: false,
    docs: include_str!("role_as_instance_profile.md"),
    check: Check::Use(check),
};

fn check(ctx: &mut Ctx<'_>, index: usize, slot_use: &SlotUse) {
    if !slot_use.slot.wants.takes_profile() {
        return;
    }
    let what = &ctx.resource(slot_use.resource).declaration;
    match &slot_use.means {
        Means::Identity { resource, identity: Identity::Role, form, .. } => {
            let role = ctx.resource(*resource);
            let message = format!("{what} takes an instance profile here, but {} is a role", role.declaration);
            let draft = ctx
                .about_use(index, slot_use.primary_span(), message)
                .label("this is a role")
                .help(help(ctx, *resource, slot_use.slot.wants))
                .related(role.span, "the role")
                .under(Formula::and([slot_use.guard.clone(), role.exists.clone()]));
            let draft = match profile_of(ctx, *resource) {
                Some(profile) => draft
                    .related(ctx.resource(profile).span, "the instance profile that holds it")
                    .fix(remedy::refer(ctx.linked, slot_use, profile, slot_use.slot.wants.form_like(*form))),
                None => draft.fix(remedy::make_profile(ctx.linked, *resource, Some(slot_use))),
            };
            ctx.report(draft);
        }
        Means::Arn(arn) if matches!(arn.kind, ArnKind::Role | ArnKind::ServiceLinkedRole) => {
            let message = format!("{what} takes an instance profile here, but this is the ARN of a role");
            let draft = ctx
                .about_use(index, slot_use.primary_span(), message)
                .label("the ARN of a role")
                .help(
                    "An instance takes its role through an instance profile, whose ARN has :instance-profile/ in it. \
                     Name the instance profile that holds this role.",
                )
                .under(slot_use.guard.clone());
            ctx.report(draft);
        }
        _ => {}
    }
}

fn profile_of(ctx: &Ctx<'_>, role: ResourceId) -> Option<ResourceId> {
    let mut holders = ctx.linked.users_of(role).map(|(_, slot_use)| slot_use.resource);
    holders.find(|holder| ctx.linked.identity(*holder) == Some(Identity::InstanceProfile))
}

fn help(ctx: &Ctx<'_>, role: ResourceId, wants: Wants) -> String {
    use crate::graph::Dialect::{CloudFormation, Terraform};
    let dialect = ctx.resource(role).dialect;
    match profile_of(ctx, role) {
        Some(profile) => {
            let address = &ctx.resource(profile).address;
            let reference = match (dialect, wants.accepts_name()) {
                (Terraform, true) => format!("{address}.name"),
                (Terraform, false) => format!("{address}.arn"),
                (CloudFormation, true) => format!("!Ref {address}"),
                (CloudFormation, false) => format!("!GetAtt {address}.Arn"),
            };
            format!("EC2 cannot use a role directly. The instance profile that holds it is there: use {reference}.")
        }
        None => {
            let name = &ctx.resource(role).name;
            match dialect {
                Terraform => format!(
                    "EC2 cannot use a role directly; it takes an instance profile, a container for one role. The console \
                     makes one silently, Terraform does not. Add resource \"aws_iam_instance_profile\" \"{name}\" {{ role = \
                     {}.name }} and use it here.",
                    ctx.resource(role).address
                ),
                CloudFormation => format!(
                    "EC2 cannot use a role directly; it takes an instance profile, a container for one role. The console \
                     makes one silently, CloudFormation does not. Add a resource of Type AWS::IAM::InstanceProfile with \
                     Roles: [!Ref {name}] and use it here."
                ),
            }
        }
    }
}
