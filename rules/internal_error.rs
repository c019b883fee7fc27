//! See `internal_error.md`.

use crate::diagnostic::Severity;
use crate::rule::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    id: "internal-error",
    severity: Severity::Error,
    group: Group::Input,
    pedantic: false,
    docs: include_str!("internal_error.md"),
    // Reported by the pipeline when a rule panics.
    check: Check::Reading,
};
