//! Which resource refers to which, anywhere in a template: also in properties that nothing else looks at, and in outputs.

use std::borrow::Cow;
use std::sync::Arc;

use super::absence::Use;
use super::substitution::{Part, parts};
use super::{Evaluator, Scope, sam};
use crate::diagnostic::Diagnostic;
use crate::graph::{self, Dependency};
use crate::syntax::{Document, Node, NodeId, Text};
use crate::text::{SourceId, Span};
use crate::value::{Formula, Reason};

/// A reference by name.
struct Reference {
    /// What it refers to: a logical id, a parameter, a pseudo parameter.
    name: String,
    /// Where the name is written.
    at: Span,
    /// The reference as a whole.
    span: Span,
    /// The attribute that is read, if one is and its name is literal.
    attribute: Option<String>,
    /// The property of the resource that it is in; `None` outside of its `Properties`.
    property: Option<Arc<str>>,
    /// Whether it is in a branch of `Fn::If`.
    conditional: bool,
    /// Whether it is in `DependsOn`.
    order_only: bool,
    /// Which branches of `Fn::If` it is in.
    branch: Formula,
}

/// Most nodes that are looked at: aliases may make a small text large.
const MAX_NODES: usize = 2_000_000;

/// Goes through nodes and collects references.
struct Search<'e, 'd> {
    evaluator: &'e mut Evaluator<'d>,
    found: Vec<Reference>,
    left: usize,
    /// Whether the search is inside `Properties` of the resource, and in which one.
    in_properties: bool,
    property: Option<Arc<str>>,
    /// Which branches of `Fn::If` the search is inside.
    branch: Formula,
}

/// Who refers to something: a resource, or nobody but the template (an output).
struct Referrer<'d> {
    /// The resource, as an index into the declared ones.
    resource: Option<usize>,
    name: Arc<str>,
    kind: Arc<str>,
    scope: Scope<'d>,
    body: NodeId,
}

impl Evaluator<'_> {
    /// Notes what refers to each resource, reports names that nothing declares, and resources that need each other.
    pub(super) fn survey(&mut self) {
        self.out.names.extend(self.parameters.keys().chain(self.by_name.keys()).cloned());
        let declared = self.declared.iter().enumerate().filter(|(_, declared)| declared.generated.is_none());
        let declared = declared.map(|(index, declared)| Referrer {
            resource: Some(index),
            name: declared.name.clone(),
            kind: declared.kind.clone(),
            scope: declared.scope.clone(),
            body: declared.body,
        });
        let outputs = self.output_sections.iter().map(|output| Referrer {
            resource: None,
            name: "".into(),
            kind: "output".into(),
            scope: output.scope.clone(),
            body: output.value,
        });
        let referrers: Vec<Referrer<'_>> = declared.chain(outputs).collect();
        let told = Told::new(&self.out.diagnostics, "unresolved-reference");
        let mut order = sam::Order::default();
        let mut uses = Vec::new();
        for Referrer { resource, name, kind, scope, body } in referrers {
            let mut found = self.within(&scope, |evaluator| {
                let mut search = Search::new(evaluator);
                search.node(body, false, 0);
                search.found
            });
            if let Some(index) = resource {
                found.extend(self.global_references(index));
                self.current = Some(name.clone());
            }
            let exists = match resource {
                Some(index) => self.own_existence(index),
                None => self.within(&scope, |evaluator| evaluator.condition_of_output(body)),
            };
            for reference in found {
                self.note(&reference, &name, &kind, &told);
                if let Some(to) = self.by_name.get(reference.name.as_str()).filter(|_| !reference.order_only) {
                    let holds = Formula::and([exists.clone(), reference.branch.clone()]);
                    uses.push(Use { from: resource, to: *to, at: reference.at, holds });
                }
                if let Some(index) = resource.filter(|_| !reference.conditional) {
                    let Reference { name, property, at, .. } = &reference;
                    self.order_by_reference(index, name, property.as_deref(), *at, &mut order);
                }
            }
            self.current = None;
        }
        self.order_by_events(&mut order);
        self.order_by_connectors(&mut order);
        // In text that does not parse, what belongs to one resource may be read as another's; what a macro or `rain` rewrites
        // may refer to something else then, or be made always.
        if !self.template.is_broken() && !matches!(self.open_names, Some(Reason::Transform(_))) {
            self.report_absences(uses);
            self.report_circles(&order.edges());
        }
    }

    /// Notes a reference of the resource `from`, or of nobody if that is empty, and reports what it names and is not there.
    fn note(&mut self, reference: &Reference, from: &str, kind: &Arc<str>, told: &Told) {
        let index = self.by_name.get(reference.name.as_str()).copied();
        let declared = index.and_then(|index| self.declared.get(index)).map(|declared| declared.span);
        let parameter = || self.parameters.get(reference.name.as_str()).map(|parameter| parameter.span);
        if let Some(to) = declared.or_else(parameter) {
            self.out.references.push((reference.at, to));
        }
        match index {
            Some(index) => {
                let address = self.address_of(&reference.name);
                if !from.is_empty() {
                    self.out.dependencies.push(Dependency {
                        from: self.address_of(from),
                        to: address.clone(),
                        span: reference.at,
                        conditional: reference.conditional,
                        order_only: reference.order_only,
                    });
                }
                self.out.mentions.entry(address).or_default().insert(kind.clone());
                if let Some(attribute) = &reference.attribute
                    && !told.covers(reference.span)
                {
                    self.has_attribute(index, attribute, reference.span);
                }
            }
            None => {
                if !self.is_parameter(&reference.name) && !told.covers(reference.at) {
                    self.reference(&reference.name, reference.span, reference.at);
                }
            }
        }
    }

    /// What the global properties of a serverless resource refer to, as far as its own do not replace them.
    fn global_references(&mut self, index: usize) -> Vec<Reference> {
        let Some(declared) = self.declared.get(index) else { return Vec::new() };
        let Some(globals) = self.global_properties(&declared.kind) else { return Vec::new() };
        let template = Scope::of(self.template);
        let (own, own_scope) = (declared.properties, declared.scope.clone());
        let entries: Vec<(NodeId, NodeId)> = self.template.entries(globals).collect();
        let wanted = entries.into_iter().filter_map(|(key, value)| {
            let key = self.template.string(key)?;
            (sam::is_global(key) && !self.ignores_global(declared, key)).then_some((key, value))
        });
        let wanted: Vec<(&str, NodeId)> = wanted.collect();
        self.within(&template, |evaluator| {
            let mut search = Search::new(evaluator);
            for (key, value) in wanted {
                let own = own.and_then(|own| own_scope.document.get(own, key));
                search.property = Some(key.into());
                search.not_replaced(value, own.map(|own| (own_scope.document, own)));
            }
            search.found
        })
    }

    /// Under which condition an output is made where its stack is.
    fn condition_of_output(&mut self, body: NodeId) -> Formula {
        match self.document.get(body, "Condition") {
            Some(condition) => self.condition_named_by(condition),
            None => Formula::True,
        }
    }

    /// Resources that need each other cannot be made in any order.
    fn report_circles(&mut self, edges: &[(Arc<str>, Arc<str>, Span)]) {
        let told = Told::new(&self.out.diagnostics, "circular-reference");
        for (span, names) in graph::circles(edges) {
            if told.covers(span) {
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

/// The places that evaluation has reported, by text and first byte, each with the furthest end of those up to it.
struct Told(Vec<(SourceId, u32, u32)>);

impl Told {
    /// The places of the findings of a rule.
    fn new(diagnostics: &[Diagnostic], rule: &str) -> Told {
        let spans = diagnostics.iter().filter(|diagnostic| diagnostic.rule == rule).map(|diagnostic| diagnostic.span);
        let mut places: Vec<(SourceId, u32, u32)> = spans.map(|span| (span.source, span.start, span.end)).collect();
        places.sort();
        let mut furthest: Option<(SourceId, u32)> = None;
        for (source, _, end) in &mut places {
            if let Some((_, before)) = furthest.filter(|(text, _)| text == source) {
                *end = before.max(*end);
            }
            furthest = Some((*source, *end));
        }
        Told(places)
    }

    /// Whether one of them holds `span`.
    fn covers(&self, span: Span) -> bool {
        let behind = self.0.partition_point(|(source, start, _)| (*source, *start) <= (span.source, span.start));
        let last = behind.checked_sub(1).and_then(|last| self.0.get(last));
        last.is_some_and(|(source, _, end)| *source == span.source && *end >= span.end)
    }
}

impl<'e, 'd> Search<'e, 'd> {
    fn new(evaluator: &'e mut Evaluator<'d>) -> Self {
        let (left, branch) = (MAX_NODES, Formula::True);
        Search { evaluator, found: Vec::new(), left, in_properties: false, property: None, branch }
    }

    /// What is set for all resources of a type, apart from what one of them sets itself: mappings are merged, anything
    /// else is replaced, but lists are appended to.
    fn not_replaced(&mut self, global: NodeId, own: Option<(&'d Document, NodeId)>) {
        let document = self.evaluator.document;
        let Some((own_document, own)) = own else { return self.node(global, false, 1) };
        match (document.node(global), own_document.node(own)) {
            (Node::Mapping(_), Node::Mapping(_)) if self.evaluator.call(global).is_none() => {
                for (key, value) in document.entries(global) {
                    let own = document.string(key).and_then(|key| own_document.get(own, key));
                    self.not_replaced(value, own.map(|own| (own_document, own)));
                }
            }
            (Node::Sequence(_), Node::Sequence(_)) => self.node(global, false, 1),
            _ => {}
        }
    }

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
                        self.within(&entry.scope, |search| search.entry(&entry.key, entry.value, conditional, depth));
                    }
                    return;
                }
                for (key, value) in document.entries(node) {
                    self.entry(document.string(key).unwrap_or(""), value, conditional, depth);
                }
            }
            _ => {}
        }
    }

    /// An entry of a mapping at `depth`: the resource itself is at 0, its `Properties` are at 1.
    fn entry(&mut self, key: &str, value: NodeId, conditional: bool, depth: usize) {
        match (depth, key) {
            (0, "DependsOn") => return self.depends_on(value),
            (0, _) => (self.in_properties, self.property) = (key == "Properties", None),
            (1, _) if self.in_properties => self.property = Some(key.into()),
            _ => {}
        }
        self.node(value, conditional, depth + 1);
    }

    fn call(&mut self, name: &str, argument: NodeId, call: NodeId, conditional: bool, depth: usize) {
        let document = self.evaluator.document;
        let span = document.span(call);
        match name {
            "Ref" => {
                if let Node::String(text) = document.node(argument) {
                    self.found(document.text(text), None, text, 0, span, conditional);
                } else {
                    self.node(argument, conditional, depth + 1);
                }
            }
            "GetAtt" => {
                let first = document.elements(argument).first().copied().unwrap_or(argument);
                if let Node::String(text) = document.node(first) {
                    let (resource, attribute) = apart(document.text(text));
                    let rest = document.elements(argument).iter().skip(1);
                    let rest: Option<Vec<&str>> = rest.map(|part| document.string(*part)).collect();
                    let attribute = rest.map(|rest| attribute.into_iter().chain(rest).collect::<Vec<_>>().join("."));
                    let attribute = attribute.filter(|attribute| !attribute.is_empty());
                    self.found(resource, attribute.as_deref(), text, 0, span, conditional);
                }
                for element in document.elements(argument).iter().skip(1) {
                    self.node(*element, conditional, depth + 1);
                }
            }
            "Sub" => self.substitution(argument, conditional, depth),
            "If" => {
                let elements = document.elements(argument);
                let holds = match elements.first() {
                    Some(condition) => self.evaluator.condition_of_branches(*condition),
                    None => Formula::True,
                };
                for (element, guard) in elements.iter().skip(1).zip([holds.clone(), !holds]) {
                    let inner = Formula::and([self.branch.clone(), guard]);
                    let outer = std::mem::replace(&mut self.branch, inner);
                    self.node(*element, true, depth + 1);
                    self.branch = outer;
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
            let (resource, attribute) = if self.evaluator.is_parameter(name) { (name, None) } else { apart(name) };
            if own.contains(&name) || resource.is_empty() {
                continue;
            }
            if verbatim {
                let span = document.text_span(place, whole);
                self.found(resource, attribute, place, at.start, span, conditional);
            } else {
                let at = document.span(text);
                let (name, attribute) = (resource.to_owned(), attribute.map(str::to_owned));
                let property = self.property.clone();
                let branch = self.branch.clone();
                self.found.push(Reference {
                    name,
                    at,
                    span: at,
                    attribute,
                    property,
                    conditional,
                    order_only: false,
                    branch,
                });
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
                self.property = None;
                self.found(document.text(text), None, text, 0, document.span(*name), false);
                if let Some(last) = self.found.last_mut() {
                    last.order_only = true;
                }
            }
        }
    }

    fn found(&mut self, name: &str, attribute: Option<&str>, text: Text, offset: usize, span: Span, conditional: bool) {
        if self.evaluator.loop_value(name).is_some() {
            return;
        }
        let at = self.evaluator.document.text_span(text, offset..offset + name.len());
        let [name, attribute] = [Some(name), attribute].map(|text| text.map(|text| self.evaluator.in_scope(text)));
        let (name, attribute) = (name.unwrap_or_default().into_owned(), attribute.map(Cow::into_owned));
        let property = self.property.clone();
        let branch = self.branch.clone();
        self.found.push(Reference { name, at, span, attribute, property, conditional, order_only: false, branch });
    }
}

/// The logical id and the attribute in `Name.Attribute`.
fn apart(name: &str) -> (&str, Option<&str>) {
    name.split_once('.').map_or((name, None), |(resource, attribute)| (resource, Some(attribute)))
}
