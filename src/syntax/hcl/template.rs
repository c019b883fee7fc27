//! Quoted strings, heredocs and the templates in them.
//!
//! A template is read into a flat run of parts first, because strip markers and the indentation of heredocs work on
//! neighbours, whatever directive they are in. Then the directives are nested.

use super::super::{MAX_DEPTH, Node, NodeId};
use super::literal::Literal;
use super::parser::{Expression, Parser};
use super::token::Kind;

/// How literal text is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    /// Between quotes, with backslash escapes.
    Quoted,
    /// In a heredoc, up to a line that is its marker.
    Heredoc,
    /// The whole text.
    Bare,
}

/// A piece of a template, at `start..end` of the text that is read.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Literal(Literal),
    Interpolation { value: Expression, start: usize, end: usize },
    If { condition: Expression, start: usize, end: usize },
    For { key: NodeId, value: NodeId, collection: Expression, start: usize, end: usize },
    Else { start: usize, end: usize },
    EndIf { start: usize, end: usize },
    EndFor { start: usize, end: usize },
}

impl Part {
    fn range(&self) -> (usize, usize) {
        match *self {
            Part::Literal(Literal { start, end, .. })
            | Part::Interpolation { start, end, .. }
            | Part::If { start, end, .. }
            | Part::For { start, end, .. }
            | Part::Else { start, end }
            | Part::EndIf { start, end }
            | Part::EndFor { start, end } => (start, end),
        }
    }
}

/// What a template is written in.
struct Frame<'a> {
    style: Style,
    /// The name that ends a heredoc.
    marker: &'a str,
    /// Where the string or heredoc begins.
    start: usize,
}

/// Where a template ended: behind its closing quote or marker.
struct Ending {
    end: usize,
}

impl<'a> Parser<'a> {
    /// The string that the current token, a quote, opens.
    pub(super) fn quoted(&mut self) -> Expression {
        let start = self.token.start as usize;
        let content = self.token.end as usize;
        let rest = self.bytes.get(content..).unwrap_or(&[]);
        let plain = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | b'$' | b'%' | b'\n' | b'\r'));
        let stop = content + plain.unwrap_or(rest.len());
        if self.byte(stop) == b'"' {
            let text = self.verbatim(content as u32, stop as u32);
            let value = self.leaf(Node::String(text), start as u32, stop as u32 + 1);
            self.jump(stop + 1);
            return value;
        }
        self.template(Frame { style: Style::Quoted, marker: "", start }, content, false)
    }

    /// The heredoc that the current token opens.
    pub(super) fn heredoc(&mut self) -> Expression {
        let start = self.token.start as usize;
        let flush = self.byte(start + 2) == b'-';
        let name = start + 2 + usize::from(flush);
        let marker = self.text.get(name..self.identifier_end(name)).unwrap_or("");
        self.template(Frame { style: Style::Heredoc, marker, start }, self.token.end as usize, flush)
    }

    /// The whole text as a template.
    pub(super) fn bare_template(&mut self) -> NodeId {
        self.template(Frame { style: Style::Bare, marker: "", start: 0 }, 0, false).id
    }

    fn template(&mut self, frame: Frame<'a>, content: usize, flush: bool) -> Expression {
        let start = frame.start as u32;
        if !self.enter() {
            return self.missing();
        }
        let base = self.parts.len();
        let ending = self.template_parts(&frame, content, base);
        let Some(ending) = ending else {
            self.parts.truncate(base);
            self.depth -= 1;
            let end = self.line_end(frame.start);
            return self.leaf(Node::Missing, start, end as u32);
        };
        if flush {
            self.flush(base);
        }
        let end = ending.end as u32;
        let value = match self.parts.get(base..).unwrap_or(&[]) {
            [] => {
                let text = self.verbatim(content as u32, content as u32);
                self.leaf(Node::String(text), start, end)
            }
            parts if parts.iter().all(|part| matches!(part, Part::Literal(_))) => {
                let literals = self.literals(base);
                let text = self.join(&literals, frame.style);
                self.leaf(Node::String(text), start, end)
            }
            _ => {
                let mut index = base;
                let (children, height, closer) = self.nest(&mut index, frame.style, None);
                if let Some(part) = closer {
                    self.unexpected_directive(part);
                }
                self.depth -= 1;
                let value = self.inner(Node::Template(children), height, start, end);
                self.depth += 1;
                value
            }
        };
        self.depth -= 1;
        self.parts.truncate(base);
        if !self.recovery.unwinding {
            self.jump(ending.end);
        }
        value
    }

    /// The literals from part `index` up to something else.
    fn literals(&self, index: usize) -> Vec<Literal> {
        let parts = self.parts.get(index..).unwrap_or(&[]).iter();
        parts.map_while(|part| if let Part::Literal(literal) = part { Some(*literal) } else { None }).collect()
    }

    // ---- reading

    /// Puts the parts on the stack. `None` if the end could not be found.
    fn template_parts(&mut self, frame: &Frame<'a>, content: usize, base: usize) -> Option<Ending> {
        let mut at = content;
        let mut trim = false;
        loop {
            if frame.style == Style::Heredoc && self.at_line_start(at, content, base) {
                let line_end = self.line_end(at);
                let line = self.text.get(at..line_end).unwrap_or("");
                if line.trim() == frame.marker && line_end < self.bytes.len() {
                    let end = at + line.trim_end().len();
                    return Some(Ending { end });
                }
                if line_end >= self.bytes.len() {
                    return self.unclosed(frame, line_end);
                }
            }
            let piece = at;
            let mut escaped = false;
            at = self.literal_end(at, frame.style, &mut escaped);
            if at > piece {
                let mut literal = Literal { start: piece, end: at, escaped };
                if std::mem::take(&mut trim) {
                    literal.start = self.trimmed_start(literal, frame.style);
                }
                self.parts.push(Part::Literal(literal));
                continue;
            }
            match self.byte(at) {
                b'"' if frame.style == Style::Quoted => return Some(Ending { end: at + 1 }),
                b'$' | b'%' if self.byte(at + 1) == b'{' => {
                    at = self.sequence(frame, at, &mut trim)?;
                }
                b'\r' if frame.style == Style::Heredoc => {
                    self.report(at as u32, at as u32 + 1, "a carriage return must be followed by a line feed");
                    at += 1;
                }
                _ if at >= self.bytes.len() && frame.style == Style::Bare => {
                    return Some(Ending { end: at });
                }
                _ => return self.unclosed(frame, at),
            }
            if self.stopped() {
                return None;
            }
        }
    }

    /// Whether a line of a heredoc begins at `at`, that may be its marker.
    fn at_line_start(&self, at: usize, content: usize, base: usize) -> bool {
        if at == content {
            return true;
        }
        let after_literal = self.parts.len() > base && matches!(self.parts.last(), Some(Part::Literal(_)));
        after_literal && self.byte(at - 1) == b'\n'
    }

    /// The end of the literal token at `at`, which is `at` where there is none. Strip markers work on one such token:
    /// a run up to the next `$` or `%`, and outside quotes up to the line end.
    fn literal_end(&mut self, at: usize, style: Style, escaped: &mut bool) -> usize {
        let mut end = at;
        loop {
            match self.byte(end) {
                0 if end >= self.bytes.len() => return end,
                mark @ (b'$' | b'%') => {
                    if end > at || self.byte(end + 1) == b'{' {
                        return end;
                    }
                    *escaped = self.byte(end + 1) == mark && self.byte(end + 2) == b'{';
                    return if *escaped { end + 3 } else { end + 1 };
                }
                b'"' if style == Style::Quoted => return end,
                b'\n' if style == Style::Quoted => return end,
                b'\r' if style == Style::Quoted => return end,
                b'\\' if style == Style::Quoted => {
                    *escaped = true;
                    let next = self.character(end + 1).filter(|next| !matches!(next, '\n' | '\r'));
                    let length = 1 + next.map_or(0, char::len_utf8);
                    match self.escape(end) {
                        Some((_, length)) => end += length,
                        None => {
                            let message = "this escape is not known; known are \\n, \\r, \\t, \\\", \\\\, \\uXXXX and \
                                           \\UXXXXXXXX, and a backslash is written \\\\";
                            self.report(end as u32, (end + length) as u32, message);
                            end += length;
                        }
                    }
                }
                b'\n' => return end + 1,
                b'\r' if style == Style::Heredoc => {
                    return if self.byte(end + 1) == b'\n' { end + 2 } else { end };
                }
                _ => end += 1,
            }
        }
    }

    fn unclosed(&mut self, frame: &Frame<'a>, at: usize) -> Option<Ending> {
        match frame.style {
            Style::Quoted => {
                let newline = matches!(self.byte(at), b'\n' | b'\r');
                let message = match newline {
                    true => "this string is not closed; a string ends on the line it begins on",
                    false => "this string is not closed",
                };
                self.error(frame.start as u32, at as u32, message);
                self.recovery.error_at = at;
            }
            Style::Heredoc => {
                let opening = self.line_end(frame.start);
                let message = format!("this heredoc is not closed: no line after it holds only `{}`", frame.marker);
                self.error(frame.start as u32, opening as u32, message);
                self.recovery.error_at = opening;
            }
            Style::Bare => self.error(at as u32, at as u32, "this template is not closed"),
        }
        None
    }

    /// The interpolation or directive at `at`. Says where it ends; `None` if that is not known.
    fn sequence(&mut self, frame: &Frame<'a>, at: usize, trim: &mut bool) -> Option<usize> {
        let strip = self.byte(at + 2) == b'~';
        // What stood before a strip marker loses its white space; but only literal text that touches it.
        if strip
            && !*trim
            && let Some(Part::Literal(literal)) = self.parts.last().copied()
            && self.touches(literal, at)
        {
            let end = self.trimmed_end(literal, frame.style);
            if let Some(slot) = self.parts.last_mut() {
                *slot = Part::Literal(Literal { end: end.max(literal.start), ..literal });
            }
        }
        *trim = false;
        let outer = std::mem::replace(&mut self.newlines, false);
        self.jump(at + 2 + usize::from(strip));
        let part = match self.byte(at) {
            b'$' => {
                let value = self.expression();
                Some(Part::Interpolation { value, start: at, end: at })
            }
            _ => self.directive(at),
        };
        if !self.recovery.unwinding && !matches!(self.token.kind, Kind::CloseBrace | Kind::TrimBrace) {
            let message = match (self.token.kind, self.byte(at)) {
                (Kind::Colon, b'$') => "expected `}`; if this is not meant for Terraform, write `$${` instead of `${`",
                (_, b'$') => "expected `}` to close the interpolation",
                _ => "expected `}` to close the directive",
            };
            self.error_here(message);
        }
        self.newlines = outer;
        let end = match self.recovery.unwinding {
            true => self.recover_sequence(frame.style, frame.start)?,
            false => {
                *trim = self.token.kind == Kind::TrimBrace;
                self.token.end as usize
            }
        };
        if let Some(mut part) = part {
            match &mut part {
                Part::Interpolation { end: to, .. }
                | Part::If { end: to, .. }
                | Part::For { end: to, .. }
                | Part::Else { end: to, .. }
                | Part::EndIf { end: to, .. }
                | Part::EndFor { end: to, .. } => *to = end,
                Part::Literal(_) => {}
            }
            self.parts.push(part);
        }
        Some(end)
    }

    /// Whether a literal ended right before `at`, with nothing trimmed between.
    fn touches(&self, literal: Literal, at: usize) -> bool {
        literal.end == at
    }

    fn directive(&mut self, start: usize) -> Option<Part> {
        let end = start;
        let word = if self.token.kind == Kind::Identifier { self.token_text() } else { "" };
        match word {
            "if" => {
                self.bump();
                let condition = self.expression();
                Some(Part::If { condition, start, end })
            }
            "for" => {
                self.bump();
                let (key, value, collection) = self.for_introduction()?;
                Some(Part::For { key, value, collection, start, end })
            }
            "else" | "endif" | "endfor" => {
                self.bump();
                Some(match word {
                    "else" => Part::Else { start, end },
                    "endif" => Part::EndIf { start, end },
                    _ => Part::EndFor { start, end },
                })
            }
            _ => {
                self.error_here("expected `if`, `else`, `endif`, `for` or `endfor`; literal text is written `%%{`");
                None
            }
        }
    }

    // ---- nesting

    /// Nests the parts from `*index` on, up to a part that ends or divides the directive around them, which is returned
    /// and stepped over. Gives the children and their height.
    fn nest(
        &mut self,
        index: &mut usize,
        style: Style,
        opening: Option<Part>,
    ) -> (super::super::Children, u32, Option<Part>) {
        let base = self.nodes.len();
        let mut height = 0;
        let mut closer = None;
        while let Some(part) = self.parts.get(*index).copied() {
            let (start, end) = part.range();
            match part {
                Part::Literal(first) => {
                    let literals = self.literals(*index);
                    *index += literals.len();
                    let text = self.join(&literals, style);
                    let last = literals.last().map_or(first.end, |literal| literal.end);
                    let node = self.push(Node::String(text), first.start as u32, last.max(first.start) as u32);
                    self.nodes.push(node);
                }
                Part::Interpolation { value, .. } => {
                    *index += 1;
                    height = height.max(value.height + 1);
                    let node = self.push(Node::Interpolation(value.id), start as u32, end as u32);
                    self.nodes.push(node);
                }
                Part::If { .. } | Part::For { .. } => {
                    *index += 1;
                    if self.depth >= MAX_DEPTH {
                        // Reported once; what is inside follows flat, and its ends are stepped over.
                        self.enter();
                        continue;
                    }
                    self.depth += 1;
                    let node = self.block_directive(part, index, style);
                    self.depth -= 1;
                    height = height.max(node.height + 1);
                    self.nodes.push(node.id);
                }
                Part::Else { .. } | Part::EndIf { .. } | Part::EndFor { .. } => {
                    *index += 1;
                    if opening.is_none() {
                        self.unexpected_directive(part);
                        continue;
                    }
                    closer = Some(part);
                    break;
                }
            }
        }
        (self.take_nodes(base), height, closer)
    }

    fn block_directive(&mut self, opening: Part, index: &mut usize, style: Style) -> Expression {
        let (start, inner_start) = opening.range();
        let base = self.nodes.len();
        let mut height = match opening {
            Part::If { condition, .. } => {
                self.nodes.push(condition.id);
                condition.height
            }
            Part::For { key, value, collection, .. } => {
                self.nodes.extend([key, value, collection.id]);
                collection.height
            }
            _ => 0,
        };
        let is_if = matches!(opening, Part::If { .. });
        let mut from = inner_start;
        let mut had_else = false;
        let end = loop {
            let (children, inner, closer) = self.nest(index, style, Some(opening));
            height = height.max(inner + 1);
            let stop =
                closer.map_or_else(|| self.parts.last().map_or(from, |part| part.range().1), |part| part.range().0);
            let node = self.push(Node::Template(children), from as u32, stop.max(from) as u32);
            self.nodes.push(node);
            match closer {
                Some(Part::Else { end, .. }) if is_if && !had_else => {
                    had_else = true;
                    from = end;
                }
                Some(Part::EndIf { end, .. }) if is_if => break end,
                Some(Part::EndFor { end, .. }) if !is_if => break end,
                Some(part) => {
                    self.unexpected_directive(part);
                    break part.range().1;
                }
                None => {
                    let message = match is_if {
                        true => "this `if` has no `%{ endif }` in its template",
                        false => "this `for` has no `%{ endfor }` in its template",
                    };
                    self.report(start as u32, inner_start as u32, message);
                    break stop.max(from);
                }
            }
        };
        let children = self.take_nodes(base);
        let node = if is_if { Node::TemplateIf(children) } else { Node::TemplateFor(children) };
        self.inner(node, height, start as u32, end as u32)
    }

    fn unexpected_directive(&mut self, part: Part) {
        let (start, end) = part.range();
        let message = match part {
            Part::Else { .. } => "this `else` belongs to no `if` of its template",
            Part::EndIf { .. } => "this `endif` belongs to no `if` of its template",
            _ => "this `endfor` belongs to no `for` of its template",
        };
        self.report(start as u32, end as u32, message);
    }
}
