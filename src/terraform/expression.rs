//! Expressions of every kind; what they refer to is in `reference.rs`, conditions in `condition.rs`.

use std::sync::Arc;

use super::convert;
use super::evaluator::Evaluator;
use super::functions;
use super::iteration;
use super::operators;
use super::scope::{Binding, Scope};
use crate::syntax::{Children, Node, NodeId, Reading};
use crate::value::choice::{self, Alternative};
use crate::value::{Entry, Formula, MappingKind, Number, Reason, Shape, Value, Written};

impl Evaluator<'_> {
    /// What the expression evaluates to. Its `span` is where the value was written: the literal, or the reference.
    pub(super) fn expression(&mut self, node: NodeId, scope: &Scope<'_>) -> Value {
        let document = scope.document;
        match document.node(node) {
            // The leaves need no room on the stack and no accounting.
            Node::String(text) => {
                let written = match document.reading() {
                    Reading::Source => Written::Node(document.source(), node),
                    Reading::Template => Written::Template(document.source(), node),
                    Reading::Computed(_) => Written::No,
                };
                Value::text(document.text(text)).at(document.span(node)).written(written)
            }
            Node::Number(text) => match Number::parse(document.text(text)) {
                Some(number) => Value::number(number).at(document.span(node)),
                None => Value::error("this number is not one").at(document.span(node)),
            },
            Node::Bool(value) => Value::bool(value).at(document.span(node)),
            Node::Null => Value::null().at(document.span(node)),
            Node::Missing => Value::unknown(Reason::Broken).at(document.span(node)),
            _ => {
                let span = document.span(node);
                let mut value = self.deeper(span, |evaluator| evaluator.compound(node, scope));
                if value.span.is_none() {
                    value.span = Some(span);
                }
                value
            }
        }
    }

    fn compound(&mut self, node: NodeId, scope: &Scope<'_>) -> Value {
        let document = scope.document;
        match document.node(node) {
            Node::Parentheses(inner) => self.expression(inner, scope),
            Node::Template(parts) => self.template(parts, scope),
            Node::Interpolation(inner) => self.expression(inner, scope),
            Node::TemplateIf(_) | Node::TemplateFor(_) => self.template_part(node, scope),
            Node::Sequence(items) => {
                let items = document.children(items).iter().map(|item| self.expression(*item, scope)).collect();
                Value::tuple(items)
            }
            Node::Mapping(entries) => self.object(entries, scope),
            Node::Variable(_) | Node::GetAttribute { .. } | Node::Index { .. } => self.traversal(node, scope),
            Node::Splat { object, each } => {
                let object = self.expression(object, scope);
                self.splat(&object, each, scope)
            }
            Node::SplatItem => scope.bound("*").cloned().unwrap_or_else(|| Value::unknown(Reason::Broken)),
            Node::Call { parts, expand } => self.call(node, parts, expand, scope),
            Node::Unary { operator, operand } => {
                let operand = self.expression(operand, scope);
                choice::lift(&[operand], |values| operators::unary(operator, &values[0]))
            }
            Node::Binary { operator, left, right } => {
                let (left, right) = (self.expression(left, scope), self.expression(right, scope));
                choice::lift(&[left, right], |values| operators::binary(operator, &values[0], &values[1]))
            }
            Node::Conditional(parts) => match document.children(parts) {
                [condition, yes, no] => self.conditional(*condition, *yes, *no, scope),
                _ => Value::unknown(Reason::Broken),
            },
            Node::ForTuple(parts) => self.for_tuple(parts, scope),
            Node::ForObject { parts, group } => self.for_object(parts, group, scope),
            _ => Value::unknown(Reason::Broken),
        }
    }

    fn conditional(&mut self, condition: NodeId, yes: NodeId, no: NodeId, scope: &Scope<'_>) -> Value {
        let decision = self.decide(condition, scope);
        match &decision.formula {
            Formula::True => return self.taken(yes, no, scope),
            Formula::False => return self.taken(no, yes, scope),
            _ => {}
        }
        if let Some(error) = decision.error {
            return Value::error(error);
        }
        // Defaults of root variables are what they are only in the branch that they select themselves.
        let mut branch = |node: NodeId, taken_by_default: bool| {
            let value = self.expression(node, scope);
            if decision.by_default == Some(!taken_by_default) {
                super::condition::without_assumptions(&value)
            } else {
                value
            }
        };
        let (yes, no) = together(branch(yes, true), branch(no, false));
        choice::choose([
            Alternative { guard: decision.formula.clone(), value: yes },
            Alternative { guard: !decision.formula, value: no },
        ])
    }

    /// The branch of a conditional that is taken, converted to the type it has in common with the other one.
    fn taken(&mut self, taken: NodeId, other: NodeId, scope: &Scope<'_>) -> Value {
        let value = self.expression(taken, scope);
        // Text stays text whatever it goes together with, so that the other branch need not be looked at.
        let may_convert =
            matches!(value.shape, Shape::Bool(_) | Shape::Number(_) | Shape::Sequence(..) | Shape::Mapping(..));
        if !may_convert {
            return value;
        }
        let other = self.expression(other, scope);
        together(value, other).0
    }

    fn object(&mut self, entries: Children, scope: &Scope<'_>) -> Value {
        let document = scope.document;
        let mut built: Vec<Entry> = Vec::with_capacity(entries.len());
        let mut open_key: Option<Value> = None;
        let mut sampled = false;
        for entry in document.children(entries) {
            let Node::Entry { key, value } = document.node(*entry) else { continue };
            let value = self.expression(value, scope);
            let name = match document.node(key) {
                // A bare word, not the value.
                Node::Null => Value::text("null"),
                _ => convert::to_string(&self.expression(key, scope)),
            };
            if matches!(name.shape, Shape::Error(_)) {
                return name;
            }
            sampled |= name.marks.assumed || name.marks.sampled;
            match name.as_text() {
                Some(text) => {
                    let entry = Entry { key: text.into(), key_span: Some(document.span(key)), value };
                    match built.iter_mut().find(|old| old.key == entry.key) {
                        Some(old) => *old = entry,
                        None => built.push(entry),
                    }
                }
                None => open_key = Some(choice::unknown_among([&name, &value])),
            }
        }
        if let Some(key) = open_key {
            // Which keys there are is not known, but what the values may refer to is.
            let values: Vec<Value> = built.into_iter().map(|entry| entry.value).chain([key]).collect();
            return choice::unknown_among(&values);
        }
        built.sort_by(|a, b| a.key.as_bytes().cmp(b.key.as_bytes()));
        Value::object(built).sampled_if(sampled)
    }

    /// A quoted or heredoc template. One interpolation alone is its value, of whatever type.
    fn template(&mut self, parts: Children, scope: &Scope<'_>) -> Value {
        let nodes = scope.document.children(parts);
        if let [only] = nodes
            && let Node::Interpolation(inner) = scope.document.node(*only)
        {
            return self.expression(inner, scope);
        }
        self.join_parts(nodes, scope)
    }

    fn join_parts(&mut self, nodes: &[NodeId], scope: &Scope<'_>) -> Value {
        let pieces: Vec<Value> = nodes.iter().map(|part| self.template_part(*part, scope)).collect();
        let mut joined = choice::lift(&pieces, |pieces| crate::value::concatenate(pieces.to_vec()));
        if pieces.is_empty() {
            joined = Value::text("");
        }
        // A template that happens to hold a single known value is still written where the template is.
        if joined.as_text().is_some() && nodes.len() > 1 {
            joined.span = None;
        }
        joined
    }

    fn template_part(&mut self, node: NodeId, scope: &Scope<'_>) -> Value {
        let document = scope.document;
        match document.node(node) {
            Node::Interpolation(inner) => {
                let value = self.expression(inner, scope);
                choice::lift(&[value], |values| convert::to_string(&values[0]))
            }
            Node::TemplateIf(parts) => {
                let parts = document.children(parts);
                let Some(condition) = parts.first() else { return Value::unknown(Reason::Broken) };
                let mut branch = |index: usize| match parts.get(index).map(|node| document.node(*node)) {
                    Some(Node::Template(inner)) => self.join_parts(document.children(inner), scope),
                    Some(_) => self.expression(parts[index], scope),
                    None => Value::text(""),
                };
                let (yes, no) = (branch(1), branch(2));
                let decision = self.decide(*condition, scope);
                if let Some(error) = decision.error {
                    return Value::error(error);
                }
                choice::choose([
                    Alternative { guard: decision.formula.clone(), value: yes },
                    Alternative { guard: !decision.formula, value: no },
                ])
            }
            Node::TemplateFor(parts) => {
                let [key, name, collection, body] = document.children(parts) else {
                    return Value::unknown(Reason::Broken);
                };
                let collection = self.expression(*collection, scope);
                let names = (document.string(*key), document.string(*name).unwrap_or(""));
                let body = *body;
                self.for_each(&collection, names, scope, |evaluator, scope| {
                    let value = match document.node(body) {
                        Node::Template(inner) => evaluator.join_parts(document.children(inner), scope),
                        _ => evaluator.expression(body, scope),
                    };
                    iteration::Step::Keep(None, value)
                })
                .map_or_else(
                    |value| value,
                    |steps| {
                        let pieces: Vec<Value> = steps.into_iter().map(|(_, value, _)| value).collect();
                        choice::lift(&pieces, |pieces| match pieces {
                            [] => Value::text(""),
                            _ => crate::value::concatenate(pieces.to_vec()),
                        })
                    },
                )
            }
            _ => {
                let value = self.expression(node, scope);
                choice::lift(&[value], |values| convert::to_string(&values[0]))
            }
        }
    }

    fn call(&mut self, node: NodeId, parts: Children, expand: bool, scope: &Scope<'_>) -> Value {
        let document = scope.document;
        let Some((name, arguments)) = document.children(parts).split_first() else {
            return Value::unknown(Reason::Broken);
        };
        let full_name = document.string(*name).unwrap_or("");
        let name = full_name.strip_prefix("core::").unwrap_or(full_name);
        let span = document.span(node);
        match name {
            "try" => return self.try_each(arguments, scope),
            "can" => {
                let Some(argument) = arguments.first() else { return Value::error("can() takes one argument") };
                let value = self.expression(*argument, scope);
                return choice::lift(&[value], |values| match values[0].shape {
                    _ if values[0].has_error() => Value::bool(false).marked(values[0].marks),
                    Shape::Unknown(_) => values[0].clone(),
                    _ => Value::bool(true).marked(values[0].marks),
                });
            }
            _ => {}
        }
        let mut values: Vec<Value> = arguments.iter().map(|argument| self.expression(*argument, scope)).collect();
        if expand && let Some(last) = values.pop() {
            match spread_argument(last) {
                Ok(alternatives) if alternatives.len() == 1 => {
                    values.extend(alternatives.into_iter().flat_map(|(_, items)| items));
                }
                Ok(alternatives) => {
                    let results: Vec<Alternative> = alternatives
                        .into_iter()
                        .map(|(guard, items)| {
                            let mut values = values.clone();
                            values.extend(items);
                            Alternative { guard, value: self.apply(name, values, span) }
                        })
                        .collect();
                    return choice::choose(results);
                }
                Err(error) if matches!(error.shape, Shape::Error(_)) => return error,
                Err(unknown) => return choice::unknown_among(values.iter().chain([&unknown])),
            }
        } else if matches!(name, "coalesce" | "coalescelist") {
            return self.first_given(name, arguments, values, span, scope);
        }
        self.apply(name, values, span)
    }

    /// `coalesce` and `coalescelist`. That a root variable has nothing by default does not pass it over: both what it may
    /// be given and what comes after it stay possible.
    fn first_given(
        &mut self,
        name: &str,
        arguments: &[NodeId],
        values: Vec<Value>,
        span: crate::text::Span,
        scope: &Scope<'_>,
    ) -> Value {
        let by_default = |value: &Value| value.marks.assumed && is_passed_over(name, value);
        let Some(position) = values.iter().position(by_default) else { return self.apply(name, values, span) };
        let (Some(argument), Some(value)) = (arguments.get(position), values.get(position)) else {
            return self.apply(name, values, span);
        };
        let given = self.is_given(*argument, value, scope);
        let mut with = values.clone();
        with[position] = super::condition::other_than_default(value);
        let (mut arguments, mut without) = (arguments.to_vec(), values);
        arguments.remove(position);
        without.remove(position);
        let with = self.apply(name, with, span);
        let without = self.first_given(name, &arguments, without, span, scope);
        choice::choose([
            Alternative { guard: given.clone(), value: with },
            Alternative { guard: !given, value: without },
        ])
    }

    /// Calls a function whose arguments are evaluated.
    fn apply(&mut self, name: &str, mut values: Vec<Value>, span: crate::text::Span) -> Value {
        if looks_at_elements(name) {
            values = values.into_iter().map(spread_elements).collect();
        }
        if matches!(name, "templatefile" | "templatestring") {
            return choice::lift(&values, |values| self.render_template(name, values, span));
        }
        choice::lift(&values, |values| {
            self.split_arn(name, values).unwrap_or_else(|| {
                let of_iam = |id| self.out.resource(id).kind.starts_with("aws_iam_");
                let context = functions::Context { files: self.files, root: &self.root, of_iam: &of_iam };
                functions::call(name, values, span, &context)
            })
        })
    }

    fn try_each(&mut self, arguments: &[NodeId], scope: &Scope<'_>) -> Value {
        let Some((first, rest)) = arguments.split_first() else {
            return Value::error("no expression of try() succeeds");
        };
        let value = self.expression(*first, scope);
        let fails = match &value.shape {
            Shape::Choice(alternatives) => alternatives.iter().any(|alternative| alternative.value.has_error()),
            _ => value.has_error(),
        };
        // The last one fails for its own reason.
        if !fails || rest.is_empty() {
            return value;
        }
        let fallback = self.try_each(rest, scope);
        // What fails by the default of a root variable need not fail otherwise.
        choice::lift(&[value], |values| match values[0].has_error() {
            true => fallback.clone().marked(values[0].marks),
            false => values[0].clone(),
        })
    }

    /// `templatefile(path, variables)` and `templatestring(text, variables)`: names are those of `variables` only.
    pub(super) fn render_template(&mut self, name: &str, values: &[Value], span: crate::text::Span) -> Value {
        let [template, variables] = values else {
            return Value::error(format!("{name}() takes two arguments"));
        };
        let Some(text) = template.as_text() else {
            return choice::unknown_among([template, variables]);
        };
        let document = if name == "templatefile" {
            let path = super::source::normalise(&self.root, &text).unwrap_or_default();
            match self.files.file(&path) {
                crate::files::File::Text(source, _) => self.files.template(source),
                _ => None,
            }
        } else {
            let whole = whole_file(template, text.len()).and_then(|source| self.files.template(source));
            whole.or_else(|| Some(Arc::new(crate::syntax::parse_computed_template(span, &text.as_ref().into()))))
        };
        let Some(document) = document else {
            let reason = Reason::File(text.into());
            self.gap(span, reason.clone());
            return match choice::unknown_among([variables]).shape {
                Shape::Unknown(unknown) => {
                    let unknown = crate::value::Unknown { reason, ..(*unknown).clone() };
                    Shape::Unknown(Arc::new(unknown)).into()
                }
                shape => shape.into(),
            };
        };
        let Shape::Mapping(_, entries) = &variables.shape else {
            return choice::unknown_among([variables]);
        };
        self.with_bindings(entries, None, &mut |evaluator, bindings| {
            let scope = Scope {
                document: &document,
                instance: super::scope::InstanceId(0),
                repetition: &super::scope::Repetition::Single,
                bindings,
                isolated: true,
            };
            evaluator.expression(document.root(), &scope)
        })
    }

    fn with_bindings(
        &mut self,
        entries: &[Entry],
        outer: Option<&Binding<'_>>,
        work: &mut dyn FnMut(&mut Self, Option<&Binding<'_>>) -> Value,
    ) -> Value {
        match entries.split_first() {
            None => work(self, outer),
            Some((first, rest)) => {
                let binding = Binding { name: &first.key, value: first.value.clone(), outer };
                self.with_bindings(rest, Some(&binding), work)
            }
        }
    }
}

/// The two branches of a conditional, converted to the type that both have in common.
fn together(yes: Value, no: Value) -> (Value, Value) {
    let both = [yes, no];
    let converted = match convert::unify(&both) {
        Some(converted) => converted,
        None if both.iter().all(Value::is_known) => {
            both.iter().map(|_| Value::error("the two branches of the conditional have different types")).collect()
        }
        // What is not known may make up for the difference.
        None => Vec::new(),
    };
    match <[Value; 2]>::try_from(converted) {
        Ok([yes, no]) => (yes, no),
        Err(_) => both.into(),
    }
}

/// Functions whose result depends on whether single elements are null or empty, on their order or number: choices among
/// the elements are then made choices of the whole.
fn looks_at_elements(name: &str) -> bool {
    matches!(
        name,
        "compact"
            | "join"
            | "one"
            | "distinct"
            | "toset"
            | "tolist"
            | "element"
            | "coalescelist"
            | "contains"
            | "index"
            | "sort"
            | "flatten"
            | "length"
            | "concat"
            | "setunion"
            | "setsubtract"
            | "setintersection"
            | "anytrue"
            | "alltrue"
    )
}

/// A sequence with choices among its elements as a choice of sequences; unchanged when that would be too many.
pub(super) fn spread_elements(value: Value) -> Value {
    let Shape::Sequence(kind, items) = &value.shape else { return value };
    if !items.iter().any(|item| matches!(item.shape, Shape::Choice(_))) {
        return value;
    }
    let spread = choice::lift(items, |items| Shape::Sequence(*kind, items.into()).into());
    match spread.shape {
        Shape::Unknown(_) => value,
        _ => spread.marked(value.marks),
    }
}

/// The arguments that `list...` stands for, per alternative.
fn spread_argument(value: Value) -> Result<Vec<(Formula, Vec<Value>)>, Value> {
    choice::alternatives(&value)
        .into_iter()
        .map(|alternative| match &alternative.value.shape {
            Shape::Sequence(_, items) => Ok((alternative.guard, items.to_vec())),
            Shape::Null | Shape::Bool(_) | Shape::Number(_) | Shape::Text(_) | Shape::Mapping(..) => {
                Err(Value::error("only a list, set or tuple can be expanded to arguments"))
            }
            _ => Err(value.clone()),
        })
        .collect()
}

/// A map that groups values under equal keys, as `for … : key => value...` makes it.
pub(super) fn grouped(pairs: Vec<(Arc<str>, Value)>) -> Value {
    let mut entries: Vec<(Arc<str>, Vec<Value>)> = Vec::new();
    for (key, value) in pairs {
        match entries.iter_mut().find(|(old, _)| *old == key) {
            Some((_, values)) => values.push(value),
            None => entries.push((key, vec![value])),
        }
    }
    entries.sort_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
    let entries: Vec<Entry> =
        entries.into_iter().map(|(key, values)| Entry { key, key_span: None, value: Value::tuple(values) }).collect();
    Shape::Mapping(MappingKind::Object, entries.into()).into()
}

/// Whether `coalesce` or `coalescelist` goes on to the next argument.
fn is_passed_over(function: &str, value: &Value) -> bool {
    match &value.shape {
        Shape::Null => true,
        Shape::Text(text) => function == "coalesce" && text.is_empty(),
        Shape::Sequence(_, items) => function == "coalescelist" && items.is_empty(),
        _ => false,
    }
}

/// The source that a text of `length` bytes was read from, as a whole and without a change.
fn whole_file(text: &Value, length: usize) -> Option<crate::text::SourceId> {
    match text.written {
        Written::Verbatim(span) if span.start == 0 && span.len() as usize == length => Some(span.source),
        _ => None,
    }
}
