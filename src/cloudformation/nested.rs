//! Templates inside templates: nested stacks and serverless applications whose template is a local file.

use std::collections::HashMap;
use std::sync::Arc;

use super::library::{asset, location_property};
use super::parameters::{Parameter, default_value, split};
use super::references::is_nested;
use super::stack::{Argument, Arguments, Shared, Stack};
use super::strings::{joined, textual};
use super::{Evaluator, unknown};
use crate::files::File;
use crate::graph::{Interest, ModuleCall};
use crate::suggest::nearest;
use crate::syntax::{Document, Node};
use crate::text::Span;
use crate::value::choice::{alternatives, choose, lift};
use crate::value::{Alternative, HopKind, Marks, Reason, Segment, Shape, TypeHint, Value};

/// How deep templates may nest. CloudFormation itself has no number for it; what is deeper than this is a circle whose
/// paths differ.
const MAX_DEPTH: usize = 24;

/// How far a nested stack is known.
#[derive(Clone)]
pub(super) enum Nested {
    /// Its location and its arguments are being evaluated.
    Opening,
    /// Its template is not at hand.
    Closed(Reason),
    /// It is the stack of this number.
    Open(usize),
}

impl<'a> Evaluator<'a> {
    /// Makes the resources of a nested stack, and notes the call.
    pub(super) fn call_nested(&mut self, index: usize, interest: Interest<'_>) {
        let Some(declared) = self.declared.get(index).filter(|declared| is_nested(&declared.kind)) else { return };
        let (address, span, kind) = (self.full_address(declared), declared.span, declared.kind.clone());
        let opened = self.open_nested(index);
        let source: Arc<str> = match location_property(&kind) {
            Some(property) => self.location(index, property).unwrap_or_default().into(),
            None => kind,
        };
        let loaded = matches!(opened, Nested::Open(_));
        self.out.module_calls.push(ModuleCall { address, source, span, loaded });
        if let Nested::Open(number) = opened {
            self.within_stack(number, |stack| {
                stack.build(interest);
                stack.survey();
            });
        }
    }

    /// An attribute of a nested stack: what its template puts out. `None` when the resource is no template, and for what
    /// a nested stack has as any other resource.
    pub(super) fn nested_attribute(&mut self, index: usize, attribute: &str, span: Span) -> Option<Value> {
        let declared = self.declared.get(index).filter(|declared| is_nested(&declared.kind))?;
        let call = self.full_address(declared);
        let is_module = location_property(&declared.kind).is_none();
        let output = attribute.strip_prefix("Outputs.");
        if output.is_none() && !is_module {
            return None;
        }
        match self.open_nested(index) {
            Nested::Opening => Some(Value::unknown(Reason::Cycle(call)).at(span)),
            Nested::Closed(reason) => {
                self.gap(span, reason.clone());
                Some(Value::unknown(reason).at(span))
            }
            Nested::Open(number) => {
                let output = output?;
                let symbolic = self.symbolic;
                match self.within_stack(number, |stack| stack.output(output, symbolic)) {
                    None => Some(Value::unknown(Reason::Cycle(call)).at(span)),
                    Some(Some(given)) => {
                        let hop = HopKind::ModuleOutput { call, output: output.into() };
                        Some(given.value.via(hop, given.place))
                    }
                    Some(None) => Some(self.missing_output(number, &call, output, span)),
                }
            }
        }
    }

    fn missing_output(&mut self, number: usize, call: &str, output: &str, span: Span) -> Value {
        let known = self.within_stack(number, |stack| (stack.why_open(), stack.output_names()));
        let (open, names) = known.unwrap_or_default();
        if let Some(reason) = open {
            return Value::unknown(reason).at(span);
        }
        let advice = match nearest(output, names.iter().map(|name| &**name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "declare it under `Outputs` there, or correct the name".to_owned(),
        };
        self.report(
            "unresolved-reference",
            span,
            format!("the template of `{call}` has no output `{output}`; {advice}"),
        );
        unknown(Reason::Failed(format!("{call} has no output {output}").into()), TypeHint::Any).at(span)
    }

    fn open_nested(&mut self, index: usize) -> Nested {
        if let Some(known) = self.nested.get(&index) {
            return known.clone();
        }
        self.nested.insert(index, Nested::Opening);
        let nested = match self.open(index) {
            Ok(number) => Nested::Open(number),
            Err(reason) => Nested::Closed(reason),
        };
        self.nested.insert(index, nested.clone());
        nested
    }

    fn open(&mut self, index: usize) -> Result<usize, Reason> {
        let declared = self.declared.get(index).ok_or(Reason::Broken)?;
        let (call, scope) = (self.full_address(declared), declared.scope.clone());
        let absent = || Reason::ModuleNotFound(call.clone());
        let property = location_property(&declared.kind).ok_or_else(absent)?;
        let location = self.location(index, property).ok_or_else(absent)?;
        let path: Arc<str> = self.shared.library.locate(&location, &self.stack.path).ok_or_else(absent)?.into();
        if self.stack.around.contains(&path) || self.stack.around.len() >= MAX_DEPTH {
            return Err(Reason::Cycle(call.clone()));
        }
        let document = self.template_at(&path).ok_or_else(absent)?;
        let (arguments, exists) = (self.arguments(index, &call, &scope), self.exists(index));
        let prefix = format!("{call}.").into();
        let stack = Stack {
            owner: format!(" of {call}").into(),
            prefix,
            exists,
            arguments: Some(arguments),
            around: self.stack.around.iter().cloned().chain([path.clone()]).collect(),
            path,
            scope: self.stack.scope.clone(),
            foreign: self.stack.foreign,
        };
        let given = self.given.iter().filter(|(name, _)| name.starts_with("AWS::") && !name.starts_with("AWS::Stack"));
        let given = given.map(|(name, text)| (*name, *text)).collect();
        let shared = Shared::new(self.shared.library, self.shared.files);
        Ok(self.add_stack(Box::new(Evaluator::new(document, stack, given, shared))))
    }

    /// Where the template of a nested stack is, as it is written.
    fn location(&mut self, index: usize, property: &str) -> Option<String> {
        let declared = self.declared.get(index)?;
        let (metadata, properties, scope) = (declared.metadata, declared.properties, declared.scope.clone());
        if let Some(asset) = metadata.and_then(|metadata| asset(scope.document, metadata)) {
            return Some(asset.to_owned());
        }
        let value = self.property(index, property)?.value;
        match value.as_text() {
            Some(text) => Some(text.into_owned()),
            // As it is written, so that it can be given a place.
            None => {
                let written = scope.document.get(properties?, property)?;
                Some(self.within(&scope, |evaluator| match evaluator.call(written) {
                    Some(("Sub", argument)) => {
                        let text = evaluator.document.elements(argument).first().copied().unwrap_or(argument);
                        evaluator.shown(text)
                    }
                    _ => evaluator.shown(written),
                }))
            }
        }
    }

    /// The template at `path`, if there is one.
    fn template_at(&self, path: &str) -> Option<&'a Document> {
        let File::Text(source, _) = self.shared.files.file(path) else { return None };
        let document = self.shared.files.document(source)?;
        document.get(document.root(), "Resources")?;
        Some(self.shared.library.hold(document))
    }

    /// What is passed to the nested stack at `index`.
    fn arguments(&mut self, index: usize, call: &Arc<str>, scope: &super::Scope<'a>) -> Arguments {
        let none = Arguments { named: HashMap::new(), rest: None };
        let Some(passed) = self.property(index, "Parameters") else { return none };
        let document = scope.document;
        let properties = self.declared.get(index).and_then(|declared| declared.properties);
        let node = properties.and_then(|properties| document.get(properties, "Parameters"));
        let symbolic = match node {
            Some(node) => {
                let exists = self.exists(index);
                let value = |evaluator: &mut Self| evaluator.with_symbolic(true, |evaluator| evaluator.value(node));
                self.within(scope, |evaluator| evaluator.assuming(&exists, value))
            }
            None => passed.value.clone(),
        };
        let mut names: Vec<Arc<str>> = Vec::new();
        let mut rest = None;
        for one in alternatives(&passed.value) {
            match &one.value.shape {
                Shape::Mapping(_, entries) => {
                    for entry in entries.iter() {
                        if !names.contains(&entry.key) {
                            names.push(entry.key.clone());
                        }
                    }
                }
                Shape::Null => {}
                _ => rest = Some(self.derived([&one.value], TypeHint::Any)),
            }
        }
        let place = |name: &str| {
            let written = node.filter(|node| matches!(document.node(*node), Node::Mapping(_)));
            let argument = written.and_then(|node| document.get(node, name));
            argument.map_or(passed.key_span, |node| document.span(node))
        };
        let mut named = HashMap::new();
        for name in names {
            let hop = || HopKind::ModuleArgument { call: call.clone(), variable: name.clone() };
            let value = self.entry(&passed.value, &name).via(hop(), place(&name));
            let symbolic = self.entry(&symbolic, &name).via(hop(), place(&name));
            named.insert(name, Argument { value, symbolic });
        }
        Arguments { named, rest }
    }

    /// The value under a key of what is a mapping at least under some condition; null where the key is not there.
    fn entry(&mut self, mapping: &Value, name: &str) -> Value {
        let entries = alternatives(mapping).into_iter().map(|one| {
            let value = match &one.value.shape {
                Shape::Mapping(..) => one.value.get(name).cloned().unwrap_or_else(Value::null),
                Shape::Null => Value::null(),
                _ => self.derived([&one.value], TypeHint::Any),
            };
            Alternative { guard: one.guard, value }
        });
        choose(entries.collect::<Vec<_>>())
    }

    /// The value of a parameter of a nested stack: what is passed, else its default, which is no assumption there.
    pub(super) fn argument(&mut self, name: &str, span: Span) -> Option<Value> {
        let (name, parameter) = self.parameters.get_key_value(name)?;
        let (name, parameter) = (name.clone(), parameter.clone());
        let hint = if parameter.list { TypeHint::Sequence } else { TypeHint::String };
        if parameter.looked_up {
            return Some(unknown(Reason::LookUp(self.subject(&name)), hint).at(span));
        }
        let arguments = self.stack.arguments.as_ref()?;
        let passed = match arguments.named.get(&name) {
            Some(argument) if self.symbolic => argument.symbolic.clone(),
            Some(argument) => argument.value.clone(),
            None => arguments.rest.clone().unwrap_or_else(Value::null),
        };
        let value = lift(&[passed], |row| match row {
            [value] if !value.is_null() => self.as_parameter(value, &parameter),
            _ => match parameter.default.and_then(|node| default_value(parameter.document, node, parameter.list)) {
                Some((value, place)) => value.at(span).via(HopKind::Default(name.clone()), place),
                None => unknown(Reason::Variable(self.subject(&name)), hint).at(span),
            },
        });
        let value = value.marked(Marks { sensitive: parameter.sensitive, ..Marks::default() });
        Some(if value.span.is_some() || matches!(value.shape, Shape::Choice(_)) { value } else { value.at(span) })
    }

    /// A value as the parameter it is passed to takes it: a text, or a list of texts.
    fn as_parameter(&mut self, value: &Value, parameter: &Parameter<'_>) -> Value {
        let document = self.document;
        let keep = |made: Value| Value {
            span: value.span,
            path: value.path.clone(),
            marks: made.marks.with(value.marks),
            ..made
        };
        match (&value.shape, parameter.list) {
            (Shape::Sequence(..), true) => value.clone(),
            (Shape::Sequence(_, items), false) => {
                let mut pieces = Vec::new();
                for item in items.iter() {
                    if !pieces.is_empty() {
                        pieces.push(Value::text(","));
                    }
                    pieces.push(item.clone());
                }
                keep(joined(document, &pieces))
            }
            (_, false) => textual(document, value),
            (_, true) => {
                let text = textual(document, value);
                if let Some(text) = text.as_text() {
                    return keep(split(&text));
                }
                match self.list_of(&text) {
                    Some(parts) => keep(Value::tuple(parts)),
                    None => keep(self.derived([&text], TypeHint::Sequence)),
                }
            }
        }
    }

    /// The elements of a text that is a list with commas between them; `None` where an unknown piece may hold several. A
    /// reference is one element: a name with a comma in it could not be passed this way.
    fn list_of(&self, text: &Value) -> Option<Vec<Value>> {
        let single = [Segment::Value(text.clone())];
        let segments = match &text.shape {
            Shape::Template(segments) => &segments[..],
            _ => &single,
        };
        let mut elements: Vec<Vec<Value>> = vec![Vec::new()];
        for segment in segments {
            match segment {
                Segment::Literal { text, .. } => {
                    for (number, part) in text.split(',').enumerate() {
                        if number > 0 {
                            elements.push(Vec::new());
                        }
                        if !part.trim().is_empty() {
                            elements.last_mut()?.push(Value::text(part.trim()));
                        }
                    }
                }
                Segment::Value(value) if value.as_symbol().is_some() => elements.last_mut()?.push(value.clone()),
                Segment::Value(_) => return None,
            }
        }
        Some(elements.into_iter().map(|element| joined(self.document, &element)).collect())
    }
}
