//! What names mean at one place of an expression.

use std::sync::Arc;

use super::module::{At, Module};
use crate::syntax::{Document, NodeId};
use crate::value::Value;

/// Names one instance of a module within an evaluated unit; 0 is the root module.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct InstanceId(pub u32);

/// Which instance of a resource or module call: what `count` and `for_each` make of it.
#[derive(Clone, PartialEq, Debug)]
pub enum Repetition {
    /// Neither `count` nor `for_each`.
    Single,
    /// `count.index`
    Count(Value),
    /// `each.key` and `each.value`
    Each {
        /// The key; unknown for what stands for all instances of an open set.
        key: Value,
        /// The value.
        value: Value,
    },
}

/// A name bound by a `for` expression, a `dynamic` block, a template or a splat (whose name is `*`).
#[derive(Debug)]
pub struct Binding<'s> {
    /// The name.
    pub name: &'s str,
    /// What it stands for.
    pub value: Value,
    /// The bindings around it.
    pub outer: Option<&'s Binding<'s>>,
}

/// Where an expression is evaluated.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'s> {
    /// The document the expression is in.
    pub document: &'s Arc<Document>,
    /// The module instance.
    pub instance: InstanceId,
    /// The resource or module instance the expression belongs to.
    pub repetition: &'s Repetition,
    /// Names bound around the expression, the innermost first.
    pub bindings: Option<&'s Binding<'s>>,
    /// Whether only bound names are visible, as in a template file or a variable file.
    pub isolated: bool,
}

impl<'s> Scope<'s> {
    /// The scope of the top level of a module's document.
    pub fn new(module: &'s Module, at: At, instance: InstanceId) -> Self {
        Scope {
            document: module.document(at),
            instance,
            repetition: &Repetition::Single,
            bindings: None,
            isolated: false,
        }
    }

    /// The same place inside a resource or call instance.
    pub fn repeated(self, repetition: &'s Repetition) -> Self {
        Scope { repetition, ..self }
    }

    /// The same place with one more bound name.
    pub fn bind<'n>(&self, binding: &'n Binding<'n>) -> Scope<'n>
    where
        's: 'n,
    {
        Scope { bindings: Some(binding), ..*self }
    }

    /// What a bound name stands for.
    pub fn bound(&self, name: &str) -> Option<&'s Value> {
        std::iter::successors(self.bindings, |binding| binding.outer)
            .find(|binding| binding.name == name)
            .map(|binding| &binding.value)
    }

    /// The characters of a string node, or the empty string.
    pub fn name(&self, node: NodeId) -> &'s str {
        self.document.string(node).unwrap_or("")
    }
}
