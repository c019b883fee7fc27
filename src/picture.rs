//! The graph of one unit as plain data, to be drawn or written: what it is about, and how it hangs together.

use std::collections::HashMap;
use std::sync::Arc;

use crate::aws::identity::Identity;
use crate::chain::{Chain, Verdict};
use crate::graph::{Confidence, Dialect, EdgeKind, Node};
use crate::link::Linked;
use crate::text::Span;
use crate::value::{Atoms, Formula, ResourceId, Satisfiable};

/// What a node is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum NodeKind {
    /// A resource that takes a role or an instance profile.
    Resource,
    /// An instance profile.
    Profile,
    /// A policy, or an attachment of one.
    Policy,
    /// A role.
    Role,
    /// A service that may assume a role.
    Service,
    /// A call of a module.
    Module,
}

impl NodeKind {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            NodeKind::Resource => "resource",
            NodeKind::Profile => "instance-profile",
            NodeKind::Policy => "policy",
            NodeKind::Role => "role",
            NodeKind::Service => "service",
            NodeKind::Module => "module",
        }
    }
}

/// One node.
#[derive(Clone, PartialEq, Debug)]
pub struct PictureNode {
    /// The address of a resource or module call, or the name of a service.
    pub name: Arc<str>,
    /// What it is.
    pub kind: NodeKind,
    /// The resource's type; empty for what is none.
    pub type_name: Arc<str>,
    /// The words that declare it; a service has no place.
    pub span: Option<Span>,
    /// Whether the chains that begin here hold: the worst of them, `None` where none begins.
    pub verdict: Option<Verdict>,
}

/// One edge, from what needs to what is needed.
#[derive(Clone, PartialEq, Debug)]
pub struct PictureEdge {
    /// The node it leaves, by its position in [`Picture::nodes`].
    pub from: usize,
    /// The node it reaches.
    pub to: usize,
    /// What it means.
    pub kind: EdgeKind,
    /// How sure it is.
    pub confidence: Confidence,
    /// The value that makes it.
    pub span: Span,
    /// Under which condition it is there, as words to put behind "when"; `None` if always.
    pub when: Option<String>,
}

/// The graph of one unit.
#[derive(Clone, PartialEq, Debug)]
pub struct Picture {
    /// The language.
    pub dialect: Dialect,
    /// The directory of the root module, or the path of the template.
    pub path: Arc<str>,
    /// The nodes: first the resources as they are declared, then the rest.
    pub nodes: Vec<PictureNode>,
    /// The edges, in the order they were found.
    pub edges: Vec<PictureEdge>,
}

impl Picture {
    /// The graph of a unit with the verdicts of its chains. Besides what is linked it has every role and instance profile.
    pub fn new(linked: &Linked<'_>, chains: &[Chain], dialect: Dialect, path: Arc<str>) -> Picture {
        let mut verdicts: HashMap<&str, Verdict> = HashMap::new();
        for chain in chains {
            let worst = verdicts.entry(&*chain.resource).or_insert(chain.verdict);
            *worst = worse(*worst, chain.verdict);
        }
        let graph = linked.graph();
        let identities = linked.configuration.iter().map(|(id, _)| id).filter(|id| {
            matches!(
                linked.identity(*id),
                Some(Identity::Role | Identity::InstanceProfile | Identity::ServiceLinkedRole)
            )
        });
        let mut resources: Vec<ResourceId> = identities.collect();
        let linked_ones = graph.nodes().filter_map(|node| match node {
            // A module call is told with what it brings, and that only if it is linked itself.
            Node::Resource(id) if is_linked(linked, node) => Some(*id),
            _ => None,
        });
        resources.extend(linked_ones);
        // What a broken chain begins with may be linked to nothing; that is what is wrong with it.
        let begins = |id: &ResourceId| verdicts.contains_key(&*linked.configuration.resource(*id).address);
        resources.extend(linked.configuration.iter().map(|(id, _)| id).filter(begins));
        resources.sort();
        resources.dedup();
        let mut picture = Picture { dialect, path, nodes: Vec::new(), edges: Vec::new() };
        let mut places: HashMap<Node, usize> = HashMap::new();
        for id in resources {
            places.insert(Node::Resource(id), picture.nodes.len());
            picture.nodes.push(resource_node(linked, id, &verdicts));
        }
        for (from, to, edge) in graph.all() {
            if edge.kind == EdgeKind::Declares && !places.contains_key(to) {
                continue;
            }
            let (from, to) = (picture.place(from, linked, &mut places), picture.place(to, linked, &mut places));
            if let (Some(from), Some(to)) = (from, to) {
                let when = condition(&linked.configuration.atoms, &edge.guard);
                let (kind, confidence, span) = (edge.kind, edge.confidence, edge.span);
                picture.edges.push(PictureEdge { from, to, kind, confidence, span, when });
            }
        }
        picture
    }

    /// The position of a node, which is added if it is a service or a module call that is new.
    fn place(&mut self, node: &Node, linked: &Linked<'_>, places: &mut HashMap<Node, usize>) -> Option<usize> {
        if let Some(place) = places.get(node) {
            return Some(*place);
        }
        let (name, kind, span) = match node {
            Node::Resource(_) => return None,
            Node::Service(name) => (name.clone(), NodeKind::Service, None),
            Node::ModuleCall(index) => {
                let call = linked.configuration.module_calls.get(*index)?;
                (call.address.clone(), NodeKind::Module, Some(call.span))
            }
        };
        places.insert(node.clone(), self.nodes.len());
        self.nodes.push(PictureNode { name, kind, type_name: "".into(), span, verdict: None });
        Some(self.nodes.len() - 1)
    }
}

/// Whether a node has an edge beside that of the module call that brings it.
fn is_linked(linked: &Linked<'_>, node: &Node) -> bool {
    use EdgeKind::{AttachedPolicy, HoldsRole, Trusts, UsesProfile, UsesRole};
    let graph = linked.graph();
    [UsesProfile, UsesRole, HoldsRole, Trusts, AttachedPolicy]
        .into_iter()
        .any(|kind| !graph.out(node, kind).is_empty() || !graph.into(node, kind).is_empty())
}

fn resource_node(linked: &Linked<'_>, id: ResourceId, verdicts: &HashMap<&str, Verdict>) -> PictureNode {
    let resource = linked.configuration.resource(id);
    let kind = match linked.identity(id) {
        Some(Identity::Role | Identity::ServiceLinkedRole) => NodeKind::Role,
        Some(Identity::InstanceProfile) => NodeKind::Profile,
        Some(_) => NodeKind::Policy,
        None => NodeKind::Resource,
    };
    PictureNode {
        name: resource.address.clone(),
        kind,
        type_name: resource.kind.clone(),
        span: Some(resource.span),
        verdict: verdicts.get(&*resource.address).copied(),
    }
}

fn worse(one: Verdict, other: Verdict) -> Verdict {
    let badness = |verdict| match verdict {
        Verdict::Holds => 0,
        Verdict::Undecided => 1,
        Verdict::Broken => 2,
    };
    if badness(other) > badness(one) { other } else { one }
}

fn condition(atoms: &Atoms, guard: &Formula) -> Option<String> {
    if atoms.is_certain(guard) {
        return None;
    }
    match atoms.satisfiable(guard) {
        Satisfiable::Yes(example) => Some(atoms.describe(&example)).filter(|words| !words.is_empty()),
        _ => None,
    }
}
