//! See `empty_profile_name.md`.

use crate::diagnostic::Severity;
use crate::graph::Dialect;
use crate::link::{Means, SlotUse};
use crate::rule::{Check, Ctx, Group, Rule};

pub(super) static RULE: Rule = Rule {
    id: "empty-profile-name",
    severity: Severity::Info,
    group: Group::Chain,
    pedantic: true,
    docs: include_str!("empty_profile_name.md"),
    check: Check::Use(check),
};

fn check(ctx: &mut Ctx<'_>, index: usize, slot_use: &SlotUse) {
    // That a variable is empty by default says nothing of what it will be given.
    if slot_use.means != Means::Empty || !slot_use.slot.wants.takes_profile() || slot_use.value.marks.assumed {
        return;
    }
    let user = ctx.resource(slot_use.resource);
    let how = match user.dialect {
        Dialect::Terraform if slot_use.slot.path.inner().is_empty() => "Write null, or leave the argument out.",
        Dialect::Terraform => "Write null, or make the block around it dynamic.",
        Dialect::CloudFormation => "Write !Ref AWS::NoValue, or leave the property out.",
    };
    let draft = ctx
        .about_use(
            index,
            slot_use.primary_span(),
            format!("{} is given an empty text for its instance profile", user.declaration),
        )
        .label("empty, not absent")
        .help(format!(
            "Empty is not absent: depending on the resource it is sent as it is, or dropped without a word, and the \
             instance has no identity. {how}"
        ))
        .under(slot_use.guard.clone());
    ctx.report(draft);
}
