//! YAML.

use std::sync::Arc;

use super::{Builder, Document, Language};
use crate::diagnostic::Diagnostic;
use crate::text::SourceId;

/// Parses the first document of a YAML text.
pub fn parse(source: SourceId, text: &Arc<str>) -> (Document, Vec<Diagnostic>) {
    (Builder::new(source, text.clone(), Language::Yaml).finish_empty(), Vec::new())
}
