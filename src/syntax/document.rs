//! The arena every language is parsed into.

use std::sync::{Arc, OnceLock};

use super::Language;
use crate::text::{SourceId, Span};

/// Names a node of one document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(u32);

/// A piece of text: either bytes of the source as they stand, or text decoded from them (escapes resolved, heredoc
/// indentation removed, block scalars folded).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Text {
    start: u32,
    /// Length in bytes; the highest bit says that `start` counts in the document's decoded text.
    len: u32,
}

const DECODED: u32 = 1 << 31;

/// A run of child nodes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Children {
    start: u32,
    len: u32,
}

impl Children {
    /// How many there are.
    pub fn len(self) -> usize {
        self.len as usize
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// An operator with one operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOperator {
    /// `-x`
    Negate,
    /// `!x`
    Not,
}

/// An operator with two operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryOperator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `&&`
    And,
    /// `||`
    Or,
}

/// One node. Small and `Copy`; what does not fit is in the document's lists and texts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Node {
    // ---- all languages
    /// `null`, `~`, an empty YAML value.
    Null,
    /// A boolean. The source text (`yes`, `True`) is under the node's span.
    Bool(bool),
    /// A number, as written.
    Number(Text),
    /// Text without templates in it; also identifiers that stand for themselves (block types, bare object keys).
    /// The span includes quotes or heredoc markers.
    String(Text),
    /// A YAML or JSON sequence, an HCL tuple.
    Sequence(Children),
    /// A YAML or JSON mapping, an HCL object: children are [`Node::Entry`]. Duplicate keys are all there, in order.
    Mapping(Children),
    /// A key and its value. Spans from the key's start to the value's end. In HCL a key may be any expression;
    /// a bare identifier is a [`Node::String`], a parenthesised expression is [`Node::Parentheses`].
    Entry {
        /// The key.
        key: NodeId,
        /// The value.
        value: NodeId,
    },
    /// A place where something must stand and the text is broken or ends. Never equal to anything.
    Missing,

    // ---- YAML
    /// A value with a local tag (`!Ref x`): the tag without its `!`. Spans from the tag to the value's end.
    Tagged {
        /// The tag's name, such as `GetAtt`: a [`Node::String`] that covers the tag.
        tag: NodeId,
        /// The value behind it.
        value: NodeId,
    },

    // ---- HCL
    /// The inside of a file or a block: children are [`Node::Attribute`] and [`Node::Block`], in order.
    Body(Children),
    /// `name = value`
    Attribute {
        /// A [`Node::String`].
        name: NodeId,
        /// Any expression.
        value: NodeId,
    },
    /// `type "label" … { body }`: children are the type and the labels (each [`Node::String`]), last the [`Node::Body`].
    Block(Children),
    /// A string or heredoc with templates in it: children are [`Node::String`] for literal parts (escapes resolved,
    /// strip markers and heredoc indentation already applied), [`Node::Interpolation`], [`Node::TemplateIf`] and
    /// [`Node::TemplateFor`]. A template of exactly one interpolation is that value itself, whatever its type.
    Template(Children),
    /// `${expression}`; the span includes the braces.
    Interpolation(NodeId),
    /// `%{ if … }`: children are the condition, a [`Node::Template`] and, if there is an `else`, another one.
    TemplateIf(Children),
    /// `%{ for … }`: children are the key's name or [`Node::Missing`], the value's name, the collection and a
    /// [`Node::Template`].
    TemplateFor(Children),
    /// The root of a reference: `var`, `aws_iam_role`, a `for` variable.
    Variable(Text),
    /// `object.name`; also `object.0`, whose name is a [`Node::Number`].
    GetAttribute {
        /// What is looked into.
        object: NodeId,
        /// A [`Node::String`], or a [`Node::Number`] in the legacy index syntax.
        name: NodeId,
    },
    /// `object[key]`
    Index {
        /// What is looked into.
        object: NodeId,
        /// Any expression.
        key: NodeId,
    },
    /// `object[*]…` or `object.*…`: `each` is an expression over [`Node::SplatItem`] that is evaluated per element.
    Splat {
        /// What is gone through.
        object: NodeId,
        /// What is taken of each element.
        each: NodeId,
    },
    /// The current element inside the `each` of a [`Node::Splat`].
    SplatItem,
    /// `name(arguments…)`: children are the name (a [`Node::String`], `provider::aws::arn_parse` in one piece), then
    /// the arguments.
    Call {
        /// Name and arguments.
        parts: Children,
        /// Whether the last argument is expanded (`...`).
        expand: bool,
    },
    /// `-x`, `!x`
    Unary {
        /// Which.
        operator: UnaryOperator,
        /// On what.
        operand: NodeId,
    },
    /// `a + b` and its like
    Binary {
        /// Which.
        operator: BinaryOperator,
        /// Left operand.
        left: NodeId,
        /// Right operand.
        right: NodeId,
    },
    /// `condition ? yes : no`: three children.
    Conditional(Children),
    /// `[for k, v in c : value if condition]`: children are the key's name or [`Node::Missing`], the value's name, the
    /// collection, the value, and the condition or [`Node::Missing`].
    ForTuple(Children),
    /// `{for k, v in c : key => value... if condition}`: children are the key's name or [`Node::Missing`], the value's
    /// name, the collection, the key, the value, and the condition or [`Node::Missing`].
    ForObject {
        /// The children listed above.
        parts: Children,
        /// Whether values of equal keys are grouped (`...`).
        group: bool,
    },
    /// `(expression)`
    Parentheses(NodeId),
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    node: Node,
    start: u32,
    end: u32,
}

/// From this byte of the decoded text on, up to the next such mark, decoded bytes stand at `source` and the bytes after it.
#[derive(Clone, Copy, Debug)]
struct Mark {
    decoded: u32,
    source: u32,
}

/// What the bytes of a parsed text are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reading {
    /// Those of its source, in its source's language.
    Source,
    /// Those of its source, read as one template whatever the source's language is.
    Template,
    /// None of a source: the text was computed at this place.
    Computed(Span),
}

/// A parsed text.
#[derive(Debug)]
pub struct Document {
    source: SourceId,
    language: Language,
    reading: Reading,
    text: Arc<str>,
    slots: Vec<Slot>,
    lists: Vec<NodeId>,
    decoded: String,
    marks: Vec<Mark>,
    comments: Vec<(u32, u32)>,
    root: NodeId,
    broken: bool,
    /// All nodes by their first byte, once something is looked for by its place.
    by_start: OnceLock<Vec<NodeId>>,
}

impl Document {
    /// The source it was parsed from.
    pub fn source(&self) -> SourceId {
        self.source
    }

    /// How the text is written.
    pub fn language(&self) -> Language {
        self.language
    }

    /// What its bytes are.
    pub fn reading(&self) -> Reading {
        self.reading
    }

    /// The same with bytes that are something else.
    pub fn read_as(self, reading: Reading) -> Document {
        Document { reading, ..self }
    }

    /// The whole source text.
    pub fn source_text(&self) -> &Arc<str> {
        &self.text
    }

    /// The outermost node: a [`Node::Body`] for HCL, a value otherwise.
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// Whether parts of the text could not be understood, so that something may be missing here.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// The node.
    pub fn node(&self, id: NodeId) -> Node {
        self.slots[id.0 as usize].node
    }

    /// The bytes it covers; the whole place where the text was computed, if it was.
    pub fn span(&self, id: NodeId) -> Span {
        let slot = &self.slots[id.0 as usize];
        match self.reading {
            Reading::Computed(place) => place,
            Reading::Source | Reading::Template => Span::new(self.source, slot.start, slot.end),
        }
    }

    /// The source bytes under the node.
    pub fn source_slice(&self, id: NodeId) -> &str {
        let slot = &self.slots[id.0 as usize];
        self.text.get(slot.start as usize..slot.end as usize).unwrap_or("")
    }

    /// A run of child nodes.
    pub fn children(&self, children: Children) -> &[NodeId] {
        &self.lists[children.start as usize..(children.start + children.len) as usize]
    }

    /// The characters of a text.
    pub fn text(&self, text: Text) -> &str {
        let from = if text.len & DECODED != 0 { &self.decoded } else { &*self.text };
        let start = text.start as usize;
        &from[start..start + (text.len & !DECODED) as usize]
    }

    /// The characters of a [`Node::String`]; `None` for other nodes.
    pub fn string(&self, id: NodeId) -> Option<&str> {
        match self.node(id) {
            Node::String(text) => Some(self.text(text)),
            _ => None,
        }
    }

    /// Where bytes `range` of `text` stand in the source. For decoded text the answer is exact up to the escapes inside
    /// the range; an end lies behind the source bytes that made the last decoded byte.
    pub fn text_span(&self, text: Text, range: std::ops::Range<usize>) -> Span {
        let at = |offset: usize| text.start + offset as u32;
        if text.len & DECODED == 0 {
            return Span::new(self.source, at(range.start), at(range.end));
        }
        let start = self.decoded_at(at(range.start));
        let end = match range.end > range.start {
            true => self.behind_decoded(at(range.end) - 1),
            false => start,
        };
        let mut end = (end.max(start) as usize).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        let mut start = (start as usize).min(end);
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        Span::new(self.source, start as u32, end as u32)
    }

    fn decoded_at(&self, decoded: u32) -> u32 {
        let index = self.marks.partition_point(|mark| mark.decoded <= decoded);
        match index.checked_sub(1).map(|index| self.marks[index]) {
            Some(mark) => mark.source + (decoded - mark.decoded),
            None => 0,
        }
    }

    /// Behind the source bytes of a decoded byte: behind the whole of an escape that begins with a backslash.
    fn behind_decoded(&self, decoded: u32) -> u32 {
        let source = self.decoded_at(decoded);
        let next = self.marks.get(self.marks.partition_point(|mark| mark.decoded <= decoded));
        match next
            .filter(|next| next.decoded == decoded + 1 && self.text.as_bytes().get(source as usize) == Some(&b'\\'))
        {
            Some(next) => next.source.max(source + 1),
            None => source + 1,
        }
    }

    /// Whether the text stands in the source just as it reads.
    pub fn is_verbatim(&self, text: Text) -> bool {
        text.len & DECODED == 0
    }

    /// The key and value nodes of a [`Node::Mapping`], in order; nothing for other nodes.
    pub fn entries(&self, id: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> + '_ {
        let children = match self.node(id) {
            Node::Mapping(children) => self.children(children),
            _ => &[],
        };
        children.iter().filter_map(|entry| match self.node(*entry) {
            Node::Entry { key, value } => Some((key, value)),
            _ => None,
        })
    }

    /// The value under the key that reads `key` in a [`Node::Mapping`]; the last one if there are several.
    pub fn get(&self, id: NodeId, key: &str) -> Option<NodeId> {
        self.entries(id).filter(|(name, _)| self.string(*name) == Some(key)).last().map(|(_, value)| value)
    }

    /// The elements of a [`Node::Sequence`]; nothing for other nodes.
    pub fn elements(&self, id: NodeId) -> &[NodeId] {
        match self.node(id) {
            Node::Sequence(children) => self.children(children),
            _ => &[],
        }
    }

    /// Comments as byte ranges, markers included, in order.
    pub fn comments(&self) -> impl Iterator<Item = Span> + '_ {
        self.comments.iter().map(|(start, end)| Span::new(self.source, *start, *end))
    }

    /// All node ids, in the order they were made: children before their parents.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.slots.len() as u32).map(NodeId)
    }

    /// The nodes that cover exactly `span`, in the order they were made.
    pub fn covering(&self, span: Span) -> impl Iterator<Item = NodeId> + '_ {
        let order = self.by_start.get_or_init(|| {
            let mut order: Vec<NodeId> = self.ids().collect();
            order.sort_by_key(|id| (self.span(*id).start, id.0));
            order
        });
        let from = order.partition_point(|id| self.span(*id).start < span.start);
        let here = order.get(from..).unwrap_or_default().iter().copied();
        here.take_while(move |id| self.span(*id).start == span.start).filter(move |id| self.span(*id) == span)
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there is no node but the root.
    pub fn is_empty(&self) -> bool {
        self.slots.len() <= 1
    }
}

/// Makes a [`Document`]. Used by the parsers only.
pub struct Builder {
    document: Document,
}

impl Builder {
    /// Starts a document for `text`, of at most [`super::MAX_TEXT_BYTES`] bytes.
    pub fn new(source: SourceId, text: Arc<str>, language: Language) -> Self {
        // One node for about eight bytes of text, measured over public modules and templates.
        let nodes = text.len() / 8 + 4;
        Builder {
            document: Document {
                source,
                language,
                reading: Reading::Source,
                text,
                slots: Vec::with_capacity(nodes),
                lists: Vec::with_capacity(nodes),
                decoded: String::new(),
                marks: Vec::new(),
                comments: Vec::new(),
                root: NodeId(0),
                broken: false,
                by_start: OnceLock::new(),
            },
        }
    }

    /// Adds a node that covers source bytes `start..end`.
    pub fn push(&mut self, node: Node, start: u32, end: u32) -> NodeId {
        let id = NodeId(self.document.slots.len() as u32);
        self.document.slots.push(Slot { node, start, end });
        id
    }

    /// Stores a run of child nodes.
    pub fn list(&mut self, nodes: &[NodeId]) -> Children {
        let start = self.document.lists.len() as u32;
        self.document.lists.extend_from_slice(nodes);
        Children { start, len: nodes.len() as u32 }
    }

    /// A text that stands in the source at `start..end` just as it reads.
    pub fn verbatim(&self, start: u32, end: u32) -> Text {
        Text { start, len: end - start }
    }

    /// Where the next decoded byte will go; give it to [`Builder::decoded_since`] when the text is complete.
    pub fn decoded_len(&self) -> u32 {
        self.document.decoded.len() as u32
    }

    /// Appends decoded text that comes from the source bytes beginning at `source`. Consecutive calls build one text.
    pub fn decode(&mut self, piece: &str, source: u32) {
        let decoded = self.document.decoded.len() as u32;
        let follows = |mark: &Mark| mark.source + (decoded - mark.decoded) == source;
        if !piece.is_empty() && !self.document.marks.last().is_some_and(follows) {
            self.document.marks.push(Mark { decoded, source });
        }
        self.document.decoded.push_str(piece);
    }

    /// The decoded text from `start` (of [`Builder::decoded_len`]) to what was appended last.
    pub fn decoded_since(&self, start: u32) -> Text {
        Text { start, len: (self.document.decoded.len() as u32 - start) | DECODED }
    }

    /// Bytes `range` of a text, counted within it. Both ends have to be character boundaries.
    pub fn part(&self, text: Text, range: std::ops::Range<usize>) -> Text {
        let len = (range.end - range.start) as u32;
        Text { start: text.start + range.start as u32, len: len | (text.len & DECODED) }
    }

    /// The characters of a text made so far.
    pub fn text(&self, text: Text) -> &str {
        self.document.text(text)
    }

    /// A node made so far.
    pub fn node(&self, id: NodeId) -> Node {
        self.document.node(id)
    }

    /// The bytes a node made so far covers.
    pub fn span(&self, id: NodeId) -> Span {
        self.document.span(id)
    }

    /// The whole document made so far, to look things up in.
    pub fn so_far(&self) -> &Document {
        &self.document
    }

    /// Replaces a node that was made before, keeping its span.
    pub fn replace(&mut self, id: NodeId, node: Node) {
        self.document.slots[id.0 as usize].node = node;
    }

    /// Changes the bytes that a node covers.
    pub fn set_span(&mut self, id: NodeId, start: u32, end: u32) {
        let slot = &mut self.document.slots[id.0 as usize];
        (slot.start, slot.end) = (start, end);
    }

    /// Records a comment at source bytes `start..end`.
    pub fn comment(&mut self, start: u32, end: u32) {
        self.document.comments.push((start, end));
    }

    /// Notes that something in the text could not be understood.
    pub fn mark_broken(&mut self) {
        self.document.broken = true;
    }

    /// The document, with `root` as its outermost node.
    pub fn finish(mut self, root: NodeId) -> Document {
        self.document.root = root;
        // Documents live as long as the workspace, so what was reserved too much goes back.
        self.document.slots.shrink_to_fit();
        self.document.lists.shrink_to_fit();
        self.document
    }

    /// A document that holds nothing but an empty body or a null, for text that cannot be read at all.
    pub fn finish_empty(mut self) -> Document {
        let node = match self.document.language {
            Language::Hcl => Node::Body(self.list(&[])),
            _ => Node::Null,
        };
        let root = self.push(node, 0, 0);
        self.mark_broken();
        self.finish(root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_stays_small() {
        assert_eq!(std::mem::size_of::<Slot>(), 20);
    }

    #[test]
    fn decoded_text_knows_where_its_bytes_stand() {
        let text: Arc<str> = r#""a\nbc""#.into();
        let mut builder = Builder::new(SourceId(0), text, Language::Json);
        let start = builder.decoded_len();
        builder.decode("a", 1);
        builder.decode("\n", 2);
        builder.decode("bc", 4);
        let decoded = builder.decoded_since(start);
        let root = builder.push(Node::String(decoded), 0, 7);
        let document = builder.finish(root);
        assert_eq!(document.string(root), Some("a\nbc"));
        assert_eq!(document.text_span(decoded, 2..4), Span::new(SourceId(0), 4, 6));
        assert_eq!(document.text_span(decoded, 0..1), Span::new(SourceId(0), 1, 2));
    }
}
