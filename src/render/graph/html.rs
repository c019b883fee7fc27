//! The graph as a page of its own: drawings, a search, and the same links as a table for those who read rather than
//! look. It loads nothing, and works without its script.

use super::layout::{Layout, MAX_CHARACTERS, NODE_HEIGHT, Placed};
use super::{confidence_word, drawn, edge_label, place, title};
use crate::graph::Confidence;
use crate::picture::{Picture, PictureEdge, PictureNode};
use crate::render::printable;
use crate::source::Sources;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// All graphs on one page.
pub fn graphs(pictures: &[Picture], sources: &Sources) -> String {
    let sections: Vec<String> =
        pictures.iter().enumerate().filter_map(|(number, picture)| section(number, picture, sources)).collect();
    let body = if sections.is_empty() {
        "<p>There are no roles, no instance profiles and nothing that takes one.</p>\n".to_owned()
    } else {
        sections.concat()
    };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'unsafe-inline'\">\n\
         <title>rolecall: who may act as whom</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header><h1>Who may act as whom</h1>\n\
         <label>Find <input id=\"find\" type=\"search\" placeholder=\"address, type or service\"></label>\n\
         <ul class=\"legend\"><li class=\"resource\">takes an identity</li><li class=\"instance-profile\">instance profile</li>\
         <li class=\"policy\">policy</li><li class=\"role\">role</li><li class=\"service\">trusted service</li>\
         <li class=\"broken\">a chain is broken</li><li class=\"undecided\">undecided</li></ul></header>\n\
         <main>\n{body}</main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n"
    )
}

/// One unit, if it has anything to show.
fn section(number: usize, picture: &Picture, sources: &Sources) -> Option<String> {
    let (nodes, edges) = drawn(picture);
    if nodes.is_empty() {
        return None;
    }
    let under = |node: usize| under(&picture.nodes[node], sources);
    let layout = Layout::new(picture, &nodes, &edges, &under);
    let name = text(title(picture));
    let mut out = format!("<section aria-labelledby=\"u{number}\">\n<h2 id=\"u{number}\">{name}</h2>\n");
    out.push_str(&format!(
        "<div class=\"canvas\"><svg role=\"img\" aria-label=\"The graph of {name}; the table below says the same\" \
         width=\"{w:.0}\" height=\"{h:.0}\" viewBox=\"0 0 {w:.0} {h:.0}\">\n",
        w = layout.width,
        h = layout.height,
    ));
    for edge in &edges {
        out.push_str(&edge_path(edge, picture, &layout, number));
    }
    for placed in &layout.nodes {
        out.push_str(&node_box(placed, &picture.nodes[placed.node], number, sources));
    }
    out.push_str("</svg></div>\n");
    out.push_str(&table(picture, &edges, sources));
    out.push_str("</section>\n");
    Some(out)
}

fn node_box(placed: &Placed, node: &PictureNode, number: usize, sources: &Sources) -> String {
    let Placed { node: id, x, y, width } = *placed;
    let verdict = node.verdict.map(|verdict| verdict.as_str()).unwrap_or("");
    let at = node.span.map(|span| place(span, sources)).unwrap_or_default();
    let type_name = if node.type_name.is_empty() { node.kind.as_str() } else { &node.type_name };
    let mut whole = format!("{}\n{type_name}", node.name);
    for part in [&*at, verdict].into_iter().filter(|part| !part.is_empty()) {
        whole.push_str(&format!("\n{part}"));
    }
    format!(
        "<g class=\"node {kind} {verdict}\" data-id=\"u{number}n{id}\" tabindex=\"0\"><title>{whole}</title>\
         <rect x=\"{x:.0}\" y=\"{y:.0}\" width=\"{width:.0}\" height=\"{NODE_HEIGHT}\" rx=\"6\"/>\
         <text x=\"{tx:.0}\" y=\"{ty:.0}\">{name}</text>\
         <text class=\"small\" x=\"{tx:.0}\" y=\"{sy:.0}\">{small}</text></g>\n",
        kind = node.kind.as_str(),
        whole = text(&whole),
        tx = x + 10.0,
        ty = y + 19.0,
        sy = y + 35.0,
        name = text(&shortened(&node.name)),
        small = text(&shortened(&under(node, sources))),
    )
}

/// What stands under a node's name: its file's name and line, or what it is.
fn under(node: &PictureNode, sources: &Sources) -> String {
    let Some(span) = node.span else { return node.kind.as_str().to_owned() };
    let path = sources.path(span.source);
    format!("{}:{}", path.rsplit('/').next().unwrap_or(path), sources.start(span).line)
}

fn edge_path(edge: &PictureEdge, picture: &Picture, layout: &Layout, number: usize) -> String {
    let (Some(from), Some(to)) = (layout.find(edge.from), layout.find(edge.to)) else { return String::new() };
    let (y1, y2) = (from.y + NODE_HEIGHT / 2.0, to.y + NODE_HEIGHT / 2.0);
    let path = if to.x != from.x {
        let ((left, y1), (right, y2)) = if to.x > from.x { ((from, y1), (to, y2)) } else { ((to, y2), (from, y1)) };
        let (x1, x2) = (left.x + left.width, right.x);
        let bend = (x2 - x1) / 2.0;
        format!("M{x1:.0},{y1:.0} C{:.0},{y1:.0} {:.0},{y2:.0} {x2:.0},{y2:.0}", x1 + bend, x2 - bend)
    } else {
        // Within a column: around the right side.
        let (x1, x2) = (from.x + from.width, to.x + to.width);
        let out = x1.max(x2) + 44.0;
        format!("M{x1:.0},{y1:.0} C{out:.0},{y1:.0} {out:.0},{y2:.0} {x2:.0},{y2:.0}")
    };
    let sure = if edge.confidence == Confidence::Exact && edge.when.is_none() { "" } else { " unsure" };
    let words = format!("{} {} {}", picture.nodes[edge.from].name, edge_label(edge), picture.nodes[edge.to].name);
    format!(
        "<path class=\"edge{sure}\" data-from=\"u{number}n{}\" data-to=\"u{number}n{}\" d=\"{path}\">\
         <title>{}</title></path>\n",
        edge.from,
        edge.to,
        text(&words)
    )
}

fn table(picture: &Picture, edges: &[&PictureEdge], sources: &Sources) -> String {
    if edges.is_empty() {
        return String::new();
    }
    let mut out = format!(
        "<details><summary>{} links as a table</summary>\n<table>\n<thead><tr><th scope=\"col\">from</th>\
         <th scope=\"col\">link</th><th scope=\"col\">to</th><th scope=\"col\">known by</th>\
         <th scope=\"col\">place</th></tr></thead>\n<tbody>\n",
        edges.len()
    );
    for edge in edges {
        let cells = [
            &*picture.nodes[edge.from].name,
            &edge_label(edge),
            &picture.nodes[edge.to].name,
            confidence_word(edge.confidence),
            &place(edge.span, sources),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| format!("<td>{}</td>", text(cell))).collect();
        out.push_str(&format!("<tr>{}</tr>\n", cells.concat()));
    }
    out.push_str("</tbody>\n</table></details>\n");
    out
}

/// A name that is too long for its box with its middle left out; both ends tell more.
fn shortened(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    if characters.len() <= MAX_CHARACTERS {
        return name.to_owned();
    }
    let half = (MAX_CHARACTERS - 1) / 2;
    let (start, end) = (&characters[..half], &characters[characters.len() - half..]);
    format!("{}…{}", start.iter().collect::<String>(), end.iter().collect::<String>())
}

/// Text as text, also inside of an attribute.
fn text(text: &str) -> String {
    printable(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text_and_long_names_keep_both_ends() {
        assert_eq!(text("<a href='x'>&\""), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
        let long = format!("module.a{}.aws_instance.web", "b".repeat(80));
        let short = shortened(&long);
        assert!(short.starts_with("module.a") && short.ends_with("aws_instance.web"), "{short}");
        assert!(short.chars().count() <= MAX_CHARACTERS);
    }
}
