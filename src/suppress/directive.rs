//! The text of a suppression: `rolecall: ignore[rule-id, …] -- reason`.

use std::ops::Range;

use crate::rules;
use crate::suggest::did_you_mean;

/// A suppression's text that was understood. Ranges are bytes of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Directive {
    pub rules: Vec<(&'static str, Range<usize>)>,
    pub reason: String,
}

/// What is wrong with a suppression's text, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Mistake {
    pub range: Range<usize>,
    pub message: String,
}

/// How it is written, to put into help texts.
pub(super) const FORM: &str = "`rolecall: ignore[rule-id] -- reason`";

/// Words that people from other tools write for `ignore`.
const OTHER_WORDS: [&str; 9] = ["disable", "suppress", "skip", "allow", "noqa", "off", "nolint", "ignored", "ignores"];

/// Findings about the analysis itself, which nothing in the analysed text should hide.
const NOT_SUPPRESSIBLE: [&str; 2] = ["internal-error", "malformed-suppression"];

/// What of a suppression can be used, if it is one at all, and all that is wrong with it.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Reading {
    pub directive: Option<Directive>,
    pub mistakes: Vec<Mistake>,
}

impl Reading {
    fn mistake(range: Range<usize>, message: impl Into<String>) -> Reading {
        Reading { directive: None, mistakes: vec![Mistake { range, message: message.into() }] }
    }
}

/// Reads the text of a comment, without its marks. `None` when it is not meant as a suppression.
pub(super) fn comment(text: &str) -> Option<Reading> {
    let at = text.len() - text.trim_start().len();
    let rest = text[at..].strip_prefix("rolecall")?;
    let end = text.trim_end().len();
    let (colon, rest) = match rest.trim_start().strip_prefix(':') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let body = rest.trim_start();
    let word_len = body.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(body.len());
    let (word, body) = body.split_at(word_len);
    let word_at = text.len() - body.len() - word.len();
    let list = body.trim_start();
    // Prose about the tool is no suppression; what has the form of one, or a word for it, is meant as one.
    if word != "ignore" {
        let meant = list.starts_with('[') || OTHER_WORDS.contains(&word.to_ascii_lowercase().as_str());
        let meant = (colon && meant) || (word.eq_ignore_ascii_case("ignore") && list.starts_with('['));
        return meant.then(|| Reading::mistake(word_at..word_at + word.len().max(1), "the word here is `ignore`"));
    }
    if !colon {
        return list
            .starts_with('[')
            .then(|| Reading::mistake(at..word_at + word.len(), "a colon is missing behind `rolecall`"));
    }
    let Some(inside) = list.strip_prefix('[') else {
        return Some(Reading::mistake(word_at..word_at + word.len(), "the rules to ignore are missing"));
    };
    let inside_at = text.len() - inside.len();
    let Some(close) = inside.find(']') else {
        return Some(Reading::mistake(inside_at - 1..end, "the bracket is not closed"));
    };
    let (rules, mut mistakes) = names(&inside[..close], inside_at);
    if rules.is_empty() && mistakes.is_empty() {
        mistakes.push(Mistake { range: inside_at - 1..inside_at + close + 1, message: "no rule is named".into() });
    }
    match reason(&inside[close + 1..]) {
        Some(reason) if !rules.is_empty() => Some(Reading { directive: Some(Directive { rules, reason }), mistakes }),
        Some(_) => Some(Reading { directive: None, mistakes }),
        None => {
            mistakes.push(no_reason(at..end));
            Some(Reading { directive: None, mistakes })
        }
    }
}

/// Reads `rule-id, … -- reason`, as it stands in `Metadata`.
pub(super) fn item(text: &str) -> Reading {
    let end = text.find("--").unwrap_or(text.len());
    let (rules, mistakes) = names(&text[..end], 0);
    match reason(&text[end..]) {
        Some(reason) => reading(rules, reason, mistakes, 0..text.len()),
        None => {
            let mut mistakes = mistakes;
            mistakes.push(no_reason(0..text.len()));
            Reading { directive: None, mistakes }
        }
    }
}

/// Reads a key of rules and its value, the reason.
pub(super) fn pair(key: &str, reason: &str) -> Reading {
    let (rules, mut mistakes) = names(key, 0);
    if reason.trim().is_empty() {
        mistakes.push(no_reason(0..key.len()));
        return Reading { directive: None, mistakes };
    }
    reading(rules, one_line(reason), mistakes, 0..key.len())
}

fn reading(
    rules: Vec<(&'static str, Range<usize>)>,
    reason: String,
    mistakes: Vec<Mistake>,
    all: Range<usize>,
) -> Reading {
    match (rules.is_empty(), mistakes.is_empty()) {
        (true, true) => Reading::mistake(all, "no rule is named"),
        (true, false) => Reading { directive: None, mistakes },
        (false, _) => Reading { directive: Some(Directive { rules, reason }), mistakes },
    }
}

fn no_reason(range: Range<usize>) -> Mistake {
    Mistake { range, message: "this suppression gives no reason".into() }
}

/// The text behind the two dashes, on one line; `None` without any.
fn reason(text: &str) -> Option<String> {
    let reason = one_line(text.trim_start().strip_prefix("--")?);
    (!reason.is_empty()).then_some(reason)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The rules of a list with commas, which begins at byte `at` of the whole text.
fn names(list: &str, at: usize) -> (Vec<(&'static str, Range<usize>)>, Vec<Mistake>) {
    let (mut known, mut mistakes) = (Vec::new(), Vec::new());
    let mut offset = at;
    for part in list.split(',') {
        let start = offset + (part.len() - part.trim_start().len());
        let name = part.trim().trim_matches(['`', '"', '\'']);
        let range = start..start + part.trim().len();
        offset += part.len() + 1;
        if name.is_empty() {
            continue;
        }
        match rules::find(name) {
            Some(rule) if NOT_SUPPRESSIBLE.contains(&rule.id) => {
                mistakes.push(Mistake { range, message: format!("`{name}` cannot be suppressed") });
            }
            Some(rule) => known.push((rule.id, range)),
            None => mistakes.push(Mistake { range, message: unknown(name) }),
        }
    }
    (known, mistakes)
}

fn unknown(name: &str) -> String {
    if name == "all" || name == "*" || rules::ALL.iter().any(|rule| rule.group.as_str() == name) {
        return format!("`{name}` is no rule; a suppression names each rule that it hides");
    }
    format!("there is no rule named `{name}`{}", did_you_mean(name, rules::ALL.iter().map(|rule| rule.id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Vec<&'static str> {
        let directive = comment(text).and_then(|reading| reading.directive);
        directive.into_iter().flat_map(|directive| directive.rules).map(|(rule, _)| rule).collect()
    }

    /// The first mistake, and the text it points at.
    fn wrong(text: &str) -> (String, &str) {
        let reading = comment(text).unwrap_or_default();
        let mistake = reading.mistakes.into_iter().next().unwrap_or(Mistake { range: 0..0, message: String::new() });
        (mistake.message, &text[mistake.range])
    }

    #[test]
    fn rules_and_reason_are_read() {
        let reading = comment(" rolecall: ignore[arn-instead-of-name, malformed-policy] -- made  elsewhere ").unwrap();
        assert!(reading.mistakes.is_empty());
        let directive = reading.directive.unwrap();
        assert_eq!(directive.reason, "made elsewhere");
        assert_eq!(directive.rules, [("arn-instead-of-name", 18..37), ("malformed-policy", 39..55)]);
        assert_eq!(rules("rolecall:ignore [malformed-policy]--x"), ["malformed-policy"]);
    }

    #[test]
    fn prose_is_no_suppression() {
        for text in
            ["", " rolecalls", " rolecall checks this", " rolecall: see the wiki", " rolecall: ignoring is rare", " x"]
        {
            assert_eq!(comment(text), None, "{text}");
        }
    }

    #[test]
    fn mistakes_have_their_place() {
        let text = |message: &str, at: &'static str| (message.to_string(), at);
        assert_eq!(wrong("rolecall: disable[malformed-policy]"), text("the word here is `ignore`", "disable"));
        assert_eq!(wrong("rolecall ignore[x]"), text("a colon is missing behind `rolecall`", "rolecall ignore"));
        assert_eq!(wrong("rolecall: ignore -- because"), text("the rules to ignore are missing", "ignore"));
        assert_eq!(wrong("rolecall: ignore[a -- b"), text("the bracket is not closed", "[a -- b"));
        assert_eq!(wrong("rolecall: ignore[ ] -- b"), text("no rule is named", "[ ]"));
        assert_eq!(
            wrong("rolecall: ignore[malformed-polcy] -- b"),
            text("there is no rule named `malformed-polcy`; did you mean `malformed-policy`?", "malformed-polcy")
        );
        assert_eq!(
            wrong("rolecall: ignore[trust] -- b"),
            text("`trust` is no rule; a suppression names each rule that it hides", "trust")
        );
        assert_eq!(
            wrong(" rolecall: ignore[malformed-policy] because "),
            text("this suppression gives no reason", "rolecall: ignore[malformed-policy] because")
        );
        assert_eq!(wrong("rolecall: ignore[internal-error] -- b").0, "`internal-error` cannot be suppressed");
    }

    #[test]
    fn what_is_right_beside_a_mistake_counts() {
        assert_eq!(rules("rolecall: ignore[malformed-policy, nonsense-xyz] -- b"), ["malformed-policy"]);
        let reading = item("arn-instead-of-name -- legacy");
        assert_eq!(reading.directive.map(|directive| directive.reason), Some("legacy".to_string()));
        assert_eq!(item("arn-instead-of-name").mistakes.len(), 1);
        assert_eq!(pair("arn-instead-of-name", " ").mistakes.len(), 1);
        assert_eq!(item(" -- x").mistakes[0].message, "no rule is named");
    }
}
