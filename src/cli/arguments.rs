//! The commands and their options.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use super::Variable;
use super::fix::Fixing;
use super::output::{Destination, Format};
use super::terminal::When;
use super::values::{Given, Values};
use crate::config::FailOn;

/// Finds broken AWS identity chains (compute, instance profile, role, trust policy, service) in Terraform and
/// CloudFormation before anything is deployed.
#[derive(Parser, Debug)]
#[command(name = "rolecall", version, disable_help_subcommand = true, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN", env = "ROLECALL_COLOR", hide_env = true)]
    pub(super) color: When,
    /// Leave out the summary; twice: nothing but the exit code
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(super) quiet: u8,
}

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Check files and directories
    #[command(after_help = "Exit codes:\n  0  nothing at or above --fail-on\n  1  findings at or above it\n  \
                            2  bad usage, bad configuration, unreadable path, internal error\n  \
                            3  the named paths held nothing to analyse\n\n\
                            Environment:\n  Options that hold for every run have a variable, such as ROLECALL_FORMAT for --format\n  \
                            and ROLECALL_SHOW_UNDECIDED for --show-undecided; the option itself goes before it.")]
    Check(Check),
    /// Show each identity chain with its verdict: holds, broken or undecided, and why
    Trace(Trace),
    /// Show the graph of who may act as whom
    Graph(Graph),
    /// Show the page of a rule
    Explain {
        /// The rule's id, as findings show it
        rule: String,
    },
    /// List all rules
    Rules {
        /// How to list them
        #[arg(long, value_enum, default_value_t = ListFormat::Text)]
        format: ListFormat,
    },
    /// Serve an editor on standard input and output, in the Language Server Protocol
    #[command(visible_alias = "server")]
    Lsp {
        /// What editors pass to servers that know other ways too; standard input and output are the only one here
        #[arg(long, hide = true)]
        stdio: bool,
    },
    /// Write a commented .rolecall.yaml
    Init {
        /// Also write the hook for pre-commit, or show it where a configuration is there already
        #[arg(long)]
        pre_commit: bool,
    },
    /// Print the manual page of a command, for `man -l -`
    Man {
        /// The command; without one, the page of rolecall itself
        command: Option<String>,
    },
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum ListFormat {
    Text,
    Json,
}

/// What is read, and the values that are given to it.
#[derive(Args, Debug)]
pub(super) struct Input {
    /// The path that standard input is read as: it takes the place of that file in its module
    #[arg(long, value_name = "PATH")]
    pub(super) stdin_filename: Option<PathBuf>,
    #[command(flatten)]
    pub(super) values: Values,
    /// Read values of template parameters from a file: JSON, YAML, or samconfig.toml (samconfig.toml:prod for one of its
    /// environments)
    #[arg(long, value_name = "FILE", env = "ROLECALL_PARAMETERS", hide_env = true)]
    pub(super) parameters: Vec<PathBuf>,
    /// Use this configuration file instead of the nearest .rolecall.yaml
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub(super) config: Option<PathBuf>,
    /// Use no configuration file
    #[arg(long, action = ArgAction::SetTrue, value_parser = FalseyValueParser::new(), env = "ROLECALL_ISOLATED", hide_env = true)]
    pub(super) isolated: bool,
    /// Look into ignored files and directories too
    #[arg(long, action = ArgAction::SetTrue, value_parser = FalseyValueParser::new(), env = "ROLECALL_NO_IGNORE", hide_env = true)]
    pub(super) no_ignore: bool,
    /// Evaluate so many root modules and templates at the same time [default: as many as there are processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256), env = "ROLECALL_JOBS", hide_env = true)]
    pub(super) jobs: Option<u16>,
}

#[derive(Args, Debug)]
pub(super) struct Check {
    /// Files and directories; `-` is standard input [default: .]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// How findings are written to standard output
    #[arg(long, value_enum, default_value_t = Format::Full, env = "ROLECALL_FORMAT", hide_env = true)]
    pub(super) format: Format,
    /// Also write findings to a file; may be repeated
    #[arg(long = "output", value_name = "FORMAT=FILE", value_parser = Destination::parse, env = "ROLECALL_OUTPUT", hide_env = true)]
    pub(super) outputs: Vec<Destination>,
    /// Run only these rules or groups
    #[arg(long, value_name = "RULE", value_delimiter = ',', env = "ROLECALL_SELECT", hide_env = true)]
    pub(super) select: Vec<String>,
    /// Do not run these rules or groups
    #[arg(long, value_name = "RULE", value_delimiter = ',', env = "ROLECALL_IGNORE", hide_env = true)]
    pub(super) ignore: Vec<String>,
    /// Run the pedantic rules as well
    #[arg(long, action = ArgAction::SetTrue, value_parser = FalseyValueParser::new(), env = "ROLECALL_PEDANTIC", hide_env = true)]
    pub(super) pedantic: bool,
    /// From which severity on findings make the exit code 1: error, warning, info or never [default: error]
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on, env = "ROLECALL_FAIL_ON", hide_env = true)]
    pub(super) fail_on: Option<FailOn>,
    /// Do not show the findings that this file knows, in place of the configured one
    #[arg(long, value_name = "FILE", env = "ROLECALL_BASELINE", hide_env = true)]
    pub(super) baseline: Option<PathBuf>,
    /// Write the baseline: all findings if there is none yet, else without those that are gone
    #[arg(long)]
    pub(super) write_baseline: bool,
    /// Let --write-baseline take in findings that are new
    #[arg(long, requires = "write_baseline")]
    pub(super) force: bool,
    /// Count the findings of each rule
    #[arg(long, action = ArgAction::SetTrue, value_parser = FalseyValueParser::new(), env = "ROLECALL_STATISTICS", hide_env = true)]
    pub(super) statistics: bool,
    /// List what could not be decided, and why
    #[arg(long, action = ArgAction::SetTrue, value_parser = FalseyValueParser::new(), env = "ROLECALL_SHOW_UNDECIDED", hide_env = true)]
    pub(super) show_undecided: bool,
    /// List the findings that a suppression hides or the baseline knows; SARIF and JSON have a place for them
    #[arg(long, action = ArgAction::SetTrue, value_parser = FalseyValueParser::new(), env = "ROLECALL_SHOW_SUPPRESSED", hide_env = true)]
    pub(super) show_suppressed: bool,
    /// Take no notice of suppressions: show what they hide as any other finding
    #[arg(long, action = ArgAction::SetTrue, value_parser = FalseyValueParser::new(), env = "ROLECALL_NO_SUPPRESSIONS", hide_env = true)]
    pub(super) no_suppressions: bool,
    /// For git hooks: check what the commit or push, or the named files, affect
    #[arg(long, conflicts_with_all = ["stdin_filename", "watch"])]
    pub(super) hook: bool,
    /// List the files that are read instead of what is found
    #[arg(long, conflicts_with_all = ["watch", "show_settings"])]
    pub(super) show_files: bool,
    /// Show the settings that hold, wherever they come from, instead of what is found
    #[arg(long, conflicts_with = "watch")]
    pub(super) show_settings: bool,
    /// Check again whenever a file changes
    #[arg(long, conflicts_with = "stdin_filename")]
    pub(super) watch: bool,
    #[command(flatten)]
    pub(super) fixing: Fixing,
    #[command(flatten)]
    pub(super) input: Input,
}

impl Check {
    /// The files that options name and that decide what is found: values, configuration, baseline.
    pub(super) fn named_files(&self, variable: &Variable<'_>) -> Vec<PathBuf> {
        let values = self.input.values.0.iter().filter_map(|given| match given {
            Given::File(path) => Some(path),
            Given::Variable(..) => None,
        });
        let parameters = self.input.parameters.iter().map(|path| super::parameters::named(path).0);
        let named = values.chain(&self.baseline).cloned().chain(parameters);
        named.chain(self.input.configuration(variable)).collect()
    }
}

impl Input {
    /// The configuration file that is named: by the option, or by the variable for it, which --isolated takes no notice
    /// of.
    pub(super) fn configuration(&self, variable: &Variable<'_>) -> Option<PathBuf> {
        let set = || variable("ROLECALL_CONFIG").filter(|path| !path.is_empty() && !self.isolated);
        self.config.clone().or_else(|| set().map(PathBuf::from))
    }
}

#[derive(Args, Debug)]
pub(super) struct Trace {
    /// A file or directory; `-` is standard input [default: .]
    #[arg(value_name = "PATH")]
    pub(super) path: Option<PathBuf>,
    /// Only the chains of this resource, or through it
    #[arg(value_name = "ADDRESS")]
    pub(super) address: Option<String>,
    /// How the chains are written
    #[arg(long, value_enum, default_value_t = TraceFormat::Full)]
    pub(super) format: TraceFormat,
    #[command(flatten)]
    pub(super) input: Input,
}

#[derive(Args, Debug)]
pub(super) struct Graph {
    /// A file or directory; `-` is standard input [default: .]
    #[arg(value_name = "PATH")]
    pub(super) path: Option<PathBuf>,
    /// How the graph is written
    #[arg(long, value_enum, default_value_t = GraphFormat::Dot)]
    pub(super) format: GraphFormat,
    #[command(flatten)]
    pub(super) input: Input,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum GraphFormat {
    /// For Graphviz
    Dot,
    /// For Mermaid, as Markdown shows it
    Mermaid,
    /// One JSON object
    Json,
    /// A page of its own
    Html,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum TraceFormat {
    Full,
    Json,
}

fn fail_on(text: &str) -> Result<FailOn, String> {
    FailOn::parse(text).ok_or_else(|| format!("write one of {}", FailOn::WORDS.join(", ")))
}
