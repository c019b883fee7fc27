//! Templates that are not whole as they lie in the tree, because another program merges them with more before they are
//! deployed. What they seem to lack may be there by then, so that it is not said to be missing.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::names::Names;
use super::{Evaluator, Library};
use crate::files::{File, Files};
use crate::paths;
use crate::syntax::{Document, Node};
use crate::value::Reason;

/// Beginnings of variables that the Serverless Framework fills in. It has a template of its own and merges others into it.
const VARIABLES: [&str; 6] = ["${self:", "${opt:", "${file(", "${sls:", "${param:", "${cf:"];

/// Files of the Serverless Framework that name the templates which it merges into its own.
const SERVERLESS: [&str; 7] = [
    "serverless.yml",
    "serverless.yaml",
    "serverless.json",
    "serverless.js",
    "serverless.ts",
    "serverless.cjs",
    "serverless.mjs",
];

/// Files beside a template that say by being there that it is merged into another one, and by what.
const MERGED: [(&str, &str); 3] = [
    ("mu-extension.yml", "mu merges it into one of its own templates"),
    ("mu-extension.yaml", "mu merges it into one of its own templates"),
    (".chalice/config.json", "Chalice may merge it into the one that it makes"),
];

/// From how many different names on a template lacks a part and not a declaration.
const MANY: usize = 10;

/// In how many templates a name has to be missing for its declaration to come from elsewhere. Three are as many as there
/// are copies of a mistake where a template is kept once for each of three environments.
const EVERYWHERE: usize = 4;

impl Evaluator<'_> {
    /// Why names may be declared that are not in this template; asked when one is missing.
    pub(super) fn why_open(&mut self) -> Option<Reason> {
        if self.open_names.is_none() && !std::mem::replace(&mut self.judged, true) {
            let library = self.shared.library;
            let sign = sign(self.template, &self.stack.path, library, self.shared.files)?;
            if !self.stack.foreign {
                self.out.broken = true;
                self.out.unfinished.push((self.stack.path.clone(), sign.clone()));
            }
            self.open_names = Some(Reason::Fragment(sign.into()));
        }
        self.open_names.clone()
    }
}

/// Why a template that lacks a name is not whole, if it is not.
fn sign(document: &Document, path: &str, library: &Library, files: &dyn Files) -> Option<String> {
    let text = document.source_text();
    if let Some(variable) = VARIABLES.iter().find(|variable| text.contains(**variable)) {
        return Some(format!("the Serverless Framework fills in `{variable}…`"));
    }
    let names = Names::of(document);
    if let Some(resource) = without_type(document).filter(|_| !names.versioned) {
        return Some(format!("`{resource}` has no type, so it is merged with a resource that is declared elsewhere"));
    }
    if let Some(name) = names.missing.iter().find(|name| is_made_by_cdk(name)) {
        return Some(format!("the CDK declares `{name}` itself, so this is a part of what it made"));
    }
    let elsewhere = beside(path, files).or_else(|| {
        // What the other templates lack decides it too.
        files.needs_templates();
        among_others(path, &names, library)
    });
    let missing = names.missing.len();
    elsewhere.or_else(|| (missing >= MANY).then(|| format!("{missing} names that it uses are not declared in it")))
}

/// A resource that says nothing of its type, which CloudFormation refuses.
fn without_type(document: &Document) -> Option<&str> {
    let resources = document.get(document.root(), "Resources")?;
    let is_untyped = |(key, body)| match document.node(body) {
        Node::Mapping(_) if document.get(body, "Type").is_none() => document.string(key),
        _ => None,
    };
    document.entries(resources).filter_map(is_untyped).find(|name| !name.starts_with("Fn::"))
}

/// Whether a name is one of those that the CDK gives to parameters for assets and for values of the Parameter Store.
fn is_made_by_cdk(name: &str) -> bool {
    let asset = name.strip_prefix("AssetParameters").and_then(|rest| rest.get(..64));
    asset.is_some_and(|hash| hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
        || name.starts_with("SsmParameterValue") && name.ends_with("C96584B6F00A464EAD1953AFF4B05118Parameter")
}

/// A file beside the template, or above it, that has it merged into another one.
fn beside(path: &str, files: &dyn Files) -> Option<String> {
    let directory = paths::directory(path);
    let name = path.rsplit('/').next().unwrap_or(path);
    if let Some((_, sign)) = MERGED.iter().find(|(file, _)| is_there(&paths::join(directory, file), files)) {
        return Some((*sign).to_string());
    }
    let mut above = Some(directory);
    while let Some(directory) = above.filter(|directory| !directory.ends_with("..")) {
        // Files that are not listed need not be asked for one by one.
        files.directory(directory)?;
        for file in SERVERLESS {
            if let File::Text(_, text) = files.file(&paths::join(directory, file))
                && text.contains(name)
            {
                let file = paths::join(directory, file);
                return Some(format!("{file} has the Serverless Framework merge it into its own"));
            }
        }
        above = (!directory.is_empty()).then(|| paths::directory(directory));
    }
    None
}

fn is_there(path: &str, files: &dyn Files) -> bool {
    matches!(files.file(path), File::Text(..))
}

/// What the other templates of the run tell: one that includes this one, names that many of them lack, and others in the
/// same directory that declare what is missing here.
fn among_others(path: &str, names: &Names, library: &Library) -> Option<String> {
    if let Some(includer) = library.includer(path) {
        return Some(format!("{includer} includes it"));
    }
    let lacking = library.lacking();
    let lacked = names.missing.iter().filter_map(|name| lacking.get_key_value(name));
    if let Some((name, count)) = lacked.max_by_key(|(_, count)| **count) {
        return Some(format!("`{name}` is missing in {count} templates, so that something adds what they lack"));
    }
    // What is made of such templates is begun by one that is nearly whole.
    let is_part = |other: &&(Arc<str>, Names)| other.1.missing.iter().any(|name| lacking.contains_key(name));
    let parts: Vec<&Names> = library.names().iter().filter(is_part).map(|(_, names)| names).collect();
    let declared_in_part = |name: &String| parts.iter().any(|part| part.declared.contains(name));
    if !names.missing.is_empty() && names.missing.iter().all(declared_in_part) {
        return Some("templates that are not whole declare what it lacks".to_string());
    }
    let directory = paths::directory(path);
    let beside: Vec<&Names> = library
        .names()
        .iter()
        .filter(|(other, names)| **other != *path && paths::directory(other) == directory && !names.versioned)
        .map(|(_, names)| names)
        .collect();
    let is_beside = |name: &String| beside.iter().any(|other| other.declared.contains(name));
    let completes = !names.versioned && !names.missing.is_empty() && names.missing.iter().all(is_beside);
    completes.then(|| "templates beside it declare what it lacks, and none of them says that it is whole".to_string())
}

/// The names that are missing in many templates, and declared in fewer, with the number of those that lack them.
pub(super) fn lacking<'n>(templates: impl Iterator<Item = &'n Names> + Clone) -> BTreeMap<String, usize> {
    let mut lacking: BTreeMap<String, usize> = BTreeMap::new();
    for names in templates.clone() {
        for name in names.missing.iter().filter(|name| !names.is_slip(name)) {
            *lacking.entry(name.clone()).or_default() += 1;
        }
    }
    // A name that most templates declare is one that the others forgot.
    let declaring = |name: &str| templates.clone().filter(|names| names.declared.contains(name)).count();
    lacking.retain(|name, count| *count >= EVERYWHERE && *count > declaring(name));
    lacking
}
