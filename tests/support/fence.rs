//! The fenced blocks of a page, as they are written.

/// A fenced block.
pub struct Raw<'p> {
    /// Its language.
    pub language: &'p str,
    /// What else stands behind the fence.
    pub words: Vec<&'p str>,
    /// Its lines.
    pub lines: Vec<&'p str>,
    /// Line of the page that the fence is on, from 1.
    pub line: usize,
}

/// The fenced blocks of a page that are examples; what AWS answers stands in fences of plain text.
pub fn raw(page: &str) -> Vec<Raw<'_>> {
    let mut found = Vec::new();
    let mut lines = page.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let content = lines.by_ref().map(|(line, _)| line).take_while(|line| *line != "```").collect();
        let mut words = info.split_whitespace();
        let language = words.next().unwrap_or("");
        if language != "text" {
            found.push(Raw { language, words: words.collect(), lines: content, line: number });
        }
    }
    found
}
