//! The `rolecall` command.

use std::process::ExitCode;

use rolecall::catalogue::RuleInfo;
use rolecall::rules;

fn main() -> ExitCode {
    let rules: Vec<RuleInfo> = rules::ALL.iter().map(|rule| rule.info()).collect();
    rolecall::cli::main(&rules)
}
