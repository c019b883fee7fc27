//! Terraform and OpenTofu: what a root module, with all the modules it calls, evaluates to.

mod arn;
mod body;
mod condition;
pub mod convert;
mod declared;
mod evaluator;
mod expansion;
mod expression;
mod fragment;
pub mod functions;
mod inputs;
mod iteration;
mod missing;
mod module;
mod operators;
pub mod plan;
mod policy_document;
mod provider;
mod reference;
mod resource;
mod scope;
pub mod source;
mod template_file;
pub mod types;
mod version;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

pub use fragment::{Fragments, fragments};
pub use inputs::{Inputs, VariableFile};
pub use module::Module;
pub use source::INSTALLED_MODULES;

use crate::diagnostic::{Diagnostic, Severity};
use crate::files::Files;
use crate::graph::{self, Configuration, Dialect, Interest, Mode, Output};
use evaluator::{Evaluator, Instance, InstanceSet};
use scope::InstanceId;

/// Modules read so far, by directory, shared between root modules that call the same ones. It may be kept from one
/// evaluation to the next, if it is told to [`Library::forget`] what changed in between.
#[derive(Default)]
pub struct Library {
    // A lock, because root modules are evaluated side by side; it is held only for a look-up.
    modules: Mutex<HashMap<String, Option<Arc<Module>>>>,
}

impl Library {
    /// The module in a directory; `None` when there is none, or it is not known yet what is there.
    pub fn module(&self, directory: &str, files: &dyn Files) -> Option<Arc<Module>> {
        files.needs_module(directory);
        let modules = || self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = modules().get(directory) {
            return known.clone();
        }
        let module = Module::load(directory, files).filter(|module| !module.documents.is_empty()).map(Arc::new);
        modules().insert(directory.to_string(), module.clone());
        module
    }

    /// Forgets the modules in these directories, since a file there changed, came or went; and those of which something
    /// is still missing, so that it is asked for again.
    pub fn forget(&mut self, directories: &BTreeSet<Arc<str>>) {
        let complete = |module: &Option<Arc<Module>>| module.as_ref().is_some_and(|module| !module.pending);
        let modules = self.modules.get_mut().unwrap_or_else(PoisonError::into_inner);
        modules.retain(|directory, module| !directories.contains(directory.as_str()) && complete(module));
    }
}

/// Which of `directories` are root modules: those that no other one calls, by a local path or by a source that `mappings`
/// gives a directory for. A circle of modules that only
/// call each other has one of them as its root, the first in byte order.
pub fn roots(
    directories: &BTreeSet<String>,
    mappings: &[(String, String)],
    library: &Library,
    files: &dyn Files,
) -> Vec<String> {
    let mut calls: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for directory in directories {
        let module = library.module(directory, files);
        let called = module.map(|module| local_calls(&module, mappings)).unwrap_or_default();
        calls.insert(directory.clone(), called.into_iter().filter(|called| called != directory).collect());
    }
    graph::uncalled(&calls)
}

/// The directories that a module calls by a literal local path, or by a literal source that is mapped to one.
fn local_calls(module: &Module, mappings: &[(String, String)]) -> Vec<String> {
    let source = |call: &Arc<module::Declaration>| {
        let at = module.attribute(call, "source")?;
        let text = module.document(at).string(at.node)?;
        source::mapped_or_local(text, &module.directory, mappings)
    };
    module.calls.items.iter().filter_map(source).collect()
}

/// Evaluates the root module in `root`. `None` when there is none, or its files are not known yet.
pub fn evaluate<'a>(
    root: &str,
    inputs: Inputs,
    library: &'a Library,
    files: &'a dyn Files,
    interest: Interest<'a>,
) -> Option<Configuration> {
    let module = library.module(root, files)?;
    let mut evaluator = Evaluator::new(files, library, interest, inputs, root);
    evaluator.instances.push(Instance::new(module, "".into(), "".into()));
    evaluator.run();
    evaluator.out.outputs = evaluator.root_outputs();
    Some(evaluator.out)
}

impl Evaluator<'_> {
    fn root_outputs(&mut self) -> Vec<Output> {
        let root = InstanceId(0);
        let module = self.instance(root).module.clone();
        let output = |declaration: &Arc<module::Declaration>| {
            let value = self.output(root, &declaration.name)?;
            Some(Output { name: declaration.name.clone(), value, span: declaration.span })
        };
        module.outputs.items.iter().filter_map(output).collect()
    }

    /// Goes through all module instances, and evaluates what is wanted of the resources in each.
    fn run(&mut self) {
        let mut next = 0;
        let mut checked: BTreeSet<Arc<str>> = BTreeSet::new();
        while next < self.instances.len() {
            let id = InstanceId(next as u32);
            next += 1;
            let module = self.instance(id).module.clone();
            let mut first_visit = false;
            self.out.broken |= module.broken || module.unfinished.is_some();
            self.out.provider = version::narrowed(self.out.provider, &module.provider_versions);
            if checked.insert(module.directory.clone()) {
                self.out.diagnostics.extend(module.diagnostics.iter().cloned());
                self.out.diagnostics.extend(module.references.diagnostics.iter().cloned());
                if let Some(reason) = &module.unfinished {
                    self.out.unfinished.push((module.directory.clone(), reason.clone()));
                }
                first_visit = true;
            }
            self.note_mentions(id);
            self.out.declared += module.resources.items.len() + module.data.items.len();
            for position in 0..module.calls.items.len() {
                // Instances that this makes are gone through when their turn comes.
                let expansion = self.calls(id, position);
                if first_visit && !matches!(expansion.set, InstanceSet::Missing) {
                    self.check_outputs(id, position);
                }
            }
            self.note_missing(id);
            for (mode, declarations) in [(Mode::Managed, &module.resources), (Mode::Data, &module.data)] {
                for (position, declaration) in declarations.items.iter().enumerate() {
                    let Some(wanted) = (self.interest)(Dialect::Terraform, &declaration.kind) else { continue };
                    let expansion = self.expansion(id, mode, position);
                    for resource in &expansion.instances {
                        self.fill(*resource, wanted);
                    }
                }
            }
        }
    }

    /// References to outputs that the called module does not have.
    fn check_outputs(&mut self, caller: InstanceId, position: usize) {
        let module = self.instance(caller).module.clone();
        let call = &module.calls.items[position];
        let expansion = self.calls(caller, position);
        let Some((_, called)) = expansion.instances.first() else { return };
        let called = self.instance(*called).module.clone();
        if called.broken
            || called.pending
            || called.unfinished.is_some()
            || module.broken
            || module.unfinished.is_some()
        {
            return;
        }
        for (_, output, span) in module.references.outputs.iter().filter(|(name, ..)| *name == call.name) {
            if called.outputs.position(output).is_some() {
                continue;
            }
            let names = called.outputs.items.iter().map(|output| &*output.name);
            let help = match crate::suggest::nearest(output, names) {
                Some(near) => format!("It has an output {near:?}. If that is what is meant, use it."),
                None => "Declare the output in the module, or correct the name.".to_string(),
            };
            let message = format!("module.{} has no output {output:?}", call.name);
            let diagnostic = Diagnostic::new("unresolved-reference", Severity::Error, *span, message).with_help(help);
            self.out.diagnostics.push(diagnostic.with_related(call.span, "the module call"));
        }
    }

    /// What refers to the resources of a module instance, and what needs what in it.
    fn note_mentions(&mut self, id: InstanceId) {
        let instance = self.instance(id);
        let (module, prefix) = (instance.module.clone(), instance.declaration.clone());
        for (key, referrer) in &module.references.mentions {
            let declaration: Arc<str> = join_address(&prefix, key).into();
            self.out.mentions.entry(declaration).or_default().insert(referrer.clone());
        }
        for (from, to) in &module.references.needs {
            let from: Arc<str> = join_address(&prefix, from).into();
            self.out.needs.entry(from).or_default().insert(join_address(&prefix, to).into());
        }
    }
}

/// `name` behind the address of the module instance it is in.
fn join_address(module: &str, name: &str) -> String {
    match (module.is_empty(), name.is_empty()) {
        (true, _) => name.to_string(),
        (_, true) => module.to_string(),
        _ => format!("{module}.{name}"),
    }
}
