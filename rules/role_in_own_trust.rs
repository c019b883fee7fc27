//! See `role_in_own_trust.md`.

use crate::aws::arn;
use crate::aws::identity::Identity;
use crate::aws::policy::{PrincipalKind, Reading};
use crate::diagnostic::Severity;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::{Formula, ResourceId};

pub(super) static RULE: Rule = Rule {
    id: "role-in-own-trust",
    severity: Severity::Error,
    group: Group::Trust,
    pedantic: false,
    docs: include_str!("role_in_own_trust.md"),
    check: Check::Each(&[Identity::Role], check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let linked = ctx.linked;
    let role = ctx.resource(id);
    for (guard, reading) in linked.trust(id) {
        let Reading::Document(policy) = reading else { continue };
        for statement in &policy.statements {
            let all = statement.principals.iter().chain(&statement.not_principals).flatten();
            for principal in all.filter(|principal| principal.kind == PrincipalKind::Aws && principal.item.certain) {
                let value = &principal.item.value;
                let own = arn::of_value(value).filter(|arn| linked.is_own_account(arn, &role.scope));
                let named = own.and_then(|arn| linked.of_arn(&arn, &role.scope));
                if named != Some((id, Identity::Role)) {
                    continue;
                }
                let place = value.span.or(principal.key_span).or(statement.span()).unwrap_or(role.span);
                let draft = ctx
                    .about_resource(id, place, format!("{} names itself in its own trust policy", role.declaration))
                    .label("this is the role itself")
                    .help(
                        "IAM looks principals up when it takes the policy, and the role is not there yet when it is made. \
                         Trust the account instead, with a condition ArnLike on aws:PrincipalArn that names the role.",
                    )
                    .related(role.span, "the role")
                    .under(Formula::and([guard.clone(), statement.guard.clone(), principal.item.guard.clone()]));
                ctx.report(draft);
            }
        }
    }
}
