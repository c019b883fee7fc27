//! Elements that are asked for and not there: `local.jobs["night"]`, `aws_iam_role.this[0]` where there is none. Terraform
//! fails when it evaluates such an expression. Neither `try` nor a branch that is not taken lets the failure through, so
//! what an expression comes to as a whole says whether Terraform fails.

use std::sync::Arc;

use super::body::{self, Item};
use super::evaluator::Evaluator;
use super::module::{At, Declaration, Module};
use super::scope::{InstanceId, Repetition, Scope};
use super::{expansion, join_address};
use crate::graph::{MissingElement, Mode};
use crate::syntax::{Document, Node, NodeId};
use crate::text::Span;
use crate::value::choice::{self, Alternative};
use crate::value::{Failure, Formula, Missing, Place, Shape, Value};

/// An expression in which an element of something is asked for.
#[derive(Debug)]
pub struct Site {
    owner: Owner,
    /// The body that the attribute or nested block is in, or the expression of a local.
    at: At,
    /// The attribute's name, or the type of the nested block.
    name: Arc<str>,
    /// All of the expression or block.
    span: Span,
}

/// What an expression belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Owner {
    Local,
    Output(usize),
    Call(usize),
    Resource(Mode, usize),
}

/// Most instances of one declaration that are looked at.
const MAX_INSTANCES: usize = 40;

/// Longest text of a collection that a message repeats, in characters.
const MAX_NAME: usize = 60;

/// Nested blocks whose expressions are evaluated at other times, or against what is not known here, and arguments that
/// name declarations.
const APART: [&str; 7] = ["lifecycle", "provisioner", "connection", "depends_on", "provider", "providers", "source"];

/// The expressions of a module that ask for elements. None in a module that is not whole, or is written for versions of
/// Terraform in which a missing element could be passed over.
pub(super) fn sites(module: &Module) -> Vec<Site> {
    let mut found = Vec::new();
    if module.broken || module.pending || module.unfinished.is_some() || !module.references.is_current {
        return found;
    }
    let asked: Vec<Vec<Span>> = module.documents.iter().map(|document| asked_in(document)).collect();
    let asks = |at: At, span: Span| {
        let spans = asked.get(at.document as usize).map_or(&[][..], |spans| spans);
        let first = spans.partition_point(|asked| asked.start < span.start);
        spans.get(first).is_some_and(|asked| asked.end <= span.end)
    };
    let mut add = |owner: Owner, at: At, name: &str, span: Span| {
        if asks(at, span) {
            found.push(Site { owner, at, name: name.into(), span });
        }
    };
    for name in module.locals.names() {
        if let Some(at) = module.locals.get(name) {
            add(Owner::Local, *at, name, module.span(*at));
        }
    }
    let outputs = module.outputs.items.iter().enumerate().map(|(at, of)| (Owner::Output(at), of));
    let calls = module.calls.items.iter().enumerate().map(|(at, of)| (Owner::Call(at), of));
    let managed = module.resources.items.iter().enumerate().map(|(at, of)| (Owner::Resource(Mode::Managed, at), of));
    let data = module.data.items.iter().enumerate().map(|(at, of)| (Owner::Resource(Mode::Data, at), of));
    for (owner, declaration) in outputs.chain(calls).chain(managed).chain(data) {
        for at in &declaration.bodies {
            let document = module.document(*at);
            for item in body::items(document, at.node) {
                let (name, value) = match item {
                    Item::Attribute { name, value } => (document.string(name), value),
                    Item::Block { kind, labels, body } => {
                        let is_dynamic = document.string(kind) == Some("dynamic");
                        let kind = if is_dynamic { labels.first().copied().unwrap_or(kind) } else { kind };
                        (document.string(kind), body)
                    }
                };
                let is_value = matches!(owner, Owner::Output(_));
                match name {
                    Some(name) if !APART.contains(&name) && (!is_value || name == "value") => {
                        add(owner, *at, name, document.span(value));
                    }
                    _ => {}
                }
            }
        }
    }
    found.sort_by_key(|site| site.span);
    found
}

/// The places of a document where an element of something is asked for, in order.
fn asked_in(document: &Document) -> Vec<Span> {
    let asks = |id: &NodeId| match document.node(*id) {
        Node::Index { .. } => true,
        Node::GetAttribute { object, name } => {
            matches!(document.node(name), Node::Number(_)) || may_be_an_object(document, object)
        }
        _ => false,
    };
    let mut spans: Vec<Span> = document.ids().filter(asks).map(|id| document.span(id)).collect();
    spans.sort_by_key(|span| (span.start, span.end));
    spans
}

/// Whether a node names something whose attributes the configuration itself says: `local.x`, `var.x`, `each.value`, or
/// what is inside of these.
fn may_be_an_object(document: &Document, node: NodeId) -> bool {
    match document.node(node) {
        Node::GetAttribute { object, .. } => match document.node(object) {
            Node::Variable(root) => matches!(document.text(root), "local" | "var" | "each"),
            _ => may_be_an_object(document, object),
        },
        Node::Index { object, .. } => may_be_an_object(document, object),
        _ => false,
    }
}

impl Evaluator<'_> {
    /// `value` is what asking `object` for `key` gave: says where, if that is not there, and whether it never is.
    pub(super) fn placed_missing(&self, value: Value, object: NodeId, key: NodeId, scope: &Scope<'_>) -> Value {
        let has_instance = |value: &Value| match value.shape {
            Shape::Resource(id) => Some(id),
            _ => None,
        };
        let (always, instance) = match &value.shape {
            Shape::Choice(alternatives) if alternatives.iter().any(|one| unplaced(&one.value).is_some()) => (
                alternatives.iter().all(|one| unplaced(&one.value).is_some_and(|missing| missing.fixed)),
                alternatives.iter().find_map(|one| has_instance(&one.value)),
            ),
            Shape::Error(_) => match unplaced(&value) {
                Some(missing) => (missing.fixed, None),
                None => return value,
            },
            _ => return value,
        };
        let document = scope.document;
        let place = Place { key: document.span(key), collection: document.span(object), always, instance };
        let placed = |value: &Value| match (&value.shape, unplaced(value)) {
            (Shape::Error(failure), Some(missing)) => {
                let missing = Missing { place: Some(place.clone()), ..missing.clone() };
                let shape = Shape::Error(Arc::new(Failure { missing: Some(missing), ..(**failure).clone() }));
                Value { shape, ..value.clone() }
            }
            _ => value.clone(),
        };
        match &value.shape {
            Shape::Choice(alternatives) => {
                let each = |one: &Alternative| Alternative { guard: one.guard.clone(), value: placed(&one.value) };
                let shape = Shape::Choice(alternatives.iter().map(each).collect());
                Value { shape, ..value.clone() }
            }
            _ => placed(&value),
        }
    }

    /// Notes what a module instance asks for that is not there.
    pub(super) fn note_missing(&mut self, id: InstanceId) {
        let module = self.instance(id).module.clone();
        // Those of one declaration stand together, and what it is repeated for is worked out once.
        for sites in module.sites.chunk_by(|a, b| a.owner == b.owner) {
            let Some(first) = sites.first() else { continue };
            match first.owner {
                Owner::Local => {
                    for site in sites {
                        let value = self.local(id, &site.name);
                        self.note_missing_in(value, site, &module, None, &self.instance(id).exists.clone());
                    }
                }
                Owner::Output(position) => {
                    for site in sites {
                        let value = self.output(id, &module.outputs.items[position].name);
                        self.note_missing_in(value, site, &module, None, &self.instance(id).exists.clone());
                    }
                }
                Owner::Call(position) => {
                    let declaration = module.calls.items[position].clone();
                    self.note_missing_of(sites, id, &declaration, &format!("module.{}", declaration.name));
                }
                Owner::Resource(mode, position) => {
                    let declaration = self.declaration(id, mode, position);
                    self.note_missing_of(sites, id, &declaration, &expansion::resource_name(mode, &declaration));
                }
            }
        }
    }

    /// The same for arguments and nested blocks of something that may have several instances.
    fn note_missing_of(&mut self, sites: &[Site], id: InstanceId, declaration: &Declaration, name: &str) {
        let module = self.instance(id).module.clone();
        let (home, exists) = (self.instance(id).address.clone(), self.instance(id).exists.clone());
        let address = join_address(&home, name);
        let is_meta = |site: &Site| matches!(&*site.name, "count" | "for_each");
        let once = [(Formula::True, String::new(), Repetition::Single)];
        let instances = match sites.iter().all(is_meta) {
            true => Vec::new(),
            false => self.repetitions(id, declaration, &address),
        };
        for site in sites {
            let instances = if is_meta(site) { &once[..] } else { &instances };
            for (guard, suffix, repetition) in instances.iter().take(MAX_INSTANCES) {
                let scope = Scope::new(&module, site.at, id).repeated(repetition);
                let found = self.arguments(site.at, &scope, &|argument| *argument == *site.name);
                let exists = Formula::and([exists.clone(), guard.clone()]);
                for attribute in found {
                    self.note_missing_in(
                        Some(attribute.value),
                        site,
                        &module,
                        Some(&format!("{address}{suffix}")),
                        &exists,
                    );
                }
            }
        }
    }

    fn note_missing_in(
        &mut self,
        value: Option<Value>,
        site: &Site,
        module: &Module,
        owner: Option<&str>,
        exists: &Formula,
    ) {
        let mut failures = Vec::new();
        if let Some(value) = &value {
            gather(value, &Formula::True, &mut failures);
        }
        for (failure, under) in failures {
            let Some((missing, place)) = failure.missing.as_ref().and_then(|one| Some((one, one.place.as_ref()?)))
            else {
                continue;
            };
            let none_at_all = missing.names.is_empty() && missing.length.unwrap_or(0) == 0;
            let concerned = place.always || (place.instance.is_some() && (missing.fixed || none_at_all));
            if !concerned || !site.span.contains(place.key) {
                continue;
            }
            let document = module.document(site.at);
            let slice = |span: Span| {
                let text = document.source_text().get(span.range()).unwrap_or("");
                text.split_whitespace().collect::<Vec<_>>().join(" ")
            };
            let collection = Some(slice(place.collection)).filter(|text| text.chars().count() <= MAX_NAME);
            let noted = MissingElement {
                span: place.key,
                collection: collection.unwrap_or_else(|| "this collection".into()).into(),
                key: missing.key.clone(),
                names: missing.names.clone(),
                length: missing.length,
                owner: owner.map(Arc::from),
                exists: exists.clone(),
                under,
                always: place.always,
                instance: place.instance,
            };
            if !self.out.missing.contains(&noted) {
                self.out.missing.push(noted);
            }
        }
    }
}

/// What is said of an element that is not there, as long as it is not said where it is asked for.
fn unplaced(value: &Value) -> Option<&Missing> {
    match &value.shape {
        Shape::Error(failure) => failure.missing.as_ref().filter(|missing| missing.place.is_none()),
        _ => None,
    }
}

/// The failures that make an evaluation to `value` fail, each with the condition under which it does.
fn gather(value: &Value, under: &Formula, into: &mut Vec<(Arc<Failure>, Formula)>) {
    match &value.shape {
        Shape::Error(failure) => into.push((failure.clone(), under.clone())),
        Shape::Sequence(_, items) => items.iter().for_each(|item| gather(item, under, into)),
        Shape::Mapping(_, entries) => entries.iter().for_each(|entry| gather(&entry.value, under, into)),
        Shape::Choice(_) => {
            for alternative in choice::alternatives(value) {
                let under = Formula::and([under.clone(), alternative.guard]);
                gather(&alternative.value, &under, into);
            }
        }
        _ => {}
    }
}
