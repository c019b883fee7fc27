//! From a slot's path to the values that stand there.

use std::sync::Arc;

use super::{Encoding, Path, Slot, Step};
use crate::files::Files;
use crate::graph::Resource;
use crate::syntax::Language;
use crate::text::Span;
use crate::value::{
    Formula, Reason, Segment, Shape, Symbol, SymbolKind, TypeHint, Unknown, Value, Written, choice, concatenate,
    embedded,
};

/// A value in a slot.
#[derive(Clone, PartialEq, Debug)]
pub struct Found {
    /// The value. Never null, a sequence, an open collection or a choice.
    pub value: Value,
    /// Where the name is written that it stands under.
    pub key_span: Span,
    /// Under which condition it stands there.
    pub guard: Formula,
}

/// The values at `slot` in `resource`, each alternative of a choice on its own, under its condition. Attributes that are
/// not set and nulls give nothing. A value on the way that is not known is given as what stands in the slot.
pub fn find(slot: &Slot, resource: &Resource, files: &dyn Files) -> Vec<Found> {
    walk(&slot.path, resource, files).found
}

/// The same for any path.
pub fn find_path(path: &Path, resource: &Resource, files: &dyn Files) -> Vec<Found> {
    walk(path, resource, files).found
}

/// The values on the way to `slot` where a mapping or block has to be and something else is: a string in place of
/// `iam_instance_profile { name = … }`.
pub fn misplaced(slot: &Slot, resource: &Resource, files: &dyn Files) -> Vec<Found> {
    walk(&slot.path, resource, files).misplaced
}

/// Most values that are looked at for one slot of one resource. Values share parts, so that a small one can unfold into
/// one without bounds.
const MAX_STEPS: usize = 1 << 17;

/// Deepest nesting that is followed.
const MAX_NESTING: usize = 512;

struct Walk<'a> {
    files: &'a dyn Files,
    steps: usize,
    nesting: usize,
    found: Vec<Found>,
    misplaced: Vec<Found>,
}

fn walk<'a>(path: &Path, resource: &Resource, files: &'a dyn Files) -> Walk<'a> {
    let mut walk = Walk { files, steps: MAX_STEPS, nesting: MAX_NESTING, found: Vec::new(), misplaced: Vec::new() };
    if let Some(attribute) = path.attribute().and_then(|name| resource.attribute(name)) {
        walk.visit(&attribute.value, path.inner(), attribute.key_span, &Formula::True);
    }
    if path.is_in_api_definition() {
        for found in &mut walk.found {
            fill_in(&mut found.value);
        }
    }
    walk
}

/// What API Gateway replaces in a definition that it imports: "AWS variables for OpenAPI import" in its developer guide.
const VARIABLES: [&str; 3] = ["AWS::AccountId", "AWS::Partition", "AWS::Region"];

/// Puts what they stand for, which is not known, in place of the variables in a text.
fn fill_in(value: &mut Value) {
    let segments = match &value.shape {
        Shape::Text(text) => vec![Segment::Literal { text: text.clone(), written: value.written }],
        Shape::Template(segments) => segments.to_vec(),
        _ => return,
    };
    let mut pieces = Vec::new();
    let mut filled = false;
    for segment in segments {
        let (text, written) = match segment {
            Segment::Literal { text, written } => (text, written),
            Segment::Value(value) => {
                pieces.push(value);
                continue;
            }
        };
        let mut rest = &*text;
        while let Some((at, name)) = VARIABLES.iter().filter_map(|name| Some((rest.find(&marked(name))?, *name))).min()
        {
            let unknown =
                Unknown { hint: TypeHint::String, not_null: true, ..Unknown::new(Reason::Variable(name.into())) };
            pieces.push(Value::text(rest.get(..at).unwrap_or("")));
            pieces.push(Shape::Unknown(Arc::new(unknown)).into());
            rest = rest.get(at + marked(name).len()..).unwrap_or("");
            filled = true;
        }
        // Text that stands as it is written keeps its place.
        let whole = rest.len() == text.len();
        pieces.push(if whole { Value::text(text.clone()).written(written) } else { Value::text(rest) });
    }
    if filled {
        value.shape = concatenate(pieces).shape;
        value.written = Written::No;
    }
}

fn marked(name: &str) -> String {
    format!("${{{name}}}")
}

impl Walk<'_> {
    fn visit(&mut self, value: &Value, steps: &[Step], key_span: Span, guard: &Formula) {
        if *guard == Formula::False || self.steps == 0 {
            return;
        }
        self.steps -= 1;
        if self.steps == 0 || self.nesting == 0 {
            self.steps = 0;
            self.found.push(Found { value: Value::unknown(Reason::TooMany), key_span, guard: guard.clone() });
            return;
        }
        self.nesting -= 1;
        self.step_into(value, steps, key_span, guard);
        self.nesting += 1;
    }

    fn step_into(&mut self, value: &Value, steps: &[Step], key_span: Span, guard: &Formula) {
        let here = |value: Value| Found { value, key_span, guard: guard.clone() };
        match &value.shape {
            Shape::Null => return,
            Shape::Choice(_) => {
                for alternative in choice::alternatives(value) {
                    let guard = Formula::and([guard.clone(), alternative.guard]);
                    self.visit(&alternative.value, steps, key_span, &guard);
                }
                return;
            }
            Shape::Sequence(_, items) => {
                for item in items.iter() {
                    self.visit(item, steps, key_span, guard);
                }
                return;
            }
            Shape::Open(open) if !open.keyed || !matches!(steps.first(), Some(Step::Name(_) | Step::Suffix(_))) => {
                let exists = open.exists.map_or(Formula::True, Formula::Atom);
                let guard = Formula::and([guard.clone(), exists]);
                let steps = match steps {
                    [Step::Any, rest @ ..] if open.keyed => rest,
                    _ => steps,
                };
                self.visit(&open.element, steps, key_span, &guard);
                return;
            }
            _ => {}
        }
        let Some((step, rest)) = steps.split_first() else {
            self.found.push(here(value.clone()));
            return;
        };
        match (&value.shape, step) {
            // The name or ARN of an identity is text, and so no object for certain.
            (Shape::Symbol(Symbol { kind: SymbolKind::Name | SymbolKind::Arn, .. }), Step::Name(_)) => {
                self.misplaced.push(here(value.clone()));
            }
            (Shape::Unknown(_) | Shape::Error(_) | Shape::Symbol(_) | Shape::Resource(_), _) => {
                // Below a descent nothing says that the slot is there at all.
                if !steps.contains(&Step::Descend) {
                    self.found.push(here(value.clone()));
                }
            }
            (Shape::Open(open), Step::Name(_) | Step::Suffix(_)) => {
                // Which keys there are is not known, so this may be the one.
                let exists = open.exists.map_or(Formula::True, Formula::Atom);
                let guard = Formula::and([guard.clone(), exists]);
                let value = Value { shape: Value::unknown(Reason::TooMany).shape, ..value.clone() };
                self.found.push(Found { value, key_span, guard });
            }
            (_, Step::Decode(encoding)) => {
                let decoded = self.decode(value, *encoding);
                self.visit(&decoded, rest, key_span, guard);
            }
            (Shape::Json(inner), _) => self.visit(inner, steps, key_span, guard),
            (Shape::Mapping(_, entries), Step::Name(name)) => {
                for entry in entries.iter().filter(|entry| &*entry.key == *name) {
                    self.visit(&entry.value, rest, entry.key_span.unwrap_or(key_span), guard);
                }
            }
            (Shape::Mapping(_, entries), Step::Suffix(suffix)) => {
                for entry in entries.iter().filter(|entry| entry.key.ends_with(suffix)) {
                    self.visit(&entry.value, rest, entry.key_span.unwrap_or(key_span), guard);
                }
            }
            (Shape::Mapping(_, entries), Step::Any) => {
                for entry in entries.iter() {
                    self.visit(&entry.value, rest, entry.key_span.unwrap_or(key_span), guard);
                }
            }
            (Shape::Mapping(_, entries), Step::Descend) => {
                self.visit(value, rest, key_span, guard);
                for entry in entries.iter() {
                    self.visit(&entry.value, steps, entry.key_span.unwrap_or(key_span), guard);
                }
            }
            (Shape::Mapping(_, entries), Step::Select(pairs)) => {
                let has = |name: &str, wanted: &str| {
                    entries
                        .iter()
                        .find(|entry| &*entry.key == name)
                        .is_some_and(|entry| entry.value.as_text().as_deref() == Some(wanted))
                };
                if pairs.iter().all(|(name, wanted)| has(name, wanted)) {
                    self.visit(value, rest, key_span, guard);
                }
            }
            (_, Step::Descend | Step::Select(_) | Step::Any | Step::Suffix(_)) => {}
            _ => self.misplaced.push(here(value.clone())),
        }
    }

    fn decode(&self, value: &Value, encoding: Encoding) -> Value {
        let language = match encoding {
            Encoding::Json => Language::Json,
            Encoding::Yaml => Language::Yaml,
            Encoding::JsonOrYaml => {
                let first = match &value.shape {
                    Shape::Template(segments) => match segments.first() {
                        Some(Segment::Literal { text, .. }) => text.trim_start().starts_with('{'),
                        _ => false,
                    },
                    Shape::Text(text) => text.trim_start().starts_with('{'),
                    _ => true,
                };
                if first { Language::Json } else { Language::Yaml }
            }
        };
        embedded::decode(value, language, self.files).value
    }
}
