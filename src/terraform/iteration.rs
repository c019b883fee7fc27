//! `for` expressions, splats and indexing.

use std::sync::Arc;

use super::convert;
use super::evaluator::Evaluator;
use super::expression::grouped;
use super::scope::{Binding, Scope};
use crate::syntax::{Children, Node, NodeId};
use crate::value::choice::{self, Alternative};
use crate::value::{Entry, Formula, Missing, Open, Reason, SequenceKind, Shape, Symbol, SymbolKind, Value};

/// What one round of an iteration gives.
pub(super) enum Step {
    /// A key (of an object) and a value.
    Keep(Option<Value>, Value),
    /// A value that is there only under a condition.
    Maybe(Formula, Option<Value>, Value),
    /// Nothing.
    Skip,
    /// The round fails, and with it the whole iteration.
    Fail(Value),
}

/// The results of an iteration with the condition under which each is there.
pub(super) type Steps = Vec<(Option<Value>, Value, Formula)>;

/// Results that are there: a key (of an object) and a value each.
type Kept = Vec<(Option<Value>, Value)>;

/// Most values of a map that are told apart where the key is not known.
const MAX_POSSIBLE: usize = 8;

/// Most results of an iteration whose presence may be undecided before the result as a whole is.
const MAX_UNDECIDED: usize = 5;

impl Evaluator<'_> {
    /// Goes through a collection, binding the names. `Err` is the result as a whole when the collection cannot be gone
    /// through: unknown, or an error.
    pub(super) fn for_each(
        &mut self,
        collection: &Value,
        (key_name, value_name): (Option<&str>, &str),
        scope: &Scope<'_>,
        mut round: impl FnMut(&mut Self, &Scope<'_>) -> Step,
    ) -> Result<Steps, Value> {
        let pairs: Vec<(Value, Value)> = match &collection.shape {
            Shape::Sequence(SequenceKind::Set, items) => {
                items.iter().map(|item| (item.clone(), item.clone())).collect()
            }
            Shape::Sequence(_, items) => {
                items.iter().enumerate().map(|(index, item)| (Value::int(index as i64), item.clone())).collect()
            }
            Shape::Mapping(_, entries) => {
                entries.iter().map(|entry| (Value::text(entry.key.clone()), entry.value.clone())).collect()
            }
            Shape::Null => return Err(Value::error("a null value cannot be gone through")),
            Shape::Error(_) => return Err(collection.clone()),
            Shape::Text(_) | Shape::Bool(_) | Shape::Number(_) => {
                return Err(Value::error("only a collection can be gone through"));
            }
            _ => return Err(choice::unknown_among([collection])),
        };
        let mut steps = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            let outer = Binding { name: key_name.unwrap_or(""), value: key, outer: scope.bindings };
            let binding = Binding { name: value_name, value: value.within(collection), outer: Some(&outer) };
            match round(self, &scope.bind(&binding)) {
                Step::Keep(key, value) => steps.push((key, value, Formula::True)),
                Step::Maybe(formula, key, value) => steps.push((key, value, formula)),
                Step::Skip => {}
                Step::Fail(error) => return Err(error),
            }
        }
        Ok(steps)
    }

    pub(super) fn for_tuple(&mut self, parts: Children, scope: &Scope<'_>) -> Value {
        let document = scope.document;
        let [key, name, collection, value, condition] = document.children(parts) else {
            return Value::unknown(Reason::Broken);
        };
        let names = (document.string(*key), document.string(*name).unwrap_or(""));
        let collection = self.expression(*collection, scope);
        self.over_alternatives(&collection, |evaluator, collection| {
            if let Shape::Open(open) = &collection.shape {
                return evaluator.over_open(open, names, scope, |evaluator, scope| evaluator.expression(*value, scope));
            }
            let steps = evaluator.for_each(collection, names, scope, |evaluator, scope| {
                match evaluator.filter(*condition, scope) {
                    Err(error) => Step::Fail(error),
                    Ok(Formula::False) => Step::Skip,
                    Ok(Formula::True) => Step::Keep(None, evaluator.expression(*value, scope)),
                    Ok(formula) => Step::Maybe(formula, None, evaluator.expression(*value, scope)),
                }
            });
            match steps {
                Err(value) => value,
                Ok(steps) => combine(steps, |kept| Value::tuple(kept.into_iter().map(|(_, value)| value).collect())),
            }
            .marked(collection.marks)
        })
        .marked(collection.marks)
    }

    pub(super) fn for_object(&mut self, parts: Children, group: bool, scope: &Scope<'_>) -> Value {
        let document = scope.document;
        let [key, name, collection, key_value, value, condition] = document.children(parts) else {
            return Value::unknown(Reason::Broken);
        };
        let names = (document.string(*key), document.string(*name).unwrap_or(""));
        let collection = self.expression(*collection, scope);
        self.over_alternatives(&collection, |evaluator, collection| {
            if let Shape::Open(open) = &collection.shape {
                let result =
                    evaluator.over_open(open, names, scope, |evaluator, scope| evaluator.expression(*value, scope));
                return match &result.shape {
                    Shape::Open(open) => Shape::Open(Arc::new(Open { keyed: true, ..(**open).clone() })).into(),
                    _ => result,
                };
            }
            let steps = evaluator.for_each(collection, names, scope, |evaluator, scope| {
                let formula = match evaluator.filter(*condition, scope) {
                    Err(error) => return Step::Fail(error),
                    Ok(Formula::False) => return Step::Skip,
                    Ok(formula) => formula,
                };
                let key = convert::to_string(&evaluator.expression(*key_value, scope));
                let value = evaluator.expression(*value, scope);
                if formula == Formula::True {
                    Step::Keep(Some(key), value)
                } else {
                    Step::Maybe(formula, Some(key), value)
                }
            });
            match steps {
                Err(value) => value,
                Ok(steps) => combine(steps, |kept| object_of(kept, group)),
            }
            .marked(collection.marks)
        })
        .marked(collection.marks)
    }

    /// When an element is kept; an error if its condition cannot be evaluated.
    fn filter(&mut self, condition: NodeId, scope: &Scope<'_>) -> Result<Formula, Value> {
        if scope.document.node(condition) == Node::Missing {
            return Ok(Formula::True);
        }
        let decision = self.decide(condition, scope);
        match decision.error {
            Some(error) => Err(Value::error(error)),
            None => Ok(decision.formula),
        }
    }

    /// The same for every element of a collection of unknown length: done once, for what stands for all.
    fn over_open(
        &mut self,
        open: &Open,
        (key_name, value_name): (Option<&str>, &str),
        scope: &Scope<'_>,
        work: impl FnOnce(&mut Self, &Scope<'_>) -> Value,
    ) -> Value {
        let key = Value::unknown(Reason::DependsOn("the keys of a collection that is not known".into()));
        let outer = Binding { name: key_name.unwrap_or(""), value: key, outer: scope.bindings };
        let binding = Binding { name: value_name, value: open.element.clone(), outer: Some(&outer) };
        let element = work(self, &scope.bind(&binding));
        // A filter may leave nothing over, so the result is not tied to the collection's own existence.
        Shape::Open(Arc::new(Open { element, exists: None, keyed: false })).into()
    }

    pub(super) fn over_alternatives(
        &mut self,
        value: &Value,
        mut work: impl FnMut(&mut Self, &Value) -> Value,
    ) -> Value {
        match &value.shape {
            Shape::Choice(_) => {
                let alternatives: Vec<Alternative> = choice::alternatives(value)
                    .into_iter()
                    .map(|alternative| Alternative { guard: alternative.guard, value: work(self, &alternative.value) })
                    .collect();
                choice::choose(alternatives)
            }
            _ => work(self, value),
        }
    }

    pub(super) fn splat(&mut self, object: &Value, each: NodeId, scope: &Scope<'_>) -> Value {
        self.over_alternatives(object, |evaluator, object| {
            let mut one = |value: &Value| {
                let value = value.clone().sampled_if(object.marks.sampled);
                let binding = Binding { name: "*", value, outer: scope.bindings };
                evaluator.expression(each, &scope.bind(&binding))
            };
            match &object.shape {
                Shape::Null => Value::tuple(Vec::new()),
                Shape::Sequence(SequenceKind::Tuple, items) => Value::tuple(items.iter().map(one).collect()),
                Shape::Sequence(_, items) => Value::list(items.iter().map(one).collect()),
                Shape::Open(open) if !open.keyed => {
                    let element = one(&open.element);
                    Shape::Open(Arc::new(Open { element, exists: open.exists, keyed: false })).into()
                }
                Shape::Error(_) => object.clone(),
                Shape::Unknown(_) => choice::unknown_among([object]),
                Shape::Symbol(symbol) => {
                    let attribute: Arc<str> = format!("{}[*]", symbol.attribute).into();
                    let item = Value::symbol(Symbol { attribute, kind: SymbolKind::Other, ..symbol.clone() });
                    let element = one(&item);
                    Shape::Open(Arc::new(Open { element, exists: None, keyed: false })).into()
                }
                _ => Value::tuple(vec![one(object)]),
            }
        })
    }

    /// `collection[key]`; `written` is the key's expression, if it has one.
    pub(super) fn index(&mut self, collection: &Value, key: &Value, written: Option<(NodeId, &Scope<'_>)>) -> Value {
        choice::lift(&[collection.clone(), key.clone()], |values| {
            let (collection, key) = (&values[0], &values[1]);
            match &collection.shape {
                Shape::Error(_) => collection.clone(),
                Shape::Null => Value::error("a null value has no elements"),
                Shape::Sequence(..) | Shape::Mapping(..) if key.is_null() => Value::error("the index is null"),
                Shape::Sequence(SequenceKind::Set, _) => Value::error("the elements of a set have no index"),
                Shape::Sequence(_, items) => match convert::to_number(key).shape {
                    Shape::Number(number) => {
                        let index = number.as_int().and_then(|index| usize::try_from(index).ok());
                        match index.and_then(|index| items.get(index)) {
                            Some(item) => item.clone().within(collection),
                            None => {
                                let message = format!("there is no element {number} among {}", items.len());
                                Value::missing(message, lacking(collection, key))
                            }
                        }
                    }
                    Shape::Error(failure) => Shape::Error(failure).into(),
                    _ if items.len() == 1 => items[0].clone().within(collection),
                    _ => choice::unknown_among([key].into_iter().chain(items.iter())),
                },
                Shape::Mapping(_, entries) => match convert::to_string(key).as_text() {
                    Some(text) => match entries.iter().find(|entry| *entry.key == *text) {
                        Some(entry) => entry.value.clone().within(collection),
                        None => Value::missing(format!("there is no element {text:?}"), lacking(collection, key)),
                    },
                    None => written
                        .filter(|_| entries.len() <= MAX_POSSIBLE && !collection.marks.sampled)
                        .and_then(|(node, scope)| self.possible(entries, node, scope))
                        .map(|value| value.within(collection))
                        .unwrap_or_else(|| {
                            choice::unknown_among([key].into_iter().chain(entries.iter().map(|entry| &entry.value)))
                        }),
                },
                Shape::Open(open) => match open.exists {
                    Some(atom) => choice::choose([
                        Alternative { guard: Formula::Atom(atom), value: open.element.clone() },
                        Alternative {
                            guard: !Formula::Atom(atom),
                            value: Value::missing("there may be no element", lacking(collection, key)),
                        },
                    ]),
                    None => open.element.clone(),
                },
                Shape::Symbol(symbol) => {
                    let key = match key.as_text() {
                        Some(text) => format!("{text:?}"),
                        None => match &key.shape {
                            Shape::Number(number) => number.to_string(),
                            _ => "*".to_string(),
                        },
                    };
                    let attribute: Arc<str> = format!("{}[{key}]", symbol.attribute).into();
                    Value::symbol(Symbol { attribute, kind: SymbolKind::Other, ..symbol.clone() })
                }
                Shape::Resource(id) => match key.as_text() {
                    Some(name) => self.resource_attribute(*id, &name),
                    None => Value::unknown(Reason::DependsOn("an attribute's name that is not known".into())),
                },
                Shape::Unknown(unknown) => match convert::to_string(key).as_text() {
                    Some(key) => Shape::Unknown(Arc::new(unknown.part(&key))).into(),
                    None => choice::unknown_among([collection]),
                },
                _ => Value::error("only collections have elements"),
            }
            .marked(collection.marks.with(key.marks))
        })
    }
}

impl Evaluator<'_> {
    /// What a known map has under a key that is a variable without a value: each value if the key is its own, and a failure,
    /// which `try` makes up for, if it is none of them. `None` where the key is something else: conditions on it would not
    /// be told apart, and there are many of them.
    fn possible(&mut self, entries: &[Entry], key: NodeId, scope: &Scope<'_>) -> Option<Value> {
        let mut alternatives = Vec::with_capacity(entries.len() + 1);
        let mut others = Vec::with_capacity(entries.len());
        for guard in self.equals_each(key, entries.iter().map(|entry| &*entry.key), scope)? {
            others.push(!guard.clone());
            let value = entries.get(alternatives.len())?.value.clone();
            alternatives.push(Alternative { guard, value });
        }
        let value = Value::error("there may be no element of this key");
        alternatives.push(Alternative { guard: Formula::and(others), value });
        Some(choice::choose(alternatives))
    }
}

/// What is said of an element that `collection` does not have.
pub(super) fn lacking(collection: &Value, key: &Value) -> Missing {
    let marks = collection.marks.with(key.marks);
    let key = match (&key.shape, key.as_text()) {
        (Shape::Number(number), _) => number.to_string(),
        (_, text) => format!("{:?}", text.unwrap_or_default()),
    };
    let length = match &collection.shape {
        Shape::Sequence(_, items) => Some(items.len()),
        Shape::Open(open) if !open.keyed => Some(0),
        _ => None,
    };
    Missing {
        key: key.into(),
        names: collection.as_mapping().unwrap_or(&[]).iter().map(|entry| entry.key.clone()).collect(),
        length,
        fixed: !marks.assumed && !marks.sampled,
        place: None,
    }
}

/// Puts the results of an iteration together, once for every way the undecided conditions can come out.
fn combine(steps: Steps, build: impl Fn(Kept) -> Value) -> Value {
    let undecided = steps.iter().filter(|(_, _, formula)| *formula != Formula::True).count();
    if undecided > MAX_UNDECIDED {
        return choice::unknown_among(steps.iter().map(|(_, value, _)| value));
    }
    let mut ways: Vec<(Formula, Kept)> = vec![(Formula::True, Vec::new())];
    for (key, value, formula) in steps {
        let mut next = Vec::with_capacity(ways.len());
        for (guard, kept) in ways {
            if formula != Formula::True {
                let without = Formula::and([guard.clone(), !formula.clone()]);
                if without != Formula::False {
                    next.push((without, kept.clone()));
                }
            }
            let with = Formula::and([guard, formula.clone()]);
            if with != Formula::False {
                let mut kept = kept;
                kept.push((key.clone(), value.clone()));
                next.push((with, kept));
            }
        }
        ways = next;
    }
    choice::choose(ways.into_iter().map(|(guard, kept)| Alternative { guard, value: build(kept) }))
}

fn object_of(kept: Kept, group: bool) -> Value {
    let mut pairs: Vec<(Arc<str>, Value)> = Vec::with_capacity(kept.len());
    let sampled = kept.iter().any(|(key, _)| key.as_ref().is_some_and(|key| key.marks.assumed || key.marks.sampled));
    for (key, value) in &kept {
        match key.as_ref().and_then(Value::as_text) {
            Some(text) => pairs.push((text.into(), value.clone())),
            None => {
                if let Some(key) = key
                    && matches!(key.shape, Shape::Error(_))
                {
                    return key.clone();
                }
                // The keys are not known, but each value stands under one: an open map of what they may be.
                let elements: Vec<&Value> = kept.iter().map(|(_, value)| value).collect();
                let element = match &elements[..] {
                    [only] => (*only).clone(),
                    _ => choice::unknown_among(elements),
                };
                return Shape::Open(Arc::new(Open { element, exists: None, keyed: true })).into();
            }
        }
    }
    if group {
        return grouped(pairs).sampled_if(sampled);
    }
    let mut entries: Vec<Entry> = Vec::with_capacity(pairs.len());
    pairs.sort_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
    for (key, value) in pairs {
        if entries.last().is_some_and(|last| last.key == key) {
            return Value::error(format!("the key {key:?} is there twice"));
        }
        entries.push(Entry { key, key_span: None, value });
    }
    Value::object(entries).sampled_if(sampled)
}
