//! Hover, definitions, references and links.

use serde_json::{Value, json};

use crate::client::{Client, able, scratch, uri};
use crate::finding::SWAPPED;

/// A root module that hands a profile from one module to another.
const ROOT: &str = r#"module "iam" {
  source = "./iam"
}
module "app" {
  source  = "./app"
  profile = module.iam.profile
}
"#;
const IAM: &str = r#"resource "aws_iam_role" "web" {
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
resource "aws_iam_instance_profile" "web" {
  role = aws_iam_role.web.name
}
output "profile" {
  value = aws_iam_instance_profile.web.name
}
"#;
const APP: &str = r#"variable "profile" {}
resource "aws_instance" "web" {
  iam_instance_profile = var.profile
}
"#;

fn places(found: &Value) -> Vec<(String, u64)> {
    let place = |found: &Value| {
        let (uri, range) = match found.get("targetUri") {
            Some(uri) => (uri, &found["targetSelectionRange"]),
            None => (&found["uri"], &found["range"]),
        };
        let uri = uri.as_str().unwrap();
        let short = uri.rsplit('/').take(2).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("/");
        (short, range["start"]["line"].as_u64().unwrap())
    };
    found.as_array().unwrap().iter().map(place).collect()
}

#[test]
fn values_lead_to_what_they_mean_across_modules() {
    let root = scratch("modules", &[("main.tf", ROOT), ("iam/main.tf", IAM), ("app/main.tf", APP)]);
    let (main, iam, app) = (root.join("main.tf"), root.join("iam/main.tf"), root.join("app/main.tf"));
    let mut editor = Client::new(&root);
    editor.open(&main, ROOT);
    editor.open(&app, APP);
    editor.settle();
    let profile = [("iam/main.tf".to_owned(), 3)];
    for (path, line, character, what) in [
        (&app, 2, 26, "the variable in the slot"),
        (&app, 2, 4, "the slot's name"),
        (&main, 5, 20, "the argument of the module call"),
        (&iam, 7, 12, "the output"),
    ] {
        let found = editor.at("textDocument/definition", path, line, character);
        assert_eq!(places(&found), profile, "{what}");
    }
    let found = editor.at("textDocument/definition", &iam, 4, 10);
    assert_eq!(places(&found), [("iam/main.tf".to_owned(), 0)], "from the profile to its role");
    assert!(found[0]["originSelectionRange"].is_object());

    let found = editor.at("textDocument/references", &iam, 3, 20);
    let expected =
        [("app/main.tf", 2), ("app/main.tf", 2), ("iam/main.tf", 3), ("iam/main.tf", 7), ("modules/main.tf", 5)];
    assert_eq!(places(&found), expected.map(|(path, line)| (path.to_owned(), line)), "{found}");
    let found = editor.at("textDocument/references", &iam, 0, 20);
    assert_eq!(places(&found).iter().filter(|(path, line)| path == "iam/main.tf" && *line == 4).count(), 2, "{found}");
    editor.end();
}

#[test]
fn logical_ids_lead_to_their_declaration() {
    let template = "Parameters:\n  Name: {Type: String}\nResources:\n  Bucket:\n    Type: AWS::S3::Bucket\n    Properties:\n      \
                    BucketName: !Sub '${Name}-x'\n  Profile:\n    Type: AWS::IAM::InstanceProfile\n    DependsOn: Bucket\n    \
                    Properties:\n      Roles: [!Ref Role]\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      \
                    AssumeRolePolicyDocument:\n        Statement: {Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: ec2.amazonaws.com}}\n";
    let root = scratch("ids", &[("stack.yaml", template)]);
    let stack = root.join("stack.yaml");
    let mut plain = able();
    plain["textDocument"]["definition"] = Value::Null;
    let mut editor = Client::with(plain, &[&root], Value::Null);
    editor.open_uri(&uri(&stack), "yaml", template);
    let line = |text: &str| template.lines().position(|line| line.contains(text)).unwrap() as u32;
    for (at, character, to) in [("Roles:", 21, "  Role:"), ("BucketName:", 27, "  Name:")] {
        let found = editor.at("textDocument/definition", &stack, line(at), character);
        assert_eq!(places(&found), [("ids/stack.yaml".to_owned(), line(to).into())], "{at}");
        assert!(found[0]["range"].is_object(), "a client that knows no links gets places");
    }
    editor.end();
}

#[test]
fn hover_shows_the_chain_and_the_page() {
    let text = format!("{SWAPPED}# rolecall: ignore[profile-without-role] -- not yet\n");
    let root = scratch("hover", &[("main.tf", &text)]);
    let main = root.join("main.tf");
    let mut editor = Client::new(&root);
    editor.open(&main, &text);
    let hover = editor.at("textDocument/hover", &main, 4, 30);
    let shown = hover["contents"]["value"].as_str().unwrap().to_owned();
    assert_eq!(hover["contents"]["kind"], "markdown");
    assert!(shown.starts_with("**aws\\_instance.web** `iam_instance_profile` **broken**: "), "{shown}");
    assert!(shown.contains(&format!("]({}#L1)", uri(&main))), "{shown}");
    assert!(shown.contains("trusts ec2.amazonaws.com"), "{shown}");
    assert_eq!(hover["range"]["start"], json!({ "line": 4, "character": 25 }));

    let comment = editor.at("textDocument/hover", &main, 9, 30);
    assert!(comment["contents"]["value"].as_str().unwrap().starts_with("# profile-without-role\n"), "{comment}");
    assert_eq!(editor.at("textDocument/hover", &main, 9, 2), Value::Null);

    let about = json!({ "textDocument": { "uri": uri(&main) } });
    let links = editor.request("textDocument/documentLink", about).unwrap();
    assert_eq!(links[0]["range"]["start"], json!({ "line": 9, "character": 19 }));
    let link = editor.request("documentLink/resolve", links[0].clone()).unwrap();
    assert!(link["target"].as_str().unwrap().ends_with("/profile-without-role.md"));
    editor.end();

    let mut editor = Client::with(json!({}), &[&root], Value::Null);
    editor.open(&main, &text);
    let hover = editor.at("textDocument/hover", &main, 4, 30);
    assert_eq!(hover["contents"]["kind"], "plaintext");
    assert!(hover["contents"]["value"].as_str().unwrap().contains("(main.tf:1)"));
    editor.end();
}
