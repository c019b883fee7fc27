//! From a value to the role or profile it means, and back to everything that uses it.

use serde_json::{Value, json};

use super::client::Client;
use super::places::Places;
use super::project::Project;
use crate::text::{SourceId, Span};
use crate::workspace::Jump;

fn covers(span: Span, source: SourceId, offset: u32) -> bool {
    span.source == source && span.start <= offset && offset <= span.end
}

/// The jumps from the smallest place around `offset`.
fn jumps_at(project: &Project, source: SourceId, offset: u32) -> Vec<Jump> {
    let around: Vec<Jump> = project.workspace().jumps().filter(|jump| covers(jump.from, source, offset)).collect();
    let smallest = around.iter().map(|jump| jump.from.len()).min();
    around.into_iter().filter(|jump| Some(jump.from.len()) == smallest).collect()
}

/// The declarations that are meant at `offset`: where a value leads, or the declaration that stands there.
pub(super) fn targets(project: &Project, source: SourceId, offset: u32) -> Vec<Span> {
    let mut targets: Vec<Span> = jumps_at(project, source, offset).into_iter().map(|jump| jump.to).collect();
    if targets.is_empty() {
        let declarations = project.workspace().jumps().map(|jump| jump.to);
        targets = declarations.filter(|to| covers(*to, source, offset)).collect();
    }
    targets.sort();
    targets.dedup();
    targets
}

/// The answer to `textDocument/definition`.
pub(super) fn definition(
    project: &Project,
    places: &Places<'_>,
    client: &Client,
    source: SourceId,
    offset: u32,
) -> Value {
    let mut jumps = jumps_at(project, source, offset);
    jumps.sort_by_key(|jump| jump.to);
    jumps.dedup_by_key(|jump| jump.to);
    let mut many = places.many(project);
    if jumps.is_empty() {
        // On a declaration its own place is the answer; editors then offer what refers to it.
        let own = targets(project, source, offset);
        return json!(own.into_iter().map(|span| many.location(span)).collect::<Vec<_>>());
    }
    let links: Vec<Value> = jumps
        .into_iter()
        .map(|jump| {
            let to = many.location(jump.to);
            if client.location_links {
                let from = many.range(jump.from);
                json!({ "originSelectionRange": from, "targetUri": to.uri, "targetRange": to.range,
                        "targetSelectionRange": to.range })
            } else {
                json!(to)
            }
        })
        .collect();
    json!(links)
}

/// The answer to `textDocument/references`: every place that leads to what is meant at `offset`.
pub(super) fn references(
    project: &Project,
    places: &Places<'_>,
    source: SourceId,
    offset: u32,
    with_declaration: bool,
) -> Value {
    let targets = targets(project, source, offset);
    let mut spans: Vec<Span> =
        project.workspace().jumps().filter(|jump| targets.contains(&jump.to)).map(|jump| jump.from).collect();
    if with_declaration {
        spans.extend(&targets);
    }
    let sources = project.workspace().sources();
    spans.sort_by(|a, b| (sources.path(a.source), a.start, a.end).cmp(&(sources.path(b.source), b.start, b.end)));
    spans.dedup();
    // Of places inside each other the inner one names the thing.
    let inner = |span: &Span| !spans.iter().any(|other| other != span && span.contains(*other));
    let mut many = places.many(project);
    json!(spans.iter().filter(|span| inner(span)).map(|span| many.location(*span)).collect::<Vec<_>>())
}
