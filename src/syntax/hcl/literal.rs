//! Numbers, and the characters between quotes.

use super::super::document::Text;
use super::parser::Parser;
use super::template::Style;

/// A stretch of literal text: bytes of the text that is read, and whether there are escapes in them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Literal {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) escaped: bool,
}

/// Whether Terraform understands a number that its scanner took for one: digits, at most one dot and one exponent that
/// a 32-bit binary exponent can hold.
pub(super) fn is_number(number: &str) -> bool {
    let (digits, exponent) = match number.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, Some(exponent)),
        None => (number, None),
    };
    let one_dot = digits.bytes().filter(|byte| *byte == b'.').count() <= 1;
    // 10^646456993 is the last power of ten whose binary exponent fits.
    let small = exponent.is_none_or(|exponent| exponent.parse::<i64>().is_ok_and(|value| value.abs() < 646_456_993));
    one_dot && small
}

impl Parser<'_> {
    /// The character that the escape at `at`, a backslash, stands for, and the length of the escape in bytes.
    pub(super) fn escape(&self, at: usize) -> Option<(char, usize)> {
        let digits = match self.byte(at + 1) {
            b'n' => return Some(('\n', 2)),
            b'r' => return Some(('\r', 2)),
            b't' => return Some(('\t', 2)),
            b'"' => return Some(('"', 2)),
            b'\\' => return Some(('\\', 2)),
            b'u' => 4,
            b'U' => 8,
            _ => return None,
        };
        let digits = self.text.get(at + 2..at + 2 + digits)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let character = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
        Some((character, 2 + digits.len()))
    }

    /// The character of a literal that is written at `at`, and the bytes it is written with.
    fn unit(&self, at: usize, style: Style) -> Option<(char, usize)> {
        if style == Style::Quoted && self.byte(at) == b'\\' {
            return Some(self.escape(at).unwrap_or(('\\', 1)));
        }
        self.character(at).map(|character| (character, character.len_utf8()))
    }

    /// Where a literal begins once the white space at its front is taken away.
    pub(super) fn trimmed_start(&self, literal: Literal, style: Style) -> usize {
        let mut at = literal.start;
        while at < literal.end
            && let Some((character, length)) = self.unit(at, style)
            && character.is_whitespace()
        {
            at += length;
        }
        at
    }

    /// Where a literal ends once the white space at its back is taken away.
    pub(super) fn trimmed_end(&self, literal: Literal, style: Style) -> usize {
        let (mut at, mut end) = (literal.start, literal.start);
        while at < literal.end
            && let Some((character, length)) = self.unit(at, style)
        {
            at += length;
            if !character.is_whitespace() {
                end = at;
            }
        }
        end
    }

    /// The text of literals that stand next to each other.
    pub(super) fn join(&mut self, literals: &[Literal], style: Style) -> Text {
        let (Some(first), Some(last)) = (literals.first(), literals.last()) else { return self.verbatim(0, 0) };
        let touching = literals.windows(2).all(|pair| matches!(pair, [a, b] if a.end == b.start));
        if touching && !literals.iter().any(|literal| literal.escaped) {
            return self.verbatim(first.start as u32, last.end as u32);
        }
        let start = self.builder.decoded_len();
        for literal in literals {
            match literal.escaped {
                true => self.decode_escapes(*literal, style),
                false => self.decode(literal.start, literal.end),
            }
        }
        self.builder.decoded_since(start)
    }

    fn decode_escapes(&mut self, literal: Literal, style: Style) {
        let mut plain = literal.start;
        let mut at = literal.start;
        while at < literal.end {
            let byte = self.byte(at);
            if byte == b'\\' && style == Style::Quoted {
                let escape = self.escape(at);
                self.decode(plain, at);
                // A wrong escape has been reported, and stands for what is behind its backslash.
                let length = escape.map_or(1, |(_, length)| length);
                if let Some((character, length)) = escape {
                    self.decode_as(character, at, at + length);
                }
                at += length;
                plain = at;
            } else if matches!(byte, b'$' | b'%') && self.byte(at + 1) == byte && self.byte(at + 2) == b'{' {
                self.decode(plain, at + 1);
                at += 2;
                plain = at;
            } else {
                at += 1;
            }
        }
        self.decode(plain, literal.end);
    }
}
