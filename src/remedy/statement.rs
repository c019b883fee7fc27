//! One more statement in a trust policy.

use super::list;
use super::notation::{Form, New, Notation};
use super::place::{Place, indentation, line_end};
use crate::aws::policy::{Policy, Statement};
use crate::diagnostic::Edit;
use crate::link::Linked;
use crate::syntax::{Language, Node};
use crate::text::Span;
use crate::value::Formula;

/// The edits that let `services` in by a statement of their own, behind the last statement whose place is known, and
/// the place of that one.
pub(super) fn add(linked: &Linked<'_>, policy: &Policy, services: &[&str]) -> Option<(Span, Vec<Edit>)> {
    let certain = |statement: &&Statement| statement.certain && statement.guard == Formula::True;
    policy.statements.iter().rev().filter(certain).find_map(|statement| {
        let span = statement.span()?;
        let edits = match Place::at(span, linked.files) {
            Some(place) => beside(linked, &place, services)?,
            None => in_text(linked, span, services)?,
        };
        Some((span, edits))
    })
}

fn beside(linked: &Linked<'_>, place: &Place, services: &[&str]) -> Option<Vec<Edit>> {
    let document = &place.document;
    let text = document.source_text();
    if let Node::Body(_) = place.kind() {
        return block(&place.parent()?, services);
    }
    let Node::Mapping(_) = place.kind() else { return None };
    let braced = place.slice().starts_with('{');
    let form = match document.language() {
        Language::Hcl => Form::Hcl,
        Language::Yaml if !braced => Form::Block,
        Language::Yaml => Form::Flow,
        _ => Form::Json,
    };
    let span = place.span();
    let end = text.get(..span.end as usize)?.trim_end().len();
    let notation = Notation::of(text, span.start as usize, end, form)?;
    let new = match document.language() == Language::TerraformJson && holder(place) == Some("statement") {
        true => notation.object(&arguments(services)),
        false => notation.object(&members(services)),
    };
    list::add_beside(span, &[new], linked.files)
}

/// The key that an object stands behind, alone or in a list.
fn holder(place: &Place) -> Option<&str> {
    let mut outer = place.parent()?;
    if let Node::Sequence(_) = outer.kind() {
        outer = outer.parent()?;
    }
    let Node::Entry { key, .. } = outer.kind() else { return None };
    place.document.string(key)
}

fn in_text(linked: &Linked<'_>, span: Span, services: &[&str]) -> Option<Vec<Edit>> {
    let document = linked.files.document(span.source)?;
    let (text, range) = (document.source_text(), span.range());
    let inside = text.get(range.clone())?.strip_prefix('{')?.trim_start();
    // Terraform's own expressions stand inside text too, in its JSON notation.
    let key = inside.trim_start_matches(|letter: char| letter.is_alphanumeric());
    let form = if key.trim_start().starts_with('=') { Form::Hcl } else { Form::Json };
    let notation = Notation::of(text, range.start, range.end, form)?;
    list::add_beside(span, &[notation.object(&members(services))], linked.files)
}

fn texts(services: &[&str]) -> New<'static> {
    match services {
        [service] => New::Text((*service).to_string()),
        _ => New::List(services.iter().map(|service| New::Text((*service).to_string())).collect()),
    }
}

fn members(services: &[&str]) -> [(&'static str, New<'static>); 3] {
    [
        ("Effect", New::Text("Allow".into())),
        ("Action", New::Text("sts:AssumeRole".into())),
        ("Principal", New::Object(vec![("Service", texts(services))])),
    ]
}

/// The same as arguments of Terraform's data source.
fn arguments(services: &[&str]) -> [(&'static str, New<'static>); 2] {
    let listed = services.iter().map(|service| New::Text((*service).to_string())).collect();
    let principals = vec![("type", New::Text("Service".into())), ("identifiers", New::List(listed))];
    [
        ("actions", New::List(vec![New::Text("sts:AssumeRole".into())])),
        ("principals", New::List(vec![New::Object(principals)])),
    ]
}

/// A block behind a block.
fn block(place: &Place, services: &[&str]) -> Option<Vec<Edit>> {
    let Node::Block(parts) = place.kind() else { return None };
    let document = &place.document;
    let children = document.children(parts);
    let Node::Body(items) = document.node(*children.last()?) else { return None };
    if document.string(*children.first()?) != Some("statement") {
        return None;
    }
    let (text, span) = (document.source_text(), place.span());
    let outer = indentation(text, span.start as usize);
    let inner = document.children(items).first().map(|first| indentation(text, document.span(*first).start as usize));
    let unit = inner.and_then(|inner| inner.strip_prefix(outer)).filter(|unit| !unit.is_empty()).unwrap_or("  ");
    let listed: Vec<String> = services.iter().map(|service| format!("\"{service}\"")).collect();
    let lines = [
        "statement {".to_string(),
        format!("{unit}actions = [\"sts:AssumeRole\"]"),
        String::new(),
        format!("{unit}principals {{"),
        format!("{unit}{unit}type        = \"Service\""),
        format!("{unit}{unit}identifiers = [{}]", listed.join(", ")),
        format!("{unit}}}"),
        "}".to_string(),
    ];
    let mut written = String::from("\n");
    for line in lines {
        let indent = if line.is_empty() { "" } else { outer };
        written.push_str(&format!("\n{indent}{line}"));
    }
    let at = line_end(text, span.end as usize) as u32;
    Some(vec![Edit { span: Span::new(span.source, at, at), text: written }])
}
