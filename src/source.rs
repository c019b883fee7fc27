//! The texts of a workspace, by path and by id, all in memory.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::text::{LineIndex, Position, SourceId, Span};

/// One text and what is derived from it alone.
#[derive(Debug)]
pub struct Source {
    path: Arc<str>,
    text: Arc<str>,
    lines: OnceLock<LineIndex>,
}

impl Source {
    /// The path the text was set under: `/` between its parts, as the caller wrote it otherwise.
    pub fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// The text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The line index, made when first asked for.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }
}

/// All texts. A path keeps its id for as long as the `Sources` live, also when its text is replaced.
#[derive(Debug, Default)]
pub struct Sources {
    sources: Vec<Source>,
    by_path: HashMap<Arc<str>, SourceId>,
}

impl Sources {
    /// No texts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the text of `path`, whose parts are separated by `/`, and returns its id.
    pub fn set(&mut self, path: &str, text: impl Into<Arc<str>>) -> SourceId {
        let text = text.into();
        if let Some(id) = self.by_path.get(path) {
            let source = &mut self.sources[id.0 as usize];
            source.text = text;
            source.lines = OnceLock::new();
            return *id;
        }
        let id = SourceId(self.sources.len() as u32);
        let path: Arc<str> = path.into();
        self.sources.push(Source { path: path.clone(), text, lines: OnceLock::new() });
        self.by_path.insert(path, id);
        id
    }

    /// The id of `path`, if a text was ever set for it.
    pub fn id(&self, path: &str) -> Option<SourceId> {
        self.by_path.get(path).copied()
    }

    /// The source named by `id`. Ids come from [`Sources::set`] of the same value.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.sources[id.0 as usize]
    }

    /// The path of the text that `id` names.
    pub fn path(&self, id: SourceId) -> &Arc<str> {
        &self.get(id).path
    }

    /// The text that `id` names.
    pub fn text(&self, id: SourceId) -> &Arc<str> {
        &self.get(id).text
    }

    /// The bytes under `span`; empty when the span does not fit the text any more.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.source).get(span.range()).unwrap_or("")
    }

    /// Line and column, from 1 and in characters, of the span's first byte.
    pub fn start(&self, span: Span) -> Position {
        let source = self.get(span.source);
        source.lines().position(&source.text, span.start)
    }

    /// Line and column, from 1 and in characters, one past the span's last byte.
    pub fn end(&self, span: Span) -> Position {
        let source = self.get(span.source);
        source.lines().position(&source.text, span.end)
    }

    /// All ids, in the order their paths were first set.
    pub fn ids(&self) -> impl Iterator<Item = SourceId> + use<> {
        (0..self.sources.len() as u32).map(SourceId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_keeps_its_id_when_its_text_changes() {
        let mut sources = Sources::new();
        let first = sources.set("a/main.tf", "x");
        let other = sources.set("b/main.tf", "y");
        assert_ne!(first, other);
        assert_eq!(sources.set("a/main.tf", "\nx"), first);
        assert_eq!(&**sources.text(first), "\nx");
        assert_eq!(sources.start(Span::new(first, 1, 2)), Position { line: 2, column: 1 });
    }
}
