//! Numbers, and the words that stand where a value should.

use super::super::{Node, NodeId};
use super::reader::Reader;

impl Reader<'_> {
    /// Reads a number whose first byte, a digit or `-`, is next.
    pub(super) fn number(&mut self) -> NodeId {
        let start = self.at;
        let well_formed = self.well_formed_number();
        if !well_formed || self.peek().is_some_and(continues_word) {
            self.at = start;
            return self.word();
        }
        let number = self.builder.verbatim(start as u32, self.at as u32);
        self.push(Node::Number(number), start)
    }

    fn well_formed_number(&mut self) -> bool {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ if self.digits() == 0 => return false,
            _ => {}
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return false;
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            return self.digits() > 0;
        }
        true
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    /// Reads `true`, `false`, `null`, or anything else up to the next blank, bracket, comma, colon or quote, which is an
    /// error. At least one byte is next and is none of those.
    pub(super) fn word(&mut self) -> NodeId {
        let start = self.at;
        while self.peek().is_some_and(continues_word) {
            self.at += 1;
        }
        let word = self.slice(start, self.at);
        let node = match word {
            "true" => return self.push(Node::Bool(true), start),
            "false" => return self.push(Node::Bool(false), start),
            "null" => return self.push(Node::Null, start),
            "True" | "TRUE" => Node::Bool(true),
            "False" | "FALSE" => Node::Bool(false),
            "None" | "NULL" | "Null" | "nil" => Node::Null,
            _ if word.bytes().all(|byte| byte.is_ascii_digit()) => {
                Node::Number(self.builder.verbatim(start as u32, self.at as u32))
            }
            _ => Node::Missing,
        };
        let message = match node {
            Node::Bool(value) => format!("`{word}` is not JSON; write `{value}`"),
            Node::Null => format!("`{word}` is not JSON; write `null`"),
            Node::Number(_) => "a JSON number has no zeros in front; put it in quotes to keep them".into(),
            _ if word.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first)) => {
                format!("`{}` is not a JSON number", shortened(word))
            }
            _ if word.starts_with('\'') => "JSON text stands in double quotes, not in single ones".into(),
            _ => format!("`{}` is not a JSON value; put text in double quotes", shortened(word)),
        };
        self.error(start, self.at, message);
        self.push(node, start)
    }
}

/// Whether `byte` belongs to the word before it.
fn continues_word(byte: u8) -> bool {
    !matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' | b'[' | b']' | b'{' | b'}' | b'"')
}

/// `word`, cut when it is too long to be shown.
pub(super) fn shortened(word: &str) -> String {
    match word.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", word.get(..end).unwrap_or("")),
        None => word.to_owned(),
    }
}
