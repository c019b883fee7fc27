//! `count` and `for_each`: which instances a resource, data source or module call has.

use std::rc::Rc;
use std::sync::Arc;

use super::condition::Given;
use super::convert;
use super::evaluator::{CallExpansion, Evaluator, Expansion, Instance, InstanceSet, Key, Memo, ResourceState};
use super::module::{At, Declaration};
use super::scope::{InstanceId, Repetition, Scope};
use super::{join_address, source};
use crate::graph::{Dialect, Mode, ModuleCall, Resource};
use crate::syntax::{Node, NodeId};
use crate::value::choice::{self, Alternative};
use crate::value::{AtomId, Entry, Formula, Open, Reason, ResourceId, Shape, Value};

/// Most instances of one declaration that are told apart.
const MAX_INSTANCES: usize = 200;

/// Deepest nesting of module calls, and most module instances of one unit.
const MAX_MODULE_DEPTH: usize = 30;
const MAX_MODULE_INSTANCES: usize = 20_000;

/// What `count` or `for_each` comes to.
enum Instances {
    /// Neither is there: one instance, under the condition that OpenTofu's `enabled` gives.
    Single(Formula),
    /// Which instances there are, under which condition, and whether only the default of a root variable says which they
    /// are.
    Several(Vec<(Formula, Vec<(Key, Repetition)>)>, bool),
    /// Their number or keys are not known. There are none unless `within` holds.
    Open { repetition: Repetition, exists: AtomId, keyed: bool, within: Formula },
}

impl Evaluator<'_> {
    fn instances_of(&mut self, instance: InstanceId, declaration: &Declaration, address: &str) -> Instances {
        let module = self.instance(instance).module.clone();
        if let Some(at) = module.attribute(declaration, "count") {
            let value = self.evaluate_at(at, instance, &Repetition::Single);
            return self.counted(&value, at, instance);
        }
        if let Some(at) = module.attribute(declaration, "for_each") {
            let value = self.evaluate_at(at, instance, &Repetition::Single);
            return self.keyed(&value, at, instance, address);
        }
        match module.lifecycle(declaration, "enabled") {
            Some(at) => {
                let decision = self.decide(at.node, &Scope::new(&module, at, instance));
                Instances::Single(decision.formula)
            }
            None => Instances::Single(Formula::True),
        }
    }

    /// The instances of something as what its expressions see: when each is there, and its key behind an address. None
    /// where it is not known whether there are any.
    pub(super) fn repetitions(
        &mut self,
        instance: InstanceId,
        declaration: &Declaration,
        address: &str,
    ) -> Vec<(Formula, String, Repetition)> {
        match self.instances_of(instance, declaration, address) {
            Instances::Single(enabled) => vec![(enabled, String::new(), Repetition::Single)],
            Instances::Open { .. } => Vec::new(),
            Instances::Several(ways, _) => {
                let one = |(guard, keys): (Formula, Vec<(Key, Repetition)>)| {
                    keys.into_iter().map(move |(key, repetition)| (guard.clone(), key.suffix(), repetition))
                };
                ways.into_iter().flat_map(one).collect()
            }
        }
    }

    fn counted(&mut self, value: &Value, at: At, instance: InstanceId) -> Instances {
        let module = self.instance(instance).module.clone();
        let mut ways = Vec::new();
        let mut sampled = false;
        for alternative in choice::alternatives(value) {
            let number = convert::to_number(&alternative.value);
            let count = match &number.shape {
                Shape::Number(number) => number.as_int().and_then(|count| usize::try_from(count).ok()),
                // The condition that leads here cannot be met by a working configuration.
                Shape::Error(_) | Shape::Null => continue,
                _ => None,
            };
            let indexes = |count: usize| -> Vec<(Key, Repetition)> {
                (0..count).map(|index| (Key::Index(index), Repetition::Count(Value::int(index as i64)))).collect()
            };
            match count {
                Some(count) if count <= MAX_INSTANCES && !number.marks.assumed => {
                    ways.push((alternative.guard, indexes(count)));
                }
                Some(count) if (1..=MAX_INSTANCES).contains(&count) => {
                    // A default decides nothing: there may be none as well.
                    sampled = true;
                    let scope = Scope::new(&module, at, instance);
                    let atom = Formula::Atom(self.some_atom(at.node, &scope, &is_zero, Given::Number));
                    ways.push((Formula::and([alternative.guard.clone(), atom.clone()]), indexes(count)));
                    ways.push((Formula::and([alternative.guard, !atom]), Vec::new()));
                }
                _ => {
                    let scope = Scope::new(&module, at, instance);
                    let exists = self.some_atom(at.node, &scope, &is_zero, Given::Number);
                    let index = Value::unknown(Reason::DependsOn("count.index".into()));
                    let within = unless(value, &is_zero);
                    return Instances::Open { repetition: Repetition::Count(index), exists, keyed: false, within };
                }
            }
        }
        Instances::Several(ways, sampled)
    }

    fn keyed(&mut self, value: &Value, at: At, instance: InstanceId, address: &str) -> Instances {
        let module = self.instance(instance).module.clone();
        let scope = Scope::new(&module, at, instance);
        let mut ways = Vec::new();
        let mut sampled = false;
        let all = value;
        for alternative in choice::alternatives(all) {
            let value = &alternative.value;
            let of_default = |value: &Value| value.marks.assumed || value.marks.sampled;
            sampled |= of_default(value) || value.as_sequence().is_some_and(|items| items.iter().any(of_default));
            let each = |key: &str, value: Value| {
                let repetition = Repetition::Each { key: Value::text(key), value };
                (Key::Name(key.into()), repetition)
            };
            let instances: Option<Vec<(Key, Repetition)>> = match &value.shape {
                Shape::Mapping(_, entries) if entries.len() <= MAX_INSTANCES => {
                    Some(entries.iter().map(|entry| each(&entry.key, entry.value.clone())).collect())
                }
                Shape::Sequence(_, items) if items.len() <= MAX_INSTANCES => items
                    .iter()
                    .map(|item| {
                        let text = item.as_text()?;
                        Some(each(&text, item.clone()))
                    })
                    .collect(),
                Shape::Resource(_) => None,
                Shape::Error(_) | Shape::Null => continue,
                _ => None,
            };
            match instances {
                Some(instances) if !value.marks.assumed => ways.push((alternative.guard, instances)),
                Some(instances) if !instances.is_empty() => {
                    let atom = Formula::Atom(self.some_atom(at.node, &scope, &is_empty, Given::Collection));
                    ways.push((Formula::and([alternative.guard.clone(), atom.clone()]), instances));
                    ways.push((Formula::and([alternative.guard, !atom]), Vec::new()));
                }
                _ => {
                    let exists = self.some_atom(at.node, &scope, &is_empty, Given::Collection);
                    // What only a default says, the variable that is used here is still to be given.
                    let reason = || match value.marks.assumed {
                        true => Reason::Variable(module.document(at).source_slice(at.node).into()),
                        false => Reason::DependsOn(format!("the keys of {address}").into()),
                    };
                    let (key, value) = match &value.shape {
                        Shape::Open(open) => (Value::unknown(reason()), open.element.clone()),
                        Shape::Unknown(_) | Shape::Symbol(_) => {
                            (Value::unknown(reason()), choice::unknown_among([value]))
                        }
                        _ => (Value::unknown(reason()), Value::unknown(reason())),
                    };
                    let within = unless(all, &is_empty);
                    let repetition = Repetition::Each { key, value };
                    return Instances::Open { repetition, exists, keyed: true, within };
                }
            }
        }
        Instances::Several(ways, sampled)
    }

    /// The atom that says whether there are any. What is known to be none on one side of a condition says nothing of the
    /// other side, so that the condition itself is no part of it.
    fn some_atom(&mut self, node: NodeId, scope: &Scope<'_>, is_none: &dyn Fn(&Value) -> bool, given: Given) -> AtomId {
        let mut part = node;
        loop {
            part = match scope.document.node(part) {
                Node::Parentheses(inner) => inner,
                Node::Conditional(parts) => match scope.document.children(parts) {
                    [_, yes, no] if is_none(&self.expression(*no, scope)) => *yes,
                    [_, yes, no] if is_none(&self.expression(*yes, scope)) => *no,
                    _ => break,
                },
                _ => break,
            };
        }
        self.any_atom(part, scope, given)
    }

    /// All instances of a resource or data source.
    pub(super) fn expansion(&mut self, instance: InstanceId, mode: Mode, position: usize) -> Rc<Expansion> {
        let memo = match mode {
            Mode::Managed => &mut self.instance_mut(instance).resources[position],
            Mode::Data => &mut self.instance_mut(instance).data[position],
        };
        match memo {
            Memo::Done(expansion) => return expansion.clone(),
            Memo::Busy => {
                let declaration = self.declaration(instance, mode, position);
                let name = resource_name(mode, &declaration);
                let value = self.cycle(&name, declaration.span);
                return Rc::new(Expansion { value, instances: Vec::new() });
            }
            memo @ Memo::Empty => *memo = Memo::Busy,
        }
        let expansion = Rc::new(self.expand(instance, mode, position));
        let memo = match mode {
            Mode::Managed => &mut self.instance_mut(instance).resources[position],
            Mode::Data => &mut self.instance_mut(instance).data[position],
        };
        *memo = Memo::Done(expansion.clone());
        expansion
    }

    pub(super) fn declaration(&self, instance: InstanceId, mode: Mode, position: usize) -> Arc<Declaration> {
        let module = &self.instance(instance).module;
        match mode {
            Mode::Managed => module.resources.items[position].clone(),
            Mode::Data => module.data.items[position].clone(),
        }
    }

    fn expand(&mut self, instance: InstanceId, mode: Mode, position: usize) -> Expansion {
        let declaration = self.declaration(instance, mode, position);
        let name = resource_name(mode, &declaration);
        let address = join_address(&self.instance(instance).address, &name);
        let mut instances = Vec::new();
        let value = match self.instances_of(instance, &declaration, &address) {
            Instances::Single(enabled) => {
                let id = self.intern(instance, mode, position, Key::None, Repetition::Single, enabled.clone());
                instances.push(id);
                choice::choose([
                    Alternative { guard: enabled.clone(), value: Shape::Resource(id).into() },
                    Alternative { guard: !enabled, value: Value::null() },
                ])
            }
            Instances::Open { repetition, exists, keyed, within } => {
                let there = Formula::and([within.clone(), Formula::Atom(exists)]);
                let id = self.intern(instance, mode, position, Key::Any, repetition, there);
                instances.push(id);
                let element = Shape::Resource(id).into();
                let some = Shape::Open(Arc::new(Open { element, exists: Some(exists), keyed })).into();
                let none = if keyed { Value::object(Vec::new()) } else { Value::tuple(Vec::new()) };
                choice::choose([
                    Alternative { guard: within.clone(), value: some },
                    Alternative { guard: !within, value: none },
                ])
            }
            Instances::Several(ways, sampled) => {
                let keyed = self.instance(instance).module.attribute(&declaration, "count").is_none();
                let mut alternatives = Vec::new();
                for (guard, keys) in ways {
                    let mut items = Vec::new();
                    let mut entries = Vec::new();
                    for (key, repetition) in keys {
                        let id = self.intern(instance, mode, position, key.clone(), repetition, guard.clone());
                        instances.push(id);
                        let value: Value = Shape::Resource(id).into();
                        match key {
                            Key::Name(key) => entries.push(Entry { key, key_span: None, value }),
                            _ => items.push(value),
                        }
                    }
                    let value = if keyed { Value::object(entries) } else { Value::tuple(items) };
                    alternatives.push(Alternative { guard, value });
                }
                choice::choose(alternatives).sampled_if(sampled)
            }
        };
        instances.sort();
        instances.dedup();
        Expansion { value, instances }
    }

    fn intern(
        &mut self,
        instance: InstanceId,
        mode: Mode,
        position: usize,
        key: Key,
        repetition: Repetition,
        exists: Formula,
    ) -> ResourceId {
        let module_exists = self.instance(instance).exists.clone();
        let exists = Formula::and([module_exists, exists]);
        let identity = (instance, mode, position, key.clone());
        if let Some(id) = self.ids.get(&identity) {
            // The same instance under another number of instances: it is there in either case.
            let resource = &mut self.out.resources[id.0 as usize];
            resource.exists = Formula::or([resource.exists.clone(), exists]);
            return *id;
        }
        let id = ResourceId(self.out.resources.len() as u32);
        let declaration = self.declaration(instance, mode, position);
        let name = resource_name(mode, &declaration);
        let module = self.instance(instance);
        let resource = Resource {
            region: None,
            dialect: Dialect::Terraform,
            mode,
            kind: declaration.kind.clone(),
            name: declaration.name.clone(),
            address: join_address(&module.address, &format!("{name}{}", key.suffix())).into(),
            declaration: join_address(&module.declaration, &name).into(),
            span: declaration.span,
            exists,
            scope: self.provider_scope(instance, &declaration),
            attributes: Vec::new(),
        };
        self.out.resources.push(resource);
        self.states.push(ResourceState { instance, mode, position, repetition, attributes: Default::default() });
        self.ids.insert(identity, id);
        id
    }

    /// All instances of a module call.
    pub(super) fn calls(&mut self, instance: InstanceId, position: usize) -> Rc<CallExpansion> {
        match &mut self.instance_mut(instance).calls[position] {
            Memo::Done(expansion) => return expansion.clone(),
            Memo::Busy => return Rc::new(CallExpansion::default()),
            memo @ Memo::Empty => *memo = Memo::Busy,
        }
        let expansion = Rc::new(self.expand_call(instance, position));
        self.instance_mut(instance).calls[position] = Memo::Done(expansion.clone());
        expansion
    }

    fn expand_call(&mut self, caller: InstanceId, position: usize) -> CallExpansion {
        let caller_module = self.instance(caller).module.clone();
        let declaration = &caller_module.calls.items[position];
        let name = format!("module.{}", declaration.name);
        let address = join_address(&self.instance(caller).address, &name);
        let path = join_address(&self.instance(caller).declaration, &name);
        let written = caller_module.attribute(declaration, "source");
        let source = written.map(|at| self.evaluate_at(at, caller, &Repetition::Single));
        let source_text = source.as_ref().and_then(Value::as_text).map(|text| text.into_owned()).unwrap_or_default();
        let too_deep = address.matches("module.").count() > MAX_MODULE_DEPTH;
        let module = if source_text.is_empty() || too_deep || self.instances.len() >= MAX_MODULE_INSTANCES {
            None
        } else {
            source::locate(&source_text, &caller_module.directory, &self.root, &path, &self.inputs.modules, self.files)
                .and_then(|directory| self.library.module(&directory, self.files))
        };
        let known = self.out.module_calls.iter().any(|call| *call.address == *path);
        if !known {
            self.out.module_calls.push(ModuleCall {
                address: path.as_str().into(),
                source: source_text.as_str().into(),
                span: declaration.span,
                loaded: module.is_some(),
            });
        }
        let Some(module) = module else {
            self.gap(declaration.span, Reason::ModuleNotFound(path.into()));
            return CallExpansion::default();
        };
        let mut instances: Vec<(Key, InstanceId)> = Vec::new();
        let mut add = |evaluator: &mut Self, key: Key, repetition: Repetition, exists: Formula| -> InstanceId {
            let exists = Formula::and([evaluator.instance(caller).exists.clone(), exists]);
            if let Some((_, id)) = instances.iter().find(|(known, _)| *known == key) {
                let instance = evaluator.instance_mut(*id);
                instance.exists = Formula::or([instance.exists.clone(), exists]);
                return *id;
            }
            let id = InstanceId(evaluator.instances.len() as u32);
            let address = format!("{address}{}", key.suffix());
            evaluator.instances.push(Instance {
                caller: Some((caller, position)),
                repetition,
                exists,
                ..Instance::new(module.clone(), address.into(), path.as_str().into())
            });
            instances.push((key, id));
            id
        };
        let set = match self.instances_of(caller, declaration, &address) {
            Instances::Single(enabled) => InstanceSet::One(add(self, Key::None, Repetition::Single, enabled)),
            Instances::Open { repetition, exists, keyed, within } => {
                let there = Formula::and([within, Formula::Atom(exists)]);
                InstanceSet::Open { instance: add(self, Key::Any, repetition, there), exists, keyed }
            }
            Instances::Several(ways, sampled) => InstanceSet::Several {
                sampled,
                ways: ways
                    .into_iter()
                    .map(|(guard, keys)| {
                        let instances = keys
                            .into_iter()
                            .map(|(key, repetition)| (key.clone(), add(self, key, repetition, guard.clone())))
                            .collect();
                        (guard, instances)
                    })
                    .collect(),
            },
        };
        CallExpansion { instances, set }
    }
}

/// Whether a count is certainly none at all.
fn is_zero(value: &Value) -> bool {
    let number = convert::to_number(value);
    matches!(&number.shape, Shape::Number(count) if count.as_int() == Some(0)) && !number.marks.assumed
}

/// Whether a collection certainly has no elements.
fn is_empty(value: &Value) -> bool {
    let none = match &value.shape {
        Shape::Mapping(_, entries) => entries.is_empty(),
        Shape::Sequence(_, items) => items.is_empty(),
        _ => false,
    };
    none && !value.marks.assumed
}

/// When the value is another than what `is_none` takes.
fn unless(value: &Value, is_none: &dyn Fn(&Value) -> bool) -> Formula {
    let alternatives = choice::alternatives(value).into_iter();
    !Formula::or(alternatives.filter(|alternative| is_none(&alternative.value)).map(|alternative| alternative.guard))
}

pub(super) fn resource_name(mode: Mode, declaration: &Declaration) -> String {
    let prefix = if mode == Mode::Data { "data." } else { "" };
    format!("{prefix}{}.{}", declaration.kind, declaration.name)
}
