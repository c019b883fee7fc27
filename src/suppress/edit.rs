//! The edit that adds a suppression at a finding.

use crate::diagnostic::Edit;
use crate::syntax::{Document, Language, Node, NodeId, recognise};
use crate::text::{LineIndex, Span};

/// The edit that hides a finding of `rule` at `place`, a span of the document, for `reason`. A comment goes onto a line
/// of its own above the innermost attribute, entry or block around the place; where there are no comments, a `"//"` key
/// goes into the resource, or `Metadata` into the resource or the template. `None` when the document cannot hold any.
pub fn edit(document: &Document, place: Span, rule: &str, reason: &str) -> Option<Edit> {
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    match document.language() {
        Language::Hcl | Language::Yaml => Some(comment(document, place, rule, &reason)),
        Language::TerraformJson => comment_key(document, place, rule, &reason),
        Language::Json if recognise::is_cloudformation(document) => metadata(document, place, rule, &reason),
        Language::Json => None,
    }
}

/// The first byte of a place, so that what ends just before it is not around it.
fn first_byte(place: Span) -> Span {
    Span { end: place.end.min(place.start + 1).max(place.start), ..place }
}

fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

fn comment(document: &Document, place: Span, rule: &str, reason: &str) -> Edit {
    let text = document.source_text();
    let lines = LineIndex::new(text);
    let around = |id: &NodeId| document.span(*id).contains(first_byte(place));
    // Inside a template nothing is a comment.
    let template = document
        .ids()
        .filter(around)
        .filter(|id| matches!(document.node(*id), Node::Template(_)))
        .map(|id| document.span(id))
        .max_by_key(|span| span.len());
    let indentation = |span: Span| {
        let line_start = lines.line_start(lines.line(span.start));
        let before = text.get(line_start as usize..span.start as usize)?;
        let blank = before.trim_start_matches([' ', '\t']);
        let dashes = document.language() == Language::Yaml && blank.split(' ').all(|part| matches!(part, "" | "-"));
        (blank.is_empty() || dashes).then(|| (line_start, &before[..before.len() - blank.len()]))
    };
    let statement = document
        .ids()
        .filter(around)
        .filter(|id| matches!(document.node(*id), Node::Attribute { .. } | Node::Block(_) | Node::Entry { .. }))
        .map(|id| document.span(id))
        .filter(|span| template.is_none_or(|template| span.contains(template)))
        .filter_map(|span| indentation(span).map(|place| (span.len(), place)))
        .min_by_key(|(len, _)| *len);
    let (at, indentation) = match statement {
        Some((_, place)) => place,
        None => (lines.line_start(lines.line(place.start)), ""),
    };
    let text = format!("{indentation}# rolecall: ignore[{rule}] -- {reason}{}", line_end(text));
    Edit { span: Span::new(document.source(), at, at), text }
}

/// Where a first entry goes into a mapping with braces, and the text to put around it.
fn first_entry(document: &Document, mapping: NodeId, entry: &str) -> Edit {
    let text = document.source_text();
    let at = document.span(mapping).start + 1;
    let span = Span::new(document.source(), at, at);
    let Some((key, _)) = document.entries(mapping).next() else { return Edit { span, text: entry.to_string() } };
    // The layout of the entry that is first now is that of the new one.
    let between = text.get(at as usize..document.span(key).start as usize).unwrap_or("");
    let separator = if between.contains('\n') { "," } else { ", " };
    let text = match between.contains('\n') {
        true => format!("{between}{entry}{separator}"),
        false => format!("{entry}{separator}"),
    };
    Edit { span, text }
}

fn quoted(text: &str) -> String {
    // A text cannot fail to be written into memory.
    serde_json::to_string(text).unwrap_or_default()
}

/// The body of the Terraform block around a place: a resource, data source, module call or the like; else the root.
fn comment_key(document: &Document, place: Span, rule: &str, reason: &str) -> Option<Edit> {
    let inside = |mapping: NodeId| {
        document.entries(mapping).find(|(key, value)| {
            let whole = Span::new(document.source(), document.span(*key).start, document.span(*value).end);
            whole.contains(first_byte(place)) && matches!(document.node(*value), Node::Mapping(_))
        })
    };
    let mut body = document.root();
    if !matches!(document.node(body), Node::Mapping(_)) {
        return None;
    }
    let labels = match inside(body).map(|(key, value)| (document.string(key), value)) {
        Some((Some("resource" | "data" | "ephemeral"), _)) => 2,
        Some((Some("module" | "provider" | "variable" | "output"), _)) => 1,
        _ => 0,
    };
    if labels > 0 {
        let found = (0..=labels).try_fold(body, |outer, _| inside(outer).map(|(_, value)| value));
        body = found.unwrap_or(body);
    }
    let entry = format!("\"//\": {}", quoted(&format!("rolecall: ignore[{rule}] -- {reason}")));
    Some(first_entry(document, body, &entry))
}

/// `Metadata.rolecall.ignore` in the resource around a place, or in the template.
fn metadata(document: &Document, place: Span, rule: &str, reason: &str) -> Option<Edit> {
    let root = document.root();
    let resource = document.get(root, "Resources").and_then(|resources| {
        document.entries(resources).find_map(|(key, value)| {
            let whole = Span::new(document.source(), document.span(key).start, document.span(value).end);
            whole.contains(first_byte(place)).then_some(value)
        })
    });
    let holder = resource.unwrap_or(root);
    if !matches!(document.node(holder), Node::Mapping(_)) {
        return None;
    }
    // As much of the way is made as is not there yet.
    let mut at = holder;
    let mut missing = vec!["Metadata", "rolecall", "ignore"];
    while let Some(next) = missing.first().and_then(|name| document.get(at, name)) {
        match document.node(next) {
            Node::Mapping(_) => at = next,
            // A list of suppressions takes one more.
            Node::Sequence(_) if missing.len() == 1 => {
                let entry = quoted(&format!("{rule} -- {reason}"));
                let start = document.span(next).start + 1;
                let text = if document.elements(next).is_empty() { entry } else { format!("{entry}, ") };
                return Some(Edit { span: Span::new(document.source(), start, start), text });
            }
            _ => return None,
        }
        missing.remove(0);
    }
    let mut entry = format!("{}: {}", quoted(rule), quoted(reason));
    for name in missing.iter().rev() {
        entry = format!("{}: {{{entry}}}", quoted(name));
    }
    Some(first_entry(document, at, &entry))
}
