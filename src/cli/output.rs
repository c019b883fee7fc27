//! The formats of findings, and writing them to files.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::catalogue;
use crate::load::reason;
use crate::render::{Beside, Outcome, Style, Target, concise, full::Full, github, gitlab, json, junit, plain, sarif};

/// How findings are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Format {
    /// With the source around them
    Full,
    /// The same in words alone, for screen readers
    Plain,
    /// One line for each
    Concise,
    /// One JSON object
    Json,
    /// SARIF 2.1.0, for code scanning services
    Sarif,
    /// Annotations in GitHub's logs
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// JUnit's XML
    Junit,
}

/// What is written, and how those who asked want it.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    /// The findings.
    pub(super) outcome: Outcome<'a>,
    /// What tells runs over different parts of one repository apart.
    pub(super) category: &'a str,
    /// What is listed where the format has a place for it.
    pub(super) beside: Beside,
    /// Where the names of files lead.
    pub(super) target: Target<'a>,
}

impl Format {
    /// The findings as text. Only formats for people heed `style`.
    pub(super) fn render(self, view: &View<'_>, style: Style) -> String {
        let Outcome { report, sources, rules, .. } = view.outcome;
        let page = |rule: &str| catalogue::find(rule, rules).is_ok();
        match self {
            Format::Plain | Format::Full if self == Format::Plain || style.plain => {
                let finding = |finding| plain::finding(finding, sources, style, page(finding.rule));
                report.diagnostics.iter().map(finding).collect()
            }
            Format::Plain | Format::Full => {
                let full = Full::new(sources, style).with_target(view.target);
                report.diagnostics.iter().map(|finding| full.finding(finding, page(finding.rule))).collect()
            }
            Format::Concise => {
                report.diagnostics.iter().map(|finding| concise::finding(finding, sources) + "\n").collect()
            }
            Format::Json => json::report(report, sources, view.beside),
            Format::Sarif => sarif::report(&view.outcome, view.category, view.beside.silenced),
            Format::Github => github::report(&view.outcome),
            Format::Gitlab => gitlab::report(&view.outcome),
            Format::Junit => junit::report(&view.outcome),
        }
    }
}

/// `FORMAT=FILE`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Destination {
    pub(super) format: Format,
    pub(super) path: PathBuf,
}

impl Destination {
    pub(super) fn parse(text: &str) -> Result<Destination, String> {
        let (format, path) =
            text.split_once('=').filter(|(_, path)| !path.is_empty()).ok_or("write it as FORMAT=FILE")?;
        let format = Format::from_str(format, false).map_err(|_| {
            let known = Format::value_variants().iter().filter_map(|format| format.to_possible_value());
            let known: Vec<String> = known.map(|value| value.get_name().to_owned()).collect();
            format!("`{format}` is none of the formats {}", known.join(", "))
        })?;
        Ok(Destination { format, path: path.into() })
    }
}

/// Writes a file so that its readers see all of it or what was there before: into a file beside it, which then takes its
/// place. What is not a regular file (a device, a pipe) is written to as it is. The error is a message for people.
pub(super) fn write_file(working_directory: &Path, path: &Path, text: &str) -> Result<(), String> {
    let say = |error: io::Error| format!("cannot write {}: {}", path.display(), reason(&error));
    // A link stays a link: what it points at is replaced.
    let target = working_directory.join(path);
    let target = target.canonicalize().unwrap_or(target);
    let existing = fs::metadata(&target).ok();
    if existing.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        let mut file = OpenOptions::new().write(true).open(&target).map_err(say)?;
        return file.write_all(text.as_bytes()).map_err(say);
    }
    let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let temporary = target.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        if let Some(existing) = &existing {
            fs::set_permissions(&temporary, existing.permissions())?;
        }
        fs::rename(&temporary, &target)
    };
    write().map_err(|error| {
        // Of no interest if it fails: the message about the file itself says what is wrong.
        let _ = fs::remove_file(&temporary);
        say(error)
    })
}

/// Adds text to the end of a file, which is made if it is not there. The error is a message for people.
pub(super) fn append_file(working_directory: &Path, path: &Path, text: &str) -> Result<(), String> {
    let append = || {
        let mut file = OpenOptions::new().append(true).create(true).open(working_directory.join(path))?;
        file.write_all(text.as_bytes())
    };
    append().map_err(|error: io::Error| format!("cannot write {}: {}", path.display(), reason(&error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_is_a_format_and_a_file() {
        let parsed = Destination::parse("json=a=b.json").unwrap();
        assert_eq!(parsed, Destination { format: Format::Json, path: "a=b.json".into() });
        assert!(Destination::parse("json").is_err());
        assert!(Destination::parse("json=").is_err());
        assert!(
            Destination::parse("jsn=x")
                .unwrap_err()
                .contains("full, plain, concise, json, sarif, github, gitlab, junit")
        );
    }
}
