//! The output for people: every finding with its sources, the primary place first, then the other ends of the chain.

use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters, ThemeStyles};
use textwrap::{Options, WordSeparator, WordSplitter};

use super::excerpt::Excerpts;
use super::{Style, Target, printable};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Sources;

/// Draws findings, one after the other.
pub struct Full<'a> {
    sources: &'a Sources,
    style: Style,
    handler: GraphicalReportHandler,
    target: Target<'a>,
}

impl<'a> Full<'a> {
    /// For findings in `sources`.
    pub fn new(sources: &'a Sources, style: Style) -> Full<'a> {
        let characters = if style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
        let styles = if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
        let handler = GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
            .with_links(false)
            .with_width(style.width)
            .with_context_lines(1);
        Full { sources, style, handler, target: &|_| None }
    }

    /// The same, where the names of sources lead to `target`.
    pub fn with_target(self, target: Target<'a>) -> Full<'a> {
        Full { target, ..self }
    }

    /// One finding, with a blank line behind it. `page` says that its rule has a page to point at.
    pub fn finding(&self, diagnostic: &Diagnostic, page: bool) -> String {
        let primary = (diagnostic.span, diagnostic.label.as_deref());
        let related = diagnostic.related.iter().map(|label| (label.span, label.message.as_str()));
        let show = |name: &str| self.style.link(&printable(name), (self.target)(name));
        let drawn = Drawn { diagnostic, excerpts: Excerpts::new(self.sources, primary, related, &show) };
        let mut out = String::new();
        if self.handler.render_report(&mut out, &drawn).is_err() {
            // Losing the picture must not lose the finding.
            out = super::concise::finding(diagnostic, self.sources);
            out.push('\n');
        }
        out.push_str(&advice(diagnostic, self.style, page));
        out.push('\n');
        out
    }
}

/// What follows the places of a finding: its condition, what to do, and where to read more.
pub(super) fn advice(diagnostic: &Diagnostic, style: Style, page: bool) -> String {
    let mut out = String::new();
    if let Some(when) = &diagnostic.when {
        line(&mut out, style, "when", when);
    }
    if let Some(help) = &diagnostic.help {
        line(&mut out, style, "help", help);
    }
    if let Some(fix) = diagnostic.fixes.first() {
        let option = if fix.safe { "--fix" } else { "--unsafe-fixes" };
        line(&mut out, style, "fix", &format!("{} ({option})", fix.title));
    }
    if page {
        line(&mut out, style, "more", &format!("rolecall explain {}", diagnostic.rule));
    }
    out
}

/// A named line, broken at the width and indented behind its name; never inside a word, so that options, addresses and
/// hosts can be copied.
pub(super) fn line(out: &mut String, style: Style, name: &str, text: &str) {
    let head = format!("  {}: ", style.bold(name));
    let indent = " ".repeat(name.len() + 4);
    let text = printable(text);
    for (at, paragraph) in text.trim().lines().enumerate() {
        let first = if at == 0 { &head } else { &indent };
        let options = Options::new(style.width.max(20))
            .initial_indent(first)
            .subsequent_indent(&indent)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation)
            .break_words(false);
        for line in textwrap::wrap(paragraph.trim_end(), options) {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
}

/// A finding in the shape in which `miette` wants it.
struct Drawn<'a> {
    diagnostic: &'a Diagnostic,
    excerpts: Excerpts,
}

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(&self.diagnostic.message))
    }
}

impl fmt::Debug for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl std::error::Error for Drawn<'_> {}

impl miette::Diagnostic for Drawn<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("{}[{}]", self.diagnostic.severity, self.diagnostic.rule)))
    }
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpts)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpts.labels.iter().map(|label| {
            let span = (label.range.start, label.range.len());
            if label.primary {
                LabeledSpan::new_primary_with_span(label.message.clone(), span)
            } else {
                LabeledSpan::new_with_span(label.message.clone(), span)
            }
        })))
    }
}
