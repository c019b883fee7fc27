//! See `removed_roles_argument.md`.

use crate::aws::identity::Identity;
use crate::diagnostic::Severity;
use crate::graph::{Dialect, Mode};
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::ResourceId;

pub(super) static RULE: Rule = Rule {
    id: "removed-roles-argument",
    severity: Severity::Error,
    group: Group::Chain,
    pedantic: false,
    docs: include_str!("removed_roles_argument.md"),
    check: Check::Each(&[Identity::InstanceProfile], check),
};

/// The release of the AWS provider that took the argument away.
const REMOVED: [u32; 3] = [3, 0, 0];

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let profile = ctx.resource(id);
    let Some(attribute) = profile.attribute("roles").filter(|roles| !roles.value.is_null()) else { return };
    if profile.dialect != Dialect::Terraform || profile.mode != Mode::Managed {
        return;
    }
    let range = ctx.linked.configuration.provider;
    let certain = range.from.is_some_and(|from| from >= REMOVED);
    let old = range.below.is_some_and(|below| below <= REMOVED);
    let help = match (certain, old) {
        (true, _) => "Terraform answers Unsupported argument: the AWS provider has none since 3.0.0.",
        (_, true) => "It is deprecated in the provider version that is asked for here, and gone since 3.0.0.",
        _ => "The AWS provider has none since 3.0.0, and nothing here asks for an older one.",
    };
    let draft = ctx
        .about_resource(
            id,
            attribute.key_span,
            format!("{} uses the argument roles, which is gone", profile.declaration),
        )
        .help(format!("{help} Write role = with the name of the one role."));
    let draft = if certain { draft } else { draft.severity(Severity::Warning) };
    ctx.report(draft);
}
