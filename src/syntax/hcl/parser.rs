//! What all of the parser shares: the place where it reads, where nodes go, depth and errors.

use super::super::document::Text;
use super::super::{BinaryOperator, Builder, MAX_DEPTH, Node, NodeId, UnaryOperator, syntax_error};
use super::recovery::Recovery;
use super::template::Part;
use super::token::{Kind, Token};
use crate::diagnostic::Diagnostic;
use crate::text::{LineIndex, Span};

/// Most syntax errors that are reported of one text. A binary file would have millions.
const MAX_ERRORS: usize = 100;

/// Where the text that is read stands.
#[derive(Clone, Copy)]
pub(super) enum Origin {
    /// In the source, from this byte on.
    Source(u32),
    /// Among the decoded texts of the document.
    Decoded(Text),
}

/// An expression that has been read.
#[derive(Clone, Copy)]
pub(super) struct Expression {
    pub(super) id: NodeId,
    /// How many expressions are nested in it, at most.
    pub(super) height: u32,
    /// First byte, in the text that is read.
    pub(super) start: u32,
    /// One past its last byte, in the text that is read.
    pub(super) end: u32,
}

/// Reads one text.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) builder: &'a mut Builder,
    origin: Origin,
    /// The token to look at; what is behind it has not been read.
    pub(super) token: Token,
    /// Where the token before it ended.
    pub(super) end: u32,
    /// Whether line ends are tokens. They are not inside parentheses, brackets and interpolations.
    pub(super) newlines: bool,
    /// How many blocks and expressions are open.
    pub(super) depth: u32,
    /// The stacks below are shared by all levels; each level uses what is above the length it found.
    pub(super) nodes: Vec<NodeId>,
    pub(super) operands: Vec<Expression>,
    pub(super) operators: Vec<BinaryOperator>,
    pub(super) prefixes: Vec<(UnaryOperator, u32)>,
    pub(super) parts: Vec<Part>,
    pub(super) recovery: Recovery,
    /// From here on no block comment is closed.
    pub(super) no_comment_end_from: usize,
    /// Comments before this byte are recorded already.
    comments_to: usize,
    diagnostics: Vec<Diagnostic>,
    lines: Option<LineIndex>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(builder: &'a mut Builder, text: &'a str, origin: Origin, lenient: bool) -> Self {
        Parser {
            text,
            bytes: text.as_bytes(),
            builder,
            origin,
            token: Token { kind: Kind::End, start: 0, end: 0 },
            end: 0,
            newlines: true,
            depth: 0,
            nodes: Vec::new(),
            operands: Vec::new(),
            operators: Vec::new(),
            prefixes: Vec::new(),
            parts: Vec::new(),
            recovery: Recovery::new(lenient),
            no_comment_end_from: usize::MAX,
            comments_to: 0,
            diagnostics: Vec::new(),
            lines: None,
        }
    }

    /// What was found, and whether reading stopped before the end because of it.
    pub(super) fn into_diagnostics(self) -> (Vec<Diagnostic>, bool) {
        let stopped = self.stopped();
        (self.diagnostics, stopped)
    }

    // ---- places

    /// Where bytes `start..end` of the text that is read stand in the source.
    fn source_range(&self, start: u32, end: u32) -> (u32, u32) {
        match self.origin {
            Origin::Source(base) => (base + start, base + end),
            Origin::Decoded(text) => {
                let document = self.builder.so_far();
                if start < end {
                    let span = document.text_span(text, start as usize..end as usize);
                    return (span.start, span.end);
                }
                let length = self.bytes.len() as u32;
                let at = match start {
                    _ if start < length => document.text_span(text, start as usize..start as usize + 1).start,
                    0 => document.text_span(text, 0..0).start,
                    _ => document.text_span(text, length as usize - 1..length as usize).end,
                };
                (at, at)
            }
        }
    }

    pub(super) fn push(&mut self, node: Node, start: u32, end: u32) -> NodeId {
        let (start, end) = self.source_range(start, end);
        self.builder.push(node, start, end)
    }

    /// Bytes `start..end` of the text that is read, as they stand.
    pub(super) fn verbatim(&self, start: u32, end: u32) -> Text {
        match self.origin {
            Origin::Source(base) => self.builder.verbatim(base + start, base + end),
            Origin::Decoded(text) => self.builder.part(text, start as usize..end as usize),
        }
    }

    /// Appends bytes `start..end` of the text that is read to the decoded text.
    pub(super) fn decode(&mut self, start: usize, end: usize) {
        let Some(piece) = self.text.get(start..end) else { return };
        match self.origin {
            Origin::Source(base) => self.builder.decode(piece, base + start as u32),
            Origin::Decoded(_) => {
                for (offset, character) in piece.char_indices() {
                    self.decode_as(character, start + offset, start + offset + character.len_utf8());
                }
            }
        }
    }

    /// Appends `character` to the decoded text, which `start..end` of the text that is read stands for.
    pub(super) fn decode_as(&mut self, character: char, start: usize, end: usize) {
        let at = self.source_range(start as u32, end as u32).0;
        self.builder.decode(character.encode_utf8(&mut [0; 4]), at);
    }

    pub(super) fn comment(&mut self, start: usize, end: usize) {
        // Recovery reads some text twice, and in the text of a string nothing is a comment on the source.
        if start >= self.comments_to && matches!(self.origin, Origin::Source(0)) {
            self.comments_to = end;
            self.builder.comment(start as u32, end as u32);
        }
    }

    // ---- nodes

    /// A node without expressions in it.
    pub(super) fn leaf(&mut self, node: Node, start: u32, end: u32) -> Expression {
        Expression { id: self.push(node, start, end), height: 0, start, end }
    }

    /// A node with expressions of at most `height` in it.
    pub(super) fn inner(&mut self, node: Node, height: u32, start: u32, end: u32) -> Expression {
        if self.depth + height >= MAX_DEPTH {
            self.too_deep(start);
            return self.leaf(Node::Missing, start, end);
        }
        Expression { id: self.push(node, start, end), height: height + 1, start, end }
    }

    /// Stands where something is missing, before the current token.
    pub(super) fn missing(&mut self) -> Expression {
        let at = self.end.min(self.token.start);
        self.leaf(Node::Missing, at, at)
    }

    /// A [`Node::String`] of bytes that stand for themselves.
    pub(super) fn name(&mut self, start: u32, end: u32) -> NodeId {
        let text = self.verbatim(start, end);
        self.push(Node::String(text), start, end)
    }

    /// Makes a list of the nodes that were put on the stack since it was `base` long.
    pub(super) fn take_nodes(&mut self, base: usize) -> super::super::Children {
        let children = self.builder.list(self.nodes.get(base..).unwrap_or(&[]));
        self.nodes.truncate(base);
        children
    }

    /// The bytes of a token.
    pub(super) fn token_text(&self) -> &'a str {
        self.text.get(self.token.start as usize..self.token.end as usize).unwrap_or("")
    }

    /// Whether the token is the identifier `word`.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.token.kind == Kind::Identifier && self.token_text() == word
    }

    // ---- depth

    /// Opens one level; says no, with an error, if there are too many.
    pub(super) fn enter(&mut self) -> bool {
        if self.depth >= MAX_DEPTH {
            self.too_deep(self.token.start);
            return false;
        }
        self.depth += 1;
        true
    }

    fn too_deep(&mut self, at: u32) {
        let end = (at as usize + self.character(at as usize).map_or(0, char::len_utf8)) as u32;
        self.error(at, end, format!("this is nested more than {MAX_DEPTH} levels deep, which is not read any further"));
    }

    // ---- errors

    /// An error at the current token; reading goes on where [`super::recovery`] says.
    pub(super) fn error_here(&mut self, message: impl Into<String>) {
        if self.token.kind == Kind::Invalid {
            let message = self.invalid_character();
            self.error(self.token.start, self.token.end, message);
        } else {
            self.error(self.token.start, self.token.end, message);
        }
    }

    /// An error at `start..end` that the reader has to recover from.
    pub(super) fn error(&mut self, start: u32, end: u32, message: impl Into<String>) {
        self.recovery.unwinding = true;
        self.recovery.error_at = start.max(self.token.start) as usize;
        self.report(start, end, message);
    }

    /// An error about something opened at `opened..opened_end` and not closed where the current token is.
    pub(super) fn error_unclosed(&mut self, closing: &str, what: &str, opened: (u32, u32)) {
        let line = self.line(opened.0);
        let before = self.diagnostics.len();
        let at = self.end.min(self.token.start);
        self.recovery.unwinding = true;
        self.recovery.error_at = self.token.start as usize;
        self.report(at, at, format!("expected `{closing}` to close the {what} opened on line {line}"));
        let span = self.source_span(opened.0, opened.1);
        if self.diagnostics.len() > before
            && let Some(diagnostic) = self.diagnostics.last_mut()
        {
            *diagnostic = diagnostic.clone().with_related(span, format!("the {what} is opened here"));
        }
    }

    /// An error at `start..end` that needs no recovery: what is around it has been read well.
    pub(super) fn report(&mut self, start: u32, end: u32, message: impl Into<String>) {
        self.builder.mark_broken();
        if self.stopped() {
            return;
        }
        self.recovery.errors += 1;
        // A second error at the same spot, or before it, comes of the first one.
        let repeated = self.recovery.reported_to.is_some_and(|to| start < to || (start == to && start == end));
        if repeated || self.diagnostics.len() >= MAX_ERRORS {
            return;
        }
        self.recovery.reported_to = Some(end.max(start));
        let span = self.source_span(start, end);
        let mut diagnostic = syntax_error(span, message);
        if self.diagnostics.len() + 1 == MAX_ERRORS {
            diagnostic = diagnostic.with_help("This text has more syntax errors, which are not shown");
        }
        self.diagnostics.push(diagnostic);
        if self.stopped() {
            self.jump(self.bytes.len());
        }
    }

    /// An error that does not keep the text from being understood.
    pub(super) fn complain(&mut self, start: u32, end: u32, message: String, other: (u32, u32), label: &str) {
        self.builder.mark_broken();
        if self.diagnostics.len() < MAX_ERRORS {
            let other = self.source_span(other.0, other.1);
            let span = self.source_span(start, end);
            self.recovery.complaints += 1;
            self.diagnostics.push(syntax_error(span, message).with_related(other, label));
        }
    }

    /// Whether reading has stopped at an error.
    pub(super) fn stopped(&self) -> bool {
        !self.recovery.lenient && self.recovery.errors > 0
    }

    fn source_span(&self, start: u32, end: u32) -> Span {
        let (start, end) = self.source_range(start, end);
        Span::new(self.builder.so_far().source(), start, end)
    }

    /// The line of the source, from 1, that holds byte `at` of the text that is read.
    pub(super) fn line(&mut self, at: u32) -> u32 {
        let at = self.source_range(at, at).0;
        let text = self.builder.so_far().source_text();
        self.lines.get_or_insert_with(|| LineIndex::new(text)).line(at) + 1
    }

    fn invalid_character(&self) -> String {
        match self.token_text() {
            "'" => "text is written in double quotes (`\"`), not in single ones".into(),
            "\u{201c}" | "\u{201d}" => "text is written in straight double quotes (`\"`), not in curly ones".into(),
            "`" => "a backquote has no meaning here; text of several lines is written as a heredoc (`<<EOT`)".into(),
            ";" => "a semicolon has no meaning here; write each attribute on a line of its own".into(),
            "&" | "|" | "^" | "~" => "there are no bitwise operators; write `&&`, `||` or `!` for conditions".into(),
            "/*" => "this comment is not closed with `*/`".into(),
            "\r" => "a carriage return must be followed by a line feed".into(),
            other => format!("`{}` has no meaning here", other.escape_debug()),
        }
    }
}
