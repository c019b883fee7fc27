//! The roles that the SAM transform makes, and who is given them, against the translator itself; see
//! `testdata/cloudformation/sam/README.md`.
//!
//! With `ROLECALL_SAM_TEMPLATES` and `ROLECALL_SAM_ANSWERS` set to directories, templates there are compared with answers
//! that were recorded for them, and the differences are printed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rolecall::aws::slots;
use rolecall::cloudformation::evaluate;
use rolecall::files::NoFiles;
use rolecall::graph::Configuration;
use rolecall::link::{Linked, Means};
use rolecall::syntax::{Language, parse};
use rolecall::text::SourceId;
use rolecall::value::choice::{alternatives, collect_symbols};
use rolecall::value::{Formula, Segment, Shape, Value};
use serde_json::{Value as Json, json};

/// Text with what is not known by its name, as a template writes it.
fn text(value: &Value) -> Option<String> {
    match &value.shape {
        Shape::Text(text) => Some(text.to_string()),
        Shape::Unknown(unknown) => match &unknown.reason {
            rolecall::value::Reason::Variable(name) => Some(format!("${{{name}}}")),
            _ => None,
        },
        Shape::Template(segments) => segments
            .iter()
            .map(|segment| match segment {
                Segment::Literal { text, .. } => Some(text.to_string()),
                Segment::Value(value) => text(value),
            })
            .collect(),
        _ => None,
    }
}

/// What the transform knows as the partition of its region.
fn in_partition(text: String) -> String {
    text.replace("${AWS::Partition}", "aws")
}

fn services(value: &Value) -> Json {
    let mut found = BTreeSet::new();
    let single = [value.get("Statement").cloned().unwrap_or_else(Value::null)];
    let statements = value.get("Statement").and_then(Value::as_sequence).unwrap_or(&single);
    for statement in statements {
        let Some(principal) = statement.get("Principal") else { return Json::Null };
        let named = principal.get("Service").cloned().unwrap_or_else(Value::null);
        let single = [named.clone()];
        for service in named.as_sequence().unwrap_or(&single) {
            match service.as_text() {
                Some(service) => found.insert(service.into_owned()),
                None => return Json::Null,
            };
        }
    }
    json!(found)
}

fn managed(value: Option<&Value>) -> Json {
    let mut arns = BTreeSet::new();
    for arn in value.and_then(Value::as_sequence).unwrap_or_default() {
        match text(arn) {
            Some(arn) => arns.insert(in_partition(arn)),
            None => return Json::Null,
        };
    }
    json!(arns)
}

/// What is recorded of a template, as we see it.
fn answer(configuration: &Configuration) -> Json {
    let mut roles = BTreeMap::new();
    for (_, role) in configuration.iter().filter(|(_, resource)| &*resource.kind == "AWS::IAM::Role") {
        let trust = role.value("AssumeRolePolicyDocument");
        roles.insert(
            role.name.to_string(),
            json!({
                "services": trust.map_or(Json::Null, services),
                "conditional": !matches!(role.exists, Formula::True | Formula::False),
                "path": role.value("Path").and_then(text),
                "managed": managed(role.value("ManagedPolicyArns")),
                "bounded": role.value("PermissionsBoundary").is_some_and(|boundary| !boundary.is_null()),
            }),
        );
    }
    let linked = Linked::new(configuration, &NoFiles);
    let mut uses = BTreeSet::new();
    for slot_use in &linked.uses {
        let user = configuration.resource(slot_use.resource);
        // These are written, and not there any more after the transform.
        if matches!(&*user.kind, "AWS::Serverless::Connector" | "AWS::Serverless::WebSocketApi") {
            continue;
        }
        let mut symbols = Vec::new();
        if let Means::Identity { .. } = slot_use.means {
            for one in alternatives(&slot_use.value) {
                collect_symbols(&one.value, &mut symbols);
            }
        }
        for symbol in symbols {
            let role = configuration.resource(symbol.resource);
            if &*role.kind == "AWS::IAM::Role" {
                uses.insert(format!("{} -> {}", user.name, role.name));
            }
        }
    }
    json!({ "roles": roles, "uses": uses, "circles": circles(configuration) })
}

/// The resources that are found to wait for each other.
fn circles(configuration: &Configuration) -> Vec<Vec<String>> {
    let found = configuration.diagnostics.iter().filter(|one| one.rule == "circular-reference");
    let names = found.filter_map(|one| {
        let ends = [" need each other", " refers to itself"];
        let names = ends.iter().find_map(|end| Some(one.message.split_once(end)?.0))?;
        Some(names.split(", ").map(str::to_owned).collect())
    });
    names.collect()
}

fn evaluated(path: &Path) -> Configuration {
    let source = std::fs::read_to_string(path).unwrap();
    let (document, _) = parse(SourceId(0), &source.into(), Language::Yaml);
    evaluate(&document, "template.yaml", &[], &NoFiles, &slots::interest)
}

/// The differences between what is recorded and what we say; a value that one of the two does not know is none.
fn differences(recorded: &Json, ours: &Json) -> Vec<String> {
    let mut all = Vec::new();
    let list = |json: &Json| -> BTreeSet<String> {
        json.as_array().into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
    };
    let (theirs, mine) = (recorded["roles"].as_object().unwrap(), ours["roles"].as_object().unwrap());
    for name in theirs.keys().chain(mine.keys()).collect::<BTreeSet<_>>() {
        match (theirs.get(name), mine.get(name)) {
            (Some(_), None) => all.push(format!("the role {name} is missing")),
            (None, Some(_)) => all.push(format!("the role {name} is not made")),
            (Some(theirs), Some(mine)) => {
                for key in ["services", "conditional", "path", "managed", "bounded"] {
                    let known = !theirs[key].is_null() && !mine[key].is_null();
                    let same = match &theirs[key] {
                        Json::Array(_) => list(&theirs[key]) == list(&mine[key]),
                        plain => *plain == mine[key],
                    };
                    if known && !same {
                        all.push(format!("{name}.{key} is {} and not {}", theirs[key], mine[key]));
                    }
                }
            }
            (None, None) => {}
        }
    }
    // Permissions and the like are in the translator's circles only, and what is made of a connector begins with its name.
    let is_in = |mine: &BTreeSet<String>, theirs: &BTreeSet<String>| {
        mine.iter().all(|name| theirs.iter().any(|other| other == name || other.starts_with(&format!("{name}Policy"))))
    };
    let sets = |json: &Json| -> Vec<BTreeSet<String>> { json.as_array().into_iter().flatten().map(list).collect() };
    let (theirs, mine) = (sets(&recorded["circles"]), sets(&ours["circles"]));
    let missing = theirs.iter().filter(|theirs| !mine.iter().any(|mine| is_in(mine, theirs)));
    all.extend(missing.map(|names| format!("no circle of {names:?}")));
    let noisy = mine.iter().filter(|mine| !theirs.iter().any(|theirs| is_in(mine, theirs)));
    all.extend(noisy.map(|names| format!("{names:?} are no circle")));
    let (theirs, mine) = (list(&recorded["uses"]), list(&ours["uses"]));
    all.extend(theirs.difference(&mine).map(|missing| format!("missing {missing}")));
    all.extend(mine.difference(&theirs).map(|noisy| format!("noisy {noisy}")));
    all
}

/// Compares all templates of a directory with the answers in another; gives the number of roles and uses that are
/// recorded, and the differences.
fn compare(templates: &Path, answers: &Path) -> (usize, usize, Vec<String>) {
    let (mut roles, mut uses, mut all) = (0, 0, Vec::new());
    let mut names: Vec<_> = std::fs::read_dir(templates).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    for path in names {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let is_template = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        let Ok(recorded) = std::fs::read_to_string(answers.join(format!("{stem}.json"))) else { continue };
        if !is_template {
            continue;
        }
        let recorded: Json = serde_json::from_str(&recorded).unwrap();
        roles += recorded["roles"].as_object().unwrap().len();
        uses += recorded["uses"].as_array().unwrap().len();
        let ours = answer(&evaluated(&path));
        all.extend(differences(&recorded, &ours).into_iter().map(|difference| format!("{stem}: {difference}")));
    }
    (roles, uses, all)
}

#[test]
fn roles_are_those_that_the_translator_makes() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cloudformation/sam");
    let (roles, uses, differences) = compare(&here, &here);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!(roles >= 30 && uses >= 30, "only {roles} roles and {uses} uses are recorded");
}

#[test]
fn templates_from_elsewhere_can_be_compared() {
    let set = |name: &str| std::env::var_os(name);
    let (Some(templates), Some(answers)) = (set("ROLECALL_SAM_TEMPLATES"), set("ROLECALL_SAM_ANSWERS")) else { return };
    let (roles, uses, differences) = compare(Path::new(&templates), Path::new(&answers));
    println!("{roles} roles, {uses} uses, {} differences\n{}", differences.len(), differences.join("\n"));
}
