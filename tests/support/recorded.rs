//! Recorded plans and states.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value as Json, json};

use super::expected::{Expected, Side};

const FILE: &str = "expected.json";

/// The texts below a directory, without what is recorded.
pub fn gather(directory: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().into_string().unwrap());
        if entry.path().is_dir() {
            gather(&entry.path(), &format!("{path}/"), files);
        } else if path != FILE {
            files.insert(path, std::fs::read_to_string(entry.path()).unwrap());
        }
    }
}

/// The variables in the file `arguments`, a `NAME=VALUE` a line.
pub fn arguments(files: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let lines = files.get("arguments").map(String::as_str).unwrap_or("").lines();
    lines.filter_map(|line| line.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect()
}

/// What is recorded for the configuration in `directory`.
pub fn read(directory: &Path) -> Expected {
    let text = std::fs::read_to_string(directory.join(FILE)).unwrap();
    let json: Json = serde_json::from_str(&text).unwrap();
    let side = |side: &Json| Side {
        outputs: side["outputs"].as_object().unwrap().clone().into_iter().collect(),
        resources: side["resources"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(address, attributes)| (address.clone(), attributes.as_object().unwrap().clone()))
            .collect(),
    };
    Expected { plan: side(&json["plan"]), state: side(&json["state"]) }
}

/// Asks the oracle for the plan and the state, and writes them down.
pub fn record(oracle: &OsStr, directory: &Path, files: &BTreeMap<String, String>) {
    let ask = |command: &str| -> Json {
        let mut oracle = Command::new(oracle);
        oracle.arg(command);
        for (name, value) in arguments(files) {
            oracle.arg("--var").arg(format!("{name}={value}"));
        }
        let answer = oracle.arg(directory).output().unwrap();
        let errors = String::from_utf8_lossy(&answer.stderr);
        assert!(answer.status.success(), "{command} {}: {errors}", directory.display());
        serde_json::from_slice(&answer.stdout).unwrap()
    };
    let (plan, state) = (ask("plan"), ask("state"));
    let planned = side(&[&plan["planned_values"], &plan["prior_state"]["values"]]);
    let recorded = json!({ "plan": planned, "state": side(&[&state["values"]]) });
    std::fs::write(directory.join(FILE), serde_json::to_string_pretty(&recorded).unwrap() + "\n").unwrap();
}

fn side(values: &[&Json]) -> Json {
    let (mut outputs, mut resources) = (Map::new(), Map::new());
    for values in values {
        for (name, output) in values["outputs"].as_object().into_iter().flatten() {
            if let Some(value) = output.get("value").filter(|value| !value.is_null()) {
                outputs.insert(name.clone(), value.clone());
            }
        }
        module(&values["root_module"], &mut resources);
    }
    json!({ "outputs": outputs, "resources": resources })
}

fn module(values: &Json, resources: &mut Map<String, Json>) {
    for resource in values["resources"].as_array().into_iter().flatten() {
        let attributes = resource["values"].as_object().into_iter().flatten();
        let is_set = |value: &Json| {
            !matches!(value, Json::Null | Json::Bool(false)) && *value != json!([]) && *value != json!({})
        };
        let attributes: Map<String, Json> = attributes
            .filter(|(name, value)| is_set(value) && *name != "tags_all")
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let address = resource["address"].as_str().unwrap_or("");
        resources.insert(address.into(), Json::Object(attributes));
    }
    for child in values["child_modules"].as_array().into_iter().flatten() {
        module(child, resources);
    }
}
