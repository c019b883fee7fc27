//! What stands behind a reference to a resource: the key of an instance, which has to be there exactly when the resource
//! has `count` or `for_each`, and an attribute, which its type has to have. Terraform looks at both before it evaluates
//! anything, so neither `try` nor a branch that is never taken makes up for a mistake.

use super::{Bound, Walk};
use crate::graph::Mode;
use crate::syntax::{Node, NodeId};
use crate::terraform::body;
use crate::terraform::module::Declaration;

/// The attributes of the types that carry an identity, from the schemas of the provider, its versions 2 to 6 together.
static ATTRIBUTES: [(Mode, &str, &[&str]); 4] = [
    (
        Mode::Managed,
        "aws_iam_role",
        &[
            "arn",
            "assume_role_policy",
            "create_date",
            "description",
            "force_detach_policies",
            "id",
            "inline_policy",
            "managed_policy_arns",
            "max_session_duration",
            "name",
            "name_prefix",
            "path",
            "permissions_boundary",
            "role_last_used",
            "tags",
            "tags_all",
            "unique_id",
        ],
    ),
    (
        Mode::Managed,
        "aws_iam_instance_profile",
        &["arn", "create_date", "id", "name", "name_prefix", "path", "role", "roles", "tags", "tags_all", "unique_id"],
    ),
    (
        Mode::Data,
        "aws_iam_role",
        &[
            "arn",
            "assume_role_policy",
            "assume_role_policy_document",
            "create_date",
            "description",
            "id",
            "max_session_duration",
            "name",
            "path",
            "permissions_boundary",
            "role_id",
            "role_last_used",
            "role_name",
            "tags",
            "unique_id",
        ],
    ),
    (
        Mode::Data,
        "aws_iam_instance_profile",
        &["arn", "create_date", "id", "name", "path", "role_arn", "role_id", "role_name"],
    ),
];

impl<'d> Walk<'d, '_> {
    /// Looks at `object.name`, where `object` may be a resource or one of its instances.
    pub(super) fn attribute_of(&mut self, object: NodeId, name: NodeId, bound: &Bound<'d, '_>) {
        if let Some((mode, declaration)) = self.resource(object, bound) {
            match self.document.node(name) {
                Node::Number(_) => self.keyed(name, mode, declaration),
                _ => match self.repetition(declaration) {
                    Some(repeats) => self.without_key(object, mode, declaration, repeats),
                    None => self.attribute(name, mode, declaration),
                },
            }
            return;
        }
        let instance = match self.document.node(object) {
            Node::Index { object, .. } => object,
            Node::GetAttribute { object, name } if matches!(self.document.node(name), Node::Number(_)) => object,
            _ => return,
        };
        // An instance that is not there is one mistake, whatever is asked of it.
        if let Some((mode, declaration)) = self.resource(instance, bound)
            && self.repetition(declaration).is_some()
        {
            self.attribute(name, mode, declaration);
        }
    }

    /// Looks at `object[key]`, where `object` may be a resource.
    pub(super) fn index_of(&mut self, object: NodeId, key: NodeId, bound: &Bound<'d, '_>) {
        // Any other key is evaluated first, and may as well be the name of an attribute.
        if matches!(self.document.node(key), Node::Number(_) | Node::String(_))
            && let Some((mode, declaration)) = self.resource(object, bound)
        {
            self.keyed(key, mode, declaration);
        }
    }

    /// The resource or data source that a node refers to as a whole.
    fn resource(&self, node: NodeId, bound: &Bound<'d, '_>) -> Option<(Mode, &'d Declaration)> {
        let document = self.document;
        let Node::GetAttribute { object, name } = document.node(node) else { return None };
        let name = document.string(name)?;
        match document.node(object) {
            Node::Variable(kind) if !bound.has(document.text(kind)) => {
                let resource = self.module.resources.get(&format!("{}.{name}", document.text(kind)))?;
                Some((Mode::Managed, resource))
            }
            Node::GetAttribute { object: root, name: kind } => {
                let Node::Variable(root) = document.node(root) else { return None };
                let root = document.text(root);
                let (named, mode) = match root {
                    "data" => (&self.module.data, Mode::Data),
                    "resource" => (&self.module.resources, Mode::Managed),
                    _ => return None,
                };
                let declaration = named.get(&format!("{}.{name}", document.string(kind)?))?;
                (!bound.has(root)).then_some((mode, declaration))
            }
            _ => None,
        }
    }

    /// What gives a resource its instances, `count` or `for_each`.
    fn repetition(&self, declaration: &Declaration) -> Option<&'static str> {
        ["count", "for_each"].into_iter().find(|name| {
            let has = |at| body::attribute(self.module.document(at), at.node, name).is_some();
            declaration.bodies.iter().any(|at| has(*at))
        })
    }

    fn keyed(&mut self, key: NodeId, mode: Mode, declaration: &Declaration) {
        if self.repetition(declaration).is_some() {
            return;
        }
        let address = address(mode, declaration);
        let message = format!("{address} has neither count nor for_each, so it has no instances to choose from");
        let help = format!("Leave the key out and use {address}, or give the resource count or for_each.");
        let diagnostic = self.unresolved(key, message, help).with_label("no instance has this key");
        self.found.members.push(diagnostic);
    }

    fn without_key(&mut self, node: NodeId, mode: Mode, declaration: &Declaration, repeats: &str) {
        let address = address(mode, declaration);
        let key = if repeats == "count" { "0" } else { "\"key\"" };
        let message = format!("{address} has {repeats}, so attributes are those of one of its instances");
        let help = format!("Name the instance, as in {address}[{key}].");
        let diagnostic = self.unresolved(node, message, help).with_label("one of several");
        self.found.members.push(diagnostic);
    }

    fn attribute(&mut self, name: NodeId, mode: Mode, declaration: &Declaration) {
        let row = ATTRIBUTES.iter().find(|(of, kind, _)| *of == mode && *kind == &*declaration.kind);
        let (Some((_, _, attributes)), Some(text)) = (row, self.document.string(name)) else { return };
        if attributes.contains(&text) {
            return;
        }
        let address = address(mode, declaration);
        let help = match crate::suggest::nearest(text, attributes.iter().copied()) {
            Some(near) => format!("There is {address}.{near}."),
            None => format!("It has {}.", attributes.join(", ")),
        };
        let message = format!("{address} has no attribute {text}");
        let diagnostic = self.unresolved(name, message, help).with_label("not an attribute of this type");
        self.found.members.push(diagnostic);
    }
}

fn address(mode: Mode, declaration: &Declaration) -> String {
    let kind = if mode == Mode::Data { "data." } else { "" };
    format!("{kind}{}.{}", declaration.kind, declaration.name)
}
