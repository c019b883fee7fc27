//! HCL native syntax.

use std::sync::Arc;

use super::{Builder, Document, Language};
use crate::diagnostic::Diagnostic;
use crate::text::SourceId;

/// Parses a `.tf`, `.tofu` or `.tfvars` text.
pub fn parse(source: SourceId, text: &Arc<str>) -> (Document, Vec<Diagnostic>) {
    (Builder::new(source, text.clone(), Language::Hcl).finish_empty(), Vec::new())
}
