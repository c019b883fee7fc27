//! What an expression of either language evaluates to.
//!
//! A value is never just "unknown": it keeps the references it is made of ([`Symbol`]), the alternatives it may have and
//! under which condition ([`Alternative`]), the known pieces of a string around an unknown one ([`Segment`]), and how it
//! came to the place where it is used ([`Hop`]).

pub mod choice;
mod decimal;
pub mod embedded;
pub mod failure;
pub mod guard;
pub mod json;
pub mod number;
pub mod origin;
pub mod unknown;

use std::sync::Arc;

pub use choice::Alternative;
pub use failure::{Failure, Missing, Place};
pub use guard::{Atom, AtomId, Atoms, Formula, Satisfiable};
pub use number::Number;
pub use origin::{Hop, HopKind, Written};
pub use unknown::{Reason, TypeHint, Unknown};

use crate::text::Span;

/// Names one resource instance of an evaluated unit: an index into its list of resources.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ResourceId(pub u32);

/// What an attribute of a resource is to IAM, whatever it is called there: the `id` of a role is its name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SymbolKind {
    /// The name: `aws_iam_role.x.name`, `.id`, `Ref` of a role.
    Name,
    /// The ARN: `aws_iam_role.x.arn`, `GetAtt X.Arn`.
    Arn,
    /// The generated unique id (`AROA…`, `AIPA…`).
    UniqueId,
    /// Any other attribute.
    Other,
}

/// An attribute of a resource, by reference.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Symbol {
    /// The resource instance.
    pub resource: ResourceId,
    /// What the attribute is to IAM.
    pub kind: SymbolKind,
    /// The attribute as it was written: `name`, `arn`, `vpc_config[0].subnet_ids`, `Arn`; empty for CloudFormation's `Ref`.
    pub attribute: Arc<str>,
}

/// Which sequence.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum SequenceKind {
    /// All elements have one type.
    List,
    /// As a list, in no order; kept here in Terraform's own iteration order where all elements are known.
    Set,
    /// Every element has its own type. YAML and JSON sequences are tuples.
    Tuple,
}

/// Which mapping.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum MappingKind {
    /// All values have one type.
    Map,
    /// Every value has its own type. YAML and JSON mappings are objects.
    Object,
}

/// One key of a mapping with its value.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// The key.
    pub key: Arc<str>,
    /// Where the key is written, if it is written as a key anywhere.
    pub key_span: Option<Span>,
    /// The value.
    pub value: Value,
}

/// A piece of a string that is not known as a whole, or that holds references.
#[derive(Clone, PartialEq, Debug)]
pub enum Segment {
    /// Known characters, and where they are written.
    Literal {
        /// The characters.
        text: Arc<str>,
        /// The node or bytes they stand in.
        written: Written,
    },
    /// A value that is put in as a string: known text with an alias, a symbol, or an unknown. Never a choice, a
    /// collection or another template.
    Value(Value),
}

/// A collection of which neither the length nor the keys are known; every element looks like `element`.
#[derive(Clone, PartialEq, Debug)]
pub struct Open {
    /// What stands for every element.
    pub element: Value,
    /// Holds when there is at least one element; `None` when nothing ties it to anything else.
    pub exists: Option<AtomId>,
    /// Whether it has string keys (a map, an object of instances) or positions (a list, a tuple of instances).
    pub keyed: bool,
}

/// The content of a value.
#[derive(Clone, PartialEq, Debug)]
pub enum Shape {
    /// `null`; "attribute not set".
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string that is known as a whole. Its [`Value::alias`] says if it also is an attribute of a resource.
    Text(Arc<str>),
    /// A string in pieces, at least one of which is a [`Segment::Value`].
    Template(Arc<[Segment]>),
    /// A string that is the JSON text of the value within. Kept unrendered, so that policies stay structured.
    Json(Arc<Value>),
    /// A list, set or tuple.
    Sequence(SequenceKind, Arc<[Value]>),
    /// A map or object. Keys are unique; Terraform's are in byte order, CloudFormation's as written.
    Mapping(MappingKind, Arc<[Entry]>),
    /// A collection of unknown length.
    Open(Arc<Open>),
    /// A resource instance as a whole; its attributes are evaluated when they are asked for.
    Resource(ResourceId),
    /// An attribute that only AWS can tell, by reference. Its type is not known; the IAM kinds are strings.
    Symbol(Symbol),
    /// One of several values, depending on conditions.
    Choice(Arc<[Alternative]>),
    /// Nothing is known but the reason.
    Unknown(Arc<Unknown>),
    /// The expression fails for the reason given. `try` and unselected branches swallow it; it is never a finding by itself.
    Error(Arc<Failure>),
}

/// Facts about a value that never change it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Marks {
    /// Must not be printed.
    pub sensitive: bool,
    /// Comes from the default of a root variable or parameter: a value to use, but it decides no branch.
    pub assumed: bool,
    /// Is there only while Terraform runs, and stands in no plan and no state.
    pub ephemeral: bool,
    /// Is a collection with the elements that the default of a root variable gives, or that are written of what a provider
    /// adds to: there may be others.
    pub sampled: bool,
}

impl Marks {
    /// The marks of a value made from two others.
    pub fn with(self, other: Marks) -> Marks {
        Marks {
            sensitive: self.sensitive || other.sensitive,
            assumed: self.assumed || other.assumed,
            ephemeral: self.ephemeral || other.ephemeral,
            sampled: self.sampled || other.sampled,
        }
    }
}

/// A value with its history. Cloning is cheap.
#[derive(Clone, PartialEq, Debug)]
pub struct Value {
    /// The content.
    pub shape: Shape,
    /// Where it was written: the literal, or the reference that names the resource.
    pub span: Option<Span>,
    /// Where its own characters stand, if it is text that was written somewhere and not changed since.
    pub written: Written,
    /// For known text: the resource attribute it is the configured value of.
    pub alias: Option<Arc<Symbol>>,
    /// The way it took from `span` to the place of use, the last hop first.
    pub path: Option<Arc<Hop>>,
    /// Marks.
    pub marks: Marks,
}

impl From<Shape> for Value {
    fn from(shape: Shape) -> Self {
        Value { shape, span: None, written: Written::No, alias: None, path: None, marks: Marks::default() }
    }
}

impl Value {
    /// `null`.
    pub fn null() -> Value {
        Shape::Null.into()
    }

    /// A boolean.
    pub fn bool(value: bool) -> Value {
        Shape::Bool(value).into()
    }

    /// Known text.
    pub fn text(text: impl Into<Arc<str>>) -> Value {
        Shape::Text(text.into()).into()
    }

    /// A whole number.
    pub fn int(value: i64) -> Value {
        Shape::Number(Number::from(value)).into()
    }

    /// A number.
    pub fn number(value: Number) -> Value {
        Shape::Number(value).into()
    }

    /// A tuple.
    pub fn tuple(items: Vec<Value>) -> Value {
        Shape::Sequence(SequenceKind::Tuple, items.into()).into()
    }

    /// A list. The elements are taken to be of one type.
    pub fn list(items: Vec<Value>) -> Value {
        Shape::Sequence(SequenceKind::List, items.into()).into()
    }

    /// An object with entries in the order given. Keys must be unique.
    pub fn object(entries: Vec<Entry>) -> Value {
        Shape::Mapping(MappingKind::Object, entries.into()).into()
    }

    /// An unknown value.
    pub fn unknown(reason: Reason) -> Value {
        Shape::Unknown(Arc::new(Unknown::new(reason))).into()
    }

    /// A value that stands for a failed evaluation.
    pub fn error(message: impl Into<Arc<str>>) -> Value {
        Shape::Error(Arc::new(Failure { message: message.into(), missing: None })).into()
    }

    /// A value that stands for what is asked for and not there.
    pub fn missing(message: impl Into<Arc<str>>, missing: Missing) -> Value {
        Shape::Error(Arc::new(Failure { message: message.into(), missing: Some(missing) })).into()
    }

    /// A symbolic attribute.
    pub fn symbol(symbol: Symbol) -> Value {
        Shape::Symbol(symbol).into()
    }

    /// The same, written at `span`.
    pub fn at(mut self, span: Span) -> Value {
        self.span = Some(span);
        self
    }

    /// The same, its own characters standing where `written` says.
    pub fn written(mut self, written: Written) -> Value {
        self.written = written;
        self
    }

    /// The same with `marks` added.
    pub fn marked(mut self, marks: Marks) -> Value {
        self.marks = self.marks.with(marks);
        self
    }

    /// The same as a collection that may have other elements.
    pub fn sampled_if(mut self, sampled: bool) -> Value {
        self.marks.sampled |= sampled;
        self
    }

    /// The same after one more hop on its way.
    pub fn via(mut self, kind: HopKind, span: Span) -> Value {
        self.path = Some(Arc::new(Hop { kind, span, before: self.path.take() }));
        self
    }

    /// The same as a part that was taken out of `outer`: what `outer` went through comes after its own hops, and the marks
    /// of `outer` are its own.
    pub fn within(mut self, outer: &Value) -> Value {
        self.marks = self.marks.with(outer.marks);
        let Some(hops) = &outer.path else { return self };
        let steps: Vec<&Hop> = hops.steps().collect();
        for step in steps.into_iter().rev() {
            self.path = Some(Arc::new(Hop { kind: step.kind.clone(), span: step.span, before: self.path.take() }));
        }
        self
    }

    /// Known text, whether in one piece or in several that are all known.
    pub fn as_text(&self) -> Option<std::borrow::Cow<'_, str>> {
        match &self.shape {
            Shape::Text(text) => Some((&**text).into()),
            Shape::Template(segments) => {
                let mut whole = String::new();
                for segment in segments.iter() {
                    match segment {
                        Segment::Literal { text, .. } => whole.push_str(text),
                        Segment::Value(value) => whole.push_str(&value.as_text()?),
                    }
                }
                Some(whole.into())
            }
            _ => None,
        }
    }

    /// The boolean, if it is a known one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.shape {
            Shape::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The attribute it refers to: a symbol, or the alias of known text.
    pub fn as_symbol(&self) -> Option<&Symbol> {
        match &self.shape {
            Shape::Symbol(symbol) => Some(symbol),
            _ => self.alias.as_deref(),
        }
    }

    /// The elements of a list, set or tuple.
    pub fn as_sequence(&self) -> Option<&[Value]> {
        match &self.shape {
            Shape::Sequence(_, items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a map or object.
    pub fn as_mapping(&self) -> Option<&[Entry]> {
        match &self.shape {
            Shape::Mapping(_, entries) => Some(entries),
            _ => None,
        }
    }

    /// The value under `key` of a map or object.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_mapping()?.iter().find(|entry| &*entry.key == key).map(|entry| &entry.value)
    }

    /// Whether it stands for a failed evaluation, or has such a value in it: Terraform fails as a whole then, and `try`
    /// moves on.
    pub fn has_error(&self) -> bool {
        match &self.shape {
            Shape::Error(_) => true,
            Shape::Sequence(_, items) => items.iter().any(Value::has_error),
            Shape::Mapping(_, entries) => entries.iter().any(|entry| entry.value.has_error()),
            Shape::Choice(alternatives) => alternatives.iter().all(|alternative| alternative.value.has_error()),
            _ => false,
        }
    }

    /// Whether it is `null` for certain.
    pub fn is_null(&self) -> bool {
        matches!(self.shape, Shape::Null)
    }

    /// Whether it is unknown or failed: nothing can be said about it.
    pub fn is_opaque(&self) -> bool {
        matches!(self.shape, Shape::Unknown(_) | Shape::Error(_))
    }

    /// Whether nothing in it is left open: no symbol, unknown, choice, open collection or error at any depth.
    pub fn is_known(&self) -> bool {
        match &self.shape {
            Shape::Null | Shape::Bool(_) | Shape::Number(_) | Shape::Text(_) => true,
            Shape::Template(_) => self.as_text().is_some(),
            Shape::Json(value) => value.is_known(),
            Shape::Sequence(_, items) => items.iter().all(Value::is_known),
            Shape::Mapping(_, entries) => entries.iter().all(|entry| entry.value.is_known()),
            Shape::Open(_) | Shape::Resource(_) | Shape::Symbol(_) => false,
            Shape::Choice(_) | Shape::Unknown(_) | Shape::Error(_) => false,
        }
    }
}

/// Joins pieces into one string value: neighbouring literals are merged, a single piece is itself, nested templates are
/// flattened, and an error or a choice-free unknown stays a piece. Pieces must be strings already (text, template, JSON
/// text, symbol, unknown); the caller converts and spreads choices first.
pub fn concatenate(pieces: Vec<Value>) -> Value {
    let mut marks = Marks::default();
    let mut segments: Vec<Segment> = Vec::with_capacity(pieces.len());
    for piece in &pieces {
        marks = marks.with(piece.marks);
    }
    if pieces.len() == 1
        && let Some(only) = pieces.first()
    {
        return only.clone();
    }
    for piece in pieces {
        match &piece.shape {
            Shape::Error(_) => return piece,
            Shape::Text(text) if piece.alias.is_none() => {
                if !text.is_empty() {
                    segments.push(Segment::Literal { text: text.clone(), written: piece.written })
                }
            }
            Shape::Template(inner) => segments.extend(inner.iter().cloned()),
            _ => segments.push(Segment::Value(piece)),
        }
    }
    if segments.iter().all(|segment| matches!(segment, Segment::Literal { .. })) {
        if let [Segment::Literal { text, written }] = &segments[..] {
            return Value::text(text.clone()).written(*written).marked(marks);
        }
        let whole: String = segments
            .iter()
            .map(|segment| match segment {
                Segment::Literal { text, .. } => &**text,
                Segment::Value(_) => "",
            })
            .collect();
        return Value::text(whole).marked(marks);
    }
    if let [Segment::Value(only)] = &segments[..] {
        return only.clone().marked(marks);
    }
    Value::from(Shape::Template(segments.into())).marked(marks)
}
