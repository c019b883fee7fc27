//! Which resource is made after which one: what the references of a serverless resource become when the transform takes it
//! apart, and the references that it adds. Ordinary resources keep theirs. Facts from aws/serverless-application-model.
//!
//! Only what is certain to be there after the transform is taken: a reference in an event belongs to the rule, permission or
//! mapping that is made of the event, on which nothing waits.

use std::collections::HashMap;
use std::sync::Arc;

use super::generated::{Generated, Made, When};
use crate::cloudformation::Evaluator;
use crate::cloudformation::resources::Declared;
use crate::syntax::{Document, Node, NodeId};
use crate::text::Span;

/// What waits for what, with where that is written.
#[derive(Default)]
pub(in crate::cloudformation) struct Order {
    edges: Vec<(Arc<str>, Arc<str>, Span)>,
    /// What is made by the transform without a place of its own: the resource, and its generated role.
    implied: Vec<(Arc<str>, Arc<str>)>,
}

impl Order {
    /// All edges: from what waits, to what it waits for, and where that is written. What the transform adds by itself is
    /// found where the resource that it leads to is left again.
    pub(in crate::cloudformation) fn edges(mut self) -> Vec<(Arc<str>, Arc<str>, Span)> {
        let mut leaving: HashMap<Arc<str>, Span> = HashMap::new();
        for (from, _, span) in &self.edges {
            leaving.entry(from.clone()).or_insert(*span);
        }
        for (from, to) in self.implied {
            if let Some(span) = leaving.get(&to) {
                self.edges.push((from, to, *span));
            }
        }
        self.edges
    }
}

/// Which of the resources that are made of a serverless one holds the references of a property.
enum Lands {
    /// The one that keeps its logical id.
    Itself,
    /// Its generated role.
    Role,
    /// One that nothing waits for, or that is not followed.
    Elsewhere,
}

fn lands(kind: &str, property: &str) -> Lands {
    match (kind, property) {
        (
            "AWS::Serverless::Function" | "AWS::Serverless::StateMachine",
            "Policies" | "AssumeRolePolicyDocument" | "PermissionsBoundary" | "RolePath",
        ) => Lands::Role,
        (
            "AWS::Serverless::Function",
            "FunctionName"
            | "Description"
            | "CodeUri"
            | "InlineCode"
            | "ImageUri"
            | "ImageConfig"
            | "Handler"
            | "Runtime"
            | "MemorySize"
            | "Timeout"
            | "Environment"
            | "VpcConfig"
            | "KmsKeyArn"
            | "Layers"
            | "DeadLetterQueue"
            | "FileSystemConfigs"
            | "Role"
            | "Tags"
            | "LoggingConfig"
            | "CodeSigningConfigArn"
            | "EphemeralStorage"
            | "ReservedConcurrentExecutions",
        )
        | (
            "AWS::Serverless::StateMachine",
            "Name" | "Definition" | "DefinitionUri" | "DefinitionSubstitutions" | "Logging" | "Role" | "Tags" | "Type",
        )
        | ("AWS::Serverless::Api", "Name" | "Description" | "DefinitionBody" | "DefinitionUri")
        | ("AWS::Serverless::HttpApi", "Description" | "DefinitionBody" | "DefinitionUri")
        // Its schema, data sources, resolvers and functions become resources of their own.
        | ("AWS::Serverless::GraphQLApi", "Name" | "Tags" | "Auth" | "Logging")
        | ("AWS::Serverless::SimpleTable", "TableName" | "ProvisionedThroughput" | "SSESpecification" | "Tags")
        | ("AWS::Serverless::LayerVersion", "LayerName" | "Description" | "ContentUri" | "LicenseInfo")
        | (
            "AWS::Serverless::Application",
            "Location" | "Parameters" | "NotificationARNs" | "Tags" | "TimeoutInMinutes",
        ) => Lands::Itself,
        _ => Lands::Elsewhere,
    }
}

/// Whether what is written in `DependsOn` of a resource of this type holds for the resource that keeps its logical id.
fn keeps_depends_on(kind: &str) -> bool {
    ["Function", "StateMachine", "Api", "HttpApi", "SimpleTable", "LayerVersion", "Application"]
        .iter()
        .any(|name| kind.strip_prefix("AWS::Serverless::") == Some(name))
}

/// The events that make another resource refer to the function or state machine: the property that names the resource, its
/// type, and the logical id of the one that is meant where none is named.
fn reaches_back(owner: &str, event: &str) -> Option<(&'static str, &'static str, Option<&'static str>)> {
    match (owner, event) {
        ("AWS::Serverless::Function" | "AWS::Serverless::StateMachine", "Api") => {
            Some(("RestApiId", "AWS::Serverless::Api", Some("ServerlessRestApi")))
        }
        ("AWS::Serverless::Function", "HttpApi") => {
            Some(("ApiId", "AWS::Serverless::HttpApi", Some("ServerlessHttpApi")))
        }
        ("AWS::Serverless::Function", "S3") => Some(("Bucket", "AWS::S3::Bucket", None)),
        ("AWS::Serverless::Function", "Cognito") => Some(("UserPool", "AWS::Cognito::UserPool", None)),
        _ => None,
    }
}

impl<'a> Evaluator<'a> {
    /// Adds what a resource waits for because of a reference to `name`, written at `at`: in one of its properties, or in
    /// none of them.
    pub(in crate::cloudformation) fn order_by_reference(
        &self,
        index: usize,
        name: &str,
        property: Option<&str>,
        at: Span,
        order: &mut Order,
    ) {
        let Some(declared) = self.declared.get(index) else { return };
        let Some(to) = self.made_under(name) else { return };
        let itself = self.full_address(declared);
        if !(self.sam && declared.kind.starts_with("AWS::Serverless::")) {
            order.edges.push((itself, to, at));
            return;
        }
        let lands = match property {
            Some(property) => lands(&declared.kind, property),
            None if keeps_depends_on(&declared.kind) => Lands::Itself,
            None => Lands::Elsewhere,
        };
        match lands {
            Lands::Itself => order.edges.push((itself, to, at)),
            Lands::Role => {
                if let Some(role) = self.role_of(index) {
                    order.implied.push((itself, role.clone()));
                    order.edges.push((role, to, at));
                }
            }
            Lands::Elsewhere => {}
        }
    }

    /// The address of what is made under a logical id. `Function.Alias` and `Api.Stage` are made after what they belong to.
    fn made_under(&self, name: &str) -> Option<Arc<str>> {
        let declared = |name: &str| self.by_name.get(name).and_then(|index| self.declared.get(*index));
        if let Some(found) = declared(name) {
            return Some(self.full_address(found));
        }
        if !self.sam {
            return None;
        }
        let owner = name.split_once('.').and_then(|(owner, _)| declared(owner));
        match owner.filter(|owner| owner.kind.starts_with("AWS::Serverless::")) {
            Some(owner) => Some(self.full_address(owner)),
            None => matches!(name, "ServerlessRestApi" | "ServerlessHttpApi").then(|| self.address_of(name)),
        }
    }

    /// The role that is generated for a resource wherever that exists.
    fn role_of(&self, owner: usize) -> Option<Arc<str>> {
        let role = self.declared.iter().find(|declared| {
            let made = |generated: Generated| {
                let always = matches!(generated.when, When::WithOwner);
                generated.owner == owner && always && matches!(generated.made, Made::ExecutionRole)
            };
            declared.generated.is_some_and(made)
        })?;
        Some(self.full_address(role))
    }

    /// Adds what other resources wait for because the events of functions and state machines are written into them: the
    /// methods of an API, the notifications of a bucket, the triggers of a user pool. An event of a function with a
    /// condition is written with that condition.
    pub(in crate::cloudformation) fn order_by_events(&self, order: &mut Order) {
        if !self.sam {
            return;
        }
        for declared in self.declared.iter().filter(|one| one.generated.is_none() && one.condition.is_none()) {
            let document = declared.scope.document;
            let events = declared.properties.and_then(|properties| document.get(properties, "Events"));
            for (_, body) in events.into_iter().flat_map(|events| document.entries(events)) {
                let kind = document.get(body, "Type").and_then(|kind| document.string(kind));
                let Some((property, takes, implicit)) = kind.and_then(|kind| reaches_back(&declared.kind, kind)) else {
                    continue;
                };
                let written =
                    document.get(body, "Properties").and_then(|properties| document.get(properties, property));
                let at = document.span(written.unwrap_or(body));
                let from = match (written.and_then(|written| referred(document, written)), implicit) {
                    (Some(name), _) => self.writes_events(name, takes).then(|| self.address_of(name)),
                    (None, Some(implicit)) if written.is_none() => Some(self.address_of(implicit)),
                    _ => None,
                };
                if let Some(from) = from {
                    order.edges.push((from, self.full_address(declared), at));
                }
            }
        }
    }

    /// Adds what connectors wait for: whatever the transform makes of one names what it leads to. What has a connector in
    /// its `DependsOn` waits for that.
    pub(in crate::cloudformation) fn order_by_connectors(&self, order: &mut Order) {
        let is_connector = |one: &&Declared<'_>| &*one.kind == "AWS::Serverless::Connector" && one.condition.is_none();
        for declared in self.declared.iter().filter(is_connector).filter(|one| one.generated.is_none()) {
            let document = declared.scope.document;
            let destination = declared.properties.and_then(|properties| document.get(properties, "Destination"));
            let Some(destination) = destination else { continue };
            let single = [destination];
            let all = match document.node(destination) {
                Node::Sequence(_) => document.elements(destination),
                _ => &single,
            };
            for id in all.iter().filter_map(|one| document.get(*one, "Id")) {
                if let Some(to) = document.string(id).filter(|name| self.by_name.contains_key(*name)) {
                    order.edges.push((self.full_address(declared), self.address_of(to), document.span(id)));
                }
            }
        }
    }

    /// Whether events are written into the resource `name`: one of the type they take, and of an API one whose definition
    /// is left to the transform.
    fn writes_events(&self, name: &str, takes: &str) -> bool {
        let declared = self.by_name.get(name).and_then(|index| self.declared.get(*index));
        let Some(declared) = declared.filter(|declared| &*declared.kind == takes) else { return false };
        let is_defined = ["DefinitionBody", "DefinitionUri"].iter().any(|name| self.setting(declared, name).is_some());
        !takes.starts_with("AWS::Serverless::") || !is_defined
    }
}

/// The name that a node refers to with `Ref`, or as plain text.
fn referred(document: &Document, node: NodeId) -> Option<&str> {
    match document.node(node) {
        Node::Tagged { tag, value } if document.string(tag) == Some("Ref") => document.string(value),
        Node::Mapping(children) if children.len() == 1 => document.string(document.get(node, "Ref")?),
        Node::String(_) => document.string(node),
        _ => None,
    }
}
