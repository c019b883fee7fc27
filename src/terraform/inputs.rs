//! Variables: their values from outside, from a call's arguments, and their defaults.

use std::sync::Arc;

use super::convert;
use super::evaluator::{Evaluator, Memo};
use super::module::{At, Module};
use super::plan::Known;
use super::scope::{InstanceId, Repetition, Scope};
use super::types::{self, Type};
use crate::files::{File, Files};
use crate::paths::join;
use crate::syntax::Node;
use crate::text::Span;
use crate::value::{HopKind, Marks, Shape, Unknown, Value};

/// A file with values of root variables.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VariableFile {
    /// Its path.
    pub path: String,
    /// How many of the values that are given one by one come before it. Of two values the later counts.
    pub after: usize,
}

/// What the user gives besides the configuration.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Names and texts of `TF_VAR_` environment variables, without the prefix.
    pub environment: Vec<(String, String)>,
    /// Names and texts of `--var`.
    pub variables: Vec<(String, String)>,
    /// Paths of `--var-file`, in order.
    pub variable_files: Vec<VariableFile>,
    /// Local directories for module sources.
    pub modules: Vec<(String, String)>,
    /// What a plan or state recorded: it comes before everything else.
    pub recorded: Arc<Known>,
}

/// Where a root variable's value comes from.
enum Given {
    /// An expression in a variable file.
    Expression(Arc<crate::syntax::Document>, crate::syntax::NodeId),
    /// Text from the command line or the environment.
    Text(String),
}

impl Evaluator<'_> {
    /// The value of `var.name`; `None` when it is not declared.
    pub(super) fn variable(&mut self, instance: InstanceId, name: &str) -> Option<Value> {
        let position = self.instance(instance).module.variables.position(name)?;
        match &mut self.instance_mut(instance).variables[position] {
            Memo::Done(value) => return Some(value.clone()),
            Memo::Busy => {
                let span = self.instance(instance).module.variables.items[position].span;
                return Some(self.cycle(&format!("var.{name}"), span));
            }
            memo @ Memo::Empty => *memo = Memo::Busy,
        }
        let value = self.work_out_variable(instance, position, name);
        self.instance_mut(instance).variables[position] = Memo::Done(value.clone());
        Some(value)
    }

    fn work_out_variable(&mut self, instance: InstanceId, position: usize, name: &str) -> Value {
        let module = self.instance(instance).module.clone();
        let declaration = &module.variables.items[position];
        let ty = match module.attribute(declaration, "type") {
            Some(at) => {
                let scope = Scope::new(&module, at, instance);
                types::parse(module.document(at), at.node, &mut |node| self.expression(node, &scope)).0
            }
            None => Type::Any,
        };
        let flag = |name: &str| {
            module.attribute(declaration, name).map(|at| module.document(at).node(at.node)) == Some(Node::Bool(true))
        };
        let nullable = module.attribute(declaration, "nullable").map(|at| module.document(at).node(at.node))
            != Some(Node::Bool(false));
        let (sensitive, ephemeral) = (flag("sensitive"), flag("ephemeral"));
        let default = module.attribute(declaration, "default");
        let is_root = self.instance(instance).caller.is_none();
        let given = match self.instance(instance).caller {
            None => self.given(&module, name, &ty, module.attribute(declaration, "type").is_some()),
            Some(_) => self.argument(instance, name).map(|(at, caller, repetition)| {
                let call = self.instance(instance).declaration.clone();
                let span = self.instance(caller).module.span(at);
                let kind = HopKind::ModuleArgument { call, variable: name.into() };
                self.evaluate_at(at, caller, &repetition).via(kind, span)
            }),
        };
        let by_default = |evaluator: &mut Self| {
            default.map(|at| {
                let span = module.span(at);
                let value = evaluator.evaluate_at(at, instance, &Repetition::Single);
                let marks = Marks { assumed: is_root, sampled: is_root, ..Marks::default() };
                value.via(HopKind::Default(format!("var.{name}").into()), span).marked(marks)
            })
        };
        let value = match given {
            Some(value) if value.is_null() && !nullable => by_default(self).unwrap_or(value),
            Some(value) => value,
            None => by_default(self).unwrap_or_else(|| {
                let unknown =
                    Unknown { hint: hint(&ty), not_null: !nullable, ..Unknown::variable(format!("var.{name}")) };
                Value::from(Shape::Unknown(Arc::new(unknown)))
            }),
        };
        let marks = Marks { sensitive, ephemeral, ..value.marks };
        mark_deeply(convert::convert(&value, &ty), marks)
    }

    /// The argument that a call gives for a variable of the module it calls: the expression, the calling instance, and
    /// which instance of the call this is.
    pub(super) fn argument(&mut self, instance: InstanceId, name: &str) -> Option<(At, InstanceId, Repetition)> {
        let (caller, position) = self.instance(instance).caller?;
        let module = self.instance(caller).module.clone();
        let at = module.attribute(&module.calls.items[position], name)?;
        Some((at, caller, self.instance(instance).repetition.clone()))
    }

    /// The value of a root variable from outside, by Terraform's order of precedence.
    fn given(&mut self, module: &Module, name: &str, ty: &Type, typed: bool) -> Option<Value> {
        if let Some(value) = self.inputs.recorded.variables.get(name) {
            let hop = HopKind::Given(format!("var.{name}").into());
            return Some(match value.span {
                Some(span) => value.clone().via(hop, span),
                None => value.clone(),
            });
        }
        let mut given = None;
        if let Some((_, text)) = self.inputs.environment.iter().rev().find(|(key, _)| key == name) {
            given = Some(Given::Text(text.clone()));
        }
        let in_file = |path: &str| {
            let File::Text(source, _) = self.files.file(path) else { return None };
            let document = self.files.document(source)?;
            let node = super::body::attribute(&document, document.root(), name)?;
            Some(Given::Expression(document, node))
        };
        for path in automatic_files(&module.directory, self.files) {
            given = in_file(&path).or(given);
        }
        let (variables, files) = (&self.inputs.variables, &self.inputs.variable_files);
        for position in 0..=variables.len() {
            for file in files.iter().filter(|file| file.after == position) {
                given = in_file(&file.path).or(given);
            }
            if let Some((_, text)) = variables.get(position).filter(|(key, _)| key == name) {
                given = Some(Given::Text(text.clone()));
            }
        }
        let hop = HopKind::Given(format!("var.{name}").into());
        Some(match given? {
            Given::Expression(document, node) => {
                let span = document.span(node);
                self.isolated(&document, node).via(hop, span)
            }
            // For `any` the text is an expression, without a type it is not.
            Given::Text(text) if !typed || matches!(ty, Type::String | Type::Number | Type::Bool) => Value::text(text),
            Given::Text(text) => {
                // The text is no place of any file, so neither are the spans of what is read from it.
                let nowhere = Span::file_start(crate::text::SourceId(0));
                let (document, _) = crate::syntax::parse(
                    nowhere.source,
                    &format!("value = {text}\n").into(),
                    crate::syntax::Language::Hcl,
                );
                let document = Arc::new(document);
                match super::body::attribute(&document, document.root(), "value") {
                    Some(node) => without_places(&self.isolated(&document, node)),
                    None => Value::error(format!("the value given for var.{name} is not an expression")),
                }
            }
        })
    }

    /// An expression that can refer to nothing.
    fn isolated(&mut self, document: &Arc<crate::syntax::Document>, node: crate::syntax::NodeId) -> Value {
        let scope = Scope {
            document,
            instance: InstanceId(0),
            repetition: &Repetition::Single,
            bindings: None,
            isolated: true,
        };
        self.expression(node, &scope)
    }
}

/// The variable files that Terraform reads by itself, lowest precedence first.
fn automatic_files(directory: &str, files: &dyn Files) -> Vec<String> {
    let mut paths = vec![join(directory, "terraform.tfvars"), join(directory, "terraform.tfvars.json")];
    let names = files.directory(directory).unwrap_or_default();
    paths.retain(|path| names.iter().any(|name| **name == **path));
    let is_auto = |path: &&Arc<str>| path.ends_with(".auto.tfvars") || path.ends_with(".auto.tfvars.json");
    let mut auto: Vec<String> = names.iter().filter(is_auto).map(|path| path.to_string()).collect();
    auto.sort();
    paths.extend(auto);
    paths
}

fn hint(ty: &Type) -> crate::value::TypeHint {
    use crate::value::TypeHint;
    match ty {
        Type::String => TypeHint::String,
        Type::Number => TypeHint::Number,
        Type::Bool => TypeHint::Bool,
        Type::List(_) | Type::Set(_) | Type::Tuple(_) => TypeHint::Sequence,
        Type::Map(_) | Type::Object(_) => TypeHint::Mapping,
        Type::Any => TypeHint::Any,
    }
}

/// Marks a value and everything in it: what is taken out of an assumed collection is assumed as well.
fn mark_deeply(value: Value, marks: Marks) -> Value {
    if marks == Marks::default() {
        return value;
    }
    let shape = match &value.shape {
        Shape::Sequence(kind, items) => {
            Shape::Sequence(*kind, items.iter().map(|item| mark_deeply(item.clone(), marks)).collect())
        }
        Shape::Mapping(kind, entries) => {
            let mark = |entry: &crate::value::Entry| crate::value::Entry {
                value: mark_deeply(entry.value.clone(), marks),
                ..entry.clone()
            };
            Shape::Mapping(*kind, entries.iter().map(mark).collect())
        }
        shape => shape.clone(),
    };
    Value { shape, ..value }.marked(marks)
}

fn without_places(value: &Value) -> Value {
    let shape = match &value.shape {
        Shape::Sequence(kind, items) => Shape::Sequence(*kind, items.iter().map(without_places).collect()),
        Shape::Mapping(kind, entries) => {
            let strip = |entry: &crate::value::Entry| crate::value::Entry {
                key_span: None,
                value: without_places(&entry.value),
                ..entry.clone()
            };
            Shape::Mapping(*kind, entries.iter().map(strip).collect())
        }
        shape => shape.clone(),
    };
    Value { marks: value.marks, ..Value::from(shape) }
}
