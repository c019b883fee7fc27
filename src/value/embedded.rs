//! Text inside text: a string whose characters are JSON or YAML becomes a structured value, and every key and value in
//! it keeps the place where it stands in the source.
//!
//! Pieces of the string that are not known are put into the text as private-use characters before it is parsed and come
//! back as the values they stand for, so that a reference inside a policy's principal stays a reference.

use std::ops::Range;
use std::sync::Arc;

use super::{Alternative, Entry, Number, Reason, Segment, Shape, Value, Written, choice, concatenate, json};
use crate::files::Files;
use crate::syntax::{self, Document, Language, Node, NodeId, Text};
use crate::text::{SourceId, Span};

/// Something in the text that does not parse.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Where; `None` when the text was computed and stands nowhere.
    pub span: Option<Span>,
    /// What, without a full stop at its end.
    pub message: String,
}

/// What a text holds.
#[derive(Clone, PartialEq, Debug)]
pub struct Decoded {
    /// The value; where the text is broken, what could be read of it.
    pub value: Value,
    /// What does not parse. Never anything that may be the fault of a piece that is not known.
    pub problems: Vec<Problem>,
}

impl From<Value> for Decoded {
    fn from(value: Value) -> Self {
        Decoded { value, problems: Vec::new() }
    }
}

/// Most bytes of embedded text that are parsed (4 MiB). The longest policies are 20 KiB, API descriptions some MiB.
pub const MAX_BYTES: usize = 4 << 20;

/// The value that a string holds as text in `language`.
///
/// JSON text that was never rendered ([`Shape::Json`]) gives the value within; a choice gives the choice of what its
/// alternatives hold; what is no string is the value itself. Spans and [`Written`] of the result are those in the
/// source where the text was written there; where it was computed, spans are `None`.
pub fn decode(value: &Value, language: Language, files: &dyn Files) -> Decoded {
    let mut decoded = match &value.shape {
        Shape::Text(text) => decode_text(text, value, language, files),
        Shape::Template(segments) => decode_template(segments, language, files),
        Shape::Json(inner) => (**inner).clone().into(),
        Shape::Choice(_) => {
            let mut problems = Vec::new();
            let alternatives: Vec<Alternative> = choice::alternatives(value)
                .into_iter()
                .map(|alternative| {
                    let decoded = decode(&alternative.value, language, files);
                    problems.extend(decoded.problems);
                    Alternative { guard: alternative.guard, value: decoded.value }
                })
                .collect();
            Decoded { value: choice::choose(alternatives), problems }
        }
        _ => value.clone().into(),
    };
    decoded.value.marks = decoded.value.marks.with(value.marks);
    if decoded.value.span.is_none() {
        decoded.value.span = value.span;
    }
    if decoded.value.path.is_none() {
        decoded.value.path = value.path.clone();
    }
    decoded
}

fn decode_text(text: &Arc<str>, value: &Value, language: Language, files: &dyn Files) -> Decoded {
    let pieces = vec![Piece { start: 0, origin: Origin::Written(value.written) }];
    Joined { text: text.clone(), pieces, stand_ins: StandIns::none(), uncertain: false }.parse(language, files)
}

fn decode_template(segments: &[Segment], language: Language, files: &dyn Files) -> Decoded {
    match join(segments, language) {
        Some(joined) => joined.parse(language, files),
        None => Value::unknown(Reason::TooMany).into(),
    }
}

/// Where the bytes of the joined text come from.
enum Origin {
    /// They are written somewhere, all together.
    Written(Written),
    /// They stand for a value that is put in, or are its known text.
    Put(Option<Span>),
}

/// The bytes of the joined text from `start` to the next piece.
struct Piece {
    start: usize,
    origin: Origin,
}

/// Private-use characters that stand for values: the one after `base` by n is the n-th value.
struct StandIns {
    base: u32,
    values: Vec<Value>,
}

/// How many values one text can hold: the private-use characters of a plane but the last two, which are none.
const STAND_INS: usize = 0xfffe;

impl StandIns {
    fn none() -> Self {
        StandIns { base: 0, values: Vec::new() }
    }

    fn add(&mut self, value: Value) -> Option<char> {
        if self.values.len() >= STAND_INS {
            return None;
        }
        let character = char::from_u32(self.base + self.values.len() as u32)?;
        self.values.push(value);
        Some(character)
    }

    fn get(&self, character: char) -> Option<&Value> {
        self.values.get((character as u32).checked_sub(self.base)? as usize)
    }
}

struct Joined {
    text: Arc<str>,
    pieces: Vec<Piece>,
    stand_ins: StandIns,
    /// Whether a value that is not known may hold more than the characters of one string, so that text around it that
    /// does not parse may be right after all.
    uncertain: bool,
}

/// Puts a template's segments into one text; `None` when there are too many or the text is too long.
fn join(segments: &[Segment], language: Language) -> Option<Joined> {
    let literal = |segment: &Segment| match segment {
        Segment::Literal { text, .. } => text.clone(),
        Segment::Value(value) => value.as_text().map_or_else(|| "".into(), |text| (*text).into()),
    };
    // Two planes hold nothing but private-use characters; one that the text uses itself cannot stand in.
    let base = [0xf_0000u32, 0x10_0000].into_iter().find(|base| {
        !segments.iter().any(|segment| literal(segment).chars().any(|character| character as u32 >> 16 == base >> 16))
    })?;
    let mut stand_ins = StandIns { base, values: Vec::new() };
    let mut text = String::new();
    let mut pieces = Vec::new();
    let mut uncertain = false;
    let mut inside = false;
    for segment in segments {
        let start = text.len();
        let origin = match segment {
            Segment::Literal { text: literal, written } => {
                text.push_str(literal);
                Origin::Written(*written)
            }
            Segment::Value(value) => {
                let character = |stand_ins: &mut StandIns, value: Value| stand_ins.add(value);
                if language != Language::Json {
                    uncertain |= value.as_text().is_none();
                    text.push(character(&mut stand_ins, value.clone())?);
                } else if inside {
                    match spliced(value) {
                        Some(known) => text.push_str(&known),
                        None => {
                            uncertain |= matches!(value.shape, Shape::Json(_));
                            text.push(character(&mut stand_ins, value.clone())?);
                        }
                    }
                } else if let Some(known) = value.as_text() {
                    text.push_str(&known);
                } else {
                    let stands_for = match &value.shape {
                        Shape::Json(inner) => (**inner).clone(),
                        Shape::Unknown(_) | Shape::Error(_) => value.clone(),
                        // The text of a reference without quotes around it: anything may come of it.
                        _ => Value::unknown(Reason::DependsOn(
                            value.as_symbol().map_or_else(|| "a value".into(), |symbol| symbol.attribute.clone()),
                        )),
                    };
                    uncertain |= !matches!(value.shape, Shape::Json(_));
                    text.push('"');
                    text.push(character(&mut stand_ins, stands_for)?);
                    text.push('"');
                }
                Origin::Put(value.span)
            }
        };
        inside = string_is_open(text.get(start..).unwrap_or_default(), inside);
        if text.len() > MAX_BYTES {
            return None;
        }
        if text.len() > start {
            pieces.push(Piece { start, origin });
        }
    }
    Some(Joined { text: text.into(), pieces, stand_ins, uncertain })
}

/// Whether a JSON string is open after `text`, given whether one was before it.
fn string_is_open(text: &str, mut inside: bool) -> bool {
    let mut escaped = false;
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            _ => {}
        }
    }
    inside
}

/// The text to put into a JSON string in place of a value, when its characters mean more there than themselves.
fn spliced(value: &Value) -> Option<String> {
    match &value.shape {
        Shape::Json(inner) => json::encode(inner),
        _ => {
            let text = value.as_text()?;
            text.contains(|character: char| character == '"' || character == '\\' || character < ' ')
                .then(|| text.into_owned())
        }
    }
}

impl Joined {
    fn parse(self, language: Language, files: &dyn Files) -> Decoded {
        if self.text.len() > MAX_BYTES {
            return Value::unknown(Reason::TooMany).into();
        }
        let (document, diagnostics) = syntax::parse(SourceId(u32::MAX), &self.text, language);
        if !diagnostics.is_empty() && self.uncertain {
            return Value::unknown(Reason::Broken).into();
        }
        let reader = Reader { joined: &self, document: &document, files };
        let mut problems: Vec<Problem> = diagnostics
            .into_iter()
            .map(|diagnostic| Problem { span: reader.place(diagnostic.span.range()), message: diagnostic.message })
            .collect();
        if language == Language::Json
            && !problems.is_empty()
            && let Some(at) = self.text.find(['\u{201c}', '\u{201d}', '\u{201e}', '\u{2018}', '\u{2019}'])
        {
            let quote = self.text[at..].chars().next().map_or(0, char::len_utf8);
            let message = "curly quotes (\u{201c} \u{201d}) are not quotes in JSON; write straight ones (\")";
            problems = vec![Problem { span: reader.place(at..at + quote), message: message.into() }];
        }
        Decoded { value: reader.value(document.root()), problems }
    }
}

struct Reader<'a> {
    joined: &'a Joined,
    document: &'a Document,
    files: &'a dyn Files,
}

impl Reader<'_> {
    /// Where bytes of the joined text stand. Of a range over several pieces the written ones count; a range inside a
    /// value that is put in stands where that value does.
    fn place(&self, range: Range<usize>) -> Option<Span> {
        let pieces = &self.joined.pieces;
        let first = pieces.partition_point(|piece| piece.start <= range.start).saturating_sub(1);
        let mut hull: Option<Span> = None;
        let mut put: Option<Span> = None;
        for (index, piece) in pieces.iter().enumerate().skip(first) {
            let end = pieces.get(index + 1).map_or(self.joined.text.len(), |next| next.start);
            if piece.start > range.start && piece.start >= range.end {
                break;
            }
            let (from, to) = (range.start.max(piece.start), range.end.min(end));
            if from > to || (from == to && range.start != range.end) {
                continue;
            }
            match piece.origin {
                Origin::Written(written) => {
                    let Some(span) = self.files.place(written, from - piece.start..to - piece.start) else { continue };
                    hull = Some(match hull {
                        Some(before) if before.source == span.source => {
                            Span::new(span.source, before.start.min(span.start), before.end.max(span.end))
                        }
                        Some(before) => before,
                        None => span,
                    });
                }
                Origin::Put(span) => put = put.or(span),
            }
        }
        hull.or(put)
    }

    fn value(&self, node: NodeId) -> Value {
        let mut value = match self.document.node(node) {
            Node::Null => Value::null(),
            Node::Bool(value) => Value::bool(value),
            Node::Number(text) => {
                let text = self.document.text(text);
                Number::parse(text).map_or_else(|| Value::text(text), Value::number)
            }
            Node::String(text) => self.string(text),
            Node::Sequence(_) => {
                Value::tuple(self.document.elements(node).iter().map(|item| self.value(*item)).collect())
            }
            Node::Mapping(_) => self.mapping(node),
            Node::Tagged { tag, .. } => {
                Value::unknown(Reason::Function(self.document.string(tag).unwrap_or_default().into()))
            }
            _ => Value::unknown(Reason::Broken),
        };
        if value.span.is_none() || !self.is_stand_in(node) {
            value.span = self.place(self.document.span(node).range()).or(value.span);
        }
        value
    }

    /// Whether the node is nothing but a value that was put in, which keeps its own place.
    fn is_stand_in(&self, node: NodeId) -> bool {
        let mut characters = self.document.string(node).unwrap_or_default().chars();
        characters.next().is_some_and(|first| self.joined.stand_ins.get(first).is_some())
            && characters.next().is_none()
            && self.document.span(node).len() as usize <= '\u{f0000}'.len_utf8() + 2
    }

    fn string(&self, text: Text) -> Value {
        let whole = self.document.text(text);
        let mut pieces = Vec::new();
        let mut literal = 0;
        let stand_ins = whole.char_indices().filter_map(|(at, character)| {
            self.joined.stand_ins.get(character).map(|value| (at, character.len_utf8(), value))
        });
        for (at, length, value) in stand_ins {
            if at > literal {
                pieces.push(self.literal(text, literal..at));
            }
            pieces.push(value.clone());
            literal = at + length;
        }
        if literal < whole.len() || pieces.is_empty() {
            pieces.push(self.literal(text, literal..whole.len()));
        }
        concatenate(pieces)
    }

    fn literal(&self, text: Text, range: Range<usize>) -> Value {
        let characters = self.document.text(text).get(range.clone()).unwrap_or_default();
        let span = self.place(self.document.text_span(text, range).range());
        let written = match span {
            // As long as its source is, nothing in it was escaped.
            Some(span) if span.len() as usize == characters.len() => Written::Verbatim(span),
            _ => Written::No,
        };
        Value::text(characters).written(written)
    }

    fn mapping(&self, node: NodeId) -> Value {
        let mut entries: Vec<Entry> = Vec::new();
        let mut index: std::collections::HashMap<Arc<str>, usize> = std::collections::HashMap::new();
        for (key, value) in self.document.entries(node) {
            let key_span = self.place(self.document.span(key).range());
            let entry = Entry { key: self.key(key), key_span, value: self.value(value) };
            // The last of several equal keys counts, as for every JSON reader at hand; the parser has reported them.
            match index.get(&entry.key).and_then(|at| entries.get_mut(*at)) {
                Some(before) => *before = entry,
                None => {
                    index.insert(entry.key.clone(), entries.len());
                    entries.push(entry);
                }
            }
        }
        Value::object(entries)
    }

    /// A key with a value in it that is not known reads `${…}` there: keys are plain text.
    fn key(&self, key: NodeId) -> Arc<str> {
        let Some(text) = self.document.string(key) else { return self.document.source_slice(key).into() };
        if !text.contains(|character| self.joined.stand_ins.get(character).is_some()) {
            return text.into();
        }
        let mut whole = String::new();
        for character in text.chars() {
            match self.joined.stand_ins.get(character) {
                Some(value) => whole.push_str(&value.as_text().unwrap_or(std::borrow::Cow::Borrowed("${\u{2026}}"))),
                None => whole.push(character),
            }
        }
        whole.into()
    }
}

#[cfg(test)]
mod tests;
