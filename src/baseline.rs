//! Baselines: findings that are known already and not shown, so that a project can begin with what is new.
//!
//! The file is JSON with one entry a line, sorted, so that its differences can be read and merged. An entry names a
//! finding by its fingerprint, which survives line moves, and says how many findings with that fingerprint there are:
//! two alike in one file are told apart only by their number. Paths are relative to the directory of the file.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::source::Sources;

/// The version of the file's shape.
const VERSION: u32 = 1;

/// Most bytes of the file that are read.
pub const MAX_BYTES: usize = 64 << 20;

/// Known findings that are alike.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The file they are in, relative to the baseline's directory.
    pub file: String,
    /// The rule that finds them.
    pub rule: String,
    /// Address of the resource concerned; for people, the fingerprint holds it too.
    #[serde(default)]
    pub resource: Option<String>,
    /// The fingerprint, 32 hexadecimal digits.
    pub fingerprint: String,
    /// How many.
    pub count: usize,
}

impl Entry {
    /// What makes two entries the same.
    fn key(&self) -> (&str, &str, &str) {
        (&self.file, &self.rule, &self.fingerprint)
    }
}

/// Known findings.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Baseline {
    /// Sorted by file, rule and fingerprint, no two with the same of these.
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    version: u32,
    findings: Vec<Entry>,
}

/// A finding's path, relative to the baseline's directory, from the path of its source.
pub type Naming<'a> = &'a dyn Fn(&str) -> String;

fn entry(diagnostic: &Diagnostic, sources: &Sources, name: Naming<'_>) -> Entry {
    let file = name(sources.path(diagnostic.span.source));
    Entry {
        fingerprint: diagnostic.fingerprint_in(&file, sources),
        file,
        rule: diagnostic.rule.to_string(),
        resource: diagnostic.resource.clone(),
        count: 1,
    }
}

impl Baseline {
    /// Reads a file. The error is a message for people, with the line where there is one.
    pub fn parse(text: &str) -> Result<Baseline, String> {
        let shape: Shape =
            serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| error.to_string())?;
        if shape.version != VERSION {
            return Err(format!("it has version {}, and version {VERSION} is what is understood", shape.version));
        }
        Ok(Baseline::from_entries(shape.findings))
    }

    fn from_entries(entries: impl IntoIterator<Item = Entry>) -> Baseline {
        let mut all: Vec<Entry> = entries.into_iter().filter(|entry| entry.count > 0).collect();
        all.sort_by(|a, b| a.key().cmp(&b.key()).then_with(|| a.cmp(b)));
        let mut merged: Vec<Entry> = Vec::with_capacity(all.len());
        for entry in all {
            match merged.last_mut().filter(|last| last.key() == entry.key()) {
                Some(last) => last.count += entry.count,
                None => merged.push(entry),
            }
        }
        Baseline { entries: merged }
    }

    /// The baseline that knows these findings.
    pub fn of<'a>(
        diagnostics: impl IntoIterator<Item = &'a Diagnostic>,
        sources: &Sources,
        name: Naming<'_>,
    ) -> Baseline {
        Baseline::from_entries(diagnostics.into_iter().map(|diagnostic| entry(diagnostic, sources, name)))
    }

    /// The file's text.
    pub fn to_text(&self) -> String {
        let mut text = format!("{{\n  \"version\": {VERSION},\n  \"findings\": [");
        for (at, entry) in self.entries.iter().enumerate() {
            // A struct of texts and numbers cannot fail to be written into memory.
            let line = serde_json::to_string(entry).unwrap_or_default();
            text.push_str(if at == 0 { "\n    " } else { ",\n    " });
            text.push_str(&line);
        }
        text.push_str(if self.entries.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
        text
    }

    /// The entries, sorted.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How many findings it knows.
    pub fn len(&self) -> usize {
        self.entries.iter().map(|entry| entry.count).sum()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The baseline to write in place of this one, given the one of today's findings. What is not found any more goes;
    /// what is new does not come in. `judged` says of an entry whether today's run could have found it at all; what it
    /// could not have found stays.
    pub fn shrunk(&self, today: &Baseline, judged: &dyn Fn(&Entry) -> bool) -> Baseline {
        Baseline::from_entries(self.entries.iter().map(|entry| {
            let count = if judged(entry) { entry.count.min(today.count(entry)) } else { entry.count };
            Entry { count, ..entry.clone() }
        }))
    }

    /// Today's findings, and of this baseline what today's run could not have found.
    pub fn replaced(&self, today: &Baseline, judged: &dyn Fn(&Entry) -> bool) -> Baseline {
        let kept = self.entries.iter().filter(|entry| !judged(entry)).cloned();
        Baseline::from_entries(kept.chain(today.entries.iter().cloned()))
    }

    fn count(&self, of: &Entry) -> usize {
        self.find(of).map_or(0, |entry| entry.count)
    }

    fn find(&self, same: &Entry) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| entry.key().cmp(&same.key())).ok()?;
        self.entries.get(at)
    }

    /// Takes the known findings out of `diagnostics` and gives them, in their order. Of several that are alike, the first
    /// ones are the known ones.
    pub fn take(&self, diagnostics: &mut Vec<Diagnostic>, sources: &Sources, name: Naming<'_>) -> Vec<Diagnostic> {
        let mut left: HashMap<(&str, &str, &str), usize> =
            self.entries.iter().map(|entry| (entry.key(), entry.count)).collect();
        let mut known = Vec::new();
        diagnostics.retain(|diagnostic| {
            let own = entry(diagnostic, sources, name);
            // The key of the baseline's own entry, since that of this one does not live as long as the map.
            let same = self.find(&own).and_then(|entry| left.get_mut(&entry.key())).filter(|count| **count > 0);
            let Some(count) = same else { return true };
            *count -= 1;
            known.push(diagnostic.clone());
            false
        });
        known
    }

    /// The entries that know more than there is today, with how many too many. Only of what could have been found.
    pub fn stale(&self, today: &Baseline, judged: &dyn Fn(&Entry) -> bool) -> Vec<Entry> {
        let entries = self.entries.iter().filter(|entry| judged(entry)).cloned();
        let missing = |entry: Entry| Entry { count: entry.count.saturating_sub(today.count(&entry)), ..entry };
        entries.map(missing).filter(|entry| entry.count > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::text::{SourceId, Span};

    fn found(source: SourceId, starts: &[u32]) -> Vec<Diagnostic> {
        starts.iter().map(|at| Diagnostic::new("r", Severity::Error, Span::new(source, *at, *at + 1), "m")).collect()
    }

    const SAME: Naming<'static> = &|path: &str| path.to_string();

    #[test]
    fn alike_findings_are_counted() {
        let mut sources = Sources::new();
        let source = sources.set("main.tf", "x x x y");
        let baseline = Baseline::of(&found(source, &[0, 2]), &sources, SAME);
        assert_eq!((baseline.entries.len(), baseline.len()), (1, 2));
        let mut today = found(source, &[0, 2, 4, 6]);
        let known = baseline.take(&mut today, &sources, SAME);
        assert_eq!(known.iter().map(|diagnostic| diagnostic.span.start).collect::<Vec<_>>(), [0, 2]);
        assert_eq!(today.iter().map(|diagnostic| diagnostic.span.start).collect::<Vec<_>>(), [4, 6]);
        let fewer = Baseline::of(&found(source, &[0]), &sources, SAME);
        assert_eq!(baseline.stale(&fewer, &|_| true).iter().map(|entry| entry.count).collect::<Vec<_>>(), [1]);
        assert!(baseline.stale(&fewer, &|_| false).is_empty());
    }

    #[test]
    fn a_baseline_only_shrinks_unless_it_is_replaced() {
        let mut sources = Sources::new();
        let (a, b) = (sources.set("a.tf", "x y"), sources.set("b.tf", "x"));
        let old = Baseline::of(&[found(a, &[0]), found(b, &[0])].concat(), &sources, SAME);
        let today = Baseline::of(&found(a, &[2]), &sources, SAME);
        assert!(old.shrunk(&today, &|_| true).is_empty());
        // Only a.tf was looked at: what is known of b.tf stays.
        let only_a = |entry: &Entry| entry.file == "a.tf";
        assert_eq!(old.shrunk(&today, &only_a).len(), 1);
        assert_eq!(old.replaced(&today, &only_a).len(), 2);
        assert_eq!(old.replaced(&today, &|_| true), today);
    }

    #[test]
    fn the_text_is_sorted_with_one_entry_a_line_and_reads_back() {
        let mut sources = Sources::new();
        let (b, a) = (sources.set("b.tf", "x"), sources.set("sub/a.tf", "x"));
        let baseline = Baseline::of(&[found(b, &[0]), found(a, &[0])].concat(), &sources, &|path| format!("z/{path}"));
        let text = baseline.to_text();
        assert_eq!(text.lines().count(), 7);
        assert!(text.lines().nth(3).is_some_and(|line| line.contains("\"z/b.tf\"")), "{text}");
        assert_eq!(Baseline::parse(&text), Ok(baseline));
        assert_eq!(Baseline::parse(&Baseline::default().to_text()), Ok(Baseline::default()));
        assert!(Baseline::parse("{\"version\": 2, \"findings\": []}").unwrap_err().contains("version 2"));
        assert!(Baseline::parse("{\"version\": 1,\n \"finding\": []}").unwrap_err().contains("line 2"));
    }
}
