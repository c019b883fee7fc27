//! The names of rules in texts: in comments that silence them, and in the configuration.

use crate::catalogue::RuleInfo;
use crate::config::FILE_NAME;

/// What stands before the names in a comment.
const MARK: &str = "rolecall: ignore";

/// A rule's name in a text: its bytes, and the rule.
pub(super) struct Named<'a> {
    pub start: u32,
    pub end: u32,
    pub rule: &'a RuleInfo,
}

/// All names of rules in the text of the file called `name` that mean the rule, in their order.
pub(super) fn find<'a>(name: &str, text: &str, rules: &'a [RuleInfo]) -> Vec<Named<'a>> {
    let everywhere = name.rsplit('/').next() == Some(FILE_NAME);
    let mut found = Vec::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let silences = line.contains(MARK) || line.contains("rolecall") && line.contains("ignore");
        if everywhere || silences {
            found.extend(words(line).filter_map(|(at, word)| {
                let rule = rules.iter().find(|rule| rule.id == word)?;
                let start = (line_start + at) as u32;
                Some(Named { start, end: start + word.len() as u32, rule })
            }));
        }
        line_start += line.len();
    }
    found
}

/// The words of a line with the byte each begins at. A hyphen is a part of a word, as in rules' names.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let part = |character: char| character.is_ascii_alphanumeric() || character == '-';
    line.split(move |character: char| !part(character))
        .map(move |word| (word.as_ptr() as usize - line.as_ptr() as usize, word))
        .filter(|(_, word)| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;

    const RULES: [RuleInfo; 1] =
        [RuleInfo { id: "wildcard-trust", severity: Severity::Error, group: "trust", pedantic: false, docs: "" }];

    fn found(name: &str, text: &str) -> Vec<String> {
        find(name, text, &RULES).iter().map(|named| text[named.start as usize..named.end as usize].to_owned()).collect()
    }

    #[test]
    fn names_count_where_they_mean_a_rule() {
        let comment = "a = 1 # rolecall: ignore[other, wildcard-trust] -- reason\nb = \"wildcard-trust\"\n";
        assert_eq!(found("main.tf", comment), ["wildcard-trust"]);
        assert_eq!(found("a/.rolecall.yaml", "ignore: [wildcard-trust]\nseverity:\n  wildcard-trust: info\n").len(), 2);
        assert!(found("main.tf", "# wildcard-trusts are bad\n").is_empty());
        assert!(found(".rolecall.yaml", "ignore: [wildcard-trust-x]\n").is_empty());
    }
}
