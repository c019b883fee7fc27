//! Exports and imports between the templates of one run.
//!
//! An export's name is text with holes, such as `${AWS::StackName}-RoleArn`; so may be the name that is imported. A name
//! without holes is one for the whole account. One with holes is followed only to a template that belongs together with
//! the importing one by its place, since a parameter may name any stack.

use std::sync::Arc;

use super::stack::{Shared, Stack};
use super::substitution::{Part, parts};
use super::{Evaluator, Template, unknown};
use crate::syntax::{Document, Node, NodeId};
use crate::value::choice::lift;
use crate::value::{HopKind, Reason, Segment, Shape, TypeHint, Value};

/// Text with holes: `None` for what is not known.
type Pattern = Vec<Option<String>>;

/// An output that is exported.
pub(super) struct Export {
    /// The place of its template in the library.
    pub template: usize,
    /// The name of the output.
    pub output: Arc<str>,
    /// The name it is exported under.
    name: Pattern,
}

/// The exports of `templates`, as far as they are written out.
pub(super) fn find(templates: &[Template]) -> Vec<Export> {
    let mut found = Vec::new();
    for (template, Template { document, .. }) in templates.iter().enumerate() {
        let outputs = document.get(document.root(), "Outputs");
        for (key, body) in outputs.into_iter().flat_map(|outputs| document.entries(outputs)) {
            let Some(output) = document.string(key) else { continue };
            let name = document.get(body, "Export").and_then(|export| document.get(export, "Name"));
            let Some(name) = name else { continue };
            let mut pattern = Pattern::new();
            written(document, name, &mut pattern, 0);
            found.push(Export { template, output: output.into(), name: pattern });
        }
    }
    found
}

/// Most levels of functions that a name is read through.
const MAX_LEVELS: usize = 8;

/// Adds what a name is written as.
fn written(document: &Document, node: NodeId, into: &mut Pattern, level: usize) {
    let (function, argument) = match document.node(node) {
        Node::String(text) => return add(into, Some(document.text(text))),
        Node::Number(text) => return add(into, Some(document.text(text))),
        Node::Tagged { tag, value } => (document.string(tag).unwrap_or(""), value),
        Node::Mapping(children) if children.len() == 1 => match document.entries(node).next() {
            Some((key, value)) => (document.string(key).unwrap_or("").trim_start_matches("Fn::"), value),
            None => return add(into, None),
        },
        _ => return add(into, None),
    };
    match (function, document.elements(argument)) {
        ("Sub", elements) => {
            let text = elements.first().copied().unwrap_or(argument);
            let Some(text) = document.string(text) else { return add(into, None) };
            for part in parts(text) {
                match part {
                    Part::Literal(text, _) => add(into, Some(text)),
                    Part::Escaped(inside) => add(into, Some(&format!("${{{inside}}}"))),
                    Part::Name { .. } => add(into, None),
                }
            }
        }
        ("Join", [delimiter, list]) if level < MAX_LEVELS && !document.elements(*list).is_empty() => {
            for (index, item) in document.elements(*list).iter().enumerate() {
                if index > 0 {
                    written(document, *delimiter, into, level + 1);
                }
                written(document, *item, into, level + 1);
            }
        }
        _ => add(into, None),
    }
}

fn add(to: &mut Pattern, text: Option<&str>) {
    match (to.last_mut(), text) {
        (_, Some("")) | (Some(None), None) => {}
        (Some(Some(last)), Some(text)) => last.push_str(text),
        (_, text) => to.push(text.map(str::to_owned)),
    }
}

/// What a value is known to be.
fn pattern(value: &Value) -> Pattern {
    let mut pattern = Pattern::new();
    match &value.shape {
        Shape::Template(segments) => {
            for segment in segments.iter() {
                match segment {
                    Segment::Literal { text, .. } => add(&mut pattern, Some(text)),
                    Segment::Value(value) => add(&mut pattern, value.as_text().as_deref()),
                }
            }
        }
        _ => add(&mut pattern, value.as_text().as_deref()),
    }
    pattern
}

/// Whether a name is known as a whole.
fn is_exact(name: &[Option<String>]) -> bool {
    name.iter().all(Option::is_some)
}

/// Whether two names may well be the same: alike in everything that is known of them, which is more than punctuation.
fn fits(one: &[Option<String>], other: &[Option<String>]) -> bool {
    let says = |name: &[Option<String>]| name.iter().flatten().any(|text| text.chars().any(char::is_alphanumeric));
    if one == other {
        return says(one);
    }
    match (is_exact(one), is_exact(other)) {
        (true, false) => says(other) && fills(other, &one.iter().flatten().cloned().collect::<String>()),
        (false, true) => says(one) && fills(one, &other.iter().flatten().cloned().collect::<String>()),
        _ => false,
    }
}

/// Whether the holes of a name can be filled so that it is `text`.
fn fills(name: &[Option<String>], text: &str) -> bool {
    match name {
        [] => text.is_empty(),
        [Some(known), rest @ ..] => text.strip_prefix(known.as_str()).is_some_and(|after| fills(rest, after)),
        [None] => !text.is_empty(),
        // A hole is followed by known text, and the first place that it may end at need not be the right one.
        [None, Some(known), rest @ ..] => text
            .match_indices(known.as_str())
            .any(|(at, _)| at > 0 && text.get(at + known.len()..).is_some_and(|after| fills(rest, after))),
        [None, rest @ ..] => fills(rest, text),
    }
}

/// Whether one of the two files lies in the directory of the other, or below it.
fn belong_together(one: &str, other: &str) -> bool {
    let directory = |path: &str| path.rfind('/').map_or(String::new(), |end| path[..=end].to_owned());
    let (one, other) = (directory(one), directory(other));
    one.starts_with(&other) || other.starts_with(&one)
}

impl<'a> Evaluator<'a> {
    /// `Fn::ImportValue`.
    pub(super) fn import_value(&mut self, argument: NodeId, call: NodeId) -> Value {
        let reason = Reason::Import(self.shown(argument).into());
        let fallback = self.opaque_call(argument, reason);
        let name = self.with_symbolic(true, |evaluator| evaluator.value(argument));
        let span = self.document.span(call);
        lift(&[name], |row| {
            let exporter = row.first().and_then(|name| self.exporter(&pattern(name)));
            let value = exporter.and_then(|(template, output)| self.output_of(template, &output));
            let value = value.unwrap_or_else(|| fallback.clone());
            if value.span.is_some() { value } else { value.at(span) }
        })
    }

    /// `Fn::GetStackOutput`: a stack by its name, and the name of one of its outputs.
    pub(super) fn stack_output(&mut self, argument: NodeId, call: NodeId) -> Value {
        let document = self.document;
        let span = document.span(call);
        let part = |key: &str| document.get(argument, key);
        let shown =
            |evaluator: &Self, key: &str| part(key).map_or_else(|| "?".to_owned(), |node| evaluator.shown(node));
        let reason = format!("{}.{}", shown(self, "StackName"), shown(self, "OutputName"));
        let fallback = self.opaque_call(argument, Reason::Import(reason.into()));
        let names = ["StackName", "OutputName"].map(|key| match part(key) {
            Some(node) => self.with_symbolic(true, |evaluator| evaluator.value(node)),
            None => Value::null(),
        });
        lift(&names, |row| {
            let found = match row {
                [stack, output] => stack.as_text().zip(output.as_text()),
                _ => None,
            };
            let value = found.and_then(|(stack, output)| {
                self.shared.files.needs_templates();
                let mut named =
                    self.shared.library.templates.iter().enumerate().filter_map(|(index, template)| {
                        (template.stack_name.as_deref() == Some(&*stack)).then_some(index)
                    });
                let only = named.next().filter(|_| named.next().is_none())?;
                self.output_of(only, &output)
            });
            let value = value.unwrap_or_else(|| fallback.clone());
            if value.span.is_some() { value } else { value.at(span) }
        })
    }

    /// The one output that is exported under a name, with the place of its template in the library.
    fn exporter(&self, name: &[Option<String>]) -> Option<(usize, Arc<str>)> {
        self.shared.files.needs_templates();
        let library = self.shared.library;
        let own = |export: &&Export| library.templates.get(export.template).map(|template| &*template.path);
        let others =
            || library.exports().iter().filter(|export| own(export).is_some_and(|path| *path != *self.stack.path));
        let only = |found: Vec<&Export>| match found[..] {
            [export] => Some((export.template, export.output.clone())),
            _ => None,
        };
        let near = |found: &[&'a Export]| -> Vec<&'a Export> {
            let together = |export: &&&Export| own(export).is_some_and(|path| belong_together(path, &self.stack.path));
            found.iter().filter(together).copied().collect()
        };
        if is_exact(name) {
            let exact: Vec<&Export> = others().filter(|export| export.name == name).collect();
            if !exact.is_empty() {
                return if exact.len() == 1 { only(exact) } else { only(near(&exact)) };
            }
        }
        let fitting: Vec<&Export> = others().filter(|export| fits(name, &export.name)).collect();
        only(near(&fitting))
    }

    /// An output of the stack that is made from a template of the library.
    fn output_of(&mut self, template: usize, output: &str) -> Option<Value> {
        let number = self.imported_stack(template)?;
        let symbolic = self.symbolic;
        let found = self.within_stack(number, |stack| {
            let given = stack.output(output, symbolic)?;
            Some((given, stack.stack.path.clone()))
        });
        match found {
            None => {
                Some(unknown(Reason::Cycle(self.shared.library.templates.get(template)?.path.clone()), TypeHint::Any))
            }
            Some(found) => {
                let (given, call) = found?;
                Some(given.value.via(HopKind::ModuleOutput { call, output: output.into() }, given.place))
            }
        }
    }

    /// The stack that is made from a template of the library: one that this unit nests, or one of another unit.
    fn imported_stack(&mut self, template: usize) -> Option<usize> {
        if let Some(number) = self.shared.imported.get(&template) {
            return Some(*number);
        }
        let library = self.shared.library;
        let template_of = library.templates.get(template)?;
        let mut same = self.shared.stacks.iter().enumerate().filter_map(|(number, stack)| {
            stack.as_ref().is_some_and(|stack| stack.stack.path == template_of.path).then_some(number)
        });
        if let (Some(nested), None) = (same.next(), same.next()) {
            return Some(nested);
        }
        // The unit is made of this template too.
        let _ = self.shared.files.file(&template_of.path);
        let document = library.hold(template_of.document.clone());
        let shared = Shared::new(library, self.shared.files);
        let stack = Evaluator::new(
            document,
            Stack::foreign(&template_of.path),
            library.given(&template_of.path, |_| true),
            shared,
        );
        let number = self.add_stack(Box::new(stack));
        self.shared.imported.insert(template, number);
        Some(number)
    }
}
