//! Mistakes behind modules, locals, conditions, loops and parameters are found where they are to be mended, and their
//! correct twins are left alone.

mod support;

#[path = "support/tree.rs"]
mod tree;

use support::{Files, check, differences, names, read};
use tree::tree;

const TERRAFORM: &str = "testdata/hidden/terraform";
const CLOUDFORMATION: &str = "testdata/hidden/cloudformation";

/// The differences of one example, each with the place it was expected or found at.
fn failures(files: &Files, root: &str, expected: &str) -> Result<Vec<String>, String> {
    let expected: Vec<String> = read(expected)?.lines().map(str::to_owned).collect();
    let found: Vec<String> =
        check(files, false).into_iter().map(|found| format!("{}:{} {}", found.path, found.line, found.rule)).collect();
    Ok(differences(&expected, &found).into_iter().map(|text| format!("{root}: {text}")).collect())
}

#[test]
fn hidden_mistakes_are_found_in_terraform() {
    let mut all = Vec::new();
    let examples = names(TERRAFORM).unwrap();
    assert!(examples.len() >= 20, "only {} examples", examples.len());
    for example in examples {
        let root = format!("{TERRAFORM}/{example}");
        let texts = tree(&root).unwrap();
        all.extend(failures(&texts, &root, &format!("{root}/expected.txt")).unwrap());
    }
    assert!(all.is_empty(), "{} failures\n{}\n", all.len(), all.join("\n"));
}

#[test]
fn hidden_mistakes_are_found_in_cloudformation() {
    let mut all = Vec::new();
    let mut examples = 0;
    for name in names(CLOUDFORMATION).unwrap() {
        let Some(stem) = name.strip_suffix(".yaml").or(name.strip_suffix(".json")) else { continue };
        examples += 1;
        let texts = Files::from([(name.clone(), read(&format!("{CLOUDFORMATION}/{name}")).unwrap())]);
        let expected = format!("{CLOUDFORMATION}/{stem}.expected.txt");
        all.extend(failures(&texts, &format!("{CLOUDFORMATION}/{name}"), &expected).unwrap());
    }
    assert!(examples >= 10, "only {examples} examples");
    assert!(all.is_empty(), "{} failures\n{}\n", all.len(), all.join("\n"));
}
