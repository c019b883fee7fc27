//! The examples of a rule's page: fences, the workspaces they make up, and what is expected in them.

use std::collections::BTreeSet;

use rolecall::diagnostic::Severity;

use super::fence::{Raw, raw};
use super::support::{Files, Found};

/// A fenced block with an example.
#[derive(Debug)]
pub struct Fence {
    /// Whether a finding is expected in it.
    pub bad: bool,
    /// `hcl`, `yaml` or `json`.
    pub language: String,
    /// The workspace it belongs to, if there are several files in it.
    case: Option<String>,
    path: String,
    text: String,
    /// Line of the page that the text's first line is on, from 1.
    line: usize,
    marks: Vec<Mark>,
    /// What the fixes make of it, with the page's line that the text begins on, if the page shows that.
    fixed: Option<(usize, String)>,
}

/// A place where the page says that a finding starts.
#[derive(Debug)]
struct Mark {
    /// Line of the fence's text, from 1.
    line: usize,
    /// Column in characters, from 1, where the page gives it.
    column: Option<usize>,
    /// The severity, where the page gives it.
    severity: Option<Severity>,
}

impl Fence {
    /// Line of the page that the text begins on, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Whether the page shows what its fixes make of it.
    pub fn is_mended(&self) -> bool {
        self.fixed.is_some()
    }
}

impl Mark {
    fn fits(&self, found: &Found) -> bool {
        self.line == found.line
            && self.column.is_none_or(|column| column == found.column)
            && self.severity.is_none_or(|severity| severity == found.severity)
    }
}

/// The examples of a page, in its order. The error says which line of the page cannot be understood.
pub fn fences(page: &str) -> Result<Vec<Fence>, String> {
    let mut fences = Vec::new();
    for Raw { language, words, lines, line: number } in raw(page) {
        let new = fence(language, words.into_iter(), &lines, number + 1)
            .map_err(|error| format!("line {number}: {error}"))?;
        if !new.fixed {
            fences.push(new.fence);
            continue;
        }
        let before = fences.iter_mut().rev().find(|old| old.path == new.fence.path && old.case == new.fence.case);
        match before.filter(|old| old.bad || old.case.is_some()) {
            Some(old) => old.fixed = Some((new.fence.line, new.fence.text)),
            None => return Err(format!("line {number}: there is no bad example that this could be after its fix")),
        }
    }
    Ok(fences)
}

/// A fence with an example, or with what its fixes make of the one before.
struct New {
    fence: Fence,
    fixed: bool,
}

fn fence<'a>(
    language: &str,
    words: impl Iterator<Item = &'a str>,
    content: &[&str],
    line: usize,
) -> Result<New, String> {
    let path = match language {
        "hcl" => "main.tf",
        "yaml" => "template.yaml",
        "json" => "template.json",
        other => return Err(format!("there is no example language {other:?}")),
    };
    let mut fence = Fence {
        bad: false,
        language: language.to_owned(),
        case: None,
        path: path.to_owned(),
        text: content.iter().map(|line| format!("{line}\n")).collect(),
        line,
        marks: marks(content),
        fixed: None,
    };
    let mut kind = None;
    for word in words {
        match word.split_once('=') {
            None if matches!(word, "bad" | "good" | "fixed") => kind = Some(word),
            Some(("file", path)) => fence.path = path.to_owned(),
            Some(("case", name)) => fence.case = Some(name.to_owned()),
            Some(("expect", places)) => {
                for place in places.split(',') {
                    fence.marks.push(place_mark(place).ok_or_else(|| format!("{place:?} is no place"))?);
                }
            }
            _ => return Err(format!("{word:?} is not understood")),
        }
    }
    let kind = kind.ok_or("an example is bad, good or fixed")?;
    fence.bad = kind == "bad";
    match (fence.bad, fence.marks.is_empty()) {
        (true, true) => Err("a bad example says where the finding starts".to_owned()),
        (false, false) => Err("a good example has no findings".to_owned()),
        _ => Ok(New { fence, fixed: kind == "fixed" }),
    }
}

/// The comments `# error` and `# warning` at the ends of lines, with `//` as well.
fn marks(content: &[&str]) -> Vec<Mark> {
    let marked = content.iter().zip(1..).filter_map(|(line, number)| Some((number, mark(line)?.1)));
    marked.map(|(line, severity)| Mark { line, column: None, severity: Some(severity) }).collect()
}

/// A line without the mark at its end, and the severity the mark names.
fn mark(line: &str) -> Option<(&str, Severity)> {
    let (before, word) = line.trim_end().rsplit_once(' ')?;
    let severity = match word {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        "info" => Severity::Info,
        _ => return None,
    };
    let code = before.strip_suffix('#').or(before.strip_suffix("//"))?;
    code.ends_with(' ').then_some((code.trim_end(), severity))
}

/// A place as `LINE` or `LINE:COLUMN`.
fn place_mark(place: &str) -> Option<Mark> {
    let (line, column) = match place.split_once(':') {
        Some((line, column)) => (line, Some(column.parse().ok()?)),
        None => (place, None),
    };
    Some(Mark { line: line.parse().ok()?, column, severity: None })
}

/// The workspaces that the fences make up, each with the fences in it.
pub fn workspaces(fences: &[Fence]) -> Vec<(Files, Vec<&Fence>)> {
    let mut done = BTreeSet::new();
    let mut workspaces = Vec::new();
    for fence in fences {
        if fence.case.as_ref().is_some_and(|case| !done.insert(case)) {
            continue;
        }
        let together =
            |other: &&Fence| std::ptr::eq(*other, fence) || (fence.case.is_some() && other.case == fence.case);
        let members: Vec<&Fence> = fences.iter().filter(together).collect();
        let files = members.iter().map(|member| (member.path.clone(), member.text.clone())).collect();
        workspaces.push((files, members));
    }
    workspaces
}

/// An example that fixes change.
struct Change<'f> {
    fence: &'f Fence,
    /// Its text after them, without marks.
    text: String,
}

/// The examples that `mend` changes, and those of which the page shows what it makes of them.
fn changes(fences: &[Fence], mend: impl Fn(&Files) -> Files) -> Vec<Change<'_>> {
    let mut changes = Vec::new();
    for (files, members) in workspaces(fences) {
        let after = mend(&files);
        for fence in members {
            let text = after.get(&fence.path).map_or("", String::as_str);
            if text != fence.text || fence.fixed.is_some() {
                let text =
                    text.lines().map(|line| format!("{}\n", mark(line).map_or(line, |(code, _)| code))).collect();
                changes.push(Change { fence, text });
            }
        }
    }
    changes
}

/// The examples whose text after `mend` is another than the page shows, or is not shown, one line each and with the line
/// of the page.
pub fn unmended(fences: &[Fence], mend: impl Fn(&Files) -> Files) -> Vec<(usize, String)> {
    let mut failures = Vec::new();
    for Change { fence, text } in changes(fences, mend) {
        match &fence.fixed {
            Some((_, wanted)) if *wanted == text => {}
            Some((line, wanted)) => {
                let at = text.lines().zip(wanted.lines()).take_while(|(now, wanted)| now == wanted).count();
                let now = text.lines().nth(at).unwrap_or("nothing");
                failures.push((line + at, format!("the fix gives {now:?}")));
            }
            None => failures.push((fence.line, "the page does not show what the fix gives".to_owned())),
        }
    }
    failures
}

/// The page with what `mend` gives behind each example that it changes.
pub fn with_fixed(page: &str, fences: &[Fence], mend: impl Fn(&Files) -> Files) -> String {
    let mut lines: Vec<String> = page.lines().map(str::to_owned).collect();
    let mut changes = changes(fences, mend);
    let place = |fence: &Fence| fence.fixed.as_ref().map_or(fence.line, |(line, _)| *line);
    changes.sort_by_key(|change| std::cmp::Reverse(place(change.fence)));
    for Change { fence, text } in changes {
        let new = text.lines().map(str::to_owned);
        match &fence.fixed {
            Some((line, old)) => drop(lines.splice(line - 1..line - 1 + old.lines().count(), new)),
            None => {
                let words = fence.case.iter().map(|case| format!(" case={case}"));
                let named = !["main.tf", "template.yaml", "template.json"].contains(&&*fence.path);
                let words: String = words.chain(named.then(|| format!(" file={}", fence.path))).collect();
                let head = [String::new(), format!("```{} fixed{words}", fence.language)];
                let behind = fence.line + fence.text.lines().count();
                lines.splice(behind..behind, head.into_iter().chain(new).chain(["```".to_owned()]));
            }
        }
    }
    lines.join("\n") + "\n"
}

/// Runs the examples of a rule's page through `check`, and says, one line each and with the line of the page, what is
/// missing and what is noisy. Only findings of this rule are compared; but an example that does not even parse proves
/// nothing, so that is noisy too.
pub fn failures(rule: &str, fences: &[Fence], check: impl Fn(&Files) -> Vec<Found>) -> Vec<(usize, String)> {
    let mut failures = Vec::new();
    for (files, members) in workspaces(fences) {
        let mut found = check(&files);
        found.retain(|one| [rule, "syntax-error", "internal-error"].contains(&&*one.rule));
        for member in members {
            for mark in &member.marks {
                if !found.iter().any(|one| one.path == member.path && one.rule == rule && mark.fits(one)) {
                    failures.push((member.line + mark.line - 1, format!("missing {}", describe(mark))));
                }
            }
            for one in found.iter().filter(|one| one.path == member.path) {
                if one.rule != rule || !member.marks.iter().any(|mark| mark.fits(one)) {
                    let Found { column, severity, message, rule, .. } = one;
                    let text = format!("noisy   {severity}[{rule}] in column {column}: {message}");
                    failures.push((member.line + one.line - 1, text));
                }
            }
        }
    }
    failures.sort();
    failures
}

fn describe(mark: &Mark) -> String {
    let severity = mark.severity.map_or("finding", Severity::as_str);
    mark.column.map_or(severity.to_owned(), |column| format!("{severity} in column {column}"))
}
