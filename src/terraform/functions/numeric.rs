//! Functions over numbers.

use super::{Context, known, whole};
use crate::value::{Number, Shape, Value};

fn number(value: &Value) -> Number {
    match &value.shape {
        Shape::Number(number) => number.clone(),
        _ => Number::from(0),
    }
}

fn numbers(arguments: &[Value]) -> Vec<Number> {
    arguments.iter().map(number).collect()
}

pub(super) fn abs(arguments: &[Value], _: &Context<'_>) -> Value {
    match &numbers(arguments)[..] {
        [number] => Value::number(if number.is_negative() { number.negate() } else { number.clone() }),
        _ => super::signature::wrong_count(),
    }
}

pub(super) fn ceil(arguments: &[Value], _: &Context<'_>) -> Value {
    arguments.first().map_or_else(super::signature::wrong_count, |value| Value::number(number(value).ceil()))
}

pub(super) fn floor(arguments: &[Value], _: &Context<'_>) -> Value {
    arguments.first().map_or_else(super::signature::wrong_count, |value| Value::number(number(value).floor()))
}

pub(super) fn signum(arguments: &[Value], _: &Context<'_>) -> Value {
    match arguments.first().map(|value| whole(value, "number")) {
        Some(Ok(number)) => Value::int(number.signum()),
        Some(Err(failed)) => failed,
        None => super::signature::wrong_count(),
    }
}

fn extreme(arguments: &[Value], better: impl Fn(&Number, &Number) -> bool) -> Value {
    let best = numbers(arguments).into_iter().reduce(|best, next| if better(&next, &best) { next } else { best });
    best.map_or_else(|| Value::error("must pass at least one number"), Value::number)
}

pub(super) fn max(arguments: &[Value], _: &Context<'_>) -> Value {
    extreme(arguments, |a, b| a > b)
}

pub(super) fn min(arguments: &[Value], _: &Context<'_>) -> Value {
    extreme(arguments, |a, b| a < b)
}

/// A result of floats of 64 bits; infinities are of no use to anything that is analysed here.
fn float(value: f64) -> Value {
    Number::from_f64(value).map_or_else(|| Value::error("the result is not a finite number"), Value::number)
}

pub(super) fn log(arguments: &[Value], _: &Context<'_>) -> Value {
    match &numbers(arguments)[..] {
        [number, base] => float(number.as_f64().ln() / base.as_f64().ln()),
        _ => super::signature::wrong_count(),
    }
}

pub(super) fn pow(arguments: &[Value], _: &Context<'_>) -> Value {
    match &numbers(arguments)[..] {
        [number, power] => float(number.as_f64().powf(power.as_f64())),
        _ => super::signature::wrong_count(),
    }
}

pub(super) fn parseint(arguments: &[Value], _: &Context<'_>) -> Value {
    let [text, base] = arguments else { return super::signature::wrong_count() };
    if !super::is_text(text) {
        return Value::error("first argument must be a string");
    }
    let base = match whole(base, "base") {
        Ok(base @ 2..=62) => base as u32,
        Ok(_) => return Value::error("base must be a whole number between 2 and 62 inclusive"),
        Err(failed) => return failed,
    };
    let text = known(text);
    Number::parse_radix(&text, base)
        .map_or_else(|| Value::error(format!("cannot parse \"{text}\" as a base {base} integer")), Value::number)
}

pub(super) fn range(arguments: &[Value], _: &Context<'_>) -> Value {
    let zero = Number::from(0);
    let unit = |down: bool| Number::from(if down { -1 } else { 1 });
    let (start, end, step) = match &numbers(arguments)[..] {
        [end] => (zero.clone(), end.clone(), unit(*end < zero)),
        [start, end] => (start.clone(), end.clone(), unit(end < start)),
        [start, end, step] => (start.clone(), end.clone(), step.clone()),
        _ => return Value::error("must have one, two, or three arguments"),
    };
    if step == zero {
        return Value::error("step must not be zero");
    }
    let down = step < zero;
    if down && end > start {
        return Value::error("end must be less than start when step is negative");
    }
    if !down && end < start {
        return Value::error("end must be greater than start when step is positive");
    }
    let mut made = Vec::new();
    let mut next = start;
    while if down { next > end } else { next < end } {
        if made.len() >= 1024 {
            return Value::error(
                "more than 1024 values were generated; either decrease the difference between start and end or use a smaller step",
            );
        }
        made.push(Value::number(next.clone()));
        next = next.add(&step);
    }
    Value::list(made)
}
