//! Whether two texts are the same, as far as they are known.

use std::sync::Arc;

use super::SameName;
use crate::value::{Segment, Shape, Symbol, Value, choice};

/// Whether two string values are the same text, whatever is not known of them turns out to be.
pub(super) fn same_text(one: &Value, other: &Value) -> SameName {
    if let (Some(one), Some(other)) = (one.as_text(), other.as_text()) {
        return if one == other { SameName::Yes } else { SameName::No };
    }
    let (one_alternatives, other_alternatives) = (choice::alternatives(one), choice::alternatives(other));
    if one_alternatives.len() > 1 || other_alternatives.len() > 1 {
        let mut answers = one_alternatives
            .iter()
            .flat_map(|one| other_alternatives.iter().map(|other| same_text(&one.value, &other.value)));
        return if answers.all(|answer| answer == SameName::No) { SameName::No } else { SameName::Maybe };
    }
    let (one, other) = (pieces(one), pieces(other));
    if one == other && !one.contains(&Piece::Hole) {
        return SameName::Yes;
    }
    // Known text at the same end that differs cannot be made equal by what stands between.
    let (one_ends, other_ends) = (ends(&one), ends(&other));
    let starts_differ = !(one_ends.0.starts_with(other_ends.0) || other_ends.0.starts_with(one_ends.0));
    let ends_differ = !(one_ends.1.ends_with(other_ends.1) || other_ends.1.ends_with(one_ends.1));
    // The same pieces but for one known text in between: `${var.n}-role` and `${var.n}-profile`.
    let holes =
        |pieces: &[Piece]| pieces.iter().filter(|piece| !matches!(piece, Piece::Text(_))).cloned().collect::<Vec<_>>();
    let same_holes = !one.contains(&Piece::Hole) && holes(&one) == holes(&other) && holes(&one).len() == 1;
    let length = |pieces: &[Piece]| -> usize {
        pieces.iter().map(|piece| if let Piece::Text(text) = piece { text.len() } else { 0 }).sum()
    };
    if starts_differ || ends_differ || (same_holes && length(&one) != length(&other)) {
        SameName::No
    } else {
        SameName::Maybe
    }
}

/// A piece of a string, for comparison.
#[derive(Clone, PartialEq, Debug)]
enum Piece {
    Text(String),
    Symbol(Symbol),
    Unknown(Arc<str>),
    /// Nothing that could be told to be the same elsewhere.
    Hole,
}

fn pieces(value: &Value) -> Vec<Piece> {
    let one = |value: &Value| match &value.shape {
        Shape::Text(text) => Piece::Text(text.to_string()),
        Shape::Symbol(symbol) => Piece::Symbol(symbol.clone()),
        Shape::Unknown(unknown) => unknown.same.clone().map_or(Piece::Hole, Piece::Unknown),
        _ => Piece::Hole,
    };
    match &value.shape {
        Shape::Template(segments) => segments
            .iter()
            .map(|segment| match segment {
                Segment::Literal { text, .. } => Piece::Text(text.to_string()),
                Segment::Value(value) => one(value),
            })
            .collect(),
        _ => vec![one(value)],
    }
}

/// The known text that a string begins and ends with.
fn ends(pieces: &[Piece]) -> (&str, &str) {
    fn text(piece: Option<&Piece>) -> &str {
        match piece {
            Some(Piece::Text(text)) => text,
            _ => "",
        }
    }
    (text(pieces.first()), text(pieces.last()))
}
