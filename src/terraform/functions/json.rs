//! JSON as Terraform writes and reads it.

use std::sync::Arc;

use super::{Context, is_text, known, partial};
use crate::syntax::MAX_DEPTH;
use crate::value::{Entry, MappingKind, Number, SequenceKind, Shape, TypeHint, Value, json};

/// The JSON text that `value` ([`Shape::Json`]) stands for; `None` when something in it is not known, or for another
/// shape.
pub fn json_text(value: &Value) -> Option<String> {
    match &value.shape {
        Shape::Json(inner) => json::encode(inner),
        _ => None,
    }
}

pub(super) fn jsonencode(arguments: &[Value], _: &Context<'_>) -> Value {
    let [value] = arguments else { return super::signature::wrong_count() };
    Shape::Json(Arc::new(value.clone())).into()
}

pub(super) fn jsondecode(arguments: &[Value], _: &Context<'_>) -> Value {
    let [value] = arguments else { return super::signature::wrong_count() };
    match &value.shape {
        Shape::Json(inner) => decoded(inner),
        _ if is_text(value) && value.is_known() => match decode(&known(value)) {
            Some(decoded) => decoded,
            None => Value::error("this text is not valid JSON"),
        },
        Shape::Template(_) => super::embedded::decode(value, super::embedded::Scalars::Quoted, decode)
            .unwrap_or_else(|| partial::opaque(arguments, TypeHint::Any)),
        _ => partial::opaque(arguments, TypeHint::Any),
    }
}

/// What reading the JSON text of `value` gives: tuples and objects.
fn decoded(value: &Value) -> Value {
    let shape = match &value.shape {
        Shape::Sequence(SequenceKind::Set, _) if super::choosing::unordered(value) => return value.clone(),
        Shape::Sequence(_, items) => {
            Shape::Sequence(SequenceKind::Tuple, items.iter().map(decoded).collect::<Vec<_>>().into())
        }
        Shape::Mapping(_, entries) => {
            let decode = |entry: &Entry| Entry { value: decoded(&entry.value), ..entry.clone() };
            Shape::Mapping(MappingKind::Object, entries.iter().map(decode).collect::<Vec<_>>().into())
        }
        _ => return value.clone(),
    };
    Value { shape, ..value.clone() }
}

/// The value a JSON text stands for; `None` when it is not valid JSON or nested too deeply.
pub(super) fn decode(text: &str) -> Option<Value> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = reader.value()?;
    reader.blank();
    (reader.at == text.len()).then_some(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank(&mut self) {
        while self.peek().is_some_and(|byte| b" \t\r\n".contains(&byte)) {
            self.at += 1;
        }
    }

    fn eat(&mut self, mark: &str) -> bool {
        let found = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(mark));
        if found {
            self.at += mark.len();
        }
        found
    }

    fn value(&mut self) -> Option<Value> {
        self.blank();
        match self.peek()? {
            b'"' => self.string().map(super::text),
            b'[' => self.nested(Self::array),
            b'{' => self.nested(Self::object),
            b't' => self.eat("true").then(|| Value::bool(true)),
            b'f' => self.eat("false").then(|| Value::bool(false)),
            b'n' => self.eat("null").then(Value::null),
            _ => self.number(),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Option<Value>) -> Option<Value> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        self.at += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn array(&mut self) -> Option<Value> {
        let mut items = Vec::new();
        self.blank();
        if self.eat("]") {
            return Some(Value::tuple(items));
        }
        loop {
            items.push(self.value()?);
            self.blank();
            if self.eat("]") {
                return Some(Value::tuple(items));
            }
            if !self.eat(",") {
                return None;
            }
        }
    }

    fn object(&mut self) -> Option<Value> {
        let mut entries: std::collections::BTreeMap<String, Value> = std::collections::BTreeMap::new();
        self.blank();
        if !self.eat("}") {
            loop {
                self.blank();
                let key = super::text(self.string()?);
                self.blank();
                if !self.eat(":") {
                    return None;
                }
                let value = self.value()?;
                entries.insert(known(&key).into_owned(), value);
                self.blank();
                if self.eat("}") {
                    break;
                }
                if !self.eat(",") {
                    return None;
                }
            }
        }
        let entries = entries.into_iter().map(|(key, value)| Entry { key: key.into(), key_span: None, value });
        Some(Value::object(entries.collect()))
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.at;
        self.eat("-");
        let whole = self.digits();
        let first = self.text.as_bytes().get(self.at - whole).copied();
        if whole == 0 || (whole > 1 && first == Some(b'0')) {
            return None;
        }
        if self.eat(".") && self.digits() == 0 {
            return None;
        }
        if self.eat("e") || self.eat("E") {
            let _ = self.eat("+") || self.eat("-");
            if self.digits() == 0 {
                return None;
            }
        }
        Number::parse(self.text.get(start..self.at)?).map(Value::number)
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn string(&mut self) -> Option<String> {
        if !self.eat("\"") {
            return None;
        }
        let mut out = String::new();
        loop {
            let rest = self.text.get(self.at..)?;
            let c = rest.chars().next()?;
            self.at += c.len_utf8();
            match c {
                '"' => return Some(out),
                '\\' => {
                    let escaped = self.peek()?;
                    self.at += 1;
                    out.push(match escaped {
                        b'"' | b'\\' | b'/' => char::from(escaped),
                        b'b' => '\u{8}',
                        b'f' => '\u{c}',
                        b'n' => '\n',
                        b'r' => '\r',
                        b't' => '\t',
                        b'u' => self.unicode()?,
                        _ => return None,
                    });
                }
                '\0'..='\u{1f}' => return None,
                _ => out.push(c),
            }
        }
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    /// A `\u` escape, or two of them for a character beyond 16 bits; half of such a pair is a replacement character.
    fn unicode(&mut self) -> Option<char> {
        let first = self.hex()?;
        if (0xd800..0xdc00).contains(&first) {
            let before = self.at;
            if self.eat("\\u") {
                let second = self.hex()?;
                if (0xdc00..0xe000).contains(&second) {
                    return char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
                }
                self.at = before;
            }
        }
        Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }
}
