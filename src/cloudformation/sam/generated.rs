//! Resources that the transform adds: the roles of what is given none, and the resources behind the parts of a serverless
//! resource that are handed a role themselves.

use std::sync::Arc;

use super::policies::{managed_policy, split_policies};
use super::{Acts, acts, events};
use crate::cloudformation::Evaluator;
use crate::cloudformation::resources::Declared;
use crate::graph::Attribute;
use crate::syntax::{Node, NodeId};
use crate::text::Span;
use crate::value::choice::{alternatives, choose};
use crate::value::{Alternative, Entry, Formula, Shape, Symbol, SymbolKind, Value};

/// How a resource is made from another one.
#[derive(Clone, Copy)]
pub(in crate::cloudformation) struct Generated {
    /// The resource it is made from, as an index into the declared ones.
    pub owner: usize,
    /// When it exists.
    pub when: When,
    /// What it is.
    pub made: Made,
}

/// When a generated resource exists.
#[derive(Clone, Copy)]
pub(in crate::cloudformation) enum When {
    /// When its owner does.
    WithOwner,
    /// When a condition holds, or does not, whatever the owner's own condition is.
    Condition(NodeId, bool),
    /// When some function is deployed gradually and brings no role for that.
    Deployments,
}

/// What a generated resource is.
#[derive(Clone, Copy)]
pub(in crate::cloudformation) enum Made {
    /// The role that its owner acts as.
    ExecutionRole,
    /// A role for a part of its owner.
    PartRole {
        /// The service that assumes it.
        service: &'static str,
        /// The boundary of its permissions.
        boundary: Option<NodeId>,
        /// The policy of AWS's own that it has, with its path.
        policy: Option<&'static str>,
    },
    /// A resource for a part of its owner, which is handed a role: the one that is written, or a generated one.
    User {
        /// The role that is written.
        given: Option<NodeId>,
        /// The generated one.
        role: Option<usize>,
    },
    /// A policy for the role of a resource.
    PolicyFor {
        /// The resource.
        actor: usize,
        /// What it reaches by the policy.
        towards: Option<usize>,
    },
    /// A policy for the role of this name.
    PolicyOf(NodeId),
}

/// The policy for what is traced.
const TRACING: &str = "AWSXrayWriteOnlyAccess";

/// Whether and when a role is generated.
enum Need {
    Never,
    Sometimes(When),
}

impl Evaluator<'_> {
    /// Declares what the transform adds, unless a resource has its logical id already.
    pub(in crate::cloudformation) fn declare_generated(&mut self) {
        if !self.sam {
            return;
        }
        let written = self.declared.len();
        for owner in 0..written {
            self.declare_execution_role(owner);
        }
        for owner in 0..written {
            self.where_written(owner, |evaluator| {
                evaluator.declare_event_resources(owner);
                evaluator.declare_graphql_resources(owner);
            });
        }
        self.declare_deployment_role(written);
        for owner in 0..written {
            self.where_written(owner, |evaluator| evaluator.declare_connector_policies(owner));
        }
    }

    /// Runs `work` where a resource is written.
    fn where_written(&mut self, owner: usize, work: impl FnOnce(&mut Self)) {
        if let Some(scope) = self.declared.get(owner).map(|declared| declared.scope.clone()) {
            self.within(&scope, work);
        }
    }

    /// Declares a generated resource and gives its index; `None` if its logical id is taken.
    pub(super) fn declare(&mut self, name: String, kind: &str, span: Span, generated: Generated) -> Option<usize> {
        let name: Arc<str> = name.into();
        if self.by_name.contains_key(&name) {
            return None;
        }
        let index = self.declared.len();
        let owner = self.declared.get(generated.owner)?;
        let (scope, body) = (owner.scope.clone(), owner.body);
        self.by_name.insert(name.clone(), index);
        self.declared.push(Declared {
            name,
            span,
            kind: kind.into(),
            body,
            properties: None,
            metadata: None,
            condition: None,
            scope,
            id: None,
            generated: Some(generated),
        });
        Some(index)
    }

    fn declare_execution_role(&mut self, owner: usize) {
        let Some(declared) = self.declared.get(owner) else { return };
        let Some(Acts { property, suffix, .. }) = acts(&declared.kind) else { return };
        let (name, span) = (format!("{}{suffix}", declared.name), declared.span);
        let is_function = &*declared.kind == "AWS::Serverless::Function";
        let role = self.setting(declared, property);
        let need = match role {
            _ if self.may_include(owner) => Need::Never,
            None => Need::Sometimes(When::WithOwner),
            Some((scope, role)) => self.within(&scope, |evaluator| evaluator.needs_role(role, is_function)),
        };
        let Need::Sometimes(when) = need else { return };
        self.declare(name, "AWS::IAM::Role", span, Generated { owner, when, made: Made::ExecutionRole });
    }

    /// Whether the properties of a resource are completed by a transform of their own, which may set the role.
    fn may_include(&mut self, owner: usize) -> bool {
        let Some(declared) = self.declared.get(owner) else { return false };
        let Some(properties) = declared.properties else { return false };
        let scope = declared.scope.clone();
        self.within(&scope, |evaluator| {
            evaluator.call(properties).is_some() || evaluator.document.get(properties, "Fn::Transform").is_some()
        })
    }

    /// Whether a logical id that nothing has is that of the role which the transform would generate for a resource if that
    /// were not given one.
    pub(in crate::cloudformation) fn is_role_of_one_given(&mut self, name: &str) -> bool {
        let owner = self.declared.iter().position(|declared| {
            let suffix =
                acts(&declared.kind).and_then(|acts| name.strip_prefix(&*declared.name)?.strip_suffix(acts.suffix));
            suffix == Some("")
        });
        owner.is_some_and(|owner| !self.may_include(owner))
    }

    /// Whether something is to be generated in spite of, or beside, the role that is given.
    fn needs_role(&self, role: NodeId, is_function: bool) -> Need {
        let document = self.document;
        let always = Need::Sometimes(When::WithOwner);
        match self.call(role) {
            Some(("If", argument)) if is_function => match *document.elements(argument) {
                [_, yes, no] if self.is_no_value(yes) && self.is_no_value(no) => always,
                [condition, yes, _] if self.is_no_value(yes) => Need::Sometimes(When::Condition(condition, true)),
                [condition, _, no] if self.is_no_value(no) => Need::Sometimes(When::Condition(condition, false)),
                _ => Need::Never,
            },
            None if matches!(document.node(role), Node::Null) => always,
            _ => Need::Never,
        }
    }

    fn is_no_value(&self, node: NodeId) -> bool {
        matches!(self.call(node), Some(("Ref", name)) if self.document.string(name) == Some("AWS::NoValue"))
    }

    /// One role serves all functions that are deployed gradually and bring none.
    fn declare_deployment_role(&mut self, written: usize) {
        let first = (0..written).find(|index| {
            let declared = self.declared.get(*index).filter(|declared| &*declared.kind == "AWS::Serverless::Function");
            declared.is_some_and(|declared| {
                let preference = self.setting(declared, "DeploymentPreference");
                preference.is_some_and(|(scope, node)| !matches!(scope.document.node(node), Node::Null))
            })
        });
        let Some(owner) = first else { return };
        if self.deployments_without_role().is_empty() {
            return;
        }
        let Some(span) = self.declared.get(owner).map(|declared| declared.span) else { return };
        let policy = Some("service-role/AWSCodeDeployRoleForLambda");
        let made = Made::PartRole { service: "codedeploy.amazonaws.com", boundary: None, policy };
        let generated = Generated { owner, when: When::Deployments, made };
        self.declare("CodeDeployServiceRole".to_owned(), "AWS::IAM::Role", span, generated);
    }

    /// For each function that is deployed gradually without a role of its own: under which condition, and whether the
    /// function's own condition counts too.
    fn deployments_without_role(&mut self) -> Vec<(usize, Formula, bool)> {
        let mut found = Vec::new();
        for index in 0..self.declared.len() {
            let is_function =
                self.declared.get(index).is_some_and(|declared| &*declared.kind == "AWS::Serverless::Function");
            let preference = match is_function {
                true => self.written_property(index, "DeploymentPreference"),
                false => None,
            };
            let Some(preference) = preference else { continue };
            for one in alternatives(&preference.value) {
                let Shape::Mapping(_, _) = one.value.shape else { continue };
                let has_role = one.value.get("Role").is_some_and(|role| !role.is_null());
                if !has_role && !is_off(&one.value) {
                    found.push((index, one.guard, says(&one.value, "PassthroughCondition", "true")));
                }
            }
        }
        found
    }

    /// Under which condition a generated resource exists where its stack does.
    pub(in crate::cloudformation) fn generated_existence(&mut self, generated: Generated) -> Formula {
        match generated.when {
            When::WithOwner => self.own_existence(generated.owner),
            When::Condition(condition, positive) => {
                let scope = self.declared.get(generated.owner).map(|owner| owner.scope.clone());
                let scope = scope.unwrap_or_else(|| self.scope());
                let holds = self.within(&scope, |evaluator| evaluator.condition_named_by(condition));
                if positive { holds } else { !holds }
            }
            When::Deployments => {
                let mut cases = Vec::new();
                for (index, guard, passes) in self.deployments_without_role() {
                    let exists = if passes { self.own_existence(index) } else { Formula::True };
                    cases.push(Formula::and([guard, exists]));
                }
                Formula::or(cases)
            }
        }
    }

    /// The index of the role that is generated under a logical id for a resource.
    pub(super) fn generated_role(&self, owner: usize, name: &str) -> Option<usize> {
        let index = self.by_name.get(name).copied()?;
        let generated = self.declared.get(index)?.generated?;
        let serves = generated.owner == owner || matches!(generated.when, When::Deployments);
        serves.then_some(index)
    }

    pub(super) fn role_arn(&mut self, role: usize, span: Span) -> Value {
        Value::symbol(Symbol { resource: self.id(role), kind: SymbolKind::Arn, attribute: "Arn".into() }).at(span)
    }

    /// A property of a serverless resource as the transform leaves it: where no role is given, with the generated one.
    pub(in crate::cloudformation) fn with_generated_role(
        &mut self,
        owner: usize,
        name: &str,
        own: Option<Attribute>,
    ) -> Option<Attribute> {
        let Some(declared) = self.declared.get(owner).filter(|_| self.sam) else { return own };
        let (kind, id, span) = (declared.kind.clone(), declared.name.clone(), declared.span);
        let (role, inside) = match (acts(&kind), &*kind, name) {
            (Some(acts), ..) if acts.property == name => (format!("{id}{}", acts.suffix), None),
            (_, "AWS::Serverless::Function", "DeploymentPreference") => ("CodeDeployServiceRole".into(), Some("Role")),
            (_, "AWS::Serverless::GraphQLApi", "Logging") => {
                (format!("{id}CloudWatchRole"), Some("CloudWatchLogsRoleArn"))
            }
            _ => return own,
        };
        let Some(role) = self.generated_role(owner, &role) else { return own };
        let generated = self.role_arn(role, span);
        let Some(own) = own else {
            // Without a preference there is no gradual deployment.
            let value = match inside {
                None => generated,
                Some("Role") => return None,
                Some(key) => Value::object(vec![made_entry(key, generated)]).at(span),
            };
            return Some(Attribute { name: name.into(), key_span: span, block: false, value });
        };
        let filled = alternatives(&own.value).into_iter().map(|one| {
            let value = match (inside, &one.value.shape) {
                (None, Shape::Null) => generated.clone(),
                (Some("Role"), Shape::Mapping(..)) if is_off(&one.value) => one.value,
                (Some(key), Shape::Mapping(kind, entries)) if one.value.get(key).is_none_or(Value::is_null) => {
                    let rest = entries.iter().filter(|entry| *entry.key != *key).cloned();
                    let entries = rest.chain([made_entry(key, generated.clone())]).collect();
                    Value { shape: Shape::Mapping(*kind, entries), ..one.value }
                }
                (Some("CloudWatchLogsRoleArn"), Shape::Bool(true) | Shape::Null) => {
                    Value::object(vec![made_entry("CloudWatchLogsRoleArn", generated.clone())]).at(span)
                }
                _ => one.value,
            };
            Alternative { guard: one.guard, value }
        });
        let value = choose(filled.collect::<Vec<_>>());
        let value = if value.span.is_some() { value } else { value.at(own.value.span.unwrap_or(own.key_span)) };
        Some(Attribute { value, ..own })
    }

    /// A property of a generated resource.
    pub(in crate::cloudformation) fn generated_property(&mut self, index: usize, name: &str) -> Option<Attribute> {
        let declared = self.declared.get(index)?;
        let (generated, span, kind, own_name) =
            (declared.generated?, declared.span, declared.kind.clone(), declared.name.clone());
        let made = |value: Value| {
            let value = if value.span.is_some() { value } else { value.at(span) };
            Some(Attribute { name: name.into(), key_span: value.span.unwrap_or(span), block: false, value })
        };
        match (generated.made, name) {
            (Made::ExecutionRole, _) => self.execution_role_property(generated.owner, &own_name, name),
            (Made::PartRole { service, .. }, "AssumeRolePolicyDocument") => made(trust(service, span)),
            (Made::PartRole { boundary: Some(boundary), .. }, "PermissionsBoundary") => made(self.value(boundary)),
            (Made::PartRole { policy: Some(policy), .. }, "ManagedPolicyArns") => {
                made(Value::tuple(vec![managed_policy(policy).at(span)]))
            }
            (Made::User { given, role }, _) => {
                let (property, shape) = events::handed(&kind)?;
                if property != name {
                    return None;
                }
                let role = match (given, role) {
                    (Some(node), _) => self.value(node),
                    (None, Some(role)) => self.role_arn(role, span),
                    (None, None) => return None,
                };
                made(shape(role, span))
            }
            (Made::PolicyFor { actor, towards }, "Roles") => {
                let role = self.acting_role(actor, towards)?;
                let name = self.name_behind(&role)?;
                made(Value::tuple(vec![name]))
            }
            (Made::PolicyOf(name), "Roles") => {
                let name = self.value(name);
                made(Value::tuple(vec![name]))
            }
            _ => None,
        }
    }

    /// The name of the role of which `value` is the ARN, where that is a reference.
    fn name_behind(&mut self, value: &Value) -> Option<Value> {
        let symbol = value.as_symbol()?;
        let index = self.declared.iter().position(|declared| declared.id == Some(symbol.resource))?;
        let (name, span) = (self.declared.get(index)?.name.clone(), value.span?);
        Some(self.reference(&name, span, span))
    }

    fn execution_role_property(&mut self, owner: usize, role: &str, name: &str) -> Option<Attribute> {
        let declared = self.declared.get(owner)?;
        let (span, kind) = (declared.span, declared.kind.clone());
        let made =
            |value: Value| Some(Attribute { name: name.into(), key_span: span, block: false, value: value.at(span) });
        let from_owner = |evaluator: &mut Self, property: &str| {
            let attribute = evaluator.property(owner, property)?;
            Some(Attribute { name: name.into(), ..attribute })
        };
        let has_policies = matches!(&*kind, "AWS::Serverless::Function" | "AWS::Serverless::StateMachine");
        match name {
            "AssumeRolePolicyDocument" => {
                let given = match &*kind {
                    "AWS::Serverless::Function" => from_owner(self, name).filter(|given| !given.value.is_null()),
                    _ => None,
                };
                given.or_else(|| made(trust(acts(&kind)?.service, span)))
            }
            "Path" if has_policies => from_owner(self, "RolePath"),
            "PermissionsBoundary" if has_policies => from_owner(self, name),
            "ManagedPolicyArns" => {
                let mut arns = self.standard_policies(owner, &kind, span);
                let policies = self.property(owner, "Policies").filter(|_| has_policies);
                let (given, _) = split_policies(policies.as_ref().map(|policies| &policies.value), role);
                for arn in given {
                    if !arns.iter().any(|known| known.shape == arn.shape) {
                        arns.push(arn);
                    }
                }
                if arns.is_empty() { None } else { made(Value::tuple(arns)) }
            }
            "Policies" if has_policies => {
                let policies = self.property(owner, "Policies");
                let (_, inline) = split_policies(policies.as_ref().map(|policies| &policies.value), role);
                if inline.is_empty() { None } else { made(Value::tuple(inline)) }
            }
            _ => None,
        }
    }

    /// The policies of AWS's own that the transform attaches by itself.
    fn standard_policies(&mut self, owner: usize, kind: &str, span: Span) -> Vec<Value> {
        let Some(declared) = self.declared.get(owner) else { return Vec::new() };
        let [tracing, vpc, durable] =
            ["Tracing", "VpcConfig", "DurableConfig"].map(|name| self.setting(declared, name));
        let tracing = tracing.map(|(scope, node)| self.within(&scope, |evaluator| evaluator.value(node)));
        let mut names = Vec::new();
        match kind {
            "AWS::Serverless::Function" => {
                names.push(match durable {
                    Some(_) => "service-role/AWSLambdaBasicDurableExecutionRolePolicy",
                    None => "service-role/AWSLambdaBasicExecutionRole",
                });
                let off = |tracing: &Value| tracing.as_text().is_some_and(|text| text == "Disabled" || text.is_empty());
                if tracing.is_some_and(|tracing| !tracing.is_null() && !off(&tracing)) {
                    names.push(TRACING);
                }
                if vpc.is_some() {
                    names.push("service-role/AWSLambdaVPCAccessExecutionRole");
                }
            }
            "AWS::Serverless::StateMachine" => {
                let on = tracing.is_some_and(|tracing| says(&tracing, "Enabled", "true"));
                names.extend(on.then_some(TRACING));
            }
            "AWS::Serverless::WebFunction" => names.push("service-role/AWSLambdaBasicExecutionRole"),
            "AWS::Serverless::CapacityProvider" => names.push("AWSLambdaManagedEC2ResourceOperator"),
            "AWS::Serverless::NetworkConnector" => names.push("AWSLambdaNetworkConnectorOperatorPolicy"),
            _ => {}
        }
        names.extend(self.event_policies(owner));
        names.into_iter().map(|name| managed_policy(name).at(span)).collect()
    }
}

/// Whether a deployment preference is turned off.
fn is_off(preference: &Value) -> bool {
    says(preference, "Enabled", "false")
}

/// Whether an entry of a mapping is `text` for certain. A default decides nothing.
fn says(mapping: &Value, key: &str, text: &str) -> bool {
    mapping.get(key).is_some_and(|value| match &value.shape {
        Shape::Bool(value) => value.to_string() == text,
        Shape::Text(value_text) => !value.marks.assumed && value_text.eq_ignore_ascii_case(text),
        _ => false,
    })
}

/// An entry that is written nowhere.
pub(super) fn made_entry(key: &str, value: Value) -> Entry {
    Entry { key: key.into(), key_span: None, value }
}

/// The trust policy of a generated role.
fn trust(service: &str, span: Span) -> Value {
    let entry = |key: &str, value: Value| made_entry(key, value.at(span));
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
