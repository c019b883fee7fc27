//! See `profile_without_role.md`.

use crate::aws::identity::{self, Identity};
use crate::diagnostic::Severity;
use crate::graph::{Dialect, Mode};
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::{Formula, ResourceId, Shape, Value, choice};

pub(super) static RULE: Rule = Rule {
    id: "profile-without-role",
    severity: Severity::Error,
    group: Group::Chain,
    pedantic: false,
    docs: include_str!("profile_without_role.md"),
    check: Check::Each(&[Identity::InstanceProfile], check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let profile = ctx.resource(id);
    let Some(names) = identity::names(profile.dialect, &profile.kind) else { return };
    if profile.mode != Mode::Managed || ctx.linked.configuration.broken {
        return;
    }
    let written: Vec<_> = names.roles.iter().filter_map(|name| profile.attribute(name)).collect();
    let empty = Formula::and(written.iter().map(|attribute| when_empty(&attribute.value)));
    if empty == Formula::False {
        return;
    }
    let place = written.first().map_or(profile.span, |attribute| {
        let expression = attribute.value.path.as_ref().map(|hop| hop.span);
        expression.or(attribute.value.span).unwrap_or(attribute.key_span)
    });
    let users: Vec<_> = ctx
        .linked
        .users_of(id)
        .filter(|(_, slot_use)| slot_use.slot.wants.takes_profile())
        .map(|(_, slot_use)| slot_use)
        .collect();
    let how = match profile.dialect {
        Dialect::Terraform => "Set role to the name of the role that the instances shall act as.",
        Dialect::CloudFormation => "Put a reference to the role that the instances shall act as into Roles.",
    };
    let mut draft = ctx
        .about_resource(id, place, format!("the instance profile {} holds no role", profile.declaration))
        .label("no role in here")
        .help(format!("An instance that is given it starts, if it starts at all, without credentials. {how}"))
        .related(profile.span, "the instance profile")
        .under(empty);
    if users.is_empty() {
        // Nothing is broken by a profile that nothing uses.
        draft = draft.severity(Severity::Warning);
    }
    for slot_use in users.iter().take(3) {
        let user = &ctx.resource(slot_use.resource).declaration;
        draft = draft.related(slot_use.value_span(), format!("{user} uses it"));
    }
    ctx.report(draft);
}

/// When the value names no role for certain.
fn when_empty(value: &Value) -> Formula {
    let alternatives = choice::alternatives(value).into_iter().map(|alternative| {
        let empty = match &alternative.value.shape {
            // What a root variable is by default decides nothing.
            _ if alternative.value.marks.assumed => Formula::False,
            Shape::Null => Formula::True,
            Shape::Text(text) if text.is_empty() => Formula::True,
            Shape::Sequence(_, items) => Formula::and(items.iter().map(when_empty)),
            _ => Formula::False,
        };
        Formula::and([alternative.guard, empty])
    });
    Formula::or(alternatives)
}
