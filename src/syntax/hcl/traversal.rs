//! What stands behind a term: attributes, indexes and splats; and calls of functions.

use super::super::{Node, NodeId};
use super::literal::is_number;
use super::parser::{Expression, Parser};
use super::token::Kind;

impl Parser<'_> {
    /// The steps behind a term.
    pub(super) fn steps(&mut self, mut value: Expression) -> Expression {
        while !self.recovery.unwinding {
            match self.token.kind {
                Kind::Dot => value = self.dot(value),
                Kind::OpenBracket => value = self.index(value),
                _ => break,
            }
        }
        value
    }

    fn dot(&mut self, value: Expression) -> Expression {
        self.bump();
        match self.token.kind {
            Kind::Identifier => {
                let name = self.name(self.token.start, self.token.end);
                self.attribute(value, name)
            }
            Kind::Number => self.legacy_index(value),
            Kind::Star => {
                let star = self.token.end;
                self.bump();
                // `.*` covers the attributes that follow; an index is taken of the result.
                let mut each = self.leaf(Node::SplatItem, star, star);
                while self.token.kind == Kind::Dot && !self.recovery.unwinding {
                    self.bump();
                    match self.token.kind {
                        Kind::Identifier => {
                            let name = self.name(self.token.start, self.token.end);
                            each = self.attribute(each, name);
                        }
                        Kind::Number => each = self.legacy_index(each),
                        _ => self.error_here("expected the name of an attribute after the dot"),
                    }
                }
                self.splat(value, each, star)
            }
            _ => {
                self.error_here("expected the name of an attribute after the dot");
                value
            }
        }
    }

    fn attribute(&mut self, value: Expression, name: NodeId) -> Expression {
        let end = self.token.end;
        self.bump();
        self.inner(Node::GetAttribute { object: value.id, name }, value.height, value.start, end)
    }

    /// `.0`; the scanner takes `.0.1` for one number, which Terraform refuses.
    fn legacy_index(&mut self, value: Expression) -> Expression {
        let (start, end, text) = (self.token.start, self.token.end, self.token_text());
        if text.contains('.') {
            self.report(start, end, "two indexes in a row are written in brackets: `[0][1]`");
        } else if !is_number(text) {
            self.report(start, end, "this is not a number");
        }
        let number = self.verbatim(start, end);
        let name = self.push(Node::Number(number), start, end);
        self.attribute(value, name)
    }

    fn index(&mut self, value: Expression) -> Expression {
        let opened = (self.token.start, self.token.end);
        let outer = std::mem::replace(&mut self.newlines, false);
        self.bump();
        if self.token.kind == Kind::Star {
            self.bump();
            if self.token.kind != Kind::CloseBracket {
                self.newlines = outer;
                self.error_unclosed("]", "bracket", opened);
                return value;
            }
            let star = self.token.end;
            self.newlines = outer;
            self.bump();
            let item = self.leaf(Node::SplatItem, star, star);
            // `[*]` covers everything that follows.
            let each = if self.enter() {
                let each = self.steps(item);
                self.depth -= 1;
                each
            } else {
                item
            };
            return self.splat(value, each, star);
        }
        let key = self.expression();
        self.newlines = outer;
        if self.recovery.unwinding {
            return value;
        }
        if self.token.kind != Kind::CloseBracket {
            self.error_unclosed("]", "bracket", opened);
            return value;
        }
        let end = self.token.end;
        self.bump();
        let node = Node::Index { object: value.id, key: key.id };
        self.inner(node, value.height.max(key.height), value.start, end)
    }

    fn splat(&mut self, value: Expression, each: Expression, star: u32) -> Expression {
        let node = Node::Splat { object: value.id, each: each.id };
        self.inner(node, value.height.max(each.height), value.start, each.end.max(star))
    }

    /// The call of the function whose name begins at `start`; its first part ends at `end`.
    pub(super) fn call(&mut self, start: u32, mut end: u32) -> Expression {
        while self.token.kind == Kind::DoubleColon {
            self.bump();
            if self.token.kind != Kind::Identifier {
                self.error_here("expected the rest of the function's name after `::`");
                return self.missing();
            }
            end = self.token.end;
            self.bump();
        }
        if self.token.kind != Kind::OpenParenthesis {
            self.error_here("expected `(` and the function's arguments");
            return self.missing();
        }
        let opened = (self.token.start, self.token.end);
        let outer = std::mem::replace(&mut self.newlines, false);
        let base = self.nodes.len();
        let name = self.name(start, end);
        self.nodes.push(name);
        let mut expand = false;
        let mut height = 0;
        self.bump();
        while self.token.kind != Kind::CloseParenthesis && !self.recovery.unwinding {
            let argument = self.expression();
            height = height.max(argument.height);
            self.nodes.push(argument.id);
            if self.recovery.unwinding {
                break;
            }
            match self.token.kind {
                Kind::Comma => self.bump(),
                Kind::Ellipsis => {
                    expand = true;
                    self.bump();
                    if self.token.kind != Kind::CloseParenthesis {
                        self.error_here("nothing may follow the argument that is expanded with `...`");
                    }
                }
                Kind::CloseParenthesis => {}
                Kind::End => self.error_unclosed(")", "call", opened),
                _ => self.error_here("expected `,` or `)` after an argument"),
            }
        }
        self.newlines = outer;
        let close = self.token.end;
        let parts = self.take_nodes(base);
        if !self.recovery.unwinding {
            self.bump();
        }
        self.inner(Node::Call { parts, expand }, height, start, close)
    }
}
