//! More elements: beside an element of a list, or beside a value that stands alone where a list may stand.

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

/// Puts `new` behind the element at `element`, in the way that the list is written; what stands alone becomes the first
/// of a list. `new` is source text of the same notation; its second and later lines are indented already.
///
/// `None` where the list is only a part of what is computed: what is put in there may be dropped again.
pub(super) fn add_beside(element: Span, new: &[String], files: &dyn Files) -> Option<Vec<Edit>> {
    let document = files.document(element.source)?;
    let text = document.source_text().clone();
    let start = element.start as usize;
    // A block scalar or mapping ends behind its last line.
    let end = text.get(..element.end as usize)?.trim_end().len();
    let place = Place::at(element, files);
    if place.as_ref().is_some_and(|place| !place.is_taken_whole()) {
        return None;
    }
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
            let behind = insert(line_end(&text, end), format!("{dash}{}", new.join(&dash)));
            Some(vec![Edit { span: gap, text: dash }, behind])
        }
        Stands::Alone(key) if yaml && place.is_some() && begins_line(&text, start) => {
            further_in(&text, element.source, key, start, end, new)
        }
        Stands::Alone(_) => {
            let braced = text.get(start..end)?.starts_with('{');
            if text.get(start..end)?.contains('\n') && !braced {
                return None;
            }
            Some(vec![insert(start, "[".into()), insert(end, format!(", {}]", new.join(", ")))])
        }
        Stands::BehindDash => {
            let dash = before_on_line(&text, start);
            // `- - x` and `- a: - x` are no lines that could be repeated.
            if dash.trim() != "-" {
                return None;
            }
            let lines: String = new.iter().map(|new| format!("\n{dash}{new}")).collect();
            Some(vec![insert(line_end(&text, end), lines)])
        }
        Stands::InBrackets if begins_line(&text, start) => {
            let indent = indentation(&text, start);
            let new = new.join(&format!(",\n{indent}"));
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
        Stands::InBrackets => Some(vec![insert(end, format!(", {}", new.join(", ")))]),
    }
}

/// A block mapping on lines of its own below its key becomes the first element of a block sequence: its lines move in by
/// as much as a dash takes. The lines of `new` are moved as well.
fn further_in(
    text: &str,
    source: crate::text::SourceId,
    key: usize,
    start: usize,
    end: usize,
    new: &[String],
) -> Option<Vec<Edit>> {
    let indent = before_on_line(text, start);
    if indent.len() <= before_on_line(text, key).len() {
        return None;
    }
    let insert = |at: usize, new: String| Edit { span: Span::new(source, at as u32, at as u32), text: new };
    let mut edits = vec![insert(start, "- ".into())];
    for (at, _) in text.get(start..end)?.match_indices('\n') {
        let line = start + at + 1;
        if line_end(text, line) > line {
            edits.push(insert(line, "  ".into()));
        }
    }
    let lines: String = new.iter().map(|new| format!("\n{indent}- {}", new.replace('\n', "\n  "))).collect();
    edits.push(insert(line_end(text, end), lines));
    Some(edits)
}

fn in_document(place: &Place) -> Option<Stands> {
    let parent = place.parent()?;
    match parent.kind() {
        Node::Sequence(_) if parent.slice().starts_with('[') => Some(Stands::InBrackets),
        Node::Sequence(_) => Some(Stands::BehindDash),
        Node::Entry { key, .. } | Node::Attribute { name: key, .. } => {
            let takes_lists = place.document.string(key).is_some_and(|key| ONE_OR_MANY.contains(&key));
            takes_lists.then(|| Stands::Alone(place.document.span(key).start as usize))
        }
        _ => None,
    }
}

/// Elements of a policy, in both of Terraform's notations, that take one or many. A local or the argument of a module may
/// only take one.
const ONE_OR_MANY: [&str; 6] = ["Service", "Action", "Statement", "statement", "actions", "identifiers"];

/// The same in text inside text, which is JSON or an expression on one line: no comments, so the character before tells.
fn in_text(text: &str, start: usize) -> Option<Stands> {
    match text.get(..start)?.trim_end().chars().next_back()? {
        '[' | ',' => Some(Stands::InBrackets),
        ':' | '=' => Some(Stands::Alone(start)),
        _ => None,
    }
}

/// Whether a key and its value are on one line of a block mapping, and not parts of a flow mapping.
fn is_block(text: &str, key: usize, start: usize, end: usize) -> bool {
    let before = before_on_line(text, key).trim_start_matches([' ', '-']);
    let behind = text.get(end..line_end(text, end)).unwrap_or("").trim_start();
    let between = text.get(key..start).unwrap_or("");
    let own_line = !between.contains('\n') && between.trim_end().ends_with(':');
    before.is_empty() && own_line && (behind.is_empty() || behind.starts_with('#'))
}
