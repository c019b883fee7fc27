//! Attributes of resources: what is configured, what only AWS can tell, and which of them name an identity.

use std::sync::Arc;

use super::evaluator::{Evaluator, Memo};
use super::module::{At, Declaration};
use super::scope::Scope;
use super::types::Type;
use super::{body, convert, policy_document, template_file};
use crate::graph::Mode;
use crate::syntax::{Document, Node, NodeId};
use crate::value::choice::{self, Alternative};
use crate::value::{Entry, HopKind, Reason, ResourceId, Shape, Symbol, SymbolKind, Value};

/// What an attribute of a type of resource is to IAM, and the argument that configures it, if there is one.
/// The `id` of a role, profile, user or group is its name; that of a policy or a service-linked role is its ARN; that of
/// the data source of an instance profile is its unique id (hashicorp/terraform-provider-aws).
pub(super) fn identity(mode: Mode, kind: &str, attribute: &str) -> Option<(SymbolKind, &'static str)> {
    let named = matches!(
        (mode, kind),
        (_, "aws_iam_role" | "aws_iam_user" | "aws_iam_group") | (Mode::Managed, "aws_iam_instance_profile")
    );
    match attribute {
        "name" if named || kind == "aws_iam_instance_profile" => Some((SymbolKind::Name, "name")),
        "name" if matches!(kind, "aws_iam_policy" | "aws_iam_service_linked_role") => Some((SymbolKind::Name, "name")),
        "id" if named => Some((SymbolKind::Name, "name")),
        "id" if matches!(kind, "aws_iam_policy" | "aws_iam_service_linked_role") => Some((SymbolKind::Arn, "arn")),
        "id" if kind == "aws_iam_instance_profile" => Some((SymbolKind::UniqueId, "")),
        "unique_id" if kind.starts_with("aws_iam_") => Some((SymbolKind::UniqueId, "")),
        "arn" => Some((SymbolKind::Arn, "arn")),
        _ => None,
    }
}

/// Most combinations of undecided blocks that are told apart as a whole.
const MAX_WAYS: usize = 16;

impl Evaluator<'_> {
    /// `resource.attribute`
    pub(super) fn resource_attribute(&mut self, id: ResourceId, name: &str) -> Value {
        let state = &mut self.states[id.0 as usize];
        match state.attributes.get_mut(name) {
            Some(Memo::Done(value)) => return value.clone(),
            Some(Memo::Busy) => {
                let resource = self.out.resource(id);
                let (address, span) = (format!("{}.{name}", resource.address), resource.span);
                return self.cycle(&address, span);
            }
            _ => {}
        }
        let name: Arc<str> = name.into();
        state.attributes.insert(name.clone(), Memo::Busy);
        let value = self.work_out_attribute(id, &name);
        self.states[id.0 as usize].attributes.insert(name, Memo::Done(value.clone()));
        value
    }

    fn work_out_attribute(&mut self, id: ResourceId, name: &str) -> Value {
        let resource = self.out.resource(id);
        let (mode, kind) = (resource.mode, resource.kind.clone());
        if mode == Mode::Data && &*kind == "aws_iam_policy_document" {
            return policy_document::attribute(self, id, name);
        }
        if mode == Mode::Data
            && &*kind == "template_file"
            && name == "rendered"
            && let Some(rendered) = template_file::rendered(self, id)
        {
            return rendered;
        }
        if &*kind == "terraform_data" && name == "output" {
            return self.configured(id, "input").unwrap_or_else(Value::null);
        }
        let symbol = |kind: SymbolKind| Symbol { resource: id, kind, attribute: name.into() };
        if mode == Mode::Data && &*kind == "aws_service_principal" && name == "name" {
            // The service, and what only the region tells (hashicorp/terraform-provider-aws).
            let suffix = Value::symbol(Symbol { attribute: "suffix".into(), ..symbol(SymbolKind::Other) });
            return match self.configured(id, "service_name") {
                Some(service) => choice::lift(&[service], |service| {
                    crate::value::concatenate(vec![service[0].clone(), Value::text("."), suffix.clone()])
                }),
                None => Value::symbol(symbol(SymbolKind::Other)),
            };
        }
        if let Some((symbol_kind, argument)) = identity(mode, &kind, name) {
            let configured = if argument.is_empty() { None } else { self.configured(id, argument) };
            let configured = match symbol_kind {
                SymbolKind::Name => configured.filter(|value| !value.is_null()).or_else(|| self.imported(id)),
                _ => configured,
            };
            return match configured {
                Some(value) => aliased(&value, symbol(symbol_kind)),
                None => Value::symbol(symbol(symbol_kind)),
            };
        }
        if mode == Mode::Data
            && let Some(recorded) = self.inputs.recorded.data.get(&self.out.resource(id).address)
            && let Some(value) = recorded.get(name).filter(|value| !value.is_opaque())
        {
            return value.clone();
        }
        let found = self.configured_attribute(id, name);
        match found.map(|found| (found.block, found.value)) {
            Some((_, value)) if name == "tags" => {
                // The one attribute of nearly all types whose type is the same everywhere.
                let converted = convert::convert(&value, &Type::map(Type::String));
                if matches!(converted.shape, Shape::Error(_)) { value } else { converted }
            }
            // An argument that is null is computed or absent; which of the two only the provider knows.
            Some((_, value)) if value.is_null() => Value::symbol(symbol(SymbolKind::Other)),
            // A provider may add to what is written.
            Some((true, value)) => of_blocks(&value, &symbol(SymbolKind::Other)).sampled_if(true),
            Some((false, value)) => value.sampled_if(true),
            None => Value::symbol(symbol(SymbolKind::Other)),
        }
    }

    /// The id by which an `import` block takes over the resource: its name, for what is known by its name.
    fn imported(&mut self, id: ResourceId) -> Option<Value> {
        let root = super::scope::InstanceId(0);
        let module = self.instance(root).module.clone();
        let address = self.out.resource(id).address.clone();
        let import = module.imports.iter().find(|at| {
            let document = module.document(**at);
            let to = body::attribute(document, at.node, "to").map(|to| document.source_slice(to));
            to.is_some_and(|to| to.split_whitespace().collect::<String>().trim_matches('"') == &*address)
        })?;
        let node = body::attribute(module.document(*import), import.node, "id")?;
        let at = At { document: import.document, node };
        Some(self.evaluate_at(at, root, &super::scope::Repetition::Single))
    }

    /// The configured value of an argument or of nested blocks; `None` when neither is written.
    pub(super) fn configured(&mut self, id: ResourceId, name: &str) -> Option<Value> {
        Some(self.configured_attribute(id, name)?.value)
    }

    fn configured_attribute(&mut self, id: ResourceId, name: &str) -> Option<crate::graph::Attribute> {
        let (declaration, instance, repetition) = self.bodies(id);
        let module = self.instance(instance).module.clone();
        for at in declaration.bodies.iter().rev() {
            let scope = Scope::new(&module, *at, instance).repeated(&repetition);
            let found = self.arguments(*at, &scope, &|argument| argument == name);
            if let Some(attribute) = found.into_iter().next() {
                return Some(attribute);
            }
        }
        None
    }

    fn bodies(&self, id: ResourceId) -> (Arc<Declaration>, super::scope::InstanceId, super::scope::Repetition) {
        let state = &self.states[id.0 as usize];
        let declaration = self.declaration(state.instance, state.mode, state.position);
        (declaration, state.instance, state.repetition.clone())
    }

    /// Evaluates the wanted arguments of a resource instance and puts them into the graph's resource.
    pub(super) fn fill(&mut self, id: ResourceId, wanted: &[&str]) {
        let (declaration, instance, repetition) = self.bodies(id);
        let module = self.instance(instance).module.clone();
        let mut attributes: Vec<crate::graph::Attribute> = Vec::new();
        for at in declaration.bodies.iter().copied() {
            let scope = Scope::new(&module, at, instance).repeated(&repetition);
            for attribute in self.arguments(at, &scope, &|name| wanted.contains(&name)) {
                attributes.retain(|old| old.name != attribute.name);
                attributes.push(attribute);
            }
        }
        for attribute in &mut attributes {
            let ignored = |at: &At| ignores_changes(module.document(*at), at.node, &attribute.name);
            if KEPT_ELSEWHERE.contains(&&*attribute.name) && self.bodies(id).0.bodies.iter().any(ignored) {
                let reason = format!("{}, whose changes are ignored", attribute.name);
                let span = attribute.value.span;
                attribute.value = Value { span, ..Value::unknown(Reason::DependsOn(reason.into())) };
            }
        }
        if let Some(policy) = policy_attribute(self, id, wanted) {
            attributes.push(policy);
        }
        if wanted.contains(&CREATE_FIRST) {
            for at in declaration.bodies.iter().copied() {
                let scope = Scope::new(&module, at, instance).repeated(&repetition);
                let Some((key, value)) = body::in_block(scope.document, at.node, "lifecycle", CREATE_FIRST) else {
                    continue;
                };
                let key_span = scope.document.span(key);
                let value = self.expression(value, &scope);
                attributes.push(crate::graph::Attribute { name: CREATE_FIRST.into(), key_span, block: false, value });
            }
        }
        let region = self.region(instance, &declaration, &repetition);
        let resource = &mut self.out.resources[id.0 as usize];
        (resource.attributes, resource.region) = (attributes, region);
    }

    /// The arguments and nested blocks of one body whose names are wanted. Blocks of one type are one attribute: a
    /// sequence with an object a block, in order.
    pub(super) fn arguments(
        &mut self,
        at: At,
        scope: &Scope<'_>,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Vec<crate::graph::Attribute> {
        let document = scope.document.clone();
        let mut found: Vec<crate::graph::Attribute> = Vec::new();
        let mut blocks: Vec<Blocks> = Vec::new();
        let is_json = document.language() == crate::syntax::Language::TerraformJson;
        for item in body::items(&document, at.node) {
            match item {
                body::Item::Attribute { name, value } => {
                    if is_json && document.string(name) == Some("dynamic") {
                        for (kind, body) in document.entries(value) {
                            let Some(text) = document.string(kind).filter(|name| wanted(name)) else { continue };
                            let bodies = match document.node(body) {
                                crate::syntax::Node::Sequence(bodies) => document.children(bodies),
                                _ => &[body][..],
                            };
                            for body in bodies {
                                let values = self.dynamic(text, *body, scope);
                                add_blocks(&mut blocks, text, document.span(kind), values);
                            }
                        }
                        continue;
                    }
                    let Some(text) = document.string(name).filter(|name| wanted(name)) else { continue };
                    let hop = HopKind::Attribute(text.into());
                    let evaluated = self.expression(value, scope).via(hop, document.span(value));
                    found.push(crate::graph::Attribute {
                        name: text.into(),
                        key_span: document.span(name),
                        block: false,
                        value: evaluated,
                    });
                }
                body::Item::Block { kind, labels, body } => {
                    let is_dynamic = document.string(kind) == Some("dynamic");
                    let name_node = if is_dynamic { labels.first().copied().unwrap_or(kind) } else { kind };
                    let Some(text) = document.string(name_node).filter(|name| wanted(name)) else { continue };
                    let values =
                        if is_dynamic { self.dynamic(text, body, scope) } else { vec![self.block(body, scope)] };
                    add_blocks(&mut blocks, text, document.span(name_node), values);
                }
            }
        }
        for (name, key_span, values) in blocks {
            let together = |values: &[Value]| Value::tuple(values.iter().cloned().flat_map(flatten_blocks).collect());
            let ways: usize =
                values.iter().map(|value| choice::alternatives(value).len()).fold(1, usize::saturating_mul);
            // Many independent conditions stay where they are, inside the sequence.
            let value = if ways <= MAX_WAYS { choice::lift(&values, together) } else { together(&values) };
            found.push(crate::graph::Attribute { name, key_span, block: true, value });
        }
        found
    }

    /// A nested block as an object of its arguments and blocks.
    fn block(&mut self, body: NodeId, scope: &Scope<'_>) -> Value {
        let at = At { document: 0, node: body };
        let attributes = self.arguments(at, scope, &|_| true);
        let entries: Vec<Entry> = attributes
            .into_iter()
            .map(|attribute| Entry { key: attribute.name, key_span: Some(attribute.key_span), value: attribute.value })
            .collect();
        Value::object(entries).at(scope.document.span(body))
    }

    /// The blocks that a `dynamic` block makes: one value that is a sequence of blocks, a choice of such, or an open one.
    fn dynamic(&mut self, kind: &str, body: NodeId, scope: &Scope<'_>) -> Vec<Value> {
        let document = scope.document;
        let content = body::items(document, body).find_map(|item| match item {
            body::Item::Block { kind: name, body, .. } | body::Item::Attribute { name, value: body } => {
                (document.string(name) == Some("content")).then_some(body)
            }
        });
        let (Some(content), Some(for_each)) = (content, body::attribute(document, body, "for_each")) else {
            return vec![Value::unknown(Reason::Broken).at(document.span(body))];
        };
        let iterator = body::attribute(document, body, "iterator").and_then(|node| match document.node(node) {
            Node::Variable(text) => Some(document.text(text)),
            _ => document.string(node),
        });
        let iterator = iterator.unwrap_or(kind);
        let collection = self.expression(for_each, scope);
        // What a root variable's default holds decides nothing, least of all that there is no block.
        let collection = if collection.marks.assumed && is_empty(&collection) {
            let element = Value::unknown(Reason::DependsOn(document.source_slice(for_each).into()));
            Shape::Open(Arc::new(crate::value::Open { element, exists: None, keyed: false })).into()
        } else {
            collection
        };
        let made = self.over_alternatives(&collection, |evaluator, collection| {
            let mut one = |key: Value, value: Value| {
                let object = Value::object(vec![
                    Entry { key: "key".into(), key_span: None, value: key },
                    Entry { key: "value".into(), key_span: None, value },
                ]);
                let binding = super::scope::Binding { name: iterator, value: object, outer: scope.bindings };
                evaluator.block(content, &scope.bind(&binding))
            };
            let blocks = match &collection.shape {
                Shape::Sequence(kind, items) => items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| match kind {
                        crate::value::SequenceKind::Set => one(item.clone(), item.clone()),
                        _ => one(Value::int(index as i64), item.clone()),
                    })
                    .collect(),
                Shape::Mapping(_, entries) => {
                    entries.iter().map(|entry| one(Value::text(entry.key.clone()), entry.value.clone())).collect()
                }
                Shape::Null | Shape::Error(_) => return Value::error("for_each of a dynamic block needs a collection"),
                shape => {
                    let key = Value::unknown(Reason::DependsOn(format!("{iterator}.key").into()));
                    let (value, exists) = match shape {
                        Shape::Open(open) => (open.element.clone(), open.exists),
                        _ => (choice::unknown_among([collection]), None),
                    };
                    let element = one(key, value);
                    return Shape::Open(Arc::new(crate::value::Open { element, exists, keyed: false })).into();
                }
            };
            Value::tuple(blocks)
        });
        vec![made]
    }
}

/// Nested blocks of one type: the type, where it is first written, and what the blocks evaluate to.
type Blocks = (Arc<str>, crate::text::Span, Vec<Value>);

fn add_blocks(blocks: &mut Vec<Blocks>, kind: &str, span: crate::text::Span, values: Vec<Value>) {
    match blocks.iter_mut().find(|(name, ..)| **name == *kind) {
        Some((_, _, all)) => all.extend(values),
        None => blocks.push((kind.into(), span, values)),
    }
}

/// What `lifecycle` calls that a replacement is made before the old one goes. It is given as an attribute of its own.
const CREATE_FIRST: &str = "create_before_destroy";

/// Arguments that say who a resource trusts, which something else than this configuration keeps when they are ignored.
const KEPT_ELSEWHERE: [&str; 1] = ["assume_role_policy"];

/// Whether `lifecycle` says that changes of the argument `name` are left alone: `ignore_changes = [name]` or `all`.
fn ignores_changes(document: &Document, body: NodeId, name: &str) -> bool {
    let Some((_, ignored)) = body::in_block(document, body, "lifecycle", "ignore_changes") else { return false };
    let word = |node| document.source_slice(node).trim_matches('"').to_string();
    match document.node(ignored) {
        crate::syntax::Node::Sequence(names) => document.children(names).iter().any(|node| {
            let word = word(*node);
            word == name || word == "*"
        }),
        _ => word(ignored) == "all",
    }
}

/// Nested blocks as references see them: each knows which attribute it is, for what is not written in it.
fn of_blocks(blocks: &Value, symbol: &Symbol) -> Value {
    let block = |block: &Value, index: &str| {
        let symbol = Symbol { attribute: format!("{}[{index}]", symbol.attribute).into(), ..symbol.clone() };
        of_blocks(block, &symbol)
    };
    let shape = match &blocks.shape {
        Shape::Sequence(kind, items) => {
            let items = items.iter().enumerate().map(|(index, item)| block(item, &index.to_string()));
            Shape::Sequence(*kind, items.collect())
        }
        Shape::Mapping(kind, entries) => {
            let inner = |entry: &Entry| {
                let symbol =
                    Symbol { attribute: format!("{}.{}", symbol.attribute, entry.key).into(), ..symbol.clone() };
                let is_nested = entry.value.as_sequence().is_some_and(|items| {
                    !items.is_empty() && items.iter().all(|item| matches!(item.shape, Shape::Mapping(..)))
                });
                let value = if is_nested { of_blocks(&entry.value, &symbol) } else { entry.value.clone() };
                Entry { value, ..entry.clone() }
            };
            let shape = Shape::Mapping(*kind, entries.iter().map(inner).collect());
            return Value { shape, alias: Some(Arc::new(symbol.clone())), ..blocks.clone() };
        }
        Shape::Open(open) => {
            let element = block(&open.element, "*");
            Shape::Open(Arc::new(crate::value::Open { element, ..(**open).clone() }))
        }
        Shape::Choice(alternatives) => {
            let each = |alternative: &Alternative| Alternative {
                guard: alternative.guard.clone(),
                value: of_blocks(&alternative.value, symbol),
            };
            Shape::Choice(alternatives.iter().map(each).collect())
        }
        _ => return blocks.clone(),
    };
    Value { shape, ..blocks.clone() }
}

fn is_empty(value: &Value) -> bool {
    match &value.shape {
        Shape::Sequence(_, items) => items.is_empty(),
        Shape::Mapping(_, entries) => entries.is_empty(),
        Shape::Null => true,
        _ => false,
    }
}

/// A static block is itself; what a dynamic block made is its elements.
fn flatten_blocks(value: Value) -> Vec<Value> {
    match &value.shape {
        Shape::Sequence(_, items) => items.to_vec(),
        _ => vec![value],
    }
}

/// The configured value of an attribute that names an identity, tagged with the reference. Text that is not known as a
/// whole gives way to the reference, which says more.
fn aliased(value: &Value, symbol: Symbol) -> Value {
    let one = |value: &Value| match &value.shape {
        Shape::Text(text) if !text.is_empty() => {
            Value { alias: Some(Arc::new(symbol.clone())), path: None, span: None, ..value.clone() }
        }
        _ => Value::symbol(symbol.clone()),
    };
    match &value.shape {
        Shape::Choice(alternatives) => {
            let tagged = alternatives
                .iter()
                .map(|alternative| Alternative { guard: alternative.guard.clone(), value: one(&alternative.value) });
            choice::choose(tagged)
        }
        _ => one(value),
    }
}

/// A policy document data source has its JSON as an attribute of the graph's resource when that is wanted.
fn policy_attribute(evaluator: &mut Evaluator<'_>, id: ResourceId, wanted: &[&str]) -> Option<crate::graph::Attribute> {
    let resource = evaluator.out.resource(id);
    if resource.mode != Mode::Data || &*resource.kind != "aws_iam_policy_document" || !wanted.contains(&"json") {
        return None;
    }
    let span = resource.span;
    let value = evaluator.resource_attribute(id, "json");
    Some(crate::graph::Attribute { name: "json".into(), key_span: span, block: false, value })
}
