//! See `shared_instance_role.md`.

use crate::aws::identity::Identity;
use crate::aws::policy::{Principal, PrincipalKind, Reading, Statement};
use crate::aws::principals::{self, Answer};
use crate::diagnostic::Severity;
use crate::graph::Mode;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::text::Span;
use crate::value::{Formula, ResourceId};

pub(super) static RULE: Rule = Rule {
    id: "shared-instance-role",
    severity: Severity::Warning,
    group: Group::Trust,
    pedantic: true,
    docs: include_str!("shared_instance_role.md"),
    check: Check::Each(&[Identity::InstanceProfile], check),
};

const EC2: &str = "ec2.amazonaws.com";

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let linked = ctx.linked;
    let profile = ctx.resource(id);
    for (_, slot_use) in linked.uses_of(id) {
        let Some(role_id) = slot_use.target(Identity::Role) else { continue };
        let role = ctx.resource(role_id);
        if role.mode != Mode::Managed {
            continue;
        }
        for (guard, reading) in linked.trust(role_id) {
            let Reading::Document(policy) = reading else { continue };
            let all = policy.statements.iter().filter(|statement| allows(statement)).flat_map(|statement| {
                statement.principals.iter().flatten().map(move |principal| (statement, principal))
            });
            let all: Vec<(&Statement, &Principal)> = all.collect();
            // A role that EC2 may not assume is another rule's concern.
            if !all.iter().any(|(_, principal)| is_ec2(principal) != Answer::No) {
                continue;
            }
            for (statement, principal) in all {
                let Some(who) = stranger(principal) else { continue };
                let place: Span =
                    principal.item.value.span.or(principal.key_span).or(statement.span()).unwrap_or(role.span);
                let message = format!("{}, the role of instances, can also be assumed by {who}", role.declaration);
                let draft = ctx
                    .about_resource(role_id, place, message)
                    .label("not an instance")
                    .help(
                        "What it is allowed to do is then reachable from both sides, and taking something away from one \
                         takes it from the other. Make a role of its own for each.",
                    )
                    .related(profile.span, "this instance profile carries it into instances")
                    .related(role.span, "the role")
                    .under(Formula::and([
                        slot_use.guard.clone(),
                        profile.exists.clone(),
                        guard.clone(),
                        statement.guard.clone(),
                        principal.item.guard.clone(),
                    ]));
                ctx.report(draft);
            }
        }
    }
}

fn allows(statement: &Statement) -> bool {
    statement.element("Effect").is_some_and(|effect| effect.value.as_text().as_deref() == Some("Allow"))
}

fn is_ec2(principal: &Principal) -> Answer {
    match principal.kind {
        PrincipalKind::Service => principals::same_service_value(&principal.item.value, EC2),
        _ => Answer::No,
    }
}

/// Who else may assume the role, in words; `None` for EC2, and for what is not known.
fn stranger(principal: &Principal) -> Option<String> {
    if !principal.item.certain {
        return None;
    }
    let text = principal.item.value.as_text();
    match principal.kind {
        PrincipalKind::Service if is_ec2(principal) == Answer::No => Some(text?.into_owned()),
        PrincipalKind::Aws => Some(text.map_or("another identity".to_string(), |text| match &*text {
            "*" => "anyone".to_string(),
            text => text.to_string(),
        })),
        PrincipalKind::Federated => Some("an identity provider".to_string()),
        _ => None,
    }
}
