//! See `hardcoded_credentials.md`.

use std::collections::HashSet;

use crate::aws::keys::{self, Key};
use crate::diagnostic::Severity;
use crate::rule::{Check, Group, Rule, TextCtx};
use crate::syntax::{Children, Document, Node, NodeId};
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    id: "hardcoded-credentials",
    severity: Severity::Error,
    group: Group::Credentials,
    pedantic: false,
    docs: include_str!("hardcoded_credentials.md"),
    check: Check::Text(check),
};

fn check(ctx: &mut TextCtx<'_>) {
    let Some(document) = ctx.document else {
        // A script or template that is read for user data: whatever stands in it goes onto the machine.
        for (key, range) in keys::find(ctx.text) {
            report(ctx, key, Span::new(ctx.source, range.start as u32, range.end as u32), "");
        }
        return;
    };
    let lone = lone_ids(document);
    for id in document.ids() {
        match document.node(id) {
            Node::String(_) if lone.contains(&id) => {}
            Node::String(text) => {
                let characters = document.text(text);
                for (key, range) in keys::find(characters) {
                    report(ctx, key, document.text_span(text, range), "");
                }
                if let Some(key) = keys::find_encoded(characters).into_iter().max() {
                    report(ctx, key, document.span(id), " in text that is encoded with base 64");
                }
            }
            Node::Attribute { name, value } => named(ctx, document, document.string(name), value),
            Node::Entry { key, value } => named(ctx, document, document.string(key), value),
            Node::Mapping(_) => beside(ctx, document, &document.entries(id).collect::<Vec<_>>()),
            Node::Body(children) => beside(ctx, document, &attributes(document, children)),
            Node::Block(children) => declared(ctx, document, document.children(children)),
            _ => {}
        }
    }
}

fn attributes(document: &Document, body: Children) -> Vec<(NodeId, NodeId)> {
    let attribute = |id: &NodeId| match document.node(*id) {
        Node::Attribute { name, value } => Some((name, value)),
        _ => None,
    };
    document.children(body).iter().filter_map(attribute).collect()
}

/// The values of `access_key_id = …` with no secret beside them. Such an id says which key is meant whose secret is kept
/// elsewhere; it lets nobody in, and says so by its name.
fn lone_ids(document: &Document) -> HashSet<NodeId> {
    let mut found = HashSet::new();
    for id in document.ids() {
        let entries = match document.node(id) {
            Node::Mapping(_) => document.entries(id).collect(),
            Node::Body(children) => attributes(document, children),
            _ => continue,
        };
        let named = |is: fn(&str) -> bool| {
            entries.iter().filter(move |(key, _)| document.string(*key).is_some_and(is)).map(|(_, value)| *value)
        };
        let is_password = |name: &str| name.to_ascii_lowercase().ends_with("password");
        let password = named(is_password).any(|value| document.string(value).is_some());
        if named(keys::names_secret).next().is_none() && !password {
            found.extend(named(keys::names_id));
        }
    }
    found
}

/// A secret under its own name, or as the default of a parameter or variable of such a name.
fn named(ctx: &mut TextCtx<'_>, document: &Document, name: Option<&str>, value: NodeId) {
    if name.is_some_and(keys::names_secret) {
        secret(ctx, document, Some(value));
        for default in ["Default", "default"] {
            secret(ctx, document, document.get(value, default));
        }
    }
}

/// A secret beside a name for one: `{ name = "AWS_SECRET_ACCESS_KEY", value = … }`; or beside an access key id, as in a
/// provider's configuration.
fn beside(ctx: &mut TextCtx<'_>, document: &Document, entries: &[(NodeId, NodeId)]) {
    let get = |wanted: &str| {
        let found =
            entries.iter().find(|(key, _)| document.string(*key).is_some_and(|key| key.eq_ignore_ascii_case(wanted)));
        found.map(|(_, value)| *value)
    };
    let text = |wanted: &str| get(wanted).and_then(|value| document.string(value));
    if text("name").or(text("key")).is_some_and(keys::names_secret) {
        secret(ctx, document, get("value"));
    }
    if get("access_key").is_some() {
        secret(ctx, document, get("secret_key"));
    }
}

/// `variable "aws_secret_key" { default = … }`
fn declared(ctx: &mut TextCtx<'_>, document: &Document, parts: &[NodeId]) {
    let [kind, label, body] = parts else { return };
    if document.string(*kind) != Some("variable") || !document.string(*label).is_some_and(keys::names_secret) {
        return;
    }
    if let Node::Body(children) = document.node(*body) {
        let entries = attributes(document, children);
        let default = entries.iter().find(|(name, _)| document.string(*name) == Some("default"));
        secret(ctx, document, default.map(|(_, value)| *value));
    }
}

fn secret(ctx: &mut TextCtx<'_>, document: &Document, value: Option<NodeId>) {
    if let Some(value) = value
        && document.string(value).is_some_and(keys::is_secret)
    {
        report(ctx, Key::Secret, document.span(value), "");
    }
}

fn report(ctx: &mut TextCtx<'_>, key: Key, span: Span, how: &str) {
    let (what, label) = match key {
        Key::Id => ("an access key id of AWS", "an access key id"),
        Key::Secret => ("a secret access key of AWS", "a secret access key"),
    };
    ctx.report(
        span,
        format!("{what} stands in the code{how}"),
        label,
        "Whoever can read this repository, the state or the plan can use it. Deactivate the key in IAM, since it stays in \
         the history, and let what needs it assume a role: an instance profile, a task or function role, or a profile of \
         the provider.",
    );
}
