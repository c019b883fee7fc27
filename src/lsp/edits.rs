//! Edits of several files as the client takes them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::client::Client;
use super::places::Places;
use super::project::Project;
use super::protocol::TextEdit;
use crate::diagnostic::Edit;
use crate::text::SourceId;

/// A `WorkspaceEdit`. Files keep their order, and the edits of each the order of their places.
pub(super) fn workspace_edit(project: &Project, places: &Places<'_>, client: &Client, edits: &[Edit]) -> Value {
    let mut by_source: BTreeMap<SourceId, Vec<&Edit>> = BTreeMap::new();
    for edit in edits {
        by_source.entry(edit.span.source).or_default().push(edit);
    }
    let mut files = Vec::new();
    for (source, mut edits) in by_source {
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        let lines = places.lines(project, source);
        let range = |edit: &Edit| lines.range(edit.span.start, edit.span.end);
        let edits = edits.into_iter().map(|edit| TextEdit { range: range(edit), new_text: edit.text.clone() });
        let path = project.path(source);
        let version = places.documents.get(&path).map(|document| document.version);
        files.push((places.uri(&path), version, edits.collect::<Vec<_>>()));
    }
    if client.document_changes {
        let change =
            |(uri, version, edits)| json!({ "textDocument": { "uri": uri, "version": version }, "edits": edits });
        let changes: Vec<Value> = files.into_iter().map(change).collect();
        return json!({ "documentChanges": changes });
    }
    let changes: serde_json::Map<String, Value> =
        files.into_iter().map(|(uri, _, edits)| (uri, json!(edits))).collect();
    json!({ "changes": changes })
}
