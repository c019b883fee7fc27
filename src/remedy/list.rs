//! One more element: beside an element of a list, or beside a value that stands alone where a list may stand.

use super::place::{Place, before_on_line, begins_line, indentation, line_end};
use crate::diagnostic::Edit;
use crate::files::Files;
use crate::syntax::{Language, Node};
use crate::text::Span;

/// How the value stands.
enum Stands {
    /// Alone behind its key, which begins at this byte: `Service: x`.
    Alone(usize),
    /// Between brackets, with others or not.
    InBrackets,
    /// Behind the dash of a block sequence.
    BehindDash,
}

/// Puts `new` beside the element at `element`, in the way that the list is written; what stands alone becomes a list of
/// two. `new` is source text of the same notation.
pub(super) fn add_beside(element: Span, new: &str, files: &dyn Files) -> Option<Vec<Edit>> {
    let document = files.document(element.source)?;
    let text = document.source_text().clone();
    let (start, end) = (element.start as usize, element.end as usize);
    let place = Place::at(element, files);
    let yaml = document.language() == Language::Yaml;
    let stands = match &place {
        Some(place) => in_document(place)?,
        None => in_text(&text, start)?,
    };
    let insert = |at: usize, new: String| Edit { span: Span::new(element.source, at as u32, at as u32), text: new };
    match stands {
        // A block mapping behind the key cannot stand behind a dash as it is.
        Stands::Alone(key) if yaml && place.is_some() && is_block(&text, key, start, end) => {
            if text.get(start..end)?.contains('\n') {
                return None;
            }
            let colon = text.get(key..start)?.rfind(':')? + key + 1;
            let dash = format!("\n{}  - ", " ".repeat(before_on_line(&text, key).chars().count()));
            let gap = Span::new(element.source, colon as u32, element.start);
            let behind = insert(line_end(&text, end), format!("{dash}{new}"));
            Some(vec![Edit { span: gap, text: dash }, behind])
        }
        Stands::Alone(_) => {
            let whole = text.get(start..end)?;
            if whole.contains('\n') {
                return None;
            }
            Some(vec![insert(start, "[".into()), insert(end, format!(", {new}]"))])
        }
        Stands::BehindDash => {
            if text.get(start..end)?.contains('\n') {
                return None;
            }
            Some(vec![insert(line_end(&text, end), format!("\n{}{new}", before_on_line(&text, start)))])
        }
        Stands::InBrackets if begins_line(&text, start) => {
            let indent = indentation(&text, start);
            let rest = text.get(end..line_end(&text, end))?;
            let behind = rest.strip_prefix(',').unwrap_or(rest).trim_start();
            // A comment behind the element stays there.
            let commented = behind.starts_with(['#', '/']);
            let in_json = place.is_none() || document.language() == Language::Json;
            Some(match (rest.starts_with(','), behind.is_empty() || commented) {
                (_, false) => vec![insert(end, format!(", {new}"))],
                (true, true) if !in_json => vec![insert(line_end(&text, end), format!("\n{indent}{new},"))],
                (false, true) if commented => {
                    vec![insert(end, ",".into()), insert(line_end(&text, end), format!("\n{indent}{new}"))]
                }
                _ => vec![insert(end, format!(",\n{indent}{new}"))],
            })
        }
        Stands::InBrackets => Some(vec![insert(end, format!(", {new}"))]),
    }
}

fn in_document(place: &Place) -> Option<Stands> {
    let parent = place.parent()?;
    match parent.kind() {
        Node::Sequence(_) if parent.slice().starts_with('[') => Some(Stands::InBrackets),
        Node::Sequence(_) => Some(Stands::BehindDash),
        Node::Entry { key, .. } => Some(Stands::Alone(place.document.span(key).start as usize)),
        Node::Attribute { name, .. } => Some(Stands::Alone(place.document.span(name).start as usize)),
        _ => None,
    }
}

/// The same in text inside text, which is JSON: no comments, so the character before tells.
fn in_text(text: &str, start: usize) -> Option<Stands> {
    match text.get(..start)?.trim_end().chars().next_back()? {
        '[' | ',' => Some(Stands::InBrackets),
        ':' => Some(Stands::Alone(start)),
        _ => None,
    }
}

/// Whether a key and its value are lines of a block mapping, and not parts of a flow mapping.
fn is_block(text: &str, key: usize, start: usize, end: usize) -> bool {
    let before = before_on_line(text, key).trim_start_matches([' ', '-']);
    let behind = text.get(end..line_end(text, end)).unwrap_or("").trim_start();
    let between = text.get(key..start).unwrap_or("").trim_end();
    before.is_empty() && between.ends_with(':') && (behind.is_empty() || behind.starts_with('#'))
}
