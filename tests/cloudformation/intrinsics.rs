//! Intrinsic functions against what cfn-lint makes of them; see `testdata/cloudformation/intrinsics/README.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rolecall::cloudformation::evaluate;
use rolecall::files::NoFiles;
use rolecall::graph::{Configuration, Dialect};
use rolecall::syntax::{Document, Language, Node, NodeId, parse};
use rolecall::text::SourceId;
use rolecall::value::{Shape, Value};
use serde_json::{Map, Value as Json};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/cloudformation/intrinsics");

/// What makes a template one with the language extensions, in either notation.
const EXTENDED: [&str; 2] = ["Transform: AWS::LanguageExtensions\n", "{\"Transform\": \"AWS::LanguageExtensions\", "];

/// The templates by name.
fn templates() -> BTreeMap<String, String> {
    let read = |name: &str| std::fs::read_to_string(format!("{FOLDER}/{name}.yaml")).unwrap();
    let mut templates: BTreeMap<_, _> =
        ["values", "extended"].iter().map(|name| ((*name).to_owned(), read(name))).collect();
    let loops: Arc<str> = read("loops").into();
    let (document, problems) = parse(SourceId(0), &loops, Language::Yaml);
    assert_eq!(problems, []);
    for (name, text) in document.entries(document.root()) {
        let text = document.string(text).unwrap();
        let whole = match text.strip_prefix('{') {
            Some(rest) => format!("{}{rest}", EXTENDED[1]),
            None => format!("{}{text}", EXTENDED[0]),
        };
        templates.insert(document.string(name).unwrap().to_owned(), whole);
    }
    templates
}

/// The template with every parameter given its default, as cfn-lint takes them.
fn evaluated(text: &str) -> Configuration {
    let (document, problems) = parse(SourceId(0), &text.into(), Language::Yaml);
    assert_eq!(problems, []);
    let mut given = vec![("AWS::Region".to_owned(), "us-east-1".to_owned())];
    let parameters = document.get(document.root(), "Parameters");
    for (name, body) in parameters.into_iter().flat_map(|parameters| document.entries(parameters)) {
        let default = scalar(&document, document.get(body, "Default").unwrap());
        given.push((document.string(name).unwrap().to_owned(), default));
    }
    let interest = |_: Dialect, _: &str| Some(&["Value"][..]);
    evaluate(&document, "template.yaml", &given, &NoFiles, &interest)
}

fn scalar(document: &Document, node: NodeId) -> String {
    match document.node(node) {
        Node::String(text) | Node::Number(text) => document.text(text).to_owned(),
        other => unreachable!("{other:?} as a default"),
    }
}

/// A value in full, or nothing if a part of it is not known.
fn known(value: &Value) -> Option<Json> {
    match &value.shape {
        Shape::Null => Some(Json::Null),
        Shape::Sequence(_, items) => items.iter().map(known).collect::<Option<Vec<_>>>().map(Json::Array),
        Shape::Mapping(_, entries) => {
            let entries = entries.iter().map(|entry| Some((entry.key.to_string(), known(&entry.value)?)));
            entries.collect::<Option<Map<_, _>>>().map(Json::Object)
        }
        Shape::Json(inner) => known(inner).map(|inner| inner.to_string().into()),
        Shape::Bool(value) => Some(value.to_string().into()),
        Shape::Number(number) => Some(number.to_string().into()),
        _ => value.as_text().map(|text| text.into_owned().into()),
    }
}

/// The same value, whatever blanks a text of JSON has, and numbers being text.
fn is_same(own: &Json, recorded: &Json) -> bool {
    match (own, recorded) {
        (Json::String(own), Json::String(text)) if text.starts_with(['{', '[']) => {
            let read = |text: &str| serde_json::from_str::<Json>(text).ok();
            own == text || read(own).zip(read(text)).is_some_and(|(own, text)| is_same(&own, &text))
        }
        (Json::String(own), Json::Number(number)) => *own == number.to_string(),
        (Json::String(own), Json::Bool(value)) => *own == value.to_string(),
        (Json::Array(own), Json::Array(recorded)) => {
            own.len() == recorded.len() && own.iter().zip(recorded).all(|(own, recorded)| is_same(own, recorded))
        }
        (Json::Object(own), Json::Object(recorded)) => {
            own.len() == recorded.len()
                && own.iter().all(|(key, own)| recorded.get(key).is_some_and(|recorded| is_same(own, recorded)))
        }
        _ => own == recorded,
    }
}

/// What is not as recorded for a value, or nothing. What cfn-lint does not resolve says nothing.
fn difference(own: &Value, recorded: &[Json]) -> Option<String> {
    let values: Vec<&Json> = recorded.iter().filter_map(|answer| answer.get("value")).collect();
    let is_error = matches!(own.shape, Shape::Error(_));
    match known(own) {
        _ if recorded.is_empty() => None,
        None if is_error && values.is_empty() => None,
        Some(own) if values.iter().any(|value| is_same(&own, value)) => None,
        _ => Some(format!("{:?}, recorded {recorded:?}", own.shape)),
    }
}

#[test]
fn functions_give_what_is_recorded() {
    let recorded: Json =
        serde_json::from_str(&std::fs::read_to_string(format!("{FOLDER}/recorded.json")).unwrap()).unwrap();
    let explained = std::fs::read_to_string(format!("{FOLDER}/explained.tsv")).unwrap();
    let explained: BTreeMap<(&str, &str), &str> = explained
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split('\t');
            Some(((cells.next()?, cells.next()?), cells.next()?))
        })
        .collect();
    let templates = templates();
    let (mut wrong, mut differing, mut compared) = (Vec::new(), BTreeSet::new(), 0);
    let mut say = |case: &str, what: &str, difference: String| match explained.contains_key(&(case, what)) {
        true => drop(differing.insert((case.to_owned(), what.to_owned()))),
        false => wrong.push(format!("{case}\t{what}\t{difference}")),
    };
    for (case, answer) in recorded.as_object().unwrap() {
        let configuration = evaluated(&templates[case]);
        let undecided = !configuration.gaps.is_empty() || !configuration.diagnostics.is_empty();
        let Some(resources) = answer["resources"].as_object() else {
            compared += 1;
            if !undecided {
                say(case, "", format!("nothing is said, recorded {}", answer["error"]));
            }
            continue;
        };
        if undecided {
            say(case, "", format!("{:?} {:?}", configuration.gaps, configuration.diagnostics));
        }
        let own: BTreeSet<&str> = configuration.resources.iter().map(|resource| &*resource.name).collect();
        let theirs: BTreeSet<&str> = resources.keys().map(String::as_str).collect();
        if own != theirs {
            say(case, "", format!("there are {own:?}, recorded {theirs:?}"));
        }
        for resource in &configuration.resources {
            let Some(recorded) = resources.get(&*resource.name).and_then(Json::as_array) else { continue };
            compared += 1;
            match resource.value("Value") {
                Some(value) => {
                    if let Some(difference) = difference(value, recorded) {
                        say(case, &resource.name, difference);
                    }
                }
                None => say(case, &resource.name, "is not set".into()),
            }
        }
    }
    assert!(compared > 100, "{compared}");
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
    let idle: Vec<_> = explained.keys().filter(|(a, b)| !differing.contains(&(a.to_string(), b.to_string()))).collect();
    assert!(idle.is_empty(), "these are as recorded and need no explanation: {idle:?}");
}
