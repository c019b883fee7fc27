//! JSON.

use std::sync::Arc;

use super::{Builder, Document, Language};
use crate::diagnostic::Diagnostic;
use crate::text::SourceId;

/// Parses JSON.
pub fn parse(source: SourceId, text: &Arc<str>) -> (Document, Vec<Diagnostic>) {
    (Builder::new(source, text.clone(), Language::Json).finish_empty(), Vec::new())
}

/// Parses `.tf.json`: JSON whose strings are templates.
pub fn parse_terraform(source: SourceId, text: &Arc<str>) -> (Document, Vec<Diagnostic>) {
    (Builder::new(source, text.clone(), Language::TerraformJson).finish_empty(), Vec::new())
}
