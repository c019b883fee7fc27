//! One tree of files that is analysed as one: a workspace folder, or a directory inside it with a configuration of its own.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::documents::Documents;
use super::known::Known;
use super::preferences::Preferences;
use crate::catalogue::RuleInfo;
use crate::config::{self, Config, FILE_NAME, Selection};
use crate::diagnostic::Diagnostic;
use crate::load::{self, Loader, Progress, Target};
use crate::paths;
use crate::picture::Picture;
use crate::source::Sources;
use crate::syntax::MAX_TEXT_BYTES;
use crate::text::SourceId;
use crate::workspace::{Chain, Report, Settings, Unit, VariableFile, Want, Workspace};

/// What a project consists of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Scope {
    /// Everything in the root and below it.
    Tree,
    /// The open files directly in the root, with all that they need. For files that belong to no folder.
    Files,
    /// One text that is on no disk.
    Unsaved,
}

/// What every project needs to know of its surroundings.
pub(super) struct Surroundings<'a> {
    pub rules: &'a [RuleInfo],
    pub preferences: &'a Preferences,
    /// Values of root variables in the environment, by name without `TF_VAR_`.
    pub environment: &'a [(String, String)],
    pub documents: &'a Documents,
}

/// How much of the files has been looked at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Stage {
    /// Nothing.
    New,
    /// The open files and what they need.
    Open,
    /// All files.
    Whole,
}

/// A mistake in the configuration file, with its text.
pub(super) struct Mistake {
    pub diagnostic: Diagnostic,
    pub sources: Sources,
    pub path: PathBuf,
}

/// What a file looked like on the disk when it was read. A file that is not there has no stamp.
type Stamp = Option<(Option<SystemTime>, u64)>;

/// A tree with what is known about it.
pub(super) struct Project {
    pub root: PathBuf,
    scope: Scope,
    /// The configuration file, if there is one.
    pub config_path: Option<PathBuf>,
    /// What is wrong with it. The one before holds until it is mended.
    pub mistake: Option<Box<Mistake>>,
    config: Config,
    selection: Option<Selection>,
    /// The baseline, if there is one.
    known: Option<Known>,
    workspace: Workspace,
    loader: Option<Loader>,
    stage: Stage,
    /// Whether something changed since the last report.
    dirty: bool,
    report: Report,
    /// What could not be read.
    pub notes: Vec<String>,
    stamps: HashMap<PathBuf, Stamp>,
    /// How many questions the loader had answered when the files were noted last.
    stamped: Option<usize>,
}

impl Project {
    /// A project of which nothing has been read yet.
    pub fn new(root: PathBuf, scope: Scope, surroundings: &Surroundings<'_>) -> Project {
        let mut project = Project {
            root,
            scope,
            config_path: None,
            mistake: None,
            config: Config::default(),
            selection: None,
            known: None,
            workspace: Workspace::default(),
            loader: None,
            stage: Stage::New,
            dirty: true,
            report: Report::default(),
            notes: Vec::new(),
            stamps: HashMap::new(),
            stamped: None,
        };
        project.configure(surroundings);
        project
    }

    /// Reads the configuration, and begins from the start with it.
    pub fn configure(&mut self, surroundings: &Surroundings<'_>) {
        self.stage = Stage::New;
        self.dirty = true;
        // Noted before anything is read, so that a change in between is seen at the next look.
        self.stamps.clear();
        if self.scope != Scope::Unsaved {
            let deciding = self.root.ancestors().flat_map(|directory| DECIDING_FILES.map(|file| directory.join(file)));
            self.stamps.extend(deciding.map(|path| (path.clone(), stamp(&path))));
        }
        self.config_path = match self.scope {
            Scope::Unsaved => None,
            _ => load::find_config(&self.root, &[Target::Directory(self.root.clone())]),
        };
        self.mistake = None;
        match self.config_path.clone() {
            None => self.config = Config::default(),
            Some(path) => match self.read_config(&path, surroundings) {
                Ok(config) => self.config = config,
                Err(mistake) => self.mistake = mistake,
            },
        }
        let base = self.base();
        let absolute = |path: PathBuf| load::absolute(&self.root, &path);
        let set = surroundings.preferences.baseline.as_ref().map(|path| absolute(self.root.join(path)));
        let known = set.or_else(|| self.config.baseline.as_ref().map(|path| absolute(base.join(path))));
        self.known = known.filter(|_| self.scope != Scope::Unsaved).map(|path| {
            self.stamps.insert(path.clone(), stamp(&path));
            Known::read(path)
        });
        let choices = surroundings.preferences.choices(surroundings.rules).unwrap_or_default();
        let selection = Selection::new(surroundings.rules, choices, &self.config, self.root.clone(), base.clone());
        self.selection = selection.ok();
        let mut settings = Settings {
            environment: surroundings.environment.to_vec(),
            jobs: std::thread::available_parallelism().map_or(1, usize::from).min(16),
            ..Settings::default()
        };
        let variables = &surroundings.preferences.variables;
        settings.variables = variables.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let name = |path: PathBuf| paths::name(&self.root, &load::absolute(&self.root, &path));
        let file = |path: &String| VariableFile { path: name(base.join(path)), after: 0 };
        settings.variable_files = self.config.var_files.iter().map(file).collect();
        let modules = self.config.modules.iter();
        settings.modules = modules.map(|(source, path)| (source.clone(), name(base.join(path)))).collect();
        self.workspace = Workspace::new(settings);
        self.loader = None;
        self.stamped = None;
    }

    /// The directory that the configuration's paths are relative to.
    fn base(&self) -> PathBuf {
        self.config_path.as_deref().and_then(Path::parent).unwrap_or(&self.root).to_owned()
    }

    fn read_config(&self, path: &Path, surroundings: &Surroundings<'_>) -> Result<Config, Option<Box<Mistake>>> {
        let text = match surroundings.documents.get(&path.to_owned()) {
            Some(document) => document.text.clone(),
            None => load::read(path, config::MAX_BYTES).map_err(|_| None)?.text,
        };
        let mut sources = Sources::new();
        let source = sources.set(&paths::name(&self.root, path), text.clone());
        config::parse(source, &text, surroundings.rules)
            .map_err(|diagnostic| Some(Box::new(Mistake { diagnostic: *diagnostic, sources, path: path.to_owned() })))
    }

    /// Whether something has changed, or not all has been looked at.
    pub fn has_work(&self) -> bool {
        self.dirty || self.is_partial()
    }

    /// Whether only the open files have been looked at.
    pub fn is_partial(&self) -> bool {
        self.scope == Scope::Tree && self.stage < Stage::Whole
    }

    /// Takes over the text of an open document; with `None` that on the disk holds again.
    pub fn set(&mut self, path: &Path, text: Option<&Arc<str>>) {
        self.dirty = true;
        let name = paths::name(&self.root, path);
        if self.scope == Scope::Unsaved {
            match text {
                Some(text) => drop(self.workspace.set(&name, text.clone())),
                None => self.workspace.set_absent(&name),
            }
            self.workspace.set_directory("", vec![name]);
            return;
        }
        if let Some(loader) = &mut self.loader {
            loader.lay_over(path, text.cloned(), &mut self.workspace);
            // What is named decides what is shown, so a file that was opened or closed makes another project of it.
            if self.scope == Scope::Files && !loader.names(&name) {
                self.loader = None;
                self.stage = Stage::New;
            }
        }
    }

    /// A loader that sees the open documents in place of what is on the disk.
    fn loader(&self, targets: Vec<Target>, documents: &Documents) -> Loader {
        let exclude = config::patterns(self.config.exclude.iter().map(String::as_str));
        let exclude = exclude.unwrap_or_else(|_| ignore::gitignore::Gitignore::empty());
        let open = documents.iter().map(|(path, document)| (path.clone(), document.text.clone()));
        Loader::new(self.root.clone(), targets, exclude, self.base(), load::content).with_overlay(open)
    }

    /// The open documents in this project, as targets.
    fn open_targets(&self, documents: &Documents) -> Vec<Target> {
        let here = |path: &Path| match self.scope {
            Scope::Files => path.parent() == Some(&*self.root),
            _ => path.starts_with(&self.root),
        };
        let open = documents.iter().filter(|(path, _)| here(path));
        open.map(|(path, document)| Target::Text(path.clone(), document.text.clone())).collect()
    }

    /// Looks at the next part of the files: first at the open ones, then with `whole` at all.
    fn advance(&mut self, surroundings: &Surroundings<'_>, whole: bool, progress: &mut dyn FnMut(Progress)) {
        if self.stage == Stage::New {
            let mut workspace = std::mem::take(&mut self.workspace);
            let notes = self.read_variable_files(&mut workspace);
            self.workspace = workspace;
            self.notes.extend(notes);
        }
        let targets = if whole && self.scope == Scope::Tree {
            vec![Target::Directory(self.root.clone())]
        } else {
            self.open_targets(surroundings.documents)
        };
        let mut loader = self.loader(targets, surroundings.documents);
        loader.fill(&mut self.workspace, progress);
        self.loader = Some(loader);
        self.stamped = None;
        self.stage = if whole { Stage::Whole } else { Stage::Open };
        self.dirty = true;
    }

    /// Puts the configured variable files into a workspace. Gives what could not be read.
    fn read_variable_files(&self, workspace: &mut Workspace) -> Vec<String> {
        let read = |path: &String| {
            let path = load::absolute(&self.root, &self.base().join(path));
            let name = paths::name(&self.root, &path);
            match load::read(&path, MAX_TEXT_BYTES) {
                Ok(text) => {
                    workspace.set(&name, text.text);
                    None
                }
                Err(failure) => Some(failure.say(&name)),
            }
        };
        self.config.var_files.iter().filter_map(read).collect()
    }

    /// The graphs of the root modules and templates that hold the file at `path`, or of all where none does; with the
    /// workspace that their texts are in. They are drawn anew, since nothing else wants them.
    pub fn pictures(&self, path: &Path, surroundings: &Surroundings<'_>) -> (Vec<Picture>, Workspace) {
        let settings = Settings { pictures: true, ..self.workspace.settings().clone() };
        let mut workspace = Workspace::new(settings);
        self.read_variable_files(&mut workspace);
        let targets = match self.scope {
            Scope::Tree => vec![Target::Directory(self.root.clone())],
            Scope::Files | Scope::Unsaved => self.open_targets(surroundings.documents),
        };
        let mut loader = self.loader(targets, surroundings.documents);
        loader.fill(&mut workspace, &mut |_| {});
        let report = loader.check(&mut workspace, &mut |_| {});
        let name = paths::name(&self.root, path);
        let holds = |picture: &&Picture| {
            let same = |unit: &&Unit| (unit.dialect, &unit.path) == (picture.dialect, &picture.path);
            report.units.iter().find(same).is_some_and(|unit| unit.holds(&name))
        };
        let here: Vec<Picture> = report.pictures.iter().filter(holds).cloned().collect();
        (if here.is_empty() { report.pictures } else { here }, workspace)
    }

    /// Brings the report up to date. Gives `false` if `stop` ended that before its time; what was done is kept.
    pub fn update(
        &mut self,
        surroundings: &Surroundings<'_>,
        whole: bool,
        stop: &(dyn Fn() -> bool + Sync),
        progress: &mut dyn FnMut(Progress),
    ) -> bool {
        if self.scope == Scope::Unsaved {
            return self.update_unsaved(stop);
        }
        if self.stage == Stage::New || whole && self.is_partial() {
            self.advance(surroundings, whole || self.scope == Scope::Files, progress);
        }
        if !self.dirty {
            return true;
        }
        let Some(loader) = &mut self.loader else { return true };
        let Some(report) = loader.check_unless(&mut self.workspace, progress, stop) else { return false };
        self.notes = loader.notes().map(str::to_owned).chain(report.notes.iter().cloned()).collect();
        let answers = loader.answers();
        self.keep(report);
        if self.stamped != Some(answers) {
            self.stamped = Some(answers);
            self.stamp();
        }
        true
    }

    /// As [`Project::update`] for a text that is on no disk: nothing that it asks for is there.
    fn update_unsaved(&mut self, stop: &(dyn Fn() -> bool + Sync)) -> bool {
        while self.dirty {
            let Some(report) = self.workspace.check_unless(stop) else { return false };
            let wants = self.workspace.wants();
            for want in &wants {
                match want {
                    Want::File(path) => self.workspace.set_absent(path),
                    Want::Directory(path) => self.workspace.set_directory(path, Vec::new()),
                }
            }
            if wants.is_empty() {
                self.keep(report);
            }
        }
        true
    }

    /// Keeps a report, without what is not to be shown.
    fn keep(&mut self, mut report: Report) {
        let sources = self.workspace.sources();
        if let Some(selection) = &self.selection {
            report.diagnostics.retain_mut(|diagnostic| selection.admits(diagnostic, sources));
        }
        if let Some(loader) = &mut self.loader {
            report.diagnostics.retain(|diagnostic| loader.shows(diagnostic, sources));
        }
        if let Some(known) = &self.known {
            known.take(&self.root, &mut report.diagnostics, sources);
        }
        self.report = report;
        self.dirty = false;
    }

    /// Notes what the files look like on the disk that were not noted yet.
    fn stamp(&mut self) {
        for path in self.watched() {
            self.stamps.entry(path).or_insert_with_key(|path| stamp(path));
        }
    }

    /// The files and directories on which the report depends.
    fn watched(&self) -> Vec<PathBuf> {
        let known = self.workspace.known();
        let name = |want: &Want| match want {
            Want::File(name) | Want::Directory(name) => paths::normalise(&self.root.join(&**name)),
        };
        let mut watched: Vec<PathBuf> = known.iter().map(name).collect();
        let directories: Vec<PathBuf> = known
            .iter()
            .filter(|want| matches!(want, Want::Directory(_)))
            .map(name)
            .chain(self.root.ancestors().map(Path::to_owned))
            .collect();
        for directory in directories {
            watched.extend(DECIDING_FILES.map(|file| directory.join(file)));
        }
        watched
    }

    /// Looks whether files changed on the disk, and reads again what did.
    pub fn refresh(&mut self, surroundings: &Surroundings<'_>) {
        let changed: Vec<PathBuf> =
            self.stamps.iter().filter(|(path, then)| stamp(path) != **then).map(|(path, _)| path.clone()).collect();
        if changed.is_empty() {
            return;
        }
        if changed.iter().any(|path| self.decides(path)) {
            self.configure(surroundings);
        } else if changed.iter().any(|path| path.is_dir()) {
            self.reload();
        } else if let Some(loader) = &mut self.loader {
            self.stamps.extend(changed.iter().map(|path| (path.clone(), stamp(path))));
            loader.reread(&changed, &mut self.workspace);
            self.dirty = true;
        }
    }

    /// Whether the file at `path` decides what is looked at, how, and what is shown.
    pub fn decides(&self, path: &Path) -> bool {
        let by_name = path.file_name().and_then(|name| name.to_str()).is_some_and(decides);
        by_name || self.known.as_ref().is_some_and(|known| known.path == path)
    }

    /// Why the baseline cannot be used, if it cannot.
    pub fn trouble(&self) -> Option<&str> {
        self.known.as_ref().and_then(Known::trouble)
    }

    /// Notes that the editor has saved a file, so that what is on the disk is what is known.
    pub fn saved(&mut self, path: &Path) {
        if let Some(known) = self.stamps.get_mut(path) {
            *known = stamp(path);
        }
    }

    /// Whether a change of a file on the disk may matter.
    pub fn concerns(&self, path: &Path) -> bool {
        self.scope != Scope::Unsaved && (path.starts_with(&self.root) || self.stamps.contains_key(path))
    }

    /// Reads everything again.
    pub fn reload(&mut self) {
        if let Some(loader) = &mut self.loader {
            let known = self.known.as_ref().map(|known| known.path.clone());
            let by_name = |path: &Path| path.file_name().and_then(|name| name.to_str()).is_some_and(decides);
            self.stamps.retain(|path, _| by_name(path) || known.as_ref() == Some(path));
            self.stamped = None;
            loader.reload(&mut self.workspace);
            self.dirty = true;
        }
    }

    /// The findings of the last report.
    pub fn findings(&self) -> &[Diagnostic] {
        &self.report.diagnostics
    }

    /// The last report.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Whether at least the open files have been looked at.
    pub fn looked_at_open_files(&self) -> bool {
        self.stage >= Stage::Open
    }

    /// Whether it is everything below its root.
    pub fn is_tree(&self) -> bool {
        self.scope == Scope::Tree
    }

    /// Whether it is a text that is on no disk.
    pub fn is_unsaved(&self) -> bool {
        self.scope == Scope::Unsaved
    }

    /// The chains of the last report.
    pub fn chains(&self) -> &[Chain] {
        &self.report.chains
    }

    /// The texts.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// The path of a source.
    pub fn path(&self, source: SourceId) -> PathBuf {
        paths::normalise(&self.root.join(&**self.workspace.sources().path(source)))
    }

    /// The source at a path.
    pub fn source(&self, path: &Path) -> Option<SourceId> {
        self.workspace.sources().id(&paths::name(&self.root, path))
    }

    /// Whether `path` belongs here rather than to a project with a configuration nearer to it.
    pub fn owns(&self, path: &Path) -> bool {
        let nearer = path.ancestors().skip(1).take_while(|directory| *directory != self.root);
        self.scope != Scope::Tree
            || !path.starts_with(&self.root)
            || !nearer.into_iter().any(|directory| directory.join(FILE_NAME).is_file())
    }
}

/// Files that decide what is looked at and how.
const DECIDING_FILES: [&str; 4] = [FILE_NAME, ".gitignore", ".ignore", ".rolecallignore"];

/// Whether a file of this name decides what is looked at and how.
pub(super) fn decides(name: &str) -> bool {
    DECIDING_FILES.contains(&name)
}

fn stamp(path: &Path) -> Stamp {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok(), if metadata.is_dir() { 0 } else { metadata.len() }))
}
