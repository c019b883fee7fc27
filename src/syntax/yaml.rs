//! YAML as CloudFormation reads it: the events of `granit-parser` become the arena, with the source text of every scalar.
//!
//! An alias is the node that its anchor names, so a document is a graph without circles; how large it would be written
//! out is bounded here. Merge keys are applied, so that nobody else sees them.

mod refused;
mod scalar;
mod tabs;
mod tree;
mod unindented;

use std::cell::OnceCell;
use std::sync::Arc;

use super::{Builder, Document, Language, keys, syntax_error};
use crate::diagnostic::Diagnostic;
use crate::text::{LineIndex, SourceId, Span};
use tree::{Outcome, Stop, Tree};

/// How often a text is read again with the line blanked that stopped the reading before.
const MAX_RETRIES: usize = 12;

/// How many quoted scalars with too little indentation, and flow collections with tabs, are read in one text; each takes
/// another reading.
const MAX_MENDED: usize = 50;

/// Parses the first document of a YAML text.
pub fn parse(source: SourceId, text: &Arc<str>) -> (Document, Vec<Diagnostic>) {
    let lines = OnceCell::new();
    let mut errors: Vec<Diagnostic> = Vec::new();
    let mut changed: Option<String> = None;
    let mut mended = 0;
    loop {
        let builder = Builder::new(source, text.clone(), Language::Yaml);
        let readable = changed.as_deref().unwrap_or(text);
        let Outcome { mut builder, root, mappings, diagnostics, stopped } = Tree::read(builder, text, readable);
        if let Some(Stop { offset, in_quotes, before, .. }) = stopped
            && mended < MAX_MENDED
            && let Some(readable) = tabs::spaced(readable, before, offset)
                .or_else(|| in_quotes.then(|| unindented::joined(readable, offset)).flatten())
        {
            mended += 1;
            changed = Some(readable);
            continue;
        }
        let next = stopped.and_then(|Stop { offset, message, .. }| {
            let lines: &LineIndex = lines.get_or_init(|| LineIndex::new(text));
            let (span, line) = line_span(source, text, lines, offset, readable)?;
            errors.push(explain(span, text, message));
            (errors.len() <= MAX_RETRIES).then_some(line)
        });
        if let Some(line) = next {
            changed = Some(without_line(readable, line));
            continue;
        }
        let mut found = errors;
        found.extend(diagnostics);
        if !found.is_empty() {
            builder.mark_broken();
        }
        for entries in mappings {
            for (first, second) in keys::repeated(builder.so_far(), &entries) {
                found.extend(keys::diagnostic(builder.so_far(), &lines, entries[first], entries[second]));
            }
        }
        return (builder.finish(root), found);
    }
}

/// The line to blank: the one the error is on, or the nearest one before it that is not blank already. With the bytes of
/// its content. `None` when there is none left.
fn line_span(
    source: SourceId,
    text: &str,
    lines: &LineIndex,
    offset: usize,
    readable: &str,
) -> Option<(Span, std::ops::Range<usize>)> {
    let mut line = lines.line(offset.min(text.len()) as u32);
    loop {
        let range = lines.line_range(line, text);
        let content = readable.get(range.clone())?;
        let trimmed = content.trim();
        // The parser sees a forgotten space only on the next line, where the text goes on unexpectedly.
        if let Some(before) = line.checked_sub(1)
            && is_glued(readable.get(lines.line_range(before, text))?)
        {
            line = before;
            continue;
        }
        if !trimmed.is_empty() {
            let start = range.start + (content.len() - content.trim_start().len());
            let span = Span::new(source, start as u32, (start + trimmed.len()) as u32);
            return Some((span, range));
        }
        line = line.checked_sub(1)?;
    }
}

/// Whether a line is `key:value`, where YAML needs a space behind the colon to see a key.
fn is_glued(line: &str) -> bool {
    let content = line.trim_start().trim_start_matches("- ").trim();
    let Some((key, value)) = content.split_once(':') else { return false };
    let is_word = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_word && !value.is_empty() && !value.starts_with([' ', ':', '/'])
}

/// The text with one line made of spaces, so that every other byte stays where it is.
fn without_line(text: &str, line: std::ops::Range<usize>) -> String {
    let mut copy = String::with_capacity(text.len());
    copy.push_str(&text[..line.start]);
    copy.extend(text[line.clone()].bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { byte as char } else { ' ' }));
    copy.push_str(&text[line.end..]);
    copy
}

fn explain(span: Span, text: &str, message: String) -> Diagnostic {
    let line_start = text[..span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    let indentation = &text[line_start..span.start as usize];
    let content = &text[span.range()];
    let (message, help) = if is_glued(content) {
        (
            "a space is missing behind the colon".to_string(),
            "YAML takes a key for plain text when its colon has no space behind it.",
        )
    } else if indentation.contains('\t') {
        ("a tab is used for indentation".to_string(), "YAML is indented with spaces only.")
    } else if content.contains('\u{201c}') || content.contains('\u{201d}') {
        ("curly quotes are used here".to_string(), "Write straight quotes: \" or '.")
    } else {
        (
            format!("this line does not fit here: {message}"),
            "Check the indentation of this line and the one before it, the space behind each colon, and that quotes and \
             brackets are closed.",
        )
    };
    syntax_error(span, message).with_help(help)
}

#[cfg(test)]
mod tests;
