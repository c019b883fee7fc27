//! The command as its users and their scripts see it: exit codes, streams, colours, files.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use rolecall::catalogue::RuleInfo;
use rolecall::cli::{Exit, Io, run};
use rolecall::diagnostic::Severity;

const RULES: [RuleInfo; 2] = [
    RuleInfo {
        id: "wildcard-trust",
        severity: Severity::Error,
        group: "trust",
        pedantic: false,
        docs: "# wildcard-trust\n\nAnyone may assume the role.\n\n```hcl\n# a comment, no heading\n```\n",
    },
    RuleInfo {
        id: "imdsv1-enabled",
        severity: Severity::Warning,
        group: "credentials",
        pedantic: true,
        docs: "Session tokens are not required\u{1b}[2J",
    },
];

/// A repository of its own for one test, made anew.
fn scratch(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    let _ = fs::remove_dir_all(&root);
    for (path, text) in files.iter().chain(&[(".git/HEAD", "")]) {
        let path = root.join(path);
        let made = fs::create_dir_all(path.parent().unwrap_or(&root)).and_then(|()| fs::write(&path, text));
        assert!(made.is_ok(), "{}", path.display());
    }
    root.canonicalize().unwrap_or(root)
}

/// The binary in `directory`, with an environment that says nothing of colours.
fn command(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    command.current_dir(directory).args(arguments);
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "CI", "LC_ALL", "LC_CTYPE", "LANG"] {
        command.env_remove(name);
    }
    command
}

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn ran(output: std::io::Result<Output>) -> Ran {
    let output = output.unwrap_or_else(|error| unreachable!("the binary does not run: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

fn rolecall(directory: &Path, arguments: &[&str]) -> Ran {
    ran(command(directory, arguments).output())
}

/// The command line inside this process, where the rules are known.
fn inside(directory: &Path, arguments: &[&str], color: bool) -> (Exit, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut io = Io {
        out: Box::new(&mut out),
        err: Box::new(&mut err),
        input: Box::new(&b""[..]),
        out_is_terminal: color,
        err_is_terminal: false,
        variable: Box::new(|_| None),
        working_directory: directory.to_owned(),
    };
    let arguments = ["rolecall"].iter().chain(arguments).map(|argument| argument.into());
    let exit = run(arguments, &RULES, &mut io);
    drop(io);
    (exit, String::from_utf8_lossy(&out).into_owned(), String::from_utf8_lossy(&err).into_owned())
}

#[test]
fn a_clean_project_is_0_and_says_so_on_standard_error_only() {
    let here = scratch("clean", &[("main.tf", "# nothing\n")]);
    for paths in [&["check"][..], &["check", "."], &["check", "main.tf"]] {
        let ran = rolecall(&here, paths);
        assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{paths:?}: {}", ran.err);
        assert!(ran.err.starts_with("nothing found in "), "{}", ran.err);
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    }
    assert_eq!(rolecall(&here, &["check", "-q"]).err, "");
    assert_eq!(rolecall(&here, &["check", "--quiet", "--quiet", "--format", "json"]).out, "");
}

#[test]
fn json_goes_to_standard_output_whole() {
    let here = scratch("json", &[("main.tf", "# nothing\n")]);
    let ran = rolecall(&here, &["check", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &value["version"], &value["findings"]), (Some(0), &1.into(), &serde_json::json!([])));
    assert_eq!(value["summary"]["errors"], 0);
}

#[test]
fn bad_usage_is_2() {
    let here = scratch("usage", &[("main.tf", "")]);
    for arguments in [
        &[][..],
        &["chekc"],
        &["check", "--no-such-option"],
        &["check", "--format", "yaml"],
        &["check", "--fail-on", "fatal"],
        &["check", "--var", "novalue"],
        &["check", "--output", "json"],
        &["check", "--config", "a", "--isolated"],
        &["check", "-"],
        &["check", "--stdin-filename", "main.tf"],
        &["check", "--select", "no-such-rule"],
        &["explain", "no-such-rule"],
        &["completions", "tcsh"],
    ] {
        let ran = rolecall(&here, arguments);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(!ran.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn what_is_named_must_be_there() {
    let here = scratch("missing", &[("main.tf", "")]);
    for arguments in [
        &["check", "missing"][..],
        &["check", "main.tf", "missing/x.tf"],
        &["check", "--config", "missing.yaml"],
        &["check", "--var-file", "missing.tfvars"],
        &["check", "--parameters", "missing.json"],
        &["trace", "missing/x"],
    ] {
        let ran = rolecall(&here, arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}");
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
        assert!(ran.err.starts_with("rolecall: cannot read missing"), "{}", ran.err);
    }
}

#[test]
fn nothing_to_analyse_is_3() {
    let here = scratch("nothing", &[("README.md", "x"), ("values.yaml", "a: 1\n"), ("terraform.tfvars", "a = 1\n")]);
    for arguments in [&["check"][..], &["check", "values.yaml"], &["trace"]] {
        let ran = rolecall(&here, arguments);
        assert_eq!((ran.code, ran.out.as_str()), (Some(3), ""), "{arguments:?}");
        assert!(ran.err.contains("nothing to analyse in "), "{}", ran.err);
    }
    let json = rolecall(&here, &["check", "--format", "json", "-qq"]);
    assert_eq!((json.code, json.err.as_str()), (Some(3), ""));
}

#[test]
fn help_version_and_completions_are_0_on_standard_output() {
    let here = scratch("help", &[]);
    for (arguments, word) in [
        (&["--help"][..], "Usage: rolecall"),
        (&["check", "--help"], "Exit codes:"),
        (&["--version"], env!("CARGO_PKG_VERSION")),
        (&["completions", "bash"], "_rolecall()"),
        (&["completions", "zsh"], "#compdef rolecall"),
        (&["completions", "fish"], "complete -c rolecall"),
    ] {
        let ran = rolecall(&here, arguments);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{arguments:?}");
        assert!(ran.out.contains(word), "{arguments:?}: {}", ran.out);
        assert!(!ran.out.contains('\u{1b}'), "{arguments:?} is coloured");
    }
}

#[test]
fn colours_follow_the_option_then_the_environment() {
    let here = scratch("colours", &[(".rolecall.yaml", "nope: 1\n"), ("main.tf", "")]);
    let colored = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = command(&here, arguments);
        command.envs(variables.iter().copied());
        ran(command.output()).err.contains('\u{1b}')
    };
    assert!(!colored(&["check"], &[]));
    assert!(colored(&["check", "--color", "always"], &[("NO_COLOR", "1")]));
    assert!(colored(&["check"], &[("FORCE_COLOR", "1")]));
    assert!(!colored(&["check"], &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")]));
    assert!(colored(&["check"], &[("FORCE_COLOR", "1"), ("NO_COLOR", "")]));
    assert!(!colored(&["--color", "never", "check"], &[("FORCE_COLOR", "1")]));
    assert!(colored(&["chekc"], &[("FORCE_COLOR", "1")]));
}

#[test]
fn a_mistake_in_the_configuration_is_shown_where_it_is() {
    let here = scratch("config", &[(".rolecall.yaml", "fail-on: never\nselct: []\n"), ("a/main.tf", "")]);
    let ran = rolecall(&here, &["check", "a"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    for part in ["unknown key `selct`; did you mean `select`?", ".rolecall.yaml:2:1", "selct: []"] {
        assert!(ran.err.contains(part), "{part}: {}", ran.err);
    }
    assert_eq!(rolecall(&here, &["check", "a", "--isolated"]).code, Some(0));
    fs::write(here.join("other.yaml"), "fail-on: info\n").unwrap();
    assert_eq!(rolecall(&here, &["check", "a", "--config", "other.yaml"]).code, Some(0));
    fs::write(here.join("large.yaml"), "#".repeat(70_000)).unwrap();
    let large = rolecall(&here, &["check", "a", "--config", "large.yaml"]);
    assert_eq!(
        (large.code, large.err.as_str()),
        (Some(2), "rolecall: large.yaml has more than 64 KiB and was not read\n")
    );
    fs::write(here.join(".rolecall.yaml"), "exclude: ['a/']\n").unwrap();
    assert_eq!(rolecall(&here, &["check"]).code, Some(3));
}

#[test]
fn standard_input_takes_the_place_of_a_file() {
    let here = scratch("stdin", &[("main.tf", "")]);
    let with = |name: &str, text: &str| {
        let mut command = command(&here, &["check", "-", "--stdin-filename", name, "--format", "json"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        ran(child.wait_with_output())
    };
    assert_eq!(with("main.tf", "# new\n").code, Some(0));
    assert_eq!(with("new/stack.yaml", "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}\n").code, Some(0));
    assert_eq!(with("values.yaml", "a: 1\n").code, Some(3));
}

#[test]
fn files_are_written_beside_standard_output() {
    let here = scratch("output", &[("main.tf", ""), ("report.json", "old"), ("full/x", "")]);
    let outputs =
        ["check", "--output", "json=report.json", "--output", "concise=report.txt", "--output", "full=/dev/null"];
    let ran = rolecall(&here, if cfg!(unix) { &outputs } else { &outputs[..5] });
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let json = fs::read_to_string(here.join("report.json")).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{json}");
    assert_eq!(fs::read_to_string(here.join("report.txt")).unwrap(), "");
    let left: Vec<String> =
        fs::read_dir(&here).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert!(!left.iter().any(|name| name.ends_with(".tmp")), "{left:?}");
    for wrong in ["json=missing/report.json", "json=full"] {
        let ran = rolecall(&here, &["check", "--output", wrong]);
        assert_eq!(ran.code, Some(2), "{wrong}");
        assert!(ran.err.contains("rolecall: cannot write "), "{}", ran.err);
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_error_and_a_full_disk_is_one() {
    let here = scratch("pipe", &[("main.tf", "")]);
    // The shell closes its end of the pipe before anything is written.
    let script = "(sleep 0.2; \"$0\" check --format json; echo \"code $?\" >&2) | true";
    let mut shell = Command::new("bash");
    let closed = ran(shell.args(["-c", script, env!("CARGO_BIN_EXE_rolecall")]).current_dir(&here).output());
    assert!(closed.err.contains("code 0"), "{}", closed.err);
    assert!(!closed.err.contains("rolecall:"), "{}", closed.err);

    if Path::new("/dev/full").exists() {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ran = ran(command(&here, &["check", "--format", "json"]).stdout(full).output());
        assert_eq!(ran.code, Some(2));
        assert_eq!(ran.err, "rolecall: cannot write to standard output: no space left on device\n");
        let out = rolecall(&here, &["check", "--output", "json=/dev/full"]);
        assert_eq!(out.code, Some(2), "{}", out.err);
    }
}

#[cfg(unix)]
#[test]
fn pipes_and_circles_hang_nothing() {
    let here = scratch("pipes", &[("main.tf", "")]);
    assert!(Command::new("mkfifo").arg(here.join("pipe.tf")).status().unwrap().success());
    std::os::unix::fs::symlink(&here, here.join("circle")).unwrap();
    std::os::unix::fs::symlink(here.join("self.tf"), here.join("self.tf")).unwrap();
    let ran = rolecall(&here, &["check"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(rolecall(&here, &["check", "pipe.tf"]).code, Some(2));
}

#[test]
fn rules_are_listed_and_explained() {
    let here = scratch("rules", &[]);
    let (exit, out, _) = inside(&here, &["rules"], false);
    assert_eq!(exit, Exit::Clean);
    assert_eq!(out.lines().next(), Some("wildcard-trust  error    trust                  Anyone may assume the role."));
    let (_, out, _) = inside(&here, &["rules", "--format", "json"], false);
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&value[1]["id"], &value[1]["pedantic"]), (&"imdsv1-enabled".into(), &true.into()));

    let (exit, out, _) = inside(&here, &["explain", "wildcard-trust"], false);
    assert_eq!(exit, Exit::Clean);
    assert!(out.starts_with("# wildcard-trust\n\nAnyone may assume the role.\n"), "{out}");
    assert!(out.ends_with("\nSeverity: error; group: trust\n"), "{out}");
    let (_, colored, _) = inside(&here, &["explain", "wildcard-trust"], true);
    assert!(colored.contains("\u{1b}[1m# wildcard-trust") && colored.contains("\n# a comment"), "{colored}");
    let (exit, _, err) = inside(&here, &["explain", "wildcrd-trust"], false);
    assert_eq!(exit, Exit::Failure);
    assert_eq!(err, "rolecall: there is no rule named `wildcrd-trust`; did you mean `wildcard-trust`?\n");
}

#[test]
fn selectors_are_rules_and_groups() {
    let here = scratch("select", &[("main.tf", "")]);
    let check = |options: &[&str]| inside(&here, &[&["check"], options].concat(), false);
    assert_eq!(check(&["--select", "trust,imdsv1-enabled", "--ignore", "pedantic"]).0, Exit::Clean);
    let (exit, _, err) = check(&["--ignore", "wildcard-trust,wildcard-trst"]);
    assert_eq!(exit, Exit::Failure);
    assert!(err.starts_with("rolecall: --ignore: there is no rule or group named `wildcard-trst`"), "{err}");
}

#[test]
fn an_address_without_a_chain_is_told() {
    let here = scratch("address", &[("main.tf", "")]);
    let ran = rolecall(&here, &["trace", "aws_instance.web"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert_eq!(ran.err, "rolecall: no identity chain goes through `aws_instance.web`\n");
    let all = rolecall(&here, &["trace", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&all.out).unwrap();
    assert_eq!((all.code, &value["chains"]), (Some(0), &serde_json::json!([])));
}

#[test]
fn ignored_files_are_checked_when_wanted_but_not_what_tools_fetched() {
    let broken = "resource \"aws_instance\" {\n";
    let here =
        scratch("ignored", &[(".gitignore", "old/\n"), ("old/main.tf", broken), (".terraform/m/main.tf", broken)]);
    assert_eq!(rolecall(&here, &["check"]).code, Some(3));
    let ran = rolecall(&here, &["check", "--no-ignore", "--format", "concise"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.out.lines().all(|line| line.starts_with("old/main.tf:")), "{}", ran.out);
}

#[test]
fn the_number_of_jobs_changes_nothing() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/hidden");
    let with = |jobs: &str| rolecall(&here, &["check", "--isolated", "--format", "json", "--jobs", jobs]);
    let one = with("1");
    assert_eq!(one.code, Some(1));
    assert!(one.out.len() > 100_000, "{}", one.out.len());
    let several = with("7");
    assert_eq!((one.out, one.err), (several.out, several.err));
    assert_eq!(with("0").code, Some(2));
}

#[test]
fn a_plan_is_checked_when_it_is_named() {
    let role = r#"{"address": "aws_iam_role.app", "mode": "managed", "type": "aws_iam_role", "name": "app",
        "values": {"name": "app", "arn": "arn:aws:iam::123456789012:role/app"}}"#;
    let instance = r#"{"address": "aws_instance.web", "mode": "managed", "type": "aws_instance", "name": "web",
        "values": {"iam_instance_profile": "app"}}"#;
    let state = format!(
        r#"{{"format_version": "1.0", "terraform_version": "1.11.4",
        "values": {{"root_module": {{"resources": [{role}, {instance}]}}}}}}"#
    );
    let here = scratch("plan", &[("state.json", state.as_str())]);
    let ran = rolecall(&here, &["check"]);
    assert_eq!(ran.code, Some(3));
    assert!(ran.err.contains("state.json holds a Terraform plan or state; name it to check it"), "{}", ran.err);
    let ran = rolecall(&here, &["check", "state.json", "--format", "concise"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.out.starts_with("state.json:4:") && ran.out.contains("undeclared-instance-profile"), "{}", ran.out);
}

#[test]
fn of_values_and_files_of_values_the_last_one_counts() {
    let configuration = "variable \"profile\" {\n  type = string\n}\n\nresource \"aws_iam_role\" \"app\" {\n  \
        name = \"app\"\n  assume_role_policy = var.profile\n}\n\nresource \"aws_instance\" \"web\" {\n  \
        iam_instance_profile = var.profile\n}\n";
    let here = scratch("values", &[("main.tf", configuration), ("app.tfvars", "profile = \"app\"\n")]);
    let broken = |arguments: &[&str]| {
        let ran = rolecall(&here, &[&["check", "--select", "undeclared-instance-profile", "-q"], arguments].concat());
        ran.code == Some(1)
    };
    assert!(broken(&["--var-file", "app.tfvars"]));
    assert!(broken(&["--var", "profile=other", "--var-file", "app.tfvars"]));
    assert!(!broken(&["--var-file", "app.tfvars", "--var", "profile=other"]));
    assert!(broken(&["--var", "profile=other", "--var-file=app.tfvars", "--var", "unused=1"]));
}
