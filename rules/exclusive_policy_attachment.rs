//! See `exclusive_policy_attachment.md`.

use crate::aws::identity::Identity;
use crate::aws::items::items;
use crate::diagnostic::Severity;
use crate::permissions;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::ResourceId;

pub(super) static RULE: Rule = Rule {
    id: "exclusive-policy-attachment",
    severity: Severity::Warning,
    group: Group::Permissions,
    pedantic: false,
    docs: include_str!("exclusive_policy_attachment.md"),
    check: Check::Each(&[Identity::PolicyAttachment], check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let resource = ctx.resource(id);
    // The only attachment that owns the policy's list of users, groups and roles.
    if &*resource.kind != "aws_iam_policy_attachment" {
        return;
    }
    let Some(attribute) = resource.attribute("policy_arn") else { return };
    for item in items(&attribute.value) {
        let Some(name) = permissions::aws_owned(&item.value) else { continue };
        let span = item.value.span.unwrap_or(attribute.key_span);
        let message = format!("{} takes {name} away from everything else in the account", resource.declaration);
        let draft = ctx
            .about_resource(id, span, message)
            .label("a policy of AWS, which others use too")
            .help(
                "aws_iam_policy_attachment is exclusive: it detaches the policy from every user, group and role that it \
                 does not list, also from those that other configurations manage. Use aws_iam_role_policy_attachment, \
                 one for each role.",
            )
            .related(resource.span, "the exclusive attachment")
            .under(item.guard);
        ctx.report_once(draft);
    }
}
