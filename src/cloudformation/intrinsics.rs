//! Values of nodes, and the intrinsic functions.

use std::collections::HashMap;
use std::sync::Arc;

use super::strings::{joined, plain, textual};
use super::{Evaluator, includes, unknown};
use crate::syntax::{Node, NodeId};
use crate::text::Span;
use crate::value::choice::{MAX_ALTERNATIVES, alternatives, choose, lift, too_many};
use crate::value::{
    Alternative, Entry, Formula, HopKind, Number, Reason, Segment, Shape, SymbolKind, TypeHint, Unknown, Value, Written,
};

/// From this many lists on, those that exclude themselves are looked for, so that many conditional elements which hang on
/// few parameters stay within [`MAX_ALTERNATIVES`].
const CROWDED: usize = 8;

/// A value that was not written at `place`, where it is used, but in a mapping or a default, remembers that place.
pub(super) fn from_elsewhere(value: Value, name: &str, place: Span) -> Value {
    let is_here = |value: &Value| value.span.is_none_or(|span| place.contains(span));
    let all_here = match &value.shape {
        Shape::Choice(alternatives) => alternatives.iter().all(|alternative| is_here(&alternative.value)),
        _ => is_here(&value),
    };
    if all_here { value } else { value.via(HopKind::Attribute(name.into()), place) }
}

impl<'a> Evaluator<'a> {
    /// The function that a node calls, without `Fn::`, and its argument: a short form, or a mapping with exactly one key.
    /// `Condition` is a function in its short form only; written as a key it is data except inside conditions.
    pub(super) fn call(&self, node: NodeId) -> Option<(&'a str, NodeId)> {
        let document = self.document;
        match document.node(node) {
            Node::Tagged { tag, value } => Some((document.string(tag)?, value)),
            Node::Mapping(children) if children.len() == 1 => {
                let (key, value) = document.entries(node).next()?;
                let key = document.string(key)?;
                let name = if key == "Ref" { key } else { key.strip_prefix("Fn::")? };
                (!name.starts_with("ForEach::")).then_some((name, value))
            }
            _ => None,
        }
    }

    /// What a node evaluates to.
    pub(super) fn value(&mut self, node: NodeId) -> Value {
        if !self.enter(node) {
            return Value::unknown(Reason::TooMany).at(self.document.span(node));
        }
        let value = match self.call(node) {
            Some((function, argument)) => self.intrinsic(function, argument, node),
            None => self.plain_value(node),
        };
        self.leave();
        value
    }

    fn plain_value(&mut self, node: NodeId) -> Value {
        let document = self.document;
        let span = document.span(node);
        let written = Written::Node(document.source(), node);
        match document.node(node) {
            Node::Null => Value::null().at(span),
            Node::Bool(value) => Value::bool(value).at(span).written(written),
            Node::Number(text) => match Number::parse(document.text(text)) {
                Some(number) => Value::number(number).at(span).written(written),
                None => Value::text(document.text(text)).at(span),
            },
            Node::String(text) => match self.in_scope(document.text(text)) {
                std::borrow::Cow::Borrowed(text) => plain(text, written, span),
                std::borrow::Cow::Owned(text) => plain(&text, Written::No, span),
            },
            Node::Sequence(_) => self.sequence(node),
            Node::Mapping(_) => self.mapping(node),
            _ => Value::unknown(Reason::Broken).at(span),
        }
    }

    fn mapping(&mut self, node: NodeId) -> Value {
        let span = self.document.span(node);
        let expanded = self.expandable(node);
        let mut entries: Vec<Entry> = Vec::with_capacity(expanded.len());
        let mut places: HashMap<Arc<str>, usize> = HashMap::new();
        for entry in expanded {
            if &*entry.key == "Fn::Transform" {
                let reason = Reason::Transform("Fn::Transform".into());
                self.gap(entry.key_span(), reason.clone());
                return Value::unknown(reason).at(span);
            }
            let value = self.within(&entry.scope, |evaluator| evaluator.value(entry.value));
            let value = from_elsewhere(value, &entry.key, entry.value_span());
            let key_span = Some(entry.key_span());
            let new = Entry { key: entry.key.clone(), key_span, value };
            match places.get(&entry.key).and_then(|place| entries.get_mut(*place)) {
                Some(earlier) => *earlier = new,
                None => {
                    places.insert(entry.key, entries.len());
                    entries.push(new);
                }
            }
        }
        Value::object(entries).at(span)
    }

    /// A list. An element that may be `AWS::NoValue` makes it a choice of lists with and without the element.
    fn sequence(&mut self, node: NodeId) -> Value {
        let document = self.document;
        let mut rows: Vec<(Formula, Vec<Value>)> = vec![(Formula::True, Vec::new())];
        let mut all = Vec::new();
        for element in document.elements(node) {
            let value = self.value(*element);
            let removable = !matches!(document.node(*element), Node::Null);
            let (absent, present): (Vec<_>, Vec<_>) =
                alternatives(&value).into_iter().partition(|one| removable && one.value.is_null());
            if absent.is_empty() {
                rows.iter_mut().for_each(|(_, row)| row.push(value.clone()));
            } else if present.is_empty() {
                continue;
            } else if rows.len() <= MAX_ALTERNATIVES {
                let without = Formula::or(absent.into_iter().map(|one| one.guard).collect::<Vec<_>>());
                let with = Formula::or(present.iter().map(|one| one.guard.clone()).collect::<Vec<_>>());
                let element = choose(present);
                let mut next = Vec::with_capacity(rows.len() * 2);
                let crowded = rows.len() >= CROWDED;
                for (guard, row) in rows {
                    let kept = Formula::and([guard.clone(), with.clone()]);
                    if kept != Formula::False && (!crowded || self.can_hold(&kept)) {
                        let longer = row.iter().cloned().chain([element.clone()]).collect();
                        next.push((kept, longer));
                    }
                    let left_out = Formula::and([guard, without.clone()]);
                    if left_out != Formula::False && (!crowded || self.can_hold(&left_out)) {
                        next.push((left_out, row));
                    }
                }
                rows = next;
            }
            all.push(value);
        }
        let span = document.span(node);
        if rows.len() > MAX_ALTERNATIVES {
            return too_many(&all).at(span);
        }
        let rows = rows.into_iter().map(|(guard, row)| Alternative { guard, value: Value::tuple(row).at(span) });
        let value = choose(rows);
        if value.span.is_some() { value } else { value.at(span) }
    }

    fn intrinsic(&mut self, function: &str, argument: NodeId, call: NodeId) -> Value {
        let span = self.document.span(call);
        let value = match function {
            "Ref" => self.reference_call(argument, call),
            "GetAtt" => self.get_attribute_call(argument, call),
            "Sub" => self.substitute(argument, call),
            "Join" => self.join(argument),
            "Select" => self.select(argument, call),
            "Split" => self.split(argument),
            "FindInMap" => self.find_in_map(argument, call),
            "If" => self.choose_by_condition(argument),
            "And" | "Or" | "Not" | "Equals" | "Condition" => {
                let holds = self.with_symbolic(true, |evaluator| evaluator.formula(call));
                choose([
                    Alternative { guard: holds.clone(), value: Value::bool(true) },
                    Alternative { guard: !holds, value: Value::bool(false) },
                ])
            }
            // The text that is encoded says more than the encoding of it.
            "Base64" => self.value(argument).via(HopKind::Function("Fn::Base64".into()), span),
            "Length" => self.length(argument),
            "ToJsonString" => {
                let value = self.value(argument);
                lift(&[value], |row| match row {
                    [value] if !value.is_opaque() => Shape::Json(Arc::new(value.clone())).into(),
                    _ => self.derived(row, TypeHint::String),
                })
            }
            "GetAZs" | "Cidr" => {
                let _ = self.value(argument);
                unknown(Reason::LookUp(format!("Fn::{function}").into()), TypeHint::Sequence)
            }
            "ImportValue" => self.import_value(argument, call),
            "GetStackOutput" => self.stack_output(argument, call),
            "Transform" => match self.included_text(argument) {
                Some(included) => self
                    .within(&included, |evaluator| evaluator.value(included.document.root()))
                    .via(HopKind::Function(includes::INCLUDE.into()), span),
                None => {
                    let reason = self.why_not_included(argument);
                    self.gap(span, reason.clone());
                    self.opaque_call(argument, reason)
                }
            },
            other => {
                let reason = match other.starts_with("Rain::") {
                    true => Reason::Transform(other.into()),
                    false => Reason::Function(format!("Fn::{other}").into()),
                };
                self.gap(span, reason.clone());
                self.opaque_call(argument, reason)
            }
        };
        if value.span.is_some() { value } else { value.at(span) }
    }

    /// Unknown for `reason`, keeping the references in the argument.
    pub(super) fn opaque_call(&mut self, argument: NodeId, reason: Reason) -> Value {
        let argument = self.value(argument);
        let mut may = Vec::new();
        crate::value::choice::collect_symbols(&argument, &mut may);
        Shape::Unknown(Arc::new(Unknown { may: may.into(), ..Unknown::new(reason) })).into()
    }

    /// An argument as a person would quote it.
    pub(super) fn shown(&self, node: NodeId) -> String {
        if let Some(text) = self.scalar(node) {
            return text.into_owned();
        }
        match self.call(node) {
            Some(("Sub", argument)) if self.scalar(argument).is_some() => self.shown(argument),
            _ => self.canonical(node).0,
        }
    }

    fn choose_by_condition(&mut self, argument: NodeId) -> Value {
        let [condition, yes, no] = *self.document.elements(argument) else {
            return Value::error("Fn::If takes a condition and two values");
        };
        let holds = self.condition_of_branches(condition);
        // Both are evaluated also where the condition is decided: the service resolves every reference.
        let mut branches = Vec::with_capacity(2);
        for (guard, branch) in [(holds.clone(), yes), (!holds, no)] {
            let value = self.assuming(&guard, |evaluator| evaluator.value(branch));
            if self.can_hold(&guard) {
                branches.push(Alternative { guard, value });
            }
        }
        choose(branches)
    }

    /// What the first argument of `Fn::If` asks.
    pub(super) fn condition_of_branches(&mut self, condition: NodeId) -> Formula {
        match self.document.node(condition) {
            Node::String(_) => self.condition_named_by(condition),
            _ => self.with_symbolic(true, |evaluator| evaluator.formula(condition)),
        }
    }

    fn join(&mut self, argument: NodeId) -> Value {
        let document = self.document;
        let [delimiter, list] = *document.elements(argument) else {
            return Value::error("Fn::Join takes a delimiter and a list");
        };
        let delimiter = self.value(delimiter);
        let list = self.value(list);
        lift(&[delimiter, list], |row| match row {
            [delimiter, list] => match &list.shape {
                Shape::Sequence(_, items) => {
                    let mut pieces = Vec::with_capacity(items.len() * 2);
                    for (index, item) in items.iter().enumerate() {
                        if index > 0 {
                            pieces.push(delimiter.clone());
                        }
                        pieces.push(item.clone());
                    }
                    match pieces.is_empty() {
                        true => Value::text(""),
                        false => joined(document, &pieces).marked(list.marks),
                    }
                }
                // A single string where the list belongs is what it joins to.
                Shape::Text(_) | Shape::Template(_) => list.clone(),
                _ => self.derived([list], TypeHint::String),
            },
            _ => self.derived(row, TypeHint::String),
        })
    }

    fn select(&mut self, argument: NodeId, call: NodeId) -> Value {
        let document = self.document;
        let span = document.span(call);
        let [index, list] = *document.elements(argument) else {
            return Value::error("Fn::Select takes an index and a list");
        };
        let index = self.value(index);
        let list = self.value(list);
        lift(&[index, list], |row| {
            let [index, list] = row else { return self.derived(row, TypeHint::Any) };
            let place = textual(document, index).as_text().map(|text| text.trim().parse::<usize>());
            match (place, &list.shape) {
                (Some(Ok(place)), Shape::Sequence(_, items)) => match items.get(place) {
                    Some(item) => item
                        .clone()
                        .marked(index.marks.with(list.marks))
                        .via(HopKind::Function("Fn::Select".into()), span),
                    // The default of a parameter says nothing of how many elements it will have.
                    None if list.marks.assumed => self.without_default(list, TypeHint::Any),
                    None => Value::error(format!("there is no element {place} in a list of {}", items.len())),
                },
                (Some(Err(_)), _) => Value::error("the index of Fn::Select is not a whole number"),
                (None, Shape::Sequence(..)) => self.derived(row, TypeHint::Any),
                _ => self.derived([list], TypeHint::Any),
            }
        })
    }

    fn length(&mut self, argument: NodeId) -> Value {
        let value = self.value(argument);
        lift(&[value], |row| match row.first().map(|value| &value.shape) {
            Some(Shape::Sequence(_, items)) => Value::int(items.len() as i64),
            Some(Shape::Mapping(_, entries)) => Value::int(entries.len() as i64),
            _ => self.derived(row, TypeHint::Number),
        })
    }

    fn split(&mut self, argument: NodeId) -> Value {
        let [delimiter, source] = *self.document.elements(argument) else {
            return Value::error("Fn::Split takes a delimiter and a string");
        };
        let delimiter = self.value(delimiter);
        let source = self.value(source);
        lift(&[delimiter, source], |row| {
            let [delimiter, source] = row else { return self.derived(row, TypeHint::Sequence) };
            let document = self.document;
            let pieces = self.segments(&textual(document, source));
            let parts = delimiter.as_text().and_then(|delimiter| self.split_pieces(&delimiter, pieces));
            match parts {
                Some(parts) => Value::tuple(parts).marked(source.marks),
                None => self.derived([source], TypeHint::Sequence),
            }
        })
    }

    /// A string in pieces, with ARNs of identities written out where their path is known.
    fn segments(&mut self, value: &Value) -> Vec<Value> {
        let pieces: Vec<Value> = match &value.shape {
            Shape::Template(segments) => segments
                .iter()
                .map(|segment| match segment {
                    Segment::Literal { text, .. } => Value::text(text.clone()),
                    Segment::Value(value) => value.clone(),
                })
                .collect(),
            _ => vec![value.clone()],
        };
        pieces.into_iter().flat_map(|piece| self.arn_pieces(&piece).unwrap_or_else(|| vec![piece])).collect()
    }

    /// Cuts a string in pieces at every delimiter; `None` where an unknown piece may hold one.
    fn split_pieces(&self, delimiter: &str, pieces: Vec<Value>) -> Option<Vec<Value>> {
        if delimiter.is_empty() {
            return None;
        }
        let mut parts: Vec<Vec<Value>> = vec![Vec::new()];
        for piece in pieces {
            match &piece.shape {
                Shape::Text(text) if text.contains(delimiter) => {
                    for (index, part) in text.split(delimiter).enumerate() {
                        if index > 0 {
                            parts.push(Vec::new());
                        }
                        if let Some(last) = parts.last_mut()
                            && !part.is_empty()
                        {
                            last.push(Value::text(part).marked(piece.marks));
                        }
                    }
                }
                Shape::Text(_) => parts.last_mut()?.push(piece),
                _ if never_holds(&piece, delimiter) => parts.last_mut()?.push(piece),
                _ => return None,
            }
        }
        let whole = |part: Vec<Value>| if part.is_empty() { Value::text("") } else { joined(self.document, &part) };
        Some(parts.into_iter().map(whole).collect())
    }
}

/// Whether a value that is not known cannot contain `delimiter`, from the characters that such values are made of.
fn never_holds(piece: &Value, delimiter: &str) -> bool {
    let outside = |extra: &'static str| {
        delimiter.chars().any(|character| !character.is_ascii_alphanumeric() && !extra.contains(character))
    };
    match &piece.shape {
        // Names of identities: `[\w+=,.@-]+`.
        Shape::Symbol(symbol) if symbol.kind == SymbolKind::Name => outside("_+=,.@-"),
        Shape::Symbol(symbol) if symbol.kind == SymbolKind::UniqueId => outside(""),
        Shape::Unknown(unknown) => match &unknown.reason {
            Reason::Variable(name) => match &**name {
                "AWS::AccountId" | "AWS::Partition" | "AWS::Region" | "AWS::StackName" => outside("-"),
                "AWS::URLSuffix" => outside("-."),
                _ => false,
            },
            _ => false,
        },
        _ => false,
    }
}
