//! From the resources of a unit to its graph: what stands in each slot, and which role or profile that means.

mod boundary;
mod edge;
mod launch;
mod means;
mod text;

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use crate::aws::arn::{ArnKind, ArnLike};
use crate::aws::identity::{self, Identity};
use crate::aws::policy::{self, PolicyUse, Reading};
use crate::aws::slots::{self, Slot};
use crate::aws::trust::{self, Decision};
pub use edge::EdgeUse;
pub use launch::Launch;
use text::same_text;

use crate::files::Files;
use crate::graph::{Confidence, Configuration, Dialect, Edge, EdgeKind, Graph, Mode, Node, Resource};
use crate::text::Span;
use crate::value::{Formula, HopKind, Reason, ResourceId, SymbolKind, Value};

/// What a value in a slot means.
#[derive(Clone, PartialEq, Debug)]
pub enum Means {
    /// Empty text, which most services take for "none".
    Empty,
    /// A role, an instance profile or another resource that IAM knows.
    Identity {
        /// The resource.
        resource: ResourceId,
        /// What it is.
        identity: Identity,
        /// Its name, its ARN, or something else of it.
        form: SymbolKind,
        /// How it is known.
        confidence: Confidence,
    },
    /// An attribute of a resource that IAM does not know.
    Other(ResourceId),
    /// A name that nothing declared here has.
    Name(String),
    /// An ARN that is not known to be of something declared here.
    Arn(Box<ArnLike>),
    /// It is not known.
    Open(Reason),
}

/// A value in a slot.
#[derive(Clone, PartialEq, Debug)]
pub struct SlotUse {
    /// The resource that has the slot.
    pub resource: ResourceId,
    /// The slot.
    pub slot: &'static Slot,
    /// Where the attribute's or property's name is written.
    pub key_span: Span,
    /// The value. Never null, a collection or a choice.
    pub value: Value,
    /// Under which condition it stands there, besides that the resource exists.
    pub guard: Formula,
    /// What it means.
    pub means: Means,
}

impl SlotUse {
    /// The whole expression in the slot, where the slot is.
    pub fn value_span(&self) -> Span {
        let written = self.value.path.iter().flat_map(|path| path.steps()).find_map(|hop| match hop.kind {
            HopKind::Attribute(_) => Some(hop.span),
            _ => None,
        });
        written.or(self.value.span).unwrap_or(self.key_span)
    }

    /// The value that its author would change: the argument of the outermost module call that it is passed through, else
    /// the slot's own value; in both the part that leads here, where a condition chooses between several.
    pub fn primary_span(&self) -> Span {
        let mut place = self.value_span();
        let steps = self.value.path.iter().flat_map(|path| path.steps());
        // What a module hands out was not passed in by the slot's own caller any more.
        for hop in steps.take_while(|hop| !matches!(hop.kind, HopKind::ModuleOutput { .. })) {
            if let HopKind::ModuleArgument { .. } = hop.kind {
                place = hop.span;
            }
        }
        self.value.span.filter(|span| place.contains(*span)).unwrap_or(place)
    }

    /// The role or profile that is meant, if it is one.
    pub fn target(&self, wanted: Identity) -> Option<ResourceId> {
        match self.means {
            Means::Identity { resource, identity, .. } if identity == wanted => Some(resource),
            _ => None,
        }
    }
}

/// Whether two resources have the same name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SameName {
    /// They have.
    Yes,
    /// They have not.
    No,
    /// It is not known.
    Maybe,
}

/// A unit with its links.
pub struct Linked<'a> {
    /// The resources.
    pub configuration: &'a Configuration,
    /// The texts.
    pub files: &'a dyn Files,
    /// What stands in the slots, in the order of the resources.
    pub uses: Vec<SlotUse>,
    trusts: HashMap<ResourceId, Vec<(Formula, Reading)>>,
    index: Index,
    graph: OnceCell<Graph>,
    edges: OnceCell<HashMap<ResourceId, Vec<EdgeUse>>>,
    decisions: RefCell<HashMap<(ResourceId, *const Slot), Decisions>>,
    boundaries: OnceCell<HashSet<ResourceId>>,
    launch_names: OnceCell<launch::Names>,
}

/// What each alternative of a role's trust policy says to a slot.
type Decisions = Rc<[Option<Decision>]>;

/// What is asked for over and over, by resource or by name.
#[derive(Default)]
struct Index {
    /// What each resource is to IAM.
    identities: Vec<Option<Identity>>,
    /// The slots of each resource that hold something: positions in [`Linked::uses`].
    uses: Vec<Range<usize>>,
    /// The slots that mean each resource: positions in [`Linked::uses`].
    users: HashMap<ResourceId, Vec<usize>>,
    /// The first resource of a kind that has a name for certain, by its scope and name.
    names: HashMap<Identity, HashMap<Arc<str>, HashMap<String, ResourceId>>>,
    /// The managed resources of a kind that have a name for certain, by that name in lower case.
    namesakes: HashMap<(Identity, String), Vec<ResourceId>>,
    /// The managed resources of a kind whose name is given and not known as a whole.
    open_names: HashMap<Identity, Vec<ResourceId>>,
}

impl<'a> Linked<'a> {
    /// Links the resources of a unit.
    pub fn new(configuration: &'a Configuration, files: &'a dyn Files) -> Linked<'a> {
        let identity = |resource: &Resource| identity::of(resource.dialect, &resource.kind, resource.mode);
        let identities = configuration.resources.iter().map(identity).collect();
        let mut linked = Linked {
            configuration,
            files,
            uses: Vec::new(),
            trusts: HashMap::new(),
            index: Index { identities, ..Index::default() },
            graph: OnceCell::new(),
            edges: OnceCell::new(),
            decisions: RefCell::default(),
            boundaries: OnceCell::new(),
            launch_names: OnceCell::new(),
        };
        linked.index.names = linked.names();
        linked.index_given_names();
        linked.uses = linked.slot_uses();
        linked.index_uses();
        for (id, resource) in configuration.iter() {
            if linked.identity(id) == Some(Identity::Role) && resource.mode == Mode::Managed {
                linked.trusts.insert(id, linked.read_trust(resource));
            }
        }
        linked
    }

    /// The graph of all links, made when first asked for.
    pub fn graph(&self) -> &Graph {
        self.graph.get_or_init(|| self.connect())
    }

    /// What a resource is to IAM.
    pub fn identity(&self, id: ResourceId) -> Option<Identity> {
        self.index.identities.get(id.0 as usize).copied().flatten()
    }

    /// The trust policy of a role that is declared here, one reading per alternative; empty for any other resource.
    pub fn trust(&self, role: ResourceId) -> &[(Formula, Reading)] {
        self.trusts.get(&role).map_or(&[], Vec::as_slice)
    }

    /// Whether the trust policy of a role that is declared here lets the service of a slot in: the answers to its
    /// readings in their order, `None` where the reading is no document or the slot says nothing of services.
    pub fn decisions(&self, role: ResourceId, slot: &'static Slot) -> Rc<[Option<Decision>]> {
        let key = (role, std::ptr::from_ref(slot));
        if let Some(known) = self.decisions.borrow().get(&key) {
            return known.clone();
        }
        let decide = |(_, reading): &(Formula, Reading)| match reading {
            Reading::Document(policy) => trust::decide_slot(policy, slot),
            _ => None,
        };
        let decisions: Rc<[Option<Decision>]> = self.trust(role).iter().map(decide).collect();
        self.decisions.borrow_mut().insert(key, decisions.clone());
        decisions
    }

    /// The slots of a resource that hold something.
    pub fn uses_of(&self, id: ResourceId) -> impl Iterator<Item = (usize, &SlotUse)> {
        let range = self.index.uses.get(id.0 as usize).cloned().unwrap_or_default();
        range.filter_map(|index| Some((index, self.uses.get(index)?)))
    }

    /// The slots that hold a reference to, or the name of, a resource.
    pub fn users_of(&self, id: ResourceId) -> impl Iterator<Item = (usize, &SlotUse)> {
        let users = self.index.users.get(&id).map_or(&[][..], Vec::as_slice);
        users.iter().filter_map(|index| Some((*index, self.uses.get(*index)?)))
    }

    fn index_uses(&mut self) {
        self.index.uses = vec![0..0; self.configuration.resources.len()];
        for (position, slot_use) in self.uses.iter().enumerate() {
            // The slots of one resource stand together.
            if let Some(range) = self.index.uses.get_mut(slot_use.resource.0 as usize) {
                let start = if range.start == range.end { position } else { range.start };
                *range = start..position + 1;
            }
            if let Means::Identity { resource, .. } = slot_use.means {
                self.index.users.entry(resource).or_default().push(position);
            }
        }
    }

    fn names(&self) -> HashMap<Identity, HashMap<Arc<str>, HashMap<String, ResourceId>>> {
        let mut names: HashMap<Identity, HashMap<Arc<str>, HashMap<String, ResourceId>>> = HashMap::new();
        for (id, resource) in self.configuration.iter() {
            let Some(identity) = self.identity(id) else { continue };
            let Some(name) = self.name_of(id).and_then(Value::as_text) else { continue };
            let scope = names.entry(identity).or_default().entry(resource.scope.clone()).or_default();
            scope.entry(name.into_owned()).or_insert(id);
        }
        names
    }

    fn index_given_names(&mut self) {
        let configuration = self.configuration;
        for (id, _) in configuration.iter().filter(|(_, resource)| resource.mode == Mode::Managed) {
            let (Some(identity), Some(name)) = (self.identity(id), self.name_of(id)) else { continue };
            match name.as_text() {
                Some(text) => self.index.namesakes.entry((identity, text.to_ascii_lowercase())).or_default().push(id),
                None => self.index.open_names.entry(identity).or_default().push(id),
            }
        }
    }

    /// The managed resources of a kind that have this name for certain, whatever its capitals and their scope, in order.
    pub fn namesakes(&self, wanted: Identity, name: &str) -> &[ResourceId] {
        self.index.namesakes.get(&(wanted, name.to_ascii_lowercase())).map_or(&[], Vec::as_slice)
    }

    fn read_trust(&self, role: &Resource) -> Vec<(Formula, Reading)> {
        let attribute = identity::names(role.dialect, &role.kind).and_then(|names| names.trust);
        match attribute.and_then(|attribute| role.value(attribute)) {
            Some(value) => policy::read(value, PolicyUse::Trust, self.files),
            None => Vec::new(),
        }
    }

    fn slot_uses(&self) -> Vec<SlotUse> {
        let mut uses = Vec::new();
        for (id, resource) in self.configuration.iter() {
            if resource.mode == Mode::Data {
                continue;
            }
            for slot in slots::slots_of(resource.dialect, &resource.kind) {
                for found in slots::find(slot, resource, self.files) {
                    let means = self.means(&found.value, resource, slot);
                    let (key_span, guard) = (found.key_span, found.guard);
                    uses.push(SlotUse { resource: id, slot, key_span, value: found.value, guard, means });
                }
            }
        }
        uses
    }

    /// The role or instance profile declared here that an ARN names, by a reference in it or by its name.
    pub fn of_arn(&self, arn: &ArnLike, scope: &str) -> Option<(ResourceId, Identity)> {
        let identity = match arn.kind {
            ArnKind::Role => Identity::Role,
            ArnKind::InstanceProfile => Identity::InstanceProfile,
            _ => return None,
        };
        // An account that is written out may be another one.
        let elsewhere = arn.account.text.as_deref().is_some_and(|account| !account.is_empty());
        let resource = match (arn.constructed(), &arn.name.text) {
            (Some(symbol), _) => Some(symbol.resource),
            (None, Some(name)) if !elsewhere => self.named(name, identity, scope),
            _ => None,
        };
        let fits = |id: &ResourceId| {
            self.identity(*id) == Some(identity) && self.path_of(*id).is_some_and(|path| Some(path) == arn.path.text)
        };
        resource.filter(fits).map(|resource| (resource, identity))
    }

    /// Whether the account of an ARN is for certain the one that resources of `scope` are made in: it is left out, or is
    /// asked for where it is deployed.
    pub fn is_own_account(&self, arn: &ArnLike, scope: &str) -> bool {
        let account = &arn.account;
        if let Some(symbol) = &account.symbol {
            let resource = self.configuration.resource(symbol.resource);
            return &*resource.kind == "aws_caller_identity" && *resource.scope == *scope;
        }
        match &account.unknown {
            Some(Reason::Variable(name)) => &**name == "AWS::AccountId",
            _ => account.text.as_deref() == Some(""),
        }
    }

    /// The path of a role or profile, `/` when none is set; `None` when it is not known.
    fn path_of(&self, id: ResourceId) -> Option<String> {
        let resource = self.configuration.resource(id);
        let attribute = identity::names(resource.dialect, &resource.kind)?.path?;
        match resource.value(attribute) {
            Some(value) if !value.is_null() => value.as_text().map(|text| text.into_owned()),
            _ if resource.mode == Mode::Managed => Some("/".to_string()),
            _ => None,
        }
    }

    /// The one resource of a kind that has a name for certain.
    pub fn named(&self, name: &str, wanted: Identity, scope: &str) -> Option<ResourceId> {
        self.index.names.get(&wanted)?.get(scope)?.get(name).copied()
    }

    /// The configured name of a role or profile; `None` when it is generated.
    pub fn name_of(&self, id: ResourceId) -> Option<&'a Value> {
        let resource = self.configuration.resource(id);
        let attribute = identity::names(resource.dialect, &resource.kind)?.name?;
        resource.value(attribute).filter(|value| !value.is_null())
    }

    /// Whether two roles or profiles have the same name. A generated name is nobody else's.
    pub fn same_name(&self, one: ResourceId, other: ResourceId) -> SameName {
        let generated = |id: ResourceId| {
            let resource = self.configuration.resource(id);
            resource.mode == Mode::Managed && self.name_of(id).is_none()
        };
        // A name may be given by reference to the other resource, generated or not.
        let refers = |from: ResourceId, to: ResourceId| {
            self.name_of(from)
                .and_then(Value::as_symbol)
                .is_some_and(|symbol| symbol.resource == to && symbol.kind == SymbolKind::Name)
        };
        if refers(one, other) || refers(other, one) {
            return SameName::Yes;
        }
        if generated(one) || generated(other) {
            return SameName::No;
        }
        match (self.name_of(one), self.name_of(other)) {
            (Some(one), Some(other)) => same_text(one, other),
            _ => SameName::Maybe,
        }
    }

    /// Whether a resource may have the name `name`.
    pub fn may_be_named(&self, id: ResourceId, name: &str) -> SameName {
        let resource = self.configuration.resource(id);
        match self.name_of(id) {
            Some(value) => same_text(value, &Value::text(name)),
            None if resource.mode == Mode::Managed => SameName::No,
            None => SameName::Maybe,
        }
    }

    /// Whether a value that is a role's name names this role.
    pub fn means_role(&self, value: &Value, role: ResourceId) -> SameName {
        match value.as_symbol() {
            Some(symbol) if symbol.kind != SymbolKind::Name => SameName::Maybe,
            Some(symbol) if symbol.resource == role => SameName::Yes,
            Some(symbol) if self.identity(symbol.resource) == Some(Identity::Role) => {
                self.same_name(symbol.resource, role)
            }
            Some(_) => SameName::Maybe,
            None if value.marks.assumed => SameName::Maybe,
            None => value.as_text().map_or(SameName::Maybe, |text| self.may_be_named(role, &text)),
        }
    }

    fn connect(&self) -> Graph {
        let mut edges: Vec<(Node, Node, Edge)> = Vec::new();
        for slot_use in &self.uses {
            let Means::Identity { resource, identity, confidence, .. } = slot_use.means else { continue };
            let from = Node::Resource(slot_use.resource);
            let kind = match (self.identity(slot_use.resource), identity) {
                (Some(Identity::InstanceProfile), _) => EdgeKind::HoldsRole,
                (Some(_), _) => EdgeKind::AttachedPolicy,
                (None, Identity::InstanceProfile) => EdgeKind::UsesProfile,
                (None, _) => EdgeKind::UsesRole,
            };
            let (span, guard) = (slot_use.value_span(), slot_use.guard.clone());
            edges.push((from, Node::Resource(resource), Edge { kind, span, confidence, guard }));
        }
        let mut calls: HashMap<&str, usize> = HashMap::new();
        for (index, call) in self.configuration.module_calls.iter().enumerate() {
            // Of equal addresses the last one counts.
            calls.insert(&call.address, index);
        }
        for (id, resource) in self.configuration.iter() {
            for (guard, reading) in self.trust(id) {
                let Reading::Document(policy) = reading else { continue };
                for (service, span) in trust::trusted_services(policy) {
                    let span = span.unwrap_or(resource.span);
                    let edge =
                        Edge { kind: EdgeKind::Trusts, span, confidence: Confidence::Exact, guard: guard.clone() };
                    edges.push((Node::Resource(id), Node::Service(service.as_str().into()), edge));
                }
            }
            if resource.dialect == Dialect::Terraform
                && let Some(index) = innermost(&resource.declaration, &calls)
                && let Some(call) = self.configuration.module_calls.get(index)
            {
                let edge = Edge {
                    kind: EdgeKind::Declares,
                    span: call.span,
                    confidence: Confidence::Exact,
                    guard: resource.exists.clone(),
                };
                edges.push((Node::ModuleCall(index), Node::Resource(id), edge));
            }
        }
        let mut graph = Graph::default();
        for (from, to, edge) in edges {
            graph.connect(from, to, edge);
        }
        graph
    }
}

/// The position of the innermost module call that a declaration is inside of.
fn innermost(declaration: &str, calls: &HashMap<&str, usize>) -> Option<usize> {
    let ends = declaration.rmatch_indices('.').map(|(end, _)| end);
    ends.filter_map(|end| declaration.get(..end)).find_map(|address| calls.get(address).copied())
}
