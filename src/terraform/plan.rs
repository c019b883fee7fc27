//! Plans and states as inputs of their own: the JSON that `terraform show -json` (or `tofu show -json`) prints.
//!
//! Where the configuration lies beside the file, it is evaluated with the variables and look-ups that the plan
//! recorded, and what the plan knows better is taken over: findings then stand where the author wrote the value. What
//! has no configuration here, such as the resources of a module that is not at hand, is read from the file alone.
//! The format: <https://developer.hashicorp.com/terraform/internals/json-format>.

mod read;
mod reconcile;
mod record;
mod references;
mod values;

use std::sync::Arc;

use super::{Inputs, Library, Module};
use crate::files::Files;
use crate::graph::{Configuration, Interest, Mode};
use crate::syntax::Document;
pub use record::Known;
use record::Record;

/// The directory of the root module that a plan or state was made from, if it is here: the one the file lies in.
pub fn root(document: &Document, path: &str, library: &Library, files: &dyn Files) -> Option<String> {
    let directory = crate::paths::directory(path);
    let module = library.module(directory, files)?;
    belongs(&Record::read(document), &module).then(|| directory.to_string())
}

/// Evaluates the plan or state in `document`, whose path is `path`. `inputs` are those a root module would get; values
/// that the plan recorded come before them.
pub fn evaluate(
    document: &Document,
    path: &str,
    inputs: Inputs,
    library: &Library,
    files: &dyn Files,
    interest: Interest<'_>,
) -> Configuration {
    let record = Record::read(document);
    let evaluated = root(document, path, library, files).and_then(|directory| {
        let inputs = Inputs { recorded: Arc::new(record.known()), ..inputs };
        super::evaluate(&directory, inputs, library, files, interest)
    });
    let mut configuration = evaluated.unwrap_or_else(|| Configuration { recorded: true, ..Configuration::default() });
    let found = reconcile::reconcile(&mut configuration, &record, interest);
    read::add(&mut configuration, &record, &found, interest);
    configuration
}

/// Whether a module is what the plan was made from: it declares some of what the plan's root module holds.
fn belongs(record: &Record<'_>, module: &Module) -> bool {
    let declared = |instance: &record::Instance| match instance.module.is_empty() {
        true => module.resource(instance.mode, &instance.kind, &instance.name).is_some(),
        false => {
            let call = record::module_steps(&instance.module);
            call.first().is_some_and(|(name, _)| module.calls.position(name).is_some())
        }
    };
    record.instances.iter().any(declared)
}

/// The address of a declaration, without instance keys.
fn declaration(instance: &record::Instance) -> String {
    let mut address = String::new();
    for (name, _) in record::module_steps(&instance.module) {
        address.push_str("module.");
        address.push_str(&name);
        address.push('.');
    }
    if instance.mode == Mode::Data {
        address.push_str("data.");
    }
    address + &format!("{}.{}", instance.kind, instance.name)
}
