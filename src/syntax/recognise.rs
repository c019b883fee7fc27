//! Which YAML and JSON texts are templates.

use super::{Document, Node};

/// Whether a text may be a template, by a look at its characters only, so that other files need not be parsed.
pub fn cloudformation_text(_path: &str, text: &str) -> bool {
    text.contains("Resources") && (text.contains("AWS::") || text.contains("Type"))
}

/// Whether a parsed document is a template.
pub fn is_cloudformation(document: &Document) -> bool {
    let root = document.root();
    document.get(root, "AWSTemplateFormatVersion").is_some()
        || document.get(root, "Resources").is_some_and(|resources| {
            document.entries(resources).any(|(_, resource)| {
                document
                    .get(resource, "Type")
                    .and_then(|kind| document.string(kind))
                    .is_some_and(|kind| kind.contains("::"))
                    && matches!(document.node(resource), Node::Mapping(_))
            })
        })
}
