//! Suppressions: places in the text that say which findings are not to be shown there, and why.
//!
//! In a comment: `rolecall: ignore[rule-id, …] -- reason`, at the end of a line or on lines of its own above what it is
//! about. In Terraform's JSON, which has no comments, the same text under a `"//"` key; in a template also
//! `Metadata.rolecall.ignore` of a resource or of the whole template.
//!
//! What each covers:
//! - a comment behind code: the findings whose primary place starts on its line;
//! - a comment on a line of its own: what begins on the next line of code, to its end. That is an attribute with its
//!   whole value (a policy in a heredoc included), an entry or element, or a block with all that is in it;
//! - a `"//"` key: the object it stands in; `Metadata`: its resource, or the template.
//!
//! A finding in a text that can hold no suppression, such as a policy that is read with `file()`, is suppressed at a
//! related place: the attribute that reads it.

mod directive;
mod edit;
mod find;

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

pub use edit::edit;

use crate::diagnostic::{Diagnostic, Severity};
use crate::syntax::Document;
use crate::text::{LineIndex, SourceId, Span};

/// A finding that is not shown, with what hides it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suppressed {
    /// The finding.
    pub diagnostic: Diagnostic,
    /// The suppression: the comment or value.
    pub span: Span,
    /// The reason it gives.
    pub reason: String,
}

/// Findings, parted.
#[derive(Default, Debug)]
pub struct Outcome {
    /// The findings that are shown, those about suppressions among them. Not sorted.
    pub shown: Vec<Diagnostic>,
    /// The others, in the order in which they came.
    pub suppressed: Vec<Suppressed>,
}

/// A suppression in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Suppression {
    /// The comment or value.
    span: Span,
    /// The rules it names, and where.
    rules: Vec<(&'static str, Span)>,
    reason: String,
    /// The bytes whose findings it hides: those whose primary place starts in them.
    covers: Range<u32>,
}

impl Suppression {
    fn covers(&self, place: Span) -> bool {
        place.source == self.span.source && self.covers.contains(&place.start)
    }
}

/// The rule that a suppression may name to say that it is not always needed.
const UNUSED: &str = "unused-suppression";

/// What one text says about suppressing.
#[derive(Debug, Default)]
pub struct Said {
    suppressions: Vec<Suppression>,
    mistakes: Vec<Diagnostic>,
}

/// The suppressions in a text. They hang on nothing but the text.
pub fn find(document: &Document) -> Said {
    let (suppressions, mistakes) = find::suppressions(document);
    Said { suppressions, mistakes }
}

/// Parts findings by the suppressions in `texts`, which are all that can hold any, and adds findings about suppressions
/// that cover nothing or cannot be understood.
///
/// `undecided` are places at which it is not known whether something is wrong; a suppression there is no mistake.
pub fn apply(diagnostics: Vec<Diagnostic>, texts: &[(Arc<Document>, Arc<Said>)], undecided: &[Span]) -> Outcome {
    let mut outcome = Outcome::default();
    let documents = || texts.iter().map(|(document, _)| document);
    let suppressions: Vec<&Suppression> = texts.iter().flat_map(|(_, said)| &said.suppressions).collect();
    let mistakes: Vec<Diagnostic> = texts.iter().flat_map(|(_, said)| said.mistakes.iter().cloned()).collect();
    if suppressions.is_empty() {
        outcome.shown = diagnostics;
        outcome.shown.extend(mistakes);
        return outcome;
    }
    let mut by_source: HashMap<SourceId, Vec<usize>> = HashMap::new();
    for (index, suppression) in suppressions.iter().enumerate() {
        by_source.entry(suppression.span.source).or_default().push(index);
    }
    let holders: HashSet<SourceId> = documents().map(|document| document.source()).collect();
    let mut used: HashSet<(usize, &str)> = HashSet::new();
    for diagnostic in diagnostics {
        let covering = |place: Span| {
            by_source.get(&place.source).into_iter().flatten().copied().find(|index| {
                let suppression = suppressions[*index];
                suppression.covers(place) && suppression.rules.iter().any(|(rule, _)| *rule == diagnostic.rule)
            })
        };
        let by = match holders.contains(&diagnostic.span.source) {
            true => covering(diagnostic.span),
            false => diagnostic.related.iter().find_map(|label| covering(label.span)),
        };
        match by {
            Some(index) => {
                used.insert((index, diagnostic.rule));
                let Suppression { span, reason, .. } = suppressions[index];
                outcome.suppressed.push(Suppressed { diagnostic, span: *span, reason: reason.clone() });
            }
            None => outcome.shown.push(diagnostic),
        }
    }
    outcome.shown.extend(mistakes);
    let broken: HashSet<SourceId> =
        documents().filter(|document| document.is_broken()).map(|document| document.source()).collect();
    for (index, suppression) in suppressions.iter().enumerate() {
        // A second suppression of what the first one covers already is not needed, and is told as such.
        let open = broken.contains(&suppression.span.source)
            || suppression.rules.iter().any(|(rule, _)| *rule == UNUSED)
            || undecided.iter().any(|place| suppression.covers(*place));
        if open {
            continue;
        }
        let Some(document) = documents().find(|document| document.source() == suppression.span.source) else {
            continue;
        };
        let idle = suppression.rules.iter().filter(|(rule, _)| !used.contains(&(index, *rule)));
        outcome.shown.extend(idle.map(|(rule, span)| unused(rule, *span, suppression, document)));
    }
    outcome
}

fn unused(rule: &str, span: Span, suppression: &Suppression, document: &Document) -> Diagnostic {
    let message = format!("this suppression covers no `{rule}`");
    let lines = LineIndex::new(document.source_text());
    let (first, last) =
        (lines.line(suppression.covers.start) + 1, lines.line(suppression.covers.end.saturating_sub(1)) + 1);
    let reach = match suppression.covers.is_empty() {
        true => "Nothing stands directly below it, so it covers nothing.".to_string(),
        false if first == last => format!("It covers what starts on line {first}."),
        false => format!("It covers lines {first} to {last}."),
    };
    Diagnostic::new(UNUSED, Severity::Warning, span, message)
        .with_help(format!("{reach} Remove it, or move it to the finding that it is meant for."))
}

#[cfg(test)]
mod tests;
