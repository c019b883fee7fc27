//! `rolecall check`.

use std::sync::Arc;

use super::arguments::{Arguments, Check};
use super::output::write_file;
use super::{Exit, Io, Problem, baseline, fix, project, terminal};
use crate::catalogue::{RuleInfo, Selector};
use crate::config::{Choices, FailOn};
use crate::diagnostic::Severity;
use crate::render::{Style, printable, tally, trace};
use crate::source::Sources;
use crate::workspace::Report;

pub(super) fn run(check: &Check, arguments: &Arguments, rules: &[RuleInfo], io: &mut Io<'_>) -> Result<Exit, Problem> {
    let selectors = |option: &str, names: &[String]| -> Result<Vec<Selector>, Problem> {
        let parse = |name: &String| Selector::parse(name.trim(), rules).map_err(|error| format!("{option}: {error}"));
        Ok(names.iter().map(parse).collect::<Result<_, _>>()?)
    };
    let choices = Choices {
        select: selectors("--select", &check.select)?,
        ignore: selectors("--ignore", &check.ignore)?,
        pedantic: check.pedantic,
    };
    let mut project = project::analyse(&check.paths, &check.input, choices, rules, arguments.quiet, io)?;
    let fail_on = check.fail_on.or(project.config.fail_on).unwrap_or(FailOn::From(Severity::Error));
    if arguments.quiet < 2 {
        for note in &project.notes {
            io.say(&format!("note: {}", printable(note)));
        }
    }
    let given = match check.fixing.level().filter(|_| project.analysable > 0) {
        Some(level) if check.fixing.only_shows() => {
            let mended = fix::mend(&mut project, level);
            mended.undo(&mut project);
            project.again();
            Some(mended.diff().into())
        }
        Some(level) => {
            let mended = fix::mend(&mut project, level);
            let given = mended.write(&project, io)?;
            if arguments.quiet < 2 {
                mended.summary().iter().for_each(|line| io.say(&printable(line)));
            }
            given
        }
        None => None,
    };
    if project.analysable > 0 {
        baseline::apply(&mut project, check, arguments.quiet, io)?;
    }
    present(&project.report, project.workspace.sources(), given, check, arguments, rules, io)?;
    if project.analysable == 0 {
        if arguments.quiet < 2 {
            let named: Vec<String> = check.paths.iter().map(|path| path.display().to_string()).collect();
            let named = if named.is_empty() { ".".to_owned() } else { named.join(", ") };
            io.say(&format!(
                "rolecall: nothing to analyse in {}: no Terraform files and no CloudFormation templates",
                printable(&named)
            ));
        }
        return Ok(Exit::Nothing);
    }
    if arguments.quiet == 0 {
        let style = terminal::style(arguments.color, io.err_is_terminal, io);
        io.say(&tally::summary(&project.report, style));
    }
    Ok(verdict(&project.report, fail_on))
}

/// Writes the report where it was asked for: files first, since a closed standard output must not keep them away. Where
/// standard output is for a text (a diff, what was mended of standard input), the findings are not in its way.
fn present(
    report: &Report,
    sources: &Sources,
    instead: Option<Arc<str>>,
    check: &Check,
    arguments: &Arguments,
    rules: &[RuleInfo],
    io: &mut Io<'_>,
) -> Result<(), Problem> {
    for output in &check.outputs {
        let text = output.format.render(report, sources, rules, Style::default(), check.show_undecided);
        write_file(&io.working_directory, &output.path, &text)?;
    }
    if let Some(text) = &instead {
        io.write(text)?;
    }
    if arguments.quiet >= 2 {
        return Ok(());
    }
    let style = terminal::style(arguments.color, io.out_is_terminal, io);
    let text = || check.format.render(report, sources, rules, style, check.show_undecided);
    match instead {
        None => io.write(&text())?,
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
    if check.statistics && !report.diagnostics.is_empty() {
        io.say(tally::statistics(report, style).trim_end());
    }
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
