//! Annotations on GitHub, as workflow commands: a line of plain text for the log and a command for each finding, and a
//! table for the summary of the step.

use super::concise;
use super::outcome::{Outcome, sentence};
use super::printable;
use crate::diagnostic::{Diagnostic, Severity};
use crate::text::ColumnUnit;

/// Most annotations of one level that GitHub shows of a step.
const SHOWN: usize = 10;

/// Most rows of the table. GitHub takes a megabyte of summary for a step.
const MAX_ROWS: usize = 200;

/// Every finding as a line of text, then the worst of them as annotations. What would not be shown any more is counted
/// in one.
pub fn report(outcome: &Outcome<'_>) -> String {
    let mut out = String::new();
    for finding in &outcome.report.diagnostics {
        out.push_str(&harmless(&concise::finding_at(&outcome.path(finding.span), finding, outcome.sources)));
        out.push('\n');
    }
    let mut hidden = 0;
    // One place among the notices is kept for the count.
    for (severity, shown) in [(Severity::Error, SHOWN), (Severity::Warning, SHOWN), (Severity::Info, SHOWN - 1)] {
        let found = outcome.report.diagnostics.iter().filter(|finding| finding.severity == severity);
        for (at, finding) in found.enumerate() {
            if at < shown {
                out.push_str(&annotation(finding, outcome));
            } else {
                hidden += 1;
            }
        }
    }
    if hidden > 0 {
        let text = format!("{hidden} more findings are in the log: GitHub shows {SHOWN} annotations of each level.");
        out.push_str(&format!("::notice title=rolecall::{}\n", escape(&text, false)));
    }
    out
}

/// A line of the log that cannot be taken for a command.
fn harmless(line: &str) -> String {
    let command = line.trim_start().starts_with("::") || line.trim_start().starts_with("##[");
    if command { format!("./{line}") } else { line.to_owned() }
}

fn annotation(finding: &Diagnostic, outcome: &Outcome<'_>) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let region = outcome.region(finding.span, ColumnUnit::Characters);
    let properties = [
        ("file", outcome.path(finding.span)),
        ("line", region.line.to_string()),
        ("endLine", region.line.to_string()),
        ("col", region.column.to_string()),
        ("endColumn", region.end_column.to_string()),
        ("title", format!("rolecall: {}", finding.rule)),
    ];
    let properties: Vec<String> =
        properties.iter().map(|(name, value)| format!("{name}={}", escape(&printable(value), true))).collect();
    let mut message = sentence(finding);
    if let Some(help) = &finding.help {
        message.push('\n');
        message.push_str(help);
    }
    for label in &finding.related {
        let at = outcome.sources.start(label.span);
        message.push_str(&format!("\n{}:{}: {}", outcome.path(label.span), at.line, label.message));
    }
    format!("::{command} {}::{}\n", properties.join(","), escape(&printable(&message), false))
}

/// What a command would take for its own signs, as it wants them written.
fn escape(text: &str, property: bool) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    if property { text.replace(':', "%3A").replace(',', "%2C") } else { text }
}

/// A Markdown table of the findings, the worst first, behind `summary`, the closing line of the run.
pub fn step_summary(outcome: &Outcome<'_>, summary: &str) -> String {
    let mut out = format!("### rolecall\n\n{}\n", cell(summary));
    let mut findings: Vec<&Diagnostic> = outcome.report.diagnostics.iter().collect();
    if findings.is_empty() {
        return out;
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    out.push_str("\n| severity | rule | place | finding |\n|---|---|---|---|\n");
    for finding in findings.iter().take(MAX_ROWS) {
        let place = format!("{}:{}", outcome.path(finding.span), outcome.sources.start(finding.span).line);
        let cells = [finding.severity.as_str(), finding.rule, &place, &sentence(finding)].map(cell);
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    if findings.len() > MAX_ROWS {
        out.push_str(&format!("\n{} more are in the log.\n", findings.len() - MAX_ROWS));
    }
    out
}

/// Text that is no markup, in a cell of a table.
fn cell(text: &str) -> String {
    let mut out = String::new();
    for character in printable(text).chars() {
        match character {
            '\n' | '\r' | '\t' => out.push(' '),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '|' | '[' | ']' | '~' | '#' | '!' | '@' => {
                out.push('\\');
                out.push(character);
            }
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_commands_are_escaped() {
        assert_eq!(escape("a:b,c%\r\nd", true), "a%3Ab%2Cc%25%0D%0Ad");
        assert_eq!(escape("a:b,c%\r\nd", false), "a:b,c%25%0D%0Ad");
        assert_eq!(harmless("::error::x"), "./::error::x");
        assert_eq!(harmless(" ##[group]x"), "./ ##[group]x");
        assert_eq!(harmless("a.tf:1:1: x"), "a.tf:1:1: x");
    }

    #[test]
    fn a_cell_holds_no_markup() {
        assert_eq!(cell("a|b\n<img> `c` [d](e)"), "a\\|b &lt;img&gt; \\`c\\` \\[d\\](e)");
    }
}
