//! Text becomes a [`Document`]: one arena of nodes for HCL, YAML and JSON, every node with its byte span.
//!
//! Parsing never fails. Broken text gives diagnostics (several, not only the first) and a document that holds the rest.
//! Meaning is not decided here: an intrinsic function of a template is still a tagged node or a mapping, and a Terraform
//! block is still a block.

pub mod declaration;
pub mod document;
pub mod hcl;
pub mod json;
mod keys;
pub mod recognise;
pub mod yaml;

use std::sync::Arc;

pub use document::{BinaryOperator, Builder, Children, Document, Node, NodeId, Reading, Text, UnaryOperator};

use crate::diagnostic::{Diagnostic, Severity};
use crate::text::{SourceId, Span};

/// How a text is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Language {
    /// HCL native syntax: `.tf`, `.tofu`, `.tfvars`.
    Hcl,
    /// JSON whose strings are HCL templates: `.tf.json`, `.tofu.json`.
    TerraformJson,
    /// YAML 1.1 as CloudFormation reads it.
    Yaml,
    /// JSON.
    Json,
}

/// Most bytes of one text that are parsed (64 MiB); a longer one gives an empty document and a diagnostic.
/// Spans hold 32-bit offsets, and texts beyond this size are data, not configuration.
pub const MAX_TEXT_BYTES: usize = 64 << 20;

/// Deepest nesting of expressions, blocks and collections that is parsed. Deeper text is a `syntax-error`, so that no
/// input can exhaust the stack, here or in what walks the document afterwards.
pub const MAX_DEPTH: u32 = 200;

/// Parses `text`. Never fails: what is broken is a `syntax-error` diagnostic, the rest is in the document.
pub fn parse(source: SourceId, text: &Arc<str>, language: Language) -> (Document, Vec<Diagnostic>) {
    if text.len() > MAX_TEXT_BYTES {
        let message = format!("this file has {} bytes, more than the {MAX_TEXT_BYTES} that are read", text.len());
        let document = Builder::new(source, "".into(), language).finish_empty();
        return (document, vec![syntax_error(Span::file_start(source), message)]);
    }
    match language {
        Language::Hcl => hcl::parse(source, text),
        Language::TerraformJson => json::parse_terraform(source, text),
        Language::Yaml => yaml::parse(source, text),
        Language::Json => json::parse(source, text),
    }
}

/// Parses a text that begins like JSON as CloudFormation does: what is no JSON is read as YAML, of which JSON is a part.
pub fn parse_json_or_yaml(source: SourceId, text: &Arc<str>) -> (Document, Vec<Diagnostic>) {
    let json = parse(source, text, Language::Json);
    if !json.0.is_broken() {
        return json;
    }
    let yaml = parse(source, text, Language::Yaml);
    if yaml.0.is_broken() { json } else { yaml }
}

/// Parses a whole text as one template with `${…}` and `%{…}`, as `templatefile` reads it: the root is a
/// [`Node::String`] or a [`Node::Template`].
pub fn parse_template(source: SourceId, text: &Arc<str>) -> (Document, Vec<Diagnostic>) {
    let (document, diagnostics) = parse_template_text(source, text);
    (document.read_as(Reading::Template), diagnostics)
}

/// As [`parse_template`], for a text that was computed at `place` and stands nowhere.
pub fn parse_computed_template(place: Span, text: &Arc<str>) -> Document {
    parse_template_text(place.source, text).0.read_as(Reading::Computed(place))
}

fn parse_template_text(source: SourceId, text: &Arc<str>) -> (Document, Vec<Diagnostic>) {
    let mut builder = Builder::new(source, text.clone(), Language::Hcl);
    let mut diagnostics = Vec::new();
    if text.len() > MAX_TEXT_BYTES {
        return (builder.finish_empty(), diagnostics);
    }
    let end = text.len() as u32;
    let whole = builder.verbatim(0, end);
    let root = hcl::parse_template_text(&mut builder, whole, 0, end, &mut diagnostics);
    (builder.finish(root), diagnostics)
}

/// A `syntax-error` diagnostic at `span`.
pub fn syntax_error(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new("syntax-error", Severity::Error, span, message)
}
