//! Whether a template deploys, against a simulation; see `testdata/cloudformation/deploys/README.md`.

use std::collections::BTreeMap;
use std::path::Path;

use rolecall::diagnostic::Severity;
use rolecall::workspace::{Settings, Workspace};

/// Where the two do not agree, by template, with the reason.
const KNOWN_DIFFERENCES: &[(&str, &str)] = &[
    ("malformed-policy", "its validation of trust policies is no measure, so the oracle makes a warning of it"),
    ("missing-service-trust", "it does not look at whom a role trusts; the service fails when it assumes the role"),
    ("serverless-role", "the same"),
    ("multiple-roles-in-profile", "it puts any number of roles into a profile that a template makes"),
];

#[test]
fn what_does_not_deploy_is_an_error_and_what_deploys_is_none() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cloudformation/deploys");
    let text = std::fs::read_to_string(directory.join("recorded.json")).unwrap();
    let recorded: BTreeMap<String, Vec<String>> = serde_json::from_str(&text).unwrap();
    let mut wrong = Vec::new();
    for (name, failures) in &recorded {
        let template = std::fs::read_to_string(directory.join(format!("{name}.yaml"))).unwrap();
        let mut workspace = Workspace::new(Settings::default());
        workspace.set("template.yaml", template);
        let report = workspace.check();
        let errors = report.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        let errors: Vec<&str> = errors.map(|diagnostic| diagnostic.rule).collect();
        let agrees = errors.is_empty() == failures.is_empty();
        let known = KNOWN_DIFFERENCES.iter().any(|(template, _)| template == name);
        assert!(!(known && agrees), "{name} is no difference any more");
        if !agrees && !known {
            wrong.push(format!("{name}: errors {errors:?}, failures {failures:?}"));
        }
        assert!(!name.ends_with("-mended") || errors.is_empty(), "{name}: {errors:?}");
    }
    assert!(recorded.len() >= 28 && wrong.is_empty(), "{}", wrong.join("\n"));
}
