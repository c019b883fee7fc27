//! The evaluator: module instances, and what has been worked out about each of them so far.
//!
//! Everything is evaluated when it is first asked for and remembered. A module is not a step of its own, its variables
//! and outputs are: `a.out -> b.in -> b.out -> a.in2` is no cycle.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::Library;
use super::inputs::Inputs;
use super::module::{At, Module};
use super::scope::{InstanceId, Repetition, Scope};
use crate::diagnostic::{Diagnostic, Severity};
use crate::files::Files;
use crate::graph::{Configuration, Gap, Interest, Mode};
use crate::text::Span;
use crate::value::{Formula, Reason, ResourceId, Value};

/// What is known of something that is evaluated once.
#[derive(Clone, Debug)]
pub enum Memo<T> {
    /// Not asked for yet.
    Empty,
    /// Being worked out right now; asking again means that it depends on itself.
    Busy,
    /// Worked out.
    Done(T),
}

/// Tells the instances of one declaration apart.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Key {
    /// No `count`, no `for_each`.
    None,
    /// An index of `count`.
    Index(usize),
    /// A key of `for_each`.
    Name(Arc<str>),
    /// Stands for all instances when they cannot be told apart.
    Any,
}

impl Key {
    /// The key as it is written behind an address.
    pub fn suffix(&self) -> String {
        match self {
            Key::None => String::new(),
            Key::Index(index) => format!("[{index}]"),
            Key::Name(name) => format!("[{name:?}]"),
            Key::Any => "[*]".into(),
        }
    }
}

/// All instances of a resource declaration.
#[derive(Debug)]
pub struct Expansion {
    /// What a reference to it as a whole gives.
    pub value: Value,
    /// The instances, in no particular order.
    pub instances: Vec<ResourceId>,
}

/// All instances of a module call.
#[derive(Debug, Default)]
pub struct CallExpansion {
    /// The instances; none when the module is not at hand.
    pub instances: Vec<(Key, InstanceId)>,
    /// How the instances are put together for references.
    pub set: InstanceSet,
}

/// The instances of a module call as references see them.
#[derive(Clone, Debug, Default)]
pub enum InstanceSet {
    /// The module's files are not at hand.
    #[default]
    Missing,
    /// Neither `count` nor `for_each`.
    One(InstanceId),
    /// What each number of instances or set of keys means, under its condition.
    Several {
        /// Those.
        ways: Vec<(Formula, Vec<(Key, InstanceId)>)>,
        /// Whether only the default of a root variable says which they are.
        sampled: bool,
    },
    /// Unknown number or keys: one instance that stands for all.
    Open {
        /// That one.
        instance: InstanceId,
        /// Holds when there is at least one.
        exists: crate::value::AtomId,
        /// Whether by `for_each`.
        keyed: bool,
    },
}

/// One instance of a module.
#[derive(Debug)]
pub struct Instance {
    /// The module.
    pub module: Arc<Module>,
    /// Its address with instance keys; empty for the root module.
    pub address: Arc<str>,
    /// The same without instance keys.
    pub declaration: Arc<str>,
    /// The call it comes from: the calling instance and the position in its module's calls.
    pub caller: Option<(InstanceId, usize)>,
    /// Which instance of the call.
    pub repetition: Repetition,
    /// Under which condition it exists.
    pub exists: Formula,
    pub(super) locals: Vec<Memo<Value>>,
    pub(super) variables: Vec<Memo<Value>>,
    pub(super) outputs: Vec<Memo<Value>>,
    pub(super) resources: Vec<Memo<Rc<Expansion>>>,
    pub(super) data: Vec<Memo<Rc<Expansion>>>,
    pub(super) calls: Vec<Memo<Rc<CallExpansion>>>,
}

impl Instance {
    /// An instance of `module` in which nothing is worked out yet.
    pub fn new(module: Arc<Module>, address: Arc<str>, declaration: Arc<str>) -> Self {
        Instance {
            address,
            declaration,
            caller: None,
            repetition: Repetition::Single,
            exists: Formula::True,
            locals: vec![Memo::Empty; module.locals.items.len()],
            variables: vec![Memo::Empty; module.variables.items.len()],
            outputs: vec![Memo::Empty; module.outputs.items.len()],
            resources: vec![Memo::Empty; module.resources.items.len()],
            data: vec![Memo::Empty; module.data.items.len()],
            calls: vec![Memo::Empty; module.calls.items.len()],
            module,
        }
    }
}

/// What belongs to a resource instance besides what the graph shows of it.
#[derive(Debug)]
pub(super) struct ResourceState {
    pub instance: InstanceId,
    pub mode: Mode,
    /// Position in the module's resources or data sources.
    pub position: usize,
    pub repetition: Repetition,
    pub attributes: HashMap<Arc<str>, Memo<Value>>,
}

/// Evaluates one root module with everything it calls.
pub struct Evaluator<'a> {
    pub(super) files: &'a dyn Files,
    pub(super) library: &'a Library,
    pub(super) interest: Interest<'a>,
    pub(super) inputs: Inputs,
    /// The root module's directory.
    pub(super) root: Arc<str>,
    pub(super) instances: Vec<Instance>,
    pub(super) states: Vec<ResourceState>,
    pub(super) ids: HashMap<(InstanceId, Mode, usize, Key), ResourceId>,
    /// What the arguments of module calls hang on, for conditions on outputs that are not known.
    pub(super) mentioned_by_calls: HashMap<(InstanceId, usize), Arc<[Arc<str>]>>,
    pub(super) out: Configuration,
    depth: usize,
    steps: usize,
}

/// Deepest chain of expressions, locals, variables and outputs that is followed.
const MAX_EVALUATION_DEPTH: usize = 1_500;

/// Most expressions that are evaluated in one unit. Real root modules take some ten thousands.
const MAX_STEPS: usize = 20_000_000;

impl<'a> Evaluator<'a> {
    /// An evaluator for the module in `root`.
    pub fn new(files: &'a dyn Files, library: &'a Library, interest: Interest<'a>, inputs: Inputs, root: &str) -> Self {
        Evaluator {
            files,
            library,
            interest,
            inputs,
            root: root.into(),
            instances: Vec::new(),
            states: Vec::new(),
            ids: HashMap::new(),
            mentioned_by_calls: HashMap::new(),
            out: Configuration::default(),
            depth: 0,
            steps: 0,
        }
    }

    pub(super) fn instance(&self, id: InstanceId) -> &Instance {
        &self.instances[id.0 as usize]
    }

    pub(super) fn instance_mut(&mut self, id: InstanceId) -> &mut Instance {
        &mut self.instances[id.0 as usize]
    }

    /// Evaluates the expression at `at`, in a module instance.
    pub(super) fn evaluate_at(&mut self, at: At, instance: InstanceId, repetition: &Repetition) -> Value {
        let module = self.instance(instance).module.clone();
        let scope = Scope::new(&module, at, instance).repeated(repetition);
        self.expression(at.node, &scope)
    }

    /// Runs `work` one level deeper, or gives up with an unknown value when that is too deep or too much.
    pub(super) fn deeper(&mut self, span: Span, work: impl FnOnce(&mut Self) -> Value) -> Value {
        if self.depth >= MAX_EVALUATION_DEPTH || self.steps >= MAX_STEPS {
            self.gap(span, Reason::TooMany);
            return Value::unknown(Reason::TooMany).at(span);
        }
        self.depth += 1;
        self.steps += 1;
        let value = work(self);
        self.depth -= 1;
        value
    }

    /// Notes something that could not be evaluated.
    pub(super) fn gap(&mut self, span: Span, reason: Reason) {
        let gap = Gap { span, reason };
        if !self.out.gaps.contains(&gap) {
            self.out.gaps.push(gap);
        }
    }

    /// The value of `local.name`; `None` when it is not declared.
    pub(super) fn local(&mut self, instance: InstanceId, name: &str) -> Option<Value> {
        let position = self.instance(instance).module.locals.position(name)?;
        let at = self.instance(instance).module.locals.items[position];
        Some(self.memoised(
            |evaluator| &mut evaluator.instance_mut(instance).locals[position],
            |evaluator| {
                let span = evaluator.instance(instance).module.span(at);
                evaluator
                    .evaluate_at(at, instance, &Repetition::Single)
                    .via(crate::value::HopKind::Local(name.into()), span)
            },
            |evaluator| (format!("local.{name}"), evaluator.instance(instance).module.span(at)),
        ))
    }

    /// The value of an output; `None` when it is not declared.
    pub(super) fn output(&mut self, instance: InstanceId, name: &str) -> Option<Value> {
        let module = self.instance(instance).module.clone();
        let position = module.outputs.position(name)?;
        let declaration = &module.outputs.items[position];
        let Some(at) = module.attribute(declaration, "value") else {
            return Some(Value::unknown(Reason::Broken).at(declaration.span));
        };
        let call = self.instance(instance).declaration.clone();
        Some(self.memoised(
            |evaluator| &mut evaluator.instance_mut(instance).outputs[position],
            |evaluator| {
                let hop = crate::value::HopKind::ModuleOutput { call: call.clone(), output: name.into() };
                evaluator.evaluate_at(at, instance, &Repetition::Single).via(hop, module.span(at))
            },
            |_| (format!("{call}.{name}"), module.span(at)),
        ))
    }

    /// Works a value out once. `name` says what it is called and where it is defined, for the case that it depends on itself.
    pub(super) fn memoised(
        &mut self,
        slot: impl Fn(&mut Self) -> &mut Memo<Value>,
        work: impl FnOnce(&mut Self) -> Value,
        name: impl FnOnce(&Self) -> (String, Span),
    ) -> Value {
        match slot(self) {
            Memo::Done(value) => return value.clone(),
            Memo::Busy => {
                let (name, span) = name(self);
                return self.cycle(&name, span);
            }
            memo @ Memo::Empty => *memo = Memo::Busy,
        }
        let value = work(self);
        *slot(self) = Memo::Done(value.clone());
        value
    }

    /// Reports that `name` depends on itself, and stands in for its value.
    pub(super) fn cycle(&mut self, name: &str, span: Span) -> Value {
        let message = format!("{name} depends on itself");
        // Circles inside one module are found by its references alone, with a better place.
        let known = self
            .out
            .diagnostics
            .iter()
            .any(|known| known.rule == "circular-reference" && known.span.source == span.source);
        if !known {
            let help =
                "Terraform cannot order values that need each other. Take one of the references out of the circle.";
            let diagnostic = Diagnostic::new("circular-reference", Severity::Error, span, message).with_help(help);
            self.out.diagnostics.push(diagnostic);
        }
        Value::unknown(Reason::Cycle(name.into())).at(span)
    }
}
