//! How much of a log code scanning takes. What goes beyond is said, in the log and to whoever runs the command.

use crate::workspace::Report;

/// Most results of one run that GitHub takes; a log with more is refused as a whole.
pub(super) const MAX_RESULTS: usize = 25_000;

/// Most results of one run that GitHub shows.
const SHOWN: usize = 5_000;

/// Sentences about what is left out because there is more than a log may have, without a full stop.
pub fn limits(report: &Report, silenced: bool) -> Vec<String> {
    let hidden = if silenced { report.suppressed.len() + report.known.len() } else { 0 };
    match report.diagnostics.len() + hidden {
        all if all > MAX_RESULTS => vec![format!(
            "the SARIF log has the {MAX_RESULTS} most severe of {all} findings, as code scanning refuses more; it shows \
             {SHOWN} of them"
        )],
        all if all > SHOWN => {
            vec![format!("code scanning shows the {SHOWN} most severe of the {all} findings in the SARIF log")]
        }
        _ => Vec::new(),
    }
}
