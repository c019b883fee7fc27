//! Conditions that values and resources depend on, and whether several of them can hold together.
//!
//! A condition that cannot be decided is an [`Atom`]; formulas are made of atoms. Nothing is enumerated while values are
//! computed: satisfiability is asked when a finding needs it, over the atoms that the finding involves and nothing else.

mod satisfy;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Names an atom of one unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AtomId(pub u32);

/// A condition over atoms. Build it with [`Formula::and`], [`Formula::or`] and `!`, which simplify.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub enum Formula {
    /// Always.
    True,
    /// Never.
    False,
    /// When the atom holds.
    Atom(AtomId),
    /// When the inner one does not.
    Not(Arc<Formula>),
    /// When all do; at least two, none of them an `And`.
    And(Arc<[Formula]>),
    /// When at least one does; at least two, none of them an `Or`.
    Or(Arc<[Formula]>),
}

impl Formula {
    /// All of `parts`.
    pub fn and(parts: impl IntoIterator<Item = Formula>) -> Formula {
        Self::combine(parts, true)
    }

    /// At least one of `parts`.
    pub fn or(parts: impl IntoIterator<Item = Formula>) -> Formula {
        Self::combine(parts, false)
    }

    fn combine(parts: impl IntoIterator<Item = Formula>, all: bool) -> Formula {
        let (neutral, absorbing) = if all { (Formula::True, Formula::False) } else { (Formula::False, Formula::True) };
        let mut flat: Vec<Formula> = Vec::new();
        for part in parts {
            let inner: &[Formula] = match (&part, all) {
                (Formula::And(inner), true) | (Formula::Or(inner), false) => inner,
                _ => std::slice::from_ref(&part),
            };
            for formula in inner {
                if *formula == absorbing || flat.iter().any(|other| other.negates(formula)) {
                    return absorbing;
                }
                if *formula != neutral && !flat.contains(formula) {
                    flat.push(formula.clone());
                }
            }
        }
        match (flat.pop(), flat.is_empty()) {
            (None, _) => neutral,
            (Some(only), true) => only,
            (Some(last), false) => {
                flat.push(last);
                if all { Formula::And(flat.into()) } else { Formula::Or(flat.into()) }
            }
        }
    }

    /// Whether one is plainly the negation of the other.
    fn negates(&self, other: &Formula) -> bool {
        match (self, other) {
            (Formula::Not(inner), plain) | (plain, Formula::Not(inner)) => **inner == *plain,
            _ => false,
        }
    }

    /// The atoms in it.
    pub fn atoms(&self, into: &mut BTreeSet<AtomId>) {
        match self {
            Formula::True | Formula::False => {}
            Formula::Atom(atom) => {
                into.insert(*atom);
            }
            Formula::Not(inner) => inner.atoms(into),
            Formula::And(parts) | Formula::Or(parts) => parts.iter().for_each(|part| part.atoms(into)),
        }
    }
}

impl std::ops::Not for Formula {
    type Output = Formula;

    fn not(self) -> Formula {
        match self {
            Formula::True => Formula::False,
            Formula::False => Formula::True,
            Formula::Not(inner) => (*inner).clone(),
            other => Formula::Not(Arc::new(other)),
        }
    }
}

/// What an atom asks.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum AtomKind {
    /// Whether the boolean `subject` (`var.create`) is true.
    Truth {
        /// What is asked about, in a form that is the same for every way to write it.
        subject: Arc<str>,
    },
    /// Whether `subject` (`var.env`, a template's parameter) equals the literal.
    Equals {
        /// What is asked about, in a form that is the same for every way to write it.
        subject: Arc<str>,
        /// The text it is compared with; numbers and booleans as text, null as `null` without quotes never collides
        /// because the evaluator writes texts with quotes.
        literal: Arc<str>,
    },
    /// Whether two subjects are equal, whatever they are. `one` sorts before `other`.
    Same {
        /// As for [`AtomKind::Equals`].
        one: Arc<str>,
        /// Another one.
        other: Arc<str>,
    },
    /// Anything else, told apart by its canonical text.
    Opaque {
        /// The canonical text.
        text: Arc<str>,
    },
}

/// A condition that is not decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Atom {
    /// What it asks.
    pub kind: AtomKind,
    /// The variables or parameters that decide it, as canonical subjects. Two opaque atoms that share one may depend on
    /// each other in a way that is not modelled.
    pub mentions: Arc<[Arc<str>]>,
}

/// The values a subject may have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Domain {
    /// The only ones possible, at least one, written as [`AtomKind::Equals`] writes its literals.
    pub values: Vec<Arc<str>>,
}

/// The answer to whether a formula can hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Satisfiable {
    /// It can; the atoms of the formula with the value each has in one example.
    Yes(Vec<(AtomId, bool)>),
    /// It cannot.
    No,
    /// There are too many atoms, or some may depend on each other in a way that is not modelled.
    Undecided,
}

/// The atoms of one unit, with what is known about their subjects.
#[derive(Clone, Debug, Default)]
pub struct Atoms {
    atoms: Vec<Atom>,
    ids: HashMap<AtomKind, AtomId>,
    domains: HashMap<Arc<str>, Domain>,
    /// How atoms come out if every root variable has its default.
    defaults: HashMap<AtomId, bool>,
    /// Formulas that hold in every deployment, such as the `Rules` of a template.
    constraints: Vec<Constraint>,
    /// The subjects that they are about.
    constrained: HashSet<Arc<str>>,
    /// How much work is left for questions.
    budget: satisfy::Budget,
}

/// A formula that holds in every deployment.
#[derive(Clone, Debug)]
struct Constraint {
    formula: Formula,
    /// The atoms in it.
    atoms: Vec<AtomId>,
    /// The subjects that these are about.
    subjects: Vec<Arc<str>>,
}

/// Most formulas that are kept as holding in every deployment; each question looks through them.
const MAX_CONSTRAINTS: usize = 1_000;

impl Atoms {
    /// The atom that asks `kind`, made if it is new. `mentions` counts only then.
    pub fn atom(&mut self, kind: AtomKind, mentions: &[Arc<str>]) -> AtomId {
        if let Some(id) = self.ids.get(&kind) {
            return *id;
        }
        let id = AtomId(self.atoms.len() as u32);
        self.ids.insert(kind.clone(), id);
        self.atoms.push(Atom { kind, mentions: mentions.into() });
        id
    }

    /// The atom named by `id`, of the same `Atoms`.
    pub fn get(&self, id: AtomId) -> &Atom {
        &self.atoms[id.0 as usize]
    }

    /// Says that `subject` has no other value than those of `domain`.
    pub fn set_domain(&mut self, subject: Arc<str>, domain: Domain) {
        self.domains.insert(subject, domain);
    }

    /// Says that `formula` holds in every deployment. What is said after many others is not kept: nothing follows from it.
    pub fn assert(&mut self, formula: Formula) {
        let is_known = || self.constraints.iter().any(|constraint| constraint.formula == formula);
        if self.constraints.len() >= MAX_CONSTRAINTS || is_known() {
            return;
        }
        let mut atoms = BTreeSet::new();
        formula.atoms(&mut atoms);
        let subjects: BTreeSet<&str> = atoms.iter().flat_map(|atom| self.subjects(*atom)).collect();
        let subjects: Vec<Arc<str>> = subjects.into_iter().map(Arc::from).collect();
        self.constrained.extend(subjects.iter().cloned());
        self.constraints.push(Constraint { formula, atoms: atoms.into_iter().collect(), subjects });
    }

    /// Says how a formula comes out if every root variable has its default; it counts for a single atom.
    pub fn note_default(&mut self, formula: &Formula, holds: bool) {
        match formula {
            Formula::Atom(atom) => drop(self.defaults.insert(*atom, holds)),
            Formula::Not(inner) => self.note_default(inner, !holds),
            _ => {}
        }
    }

    /// How a formula comes out if every root variable has its default; `None` where that is not known.
    pub fn by_default(&self, formula: &Formula) -> Option<bool> {
        let all = |parts: &[Formula], absorbing: bool| {
            let answers: Vec<Option<bool>> = parts.iter().map(|part| self.by_default(part)).collect();
            match answers.contains(&Some(absorbing)) {
                true => Some(absorbing),
                false => answers.iter().all(Option::is_some).then_some(!absorbing),
            }
        };
        match formula {
            Formula::True => Some(true),
            Formula::False => Some(false),
            Formula::Atom(atom) => self.defaults.get(atom).copied(),
            Formula::Not(inner) => self.by_default(inner).map(|holds| !holds),
            Formula::And(parts) => all(parts, false),
            Formula::Or(parts) => all(parts, true),
        }
    }

    /// Whether `formula` holds in every deployment; `false` also where that is not decided.
    pub fn is_certain(&self, formula: &Formula) -> bool {
        *formula == Formula::True || self.satisfiable(&!formula.clone()) == Satisfiable::No
    }

    /// An example as words to put behind "when": `var.create is true and var.env is "prod"`.
    pub fn describe(&self, example: &[(AtomId, bool)]) -> String {
        let mut words: Vec<String> = Vec::new();
        let mut told: BTreeSet<&str> = BTreeSet::new();
        for (atom, holds) in example {
            match (&self.get(*atom).kind, holds) {
                (AtomKind::Truth { subject }, _) => words.push(format!("{subject} is {holds}")),
                (AtomKind::Equals { subject, .. }, _) if told.insert(subject) => {
                    words.push(self.value(subject, example))
                }
                (AtomKind::Equals { .. }, _) => {}
                (AtomKind::Same { one, other }, true) => words.push(format!("{one} equals {other}")),
                (AtomKind::Same { one, other }, false) => words.push(format!("{one} does not equal {other}")),
                (AtomKind::Opaque { text }, true) => words.push(format!("{text} holds")),
                (AtomKind::Opaque { text }, false) => words.push(format!("{text} does not hold")),
            }
        }
        words.join(" and ")
    }

    /// What an example says of the value of a subject, as words.
    fn value(&self, subject: &str, example: &[(AtomId, bool)]) -> String {
        let literal = |(atom, holds): &(AtomId, bool)| match &self.get(*atom).kind {
            AtomKind::Equals { subject: other, literal } if **other == *subject => Some((literal.clone(), *holds)),
            _ => None,
        };
        let literals: Vec<(Arc<str>, bool)> = example.iter().filter_map(literal).collect();
        let others: Vec<Arc<str>> =
            literals.iter().filter(|(_, holds)| !holds).map(|(literal, _)| literal.clone()).collect();
        let is_left = |value: &&Arc<str>| !others.contains(value);
        let left = self.domains.get(subject).map(|domain| domain.values.iter().filter(is_left).collect::<Vec<_>>());
        let only = left.as_deref().and_then(|left| if let [only] = left { Some(&***only) } else { None });
        match (literals.iter().find(|(_, holds)| *holds), only, &others[..]) {
            (Some((literal, _)), _, _) => format!("{subject} is {literal}"),
            (None, Some(only), _) => format!("{subject} is {only}"),
            (None, None, [other]) => format!("{subject} is not {other}"),
            (None, None, others) => format!("{subject} is none of {}", others.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equals(atoms: &mut Atoms, subject: &str, literal: &str) -> Formula {
        let kind = AtomKind::Equals { subject: subject.into(), literal: literal.into() };
        Formula::Atom(atoms.atom(kind, &[subject.into()]))
    }

    #[test]
    fn plain_contradictions_are_dropped_when_built() {
        let a = Formula::Atom(AtomId(0));
        assert_eq!(Formula::and([a.clone(), !a.clone()]), Formula::False);
        assert_eq!(Formula::or([a.clone(), !a.clone()]), Formula::True);
        assert_eq!(Formula::and([Formula::True, a.clone(), a.clone()]), a);
    }

    #[test]
    fn a_subject_has_one_value_at_a_time() {
        let mut atoms = Atoms::default();
        let (dev, prod) = (equals(&mut atoms, "Env", "\"dev\""), equals(&mut atoms, "Env", "\"prod\""));
        assert_eq!(atoms.satisfiable(&Formula::and([dev.clone(), prod.clone()])), Satisfiable::No);
        let neither = Formula::and([!dev.clone(), !prod.clone()]);
        assert!(matches!(atoms.satisfiable(&neither), Satisfiable::Yes(_)));
        atoms.set_domain("Env".into(), Domain { values: vec!["\"dev\"".into(), "\"prod\"".into()] });
        assert_eq!(atoms.satisfiable(&neither), Satisfiable::No);
        assert!(atoms.is_certain(&Formula::or([dev, prod])));
    }

    #[test]
    fn constraints_exclude_examples() {
        let mut atoms = Atoms::default();
        let (dev, use_profile) = (equals(&mut atoms, "Env", "dev"), equals(&mut atoms, "Use", "yes"));
        atoms.assert(Formula::or([!dev.clone(), use_profile.clone()]));
        assert_eq!(atoms.satisfiable(&Formula::and([dev, !use_profile])), Satisfiable::No);
    }

    #[test]
    fn opaque_atoms_over_one_variable_are_not_combined() {
        let mut atoms = Atoms::default();
        let mut opaque = |text: &str, variable: &str| {
            Formula::Atom(atoms.atom(AtomKind::Opaque { text: text.into() }, &[variable.into()]))
        };
        let (long, short, other) =
            (opaque("length(var.a) > 3", "var.a"), opaque("length(var.a) < 2", "var.a"), opaque("f(var.b)", "var.b"));
        assert_eq!(atoms.satisfiable(&Formula::and([long.clone(), short])), Satisfiable::Undecided);
        assert!(matches!(atoms.satisfiable(&Formula::and([long.clone(), other])), Satisfiable::Yes(_)));
        let none = equals(&mut atoms, "var.a", "null");
        assert!(matches!(atoms.satisfiable(&Formula::and([long.clone(), !none.clone()])), Satisfiable::Yes(_)));
        assert_eq!(atoms.satisfiable(&Formula::and([long, none])), Satisfiable::Undecided);
    }

    fn same(atoms: &mut Atoms, one: &str, other: &str) -> Formula {
        let kind = AtomKind::Same { one: one.into(), other: other.into() };
        Formula::Atom(atoms.atom(kind, &[one.into(), other.into()]))
    }

    #[test]
    fn equality_of_subjects_is_exact() {
        let mut atoms = Atoms::default();
        let (ab, bc, ac) = (same(&mut atoms, "A", "B"), same(&mut atoms, "B", "C"), same(&mut atoms, "A", "C"));
        let (ax, bx) = (equals(&mut atoms, "A", "x"), equals(&mut atoms, "B", "x"));
        let can = |atoms: &Atoms, parts: Vec<Formula>| atoms.satisfiable(&Formula::and(parts)) != Satisfiable::No;
        assert!(can(&atoms, vec![ab.clone(), ax.clone()]));
        assert!(!can(&atoms, vec![ab.clone(), ax.clone(), !bx.clone()]));
        assert!(can(&atoms, vec![ab.clone(), !ax.clone()]));
        assert!(can(&atoms, vec![!ab.clone(), !ax.clone(), !bx.clone()]));
        assert!(!can(&atoms, vec![ab.clone(), bc.clone(), !ac.clone()]));
        assert!(can(&atoms, vec![!ab.clone(), !bc.clone(), !ac.clone(), !ax.clone(), !bx.clone()]));
        atoms.set_domain("A".into(), Domain { values: vec!["x".into(), "y".into()] });
        let cz = equals(&mut atoms, "C", "z");
        assert!(!can(&atoms, vec![ab.clone(), bc.clone(), !ax.clone(), cz]));
        assert!(can(&atoms, vec![ab, bc, !ax]));
    }

    #[test]
    fn many_independent_conditions_are_decided() {
        let mut atoms = Atoms::default();
        let pairs: Vec<Formula> = (0..40)
            .map(|index| {
                let subject = format!("P{index}");
                Formula::or([equals(&mut atoms, &subject, "a"), equals(&mut atoms, &subject, "b")])
            })
            .collect();
        let all = Formula::and(pairs.clone());
        assert!(matches!(atoms.satisfiable(&all), Satisfiable::Yes(_)));
        assert_eq!(atoms.satisfiable(&Formula::and([all, !pairs[39].clone()])), Satisfiable::No);
    }

    #[test]
    fn what_no_search_answers_soon_is_undecided() {
        let mut atoms = Atoms::default();
        let names: Vec<String> = (0..30).map(|index| format!("P{index:02}")).collect();
        let values: Vec<Arc<str>> = (0..29).map(|index| format!("v{index}").into()).collect();
        for name in &names {
            atoms.set_domain(name.as_str().into(), Domain { values: values.clone() });
        }
        let mut pairs = Vec::new();
        for (index, one) in names.iter().enumerate() {
            pairs.extend(names.iter().take(index).map(|other| !same(&mut atoms, other, one)));
        }
        let free = equals(&mut atoms, "Free", "x");
        atoms.budget = satisfy::Budget::of(1 << 18);
        // Thirty that are all different have no place in twenty-nine.
        let question = Formula::and(pairs.clone());
        for _ in 0..200 {
            let answer = atoms.satisfiable(&question);
            assert!(answer == Satisfiable::Undecided, "it is answered");
        }
        // What is easy is decided all the same.
        assert_eq!(atoms.satisfiable(&Formula::and([free.clone(), !free.clone()])), Satisfiable::No);
        let two = Formula::and([pairs[0].clone(), pairs[1].clone(), free]);
        assert!(matches!(atoms.satisfiable(&two), Satisfiable::Yes(_)));
    }

    #[test]
    fn what_shares_nothing_is_decided_apart() {
        let mut atoms = Atoms::default();
        let mut parts: Vec<Formula> = Vec::new();
        for index in 0..40 {
            let (one, other) = (format!("A{index}"), format!("B{index}"));
            let (x, y) = (equals(&mut atoms, &one, "x"), equals(&mut atoms, &other, "y"));
            parts.push(Formula::or([Formula::and([x.clone(), !y.clone()]), Formula::and([!x, y])]));
        }
        let (x, y) = (equals(&mut atoms, "Z", "x"), equals(&mut atoms, "Z", "y"));
        assert!(matches!(atoms.satisfiable(&Formula::and(parts.clone())), Satisfiable::Yes(_)));
        parts.push(Formula::or([Formula::and([x.clone(), y.clone()]), Formula::and([x.clone(), !x.clone(), y])]));
        assert_eq!(atoms.satisfiable(&Formula::and(parts)), Satisfiable::No);
    }

    #[test]
    fn defaults_decide_as_far_as_they_are_known() {
        let mut atoms = Atoms::default();
        let (dev, use_profile) = (equals(&mut atoms, "Env", "dev"), equals(&mut atoms, "Use", "yes"));
        atoms.note_default(&!dev.clone(), true);
        assert_eq!(atoms.by_default(&dev), Some(false));
        assert_eq!(atoms.by_default(&Formula::and([dev.clone(), use_profile.clone()])), Some(false));
        assert_eq!(atoms.by_default(&Formula::or([dev, use_profile])), None);
    }

    #[test]
    fn an_example_names_what_it_needs() {
        let mut atoms = Atoms::default();
        let (dev, large) = (equals(&mut atoms, "Env", "dev"), equals(&mut atoms, "Size", "large"));
        let Satisfiable::Yes(example) = atoms.satisfiable(&Formula::or([dev, !large])) else { unreachable!() };
        assert_eq!(atoms.describe(&example), "Size is not large");
    }

    #[test]
    fn an_example_reads_as_words() {
        let mut atoms = Atoms::default();
        let (dev, prod) = (equals(&mut atoms, "Env", "\"dev\""), equals(&mut atoms, "Env", "\"prod\""));
        let create =
            Formula::Atom(atoms.atom(AtomKind::Truth { subject: "var.create".into() }, &["var.create".into()]));
        let Satisfiable::Yes(example) = atoms.satisfiable(&Formula::and([!dev, prod, create])) else {
            unreachable!("the formula can hold");
        };
        assert_eq!(atoms.describe(&example), "Env is \"prod\" and var.create is true");
    }
}
