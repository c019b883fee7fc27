//! What is found in plans and states, with and without the configuration they were made from, kept in `expected.txt` of
//! each directory of `testdata/plans`.
//!
//! With `ROLECALL_ORACLE` set to the oracle's path the plans and states are recorded again; with
//! `ROLECALL_WRITE_EXPECTED=1` what is found is written down, to be read.

#[cfg(test)]
mod support;

use std::collections::BTreeMap;
use std::path::Path;

use support::Files;

/// What `terraform show -json` gave, and how the runs with it are called.
const RECORDS: [&str; 2] = ["plan.json", "state.json"];

fn found(name: &str, files: &Files) -> Vec<String> {
    let found = support::check(files, false);
    let line = |one: &support::Found| {
        format!("{name}: {}:{}:{} {} {}: {}", one.path, one.line, one.column, one.severity, one.rule, one.message)
    };
    found.iter().map(line).collect()
}

/// Files, and what the oracle says of them.
#[cfg(test)]
mod recording {
    use std::ffi::OsStr;
    use std::path::Path;
    use std::process::Command;

    use super::RECORDS;
    use super::support::Files;

    pub fn gather(directory: &Path, prefix: &str, files: &mut Files) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{prefix}{}", entry.file_name().into_string().unwrap());
            if entry.path().is_dir() {
                gather(&entry.path(), &format!("{path}/"), files);
            } else {
                files.insert(path, std::fs::read_to_string(entry.path()).unwrap());
            }
        }
    }

    /// Asks the oracle, and keeps what does not change from run to run.
    pub fn record(oracle: &OsStr, directory: &Path, arguments: &str) {
        for (command, file) in ["plan", "state"].into_iter().zip(RECORDS) {
            let mut ask = Command::new(oracle);
            ask.arg(command);
            for variable in arguments.lines() {
                ask.arg("--var").arg(variable);
            }
            let answer = ask.arg(directory).output().unwrap();
            let errors = String::from_utf8_lossy(&answer.stderr);
            assert!(answer.status.success(), "{command} {}: {errors}", directory.display());
            let mut json: serde_json::Value = serde_json::from_slice(&answer.stdout).unwrap();
            json.as_object_mut().unwrap().remove("timestamp");
            std::fs::write(directory.join(file), serde_json::to_string_pretty(&json).unwrap() + "\n").unwrap();
        }
    }
}

#[test]
fn plans_and_states_say_what_their_configuration_says() {
    let mut wrong = Vec::new();
    for name in support::names("testdata/plans").unwrap() {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/plans").join(&name);
        let mut files: Files = BTreeMap::new();
        recording::gather(&directory, "", &mut files);
        if let Some(oracle) = std::env::var_os("ROLECALL_ORACLE") {
            recording::record(&oracle, &directory, files.get("arguments").map_or("", String::as_str));
            recording::gather(&directory, "", &mut files);
        }
        // What was there when the plan was made and is not any more.
        let absent = files.remove("absent").unwrap_or_default();
        files.remove("expected.txt");
        let mut now = Vec::new();
        for record in RECORDS {
            let other = |path: &str| RECORDS.contains(&path) && path != record;
            let gone = |path: &str| absent.lines().any(|prefix| path.starts_with(prefix));
            let beside: Files = files.iter().filter(|(path, _)| !other(path) && !gone(path)).map(clone).collect();
            let alone: Files = files.iter().filter(|(path, _)| *path == record).map(clone).collect();
            now.extend(found(record, &beside));
            now.extend(found(&format!("{record} alone"), &alone));
        }
        let text = now.iter().map(|line| format!("{line}\n")).collect::<String>();
        if std::env::var_os("ROLECALL_WRITE_EXPECTED").is_some() {
            std::fs::write(directory.join("expected.txt"), &text).unwrap();
        } else {
            let expected = support::read(&format!("testdata/plans/{name}/expected.txt")).unwrap_or_default();
            let expected: Vec<String> = expected.lines().map(str::to_string).collect();
            wrong.extend(support::differences(&expected, &now).into_iter().map(|line| format!("{name}: {line}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn clone((path, text): (&String, &String)) -> (String, String) {
    (path.clone(), text.clone())
}
