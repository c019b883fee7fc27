//! The commands that a client may run by name.

use std::path::Path;

use super::project::{Project, Surroundings};
use crate::picture::Picture;
use crate::render::graph::{dot, html, mermaid};
use crate::source::Sources;

/// Applies every safe fix of a file: the argument is its URI.
pub(super) const FIX_ALL: &str = "rolecall.fixAll";
/// Applies a code action for clients that take none: the argument is its data.
pub(super) const APPLY: &str = "rolecall.applyFix";
/// Gives the page of a rule and shows it where the client can: the argument is the rule's id.
pub(super) const EXPLAIN: &str = "rolecall.explainRule";
/// Gives the state of the server as text, for reports of mistakes.
pub(super) const DEBUG_INFO: &str = "rolecall.debugInfo";
/// Reads and checks everything anew.
pub(super) const CHECK: &str = "rolecall.checkEverything";

/// Gives the graph around a file and shows it where the client can: the arguments are its URI and a format, `mermaid`
/// (the default), `html` or `dot`.
pub(super) const SHOW_GRAPH: &str = "rolecall.showGraph";

/// All of them.
pub(super) const ALL: [&str; 6] = [FIX_ALL, APPLY, EXPLAIN, DEBUG_INFO, CHECK, SHOW_GRAPH];

/// The graph around the file at `path` as text in a format; `None` when there is no such format.
pub(super) fn graph(project: &Project, path: &Path, format: &str, surroundings: &Surroundings<'_>) -> Option<String> {
    let render: fn(&[Picture], &Sources) -> String = match format {
        "mermaid" => |pictures, _| mermaid::graphs(pictures),
        "html" => html::graphs,
        "dot" => dot::graphs,
        _ => return None,
    };
    let (pictures, workspace) = project.pictures(path, surroundings);
    Some(render(&pictures, workspace.sources()))
}

/// The state of one project, in lines of text.
pub(super) fn describe(project: &Project) -> String {
    let effort = project.workspace().effort();
    let report = project.report();
    let mut text = format!(
        "{}\n  configuration: {}\n  looked at: {}\n  files: {}, resources: {}, chains: {}, findings: {}\n  \
         root modules and templates: {}, of which the last check evaluated {}\n",
        project.root.display(),
        project.config_path.as_deref().map_or("none".into(), |path| path.display().to_string()),
        if project.is_partial() { "the open files so far" } else { "everything" },
        report.summary.files,
        report.summary.resources,
        report.summary.chains,
        project.findings().len(),
        effort.units,
        effort.evaluated,
    );
    for note in &project.notes {
        text.push_str(&format!("  note: {note}\n"));
    }
    text
}
