//! `format` and `formatlist`: texts made of values, as Go's `fmt` makes them.

use super::string::{MAX_TEXT, characters};
use super::{Context, known, partial};
use crate::terraform::convert::{to_bool, to_number, to_string};
use crate::value::json::encode;
use crate::value::{Number, Reason, SequenceKind, Shape, TypeHint, Value, concatenate};

/// One verb: `%-08.3[2]f`.
#[derive(Default)]
struct Verb<'a> {
    raw: &'a str,
    offset: usize,
    mode: char,
    zero: bool,
    sharp: bool,
    plus: bool,
    minus: bool,
    space: bool,
    width: Option<usize>,
    precision: Option<usize>,
    /// Which argument, from 1.
    argument: usize,
}

pub(super) fn format(arguments: &[Value], _: &Context<'_>) -> Value {
    let [template, arguments @ ..] = arguments else { return super::signature::wrong_count() };
    if has_null(arguments) {
        return null_is_unknown();
    }
    partial::spread(arguments, |arguments| one(template, arguments))
}

/// What Terraform up to 1.11 takes for unknown, and newer versions for an error.
fn has_null(arguments: &[Value]) -> bool {
    arguments.iter().any(Value::is_null)
}

fn null_is_unknown() -> Value {
    Value::unknown(Reason::Failed("null cannot be put into a text".into()))
}

fn one(template: &Value, arguments: &[Value]) -> Value {
    let Some(text) = template.as_text() else {
        let mut all = vec![template.clone()];
        all.extend_from_slice(arguments);
        return partial::opaque(&all, TypeHint::String);
    };
    write(&text, arguments)
}

fn write(template: &str, arguments: &[Value]) -> Value {
    let mut made: Vec<Value> = Vec::new();
    let mut literal = String::new();
    let (mut next, mut highest) = (1, 0);
    let mut rest = template;
    while let Some(at) = rest.find('%') {
        let (before, from) = rest.split_at(at);
        literal.push_str(before);
        if let Some(behind) = from.strip_prefix("%%") {
            literal.push('%');
            rest = behind;
            continue;
        }
        let verb = match verb(from, template.len() - from.len(), next) {
            Ok(verb) => verb,
            Err(failed) => return failed,
        };
        rest = from.get(verb.raw.len()..).unwrap_or("");
        highest = highest.max(verb.argument);
        next = verb.argument + 1;
        let Some(argument) = verb.argument.checked_sub(1).and_then(|index| arguments.get(index)) else {
            return Value::error(format!(
                "not enough arguments for \"{}\" at {}: need index {} but have {} total",
                verb.raw,
                verb.offset,
                verb.argument,
                arguments.len()
            ));
        };
        let piece = formatted(&verb, argument);
        match &piece.shape {
            Shape::Error(message) => {
                let message = format!("unsupported value for \"{}\" at {}: {message}", verb.raw, verb.offset);
                return Value::error(message);
            }
            Shape::Text(text) if piece.alias.is_none() => literal.push_str(text),
            _ => {
                if !literal.is_empty() {
                    made.push(super::text(std::mem::take(&mut literal)));
                }
                made.push(piece);
            }
        }
        if literal.len() > MAX_TEXT {
            return Value::unknown(Reason::TooMany);
        }
    }
    literal.push_str(rest);
    if highest < arguments.len() {
        return Value::error(match highest {
            0 => "too many arguments; no verbs in format string".to_owned(),
            used => format!("too many arguments; only {used} used by format string"),
        });
    }
    if !literal.is_empty() || made.is_empty() {
        made.push(super::text(literal));
    }
    concatenate(made)
}

fn verb(from: &str, offset: usize, next: usize) -> Result<Verb<'_>, Value> {
    let mut verb = Verb { offset, argument: next, ..Verb::default() };
    let mut at = 1;
    let peek = |at: usize| from.as_bytes().get(at).copied();
    while let Some(byte) = peek(at) {
        match byte {
            b'0' => verb.zero = true,
            b'#' => verb.sharp = true,
            b'-' => verb.minus = true,
            b'+' => verb.plus = true,
            b' ' => verb.space = true,
            _ => break,
        }
        at += 1;
    }
    let number = |at: &mut usize| {
        let start = *at;
        while from.as_bytes().get(*at).is_some_and(u8::is_ascii_digit) {
            *at += 1;
        }
        from.get(start..*at).unwrap_or("").parse::<usize>().ok()
    };
    if peek(at).is_some_and(|byte| byte.is_ascii_digit()) {
        verb.width = number(&mut at);
    }
    if peek(at) == Some(b'.') {
        at += 1;
        verb.precision = Some(number(&mut at).unwrap_or(0));
    }
    if peek(at) == Some(b'[') {
        at += 1;
        verb.argument = number(&mut at).unwrap_or(0);
        if peek(at) != Some(b']') || verb.argument == 0 {
            return Err(unrecognized(from, at, offset));
        }
        at += 1;
    }
    match peek(at) {
        Some(byte) if byte.is_ascii_alphabetic() => {
            verb.mode = char::from(byte);
            verb.raw = from.get(..=at).unwrap_or("");
            Ok(verb)
        }
        _ => Err(unrecognized(from, at, offset)),
    }
}

fn unrecognized(from: &str, at: usize, offset: usize) -> Value {
    match from.get(at..).and_then(|rest| rest.chars().next()) {
        Some(c) => Value::error(format!("unrecognized format character {c:?} at offset {}", offset + at)),
        None => Value::error(format!("invalid format string starting at offset {offset}")),
    }
}

fn formatted(verb: &Verb<'_>, argument: &Value) -> Value {
    if argument.is_null() && verb.mode != 'v' {
        return Value::error("null value cannot be formatted");
    }
    if verb.width.is_some_and(|width| width > MAX_TEXT) || verb.precision.is_some_and(|digits| digits > MAX_TEXT) {
        return Value::unknown(Reason::TooMany);
    }
    let plain = verb.width.is_none() && verb.precision.is_none();
    match verb.mode {
        'v' => match &argument.shape {
            Shape::Text(_) | Shape::Template(_) | Shape::Json(_) if !verb.sharp => text(verb, argument, plain),
            Shape::Symbol(_) | Shape::Unknown(_) if !verb.sharp && plain => argument.clone(),
            Shape::Number(number) if !verb.sharp => Value::text(pad(verb, number.to_general(None))),
            _ if argument.is_known() => match encode(argument) {
                Some(json) => super::text(pad(verb, json)),
                None => Value::error("this value has no JSON text"),
            },
            _ => partial::opaque(std::slice::from_ref(argument), TypeHint::String),
        },
        't' => {
            let converted = to_bool(argument);
            match converted.shape {
                Shape::Bool(value) => Value::text(if value { "true" } else { "false" }),
                Shape::Error(_) => converted,
                _ => partial::opaque(std::slice::from_ref(argument), TypeHint::String),
            }
        }
        'b' | 'd' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'g' | 'G' => {
            let converted = to_number(argument);
            match &converted.shape {
                Shape::Number(number) => number_text(verb, number),
                Shape::Error(_) => converted,
                _ => partial::opaque(std::slice::from_ref(argument), TypeHint::String),
            }
        }
        's' | 'q' => text(verb, &to_string(argument), plain && verb.mode == 's'),
        mode => Value::error(format!("unsupported format verb '{mode}'")),
    }
}

/// Text cut to the precision, quoted if wanted, and padded. `plain` text keeps what it refers to.
fn text(verb: &Verb<'_>, argument: &Value, plain: bool) -> Value {
    if plain || matches!(argument.shape, Shape::Error(_)) {
        return argument.clone();
    }
    if !argument.is_known() {
        return partial::opaque(std::slice::from_ref(argument), TypeHint::String);
    }
    let whole = known(argument);
    let cut: String = match verb.precision {
        Some(count) if count > 0 && verb.mode != 'v' => characters(&whole).take(count).collect(),
        _ => whole.into_owned(),
    };
    let cut = if verb.mode == 'q' { encode(&Value::text(cut)).unwrap_or_default() } else { cut };
    super::text(pad(verb, cut))
}

fn pad(verb: &Verb<'_>, text: String) -> String {
    let missing = verb.width.unwrap_or(0).saturating_sub(characters(&text).count());
    let padding = if verb.zero { "0" } else { " " }.repeat(missing);
    if verb.minus { text + &padding } else { padding + &text }
}

fn number_text(verb: &Verb<'_>, number: &Number) -> Value {
    let (negative, mut digits) = if matches!(verb.mode, 'b' | 'd' | 'o' | 'x' | 'X') {
        let base = match verb.mode {
            'b' => 2,
            'o' => 8,
            'x' | 'X' => 16,
            _ => 10,
        };
        let Some(digits) = number.to_radix(base) else { return Value::error("an integer is required") };
        let negative = digits.starts_with('-');
        let mut digits = digits.trim_start_matches('-').to_owned();
        if let Some(least) = verb.precision {
            digits = if least == 0 && digits == "0" { String::new() } else { format!("{digits:0>least$}") };
        }
        let prefix = match verb.mode {
            _ if !verb.sharp => "",
            'b' => "0b",
            'o' => "0",
            'x' => "0x",
            'X' => "0X",
            _ => "",
        };
        (negative, format!("{prefix}{digits}"))
    } else {
        let digits = match verb.mode {
            'e' | 'E' => number.to_scientific(Some(verb.precision.unwrap_or(6))),
            'f' => number.to_plain(Some(verb.precision.unwrap_or(6))),
            _ => number.to_general(verb.precision),
        };
        (digits.starts_with('-'), digits.trim_start_matches('-').to_owned())
    };
    if matches!(verb.mode, 'X' | 'E' | 'G') {
        digits = digits.to_ascii_uppercase();
    }
    let sign = match (negative, verb.plus, verb.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    };
    let missing = verb.width.unwrap_or(0).saturating_sub(sign.len() + digits.len());
    let whole = matches!(verb.mode, 'b' | 'd' | 'o' | 'x' | 'X');
    Value::text(if verb.minus {
        format!("{sign}{digits}{}", " ".repeat(missing))
    } else if verb.zero && !(whole && verb.precision.is_some()) {
        format!("{sign}{}{digits}", "0".repeat(missing))
    } else {
        format!("{}{sign}{digits}", " ".repeat(missing))
    })
}

pub(super) fn formatlist(arguments: &[Value], _: &Context<'_>) -> Value {
    let [template, arguments @ ..] = arguments else { return super::signature::wrong_count() };
    if has_null(arguments) {
        return null_is_unknown();
    }
    let mut length: Option<(usize, usize)> = None;
    for (index, argument) in arguments.iter().enumerate() {
        let Shape::Sequence(kind, items) = &argument.shape else { continue };
        if *kind == SequenceKind::Set && items.len() > 1 && !argument.is_known() {
            return partial::opaque(arguments, TypeHint::Sequence);
        }
        match length {
            Some((before, at)) if before != items.len() => {
                return Value::error(format!(
                    "argument {} has length {}, which is inconsistent with argument {at} of length {before}",
                    index + 1,
                    items.len(),
                ));
            }
            _ => length = Some((items.len(), index + 1)),
        }
    }
    let open = |value: &Value| matches!(value.shape, Shape::Open(_));
    if length.is_none()
        && let [only] = arguments
        && let Shape::Open(open) = &only.shape
    {
        let element = one(template, std::slice::from_ref(&open.element));
        let open = crate::value::Open { element, exists: open.exists, keyed: false };
        return Shape::Open(open.into()).into();
    }
    let may_be_list = |value: &Value| match &value.shape {
        Shape::Unknown(unknown) => matches!(unknown.hint, TypeHint::Any | TypeHint::Sequence),
        Shape::Symbol(symbol) => symbol.kind == crate::value::SymbolKind::Other,
        _ => false,
    };
    if arguments.iter().any(open) || (length.is_none() && arguments.iter().any(may_be_list)) {
        return partial::opaque(arguments, TypeHint::Sequence);
    }
    let count = length.map_or(1, |(length, _)| length);
    let mut made = Vec::with_capacity(count);
    for index in 0..count {
        let row: Vec<Value> = arguments
            .iter()
            .map(|argument| match argument.as_sequence() {
                Some(items) => items.get(index).cloned().unwrap_or_else(Value::null),
                None => argument.clone(),
            })
            .collect();
        let text = partial::spread(&row, |row| one(template, row));
        if let Shape::Error(message) = &text.shape {
            return Value::error(format!("error on format iteration {index}: {message}"));
        }
        made.push(text);
    }
    Value::list(made)
}
