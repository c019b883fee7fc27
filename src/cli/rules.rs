//! `rolecall explain` and `rolecall rules`.

use serde::Serialize;

use super::arguments::ListFormat;
use super::terminal::{self, When};
use super::{Exit, Io, Problem};
use crate::catalogue::{self, RuleInfo};

/// The page of a rule, its headings in bold where there are colours.
pub(super) fn explain(id: &str, color: When, rules: &[RuleInfo], io: &mut Io<'_>) -> Result<Exit, Problem> {
    let rule = catalogue::find(id, rules)?;
    let style = terminal::style(color, io.out_is_terminal, io);
    let mut text = String::new();
    if !rule.docs.trim_start().starts_with("# ") {
        text.push_str(&format!("{}\n\n", style.bold(&format!("# {}", rule.id))));
    }
    let mut fenced = false;
    for line in rule.docs.trim().lines() {
        fenced ^= line.trim_start().starts_with("```");
        let heading = line.starts_with('#') && !fenced;
        text.push_str(&if heading { style.bold(line) } else { line.to_owned() });
        text.push('\n');
    }
    let only = if rule.pedantic { ", pedantic: runs only when selected or with --pedantic" } else { "" };
    let severity = style.severity(rule.severity, rule.severity.as_str());
    text.push_str(&format!("\nSeverity: {severity}; group: {}{only}\n", rule.group));
    io.write(&text)?;
    Ok(Exit::Clean)
}

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    severity: &'a str,
    group: &'a str,
    pedantic: bool,
    summary: String,
    docs: &'a str,
}

/// All rules, as a table or as JSON.
pub(super) fn list(format: ListFormat, rules: &[RuleInfo], io: &mut Io<'_>) -> Result<Exit, Problem> {
    let text = match format {
        ListFormat::Json => {
            let rows = rules.iter().map(|rule| Row {
                id: rule.id,
                severity: rule.severity.as_str(),
                group: rule.group,
                pedantic: rule.pedantic,
                summary: rule.summary(),
                docs: rule.docs,
            });
            // Structs of texts cannot fail to be written into memory.
            serde_json::to_string_pretty(&rows.collect::<Vec<_>>()).unwrap_or_default() + "\n"
        }
        ListFormat::Text => {
            let id = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
            let group = |rule: &RuleInfo| format!("{}{}", rule.group, if rule.pedantic { ", pedantic" } else { "" });
            let groups = rules.iter().map(|rule| group(rule).len()).max().unwrap_or(0);
            let row = |rule: &RuleInfo| {
                let (severity, group) = (rule.severity.as_str(), group(rule));
                let row = format!("{:id$}  {severity:7}  {group:groups$}  {}", rule.id, rule.summary());
                row.trim_end().to_owned() + "\n"
            };
            rules.iter().map(row).collect()
        }
    };
    io.write(&text)?;
    Ok(Exit::Clean)
}
