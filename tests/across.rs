//! Projects of several templates, and what is found in them; see `testdata/cloudformation/across/README.md`.

mod support;

#[path = "support/tree.rs"]
mod tree;

use std::fs;
use std::path::Path;

use support::{analyse, check, differences, names};
use tree::tree;

const ROOT: &str = "testdata/cloudformation/across";

#[test]
fn findings_are_where_their_authors_would_mend_them() {
    let mut failures = Vec::new();
    let projects: Vec<String> = names(ROOT).unwrap().into_iter().filter(|name| !name.contains('.')).collect();
    assert!(projects.len() >= 10, "only {} projects", projects.len());
    for project in projects {
        let root = format!("{ROOT}/{project}");
        let texts = tree(&root).unwrap();
        let mut found: Vec<String> = check(&texts, false)
            .into_iter()
            .map(|found| {
                let when = found.when.map(|when| format!(" when {when}")).unwrap_or_default();
                format!("{}:{} {}: {}{when}", found.path, found.line, found.rule, found.message)
            })
            .chain(analyse(&texts).1.notes.into_iter().map(|note| format!("note: {note}")))
            .collect();
        found.sort();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&root).join("expected.txt");
        if std::env::var_os("ROLECALL_WRITE_EXPECTED").is_some() {
            let lines: String = found.iter().map(|line| format!("{line}\n")).collect();
            fs::write(&path, lines).unwrap();
        }
        let expected: Vec<String> = fs::read_to_string(&path).unwrap().lines().map(str::to_owned).collect();
        failures.extend(differences(&expected, &found).into_iter().map(|text| format!("{root}: {text}")));
    }
    assert!(failures.is_empty(), "{} failures\n{}\n", failures.len(), failures.join("\n"));
}
