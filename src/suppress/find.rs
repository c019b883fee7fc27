//! Where suppressions stand in a document, and what each covers.

use std::ops::Range;

use super::Suppression;
use super::directive::{self, FORM, Reading};
use crate::diagnostic::{Diagnostic, Severity};
use crate::syntax::{Document, Language, Node, NodeId, recognise};
use crate::text::{LineIndex, Span};

/// The suppressions of a document, and what is wrong with others, in the order of the text.
pub(super) fn suppressions(document: &Document) -> (Vec<Suppression>, Vec<Diagnostic>) {
    let mut found = Found { document, suppressions: Vec::new(), mistakes: Vec::new() };
    // Texts without any are the rule, and are not looked through.
    if document.source_text().contains("rolecall") {
        match document.language() {
            Language::Hcl => found.comments(),
            Language::Yaml => {
                found.comments();
                found.template();
            }
            Language::Json => found.template(),
            Language::TerraformJson => found.comment_keys(),
        }
    }
    found.suppressions.sort_by_key(|suppression| suppression.span);
    (found.suppressions, found.mistakes)
}

struct Found<'a> {
    document: &'a Document,
    suppressions: Vec<Suppression>,
    mistakes: Vec<Diagnostic>,
}

impl Found<'_> {
    fn add(&mut self, span: Span, reading: Reading, place: impl Fn(Range<usize>) -> Span, covers: Range<u32>) {
        for mistake in reading.mistakes {
            let diagnostic =
                Diagnostic::new("malformed-suppression", Severity::Warning, place(mistake.range), mistake.message);
            let form = match self.document.language() {
                Language::Json => "`\"Metadata\": {\"rolecall\": {\"ignore\": {\"rule-id\": \"reason\"}}}`",
                _ => FORM,
            };
            self.mistakes
                .push(diagnostic.with_help(format!("A suppression is written {form}; this one hides nothing.")));
        }
        if let Some(directive) = reading.directive {
            let rules = directive.rules.into_iter().map(|(rule, range)| (rule, place(range))).collect();
            self.suppressions.push(Suppression { span, rules, reason: directive.reason, covers });
        }
    }

    /// Comments of HCL and YAML.
    fn comments(&mut self) {
        let document = self.document;
        let text = document.source_text();
        let mut lines = None;
        for comment in document.comments() {
            let written = text.get(comment.range()).unwrap_or("");
            if !written.contains("rolecall") {
                continue;
            }
            let Some((at, reading)) = in_comment(written) else { continue };
            let lines = lines.get_or_insert_with(|| LineIndex::new(text));
            let start = comment.start + at as u32;
            let place =
                |range: Range<usize>| Span::new(comment.source, start + range.start as u32, start + range.end as u32);
            self.add(comment, reading, place, covered(document, lines, comment));
        }
    }

    /// `"//"` keys of Terraform's JSON.
    fn comment_keys(&mut self) {
        let document = self.document;
        for id in document.ids() {
            let whole = document.span(id);
            let covers =
                if id == document.root() { 0..document.source_text().len() as u32 } else { whole.start..whole.end };
            for (_, value) in document.entries(id).filter(|(key, _)| document.string(*key) == Some("//")) {
                let one = [value];
                let values =
                    if matches!(document.node(value), Node::Sequence(_)) { document.elements(value) } else { &one };
                for value in values {
                    let Some(reading) = document.string(*value).and_then(directive::comment) else { continue };
                    self.add(document.span(*value), reading, within(document, *value), covers.clone());
                }
            }
        }
    }

    /// `Metadata.rolecall.ignore` of a template and of its resources.
    fn template(&mut self) {
        let document = self.document;
        if !recognise::is_cloudformation(document) {
            return;
        }
        let root = document.root();
        self.metadata(root, 0..document.source_text().len() as u32);
        let Some(resources) = document.get(root, "Resources") else { return };
        let entries: Vec<(NodeId, NodeId)> = document.entries(resources).collect();
        for (key, resource) in entries {
            let (start, end) = (document.span(key).start, document.span(resource).end);
            self.metadata(resource, start..end.max(start));
        }
    }

    fn metadata(&mut self, holder: NodeId, covers: Range<u32>) {
        let document = self.document;
        let Some(own) = document.get(holder, "Metadata").and_then(|metadata| document.get(metadata, "rolecall")) else {
            return;
        };
        let Some(ignore) = document.get(own, "ignore") else {
            let message = "`rolecall` in `Metadata` has the one key `ignore`";
            self.add(document.span(own), wrong(message), |_| document.span(own), covers);
            return;
        };
        match document.node(ignore) {
            Node::Mapping(_) => {
                let entries: Vec<(NodeId, NodeId)> = document.entries(ignore).collect();
                for (key, value) in entries {
                    let span = Span::new(document.source(), document.span(key).start, document.span(value).end);
                    let reading = match (document.string(key), document.string(value)) {
                        (Some(key), Some(reason)) => directive::pair(key, reason),
                        _ => wrong("the reason is a text"),
                    };
                    self.add(span, reading, within(document, key), covers.clone());
                }
            }
            node => {
                let one = [ignore];
                let values = if matches!(node, Node::Sequence(_)) { document.elements(ignore) } else { &one };
                for value in values {
                    let reading = match document.string(*value) {
                        Some(text) => directive::item(text),
                        None => wrong("each suppression is a text: `rule-id -- reason`"),
                    };
                    self.add(document.span(*value), reading, within(document, *value), covers.clone());
                }
            }
        }
    }
}

fn wrong(message: &str) -> Reading {
    let mistake = directive::Mistake { range: 0..usize::MAX, message: message.into() };
    Reading { directive: None, mistakes: vec![mistake] }
}

/// Places of byte ranges of a string node; of a range that is too long, and of other nodes, the node itself.
fn within(document: &Document, id: NodeId) -> impl Fn(Range<usize>) -> Span + '_ {
    move |range| match document.node(id) {
        Node::String(text) if range.end <= document.text(text).len() => document.text_span(text, range),
        _ => document.span(id),
    }
}

/// The suppression in a comment, which may stand behind words for other tools, and the byte of the comment at which the
/// text begins that it was read from.
fn in_comment(written: &str) -> Option<(usize, Reading)> {
    if let Some(inside) = written.strip_prefix("/*") {
        let inside = inside.strip_suffix("*/").unwrap_or(inside);
        return directive::comment(inside).map(|reading| (2, reading));
    }
    let starts = written.match_indices(['#', '/']).map(|(at, mark)| at + mark.len());
    starts.into_iter().find_map(|at| {
        let before = &written[..at];
        let is_mark = before.ends_with('#') || before.ends_with("//");
        let text = written.get(at..).filter(|_| is_mark)?;
        directive::comment(text).map(|reading| (at, reading))
    })
}

/// The bytes that a comment's suppression covers.
fn covered(document: &Document, lines: &LineIndex, comment: Span) -> Range<u32> {
    let text = document.source_text();
    let whole = |line: u32| {
        let range = lines.line_range(line, text);
        range.start as u32..range.end as u32
    };
    let blank = |range: Range<u32>| {
        text.get(range.start as usize..range.end as usize).is_none_or(|part| part.trim().is_empty())
    };
    let (first, last) = (lines.line(comment.start), lines.line(comment.end.max(comment.start + 1) - 1));
    let before_is_blank = blank(whole(first).start..comment.start);
    if !before_is_blank {
        return whole(first);
    }
    if !blank(comment.end..whole(last).end) {
        return whole(last);
    }
    // Alone: what begins on the next line that is no comment. A blank line parts it from what follows.
    let mut line = last + 1;
    let mut comments = document.comments().skip_while(|other| other.start <= comment.start).peekable();
    while line < lines.lines() {
        let range = whole(line);
        if blank(range.clone()) {
            break;
        }
        let content = first_byte(text, range.start);
        match comments.next_if(|other| other.start == content) {
            Some(other) if blank(other.end..whole(lines.line(other.end.max(1) - 1)).end) => {
                line = lines.line(other.end.max(1) - 1) + 1;
            }
            _ => return range.start..range.end.max(end_of_what_begins(document, content)),
        }
    }
    comment.end..comment.end
}

/// The first byte at or behind `start` that is no blank.
fn first_byte(text: &str, start: u32) -> u32 {
    let rest = text.get(start as usize..).unwrap_or("");
    start + (rest.len() - rest.trim_start_matches([' ', '\t', '\u{feff}']).len()) as u32
}

/// The end of the statement, entry or element that begins at a byte; that byte if nothing does.
fn end_of_what_begins(document: &Document, start: u32) -> u32 {
    let text = document.source_text();
    // The dashes of a YAML sequence belong to no element.
    let mut element = start;
    if document.language() == Language::Yaml {
        while let Some(rest) = text.get(element as usize..).and_then(|rest| rest.strip_prefix('-'))
            && rest.starts_with([' ', '\t'])
        {
            element = first_byte(text, element + 1);
        }
    }
    let is_element = element > start;
    let bracketed = text.get(element as usize..).is_some_and(|rest| rest.starts_with(['{', '[']));
    let ends = document.ids().filter(|id| document.span(*id).start == element).filter(|id| match document.node(*id) {
        Node::Body(_) => false,
        // A collection without brackets begins where its first entry does, and is not meant unless it is an element.
        Node::Mapping(_) | Node::Sequence(_) => is_element || bracketed,
        _ => *id != document.root(),
    });
    ends.map(|id| document.span(id).end).max().unwrap_or(element)
}
