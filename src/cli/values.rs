//! `--var` and `--var-file`, in the order they were given: as with Terraform, the last one counts.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches, value_parser};

/// One of the two options.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Given {
    /// A name and its value.
    Variable(String, String),
    /// A file of values.
    File(PathBuf),
}

/// All of them.
#[derive(Clone, Default, Debug)]
pub(super) struct Values(pub(super) Vec<Given>);

const VARIABLE: &str = "var";
const FILE: &str = "var-file";

impl FromArgMatches for Values {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut values = Values::default();
        values.update_from_arg_matches(matches)?;
        Ok(values)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        let places = |id: &str| matches.indices_of(id).into_iter().flatten();
        let variables = matches.get_many::<(String, String)>(VARIABLE).into_iter().flatten();
        let variables = variables.map(|(name, value)| Given::Variable(name.clone(), value.clone()));
        let files = matches.get_many::<PathBuf>(FILE).into_iter().flatten().map(|path| Given::File(path.clone()));
        let mut given: Vec<(usize, Given)> = places(VARIABLE).zip(variables).chain(places(FILE).zip(files)).collect();
        given.sort_by_key(|(place, _)| *place);
        self.0.extend(given.into_iter().map(|(_, given)| given));
        Ok(())
    }
}

impl Args for Values {
    fn augment_args(command: Command) -> Command {
        let option = |name: &'static str| Arg::new(name).long(name).action(ArgAction::Append);
        command
            .arg(
                option(VARIABLE)
                    .value_name("NAME=VALUE")
                    .value_parser(variable)
                    .help("Set a root variable or template parameter"),
            )
            .arg(
                option(FILE)
                    .value_name("FILE")
                    .value_parser(value_parser!(PathBuf))
                    .help("Read values of root variables from a file"),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}
