//! Why a value is not known.

use std::fmt;
use std::sync::Arc;

use super::Symbol;

/// Why a value is not known. The texts are names as the author wrote them.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Reason {
    /// A root variable or parameter has no value here.
    Variable(Arc<str>),
    /// The module's source is not at hand; the text is the module call's address.
    ModuleNotFound(Arc<str>),
    /// Only a look-up in the account tells; the text is the data source's or parameter's address.
    LookUp(Arc<str>),
    /// Only AWS tells, after creation; the text is the attribute's address.
    AfterApply(Arc<str>),
    /// Only AWS tells, after creation; all that a plan shows of the expression is the attribute it refers to, which the
    /// text is the address of.
    Planned(Arc<str>),
    /// A function whose result differs from run to run.
    Impure(Arc<str>),
    /// A function that is not known here.
    Function(Arc<str>),
    /// A file that is not there, too large, or outside the analysed tree.
    File(Arc<str>),
    /// An export of another stack.
    Import(Arc<str>),
    /// A transform or macro rewrites this part of the template.
    Transform(Arc<str>),
    /// Another program completes this part; the text says how that is known.
    Fragment(Arc<str>),
    /// The text here is broken.
    Broken,
    /// The values depend on themselves.
    Cycle(Arc<str>),
    /// The expression fails; the text says how.
    Failed(Arc<str>),
    /// There are more alternatives, elements or steps than are followed.
    TooMany,
    /// It depends on several unknown things at once; the text names the first.
    DependsOn(Arc<str>),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Variable(name) => write!(f, "{name} has no value here"),
            Reason::ModuleNotFound(call) => write!(f, "the source of {call} is not at hand"),
            Reason::LookUp(address) => write!(f, "{address} is looked up in the account"),
            Reason::AfterApply(address) => write!(f, "{address} is known only after creation"),
            Reason::Planned(address) => write!(f, "the plan shows only that it comes from {address}"),
            Reason::Impure(function) => write!(f, "{function}() gives another result on every run"),
            Reason::Function(function) => write!(f, "{function}() is not a known function"),
            Reason::File(path) => write!(f, "the file {path} is not at hand"),
            Reason::Import(name) => write!(f, "{name} is exported by another stack"),
            Reason::Transform(name) => write!(f, "the transform {name} rewrites this part"),
            Reason::Fragment(sign) => write!(f, "another program completes this: {sign}"),
            Reason::Broken => f.write_str("the text here does not parse"),
            Reason::Cycle(name) => write!(f, "{name} depends on itself"),
            Reason::Failed(message) => write!(f, "the expression fails: {message}"),
            Reason::TooMany => f.write_str("there are too many possibilities to follow"),
            Reason::DependsOn(name) => write!(f, "it depends on {name}"),
        }
    }
}

/// What is known of an unknown value's type.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum TypeHint {
    /// Nothing.
    #[default]
    Any,
    /// A string.
    String,
    /// A number.
    Number,
    /// A boolean.
    Bool,
    /// A list, set or tuple.
    Sequence,
    /// A map or object.
    Mapping,
}

/// An unknown value.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Unknown {
    /// Why.
    pub reason: Reason,
    /// Its type, as far as known.
    pub hint: TypeHint,
    /// Whether it cannot be null.
    pub not_null: bool,
    /// Text it begins with.
    pub prefix: Option<Arc<str>>,
    /// What it is, by words that mean one value wherever they stand: `var.name`, `var.settings.role`. `None` for what is
    /// made of others: two things made of one variable are not the same.
    pub same: Option<Arc<str>>,
    /// References it may hold, when alternatives were too many to keep apart.
    pub may: Arc<[Symbol]>,
}

impl Unknown {
    /// Unknown, and nothing but the reason is known.
    pub fn new(reason: Reason) -> Self {
        Unknown { reason, hint: TypeHint::Any, not_null: false, prefix: None, same: None, may: Arc::new([]) }
    }

    /// The very variable or parameter that has no value here.
    pub fn variable(name: impl Into<Arc<str>>) -> Self {
        let name: Arc<str> = name.into();
        Unknown { same: Some(name.clone()), ..Unknown::new(Reason::Variable(name)) }
    }

    /// What is under `key` in it, if it is a map or an object: known no better, but the same wherever it is asked for.
    pub fn part(&self, key: &str) -> Self {
        let same = self.same.as_ref().map(|whole| format!("{whole}.{key}").into());
        Unknown { same, may: self.may.clone(), ..Unknown::new(self.reason.clone()) }
    }
}
