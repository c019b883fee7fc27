//! Functions over texts.

use unicode_segmentation::UnicodeSegmentation;

use super::{Context, known, text, whole};
use crate::value::Value;

/// Longest text that a function makes (16 MiB), so that no input can make it exhaust the memory.
pub(super) const MAX_TEXT: usize = 16 << 20;

/// The argument itself where the function changed nothing: it keeps where it was written and what it refers to.
pub(super) fn unchanged_or(argument: &Value, result: &str) -> Value {
    if known(argument) == result { argument.clone() } else { text(result) }
}

/// The extended grapheme clusters of a text, which Terraform takes for its characters.
pub(super) fn characters(of: &str) -> impl Iterator<Item = &str> {
    of.graphemes(true)
}

fn first(arguments: &[Value], change: impl Fn(&str) -> String) -> Value {
    let [argument, ..] = arguments else { return super::signature::wrong_count() };
    unchanged_or(argument, &change(&known(argument)))
}

fn second(arguments: &[Value]) -> std::borrow::Cow<'_, str> {
    arguments.get(1).map_or("".into(), known)
}

/// The one letter that the letter maps to; those that map to several stay, as in Go.
fn single(c: char, mut mapped: impl Iterator<Item = char>) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(only), None) => only,
        _ => c,
    }
}

pub(super) fn upper(arguments: &[Value], _: &Context<'_>) -> Value {
    first(arguments, |text| text.chars().map(|c| single(c, c.to_uppercase())).collect())
}

pub(super) fn lower(arguments: &[Value], _: &Context<'_>) -> Value {
    let small = |c: char| if c == 'İ' { 'i' } else { single(c, c.to_lowercase()) };
    first(arguments, |text| text.chars().map(small).collect())
}

pub(super) fn title(arguments: &[Value], _: &Context<'_>) -> Value {
    first(arguments, |text| {
        let mut before = ' ';
        text.chars()
            .map(|c| {
                let starts = separates(before);
                before = c;
                if starts { single(c, c.to_uppercase()) } else { c }
            })
            .collect()
    })
}

fn separates(c: char) -> bool {
    if c.is_ascii() { !(c.is_ascii_alphanumeric() || c == '_') } else { !c.is_alphanumeric() && c.is_whitespace() }
}

pub(super) fn chomp(arguments: &[Value], _: &Context<'_>) -> Value {
    first(arguments, |text| text.trim_end_matches(['\r', '\n']).to_owned())
}

pub(super) fn trimspace(arguments: &[Value], _: &Context<'_>) -> Value {
    first(arguments, |text| text.trim().to_owned())
}

pub(super) fn trim(arguments: &[Value], _: &Context<'_>) -> Value {
    let cut: Vec<char> = second(arguments).chars().collect();
    first(arguments, |text| text.trim_matches(&cut[..]).to_owned())
}

pub(super) fn trimprefix(arguments: &[Value], _: &Context<'_>) -> Value {
    let prefix = second(arguments);
    first(arguments, |text| text.strip_prefix(&*prefix).unwrap_or(text).to_owned())
}

pub(super) fn trimsuffix(arguments: &[Value], _: &Context<'_>) -> Value {
    let suffix = second(arguments);
    first(arguments, |text| text.strip_suffix(&*suffix).unwrap_or(text).to_owned())
}

pub(super) fn strrev(arguments: &[Value], _: &Context<'_>) -> Value {
    first(arguments, |text| text.graphemes(true).rev().collect())
}

pub(super) fn startswith(arguments: &[Value], _: &Context<'_>) -> Value {
    Value::bool(arguments.first().is_some_and(|text| known(text).starts_with(&*second(arguments))))
}

pub(super) fn endswith(arguments: &[Value], _: &Context<'_>) -> Value {
    Value::bool(arguments.first().is_some_and(|text| known(text).ends_with(&*second(arguments))))
}

pub(super) fn strcontains(arguments: &[Value], _: &Context<'_>) -> Value {
    Value::bool(arguments.first().is_some_and(|text| known(text).contains(&*second(arguments))))
}

pub(super) fn indent(arguments: &[Value], _: &Context<'_>) -> Value {
    let [spaces, argument] = arguments else { return super::signature::wrong_count() };
    let spaces = match whole(spaces, "number of spaces") {
        Ok(spaces) => spaces,
        Err(failed) => return failed,
    };
    let before = known(argument);
    match usize::try_from(spaces) {
        Ok(spaces) if spaces.saturating_mul(before.matches('\n').count() + 1) <= MAX_TEXT => {
            unchanged_or(argument, &before.replace('\n', &format!("\n{}", " ".repeat(spaces))))
        }
        Ok(_) => Value::unknown(crate::value::Reason::TooMany),
        Err(_) => Value::error("the number of spaces must not be negative"),
    }
}

pub(super) fn substr(arguments: &[Value], _: &Context<'_>) -> Value {
    let [argument, offset, length] = arguments else { return super::signature::wrong_count() };
    let (offset, length) = match (whole(offset, "offset"), whole(length, "length")) {
        (Ok(offset), Ok(length)) => (offset, length),
        (Err(failed), _) | (_, Err(failed)) => return failed,
    };
    let all = known(argument);
    if offset >= 0 && length == 0 {
        return Value::text("");
    }
    // A negative offset counts from the end; one that goes past the start begins there.
    let start = if offset < 0 { offset.saturating_add(characters(&all).count() as i64) } else { offset };
    let start = usize::try_from(start).unwrap_or(0);
    // A length of zero behind a negative offset runs to the end: Terraform stops only when the count is reached.
    let taken: String = match usize::try_from(length) {
        Ok(length) if length > 0 => characters(&all).skip(start).take(length).collect(),
        _ => characters(&all).skip(start).collect(),
    };
    unchanged_or(argument, &taken)
}

pub(super) fn split(arguments: &[Value], _: &Context<'_>) -> Value {
    let [separator, argument] = arguments else { return super::signature::wrong_count() };
    let (separator, all) = (known(separator), known(argument));
    let parts: Vec<Value> = if separator.is_empty() {
        all.chars().map(|c| text(c.to_string())).collect()
    } else {
        all.split(&*separator).map(|part| unchanged_or(argument, part)).collect()
    };
    Value::list(parts)
}
