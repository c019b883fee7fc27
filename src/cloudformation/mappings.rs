//! `Fn::FindInMap`.

use super::{Evaluator, Scope};
use crate::syntax::{Node, NodeId};
use crate::value::choice::choose;
use crate::value::{Alternative, Formula, HopKind, Reason, Shape, TypeHint, Value};

/// Most entries of a map whose keys are compared with an unknown one.
const MAX_KEYS: usize = 512;

impl<'a> Evaluator<'a> {
    /// A value of a map. A key that is a parameter picks nothing by its default: every entry it may name is an
    /// alternative, under the condition that it names it.
    pub(super) fn find_in_map(&mut self, argument: NodeId, call: NodeId) -> Value {
        let document = self.document;
        let span = document.span(call);
        let (name, first, second, options) = match document.elements(argument) {
            [name, first, second] => (*name, *first, *second, None),
            [name, first, second, options] => (*name, *first, *second, Some(*options)),
            _ => return Value::error("Fn::FindInMap takes a map and two keys").at(span),
        };
        let map = self.with_symbolic(true, |evaluator| evaluator.value(name));
        let Some(map_name) = map.as_text() else { return self.derived([&map], TypeHint::Any).at(span) };
        let default = options.and_then(|options| document.get(options, "DefaultValue")).map(|node| self.value(node));
        let Some(map) = self.mappings.get(&*map_name).cloned() else {
            return default.unwrap_or_else(|| self.missing_map(&map_name, name).at(span));
        };
        let [first_key, second_key] =
            [first, second].map(|node| self.with_symbolic(true, |evaluator| evaluator.value(node)));
        let exact = self.look_up(&map, &first_key, &second_key, default.as_ref(), true);
        let found = match exact {
            Some(value) => value,
            None => {
                // Too many entries: what the defaults pick is at least one scenario.
                let [first_key, second_key] = [first, second].map(|node| self.value(node));
                match (first_key.as_text(), second_key.as_text()) {
                    (Some(_), Some(_)) => {
                        let marks = first_key.marks.with(second_key.marks);
                        let value = self.look_up(&map, &first_key, &second_key, default.as_ref(), false);
                        value.unwrap_or_else(|| Value::unknown(Reason::TooMany)).marked(marks)
                    }
                    _ => self.derived([&first_key, &second_key], TypeHint::Any),
                }
            }
        };
        let found = found.via(HopKind::Function("Fn::FindInMap".into()), span);
        if found.span.is_some() { found } else { found.at(span) }
    }

    /// The value under two keys, as a choice where a key is not known; `None` when there are too many entries to tell, or
    /// a key is something that cannot be compared. Where the keys are `exact`, and not defaults that may be overridden, a
    /// deployment for which the map has no entry fails, so there is none.
    fn look_up(
        &mut self,
        (scope, map): &(Scope<'a>, NodeId),
        first: &Value,
        second: &Value,
        default: Option<&Value>,
        exact: bool,
    ) -> Option<Value> {
        let mut found: Vec<Alternative> = Vec::new();
        let mut seen: Vec<Formula> = Vec::new();
        let mut entries = 0;
        for row in self.within(scope, |evaluator| evaluator.expandable(*map)) {
            if &*row.key == "Fn::Transform" {
                return Some(Value::unknown(
                    self.within(&row.scope, |evaluator| evaluator.why_not_included(row.value)),
                ));
            }
            let picked = self.equal(first, &Value::text(row.key.clone()))?;
            if picked == Formula::False {
                continue;
            }
            for entry in self.within(&row.scope, |evaluator| evaluator.expandable(row.value)) {
                if &*entry.key == "Fn::Transform" {
                    let reason = self.within(&entry.scope, |evaluator| evaluator.why_not_included(entry.value));
                    return Some(Value::unknown(reason));
                }
                entries += 1;
                if entries > MAX_KEYS {
                    return None;
                }
                let also = self.equal(second, &Value::text(entry.key.clone()))?;
                let guard = Formula::and([picked.clone(), also]);
                if guard != Formula::False {
                    seen.push(guard.clone());
                    let value = self.within(&entry.scope, |evaluator| evaluator.value(entry.value));
                    found.push(Alternative { guard, value });
                }
            }
        }
        let otherwise = !Formula::or(seen);
        if otherwise != Formula::False && !self.out.atoms.is_certain(&!otherwise.clone()) {
            let value = match default {
                Some(default) => default.clone(),
                None => {
                    if exact {
                        self.demand(!otherwise.clone());
                    }
                    Value::error("the map has no such key")
                }
            };
            found.push(Alternative { guard: otherwise, value });
        }
        match choose(found) {
            value if matches!(&value.shape, Shape::Unknown(unknown) if unknown.reason == Reason::TooMany) => None,
            value => Some(value),
        }
    }

    fn missing_map(&mut self, name: &str, node: NodeId) -> Value {
        if let Some(reason) = self.why_open() {
            return Value::unknown(reason);
        }
        let at = match self.document.node(node) {
            Node::String(text) => self.document.text_span(text, 0..self.document.text(text).len()),
            _ => self.document.span(node),
        };
        let near = crate::suggest::nearest(name, self.mappings.keys().map(|name| &**name));
        let advice = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "declare it under `Mappings`, or correct the name".to_owned(),
        };
        self.report("unresolved-reference", at, format!("`{name}` is not a mapping of this template; {advice}"));
        Value::error(format!("the mapping {name} is not declared"))
    }
}
