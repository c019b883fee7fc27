//! See `duplicate_identity_name.md`.

use crate::aws::identity::Identity;
use crate::diagnostic::Severity;
use crate::graph::Mode;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::text::Span;
use crate::value::{Formula, HopKind, ResourceId, Value};

pub(super) static RULE: Rule = Rule {
    id: "duplicate-identity-name",
    severity: Severity::Error,
    group: Group::Chain,
    pedantic: false,
    docs: include_str!("duplicate_identity_name.md"),
    check: Check::Each(&[Identity::Role, Identity::InstanceProfile], check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let Some(name) = ctx.linked.name_of(id) else { return };
    let resource = ctx.resource(id);
    let Some(text) = name.as_text().filter(|text| !text.is_empty()) else { return };
    if resource.mode != Mode::Managed {
        return;
    }
    let Some(kind) = ctx.linked.identity(id) else { return };
    let before = ctx.linked.namesakes(kind, &text).iter().copied().take_while(|other| *other != id);
    let first = before.into_iter().find(|other| {
        let (other, other_name) = (ctx.resource(*other), ctx.linked.name_of(*other));
        other.scope == resource.scope
            && other_name.is_some_and(|other| default_of(other) == default_of(name))
            && together(ctx, &resource.exists, &other.exists)
            && (other.span != resource.span || alike(ctx, &resource.exists, &other.exists))
    });
    let Some(first) = first else { return };
    let other = ctx.resource(first);
    let what = if kind == Identity::Role { "role" } else { "instance profile" };
    let place = name.span.unwrap_or(resource.span);
    let message = if other.declaration == resource.declaration {
        format!("every instance of {} has the name {text:?}", resource.declaration)
    } else {
        format!("{} and {} have the same name, {text:?}", resource.declaration, other.declaration)
    };
    let draft = ctx
        .about_resource(id, place, message)
        .label(format!("the name of another {what} too"))
        .help(format!(
            "IAM answers EntityAlreadyExists: in one account every {what} has a name of its own, whatever its path and \
             region, and capitals do not count. Give one of them another name."
        ))
        .related(other.span, format!("the other {what}"))
        .under(other.exists.clone());
    ctx.report(draft);
}

/// The default that a name comes from, if it comes from one: two defaults that happen to be equal are changed one by one.
fn default_of(name: &Value) -> Option<Option<Span>> {
    let steps = name.path.iter().flat_map(|path| path.steps());
    let default = steps.into_iter().find(|hop| matches!(hop.kind, HopKind::Default(_))).map(|hop| hop.span);
    name.marks.assumed.then_some(default)
}

/// Whether two resources are there on the same condition. One module called for two places, one of them on a switch of its
/// own, is a stand-by that may never be switched on; what decides that is often not in the configuration.
fn alike(ctx: &Ctx<'_>, one: &Formula, other: &Formula) -> bool {
    one == other
        || together(ctx, one, other)
            && ctx.linked.configuration.atoms.is_certain(&Formula::and([one.clone(), other.clone()]))
}

/// Whether two resources are there together whenever one of them is. Of two that may be there or not, each on a switch of
/// its own, the author may mean one or the other.
fn together(ctx: &Ctx<'_>, one: &Formula, other: &Formula) -> bool {
    let atoms = &ctx.linked.configuration.atoms;
    let implies = |from: &Formula, to: &Formula| atoms.is_certain(&Formula::or([!from.clone(), to.clone()]));
    implies(one, other) || implies(other, one)
}
