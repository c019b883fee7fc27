//! Which declaration a place is in, by the syntax alone.

use super::{Document, Language, Node, NodeId};
use crate::text::Span;

/// How a declaration is referred to, by the block or section it is declared in: what stands before its labels, and how
/// many labels there are.
const TERRAFORM: [(&str, &str, usize); 7] = [
    ("resource", "", 2),
    ("data", "data.", 2),
    ("ephemeral", "ephemeral.", 2),
    ("module", "module.", 1),
    ("provider", "provider.", 1),
    ("variable", "var.", 1),
    ("output", "output.", 1),
];

/// The sections of a template whose entries are declarations.
const TEMPLATE: [&str; 5] = ["Resources", "Parameters", "Mappings", "Outputs", "Conditions"];

/// The address, or the logical id, of the declaration around a place; `None` where there is none.
pub fn at(document: &Document, place: Span) -> Option<String> {
    let root = document.root();
    match (document.node(root), document.language()) {
        (Node::Body(children), _) => {
            let blocks = document.children(children).iter();
            blocks.filter(|id| document.span(**id).contains(place)).find_map(|id| block(document, *id))
        }
        (Node::Mapping(_), Language::TerraformJson) => {
            let (section, inside) = entry(document, root, place)?;
            let (_, before, labels) = TERRAFORM.into_iter().find(|(kind, ..)| *kind == section)?;
            let (mut address, mut at) = (Vec::new(), inside);
            for _ in 0..labels {
                let (label, next) = entry(document, at, place)?;
                address.push(label);
                at = next;
            }
            Some(format!("{before}{}", address.join(".")))
        }
        (Node::Mapping(_), _) => {
            let (section, inside) = entry(document, root, place)?;
            let (name, _) = entry(document, inside, place).filter(|_| TEMPLATE.contains(&section))?;
            Some(name.to_string())
        }
        _ => None,
    }
}

fn block(document: &Document, id: NodeId) -> Option<String> {
    let Node::Block(parts) = document.node(id) else { return None };
    let words: Vec<&str> = document.children(parts).iter().map_while(|part| document.string(*part)).collect();
    let (kind, labels) = words.split_first()?;
    let (_, before, count) = TERRAFORM.into_iter().find(|(known, ..)| known == kind)?;
    (labels.len() == count).then(|| format!("{before}{}", labels.join(".")))
}

/// The entry of a mapping that a place is in: its key and value.
fn entry(document: &Document, mapping: NodeId, place: Span) -> Option<(&str, NodeId)> {
    let around = |(key, value): &(NodeId, NodeId)| {
        let whole = Span { end: document.span(*value).end, ..document.span(*key) };
        whole.contains(place)
    };
    let (key, value) = document.entries(mapping).find(around)?;
    Some((document.string(key)?, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;
    use crate::text::SourceId;

    fn around(text: &str, language: Language) -> Option<String> {
        let (document, _) = syntax::parse(SourceId(0), &text.into(), language);
        let start = text.find("here").unwrap_or_default() as u32;
        at(&document, Span::new(SourceId(0), start, start + 4))
    }

    #[test]
    fn declarations_have_their_address() {
        for (text, language, address) in [
            ("resource \"a\" \"b\" {\n  c { d = \"here\" }\n}\n", Language::Hcl, Some("a.b")),
            ("data \"a\" \"b\" {\n  d = \"here\"\n}\n", Language::Hcl, Some("data.a.b")),
            ("provider \"aws\" {\n  d = \"here\"\n}\n", Language::Hcl, Some("provider.aws")),
            ("variable \"x\" {\n  default = \"here\"\n}\n", Language::Hcl, Some("var.x")),
            ("locals {\n  d = \"here\"\n}\n", Language::Hcl, None),
            ("d = \"here\"\n", Language::Hcl, None),
            ("{\"resource\": {\"a\": {\"b\": {\"c\": \"here\"}}}}", Language::TerraformJson, Some("a.b")),
            ("{\"provider\": {\"aws\": {\"c\": \"here\"}}}", Language::TerraformJson, Some("provider.aws")),
            ("Resources:\n  A:\n    Type: here\n", Language::Yaml, Some("A")),
            ("{\"Parameters\": {\"P\": {\"Default\": \"here\"}}}", Language::Json, Some("P")),
            ("Description: here\n", Language::Yaml, None),
        ] {
            assert_eq!(around(text, language).as_deref(), address, "{text}");
        }
    }
}
