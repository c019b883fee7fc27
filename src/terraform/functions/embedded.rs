//! Reading JSON and YAML of which only parts are known: the unknown pieces are put into the text as characters for
//! private use, and come back as the values they stand for.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::pieces;
use crate::value::{Segment, Shape, SymbolKind, Value, choice, concatenate};

/// The characters that stand for pieces: the first private-use area of Unicode.
const FIRST: u32 = 0xe000;
const LAST: u32 = 0xf8ff;

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scalars {
    /// In quotation marks, so that it is text whatever is put into it.
    Quoted,
    /// Perhaps plain, so that what is put into it may make it a number or a truth.
    Plain,
}

/// What `decode` makes of the text; `None` when the text uses the characters itself, or cannot be read with them in it,
/// which says nothing of the text with the pieces in their place.
pub(super) fn decode(value: &Value, scalars: Scalars, decode: impl FnOnce(&str) -> Option<Value>) -> Option<Value> {
    let mut text = String::new();
    let mut stand_ins: Vec<Value> = Vec::new();
    for segment in pieces(value) {
        match segment {
            Segment::Literal { text: literal, .. } if literal.chars().any(|c| index(c).is_some()) => return None,
            Segment::Literal { text: literal, .. } => text.push_str(&literal),
            Segment::Value(piece) => {
                let code = FIRST + u32::try_from(stand_ins.len()).ok()?;
                text.push(char::from_u32(code).filter(|c| index(*c).is_some())?);
                stand_ins.push(piece);
            }
        }
    }
    match put_back(&decode(&text)?, &stand_ins, scalars) {
        ControlFlow::Continue(value) => Some(value),
        ControlFlow::Break(()) => None,
    }
}

fn index(c: char) -> Option<usize> {
    let code = u32::from(c);
    (FIRST..=LAST).contains(&code).then(|| (code - FIRST) as usize)
}

fn put_back(value: &Value, stand_ins: &[Value], scalars: Scalars) -> ControlFlow<(), Value> {
    let shape = match &value.shape {
        Shape::Error(_) => return ControlFlow::Break(()),
        Shape::Text(text) => return ControlFlow::Continue(text_with(text, stand_ins, scalars)),
        Shape::Sequence(kind, items) => {
            let mut put = Vec::with_capacity(items.len());
            for item in items.iter() {
                put.push(put_back(item, stand_ins, scalars)?);
            }
            Shape::Sequence(*kind, put.into())
        }
        Shape::Mapping(kind, entries) => {
            let mut put = Vec::with_capacity(entries.len());
            for entry in entries.iter() {
                // A key that is not known leaves nothing to go by.
                if entry.key.chars().any(|c| index(c).is_some()) {
                    return ControlFlow::Break(());
                }
                put.push(crate::value::Entry { value: put_back(&entry.value, stand_ins, scalars)?, ..entry.clone() });
            }
            Shape::Mapping(*kind, put.into())
        }
        _ => return ControlFlow::Continue(value.clone()),
    };
    ControlFlow::Continue(Value { shape, ..value.clone() })
}

fn text_with(text: &Arc<str>, stand_ins: &[Value], scalars: Scalars) -> Value {
    let mut found: Vec<Value> = Vec::new();
    let mut literal = String::new();
    let mut letters = false;
    for c in text.chars() {
        match index(c).and_then(|index| stand_ins.get(index)) {
            Some(piece) => {
                found.push(Value::text(std::mem::take(&mut literal)));
                found.push(piece.clone());
            }
            None => {
                letters |= c.is_ascii_alphabetic();
                literal.push(c);
            }
        }
    }
    if found.is_empty() {
        return Value::text(text.clone());
    }
    // Names and ARNs are text in any case, and so is what has a letter in it, save for a few words.
    let is_name = |piece: &Value| {
        piece.as_symbol().is_some_and(|symbol| matches!(symbol.kind, SymbolKind::Name | SymbolKind::Arn))
    };
    let certain = scalars == Scalars::Quoted || letters || found.iter().any(is_name);
    found.push(Value::text(literal));
    if certain { concatenate(found) } else { choice::unknown_among(&found) }
}
