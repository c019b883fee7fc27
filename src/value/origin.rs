//! How a value came to the place where it is used.

use std::sync::Arc;

use crate::syntax::NodeId;
use crate::text::{SourceId, Span};

/// Where the characters of a text value stand, so that an offset into the text can be turned into a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Written {
    /// Nowhere: it was computed.
    No,
    /// It is the text of this string node, which may have escapes or removed indentation.
    Node(SourceId, NodeId),
    /// It is the text of this string node of the source as it is read as one template, whatever its language.
    Template(SourceId, NodeId),
    /// It stands in the source just as it reads, at these bytes: a file read whole.
    Verbatim(Span),
}

/// What kind of step a value took.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub enum HopKind {
    /// It is the value of a local; the span is the local's definition.
    Local(Arc<str>),
    /// It is the default of a variable or parameter; the span is the default.
    Default(Arc<str>),
    /// It was given to a variable from outside (a variable file, `--var`); the span is there, if it has a place.
    Given(Arc<str>),
    /// It was passed to a module's variable; the span is the argument in the module call.
    ModuleArgument {
        /// The module call's address, such as `module.web`.
        call: Arc<str>,
        /// The variable.
        variable: Arc<str>,
    },
    /// It is the output of a module; the span is the output's value.
    ModuleOutput {
        /// The module call's address.
        call: Arc<str>,
        /// The output.
        output: Arc<str>,
    },
    /// It is the configured value of a resource's attribute; the span is that value.
    Attribute(Arc<str>),
    /// It went through a function or intrinsic function that kept it; the span is the call.
    Function(Arc<str>),
}

/// One step of a value's way; together a list, the last step first.
#[derive(Clone, PartialEq, Debug)]
pub struct Hop {
    /// What kind of step.
    pub kind: HopKind,
    /// Where it happened.
    pub span: Span,
    /// The steps before it.
    pub before: Option<Arc<Hop>>,
}

impl Hop {
    /// This step and those before it, the last first.
    pub fn steps(&self) -> impl Iterator<Item = &Hop> {
        std::iter::successors(Some(self), |hop| hop.before.as_deref())
    }
}
