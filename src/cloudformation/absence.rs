//! References to a resource that is not made where they are resolved, because a condition leaves it out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Evaluator;
use crate::diagnostic::{Label, Severity};
use crate::text::Span;
use crate::value::guard::{AtomId, AtomKind};
use crate::value::{Formula, Satisfiable};

/// A reference that is resolved wherever its guard holds.
pub(super) struct Use {
    /// The resource that refers, as an index into the declared ones; `None` for an output.
    pub from: Option<usize>,
    /// The resource that it refers to, likewise.
    pub to: usize,
    /// Where its name is written.
    pub at: Span,
    /// What holds where the reference is resolved, apart from that its stack exists.
    pub holds: Formula,
}

/// Atoms with the answer that each has.
type Example = Vec<(AtomId, bool)>;

/// Most places beside the first that are shown for one absent resource.
const MAX_PLACES: usize = 5;

impl Evaluator<'_> {
    /// Reports once for each resource that it is referred to where it is not made, with the plainest example of when.
    /// Conditions that are told apart by their texts alone decide nothing here.
    pub(super) fn report_absences(&mut self, uses: Vec<Use>) {
        let mut found: BTreeMap<usize, Vec<(Example, Use)>> = BTreeMap::new();
        for one in uses {
            let exists = self.own_existence(one.to);
            if exists == Formula::True {
                continue;
            }
            let absent = Formula::and([self.stack.exists.clone(), one.holds.clone(), !exists]);
            if let Some(example) = self.decided_example(&absent) {
                found.entry(one.to).or_default().push((example, one));
            }
        }
        for (to, mut uses) in found {
            uses.sort_by_key(|(example, _)| example.len());
            let when = uses.first().map(|(example, _)| self.out.atoms.describe(example)).unwrap_or_default();
            let uses: Vec<Use> = uses.into_iter().map(|(_, one)| one).collect();
            self.report_absence(to, when, &uses);
        }
    }

    /// An example of when the formula holds; `None` where it cannot, where that is not decided, and where it takes another
    /// region, partition or account than those that the template is written for.
    fn decided_example(&self, formula: &Formula) -> Option<Example> {
        let mut atoms = BTreeSet::new();
        formula.atoms(&mut atoms);
        let kind = |atom: &AtomId| &self.out.atoms.get(*atom).kind;
        if atoms.iter().any(|atom| matches!(kind(atom), AtomKind::Opaque { .. })) {
            return None;
        }
        let Satisfiable::Yes(example) = self.out.atoms.satisfiable(formula) else { return None };
        let is_pseudo = |(atom, holds): &(AtomId, bool)| match kind(atom) {
            AtomKind::Equals { subject, .. } if subject.starts_with("AWS::") => Some((subject.clone(), *holds)),
            _ => None,
        };
        let named: Vec<(Arc<str>, bool)> = example.iter().filter_map(is_pseudo).collect();
        let is_elsewhere = |(subject, _): &(Arc<str>, bool)| !named.contains(&(subject.clone(), true));
        (!named.iter().any(is_elsewhere)).then_some(example)
    }

    fn report_absence(&mut self, to: usize, when: String, uses: &[Use]) {
        let (Some(declared), [first, rest @ ..]) = (self.declared.get(to), uses) else { return };
        let (name, made) = (declared.name.clone(), declared.condition.map(|node| declared.scope.document.span(node)));
        let block = if first.from.is_some() { "Resources" } else { "Outputs" };
        let from = first.from.and_then(|from| self.declared.get(from)).map(|from| from.name.clone());
        let user: Arc<str> = match &from {
            Some(from) => format!("{from} refers to it").into(),
            None => "this output refers to it".into(),
        };
        let outer = std::mem::replace(&mut self.current, from);
        if let Some(diagnostic) =
            self.report("unresolved-reference", first.at, format!("`{name}` is not made although {user}"))
        {
            diagnostic.severity = Severity::Warning;
            diagnostic.when = Some(when).filter(|when| !when.is_empty());
            diagnostic.help = Some(format!(
                "CloudFormation then refuses the stack: `Unresolved resource dependencies [{name}] in the {block} block \
                 of the template`. Put what refers to it under the same condition, or choose with `Fn::If`."
            ));
            let related = made.map(|span| Label { span, message: format!("the condition under which {name} is made") });
            diagnostic.related.extend(related);
            let more = rest.iter().take(MAX_PLACES);
            diagnostic.related.extend(more.map(|one| Label { span: one.at, message: "referred to here too".into() }));
        }
        self.current = outer;
    }
}
