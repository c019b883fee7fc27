//! See `profile_on_managed_node_group.md`.

use crate::diagnostic::Severity;
use crate::link::SlotUse;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::{Formula, ResourceId, Shape};

pub(super) static RULE: Rule = Rule {
    id: "profile-on-managed-node-group",
    severity: Severity::Error,
    group: Group::Chain,
    pedantic: false,
    docs: include_str!("profile_on_managed_node_group.md"),
    check: Check::Managed(check),
};

/// What makes node groups of which EKS itself makes the instance profile.
const NODE_GROUPS: [&str; 2] = ["aws_eks_node_group", "AWS::EKS::Nodegroup"];

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let linked = ctx.linked;
    let group = ctx.resource(id);
    if !NODE_GROUPS.contains(&&*group.kind) {
        return;
    }
    for launch in linked.launches(id) {
        let Some(template) = launch.template else { continue };
        for (index, slot_use) in linked.uses_of(template).filter(|(_, slot_use)| is_given(slot_use)) {
            let template = ctx.resource(template);
            let message = format!(
                "the launch template of the managed node group {} has an instance profile, which EKS refuses",
                group.declaration
            );
            let draft = ctx
                .about_use(index, slot_use.primary_span(), message)
                .label("not in the launch template of a managed node group")
                .help(
                    "EKS makes the instance profile of a managed node group itself, from the node role. Take it out of the \
                     launch template and give the role to the node group.",
                )
                .related(launch.span, "the node group uses the launch template here")
                .related(template.span, "the launch template")
                .under(Formula::and([slot_use.guard.clone(), launch.guard.clone(), group.exists.clone()]));
            ctx.report(draft);
        }
    }
}

/// Whether the slot holds an instance profile for certain; what is not known may turn out to be null.
fn is_given(slot_use: &SlotUse) -> bool {
    slot_use.slot.wants.takes_profile()
        && !slot_use.value.marks.assumed
        && match &slot_use.value.shape {
            Shape::Text(text) => !text.is_empty(),
            Shape::Symbol(_) | Shape::Template(_) => true,
            _ => false,
        }
}
