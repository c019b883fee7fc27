//! The output for people: every finding with its sources, the primary place first, then the other ends of the chain.

use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters, ThemeStyles};
use textwrap::Options;

use super::excerpt::Excerpts;
use super::{Style, printable};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Sources;

/// Draws findings, one after the other.
pub struct Full<'a> {
    sources: &'a Sources,
    style: Style,
    handler: GraphicalReportHandler,
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
        Full { sources, style, handler }
    }

    /// One finding, with a blank line behind it. `page` says that its rule has a page to point at.
    pub fn finding(&self, diagnostic: &Diagnostic, page: bool) -> String {
        let primary = (diagnostic.span, diagnostic.label.as_deref());
        let related = diagnostic.related.iter().map(|label| (label.span, label.message.as_str()));
        let drawn = Drawn { diagnostic, excerpts: Excerpts::new(self.sources, primary, related) };
        let mut out = String::new();
        if self.handler.render_report(&mut out, &drawn).is_err() {
            // Losing the picture must not lose the finding.
            out = super::concise::finding(diagnostic, self.sources);
            out.push('\n');
        }
        if let Some(when) = &diagnostic.when {
            self.footer(&mut out, "when", when);
        }
        if let Some(help) = &diagnostic.help {
            self.footer(&mut out, "help", help);
        }
        if let Some(fix) = diagnostic.fixes.first() {
            let option = if fix.safe { "--fix" } else { "--unsafe-fixes" };
            self.footer(&mut out, "fix", &format!("{} ({option})", fix.title));
        }
        if page {
            self.footer(&mut out, "more", &format!("rolecall explain {}", diagnostic.rule));
        }
        out.push('\n');
        out
    }

    /// A line under the snippets, broken at the width and indented behind its name.
    fn footer(&self, out: &mut String, name: &str, text: &str) {
        let head = format!("  {}: ", self.style.bold(name));
        let indent = " ".repeat(name.len() + 4);
        let text = printable(text);
        for (at, paragraph) in text.trim().lines().enumerate() {
            let first = if at == 0 { &head } else { &indent };
            let options = Options::new(self.style.width.max(20)).initial_indent(first).subsequent_indent(&indent);
            for line in textwrap::wrap(paragraph.trim_end(), options.break_words(false)) {
                out.push_str(line.trim_end());
                out.push('\n');
            }
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
