//! Bytes become tokens, one at a time and only when asked for: inside quotes and heredocs there are none.

use super::parser::Parser;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    End,
    Newline,
    Identifier,
    Number,
    Quote,
    /// `<<NAME` or `<<-NAME` with the line end behind it.
    Heredoc,
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    OpenParenthesis,
    CloseParenthesis,
    Dot,
    Ellipsis,
    Comma,
    Colon,
    DoubleColon,
    Question,
    Assign,
    Arrow,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Not,
    /// `~}`, which ends an interpolation or a directive.
    TrimBrace,
    /// One character that has no meaning in HCL.
    Invalid,
}

/// A token: bytes `start..end` of the text that is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Which bytes may begin (1) and continue (2) an identifier; bytes outside ASCII are looked at as characters.
const IDENTIFIER: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        let character = byte as u8;
        if character.is_ascii_alphabetic() || character == b'_' {
            table[byte] = 3;
        } else if character.is_ascii_digit() || character == b'-' {
            table[byte] = 2;
        }
        byte += 1;
    }
    table
};

impl Parser<'_> {
    /// Steps over the current token.
    pub(super) fn bump(&mut self) {
        self.end = self.token.end;
        self.token = self.scan(self.token.end as usize);
    }

    /// Goes on at byte `at`, wherever that is.
    pub(super) fn jump(&mut self, at: usize) {
        self.end = at as u32;
        self.token = self.scan(at);
    }

    /// The byte at `at`, or 0 behind the end.
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn scan(&mut self, mut at: usize) -> Token {
        if self.stopped() {
            let end = self.bytes.len() as u32;
            return Token { kind: Kind::End, start: end, end };
        }
        loop {
            let Some(byte) = self.bytes.get(at).copied() else {
                let end = self.bytes.len() as u32;
                return Token { kind: Kind::End, start: end, end };
            };
            let (kind, length) = match byte {
                b' ' | b'\t' => {
                    at += 1;
                    continue;
                }
                b'\n' if self.newlines => (Kind::Newline, 1),
                b'\r' if self.newlines && self.byte(at + 1) == b'\n' => (Kind::Newline, 2),
                b'\n' => {
                    at += 1;
                    continue;
                }
                b'\r' if self.byte(at + 1) == b'\n' => {
                    at += 2;
                    continue;
                }
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => (Kind::Identifier, self.identifier_end(at) - at),
                b'"' => (Kind::Quote, 1),
                b'.' if self.byte(at + 1) == b'.' && self.byte(at + 2) == b'.' => (Kind::Ellipsis, 3),
                b'.' => (Kind::Dot, 1),
                b'=' => match self.byte(at + 1) {
                    b'=' => (Kind::Equal, 2),
                    b'>' => (Kind::Arrow, 2),
                    _ => (Kind::Assign, 1),
                },
                b'{' => (Kind::OpenBrace, 1),
                b'}' => (Kind::CloseBrace, 1),
                b'[' => (Kind::OpenBracket, 1),
                b']' => (Kind::CloseBracket, 1),
                b'(' => (Kind::OpenParenthesis, 1),
                b')' => (Kind::CloseParenthesis, 1),
                b',' => (Kind::Comma, 1),
                b'0'..=b'9' => (Kind::Number, self.number_end(at) - at),
                b'#' => {
                    at = self.line_comment(at);
                    continue;
                }
                b'/' => match self.byte(at + 1) {
                    b'/' => {
                        at = self.line_comment(at);
                        continue;
                    }
                    b'*' => match self.block_comment(at) {
                        Some(end) => {
                            at = end;
                            continue;
                        }
                        None => (Kind::Invalid, 2),
                    },
                    _ => (Kind::Slash, 1),
                },
                b'?' => (Kind::Question, 1),
                b':' => match self.byte(at + 1) {
                    b':' => (Kind::DoubleColon, 2),
                    _ => (Kind::Colon, 1),
                },
                b'+' => (Kind::Plus, 1),
                b'-' => (Kind::Minus, 1),
                b'*' => (Kind::Star, 1),
                b'%' => (Kind::Percent, 1),
                b'!' => match self.byte(at + 1) {
                    b'=' => (Kind::NotEqual, 2),
                    _ => (Kind::Not, 1),
                },
                b'<' => match self.byte(at + 1) {
                    b'=' => (Kind::LessOrEqual, 2),
                    b'<' => match self.heredoc_start_end(at) {
                        Some(end) => (Kind::Heredoc, end - at),
                        None => (Kind::Less, 1),
                    },
                    _ => (Kind::Less, 1),
                },
                b'>' => match self.byte(at + 1) {
                    b'=' => (Kind::GreaterOrEqual, 2),
                    _ => (Kind::Greater, 1),
                },
                b'&' if self.byte(at + 1) == b'&' => (Kind::And, 2),
                b'|' if self.byte(at + 1) == b'|' => (Kind::Or, 2),
                b'~' if self.byte(at + 1) == b'}' => (Kind::TrimBrace, 2),
                0..=127 => (Kind::Invalid, 1),
                128.. => match self.identifier_end(at) - at {
                    0 => (Kind::Invalid, self.character(at).map_or(1, char::len_utf8)),
                    length => (Kind::Identifier, length),
                },
            };
            return Token { kind, start: at as u32, end: (at + length) as u32 };
        }
    }

    /// The character that begins at `at`.
    pub(super) fn character(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    /// Where the identifier that begins at `at` ends; `at` itself if there is none.
    pub(super) fn identifier_end(&self, at: usize) -> usize {
        let mut end = at;
        loop {
            let byte = self.byte(end);
            let wanted = if end == at { 1 } else { 2 };
            if byte < 128 {
                match IDENTIFIER[byte as usize] & wanted {
                    0 => return end,
                    _ => end += 1,
                }
                continue;
            }
            match self.character(end) {
                Some(first) if end == at && unicode_ident::is_xid_start(first) => end += first.len_utf8(),
                Some(next) if end > at && unicode_ident::is_xid_continue(next) => end += next.len_utf8(),
                _ => return end,
            }
        }
    }

    /// Where the number at `at` ends. As in Terraform a number swallows every dot and exponent that comes, as long as a
    /// digit follows at some time, so that `1.2.3` is one wrong number.
    fn number_end(&self, at: usize) -> usize {
        let mut end = at + 1;
        let mut next = end;
        loop {
            match self.byte(next) {
                b'0'..=b'9' => next += 1,
                b'.' => {
                    next += 1;
                    continue;
                }
                b'e' | b'E' => {
                    let sign = usize::from(matches!(self.byte(next + 1), b'+' | b'-'));
                    if !self.byte(next + 1 + sign).is_ascii_digit() {
                        return end;
                    }
                    next += 2 + sign;
                }
                _ => return end,
            }
            end = next;
        }
    }

    fn line_comment(&mut self, at: usize) -> usize {
        let end = self.line_end(at);
        let without_return = if self.byte(end.wrapping_sub(1)) == b'\r' && end > at { end - 1 } else { end };
        self.comment(at, without_return);
        end
    }

    fn block_comment(&mut self, at: usize) -> Option<usize> {
        if at >= self.no_comment_end_from {
            return None;
        }
        let Some(length) = self.text.get(at + 2..).and_then(|rest| rest.find("*/")) else {
            // Looking for it again from each later opening would take quadratic time.
            self.no_comment_end_from = at;
            return None;
        };
        let end = at + 2 + length + 2;
        self.comment(at, end);
        Some(end)
    }

    /// The end of the line that holds `at`, before its line feed.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or(&[]);
        at + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
    }

    fn heredoc_start_end(&self, at: usize) -> Option<usize> {
        let name = at + 2 + usize::from(self.byte(at + 2) == b'-');
        let end = self.identifier_end(name);
        let end_of_line = end + usize::from(self.byte(end) == b'\r');
        (end > name && self.byte(end_of_line) == b'\n').then_some(end_of_line + 1)
    }
}
