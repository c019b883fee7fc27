//! Which files of a directory tree are looked at.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use walkdir::WalkDir;

/// Directories that hold what tools fetched or generated, or what is not configuration at all.
const SKIPPED: [&str; 8] = [".git", ".hg", ".svn", ".jj", ".terraform", ".terragrunt-cache", "node_modules", "cdk.out"];

/// The ignore files, the weakest first.
pub const IGNORE_FILES: [&str; 3] = [".gitignore", ".ignore", ".rolecallignore"];

/// What a file is by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A part of a Terraform or OpenTofu module.
    Terraform,
    /// Values for its variables.
    Variables,
    /// A file in a language of templates; only its text tells.
    MaybeTemplate,
    /// None of these.
    Other,
}

impl Kind {
    pub(super) fn of(path: &Path) -> Kind {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Kind::Other };
        let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
        // Terraform leaves out what editors leave behind.
        let scrap = name.starts_with('.') || name.ends_with('~') || name.starts_with('#') && name.ends_with('#');
        if ends(&[".tf", ".tofu", ".tf.json", ".tofu.json"]) {
            if scrap { Kind::Other } else { Kind::Terraform }
        } else if ends(&[".tfvars", ".tfvars.json"]) {
            if scrap { Kind::Other } else { Kind::Variables }
        } else if ends(&[".yaml", ".yml", ".json", ".template"]) {
            Kind::MaybeTemplate
        } else {
            Kind::Other
        }
    }
}

/// What ignore files and the configuration leave out.
pub(super) struct Ignores {
    exclude: Gitignore,
    base: PathBuf,
    by_directory: HashMap<PathBuf, Rules>,
    /// Whether ignore files count.
    pub(super) read_files: bool,
}

/// What one directory says.
#[derive(Default)]
struct Rules {
    patterns: Option<Gitignore>,
    /// Whether a repository begins here, so that what stands above does not hold.
    repository: bool,
}

impl Ignores {
    /// With the configuration's patterns, which are relative to `base`.
    pub(super) fn new(exclude: Gitignore, base: PathBuf) -> Ignores {
        Ignores { exclude, base, by_directory: HashMap::new(), read_files: true }
    }

    /// Forgets what ignore files said, for they may have changed.
    pub(super) fn forget(&mut self) {
        self.by_directory.clear();
    }

    /// Whether `path` itself is left out. What a directory above it says about that directory is not asked.
    fn matches(&mut self, path: &Path, is_directory: bool) -> bool {
        let skipped = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| SKIPPED.contains(&name));
        if is_directory && skipped {
            return true;
        }
        if let Ok(relative) = path.strip_prefix(&self.base)
            && self.exclude.matched(relative, is_directory).is_ignore()
        {
            return true;
        }
        if !self.read_files {
            return false;
        }
        // The nearest ignore file that says anything decides, up to the repository's root.
        for directory in path.ancestors().skip(1) {
            let rules = self.rules(directory);
            let matched = rules.patterns.as_ref().map(|patterns| patterns.matched(path, is_directory));
            if let Some(matched) = matched.filter(|matched| !matched.is_none()) {
                return matched.is_ignore();
            }
            if rules.repository {
                break;
            }
        }
        false
    }

    /// Whether `path` or a directory between it and `top` is left out.
    pub(super) fn covers(&mut self, path: &Path, top: &Path) -> bool {
        let between: Vec<&Path> = path.ancestors().take_while(|up| *up != top && up.starts_with(top)).collect();
        between.iter().rev().any(|up| self.matches(up, *up != path))
    }

    fn rules(&mut self, directory: &Path) -> &Rules {
        if !self.by_directory.contains_key(directory) {
            let rules = Rules { patterns: ignore_files(directory), repository: directory.join(".git").exists() };
            self.by_directory.insert(directory.to_owned(), rules);
        }
        &self.by_directory[directory]
    }
}

fn ignore_files(directory: &Path) -> Option<Gitignore> {
    let mut builder = GitignoreBuilder::new(directory);
    let mut any = false;
    for name in IGNORE_FILES {
        let path = directory.join(name);
        if path.is_file() {
            // A line that cannot be read as a pattern is left out, the others hold, as with git.
            any |= builder.add(path).is_none_or(|error| error.is_partial());
        }
    }
    if any { builder.build().ok() } else { None }
}

/// The files under `root` that may matter, in byte order, and the places that could not be read. Links to directories
/// are not followed, so that there are no circles and nothing is seen twice; links to files are given.
pub(super) fn walk(root: &Path, ignores: &mut Ignores) -> (Vec<PathBuf>, Vec<(PathBuf, io::Error)>) {
    let mut found = Vec::new();
    let mut failures = Vec::new();
    let walker = WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(|entry| {
        let directory = entry.file_type().is_dir();
        // Files that cannot matter are not worth the question.
        let matters = directory || Kind::of(entry.path()) != Kind::Other;
        entry.depth() == 0 || matters && !ignores.matches(entry.path(), directory)
    });
    for entry in walker {
        match entry {
            Ok(entry) => {
                let link = entry.file_type().is_symlink();
                if entry.file_type().is_file() || link && entry.path().is_file() {
                    found.push(entry.into_path());
                }
            }
            Err(error) => {
                let path = error.path().unwrap_or(root).to_owned();
                let error = error.into_io_error().unwrap_or_else(|| io::Error::other("its links form a circle"));
                failures.push((path, error));
            }
        }
    }
    (found, failures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_a_file_may_be() {
        let kind = |name: &str| Kind::of(Path::new(name));
        for name in ["main.tf", "a/b.tofu", "x.tf.json", "x.tofu.json", "override.tf"] {
            assert_eq!(kind(name), Kind::Terraform, "{name}");
        }
        assert_eq!(kind("prod.auto.tfvars.json"), Kind::Variables);
        assert_eq!(kind("terraform.tfvars"), Kind::Variables);
        assert_eq!(kind("stack.template"), Kind::MaybeTemplate);
        assert_eq!(kind("a.tftest.json"), Kind::MaybeTemplate);
        for name in [".main.tf", "main.tf~", "#main.tf#", ".x.tf", "x.tftest.hcl", "README.md", "tf"] {
            assert_eq!(kind(name), Kind::Other, "{name}");
        }
    }
}
