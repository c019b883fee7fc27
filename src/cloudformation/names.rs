//! The names that a template declares and those that it uses, as they are written, before anything is evaluated.

use std::collections::BTreeSet;

use super::sam;
use super::substitution::{Part, parts};
use crate::suggest::nearest;
use crate::syntax::{Document, Node, NodeId};

/// Sections whose keys are names that the rest of a template uses.
const DECLARING: [&str; 4] = ["Parameters", "Mappings", "Conditions", "Resources"];

/// The names of one template.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// What it declares, identifiers of loops included.
    pub declared: BTreeSet<String>,
    /// What it uses and does not declare.
    pub missing: BTreeSet<String>,
    /// Whether it says which version of the format it has, as whole templates mostly do.
    pub versioned: bool,
}

impl Names {
    /// Reads them from a template.
    pub(super) fn of(document: &Document) -> Names {
        let root = document.root();
        let sections = DECLARING.iter().filter_map(|name| document.get(root, name));
        let keys = sections.flat_map(|section| document.entries(section)).filter_map(|(key, _)| document.string(key));
        let mut declared: BTreeSet<String> = keys.map(str::to_owned).collect();
        let mut used: BTreeSet<&str> = BTreeSet::new();
        for node in document.ids() {
            let (function, argument) = match document.node(node) {
                Node::Tagged { tag, value } => (document.string(tag).unwrap_or(""), value),
                Node::Entry { key, value } => (document.string(key).unwrap_or(""), value),
                _ => continue,
            };
            match function.strip_prefix("Fn::").unwrap_or(function) {
                "Condition" => used.extend(document.string(argument)),
                // With SAM a version or alias is referred to behind a dot.
                "Ref" => used.extend(document.string(argument).map(resource)),
                "GetAtt" => used.extend(first(document, argument).map(resource)),
                "If" | "FindInMap" => used.extend(first(document, argument).filter(|_| is_list(document, argument))),
                "Sub" => substituted(document, argument, &mut used),
                looped if looped.starts_with("ForEach::") => {
                    declared.extend(first(document, argument).map(str::to_owned));
                }
                _ => {}
            }
        }
        let resources = document.get(root, "Resources");
        let is_made = |name: &str| {
            let entries = resources.into_iter().flat_map(|resources| document.entries(resources));
            let mut typed = entries
                .filter_map(|(key, body)| Some((document.string(key)?, document.string(document.get(body, "Type")?)?)));
            sam::generates(&mut typed, name) || sam::names_queue(document, name)
        };
        let is_plain = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let missing = used.into_iter().filter(|name| is_plain(name) && !declared.contains(*name) && !is_made(name));
        let missing = missing.map(str::to_owned).collect();
        Names { missing, declared, versioned: document.get(root, "AWSTemplateFormatVersion").is_some() }
    }

    /// Whether a missing name looks like a slip of the hand for one that is declared.
    pub(super) fn is_slip(&self, name: &str) -> bool {
        nearest(name, self.declared.iter().map(String::as_str)).is_some()
    }
}

fn is_list(document: &Document, node: NodeId) -> bool {
    matches!(document.node(node), Node::Sequence(_))
}

/// The text of a node, or of the first element of a list.
fn first(document: &Document, argument: NodeId) -> Option<&str> {
    document.string(document.elements(argument).first().copied().unwrap_or(argument))
}

/// The logical id in `Name.Attribute`.
fn resource(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// The names in the text of `Fn::Sub` that are not given beside it.
fn substituted<'d>(document: &'d Document, argument: NodeId, into: &mut BTreeSet<&'d str>) {
    let given = document.elements(argument).get(1).copied();
    let Some(text) = first(document, argument) else { return };
    for part in parts(text) {
        if let Part::Name { name, .. } = part
            && given.is_none_or(|given| document.get(given, name).is_none())
        {
            into.insert(resource(name));
        }
    }
}
