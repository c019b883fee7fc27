//! The identity chains as trees: a resource, its slots with their verdicts, and under each the links with their places.

use super::concise::one_line;
use super::{Ansi, AnsiColor, Style};
use crate::source::Sources;
use crate::workspace::{Chain, Verdict};

/// The characters of a tree.
struct Lines {
    branch: &'static str,
    last: &'static str,
    through: &'static str,
}

const UNICODE: Lines = Lines { branch: "├─ ", last: "╰─ ", through: "│  " };
const PLAIN: Lines = Lines { branch: "  ", last: "  ", through: "  " };
const ASCII: Lines = Lines { branch: "|- ", last: "`- ", through: "|  " };

/// All `chains`, grouped by resource in their order, with a blank line between resources.
pub fn chains<'a>(chains: impl Iterator<Item = &'a Chain>, sources: &Sources, style: Style) -> String {
    let mut groups: Vec<(&str, Vec<&Chain>)> = Vec::new();
    for chain in chains {
        match groups.iter_mut().find(|(resource, _)| *resource == &*chain.resource) {
            Some((_, group)) => group.push(chain),
            None => groups.push((&chain.resource, vec![chain])),
        }
    }
    let trees = groups.iter().map(|(resource, chains)| tree(resource, chains, sources, style));
    trees.collect::<Vec<_>>().join("\n")
}

/// One line for each undecided chain, for people who ask what was not decided.
pub fn undecided<'a>(chains: impl Iterator<Item = &'a Chain>, sources: &Sources) -> String {
    let mut out = String::new();
    for chain in chains.filter(|chain| chain.verdict == Verdict::Undecided) {
        let place = chain.links.first().map(|link| format!("{}: ", place(link.span, sources))).unwrap_or_default();
        out.push_str(&one_line(&format!("{place}undecided: {} {}: {}", chain.resource, chain.slot, reason(chain))));
        out.push('\n');
    }
    out
}

fn reason(chain: &Chain) -> String {
    let why = if chain.why.is_empty() { "no reason is known" } else { &chain.why };
    match &chain.when {
        Some(when) => format!("{why} (when {when})"),
        None => why.to_owned(),
    }
}

fn place(span: crate::text::Span, sources: &Sources) -> String {
    format!("{}:{}", sources.path(span.source), sources.start(span).line)
}

fn tree(resource: &str, chains: &[&Chain], sources: &Sources, style: Style) -> String {
    let lines = match style {
        Style { plain: true, .. } => PLAIN,
        Style { unicode: true, .. } => UNICODE,
        _ => ASCII,
    };
    let mut out = format!("{}\n", style.bold(&one_line(resource)));
    for (at, chain) in chains.iter().enumerate() {
        let last = at + 1 == chains.len();
        let (head, rest) = if last { (lines.last, "   ") } else { (lines.branch, lines.through) };
        let color = match chain.verdict {
            Verdict::Holds => AnsiColor::Green,
            Verdict::Broken => AnsiColor::Red,
            Verdict::Undecided => AnsiColor::Yellow,
        };
        let verdict = style.paint(Ansi::new().fg_color(Some(color.into())).bold(), chain.verdict.as_str());
        let yellow = Ansi::new().fg_color(Some(AnsiColor::Yellow.into()));
        let why = match (chain.verdict, chain.why.is_empty(), &chain.when) {
            (Verdict::Holds, true, None) => String::new(),
            (_, true, Some(when)) => format!(" when {when}"),
            _ => format!(": {}", reason(chain)),
        };
        out.push_str(&format!("{head}{}: {verdict}{}\n", one_line(&chain.slot), one_line(&why)));
        let mut rows: Vec<(String, String)> =
            chain.links.iter().map(|link| (one_line(&place(link.span, sources)), one_line(&link.text))).collect();
        if let Some(missing) = &chain.missing {
            let text = format!("? {}", one_line(&missing.text));
            rows.push((one_line(&place(missing.span, sources)), style.paint(yellow, &text)));
        }
        let width = rows.iter().map(|(place, _)| place.chars().count()).max().unwrap_or(0);
        for (at, (place, text)) in rows.iter().enumerate() {
            let head = if at + 1 == rows.len() { lines.last } else { lines.branch };
            out.push_str(&format!("{rest}{head}{place:width$}  {text}\n"));
        }
    }
    out
}
