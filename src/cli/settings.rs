//! `check --show-files` and `check --show-settings`: what holds, wherever it comes from.

use super::arguments::Input;
use super::project::Project;
use super::values::Given;
use crate::catalogue::RuleInfo;
use crate::config::FailOn;
use crate::paths;
use crate::render::printable;

/// The files that are read, one a line, sorted.
pub(super) fn files(project: &Project) -> String {
    let sources = project.workspace.sources();
    let mut names: Vec<&str> = sources.ids().map(|id| &**sources.path(id)).collect();
    names.sort_unstable();
    names.into_iter().map(|name| format!("{}\n", printable(name))).collect()
}

/// The settings in the form of the configuration file, with comments on what has no key there.
pub(super) fn text(project: &Project, input: &Input, fail_on: FailOn, rules: &[RuleInfo]) -> String {
    let config = &project.config;
    let file = project.config_file.as_deref().map_or("none".to_owned(), |path| project.shown(path));
    let mut out = format!("# configuration file: {}\n", printable(&file));
    let mut list = |key: &str, items: Vec<String>| {
        let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
        if !items.is_empty() {
            out.push_str(&format!("{key}: [{}]\n", items.join(", ")));
        }
    };
    list("exclude", config.exclude.clone());
    list("# per-path", config.per_path.iter().map(|path| path.pattern.clone()).collect());
    let mut var_files = config.var_files.clone();
    // Values may be secret; their names are not.
    let mut variables = Vec::new();
    for given in &input.values.0 {
        match given {
            Given::File(path) => var_files.push(path.display().to_string()),
            Given::Variable(name, _) => variables.push(name.clone()),
        }
    }
    list("var-files", var_files);
    list("# --var", variables);
    list("# --parameters", input.parameters.iter().map(|path| path.display().to_string()).collect());
    if !config.modules.is_empty() {
        let pairs = config.modules.iter().map(|(source, path)| format!("{}: {}", quoted(source), quoted(path)));
        out.push_str(&format!("modules: {{{}}}\n", pairs.collect::<Vec<_>>().join(", ")));
    }
    if let Some(baseline) = &project.baseline {
        out.push_str(&format!("baseline: {}\n", quoted(&project.shown(baseline))));
    }
    let word = match fail_on {
        FailOn::From(severity) => severity.as_str(),
        FailOn::Never => "never",
    };
    out.push_str(&format!("fail-on: {word}\n# the rules that run, and the severity of each:\nseverity:\n"));
    for rule in rules {
        if let Some(severity) = project.severity(rule) {
            out.push_str(&format!("  {}: {severity}\n", rule.id));
        }
    }
    out
}

/// A text as YAML takes it for one whatever it holds.
fn quoted(text: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-".contains(character);
    if !text.is_empty() && text.chars().all(plain) { text.to_owned() } else { format!("{:?}", printable(text)) }
}

impl Project {
    /// A path as it is shown: from the working directory.
    fn shown(&self, path: &std::path::Path) -> String {
        paths::name(self.root.working_directory(), path)
    }
}
