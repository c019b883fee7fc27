//! One or many: AWS takes a single value wherever it takes a list, and so does everything here.

use crate::value::{Formula, Reason, Shape, Value};

/// One element of a list, or the only one, with the condition under which it is there.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    /// Under which condition the element is there.
    pub guard: Formula,
    /// Whether it is there for certain when `guard` holds; `false` for what stands for the elements of a collection of
    /// unknown length.
    pub certain: bool,
    /// The element. Never null, a sequence, an open collection or a choice.
    pub value: Value,
}

/// Most elements that are listed; more of them end in an unknown one.
pub const MAX_ITEMS: usize = 4096;

/// Deepest nesting of lists and choices that is followed; beyond it the elements are unknown.
pub const MAX_NESTING: usize = 256;

/// The elements of `value`: through lists, sets, tuples, collections of unknown length and choices; nulls are nothing.
pub fn items(value: &Value) -> Vec<Item> {
    let mut found = Vec::new();
    let mut left = Left { steps: 16 * MAX_ITEMS, nesting: MAX_NESTING };
    collect(value, &Formula::True, true, &mut left, &mut found);
    found
}

/// How much more may be looked at.
struct Left {
    steps: usize,
    nesting: usize,
}

fn collect(value: &Value, guard: &Formula, certain: bool, left: &mut Left, found: &mut Vec<Item>) {
    if *guard == Formula::False || left.steps == 0 {
        return;
    }
    left.steps -= 1;
    if left.steps == 0 || left.nesting == 0 || found.len() == MAX_ITEMS {
        let value = Value::unknown(Reason::TooMany);
        found.push(Item { guard: guard.clone(), certain: false, value });
        left.steps = 0;
        return;
    }
    left.nesting -= 1;
    match &value.shape {
        Shape::Null => {}
        Shape::Sequence(_, elements) => {
            for element in elements.iter() {
                collect(element, guard, certain, left, found);
            }
        }
        Shape::Open(open) => {
            let exists = open.exists.map_or(Formula::True, Formula::Atom);
            let guard = Formula::and([guard.clone(), exists]);
            collect(&open.element, &guard, false, left, found);
        }
        Shape::Choice(_) => {
            for alternative in crate::value::choice::alternatives(value) {
                let guard = Formula::and([guard.clone(), alternative.guard]);
                collect(&alternative.value, &guard, certain, left, found);
            }
        }
        _ => found.push(Item { guard: guard.clone(), certain, value: value.clone() }),
    }
    left.nesting += 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Alternative, AtomId, choice};

    #[test]
    fn elements_carry_the_condition_they_are_under() {
        let atom = Formula::Atom(AtomId(0));
        let choice = choice::choose([
            Alternative { guard: atom.clone(), value: Value::list(vec![Value::text("a"), Value::text("b")]) },
            Alternative { guard: !atom.clone(), value: Value::null() },
        ]);
        let found = items(&Value::tuple(vec![choice, Value::text("c")]));
        let read: Vec<_> = found.iter().map(|item| (item.value.as_text().unwrap(), item.guard.clone())).collect();
        assert_eq!(read, [("a".into(), atom.clone()), ("b".into(), atom), ("c".into(), Formula::True)]);
    }

    #[test]
    fn a_list_that_doubles_forty_times_ends_in_an_unknown_element() {
        let mut value = Value::text("x");
        for _ in 0..40 {
            value = Value::tuple(vec![value.clone(), value]);
        }
        let found = items(&value);
        assert_eq!(found.len(), MAX_ITEMS + 1);
        assert!(found.last().unwrap().value.is_opaque());
    }

    #[test]
    fn a_list_a_thousand_deep_is_an_unknown_element() {
        let mut value = Value::text("x");
        for _ in 0..1000 {
            value = Value::tuple(vec![value]);
        }
        assert!(matches!(&items(&value)[..], [item] if item.value.is_opaque()));
    }
}
