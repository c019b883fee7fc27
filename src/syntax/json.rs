//! JSON as RFC 8259 defines it, read into the arena by a reader that reports every error and goes on behind it.

mod number;
mod reader;
mod string;

use std::sync::Arc;

use super::{Builder, Document, Language};
use crate::diagnostic::Diagnostic;
use crate::text::SourceId;
use reader::{Dialect, Reader};

/// Parses JSON. What RFC 8259 rejects is a diagnostic, and so is a repeated key; a comma behind the last part is only a
/// warning, because CloudFormation reads templates in JSON as YAML. A byte order mark is accepted, and a
/// surrogate without its other half reads as U+FFFD.
pub fn parse(source: SourceId, text: &Arc<str>) -> (Document, Vec<Diagnostic>) {
    read(source, text, Language::Json, Dialect::Plain)
}

/// Parses `.tf.json`: JSON whose strings and keys are templates. A key may be repeated when both values are objects or
/// arrays, because they can be two blocks of one type.
pub fn parse_terraform(source: SourceId, text: &Arc<str>) -> (Document, Vec<Diagnostic>) {
    read(source, text, Language::TerraformJson, Dialect::Terraform)
}

/// Something wrong in JSON that stands inside another text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The bytes meant, from 0, in the text that was given to [`parse_embedded`].
    pub range: std::ops::Range<usize>,
    /// What is wrong, in one sentence without a full stop at its end. Names no lines.
    pub message: String,
}

/// Parses JSON that was taken out of another text: a policy in a heredoc, in a block scalar, in a string.
///
/// Spans of the document carry `source` but count bytes in `text`; whoever took the text out maps them back, for
/// instance with [`Document::text_span`] of the document it came from.
pub fn parse_embedded(source: SourceId, text: &Arc<str>) -> (Document, Vec<Problem>) {
    let (document, diagnostics) = read(source, text, Language::Json, Dialect::Embedded);
    let problem = |diagnostic: Diagnostic| Problem { range: diagnostic.span.range(), message: diagnostic.message };
    (document, diagnostics.into_iter().map(problem).collect())
}

fn read(source: SourceId, text: &Arc<str>, language: Language, dialect: Dialect) -> (Document, Vec<Diagnostic>) {
    let mut builder = Builder::new(source, text.clone(), language);
    let mut reader = Reader::new(&mut builder, source, text, dialect);
    let root = reader.document();
    let diagnostics = reader.finish();
    (builder.finish(root), diagnostics)
}

#[cfg(test)]
mod tests;
