//! Positions as editors count them.
//!
//! Of a byte order mark in a text that an editor has open, the rest of the analysis knows nothing, so editors' positions
//! are made only here. To the protocol a line ends with LF, CR LF or a CR alone.

use super::protocol::{Position, Range};
use crate::text::ColumnUnit;

/// The lines of one text, ready for translation in both directions.
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<u32>,
    unit: ColumnUnit,
}

/// The mark, as it stands in UTF-8.
const MARK: &str = "\u{feff}";

impl<'a> Lines<'a> {
    /// The lines of `text`, whose columns count `unit`. Of a text `from_disk` a byte order mark is not counted, because no
    /// editor shows it.
    pub fn new(text: &'a str, unit: ColumnUnit, from_disk: bool) -> Lines<'a> {
        let mut starts = vec![if from_disk && text.starts_with(MARK) { MARK.len() as u32 } else { 0 }];
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        starts.extend(ends.map(|(at, _)| at as u32 + 1));
        Lines { text, starts, unit }
    }

    /// The position of the byte at `offset`; past the end it is the end's, inside a character the character's.
    pub fn position(&self, offset: u32) -> Position {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start as usize <= offset).saturating_sub(1);
        let before = self.text.get(self.starts[line] as usize..offset).unwrap_or("");
        let character = match self.unit {
            ColumnUnit::Utf8 => before.len(),
            ColumnUnit::Utf16 => before.chars().map(char::len_utf16).sum(),
            ColumnUnit::Characters => before.chars().count(),
        };
        Position { line: line as u32, character: character as u32 }
    }

    /// The range of bytes `start..end`.
    pub fn range(&self, start: u32, end: u32) -> Range {
        Range { start: self.position(start), end: self.position(end.max(start)) }
    }

    /// The byte at a position. One past a line's end is the line's end, one inside a character is the character's, and one
    /// past the last line is the text's end.
    pub fn offset(&self, position: Position) -> u32 {
        let line = position.line as usize;
        let Some(start) = self.starts.get(line).map(|start| *start as usize) else { return self.text.len() as u32 };
        let end = self.starts.get(line + 1).map_or(self.text.len(), |next| *next as usize);
        let content = self.text.get(start..end).unwrap_or("").trim_end_matches(['\n', '\r']);
        let mut units = 0;
        for (at, character) in content.char_indices() {
            let width = match self.unit {
                ColumnUnit::Utf8 => character.len_utf8(),
                ColumnUnit::Utf16 => character.len_utf16(),
                ColumnUnit::Characters => 1,
            };
            if units + width > position.character as usize {
                return (start + at) as u32;
            }
            units += width;
        }
        (start + content.len()) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNITS: [ColumnUnit; 3] = [ColumnUnit::Utf8, ColumnUnit::Utf16, ColumnUnit::Characters];

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_are_counted_in_the_unit_that_was_agreed_on() {
        let text = "x\n  n = \"\u{1F600}\u{1F600}é\" # y\n";
        let sharp = text.find('#').unwrap() as u32;
        for (unit, character) in UNITS.into_iter().zip([19, 14, 12]) {
            let lines = Lines::new(text, unit, false);
            assert_eq!(lines.position(sharp), at(1, character), "{unit:?}");
            assert_eq!(lines.offset(at(1, character)), sharp, "{unit:?}");
        }
    }

    #[test]
    fn every_kind_of_line_end_ends_a_line() {
        let text = "a\rb\r\nc\nd\r\re";
        let lines = Lines::new(text, ColumnUnit::Utf16, false);
        for (letter, line) in [('a', 0), ('b', 1), ('c', 2), ('d', 3), ('e', 5)] {
            let offset = text.find(letter).unwrap() as u32;
            assert_eq!(lines.position(offset), at(line, 0), "{letter}");
            assert_eq!(lines.offset(at(line, 0)), offset, "{letter}");
        }
        assert_eq!(lines.offset(at(4, 7)), 9, "the empty line between two CR");
    }

    #[test]
    fn a_mark_counts_only_where_the_editor_has_it() {
        let text = "\u{feff}ab\nc";
        assert_eq!(Lines::new(text, ColumnUnit::Utf16, true).position(4), at(0, 1));
        assert_eq!(Lines::new(text, ColumnUnit::Utf16, false).position(4), at(0, 2));
        assert_eq!(Lines::new(text, ColumnUnit::Utf16, true).offset(at(0, 1)), 4);
        assert_eq!(Lines::new(text, ColumnUnit::Utf16, true).offset(at(0, 0)), 3);
    }

    #[test]
    fn positions_outside_are_moved_to_the_nearest_place() {
        let text = "\u{1F600}b\r\nc";
        let lines = Lines::new(text, ColumnUnit::Utf16, false);
        assert_eq!(lines.offset(at(0, 1)), 0, "inside a pair of code units");
        assert_eq!(lines.offset(at(0, 99)), 5, "before the line end");
        assert_eq!(lines.offset(at(9, 0)), text.len() as u32);
        assert_eq!(lines.position(2), at(0, 0));
        assert_eq!(lines.position(99), at(1, 1));
    }

    #[test]
    fn an_offset_survives_the_way_there_and_back() {
        let text = "\u{feff}x\r\né\u{1F600}y\n\n\rz";
        for unit in UNITS {
            let lines = Lines::new(text, unit, false);
            for (offset, character) in text.char_indices() {
                // Between CR and LF is no place for an editor.
                if character != '\n' || !text[..offset].ends_with('\r') {
                    assert_eq!(lines.offset(lines.position(offset as u32)), offset as u32, "{unit:?} at {offset}");
                }
            }
        }
    }
}
