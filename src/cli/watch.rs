//! `rolecall check --watch`: checks again whenever a file that matters has changed.

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use super::arguments::{Arguments, Check};
use super::{Exit, Io, Problem, check, project, terminal};
use crate::catalogue::RuleInfo;
use crate::load::{self, Seen};

/// How often files are looked at. Only their times and sizes are asked for.
const EVERY: Duration = Duration::from_millis(400);

/// Checks until the reader of standard output has gone, or for ever.
pub(super) fn run(check: &Check, arguments: &Arguments, rules: &[RuleInfo], io: &mut Io<'_>) -> Result<Exit, Problem> {
    let clear = io.out_is_terminal && terminal::style(arguments.color, io.out_is_terminal, io).color;
    let mut also: Vec<PathBuf> = Vec::new();
    loop {
        if clear {
            // The screen and what was scrolled out of it, then to its first line.
            io.write("\u{1b}[2J\u{1b}[3J\u{1b}[H")?;
        }
        // Looked at before they are read: what changes in between is seen as a change.
        let asked = also.clone();
        let before = seen(check, &asked, io)?;
        match check::run(check, arguments, rules, io) {
            Ok(done) if !done.open => return Ok(done.exit),
            // What it asked for is looked at as well from now on.
            Ok(done) => also = done.read,
            // A mistake in the configuration, say: it is told, and mended while this waits.
            Err(problem) => super::tell(problem, arguments.color, io),
        }
        // In this order: a change at any time is in one of the two, or comes after both.
        let after = seen(check, &also, io)?;
        if seen(check, &asked, io)? != before {
            continue;
        }
        if arguments.quiet == 0 {
            io.say("watching for changes; Ctrl-C ends");
        }
        while seen(check, &also, io)? == after {
            thread::sleep(EVERY);
        }
    }
}

/// What the named paths, the configuration and the files in `also` look like.
fn seen(check: &Check, also: &[PathBuf], io: &mut Io<'_>) -> Result<Vec<Seen>, Problem> {
    let targets = project::targets(&check.paths, &check.input, io)?;
    let here = &io.working_directory;
    let named = check.named_files(&io.variable);
    let named = named.iter().map(|path| load::absolute(here, path));
    let also: Vec<PathBuf> = also.iter().cloned().chain(named).chain(load::find_config(here, &targets)).collect();
    let mut seen = load::snapshot(&targets, &also);
    // What this run itself writes is no reason for another one.
    let written: Vec<PathBuf> = check.outputs.iter().map(|output| load::absolute(here, &output.path)).collect();
    seen.retain(|(path, _)| !written.contains(path));
    Ok(seen)
}
