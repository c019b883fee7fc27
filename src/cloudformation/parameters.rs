//! Parameters and pseudo parameters.

use std::collections::BTreeSet;
use std::sync::Arc;

use regex::Regex;

use super::loops::Expanded;
use super::{Evaluator, unknown};
use crate::syntax::{Document, Node, NodeId};
use crate::text::Span;
use crate::value::choice::choose;
use crate::value::{Alternative, Formula, HopKind, Marks, Reason, Shape, TypeHint, Unknown, Value, Written};

/// A declared parameter.
pub(super) struct Parameter<'a> {
    /// Where its name is written.
    pub span: Span,
    /// Whether its value is a list.
    pub list: bool,
    /// Whether its value is that of an SSM parameter, which its text only names.
    pub looked_up: bool,
    /// Whether its value must not be shown (`NoEcho`).
    pub sensitive: bool,
    /// Its default, a node of `document`.
    pub default: Option<NodeId>,
    /// The text that it is declared in.
    pub document: &'a Document,
    /// `AllowedValues` as texts, for a parameter that is a single text.
    pub allowed: Option<Vec<Arc<str>>>,
    /// `MinLength`, in characters.
    pub min_length: usize,
    /// `MaxLength`, in characters.
    pub max_length: usize,
    /// `AllowedPattern`.
    pub pattern: Option<Arc<str>>,
    /// `MinValue` and `MaxValue` of a number.
    pub range: Option<(f64, f64)>,
}

impl<'a> Parameter<'a> {
    /// Reads a declaration. What is missing or of the wrong shape is as if it were not there.
    pub(super) fn read(entry: &Expanded<'a>) -> Parameter<'a> {
        let (document, body) = (entry.scope.document, entry.value);
        let kind = document.get(body, "Type").and_then(|kind| document.string(kind)).unwrap_or("String").trim();
        let inner = kind.strip_prefix("AWS::SSM::Parameter::Value<").and_then(|rest| rest.strip_suffix('>'));
        let list = |kind: &str| kind.starts_with("List<") || kind == "CommaDelimitedList";
        let is_list = list(inner.unwrap_or(kind));
        let length = |name: &str| document.get(body, name).and_then(|node| text(document, node)?.parse().ok());
        let allowed = document.get(body, "AllowedValues").map(|node| document.elements(node));
        let allowed =
            allowed.and_then(|nodes| nodes.iter().map(|node| text(document, *node)).collect::<Option<Vec<_>>>());
        Parameter {
            span: entry.key_span(),
            document,
            list: is_list,
            looked_up: inner.is_some(),
            sensitive: document
                .get(body, "NoEcho")
                .and_then(|node| text(document, node))
                .is_some_and(|text| &*text == "true"),
            default: document.get(body, "Default").filter(|node| !matches!(document.node(*node), Node::Null)),
            allowed: allowed.filter(|values| !values.is_empty() && !is_list && inner.is_none()),
            min_length: length("MinLength").unwrap_or(0),
            max_length: length("MaxLength").unwrap_or(usize::MAX),
            pattern: document.get(body, "AllowedPattern").and_then(|node| text(document, node)),
            range: (kind == "Number").then(|| {
                let bound = |name: &str| document.get(body, name).and_then(|node| text(document, node)?.parse().ok());
                (bound("MinValue").unwrap_or(f64::NEG_INFINITY), bound("MaxValue").unwrap_or(f64::INFINITY))
            }),
        }
    }

    /// Whether the value may be `text`, as far as its declaration tells.
    pub(super) fn allows(&self, text: &str) -> bool {
        let length = text.chars().count();
        let listed = self.allowed.as_ref().is_none_or(|allowed| allowed.iter().any(|value| **value == *text));
        let in_range =
            || self.range.is_none_or(|(from, to)| text.parse().is_ok_and(|number| from <= number && number <= to));
        let fits = || (self.min_length..=self.max_length).contains(&length) && in_range() && self.matches(text);
        listed && (self.looked_up || self.list || fits())
    }

    /// Whether the text may match `AllowedPattern`. The service's patterns are those of Java; what is written the same here
    /// means the same for text of ASCII characters.
    fn matches(&self, text: &str) -> bool {
        let Some(pattern) = self.pattern.as_deref().filter(|_| text.is_ascii()) else { return true };
        Regex::new(&format!("^(?:{pattern})$")).map_or(true, |regex| regex.is_match(text))
    }

    /// Whether some texts are no value of it.
    pub(super) fn is_restricted(&self) -> bool {
        self.allowed.is_some()
            || self.min_length > 0
            || self.max_length < usize::MAX
            || self.pattern.is_some()
            || self.range.is_some()
    }
}

/// A scalar as the text that a parameter gets from it.
fn text(document: &Document, node: NodeId) -> Option<Arc<str>> {
    match document.node(node) {
        Node::String(text) | Node::Number(text) => Some(document.text(text).into()),
        Node::Bool(value) => Some(if value { "true" } else { "false" }.into()),
        _ => None,
    }
}

/// Most `AllowedValues` that are told apart wherever the parameter is used.
const MAX_SPREAD: usize = 8;

/// Names that every template has.
pub(super) const PSEUDO: &[&str] = &[
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// The partition that a region lies in; `None` for what is no name of a region, or one of a partition that is not public.
pub(super) fn partition_of(region: &str) -> Option<&'static str> {
    if region.matches('-').count() < 2 || region.contains("-iso") {
        return None;
    }
    Some(match region.split('-').next() {
        Some("cn") => "aws-cn",
        Some("us") if region.starts_with("us-gov-") => "aws-us-gov",
        Some("eusc") => "aws-eusc",
        _ => "aws",
    })
}

/// The suffix of domain names in a partition.
pub(super) fn suffix_of(partition: &str) -> Option<&'static str> {
    match partition {
        "aws" | "aws-us-gov" => Some("amazonaws.com"),
        "aws-cn" => Some("amazonaws.com.cn"),
        _ => None,
    }
}

impl Evaluator<'_> {
    /// The value of a pseudo parameter, referred to at `span`; `None` if there is none of that name.
    pub(super) fn pseudo_parameter(&self, name: &str, span: Span) -> Option<Value> {
        if !PSEUDO.contains(&name) {
            return None;
        }
        let reason = || Reason::Variable(self.subject(name));
        Some(match name {
            "AWS::NoValue" => Value::null().at(span),
            _ => match self.given.get(name) {
                Some(text) => Value::text(*text).at(span).via(HopKind::Given(name.into()), span),
                None if name == "AWS::NotificationARNs" => unknown(reason(), TypeHint::Sequence).at(span),
                None => unknown(reason(), TypeHint::String).at(span),
            },
        })
    }

    /// The value of a parameter, referred to at `span`; `None` if there is none of that name. Parameters are text (or
    /// lists of text), whatever their type is called.
    ///
    /// A default is no value where it is excluded by what holds there: with `HasRole: !Not [!Equals [!Ref Role, ""]]`, the
    /// `Role` in `!If [HasRole, !Ref Role, …]` is not empty.
    pub(super) fn parameter(&mut self, name: &str, span: Span) -> Option<Value> {
        if self.stack.arguments.is_some() {
            return self.argument(name, span);
        }
        let excluded = self.excludes_default(name);
        let (name, parameter) = self.parameters.get_key_value(name)?;
        let hint = if parameter.list { TypeHint::Sequence } else { TypeHint::String };
        if parameter.looked_up {
            return Some(unknown(Reason::LookUp(name.clone()), hint).at(span));
        }
        if let Some(text) = self.given.get(&**name) {
            let value = if parameter.list { split(text) } else { Value::text(*text) };
            let marks = Marks { sensitive: parameter.sensitive, ..Marks::default() };
            return Some(value.marked(marks).at(span).via(HopKind::Given(name.clone()), parameter.span));
        }
        if let Some(allowed) =
            parameter.allowed.as_ref().filter(|allowed| allowed.len() <= MAX_SPREAD && !self.symbolic)
        {
            // Exactly one of these is the value, so each is followed, under the condition that it is.
            let (name, allowed, sensitive) = (name.clone(), allowed.clone(), parameter.sensitive);
            let place = parameter.span;
            let subject = self.subject(&name);
            let one = |text: &Arc<str>| {
                let marks = Marks { sensitive, ..Marks::default() };
                let value = Value::text(text.clone()).at(span).marked(marks).via(HopKind::Given(name.clone()), place);
                Alternative { guard: self.parameter_is(&subject, text), value }
            };
            let alternatives: Vec<Alternative> = allowed.iter().map(one).collect();
            return Some(choose(alternatives));
        }
        let default = parameter
            .default
            .filter(|_| !self.symbolic && !excluded)
            .and_then(|node| default_value(parameter.document, node, parameter.list));
        Some(match default {
            Some((value, place)) => value
                .marked(Marks { sensitive: parameter.sensitive, assumed: true, ..Marks::default() })
                .at(span)
                .via(HopKind::Default(name.clone()), place),
            None => unknown(Reason::Variable(self.subject(name)), hint).at(span),
        })
    }

    fn excludes_default(&mut self, name: &str) -> bool {
        if self.symbolic || self.holding == Formula::True {
            return false;
        }
        let Some((name, parameter)) = self.parameters.get_key_value(name) else { return false };
        let Some(text) = parameter.default.and_then(|node| text(parameter.document, node)) else { return false };
        let name = self.subject(name);
        let mut atoms = BTreeSet::new();
        self.holding.atoms(&mut atoms);
        if !atoms.iter().any(|atom| self.out.atoms.get(*atom).mentions.contains(&name)) {
            return false;
        }
        let is_default = self.parameter_is(&name, &text);
        !self.can_hold(&is_default)
    }

    /// What a value that comes from a parameter's default is without it.
    pub(super) fn without_default(&self, value: &Value, hint: TypeHint) -> Value {
        let hop = value.path.as_ref().and_then(|path| {
            path.steps().find_map(|hop| match &hop.kind {
                HopKind::Default(name) => Some(name.clone()),
                _ => None,
            })
        });
        match hop {
            Some(name) => {
                let reason = Reason::Variable(self.subject(&name));
                Shape::Unknown(Arc::new(Unknown { hint, ..Unknown::new(reason) })).into()
            }
            None => self.derived([value], hint),
        }
    }
}

/// What the default at `node` of `document` gives.
pub(super) fn default_value(document: &Document, node: NodeId, list: bool) -> Option<(Value, Span)> {
    let span = document.span(node);
    let single = |node: NodeId| {
        let value = Value::text(text(document, node)?).at(document.span(node));
        Some(value.written(Written::Node(document.source(), node)))
    };
    let value = match document.node(node) {
        Node::Sequence(_) if list => {
            Value::tuple(document.elements(node).iter().map(|item| single(*item)).collect::<Option<_>>()?)
        }
        _ if list => split(&text(document, node)?),
        _ => single(node)?,
    };
    Some((value, span))
}

/// The elements of a comma-delimited list, trimmed. An empty text is a list of one empty text.
pub(super) fn split(text: &str) -> Value {
    Value::tuple(text.split(',').map(|item| Value::text(item.trim())).collect())
}
