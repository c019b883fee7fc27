//! JSON against Python's recorded answers and `serde_json`.

mod inputs;

use std::sync::Arc;

use rolecall::syntax::{self, Document, Language, Node, NodeId};
use rolecall::text::SourceId;
use serde_json::Value as Json;

fn value(document: &Document, id: NodeId) -> Json {
    match document.node(id) {
        Node::Null => Json::Null,
        Node::Bool(value) => value.into(),
        Node::Number(text) => serde_json::from_str(document.text(text)).unwrap_or_default(),
        Node::String(text) => document.text(text).into(),
        Node::Sequence(_) => document.elements(id).iter().map(|element| value(document, *element)).collect(),
        Node::Mapping(_) => {
            let entries = document.entries(id);
            Json::Object(
                entries
                    .map(|(key, of)| (document.string(key).unwrap_or_default().into(), value(document, of)))
                    .collect(),
            )
        }
        other => unreachable!("{other:?} in JSON without errors"),
    }
}

#[test]
fn what_python_accepts_is_accepted_and_what_it_refuses_is_refused() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/syntax/json/snippets.jsonl");
    let recorded = std::fs::read_to_string(path).unwrap();
    assert!(recorded.lines().count() > 180);
    let mut wrong = Vec::new();
    for line in recorded.lines() {
        let line: Json = serde_json::from_str(line).unwrap();
        let text: Arc<str> = line["text"].as_str().unwrap().into();
        let (_, diagnostics) = syntax::parse(SourceId(0), &text, Language::Json);
        if diagnostics.is_empty() != line["accepted"].as_bool().unwrap() {
            wrong.push(format!("{text:?}: {diagnostics:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn values_are_those_of_another_reader() {
    for (path, text) in inputs::testdata(&["json", "jsonl"]) {
        // Of a file with one value a line, each line is a text of its own.
        let texts: Vec<&str> = if path.ends_with(".jsonl") { text.lines().collect() } else { vec![&*text] };
        for text in texts {
            let (document, diagnostics) = syntax::parse(SourceId(0), &text.into(), Language::Json);
            match serde_json::from_str::<Json>(text) {
                Ok(theirs) if diagnostics.is_empty() => assert_eq!(value(&document, document.root()), theirs, "{path}"),
                theirs => assert_eq!(theirs.is_ok(), diagnostics.is_empty(), "{path}: {diagnostics:?}"),
            }
        }
    }
}

#[test]
fn each_mistake_has_a_diagnostic_of_its_own() {
    let text = "{\n  \"a\": [1, 2,],\n  \"b\" 3,\n  'c': 4,\n  \"d\": 5\n  \"e\": 6,\n  \"f\": tru\n}\n";
    let (document, diagnostics) = syntax::parse(SourceId(0), &text.into(), Language::Json);
    let lines: Vec<usize> =
        diagnostics.iter().map(|found| text[..found.span.start as usize].matches('\n').count() + 1).collect();
    assert_eq!(lines, [2, 3, 4, 5, 7], "{diagnostics:?}");
    for key in ["a", "b", "d", "e", "f"] {
        assert!(document.get(document.root(), key).is_some(), "{key}");
    }
}
