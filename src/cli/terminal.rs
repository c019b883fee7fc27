//! What the terminal can show: colours, and characters beyond ASCII.

use std::path::Path;

use clap::ValueEnum;

use super::Io;
use crate::lsp;
use crate::paths;
use crate::render::Style;

/// When to use colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum When {
    /// On a terminal, unless the environment says otherwise
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How to draw text for one of the streams.
pub(super) fn style(when: When, is_terminal: bool, io: &Io<'_>) -> Style {
    let plain = is_terminal && dumb(&io.variable);
    // A pipe never gets links: whatever reads it would take them for text.
    let links = is_terminal && !plain && supports_hyperlinks::supports_hyperlinks();
    Style {
        color: color(when, is_terminal, &io.variable),
        unicode: unicode(&io.variable),
        plain,
        links,
        ..Style::default()
    }
}

/// Whether the terminal can do nothing but print.
fn dumb(variable: &dyn Fn(&str) -> Option<String>) -> bool {
    variable("TERM").is_some_and(|value| value == "dumb")
}

/// Where the name of a source leads: to the file on this host, whose name keeps a terminal elsewhere from opening a file
/// of its own.
pub(super) fn target(working_directory: &Path) -> impl Fn(&str) -> Option<String> + use<> {
    let (directory, host) = (working_directory.to_owned(), host());
    move |name: &str| {
        let uri = lsp::file_uri(&paths::normalise(&directory.join(name)));
        Some(uri.replacen("file:///", &format!("file://{host}/"), 1))
    }
}

#[cfg(unix)]
fn host() -> String {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    if plain { name } else { String::new() }
}

#[cfg(not(unix))]
fn host() -> String {
    String::new()
}

/// The option goes before `NO_COLOR`, that before the variables that force colours, those before the terminal. Logs of
/// CI jobs get none unless forced, though some of them pretend to be terminals.
fn color(when: When, is_terminal: bool, variable: &dyn Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let forced = |name: &str| set(name).is_some_and(|value| value != "0" && value != "false");
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto if set("NO_COLOR").is_some() => false,
        When::Auto if forced("CLICOLOR_FORCE") || forced("FORCE_COLOR") => true,
        When::Auto if set("CI").is_some() || set("CLICOLOR").is_some_and(|value| value == "0") => false,
        When::Auto => is_terminal && !dumb(variable),
    }
}

/// A locale that names another character set than UTF-8 gets ASCII; none at all is no reason for it.
fn unicode(variable: &dyn Fn(&str) -> Option<String>) -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| variable(name).filter(|value| !value.is_empty()));
    locale.is_none_or(|locale| {
        let locale = locale.to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(when: When, terminal: bool, variables: &[(&str, &str)]) -> bool {
        let find =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        color(when, terminal, &find)
    }

    #[test]
    fn the_option_beats_the_environment_and_the_environment_the_terminal() {
        assert!(decide(When::Auto, true, &[]));
        assert!(!decide(When::Auto, false, &[]));
        assert!(decide(When::Always, false, &[("NO_COLOR", "1")]));
        assert!(!decide(When::Never, true, &[("FORCE_COLOR", "1")]));
        assert!(!decide(When::Auto, true, &[("NO_COLOR", "1"), ("FORCE_COLOR", "1")]));
        assert!(decide(When::Auto, true, &[("NO_COLOR", "")]));
        assert!(decide(When::Auto, false, &[("FORCE_COLOR", "1")]));
        assert!(decide(When::Auto, false, &[("CLICOLOR_FORCE", "1"), ("CI", "true")]));
        assert!(!decide(When::Auto, true, &[("CI", "true")]));
        assert!(!decide(When::Auto, true, &[("TERM", "dumb")]));
        assert!(!decide(When::Auto, false, &[("FORCE_COLOR", "0")]));
    }

    #[test]
    fn ascii_is_for_locales_that_say_so() {
        let with = |name: &'static str, value: &'static str| {
            unicode(&move |asked: &str| (asked == name).then(|| value.to_owned()))
        };
        assert!(with("LANG", "en_US.UTF-8"));
        assert!(with("LC_CTYPE", "C.utf8"));
        assert!(!with("LC_ALL", "C"));
        assert!(with("OTHER", "C"));
    }
}
