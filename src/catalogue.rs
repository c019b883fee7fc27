//! What is known about the rules from outside: their names, groups and pages, and what a selector means.

use crate::diagnostic::Severity;
use crate::suggest::did_you_mean;

/// A rule as its users know it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RuleInfo {
    /// The name that stands in findings, suppressions and the configuration.
    pub id: &'static str,
    /// How bad its findings are unless configured otherwise.
    pub severity: Severity,
    /// The group it belongs to: `chain`, `trust`, `policy`, `permissions`, `credentials` or `input`.
    pub group: &'static str,
    /// Whether it runs only when selected or with `--pedantic`.
    pub pedantic: bool,
    /// Its page, as Markdown.
    pub docs: &'static str,
}

impl RuleInfo {
    /// The first line of prose on its page, without Markdown's quotes around code: what it says, in one sentence.
    pub fn summary(&self) -> String {
        let prose = |line: &&str| !line.is_empty() && !line.starts_with(['#', '`', '-', '|']);
        self.docs.lines().map(str::trim).find(prose).unwrap_or("").replace('`', "")
    }
}

/// Rules whose findings say that a file or the analysis itself is broken. They are shown whatever is selected, because
/// silence would look like a clean result; only naming them in `ignore` hides them.
pub const ALWAYS_ON: [&str; 2] = ["syntax-error", "internal-error"];

/// The words that are selectors without being a rule or a group.
const WORDS: [&str; 3] = ["all", "default", "pedantic"];

/// One name in `select` or `ignore`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Selector {
    /// `all`: every rule, the pedantic ones too.
    All,
    /// `default`: every rule that is not pedantic.
    Default,
    /// `pedantic`: the rules that do not run by default.
    Pedantic,
    /// The rules of a group. Of its pedantic ones only with [`Selector::Pedantic`], `all` or `--pedantic`.
    Group(&'static str),
    /// One rule.
    Rule(&'static str),
}

impl Selector {
    /// Reads a selector: a rule's id, a group, `all`, `default` or `pedantic`. The error is a message for people, with
    /// the nearest known name.
    pub fn parse(text: &str, rules: &[RuleInfo]) -> Result<Selector, String> {
        match text {
            "all" => return Ok(Selector::All),
            "default" => return Ok(Selector::Default),
            "pedantic" => return Ok(Selector::Pedantic),
            _ => {}
        }
        if let Some(rule) = rules.iter().find(|rule| rule.id == text) {
            return Ok(Selector::Rule(rule.id));
        }
        if let Some(rule) = rules.iter().find(|rule| rule.group == text) {
            return Ok(Selector::Group(rule.group));
        }
        let known = rules.iter().flat_map(|rule| [rule.id, rule.group]).chain(WORDS);
        Err(format!("there is no rule or group named `{text}`{}", did_you_mean(text, known)))
    }

    /// Whether it names `rule`. A group names its pedantic rules only if `pedantic` says so.
    pub fn names(&self, rule: &RuleInfo, pedantic: bool) -> bool {
        match self {
            Selector::All => true,
            Selector::Default => !rule.pedantic,
            Selector::Pedantic => rule.pedantic,
            Selector::Group(group) => rule.group == *group && (pedantic || !rule.pedantic),
            Selector::Rule(id) => rule.id == *id,
        }
    }
}

/// The rule named `id`. The error is a message for people, with the nearest known name.
pub fn find<'a>(id: &str, rules: &'a [RuleInfo]) -> Result<&'a RuleInfo, String> {
    rules
        .iter()
        .find(|rule| rule.id == id)
        .ok_or_else(|| format!("there is no rule named `{id}`{}", did_you_mean(id, rules.iter().map(|rule| rule.id))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Vec<RuleInfo> {
        let rule = |id, group, pedantic, docs| RuleInfo { id, severity: Severity::Error, group, pedantic, docs };
        vec![
            rule("wildcard-trust", "trust", false, "# wildcard-trust\n\n## What\n\nAnyone may use `sts:AssumeRole`.\n"),
            rule("confused-deputy", "trust", true, ""),
        ]
    }

    #[test]
    fn a_group_leaves_its_pedantic_rules_out_unless_asked() {
        let rules = rules();
        let group = Selector::parse("trust", &rules).unwrap();
        assert!(group.names(&rules[0], false));
        assert!(!group.names(&rules[1], false));
        assert!(group.names(&rules[1], true));
        assert!(Selector::parse("confused-deputy", &rules).unwrap().names(&rules[1], false));
        assert!(Selector::parse("pedantic", &rules).unwrap().names(&rules[1], false));
        assert!(!Selector::parse("default", &rules).unwrap().names(&rules[1], true));
    }

    #[test]
    fn an_unknown_name_is_an_error_with_the_nearest_known_one() {
        let message = Selector::parse("wildcrd-trust", &rules()).unwrap_err();
        assert_eq!(message, "there is no rule or group named `wildcrd-trust`; did you mean `wildcard-trust`?");
        assert!(find("confused-deputi", &rules()).unwrap_err().contains("`confused-deputy`"));
    }

    #[test]
    fn the_summary_is_the_first_line_of_prose() {
        assert_eq!(rules()[0].summary(), "Anyone may use sts:AssumeRole.");
        assert_eq!(rules()[1].summary(), "");
    }
}
