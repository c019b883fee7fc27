//! The command line: arguments in, exit code out. Findings go to standard output, everything else to standard error.

mod arguments;
mod baseline;
mod check;
mod fix;
mod graph;
mod hook;
mod init;
mod output;
mod parameters;
mod progress;
mod project;
mod rules;
mod settings;
mod terminal;
mod trace;
mod values;
mod watch;

use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use lsp_server::Connection;

use crate::catalogue::RuleInfo;
use crate::diagnostic::Diagnostic;
use crate::load::reason;
use crate::lsp::{self, Ended, Environment};
use crate::render::{full::Full, printable};
use crate::source::Sources;
use crate::suggest::did_you_mean;
use arguments::{Arguments, Command};
use terminal::When;

/// What the process ends with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// 0: nothing at or above the severity that counts.
    Clean,
    /// 1: findings at or above it.
    Findings,
    /// 2: bad usage, bad configuration, something that cannot be read or written, or an internal error.
    Failure,
    /// 3: the named paths held nothing to analyse.
    Nothing,
    /// 1: the editor went away without saying that it would.
    Abandoned,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Exit::Clean => 0,
            Exit::Findings | Exit::Abandoned => 1,
            Exit::Failure => 2,
            Exit::Nothing => 3,
        }
    }
}

/// Looks up a variable of the environment.
pub type Variable<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// Everything the command line reaches outside itself, so that tests can stand in for a process.
pub struct Io<'a> {
    /// Standard output.
    pub out: Box<dyn Write + 'a>,
    /// Standard error.
    pub err: Box<dyn Write + 'a>,
    /// Standard input.
    pub input: Box<dyn Read + 'a>,
    /// Whether standard output is a terminal.
    pub out_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub err_is_terminal: bool,
    /// The environment.
    pub variable: Box<Variable<'a>>,
    /// The working directory, absolute and without links.
    pub working_directory: PathBuf,
}

impl Io<'_> {
    /// Writes a line to standard error. That it cannot be written is not told, for there is nobody to tell.
    fn say(&mut self, line: &str) {
        let _ = writeln!(self.err, "{line}").and_then(|()| self.err.flush());
    }

    /// Writes to standard output. A reader that has gone is no error: it has read all it wanted. Gives whether it is
    /// still there.
    fn write(&mut self, text: &str) -> Result<bool, Problem> {
        match self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(Problem::Message(format!("cannot write to standard output: {}", reason(&error)))),
        }
    }
}

/// Why nothing came of a command. Always exit code 2.
enum Problem {
    /// A sentence.
    Message(String),
    /// A mistake in a file that is not analysed, to be shown in it.
    In(Box<Diagnostic>, Sources),
}

impl From<String> for Problem {
    fn from(message: String) -> Self {
        Problem::Message(message)
    }
}

/// The process: its arguments, its streams, and no panic gets out of it.
pub fn main(rules: &[RuleInfo]) -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        // The only words about a panic. The location is one of our own source.
        let text = format!("rolecall: internal error: {panic}; please report this together with the input");
        let _ = writeln!(io::stderr(), "{}", text.replace('\n', " "));
    }));
    let run = || {
        let working_directory = std::env::current_dir().and_then(|directory| directory.canonicalize());
        let working_directory = match working_directory {
            Ok(directory) => directory,
            Err(error) => {
                let _ = writeln!(io::stderr(), "rolecall: cannot read the working directory: {error}");
                return Exit::Failure;
            }
        };
        let (out, err) = (io::stdout(), io::stderr());
        let mut io = Io {
            out_is_terminal: out.is_terminal(),
            err_is_terminal: err.is_terminal(),
            // Whether there are colours is decided before; this only makes consoles understand them that need help.
            out: Box::new(BufWriter::new(anstream::AutoStream::new(out, anstream::ColorChoice::Always))),
            err: Box::new(anstream::AutoStream::new(err, anstream::ColorChoice::Always)),
            input: Box::new(io::stdin()),
            variable: Box::new(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())),
            working_directory,
        };
        self::run(std::env::args_os(), rules, &mut io)
    };
    ExitCode::from(guarded(run).code())
}

/// Runs `run`; a panic in it is an internal error, not an unwinding process with a code of its own.
fn guarded(run: impl FnOnce() -> Exit) -> Exit {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or(Exit::Failure)
}

/// One run of the command line. `arguments` begin with the name of the program; `rules` are all that there are.
pub fn run(arguments: impl IntoIterator<Item = OsString>, rules: &[RuleInfo], io: &mut Io<'_>) -> Exit {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error, io),
    };
    let color = arguments.color;
    let result = match &arguments.command {
        Command::Check(check) if check.watch => watch::run(check, &arguments, rules, io),
        Command::Check(check) => check::run(check, &arguments, rules, io).map(|done| done.exit),
        Command::Trace(trace) => trace::run(trace, &arguments, rules, io),
        Command::Graph(graph) => graph::run(graph, &arguments, rules, io),
        Command::Explain { rule } => rules::explain(rule, color, rules, io),
        Command::Rules { format } => rules::list(*format, rules, io),
        Command::Lsp { .. } => Ok(serve(rules, io)),
        Command::Init { pre_commit } => init::run(*pre_commit, io),
        Command::Man { command } => man(command.as_deref(), io),
        Command::Completions { shell } => completions(*shell, io),
    };
    result.unwrap_or_else(|problem| {
        tell(problem, color, io);
        Exit::Failure
    })
}

/// Tells on standard error why nothing came of a command.
fn tell(problem: Problem, color: When, io: &mut Io<'_>) {
    match problem {
        Problem::Message(message) => io.say(&format!("rolecall: {}", printable(&message))),
        Problem::In(diagnostic, sources) => {
            let style = terminal::style(color, io.err_is_terminal, io);
            let text = Full::new(&sources, style).finding(&diagnostic, false);
            io.say(text.trim_end());
        }
    }
}

/// Help and version go to standard output with code 0, mistakes to standard error with code 2.
fn usage(error: &clap::Error, io: &mut Io<'_>) -> Exit {
    let wrong = error.use_stderr();
    let terminal = if wrong { io.err_is_terminal } else { io.out_is_terminal };
    let text = error.render();
    let color = terminal::style(When::Auto, terminal, io).color;
    let text = if color { text.ansi().to_string() } else { text.to_string() };
    if wrong {
        io.say(text.trim_end());
        return Exit::Failure;
    }
    match io.write(&text) {
        Ok(_) => Exit::Clean,
        Err(Problem::Message(message)) => {
            io.say(&format!("rolecall: {message}"));
            Exit::Failure
        }
        Err(Problem::In(..)) => Exit::Failure,
    }
}

/// Serves an editor. The protocol has standard input and output for itself, so they are not used through `io`.
fn serve(rules: &[RuleInfo], io: &Io<'_>) -> Exit {
    let environment = Environment {
        rules: rules.to_vec(),
        variables: project::environment_variables(),
        pages: lsp::pages_directory(&io.variable),
    };
    let (connection, _threads) = Connection::stdio();
    match lsp::serve(&connection, environment) {
        Ended::AsAsked => Exit::Clean,
        Ended::Abandoned => Exit::Abandoned,
    }
}

/// The manual page of a command, in the language of `man`.
fn man(command: Option<&str>, io: &mut Io<'_>) -> Result<Exit, Problem> {
    let mut all = Arguments::command();
    all.build();
    let page = match command {
        None => all,
        Some(name) => {
            let known = || all.get_subcommands().map(|command| command.get_name().to_owned());
            let found = all.get_subcommands().find(|command| command.get_name() == name);
            let unknown = || {
                let nearest = did_you_mean(name, known().collect::<Vec<_>>().iter().map(String::as_str));
                format!("there is no command `{name}`{nearest}")
            };
            found.ok_or_else(unknown)?.clone()
        }
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page)
        .source(concat!("rolecall ", env!("CARGO_PKG_VERSION")))
        .render(&mut text)
        .map_err(|error| error.to_string())?;
    io.write(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Clean)
}

/// The completions are written into memory first: the generator panics when its writer fails.
fn completions(shell: clap_complete::Shell, io: &mut Io<'_>) -> Result<Exit, Problem> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "rolecall", &mut text);
    io.write(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_panic_is_an_internal_error() {
        assert_eq!(guarded(|| panic!("on purpose")), Exit::Failure);
        assert_eq!(guarded(|| Exit::Nothing), Exit::Nothing);
    }
}
