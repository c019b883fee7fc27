//! What the SAM transform makes of a template: global properties, and the resources it adds as far as they concern
//! identity. Facts from aws/serverless-application-model.

mod connectors;
mod events;
mod generated;
mod graphql;
mod order;
mod policies;

pub(super) use generated::Generated;
pub(super) use order::Order;

use super::resources::Declared;
use super::{Evaluator, Scope};
use crate::syntax::{Document, Node, NodeId};
use crate::value::{Entry, Shape, Value};

/// What the transform gives a resource to act as, where it is given nothing.
pub(super) struct Acts {
    /// The property that takes the role.
    pub property: &'static str,
    /// What follows the logical id of the resource in that of the generated role.
    pub suffix: &'static str,
    /// The service that assumes the generated role.
    pub service: &'static str,
}

/// How a resource of this type gets its role.
pub(super) fn acts(kind: &str) -> Option<Acts> {
    let acts = |property, suffix, service| Some(Acts { property, suffix, service });
    match kind {
        "AWS::Serverless::Function" => acts("Role", "Role", "lambda.amazonaws.com"),
        "AWS::Serverless::WebFunction" => acts("ExecutionRoleArn", "Role", "lambda.amazonaws.com"),
        "AWS::Serverless::StateMachine" => acts("Role", "Role", "states.amazonaws.com"),
        "AWS::Serverless::CapacityProvider" => acts("OperatorRole", "OperatorRole", "lambda.amazonaws.com"),
        "AWS::Serverless::NetworkConnector" => acts("OperatorRole", "OperatorRole", "lambda.amazonaws.com"),
        "AWS::Serverless::MicrovmImage" => acts("BuildRoleArn", "BuildRole", "lambda.amazonaws.com"),
        _ => None,
    }
}

/// Whether a property may be set for all resources of a type at once.
pub(super) fn is_global(name: &str) -> bool {
    !matches!(name, "Role" | "ExecutionRoleArn" | "Policies" | "FunctionName" | "Events")
}

/// Whether the transform may generate a resource of this logical id from the declared ones, given as logical id and type.
/// Generated ids begin with that of their owner; implicit APIs, deployment resources, what several APIs share and domain
/// names have fixed ones.
pub(super) fn generates<'d>(mut declared: impl Iterator<Item = (&'d str, &'d str)>, name: &str) -> bool {
    let fixed = [
        "ServerlessRestApi",
        "ServerlessHttpApi",
        "ServerlessWebSocketApi",
        "ServerlessUsagePlan",
        "ServerlessApiKey",
        "ApiGatewayDomainName",
        "RecordSetGroup",
    ];
    fixed.iter().any(|prefix| name.starts_with(prefix))
        || matches!(name, "ServerlessDeploymentApplication" | "CodeDeployServiceRole")
        || declared.any(|(owner, kind)| kind.starts_with("AWS::Serverless::") && name.starts_with(owner))
}

/// Whether a template has the transform make a queue of this logical id, for the events that could not be delivered.
pub(super) fn names_queue(document: &Document, name: &str) -> bool {
    let is_it = |node| match document.node(node) {
        Node::Entry { key, value } => {
            document.string(key) == Some("QueueLogicalId") && document.string(value) == Some(name)
        }
        _ => false,
    };
    document.ids().any(is_it)
}

/// A property that is set globally and for the resource: mappings are merged, lists are appended to, anything else is
/// replaced.
pub(super) fn merged(global: &Value, own: &Value) -> Value {
    match (&global.shape, &own.shape) {
        (Shape::Mapping(_, shared), Shape::Mapping(kind, local)) => {
            let mut entries: Vec<Entry> = shared.to_vec();
            for entry in local.iter() {
                match entries.iter_mut().find(|known| known.key == entry.key) {
                    Some(known) => *known = Entry { value: merged(&known.value, &entry.value), ..entry.clone() },
                    None => entries.push(entry.clone()),
                }
            }
            Value { shape: Shape::Mapping(*kind, entries.into()), ..own.clone() }
        }
        (Shape::Sequence(_, shared), Shape::Sequence(kind, local)) => {
            let items: Vec<Value> = shared.iter().chain(local.iter()).cloned().collect();
            Value { shape: Shape::Sequence(*kind, items.into()), ..own.clone() }
        }
        _ => own.clone(),
    }
}

impl<'a> Evaluator<'a> {
    /// The global properties of a type, when the transform is applied.
    pub(super) fn global_properties(&self, kind: &str) -> Option<NodeId> {
        let short = kind.strip_prefix("AWS::Serverless::")?;
        self.globals.filter(|_| self.sam).and_then(|globals| self.template.get(globals, short))
    }

    /// Whether a resource wants nothing to do with a global property.
    pub(super) fn ignores_global(&self, declared: &Declared<'_>, name: &str) -> bool {
        let document = declared.scope.document;
        let ignored = document.get(declared.body, "IgnoreGlobals").filter(|_| declared.generated.is_none());
        ignored.is_some_and(|ignored| match document.node(ignored) {
            Node::Sequence(_) => document.elements(ignored).iter().any(|item| document.string(*item) == Some(name)),
            _ => document.string(ignored) == Some("*"),
        })
    }

    /// Where a property of a serverless resource is set, for itself or globally.
    fn setting(&self, declared: &Declared<'a>, name: &str) -> Option<(Scope<'a>, NodeId)> {
        let own = declared.properties.and_then(|properties| declared.scope.document.get(properties, name));
        if let Some(own) = own {
            return Some((declared.scope.clone(), own));
        }
        let globals = self.global_properties(&declared.kind).filter(|_| is_global(name))?;
        let global = self.template.get(globals, name).filter(|_| !self.ignores_global(declared, name))?;
        Some((Scope::of(self.template), global))
    }
}
