//! Writing YAML as Terraform's `yamlencode` does: block style, every text in double quotes unless it has lines.

use super::{Context, is_text, known};
use crate::value::{Entry, Reason, Shape, Value};

/// The column beyond which quoted texts are continued on the next line, where they have a space.
const WIDTH: usize = 80;

pub(super) fn yamlencode(arguments: &[Value], _: &Context<'_>) -> Value {
    let [value] = arguments else { return super::signature::wrong_count() };
    let mut writer = Writer { out: String::new(), column: 0 };
    writer.node(value, -1, Place::Root);
    if !writer.out.ends_with('\n') {
        writer.out.push('\n');
    }
    if writer.out.len() > super::string::MAX_TEXT { Value::unknown(Reason::TooMany) } else { super::text(writer.out) }
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Root,
    /// Behind `- `: a block collection begins on the same line.
    Item,
    /// Behind `key:`.
    Entry,
}

struct Writer {
    out: String,
    column: usize,
}

impl Writer {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column = match text.rfind('\n') {
            Some(at) => text.len() - at - 1,
            None => self.column + text.chars().count(),
        };
    }

    fn new_line(&mut self, indent: i32) {
        if self.column > 0 {
            self.put("\n");
        }
        self.put(&" ".repeat(usize::try_from(indent).unwrap_or(0)));
    }

    /// `indent` is that of the collection the node stands in; -1 outside of all.
    fn node(&mut self, value: &Value, indent: i32, place: Place) {
        match &value.shape {
            Shape::Sequence(_, items) if !items.is_empty() => {
                // A sequence under a key is not indented.
                let inner = if place == Place::Entry { indent } else { deeper(indent) };
                for (index, item) in items.iter().enumerate() {
                    if index > 0 || place == Place::Entry {
                        self.new_line(inner);
                    }
                    self.put("- ");
                    self.node(item, inner, Place::Item);
                }
            }
            Shape::Mapping(_, entries) if !entries.is_empty() => {
                let inner = deeper(indent);
                let mut entries: Vec<&Entry> = entries.iter().collect();
                entries.sort_by(|a, b| a.key.cmp(&b.key));
                for (index, entry) in entries.into_iter().enumerate() {
                    if index > 0 || place == Place::Entry {
                        self.new_line(inner);
                    }
                    self.key(&entry.key, inner);
                    let collection = match &entry.value.shape {
                        Shape::Sequence(_, items) => !items.is_empty(),
                        Shape::Mapping(_, entries) => !entries.is_empty(),
                        _ => false,
                    };
                    if !collection {
                        self.put(" ");
                    }
                    self.node(&entry.value, inner, Place::Entry);
                }
            }
            Shape::Sequence(..) => self.put("[]"),
            Shape::Mapping(..) => self.put("{}"),
            Shape::Bool(value) => self.put(if *value { "true" } else { "false" }),
            Shape::Number(number) => self.put(&number.to_string()),
            _ if is_text(value) => self.text(&known(value), deeper(indent)),
            _ => self.put("null"),
        }
    }

    fn key(&mut self, key: &str, indent: i32) {
        // A long key, or one of several lines, is announced by a question mark.
        let long = key.len() > 128 || key.contains('\n');
        if long {
            self.put("? ");
        }
        if key.contains('\n') {
            self.text(key, deeper(indent))
        } else {
            self.quoted(key, deeper(indent), long)
        }
        if long {
            self.new_line(indent);
        }
        self.put(":");
    }

    fn text(&mut self, text: &str, indent: i32) {
        if text.contains('\n') && can_be_literal(text) {
            self.literal(text, indent);
        } else {
            self.quoted(text, indent, true);
        }
    }

    fn literal(&mut self, text: &str, indent: i32) {
        let mut header = String::from("|");
        if text.starts_with([' ', '\n']) {
            header.push('2');
        }
        if !text.ends_with('\n') {
            header.push('-');
        } else if text.ends_with("\n\n") || text == "\n" {
            header.push('+');
        }
        self.put(&header);
        self.put("\n");
        let indent = usize::try_from(indent).unwrap_or(0).max(2);
        let body = text.strip_suffix('\n').unwrap_or(text);
        for (index, line) in body.split('\n').enumerate() {
            if index > 0 {
                self.put("\n");
            }
            if !line.is_empty() {
                self.put(&" ".repeat(indent));
                self.put(line);
            }
        }
        if text.ends_with('\n') {
            self.put("\n");
        }
    }

    fn quoted(&mut self, text: &str, indent: i32, breaks: bool) {
        self.put("\"");
        let last = text.chars().count().saturating_sub(1);
        let mut after_space = false;
        let mut rest = text.chars().enumerate().peekable();
        while let Some((index, c)) = rest.next() {
            if c == ' ' {
                if breaks && !after_space && self.column > WIDTH && index > 0 && index < last {
                    self.new_line(indent);
                    if rest.peek().is_some_and(|(_, next)| *next == ' ') {
                        self.put("\\");
                    }
                } else {
                    self.put(" ");
                }
                after_space = true;
                continue;
            }
            after_space = false;
            self.put(&escaped(c));
        }
        self.put("\"");
    }
}

fn deeper(indent: i32) -> i32 {
    if indent < 0 { 0 } else { indent + 2 }
}

fn printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
        && c != '\u{feff}'
}

/// Whether a text of several lines can stand as it is, indented.
fn can_be_literal(text: &str) -> bool {
    let plain = text.chars().all(|c| c == '\n' || (printable(c) && !matches!(c, '\u{2028}' | '\u{2029}')));
    plain && !text.contains(" \n") && !text.ends_with(' ')
}

fn escaped(c: char) -> String {
    match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\0' => "\\0".to_owned(),
        '\u{7}' => "\\a".to_owned(),
        '\u{8}' => "\\b".to_owned(),
        '\t' => "\\t".to_owned(),
        '\n' => "\\n".to_owned(),
        '\u{b}' => "\\v".to_owned(),
        '\u{c}' => "\\f".to_owned(),
        '\r' => "\\r".to_owned(),
        '\u{1b}' => "\\e".to_owned(),
        '\u{85}' => "\\N".to_owned(),
        '\u{2028}' => "\\L".to_owned(),
        '\u{2029}' => "\\P".to_owned(),
        c if printable(c) => c.to_string(),
        c => match u32::from(c) {
            code @ ..=0xff => format!("\\x{code:02X}"),
            code @ ..=0xffff => format!("\\u{code:04X}"),
            code => format!("\\U{code:08X}"),
        },
    }
}
