//! Which changes make the hook look at which root modules and templates: each test commits a tree in which everything has
//! a mistake, changes one file, and says where findings must be shown.

use std::fs;
use std::path::{Path, PathBuf};

use super::{TRUST, check, git, must, write};

/// A committed tree.
fn committed(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hook").join(name);
    let _ = fs::remove_dir_all(&root);
    must(fs::create_dir_all(&root));
    let root = must(root.canonicalize());
    for (path, text) in files {
        write(&root, path, text);
    }
    git(&root, &["init", "-q", "-b", "main"]);
    git(&root, &["add", "-A"]);
    git(&root, &["commit", "-q", "-m", "all"]);
    root
}

/// The files with findings after everything that was done to the tree is staged; then it is as it was.
fn affected(root: &Path, arguments: &[&str]) -> Vec<String> {
    git(root, &["add", "-A"]);
    let ran = check(root, &[&["--hook"], arguments].concat(), &[]);
    assert!(ran.code.is_some_and(|code| code < 2), "{}", ran.err);
    let files = ran.files().into_iter().map(str::to_owned).collect();
    git(root, &["reset", "-q", "--hard"]);
    files
}

fn touch(root: &Path, path: &str) {
    let text = must(fs::read_to_string(root.join(path)));
    let comment = if path.ends_with(".json") { "\n" } else { "# changed\n" };
    write(root, path, &format!("{text}{comment}"));
}

/// A template with a role where a profile belongs, and more resources and sections.
fn template(resources: &str, sections: &str) -> String {
    format!(
        "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: {{Statement: \
         [{{Effect: Allow, Action: 'sts:AssumeRole', Principal: {{Service: ec2.amazonaws.com}}}}]}}\n  I:\n    Type: \
         AWS::EC2::Instance\n    Properties:\n      ImageId: ami-1\n      IamInstanceProfile: !Ref R\n{resources}{sections}"
    )
}

/// A root module with the same mistake.
fn root_module(also: &str) -> String {
    format!(
        "resource \"aws_iam_role\" \"app\" {{\n  name = \"app\"\n  assume_role_policy = {TRUST}\n}}\nresource \
         \"aws_instance\" \"web\" {{\n  ami = \"ami-1\"\n  iam_instance_profile = aws_iam_role.app.name\n}}\n{also}"
    )
}

#[test]
fn a_nested_template_is_a_part_of_all_that_nest_it() {
    let nest = |url: &str| {
        template(
            &format!("  N:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {url}\n"),
            "",
        )
    };
    let root = committed(
        "nested",
        &[
            ("parent.yaml", &nest("stacks/child.yaml")),
            ("stacks/child.yaml", &nest("grandchild.yaml")),
            ("stacks/grandchild.yaml", &template("", "")),
            ("other.yaml", &template("", "")),
        ],
    );
    let all = ["parent.yaml", "stacks/child.yaml", "stacks/grandchild.yaml"];
    touch(&root, "stacks/grandchild.yaml");
    assert_eq!(affected(&root, &[]), all);
    touch(&root, "parent.yaml");
    assert_eq!(affected(&root, &[]), all);
    touch(&root, "other.yaml");
    assert_eq!(affected(&root, &[]), ["other.yaml"]);
    must(fs::remove_file(root.join("stacks/grandchild.yaml")));
    assert_eq!(affected(&root, &[]), ["parent.yaml", "stacks/child.yaml"], "a child that is deleted");
    must(fs::rename(root.join("stacks/grandchild.yaml"), root.join("stacks/renamed.yaml")));
    assert_eq!(affected(&root, &[]), ["parent.yaml", "stacks/child.yaml", "stacks/renamed.yaml"], "and one renamed");
}

#[test]
fn who_imports_is_affected_by_who_exports() {
    let outputs = "Outputs:\n  O:\n    Value: !GetAtt R.Arn\n    Export: {Name: shared-role}\n";
    let import = "  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Role: !ImportValue shared-role\n";
    let root = committed(
        "imports",
        &[
            ("network/exports.yaml", &template("", outputs)),
            ("app/imports.yaml", &template(import, "")),
            ("other.yaml", &template("", "")),
            ("ci.yaml", "on: push\n"),
        ],
    );
    let both = ["app/imports.yaml", "network/exports.yaml"];
    touch(&root, "network/exports.yaml");
    assert_eq!(affected(&root, &[]), both);
    must(fs::remove_file(root.join("network/exports.yaml")));
    assert_eq!(affected(&root, &[]), ["app/imports.yaml"], "what it imports is gone");
    // Another template might export the same name; what is no template cannot.
    write(&root, "second.yaml", &template("", outputs));
    assert_eq!(affected(&root, &[]), ["app/imports.yaml", "second.yaml"]);
    touch(&root, "ci.yaml");
    assert!(affected(&root, &[]).is_empty());
    touch(&root, "app/imports.yaml");
    assert_eq!(affected(&root, &[]), both, "not the other template, which it has nothing to do with");
}

#[test]
fn a_module_is_a_part_of_every_root_that_reaches_it() {
    let call = |source: &str| format!("module \"m\" {{\n  source = \"{source}\"\n}}\n");
    let root = committed(
        "modules",
        &[
            ("envs/prod/main.tf", &root_module(&call("../../modules/outer"))),
            ("envs/test/main.tf", &root_module(&call("../../modules/inner"))),
            ("envs/lab/main.tf", &root_module("")),
            ("modules/outer/main.tf", &root_module(&call("../inner"))),
            ("modules/inner/main.tf", "output \"x\" {\n  value = 1\n}\n"),
            ("modules/inner/README.md", "x\n"),
        ],
    );
    let reached = ["envs/prod/main.tf", "envs/test/main.tf", "modules/outer/main.tf"];
    touch(&root, "modules/inner/main.tf");
    assert_eq!(affected(&root, &[]), reached);
    write(&root, "modules/inner/new.tf", "locals {\n  a = 1\n}\n");
    assert_eq!(affected(&root, &[]), reached, "a file that is new in it");
    must(fs::rename(root.join("modules/inner"), root.join("modules/renamed")));
    assert_eq!(affected(&root, &[]), reached, "a module whose directory is gone");
    touch(&root, "modules/outer/main.tf");
    assert_eq!(affected(&root, &[]), ["envs/prod/main.tf", "modules/outer/main.tf"]);
    must(fs::rename(root.join("envs/lab/main.tf"), root.join("envs/lab/renamed.tf")));
    assert_eq!(affected(&root, &[]), ["envs/lab/renamed.tf"]);
    write(&root, "modules/inner/README.md", "y\n");
    assert!(affected(&root, &[]).is_empty());
}

#[test]
fn values_are_a_part_of_what_they_are_for() {
    let variable = format!(
        "variable \"x\" {{\n  type = string\n}}\nresource \"aws_iam_role\" \"named\" {{\n  name = var.x\n  \
         assume_role_policy = {TRUST}\n}}\n"
    );
    let root = committed(
        "values",
        &[
            ("envs/prod/main.tf", &root_module(&variable)),
            ("envs/prod/terraform.tfvars", "x = \"1\"\n"),
            ("envs/test/main.tf", &root_module("")),
            ("stack.yaml", &template("", "Parameters:\n  P: {Type: String}\n")),
            ("values/prod.json", "{\"P\": \"1\"}\n"),
            ("values/common.tfvars", "x = \"1\"\n"),
        ],
    );
    let all = ["envs/prod/main.tf", "envs/test/main.tf", "stack.yaml"];
    touch(&root, "envs/prod/terraform.tfvars");
    assert_eq!(affected(&root, &[]), ["envs/prod/main.tf"]);
    must(fs::remove_file(root.join("envs/prod/terraform.tfvars")));
    assert_eq!(affected(&root, &[]), ["envs/prod/main.tf"]);
    touch(&root, "values/prod.json");
    assert!(affected(&root, &[]).is_empty(), "nobody said that these are parameters");
    touch(&root, "values/prod.json");
    assert_eq!(affected(&root, &["--parameters", "values/prod.json"]), all);
    touch(&root, "values/common.tfvars");
    assert_eq!(affected(&root, &["--var-file", "values/common.tfvars"]), all);
    write(&root, "rolecall.yaml", "pedantic: false\n");
    write(&root, ".rolecall.yaml", "var-files: [values/common.tfvars]\n");
    git(&root, &["add", "-A"]);
    git(&root, &["commit", "-q", "-m", "configuration"]);
    // The configuration names it, so it counts where there is a variable to give a value to.
    touch(&root, "values/common.tfvars");
    assert_eq!(affected(&root, &[]), ["envs/prod/main.tf"]);
    for (path, options) in [
        (".rolecall.yaml", &[][..]),
        (".rolecallignore", &[]),
        ("known.json", &["--baseline", "known.json"]),
        ("rules.yaml", &["--config", "rules.yaml"]),
    ] {
        let text = if path == "known.json" { "{\"version\": 1, \"findings\": []}\n" } else { "# all\n" };
        write(&root, path, text);
        assert_eq!(affected(&root, options), all, "{path}");
    }
}

#[test]
fn texts_that_configurations_read_may_have_any_name() {
    let read = "resource \"aws_iam_role_policy\" \"p\" {\n  role   = \"x\"\n  policy = file(\"${path.module}/policies/app\")\n}\n";
    let several = "resource \"aws_iam_role_policy\" \"p\" {\n  for_each = fileset(\"${path.module}/policies\", \
                   \"*.policy\")\n  role     = \"x\"\n  policy   = file(\"${path.module}/policies/${each.value}\")\n}\n";
    let policy = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \
                  \"s3:ListBucket\", \"Resource\": \"*\"}]}\n";
    let root = committed(
        "texts",
        &[
            ("one/main.tf", &root_module(read)),
            ("one/policies/app", policy),
            ("two/main.tf", &root_module(several)),
            ("two/policies/a.policy", policy),
            ("two/policies/b.policy", policy),
            ("three/main.tf", &root_module("")),
        ],
    );
    write(&root, "one/policies/app", &policy.replace("ListBucket", "GetObject"));
    assert_eq!(affected(&root, &[]), ["one/main.tf"]);
    must(fs::remove_file(root.join("one/policies/app")));
    assert_eq!(affected(&root, &[]), ["one/main.tf"]);
    write(&root, "two/policies/a.policy", &policy.replace("ListBucket", "GetObject"));
    assert_eq!(affected(&root, &[]), ["two/main.tf"]);
    must(fs::remove_file(root.join("two/policies/b.policy")));
    assert_eq!(affected(&root, &[]), ["two/main.tf"], "one of several that are listed is gone");
}

#[cfg(unix)]
#[test]
fn links_lead_to_what_they_stand_for() {
    use std::os::unix::fs::symlink;
    let root = committed(
        "links",
        &[
            ("shared/role/main.tf", "output \"x\" {\n  value = 1\n}\n"),
            ("shared/common.tf", "locals {\n  x = 1\n}\n"),
            ("one/main.tf", &root_module("module \"m\" {\n  source = \"./modules/role\"\n}\n")),
            ("two/main.tf", &root_module("")),
            ("three/main.tf", &root_module("")),
        ],
    );
    must(symlink("../shared", root.join("one/modules")));
    must(symlink("../shared/common.tf", root.join("two/common.tf")));
    git(&root, &["add", "-A"]);
    git(&root, &["commit", "-q", "-m", "links"]);
    touch(&root, "shared/role/main.tf");
    assert_eq!(affected(&root, &[]), ["one/main.tf"]);
    touch(&root, "shared/common.tf");
    assert_eq!(affected(&root, &[]), ["two/main.tf"]);
    must(fs::remove_file(root.join("one/modules")));
    must(symlink("../two", root.join("one/modules")));
    assert_eq!(affected(&root, &[]), ["one/main.tf"], "the link itself leads elsewhere");
}
