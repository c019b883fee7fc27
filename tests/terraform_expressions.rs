//! Terraform's recorded answers for expressions of every kind, against those of the evaluator.

#[path = "support/answers.rs"]
mod answers;
#[path = "support/memory.rs"]
mod memory;

use std::collections::BTreeMap;
use std::path::Path;

use answers::same;
use memory::Memory;
use rolecall::terraform::{self, Inputs, Library};
use rolecall::value::{Shape, Value};
use serde_json::Value as Json;

/// Answers that differ, with the reason.
const KNOWN_DIFFERENCES: &[(&str, &str)] = &[
    ("nosuchfunction(1)", "a function that is not known here may exist: its value is unknown"),
    ("nofunc(1)", "as above"),
    ("file(\"missing.txt\")", "a file that is not at hand may exist: its text is unknown"),
    ("try(file(\"nope\"), \"z\")", "as above"),
    ("list(\"a\", \"b\")", "Terraform 0.11 had it, and configurations of that time are read"),
    ("map(\"a\", \"b\")", "Terraform 0.11 had it, and configurations of that time are read"),
    ("coalescelist(null, [\"b\"])", "null has no type here, and a null list is passed over"),
    ("merge(tomap({}),tomap({a=\"x\"}))", "an empty map has no element type here, so the two types are the same"),
    ("textencodebase64(\"x\", \"nope\")", "a character set that is not read here may exist: the text is unknown"),
    ("yamldecode(\"\\ta\")", "the parser takes a tab where libyaml does not"),
    ("1 / 0 > 5", "there is no infinity here: division by zero fails"),
    ("false && null", "decided by the left side, as in newer versions"),
    ("true || null", "decided by the left side, as in newer versions"),
    ("false ? {a = 1} : \"x\"", "text is not compared with the branch that is not taken"),
    ("foo", "a name that no resource type can have is unknown, and nothing is said of it"),
];

/// What the evaluator makes of an expression, as the value of an output; `None` when it does not parse, or refers to
/// what is not declared.
fn evaluate(expression: &str, files: &BTreeMap<String, String>) -> Option<Value> {
    let text = format!("output \"x\" {{\n  value = {expression}\n}}\n");
    let all = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).chain([("main.tf", text.as_str())]);
    let memory = Memory::new(all);
    let parsed =
        rolecall::syntax::parse(rolecall::text::SourceId(0), &text.as_str().into(), rolecall::syntax::Language::Hcl);
    let library = Library::default();
    let configuration = terraform::evaluate("", Inputs::default(), &library, &memory, &|_, _| None)?;
    let is_sound = parsed.1.is_empty() && configuration.diagnostics.is_empty();
    let [output] = &configuration.outputs[..] else { return None };
    is_sound.then(|| output.value.clone())
}

#[cfg(test)]
fn check(recorded: &str, files: &BTreeMap<String, String>) -> usize {
    let (mut agreed, mut failures) = (0, Vec::new());
    for line in recorded.lines() {
        let record: Json = serde_json::from_str(line).unwrap();
        let expression = record["expr"].as_str().unwrap();
        let value = evaluate(expression, files);
        let agrees = match (&record["known"], record.get("error"), &value) {
            (Json::Bool(true), _, Some(value)) => same(value, &record["value"], &record["type"]),
            (_, Some(_), value) => value.as_ref().is_none_or(Value::has_error),
            (_, _, Some(value)) => matches!(value.shape, Shape::Unknown(_)),
            (_, _, None) => false,
        };
        let listed = KNOWN_DIFFERENCES.iter().any(|(known, _)| *known == expression);
        match (agrees, listed) {
            (true, false) => agreed += 1,
            (false, true) => {}
            (true, true) => failures.push(format!("{expression}: listed as different, but it agrees")),
            (false, false) => {
                let ours = value.map_or("no value".to_string(), |value| format!("{:?}", value.shape));
                failures.push(format!("{line:.500}\n    gives {ours:.400}"));
            }
        }
    }
    assert!(failures.is_empty(), "{} of {} differ:\n{}", failures.len(), agreed + failures.len(), failures.join("\n"));
    agreed
}

#[test]
fn function_calls() {
    let agreed = check(include_str!("../testdata/terraform/expressions/functions.jsonl"), &BTreeMap::new());
    assert!(agreed > 1_300, "only {agreed} agreed");
}

#[test]
fn language() {
    let agreed = check(include_str!("../testdata/terraform/expressions/language.jsonl"), &BTreeMap::new());
    assert!(agreed > 500, "only {agreed} agreed");
}

#[test]
fn functions_of_files() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/terraform/expressions/files");
    let mut files = BTreeMap::new();
    gather(&directory, "", &mut files);
    let agreed = check(include_str!("../testdata/terraform/expressions/files.jsonl"), &files);
    assert!(agreed > 20, "only {agreed} agreed");
}

/// The texts below a directory.
#[cfg(test)]
fn gather(directory: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().into_string().unwrap());
        match std::fs::read_to_string(entry.path()) {
            Ok(text) => drop(files.insert(path, text)),
            Err(_) if entry.path().is_dir() => gather(&entry.path(), &format!("{path}/"), files),
            Err(_) => {}
        }
    }
}
