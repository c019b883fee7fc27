//! The graph in Graphviz's language: a cluster for each unit.

use super::{drawn, edge_label, place, title};
use crate::graph::Confidence;
use crate::picture::{NodeKind, Picture, PictureNode};
use crate::render::printable;
use crate::source::Sources;
use crate::workspace::Verdict;

/// All graphs as one.
pub fn graphs(pictures: &[Picture], sources: &Sources) -> String {
    let mut out = String::from(
        "digraph rolecall {\n  rankdir=LR;\n  node [shape=box, style=\"rounded,filled\", fillcolor=white, \
         fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", fontsize=10];\n",
    );
    for (number, picture) in pictures.iter().enumerate() {
        let (nodes, edges) = drawn(picture);
        if nodes.is_empty() {
            continue;
        }
        out.push_str(&format!("  subgraph cluster_{number} {{\n    label={};\n", quoted(title(picture))));
        for id in nodes {
            let node = &picture.nodes[id];
            let mut lines = vec![node.name.to_string()];
            lines.extend(node.span.map(|span| place(span, sources)));
            let (fill, border) = colors(node);
            let label = lines.iter().map(|line| escaped(line)).collect::<Vec<_>>().join("\\n");
            out.push_str(&format!(
                "    u{number}n{id} [label=\"{label}\", fillcolor=\"{fill}\", color=\"{border}\"];\n"
            ));
        }
        for edge in edges {
            let style = match (edge.confidence, &edge.when) {
                (Confidence::Exact, None) => "solid",
                _ => "dashed",
            };
            out.push_str(&format!(
                "    u{number}n{} -> u{number}n{} [label={}, style={style}];\n",
                edge.from,
                edge.to,
                quoted(&edge_label(edge))
            ));
        }
        out.push_str("  }\n");
    }
    out.push_str("}\n");
    out
}

/// Colours of the inside and the border.
fn colors(node: &PictureNode) -> (&'static str, &'static str) {
    let fill = match node.kind {
        NodeKind::Resource => "#e8f0fe",
        NodeKind::Profile => "#fff4d6",
        NodeKind::Role => "#e3f6e5",
        NodeKind::Policy | NodeKind::Module => "#f1f1f4",
        NodeKind::Service => "#f3e8fd",
    };
    let border = match node.verdict {
        Some(Verdict::Broken) => "#c5221f",
        Some(Verdict::Undecided) => "#b06000",
        _ => "#5f6368",
    };
    (fill, border)
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

fn escaped(text: &str) -> String {
    printable(text).replace('\\', "\\\\").replace('"', "\\\"").replace(['\n', '\r'], " ")
}
