//! JSON text as values and back.

use std::fmt::Write;

use super::embedded::{self, Decoded};
use super::{Entry, Segment, Shape, Value};
use crate::files::Files;
use crate::syntax::Language;

/// The value that a string holds as JSON text, with its places, and what is wrong with the text.
/// See [`embedded::decode`].
pub fn decode(value: &Value, files: &dyn Files) -> Decoded {
    embedded::decode(value, Language::Json, files)
}

/// Most bytes of text that [`encode`] writes: shared parts of a value are written once per use, so that a small value
/// can stand for a text without bounds.
const MAX_BYTES: usize = 4 << 20;

/// Deepest nesting that is written.
const MAX_NESTING: usize = 512;

/// The text that Terraform's `jsonencode` gives for a value without unknown parts; `None` if something in it is not
/// known, the text is longer than 4 MiB, or it is nested more than 512 deep.
pub fn encode(value: &Value) -> Option<String> {
    encode_nested(value, MAX_NESTING)
}

fn encode_nested(value: &Value, nesting: usize) -> Option<String> {
    let mut text = String::new();
    write(value, nesting, &mut text)?;
    (text.len() <= MAX_BYTES).then_some(text)
}

fn write(value: &Value, nesting: usize, out: &mut String) -> Option<()> {
    if out.len() > MAX_BYTES {
        return None;
    }
    let nesting = nesting.checked_sub(1)?;
    match &value.shape {
        Shape::Null => out.push_str("null"),
        Shape::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Shape::Number(number) => write!(out, "{number}").ok()?,
        Shape::Text(text) => write_string(text, out),
        Shape::Template(_) => write_string(&value.as_text()?, out),
        Shape::Json(inner) => write_string(&encode_nested(inner, nesting)?, out),
        Shape::Sequence(_, items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, nesting, out)?;
            }
            out.push(']');
        }
        Shape::Mapping(_, entries) => {
            let mut sorted: Vec<&Entry> = entries.iter().collect();
            sorted.sort_by(|a, b| a.key.cmp(&b.key));
            out.push('{');
            for (index, entry) in sorted.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_string(&entry.key, out);
                out.push(':');
                write(&entry.value, nesting, out)?;
            }
            out.push('}');
        }
        Shape::Open(_) | Shape::Resource(_) | Shape::Symbol(_) => return None,
        Shape::Choice(_) | Shape::Unknown(_) | Shape::Error(_) => return None,
    }
    Some(())
}

/// Writes a JSON string as Go's encoder does, which Terraform uses: `<`, `>`, `&` and the two line separators that
/// JavaScript does not allow in strings are escaped.
fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04x}", character as u32);
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

/// Whether a string looks as if it were JSON text of an object or a list.
pub fn looks_like_json(value: &Value) -> bool {
    let begins = |text: &str| text.trim_start().starts_with(['{', '[']);
    match &value.shape {
        Shape::Json(_) => true,
        Shape::Text(text) => begins(text),
        Shape::Template(segments) => match segments.first() {
            Some(Segment::Literal { text, .. }) => begins(text),
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Number, Reason};

    fn entry(key: &str, value: Value) -> Entry {
        Entry { key: key.into(), key_span: None, value }
    }

    #[test]
    fn text_is_that_of_jsonencode() {
        // `terraform console` prints these for `jsonencode(…)`.
        let cases = [
            (Value::text("a<b>&\u{2028}\"\\\n\t"), r#""a\u003cb\u003e\u0026\u2028\"\\\n\t""#),
            (Value::object(vec![entry("b", Value::int(1)), entry("B", Value::null())]), r#"{"B":null,"b":1}"#),
            (Value::tuple(vec![Value::bool(true), Value::list(vec![])]), "[true,[]]"),
            (Value::number(Number::parse("1e3").unwrap()), "1000"),
            (Value::number(Number::parse("0.10").unwrap()), "0.1"),
            (Value::text("é\u{1F600}\u{1}\u{7f}"), "\"é\u{1F600}\\u0001\u{7f}\""),
        ];
        for (value, text) in cases {
            assert_eq!(encode(&value).as_deref(), Some(text));
        }
        let inner = Value::from(Shape::Json(std::sync::Arc::new(Value::object(vec![entry("a", Value::int(1))]))));
        assert_eq!(encode(&Value::tuple(vec![inner])).as_deref(), Some(r#"["{\"a\":1}"]"#));
    }

    #[test]
    fn what_is_not_known_has_no_text() {
        let value = Value::tuple(vec![Value::unknown(Reason::Variable("var.a".into()))]);
        assert_eq!(encode(&value), None);
    }

    #[test]
    fn a_value_that_doubles_forty_times_ends() {
        let mut value = Value::text("x");
        for _ in 0..40 {
            value = Value::tuple(vec![value.clone(), value]);
        }
        assert_eq!(encode(&value), None);
    }

    #[test]
    fn a_value_a_thousand_deep_has_no_text() {
        let mut value = Value::text("x");
        for _ in 0..1000 {
            value = Value::tuple(vec![value]);
        }
        assert_eq!(encode(&value), None);
    }
}
