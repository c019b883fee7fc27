//! Any directories against Terraform, without recording anything:
//!
//! ```text
//! cargo run --example differential -- --oracle PATH [--keep FOLDER] [--top FOLDER] DIRECTORY…
//! ```
//!
//! Each directory is planned and applied by the oracle, with placeholders for required variables, and evaluated by us with
//! the same values; the defaults of root variables count as given. Every attribute that Terraform has is compared, and
//! every reference with the object it leads to. What the oracle answered is kept in the folder given by `--keep`, and not
//! asked for again. Modules are read from below `--top`, by default the nearest repository.

mod comparison;
mod disk;
mod expected;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use comparison::{Comparison, Outcome};
use disk::Disk;
use expected::{Expected, Side};
use rolecall::diagnostic::Severity;
use rolecall::graph::Dialect;
use rolecall::terraform::{self, Inputs, Library};
use serde_json::Value as Json;

/// What the command line says.
#[derive(Default)]
struct Wanted {
    oracle: Option<PathBuf>,
    keep: Option<PathBuf>,
    top: Option<PathBuf>,
    directories: Vec<PathBuf>,
}

/// What the oracle said of a directory.
struct Answers {
    plan: Json,
    /// None where the configuration can be planned only.
    state: Option<Json>,
    /// The placeholders that were given: names and texts.
    filled: Vec<(String, String)>,
}

#[derive(Default)]
struct Counts {
    agree: usize,
    differ: usize,
    less: usize,
    more: usize,
    neither: usize,
}

fn main() -> ExitCode {
    let wanted = match arguments(std::env::args().skip(1)) {
        Ok(wanted) => wanted,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    let mut total = Counts::default();
    let (mut compared, mut refused) = (0, 0);
    for directory in &wanted.directories {
        let shown = directory.display();
        let answers = match answers(directory, &wanted) {
            Ok(answers) => answers,
            Err(message) => {
                refused += 1;
                println!("{shown}: not compared: {}", message.lines().next().unwrap_or(""));
                continue;
            }
        };
        match compared_with(directory, &wanted, &answers) {
            Ok(found) => {
                compared += 1;
                let counts = count(&found, answers.state.is_some());
                print!("{}", report(&shown.to_string(), &found, &counts, answers.state.is_some()));
                total.agree += counts.agree;
                total.differ += counts.differ;
                total.less += counts.less;
                total.more += counts.more;
                total.neither += counts.neither;
            }
            Err(message) => {
                refused += 1;
                println!("{shown}: not compared: {message}");
            }
        }
    }
    let Counts { agree, differ, less, more, neither } = total;
    println!("{compared} directories compared, {refused} not");
    println!("{agree} agree, {differ} differ, {less} we know less, {more} we know more, {neither} neither knows");
    if differ == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn arguments(mut given: impl Iterator<Item = String>) -> Result<Wanted, String> {
    let mut wanted = Wanted::default();
    while let Some(argument) = given.next() {
        let mut value = || given.next().map(PathBuf::from).ok_or(format!("{argument} needs a value"));
        match &*argument {
            "--oracle" => wanted.oracle = Some(value()?),
            "--keep" => wanted.keep = Some(value()?),
            "--top" => wanted.top = Some(value()?),
            _ => wanted.directories.push(argument.into()),
        }
    }
    if wanted.directories.is_empty() {
        return Err("name the directories to compare".to_string());
    }
    Ok(wanted)
}

fn answers(directory: &Path, wanted: &Wanted) -> Result<Answers, String> {
    let name = directory.to_string_lossy().trim_matches('/').replace('/', "__");
    let folder = wanted.keep.as_ref().map(|keep| keep.join(name));
    let kept = |file: &str| std::fs::read_to_string(folder.as_ref()?.join(file)).ok();
    if let Some(refusal) = kept("refusal") {
        return Err(refusal);
    }
    let parsed = |text: &str| serde_json::from_str(text).map_err(|error| format!("the answer is no JSON: {error}"));
    if let Some(plan) = kept("plan.json") {
        let state = kept("state.json").map(|text| parsed(&text)).transpose()?;
        let filled = placeholders(&kept("filled").unwrap_or_default());
        return Ok(Answers { plan: parsed(&plan)?, state, filled });
    }
    let keep = |file: &str, text: &str| match &folder {
        Some(folder) => std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(folder.join(file), text))
            .map_err(|error| format!("cannot keep {file}: {error}")),
        None => Ok(()),
    };
    let oracle = wanted.oracle.as_ref().ok_or("nothing is kept of it, and there is no --oracle to ask")?;
    let ask = |command: &str| {
        let answer = Command::new(oracle).arg(command).arg("--fill").arg(directory).output();
        let answer = answer.map_err(|error| format!("cannot run the oracle: {error}"))?;
        let (out, err) = (String::from_utf8_lossy(&answer.stdout), String::from_utf8_lossy(&answer.stderr));
        if answer.status.success() { Ok((out.into_owned(), err.into_owned())) } else { Err(err.into_owned()) }
    };
    let (plan, said) = ask("plan").inspect_err(|refusal| {
        if let Err(message) = keep("refusal", refusal) {
            eprintln!("{message}");
        }
    })?;
    let filled = said.lines().rev().find_map(|line| line.strip_prefix("filled: ")).unwrap_or("");
    let state = ask("state").ok().map(|(state, _)| state);
    keep("plan.json", &plan)?;
    keep("filled", filled)?;
    if let Some(state) = &state {
        keep("state.json", state)?;
    }
    let state = state.map(|text| parsed(&text)).transpose()?;
    Ok(Answers { plan: parsed(&plan)?, state, filled: placeholders(filled) })
}

/// `-var=NAME=VALUE …`, where a value holds no blank.
fn placeholders(line: &str) -> Vec<(String, String)> {
    let assignments = line.split_whitespace().filter_map(|word| word.strip_prefix("-var=")?.split_once('='));
    assignments.map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

fn compared_with(directory: &Path, wanted: &Wanted, answers: &Answers) -> Result<Vec<Comparison>, String> {
    let real = directory.canonicalize().map_err(|error| error.to_string())?;
    let top = match &wanted.top {
        Some(top) => top.canonicalize().map_err(|error| error.to_string())?,
        None => real.ancestors().find(|up| up.join(".git").exists()).unwrap_or(&real).to_path_buf(),
    };
    let root = real.strip_prefix(&top).map_err(|_| "it is not below --top")?.to_string_lossy().into_owned();
    let expected = both_sides(answers);
    let interest = every_attribute(&expected);
    let mut disk = Disk::new(top);
    let (path, text) = defaults(&root, &disk);
    disk.lay_over(path, text);
    let library = Library::default();
    let inputs = Inputs { variables: answers.filled.clone(), ..Inputs::default() };
    let asked = |_: Dialect, kind: &str| Some(interest.get(kind).copied().unwrap_or(&[]));
    let configuration = terraform::evaluate(&root, inputs, &library, &disk, &asked).ok_or("there is no module")?;
    let mut found = comparison::comparisons(&configuration, &expected, &asked);
    for diagnostic in configuration.diagnostics.iter().filter(|found| found.severity == Severity::Error) {
        let place = format!("{}: {}", disk_path(&disk, diagnostic.span.source), diagnostic.message);
        found.push(Comparison {
            place,
            outcome: Outcome::Differs,
            planned: true,
            detail: "ours   this finding\n    theirs it plans".to_string(),
        });
    }
    Ok(found)
}

fn disk_path(disk: &Disk, source: rolecall::text::SourceId) -> std::sync::Arc<str> {
    rolecall::files::Files::path(disk, source)
}

/// The variable file that Terraform reads first, with the defaults of all root variables behind what it says itself, so
/// that they count as given. What is written first in it holds.
fn defaults(root: &str, disk: &Disk) -> (String, String) {
    let path = rolecall::paths::join(root, "terraform.tfvars");
    let mut text = disk.text(&path).unwrap_or_default() + "\n";
    if let Some(module) = Library::default().module(root, disk) {
        for variable in &module.variables.items {
            if let Some(at) = module.attribute(variable, "default") {
                let written = module.document(at).source_slice(at.node);
                let _ = writeln!(text, "{} = {written}", variable.name);
            }
        }
    }
    (path, text)
}

/// The attributes of each type that Terraform has anywhere.
fn every_attribute(expected: &Expected) -> HashMap<String, &'static [&'static str]> {
    let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (address, attributes) in &expected.state.resources {
        let Some((_, kind)) = comparison::kind_of(address) else { continue };
        // What is only written is in no state.
        names.entry(kind).or_default().extend(attributes.keys().filter(|name| !name.ends_with("_wo")).map(|n| &**n));
    }
    let leaked = |mut names: Vec<&str>| -> &'static [&'static str] {
        names.sort_unstable();
        names.dedup();
        let owned: Vec<&'static str> = names.iter().map(|name| &*name.to_string().leak()).collect();
        owned.leak()
    };
    names.into_iter().map(|(kind, names)| (kind.to_string(), leaked(names))).collect()
}

/// Both sides, with everything that is not null. Without a state, what is planned stands for it.
fn both_sides(answers: &Answers) -> Expected {
    let mut plan = Side::default();
    for values in [&answers.plan["planned_values"], &answers.plan["prior_state"]["values"]] {
        take(values, &mut plan);
    }
    // What is not known as a whole is not planned.
    for change in answers.plan["resource_changes"].as_array().into_iter().flatten() {
        let Some(attributes) = change["address"].as_str().and_then(|address| plan.resources.get_mut(address)) else {
            continue;
        };
        for (name, unknown) in change["change"]["after_unknown"].as_object().into_iter().flatten() {
            if any_true(unknown) {
                attributes.remove(name);
            }
        }
    }
    for (name, change) in answers.plan["output_changes"].as_object().into_iter().flatten() {
        if any_true(&change["after_unknown"]) {
            plan.outputs.remove(name);
        }
    }
    let mut state = Side::default();
    match &answers.state {
        Some(json) => take(&json["values"], &mut state),
        None => {
            for values in [&answers.plan["planned_values"], &answers.plan["prior_state"]["values"]] {
                take(values, &mut state);
            }
        }
    }
    Expected { plan, state }
}

fn any_true(json: &Json) -> bool {
    match json {
        Json::Bool(value) => *value,
        Json::Array(items) => items.iter().any(any_true),
        Json::Object(entries) => entries.values().any(any_true),
        _ => false,
    }
}

fn take(values: &Json, side: &mut Side) {
    for (name, output) in values["outputs"].as_object().into_iter().flatten() {
        if let Some(value) = output.get("value").filter(|value| !value.is_null()) {
            side.outputs.insert(name.clone(), value.clone());
        }
    }
    let mut modules = vec![&values["root_module"]];
    while let Some(module) = modules.pop() {
        for resource in module["resources"].as_array().into_iter().flatten() {
            let attributes = resource["values"].as_object().cloned().unwrap_or_default();
            let attributes = attributes.into_iter().filter(|(_, value)| !value.is_null()).collect();
            side.resources.insert(resource["address"].as_str().unwrap_or("").to_string(), attributes);
        }
        modules.extend(module["child_modules"].as_array().into_iter().flatten());
    }
}

fn count(found: &[Comparison], applied: bool) -> Counts {
    let mut counts = Counts::default();
    for comparison in found {
        match (comparison.outcome, comparison.planned) {
            // Without a state there is nothing to hold what is not planned against.
            (_, false) if !applied => counts.neither += 1,
            (Outcome::Differs, _) => counts.differ += 1,
            (Outcome::Agrees, true) => counts.agree += 1,
            (Outcome::Agrees, false) => counts.more += 1,
            (Outcome::Less, true) => counts.less += 1,
            (Outcome::Less, false) => counts.neither += 1,
        }
    }
    counts
}

fn report(shown: &str, found: &[Comparison], counts: &Counts, applied: bool) -> String {
    let Counts { agree, differ, less, more, neither } = counts;
    let mut text = format!("{shown}: {agree} agree, {differ} differ, {less} less, {more} more, {neither} neither\n");
    for comparison in found {
        let word = match (comparison.outcome, comparison.planned) {
            (_, false) if !applied => continue,
            (Outcome::Differs, _) => "differs",
            (Outcome::Less, true) => "less",
            _ => continue,
        };
        let _ = writeln!(text, "  {word}: {}\n    {}", comparison.place, comparison.detail);
    }
    text
}
