//! See `logical_id_as_name.md`.

use crate::aws::identity::Identity;
use crate::diagnostic::Severity;
use crate::graph::{Dialect, Mode, Resource};
use crate::link::{Means, SlotUse};
use crate::remedy;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::{ResourceId, SymbolKind};

pub(super) static RULE: Rule = Rule {
    id: "logical-id-as-name",
    severity: Severity::Warning,
    group: Group::Chain,
    pedantic: false,
    docs: include_str!("logical_id_as_name.md"),
    check: Check::Use(check),
};

fn check(ctx: &mut Ctx<'_>, index: usize, slot_use: &SlotUse) {
    let name = match &slot_use.means {
        Means::Name(name) => name.as_str(),
        Means::Arn(arn) if arn.account.text.as_deref().is_none_or(str::is_empty) => match &arn.name.text {
            Some(name) => name.as_str(),
            None => return,
        },
        _ => return,
    };
    let user = ctx.resource(slot_use.resource);
    let Some((id, target)) = written_as(ctx, name, user) else { return };
    let (what, real) = match user.dialect {
        Dialect::CloudFormation => {
            ("logical id", "CloudFormation makes the name from the stack's name, this id and a random part")
        }
        Dialect::Terraform => ("address", "Terraform takes text in quotes as it is, not as a reference"),
    };
    let wants_arn = !slot_use.slot.wants.accepts_name() || matches!(slot_use.means, Means::Arn(_));
    let reference = match (user.dialect, wants_arn) {
        (Dialect::Terraform, true) => format!("{}.arn", target.address),
        (Dialect::Terraform, false) => format!("{}.name", target.address),
        (Dialect::CloudFormation, true) => format!("!GetAtt {}.Arn", target.address),
        (Dialect::CloudFormation, false) => format!("!Ref {}", target.address),
    };
    let real = match ctx.linked.name_of(id).and_then(|name| name.as_text()) {
        Some(name) => format!("its name is {name:?}"),
        None => real.to_string(),
    };
    let draft = ctx
        .about_use(
            index,
            slot_use.primary_span(),
            format!("{name:?} is the {what} of {}, not its name", target.declaration),
        )
        .label(format!("the {what}"))
        .help(format!("{}; nothing has the name {name:?}. Use {reference}.", capitalised(&real)))
        .related(target.span, "what it is the address of")
        .under(slot_use.guard.clone())
        .fix(remedy::refer(ctx.linked, slot_use, id, if wants_arn { SymbolKind::Arn } else { SymbolKind::Name }))
        .under(target.exists.clone());
    ctx.report(draft);
}

/// The role or instance profile declared here whose logical id or address the text is.
fn written_as<'c>(ctx: &Ctx<'c>, text: &str, user: &Resource) -> Option<(ResourceId, &'c Resource)> {
    let is_written = |target: &Resource| match user.dialect {
        Dialect::CloudFormation => *target.name == *text && target.home() == user.home(),
        Dialect::Terraform => {
            let local = format!("{}.{}", target.kind, target.name);
            let own = module(target) == module(user);
            let rest = text.strip_prefix(&*target.declaration).or(text.strip_prefix(&*local).filter(|_| own));
            rest.is_some_and(|rest| ["", ".name", ".id", ".arn"].contains(&rest))
        }
    };
    let is_identity =
        |id: ResourceId| matches!(ctx.linked.identity(id), Some(Identity::Role | Identity::InstanceProfile));
    let mut found = ctx.linked.configuration.iter().filter(|(id, target)| {
        is_identity(*id) && target.mode == Mode::Managed && target.scope == user.scope && is_written(target)
    });
    let (id, _) = found.next()?;
    Some((id, ctx.resource(id)))
}

/// The module that a resource is declared in; empty for the root module.
fn module(resource: &Resource) -> &str {
    let local = resource.kind.len() + 1 + resource.name.len();
    resource.declaration.get(..resource.declaration.len().saturating_sub(local)).unwrap_or("")
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
