//! Conditions that values and resources depend on, and whether several of them can hold together.
//!
//! A condition that cannot be decided is an [`Atom`]; formulas are made of atoms. Nothing is enumerated while values are
//! computed: satisfiability is asked when a finding needs it, over the atoms that the finding involves and nothing else.

use std::collections::{BTreeMap, BTreeSet, HashMap};
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

    fn holds(&self, truth: &dyn Fn(AtomId) -> bool) -> bool {
        match self {
            Formula::True => true,
            Formula::False => false,
            Formula::Atom(atom) => truth(*atom),
            Formula::Not(inner) => !inner.holds(truth),
            Formula::And(parts) => parts.iter().all(|part| part.holds(truth)),
            Formula::Or(parts) => parts.iter().any(|part| part.holds(truth)),
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
    /// The only ones possible, written as [`AtomKind::Equals`] writes its literals.
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
    /// Formulas that hold in every deployment, such as the `Rules` of a template.
    constraints: Vec<Formula>,
}

/// Most examples that are tried for one question.
const MAX_TRIES: usize = 1 << 14;

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

    /// Says that `formula` holds in every deployment.
    pub fn assert(&mut self, formula: Formula) {
        self.constraints.push(formula);
    }

    /// Whether `formula` can hold. Exact over [`AtomKind::Truth`] and [`AtomKind::Equals`]; opaque atoms are taken to be
    /// independent of everything, and where two that share a variable are involved the answer is `Undecided`.
    pub fn satisfiable(&self, formula: &Formula) -> Satisfiable {
        match formula {
            Formula::True if self.constraints.is_empty() => return Satisfiable::Yes(Vec::new()),
            Formula::False => return Satisfiable::No,
            // One atom alone can come out either way, unless more is known of its subject.
            Formula::Atom(atom) if self.is_free(*atom) => return Satisfiable::Yes(vec![(*atom, true)]),
            Formula::Not(inner) => {
                if let Formula::Atom(atom) = **inner
                    && self.is_free(atom)
                {
                    return Satisfiable::Yes(vec![(atom, false)]);
                }
            }
            _ => {}
        }
        let mut asked = BTreeSet::new();
        formula.atoms(&mut asked);
        let mut involved = asked.clone();
        let constraints = self.relevant_constraints(&mut involved);

        // Atoms about one subject are decided together: the subject is one of the literals, or something else.
        let mut subjects: BTreeMap<&str, Vec<AtomId>> = BTreeMap::new();
        for id in &involved {
            let subject = match &self.get(*id).kind {
                AtomKind::Truth { subject } | AtomKind::Equals { subject, .. } => subject,
                AtomKind::Opaque { text } => text,
            };
            subjects.entry(subject).or_default().push(*id);
        }
        let mut choices: Vec<Vec<Vec<(AtomId, bool)>>> = Vec::new();
        let mut tries = 1usize;
        for (subject, atoms) in &subjects {
            let options = self.options(subject, atoms);
            tries = tries.saturating_mul(options.len());
            if tries > MAX_TRIES {
                return Satisfiable::Undecided;
            }
            choices.push(options);
        }
        let mut picked = vec![0usize; choices.len()];
        loop {
            let mut truth: HashMap<AtomId, bool> = HashMap::new();
            for (options, pick) in choices.iter().zip(&picked) {
                truth.extend(options.get(*pick).into_iter().flatten().copied());
            }
            let lookup = |atom: AtomId| truth.get(&atom).copied().unwrap_or(false);
            if formula.holds(&lookup) && constraints.iter().all(|constraint| constraint.holds(&lookup)) {
                if self.may_depend_on_each_other(&asked) {
                    return Satisfiable::Undecided;
                }
                return Satisfiable::Yes(asked.iter().map(|atom| (*atom, lookup(*atom))).collect());
            }
            let mut position = 0;
            loop {
                let Some(pick) = picked.get_mut(position) else { return Satisfiable::No };
                *pick += 1;
                if *pick < choices[position].len() {
                    break;
                }
                *pick = 0;
                position += 1;
            }
        }
    }

    /// Whether `formula` holds in every deployment; `false` also where that is not decided.
    pub fn is_certain(&self, formula: &Formula) -> bool {
        *formula == Formula::True || self.satisfiable(&!formula.clone()) == Satisfiable::No
    }

    fn is_free(&self, atom: AtomId) -> bool {
        let subject = match &self.get(atom).kind {
            AtomKind::Truth { subject } | AtomKind::Equals { subject, .. } => subject,
            AtomKind::Opaque { text } => text,
        };
        self.constraints.is_empty() && !self.domains.contains_key(subject)
    }

    fn relevant_constraints(&self, involved: &mut BTreeSet<AtomId>) -> Vec<&Formula> {
        let mut relevant: Vec<&Formula> = Vec::new();
        let mut rest: Vec<&Formula> = self.constraints.iter().collect();
        loop {
            let before = rest.len();
            rest.retain(|constraint| {
                let mut atoms = BTreeSet::new();
                constraint.atoms(&mut atoms);
                let shares = atoms.iter().any(|atom| self.shares_subject(*atom, involved));
                if shares {
                    involved.extend(atoms);
                    relevant.push(constraint);
                }
                !shares
            });
            if rest.len() == before {
                return relevant;
            }
        }
    }

    fn shares_subject(&self, atom: AtomId, others: &BTreeSet<AtomId>) -> bool {
        let subject = |id: AtomId| match &self.get(id).kind {
            AtomKind::Truth { subject } | AtomKind::Equals { subject, .. } => subject.clone(),
            AtomKind::Opaque { text } => text.clone(),
        };
        others.contains(&atom) || others.iter().any(|other| subject(*other) == subject(atom))
    }

    /// The ways in which the atoms about one subject can come out.
    fn options(&self, subject: &str, atoms: &[AtomId]) -> Vec<Vec<(AtomId, bool)>> {
        let domain = self.domains.get(subject);
        let literals: BTreeSet<&str> = atoms
            .iter()
            .filter_map(|atom| match &self.get(*atom).kind {
                AtomKind::Equals { literal, .. } => Some(&**literal),
                AtomKind::Truth { .. } => Some("true"),
                AtomKind::Opaque { .. } => None,
            })
            .collect();
        if literals.is_empty() {
            return [false, true].iter().map(|value| atoms.iter().map(|atom| (*atom, *value)).collect()).collect();
        }
        let outcome = |value: Option<&str>| -> Vec<(AtomId, bool)> {
            let holds = |atom: &AtomId| match &self.get(*atom).kind {
                AtomKind::Equals { literal, .. } => value == Some(&**literal),
                AtomKind::Truth { .. } => value == Some("true"),
                AtomKind::Opaque { .. } => false,
            };
            atoms.iter().map(|atom| (*atom, holds(atom))).collect()
        };
        match domain {
            Some(domain) => domain.values.iter().map(|value| outcome(Some(value))).collect(),
            None => std::iter::once(None).chain(literals.into_iter().map(Some)).map(outcome).collect(),
        }
    }

    /// Two different atoms of which at least one is opaque, and that hang on the same variable.
    fn may_depend_on_each_other(&self, atoms: &BTreeSet<AtomId>) -> bool {
        let atoms: Vec<&Atom> = atoms.iter().map(|id| self.get(*id)).collect();
        atoms.iter().enumerate().any(|(index, one)| {
            matches!(one.kind, AtomKind::Opaque { .. })
                && atoms.iter().enumerate().any(|(other_index, other)| {
                    index != other_index && one.mentions.iter().any(|name| other.mentions.contains(name))
                })
        })
    }

    /// An example as words to put behind "when": `var.create is true and var.env is "prod"`.
    pub fn describe(&self, example: &[(AtomId, bool)]) -> String {
        let mut words: Vec<String> = Vec::new();
        let mut settled: BTreeSet<&str> = BTreeSet::new();
        for (atom, _) in example.iter().filter(|(_, holds)| *holds) {
            if let AtomKind::Equals { subject, .. } = &self.get(*atom).kind {
                settled.insert(subject);
            }
        }
        for (atom, holds) in example {
            match (&self.get(*atom).kind, holds) {
                (AtomKind::Truth { subject }, _) => words.push(format!("{subject} is {holds}")),
                (AtomKind::Equals { subject, literal }, true) => words.push(format!("{subject} is {literal}")),
                (AtomKind::Equals { subject, literal }, false) if !settled.contains(&**subject) => {
                    words.push(format!("{subject} is not {literal}"));
                }
                (AtomKind::Equals { .. }, false) => {}
                (AtomKind::Opaque { text }, true) => words.push(format!("{text} holds")),
                (AtomKind::Opaque { text }, false) => words.push(format!("{text} does not hold")),
            }
        }
        words.join(" and ")
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
        assert!(matches!(atoms.satisfiable(&Formula::and([long, other])), Satisfiable::Yes(_)));
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
