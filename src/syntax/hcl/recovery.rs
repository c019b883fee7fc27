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

    /// Steps over an error to the next line that begins a statement or closes a block.
    pub(super) fn recover_statement(&mut self) {
        self.recovery.unwinding = false;
        let mut at = self.line_end(self.recovery.error_at.min(self.bytes.len()));
        let mut open = 0usize;
        while at < self.bytes.len() {
            at += 1;
            let end = self.line_end(at);
            let line = self.text.get(at..end).unwrap_or("");
            let content = line.trim_start();
            let begin = at + (line.len() - content.len());
            if self.is_anchor(at) || (open == 0 && self.begins_statement(begin, content)) {
                break;
            }
            if content.starts_with('}') {
                if open == 0 {
                    at = begin;
                    break;
                }
                open -= 1;
            }
            if content.trim_end().ends_with(['{', '[', '(']) {
                open += 1;
            } else if content.starts_with([']', ')']) {
                open = open.saturating_sub(1);
            }
            at = end;
        }
        self.newlines = true;
        self.jump(at.min(self.bytes.len()));
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
