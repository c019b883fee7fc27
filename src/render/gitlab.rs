//! GitLab's code quality report: one array, paths from the root of the repository, and a name for each finding that does
//! not change with its line, since GitLab compares the names of two runs.

use serde::Serialize;

use super::outcome::{Outcome, sentence};
use crate::catalogue::ALWAYS_ON;
use crate::diagnostic::{Diagnostic, Severity};
use crate::text::ColumnUnit;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
    positions: Positions,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

#[derive(Serialize)]
struct Positions {
    begin: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: u32,
}

/// The report as one array and a line end.
pub fn report(outcome: &Outcome<'_>) -> String {
    let issue = |(finding, fingerprint): (&Diagnostic, String)| {
        let region = outcome.region(finding.span, ColumnUnit::Characters);
        let position = |column| Position { line: region.line, column };
        Issue {
            description: sentence(finding),
            check_name: finding.rule,
            fingerprint,
            severity: severity(finding),
            location: Location {
                path: outcome.path(finding.span),
                lines: Lines { begin: region.line },
                positions: Positions { begin: position(region.column), end: position(region.end_column) },
            },
        }
    };
    let findings = || outcome.report.diagnostics.iter();
    let issues: Vec<Issue> = findings().zip(outcome.names(findings())).map(issue).collect();
    // Structs of texts and numbers cannot fail to be written into memory.
    serde_json::to_string_pretty(&issues).unwrap_or_default() + "\n"
}

/// The word of GitLab's scale: what keeps a file from being judged at all is the worst.
fn severity(finding: &Diagnostic) -> &'static str {
    match finding.severity {
        Severity::Error if ALWAYS_ON.contains(&finding.rule) => "blocker",
        Severity::Error => "critical",
        Severity::Warning => "minor",
        Severity::Info => "info",
    }
}
