//! See `name_instead_of_arn.md`.

use crate::aws::identity::Identity;
use crate::diagnostic::Severity;
use crate::graph::Dialect;
use crate::link::{Means, SlotUse};
use crate::remedy;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::{Formula, SymbolKind};

pub(super) static RULE: Rule = Rule {
    id: "name-instead-of-arn",
    severity: Severity::Error,
    group: Group::Chain,
    pedantic: false,
    docs: include_str!("name_instead_of_arn.md"),
    check: Check::Use(check),
};

fn check(ctx: &mut Ctx<'_>, index: usize, slot_use: &SlotUse) {
    let wants = slot_use.slot.wants;
    if wants.accepts_name() || slot_use.slot.confidence == crate::aws::slots::SlotConfidence::Inferred {
        return;
    }
    let (wanted, what) = match wants.takes_profile() {
        true => (Identity::InstanceProfile, "instance profile"),
        false => (Identity::Role, "role"),
    };
    // A name that nothing here has may be a word with a meaning of its own to the service.
    let Means::Identity { resource, identity, form: SymbolKind::Name, .. } = &slot_use.means else { return };
    if *identity != wanted {
        return;
    }
    let target = ctx.resource(*resource);
    let user = &ctx.resource(slot_use.resource).declaration;
    let reference = match target.dialect {
        Dialect::Terraform => format!("{}.arn", target.address),
        Dialect::CloudFormation => format!("!GetAtt {}.Arn", target.address),
    };
    let draft = ctx
        .about_use(index, slot_use.primary_span(), format!("{user} takes the ARN of the {what} here, not its name"))
        .label("this is a name")
        .help(format!("An ARN begins with arn: and says which account and {what} is meant. Use {reference}."))
        .related(target.span, format!("the {what}"))
        .fix(remedy::refer(ctx.linked, slot_use, *resource, SymbolKind::Arn))
        .under(Formula::and([slot_use.guard.clone(), target.exists.clone()]));
    ctx.report(draft);
}
