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

/// The natural logarithm with the last digit that Go's has: the polynomial of FreeBSD's `e_log.c`.
fn ln(x: f64) -> f64 {
    if x <= 0.0 || !x.is_normal() {
        return x.ln();
    }
    const COEFFICIENTS: [f64; 7] = [
        0.6666666666666735,
        0.3999999999940942,
        0.2857142874366239,
        0.22222198432149784,
        0.1818357216161805,
        0.15313837699209373,
        0.14798198605116586,
    ];
    let [l1, l2, l3, l4, l5, l6, l7] = COEFFICIENTS;
    // x is fraction · 2^exponent with a fraction from one half to one.
    let mut exponent = ((x.to_bits() >> 52 & 0x7ff) as i64 - 1022) as f64;
    let mut fraction = f64::from_bits(x.to_bits() & !(0x7ff << 52) | 1022 << 52);
    if fraction < std::f64::consts::FRAC_1_SQRT_2 {
        fraction *= 2.0;
        exponent -= 1.0;
    }
    let f = fraction - 1.0;
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let t1 = s2 * (l1 + s4 * (l3 + s4 * (l5 + s4 * l7)));
    let t2 = s4 * (l2 + s4 * (l4 + s4 * l6));
    let half_square = 0.5 * f * f;
    let (high, low) = (0.6931471803691238, 1.9082149292705877e-10);
    exponent * high - ((half_square - (s * (half_square + (t1 + t2)) + exponent * low)) - f)
}

pub(super) fn log(arguments: &[Value], _: &Context<'_>) -> Value {
    match &numbers(arguments)[..] {
        [number, base] => float(ln(number.as_f64()) / ln(base.as_f64())),
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
