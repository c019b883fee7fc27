//! What is reported: diagnostics with their labels, fixes, the one sort order and fingerprints that survive line moves.

use std::fmt;

use crate::source::Sources;
use crate::text::Span;

/// How bad a finding is. The order is from harmless to bad, so that severities can be compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Severity {
    /// Hygiene.
    Info,
    /// It works, but is unsafe, fragile or almost surely a mistake.
    Warning,
    /// AWS rejects it, or the identity cannot work.
    Error,
}

impl Severity {
    /// The lower-case word used in every output and in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A second place that a finding talks about, in the same or another source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// The bytes meant.
    pub span: Span,
    /// What stands there, in a few words: "the role", "its trust policy".
    pub message: String,
}

/// One replacement of bytes by text. An empty span inserts, an empty text deletes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// The bytes to replace.
    pub span: Span,
    /// What to put there.
    pub text: String,
}

/// A change that would make the finding go away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, as an instruction: "Use the instance profile's name".
    pub title: String,
    /// Whether it may be applied without a person looking at it.
    pub safe: bool,
    /// The edits, none overlapping another.
    pub edits: Vec<Edit>,
}

/// One finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// The id of the rule that found it, such as `role-as-instance-profile`.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop at its end.
    pub message: String,
    /// Why, and what to do.
    pub help: Option<String>,
    /// The value the author would change.
    pub span: Span,
    /// What stands at `span`, in a few words, for outputs that draw labels.
    pub label: Option<String>,
    /// The other ends of the chain.
    pub related: Vec<Label>,
    /// Address of the resource concerned: `module.web.aws_instance.app[0]`, or a logical id.
    pub resource: Option<String>,
    /// Under which condition the finding holds, as words to put behind "when"; `None` if always.
    pub when: Option<String>,
    /// How to mend it; the best first.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// A diagnostic with nothing but its rule, severity, place and message.
    pub fn new(rule: &'static str, severity: Severity, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            rule,
            severity,
            message: message.into(),
            help: None,
            span,
            label: None,
            related: Vec::new(),
            resource: None,
            when: None,
            fixes: Vec::new(),
        }
    }

    /// The same with a help text: why, and what to do.
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with a short text for the primary place.
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// The same with one more related place.
    pub fn with_related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Label { span, message: message.into() });
        self
    }

    /// A text that names this finding and stays the same when lines above it come or go: 32 hexadecimal digits over the
    /// rule, the path, the resource and the text under the primary span.
    pub fn fingerprint(&self, sources: &Sources) -> String {
        self.fingerprint_in(sources.path(self.span.source), sources)
    }

    /// The same where the path is told from another directory: what is kept must not depend on the working directory.
    pub fn fingerprint_in(&self, path: &str, sources: &Sources) -> String {
        let mut hash = Fnv::new();
        for part in [
            self.rule,
            path,
            self.resource.as_deref().unwrap_or(""),
            sources.slice(self.span).trim(),
            self.when.as_deref().unwrap_or(""),
        ] {
            hash.write(part.as_bytes());
            hash.write(&[0]);
        }
        hash.hex()
    }
}

/// Sorts findings by path, first byte, rule, then what is left, so that every output has the same order on every run,
/// and drops repeats.
pub fn sort(diagnostics: &mut Vec<Diagnostic>, sources: &Sources) {
    diagnostics.sort_by(|a, b| {
        (sources.path(a.span.source), a.span.start, a.rule, a.span.end, &a.resource, &a.message, &a.when).cmp(&(
            sources.path(b.span.source),
            b.span.start,
            b.rule,
            b.span.end,
            &b.resource,
            &b.message,
            &b.when,
        ))
    });
    diagnostics.dedup();
}

/// FNV-1a over 128 bits: a fingerprint has to be stable over versions and platforms, not hard to forge.
struct Fnv(u128);

impl Fnv {
    fn new() -> Self {
        Fnv(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }

    fn hex(&self) -> String {
        format!("{:032x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_does_not_depend_on_the_line() {
        let mut sources = Sources::new();
        let id = sources.set("main.tf", "abc");
        let before = Diagnostic::new("r", Severity::Error, Span::new(id, 0, 3), "m").fingerprint(&sources);
        sources.set("main.tf", "\n\nabc");
        let after = Diagnostic::new("r", Severity::Error, Span::new(id, 2, 5), "m").fingerprint(&sources);
        assert_eq!(before, after);
        let other = Diagnostic::new("r", Severity::Error, Span::new(id, 2, 4), "m").fingerprint(&sources);
        assert_ne!(after, other);
    }

    #[test]
    fn findings_are_sorted_by_path_then_byte_then_rule() {
        let mut sources = Sources::new();
        let b = sources.set("b.tf", "xxxx");
        let a = sources.set("a.tf", "xxxx");
        let make = |source, start, rule| Diagnostic::new(rule, Severity::Error, Span::new(source, start, 4), "m");
        let mut all = vec![make(b, 0, "r"), make(a, 2, "r"), make(a, 1, "s"), make(a, 1, "r"), make(a, 1, "r")];
        sort(&mut all, &sources);
        let order: Vec<_> = all.iter().map(|d| (&**sources.path(d.span.source), d.span.start, d.rule)).collect();
        assert_eq!(order, [("a.tf", 1, "r"), ("a.tf", 1, "s"), ("a.tf", 2, "r"), ("b.tf", 0, "r")]);
    }
}
