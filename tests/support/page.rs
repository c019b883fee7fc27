//! The examples of a rule's page: fences, the workspaces they make up, and what is expected in them.

use std::collections::BTreeSet;

use rolecall::diagnostic::Severity;

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
    let mut lines = page.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let content: Vec<&str> = lines.by_ref().map(|(line, _)| line).take_while(|line| *line != "```").collect();
        let mut words = info.split_whitespace();
        let language = words.next().unwrap_or("");
        // What AWS answers stands in fences of plain text.
        if language == "text" {
            continue;
        }
        fences.push(fence(language, words, &content, number + 1).map_err(|error| format!("line {number}: {error}"))?);
    }
    Ok(fences)
}

fn fence<'a>(
    language: &str,
    words: impl Iterator<Item = &'a str>,
    content: &[&str],
    line: usize,
) -> Result<Fence, String> {
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
    };
    let mut kind = None;
    for word in words {
        match word.split_once('=') {
            None if matches!(word, "bad" | "good") => kind = Some(word),
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
    fence.bad = kind.ok_or("an example is bad or good")? == "bad";
    match (fence.bad, fence.marks.is_empty()) {
        (true, true) => Err("a bad example says where the finding starts".to_owned()),
        (false, false) => Err("a good example has no findings".to_owned()),
        _ => Ok(fence),
    }
}

/// The comments `# error` and `# warning` at the ends of lines, with `//` as well.
fn marks(content: &[&str]) -> Vec<Mark> {
    let severity = |line: &str| {
        let (before, word) = line.trim_end().rsplit_once(' ')?;
        let severity = match word {
            "error" => Severity::Error,
            "warning" => Severity::Warning,
            "info" => Severity::Info,
            _ => return None,
        };
        let code = before.strip_suffix('#').or(before.strip_suffix("//"))?;
        code.ends_with(' ').then_some(severity)
    };
    let marked = content.iter().zip(1..).filter_map(|(line, number)| Some((number, severity(line)?)));
    marked.map(|(line, severity)| Mark { line, column: None, severity: Some(severity) }).collect()
}

/// A place as `LINE` or `LINE:COLUMN`.
fn place_mark(place: &str) -> Option<Mark> {
    let (line, column) = match place.split_once(':') {
        Some((line, column)) => (line, Some(column.parse().ok()?)),
        None => (place, None),
    };
    Some(Mark { line: line.parse().ok()?, column, severity: None })
}

/// Runs the examples of a rule's page through `check`, and says, one line each and with the line of the page, what is
/// missing and what is noisy. Only findings of this rule are compared; but an example that does not even parse proves
/// nothing, so that is noisy too.
pub fn failures(rule: &str, fences: &[Fence], check: impl Fn(&Files) -> Vec<Found>) -> Vec<(usize, String)> {
    let mut failures = Vec::new();
    let mut done = BTreeSet::new();
    for fence in fences {
        if fence.case.as_ref().is_some_and(|case| !done.insert(case)) {
            continue;
        }
        let together =
            |other: &&Fence| std::ptr::eq(*other, fence) || (fence.case.is_some() && other.case == fence.case);
        let members: Vec<&Fence> = fences.iter().filter(together).collect();
        let files: Files = members.iter().map(|member| (member.path.clone(), member.text.clone())).collect();
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
