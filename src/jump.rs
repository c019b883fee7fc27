//! Where values lead: from a place in the text to the declaration of the role, profile or other resource that is meant
//! there, for editors. A value that is passed on through locals, variables and modules leads there from every place it
//! goes through.

use crate::graph::Configuration;
use crate::link::{Linked, Means, SlotUse};
use crate::text::Span;
use crate::value::ResourceId;

/// A place that leads to a declaration.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Jump {
    /// The value or reference.
    pub from: Span,
    /// The words that declare what is meant.
    pub to: Span,
}

/// All jumps of a unit, sorted.
pub fn jumps(linked: &Linked<'_>) -> Vec<Jump> {
    let mut jumps: Vec<Jump> =
        linked.configuration.references.iter().filter_map(|(from, to)| jump(*from, *to)).collect();
    for slot_use in &linked.uses {
        if let Some(target) = meant(slot_use) {
            let to = declaration(linked.configuration, target);
            jumps.extend(places(slot_use).filter_map(|from| jump(from, to)));
        }
    }
    jumps.sort();
    jumps.dedup();
    jumps
}

fn jump(from: Span, to: Span) -> Option<Jump> {
    (from != to && !from.is_empty()).then_some(Jump { from, to })
}

fn meant(slot_use: &SlotUse) -> Option<ResourceId> {
    match slot_use.means {
        Means::Identity { resource, .. } | Means::Other(resource) => Some(resource),
        _ => None,
    }
}

fn declaration(configuration: &Configuration, id: ResourceId) -> Span {
    configuration.resource(id).span
}

/// The places a value goes through, from where it is written to the slot.
fn places(slot_use: &SlotUse) -> impl Iterator<Item = Span> {
    let steps = slot_use.value.path.iter().flat_map(|path| path.steps()).map(|hop| hop.span);
    slot_use.value.span.into_iter().chain(steps).chain([slot_use.value_span(), slot_use.key_span])
}
