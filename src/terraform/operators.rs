//! Operators over values that are no choices.

use super::convert;
use crate::syntax::{BinaryOperator, UnaryOperator};
use crate::value::choice;
use crate::value::{Number, Segment, Shape, SymbolKind, Value};

/// `-x`, `!x`
pub fn unary(operator: UnaryOperator, operand: &Value) -> Value {
    let converted = match operator {
        UnaryOperator::Negate => convert::to_number(operand),
        UnaryOperator::Not => convert::to_bool(operand),
    };
    match (&converted.shape, operator) {
        (Shape::Number(number), UnaryOperator::Negate) => Value::number(number.negate()).marked(operand.marks),
        (Shape::Bool(value), UnaryOperator::Not) => Value::bool(!value).marked(operand.marks),
        (Shape::Null, _) => Value::error("the operand is null"),
        (Shape::Error(_), _) => converted,
        _ => choice::unknown_among([operand]),
    }
}

/// `a + b` and its like. `false && x` and `true || x` do not look at `x`, as in newer versions of Terraform.
pub fn binary(operator: BinaryOperator, left: &Value, right: &Value) -> Value {
    let marks = left.marks.with(right.marks);
    match operator {
        BinaryOperator::Equal | BinaryOperator::NotEqual => {
            if let Some(error) = [left, right].into_iter().find(|side| matches!(side.shape, Shape::Error(_))) {
                return error.clone();
            }
            match equal(left, right) {
                Some(answer) => Value::bool(answer == (operator == BinaryOperator::Equal)).marked(marks),
                None => choice::unknown_among([left, right]),
            }
        }
        BinaryOperator::And | BinaryOperator::Or => {
            let absorbing = operator == BinaryOperator::Or;
            let (left, right) = (convert::to_bool(left), convert::to_bool(right));
            match (&left.shape, &right.shape) {
                (Shape::Bool(value), _) if *value == absorbing => Value::bool(absorbing).marked(left.marks),
                (_, Shape::Bool(value)) if *value == absorbing && !matches!(left.shape, Shape::Error(_)) => {
                    Value::bool(absorbing).marked(right.marks)
                }
                (Shape::Bool(_), Shape::Bool(value)) => Value::bool(*value).marked(marks),
                (Shape::Error(_), _) => left,
                (_, Shape::Error(_)) => right,
                (Shape::Null, _) | (_, Shape::Null) => Value::error("an operand is null"),
                _ => choice::unknown_among([&left, &right]),
            }
        }
        _ => {
            let (left, right) = (convert::to_number(left), convert::to_number(right));
            match (&left.shape, &right.shape) {
                (Shape::Error(_), _) => left,
                (_, Shape::Error(_)) => right,
                (Shape::Null, _) | (_, Shape::Null) => Value::error("an operand is null"),
                (Shape::Number(a), Shape::Number(b)) => arithmetic(operator, a, b).marked(marks),
                _ => choice::unknown_among([&left, &right]),
            }
        }
    }
}

fn arithmetic(operator: BinaryOperator, a: &Number, b: &Number) -> Value {
    match operator {
        BinaryOperator::Add => Value::number(a.add(b)),
        BinaryOperator::Subtract => Value::number(a.subtract(b)),
        BinaryOperator::Multiply => Value::number(a.multiply(b)),
        BinaryOperator::Divide => a.divide(b).map_or_else(|| Value::error("division by zero"), Value::number),
        BinaryOperator::Modulo => a.modulo(b).map_or_else(|| Value::error("division by zero"), Value::number),
        BinaryOperator::Less => Value::bool(a < b),
        BinaryOperator::LessOrEqual => Value::bool(a <= b),
        BinaryOperator::Greater => Value::bool(a > b),
        BinaryOperator::GreaterOrEqual => Value::bool(a >= b),
        _ => Value::error("not an arithmetic operator"),
    }
}

/// Whether two values are equal as `==` sees it: type and value. `None` when that is not known. A reference to an
/// identity's name or ARN is neither null nor empty, whatever it turns out to be.
pub fn equal(left: &Value, right: &Value) -> Option<bool> {
    match (&left.shape, &right.shape) {
        (Shape::Choice(_) | Shape::Unknown(_) | Shape::Error(_) | Shape::Open(_), _)
        | (_, Shape::Choice(_) | Shape::Unknown(_) | Shape::Error(_) | Shape::Open(_)) => {
            let not_null = |value: &Value| matches!(&value.shape, Shape::Unknown(unknown) if unknown.not_null);
            let one_is_null = left.is_null() || right.is_null();
            (one_is_null && (not_null(left) || not_null(right))).then_some(false)
        }
        (Shape::Symbol(a), Shape::Symbol(b)) => (a == b).then_some(true),
        (Shape::Symbol(symbol), other) | (other, Shape::Symbol(symbol)) => match other {
            Shape::Null => is_set(symbol.kind, &symbol.attribute).then_some(false),
            Shape::Text(text) if text.is_empty() => is_set(symbol.kind, &symbol.attribute).then_some(false),
            Shape::Bool(_) | Shape::Sequence(..) | Shape::Mapping(..) => {
                (symbol.kind != SymbolKind::Other).then_some(false)
            }
            _ => None,
        },
        (Shape::Null, Shape::Null) => Some(true),
        (Shape::Null, _) | (_, Shape::Null) => Some(false),
        (
            Shape::Text(_) | Shape::Template(_) | Shape::Json(_),
            Shape::Text(_) | Shape::Template(_) | Shape::Json(_),
        ) => match (left.as_text(), right.as_text()) {
            (Some(a), Some(b)) => Some(a == b),
            _ if left.shape == right.shape => Some(true),
            (Some(text), None) => excluded(&right.shape, &text),
            (None, Some(text)) => excluded(&left.shape, &text),
            (None, None) => None,
        },
        (Shape::Bool(a), Shape::Bool(b)) => Some(a == b),
        (Shape::Number(a), Shape::Number(b)) => Some(a == b),
        (Shape::Sequence(a_kind, a), Shape::Sequence(b_kind, b)) => {
            if a_kind != b_kind && !(a.is_empty() && b.is_empty()) {
                return Some(false);
            }
            if a.len() != b.len() {
                return Some(false);
            }
            all(a.iter().zip(b.iter()).map(|(a, b)| equal(a, b)))
        }
        (Shape::Mapping(_, a), Shape::Mapping(_, b)) => {
            if a.len() != b.len() || a.iter().any(|entry| b.iter().all(|other| other.key != entry.key)) {
                return Some(false);
            }
            all(a.iter().map(|entry| equal(&entry.value, right.get(&entry.key)?)))
        }
        (Shape::Resource(a), Shape::Resource(b)) => (a == b).then_some(true),
        (Shape::Resource(_), _) | (_, Shape::Resource(_)) => Some(false),
        _ => Some(false),
    }
}

fn all(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(true);
    for answer in answers {
        match answer {
            Some(false) => return Some(false),
            Some(true) => {}
            None => known = None,
        }
    }
    known
}

fn is_set(kind: SymbolKind, attribute: &str) -> bool {
    kind != SymbolKind::Other || attribute == "id" || attribute == "arn"
}

/// A text with known beginnings or contents that `text` does not have cannot be equal to it.
fn excluded(shape: &Shape, text: &str) -> Option<bool> {
    match shape {
        Shape::Json(_) if text.is_empty() => Some(false),
        Shape::Template(segments) => {
            let contradicts = segments.iter().enumerate().any(|(index, segment)| match segment {
                Segment::Literal { text: piece, .. } => {
                    !text.contains(&**piece)
                        || (index == 0 && !text.starts_with(&**piece))
                        || (index + 1 == segments.len() && !text.ends_with(&**piece))
                }
                Segment::Value(_) => false,
            });
            contradicts.then_some(false)
        }
        _ => None,
    }
}
