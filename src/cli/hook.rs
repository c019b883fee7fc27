//! `rolecall check --hook`: what a commit or a push changes, asked of git, and the root modules and templates that this
//! affects.

mod affected;

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Io, Variable};
use crate::config::FILE_NAME;
use crate::load::{self, Role};
use crate::paths;
pub(super) use affected::narrow;

/// What is to be checked.
pub(super) enum Scope {
    /// Everything.
    Everything,
    /// What these files affect, by absolute path. Some may be gone.
    Changed(Vec<PathBuf>),
    /// Nothing: no changed file can matter.
    Nothing,
}

/// What changes decide. `named` are files that were named on the command line: what a tool says that it is run for.
/// `options` are files that options name, such as one with values of parameters.
pub(super) fn scope(named: &[PathBuf], options: &[PathBuf], io: &Io<'_>) -> Scope {
    let absolute = |path: &PathBuf| load::real(&load::absolute(&io.working_directory, path));
    let changed = match named {
        [] => changed(&io.working_directory, &io.variable),
        named => Some(named.iter().map(|path| load::absolute(&io.working_directory, path)).collect()),
    };
    let options: Vec<PathBuf> = options.iter().map(absolute).collect();
    match changed {
        None => Scope::Everything,
        // What is looked at, and with what, is about to change, so nothing can be left out.
        Some(changed) if changed.iter().any(|path| settles(path) || options.contains(path)) => Scope::Everything,
        Some(changed) if changed.iter().any(|path| load::role(path) != Role::None) => Scope::Changed(changed),
        Some(_) => Scope::Nothing,
    }
}

/// Whether a file says what is looked at.
fn settles(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name == FILE_NAME || load::IGNORE_FILES.contains(&name))
}

/// The files that differ, deleted ones too: between the two commits that pre-commit names for a push, else between the
/// last commit and what is staged. `None` where git has nothing to say, so that everything is to be checked.
fn changed(working_directory: &Path, variable: &Variable<'_>) -> Option<Vec<PathBuf>> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let differences = match (set("PRE_COMMIT_FROM_REF"), set("PRE_COMMIT_TO_REF")) {
        (Some(from), Some(to)) => {
            // From where both have parted; commits that share nothing are compared as they are.
            let parted = format!("{from}...{to}");
            git(working_directory, &["diff", &parted])
                .or_else(|| git(working_directory, &["diff", &format!("{from}..{to}")]))?
        }
        _ => git(working_directory, &["diff", "--cached"])?,
    };
    let top = String::from_utf8(run(working_directory, &["rev-parse", "--show-toplevel"])?).ok()?;
    let top = load::real(Path::new(top.trim_end_matches(['\r', '\n'])));
    let paths: Vec<PathBuf> = differences
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty())
        .map(|name| paths::normalise(&top.join(String::from_utf8_lossy(name).as_ref())))
        .collect();
    if paths.is_empty() { None } else { Some(paths) }
}

fn git(working_directory: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let always = ["--name-only", "--no-renames", "--no-ext-diff", "-z"];
    run(working_directory, &[arguments, &always, &["--"]].concat())
}

fn run(working_directory: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let output = Command::new("git").current_dir(working_directory).args(arguments).output().ok()?;
    output.status.success().then_some(output.stdout)
}
