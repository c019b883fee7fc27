//! Another reference in place of what stands in a slot.

use super::place::Place;
use super::site::{self, Address, Site};
use crate::diagnostic::{Edit, Fix};
use crate::files::Files;
use crate::graph::{Dialect, Mode};
use crate::link::{Linked, SlotUse};
use crate::syntax::{Language, Node, NodeId};
use crate::text::{SourceId, Span};
use crate::value::{Formula, ResourceId, SymbolKind, Value};

/// What a reference shall lead to.
pub(super) struct Target {
    /// The module instance it is in: `module.web[0].`, empty for the root module.
    pub module: String,
    /// `type.name`, with `data.` before it where it is looked up; the logical id in CloudFormation.
    pub head: String,
    /// The key of the instance with its brackets; empty for none.
    pub key: String,
    /// The text it is declared in.
    pub source: SourceId,
}

impl Target {
    /// A resource that is declared.
    pub fn of(linked: &Linked<'_>, id: ResourceId) -> Target {
        let resource = linked.configuration.resource(id);
        let Address { module, key } = Address::of(resource);
        let head = match (resource.dialect, resource.mode) {
            (Dialect::CloudFormation, _) => resource.name.to_string(),
            (Dialect::Terraform, Mode::Managed) => format!("{}.{}", resource.kind, resource.name),
            (Dialect::Terraform, Mode::Data) => format!("data.{}.{}", resource.kind, resource.name),
        };
        Target { module, head, key, source: resource.span.source }
    }
}

/// Puts a reference to the name or ARN of `target` in place of what stands in the slot. Where that is a reference to
/// another form of the same resource, only its last word changes. `None` where no such reference can stand.
pub fn refer(linked: &Linked<'_>, slot_use: &SlotUse, target: ResourceId, form: SymbolKind) -> Option<Fix> {
    let user = linked.configuration.resource(slot_use.resource);
    let resource = linked.configuration.resource(target);
    let there = Formula::or([!Formula::and([user.exists.clone(), slot_use.guard.clone()]), resource.exists.clone()]);
    let same = slot_use.value.as_symbol().is_some_and(|symbol| symbol.resource == target);
    let certain = same || linked.configuration.atoms.is_certain(&there);
    let (edits, sole, words) = edits(linked, slot_use, &Target::of(linked, target), form)?;
    Some(Fix { title: format!("Use {words}"), safe: sole && certain, edits })
}

/// The edits of [`refer`], whether they touch nothing but the slot, and the new reference as words.
pub(super) fn edits(
    linked: &Linked<'_>,
    slot_use: &SlotUse,
    target: &Target,
    form: SymbolKind,
) -> Option<(Vec<Edit>, bool, String)> {
    let site = site::find(linked, slot_use)?;
    if site.place.is_terraform() {
        terraform(linked, slot_use, &site, target, form)
    } else {
        let (edits, words) = cloudformation(&site, target, form)?;
        Some((edits, site.sole, words))
    }
}

/// Replaces the text of a literal by other text.
pub fn write_text(linked: &Linked<'_>, slot_use: &SlotUse, text: &str) -> Option<Fix> {
    let site = site::find(linked, slot_use)?;
    let old = slot_use.value.as_text()?;
    let edit = respelt(site.place.span(), &old, text, linked.files)?;
    Some(Fix { title: format!("Write {text:?}"), safe: site.sole, edits: vec![edit] })
}

/// The edit that writes `new` where `old` stands inside `span`; `None` unless it stands there once, as it reads.
pub(super) fn respelt(span: Span, old: &str, new: &str, files: &dyn Files) -> Option<Edit> {
    let document = files.document(span.source)?;
    let slice = document.source_text().get(span.range())?;
    let at = slice.find(old).filter(|_| !old.is_empty() && slice.matches(old).count() == 1)? as u32;
    let start = span.start + at;
    Some(Edit { span: Span::new(span.source, start, start + old.len() as u32), text: new.to_string() })
}

fn terraform(
    linked: &Linked<'_>,
    slot_use: &SlotUse,
    site: &Site,
    target: &Target,
    form: SymbolKind,
) -> Option<(Vec<Edit>, bool, String)> {
    if target.module != site.module {
        return None;
    }
    let attribute = if form == SymbolKind::Arn { "arn" } else { "name" };
    let place = &site.place;
    let replace = |span: Span, text: &str| Edit { span, text: text.to_string() };
    let old = slot_use.value.as_symbol().map(|symbol| (Target::of(linked, symbol.resource), symbol.attribute.clone()));
    if let Some((old, old_attribute)) = old
        && let Some(last) =
            last_name(place, place.node).filter(|node| place.document.string(*node) == Some(&*old_attribute))
        && let Some(head) = head(place, &old.head)
    {
        let document = &place.document;
        let mut edits = Vec::new();
        if old.head != target.head {
            edits.push(replace(document.span(head), &target.head));
            let index = super::place::parent(document, head).filter(|node| {
                matches!(document.node(*node), Node::Index { object, .. } if object == head)
                    || matches!(document.node(*node), Node::Splat { object, .. } if object == head)
            });
            match (index, target.key.is_empty()) {
                (Some(index), true) if matches!(document.node(index), Node::Index { .. }) => {
                    let behind = Span::new(place.span().source, document.span(head).end, document.span(index).end);
                    edits.push(replace(behind, ""));
                }
                (Some(_), false) => {}
                (None, true) => {}
                // A splat over what has no instances, or an instance that has to be named.
                _ => return None,
            }
        }
        if document.string(last) != Some(attribute) {
            edits.push(replace(document.span(last), attribute));
        }
        let words = format!("{}{}.{attribute}", target.head, target.key);
        return (!edits.is_empty()).then_some((edits, site.sole, words));
    }
    let key = key(linked, slot_use, site, target)?;
    let reference = format!("{}{key}.{attribute}", target.head);
    let in_json = place.document.language() == Language::TerraformJson && place.slice().starts_with('"');
    let text = if in_json { format!("\"${{{}}}\"", reference.replace('"', "\\\"")) } else { reference.clone() };
    Some((vec![replace(place.span(), &text)], site.sole, reference))
}

/// The key that names the instance of the target in a new reference: the user's own where both have one for each, else as
/// it is.
fn key(linked: &Linked<'_>, slot_use: &SlotUse, site: &Site, target: &Target) -> Option<String> {
    let user = linked.configuration.resource(slot_use.resource);
    let own = Address::of(user);
    let at_slot = site.place.span().source == slot_use.key_span.source && own.module == site.module;
    Some(match &*target.key {
        "" => String::new(),
        key if key == own.key && at_slot && key.starts_with("[\"") => "[each.key]".to_string(),
        key if key == own.key && at_slot => "[count.index]".to_string(),
        // An instance that stands for any.
        key if !key.starts_with("[\"") && key.trim_matches(['[', ']']).parse::<u64>().is_err() => return None,
        key => key.to_string(),
    })
}

/// The node of the last name of a reference: `arn` in `aws_iam_role.a[0].arn` and `aws_iam_role.a[*].arn`.
fn last_name(place: &Place, node: NodeId) -> Option<NodeId> {
    match place.document.node(node) {
        Node::GetAttribute { name, .. } => Some(name),
        Node::Splat { each, .. } => last_name(place, each),
        _ => None,
    }
}

/// The node inside the reference that reads `type.name`, or `data.type.name`.
fn head(place: &Place, head: &str) -> Option<NodeId> {
    let document = &place.document;
    let inside = |id: &NodeId| place.span().contains(document.span(*id)) && document.source_slice(*id) == head;
    document.ids().filter(inside).find(|id| matches!(document.node(*id), Node::GetAttribute { .. }))
}

fn cloudformation(site: &Site, target: &Target, form: SymbolKind) -> Option<(Vec<Edit>, String)> {
    let place = &site.place;
    if target.source != place.document.source() {
        return None;
    }
    let id = &target.head;
    let arn = form == SymbolKind::Arn;
    let document = &place.document;
    let yaml = document.language() == Language::Yaml;
    let short = if arn { format!("!GetAtt {id}.Arn") } else { format!("!Ref {id}") };
    let words = match (yaml, arn) {
        (true, _) => short.clone(),
        (false, true) => format!("Fn::GetAtt of {id}"),
        (false, false) => format!("Ref of {id}"),
    };
    let (span, text) = match place.kind() {
        Node::Mapping(_) => {
            // Only what is between the braces, so that they and their lines stay.
            let (key, value) = document.entries(place.node).next()?;
            let quoted = document.source_slice(key).starts_with('"');
            let quote = |word: &str| if quoted { format!("\"{word}\"") } else { word.to_string() };
            let (first, last) = (document.span(key), document.span(value));
            let text = match arn {
                true => format!("{}: [{}, {}]", quote("Fn::GetAtt"), quote(id), quote("Arn")),
                false => format!("{}: {}", quote("Ref"), quote(id)),
            };
            (Span::new(first.source, first.start, last.end), text)
        }
        _ if yaml && place.slice().starts_with(['|', '>']) => return None,
        _ if yaml => (place.span(), short),
        _ if arn => (place.span(), format!("{{\"Fn::GetAtt\": [\"{id}\", \"Arn\"]}}")),
        _ => (place.span(), format!("{{\"Ref\": \"{id}\"}}")),
    };
    Some((vec![Edit { span, text }], words))
}

/// Has CloudFormation replace the names in a text that is written as it is.
pub fn substitute(linked: &Linked<'_>, value: &Value) -> Option<Fix> {
    let place = Place::at(value.span?, linked.files)?;
    let Node::String(_) = place.kind() else { return None };
    let span = place.span();
    let insert = |at: u32, text: &str| Edit { span: Span::new(span.source, at, at), text: text.to_string() };
    let edits = match place.document.language() {
        Language::Yaml => vec![insert(span.start, "!Sub ")],
        Language::Json => vec![insert(span.start, "{\"Fn::Sub\": "), insert(span.end, "}")],
        _ => return None,
    };
    Some(Fix { title: "Substitute it".to_string(), safe: !value.marks.assumed, edits })
}
