//! Whether a formula can hold: a search over the values that subjects may have.
//!
//! Subjects are given a value one after the other, always one that something still hangs on, and a branch is left as soon
//! as the formula, or something that holds in every deployment, has become false. What shares no subject is decided apart,
//! so many independent conditions cost little. A text that is compared with no literal is "anything else", and where
//! subjects are compared with each other there are as many of these as subjects.
//!
//! There are questions that no search answers soon. The work for one is bounded, and so is that for all questions about one
//! unit: when it is spent, what takes more than a few steps is undecided.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{AtomId, AtomKind, Atoms, Constraint, Formula, Satisfiable};

/// Most parts of formulas that are looked at for one question.
const MAX_WORK: usize = 1 << 17;

/// Most of them for all questions about one unit, after which each question has [`LITTLE_WORK`].
const MAX_TOTAL: usize = 1 << 24;

/// What is always granted: enough for a few conditions.
const LITTLE_WORK: usize = 1 << 12;

/// How much work is left for a unit. Copies of its atoms begin anew.
#[derive(Debug)]
pub(super) struct Budget(AtomicUsize);

impl Default for Budget {
    fn default() -> Self {
        Budget::of(MAX_TOTAL)
    }
}

impl Clone for Budget {
    fn clone(&self) -> Self {
        Budget::default()
    }
}

impl Budget {
    /// For so many parts of formulas.
    pub(super) fn of(work: usize) -> Self {
        Budget(AtomicUsize::new(work))
    }

    fn granted(&self) -> usize {
        self.0.load(Ordering::Relaxed).clamp(LITTLE_WORK, MAX_WORK)
    }

    fn spend(&self, work: usize) {
        self.0.store(self.0.load(Ordering::Relaxed).saturating_sub(work), Ordering::Relaxed);
    }
}

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
        let relevant = self.relevant_constraints(&asked);
        let (most, start) = (self.budget.granted(), relevant.iter().map(|constraint| constraint.atoms.len()).sum());
        if start > most {
            return Satisfiable::Undecided;
        }
        involved.extend(relevant.iter().flat_map(|constraint| &constraint.atoms));
        let constraints: Vec<&Formula> = relevant.iter().map(|constraint| &constraint.formula).collect();
        let subjects = self.ordered_subjects(&asked, &involved);
        let options = self.options(&subjects, &involved);
        let mut search = Search {
            atoms: self,
            formula,
            constraints: &constraints,
            subjects: &subjects,
            options: subjects.iter().copied().zip(options).collect(),
            picks: HashMap::new(),
            chosen: Vec::new(),
            work: Cell::new(start),
            most,
        };
        let parts: Vec<&Formula> = std::iter::once(formula).chain(constraints.iter().copied()).collect();
        let answer = search.descend(&parts);
        self.budget.spend(search.work.get());
        match answer {
            Some(true) if self.may_depend_on_each_other(&search.beside_something(&involved)) => Satisfiable::Undecided,
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

    /// What holds in every deployment and is about the subjects of `involved`, or of others of these.
    fn relevant_constraints(&self, involved: &BTreeSet<AtomId>) -> Vec<&Constraint> {
        if self.constraints.is_empty() {
            return Vec::new();
        }
        let mut subjects: BTreeSet<&str> = involved.iter().flat_map(|atom| self.subjects(*atom)).collect();
        let mut relevant: Vec<&Constraint> = Vec::new();
        let mut rest: Vec<&Constraint> = self.constraints.iter().collect();
        loop {
            let before = rest.len();
            rest.retain(|constraint| {
                let shares = constraint.subjects.iter().any(|subject| subjects.contains(&**subject));
                if shares {
                    subjects.extend(constraint.subjects.iter().map(|subject| &**subject));
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
    options: HashMap<&'a str, Vec<Pick<'a>>>,
    picks: HashMap<&'a str, Pick<'a>>,
    /// The subjects that have a value, in the order in which they were given it.
    chosen: Vec<&'a str>,
    /// How many parts of formulas were looked at, and how many may be.
    work: Cell<usize>,
    most: usize,
}

impl<'a> Search<'a> {
    /// The atoms without those that say no more than that something is not null: whatever else is asked of it takes that
    /// for granted.
    fn beside_something(&self, atoms: &BTreeSet<AtomId>) -> BTreeSet<AtomId> {
        let is_null = |atom: &AtomId| matches!(&self.atoms.get(*atom).kind, AtomKind::Equals { literal, .. } if &**literal == "null");
        atoms.iter().filter(|atom| !is_null(atom) || self.truth(**atom) != Some(false)).copied().collect()
    }

    /// Whether the subjects without a value can be given one so that all of `parts` hold; `None` after too much work.
    fn descend(&mut self, parts: &[&'a Formula]) -> Option<bool> {
        let mut open: Vec<&'a Formula> = Vec::new();
        let mut todo: Vec<&'a Formula> = parts.iter().rev().copied().collect();
        while let Some(part) = todo.pop() {
            match (self.holds(part), part) {
                (Some(true), _) => {}
                (Some(false), _) => return Some(false),
                (None, Formula::And(inner)) => todo.extend(inner.iter().rev()),
                (None, _) => open.push(part),
            }
        }
        if self.work.get() > self.most {
            return None;
        }
        let mut answer = Some(true);
        for (subject, together) in self.apart(&open) {
            match self.branch(subject, &together) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => answer = None,
            }
        }
        answer
    }

    /// Gives a subject one value after the other. Where none will do, or that is not found out, what was chosen below is
    /// taken back.
    fn branch(&mut self, subject: &'a str, parts: &[&'a Formula]) -> Option<bool> {
        let mut answer = Some(false);
        for pick in self.options.get(subject).cloned().unwrap_or_default() {
            let before = self.chosen.len();
            self.picks.insert(subject, pick);
            self.chosen.push(subject);
            match self.descend(parts) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => answer = None,
            }
            for undone in self.chosen.drain(before..) {
                self.picks.remove(undone);
            }
            if self.work.get() > self.most {
                return None;
            }
        }
        answer
    }

    /// The parts in groups that share no subject without a value, in the order of their first parts, each with the subject
    /// to begin with: the first that its first part hangs on.
    fn apart(&self, open: &[&'a Formula]) -> Vec<(&'a str, Vec<&'a Formula>)> {
        // Each part is in the group that it points to, directly or by way of others; that is the first of the group.
        let mut group: Vec<usize> = (0..open.len()).collect();
        fn first_of(group: &[usize], mut part: usize) -> usize {
            while let Some(next) = group.get(part).filter(|next| **next != part) {
                part = *next;
            }
            part
        }
        let mut holder: HashMap<&'a str, usize> = HashMap::new();
        let mut begins: Vec<Option<&'a str>> = Vec::with_capacity(open.len());
        let mut own: Vec<&'a str> = Vec::new();
        for (place, part) in open.iter().enumerate() {
            own.clear();
            self.undecided(part, &mut own);
            begins.push(own.first().copied());
            for subject in &own {
                let (one, other) = (first_of(&group, *holder.entry(subject).or_insert(place)), first_of(&group, place));
                if let Some(later) = group.get_mut(one.max(other)) {
                    *later = one.min(other);
                }
            }
        }
        let mut groups: BTreeMap<usize, Vec<&'a Formula>> = BTreeMap::new();
        for (place, part) in open.iter().enumerate() {
            groups.entry(first_of(&group, place)).or_default().push(part);
        }
        let begun = |(first, parts)| Some((begins.get(first).copied().flatten()?, parts));
        groups.into_iter().filter_map(begun).collect()
    }

    /// The subjects without a value that a formula hangs on, in its order.
    fn undecided(&self, formula: &'a Formula, into: &mut Vec<&'a str>) {
        self.work.set(self.work.get() + 1);
        match formula {
            Formula::True | Formula::False => {}
            Formula::Atom(atom) => {
                let subjects = self.atoms.subjects(*atom);
                into.extend(subjects.into_iter().filter(|subject| !self.picks.contains_key(subject)));
            }
            Formula::Not(inner) => self.undecided(inner, into),
            Formula::And(parts) | Formula::Or(parts) => parts.iter().for_each(|part| self.undecided(part, into)),
        }
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
        self.work.set(self.work.get() + 1);
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
