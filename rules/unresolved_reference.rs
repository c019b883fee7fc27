//! See `unresolved_reference.md`.

use crate::diagnostic::Severity;
use crate::rule::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    id: "unresolved-reference",
    severity: Severity::Error,
    group: Group::Input,
    pedantic: false,
    docs: include_str!("unresolved_reference.md"),
    // Found while a module or template is evaluated, in every expression of it.
    check: Check::Reading,
};
