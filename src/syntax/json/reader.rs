//! Objects, arrays and what is between their parts.

use std::cell::OnceCell;

use super::super::{Builder, MAX_DEPTH, Node, NodeId, keys, syntax_error};
use crate::diagnostic::{Diagnostic, Severity};
use crate::text::{LineIndex, SourceId, Span};

/// Most diagnostics for one text. More of them help nobody, and a large text that is not JSON at all would make millions.
const MAX_DIAGNOSTICS: usize = 100;

/// What a text is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// JSON of its own.
    Plain,
    /// JSON inside another text, whose line numbers mean nothing.
    Embedded,
    /// JSON whose strings are templates and whose objects may be bodies of blocks.
    Terraform,
}

pub(super) struct Reader<'t> {
    pub(super) builder: &'t mut Builder,
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    /// The next byte to read.
    pub(super) at: usize,
    pub(super) dialect: Dialect,
    pub(super) diagnostics: Vec<Diagnostic>,
    source: SourceId,
    lines: OnceCell<LineIndex>,
    /// Children of the objects and arrays that are open; each of them knows where its own begin.
    pending: Vec<NodeId>,
    depth: u32,
    open_objects: u32,
    open_arrays: u32,
    /// A string that was read as a value and turned out, by the `:` behind it, to be the next key of the object around.
    carried: Option<NodeId>,
    comment_reported: bool,
    last_comma_reported: bool,
    /// Whether the end of the text inside an object or array has been reported: only the innermost one is.
    end_reported: bool,
}

impl<'t> Reader<'t> {
    pub(super) fn new(builder: &'t mut Builder, source: SourceId, text: &'t str, dialect: Dialect) -> Self {
        Reader {
            builder,
            text,
            bytes: text.as_bytes(),
            at: 0,
            dialect,
            diagnostics: Vec::new(),
            source,
            lines: OnceCell::new(),
            pending: Vec::new(),
            depth: 0,
            open_objects: 0,
            open_arrays: 0,
            carried: None,
            comment_reported: false,
            last_comma_reported: false,
            end_reported: false,
        }
    }

    pub(super) fn finish(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// Reads the whole text, which is to hold one value.
    pub(super) fn document(&mut self) -> NodeId {
        if self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
        }
        self.blanks();
        if self.peek().is_none() {
            self.error(0, 0, "there is no JSON value in this text");
            return self.push(Node::Missing, self.at);
        }
        let root = self.value();
        self.blanks();
        if self.peek().is_some() {
            let end = self.text.get(self.at..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
            self.error(self.at, self.at + end, "nothing may follow the JSON value that ends here");
        }
        root
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or("")
    }

    /// Adds a node that begins at `start` and ends before the next byte to read.
    pub(super) fn push(&mut self, node: Node, start: usize) -> NodeId {
        self.builder.push(node, start as u32, self.at as u32)
    }

    /// Reports an error at bytes `start..end`; only the first one of those that begin at the same byte.
    pub(super) fn error(&mut self, start: usize, end: usize, message: impl Into<String>) {
        self.builder.mark_broken();
        let span = Span::new(self.source, start as u32, end.min(self.text.len()) as u32);
        let said = self.diagnostics.last().is_some_and(|last| last.span.start == span.start);
        if !said && self.diagnostics.len() < MAX_DIAGNOSTICS {
            self.diagnostics.push(syntax_error(span, message));
        }
    }

    fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(b'/' | b'#') if self.comment() => {}
                _ => return,
            }
        }
    }

    /// Skips a comment if one is next. JSON has none, but they say more to people than the errors behind them would.
    fn comment(&mut self) -> bool {
        let start = self.at;
        let rest = self.slice(start, self.text.len());
        let length = if rest.starts_with("//") || rest.starts_with('#') {
            rest.find(['\n', '\r'])
        } else if rest.starts_with("/*") {
            rest.find("*/").map(|end| end + 2)
        } else {
            return false;
        };
        self.at = length.map_or(self.text.len(), |length| start + length);
        self.builder.comment(start as u32, self.at as u32);
        if self.comment_reported {
            self.builder.mark_broken();
        } else {
            self.comment_reported = true;
            self.error(start, self.at, "JSON has no comments; remove this one");
        }
        true
    }

    /// Reads the value that is next. If none is, says so and gives [`Node::Missing`] without reading anything.
    fn value(&mut self) -> NodeId {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'{' | b'[') if self.depth >= MAX_DEPTH => self.too_deep(),
            Some(b'{') => self.object(),
            Some(b'[') => self.array(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            None | Some(b',' | b':' | b']' | b'}') => {
                let before = self.slice(0, self.at).trim_end().len();
                self.error(before, before, "a value is missing here");
                self.builder.push(Node::Missing, before as u32, before as u32)
            }
            Some(_) => self.word(),
        }
    }

    fn object(&mut self) -> NodeId {
        let start = self.at;
        let first = self.pending.len();
        self.at += 1;
        self.depth += 1;
        self.open_objects += 1;
        // Where the last part ended: the end of an object that is not closed, and the place of a missing comma.
        let mut end = self.at;
        let end = loop {
            self.blanks();
            let key = match self.carried.take() {
                Some(key) => key,
                None => match self.peek() {
                    Some(b'}') => {
                        self.at += 1;
                        break self.at;
                    }
                    Some(b',') => {
                        self.error(self.at, self.at + 1, "nothing stands before this comma");
                        self.at += 1;
                        continue;
                    }
                    Some(b']') if self.open_arrays == 0 => {
                        self.error(self.at, self.at + 1, "this `]` closes nothing");
                        self.at += 1;
                        continue;
                    }
                    None | Some(b']') => {
                        self.not_closed(start);
                        break end;
                    }
                    Some(_) => self.key(),
                },
            };
            let value = self.member_value(key);
            let key_span = self.builder.span(key);
            end = (self.builder.span(value).end).max(key_span.end) as usize;
            let entry = self.builder.push(Node::Entry { key, value }, key_span.start, end as u32);
            self.pending.push(entry);
            self.separator(end, b'}');
        };
        self.depth -= 1;
        self.open_objects -= 1;
        self.repeated_keys(first);
        let children = self.builder.list(self.pending.get(first..).unwrap_or(&[]));
        self.pending.truncate(first);
        self.builder.push(Node::Mapping(children), start as u32, end as u32)
    }

    /// Reads a key that is next, or what stands in its place.
    fn key(&mut self) -> NodeId {
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b':') => {
                self.error(start, start + 1, "a key is missing before this `:`");
                self.push(Node::Missing, start)
            }
            Some(b'{' | b'[') => {
                self.error(start, start + 1, "a key in double quotes is missing here");
                self.push(Node::Missing, start)
            }
            _ => {
                let known = self.diagnostics.len();
                self.word();
                self.diagnostics.truncate(known);
                self.error(start, self.at, "a key must stand in double quotes");
                let name = self.builder.verbatim(start as u32, self.at as u32);
                self.push(Node::String(name), start)
            }
        }
    }

    /// Reads what follows `key`: the colon and the value.
    fn member_value(&mut self, key: NodeId) -> NodeId {
        self.blanks();
        if self.peek() == Some(b':') {
            self.at += 1;
            self.blanks();
        } else if self.builder.node(key) != Node::Missing {
            let end = self.builder.span(key).end as usize;
            self.error(end, end, "a `:` and a value are missing behind this key");
            if matches!(self.peek(), None | Some(b',' | b']' | b'}')) {
                return self.builder.push(Node::Missing, end as u32, end as u32);
            }
        }
        let value = self.value();
        if self.carried.is_some() {
            return value;
        }
        self.blanks();
        let is_string = matches!(self.builder.node(value), Node::String(_) | Node::Template(_));
        if self.peek() != Some(b':') || !is_string {
            return value;
        }
        // `"a": "b": …`: the value of "a" has not been written yet, and "b" is the next key.
        self.carried = Some(value);
        let before = self.slice(0, self.builder.span(value).start as usize).trim_end().len();
        self.error(before, before, "a value is missing here");
        self.builder.push(Node::Missing, before as u32, before as u32)
    }

    fn array(&mut self) -> NodeId {
        let start = self.at;
        let first = self.pending.len();
        self.at += 1;
        self.depth += 1;
        self.open_arrays += 1;
        let mut end = self.at;
        let end = loop {
            self.blanks();
            match self.peek() {
                Some(b']') => {
                    self.at += 1;
                    break self.at;
                }
                Some(b',') => {
                    self.error(self.at, self.at + 1, "nothing stands before this comma");
                    self.at += 1;
                    continue;
                }
                Some(b'}') if self.open_objects == 0 => {
                    self.error(self.at, self.at + 1, "this `}` closes nothing");
                    self.at += 1;
                    continue;
                }
                Some(b':') => {
                    self.error(
                        self.at,
                        self.at + 1,
                        "a `:` stands between key and value of an object, not in an array",
                    );
                    self.at += 1;
                    continue;
                }
                None | Some(b'}') => {
                    self.not_closed(start);
                    break end;
                }
                Some(_) => {}
            }
            let element = self.value();
            self.blanks();
            let is_string = matches!(self.builder.node(element), Node::String(_) | Node::Template(_));
            if self.carried.is_none() && self.peek() == Some(b':') && is_string && self.open_objects > 0 {
                // `"a": [ …  "b": …`: the array has not been closed, and "b" is the next key of the object around it.
                self.carried = Some(element);
                self.not_closed(start);
                break end;
            }
            end = self.builder.span(element).end as usize;
            self.pending.push(element);
            if self.carried.is_some() {
                break end;
            }
            self.separator(end, b']');
        };
        self.depth -= 1;
        self.open_arrays -= 1;
        let children = self.builder.list(self.pending.get(first..).unwrap_or(&[]));
        self.pending.truncate(first);
        self.builder.push(Node::Sequence(children), start as u32, end as u32)
    }

    /// Reports the bracket at `start`, which is not closed where something else goes on or the text ends.
    fn not_closed(&mut self, start: usize) {
        let at_end = self.peek().is_none();
        if !(at_end && self.end_reported) {
            let (open, close) = if self.bytes.get(start) == Some(&b'{') { ('{', '}') } else { ('[', ']') };
            self.error(start, start + 1, format!("this `{open}` is not closed; a `{close}` is missing"));
        }
        self.end_reported |= at_end;
    }

    /// Reads the comma behind a part that ended at `end`, inside brackets that `close` closes.
    fn separator(&mut self, end: usize, close: u8) {
        if self.carried.is_some() {
            return;
        }
        self.blanks();
        match self.peek() {
            Some(b',') => {
                let comma = self.at;
                self.at += 1;
                self.blanks();
                if self.peek() == Some(close) {
                    self.last_comma(comma, char::from(close));
                }
            }
            None | Some(b']' | b'}') => {}
            Some(_) => self.error(end, end, "a comma is missing here"),
        }
    }

    /// A comma behind the last part. In a file of its own this is a template, which CloudFormation reads as YAML, where the
    /// comma is allowed; the first one is told, since other readers of JSON refuse it.
    fn last_comma(&mut self, comma: usize, close: char) {
        let message = format!("no comma may stand before `{close}`; remove it");
        if self.dialect != Dialect::Plain {
            self.error(comma, comma + 1, message);
        } else if !std::mem::replace(&mut self.last_comma_reported, true) && self.diagnostics.len() < MAX_DIAGNOSTICS {
            let span = Span::new(self.source, comma as u32, comma as u32 + 1);
            let mut diagnostic = syntax_error(span, message);
            diagnostic.severity = Severity::Warning;
            diagnostic.help = Some("CloudFormation allows it, other readers of JSON do not.".into());
            self.diagnostics.push(diagnostic);
        }
    }

    fn repeated_keys(&mut self, first: usize) {
        let entries = self.pending.get(first..).unwrap_or(&[]);
        let document = self.builder.so_far();
        for (earlier, later) in keys::repeated(document, entries) {
            let (Some(earlier), Some(later)) = (entries.get(earlier), entries.get(later)) else { continue };
            if self.dialect == Dialect::Terraform && (self.may_repeat(*earlier) && self.may_repeat(*later)) {
                continue;
            }
            if self.diagnostics.len() >= MAX_DIAGNOSTICS {
                return;
            }
            let Some(mut diagnostic) = keys::diagnostic(document, &self.lines, *earlier, *later) else { continue };
            if self.dialect == Dialect::Embedded {
                let name = self.text.get(diagnostic.span.range()).unwrap_or("");
                diagnostic.message = format!("the key `{}` stands here twice", name.trim_matches('"'));
            }
            self.diagnostics.push(diagnostic);
        }
    }

    /// Whether an entry of Terraform's JSON can be there several times: it can be a block, or it is a comment.
    fn may_repeat(&self, entry: NodeId) -> bool {
        let document = self.builder.so_far();
        match document.node(entry) {
            Node::Entry { key, value } => {
                document.string(key) == Some("//")
                    || matches!(document.node(value), Node::Mapping(_) | Node::Sequence(_) | Node::Missing)
            }
            _ => false,
        }
    }

    /// Skips an object or array that is nested too deep.
    fn too_deep(&mut self) -> NodeId {
        let start = self.at;
        self.error(
            start,
            start + 1,
            format!("more than {MAX_DEPTH} objects and arrays inside each other are not read"),
        );
        let mut open = 0usize;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'{' | b'[' => open += 1,
                b'}' | b']' => open -= 1,
                b'"' => self.skip_string(),
                _ => {}
            }
            if open == 0 {
                break;
            }
        }
        self.push(Node::Missing, start)
    }

    /// Goes behind the end of a string whose opening quote has been read.
    fn skip_string(&mut self) {
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                break;
            }
        }
        self.at = self.at.min(self.text.len());
    }
}
