//! `rolecall check`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::{Arguments, Check};
use super::hook::{self, Scope};
use super::output::{Format, View, append_file, write_file};
use super::project::{self, Wanted};
use super::{Exit, Io, Problem, baseline, fix, settings, terminal};
use crate::catalogue::{RuleInfo, Selector};
use crate::config::{Choices, FailOn};
use crate::diagnostic::Severity;
use crate::load;
use crate::render::{Beside, Outcome, Style, concise, github, printable, sarif, tally, trace};
use crate::workspace::Report;

/// A finished check.
pub(super) struct Done {
    pub(super) exit: Exit,
    /// Whether standard output still has a reader.
    pub(super) open: bool,
    /// What was read, by absolute path.
    pub(super) read: Vec<PathBuf>,
}

impl Done {
    fn new(exit: Exit) -> Done {
        Done { exit, open: true, read: Vec::new() }
    }
}

pub(super) fn run(check: &Check, arguments: &Arguments, rules: &[RuleInfo], io: &mut Io<'_>) -> Result<Done, Problem> {
    let selectors = |option: &str, names: &[String]| -> Result<Vec<Selector>, Problem> {
        let parse = |name: &String| Selector::parse(name.trim(), rules).map_err(|error| format!("{option}: {error}"));
        Ok(names.iter().map(parse).collect::<Result<_, _>>()?)
    };
    let choices = Choices {
        select: selectors("--select", &check.select)?,
        ignore: selectors("--ignore", &check.ignore)?,
        pedantic: check.pedantic,
    };
    let (baseline, unsuppressed) = (check.baseline.clone(), check.no_suppressions);
    let mut wanted = Wanted { choices, baseline, unsuppressed, ..Wanted::default() };
    let mut paths = check.paths.clone();
    if check.hook {
        let files: Vec<PathBuf> =
            paths.iter().filter(|path| !io.working_directory.join(path).is_dir()).cloned().collect();
        paths.retain(|path| !files.contains(path));
        match hook::scope(&files, &check.named_files(&io.variable), io) {
            Scope::Nothing => {
                if arguments.quiet == 0 {
                    io.say("no change here can affect an identity");
                }
                return Ok(Done::new(Exit::Clean));
            }
            Scope::Everything => {}
            Scope::Changed(changed) => wanted.changed = Some(changed),
        }
    }
    let mut project = project::analyse(&paths, &check.input, wanted, rules, arguments.quiet, io)?;
    let fail_on = check.fail_on.or(project.config.fail_on).unwrap_or(FailOn::From(Severity::Error));
    project.say_notes(arguments.quiet, io);
    if check.show_files || check.show_settings {
        let text = match check.show_files {
            true => settings::files(&project),
            false => settings::text(&project, &check.input, fail_on, rules),
        };
        io.write(&text)?;
        return Ok(Done::new(if project.analysable == 0 { Exit::Nothing } else { Exit::Clean }));
    }
    let known = baseline::read(&project, check, io)?.filter(|_| project.analysable > 0);
    let given = match check.fixing.level().filter(|_| project.analysable > 0) {
        Some(level) if check.fixing.only_shows() => {
            let mended = fix::mend(&mut project, level, known.as_ref());
            mended.undo(&mut project);
            project.again();
            Some(mended.diff().into())
        }
        Some(level) => {
            let mended = fix::mend(&mut project, level, known.as_ref());
            let given = mended.write(&project, io)?;
            if arguments.quiet < 2 {
                mended.summary().iter().for_each(|line| io.say(&printable(line)));
            }
            given
        }
        None => None,
    };
    if let Some(known) = &known {
        baseline::apply(known, &mut project, check, arguments.quiet, io)?;
    }
    let outcome = Outcome { report: &project.report, sources: project.workspace.sources(), rules, root: &project.root };
    let beside = Beside { undecided: check.show_undecided, silenced: check.show_suppressed };
    let target = terminal::target(&io.working_directory);
    let view = View { outcome, category: &project.category, beside, target: &target };
    let open = present(&view, given, check, arguments, io)?;
    if project.analysable == 0 {
        project::say_nothing(&paths, arguments.quiet, io);
        // A hook runs whatever the repository holds.
        return Ok(Done::new(if check.hook { Exit::Clean } else { Exit::Nothing }));
    }
    if arguments.quiet == 0 {
        let style = terminal::style(arguments.color, io.err_is_terminal, io);
        io.say(&tally::summary(&project.report, style));
    }
    let sources = project.workspace.sources();
    let read = sources.ids().map(|id| load::absolute(&io.working_directory, Path::new(&**sources.path(id)))).collect();
    Ok(Done { exit: verdict(&project.report, fail_on), open, read })
}

/// Writes the report where it was asked for: files first, since a closed standard output must not keep them away. Where
/// standard output is for a text (a diff, what was mended of standard input), the findings are not in its way. Gives
/// whether standard output still has a reader.
fn present(
    view: &View<'_>,
    instead: Option<Arc<str>>,
    check: &Check,
    arguments: &Arguments,
    io: &mut Io<'_>,
) -> Result<bool, Problem> {
    let Outcome { report, sources, .. } = view.outcome;
    for output in &check.outputs {
        let text = output.format.render(view, Style::default());
        write_file(&io.working_directory, &output.path, &text)?;
    }
    let written = |format| check.format == format || check.outputs.iter().any(|output| output.format == format);
    if written(Format::Github) {
        step_summary(view, io)?;
    }
    if written(Format::Sarif) && arguments.quiet < 2 {
        let limits = sarif::limits(report, view.beside.silenced);
        limits.iter().for_each(|limit| io.say(&format!("note: {limit}")));
    }
    let mut open = true;
    if let Some(text) = &instead {
        open = io.write(text)?;
    }
    if arguments.quiet >= 2 {
        return Ok(open);
    }
    let style = terminal::style(arguments.color, io.out_is_terminal, io);
    let text = || check.format.render(view, style);
    match instead {
        None => open = io.write(&text())?,
        Some(_) if check.fixing.only_shows() => {}
        Some(_) => io.say(text().trim_end()),
    }
    let style = terminal::style(arguments.color, io.err_is_terminal, io);
    if check.show_undecided {
        let text = trace::undecided(report.chains.iter(), sources);
        if !text.is_empty() {
            io.say(text.trim_end());
        }
    }
    if check.show_suppressed {
        let text = concise::silenced(report, sources);
        if !text.is_empty() {
            io.say(text.trim_end());
        }
    }
    if check.statistics && !report.diagnostics.is_empty() {
        io.say(tally::statistics(report, style).trim_end());
    }
    Ok(open)
}

/// Adds a table to the page that GitHub shows of a step, where a job has one.
fn step_summary(view: &View<'_>, io: &Io<'_>) -> Result<(), Problem> {
    let Some(path) = (io.variable)("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else { return Ok(()) };
    let summary = tally::summary(view.outcome.report, Style::default());
    append_file(&io.working_directory, Path::new(&path), &github::step_summary(&view.outcome, &summary))?;
    Ok(())
}

fn verdict(report: &Report, fail_on: FailOn) -> Exit {
    let counts = report.diagnostics.iter().any(|diagnostic| fail_on.counts(diagnostic.severity));
    if counts { Exit::Findings } else { Exit::Clean }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostic;
    use crate::text::{SourceId, Span};

    #[test]
    fn the_exit_code_depends_on_the_worst_finding_and_the_severity_that_counts() {
        let with = |severities: &[Severity]| Report {
            diagnostics: severities
                .iter()
                .map(|severity| Diagnostic::new("r", *severity, Span::new(SourceId(0), 0, 0), "m"))
                .collect(),
            ..Report::default()
        };
        let warning = with(&[Severity::Info, Severity::Warning]);
        assert_eq!(verdict(&warning, FailOn::From(Severity::Error)), Exit::Clean);
        assert_eq!(verdict(&warning, FailOn::From(Severity::Warning)), Exit::Findings);
        assert_eq!(verdict(&warning, FailOn::From(Severity::Info)), Exit::Findings);
        assert_eq!(verdict(&with(&[Severity::Error]), FailOn::Never), Exit::Clean);
        assert_eq!(verdict(&with(&[Severity::Error]), FailOn::From(Severity::Error)), Exit::Findings);
        assert_eq!(verdict(&with(&[]), FailOn::From(Severity::Info)), Exit::Clean);
    }
}
