//! Chains in Terraform where conditions decide which links are there: what a whole analysis says of them.

use super::{Settings, Workspace};

/// Each chain as `resource.slot verdict`, with why where it does not hold, in the order of their places.
fn verdicts(text: &str) -> Vec<String> {
    let mut workspace = Workspace::new(Settings::default());
    workspace.set("main.tf", text);
    workspace.set_directory("", vec!["main.tf".to_owned()]);
    let report = workspace.check();
    assert_eq!(workspace.wants(), []);
    let why = |why: &str| if why.is_empty() { String::new() } else { format!(": {why}") };
    let said = |chain: &super::Chain| {
        format!("{}.{} {}{}", chain.resource, chain.slot, chain.verdict.as_str(), why(&chain.why))
    };
    report.chains.iter().map(said).collect()
}

const TRUST: &str = r#"
    variable "create" {}
    variable "other" {}
    data "aws_iam_policy_document" "trust" {
      count = var.create ? 1 : 0
      statement {
        actions = ["sts:AssumeRole"]
        principals {
          type        = "Service"
          identifiers = ["ec2.amazonaws.com"]
        }
      }
    }
    resource "aws_iam_instance_profile" "app" {
      count = var.create ? 1 : 0
      role  = one(aws_iam_role.app[*].name)
    }
    resource "aws_instance" "app" {
      count                = var.create ? 1 : 0
      iam_instance_profile = join("", aws_iam_instance_profile.app[*].name)
    }
"#;

const HOLDS: &str = "aws_instance.app[0].iam_instance_profile holds";

fn with_role(count: &str, policy: &str) -> String {
    format!("{TRUST}\nresource \"aws_iam_role\" \"app\" {{\n  count = {count}\n  assume_role_policy = {policy}\n}}\n")
}

#[test]
fn a_policy_that_is_not_there_without_the_role_decides_nothing() {
    for policy in [
        "join(\"\", data.aws_iam_policy_document.trust[*].json)",
        "one(data.aws_iam_policy_document.trust[*].json)",
        "data.aws_iam_policy_document.trust[0].json",
        "try(data.aws_iam_policy_document.trust[0].json, null)",
    ] {
        assert_eq!(verdicts(&with_role("var.create ? 1 : 0", policy)), [HOLDS], "{policy}");
    }
}

#[test]
fn what_cannot_be_planned_decides_nothing() {
    // Terraform stops where `create` is false and `other` is true.
    let text = TRUST.replace(
        "resource \"aws_iam_instance_profile\" \"app\" {\n      count = var.create",
        "resource \"aws_iam_instance_profile\" \"app\" {\n      count = var.other",
    );
    let role = "resource \"aws_iam_role\" \"app\" {\n  count = var.other ? 1 : 0\n  assume_role_policy = data.aws_iam_policy_document.trust[0].json\n}\n";
    let found = verdicts(&format!("{text}\n{role}"));
    assert!(found.iter().all(|chain| chain.ends_with(" holds") || !chain.contains("fails")), "{found:?}");
    assert!(found.iter().any(|chain| chain == HOLDS), "{found:?}");
}

#[test]
fn a_principal_from_its_data_source_is_the_service() {
    let text = r#"
        data "aws_service_principal" "ec2" { service_name = "ec2" }
        data "aws_iam_policy_document" "trust" {
          statement {
            actions = ["sts:AssumeRole"]
            principals {
              type        = "Service"
              identifiers = [data.aws_service_principal.ec2.name]
            }
          }
        }
        resource "aws_iam_role" "app" {
          assume_role_policy = data.aws_iam_policy_document.trust.json
        }
        resource "aws_iam_instance_profile" "app" { role = aws_iam_role.app.name }
        resource "aws_instance" "app" { iam_instance_profile = aws_iam_instance_profile.app.name }
    "#;
    assert_eq!(verdicts(text), ["aws_instance.app.iam_instance_profile holds"]);
}

#[test]
fn what_is_looked_up_is_said_to_be() {
    let text = r#"
        data "aws_iam_roles" "admins" {}
        resource "aws_eks_access_entry" "admins" {
          for_each      = data.aws_iam_roles.admins.arns
          cluster_name  = "main"
          principal_arn = each.value
        }
    "#;
    let found = verdicts(text);
    assert!(found[0].ends_with("undecided: data.aws_iam_roles.admins is looked up in the account"), "{found:?}");
}

#[test]
fn what_begins_like_json_and_is_yaml_is_read_as_yaml() {
    let mut workspace = Workspace::new(Settings::default());
    let text = "{\"Resources\": {'Profile': {\"Type\": \"AWS::IAM::InstanceProfile\", # one role\n\"Properties\": {Roles: [a, b]}}}}";
    workspace.set("a.template", text);
    let report = workspace.check();
    let rules: Vec<&str> = report.diagnostics.iter().map(|one| one.rule).collect();
    assert!(rules.contains(&"multiple-roles-in-profile") && !rules.contains(&"syntax-error"), "{rules:?}");
}

#[test]
fn what_is_found_inside_a_module_names_the_call_that_is_seen_nowhere_else() {
    let mut workspace = Workspace::new(Settings::default());
    let root = "module \"reader\" {\n  source  = \"./reader\"\n  buckets = []\n}\n";
    let inside = r#"
        variable "buckets" { type = list(string) }
        data "aws_iam_policy_document" "read" {
          statement {
            actions   = ["s3:GetObject"]
            resources = formatlist("arn:aws:s3:::%s/*", var.buckets)
          }
        }
        resource "aws_iam_policy" "read" {
          policy = data.aws_iam_policy_document.read.json
        }
        resource "aws_iam_role" "read" {
          name = "read"
        }
    "#;
    for (directory, name, text) in [("", "main.tf", root), ("reader", "reader/main.tf", inside)] {
        workspace.set(name, text);
        workspace.set_directory(directory, vec![name.to_owned()]);
    }
    let report = workspace.check();
    let found = report.diagnostics.iter().find(|diagnostic| diagnostic.rule == "malformed-policy").unwrap();
    let related: Vec<&str> = found.related.iter().map(|label| label.message.as_str()).collect();
    assert_eq!(related, ["it is the policy of module.reader.aws_iam_policy.read", "module.reader is called here"]);
}

#[test]
fn a_template_with_a_second_document_is_not_passed_over_in_silence() {
    let notes = |text: &str| {
        let mut workspace = Workspace::new(Settings::default());
        workspace.set("a.yaml", text);
        workspace.check().notes
    };
    let template = "Resources:\n  Role:\n    Type: AWS::IAM::Role\n";
    let said = notes(&format!("{template}---\nOutputs: {{}}\n"));
    assert_eq!(said, ["a.yaml holds several YAML documents and was not read; CloudFormation takes one"]);
    assert_eq!(notes(&format!("{template}---\n")), Vec::<String>::new());
    assert_eq!(notes("kind: A\nspec: {Resources: 'a::b'}\n---\nkind: B\n"), Vec::<String>::new());
}
