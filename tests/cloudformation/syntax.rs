//! YAML, and JSON in its place, against the recorded answers of cfn-lint's loader; see `testdata/syntax/yaml/README.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rolecall::syntax::{self, Document, Language, Node, NodeId};
use rolecall::text::{ColumnUnit, LineIndex, SourceId};
use rolecall::workspace::language;
use serde_json::Value as Json;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/syntax/yaml");

/// A node as it is compared: line and column from 1, whether it is a key, what it is, its source text or size.
#[derive(PartialEq, Debug)]
struct Seen {
    line: u64,
    column: u64,
    role: &'static str,
    kind: &'static str,
    content: Json,
}

/// Walks a document as the recorder does: parents first, of repeated keys the last value at the place of the first.
struct Walk<'a> {
    document: &'a Document,
    lines: LineIndex,
    seen: Vec<Seen>,
}

impl Walk<'_> {
    fn node(&mut self, id: NodeId, role: &'static str) {
        let document = self.document;
        let position = self.lines.position(document.source_text(), document.span(id).start);
        let (tag, value) = match document.node(id) {
            Node::Tagged { tag, value } => (document.string(tag), value),
            _ => (None, id),
        };
        let (kind, content) = match document.node(value) {
            Node::Null => ("null", self.scalar(value)),
            Node::Bool(_) => ("bool", self.scalar(value)),
            Node::Number(text) => ("number", document.text(text).into()),
            Node::String(text) => ("str", short(document.text(text))),
            Node::Sequence(children) => ("seq", children.len().into()),
            Node::Mapping(_) => ("map", self.entries(value).len().into()),
            other => unreachable!("{other:?} in text without errors"),
        };
        let kind = if tag.is_some() { "tagged" } else { kind };
        self.seen.push(Seen { line: position.line.into(), column: position.column.into(), role, kind, content });
        for item in document.elements(value) {
            self.node(*item, "item");
        }
        for (key, value) in self.entries(value) {
            self.node(key, "key");
            self.node(value, "value");
        }
    }

    fn scalar(&self, id: NodeId) -> Json {
        self.document.source_slice(id).into()
    }

    /// The entries by their keys' text, as the recorder sorts them.
    fn entries(&self, id: NodeId) -> Vec<(NodeId, NodeId)> {
        let mut entries: BTreeMap<String, (NodeId, NodeId)> = BTreeMap::new();
        for (key, value) in self.document.entries(id) {
            let name = match self.document.node(key) {
                Node::String(text) => self.document.text(text).to_owned(),
                _ => self.document.source_slice(key).to_owned(),
            };
            entries.insert(name, (key, value));
        }
        entries.into_values().collect()
    }
}

/// Long text is told by its length in characters.
fn short(text: &str) -> Json {
    match text.chars().count() {
        length if length < 1000 => text.into(),
        length => length.into(),
    }
}

fn seen(document: &Document) -> Vec<Seen> {
    let mut walk = Walk { document, lines: LineIndex::new(document.source_text()), seen: Vec::new() };
    walk.node(document.root(), "value");
    walk.seen
}

/// Whether a recorded tag is what a node of ours is. Dates, octal, hexadecimal and base-60 numbers stay text with us.
fn is_kind(kind: &str, tag: &str) -> bool {
    match kind {
        "tagged" => tag.starts_with('!'),
        "number" => matches!(tag, "int" | "float"),
        "str" => matches!(tag, "str" | "int" | "float" | "timestamp" | "binary" | "value" | "merge"),
        "map" => matches!(tag, "map" | "set"),
        "seq" => matches!(tag, "seq" | "omap"),
        _ => kind == tag,
    }
}

/// Where a node can begin whose anchor, or tag of YAML itself, is recorded at a line and column: there, behind it, or
/// where its content begins, which is what an author would change.
fn beginnings(text: &str, lines: &LineIndex, line: u64, column: u64) -> Vec<(u64, u64)> {
    let start = lines.offset(text, line as u32 - 1, column as u32 - 1, ColumnUnit::Characters) as usize;
    let mut rest = &text[start..];
    let mut places = vec![rest];
    while ["&", "!!", "!<", "! "].iter().any(|property| rest.starts_with(property)) {
        let behind = &rest[rest.find(char::is_whitespace).unwrap_or(rest.len())..];
        rest = behind.trim_start();
        places.extend([behind, rest]);
    }
    let position = |rest: &str| lines.position(text, (text.len() - rest.len()) as u32);
    places.into_iter().map(position).map(|place| (place.line.into(), place.column.into())).collect()
}

/// What is not as it was recorded, or nothing.
fn difference(answer: &Json) -> Option<String> {
    let text: Arc<str> = match &answer["pieces"] {
        Json::Null => answer["text"].as_str().unwrap().into(),
        pieces => {
            let pieces = pieces.as_array().unwrap().iter();
            let text: String =
                pieces.map(|piece| piece[0].as_str().unwrap().repeat(piece[1].as_u64().unwrap() as usize)).collect();
            text.into()
        }
    };
    let name = "text.template";
    let (document, found) = match language(name, &text).unwrap() {
        Language::Json => syntax::parse_json_or_yaml(SourceId(0), &text),
        language => syntax::parse(SourceId(0), &text, language),
    };
    let lines = LineIndex::new(&text);
    let is_null = |nodes: &Json| nodes.as_array().is_some_and(|all| all.len() == 1 && all[0][3] == "null");
    let nodes = match &answer["nodes"] {
        nodes if is_null(nodes) => &Json::Array(Vec::new()),
        Json::Null if found.is_empty() => &answer["python"],
        nodes => nodes,
    };
    if !answer["accepted"].as_bool().unwrap() && nodes.is_null() {
        let message = &answer["message"];
        let Some(first) = found.first() else { return Some(format!("accepted, recorded: {message}")) };
        // Which of some lines is wrong, and which of several mistakes is told, is a matter of taste; but something has to
        // be said near what is recorded.
        let own: BTreeSet<u64> =
            found.iter().map(|one| u64::from(lines.position(&text, one.span.start).line)).collect();
        let recorded: Vec<u64> = answer["lines"].as_array().unwrap().iter().filter_map(Json::as_u64).collect();
        let near = own.iter().any(|own| recorded.iter().any(|line| own.abs_diff(*line) <= 2));
        // What is not closed is told where it opens.
        let opens = first.message.contains("closed") && own.first().zip(recorded.last()).is_some_and(|(a, b)| a <= b);
        let wrong = !near && !opens && !recorded.is_empty();
        return wrong.then(|| format!("at {own:?} ({}), recorded: {recorded:?}: {message}", first.message));
    }
    if let Some(first) = found.iter().find(|one| one.severity == rolecall::diagnostic::Severity::Error) {
        return Some(format!("refused: {}", first.message));
    }
    if document.is_broken() {
        return Some("broken without a word".into());
    }
    let nodes = nodes.as_array()?;
    let seen = match document.node(document.root()) {
        Node::Null => Vec::new(),
        _ => seen(&document),
    };
    for (own, recorded) in seen.iter().zip(nodes) {
        let (line, column) = (recorded[0].as_u64().unwrap(), recorded[1].as_u64().unwrap());
        // What is not there has no place on its line.
        let same = ((line, column) == (own.line, own.column)
            || (own.line == line && own.kind == "null" && own.content == "")
            || beginnings(&text, &lines, line, column).contains(&(own.line, own.column)))
            && recorded[2] == own.role
            && is_kind(own.kind, recorded[3].as_str().unwrap())
            && recorded[4] == own.content;
        if !same {
            return Some(format!("{own:?}, recorded {recorded}"));
        }
    }
    (seen.len() != nodes.len()).then(|| format!("{} nodes, recorded {}", seen.len(), nodes.len()))
}

/// The differences that have a reason: name to reason.
fn explained() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(format!("{FOLDER}/explained.tsv")).unwrap();
    text.lines().skip(1).filter_map(|line| line.split_once('\t')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

#[test]
fn odd_texts_are_read_as_the_loaders_of_templates_read_them() {
    let recorded = std::fs::read_to_string(format!("{FOLDER}/snippets.jsonl")).unwrap();
    let explained = explained();
    let (mut wrong, mut used, mut count) = (Vec::new(), BTreeSet::new(), 0);
    for line in recorded.lines() {
        let answer: Json = serde_json::from_str(line).unwrap();
        let name = answer["name"].as_str().unwrap();
        count += 1;
        if let Some(difference) = difference(&answer) {
            match explained.contains_key(name) {
                true => drop(used.insert(name.to_owned())),
                false => wrong.push(format!("{name}\t{difference}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    let idle: Vec<_> = explained.keys().filter(|name| !used.contains(*name)).collect();
    assert!(idle.is_empty(), "these are as recorded and need no explanation: {idle:?}");
}

/// The same over answers that are not kept, of any directory.
#[test]
fn other_texts_are_read_as_the_loaders_of_templates_read_them() {
    let Some(path) = std::env::var_os("ROLECALL_YAML_ANSWERS") else { return };
    let recorded = std::fs::read_to_string(path).unwrap();
    let (mut wrong, mut accepted, mut count) = (Vec::new(), 0, 0);
    for line in recorded.lines() {
        let answer: Json = serde_json::from_str(line).unwrap();
        count += 1;
        accepted += usize::from(answer["accepted"] == true);
        wrong.extend(difference(&answer).map(|difference| format!("{}\t{difference}", answer["name"])));
    }
    println!("{count} texts, {accepted} of them accepted, {} differ", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
