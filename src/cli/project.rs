//! From arguments to a report: targets, configuration, values, then the loader and its workspace.

use std::path::{Path, PathBuf};

use super::arguments::Input;
use super::progress::Spinner;
use super::values::Given;
use super::{Io, Problem, hook, parameters};
use crate::catalogue::RuleInfo;
use crate::config::{self, Choices, Config, Selection};
use crate::diagnostic::{self, Diagnostic, Severity};
use crate::load::{self, Loader, Target};
use crate::render::{Root, printable};
use crate::source::Sources;
use crate::syntax::MAX_TEXT_BYTES;
use crate::workspace::{Report, Settings, VariableFile, Workspace};

/// A project that was read and analysed.
pub(super) struct Project {
    pub(super) workspace: Workspace,
    pub(super) report: Report,
    pub(super) config: Config,
    /// What could not be read, and what the analysis has to say beside its findings.
    pub(super) notes: Vec<String>,
    /// How many of the files that were found can be analysed.
    pub(super) analysable: usize,
    /// The configuration file, if there is one.
    pub(super) config_file: Option<PathBuf>,
    /// The file of the findings that are known already, by absolute path.
    pub(super) baseline: Option<PathBuf>,
    /// Where the texts came from.
    pub(super) loader: Loader,
    /// The repository that the paths are in.
    pub(super) root: Root,
    /// Where the paths are in it, each ended by `/`, as a name for what was analysed.
    pub(super) category: String,
    selection: Selection,
    unsuppressed: bool,
    changed: Option<Vec<PathBuf>>,
    here: PathBuf,
}

impl Project {
    /// Analyses again, after texts of the workspace have changed.
    pub(super) fn again(&mut self) {
        let mut report = self.loader.check(&mut self.workspace, &mut |_| {});
        self.select(&mut report);
        self.report = report;
    }

    /// Whether a finding of a rule in a file, given by its source's path, would have been shown.
    pub(super) fn judges(&mut self, rule: &str, path: &str) -> bool {
        if self.changed.is_some() && !self.report.units.iter().any(|unit| unit.holds(path)) {
            return false;
        }
        let here = self.workspace.sources().id(path).is_some() || !self.loader.exists(path);
        here && self.selection.severity(rule, path, Severity::Error).is_some() && self.loader.shows_source(path)
    }

    /// Leaves the findings that are to be shown, with their configured severities.
    fn select(&mut self, report: &mut Report) {
        let (sources, selection, loader) = (self.workspace.sources(), &self.selection, &mut self.loader);
        let mut shown =
            |diagnostic: &mut Diagnostic| selection.admits(diagnostic, sources) && loader.shows(diagnostic, sources);
        if self.unsuppressed {
            report.diagnostics.extend(report.suppressed.drain(..).map(|suppressed| suppressed.diagnostic));
            diagnostic::sort(&mut report.diagnostics, sources);
        }
        report.diagnostics.retain_mut(&mut shown);
        report.suppressed.retain_mut(|suppressed| shown(&mut suppressed.diagnostic));
        if let Some(changed) = &self.changed {
            hook::narrow(report, changed, &self.workspace, &self.here);
        }
    }

    /// The severity with which a rule runs, where nothing is said for a path; `None` if it does not.
    pub(super) fn severity(&self, rule: &RuleInfo) -> Option<Severity> {
        self.selection.severity(rule.id, "", rule.severity)
    }

    /// Tells what could not be read and the like, unless nothing is to be told.
    pub(super) fn say_notes(&self, quiet: u8, io: &mut Io<'_>) {
        if quiet < 2 {
            for note in &self.notes {
                io.say(&format!("note: {}", printable(note)));
            }
        }
    }
}

/// Tells that `paths` hold nothing that can be analysed.
pub(super) fn say_nothing(paths: &[PathBuf], quiet: u8, io: &mut Io<'_>) {
    if quiet < 2 {
        let named: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let named = if named.is_empty() { ".".to_owned() } else { named.join(", ") };
        io.say(&format!(
            "rolecall: nothing to analyse in {}: no Terraform files and no CloudFormation templates",
            printable(&named)
        ));
    }
}

/// What is asked of an analysis.
#[derive(Default)]
pub(super) struct Wanted {
    /// What the command line says about rules.
    pub(super) choices: Choices,
    /// Whether the graphs are wanted.
    pub(super) pictures: bool,
    /// Whether suppressions hide nothing.
    pub(super) unsuppressed: bool,
    /// The baseline that was named, in place of the configured one.
    pub(super) baseline: Option<PathBuf>,
    /// The files whose change matters, by absolute path; `None` is all.
    pub(super) changed: Option<Vec<PathBuf>>,
}

/// Values of root variables in the environment. One that is not text is passed over, as Terraform cannot use it either.
pub(super) fn environment_variables() -> Vec<(String, String)> {
    let pairs =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let mut given: Vec<(String, String)> =
        pairs.filter_map(|(name, value)| Some((name.strip_prefix("TF_VAR_")?.to_string(), value))).collect();
    given.sort();
    given
}

/// How many threads are worth having. More than a few wait for each other.
fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(16)
}

/// Reads and analyses `paths`. The findings are the selected ones, with their configured severities.
pub(super) fn analyse(
    paths: &[PathBuf],
    input: &Input,
    wanted: Wanted,
    rules: &[RuleInfo],
    quiet: u8,
    io: &mut Io<'_>,
) -> Result<Project, Problem> {
    let here = io.working_directory.clone();
    let targets = targets(paths, input, io)?;
    let (config, config_file) = configuration(input, &targets, rules, io)?;
    let base = config_file.as_deref().and_then(Path::parent).unwrap_or(&here).to_owned();
    let selection = Selection::new(rules, wanted.choices, &config, here.clone(), base.clone())?;
    let named = wanted.baseline.map(|path| load::absolute(&here, &path));
    let configured = || config.baseline.as_ref().map(|path| load::absolute(&here, &base.join(path)));
    let baseline = named.or_else(configured);
    let exclude = config::patterns(config.exclude.iter().map(String::as_str))?;

    let jobs = input.jobs.map_or_else(processors, usize::from);
    let pictures = wanted.pictures;
    let mut settings = Settings { environment: environment_variables(), jobs, pictures, ..Settings::default() };
    for path in &input.parameters {
        let (path, environment) = parameters::named(path);
        let text = named_text(&here, &path, MAX_TEXT_BYTES)?;
        let pairs = parameters::parse(&path.to_string_lossy(), environment.as_deref(), &text)
            .map_err(|error| format!("cannot use {}: {error}", path.display()))?;
        settings.variables.extend(pairs);
    }
    let mut variable_files: Vec<(PathBuf, usize)> =
        config.var_files.iter().map(|path| (base.join(path), settings.variables.len())).collect();
    for given in &input.values.0 {
        match given {
            Given::Variable(name, value) => settings.variables.push((name.clone(), value.clone())),
            Given::File(path) => variable_files.push((here.join(path), settings.variables.len())),
        }
    }
    let mut variable_texts = Vec::new();
    for (path, after) in variable_files {
        let text = named_text(&here, &path, MAX_TEXT_BYTES)?;
        let path = crate::paths::name(&here, &load::absolute(&here, &path));
        variable_texts.push((path.clone(), text));
        settings.variable_files.push(VariableFile { path, after });
    }
    for (source, directory) in &config.modules {
        let directory = crate::paths::name(&here, &load::absolute(&here, &base.join(directory)));
        settings.modules.push((source.clone(), directory));
    }

    let root = Root::new(here.clone(), load::root(&here, &targets), load::real);
    let category = category(&root, &targets, &here);
    let mut workspace = Workspace::new(settings);
    let mut spinner = Spinner::new(io.err_is_terminal && quiet == 0);
    let mut loader = Loader::new(here, targets, exclude, base, load::content).with_ignored(input.no_ignore);
    for (name, text) in variable_texts {
        workspace.set(&name, text);
    }
    let analysable = loader.fill(&mut workspace, &mut |progress| spinner.show(progress));
    let mut report = match analysable {
        0 => Report::default(),
        _ => loader.check(&mut workspace, &mut |progress| spinner.show(progress)),
    };
    drop(spinner);
    let notes = loader.notes().map(str::to_owned).chain(report.notes.iter().cloned()).collect();
    // What is known may be about to change, so nothing can be left out.
    let known = baseline.as_deref().map(load::real);
    let changed = wanted.changed.filter(|changed| known.as_ref().is_none_or(|known| !changed.contains(known)));
    let here = io.working_directory.clone();
    let none = Report::default();
    let mut project = Project {
        workspace,
        report: none,
        config,
        notes,
        analysable,
        config_file,
        baseline,
        loader,
        root,
        category,
        selection,
        unsuppressed: wanted.unsuppressed,
        changed,
        here,
    };
    project.select(&mut report);
    project.report = report;
    Ok(project)
}

/// `rolecall/` and the paths that were named, so that the results of one part do not take the place of another's.
fn category(root: &Root, targets: &[Target], here: &Path) -> String {
    let path = |target: &Target| match target {
        Target::Directory(path) | Target::File(path) | Target::Text(path, _) => {
            root.path(&crate::paths::name(here, path))
        }
    };
    let mut paths: Vec<String> = targets.iter().map(path).filter(|path| !path.is_empty()).collect();
    paths.sort();
    let paths: String = paths.iter().map(|path| format!("{path}/")).collect();
    format!("rolecall/{paths}")
}

/// What was named, `.` if nothing was.
pub(super) fn targets(paths: &[PathBuf], input: &Input, io: &mut Io<'_>) -> Result<Vec<Target>, Problem> {
    let here = io.working_directory.clone();
    let dash = |path: &Path| path.as_os_str() == "-";
    if input.stdin_filename.is_some() && !paths.iter().any(|path| dash(path)) {
        return Err("--stdin-filename is for standard input: name it with `-`".to_owned().into());
    }
    let mut targets = Vec::new();
    for path in paths {
        let target = if dash(path) {
            let Some(name) = &input.stdin_filename else {
                return Err("`-` needs --stdin-filename, which says what kind of file it is".to_owned().into());
            };
            let text = load::text(&mut io.input, MAX_TEXT_BYTES).map_err(|failure| failure.say("standard input"))?;
            Target::Text(load::absolute(&here, name), text.text)
        } else {
            load::target(&here, path)?
        };
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    if targets.is_empty() {
        targets.push(load::target(&here, Path::new("."))?);
    }
    Ok(targets)
}

/// The configuration, and the file it is in.
fn configuration(
    input: &Input,
    targets: &[Target],
    rules: &[RuleInfo],
    io: &Io<'_>,
) -> Result<(Config, Option<PathBuf>), Problem> {
    let here = &io.working_directory;
    let path = match input.configuration(&io.variable) {
        _ if input.isolated => None,
        Some(path) => Some(load::absolute(here, &path)),
        None => load::find_config(here, targets),
    };
    let Some(path) = path else { return Ok((Config::default(), None)) };
    let text = named_text(here, &path, config::MAX_BYTES)?;
    let mut sources = Sources::new();
    let source = sources.set(&crate::paths::name(here, &path), text);
    let text = sources.text(source).clone();
    match config::parse(source, &text, rules) {
        Ok(config) => Ok((config, Some(path))),
        Err(mistake) => Err(Problem::In(mistake, sources)),
    }
}

/// The text of a file that was named, so that it must be there.
fn named_text(here: &Path, path: &Path, limit: usize) -> Result<std::sync::Arc<str>, Problem> {
    let text = load::read(&here.join(path), limit).map_err(|failure| {
        let name = crate::paths::name(here, &crate::paths::normalise(&here.join(path)));
        failure.say(&name)
    })?;
    Ok(text.text)
}
