//! See `literal_instead_of_reference.md`.

use crate::aws::arn;
use crate::aws::identity::Identity;
use crate::aws::policy::{Policy, PrincipalKind, Reading};
use crate::diagnostic::Severity;
use crate::graph::{Confidence, Dialect, Mode, Resource};
use crate::link::{Means, SlotUse};
use crate::remedy;
use crate::rule::{Check, Ctx, Draft, Group, Rule};
use crate::value::{Formula, ResourceId, SymbolKind, Value, choice};

pub(super) static RULE: Rule = Rule {
    id: "literal-instead-of-reference",
    severity: Severity::Warning,
    group: Group::Chain,
    pedantic: false,
    docs: include_str!("literal_instead_of_reference.md"),
    check: Check::Managed(check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let linked = ctx.linked;
    if linked.configuration.recorded {
        return;
    }
    for (index, slot_use) in linked.uses_of(id) {
        slot(ctx, index, slot_use);
    }
    for (guard, reading) in linked.trust(id) {
        if let Reading::Document(policy) = reading {
            principals(ctx, id, guard, policy);
        }
    }
}

fn slot(ctx: &mut Ctx<'_>, index: usize, slot_use: &SlotUse) {
    let Means::Identity { resource, form, confidence, .. } = slot_use.means else { return };
    if confidence == Confidence::Exact || !is_lost(ctx, slot_use.resource, resource, &slot_use.value) {
        return;
    }
    let (user, target) = (ctx.resource(slot_use.resource), ctx.resource(resource));
    if arn::of_value(&slot_use.value).is_some_and(|arn| !ctx.linked.is_own_account(&arn, &user.scope)) {
        return;
    }
    let what = if form == SymbolKind::Arn { "the ARN" } else { "the name" };
    // The reference may be to the other of a role and a profile that have one name.
    let message = match slot_use.value.as_symbol() {
        Some(symbol) => format!(
            "this is the name of {} as well as of {}, so nothing says that the latter has to be made first",
            ctx.resource(symbol.resource).declaration,
            target.declaration
        ),
        None => {
            format!(
                "{what} of {} is written out here, so nothing says that it has to be made first",
                target.declaration
            )
        }
    };
    let label = if slot_use.value.as_symbol().is_some() { "only the same name" } else { "only text" };
    let draft = ctx
        .about_use(index, slot_use.primary_span(), message)
        .label(label)
        .fix(remedy::refer(ctx.linked, slot_use, resource, form))
        .under(slot_use.guard.clone());
    report(ctx, draft, user, target, form);
}

/// Roles in a trust policy: IAM looks them up when the policy is written.
fn principals(ctx: &mut Ctx<'_>, id: ResourceId, guard: &Formula, policy: &Policy) {
    let user = ctx.resource(id);
    let all = policy.statements.iter().flat_map(|statement| statement.principals.iter().flatten());
    for principal in all.filter(|principal| principal.kind == PrincipalKind::Aws && principal.item.certain) {
        let value = &principal.item.value;
        // An account that is not known may be another one.
        let Some(arn) = arn::of_value(value).filter(|arn| ctx.linked.is_own_account(arn, &user.scope)) else {
            continue;
        };
        let Some((role, Identity::Role)) = ctx.linked.of_arn(&arn, &user.scope) else { continue };
        if role == id || !is_lost(ctx, id, role, value) {
            continue;
        }
        let target = ctx.resource(role);
        let place = value.span.or(principal.key_span).unwrap_or(user.span);
        let message = format!(
            "the ARN of {} is written out here, so nothing says that it has to be made first",
            target.declaration
        );
        let draft = ctx
            .about_resource(id, place, message)
            .label("only text")
            .under(Formula::and([guard.clone(), principal.item.guard.clone()]));
        report(ctx, draft, user, target, SymbolKind::Arn);
    }
}

/// Whether the value names the target without anything that would make it wait for it.
fn is_lost(ctx: &Ctx<'_>, user: ResourceId, target: ResourceId, value: &Value) -> bool {
    let mut symbols = Vec::new();
    choice::collect_symbols(value, &mut symbols);
    let (user, resource) = (ctx.resource(user), ctx.resource(target));
    resource.mode == Mode::Managed
        // Stacks are made one after the other, in an order that their references do not say.
        && (resource.dialect == Dialect::Terraform || resource.home() == user.home())
        && !symbols.iter().any(|symbol| symbol.resource == target)
        && user.declaration != resource.declaration
        && !ctx.linked.configuration.waits_for(&user.declaration, &resource.declaration)
        // What the target itself waits for cannot wait for the target.
        && !ctx.linked.configuration.waits_for(&resource.declaration, &user.declaration)
}

fn report(ctx: &mut Ctx<'_>, draft: Draft, user: &Resource, target: &Resource, form: SymbolKind) {
    let reference = match (target.dialect, form) {
        (Dialect::Terraform, SymbolKind::Arn) => format!("{}.arn", target.address),
        (Dialect::Terraform, _) => format!("{}.name", target.address),
        (Dialect::CloudFormation, SymbolKind::Arn) => format!("!GetAtt {}.Arn", target.address),
        (Dialect::CloudFormation, _) => format!("!Ref {}", target.address),
    };
    let order = match user.dialect {
        Dialect::Terraform => "depends_on",
        Dialect::CloudFormation => "DependsOn",
    };
    let draft = draft
        .help(format!(
            "Both are made at the same time, and the first deployment fails when this one is quicker. Use {reference}, or \
             {order} if the text has to stay."
        ))
        .related(target.span, "what it names")
        .under(target.exists.clone());
    ctx.report(draft);
}
