//! The parts of the Language Server Protocol that are spoken here, as plain structs. Fields have the protocol's names; what
//! the server does not use is left out.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The request was cancelled by the client.
pub(super) const REQUEST_CANCELLED: i32 = -32800;
/// The text changed while the answer was being made.
pub(super) const CONTENT_MODIFIED: i32 = -32801;
/// The server failed.
pub(super) const INTERNAL_ERROR: i32 = -32603;
/// The parameters make no sense.
pub(super) const INVALID_PARAMS: i32 = -32602;
/// No such method.
pub(super) const METHOD_NOT_FOUND: i32 = -32601;
/// The request may not come now, such as after `shutdown`.
pub(super) const INVALID_REQUEST: i32 = -32600;

/// Line and character, both from 0; the character counts units of the negotiated encoding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(super) struct Position {
    pub line: u32,
    pub character: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Range {
    pub start: Position,
    pub end: Position,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Location {
    pub uri: String,
    pub range: Range,
}

#[derive(Deserialize)]
pub(super) struct TextDocumentIdentifier {
    pub uri: String,
}

#[derive(Deserialize)]
pub(super) struct VersionedTextDocumentIdentifier {
    pub uri: String,
    #[serde(default)]
    pub version: Option<i32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TextDocumentItem {
    pub uri: String,
    #[serde(default)]
    pub language_id: String,
    #[serde(default)]
    pub version: i32,
    pub text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DidOpen {
    pub text_document: TextDocumentItem,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DidChange {
    pub text_document: VersionedTextDocumentIdentifier,
    pub content_changes: Vec<ContentChange>,
}

/// A change of a range, or without one of the whole text.
#[derive(Deserialize)]
pub(super) struct ContentChange {
    #[serde(default)]
    pub range: Option<Range>,
    pub text: String,
}

/// The parameters of everything that is about a document as a whole.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AboutDocument {
    pub text_document: TextDocumentIdentifier,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AboutPosition {
    pub text_document: TextDocumentIdentifier,
    pub position: Position,
    #[serde(default)]
    pub context: Option<ReferenceContext>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReferenceContext {
    #[serde(default)]
    pub include_declaration: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CodeActionParams {
    pub text_document: TextDocumentIdentifier,
    pub range: Range,
    #[serde(default)]
    pub context: CodeActionContext,
}

#[derive(Default, Deserialize)]
pub(super) struct CodeActionContext {
    #[serde(default)]
    pub only: Option<Vec<String>>,
}

#[derive(Deserialize)]
pub(super) struct ExecuteCommand {
    pub command: String,
    #[serde(default)]
    pub arguments: Vec<Value>,
}

#[derive(Clone, Deserialize)]
pub(super) struct WorkspaceFolder {
    pub uri: String,
}

#[derive(Deserialize)]
pub(super) struct FoldersChanged {
    pub event: FoldersEvent,
}

#[derive(Deserialize)]
pub(super) struct FoldersEvent {
    #[serde(default)]
    pub added: Vec<WorkspaceFolder>,
    #[serde(default)]
    pub removed: Vec<WorkspaceFolder>,
}

#[derive(Deserialize)]
pub(super) struct FilesChanged {
    pub changes: Vec<FileEvent>,
}

#[derive(Deserialize)]
pub(super) struct FileEvent {
    pub uri: String,
}

#[derive(Deserialize)]
pub(super) struct Cancel {
    pub id: lsp_server::RequestId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DocumentDiagnosticParams {
    pub text_document: TextDocumentIdentifier,
    #[serde(default)]
    pub previous_result_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WorkspaceDiagnosticParams {
    #[serde(default)]
    pub previous_result_ids: Vec<PreviousResult>,
}

#[derive(Deserialize)]
pub(super) struct PreviousResult {
    pub uri: String,
    pub value: String,
}

/// A finding as editors show it.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Diagnostic {
    pub range: Range,
    /// 1 error, 2 warning, 3 information.
    pub severity: u8,
    pub code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_description: Option<CodeDescription>,
    pub source: &'static str,
    pub message: String,
    /// 1 unnecessary.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<u8>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related_information: Vec<RelatedInformation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub(super) struct CodeDescription {
    pub href: String,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub(super) struct RelatedInformation {
    pub location: Location,
    pub message: String,
}

#[derive(Serialize)]
pub(super) struct PublishDiagnostics<'a> {
    pub uri: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i32>,
    pub diagnostics: &'a [Diagnostic],
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TextEdit {
    pub range: Range,
    pub new_text: String,
}
