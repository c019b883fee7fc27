//! What to do behind a syntax error: where the next statement begins, and whether a block was left open.
//!
//! Nothing here is used on text that can be read as it stands.

use super::parser::Parser;
use super::template::Style;

/// The state of recovery.
pub(super) struct Recovery {
    /// Whether reading goes on behind an error at all.
    pub(super) lenient: bool,
    /// Whether an error has been met that no one has stepped over yet: everything returns until someone does.
    pub(super) unwinding: bool,
    /// The byte at which what is wrong begins.
    pub(super) error_at: usize,
    /// How many errors there were.
    pub(super) errors: usize,
    /// How many of the complaints were about text that is understood all the same.
    pub(super) complaints: usize,
    /// The end of the last error that was reported.
    pub(super) reported_to: Option<u32>,
}

/// Words that begin a block of a configuration, and next to never an attribute at the beginning of a line.
const TOP_LEVEL: [&str; 13] = [
    "resource",
    "data",
    "module",
    "variable",
    "output",
    "locals",
    "provider",
    "terraform",
    "moved",
    "import",
    "removed",
    "check",
    "ephemeral",
];

impl Recovery {
    pub(super) fn new(lenient: bool) -> Self {
        Recovery { lenient, unwinding: false, error_at: 0, errors: 0, complaints: 0, reported_to: None }
    }
}

impl Parser<'_> {
    /// Whether a block of a configuration begins at `at`, at the very beginning of its line.
    pub(super) fn is_anchor(&self, at: usize) -> bool {
        if at > 0 && self.byte(at - 1) != b'\n' {
            return false;
        }
        let word = self.text.get(at..self.identifier_end(at)).unwrap_or("");
        if !TOP_LEVEL.contains(&word) {
            return false;
        }
        let rest = self.text.get(at + word.len()..self.line_end(at)).unwrap_or("").trim_start();
        rest.starts_with('"') || rest.starts_with('{')
    }

    /// Steps over an error in the statement that begins at `start`, to the next line that begins a statement or closes
    /// the block around it. What brackets of the statement hold is stepped over with it, as far as the indentation says
    /// that it belongs to it.
    pub(super) fn recover_statement(&mut self, start: usize) {
        self.recovery.unwinding = false;
        let from = self.recovery.error_at.min(self.bytes.len());
        // The line of the error may be the next statement, if what is wrong is that this one has no end.
        let first = self.line_end(start);
        let line = self.text.get(..from).unwrap_or("").rfind('\n').unwrap_or(0);
        let mut at = if line >= first { line } else { self.line_end(from) };
        let indentation = self.indentation_at(start);
        let mut open = self.brackets(start.min(at), at, 0);
        while at < self.bytes.len() {
            at += 1;
            let end = self.line_end(at);
            let line = self.text.get(at..end).unwrap_or("");
            let content = line.trim_start();
            let begin = at + (line.len() - content.len());
            let outside = begin - at <= indentation;
            if self.is_anchor(at) || ((open == 0 || outside) && self.begins_statement(begin, content)) {
                break;
            }
            if content.starts_with('}') && (open == 0 || begin - at < indentation) {
                at = begin;
                break;
            }
            open = self.brackets(begin, end, open);
            at = end;
        }
        self.newlines = true;
        self.jump(at.min(self.bytes.len()));
    }

    /// Steps over an error in a block on one line, to the brace that closes it on the same line; `first` is the byte
    /// behind the brace that opens it. Says no if there is none.
    pub(super) fn recover_one_line(&mut self, first: usize) -> bool {
        let end = self.line_end(first);
        let line = self.text.get(first..end).unwrap_or("");
        let Some(close) = line.rfind('}').filter(|_| self.recovery.lenient && self.brackets(first, end, 1) == 0) else {
            return false;
        };
        self.recovery.unwinding = false;
        self.newlines = true;
        self.jump(first + close);
        true
    }

    /// How many blanks the line that holds `at` begins with.
    fn indentation_at(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or("");
        let line = before.rfind('\n').map_or(0, |feed| feed + 1);
        let line = self.text.get(line..self.line_end(at)).unwrap_or("");
        line.len() - line.trim_start().len()
    }

    /// How many brackets are open behind `start..end`, of which `open` were before it. Those in strings do not count,
    /// and a string ends at the end of its line.
    fn brackets(&self, start: usize, end: usize, mut open: usize) -> usize {
        let mut in_string = false;
        let mut at = start;
        while at < end {
            match self.byte(at) {
                b'\n' => in_string = false,
                b'\\' if in_string => at += 1,
                b'"' => in_string = !in_string,
                _ if in_string => {}
                b'#' => at = self.line_end(at),
                b'{' | b'[' | b'(' => open += 1,
                b'}' | b']' | b')' => open = open.saturating_sub(1),
                _ => {}
            }
            at += 1;
        }
        open
    }

    /// Whether the words before the current token, from `start` on, open a block all the same, although something is
    /// wrong with them: their line ends in a brace, or further indented statements follow it. Goes on at the brace, or at
    /// the line end that stands for it.
    pub(super) fn opens_block(&mut self, start: usize) -> bool {
        if !self.recovery.lenient {
            return false;
        }
        let end = self.line_end(start);
        let line = self.text.get(start..end).unwrap_or("").trim_end();
        if line.ends_with('{') {
            self.recovery.unwinding = false;
            self.jump(start + line.len() - 1);
            return true;
        }
        let next = self.text.get(end + 1..self.line_end(end + 1)).unwrap_or("");
        let content = next.trim_start();
        let indentation = next.len() - content.len();
        let words = line.bytes().all(|byte| byte != b'=' && byte != b'}');
        if words && indentation > self.indentation_at(start) && self.begins_statement(end + 1 + indentation, content) {
            self.recovery.unwinding = false;
            self.jump(end);
            return true;
        }
        false
    }

    /// `name =`, `name {` or `name "label"`.
    fn begins_statement(&self, begin: usize, content: &str) -> bool {
        let end = self.identifier_end(begin);
        if end == begin {
            return false;
        }
        let rest = content.get(end - begin..).unwrap_or("").trim_start();
        (rest.starts_with('=') && !rest.starts_with("==") && !rest.starts_with("=>"))
            || rest.starts_with('{')
            || (rest.starts_with('"') && rest.trim_end().ends_with('{'))
    }

    /// Steps over an error inside `${…}` or `%{…}`: to behind the next closing brace of the same line. `None` if there is
    /// none, so that the string as a whole is given up.
    pub(super) fn recover_sequence(&mut self, style: Style, start: usize) -> Option<usize> {
        let from = self.recovery.error_at.min(self.bytes.len());
        let end = self.line_end(from);
        let close = self.text.get(from..end)?.find('}')? + from;
        if style == Style::Quoted && self.text.get(from..close)?.contains('"') {
            self.recovery.error_at = start;
            return None;
        }
        self.recovery.unwinding = false;
        Some(close + 1)
    }
}
