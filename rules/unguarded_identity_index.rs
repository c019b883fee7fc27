//! See `unguarded_identity_index.md`.

use std::collections::BTreeSet;

use crate::aws::identity::Identity;
use crate::diagnostic::Severity;
use crate::graph::{MissingElement, Mode};
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::guard::AtomKind;

pub(super) static RULE: Rule = Rule {
    id: "unguarded-identity-index",
    severity: Severity::Info,
    group: Group::Chain,
    pedantic: true,
    docs: include_str!("unguarded_identity_index.md"),
    check: Check::Unit(check),
};

/// Whether all that the failure hangs on is settled by variables one by one. Whether one of other conditions implies another
/// is not known.
fn is_decided(ctx: &Ctx<'_>, missing: &MissingElement) -> bool {
    let atoms = &ctx.linked.configuration.atoms;
    let mut asked = BTreeSet::new();
    missing.exists.atoms(&mut asked);
    missing.under.atoms(&mut asked);
    asked.iter().all(|atom| !matches!(atoms.get(*atom).kind, AtomKind::Opaque { .. }))
}

fn check(ctx: &mut Ctx<'_>) {
    for missing in ctx.linked.configuration.missing.iter().filter(|missing| !missing.always) {
        let Some(id) = missing.instance.filter(|_| is_decided(ctx, missing)) else { continue };
        let what = match ctx.linked.identity(id) {
            Some(Identity::InstanceProfile) => "instance profile",
            Some(Identity::Role) => "role",
            _ => continue,
        };
        let resource = ctx.resource(id);
        if resource.mode != Mode::Managed {
            continue;
        }
        let collection = &missing.collection;
        let message = format!("{collection} is asked for an instance also where the {what} is not made");
        let help = format!(
            "Terraform fails then, as {collection} is empty. Ask for it under the condition that makes the {what}, or \
             use one() with a splat, which gives null."
        );
        let draft = ctx.about_missing(missing, message).label("there need not be one").help(help);
        ctx.report(draft.related(resource.span, format!("the {what}")));
    }
}
