//! `AWS::Include`: parts of a template that are written in another text, found where packaging tools look for them, by a
//! path relative to the template.

use super::{Evaluator, Scope};
use crate::files::File;
use crate::syntax::{Document, Node, NodeId};
use crate::value::Reason;

/// The transform that includes a text.
pub(super) const INCLUDE: &str = "AWS::Include";

/// The location in the argument of `Fn::Transform` (or an entry of `Transform`) that includes a text.
fn location(document: &Document, argument: NodeId) -> Option<&str> {
    if !matches!(document.node(argument), Node::Mapping(_))
        || document.get(argument, "Name").and_then(|name| document.string(name)) != Some(INCLUDE)
    {
        return None;
    }
    document.string(document.get(document.get(argument, "Parameters")?, "Location")?)
}

/// The locations of all texts that a template includes, as they are written: by `AWS::Include`, and as modules of `rain`.
pub(super) fn locations(document: &Document) -> impl Iterator<Item = &str> {
    let by_rain = |node| match document.node(node) {
        Node::Tagged { tag: name, value } | Node::Entry { key: name, value } => {
            let name = document.string(name)?;
            let name = name.strip_prefix("Fn::").unwrap_or(name);
            document.string(value).filter(|_| name.starts_with("Rain::") || name == "Source")
        }
        _ => None,
    };
    document.ids().filter_map(move |node| location(document, node).or_else(|| by_rain(node)))
}

impl<'a> Evaluator<'a> {
    /// Where the text stands that the argument of `Fn::Transform` includes; `None` when it is another transform, or the
    /// text is not at hand.
    pub(super) fn included_text(&mut self, argument: NodeId) -> Option<Scope<'a>> {
        let location = location(self.document, argument)?;
        let path = match self.document.source() == self.template.source() {
            true => self.stack.path.clone(),
            false => self.shared.files.path(self.document.source()),
        };
        let path = self.shared.library.locate(location, &path)?;
        let File::Text(source, _) = self.shared.files.file(&path) else { return None };
        let document = self.shared.library.hold(self.shared.files.document(source)?);
        self.out.broken |= document.is_broken() && !self.stack.foreign;
        Some(Scope::of(document))
    }

    /// Why what the argument of `Fn::Transform` gives is not known.
    pub(super) fn why_not_included(&self, argument: NodeId) -> Reason {
        let document = self.document;
        if let Some(location) = location(document, argument) {
            return Reason::File(location.into());
        }
        let name = document.get(argument, "Name").unwrap_or(argument);
        Reason::Transform(document.string(name).unwrap_or("Fn::Transform").into())
    }
}
