//! What the client on the other side can do, as it says in `initialize`.

use std::path::PathBuf;

use serde_json::Value;

use super::protocol::WorkspaceFolder;
use crate::text::ColumnUnit;

/// The client's abilities, and what it said about itself.
#[derive(Debug)]
pub(super) struct Client {
    /// What columns count, the best that both sides know.
    pub unit: ColumnUnit,
    /// Shows other places that belong to a finding.
    pub related_information: bool,
    /// Makes a link of a finding's code.
    pub code_description: bool,
    /// Shows tags.
    pub tags: bool,
    /// Keeps `data` of a finding.
    pub diagnostic_data: bool,
    /// Takes edits with the version of each document.
    pub document_changes: bool,
    /// Takes code actions and not only commands.
    pub code_action_literals: bool,
    /// Fills in the edits of a code action when it is chosen.
    pub resolves_edits: bool,
    /// Keeps `data` of a code action.
    pub code_action_data: bool,
    /// Marks the best of several code actions.
    pub preferred: bool,
    /// Takes a link with the range it starts from for a definition.
    pub location_links: bool,
    /// Shows Markdown in hovers.
    pub markdown: bool,
    /// Tells changed files after `client/registerCapability`.
    pub watches_files: bool,
    /// Tells changed settings after `client/registerCapability`.
    pub registers_configuration: bool,
    /// Answers `workspace/configuration`.
    pub configuration: bool,
    /// Shows progress that the server begins.
    pub progress: bool,
    /// Opens documents for the server.
    pub show_document: bool,
    /// Asks for diagnostics by itself and can be told to do so again; both are needed to rely on it.
    pub pulls: bool,
    /// The process that must not be outlived.
    pub process: Option<u32>,
    /// The folders, as the client wrote them.
    pub folders: Vec<String>,
    /// `initializationOptions`.
    pub options: Value,
}

impl Client {
    /// Reads the parameters of `initialize`.
    pub fn new(parameters: &Value) -> Client {
        let capability = |path: &str| parameters.pointer(&format!("/capabilities/{path}")).unwrap_or(&Value::Null);
        let can = |path: &str| capability(path).as_bool().unwrap_or(false);
        let offers = |path: &str| !capability(path).is_null();
        let lists = |path: &str, word: &str| {
            capability(path).as_array().is_some_and(|words| words.iter().any(|offered| offered == word))
        };
        let encoding = |word: &str| lists("general/positionEncodings", word);
        let unit = if encoding("utf-8") {
            ColumnUnit::Utf8
        } else if encoding("utf-16") || !encoding("utf-32") {
            ColumnUnit::Utf16
        } else {
            ColumnUnit::Characters
        };
        Client {
            unit,
            related_information: can("textDocument/publishDiagnostics/relatedInformation"),
            code_description: can("textDocument/publishDiagnostics/codeDescriptionSupport"),
            tags: offers("textDocument/publishDiagnostics/tagSupport"),
            diagnostic_data: can("textDocument/publishDiagnostics/dataSupport"),
            document_changes: can("workspace/workspaceEdit/documentChanges"),
            code_action_literals: offers("textDocument/codeAction/codeActionLiteralSupport"),
            resolves_edits: lists("textDocument/codeAction/resolveSupport/properties", "edit"),
            code_action_data: can("textDocument/codeAction/dataSupport"),
            preferred: can("textDocument/codeAction/isPreferredSupport"),
            location_links: can("textDocument/definition/linkSupport"),
            markdown: lists("textDocument/hover/contentFormat", "markdown"),
            watches_files: can("workspace/didChangeWatchedFiles/dynamicRegistration"),
            registers_configuration: can("workspace/didChangeConfiguration/dynamicRegistration"),
            configuration: can("workspace/configuration"),
            progress: can("window/workDoneProgress"),
            show_document: can("window/showDocument/support"),
            pulls: offers("textDocument/diagnostic") && can("workspace/diagnostics/refreshSupport"),
            process: parameters["processId"].as_u64().and_then(|id| u32::try_from(id).ok()),
            folders: folders(parameters),
            options: parameters["initializationOptions"].clone(),
        }
    }

    /// The name of the encoding that was agreed on.
    pub fn encoding(&self) -> &'static str {
        match self.unit {
            ColumnUnit::Utf8 => "utf-8",
            ColumnUnit::Utf16 => "utf-16",
            ColumnUnit::Characters => "utf-32",
        }
    }
}

/// The workspace folders; of a client that knows none, the root.
fn folders(parameters: &Value) -> Vec<String> {
    let folders: Vec<WorkspaceFolder> =
        serde_json::from_value(parameters["workspaceFolders"].clone()).unwrap_or_default();
    if !folders.is_empty() {
        return folders.into_iter().map(|folder| folder.uri).collect();
    }
    if let Some(uri) = parameters["rootUri"].as_str() {
        return vec![uri.to_owned()];
    }
    let path = parameters["rootPath"].as_str().map(PathBuf::from);
    path.map(|path| super::uri::of_path(&path)).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_best_encoding_that_both_know_is_taken() {
        let unit = |encodings: Value| {
            Client::new(&json!({ "capabilities": { "general": { "positionEncodings": encodings } } })).unit
        };
        assert_eq!(unit(json!(["utf-32", "utf-16", "utf-8"])), ColumnUnit::Utf8);
        assert_eq!(unit(json!(["utf-32", "utf-16"])), ColumnUnit::Utf16);
        assert_eq!(unit(json!(["utf-32"])), ColumnUnit::Characters);
        assert_eq!(unit(json!([])), ColumnUnit::Utf16);
        assert_eq!(Client::new(&json!({})).unit, ColumnUnit::Utf16);
    }

    #[test]
    fn a_client_without_folders_has_its_root() {
        let of = |parameters: Value| Client::new(&parameters).folders;
        assert_eq!(
            of(json!({ "workspaceFolders": [{ "uri": "file:///a", "name": "a" }], "rootUri": "file:///b" })),
            ["file:///a"]
        );
        assert_eq!(of(json!({ "workspaceFolders": null, "rootUri": "file:///b" })), ["file:///b"]);
        assert_eq!(of(json!({ "rootPath": "/c d" })), ["file:///c%20d"]);
        assert!(of(json!({ "rootUri": null })).is_empty());
    }
}
