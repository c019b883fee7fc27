//! Events of functions and state machines: what the service that sends them acts as.

use super::generated::{Generated, Made, When, made_entry};
use crate::cloudformation::Evaluator;
use crate::syntax::Node;
use crate::text::Span;
use crate::value::Value;

/// What an event becomes.
struct Event {
    /// The service that needs a role.
    service: &'static str,
    /// The type of the generated resource that is handed the role, if it is one of its own.
    kind: Option<&'static str>,
    /// Whether the event may bring its role.
    takes_role: bool,
}

/// What an event of a function or state machine becomes, if the service behind it needs a role.
fn event(owner: &str, kind: &str) -> Option<Event> {
    let rule = Some("AWS::Events::Rule");
    let schedule = Some("AWS::Scheduler::Schedule");
    let (service, kind, takes_role) = match (owner, kind) {
        ("AWS::Serverless::Function" | "AWS::Serverless::StateMachine", "ScheduleV2") => {
            ("scheduler.amazonaws.com", schedule, true)
        }
        ("AWS::Serverless::StateMachine", "Schedule") => ("events.amazonaws.com", rule, true),
        ("AWS::Serverless::StateMachine", "CloudWatchEvent" | "EventBridgeRule") => {
            ("events.amazonaws.com", rule, false)
        }
        ("AWS::Serverless::StateMachine", "Api") => ("apigateway.amazonaws.com", None, false),
        _ => return None,
    };
    Some(Event { service, kind, takes_role })
}

/// Makes the value of a property from the role within it and where it is written.
pub(super) type Around = fn(Value, Span) -> Value;

/// Where a generated resource of this type holds the role it is handed: the property, and what it looks like.
pub(super) fn handed(kind: &str) -> Option<(&'static str, Around)> {
    Some(match kind {
        "AWS::Scheduler::Schedule" => ("Target", target),
        "AWS::Events::Rule" => ("Targets", |role, span| Value::tuple(vec![target(role, span)]).at(span)),
        "AWS::AppSync::DataSource" => ("ServiceRoleArn", |role, _| role),
        _ => return None,
    })
}

fn target(role: Value, span: Span) -> Value {
    Value::object(vec![made_entry("RoleArn", role)]).at(span)
}

impl Evaluator<'_> {
    /// Declares the roles of events, and the rules and schedules that are handed them.
    pub(super) fn declare_event_resources(&mut self, owner: usize) {
        let document = self.document;
        let Some(declared) = self.declared.get(owner) else { return };
        let (kind, name) = (declared.kind.clone(), declared.name.clone());
        let events = declared.properties.and_then(|properties| document.get(properties, "Events"));
        for (key, body) in events.into_iter().flat_map(|events| document.entries(events)).collect::<Vec<_>>() {
            let event = document.get(body, "Type").and_then(|node| event(&kind, document.string(node)?));
            let Some(event) = event else { continue };
            let id = format!("{name}{}", self.key_text(key));
            let span = document.span(key);
            let setting = |name: &str| document.get(document.get(body, "Properties")?, name);
            let given = setting("RoleArn").filter(|_| event.takes_role);
            let generated = |made| Generated { owner, when: When::WithOwner, made };
            let role = match given {
                Some(_) => None,
                None => {
                    // A rule's role has the boundary of the state machine, a schedule's its own.
                    let owner_boundary = || {
                        let properties = self.declared.get(owner)?.properties?;
                        document.get(properties, "PermissionsBoundary")
                    };
                    let boundary = match event.kind {
                        Some("AWS::Scheduler::Schedule") => setting("PermissionsBoundary"),
                        _ => owner_boundary(),
                    };
                    let made = Made::PartRole { service: event.service, boundary, policy: None };
                    self.declare(format!("{id}Role"), "AWS::IAM::Role", span, generated(made))
                }
            };
            if let Some(kind) = event.kind {
                self.declare(id, kind, span, generated(Made::User { given, role }));
            }
        }
    }

    /// The policies of AWS's own with which a function reads from the sources of its events.
    pub(super) fn event_policies(&self, owner: usize) -> Vec<&'static str> {
        let Some(declared) = self.declared.get(owner) else { return Vec::new() };
        let document = declared.scope.document;
        let mut found = Vec::new();
        if &*declared.kind != "AWS::Serverless::Function" {
            return found;
        }
        let events = declared.properties.and_then(|properties| document.get(properties, "Events"));
        for (_, body) in events.into_iter().flat_map(|events| document.entries(events)) {
            let kind = document.get(body, "Type").and_then(|node| document.string(node)).unwrap_or("");
            let queue = document.get(body, "Properties").and_then(|node| document.get(node, "SqsSubscription"));
            let policy = match kind {
                "Kinesis" => "service-role/AWSLambdaKinesisExecutionRole",
                "DynamoDB" => "service-role/AWSLambdaDynamoDBExecutionRole",
                "SQS" => "service-role/AWSLambdaSQSQueueExecutionRole",
                "MSK" => "service-role/AWSLambdaMSKExecutionRole",
                // A topic that goes through a queue is read from the queue.
                "SNS" if queue.is_some_and(|queue| !matches!(document.node(queue), Node::Bool(false))) => {
                    "service-role/AWSLambdaSQSQueueExecutionRole"
                }
                _ => continue,
            };
            if !found.contains(&policy) {
                found.push(policy);
            }
        }
        found
    }
}
