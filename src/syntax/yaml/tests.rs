use super::*;
use crate::syntax::{Node, NodeId};

fn read(text: &str) -> (Document, Vec<Diagnostic>) {
    parse(SourceId(0), &text.into())
}

fn at<'d>(document: &'d Document, keys: &[&str]) -> (NodeId, &'d str) {
    let node = keys.iter().fold(document.root(), |node, key| document.get(node, key).unwrap());
    (node, document.source_slice(node))
}

#[test]
fn scalars_keep_their_text() {
    let (document, found) =
        read("a: 2012-10-17\nb: 012345670123\nc: 12\nd: yes\ne:\nf: 1e3\ng: '12'\nh: 0x10\ni: 1:30\n");
    assert_eq!(found, []);
    let node = |key| document.node(at(&document, &[key]).0);
    for (key, text) in
        [("a", "2012-10-17"), ("b", "012345670123"), ("f", "1e3"), ("g", "12"), ("h", "0x10"), ("i", "1:30")]
    {
        assert_eq!(document.string(at(&document, &[key]).0), Some(text), "{key}");
    }
    assert!(matches!(node("c"), Node::Number(_)));
    assert_eq!(node("d"), Node::Bool(true));
    assert_eq!(node("e"), Node::Null);
    assert_eq!(at(&document, &["g"]).1, "'12'");
}

#[test]
fn tags_cover_their_value() {
    let (document, found) = read("a: !Ref Role\nb: !GetAtt\n  - X\n  - Arn\nc: !Sub 'x'\n");
    assert_eq!(found, []);
    for (key, tag, text) in
        [("a", "Ref", "!Ref Role"), ("b", "GetAtt", "!GetAtt\n  - X\n  - Arn"), ("c", "Sub", "!Sub 'x'")]
    {
        let (node, slice) = at(&document, &[key]);
        let Node::Tagged { tag: name, .. } = document.node(node) else { unreachable!("{key} has a tag") };
        assert_eq!((document.string(name), slice), (Some(tag), text));
    }
}

#[test]
fn the_characters_of_block_scalars_know_their_place() {
    let shell = "p: |\n  run \\\n    --now\n";
    let (document, _) = read(shell);
    let Node::String(string) = document.node(at(&document, &["p"]).0) else { unreachable!("it is text") };
    for part in ["\\", "--now"] {
        let from = document.text(string).find(part).unwrap();
        assert_eq!(&shell[document.text_span(string, from..from + part.len()).range()], part);
    }
    let text = "p: |\n  {\n    \"é\": 1\n  }\nq: >-\n  one\n  two\nr: \"a\\tb\"\n";
    let (document, found) = read(text);
    assert_eq!(found, []);
    for (key, value, part) in [("p", "{\n  \"é\": 1\n}\n", "\"é\""), ("q", "one two", "two"), ("r", "a\tb", "b")] {
        let (node, _) = at(&document, &[key]);
        let Node::String(string) = document.node(node) else { unreachable!("{key} is text") };
        assert_eq!(document.text(string), value);
        let from = value.find(part).unwrap();
        assert_eq!(&text[document.text_span(string, from..from + part.len()).range()], part, "{key}");
    }
    assert_eq!(at(&document, &["p"]).1, "|\n  {\n    \"é\": 1\n  }");
}

#[test]
fn aliases_are_the_node_they_name_and_merges_are_applied() {
    let (document, found) = read("base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\nsame: *b\n");
    assert_eq!(found, []);
    assert_eq!(at(&document, &["same"]).0, at(&document, &["base"]).0);
    assert_eq!(at(&document, &["use", "x"]).1, "1");
    assert_eq!(at(&document, &["use", "y"]).1, "3");
    assert_eq!(document.entries(at(&document, &["use"]).0).count(), 2);
}

#[test]
fn an_alias_bomb_is_bounded() {
    let mut text = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
    for level in 1..9 {
        let before = format!("*a{}", level - 1);
        text.push_str(&format!("a{level}: &a{level} [{}]\n", vec![before; 9].join(",")));
    }
    let (_, found) = read(&text);
    assert!(found.iter().any(|diagnostic| diagnostic.message.contains("written out")), "{found:?}");
}

#[test]
fn repeated_keys_are_reported_and_kept() {
    let (document, found) = read("a: 1\nb: 2\na: 3\n");
    assert_eq!(found.len(), 1);
    assert_eq!(document.source_slice(document.get(document.root(), "a").unwrap()), "3");
}

#[test]
fn broken_lines_do_not_hide_the_rest() {
    let (document, found) = read("a: 1\nb: \"x\n c: [\nd: 4\n\te: 5\nf: 6\n");
    assert!(!found.is_empty());
    assert!(document.is_broken());
    assert_eq!(at(&document, &["a"]).1, "1");
    let (document, found) = read("a: 1\n  b: 2\nc: 3\n");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(at(&document, &["c"]).1, "3");
}

#[test]
fn deep_nesting_is_an_error_and_no_crash() {
    for text in ["[".repeat(5000), "{a: ".repeat(5000), "- ".repeat(5000)] {
        let (_, found) = read(&text);
        assert!(!found.is_empty());
    }
}

#[test]
fn quoted_text_may_go_on_without_indentation() {
    for (text, value) in [
        ("a:\n  b: \"one\ntwo\"\n  c: 1\n", "one two"),
        ("a:\n  b: 'it''s\n\n\none \n  two'\n  c: 1\n", "it's\n\none two"),
        ("a:\n  b: !Sub \"{\n\\\"x\\\": \\\"y\\\"\n}\"\n  c: 1\n", "{ \"x\": \"y\" }"),
        ("a:\n  b: \"one\\\ntwo\\n\n\tthree\"\n  c: 1\n", "onetwo\n three"),
        ("a:\r\n  b: \"one\r\ntwo\"\r\n  c: 1\r\n", "one two"),
    ] {
        let (document, found) = read(text);
        assert_eq!(found, [], "{text:?}");
        let (mut node, _) = at(&document, &["a", "b"]);
        if let Node::Tagged { value, .. } = document.node(node) {
            node = value;
        }
        assert_eq!(document.string(node), Some(value), "{text:?}");
        assert_eq!(at(&document, &["a", "c"]).1, "1");
        let Node::String(string) = document.node(node) else { unreachable!("it has text") };
        let last = value.len() - 1..value.len();
        assert_eq!(&text[document.text_span(string, last.clone()).range()], &value[last]);
    }
    assert!(!read("a:\n  b: \"one\n---\ntwo\"\n").1.is_empty());
    assert!(!read("a:\n  b: \"one\ntwo\n").1.is_empty());
}

#[test]
fn a_block_scalar_at_the_very_end_has_no_line_break_that_is_not_written() {
    for (text, value) in
        [("a: |\n  b", "b"), ("a: |\n  b\n", "b\n"), ("a: |+\n  b\n\n", "b\n\n"), ("a: >\n  b\n  c", "b c")]
    {
        let (document, _) = read(text);
        assert_eq!(document.string(at(&document, &["a"]).0), Some(value), "{text:?}");
    }
}

/// Whether what is read is what cfn-lint's loader reads: the text of `v`, or an error.
#[test]
fn tabs_may_stand_inside_brackets() {
    for (text, value) in [
        ("k: {\n\tv: x }\n", "x"),
        ("k: {b: 1,\n\tv: x}\n", "x"),
        ("k: {\n  \"b\": 1,\n\t\"v\": \"x\\ty\"\n}\n", "x\ty"),
        ("k: {\n\t\t\"c\": [\n\t\t\t{\"it's\": '}'},\t# }\n\t\t], v:\tx\n}\n", "x"),
        ("k: !Sub {\n\tv: x\n\t}\n", "x"),
        ("k:\n  v:\tx\nc: 1\n", "x"),
        ("k:\n  v: x\t\nc: 1\n", "x"),
        ("k:\n  v: \"x\"\t# c\n", "x"),
        ("k: {v: \"x\n\ty\"}\n", "x y"),
    ] {
        let (document, found) = read(text);
        assert_eq!(found, [], "{text:?}");
        let mut node = document.get(document.root(), "k").unwrap();
        if let Node::Tagged { value, .. } = document.node(node) {
            node = value;
        }
        assert_eq!(document.string(document.get(node, "v").unwrap()), Some(value), "{text:?}");
    }
    for text in ["a:\n\tb: 1\n", "a: |\n  x\n\ty\nb: 1\n"] {
        assert!(!read(text).1.is_empty(), "{text:?}");
    }
}

#[test]
fn unusual_beginnings_and_line_ends_are_read() {
    for text in
        ["\u{feff}a: {b: 1}\r\nc: x\r\n", "%YAML 1.1\n---\na: {b: 1}\nc: x\n", "# c\r\n--- # d\r\na:\r\n  b: 1\r\nc: x"]
    {
        let (document, found) = read(text);
        assert_eq!(found, [], "{text:?}");
        assert_eq!(at(&document, &["a", "b"]).1, "1", "{text:?}");
        assert_eq!(at(&document, &["c"]).1, "x", "{text:?}");
    }
}

#[test]
fn two_short_forms_cannot_stand_on_one_value() {
    assert!(!read("a: !Base64 !Sub x\n").1.is_empty());
    let (document, found) = read("a: !Join [\"\", [!Ref A, !Sub b]]\nb: !Base64\n  !Sub x\n");
    assert!(found.len() <= 1, "{found:?}");
    assert!(document.get(document.root(), "a").is_some());
}
