//! What Terraform makes of whole configurations, against ours: every attribute and output, references replaced by the text
//! that the recorded state has for them. With `ROLECALL_ORACLE` set to the oracle's path the answers are recorded again.

#[path = "support/comparison.rs"]
mod comparison;
#[path = "support/expected.rs"]
mod expected;
#[cfg(test)]
#[path = "differential/failing.rs"]
mod failing;
#[path = "support/memory.rs"]
mod memory;
#[cfg(test)]
#[path = "support/recorded.rs"]
mod recorded;
#[cfg(test)]
mod support;
#[cfg(test)]
#[path = "support/tree.rs"]
mod tree;

use std::collections::BTreeMap;
use std::path::Path;

use comparison::Outcome;
use memory::Memory;
use rolecall::graph::{Configuration, Dialect};
use rolecall::terraform::{self, Inputs, Library};

/// What is said differently, as `configuration: place`, with the reason.
const KNOWN_DIFFERENCES: &[(&str, &str)] =
    &[("numbers-and-texts: output.session", "what type an argument has, only the provider's schema says")];

fn interest(dialect: Dialect, kind: &str) -> Option<&'static [&'static str]> {
    let wanted: &[&str] = match (dialect, kind) {
        (Dialect::Terraform, "aws_iam_role") => {
            &["name", "name_prefix", "path", "tags", "assume_role_policy", "max_session_duration"]
        }
        (Dialect::Terraform, "aws_iam_instance_profile") => &["name", "name_prefix", "path", "role"],
        (Dialect::Terraform, "aws_iam_policy" | "aws_iam_role_policy") => &["name", "role", "policy"],
        (Dialect::Terraform, "aws_iam_role_policy_attachment") => &["role", "policy_arn"],
        (Dialect::Terraform, "aws_iam_policy_document") => &["json"],
        (Dialect::Terraform, "aws_instance" | "aws_launch_configuration") => {
            &["ami", "instance_type", "image_id", "iam_instance_profile"]
        }
        (Dialect::Terraform, "aws_launch_template") => &[
            "name",
            "name_prefix",
            "iam_instance_profile",
            "tag_specifications",
            "metadata_options",
            "block_device_mappings",
            "tags",
        ],
        (Dialect::Terraform, "aws_autoscaling_group") => &["min_size", "availability_zones", "launch_template"],
        (Dialect::Terraform, "aws_lambda_function") => &["function_name", "role", "handler", "environment"],
        (Dialect::Terraform, "terraform_data") => &["input"],
        _ => return None,
    };
    Some(wanted)
}

#[cfg(test)]
fn evaluated(name: &str, files: &BTreeMap<String, String>) -> Configuration {
    let memory = Memory::new(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let library = Library::default();
    let inputs = Inputs { variables: recorded::arguments(files), ..Inputs::default() };
    let configuration = terraform::evaluate("", inputs, &library, &memory, &interest).unwrap();
    let messages: Vec<_> = configuration.diagnostics.iter().map(|diagnostic| &diagnostic.message).collect();
    assert!(messages.is_empty(), "{name}: {messages:?}");
    configuration
}

#[test]
fn configurations_evaluate_as_in_terraform() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/terraform/values");
    let oracle = std::env::var_os("ROLECALL_ORACLE");
    let mut names: Vec<String> = std::fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    let (mut agree, mut less, mut more, mut failures) = (0, 0, 0, Vec::new());
    for name in &names {
        let directory = root.join(name);
        let mut files = BTreeMap::new();
        recorded::gather(&directory, "", &mut files);
        if let Some(oracle) = &oracle {
            recorded::record(oracle, &directory, &files);
        }
        let expected = recorded::read(&directory);
        let configuration = evaluated(name, &files);
        for comparison in comparison::comparisons(&configuration, &expected, &interest) {
            let place = format!("{name}: {}", comparison.place);
            let listed = KNOWN_DIFFERENCES.iter().any(|(known, _)| *known == place);
            match (comparison.outcome, comparison.planned) {
                (Outcome::Differs, _) if listed => {}
                (Outcome::Differs, _) => failures.push(format!("{}\n    {}", place, comparison.detail)),
                (_, _) if listed => failures.push(format!("{}: listed as different, but it agrees", place)),
                (Outcome::Agrees, true) => agree += 1,
                (Outcome::Agrees, false) => more += 1,
                (Outcome::Less, true) => {
                    less += 1;
                    println!("less: {}\n    {}", place, comparison.detail);
                }
                // Neither knows.
                (Outcome::Less, false) => println!("both unknown: {}\n    {}", place, comparison.detail),
            }
        }
    }
    println!("{agree} agree, {} differ, {less} known less, {more} known more", failures.len());
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n"));
    assert!(names.len() >= 40 && agree > 300 && more > 50 && less < 30, "{agree} agree, {more} more, {less} less");
}
