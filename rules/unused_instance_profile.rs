//! See `unused_instance_profile.md`.

use crate::aws::identity::Identity;
use crate::diagnostic::Severity;
use crate::graph::Mode;
use crate::link::{Means, SameName};
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::ResourceId;

pub(super) static RULE: Rule = Rule {
    id: "unused-instance-profile",
    severity: Severity::Info,
    group: Group::Chain,
    pedantic: true,
    docs: include_str!("unused_instance_profile.md"),
    check: Check::Each(&[Identity::InstanceProfile], check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let profile = ctx.resource(id);
    let configuration = ctx.linked.configuration;
    // Whatever refers to it may use it, or hand it to another configuration.
    let mentioned = configuration.mentions.get(&profile.declaration).is_some_and(|mentions| !mentions.is_empty());
    if profile.mode != Mode::Managed || configuration.broken || mentioned || ctx.linked.users_of(id).next().is_some() {
        return;
    }
    let may_be_named = ctx.linked.uses.iter().any(|slot_use| {
        slot_use.slot.wants.takes_profile()
            && match &slot_use.means {
                Means::Open(_) => true,
                Means::Name(name) => ctx.linked.may_be_named(id, name) != SameName::No,
                _ => false,
            }
    });
    if may_be_named {
        return;
    }
    let draft = ctx
        .about_resource(id, profile.span, format!("nothing uses the instance profile {}", profile.declaration))
        .label("nothing refers to it, no output gives it away")
        .help("Give it to an instance or launch template, put it into an output, or remove it.");
    ctx.report(draft);
}
