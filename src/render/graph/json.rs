//! The graph for programs: one object. Lines and columns count from 1, columns in Unicode characters.

use serde::Serialize;

use super::{confidence_word, edge_word};
use crate::graph::Dialect;
use crate::picture::Picture;
use crate::source::Sources;
use crate::text::Span;

/// The version of the shape. It rises when something is taken away or changes its meaning, not when something is added.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct Output<'a> {
    version: u32,
    units: Vec<Unit<'a>>,
}

#[derive(Serialize)]
struct Unit<'a> {
    path: &'a str,
    language: &'static str,
    nodes: Vec<Node<'a>>,
    edges: Vec<Edge<'a>>,
}

#[derive(Serialize)]
struct Node<'a> {
    id: usize,
    name: &'a str,
    kind: &'static str,
    #[serde(rename = "type")]
    type_name: Option<&'a str>,
    verdict: Option<&'static str>,
    place: Option<Place<'a>>,
}

#[derive(Serialize)]
struct Edge<'a> {
    from: usize,
    to: usize,
    kind: &'static str,
    by: &'static str,
    when: Option<&'a str>,
    place: Place<'a>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: u32,
    column: u32,
}

/// All graphs as one object and a line end.
pub fn graphs(pictures: &[Picture], sources: &Sources) -> String {
    let units = pictures.iter().map(|picture| unit(picture, sources)).collect();
    // Structs of texts and numbers cannot fail to be written into memory.
    serde_json::to_string_pretty(&Output { version: VERSION, units }).unwrap_or_default() + "\n"
}

fn unit<'a>(picture: &'a Picture, sources: &'a Sources) -> Unit<'a> {
    let place = |span: Span| {
        let at = sources.start(span);
        Place { file: sources.path(span.source), line: at.line, column: at.column }
    };
    let nodes = picture.nodes.iter().enumerate().map(|(id, node)| Node {
        id,
        name: &node.name,
        kind: node.kind.as_str(),
        type_name: (!node.type_name.is_empty()).then_some(&node.type_name),
        verdict: node.verdict.map(|verdict| verdict.as_str()),
        place: node.span.map(place),
    });
    let edges = picture.edges.iter().map(|edge| Edge {
        from: edge.from,
        to: edge.to,
        kind: edge_word(edge.kind),
        by: confidence_word(edge.confidence),
        when: edge.when.as_deref(),
        place: place(edge.span),
    });
    let language = match picture.dialect {
        Dialect::Terraform => "terraform",
        Dialect::CloudFormation => "cloudformation",
    };
    Unit { path: &picture.path, language, nodes: nodes.collect(), edges: edges.collect() }
}
