//! See `arn_instead_of_name.md`.

use crate::aws::arn::ArnKind;
use crate::aws::identity::Identity;
use crate::diagnostic::Severity;
use crate::graph::Dialect;
use crate::link::{Means, SlotUse};
use crate::remedy;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::{Formula, SymbolKind};

pub(super) static RULE: Rule = Rule {
    id: "arn-instead-of-name",
    severity: Severity::Error,
    group: Group::Chain,
    pedantic: false,
    docs: include_str!("arn_instead_of_name.md"),
    check: Check::Use(check),
};

fn check(ctx: &mut Ctx<'_>, index: usize, slot_use: &SlotUse) {
    let wants = slot_use.slot.wants;
    if wants.accepts_arn() {
        return;
    }
    let (wanted, what) = match wants.takes_profile() {
        true => (Identity::InstanceProfile, "instance profile"),
        false => (Identity::Role, "role"),
    };
    let user = &ctx.resource(slot_use.resource).declaration;
    let scope = &ctx.resource(slot_use.resource).scope;
    let message = format!("{user} takes the name of the {what} here, not its ARN");
    match &slot_use.means {
        Means::Identity { resource, identity, form: SymbolKind::Arn, .. } if *identity == wanted => {
            let target = ctx.resource(*resource);
            let reference = match target.dialect {
                Dialect::Terraform => format!("{}.name", target.address),
                Dialect::CloudFormation => format!("!Ref {}", target.address),
            };
            let draft = ctx
                .about_use(index, slot_use.primary_span(), message)
                .label("this is an ARN")
                .help(format!("AWS looks for one whose name is the whole ARN and finds none. Use {reference}."))
                .related(target.span, format!("the {what}"))
                .fix(remedy::refer(ctx.linked, slot_use, *resource, SymbolKind::Name))
                .under(Formula::and([slot_use.guard.clone(), target.exists.clone()]));
            ctx.report(draft);
        }
        Means::Arn(arn)
            if (wanted == Identity::Role && arn.kind == ArnKind::Role)
                || (wanted == Identity::InstanceProfile && arn.kind == ArnKind::InstanceProfile) =>
        {
            let name = arn.name.text.as_deref().map_or(String::new(), |name| format!(": {name:?}"));
            let draft = ctx
                .about_use(index, slot_use.primary_span(), message)
                .label("this is an ARN")
                .help(format!(
                    "AWS looks for one whose name is the whole ARN and finds none. Use what stands behind the last \
                     slash{name}."
                ))
                .fix(arn.name.text.as_deref().and_then(|name| match ctx.linked.named(name, wanted, scope) {
                    Some(declared) => remedy::refer(ctx.linked, slot_use, declared, SymbolKind::Name),
                    None => remedy::write_text(ctx.linked, slot_use, name),
                }))
                .under(slot_use.guard.clone());
            ctx.report(draft);
        }
        _ => {}
    }
}
