//! Which root modules and templates changed files affect.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use crate::load::{self, Role};
use crate::paths;
use crate::syntax::recognise::cloudformation_text;
use crate::workspace::{Report, Unit, Workspace};

/// A changed file, under a name that units know it by.
struct Change {
    name: String,
    what: What,
}

/// What a changed file is.
enum What {
    /// A part of the module in its directory.
    Module,
    /// A text that may be read by its name; a template, perhaps.
    Text {
        /// Whether there is no such file any more.
        gone: bool,
        /// Whether what it exports, or is called, may be of interest to other templates.
        template: bool,
    },
    /// A link to a directory, or a submodule: all that is in it.
    Directory,
}

impl Change {
    fn affects(&self, unit: &Unit) -> bool {
        let name = self.name.as_str();
        match self.what {
            What::Module => unit.holds(name),
            // Another file in a module's directory is no part of the module.
            What::Text { gone, template } => {
                unit.files.contains(name)
                    || *unit.path == *name
                    || template && unit.imports
                    || gone && unit.lists_beside(name)
            }
            What::Directory => {
                let inside =
                    |path: &str| path.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
                unit.modules.iter().chain(&unit.files).any(|path| inside(path))
            }
        }
    }
}

/// Leaves what is found in the units that a changed file belongs to, and in the changed files themselves. `changed` are
/// absolute paths; a name in the report is relative to the working directory `here`.
pub(in crate::cli) fn narrow(report: &mut Report, changed: &[PathBuf], workspace: &Workspace, here: &Path) {
    let changes = changes(changed, &report.units, workspace, here);
    report.units.retain(|unit| changes.iter().any(|change| change.affects(unit)));
    let units = std::mem::take(&mut report.units);
    let shown =
        |path: &str| units.iter().any(|unit| unit.holds(path)) || changes.iter().any(|change| change.name == path);
    let sources = workspace.sources();
    report.diagnostics.retain(|finding| shown(sources.path(finding.span.source)));
    report.suppressed.retain(|suppressed| shown(sources.path(suppressed.diagnostic.span.source)));
    report.chains.retain(|chain| chain.links.iter().any(|link| shown(sources.path(link.span.source))));
    report.summary.chains = report.chains.len();
    report.units = units;
}

/// The changes, each under its own name and under those of the links that lead to it.
fn changes(changed: &[PathBuf], units: &[Unit], workspace: &Workspace, here: &Path) -> Vec<Change> {
    let links = Links::of(units, workspace, here);
    let mut changes = Vec::new();
    for path in changed {
        for name in std::iter::once(paths::name(here, path)).chain(links.to(path)) {
            let what = match load::role(path) {
                _ if path.is_dir() => What::Directory,
                Role::Module => What::Module,
                Role::Text | Role::None => {
                    let gone = !path.exists();
                    What::Text { gone, template: is_template(&name, gone, workspace) }
                }
            };
            changes.push(Change { name, what });
        }
    }
    changes
}

/// Whether other templates may look into this file. What a file was that is gone, its name has to tell.
fn is_template(name: &str, gone: bool, workspace: &Workspace) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let may_be = [".yaml", ".yml", ".json", ".template"].iter().any(|ending| file.ends_with(ending));
    let sources = workspace.sources();
    let is = || sources.id(name).is_some_and(|source| cloudformation_text(name, sources.text(source)));
    // The list that a CDK assembly has of its stacks says how they are called.
    may_be && (gone || file == "manifest.json" || is())
}

/// The links among what units are made of, by where they lead. Git knows a file by its real place only.
struct Links(HashMap<PathBuf, Vec<String>>);

impl Links {
    fn of(units: &[Unit], workspace: &Workspace, here: &Path) -> Links {
        let modules = units.iter().flat_map(|unit| &unit.modules);
        let directories: BTreeSet<&str> = modules.clone().map(|directory| &**directory).collect();
        let parts = directories.iter().flat_map(|directory| workspace.files().directory(directory).unwrap_or_default());
        let files: BTreeSet<_> = parts.chain(units.iter().flat_map(|unit| unit.files.iter().cloned())).collect();
        let mut links: HashMap<PathBuf, Vec<String>> = HashMap::new();
        let mut note = |name: &str| {
            let path = paths::normalise(&here.join(name));
            let real = load::real(&path);
            if real != path {
                links.entry(real).or_default().push(name.to_owned());
            }
        };
        let above = files.iter().map(|file| crate::paths::directory(file));
        let all: BTreeSet<&str> = directories.iter().copied().chain(above).collect();
        all.into_iter().for_each(&mut note);
        files.iter().filter(|file| here.join(&***file).is_symlink()).for_each(|file| note(file));
        Links(links)
    }

    /// The names under which links lead to the file at `path`.
    fn to(&self, path: &Path) -> Vec<String> {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let beside = path.parent().and_then(|directory| self.0.get(directory)).into_iter().flatten();
        let beside = beside.map(|directory| format!("{directory}/{file}"));
        self.0.get(path).into_iter().flatten().cloned().chain(beside).collect()
    }
}
