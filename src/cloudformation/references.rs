//! `Ref` and `Fn::GetAtt`: what a name stands for.

use std::sync::Arc;

use super::resources::Declared;
use super::{Evaluator, parameters, return_values, sam, unknown};
use crate::graph::{Dialect, Mode, Resource};
use crate::suggest::nearest;
use crate::syntax::{Node, NodeId};
use crate::text::Span;
use crate::value::choice::{alternatives, choose, lift};
use crate::value::{Alternative, HopKind, Reason, ResourceId, Shape, Symbol, SymbolKind, TypeHint, Value};

/// The property that sets the name which `Ref` gives.
pub(super) fn name_property(kind: &str) -> Option<&'static str> {
    match kind {
        "AWS::IAM::Role" => Some("RoleName"),
        "AWS::IAM::InstanceProfile" => Some("InstanceProfileName"),
        "AWS::IAM::User" => Some("UserName"),
        "AWS::IAM::Group" => Some("GroupName"),
        _ => None,
    }
}

impl Evaluator<'_> {
    /// `Ref`. The name is a literal, or a function with the language extensions.
    pub(super) fn reference_call(&mut self, argument: NodeId, call: NodeId) -> Value {
        let span = self.document.span(call);
        if let Node::String(text) = self.document.node(argument) {
            let length = self.document.text(text).len();
            let at = self.document.text_span(text, 0..length);
            let name = self.in_scope(self.document.text(text)).into_owned();
            return self.reference(&name, span, at);
        }
        let at = self.document.span(argument);
        let name = self.value(argument);
        lift(&[name], |row| match row.first().and_then(Value::as_text) {
            Some(name) => self.reference(&name, span, at),
            None => self.derived(row, TypeHint::Any).at(span),
        })
    }

    /// `Fn::GetAtt` in both forms: `Name.Attribute`, or the two as a list.
    pub(super) fn get_attribute_call(&mut self, argument: NodeId, call: NodeId) -> Value {
        let document = self.document;
        let span = document.span(call);
        if let Node::String(text) = document.node(argument) {
            let raw = document.text(text);
            let scoped = self.in_scope(raw).into_owned();
            let Some((name, attribute)) = scoped.split_once('.') else {
                let at = document.text_span(text, 0..raw.len());
                let message = format!("`{scoped}` names no attribute; write `{scoped}.Arn` or another attribute");
                self.report("unresolved-reference", at, message);
                return failed(format!("{scoped} names no attribute")).at(span);
            };
            let end = raw.find('.').unwrap_or(raw.len());
            let at = document.text_span(text, 0..end);
            return self.get_attribute(name, attribute, span, at);
        }
        let [name, attribute @ ..] = document.elements(argument) else {
            return failed("Fn::GetAtt takes a logical id and an attribute".into()).at(span);
        };
        let at = match document.node(*name) {
            Node::String(text) => document.text_span(text, 0..document.text(text).len()),
            _ => document.span(*name),
        };
        // Attributes with dots are written as one element or as several.
        let mut values = vec![self.value(*name)];
        values.extend(attribute.iter().map(|part| self.value(*part)));
        lift(&values, |row| {
            let texts: Option<Vec<String>> =
                row.iter().map(|part| part.as_text().map(|text| text.into_owned())).collect();
            match texts.as_deref() {
                Some([name, attribute @ ..]) if !attribute.is_empty() => {
                    self.get_attribute(name, &attribute.join("."), span, at)
                }
                Some([both]) if both.contains('.') => {
                    let (name, attribute) = both.split_once('.').unwrap_or((both, ""));
                    self.get_attribute(name, attribute, span, at)
                }
                _ => self.derived(row, TypeHint::Any).at(span),
            }
        })
    }

    /// What `name` stands for, written at `at` in a reference at `span`.
    pub(super) fn reference(&mut self, name: &str, span: Span, at: Span) -> Value {
        if let Some(text) = self.loop_value(name) {
            return Value::text(text).at(span);
        }
        if let Some(value) = self.pseudo_parameter(name, span).or_else(|| self.parameter(name, span)) {
            return value;
        }
        match self.by_name.get(name) {
            Some(index) => self.attribute_of(*index, "", span),
            None => self.missing(name, span, at),
        }
    }

    /// Whether a parameter or pseudo parameter has this name.
    pub(super) fn is_parameter(&self, name: &str) -> bool {
        self.parameters.contains_key(name) || parameters::PSEUDO.contains(&name)
    }

    /// `attribute` of the resource `name`, which is written at `at` in a reference at `span`.
    pub(super) fn get_attribute(&mut self, name: &str, attribute: &str, span: Span, at: Span) -> Value {
        let Some(index) = self.by_name.get(name).copied() else {
            return self.missing(name, span, at);
        };
        if !self.has_attribute(index, attribute, span) {
            return failed(format!("{name} has no attribute {attribute}")).at(span);
        }
        self.attribute_of(index, attribute, span)
    }

    /// Whether a resource may have an attribute, which is read at `span`; reports it where it has none of that name.
    pub(super) fn has_attribute(&mut self, index: usize, attribute: &str, span: Span) -> bool {
        let Some(declared) = self.declared.get(index) else { return true };
        // A macro may replace any part of the template.
        if matches!(self.open_names, Some(Reason::Transform(_))) {
            return true;
        }
        let missing = return_values::missing_attribute(&declared.kind, attribute);
        if let Some(message) = &missing {
            self.report("unresolved-reference", span, message.clone());
        }
        missing.is_none()
    }

    /// An attribute of a declared resource; the empty one is what `Ref` gives.
    fn attribute_of(&mut self, index: usize, attribute: &str, span: Span) -> Value {
        let Some(declared) = self.declared.get(index) else { return Value::unknown(Reason::Broken).at(span) };
        let kind = declared.kind.clone();
        if let Some(value) = self.nested_attribute(index, attribute, span) {
            return value;
        }
        let Some(declared) = self.declared.get(index) else { return Value::unknown(Reason::Broken).at(span) };
        if let Some(reason) = opaque(declared, attribute) {
            return Value::unknown(reason).at(span);
        }
        let symbol_kind = return_values::symbol_kind(&kind, attribute);
        if symbol_kind == SymbolKind::Other
            && let Some(value) = self.attribute_as_written(index, attribute)
        {
            return value.at(span);
        }
        let symbol = Symbol { resource: self.id(index), kind: symbol_kind, attribute: attribute.into() };
        match name_property(&kind).filter(|_| attribute.is_empty()) {
            Some(property) => self.configured_name(index, property, symbol, span),
            None => Value::symbol(symbol).at(span),
        }
    }

    /// The value of an attribute that is a property which the resource sets: `Nodes.NodeRole` of a node group.
    fn attribute_as_written(&mut self, index: usize, attribute: &str) -> Option<Value> {
        let mut names = attribute.split('.');
        let property = names.next().filter(|name| !name.is_empty())?;
        if self.is_being_evaluated(index, property) {
            return None;
        }
        let written = self.property(index, property)?;
        let value = names.try_fold(written.value, |value, name| value.get(name).cloned())?;
        let is_told = value.as_text().is_some() || value.as_symbol().is_some() || value.as_sequence().is_some();
        is_told.then(|| value.via(HopKind::Attribute(property.into()), written.key_span))
    }

    /// The name of a resource: the configured text, known to be its name, or the symbol where the text is not known.
    fn configured_name(&mut self, index: usize, property: &'static str, symbol: Symbol, span: Span) -> Value {
        if self.is_being_evaluated(index, property) {
            let name = self.declared.get(index).map(|declared| declared.name.clone()).unwrap_or_default();
            let message = format!("the name of `{name}` depends on itself; write a name that does not refer to it");
            self.report("circular-reference", span, message);
            return Value::symbol(symbol).at(span);
        }
        let Some(attribute) = self.property(index, property) else { return Value::symbol(symbol).at(span) };
        let place = attribute.value.span.unwrap_or(attribute.key_span);
        let alias = Arc::new(symbol.clone());
        let named = alternatives(&attribute.value).into_iter().map(|alternative| {
            let value = match &alternative.value.shape {
                Shape::Text(text) if !text.is_empty() => {
                    let value = Value { alias: Some(alias.clone()), ..alternative.value };
                    value.at(span).via(HopKind::Attribute(property.into()), place)
                }
                _ => Value::symbol(symbol.clone()).at(span),
            };
            Alternative { guard: alternative.guard, value }
        });
        let value = choose(named);
        if value.span.is_some() { value } else { value.at(span) }
    }

    /// The id of a resource; one that is of no interest gets its id, and no attributes, when it is first referred to.
    pub(super) fn id(&mut self, index: usize) -> ResourceId {
        if let Some(id) = self.declared.get(index).and_then(|declared| declared.id) {
            return id;
        }
        let id = ResourceId(self.out.resources.len() as u32);
        if let Some(declared) = self.declared.get_mut(index) {
            declared.id = Some(id);
            self.by_id.insert(id, index);
        }
        if let Some(declared) = self.declared.get(index) {
            let resource = self.resource(declared);
            self.out.resources.push(resource);
            if self.stack.foreign {
                self.out.foreign.insert(id);
            }
            let exists = self.exists(index);
            if let Some(resource) = self.out.resources.get_mut(id.0 as usize) {
                resource.exists = exists;
            }
        }
        id
    }

    /// The resource without attributes.
    fn resource(&self, declared: &Declared<'_>) -> Resource {
        let address = self.full_address(declared);
        Resource {
            dialect: Dialect::CloudFormation,
            mode: Mode::Managed,
            kind: declared.kind.clone(),
            name: declared.name.clone(),
            address: address.clone(),
            declaration: address,
            span: declared.span,
            exists: crate::value::Formula::True,
            scope: self.stack.scope.clone(),
            region: None,
            attributes: Vec::new(),
        }
    }

    /// A name that nothing declares.
    fn missing(&mut self, name: &str, span: Span, at: Span) -> Value {
        let mut declared = self.declared.iter().map(|declared| (&*declared.name, &*declared.kind));
        let is_made = sam::generates(&mut declared, name) || sam::names_queue(self.template, name);
        if self.sam && is_made && !self.is_role_of_one_given(name) {
            return unknown(Reason::Transform(super::template::SAM.into()), TypeHint::String).at(span);
        }
        let in_module =
            |declared: &&Declared<'_>| declared.kind.ends_with("::MODULE") && name.starts_with(&*declared.name);
        if let Some(module) = self.declared.iter().find(in_module) {
            let reason = Reason::ModuleNotFound(module.name.clone());
            self.gap(span, reason.clone());
            return Value::unknown(reason).at(span);
        }
        if let Some(reason) = self.why_open() {
            return Value::unknown(reason).at(span);
        }
        let names = self.parameters.keys().chain(self.by_name.keys()).map(|name| &**name);
        let near = nearest(name, names.chain(parameters::PSEUDO.iter().copied()));
        let advice = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "declare it, or correct the name".to_owned(),
        };
        let message = format!("`{name}` is neither a parameter nor a resource of this template; {advice}");
        self.report("unresolved-reference", at, message);
        failed(format!("{name} is not declared")).at(span)
    }
}

/// Why nothing can be said about an attribute of such a resource, if that is so.
fn opaque(declared: &Declared<'_>, attribute: &str) -> Option<Reason> {
    let kind = &*declared.kind;
    let address = || -> Arc<str> {
        if attribute.is_empty() { declared.name.clone() } else { format!("{}.{attribute}", declared.name).into() }
    };
    if is_nested(kind) {
        return Some(Reason::AfterApply(address()));
    }
    let custom = kind.starts_with("Custom::") || kind == "AWS::CloudFormation::CustomResource";
    (custom || !kind.starts_with("AWS::")).then(|| Reason::AfterApply(address()))
}

/// Whether a resource of this type is another template.
pub(super) fn is_nested(kind: &str) -> bool {
    matches!(kind, "AWS::CloudFormation::Stack" | "AWS::Serverless::Application") || kind.ends_with("::MODULE")
}

fn failed(message: String) -> Value {
    unknown(Reason::Failed(message.into()), TypeHint::Any)
}
