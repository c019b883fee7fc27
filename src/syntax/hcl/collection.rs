//! Tuples, objects and `for` expressions.

use super::super::{Node, NodeId};
use super::parser::{Expression, Parser};
use super::token::Kind;

impl Parser<'_> {
    /// `[…]`
    pub(super) fn bracketed(&mut self) -> Expression {
        let opened = (self.token.start, self.token.end);
        let outer = std::mem::replace(&mut self.newlines, false);
        self.bump();
        if self.is_word("for") {
            let value = self.for_expression(opened, Kind::CloseBracket);
            self.newlines = outer;
            return self.closed(value, opened, Kind::CloseBracket, "]");
        }
        let base = self.nodes.len();
        let mut height = 0;
        while self.token.kind != Kind::CloseBracket && !self.recovery.unwinding {
            let item = self.expression();
            height = height.max(item.height);
            self.nodes.push(item.id);
            if self.recovery.unwinding {
                break;
            }
            match self.token.kind {
                Kind::Comma => self.bump(),
                Kind::CloseBracket => {}
                Kind::End => self.error_unclosed("]", "list", opened),
                _ => self.error_here("expected `,` or `]` after an element"),
            }
        }
        self.newlines = outer;
        let end = self.token.end;
        let children = self.take_nodes(base);
        if !self.recovery.unwinding {
            self.bump();
        }
        self.inner(Node::Sequence(children), height, opened.0, end)
    }

    /// `{…}`
    pub(super) fn braced(&mut self) -> Expression {
        let opened = (self.token.start, self.token.end);
        let outer = std::mem::replace(&mut self.newlines, false);
        self.bump();
        if self.is_word("for") {
            let value = self.for_expression(opened, Kind::CloseBrace);
            self.newlines = outer;
            return self.closed(value, opened, Kind::CloseBrace, "}");
        }
        // In an object a line end stands for a comma.
        self.newlines = true;
        self.jump(opened.1 as usize);
        let base = self.nodes.len();
        let mut height = 0;
        loop {
            while self.token.kind == Kind::Newline {
                self.bump();
            }
            if self.token.kind == Kind::CloseBrace || self.recovery.unwinding {
                break;
            }
            if self.recovery.lenient && self.is_anchor(self.token.start as usize) {
                self.error_unclosed("}", "object", opened);
                break;
            }
            let item = self.object_item(opened);
            height = height.max(item.height);
            self.nodes.push(item.id);
            if self.recovery.unwinding {
                break;
            }
            match self.token.kind {
                Kind::Comma | Kind::Newline => self.bump(),
                Kind::CloseBrace => {}
                Kind::End => self.error_unclosed("}", "object", opened),
                _ => self.error_here("expected a line end, `,` or `}` after an item of the object"),
            }
        }
        self.newlines = outer;
        let end = self.token.end;
        let children = self.take_nodes(base);
        if !self.recovery.unwinding {
            self.bump();
        }
        self.inner(Node::Mapping(children), height, opened.0, end)
    }

    fn object_item(&mut self, opened: (u32, u32)) -> Expression {
        let start = self.token.start;
        if self.token.kind == Kind::End {
            self.error_unclosed("}", "object", opened);
            return self.missing();
        }
        let key = self.expression();
        if self.recovery.unwinding {
            return key;
        }
        // A bare word is a key of that name, be it `null`.
        if matches!(self.builder.node(key.id), Node::Variable(_) | Node::Null | Node::Bool(_)) {
            let text = self.verbatim(key.start, key.end);
            self.builder.replace(key.id, Node::String(text));
        }
        match self.token.kind {
            Kind::Assign | Kind::Colon => self.bump(),
            Kind::Newline | Kind::Comma | Kind::CloseBrace => {
                self.error_here("expected `=` and a value for this key");
                return key;
            }
            _ => {
                self.error_here("expected `=` after the key");
                return key;
            }
        }
        let value = self.expression();
        let height = key.height.max(value.height);
        self.inner(Node::Entry { key: key.id, value: value.id }, height, start, value.end.max(key.end))
    }

    /// `for k, v in collection :`, up to before the colon.
    pub(super) fn for_introduction(&mut self) -> Option<(NodeId, NodeId, Expression)> {
        let first = self.for_name()?;
        let (key, value) = if self.token.kind == Kind::Comma {
            self.bump();
            (Some(first), self.for_name()?)
        } else {
            (None, first)
        };
        if !self.is_word("in") {
            self.error_here("expected `in` and the collection to go through");
            return None;
        }
        self.bump();
        let collection = self.expression();
        let key = key.unwrap_or_else(|| {
            let at = collection.start;
            self.push(Node::Missing, at, at)
        });
        (!self.recovery.unwinding).then_some((key, value, collection))
    }

    fn for_name(&mut self) -> Option<NodeId> {
        if self.token.kind != Kind::Identifier {
            self.error_here("expected a name for the current element");
            return None;
        }
        let name = self.name(self.token.start, self.token.end);
        self.bump();
        Some(name)
    }

    fn for_expression(&mut self, opened: (u32, u32), closing: Kind) -> Expression {
        self.bump();
        let base = self.nodes.len();
        let Some((key, value, collection)) = self.for_introduction() else { return self.missing() };
        if self.token.kind != Kind::Colon {
            self.error_here("expected `:` after the collection");
            return self.missing();
        }
        self.bump();
        self.nodes.extend([key, value, collection.id]);
        let first = self.expression();
        self.nodes.push(first.id);
        let mut height = collection.height.max(first.height);
        let is_object = closing == Kind::CloseBrace;
        let mut group = false;
        if is_object && !self.recovery.unwinding {
            if self.token.kind != Kind::Arrow {
                self.error_here("expected `=>` between the key and the value");
            } else {
                self.bump();
                let second = self.expression();
                height = height.max(second.height);
                self.nodes.push(second.id);
                if self.token.kind == Kind::Ellipsis {
                    group = true;
                    self.bump();
                }
            }
        }
        let condition = if self.is_word("if") && !self.recovery.unwinding {
            self.bump();
            let condition = self.expression();
            height = height.max(condition.height);
            condition.id
        } else {
            self.missing().id
        };
        self.nodes.push(condition);
        let parts = self.take_nodes(base);
        let end = self.token.end;
        if self.recovery.unwinding {
            return self.missing();
        }
        let node = if is_object { Node::ForObject { parts, group } } else { Node::ForTuple(parts) };
        self.inner(node, height, opened.0, end)
    }

    fn closed(&mut self, value: Expression, opened: (u32, u32), closing: Kind, written: &str) -> Expression {
        if self.recovery.unwinding {
            return value;
        }
        if self.token.kind != closing {
            self.error_unclosed(written, "for expression", opened);
            return value;
        }
        self.bump();
        value
    }
}
