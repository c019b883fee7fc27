//! Named conditions, condition functions and rules, as formulas over what decides them.

use std::sync::Arc;

use super::{Evaluator, Scope};
use crate::graph::Condition;
use crate::suggest::nearest;
use crate::syntax::{Node, NodeId};
use crate::text::Span;
use crate::value::guard::AtomKind;
use crate::value::{Formula, Shape, Value};

/// A named condition.
pub(super) struct Named<'a> {
    /// Where its name is written.
    span: Span,
    /// Its definition.
    node: NodeId,
    /// Where that is written.
    scope: Scope<'a>,
    state: State,
}

#[derive(Clone)]
enum State {
    New,
    Active,
    Done(Formula),
}

impl<'a> Named<'a> {
    /// A condition that is not evaluated yet.
    pub(super) fn new(span: Span, node: NodeId, scope: Scope<'a>) -> Self {
        Named { span, node, scope, state: State::New }
    }

    /// Its definition and where that is written.
    pub(super) fn definition(&self) -> (NodeId, Scope<'a>) {
        (self.node, self.scope.clone())
    }
}

/// Largest formula that is kept, in parts; a larger one becomes an opaque atom. Formulas share their parts, so that a
/// short template could otherwise make one that takes for ever to walk.
const MAX_FORMULA: usize = 1_000;

impl Evaluator<'_> {
    /// Evaluates all named conditions, so that a finding in one does not depend on whether something uses it.
    pub(super) fn decide_conditions(&mut self) {
        for name in self.condition_order.clone() {
            let span = self.conditions.get(&name).map(|named| named.span);
            if let Some(span) = span {
                let holds = self.condition(&name, span);
                if self.stack.arguments.is_none() && !self.stack.foreign {
                    self.out.conditions.push(Condition { name, holds, span });
                }
            }
        }
    }

    /// The formula of the condition `name`, which is written at `at`.
    pub(super) fn condition(&mut self, name: &str, at: Span) -> Formula {
        let Some(named) = self.conditions.get_mut(name) else { return self.missing_condition(name, at) };
        match &named.state {
            State::Done(formula) => formula.clone(),
            State::Active => {
                let declared = named.span;
                // One finding a circle, however often the condition comes back to itself.
                if !self.circular.insert(declared) {
                    return self.opaque_condition(name);
                }
                let message =
                    format!("the condition `{name}` depends on itself; break the circle at one of its conditions");
                if let Some(diagnostic) = self.report("circular-reference", at, message)
                    && declared != at
                {
                    diagnostic.related.push(crate::diagnostic::Label {
                        span: declared,
                        message: "the condition is declared here".into(),
                    });
                }
                self.opaque_condition(name)
            }
            State::New => {
                named.state = State::Active;
                let (node, scope) = named.definition();
                let formula =
                    self.within(&scope, |evaluator| evaluator.with_symbolic(true, |evaluator| evaluator.formula(node)));
                if let Some(named) = self.conditions.get_mut(name) {
                    named.state = State::Done(formula.clone());
                }
                formula
            }
        }
    }

    fn missing_condition(&mut self, name: &str, at: Span) -> Formula {
        if self.why_open().is_none() {
            let advice = match nearest(name, self.conditions.keys().map(|name| &**name)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "declare it under `Conditions`, or correct the name".to_owned(),
            };
            self.report("unresolved-reference", at, format!("`{name}` is not a condition of this template; {advice}"));
        }
        self.opaque_condition(name)
    }

    fn opaque_condition(&mut self, name: &str) -> Formula {
        let text = format!("Condition({name}){}", self.stack.owner);
        Formula::Atom(self.out.atoms.atom(AtomKind::Opaque { text: text.into() }, &[]))
    }

    /// The condition that a string node names; anything else is opaque.
    pub(super) fn condition_named_by(&mut self, node: NodeId) -> Formula {
        match self.document.node(node) {
            Node::String(text) => {
                let at = self.document.text_span(text, 0..self.document.text(text).len());
                let name = self.in_scope(self.document.text(text)).into_owned();
                self.condition(&name, at)
            }
            _ => self.opaque(node),
        }
    }

    /// The formula of a condition function, a reference to a condition, or a literal truth value.
    pub(super) fn formula(&mut self, node: NodeId) -> Formula {
        if !self.enter(node) {
            return self.opaque(node);
        }
        let formula = self.formula_inside(node);
        self.leave();
        if fits(&formula, &mut MAX_FORMULA.clone()) { formula } else { self.opaque(node) }
    }

    fn formula_inside(&mut self, node: NodeId) -> Formula {
        let document = self.document;
        let (function, argument) = match (self.call(node), document.entries(node).next()) {
            (Some(call), _) => call,
            (None, Some((key, value))) if document.string(key) == Some("Condition") => ("Condition", value),
            _ => return self.literal_formula(node),
        };
        let arguments = document.elements(argument);
        match (function, arguments) {
            ("Condition", _) => self.condition_named_by(argument),
            ("And", [_, ..]) => Formula::and(arguments.iter().map(|node| self.formula(*node)).collect::<Vec<_>>()),
            ("Or", [_, ..]) => Formula::or(arguments.iter().map(|node| self.formula(*node)).collect::<Vec<_>>()),
            ("Not", [inner]) => !self.formula(*inner),
            // A list around the one operand is required, but what is meant without it is plain.
            ("Not", []) => !self.formula(argument),
            ("Equals", [left, right]) => {
                if let Some(name) = self.emptiness(*left, *right).or_else(|| self.emptiness(*right, *left)) {
                    return self.parameter_is(&name, "");
                }
                let left = self.value(*left);
                let right = self.value(*right);
                self.equal(&left, &right).unwrap_or_else(|| self.opaque(node))
            }
            ("Contains", [list, value]) => {
                let list = self.value(*list);
                let value = self.value(*value);
                self.contains(&list, &value).unwrap_or_else(|| self.opaque(node))
            }
            ("EachMemberEquals", [list, value]) => {
                let list = self.value(*list);
                let value = self.value(*value);
                self.each_member(&list, |evaluator, item| evaluator.equal(item, &value))
                    .unwrap_or_else(|| self.opaque(node))
            }
            ("EachMemberIn", [list, among]) => {
                let list = self.value(*list);
                let among = self.value(*among);
                self.each_member(&list, |evaluator, item| evaluator.contains(&among, item))
                    .unwrap_or_else(|| self.opaque(node))
            }
            _ => self.opaque(node),
        }
    }

    /// The list parameter whose joined elements are compared with the empty text: the way to ask whether it is set.
    fn emptiness(&self, joined: NodeId, empty: NodeId) -> Option<Arc<str>> {
        let document = self.document;
        let (function, argument) = self.call(joined)?;
        let [_, list] = *document.elements(argument) else { return None };
        let ("Ref", name) = self.call(list)? else { return None };
        let (name, parameter) = self.parameters.get_key_value(document.string(name)?)?;
        let asked = function == "Join" && self.scalar(empty)?.is_empty();
        let has_value = self.given.contains_key(&**name) || self.stack.arguments.is_some();
        (asked && parameter.list && !parameter.looked_up && !has_value).then(|| self.subject(name))
    }

    fn literal_formula(&mut self, node: NodeId) -> Formula {
        match self.scalar(node).as_deref() {
            Some("true") => Formula::True,
            Some("false") => Formula::False,
            _ => self.opaque(node),
        }
    }

    fn contains(&mut self, list: &Value, value: &Value) -> Option<Formula> {
        let Shape::Sequence(_, items) = &list.shape else { return None };
        let parts: Option<Vec<Formula>> = items.iter().map(|item| self.equal(item, value)).collect();
        Some(Formula::or(parts?))
    }

    fn each_member(
        &mut self,
        list: &Value,
        mut holds: impl FnMut(&mut Self, &Value) -> Option<Formula>,
    ) -> Option<Formula> {
        let Shape::Sequence(_, items) = &list.shape else { return None };
        let parts: Option<Vec<Formula>> = items.iter().map(|item| holds(self, item)).collect();
        Some(Formula::and(parts?))
    }

    /// A condition that is told apart by its text alone.
    fn opaque(&mut self, node: NodeId) -> Formula {
        let (text, mentions) = self.canonical(node);
        Formula::Atom(self.out.atoms.atom(AtomKind::Opaque { text: text.into() }, &mentions))
    }

    /// States what `Rules` demand of every deployment: an unconditional rule's assertions, and those of any other when
    /// its condition holds.
    pub(super) fn assert_rules(&mut self) {
        let document = self.document;
        let Some(section) = document.get(document.root(), "Rules") else { return };
        for (_, rule) in document.entries(section).collect::<Vec<_>>() {
            let Some(assertions) = document.get(rule, "Assertions") else { continue };
            let asserted: Vec<NodeId> = document
                .elements(assertions)
                .iter()
                .filter_map(|assertion| document.get(*assertion, "Assert"))
                .collect();
            let formula = self.with_symbolic(true, |evaluator| {
                let when = match document.get(rule, "RuleCondition") {
                    Some(node) => evaluator.formula(node),
                    None => Formula::True,
                };
                let all = Formula::and(asserted.iter().map(|node| evaluator.formula(*node)).collect::<Vec<_>>());
                Formula::or([!when, all])
            });
            // A rule that given parameters break is no constraint: it would make everything impossible.
            if !matches!(formula, Formula::True | Formula::False) {
                self.out.atoms.assert(Formula::or([!self.stack.exists.clone(), formula]));
            }
        }
    }
}

/// Whether the formula has at most `left` parts.
fn fits(formula: &Formula, left: &mut usize) -> bool {
    if *left == 0 {
        return false;
    }
    *left -= 1;
    match formula {
        Formula::True | Formula::False | Formula::Atom(_) => true,
        Formula::Not(inner) => fits(inner, left),
        Formula::And(parts) | Formula::Or(parts) => parts.iter().all(|part| fits(part, left)),
    }
}
