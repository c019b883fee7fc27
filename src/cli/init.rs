//! `rolecall init`: a configuration to begin with, and the stanza for pre-commit.

use std::fs::OpenOptions;
use std::io::{self, Write};

use super::{Exit, Io, Problem};
use crate::config::FILE_NAME;
use crate::load::reason;

/// The configuration: every key, commented out, as the defaults are good.
const CONFIGURATION: &str = include_str!("init/rolecall.yaml");

/// The hook, for a machine that has the command already.
const STANZA: &str = include_str!("init/pre-commit.yaml");

/// The name of pre-commit's own configuration.
const PRE_COMMIT: &str = ".pre-commit-config.yaml";

/// Writes the files that are not there yet. An existing one is never changed.
pub(super) fn run(pre_commit: bool, io: &mut Io<'_>) -> Result<Exit, Problem> {
    if write_new(FILE_NAME, CONFIGURATION, io)? {
        io.say(&format!("wrote {FILE_NAME}"));
    } else if pre_commit {
        io.say(&format!("{FILE_NAME} is there already and was left as it is"));
    } else {
        return Err(format!("{FILE_NAME} is there already").into());
    }
    if pre_commit {
        if write_new(PRE_COMMIT, &format!("repos:\n{STANZA}"), io)? {
            io.say(&format!("wrote {PRE_COMMIT}; `pre-commit install` makes git run it"));
        } else {
            io.say(&format!("{PRE_COMMIT} is there already; add this below `repos:`"));
            io.write(STANZA)?;
        }
    }
    Ok(Exit::Clean)
}

/// Whether the file was not there and now is.
fn write_new(name: &str, text: &str, io: &Io<'_>) -> Result<bool, Problem> {
    let path = io.working_directory.join(name);
    let say = |error: io::Error| Problem::from(format!("cannot write {name}: {}", reason(&error)));
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| true).map_err(say),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(say(error)),
    }
}
