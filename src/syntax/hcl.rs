//! HCL native syntax.
//!
//! A text is read strictly first: the first error stops that reading, so text that Terraform accepts never meets a
//! guess. Only broken text is read a second time, with the guesses of [`recovery`] about where a person meant a
//! statement, an item or a block to end.

mod body;
mod collection;
mod expression;
mod flush;
mod literal;
mod parser;
mod recovery;
mod template;
mod token;
mod traversal;

use std::sync::Arc;

use super::document::Text;
use super::{Builder, Document, Language, Node, NodeId};
use crate::diagnostic::Diagnostic;
use crate::text::SourceId;
use parser::{Origin, Parser};

/// Parses a `.tf`, `.tofu` or `.tfvars` text.
pub fn parse(source: SourceId, text: &Arc<str>) -> (Document, Vec<Diagnostic>) {
    let mut first = Vec::new();
    for lenient in [false, true] {
        let mut builder = Builder::new(source, text.clone(), Language::Hcl);
        let mut parser = Parser::new(&mut builder, text, Origin::Source(0), lenient);
        let root = parser.file();
        let (mut diagnostics, stopped) = parser.into_diagnostics();
        if stopped {
            first = diagnostics;
            continue;
        }
        if diagnostics.is_empty() {
            // The guesses of the second reading may step over what stopped the first one; it is an error all the same.
            diagnostics = std::mem::take(&mut first);
        }
        if !diagnostics.is_empty() {
            builder.mark_broken();
        }
        return (builder.finish(root), diagnostics);
    }
    (Builder::new(source, text.clone(), Language::Hcl).finish_empty(), first)
}

/// Parses a string of `.tf.json`, where every string is a template. `text` is the string with its JSON escapes already
/// resolved, `start..end` are the source bytes of the JSON string with its quotes, which the node returned covers.
///
/// The node is a [`Node::String`], a [`Node::Template`] or, after a diagnostic, a [`Node::Missing`].
pub(super) fn parse_template_text(
    builder: &mut Builder,
    text: Text,
    start: u32,
    end: u32,
    diagnostics: &mut Vec<Diagnostic>,
) -> NodeId {
    if !builder.text(text).as_bytes().windows(2).any(|pair| matches!(pair, b"${" | b"%{")) {
        return builder.push(Node::String(text), start, end);
    }
    parse_part(builder, text, start, end, diagnostics, |parser| parser.bare_template())
}

fn parse_part(
    builder: &mut Builder,
    text: Text,
    start: u32,
    end: u32,
    diagnostics: &mut Vec<Diagnostic>,
    read: impl FnOnce(&mut Parser<'_>) -> NodeId,
) -> NodeId {
    let origin = match builder.so_far().is_verbatim(text) {
        true => Origin::Source(builder.so_far().text_span(text, 0..0).start),
        false => Origin::Decoded(text),
    };
    let characters = builder.text(text).to_owned();
    let mut parser = Parser::new(builder, &characters, origin, false);
    let id = read(&mut parser);
    let (found, stopped) = parser.into_diagnostics();
    diagnostics.extend(found);
    if stopped {
        builder.mark_broken();
        return builder.push(Node::Missing, start, end);
    }
    if matches!(builder.node(id), Node::Template(_) | Node::String(_)) {
        builder.set_span(id, start, end);
    }
    id
}
