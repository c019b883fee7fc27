//! See `replacement_name_clash.md`.

use crate::aws::identity::{self, Identity};
use crate::diagnostic::Severity;
use crate::graph::Mode;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::{Formula, ResourceId, choice};

pub(super) static RULE: Rule = Rule {
    id: "replacement-name-clash",
    severity: Severity::Info,
    group: Group::Chain,
    pedantic: true,
    docs: include_str!("replacement_name_clash.md"),
    check: Check::Each(&[Identity::Role, Identity::InstanceProfile], check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let resource = ctx.resource(id);
    let Some(names) = identity::names(resource.dialect, &resource.kind) else { return };
    let Some(first) = names.create_first.and_then(|name| resource.attribute(name)) else { return };
    let Some(name) = names.name.and_then(|name| resource.attribute(name)) else { return };
    if resource.mode != Mode::Managed || first.value.as_bool() != Some(true) {
        return;
    }
    let alternatives = choice::alternatives(&name.value).into_iter();
    let fixed = Formula::or(alternatives.filter(|one| !one.value.is_null()).map(|one| one.guard));
    let draft = ctx
        .about_resource(
            id,
            first.key_span,
            format!("a replacement of {} is made before the old one goes, under the same name", resource.declaration),
        )
        .help(
            "When it has to be replaced (its path changes, or it is tainted), IAM answers EntityAlreadyExists. Use \
             name_prefix in place of name, or leave create_before_destroy out.",
        )
        .related(name.key_span, "the fixed name")
        .under(fixed);
    ctx.report(draft);
}
