//! See `admin_instance_role.md`.

use crate::aws::identity::Identity;
use crate::diagnostic::Severity;
use crate::permissions::{self, Actions, Content, Grant, Reach};
use crate::rule::{Check, Ctx, Group, Rule};
use crate::text::Span;
use crate::value::{Formula, ResourceId};

pub(super) static RULE: Rule = Rule {
    id: "admin-instance-role",
    severity: Severity::Warning,
    group: Group::Permissions,
    pedantic: false,
    docs: include_str!("admin_instance_role.md"),
    check: Check::Each(&[Identity::Role], check),
};

/// Policies of AWS that make an administrator, and what they allow. From the AWS managed policy reference.
const POLICIES: [(&str, &str); 2] = [
    ("AdministratorAccess", "every action on every resource"),
    ("IAMFullAccess", "every action of IAM, so that it can give itself all others"),
];

/// What one who may do all of this to every role is kept from by nothing.
const ESCALATION: [&str; 2] = ["iam:AttachRolePolicy", "iam:PutRolePolicy"];

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let role = ctx.resource(id);
    let Some(carried) = permissions::carried(ctx.linked, id) else { return };
    let through = ctx.resource(carried.by.resource);
    if denied(&carried.reaching) {
        return;
    }
    for reach in &carried.reaching {
        for (span, guard, what, source) in rights(reach) {
            let message =
                format!("instances that run as {} are administrators: {source} allows {what}", role.declaration);
            let draft = ctx
                .about_resource(id, span, message)
                .label("administrator rights")
                .help(
                    "Whoever gets onto an instance, or makes it send a request to its metadata address, has its role's \
                     credentials and with them the whole account. Allow the actions that the instance needs, or set a \
                     permissions boundary.",
                )
                .related(role.span, "the role")
                .related(carried.by.span, format!("{} hands it to instances", through.declaration))
                .under(Formula::and([carried.guard.clone(), reach.guard.clone(), guard]));
            ctx.report_once(draft);
        }
    }
}

/// What of a policy makes an administrator: where it is written, under which condition, what it allows and whose it is.
fn rights(reach: &Reach) -> Vec<(Span, Formula, &'static str, String)> {
    match &reach.content {
        Content::Aws(name) => {
            let known = POLICIES.iter().find(|(policy, _)| policy == name);
            known
                .map(|(name, what)| (reach.span, Formula::True, *what, format!("the policy {name}")))
                .into_iter()
                .collect()
        }
        Content::Document(policy) => {
            let written = |grant: Grant| {
                let what = match &grant.actions {
                    _ if grant.covers("*:*") => POLICIES[0].1,
                    Actions::Matching(_) => POLICIES[1].1,
                    Actions::AllBut(_) => "all but a few actions, and all of IAM, so that it can give itself the rest",
                };
                (grant.span.unwrap_or(reach.span), grant.guard, what, "this statement".to_string())
            };
            permissions::grants(policy).into_iter().filter(|grant| grant.covers("iam:*")).map(written).collect()
        }
    }
}

/// Whether a statement may keep the role from giving itself rights.
fn denied(reaching: &[Reach]) -> bool {
    reaching.iter().any(|reach| match &reach.content {
        Content::Document(policy) => ESCALATION.iter().any(|action| permissions::may_deny(policy, action)),
        Content::Aws(name) => name == "AWSDenyAll",
    })
}
