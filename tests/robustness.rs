//! No text makes the parsers or the pipeline panic, run out of stack or take too long, and every span fits its text.

mod inputs;

use std::sync::Arc;
use std::time::{Duration, Instant};

use rolecall::diagnostic::Diagnostic;
use rolecall::syntax::{self, Document, Language, MAX_DEPTH, Node, NodeId};
use rolecall::text::{SourceId, Span};
use rolecall::workspace::{Settings, Workspace};

/// How many nodes one level of nesting makes at most, one inside the other: a block and its body, an entry and a tagged
/// value, a splat and its element.
const NODES_A_LEVEL: u32 = 4;

fn language(path: &str) -> Language {
    match path.rsplit('.').next() {
        Some("tf" | "tfvars") => Language::Hcl,
        Some("json") if path.ends_with(".tf.json") => Language::TerraformJson,
        Some("json") => Language::Json,
        _ => Language::Yaml,
    }
}

fn children(document: &Document, id: NodeId) -> Vec<NodeId> {
    match document.node(id) {
        Node::Sequence(list)
        | Node::Mapping(list)
        | Node::Body(list)
        | Node::Block(list)
        | Node::Template(list)
        | Node::TemplateIf(list)
        | Node::TemplateFor(list)
        | Node::Conditional(list)
        | Node::ForTuple(list)
        | Node::Call { parts: list, .. }
        | Node::ForObject { parts: list, .. } => document.children(list).to_vec(),
        Node::Entry { key: a, value: b }
        | Node::Tagged { tag: a, value: b }
        | Node::Attribute { name: a, value: b }
        | Node::GetAttribute { object: a, name: b }
        | Node::Index { object: a, key: b }
        | Node::Splat { object: a, each: b }
        | Node::Binary { left: a, right: b, .. } => vec![a, b],
        Node::Interpolation(inner) | Node::Parentheses(inner) | Node::Unary { operand: inner, .. } => vec![inner],
        Node::Null
        | Node::Bool(_)
        | Node::Number(_)
        | Node::String(_)
        | Node::Missing
        | Node::Variable(_)
        | Node::SplatItem => Vec::new(),
    }
}

fn fits(text: &str, span: Span) -> bool {
    text.get(span.range()).is_some()
}

/// Parses and looks at everything that was made.
fn parse(text: &str, language: Language) -> (Document, Vec<Diagnostic>) {
    let text: Arc<str> = text.into();
    let (document, diagnostics) = syntax::parse(SourceId(0), &text, language);
    let mut depths = std::collections::HashMap::new();
    for id in document.ids() {
        assert!(fits(&text, document.span(id)), "{id:?} at {:?} in {text:?}", document.span(id));
        let children = children(&document, id);
        let deepest = children.iter().map(|child| depths[child]).max().unwrap_or(0);
        depths.insert(id, deepest + 1);
        assert!(deepest <= NODES_A_LEVEL * MAX_DEPTH + 10, "{deepest} levels");
        if let Node::String(part) | Node::Number(part) | Node::Variable(part) = document.node(id) {
            let characters = document.text(part);
            assert!(fits(&text, document.text_span(part, 0..characters.len())));
        }
    }
    assert!(document.comments().all(|comment| fits(&text, comment)));
    for diagnostic in &diagnostics {
        assert!(fits(&text, diagnostic.span), "{diagnostic:?} in {text:?}");
        assert!(diagnostic.related.iter().all(|related| fits(&text, related.span)), "{diagnostic:?}");
    }
    if diagnostics.iter().any(|diagnostic| diagnostic.severity == rolecall::diagnostic::Severity::Error) {
        assert!(document.is_broken());
    }
    (document, diagnostics)
}

/// At most `count` places to cut a text, spread over all of it, each between two characters.
fn cuts(text: &str, count: usize) -> Vec<usize> {
    let step = text.len().div_ceil(count).max(1);
    (0..text.len()).step_by(step).map(|at| (at..).find(|at| text.is_char_boundary(*at)).unwrap_or(0)).collect()
}

#[test]
fn every_beginning_of_a_text_can_be_parsed() {
    for (path, text) in inputs::testdata(&["tf", "tfvars", "yaml", "yml", "json"]) {
        for cut in cuts(&text, 250) {
            parse(&text[..cut], language(&path));
        }
        parse(&text, language(&path));
    }
}

#[test]
fn beginnings_of_texts_can_be_checked() {
    let started = Instant::now();
    let mut checked = 0;
    for (path, text) in inputs::testdata(&["tf", "yaml", "json"]) {
        for cut in cuts(&text, 4) {
            let mut workspace = Workspace::new(Settings::default());
            let source = workspace.set(&path, &text[..cut]);
            for diagnostic in workspace.check().diagnostics {
                assert_ne!(diagnostic.rule, "internal-error", "{path} up to {cut}");
                assert!(diagnostic.span.source != source || fits(&text[..cut], diagnostic.span), "{diagnostic:?}");
            }
            checked += 1;
        }
        if started.elapsed() > Duration::from_secs(40) {
            break;
        }
    }
    assert!(checked > 100, "only {checked} in 40 seconds");
}

/// A small generator of numbers that are the same in every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

#[test]
fn texts_with_random_changes_can_be_parsed() {
    const PIECES: [&str; 36] = [
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "\"",
        "'",
        "\\",
        "\n",
        "\r",
        "\t",
        " ",
        "${",
        "%{",
        "~}",
        "<<E\n",
        "<<-E\n",
        "#",
        "/*",
        "*/",
        "=",
        ":",
        "- ",
        "!Ref ",
        "&a ",
        "*a ",
        "|\n",
        ">-\n",
        "<<: ",
        "\u{feff}",
        "é",
        "\u{1f600}",
        ".0",
        "---\n",
        "\\u",
    ];
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for (path, text) in inputs::testdata(&["tf", "yaml", "json"]) {
        for _ in 0..12 {
            let mut bytes = text.as_bytes()[..text.len().min(4000)].to_vec();
            for _ in 0..=numbers.below(6) {
                let at = numbers.below(bytes.len() + 1);
                match numbers.below(4) {
                    0 => bytes.truncate(at),
                    1 => bytes.drain(at..(at + numbers.below(20)).min(bytes.len())).for_each(drop),
                    2 => bytes.insert(at, numbers.below(256) as u8),
                    _ => drop(bytes.splice(at..at, PIECES[numbers.below(PIECES.len())].bytes())),
                }
            }
            parse(&String::from_utf8_lossy(&bytes), language(&path));
        }
    }
}

/// Deep and long texts: what is repeated, with something before, in the middle and behind.
fn nests(count: usize) -> Vec<(Language, String)> {
    use Language::{Hcl, Json, TerraformJson, Yaml};
    let mut texts = Vec::new();
    let mut add = |language, before: &str, open: &str, middle: &str, close: &str| {
        texts.push((language, format!("{before}{}{middle}{}\n", open.repeat(count), close.repeat(count))));
        texts.push((language, format!("{before}{}", open.repeat(count))));
    };
    for (open, middle, close) in [
        ("(", "1", ")"),
        ("[", "", "]"),
        ("{a=", "1", "}"),
        ("f(", "", ")"),
        ("a[", "0", "]"),
        ("\"${", "1", "}\""),
        ("[for a in ", "b", ": a]"),
        ("{for a in ", "b", ": a => a}"),
        ("-", "1", ""),
        ("!", "true", ""),
        ("- ", "1", ""),
        ("a ? ", "b", " : c"),
        ("a ? b : ", "c", ""),
        ("1 + ", "1", ""),
        ("1 - ", "1", ""),
        ("1 + 2 * ", "1", ""),
        ("1 - 2 * 3 == ", "1", ""),
        ("a && b || ", "c", ""),
        ("a", "", ".a"),
        ("a", "", "[0]"),
        ("a", "", "[*]"),
        ("a", "", ".*"),
        ("<<E\n${", "1", "}\nE\n"),
        ("a.b == \"c\" ? [for d in ", "e", " : d] : f"),
    ] {
        add(Hcl, "a = ", open, middle, close);
    }
    add(Hcl, "a = b", "", "", ".a");
    add(Hcl, "a = b", "", "", "[0]");
    add(Hcl, "a = b", "", "", "[*].c");
    add(Hcl, "a = b", "", "", ".*.c");
    add(Hcl, "a = \"", "%{ if a }", "", "%{ endif }");
    add(Hcl, "a = \"", "%{ if a }%{ else }", "", "%{ endif }");
    add(Hcl, "a = \"", "%{ for a in b }", "", "%{ endfor }");
    add(Hcl, "a = <<E\n", "%{ if a ~}\n", "", "%{ endif ~}\n");
    add(Hcl, "a = <<-E\n", "  ${a ~}\n  ", "", "%{ endif ~}\n");
    add(Hcl, "", "a {\n", "", "}\n");
    add(Hcl, "", "a { ", "", "}");
    add(Hcl, "", "a \"b\" {\n", "c = 1\n", "}\n");
    add(Hcl, "", "/*", "", "");
    add(Hcl, "a = ", "<<E\n", "", "");
    add(Hcl, "", "a = [\n", "", "");
    add(Hcl, "", "a = {\n", "", "");
    add(Hcl, "", "a = \"\n", "", "");
    add(Hcl, "", "a = }\n", "", "");
    add(Hcl, "", "resource \"a\" \"b\" {\n", "", "");
    for language in [Json, Yaml] {
        add(language, "", "[", "", "]");
        add(language, "", "{\"a\":", "1", "}");
        add(language, "", "[{\"a\":", "1", "}]");
        add(language, "", "\"", "", "");
    }
    add(TerraformJson, "{\"a\": \"", "${[", "", "]}");
    add(Yaml, "a: ", "{a: ", "", "}");
    add(Yaml, "", "- ", "1", "");
    add(Yaml, "", "? ", "1", "");
    add(Yaml, "a: ", "!a ", "1", "");
    add(Yaml, "", "a: \"b\nc\"\n", "", "");
    add(Yaml, "", "a: [\n", "", "");
    add(Yaml, "", "\ta: \"\n", "", "");
    let staircase: String = (0..count.min(3000)).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    texts.push((Yaml, staircase));
    texts
}

/// What this thread has had of the processor, which does not depend on what else the machine does.
#[cfg(unix)]
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Where the processor's time is not at hand, only what takes forever is noticed, by never ending.
#[cfg(not(unix))]
fn processor_time() -> Duration {
    Duration::ZERO
}

#[test]
fn deep_nesting_neither_overflows_nor_takes_quadratic_time() {
    for (language, text) in nests(10_000) {
        let started = processor_time();
        parse(&text, language);
        let beginning: String = text.chars().take(40).collect();
        let spent = processor_time().saturating_sub(started);
        assert!(spent < Duration::from_secs(10), "{spent:?} for {language:?} {beginning:?}");
    }
}

#[test]
fn deep_nesting_can_be_checked() {
    for (language, text) in nests(400) {
        let mut workspace = Workspace::new(Settings::default());
        let (path, text) = match language {
            Language::Hcl => ("main.tf", format!("locals {{\n{text}\n}}\noutput \"o\" {{\n  value = local.a\n}}\n")),
            Language::TerraformJson => ("main.tf.json", text),
            Language::Json => ("template.json", format!("{{\"Resources\":{{\"A\":{{\"Type\":\"AWS::A\",\"P\":{text}")),
            Language::Yaml => ("template.yaml", format!("Resources:\n  A:\n    Type: AWS::A\n    Properties:\n{text}")),
        };
        workspace.set(path, text);
        let failed = |diagnostic: &Diagnostic| diagnostic.rule == "internal-error";
        assert!(!workspace.check().diagnostics.iter().any(failed), "{path}");
    }
}
