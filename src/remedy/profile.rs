//! The instance profile that is missing, written behind its role.

use super::notation::{Form, New, Notation};
use super::place::{before_on_line, begins_line, indentation, line_end, parent};
use super::reference::{self, Target};
use super::site::Address;
use crate::diagnostic::{Edit, Fix};
use crate::graph::{Dialect, Mode, Resource};
use crate::link::{Linked, SlotUse};
use crate::syntax::{Document, Language, Node, NodeId};
use crate::text::Span;
use crate::value::{ResourceId, SymbolKind};

/// Writes an instance profile that holds `role` behind it, in the same file and its style, and refers to it in the slot if
/// one is given. Never safe, for it makes something new.
pub fn make_profile(linked: &Linked<'_>, role: ResourceId, slot: Option<&SlotUse>) -> Option<Fix> {
    let resource = linked.configuration.resource(role);
    if resource.mode != Mode::Managed {
        return None;
    }
    let document = linked.files.document(resource.span.source)?;
    let (head, insertion) = match (resource.dialect, document.language()) {
        (Dialect::Terraform, Language::Hcl) => terraform(linked, resource, &document)?,
        (Dialect::Terraform, Language::TerraformJson) => terraform_json(linked, resource, &document)?,
        (Dialect::CloudFormation, _) => cloudformation(resource, &document)?,
        _ => return None,
    };
    let mut edits = Vec::new();
    if let Some(slot_use) = slot {
        let Address { module, key } = Address::of(resource);
        let target = Target { module, head: head.clone(), key, source: resource.span.source };
        let form = if slot_use.slot.wants.accepts_name() { SymbolKind::Name } else { SymbolKind::Arn };
        edits = reference::edits(linked, slot_use, &target, form)?.0;
    }
    edits.push(insertion);
    Some(Fix { title: format!("Add the instance profile {head}"), safe: false, edits })
}

/// The reference to the new profile, and the edit that writes it.
fn terraform(linked: &Linked<'_>, role: &Resource, document: &Document) -> Option<(String, Edit)> {
    let is_declaration =
        |id: &NodeId| matches!(document.node(*id), Node::Block(_)) && document.span(*id).start == role.span.start;
    let block = document.ids().find(is_declaration)?;
    let Node::Block(parts) = document.node(block) else { return None };
    let body = *document.children(parts).last()?;
    let name = free_name(linked, role)?;
    let head = format!("aws_iam_instance_profile.{name}");

    let mut meta = Vec::new();
    let mut index = "";
    let Node::Body(items) = document.node(body) else { return None };
    for item in document.children(items) {
        let Node::Attribute { name, value } = document.node(*item) else { continue };
        let (name, source) = (document.string(name)?, document.source_slice(value));
        match name {
            "count" => index = "[count.index]",
            "for_each" => index = "[each.key]",
            "provider" => {}
            _ => continue,
        }
        if source.contains('\n') {
            return None;
        }
        meta.push((name, source));
    }
    let text = document.source_text();
    let unit = match document.children(items).first() {
        Some(first) => indentation(text, document.span(*first).start as usize),
        None => "  ",
    };
    let width = meta.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut block_text = format!("\n\nresource \"aws_iam_instance_profile\" \"{name}\" {{\n");
    for (name, source) in &meta {
        block_text.push_str(&format!("{unit}{name:width$} = {source}\n"));
    }
    if !meta.is_empty() {
        block_text.push('\n');
    }
    let reference = format!("aws_iam_role.{}{index}.name", role.name);
    block_text.push_str(&format!("{unit}name = {reference}\n{unit}role = {reference}\n}}"));
    Some((head, behind_line(document, block, block_text)))
}

/// A name for the block of a profile that no other one in the module has.
fn free_name(linked: &Linked<'_>, role: &Resource) -> Option<String> {
    let taken = |name: &str| {
        let address = format!("{}aws_iam_instance_profile.{name}", role.home());
        linked.configuration.iter().any(|(_, resource)| *resource.declaration == address)
    };
    [role.name.to_string(), format!("{}_profile", role.name)].into_iter().find(|name| !taken(name))
}

fn terraform_json(linked: &Linked<'_>, role: &Resource, document: &Document) -> Option<(String, Edit)> {
    let declares = |id: &NodeId| match document.node(*id) {
        Node::Entry { key, value } => {
            document.string(key) == Some(&*role.kind)
                && document.span(*id).contains(role.span)
                && document.get(value, &role.name).is_some()
        }
        _ => false,
    };
    let kind = document.ids().find(declares)?;
    let Node::Entry { value: roles, .. } = document.node(kind) else { return None };
    let block = document.get(roles, &role.name)?;
    let name = free_name(linked, role)?;
    let mut members = Vec::new();
    let mut index = "";
    for (key, value) in document.entries(block) {
        let key = document.string(key)?;
        match key {
            "count" => index = "[count.index]",
            "for_each" => index = "[each.key]",
            "provider" => {}
            _ => continue,
        }
        members.push((key, New::Source(document.source_slice(value).to_string())));
    }
    let reference = format!("${{aws_iam_role.{}{index}.name}}", role.name);
    members.extend([("name", New::Text(reference.clone())), ("role", New::Text(reference))]);
    let text = document.source_text();
    let like = |node: NodeId| {
        let range = document.span(node).range();
        Notation::of(text, range.start, range.end, Form::Json)
    };
    let head = format!("aws_iam_instance_profile.{name}");
    let profiles = document.get(parent(document, kind)?, "aws_iam_instance_profile");
    let edit = match profiles.and_then(|profiles| document.entries(profiles).last()) {
        Some((key, value)) => behind_member(document, key, value, &name, &like(value)?.object(&members)),
        None => {
            let Node::Entry { key, value } = document.node(kind) else { return None };
            let written = like(value)?.object(&[(&name, New::Object(members))]);
            behind_member(document, key, value, "aws_iam_instance_profile", &written)
        }
    };
    Some((head, edit))
}

/// The edit that writes one more member of a JSON object behind the one with the key `key` and the value `value`.
fn behind_member(document: &Document, key: NodeId, value: NodeId, name: &str, written: &str) -> Edit {
    let (text, start, end) = (document.source_text(), document.span(key).start as usize, document.span(value).end);
    let gap = if begins_line(text, start) { format!("\n{}", indentation(text, start)) } else { " ".to_string() };
    Edit { span: Span::new(document.source(), end, end), text: format!(",{gap}\"{name}\": {written}") }
}

/// The edit that writes `written` behind a node, and behind a comment that follows it on its line.
fn behind_line(document: &Document, node: NodeId, written: String) -> Edit {
    let span = document.span(node);
    let text = document.source_text();
    // A block scalar ends behind its last line.
    let end = text.get(..span.end as usize).map_or(0, |before| before.trim_end().len());
    let at = line_end(text, end) as u32;
    Edit { span: Span::new(span.source, at, at), text: written }
}

fn cloudformation(role: &Resource, document: &Document) -> Option<(String, Edit)> {
    let is_declaration = |id: &NodeId| match document.node(*id) {
        Node::Entry { key, .. } => document.span(key) == role.span,
        _ => false,
    };
    let entry = document.ids().find(is_declaration)?;
    let Node::Entry { key, value } = document.node(entry) else { return None };
    let kind = document.get(value, "Type")?;
    if document.string(kind) != Some("AWS::IAM::Role") {
        return None;
    }
    let resources = parent(document, entry)?;
    let stem = role.name.strip_suffix("Role").unwrap_or(&role.name);
    let names = [format!("{stem}InstanceProfile"), format!("{}InstanceProfile", role.name)];
    let free = |name: &String| !document.entries(resources).any(|(key, _)| document.string(key) == Some(name));
    let name = names.into_iter().find(free)?;
    let condition = document.get(value, "Condition").map(|node| document.source_slice(node));
    let text = document.source_text();
    let (first_key, _) = document.entries(value).next()?;
    let (outer, inner) = (document.span(key).start as usize, document.span(first_key).start as usize);
    let insertion = if document.language() == Language::Json {
        let range = document.span(value).range();
        let mut members = vec![("Type", New::Text("AWS::IAM::InstanceProfile".into()))];
        members.extend(condition.map(|word| ("Condition", New::Source(word.to_string()))));
        let roles = New::List(vec![New::Object(vec![("Ref", New::Text(role.name.to_string()))])]);
        members.push(("Properties", New::Object(vec![("Roles", roles)])));
        let written = Notation::of(text, range.start, range.end, Form::Json)?.object(&members);
        behind_member(document, key, value, &name, &written)
    } else {
        if !begins_line(text, outer) || !begins_line(text, inner) {
            return None;
        }
        let (outer, inner) = (before_on_line(text, outer), before_on_line(text, inner));
        let unit = inner.strip_prefix(outer).filter(|unit| !unit.is_empty())?;
        let dash = if has_indented_lists(document) { unit } else { "" };
        let short = !text.contains("Ref:") || text.contains("!Ref");
        let reference = if short { format!("!Ref {}", role.name) } else { format!("Ref: {}", role.name) };
        let gap = if follows_blank_line(document, resources, text) { "\n" } else { "" };
        let condition = condition.map(|word| format!("{inner}Condition: {word}\n")).unwrap_or_default();
        let written = format!(
            "\n{gap}{outer}{name}:\n{inner}Type: AWS::IAM::InstanceProfile\n{condition}{inner}Properties:\n\
             {inner}{unit}Roles:\n{inner}{unit}{dash}- {reference}"
        );
        behind_line(document, entry, written)
    };
    Some((name, insertion))
}

/// Whether block sequences stand further in than their keys, going by the first one.
fn has_indented_lists(document: &Document) -> bool {
    let text = document.source_text();
    let first = document.ids().find_map(|id| {
        let Node::Entry { key, value } = document.node(id) else { return None };
        let (key, element) = (document.span(key).start as usize, document.elements(value).first()?);
        let before = before_on_line(text, document.span(*element).start as usize);
        let dashed = before.trim_start().starts_with('-') && begins_line(text, key);
        dashed.then(|| before.len() - before.trim_start().len() > before_on_line(text, key).len())
    });
    first.unwrap_or(true)
}

/// Whether the entries of a mapping are set apart by blank lines.
fn follows_blank_line(document: &Document, mapping: NodeId, text: &str) -> bool {
    let mut starts = document.entries(mapping).map(|(key, _)| document.span(key).start as usize).skip(1);
    starts.any(|start| {
        text.get(..start).is_some_and(|before| {
            let before = before.trim_end_matches([' ', '\t']);
            before.ends_with("\n\n") || before.ends_with("\n\r\n")
        })
    })
}
