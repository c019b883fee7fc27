//! From events to nodes.

use std::collections::HashMap;

use granit_parser::{Event, Options, Parser, ScalarStyle, Span as Place, StructureStyle, Tag};

use super::super::{Builder, MAX_DEPTH, Node, NodeId, syntax_error};
use super::{refused, scalar, unindented};
use crate::diagnostic::Diagnostic;
use crate::text::Span;

/// Most nodes that a document may have once every alias is written out.
const MAX_EXPANDED: u64 = 1_000_000;

/// A finished node, with what it would be written out.
#[derive(Clone, Copy)]
struct Done {
    id: NodeId,
    /// How many nodes it has, aliases written out.
    size: u64,
    /// How deep it is nested, aliases written out.
    height: u32,
}

/// A collection that is being read.
struct Frame {
    is_mapping: bool,
    start: u32,
    /// Where its children begin on the stack.
    base: usize,
    key: Option<Done>,
    tag: Option<NodeId>,
    anchor: usize,
    size: u64,
    height: u32,
    /// Whether a flow collection, whose end is its bracket.
    flow: bool,
}

/// What reading gave.
pub(super) struct Outcome {
    pub builder: Builder,
    pub root: NodeId,
    /// The entries of each mapping, for the search for repeated keys.
    pub mappings: Vec<Vec<NodeId>>,
    pub diagnostics: Vec<Diagnostic>,
    /// Where and why reading stopped before the end.
    pub stopped: Option<Stop>,
}

/// Why reading stopped.
pub(super) struct Stop {
    /// The byte of the error.
    pub offset: usize,
    /// What the parser says of it.
    pub message: String,
    /// Whether a quoted scalar has too little indentation.
    pub in_quotes: bool,
    /// A byte before it that is outside of every flow collection, or is the start of one.
    pub before: usize,
}

/// Puts nodes together.
pub(super) struct Tree<'t> {
    builder: Builder,
    text: &'t str,
    /// What is read in its place, of the same length: some of its bytes are made spaces.
    readable: &'t str,
    frames: Vec<Frame>,
    children: Vec<NodeId>,
    anchors: HashMap<usize, Done>,
    root: Option<Done>,
    /// Whether the first document is over.
    over: bool,
    mappings: Vec<Vec<NodeId>>,
    diagnostics: Vec<Diagnostic>,
}

impl<'t> Tree<'t> {
    /// Reads the first document of `readable`, which is `text` with some bytes made spaces.
    pub fn read(builder: Builder, text: &'t str, readable: &'t str) -> Outcome {
        let mut tree = Tree {
            builder,
            text,
            readable,
            frames: Vec::new(),
            children: Vec::new(),
            anchors: HashMap::new(),
            root: None,
            over: false,
            mappings: Vec::new(),
            diagnostics: Vec::new(),
        };
        let mut options = Options::default();
        // The size of the text bounds them already.
        options.max_buffered_comment_events = usize::MAX;
        let mut stopped = None;
        let mut seen = 0;
        for event in Parser::new_from_str_with_options(readable, options) {
            match event {
                Ok((event, place)) => {
                    seen = place.byte_range().map_or(seen, |range| range.start);
                    if !tree.event(event, place) {
                        break;
                    }
                }
                Err(error) => {
                    let offset = error.marker().byte_offset().unwrap_or(0);
                    let in_quotes = unindented::is_meant(error.kind());
                    let flow = tree.frames.iter().find(|frame| frame.flow);
                    let before = flow.map_or(seen, |frame| frame.start as usize);
                    stopped = Some(Stop { offset, message: error.kind().to_string(), in_quotes, before });
                    break;
                }
            }
        }
        while !tree.frames.is_empty() {
            tree.close(None);
        }
        let root = match tree.root {
            Some(root) => root.id,
            None => tree.builder.push(Node::Null, 0, 0),
        };
        Outcome { builder: tree.builder, root, mappings: tree.mappings, diagnostics: tree.diagnostics, stopped }
    }

    /// Takes an event; says no when nothing of the first document can come any more.
    fn event(&mut self, event: Event<'_>, place: Place) -> bool {
        let (start, end) = place.byte_range().map_or((0, 0), |range| (range.start as u32, range.end as u32));
        match event {
            Event::DocumentEnd => self.over = self.root.is_some(),
            Event::StreamEnd => return false,
            // Whether a text may hold several documents is not decided here.
            Event::DocumentStart(true, _) if self.over => return false,
            Event::DocumentStart(false, _) if self.over => {
                let end = self.text.get(start as usize..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
                let id = self.builder.push(Node::Missing, start, start + end as u32);
                self.complain(id, "nothing may follow the value that ends before this".into());
                return false;
            }
            Event::Comment(..) => self.builder.comment(start, end),
            Event::Scalar(value, style, anchor, tag) => {
                let tag_node = self.tag(tag.as_deref(), &place);
                let force_text = tag.is_some_and(|tag| !tag.is_custom() && tag.suffix() == "str");
                let done = self.scalar(&value, style, force_text, start, end);
                self.finish(done, tag_node, anchor);
            }
            Event::SequenceStart(style, anchor, tag) => {
                let tag = self.tag(tag.as_deref(), &place);
                self.open(false, style == StructureStyle::Flow, start, anchor, tag);
            }
            Event::MappingStart(style, anchor, tag) => {
                let tag = self.tag(tag.as_deref(), &place);
                self.open(true, style == StructureStyle::Flow, start, anchor, tag);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(Some(end)),
            Event::Alias(anchor) => self.alias(anchor, start, end),
            _ => {}
        }
        true
    }

    /// A node for a local tag such as `!Ref`; core tags (`!!str`) are applied by whoever asked.
    fn tag(&mut self, tag: Option<&Tag>, place: &Place) -> Option<NodeId> {
        let tag = tag.filter(|tag| !tag.suffix().is_empty())?;
        let range = place.tag_span().and_then(|span| span.byte_range())?;
        let (start, end) = (range.start as u32, range.end as u32);
        if refused::is_unknown_tag(self.text.get(range).unwrap_or("")) {
            let id = self.builder.push(Node::Missing, start, end);
            self.complain(id, "YAML has no such tag; functions are written with one `!`".into());
        }
        if !tag.is_custom() || tag.handle() != "!" {
            return None;
        }
        let text = self.builder.verbatim(start + 1, end);
        // A tag with escapes or in angle brackets is no intrinsic function.
        if self.builder.text(text) != tag.suffix() {
            return None;
        }
        Some(self.builder.push(Node::String(text), start, end))
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, force_text: bool, start: u32, end: u32) -> Done {
        let source = |range: std::ops::Range<usize>| self.text.get(range).unwrap_or("");
        let (start, end) = (start as usize, end as usize);
        let (node, start, end) = match style {
            ScalarStyle::Plain => {
                let text = scalar::aligned(&mut self.builder, value, source(start..end), start);
                let node = if force_text { Node::String(text) } else { scalar::plain(value, text) };
                // Where there is none, it would stand behind the colon.
                let colon = usize::from(start == end && self.text.as_bytes().get(start) == Some(&b':'));
                (node, start + colon, end + colon)
            }
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                let inner = start + 1..end.saturating_sub(1).max(start + 1);
                let written = source(inner.clone());
                let unfolded = match std::ptr::eq(self.text, self.readable) {
                    true => None,
                    false => {
                        let readable = self.readable.get(inner.clone()).unwrap_or("");
                        unindented::value(written, readable, style == ScalarStyle::DoubleQuoted)
                    }
                };
                let value = unfolded.as_deref().unwrap_or(value);
                let text = scalar::aligned(&mut self.builder, value, written, inner.start);
                (Node::String(text), start, end)
            }
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let written = source(start..end);
                // A last line that no line break ends has none in its value either.
                let last = written.rsplit(['\n', '\r']).next().unwrap_or("");
                let value = match last.trim().is_empty() {
                    true => value,
                    false => value.strip_suffix('\n').unwrap_or(value),
                };
                let text = scalar::aligned(&mut self.builder, value, written, start);
                // The header stands on the line before the content.
                let header = source(0..start).rfind(['|', '>']).unwrap_or(start);
                (Node::String(text), header, start + written.trim_end().len())
            }
        };
        let (start, end) = (start as u32, end.max(start) as u32);
        Done { id: self.builder.push(node, start, end), size: 1, height: 0 }
    }

    fn open(&mut self, is_mapping: bool, flow: bool, start: u32, anchor: usize, tag: Option<NodeId>) {
        let base = self.children.len();
        let start = if is_mapping || flow { start } else { self.first_dash(start) };
        if is_mapping && !flow && refused::is_indented_with_tab(self.text, start) {
            let id = self.builder.push(Node::Missing, start, start);
            self.complain(id, "a tab is used for indentation".into());
        }
        self.frames.push(Frame { is_mapping, start, base, key: None, tag, anchor, size: 1, height: 0, flow });
    }

    /// Where the first dash of a block sequence stands, for which the parser gives a byte behind it if it has no
    /// indentation of its own.
    fn first_dash(&self, start: u32) -> u32 {
        let bytes = self.text.as_bytes();
        let Some(key) = self.frames.last().and_then(|frame| frame.key) else { return start };
        let mut at = self.builder.span(key.id).end as usize;
        // Between the key and the dash there are nothing but the colon, comments, and an anchor or a tag.
        while at < start as usize {
            match bytes[at] {
                b'-' => return at as u32,
                b'#' => at += bytes[at..].iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(1),
                b'!' | b'&' => at += bytes[at..].iter().position(u8::is_ascii_whitespace).unwrap_or(1),
                _ => at += 1,
            }
        }
        start
    }

    /// Closes the innermost collection. `end` is where the parser saw it end, which for block collections is too far.
    fn close(&mut self, end: Option<u32>) {
        let Some(mut frame) = self.frames.pop() else { return };
        if let Some(key) = frame.key.take() {
            // Reading stopped between a key and its value.
            let at = self.builder.span(key.id).end;
            let value = self.builder.push(Node::Missing, at, at);
            self.entry(&mut frame, key, Done { id: value, size: 1, height: 0 });
        }
        let end = match end.filter(|_| frame.flow) {
            Some(end) => end,
            None => self
                .children
                .get(frame.base..)
                .and_then(<[_]>::last)
                .map_or(frame.start, |last| self.builder.span(*last).end),
        };
        let mut children = self.children.split_off(frame.base);
        if frame.is_mapping {
            children = self.merged(children);
            if children.len() > 1 {
                self.mappings.push(children.clone());
            }
        }
        let list = self.builder.list(&children);
        let node = if frame.is_mapping { Node::Mapping(list) } else { Node::Sequence(list) };
        let too_deep = self.frames.len() as u32 + frame.height >= MAX_DEPTH;
        let node = if too_deep { Node::Missing } else { node };
        let id = self.builder.push(node, frame.start, end.max(frame.start));
        if too_deep {
            self.complain(
                id,
                format!("this is nested more than {MAX_DEPTH} levels deep, which is not read any further"),
            );
        }
        let height = if too_deep { 0 } else { frame.height + 1 };
        self.finish(Done { id, size: frame.size, height }, frame.tag, frame.anchor);
    }

    /// Puts a finished node where it belongs, behind its tag and under its anchor.
    fn finish(&mut self, done: Done, tag: Option<NodeId>, anchor: usize) {
        let mut done = done;
        if let Some(tag) = tag {
            let (start, end) = (self.builder.span(tag).start, self.builder.span(done.id).end);
            let end = end.max(self.builder.span(tag).end);
            let id = self.builder.push(Node::Tagged { tag, value: done.id }, start, end);
            done = Done { id, size: done.size + 1, height: done.height + 1 };
        }
        if anchor != 0 {
            self.anchors.insert(anchor, done);
        }
        self.place(done);
    }

    fn place(&mut self, done: Done) {
        let Some(mut frame) = self.frames.pop() else {
            self.root.get_or_insert(done);
            return;
        };
        match (frame.is_mapping, frame.key.take()) {
            (false, _) => {
                frame.size = frame.size.saturating_add(done.size);
                frame.height = frame.height.max(done.height);
                self.children.push(done.id);
            }
            (true, None) => frame.key = Some(done),
            (true, Some(key)) => self.entry(&mut frame, key, done),
        }
        self.frames.push(frame);
    }

    fn entry(&mut self, frame: &mut Frame, key: Done, value: Done) {
        frame.size = frame.size.saturating_add(key.size).saturating_add(value.size).saturating_add(1);
        frame.height = frame.height.max(key.height).max(value.height);
        if let Some(message) = refused::key(self.builder.so_far(), key.id, frame.flow) {
            self.complain(key.id, message.into());
        }
        let start = self.builder.span(key.id).start;
        let (key_end, value_end) = (self.builder.span(key.id).end, self.builder.span(value.id).end);
        // The value of an alias stands elsewhere, maybe before its key.
        let end = if value_end > start { value_end.max(key_end) } else { key_end };
        let entry = self.builder.push(Node::Entry { key: key.id, value: value.id }, start, end.max(start));
        self.children.push(entry);
    }

    fn alias(&mut self, anchor: usize, start: u32, end: u32) {
        let open: u64 = self.frames.iter().map(|frame| frame.size).sum();
        let message = match self.anchors.get(&anchor).copied() {
            // An anchor is known only once its node is finished, so there are no circles.
            None => "this alias stands inside the very value that it names".to_string(),
            Some(done) if open.saturating_add(done.size) > MAX_EXPANDED => {
                format!(
                    "with its aliases written out, this document has more than {MAX_EXPANDED} parts; the rest is not read"
                )
            }
            Some(done) if self.frames.len() as u32 + done.height >= MAX_DEPTH => {
                format!("with this alias, the document is nested more than {MAX_DEPTH} levels deep")
            }
            Some(done) => return self.place(done),
        };
        let id = self.builder.push(Node::Missing, start, end);
        self.complain(id, message);
        self.place(Done { id, size: 1, height: 0 });
    }

    fn complain(&mut self, id: NodeId, message: String) {
        let span: Span = self.builder.span(id);
        self.diagnostics.push(syntax_error(span, message));
    }

    /// Applies merge keys: what a mapping under `<<` has and the mapping itself has not is taken over, behind its own
    /// entries; of several mappings the first that has a key counts.
    fn merged(&mut self, entries: Vec<NodeId>) -> Vec<NodeId> {
        let builder = &self.builder;
        let parts = |entry: &NodeId| match builder.node(*entry) {
            Node::Entry { key, value } => Some((key, value)),
            _ => None,
        };
        let name = |entry: &NodeId| parts(entry).and_then(|(key, _)| builder.so_far().string(key));
        let is_merge = |entry: &NodeId| {
            name(entry) == Some("<<") && parts(entry).is_some_and(|(key, _)| builder.span(key).len() == 2)
        };
        if !entries.iter().any(is_merge) {
            return entries;
        }
        let document = builder.so_far();
        let mut wrong = Vec::new();
        let mut kept: Vec<NodeId> = entries.iter().filter(|entry| !is_merge(entry)).copied().collect();
        for (_, value) in entries.iter().filter(|entry| is_merge(entry)).filter_map(parts) {
            wrong.extend(refused::merge(document, value).map(|message| (value, message)));
            let single = [value];
            let sources = if document.elements(value).is_empty() { &single[..] } else { document.elements(value) };
            for source in sources {
                let Node::Mapping(children) = document.node(*source) else { continue };
                for entry in document.children(children) {
                    if kept.iter().all(|own| name(own) != name(entry)) {
                        kept.push(*entry);
                    }
                }
            }
        }
        for (value, message) in wrong {
            self.complain(value, message.into());
        }
        kept
    }
}
