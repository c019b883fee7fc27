//! Conditions that are not decided become formulas over atoms, the same for every way to write them.
//!
//! `var.create`, a local that is `var.create`, and a module's variable that is handed `var.create` are one atom, so that
//! an instance and the role it needs are known to exist together.

use std::sync::Arc;

use super::convert;
use super::evaluator::Evaluator;
use super::scope::{InstanceId, Repetition, Scope};
use crate::syntax::{BinaryOperator, Node, NodeId, UnaryOperator};
use crate::value::choice;
use crate::value::guard::AtomKind;
use crate::value::{Entry, Formula, HopKind, Reason, Shape, Value};

/// What a condition comes to.
pub(super) struct Decision {
    /// When it holds.
    pub formula: Formula,
    /// What it is if every root variable has its default; `None` if that is not known or no default is involved.
    pub by_default: Option<bool>,
    /// Why it cannot be evaluated.
    pub error: Option<Arc<str>>,
}

/// What an expression gives, of which there may be none.
#[derive(Clone, Copy)]
pub(super) enum Given {
    /// A number of instances.
    Number,
    /// A collection.
    Collection,
}

/// Longest canonical text of a condition in bytes. A longer one is told apart by its place instead.
const MAX_CANONICAL: usize = 2_000;

/// Deepest definition that a canonical text follows.
const MAX_FOLLOWED: usize = 40;

/// The canonical text of an expression, and the variables in it.
#[derive(Default)]
struct Canonical {
    text: String,
    mentions: Vec<Arc<str>>,
    depth: usize,
}

impl Evaluator<'_> {
    /// When the condition holds. Root variables decide nothing by their defaults.
    pub(super) fn decide(&mut self, condition: NodeId, scope: &Scope<'_>) -> Decision {
        let value = self.expression(condition, scope);
        let value = choice::lift(&[value], |values| convert::to_bool(&values[0]));
        let by_default = match value.shape {
            Shape::Bool(value_by_default) if value.marks.assumed => Some(value_by_default),
            _ => None,
        };
        let error = match &value.shape {
            Shape::Error(failure) => Some(failure.message.clone()),
            Shape::Null => Some("the condition is null".into()),
            _ => None,
        };
        let formula = self.formula_of(&value, condition, scope, 0);
        Decision { formula, by_default, error }
    }

    /// The formula of a boolean value that the expression evaluated to.
    fn formula_of(&mut self, value: &Value, node: NodeId, scope: &Scope<'_>, depth: usize) -> Formula {
        match &value.shape {
            Shape::Bool(known) if !value.marks.assumed => return if *known { Formula::True } else { Formula::False },
            Shape::Choice(alternatives) => {
                let decided = |value: &Value| matches!(value.shape, Shape::Bool(_)) && !value.marks.assumed;
                if alternatives.iter().all(|alternative| decided(&alternative.value)) && !value.marks.assumed {
                    let holds = alternatives.iter().filter(|alternative| alternative.value.as_bool() == Some(true));
                    return Formula::or(holds.map(|alternative| alternative.guard.clone()));
                }
            }
            _ => {}
        }
        let formula = self.structure(node, scope, depth);
        if let Shape::Bool(by_default) = value.shape {
            self.out.atoms.note_default(&formula, by_default);
        }
        formula
    }

    fn nested(&mut self, node: NodeId, scope: &Scope<'_>, depth: usize) -> Formula {
        let value = self.expression(node, scope);
        let value = choice::lift(&[value], |values| convert::to_bool(&values[0]));
        self.formula_of(&value, node, scope, depth + 1)
    }

    /// The formula by the structure of the expression, which is not decided.
    fn structure(&mut self, node: NodeId, scope: &Scope<'_>, depth: usize) -> Formula {
        if depth > MAX_FOLLOWED {
            return self.opaque(node, scope);
        }
        let document = scope.document;
        match document.node(node) {
            Node::Parentheses(inner) => self.structure(inner, scope, depth + 1),
            Node::Template(parts) if parts.len() == 1 => match document.node(document.children(parts)[0]) {
                Node::Interpolation(inner) => self.structure(inner, scope, depth + 1),
                _ => self.opaque(node, scope),
            },
            Node::Unary { operator: UnaryOperator::Not, operand } => !self.nested(operand, scope, depth),
            Node::Binary { operator: BinaryOperator::And, left, right } => {
                Formula::and([self.nested(left, scope, depth), self.nested(right, scope, depth)])
            }
            Node::Binary { operator: BinaryOperator::Or, left, right } => {
                Formula::or([self.nested(left, scope, depth), self.nested(right, scope, depth)])
            }
            Node::Binary { operator: operator @ (BinaryOperator::Equal | BinaryOperator::NotEqual), left, right } => {
                let formula = self.comparison(left, right, scope).unwrap_or_else(|| {
                    // `a != b` is the opposite of `a == b`, also as an atom.
                    self.opaque_comparison(left, right, scope)
                });
                if operator == BinaryOperator::Equal { formula } else { !formula }
            }
            Node::Conditional(parts) => match document.children(parts) {
                [condition, yes, no] => {
                    let condition = self.decide(*condition, scope).formula;
                    let (yes, no) = (self.nested(*yes, scope, depth), self.nested(*no, scope, depth));
                    Formula::or([Formula::and([condition.clone(), yes]), Formula::and([!condition, no])])
                }
                _ => self.opaque(node, scope),
            },
            Node::Call { parts, .. } => match document.children(parts) {
                [name, argument] if matches!(scope.name(*name), "tobool" | "nonsensitive" | "sensitive") => {
                    self.structure(*argument, scope, depth + 1)
                }
                _ => self.opaque(node, scope),
            },
            Node::GetAttribute { .. } => self.definition(node, scope, depth).unwrap_or_else(|| self.truth(node, scope)),
            _ => self.truth(node, scope),
        }
    }

    /// Follows `var.x` of a called module to its argument, `local.x` to its definition, `module.m.out` to the output.
    fn definition(&mut self, node: NodeId, scope: &Scope<'_>, depth: usize) -> Option<Formula> {
        let (at, instance, repetition) = self.defined_by(node, scope)?;
        let module = self.instance(instance).module.clone();
        let inner = Scope::new(&module, at, instance).repeated(&repetition);
        let value = self.expression(at.node, &inner);
        let value = choice::lift(&[value], |values| convert::to_bool(&values[0]));
        Some(self.formula_of(&value, at.node, &inner, depth + 1))
    }

    /// The expression that a reference stands for, if it is one in another place.
    fn defined_by(&mut self, node: NodeId, scope: &Scope<'_>) -> Option<(super::module::At, InstanceId, Repetition)> {
        let document = scope.document;
        let Node::GetAttribute { object, name } = document.node(node) else { return None };
        let name = document.string(name)?;
        if scope.isolated {
            return None;
        }
        match document.node(object) {
            Node::Variable(root) if scope.bound(document.text(root)).is_none() => match document.text(root) {
                "local" => {
                    let module = &self.instance(scope.instance).module;
                    Some((*module.locals.get(name)?, scope.instance, Repetition::Single))
                }
                "var" => self.argument(scope.instance, name),
                _ => None,
            },
            Node::GetAttribute { object: root, name: call } => {
                let Node::Variable(root) = document.node(root) else { return None };
                if document.text(root) != "module" || scope.bound("module").is_some() {
                    return None;
                }
                let position = self.instance(scope.instance).module.calls.position(document.string(call)?)?;
                let expansion = self.calls(scope.instance, position);
                let super::evaluator::InstanceSet::One(instance) = expansion.set else { return None };
                let module = self.instance(instance).module.clone();
                let at = module.attribute(module.outputs.get(name)?, "value")?;
                Some((at, instance, Repetition::Single))
            }
            _ => None,
        }
    }

    fn truth(&mut self, node: NodeId, scope: &Scope<'_>) -> Formula {
        let canonical = self.canonical(node, scope);
        let subject: Arc<str> = canonical.text.as_str().into();
        let kind = match canonical.mentions.contains(&subject) {
            true => AtomKind::Truth { subject },
            false => AtomKind::Opaque { text: subject },
        };
        Formula::Atom(self.out.atoms.atom(kind, &canonical.mentions))
    }

    fn opaque(&mut self, node: NodeId, scope: &Scope<'_>) -> Formula {
        let canonical = self.canonical(node, scope);
        let kind = AtomKind::Opaque { text: canonical.text.as_str().into() };
        Formula::Atom(self.out.atoms.atom(kind, &canonical.mentions))
    }

    /// `subject == literal`, either way round.
    fn comparison(&mut self, left: NodeId, right: NodeId, scope: &Scope<'_>) -> Option<Formula> {
        let (left_value, right_value) = (self.expression(left, scope), self.expression(right, scope));
        let (literal, subject) = match (literal_text(&left_value), literal_text(&right_value)) {
            (None, Some(literal)) => (literal, left),
            (Some(literal), None) => (literal, right),
            _ => return None,
        };
        let canonical = self.canonical(subject, scope);
        let subject: Arc<str> = canonical.text.as_str().into();
        let kind = match (canonical.mentions.contains(&subject), literal.as_str()) {
            (true, "true") => AtomKind::Truth { subject },
            (true, "false") => {
                return Some(!Formula::Atom(self.out.atoms.atom(AtomKind::Truth { subject }, &canonical.mentions)));
            }
            (true, _) => AtomKind::Equals { subject, literal: literal.as_str().into() },
            (false, _) => AtomKind::Opaque { text: format!("{subject} == {literal}").into() },
        };
        Some(Formula::Atom(self.out.atoms.atom(kind, &canonical.mentions)))
    }

    /// When an expression gives each of some texts; `None` unless it is a variable, or stands for one.
    pub(super) fn equals_each<'t>(
        &mut self,
        node: NodeId,
        texts: impl Iterator<Item = &'t str>,
        scope: &Scope<'_>,
    ) -> Option<Vec<Formula>> {
        let canonical = self.canonical(node, scope);
        let subject: Arc<str> = canonical.text.as_str().into();
        if !canonical.mentions.contains(&subject) {
            return None;
        }
        let equals = |text: &str| {
            let kind = AtomKind::Equals { subject: subject.clone(), literal: format!("{text:?}").into() };
            Formula::Atom(self.out.atoms.atom(kind, &canonical.mentions))
        };
        Some(texts.map(equals).collect())
    }

    fn opaque_comparison(&mut self, left: NodeId, right: NodeId, scope: &Scope<'_>) -> Formula {
        let (left, right) = (self.canonical(left, scope), self.canonical(right, scope));
        let mut mentions = left.mentions;
        mentions.extend(right.mentions);
        let text = format!("{} == {}", left.text, right.text).into();
        Formula::Atom(self.out.atoms.atom(AtomKind::Opaque { text }, &mentions))
    }

    /// Under which condition an expression is something else than the empty `value` that it is by default.
    pub(super) fn is_given(&mut self, node: NodeId, value: &Value, scope: &Scope<'_>) -> Formula {
        let literal: &str = match &value.shape {
            Shape::Null => "null",
            Shape::Text(_) => "\"\"",
            _ => return Formula::Atom(self.any_atom(node, scope, Given::Collection)),
        };
        let canonical = self.canonical(node, scope);
        let subject: Arc<str> = canonical.text.as_str().into();
        let kind = match canonical.mentions.contains(&subject) {
            true => AtomKind::Equals { subject, literal: literal.into() },
            false => AtomKind::Opaque { text: format!("{subject} == {literal}").into() },
        };
        let is_empty = Formula::Atom(self.out.atoms.atom(kind, &canonical.mentions));
        self.out.atoms.note_default(&is_empty, true);
        !is_empty
    }

    /// An atom that says whether an expression gives any. It reads as an author would ask for it, so that both are one.
    pub(super) fn any_atom(&mut self, node: NodeId, scope: &Scope<'_>, given: Given) -> crate::value::AtomId {
        let canonical = self.canonical(node, scope);
        let text = match given {
            Given::Number => format!("{} > 0", canonical.text).into(),
            Given::Collection => format!("length({}) > 0", canonical.text).into(),
        };
        let atom = self.out.atoms.atom(AtomKind::Opaque { text }, &canonical.mentions);
        let value = self.expression(node, scope);
        let by_default = match (&value.shape, given) {
            (Shape::Null, _) => Some(false),
            (Shape::Sequence(_, items), _) => Some(!items.is_empty()),
            (Shape::Mapping(_, entries), _) => Some(!entries.is_empty()),
            (_, Given::Number) => match convert::to_number(&value).shape {
                Shape::Number(number) => number.as_int().map(|number| number > 0),
                _ => None,
            },
            _ => None,
        };
        if let Some(by_default) = by_default {
            self.out.atoms.note_default(&Formula::Atom(atom), by_default);
        }
        atom
    }

    fn canonical(&mut self, node: NodeId, scope: &Scope<'_>) -> Canonical {
        let mut canonical = Canonical::default();
        self.write_canonical(node, scope, &mut canonical);
        if canonical.text.len() > MAX_CANONICAL {
            let span = scope.document.span(node);
            let instance = self.instance(scope.instance).address.clone();
            canonical.text =
                format!("the condition at byte {} of {}{instance}", span.start, self.files.path(span.source));
        }
        canonical.mentions.sort();
        canonical.mentions.dedup();
        canonical
    }

    fn write_canonical(&mut self, node: NodeId, scope: &Scope<'_>, into: &mut Canonical) {
        if into.text.len() > MAX_CANONICAL || into.depth > MAX_FOLLOWED {
            into.text.push('…');
            return;
        }
        into.depth += 1;
        let document = scope.document;
        match document.node(node) {
            Node::Parentheses(inner) | Node::Interpolation(inner) => self.write_canonical(inner, scope, into),
            Node::Variable(name) => {
                let name = document.text(name);
                match scope.bound(name) {
                    Some(value) => {
                        let text = literal_text(value);
                        into.text.push_str(text.as_deref().unwrap_or(name));
                        if text.is_none() {
                            into.mentions.push(format!("{name} at {:?}", value.span).into());
                        }
                    }
                    None => into.text.push_str(name),
                }
            }
            Node::GetAttribute { object, name } => {
                if let Some((at, instance, repetition)) = self.defined_by(node, scope) {
                    let module = self.instance(instance).module.clone();
                    let inner = Scope::new(&module, at, instance).repeated(&repetition);
                    self.write_canonical(at.node, &inner, into);
                } else {
                    self.write_reference(object, scope.document.source_slice(name), scope, into);
                }
            }
            Node::Index { object, key } => {
                self.write_canonical(object, scope, into);
                into.text.push('[');
                self.write_canonical(key, scope, into);
                into.text.push(']');
            }
            Node::Unary { operator, operand } => {
                into.text.push(if operator == UnaryOperator::Not { '!' } else { '-' });
                self.write_canonical(operand, scope, into);
            }
            Node::Binary { operator, left, right } => {
                self.write_canonical(left, scope, into);
                into.text.push_str(symbol(operator));
                self.write_canonical(right, scope, into);
            }
            Node::Call { parts, .. } => {
                for (index, part) in document.children(parts).iter().enumerate() {
                    match index {
                        0 => into.text.push_str(scope.name(*part)),
                        1 => into.text.push('('),
                        _ => into.text.push_str(", "),
                    }
                    if index > 0 {
                        self.write_canonical(*part, scope, into);
                    }
                }
                into.text.push_str(if parts.len() > 1 { ")" } else { "()" });
            }
            Node::Splat { object, each } => {
                self.write_canonical(object, scope, into);
                into.text.push_str("[*]");
                self.write_canonical(each, scope, into);
            }
            Node::Sequence(items) => {
                for (index, item) in document.children(items).iter().enumerate() {
                    into.text.push_str(if index == 0 { "[" } else { ", " });
                    self.write_canonical(*item, scope, into);
                }
                into.text.push_str(if items.is_empty() { "[]" } else { "]" });
            }
            Node::SplatItem | Node::Missing => {}
            Node::Conditional(parts) => {
                for (index, part) in document.children(parts).iter().enumerate() {
                    into.text.push_str(["", " ? ", " : "].get(index).copied().unwrap_or(""));
                    self.write_canonical(*part, scope, into);
                }
            }
            _ => {
                let value = self.expression(node, scope);
                match literal_text(&value) {
                    Some(text) => into.text.push_str(&text),
                    None => {
                        // Anything else is told apart by how it is written, and where.
                        let slice = document.source_slice(node).split_whitespace().collect::<Vec<_>>().join(" ");
                        into.text.push_str(&slice);
                        let place = format!("{}{:?}", self.instance(scope.instance).address, document.span(node));
                        into.mentions.push(place.into());
                    }
                }
            }
        }
        into.depth -= 1;
    }

    fn write_reference(&mut self, object: NodeId, name: &str, scope: &Scope<'_>, into: &mut Canonical) {
        let document = scope.document;
        let Node::Variable(root) = document.node(object) else {
            self.write_canonical(object, scope, into);
            into.text.push('.');
            into.text.push_str(name);
            return;
        };
        let root = document.text(root);
        if scope.bound(root).is_some() || scope.isolated {
            self.write_canonical(object, scope, into);
            into.text.push('.');
            into.text.push_str(name);
            return;
        }
        if matches!(root, "each" | "count") {
            let value = match (scope.repetition, name) {
                (Repetition::Each { key, .. }, "key") => Some(key),
                (Repetition::Each { value, .. }, _) => Some(value),
                (Repetition::Count(index), _) => Some(index),
                (Repetition::Single, _) => None,
            };
            if let Some(text) = value.and_then(literal_text) {
                into.text.push_str(&text);
                return;
            }
        }
        let start = into.text.len();
        let address = &self.instance(scope.instance).address;
        if !address.is_empty() {
            into.text.push_str(address);
            into.text.push('.');
        }
        into.text.push_str(root);
        into.text.push('.');
        into.text.push_str(name);
        into.mentions.push(into.text[start..].into());
        if root == "module" {
            into.mentions.extend(self.argument_mentions(scope.instance, name).iter().cloned());
        }
    }

    /// What the arguments of a module call hang on: the outputs of a module that is not at hand may depend on any of it.
    fn argument_mentions(&mut self, instance: InstanceId, call: &str) -> Arc<[Arc<str>]> {
        let none: Arc<[Arc<str>]> = Arc::new([]);
        let module = self.instance(instance).module.clone();
        let Some(position) = module.calls.position(call) else { return none };
        if let Some(known) = self.mentioned_by_calls.get(&(instance, position)) {
            return known.clone();
        }
        // Arguments that lead back here add nothing new.
        self.mentioned_by_calls.insert((instance, position), none);
        let mut found = Canonical::default();
        for at in &module.calls.items[position].bodies {
            let scope = Scope::new(&module, *at, instance);
            for item in super::body::items(scope.document, at.node) {
                if let super::body::Item::Attribute { name, value } = item
                    && !matches!(scope.name(name), "source" | "version" | "providers" | "depends_on")
                {
                    found.text.clear();
                    self.write_canonical(value, &scope, &mut found);
                }
            }
        }
        found.mentions.sort();
        found.mentions.dedup();
        let mentions: Arc<[Arc<str>]> = found.mentions.into();
        self.mentioned_by_calls.insert((instance, position), mentions.clone());
        mentions
    }
}

/// A value that is fixed and simple enough to stand in a condition's text.
fn literal_text(value: &Value) -> Option<String> {
    if value.marks.assumed {
        return None;
    }
    match &value.shape {
        Shape::Null => Some("null".into()),
        Shape::Bool(value) => Some(value.to_string()),
        Shape::Number(number) => Some(number.to_string()),
        Shape::Text(text) => Some(format!("{text:?}")),
        _ => None,
    }
}

fn symbol(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Add => " + ",
        BinaryOperator::Subtract => " - ",
        BinaryOperator::Multiply => " * ",
        BinaryOperator::Divide => " / ",
        BinaryOperator::Modulo => " % ",
        BinaryOperator::Equal => " == ",
        BinaryOperator::NotEqual => " != ",
        BinaryOperator::Less => " < ",
        BinaryOperator::LessOrEqual => " <= ",
        BinaryOperator::Greater => " > ",
        BinaryOperator::GreaterOrEqual => " >= ",
        BinaryOperator::And => " && ",
        BinaryOperator::Or => " || ",
    }
}

/// The value with everything taken out of it that only the default of a root variable says.
pub(super) fn without_assumptions(value: &Value) -> Value {
    let recurse = |shape: Shape| Value { shape, ..value.clone() };
    match &value.shape {
        Shape::Sequence(kind, items) if !value.marks.assumed => {
            recurse(Shape::Sequence(*kind, items.iter().map(without_assumptions).collect()))
        }
        Shape::Mapping(kind, entries) if !value.marks.assumed => {
            let entries = entries
                .iter()
                .map(|entry| Entry { value: without_assumptions(&entry.value), ..entry.clone() })
                .collect();
            recurse(Shape::Mapping(*kind, entries))
        }
        Shape::Choice(alternatives) => {
            let alternatives = alternatives
                .iter()
                .map(|alternative| crate::value::Alternative {
                    guard: alternative.guard.clone(),
                    value: without_assumptions(&alternative.value),
                })
                .collect();
            recurse(Shape::Choice(alternatives))
        }
        Shape::Unknown(_) | Shape::Error(_) | Shape::Symbol(_) | Shape::Resource(_) | Shape::Open(_) => value.clone(),
        _ if !value.marks.assumed => value.clone(),
        _ => match &value.alias {
            Some(symbol) => recurse(Shape::Symbol((**symbol).clone())),
            None => recurse(other_than_default(value).shape),
        },
    }
}

/// What a root variable may be given in place of its default, which `value` comes from.
pub(super) fn other_than_default(value: &Value) -> Value {
    let variable = value.path.iter().flat_map(|path| path.steps()).find_map(|hop| match &hop.kind {
        HopKind::Default(name) => Some(name.clone()),
        _ => None,
    });
    let reason = match variable {
        Some(name) => Reason::Variable(name),
        None => Reason::DependsOn("a variable whose default does not apply".into()),
    };
    let unknown = choice::unknown_among([value]);
    match unknown.shape {
        Shape::Unknown(known) => {
            let shape = Shape::Unknown(Arc::new(crate::value::Unknown { reason, ..(*known).clone() }));
            Value { shape, ..unknown }
        }
        _ => unknown,
    }
}
