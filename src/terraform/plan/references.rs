//! What an expression refers to, by the configuration that a plan holds.
//!
//! It gives for each expression the references in it and nothing of the expression itself: whether a role's ARN stands
//! there as it is or inside of a longer text cannot be told. References stop at locals.

use super::record::{self, Instance, Record};
use super::values::Step;
use crate::graph::Mode;
use crate::syntax::{Document, Node, NodeId};

/// The one attribute that an expression refers to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// Address of the instance.
    pub address: String,
    /// The attribute, with what is behind it.
    pub attribute: String,
}

/// Most module boundaries that are crossed on the way to a resource.
const MAX_CROSSINGS: usize = 64;

/// Whether the configuration has an expression at `path` of an instance; `true` where that is not known.
pub fn is_configured(record: &Record<'_>, instance: &Instance, path: &[Step<'_>]) -> bool {
    match resource(record, instance) {
        Some(resource) => expression(record.document, resource, path).is_some(),
        None => true,
    }
}

/// What the expression at `path` of an instance refers to, if it is one thing.
pub fn target(record: &Record<'_>, instance: &Instance, path: &[Step<'_>]) -> Option<Target> {
    let found = expression(record.document, resource(record, instance)?, path)?;
    resolve(record, &record::module_steps(&instance.module), sole(record.document, found)?, MAX_CROSSINGS)
}

/// Everything the configuration refers to as `type.name`: the address of the referring module, what is referred to, and
/// the type of the resource that refers, or the kind of the block.
pub fn mentions(record: &Record<'_>) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    if let Some(root) = record.configuration {
        mentions_in(record.document, root, "", &mut found, 0);
    }
    found
}

fn mentions_in(
    document: &Document,
    module: NodeId,
    path: &str,
    found: &mut Vec<(String, String, String)>,
    depth: usize,
) {
    if depth > MAX_CROSSINGS {
        return;
    }
    let mut note = |node: NodeId, referrer: &str| {
        for reference in all_references(document, node) {
            let parts = record::parts(reference);
            if let [kind, name, ..] = parts[..]
                && kind.contains('_')
            {
                let name = record::name_and_key(name).0;
                found.push((path.to_string(), format!("{kind}.{name}"), referrer.to_string()));
            }
        }
    };
    for resource in document.get(module, "resources").map(|list| document.elements(list)).unwrap_or_default() {
        let kind = document.get(*resource, "type").and_then(|node| document.string(node)).unwrap_or("");
        if let Some(expressions) = document.get(*resource, "expressions") {
            note(expressions, kind);
        }
    }
    if let Some(outputs) = document.get(module, "outputs") {
        note(outputs, "output");
    }
    let Some(calls) = document.get(module, "module_calls") else { return };
    for (_, call) in document.entries(calls) {
        if let Some(expressions) = document.get(call, "expressions") {
            note(expressions, "module");
        }
    }
    for (name, call) in document.entries(calls) {
        if let (Some(name), Some(module)) = (document.string(name), document.get(call, "module")) {
            let path = if path.is_empty() { format!("module.{name}") } else { format!("{path}.module.{name}") };
            mentions_in(document, module, &path, found, depth + 1);
        }
    }
}

/// All texts in lists called `references` below `node`.
fn all_references(document: &Document, node: NodeId) -> Vec<&str> {
    let mut found = Vec::new();
    let mut todo = vec![node];
    while let Some(node) = todo.pop() {
        todo.extend(document.elements(node));
        for (key, value) in document.entries(node) {
            match document.string(key) {
                Some("references") => {
                    found.extend(document.elements(value).iter().filter_map(|reference| document.string(*reference)));
                }
                Some("constant_value") => {}
                _ => todo.push(value),
            }
        }
    }
    found
}

/// The module that an instance's resource is declared in.
fn module(record: &Record<'_>, steps: &[(String, String)]) -> Option<NodeId> {
    steps.iter().try_fold(record.configuration?, |module, (name, _)| {
        let call = record.document.get(record.document.get(module, "module_calls")?, name)?;
        record.document.get(call, "module")
    })
}

fn resource(record: &Record<'_>, instance: &Instance) -> Option<NodeId> {
    let document = record.document;
    let module = module(record, &record::module_steps(&instance.module))?;
    let is_it = |resource: &&NodeId| {
        let is =
            |key: &str, text: &str| document.get(**resource, key).and_then(|node| document.string(node)) == Some(text);
        let mode = if instance.mode == Mode::Data { "data" } else { "managed" };
        is("type", &instance.kind) && is("name", &instance.name) && is("mode", mode)
    };
    document.elements(document.get(module, "resources")?).iter().find(is_it).copied()
}

/// The expression at a path of attributes and nested blocks.
fn expression(document: &Document, resource: NodeId, path: &[Step<'_>]) -> Option<NodeId> {
    let mut node = document.get(resource, "expressions")?;
    for step in path {
        if is_expression(document, node) {
            return Some(node);
        }
        node = match (step, document.node(node)) {
            (Step::Key(name), Node::Mapping(_)) => document.get(node, name)?,
            // A block that may be there only once is no list.
            (Step::Index(_), Node::Mapping(_)) => node,
            (Step::Index(index), Node::Sequence(_)) => document.elements(node).get(*index).copied()?,
            _ => return None,
        };
    }
    Some(node)
}

fn is_expression(document: &Document, node: NodeId) -> bool {
    ["references", "constant_value"].iter().any(|key| document.get(node, key).is_some())
}

/// The only reference of an expression. Each is followed by its own beginnings, which count for nothing.
fn sole(document: &Document, expression: NodeId) -> Option<&str> {
    let list = document.get(expression, "references")?;
    let all: Vec<&str> = document.elements(list).iter().filter_map(|node| document.string(*node)).collect();
    let begins = |short: &str, long: &str| {
        long.strip_prefix(short).is_some_and(|rest| rest.starts_with('.') || rest.starts_with('['))
    };
    let mut longest = all.iter().filter(|one| !all.iter().any(|other| begins(one, other)));
    let first = longest.next()?;
    longest.all(|other| other == first).then_some(first)
}

fn resolve(record: &Record<'_>, steps: &[(String, String)], reference: &str, crossings: usize) -> Option<Target> {
    let document = record.document;
    let crossings = crossings.checked_sub(1)?;
    let parts = record::parts(reference);
    match parts[..] {
        ["var", name] => {
            let ((call, _), caller) = steps.split_last()?;
            let call = document.get(document.get(module(record, caller)?, "module_calls")?, call)?;
            let argument = document.get(document.get(call, "expressions")?, name)?;
            resolve(record, caller, sole(document, argument)?, crossings)
        }
        ["module", call, output] => {
            let (name, key) = record::name_and_key(call);
            let mut inner = steps.to_vec();
            inner.push((name.to_string(), key.to_string()));
            let outputs = document.get(module(record, &inner)?, "outputs")?;
            let expression = document.get(document.get(outputs, output)?, "expression")?;
            resolve(record, &inner, sole(document, expression)?, crossings)
        }
        ["var" | "local" | "module" | "each" | "count" | "path" | "terraform" | "self", ..] => None,
        ["data", kind, name, ref attribute @ ..] if !attribute.is_empty() => {
            Some(Target { address: address(steps, &format!("data.{kind}.{name}")), attribute: attribute.join(".") })
        }
        [kind, name, ref attribute @ ..] if !attribute.is_empty() => {
            Some(Target { address: address(steps, &format!("{kind}.{name}")), attribute: attribute.join(".") })
        }
        _ => None,
    }
}

fn address(steps: &[(String, String)], name: &str) -> String {
    let modules: String = steps.iter().map(|(call, key)| format!("module.{call}{key}.")).collect();
    modules + name
}
