//! What a plan or state says, by the nodes of its document.

use std::collections::HashMap;
use std::sync::Arc;

use super::values;
use crate::graph::Mode;
use crate::syntax::{Document, Node, NodeId};
use crate::text::Span;
use crate::value::Value;

/// A resource or data source instance that is there once the plan is applied, or that the state holds.
pub struct Instance {
    /// Its address, such as `module.web[0].aws_instance.app["a"]`.
    pub address: Arc<str>,
    /// Address of the module instance it is in; empty for the root module.
    pub module: Arc<str>,
    /// Managed or looked up.
    pub mode: Mode,
    /// Its type.
    pub kind: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Where its address is written.
    pub span: Span,
    /// An object with the values of its attributes.
    pub values: Option<NodeId>,
    /// What is not known of them: `true` in place of each unknown value.
    pub unknown: Option<NodeId>,
    /// Which of them must not be printed: `true` in place of each.
    pub sensitive: Option<NodeId>,
}

/// What evaluation takes from a plan or state in place of asking for it.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Root variables with their values, defaults included.
    pub variables: HashMap<Arc<str>, Value>,
    /// Data sources, by address, with what was looked up.
    pub data: HashMap<Arc<str>, Value>,
}

/// A plan or state.
pub struct Record<'d> {
    /// The document it is read from.
    pub document: &'d Document,
    /// All instances, in the order they are written.
    pub instances: Vec<Instance>,
    /// The root module of the configuration, as a plan holds it: expressions by what they refer to.
    pub configuration: Option<NodeId>,
    by_address: HashMap<Arc<str>, usize>,
}

/// Deepest nesting of modules that is read.
const MAX_DEPTH: usize = 64;

impl<'d> Record<'d> {
    /// Reads a document. What has another form than `terraform show -json` gives it is left out.
    pub fn read(document: &'d Document) -> Record<'d> {
        let root = document.root();
        let at = |node: NodeId, keys: &[&str]| keys.iter().try_fold(node, |node, key| document.get(node, key));
        let configuration = at(root, &["configuration", "root_module"]);
        let mut record = Record { document, instances: Vec::new(), configuration, by_address: HashMap::new() };
        let changes = record.changes();
        for (keys, only_data) in [
            (&["planned_values", "root_module"][..], false),
            (&["values", "root_module"][..], false),
            (&["prior_state", "values", "root_module"][..], true),
        ] {
            if let Some(module) = at(root, keys) {
                record.module(module, "", only_data, &changes, 0);
            }
        }
        record
    }

    /// The instance at an address.
    pub fn get(&self, address: &str) -> Option<&Instance> {
        self.by_address.get(address).map(|index| &self.instances[*index])
    }

    /// What evaluation need not ask for.
    pub fn known(&self) -> Known {
        let mut known = Known::default();
        if let Some(variables) = self.document.get(self.document.root(), "variables") {
            for (name, variable) in self.document.entries(variables) {
                let Some(name) = self.document.string(name) else { continue };
                let value = match self.document.get(variable, "value") {
                    Some(value) => values::written(self.document, value),
                    None => Value::null(),
                };
                known.variables.insert(name.into(), value);
            }
        }
        for instance in self.instances.iter().filter(|instance| instance.mode == Mode::Data) {
            if let Some(values) = instance.values {
                known.data.insert(instance.address.clone(), values::of(self.document, instance, values));
            }
        }
        known
    }

    /// The changes of a plan by address. What is deleted is not in the planned values, and a deposed object is another
    /// one than the resource.
    fn changes(&self) -> HashMap<&'d str, NodeId> {
        let document = self.document;
        let mut changes = HashMap::new();
        let Some(list) = document.get(document.root(), "resource_changes") else { return changes };
        for change in document.elements(list) {
            if document.get(*change, "deposed").is_some() {
                continue;
            }
            if let Some(address) = document.get(*change, "address").and_then(|node| document.string(node))
                && let Some(change) = document.get(*change, "change")
            {
                changes.insert(address, change);
            }
        }
        changes
    }

    fn module(&mut self, node: NodeId, address: &str, only_data: bool, changes: &HashMap<&str, NodeId>, depth: usize) {
        let document = self.document;
        if depth > MAX_DEPTH {
            return;
        }
        let resources = document.get(node, "resources");
        for resource in resources.map(|list| document.elements(list)).unwrap_or_default() {
            let string = |key: &str| document.get(*resource, key).and_then(|node| document.string(node));
            let (Some(address_node), Some(kind), Some(name)) =
                (document.get(*resource, "address"), string("type"), string("name"))
            else {
                continue;
            };
            let Some(full) = document.string(address_node) else { continue };
            let mode = if string("mode") == Some("data") { Mode::Data } else { Mode::Managed };
            if only_data && mode == Mode::Managed || self.by_address.contains_key(full) {
                continue;
            }
            let change = changes.get(full);
            let of_change = |key: &str| change.and_then(|change| document.get(*change, key));
            let instance = Instance {
                address: full.into(),
                module: address.into(),
                mode,
                kind: kind.into(),
                name: name.into(),
                span: document.span(address_node),
                values: of_change("after").or_else(|| document.get(*resource, "values")),
                unknown: of_change("after_unknown"),
                sensitive: of_change("after_sensitive").or_else(|| document.get(*resource, "sensitive_values")),
            };
            self.by_address.insert(full.into(), self.instances.len());
            self.instances.push(instance);
        }
        let children = document.get(node, "child_modules");
        for child in children.map(|list| document.elements(list)).unwrap_or_default() {
            let address = document.get(*child, "address").and_then(|node| document.string(node)).unwrap_or("");
            self.module(*child, address, only_data, changes, depth + 1);
        }
    }
}

/// Whether a node is `true`.
pub fn is_true(document: &Document, node: Option<NodeId>) -> bool {
    node.is_some_and(|node| document.node(node) == Node::Bool(true))
}

/// The parts of an address at its dots, but not at those inside of brackets: `a["x.y"].b` is `a["x.y"]` and `b`.
pub fn parts(address: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut quoted, mut escaped, mut depth) = (0, false, false, 0usize);
    for (at, character) in address.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            '.' if !quoted && depth == 0 => {
                found.push(&address[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&address[start..]);
    found
}

/// A part of an address as its name and its key with brackets: `web` and `[0]`.
pub fn name_and_key(part: &str) -> (&str, &str) {
    part.split_at(part.find('[').unwrap_or(part.len()))
}

/// The calls on the way to a module instance: the name of each and its key with brackets, empty where it has none.
pub fn module_steps(address: &str) -> Vec<(String, String)> {
    let parts = parts(address);
    let calls = parts.chunks(2).filter(|pair| pair.first() == Some(&"module"));
    calls
        .filter_map(|pair| {
            let (name, key) = name_and_key(pair.get(1)?);
            Some((name.to_string(), key.to_string()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_split_at_their_dots_only() {
        assert_eq!(
            parts(r#"module.a["x.y"].aws_iam_role.r[0].arn"#),
            ["module", r#"a["x.y"]"#, "aws_iam_role", "r[0]", "arn"]
        );
        assert_eq!(parts(r#"a["\"]."].b"#), [r#"a["\"]."]"#, "b"]);
        assert_eq!(name_and_key(r#"a["x[0]"]"#), ("a", r#"["x[0]"]"#));
        let steps = [("a".to_string(), r#"["k"]"#.to_string()), ("b".to_string(), String::new())];
        assert_eq!(module_steps(r#"module.a["k"].module.b"#), steps);
        assert!(module_steps("").is_empty());
    }
}
