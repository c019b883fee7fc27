//! The output for people who have it read to them, and for terminals that can only print: the same as [`full`](super::full)
//! in words alone, each place on a line of its own, nothing drawn.

use super::full::{advice, line};
use super::{Style, printable};
use crate::diagnostic::Diagnostic;
use crate::source::Sources;
use crate::text::Span;

/// Most characters of a line of source that are given before and from a place on.
const BEFORE: usize = 60;
const BEHIND: usize = 100;

/// One finding, with a blank line behind it. `page` says that its rule has a page to point at.
pub fn finding(diagnostic: &Diagnostic, sources: &Sources, style: Style, page: bool) -> String {
    let head = format!("{}[{}]", diagnostic.severity, diagnostic.rule);
    let mut out = format!("{}: {}\n", style.severity(diagnostic.severity, &head), place(diagnostic.span, sources));
    line(&mut out, style, "what", &diagnostic.message);
    line(&mut out, style, "code", &source(diagnostic.span, sources));
    for label in &diagnostic.related {
        line(&mut out, style, "see", &format!("{}: {}", place(label.span, sources), label.message));
    }
    out.push_str(&advice(diagnostic, style, page));
    out.push('\n');
    out
}

/// `main.tf, line 9, column 26`.
fn place(span: Span, sources: &Sources) -> String {
    let at = sources.start(span);
    format!("{}, line {}, column {}", printable(sources.path(span.source)), at.line, at.column)
}

/// The line of source that a span begins on; of a long one what is around the span.
fn source(span: Span, sources: &Sources) -> String {
    let source = sources.get(span.source);
    let (text, lines) = (source.text(), source.lines());
    let line = lines.line_range(lines.line(span.start), text);
    let at = (span.start as usize).clamp(line.start, line.end);
    let before = text.get(line.start..at).unwrap_or("").trim_start();
    let behind = text.get(at..line.end).unwrap_or("").trim_end();
    let from = before.char_indices().rev().nth(BEFORE.saturating_sub(1)).map_or(0, |(from, _)| from);
    let to = behind.char_indices().nth(BEHIND).map_or(behind.len(), |(to, _)| to);
    let dots = |cut: bool| if cut { "..." } else { "" };
    format!("{}{}{}{}", dots(from > 0), &before[from..], &behind[..to], dots(to < behind.len()))
}
