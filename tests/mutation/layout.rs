//! What fixes leave alone: everything but what they have to change.

use similar::{ChangeTag, TextDiff};

use super::support::Files;

/// What fixes did that they must not do: no line may go or be moved that is not changed, no comment be lost, and what
/// they write is indented and ended as the lines around it.
pub fn disturbed(before: &Files, after: &Files) -> Option<String> {
    after.iter().find_map(|(path, text)| {
        let old = before.get(path)?;
        let diff = TextDiff::from_lines(old, text);
        let (mut gone, mut new) = (0, 0);
        for change in diff.iter_all_changes() {
            match change.tag() {
                ChangeTag::Equal => (gone, new) = (0, 0),
                ChangeTag::Delete => gone += 1,
                ChangeTag::Insert => new += 1,
            }
            let line = change.value();
            if change.tag() == ChangeTag::Insert {
                let indent = &line[..line.len() - line.trim_start().len()];
                let tabs = |text: &str| text.lines().any(|line| line.starts_with('\t'));
                if line.trim_end_matches(['\n', '\r']).ends_with([' ', '\t']) && !line.trim().is_empty() {
                    return Some(format!("{path}: spaces at the end of {line:?}"));
                }
                if indent.contains('\t') && !tabs(old) || line.ends_with("\r\n") != old.contains("\r\n") {
                    return Some(format!("{path}: {line:?} is not written as the other lines are"));
                }
            }
            let comment = line.find(['#', '/']).map(|at| line[at..].trim_end()).filter(|text| text.len() > 3);
            if change.tag() == ChangeTag::Delete && comment.is_some_and(|comment| !text.contains(comment)) {
                return Some(format!("{path}: the end of {line:?} is lost"));
            }
        }
        (gone > new).then(|| format!("{path}: {gone} lines become {new}"))
    })
}
