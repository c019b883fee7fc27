//! See `multiple_roles_in_profile.md`.

use crate::aws::identity::{self, Identity};
use crate::aws::items::items;
use crate::diagnostic::Severity;
use crate::graph::Mode;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::{Formula, ResourceId};

pub(super) static RULE: Rule = Rule {
    id: "multiple-roles-in-profile",
    severity: Severity::Error,
    group: Group::Chain,
    pedantic: false,
    docs: include_str!("multiple_roles_in_profile.md"),
    check: Check::Each(&[Identity::InstanceProfile], check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let profile = ctx.resource(id);
    let Some(names) = identity::names(profile.dialect, &profile.kind) else { return };
    if profile.mode != Mode::Managed {
        return;
    }
    for attribute in names.roles.iter().filter_map(|name| profile.attribute(name)) {
        let roles: Vec<_> = items(&attribute.value).into_iter().filter(|item| item.certain).collect();
        // Any two that can be there together are one too many.
        let pairs = roles.iter().enumerate().flat_map(|(index, one)| {
            roles[index + 1..].iter().map(|other| Formula::and([one.guard.clone(), other.guard.clone()]))
        });
        let together = Formula::or(pairs.take(64));
        if together == Formula::False {
            continue;
        }
        let value = &attribute.value;
        let place = value.path.as_ref().map(|hop| hop.span).or(value.span).unwrap_or(attribute.key_span);
        let message = format!(
            "the instance profile {} holds {} roles, but it can hold only one",
            profile.declaration,
            roles.len()
        );
        let mut draft = ctx
            .about_resource(id, place, message)
            .label("only one role fits in")
            .help(
                "An instance acts as one role, so an instance profile holds one, and AWS refuses a second. Keep one role \
                 and attach the policies of the others to it, or make one instance profile for each role.",
            )
            .related(profile.span, "the instance profile")
            .under(together);
        for role in roles.iter().filter_map(|item| item.value.as_symbol()) {
            draft = draft.related(ctx.resource(role.resource).span, "one of the roles");
        }
        ctx.report(draft);
    }
}
