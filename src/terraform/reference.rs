//! References: what `var.x`, `local.x`, `module.m.out`, `each.value` and `aws_iam_role.r` lead to.

use std::sync::Arc;

use super::convert;
use super::evaluator::{Evaluator, InstanceSet, Key};
use super::scope::{InstanceId, Repetition, Scope};
use crate::graph::Mode;
use crate::syntax::{Node, NodeId};
use crate::value::choice::{self, Alternative};
use crate::value::{Entry, Formula, Open, Reason, Shape, Symbol, SymbolKind, Unknown, Value};

impl Evaluator<'_> {
    /// A variable with the steps behind it: `a`, `a.b`, `a["b"]`.
    pub(super) fn traversal(&mut self, node: NodeId, scope: &Scope<'_>) -> Value {
        let span = scope.document.span(node);
        if let Some(value) = self.head(node, scope) {
            return value;
        }
        match scope.document.node(node) {
            Node::GetAttribute { object, name } => {
                let from = self.expression(object, scope);
                if let Node::Number(index) = scope.document.node(name) {
                    let index = scope.document.text(index).parse().unwrap_or(i64::MAX);
                    let value = self.index(&from, &Value::int(index), None);
                    return self.placed_missing(value, object, name, scope);
                }
                let value = self.attribute_of(&from, scope.name(name));
                let value = self.placed_missing(value, object, name, scope);
                self.placed(value, span)
            }
            Node::Index { object, key } => {
                let from = self.expression(object, scope);
                let at = self.expression(key, scope);
                let value = self.index(&from, &at, Some((key, scope)));
                let value = self.placed_missing(value, object, key, scope);
                self.placed(value, span)
            }
            Node::Variable(name) => {
                let name = scope.document.text(name);
                Value::unknown(Reason::DependsOn(name.into()))
            }
            _ => Value::unknown(Reason::Broken),
        }
    }

    /// A reference to a resource's attribute is written where the whole of it stands.
    fn placed(&self, mut value: Value, span: crate::text::Span) -> Value {
        if value.span.is_none() || (value.as_symbol().is_some() && value.path.is_none()) {
            value.span = Some(span);
        }
        value
    }

    /// What the first steps of a reference mean when its root is a reserved name or a resource type.
    fn head(&mut self, node: NodeId, scope: &Scope<'_>) -> Option<Value> {
        let document = scope.document;
        let span = document.span(node);
        if let Node::Variable(name) = document.node(node) {
            return scope.bound(document.text(name)).cloned();
        }
        if scope.isolated {
            return None;
        }
        if let Node::GetAttribute { object, name } = document.node(node) {
            let name = document.string(name)?;
            if let Node::Variable(root) = document.node(object) {
                let root = document.text(root);
                if scope.bound(root).is_some() {
                    return None;
                }
                return match root {
                    "var" => Some(self.variable(scope.instance, name).unwrap_or_else(|| undeclared("var", name))),
                    "local" => Some(self.local(scope.instance, name).unwrap_or_else(|| undeclared("local", name))),
                    "each" => Some(match (scope.repetition, name) {
                        (Repetition::Each { key, .. }, "key") => key.clone(),
                        (Repetition::Each { value, .. }, "value") => value.clone(),
                        _ => Value::error("each is only there with for_each"),
                    }),
                    "count" => Some(match scope.repetition {
                        Repetition::Count(index) => index.clone(),
                        _ => Value::error("count.index is only there with count"),
                    }),
                    "path" => Some(self.path(scope.instance, name)),
                    "terraform" | "tofu" => Some(match name {
                        "workspace" => Shape::Unknown(Arc::new(Unknown::variable("terraform.workspace"))).into(),
                        _ => Value::unknown(Reason::DependsOn(format!("terraform.{name}").into())),
                    }),
                    "module" => self.module_value(scope.instance, name),
                    "data" | "ephemeral" | "self" | "action" | "list" => None,
                    kind => self.whole_resource(scope.instance, Mode::Managed, kind, name),
                };
            }
            // `data.type.name`, `resource.type.name`
            if let Node::GetAttribute { object: root, name: kind } = document.node(object)
                && let Node::Variable(root) = document.node(root)
                && scope.bound(document.text(root)).is_none()
            {
                let kind = document.string(kind)?;
                return match document.text(root) {
                    "data" => self.whole_resource(scope.instance, Mode::Data, kind, name),
                    "resource" => self.whole_resource(scope.instance, Mode::Managed, kind, name),
                    "ephemeral" => Some(Value::unknown(Reason::LookUp(format!("ephemeral.{kind}.{name}").into()))),
                    "module" => self.module_output(scope, object, None, name, span),
                    _ => None,
                };
            }
            // `module.m[key].output`
            if let Node::Index { object: call, key } = document.node(object)
                && let Node::GetAttribute { object: root, .. } = document.node(call)
                && matches!(document.node(root), Node::Variable(root) if document.text(root) == "module")
                && scope.bound("module").is_none()
            {
                return self.module_output(scope, call, Some(key), name, span);
            }
        }
        None
    }

    fn path(&self, instance: InstanceId, name: &str) -> Value {
        let relative = |directory: &str| match directory.strip_prefix(&*self.root) {
            Some("") => ".".to_string(),
            Some(rest) if self.root.is_empty() || rest.starts_with('/') => rest.trim_start_matches('/').to_string(),
            _ => super::source::relative(&self.root, directory),
        };
        match name {
            "module" => Value::text(relative(&self.instance(instance).module.directory)),
            "root" => Value::text("."),
            _ => Value::unknown(Reason::DependsOn(format!("path.{name}").into())),
        }
    }

    fn whole_resource(&mut self, instance: InstanceId, mode: Mode, kind: &str, name: &str) -> Option<Value> {
        let position = self.instance(instance).module.resource(mode, kind, name);
        match position {
            Some(position) => Some(self.expansion(instance, mode, position).value.clone()),
            None => {
                let prefix = if mode == Mode::Data { "data." } else { "" };
                Some(undeclared(&format!("{prefix}{kind}"), name))
            }
        }
    }

    /// `module.m.output` and `module.m[key].output`, without working out the module's other outputs.
    fn module_output(
        &mut self,
        scope: &Scope<'_>,
        call: NodeId,
        key: Option<NodeId>,
        output: &str,
        span: crate::text::Span,
    ) -> Option<Value> {
        let Node::GetAttribute { name, .. } = scope.document.node(call) else { return None };
        let name = scope.document.string(name)?;
        let Some(position) = self.instance(scope.instance).module.calls.position(name) else {
            return Some(undeclared("module", name));
        };
        let expansion = self.calls(scope.instance, position);
        let at = key;
        let key = key.map(|key| self.expression(key, scope));
        let value = match (&expansion.set, key) {
            (InstanceSet::Missing, _) => self.missing_output(scope.instance, name, output),
            (InstanceSet::One(instance), None) => self.output_of(*instance, output),
            (InstanceSet::One(_), Some(_)) => Value::error(format!("module.{name} has no count and no for_each")),
            (InstanceSet::Several { .. } | InstanceSet::Open { .. }, None) => return None,
            (InstanceSet::Open { instance, exists, .. }, Some(_)) => {
                let value = self.output_of(*instance, output);
                choice::choose([
                    Alternative { guard: Formula::Atom(*exists), value },
                    Alternative { guard: !Formula::Atom(*exists), value: Value::error("there may be no instance") },
                ])
            }
            (InstanceSet::Several { ways, sampled }, Some(key)) => {
                let alternatives: Vec<Alternative> = ways
                    .iter()
                    .map(|(guard, instances)| {
                        let value = match find_instance(instances, &key) {
                            Some(instance) => self.output_of(instance, output),
                            None if key.is_known() => {
                                let missing = super::iteration::lacking(&instance_keys(instances, *sampled), &key);
                                Value::missing(format!("module.{name} has no such instance"), missing)
                            }
                            None => {
                                let values: Vec<Value> =
                                    instances.iter().map(|(_, instance)| self.output_of(*instance, output)).collect();
                                choice::unknown_among([&key].into_iter().chain(&values))
                            }
                        };
                        Alternative { guard: guard.clone(), value }
                    })
                    .collect();
                choice::choose(alternatives)
            }
        };
        let value = match at {
            Some(key) => self.placed_missing(value, call, key, scope),
            None => value,
        };
        Some(if value.span.is_none() { value.at(span) } else { value })
    }

    fn output_of(&mut self, instance: InstanceId, output: &str) -> Value {
        self.output(instance, output).unwrap_or_else(|| {
            let address = self.instance(instance).declaration.clone();
            undeclared(&address, output)
        })
    }

    fn missing_output(&self, instance: InstanceId, name: &str, output: &str) -> Value {
        let _ = output;
        let address = super::join_address(&self.instance(instance).declaration, &format!("module.{name}"));
        Value::unknown(Reason::ModuleNotFound(address.into()))
    }

    /// `module.m` as a whole: all its outputs.
    fn module_value(&mut self, instance: InstanceId, name: &str) -> Option<Value> {
        let Some(position) = self.instance(instance).module.calls.position(name) else {
            return Some(undeclared("module", name));
        };
        let expansion = self.calls(instance, position);
        Some(match &expansion.set {
            InstanceSet::Missing => self.missing_output(instance, name, ""),
            InstanceSet::One(module) => self.outputs(*module),
            InstanceSet::Open { instance, exists, keyed } => {
                let element = self.outputs(*instance);
                Shape::Open(std::sync::Arc::new(Open { element, exists: Some(*exists), keyed: *keyed })).into()
            }
            InstanceSet::Several { ways, sampled } => {
                let module = &self.instance(instance).module;
                let keyed = module.attribute(&module.calls.items[position], "count").is_none();
                let alternatives: Vec<Alternative> = ways
                    .iter()
                    .map(|(guard, instances)| {
                        let mut items = Vec::new();
                        let mut entries = Vec::new();
                        for (key, instance) in instances {
                            let value = self.outputs(*instance);
                            match key {
                                Key::Name(key) => entries.push(Entry { key: key.clone(), key_span: None, value }),
                                _ => items.push(value),
                            }
                        }
                        let value = if keyed { Value::object(entries) } else { Value::tuple(items) };
                        Alternative { guard: guard.clone(), value }
                    })
                    .collect();
                choice::choose(alternatives).sampled_if(*sampled)
            }
        })
    }

    fn outputs(&mut self, instance: InstanceId) -> Value {
        let mut names: Vec<_> = self.instance(instance).module.outputs.names().cloned().collect();
        names.sort();
        let entries = names
            .into_iter()
            .map(|name| {
                let value = self.output_of(instance, &name);
                Entry { key: name, key_span: None, value }
            })
            .collect();
        Value::object(entries)
    }

    /// `value.name`
    pub(super) fn attribute_of(&mut self, value: &Value, name: &str) -> Value {
        self.over_alternatives(value, |evaluator, value| {
            match &value.shape {
                Shape::Resource(id) => evaluator.resource_attribute(*id, name),
                Shape::Mapping(_, entries) => {
                    let entry = entries.iter().find(|entry| &*entry.key == name);
                    match (entry.filter(|entry| value.alias.is_none() || !entry.value.is_null()), &value.alias) {
                        (Some(entry), _) => entry.value.clone().within(value),
                        // A block has more than is written in it: what the provider fills in.
                        (None, Some(block)) => inside(block, name),
                        (None, None) => {
                            let missing = super::iteration::lacking(value, &Value::text(name));
                            Value::missing(format!("there is no attribute {name:?}"), missing)
                        }
                    }
                }
                Shape::Symbol(symbol) => inside(symbol, name),
                Shape::Unknown(unknown) => Shape::Unknown(Arc::new(unknown.part(name))).into(),
                Shape::Open(open) if open.keyed => {
                    evaluator.index(&value.clone(), &Value::text(name), None).marked(open.element.marks)
                }
                Shape::Error(_) => value.clone(),
                Shape::Null => Value::error("a null value has no attributes"),
                _ => Value::error(format!("this value has no attribute {name:?}")),
            }
            .marked(value.marks)
        })
    }
}

/// The attribute `name` of an attribute that is an object.
fn inside(symbol: &Symbol, name: &str) -> Value {
    let attribute = format!("{}.{name}", symbol.attribute).into();
    Value::symbol(Symbol { attribute, kind: SymbolKind::Other, ..symbol.clone() })
}

/// The instances of a module call as a collection of nothing but keys.
fn instance_keys(instances: &[(Key, InstanceId)], sampled: bool) -> Value {
    let entry = |(key, _): &(Key, InstanceId)| match key {
        Key::Name(key) => Some(Entry { key: key.clone(), key_span: None, value: Value::null() }),
        _ => None,
    };
    let keys = match instances.iter().map(entry).collect::<Option<Vec<Entry>>>() {
        Some(entries) if !entries.is_empty() => Value::object(entries),
        _ => Value::tuple(instances.iter().map(|_| Value::null()).collect()),
    };
    keys.sampled_if(sampled)
}

fn find_instance(instances: &[(Key, InstanceId)], key: &Value) -> Option<InstanceId> {
    let text = convert::to_string(key).as_text()?.into_owned();
    instances
        .iter()
        .find(|(candidate, _)| match candidate {
            Key::Index(index) => index.to_string() == text,
            Key::Name(name) => **name == *text,
            Key::None | Key::Any => false,
        })
        .map(|(_, instance)| *instance)
}

fn undeclared(root: &str, name: &str) -> Value {
    Value::unknown(Reason::DependsOn(format!("{root}.{name}, which is not declared").into()))
}
