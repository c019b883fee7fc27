//! What a stack gives to the outside.

use std::sync::Arc;

use super::intrinsics::from_elsewhere;
use super::{Evaluator, MAX_NESTING};
use crate::text::Span;
use crate::value::{Formula, Reason, Value};

/// How many levels of nesting an output counts for, as a property does.
const OUTPUT_NESTING: usize = 8;

/// An evaluated output.
#[derive(Clone)]
pub(super) struct Given {
    /// What it evaluates to.
    pub value: Value,
    /// Where the value is written.
    pub place: Span,
}

impl Evaluator<'_> {
    /// The output `name`, with parameters standing for themselves if `symbolic`; `None` if none is declared.
    pub(super) fn output(&mut self, name: &str, symbolic: bool) -> Option<Given> {
        let key = (Arc::from(name), symbolic);
        if let Some(known) = self.outputs.get(&key) {
            return known.clone();
        }
        let given = self.work_out_output(name, symbolic);
        self.outputs.insert(key, given.clone());
        given
    }

    fn work_out_output(&mut self, name: &str, symbolic: bool) -> Option<Given> {
        let entry = self.output_sections.iter().rev().find(|entry| &*entry.key == name)?.clone();
        let document = entry.scope.document;
        let node = document.get(entry.value, "Value").unwrap_or(entry.value);
        let place = document.span(node);
        if self.nesting + OUTPUT_NESTING > MAX_NESTING {
            self.gap(place, Reason::TooMany);
            return Some(Given { value: Value::unknown(Reason::TooMany).at(place), place });
        }
        self.nesting += OUTPUT_NESTING;
        let current = self.current.take();
        let condition = document.get(entry.value, "Condition");
        let value = self.within(&entry.scope, |evaluator| {
            let declared = condition.map_or(Formula::True, |node| evaluator.condition_named_by(node));
            let exists = Formula::and([evaluator.stack.exists.clone(), declared]);
            let holding = std::mem::replace(&mut evaluator.holding, exists);
            let value = evaluator.with_symbolic(symbolic, |evaluator| evaluator.value(node));
            evaluator.holding = holding;
            value
        });
        self.current = current;
        self.nesting -= OUTPUT_NESTING;
        Some(Given { value: from_elsewhere(value, name, place), place })
    }

    /// The names of all outputs, as far as they can be told.
    pub(super) fn output_names(&self) -> Vec<Arc<str>> {
        self.output_sections.iter().map(|entry| entry.key.clone()).collect()
    }
}
