//! One line for each finding: `path:line:column: severity[rule] message`.

use super::printable;
use crate::diagnostic::Diagnostic;
use crate::source::Sources;
use crate::workspace::Report;

/// The line of one finding, without its end. Line and column count from 1, the column in characters.
pub fn finding(diagnostic: &Diagnostic, sources: &Sources) -> String {
    finding_at(sources.path(diagnostic.span.source), diagnostic, sources)
}

/// The same with another path of the file, for readers who know it by one that begins elsewhere.
pub(super) fn finding_at(path: &str, diagnostic: &Diagnostic, sources: &Sources) -> String {
    let at = sources.start(diagnostic.span);
    let when = diagnostic.when.as_deref().map(|when| format!(" (when {when})")).unwrap_or_default();
    let line = format!(
        "{}:{}:{}: {}[{}] {}{when}",
        path, at.line, at.column, diagnostic.severity, diagnostic.rule, diagnostic.message,
    );
    one_line(&line)
}

/// One line for each finding that is not shown, with what keeps it from that, for people who ask.
pub fn silenced(report: &Report, sources: &Sources) -> String {
    let line = |diagnostic: &Diagnostic, why: &str| {
        let place = sources.start(diagnostic.span).line;
        let path = sources.path(diagnostic.span.source);
        one_line(&format!("{path}:{place}: {why}: {}: {}", diagnostic.rule, diagnostic.message)) + "\n"
    };
    let suppressed = report.suppressed.iter().map(|hidden| {
        let by = sources.start(hidden.span).line;
        line(&hidden.diagnostic, &format!("suppressed on line {by} because {:?}", hidden.reason))
    });
    suppressed.chain(report.known.iter().map(|known| line(known, "in the baseline"))).collect()
}

/// `text` on one line and harmless to a terminal.
pub(super) fn one_line(text: &str) -> String {
    printable(text).replace(['\n', '\r', '\t'], " ")
}
