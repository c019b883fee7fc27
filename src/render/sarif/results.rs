//! Which findings become results: those that are shown, and where that is wanted those that are silenced.

use super::limits::MAX_RESULTS;
use crate::diagnostic::{Diagnostic, Severity};
use crate::text::Span;
use crate::workspace::Report;

/// What keeps a finding from being shown.
#[derive(Clone, Copy)]
pub(super) enum Silence<'a> {
    /// Nothing: it is shown.
    None,
    /// A suppression in the text.
    InSource {
        /// Where it stands.
        span: Span,
        /// The reason it gives.
        reason: &'a str,
    },
    /// The baseline, which knows it.
    Baseline,
}

/// A finding that becomes a result.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub finding: &'a Diagnostic,
    pub silence: Silence<'a>,
}

/// The findings that are told, the silenced ones last. Of more than a log may have, the most severe.
pub(super) fn told(report: &Report, silenced: bool) -> Vec<Told<'_>> {
    let shown = report.diagnostics.iter().map(|finding| Told { finding, silence: Silence::None });
    let mut told: Vec<Told<'_>> = shown.collect();
    if silenced {
        told.extend(report.suppressed.iter().map(|suppressed| Told {
            finding: &suppressed.diagnostic,
            silence: Silence::InSource { span: suppressed.span, reason: &suppressed.reason },
        }));
        told.extend(report.known.iter().map(|finding| Told { finding, silence: Silence::Baseline }));
    }
    if told.len() <= MAX_RESULTS {
        return told;
    }
    let rank = |told: &Told<'_>| match (told.silence, told.finding.severity) {
        (Silence::None, Severity::Error) => 0,
        (Silence::None, Severity::Warning) => 1,
        (Silence::None, Severity::Info) => 2,
        _ => 3,
    };
    let mut order: Vec<usize> = (0..told.len()).collect();
    order.sort_by_key(|at| rank(&told[*at]));
    order.truncate(MAX_RESULTS);
    order.sort_unstable();
    order.into_iter().map(|at| told[at]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::limits;
    use super::*;
    use crate::text::SourceId;

    #[test]
    fn of_too_many_the_most_severe_are_told_and_that_is_said() {
        let finding = |severity| Diagnostic::new("r", severity, Span::new(SourceId(0), 0, 0), "m");
        let mut report = Report { diagnostics: vec![finding(Severity::Info); 5_001], ..Report::default() };
        assert!(limits(&report, false)[0].contains("5000 most severe of the 5001"));
        report.diagnostics.extend(vec![finding(Severity::Error); 20_000]);
        report.known = vec![finding(Severity::Error); 10];
        let told = told(&report, true);
        assert_eq!(told.len(), MAX_RESULTS);
        assert!(told.iter().all(|told| matches!(told.silence, Silence::None)), "what is silenced goes first");
        assert_eq!(told.iter().filter(|told| told.finding.severity == Severity::Error).count(), 20_000);
        assert!(told.is_sorted_by_key(|told| told.finding.severity == Severity::Error), "they keep their order");
        assert!(limits(&report, true)[0].contains("25000 most severe of 25011"));
        assert!(limits(&Report::default(), true).is_empty());
    }
}
