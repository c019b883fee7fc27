//! Expressions with operators, and the terms between them.

use super::super::{BinaryOperator, MAX_DEPTH, Node, UnaryOperator};
use super::literal::is_number;
use super::parser::{Expression, Parser};
use super::token::Kind;

/// How strongly an operator binds; a higher one binds more.
fn binding(kind: Kind) -> Option<(BinaryOperator, u8)> {
    Some(match kind {
        Kind::Or => (BinaryOperator::Or, 1),
        Kind::And => (BinaryOperator::And, 2),
        Kind::Equal => (BinaryOperator::Equal, 3),
        Kind::NotEqual => (BinaryOperator::NotEqual, 3),
        Kind::Less => (BinaryOperator::Less, 4),
        Kind::LessOrEqual => (BinaryOperator::LessOrEqual, 4),
        Kind::Greater => (BinaryOperator::Greater, 4),
        Kind::GreaterOrEqual => (BinaryOperator::GreaterOrEqual, 4),
        Kind::Plus => (BinaryOperator::Add, 5),
        Kind::Minus => (BinaryOperator::Subtract, 5),
        Kind::Star => (BinaryOperator::Multiply, 6),
        Kind::Slash => (BinaryOperator::Divide, 6),
        Kind::Percent => (BinaryOperator::Modulo, 6),
        _ => return None,
    })
}

fn strength(operator: BinaryOperator) -> u8 {
    match operator {
        BinaryOperator::Or => 1,
        BinaryOperator::And => 2,
        BinaryOperator::Equal | BinaryOperator::NotEqual => 3,
        BinaryOperator::Less | BinaryOperator::LessOrEqual => 4,
        BinaryOperator::Greater | BinaryOperator::GreaterOrEqual => 4,
        BinaryOperator::Add | BinaryOperator::Subtract => 5,
        BinaryOperator::Multiply | BinaryOperator::Divide | BinaryOperator::Modulo => 6,
    }
}

/// Operators for which `(a o b) o c` is `a o (b o c)`, so that a long row of them can be a flat tree.
fn is_associative(operator: BinaryOperator) -> bool {
    matches!(operator, BinaryOperator::Or | BinaryOperator::And | BinaryOperator::Add | BinaryOperator::Multiply)
}

impl Parser<'_> {
    /// Any expression.
    pub(super) fn expression(&mut self) -> Expression {
        if !self.enter() {
            return self.missing();
        }
        let value = self.conditional();
        self.depth -= 1;
        value
    }

    fn conditional(&mut self) -> Expression {
        let condition = self.binary();
        if self.token.kind != Kind::Question || self.recovery.unwinding {
            return condition;
        }
        self.bump();
        let yes = self.expression();
        if self.recovery.unwinding {
            return condition;
        }
        if self.token.kind != Kind::Colon {
            self.error_here("expected `:` and the value for when the condition is false");
            return condition;
        }
        self.bump();
        let no = self.expression();
        let height = condition.height.max(yes.height).max(no.height);
        let children = self.builder.list(&[condition.id, yes.id, no.id]);
        self.inner(Node::Conditional(children), height, condition.start, no.end.max(yes.end))
    }

    fn binary(&mut self) -> Expression {
        let first = self.term();
        if binding(self.token.kind).is_none() || self.recovery.unwinding {
            return first;
        }
        let (operands, operators) = (self.operands.len(), self.operators.len());
        self.operands.push(first);
        while !self.recovery.unwinding
            && let Some((operator, _)) = binding(self.token.kind)
        {
            self.bump();
            let operand = self.term();
            self.operators.push(operator);
            self.operands.push(operand);
        }
        let value = self.tree(operands, operators, self.operands.len() - operands, 0);
        self.operands.truncate(operands);
        self.operators.truncate(operators);
        value
    }

    /// The tree of `count` operands from `operands` on and the operators between them.
    fn tree(&mut self, operands: usize, operators: usize, count: usize, nesting: u32) -> Expression {
        let first = self.operands[operands];
        if count == 1 {
            return first;
        }
        if nesting > MAX_DEPTH {
            let last = self.operands[operands + count - 1];
            return self.inner(Node::Missing, MAX_DEPTH, first.start, last.end);
        }
        let between = &self.operators[operators..operators + count - 1];
        let weakest = between.iter().copied().map(strength).min().unwrap_or(0);
        let at: Vec<usize> = (0..between.len()).filter(|index| strength(between[*index]) == weakest).collect();
        let same = at.iter().all(|index| between[*index] == between[at[0]]);
        // Operators of one strength are taken from the left; where that makes no difference, in halves.
        let split = match same && is_associative(between[at[0]]) {
            true => at[at.len() / 2],
            false => at[at.len() - 1],
        };
        let operator = between[split];
        let left = self.tree(operands, operators, split + 1, nesting + 1);
        let right = self.tree(operands + split + 1, operators + split + 1, count - split - 1, nesting + 1);
        let node = Node::Binary { operator, left: left.id, right: right.id };
        self.inner(node, left.height.max(right.height), left.start, right.end)
    }

    /// A term with the prefixes before it and the steps behind it.
    fn term(&mut self) -> Expression {
        let base = self.prefixes.len();
        loop {
            let operator = match self.token.kind {
                Kind::Minus => UnaryOperator::Negate,
                Kind::Not => UnaryOperator::Not,
                _ => break,
            };
            self.prefixes.push((operator, self.token.start));
            self.bump();
        }
        let mut value = self.primary();
        if !self.recovery.unwinding {
            value = self.steps(value);
        }
        while self.prefixes.len() > base
            && let Some((operator, start)) = self.prefixes.pop()
        {
            value = self.inner(Node::Unary { operator, operand: value.id }, value.height, start, value.end);
            if self.recovery.unwinding {
                self.prefixes.truncate(base);
            }
        }
        value
    }

    fn primary(&mut self) -> Expression {
        let (start, end) = (self.token.start, self.token.end);
        match self.token.kind {
            Kind::Quote => self.quoted(),
            Kind::Heredoc => self.heredoc(),
            Kind::Number => {
                if !is_number(self.token_text()) {
                    self.report(start, end, "this is not a number");
                }
                let text = self.verbatim(start, end);
                let value = self.leaf(Node::Number(text), start, end);
                self.bump();
                value
            }
            Kind::Identifier => self.word(),
            Kind::OpenBracket => self.bracketed(),
            Kind::OpenBrace => self.braced(),
            Kind::OpenParenthesis => {
                let outer = std::mem::replace(&mut self.newlines, false);
                self.bump();
                let inner = self.expression();
                self.newlines = outer;
                if self.recovery.unwinding {
                    return inner;
                }
                if self.token.kind != Kind::CloseParenthesis {
                    self.error_unclosed(")", "parenthesis", (start, end));
                    return inner;
                }
                let close = self.token.end;
                self.bump();
                self.inner(Node::Parentheses(inner.id), inner.height, start, close)
            }
            Kind::Newline | Kind::End => {
                self.error(start, start, "expected a value before the line end");
                self.missing()
            }
            Kind::Assign => {
                self.error_here("expected a value; equality is written `==`");
                self.missing()
            }
            _ => {
                self.error_here("expected a value");
                self.missing()
            }
        }
    }

    fn word(&mut self) -> Expression {
        let (start, end) = (self.token.start, self.token.end);
        let word = self.token_text();
        let constant = match word {
            "true" => Some(Node::Bool(true)),
            "false" => Some(Node::Bool(false)),
            "null" => Some(Node::Null),
            _ => None,
        };
        self.bump();
        if matches!(self.token.kind, Kind::OpenParenthesis | Kind::DoubleColon) {
            return self.call(start, end);
        }
        match constant {
            Some(node) => self.leaf(node, start, end),
            None => {
                let text = self.verbatim(start, end);
                self.leaf(Node::Variable(text), start, end)
            }
        }
    }
}
