//! A template written in YAML, in JSON: short forms become long ones, and every scalar the text or number it stands for.

use rolecall::syntax::{Document, Language, Node, NodeId, parse};
use rolecall::text::SourceId;

/// The template in JSON; `None` if it does not parse.
pub fn json(yaml: &str) -> Option<String> {
    let (document, problems) = parse(SourceId(0), &yaml.into(), Language::Yaml);
    let mut text = String::new();
    problems.is_empty().then(|| write(&document, document.root(), &mut text))?;
    Some(text)
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn list(document: &Document, items: &[NodeId], into: &mut String) {
    into.push('[');
    for (index, item) in items.iter().enumerate() {
        into.push_str(if index > 0 { ",\n" } else { "\n" });
        write(document, *item, into);
    }
    into.push(']');
}

fn write(document: &Document, node: NodeId, into: &mut String) {
    match document.node(node) {
        Node::Null => into.push_str("null"),
        Node::Bool(value) => into.push_str(&value.to_string()),
        Node::String(text) => into.push_str(&quoted(document.text(text))),
        // JSON has fewer ways to write a number.
        Node::Number(text) => match serde_json::from_str::<serde_json::Number>(document.text(text)) {
            Ok(number) => into.push_str(&number.to_string()),
            Err(_) => into.push_str(&quoted(document.text(text))),
        },
        Node::Sequence(_) => list(document, document.elements(node), into),
        Node::Mapping(_) => {
            into.push('{');
            for (index, (key, value)) in document.entries(node).enumerate() {
                into.push_str(if index > 0 { ",\n" } else { "\n" });
                into.push_str(&quoted(document.string(key).unwrap_or_else(|| document.source_slice(key).trim())));
                into.push_str(": ");
                write(document, value, into);
            }
            into.push('}');
        }
        Node::Tagged { tag, value } => {
            let tag = document.string(tag).unwrap_or("");
            let name = if matches!(tag, "Ref" | "Condition") { tag.to_owned() } else { format!("Fn::{tag}") };
            into.push_str(&format!("{{{}: ", quoted(&name)));
            match (tag, document.string(value).and_then(|text| text.split_once('.'))) {
                ("GetAtt", Some((name, attribute))) => {
                    into.push_str(&format!("[{}, {}]", quoted(name), quoted(attribute)));
                }
                _ => write(document, value, into),
            }
            into.push('}');
        }
        other => unreachable!("{other:?} in a template"),
    }
}
