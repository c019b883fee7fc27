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
    let text = std::fs::read_to_string(format!("{RECORDED}/{name}")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
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
    let configuration =
        terraform::evaluate("", Inputs::default(), &Library::default(), &Single(text), &interest).unwrap();
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
            Node::Attribute { name, .. } => paths.push(format!("{prefix}/{}", document.string(name).unwrap())),
            Node::Block(parts) => {
                let (body, names) = document.children(parts).split_last().unwrap();
                let names: Vec<&str> = names.iter().map(|name| document.string(*name).unwrap()).collect();
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
