//! See `syntax_error.md`.

use crate::diagnostic::Severity;
use crate::rule::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    id: "syntax-error",
    severity: Severity::Error,
    group: Group::Input,
    pedantic: false,
    docs: include_str!("syntax_error.md"),
    // Found by the parsers, and by what reads the declarations of a module or template.
    check: Check::Reading,
};
