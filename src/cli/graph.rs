//! `rolecall graph`.

use std::path::{Path, PathBuf};

use super::arguments::{Arguments, Graph, GraphFormat};
use super::project::{self, Wanted};
use super::{Exit, Io, Problem};
use crate::catalogue::RuleInfo;
use crate::render::graph::{dot, html, json, mermaid};

pub(super) fn run(graph: &Graph, arguments: &Arguments, rules: &[RuleInfo], io: &mut Io<'_>) -> Result<Exit, Problem> {
    let path = graph.path.as_deref().unwrap_or(Path::new("."));
    let paths: [PathBuf; 1] = [path.to_owned()];
    let wanted = Wanted { pictures: true, ..Wanted::default() };
    let project = project::analyse(&paths, &graph.input, wanted, rules, arguments.quiet, io)?;
    project.say_notes(arguments.quiet, io);
    if project.analysable == 0 {
        project::say_nothing(&paths, arguments.quiet, io);
        return Ok(Exit::Nothing);
    }
    let (pictures, sources) = (&project.report.pictures, project.workspace.sources());
    let text = match graph.format {
        GraphFormat::Dot => dot::graphs(pictures, sources),
        GraphFormat::Mermaid => mermaid::graphs(pictures),
        GraphFormat::Json => json::graphs(pictures, sources),
        GraphFormat::Html => html::graphs(pictures, sources),
    };
    io.write(&text)?;
    Ok(Exit::Clean)
}
