//! Keys that stand twice in one mapping.

use std::cell::OnceCell;

use super::{Document, Node, NodeId, syntax_error};
use crate::diagnostic::{Diagnostic, Severity};
use crate::text::LineIndex;

/// Mappings of up to this many entries are compared key by key, which needs no memory; most mappings are this small.
const SMALL: usize = 8;

/// The places of keys that an earlier entry of the same mapping has too: `(first, second)` as indices into `entries`,
/// sorted by the second. `first` is the earliest entry with that key. Keys that are no strings are not compared.
pub(super) fn repeated(document: &Document, entries: &[NodeId]) -> Vec<(usize, usize)> {
    if entries.len() <= SMALL {
        return repeated_in_few(document, entries);
    }
    let mut keys: Vec<(u64, usize, &str)> = entries
        .iter()
        .enumerate()
        .filter_map(|(index, entry)| key(document, *entry).map(|key| (hash(key), index, key)))
        .collect();
    keys.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| a.2.cmp(b.2)).then(a.1.cmp(&b.1)));
    let mut repeated = Vec::new();
    let mut first = None;
    for (hash, index, key) in keys {
        match first {
            Some((hash_before, index_before, key_before)) if hash_before == hash && key_before == key => {
                repeated.push((index_before, index));
            }
            _ => first = Some((hash, index, key)),
        }
    }
    repeated.sort_unstable_by_key(|(_, second)| *second);
    repeated
}

fn repeated_in_few(document: &Document, entries: &[NodeId]) -> Vec<(usize, usize)> {
    let mut keys = [None; SMALL];
    let mut repeated = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let Some(key) = key(document, *entry) else { continue };
        match keys.iter().position(|earlier| *earlier == Some(key)) {
            Some(first) => repeated.push((first, index)),
            None => keys[index] = Some(key),
        }
    }
    repeated
}

fn key(document: &Document, entry: NodeId) -> Option<&str> {
    match document.node(entry) {
        Node::Entry { key, .. } => document.string(key),
        _ => None,
    }
}

/// Spreads keys so that sorting seldom has to compare their text. An attacker who makes all hashes equal only gets a
/// plain sort by text.
fn hash(key: &str) -> u64 {
    let mut hash = key.len() as u64;
    for chunk in key.as_bytes().chunks(8) {
        let mut word = [0; 8];
        word.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
        hash = (hash.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
    hash
}

/// A diagnostic at the key of `second` that names the line of the key of `first`; both are [`Node::Entry`].
pub(super) fn diagnostic(
    document: &Document,
    lines: &OnceCell<LineIndex>,
    first: NodeId,
    second: NodeId,
) -> Option<Diagnostic> {
    let (Node::Entry { key: first, .. }, Node::Entry { key: second, .. }) =
        (document.node(first), document.node(second))
    else {
        return None;
    };
    let text = document.source_text();
    let line = lines.get_or_init(|| LineIndex::new(text)).line(document.span(first).start) + 1;
    let name = document.string(second)?;
    let message = format!("the key `{name}` is already set on line {line}");
    // It is read all the same, and the last one counts; a mistake it is nevertheless.
    let diagnostic = Diagnostic { severity: Severity::Warning, ..syntax_error(document.span(second), message) };
    let help = "Only the last of them counts; remove or rename one.";
    Some(diagnostic.with_help(help).with_related(document.span(first), "the first one"))
}
