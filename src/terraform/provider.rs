//! Which account a provider configuration works in. Names of roles and profiles are unique per account, not per
//! configuration: aliases are mostly there for other regions.

use std::sync::Arc;

use super::body::{self, Item, TopLevel};
use super::evaluator::Evaluator;
use super::join_address;
use super::module::{At, Declaration, Module};
use super::scope::InstanceId;
use crate::syntax::{Document, NodeId};

/// What decides for whom a configuration of the AWS provider speaks (its documentation, "Authentication and
/// Configuration"). Regions, endpoints and tags do not.
const WHO: [&str; 9] = [
    "access_key",
    "secret_key",
    "token",
    "profile",
    "shared_credentials_file",
    "shared_credentials_files",
    "shared_config_files",
    "allowed_account_ids",
    "forbidden_account_ids",
];

/// Blocks that make the provider take on a role; only which role that is tells accounts apart.
const ASSUMED: [&str; 2] = ["assume_role", "assume_role_with_web_identity"];

/// Deepest chain of calls that hand on a configuration.
const MAX_HANDED: usize = 40;

/// Whether a resource or data source of the module is made with the configuration in `block`. Those that are only handed
/// to other modules may or may not be.
pub(super) fn is_used(module: &Module, document: &Document, block: &TopLevel<'_>) -> bool {
    let Some(name) = block.labels.first().and_then(|label| document.string(*label)) else { return true };
    let alias = body::attribute(document, block.body, "alias").and_then(|node| document.string(node));
    let wanted = alias.map_or(name.to_string(), |alias| format!("{name}.{alias}"));
    let resources = module.resources.items.iter().chain(&module.data.items).chain(&module.ephemeral.items);
    resources.into_iter().any(|resource| match module.attribute(resource, "provider") {
        Some(at) => reference(module.document(at), at.node) == wanted,
        None => wanted == resource.kind.split('_').next().unwrap_or(""),
    })
}

impl Evaluator<'_> {
    /// What names the account that a resource is made in: equal for equal accounts, as far as can be told. Configurations
    /// that say the same of who they are work in one account; one that is declared nowhere is an account of its own.
    pub(super) fn provider_scope(&self, instance: InstanceId, declaration: &Declaration) -> Arc<str> {
        let module = &self.instance(instance).module;
        let written = module.attribute(declaration, "provider");
        let name = written.map(|at| reference(module.document(at), at.node));
        self.account(instance, name.as_deref().unwrap_or("aws"), 0)
    }

    /// The account of the configuration that is called `name` (`aws`, `aws.east`) in a module instance.
    fn account(&self, instance: InstanceId, name: &str, depth: usize) -> Arc<str> {
        let here = self.instance(instance);
        let caller = here.caller.filter(|_| depth < MAX_HANDED);
        if let Some((caller, position)) = caller
            && let Some(handed) = handed(&self.instance(caller).module, position, name)
        {
            return self.account(caller, &handed, depth + 1);
        }
        if let Some(configuration) = here.module.provider(name) {
            return who(&here.module, &here.address, configuration, name);
        }
        match caller {
            // What is not handed on is inherited, aliases left out.
            Some((caller, _)) if !name.contains('.') => self.account(caller, name, depth + 1),
            // The default configuration need not be written; an alias stands for one that is not at hand.
            None if !name.contains('.') => "".into(),
            _ => join_address(&here.address, name).into(),
        }
    }
}

/// What a module call hands on as the configuration `name` of the module it calls.
fn handed(module: &Module, call: usize, name: &str) -> Option<String> {
    let at = module.attribute(&module.calls.items[call], "providers")?;
    let document = module.document(at);
    let entry = document.entries(at.node).find(|(key, _)| reference(document, *key) == name);
    entry.map(|(_, value)| reference(document, value))
}

/// A reference to a configuration as `aws` or `aws.alias`, without the instance of an OpenTofu `for_each`.
fn reference(document: &Document, node: NodeId) -> String {
    let text = document.source_slice(node).trim_matches('"');
    text.split('[').next().unwrap_or("").trim().to_string()
}

/// What a configuration says of who it is, as text. Equal texts of one module instance mean the same.
fn who(module: &Module, address: &str, configuration: &Declaration, name: &str) -> Arc<str> {
    let mut parts: Vec<String> = Vec::new();
    let mut say = |name: &str, at: At, node: NodeId| {
        let text = module.document(at).source_slice(node).split_whitespace().collect::<Vec<_>>().join(" ");
        if !matches!(&*text, "null" | "\"\"") {
            parts.push(format!("{name}={text}"));
        }
    };
    for argument in WHO {
        if let Some(at) = module.attribute(configuration, argument) {
            say(argument, at, at.node);
        }
    }
    for at in &configuration.bodies {
        let document = module.document(*at);
        for item in body::items(document, at.node) {
            let (kind, body) = match item {
                Item::Block { kind, labels, body } => {
                    let is_dynamic = document.string(kind) == Some("dynamic");
                    (if is_dynamic { labels.first().copied().unwrap_or(kind) } else { kind }, body)
                }
                Item::Attribute { name, value } => (name, value),
            };
            if let Some(kind) = document.string(kind).filter(|kind| ASSUMED.contains(kind)) {
                let role = body::attribute(document, body, "role_arn").unwrap_or(body);
                say(kind, *at, role);
            }
        }
    }
    if parts.is_empty() {
        return "".into();
    }
    parts.sort();
    let mut text = parts.join(", ");
    // `each` is another one in every instance of the configuration, which are not told apart; `var` and the like mean
    // something else in every module instance.
    if text.contains("each.") {
        text = format!("{name}: {text}");
    }
    join_address(address, &text).into()
}
