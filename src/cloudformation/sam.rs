//! What the SAM transform adds: global properties, and the roles of functions and state machines that are given none.
//! Facts from aws/serverless-application-model.

use std::sync::Arc;

use super::resources::Declared;
use super::{Evaluator, unknown};
use crate::graph::Attribute;
use crate::syntax::{Node, NodeId};
use crate::text::Span;
use crate::value::choice::{alternatives, choose, collect_symbols};
use crate::value::{Alternative, Entry, Reason, Shape, Symbol, SymbolKind, TypeHint, Unknown, Value, concatenate};

/// How a role is made from a resource.
#[derive(Clone, Copy)]
pub(super) struct Generated {
    /// The resource that is given no role, as an index into the declared ones.
    pub owner: usize,
    /// The condition that decides whether it is made, and whether it must hold or not; `None` when the role is made
    /// whenever its owner is.
    pub when: Option<(NodeId, bool)>,
}

/// Whether and when a role is generated.
enum Need {
    Never,
    Always,
    When(NodeId, bool),
}

/// The service that assumes the generated role of such a resource.
fn trusted_service(kind: &str) -> Option<&'static str> {
    match kind {
        "AWS::Serverless::Function" => Some("lambda.amazonaws.com"),
        "AWS::Serverless::StateMachine" => Some("states.amazonaws.com"),
        _ => None,
    }
}

/// Whether a property may be set for all resources of a type at once.
pub(super) fn is_global(name: &str) -> bool {
    !matches!(name, "Role" | "Policies" | "FunctionName" | "Events")
}

/// Whether the transform may generate a resource of this logical id from the declared ones, given as logical id and type.
/// Generated ids begin with that of their owner; implicit APIs and deployment resources have fixed ones.
pub(super) fn generates<'d>(mut declared: impl Iterator<Item = (&'d str, &'d str)>, name: &str) -> bool {
    let fixed = ["ServerlessRestApi", "ServerlessHttpApi", "ServerlessWebSocketApi"];
    fixed.iter().any(|prefix| name.starts_with(prefix))
        || matches!(name, "ServerlessDeploymentApplication" | "CodeDeployServiceRole")
        || declared.any(|(owner, kind)| kind.starts_with("AWS::Serverless::") && name.starts_with(owner))
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

impl Evaluator<'_> {
    /// The global properties of a type, when the transform is applied.
    pub(super) fn global_properties(&self, kind: &str) -> Option<NodeId> {
        let short = kind.strip_prefix("AWS::Serverless::")?;
        self.globals.filter(|_| self.sam).and_then(|globals| self.template.get(globals, short))
    }

    /// Declares the roles that the transform generates, unless a resource has their logical id already.
    pub(super) fn declare_generated_roles(&mut self) {
        if !self.sam {
            return;
        }
        for owner in 0..self.declared.len() {
            let Some(declared) = self.declared.get(owner) else { continue };
            if trusted_service(&declared.kind).is_none() {
                continue;
            }
            let (scope, properties) = (declared.scope.clone(), declared.properties);
            let when = match self.within(&scope, |evaluator| evaluator.needs_role(properties)) {
                Need::Never => continue,
                Need::Always => None,
                Need::When(condition, positive) => Some((condition, positive)),
            };
            let Some(declared) = self.declared.get(owner) else { continue };
            let name: Arc<str> = format!("{}Role", declared.name).into();
            if self.by_name.contains_key(&name) {
                continue;
            }
            let role = Declared {
                name: name.clone(),
                span: declared.span,
                kind: "AWS::IAM::Role".into(),
                body: declared.body,
                properties: None,
                metadata: None,
                condition: None,
                scope: declared.scope.clone(),
                id: None,
                generated: Some(Generated { owner, when }),
            };
            self.by_name.insert(name, self.declared.len());
            self.declared.push(role);
        }
    }

    fn needs_role(&self, properties: Option<NodeId>) -> Need {
        let document = self.document;
        let Some(properties) = properties else { return Need::Always };
        // What is included may set the role.
        if self.call(properties).is_some() || document.get(properties, "Fn::Transform").is_some() {
            return Need::Never;
        }
        let Some(role) = document.get(properties, "Role") else { return Need::Always };
        let absent = |node: NodeId| matches!(self.call(node), Some(("Ref", name)) if document.string(name) == Some("AWS::NoValue"));
        match self.call(role) {
            Some(("Ref", _)) if absent(role) => Need::Always,
            Some(("If", argument)) => match *document.elements(argument) {
                [_, yes, no] if absent(yes) && absent(no) => Need::Always,
                [condition, yes, _] if absent(yes) => Need::When(condition, true),
                [condition, _, no] if absent(no) => Need::When(condition, false),
                _ => Need::Never,
            },
            None if matches!(document.node(role), Node::Null) => Need::Always,
            _ => Need::Never,
        }
    }

    /// The role of a function or state machine: where it is given none, the generated one.
    pub(super) fn with_generated_role(
        &mut self,
        owner: usize,
        name: &str,
        own: Option<Attribute>,
    ) -> Option<Attribute> {
        if name != "Role" || !self.sam {
            return own;
        }
        let role = self
            .declared
            .iter()
            .position(|declared| matches!(declared.generated, Some(generated) if generated.owner == owner));
        let Some(role) = role else { return own };
        let symbol = Symbol { resource: self.id(role), kind: SymbolKind::Arn, attribute: "Arn".into() };
        let span = self.declared.get(owner)?.span;
        let generated = Value::symbol(symbol).at(span);
        Some(match own {
            None => Attribute { name: name.into(), key_span: span, block: false, value: generated },
            Some(own) => {
                let filled = alternatives(&own.value).into_iter().map(|one| match one.value.is_null() {
                    true => Alternative { guard: one.guard, value: generated.clone() },
                    false => one,
                });
                let value = choose(filled);
                let value = if value.span.is_some() { value } else { value.at(own.value.span.unwrap_or(own.key_span)) };
                Attribute { value, ..own }
            }
        })
    }

    /// A property of a generated role.
    pub(super) fn generated_property(&mut self, generated: Generated, name: &str) -> Option<Attribute> {
        let owner = self.declared.get(generated.owner)?;
        let (span, kind, logical_id) = (owner.span, owner.kind.clone(), owner.name.clone());
        let made =
            |value: Value| Some(Attribute { name: name.into(), key_span: span, block: false, value: value.at(span) });
        let from_owner = |evaluator: &mut Self, property: &str| {
            let attribute = evaluator.property(generated.owner, property)?;
            Some(Attribute { name: name.into(), ..attribute })
        };
        match name {
            "AssumeRolePolicyDocument" => {
                let given = from_owner(self, name).filter(|_| &*kind == "AWS::Serverless::Function");
                given.or_else(|| made(trust(trusted_service(&kind)?, span)))
            }
            "Path" => from_owner(self, "RolePath"),
            "PermissionsBoundary" => from_owner(self, name),
            "ManagedPolicyArns" | "Policies" => {
                let policies = self.property(generated.owner, "Policies").map(|attribute| attribute.value);
                let (mut arns, inline) = split_policies(policies.as_ref(), &logical_id);
                if name == "Policies" {
                    return if inline.is_empty() { None } else { made(Value::tuple(inline)) };
                }
                if &*kind == "AWS::Serverless::Function" {
                    let basic = managed_policy("service-role/AWSLambdaBasicExecutionRole").at(span);
                    arns.retain(|arn| arn.shape != basic.shape);
                    arns.insert(0, basic);
                }
                if arns.is_empty() { None } else { made(Value::tuple(arns)) }
            }
            _ => None,
        }
    }
}

/// The trust policy of a generated role.
fn trust(service: &str, span: Span) -> Value {
    let entry = |key: &str, value: Value| Entry { key: key.into(), key_span: None, value: value.at(span) };
    let principal = Value::object(vec![entry("Service", Value::tuple(vec![Value::text(service).at(span)]))]);
    let statement = Value::object(vec![
        entry("Action", Value::tuple(vec![Value::text("sts:AssumeRole").at(span)])),
        entry("Effect", Value::text("Allow")),
        entry("Principal", principal),
    ]);
    Value::object(vec![
        entry("Version", Value::text("2012-10-17")),
        entry("Statement", Value::tuple(vec![statement.at(span)])),
    ])
}

/// The ARN of a policy of AWS's own.
fn managed_policy(name: &str) -> Value {
    concatenate(vec![
        Value::text("arn:"),
        unknown(Reason::Variable("AWS::Partition".into()), TypeHint::String),
        Value::text(format!(":iam::aws:policy/{name}")),
    ])
}

/// A policy of AWS's own, given by its name, with its path. The transform has the list; what functions use has no path,
/// save for the policies that are made for roles of functions.
fn with_path(name: &str) -> String {
    let for_roles = name.starts_with("AWSLambda") && name.ends_with("ExecutionRole") || name == "AWSLambdaRole";
    if for_roles { format!("service-role/{name}") } else { name.to_owned() }
}

/// `Policies` of a function as managed policies and inline ones. A policy template gives an inline policy whose document
/// is not known.
fn split_policies(policies: Option<&Value>, owner: &str) -> (Vec<Value>, Vec<Value>) {
    let (mut arns, mut inline) = (Vec::new(), Vec::new());
    let items = match policies.map(|value| (&value.shape, value)) {
        None | Some((Shape::Null, _)) => &[],
        Some((Shape::Sequence(_, items), _)) => &items[..],
        Some((_, single)) => std::slice::from_ref(single),
    };
    for (index, item) in items.iter().enumerate() {
        match &item.shape {
            Shape::Mapping(..) => {
                let document = match item.get("Statement") {
                    Some(_) => item.clone(),
                    None => {
                        let mut may = Vec::new();
                        collect_symbols(item, &mut may);
                        let reason = Reason::Transform(super::template::SAM.into());
                        let unknown = Unknown { hint: TypeHint::Mapping, may: may.into(), ..Unknown::new(reason) };
                        Shape::Unknown(Arc::new(unknown)).into()
                    }
                };
                let entry = |key: &str, value| Entry { key: key.into(), key_span: None, value };
                inline.push(Value::object(vec![
                    entry("PolicyName", Value::text(format!("{owner}RolePolicy{index}"))),
                    entry("PolicyDocument", document),
                ]));
            }
            Shape::Text(text) if !text.starts_with("arn:") => {
                let arn = managed_policy(&with_path(text));
                arns.push(if let Some(span) = item.span { arn.at(span) } else { arn });
            }
            Shape::Null => {}
            _ => arns.push(item.clone()),
        }
    }
    (arns, inline)
}
