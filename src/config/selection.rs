//! Which findings are shown, and how bad they count.

use std::path::PathBuf;

use ignore::gitignore::Gitignore;

use super::{Config, patterns};
use crate::catalogue::{ALWAYS_ON, RuleInfo, Selector};
use crate::diagnostic::{Diagnostic, Severity};
use crate::paths;
use crate::source::Sources;

/// What the command line says about rules. It goes before the configuration.
#[derive(Clone, Default, Debug)]
pub struct Choices {
    /// The rules that run, in place of the configured ones; empty leaves those.
    pub select: Vec<Selector>,
    /// Rules that do not run, besides the configured ones.
    pub ignore: Vec<Selector>,
    /// Whether pedantic rules run.
    pub pedantic: bool,
}

/// Decides for each finding whether it is shown, and with which severity.
#[derive(Debug)]
pub struct Selection {
    rules: Vec<RuleInfo>,
    select: Vec<Selector>,
    ignore: Vec<Selector>,
    pedantic: bool,
    severity: Vec<(&'static str, Severity)>,
    per_path: Vec<PerPath>,
    working_directory: PathBuf,
    base: PathBuf,
}

#[derive(Debug)]
struct PerPath {
    pattern: Gitignore,
    ignore: Vec<Selector>,
    severity: Vec<(&'static str, Severity)>,
}

impl Selection {
    /// Joins the command line's choices and the configuration. Both directories are absolute: paths of sources are
    /// relative to `working_directory`, the configuration's patterns to `base`. The error names a pattern that cannot be
    /// read, which [`super::parse`] rules out.
    pub fn new(
        rules: &[RuleInfo],
        choices: Choices,
        config: &Config,
        working_directory: PathBuf,
        base: PathBuf,
    ) -> Result<Selection, String> {
        let select = match (choices.select.is_empty(), &config.select) {
            (true, Some(configured)) => configured.clone(),
            (true, None) => vec![Selector::Default],
            (false, _) => choices.select,
        };
        let mut per_path = Vec::new();
        for part in &config.per_path {
            let pattern = patterns([part.pattern.as_str()])?;
            per_path.push(PerPath { pattern, ignore: part.ignore.clone(), severity: part.severity.clone() });
        }
        let ignore = [config.ignore.as_slice(), choices.ignore.as_slice()].concat();
        let severity = config.severity.clone();
        let rules = rules.to_vec();
        Ok(Selection { rules, select, ignore, pedantic: choices.pedantic, severity, per_path, working_directory, base })
    }

    /// The severity of a finding of `rule` at `path` (a source's path) that has `severity` by itself; `None` if it is not
    /// shown. A rule that is not known is shown, since hiding it would be a guess.
    pub fn severity(&self, rule: &str, path: &str, severity: Severity) -> Option<Severity> {
        let here: Vec<&PerPath> = if self.per_path.is_empty() {
            Vec::new()
        } else {
            let absolute = paths::normalise(&self.working_directory.join(path));
            match absolute.strip_prefix(&self.base) {
                Ok(path) => {
                    let matches = |part: &&PerPath| part.pattern.matched_path_or_any_parents(path, false).is_ignore();
                    self.per_path.iter().filter(matches).collect()
                }
                Err(_) => Vec::new(),
            }
        };
        if let Some(info) = self.rules.iter().find(|info| info.id == rule) {
            // A selector that is not the rule's own name does not hide what must not be hidden by accident.
            let always = ALWAYS_ON.contains(&rule);
            let selected = always
                || self.pedantic && info.pedantic && self.select.contains(&Selector::Default)
                || self.select.iter().any(|selector| selector.names(info, self.pedantic));
            let mut ignored = self.ignore.iter().chain(here.iter().flat_map(|part| &part.ignore));
            let hides = |selector: &Selector| {
                if always { *selector == Selector::Rule(info.id) } else { selector.names(info, true) }
            };
            if !selected || ignored.any(hides) {
                return None;
            }
        }
        let mut configured = self.severity.iter().chain(here.iter().flat_map(|part| &part.severity));
        Some(configured.rfind(|(id, _)| *id == rule).map_or(severity, |(_, severity)| *severity))
    }

    /// Whether a finding is shown; if so, it gets its configured severity.
    pub fn admits(&self, diagnostic: &mut Diagnostic, sources: &Sources) -> bool {
        match self.severity(diagnostic.rule, sources.path(diagnostic.span.source), diagnostic.severity) {
            Some(severity) => {
                diagnostic.severity = severity;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::PathOverride;

    const fn rule(id: &'static str, group: &'static str, pedantic: bool) -> RuleInfo {
        RuleInfo { id, severity: Severity::Error, group, pedantic, docs: "" }
    }

    const RULES: [RuleInfo; 4] = [
        rule("syntax-error", "input", false),
        rule("wildcard-trust", "trust", false),
        rule("confused-deputy", "trust", true),
        rule("profile-without-role", "chain", false),
    ];

    fn selection(choices: Choices, config: Config) -> Selection {
        Selection::new(&RULES, choices, &config, "/repo/envs".into(), "/repo".into()).unwrap()
    }

    fn shown(selection: &Selection, path: &str) -> Vec<&'static str> {
        let shown = |rule: &&RuleInfo| selection.severity(rule.id, path, rule.severity).is_some();
        RULES.iter().filter(shown).map(|rule| rule.id).collect()
    }

    #[test]
    fn the_default_leaves_pedantic_rules_out() {
        let all = selection(Choices::default(), Config::default());
        assert_eq!(shown(&all, "main.tf"), ["syntax-error", "wildcard-trust", "profile-without-role"]);
        let pedantic = selection(Choices { pedantic: true, ..Choices::default() }, Config::default());
        assert_eq!(shown(&pedantic, "main.tf").len(), 4);
    }

    #[test]
    fn selecting_replaces_the_configured_selection_and_ignoring_adds_to_it() {
        let config = Config {
            select: Some(vec![Selector::Group("chain")]),
            ignore: vec![Selector::Rule("wildcard-trust")],
            ..Config::default()
        };
        assert_eq!(
            shown(&selection(Choices::default(), config.clone()), "x"),
            ["syntax-error", "profile-without-role"]
        );
        let choices = Choices { select: vec![Selector::All], ignore: vec![Selector::Group("chain")], pedantic: false };
        assert_eq!(shown(&selection(choices, config), "x"), ["syntax-error", "confused-deputy"]);
    }

    #[test]
    fn broken_input_is_hidden_only_by_its_name() {
        let everything = Config { ignore: vec![Selector::All], ..Config::default() };
        assert_eq!(shown(&selection(Choices::default(), everything), "x"), ["syntax-error"]);
        let named = Choices { ignore: vec![Selector::Rule("syntax-error")], ..Choices::default() };
        assert!(!shown(&selection(named, Config::default()), "x").contains(&"syntax-error"));
    }

    #[test]
    fn overrides_hold_under_their_path_only_and_the_last_severity_wins() {
        let config = Config {
            severity: vec![("wildcard-trust", Severity::Warning)],
            per_path: vec![
                PathOverride {
                    pattern: "envs/dev/".to_owned(),
                    ignore: vec![Selector::Group("chain")],
                    severity: vec![("wildcard-trust", Severity::Info)],
                },
                PathOverride { pattern: "*.json".to_owned(), ignore: vec![Selector::All], severity: Vec::new() },
            ],
            ..Config::default()
        };
        let selection = selection(Choices::default(), config);
        assert_eq!(selection.severity("wildcard-trust", "main.tf", Severity::Error), Some(Severity::Warning));
        assert_eq!(selection.severity("wildcard-trust", "dev/main.tf", Severity::Error), Some(Severity::Info));
        assert_eq!(selection.severity("profile-without-role", "dev/main.tf", Severity::Error), None);
        assert_eq!(
            selection.severity("profile-without-role", "../dev/main.tf", Severity::Error),
            Some(Severity::Error)
        );
        assert_eq!(shown(&selection, "../a/b.json"), ["syntax-error"]);
        assert_eq!(
            selection.severity("wildcard-trust", "../../elsewhere/b.json", Severity::Error),
            Some(Severity::Warning)
        );
    }
}
