//! The output for programs: one object, whose shape is promised. Lines and columns count from 1, columns in Unicode
//! characters, bytes from 0; paths are the names of the sources.

use serde::Serialize;

use super::Beside;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Sources;
use crate::text::{Position, Span};
use crate::workspace::{Chain, Report, Suppressed, Verdict};

/// The version of the shape. It rises when something is taken away or changes its meaning, not when something is added.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct Output<'a> {
    version: u32,
    findings: Vec<Finding<'a>>,
    undecided: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    undecided_chains: Option<Vec<ChainOut<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<Vec<SuppressedOut<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<Vec<Finding<'a>>>,
    summary: SummaryOut,
}

/// A finding that a suppression hides.
#[derive(Serialize)]
struct SuppressedOut<'a> {
    reason: &'a str,
    by: Related<'a>,
    finding: Finding<'a>,
}

#[derive(Serialize)]
struct Place {
    line: u32,
    column: u32,
    byte: u32,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'a str,
    severity: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    file: &'a str,
    start: Place,
    end: Place,
    resource: Option<&'a str>,
    when: Option<&'a str>,
    related: Vec<Related<'a>>,
    fixes: Vec<FixOut<'a>>,
    fingerprint: String,
    docs: String,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    file: &'a str,
    start: Place,
    end: Place,
}

#[derive(Serialize)]
struct FixOut<'a> {
    title: &'a str,
    safe: bool,
    edits: Vec<EditOut<'a>>,
}

#[derive(Serialize)]
struct EditOut<'a> {
    file: &'a str,
    start_byte: u32,
    end_byte: u32,
    text: &'a str,
}

#[derive(Serialize)]
struct SummaryOut {
    files: usize,
    resources: usize,
    chains: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    suppressed: usize,
    known: usize,
}

/// A chain, in the output of `trace` and among the undecided ones.
#[derive(Serialize)]
struct ChainOut<'a> {
    resource: &'a str,
    slot: &'a str,
    verdict: &'a str,
    why: Option<&'a str>,
    when: Option<&'a str>,
    /// What would decide an undecided chain, and where that would have to come from.
    missing: Option<Related<'a>>,
    links: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Trace<'a> {
    version: u32,
    chains: Vec<ChainOut<'a>>,
}

/// The report as one object and a line end. `beside` adds lists to the numbers in the summary.
pub fn report(report: &Report, sources: &Sources, beside: Beside) -> String {
    let undecided = || report.chains.iter().filter(|chain| chain.verdict == Verdict::Undecided);
    let count = |severity| report.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    write(&Output {
        version: VERSION,
        findings: report.diagnostics.iter().map(|diagnostic| finding(diagnostic, sources)).collect(),
        undecided: undecided().count(),
        undecided_chains: beside.undecided.then(|| undecided().map(|chain| chain_out(chain, sources)).collect()),
        suppressed: beside
            .silenced
            .then(|| report.suppressed.iter().map(|hidden| suppressed(hidden, sources)).collect()),
        known: beside.silenced.then(|| report.known.iter().map(|known| finding(known, sources)).collect()),
        summary: SummaryOut {
            files: report.summary.files,
            resources: report.summary.resources,
            chains: report.summary.chains,
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
            suppressed: report.suppressed.len(),
            known: report.known.len(),
        },
    })
}

/// Chains as one object and a line end.
pub fn chains<'a>(chains: impl Iterator<Item = &'a Chain>, sources: &'a Sources) -> String {
    write(&Trace { version: VERSION, chains: chains.map(|chain| chain_out(chain, sources)).collect() })
}

fn write(value: &impl Serialize) -> String {
    // Structs of texts and numbers cannot fail to be written into memory.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

fn finding<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Finding<'a> {
    let (start, end) = places(diagnostic.span, sources);
    let edit = |edit: &'a crate::diagnostic::Edit| EditOut {
        file: sources.path(edit.span.source),
        start_byte: edit.span.start,
        end_byte: edit.span.end,
        text: &edit.text,
    };
    Finding {
        rule: diagnostic.rule,
        severity: diagnostic.severity.as_str(),
        message: &diagnostic.message,
        help: diagnostic.help.as_deref(),
        file: sources.path(diagnostic.span.source),
        start,
        end,
        resource: diagnostic.resource.as_deref(),
        when: diagnostic.when.as_deref(),
        related: diagnostic.related.iter().map(|label| related(label.span, &label.message, sources)).collect(),
        fixes: diagnostic
            .fixes
            .iter()
            .map(|fix| FixOut { title: &fix.title, safe: fix.safe, edits: fix.edits.iter().map(edit).collect() })
            .collect(),
        fingerprint: diagnostic.fingerprint(sources),
        docs: format!("rolecall explain {}", diagnostic.rule),
    }
}

fn suppressed<'a>(suppressed: &'a Suppressed, sources: &'a Sources) -> SuppressedOut<'a> {
    SuppressedOut {
        reason: &suppressed.reason,
        by: related(suppressed.span, "the suppression", sources),
        finding: finding(&suppressed.diagnostic, sources),
    }
}

fn chain_out<'a>(chain: &'a Chain, sources: &'a Sources) -> ChainOut<'a> {
    ChainOut {
        resource: &chain.resource,
        slot: &chain.slot,
        verdict: chain.verdict.as_str(),
        why: (!chain.why.is_empty()).then_some(chain.why.as_str()),
        when: chain.when.as_deref(),
        missing: chain.missing.as_ref().map(|missing| related(missing.span, &missing.text, sources)),
        links: chain.links.iter().map(|link| related(link.span, &link.text, sources)).collect(),
    }
}

fn related<'a>(span: Span, message: &'a str, sources: &'a Sources) -> Related<'a> {
    let (start, end) = places(span, sources);
    Related { message, file: sources.path(span.source), start, end }
}

/// Both ends of a span, within its text and in their order.
fn places(span: Span, sources: &Sources) -> (Place, Place) {
    let length = sources.text(span.source).len() as u32;
    let start = span.start.min(length);
    let end = span.end.clamp(start, length);
    let span = Span::new(span.source, start, end);
    let place = |Position { line, column }, byte: u32| Place { line, column, byte };
    (place(sources.start(span), start), place(sources.end(span), end))
}
