//! SARIF 2.1.0, as code scanning services read it. Paths begin at the root of the repository, lines and columns count
//! from 1, columns in UTF-16 units; a region is on one line, since GitHub shows an alert in a pull request only if all of
//! its region's lines are in the difference.

mod limits;
mod line_hash;
mod results;
mod rules;

pub use limits::limits;

use std::collections::HashMap;

use serde_json::{Value, json};

use super::outcome::{Outcome, sentence};
use crate::catalogue::ALWAYS_ON;
use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::text::{ColumnUnit, SourceId, Span};
use crate::workspace::Chain;
use results::{Silence, Told};

/// What this output conforms to.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What paths are relative to.
const ROOT: &str = "%SRCROOT%";

/// Most chains that are told with one finding. GitHub shows one at a time.
const MAX_FLOWS: usize = 10;

/// Most related places of one finding that GitHub takes.
const MAX_RELATED: usize = 1_000;

/// The report as one SARIF log and a line end. `category` tells runs over different parts of one repository apart;
/// `silenced` adds the findings that a suppression hides or a baseline knows, as results that are suppressed.
pub fn report(outcome: &Outcome<'_>, category: &str, silenced: bool) -> String {
    let told = results::told(outcome.report, silenced);
    let notes = limits(outcome.report, silenced);
    let rules = rules::found(told.iter().map(|told| told.finding));
    let mut writer = Writer { outcome, hashes: HashMap::new(), rules, notes };
    let results = writer.results(&told);
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": writer.driver() },
            "automationDetails": { "id": category },
            "columnKind": "utf16CodeUnits",
            "originalUriBaseIds": { ROOT: { "description": { "text": "The root of the repository." } } },
            "invocations": [writer.invocation()],
            "results": results,
        }],
    });
    // A value of texts and numbers cannot fail to be written into memory.
    serde_json::to_string_pretty(&log).unwrap_or_default() + "\n"
}

struct Writer<'a> {
    outcome: &'a Outcome<'a>,
    /// The hash of each line, for the files that were asked for.
    hashes: HashMap<SourceId, Vec<String>>,
    /// The rules that found something, in the order in which results refer to them.
    rules: Vec<&'static str>,
    /// What is to be said of the log itself.
    notes: Vec<String>,
}

impl Writer<'_> {
    fn driver(&self) -> Value {
        json!({
            "name": "rolecall",
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            // The package itself: this has no home on the web that could be named here.
            "informationUri": "pkg:cargo/rolecall",
            "rules": self.rules.iter().map(|id| rules::descriptor(id, self.outcome)).collect::<Vec<_>>(),
        })
    }

    /// Whether everything could be read, and what the analysis says of itself.
    fn invocation(&self) -> Value {
        let report = self.outcome.report;
        let failures: Vec<&Diagnostic> = report
            .diagnostics
            .iter()
            .filter(|finding| ALWAYS_ON.contains(&finding.rule) && finding.severity == Severity::Error)
            .collect();
        let mut notifications: Vec<Value> = failures
            .iter()
            .map(|finding| {
                json!({
                    "descriptor": { "id": finding.rule },
                    "level": "error",
                    "message": { "text": full_stop(&sentence(finding)) },
                    "locations": [{ "physicalLocation": self.physical(finding.span) }],
                })
            })
            .collect();
        let note = |note: &String| json!({ "level": "note", "message": { "text": full_stop(note) } });
        notifications.extend(report.notes.iter().chain(&self.notes).map(note));
        json!({ "executionSuccessful": failures.is_empty(), "toolExecutionNotifications": notifications })
    }

    fn results(&mut self, told: &[Told<'_>]) -> Vec<Value> {
        let names = self.outcome.names(told.iter().map(|told| told.finding));
        told.iter().zip(names).map(|(told, name)| self.result(told, &name)).collect()
    }

    fn result(&mut self, told: &Told<'_>, name: &str) -> Value {
        let finding = told.finding;
        let mut location = json!({ "physicalLocation": self.physical(finding.span) });
        if let Some(resource) = &finding.resource {
            location["logicalLocations"] = json!([{ "fullyQualifiedName": resource, "kind": "resource" }]);
        }
        let related = finding.related.iter().take(MAX_RELATED).zip(1..).map(|(label, number)| {
            json!({
                "id": number,
                "message": { "text": label.message },
                "physicalLocation": self.physical(label.span),
            })
        });
        let related: Vec<Value> = related.collect();
        let flows: Vec<Value> = self.chains(finding).map(|chain| self.flow(chain)).collect();
        let mut result = json!({
            "ruleId": finding.rule,
            "ruleIndex": self.rules.iter().position(|rule| *rule == finding.rule),
            "level": level(finding.severity),
            "message": { "text": message(finding) },
            "locations": [location],
            "relatedLocations": related,
            "partialFingerprints": { "rolecall/v1": name },
        });
        if let Some(hash) = self.hash(finding.span) {
            result["partialFingerprints"]["primaryLocationLineHash"] = hash.into();
        }
        if !flows.is_empty() {
            result["codeFlows"] = flows.into();
        }
        if let Some(suppression) = self.suppression(&told.silence) {
            result["suppressions"] = json!([suppression]);
        }
        if !finding.fixes.is_empty() {
            result["fixes"] = finding.fixes.iter().map(|fix| self.fix(fix)).collect();
        }
        result
    }

    /// What silences a result, with where and why.
    fn suppression(&self, silence: &Silence<'_>) -> Option<Value> {
        match silence {
            Silence::None => None,
            Silence::InSource { span, reason } => Some(json!({
                "kind": "inSource",
                "status": "accepted",
                "justification": reason,
                "location": { "physicalLocation": self.physical(*span) },
            })),
            Silence::Baseline => Some(json!({
                "kind": "external",
                "status": "accepted",
                "justification": "The baseline knows this finding.",
            })),
        }
    }

    /// The chains that this finding breaks.
    fn chains<'c>(&'c self, finding: &'c Diagnostic) -> impl Iterator<Item = &'c Chain> {
        let breaks = |chain: &&Chain| {
            let through = chain.links.iter().any(|link| link.span == finding.span)
                || finding.related.iter().any(|label| chain.links.iter().any(|link| link.span == label.span))
                || finding.resource.as_deref() == Some(&*chain.resource);
            chain.why == finding.message && through
        };
        self.outcome.report.chains.iter().filter(breaks).take(MAX_FLOWS)
    }

    fn flow(&self, chain: &Chain) -> Value {
        let steps = chain.links.iter().map(|link| {
            let location = json!({
                "message": { "text": link.text },
                "physicalLocation": self.physical(link.span),
            });
            json!({ "location": location })
        });
        let text = format!("{} of {}.", chain.slot, chain.resource);
        json!({ "message": { "text": text }, "threadFlows": [{ "locations": steps.collect::<Vec<_>>() }] })
    }

    fn fix(&self, fix: &Fix) -> Value {
        let mut by_file: Vec<(String, Vec<Value>)> = Vec::new();
        for edit in &fix.edits {
            let path = self.outcome.path(edit.span);
            let replacement = json!({
                "deletedRegion": self.whole(edit.span),
                // Written for deletions too: some readers take it for granted.
                "insertedContent": { "text": edit.text },
            });
            match by_file.iter_mut().find(|(known, _)| *known == path) {
                Some((_, replacements)) => replacements.push(replacement),
                None => by_file.push((path, vec![replacement])),
            }
        }
        let changes = by_file
            .into_iter()
            .map(|(path, replacements)| json!({ "artifactLocation": artifact(&path), "replacements": replacements }));
        json!({ "description": { "text": full_stop(&fix.title) }, "artifactChanges": changes.collect::<Vec<_>>() })
    }

    fn physical(&self, span: Span) -> Value {
        let region = self.outcome.region(span, ColumnUnit::Utf16);
        json!({
            "artifactLocation": artifact(&self.outcome.path(span)),
            "region": {
                "startLine": region.line,
                "startColumn": region.column,
                "endLine": region.line,
                "endColumn": region.end_column,
            },
        })
    }

    /// A region over all lines of a span.
    fn whole(&self, span: Span) -> Value {
        let source = self.outcome.sources.get(span.source);
        let at = |byte| source.lines().line_column(source.text(), byte, ColumnUnit::Utf16);
        let ((line, column), (end_line, end_column)) = (at(span.start), at(span.end.max(span.start)));
        json!({
            "startLine": line + 1, "startColumn": column + 1, "endLine": end_line + 1, "endColumn": end_column + 1,
        })
    }

    /// The hash of the line that a span begins on, by the number that the region has: so the upload action looks it up.
    fn hash(&mut self, span: Span) -> Option<String> {
        let source = self.outcome.sources.get(span.source);
        let line = source.lines().line(span.start) as usize;
        let hashes = self.hashes.entry(span.source).or_insert_with(|| line_hash::line_hashes(source.text()));
        hashes.get(line).cloned()
    }
}

/// The message, what to do, and links to the other places, which GitHub shows as such.
fn message(finding: &Diagnostic) -> String {
    let mut text = full_stop(&unlinked(&sentence(finding)));
    if let Some(help) = &finding.help {
        text.push(' ');
        text.push_str(&full_stop(&unlinked(help)));
    }
    let links = finding.related.iter().take(MAX_RELATED).zip(1..);
    let mut links: Vec<String> =
        links.map(|(label, number)| format!("[{}]({number})", label.message.replace(['[', ']'], ""))).collect();
    if finding.related.len() > MAX_RELATED {
        links.push(format!("and {} more places", finding.related.len() - MAX_RELATED));
    }
    if !links.is_empty() {
        text.push_str(&format!(" See {}.", links.join(", ")));
    }
    text
}

/// Text in which nothing is taken for a link.
fn unlinked(text: &str) -> String {
    text.replace("](", "] (")
}

fn full_stop(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn artifact(path: &str) -> Value {
    json!({ "uri": uri(path), "uriBaseId": ROOT })
}

/// A path as a relative reference: what a URI does not take as it is becomes `%` and two digits for each byte.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references_without_a_scheme() {
        assert_eq!(uri("envs/prod/main.tf"), "envs/prod/main.tf");
        assert_eq!(uri("a b/c:d#é?.tf"), "a%20b/c%3Ad%23%C3%A9%3F.tf");
    }

    #[test]
    fn only_related_places_are_links() {
        let finding = Diagnostic::new("r", Severity::Error, Span::new(SourceId(0), 0, 0), "app[0](1) is wrong")
            .with_help("Do it")
            .with_related(Span::new(SourceId(0), 0, 0), "the role");
        assert_eq!(message(&finding), "app[0] (1) is wrong. Do it. See [the role](1).");
    }
}
