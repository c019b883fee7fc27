//! Modules that are not whole as they lie in the tree, because another program writes the rest of them before Terraform
//! reads them. What they seem to lack may be there by then, so that it is not said to be missing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::Library;
use super::module::Module;
use crate::files::{File, Files};
use crate::text::SourceId;

/// Endings of files from which template engines make configuration files of the name before them.
const TEMPLATES: [&str; 10] =
    [".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".tftpl", ".template", ".erb", ".mustache", ".gotmpl"];

/// Files that tell a program which files it is to write beside them: Terragrunt (its `generate` blocks and `include`),
/// Terramate.
const GENERATORS: [&str; 3] = ["terragrunt.hcl", "terragrunt.hcl.json", "stack.tm.hcl"];

/// Directories that keep files to be copied into modules: what they are called, `*` for any name, and who copies.
const COPIED: [(&[&str], &str); 3] = [
    (&["exports"], "exports are copied into other modules and completed there"),
    (&["mixins"], "mixins are copied into other modules, not all at once"),
    (&["roles", "*", "files"], "the files of an Ansible role are copied to where they are used"),
];

/// From how many different names on a module lacks a file and not a declaration.
const MANY: usize = 10;

/// In how many modules a name has to be missing for its declaration to come from elsewhere. Three are as many as there are
/// copies of a mistake where a configuration is kept once for each of three environments.
const EVERYWHERE: usize = 4;

/// Endings of scripts, and names of files with the commands of a build.
const SCRIPTS: [&str; 7] = [".sh", ".bash", "Makefile", "makefile", ".mk", "justfile", "Taskfile.yml"];

/// Why a module is not whole, if it is not; `beside` are the paths of all files in its directory, and `unread` of those
/// among its own that are not to be had. A script of which the text is still to come makes the module pending.
pub(super) fn sign(module: &mut Module, beside: &[Arc<str>], unread: &[Arc<str>], files: &dyn Files) -> Option<String> {
    let name = |path: &Arc<str>| path.rsplit('/').next().unwrap_or("").to_string();
    if let Some(path) = unread.first() {
        return Some(format!("{} was not read", name(path)));
    }
    let missing = module.references.undeclared.len();
    if let Some(copied) = copied(&module.directory).filter(|_| missing > 0 || !module.diagnostics.is_empty()) {
        return Some(copied.to_string());
    }
    if missing == 0 {
        return None;
    }
    if let Some(template) = beside.iter().map(name).find(|name| is_template(name)) {
        return Some(format!("{template} is not filled in"));
    }
    if let Some(file) = beside.iter().map(name).find(|name| GENERATORS.contains(&name.as_str())) {
        return Some(format!("{file} may have files written beside it"));
    }
    if module.overrides == module.documents.len() {
        return Some("its files only override what another module declares".to_string());
    }
    for path in beside.iter().filter(|path| SCRIPTS.iter().any(|ending| name(path).ends_with(ending))) {
        let text = match files.file(path) {
            File::Text(_, text) => text,
            File::Pending => {
                module.pending = true;
                continue;
            }
            File::Absent => continue,
        };
        let written = written_by(&text).find(|written| !beside.iter().any(|there| name(there) == *written));
        if let Some(written) = written {
            return Some(format!("{} writes {written} beside it", name(path)));
        }
    }
    (missing >= MANY).then(|| format!("{missing} names that it uses are not declared in it"))
}

/// The names of the configuration files that a script's commands write where it runs: `… > vars.tf`, `… | tee vars.tf`.
fn written_by(script: &str) -> impl Iterator<Item = &str> {
    static TARGET: LazyLock<Option<Regex>> = LazyLock::new(|| {
        // What stands in front of the name may be a variable with the directory, not another directory's name.
        Regex::new(
            r#"(?:>|\btee\s+(?:-a\s+)?)\s*["']?(?:\./|\$\w+/|\$\{\w+\}/|\$\(\w+\)/)?(?P<name>[\w.-]+\.tf(?:\.json)?)["']?(?:\s|;|&|$)"#,
        )
        .ok()
    });
    let commands = script.lines().filter(|line| !line.trim_start().starts_with('#'));
    let targets = |line| TARGET.iter().flat_map(move |target| target.captures_iter(line));
    commands.flat_map(targets).filter_map(|found| Some(found.name("name")?.as_str()))
}

/// Whether a directory keeps files that are copied into other modules, one here and one there, so that some may declare
/// what others of them declare too.
pub(super) fn is_for_others(directory: &str) -> bool {
    copied(directory).is_some()
}

/// What becomes of the files in such a directory, as words.
fn copied(directory: &str) -> Option<&'static str> {
    let parts: Vec<&str> = directory.split('/').collect();
    let fits = |pattern: &[&str], there: &[&str]| {
        pattern.iter().zip(there).all(|(pattern, part)| *pattern == "*" || pattern == part)
    };
    let found = COPIED.iter().find(|(pattern, _)| parts.windows(pattern.len()).any(|there| fits(pattern, there)));
    found.map(|(_, what)| *what)
}

/// Whether a file of this name is made into a configuration file.
fn is_template(name: &str) -> bool {
    let stem = TEMPLATES.iter().find_map(|ending| name.strip_suffix(ending));
    stem.is_some_and(|stem| stem.ends_with(".tf") || stem.ends_with(".tf.json"))
}

/// Modules that lack what many others lack too.
#[derive(Debug, Default)]
pub struct Fragments {
    /// Their directories.
    directories: BTreeSet<String>,
    /// Whether what they lack are variables. What adds variables to many modules may add others to others.
    variables: bool,
    /// What is to be said about them.
    pub notes: Vec<String>,
}

impl Fragments {
    /// Whether what a reference in a module's directory names, as it is written there, may be declared by something else.
    pub fn cover(&self, directory: &str, reference: &str) -> bool {
        self.directories.contains(directory) || self.variables && reference.starts_with("var.")
    }
}

/// The modules among `directories` that lack a name which many modules use and fewer declare. One mistake is made once; what
/// is missing everywhere is added by something.
pub fn fragments(directories: &BTreeSet<String>, library: &Library, files: &dyn Files) -> Fragments {
    let mut users: BTreeMap<String, BTreeSet<&String>> = BTreeMap::new();
    for directory in directories {
        let Some(module) = library.module(directory, files) else { continue };
        for (name, _) in module.references.undeclared.iter().filter(|(_, is_slip)| !**is_slip) {
            users.entry(name.clone()).or_default().insert(directory);
        }
    }
    let declaring = |name: &str| {
        let modules = directories.iter().filter_map(|directory| library.module(directory, files));
        modules.filter(|module| module.declares(name)).count()
    };
    // A name that most modules declare is one that the others forgot.
    users.retain(|name, directories| directories.len() >= EVERYWHERE && directories.len() > declaring(name));
    let stores = stores(directories, library, files);
    let overlays = overlays(directories, library, files);
    let shown = |directory: &str| if directory.is_empty() { ".".to_string() } else { directory.to_string() };
    let mut notes: Vec<String> = stores
        .iter()
        .map(|store| {
            format!(
                "{} only keeps files of other modules; what is not declared in it is taken as unknown",
                shown(store)
            )
        })
        .collect();
    notes.extend(overlays.iter().map(|(overlay, other)| {
        format!(
            "{} lacks only what {} declares, so its files are meant to be laid into such a directory; what is not declared \
             in it is taken as unknown",
            shown(overlay),
            shown(other)
        )
    }));
    let stores: BTreeSet<String> = stores.into_iter().chain(overlays.into_keys()).collect();
    let Some((name, most)) = users.iter().max_by_key(|(name, users)| (users.len(), std::cmp::Reverse(*name))) else {
        return Fragments { directories: stores, variables: false, notes };
    };
    let first = most.first().map(|directory| shown(directory)).unwrap_or_default();
    notes.push(format!(
        "{name} is declared in none of the {} modules that use it ({first} and others), so something adds what they lack; \
         what is not declared in them is taken as unknown",
        most.len()
    ));
    let directories = users.values().flatten().map(|directory| directory.to_string()).chain(stores).collect();
    Fragments { directories, variables: name.starts_with("var."), notes }
}

/// The directories that only keep files which other modules hold as links or copies, and which have there what they lack
/// here.
fn stores(directories: &BTreeSet<String>, library: &Library, files: &dyn Files) -> BTreeSet<String> {
    let modules = || directories.iter().filter_map(|directory| library.module(directory, files));
    if modules().all(|module| module.references.undeclared.is_empty()) {
        return BTreeSet::new();
    }
    let mut holders: HashMap<Arc<str>, Vec<Arc<Module>>> = HashMap::new();
    for module in modules() {
        for document in &module.documents {
            holders.entry(document.source_text().clone()).or_default().push(module.clone());
        }
    }
    let is_store = |module: &Arc<Module>| {
        let mut missing: HashMap<SourceId, BTreeSet<&str>> = HashMap::new();
        for diagnostic in module.references.diagnostics.iter().filter(|one| one.rule == "unresolved-reference") {
            let document = module.documents.iter().find(|one| one.source() == diagnostic.span.source);
            let written = document.and_then(|document| document.source_text().get(diagnostic.span.range()));
            missing.entry(diagnostic.span.source).or_default().extend(written);
        }
        !missing.is_empty()
            && missing.iter().all(|(source, names)| {
                let document = module.documents.iter().find(|document| document.source() == *source);
                let others = document.and_then(|document| holders.get(document.source_text()));
                let has_them = |other: &Arc<Module>| {
                    other.directory != module.directory
                        && names.iter().all(|name| !other.references.undeclared.contains_key(*name))
                };
                others.is_some_and(|others| others.iter().any(has_them))
            })
    };
    modules().filter(is_store).map(|module| module.directory.to_string()).collect()
}

/// The directories whose files declare nothing that others build on and lack only what another directory of the same name
/// declares, with that other one: `solution/network` is laid over `start/network`. A module that merely forgot something
/// has variables or locals of its own.
fn overlays(directories: &BTreeSet<String>, library: &Library, files: &dyn Files) -> BTreeMap<String, String> {
    let modules: Vec<Arc<Module>> =
        directories.iter().filter_map(|directory| library.module(directory, files)).collect();
    let last = |module: &Module| module.directory.rsplit('/').next().unwrap_or("").to_string();
    let laid = |module: &&Arc<Module>| {
        module.references.undeclared.len() > 1
            && module.variables.items.is_empty()
            && module.locals.items.is_empty()
            && module.providers.items.is_empty()
    };
    let under = |module: &Arc<Module>| {
        let declares_all = |other: &&Arc<Module>| {
            other.directory != module.directory
                && last(other) == last(module)
                && module.references.undeclared.keys().all(|name| other.declares(name))
        };
        Some((module.directory.to_string(), modules.iter().find(declares_all)?.directory.to_string()))
    };
    modules.iter().filter(laid).filter_map(under).collect()
}
