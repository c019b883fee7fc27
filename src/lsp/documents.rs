//! The texts that are open in the editor, kept in step with it change by change.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::lines::Lines;
use super::protocol::ContentChange;
use crate::text::ColumnUnit;

/// An open text.
#[derive(Debug)]
pub(super) struct Document {
    /// The URI, as the client writes it.
    pub uri: String,
    /// The client's number of this state of the text.
    pub version: i32,
    /// The text.
    pub text: Arc<str>,
}

/// All open texts, by the path they have or would have.
#[derive(Debug, Default)]
pub(super) struct Documents {
    open: BTreeMap<PathBuf, Document>,
}

impl Documents {
    /// Opens a document, or replaces one.
    pub fn open(&mut self, path: PathBuf, document: Document) {
        self.open.insert(path, document);
    }

    /// Closes a document. Gives whether it was open.
    pub fn close(&mut self, path: &PathBuf) -> bool {
        self.open.remove(path).is_some()
    }

    /// The document at a path.
    pub fn get(&self, path: &PathBuf) -> Option<&Document> {
        self.open.get(path)
    }

    /// All of them, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&PathBuf, &Document)> {
        self.open.iter()
    }

    /// Applies changes, each to the text that the one before it left. Gives the new text; `None` if nothing is open there.
    pub fn change(
        &mut self,
        path: &PathBuf,
        version: Option<i32>,
        changes: &[ContentChange],
        unit: ColumnUnit,
    ) -> Option<Arc<str>> {
        let document = self.open.get_mut(path)?;
        let mut text = document.text.to_string();
        for change in changes {
            match change.range {
                None => text.clone_from(&change.text),
                Some(range) => {
                    let lines = Lines::new(&text, unit, false);
                    let (start, end) = (lines.offset(range.start) as usize, lines.offset(range.end) as usize);
                    text.replace_range(start.min(end)..end.max(start), &change.text);
                }
            }
        }
        document.text = text.into();
        document.version = version.unwrap_or(document.version);
        Some(document.text.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lsp::protocol::{Position, Range};

    fn change(range: Option<[u32; 4]>, text: &str) -> ContentChange {
        let range = range.map(|[line, character, end_line, end]| Range {
            start: Position { line, character },
            end: Position { line: end_line, character: end },
        });
        ContentChange { range, text: text.to_owned() }
    }

    #[test]
    fn changes_follow_each_other() {
        let path = PathBuf::from("/a.tf");
        let mut documents = Documents::default();
        let text = "a = \"\u{1F600}\"\r\nb = 2\r\n".into();
        documents.open(path.clone(), Document { uri: "file:///a.tf".to_owned(), version: 1, text });
        let changes = [
            change(Some([0, 7, 0, 7]), "x"),
            change(Some([1, 0, 2, 0]), ""),
            change(Some([1, 0, 1, 0]), "c = 3\n"),
            change(Some([0, 0, 0, 1]), "é"),
        ];
        let text = documents.change(&path, Some(2), &changes, ColumnUnit::Utf16);
        assert_eq!(text.as_deref(), Some("é = \"\u{1F600}x\"\r\nc = 3\n"));
        assert_eq!(documents.get(&path).map(|document| document.version), Some(2));
        let whole = documents.change(&path, Some(3), &[change(None, "all")], ColumnUnit::Utf16);
        assert_eq!(whole.as_deref(), Some("all"));
        assert!(documents.change(&"/b.tf".into(), Some(1), &[], ColumnUnit::Utf16).is_none());
        assert!(documents.close(&path) && !documents.close(&path));
    }
}
