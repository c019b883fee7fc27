//! Counts: the line after the findings, and the findings by rule.

use std::collections::BTreeMap;

use super::Style;
use crate::diagnostic::Severity;
use crate::workspace::{Report, Verdict};

/// The closing line: `1 error and 2 warnings in 5 files; 3 identity chains: 2 hold, 1 is undecided`.
pub fn summary(report: &Report, style: Style) -> String {
    let mut parts = Vec::new();
    for (severity, noun) in [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "info")] {
        let count = report.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        if count > 0 {
            parts.push(style.severity(severity, &number(count, noun)));
        }
    }
    let findings = match parts.split_last() {
        None => "nothing found".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    };
    let chains = match report.chains.len() {
        0 => "no identity chains".to_owned(),
        count => {
            let of = |verdict| report.chains.iter().filter(|chain| chain.verdict == verdict).count();
            let (holds, broken, undecided) = (of(Verdict::Holds), of(Verdict::Broken), of(Verdict::Undecided));
            let mut parts = Vec::new();
            if holds > 0 {
                parts.push(format!("{holds} {}", if holds == 1 { "holds" } else { "hold" }));
            }
            for (count, word) in [(broken, "broken"), (undecided, "undecided")] {
                if count > 0 {
                    parts.push(format!("{count} {} {word}", if count == 1 { "is" } else { "are" }));
                }
            }
            format!("{}: {}", number(count, "identity chain"), parts.join(", "))
        }
    };
    let hidden = [(report.suppressed.len(), "suppressed"), (report.known.len(), "in the baseline")];
    let hidden: Vec<String> =
        hidden.iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}")).collect();
    let hidden = if hidden.is_empty() { String::new() } else { format!(" ({})", hidden.join(", ")) };
    format!("{findings}{hidden} in {}; {chains}", number(report.summary.files, "file"))
}

/// How often each rule found something, the most frequent first.
pub fn statistics(report: &Report, style: Style) -> String {
    let mut counts: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
    for diagnostic in &report.diagnostics {
        *counts.entry((diagnostic.rule, diagnostic.severity)).or_default() += 1;
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let width = rows.iter().map(|(_, count)| count.to_string().len()).max().unwrap_or(0);
    let row = |((rule, severity), count): ((&str, Severity), usize)| {
        let severity = style.severity(severity, &format!("{:7}", severity.as_str()));
        format!("{count:width$}  {severity}  {rule}\n")
    };
    rows.into_iter().map(row).collect()
}

fn number(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
