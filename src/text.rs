//! Places in text: byte spans, and their translation to lines and columns at the edge.

use std::fmt;

/// Names one source text of a workspace. Cheap to copy; the text itself lives in [`crate::source::Sources`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

impl fmt::Debug for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// A half-open range of bytes `start..end` in one source, counted from 0. Both ends lie on character boundaries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The source the bytes are in.
    pub source: SourceId,
    /// First byte, from 0.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span of `start..end` bytes in `source`.
    pub fn new(source: SourceId, start: u32, end: u32) -> Self {
        Span { source, start, end }
    }

    /// The empty span at the very start of `source`, for what concerns a file as a whole.
    pub fn file_start(source: SourceId) -> Self {
        Span { source, start: 0, end: 0 }
    }

    /// Length in bytes.
    pub fn len(&self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether the span covers no byte.
    pub fn is_empty(&self) -> bool {
        self.end <= self.start
    }

    /// The byte range as `usize`, for slicing the source text.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies within this span (same source, ends included).
    pub fn contains(&self, other: Span) -> bool {
        self.source == other.source && self.start <= other.start && other.end <= self.end
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}:{}..{}", self.source, self.start, self.end)
    }
}

/// A line and column for people: both start at 1, the column counts Unicode characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode characters, from 1.
    pub column: u32,
}

/// What a column counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ColumnUnit {
    /// UTF-8 bytes.
    Utf8,
    /// UTF-16 code units, as most editors count.
    Utf16,
    /// Unicode characters (scalar values).
    Characters,
}

/// The byte order mark, as it stands in UTF-8.
const MARK: &str = "\u{feff}";

/// Where each line of a text begins, so that bytes turn into lines and columns without reading the text from its start.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Reads `text` once. A line ends with `\n`, `\r\n` or a `\r` alone, as it does to YAML and to editors.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let is_end = |(at, byte): (usize, &u8)| match byte {
            b'\n' => Some(at as u32 + 1),
            b'\r' if bytes.get(at + 1) != Some(&b'\n') => Some(at as u32 + 1),
            _ => None,
        };
        // A byte order mark is no character that anybody sees.
        let mut starts = vec![if text.starts_with(MARK) { MARK.len() as u32 } else { 0 }];
        starts.extend(bytes.iter().enumerate().filter_map(is_end));
        LineIndex { starts }
    }

    /// How many lines the text has; an empty text has one.
    pub fn lines(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The line, from 0, that holds the byte at `offset`.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1) as u32
    }

    /// First byte of `line` (from 0); the last line's start when there are fewer.
    pub fn line_start(&self, line: u32) -> u32 {
        let last = self.starts.len().saturating_sub(1);
        self.starts[(line as usize).min(last)]
    }

    /// The bytes of `line` (from 0) with its line end.
    pub fn line_range(&self, line: u32, text: &str) -> std::ops::Range<usize> {
        let start = self.line_start(line) as usize;
        let end = self.starts.get(line as usize + 1).map_or(text.len(), |next| *next as usize);
        start..end.max(start)
    }

    /// Line and column, both from 0, of the byte at `offset`; the column is counted in `unit`.
    /// An offset past the end, or inside a character, is moved back to the nearest boundary.
    pub fn line_column(&self, text: &str, offset: u32, unit: ColumnUnit) -> (u32, u32) {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line(offset as u32);
        let before = text.get(self.line_start(line) as usize..offset).unwrap_or("");
        let column = match unit {
            ColumnUnit::Utf8 => before.len(),
            ColumnUnit::Utf16 => before.chars().map(char::len_utf16).sum(),
            ColumnUnit::Characters => before.chars().count(),
        };
        (line, column as u32)
    }

    /// Line and column for people, both from 1, in characters.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let (line, column) = self.line_column(text, offset, ColumnUnit::Characters);
        Position { line: line + 1, column: column + 1 }
    }

    /// The byte at `line` and `column`, both from 0, the column counted in `unit`. Positions past a line's end give its end.
    pub fn offset(&self, text: &str, line: u32, column: u32, unit: ColumnUnit) -> u32 {
        if line >= self.lines() {
            return text.len() as u32;
        }
        let range = self.line_range(line, text);
        let content = text[range.clone()].trim_end_matches(['\n', '\r']);
        let mut units = 0;
        for (at, character) in content.char_indices() {
            if units >= column {
                return (range.start + at) as u32;
            }
            units += match unit {
                ColumnUnit::Utf8 => character.len_utf8(),
                ColumnUnit::Utf16 => character.len_utf16(),
                ColumnUnit::Characters => 1,
            } as u32;
        }
        (range.start + content.len()) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_the_unit_asked_for() {
        let text = "a\n\u{1F600}é = 1\r\nlast";
        let index = LineIndex::new(text);
        let equals = text.find('=').unwrap() as u32;
        assert_eq!(index.line_column(text, equals, ColumnUnit::Characters), (1, 3));
        assert_eq!(index.line_column(text, equals, ColumnUnit::Utf16), (1, 4));
        assert_eq!(index.line_column(text, equals, ColumnUnit::Utf8), (1, 7));
        assert_eq!(index.position(text, equals), Position { line: 2, column: 4 });
    }

    #[test]
    fn an_offset_survives_the_way_there_and_back() {
        let text = "x\né\u{1F600}y\n\nz";
        let index = LineIndex::new(text);
        for (offset, _) in text.char_indices() {
            for unit in [ColumnUnit::Utf8, ColumnUnit::Utf16, ColumnUnit::Characters] {
                let (line, column) = index.line_column(text, offset as u32, unit);
                assert_eq!(index.offset(text, line, column, unit), offset as u32, "{unit:?} at {offset}");
            }
        }
    }

    #[test]
    fn a_carriage_return_alone_ends_a_line_and_a_byte_order_mark_takes_no_column() {
        let text = "\u{feff}a\rb\r\nc\n\rd";
        let index = LineIndex::new(text);
        let position = |character| {
            let Position { line, column } = index.position(text, text.find(character).unwrap() as u32);
            (line, column)
        };
        assert_eq!([position('a'), position('b'), position('c'), position('d')], [(1, 1), (2, 1), (3, 1), (5, 1)]);
        assert_eq!((index.lines(), index.position(text, 0)), (5, Position { line: 1, column: 1 }));
    }

    #[test]
    fn offsets_outside_the_text_are_clamped() {
        let index = LineIndex::new("ab");
        assert_eq!(index.position("ab", 99), Position { line: 1, column: 3 });
        assert_eq!(index.offset("ab", 7, 7, ColumnUnit::Utf16), 2);
    }
}
