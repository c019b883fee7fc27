//! The pieces of source that a finding is shown with.
//!
//! One finding speaks of places in several files. They are given to `miette` as one text: every excerpt (a place with a
//! line around it, or several places that are close together) is a region of it, with its own file name and lines, and
//! regions never touch, so that each becomes a snippet of its own and the one with the primary place comes first. An
//! excerpt is cut out with the line index; nothing is read from the start of a file.

use std::ops::Range;

use miette::{MietteError, SourceCode, SourceSpan, SpanContents};

use super::printable;
use crate::source::Sources;
use crate::text::{ColumnUnit, SourceId, Span};

/// Lines around a place that are shown with it.
const CONTEXT: u32 = 1;

/// Places with at most this many lines between them share an excerpt.
const NEAR: u32 = 4;

/// Longest line, in bytes, that is shown whole. Of a longer one (a template in a single line) only a part is.
const LONG_LINE: usize = 240;

/// Bytes before and after a place that are shown of a long line.
const AROUND: usize = 60;

/// A label on the assembled text.
pub(super) struct Placed {
    pub(super) range: Range<usize>,
    pub(super) message: Option<String>,
    pub(super) primary: bool,
}

/// The excerpts of one finding as one text, with the labels on it.
pub(super) struct Excerpts {
    regions: Vec<Region>,
    pub(super) labels: Vec<Placed>,
}

struct Region {
    /// Where it begins in the assembled text.
    base: usize,
    /// The path to show.
    name: String,
    /// First line, from 0.
    line: u32,
    /// Characters before its first byte on that line.
    column: u32,
    text: String,
    /// Line and column, from 0, of each label in it, with its range in the assembled text.
    marks: Vec<(Range<usize>, u32, u32)>,
}

/// A place as it will be shown: on one line.
struct Place<'a> {
    span: Span,
    line: u32,
    message: Option<&'a str>,
    primary: bool,
}

impl Excerpts {
    /// Cuts the excerpts for a primary place and related ones, which follow in their order. Spans that do not fit their
    /// text are moved into it. `show` makes of the name of a source what is shown of it.
    pub(super) fn new<'a>(
        sources: &Sources,
        primary: (Span, Option<&'a str>),
        related: impl Iterator<Item = (Span, &'a str)>,
        show: &dyn Fn(&str) -> String,
    ) -> Excerpts {
        let mut groups: Vec<Vec<Place<'_>>> = vec![vec![place(sources, primary.0, primary.1, true)]];
        for (span, message) in related {
            let place = place(sources, span, Some(message), false);
            let near =
                |other: &Place<'_>| other.span.source == place.span.source && other.line.abs_diff(place.line) <= NEAR;
            match groups.iter_mut().find(|group| group.iter().any(near)) {
                // The same bytes twice would be underlined twice.
                Some(group) if group.iter().any(|other| other.span == place.span && other.message == place.message) => {
                }
                Some(group) => group.push(place),
                None => groups.push(vec![place]),
            }
        }
        let mut excerpts = Excerpts { regions: Vec::new(), labels: Vec::new() };
        for group in &groups {
            excerpts.add(sources, group);
        }
        for region in &mut excerpts.regions {
            region.name = show(&region.name);
        }
        excerpts
    }

    fn add(&mut self, sources: &Sources, group: &[Place<'_>]) {
        let Some(first) = group.first() else { return };
        let source = sources.get(first.span.source);
        let text: &str = source.text();
        let lines = source.lines();
        let top = group.iter().map(|place| place.line).min().unwrap_or(first.line);
        let bottom = group.iter().map(|place| place.line).max().unwrap_or(first.line);
        let from = top.saturating_sub(CONTEXT);
        let to = (bottom + CONTEXT).min(lines.lines().saturating_sub(1));
        if (from..=to).all(|line| lines.line_range(line, text).len() <= LONG_LINE) {
            let range = lines.line_range(from, text).start..lines.line_range(to, text).end;
            self.region(sources, first.span.source, range, false, group);
        } else {
            // A long line is cut around each place on its own.
            for place in group {
                let line = lines.line_range(place.line, text);
                let (start, end) = (place.span.start as usize, place.span.end as usize);
                let from = boundary(text, start.saturating_sub(AROUND).max(line.start));
                let to = boundary(text, (end + AROUND).min(line.end));
                self.region(sources, place.span.source, from..to.max(end), true, std::slice::from_ref(place));
            }
        }
    }

    fn region(&mut self, sources: &Sources, id: SourceId, range: Range<usize>, cut: bool, places: &[Place<'_>]) {
        let source = sources.get(id);
        let original: &str = source.text();
        let lines = source.lines();
        let mut text = printable(original.get(range.clone()).unwrap_or("")).into_owned();
        let (line, column) = lines.line_column(original, range.start as u32, ColumnUnit::Characters);
        // Dots in place of as many bytes, so that the places after them stay where they are.
        let first = places.iter().map(|place| place.span.start as usize).min().unwrap_or(0);
        if cut && column > 0 && text.is_char_boundary(3) && first >= range.start + 3 {
            text.replace_range(..3, "...");
        }
        if cut && !text.ends_with('\n') && range.end < original.len() {
            text.push_str("...");
        }
        // A place behind the last line end is drawn only if there is something to draw it under.
        if text.is_empty() || text.ends_with('\n') && places.iter().any(|place| place.span.start as usize >= range.end)
        {
            text.push(' ');
        }
        let base = self.regions.last().map_or(0, |region| region.base + region.text.len() + 1);
        let mut marks = Vec::new();
        for place in places {
            let start = base + (place.span.start as usize).saturating_sub(range.start);
            let placed = start..start + place.span.len() as usize;
            let (line, column) = lines.line_column(original, place.span.start, ColumnUnit::Characters);
            marks.push((placed.clone(), line, column));
            let message = place.message.map(|message| printable(message).replace('\n', " "));
            self.labels.push(Placed { range: placed, message, primary: place.primary });
        }
        let name = source.path().to_string();
        self.regions.push(Region { base, name, line, column, text, marks });
    }
}

/// The nearest character boundary at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Moves a span into its text and onto its first line, where the reader looks first.
fn place<'a>(sources: &Sources, span: Span, message: Option<&'a str>, primary: bool) -> Place<'a> {
    let source = sources.get(span.source);
    let text: &str = source.text();
    let start = boundary(text, span.start as usize);
    let line = source.lines().line(start as u32);
    let content = source.lines().line_range(line, text);
    let written = text.get(content.clone()).unwrap_or("").trim_end();
    let line_end = (content.start + written.len()).max(start);
    let longest = start + LONG_LINE;
    let end = boundary(text, (span.end as usize).min(line_end).min(longest)).max(start);
    Place { span: Span::new(span.source, start as u32, end as u32), line, message, primary }
}

impl SourceCode for Excerpts {
    /// A region is given whole, whatever context is asked for: it was cut to be shown.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let end = span.offset() + span.len();
        let region = self
            .regions
            .iter()
            .find(|region| region.base <= span.offset() && end <= region.base + region.text.len())
            .ok_or(MietteError::OutOfBounds)?;
        // Without context the place itself is meant, whose line and column go into the snippet's head.
        let mark = region.marks.iter().find(|(range, ..)| range.start == span.offset() && before == 0);
        let (line, column) = mark.map_or((region.line, region.column), |(_, line, column)| (*line, *column));
        Ok(Box::new(Contents { region, span: (region.base, region.text.len()).into(), line, column }))
    }
}

struct Contents<'a> {
    region: &'a Region,
    span: SourceSpan,
    line: u32,
    column: u32,
}

impl<'a> SpanContents<'a> for Contents<'a> {
    fn data(&self) -> &'a [u8] {
        self.region.text.as_bytes()
    }
    fn span(&self) -> &SourceSpan {
        &self.span
    }
    fn name(&self) -> Option<&str> {
        Some(&self.region.name)
    }
    fn line(&self) -> usize {
        self.line as usize
    }
    fn column(&self) -> usize {
        self.column as usize
    }
    fn line_count(&self) -> usize {
        self.region.text.lines().count()
    }
}
