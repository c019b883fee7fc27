//! The same system in Terraform and in CloudFormation gives the same findings.

mod support;

use support::{Files, check, differences, names, read};

const ROOT: &str = "testdata/twins";

/// The rules of the findings in one file, sorted, one for each finding.
fn rules(directory: &str, name: &str) -> Result<Vec<String>, String> {
    let files = Files::from([(name.to_owned(), read(&format!("{directory}/{name}"))?)]);
    let mut rules: Vec<String> = check(&files, false).into_iter().map(|found| found.rule).collect();
    rules.sort();
    Ok(rules)
}

#[test]
fn twins_have_the_same_findings() {
    let mut failures = Vec::new();
    let twins = names(ROOT).unwrap();
    assert!(twins.len() >= 15, "only {} twins", twins.len());
    for twin in twins {
        let root = format!("{ROOT}/{twin}");
        let expected: Vec<String> = read(&format!("{root}/expected.txt")).unwrap().lines().map(str::to_owned).collect();
        assert!(expected.is_sorted(), "{root}/expected.txt is not sorted");
        for (directory, name) in [("terraform", "main.tf"), ("cloudformation", "template.yaml")] {
            // What only one of the languages can get wrong stands beside it.
            let own = read(&format!("{root}/{directory}/expected.txt")).unwrap_or_default();
            let expected: Vec<String> = expected.iter().cloned().chain(own.lines().map(str::to_owned)).collect();
            let found = rules(&format!("{root}/{directory}"), name).unwrap();
            let different = differences(&expected, &found);
            failures.extend(different.into_iter().map(|text| format!("{root}/{directory}: {text}")));
        }
    }
    assert!(failures.is_empty(), "{} failures\n{}\n", failures.len(), failures.join("\n"));
}
