//! References and conditions of templates against cfn-lint's answers; see `testdata/cloudformation/graph/README.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rolecall::cloudformation::evaluate;
use rolecall::diagnostic::Diagnostic;
use rolecall::files::NoFiles;
use rolecall::graph::{Configuration, Dialect};
use rolecall::source::Sources;
use rolecall::syntax::{Language, parse};
use rolecall::value::{Formula, Satisfiable};
use serde_json::Value as Json;

/// Where cfn-lint is known to err, or says what we do not, as `template: what is compared`, with the reason.
const KNOWN_DIFFERENCES: &[(&str, &str)] = &[
    (
        "cloudformation/graph/known-errors.yaml: IsX IsY Joined Same Text",
        "two comparisons of one parameter are taken to exclude each other, text around a parameter to be unrelated to it, \
         and a boolean to be another text than its own",
    ),
    (
        "cloudformation/graph/regions.yaml: unavailable",
        "that a template does not work in a region which it is not written for is nothing to tell",
    ),
];

/// How much agrees.
#[derive(Default)]
struct Tally {
    agree: usize,
    /// Differences that are explained.
    explained: usize,
    /// We do not tell, because a condition cannot be decided.
    undecided: usize,
    differ: Vec<String>,
}

impl Tally {
    fn compare<T: PartialEq + std::fmt::Debug>(
        &mut self,
        explained: &mut Explained,
        place: String,
        ours: &T,
        theirs: &T,
    ) {
        let is_known = KNOWN_DIFFERENCES.iter().any(|(known, _)| *known == place);
        assert!(!is_known || ours != theirs, "{place} is no difference any more");
        match ours == theirs || is_known {
            true => self.agree += 1,
            false if explained.take(&place) => self.explained += 1,
            false => self.differ.push(format!("{place}\n    ours   {ours:?}\n    theirs {theirs:?}")),
        }
    }
}

/// The differences in templates from elsewhere that are explained, by template and what is compared: how many are left.
struct Explained(BTreeMap<(String, String), usize>);

impl Explained {
    /// What `explained.tsv` holds.
    fn read(folder: &Path) -> Explained {
        let text = std::fs::read_to_string(folder.join("explained.tsv")).unwrap();
        let row = |line: &str| {
            let [_, template, compared, differences, reason] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            assert!(!reason.is_empty(), "{line}");
            ((template.to_owned(), compared.to_owned()), differences.parse().unwrap())
        };
        Explained(text.lines().skip(1).map(row).collect())
    }

    /// Whether a difference at a place (`template: what is compared`) is one of them, which it is once.
    fn take(&mut self, place: &str) -> bool {
        let (template, compared) = place.split_once(": ").unwrap();
        let compared = if matches!(compared, "edges" | "absent" | "unavailable") { compared } else { "conditions" };
        match self.0.get_mut(&(template.to_owned(), compared.to_owned())) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }
}

type Pairs = BTreeSet<(String, String)>;

fn pairs(json: &Json) -> Pairs {
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    json.as_array().into_iter().flatten().map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
}

fn names(json: &Json) -> BTreeSet<String> {
    json.as_array().into_iter().flatten().map(|name| name.as_str().unwrap_or_default().to_owned()).collect()
}

fn exists(configuration: &Configuration, name: &str) -> Formula {
    configuration.resources.iter().find(|one| &*one.name == name).map_or(Formula::True, |one| one.exists.clone())
}

/// The combinations of named conditions that can be, each by the names that hold; `None` where that is not decided.
fn combinations(configuration: &Configuration, of: &[String]) -> Option<BTreeSet<BTreeSet<String>>> {
    let holds =
        |name: &String| configuration.conditions.iter().find(|one| *one.name == **name).map(|one| one.holds.clone());
    let formulas: Vec<Formula> = of.iter().map(holds).collect::<Option<_>>()?;
    let mut found = BTreeSet::new();
    for bits in 0..1usize << of.len() {
        let chosen = |index: usize| bits >> index & 1 == 1;
        let parts = formulas.iter().enumerate().map(|(at, one)| if chosen(at) { one.clone() } else { !one.clone() });
        match configuration.atoms.satisfiable(&Formula::and(parts)) {
            Satisfiable::Yes(_) => {
                let named = of.iter().enumerate().filter(|(index, _)| chosen(*index));
                found.insert(named.map(|(_, name)| name.clone()).collect());
            }
            Satisfiable::No => {}
            Satisfiable::Undecided => return None,
        }
    }
    Some(found)
}

fn compare(path: &str, text: String, answer: &Json, explained: &mut Explained, tallies: &mut [Tally; 4]) {
    let mut sources = Sources::new();
    let source = sources.set(path, text);
    let is_json = sources.text(source).trim_start_matches('\u{feff}').trim_start().starts_with('{');
    let language = if is_json { Language::Json } else { Language::Yaml };
    let (document, _) = parse(source, sources.text(source), language);
    let interest = |_: Dialect, _: &str| Some(&[][..]);
    let configuration = evaluate(&document, path, &[], &NoFiles, &interest);
    let [edges, absences, scenarios, findings] = tallies;

    let ours: Pairs = configuration.dependencies.iter().map(|one| (one.from.to_string(), one.to.to_string())).collect();
    edges.compare(explained, format!("{path}: edges"), &ours, &pairs(&answer["edges"]));

    let mut undecided = false;
    let certain = configuration.dependencies.iter().filter(|one| !one.conditional && !one.order_only);
    let absent = certain.filter(|one| {
        let alone = Formula::and([exists(&configuration, &one.from), !exists(&configuration, &one.to)]);
        let answer = configuration.atoms.satisfiable(&alone);
        undecided |= answer == Satisfiable::Undecided;
        matches!(answer, Satisfiable::Yes(_))
    });
    let ours: Pairs = absent.map(|one| (one.from.to_string(), one.to.to_string())).collect();
    match undecided {
        true => absences.undecided += 1,
        false => absences.compare(explained, format!("{path}: absent"), &ours, &pairs(&answer["absent"])),
    }

    let is_absence = |one: &&Diagnostic| one.message.contains(" is not made although ");
    let absent = configuration.diagnostics.iter().filter(is_absence);
    let ours: BTreeSet<String> = absent.filter_map(|one| Some(one.message.split('`').nth(1)?.to_owned())).collect();
    findings.compare(explained, format!("{path}: unavailable"), &ours, &names(&answer["unavailable"]));

    for group in answer["conditions"].as_array().into_iter().flatten() {
        let of: Vec<String> = names(&group["of"]).into_iter().collect();
        let theirs: BTreeSet<BTreeSet<String>> = group["can_be"].as_array().into_iter().flatten().map(names).collect();
        match combinations(&configuration, &of) {
            Some(ours) => scenarios.compare(explained, format!("{path}: {}", of.join(" ")), &ours, &theirs),
            None => scenarios.undecided += 1,
        }
    }
}

#[test]
fn references_and_conditions_are_those_of_cfn_lint() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cloudformation/graph");
    let elsewhere = std::env::var_os("ROLECALL_GRAPH_ANSWERS").map(PathBuf::from);
    let answers = elsewhere.clone().unwrap_or_else(|| folder.join("recorded.json"));
    let answers: Json = serde_json::from_str(&std::fs::read_to_string(answers).unwrap()).unwrap();
    let root = folder.join(answers["root"].as_str().unwrap());
    let mut explained = Explained::read(&folder);
    let mut tallies = <[Tally; 4]>::default();
    let templates = answers["templates"].as_object().unwrap();
    for (path, answer) in templates {
        // A deep template needs more stack than a test has.
        let text = std::fs::read_to_string(root.join(path)).unwrap();
        compare(path, text, answer, &mut explained, &mut tallies);
    }
    let mut differ = Vec::new();
    for (what, tally) in ["references", "absences", "conditions", "findings"].iter().zip(&tallies) {
        let Tally { agree, explained, undecided, differ: different } = tally;
        let differ_too = different.len();
        println!(
            "{what}: {agree} agree, {explained} differ as explained, {differ_too} differ, {undecided} are not decided"
        );
        differ.extend(different.iter().cloned());
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    if elsewhere.is_none() {
        let compared: usize = tallies.iter().map(|tally| tally.agree).sum();
        let undecided: usize = tallies.iter().map(|tally| tally.undecided).sum();
        assert!(
            templates.len() >= 50 && compared > 120 && undecided == 0,
            "{compared} of {} templates",
            templates.len()
        );
    }
}
