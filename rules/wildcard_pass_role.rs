//! See `wildcard_pass_role.md`.

use crate::aws::arn::{self, ArnKind};
use crate::aws::identity::Identity;
use crate::aws::items::Item;
use crate::aws::policy::{Statement, action_matches};
use crate::diagnostic::Severity;
use crate::graph::Mode;
use crate::permissions::{self, Content};
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::{Formula, ResourceId, Shape, choice};

pub(super) static RULE: Rule = Rule {
    id: "wildcard-pass-role",
    severity: Severity::Warning,
    group: Group::Permissions,
    pedantic: false,
    docs: include_str!("wildcard_pass_role.md"),
    check: Check::Each(&[Identity::Role, Identity::ManagedPolicy, Identity::RolePolicy, Identity::OtherPolicy], check),
};

const ACTION: &str = "iam:PassRole";

/// Keys of conditions that say nothing of which role is passed, or to what.
const OTHER_KEYS: [&str; 3] = ["aws:securetransport", "aws:requestedregion", "aws:multifactorauthpresent"];

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let holder = ctx.resource(id);
    if holder.mode != Mode::Managed {
        return;
    }
    if ctx.linked.only_bounds(id) {
        return;
    }
    for reach in permissions::documents_of(ctx.linked, id) {
        let Content::Document(policy) = &reach.content else { continue };
        if permissions::may_deny(policy, ACTION) {
            continue;
        }
        for statement in policy.statements.iter().filter(|one| one.certain && permissions::has_effect(one, "Allow")) {
            let open = unlimited(statement);
            let resources = statement.resources.iter().flatten().filter(|item| item.certain && any_role(item));
            let everywhere = Formula::or(resources.map(|item| item.guard.clone()));
            for action in statement.actions.iter().flatten().filter(|item| item.certain && passes(item)) {
                let span = action.value.span.or(statement.span()).unwrap_or(reach.span);
                let message = "this allows any role to be passed to any service";
                let draft = ctx.about_resource(id, span, message).label("passes every role").help(
                    "Who may do this can start something that acts as the most powerful role of the account. Name the \
                     roles in `Resource`, or say with a condition on `iam:PassedToService` which service may get them.",
                );
                let under = [&reach.guard, &statement.guard, &open, &everywhere, &action.guard];
                ctx.report_once(draft.under(Formula::and(under.into_iter().cloned())));
            }
        }
    }
}

/// Whether a pattern is about passing roles. Those that allow all of IAM, or everything, are about much more.
fn passes(item: &Item) -> bool {
    let Some(pattern) = item.value.as_text() else { return false };
    let whole = pattern.split_once(':').is_none_or(|(_, action)| action.chars().all(|one| one == '*'));
    !whole && action_matches(&pattern, ACTION)
}

/// Whether an element of `Resource` covers every role of the account.
fn any_role(item: &Item) -> bool {
    if item.value.as_text().as_deref() == Some("*") {
        return true;
    }
    arn::of_value(&item.value).is_some_and(|arn| {
        arn.kind == ArnKind::Role && arn.path.text.as_deref() == Some("/") && arn.name.text.as_deref() == Some("*")
    })
}

/// Under which condition nothing in the statement's `Condition` limits which role is passed, or to what.
fn unlimited(statement: &Statement) -> Formula {
    let Some(entry) = statement.element("Condition") else { return Formula::True };
    let open = choice::alternatives(&entry.value).into_iter().filter(|alternative| match &alternative.value.shape {
        Shape::Null => true,
        Shape::Mapping(_, operators) => operators.iter().all(|operator| {
            let keys = operator.value.as_mapping();
            keys.is_some_and(|keys| keys.iter().all(|key| OTHER_KEYS.contains(&&*key.key.to_ascii_lowercase())))
        }),
        _ => false,
    });
    Formula::or(open.map(|alternative| alternative.guard))
}
