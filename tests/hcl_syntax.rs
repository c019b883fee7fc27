//! HCL against Terraform's recorded answers, and against another reader.

mod inputs;

use std::sync::Arc;

use rolecall::files::{File, Files};
use rolecall::graph::Dialect;
use rolecall::syntax::{self, Document, Language, Node, NodeId};
use rolecall::terraform::{self, Inputs, Library};
use rolecall::text::SourceId;
use rolecall::value::{Value, json};
use serde_json::Value as Json;

const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/syntax/hcl");

fn recorded(name: &str) -> Vec<Json> {
    let text = std::fs::read_to_string(format!("{RECORDED}/{name}")).unwrap_or_default();
    let lines: Vec<Json> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert!(!lines.is_empty() && lines.len() == text.lines().count(), "{name} does not read");
    lines
}

#[test]
fn what_terraform_reads_is_read_and_what_it_refuses_is_refused() {
    let snippets = recorded("snippets.jsonl");
    assert!(snippets.len() >= 400);
    let mut wrong = Vec::new();
    for snippet in &snippets {
        let text: Arc<str> = snippet["text"].as_str().unwrap().into();
        let (_, diagnostics) = syntax::parse(SourceId(0), &text, Language::Hcl);
        if diagnostics.is_empty() != snippet["accepted"].as_bool().unwrap() {
            wrong.push(format!("{text:?}: {diagnostics:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One file, `main.tf`.
struct Single(Arc<str>);

impl Files for Single {
    fn file(&self, path: &str) -> File {
        match path {
            "main.tf" => File::Text(SourceId(0), self.0.clone()),
            _ => File::Absent,
        }
    }

    fn directory(&self, _: &str) -> Option<Vec<Arc<str>>> {
        Some(vec!["main.tf".into()])
    }

    fn document(&self, source: SourceId) -> Option<Arc<Document>> {
        Some(Arc::new(syntax::parse(source, &self.0, Language::Hcl).0))
    }

    fn path(&self, _: SourceId) -> Arc<str> {
        "main.tf".into()
    }
}

/// What `expression` evaluates to; nothing if the text is refused.
fn evaluate(expression: &str) -> Option<Value> {
    let text: Arc<str> = format!("resource \"a\" \"b\" {{\n  v = {expression}\n}}\n").into();
    let (_, diagnostics) = syntax::parse(SourceId(0), &text, Language::Hcl);
    if !diagnostics.is_empty() {
        return None;
    }
    let interest = |_: Dialect, _: &str| Some(&["v"][..]);
    let configuration = terraform::evaluate("", Inputs::default(), &Library::default(), &Single(text), &interest)?;
    Some(configuration.resources.first()?.value("v")?.clone())
}

#[test]
fn expressions_have_terraforms_values() {
    let mut wrong = Vec::new();
    for line in recorded("values.jsonl") {
        let expression = line["expr"].as_str().unwrap();
        let value = evaluate(expression);
        let ours = value.as_ref().and_then(json::encode).map(|text| serde_json::from_str::<Json>(&text).unwrap());
        let theirs = line["known"].as_bool().unwrap().then(|| line["value"].clone());
        if ours != theirs {
            wrong.push(format!("{expression:?}: {ours:?}, Terraform {theirs:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn our_paths(document: &Document, body: NodeId, prefix: &str, paths: &mut Vec<String>) {
    let Node::Body(statements) = document.node(body) else { unreachable!("{prefix} has a body") };
    for statement in document.children(statements) {
        match document.node(*statement) {
            Node::Attribute { name, .. } => paths.push(format!("{prefix}/{}", document.string(name).unwrap_or("?"))),
            Node::Block(parts) => {
                let Some((body, names)) = document.children(parts).split_last() else { continue };
                let names: Vec<&str> = names.iter().map(|name| document.string(*name).unwrap_or("?")).collect();
                let path = format!("{prefix}/{}", names.join("."));
                paths.push(path.clone());
                our_paths(document, *body, &path, paths);
            }
            other => unreachable!("{other:?} is no statement"),
        }
    }
}

fn their_paths(body: &hcl_edit::structure::Body, prefix: &str, paths: &mut Vec<String>) {
    for statement in body.iter() {
        if let Some(attribute) = statement.as_attribute() {
            paths.push(format!("{prefix}/{}", attribute.key.as_str()));
        } else if let Some(block) = statement.as_block() {
            let names = std::iter::once(block.ident.as_str()).chain(block.labels.iter().map(|label| label.as_str()));
            let path = format!("{prefix}/{}", names.collect::<Vec<_>>().join("."));
            paths.push(path.clone());
            their_paths(&block.body, &path, paths);
        }
    }
}

#[test]
fn another_reader_finds_the_same_attributes_and_blocks() {
    let mut compared = 0;
    for (path, text) in inputs::testdata(&["tf", "tfvars"]) {
        let (document, diagnostics) = syntax::parse(SourceId(0), &text, Language::Hcl);
        let Ok(body) = hcl_edit::parser::parse_body(&text) else { continue };
        assert_eq!(diagnostics, [], "{path}");
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        our_paths(&document, document.root(), "", &mut ours);
        their_paths(&body, "", &mut theirs);
        assert_eq!(ours, theirs, "{path}");
        compared += ours.len();
    }
    assert!(compared > 500, "only {compared} attributes and blocks were compared");
}

fn read(text: &str) -> (Vec<String>, Vec<usize>) {
    let (document, diagnostics) = syntax::parse(SourceId(0), &text.into(), Language::Hcl);
    let mut paths = Vec::new();
    our_paths(&document, document.root(), "", &mut paths);
    let line = |at: u32| text[..at as usize].matches('\n').count() + 1;
    (paths, diagnostics.iter().map(|diagnostic| line(diagnostic.span.start)).collect())
}

#[test]
fn one_mistake_is_one_diagnostic_and_hides_nothing_else() {
    for (text, paths, lines) in [
        ("a {\n  b = [1,\n  c = 2\n}\nd = 3\n", "/a /a/b /a/c /d", [3]),
        ("a {\n  b = {\n    x = 1\n    y 2\n    z = 3\n  }\n  c = 2\n}\n", "/a /a/b /a/c", [4]),
        ("a \"b {\n  c = 1\n}\nd = 3\n", "/a.b /a.b/c /d", [1]),
        ("a \"b\"\n  c = 1\n}\nd = 3\n", "/a.b /a.b/c /d", [1]),
        ("a\n  c = 1\n}\nd = 3\n", "/a /a/c /d", [1]),
        ("a {\n  b = \"c\n  d = 1\n}\n", "/a /a/b /a/d", [2]),
        ("a {\n  b { c = 1, d = 2 }\n  e = 1\n}\n", "/a /a/b /a/b/c /a/e", [2]),
        ("a {\n  b { c = 1\n    d = 2\n  }\n  e = 1\n}\n", "/a /a/b /a/b/c /a/b/d /a/e", [2]),
        (
            "resource \"a\" \"b\" {\n  c = 1\n\nresource \"d\" \"e\" {\n  f = 1\n}\n",
            "/resource.a.b /resource.a.b/c /resource.d.e /resource.d.e/f",
            [4],
        ),
        ("a {\n  b = f(1, {\n    x = \"y\n  }, 2)\n  c = 1\n}\n", "/a /a/b /a/c", [3]),
        ("a {\n  b = 1 }\nc = 2\n", "/a /a/b /c", [2]),
        ("a = 1\n}\nb = 2\n", "/a /b", [2]),
    ] {
        let (found, at) = read(text);
        assert_eq!((found.join(" ").as_str(), at.as_slice()), (paths, &lines[..]), "{text}");
    }
}

#[test]
fn several_mistakes_are_several_diagnostics() {
    let text = "a {\n  b = = 1\n  c = 'd'\n  e = \"${f\"\n  g = 1\n}\nh {\n  i: 1\n  j = [1 2]\n}\n";
    let (paths, lines) = read(text);
    assert_eq!(lines, [2, 3, 4, 8, 9]);
    for path in ["/a/g", "/h", "/h/j"] {
        assert!(paths.iter().any(|found| found == path), "{path} in {paths:?}");
    }
}

#[test]
fn most_of_a_text_survives_one_lost_character() {
    let (mut wanted, mut found, mut broken, mut diagnostics) = (0, 0, 0, 0);
    for (_, text) in inputs::testdata(&["tf"]) {
        let (paths, lines) = read(&text);
        if !lines.is_empty() {
            continue;
        }
        for (at, _) in text.char_indices().filter(|(_, c)| "{}[]()=\",".contains(*c)).step_by(5) {
            let (kept, lines) = read(&format!("{}{}", &text[..at], &text[at + 1..]));
            if !lines.is_empty() {
                broken += 1;
                diagnostics += lines.len();
                wanted += paths.len();
                found += paths.iter().filter(|path| kept.contains(path)).count();
            }
        }
    }
    assert!(broken > 500, "{broken} texts");
    assert!(found * 100 > wanted * 94, "{found} of {wanted}");
    assert!(diagnostics * 10 < broken * 12, "{diagnostics} diagnostics for {broken} texts");
}
