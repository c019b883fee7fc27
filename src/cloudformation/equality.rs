//! `Fn::Equals`: when two values that hold parameters are the same text.

use std::sync::Arc;

use super::Evaluator;
use super::strings::textual;
use crate::value::choice::alternatives;
use crate::value::guard::AtomKind;
use crate::value::{Formula, Reason, Segment, Shape, Value};

/// Most combinations of alternatives, or of values of parameters, that are compared.
const MAX_COMBINATIONS: usize = 256;

/// A text as [`AtomKind::Equals`] writes its literals: as a JSON string.
pub(super) fn quoted(text: &str) -> Arc<str> {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if control < ' ' => quoted.push_str(&format!("\\u{:04x}", control as u32)),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted.into()
}

/// A text made of known characters and parameters.
#[derive(Clone, PartialEq, Debug)]
enum Piece {
    Known(String),
    Parameter(Arc<str>),
}

impl Evaluator<'_> {
    /// When the two are equal, compared as the service does, as text with upper and lower case told apart; `None` where
    /// that cannot be told.
    pub(super) fn equal(&mut self, left: &Value, right: &Value) -> Option<Formula> {
        if matches!(left.shape, Shape::Choice(_)) || matches!(right.shape, Shape::Choice(_)) {
            let (left, right) = (alternatives(left), alternatives(right));
            if left.len() * right.len() > MAX_COMBINATIONS {
                return None;
            }
            let mut cases = Vec::new();
            for one in &left {
                for other in &right {
                    let equal = self.equal(&one.value, &other.value)?;
                    cases.push(Formula::and([one.guard.clone(), other.guard.clone(), equal]));
                }
            }
            return Some(Formula::or(cases));
        }
        // Where a look-up fails there is no deployment.
        if matches!(left.shape, Shape::Error(_)) || matches!(right.shape, Shape::Error(_)) {
            return Some(Formula::False);
        }
        if left.is_known() && right.is_known() && (left.as_sequence().is_some() || right.as_sequence().is_some()) {
            return Some(constant(self.same_known(left, right)));
        }
        let (left, right) = (self.pieces(left)?, self.pieces(right)?);
        self.equal_pieces(left, right)
    }

    fn same_known(&self, left: &Value, right: &Value) -> bool {
        match (left.as_sequence(), right.as_sequence()) {
            (Some(left), Some(right)) => {
                left.len() == right.len() && left.iter().zip(right).all(|(left, right)| self.same_known(left, right))
            }
            (None, None) => textual(self.document, left).as_text() == textual(self.document, right).as_text(),
            _ => false,
        }
    }

    /// The value as known characters and parameters; `None` if it holds anything else.
    fn pieces(&self, value: &Value) -> Option<Vec<Piece>> {
        let value = textual(self.document, value);
        let mut pieces = Vec::new();
        let add = |pieces: &mut Vec<Piece>, value: &Value| -> Option<()> {
            match &value.shape {
                Shape::Text(text) => known(pieces, text),
                Shape::Unknown(unknown) => match &unknown.reason {
                    Reason::Variable(name) => pieces.push(Piece::Parameter(name.clone())),
                    Reason::LookUp(name) if self.shared.subjects.contains_key(name) => {
                        pieces.push(Piece::Parameter(name.clone()))
                    }
                    _ => return None,
                },
                _ => return None,
            }
            Some(())
        };
        match &value.shape {
            Shape::Template(segments) => {
                for segment in segments.iter() {
                    match segment {
                        Segment::Literal { text, .. } => known(&mut pieces, text),
                        Segment::Value(value) => add(&mut pieces, value)?,
                    }
                }
            }
            _ => add(&mut pieces, &value)?,
        }
        let list = |piece: &Piece| matches!(piece, Piece::Parameter(name) if self.shared.subjects.get(name).is_some_and(|parameter| parameter.list));
        (!pieces.iter().any(list)).then_some(pieces)
    }

    fn equal_pieces(&mut self, mut left: Vec<Piece>, mut right: Vec<Piece>) -> Option<Formula> {
        for from_end in [false, true] {
            if !strip_shared(&mut left, &mut right, from_end) {
                return Some(Formula::False);
            }
        }
        match (&left[..], &right[..]) {
            ([], []) => Some(Formula::True),
            ([], rest) | (rest, []) => {
                let empty = rest.iter().map(|piece| match piece {
                    Piece::Known(_) => Formula::False,
                    Piece::Parameter(name) => self.parameter_is(name, ""),
                });
                Some(Formula::and(empty.collect::<Vec<_>>()))
            }
            ([Piece::Parameter(name)], [Piece::Known(text)]) | ([Piece::Known(text)], [Piece::Parameter(name)]) => {
                Some(self.parameter_is(name, text))
            }
            ([Piece::Parameter(one)], [Piece::Parameter(other)]) => self.same_parameters(one, other),
            _ => self.by_domains(&left, &right),
        }
    }

    /// When the parameter has this value. The suffix of domain names is told by the partition, so that conditions over
    /// either are about one thing.
    pub(super) fn parameter_is(&mut self, name: &Arc<str>, text: &str) -> Formula {
        if self.shared.subjects.get(name).is_some_and(|parameter| !parameter.allows(text)) {
            return Formula::False;
        }
        let partitions: &[&str] = match (&**name, text) {
            ("AWS::URLSuffix", "amazonaws.com") => &["aws", "aws-us-gov"],
            ("AWS::URLSuffix", "amazonaws.com.cn") => &["aws-cn"],
            _ => &[],
        };
        if !partitions.is_empty() {
            let partition: Arc<str> = "AWS::Partition".into();
            return Formula::or(partitions.iter().map(|text| self.parameter_is(&partition, text)).collect::<Vec<_>>());
        }
        let kind = AtomKind::Equals { subject: name.clone(), literal: quoted(text) };
        let atom = Formula::Atom(self.out.atoms.atom(kind, std::slice::from_ref(name)));
        // A region lies in one partition.
        if &**name == "AWS::Region"
            && let Some(partition) = super::parameters::partition_of(text)
        {
            let within = self.parameter_is(&"AWS::Partition".into(), partition);
            self.out.atoms.assert(Formula::or([!atom.clone(), within]));
        }
        atom
    }

    fn same_parameters(&mut self, one: &Arc<str>, other: &Arc<str>) -> Option<Formula> {
        let Some(values) = self.domain(one).or_else(|| self.domain(other)) else {
            // The suffix of domain names is told by the partition, and a restricted text is not any other.
            let is_free = |name: &Arc<str>| {
                **name != *"AWS::URLSuffix" && self.shared.subjects.get(name).is_none_or(|known| !known.is_restricted())
            };
            let (one, other) = if one < other { (one, other) } else { (other, one) };
            let kind = AtomKind::Same { one: one.clone(), other: other.clone() };
            return (is_free(one) && is_free(other))
                .then(|| Formula::Atom(self.out.atoms.atom(kind, &[one.clone(), other.clone()])));
        };
        if values.len() > MAX_COMBINATIONS {
            return None;
        }
        let cases: Vec<Formula> = values
            .iter()
            .map(|value| Formula::and([self.parameter_is(one, value), self.parameter_is(other, value)]))
            .collect();
        Some(Formula::or(cases))
    }

    fn domain(&self, name: &str) -> Option<Vec<Arc<str>>> {
        self.shared.subjects.get(name)?.allowed.clone()
    }

    /// Compares texts of several parameters by trying all their values.
    fn by_domains(&mut self, left: &[Piece], right: &[Piece]) -> Option<Formula> {
        let mut rows: Vec<Vec<(Arc<str>, Arc<str>)>> = vec![Vec::new()];
        for piece in left.iter().chain(right) {
            let Piece::Parameter(name) = piece else { continue };
            if rows.first().is_some_and(|row| row.iter().any(|(known, _)| known == name)) {
                continue;
            }
            let values = self.domain(name)?;
            if rows.len() * values.len() > MAX_COMBINATIONS {
                return None;
            }
            let extend = |row: &Vec<(Arc<str>, Arc<str>)>| {
                let row = row.clone();
                let name = name.clone();
                values.clone().into_iter().map(move |value| {
                    let mut row = row.clone();
                    row.push((name.clone(), value));
                    row
                })
            };
            rows = rows.iter().flat_map(extend).collect();
        }
        let text = |pieces: &[Piece], row: &[(Arc<str>, Arc<str>)]| -> String {
            let value = |name: &Arc<str>| row.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value);
            pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Known(text) => text.as_str(),
                    Piece::Parameter(name) => value(name),
                })
                .collect()
        };
        rows.retain(|row| text(left, row) == text(right, row));
        let cases: Vec<Formula> = rows
            .iter()
            .map(|row| Formula::and(row.iter().map(|(name, value)| self.parameter_is(name, value)).collect::<Vec<_>>()))
            .collect();
        Some(Formula::or(cases))
    }
}

fn constant(holds: bool) -> Formula {
    if holds { Formula::True } else { Formula::False }
}

fn known(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Known(before)) => before.push_str(text),
        _ => pieces.push(Piece::Known(text.to_owned())),
    }
}

/// Takes away what both have at their beginning (or end); `false` when they differ there for certain.
fn strip_shared(left: &mut Vec<Piece>, right: &mut Vec<Piece>, from_end: bool) -> bool {
    if from_end {
        left.reverse();
        right.reverse();
    }
    let mut same = true;
    loop {
        match (left.first_mut(), right.first_mut()) {
            (Some(Piece::Parameter(one)), Some(Piece::Parameter(other))) if one == other => {
                left.remove(0);
                right.remove(0);
            }
            (Some(Piece::Known(one)), Some(Piece::Known(other))) => {
                let shared: usize = if from_end {
                    let pairs = one.chars().rev().zip(other.chars().rev());
                    pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
                } else {
                    let pairs = one.chars().zip(other.chars());
                    pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
                };
                for text in [&mut *one, &mut *other] {
                    match from_end {
                        true => text.truncate(text.len() - shared),
                        false => drop(text.drain(..shared)),
                    }
                }
                if !one.is_empty() && !other.is_empty() {
                    same = false;
                    break;
                }
                for pieces in [&mut *left, &mut *right] {
                    if matches!(pieces.first(), Some(Piece::Known(text)) if text.is_empty()) {
                        pieces.remove(0);
                    }
                }
            }
            _ => break,
        }
    }
    if from_end {
        left.reverse();
        right.reverse();
    }
    same
}
