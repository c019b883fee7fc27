//! From fixes to texts: which of them go together, and what the texts are with their edits in them.
//!
//! The edits are applied to the text as it was read, so that everything else of it stays, byte for byte. What comes out is
//! parsed again: a fix after which a text parses worse than before is not applied.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::source::Sources;
use crate::syntax;
use crate::text::SourceId;
use crate::workspace::language;

/// Which fixes may be applied.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// The safe ones.
    Safe,
    /// All.
    Unsafe,
}

/// What applying fixes gives.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The texts that are different, in the order of their ids.
    pub texts: BTreeMap<SourceId, Arc<str>>,
    /// How many findings a fix was applied for.
    pub applied: usize,
    /// Paths of files that a fix would have changed and that are not to be changed.
    pub kept: BTreeSet<Arc<str>>,
}

/// Applies the best fix of each finding, as far as `level` and `may_change` (asked for the path of each file) allow. One
/// that overlaps another is left for the next time; edits that are the same in both are made once.
pub fn apply(diagnostics: &[Diagnostic], sources: &Sources, level: Level, may_change: &dyn Fn(&str) -> bool) -> Fixed {
    let mut fixed = Fixed::default();
    let taken = choose(diagnostics, sources, level, &mut |path| {
        let may = may_change(path);
        if !may {
            fixed.kept.insert(path.clone());
        }
        may
    });
    fixed.applied = taken.len();
    fixed.texts = texts(&taken, sources);
    fixed
}

/// The fixes that [`apply`] applies.
fn choose<'d>(
    diagnostics: &'d [Diagnostic],
    sources: &Sources,
    level: Level,
    may_change: &mut dyn FnMut(&Arc<str>) -> bool,
) -> Vec<&'d Fix> {
    let mut taken: Vec<&Fix> = Vec::new();
    for diagnostic in diagnostics {
        let allowed = |fix: &&Fix| !fix.edits.is_empty() && (fix.safe || level == Level::Unsafe);
        for fix in diagnostic.fixes.iter().filter(allowed) {
            let foreign = fix.edits.iter().filter(|edit| !may_change(sources.path(edit.span.source))).count();
            if foreign > 0 {
                continue;
            }
            if taken.contains(&fix) || (taken.iter().all(|other| go_together(fix, other)) && parses(&[fix], sources)) {
                taken.push(fix);
                break;
            }
        }
    }
    // What parses one by one may not do so together.
    while !parses(&taken, sources) {
        taken.pop();
    }
    taken
}

/// The edits of all safe fixes that go together, each once, with line ends as the text they go into has them.
pub fn safe_edits(diagnostics: &[Diagnostic], sources: &Sources) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    for edit in choose(diagnostics, sources, Level::Safe, &mut |_| true).into_iter().flat_map(|fix| &fix.edits) {
        let edit = with_line_ends(edit, sources);
        if !edits.contains(&edit) {
            edits.push(edit);
        }
    }
    edits
}

/// The same edit, its lines ending as the first line of the text does that it goes into.
pub fn with_line_ends(edit: &Edit, sources: &Sources) -> Edit {
    let crlf = has_crlf(sources.text(edit.span.source));
    Edit { span: edit.span, text: if crlf { to_crlf(&edit.text) } else { edit.text.clone() } }
}

fn has_crlf(text: &str) -> bool {
    text.find('\n').is_some_and(|newline| text[..newline].ends_with('\r'))
}

fn to_crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

/// Whether no edit of one overlaps an edit of the other, unless it is the same. Two insertions at one place would leave
/// open which comes first.
fn go_together(one: &Fix, other: &Fix) -> bool {
    let apart = |a: &Edit, b: &Edit| {
        a == b || a.span.source != b.span.source || a.span.end < b.span.start || b.span.end < a.span.start
    };
    one.edits.iter().all(|a| other.edits.iter().all(|b| apart(a, b)))
}

/// The texts with the edits of `fixes` in them, where they differ.
fn texts(fixes: &[&Fix], sources: &Sources) -> BTreeMap<SourceId, Arc<str>> {
    let mut edits: BTreeMap<SourceId, Vec<&Edit>> = BTreeMap::new();
    for edit in fixes.iter().flat_map(|fix| &fix.edits) {
        let list = edits.entry(edit.span.source).or_default();
        if !list.contains(&edit) {
            list.push(edit);
        }
    }
    edits
        .into_iter()
        .filter_map(|(source, edits)| Some((source, edited(sources.text(source), edits)?.into())))
        .collect()
}

/// `text` with `edits`, which do not overlap; `None` when one of them does not fit the text. Lines that come in end as the
/// text's own first line does.
fn edited(text: &str, mut edits: Vec<&Edit>) -> Option<String> {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let crlf = has_crlf(text);
    let mut out = String::with_capacity(text.len() + 256);
    let mut from = 0;
    for edit in edits {
        let range = edit.span.range();
        out.push_str(text.get(from..range.start)?);
        text.get(range.clone())?;
        match crlf {
            true => out.push_str(&to_crlf(&edit.text)),
            false => out.push_str(&edit.text),
        }
        from = range.end;
    }
    out.push_str(text.get(from..)?);
    Some(out)
}

/// Whether no text parses worse with `fixes` than without.
fn parses(fixes: &[&Fix], sources: &Sources) -> bool {
    let edited: BTreeSet<SourceId> = fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span.source).collect();
    let texts = texts(fixes, sources);
    edited.iter().all(|source| {
        let (Some(new), old) = (texts.get(source), sources.text(*source)) else { return false };
        let mistakes = |text: &Arc<str>| match language(sources.path(*source), text) {
            Some(language) => syntax::parse(*source, text, language).1.len(),
            None => 0,
        };
        mistakes(new) <= mistakes(old)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::text::Span;

    /// Where an edit starts and ends, and its text.
    type Bytes = (u32, u32, &'static str);

    fn finding(source: SourceId, safe: bool, edits: &[Bytes]) -> Diagnostic {
        let edit = |(start, end, text): &Bytes| Edit { span: Span::new(source, *start, *end), text: (*text).into() };
        let mut diagnostic = Diagnostic::new("r", Severity::Error, Span::new(source, 0, 0), "m");
        diagnostic.fixes.push(Fix { title: "t".into(), safe, edits: edits.iter().map(edit).collect() });
        diagnostic
    }

    fn fixed(text: &str, level: Level, fixes: &[(bool, &[Bytes])]) -> (String, usize) {
        let mut sources = Sources::new();
        let source = sources.set("main.tf", text);
        let findings: Vec<Diagnostic> = fixes.iter().map(|(safe, edits)| finding(source, *safe, edits)).collect();
        let fixed = apply(&findings, &sources, level, &|_| true);
        (fixed.texts.get(&source).map_or(text.to_string(), |text| text.to_string()), fixed.applied)
    }

    #[test]
    fn only_the_bytes_of_the_edits_change() {
        let bom = "\u{feff}a = x.arn # keep\r\nb = 1\r\n";
        let changed = fixed(bom, Level::Safe, &[(true, &[(9, 12, "name"), (19, 19, "\nc = 2")])]);
        assert_eq!(changed, ("\u{feff}a = x.name # keep\r\nc = 2\r\nb = 1\r\n".to_string(), 1));
    }

    #[test]
    fn unsafe_fixes_wait_for_their_level() {
        assert_eq!(fixed("a = 1\n", Level::Safe, &[(false, &[(4, 5, "2")])]), ("a = 1\n".to_string(), 0));
        assert_eq!(fixed("a = 1\n", Level::Unsafe, &[(false, &[(4, 5, "2")])]), ("a = 2\n".to_string(), 1));
    }

    #[test]
    fn overlapping_fixes_are_left_and_equal_edits_made_once() {
        let overlapping: &[(bool, &[Bytes])] = &[(true, &[(4, 6, "2")]), (true, &[(5, 6, "3")])];
        assert_eq!(fixed("a = 11\n", Level::Safe, overlapping), ("a = 2\n".to_string(), 1));
        let shared: &[(bool, &[Bytes])] =
            &[(true, &[(4, 5, "2"), (6, 6, "c = 3\n")]), (true, &[(0, 1, "b"), (6, 6, "c = 3\n")])];
        assert_eq!(fixed("a = 1\n", Level::Safe, shared), ("b = 2\nc = 3\n".to_string(), 2));
        // Nobody can tell which of two insertions at one place comes first.
        let both: &[(bool, &[Bytes])] = &[(true, &[(4, 4, "2")]), (true, &[(4, 4, "3")])];
        assert_eq!(fixed("a = 1\n", Level::Safe, both).1, 1);
    }

    #[test]
    fn a_fix_that_breaks_the_text_is_not_applied() {
        assert_eq!(fixed("a = [1]\n", Level::Safe, &[(true, &[(6, 7, "")])]), ("a = [1]\n".to_string(), 0));
        assert_eq!(fixed("a = 1\n", Level::Safe, &[(true, &[(4, 99, "")])]), ("a = 1\n".to_string(), 0));
    }

    #[test]
    fn files_that_are_not_to_be_changed_stay() {
        let mut sources = Sources::new();
        let source = sources.set("../shared/main.tf", "a = 1\n");
        let kept = apply(&[finding(source, true, &[(4, 5, "2")])], &sources, Level::Safe, &|_| false);
        assert!(kept.texts.is_empty() && kept.applied == 0);
        assert_eq!(kept.kept.iter().map(|path| &**path).collect::<Vec<_>>(), ["../shared/main.tf"]);
    }
}
