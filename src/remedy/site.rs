//! Where a value of a slot is to be changed: at the slot, or where it was put into a local or handed to a module.

use super::place::Place;
use crate::files::{File, Files};
use crate::graph::{Dialect, Mode, Resource};
use crate::link::{Linked, SlotUse};
use crate::syntax::Node;
use crate::value::{Formula, Hop, HopKind};

/// A place to change.
pub(super) struct Site {
    /// The expression or value.
    pub place: Place,
    /// The module instance in which references there are looked up: `module.web[0].`, empty for the root module.
    pub module: String,
    /// Whether nothing but the slot gets the value.
    pub sole: bool,
}

/// Where the resource and its instance are in the tree of modules.
pub(super) struct Address {
    /// The module instance: `module.web[0].`, empty for the root module.
    pub module: String,
    /// The instance key with its brackets; empty for none.
    pub key: String,
}

impl Address {
    /// Takes the address of `resource` apart.
    pub fn of(resource: &Resource) -> Address {
        if resource.dialect == Dialect::CloudFormation {
            return Address { module: String::new(), key: String::new() };
        }
        let data = if resource.mode == Mode::Data { "data." } else { "" };
        let own = format!("{data}{}.{}", resource.kind, resource.name);
        let at = resource.address.rfind(&own).unwrap_or(0);
        let (module, rest) = resource.address.split_at(at);
        Address { module: module.to_string(), key: rest.get(own.len()..).unwrap_or("").to_string() }
    }
}

/// The place to change so that the slot gets another value. `None` where that is not in the author's text: a default, a
/// variable file, an attribute of something else.
pub(super) fn find(linked: &Linked<'_>, slot_use: &SlotUse) -> Option<Site> {
    let slot = slot_use.value_span();
    let user = linked.configuration.resource(slot_use.resource);
    let here = Address::of(user).module;
    let Some(written) = slot_use.value.span else {
        // An element of a list that depends on a condition is written nowhere but in the slot.
        let place = Place::at(slot, linked.files).filter(|place| is_reference(place.kind()))?;
        return Some(Site { place, module: here, sole: true });
    };
    if slot.contains(written) {
        let place = Place::at(written, linked.files).or_else(|| Place::substituted(written, linked.files))?;
        return Some(Site { place, module: here, sole: sole_use(linked, slot_use) });
    }
    if user.dialect == Dialect::CloudFormation {
        return None;
    }
    let mut module = here.clone();
    let mut sole = sole_use(linked, slot_use);
    let mut local = true;
    let mut reader = slot_use.key_span.source;
    let mut away = None;
    for hop in slot_use.value.path.iter().flat_map(|path| path.steps()) {
        let directory = directory(linked.files, reader);
        match &hop.kind {
            HopKind::Attribute(_) if slot.contains(hop.span) => continue,
            HopKind::Function(_) => {}
            HopKind::Local(name) => sole &= mentions(linked.files, &directory, "local", name) == 1,
            HopKind::ModuleArgument { variable, .. } => {
                sole &= mentions(linked.files, &directory, "var", variable) == 1;
                module = outer(&module)?;
                local = false;
            }
            HopKind::ModuleOutput { .. } => {
                away = Some(hop);
                break;
            }
            HopKind::Default(_) | HopKind::Given(_) | HopKind::Attribute(_) => return None,
        }
        reader = hop.span.source;
    }
    // What stands in the slot only sometimes is changed where it stands: the slot itself has other values as well.
    if away.is_none() && (sole || !local || slot_use.guard != Formula::True) {
        let place = Place::at(written, linked.files)?;
        return Some(Site { place, module, sole });
    }
    // Others use the local as well, or the module gives it to others: only the slot itself is changed.
    let place = Place::at(slot, linked.files)?;
    let at_slot = away.is_none_or(|hop: &Hop| hop.span.source != slot.source) && local && is_reference(place.kind());
    at_slot.then_some(Site { place, module: here, sole: true })
}

fn is_reference(node: Node) -> bool {
    matches!(node, Node::GetAttribute { .. } | Node::Index { .. })
}

/// Whether every slot that gets this very text would take another of the same kind.
fn sole_use(linked: &Linked<'_>, slot_use: &SlotUse) -> bool {
    let same_text = linked.uses.iter().filter(|other| other.value.span == slot_use.value.span);
    same_text.into_iter().all(|other| other.slot.wants == slot_use.slot.wants)
}

/// The module instance around a module instance.
fn outer(module: &str) -> Option<String> {
    let inner = module.strip_suffix('.')?;
    // Keys may have dots in them.
    let depth = |at: usize| {
        let before = inner.get(..at).unwrap_or("");
        before.matches('[').count().saturating_sub(before.matches(']').count())
    };
    let last = inner.match_indices("module.").map(|(at, _)| at).filter(|at| depth(*at) == 0).last()?;
    Some(inner.get(..last)?.to_string())
}

fn directory(files: &dyn Files, source: crate::text::SourceId) -> String {
    crate::paths::directory(&files.path(source)).to_string()
}

/// How often the module in `directory` refers to `root.name`: `local.role`, `var.role`.
fn mentions(files: &dyn Files, directory: &str, root: &str, name: &str) -> usize {
    let mut count = 0;
    for path in files.directory(directory).unwrap_or_default() {
        let is_code = [".tf", ".tofu", ".tf.json", ".tofu.json"].iter().any(|ending| path.ends_with(ending));
        let File::Text(source, _) = files.file(&path) else { continue };
        let Some(document) = files.document(source).filter(|_| is_code) else { continue };
        let is_mention = |id: &crate::syntax::NodeId| match document.node(*id) {
            Node::GetAttribute { object, name: attribute } => {
                matches!(document.node(object), Node::Variable(text) if document.text(text) == root)
                    && document.string(attribute) == Some(name)
            }
            _ => false,
        };
        count += document.ids().filter(is_mention).count();
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_around_a_module_is_found() {
        assert_eq!(outer("module.a.").as_deref(), Some(""));
        assert_eq!(outer("module.a[0].module.b[\"x.module.y\"].").as_deref(), Some("module.a[0]."));
        assert_eq!(outer(""), None);
    }
}
