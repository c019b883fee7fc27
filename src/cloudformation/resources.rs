//! The declared resources and their properties, each evaluated once, when it is first asked for.

use std::sync::Arc;

use super::intrinsics::from_elsewhere;
use super::sam::Generated;
use super::{Evaluator, MAX_NESTING, Scope, unknown};
use crate::graph::{Attribute, Dialect, Interest};
use crate::syntax::{Node, NodeId};
use crate::text::Span;
use crate::value::choice::{alternatives, choose};
use crate::value::{Alternative, Formula, Reason, ResourceId, Shape, SymbolKind, TypeHint, Value};

/// A declared resource.
pub(super) struct Declared<'a> {
    /// The logical id.
    pub name: Arc<str>,
    /// Where the logical id is written.
    pub span: Span,
    /// The type; empty when there is none.
    pub kind: Arc<str>,
    /// What declares it, a node of the text that `scope` names; for a generated one that of its owner.
    pub body: NodeId,
    /// `Properties`.
    pub properties: Option<NodeId>,
    /// `Metadata`.
    pub metadata: Option<NodeId>,
    /// `Condition`.
    pub condition: Option<NodeId>,
    /// Where it is written.
    pub scope: Scope<'a>,
    /// Its place in the configuration, once it has one.
    pub id: Option<ResourceId>,
    /// How it comes from another resource, if SAM makes it.
    pub generated: Option<Generated>,
}

/// How far a property is evaluated.
pub(super) enum Progress {
    /// It is being evaluated.
    Active,
    /// It is evaluated; `None` when it is not set.
    Done(Option<Attribute>),
}

/// How many levels of nesting a property counts for: the way from one resource's name to another's is long.
const PROPERTY_NESTING: usize = 8;

impl Evaluator<'_> {
    /// Makes the resources of interest with their attributes, and the calls of nested templates.
    pub(super) fn build(&mut self, interest: Interest<'_>) {
        let of_interest = |kind: &str| interest(Dialect::CloudFormation, kind);
        let wanted: Vec<(usize, &[&'static str])> = self
            .declared
            .iter()
            .enumerate()
            .filter_map(|(index, declared)| Some((index, of_interest(&declared.kind)?)))
            .collect();
        for (index, _) in &wanted {
            self.id(*index);
        }
        for (index, names) in wanted {
            self.fill(index, names);
        }
        for index in 0..self.declared.len() {
            self.call_nested(index, interest);
        }
    }

    /// Evaluates the attributes `names` of a resource.
    pub(super) fn fill(&mut self, index: usize, names: &[&'static str]) {
        let attributes = self.attributes(index, names);
        let id = self.id(index);
        if let Some(resource) = self.out.resources.get_mut(id.0 as usize) {
            resource.attributes = attributes;
        }
    }

    /// Under which condition the resource exists.
    pub(super) fn exists(&mut self, index: usize) -> Formula {
        let exists = self.own_existence(index);
        Formula::and([self.stack.exists.clone(), exists])
    }

    /// Under which condition the resource exists where its stack does.
    pub(super) fn own_existence(&mut self, index: usize) -> Formula {
        let Some(declared) = self.declared.get(index) else { return Formula::True };
        if let Some(generated) = declared.generated {
            return self.generated_existence(generated);
        }
        let Some(condition) = declared.condition else { return Formula::True };
        let scope = declared.scope.clone();
        let current = self.current.replace(declared.name.clone());
        let exists = self.within(&scope, |evaluator| evaluator.condition_named_by(condition));
        self.current = current;
        exists
    }

    /// Whether a property is being evaluated at this moment.
    pub(super) fn is_being_evaluated(&self, index: usize, name: &str) -> bool {
        matches!(self.properties.get(&(index, name.into())), Some(Progress::Active))
    }

    /// A property of a resource, evaluated when it is first asked for; `None` when it is not set.
    pub(super) fn property(&mut self, index: usize, name: &str) -> Option<Attribute> {
        let key = (index, Arc::from(name));
        match self.properties.get(&key) {
            Some(Progress::Done(attribute)) => return attribute.clone(),
            Some(Progress::Active) => return None,
            None => {}
        }
        let declared = self.declared.get(index)?;
        let (scope, current, span) = (declared.scope.clone(), declared.name.clone(), declared.span);
        if self.nesting + PROPERTY_NESTING > MAX_NESTING {
            self.gap(span, Reason::TooMany);
            let value = Value::unknown(Reason::TooMany).at(span);
            return Some(Attribute { name: name.into(), key_span: span, block: false, value });
        }
        self.nesting += PROPERTY_NESTING;
        self.properties.insert(key.clone(), Progress::Active);
        let exists = self.exists(index);
        let holding = std::mem::replace(&mut self.holding, exists);
        let outer = self.current.replace(current);
        let attribute = self.with_symbolic(false, |evaluator| {
            evaluator.within(&scope, |evaluator| match evaluator.declared.get(index)?.generated {
                Some(_) => evaluator.generated_property(index, name),
                None => {
                    let own = evaluator.written_property(index, name);
                    evaluator.with_generated_role(index, name, own)
                }
            })
        });
        (self.current, self.holding) = (outer, holding);
        self.nesting -= PROPERTY_NESTING;
        self.properties.insert(key, Progress::Done(attribute.clone()));
        attribute
    }

    pub(super) fn written_property(&mut self, index: usize, name: &str) -> Option<Attribute> {
        let declared = self.declared.get(index)?;
        // What is called so is no property, but metadata that some helper of CloudFormation reads.
        if name.starts_with("AWS::") {
            return declared.metadata.and_then(|metadata| self.property_in(metadata, name));
        }
        let own = declared.properties;
        let global = self
            .global_properties(&declared.kind)
            .filter(|_| super::sam::is_global(name) && !self.ignores_global(declared, name));
        let own = own.and_then(|properties| self.property_in(properties, name));
        let template = Scope::of(self.template);
        let global =
            global.and_then(|properties| self.within(&template, |evaluator| evaluator.property_in(properties, name)));
        match (own, global) {
            (Some(own), Some(global)) => {
                let value = super::sam::merged(&global.value, &own.value);
                Some(Attribute { value, ..own })
            }
            (own, global) => own.or(global),
        }
    }

    /// A property in a `Properties` mapping. Where parts of the mapping come from elsewhere, one that is not written is
    /// unknown.
    fn property_in(&mut self, properties: NodeId, name: &str) -> Option<Attribute> {
        let document = self.document;
        let at = document.span(properties);
        let attribute = |key_span, value| Attribute { name: name.into(), key_span, block: false, value };
        if self.call(properties).is_some() {
            let value = self.value(properties);
            let found = alternatives(&value).into_iter().map(|one| {
                let value = match &one.value.shape {
                    Shape::Mapping(..) => one.value.get(name).cloned().unwrap_or_else(Value::null),
                    Shape::Null => Value::null(),
                    Shape::Unknown(unknown) => Value::unknown(unknown.reason.clone()).at(at),
                    _ => self.derived([&one.value], TypeHint::Any).at(at),
                };
                Alternative { guard: one.guard, value }
            });
            let found = choose(found.collect::<Vec<_>>());
            return (!found.is_null()).then(|| attribute(at, found));
        }
        if !matches!(document.node(properties), Node::Mapping(_)) {
            if !matches!(document.node(properties), Node::Null) {
                self.gap(at, Reason::Broken);
            }
            return None;
        }
        let special = |key: &str| key == "Fn::Transform" || key.starts_with("Fn::ForEach::") || key.contains("${");
        if !document.entries(properties).any(|(key, _)| document.string(key).is_some_and(special)) {
            let found = document.entries(properties).filter(|(key, _)| document.string(*key) == Some(name)).last();
            let (key, value) = found?;
            let evaluated = from_elsewhere(self.value(value), name, document.span(value));
            return Some(attribute(document.span(key), evaluated));
        }
        let entries = self.expandable(properties);
        if let Some(entry) = entries.iter().rev().find(|entry| &*entry.key == name) {
            let value = self.within(&entry.scope, |evaluator| evaluator.value(entry.value));
            return Some(attribute(entry.key_span(), value));
        }
        let include = entries.iter().find(|entry| &*entry.key == "Fn::Transform")?;
        let (span, reason) = (include.key_span(), self.why_not_included(include.value));
        self.gap(span, reason.clone());
        Some(attribute(span, Value::unknown(reason).at(span)))
    }

    fn attributes(&mut self, index: usize, names: &[&'static str]) -> Vec<Attribute> {
        let mut attributes: Vec<Attribute> = names.iter().filter_map(|name| self.property(index, name)).collect();
        // In the order they are written; what is not written in the resource itself comes first or last, as it stands.
        attributes.sort_by_key(|attribute| attribute.key_span.start);
        attributes
    }

    /// The ARN of an identity, written out around its name; `None` for anything else, and where its path is not known.
    pub(super) fn arn_pieces(&mut self, value: &Value) -> Option<Vec<Value>> {
        let symbol = match &value.shape {
            Shape::Symbol(symbol) if symbol.kind == SymbolKind::Arn => symbol.clone(),
            _ => return None,
        };
        let index = *self.by_id.get(&symbol.resource)?;
        let word = match &*self.declared.get(index)?.kind {
            "AWS::IAM::Role" => "role",
            "AWS::IAM::InstanceProfile" => "instance-profile",
            "AWS::IAM::User" => "user",
            "AWS::IAM::Group" => "group",
            _ => return None,
        };
        let path = match self.property(index, "Path") {
            None => "/".to_owned(),
            Some(path) if path.value.is_null() => "/".to_owned(),
            Some(path) => path.value.as_text()?.into_owned(),
        };
        let declared = self.declared.get(index)?;
        let (name, span) = (declared.name.clone(), value.span.unwrap_or(declared.span));
        let name = self.reference(&name, span, span);
        if matches!(name.shape, Shape::Choice(_)) {
            return None;
        }
        let pseudo = |name: &str| unknown(Reason::Variable(name.into()), TypeHint::String);
        Some(vec![
            Value::text("arn:"),
            pseudo("AWS::Partition"),
            Value::text(":iam::"),
            pseudo("AWS::AccountId"),
            Value::text(format!(":{word}{path}")),
            name,
        ])
    }
}
