//! The resources of one evaluated unit (a Terraform root module with all it calls, or a CloudFormation template), and
//! the graph of how they refer to each other.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::diagnostic::Diagnostic;
use crate::text::Span;
use crate::value::{Atoms, Formula, Reason, ResourceId, Value};

/// Which language a resource is declared in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Dialect {
    /// Terraform or OpenTofu.
    Terraform,
    /// CloudFormation or SAM.
    CloudFormation,
}

/// Whether a resource is made or only looked up.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mode {
    /// Created and owned by this configuration.
    Managed,
    /// Looked up: a Terraform data source.
    Data,
}

/// An argument, property or nested block of a resource.
#[derive(Clone, PartialEq, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: Arc<str>,
    /// Where the name is written.
    pub key_span: Span,
    /// Whether it is written as nested blocks; the value is then a sequence with one mapping a block.
    pub block: bool,
    /// What it evaluates to.
    pub value: Value,
}

/// One instance of a resource or data source.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The language.
    pub dialect: Dialect,
    /// Made or looked up.
    pub mode: Mode,
    /// Its type: `aws_iam_role`, `AWS::IAM::Role`.
    pub kind: Arc<str>,
    /// Its own name: the last label of the block, or the logical id.
    pub name: Arc<str>,
    /// Full address with instance keys: `module.web[0].aws_instance.app["a"]`; the logical id in CloudFormation.
    pub address: Arc<str>,
    /// The declaration it is an instance of, without instance keys; instances of one declaration share it.
    pub declaration: Arc<str>,
    /// The words that declare it: a block's type and labels, a logical id.
    pub span: Span,
    /// Under which condition it exists.
    pub exists: Formula,
    /// Where IAM names are unique: resources of different scopes never clash and are not matched by name.
    pub scope: Arc<str>,
    /// The region it is made in, where the configuration alone says so.
    pub region: Option<Arc<str>>,
    /// The attributes that were asked for and are set, in the order they are written.
    pub attributes: Vec<Attribute>,
}

impl Resource {
    /// The value of an attribute; `None` when it is not set (or was not asked for when the unit was evaluated).
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| &*attribute.name == name)
    }

    /// The module call or nested stack it is declared in, as the beginning of its address; empty at the top.
    pub fn home(&self) -> &str {
        let own = match self.dialect {
            Dialect::Terraform => self.kind.len() + 1 + self.name.len(),
            Dialect::CloudFormation => self.name.len(),
        };
        self.declaration.len().checked_sub(own).and_then(|end| self.declaration.get(..end)).unwrap_or("")
    }

    /// The value of an attribute that is set.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.attribute(name).map(|attribute| &attribute.value)
    }
}

/// A call of a module.
#[derive(Clone, Debug)]
pub struct ModuleCall {
    /// Its address without instance keys, such as `module.web`.
    pub address: Arc<str>,
    /// Its `source` as written; empty when it is not known.
    pub source: Arc<str>,
    /// The words that declare it.
    pub span: Span,
    /// Whether the module's files are at hand.
    pub loaded: bool,
}

/// An output of the root module.
#[derive(Clone, Debug)]
pub struct Output {
    /// Its name.
    pub name: Arc<str>,
    /// What it evaluates to.
    pub value: Value,
    /// The words that declare it.
    pub span: Span,
}

/// A reference from one resource to another, for whatever it is used.
#[derive(Clone, PartialEq, Debug)]
pub struct Dependency {
    /// The address of the resource that refers.
    pub from: Arc<str>,
    /// The address of the resource that is referred to.
    pub to: Arc<str>,
    /// Where the name of the other one is written.
    pub span: Span,
    /// Whether it stands in a branch that need not be taken.
    pub conditional: bool,
    /// Whether it only says which of the two is made first (`DependsOn`).
    pub order_only: bool,
}

/// A named condition of a template.
#[derive(Clone, PartialEq, Debug)]
pub struct Condition {
    /// Its name.
    pub name: Arc<str>,
    /// When it holds.
    pub holds: Formula,
    /// Where its name is written.
    pub span: Span,
}

/// An element that an expression asks a known collection for, and that is not there.
#[derive(Clone, PartialEq, Debug)]
pub struct MissingElement {
    /// The key or the name of the attribute that is asked for.
    pub span: Span,
    /// The collection, as it is written, or words for it.
    pub collection: Arc<str>,
    /// The key as a literal of the language.
    pub key: Arc<str>,
    /// The keys or attributes that are there.
    pub names: Arc<[Arc<str>]>,
    /// How many elements there are, if they are numbered.
    pub length: Option<usize>,
    /// Address of the resource or module call whose argument asks; `None` for locals and outputs.
    pub owner: Option<Arc<str>>,
    /// Under which condition the expression is there at all.
    pub exists: Formula,
    /// Under which condition it fails.
    pub under: Formula,
    /// Whether the element is missing whenever it is asked for.
    pub always: bool,
    /// An instance that the collection has in another case, if its elements are instances of a resource.
    pub instance: Option<ResourceId>,
}

/// Something that could not be evaluated, and why.
#[derive(Clone, PartialEq, Debug)]
pub struct Gap {
    /// Where.
    pub span: Span,
    /// Why.
    pub reason: Reason,
}

/// Which attributes of a type of resource are wanted; everything else is not evaluated. The arguments are the dialect and
/// the type; `None` when the type is of no interest, the top-level names of attributes and blocks otherwise.
pub type Interest<'a> = &'a dyn Fn(Dialect, &str) -> Option<&'static [&'static str]>;

/// A version in its three numbers.
pub type Version = [u32; 3];

/// A range of versions. Without a bound on a side there is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct VersionRange {
    /// The lowest version allowed.
    pub from: Option<Version>,
    /// The lowest version above them that is not allowed any more.
    pub below: Option<Version>,
}

/// What evaluating a unit gives.
#[derive(Debug, Default)]
pub struct Configuration {
    /// All resources of interest, indexed by [`ResourceId`].
    pub resources: Vec<Resource>,
    /// How many resource and data source declarations there are, of interest or not.
    pub declared: usize,
    /// The module calls.
    pub module_calls: Vec<ModuleCall>,
    /// What a root module gives to the outside, in the order it is declared; nothing for CloudFormation.
    pub outputs: Vec<Output>,
    /// What refers to each declaration, whatever for: types of resources, or `output`, `local`, `module` and the like.
    pub mentions: HashMap<Arc<str>, BTreeSet<Arc<str>>>,
    /// Resources of other units that this one refers to. What is wrong with them is told in their own unit.
    pub foreign: HashSet<ResourceId>,
    /// References by logical id, each with the place of the name it declares; nothing for Terraform, whose own tools know.
    pub references: Vec<(Span, Span)>,
    /// Which resource refers to which; nothing for Terraform, where `mentions` tell enough.
    pub dependencies: Vec<Dependency>,
    /// The named conditions of a template, as they are written; nothing for Terraform, nor for templates that are nested.
    pub conditions: Vec<Condition>,
    /// The names that a substitution in a template may stand for: parameters and resources; nothing for Terraform.
    pub names: BTreeSet<Arc<str>>,
    /// What each declaration refers to, directly: other declarations, locals, and module calls as wholes, by address
    /// without instance keys. A module call refers to what its arguments refer to. Nothing for templates, which have
    /// [`Configuration::dependencies`].
    pub needs: HashMap<Arc<str>, BTreeSet<Arc<str>>>,
    /// Which versions of the AWS provider the unit allows.
    pub provider: VersionRange,
    /// The undecided conditions that values and resources depend on.
    pub atoms: Atoms,
    /// Whether parts of the text could not be understood, so that something that seems to be missing may be there.
    pub broken: bool,
    /// Directories of modules, and paths of templates, that are not whole as they lie in the tree, each with the reason.
    pub unfinished: Vec<(Arc<str>, String)>,
    /// Whether it is read from a plan or state alone, where a literal and a reference look the same.
    pub recorded: bool,
    /// Findings of evaluation itself: references to what is not declared, values that depend on themselves.
    pub diagnostics: Vec<Diagnostic>,
    /// Elements that are asked for and not there; nothing for CloudFormation.
    pub missing: Vec<MissingElement>,
    /// What could not be evaluated.
    pub gaps: Vec<Gap>,
}

impl Configuration {
    /// The resource named by `id`.
    pub fn resource(&self, id: ResourceId) -> &Resource {
        &self.resources[id.0 as usize]
    }

    /// Whether a resource belongs to another unit, where what is wrong with it is told.
    pub fn is_foreign(&self, id: ResourceId) -> bool {
        self.foreign.contains(&id)
    }

    /// Whether making `from` waits for `to`, because it refers to it directly or through others. Both are declarations
    /// by address. A module call stands for everything in it, so that the answer is rather yes than no.
    pub fn waits_for(&self, from: &str, to: &str) -> bool {
        let (from, to) = apart(from, to);
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        let mut todo = vec![from];
        while let Some(address) = todo.pop() {
            if !reached.insert(address) {
                continue;
            }
            todo.extend(self.needs.get(address).into_iter().flatten().map(|needed| &**needed));
            let written = self.dependencies.iter().filter(|dependency| *dependency.from == *address);
            todo.extend(written.map(|dependency| &*dependency.to));
        }
        reached.contains(to)
    }

    /// All resources with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (ResourceId, &Resource)> {
        self.resources.iter().enumerate().map(|(index, resource)| (ResourceId(index as u32), resource))
    }
}

/// Two addresses as seen from the innermost module that holds both: each is cut down to the call of the module it is in.
fn apart<'t>(one: &'t str, other: &'t str) -> (&'t str, &'t str) {
    let mut start = 0;
    loop {
        let (one_end, other_end) = (call_end(one, start), call_end(other, start));
        match (one_end, other_end) {
            (Some(one_end), Some(other_end)) if one.get(..one_end) == other.get(..other_end) => start = one_end + 1,
            _ => {
                let cut = |text: &'t str, end: Option<usize>| end.and_then(|end| text.get(..end)).unwrap_or(text);
                return (cut(one, one_end), cut(other, other_end));
            }
        }
    }
}

/// Where the module call ends that an address has at `start`; `None` when what stands there is no call, or nothing is
/// behind it.
fn call_end(address: &str, start: usize) -> Option<usize> {
    let name = address.get(start..)?.strip_prefix("module.")?;
    Some(address.len() - name.len() + name.find('.')?)
}

/// The circles among things that need each other: for each the names in it, sorted, and the place of its first reference.
/// An edge goes from what refers to what is referred to, and stands where the reference is.
pub fn circles(edges: &[(Arc<str>, Arc<str>, Span)]) -> Vec<(Span, Vec<Arc<str>>)> {
    let mut graph: DiGraph<Arc<str>, Span> = DiGraph::new();
    let mut index: HashMap<Arc<str>, NodeIndex> = HashMap::new();
    for (from, to, span) in edges {
        let mut node = |name: &Arc<str>| *index.entry(name.clone()).or_insert_with(|| graph.add_node(name.clone()));
        let (from, to) = (node(from), node(to));
        graph.add_edge(from, to, *span);
    }
    let mut circle_of: HashMap<NodeIndex, usize> = HashMap::new();
    let components = petgraph::algo::tarjan_scc(&graph);
    for (number, members) in components.iter().enumerate() {
        circle_of.extend(members.iter().map(|member| (*member, number)));
    }
    let mut first: BTreeMap<usize, Span> = BTreeMap::new();
    for edge in graph.edge_references() {
        let (from, to) = (circle_of.get(&edge.source()), circle_of.get(&edge.target()));
        if let (Some(number), true) = (from, from == to) {
            let place = first.entry(*number).or_insert(*edge.weight());
            *place = (*place).min(*edge.weight());
        }
    }
    let mut found: Vec<(Span, Vec<Arc<str>>)> = first
        .into_iter()
        .map(|(number, span)| {
            let mut names: Vec<Arc<str>> = components[number].iter().map(|member| graph[*member].clone()).collect();
            names.sort();
            (span, names)
        })
        .collect();
    found.sort();
    found
}

/// Which of the keys of `calls` no other one calls, in byte order: root modules, templates that are stacks of their own. Of
/// a circle of those that only call each other the first in byte order is one.
pub fn uncalled(calls: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let called: BTreeSet<&String> = calls.values().flatten().collect();
    let mut roots: Vec<String> = calls.keys().filter(|name| !called.contains(name)).cloned().collect();
    let mut reached: BTreeSet<&String> = BTreeSet::new();
    let mut todo: Vec<&String> = Vec::new();
    for name in roots.clone().iter().chain(calls.keys()) {
        let Some((name, _)) = calls.get_key_value(name) else { continue };
        if called.contains(name) && !reached.contains(name) {
            roots.push(name.clone());
        }
        todo.push(name);
        while let Some(name) = todo.pop() {
            if let Some((name, next)) = calls.get_key_value(name)
                && reached.insert(name)
            {
                todo.extend(next);
            }
        }
    }
    roots.sort();
    roots
}

/// A node of the graph.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Node {
    /// A resource instance.
    Resource(ResourceId),
    /// A service that may assume a role, such as `ec2.amazonaws.com`.
    Service(Arc<str>),
    /// A call of a module, by its index in [`Configuration::module_calls`].
    ModuleCall(usize),
}

/// What an edge means. It points from what needs to what is needed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EdgeKind {
    /// Compute uses an instance profile.
    UsesProfile,
    /// A resource is handed a role.
    UsesRole,
    /// An instance profile holds a role.
    HoldsRole,
    /// A role's trust policy lets a service assume it.
    Trusts,
    /// A policy or an attachment of one concerns a role.
    AttachedPolicy,
    /// A module call brings a resource.
    Declares,
}

/// How sure a link is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Confidence {
    /// By reference.
    Exact,
    /// By an equal name in the same scope.
    ByName,
    /// By an ARN or name put together around a reference.
    Constructed,
}

/// An edge.
#[derive(Clone, PartialEq, Debug)]
pub struct Edge {
    /// What it means.
    pub kind: EdgeKind,
    /// The value that makes it.
    pub span: Span,
    /// How sure it is.
    pub confidence: Confidence,
    /// Under which condition it is there.
    pub guard: Formula,
}

/// The graph over the resources of one configuration.
#[derive(Debug, Default)]
pub struct Graph {
    inner: DiGraph<Node, Edge>,
    index: HashMap<Node, NodeIndex>,
}

impl Graph {
    /// The node's place, made if it is new.
    pub fn add(&mut self, node: Node) -> NodeIndex {
        if let Some(index) = self.index.get(&node) {
            return *index;
        }
        let index = self.inner.add_node(node.clone());
        self.index.insert(node, index);
        index
    }

    /// Adds an edge between two nodes, which are made if they are new.
    pub fn connect(&mut self, from: Node, to: Node, edge: Edge) {
        let (from, to) = (self.add(from), self.add(to));
        self.inner.add_edge(from, to, edge);
    }

    /// The edges of `kind` that leave `node`, in the order they were made.
    pub fn out(&self, node: &Node, kind: EdgeKind) -> Vec<(&Node, &Edge)> {
        self.edges(node, kind, Direction::Outgoing)
    }

    /// The edges of `kind` that reach `node`, in the order they were made.
    pub fn into(&self, node: &Node, kind: EdgeKind) -> Vec<(&Node, &Edge)> {
        self.edges(node, kind, Direction::Incoming)
    }

    fn edges(&self, node: &Node, kind: EdgeKind, direction: Direction) -> Vec<(&Node, &Edge)> {
        let Some(index) = self.index.get(node) else { return Vec::new() };
        let mut found: Vec<_> = self
            .inner
            .edges_directed(*index, direction)
            .filter(|edge| edge.weight().kind == kind)
            .map(|edge| {
                let other = if direction == Direction::Outgoing { edge.target() } else { edge.source() };
                (edge.id(), &self.inner[other], edge.weight())
            })
            .collect();
        found.sort_by_key(|(id, ..)| *id);
        found.into_iter().map(|(_, node, edge)| (node, edge)).collect()
    }

    /// All edges with their ends, in the order they were made.
    pub fn all(&self) -> impl Iterator<Item = (&Node, &Node, &Edge)> {
        self.inner.edge_references().map(|edge| (&self.inner[edge.source()], &self.inner[edge.target()], edge.weight()))
    }

    /// All nodes, in the order they were made.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.inner.node_weights()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_found_through_locals_and_module_calls() {
        let needs = [
            ("aws_instance.a", "local.name"),
            ("local.name", "aws_iam_role.r"),
            ("module.web", "aws_iam_role.r"),
            ("aws_instance.b", "module.web"),
            ("module.web.aws_instance.c", "module.web.module.deep"),
        ];
        let mut configuration = Configuration::default();
        for (from, to) in needs {
            configuration.needs.entry(from.into()).or_default().insert(to.into());
        }
        let waits = |from: &str, to: &str| configuration.waits_for(from, to);
        assert!(waits("aws_instance.a", "aws_iam_role.r"));
        assert!(!waits("aws_iam_role.r", "aws_instance.a"));
        assert!(waits("module.web.aws_instance.c", "aws_iam_role.r"));
        assert!(waits("aws_instance.b", "module.web.aws_iam_role.inside"));
        assert!(waits("module.web.aws_instance.c", "module.web.module.deep.aws_iam_role.x"));
        assert!(!waits("module.web.aws_instance.d", "module.web.aws_iam_role.x"));
        assert!(!waits("module.other.aws_instance.d", "aws_iam_role.r"));
    }
}
