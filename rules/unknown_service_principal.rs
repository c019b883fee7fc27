//! See `unknown_service_principal.md`.

use crate::aws::identity::Identity;
use crate::aws::policy::{Policy, PrincipalKind, Reading};
use crate::aws::principals;
use crate::diagnostic::Severity;
use crate::remedy;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::{Formula, ResourceId};

pub(super) static RULE: Rule = Rule {
    id: "unknown-service-principal",
    severity: Severity::Error,
    group: Group::Trust,
    pedantic: false,
    docs: include_str!("unknown_service_principal.md"),
    check: Check::Each(&[Identity::Role], check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let linked = ctx.linked;
    for (guard, reading) in linked.trust(id) {
        if let Reading::Document(policy) = reading {
            document(ctx, id, guard, policy);
        }
    }
}

fn document(ctx: &mut Ctx<'_>, id: ResourceId, guard: &Formula, policy: &Policy) {
    let linked = ctx.linked;
    for statement in &policy.statements {
        let all = statement.principals.iter().chain(&statement.not_principals).flatten();
        for principal in all.filter(|principal| principal.kind == PrincipalKind::Service) {
            let value = &principal.item.value;
            let Some(text) = value.as_text() else { continue };
            let Some((why, how)) = judged(&text) else { continue };
            let resource = ctx.resource(id);
            let place = value.span.or(principal.key_span).or(statement.span()).unwrap_or(resource.span);
            let draft = ctx
                .about_resource(id, place, format!("there is no service principal `{text}`"))
                .label(why)
                .help(format!("IAM answers `Invalid principal in policy` and does not take the trust policy. {how}"))
                .related(resource.span, "the role")
                .under(Formula::and([guard.clone(), statement.guard.clone(), principal.item.guard.clone()]));
            let meant = principals::meant(&text);
            let fix = meant.and_then(|(meant, alone)| remedy::respell(linked, value, &meant, alone));
            ctx.report(draft.fix(fix));
        }
    }
}

/// What is wrong with a service principal, and what to do, if something is for certain.
fn judged(text: &str) -> Option<(&'static str, String)> {
    if let Some(meant) = principals::suggest(text) {
        return Some(("misspelt", format!("Write `{meant}`.")));
    }
    if principals::is_suffix(text) {
        let how = "Put the service before it, as in `ec2.amazonaws.com`; here the part before the dot came out empty.";
        return Some(("no service before the domain", how.to_string()));
    }
    (text == "*").then(|| {
        let how = "A service is named in full, without wildcards. Name each service that is to assume the role.";
        ("no wildcard is replaced here", how.to_string())
    })
}
