//! The indentation that `<<-` takes away.

use super::literal::Literal;
use super::parser::Parser;
use super::template::{Part, Style};

impl Parser<'_> {
    /// Takes the indentation of the least indented line from all lines of the parts from `base` on.
    ///
    /// A line counts when the part before it ends in a line feed *after* strip markers have been applied: what follows
    /// a line feed that `~}` took is no line of its own and keeps its white space. A line that begins with a template
    /// has no indentation, and blank lines do not count and keep what they hold. White space is counted in characters,
    /// a tab as one.
    pub(super) fn flush(&mut self, base: usize) {
        let mut least = usize::MAX;
        let mut new_line = true;
        for part in self.parts.get(base..).unwrap_or(&[]) {
            if new_line {
                match part {
                    Part::Literal(literal) => {
                        if let Some(indentation) = self.indentation(*literal) {
                            least = least.min(indentation);
                        }
                    }
                    _ => least = 0,
                }
            }
            new_line = self.ends_line(part);
        }
        if least == 0 || least == usize::MAX {
            return;
        }
        let mut new_line = true;
        for index in base..self.parts.len() {
            let Some(part) = self.parts.get(index).copied() else { return };
            if new_line
                && let Part::Literal(literal) = part
                && self.indentation(literal).is_some()
            {
                let characters = self.text.get(literal.start..literal.end).unwrap_or("").chars();
                let start = literal.start + characters.take(least).map(char::len_utf8).sum::<usize>();
                if let Some(slot) = self.parts.get_mut(index) {
                    *slot = Part::Literal(Literal { start, ..literal });
                }
            }
            new_line = self.ends_line(&part);
        }
    }

    fn ends_line(&self, part: &Part) -> bool {
        match part {
            Part::Literal(literal) => literal.end > literal.start && self.byte(literal.end - 1) == b'\n',
            _ => false,
        }
    }

    /// How many characters of white space a line begins with; `None` for a blank line.
    fn indentation(&self, literal: Literal) -> Option<usize> {
        let content = self.trimmed_start(literal, Style::Heredoc);
        let blank = content == literal.end && self.ends_line(&Part::Literal(literal));
        (!blank).then(|| self.text.get(literal.start..content).unwrap_or("").chars().count())
    }
}
