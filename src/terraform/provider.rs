//! Which account a provider configuration works in. Names of roles and profiles are unique per account, not per
//! configuration: aliases are mostly there for other regions.

use std::sync::Arc;

use super::body::{self, Item, TopLevel};
use super::evaluator::Evaluator;
use super::join_address;
use super::module::{At, Declaration, Module};
use super::scope::{InstanceId, Repetition};
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
        let (home, name, declared) = self.configuration_of(instance, declaration);
        let here = self.instance(home);
        match here.module.provider(&name).filter(|_| declared) {
            Some(configuration) => who(&here.module, &here.address, configuration, &name),
            // The default configuration need not be written; an alias stands for one that is not at hand.
            None if !name.contains('.') && here.caller.is_none() => "".into(),
            None => join_address(&here.address, &name).into(),
        }
    }

    /// The region that a resource is made in: its own, which the provider has since version 6, or that of its provider's
    /// configuration. `None` where neither says so for certain.
    pub(super) fn region(
        &mut self,
        instance: InstanceId,
        declaration: &Declaration,
        repetition: &Repetition,
    ) -> Option<Arc<str>> {
        let own = self.instance(instance).module.attribute(declaration, "region");
        let value = match own {
            Some(at) => self.evaluate_at(at, instance, repetition),
            None => {
                let (home, name, declared) = self.configuration_of(instance, declaration);
                let module = self.instance(home).module.clone();
                let configuration = module.provider(&name).filter(|_| declared)?;
                let at = module.attribute(configuration, "region")?;
                self.evaluate_at(at, home, &Repetition::Single)
            }
        };
        value.as_text().filter(|_| !value.marks.assumed).map(|text| text.as_ref().into())
    }

    /// The configuration that a resource is made with: the module instance it is written in, its name there (`aws`,
    /// `aws.east`), and whether it is written there at all.
    fn configuration_of(&self, instance: InstanceId, declaration: &Declaration) -> (InstanceId, String, bool) {
        let module = &self.instance(instance).module;
        let written = module.attribute(declaration, "provider");
        let mut name = written.map_or("aws".to_string(), |at| reference(module.document(at), at.node));
        let mut home = instance;
        for _ in 0..MAX_HANDED {
            let here = self.instance(home);
            let handed = here
                .caller
                .and_then(|(caller, position)| Some((caller, handed(&self.instance(caller).module, position, &name)?)));
            match (handed, here.caller) {
                (Some((caller, handed)), _) => (home, name) = (caller, handed),
                _ if here.module.provider(&name).is_some() => return (home, name, true),
                // What is not handed on is inherited, aliases left out.
                (None, Some((caller, _))) if !name.contains('.') => home = caller,
                _ => break,
            }
        }
        (home, name, false)
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
