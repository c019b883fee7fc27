//! Another spelling of a text in a policy, and more actions in one of its statements.

use super::list;
use super::place::Place;
use super::reference::respelt;
use crate::aws::policy::{Meant, New, Statement};
use crate::aws::principals;
use crate::diagnostic::{Edit, Fix};
use crate::link::Linked;
use crate::syntax::Language;
use crate::text::Span;
use crate::value::Value;

/// Writes `new` in place of a text that a policy has: a service or an action that does not exist, or is not the one it
/// takes. Safe if it is `clear` that nothing else can be meant, unless a caller may give another value anyway.
pub fn respell(linked: &Linked<'_>, value: &Value, new: &str, clear: bool) -> Option<Fix> {
    let (span, old) = (value.span?, value.as_text()?);
    let edit = respelt(span, &old, new, linked.files).or_else(|| respelt_label(span, &old, new, linked))?;
    Some(Fix { title: format!("Write {new}"), safe: clear && !value.marks.assumed, edits: vec![edit] })
}

/// The same for a service whose suffix is put in: only what stands before it is another.
fn respelt_label(span: Span, old: &str, new: &str, linked: &Linked<'_>) -> Option<Edit> {
    let (old, new) = (principals::parse(old)?, principals::parse(new)?);
    let dotted = |service: &str| format!("{service}.");
    (old.suffix == new.suffix)
        .then(|| respelt(span, &dotted(old.service), &dotted(new.service), linked.files))
        .flatten()
}

/// Writes what a text in a policy was meant to be. Safe if nothing else can be meant.
pub fn mean(linked: &Linked<'_>, meant: &Meant) -> Option<Fix> {
    let Meant { span, written, new, clear } = meant;
    let (title, edit) = match new {
        New::Text(new) => (format!("Write {new}"), respelt(*span, written, new, linked.files)?),
        New::Behind(key) => {
            let document = linked.files.document(span.source)?;
            let old = document.source_text().get(span.range())?;
            let text = match (document.language(), Place::at(*span, linked.files).is_some()) {
                (Language::Hcl, true) => format!("{{ {key} = {old} }}"),
                (Language::Yaml, true) => format!("{{ {key}: {old} }}"),
                (_, _) if old.starts_with("\\\"") => format!("{{\\\"{key}\\\": {old}}}"),
                (_, _) => format!("{{\"{key}\": {old}}}"),
            };
            let is_plain = old.contains(&**written) && !old.contains(['\n', '$', '{']);
            (format!("Put it behind {key}"), Edit { span: *span, text: is_plain.then_some(text)? })
        }
    };
    Some(Fix { title, safe: *clear, edits: vec![edit] })
}

/// Allows more actions in a statement, in the way its actions are written. Not safe, for it grants something.
pub fn allow_too(linked: &Linked<'_>, statement: &Statement, actions: &[&str]) -> Option<Fix> {
    let edits = statement.actions.iter().flatten().rev().find_map(|item| {
        let (span, text) = (item.value.span?, item.value.as_text()?);
        let document = linked.files.document(span.source)?;
        let old = document.source_text().get(span.range())?;
        let once = old.matches(&*text).count() == 1 && !item.value.marks.assumed;
        let new: Vec<String> = actions.iter().map(|action| old.replace(&*text, action)).collect();
        once.then(|| list::add_beside(span, &new, linked.files)).flatten()
    })?;
    Some(Fix { title: format!("Allow {} too", actions.join(" and ")), safe: false, edits })
}
