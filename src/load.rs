//! Disk to workspace: finds the files of the named paths, reads them, and answers what evaluation asks for after that.
//!
//! Nothing outside the enclosing repository (or the working tree, where there is none) is read because a file says so;
//! see [`boundary`].

mod boundary;
mod discover;
mod read;
mod role;
mod snapshot;
mod walk;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::Gitignore;

pub use discover::find_config;
pub use read::{Failure, Text, read, reason, text};
pub use role::{Role, role};
pub use snapshot::{Seen, snapshot};
pub use walk::IGNORE_FILES;

use crate::diagnostic::Diagnostic;
use crate::paths;
use crate::source::Sources;
use crate::syntax::recognise;
use crate::terraform::INSTALLED_MODULES;
use crate::workspace::{Report, Want, Workspace};
use boundary::Boundary;
use walk::{Ignores, Kind};

/// What a file may be whose name leaves it open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Content {
    /// A CloudFormation template.
    Template,
    /// A Terraform plan or state.
    Plan,
    /// Nothing that is analysed.
    Other,
}

/// Says from its path and text what a file may be.
pub type Recognise = fn(&str, &str) -> Content;

/// What a file may be by a look at its characters. Its structure, once parsed, decides.
pub fn content(path: &str, text: &str) -> Content {
    if recognise::cloudformation_text(path, text) {
        Content::Template
    } else if recognise::plan_text(path, text) {
        Content::Plan
    } else {
        Content::Other
    }
}

/// A path that was named, as an absolute path without `.` and `..`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// A directory, to be walked.
    Directory(PathBuf),
    /// One file.
    File(PathBuf),
    /// A file whose text is given instead of read; it need not exist.
    Text(PathBuf, Arc<str>),
}

impl Target {
    /// The directory it is, or is in.
    pub fn directory(&self) -> &Path {
        match self {
            Target::Directory(path) => path,
            Target::File(path) | Target::Text(path, _) => path.parent().unwrap_or(path),
        }
    }
}

/// Looks up `path`, which is absolute or relative to `working_directory` (absolute and without links). The error is a
/// message for people.
pub fn target(working_directory: &Path, path: &Path) -> Result<Target, String> {
    let shown = path.display();
    let lexical = absolute(working_directory, path);
    // The path as written finds what the system finds, also where `..` follows a link.
    let metadata = std::fs::metadata(working_directory.join(path))
        .map_err(|error| format!("cannot read {shown}: {}", read::reason(&error)))?;
    let absolute = if std::fs::metadata(&lexical).is_ok() {
        lexical
    } else {
        working_directory.join(path).canonicalize().unwrap_or(lexical)
    };
    if metadata.is_dir() {
        std::fs::read_dir(&absolute).map_err(|error| format!("cannot read {shown}: {}", read::reason(&error)))?;
        return Ok(Target::Directory(absolute));
    }
    if !metadata.is_file() {
        return Err(format!("cannot read {shown}: it is neither a file nor a directory"));
    }
    std::fs::File::open(&absolute).map_err(|error| format!("cannot read {shown}: {}", read::reason(&error)))?;
    Ok(Target::File(absolute))
}

/// `path` without links, as far as there is something at it.
pub fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// `path` as an absolute path without `.` and `..`. Where the working directory is reached through a link, the path that
/// lies in it without links is preferred, so that names stay short.
pub fn absolute(working_directory: &Path, path: &Path) -> PathBuf {
    let lexical = paths::normalise(&working_directory.join(path));
    if lexical.starts_with(working_directory) {
        return lexical;
    }
    match lexical.canonicalize() {
        Ok(real) if real.starts_with(working_directory) => real,
        _ => lexical,
    }
}

/// Where paths begin for readers of the whole repository: at the repository that all targets are in; without one, at the
/// working directory if they are in that, otherwise at what they have in common.
pub fn root(working_directory: &Path, targets: &[Target]) -> PathBuf {
    let common = discover::common(targets).unwrap_or_else(|| working_directory.to_owned());
    let real = common.canonicalize().unwrap_or(common);
    match boundary::repository(&real) {
        Some(root) => root.to_owned(),
        None if real.starts_with(working_directory) => working_directory.to_owned(),
        None => real,
    }
}

/// What can be told while it goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// So many files have been read.
    Read(usize),
    /// The analysis begins, for the n-th time (from 1), because the last one asked for more files.
    Round(usize),
}

/// Most rounds of asking. Each answers at least one new question, and a project of this many nested calls is none.
const MAX_ROUNDS: usize = 10_000;

/// Fills a workspace from the disk and keeps answering its questions.
pub struct Loader {
    working_directory: PathBuf,
    targets: Vec<Target>,
    boundary: Boundary,
    ignores: Ignores,
    recognise: Recognise,
    /// Names of the files that were named one by one.
    named: HashSet<String>,
    /// Texts that stand in place of what is on the disk.
    overlay: BTreeMap<PathBuf, Arc<str>>,
    /// Names of the files that were found in the targets.
    filled: BTreeSet<String>,
    /// How many questions were answered.
    answers: usize,
    /// Whether one of them is a plan, whose findings stand in the configuration it was made from.
    named_plan: bool,
    notes: BTreeSet<String>,
    read: usize,
}

impl Loader {
    /// A loader for `targets`. Both directories are absolute and without links; `exclude` holds the configuration's
    /// patterns, which are relative to `base`.
    pub fn new(
        working_directory: PathBuf,
        targets: Vec<Target>,
        exclude: Gitignore,
        base: PathBuf,
        recognise: Recognise,
    ) -> Loader {
        let boundary = Boundary::new(&working_directory, targets.iter().map(Target::directory));
        let named = targets.iter().filter(|target| !matches!(target, Target::Directory(_)));
        let named = named
            .map(|target| match target {
                Target::Directory(path) | Target::File(path) | Target::Text(path, _) => {
                    paths::name(&working_directory, path)
                }
            })
            .collect();
        let ignores = Ignores::new(exclude, base);
        let overlay = targets.iter().filter_map(|target| match target {
            Target::Text(path, text) => Some((path.clone(), text.clone())),
            _ => None,
        });
        Loader {
            overlay: overlay.collect(),
            filled: BTreeSet::new(),
            answers: 0,
            working_directory,
            targets,
            boundary,
            ignores,
            recognise,
            named,
            named_plan: false,
            notes: BTreeSet::new(),
            read: 0,
        }
    }

    /// The same, which with `wanted` looks also into what ignore files leave out. What tools fetched or generated is left
    /// out all the same, and so is what the configuration excludes.
    pub fn with_ignored(mut self, wanted: bool) -> Loader {
        self.ignores.read_files = !wanted;
        self
    }

    /// The same with texts that stand in place of what is on the disk, by absolute path.
    pub fn with_overlay(mut self, texts: impl IntoIterator<Item = (PathBuf, Arc<str>)>) -> Loader {
        self.overlay.extend(texts);
        self
    }

    /// What could not be read, as sentences for people.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().map(String::as_str)
    }

    /// Puts the texts of all targets into `workspace` and gives how many of them can be analysed: Terraform files and
    /// templates, not variable files.
    pub fn fill(&mut self, workspace: &mut Workspace, progress: &mut dyn FnMut(Progress)) -> usize {
        let mut analysable = 0;
        for target in self.targets.clone() {
            match target {
                Target::Directory(root) => analysable += self.fill_directory(&root, workspace, progress),
                Target::File(path) => {
                    analysable += usize::from(self.fill_file(&path, true, workspace));
                    self.fill_siblings(&path, workspace);
                }
                Target::Text(path, text) => {
                    let name = self.name(&path);
                    let takes = match Kind::of(&path) {
                        Kind::Terraform => true,
                        Kind::Variables => false,
                        Kind::MaybeTemplate | Kind::Other => self.is_analysed(&name, &text, true),
                    };
                    workspace.set(&name, text);
                    self.filled.insert(name);
                    analysable += usize::from(takes);
                    self.fill_siblings(&path, workspace);
                }
            }
            progress(Progress::Read(self.read));
        }
        analysable
    }

    fn fill_directory(&mut self, root: &Path, workspace: &mut Workspace, progress: &mut dyn FnMut(Progress)) -> usize {
        let (mut found, failures) = walk::walk(root, &mut self.ignores);
        for (path, error) in failures {
            let note = format!("cannot read {}: {}", self.name(&path), read::reason(&error));
            self.notes.insert(note);
        }
        // A text may be laid over a file that is not there yet.
        let new = self.overlay.keys().filter(|path| path.starts_with(root) && !path.exists());
        let new: Vec<PathBuf> = new.filter(|path| Kind::of(path) != Kind::Other).cloned().collect();
        found.extend(new.into_iter().filter(|path| !self.ignores.covers(path, root)));
        let mut analysable = 0;
        let mut modules = BTreeSet::new();
        for path in found {
            // A link out of the tree is as little followed here as when a file asks for it.
            if path.is_symlink() && self.boundary.real(&path).is_none() {
                self.note_outside(&self.name(&path));
                continue;
            }
            analysable += usize::from(self.fill_file(&path, false, workspace));
            if matches!(Kind::of(&path), Kind::Terraform | Kind::Variables)
                && let Some(directory) = path.parent()
            {
                modules.insert(directory.to_owned());
            }
            if self.read.is_multiple_of(64) {
                progress(Progress::Read(self.read));
            }
        }
        for directory in modules {
            self.list(&directory, workspace);
            // What a module with remote calls asks for first. Told beforehand, it costs no evaluation of its own.
            let installed = self.name(&directory.join(INSTALLED_MODULES));
            if !workspace.knows(&installed) {
                self.answer(&Want::File(installed.as_str().into()), workspace);
            }
        }
        analysable
    }

    /// Reads one file. Gives whether it can be analysed. A file that was named is set whatever it looks like.
    fn fill_file(&mut self, path: &Path, named: bool, workspace: &mut Workspace) -> bool {
        let kind = Kind::of(path);
        let name = self.name(path);
        let template = matches!(kind, Kind::MaybeTemplate | Kind::Other);
        if template && !named && kind == Kind::Other {
            return false;
        }
        match self.read(path, if template && !named { read::MAX_TEMPLATE_BYTES } else { read::MAX_BYTES }) {
            Ok(text) => {
                if template && !self.is_analysed(&name, &text.text, named) {
                    return false;
                }
                if let Some(flaw) = text.flaw {
                    self.notes.insert(format!("{name} {flaw}"));
                }
                workspace.set(&name, text.text);
                self.filled.insert(name);
                self.read += 1;
                kind != Kind::Variables
            }
            // A large or binary file that only might have been a template is no news.
            Err(_) if template && !named => false,
            Err(failure) => {
                self.notes.insert(failure.say(&name));
                workspace.set_absent(&name);
                false
            }
        }
    }

    /// The text of a file, or the one that is laid over it.
    fn read(&self, path: &Path, limit: usize) -> Result<Text, Failure> {
        match self.overlay.get(path) {
            Some(text) => Ok(Text { text: text.clone(), flaw: None }),
            None => read(path, limit),
        }
    }

    /// Whether a file that is no part of a module is analysed. A plan is what somebody asked Terraform for once, so it
    /// counts only when it is named.
    fn is_analysed(&mut self, name: &str, text: &str, named: bool) -> bool {
        match (self.recognise)(name, text) {
            Content::Template => true,
            Content::Plan if named => {
                self.named_plan = true;
                true
            }
            Content::Plan => {
                self.notes.insert(format!("{name} holds a Terraform plan or state; name it to check it"));
                false
            }
            Content::Other => false,
        }
    }

    /// A Terraform file is a part of its module, so its directory is told; evaluation asks for the other files.
    fn fill_siblings(&mut self, path: &Path, workspace: &mut Workspace) {
        if matches!(Kind::of(path), Kind::Terraform | Kind::Variables)
            && let Some(directory) = path.parent()
        {
            self.list(directory, workspace);
        }
    }

    /// Tells the workspace what is in a directory.
    fn list(&mut self, directory: &Path, workspace: &mut Workspace) {
        let mut files = BTreeSet::new();
        if let Some(real) = self.boundary.real(directory) {
            for entry in std::fs::read_dir(real).into_iter().flatten().flatten() {
                let path = directory.join(entry.file_name());
                // A link out of the tree is listed too, so that whoever asks for it is told that it was not read.
                if path.is_file() {
                    files.insert(self.name(&path));
                }
            }
        }
        let laid_over = self.overlay.keys().filter(|path| path.parent() == Some(directory));
        files.extend(laid_over.map(|path| self.name(path)));
        workspace.set_directory(&self.name(directory), files.into_iter().collect());
    }

    /// Analyses, reads what was asked for, and does so again until nothing is asked any more.
    pub fn check(&mut self, workspace: &mut Workspace, progress: &mut dyn FnMut(Progress)) -> Report {
        self.check_unless(workspace, progress, &|| false).unwrap_or_default()
    }

    /// As [`Loader::check`], but gives up with `None` when `stop` says that nobody waits for the report any more.
    pub fn check_unless(
        &mut self,
        workspace: &mut Workspace,
        progress: &mut dyn FnMut(Progress),
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Option<Report> {
        let mut answered = BTreeSet::new();
        for round in 1.. {
            progress(Progress::Round(round));
            let report = workspace.check_unless(stop)?;
            let wants: Vec<Want> = workspace.wants().into_iter().filter(|want| answered.insert(want.clone())).collect();
            if wants.is_empty() || round >= MAX_ROUNDS {
                return Some(report);
            }
            for want in &wants {
                self.answer(want, workspace);
            }
        }
        None
    }

    /// Lays a text over the file at `path`, which is absolute, or with `None` takes it away, so that what is on the disk
    /// holds again; the workspace is told what that changes.
    pub fn lay_over(&mut self, path: &Path, text: Option<Arc<str>>, workspace: &mut Workspace) {
        let before = self.overlay.contains_key(path) || path.is_file();
        match text {
            Some(text) => drop(self.overlay.insert(path.to_owned(), text)),
            None => drop(self.overlay.remove(path)),
        }
        let after = self.overlay.contains_key(path) || path.is_file();
        let name = self.name(path);
        if workspace.knows(&name) {
            self.answer(&Want::File(name.as_str().into()), workspace);
        } else if after && self.takes(path) {
            self.fill_file(path, false, workspace);
        }
        if before != after
            && let Some(directory) = path.parent()
            && (workspace.files().directory(&self.name(directory)).is_some() || self.takes(path))
        {
            self.list(directory, workspace);
        }
    }

    /// Whether a walk of the targets would find a file at `path`.
    fn takes(&mut self, path: &Path) -> bool {
        let root = self.targets.iter().find_map(|target| match target {
            Target::Directory(root) if path.starts_with(root) => Some(root.clone()),
            _ => None,
        });
        root.is_some_and(|root| !self.ignores.covers(path, &root))
    }

    /// Whether the file of this name was named by itself.
    pub fn names(&self, name: &str) -> bool {
        self.named.contains(name)
    }

    /// Reads everything again that the workspace was given, and looks for what is new in the targets.
    pub fn reload(&mut self, workspace: &mut Workspace) {
        self.ignores.forget();
        self.notes.clear();
        let before = std::mem::take(&mut self.filled);
        self.fill(workspace, &mut |_| {});
        for want in workspace.known() {
            match &want {
                Want::File(name) if self.filled.contains(&**name) => {}
                // It was found and is not any more; if something needs it all the same, that will be asked.
                Want::File(name) if before.contains(&**name) => workspace.forget(name),
                _ => self.answer(&want, workspace),
            }
        }
    }

    /// Reads these files again.
    pub fn reread(&mut self, paths: &[PathBuf], workspace: &mut Workspace) {
        for path in paths {
            let name = self.name(path);
            self.answer(&Want::File(name.as_str().into()), workspace);
        }
    }

    /// How many questions were answered so far.
    pub fn answers(&self) -> usize {
        self.answers
    }

    fn answer(&mut self, want: &Want, workspace: &mut Workspace) {
        self.answers += 1;
        match want {
            Want::Directory(name) => {
                let path = paths::normalise(&self.working_directory.join(&**name));
                // The name is given back as it was asked for, since that is what the workspace waits for.
                if self.name(&path) == **name {
                    self.list(&path, workspace);
                } else {
                    workspace.set_directory(name, Vec::new());
                }
            }
            Want::File(name) => {
                let path = paths::normalise(&self.working_directory.join(&**name));
                if let Some(text) = self.overlay.get(&path) {
                    workspace.set(name, text.clone());
                    return;
                }
                let Some(real) = self.boundary.real(&path) else {
                    if std::fs::symlink_metadata(&path).is_ok() {
                        self.note_outside(name);
                    }
                    workspace.set_absent(name);
                    return;
                };
                match read(&real, read::MAX_BYTES) {
                    Ok(text) => {
                        if let Some(flaw) = text.flaw {
                            self.notes.insert(format!("{name} {flaw}"));
                        }
                        workspace.set(name, text.text);
                        self.read += 1;
                    }
                    Err(failure) => {
                        if !failure.is_absence() {
                            self.notes.insert(failure.say(name));
                        }
                        workspace.set_absent(name);
                    }
                }
            }
        }
    }

    fn note_outside(&mut self, name: &str) {
        self.notes.insert(format!("{name} lies outside the analysed tree and was not read"));
    }

    /// Whether a finding is to be shown: not if its file is ignored or excluded and was read only because a module needs
    /// it; and where only files were named, only if it stands in one of them or is related to one.
    pub fn shows(&mut self, diagnostic: &Diagnostic, sources: &Sources) -> bool {
        let related = |named: &HashSet<String>| {
            diagnostic.related.iter().any(|label| named.contains(&**sources.path(label.span.source)))
        };
        let name = sources.path(diagnostic.span.source);
        self.shows_source(name) || (self.only_files() && related(&self.named) && !self.ignores_source(name))
    }

    /// The same for a finding in the source of that name which is related to no other.
    pub fn shows_source(&mut self, name: &str) -> bool {
        self.named.contains(name) || (!self.only_files() && !self.ignores_source(name))
    }

    fn only_files(&self) -> bool {
        !self.named_plan && !self.targets.iter().any(|target| matches!(target, Target::Directory(_)))
    }

    fn ignores_source(&mut self, name: &str) -> bool {
        let path = paths::normalise(&self.working_directory.join(name));
        let walked = self.targets.iter().find_map(|target| match target {
            Target::Directory(root) if path.starts_with(root) => Some(root.clone()),
            _ => None,
        });
        let top = walked.or_else(|| self.boundary.root_of(&path).map(Path::to_owned));
        top.is_some_and(|top| self.ignores.covers(&path, &top))
    }

    /// Whether there is a file of that name.
    pub fn exists(&self, name: &str) -> bool {
        self.working_directory.join(name).exists()
    }

    /// Whether a fix may change a file: one that was named, or lies in a directory that was and is not ignored or
    /// excluded there. What was only read because a module asked for it belongs to others too.
    pub fn may_change(&mut self, name: &str) -> bool {
        let path = paths::normalise(&self.working_directory.join(name));
        self.targets.iter().any(|target| match target {
            Target::Directory(root) => path.starts_with(root) && !self.ignores.covers(&path, root),
            Target::File(named) | Target::Text(named, _) => path == *named,
        })
    }

    /// The name of the file whose text was given instead of read, if there is one.
    pub fn given(&self) -> Option<String> {
        self.targets.iter().find_map(|target| match target {
            Target::Text(path, _) => Some(self.name(path)),
            _ => None,
        })
    }

    /// The name of the source at `path`.
    pub fn name(&self, path: &Path) -> String {
        paths::name(&self.working_directory, path)
    }
}

#[cfg(test)]
mod tests;
