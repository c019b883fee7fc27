//! Whether a formula can hold: a search over the values that subjects may have.
//!
//! Subjects are given a value one after the other, and a branch is left as soon as the formula, or something that holds
//! in every deployment, has become false; so many independent conditions cost little. A text that is compared with no
//! literal is "anything else", and where subjects are compared with each other there are as many of these as subjects.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{AtomId, AtomKind, Atoms, Formula, Satisfiable};

/// Most values that are tried for one question.
const MAX_TRIES: usize = 1 << 14;

/// What a subject is in a branch of the search.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pick<'a> {
    /// This literal.
    Literal(&'a str),
    /// A text that is none of the literals; two of different number are different.
    Other(usize),
    /// The subject is an opaque condition, and this is its answer.
    Answer(bool),
}

impl Atoms {
    /// Whether `formula` can hold. Exact over [`AtomKind::Truth`], [`AtomKind::Equals`] and [`AtomKind::Same`]; opaque
    /// atoms are taken to be independent of everything, and where two that share a variable are involved the answer is
    /// `Undecided`. An example names no more atoms than it needs.
    pub fn satisfiable(&self, formula: &Formula) -> Satisfiable {
        match formula {
            Formula::True => return Satisfiable::Yes(Vec::new()),
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
        let subjects = self.ordered_subjects(&asked, &involved);
        let options = self.options(&subjects, &involved);
        let mut search = Search {
            atoms: self,
            formula,
            constraints: &constraints,
            subjects: &subjects,
            options: &options,
            picks: HashMap::new(),
            tries: 0,
        };
        match search.descend(0) {
            Some(true) if self.may_depend_on_each_other(&involved) => Satisfiable::Undecided,
            Some(true) => {
                search.forget_what_is_not_needed();
                let known = asked.iter().filter_map(|atom| Some((*atom, search.truth(*atom)?)));
                Satisfiable::Yes(known.collect())
            }
            Some(false) => Satisfiable::No,
            None => Satisfiable::Undecided,
        }
    }

    /// What an atom is about: one subject, or two that are compared.
    pub(super) fn subjects(&self, atom: AtomId) -> [&str; 2] {
        match &self.get(atom).kind {
            AtomKind::Truth { subject } | AtomKind::Equals { subject, .. } => [subject, subject],
            AtomKind::Same { one, other } => [one, other],
            AtomKind::Opaque { text } => [text, text],
        }
    }

    fn is_free(&self, atom: AtomId) -> bool {
        let is_free = |subject: &&str| !self.constrained.contains(*subject) && !self.domains.contains_key(*subject);
        self.subjects(atom).iter().all(is_free)
    }

    /// What holds in every deployment and is about the subjects of `involved`, to which its own atoms are added.
    fn relevant_constraints(&self, involved: &mut BTreeSet<AtomId>) -> Vec<&Formula> {
        let mut subjects: BTreeSet<&str> = involved.iter().flat_map(|atom| self.subjects(*atom)).collect();
        let mut relevant: Vec<&Formula> = Vec::new();
        let mut rest: Vec<(&Formula, BTreeSet<AtomId>)> = self
            .constraints
            .iter()
            .map(|constraint| {
                let mut atoms = BTreeSet::new();
                constraint.atoms(&mut atoms);
                (constraint, atoms)
            })
            .collect();
        loop {
            let before = rest.len();
            rest.retain(|(constraint, atoms)| {
                let own: Vec<&str> = atoms.iter().flat_map(|atom| self.subjects(*atom)).collect();
                let shares = own.iter().any(|subject| subjects.contains(subject));
                if shares {
                    subjects.extend(own);
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

    /// The subjects in the order in which they are given a value: those of the question first.
    fn ordered_subjects<'s>(&'s self, asked: &BTreeSet<AtomId>, involved: &BTreeSet<AtomId>) -> Vec<&'s str> {
        let mut ordered: Vec<&str> = Vec::new();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for atom in asked.iter().chain(involved.difference(asked)) {
            ordered.extend(self.subjects(*atom).into_iter().filter(|subject| seen.insert(subject)));
        }
        ordered
    }

    /// The values that each subject may have.
    fn options<'s>(&'s self, subjects: &[&'s str], involved: &BTreeSet<AtomId>) -> Vec<Vec<Pick<'s>>> {
        let classes = self.compared(subjects, involved);
        let mut literals: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
        let mut members: BTreeMap<usize, usize> = BTreeMap::new();
        for (subject, class) in subjects.iter().zip(&classes) {
            *members.entry(*class).or_default() += 1;
            if let Some(domain) = self.domains.get(*subject) {
                literals.entry(*class).or_default().extend(domain.values.iter().map(|value| &**value));
            }
        }
        let place: HashMap<&str, usize> = subjects.iter().zip(&classes).map(|(one, class)| (*one, *class)).collect();
        for atom in involved {
            let (subject, literal) = match &self.get(*atom).kind {
                AtomKind::Equals { subject, literal } => (subject, &**literal),
                AtomKind::Truth { subject } => (subject, "true"),
                AtomKind::Same { .. } | AtomKind::Opaque { .. } => continue,
            };
            if let Some(class) = place.get(&**subject) {
                literals.entry(*class).or_default().insert(literal);
            }
        }
        let opaque: BTreeSet<&str> = involved
            .iter()
            .filter(|atom| matches!(self.get(**atom).kind, AtomKind::Opaque { .. }))
            .flat_map(|atom| self.subjects(*atom))
            .collect();
        let options_of = |(subject, class): (&&'s str, &usize)| -> Vec<Pick<'s>> {
            if opaque.contains(subject) {
                return vec![Pick::Answer(false), Pick::Answer(true)];
            }
            if let Some(domain) = self.domains.get(*subject) {
                return domain.values.iter().map(|value| Pick::Literal(value)).collect();
            }
            let others = (0..members.get(class).copied().unwrap_or(1)).map(Pick::Other);
            let known = literals.get(class).into_iter().flatten().map(|literal| Pick::Literal(literal));
            others.chain(known).collect()
        };
        subjects.iter().zip(&classes).map(options_of).collect()
    }

    /// For each subject the number of its class: those that are compared with each other, directly or through others,
    /// have the same.
    fn compared(&self, subjects: &[&str], involved: &BTreeSet<AtomId>) -> Vec<usize> {
        let place: HashMap<&str, usize> = subjects.iter().enumerate().map(|(index, name)| (*name, index)).collect();
        let mut classes: Vec<usize> = (0..subjects.len()).collect();
        for atom in involved {
            let AtomKind::Same { one, other } = &self.get(*atom).kind else { continue };
            let (Some(one), Some(other)) = (place.get(&**one), place.get(&**other)) else { continue };
            let (Some(from), Some(to)) = (classes.get(*one).copied(), classes.get(*other).copied()) else { continue };
            classes.iter_mut().filter(|class| **class == from).for_each(|class| *class = to);
        }
        classes
    }

    /// Two different atoms of which at least one is opaque, and that hang on the same variable.
    fn may_depend_on_each_other(&self, atoms: &BTreeSet<AtomId>) -> bool {
        let is_opaque = |atom: &AtomId| matches!(self.get(*atom).kind, AtomKind::Opaque { .. });
        atoms.iter().filter(|atom| is_opaque(atom)).any(|one| {
            let mentions = &self.get(*one).mentions;
            let shares = |other: &AtomId| self.get(*other).mentions.iter().any(|name| mentions.contains(name));
            !mentions.is_empty() && atoms.iter().any(|other| other != one && shares(other))
        })
    }
}

/// A search in progress.
struct Search<'a> {
    atoms: &'a Atoms,
    formula: &'a Formula,
    constraints: &'a [&'a Formula],
    subjects: &'a [&'a str],
    options: &'a [Vec<Pick<'a>>],
    picks: HashMap<&'a str, Pick<'a>>,
    tries: usize,
}

impl<'a> Search<'a> {
    /// Whether the subjects from `position` on can be chosen so that everything holds; `None` after too many tries.
    fn descend(&mut self, position: usize) -> Option<bool> {
        match self.all() {
            Some(answer) => return Some(answer),
            None if self.tries > MAX_TRIES => return None,
            None => {}
        }
        let (subject, options) = (*self.subjects.get(position)?, self.options.get(position)?);
        for pick in options {
            self.tries += 1;
            self.picks.insert(subject, *pick);
            match self.descend(position + 1) {
                Some(false) => {}
                answer => return answer,
            }
        }
        self.picks.remove(subject);
        Some(false)
    }

    /// Whether the formula and all constraints hold; `None` while that is open.
    fn all(&self) -> Option<bool> {
        let mut open = false;
        for part in std::iter::once(self.formula).chain(self.constraints.iter().copied()) {
            match self.holds(part) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => open = true,
            }
        }
        if open { None } else { Some(true) }
    }

    fn holds(&self, formula: &Formula) -> Option<bool> {
        match formula {
            Formula::True => Some(true),
            Formula::False => Some(false),
            Formula::Atom(atom) => self.truth(*atom),
            Formula::Not(inner) => self.holds(inner).map(|holds| !holds),
            Formula::And(parts) => self.decided_by(parts, false),
            Formula::Or(parts) => self.decided_by(parts, true),
        }
    }

    /// `decisive` if one part comes out so, its opposite if all parts do, else open.
    fn decided_by(&self, parts: &[Formula], decisive: bool) -> Option<bool> {
        let mut open = false;
        for part in parts {
            match self.holds(part) {
                Some(answer) if answer == decisive => return Some(decisive),
                Some(_) => {}
                None => open = true,
            }
        }
        if open { None } else { Some(!decisive) }
    }

    fn truth(&self, atom: AtomId) -> Option<bool> {
        let pick = |subject: &str| self.picks.get(subject).copied();
        match &self.atoms.get(atom).kind {
            AtomKind::Equals { subject, literal } => Some(pick(subject)? == Pick::Literal(literal)),
            AtomKind::Truth { subject } => Some(pick(subject)? == Pick::Literal("true")),
            AtomKind::Same { one, other } => Some(pick(one)? == pick(other)?),
            AtomKind::Opaque { text } => Some(pick(text)? == Pick::Answer(true)),
        }
    }

    /// Takes back what was chosen for subjects that nothing hangs on in this example.
    fn forget_what_is_not_needed(&mut self) {
        for subject in self.subjects {
            if let Some(pick) = self.picks.remove(subject)
                && self.all() != Some(true)
            {
                self.picks.insert(subject, pick);
            }
        }
    }
}
