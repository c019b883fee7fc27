//! The stacks of one unit: the template that is analysed, the templates it nests, and those whose exports it imports.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::parameters::Parameter;
use super::resources::Declared;
use super::{Evaluator, Library};
use crate::files::Files;
use crate::graph::{Dialect, Interest};
use crate::value::{Formula, Reason, Segment, Shape, Value};

/// Pseudo parameters that all stacks of a unit share: nested stacks and imports stay in one account and region.
const SHARED: [&str; 4] = ["AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::URLSuffix"];

/// Which stack of its unit one is.
pub(super) struct Stack {
    /// The path of its template.
    pub path: Arc<str>,
    /// What stands before its logical ids in an address: nothing, `Network.` for a nested stack, `iam.yaml:` for the
    /// template of an export.
    pub prefix: Arc<str>,
    /// What stands behind the names of its parameters where they are told apart: nothing, ` of Network`.
    pub owner: Arc<str>,
    /// Under which condition the stack as a whole exists.
    pub exists: Formula,
    /// The values that the parent passes; `None` for a stack that is deployed by itself.
    pub arguments: Option<Arguments>,
    /// The templates it is nested in and its own, the outermost first.
    pub around: Arc<[Arc<str>]>,
    /// Where its IAM names are unique.
    pub scope: Arc<str>,
    /// Whether only what is imported from it is evaluated; it is analysed as a unit of its own.
    pub foreign: bool,
}

/// What a parent passes to a nested stack.
pub(super) struct Arguments {
    /// By the parameter's name.
    pub named: HashMap<Arc<str>, Argument>,
    /// What holds for every other parameter, where it is not known which are passed.
    pub rest: Option<Value>,
}

/// A value that is passed to a parameter.
pub(super) struct Argument {
    /// The value.
    pub value: Value,
    /// The value with the parent's parameters standing for themselves, for conditions.
    pub symbolic: Value,
}

impl Stack {
    /// A template that is deployed by itself.
    pub(super) fn root(path: &str) -> Stack {
        let path: Arc<str> = path.into();
        Stack {
            path: path.clone(),
            prefix: "".into(),
            owner: "".into(),
            exists: Formula::True,
            arguments: None,
            around: [path].into(),
            scope: "".into(),
            foreign: false,
        }
    }

    /// A template of another unit, from which exports are imported.
    pub(super) fn foreign(path: &str) -> Stack {
        let prefix = format!("{path}:").into();
        let owner = format!(" of {path}").into();
        Stack { prefix, owner, scope: path.into(), foreign: true, ..Stack::root(path) }
    }
}

/// What all stacks of a unit share, apart from the configuration they make.
pub(super) struct Shared<'a> {
    /// The templates of the run.
    pub library: &'a Library,
    /// The texts.
    pub files: &'a dyn Files,
    /// The stacks but the one at the top. The place of one that is being evaluated is empty.
    pub stacks: Vec<Option<Box<Evaluator<'a>>>>,
    /// The stacks that are imported from, by the place of their template in the library.
    pub imported: HashMap<usize, usize>,
    /// All parameters, by the name they have in conditions.
    pub subjects: HashMap<Arc<str>, Arc<Parameter<'a>>>,
}

impl<'a> Shared<'a> {
    /// Nothing yet.
    pub(super) fn new(library: &'a Library, files: &'a dyn Files) -> Self {
        Shared { library, files, stacks: Vec::new(), imported: HashMap::new(), subjects: HashMap::new() }
    }
}

impl<'a> Evaluator<'a> {
    /// Adds a stack to the unit, reads its template, and gives its number.
    pub(super) fn add_stack(&mut self, mut stack: Box<Evaluator<'a>>) -> usize {
        self.lend(&mut stack);
        stack.read();
        self.lend(&mut stack);
        self.shared.stacks.push(Some(stack));
        self.shared.stacks.len() - 1
    }

    /// Reads the sections of the template and decides its conditions.
    pub(super) fn read(&mut self) {
        if !self.stack.foreign {
            self.out.broken |= self.document.is_broken();
        }
        self.load();
        self.decide_conditions();
        self.assert_rules();
        self.declare_generated();
    }

    /// Runs `work` in another stack of the unit; `None` when that one is being evaluated at this moment, which only
    /// happens where stacks need each other.
    pub(super) fn within_stack<T>(&mut self, number: usize, work: impl FnOnce(&mut Evaluator<'a>) -> T) -> Option<T> {
        let mut other = self.shared.stacks.get_mut(number)?.take()?;
        self.lend(&mut other);
        let result = work(&mut other);
        self.lend(&mut other);
        if let Some(place) = self.shared.stacks.get_mut(number) {
            *place = Some(other);
        }
        Some(result)
    }

    /// Gives what is shared to another stack, or takes it back.
    fn lend(&mut self, other: &mut Evaluator<'a>) {
        std::mem::swap(&mut self.shared, &mut other.shared);
        std::mem::swap(&mut self.out, &mut other.out);
        std::mem::swap(&mut self.reported, &mut other.reported);
        std::mem::swap(&mut self.steps, &mut other.steps);
        std::mem::swap(&mut self.nesting, &mut other.nesting);
    }

    /// Evaluates the attributes of what was referred to in templates of other units, and of what that refers to.
    pub(super) fn complete_foreign(&mut self, interest: Interest<'_>) {
        let mut done = BTreeSet::new();
        loop {
            let mut again = false;
            for number in 0..self.shared.stacks.len() {
                let filled = self.within_stack(number, |stack| {
                    if !stack.stack.foreign {
                        return false;
                    }
                    let wanted: Vec<(usize, &[&'static str])> = (0..stack.declared.len())
                        .filter(|index| !done.contains(&(number, *index)))
                        .filter_map(|index| {
                            let declared = stack.declared.get(index).filter(|declared| declared.id.is_some())?;
                            Some((index, interest(Dialect::CloudFormation, &declared.kind)?))
                        })
                        .collect();
                    for (index, names) in &wanted {
                        done.insert((number, *index));
                        stack.fill(*index, names);
                    }
                    !wanted.is_empty()
                });
                again |= filled == Some(true);
            }
            if !again {
                return;
            }
        }
    }

    /// What a parameter or pseudo parameter of this stack is called in conditions and reasons.
    pub(super) fn subject(&self, name: &str) -> Arc<str> {
        match self.stack.owner.is_empty() || SHARED.contains(&name) {
            true => name.into(),
            false => format!("{name}{}", self.stack.owner).into(),
        }
    }

    /// What decides a parameter of this stack: itself, or what the value that is passed to it is made of.
    pub(super) fn subjects_behind(&self, name: &str) -> Vec<Arc<str>> {
        let arguments = self.stack.arguments.as_ref();
        let mut found = Vec::new();
        match arguments.and_then(|arguments| arguments.named.get(name)) {
            Some(argument) => self.collect_subjects(&argument.symbolic, &mut found),
            None => found.push(self.subject(name)),
        }
        found
    }

    fn collect_subjects(&self, value: &Value, into: &mut Vec<Arc<str>>) {
        match &value.shape {
            Shape::Unknown(unknown) => {
                if let Reason::Variable(name) | Reason::LookUp(name) | Reason::DependsOn(name) = &unknown.reason {
                    into.push(name.clone());
                }
            }
            Shape::Template(segments) => {
                for segment in segments.iter() {
                    if let Segment::Value(value) = segment {
                        self.collect_subjects(value, into);
                    }
                }
            }
            Shape::Sequence(_, items) => items.iter().for_each(|item| self.collect_subjects(item, into)),
            Shape::Choice(alternatives) => {
                for one in alternatives.iter() {
                    let mut atoms = BTreeSet::new();
                    one.guard.atoms(&mut atoms);
                    into.extend(atoms.iter().flat_map(|atom| self.out.atoms.get(*atom).mentions.iter().cloned()));
                    self.collect_subjects(&one.value, into);
                }
            }
            _ => {}
        }
    }

    /// The full address of a resource of this stack: for one that the CDK made its path in the tree of constructs, since
    /// that is what its author knows it by.
    pub(super) fn full_address(&self, declared: &Declared<'_>) -> Arc<str> {
        let document = declared.scope.document;
        let construct = declared.metadata.and_then(|metadata| document.get(metadata, "aws:cdk:path"));
        match construct.and_then(|path| document.string(path)).filter(|path| !path.is_empty()) {
            Some(path) => {
                let own = ["/Resource", "/Default"].iter().find_map(|end| path.strip_suffix(end));
                own.unwrap_or(path).into()
            }
            None if self.stack.prefix.is_empty() => declared.name.clone(),
            None => format!("{}{}", self.stack.prefix, declared.name).into(),
        }
    }

    /// The full address of the resource with this logical id.
    pub(super) fn address_of(&self, logical_id: &str) -> Arc<str> {
        match self.by_name.get(logical_id).and_then(|index| self.declared.get(*index)) {
            Some(declared) => self.full_address(declared),
            None => format!("{}{logical_id}", self.stack.prefix).into(),
        }
    }
}
