//! Connectors: policies that are attached to the role of one of the two resources that are connected.

use super::acts;
use super::generated::{Generated, Made, When};
use crate::cloudformation::Evaluator;
use crate::syntax::{Node, NodeId};
use crate::text::Span;
use crate::value::{ResourceId, Value};

/// One of the two ends of a connector.
#[derive(Clone, Copy)]
struct End {
    /// The resource, where it is named by its logical id.
    resource: Option<usize>,
    /// What is written of it.
    node: Option<NodeId>,
}

/// Which of the two ends acts through its role; where neither does, permission is given otherwise.
enum Actor {
    Source,
    Destination,
    Neither,
}

/// Who acts, by the types of both ends. From the connector profiles of aws/serverless-application-model.
fn actor(source: &str, destination: &str) -> Actor {
    let short = |kind: &str| kind.rsplit("::").next().unwrap_or("").to_owned();
    match (source, &*short(destination)) {
        ("AWS::Events::Rule", "EventBus" | "StateMachine") => Actor::Source,
        // A function polls with its own role.
        ("AWS::DynamoDB::Table" | "AWS::Serverless::SimpleTable" | "AWS::SQS::Queue", _) => Actor::Destination,
        ("AWS::AppSync::DataSource" | "AWS::Lambda::Function" | "AWS::StepFunctions::StateMachine", _)
        | ("AWS::Serverless::Function" | "AWS::Serverless::StateMachine", _) => Actor::Source,
        _ => Actor::Neither,
    }
}

/// The property that holds the role a resource of this type acts as.
fn acting_property(kind: &str) -> Option<&'static str> {
    match kind {
        "AWS::Lambda::Function" => Some("Role"),
        "AWS::StepFunctions::StateMachine" => Some("RoleArn"),
        "AWS::AppSync::DataSource" => Some("ServiceRoleArn"),
        "AWS::Events::Rule" => Some("Targets"),
        _ => acts(kind).map(|acts| acts.property),
    }
}

impl Evaluator<'_> {
    /// Declares the policies of a connector, or of those that a resource has attached.
    pub(super) fn declare_connector_policies(&mut self, owner: usize) {
        let document = self.document;
        let Some(declared) = self.declared.get(owner) else { return };
        let (name, span, kind) = (declared.name.clone(), declared.span, declared.kind.clone());
        if &*kind == "AWS::Serverless::Connector"
            && let Some(properties) = declared.properties
        {
            let source = self.end(document.get(properties, "Source"));
            self.declare_policies(owner, source, &name, span, properties);
            return;
        }
        let attached = document.get(declared.body, "Connectors");
        for (key, body) in attached.into_iter().flat_map(|attached| document.entries(attached)).collect::<Vec<_>>() {
            if let Some(properties) = document.get(body, "Properties") {
                let id = format!("{name}{}", self.key_text(key));
                let source = End { resource: Some(owner), node: None };
                self.declare_policies(owner, source, &id, document.span(key), properties);
            }
        }
    }

    fn end(&self, node: Option<NodeId>) -> End {
        let id = node.and_then(|node| self.document.get(node, "Id"));
        let resource = id.and_then(|id| self.by_name.get(self.document.string(id)?).copied());
        End { resource, node }
    }

    fn kind_of(&self, end: End) -> String {
        let declared =
            end.resource.and_then(|index| self.declared.get(index)).map(|declared| declared.kind.to_string());
        let written = || {
            let kind = self.document.get(end.node?, "Type")?;
            self.document.string(kind).map(str::to_owned)
        };
        declared.or_else(written).unwrap_or_default()
    }

    fn declare_policies(&mut self, owner: usize, source: End, id: &str, span: Span, properties: NodeId) {
        let document = self.document;
        let Some(destination) = document.get(properties, "Destination") else { return };
        let several = matches!(document.node(destination), Node::Sequence(_));
        let single = [destination];
        let destinations = if several { document.elements(destination) } else { &single[..] };
        for (number, destination) in destinations.iter().enumerate() {
            let destination = self.end(Some(*destination));
            let (acting, other) = match actor(&self.kind_of(source), &self.kind_of(destination)) {
                Actor::Source => (source, destination),
                Actor::Destination => (destination, source),
                Actor::Neither => continue,
            };
            let role_name = acting.node.and_then(|node| document.get(node, "RoleName"));
            let made = match (acting.resource, role_name) {
                (Some(actor), _) => Made::PolicyFor { actor, towards: other.resource },
                (None, Some(name)) => Made::PolicyOf(name),
                (None, None) => continue,
            };
            let name = if several { format!("{id}PolicyDestination{number}") } else { format!("{id}Policy") };
            let generated = Generated { owner, when: When::WithOwner, made };
            self.declare(name, "AWS::IAM::ManagedPolicy", span, generated);
        }
    }

    /// The ARN of the role that a resource acts as, towards another one where it acts as several.
    pub(super) fn acting_role(&mut self, actor: usize, towards: Option<usize>) -> Option<Value> {
        let kind = self.declared.get(actor)?.kind.clone();
        let value = self.property(actor, acting_property(&kind)?)?.value;
        if &*kind != "AWS::Events::Rule" {
            return Some(value);
        }
        let wanted: Option<ResourceId> =
            towards.and_then(|index| self.declared.get(index)).and_then(|declared| declared.id);
        let targets = value.as_sequence()?;
        let leads = |target: &&Value| {
            let resource = target.get("Arn").and_then(Value::as_symbol).map(|symbol| symbol.resource);
            wanted.is_some() && resource == wanted
        };
        let target = match targets {
            [only] => only,
            several => several.iter().find(leads)?,
        };
        target.get("RoleArn").cloned()
    }
}
