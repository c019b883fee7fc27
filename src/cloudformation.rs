//! Evaluation of one CloudFormation or SAM template, with the templates it nests and imports from: what its resources'
//! properties come to, without deploying it.
//!
//! Nothing is enumerated. A condition that is not decided stays on the values as a guard over what decides it, a string
//! keeps its known pieces around unknown ones, and a reference to a resource stays a reference.

mod absence;
mod canonical;
mod conditions;
mod dependencies;
mod equality;
mod exports;
mod fragment;
mod includes;
mod intrinsics;
mod library;
mod loops;
mod mappings;
mod names;
mod nested;
mod outputs;
mod parameters;
mod references;
mod resources;
mod return_values;
mod sam;
mod stack;
mod strings;
mod substitution;
mod template;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

pub use library::{Environment, Library, Template, nested_templates};
use stack::{Shared, Stack};

use crate::diagnostic::{Diagnostic, Severity};
use crate::files::Files;
use crate::graph::{Configuration, Gap, Interest};
use crate::syntax::{Document, NodeId};
use crate::text::Span;
use crate::value::choice::collect_symbols;
use crate::value::{Formula, Marks, Reason, ResourceId, Satisfiable, Segment, Shape, Symbol, TypeHint, Unknown, Value};

/// Most nodes that are evaluated for one template, a node counting each time it is; what comes after is
/// [`Reason::TooMany`]. A template of the largest size that AWS accepts (1 MB) has about 100,000 nodes; what needs more
/// is an alias or a loop that multiplies.
const MAX_STEPS: usize = 1_000_000;

/// Deepest nesting of evaluation, through conditions and names of other resources too, before the rest is
/// [`Reason::TooMany`]: twice what nests in one document (`MAX_DEPTH` of the parsers) would never be written by hand.
const MAX_NESTING: usize = 256;

/// Evaluates the template in `document`, which was parsed from the file at `path`, as the only one of its run; see
/// [`Library::evaluate`].
///
/// `parameters` are values given from outside, as name and text; they decide conditions, which a `Default` does not. A
/// pseudo parameter such as `AWS::Region` may be given too.
pub fn evaluate(
    document: &Document,
    path: &str,
    parameters: &[(String, String)],
    files: &dyn Files,
    interest: Interest<'_>,
) -> Configuration {
    Library::new(Vec::new(), parameters.to_vec(), Vec::new()).evaluate(document, path, files, interest)
}

/// Where something is written: in which text, and which values the loop identifiers (`Fn::ForEach`) have there, the
/// innermost last.
#[derive(Clone)]
struct Scope<'a> {
    document: &'a Document,
    loops: Arc<[(Arc<str>, Arc<str>)]>,
}

impl<'a> Scope<'a> {
    /// In `document`, outside of any loop.
    fn of(document: &'a Document) -> Self {
        Scope { document, loops: Arc::new([]) }
    }
}

/// The evaluation of one stack: a template with the values of its parameters.
struct Evaluator<'a> {
    /// The text that evaluation stands in: the template, or one that it includes.
    document: &'a Document,
    template: &'a Document,
    /// Which stack of the unit it is.
    stack: Stack,
    given: HashMap<&'a str, &'a str>,
    parameters: HashMap<Arc<str>, Arc<parameters::Parameter<'a>>>,
    mappings: HashMap<Arc<str>, (Scope<'a>, NodeId)>,
    conditions: HashMap<Arc<str>, conditions::Named<'a>>,
    /// The names of `conditions` as they are written.
    condition_order: Vec<Arc<str>>,
    declared: Vec<resources::Declared<'a>>,
    by_name: HashMap<Arc<str>, usize>,
    /// The places in `declared` of the resources that have a place in the configuration.
    by_id: HashMap<ResourceId, usize>,
    output_sections: Vec<loops::Expanded<'a>>,
    /// The stacks of the resources that are templates, as far as they were asked for.
    nested: HashMap<usize, nested::Nested>,
    properties: HashMap<(usize, Arc<str>), resources::Progress>,
    /// Evaluated outputs, by name and whether parameters stand for themselves.
    outputs: HashMap<(Arc<str>, bool), Option<outputs::Given>>,
    globals: Option<NodeId>,
    /// Whether the SAM transform is applied.
    sam: bool,
    /// Why names may be declared that are not in this text, such as a macro.
    open_names: Option<Reason>,
    /// Whether it was asked if the template is a fragment of another one.
    judged: bool,
    loops: Arc<[(Arc<str>, Arc<str>)]>,
    /// Whether parameters stand for themselves although they have a default: inside conditions and look-up keys.
    symbolic: bool,
    /// What holds where evaluation stands: the condition of the resource, and those of the branches inside it.
    holding: Formula,
    /// The logical id of the resource being evaluated.
    current: Option<Arc<str>>,
    // What follows is shared by all stacks of a unit; it is with the one that is being evaluated.
    shared: Shared<'a>,
    steps: usize,
    nesting: usize,
    reported: HashSet<(&'static str, Span)>,
    /// The conditions that are reported to depend on themselves.
    circular: HashSet<Span>,
    out: Configuration,
}

impl<'a> Evaluator<'a> {
    fn new(document: &'a Document, stack: Stack, given: HashMap<&'a str, &'a str>, shared: Shared<'a>) -> Self {
        Evaluator {
            document,
            template: document,
            stack,
            given,
            parameters: HashMap::new(),
            mappings: HashMap::new(),
            conditions: HashMap::new(),
            condition_order: Vec::new(),
            declared: Vec::new(),
            by_name: HashMap::new(),
            by_id: HashMap::new(),
            output_sections: Vec::new(),
            nested: HashMap::new(),
            properties: HashMap::new(),
            outputs: HashMap::new(),
            globals: None,
            sam: false,
            open_names: None,
            judged: false,
            loops: Arc::new([]),
            symbolic: false,
            holding: Formula::True,
            current: None,
            shared,
            steps: 0,
            nesting: 0,
            reported: HashSet::new(),
            circular: HashSet::new(),
            out: Configuration::default(),
        }
    }

    /// Counts one step of evaluation at `node`; `false` when there were too many, or they nest too deeply. Every `true`
    /// is followed by one [`Evaluator::leave`].
    fn enter(&mut self, node: NodeId) -> bool {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.nesting >= MAX_NESTING {
            self.gap(self.document.span(node), Reason::TooMany);
            return false;
        }
        self.nesting += 1;
        true
    }

    fn leave(&mut self) {
        self.nesting -= 1;
    }

    /// Where evaluation stands.
    fn scope(&self) -> Scope<'a> {
        Scope { document: self.document, loops: self.loops.clone() }
    }

    /// Runs `work` in another text, or where loop identifiers have other values.
    fn within<T>(&mut self, scope: &Scope<'a>, work: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.scope();
        (self.document, self.loops) = (scope.document, scope.loops.clone());
        let result = work(self);
        (self.document, self.loops) = (outer.document, outer.loops);
        result
    }

    /// Runs `work` with parameters standing for themselves (`true`) or for their values.
    fn with_symbolic<T>(&mut self, symbolic: bool, work: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.symbolic, symbolic);
        let result = work(self);
        self.symbolic = outer;
        result
    }

    /// Runs `work` where `formula` holds too.
    fn assuming<T>(&mut self, formula: &Formula, work: impl FnOnce(&mut Self) -> T) -> T {
        let holding = Formula::and([self.holding.clone(), formula.clone()]);
        let outer = std::mem::replace(&mut self.holding, holding);
        let result = work(self);
        self.holding = outer;
        result
    }

    /// States that there is no deployment without `formula` in which what holds where evaluation stands holds. What would
    /// leave no deployment at all is a mistake of another kind and states nothing.
    fn demand(&mut self, formula: Formula) {
        if self.can_hold(&formula) {
            self.out.atoms.assert(Formula::or([!self.holding.clone(), formula]));
        }
    }

    /// Whether `formula` can hold where evaluation stands; `true` also where that is not decided.
    fn can_hold(&self, formula: &Formula) -> bool {
        match formula {
            Formula::True => true,
            Formula::False => false,
            _ => {
                let all = Formula::and([self.holding.clone(), formula.clone()]);
                self.out.atoms.satisfiable(&all) != Satisfiable::No
            }
        }
    }

    /// Reports a finding once, however often its place is evaluated.
    fn report(&mut self, rule: &'static str, span: Span, message: String) -> Option<&mut Diagnostic> {
        // What is wrong with a template that is only imported from is told where that template is analysed.
        if self.stack.foreign || !self.reported.insert((rule, span)) {
            return None;
        }
        let mut diagnostic = Diagnostic::new(rule, Severity::Error, span, message);
        diagnostic.resource = self.current.as_deref().map(|name| self.address_of(name).to_string());
        self.out.diagnostics.push(diagnostic);
        self.out.diagnostics.last_mut()
    }

    /// Notes once for each place that it could not be evaluated. After too many steps only the first place says so.
    fn gap(&mut self, span: Span, reason: Reason) {
        let place = if reason == Reason::TooMany { Span::file_start(span.source) } else { span };
        if self.reported.insert(("", place)) {
            self.out.gaps.push(Gap { span, reason });
        }
    }

    /// Unknown because it is made from `values`, which are not known enough; it may hold every reference that they hold.
    fn derived<'v>(&self, values: impl IntoIterator<Item = &'v Value>, hint: TypeHint) -> Value {
        let mut reason = None;
        let mut may = Vec::new();
        let mut marks = Marks::default();
        for value in values {
            marks = marks.with(value.marks);
            collect_symbols(value, &mut may);
            match &value.shape {
                Shape::Error(failure) => return Value::error(failure.message.clone()).marked(marks),
                _ => reason = reason.or_else(|| first_reason(value)),
            }
        }
        // What is made from a parameter is not the parameter: whether it equals a text is another question.
        let reason = reason.map(|reason| match reason {
            Reason::Variable(name) => Reason::DependsOn(name),
            Reason::LookUp(name) if self.shared.subjects.contains_key(&name) => Reason::DependsOn(name),
            other => other,
        });
        let reason = reason.unwrap_or_else(|| match may.first() {
            Some(symbol) => Reason::AfterApply(self.address(symbol)),
            None => Reason::Failed("a value of another type is needed here".into()),
        });
        let unknown = Unknown { hint, not_null: true, may: may.into(), ..Unknown::new(reason) };
        Value::from(Shape::Unknown(Arc::new(unknown))).marked(marks)
    }

    /// How an attribute of a resource is written: `Role.Arn`, or the logical id alone for `Ref`.
    fn address(&self, symbol: &Symbol) -> Arc<str> {
        let name = self
            .out
            .resources
            .get(symbol.resource.0 as usize)
            .map(|resource| resource.address.clone())
            .unwrap_or_default();
        if symbol.attribute.is_empty() { name } else { format!("{name}.{}", symbol.attribute).into() }
    }
}

/// Unknown, of a type that is known and never null. What is only looked up or given from outside is the same wherever it
/// is asked for by the same name.
fn unknown(reason: Reason, hint: TypeHint) -> Value {
    let same = match &reason {
        Reason::Variable(name) | Reason::LookUp(name) => Some(name.clone()),
        _ => None,
    };
    Shape::Unknown(Arc::new(Unknown { hint, not_null: true, same, ..Unknown::new(reason) })).into()
}

/// Why a value, or the first piece of a string that is not known, is unknown.
fn first_reason(value: &Value) -> Option<Reason> {
    match &value.shape {
        Shape::Unknown(unknown) => Some(unknown.reason.clone()),
        Shape::Template(segments) => segments.iter().find_map(|segment| match segment {
            Segment::Value(value) => first_reason(value),
            Segment::Literal { .. } => None,
        }),
        _ => None,
    }
}
