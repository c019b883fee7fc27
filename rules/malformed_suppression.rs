//! See `malformed_suppression.md`.

use crate::diagnostic::Severity;
use crate::rule::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    id: "malformed-suppression",
    severity: Severity::Warning,
    group: Group::Input,
    pedantic: false,
    docs: include_str!("malformed_suppression.md"),
    // Found after all rules have run, when their findings meet the suppressions.
    check: Check::Reading,
};
