//! Operators over values that are no choices.

use super::convert;
use super::functions::equality::equals;
use crate::syntax::{BinaryOperator, UnaryOperator};
use crate::value::choice;
use crate::value::{Number, Shape, Value};

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
            match equals(left, right) {
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
