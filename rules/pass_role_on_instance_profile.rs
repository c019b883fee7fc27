//! See `pass_role_on_instance_profile.md`.

use crate::aws::arn::{self, ArnKind};
use crate::aws::identity::Identity;
use crate::aws::items::Item;
use crate::diagnostic::Severity;
use crate::graph::Mode;
use crate::link::Linked;
use crate::permissions::{self, Content};
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::{Formula, ResourceId};

pub(super) static RULE: Rule = Rule {
    id: "pass-role-on-instance-profile",
    severity: Severity::Warning,
    group: Group::Permissions,
    pedantic: false,
    docs: include_str!("pass_role_on_instance_profile.md"),
    check: Check::Each(&[Identity::Role, Identity::ManagedPolicy, Identity::RolePolicy, Identity::OtherPolicy], check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    if ctx.resource(id).mode != Mode::Managed {
        return;
    }
    for reach in permissions::documents_of(ctx.linked, id) {
        let Content::Document(policy) = &reach.content else { continue };
        for statement in policy.statements.iter().filter(|one| one.certain && permissions::has_effect(one, "Allow")) {
            // With other actions beside it, the profile may be meant for those; with roles beside it, it is only idle.
            let only_this = |items: &[Item], is: &dyn Fn(&Item) -> bool| !items.is_empty() && items.iter().all(is);
            let is_action =
                |item: &Item| item.value.as_text().is_some_and(|action| action.eq_ignore_ascii_case("iam:PassRole"));
            let is_profile = |item: &Item| item.certain && profile(ctx.linked, item);
            let (Some(actions), Some(resources)) = (&statement.actions, &statement.resources) else { continue };
            if !only_this(actions, &is_action) || !only_this(resources, &is_profile) {
                continue;
            }
            for item in resources {
                let span = item.value.span.or(statement.span()).unwrap_or(reach.span);
                let message = "iam:PassRole on an instance profile allows nothing";
                let draft = ctx.about_resource(id, span, message).label("an instance profile").help(
                    "AWS checks it on the role inside the profile: who launches an instance with this profile gets \
                     UnauthorizedOperation. Write the ARN of the role here.",
                );
                let under = [reach.guard.clone(), statement.guard.clone(), item.guard.clone()];
                ctx.report_once(draft.under(Formula::and(under)));
            }
        }
    }
}

/// Whether an element of `Resource` is the ARN of an instance profile and of nothing else.
fn profile(linked: &Linked<'_>, item: &Item) -> bool {
    if let Some(symbol) = item.value.as_symbol() {
        return linked.identity(symbol.resource) == Some(Identity::InstanceProfile);
    }
    arn::of_value(&item.value).is_some_and(|arn| arn.kind == ArnKind::InstanceProfile)
}
