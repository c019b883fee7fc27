//! Which resource refers to which, anywhere in a template: also in properties that nothing else looks at, and in outputs.

use std::borrow::Cow;
use std::sync::Arc;

use super::substitution::{Part, parts};
use super::{Evaluator, Scope};
use crate::graph::{self, Dependency};
use crate::syntax::{Node, NodeId, Text};
use crate::text::Span;

/// A reference by name.
struct Reference {
    /// What it refers to: a logical id, a parameter, a pseudo parameter.
    name: String,
    /// Where the name is written.
    at: Span,
    /// The reference as a whole.
    span: Span,
    /// Whether it is in a branch of `Fn::If`.
    conditional: bool,
    /// Whether it is in `DependsOn`.
    order_only: bool,
}

/// Most nodes that are looked at: aliases may make a small text large.
const MAX_NODES: usize = 2_000_000;

/// Goes through nodes and collects references.
struct Search<'e, 'd> {
    evaluator: &'e mut Evaluator<'d>,
    found: Vec<Reference>,
    left: usize,
}

/// Who refers to something: a resource, or nobody but the template (an output).
struct Referrer<'d> {
    name: Arc<str>,
    kind: Arc<str>,
    scope: Scope<'d>,
    body: NodeId,
}

impl Evaluator<'_> {
    /// Notes what refers to each resource, reports names that nothing declares, and resources that need each other.
    pub(super) fn survey(&mut self) {
        self.out.names.extend(self.parameters.keys().chain(self.by_name.keys()).cloned());
        let first = self.out.dependencies.len();
        let declared = self.declared.iter().filter(|declared| declared.generated.is_none()).map(|declared| Referrer {
            name: declared.name.clone(),
            kind: declared.kind.clone(),
            scope: declared.scope.clone(),
            body: declared.body,
        });
        let outputs = self.output_sections.iter().map(|output| Referrer {
            name: "".into(),
            kind: "output".into(),
            scope: output.scope.clone(),
            body: output.value,
        });
        let referrers: Vec<Referrer<'_>> = declared.chain(outputs).collect();
        for Referrer { name, kind, scope, body } in referrers {
            let found = self.within(&scope, |evaluator| {
                let mut search = Search { evaluator, found: Vec::new(), left: MAX_NODES };
                search.node(body, false, 0);
                search.found
            });
            if !name.is_empty() {
                self.current = Some(name.clone());
            }
            for reference in found {
                let declared = self.by_name.get(reference.name.as_str()).and_then(|index| self.declared.get(*index));
                let parameter = || self.parameters.get(reference.name.as_str()).map(|parameter| parameter.span);
                if let Some(to) = declared.map(|declared| declared.span).or_else(parameter) {
                    self.out.references.push((reference.at, to));
                }
                if self.by_name.contains_key(reference.name.as_str()) {
                    let declaration: Arc<str> = reference.name.as_str().into();
                    let address = self.address_of(&declaration);
                    if !name.is_empty() {
                        self.out.dependencies.push(Dependency {
                            from: self.address_of(&name),
                            to: address.clone(),
                            span: reference.at,
                            conditional: reference.conditional,
                            order_only: reference.order_only,
                        });
                    }
                    self.out.mentions.entry(address).or_default().insert(kind.clone());
                } else if !self.is_parameter(&reference.name) && !self.is_reported("unresolved-reference", reference.at)
                {
                    self.reference(&reference.name, reference.span, reference.at);
                }
            }
            self.current = None;
        }
        if !self.sam {
            // SAM takes references apart in ways of its own.
            self.report_circles(first);
        }
    }

    /// Whether evaluation has found the same at a place that holds `span`.
    fn is_reported(&self, rule: &str, span: Span) -> bool {
        self.out.diagnostics.iter().any(|diagnostic| diagnostic.rule == rule && diagnostic.span.contains(span))
    }

    /// Resources that need each other cannot be made in any order. The dependencies of this template begin with `first`.
    fn report_circles(&mut self, first: usize) {
        let own = self.out.dependencies.iter().skip(first).filter(|dependency| !dependency.conditional);
        let edges: Vec<_> = own.map(|one| (one.from.clone(), one.to.clone(), one.span)).collect();
        for (span, names) in graph::circles(&edges) {
            if self.is_reported("circular-reference", span) {
                continue;
            }
            let list = names.join(", ");
            let message = match names.len() {
                1 => format!("{list} refers to itself"),
                _ => format!("{list} need each other, so none of them can be made first"),
            };
            if let Some(diagnostic) = self.report("circular-reference", span, message) {
                diagnostic.help = Some(
                    "CloudFormation refuses a template with a circular dependency. Take one of the references out of the \
                     circle, or move the part that closes it into a resource of its own."
                        .into(),
                );
            }
        }
    }
}

impl<'d> Search<'_, 'd> {
    fn within(&mut self, scope: &Scope<'d>, work: impl FnOnce(&mut Self)) {
        let outer = self.evaluator.scope();
        (self.evaluator.document, self.evaluator.loops) = (scope.document, scope.loops.clone());
        work(self);
        (self.evaluator.document, self.evaluator.loops) = (outer.document, outer.loops);
    }

    fn node(&mut self, node: NodeId, conditional: bool, depth: usize) {
        if self.left == 0 || depth > super::MAX_NESTING {
            return;
        }
        self.left -= 1;
        let document = self.evaluator.document;
        match document.node(node) {
            Node::Tagged { tag, value } => {
                let name = document.string(tag).unwrap_or("").to_string();
                self.call(&name, value, node, conditional, depth);
            }
            Node::Sequence(items) => {
                for item in document.children(items) {
                    self.node(*item, conditional, depth + 1);
                }
            }
            Node::Mapping(entries) => {
                if let [entry] = document.children(entries)
                    && let Node::Entry { key, value } = document.node(*entry)
                    && let Some(name) = document.string(key)
                    && (name == "Ref" || name.starts_with("Fn::"))
                    && !name.starts_with("Fn::ForEach")
                {
                    let name = name.strip_prefix("Fn::").unwrap_or(name).to_string();
                    self.call(&name, value, node, conditional, depth);
                    return;
                }
                let elsewhere = |key: &str| key.starts_with("Fn::ForEach") || key == "Fn::Transform";
                if document.entries(node).any(|(key, _)| document.string(key).is_some_and(elsewhere)) {
                    for entry in self.evaluator.expandable(node) {
                        self.within(&entry.scope, |search| search.node(entry.value, conditional, depth + 1));
                    }
                    return;
                }
                for (key, value) in document.entries(node) {
                    match document.string(key) {
                        Some("DependsOn") if depth == 0 => self.depends_on(value),
                        _ => self.node(value, conditional, depth + 1),
                    }
                }
            }
            _ => {}
        }
    }

    fn call(&mut self, name: &str, argument: NodeId, call: NodeId, conditional: bool, depth: usize) {
        let document = self.evaluator.document;
        let span = document.span(call);
        match name {
            "Ref" => {
                if let Node::String(text) = document.node(argument) {
                    self.found(document.text(text), text, 0, span, conditional);
                } else {
                    self.node(argument, conditional, depth + 1);
                }
            }
            "GetAtt" => {
                let first = document.elements(argument).first().copied().unwrap_or(argument);
                if let Node::String(text) = document.node(first) {
                    let resource = before_attribute(document.text(text));
                    self.found(resource, text, 0, span, conditional);
                }
                for element in document.elements(argument).iter().skip(1) {
                    self.node(*element, conditional, depth + 1);
                }
            }
            "Sub" => self.substitution(argument, conditional, depth),
            "If" => {
                for element in document.elements(argument).iter().skip(1) {
                    self.node(*element, true, depth + 1);
                }
            }
            // What another transform makes is not known here.
            "Transform" => {
                if let Some(included) = self.evaluator.included_text(argument) {
                    let root = included.document.root();
                    self.within(&included, |search| search.node(root, conditional, depth + 1));
                }
            }
            _ => self.node(argument, conditional, depth + 1),
        }
    }

    fn substitution(&mut self, argument: NodeId, conditional: bool, depth: usize) {
        let document = self.evaluator.document;
        let (text, names) = match document.elements(argument) {
            [text, names, ..] => (*text, Some(*names)),
            [text] => (*text, None),
            _ => (argument, None),
        };
        if let Some(names) = names {
            self.node(names, conditional, depth + 1);
        }
        let Node::String(place) = document.node(text) else { return };
        let own: Vec<&str> = names
            .into_iter()
            .flat_map(|names| document.entries(names))
            .filter_map(|(key, _)| document.string(key))
            .collect();
        let written = self.evaluator.in_scope(document.text(place));
        let verbatim = matches!(written, Cow::Borrowed(_));
        for part in parts(&written) {
            let Part::Name { name, at, whole } = part else { continue };
            // A name with a dot may be given as a whole, or be a resource with an attribute.
            let resource = if self.evaluator.is_parameter(name) { name } else { before_attribute(name) };
            if own.contains(&name) || resource.is_empty() {
                continue;
            }
            if verbatim {
                let span = document.text_span(place, whole);
                self.found(resource, place, at.start, span, conditional);
            } else {
                let at = document.span(text);
                let name = resource.to_string();
                self.found.push(Reference { name, at, span: at, conditional, order_only: false });
            }
        }
    }

    fn depends_on(&mut self, value: NodeId) {
        let document = self.evaluator.document;
        let single = [value];
        let names = if document.elements(value).is_empty() { &single[..] } else { document.elements(value) };
        for name in names {
            if let Node::String(text) = document.node(*name)
                && self.evaluator.by_name.contains_key(document.text(text))
            {
                self.found(document.text(text), text, 0, document.span(*name), false);
                if let Some(last) = self.found.last_mut() {
                    last.order_only = true;
                }
            }
        }
    }

    fn found(&mut self, name: &str, text: Text, offset: usize, span: Span, conditional: bool) {
        if self.evaluator.loop_value(name).is_some() {
            return;
        }
        let at = self.evaluator.document.text_span(text, offset..offset + name.len());
        let name = self.evaluator.in_scope(name).into_owned();
        self.found.push(Reference { name, at, span, conditional, order_only: false });
    }
}

/// The logical id in `Name.Attribute`.
fn before_attribute(name: &str) -> &str {
    name.split_once('.').map_or(name, |(resource, _)| resource)
}
