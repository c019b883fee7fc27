//! The graph in Mermaid's language, which GitHub, GitLab and many editors draw in Markdown.

use super::{drawn, edge_label, title};
use crate::graph::Confidence;
use crate::picture::{NodeKind, Picture};
use crate::render::printable;
use crate::workspace::Verdict;

/// All graphs as one.
pub fn graphs(pictures: &[Picture]) -> String {
    let mut out = String::from("flowchart LR\n");
    for (number, picture) in pictures.iter().enumerate() {
        let (nodes, edges) = drawn(picture);
        if nodes.is_empty() {
            continue;
        }
        out.push_str(&format!("  subgraph u{number}[{}]\n", quoted(title(picture))));
        for id in nodes {
            let node = &picture.nodes[id];
            let name = quoted(&node.name);
            let shape = match node.kind {
                NodeKind::Resource | NodeKind::Policy | NodeKind::Module => format!("[{name}]"),
                NodeKind::Profile => format!("([{name}])"),
                NodeKind::Role => format!("{{{{{name}}}}}"),
                NodeKind::Service => format!("(({name}))"),
            };
            let class = match node.verdict {
                Some(Verdict::Broken) => ":::broken",
                Some(Verdict::Undecided) => ":::undecided",
                _ => "",
            };
            out.push_str(&format!("    u{number}n{id}{shape}{class}\n"));
        }
        for edge in edges {
            let line = match (edge.confidence, &edge.when) {
                (Confidence::Exact, None) => "-->",
                _ => "-.->",
            };
            let label = quoted(&edge_label(edge));
            out.push_str(&format!("    u{number}n{} {line}|{label}| u{number}n{}\n", edge.from, edge.to));
        }
        out.push_str("  end\n");
    }
    out.push_str("  classDef broken stroke:#c5221f,stroke-width:3px\n");
    out.push_str("  classDef undecided stroke:#b06000,stroke-dasharray:4\n");
    out
}

/// Text in quotes, with the signs that mean something there written as entities.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in printable(text).chars() {
        match character {
            '"' => out.push_str("#quot;"),
            '#' => out.push_str("#35;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '&' => out.push_str("#amp;"),
            '`' => out.push_str("#96;"),
            '\n' | '\r' => out.push(' '),
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_cannot_leave_their_quotes() {
        assert_eq!(quoted("a[\"b\"] <#1> & `c`"), "\"a[#quot;b#quot;] #lt;#35;1#gt; #amp; #96;c#96;\"");
    }
}
