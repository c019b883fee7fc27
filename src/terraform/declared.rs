//! References to what is not declared. Terraform finds these in every expression, also in branches that are never taken.

mod members;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::body::{self, Item};
use super::module::Module;
use super::provider;
use crate::diagnostic::{Diagnostic, Severity};
use crate::syntax::{Children, Document, Language, Node, NodeId};
use crate::text::Span;

/// Names bound around an expression by `for`, `dynamic` and templates.
struct Bound<'d, 'o> {
    names: Vec<&'d str>,
    outer: Option<&'o Bound<'d, 'o>>,
}

impl Bound<'_, '_> {
    fn has(&self, name: &str) -> bool {
        self.names.contains(&name) || self.outer.is_some_and(|outer| outer.has(name))
    }
}

/// Words that are written for those which references begin with, and these.
const ROOTS: [(&str, &str); 5] =
    [("vars", "var"), ("variable", "var"), ("variables", "var"), ("locals", "local"), ("modules", "module")];

/// What a module's references come to.
#[derive(Debug, Default)]
pub struct References {
    /// An `unresolved-reference` for each that leads nowhere.
    pub diagnostics: Vec<Diagnostic>,
    /// What they name, as it is written (`var.x`), and whether it looks like a slip of the pen for a name that is there.
    pub undeclared: BTreeMap<String, bool>,
    /// The resources referred to, as `type.name`, each with what refers to it: the type of a resource or data source, or
    /// the kind of another top-level block.
    pub mentions: BTreeSet<(String, Arc<str>)>,
    /// What is wrong with references to resources that are declared: instances and attributes that they do not have.
    members: Vec<Diagnostic>,
    /// Whether an expression stands outside of quotes, which Terraform reads since 0.12. Before that a resource with
    /// `count` could be referred to without a key, and one without it with the key 0.
    unquoted: bool,
    /// Whether it is written for Terraform 0.12 or newer, as far as can be told.
    pub is_current: bool,
    /// Which local, resource or data source needs which, and where it says so.
    edges: Vec<(Arc<str>, Arc<str>, Span)>,
    /// Which resource, data source, local or module call refers to which: an order in which they are made. A module call
    /// stands for everything in it.
    pub needs: BTreeSet<(Arc<str>, Arc<str>)>,
    /// References to outputs of module calls: the call, the output, and where.
    pub outputs: Vec<(Arc<str>, Arc<str>, Span)>,
}

/// Goes through every expression of a module. Nothing is said to be undeclared in a module with broken files, where the
/// declaration may be.
pub fn references(module: &Module) -> References {
    let mut found = References::default();
    for document in &module.documents {
        for block in body::top_level(document) {
            let referrer = match (block.kind, block.labels.first()) {
                ("resource" | "data", Some(kind)) => document.string(*kind).unwrap_or(""),
                (kind, _) => kind,
            };
            if matches!(block.kind, "moved" | "removed" | "terraform") {
                // What `moved` and `removed` name need not be there any more.
                continue;
            }
            let label = |index: usize| block.labels.get(index).and_then(|label| document.string(*label)).unwrap_or("");
            let owner = match block.kind {
                "resource" => Some(format!("{}.{}", label(0), label(1))),
                "data" => Some(format!("data.{}.{}", label(0), label(1))),
                "module" => Some(format!("module.{}", label(0))),
                _ => None,
            };
            let bound = Bound { names: Vec::new(), outer: None };
            let mut walk = Walk {
                module,
                document,
                referrer: referrer.into(),
                owner: owner.map(Into::into),
                iterator: None,
                // Terraform never evaluates a configuration that nothing works with.
                never: block.kind == "provider" && !provider::is_used(module, document, &block),
                quoted: false,
                found: &mut found,
            };
            if !matches!(block.kind, "locals" | "import") {
                walk.node(block.body, &bound);
                continue;
            }
            for item in body::items(document, block.body) {
                let Item::Attribute { name, value } = item else { continue };
                match (block.kind, document.string(name)) {
                    ("import", Some("to")) => walk.keys(value, &bound),
                    ("import", Some("provider")) => {}
                    ("import", _) => walk.node(value, &bound),
                    (_, name) => {
                        walk.owner = name.map(|name| format!("local.{name}").into());
                        walk.node(value, &bound);
                    }
                }
            }
        }
    }
    for (span, names) in crate::graph::circles(&found.edges) {
        let list = names.join(", ");
        let message = match names.len() {
            1 => format!("{list} refers to itself"),
            _ => format!("{list} need each other, so none of them can be worked out first"),
        };
        let diagnostic = Diagnostic::new("circular-reference", Severity::Error, span, message)
            .with_help("Terraform cannot order them. Take one of the references out of the circle.");
        found.diagnostics.push(diagnostic);
    }
    let native = |document: &Arc<Document>| document.language() != Language::TerraformJson;
    let members = std::mem::take(&mut found.members);
    found.is_current = found.unquoted || !module.documents.iter().any(native);
    if found.is_current {
        found.diagnostics.extend(members);
    }
    if module.broken || module.pending {
        found.diagnostics.clear();
        found.undeclared.clear();
    }
    found
}

struct Walk<'d, 'f> {
    module: &'d Module,
    document: &'d Document,
    referrer: Arc<str>,
    /// The local, resource or data source that the expression belongs to.
    owner: Option<Arc<str>>,
    /// What the innermost `dynamic` block around the expression calls its iterator. The expression is only looked at when
    /// that makes a block.
    iterator: Option<&'d str>,
    /// Whether it is not looked at at all.
    never: bool,
    /// Whether the expression stands in a template.
    quoted: bool,
    found: &'f mut References,
}

impl<'d> Walk<'d, '_> {
    fn children(&mut self, children: Children, bound: &Bound<'d, '_>) {
        for child in self.document.children(children) {
            self.node(*child, bound);
        }
    }

    fn string(&self, node: NodeId) -> Option<&'d str> {
        self.document.string(node)
    }

    fn node(&mut self, node: NodeId, bound: &Bound<'d, '_>) {
        let document = self.document;
        match document.node(node) {
            Node::Null | Node::Bool(_) | Node::Number(_) | Node::String(_) | Node::Missing | Node::SplatItem => {}
            Node::Sequence(children)
            | Node::Mapping(children)
            | Node::Body(children)
            | Node::Template(children)
            | Node::TemplateIf(children)
            | Node::Conditional(children) => self.children(children, bound),
            Node::Entry { key, value }
                if self.string(key) == Some("dynamic") && document.language() == Language::TerraformJson =>
            {
                self.json_dynamic(value, bound);
            }
            Node::Entry { key, value } => {
                self.node(key, bound);
                self.node(value, bound);
            }
            Node::Tagged { value, .. } => self.node(value, bound),
            Node::Attribute { name, value } => {
                // These name attributes, resources of another time, or provider configurations.
                let reserved = matches!(
                    self.string(name),
                    Some("ignore_changes" | "providers" | "provider" | "replace_triggered_by")
                );
                if !reserved {
                    self.node(value, bound);
                }
            }
            Node::Block(parts) => self.block(parts, bound),
            Node::Interpolation(inner) => {
                let outside = std::mem::replace(&mut self.quoted, true);
                self.node(inner, bound);
                self.quoted = outside;
            }
            Node::Parentheses(inner) => self.node(inner, bound),
            Node::Variable(_) => {}
            Node::GetAttribute { object, name } => {
                self.found.unquoted |= !self.quoted;
                if !self.never {
                    self.attribute_of(object, name, bound);
                }
                if !self.reference(node, bound) {
                    self.node(object, bound);
                }
            }
            Node::Index { object, key } => {
                if !self.never {
                    self.index_of(object, key, bound);
                }
                self.node(object, bound);
                self.node(key, bound);
            }
            Node::Splat { object, each } => {
                self.node(object, bound);
                self.node(each, bound);
            }
            Node::Call { parts, .. } => self.children(parts, bound),
            Node::Unary { operand, .. } => self.node(operand, bound),
            Node::Binary { left, right, .. } => {
                self.node(left, bound);
                self.node(right, bound);
            }
            Node::TemplateFor(parts) | Node::ForTuple(parts) | Node::ForObject { parts, .. } => {
                let parts = document.children(parts);
                let names = parts.iter().take(2).filter_map(|name| self.string(*name)).collect();
                if let Some(collection) = parts.get(2) {
                    self.node(*collection, bound);
                }
                let inner = Bound { names, outer: Some(bound) };
                for part in parts.iter().skip(3) {
                    self.node(*part, &inner);
                }
            }
        }
    }

    /// The address of a resource: a name for it and not a reference, except for what stands between its brackets.
    fn keys(&mut self, address: NodeId, bound: &Bound<'d, '_>) {
        match self.document.node(address) {
            Node::GetAttribute { object, .. } => self.keys(object, bound),
            Node::Index { object, key } => {
                self.keys(object, bound);
                self.node(key, bound);
            }
            _ => {}
        }
    }

    /// `"dynamic": { "type": { "iterator": "name", … } }`
    fn json_dynamic(&mut self, labels: NodeId, bound: &Bound<'d, '_>) {
        let document = self.document;
        for (label, bodies) in document.entries(labels) {
            let bodies = match document.node(bodies) {
                Node::Sequence(bodies) => document.children(bodies).to_vec(),
                _ => vec![bodies],
            };
            for body in bodies {
                let iterator = body::attribute(document, body, "iterator").and_then(|node| self.string(node));
                let name = iterator.or_else(|| self.string(label)).unwrap_or("");
                self.content(body, name, bound);
            }
        }
    }

    /// What a `dynamic` block repeats. Terraform looks at it only when there is something to repeat it for.
    fn content(&mut self, body: NodeId, iterator: &'d str, bound: &Bound<'d, '_>) {
        let outside = self.iterator.replace(iterator);
        self.node(body, &Bound { names: vec![iterator], outer: Some(bound) });
        self.iterator = outside;
    }

    fn block(&mut self, parts: Children, bound: &Bound<'d, '_>) {
        let document = self.document;
        let Some((body, head)) = document.children(parts).split_last() else { return };
        let kind = head.first().and_then(|kind| self.string(*kind)).unwrap_or("");
        match kind {
            // A provisioner runs when its resource is there already, so it may refer to it.
            "provisioner" | "connection" => {
                let owner = self.owner.take();
                self.node(*body, bound);
                self.owner = owner;
            }
            "dynamic" => {
                let iterator = body::attribute(document, *body, "iterator").map(|node| match document.node(node) {
                    Node::Variable(text) => document.text(text),
                    Node::String(text) => {
                        self.quoted_iterator(node, document.text(text));
                        document.text(text)
                    }
                    _ => "",
                });
                let label = head.get(1).and_then(|label| self.string(*label)).unwrap_or("");
                for item in body::items(document, *body) {
                    match item {
                        Item::Attribute { name, .. } if self.string(name) == Some("iterator") => {}
                        Item::Attribute { value, .. } => self.node(value, bound),
                        Item::Block { body, .. } => self.content(body, iterator.unwrap_or(label), bound),
                    }
                }
            }
            _ => self.node(*body, bound),
        }
    }

    /// Only JSON has quotes around the iterator's name.
    fn quoted_iterator(&mut self, node: NodeId, name: &str) {
        let message = format!("the iterator {name} stands in quotes");
        let help = "Terraform wants the bare name here, as wherever it is used in the block; take the quotes away.";
        let diagnostic = Diagnostic::new("syntax-error", Severity::Error, self.document.span(node), message);
        self.found.diagnostics.push(diagnostic.with_label("a name without quotes is wanted").with_help(help));
    }

    /// Checks `root.name` and `data.type.name`. Whether the node was such a reference.
    fn reference(&mut self, node: NodeId, bound: &Bound<'d, '_>) -> bool {
        let document = self.document;
        let Node::GetAttribute { object, name } = document.node(node) else { return false };
        let Some(name_text) = self.string(name) else { return false };
        match document.node(object) {
            Node::Variable(root) => {
                let root = document.text(root);
                if bound.has(root) {
                    return true;
                }
                match root {
                    "var" => self.expect(
                        self.module.variables.position(name_text).is_some(),
                        node,
                        name_text,
                        Kind::Variable,
                    ),
                    "local" => {
                        self.need(&format!("local.{name_text}"), node);
                        self.expect(self.module.locals.position(name_text).is_some(), node, name_text, Kind::Local)
                    }
                    "module" => {
                        self.need(&format!("module.{name_text}"), node);
                        self.expect(self.module.calls.position(name_text).is_some(), node, name_text, Kind::Call)
                    }
                    "each" | "count" | "path" | "terraform" | "tofu" | "self" | "data" | "resource" | "ephemeral"
                    | "provider" | "action" | "list" | "output" | "run" | "core" => {}
                    kind => {
                        let key = format!("{kind}.{name_text}");
                        let there = self.module.resources.position(&key).is_some();
                        if there {
                            self.need(&key, node);
                            self.found.mentions.insert((key, self.referrer.clone()));
                        } else if kind.contains('_') {
                            self.expect(there, node, &key, Kind::Resource);
                        } else {
                            self.stray(node, kind, name_text);
                        }
                    }
                }
                true
            }
            Node::GetAttribute { object: root, name: kind } => {
                let Node::Variable(root) = document.node(root) else { return false };
                let (root, Some(kind)) = (document.text(root), self.string(kind)) else { return false };
                if bound.has(root) {
                    return true;
                }
                let key = format!("{kind}.{name_text}");
                match root {
                    "data" => {
                        self.need(&format!("data.{key}"), node);
                        // A data source may be declared inside a `check` block, which is not looked into.
                        let there = self.module.data.position(&key).is_some() || self.has_checks();
                        self.expect(there, node, &key, Kind::Data);
                        true
                    }
                    "resource" => {
                        self.expect(self.module.resources.position(&key).is_some(), node, &key, Kind::Resource);
                        true
                    }
                    "ephemeral" => true,
                    "module" => {
                        self.output(kind, name_text, node);
                        false
                    }
                    _ => false,
                }
            }
            // `module.m[key].output`
            Node::Index { object: call, .. } => {
                if let Node::GetAttribute { object: root, name: call } = document.node(call)
                    && matches!(document.node(root), Node::Variable(root) if document.text(root) == "module")
                    && let Some(call) = self.string(call)
                {
                    self.output(call, name_text, node);
                }
                false
            }
            _ => false,
        }
    }

    /// Notes that what the expression belongs to needs `name`.
    fn need(&mut self, name: &str, node: NodeId) {
        let Some(owner) = &self.owner else { return };
        let name: Arc<str> = name.into();
        // Terraform orders what is in modules one by one, so that two calls may need each other.
        if !owner.starts_with("module.") && !name.starts_with("module.") {
            self.found.edges.push((owner.clone(), name.clone(), self.document.span(node)));
        }
        self.found.needs.insert((owner.clone(), name));
    }

    fn output(&mut self, call: &str, output: &str, node: NodeId) {
        self.found.outputs.push((call.into(), output.into(), self.document.span(node)));
    }

    fn has_checks(&self) -> bool {
        let is_check = |document: &Arc<Document>| body::top_level(document).iter().any(|block| block.kind == "check");
        self.module.documents.iter().any(is_check)
    }

    fn expect(&mut self, declared: bool, node: NodeId, name: &str, kind: Kind) {
        if declared || self.never {
            return;
        }
        let (prefix, block, names): (&str, String, Vec<&str>) = match kind {
            Kind::Variable => ("var.", format!("variable {name:?}"), list(self.module.variables.names())),
            Kind::Local => ("local.", format!("{name} in a locals block"), list(self.module.locals.names())),
            Kind::Call => ("module.", format!("module {name:?}"), list(self.module.calls.names())),
            Kind::Resource => ("", resource_block("resource", name), list(self.module.resources.names())),
            Kind::Data => ("data.", resource_block("data", name), list(self.module.data.names())),
        };
        let near = crate::suggest::nearest(name, names.iter().copied());
        let help = self.iterated(name).unwrap_or_else(|| match near {
            Some(near) => {
                format!("There is {prefix}{near}. If that is what is meant, use it; otherwise declare {block}.")
            }
            None => format!("Declare {block} in this module, or correct the name."),
        });
        let message = format!("{prefix}{name} is not declared in this module");
        let diagnostic = self.unresolved(node, message, help).with_label("nothing of this name is declared");
        self.found.undeclared.insert(format!("{prefix}{name}"), near.is_some());
        self.found.diagnostics.push(diagnostic);
    }

    /// `kind.name` where no type of resource is called `kind`: all of them have an underscore. A slip for one of the
    /// words that references begin with, or text without its quotes.
    fn stray(&mut self, node: NodeId, kind: &str, name: &str) {
        if self.never {
            return;
        }
        let key = format!("{kind}.{name}");
        let help = match ROOTS.iter().find(|(slip, _)| *slip == kind) {
            Some((_, root)) => format!("Write {root}.{name}."),
            None => self.iterated(&key).unwrap_or_else(|| {
                "Outside of quotes this refers to a resource. If it is text, put it in quotes.".to_string()
            }),
        };
        let message = format!("{key} is not declared in this module, and no type of resource is called {kind}");
        let diagnostic = self.unresolved(node, message, help).with_label("this refers to nothing");
        self.found.undeclared.insert(key, true);
        self.found.diagnostics.push(diagnostic);
    }

    /// What to write for `block.value` in a `dynamic` block whose iterator has another name.
    fn iterated(&self, name: &str) -> Option<String> {
        let (_, part) = name.split_once('.').filter(|(_, part)| matches!(*part, "key" | "value"))?;
        let iterator = self.iterator?;
        Some(format!("The iterator of this dynamic block is called {iterator}. Write {iterator}.{part}."))
    }

    /// A finding at a node; a warning where Terraform may never look at it.
    fn unresolved(&self, node: NodeId, message: String, help: String) -> Diagnostic {
        let (severity, message) = match self.iterator.is_some() {
            true => {
                (Severity::Warning, format!("{message}; Terraform fails as soon as this dynamic block makes a block"))
            }
            false => (Severity::Error, message),
        };
        let span = self.document.span(node);
        Diagnostic::new("unresolved-reference", severity, span, message).with_help(help)
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Variable,
    Local,
    Call,
    Resource,
    Data,
}

fn list<'n>(names: impl Iterator<Item = &'n std::sync::Arc<str>>) -> Vec<&'n str> {
    let mut names: Vec<&str> = names.map(|name| &**name).collect();
    names.sort_unstable();
    names
}

fn resource_block(kind: &str, key: &str) -> String {
    let (resource, name) = key.split_once('.').unwrap_or((key, ""));
    format!("{kind} {resource:?} {name:?}")
}
