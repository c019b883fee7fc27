//! The rules as SARIF describes them, from their pages.

use serde_json::{Value, json};

use super::super::outcome::Outcome;
use super::{full_stop, level};
use crate::diagnostic::{Diagnostic, Severity};

/// Most characters that GitHub takes of a full description.
const MAX_DESCRIPTION: usize = 1000;

/// The ids of the rules that made these findings, sorted.
pub(super) fn found<'f>(findings: impl Iterator<Item = &'f Diagnostic>) -> Vec<&'static str> {
    let mut ids: Vec<&'static str> = findings.map(|finding| finding.rule).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// What is known of the rule named `id`.
pub(super) fn descriptor(id: &str, outcome: &Outcome<'_>) -> Value {
    let Some(rule) = outcome.rule(id) else { return json!({ "id": id }) };
    let problem = match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "recommendation",
    };
    let mut properties = json!({
        "tags": ["aws", "iam", rule.group],
        "precision": "very-high",
        "problem.severity": problem,
    });
    // Its presence makes a finding one of security, which a chain that merely does not work is not.
    if let Some(score) = security(rule.group, rule.severity) {
        properties["security-severity"] = score.into();
        properties["tags"] = json!(["aws", "iam", rule.group, "security"]);
    }
    json!({
        "id": rule.id,
        "name": camel_case(rule.id),
        "shortDescription": { "text": full_stop(&rule.summary()) },
        "fullDescription": { "text": description(rule.docs, &rule.summary()) },
        "help": { "text": rule.docs.trim(), "markdown": rule.docs.trim() },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": properties,
    })
}

/// How severe a finding of security is, as a number that GitHub turns into a word: from 7 on high, from 4 on medium.
fn security(group: &str, severity: Severity) -> Option<&'static str> {
    if !["permissions", "credentials"].contains(&group) {
        return None;
    }
    Some(match severity {
        Severity::Error => "8.0",
        Severity::Warning => "6.0",
        Severity::Info => "3.0",
    })
}

/// The prose of the page's first section, as far as it is taken, without Markdown's quotes around code.
fn description(page: &str, summary: &str) -> String {
    let prose = page.lines().map(str::trim).skip_while(|line| *line != "## What").skip(1);
    let mut text = String::new();
    for line in prose.take_while(|line| !line.starts_with("## ") && !line.starts_with("```")) {
        if text.chars().count() + line.chars().count() >= MAX_DESCRIPTION {
            break;
        }
        if !line.is_empty() {
            text.push_str(if text.is_empty() { "" } else { " " });
            text.push_str(&line.replace('`', ""));
        }
    }
    full_stop(if text.is_empty() { summary } else { &text })
}

/// `wildcard-trust` as `WildcardTrust`, as names of rules are written in this format.
fn camel_case(id: &str) -> String {
    let words = id.split('-').map(|word| {
        let mut characters = word.chars();
        let first = characters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(characters).collect::<String>()
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_is_the_first_section() {
        let page = "# r\n\n## What\n\nA `role` is\nwrong.\n\nReally.\n\n## Why\n\nBecause.\n";
        assert_eq!(description(page, "s"), "A role is wrong. Really.");
        assert_eq!(description("# r\n\nA role\n", "A role"), "A role.");
        let long = format!("## What\n\nFirst.\n\n{}\n", "x".repeat(2000));
        assert_eq!(description(&long, ""), "First.");
        assert_eq!(camel_case("arn-instead-of-name"), "ArnInsteadOfName");
    }
}
