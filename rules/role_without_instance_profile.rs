//! See `role_without_instance_profile.md`.

use crate::aws::identity::Identity;
use crate::aws::policy::Reading;
use crate::aws::{principals, trust};
use crate::diagnostic::Severity;
use crate::graph::{Dialect, Mode};
use crate::link::{Means, SameName};
use crate::remedy;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::ResourceId;

pub(super) static RULE: Rule = Rule {
    id: "role-without-instance-profile",
    severity: Severity::Warning,
    group: Group::Chain,
    pedantic: false,
    docs: include_str!("role_without_instance_profile.md"),
    check: Check::Each(&[Identity::Role], check),
};

/// What may refer to a role without carrying it anywhere: policies and their attachments.
const ATTACHMENTS: [&str; 10] = [
    "aws_iam_role_policy",
    "aws_iam_role_policy_attachment",
    "aws_iam_policy_attachment",
    "aws_iam_role_policies_exclusive",
    "aws_iam_role_policy_attachments_exclusive",
    "aws_iam_policy",
    "aws_iam_policy_document",
    "AWS::IAM::Policy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::RolePolicy",
];

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let role = ctx.resource(id);
    if role.mode != Mode::Managed || ctx.linked.configuration.broken || !only_for_instances(ctx, id) {
        return;
    }
    // Whatever else refers to it may carry it somewhere, or hand it to another configuration.
    let mentions = ctx.linked.configuration.mentions.get(&role.declaration);
    let is_attachment = |referrer: &str| ATTACHMENTS.contains(&referrer);
    if mentions.is_some_and(|mentions| mentions.iter().any(|referrer| !is_attachment(referrer))) {
        return;
    }
    let carried = ctx.linked.users_of(id).any(|(_, slot_use)| !is_attachment(&ctx.resource(slot_use.resource).kind));
    if carried || may_be_carried_by_name(ctx, id) {
        return;
    }
    let message =
        format!("only EC2 may assume {}, but no instance profile carries it into an instance", role.declaration);
    let how = match role.dialect {
        Dialect::Terraform => format!(
            "Add resource \"aws_iam_instance_profile\" \"{}\" {{ role = {}.name }} and give it to the instance.",
            role.name, role.address
        ),
        Dialect::CloudFormation => format!(
            "Add a resource of Type AWS::IAM::InstanceProfile with Roles: [!Ref {}] and give it to the instance.",
            role.name
        ),
    };
    let draft = ctx.about_resource(id, role.span, message).label("nothing uses this role").help(format!(
        "EC2 reaches a role only through an instance profile. The console makes one silently, code does not. {how}"
    ));
    let draft = draft.fix(remedy::make_profile(ctx.linked, id, None));
    ctx.report(draft);
}

/// Whether the trust policy lets EC2 assume the role and nobody else, for certain.
fn only_for_instances(ctx: &Ctx<'_>, id: ResourceId) -> bool {
    let readings = ctx.linked.trust(id);
    !readings.is_empty()
        && readings.iter().all(|(_, reading)| match reading {
            Reading::Document(policy) => trust::only_services(policy).is_some_and(|services| {
                !services.is_empty()
                    && services.iter().all(|service| {
                        principals::same_service(service, "ec2.amazonaws.com") == principals::Answer::Yes
                    })
            }),
            _ => false,
        })
}

/// Whether something names a role or profile in a way that is not known and may be this one's.
fn may_be_carried_by_name(ctx: &Ctx<'_>, id: ResourceId) -> bool {
    let scope = &ctx.resource(id).scope;
    ctx.linked.uses.iter().any(|slot_use| {
        let user = ctx.resource(slot_use.resource);
        let in_profile = ctx.linked.identity(slot_use.resource) == Some(Identity::InstanceProfile);
        let may_be_this = match &slot_use.means {
            Means::Open(_) => in_profile,
            // A name that only this role has is a mistake of its own, which another rule tells.
            Means::Name(name) => ctx.linked.may_be_named(id, name) != SameName::No,
            _ => false,
        };
        may_be_this && user.scope == *scope
    })
}
