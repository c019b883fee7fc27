//! `rolecall trace`.

use std::path::{Path, PathBuf};

use super::arguments::{Arguments, Trace, TraceFormat};
use super::project::{self, Wanted};
use super::{Exit, Io, Problem, terminal};
use crate::catalogue::RuleInfo;
use crate::render::{json, trace as render};
use crate::suggest::did_you_mean;
use crate::workspace::Chain;

pub(super) fn run(trace: &Trace, arguments: &Arguments, rules: &[RuleInfo], io: &mut Io<'_>) -> Result<Exit, Problem> {
    let (path, address) = positions(trace, &io.working_directory);
    let paths = std::slice::from_ref(&path);
    let project = project::analyse(paths, &trace.input, Wanted::default(), rules, arguments.quiet, io)?;
    project.say_notes(arguments.quiet, io);
    if project.analysable == 0 {
        project::say_nothing(paths, arguments.quiet, io);
        return Ok(Exit::Nothing);
    }
    let all = &project.report.chains;
    let chains: Vec<&Chain> =
        all.iter().filter(|chain| address.as_deref().is_none_or(|address| concerns(chain, address))).collect();
    if let (Some(address), true) = (&address, chains.is_empty()) {
        let known = all.iter().map(|chain| &*chain.resource);
        return Err(format!("no identity chain goes through `{address}`{}", did_you_mean(address, known)).into());
    }
    let sources = project.workspace.sources();
    let text = match trace.format {
        TraceFormat::Json => json::chains(chains.into_iter(), sources),
        TraceFormat::Full => {
            let style = terminal::style(arguments.color, io.out_is_terminal, io);
            render::chains(chains.into_iter(), sources, style)
        }
    };
    io.write(&text)?;
    if all.is_empty() && arguments.quiet == 0 {
        io.say("no identity chains");
    }
    Ok(Exit::Clean)
}

/// A single argument that is no path on the disk is an address in the working directory.
fn positions(trace: &Trace, working_directory: &Path) -> (PathBuf, Option<String>) {
    match (&trace.path, &trace.address) {
        (None, address) => (".".into(), address.clone()),
        (Some(path), Some(address)) => (path.clone(), Some(address.clone())),
        (Some(path), None) => match path.to_str() {
            Some(text) if text != "-" && is_address(text) && !working_directory.join(path).exists() => {
                (".".into(), Some(text.to_owned()))
            }
            _ => (path.clone(), None),
        },
    }
}

/// Whether a text can be an address and hardly a path: a mistyped path should be told as such.
fn is_address(text: &str) -> bool {
    let file = [".tf", ".json", ".yaml", ".yml", ".tofu", ".template"].iter().any(|end| text.ends_with(end));
    !file && !text.contains(['/', '\\']) && !text.starts_with('.')
}

/// Whether a chain begins at the resource, in an instance of it or in a module of that address, or goes through it.
fn concerns(chain: &Chain, address: &str) -> bool {
    within(&chain.resource, address) || chain.links.iter().any(|link| mentions(&link.text, address))
}

fn within(resource: &str, address: &str) -> bool {
    resource.strip_prefix(address).is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '.']))
}

/// Whether `text` holds `address` as a word of its own, with or without what names an instance.
fn mentions(text: &str, address: &str) -> bool {
    let part = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '.');
    !address.is_empty()
        && text.match_indices(address).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + address.len()..].chars().next();
            !before.is_some_and(part) && !after.is_some_and(part)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_takes_its_instances_and_nothing_that_only_begins_alike() {
        assert!(within("aws_instance.web", "aws_instance.web"));
        assert!(within("aws_instance.web[0]", "aws_instance.web"));
        assert!(within("module.a.aws_instance.web", "module.a"));
        assert!(!within("aws_instance.web2", "aws_instance.web"));
        assert!(mentions("aws_iam_role.app[\"x\"] trusts ec2", "aws_iam_role.app"));
        assert!(!mentions("aws_iam_role.app-2", "aws_iam_role.app"));
        assert!(!mentions("module.m.aws_iam_role.app", "aws_iam_role.app"));
        assert!(!mentions("anything", ""));
    }

    #[test]
    fn a_mistyped_path_is_not_taken_for_an_address() {
        for path in ["./web", "a/b", "main.tf", "stack.yaml", "../x"] {
            assert!(!is_address(path), "{path}");
        }
        for address in ["aws_instance.web", "module.a.aws_instance.web[0]", "WebServer"] {
            assert!(is_address(address), "{address}");
        }
    }
}
