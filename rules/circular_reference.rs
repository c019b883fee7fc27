//! See `circular_reference.md`.

use crate::diagnostic::Severity;
use crate::rule::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    id: "circular-reference",
    severity: Severity::Error,
    group: Group::Input,
    pedantic: false,
    docs: include_str!("circular_reference.md"),
    // Found while values are evaluated.
    check: Check::Reading,
};
