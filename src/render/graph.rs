//! The graph of who may act as whom, in the formats of programs that draw ([`dot`], [`mermaid`]), of programs that read
//! ([`json`]), and as a page that draws itself ([`html`]).

pub mod dot;
pub mod html;
pub mod json;
mod layout;
pub mod mermaid;

use crate::graph::{Confidence, EdgeKind};
use crate::picture::{NodeKind, Picture, PictureEdge};
use crate::source::Sources;
use crate::text::Span;

/// The word for an edge in every output.
fn edge_word(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::UsesProfile => "uses-profile",
        EdgeKind::UsesRole => "uses-role",
        EdgeKind::HoldsRole => "holds-role",
        EdgeKind::Trusts => "trusts",
        EdgeKind::AttachedPolicy => "attached-policy",
        EdgeKind::Declares => "declares",
    }
}

/// The word for how sure an edge is.
fn confidence_word(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Exact => "reference",
        Confidence::ByName => "name",
        Confidence::Constructed => "constructed",
    }
}

/// What people read on an edge.
fn edge_label(edge: &PictureEdge) -> String {
    let kind = match edge.kind {
        EdgeKind::UsesProfile => "uses",
        EdgeKind::UsesRole => "acts as",
        EdgeKind::HoldsRole => "holds",
        EdgeKind::Trusts => "trusts",
        EdgeKind::AttachedPolicy => "belongs to",
        EdgeKind::Declares => "declares",
    };
    match &edge.when {
        Some(when) => format!("{kind} when {when}"),
        None => kind.to_owned(),
    }
}

/// Path and line of a span.
fn place(span: Span, sources: &Sources) -> String {
    format!("{}:{}", sources.path(span.source), sources.start(span).line)
}

/// The name of a unit for people.
fn title(picture: &Picture) -> &str {
    if picture.path.is_empty() { "." } else { &picture.path }
}

/// The nodes and edges that are drawn: module calls are in the addresses already, and would be linked to everything.
fn drawn(picture: &Picture) -> (Vec<usize>, Vec<&PictureEdge>) {
    let nodes = picture.nodes.iter().enumerate().filter(|(_, node)| node.kind != NodeKind::Module);
    let edges = picture.edges.iter().filter(|edge| edge.kind != EdgeKind::Declares);
    (nodes.map(|(at, _)| at).collect(), edges.collect())
}
