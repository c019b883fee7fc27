//! Reading YAML as Terraform's `yamldecode` does (zclconf/go-cty-yaml): the words and numbers of YAML 1.1, dates as
//! RFC 3339 timestamps, later keys over earlier ones.

use std::collections::{BTreeMap, HashMap};

use granit_parser::{Event, Parser, ScalarStyle};

use super::embedded::{self, Scalars};
use super::timestamp::Timestamp;
use super::{Context, known, partial, text};
use crate::syntax::MAX_DEPTH;
use crate::value::{Entry, Number, Reason, Shape, TypeHint, Value};

/// Most values that a text may stand for once its aliases are followed.
const MAX_NODES: usize = 1 << 17;

const NAMESPACE: &str = "tag:yaml.org,2002:";

pub(super) fn yamldecode(arguments: &[Value], context: &Context<'_>) -> Value {
    let [argument] = arguments else { return super::signature::wrong_count() };
    match &argument.shape {
        _ if argument.is_known() => match decode(&known(argument)) {
            Ok(value) => value,
            Err(Problem::TooMany) => Value::unknown(Reason::TooMany),
            Err(Problem::Wrong(message)) => Value::error(message),
        },
        // JSON is YAML.
        Shape::Json(_) => super::json::jsondecode(arguments, context),
        Shape::Template(_) => embedded::decode(argument, Scalars::Plain, |text| decode(text).ok())
            .unwrap_or_else(|| partial::opaque(arguments, TypeHint::Any)),
        _ => partial::opaque(arguments, TypeHint::Any),
    }
}

fn decode(text: &str) -> Result<Value, Problem> {
    Reader { events: Parser::new_from_str(text), anchors: HashMap::new(), nodes: 0, depth: 0 }.document()
}

enum Problem {
    TooMany,
    Wrong(String),
}

fn wrong<T>(message: impl Into<String>) -> Result<T, Problem> {
    Err(Problem::Wrong(message.into()))
}

struct Reader<'a> {
    events: Parser<'a, granit_parser::StrInput<'a>>,
    /// What is under each anchor, and of how many nodes it is made.
    anchors: HashMap<usize, (Value, usize)>,
    nodes: usize,
    depth: u32,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Event<'a>, Problem> {
        loop {
            match self.events.next() {
                Some(Ok((Event::StreamStart | Event::DocumentStart(..) | Event::Comment(..), _))) => {}
                Some(Ok((event, _))) => return Ok(event),
                Some(Err(error)) => return wrong(error.to_string()),
                None => return wrong("expecting value but found end of stream"),
            }
        }
    }

    fn document(&mut self) -> Result<Value, Problem> {
        let event = match self.next()? {
            Event::StreamEnd => return wrong("missing start of document"),
            event => event,
        };
        let value = self.value(event)?;
        match self.next()? {
            Event::DocumentEnd => {}
            _ => return wrong("unexpected extra content after value"),
        }
        match self.next()? {
            Event::StreamEnd => Ok(value),
            _ => wrong("only a single document is allowed"),
        }
    }

    fn count(&mut self, nodes: usize) -> Result<(), Problem> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MAX_NODES { Err(Problem::TooMany) } else { Ok(()) }
    }

    fn value(&mut self, event: Event<'a>) -> Result<Value, Problem> {
        let before = self.nodes;
        self.count(1)?;
        let (value, anchor) = match event {
            Event::Alias(id) => {
                let Some((value, nodes)) = self.anchors.get(&id).cloned() else {
                    return wrong("cannot refer to an anchor from inside its own definition");
                };
                self.count(nodes)?;
                return Ok(value);
            }
            Event::Scalar(scalar, style, anchor, tag) => {
                let tag = tag.map(|tag| format!("{}{}", tag.handle(), tag.suffix()));
                (resolve(&scalar, style, tag.as_deref())?, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                if tag.is_some_and(|tag| tag.core_suffix() != Some("seq")) {
                    return wrong("can't interpret sequence as this tag");
                }
                (self.nested(Self::sequence)?, anchor)
            }
            Event::MappingStart(_, anchor, tag) => {
                if tag.is_some_and(|tag| tag.core_suffix() != Some("map")) {
                    return wrong("can't interpret mapping as this tag");
                }
                (self.nested(Self::mapping)?, anchor)
            }
            _ => return wrong("expecting value"),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, (value.clone(), self.nodes - before));
        }
        Ok(value)
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, Problem>) -> Result<Value, Problem> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Problem::TooMany);
        }
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn sequence(&mut self) -> Result<Value, Problem> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Event::SequenceEnd => return Ok(Value::tuple(items)),
                event => items.push(self.value(event)?),
            }
        }
    }

    fn mapping(&mut self) -> Result<Value, Problem> {
        let mut entries: BTreeMap<String, Value> = BTreeMap::new();
        loop {
            let (scalar, style, tag) = match self.next()? {
                Event::MappingEnd => break,
                Event::Scalar(scalar, style, _, tag) => (scalar, style, tag),
                _ => return wrong("only strings are allowed as mapping keys"),
            };
            let tag = tag.map(|tag| format!("{}{}", tag.handle(), tag.suffix()));
            let event = self.next()?;
            let value = self.value(event)?;
            let merges = match tag.as_deref() {
                None => scalar == "<<",
                Some(tag) => tag.strip_prefix(NAMESPACE) == Some("merge"),
            };
            if merges {
                merge(&value, &mut entries)?;
                continue;
            }
            let key = resolve(&scalar, style, tag.as_deref())?;
            let key = crate::terraform::convert::to_string(&key);
            match key.as_text() {
                Some(key) => entries.insert(key.into_owned(), value),
                None => return wrong("mapping key cannot be null"),
            };
        }
        let entries = entries.into_iter().map(|(key, value)| Entry { key: key.into(), key_span: None, value });
        Ok(Value::object(entries.collect()))
    }
}

fn merge(value: &Value, into: &mut BTreeMap<String, Value>) -> Result<(), Problem> {
    match &value.shape {
        Shape::Mapping(_, entries) => {
            into.extend(entries.iter().map(|entry| (entry.key.to_string(), entry.value.clone())));
            Ok(())
        }
        Shape::Sequence(_, items) if items.iter().all(|item| item.as_mapping().is_some()) => {
            items.iter().try_for_each(|item| merge(item, into))
        }
        _ => wrong("cannot merge this into a mapping"),
    }
}

fn word(scalar: &str) -> Option<Value> {
    Some(match scalar {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Value::bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Value::bool(false),
        "" | "~" | "null" | "Null" | "NULL" => Value::null(),
        _ => return None,
    })
}

fn resolve(scalar: &str, style: ScalarStyle, tag: Option<&str>) -> Result<Value, Problem> {
    let tag = match tag {
        None => None,
        Some(tag) => match tag.strip_prefix(NAMESPACE) {
            Some(known @ ("str" | "bool" | "int" | "float" | "null" | "timestamp" | "binary")) => Some(known),
            _ => return wrong(format!("unsupported tag \"{tag}\"")),
        },
    };
    if matches!(tag, Some("str" | "binary")) {
        return Ok(text(scalar));
    }
    if matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted) {
        return Ok(text(scalar));
    }
    if let Some(value) = word(scalar) {
        return Ok(value);
    }
    let failed = |what: &str| wrong(format!("cannot parse \"{scalar}\" as {what}"));
    match scalar.as_bytes().first() {
        Some(b'.') if matches!(scalar, ".nan" | ".NaN" | ".NAN") => {
            return wrong("floating point NaN is not supported");
        }
        Some(b'.') => {
            if let Some(number) = Number::parse(scalar) {
                return Ok(Value::number(number));
            }
        }
        Some(b'0'..=b'9' | b'+' | b'-') => {
            if matches!(tag, None | Some("timestamp"))
                && let Some(time) = date_or_time(scalar)
            {
                return Ok(Value::text(time.rfc3339()));
            }
            if is_number(scalar) {
                return match number(scalar) {
                    Some(number) => Ok(Value::number(number)),
                    None => failed("a number"),
                };
            }
        }
        _ => {}
    }
    match tag {
        None => Ok(text(scalar)),
        Some("int" | "float") => number(scalar).map_or_else(|| failed("a number"), |number| Ok(Value::number(number))),
        Some("null") => Ok(Value::null()),
        Some(other) => failed(other),
    }
}

/// Whether a plain scalar looks like a number: decimal, `0o17`, `0x1f`, or with a fraction or exponent.
fn is_number(scalar: &str) -> bool {
    let all = |digits: &str, is: fn(&u8) -> bool| !digits.is_empty() && digits.as_bytes().iter().all(is);
    if let Some(octal) = scalar.strip_prefix("0o") {
        return all(octal, |byte| (b'0'..=b'7').contains(byte));
    }
    if let Some(hex) = scalar.strip_prefix("0x") {
        return all(hex, u8::is_ascii_hexdigit);
    }
    let unsigned = scalar.strip_prefix(['+', '-']).unwrap_or(scalar);
    unsigned.starts_with(|c: char| c == '.' || c.is_ascii_digit()) && Number::parse(scalar).is_some()
}

fn number(scalar: &str) -> Option<Number> {
    let plain: String = scalar.chars().filter(|c| *c != '_').collect();
    Number::parse(&plain).or_else(|| {
        let (sign, digits) = match plain.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", plain.strip_prefix('+').unwrap_or(&plain)),
        };
        let (base, digits) = match digits.get(..2)? {
            "0x" | "0X" => (16, digits.get(2..)?),
            "0o" | "0O" => (8, digits.get(2..)?),
            "0b" | "0B" => (2, digits.get(2..)?),
            _ => return None,
        };
        Number::parse_radix(&format!("{sign}{digits}"), base)
    })
}

/// `2006-1-2`, alone or with a time behind a `T` (with an offset) or a space (without one).
fn date_or_time(scalar: &str) -> Option<Timestamp> {
    let (date, time) = match scalar.find(['T', 't', ' ']) {
        Some(at) => (scalar.get(..at)?, Some((scalar.get(at..at + 1)?, scalar.get(at + 1..)?))),
        None => (scalar, None),
    };
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |digits: &str, longest: usize| -> Option<i64> {
        let plain = (1..=longest).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| digits.parse().ok())?
    };
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    let Some((separator, time)) = time else { return Timestamp::new([year, month, day], [0; 3], 0, 0) };
    let mut clock = time.splitn(3, ':');
    let (hour, minute, rest) = (number(clock.next()?, 2)?, number(clock.next()?, 2)?, clock.next()?);
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (second, behind) = rest.split_at_checked(end)?;
    let zone = if separator == " " { format!("{behind}Z") } else { behind.to_owned() };
    Timestamp::parse(&format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}{zone}", number(second, 2)?))
}
