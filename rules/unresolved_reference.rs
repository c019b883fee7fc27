//! See `unresolved_reference.md`. References to what is not declared are found while a module or template is read; what is
//! asked of a collection that does not have it, only once the collection is known.

use crate::diagnostic::Severity;
use crate::graph::MissingElement;
use crate::rule::{Check, Ctx, Group, Rule};

pub(super) static RULE: Rule = Rule {
    id: "unresolved-reference",
    severity: Severity::Error,
    group: Group::Input,
    pedantic: false,
    docs: include_str!("unresolved_reference.md"),
    check: Check::Unit(check),
};

/// Most names that a help text lists.
const MAX_LISTED: usize = 12;

fn check(ctx: &mut Ctx<'_>) {
    for missing in ctx.linked.configuration.missing.iter().filter(|missing| missing.always) {
        let MissingElement { collection, key, .. } = missing;
        let (message, label) = match missing.length {
            Some(0) => (format!("{collection} has no elements to choose from"), "there is none"),
            Some(length) => (format!("{collection} has {length} elements, and none at {key}"), "no such element"),
            None => (format!("{collection} has no element {key}"), "no such element"),
        };
        ctx.report(ctx.about_missing(missing, message).label(label).help(help(missing)));
    }
}

fn help(missing: &MissingElement) -> String {
    let why = "Terraform fails when it comes here.";
    let names = &missing.names;
    let asked = missing.key.trim_matches('"');
    let what = match missing.length {
        Some(0) if missing.instance.is_some() => {
            "Let it have instances, or use one() with a splat, which gives null.".to_string()
        }
        Some(0) => "Give it elements, or put try() around it.".to_string(),
        Some(length) => format!("Elements are counted from 0, so the last is {}.", length.saturating_sub(1)),
        None => match crate::suggest::nearest(asked, names.iter().map(|name| &**name)) {
            Some(near) => format!("There is {near:?}; correct the key if that is what is meant."),
            None if names.is_empty() => "It is empty.".to_string(),
            None => {
                let listed: Vec<String> = names.iter().take(MAX_LISTED).map(|name| format!("{name:?}")).collect();
                let more = if names.len() > MAX_LISTED { " and others" } else { "" };
                format!("It has {}{more}.", listed.join(", "))
            }
        },
    };
    format!("{why} {what}")
}
