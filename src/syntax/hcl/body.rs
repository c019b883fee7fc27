//! Bodies: attributes and blocks.

use super::super::{Node, NodeId};
use super::parser::Parser;
use super::token::Kind;

impl Parser<'_> {
    /// The whole text as a body.
    pub(super) fn file(&mut self) -> NodeId {
        // A byte order mark is no part of the text.
        let start = if self.text.starts_with('\u{feff}') { 3 } else { 0 };
        self.jump(start);
        let base = self.nodes.len();
        loop {
            self.statements(None);
            if self.token.kind == Kind::End {
                break;
            }
            // A closing brace without a block.
            self.error_here("this `}` closes nothing; there is one more `}` than `{` above");
            self.recovery.error_at = self.token.start as usize;
            self.recovery.unwinding = false;
            self.bump();
        }
        let children = self.take_nodes(base);
        self.push(Node::Body(children), 0, self.bytes.len() as u32)
    }

    /// Statements up to the end or a closing brace, put on the stack. `opened` is where the block around them begins.
    fn statements(&mut self, opened: Option<(u32, u32)>) {
        // Names of attributes, to find the second of a name. Bodies are short, so looking through them is quick.
        let mut names: Vec<(u32, u32)> = Vec::new();
        loop {
            let start = self.token.start as usize;
            match self.token.kind {
                Kind::Newline => self.bump(),
                Kind::End | Kind::CloseBrace => return,
                Kind::Identifier => {
                    if opened.is_some() && self.recovery.lenient && self.is_anchor(self.token.start as usize) {
                        return;
                    }
                    if let Some(node) = self.statement(&mut names) {
                        self.nodes.push(node);
                    }
                }
                Kind::Quote => {
                    self.error_here("expected the name of an attribute or block, without quotes");
                }
                _ => self.error_here("expected the name of an attribute or block"),
            }
            if self.recovery.unwinding {
                self.recover_statement(start);
            }
        }
    }

    fn statement(&mut self, names: &mut Vec<(u32, u32)>) -> Option<NodeId> {
        let (start, end) = (self.token.start, self.token.end);
        let kind = self.name(start, end);
        self.bump();
        match self.token.kind {
            Kind::Assign => {
                self.bump();
                let word = self.text.get(start as usize..end as usize);
                let first =
                    names.iter().find(|(from, to)| self.text.get(*from as usize..*to as usize) == word).copied();
                match first {
                    Some(first) => {
                        let message = format!("the attribute {} is set twice in this block", word.unwrap_or(""));
                        self.complain(start, end, message, first, "it is set here first");
                    }
                    None => names.push((start, end)),
                }
                let value = self.expression();
                if !self.recovery.unwinding {
                    self.statement_end("this attribute");
                }
                Some(self.push(Node::Attribute { name: kind, value: value.id }, start, value.end.max(end)))
            }
            Kind::Identifier | Kind::Quote | Kind::OpenBrace => Some(self.block(kind, start)),
            Kind::Colon => {
                self.error_here("an attribute is set with `=`, not with `:`");
                None
            }
            _ => {
                self.error_here("expected `=` to set an attribute, or `{` to open a block");
                if !self.opens_block(start as usize) {
                    return None;
                }
                let base = self.nodes.len();
                self.nodes.push(kind);
                Some(self.block_behind_labels(base, start))
            }
        }
    }

    fn statement_end(&mut self, what: &str) {
        match self.token.kind {
            Kind::Newline => self.bump(),
            Kind::End => {}
            // What follows is read well, so this needs no recovery.
            Kind::CloseBrace => {
                self.report(self.token.start, self.token.end, format!("expected a line end after {what}, before `}}`"));
            }
            Kind::Comma => self.error_here(format!("a line end ends {what}, a comma has no place here")),
            _ => self.error_here(format!("expected a line end after {what}")),
        }
    }

    fn block(&mut self, kind: NodeId, start: u32) -> NodeId {
        let base = self.nodes.len();
        self.nodes.push(kind);
        while !self.recovery.unwinding {
            match self.token.kind {
                Kind::Identifier => {
                    let label = self.name(self.token.start, self.token.end);
                    self.nodes.push(label);
                    self.bump();
                }
                Kind::Quote => {
                    let label = self.quoted();
                    if matches!(self.builder.node(label.id), Node::Template(_)) {
                        self.error(label.start, label.end, "a label is plain text, without templates");
                    }
                    self.nodes.push(label.id);
                }
                Kind::OpenBrace => break,
                _ => self.error_here("expected a label or `{` to open the block"),
            }
        }
        if self.recovery.unwinding && self.opens_block(start as usize) {
            self.mend_label();
        }
        self.block_behind_labels(base, start)
    }

    /// Makes a label of the last name of a block, if it is a string that is not closed.
    fn mend_label(&mut self) {
        let Some(label) = self.nodes.last().copied() else { return };
        if self.builder.node(label) != Node::Missing {
            return;
        }
        self.nodes.pop();
        let start = self.builder.span(label).start + 1;
        let text = self.text.get(start as usize..self.token.start as usize).unwrap_or("");
        let end = start + text.trim_end().len() as u32;
        if end > start {
            let label = self.name(start, end);
            self.nodes.push(label);
        }
    }

    /// The block whose type and labels are on the stack from `base` on, and whose brace is the current token. In text
    /// that is broken a line end can stand for the brace.
    fn block_behind_labels(&mut self, base: usize, start: u32) -> NodeId {
        let opened = (self.token.start, self.token.end);
        if self.recovery.unwinding || !self.enter() {
            let body = self.builder.list(&[]);
            let body = self.push(Node::Body(body), opened.0, opened.0);
            self.nodes.push(body);
            let children = self.take_nodes(base);
            return self.push(Node::Block(children), start, opened.0.max(start));
        }
        if self.token.kind == Kind::OpenBrace {
            self.bump();
        }
        let inner = self.nodes.len();
        let one_line = !matches!(self.token.kind, Kind::Newline | Kind::CloseBrace | Kind::End);
        if one_line {
            self.one_line_body();
        } else {
            self.statements(Some(opened));
        }
        self.depth -= 1;
        let end = match self.token.kind {
            Kind::CloseBrace => {
                let end = self.token.end;
                let children = self.take_nodes(inner);
                let body = self.push(Node::Body(children), opened.0, end);
                self.nodes.push(body);
                self.bump();
                if !self.recovery.unwinding {
                    self.statement_end("this block");
                }
                end
            }
            _ => {
                let end = self.end;
                self.error_unclosed("}", "block", opened);
                // What is known of the block is kept; the next statement follows where reading stopped.
                self.recovery.unwinding = false;
                let children = self.take_nodes(inner);
                let body = self.push(Node::Body(children), opened.0, end.max(opened.1));
                self.nodes.push(body);
                end.max(opened.1)
            }
        };
        let children = self.take_nodes(base);
        self.push(Node::Block(children), start, end)
    }

    /// `{ name = value }` on one line: one attribute, or nothing.
    fn one_line_body(&mut self) {
        let first = self.token.start as usize;
        if self.token.kind != Kind::Identifier {
            self.error_here("expected a line end or the name of an attribute after `{`");
        } else {
            let (start, end) = (self.token.start, self.token.end);
            let name = self.name(start, end);
            self.bump();
            match self.token.kind {
                Kind::Assign => {
                    self.bump();
                    let before = self.line_end(start as usize);
                    let value = self.expression();
                    let attribute = self.push(Node::Attribute { name, value: value.id }, start, value.end.max(end));
                    self.nodes.push(attribute);
                    if !self.recovery.unwinding && self.token.kind != Kind::CloseBrace {
                        self.error_here(
                            "a block on one line holds one attribute only; write `}` or put each on its own line",
                        );
                    } else if !self.recovery.unwinding && self.end as usize > before && self.is_heredoc(value.start) {
                        self.error(value.start, value.start + 2, "a heredoc cannot stand in a block on one line");
                    }
                }
                Kind::Identifier | Kind::Quote | Kind::OpenBrace => {
                    self.error_here("a block inside another block begins on a line of its own");
                }
                _ => self.error_here("expected `=` to set an attribute"),
            }
        }
        if self.recovery.unwinding && !self.recover_one_line(first) {
            self.recover_statement(first);
            self.statements(Some((0, 0)));
        }
    }

    fn is_heredoc(&self, at: u32) -> bool {
        self.byte(at as usize) == b'<' && self.byte(at as usize + 1) == b'<'
    }
}
