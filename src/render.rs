//! A report as text: for people ([`full`], [`plain`], [`concise`], [`trace`], [`tally`]), for programs ([`json`]), and for the
//! services that show what a job found ([`sarif`], [`github`], [`gitlab`], [`junit`]); and the [`graph`].
//!
//! Every renderer gives a text; colours, where asked for, are in it. Nothing here knows of a terminal.

pub mod concise;
mod excerpt;
pub mod full;
pub mod github;
pub mod gitlab;
pub mod graph;
pub mod json;
pub mod junit;
mod outcome;
pub mod plain;
mod printable;
pub mod sarif;
pub mod tally;
pub mod trace;

pub use outcome::{Outcome, Root};
pub use printable::printable;

use anstyle::{AnsiColor, Style as Ansi};

use crate::diagnostic::Severity;

/// What is listed beside the findings, where a format has a place for it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Beside {
    /// The chains that could not be decided.
    pub undecided: bool,
    /// The findings that a suppression hides or a baseline knows.
    pub silenced: bool,
}

/// How text for people is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// With colours.
    pub color: bool,
    /// With characters beyond ASCII for lines and marks.
    pub unicode: bool,
    /// At which column prose is broken, in characters.
    pub width: usize,
    /// Without pictures: only words, one after the other, as a screen reader or a terminal that only prints wants them.
    pub plain: bool,
    /// With links from the names of files to the files.
    pub links: bool,
}

impl Default for Style {
    /// Without colours and links, with Unicode, 80 columns wide.
    fn default() -> Self {
        Style { color: false, unicode: true, width: 80, plain: false, links: false }
    }
}

/// Where the name of a source leads, as a URI; `None` where it leads nowhere.
pub type Target<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Style {
    /// `name`, the name of a source as it is shown, with a link to `target` if links are wanted.
    fn link(self, name: &str, target: Option<String>) -> String {
        match target.filter(|_| self.links) {
            Some(uri) => format!("\u{1b}]8;;{uri}\u{1b}\\{name}\u{1b}]8;;\u{1b}\\"),
            None => name.to_owned(),
        }
    }

    /// `text` in the colour of `ansi`, if colours are wanted.
    fn paint(self, ansi: Ansi, text: &str) -> String {
        if self.color { format!("{ansi}{text}{ansi:#}") } else { text.to_owned() }
    }

    /// `text` in bold, if colours are wanted.
    pub fn bold(self, text: &str) -> String {
        self.paint(Ansi::new().bold(), text)
    }

    /// `text` in the colour of `severity`, if colours are wanted.
    pub fn severity(self, severity: Severity, text: &str) -> String {
        self.paint(color(severity).on_default().bold(), text)
    }
}

fn color(severity: Severity) -> AnsiColor {
    match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Info => AnsiColor::Cyan,
    }
}
