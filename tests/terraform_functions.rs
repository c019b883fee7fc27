//! Terraform's recorded answers for function calls, against ours. Expressions are read by a reader of literals, calls and
//! a few operators; those that need the evaluator (`for`, templates, `try`) are left to the test of the evaluator.

#[path = "support/answers.rs"]
mod answers;

use std::collections::BTreeMap;
use std::sync::Arc;

use answers::same;
use rolecall::files::{File, Files};
use rolecall::syntax::Document;
use rolecall::terraform::functions::{self, Context};
use rolecall::terraform::{convert, functions::equality};
use rolecall::text::{SourceId, Span};
use rolecall::value::{Entry, Number, Reason, ResourceId, Segment, SequenceKind, Shape, Symbol, SymbolKind, Value};
use serde_json::Value as Json;

/// Answers that differ, with the reason.
const KNOWN_DIFFERENCES: &[(&str, &str)] = &[
    ("nosuchfunction(1)", "a function that is not known here may exist: its value is unknown"),
    ("file(\"missing.txt\")", "a file that is not at hand may exist: its text is unknown"),
    ("list(\"a\", \"b\")", "Terraform 0.11 had it, and configurations of that time are read"),
    ("map(\"a\", \"b\")", "Terraform 0.11 had it, and configurations of that time are read"),
    ("coalescelist(null, [\"b\"])", "null has no type here, and a null list is passed over"),
    ("merge(tomap({}),tomap({a=\"x\"}))", "an empty map has no element type here, so the two types are the same"),
    ("textencodebase64(\"x\", \"nope\")", "a character set that is not read here may exist: the text is unknown"),
    ("yamldecode(\"\\ta\")", "the parser takes a tab where libyaml does not"),
];

struct Disk;

const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/terraform/expressions/files");

impl Files for Disk {
    fn file(&self, path: &str) -> File {
        match std::fs::read_to_string(format!("{DIRECTORY}/{path}")) {
            Ok(text) => File::Text(SourceId(7), text.into()),
            Err(_) => File::Absent,
        }
    }

    fn directory(&self, path: &str) -> Option<Vec<Arc<str>>> {
        let mut names: Vec<Arc<str>> = std::fs::read_dir(format!("{DIRECTORY}/{path}"))
            .ok()?
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let name = entry.file_name().into_string().ok()?;
                let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
                entry.file_type().ok()?.is_file().then(|| format!("{prefix}{name}").into())
            })
            .collect();
        names.sort();
        Some(names)
    }

    fn document(&self, _: SourceId) -> Option<Arc<Document>> {
        None
    }

    fn path(&self, _: SourceId) -> Arc<str> {
        "".into()
    }
}

/// Reads and evaluates an expression; `None` for what only the evaluator can do.
struct Reader<'a> {
    rest: &'a str,
    /// Which string literal is read as a reference instead, from 0, and as what.
    hole: Option<(usize, SymbolKind)>,
    strings: usize,
    /// The text of that literal.
    hidden: Option<String>,
}

impl<'a> Reader<'a> {
    fn new(rest: &'a str, hole: Option<(usize, SymbolKind)>) -> Self {
        Reader { rest, hole, strings: 0, hidden: None }
    }

    fn eat(&mut self, mark: &str) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(mark) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expression(&mut self) -> Option<Value> {
        let condition = self.binary(0)?;
        if !self.eat("?") {
            return Some(condition);
        }
        let yes = self.expression()?;
        if !self.eat(":") {
            return None;
        }
        let no = self.expression()?;
        let (yes, no) = match convert::unify(&[yes, no]).as_deref() {
            Some([yes, no]) => (yes.clone(), no.clone()),
            _ => return Some(Value::error("inconsistent conditional result types")),
        };
        Some(if condition.as_bool()? { yes } else { no })
    }

    fn binary(&mut self, level: usize) -> Option<Value> {
        const LEVELS: [&[&str]; 3] = [&["==", ">"], &["+", "-"], &["*", "/", "%"]];
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        while let Some(operator) = operators.iter().find(|operator| self.eat(operator)) {
            let right = self.binary(level + 1)?;
            if *operator == "==" {
                left = Value::bool(equality::equals(&left, &right)?);
                continue;
            }
            let (Shape::Number(a), Shape::Number(b)) = (&left.shape, &right.shape) else { return None };
            left = match *operator {
                ">" => Value::bool(a > b),
                "+" => Value::number(a.add(b)),
                "-" => Value::number(a.subtract(b)),
                "*" => Value::number(a.multiply(b)),
                "/" => Value::number(a.divide(b)?),
                _ => Value::number(a.modulo(b)?),
            };
        }
        Some(left)
    }

    fn unary(&mut self) -> Option<Value> {
        if self.eat("-") {
            return match self.unary()?.shape {
                Shape::Number(number) => Some(Value::number(number.negate())),
                _ => None,
            };
        }
        let mut value = self.term()?;
        loop {
            if self.rest.starts_with('[') {
                self.rest = &self.rest[1..];
                let index = self.expression()?;
                if !self.eat("]") {
                    return None;
                }
                value = match (&value.shape, &index.shape) {
                    (Shape::Sequence(_, items), Shape::Number(at)) => {
                        let item = at.as_int().and_then(|at| items.get(at as usize));
                        item.cloned().unwrap_or_else(|| Value::error("invalid index"))
                    }
                    _ => return None,
                };
            } else if self.rest.starts_with('.') && !self.rest.starts_with("...") {
                self.rest = &self.rest[1..];
                let name = self.name();
                value = value.get(&name).cloned().unwrap_or_else(|| Value::error("no such attribute"));
            } else {
                return Some(value);
            }
        }
    }

    fn name(&mut self) -> String {
        let part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        let end = self.rest.find(|c| !part(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        name.to_owned()
    }

    fn term(&mut self) -> Option<Value> {
        self.rest = self.rest.trim_start();
        match self.rest.chars().next()? {
            '"' => {
                let text = self.string()?;
                self.strings += 1;
                match self.hole {
                    Some((index, kind)) if index + 1 == self.strings => {
                        self.hidden = Some(text);
                        Some(hidden(kind))
                    }
                    _ => Some(Value::text(text)),
                }
            }
            '[' => self.list(),
            '{' => self.object(),
            '0'..='9' => {
                let end = self.rest.char_indices().find(|(at, c)| {
                    let sign = matches!(c, '+' | '-') && self.rest[..*at].ends_with(['e', 'E']);
                    !(c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E') || sign)
                });
                let (number, rest) = self.rest.split_at(end.map_or(self.rest.len(), |(at, _)| at));
                self.rest = rest;
                Number::parse(number).map(Value::number)
            }
            'a'..='z' => {
                let name = self.name();
                match name.as_str() {
                    "true" => return Some(Value::bool(true)),
                    "false" => return Some(Value::bool(false)),
                    "null" => return Some(Value::null()),
                    "try" | "can" | "for" | "path" => return None,
                    _ => {}
                }
                if !self.eat("(") {
                    return None;
                }
                let mut arguments = Vec::new();
                while !self.eat(")") {
                    let argument = self.expression()?;
                    if self.eat("...") {
                        arguments.extend(argument.as_sequence()?.iter().cloned());
                    } else {
                        arguments.push(argument);
                    }
                    self.eat(",");
                }
                let context = Context { files: &Disk, root: "", of_iam: &|_| true };
                Some(functions::call(&name, &arguments, Span::new(SourceId(0), 0, 1), &context))
            }
            _ => None,
        }
    }

    fn string(&mut self) -> Option<String> {
        let mut out = String::new();
        let mut chars = self.rest[1..].char_indices();
        loop {
            let (at, c) = chars.next()?;
            match c {
                '"' => {
                    self.rest = &self.rest[1 + at + 1..];
                    return Some(out);
                }
                '$' | '%' => {
                    let behind = &self.rest[1 + at + 1..];
                    if behind.starts_with('{') {
                        return None;
                    }
                    out.push(c);
                    if behind.starts_with(c) && behind[1..].starts_with('{') {
                        chars.next();
                    }
                }
                '\\' => match chars.next()?.1 {
                    'n' => out.push('\n'),
                    'r' => out.push('\r'),
                    't' => out.push('\t'),
                    marker @ ('u' | 'U') => {
                        let length = if marker == 'u' { 4 } else { 8 };
                        let digits: String = (0..length).filter_map(|_| chars.next().map(|(_, c)| c)).collect();
                        out.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                    }
                    other => out.push(other),
                },
                _ => out.push(c),
            }
        }
    }

    fn list(&mut self) -> Option<Value> {
        self.eat("[");
        let mut items = Vec::new();
        while !self.eat("]") {
            items.push(self.expression()?);
            if !self.eat(",") && !self.rest.trim_start().starts_with(']') {
                return None;
            }
        }
        Some(match items.iter().find(|item| matches!(item.shape, Shape::Error(_))) {
            Some(failed) => failed.clone(),
            None => Value::tuple(items),
        })
    }

    fn object(&mut self) -> Option<Value> {
        self.eat("{");
        let mut entries: BTreeMap<String, Value> = BTreeMap::new();
        while !self.eat("}") {
            self.rest = self.rest.trim_start();
            let key = if self.rest.starts_with('"') { self.string()? } else { self.name() };
            if key.is_empty() || !self.eat("=") {
                return None;
            }
            entries.insert(key, self.expression()?);
            self.eat(",");
        }
        let entries = entries.into_iter().map(|(key, value)| Entry { key: key.into(), key_span: None, value });
        Some(Value::object(entries.collect()))
    }
}

fn check(recorded: &str) -> (usize, usize, Vec<String>) {
    let (mut passed, mut skipped, mut failures) = (0, 0, Vec::new());
    for line in recorded.lines() {
        let Ok(record) = serde_json::from_str::<Json>(line) else { unreachable!("a recorded line is JSON: {line}") };
        let expression = record["expr"].as_str().unwrap_or("");
        let mut reader = Reader::new(expression, None);
        let Some(value) = reader.expression().filter(|_| reader.rest.trim().is_empty()) else {
            skipped += 1;
            continue;
        };
        let agrees = match (&record["known"], record.get("error")) {
            (Json::Bool(true), _) => same(&value, &record["value"], &record["type"]),
            (_, Some(_)) => matches!(value.shape, Shape::Error(_)),
            _ => matches!(value.shape, Shape::Unknown(_)),
        };
        let listed = KNOWN_DIFFERENCES.iter().any(|(known, _)| *known == expression);
        match (agrees, listed) {
            (true, false) => passed += 1,
            (false, true) => skipped += 1,
            (true, true) => failures.push(format!("{expression}: listed as different, but it agrees")),
            (false, false) => {
                let mut line = line.to_owned();
                line.truncate(line.char_indices().nth(600).map_or(line.len(), |(at, _)| at));
                failures.push(format!("{line}\n    gives {:.400}", format!("{:?}", value.shape)));
            }
        }
    }
    (passed, skipped, failures)
}

#[test]
fn calls_give_what_terraform_gives() {
    let (passed, skipped, failures) = check(include_str!("../testdata/terraform/expressions/functions.jsonl"));
    assert!(
        failures.is_empty(),
        "{} of {} differ:\n{}",
        failures.len(),
        passed + skipped + failures.len(),
        failures.join("\n")
    );
    assert!(passed > 1_100, "only {passed} expressions were compared");
}

#[test]
fn files_give_what_terraform_gives() {
    let (passed, _, failures) = check(include_str!("../testdata/terraform/expressions/files.jsonl"));
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n"));
    assert!(passed > 20, "only {passed} expressions were compared");
}

/// What stands for a text that is not known: a reference, or an unknown value.
fn hidden(kind: SymbolKind) -> Value {
    match kind {
        SymbolKind::Other => Value::unknown(Reason::Variable("var.hidden".into())),
        _ => Value::symbol(Symbol { resource: ResourceId(0), kind, attribute: "name".into() }),
    }
}

/// Whether what is said of a partly known value holds for the value that it turned out to be.
fn holds(partial: &Value, full: &Value, hidden: &str) -> bool {
    match (&partial.shape, &full.shape) {
        // What is said of a call holds if it does not fail.
        (Shape::Unknown(_), _) | (_, Shape::Error(_)) => true,
        // A number or boolean beside an unknown value may still become text.
        (Shape::Number(_) | Shape::Bool(_), Shape::Text(_)) => convert::to_string(partial).as_text() == full.as_text(),
        (Shape::Choice(alternatives), _) => {
            alternatives.iter().any(|alternative| holds(&alternative.value, full, hidden))
        }
        (Shape::Symbol(symbol), Shape::Text(text)) => symbol.kind == SymbolKind::Name && **text == *hidden,
        (Shape::Template(segments), Shape::Text(text)) => {
            let mut pattern = String::from("(?s)^");
            for segment in segments.iter() {
                match segment {
                    Segment::Literal { text, .. } => pattern.push_str(&regex::escape(text)),
                    Segment::Value(value) => match &value.shape {
                        Shape::Symbol(_) => pattern.push_str(&regex::escape(hidden)),
                        Shape::Text(text) => pattern.push_str(&regex::escape(text)),
                        _ => pattern.push_str(".*"),
                    },
                }
            }
            regex::Regex::new(&(pattern + "$")).is_ok_and(|regex| regex.is_match(text))
        }
        (Shape::Sequence(SequenceKind::Set, items), Shape::Sequence(_, full)) => {
            full.iter().all(|full| items.iter().any(|item| holds(item, full, hidden)))
        }
        (Shape::Sequence(_, items), Shape::Sequence(_, full)) => {
            items.len() == full.len() && items.iter().zip(full.iter()).all(|(item, full)| holds(item, full, hidden))
        }
        (Shape::Mapping(_, entries), Shape::Mapping(_, full)) => {
            entries.len() == full.len()
                && entries
                    .iter()
                    .zip(full.iter())
                    .all(|(entry, full)| entry.key == full.key && holds(&entry.value, &full.value, hidden))
        }
        (Shape::Json(partial), Shape::Json(full)) => holds(partial, full, hidden),
        _ => equality::equals(partial, full) == Some(true),
    }
}

#[test]
fn what_is_said_of_partly_known_values_holds() {
    let recorded = include_str!("../testdata/terraform/expressions/functions.jsonl");
    // Elements that may vanish are kept by these, so that references in them are not lost.
    const KEEPING: [&str; 5] = ["compact(", "distinct(", "setunion(", "toset(", "flatten("];
    let (mut compared, mut said, mut failures) = (0, 0, Vec::new());
    for line in recorded.lines() {
        let record: Json = serde_json::from_str(line).unwrap();
        let expression = record["expr"].as_str().unwrap();
        if KEEPING.iter().any(|name| expression.contains(name)) {
            continue;
        }
        let Some(full) = Reader::new(expression, None).expression() else { continue };
        for kind in [SymbolKind::Name, SymbolKind::Other] {
            for index in 0..8 {
                let mut reader = Reader::new(expression, Some((index, kind)));
                let Some(partial) = reader.expression() else { continue };
                let Some(text) = reader.hidden else { continue };
                let name = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
                if kind == SymbolKind::Name && (text.is_empty() || text.len() > 64 || !text.chars().all(name)) {
                    continue;
                }
                compared += 1;
                said += usize::from(!matches!(partial.shape, Shape::Unknown(_)));
                if !holds(&partial, &full, &text) {
                    failures.push(format!(
                        "{expression} with {text:?} as {kind:?}: {:.300}",
                        format!("{:?}", partial.shape)
                    ));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} of {compared}:\n{}", failures.len(), failures.join("\n"));
    assert!(compared > 1_500 && said > 300, "{compared} compared, something said of {said}");
}
