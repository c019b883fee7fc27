//! `--hook` in real repositories, `--watch` on real files, and `init`.

#[cfg(test)]
#[path = "hook/affected.rs"]
mod affected;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a test cannot go on without.
fn must<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| unreachable!("{error}"))
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    must(fs::create_dir_all(path.parent().unwrap_or(root)));
    must(fs::write(path, text));
}

/// Git without what the machine's owner has configured.
fn git(root: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(root).args(["-c", "user.name=x", "-c", "user.email=x@x.invalid"]).args(arguments);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = must(command.output());
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

const TRUST: &str = "jsonencode({Statement = [{Effect = \"Allow\", Action = \"sts:AssumeRole\", Principal = \
                     {Service = \"ec2.amazonaws.com\"}}]})";

/// A module that makes a role, two root modules, of which one calls it, and a template; committed, each with a mistake.
fn repository(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hook").join(name);
    let _ = fs::remove_dir_all(&root);
    let root = {
        must(fs::create_dir_all(&root));
        must(root.canonicalize())
    };
    let instance = |role: &str| {
        format!("resource \"aws_instance\" \"web\" {{\n  ami = \"ami-1\"\n  iam_instance_profile = {role}\n}}\n")
    };
    let role = format!("resource \"aws_iam_role\" \"app\" {{\n  name = \"app\"\n  assume_role_policy = {TRUST}\n}}\n");
    write(&root, "modules/role/main.tf", &format!("{role}output \"name\" {{\n  value = aws_iam_role.app.name\n}}\n"));
    let call = "module \"role\" {\n  source = \"../../modules/role\"\n}\n";
    write(&root, "envs/one/main.tf", &format!("{call}{}", instance("module.role.name")));
    write(&root, "envs/two/main.tf", &format!("{role}{}", instance("aws_iam_role.app.name")));
    let template = "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: \
                    {Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: \
                    ec2.amazonaws.com}}]}\n  I:\n    Type: AWS::EC2::Instance\n    Properties:\n      \
                    ImageId: ami-1\n      IamInstanceProfile: !Ref R\n";
    write(&root, "stack.yaml", template);
    write(&root, "README.md", "x\n");
    git(&root, &["init", "-q", "-b", "main"]);
    git(&root, &["add", "-A"]);
    git(&root, &["commit", "-q", "-m", "all"]);
    root
}

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ran {
    /// The files that findings are in, each once.
    fn files(&self) -> Vec<&str> {
        let mut files: Vec<&str> = self.out.lines().filter_map(|line| line.split(':').next()).collect();
        files.dedup();
        files
    }
}

fn check(root: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    command.current_dir(root).args(["check", "--format", "concise"]).args(arguments);
    for name in ["PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF", "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        command.env_remove(name);
    }
    let output = must(command.envs(variables.iter().copied()).output());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

const ALL: [&str; 3] = ["envs/one/main.tf", "envs/two/main.tf", "stack.yaml"];

#[test]
fn a_commit_is_checked_where_it_matters() {
    let root = repository("commit");
    assert_eq!(check(&root, &[], &[]).files(), ALL);
    // Nothing is staged, as when all files are asked for.
    assert_eq!(check(&root, &["--hook"], &[]).files(), ALL);

    write(&root, "README.md", "y\n");
    git(&root, &["add", "-A"]);
    let nothing = check(&root, &["--hook"], &[]);
    assert_eq!((nothing.code, nothing.out.as_str()), (Some(0), ""), "{}", nothing.err);
    assert_eq!(nothing.err, "no change here can affect an identity\n");

    // A change of a module concerns the root modules that call it.
    let module = must(fs::read_to_string(root.join("modules/role/main.tf")));
    write(&root, "modules/role/main.tf", &format!("# changed\n{module}"));
    git(&root, &["add", "-A"]);
    let hook = check(&root, &["--hook"], &[]);
    assert_eq!((hook.code, hook.files()), (Some(1), vec!["envs/one/main.tf"]), "{}", hook.err);
    // What is only in the working tree is no part of the commit.
    write(&root, "stack.yaml", &format!("# changed\n{}", must(fs::read_to_string(root.join("stack.yaml")))));
    assert_eq!(check(&root, &["--hook"], &[]).files(), ["envs/one/main.tf"]);
    git(&root, &["add", "-A"]);
    assert_eq!(check(&root, &["--hook"], &[]).files(), ["envs/one/main.tf", "stack.yaml"]);
    // From a subdirectory the paths are others, the question is the same.
    let below = check(&root.join("envs"), &["--hook", ".."], &[]);
    assert_eq!(below.files(), ["../stack.yaml", "one/main.tf"]);

    write(&root, ".rolecall.yaml", "fail-on: never\n");
    git(&root, &["add", "-A"]);
    let hook = check(&root, &["--hook"], &[]);
    assert_eq!((hook.code, hook.files()), (Some(0), ALL.to_vec()), "{}", hook.err);
}

#[test]
fn a_commit_that_only_deletes_is_checked_too() {
    let root = repository("delete");
    git(&root, &["rm", "-q", "modules/role/main.tf"]);
    let hook = check(&root, &["--hook"], &[]);
    // The module is gone, so nothing is known of the role any more; what calls it is looked at all the same.
    assert!(hook.err.contains("module.role is not at hand"), "{}", hook.err);
    assert!(hook.err.contains("1 identity chain"), "{}", hook.err);
    git(&root, &["reset", "-q", "--hard"]);

    // What is referred to is deleted from a module in two files.
    let text = must(fs::read_to_string(root.join("envs/two/main.tf")));
    let (role, instance) = text.split_at(text.find("resource \"aws_instance\"").unwrap_or(0));
    write(&root, "envs/two/role.tf", role);
    write(&root, "envs/two/main.tf", instance);
    git(&root, &["add", "-A"]);
    git(&root, &["commit", "-q", "-m", "split"]);
    git(&root, &["rm", "-q", "envs/two/role.tf"]);
    let hook = check(&root, &["--hook"], &[]);
    assert_eq!(hook.code, Some(1), "{}", hook.err);
    assert!(hook.out.contains("error[unresolved-reference]"), "{}", hook.out);
    assert_eq!(hook.files(), ["envs/two/main.tf"]);
}

#[test]
fn a_push_is_checked_between_its_ends() {
    let root = repository("push");
    write(&root, "stack.yaml", &format!("# changed\n{}", must(fs::read_to_string(root.join("stack.yaml")))));
    git(&root, &["commit", "-q", "-am", "template"]);
    let hook = check(&root, &["--hook"], &[("PRE_COMMIT_FROM_REF", "HEAD~1"), ("PRE_COMMIT_TO_REF", "HEAD")]);
    assert_eq!((hook.code, hook.files()), (Some(1), vec!["stack.yaml"]), "{}", hook.err);
    // Commits that git does not know are no reason to check nothing.
    let unknown = check(&root, &["--hook"], &[("PRE_COMMIT_FROM_REF", "nope"), ("PRE_COMMIT_TO_REF", "HEAD")]);
    assert_eq!(unknown.files(), ALL);
}

#[test]
fn named_files_are_what_has_changed() {
    let root = repository("named");
    assert_eq!(check(&root, &["--hook", "modules/role/main.tf"], &[]).files(), ["envs/one/main.tf"]);
    assert_eq!(check(&root, &["--hook", "README.md"], &[]).code, Some(0));
    assert_eq!(check(&root, &["--hook", "envs/one/gone.tf"], &[]).files(), ["envs/one/main.tf"]);
}

#[test]
fn without_anything_to_analyse_a_hook_is_content() {
    let root = repository("nothing");
    git(&root, &["rm", "-q", "-r", "modules", "envs", "stack.yaml"]);
    let hook = check(&root, &["--hook"], &[]);
    assert_eq!((hook.code, hook.out.as_str()), (Some(0), ""));
    assert!(hook.err.contains("nothing to analyse"), "{}", hook.err);
}

#[test]
fn a_change_is_seen_and_checked_again() {
    let root = repository("watch");
    write(&root, "only/main.tf", "# nothing\n");
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    command.current_dir(&root).args(["check", "only", "--watch"]).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = must(command.spawn());
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let (mut summaries, mut waits) = (Vec::new(), 0);
    for line in lines.map_while(Result::ok) {
        if !line.starts_with("watching") {
            summaries.push(line);
            continue;
        }
        waits += 1;
        match waits {
            1 => write(&root, "only/main.tf", "resource \"aws_instance\" {\n"),
            2 => write(&root, "only/new/main.tf", "variable \"x\" {\n"),
            _ => break,
        }
    }
    must(child.kill());
    must(child.wait());
    assert!(summaries[0].starts_with("nothing found in 1 file"), "{summaries:?}");
    assert!(summaries.last().is_some_and(|last| last.contains(" in 2 files")), "{summaries:?}");
}

#[test]
fn a_first_configuration_is_commented_and_right() {
    let root = repository("init");
    let init = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
        must(command.current_dir(&root).arg("init").args(arguments).output())
    };
    assert_eq!(init(&[]).status.code(), Some(0));
    assert_eq!(init(&[]).status.code(), Some(2), "nothing is overwritten");
    let text = must(fs::read_to_string(root.join(".rolecall.yaml")));
    // As it is, and with every line that shows a form put in force: prose has one space behind its sign.
    write(&root, "envs/prod.tfvars", "");
    write(&root, ".rolecall-baseline.json", "{\"version\": 1, \"findings\": []}\n");
    assert_eq!(check(&root, &[], &[]).files(), ALL);
    let prose = |line: &&str| line.starts_with("# ") && !line.starts_with("#  ");
    let forms = text.lines().filter(|line| !prose(line)).map(|line| line.strip_prefix('#').unwrap_or(line));
    let forms: String = forms.map(|line| format!("{line}\n")).collect();
    assert!(forms.lines().count() > 10, "{forms}");
    write(&root, ".rolecall.yaml", &forms);
    let ran = check(&root, &[], &[]);
    assert_eq!(ran.code, Some(1), "{forms}{}", ran.err);
    let first = init(&["--pre-commit"]);
    assert_eq!(first.status.code(), Some(0));
    assert!(must(fs::read_to_string(root.join(".pre-commit-config.yaml"))).starts_with("repos:\n  - repo: local\n"));
    let second = init(&["--pre-commit"]);
    assert!(String::from_utf8_lossy(&second.stdout).contains("entry: rolecall check --hook"));
}
