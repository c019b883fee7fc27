//! See `wildcard_in_exact_match.md`.

use crate::aws::identity::Identity;
use crate::aws::items::items;
use crate::aws::policy::{Reading, Statement};
use crate::diagnostic::Severity;
use crate::rule::{Check, Ctx, Group, Rule};
use crate::value::{Formula, ResourceId, Value, choice};

pub(super) static RULE: Rule = Rule {
    id: "wildcard-in-exact-match",
    severity: Severity::Warning,
    group: Group::Trust,
    pedantic: false,
    docs: include_str!("wildcard_in_exact_match.md"),
    check: Check::Each(&[Identity::Role], check),
};

fn check(ctx: &mut Ctx<'_>, id: ResourceId) {
    let linked = ctx.linked;
    for (guard, reading) in linked.trust(id) {
        let Reading::Document(policy) = reading else { continue };
        for statement in &policy.statements {
            let Some(condition) = statement.element("Condition") else { continue };
            for alternative in choice::alternatives(&condition.value) {
                let guard = Formula::and([guard.clone(), statement.guard.clone(), alternative.guard]);
                operators(ctx, id, statement, &alternative.value, &guard);
            }
        }
    }
}

/// The operator that a comparison for equality was meant to be, with what stands around it kept.
fn like(operator: &str) -> Option<String> {
    let (quantifier, name) = operator.split_once(':').map_or((None, operator), |(before, name)| (Some(before), name));
    let (name, if_exists) = match name.len().checked_sub("IfExists".len()).and_then(|at| name.split_at_checked(at)) {
        Some((name, end)) if end.eq_ignore_ascii_case("IfExists") => (name, "IfExists"),
        _ => (name, ""),
    };
    let like = match name.to_ascii_lowercase().as_str() {
        "stringequals" => "StringLike",
        "stringnotequals" => "StringNotLike",
        _ => return None,
    };
    let quantifier = quantifier.map(|quantifier| format!("{quantifier}:")).unwrap_or_default();
    Some(format!("{quantifier}{like}{if_exists}"))
}

fn operators(ctx: &mut Ctx<'_>, id: ResourceId, statement: &Statement, condition: &Value, guard: &Formula) {
    let role = ctx.resource(id);
    for operator in condition.as_mapping().unwrap_or_default() {
        let Some(like) = like(&operator.key) else { continue };
        for key in operator.value.as_mapping().unwrap_or_default() {
            for item in items(&key.value).into_iter().filter(|item| item.certain) {
                let Some(text) = item.value.as_text().filter(|text| text.contains('*') && !text.contains("${")) else {
                    continue;
                };
                let place = item.value.span.or(key.key_span).or(operator.key_span).or(statement.span());
                let message = format!("{} compares with {text:?} letter by letter, the * included", operator.key);
                let draft = ctx
                    .about_resource(id, place.unwrap_or(role.span), message)
                    .label("no wildcard here")
                    .help(format!(
                        "Only a value with a star in it is equal to this one, so the condition on {} does not do what it \
                         says. Use {like}, which replaces wildcards.",
                        key.key
                    ))
                    .related(role.span, "the role")
                    .under(Formula::and([guard.clone(), item.guard.clone()]));
                ctx.report(draft);
            }
        }
    }
}
